//! Identity numbers of mobile equipment: fifteen digits with a Luhn digit.

use super::luhn_card::luhn;
use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "imei",
    title: "fifteen digits, Luhn, not one digit repeated",
    source: "3GPP TS 23.003; 490154203237518 is the number commonly printed as an example",
    valid: &["35-999999-999999-8", "012345678901237"],
    invalid: &["359999999999997", "35999999999999", "000000000000000", "35999999999999A", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    let Some(compact) = compact(candidate) else { return Validity::Invalid };
    let [first, rest @ ..] = &*compact else { return Validity::Invalid };
    if compact.len() != 15 || !luhn(&compact) || rest.iter().all(|digit| digit == first) {
        return Validity::Invalid;
    }
    if &*compact == b"490154203237518" { Validity::TestData } else { Validity::Valid }
}
