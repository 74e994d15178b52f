//! Bulgarian civil numbers: birth date with the century in the month, serial, check digit.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "bg_egn",
    title: "ten digits: birth date, serial, check digit (weights 2 4 8 5 10 9 7 3 6 modulus 11)",
    source: "Bulgarian civil registration; vector of an open collection of validators",
    valid: &["7523169263", "752316 9263"],
    invalid: &["7523169264", "752316926", "0000000000", ""],
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
    let sum: u32 = digits(compact.get(..9)?)?.zip([2, 4, 8, 5, 10, 9, 7, 3, 6]).map(|(digit, weight)| digit * weight).sum();
    let given = digits(&compact)?.nth(9)?;
    let birth = digits(compact.get(..6)?)?.fold(0, |number, digit| number * 10 + digit);
    let (year, month, day) = (birth / 10_000, birth / 100 % 100, birth % 100);
    let century = match month / 20 {
        0 => 1900,
        1 => 1800,
        _ => 2000,
    };
    (sum % 11 % 10 == given && is_date(century + year, month % 20, day)).then_some(())
}
