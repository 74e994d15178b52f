//! `must`, `where` and `expect`: a mapping into a [`Predicate`], with every operator, attribute and operand checked against the
//! types of the selector. It evaluates nothing.

use super::reader::{self, Problems};
use crate::model::node::{Entry, Kind, Node};
use crate::model::policy::{Literal, Operator, Predicate, Quantity, SelectorSpec, Type};
use crate::model::{day::Day, value};

/// Encryption, in ascending order.
const ENCRYPTION: [&str; 4] = ["none", "weak", "unknown", "strong"];
/// Sensitivity, in ascending order.
const SENSITIVITY: [&str; 5] = ["low", "medium", "high", "special", "secret"];
/// Severity of results, in ascending order.
const SEVERITY: [&str; 5] = ["info", "low", "medium", "high", "critical"];
/// Words that are not operators but may stand where one does.
const CONNECTIVES: [&str; 4] = ["not", "any", "all", "none"];

/// What a predicate may talk about.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The selector; `None` for `expect`, which has no attributes.
    pub selector: Option<&'a SelectorSpec>,
    /// The type of the value that operators apply to.
    pub value: Type,
    /// Whether attributes may be named here (not inside an attribute).
    pub top: bool,
}

/// Reads a condition: a mapping, or a bare value that stands for `be`.
pub(super) fn parse(node: &Node, scope: Scope<'_>, problems: &mut Problems) -> Option<Predicate> {
    let Kind::Map(entries) = &node.kind else {
        let operand = reader::literal(node, problems);
        check_operand(Operator::Be, &operand, scope.value, node, problems);
        return Some(Predicate::Is(Operator::Be, operand));
    };
    if entries.is_empty() {
        problems.at(node, "an empty condition is always met: name an operator or an attribute", None);
        return None;
    }
    let mut parts = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        if entries.iter().take(index).any(|earlier| earlier.key == entry.key) {
            problems.at_key(entry, format!("`{}` is given twice", entry.key), None);
        }
        parts.extend(one(entry, scope, problems));
    }
    if parts.len() == 1 { parts.pop() } else { Some(Predicate::All(parts)) }
}

fn one(entry: &Entry, scope: Scope<'_>, problems: &mut Problems) -> Option<Predicate> {
    let key = entry.key.as_str();
    if let Some((operator, ..)) = Operator::TABLE.iter().find(|row| row.1 == key) {
        let operand = reader::literal(&entry.node, problems);
        check_operand(*operator, &operand, scope.value, &entry.node, problems);
        return Some(Predicate::Is(*operator, operand));
    }
    match key {
        "not" => return parse(&entry.node, scope, problems).map(|inner| Predicate::Not(Box::new(inner))),
        "any" | "all" | "none" => return connective(entry, scope, problems),
        _ => {}
    }
    if let Some(spec) = scope.selector.filter(|_| scope.top) {
        let known = spec.attributes.iter().find(|row| row.0 == key).map(|row| row.1);
        if let Some(kind) = known.or(spec.open.then_some(Type::Any)) {
            let inner = Scope { selector: None, value: kind, top: false };
            return parse(&entry.node, inner, problems).map(|inner| Predicate::Of(key.to_owned(), Box::new(inner)));
        }
    }
    let attributes = scope.selector.filter(|_| scope.top).map_or(&[][..], |spec| spec.attributes);
    let words: Vec<&str> =
        Operator::TABLE.iter().map(|row| row.1).chain(CONNECTIVES).chain(attributes.iter().map(|row| row.0)).collect();
    let what = match scope.selector {
        Some(spec) if scope.top => format!("`{key}` is neither an operator nor an attribute of `{}`", spec.id),
        _ => format!("`{key}` is no operator"),
    };
    problems.at_key(entry, what, reader::suggest(key, words.iter().copied()));
    None
}

