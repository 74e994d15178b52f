//! Portuguese tax numbers of natural persons: nine digits, modulus 11.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "pt_nif",
    title: "nine digits that begin with 1, 2, 3 or 45 (natural persons), modulus 11",
    source: "Portuguese tax authority's description; 123456789 passes and is the usual dummy",
    valid: &["200000004", "PT 200 000 004"],
    invalid: &["200000005", "501964843", "20000000", "2000000040", "000000000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let compact = compact(candidate)?;
    let number = compact.strip_prefix(b"PT").unwrap_or(&compact);
    let person = matches!(number, [b'1'..=b'3', ..] | [b'4', b'5', ..]);
    if number.len() != 9 || !person {
        return None;
    }
    let (last, head) = number.split_last()?;
    let sum: u32 = digits(head)?.zip((2..=9).rev()).map(|(digit, weight)| digit * weight).sum();
    if !last.is_ascii_digit() || (11 - sum % 11) % 11 % 10 != u32::from(last & 0x0f) {
        return None;
    }
    Some(if number == b"123456789" { Validity::TestData } else { Validity::Valid })
}
