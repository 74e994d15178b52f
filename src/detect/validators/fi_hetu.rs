//! Finnish personal identity codes: birth date, century sign, serial, check character.

use super::date_of_birth::is_date;
use super::{Validator, Validity, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "fi_hetu",
    title: "birth date, century sign, serial, check character (modulus 31)",
    source: "Finnish population register's description; serials from 900 are artificial and reported as test data",
    valid: &["131052-308T", "131052-308t"],
    invalid: &["131052-308U", "131052X", "131352-308T", "131052308T", "131052-001T", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate.trim_ascii()).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    if candidate.len() != 11 {
        return None;
    }
    let (birth, rest) = candidate.split_at_checked(6)?;
    let [century, serial @ .., check] = rest else { return None };
    let century = match century.to_ascii_uppercase() {
        b'+' => 1800,
        b'-' | b'U'..=b'Y' => 1900,
        b'A'..=b'F' => 2000,
        _ => return None,
    };
    let birth = digits(birth)?.fold(0, |number, digit| number * 10 + digit);
    let serial = digits(serial)?.fold(0, |number, digit| number * 10 + digit);
    let (day, month, year) = (birth / 10_000, birth / 100 % 100, birth % 100);
    let place = usize::try_from((birth * 1000 + serial) % 31).ok()?;
    let expected = b"0123456789ABCDEFHJKLMNPRSTUVWXY".get(place)?;
    if !is_date(century + year, month, day) || serial < 2 || *expected != check.to_ascii_uppercase() {
        return None;
    }
    Some(if serial >= 900 { Validity::TestData } else { Validity::Valid })
}
