//! The objects of OSCAL 1.1.2 that are used, under NIST's names, and its types of text. Plain data; what goes into them is decided
//! beside this. A list that is empty is left out: the standard wants one item or none of it.
#![allow(clippy::struct_field_names, reason = "the names are the standard's")]

use crate::text::escape::{line, prose};
use serde::Serialize;

/// The name space of our own properties: a name, and no address that leads anywhere (RFC 2606).
pub(crate) const NAMESPACE: &str = "https://provost.invalid/ns/oscal";

/// A text that is not empty, on one line.
pub(crate) fn string(text: &str) -> String {
    let text = line(text);
    if text.is_empty() { "-".to_owned() } else { text }
}

/// A text that readers take for Markdown.
pub(crate) fn markup(text: &str) -> String {
    let text = prose(text);
    if text.is_empty() { "-".to_owned() } else { text }
}

/// An identifier: letters, digits, `.`, `-` and `_`, not beginning with a digit.
pub(crate) fn token(text: &str) -> String {
    let kept: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' }).collect();
    if kept.starts_with(|c: char| c.is_ascii_alphabetic()) { kept } else { format!("_{kept}") }
}

#[derive(Serialize)]
pub(crate) struct AssessmentResults {
    #[serde(rename = "assessment-results")]
    pub(crate) results: Results,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Results {
    pub(crate) uuid: String,
    pub(crate) metadata: Metadata,
    pub(crate) import_ap: Href,
    pub(crate) results: Vec<ResultSet>,
    pub(crate) back_matter: BackMatter,
}

#[derive(Serialize)]
pub(crate) struct PoamDocument {
    #[serde(rename = "plan-of-action-and-milestones")]
    pub(crate) plan: Poam,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Poam {
    pub(crate) uuid: String,
    pub(crate) metadata: Metadata,
    pub(crate) system_id: SystemId,
    pub(crate) local_definitions: LocalDefinitions,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) observations: Vec<Observation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) risks: Vec<Risk>,
    pub(crate) poam_items: Vec<PoamItem>,
    pub(crate) back_matter: BackMatter,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct SystemId {
    pub(crate) identifier_type: &'static str,
    pub(crate) id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct PoamItem {
    pub(crate) uuid: String,
    pub(crate) title: String,
    pub(crate) description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) props: Vec<Property>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) related_observations: Vec<Related>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) related_risks: Vec<Related>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Metadata {
    pub(crate) title: String,
    pub(crate) last_modified: String,
    pub(crate) version: String,
    pub(crate) oscal_version: &'static str,
    pub(crate) props: Vec<Property>,
    pub(crate) remarks: String,
}

#[derive(Serialize)]
pub(crate) struct Href {
    pub(crate) href: String,
}

#[derive(Serialize)]
pub(crate) struct Property {
    name: &'static str,
    ns: &'static str,
    value: String,
}

impl Property {
    pub(crate) fn new(name: &'static str, value: &str) -> Self {
        Self { name, ns: NAMESPACE, value: string(value) }
    }
}

#[derive(Serialize)]
pub(crate) struct BackMatter {
    pub(crate) resources: Vec<Resource>,
}

#[derive(Serialize)]
pub(crate) struct Resource {
    pub(crate) uuid: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) props: Vec<Property>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ResultSet {
    pub(crate) uuid: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) props: Vec<Property>,
    pub(crate) local_definitions: LocalDefinitions,
    pub(crate) reviewed_controls: Reviewed,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) observations: Vec<Observation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) risks: Vec<Risk>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) findings: Vec<ControlFinding>,
    pub(crate) remarks: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct LocalDefinitions {
    pub(crate) components: Vec<Component>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) inventory_items: Vec<Item>,
}

#[derive(Serialize)]
pub(crate) struct Component {
    pub(crate) uuid: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) status: ComponentState,
}

#[derive(Serialize)]
pub(crate) struct ComponentState {
    pub(crate) state: &'static str,
}

#[derive(Serialize)]
pub(crate) struct Item {
    pub(crate) uuid: String,
    pub(crate) description: String,
    pub(crate) props: Vec<Property>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Reviewed {
    pub(crate) control_selections: Vec<ControlSelection>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ControlSelection {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) include_all: Option<IncludeAll>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) include_controls: Vec<ControlRef>,
}

#[derive(Serialize)]
pub(crate) struct IncludeAll {}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ControlRef {
    pub(crate) control_id: String,
}

#[derive(Serialize)]
pub(crate) struct Observation {
    pub(crate) uuid: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) props: Vec<Property>,
    pub(crate) methods: [&'static str; 1],
    pub(crate) types: [&'static str; 1],
    pub(crate) origins: [Origin; 1],
    pub(crate) subjects: [Subject; 1],
    pub(crate) collected: String,
}

#[derive(Serialize)]
pub(crate) struct Origin {
    pub(crate) actors: [Actor; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Actor {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) actor_uuid: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Subject {
    pub(crate) subject_uuid: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) title: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Risk {
    pub(crate) uuid: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) statement: String,
    pub(crate) props: Vec<Property>,
    pub(crate) status: &'static str,
    pub(crate) characterizations: [Characterization; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deadline: Option<String>,
    pub(crate) remediations: [Remediation; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) related_observations: Vec<Related>,
}

#[derive(Serialize)]
pub(crate) struct Characterization {
    pub(crate) origin: Origin,
    pub(crate) facets: Vec<Facet>,
}

#[derive(Serialize)]
pub(crate) struct Facet {
    pub(crate) name: &'static str,
    pub(crate) system: &'static str,
    pub(crate) value: String,
}

#[derive(Serialize)]
pub(crate) struct Remediation {
    pub(crate) uuid: String,
    pub(crate) lifecycle: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ControlFinding {
    pub(crate) uuid: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) props: Vec<Property>,
    pub(crate) target: FindingTarget,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) related_observations: Vec<Related>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) related_risks: Vec<Related>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct FindingTarget {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) target_id: String,
    pub(crate) title: String,
    pub(crate) status: State,
}

#[derive(Serialize)]
pub(crate) struct State {
    pub(crate) state: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) remarks: String,
}

/// A reference to an observation or a risk.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Related {
    #[serde(skip_serializing_if = "Option::is_none")]
    observation_uuid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    risk_uuid: Option<String>,
}

impl Related {
    pub(crate) fn observation(uuid: String) -> Self {
        Self { observation_uuid: Some(uuid), risk_uuid: None }
    }

    pub(crate) fn risk(uuid: String) -> Self {
        Self { observation_uuid: None, risk_uuid: Some(uuid) }
    }
}
