//! Indian Aadhaar numbers: twelve digits, the last by Verhoeff's method.

use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "in_aadhaar",
    title: "twelve digits from 2 on, Verhoeff digit",
    source: "UIDAI's description; J. Verhoeff, Error Detecting Decimal Codes (1969)",
    valid: &["2000 0000 0009", "200000000013"],
    invalid: &["2000 0000 0008", "1000 0000 0009", "20000000001", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

/// A digit's place in the group of the pentagon after each of eight turns.
const TURNS: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// Two turns or reflections of a pentagon, one after the other.
fn product(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    if compact.len() != 12 || !matches!(compact.first()?, b'2'..=b'9') || !compact.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut sum = 0;
    for (turns, byte) in TURNS.iter().cycle().zip(compact.iter().rev()) {
        sum = product(sum, *turns.get(usize::from(byte - b'0'))?);
    }
    (sum == 0).then_some(())
}
