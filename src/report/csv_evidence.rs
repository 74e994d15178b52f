//! The register of evidence as a table (RFC 4180): every artifact that holds something or was not read, and what is missing.

use super::csv::row;
use super::{Format, Style};
use crate::model::assessment::{Assessment, GapResult};
use std::collections::BTreeMap;

/// The format.
pub(super) struct CsvEvidence;
/// The format.
pub(super) static FORMAT: CsvEvidence = CsvEvidence;

const COLUMNS: &[&str] = &[
    "number",
    "path",
    "type",
    "size",
    "modified",
    "encryption",
    "read",
    "hidden",
    "hidden_why",
    "people",
    "records",
    "classes",
    "test_data",
    "photographs_by_page",
    "open_findings",
    "gaps",
    "digest",
    "copy_of",
    "entry",
    "state",
    "issued",
    "expires",
    "days_left",
    "asked_by",
    "about",
];

impl Format for CsvEvidence {
    fn id(&self) -> &'static str {
        "csv-evidence"
    }

    fn title(&self) -> &'static str {
        "CSV of the artifacts: the register of evidence"
    }

    fn render(&self, assessment: &Assessment, _style: Style) -> Vec<u8> {
        let mut findings: BTreeMap<u32, u64> = BTreeMap::new();
        for number in provost_review::open(assessment).filter_map(|finding| finding.location.number) {
            *findings.entry(number).or_default() += 1;
        }
        let mut gaps: BTreeMap<u32, Vec<&GapResult>> = BTreeMap::new();
        for gap in &assessment.gaps {
            if let Some(number) = gap.number {
                gaps.entry(number).or_default().push(gap);
            }
        }
        let mut out = String::new();
        row(&mut out, COLUMNS);
        for artifact in &assessment.artifacts {
            let classes: Vec<String> = artifact.classes.iter().map(|(class, count)| format!("{class} {count}")).collect();
            let reasons: Vec<&str> =
                gaps.remove(&artifact.number).unwrap_or_default().iter().map(|gap| gap.reason.as_str()).collect();
            row(
                &mut out,
                &[
                    &artifact.number.to_string(),
                    &artifact.path,
                    &artifact.kind,
                    &artifact.size.to_string(),
                    &artifact.modified.to_string(),
                    &artifact.encryption,
                    &artifact.read,
                    if artifact.hidden { "yes" } else { "no" },
                    &artifact.hidden_why.join("; "),
                    &artifact.people.to_string(),
                    &artifact.records.to_string(),
                    &classes.join("; "),
                    &artifact.test_data.to_string(),
                    &artifact.photographs_by_page.to_string(),
                    &findings.get(&artifact.number).copied().unwrap_or(0).to_string(),
                    &reasons.join("; "),
                    artifact.digest.as_deref().unwrap_or(""),
                    &artifact.copy_of.map_or(String::new(), |number| number.to_string()),
                    "artifact",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                ],
            );
        }
        // what could not be read at all is in no list of artifacts
        let listed: std::collections::BTreeSet<u32> = assessment.artifacts.iter().map(|artifact| artifact.number).collect();
        for gap in assessment.gaps.iter().filter(|gap| gap.number.is_none_or(|number| !listed.contains(&number))) {
            let number = gap.number.map_or(String::new(), |number| number.to_string());
            named(
                &mut out,
                &[("number", number.as_str()), ("path", &gap.path), ("read", "none"), ("gaps", &gap.reason), ("entry", "gap")],
            );
        }
        shown(&mut out, assessment);
        if let Some(scope) = super::text::scope(assessment) {
            named(&mut out, &[("read", "none"), ("gaps", &scope), ("entry", "scope")]);
        }
        out.into_bytes()
    }
}

/// A row with the cells of these columns, and no others.
fn named(out: &mut String, values: &[(&str, &str)]) {
    let mut cells = vec![""; COLUMNS.len()];
    for (name, value) in values {
        if let Some(cell) = COLUMNS.iter().position(|column| column == name).and_then(|at| cells.get_mut(at)) {
            *cell = value;
        }
    }
    row(out, &cells);
}

/// What cannot be scanned: documents and statements of the manifest, and documents that the policy asks for and nobody supplied.
fn shown(out: &mut String, assessment: &Assessment) {
    let day = |day: Option<crate::model::day::Day>| day.map_or(String::new(), |day| day.to_string());
    for document in &assessment.documents {
        let number = document.artifact.map_or(String::new(), |number| number.to_string());
        let left = document.expires.map_or(String::new(), |day| day.0.saturating_sub(assessment.date.0).to_string());
        let facts: Vec<String> = document.facts.iter().map(|(name, fact)| format!("{name}: {fact}")).collect();
        named(
            out,
            &[
                ("number", number.as_str()),
                ("type", &document.kind),
                ("gaps", document.reason.as_deref().unwrap_or("")),
                ("entry", "document"),
                ("state", document.status.name()),
                ("issued", &day(document.issued)),
                ("expires", &day(document.expires)),
                ("days_left", &left),
                ("asked_by", &document.controls.join(" ")),
                ("about", &facts.join("; ")),
            ],
        );
    }
    for statement in &assessment.statements {
        let signed = if statement.signed { "somebody is named for it" } else { "nobody is named for it" };
        named(
            out,
            &[
                ("type", statement.id.as_str()),
                ("entry", "statement"),
                ("state", &format!("grade {}", statement.grade)),
                ("issued", &day(statement.date)),
                ("asked_by", &statement.controls.join(" ")),
                ("about", &format!("{}; {signed}", statement.answer)),
            ],
        );
    }
}
