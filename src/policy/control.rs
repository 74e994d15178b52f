//! One control and its checks: YAML into valid types. Every word is checked against the vocabulary.

use super::Vocabulary;
use super::formula;
use super::predicate::{self, Scope};
use super::reader::{self, Map, Problems};
use crate::model::node::{Kind, Node};
use crate::model::policy::{Check, Control, Names, Severity, Type};
use std::collections::BTreeMap;

/// Severities by name.
pub const SEVERITIES: &[(&str, Severity)] =
    &[("critical", Severity::Critical), ("high", Severity::High), ("medium", Severity::Medium), ("low", Severity::Low)];

/// What controls are about.
pub const THEMES: &[&str] = &[
    "inventory",
    "minimisation",
    "retention",
    "encryption",
    "transfer",
    "access",
    "authentication",
    "exposure",
    "logging",
    "backup",
    "hardening",
    "hidden_data",
    "secrets",
    "governance",
    "supply_chain",
    "physical",
    "people",
    "incident",
];

/// Frameworks that references may name, with what they are.
pub const FRAMEWORKS: &[(&str, &str)] = &[
    ("uk-gdpr", "UK General Data Protection Regulation"),
    ("dpa-2018", "Data Protection Act 2018"),
    ("iso-27001-2022", "ISO/IEC 27001:2022, Annex A"),
    ("nist-800-53-r5", "NIST SP 800-53 revision 5"),
    ("cis-8.1", "CIS Controls 8.1"),
    ("cyber-essentials", "Cyber Essentials, requirements for IT infrastructure"),
    ("ncsc-cloud", "NCSC cloud security principles"),
    ("ncsc-supply-chain", "NCSC supply chain security principles"),
    ("caf", "NCSC Cyber Assessment Framework"),
    ("ncsp", "National Policing Community Security Policy"),
    ("pci-card-production", "PCI Card Production and Provisioning"),
];

/// Whether an id is well formed: upper-case letters, digits and hyphens.
pub fn is_control_id(id: &str) -> bool {
    let shape = id.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-');
    !id.is_empty() && shape && id.starts_with(|c: char| c.is_ascii_uppercase()) && !id.ends_with('-')
}

/// Reads one control; parameters are already put in.
pub fn parse(
    node: &Node,
    policy: &str,
    names: &Names<'_>,
    vocabulary: &Vocabulary<'_>,
    problems: &mut Problems,
) -> Option<Control> {
    let mut map = Map::new(node, "a control", problems)?;
    let id = map.need_text("id", problems);
    if let Some(written) = node.get("id").filter(|_| !is_control_id(&id)) {
        problems.at(written, "a control's id has upper-case letters, digits and hyphens: CARD-MIN-1", None);
    }
    let title = map.need_text("title", problems);
    map.need("severity", problems);
    let severity = map.word("severity", SEVERITIES, problems).unwrap_or(Severity::Medium);
    let theme = map.text("theme", problems).unwrap_or_else(|| "governance".to_owned());
    if let Some(written) = node.get("theme").filter(|_| !THEMES.contains(&theme.as_str())) {
        problems.at(written, format!("`{theme}` is no theme"), reader::suggest(&theme, THEMES.iter().copied()));
    }
    let weight = map.number("weight", problems);
    if let Some(written) = node.get("weight").filter(|_| weight.is_some_and(|weight| weight <= 0.0)) {
        problems.at(written, "a weight must be above 0: a control without weight cannot change the score", None);
    }
    let gate = map.flag("gate", problems);
    let degrees = [("proportional", false), ("all_or_nothing", true)];
    let all_or_nothing = map.word("degree", &degrees, problems).unwrap_or(false);
    let references = references(map.get("references"), problems);
    let why = map.text("why", problems).unwrap_or_default();
    let fix = map.text("fix", problems).unwrap_or_default();
    let checks = match map.need("checks", problems) {
        Some(list) if !list.items().is_empty() => {
            list.items().iter().filter_map(|item| check(item, names, vocabulary, problems)).collect()
        }
        Some(other) => {
            problems.at(other, "`checks` must be a list with at least one check", None);
            Vec::new()
        }
        None => Vec::new(),
    };
    map.finish(problems);
    let weight = weight.unwrap_or_else(|| severity.weight());
    let policy = policy.to_owned();
    let line = node.line;
    Some(Control { id, title, severity, theme, weight, gate, all_or_nothing, references, why, fix, checks, policy, line })
}

