//! This audit against the last: which findings are new, fixed, worse, better or as they were, and what the change of the score comes
//! from. It judges nothing anew.

use super::pairs::{Pair, pairs};
use super::{days, gates, same_parameters};
use crate::model::assessment::{Assessment, Finding, Outcome, Verdict};
use crate::model::day::Day;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// The version of this format.
pub const SCHEMA: &str = "provost/diff/1";

/// The difference of two assessments.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// What was compared with.
    pub old: Side,
    /// What was compared.
    pub new: Side,
    /// What has to be said of the two first.
    pub remarks: Vec<String>,
    /// Why the score changed; `None` where one of the two has none.
    pub score: Option<Change>,
    /// Every open finding of the new assessment and every one that is gone, the worst first.
    pub findings: Vec<Changed>,
    /// Controls whose outcome changed.
    pub controls: Vec<ControlChange>,
    /// How many findings there are of each kind.
    pub count: BTreeMap<&'static str, usize>,
    /// Mean age of the open findings, in days since the older assessment at least; `None` without any.
    pub mean_age_days: Option<f64>,
}

/// One of the two.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// The target's name.
    pub target: String,
    /// The audit date.
    pub date: Day,
    /// The verdict.
    pub verdict: Verdict,
    /// The score.
    pub score: Option<f64>,
    /// People in the data.
    pub people: u64,
    /// Policy, with its version.
    pub policy: String,
    /// Gates that failed.
    pub gates: Vec<String>,
    /// Whether enough was read to stand on.
    pub complete: bool,
    /// How much was read, 0 to 1.
    pub coverage: Option<f64>,
}

/// Why the score changed. The parts add up to the whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// New less old.
    pub total: f64,
    /// Because controls came, went, or weigh otherwise.
    pub policy: f64,
    /// Because what was delivered changed.
    pub evidence: f64,
    /// Because waivers came or went.
    pub waivers: f64,
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It was not there.
    New,
    /// More people, more instances, a higher severity, or no longer waived.
    Worse,
    /// Fewer people, a lower severity, or waived now.
    Better,
    /// As it was.
    Unchanged,
    /// It is not there any more.
    Fixed,
    /// It is not found any more, where something could not be read.
    Unseen,
    /// The new policy does not ask for it.
    NotAsked,
}

impl Status {
    /// All, what needs looking at first.
    pub const ALL: [Self; 7] = [Self::New, Self::Worse, Self::Unseen, Self::Fixed, Self::Better, Self::NotAsked, Self::Unchanged];

    /// Whether the new assessment does not have it.
    pub fn is_gone(self) -> bool {
        matches!(self, Self::Fixed | Self::Unseen | Self::NotAsked)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Unchanged => "unchanged",
            Self::Fixed => "fixed",
            Self::Unseen => "unseen",
            Self::NotAsked => "not_asked",
        }
    }
}

/// One finding and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// What became of it.
    pub status: Status,
    /// The file lies elsewhere, or is called otherwise: where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// Only the file's name and what was found say that it moved: it may be another file with the same fault.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub assumed: bool,
    /// How many people it concerned before, where that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people_before: Option<u64>,
    /// Since when it is known.
    pub since: Day,
    /// The finding: as it is, or, where it is fixed, as it was.
    pub finding: Finding,
}

/// A control whose outcome changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ControlChange {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its outcome before; `None` where the policy had no such control.
    pub old: Option<Outcome>,
    /// Its outcome now; `None` where the policy has no such control.
    pub new: Option<Outcome>,
}

/// What an assessment could not look at: what is not found there has not been put right for that.
pub(super) struct Unread<'a> {
    controls: BTreeMap<&'a str, Outcome>,
    complete: bool,
    gaps: HashSet<&'a str>,
}

impl<'a> Unread<'a> {
    /// Of an assessment.
    pub(super) fn of(new: &'a Assessment) -> Self {
        Self {
            controls: new.controls.iter().map(|control| (control.id.as_str(), control.outcome)).collect(),
            complete: new.complete,
            gaps: new.gaps.iter().map(|gap| gap.path.as_str()).collect(),
        }
    }

    /// What became of a finding that the assessment does not have.
    pub(super) fn status(&self, before: &Finding) -> Status {
        let path = before.location.artifact.as_str();
        // the file itself, or an archive or folder that holds it
        let ends = path.match_indices('/').flat_map(|(at, _)| [at, at + 1]).filter_map(|end| path.get(..end));
        let mut holders = ends.map(|end| end.strip_suffix('!').unwrap_or(end)).chain([path]);
        match self.controls.get(before.control.as_str()) {
            None => Status::NotAsked,
            Some(Outcome::Error | Outcome::NotEvidenced) => Status::Unseen,
            Some(_) if !self.complete || holders.any(|holder| !holder.is_empty() && self.gaps.contains(holder)) => Status::Unseen,
            Some(_) => Status::Fixed,
        }
    }
}

