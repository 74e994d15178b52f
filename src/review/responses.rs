//! The supplier's answers beside the findings of an assessment, and the file in which a supplier gives them. Answers change no outcome.

use super::open;
use crate::model::assessment::Assessment;
use crate::model::register::Response;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Puts answers beside the findings that they name, in place of those that stand there. Those that name no finding are kept by fingerprint.
pub fn attach(assessment: &mut Assessment, mut answers: BTreeMap<String, Response>) {
    let mut used: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
    for finding in &mut assessment.findings {
        finding.response = answers.get(&finding.fingerprint).cloned();
        if finding.response.is_some() {
            used.insert(finding.fingerprint.clone());
        }
    }
    answers.retain(|fingerprint, _| !used.contains(fingerprint));
    assessment.unmatched_responses = answers.into_keys().collect();
}

/// The file for the supplier to fill in: every open finding, the worst first, with an empty answer. `clean` makes a text safe for a line.
pub fn form(assessment: &Assessment, clean: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# Answers to the findings of the audit of {} on {}.", clean(&assessment.target), assessment.date);
    out.push_str(
        "# status: accepted (it is right and will be put right), disputed (it is wrong: say why), planned (give the day), fixed.\n\
         # Leave status empty where you have no answer yet. Write no personal data into this file: what looks like it is masked.\n\
         # An answer stands beside the finding in every report. It changes no outcome: a re-test or a waiver does.\n",
    );
    let _ = writeln!(out, "provost-responses: 1\naudit: {}\nresponses:", assessment.evidence.digest);
    if open(assessment).next().is_none() {
        out.push_str("  []\n");
    }
    for finding in open(assessment) {
        let _ = writeln!(
            out,
            "\n  # {} {}: {}\n  # found: {}\n  # wanted: {}\n  # due: {}\n  - finding: {}\n    status:\n    text:\n    date:\n    planned:\n    by:",
            finding.severity.name(),
            clean(&finding.control),
            clean(&finding.location.to_string()),
            clean(&finding.found),
            clean(&finding.expected),
            finding.due,
            quoted(&finding.fingerprint),
        );
    }
    out
}

/// A fingerprint as YAML: all digits, or with an `e` among them, it would be a number elsewhere.
fn quoted(fingerprint: &str) -> String {
    let plain: String = fingerprint.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    format!("\"{plain}\"")
}
