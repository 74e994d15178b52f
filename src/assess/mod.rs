//! Evidence x policy -> assessment. Pure: it touches no file, clock, environment or network; the date is an argument, and the same
//! arguments give the same assessment.

use provost_model as model;

/// The macro.
mod registry {
    pub(crate) use provost_model::registry;
}

mod advice;
mod alone;
mod context;
mod datasets;
mod expression;
mod globs;
mod index;
mod judge;
mod predicate;
mod register;
mod said;
pub mod score;
pub mod select;
mod settings;
mod side;
mod summary;
mod survey;
mod value;
mod veiled;
mod waiver;
pub mod xccdf;

pub use waiver::is_narrow;

use crate::model::assessment::{
    Assessment, CHANGED, ControlResult, DISCLAIMER, EvidenceRef, Finding, Outcome, PolicyRef, SCHEMA, Verdict, WaiverStatus,
};
use crate::model::class::Class;
use crate::model::day::Day;
use crate::model::evidence::{Artifact, Evidence};
use crate::model::packed;
use crate::model::people::PeopleIndex;
use crate::model::policy::{Control, Policy, Severity};
use crate::model::several::{both, each};
use crate::model::waiver::Waiver;
use context::Context;
pub use context::{Prepared, Surveyed};
use score::{Entry, Model};
use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// What to assess.
pub struct Request<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The evidence.
    pub evidence: &'a Evidence,
    /// The evidence's digest, if it was read from a form that has it.
    pub digest: Option<&'a str>,
    /// Who is where, resolved from the evidence.
    pub people: &'a PeopleIndex,
    /// The data classes of the evidence.
    pub classes: &'a [Class],
    /// The audit date.
    pub date: Day,
    /// Accepted deviations.
    pub waivers: &'a [Waiver],
    /// How the score is computed.
    pub model: Model,
    /// The name shown for the target.
    pub target: &'a str,
}

/// Assesses evidence under a policy on a date.
pub fn assess(request: &Request<'_>) -> Assessment {
    assess_prepared(request, Prepared::new(request.policy, request.evidence))
}

/// The same with look-ups that were made for the same policy and evidence.
pub fn assess_prepared<'a>(request: &Request<'a>, prepared: Prepared<'a>) -> Assessment {
    std::thread::scope(|scope| {
        let Some(known) = request.digest else {
            let digest = scope.spawn(|| packed::digest(request.evidence));
            return judge(request, prepared, || digest.join().unwrap_or_else(|_| packed::digest(request.evidence)));
        };
        judge(request, prepared, || known.to_owned())
    })
}

