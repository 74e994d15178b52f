//! Findings as a table (RFC 4180) for spreadsheets. Columns are a promise: new ones are added at the end. No cell is a formula.

use super::text::{self, escape};
use super::{Format, Style};
use crate::model::assessment::Assessment;

/// The format.
pub(super) struct Csv;
/// The format.
pub(super) static FORMAT: Csv = Csv;

const COLUMNS: &[&str] = &[
    "control",
    "title",
    "severity",
    "theme",
    "outcome",
    "waived",
    "due",
    "path",
    "artifact",
    "part",
    "line",
    "column",
    "key",
    "people",
    "expected",
    "found",
    "fix",
    "clauses",
    "gate",
    "fingerprint",
    "waiver",
    "policy",
    "date",
    "target",
    "classification",
    "first_seen",
    "response",
    "response_text",
    "response_date",
    "response_planned",
    "scope",
];

impl Format for Csv {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn title(&self) -> &'static str {
        "CSV of the findings, for spreadsheets"
    }

    fn render(&self, assessment: &Assessment, _style: Style) -> Vec<u8> {
        let controls = text::controls(assessment);
        let scope = text::scope(assessment);
        let mut out = String::new();
        row(&mut out, COLUMNS);
        for finding in &assessment.findings {
            let control = controls.get(finding.control.as_str());
            let place = &finding.location;
            let number = |value: Option<u64>| value.map_or(String::new(), |value| value.to_string());
            let clauses: Vec<String> = control.map_or_else(Vec::new, |control| {
                control.references.iter().map(|(framework, clauses)| format!("{framework} {}", clauses.join(", "))).collect()
            });
            let waiver = if finding.waived { text::justification(assessment, finding) } else { String::new() };
            let day = |day: Option<crate::model::day::Day>| day.map_or(String::new(), |day| day.to_string());
            let response = finding.response.as_ref();
            let yes = |value: bool| if value { "yes" } else { "no" };
            row(
                &mut out,
                &[
                    &finding.control,
                    control.map_or("", |control| control.title.as_str()),
                    finding.severity.name(),
                    control.map_or("", |control| control.theme.as_str()),
                    finding.outcome.name(),
                    yes(finding.waived),
                    &finding.due.to_string(),
                    &place.artifact,
                    &number(place.number.map(u64::from)),
                    place.part.as_deref().unwrap_or(""),
                    &number(place.line),
                    &number(place.column),
                    place.key.as_deref().unwrap_or(""),
                    &finding.people.to_string(),
                    &finding.expected,
                    &finding.found,
                    &finding.fix,
                    &clauses.join("; "),
                    yes(control.is_some_and(|control| control.gate)),
                    &finding.fingerprint,
                    &waiver,
                    &assessment.policy.id,
                    &assessment.date.to_string(),
                    &assessment.target,
                    assessment.classification.as_deref().unwrap_or(""),
                    &day(finding.first_seen),
                    response.map_or("", |response| response.stance.name()),
                    response.map_or("", |response| response.text.as_str()),
                    &day(response.and_then(|response| response.date)),
                    &day(response.and_then(|response| response.planned)),
                    scope.as_deref().unwrap_or(""),
                ],
            );
        }
        // a table without a row would say that all is well
        if let Some(scope) = scope.filter(|_| assessment.findings.is_empty()) {
            let date = assessment.date.to_string();
            let said = |column: &&str| match *column {
                "policy" => assessment.policy.id.as_str(),
                "date" => date.as_str(),
                "target" => assessment.target.as_str(),
                "scope" => scope.as_str(),
                _ => "",
            };
            row(&mut out, &COLUMNS.iter().map(said).collect::<Vec<_>>());
        }
        out.into_bytes()
    }
}

/// One row: cells made safe, and the line end that the format asks for.
pub(super) fn row(out: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|text| escape::cell(text)).collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}
