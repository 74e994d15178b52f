//! `config:` settings, by key or path, in the documents of a product or format.

use super::{About, Item, Items, Ready, Selector, View, known_words};
use crate::context::Context;
use crate::index::Extent;
use crate::model::assessment::Location;
use crate::model::day::Day;
use crate::model::evidence::{Artifact, GapKind};
use crate::model::node::Fold;
use crate::model::policy::{Check, SelectorSpec, Type};
use crate::settings::{Hit, by_key, by_path, fold, in_force};
use crate::value::Value;
use serde_json_path::JsonPath;

/// The selector.
pub(super) struct Config;
/// The selector.
pub(super) static SELECTOR: Config = Config;

static SPEC: SelectorSpec = SelectorSpec {
    id: "config",
    title: "settings of a product or of files of a format",
    notes: "`config: PRODUCT` or a list; `any` for all. Without `at` an item is a whole document. With a key, an item is the value in force, once for \
            the whole and once for each block that sets it (`Match`, `server`, `location`); `default` says what an absent key means. With an RFC 9535 \
            path, an item is each place that the path finds. A key that is written several times, and each document of a YAML file, is \
            looked at on its own; directives of a product that are repeated by right are seen as a list. A configuration that could not be \
            read is an item that cannot be decided.",
    main: Type::Any,
    attributes: &[
        ("value", Type::Any, "the value"),
        ("key", Type::Text, "the key"),
        ("line", Type::Number, "line of the key"),
        ("column", Type::Number, "column of the key"),
        ("path", Type::Text, "the document's path"),
        ("product", Type::Text, "the product or format"),
        ("context", Type::Text, "the block: `Match User x`, `server y`; empty for the whole"),
        ("age", Type::Duration, "time since the day that the value is, at the audit date; a day after it is none"),
        ("default", Type::Boolean, "the value is the default, the key is absent"),
        ("duplicates", Type::Number, "how often the key is written beyond the first"),
    ],
    open: false,
    located: true,
    validate: |node, names| {
        let mut out = Vec::new();
        let words: Vec<&str> = names.products.iter().copied().chain(["any"]).collect();
        known_words(node, "product or format", &words, &mut out);
        out
    },
};

impl Selector for Config {
    fn spec(&self) -> &'static SelectorSpec {
        &SPEC
    }

    fn items<'a>(&self, check: &'a Check, context: &'a Context<'a>) -> Result<Items<'a>, String> {
        let extent = context.index.extent(&check.globs);
        let path = match check.at.as_deref().filter(|at| at.starts_with('$')) {
            Some(at) => Some(JsonPath::parse(at).map_err(|error| error.to_string())?),
            None => None,
        };
        let mut items = Items { empty_scope: true, ..Items::default() };
        let there = context.index.products(check.products.iter().map(String::as_str));
        for position in there.into_iter().filter(|position| extent.has(*position)) {
            let Some(artifact) = context.at(position) else { continue };
            let wanted = |product: &str| check.products.iter().any(|asked| asked == product);
            if wanted(&artifact.kind) && artifact.parts.iter().all(|part| part.document.is_none()) {
                items.empty_scope = false;
                items.expected += 1;
                items.list.push(unread(artifact, check));
                continue;
            }
            for document in artifact.parts.iter().filter_map(|part| part.document.as_ref()) {
                if document.fragment || !wanted(&document.product) {
                    continue;
                }
                items.empty_scope = false;
                items.looked_in += 1;
                items.expected += u64::from(check.at.is_none());
                let hits = match (&path, check.at.as_deref()) {
                    (Some(path), at) => by_path(path, at.unwrap_or(""), document, check.default.as_ref()),
                    (None, Some(key)) => by_key(key, document, check.default.as_ref()),
                    (None, None) => vec![Hit { line: 1, column: 1, ..Hit::new(String::new(), Value::Bool(true)) }],
                };
                items.expected += if check.at.is_some() { hits.len() as u64 } else { 0 };
                let place = Place { artifact, product: &document.product, name: None };
                items.list.extend(hits.into_iter().map(|hit| item(hit, &place, context)));
            }
        }
        resources(check, context, &extent, &mut items);
        Ok(items)
    }
}

/// A configuration of which nothing was kept: nobody can say what it sets.
fn unread<'a>(artifact: &'a Artifact, check: &Check) -> Item<'a> {
    let telling = |gap: &&crate::model::evidence::Gap| gap.at.is_empty() && gap.kind != GapKind::Missing;
    let reason = artifact.gaps.iter().find(telling).map_or("it is too large to keep its settings", |gap| gap.reason.as_str());
    let view = Ready {
        location: Location {
            artifact: artifact.path.clone(),
            number: Some(artifact.number),
            key: check.at.clone(),
            ..Location::default()
        },
        found: format!("{} configuration that was not read", artifact.kind),
        attribute: |name: &str| match name {
            "path" => Value::Text(artifact.path.clone()),
            "product" => Value::Text(artifact.kind.to_string()),
            _ => Value::Unread,
        },
    };
    Item { undecidable: Some(format!("its settings are not known: {reason}")), ..Item::new(Value::Unread, view) }
}

