//! Machine-readable zone of identity cards: three lines of 30 characters, or the first or second of them alone.

use super::mrz_td3::{Zone, check_digit, field};
use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "mrz_td1",
    title: "first or second line, or both, of an identity card's machine-readable zone with the check digits they have",
    source: "ICAO Doc 9303 part 5: weights 7 3 1; UTO is the specimens' state, reported as test data",
    valid: &[
        "I<GBR5001234560<<<<<<<<<<<<<<<\n8001014F3001019GBR<<<<<<<<<<<2\nEXAMPLE<<ADA<<<<<<<<<<<<<<<<<<",
        "I<GBR5001234560<<<<<<<<<<<<<<<\n8001014F3001019GBR<<<<<<<<<<<2",
        "8001014F3001019GBR<<<<<<<<<<<2",
        "I<GBR5001234560<<<<<<<<<<<<<<<",
    ],
    invalid: &[
        "I<GBR5001234560<<<<<<<<<<<<<<<\n8001014F3001019GBR<<<<<<<<<<<3",
        "8001015F3001019GBR<<<<<<<<<<<2",
        "I<GBR5001234561<<<<<<<<<<<<<<<",
        "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
        "",
    ],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let zone = Zone::<90>::read(candidate)?;
    let bytes = zone.bytes();
    let state = match bytes.len() {
        30 => first(bytes).or_else(|| second(bytes))?,
        60 | 90 => {
            let (one, two) = (bytes.get(..30)?, bytes.get(30..60)?);
            let composite = [one.get(5..30)?, two.get(..7)?, two.get(8..15)?, two.get(18..29)?];
            second(two)?;
            first(one).filter(|_| two.get(29).is_some_and(|digit| check_digit(composite, *digit)))?
        }
        _ => return None,
    };
    Some(if state == b"UTO" { Validity::TestData } else { Validity::Valid })
}

/// The issuing state of a first line.
fn first(line: &[u8]) -> Option<&[u8]> {
    let number = field(line, 5, 9)?;
    let kind = line.first().is_some_and(|letter| b"ACI".contains(letter));
    (kind && number.iter().any(u8::is_ascii_digit)).then(|| line.get(2..5)).flatten().filter(|state| is_state(state))
}

/// The nationality of a second line.
fn second(line: &[u8]) -> Option<&[u8]> {
    let (birth, expiry) = (field(line, 0, 6)?, field(line, 8, 6)?);
    let sex = line.get(7).is_some_and(|letter| b"MFX<".contains(letter));
    let digits = birth.iter().chain(expiry).all(u8::is_ascii_digit);
    (sex && digits && line.get(29)?.is_ascii_digit()).then(|| line.get(15..18)).flatten().filter(|state| is_state(state))
}

fn is_state(state: &[u8]) -> bool {
    state.first().is_some_and(u8::is_ascii_uppercase) && state.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'<')
}
