//! OSCAL 1.1.2 plan of action and milestones: what has to be put right, by when. One item and one risk for each control that is open;
//! what is waived is no part of it.

use super::oscal::ids::Ids;
use super::oscal::parts::Parts;
use super::oscal::schema::{LocalDefinitions, Poam, PoamDocument, PoamItem, Property, Related, SystemId, markup, string};
use super::text;
use super::{Format, Style};
use crate::model::assessment::{Assessment, ControlResult};

/// The format.
pub(super) struct OscalPoam;
/// The format.
pub(super) static FORMAT: OscalPoam = OscalPoam;

impl Format for OscalPoam {
    fn id(&self) -> &'static str {
        "oscal-poam"
    }

    fn title(&self) -> &'static str {
        "OSCAL plan of action and milestones: what to put right, by when"
    }

    fn render(&self, assessment: &Assessment, _style: Style) -> Vec<u8> {
        super::pretty(&plan(assessment)).into_bytes()
    }
}

fn plan(assessment: &Assessment) -> PoamDocument {
    let ids = Ids::new(assessment);
    let parts = Parts::new(assessment, &ids);
    let mut open: Vec<&ControlResult> = assessment.controls.iter().filter(|control| control.is_open(true)).collect();
    open.sort_by_key(|control| parts.due(control));
    let listed: std::collections::BTreeSet<&str> = open.iter().map(|control| control.id.as_str()).collect();
    let findings: Vec<_> = provost_review::open(assessment).filter(|finding| listed.contains(finding.control.as_str())).collect();
    let mut items: Vec<PoamItem> = open.iter().map(|control| item(assessment, &ids, &parts, control)).collect();
    if items.is_empty() {
        // the standard wants one item at least
        items.push(PoamItem {
            uuid: ids.of("poam-item", ""),
            title: markup("Nothing is open"),
            description: markup(&format!("Verdict: {}. No control is open.", text::verdict(assessment.verdict))),
            props: vec![Property::new("verdict", assessment.verdict.name())],
            related_observations: Vec::new(),
            related_risks: Vec::new(),
        });
    }
    PoamDocument {
        plan: Poam {
            uuid: ids.of("poam", ""),
            metadata: parts.metadata("Plan of action and milestones"),
            system_id: SystemId { identifier_type: "https://provost.invalid/ns/target", id: string(&assessment.target) },
            local_definitions: LocalDefinitions {
                components: parts.components(),
                inventory_items: parts.inventory(findings.iter().copied()),
            },
            observations: findings.iter().map(|finding| parts.observation(finding)).collect(),
            risks: open
                .iter()
                .map(|control| {
                    let mut risk = parts.risk(control);
                    risk.related_observations = parts.related(control, |finding| !finding.waived);
                    risk
                })
                .collect(),
            poam_items: items,
            back_matter: parts.back_matter(),
        },
    }
}

fn item(assessment: &Assessment, ids: &Ids, parts: &Parts, control: &ControlResult) -> PoamItem {
    let mut props = Parts::control_props(control);
    props.push(Property::new("due", &parts.due(control).to_string()));
    if let Some(row) = assessment.improve.iter().find(|row| row.control == control.id) {
        props.push(Property::new("score-when-fixed", &format!("{:.1}", row.score)));
    }
    PoamItem {
        uuid: ids.of("poam-item", &control.id),
        title: markup(&format!("{} {}", control.id, control.title)),
        description: markup(&control.fix),
        props,
        related_observations: parts.related(control, |finding| !finding.waived),
        related_risks: vec![Related::risk(ids.of("risk", &control.id))],
    }
}
