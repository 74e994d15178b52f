//! Thai identity numbers: thirteen digits with a check digit.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "th_pin",
    title: "thirteen digits, not from 0, modulus 11",
    source: "published descriptions of the check digit",
    valid: &["1 1000 00000 00 8", "1-1000-00000-00-8"],
    invalid: &["1 1000 00000 00 9", "0100000000008", "110000000000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let sum: u32 = digits(compact.get(..12)?)?.zip((2..=13).rev()).map(|(digit, weight)| digit * weight).sum();
    let key = digits(compact.get(12..)?)?.last()?;
    (compact.len() == 13 && compact.first() != Some(&b'0') && (11 - sum % 11) % 10 == key).then_some(())
}
