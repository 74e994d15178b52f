//! A calendar day. The audit date is an argument, so nothing here asks a clock.

use serde::{Deserialize, Serialize};

/// The day that others are counted from.
const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);

/// A day, as the number of days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(pub i64);

impl Day {
    /// Reads `2026-11-24`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() != 10 {
            return None;
        }
        text.parse().ok().map(Self::of_civil)
    }

    /// The day of a date of the Gregorian calendar, if it has it.
    pub fn of(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().map(Self::of_civil)
    }

    /// The last day that can be written: 9999-12-31.
    pub const LAST: Self = Self(2_932_896);

    /// The day of a moment, given as seconds since 1970-01-01T00:00Z.
    pub fn of_seconds(seconds: i64) -> Self {
        Self(seconds.div_euclid(86_400))
    }

    fn civil(self) -> Option<jiff::civil::Date> {
        let span = jiff::Span::new().try_days(self.0).ok()?;
        EPOCH.checked_add(span).ok()
    }

    fn of_civil(date: jiff::civil::Date) -> Self {
        Self((date - EPOCH).get_days().into())
    }

    /// Midnight UTC at its beginning, in seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0.saturating_mul(86_400)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.civil() {
            Some(date) => write!(f, "{date}"),
            None => write!(f, "day {}", self.0),
        }
    }
}

impl TryFrom<String> for Day {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| "not a date of the form 2026-11-24".to_owned())
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// A week of ISO 8601, Monday to Sunday, as the number of weeks since that of 1970-01-01. It is written `2025-W10`: where a day would
/// tell too much of somebody, its week does not name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Week(i64);

impl Week {
    /// The week in which a day lies. 1970-01-01 was a Thursday.
    pub fn of(day: Day) -> Self {
        Self(day.0.saturating_add(3).div_euclid(7))
    }

    /// Its Monday.
    pub fn first(self) -> Day {
        Day(self.0.saturating_mul(7).saturating_sub(3))
    }

    /// Its Sunday.
    pub fn last(self) -> Day {
        Day(self.0.saturating_mul(7).saturating_add(3))
    }

    /// Reads `2025-W10`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, week) = text.split_once("-W").filter(|parts| (parts.0.len(), parts.1.len()) == (4, 2))?;
        let date = jiff::civil::ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, jiff::civil::Weekday::Monday).ok()?;
        Some(Self::of(Day::of_civil(date.date())))
    }
}

impl std::fmt::Display for Week {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.last().civil() {
            Some(date) => {
                let week = date.iso_week_date();
                write!(f, "{:04}-W{:02}", week.year(), week.week())
            }
            None => write!(f, "week {}", self.0),
        }
    }
}

impl TryFrom<String> for Week {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| "not a week of the form 2025-W10".to_owned())
    }
}

impl From<Week> for String {
    fn from(week: Week) -> Self {
        week.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, Week};

    #[test]
    fn weeks_are_those_of_iso_8601() {
        for (day, week, last) in [
            ("1970-01-01", "1970-W01", "1970-01-04"),
            ("2025-03-03", "2025-W10", "2025-03-09"),
            ("2025-03-09", "2025-W10", "2025-03-09"),
            ("2024-12-30", "2025-W01", "2025-01-05"),
            ("2021-01-03", "2020-W53", "2021-01-03"),
        ] {
            let own = Day::parse(day).map(Week::of);
            assert_eq!(own.map(|week| week.to_string()).as_deref(), Some(week), "{day}");
            assert_eq!(own.map(Week::last), Day::parse(last), "{day}");
            assert_eq!(Week::parse(week), own);
        }
        for text in ["2025-W54", "2021-W53", "2025-W1", "25-W10", "2025-10", "-W10"] {
            assert_eq!(Week::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_round_trip() {
        for text in ["1970-01-01", "2026-11-24", "2024-02-29", "1969-12-31"] {
            assert_eq!(Day::parse(text).map(|day| day.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Day::parse("1970-01-02"), Some(Day(1)));
        assert_eq!(Day::parse("2026-02-30"), None);
        assert_eq!(Day::of_seconds(-1), Day(-1));
        assert_eq!(Day::LAST.to_string(), "9999-12-31");
    }
}
