//! What assessment results and the plan of action share: metadata, subjects, observations, risks. It writes nothing.

use super::ids::Ids;
use super::schema::{
    Actor, BackMatter, Characterization, Component, ComponentState, Facet, Item, Metadata, NAMESPACE, Observation, Origin,
    Property, Related, Remediation, Resource, Risk, Subject, markup,
};
use crate::model::assessment::{Assessment, ControlResult, Finding};
use crate::model::day::Day;
use crate::text::{self, escape, place};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the standard.
const VERSION: &str = "1.1.2";

/// Makes the parts of a document.
pub(crate) struct Parts<'a> {
    assessment: &'a Assessment,
    ids: &'a Ids,
    findings: BTreeMap<&'a str, Vec<&'a Finding>>,
}

/// Midnight UTC of a day, within the years that the standard can write.
fn midnight(day: Day) -> String {
    // 1900-01-01 and 2999-12-31
    format!("{}T00:00:00Z", Day(day.0.clamp(-25_567, 376_199)))
}

impl<'a> Parts<'a> {
    /// For an assessment.
    pub(crate) fn new(assessment: &'a Assessment, ids: &'a Ids) -> Self {
        let mut findings: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in &assessment.findings {
            findings.entry(finding.control.as_str()).or_default().push(finding);
        }
        Self { assessment, ids, findings }
    }

    /// The audit date as a moment.
    pub(crate) fn date(&self) -> String {
        midnight(self.assessment.date)
    }

    /// A title that names the target.
    pub(crate) fn title(&self, what: &str) -> String {
        markup(&format!("{what} of {}", self.assessment.target))
    }

    /// The head of a document.
    pub(crate) fn metadata(&self, what: &str) -> Metadata {
        let mut props = vec![
            Property::new("tool", &self.assessment.tool),
            Property::new("evidence-digest", &self.assessment.evidence.digest),
            Property::new("policy-digest", &self.assessment.policy.digest),
        ];
        // the standard names this property itself
        if let Some(text) = &self.assessment.classification {
            props.push(Property::new("marking", text));
        }
        Metadata {
            title: self.title(what),
            last_modified: self.date(),
            version: self.assessment.date.to_string(),
            oscal_version: VERSION,
            props,
            remarks: markup(&self.assessment.disclaimer),
        }
    }

    /// The policy, which stands for the plan of the assessment.
    pub(crate) fn back_matter(&self) -> BackMatter {
        let policy = &self.assessment.policy;
        BackMatter {
            resources: vec![Resource {
                uuid: self.ids.of("policy", ""),
                title: markup(&policy.title),
                description: markup(&format!("Policy {} {}: the controls that were assessed.", policy.id, policy.version)),
                props: vec![Property::new("policy", &policy.id), Property::new("policy-digest", &policy.digest)],
            }],
        }
    }

    /// Verdict, score, coverage.
    pub(crate) fn outcome_props(&self) -> Vec<Property> {
        let a = self.assessment;
        let number = |value: Option<f64>| value.map(|value| format!("{value:.4}"));
        let mut out = vec![
            Property::new("verdict", a.verdict.name()),
            Property::new("complete", if a.complete { "true" } else { "false" }),
            Property::new("people", &a.people.total.to_string()),
        ];
        let numbers = [
            ("score", number(a.score.value)),
            ("score-low", number(a.score.low)),
            ("score-high", number(a.score.high)),
            ("score-without-waivers", number(a.score.without_waivers)),
            ("coverage", number(a.coverage.ratio)),
        ];
        out.extend(numbers.into_iter().filter_map(|(name, value)| value.map(|value| Property::new(name, &value))));
        out
    }

    /// What is known of a control.
    pub(crate) fn control_props(control: &ControlResult) -> Vec<Property> {
        let mut out = vec![
            Property::new("severity", control.severity.name()),
            Property::new("outcome", control.outcome.name()),
            Property::new("theme", &control.theme),
            Property::new("gate", if control.gate { "true" } else { "false" }),
            Property::new("waived", if control.waived { "true" } else { "false" }),
            Property::new("items", &format!("{} of {} do not comply", control.failed, control.items)),
        ];
        for (framework, clauses) in &control.references {
            out.push(Property::new("clauses", &format!("{framework} {}", clauses.join(", "))));
        }
        out
    }

    /// The delivery and this program.
    pub(crate) fn components(&self) -> Vec<Component> {
        let component = |name: &str, kind, title: &str, description: &str| Component {
            uuid: self.ids.of("component", name),
            kind,
            title: markup(title),
            description: markup(description),
            status: ComponentState { state: "operational" },
        };
        vec![
            component("delivery", "system", &self.assessment.target, "What the supplier delivered."),
            component("tool", "software", &self.assessment.tool, "The program that collected the evidence and judged it."),
        ]
    }

