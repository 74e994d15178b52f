//! French social security numbers: sex, year, month, place and order of birth, key of two digits.

use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "fr_nir",
    title: "thirteen characters (2A and 2B for Corsica) and the key, modulus 97",
    source: "INSEE's description: 97 less the remainder; 2A counts as 19, 2B as 18",
    valid: &["2 95 10 99 126 111 93", "295109912611193"],
    invalid: &["295109912611194", "095109912611193", "295139912611190", "29510991261119", "2951099126111930", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    if compact.len() != 15 || !compact.first().is_some_and(|sex| b"123478".contains(sex)) {
        return None;
    }
    let corsica = match compact.get(5..7)? {
        b"2A" => Some(19),
        b"2B" => Some(18),
        _ => None,
    };
    let mut number = 0u64;
    for (place, byte) in compact.iter().enumerate() {
        number = match (corsica, place) {
            (Some(_), 5) => number,
            (Some(department), 6) => number * 100 + department,
            _ if byte.is_ascii_digit() => number * 10 + u64::from(byte - b'0'),
            _ => return None,
        };
    }
    let (body, key) = (number / 100, number % 100);
    let month = body / 100_000_000 % 100;
    let right = matches!(month, 1..=12 | 20..=42 | 50..=99) && 97 - body % 97 == key;
    right.then_some(())
}
