//! Dates that can be an adult's birth date.

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "date_of_birth",
    title: "a calendar date of the years 1925 to 2012: ISO, dd/mm/yyyy, dd-mm-yyyy, dd.mm.yyyy, d Mon yyyy, yyyymmdd",
    source: "own rule: people of working age and pensioners; a time of day may follow, as spreadsheets export it",
    valid: &[
        "1980-02-29",
        "29/02/1980",
        "01-12-1975",
        "1.1.1990",
        "3 Jan 1985",
        "3rd January 1985",
        "12-Mar-1970",
        "1980-02-29 00:00:00",
        "1980-02-29T00:00:00Z",
        "19800229",
    ],
    invalid: &[
        "1981-02-29",
        "31/04/1980",
        "2024-01-01",
        "1890-01-01",
        "12/25/1980",
        "3 Foo 1985",
        "1980",
        "",
        "01/02/80",
        "1980-02-29x",
    ],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let [first, second, third] = parts(std::str::from_utf8(candidate).ok()?.trim())?;
    let (year, month, day) = if first.len() == 4 { (first, second, third) } else { (third, second, first) };
    if year.len() != 4 {
        return None;
    }
    let year = number(year)?;
    let day = number(bare(day))?;
    let month = number(month).or_else(|| named(month))?;
    ((1925..=2012).contains(&year) && is_date(year, month, day)).then_some(())
}

/// The three parts of a date as they stand, without the time of day that spreadsheets and logs put behind it.
pub(crate) fn parts(text: &str) -> Option<[&str; 3]> {
    // after "T", or after a space when it has a colon
    let text = match text.split_once(['T', ' ']) {
        Some((date, time)) if time.contains(':') && date.len() >= 6 => date,
        _ => text,
    };
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some([text.get(..4)?, text.get(4..6)?, text.get(6..)?]);
    }
    let mut parts = text.split(['-', '/', '.', ' ', ',']).filter(|part| !part.is_empty());
    let out = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(out)
}

/// A day without what makes it an ordinal: `3` of `3rd`.
pub(crate) fn bare(day: &str) -> &str {
    ["st", "nd", "rd", "th"].iter().find_map(|end| day.strip_suffix(end)).unwrap_or(day)
}

fn number(text: &str) -> Option<u32> {
    (text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

pub(crate) fn named(text: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let starts = |month: &&str| month.get(..text.len()).is_some_and(|head| head.eq_ignore_ascii_case(text));
    let place = (text.len() >= 3).then(|| MONTHS.iter().position(starts))??;
    u32::try_from(place + 1).ok()
}

/// Whether the Gregorian calendar has this day.
pub(super) fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    (1..=days).contains(&day)
}
