//! The register of evidence: documents with their validity, what the policy asks for and nobody supplied, and statements.

use super::Index;
use super::text::{TABLE_END, at, capital, count, esc, heading, left_out, list, many, table};
use crate::model::register::{DocumentResult, DocumentStatus, StatementResult, WARN_DAYS};

/// Rows at most.
const MOST: usize = 500;
/// Days that the drawn calendar shows.
const AHEAD: i64 = 365;

/// The section; left out where there is neither a document nor a statement.
pub(super) fn section(index: &Index) -> String {
    let assessment = index.assessment;
    let (documents, statements) = (&assessment.documents, &assessment.statements);
    if documents.is_empty() && statements.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "<p>What cannot be scanned and has to be shown: the delivery’s manifest lists it, the policy asks for it.</p>\n",
    );
    if !documents.is_empty() {
        out.push_str(&calendar(index, documents));
        out.push_str(&register(index, documents));
    }
    if !statements.is_empty() {
        out.push_str(&said(index, statements));
    }
    out
}

/// When what ends, in steps of a month.
fn calendar(index: &Index, documents: &[DocumentResult]) -> String {
    let current = |document: &&DocumentResult| document.status != DocumentStatus::Superseded;
    let left = |document: &DocumentResult| document.expires.map(|day| day.0.saturating_sub(index.assessment.date.0));
    let steps: [(&str, i64, i64); 6] = [
        ("Past its last day", i64::MIN, -1),
        ("Ends within 30 days", 0, 30),
        ("31 to 60 days", 31, 60),
        ("61 to 90 days", 61, WARN_DAYS),
        ("91 days to 1 year", WARN_DAYS + 1, AHEAD),
        ("Later than in 1 year", AHEAD + 1, i64::MAX),
    ];
    let mut out = table("Expiry calendar", "calendar", &["Last day", "#Documents", "Which"]);
    for (words, from, to) in steps {
        let these: Vec<&DocumentResult> = documents
            .iter()
            .filter(current)
            .filter(|document| left(document).is_some_and(|days| (from..=to).contains(&days)))
            .collect();
        let names: Vec<String> = these
            .iter()
            .map(|document| {
                format!("{} ({})", heading(&document.kind), document.expires.map_or(String::new(), |day| day.to_string()))
            })
            .collect();
        out.push_str(&format!(
            "<tr><th scope=\"row\">{words}</th><td class=\"n\">{}</td><td>{}</td></tr>\n",
            count(these.len() as u64),
            if names.is_empty() { "<span class=\"nil\">none</span>".to_owned() } else { list(&names) }
        ));
    }
    out.push_str(TABLE_END);
    out
}

fn register(index: &Index, documents: &[DocumentResult]) -> String {
    let mut out = table(
        "Documents",
        "register wide",
        &["Document", "State", "Issued", "Last day", "#Days left", "Asked for by", "Validity left, up to a year"],
    );
    for document in documents.iter().take(index.most(MOST)) {
        let left = document.expires.map(|day| day.0.saturating_sub(index.assessment.date.0));
        let facts: Vec<String> = document.facts.iter().map(|(name, fact)| format!("{}: {}", heading(name), esc(fact))).collect();
        let file = document.artifact.map_or(String::new(), |number| format!(" <span class=\"no\">no. {number}</span>"));
        let day =
            |day: Option<crate::model::day::Day>| day.map_or("<span class=\"nil\">–</span>".to_owned(), |day| day.to_string());
        let asked: Vec<String> = document.controls.iter().map(|id| index.link(id)).collect();
        let bar = left.map_or(String::new(), |days| {
            let part = at(days.clamp(0, AHEAD) as f64 / AHEAD as f64);
            format!("<svg class=\"bar\" width=\"100%\" height=\"14\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" height=\"14\"/><rect class=\"w-{}\" width=\"{part}\" height=\"14\"/></svg>", document.status.name())
        });
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}{file}{}</th><td><span class=\"tag {}\">{}</span>{}</td><td class=\"day\">{}</td><td class=\"day\">{}</td><td class=\"n\">{}</td><td>{}</td><td class=\"draw\">{bar}</td></tr>\n",
            heading(&document.kind),
            if facts.is_empty() { String::new() } else { format!("<span class=\"more\">{}</span>", facts.join("; ")) },
            tone(document.status),
            document.status.words(),
            document.reason.as_ref().map_or(String::new(), |reason| format!("<span class=\"more\">{}</span>", capital(reason))),
            day(document.issued),
            day(document.expires),
            left.map_or("<span class=\"nil\">–</span>".to_owned(), |days| days.to_string()),
            if asked.is_empty() { "<span class=\"nil\">no control</span>".to_owned() } else { asked.join(", ") }
        ));
    }
    out.push_str(TABLE_END);
    out.push_str(&left_out(index.most(MOST), documents.len()));
    out
}

fn tone(status: DocumentStatus) -> &'static str {
    match status {
        DocumentStatus::Missing | DocumentStatus::NotShown | DocumentStatus::Expired => "t-bad",
        DocumentStatus::Expiring => "t-warn",
        DocumentStatus::Valid => "t-good",
        DocumentStatus::Undated | DocumentStatus::Superseded => "t-dull",
    }
}

fn said(index: &Index, statements: &[StatementResult]) -> String {
    let mut out = format!(
        "<p>{} of the supplier. A statement alone earns half of what its control is worth, whatever grade it gives itself.</p>\n",
        many(statements.len() as u64, "statement", "statements")
    );
    out.push_str(&table("Statements", "statements", &["Question", "Answer", "Day", "Grade", "Named", "Asked for by"]));
    for statement in statements.iter().take(index.most(MOST)) {
        let asked: Vec<String> = statement.controls.iter().map(|id| index.link(id)).collect();
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"day\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            heading(&statement.id),
            esc(&statement.answer),
            statement.date.map_or("<span class=\"nil\">–</span>".to_owned(), |day| day.to_string()),
            esc(&statement.grade),
            if statement.signed { "yes" } else { "no" },
            if asked.is_empty() { "<span class=\"nil\">no control</span>".to_owned() } else { asked.join(", ") }
        ));
    }
    out.push_str(TABLE_END);
    out.push_str(&left_out(index.most(MOST), statements.len()));
    out
}
