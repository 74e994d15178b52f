//! OSCAL 1.1.2 assessment results, for governance tools: an observation for each finding, a finding for each control that applies,
//! a risk for each that does not comply. Identifiers are made from fingerprints and digests, so the same assessment gives the same bytes.

pub(super) mod ids;
pub(super) mod parts;
pub(super) mod schema;

use super::text;
use super::{Format, Style};
use crate::model::assessment::{Assessment, ControlResult, Outcome};
use ids::Ids;
use parts::Parts;
use schema::{
    AssessmentResults, ControlFinding, ControlRef, ControlSelection, FindingTarget, Href, IncludeAll, LocalDefinitions, Related,
    ResultSet, Results, Reviewed, Risk, State, string, token,
};

/// The format.
pub(super) struct Oscal;
/// The format.
pub(super) static FORMAT: Oscal = Oscal;

impl Format for Oscal {
    fn id(&self) -> &'static str {
        "oscal"
    }

    fn title(&self) -> &'static str {
        "OSCAL assessment results for governance tools"
    }

    fn render(&self, assessment: &Assessment, _style: Style) -> Vec<u8> {
        super::pretty(&results(assessment)).into_bytes()
    }
}

fn results(assessment: &Assessment) -> AssessmentResults {
    let ids = Ids::new(assessment);
    let parts = Parts::new(assessment, &ids);
    let applicable: Vec<&ControlResult> =
        assessment.controls.iter().filter(|control| control.outcome != Outcome::NotApplicable).collect();
    let risks: Vec<Risk> =
        applicable.iter().filter(|control| control.is_open(false)).map(|control| parts.risk(control)).collect();
    let reviewed: Vec<ControlRef> = applicable.iter().map(|control| ControlRef { control_id: token(&control.id) }).collect();
    let selection = if reviewed.is_empty() {
        ControlSelection { include_all: Some(IncludeAll {}), include_controls: Vec::new() }
    } else {
        ControlSelection { include_all: None, include_controls: reviewed }
    };
    let reasons = assessment.reasons.join(" ");
    let set = ResultSet {
        uuid: ids.of("result", ""),
        title: parts.title("Audit"),
        description: schema::markup(&format!("Verdict: {}. {reasons}", text::verdict(assessment.verdict))),
        start: parts.date(),
        end: parts.date(),
        props: parts.outcome_props(),
        local_definitions: LocalDefinitions {
            components: parts.components(),
            inventory_items: parts.inventory(&assessment.findings),
        },
        reviewed_controls: Reviewed { control_selections: vec![selection] },
        observations: assessment.findings.iter().map(|finding| parts.observation(finding)).collect(),
        risks,
        findings: applicable.iter().map(|control| finding(&ids, &parts, control)).collect(),
        remarks: schema::markup(&assessment.disclaimer),
    };
    AssessmentResults {
        results: Results {
            uuid: ids.of("assessment-results", ""),
            metadata: parts.metadata("Assessment results"),
            import_ap: Href { href: format!("#{}", ids.of("policy", "")) },
            results: vec![set],
            back_matter: parts.back_matter(),
        },
    }
}

fn finding(ids: &Ids, parts: &Parts, control: &ControlResult) -> ControlFinding {
    let satisfied = matches!(control.outcome, Outcome::Pass | Outcome::Manual);
    let reason = match control.outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        _ => "other",
    };
    ControlFinding {
        uuid: ids.of("finding", &control.id),
        title: schema::markup(&format!("{} {}", control.id, control.title)),
        description: schema::markup(&format!("{}: {}", text::outcome(control.outcome), control.reason)),
        props: Parts::control_props(control),
        target: FindingTarget {
            kind: "objective-id",
            target_id: token(&control.id),
            title: schema::markup(&control.title),
            status: State {
                state: if satisfied { "satisfied" } else { "not-satisfied" },
                reason,
                remarks: string(text::outcome(control.outcome)),
            },
        },
        related_observations: parts.related(control, |_| true),
        related_risks: if control.is_open(false) { vec![Related::risk(ids.of("risk", &control.id))] } else { Vec::new() },
    }
}
