//! Australian tax file numbers: nine digits whose weighted sum is a multiple of eleven.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "au_tfn",
    title: "nine digits, modulus 11",
    source: "Australian Taxation Office's check, as published by software makers",
    valid: &["100 000 001", "100000028"],
    invalid: &["100000002", "000000000", "10000000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

const WEIGHTS: [u32; 9] = [1, 4, 3, 7, 5, 8, 6, 9, 10];

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let sum: u32 = digits(&compact)?.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    (compact.len() == 9 && sum > 0 && sum.is_multiple_of(11)).then_some(())
}
