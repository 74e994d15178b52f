//! Waivers over findings: which one covers which, and what became of each. They belong to the auditor; nothing in the delivery can
//! waive.

use super::context::build;
use crate::model::assessment::{Finding, WaiverResult, WaiverStatus};
use crate::model::day::Day;
use crate::model::policy::{Control, Severity};
use crate::model::waiver::Waiver;
use globset::GlobSet;
use std::collections::HashMap;

/// The waivers of an audit, in use.
pub(super) struct Waivers {
    entries: Vec<Entry>,
    /// Which there are for a control, and for one finding of it: one for each of a thousand findings is a list as long as theirs.
    by: HashMap<String, HashMap<Option<String>, Vec<usize>>>,
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
                let narrow = waiver.finding.is_some() || is_narrow(&waiver.globs);
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
        let mut by: HashMap<String, HashMap<Option<String>, Vec<usize>>> = HashMap::new();
        for (at, waiver) in waivers.iter().enumerate() {
            by.entry(waiver.control.clone()).or_default().entry(waiver.finding.clone()).or_default().push(at);
        }
        Self { entries, by }
    }

    /// Whether there is any for a control.
    pub(super) fn any(&self, control: &str) -> bool {
        self.by.contains_key(control)
    }

    /// The first that covers a finding, by its place in the list; it then is used. A fingerprint is made of the path as it is shown: where
    /// that is a shape, it is somebody else's file as well, and only a waiver that names the place knowingly covers it.
    pub(super) fn covers(&mut self, finding: &Finding) -> Option<u32> {
        let of = |mark: Option<&String>| self.by.get(&finding.control)?.get(&mark.cloned());
        // the first of them all: they are in order, each list by itself
        let mut candidates: Vec<usize> = of(None).into_iter().chain(of(Some(&finding.fingerprint))).flatten().copied().collect();
        candidates.sort_unstable();
        for at in candidates {
            let Some(entry) = self.entries.get_mut(at) else { continue };
            let in_force = matches!(entry.status, WaiverStatus::Unused | WaiverStatus::Used);
            let fits = entry.waiver.control == finding.control
                && entry.waiver.finding.as_ref().is_none_or(|wanted| {
                    *wanted == finding.fingerprint && (!finding.ambiguous || same_content(&entry.waiver, finding))
                })
                && entry.globs.as_ref().is_none_or(|globs| globs.is_match(&finding.location.artifact));
            if in_force && fits {
                entry.status = WaiverStatus::Used;
                entry.findings += 1;
                return Some(at as u32);
            }
        }
        None
    }

    /// What became of them.
    pub(super) fn results(self) -> Vec<WaiverResult> {
        self.entries
            .into_iter()
            .map(|entry| WaiverResult { waiver: entry.waiver, status: entry.status, findings: entry.findings })
            .collect()
    }
}

/// Whether the places that a waiver names leave any place out.
pub fn is_narrow(globs: &[String]) -> bool {
    let built = build(globs.iter().map(String::as_str));
    !globs.is_empty() && !["provost", "provost/provost.provost", "p/r/o/v/o/s/t"].iter().all(|any| built.is_match(any))
}

/// Whether a waiver names the very content of the file.
fn same_content(waiver: &Waiver, finding: &Finding) -> bool {
    waiver.content.is_some() && waiver.content == finding.content
}
