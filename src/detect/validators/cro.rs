//! Criminal Records Office numbers: serial and year, or the SF form, with a check letter.

use super::pnc_id::is_letter;
use super::{Validator, Validity, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "cro",
    title: "serial/year or SF year/serial and a check letter (modulus 23)",
    source: "the prison service's open code for CRO numbers: year and serial padded to six; the SF form is not padded",
    valid: &["265416/21G", "SF39/56077H", "sf05/482703j"],
    invalid: &["265416/21H", "SF39/56077G", "265416/21", "/21G", "SF/56077H", "1234567/21G", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate.trim_ascii()).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let (letter, number) = candidate.split_last()?;
    let mut parts = number.split(|byte| *byte == b'/');
    let (first, second, None) = (parts.next()?, parts.next()?, parts.next()) else { return None };
    let short = match first {
        [b'S' | b's', b'F' | b'f', year @ ..] => Some(year),
        _ => None,
    };
    let (year, serial) = if let Some(year) = short { (year, second) } else { (second, first) };
    if year.len() != 2 || !(1..=6).contains(&serial.len()) {
        return None;
    }
    let padded = if short.is_some() { serial.len() } else { 6 };
    let scale = (0..padded).fold(1u64, |scale, _| scale * 10);
    let year = digits(year)?.fold(0, |number, digit| number * 10 + digit);
    let serial = digits(serial)?.fold(0, |number, digit| number * 10 + digit);
    is_letter(u64::from(year) * scale + u64::from(serial), *letter).then_some(())
}
