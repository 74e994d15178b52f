//! One control: its checks' items against their conditions, into an outcome, a degree with bounds, and findings.

use super::context::Context;
use super::select::{Item, Items, SELECTORS};
use super::value::Value;
use super::{advice, expression, predicate};
use crate::model::assessment::{Advice, Finding, Location, Outcome};
use crate::model::day::Day;
use crate::model::policy::{Check, Control, Operator, Predicate};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Findings of one control that are kept one by one; the rest is one finding that counts them.
const MOST_FINDINGS: usize = 2_000;

/// What came out for a control.
pub(super) struct Judged {
    /// The worst check's outcome.
    pub outcome: Outcome,
    /// Share that complies.
    pub degree: f64,
    /// The same if every waived finding complied.
    pub waived_degree: f64,
    /// Bounds of the degree.
    pub bounds: (f64, f64),
    /// Items looked at.
    pub items: u64,
    /// Items that do not comply.
    pub failed: u64,
    /// Whether there are failing items and all are waived.
    pub waived: bool,
    /// Why.
    pub reason: String,
    /// Findings.
    pub findings: Vec<Finding>,
}

/// What came out for a check.
struct Part {
    outcome: Outcome,
    degree: f64,
    waived_degree: f64,
    bounds: (f64, f64),
    items: u64,
    failed: u64,
    unwaived: u64,
    reason: String,
}

/// Who says whether a waiver covers a finding; asked once per finding.
pub(super) struct IsWaived<'a> {
    /// Whether there are waivers at all.
    pub any: bool,
    /// The waiver that covers it.
    pub covers: &'a mut dyn FnMut(&Finding) -> Option<u32>,
}

/// Judges a control.
pub(super) fn judge(control: &Control, context: &Context<'_>, is_waived: &mut IsWaived<'_>) -> Judged {
    let mut findings = Vec::new();
    let mut ordinals: HashMap<String, u32> = HashMap::new();
    let parts: Vec<Part> = control
        .checks
        .iter()
        .map(|check| {
            let before = findings.len();
            let mut part = judge_check(control, check, context, is_waived, &mut findings, &mut ordinals);
            // whatever is open has a row that says so: gates, baselines and lists of what to do go by findings
            if part.outcome.is_open() && findings.len() == before && before < MOST_FINDINGS {
                let (location, found) = (Location::default(), part.reason.clone());
                let instance = Instance { outcome: part.outcome, location, found, people: 0, advice: None };
                let finding = finding(control, check, context, instance, is_waived, &mut ordinals);
                if finding.waived {
                    (part.unwaived, part.waived_degree) = (0, 1.0);
                }
                findings.push(finding);
            }
            part
        })
        .collect();
    let outcome = parts.iter().map(|part| part.outcome).max().unwrap_or(Outcome::NotApplicable);
    let counted: Vec<&Part> = parts.iter().filter(|part| part.outcome != Outcome::NotApplicable).collect();
    let mean = |value: &dyn Fn(&Part) -> f64| {
        if counted.is_empty() { 0.0 } else { counted.iter().map(|part| value(part)).sum::<f64>() / counted.len() as f64 }
    };
    let whole = |degree: f64| if control.all_or_nothing && degree < 1.0 { 0.0 } else { degree };
    let failed = parts.iter().map(|part| part.failed).sum();
    let unwaived: u64 = parts.iter().map(|part| part.unwaived).sum();
    let reason =
        parts.iter().filter(|part| part.outcome == outcome).map(|part| part.reason.as_str()).next().unwrap_or("").to_owned();
    Judged {
        outcome,
        degree: whole(mean(&|part| part.degree)),
        waived_degree: whole(mean(&|part| part.waived_degree)),
        bounds: (whole(mean(&|part| part.bounds.0)), whole(mean(&|part| part.bounds.1))),
        items: parts.iter().map(|part| part.items).sum(),
        failed,
        waived: !findings.is_empty() && unwaived == 0,
        reason,
        findings,
    }
}

/// What a finding says beside what its control and check say.
struct Instance {
    outcome: Outcome,
    location: Location,
    found: String,
    people: u64,
    advice: Option<Advice>,
}

