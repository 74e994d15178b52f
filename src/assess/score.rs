//! Pure arithmetic: outcomes and weights into a score with bounds and caps, and the derivation that adds up.

use super::xccdf;
use crate::model::assessment::{Cap, ControlResult, FORMULA, Improvement, Loss, Outcome, Score};
use crate::model::policy::Severity;
use std::collections::HashMap;

/// How the score is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Model {
    /// Provost's own: weighted degrees with caps.
    #[default]
    Provost,
    /// XCCDF 1.2 `urn:xccdf:scoring:default`, all rules directly under the benchmark.
    XccdfDefault,
    /// XCCDF flat: the weight of what passed.
    XccdfFlat,
    /// XCCDF flat-unweighted: how many passed.
    XccdfFlatUnweighted,
    /// XCCDF absolute: 1 if everything passed.
    XccdfAbsolute,
}

impl Model {
    /// Every model by name.
    pub const ALL: [(&'static str, Self); 5] = [
        ("provost", Self::Provost),
        ("xccdf-default", Self::XccdfDefault),
        ("xccdf-flat", Self::XccdfFlat),
        ("xccdf-flat-unweighted", Self::XccdfFlatUnweighted),
        ("xccdf-absolute", Self::XccdfAbsolute),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|row| row.1 == self).map_or("", |row| row.0)
    }
}

/// The most that a score can be with an open critical control.
pub const CRITICAL_CAP: f64 = 49.0;
/// The most that a score can be with an open high control.
pub const HIGH_CAP: f64 = 79.0;

/// What the score needs of a control.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its result; `degree` is the one without waivers.
    pub result: ControlResult,
    /// The degree with waived findings taken as complying.
    pub waived_degree: f64,
}

/// Whether a control counts.
fn applies(entry: &Entry) -> bool {
    entry.result.outcome != Outcome::NotApplicable
}

fn weighted(entries: &[Entry], degree: impl Fn(&Entry) -> f64) -> Option<f64> {
    let counted: Vec<&Entry> = entries.iter().filter(|entry| applies(entry)).collect();
    let weight: f64 = counted.iter().map(|entry| entry.result.weight).sum();
    (weight > 0.0).then(|| 100.0 * counted.iter().map(|entry| entry.result.weight * degree(entry)).sum::<f64>() / weight)
}

fn cap(entries: &[Entry], with_waivers: bool) -> Option<Cap> {
    let open = |severity: Severity| -> Vec<String> {
        let list = entries.iter().filter(|entry| entry.result.severity == severity && entry.result.is_open(with_waivers));
        list.map(|entry| entry.result.id.clone()).collect()
    };
    for (severity, at) in [(Severity::Critical, CRITICAL_CAP), (Severity::High, HIGH_CAP)] {
        let controls = open(severity);
        if !controls.is_empty() {
            let (noun, verb) = if controls.len() == 1 { ("control", "is") } else { ("controls", "are") };
            let reason = format!("{} {} {noun} {verb} open", controls.len(), severity.name());
            return Some(Cap { at, reason, controls });
        }
    }
    None
}

fn capped(score: Option<f64>, cap: Option<&Cap>) -> Option<f64> {
    score.map(|score| cap.map_or(score, |cap| score.min(cap.at)))
}

/// The score, the derivation (whose points add up to 100 - score) and what would raise it most.
pub fn score(entries: &[Entry], model: Model) -> (Score, Vec<Loss>, Vec<Improvement>) {
    if model != Model::Provost {
        return (by_xccdf(entries, model), Vec::new(), Vec::new());
    }
    let uncapped = weighted(entries, |entry| entry.waived_degree);
    let cap_now = cap(entries, true);
    let value = capped(uncapped, cap_now.as_ref());
    let plain = capped(weighted(entries, |entry| entry.result.degree), cap(entries, false).as_ref());
    let low = capped(weighted(entries, |entry| entry.result.degree_bounds.0), cap_now.as_ref());
    let high = best_case(entries);
    let low = low.map(|low| value.map_or(low, |value| low.min(value)));
    let high = high.map(|high| value.map_or(high, |value| high.max(value)));
    let weight: f64 = entries.iter().filter(|entry| applies(entry)).map(|entry| entry.result.weight).sum();
    let mut losses: Vec<Loss> = entries
        .iter()
        .filter(|entry| applies(entry) && entry.waived_degree < 1.0)
        .map(|entry| {
            let result = &entry.result;
            let clause = result
                .references
                .iter()
                .next()
                .map_or(String::new(), |(framework, clauses)| format!("{framework} {}", clauses.join(", ")));
            let items = if result.items == 0 { String::new() } else { format!("{} of {}", result.failed, result.items) };
            let points = 100.0 * result.weight * (1.0 - entry.waived_degree) / weight;
            Loss { control: result.id.clone(), points, weight: result.weight, degree: entry.waived_degree, items, clause }
        })
        .collect();
    losses.sort_by(|a, b| b.points.total_cmp(&a.points).then_with(|| a.control.cmp(&b.control)));
    if let (Some(uncapped), Some(value), Some(cap)) = (uncapped, value, &cap_now)
        && uncapped > value
    {
        let clause = cap.reason.clone();
        losses.push(Loss {
            control: "cap".to_owned(),
            points: uncapped - value,
            weight: 0.0,
            degree: 0.0,
            items: String::new(),
            clause,
        });
    }
    let improve = improvements(entries, value);
    let score = Score {
        value,
        low,
        high,
        without_waivers: plain,
        uncapped,
        cap: cap_now.filter(|cap| uncapped.is_some_and(|uncapped| uncapped > cap.at)),
        model: model.name().to_owned(),
        maximum: 100.0,
        formula: FORMULA.into(),
    };
    (score, losses, improve)
}