fn judge<'a>(request: &Request<'a>, prepared: Prepared<'a>, digest: impl FnOnce() -> String) -> Assessment {
    let context = Context::new(request.policy, request.evidence, prepared, request.people, request.classes, request.date);
    let waivers = Mutex::new(waiver::Waivers::new(request.waivers, request.date, &request.policy.controls));
    let mut entries: Vec<Entry> = Vec::with_capacity(request.policy.controls.len());
    let mut findings: Vec<Vec<Finding>> = Vec::with_capacity(request.policy.controls.len());
    for (control, judged) in request.policy.controls.iter().zip(judge_all(&request.policy.controls, &context, &waivers)) {
        entries.push(Entry {
            result: ControlResult {
                id: control.id.clone(),
                title: control.title.clone(),
                severity: control.severity,
                theme: control.theme.clone(),
                outcome: judged.outcome,
                waived: judged.waived,
                gate: control.gate,
                degree: judged.degree,
                degree_bounds: judged.bounds,
                weight: control.weight,
                points_lost: 0.0,
                items: judged.items,
                failed: judged.failed,
                reason: judged.reason,
                references: control.references.clone(),
                why: control.why.clone(),
                fix: control.fix.clone(),
                policy: control.policy.clone(),
                line: control.line,
            },
            waived_degree: judged.waived_degree,
        });
        findings.push(judged.findings);
    }
    // an empty delivery has no score: the documents it lacks say nothing of how data is held
    let counted: &[Entry] = if request.evidence.artifacts.is_empty() { &[] } else { &entries };
    let (score, derivation, improve) = score::score(counted, request.model);
    let lost: std::collections::HashMap<&str, f64> = derivation.iter().rev().map(|loss| (&*loss.control, loss.points)).collect();
    for entry in &mut entries {
        entry.result.points_lost = lost.get(&*entry.result.id).copied().unwrap_or(0.0);
    }
    let controls: Vec<ControlResult> = entries.into_iter().map(|entry| entry.result).collect();
    let weight = |test: &dyn Fn(&ControlResult) -> bool| {
        controls.iter().filter(|control| test(control)).map(|control| control.weight).sum::<f64>() + 0.0
    };
    let applicable = weight(&|control| control.outcome != Outcome::NotApplicable);
    let assessed = weight(&|control| matches!(control.outcome, Outcome::Pass | Outcome::Fail));
    let coverage = context.extent.coverage(applicable, assessed);
    let (people, (findings, artifacts, gaps)) =
        both(|| summary::people(&context), || (sorted(findings), summary::artifacts(&context), summary::gaps(&context)));
    let waivers = waivers.into_inner().unwrap_or_else(PoisonError::into_inner).results();
    let elsewhere = products_elsewhere(request.policy, &controls);
    let total = weight(&|control| !elsewhere.contains(control.id.as_str()));
    let complete = context.extent.decidable().is_some_and(|share| share >= request.policy.thresholds.coverage)
        && applicable >= total * LEAST_APPLICABLE;
    let (verdict, reasons) =
        verdict(request, &controls, score.value, (applicable, total, complete, context.extent.decidable()), &waivers);
    Assessment {
        schema: SCHEMA.into(),
        tool: crate::model::TOOL.to_owned(),
        classification: None,
        unmatched_responses: Vec::new(),
        date: request.date,
        target: target(request),
        verdict,
        reasons,
        complete,
        score,
        coverage,
        people,
        controls,
        findings,
        derivation,
        improve,
        artifacts,
        documents: register::documents(&context),
        statements: register::statements(&context),
        gaps,
        waivers,
        policy: PolicyRef {
            id: request.policy.id.clone(),
            title: request.policy.title.clone(),
            version: request.policy.version.clone(),
            digest: request.policy.digest.clone(),
            parameters: request.policy.parameters.clone(),
            thresholds: request.policy.thresholds,
        },
        evidence: EvidenceRef {
            digest: digest(),
            tool: request.evidence.tool.clone(),
            detectors: request.evidence.detectors.clone(),
        },
        disclaimer: DISCLAIMER.into(),
    }
}

/// What a finding comes before others for, whatever its place: what is open first, then by severity and people.
fn rank(finding: &Finding) -> (bool, Reverse<Severity>, Reverse<u64>) {
    (finding.waived, Reverse(finding.severity), Reverse(finding.people))
}

/// Findings of a control, by rank and place.
fn ordered(findings: Vec<Finding>) -> Vec<Finding> {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    let key = |at: &usize| findings.get(*at).map(|finding| (rank(finding), &finding.location));
    // mostly there are few ranks, and places come in their order
    order.sort_by(|one, other| key(one).cmp(&key(other)));
    taken(vec![findings], order.into_iter().map(|at| (0, at)))
}

/// Findings of all controls, each in order, by rank, then as the controls stand.
fn sorted(findings: Vec<Vec<Finding>>) -> Vec<Finding> {
    let own = |(place, own): (usize, &Vec<Finding>)| -> Vec<_> {
        own.iter().enumerate().map(|(at, finding)| (rank(finding), place, at)).collect()
    };
    let mut order: Vec<_> = findings.iter().enumerate().flat_map(own).collect();
    order.sort_unstable();
    taken(findings, order.into_iter().map(|row| (row.1, row.2)))
}

