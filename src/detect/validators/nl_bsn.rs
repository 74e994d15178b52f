//! Dutch citizen service numbers: nine digits, the eleven test.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "nl_bsn",
    title: "eight or nine digits that pass the eleven test",
    source: "Dutch government's description: weights 9 to 2 and minus 1; 111222333 and 123456782 are the numbers printed as examples",
    valid: &["100000009", "1000.00.009"],
    invalid: &["111222334", "000000000", "1234567", "1112223330", "11122233A", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let compact = compact(candidate)?;
    if !matches!(compact.len(), 8 | 9) {
        return None;
    }
    let number = digits(&compact)?.fold(0, |number, digit| number * 10 + digit);
    // minus one is ten in this modulus
    let sum: u32 =
        digits(&compact)?.zip((2..=9).rev().chain([10]).skip(9 - compact.len())).map(|(digit, weight)| digit * weight).sum();
    if number < 10_000_000 || !sum.is_multiple_of(11) {
        return None;
    }
    Some(if matches!(number, 111_222_333 | 123_456_782) { Validity::TestData } else { Validity::Valid })
}
