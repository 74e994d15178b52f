//! Police National Computer identifiers: year, serial number, check letter.

use super::{Validator, Validity, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "pnc_id",
    title: "year of two or four digits, serial number of up to seven, check letter (modulus 23)",
    source: "the prison service's open code for PNC identifiers: two-digit year and padded serial, modulus 23, letters without I O S",
    valid: &["2003/0011985X", "03/11985X", "2012/0052494Q", "2023/0000001A", "20030011985x", "030011985X"],
    invalid: &["2003/0011985Y", "2003/11985", "1800/0011985X", "2003/00119850X", "/X", "", "2003/001198é", "2003/0000000Z"],
    check,
};

/// The letter of each remainder.
pub(super) const LETTERS: &[u8; 23] = b"ZABCDEFGHJKLMNPQRTUVWXY";

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate.trim_ascii()).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let (letter, number) = candidate.split_last()?;
    let mut parts = number.split(|byte| *byte == b'/');
    let (first, second, None) = (parts.next()?, parts.next(), parts.next()) else { return None };
    let (year, serial) = match second {
        Some(serial) => (first, serial),
        // without the slash the serial number is padded
        None => first.split_at_checked(first.len().checked_sub(7)?)?,
    };
    if !matches!(year.len(), 2 | 4) || !(1..=7).contains(&serial.len()) {
        return None;
    }
    if year.len() == 4 && !(year.starts_with(b"19") || year.starts_with(b"20")) {
        return None;
    }
    let year = digits(year)?.fold(0, |number, digit| number * 10 + digit) % 100;
    let serial = digits(serial)?.fold(0, |number, digit| number * 10 + digit);
    let value = u64::from(year) * 10_000_000 + u64::from(serial);
    (serial > 0 && is_letter(value, *letter)).then_some(())
}

/// Whether a letter is the check letter of a number.
pub(super) fn is_letter(number: u64, letter: u8) -> bool {
    let place = usize::try_from(number % 23).ok();
    place.and_then(|place| LETTERS.get(place)) == Some(&letter.to_ascii_uppercase())
}
