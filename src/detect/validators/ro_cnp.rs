//! Romanian personal numerical codes: sex and century, birth date, county, serial, check digit.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "ro_cnp",
    title: "thirteen digits: sex and century, birth date, county, check digit",
    source: "weights 2 7 9 1 4 6 3 5 8 2 7 9, modulus 11, 10 counts as 1, as in open implementations",
    valid: &["1630615123457", "1 630615 123457"],
    invalid: &["1630615123458", "0630615123457", "1631315123457", "163061512345", "0000000000000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let ([first, rest @ ..], last) = (&*compact, compact.last()?) else { return None };
    if rest.len() != 12 {
        return None;
    }
    let century = match first {
        b'3' | b'4' => 1800,
        b'5' | b'6' => 2000,
        b'1' | b'2' | b'7'..=b'9' => 1900,
        _ => return None,
    };
    let birth = digits(rest.get(..6)?)?.fold(0, |number, digit| number * 10 + digit);
    let county = digits(rest.get(6..8)?)?.fold(0, |number, digit| number * 10 + digit);
    let sum: u32 = digits(&compact)?.zip([2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]).map(|(digit, weight)| digit * weight).sum();
    let expected = if sum % 11 == 10 { 1 } else { sum % 11 };
    let counties = matches!(county, 1..=52 | 70 | 80..=83);
    let right = is_date(century + birth / 10_000, birth / 100 % 100, birth % 100) && counties;
    (right && u32::from(last & 0x0f) == expected).then_some(())
}
