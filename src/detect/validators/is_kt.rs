//! Icelandic identity numbers (kennitala): birth date, serial, check digit, century.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "is_kt",
    title: "ten digits: birth date (firms: day plus 40), modulus 11, century 8, 9 or 0",
    source: "Registers Iceland's description",
    valid: &["010180-2019", "0101802019"],
    invalid: &["010180-2029", "321380-2019", "010180-2011", "010180-201", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

const WEIGHTS: [u32; 9] = [3, 2, 7, 6, 5, 4, 3, 2, 1];

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let birth = digits(compact.get(..6)?)?.fold(0, |number, digit| number * 10 + digit);
    let (day, month, year) = (birth / 10_000, birth / 100 % 100, birth % 100);
    let date = is_date(2000 + year, month, if day > 40 { day - 40 } else { day });
    let sum: u32 = digits(&compact)?.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let century = matches!(compact.get(9)?, b'8' | b'9' | b'0');
    (compact.len() == 10 && date && century && sum.is_multiple_of(11)).then_some(())
}