/// What of the delivery's resources a check names: a bucket, whichever documents describe it.
fn resources<'a>(check: &'a Check, context: &'a Context<'a>, extent: &Extent, items: &mut Items<'a>) {
    // a template that was not read may describe anything
    let facts = check.products.iter().filter_map(|product| context.evidence.products.get(product));
    let sources = context.index.types(facts.flat_map(|facts| &facts.described_by).map(String::as_str));
    for artifact in sources.into_iter().filter(|position| extent.has(*position)).filter_map(|position| context.at(position)) {
        if artifact.parts.iter().all(|part| part.document.is_none()) {
            items.empty_scope = false;
            items.expected += 1;
            items.list.push(unread(artifact, check));
        }
    }
    let kinds = context.index.resources(check.products.iter().map(String::as_str));
    for resource in kinds.into_iter().filter_map(|position| context.evidence.resources.get(position as usize)) {
        let Some(position) = context.position(resource.artifact).filter(|position| extent.has(*position)) else { continue };
        let Some(artifact) = context.at(position) else { continue };
        items.empty_scope = false;
        items.looked_in += 1;
        let place = Place { artifact, product: &resource.kind, name: Some(&resource.name) };
        let here = |hit: Hit<'a>| if hit.line > 0 { hit } else { Hit { line: resource.line, column: resource.column, ..hit } };
        let hits = match check.at.as_deref() {
            Some(key) => in_force(key, Fold::Exact, &resource.settings, check.default.as_ref()),
            None => vec![Hit::new(String::new(), Value::Bool(true))],
        };
        items.expected += if check.at.is_some() { hits.len() as u64 } else { 1 };
        items.list.extend(hits.into_iter().map(|hit| item(here(hit), &place, context)));
    }
}

/// What is known of a key.
fn known<'a>(context: &'a Context<'a>, product: &str, key: &str) -> Option<About<'a>> {
    let facts = context.evidence.products.get(product)?;
    let (key, fact) = facts.keys.get_key_value(key).or_else(|| {
        let wanted = fold(key, Fold::CaseDash);
        facts.keys.iter().find(|row| fold(row.0, Fold::CaseDash) == wanted)
    })?;
    Some(About { key, form: &facts.form, fact })
}

/// The time since the day that a value is. What lies in the future stays a text, with which no length of time compares.
fn age(value: &Value, date: Day) -> Value {
    let day = match value {
        Value::Date(day) => Some(*day),
        Value::Text(text) => text
            .get(..10)
            .filter(|_| text.get(10..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['T', ' '])))
            .and_then(Day::parse),
        _ => None,
    };
    match day {
        Some(day) if day > date => Value::Text(format!("{day}, which is after the audit date")),
        Some(day) => Value::since(day, date),
        None if matches!(value, Value::Masked | Value::Unread) => value.clone(),
        None => Value::Absent,
    }
}

/// What a hit belongs to.
#[derive(Clone, Copy)]
struct Place<'a> {
    artifact: &'a Artifact,
    /// The product, format or kind of resource.
    product: &'a str,
    /// What the resource is called.
    name: Option<&'a str>,
}

fn item<'a>(mut hit: Hit<'a>, place: &Place<'a>, context: &'a Context<'a>) -> Item<'a> {
    let undecidable = hit.undecidable.take();
    let cases = std::mem::take(&mut hit.cases);
    let main = std::mem::replace(&mut hit.value, Value::Absent);
    Item { undecidable, cases, ..Item::new(main, Setting { hit, place: *place, context }) }
}

/// A key or path and where it leads; the value itself is the item's.
struct Setting<'a> {
    hit: Hit<'a>,
    place: Place<'a>,
    context: &'a Context<'a>,
}

impl<'a> Setting<'a> {
    /// An include brought it: point there.
    fn written_in(&self) -> &'a Artifact {
        self.hit.artifact.and_then(|number| self.context.artifact(number)).unwrap_or(self.place.artifact)
    }

    /// The resource or block.
    fn part(&self) -> Option<&'a str> {
        self.place.name.or_else(|| (!self.hit.context.is_empty()).then_some(self.hit.context))
    }
}

impl<'a> View<'a> for Setting<'a> {
    fn attribute(&self, name: &str, main: &Value) -> Value {
        let hit = &self.hit;
        match name {
            "value" => main.clone(),
            "key" => Value::Text(hit.key.to_string()),
            "line" => Value::Number(hit.line.into()),
            "column" => Value::Number(hit.column.into()),
            "path" => Value::Text(self.written_in().path.clone()),
            "product" => Value::Text(self.place.product.to_owned()),
            "context" => Value::Text(self.place.name.unwrap_or(hit.context).to_owned()),
            "age" => age(main, self.context.date),
            "default" => Value::Bool(hit.default),
            "duplicates" => Value::Number(hit.duplicates as f64),
            _ => Value::Absent,
        }
    }

    fn location(&self) -> Location {
        let (hit, written_in) = (&self.hit, self.written_in());
        // a resource is somewhere, whatever it leaves out
        let line = if hit.default && self.place.name.is_none() { None } else { Some(hit.line) };
        Location {
            artifact: written_in.path.clone(),
            number: Some(written_in.number),
            part: self.part().map(str::to_owned),
            line: line.map(u64::from).filter(|line| *line > 0),
            column: line.map(|_| u64::from(hit.column)).filter(|column| *column > 0),
            key: (!hit.key.is_empty()).then(|| hit.key.to_string()),
        }
    }

    fn found(&self, main: &Value) -> String {
        let (hit, product) = (&self.hit, self.place.product);
        let found = if *main == Value::Unread {
            format!("{} in {product}", hit.key)
        } else if hit.key.is_empty() {
            if self.place.name.is_some() { product.to_owned() } else { format!("{product} configuration") }
        } else if hit.default {
            format!("{} is not set; by default it is {}", hit.key, main.show())
        } else {
            format!("{} {}", hit.key, main.show())
        };
        match self.part() {
            Some(part) => format!("{found} (in {part})"),
            None => found,
        }
    }

    fn about(&self) -> Option<About<'a>> {
        known(self.context, self.place.product, &self.hit.key)
    }
}