/// One finding, with the waiver that covers it.
fn finding(
    control: &Control,
    check: &Check,
    context: &Context<'_>,
    instance: Instance,
    is_waived: &mut IsWaived<'_>,
    ordinals: &mut HashMap<String, u32>,
) -> Finding {
    let Instance { outcome, location, found, people, advice } = instance;
    let mut finding = Finding {
        control: control.id.clone(),
        severity: control.severity,
        fingerprint: fingerprint(control, check, &location, ordinals),
        content: content(context, &location),
        ambiguous: ambiguous(context, &location),
        count: None,
        location,
        expected: expected(check),
        found,
        people,
        outcome,
        fix: control.fix.clone(),
        advice,
        waived: false,
        waiver: None,
        due: Day(context.date.0.saturating_add(control.severity.days_to_fix()).min(Day::LAST.0)),
        first_seen: None,
        response: None,
    };
    finding.waiver = (is_waived.covers)(&finding);
    finding.waived = finding.waiver.is_some();
    finding
}

/// What a finding says of its item.
#[derive(Default)]
struct Told {
    location: Location,
    found: String,
    advice: Option<Advice>,
}

impl Told {
    /// Of nothing in particular.
    fn only(found: &str) -> Self {
        Self { found: found.to_owned(), ..Self::default() }
    }
}

/// One more of those that are only counted.
fn further(last: &mut Finding, people: u64, waived: bool) {
    let count = last.count.unwrap_or(0) + 1;
    last.count = Some(count);
    last.found = format!("{count} further findings beyond the first {MOST_FINDINGS}");
    // nobody says whether the same people are in both
    last.people = last.people.max(people);
    last.waived &= waived;
    last.waiver = last.waiver.filter(|_| last.waived);
}

