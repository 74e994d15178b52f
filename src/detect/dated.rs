//! Whether a table says itself when its records had served their purpose: a column of the days on which cards were issued, printed or
//! sent. It counts days and keeps no row; what a limit makes of them is the policy's business.

use super::columns::normalise;
use super::validators;
use crate::model::day::Day;
use crate::model::evidence::{Column, Dates};
use std::collections::BTreeMap;

/// What happens to a card at the end, the last first: the record has served its purpose.
const EVENTS: &[&[&str]] = &[
    &["collected", "collection", "delivered", "delivery"],
    &["despatched", "dispatched", "despatch", "dispatch", "posted", "shipped", "sent", "shipping"],
    &["issued", "issue"],
    &[
        "printed",
        "print",
        "personalised",
        "personalized",
        "personalisation",
        "personalization",
        "encoded",
        "produced",
        "production",
    ],
];

/// Words that make a day of such a word.
const OF_TIME: &[&str] = &["date", "day", "on", "at", "time", "timestamp", "datetime", "dt", "ts", "utc"];

/// Words that may stand beside them. Any other makes it another day: `passport issue date`, `planned print date`.
const BESIDE: &[&str] = &[
    "card", "cards", "warrant", "badge", "id", "pass", "job", "batch", "order", "record", "of", "was", "last", "first", "actual",
];

/// Classes whose tables have a date of issue that is not the card's.
const OTHERS: &[&str] = &["passport_number", "driving_licence", "mrz", "national_id"];

/// Classes of those for whom cards are printed.
const CARDS: &[&str] = &["warrant_number", "collar_number", "staff_number", "card_serial", "rank"];

/// Days that are kept apart; a register has no more.
const MOST_DAYS: usize = 4_000;

/// A column of days, while the table is read. Days with the month first are read in both ways until the end says which it is.
pub(super) struct Dated {
    column: usize,
    days: BTreeMap<Day, u64>,
    american: BTreeMap<Day, u64>,
    unread: (u64, u64),
}

impl Dated {
    /// The column of a table that tells it, by headers and the classes that the table has.
    pub(super) fn among(names: &[String], classes: &[&str]) -> Option<Self> {
        let others = classes.iter().any(|class| OTHERS.contains(class)) && !classes.iter().any(|class| CARDS.contains(class));
        let known = names.iter().enumerate().filter_map(|(column, name)| Some((event(name, others)?, column)));
        let column = known.min()?.1;
        Some(Self { column, days: BTreeMap::new(), american: BTreeMap::new(), unread: (0, 0) })
    }

    /// One record.
    pub(super) fn row(&mut self, cells: &[&str]) {
        // what is empty has not happened yet
        let Some(cell) = cells.get(self.column).map(|cell| cell.trim()).filter(|cell| !cell.is_empty()) else { return };
        let read = days(cell);
        for (day, count, unread) in
            [(read.0, &mut self.days, &mut self.unread.0), (read.1, &mut self.american, &mut self.unread.1)]
        {
            match day {
                Some(day) if count.len() < MOST_DAYS || count.contains_key(&day) => *count.entry(day).or_default() += 1,
                _ => *unread += 1,
            }
        }
    }

    /// What it says, if it says anything.
    pub(super) fn finish(self, columns: &[Column]) -> Option<Dates> {
        let american = self.unread.1 < self.unread.0;
        let (days, unread) = if american { (self.american, self.unread.1) } else { (self.days, self.unread.0) };
        let read: u64 = days.values().sum();
        let column = columns.get(self.column).map(|column| column.header.clone()).unwrap_or_default();
        // a column of other words that is called like one of days is none
        (read > unread).then(|| Dates { column, unread, days: days.into_iter().collect() })
    }
}

/// How late in a card's life the day is that a header names; the latest is 0.
fn event(header: &str, others: bool) -> Option<usize> {
    let words = normalise(header);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let rank = EVENTS.iter().position(|event| words.iter().any(|word| event.contains(word)))?;
    let happened = |word: &&str| EVENTS.iter().flat_map(|event| event.iter()).any(|known| known == word);
    let plain = words.iter().all(|word| happened(word) || OF_TIME.contains(word) || BESIDE.contains(word));
    let done = words.iter().any(|word| happened(word) && (word.ends_with('d') || *word == "sent"));
    let timed = words.iter().any(|word| OF_TIME.contains(word));
    let card = words.iter().any(|word| matches!(*word, "card" | "cards" | "warrant" | "badge" | "pass"));
    (plain && (done || timed) && (card || !others)).then_some(rank)
}

/// The day that a cell is, with the day before the month and with the month before the day.
fn days(cell: &str) -> (Option<Day>, Option<Day>) {
    let Some([first, second, third]) = validators::date_parts(cell) else { return (None, None) };
    if first.len() == 4 {
        let day = of(first, second, third);
        return (day, day);
    }
    (of(third, second, first), of(third, first, second))
}

fn of(year: &str, month: &str, day: &str) -> Option<Day> {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i8>().ok()).flatten();
    let year: i16 = match year.len() {
        4 => year.parse().ok()?,
        2 => 2000 + i16::from(number(year)?),
        _ => return None,
    };
    let month = number(month).or_else(|| validators::month(month).and_then(|month| i8::try_from(month).ok()))?;
    Day::of(year, month, number(validators::bare_day(day))?).filter(|_| (1990..2100).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::{Dated, days, event};
    use crate::model::day::Day;

    #[test]
    fn days_in_the_forms_that_exports_write() {
        for text in [
            "2024-03-05",
            "05/03/2024",
            "5.3.24",
            "5 Mar 2024",
            "5th March, 2024",
            "20240305",
            "2024-03-05T10:11:12Z",
            "05/03/2024 10:11",
        ] {
            assert_eq!(days(text).0, Day::parse("2024-03-05"), "{text}");
        }
        for text in ["", "soon", "32/01/2024", "2024-02-30", "1.2.3.4", "2024"] {
            assert_eq!(days(text).0, None, "{text}");
        }
    }

    #[test]
    fn the_latest_event_of_a_card_tells() {
        for (header, rank) in [
            ("Delivered", 0),
            ("despatch_date", 1),
            ("Sent at", 1),
            ("Card Issue Date", 2),
            ("DateIssued", 2),
            ("date of issue", 2),
            ("printed_on", 3),
            ("Print Date", 3),
        ] {
            assert_eq!(event(header, false), Some(rank), "{header}");
        }
        for header in [
            "Passport Issue Date",
            "issue",
            "print",
            "Issue No",
            "date",
            "Planned print date",
            "delivery address",
            "Vetting issued",
        ] {
            assert_eq!(event(header, false), None, "{header}");
        }
        assert_eq!(event("Issue Date", true), None);
        assert_eq!(event("Card issue date", true), Some(2));
    }

    #[test]
    fn a_column_with_the_month_first_is_read_so() {
        let names: Vec<String> = ["name", "print date"].map(str::to_owned).to_vec();
        let Some(mut dated) = Dated::among(&names, &[]) else { panic!("no column") };
        for cell in ["01/02/2024", "01/25/2024", ""] {
            dated.row(&["x", cell]);
        }
        let Some(dates) = dated.finish(&[]) else { panic!("no dates") };
        assert_eq!(dates.oldest(), Day::parse("2024-01-02"));
        assert_eq!((dates.unread, dates.records(), dates.before(Day::of(2024, 1, 10).unwrap_or(Day(0)))), (0, 2, 1));
    }
}
