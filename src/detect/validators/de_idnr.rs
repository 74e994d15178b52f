//! German tax identification numbers: eleven digits, one digit of the first ten repeated, check digit.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "de_idnr",
    title: "eleven digits; among the first ten one occurs twice or three times; ISO 7064 modulus 11,10",
    source: "Federal Central Tax Office's description; numbers that begin with 0 are for tests (general knowledge)",
    valid: &["36574261809", "36 574 261 809"],
    invalid: &["36574261890", "12345678900", "11111111111", "3657426180", "3657426180X", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let compact = compact(candidate)?;
    let (_, head) = compact.split_last()?;
    if compact.len() != 11 || !mod_11_10(&compact) {
        return None;
    }
    let mut counts = [0u32; 10];
    for digit in head {
        *counts.get_mut(usize::from(digit & 0x0f))? += 1;
    }
    let mut repeated = counts.iter().filter(|count| **count > 1);
    let (Some(2 | 3), None) = (repeated.next(), repeated.next()) else { return None };
    Some(if compact.starts_with(b"0") { Validity::TestData } else { Validity::Valid })
}

/// Whether all bytes are digits and the last one is the check digit of ISO 7064 modulus 11,10.
pub(super) fn mod_11_10(number: &[u8]) -> bool {
    let Some((last, head)) = number.split_last() else { return false };
    let Some(values) = digits(head) else { return false };
    let product = values.fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    last.is_ascii_digit() && u32::from(last & 0x0f) == (11 - product) % 10
}
