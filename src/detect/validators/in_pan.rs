//! Indian permanent account numbers of persons and firms. There is no check digit.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "in_pan",
    title: "five letters (the fourth says whose), four digits, a letter",
    source: "Indian Income Tax Department's description",
    valid: &["AAAPA0001A", "aaaha0001a"],
    invalid: &["AAAXA0001A", "AAAPA0000A", "AAAP00001A", "AAAPA0001", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let (letters, rest) = compact.split_at_checked(5)?;
    let (number, last) = rest.split_at_checked(4)?;
    let form = letters.iter().all(u8::is_ascii_uppercase) && matches!(last, [b'A'..=b'Z']);
    let holder = b"ABCEFGHJKLPT".contains(letters.get(3)?);
    let given = digits(number)?.any(|digit| digit > 0);
    (form && holder && given).then_some(())
}