fn judge_check(
    control: &Control,
    check: &Check,
    context: &Context<'_>,
    is_waived: &mut IsWaived<'_>,
    findings: &mut Vec<Finding>,
    ordinals: &mut HashMap<String, u32>,
) -> Part {
    let mut verdict = |outcome: Outcome, people: u64, tell: &dyn Fn() -> Told, findings: &mut Vec<Finding>| -> bool {
        // what only adds to a number need not be put in words, if nobody asks for it to be waived
        if let Some(last) = findings.last_mut().filter(|last| !is_waived.any && last.count.is_some()) {
            further(last, people, false);
            return false;
        }
        let Told { location, found, advice } = tell();
        let found = check.message.as_ref().map_or(found.clone(), |message| format!("{message} ({found})"));
        let instance = Instance { outcome, location, found, people, advice };
        let mut finding = finding(control, check, context, instance, is_waived, ordinals);
        let waived = finding.waived;
        if findings.len() < MOST_FINDINGS {
            findings.push(finding);
        } else if let Some(last) = findings.last_mut().filter(|last| last.count.is_some()) {
            further(last, people, waived);
        } else {
            finding.fingerprint = format!("more-{}", control.id);
            (finding.location, finding.content, finding.ambiguous, finding.advice) = (Location::default(), None, false, None);
            finding.found = format!("1 further finding beyond the first {MOST_FINDINGS}");
            finding.count = Some(1);
            findings.push(finding);
        }
        waived
    };
    let undecided = |outcome: Outcome, reason: String, waived: bool, items: u64| Part {
        outcome,
        degree: 0.0,
        waived_degree: if waived { 1.0 } else { 0.0 },
        bounds: (0.0, 1.0),
        items,
        failed: u64::from(outcome != Outcome::NotApplicable),
        unwaived: u64::from(!waived && outcome != Outcome::NotApplicable),
        reason,
    };
    let Some(selector) = SELECTORS.iter().find(|selector| selector.spec().id == check.selector) else {
        return undecided(Outcome::Error, format!("no selector `{}`", check.selector), false, 0);
    };
    let spec = selector.spec();
    let mut items = match selector.items(check, context) {
        Ok(items) => items,
        Err(error) => {
            let waived = verdict(Outcome::Error, 0, &|| Told::only(&error), findings);
            return undecided(Outcome::Error, error, waived, 0);
        }
    };
    let mut errors: HashMap<usize, String> = HashMap::new();
    if let Some(filter) = &check.filter {
        let before = std::mem::take(&mut items.list);
        for item in before {
            match predicate::holds(filter, &item.main, &|name| item.attribute(name)) {
                Ok(false) => {}
                Ok(true) => items.list.push(item),
                Err(error) => {
                    errors.insert(items.list.len(), format!("`where` cannot be decided: {error}"));
                    items.list.push(item);
                }
            }
        }
        items.expected = items.list.len() as u64 + items.settled;
    }
    if let Some(expect) = &check.expect {
        let count = Value::Number(items.expected as f64);
        if predicate::holds(expect, &count, &|_| Value::Absent) != Ok(true) {
            if partial(context) && more_may_do(expect, items.expected) {
                return undecided(Outcome::NotApplicable, UNCHANGED.to_owned(), false, 0);
            }
            let reason = items.when_none.as_ref().map_or_else(
                || format!("{} expected, {} in the delivery", predicate::describe(expect), items.expected),
                |row| row.1.clone(),
            );
            let waived = verdict(Outcome::NotEvidenced, 0, &|| Told::only(&reason), findings);
            return undecided(Outcome::NotEvidenced, reason, waived, 0);
        }
    }
    if items.list.is_empty() && items.settled == 0 {
        if partial(context) && items.when_none.is_some() {
            return undecided(Outcome::NotApplicable, UNCHANGED.to_owned(), false, 0);
        }
        let mut part = none(check, &items, &mut |reason| verdict(Outcome::NotEvidenced, 0, &|| Told::only(reason), findings));
        if partial(context) && part.outcome == Outcome::Pass && part.reason == ALL_READ {
            "none found in what changed; the rest was not looked at".clone_into(&mut part.reason);
        }
        return part;
    }
    let absence = is_absence(check);
    let (mut total, mut complying, mut forgiven) = (items.settled, items.settled, 0_u64);
    let (mut failed, mut unwaived, mut undecidable) = (0, 0, 0);
    let mut first_error = String::new();
    for (index, item) in items.list.iter().enumerate() {
        total += item.weight;
        let truth = match errors.remove(&index) {
            Some(error) => Err(error),
            None if item.undecidable.is_some() => {
                in_every_case(check, item).ok_or_else(|| item.undecidable.clone().unwrap_or_default())
            }
            None => complies(check, item),
        };
        match truth {
            Ok(true) => complying += item.weight,
            Ok(false) => {
                failed += 1;
                let tell = || Told { location: item.view.location(), found: found(check, item), advice: advice::of(check, item) };
                let waived = verdict(Outcome::Fail, item.people, &tell, findings);
                if waived { forgiven += item.weight } else { unwaived += 1 }
            }
            Err(error) => {
                failed += 1;
                undecidable += 1;
                let tell = || Told {
                    location: item.view.location(),
                    found: format!("{}: {error}", item.found()),
                    advice: advice::of(check, item),
                };
                let waived = verdict(Outcome::Error, item.people, &tell, findings);
                if waived {
                    forgiven += item.weight;
                } else {
                    unwaived += 1;
                }
                if first_error.is_empty() {
                    first_error = error;
                }
            }
        }
    }
    let of = |part: u64| part as f64 / total.max(1) as f64;
    let (passing, worth) = items.passing.unwrap_or((Outcome::Pass, 1.0));
    let mut degree = of(complying) * worth;
    let mut waived_degree = of(complying + forgiven) * worth;
    if absence && spec.id == "data" {
        // measured by people: whose data must not be there, of all the people that the scope holds
        let share = |affected: u64, any: bool| match any.then(|| (items.base.0)()) {
            None => 1.0,
            Some(0) => 0.0,
            Some(base) => 1.0 - affected.min(base) as f64 / base as f64,
        };
        degree = share(total - complying, failed > 0);
        waived_degree = share(total - complying - forgiven, unwaived > 0);
    }
    let decided = 1.0 - if absence { items.undecided.0 } else { 0.0 };
    let outcome = if undecidable > 0 {
        Outcome::Error
    } else if failed > 0 {
        Outcome::Fail
    } else {
        passing
    };
    let count = items.list.len() as u64 + items.settled;
    let reason = match outcome {
        Outcome::Error => format!("{undecidable} of {count} cannot be decided: {first_error}"),
        Outcome::Fail => format!("{failed} of {count} do not comply"),
        Outcome::Manual => format!("{count} good by the supplier's statement alone"),
        _ => format!("all {count} comply"),
    };
    let low = if undecidable > 0 { 0.0 } else { of(complying) * if outcome == Outcome::Manual { 0.0 } else { 1.0 } };
    let low = if absence { degree * decided * f64::from(u8::from(items.undecided.1 == 0)) } else { low };
    Part {
        outcome,
        degree: degree * decided,
        waived_degree: waived_degree * decided,
        bounds: (
            low.min(degree * decided),
            if undecidable > 0 || outcome == Outcome::Manual { 1.0 } else { degree.max(of(complying)) },
        ),
        items: count,
        failed,
        unwaived,
        reason,
    }
}

