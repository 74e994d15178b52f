//! Danish personal numbers: birth date and serial. The old check digit is no longer reliable and not used.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "dk_cpr",
    title: "ten digits that begin with a date; structure only",
    source: "Danish CPR office: numbers since 2007 need not pass modulus 11",
    valid: &["211062-5629", "2110625629"],
    invalid: &["321062-5629", "211362-5629", "211062-562", "211062-56299", "000000-0000", "211062-0000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    if compact.len() != 10 {
        return None;
    }
    let birth = digits(compact.get(..6)?)?.fold(0, |number, digit| number * 10 + digit);
    let serial = digits(compact.get(6..)?)?.fold(0, |number, digit| number * 10 + digit);
    let (day, month, year) = (birth / 10_000, birth / 100 % 100, birth % 100);
    (serial > 0 && is_date(2000 + year, month, day)).then_some(())
}
