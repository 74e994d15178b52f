//! `config:` settings, by key or path, in the documents of a product or format.

use super::{Item, Items, Selector, known_words};
use crate::assess::context::{Context, Scope};
use crate::assess::value::Value;
use crate::model::assessment::Location;
use crate::model::evidence::{Artifact, Document};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};
use crate::model::policy::{Check, Literal, SelectorSpec, Type};
use serde_json_path::{JsonPath, NormalizedPath, PathElement};

/// The selector.
pub(super) struct Config;
/// The selector.
pub(super) static SELECTOR: Config = Config;

static SPEC: SelectorSpec = SelectorSpec {
    id: "config",
    title: "settings of a product or of files of a format",
    notes: "`config: PRODUCT` or a list; `any` for all. Without `at` an item is a whole document. With a key, an item is the value in force, once for \
            the whole and once for each block that sets it (`Match`, `server`, `location`); `default` says what an absent key means. With an RFC 9535 \
            path, an item is each place that the path finds; a key that is written several times is seen as a list.",
    main: Type::Any,
    attributes: &[
        ("value", Type::Any, "the value"),
        ("key", Type::Text, "the key"),
        ("line", Type::Number, "line of the key"),
        ("column", Type::Number, "column of the key"),
        ("path", Type::Text, "the document's path"),
        ("product", Type::Text, "the product or format"),
        ("context", Type::Text, "the block: `Match User x`, `server y`; empty for the whole"),
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

/// One place that a key or path names.
struct Hit<'a> {
    key: String,
    value: Value,
    line: u32,
    column: u32,
    context: &'a str,
    artifact: Option<u32>,
    default: bool,
    duplicates: u64,
}

impl Selector for Config {
    fn spec(&self) -> &'static SelectorSpec {
        &SPEC
    }

    fn items<'a>(&self, check: &'a Check, context: &'a Context<'a>) -> Result<Items<'a>, String> {
        let products: Vec<&str> = super::texts(&check.target).into_iter().filter_map(Node::scalar).collect();
        let scope = Scope::new(&check.globs);
        let path = match check.at.as_deref().filter(|at| at.starts_with('$')) {
            Some(at) => Some(JsonPath::parse(at).map_err(|error| error.to_string())?),
            None => None,
        };
        let mut items = Items { empty_scope: true, ..Items::default() };
        for artifact in context.evidence.artifacts.iter().filter(|artifact| scope.has(&artifact.path)) {
            for document in artifact.parts.iter().filter_map(|part| part.document.as_ref()) {
                if document.fragment || !(products.contains(&"any") || products.contains(&document.product.as_str())) {
                    continue;
                }
                items.empty_scope = false;
                items.expected += u64::from(check.at.is_none());
                let hits = match (&path, check.at.as_deref()) {
                    (Some(path), _) => by_path(path, document, check.default.as_ref()),
                    (None, Some(key)) => by_key(key, document, check.default.as_ref()),
                    (None, None) => {
                        vec![Hit {
                            key: String::new(),
                            value: Value::Bool(true),
                            line: 1,
                            column: 1,
                            context: "",
                            artifact: None,
                            default: false,
                            duplicates: 0,
                        }]
                    }
                };
                items.expected += if check.at.is_some() { hits.len() as u64 } else { 0 };
                items.list.extend(hits.into_iter().map(|hit| item(hit, artifact, document, context)));
            }
        }
        Ok(items)
    }
}

