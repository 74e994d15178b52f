//! All findings as one block of JSON that the script reads when somebody filters. It is data: nothing in it can end the block.

use super::Index;
use super::findings::SHOWN;
use super::text::{outcome_words, plain};
use crate::model::assessment::Outcome;
use std::collections::BTreeMap;

/// Texts that repeat are kept once: 100,000 findings share a few hundred of them.
#[derive(Default)]
struct Texts {
    known: BTreeMap<String, usize>,
    list: Vec<String>,
}

impl Texts {
    fn number(&mut self, text: &str) -> usize {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        let number = self.list.len();
        self.known.insert(text.to_owned(), number);
        self.list.push(plain(text));
        number
    }
}

/// JSON in which no `<` and no line separator is left, so that no tag can begin and no script reader stumbles.
pub(super) fn safe(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// The block; the order of a row's fields is that of the script's `F`.
pub(super) fn block(index: &Index) -> String {
    let assessment = index.assessment;
    if assessment.findings.is_empty() {
        return String::new();
    }
    let mut texts = Texts::default();
    let mut rows = Vec::with_capacity(assessment.findings.len());
    for finding in &assessment.findings {
        let place = &finding.location;
        let whole = place.artifact.is_empty() && place.part.is_none();
        let where_ = if whole { String::new() } else { place.to_string() };
        let outcome = if finding.outcome == Outcome::Fail { "" } else { outcome_words(finding.outcome) };
        let corrected = finding.advice.as_ref().and_then(|advice| advice.corrected.as_deref()).unwrap_or("");
        let control = index.controls.get(finding.control.as_str()).map_or(-1, |at| *at as i64);
        let row = serde_json::json!([
            control,
            texts.number(&finding.control),
            finding.severity.name(),
            plain(&where_),
            place.number,
            texts.number(place.key.as_deref().unwrap_or("")),
            texts.number(&finding.found),
            texts.number(&finding.expected),
            texts.number(&finding.fix),
            texts.number(corrected),
            finding.people,
            texts.number(&finding.due.to_string()),
            u8::from(finding.waived),
            outcome,
            plain(&finding.fingerprint),
            texts.number(index.control(&finding.control).map_or("", |control| control.title.as_str())),
            texts.number(&crate::text::answer(finding)),
            finding.first_seen.map_or(String::new(), |day| day.to_string()),
        ]);
        rows.push(safe(&row.to_string()));
    }
    let list = safe(&serde_json::Value::from(texts.list).to_string());
    format!(
        "<script type=\"application/json\" id=\"island\">{{\"shown\":{SHOWN},\"texts\":{list},\"rows\":[\n{}\n]}}</script>\n",
        rows.join(",\n")
    )
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn nothing_ends_the_block() {
        let shown = safe("\"</script><!--\u{2028}&\"");
        assert_eq!(shown, "\"\\u003c/script\\u003e\\u003c!--\\u2028\\u0026\"");
        assert_eq!(serde_json::from_str::<String>(&shown).ok().as_deref(), Some("</script><!--\u{2028}&"));
    }
}