/// Findings are large: each is moved once, to where it belongs.
fn taken(findings: Vec<Vec<Finding>>, order: impl Iterator<Item = (usize, usize)>) -> Vec<Finding> {
    let mut out = Vec::with_capacity(findings.iter().map(Vec::len).sum());
    let mut left: Vec<Vec<Option<Finding>>> = findings.into_iter().map(|own| own.into_iter().map(Some).collect()).collect();
    out.extend(order.filter_map(|(place, at)| left.get_mut(place)?.get_mut(at)?.take()));
    out
}

/// The target's name; where not all of it was looked at, that is part of it, so that every report says so.
fn target(request: &Request<'_>) -> String {
    let since = request.evidence.delivery.as_ref().and_then(|delivery| Some((delivery, delivery.since.as_ref()?)));
    match since {
        Some((delivery, since)) => format!(
            "{}{CHANGED}{}: {} of {} files)",
            request.target,
            since.commit.chars().filter(char::is_ascii_hexdigit).take(12).collect::<String>(),
            delivery.artifacts,
            delivery.artifacts.saturating_add(since.left_out),
        ),
        None => request.target.to_owned(),
    }
}

/// Types of artifacts that are nothing but what lies in them.
const CONTAINERS: [&str; 14] =
    ["zip", "tar", "gzip", "bzip2", "xz", "zstd", "lz4", "sevenz", "7z", "cab", "iso", "ar", "cpio", "rpm"];

/// Threads that judge controls: as many on every machine.
const JUDGES: usize = 2;

/// Judges every control by itself. What a waiver covers does not depend on who asks first.
fn judge_all(controls: &[Control], context: &Context<'_>, waivers: &Mutex<waiver::Waivers>) -> Vec<judge::Judged> {
    each(controls, JUDGES, |control| {
        let any = waivers.lock().unwrap_or_else(PoisonError::into_inner).any(&control.id);
        let mut covers = |finding: &Finding| waivers.lock().unwrap_or_else(PoisonError::into_inner).covers(finding);
        let mut waived = judge::IsWaived { any, covers: &mut covers };
        let mut judged = judge::judge(control, context, &mut waived);
        judged.findings = ordered(judged.findings);
        judged
    })
}

/// Controls about products that are not in the delivery, where that says nothing of the supplier: nobody runs every product that a policy
/// knows. They count where the policy is about nothing else, and no product of it was delivered.
fn products_elsewhere<'c>(policy: &Policy, controls: &'c [ControlResult]) -> HashSet<&'c str> {
    let about: HashSet<&str> = policy
        .controls
        .iter()
        .filter(|control| {
            control.checks.iter().all(|check| matches!(check.selector, "config" | "result") && check.expect.is_none())
        })
        .map(|control| control.id.as_str())
        .collect();
    let product = |control: &&ControlResult| about.contains(control.id.as_str());
    let applies = |control: &ControlResult| control.outcome != Outcome::NotApplicable;
    let touched = controls.iter().filter(product).any(applies);
    let own = controls.iter().filter(|control| !product(control)).any(|control| control.policy == policy.id && applies(control));
    if !touched && !own {
        return HashSet::new();
    }
    controls.iter().filter(product).filter(|control| !applies(control)).map(|control| control.id.as_str()).collect()
}

/// The share of a policy's weight that has to apply before its verdict says anything: a folder with one text file does not pass a
/// policy on servers.
const LEAST_APPLICABLE: f64 = 0.5;

