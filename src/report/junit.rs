//! `JUnit` XML, for whatever shows test results: a suite for each theme, a case for each control, and one case for the verdict.
//! It holds no markup but its own.

use super::text::escape::{cut, line, xml};
use super::text::{self, place};
use super::{Format, Style};
use crate::model::assessment::{Assessment, ControlResult, DISCLAIMER, Finding, Outcome, Verdict};
use std::collections::BTreeMap;

/// The format.
pub(super) struct Junit;
/// The format.
pub(super) static FORMAT: Junit = Junit;

/// Findings that one case names; more are counted.
const MOST_PLACES: usize = 200;

impl Format for Junit {
    fn id(&self) -> &'static str {
        "junit"
    }

    fn title(&self) -> &'static str {
        "JUnit XML for CI: a test for each control"
    }

    fn render(&self, assessment: &Assessment, _style: Style) -> Vec<u8> {
        let open = text::open_by_control(assessment);
        let mut themes: BTreeMap<&str, Vec<&ControlResult>> = BTreeMap::new();
        for control in &assessment.controls {
            themes.entry(control.theme.as_str()).or_default().push(control);
        }
        let mut suites = vec![Suite::new("audit", vec![verdict(assessment)])];
        for (theme, controls) in themes {
            let none = Vec::new();
            let cases = controls.iter().map(|control| {
                let findings = open.get(control.id.as_str()).unwrap_or(&none);
                case(assessment, control, findings)
            });
            suites.push(Suite::new(theme, cases.collect()));
        }
        document(assessment, &suites).into_bytes()
    }
}

/// What became of a case.
#[derive(PartialEq)]
enum Kind {
    Passed,
    Failure,
    Error,
    Skipped,
}

struct Case {
    name: String,
    kind: Kind,
    /// In a word.
    class: &'static str,
    message: String,
    lines: Vec<String>,
}

struct Suite<'a> {
    name: &'a str,
    cases: Vec<Case>,
}

impl<'a> Suite<'a> {
    fn new(name: &'a str, cases: Vec<Case>) -> Self {
        Self { name, cases }
    }

    fn count(&self, kind: &Kind) -> usize {
        self.cases.iter().filter(|case| case.kind == *kind).count()
    }
}

fn verdict(assessment: &Assessment) -> Case {
    let kind = match text::exit_code(assessment) {
        0 => Kind::Passed,
        1 => Kind::Failure,
        _ => Kind::Error,
    };
    let class = match assessment.verdict {
        Verdict::NotAssessed => "not_assessed",
        _ if kind == Kind::Error => "incomplete",
        other => other.name(),
    };
    let mut lines = assessment.reasons.clone();
    lines.push(format!("Coverage: {}.", text::coverage(assessment)));
    lines.push(DISCLAIMER.to_owned());
    let message = format!("{}; score {}", text::verdict(assessment.verdict), text::score(assessment));
    Case { name: "verdict".to_owned(), kind, class, message, lines }
}

fn case(assessment: &Assessment, control: &ControlResult, findings: &[&Finding]) -> Case {
    let name = format!("{} {}", control.id, control.title);
    let (kind, class, message) = match control.outcome {
        Outcome::Pass => (Kind::Passed, "pass", String::new()),
        Outcome::NotApplicable => (Kind::Skipped, "not_applicable", format!("not applicable: {}", control.reason)),
        Outcome::Manual => (Kind::Skipped, "manual", "rests on the supplier's statement alone".to_owned()),
        _ if control.waived => {
            let first = assessment.findings.iter().find(|finding| finding.control == control.id);
            let why =
                first.map_or_else(|| "Accepted by a waiver.".to_owned(), |finding| text::justification(assessment, finding));
            (Kind::Skipped, "waived", format!("waived: {why}"))
        }
        Outcome::Fail => (Kind::Failure, control.severity.name(), control.reason.clone()),
        Outcome::NotEvidenced => (Kind::Error, "not_evidenced", format!("no evidence: {}", control.reason)),
        Outcome::Error => (Kind::Error, "error", control.reason.clone()),
    };
    let mut lines = Vec::new();
    if matches!(kind, Kind::Failure | Kind::Error) {
        for finding in findings.iter().take(MOST_PLACES) {
            let message = cut(&text::message(finding), 400);
            lines.push(format!("{}: {message} [{}, due {}]", place::words(&finding.location), finding.fingerprint, finding.due));
        }
        if findings.len() > MOST_PLACES {
            lines.push(format!("and {} more", findings.len() - MOST_PLACES));
        }
        lines.push(format!("Why: {}", control.why));
        lines.push(format!("Fix: {}", control.fix));
    }
    Case { name, kind, class, message, lines }
}

fn document(assessment: &Assessment, suites: &[Suite]) -> String {
    let sum = |kind: &Kind| suites.iter().map(|suite| suite.count(kind)).sum::<usize>();
    let tests: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!(
        "<testsuites name=\"provost {}\" tests=\"{tests}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\">\n",
        xml(&assessment.policy.id),
        sum(&Kind::Failure),
        sum(&Kind::Error),
        sum(&Kind::Skipped)
    ));
    for suite in suites {
        out.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\" timestamp=\"{}T00:00:00\">\n",
            xml(suite.name),
            suite.cases.len(),
            suite.count(&Kind::Failure),
            suite.count(&Kind::Error),
            suite.count(&Kind::Skipped),
            assessment.date
        ));
        if suite.name == "audit" {
            properties(&mut out, assessment);
        }
        for case in &suite.cases {
            write(&mut out, suite.name, case);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn properties(out: &mut String, assessment: &Assessment) {
    let rows = [
        ("target", assessment.target.as_str()),
        ("policy", assessment.policy.id.as_str()),
        ("policy_version", assessment.policy.version.as_str()),
        ("policy_digest", assessment.policy.digest.as_str()),
        ("evidence_digest", assessment.evidence.digest.as_str()),
        ("tool", assessment.tool.as_str()),
    ];
    out.push_str("    <properties>\n");
    for (name, value) in rows {
        out.push_str(&format!("      <property name=\"{name}\" value=\"{}\"/>\n", xml(value)));
    }
    out.push_str("    </properties>\n");
}

fn write(out: &mut String, suite: &str, case: &Case) {
    let head = format!("    <testcase name=\"{}\" classname=\"provost.{}\" time=\"0\"", xml(&case.name), xml(suite));
    let tag = match case.kind {
        Kind::Passed => {
            out.push_str(&format!("{head}/>\n"));
            return;
        }
        Kind::Skipped => {
            out.push_str(&format!("{head}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", xml(&case.message)));
            return;
        }
        Kind::Failure => "failure",
        Kind::Error => "error",
    };
    let body: Vec<String> = case.lines.iter().map(|text| xml(&line(text))).collect();
    out.push_str(&format!(
        "{head}>\n      <{tag} message=\"{}\" type=\"{}\">{}</{tag}>\n    </testcase>\n",
        xml(&case.message),
        case.class,
        body.join("\n")
    ));
}
