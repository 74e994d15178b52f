//! What the formats for machines share: safe text, paths, links between parts of an assessment. Everything a supplier can name is
//! hostile here; nothing in this folder may let a name break a line, a cell or a tag.

pub(super) mod escape;
pub(super) mod place;

use crate::model::assessment::{Assessment, CHANGED, ControlResult, Finding, Outcome, Verdict, WaiverResult};
use crate::model::policy::Severity;
use std::collections::BTreeMap;

/// The controls by their id.
pub(super) fn controls(assessment: &Assessment) -> BTreeMap<&str, &ControlResult> {
    assessment.controls.iter().map(|control| (control.id.as_str(), control)).collect()
}

/// The open findings of every control, in the assessment's order.
pub(super) fn open_by_control(assessment: &Assessment) -> BTreeMap<&str, Vec<&Finding>> {
    let mut out: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in provost_review::open(assessment) {
        out.entry(finding.control.as_str()).or_default().push(finding);
    }
    out
}

/// The waiver that covers a finding.
pub(super) fn waiver<'a>(assessment: &'a Assessment, finding: &Finding) -> Option<&'a WaiverResult> {
    assessment.waivers.get(finding.waiver? as usize)
}

/// Why a waived finding is accepted, in a sentence.
pub(super) fn justification(assessment: &Assessment, finding: &Finding) -> String {
    let Some(row) = waiver(assessment, finding) else { return "Accepted by a waiver.".to_owned() };
    let waiver = &row.waiver;
    let reason = reason(row);
    let words = escape::line(&waiver.justification);
    let tail = format!(
        "Owner {}, approved by {}, until {}.",
        escape::line(&waiver.owner),
        escape::line(&waiver.approver),
        waiver.expires
    );
    if words.is_empty() { format!("{reason}. {tail}") } else { format!("{reason}: {} {tail}", sentence(&words)) }
}

fn reason(row: &WaiverResult) -> &'static str {
    use crate::model::waiver::Reason;
    match row.waiver.reason {
        Reason::RiskAccepted => "Risk accepted",
        Reason::CompensatingControl => "Compensating control",
        Reason::RemediationPlanned => "Remediation planned",
        Reason::FalsePositive => "False positive",
        Reason::NotRequiredByContract => "Not required by contract",
    }
}

/// That not all was looked at, as a sentence; `None` where it was.
pub(super) fn scope(assessment: &Assessment) -> Option<String> {
    let (_, said) = assessment.target.rsplit_once(CHANGED)?;
    let (commit, files) = said.strip_suffix(')')?.split_once(": ")?;
    Some(format!(
        "Only what changed since {} was read: {}. What is older was not looked at.",
        escape::line(commit),
        escape::line(files)
    ))
}

/// Text with a full stop at its end.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// What is wrong, in one line: found, and what was wanted.
pub(super) fn message(finding: &Finding) -> String {
    let people = match finding.people {
        0 => String::new(),
        1 => " 1 person is concerned.".to_owned(),
        n => format!(" {n} people are concerned."),
    };
    let found = sentence(&escape::line(&finding.found));
    let expected = sentence(&escape::line(&finding.expected));
    match (found.is_empty(), expected.is_empty()) {
        (true, true) => format!("It does not comply.{people}"),
        (false, true) => format!("{found}{people}"),
        (true, false) => format!("Wanted: {expected}{people}"),
        (false, false) => format!("{found} Wanted: {expected}{people}"),
    }
}

/// The score in words, with its bounds.
pub(super) fn score(assessment: &Assessment) -> String {
    let score = &assessment.score;
    let Some(value) = score.value else { return "no score: nothing was assessed".to_owned() };
    format!("{value:.1} of {:.0}{}", score.maximum, beside_score(assessment))
}

/// What is said behind a score: between what it lies, or what it would be without waivers.
pub(super) fn beside_score(assessment: &Assessment) -> String {
    match (bounds(assessment), without_waivers(assessment)) {
        (Some((low, high)), _) => format!(", between {low:.1} and {high:.1} once the rest is assessed"),
        (None, Some(plain)) => format!(", {plain:.1} without its waivers"),
        (None, None) => String::new(),
    }
}

/// What the score would be without waivers, where that is another one as it is shown.
pub(super) fn without_waivers(assessment: &Assessment) -> Option<f64> {
    let value = assessment.score.value?;
    assessment.score.without_waivers.filter(|plain| (plain - value).abs() > 0.05)
}

/// Between what the score lies, if there is anything left to assess.
pub(super) fn bounds(assessment: &Assessment) -> Option<(f64, f64)> {
    let open = |control: &ControlResult| {
        let (least, most) = control.degree_bounds;
        least < most || matches!(control.outcome, Outcome::NotEvidenced | Outcome::Error | Outcome::Manual)
    };
    assessment.controls.iter().any(open).then_some(assessment.score.low.zip(assessment.score.high)).flatten()
}

/// Coverage in words.
pub(super) fn coverage(assessment: &Assessment) -> String {
    let coverage = &assessment.coverage;
    let seen = &coverage.artifacts;
    match coverage.ratio {
        Some(ratio) => format!("{:.1} %, {} of {} artifacts read", ratio * 100.0, seen.read, seen.seen),
        None => "nothing was seen".to_owned(),
    }
}

/// The verdict as a word for people.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Conditional => "conditional",
        Verdict::Fail => "fail",
        Verdict::NotAssessed => "not assessed",
    }
}

/// The outcome as words for people.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotApplicable => "not applicable",
        Outcome::NotEvidenced => "not evidenced",
        other => other.name(),
    }
}

/// The exit code of an audit without options: what `run.invocation` of a report says.
pub(super) fn exit_code(assessment: &Assessment) -> u8 {
    match (assessment.verdict, assessment.complete) {
        (Verdict::NotAssessed, _) => 3,
        (Verdict::Fail, _) => 1,
        (_, false) => 3,
        (Verdict::Conditional, true) => 1,
        (Verdict::Pass, true) => 0,
    }
}

/// The numbers that code scanning sorts by: 9 and more is critical there, 7 high, 4 medium.
pub(super) fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
    }
}

/// The name of this program and its version, apart.
pub(super) fn tool(assessment: &Assessment) -> (String, String) {
    let text = escape::line(&assessment.tool);
    text.rsplit_once(' ').map_or_else(|| (text.clone(), "0".to_owned()), |(name, version)| (name.to_owned(), version.to_owned()))
}

/// What the supplier says to a finding, with its state; "" without an answer.
pub(super) fn answer(finding: &Finding) -> String {
    finding.response.as_ref().map_or(String::new(), |response| {
        let end = if response.text.is_empty() { String::new() } else { format!(": {}", response.text) };
        format!("{}{end}", response.head())
    })
}
