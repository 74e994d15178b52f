//! Croatian personal identification numbers: eleven digits.

use super::de_idnr::mod_11_10;
use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "hr_oib",
    title: "eleven digits, ISO 7064 modulus 11,10, not one digit repeated",
    source: "Croatian tax administration's description; companies have such numbers as well",
    valid: &["33392005961", "333 920 059 61"],
    invalid: &["33392005962", "3339200596", "00000000000", "3339200596A", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    let Some(compact) = compact(candidate) else { return Validity::Invalid };
    let [first, rest @ ..] = &*compact else { return Validity::Invalid };
    let right = compact.len() == 11 && mod_11_10(&compact) && rest.iter().any(|digit| digit != first);
    if right { Validity::Valid } else { Validity::Invalid }
}