/// Why two assessments cannot be set against each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the scores are of different models: {0} and {1}")]
pub struct OtherModel(pub String, pub String);

/// What has to be said of two assessments before their differences mean anything.
pub fn remarks(old: &Assessment, new: &Assessment) -> Vec<String> {
    let mut out = Vec::new();
    let policy = |one: &Assessment| format!("{} {}", one.policy.id, one.policy.version);
    // the digest of a policy covers its parameters
    if policy(old) == policy(new) && !same_parameters(&old.policy.parameters, &new.policy.parameters) {
        out.push("They were judged with different parameters.".to_owned());
    } else if old.policy.digest != new.policy.digest {
        out.push(format!("They were judged by different policies: {} and {}.", policy(old), policy(new)));
    }
    if old.evidence.digest == new.evidence.digest && old.date != new.date {
        out.push("The delivery is the same: what changed comes from the policy, its parameters, waivers or the date.".to_owned());
    }
    if new.date < old.date {
        out.push(format!("The second is older ({}) than the first ({}).", new.date, old.date));
    }
    for (one, which) in [(old, "first"), (new, "second")] {
        if !one.complete {
            out.push(format!("The {which} audit is incomplete: not enough was read, or applied, to stand on."));
        }
    }
    out
}

/// Compares two assessments.
///
/// # Errors
/// [`OtherModel`]: their scores do not mean the same.
pub fn diff(old: &Assessment, new: &Assessment) -> Result<Diff, OtherModel> {
    if old.score.model != new.score.model {
        return Err(OtherModel(old.score.model.clone(), new.score.model.clone()));
    }
    Ok(difference(old, new))
}

fn difference(old: &Assessment, new: &Assessment) -> Diff {
    let pairs = pairs(old, new);
    let mut findings = Vec::new();
    let (mut seen_old, mut seen_new) = (HashSet::new(), HashSet::new());
    for pair in &pairs {
        let (Some(before), Some(now)) = (old.findings.get(pair.old), new.findings.get(pair.new)) else { continue };
        seen_old.insert(pair.old);
        seen_new.insert(pair.new);
        let status = status(before, now);
        findings.push(Changed {
            status,
            moved_from: pair.moved.then(|| before.location.artifact.clone()),
            assumed: pair.assumed,
            people_before: (before.people != now.people).then_some(before.people),
            since: before.first_seen.unwrap_or(old.date),
            finding: now.clone(),
        });
    }
    let rest = |list: &Assessment, seen: &HashSet<usize>, status: Status, since: Day| -> Vec<Changed> {
        let left = list.findings.iter().enumerate().filter(|row| !seen.contains(&row.0)).map(|row| row.1.clone());
        left.map(|finding| Changed { status, moved_from: None, assumed: false, people_before: None, since, finding }).collect()
    };
    findings.extend(rest(new, &seen_new, Status::New, new.date));
    let unread = Unread::of(new);
    findings.extend(rest(old, &seen_old, Status::Fixed, old.date).into_iter().map(|row| Changed {
        status: unread.status(&row.finding),
        since: row.finding.first_seen.unwrap_or(old.date),
        ..row
    }));
    findings.sort_by(|a, b| {
        let key = |row: &Changed| (row.status, row.finding.waived);
        key(a)
            .cmp(&key(b))
            .then(b.finding.severity.cmp(&a.finding.severity))
            .then(b.finding.people.cmp(&a.finding.people))
            .then_with(|| (&a.finding.control, &a.finding.location).cmp(&(&b.finding.control, &b.finding.location)))
    });
    let mut count = BTreeMap::new();
    for status in Status::ALL {
        count.insert(status.name(), findings.iter().filter(|row| row.status == status).count());
    }
    let ages: Vec<f64> = findings
        .iter()
        .filter(|row| !row.status.is_gone() && !row.finding.waived)
        .map(|row| days(row.since, new.date) as f64)
        .collect();
    let mean_age_days = (!ages.is_empty()).then(|| ages.iter().sum::<f64>() / ages.len() as f64);
    Diff {
        schema: SCHEMA,
        old: side(old),
        new: side(new),
        remarks: remarks(old, new),
        score: change(old, new),
        findings,
        controls: controls(old, new),
        count,
        mean_age_days,
    }
}

/// Writes into each finding since when it is known: from the older assessment where that has it, from the newer one's day where not.
pub fn date(old: &Assessment, new: &mut Assessment) {
    let pairs = pairs(old, new);
    for finding in &mut new.findings {
        finding.first_seen = Some(new.date);
    }
    for pair in pairs.iter().filter(|pair| !pair.assumed) {
        if let Some((before, now)) = old.findings.get(pair.old).zip(new.findings.get_mut(pair.new)) {
            now.first_seen = Some(before.first_seen.unwrap_or(old.date).min(new.date));
        }
    }
}

