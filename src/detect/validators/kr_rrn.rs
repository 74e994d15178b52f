//! South Korean resident registration numbers. Those given since October 2020 have no check digit, so none is asked for.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "kr_rrn",
    title: "thirteen digits: birth date, sex and century 1 to 8, six more",
    source: "South Korean Ministry of the Interior's description",
    valid: &["800101-1000008", "8001012000000"],
    invalid: &["801301-1000008", "800101-9000008", "800101-100000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let birth = digits(compact.get(..6)?)?.fold(0, |number, digit| number * 10 + digit);
    let date = is_date(2000 + birth / 10_000, birth / 100 % 100, birth % 100);
    let kind = matches!(compact.get(6)?, b'1'..=b'8');
    let _ = digits(&compact)?;
    (compact.len() == 13 && date && kind).then_some(())
}
