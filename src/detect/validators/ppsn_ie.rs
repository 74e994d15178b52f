//! Irish personal public service numbers: seven digits, a check letter, and since 2013 a second letter.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "ppsn_ie",
    title: "seven digits and a check letter (modulus 23); a second letter A B H W T X",
    source: "Irish Revenue's published method; 1234567 with its letters is the number printed in guides",
    valid: &["6433435F", "6433435OA", "6433435 F W"],
    invalid: &["6433435E", "6433435FA", "643343F", "6433435", "6433435FZ", "0000000W", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let compact = compact(candidate)?;
    let (number, letters) = compact.split_at_checked(7)?;
    let (check, second) = match letters {
        [check] | [check, b'W' | b'T' | b'X'] => (check, 0),
        [check, letter @ (b'A' | b'B' | b'H')] => (check, u32::from(letter - b'A') + 1),
        _ => return None,
    };
    let sum: u32 = digits(number)?.zip((2..=8).rev()).map(|(digit, weight)| digit * weight).sum();
    let expected = b"WABCDEFGHIJKLMNOPQRSTUV".get(usize::try_from((sum + 9 * second) % 23).ok()?)?;
    if check != expected || number == b"0000000" {
        return None;
    }
    Some(if number == b"1234567" { Validity::TestData } else { Validity::Valid })
}
