//! Chilean identity and tax numbers (RUT, RUN) with a check sign.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "cl_rut",
    title: "seven or eight digits and a check sign (modulus 11)",
    source: "Chilean tax service's description",
    valid: &["10000000-8", "10.000.000-8"],
    invalid: &["10000000-9", "0-0", "100000-8", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let [number @ .., last] = &*compact else { return None };
    let mut sum = 0;
    for (byte, weight) in number.iter().rev().zip((2..=7).cycle()) {
        sum += u32::from(*byte & 0x0f) * weight;
    }
    let _ = digits(number)?;
    let right = b"0K987654321".get(sum as usize % 11) == Some(last);
    (matches!(number.len(), 7 | 8) && right).then_some(())
}
