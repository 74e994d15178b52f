//! Waivers over findings: which one covers which, and what became of each. They belong to the auditor; nothing in the delivery can
//! waive.

use super::context::build;
use crate::model::assessment::{Finding, WaiverResult, WaiverStatus};
use crate::model::day::Day;
use crate::model::policy::{Control, Severity};
use crate::model::waiver::Waiver;
use globset::GlobSet;

/// The waivers of an audit, in use.
pub(super) struct Waivers {
    entries: Vec<Entry>,
}

struct Entry {
    waiver: Waiver,
    globs: Option<GlobSet>,
    status: WaiverStatus,
    findings: u64,
}

impl Waivers {
    /// Looks at waivers on a date.
    pub(super) fn new(waivers: &[Waiver], date: Day, controls: &[Control]) -> Self {
        let entries = waivers
            .iter()
            .map(|waiver| {
                let control = controls.iter().find(|control| control.id == waiver.control);
                let narrow = waiver.finding.is_some() || !waiver.globs.is_empty();
                let grave = control.is_some_and(|control| control.gate || control.severity == Severity::Critical);
                let status = if date > waiver.expires {
                    WaiverStatus::Expired
                } else if date < waiver.granted {
                    WaiverStatus::NotYet
                } else if grave && !narrow {
                    WaiverStatus::TooWide
                } else {
                    WaiverStatus::Unused
                };
                let globs = (!waiver.globs.is_empty()).then(|| build(waiver.globs.iter().map(String::as_str)));
                Entry { waiver: waiver.clone(), globs, status, findings: 0 }
            })
            .collect();
        Self { entries }
    }

    /// Whether one covers a finding; it then is used.
    pub(super) fn covers(&mut self, finding: &Finding) -> bool {
        for entry in &mut self.entries {
            let in_force = matches!(entry.status, WaiverStatus::Unused | WaiverStatus::Used);
            let fits = entry.waiver.control == finding.control
                && entry.waiver.finding.as_ref().is_none_or(|wanted| *wanted == finding.fingerprint)
                && entry.globs.as_ref().is_none_or(|globs| globs.is_match(&finding.location.artifact));
            if in_force && fits {
                entry.status = WaiverStatus::Used;
                entry.findings += 1;
                return true;
            }
        }
        false
    }

    /// What became of them.
    pub(super) fn results(self) -> Vec<WaiverResult> {
        self.entries
            .into_iter()
            .map(|entry| WaiverResult { waiver: entry.waiver, status: entry.status, findings: entry.findings })
            .collect()
    }
}