/// What is said where nothing was found and all was looked at.
const ALL_READ: &str = "none found, everything in scope was read";
/// What is said where the evidence is of what changed alone: the rest may hold what is asked for.
const UNCHANGED: &str = "it may lie in what did not change, and that was not looked at";

/// Whether the rest of a delivery could bring a number to what is expected. One that is too large already stays so.
fn more_may_do(expect: &Predicate, known: u64) -> bool {
    let steps = (1..=1_000).chain((4..=12).map(|power| 10_u64.pow(power)));
    let holds = |more: u64| predicate::holds(expect, &Value::Number((known + more) as f64), &|_| Value::Absent) == Ok(true);
    steps.into_iter().any(holds)
}

/// Whether the evidence is of a part of the delivery: what is not in it may be there.
fn partial(context: &Context<'_>) -> bool {
    context.evidence.delivery.as_ref().is_some_and(|delivery| delivery.since.is_some())
}

/// No item at all: good where absence is what is asked, else nothing that the check is about.
fn none(check: &Check, items: &Items<'_>, verdict: &mut dyn FnMut(&str) -> bool) -> Part {
    let part = |outcome, degree: f64, bounds, reason: String| Part {
        outcome,
        degree,
        waived_degree: degree,
        bounds,
        items: 0,
        failed: 0,
        unwaived: 0,
        reason,
    };
    if let Some((outcome, reason)) = &items.when_none {
        let waived = verdict(reason);
        let mut out = part(*outcome, 0.0, (0.0, 1.0), reason.clone());
        out.waived_degree = if waived { 1.0 } else { 0.0 };
        out.failed = 1;
        out.unwaived = u64::from(!waived);
        return out;
    }
    if !is_absence(check) {
        let reason = match check.at.as_deref().filter(|_| items.looked_in > 0) {
            Some(at) => format!("`{at}` is in none of the {} configurations that were looked at", items.looked_in),
            None => "nothing in the delivery that this is about".to_owned(),
        };
        return part(Outcome::NotApplicable, 0.0, (0.0, 0.0), reason);
    }
    if items.empty_scope && items.undecided.1 == 0 {
        return part(Outcome::NotApplicable, 0.0, (0.0, 0.0), "nothing was read that could have held it".to_owned());
    }
    let (share, number) = items.undecided;
    if number == 0 {
        return part(Outcome::Pass, 1.0, (1.0, 1.0), ALL_READ.to_owned());
    }
    let reason = format!("none found in what could be read; {number} artifacts in scope could not be");
    if share >= 1.0 {
        return part(Outcome::NotEvidenced, 0.0, (0.0, 1.0), reason);
    }
    part(Outcome::Pass, 1.0 - share, (0.0, 1.0), reason)
}

/// Whether a check is met by there being nothing.
fn is_absence(check: &Check) -> bool {
    let Some(must) = &check.must else { return false };
    let empty = |name: &str| match name {
        "people" | "records" | "matches" | "copies" => Value::Number(0.0),
        _ => Value::Absent,
    };
    speaks_of_absence(must) && predicate::holds(must, &Value::Absent, &empty) == Ok(true)
}