    /// The artifacts that findings are in.
    pub(crate) fn inventory<'f>(&self, findings: impl IntoIterator<Item = &'f Finding>) -> Vec<Item> {
        let paths: BTreeSet<&str> = findings.into_iter().map(|finding| finding.location.artifact.as_str()).collect();
        let known: BTreeMap<&str, _> =
            self.assessment.artifacts.iter().map(|artifact| (artifact.path.as_str(), artifact)).collect();
        let item = |path: &str| {
            let mut props = vec![Property::new("path", path)];
            if let Some(artifact) = known.get(path) {
                props.push(Property::new("number", &artifact.number.to_string()));
                props.push(Property::new("type", &artifact.kind));
                props.push(Property::new("size", &artifact.size.to_string()));
                props.extend(artifact.digest.as_deref().map(|digest| Property::new("digest", digest)));
            }
            Item { uuid: self.ids.of("artifact", path), description: markup(path), props }
        };
        paths.into_iter().filter(|path| !path.is_empty()).map(item).collect()
    }

    fn origin(&self) -> Origin {
        Origin { actors: [Actor { kind: "tool", actor_uuid: self.ids.of("component", "tool") }] }
    }

    /// One finding.
    pub(crate) fn observation(&self, finding: &Finding) -> Observation {
        let at = &finding.location;
        let (kind, uuid, name) = if at.artifact.is_empty() {
            ("component", self.ids.of("component", "delivery"), self.assessment.target.as_str())
        } else {
            ("inventory-item", self.ids.of("artifact", &at.artifact), at.artifact.as_str())
        };
        let mut props = vec![
            Property::new("fingerprint", &finding.fingerprint),
            Property::new("severity", finding.severity.name()),
            Property::new("outcome", finding.outcome.name()),
            Property::new("people", &finding.people.to_string()),
            Property::new("waived", if finding.waived { "true" } else { "false" }),
        ];
        if finding.waived {
            props.push(Property::new("waiver", &text::justification(self.assessment, finding)));
        }
        if let Some(response) = &finding.response {
            props.push(Property::new("supplier-stance", response.stance.name()));
            props.push(Property::new("supplier-response", &text::answer(finding)));
        }
        if let Some(day) = finding.first_seen {
            props.push(Property::new("first-seen", &day.to_string()));
        }
        Observation {
            uuid: self.observation_id(finding),
            title: markup(&format!("{} at {}", finding.control, escape::cut(&place::words(at), 300))),
            description: markup(&text::message(finding)),
            props,
            methods: ["EXAMINE"],
            types: ["finding"],
            origins: [self.origin()],
            subjects: [Subject { subject_uuid: uuid, kind, title: markup(name) }],
            collected: self.date(),
        }
    }

    fn observation_id(&self, finding: &Finding) -> String {
        self.ids.of("observation", &format!("{}\n{}", finding.control, finding.fingerprint))
    }

    /// References to the findings of a control.
    pub(crate) fn related(&self, control: &ControlResult, wanted: impl Fn(&Finding) -> bool) -> Vec<Related> {
        let all = self.findings.get(control.id.as_str()).map_or(&[][..], Vec::as_slice);
        all.iter().filter(|finding| wanted(finding)).map(|finding| Related::observation(self.observation_id(finding))).collect()
    }

    /// The day by which the open findings of a control have to be put right; by its severity where none is listed.
    pub(crate) fn due(&self, control: &ControlResult) -> Day {
        let all = self.findings.get(control.id.as_str()).map_or(&[][..], Vec::as_slice);
        let first = all.iter().filter(|finding| !finding.waived).map(|finding| finding.due).min();
        first.unwrap_or(Day(self.assessment.date.0.saturating_add(control.severity.days_to_fix())))
    }

    /// What a control that does not comply means.
    pub(crate) fn risk(&self, control: &ControlResult) -> Risk {
        let facet = |name, value: &str| Facet { name, system: NAMESPACE, value: super::schema::string(value) };
        Risk {
            uuid: self.ids.of("risk", &control.id),
            title: markup(&format!("{} {}", control.id, control.title)),
            description: markup(&format!("{}: {}", text::outcome(control.outcome), control.reason)),
            statement: markup(&control.why),
            props: Self::control_props(control),
            status: if control.waived { "deviation-approved" } else { "open" },
            characterizations: [Characterization {
                origin: self.origin(),
                facets: vec![
                    facet("severity", control.severity.name()),
                    facet("points-lost", &format!("{:.4}", control.points_lost)),
                ],
            }],
            deadline: (!control.waived).then(|| midnight(self.due(control))),
            remediations: [Remediation {
                uuid: self.ids.of("remediation", &control.id),
                lifecycle: "recommendation",
                title: markup(&format!("Put {} right", control.id)),
                description: markup(&control.fix),
            }],
            related_observations: self.related(control, |_| true),
        }
    }
}
