//! Swiss social insurance numbers (AHV, AVS): 756 and a check digit like that of trade goods.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "ch_ahv",
    title: "thirteen digits from 756, check digit of EAN-13",
    source: "Swiss Federal Social Insurance Office's description",
    valid: &["756.0000.0000.02", "7560000000002"],
    invalid: &["756.0000.0000.03", "757.0000.0000.09", "756.0000.0000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let sum: u32 = digits(&compact)?.zip([1, 3].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    (compact.len() == 13 && compact.starts_with(b"756") && sum.is_multiple_of(10)).then_some(())
}
