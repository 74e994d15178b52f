//! Czech and Slovak birth numbers: birth date with the sex in the month, serial, divisible by eleven.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "cz_rc",
    title: "nine digits (until 1953) or ten that eleven divides, beginning with a birth date",
    source: "Czech act on the population register; vector of an open collection of validators",
    valid: &["710319/2745", "7103192745", "531231/123"],
    invalid: &["7103192746", "711319/2745", "710319274", "710332/2745", "000000/0000", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    // as a number, more digits would not fit
    let compact = compact(candidate).filter(|digits| matches!(digits.len(), 9 | 10))?;
    let birth = digits(compact.get(..6)?)?.fold(0, |number, digit| number * 10 + digit);
    let (year, month, day) = (birth / 10_000, birth / 100 % 100, birth % 100);
    // women have 50 more; 20 more when a day's serials are used up
    let month = [70, 50, 20, 0].into_iter().find(|more| month > *more).map_or(month, |more| month - more);
    let whole = digits(&compact)?.fold(0_u64, |number, digit| number * 10 + u64::from(digit));
    let (century, right) = match compact.len() {
        // nine digits were given until 1953: whoever was born before 1900 is dead
        9 => (1900, year <= 53 && !whole.is_multiple_of(1_000)),
        // the remainder 10 was written as 0 until 1985
        10 => {
            (if year > 53 { 1900 } else { 2000 }, whole.is_multiple_of(11) || whole / 10 % 11 == 10 && whole.is_multiple_of(10))
        }
        _ => return None,
    };
    (right && is_date(century + year, month, day)).then_some(())
}
