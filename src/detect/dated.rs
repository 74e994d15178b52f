//! Whether a table says itself when its records had served their purpose: columns of the days on which cards were issued, printed or
//! sent. It counts weeks and keeps no row and no day; what a limit makes of them is the policy's business.

use super::columns::normalise;
use super::table::is_empty;
use super::validators;
use crate::model::day::{Day, Week};
use crate::model::evidence::Dates;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What happens to a card at the end, the last first: the record has served its purpose.
const EVENTS: &[&[&str]] = &[
    &["collected", "collection", "delivered", "delivery", "handed", "handover"],
    &["despatched", "dispatched", "despatch", "dispatch", "posted", "shipped", "sent", "shipping"],
    &["issued", "issue"],
    &[
        "printed",
        "print",
        "printing",
        "personalised",
        "personalized",
        "personalisation",
        "personalization",
        "encoded",
        "encoding",
        "produced",
        "production",
    ],
];

/// The place of `issued` among them. What comes before it happens to parcels and letters, too.
const ISSUED: usize = 2;

/// Words that make a day of such a word.
const OF_TIME: &[&str] = &["date", "day", "on", "at", "time", "timestamp", "datetime", "dt", "ts", "utc"];

/// Words that may stand beside them. Any other makes it another day: `passport issue date`, `planned print date`.
const BESIDE: &[&str] = &[
    "warrant", "id", "identity", "job", "batch", "order", "of", "was", "last", "first", "actual", "over", "to", "force",
    "customer", "client", "officer", "holder", "dd", "mm", "mmm", "yy", "yyyy",
];

/// Words for what is printed.
const CARD: &[&str] = &["card", "cards", "badge", "badges", "pass"];

/// Headers of other things that are issued: beside one, and without a number that only cards have, a bare `Date issued` is the thing's.
const THINGS: &[&str] = &[
    "item",
    "items",
    "uniform",
    "radio",
    "vehicle",
    "locker",
    "kit",
    "equipment",
    "asset",
    "device",
    "laptop",
    "firearm",
    "taser",
    "baton",
    "parcel",
];

/// Headers of what a court issues.
const COURT: &[&str] = &["offence", "offense", "court", "defendant", "summons"];

/// Numbers that stand on such cards: beside one the day is that of a card.
const NUMBERS: &[&str] = &["warrant_number", "collar_number", "card_serial"];

/// The number of an officer's warrant, for which nothing but the card is issued; courts have warrants of their own.
const WARRANT: &str = "warrant_number";

/// A number that any employer gives: beside it what was issued or printed is a card.
const STAFF: &str = "staff_number";

/// The number of a card itself: whatever happens in its table happens to the card.
const SERIAL: &str = "card_serial";

/// Classes whose tables have a date of issue that is not such a card's.
const OTHERS: &[&str] =
    &["passport_number", "driving_licence", "mrz", "national_id", "payment_card", "bank_account", "iban", "court_case"];

/// Digits of a cell that is meant to say when, whoever can read it.
const TELLING: usize = 4;

/// A column of days. Days with the month first are read in both ways until the end says which it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Event {
    column: usize,
    header: Header,
    weeks: [BTreeMap<Week, u64>; 2],
    unread: [u64; 2],
}

impl Event {
    /// Takes a day. What is one only in the other reading has none in this.
    fn take(&mut self, read: [Option<Day>; 2]) {
        for ((day, weeks), unread) in read.into_iter().zip(&mut self.weeks).zip(&mut self.unread) {
            match day {
                Some(day) => *weeks.entry(Week::of(day)).or_default() += 1,
                None => *unread += 1,
            }
        }
    }
}

/// Columns of days, while the table is read. Of a stretch of it, it is told as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Dated {
    /// The latest event first.
    events: Vec<Event>,
    /// Records with something in such a column, and a day in none.
    unread: u64,
    /// Of these, those with something that is meant to be one.
    meant: u64,
}

