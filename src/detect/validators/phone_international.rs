//! Telephone numbers in international form, of every country but the United Kingdom (that is `phone_uk`).

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "phone_international",
    title: "plus, an assigned country code other than 44, eight to fifteen digits",
    source: "ITU-T E.164 and its list of country codes; North American 555-0100 to 0199 is set aside for fiction",
    valid: &["+353 1 000 0000", "+33 1 00 00 00 00", "+49 (30) 000000", "+1 212-000-0000"],
    invalid: &[
        "+44 20 7000 0000",
        "+999 1234567",
        "+0 1234567890",
        "353 1 000 0000",
        "+33 1",
        "+3531234567890123",
        "+33 y 00000000",
        "+2147483647",
        "+4294967295",
    ],
    check,
};

/// Country codes of two digits.
const TWO: &[u8] = &[
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64, 65,
    66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];
/// The first two digits of country codes of three digits.
const THREE: &[u8] = &[21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 85, 88, 96, 97, 99];

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let mut buffer = [0u8; 15];
    let mut length = 0;
    let candidate = candidate.trim_ascii().strip_prefix(b"+")?;
    // an extension
    let candidate = candidate.split(|byte| *byte == b'x').next()?;
    for &byte in candidate {
        if byte.is_ascii_digit() {
            *buffer.get_mut(length)? = byte - b'0';
            length += 1;
        } else if !b" ()-./".contains(&byte) {
            return None;
        }
    }
    let number = buffer.get(..length)?;
    // the largest 32-bit numbers: `"size " + 2147483647`
    if number.len() < 8 || matches!(number, [2, 1, 4, 7, 4, 8, 3, 6, 4, 7 | 8] | [4, 2, 9, 4, 9, 6, 7, 2, 9, 5 | 6]) {
        return None;
    }
    match number {
        [1, area @ 2..=9, _, _, rest @ ..] if rest.len() == 7 => {
            let fiction = matches!(rest, [5, 5, 5, 0, 1, ..]) && *area < 10;
            Some(if fiction { Validity::TestData } else { Validity::Valid })
        }
        [7, 3..=9, ..] if number.len() == 11 => Some(Validity::Valid),
        [tens @ 2..=9, ones, third, ..] => {
            let code = tens * 10 + ones;
            // 999 and 990 are not assigned
            let three = THREE.contains(&code) && (code != 99 || matches!(third, 2..=6 | 8));
            (TWO.contains(&code) || three).then_some(Validity::Valid)
        }
        _ => None,
    }
}
