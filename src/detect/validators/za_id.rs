//! South African identity numbers: birth date, serial, citizenship and a Luhn digit.

use super::date_of_birth::is_date;
use super::luhn_card::luhn;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "za_id",
    title: "thirteen digits: birth date, serial, citizenship 0 to 2, Luhn",
    source: "South African Department of Home Affairs' description",
    valid: &["8001010000008", "800101 0000 016"],
    invalid: &["8001010000009", "8013010000008", "8001010000305", "800101000000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let birth = digits(compact.get(..6)?)?.fold(0, |number, digit| number * 10 + digit);
    let date = is_date(2000 + birth / 10_000, birth / 100 % 100, birth % 100);
    let citizen = matches!(compact.get(10)?, b'0'..=b'2');
    (compact.len() == 13 && date && citizen && luhn(&compact)).then_some(())
}