impl Dated {
    /// The columns of a table that tell it: by their headers, unless a column is of a class itself, and by the classes of the table.
    pub(super) fn among(names: &[String], taken: &[bool], classes: &[&str]) -> Option<Self> {
        if classes.is_empty() {
            return None;
        }
        let free = |column: usize| !taken.get(column).copied().unwrap_or(false);
        let of = |kind: &[&str]| classes.iter().any(|class| kind.contains(class));
        let (numbers, staff, serial, others) = (of(NUMBERS), of(&[STAFF]), of(&[SERIAL]), of(OTHERS));
        let mut known: Vec<(Header, usize)> = names
            .iter()
            .enumerate()
            .filter(|(column, _)| free(*column))
            .filter_map(|(column, name)| Some((header(name)?, column)))
            .collect();
        if known.is_empty() {
            return None;
        }
        // what has a class of its own is no thing
        let beside = |words: &[&str]| {
            let others = names.iter().enumerate().filter(|(column, _)| free(*column));
            others.map(|row| normalise(row.1)).any(|own| own.iter().any(|word| words.contains(&word.as_str())))
        };
        let things = || beside(COURT) || !of(&[WARRANT]) && beside(THINGS);
        let plain = !others && (numbers || staff) && (serial || !things());
        // what was sent or delivered is the card where a card was issued or printed
        let made = |header: &Header| header.rank >= ISSUED && (header.card || plain);
        let late = serial || numbers && known.iter().any(|row| made(&row.0));
        known.retain(|(header, _)| match header {
            Header { card: true, .. } => numbers || !others,
            Header { rank: ISSUED.., .. } => plain,
            _ => plain && late,
        });
        known.sort_by_key(|(header, column)| (header.rank, *column));
        let event = |(header, column): (Header, usize)| Event {
            column,
            header,
            weeks: [BTreeMap::new(), BTreeMap::new()],
            unread: [0, 0],
        };
        (!known.is_empty()).then(|| Self { events: known.into_iter().map(event).collect(), unread: 0, meant: 0 })
    }

    /// One record; its cells are trimmed. Its latest event that has a day counts, and of one event the latest day: what is empty has not
    /// happened yet, and `Y` is no day.
    pub(super) fn row(&mut self, cells: &[&str]) {
        let (mut filled, mut meant) = (false, false);
        let (mut latest, mut chosen) = (None, None);
        for (index, event) in self.events.iter().enumerate() {
            let rank = event.header.rank;
            if chosen.is_some_and(|(known, ..): (usize, _, _)| known < rank) {
                break;
            }
            let Some(cell) = cells.get(event.column).filter(|cell| !is_empty(cell)) else { continue };
            let read = days(cell, event.header.clock);
            let day = read[0].or(read[1]);
            if day.is_none() {
                filled = true;
                meant |= event.header.dated() && cell.bytes().filter(u8::is_ascii_digit).count() >= TELLING;
            } else if latest < day {
                (latest, chosen) = (day, Some((rank, index, read)));
            }
        }
        if let Some((_, index, read)) = chosen {
            if let Some(event) = self.events.get_mut(index) {
                event.take(read);
            }
        } else {
            self.unread += u64::from(filled);
            self.meant += u64::from(meant);
        }
    }

    /// Without what its rows said.
    pub(super) fn emptied(self) -> Self {
        let emptied = |event: Event| Event { weeks: [BTreeMap::new(), BTreeMap::new()], unread: [0, 0], ..event };
        Self { events: self.events.into_iter().map(emptied).collect(), unread: 0, meant: 0 }
    }

    /// Adds what further rows of the same table said. `false` if they are of another.
    pub(super) fn add(&mut self, next: Self) -> bool {
        let same = |(own, next): (&Event, &Event)| own.column == next.column && own.header == next.header;
        if self.events.len() != next.events.len() || !self.events.iter().zip(&next.events).all(same) {
            return false;
        }
        for (own, next) in self.events.iter_mut().zip(next.events) {
            for (weeks, further) in own.weeks.iter_mut().zip(next.weeks) {
                for (week, records) in further {
                    *weeks.entry(week).or_default() += records;
                }
            }
            own.unread.iter_mut().zip(next.unread).for_each(|(own, further)| *own += further);
        }
        self.unread += next.unread;
        self.meant += next.meant;
        true
    }

