//! Greek social security numbers: birth date, serial, Luhn digit.

use super::date_of_birth::is_date;
use super::luhn_card::luhn;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "gr_amka",
    title: "eleven digits: birth date, serial, Luhn digit",
    source: "Greek social security; vector of an open collection of validators",
    valid: &["01013099997", "010130 99997"],
    invalid: &["01013099998", "32013099997", "0101309999", "00000000000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    if compact.len() != 11 || !luhn(&compact) {
        return None;
    }
    let birth = digits(compact.get(..6)?)?.fold(0, |number, digit| number * 10 + digit);
    let (day, month, year) = (birth / 10_000, birth / 100 % 100, birth % 100);
    is_date(2000 + year, month, day).then_some(())
}