fn item<'a>(hit: Hit<'a>, artifact: &'a Artifact, document: &'a Document, context: &'a Context<'a>) -> Item<'a> {
    // an include brought it: point there
    let written_in = hit
        .artifact
        .and_then(|number| context.evidence.artifacts.iter().find(|other| other.number == number))
        .unwrap_or(artifact);
    let part = (!hit.context.is_empty()).then(|| hit.context.to_owned());
    let place = if hit.default { None } else { Some(hit.line) };
    let found = if hit.key.is_empty() {
        format!("{} configuration", document.product)
    } else if hit.default {
        format!("{} is not set; by default it is {}", hit.key, hit.value.show())
    } else {
        format!("{} {}", hit.key, hit.value.show())
    };
    let found = part.as_ref().map_or(found.clone(), |part| format!("{found} (in {part})"));
    Item {
        location: Location {
            artifact: written_in.path.clone(),
            number: Some(written_in.number),
            part,
            line: place.map(u64::from).filter(|line| *line > 0),
            column: place.map(|_| u64::from(hit.column)).filter(|column| *column > 0),
            key: (!hit.key.is_empty()).then(|| hit.key.clone()),
        },
        main: hit.value.clone(),
        weight: 1,
        people: 0,
        found,
        attribute: Box::new(move |name| match name {
            "value" => hit.value.clone(),
            "key" => Value::Text(hit.key.clone()),
            "line" => Value::Number(hit.line.into()),
            "column" => Value::Number(hit.column.into()),
            "path" => Value::Text(written_in.path.clone()),
            "product" => Value::Text(document.product.clone()),
            "context" => Value::Text(hit.context.to_owned()),
            "default" => Value::Bool(hit.default),
            "duplicates" => Value::Number(hit.duplicates as f64),
            _ => Value::Absent,
        }),
    }
}

/// A key as a format compares it.
fn fold(key: &str, how: Fold) -> String {
    match how {
        Fold::Exact => key.to_owned(),
        Fold::Case => key.to_lowercase(),
        Fold::CaseDash => key.to_lowercase().replace('-', "_"),
        Fold::CaseSpace => key.to_lowercase().split_whitespace().collect(),
    }
}

fn default_hit<'a>(key: &str, default: &Literal, context: &'a str) -> Hit<'a> {
    let value = match default {
        Literal::Null => Value::Text(String::new()),
        Literal::Bool(value) => Value::Bool(*value),
        Literal::List(items) => Value::texts(items.iter().map(Literal::text)),
        other => Value::Text(other.text()),
    };
    Hit { key: key.to_owned(), value, line: 0, column: 0, context, artifact: None, default: true, duplicates: 0 }
}

fn by_key<'a>(key: &str, document: &'a Document, default: Option<&Literal>) -> Vec<Hit<'a>> {
    match &document.settings {
        Some(settings) => in_force(key, document.fold, settings, default),
        None => in_tree(key, document, default),
    }
}

/// Flat products: once for the whole, once for each block that sets the key. A block that every request goes through (`server`)
/// takes the default when nothing sets the key; one inside it (`location`, `Match`) takes what is above it.
fn in_force<'a>(key: &str, how: Fold, settings: &'a [Setting], default: Option<&Literal>) -> Vec<Hit<'a>> {
    let wanted = fold(key, how);
    let mut out: Vec<Hit<'a>> = Vec::new();
    let mut contexts: Vec<&str> = Vec::new();
    for setting in settings {
        if !contexts.contains(&setting.context.as_str()) {
            contexts.push(&setting.context);
        }
    }
    let global =
        contexts.is_empty() || settings.iter().any(|setting| setting.context.is_empty() && !setting.key.starts_with('@'));
    if contexts.is_empty() || (global && !contexts.contains(&"")) {
        contexts.insert(0, "");
    }
    for context in contexts {
        let before = out.len();
        for setting in settings.iter().filter(|setting| setting.context == context && fold(&setting.key, how) == wanted) {
            out.push(Hit {
                key: setting.key.clone(),
                value: Value::of(&setting.value),
                line: setting.line,
                column: setting.column,
                context,
                artifact: setting.artifact,
                default: false,
                duplicates: 0,
            });
        }
        let takes_default = context.is_empty() || (!global && !context.contains(" location "));
        if let Some(default) = default.filter(|_| out.len() == before && takes_default) {
            out.push(default_hit(key, default, context));
        }
    }
    out
}

/// Trees: a dotted key from the root; sections of INI are its first part.
fn in_tree<'a>(key: &str, document: &'a Document, default: Option<&Literal>) -> Vec<Hit<'a>> {
    let roots: Vec<&Node> =
        if document.root.items().is_empty() { vec![&document.root] } else { document.root.items().iter().collect() };
    let mut found: Vec<&Entry> = Vec::new();
    for root in roots {
        descend(root, key, document.fold, &mut found, 0);
    }
    if found.is_empty() {
        return default.map(|default| default_hit(key, default, "")).into_iter().collect();
    }
    let duplicates = found.len() as u64 - 1;
    found
        .into_iter()
        .map(|entry| Hit {
            key: key.to_owned(),
            value: Value::of(&entry.node),
            line: entry.line,
            column: entry.column,
            context: "",
            artifact: None,
            default: false,
            duplicates,
        })
        .collect()
}

