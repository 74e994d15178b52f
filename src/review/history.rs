//! One supplier over the years: the assessments of a folder in the order of their dates, with what came and went between them. It judges
//! nothing anew.

use super::pairs::pairs;
use super::{by_severity, days, gates};
use crate::model::assessment::{Assessment, Verdict};
use crate::model::day::Day;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// The version of this format.
pub const SCHEMA: &str = "provost/history/1";

/// Assessments in the order of their dates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct History {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// One row for each, the oldest first.
    pub audits: Vec<Row>,
    /// Mean time from when a finding was first seen to the first audit without it, in days; `None` where none was ever fixed.
    pub mean_days_to_fix: Option<f64>,
}

/// One audit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The audit date.
    pub date: Day,
    /// The target's name.
    pub target: String,
    /// The policy with its version.
    pub policy: String,
    /// Whether the policy or its parameters differ from the audit before.
    pub other_policy: bool,
    /// Whether the audit before was of another target, by name.
    pub other_target: bool,
    /// Whether enough was read to stand on.
    pub complete: bool,
    /// The verdict.
    pub verdict: Verdict,
    /// The score.
    pub score: Option<f64>,
    /// The share of what was delivered that was read.
    pub coverage: Option<f64>,
    /// People in the data.
    pub people: u64,
    /// Gates that failed.
    pub gates: usize,
    /// Open findings by severity.
    pub findings: BTreeMap<&'static str, usize>,
    /// Findings that the audit before did not have.
    pub new: usize,
    /// Findings of the audit before that are gone.
    pub fixed: usize,
    /// Mean age of the open findings, in days since they were first seen.
    pub mean_age_days: Option<f64>,
    /// Open findings that are older than their severity allows.
    pub overdue: usize,
}

/// Puts assessments in order and follows their findings.
pub fn history(mut assessments: Vec<Assessment>) -> History {
    assessments.sort_by(|a, b| (a.date, &a.target, &a.evidence.digest).cmp(&(b.date, &b.target, &b.evidence.digest)));
    let mut audits: Vec<Row> = Vec::new();
    let mut times: Vec<f64> = Vec::new();
    // when each finding of the audit before was first seen
    let mut since: Vec<Day> = Vec::new();
    let mut before: Option<&Assessment> = None;
    for one in &assessments {
        let known = before.map(|old| pairs(old, one)).unwrap_or_default();
        let first: HashMap<usize, Day> =
            known.iter().filter_map(|pair| since.get(pair.old).map(|day| (pair.new, *day))).collect();
        let kept: std::collections::HashSet<usize> = known.iter().map(|pair| pair.old).collect();
        let gone_findings: Vec<usize> = before.map_or_else(Vec::new, |old| {
            let unread = super::diff::Unread::of(one);
            let left = old.findings.iter().enumerate().filter(|row| !kept.contains(&row.0));
            left.filter(|row| unread.status(row.1) == super::diff::Status::Fixed).map(|row| row.0).collect()
        });
        let gone: Vec<Day> = gone_findings.iter().filter_map(|at| since.get(*at).copied()).collect();
        times.extend(gone.iter().map(|day| days(*day, one.date) as f64));
        let next: Vec<Day> = (0..one.findings.len()).map(|index| first.get(&index).copied().unwrap_or(one.date)).collect();
        let open: Vec<(i64, i64)> = one
            .findings
            .iter()
            .zip(&next)
            .filter(|row| !row.0.waived)
            .map(|(finding, day)| (days(*day, one.date), finding.severity.days_to_fix()))
            .collect();
        audits.push(Row {
            date: one.date,
            target: one.target.clone(),
            policy: format!("{} {}", one.policy.id, one.policy.version),
            other_target: before.is_some_and(|old| old.target != one.target),
            complete: one.complete,
            other_policy: before.is_some_and(|old| old.policy.digest != one.policy.digest),
            verdict: one.verdict,
            score: one.score.value,
            coverage: one.coverage.ratio,
            people: one.people.total,
            gates: gates(one).len(),
            findings: by_severity(one).into_iter().map(|(severity, count)| (severity.name(), count)).collect(),
            new: if before.is_some() { one.findings.len() - first.len() } else { 0 },
            fixed: gone.len(),
            mean_age_days: (!open.is_empty()).then(|| open.iter().map(|row| row.0 as f64).sum::<f64>() / open.len() as f64),
            overdue: open.iter().filter(|(age, allowed)| age > allowed).count(),
        });
        since = next;
        before = Some(one);
    }
    let mean_days_to_fix = (!times.is_empty()).then(|| times.iter().sum::<f64>() / times.len() as f64);
    History { schema: SCHEMA, audits, mean_days_to_fix }
}