/// Everything that is unassessed passing: the open controls that could still turn out well no longer cap.
fn best_case(entries: &[Entry]) -> Option<f64> {
    let hopeful: Vec<Entry> = entries
        .iter()
        .cloned()
        .map(|mut entry| {
            if matches!(entry.result.outcome, Outcome::NotEvidenced | Outcome::Error) {
                entry.result.outcome = Outcome::Pass;
            }
            entry
        })
        .collect();
    capped(weighted(entries, |entry| entry.result.degree_bounds.1.max(entry.waived_degree)), cap(&hopeful, true).as_ref())
}

/// The score if one control alone were put right, for those that would raise it; where caps hide all gain, the uncapped gain orders.
fn improvements(entries: &[Entry], value: Option<f64>) -> Vec<Improvement> {
    let Some(value) = value else { return Vec::new() };
    // sums of all, from which each takes itself: a policy may have thousands of controls
    let weight: f64 = entries.iter().filter(|entry| applies(entry)).map(|entry| entry.result.weight).sum();
    let reached: f64 = entries.iter().filter(|entry| applies(entry)).map(|entry| entry.result.weight * entry.waived_degree).sum();
    let is_open = |entry: &Entry, severity: Severity| entry.result.severity == severity && entry.result.is_open(true);
    let open = |severity: Severity| entries.iter().filter(|entry| is_open(entry, severity)).count();
    let (critical, high) = (open(Severity::Critical), open(Severity::High));
    let mut out: Vec<(f64, f64, Improvement)> = Vec::new();
    for entry in entries.iter().filter(|entry| applies(entry) && entry.waived_degree < 1.0) {
        let gained = entry.result.weight * (1.0 - entry.waived_degree);
        let uncapped = if weight > 0.0 { (100.0 * (reached + gained) / weight).min(100.0) } else { value };
        let left = |open: usize, severity: Severity| open > usize::from(is_open(entry, severity));
        let score = if left(critical, Severity::Critical) {
            uncapped.min(CRITICAL_CAP)
        } else if left(high, Severity::High) {
            uncapped.min(HIGH_CAP)
        } else {
            uncapped
        };
        out.push((score, uncapped, Improvement { control: entry.result.id.clone(), score, fix: entry.result.fix.clone() }));
    }
    let ranks: HashMap<&str, Severity> = entries.iter().map(|entry| (&*entry.result.id, entry.result.severity)).collect();
    let rank = |id: &str| ranks.get(id).copied().unwrap_or(Severity::Low);
    out.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then_with(|| rank(&b.2.control).cmp(&rank(&a.2.control)))
            .then_with(|| b.1.total_cmp(&a.1))
            .then_with(|| a.2.control.cmp(&b.2.control))
    });
    out.into_iter().map(|row| row.2).collect()
}

/// The models of XCCDF 1.2 (NISTIR 7275 r4, 7.3). `pass` counts as passed; `fail`, `error` and `not_evidenced` (unknown) count as not;
/// `not_applicable` and `manual` (notchecked) do not count.
fn by_xccdf(entries: &[Entry], model: Model) -> Score {
    let counts = |entry: &&Entry| !matches!(entry.result.outcome, Outcome::NotApplicable | Outcome::Manual);
    let rule = |entry: &Entry| xccdf::Item::Rule { passed: entry.result.outcome == Outcome::Pass, weight: entry.result.weight };
    let items: Vec<xccdf::Item> = entries.iter().filter(counts).map(rule).collect();
    let found = xccdf::score(&items, model);
    let everything = if model == Model::XccdfAbsolute { 1.0 } else { 100.0 };
    let maximum = found.map_or(everything, |found| found.1);
    let value = found.map(|found| found.0);
    Score {
        value,
        low: None,
        high: None,
        without_waivers: None,
        uncapped: None,
        cap: None,
        model: model.name().to_owned(),
        maximum,
        formula: FORMULA.into(),
    }
}