fn references(node: Option<&Node>, problems: &mut Problems) -> BTreeMap<String, Vec<String>> {
    let mut out = BTreeMap::new();
    let Some(node) = node else { return out };
    if !matches!(node.kind, Kind::Map(_)) {
        problems.at(node, "`references` maps a framework to a list of clauses", None);
    }
    for entry in node.entries() {
        if !FRAMEWORKS.iter().any(|row| row.0 == entry.key) {
            let help = reader::suggest(&entry.key, FRAMEWORKS.iter().map(|row| row.0));
            problems.at_key(entry, format!("`{}` is no framework", entry.key), help);
        }
        out.insert(entry.key.clone(), reader::texts(&entry.node, "references", problems));
    }
    out
}

fn check(node: &Node, names: &Names<'_>, vocabulary: &Vocabulary<'_>, problems: &mut Problems) -> Option<Check> {
    let Kind::Map(entries) = &node.kind else {
        problems.at(node, "a check must be a mapping with a selector and a `must`", None);
        return None;
    };
    let mut specs = vocabulary.selectors.iter().filter(|spec| node.get(spec.id).is_some());
    let Some(spec) = specs.next() else {
        const KEYS: [&str; 8] = ["in", "where", "expect", "at", "default", "must", "cel", "message"];
        let known: Vec<&str> = vocabulary.selectors.iter().map(|spec| spec.id).collect();
        let stranger = entries.iter().find(|entry| !KEYS.contains(&entry.key.as_str()));
        match stranger {
            Some(entry) => {
                let help = reader::suggest(&entry.key, known.iter().copied());
                problems.at_key(entry, format!("unknown selector `{}`", entry.key), help);
            }
            None => problems.at(node, "a check needs a selector", Some(format!("one of {}", known.join(", ")))),
        }
        return None;
    };
    if let Some(second) = specs.next() {
        problems.at(node, format!("a check has one selector; this has `{}` and `{}`", spec.id, second.id), None);
    }
    let mut map = Map::new(node, "a check", problems)?;
    let target = map.need(spec.id, problems)?.clone();
    problems.list.extend((spec.validate)(&target, names));
    let mut products = Vec::new();
    if spec.located {
        let named = if target.items().is_empty() { std::slice::from_ref(&target) } else { target.items() };
        products = named.iter().filter_map(Node::scalar).map(str::to_owned).collect();
        if products.iter().any(|word| word == "any") {
            products = names.products.iter().map(|word| (*word).to_owned()).collect();
        }
    }
    let globs = map.texts("in", problems);
    if let Some(written) = node.get("in").filter(|_| globs.iter().all(String::is_empty)) {
        problems.at(written, "an empty list of globs names no artifact: leave `in` out, or name some", None);
    }
    for glob in &globs {
        if let Err(error) = globset::Glob::new(glob.trim_start_matches('!')) {
            problems.at(node.get("in").unwrap_or(node), format!("`{glob}` is no glob: {}", error.kind()), None);
        }
    }
    let scope = Scope { selector: Some(spec), value: spec.main, top: true };
    let filter = map.get("where").and_then(|inner| predicate::parse(inner, scope, problems));
    let count = Scope { selector: None, value: Type::Number, top: false };
    let expect = map.get("expect").and_then(|inner| predicate::parse(inner, count, problems));
    let mut at = None;
    let mut default = None;
    if spec.located {
        at = map.text("at", problems);
        default = map.get("default").map(|inner| reader::literal(inner, problems));
        check_path(at.as_deref(), node, problems);
        if let Some(written) = node.get("at").filter(|_| at.as_deref().is_some_and(|at| at.trim().is_empty())) {
            problems.at(written, "an empty `at` names no key: leave it out to look at whole documents", None);
        }
        if let Some(written) = node.get("default").filter(|_| at.is_none()) {
            problems.at(written, "`default` needs `at`: it is what an absent key means", None);
        }
    }
    let must = map.get("must").and_then(|inner| {
        let located = Scope { value: if at.is_some() { Type::Any } else { spec.main }, ..scope };
        predicate::parse(inner, located, problems)
    });
    let cel = map.text("cel", problems).zip(node.get("cel")).and_then(|(text, node)| formula::parse(&text, node, spec, problems));
    if must.is_none() && node.get("cel").is_none() && node.get("must").is_none() {
        problems.at(node, "a check needs `must` (or `cel`): without one it could not fail", None);
    }
    let message = map.text("message", problems);
    map.finish(problems);
    Some(Check { selector: spec.id, target, products, at, default, globs, filter, expect, must, cel, message, line: node.line })
}

fn check_path(at: Option<&str>, node: &Node, problems: &mut Problems) {
    let Some(path) = at.filter(|path| path.starts_with('$')) else { return };
    if let Err(error) = serde_json_path::JsonPath::parse(path) {
        problems.at(node.get("at").unwrap_or(node), format!("this is no RFC 9535 path: {error}"), None);
    }
}
