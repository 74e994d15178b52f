//! UK unique taxpayer references: ten digits, the first a check digit; a K may follow.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "utr",
    title: "ten digits, the first is the check digit of the others",
    source: "weights 6 7 8 9 10 5 4 3 2 on digits two to ten, modulus 11, as in open implementations",
    valid: &["1955839661", "19558 39661 K", "1123456789"],
    invalid: &["2955839661", "195583966", "19558396610", "0000000000", "195583966X", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let number = compact.strip_suffix(b"K").unwrap_or(&compact);
    let (first, rest) = number.split_first()?;
    if rest.len() != 9 {
        return None;
    }
    let sum: u32 = digits(rest)?.zip([6, 7, 8, 9, 10, 5, 4, 3, 2]).map(|(digit, weight)| digit * weight).sum();
    let expected = b"21987654321".get(usize::try_from(sum % 11).ok()?)?;
    (first == expected).then_some(())
}
