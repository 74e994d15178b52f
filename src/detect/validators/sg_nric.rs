//! Identity numbers of Singapore's citizens and residents, with a check letter.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "sg_nric",
    title: "S, T, F or G, seven digits, check letter (modulus 11)",
    source: "published descriptions of the check letter; the series M is left out",
    valid: &["S0000001I", "T0000001E"],
    invalid: &["S0000001A", "A0000001I", "S000001I", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

const WEIGHTS: [u32; 7] = [2, 7, 6, 5, 4, 3, 2];

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let [series, number @ .., letter] = &*compact else { return None };
    let (offset, letters) = match series {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        _ => return None,
    };
    let sum: u32 = digits(number)?.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let right = letters.get((sum + offset) as usize % 11) == Some(letter);
    (number.len() == 7 && right).then_some(())
}
