//! Patient numbers of Northern Ireland: a range of their own, and the check digit of NHS numbers.

use super::nhs_number::ten;
use super::{Validator, Validity, digits};
use std::ops::RangeInclusive;

/// The numbers that are set aside, without the check digit.
const RANGE: RangeInclusive<u64> = 320_000_001..=399_999_999;

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "health_and_care_number",
    title: "ten digits from 320 000 001x to 399 999 999x, modulus 11",
    source: "published ranges of NHS numbers set these aside for Northern Ireland; the check digit is that of NHS numbers (general knowledge)",
    valid: &["350 123 4503", "3200000015", "399-999-9918"],
    invalid: &[
        "3501234504",
        "3200000007",
        "9434765870",
        "0101801238",
        "3333333333",
        "350123450",
        "35012345030",
        "350123450X",
        "",
    ],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = ten(candidate)?;
    let number = digits(compact.get(..9)?)?.fold(0, |number, digit| number * 10 + u64::from(digit));
    RANGE.contains(&number).then_some(())
}