/// Every entry that a dotted key names; keys may themselves have dots.
fn descend<'a>(node: &'a Node, key: &str, how: Fold, out: &mut Vec<&'a Entry>, depth: usize) {
    if depth > 64 {
        return;
    }
    for entry in node.entries() {
        let own = fold(&entry.key, how);
        let wanted = fold(key, how);
        if own == wanted {
            out.push(entry);
        } else if let Some(rest) = wanted.strip_prefix(&own).and_then(|rest| rest.strip_prefix('.')) {
            let rest = key.get(key.len() - rest.len()..).unwrap_or(rest);
            descend(&entry.node, rest, how, out, depth + 1);
        }
    }
}

fn by_path<'a>(path: &JsonPath, document: &'a Document, default: Option<&Literal>) -> Vec<Hit<'a>> {
    let json = to_json(&document.root, 0);
    let found: Vec<_> = path.query_located(&json).into_iter().collect();
    if found.is_empty() {
        return default.map(|default| default_hit(&path.to_string(), default, "")).into_iter().collect();
    }
    found
        .into_iter()
        .map(|located| {
            let (line, column, value) = place(&document.root, located.location());
            Hit {
                key: located.location().to_string(),
                value: value.map_or_else(|| Value::of_json(located.node()), Value::of),
                line,
                column,
                context: "",
                artifact: None,
                default: false,
                duplicates: 0,
            }
        })
        .collect()
}

/// The tree as JSON: keys that are written several times become a list, masks a text that no policy can match by chance.
fn to_json(node: &Node, depth: usize) -> serde_json::Value {
    use serde_json::Value as Json;
    if depth > 600 {
        return Json::Null;
    }
    match &node.kind {
        Kind::Null => Json::Null,
        Kind::Bool(value) => Json::Bool(*value),
        Kind::Number(text) => {
            serde_json::from_str::<serde_json::Number>(text).map_or_else(|_| Json::String(text.clone()), Json::Number)
        }
        Kind::Text(text) => Json::String(text.clone()),
        Kind::Masked(_) => Json::String("\u{0}masked".to_owned()),
        Kind::List(items) => Json::Array(items.iter().map(|item| to_json(item, depth + 1)).collect()),
        Kind::Map(entries) => {
            let mut out = serde_json::Map::new();
            for entry in entries {
                if out.contains_key(&entry.key) {
                    continue;
                }
                let same: Vec<&Entry> = entries.iter().filter(|other| other.key == entry.key).collect();
                let value = match same.as_slice() {
                    [one] => to_json(&one.node, depth + 1),
                    many => Json::Array(many.iter().map(|entry| to_json(&entry.node, depth + 1)).collect()),
                };
                out.insert(entry.key.clone(), value);
            }
            Json::Object(out)
        }
    }
}

/// Where a located path leads in the tree, in the same view as [`to_json`].
fn place<'a>(root: &'a Node, path: &NormalizedPath<'_>) -> (u32, u32, Option<&'a Node>) {
    let mut position = (root.line, root.column);
    let mut here: Vec<&'a Node> = vec![root];
    for element in path.iter() {
        match element {
            PathElement::Name(name) => {
                let Some(node) = here.first() else { break };
                let entries: Vec<&'a Entry> = node.entries().iter().filter(|entry| entry.key == **name).collect();
                position = entries.first().map_or(position, |entry| (entry.line, entry.column));
                here = entries.into_iter().map(|entry| &entry.node).collect();
            }
            PathElement::Index(index) => {
                let next = if here.len() > 1 {
                    here.get(*index).copied()
                } else {
                    here.first().and_then(|node| node.items().get(*index))
                };
                position = next.map_or(position, |node| (node.line, node.column));
                here = next.into_iter().collect();
            }
        }
    }
    let value = if here.len() == 1 { here.pop() } else { None };
    (position.0, position.1, value)
}
