//! Belgian national numbers: birth date, serial, two check digits.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "be_nn",
    title: "eleven digits: birth date (bis numbers: month plus 20 or 40), serial, check digits (modulus 97)",
    source: "Belgian national register's description: 97 less the remainder, with a 2 in front for births since 2000",
    valid: &["85.07.30-033 28", "85073003328"],
    invalid: &["85073003329", "85773003328", "85073003300", "8507300332", "00000000000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    if compact.len() != 11 {
        return None;
    }
    let number = digits(&compact)?.fold(0u64, |number, digit| number * 10 + u64::from(digit));
    let (body, key) = (number / 100, number % 100);
    let (month, day, serial) = (body / 100_000 % 100, body / 1000 % 100, body % 1000);
    let right = matches!(month % 20, 0..=12) && month < 53 && day <= 31 && (1..999).contains(&serial);
    // births since 2000: nobody is yet born in 2040
    let recent = body / 10_000_000 < 40 && 97 - (body + 2_000_000_000) % 97 == key;
    let checks = recent || 97 - body % 97 == key;
    (right && checks).then_some(())
}
