//! Swedish personal identity numbers: birth date, serial, Luhn digit.

use super::date_of_birth::is_date;
use super::luhn_card::luhn;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "se_pnr",
    title: "ten or twelve digits: birth date (coordination numbers: day plus 60), serial, Luhn",
    source: "Swedish tax agency's description; serials 980 to 999 are those of its test numbers (general knowledge)",
    valid: &["880320-0016", "19880320-0016", "8803200016"],
    invalid: &["880320-0018", "881320-0016", "880320-001", "18880320-00161", "abc", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let compact = compact(candidate)?;
    let number = match compact.len() {
        10 => &*compact,
        12 if [b"18", b"19", b"20"].iter().any(|century| compact.starts_with(*century)) => compact.get(2..)?,
        _ => return None,
    };
    if !luhn(number) {
        return None;
    }
    let birth = digits(number.get(..6)?)?.fold(0, |number, digit| number * 10 + digit);
    let (year, month, day) = (birth / 10_000, birth / 100 % 100, birth % 100);
    // a leap year in either century will do
    if !is_date(2000 + year, month, if day > 60 { day - 60 } else { day }) {
        return None;
    }
    let serial = digits(number.get(6..9)?)?.fold(0, |number, digit| number * 10 + digit);
    Some(if serial >= 980 { Validity::TestData } else { Validity::Valid })
}
