//! A calendar day. The audit date is an argument, so nothing here asks a clock.

use serde::{Deserialize, Serialize};

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
        let date: jiff::civil::Date = text.parse().ok()?;
        let epoch = jiff::civil::date(1970, 1, 1);
        Some(Self((date - epoch).get_days().into()))
    }

    /// The day of a date of the Gregorian calendar, if it has it.
    pub fn of(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        Some(Self((date - jiff::civil::date(1970, 1, 1)).get_days().into()))
    }

    /// The last day that can be written: 9999-12-31.
    pub const LAST: Self = Self(2_932_896);

    /// The day of a moment, given as seconds since 1970-01-01T00:00Z.
    pub fn of_seconds(seconds: i64) -> Self {
        Self(seconds.div_euclid(86_400))
    }

    /// Midnight UTC at its beginning, in seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0.saturating_mul(86_400)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let date = jiff::Span::new().try_days(self.0).ok().and_then(|span| jiff::civil::date(1970, 1, 1).checked_add(span).ok());
        match date {
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

#[cfg(test)]
mod tests {
    use super::Day;

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
