//! Suppliers side by side on the same policy: gates first, then the verdict, then the score. It judges nothing anew, and compares nothing
//! that was judged by different rules.

use super::{by_severity, gates};
use crate::model::assessment::{Assessment, Outcome, Verdict};
use crate::model::day::Day;
use crate::model::policy::Severity;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of this format.
pub const SCHEMA: &str = "provost/comparison/1";

/// Several assessments by one policy, the best first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The policy with its version.
    pub policy: String,
    /// Its digest.
    pub digest: String,
    /// The themes, by name.
    pub themes: Vec<String>,
    /// The suppliers, the best first.
    pub suppliers: Vec<Supplier>,
    /// Controls that did not come out the same for all.
    pub differences: Vec<Difference>,
}

/// One supplier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Supplier {
    /// Its place, from 1; the same for those that nothing tells apart.
    pub rank: usize,
    /// The target's name.
    pub target: String,
    /// The audit date.
    pub date: Day,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether enough was read.
    pub complete: bool,
    /// Gates that failed.
    pub gates: Vec<String>,
    /// The score.
    pub score: Option<f64>,
    /// Its bounds.
    pub bounds: (Option<f64>, Option<f64>),
    /// Without waivers.
    pub without_waivers: Option<f64>,
    /// The share of what was delivered that was read.
    pub coverage: Option<f64>,
    /// The share of the applicable weight that was assessed from evidence.
    pub assessed: Option<f64>,
    /// People in the data.
    pub people: u64,
    /// Open findings by severity.
    pub findings: BTreeMap<&'static str, usize>,
    /// By theme: the weighted share that complies, 0 to 100; `None` where nothing applies.
    pub themes: Vec<Option<f64>>,
}

/// A control that did not come out the same for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// Whether failing it fails the audit.
    pub gate: bool,
    /// The outcomes, in the order of the suppliers.
    pub outcomes: Vec<Option<Outcome>>,
}

/// Why assessments cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} was judged by another policy than {1}, or with other parameters: their scores mean different things")]
pub struct OtherPolicy(pub String, pub String);

/// Compares assessments.
///
/// # Errors
/// [`OtherPolicy`]: they were not judged by the same rules.
pub fn compare(assessments: &[Assessment]) -> Result<Comparison, OtherPolicy> {
    let Some(first) = assessments.first() else {
        return Ok(Comparison {
            schema: SCHEMA,
            policy: String::new(),
            digest: String::new(),
            themes: Vec::new(),
            suppliers: Vec::new(),
            differences: Vec::new(),
        });
    };
    let rules = |one: &Assessment| (one.policy.digest.clone(), one.score.model.clone(), one.score.formula.clone());
    if let Some(other) = assessments.iter().find(|other| rules(other) != rules(first)) {
        return Err(OtherPolicy(other.target.clone(), first.target.clone()));
    }
    let mut themes: Vec<String> = first.controls.iter().map(|control| control.theme.clone()).collect();
    themes.sort();
    themes.dedup();
    let mut order: Vec<&Assessment> = assessments.iter().collect();
    order.sort_by(|a, b| merit(b).cmp(&merit(a)).then_with(|| (&a.target, a.date).cmp(&(&b.target, b.date))));
    let mut suppliers: Vec<Supplier> = Vec::new();
    for (index, one) in order.iter().enumerate() {
        let same = index.checked_sub(1).and_then(|before| order.get(before)).is_some_and(|before| merit(before) == merit(one));
        let rank = if same { suppliers.last().map_or(1, |last| last.rank) } else { index + 1 };
        suppliers.push(supplier(one, rank, &themes));
    }
    let policy = format!("{} {}", first.policy.id, first.policy.version);
    let differences = differences(&order);
    Ok(Comparison { schema: SCHEMA, policy, digest: first.policy.digest.clone(), themes, suppliers, differences })
}

/// What the order goes by: fewer failed gates, a better verdict, a higher score, more of it assessed. Nobody gains by what was not read: an
/// incomplete audit comes behind a complete one of the same verdict.
fn merit(one: &Assessment) -> (bool, std::cmp::Reverse<usize>, std::cmp::Reverse<Verdict>, bool, i64, i64) {
    let fixed = |value: Option<f64>| value.map_or(-1, |value| (value * 1_000.0).round() as i64);
    let gates = std::cmp::Reverse(gates(one).len());
    // nobody is better for having shown nothing
    let assessed = one.verdict != Verdict::NotAssessed;
    (assessed, gates, std::cmp::Reverse(one.verdict), one.complete, fixed(one.score.value), fixed(one.score.low))
}

fn supplier(one: &Assessment, rank: usize, themes: &[String]) -> Supplier {
    let weight = &one.coverage.weight;
    Supplier {
        rank,
        target: one.target.clone(),
        date: one.date,
        verdict: one.verdict,
        complete: one.complete,
        gates: gates(one).into_iter().map(str::to_owned).collect(),
        score: one.score.value,
        bounds: (one.score.low, one.score.high),
        without_waivers: one.score.without_waivers,
        coverage: one.coverage.ratio,
        assessed: (weight.applicable > 0.0).then(|| weight.assessed / weight.applicable),
        people: one.people.total,
        findings: by_severity(one).into_iter().map(|(severity, count)| (severity.name(), count)).collect(),
        themes: themes.iter().map(|theme| complies(one, theme)).collect(),
    }
}

/// The weighted share of a theme that complies.
fn complies(one: &Assessment, theme: &str) -> Option<f64> {
    let counted = one.controls.iter().filter(|control| control.theme == theme && control.outcome != Outcome::NotApplicable);
    let (weight, earned) = counted
        .fold((0.0, 0.0), |(weight, earned), control| (weight + control.weight, control.weight.mul_add(control.degree, earned)));
    (weight > 0.0).then(|| 100.0 * earned / weight)
}

fn differences(order: &[&Assessment]) -> Vec<Difference> {
    let outcomes: Vec<BTreeMap<&str, Outcome>> =
        order.iter().map(|one| one.controls.iter().map(|control| (control.id.as_str(), control.outcome)).collect()).collect();
    let Some(first) = order.first() else { return Vec::new() };
    let mut out: Vec<Difference> = first
        .controls
        .iter()
        .map(|control| Difference {
            id: control.id.clone(),
            title: control.title.clone(),
            severity: control.severity,
            gate: control.gate,
            outcomes: outcomes.iter().map(|one| one.get(control.id.as_str()).copied()).collect(),
        })
        .filter(|row| row.outcomes.windows(2).any(|pair| matches!(pair, [a, b] if a != b)))
        .collect();
    out.sort_by_key(|row| (std::cmp::Reverse((row.gate, row.severity)), row.id.clone()));
    out
}
