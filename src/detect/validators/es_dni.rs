//! Spanish identity numbers: DNI of citizens and NIE of foreigners, check letter.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "es_dni",
    title: "eight digits, or X Y Z and seven, and the check letter (modulus 23)",
    source: "Spanish interior ministry's description; 12345678Z and 00000000T are the numbers printed as examples",
    valid: &["54362315K", "54362315-k", "X2482300W", "X-2482300-W"],
    invalid: &["54362315J", "X2482300A", "5436231K", "543623155K", "A2482300W", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let compact = compact(candidate)?;
    if compact.len() != 9 {
        return None;
    }
    let (letter, head) = compact.split_last()?;
    let (first, rest) = head.split_first()?;
    let lead = match first {
        b'X' | b'0' => 0,
        b'Y' => 1,
        b'Z' => 2,
        b'1'..=b'9' => u32::from(first - b'0'),
        _ => return None,
    };
    let number = digits(rest)?.fold(lead, |number, digit| number * 10 + digit);
    let expected = b"TRWAGMYFPDXBNJZSQVHLCKE".get(usize::try_from(number % 23).ok()?)?;
    if letter != expected {
        return None;
    }
    let printed = first.is_ascii_digit() && matches!(number, 0 | 12_345_678);
    Some(if printed { Validity::TestData } else { Validity::Valid })
}
