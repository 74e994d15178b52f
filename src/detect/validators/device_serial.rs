//! Serial numbers of cameras, radios and computers: makers agree on nothing, but a number has digits and is not filled up with one sign.

use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "device_serial",
    title: "five to twenty-four letters and digits, at least two digits, not one sign repeated",
    source: "own rule: the EXIF standard leaves the form to the maker; zeros mean that a camera has none",
    valid: &["0123456789", "T3ST000001", "TST-0001-X"],
    invalid: &["0000000000", "unknown", "ABCDE1", "1234", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    let Some(compact) = compact(candidate) else { return Validity::Invalid };
    let [first, rest @ ..] = &*compact else { return Validity::Invalid };
    let digits = compact.iter().filter(|byte| byte.is_ascii_digit()).count();
    let fits = (5..=24).contains(&compact.len()) && digits >= 2 && rest.iter().any(|byte| byte != first);
    if fits { Validity::Valid } else { Validity::Invalid }
}