    /// What it says, if it says anything. Columns without any day, and without what is meant to be one, are of something else.
    pub(super) fn finish(self, mut header: impl FnMut(usize) -> String) -> Option<Dates> {
        let mut dates = Dates { unread: self.unread, ..Dates::default() };
        let mut weeks: BTreeMap<Week, u64> = BTreeMap::new();
        for event in self.events {
            let [day_first, month_first] = event.weeks;
            let [day_unread, month_unread] = event.unread;
            let (own, unread) = if month_unread < day_unread { (month_first, month_unread) } else { (day_first, day_unread) };
            if own.is_empty() && !(self.meant > 0 && event.header.dated()) {
                continue;
            }
            dates.unread += unread;
            let name = header(event.column);
            if !dates.columns.contains(&name) {
                dates.columns.push(name);
            }
            for (week, records) in own {
                *weeks.entry(week).or_default() += records;
            }
        }
        dates.weeks = weeks.into_iter().collect();
        (self.meant > 0 || !dates.weeks.is_empty()).then_some(dates)
    }
}

/// Whether a header says when cards were issued.
pub fn tells(name: &str) -> bool {
    name.len() <= 80 && header(name).is_some()
}

/// Whether cells are days, under a header that says when cards were issued.
pub(super) fn are_days<'a>(name: &str, cells: impl Iterator<Item = &'a str>) -> bool {
    let Some(header) = header(name) else { return false };
    let (mut all, mut read) = (0, 0);
    for cell in cells {
        all += 1;
        read += usize::from(days(cell, header.clock) != [None, None]);
    }
    read * 2 > all
}

/// What a header says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Header {
    /// How late in a card's life the day is; the latest is 0.
    rank: usize,
    /// It says that it is a time.
    timed: bool,
    /// It may be the time of a day alone.
    clock: bool,
    /// It speaks of a card.
    card: bool,
}

impl Header {
    /// What stands below it is meant to be a day.
    fn dated(&self) -> bool {
        self.timed || self.card
    }
}

fn header(name: &str) -> Option<Header> {
    let words = normalise(name);
    let words: Vec<&str> = words.iter().flat_map(|word| pieces(word)).collect();
    let rank = EVENTS.iter().position(|event| words.iter().any(|word| event.contains(word)))?;
    // `Issue date 2`
    let number = |word: &str| word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    let plain = words.iter().all(|word| known(word) || number(word));
    let done = words.iter().any(|word| is_event(word) && (word.ends_with('d') || *word == "sent"));
    let timed = words.iter().any(|word| OF_TIME.contains(word));
    let clock = words.contains(&"time") && !words.contains(&"date");
    let card = words.iter().any(|word| CARD.contains(word));
    // an officer is posted to a station and produced at a court
    let person = words.iter().any(|word| matches!(*word, "posted" | "produced")) && !card;
    (plain && (done || timed) && !person).then_some(Header { rank, timed, clock, card })
}

fn is_event(word: &str) -> bool {
    EVENTS.iter().any(|event| event.contains(&word))
}

fn known(word: &str) -> bool {
    is_event(word) || OF_TIME.contains(&word) || BESIDE.contains(&word) || CARD.contains(&word)
}

/// A word, or the two or three that were written as one: `dateissued`, `cardprintdate`.
fn pieces(word: &str) -> Vec<&str> {
    if known(word) {
        return vec![word];
    }
    let splits = || (2..word.len().saturating_sub(1)).filter_map(|at| word.split_at_checked(at));
    let two = splits().find(|(one, other)| known(one) && known(other)).map(|(one, other)| vec![one, other]);
    let three = || {
        splits().filter(|(one, _)| known(one)).find_map(|(one, rest)| {
            let split = (2..rest.len().saturating_sub(1)).filter_map(|at| rest.split_at_checked(at));
            split.into_iter().find(|(two, three)| known(two) && known(three)).map(|(two, three)| vec![one, two, three])
        })
    };
    two.or_else(three).unwrap_or_else(|| vec![word])
}

