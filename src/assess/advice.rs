//! What can be said of a setting that does not comply: what its absence means, where that is documented, and a line that would be
//! right. It only words what evidence and policy hold, and judges nothing.

use super::select::Item;
use super::value::Value;
use crate::model::assessment::Advice;
use crate::model::policy::{Check, Literal, Operator, Predicate};

/// Advice for a setting; `None` for items that are none.
pub(super) fn of(check: &Check, item: &Item<'_>) -> Option<Advice> {
    let about = item.view.about()?;
    let value = check.must.as_ref().and_then(|must| wanted(must, &item.main));
    let corrected =
        value.filter(|_| !about.form.is_empty()).map(|value| about.form.replace("{key}", about.key).replace("{value}", &value));
    let documented = Some(about.fact.documented.clone()).filter(|text| !text.is_empty());
    Some(Advice { default: about.fact.default.clone(), documented, corrected })
}

/// A value that would comply, where the condition names one.
fn wanted(must: &Predicate, value: &Value) -> Option<String> {
    match must {
        Predicate::Is(Operator::Be | Operator::AtMost | Operator::AtLeast, literal) => Some(literal.text().into_owned()),
        Predicate::Is(Operator::In, Literal::List(items)) => items.first().map(|item| item.text().into_owned()),
        Predicate::Is(Operator::SubsetOf, literal) => Some(subset(literal, value)),
        Predicate::Of(name, inner) if name == "value" => wanted(inner, value),
        // of two bounds the upper one: the lower often only says `not 0`
        Predicate::All(parts) | Predicate::Any(parts) => {
            let lower = |part: &&Predicate| matches!(part, Predicate::Is(Operator::AtLeast, _));
            let others = parts.iter().filter(|part| !lower(part)).find_map(|part| wanted(part, value));
            others.or_else(|| parts.iter().find_map(|part| wanted(part, value)))
        }
        _ => None,
    }
}

/// What of a list may stay; all that may be there where nothing may.
fn subset(allowed: &Literal, value: &Value) -> String {
    let written = match value {
        Value::Text(text) => text.as_str(),
        _ => "",
    };
    let separator = if written.contains(',') || !written.contains(' ') { "," } else { " " };
    let mut kept = crate::model::value::elements(written);
    kept.retain(|element| allowed.elements().iter().any(|one| one.text().eq_ignore_ascii_case(element)));
    if kept.is_empty() {
        allowed.elements().iter().map(Literal::text).collect::<Vec<_>>().join(separator)
    } else {
        kept.join(separator)
    }
}
