//! Text for the page: escaped, counted, named. Every text that did not grow here goes through [`esc`].

use crate::detect::mask::clean;
use crate::model::assessment::{Outcome, Verdict};
use crate::model::policy::Severity;

/// Text that cannot become markup, break a line or turn the direction of writing.
pub(crate) fn esc(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in plain(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Text without control and direction characters. Line separators are no controls, but break lines all the same.
pub(crate) fn plain(text: &str) -> String {
    clean(text).replace(['\u{2028}', '\u{2029}'], "?")
}

/// A path or key of the delivery: kept apart from the text around it, so that letters written from the right turn nothing else.
pub(crate) fn path(text: &str) -> String {
    if text.is_empty() { "the whole delivery".to_owned() } else { format!("<bdi class=\"path\">{}</bdi>", esc(text)) }
}

/// `47,000`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 file`, `2,000 files`.
pub(crate) fn many(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { more })
}

/// `56 MB`.
pub(crate) fn bytes(number: u64) -> String {
    match number {
        b if b >= 10_000_000_000 => format!("{} GB", count(b / 1_000_000_000)),
        b if b >= 10_000_000 => format!("{} MB", b / 1_000_000),
        b if b >= 10_000 => format!("{} kB", b / 1_000),
        b => many(b, "byte", "bytes"),
    }
}

/// A share as whole per cent, never rounded up to all or down to nothing.
pub(crate) fn percent(share: f64) -> String {
    let shown = (share * 100.0).round();
    if shown >= 100.0 && share < 1.0 {
        "over 99 %".to_owned()
    } else if shown <= 0.0 && share > 0.0 {
        "under 1 %".to_owned()
    } else {
        format!("{shown:.0} %")
    }
}

/// A place on a chart, as SVG wants it. What is no number stands at the beginning.
pub(crate) fn at(share: f64) -> String {
    format!("{:.2}%", if share.is_finite() { share.clamp(0.0, 1.0) * 100.0 } else { 0.0 })
}

/// A class id as words: `ni_number` is "NI number".
pub(crate) fn class(id: &str) -> String {
    let words = id.split('_').map(|word| match word {
        "ni" | "nhs" | "ip" | "gps" | "pnc" | "mrz" | "chi" | "cro" | "utr" | "ppsn" | "ssn" | "us" | "ie" => word.to_uppercase(),
        "iban" => "IBAN".to_owned(),
        word => word.to_owned(),
    });
    esc(&words.collect::<Vec<_>>().join(" "))
}

/// Classes as a list in a sentence.
pub(crate) fn classes<'a>(ids: impl IntoIterator<Item = &'a String>) -> String {
    list(&ids.into_iter().map(|id| class(id)).collect::<Vec<_>>())
}

/// `a, b and c`.
pub(crate) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// A theme's or other id's words, with a capital.
pub(crate) fn heading(id: &str) -> String {
    capital(&id.replace('_', " "))
}

/// A text with a capital.
pub(crate) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => esc(&format!("{}{}", first.to_uppercase(), letters.as_str())),
        None => "Other".to_owned(),
    }
}

/// A framework as people write it.
pub(crate) fn framework(id: &str) -> String {
    match id {
        "uk-gdpr" => "UK GDPR".to_owned(),
        "iso-27001-2022" => "ISO 27001:2022".to_owned(),
        "cis-8.1" => "CIS 8.1".to_owned(),
        "nist-800-53-r5" => "NIST 800-53 r5".to_owned(),
        "caf" => "CAF".to_owned(),
        "ncsp" => "NCSP".to_owned(),
        "cyber-essentials" => "Cyber Essentials".to_owned(),
        "ncsc-cloud" => "NCSC cloud".to_owned(),
        "ncsc-supply-chain" => "NCSC supply chain".to_owned(),
        "pci-card-production" => "PCI card production".to_owned(),
        other => esc(other),
    }
}

/// A severity: a word, and a mark whose shape and colour say the same.
pub(crate) fn severity(severity: Severity) -> String {
    format!("<span class=\"tag s-{0}\">{0}</span>", severity.name())
}

/// An outcome in words.
pub(crate) fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotApplicable => "does not apply",
        Outcome::Pass => "met",
        Outcome::Manual => "by statement",
        Outcome::NotEvidenced => "not shown",
        Outcome::Fail => "not met",
        Outcome::Error => "undecided",
    }
}

/// An outcome: a word with a mark.
pub(crate) fn outcome(outcome: Outcome, waived: bool) -> String {
    let rest = if waived { " <span class=\"tag waived\">waived</span>" } else { "" };
    format!("<span class=\"out o-{}\">{}</span>{rest}", outcome.name(), outcome_words(outcome))
}

/// A verdict in the words of a letter.
pub(crate) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "Pass",
        Verdict::Conditional => "Conditional",
        Verdict::Fail => "Fail",
        Verdict::NotAssessed => "Not assessed",
    }
}

/// What stands below a table that shows only so many of all rows.
pub(crate) fn left_out(shown: usize, all: usize) -> String {
    all.checked_sub(shown).filter(|rest| *rest > 0).map_or(String::new(), |rest| {
        format!("<p>{} left out here; the report in JSON has all.</p>\n", many(rest as u64, "more is", "more are"))
    })
}

/// Opens a table with a caption and column heads in a box that scrolls by itself; a head that begins with `#` is of numbers.
pub(crate) fn table(caption: &str, class: &str, heads: &[&str]) -> String {
    let mut out = format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\"><table class=\"{class}\"><caption>{caption}</caption><thead><tr>"
    );
    for head in heads {
        match head.strip_prefix('#') {
            Some(head) => out.push_str(&format!("<th scope=\"col\" class=\"n\">{head}</th>")),
            None => out.push_str(&format!("<th scope=\"col\">{head}</th>")),
        }
    }
    out.push_str("</tr></thead><tbody>\n");
    out
}

/// Closes what [`table`] opened.
pub(crate) const TABLE_END: &str = "</tbody></table></div>\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_markup_or_turns_direction() {
        assert_eq!(esc("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;");
        assert_eq!(esc("a\u{202e}b\nc\u{1b}[31m\u{2028}"), "a?b?c?[31m?");
    }

    #[test]
    fn numbers_and_names_are_written_as_people_do() {
        assert_eq!(
            [count(7), count(999), count(1_000), count(47_000), count(1_234_567)].join(" "),
            "7 999 1,000 47,000 1,234,567"
        );
        assert_eq!((percent(0.999), percent(1.0), percent(0.001)), ("over 99 %".into(), "100 %".into(), "under 1 %".into()));
        assert_eq!((class("ni_number"), heading("supply_chain")), ("NI number".into(), "Supply chain".into()));
        assert_eq!(at(f64::NAN), "0.00%");
    }
}
