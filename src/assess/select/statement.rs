//! `statement:` what the supplier says of itself. A good answer is evidence of an answer, so it earns what its grade earns.

use super::{Item, Items, Ready, Selector, problem};
use crate::context::Context;
use crate::model::assessment::{Location, Outcome};
use crate::model::policy::{Check, SelectorSpec, Type};
use crate::value::Value;

/// The selector.
pub(super) struct Statement;
/// The selector.
pub(super) static SELECTOR: Statement = Statement;

/// What a good answer is worth. The supplier's manifest cannot raise it: whoever is audited does not grade himself.
const WORTH: f64 = 0.5;

static SPEC: SelectorSpec = SelectorSpec {
    id: "statement",
    title: "the supplier's answer to a question, from the manifest",
    notes: "`statement: ID` is the answer under that id in the manifest. No answer is `not_evidenced`, nor is one dated after the audit. A good answer gives \
            `manual` and half the weight: nobody can pass on its own word alone, whatever grade it gives itself.",
    main: Type::Any,
    attributes: &[
        ("answer", Type::Any, "the answer"),
        ("date", Type::Date, "its day"),
        ("age", Type::Duration, "time since that day, at the audit date"),
        ("grade", Type::Text, "evidence grade A (observed) to D (said)"),
        ("by", Type::Boolean, "whether somebody is named for it"),
    ],
    open: false,
    located: false,
    validate: |node, _| match node.scalar() {
        Some(id) if !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => Vec::new(),
        _ => vec![problem(node, "a statement's id has letters, digits and underscores".to_owned(), None)],
    },
};

impl Selector for Statement {
    fn spec(&self) -> &'static SelectorSpec {
        &SPEC
    }

    fn items<'a>(&self, check: &'a Check, context: &'a Context<'a>) -> Result<Items<'a>, String> {
        let id = check.target.scalar().unwrap_or("");
        let mut items = Items { passing: Some((Outcome::Manual, WORTH)), ..Items::default() };
        let manifest = context.evidence.manifest.as_ref();
        let found = manifest.and_then(|manifest| manifest.statements.iter().rev().find(|statement| statement.id == id));
        let Some(statement) = found else {
            items.when_none = Some((Outcome::NotEvidenced, format!("the supplier's manifest has no statement `{id}`")));
            return Ok(items);
        };
        if statement.date.is_some_and(|day| day > context.date) {
            items.when_none = Some((Outcome::NotEvidenced, format!("the statement `{id}` is dated after the audit date")));
            return Ok(items);
        }
        let answer = Value::of(&statement.answer);
        let number = manifest.map(|manifest| manifest.artifact);
        let artifact = number.and_then(|number| context.artifact(number));
        let date = context.date;
        let said = answer.clone();
        let view = Ready {
            location: Location {
                artifact: artifact.map(|artifact| artifact.path.clone()).unwrap_or_default(),
                number,
                line: Some(statement.line.into()),
                key: Some(id.to_owned()),
                ..Location::default()
            },
            found: format!("{id}: {} (the supplier's statement)", answer.show()),
            attribute: move |name: &str| match name {
                "answer" => said.clone(),
                "date" => statement.date.map_or(Value::Absent, Value::Date),
                "age" => statement.date.map_or(Value::Absent, |day| Value::since(day, date)),
                "grade" => Value::Text(statement.grade.clone()),
                "by" => Value::Bool(statement.by),
                _ => Value::Absent,
            },
        };
        items.list.push(Item::new(answer, view));
        items.expected = 1;
        Ok(items)
    }
}
