//! The objects of OSCAL 1.1.2 that are used, under NIST's names, and its types of text. Plain data; what goes into them is decided
//! beside this. A list that is empty is left out: the standard wants one item or none of it.
#![allow(clippy::struct_field_names, reason = "the names are the standard's")]

use crate::report::text::escape::{line, prose};
use serde::Serialize;

/// The name space of our own properties: a name, and no address that leads anywhere (RFC 2606).
pub(in crate::report) const NAMESPACE: &str = "https://provost.invalid/ns/oscal";

/// A text that is not empty, on one line.
pub(in crate::report) fn string(text: &str) -> String {
    let text = line(text);
    if text.is_empty() { "-".to_owned() } else { text }
}

/// A text that readers take for Markdown.
pub(in crate::report) fn markup(text: &str) -> String {
    let text = prose(text);
    if text.is_empty() { "-".to_owned() } else { text }
}

/// An identifier: letters, digits, `.`, `-` and `_`, not beginning with a digit.
pub(in crate::report) fn token(text: &str) -> String {
    let kept: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' }).collect();
    if kept.starts_with(|c: char| c.is_ascii_alphabetic()) { kept } else { format!("_{kept}") }
}

#[derive(Serialize)]
pub(in crate::report) struct AssessmentResults {
    #[serde(rename = "assessment-results")]
    pub(in crate::report) results: Results,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct Results {
    pub(in crate::report) uuid: String,
    pub(in crate::report) metadata: Metadata,
    pub(in crate::report) import_ap: Href,
    pub(in crate::report) results: Vec<ResultSet>,
    pub(in crate::report) back_matter: BackMatter,
}

#[derive(Serialize)]
pub(in crate::report) struct PoamDocument {
    #[serde(rename = "plan-of-action-and-milestones")]
    pub(in crate::report) plan: Poam,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct Poam {
    pub(in crate::report) uuid: String,
    pub(in crate::report) metadata: Metadata,
    pub(in crate::report) system_id: SystemId,
    pub(in crate::report) local_definitions: LocalDefinitions,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) observations: Vec<Observation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) risks: Vec<Risk>,
    pub(in crate::report) poam_items: Vec<PoamItem>,
    pub(in crate::report) back_matter: BackMatter,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct SystemId {
    pub(in crate::report) identifier_type: &'static str,
    pub(in crate::report) id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct PoamItem {
    pub(in crate::report) uuid: String,
    pub(in crate::report) title: String,
    pub(in crate::report) description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) props: Vec<Property>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) related_observations: Vec<Related>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) related_risks: Vec<Related>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct Metadata {
    pub(in crate::report) title: String,
    pub(in crate::report) last_modified: String,
    pub(in crate::report) version: String,
    pub(in crate::report) oscal_version: &'static str,
    pub(in crate::report) props: Vec<Property>,
    pub(in crate::report) remarks: String,
}

#[derive(Serialize)]
pub(in crate::report) struct Href {
    pub(in crate::report) href: String,
}

#[derive(Serialize)]
pub(in crate::report) struct Property {
    name: &'static str,
    ns: &'static str,
    value: String,
}

impl Property {
    pub(in crate::report) fn new(name: &'static str, value: &str) -> Self {
        Self { name, ns: NAMESPACE, value: string(value) }
    }
}

#[derive(Serialize)]
pub(in crate::report) struct BackMatter {
    pub(in crate::report) resources: Vec<Resource>,
}

#[derive(Serialize)]
pub(in crate::report) struct Resource {
    pub(in crate::report) uuid: String,
    pub(in crate::report) title: String,
    pub(in crate::report) description: String,
    pub(in crate::report) props: Vec<Property>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct ResultSet {
    pub(in crate::report) uuid: String,
    pub(in crate::report) title: String,
    pub(in crate::report) description: String,
    pub(in crate::report) start: String,
    pub(in crate::report) end: String,
    pub(in crate::report) props: Vec<Property>,
    pub(in crate::report) local_definitions: LocalDefinitions,
    pub(in crate::report) reviewed_controls: Reviewed,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) observations: Vec<Observation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) risks: Vec<Risk>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) findings: Vec<ControlFinding>,
    pub(in crate::report) remarks: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct LocalDefinitions {
    pub(in crate::report) components: Vec<Component>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) inventory_items: Vec<Item>,
}

