//! A resolved policy in the words of the policy language, so that what is in force can be read, kept and compared.

use crate::model::node::{Kind, Node};
use crate::model::policy::{Check, Control, Literal, Policy, Predicate, Quantity};
use serde_json::{Map, Value, json};

/// The policy: inheritance resolved, parameters put in.
pub fn show(policy: &Policy) -> Value {
    let parameters: Map<String, Value> = policy
        .parameters
        .iter()
        .map(|row| (row.name.clone(), json!({"type": row.kind, "default": literal(&row.value), "title": row.title})))
        .collect();
    json!({
        "provost": 1,
        "id": policy.id,
        "title": policy.title,
        "version": policy.version,
        "summary": policy.summary,
        "digest": policy.digest,
        "resolved_from": policy.extends,
        "parameters": parameters,
        "groups": policy.groups,
        "jurisdictions": policy.jurisdictions,
        "thresholds": policy.thresholds,
        "classes": policy.classes,
        "controls": policy.controls.iter().map(control).collect::<Vec<_>>(),
    })
}

fn control(control: &Control) -> Value {
    json!({
        "id": control.id,
        "title": control.title,
        "severity": control.severity,
        "theme": control.theme,
        "weight": control.weight,
        "gate": control.gate,
        "degree": if control.all_or_nothing { "all_or_nothing" } else { "proportional" },
        "references": control.references,
        "why": control.why,
        "fix": control.fix,
        "policy": control.policy,
        "checks": control.checks.iter().map(check).collect::<Vec<_>>(),
    })
}

fn check(check: &Check) -> Value {
    let mut out = Map::new();
    out.insert(check.selector.to_owned(), node(&check.target));
    if !check.globs.is_empty() {
        out.insert("in".to_owned(), json!(check.globs));
    }
    for (key, text) in [
        ("at", check.at.as_deref()),
        ("cel", check.cel.as_ref().map(|formula| formula.text.as_str())),
        ("message", check.message.as_deref()),
    ] {
        if let Some(text) = text {
            out.insert(key.to_owned(), json!(text));
        }
    }
    if let Some(default) = &check.default {
        out.insert("default".to_owned(), literal(default));
    }
    for (key, condition) in [("where", &check.filter), ("expect", &check.expect), ("must", &check.must)] {
        if let Some(condition) = condition {
            out.insert(key.to_owned(), predicate(condition));
        }
    }
    Value::Object(out)
}

fn one(key: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), value)]))
}

fn predicate(condition: &Predicate) -> Value {
    let list = |parts: &[Predicate]| Value::Array(parts.iter().map(predicate).collect());
    match condition {
        Predicate::Is(operator, operand) => one(operator.name(), literal(operand)),
        Predicate::Of(name, inner) => one(name, predicate(inner)),
        Predicate::Not(inner) => one("not", predicate(inner)),
        Predicate::All(parts) => one("all", list(parts)),
        Predicate::Any(parts) => one("any", list(parts)),
        Predicate::None(parts) => one("none", list(parts)),
        Predicate::Each(Quantity::All, inner) => one("all", predicate(inner)),
        Predicate::Each(Quantity::Any, inner) => one("any", predicate(inner)),
        Predicate::Each(Quantity::None, inner) => one("none", predicate(inner)),
    }
}

fn literal(value: &Literal) -> Value {
    match value {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
        Literal::Text(text) => Value::String(text.clone()),
        Literal::List(items) => Value::Array(items.iter().map(literal).collect()),
    }
}

fn node(tree: &Node) -> Value {
    match &tree.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Number(text) | Kind::Text(text) | Kind::Masked(text) => Value::String(text.clone()),
        Kind::List(items) => Value::Array(items.iter().map(node).collect()),
        Kind::Map(entries) => Value::Object(entries.iter().map(|entry| (entry.key.clone(), node(&entry.node))).collect()),
    }
}
