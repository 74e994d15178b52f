//! Scottish patient numbers: day, month and year of birth, three digits, and the check digit of NHS numbers.

use super::date_of_birth::is_date;
use super::nhs_number::ten;
use super::{Validator, Validity, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "chi_number",
    title: "ten digits that begin with a date (DDMMYY), modulus 11",
    source: "published ranges of NHS numbers set 010101 0000 to 311299 9999 aside for Scotland; the check digit is that of NHS numbers (general knowledge)",
    valid: &["0101801238", "010180 1246", "290284-0012", "3112990005", "290200-0006"],
    invalid: &[
        "0101801239",
        "9434765870",
        "3104801231",
        "3202840010",
        "010180123",
        "01018012380",
        "0000000000",
        "010180123X",
        "",
    ],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = ten(candidate)?;
    let birth = digits(compact.get(..6)?)?.fold(0, |number, digit| number * 10 + digit);
    // the century is not said: of the two years only 2000 is a leap year, so it stands for both
    is_date(2000 + birth % 100, birth / 100 % 100, birth / 10_000).then_some(())
}
