//! SARIF 2.1.0, for code scanning: rules, results with stable fingerprints, suppressions, the clauses as taxonomies, gaps as
//! notifications. Places are relative to the delivery; no address of this or any other site is in it but the schema's.

mod schema;

use super::text::escape::{line, sarif};
use super::text::{self, place};
use super::{Format, Style};
use crate::model::assessment::{Assessment, ControlResult, Finding, Location};
use crate::model::policy::Severity;
use schema::{
    Artifact, Automation, Component, Configuration, Descriptor, Exception, Help, Invocation, Log, Logical, Notification,
    Physical, Region, Relationship, ResultObject, Run, Suppression, Target, Text, Tool, Where,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The format.
pub(super) struct Sarif;
/// The format.
pub(super) static FORMAT: Sarif = Sarif;

/// Where paths begin.
const DELIVERY: &str = "DELIVERY";
/// Where the audit was started.
const START: &str = "START";
/// Gaps that are listed.
const MOST_GAPS: usize = 1000;

impl Format for Sarif {
    fn id(&self) -> &'static str {
        "sarif"
    }

    fn title(&self) -> &'static str {
        "SARIF 2.1.0 for code scanning"
    }

    fn render(&self, assessment: &Assessment, _style: Style) -> Vec<u8> {
        super::pretty(&log(assessment)).into_bytes()
    }
}

fn log(assessment: &Assessment) -> Log {
    let frameworks = frameworks(assessment);
    let rules: BTreeMap<&str, usize> =
        assessment.controls.iter().enumerate().map(|(at, control)| (control.id.as_str(), at)).collect();
    let (name, version) = text::tool(assessment);
    let driver = Component {
        name: if name.is_empty() { "provost".to_owned() } else { name },
        version: Some(version),
        short_description: Some(Text::new("Audits what suppliers deliver against a policy.")),
        supported_taxonomies: frameworks.keys().enumerate().map(|(index, name)| Target::component(name, index)).collect(),
        rules: assessment.controls.iter().map(|control| rule(control, &frameworks)).collect(),
        notifications: if assessment.gaps.is_empty() { Vec::new() } else { vec![gap_descriptor()] },
        ..Component::default()
    };
    let taxonomies = frameworks.iter().map(|(name, clauses)| Component {
        name: name.clone(),
        short_description: Some(Text::new(format!("Clauses of {name} that the policy refers to."))),
        taxa: clauses.iter().map(|clause| Descriptor::clause(clause)).collect(),
        is_comprehensive: Some(false),
        ..Component::default()
    });
    let policy = &assessment.policy;
    Log::new(Run {
        tool: Tool { driver },
        automation_details: Automation {
            id: format!("provost/{}/{}", place::uri(&policy.id.replace('/', "-")), assessment.date),
            description: Text::new(format!("Policy {} {}, as of {}", line(&policy.id), line(&policy.version), assessment.date)),
        },
        invocations: vec![invocation(assessment)],
        original_uri_base_ids: bases(assessment),
        taxonomies: taxonomies.collect(),
        results: assessment.findings.iter().map(|finding| result(assessment, finding, &rules)).collect(),
        column_kind: "unicodeCodePoints",
        properties: properties(assessment),
    })
}

/// Frameworks with the clauses that any control refers to.
fn frameworks(assessment: &Assessment) -> BTreeMap<String, Vec<String>> {
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (framework, clauses) in assessment.controls.iter().flat_map(|control| &control.references) {
        out.entry(line(framework)).or_default().extend(clauses.iter().map(|clause| line(clause)));
    }
    for clauses in out.values_mut() {
        clauses.retain(|clause| !clause.is_empty());
        clauses.sort_unstable();
        clauses.dedup();
    }
    out.retain(|name, clauses| !name.is_empty() && !clauses.is_empty());
    out
}

