//! The findings: the first of them as a table that needs no script, and the form with which a script filters all of them.

use super::Index;
use super::text::{TABLE_END, count, esc, list, many, outcome_words, path, severity, table};
use crate::model::assessment::Finding;
use crate::model::policy::Severity;
use std::collections::BTreeMap;

/// Findings in the page itself, and rows that the script adds at a time.
pub(crate) const SHOWN: usize = 200;

pub(super) fn section(index: &Index) -> String {
    let findings = &index.assessment.findings;
    if findings.is_empty() {
        return "<p>There is no finding.</p>\n".to_owned();
    }
    let total = findings.len();
    let mut by: BTreeMap<&str, u64> = BTreeMap::new();
    let mut severities: BTreeMap<Severity, u64> = BTreeMap::new();
    for finding in findings {
        *by.entry(finding.control.as_str()).or_default() += 1;
        *severities.entry(finding.severity).or_default() += 1;
    }
    let words: Vec<String> =
        severities.iter().rev().map(|(severity, number)| format!("{} {}", count(*number), severity.name())).collect();
    let waived = findings.iter().filter(|finding| finding.waived).count() as u64;
    let mut out = format!("<p>{}: {}", many(total as u64, "finding", "findings"), words.join(", "));
    if waived > 0 {
        out.push_str(&format!("; {} of them waived", count(waived)));
    }
    out.push_str(
        ". The worst come first. “Due” is the day by which it should be put right, counted from the audit by severity.</p>\n",
    );
    out.push_str(&answers(index));
    out.push_str(&form(index, &by, &severities));
    let shown = total.min(SHOWN);
    let rest = if total > SHOWN {
        format!(
            "The first {shown} of {} findings are shown. The form that searches the others needs a browser that runs scripts; without one, use the report in CSV or JSON.",
            count(total as u64)
        )
    } else if total == 1 {
        "The one finding is shown.".to_owned()
    } else {
        format!("All {} findings are shown.", count(total as u64))
    };
    out.push_str(&format!("<p id=\"shown\" role=\"status\">{rest}</p>\n"));
    let mut rows = table("Findings, worst first", "findings", &["Severity", "Where", "What was found", "#People", "Due"]);
    rows = rows.replacen("<tbody>", "<tbody id=\"rows\">", 1);
    for finding in findings.iter().take(SHOWN) {
        rows.push_str(&row(index, finding));
    }
    out.push_str(&rows);
    out.push_str(TABLE_END);
    out.push_str("<p><button type=\"button\" id=\"further\" hidden>Show more</button></p>\n");
    out
}

/// What the supplier said to the findings, in numbers.
fn answers(index: &Index) -> String {
    let assessment = index.assessment;
    let mut by: BTreeMap<&str, u64> = BTreeMap::new();
    for response in assessment.findings.iter().filter_map(|finding| finding.response.as_ref()) {
        *by.entry(response.stance.name()).or_default() += 1;
    }
    let mut out = String::new();
    if !by.is_empty() {
        let words: Vec<String> = by.iter().map(|(stance, number)| format!("{} {stance}", count(*number))).collect();
        out.push_str(&format!(
            "<p>The supplier answered {}: {}. An answer stands beside its finding and changes no outcome.</p>\n",
            many(by.values().sum(), "finding", "findings"),
            list(&words)
        ));
    }
    if !assessment.unmatched_responses.is_empty() {
        out.push_str(&format!(
            "<p>{} that this audit does not have: {}.</p>\n",
            many(assessment.unmatched_responses.len() as u64, "answer names a finding", "answers name findings"),
            esc(&assessment.unmatched_responses.iter().take(10).cloned().collect::<Vec<_>>().join(", "))
        ));
    }
    out
}