#[derive(Serialize)]
pub(in crate::report) struct Component {
    pub(in crate::report) uuid: String,
    #[serde(rename = "type")]
    pub(in crate::report) kind: &'static str,
    pub(in crate::report) title: String,
    pub(in crate::report) description: String,
    pub(in crate::report) status: ComponentState,
}

#[derive(Serialize)]
pub(in crate::report) struct ComponentState {
    pub(in crate::report) state: &'static str,
}

#[derive(Serialize)]
pub(in crate::report) struct Item {
    pub(in crate::report) uuid: String,
    pub(in crate::report) description: String,
    pub(in crate::report) props: Vec<Property>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct Reviewed {
    pub(in crate::report) control_selections: Vec<ControlSelection>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct ControlSelection {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) include_all: Option<IncludeAll>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) include_controls: Vec<ControlRef>,
}

#[derive(Serialize)]
pub(in crate::report) struct IncludeAll {}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct ControlRef {
    pub(in crate::report) control_id: String,
}

#[derive(Serialize)]
pub(in crate::report) struct Observation {
    pub(in crate::report) uuid: String,
    pub(in crate::report) title: String,
    pub(in crate::report) description: String,
    pub(in crate::report) props: Vec<Property>,
    pub(in crate::report) methods: [&'static str; 1],
    pub(in crate::report) types: [&'static str; 1],
    pub(in crate::report) origins: [Origin; 1],
    pub(in crate::report) subjects: [Subject; 1],
    pub(in crate::report) collected: String,
}

#[derive(Serialize)]
pub(in crate::report) struct Origin {
    pub(in crate::report) actors: [Actor; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct Actor {
    #[serde(rename = "type")]
    pub(in crate::report) kind: &'static str,
    pub(in crate::report) actor_uuid: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct Subject {
    pub(in crate::report) subject_uuid: String,
    #[serde(rename = "type")]
    pub(in crate::report) kind: &'static str,
    pub(in crate::report) title: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct Risk {
    pub(in crate::report) uuid: String,
    pub(in crate::report) title: String,
    pub(in crate::report) description: String,
    pub(in crate::report) statement: String,
    pub(in crate::report) props: Vec<Property>,
    pub(in crate::report) status: &'static str,
    pub(in crate::report) characterizations: [Characterization; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) deadline: Option<String>,
    pub(in crate::report) remediations: [Remediation; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) related_observations: Vec<Related>,
}

#[derive(Serialize)]
pub(in crate::report) struct Characterization {
    pub(in crate::report) origin: Origin,
    pub(in crate::report) facets: Vec<Facet>,
}

#[derive(Serialize)]
pub(in crate::report) struct Facet {
    pub(in crate::report) name: &'static str,
    pub(in crate::report) system: &'static str,
    pub(in crate::report) value: String,
}

#[derive(Serialize)]
pub(in crate::report) struct Remediation {
    pub(in crate::report) uuid: String,
    pub(in crate::report) lifecycle: &'static str,
    pub(in crate::report) title: String,
    pub(in crate::report) description: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct ControlFinding {
    pub(in crate::report) uuid: String,
    pub(in crate::report) title: String,
    pub(in crate::report) description: String,
    pub(in crate::report) props: Vec<Property>,
    pub(in crate::report) target: FindingTarget,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) related_observations: Vec<Related>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) related_risks: Vec<Related>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct FindingTarget {
    #[serde(rename = "type")]
    pub(in crate::report) kind: &'static str,
    pub(in crate::report) target_id: String,
    pub(in crate::report) title: String,
    pub(in crate::report) status: State,
}

#[derive(Serialize)]
pub(in crate::report) struct State {
    pub(in crate::report) state: &'static str,
    pub(in crate::report) reason: &'static str,
    pub(in crate::report) remarks: String,
}

/// A reference to an observation or a risk.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) struct Related {
    #[serde(skip_serializing_if = "Option::is_none")]
    observation_uuid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    risk_uuid: Option<String>,
}

impl Related {
    pub(in crate::report) fn observation(uuid: String) -> Self {
        Self { observation_uuid: Some(uuid), risk_uuid: None }
    }

    pub(in crate::report) fn risk(uuid: String) -> Self {
        Self { observation_uuid: None, risk_uuid: Some(uuid) }
    }
}
