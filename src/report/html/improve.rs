//! What to put right first: the fixes in the order in which they raise the score.

use super::Index;
use super::text::{TABLE_END, esc, severity, table};

/// Fixes that are shown at once.
const SHOWN: usize = 10;

pub(super) fn section(index: &Index) -> String {
    let assessment = index.assessment;
    let Some(value) = assessment.score.value else { return String::new() };
    if assessment.improve.is_empty() {
        return String::new();
    }
    let mut out = String::from("<p>Each row says what the score would be if that control alone were put right.");
    if assessment.score.cap.is_some() {
        out.push_str(" A cap holds the score down while a critical or high control is open; there a fix may bring nothing until the others are done.");
    }
    out.push_str("</p>\n");
    let heads = ["What to do", "Severity", "#Score then", "#Points gained"];
    let rows: Vec<String> = assessment
        .improve
        .iter()
        .map(|row| {
            let control = index.control(&row.control);
            format!(
                "<tr><th scope=\"row\">{} <span class=\"more\">{}</span></th><td>{}</td><td class=\"n\">{:.1}</td><td class=\"n\"><b>+{:.2}</b></td></tr>\n",
                index.link(&row.control),
                esc(&row.fix),
                control.map_or(String::new(), |control| severity(control.severity)),
                row.score,
                (row.score - value).max(0.0)
            )
        })
        .collect();
    let (first, rest) = rows.split_at(rows.len().min(SHOWN));
    out.push_str(&table("Fixes that bring the most", "fix", &heads));
    out.push_str(&first.concat());
    out.push_str(TABLE_END);
    if !rest.is_empty() {
        out.push_str(&format!("<details><summary>The other {} fixes</summary>\n", rest.len()));
        out.push_str(&table("Further fixes", "fix", &heads));
        out.push_str(&rest.concat());
        out.push_str(TABLE_END);
        out.push_str("</details>\n");
    }
    out
}