/// The day that a cell is, with the day before the month and with the month before the day. Of a month it is the last day.
fn days(cell: &str, clock: bool) -> [Option<Day>; 2] {
    if cell.len() > 40 || !cell.bytes().any(|byte| byte.is_ascii_digit()) {
        return [None, None];
    }
    if let Some(day) = counted(cell, clock) {
        return [Some(day); 2];
    }
    // a digit, T and a digit are a day and a time
    let marks: Vec<char> = cell.chars().collect();
    let plain: String = marks
        .iter()
        .enumerate()
        .map(|(at, mark)| {
            let digit = |at: Option<usize>| at.and_then(|at| marks.get(at)).is_some_and(char::is_ascii_digit);
            if *mark == 'T' && digit(at.checked_sub(1)) && digit(Some(at + 1)) { ' ' } else { *mark }
        })
        .collect();
    let words: Vec<&str> = plain.split([' ', ',']).filter(|word| !word.is_empty() && !is_time(word)).collect();
    let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let parts = match words.as_slice() {
        [day] => match (validators::date_parts(day), day.split_once(['-', '/'])) {
            (None, Some((one, two))) => return [month(one, two); 2],
            (parts, _) => parts,
        },
        [one, two] if validators::month(one).is_some() => return [month(one, two); 2],
        // `20240305 101112`, `2024-03-05 10.11.12`
        [day, time] if digits(&time.trim_end_matches('Z').replace('.', "")) => validators::date_parts(day),
        [one, two, three] => Some([*one, *two, *three]),
        _ => None,
    };
    let Some([first, second, third]) = parts else { return [None, None] };
    if first.len() == 4 && digits(first) {
        return [of(first, second, third); 2];
    }
    if validators::month(first).is_some() {
        return [of(third, first, second); 2];
    }
    [of(third, second, first), of(third, first, second)]
}

/// Whether a word beside a day is a time, a zone or a day of the week.
fn is_time(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let lower = word.trim_end_matches('.').to_ascii_lowercase();
    word.contains(':')
        || matches!(lower.as_str(), "am" | "pm" | "utc" | "gmt" | "bst" | "z")
        || lower.len() >= 3 && DAYS.iter().any(|day| day.starts_with(lower.as_str()))
        || word.len() == 5 && word.starts_with(['+', '-']) && word.bytes().skip(1).all(|byte| byte.is_ascii_digit())
}

/// The last day of a month: `Mar 2024`, `03/2024`, `2024-03`.
fn month(one: &str, two: &str) -> Option<Day> {
    let (year, month) = if one.len() == 4 { (one, two) } else { (two, one) };
    if year.len() != 4 {
        return None;
    }
    ["31", "30", "29", "28"].iter().find_map(|day| of(year, month, day))
}

/// A number that counts days or seconds: a spreadsheet's serial of a day from 1990 on (days since 1899-12-30, with or without the part
/// of the day; not where it may be the time of a day), or seconds, milliseconds or microseconds since 1970, as JSON of .NET has them, too.
fn counted(cell: &str, clock: bool) -> Option<Day> {
    let bare = cell.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")).unwrap_or(cell);
    let (whole, part) = bare.split_once('.').unwrap_or((bare, "0"));
    if part.is_empty() || !whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let day = match whole.len() {
        5 if !clock => Day(number - 25_569),
        10 => Day::of_seconds(number),
        13 => Day::of_seconds(number / 1_000),
        16 => Day::of_seconds(number / 1_000_000),
        _ => return None,
    };
    in_time(day)
}

fn of(year: &str, month: &str, day: &str) -> Option<Day> {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i8>().ok()).flatten();
    let year: i16 = match year.len() {
        4 => year.parse().ok()?,
        2 => match number(year)? {
            old @ 70.. => 1900 + i16::from(old),
            new => 2000 + i16::from(new),
        },
        _ => return None,
    };
    let month = number(month).or_else(|| validators::month(month).and_then(|month| i8::try_from(month).ok()))?;
    in_time(Day::of(year, month, number(validators::bare_day(day))?)?)
}

