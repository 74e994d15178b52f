//! Canadian social insurance numbers: nine digits with a Luhn digit.

use super::luhn_card::luhn;
use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "ca_sin",
    title: "nine digits, not from 0 or 8, Luhn",
    source: "Government of Canada's description",
    valid: &["100-000-009", "100 000 017"],
    invalid: &["100-000-008", "000-000-000", "800-000-002", "100-000-00", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let given = !matches!(compact.first()?, b'0' | b'8');
    (compact.len() == 9 && given && luhn(&compact)).then_some(())
}
