//! UK sort codes: three pairs of digits. There is no check digit without the account number.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "sort_code",
    title: "three pairs of digits, the first from 01 to 98",
    source: "layout is general knowledge; the modulus tables need the account number and are not used",
    valid: &["40-12-34", "40 12 34", "401234"],
    invalid: &["00-12-34", "99-12-34", "40-12-3", "40-12-345", "44-44-44", "4O-12-34"],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let first = compact.first()?;
    if compact.len() != 6 || compact.iter().all(|digit| digit == first) {
        return None;
    }
    let number = digits(&compact)?.fold(0, |number, digit| number * 10 + digit);
    (10_000..990_000).contains(&number).then_some(())
}
