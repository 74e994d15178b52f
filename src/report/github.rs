//! GitHub's workflow commands: open findings as annotations of files. Every line is one command; nothing else is written.

use super::text::escape::{command, cut, property};
use super::text::{self, place};
use super::{Format, Style};
use crate::model::assessment::{Assessment, Finding, Verdict};
use crate::model::policy::Severity;

/// The format.
pub(super) struct Github;
/// The format.
pub(super) static FORMAT: Github = Github;

/// Annotations; a run shows few of them anyway.
const MOST: usize = 50;

impl Format for Github {
    fn id(&self) -> &'static str {
        "github"
    }

    fn title(&self) -> &'static str {
        "GitHub workflow commands: annotations of files"
    }

    fn render(&self, assessment: &Assessment, _style: Style) -> Vec<u8> {
        let mut out = String::new();
        let level = if assessment.verdict == Verdict::Pass && assessment.complete { "notice" } else { "error" };
        let said = format!(
            "{}; score {}; coverage {}. {} {}",
            text::verdict(assessment.verdict).to_uppercase(),
            text::score(assessment),
            text::coverage(assessment),
            assessment.reasons.join(" "),
            assessment.disclaimer
        );
        out.push_str(&format!("::{level} title={}::{}\n", property("Provost: verdict"), command(&said)));
        if let Some(scope) = text::scope(assessment) {
            out.push_str(&format!("::notice title={}::{}\n", property("Provost: scope"), command(&scope)));
        }
        let open: Vec<&Finding> = provost_review::open(assessment).collect();
        let controls = text::controls(assessment);
        for finding in open.iter().take(MOST) {
            let title = controls.get(finding.control.as_str()).map_or("", |control| control.title.as_str());
            let title = property(&cut(&format!("{} {title}", finding.control), 200));
            let mut place = String::new();
            if !finding.location.artifact.is_empty() {
                place.push_str(&format!("file={},", property(&place::path(assessment, &finding.location))));
                if let Some(line) = finding.location.line {
                    place.push_str(&format!("line={line},"));
                    if let Some(column) = finding.location.column {
                        place.push_str(&format!("col={column},"));
                    }
                }
            }
            let message = cut(&format!("{} Fix: {}", text::message(finding), finding.fix), 1000);
            out.push_str(&format!("::{} {place}title={title}::{}\n", level_of(finding.severity), command(&message)));
        }
        if open.len() > MOST {
            let left = open.len() - MOST;
            out.push_str(&format!(
                "::notice title=Provost::{left} more findings are not annotated; other report formats have them all\n"
            ));
        }
        out.into_bytes()
    }
}

fn level_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "notice",
    }
}