fn form(index: &Index, by: &BTreeMap<&str, u64>, severities: &BTreeMap<Severity, u64>) -> String {
    let mut out = format!(
        "<form id=\"filter\" class=\"filter\" data-total=\"{}\" hidden role=\"search\" aria-label=\"Filter findings\">\n<div><label for=\"f-text\">Search</label><input type=\"search\" id=\"f-text\" autocomplete=\"off\" spellcheck=\"false\"></div>\n<div><label for=\"f-control\">Control</label><select id=\"f-control\"><option value=\"\">All controls</option>",
        index.assessment.findings.len()
    );
    // values are places in the list of controls, so that no id has to be a value
    let mut list: Vec<(&&str, &u64)> = by.iter().collect();
    list.sort();
    for (id, number) in list {
        if let Some(at) = index.controls.get(*id) {
            out.push_str(&format!("<option value=\"{at}\">{} ({})</option>", esc(id), count(*number)));
        }
    }
    out.push_str("</select></div>\n<div><label for=\"f-state\">State</label><select id=\"f-state\"><option value=\"\">Open and waived</option><option value=\"0\">Open</option><option value=\"1\">Waived</option></select></div>\n<fieldset><legend>Severity</legend>");
    for (severity, number) in severities.iter().rev() {
        let name = severity.name();
        out.push_str(&format!(
            "<label class=\"pick\"><input type=\"checkbox\" name=\"severity\" value=\"{name}\" checked> {name} ({})</label>",
            count(*number)
        ));
    }
    out.push_str("</fieldset>\n<div class=\"end\"><button type=\"reset\">Clear the filter</button></div>\n</form>\n");
    out
}

/// A row; the script makes the same one from the island.
pub(crate) fn row(index: &Index, finding: &Finding) -> String {
    let title = index.control(&finding.control).map_or("", |control| control.title.as_str());
    let mut place = format!("{} <span class=\"title\">{}</span>{}", index.link(&finding.control), esc(title), path_of(finding));
    if let Some(key) = &finding.location.key {
        place.push_str(&format!("<span class=\"more\">key <bdi class=\"path\">{}</bdi></span>", esc(key)));
    }
    let mut found = format!("<span class=\"found\">{}</span>", esc(&finding.found));
    found.push_str(&format!("<span class=\"more\">Wanted: {}</span>", esc(&finding.expected)));
    found.push_str(&format!("<span class=\"more\">What to do: {}</span>", esc(&finding.fix)));
    if let Some(line) = finding.advice.as_ref().and_then(|advice| advice.corrected.as_ref()) {
        found.push_str(&format!("<span class=\"more\">The right line: <code>{}</code></span>", esc(line)));
    }
    let answer = crate::text::answer(finding);
    if !answer.is_empty() {
        found.push_str(&format!("<span class=\"more\">The supplier: <b>{}</b></span>", esc(&answer)));
    }
    let seen = finding.first_seen.map_or(String::new(), |day| format!("<span class=\"more\">known since {day}</span>"));
    let outcome = if finding.outcome == crate::model::assessment::Outcome::Fail {
        String::new()
    } else {
        format!("<span class=\"more\">{}</span>", outcome_words(finding.outcome))
    };
    let waived = if finding.waived { " <span class=\"tag waived\">waived</span>" } else { "" };
    format!(
        "<tr><td>{}{waived}{outcome}</td><th scope=\"row\">{place}</th><td>{found}</td><td class=\"n\" data-label=\"People\">{}</td><td class=\"day\" data-label=\"Due\">{}{seen}</td></tr>\n",
        severity(finding.severity),
        count(finding.people),
        finding.due
    )
}

fn path_of(finding: &Finding) -> String {
    if finding.location.artifact.is_empty() && finding.location.part.is_none() {
        return "<span class=\"more\">the whole delivery</span>".to_owned();
    }
    let number = finding.location.number.map_or(String::new(), |number| format!(" <span class=\"no\">no. {number}</span>"));
    format!("<span class=\"place\">{}{number}</span>", path(&finding.location.to_string()))
}
