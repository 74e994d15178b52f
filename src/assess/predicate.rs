//! Conditions over one item: true, false, or a reason why nobody can say. And the same condition in words, for reports.

use super::value::{Value, apply};
use crate::model::policy::{Literal, Operator, Predicate, Quantity};

/// Whether a condition holds of an item whose main value and attributes are given.
///
/// # Errors
/// Why it cannot be decided.
pub(super) fn holds(predicate: &Predicate, main: &Value, attribute: &dyn Fn(&str) -> Value) -> Result<bool, String> {
    match predicate {
        Predicate::Is(operator, operand) => apply(*operator, main, operand),
        Predicate::Of(name, inner) => holds(inner, &attribute(name), attribute),
        Predicate::Not(inner) => holds(inner, main, attribute).map(|truth| !truth),
        Predicate::All(parts) => all(parts.iter().map(|part| holds(part, main, attribute))),
        Predicate::Any(parts) => some(parts.iter().map(|part| holds(part, main, attribute))),
        Predicate::None(parts) => some(parts.iter().map(|part| holds(part, main, attribute))).map(|truth| !truth),
        Predicate::Each(quantity, inner) => {
            let items = match main {
                Value::List(items) => items.clone(),
                Value::Absent => Vec::new(),
                Value::Text(text) => crate::model::value::elements(text).into_iter().map(Value::Text).collect(),
                other => vec![other.clone()],
            };
            let truths = items.iter().map(|item| holds(inner, item, attribute));
            match quantity {
                Quantity::All if items.is_empty() => Ok(false),
                Quantity::All => all(truths),
                Quantity::Any => some(truths),
                Quantity::None => some(truths).map(|truth| !truth),
            }
        }
    }
}

fn all(truths: impl Iterator<Item = Result<bool, String>>) -> Result<bool, String> {
    let mut wrong = None;
    for truth in truths {
        match truth {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(error) => wrong = Some(error),
        }
    }
    wrong.map_or(Ok(true), Err)
}

fn some(truths: impl Iterator<Item = Result<bool, String>>) -> Result<bool, String> {
    let mut wrong = None;
    for truth in truths {
        match truth {
            Ok(false) => {}
            Ok(true) => return Ok(true),
            Err(error) => wrong = Some(error),
        }
    }
    wrong.map_or(Ok(false), Err)
}

/// The condition in words.
pub(super) fn describe(predicate: &Predicate) -> String {
    match predicate {
        Predicate::Is(operator, operand) => of_operator(*operator, operand),
        Predicate::Of(name, inner) => format!("{name} {}", describe(inner)),
        Predicate::Not(inner) => format!("not ({})", describe(inner)),
        Predicate::All(parts) => join(parts, " and "),
        Predicate::Any(parts) => join(parts, " or "),
        Predicate::None(parts) => format!("none of: {}", join(parts, "; ")),
        Predicate::Each(Quantity::All, inner) => format!("every element {}", describe(inner)),
        Predicate::Each(Quantity::Any, inner) => format!("an element {}", describe(inner)),
        Predicate::Each(Quantity::None, inner) => format!("no element {}", describe(inner)),
    }
}

fn join(parts: &[Predicate], with: &str) -> String {
    parts.iter().map(describe).collect::<Vec<_>>().join(with)
}

fn of_operator(operator: Operator, operand: &Literal) -> String {
    let text = operand.text();
    match operator {
        Operator::Exist if matches!(operand, Literal::Bool(true)) => "must be there".to_owned(),
        Operator::Exist => "must not be there".to_owned(),
        Operator::Be => format!("must be {text}"),
        Operator::In => format!("must be one of {text}"),
        Operator::NotIn => format!("must be none of {text}"),
        Operator::AtLeast => format!("at least {text}"),
        Operator::AtMost => format!("at most {text}"),
        Operator::Matches => format!("must match /{text}/"),
        Operator::Contains => format!("must contain {text}"),
        Operator::SubsetOf => format!("nothing but {text}"),
        Operator::Within => format!("must lie within {text}"),
    }
}

/// The attributes that a condition speaks of, in order.
pub(super) fn attributes(predicate: &Predicate) -> Vec<&str> {
    let mut out = Vec::new();
    gather(predicate, &mut out);
    out
}

fn gather<'a>(predicate: &'a Predicate, out: &mut Vec<&'a str>) {
    match predicate {
        Predicate::Of(name, inner) => {
            if !out.contains(&name.as_str()) {
                out.push(name);
            }
            gather(inner, out);
        }
        Predicate::Not(inner) | Predicate::Each(_, inner) => gather(inner, out),
        Predicate::All(parts) | Predicate::Any(parts) | Predicate::None(parts) => parts.iter().for_each(|part| gather(part, out)),
        Predicate::Is(..) => {}
    }
}
