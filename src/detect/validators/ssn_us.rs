//! US social security numbers: areas, groups and serials that are issued. There is no check digit.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "ssn_us",
    title: "nine digits; area not 000 or 666, group not 00, serial not 0000; taxpayers' numbers (ITIN) from 900 with their own groups",
    source: "US Social Security Administration's rules, and the Internal Revenue Service's for ITIN; numbers of old advertisements are reported as test data",
    valid: &["536-90-4399", "536904399", "900-70-0000"],
    invalid: &["000-12-3456", "666-12-3456", "900-12-3456", "536-00-4399", "536-90-0000", "536-90-439", "111111111", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let compact = compact(candidate)?;
    let first = compact.first()?;
    if compact.len() != 9 || compact.iter().all(|digit| digit == first) {
        return None;
    }
    let number = digits(&compact)?.fold(0, |number, digit| number * 10 + digit);
    let (area, group, serial) = (number / 1_000_000, number / 10_000 % 100, number % 10_000);
    match number {
        78_051_120 | 219_099_999 | 457_555_462 => Some(Validity::TestData),
        // from 900 on they are given to taxpayers who have no such number, with groups of their own
        _ if area >= 900 => matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99).then_some(Validity::Valid),
        _ => (area != 0 && area != 666 && group != 0 && serial != 0).then_some(Validity::Valid),
    }
}
