//! What the verdict does not rest on: gaps in what could be read, and deviations that were accepted.

use super::Index;
use super::text::{TABLE_END, count, esc, heading, left_out, list, many, path, table};
use crate::model::assessment::WaiverStatus;
use std::collections::BTreeMap;

/// Rows at most.
const MOST: usize = 200;

/// A word of the model as it is written in reports.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What could not be read or decided.
pub(super) fn gaps(index: &Index) -> String {
    let gaps = &index.assessment.gaps;
    if gaps.is_empty() {
        return "<p>Everything that was there could be read.</p>\n".to_owned();
    }
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for gap in gaps {
        *kinds.entry(word(gap.kind)).or_default() += 1;
    }
    let words: Vec<String> =
        kinds.iter().map(|(kind, number)| format!("{} {}", count(*number), esc(&kind.replace('_', " ")))).collect();
    let mut out = format!(
        "<p>{}: {}. What was not read never counts as a pass; it lowers the coverage.</p>\n",
        many(gaps.len() as u64, "gap", "gaps"),
        list(&words)
    );
    out.push_str(&table("Gaps", "gaps", &["File", "Kind", "Why"]));
    for gap in gaps.iter().take(index.most(MOST)) {
        let number = gap.number.map_or(String::new(), |number| format!(" <span class=\"no\">no. {number}</span>"));
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}{number}</th><td>{}</td><td>{}</td></tr>\n",
            path(&gap.path),
            heading(&word(gap.kind)),
            esc(&gap.reason)
        ));
    }
    out.push_str(TABLE_END);
    out.push_str(&left_out(index.most(MOST), gaps.len()));
    out
}

/// Waivers and what became of them.
pub(super) fn waivers(index: &Index) -> String {
    let waivers = &index.assessment.waivers;
    if waivers.is_empty() {
        return "<p>No waiver was given: nothing was accepted in place of being put right.</p>\n".to_owned();
    }
    let mut out = String::from(
        "<p>A waiver is a deviation that the auditor’s side accepted. What it covers still shows; the score is given with and without waivers.</p>\n",
    );
    out.push_str(&table(
        "Waivers and what became of them",
        "waive",
        &["Control", "State", "#Findings", "Why", "Owner and approver", "In force"],
    ));
    for row in waivers {
        let waiver = &row.waiver;
        let state = match row.status {
            WaiverStatus::Used => "in force",
            WaiverStatus::Unused => "covers nothing",
            WaiverStatus::Expired => "expired",
            WaiverStatus::NotYet => "not yet in force",
            WaiverStatus::TooWide => "too wide",
        };
        let mut scope = String::new();
        if let Some(finding) = &waiver.finding {
            scope.push_str(&format!("<span class=\"more\">finding {}</span>", esc(finding)));
        }
        for glob in &waiver.globs {
            scope.push_str(&format!("<span class=\"more\">in {}</span>", path(glob)));
        }
        let reference = if waiver.reference.is_empty() {
            String::new()
        } else {
            format!("<span class=\"more\">{}</span>", esc(&waiver.reference))
        };
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}{scope}</th><td><b>{state}</b></td><td class=\"n\">{}</td><td>{}<span class=\"more\">{}</span>{reference}</td><td>{}<span class=\"more\">{}</span></td><td class=\"day\">{} to {}</td></tr>\n",
            index.link(&waiver.control),
            count(row.findings),
            heading(&word(waiver.reason)),
            esc(&waiver.justification),
            esc(&waiver.owner),
            esc(&waiver.approver),
            waiver.granted,
            waiver.expires
        ));
    }
    out.push_str(TABLE_END);
    out
}
