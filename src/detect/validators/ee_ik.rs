//! Estonian and Lithuanian personal codes: sex and century, birth date, serial, check digit.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "ee_ik",
    title: "eleven digits: sex and century, birth date, serial, check digit in two stages modulus 11",
    source: "Estonian standard EVS 585 and the Lithuanian register; vectors of an open collection of validators",
    valid: &["36805280109", "33309240064"],
    invalid: &["36805280108", "96805280109", "36813280109", "3680528010", "00000000000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    if compact.len() != 11 {
        return None;
    }
    let body = compact.get(..10)?;
    let sum = |weights: [u32; 10]| -> Option<u32> {
        Some(digits(body)?.zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() % 11)
    };
    let check = match sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 1])? {
        10 => sum([3, 4, 5, 6, 7, 8, 9, 1, 2, 3])? % 10,
        check => check,
    };
    let sex = digits(&compact)?.next()?;
    let birth = digits(compact.get(1..7)?)?.fold(0, |number, digit| number * 10 + digit);
    let (year, month, day) = (birth / 10_000, birth / 100 % 100, birth % 100);
    let dated = (1..=8).contains(&sex) && is_date(1800 + (sex - 1) / 2 * 100 + year, month, day);
    (digits(&compact)?.nth(10)? == check && dated).then_some(())
}