/// The verdict is a rule over gates, open controls, coverage and waivers; the score's threshold is one condition among them.
fn verdict(
    request: &Request<'_>,
    controls: &[ControlResult],
    score: Option<f64>,
    (applicable, total, complete, decidable): (f64, f64, bool, Option<f64>),
    waivers: &[crate::model::assessment::WaiverResult],
) -> (Verdict, Vec<String>) {
    let mut reasons = Vec::new();
    if request.evidence.artifacts.is_empty() {
        return (Verdict::NotAssessed, vec!["The delivery is empty: there was nothing to assess.".to_owned()]);
    }
    let manifest = request.evidence.manifest.as_ref().map(|manifest| manifest.artifact);
    // an archive is what lies in it
    let nothing = |artifact: &Artifact| {
        Some(artifact.number) == manifest || (CONTAINERS.contains(&artifact.kind.as_str()) && artifact.gaps.is_empty())
    };
    if request.evidence.artifacts.iter().all(nothing) {
        let what = if manifest.is_some() { "a manifest and nothing else" } else { "an archive with nothing in it" };
        return (Verdict::NotAssessed, vec![format!("The delivery is {what}: there was nothing to assess.")]);
    }
    if applicable <= 0.0 {
        return (Verdict::NotAssessed, vec!["No control of the policy applies to anything in the delivery.".to_owned()]);
    }
    let ids = |list: &[&ControlResult]| {
        let shown: Vec<&str> = list.iter().take(6).map(|control| control.id.as_str()).collect();
        let more = if list.len() > 6 { format!(" and {} more", list.len() - 6) } else { String::new() };
        format!("{}{more}", shown.join(", "))
    };
    let open = |test: &dyn Fn(&ControlResult) -> bool| {
        controls.iter().filter(|control| control.is_open(true) && test(control)).collect::<Vec<_>>()
    };
    let gates = open(&|control| control.gate);
    let critical = open(&|control| control.severity == Severity::Critical && !control.gate);
    let high = open(&|control| control.severity == Severity::High && !control.gate);
    let mut fails = false;
    if !gates.is_empty() {
        fails = true;
        reasons.push(format!("Failed at a gate: {}.", ids(&gates)));
    }
    if !critical.is_empty() {
        fails = true;
        reasons.push(format!("Critical controls are open: {}.", ids(&critical)));
    }
    let provost = request.model == Model::Provost;
    let pass = request.policy.thresholds.pass;
    if let Some(score) = score.filter(|score| provost && *score < pass) {
        fails = true;
        reasons.push(format!("The score {score:.1} is below the {pass:.0} that a pass needs."));
    }
    if !high.is_empty() {
        reasons.push(format!("High controls are open: {}.", ids(&high)));
    }
    if applicable < total * LEAST_APPLICABLE {
        let share = 100.0 * applicable / total;
        reasons.push(format!(
            "Only {share:.0} % of the policy's weight applies to what was delivered: too little to judge the supplier by."
        ));
    }
    let share = decidable.unwrap_or(0.0);
    let need = request.policy.thresholds.coverage;
    if share < need {
        reasons.push(format!(
            "Only {:.0} % of what was delivered could be read; the policy asks for {:.0} %.",
            share * 100.0,
            need * 100.0
        ));
    }
    // nothing was found in what could be read, and something could not be read
    let unsure: Vec<&ControlResult> = controls
        .iter()
        .filter(|control| control.outcome == Outcome::Pass && (control.gate || control.severity == Severity::Critical))
        .filter(|control| control.degree_bounds.0 < control.degree.min(1.0) - 1e-9 || control.degree < 1.0 - 1e-9)
        .collect();
    if !unsure.is_empty() {
        reasons.push(format!("Artifacts could not be read, so nobody can be sure of: {}.", ids(&unsure)));
    }
    let waived: Vec<&ControlResult> =
        controls.iter().filter(|control| control.waived && control.severity >= Severity::High).collect();
    if !waived.is_empty() {
        reasons.push(format!("Accepted by waiver: {}.", ids(&waived)));
    }
    let lapsed = waivers.iter().filter(|result| result.status == WaiverStatus::Expired).count();
    if lapsed > 0 {
        reasons.push(format!("{lapsed} waivers have expired and no longer count."));
    }
    let verdict = if fails {
        Verdict::Fail
    } else if !high.is_empty() || !complete || !waived.is_empty() || !unsure.is_empty() {
        Verdict::Conditional
    } else {
        Verdict::Pass
    };
    if verdict == Verdict::Pass {
        reasons.push("No gate failed, nothing critical or high is open, and enough was read.".to_owned());
    }
    (verdict, reasons)
}
