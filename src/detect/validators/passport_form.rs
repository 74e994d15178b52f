//! Passport numbers of the countries whose forms are known. Only a word beside them makes such a number a passport's.

use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "passport_form",
    title: "eight or nine letters and digits in the order that a country uses: GB US IE DE FR ES IT NL PL IN AU CA CH JP CN BR RU",
    source: "ICAO Doc 9303 (nine places at most) and the forms that the countries print; outside the machine-readable zone nothing checks them",
    valid: &[
        "500123456",
        "X12345678",
        "AB1234567",
        "A1234567",
        "AB123456",
        "ABC123456",
        "12AB34567",
        "C01X00T47",
        "AB1C2D3E4",
        "12 3456789",
    ],
    invalid: &[
        "PASSPORTS",
        "1234567",
        "12345678",
        "0000000000",
        "AB1234",
        "1ABCD2345",
        "1A2B3C4D5",
        "555555555",
        "NUMBERING",
        "X1111111",
        "",
    ],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let digits = compact.iter().filter(|byte| byte.is_ascii_digit()).count();
    let mut shape = [0u8; 9];
    for (place, byte) in compact.iter().enumerate() {
        *shape.get_mut(place)? = if byte.is_ascii_digit() { b'9' } else { b'A' };
    }
    let shape = shape.get(..compact.len())?;
    let counted =
        matches!(shape, b"999999999" | b"A9999999" | b"A99999999" | b"AA999999" | b"AA9999999" | b"AAA999999" | b"99AA99999");
    // letters and digits mixed, without those that look alike (DE), or two letters before six of either and a digit (NL)
    let unlike = |byte: &u8| byte.is_ascii_digit() || b"CFGHJKLMNPRTVWXYZ".contains(byte);
    let german = compact.len() == 9 && compact.first().is_some_and(u8::is_ascii_uppercase) && compact.iter().all(unlike);
    let dutch = compact.len() == 9
        && compact.iter().take(2).all(u8::is_ascii_uppercase)
        && compact.last().is_some_and(u8::is_ascii_digit);
    let many = !compact.iter().filter(|byte| byte.is_ascii_digit()).is_sorted_by(|a, b| a == b);
    let russian = candidate.trim_ascii().get(2) == Some(&b' ') && shape == b"999999999";
    let mixed = (german || dutch) && digits >= 3;
    let spaced = candidate.trim_ascii().contains(&b' ') && !russian;
    ((counted || mixed) && many && !spaced).then_some(())
}