/// A day on which a card can have been printed by a machine.
fn in_time(day: Day) -> Option<Day> {
    (Day::of(1990, 1, 1)..Day::of(2100, 1, 1)).contains(&Some(day)).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::{Dated, are_days, days, header, tells};
    use crate::model::day::{Day, Week};
    use crate::model::evidence::Dates;

    #[test]
    fn days_in_the_forms_that_exports_write() {
        for text in [
            "2024-03-05",
            "05/03/2024",
            "5.3.24",
            "5 Mar 2024",
            "5th March, 2024",
            "20240305",
            "20240305T101112Z",
            "2024-03-05T10:11:12Z",
            "2024-03-05 10:11:12.123+00:00",
            "05/03/2024 10:11",
            "5 Mar 2024 10:11",
            "05-OCT-2024 10:11",
            "05-AUG-2024",
            "Tue, 05 Mar 2024 10:11:12 +0000",
            "Tuesday 5 March 2024",
            "Tue Mar  5 10:11:12 2024",
            "March 5, 2024",
            "05/03/2024 10:11:12 AM",
            "2024-03-05 10.11.12",
        ] {
            let month = if text.contains("OCT") {
                "10"
            } else if text.contains("AUG") {
                "08"
            } else {
                "03"
            };
            assert_eq!(days(text, false)[0], Day::parse(&format!("2024-{month}-05")), "{text}");
        }
        for text in ["45356", "45356.75", "1709633472", "1709633472000", "1709633472000000", "/Date(1709633472000)/"] {
            assert_eq!(days(text, false), [Day::parse("2024-03-05"); 2], "{text}");
        }
        assert_eq!(days("45356", true), [None; 2]);
        for text in ["Feb 2024", "2024-02", "02/2024", "February, 2024"] {
            assert_eq!(days(text, false), [Day::parse("2024-02-29"); 2], "{text}");
        }
        assert_eq!(days("05/03/99", false)[0], Day::parse("1999-03-05"));
        let long = "2024-03-05 ".repeat(9);
        for text in ["", "soon", "32/01/2024", "2024-02-30", "1.2.3.4", "2024", "12345", "Y", "sat", "x 5 Mar 2024", &long] {
            assert_eq!(days(text, true), [None; 2], "{text}");
        }
    }

    #[test]
    fn headers_that_say_when() {
        for (name, rank) in [
            ("Delivered", 0),
            ("Handed Over", 0),
            ("despatch_date", 1),
            ("Sent at", 1),
            ("Date sent to force", 1),
            ("Card Issue Date", 2),
            ("DateIssued", 2),
            ("dateissued", 2),
            ("Date of Issue (dd/mm/yyyy)", 2),
            ("Issued Date 1", 2),
            ("printed_on", 3),
            ("printdate", 3),
            ("cardprintdate", 3),
            ("Printing Date", 3),
        ] {
            assert_eq!(header(name).map(|header| header.rank), Some(rank), "{name}");
        }
        for name in [
            "Passport Issue Date",
            "issue",
            "print",
            "Issue No",
            "date",
            "Planned print date",
            "delivery address",
            "Vetting issued",
            "Date posted",
        ] {
            assert!(header(name).is_none(), "{name}");
        }
        assert!(tells("Print Date") && !tells("Date of birth"));
        assert!(are_days("Date issued to officer", ["2024-03-05", "soon", "2024-03-06"].into_iter()));
        assert!(!are_days("Date issued to officer", ["Ada Example", "2024-03-05"].into_iter()));
        assert!(!are_days("Date of birth", ["2024-03-05"].into_iter()));
    }

    fn read(names: &[&str], classes: &[&str], rows: &[&[&str]]) -> Option<Dates> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut dated = Dated::among(&names, &[], classes)?;
        for row in rows {
            dated.row(row);
        }
        dated.finish(|_| String::new())
    }

    fn week(day: &str) -> Option<Week> {
        Day::parse(day).map(Week::of)
    }

    #[test]
    fn only_tables_of_cards_tell() {
        let rows: &[&[&str]] = &[&["x", "2024-03-05"]];
        for (name, classes, is) in [
            ("Delivered", &["person_name", "email_address"][..], false),
            ("Delivered", &["person_name", "warrant_number"], false),
            ("Delivered", &["person_name", "card_serial"], true),
            ("Date issued", &["person_name", "warrant_number"], true),
            ("Print Date", &["person_name"], false),
            ("Date Sent", &["person_name", "rank"], false),
            ("Date Sent", &["person_name", "staff_number"], false),
            ("Date issued to officer", &["person_name", "staff_number"], true),
            ("Card issued", &["person_name"], true),
            ("Card issue date", &["payment_card"], false),
            ("Card issue date", &["payment_card", "collar_number"], true),
            ("Issue date", &["passport_number", "collar_number"], false),
            ("Card issued", &[], false),
        ] {
            assert_eq!(read(&["name", name], classes, rows).is_some(), is, "{name} {classes:?}");
        }
        assert!(Dated::among(&["Card issued".to_owned()], &[true], &["person_name"]).is_none());
        let rows: &[&[&str]] = &[&["radio", "2024-03-05", "2024-03-05"]];
        assert_eq!(read(&["item", "Date issued", "Collected"], &["collar_number"], rows), None);
        assert!(read(&["item", "Card issued", "x"], &["collar_number"], rows).is_some());
        assert!(read(&["item", "Date issued", "x"], &["warrant_number"], rows).is_some());
        assert!(read(&["offence", "Date issued", "x"], &["warrant_number"], rows).is_none());
        assert!(read(&["home phone", "Date issued", "x"], &["collar_number"], rows).is_some());
    }

    #[test]
    fn a_column_with_the_month_first_is_read_so() {
        let rows: &[&[&str]] = &[&["x", "01/02/2024"], &["x", "01/25/2024"], &["x", ""], &["x", "soon"]];
        let Some(dates) = read(&["name", "print date"], &["warrant_number"], rows) else { panic!("no dates") };
        assert_eq!(dates.oldest(), week("2024-01-02"));
        assert_eq!((dates.unread, dates.records()), (1, 2));
        let before = |day: &str| Day::parse(day).map(|day| dates.before(day));
        assert_eq!((before("2024-01-07"), before("2024-01-08")), (Some(0), Some(1)));
    }

    #[test]
    fn each_record_goes_by_its_latest_event_with_a_day() {
        let rows: &[&[&str]] = &[
            &["x", "2020-01-07", "Y"],
            &["x", "2020-01-07", ""],
            &["x", "2020-01-07", "2024-03-05"],
            &["x", "", "N"],
            &["x", "", ""],
        ];
        let Some(dates) = read(&["name", "Print Date", "Delivered"], &["warrant_number"], rows) else { panic!("no dates") };
        let expected = [("2020-01-07", 2), ("2024-03-05", 1)].map(|(day, count)| (week(day), count));
        assert_eq!(dates.weeks.iter().map(|row| (Some(row.0), row.1)).collect::<Vec<_>>(), expected);
        assert_eq!(dates.unread, 1);
        let none: &[&[&str]] = &[&["x", "Y"], &["x", "N"]];
        assert_eq!(read(&["name", "Delivered"], &["card_serial"], none), None);
        // what is meant to be a day and cannot be read is not nothing
        let meant: &[&[&str]] = &[&["x", "Y"], &["x", "05 mars 2020"], &["x", "N/A"]];
        let Some(dates) = read(&["name", "Date issued"], &["warrant_number"], meant) else { panic!("no dates") };
        assert_eq!((dates.unread, dates.records(), dates.columns.len()), (2, 0, 1));
    }

    #[test]
    fn of_days_of_one_event_the_latest_counts() {
        let rows: &[&[&str]] = &[&["2020-01-07", "2024-03-05"], &["2024-03-05", "2020-01-07"], &["2024-03-05", "-"]];
        let Some(dates) = read(&["First printed", "Last printed"], &["warrant_number"], rows) else { panic!("no dates") };
        assert_eq!((dates.oldest(), dates.records()), (week("2024-03-05"), 3));
    }
}