fn connective(entry: &Entry, scope: Scope<'_>, problems: &mut Problems) -> Option<Predicate> {
    if let Kind::Map(_) = entry.node.kind {
        let quantity = match entry.key.as_str() {
            "all" => Quantity::All,
            "any" => Quantity::Any,
            _ => Quantity::None,
        };
        let inner = Scope { selector: None, value: Type::Any, top: false };
        return parse(&entry.node, inner, problems).map(|inner| Predicate::Each(quantity, Box::new(inner)));
    }
    let items = entry.node.items();
    if items.is_empty() {
        let message = format!("`{}` takes a list of conditions, or one condition on the elements of a list", entry.key);
        problems.at(&entry.node, message, None);
        return None;
    }
    let parts: Vec<Predicate> = items.iter().filter_map(|item| parse(item, scope, problems)).collect();
    Some(match entry.key.as_str() {
        "all" => Predicate::All(parts),
        "any" => Predicate::Any(parts),
        _ => Predicate::None(parts),
    })
}

fn check_operand(operator: Operator, operand: &Literal, kind: Type, node: &Node, problems: &mut Problems) {
    let wants_list = matches!(operator, Operator::In | Operator::NotIn | Operator::SubsetOf);
    if wants_list != matches!(operand, Literal::List(_)) && operator != Operator::Within {
        let need = if wants_list { "a list" } else { "one value, not a list" };
        problems.at(node, format!("`{}` takes {need}", operator.name()), None);
        return;
    }
    if operand.elements().is_empty() {
        let message = format!("an empty list makes `{}` always true or always false: name some values", operator.name());
        problems.at(node, message, None);
        return;
    }
    match operator {
        Operator::Exist => {
            if !matches!(operand, Literal::Bool(_)) {
                problems.at(node, "`exist` takes true or false", None);
            }
        }
        Operator::Matches => {
            if let Err(error) = regex::Regex::new(&operand.text()) {
                problems.at(node, format!("this regular expression is not valid: {}", regex_reason(&error)), None);
            }
        }
        Operator::Within => {
            for element in operand.elements() {
                if value::network(&element.text()).is_none() {
                    let help = Some("a network is written 10.0.0.0/8 or fd00::/8".to_owned());
                    problems.at(node, format!("`{}` is no network", element.text()), help);
                }
            }
        }
        Operator::AtLeast | Operator::AtMost => {
            let text = operand.text();
            let ordered = match kind {
                Type::Any => {
                    value::number(&text).is_some()
                        || value::duration(&text).is_some()
                        || value::size(&text).is_some()
                        || value::version(&text).is_some()
                        || Day::parse(&text).is_some()
                        || ENCRYPTION.contains(&&*text)
                        || SENSITIVITY.contains(&&*text)
                }
                Type::Text | Type::List | Type::Boolean => false,
                other => fits(operand, other),
            };
            if !ordered {
                problems.at(node, format!("`{text}` has no order that `{}` could use here", operator.name()), Some(wanted(kind)));
            }
        }
        Operator::Be | Operator::In | Operator::NotIn => {
            for element in operand.elements() {
                if !fits(element, kind) {
                    problems.at(node, format!("`{}` cannot be compared with this attribute", element.text()), Some(wanted(kind)));
                }
            }
        }
        Operator::Contains | Operator::SubsetOf => {}
    }
}

fn fits(operand: &Literal, kind: Type) -> bool {
    let text = operand.text();
    match kind {
        Type::Any | Type::Text | Type::List => true,
        Type::Boolean => value::boolean(&text).is_some(),
        Type::Number => value::number(&text).is_some(),
        Type::Duration => value::duration(&text).is_some(),
        Type::Date => Day::parse(&text).is_some(),
        Type::Size => value::size(&text).is_some() || value::number(&text).is_some(),
        Type::Encryption => ENCRYPTION.contains(&&*text),
        Type::Sensitivity => SENSITIVITY.contains(&&*text),
        Type::Severity => SEVERITY.contains(&&*text),
    }
}

fn wanted(kind: Type) -> String {
    let text = match kind {
        Type::Any | Type::Text | Type::List => "a number, size, duration, date or version is needed",
        Type::Boolean => "true or false is needed",
        Type::Number => "a number is needed",
        Type::Duration => "a duration such as 30d, 12h or 1y is needed",
        Type::Date => "a date such as 2026-11-24 is needed",
        Type::Size => "a size such as 10MB is needed",
        Type::Encryption => "one of none, weak, unknown, strong is needed",
        Type::Sensitivity => "one of low, medium, high, special, secret is needed",
        Type::Severity => "one of info, low, medium, high, critical is needed",
    };
    text.to_owned()
}

/// The last line of a regex error: what is wrong, without the drawing.
pub(super) fn regex_reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}
