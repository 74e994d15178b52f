//! A re-test: what became of the findings that were open, in a later delivery that need not be whole. What is not shown again is not
//! taken for put right. It judges nothing: it reads two assessments and which files were there.

use super::diff::{self, Status};
use super::open;
use super::pairs::pairs;
use crate::model::assessment::{Assessment, ControlResult, Finding, Outcome};
use crate::model::day::Day;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The version of this format.
pub const SCHEMA: &str = "provost/retest/1";

/// What a control is about: that decides what its absence means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Data and files: what is gone from a whole delivery has been removed.
    Holdings,
    /// Settings and test results: they have to be shown again.
    Settings,
    /// Documents and statements: they pass only where they are there.
    Shown,
}

/// How completely a file of the new delivery was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum There {
    /// It is there and was read.
    Read,
    /// It is there, and not all of it was read.
    Partly,
    /// It is not there, and something of the delivery could not be read, where it might be.
    Unsure,
    /// It is not there.
    No,
}

/// The outcome of a re-test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Retest {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The target's name.
    pub target: String,
    /// The policy, with its version.
    pub policy: String,
    /// The day of the audit whose findings are tested again.
    pub audited: Day,
    /// The day of the re-test.
    pub date: Day,
    /// Whether the delivery was said to be whole.
    pub whole: bool,
    /// Findings by what became of them.
    pub count: BTreeMap<&'static str, usize>,
    /// Every finding that was open and every one that is new in these controls, what is not put right first.
    pub findings: Vec<Row>,
    /// The controls that were open, with their outcome now.
    pub controls: Vec<ControlRow>,
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It was not there before.
    New,
    /// It is as it was, or worse, or less bad.
    Open,
    /// It could not be decided, or only part of the file was read.
    Undecided,
    /// The delivery does not have the place that it is about.
    NotShown,
    /// A waiver covers it now.
    Waived,
    /// It is put right.
    Fixed,
}

impl Became {
    /// All, what is not put right first.
    pub const ALL: [Self; 6] = [Self::New, Self::Open, Self::Undecided, Self::NotShown, Self::Waived, Self::Fixed];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Undecided => "undecided",
            Self::NotShown => "not_shown",
            Self::Waived => "waived",
            Self::Fixed => "fixed",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What became of it.
    pub became: Became,
    /// Whether it is still there and worse than it was.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub worse: bool,
    /// Why it counts as that.
    pub reason: String,
    /// Whether its day had passed before the re-test.
    pub late: bool,
    /// The finding: as it is, or, where it is not found any more, as it was.
    pub finding: Finding,
}

/// One control that was open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ControlRow {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its outcome in the audit.
    pub before: Outcome,
    /// Its outcome now, by itself: a part of a delivery may pass where the whole would not.
    pub now: Outcome,
    /// How many of its findings are not put right.
    pub left: usize,
}

impl Retest {
    /// Whether every finding that was open is put right or waived, and nothing new came.
    pub fn passed(&self) -> bool {
        self.findings.iter().all(|row| matches!(row.became, Became::Fixed | Became::Waived))
    }

    /// Whether something is known to be wrong, beside what could not be seen.
    pub fn failed(&self) -> bool {
        self.findings.iter().any(|row| matches!(row.became, Became::New | Became::Open))
    }
}

/// The controls of an assessment that a re-test looks at: those with a finding that no waiver covers.
pub fn controls(assessment: &Assessment) -> HashSet<&str> {
    open(assessment).map(|finding| finding.control.as_str()).collect()
}

