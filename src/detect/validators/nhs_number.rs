//! NHS numbers of England and Wales: ten digits, the last one a check digit (modulus 11).

use super::{Compact, Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "nhs_number",
    title: "ten digits, modulus 11, never one digit repeated",
    source: "NHS data dictionary: weights 10 to 2, check 11 less the remainder; numbers from 999 are set aside for tests (general knowledge)",
    valid: &["943 476 5870", "9434765919", "401-023-2137"],
    invalid: &["9434765871", "1111111111", "0000000000", "943476591", "94347659190", "943476591X"],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let compact = ten(candidate)?;
    Some(if compact.starts_with(b"999") { Validity::TestData } else { Validity::Valid })
}

/// Ten digits with the check digit that patient numbers of all four nations have.
pub(super) fn ten(candidate: &[u8]) -> Option<Compact> {
    let compact = compact(candidate)?;
    let first = compact.first()?;
    if compact.len() != 10 || compact.iter().all(|digit| digit == first) {
        return None;
    }
    let sum: u32 = digits(&compact)?.zip((1..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    sum.is_multiple_of(11).then_some(compact)
}
