//! Italian tax codes: name, birth date, place and a check letter.

use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "it_cf",
    title: "sixteen characters: name, birth date, place, check letter (modulus 26)",
    source: "Italian revenue agency's description; the code of Mario Rossi is the one printed as an example",
    valid: &["RCCMNL83S18D969H", "rcc mnl 83s18 d969h"],
    invalid: &["RCCMNL83S18D969I", "RCCMNL83F18D969H", "RCCMNL83S78D969H", "RCCMNL83S18D969", "1234567890123456", ""],
    check,
};

/// The values of 0 to 9 (and A to J) and on to Z in the odd places.
const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let compact = compact(candidate)?;
    if compact.len() != 16 {
        return None;
    }
    let mut sum = 0;
    for (place, &byte) in compact.iter().enumerate() {
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A',
            _ => return None,
        };
        let right = match place {
            8 => b"ABCDEHLMPRST".contains(&byte),
            6 | 7 | 9 | 10 | 12..=14 => figure(byte).is_some(),
            _ => byte.is_ascii_uppercase(),
        };
        if !right {
            return None;
        }
        if place == 15 {
            return (sum % 26 == u32::from(value) && day(&compact)).then_some(known(&compact));
        }
        sum += if place % 2 == 0 { *ODD.get(usize::from(value))? } else { u32::from(value) };
    }
    None
}

fn known(code: &[u8]) -> Validity {
    if code == b"RSSMRA80A01H501U" { Validity::TestData } else { Validity::Valid }
}

/// Whether the day of birth (women: plus 40) is one.
fn day(code: &[u8]) -> bool {
    let figure = |place: usize| code.get(place).and_then(|byte| figure(*byte));
    let Some((tens, ones)) = figure(9).zip(figure(10)) else { return false };
    matches!(tens * 10 + ones, 1..=31 | 41..=71)
}

/// The digit that a byte stands for: codes that would be alike have letters for digits.
fn figure(byte: u8) -> Option<usize> {
    if byte.is_ascii_digit() {
        return Some(usize::from(byte - b'0'));
    }
    b"LMNPQRSTUV".iter().position(|letter| *letter == byte)
}