fn speaks_of_absence(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Is(Operator::Exist, _) => true,
        Predicate::Of(name, _) => matches!(name.as_str(), "people" | "records" | "matches"),
        Predicate::All(parts) | Predicate::Any(parts) => parts.iter().any(speaks_of_absence),
        _ => false,
    }
}

/// Where nobody can say which of several values holds: the answer, if it is the same for each.
fn in_every_case(check: &Check, item: &Item<'_>) -> Option<bool> {
    let mut answers = item.cases.iter().map(|case| {
        let attribute = |name: &str| if name == "value" { case.clone() } else { item.attribute(name) };
        holds(check, case, &attribute).ok()
    });
    let first = answers.next()??;
    answers.all(|answer| answer == Some(first)).then_some(first)
}

/// What is decided of an item that nothing else is known of: `Some(true)` if it is meant and complies, `Some(false)` if it is not meant,
/// `None` if it has to be looked at.
pub(super) fn settled(check: &Check, main: &Value, attribute: &dyn Fn(&str) -> Value) -> Option<bool> {
    match check.filter.as_ref().map(|filter| predicate::holds(filter, main, attribute)) {
        Some(Ok(false)) => Some(false),
        Some(Err(_)) => None,
        Some(Ok(true)) | None => holds(check, main, attribute).ok().filter(|complies| *complies),
    }
}

fn complies(check: &Check, item: &Item<'_>) -> Result<bool, String> {
    holds(check, &item.main, &|name| item.attribute(name))
}

fn holds(check: &Check, main: &Value, attribute: &dyn Fn(&str) -> Value) -> Result<bool, String> {
    if let Some(must) = &check.must
        && !predicate::holds(must, main, attribute)?
    {
        return Ok(false);
    }
    match &check.cel {
        None => Ok(true),
        Some(formula) => expression::holds(formula, main, attribute),
    }
}

/// What the check wants, in words.
pub(super) fn expected(check: &Check) -> String {
    let mut out: Vec<String> = check.must.iter().map(predicate::describe).collect();
    out.extend(check.cel.as_ref().map(|formula| format!("must be true: {}", formula.text)));
    let of = check.at.as_ref().map_or(String::new(), |at| format!("{at} "));
    format!("{of}{}", out.join(" and "))
}

/// What was found: the item in words, with the attributes that the condition speaks of.
fn found(check: &Check, item: &Item<'_>) -> String {
    let names = check.must.as_ref().map(predicate::attributes).unwrap_or_default();
    let told: Vec<String> = names
        .into_iter()
        .filter(|name| !matches!(*name, "people" | "exist" | "value"))
        .map(|name| format!("{name}: {}", item.attribute(name).show()))
        .collect();
    if told.is_empty() { item.found() } else { format!("{} ({})", item.found(), told.join(", ")) }
}

/// The beginning of the digest of the file, where evidence has it.
fn content(context: &Context<'_>, location: &Location) -> Option<String> {
    let digest = context.artifact(location.number?)?.digest.as_ref()?;
    digest.to_string().trim_start_matches("sha256:").get(..16).map(str::to_owned)
}

/// Whether other files may be shown under the same path.
fn ambiguous(context: &Context<'_>, location: &Location) -> bool {
    if let Some(artifact) = location.number.and_then(|number| context.artifact(number)) {
        return artifact.masked.is_some();
    }
    context.is_masked_folder(&location.artifact)
}

/// Stable for the same control at the same place: no value, no line, no digest of content.
fn fingerprint(control: &Control, check: &Check, location: &Location, ordinals: &mut HashMap<String, u32>) -> String {
    let position = control.checks.iter().position(|other| std::ptr::eq(other, check)).unwrap_or(0);
    let place = format!(
        "{}\0{position}\0{}\0{}\0{}",
        control.id,
        location.artifact,
        location.part.as_deref().unwrap_or(""),
        location.key.as_deref().unwrap_or("")
    );
    let ordinal = ordinals.entry(place.clone()).or_insert(0);
    *ordinal += 1;
    let digest = Sha256::digest(format!("{place}\0{ordinal}").as_bytes());
    crate::model::value::hex(digest.get(..8).unwrap_or(&[]))
}