fn bases(assessment: &Assessment) -> Map<String, Value> {
    let mut out = Map::new();
    let base = place::base_uri(assessment);
    let about = json!({"text": "The delivery that was audited."});
    if base.is_empty() {
        out.insert(DELIVERY.to_owned(), json!({"description": about}));
    } else {
        out.insert(DELIVERY.to_owned(), json!({"uri": base, "uriBaseId": START, "description": about}));
        out.insert(START.to_owned(), json!({"description": {"text": "The folder in which the audit was started."}}));
    }
    out
}

fn rule(control: &ControlResult, frameworks: &BTreeMap<String, Vec<String>>) -> Descriptor {
    let mut relationships = Vec::new();
    for (framework, clauses) in &control.references {
        let framework = line(framework);
        let Some(index) = frameworks.keys().position(|name| *name == framework) else { continue };
        for clause in clauses {
            let clause = line(clause);
            let Some(at) = frameworks.get(&framework).and_then(|all| all.iter().position(|one| *one == clause)) else { continue };
            relationships.push(Relationship {
                target: Target {
                    id: Some(clause),
                    index: at,
                    name: None,
                    tool_component: Some(Box::new(Target::component(&framework, index))),
                },
                kinds: vec!["relevant"],
            });
        }
    }
    let why = text::sentence(&sarif(&control.why));
    let fix = text::sentence(&sarif(&control.fix));
    let title = text::sentence(&sarif(&control.title));
    let mut properties = Map::new();
    properties.insert("security-severity".to_owned(), json!(text::security_severity(control.severity)));
    properties.insert("severity".to_owned(), json!(control.severity.name()));
    properties.insert("gate".to_owned(), json!(control.gate));
    properties.insert("outcome".to_owned(), json!(control.outcome.name()));
    properties.insert("tags".to_owned(), json!(["security", line(&control.theme)]));
    Descriptor {
        id: line(&control.id),
        short_description: Some(Text::new(title.clone())),
        full_description: Some(Text::new(if why.is_empty() { title } else { why.clone() })),
        help: Some(Help {
            text: format!("Why: {why}\nFix: {fix}"),
            markdown: format!(
                "**Why.** {}\n\n**Fix.** {}",
                super::text::escape::prose(&control.why),
                super::text::escape::prose(&control.fix)
            ),
        }),
        default_configuration: Some(Configuration { level: level(control.severity) }),
        relationships,
        properties,
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn result(assessment: &Assessment, finding: &Finding, rules: &BTreeMap<&str, usize>) -> ResultObject {
    let suppressions = if finding.waived {
        vec![Suppression {
            kind: "external",
            status: "accepted",
            justification: sarif(&text::justification(assessment, finding)),
        }]
    } else {
        Vec::new()
    };
    let mut properties = Map::new();
    properties.insert("security-severity".to_owned(), json!(text::security_severity(finding.severity)));
    properties.insert("outcome".to_owned(), json!(finding.outcome.name()));
    properties.insert("people".to_owned(), json!(finding.people));
    properties.insert("due".to_owned(), json!(finding.due));
    if let Some(day) = finding.first_seen {
        properties.insert("firstSeen".to_owned(), json!(day));
    }
    if let Some(response) = &finding.response {
        properties.insert("supplierStance".to_owned(), json!(response.stance.name()));
        properties.insert("supplierResponse".to_owned(), json!(line(&text::answer(finding))));
    }
    if let Some(number) = finding.location.number {
        properties.insert("artifact".to_owned(), json!(number));
    }
    ResultObject {
        rule_id: line(&finding.control),
        rule_index: rules.get(finding.control.as_str()).copied(),
        kind: "fail",
        level: level(finding.severity),
        message: Text::new(sarif(&format!("{} Fix: {}", text::message(finding), text::sentence(&finding.fix)))),
        locations: vec![location(&finding.location)],
        partial_fingerprints: BTreeMap::from([("provostFinding/v1", line(&finding.fingerprint))]),
        suppressions,
        properties,
    }
}

fn location(at: &Location) -> Where {
    let mut logical = Vec::new();
    let mut qualified = if at.artifact.is_empty() { "delivery".to_owned() } else { line(&at.artifact) };
    for (separator, name, kind) in [('#', &at.part, "resource"), ('@', &at.key, "property")] {
        if let Some(name) = name.as_deref().map(line).filter(|name| !name.is_empty()) {
            qualified = format!("{qualified}{separator}{name}");
            logical.push(Logical { name, fully_qualified_name: qualified.clone(), kind });
        }
    }
    if logical.is_empty() && at.artifact.is_empty() {
        logical.push(Logical { name: "delivery".to_owned(), fully_qualified_name: qualified, kind: "resource" });
    }
    let region = at
        .line
        .filter(|line| *line > 0)
        .map(|line| Region { start_line: line, start_column: at.column.filter(|column| *column > 0) });
    Where {
        physical_location: Physical {
            artifact_location: Artifact { uri: place::uri(&at.artifact), uri_base_id: DELIVERY },
            region,
        },
        logical_locations: logical,
    }
}

fn gap_descriptor() -> Descriptor {
    Descriptor {
        id: "gap".to_owned(),
        short_description: Some(Text::new("A part of the delivery could not be read or decided.")),
        ..Descriptor::default()
    }
}

fn invocation(assessment: &Assessment) -> Invocation {
    let code = text::exit_code(assessment);
    let mut notifications: Vec<Notification> = assessment
        .gaps
        .iter()
        .take(MOST_GAPS)
        .map(|gap| Notification {
            descriptor: Target { id: Some("gap".to_owned()), ..Target::default() },
            level: "warning",
            message: Text::new(sarif(&text::sentence(&gap.reason))),
            locations: vec![location(&Location { artifact: gap.path.clone(), ..Location::default() })],
            exception: Some(Exception { kind: gap_kind(gap) }),
        })
        .collect();
    if assessment.gaps.len() > MOST_GAPS {
        notifications.push(Notification {
            descriptor: Target { id: Some("gap".to_owned()), ..Target::default() },
            level: "warning",
            message: Text::new(format!("{} more gaps are not listed here.", assessment.gaps.len() - MOST_GAPS)),
            locations: Vec::new(),
            exception: None,
        });
    }
    Invocation {
        execution_successful: code != 3,
        exit_code: code,
        exit_code_description: match code {
            0 => "passed",
            1 => "audited and failed",
            _ => "audited, but not enough could be read",
        },
        tool_execution_notifications: notifications,
    }
}

fn gap_kind(gap: &crate::model::assessment::GapResult) -> String {
    serde_json::to_value(gap.kind).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn properties(assessment: &Assessment) -> Map<String, Value> {
    let mut out = Map::new();
    let policy = &assessment.policy;
    let rows = [
        ("verdict", json!(assessment.verdict)),
        ("reasons", json!(assessment.reasons.iter().map(|text| line(text)).collect::<Vec<_>>())),
        ("complete", json!(assessment.complete)),
        ("score", json!(assessment.score.value)),
        ("scoreLow", json!(assessment.score.low)),
        ("scoreHigh", json!(assessment.score.high)),
        ("coverage", json!(assessment.coverage.ratio)),
        ("people", json!(assessment.people.total)),
        ("policy", json!(format!("{} {}", line(&policy.id), line(&policy.version)))),
        ("policyDigest", json!(line(&policy.digest))),
        ("evidenceDigest", json!(line(&assessment.evidence.digest))),
        ("auditDate", json!(assessment.date)),
        ("disclaimer", json!(line(&assessment.disclaimer))),
    ];
    for (name, value) in rows {
        out.insert(name.to_owned(), value);
    }
    if let Some(text) = &assessment.classification {
        out.insert("classification".to_owned(), json!(line(text)));
    }
    out
}
