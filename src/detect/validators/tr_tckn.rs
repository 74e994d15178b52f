//! Turkish identity numbers: eleven digits, two of them check digits.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "tr_tckn",
    title: "eleven digits, not from 0, two check digits (modulus 10)",
    source: "published descriptions of the two check digits",
    valid: &["10000000078", "10000000146"],
    invalid: &["10000000079", "00000000000", "1000000007", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    if compact.len() != 11 || compact.first() == Some(&b'0') {
        return None;
    }
    let (mut odd, mut even, mut all) = (0, 0, 0);
    for (place, digit) in digits(&compact)?.enumerate() {
        let key = match place {
            9 => (odd * 7 + 90 - even) % 10,
            10 => all % 10,
            _ => digit,
        };
        if key != digit {
            return None;
        }
        if place < 9 && place % 2 == 0 {
            odd += digit;
        } else if place < 9 {
            even += digit;
        }
        all += digit;
    }
    Some(())
}
