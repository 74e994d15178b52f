//! Brazilian taxpayers' numbers (CPF): eleven digits, two of them check digits.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "br_cpf",
    title: "eleven digits, two check digits (modulus 11), never one digit repeated",
    source: "Brazilian revenue service's description",
    valid: &["100.000.000-19", "10000000019"],
    invalid: &["100.000.000-18", "11111111111", "1000000001", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let first = compact.first()?;
    if compact.len() != 11 || compact.iter().all(|digit| digit == first) {
        return None;
    }
    let right = |many: usize| {
        let sum: u32 = digits(compact.get(..many)?)?.zip((2..=11).rev().skip(10 - many)).map(|(d, w)| d * w).sum();
        let key = compact.get(many).map(|byte| u32::from(byte & 0x0f))?;
        (sum * 10 % 11 % 10 == key).then_some(())
    };
    let _ = digits(&compact)?;
    right(9)?;
    right(10)
}
