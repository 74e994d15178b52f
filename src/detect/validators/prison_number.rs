//! Prison numbers (NOMS): a letter, four digits, two letters. Nothing in them is a check.

use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "prison_number",
    title: "a letter, four digits and two letters; structure only",
    source: "the prison service's open code; A1234BC is the example that its forms print",
    valid: &["G4872XQ", "z9041qx", "G 4872 XQ", "A1234BC"],
    invalid: &["G487XQ", "GA872XQ", "G48721Q", "G4872XQZ", "44872XQ", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    match compact(candidate).as_deref() {
        Some(b"A1234BC") => Validity::TestData,
        Some([first, number @ .., last, end])
            if number.len() == 4
                && number.iter().all(u8::is_ascii_digit)
                && [first, last, end].into_iter().all(u8::is_ascii_alphabetic) =>
        {
            Validity::Valid
        }
        _ => Validity::Invalid,
    }
}
