//! Chinese resident identity numbers: place, birth date, serial and a check sign.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "cn_ric",
    title: "eighteen signs: place, birth date, serial, ISO 7064 modulus 11-2",
    source: "GB 11643-1999",
    valid: &["110101198001010002"],
    invalid: &["110101198001010003", "110101198013010002", "11010119800101000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let (number, last) = compact.split_at_checked(17)?;
    let part = |from: usize, to: usize| Some(digits(number.get(from..to)?)?.fold(0, |sum, digit| sum * 10 + digit));
    let (year, month, day) = (part(6, 10)?, part(10, 12)?, part(12, 14)?);
    let date = (1900..2100).contains(&year) && is_date(year, month, day);
    let sum = digits(number)?.fold(0, |sum, digit| (sum + digit) * 2 % 11);
    let right = b"10X98765432".get(sum as usize) == last.first();
    (last.len() == 1 && number.first() != Some(&b'0') && date && right).then_some(())
}
