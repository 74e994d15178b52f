//! UK passport numbers: nine digits. Outside the machine-readable zone nothing checks them.

use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "passport_uk",
    title: "nine digits, not all the same",
    source: "general knowledge; whether newer series have letters is not confirmed",
    valid: &["500123456", "500 123 456"],
    invalid: &["50012345", "5001234567", "555555555", "50012345A", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    let Some(compact) = compact(candidate) else { return Validity::Invalid };
    let [first, rest @ ..] = &*compact else { return Validity::Invalid };
    let nine = compact.len() == 9 && compact.iter().all(u8::is_ascii_digit);
    if nine && rest.iter().any(|digit| digit != first) { Validity::Valid } else { Validity::Invalid }
}
