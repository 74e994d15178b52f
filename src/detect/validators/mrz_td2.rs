//! Machine-readable zone of older identity cards and small travel documents: the second of two lines of 36 characters.

use super::mrz_td3::{Zone, check_digit, field};
use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "mrz_td2",
    title: "second line of a 36-character machine-readable zone with its four check digits",
    source: "ICAO Doc 9303 part 6: weights 7 3 1; UTO is the specimens' state, reported as test data",
    valid: &["5001234560GBR8001014F3001019<<<<<<<2"],
    invalid: &[
        "5001234560GBR8001014F3001019<<<<<<<3",
        "5001234561GBR8001014F3001019<<<<<<<2",
        "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
        "",
    ],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let zone = Zone::<72>::read(candidate)?;
    let line = match zone.bytes().len() {
        36 => zone.bytes(),
        72 => zone.bytes().get(36..)?,
        _ => return None,
    };
    let (number, birth, expiry) = (field(line, 0, 9)?, field(line, 13, 6)?, field(line, 21, 6)?);
    let state = line.get(10..13)?;
    let composite = [line.get(..10)?, line.get(13..20)?, line.get(21..35)?];
    let digits = birth.iter().chain(expiry).all(u8::is_ascii_digit);
    let states = state.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'<') && state.first()?.is_ascii_uppercase();
    let sex = line.get(20).is_some_and(|letter| b"MFX<".contains(letter));
    if !digits || !states || !sex || number.iter().all(|byte| *byte == b'<') || !check_digit(composite, *line.get(35)?) {
        return None;
    }
    Some(if state == b"UTO" { Validity::TestData } else { Validity::Valid })
}
