//! GitLab's code quality report: open findings beside the lines of a merge request. Waived ones are left out. Its issues are whole ones of
//! Code Climate, of which GitLab reads a part.

use super::text::escape::{cut, line, prose};
use super::text::{self, place};
use super::{Format, Style};
use crate::model::assessment::{Assessment, Finding};
use crate::model::policy::Severity;
use serde::Serialize;

/// The format.
pub(super) struct Gitlab;
/// The format.
pub(super) static FORMAT: Gitlab = Gitlab;

#[derive(Serialize)]
struct Issue {
    #[serde(rename = "type")]
    kind: &'static str,
    categories: [&'static str; 1],
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Place,
    content: Content,
}

#[derive(Serialize)]
struct Content {
    body: String,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
    end: u64,
}

impl Format for Gitlab {
    fn id(&self) -> &'static str {
        "gitlab"
    }

    fn title(&self) -> &'static str {
        "GitLab code quality: open findings in a merge request"
    }

    fn render(&self, assessment: &Assessment, _style: Style) -> Vec<u8> {
        let controls = text::controls(assessment);
        let issue = |finding: &Finding| {
            let control = controls.get(finding.control.as_str());
            let title = control.map_or(String::new(), |control| line(&control.title) + ": ");
            let gate = control.is_some_and(|control| control.gate);
            let begin = finding.location.line.unwrap_or(1).max(1);
            Issue {
                kind: "issue",
                categories: ["Security"],
                description: cut(&format!("{title}{}", text::message(finding)), 1000),
                check_name: line(&finding.control),
                fingerprint: line(&finding.fingerprint),
                severity: severity(finding.severity, gate),
                location: Place { path: place::path(assessment, &finding.location), lines: Lines { begin, end: begin } },
                content: Content { body: prose(&finding.fix) },
            }
        };
        let scope = text::scope(assessment).map(|said| Issue {
            kind: "issue",
            categories: ["Security"],
            description: cut(&said, 1000),
            check_name: "scope".to_owned(),
            // one and the same in every run: a merge request shows it once
            fingerprint: "provost-scope".to_owned(),
            severity: severity(Severity::Low, false),
            location: Place { path: ".".to_owned(), lines: Lines { begin: 1, end: 1 } },
            content: Content { body: prose("Audit the whole delivery, without --since, before anything rests on this report.") },
        });
        let issues: Vec<Issue> = scope.into_iter().chain(provost_review::open(assessment).map(issue)).collect();
        super::pretty(&issues).into_bytes()
    }
}

/// GitLab's words: a gate blocks.
fn severity(severity: Severity, gate: bool) -> &'static str {
    match (severity, gate) {
        (_, true) => "blocker",
        (Severity::Critical, false) => "critical",
        (Severity::High, false) => "major",
        (Severity::Medium, false) => "minor",
        (Severity::Low, false) => "info",
    }
}
