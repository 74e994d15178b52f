//! `audit:` facts of the audit itself.

use super::{Item, Items, Ready, Selector, known_words};
use crate::context::Context;
use crate::model::assessment::Location;
use crate::model::policy::{Check, SelectorSpec, Type};
use crate::value::Value;

/// The selector.
pub(super) struct Audit;
/// The selector.
pub(super) static SELECTOR: Audit = Audit;

const FACTS: &[&str] = &["coverage", "artifacts", "gaps", "people", "duplicates", "unread_encrypted", "errors"];

static SPEC: SelectorSpec = SelectorSpec {
    id: "audit",
    title: "a fact of the audit itself",
    notes: "`audit: coverage` is the share of artifacts and of bytes that were read (the smaller one, 0 to 1; strongly encrypted artifacts do not \
            count); `artifacts`, `gaps` (artifacts not read whole), `people`, `duplicates` (artifacts whose bytes lie elsewhere too), \
            `unread_encrypted` (strongly encrypted artifacts) and `errors` (readers that died) are counts.",
    main: Type::Number,
    attributes: &[],
    open: false,
    located: false,
    validate: |node, _| {
        let mut out = Vec::new();
        known_words(node, "fact", FACTS, &mut out);
        out
    },
};

impl Selector for Audit {
    fn spec(&self) -> &'static SelectorSpec {
        &SPEC
    }

    fn items<'a>(&self, check: &'a Check, context: &'a Context<'a>) -> Result<Items<'a>, String> {
        let fact = check.target.scalar().unwrap_or("");
        let value = match fact {
            "coverage" => context.extent.decidable().ok_or("nothing was seen, so there is no coverage")?,
            "artifacts" => context.evidence.artifacts.len() as f64,
            "gaps" => context.index.survey.counts.gaps as f64,
            "people" => context.people.total() as f64,
            "duplicates" => context.duplicates() as f64,
            "unread_encrypted" => context.index.survey.counts.encrypted as f64,
            "errors" => context.index.survey.counts.crashed as f64,
            other => return Err(format!("no fact `{other}`")),
        };
        let shown = if fact == "coverage" { format!("coverage {:.1} %", value * 100.0) } else { format!("{fact} {value}") };
        let view = Ready { location: Location::default(), found: shown, attribute: |_: &str| Value::Absent };
        let item = Item::new(Value::Number(value), view);
        Ok(Items { list: vec![item], expected: 1, ..Items::default() })
    }
}
