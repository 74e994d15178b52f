//! The register of evidence: what the manifest lists and what the policy asks for, each with its state on the audit date. It judges
//! nothing: the selectors do.

use super::context::Context;
use super::value::Value;
use crate::model::evidence::{Manifest, ManifestDocument};
use crate::model::register::{DocumentResult, DocumentStatus, StatementResult, WARN_DAYS};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Why a listed document counts as not shown: a list is no document.
pub(super) fn unshown(document: &ManifestDocument, context: &Context<'_>) -> Option<String> {
    if document.issued.is_some_and(|day| day > context.date) {
        return Some("it is dated after the audit date".to_owned());
    }
    document.path_mark?;
    let Some(number) = document.artifact else {
        return Some("the file that `path` names is not in the delivery".to_owned());
    };
    if context.artifact(number).is_some_and(|artifact| artifact.size == 0) {
        return Some("the file that `path` names is empty".to_owned());
    }
    (document.digest_matches == Some(false)).then(|| "the file that `path` names is not the one whose digest is given".to_owned())
}

/// Facts of a document that a report has room for.
const FACTS: [&str; 6] = ["title", "issuer", "scope", "level", "status", "reference"];

/// The controls that ask for each document, or for each statement.
fn asked<'a>(context: &Context<'a>, selector: &str) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut out: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for control in &context.policy.controls {
        for check in control.checks.iter().filter(|check| check.selector == selector) {
            if let Some(target) = check.target.scalar() {
                out.entry(target).or_default().insert(&control.id);
            }
        }
    }
    out
}

fn owned(controls: Option<&BTreeSet<&str>>) -> Vec<String> {
    controls.into_iter().flatten().map(|id| (*id).to_owned()).collect()
}

/// Every document that is listed, and every type that the policy asks for and nobody listed; what ends first comes first.
pub(super) fn documents(context: &Context<'_>) -> Vec<DocumentResult> {
    let asked = asked(context, "document");
    let listed = context.evidence.manifest.as_ref().map_or(&[][..], |manifest: &Manifest| &manifest.documents);
    let newest = newest(listed);
    let mut out: Vec<DocumentResult> = Vec::with_capacity(listed.len());
    for (at, document) in listed.iter().enumerate() {
        let reason = unshown(document, context);
        let left = document.expires.map(|day| day.0 - context.date.0);
        let status = match (reason.is_some(), left) {
            _ if newest.get(document.kind.as_str()) != Some(&at) => DocumentStatus::Superseded,
            (true, _) => DocumentStatus::NotShown,
            (false, None) => DocumentStatus::Undated,
            (false, Some(..=-1)) => DocumentStatus::Expired,
            (false, Some(0..=WARN_DAYS)) => DocumentStatus::Expiring,
            (false, Some(_)) => DocumentStatus::Valid,
        };
        let fact = |name: &&str| {
            let (key, node) = document.fields.iter().find(|field| field.0 == **name)?;
            let text = Value::of(node).show();
            (!text.is_empty()).then(|| (key.clone(), text))
        };
        out.push(DocumentResult {
            kind: document.kind.clone(),
            facts: FACTS.iter().filter_map(fact).collect(),
            issued: document.issued,
            expires: document.expires,
            status,
            reason: if status == DocumentStatus::NotShown { reason } else { None },
            artifact: document.artifact,
            line: Some(document.line),
            controls: owned(asked.get(document.kind.as_str())),
        });
    }
    out.extend(asked.iter().filter(|(kind, _)| !newest.contains_key(**kind)).map(|(kind, controls)| DocumentResult {
        kind: (*kind).to_owned(),
        facts: BTreeMap::new(),
        issued: None,
        expires: None,
        status: DocumentStatus::Missing,
        reason: None,
        artifact: None,
        line: None,
        controls: owned(Some(controls)),
    }));
    out.sort_by(|a, b| (a.status, a.expires, &a.kind, a.line).cmp(&(b.status, b.expires, &b.kind, b.line)));
    out
}

/// The newest of each type, by place in the list: the one that the selector judges.
pub(super) fn newest(listed: &[ManifestDocument]) -> HashMap<&str, usize> {
    let age = |document: &ManifestDocument| (document.issued, document.expires, document.line);
    let mut out: HashMap<&str, usize> = HashMap::new();
    for (at, document) in listed.iter().enumerate() {
        let best = out.entry(&document.kind).or_insert(at);
        if listed.get(*best).is_some_and(|best| age(best) <= age(document)) {
            *best = at;
        }
    }
    out
}

/// Every statement of the manifest, in its order.
pub(super) fn statements(context: &Context<'_>) -> Vec<StatementResult> {
    let asked = asked(context, "statement");
    let listed = context.evidence.manifest.as_ref().map_or(&[][..], |manifest: &Manifest| &manifest.statements);
    let row = |statement: &crate::model::evidence::Statement| StatementResult {
        id: statement.id.clone(),
        answer: Value::of(&statement.answer).show(),
        date: statement.date,
        signed: statement.by,
        grade: statement.grade.clone(),
        line: statement.line,
        controls: owned(asked.get(statement.id.as_str())),
    };
    listed.iter().map(row).collect()
}
