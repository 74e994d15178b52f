//! Conditions over one item: true, false, or a reason why nobody can say. And the same condition in words, for reports.

use super::value::{Value, apply};
use crate::model::policy::{Literal, Operator, Predicate, Quantity};

/// Whether a condition holds of an item whose main value and attributes are given. What is not there meets no condition but `exist`:
/// neither a condition on it nor its opposite holds.
///
/// # Errors
/// Why it cannot be decided.
pub(super) fn holds(predicate: &Predicate, main: &Value, attribute: &dyn Fn(&str) -> Value) -> Result<bool, String> {
    truth(predicate, main, attribute).map(|truth| truth == Some(true))
}

/// True, false, or `None`: it speaks of something that is not there.
fn truth(predicate: &Predicate, main: &Value, attribute: &dyn Fn(&str) -> Value) -> Result<Option<bool>, String> {
    let of = |part: &Predicate| truth(part, main, attribute);
    match predicate {
        Predicate::Is(operator, _) if *main == Value::Absent && *operator != Operator::Exist => Ok(None),
        Predicate::Is(operator, operand) => apply(*operator, main, operand).map(Some),
        Predicate::Of(name, inner) => truth(inner, &attribute(name), attribute),
        Predicate::Not(inner) => of(inner).map(opposite),
        Predicate::All(parts) => all(parts.iter().map(of)),
        Predicate::Any(parts) => some(parts.iter().map(of)),
        Predicate::None(parts) => some(parts.iter().map(of)).map(opposite),
        Predicate::Each(quantity, inner) => {
            let items = match main {
                Value::List(items) => items.clone(),
                Value::Absent => return Ok(None),
                Value::Text(text) => crate::model::value::elements(text).into_iter().map(Value::Text).collect(),
                other => vec![other.clone()],
            };
            let truths = items.iter().map(|item| truth(inner, item, attribute));
            match quantity {
                Quantity::All if items.is_empty() => Ok(Some(false)),
                Quantity::All => all(truths),
                Quantity::Any => some(truths),
                Quantity::None => some(truths).map(opposite),
            }
        }
    }
}

fn opposite(truth: Option<bool>) -> Option<bool> {
    truth.map(|truth| !truth)
}

fn all(truths: impl Iterator<Item = Result<Option<bool>, String>>) -> Result<Option<bool>, String> {
    first(truths, false)
}

fn some(truths: impl Iterator<Item = Result<Option<bool>, String>>) -> Result<Option<bool>, String> {
    first(truths, true)
}

/// `wanted` if one is that, else why one cannot be decided, else `None` if one speaks of nothing, else the opposite.
fn first(truths: impl Iterator<Item = Result<Option<bool>, String>>, wanted: bool) -> Result<Option<bool>, String> {
    let (mut wrong, mut nothing) = (None, false);
    for truth in truths {
        match truth {
            Ok(Some(truth)) if truth == wanted => return Ok(Some(wanted)),
            Ok(Some(_)) => {}
            Ok(None) => nothing = true,
            Err(error) => wrong = Some(error),
        }
    }
    match wrong {
        Some(error) => Err(error),
        None => Ok((!nothing).then_some(!wanted)),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_meets_nothing_but_exist() {
        let be = |word: &str| Predicate::Is(Operator::Be, Literal::Text(word.to_owned()));
        let of = |inner: Predicate| Predicate::Of("expired".to_owned(), Box::new(inner));
        let not = |inner: Predicate| Predicate::Not(Box::new(inner));
        let exist = |wanted: bool| Predicate::Is(Operator::Exist, Literal::Bool(wanted));
        let asked = |predicate: &Predicate| holds(predicate, &Value::Bool(true), &|_| Value::Absent);
        let list = || Literal::List(vec![Literal::Bool(true)]);
        for never in [
            of(be("true")),
            of(not(be("true"))),
            not(of(be("true"))),
            Predicate::None(vec![of(be("true"))]),
            of(Predicate::Is(Operator::NotIn, list())),
            of(Predicate::Each(Quantity::None, Box::new(be("true")))),
            not(of(exist(false))),
        ] {
            assert_eq!(asked(&never), Ok(false), "{never:?}");
        }
        for holding in [of(exist(false)), not(of(exist(true))), Predicate::Any(vec![of(exist(false)), of(be("false"))])] {
            assert_eq!(asked(&holding), Ok(true), "{holding:?}");
        }
    }
}
