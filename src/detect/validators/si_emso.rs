//! Slovenian (and other former Yugoslav) citizen numbers: birth date, region, serial, check digit.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "si_emso",
    title: "thirteen digits: birth date with three digits of the year, region, serial, check digit modulus 11",
    source: "Slovenian central register; vector of an open collection of validators",
    valid: &["0101006500006", "010100 6500006"],
    invalid: &["0101006500007", "3201006500006", "010100650000", "0000000000000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    if compact.len() != 13 {
        return None;
    }
    let sum: u32 =
        digits(compact.get(..12)?)?.zip([7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]).map(|(digit, weight)| digit * weight).sum();
    let check = match 11 - sum % 11 {
        11 => 0,
        check => check,
    };
    let birth = digits(compact.get(..7)?)?.fold(0, |number, digit| number * 10 + digit);
    let (day, month, year) = (birth / 100_000, birth / 1_000 % 100, birth % 1_000);
    // of the year its first digit is not written
    let year = if year < 800 { 2000 + year } else { 1000 + year };
    (digits(&compact)?.nth(12)? == check && is_date(year, month, day)).then_some(())
}
