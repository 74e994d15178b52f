//! Polish identification numbers: birth date with the century in the month, serial, check digit.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "pl_pesel",
    title: "eleven digits: birth date, serial, check digit (weights 1 3 7 9)",
    source: "Polish digital ministry's description",
    valid: &["44051401359", "440514 01359"],
    invalid: &["44051401358", "44051401350", "44133101359", "4405140135", "00000000000", ""],
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
    let sum: u32 = digits(&compact)?.zip([1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).map(|(digit, weight)| digit * weight).sum();
    let birth = digits(compact.get(..6)?)?.fold(0, |number, digit| number * 10 + digit);
    let (year, month, day) = (birth / 10_000, birth / 100 % 100, birth % 100);
    let century = match month / 20 {
        0 => 1900,
        1 => 2000,
        2 => 2100,
        3 => 2200,
        _ => 1800,
    };
    (sum.is_multiple_of(10) && is_date(century + year, month % 20, day)).then_some(())
}
