//! Numbers of cells as people see them: whole numbers without a point, dates as year-month-day.

use jiff::ToSpan;
use jiff::civil::date;

/// How a cell's number is shown, as far as it matters to what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Style {
    /// As a number.
    #[default]
    Plain,
    /// As a date, with the time if there is one.
    Date,
    /// As a time of day.
    Time,
    /// With zeros in front, up to so many digits.
    Padded(u8),
}

impl Style {
    /// The style of a built-in format.
    pub(crate) fn built_in(id: u64) -> Self {
        match id {
            14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58 => Self::Date,
            18..=21 | 32..=35 | 45..=47 | 55 | 56 => Self::Time,
            _ => Self::Plain,
        }
    }

    /// The style of a format code.
    pub(crate) fn of_code(code: &str) -> Self {
        if code.len() >= 3 && code.len() <= 20 && code.bytes().all(|byte| byte == b'0') {
            return Self::Padded(code.len() as u8);
        }
        let (mut date, mut time, mut month) = (false, false, false);
        let (mut quoted, mut bracket, mut skip) = (false, false, false);
        for c in code.split(';').next().unwrap_or("").chars() {
            if std::mem::take(&mut skip) {
                continue;
            }
            match c {
                '"' => quoted = !quoted,
                _ if quoted => {}
                '[' => bracket = true,
                ']' => bracket = false,
                // elapsed time: [h]:mm
                'h' | 'H' | 's' | 'S' => time = true,
                _ if bracket => {}
                '\\' | '_' | '*' => skip = true,
                'd' | 'D' | 'y' | 'Y' => date = true,
                'm' | 'M' => month = true,
                _ => {}
            }
        }
        let word = code.eq_ignore_ascii_case("general") || code.eq_ignore_ascii_case("standard");
        match (word, date, time, month) {
            (true, ..) => Self::Plain,
            (_, true, ..) | (_, _, false, true) => Self::Date,
            (_, _, true, _) => Self::Time,
            _ => Self::Plain,
        }
    }
}

/// A number as text. What is no number stays as it is.
pub(crate) fn show(text: &str, style: Style, since_1904: bool) -> String {
    match text.trim().parse::<f64>() {
        Ok(value) if value.is_finite() => value_as(value, style, since_1904),
        _ => text.to_owned(),
    }
}

/// The same of a number.
pub(crate) fn value_as(value: f64, style: Style, since_1904: bool) -> String {
    match style {
        Style::Date => serial(value, since_1904).unwrap_or_else(|| plain(value)),
        Style::Time if (0.0..1.0).contains(&value) => time(value),
        Style::Time => serial(value, since_1904).unwrap_or_else(|| plain(value)),
        Style::Padded(width) if value >= 0.0 && value.fract() == 0.0 => {
            format!("{:0>width$}", plain(value), width = usize::from(width))
        }
        Style::Plain | Style::Padded(_) => plain(value),
    }
}

fn plain(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return (value as i64).to_string();
    }
    // the 15 digits that spreadsheets show: 1.1, not 1.1000000000000001
    format!("{value:.14e}").parse::<f64>().unwrap_or(value).to_string()
}

fn time(value: f64) -> String {
    let seconds = (value.fract() * 86_400.0).round() as u64;
    format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}

/// A count of days as a date. Lotus took 1900 for a leap year, and so does everybody since.
fn serial(value: f64, since_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&value) {
        return None;
    }
    let days = value.floor() as i64;
    let first = match (since_1904, days) {
        (true, _) => date(1904, 1, 1),
        (false, ..60) => date(1899, 12, 31),
        (false, _) => date(1899, 12, 30),
    };
    let day = first.checked_add(days.days()).ok()?;
    let seconds = (value.fract() * 86_400.0).round();
    Some(if seconds > 0.0 && seconds < 86_400.0 { format!("{day} {}", time(value)) } else { day.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_people_see_them() {
        assert_eq!(show("41000.0", Style::Plain, false), "41000");
        assert_eq!(show("1.1000000000000001", Style::Plain, false), "1.1");
        assert_eq!(show("1234", Style::Padded(6), false), "001234");
        assert_eq!(show("n/a", Style::Date, false), "n/a");
        assert_eq!(show("32187", Style::Date, false), "1988-02-14");
        assert_eq!(show("32187.5", Style::Date, false), "1988-02-14 12:00:00");
        assert_eq!(show("1", Style::Date, false), "1900-01-01");
        assert_eq!(show("0", Style::Date, true), "1904-01-01");
        assert_eq!(show("0.75", Style::Time, false), "18:00:00");
        assert_eq!(show("1e300", Style::Date, false).len(), 301);
    }

    #[test]
    fn formats_of_dates_are_known() {
        for code in ["dd/mm/yyyy", "d-mmm-yy", "yyyy\\-mm\\-dd", "[$-809]dd mmmm yyyy;@", "mmm"] {
            assert_eq!(Style::of_code(code), Style::Date, "{code}");
        }
        for code in ["General", "0.00", "#,##0 \"days\"", "[Red]0", "0.00E+00", "@", "_-* #,##0_-"] {
            assert_eq!(Style::of_code(code), Style::Plain, "{code}");
        }
        assert_eq!(Style::of_code("[h]:mm"), Style::Time);
        assert_eq!(Style::of_code("00000000"), Style::Padded(8));
    }
}
