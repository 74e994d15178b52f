//! Several assessments side by side: this year against last, suppliers against each other, one supplier over the years. It reads stored
//! assessments and judges nothing anew.

use provost_model as model;

pub mod compare;
pub mod diff;
pub mod history;
mod pairs;
pub mod responses;
pub mod retest;
pub mod sound;

use crate::model::assessment::{Assessment, Finding};
use crate::model::day::Day;
use crate::model::policy::{Parameter, Severity};

/// The findings of an assessment that are open: not waived.
pub fn open(assessment: &Assessment) -> impl Iterator<Item = &Finding> {
    assessment.findings.iter().filter(|finding| !finding.waived)
}

/// Open findings by severity, the worst first.
pub fn by_severity(assessment: &Assessment) -> [(Severity, usize); 4] {
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low]
        .map(|severity| (severity, open(assessment).filter(|finding| finding.severity == severity).count()))
}

/// Gates that failed.
pub fn gates(assessment: &Assessment) -> Vec<&str> {
    let failed = assessment.controls.iter().filter(|control| control.gate && control.is_open(true));
    failed.map(|control| control.id.as_str()).collect()
}

/// Whether two lists of parameters are the same as they are written: a stored number may have been an integer.
pub fn same_parameters(one: &[Parameter], other: &[Parameter]) -> bool {
    serde_json::to_value(one).ok() == serde_json::to_value(other).ok()
}

/// Whole days from one day to another; none where the second comes first.
fn days(from: Day, to: Day) -> i64 {
    to.0.saturating_sub(from.0).max(0)
}
