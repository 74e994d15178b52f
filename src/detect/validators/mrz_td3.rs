//! Machine-readable zone of passports: the second line of 44 characters, alone or after the first.

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "mrz_td3",
    title: "second line of a passport's machine-readable zone with its five check digits",
    source: "ICAO Doc 9303 part 4: weights 7 3 1; UTO is the specimens' state, reported as test data",
    valid: &["5001234560GBR8001014F3001019<<<<<<<<<<<<<<02", "5001234560GBR8001014F3001019<<<<<<<<<<<<<<<2"],
    invalid: &[
        "5001234561GBR8001014F3001019<<<<<<<<<<<<<<02",
        "5001234560GBR8001014F3001019<<<<<<<<<<<<<<03",
        "L898902C36UTO",
        "",
        "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
    ],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let zone = Zone::<88>::read(candidate)?;
    let line = match zone.bytes().len() {
        44 => zone.bytes(),
        88 => zone.bytes().get(44..)?,
        _ => return None,
    };
    let number = field(line, 0, 9)?;
    let birth = field(line, 13, 6)?;
    let expiry = field(line, 21, 6)?;
    let optional = line.get(28..42)?;
    let optional_check = *line.get(42)?;
    let state = line.get(10..13)?;
    let sex = *line.get(20)?;
    let composite = [line.get(..10)?, line.get(13..20)?, line.get(21..43)?];
    let digits = birth.iter().chain(expiry).all(u8::is_ascii_digit);
    let nothing = optional_check == b'<' && optional.iter().all(|byte| *byte == b'<');
    let checks = (nothing || check_digit([optional], optional_check)) && check_digit(composite, *line.get(43)?);
    let states = state.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'<') && state.first()?.is_ascii_uppercase();
    if !digits || !checks || !states || !b"MFX<".contains(&sex) || number.iter().all(|byte| *byte == b'<') {
        return None;
    }
    Some(if state == b"UTO" { Validity::TestData } else { Validity::Valid })
}

/// A field and whether the digit behind it is its check digit.
pub(super) fn field(line: &[u8], from: usize, length: usize) -> Option<&[u8]> {
    let value = line.get(from..from + length)?;
    check_digit([value], *line.get(from + length)?).then_some(value)
}

/// Whether a digit is the check digit of the characters of some fields together.
pub(super) fn check_digit<const N: usize>(parts: [&[u8]; N], check: u8) -> bool {
    let values = parts.into_iter().flatten().map(|&byte| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 0,
    });
    let sum: u32 = values.zip([7, 3, 1].into_iter().cycle()).map(|(value, weight)| value * weight).sum();
    check.is_ascii_digit() && u32::from(check & 0x0f) == sum % 10
}

/// The characters of a zone without line breaks and spaces; nothing else may be there.
pub(super) struct Zone<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Zone<N> {
    pub(super) fn read(candidate: &[u8]) -> Option<Self> {
        let mut zone = Self { bytes: [0; N], length: 0 };
        for &byte in candidate {
            if byte.is_ascii_alphanumeric() || byte == b'<' {
                *zone.bytes.get_mut(zone.length)? = byte.to_ascii_uppercase();
                zone.length += 1;
            } else if !byte.is_ascii_whitespace() {
                return None;
            }
        }
        Some(zone)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&[])
    }
}
