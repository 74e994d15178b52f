//! Austrian insurance numbers: serial, check digit, birth date.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "at_vsnr",
    title: "ten digits: serial of three, check digit (weights 3 7 9 5 8 4 2 1 6 modulus 11), birth date",
    source: "Austrian social insurance; vector of an open collection of validators",
    valid: &["1237010180", "1237 010180"],
    invalid: &["2237010180", "1237320180", "1237010181", "123701018", "0000000000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    if compact.len() != 10 || compact.first() == Some(&b'0') {
        return None;
    }
    let sum: u32 = digits(&compact)?.zip([3, 7, 9, 0, 5, 8, 4, 2, 1, 6]).map(|(digit, weight)| digit * weight).sum();
    let given = digits(&compact)?.nth(3)?;
    let birth = digits(compact.get(4..)?)?.fold(0, |number, digit| number * 10 + digit);
    let (day, month, year) = (birth / 10_000, birth / 100 % 100, birth % 100);
    // a thirteenth month is given when a day's serials are used up
    let dated = month == 13 || is_date(2000 + year, month, day);
    (sum % 11 == given && dated).then_some(())
}
