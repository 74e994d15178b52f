//! Norwegian birth numbers: birth date, serial and two check digits.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "no_fnr",
    title: "eleven digits: birth date (D numbers: day plus 40), two check digits (modulus 11)",
    source: "Norwegian tax administration's description of the numbers given until 2032",
    valid: &["010180 00055", "01018000136"],
    invalid: &["010180 00056", "321380 00055", "010180 0005", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

const FIRST: [u32; 10] = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
const SECOND: [u32; 11] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let birth = digits(compact.get(..6)?)?.fold(0, |number, digit| number * 10 + digit);
    let (day, month, year) = (birth / 10_000, birth / 100 % 100, birth % 100);
    let date = is_date(2000 + year, month, if day > 40 { day - 40 } else { day });
    let first: u32 = digits(&compact)?.zip(FIRST).map(|(digit, weight)| digit * weight).sum();
    let second: u32 = digits(&compact)?.zip(SECOND).map(|(digit, weight)| digit * weight).sum();
    (compact.len() == 11 && date && first.is_multiple_of(11) && second.is_multiple_of(11)).then_some(())
}