/// Compares. `new` is the assessment under the controls that were open, `there` says which of the old paths it read, `about` what a
/// control is about.
pub fn retest(
    old: &Assessment,
    new: &Assessment,
    whole: bool,
    there: &dyn Fn(&str) -> There,
    about: &dyn Fn(&str) -> About,
) -> Retest {
    let now: HashMap<&str, &ControlResult> = new.controls.iter().map(|control| (control.id.as_str(), control)).collect();
    // what only seems to have moved is not taken for the same: it is new where it is, and has to be shown where it was
    let pairs: Vec<_> = pairs(old, new).into_iter().filter(|pair| !pair.assumed).collect();
    let met: HashMap<usize, usize> = pairs.iter().map(|pair| (pair.old, pair.new)).collect();
    let known: HashSet<usize> = met.values().copied().collect();
    let mut findings = Vec::new();
    for (at, before) in old.findings.iter().enumerate().filter(|row| !row.1.waived) {
        let row = if let Some(still) = met.get(&at).and_then(|index| new.findings.get(*index)) {
            let (became, reason) = match still.outcome {
                _ if still.waived => (Became::Waived, "a waiver covers it now"),
                Outcome::Error => (Became::Undecided, "it could not be decided"),
                Outcome::NotEvidenced => (Became::NotShown, "what was asked for is not there"),
                _ => (Became::Open, "it was found again"),
            };
            let worse = diff::status(before, still) == Status::Worse;
            Row { became, worse, reason: reason.to_owned(), late: before.due < new.date, finding: with_due(still, before) }
        } else {
            let control = now.get(before.control.as_str()).copied();
            let (became, reason) = gone(before, control, whole, there, about(&before.control));
            let late = before.due < new.date && became != Became::Fixed;
            Row { became, worse: false, reason, late, finding: before.clone() }
        };
        findings.push(row);
    }
    let fresh = new.findings.iter().enumerate().filter(|row| !known.contains(&row.0) && !row.1.waived);
    // that a control could not be judged is said already where one of its findings says so
    let unsure: HashSet<String> = findings
        .iter()
        .filter(|row| matches!(row.became, Became::Undecided | Became::NotShown))
        .map(|row: &Row| row.finding.control.clone())
        .collect();
    let judged = |finding: &Finding| !matches!(finding.outcome, Outcome::Error | Outcome::NotEvidenced);
    let fresh = fresh.filter(|row| judged(row.1) || !unsure.contains(&row.1.control));
    findings.extend(fresh.map(|(_, finding)| Row {
        became: match finding.outcome {
            Outcome::Error => Became::Undecided,
            Outcome::NotEvidenced => Became::NotShown,
            _ => Became::New,
        },
        worse: false,
        reason: "the audit did not have it".to_owned(),
        late: false,
        finding: finding.clone(),
    }));
    findings.sort_by(|a, b| {
        (a.became.cmp(&b.became))
            .then(b.finding.severity.cmp(&a.finding.severity))
            .then(b.finding.people.cmp(&a.finding.people))
            .then_with(|| (&a.finding.control, &a.finding.location).cmp(&(&b.finding.control, &b.finding.location)))
    });
    let mut count: BTreeMap<&'static str, usize> = Became::ALL.iter().map(|became| (became.name(), 0)).collect();
    for row in &findings {
        *count.entry(row.became.name()).or_default() += 1;
    }
    let tested = controls(old);
    let left = |id: &str| {
        findings.iter().filter(|row| row.finding.control == id && !matches!(row.became, Became::Fixed | Became::Waived)).count()
    };
    let controls = old.controls.iter().filter(|control| tested.contains(control.id.as_str()));
    let controls = controls.map(|control| ControlRow {
        id: control.id.clone(),
        title: control.title.clone(),
        before: control.outcome,
        now: now.get(control.id.as_str()).map_or(Outcome::Error, |control| control.outcome),
        left: left(&control.id),
    });
    Retest {
        schema: SCHEMA,
        target: new.target.clone(),
        policy: format!("{} {}", old.policy.id, old.policy.version),
        audited: old.date,
        date: new.date,
        whole,
        count,
        controls: controls.collect(),
        findings,
    }
}

/// The finding as it is, with the day that the audit set.
fn with_due(now: &Finding, before: &Finding) -> Finding {
    Finding { due: before.due, first_seen: before.first_seen, response: before.response.clone(), ..now.clone() }
}

/// What became of a finding that was not found again.
fn gone(
    before: &Finding,
    control: Option<&ControlResult>,
    whole: bool,
    there: &dyn Fn(&str) -> There,
    about: About,
) -> (Became, String) {
    let say = |became: Became, reason: &str| (became, reason.to_owned());
    let Some(control) = control else { return say(Became::Undecided, "the control was not judged") };
    if control.outcome == Outcome::Error {
        return say(Became::Undecided, "the control could not be decided");
    }
    let judged = matches!(control.outcome, Outcome::Pass | Outcome::Fail | Outcome::Manual);
    let place = &before.location.artifact;
    let delivery = place.is_empty() || place.ends_with('/');
    match (about, there(place)) {
        (About::Shown, _) if judged => say(Became::Fixed, "what was asked for is shown now"),
        (About::Shown, _) => say(Became::NotShown, "what was asked for is not there"),
        (About::Settings, _) if !judged => say(Became::NotShown, "the delivery has no such setting to judge"),
        (About::Settings, _) if delivery && whole => say(Became::Fixed, "it was looked for and not found again"),
        (About::Holdings, _) if delivery && whole => say(Became::Fixed, "it was looked for and not found again"),
        (_, _) if delivery => say(Became::NotShown, "it is about the whole delivery, and this may be a part: see --whole"),
        (_, There::Read) => say(Became::Fixed, "the file was read again without it"),
        (_, There::Partly) => say(Became::Undecided, "only a part of the file was read"),
        (About::Holdings, There::Unsure) if whole => {
            say(Became::Undecided, "the file is gone, and not all of the delivery could be read")
        }
        (About::Holdings, There::No) if whole => say(Became::Fixed, "the file is gone from the delivery"),
        (About::Settings, There::No | There::Unsure) if whole => {
            say(Became::NotShown, "the file is gone, and a setting has to be shown")
        }
        (_, There::No | There::Unsure) => say(Became::NotShown, "the file is not in this delivery"),
    }
}