/// The findings of an assessment that another does not have, or not as bad: for those who let only new ones stop them.
pub fn fresh<'a>(baseline: &Assessment, new: &'a Assessment) -> Vec<&'a Finding> {
    let as_bad = |pair: &Pair| {
        let sides = baseline.findings.get(pair.old).zip(new.findings.get(pair.new));
        // what is only assumed to have moved excuses nothing
        !pair.assumed && sides.is_some_and(|(before, now)| status(before, now) != Status::Worse)
    };
    let known: HashSet<usize> = pairs(baseline, new).into_iter().filter(as_bad).map(|pair| pair.new).collect();
    let fresh = new.findings.iter().enumerate().filter(|row| !known.contains(&row.0)).map(|row| row.1);
    fresh.filter(|finding| !finding.waived).collect()
}

fn side(assessment: &Assessment) -> Side {
    Side {
        target: assessment.target.clone(),
        date: assessment.date,
        verdict: assessment.verdict,
        score: assessment.score.value,
        people: assessment.people.total,
        policy: format!("{} {}", assessment.policy.id, assessment.policy.version),
        gates: gates(assessment).into_iter().map(str::to_owned).collect(),
        complete: assessment.complete,
        coverage: assessment.coverage.ratio,
    }
}

pub(super) fn status(before: &Finding, now: &Finding) -> Status {
    let weight = |finding: &Finding| (!finding.waived, finding.severity, finding.count.unwrap_or(1), finding.people);
    match weight(now).cmp(&weight(before)) {
        std::cmp::Ordering::Greater => Status::Worse,
        std::cmp::Ordering::Less => Status::Better,
        std::cmp::Ordering::Equal => Status::Unchanged,
    }
}

/// Splits the change of the score. What waivers do is what each assessment says itself; what the policy does is the score of the old
/// evidence under the new controls and weights, where a control that is new counts as it came out now.
fn change(old: &Assessment, new: &Assessment) -> Option<Change> {
    let (before, now) = (old.score.value?, new.score.value?);
    let granted = |assessment: &Assessment, value: f64| value - assessment.score.without_waivers.unwrap_or(value);
    let waivers = granted(new, now) - granted(old, before);
    let total = now - before;
    if old.evidence.digest == new.evidence.digest && old.policy.digest != new.policy.digest {
        // nothing that was delivered changed
        return Some(Change { total, policy: total - waivers, evidence: 0.0, waivers });
    }
    let policy = if old.policy.digest == new.policy.digest { 0.0 } else { under(old, new)? - under(old, old)? };
    Some(Change { total, policy, evidence: total - policy - waivers, waivers })
}

/// The score, before any cap and without waivers, of one assessment's degrees under another's controls.
fn under(evidence: &Assessment, policy: &Assessment) -> Option<f64> {
    let degrees: BTreeMap<&str, (Outcome, f64)> =
        evidence.controls.iter().map(|control| (control.id.as_str(), (control.outcome, control.degree))).collect();
    let counted = policy.controls.iter().map(|control| {
        let (outcome, degree) = degrees.get(control.id.as_str()).copied().unwrap_or((control.outcome, control.degree));
        (outcome, control.weight, degree)
    });
    let counted: Vec<(f64, f64)> =
        counted.filter(|row| row.0 != Outcome::NotApplicable).map(|(_, weight, degree)| (weight, degree)).collect();
    let whole: f64 = counted.iter().map(|row| row.0).sum();
    (whole > 0.0).then(|| 100.0 * counted.iter().map(|row| row.0 * row.1).sum::<f64>() / whole)
}

fn controls(old: &Assessment, new: &Assessment) -> Vec<ControlChange> {
    let before: BTreeMap<&str, Outcome> = old.controls.iter().map(|control| (control.id.as_str(), control.outcome)).collect();
    let mut out: Vec<ControlChange> = new
        .controls
        .iter()
        .map(|control| ControlChange {
            id: control.id.clone(),
            title: control.title.clone(),
            old: before.get(control.id.as_str()).copied(),
            new: Some(control.outcome),
        })
        .collect();
    let now: HashSet<&str> = new.controls.iter().map(|control| control.id.as_str()).collect();
    out.extend(old.controls.iter().filter(|control| !now.contains(control.id.as_str())).map(|control| ControlChange {
        id: control.id.clone(),
        title: control.title.clone(),
        old: Some(control.outcome),
        new: None,
    }));
    out.retain(|control| control.old != control.new);
    out
}

/// Whether nothing changed: no finding and no outcome.
pub fn is_empty(diff: &Diff) -> bool {
    diff.controls.is_empty() && diff.findings.iter().all(|row| row.status == Status::Unchanged)
}
