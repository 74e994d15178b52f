//! Where a key or path leads in a configuration. A key that is written several times means whatever its reader takes, so every one of
//! them is looked at; a default stands in only where none is. It finds, and judges nothing.

use super::value::Value;
use crate::model::evidence::Document;
use crate::model::node::{Entry, Fold, Kind, Node, Setting, TOO_DEEP, veiled};
use crate::model::path::any_like;
use crate::model::policy::Literal;
use serde_json_path::{JsonPath, NormalizedPath, PathElement};
use std::borrow::{Borrow, Cow};
use std::collections::HashMap;

/// In how many ways repeated keys of one document may be read before nobody can say what it sets.
const MOST_WAYS: u64 = 64;
/// How deep a tree is followed.
const DEPTH: usize = 600;

/// One place that a key or path names.
pub(super) struct Hit<'a> {
    /// The key or normalised path; empty for a whole document.
    pub key: Cow<'a, str>,
    /// What it is set to.
    pub value: Value,
    /// Line of the key.
    pub line: u32,
    /// Column of the key.
    pub column: u32,
    /// The block it stands in.
    pub context: &'a str,
    /// The artifact that an include brought it from.
    pub artifact: Option<u32>,
    /// The key is absent; this is what that means.
    pub default: bool,
    /// How often the key is written beyond the first.
    pub duplicates: u64,
    /// Why nobody can say.
    pub undecidable: Option<String>,
    /// What it may be, where nobody can say which.
    pub cases: Vec<Value>,
}

impl<'a> Hit<'a> {
    /// A hit without a place.
    pub(super) fn new(key: impl Into<Cow<'a, str>>, value: Value) -> Self {
        Self {
            key: key.into(),
            value,
            line: 0,
            column: 0,
            context: "",
            artifact: None,
            default: false,
            duplicates: 0,
            undecidable: None,
            cases: Vec::new(),
        }
    }

    fn at(self, line: u32, column: u32) -> Self {
        Self { line, column, ..self }
    }
}

/// A key as a format compares it.
pub(super) fn fold(key: &str, how: Fold) -> String {
    how.key(key)
}

fn default_hit<'a>(key: &str, default: &Literal, context: &'a str) -> Hit<'a> {
    let value = match default {
        Literal::Null => Value::Text(String::new()),
        Literal::Bool(value) => Value::Bool(*value),
        Literal::List(items) => Value::texts(items.iter().map(Literal::text)),
        other => Value::Text(other.text().into_owned()),
    };
    Hit { context, default: true, ..Hit::new(key.to_owned(), value) }
}

/// What a key names.
pub(super) fn by_key<'a>(key: &str, document: &'a Document, default: Option<&Literal>) -> Vec<Hit<'a>> {
    match &document.settings {
        Some(settings) => in_force(key, document.fold, settings, default),
        None => roots(document).flat_map(|root| in_tree(root, key, document.fold, default)).collect(),
    }
}

/// The documents of a file: each is a configuration of its own.
fn roots(document: &Document) -> impl Iterator<Item = &Node> {
    let (one, many) = if document.documents { (None, document.root.items()) } else { (Some(&*document.root), &[][..]) };
    one.into_iter().chain(many)
}

/// Flat products: once for the whole, once for each block that sets the key. A block that every request goes through (`server`)
/// takes the default when nothing sets the key; one inside it (`location`, `Match`) takes what is above it.
pub(super) fn in_force<'a, S: Borrow<Setting>>(
    key: &str,
    how: Fold,
    settings: &'a [S],
    default: Option<&Literal>,
) -> Vec<Hit<'a>> {
    let wanted = fold(key, how);
    let is_wanted = |own: &str| how.same_as(own, key, &wanted);
    let hit = |setting: &'a Setting| {
        let hit = Hit::new(setting.key.as_str(), Value::of(&setting.value)).at(setting.line, setting.column);
        let (default, undecidable) = (setting.default, setting.unknown.clone());
        let cases = setting.cases.iter().map(|case| Value::Text(case.clone())).collect();
        Hit { context: setting.context.as_str(), artifact: setting.artifact, default, undecidable, cases, ..hit }
    };
    // a default where the policy knows better is none
    let is_hit = |setting: &&Setting| is_wanted(&setting.key) && !(setting.default && default.is_some());
    // things that are described have no blocks
    if settings.iter().all(|setting| setting.borrow().context.is_empty()) {
        let mut out: Vec<Hit<'a>> = settings.iter().map(Borrow::borrow).filter(is_hit).map(hit).collect();
        if let Some(default) = default.filter(|_| out.is_empty()) {
            out.push(default_hit(key, default, ""));
        }
        return out;
    }
    let mut contexts: Vec<(&str, Vec<Hit<'a>>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut global = false;
    let mut last: Option<(&str, usize)> = None;
    for setting in settings.iter().map(Borrow::<Setting>::borrow) {
        let context = setting.context.as_str();
        global |= context.is_empty() && !setting.key.starts_with('@');
        // settings of one block stand together
        let place = match last {
            Some((same, place)) if same == context => place,
            _ => *places.entry(context).or_insert_with(|| {
                contexts.push((context, Vec::new()));
                contexts.len() - 1
            }),
        };
        last = Some((context, place));
        if is_hit(&setting)
            && let Some(row) = contexts.get_mut(place)
        {
            row.1.push(hit(setting));
        }
    }
    if global && !places.contains_key("") {
        contexts.insert(0, ("", Vec::new()));
    }
    let mut out: Vec<Hit<'a>> = Vec::new();
    for (context, mut hits) in contexts {
        let takes_default = context.is_empty() || (!global && !context.contains(" location "));
        if let Some(default) = default.filter(|_| hits.is_empty() && takes_default) {
            hits.push(default_hit(key, default, context));
        }
        out.append(&mut hits);
    }
    out
}

/// Trees: a dotted key from the root; sections of INI are its first part.
fn in_tree<'a>(root: &'a Node, key: &str, how: Fold, default: Option<&Literal>) -> Vec<Hit<'a>> {
    let mut found: Vec<&Entry> = Vec::new();
    descend(root, key, how, &mut found, 0);
    if found.is_empty() && is_cut(root, 0) {
        return vec![below(key, root)];
    }
    if found.is_empty() {
        return default.map(|default| default_hit(key, default, "")).into_iter().collect();
    }
    let duplicates = found.len() as u64 - 1;
    let hit = |entry: &Entry| Hit::new(key.to_owned(), Value::of(&entry.node)).at(entry.line, entry.column);
    found.into_iter().map(|entry| Hit { duplicates, ..hit(entry) }).collect()
}

/// Every entry that a dotted key names; keys may themselves have dots, and lists are entered.
fn descend<'a>(node: &'a Node, key: &str, how: Fold, out: &mut Vec<&'a Entry>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    for item in node.items() {
        descend(item, key, how, out, depth + 1);
    }
    let wanted = fold(key, how);
    for entry in node.entries() {
        let own = fold(&entry.key, how);
        if own == wanted {
            out.push(entry);
        } else if let Some(rest) = wanted.strip_prefix(&own).and_then(|rest| rest.strip_prefix('.')) {
            let rest = key.get(key.len().saturating_sub(rest.len())..).unwrap_or(rest);
            descend(&entry.node, rest, how, out, depth + 1);
        }
    }
}

/// What an RFC 9535 path names.
pub(super) fn by_path<'a>(path: &JsonPath, at: &str, document: &'a Document, default: Option<&Literal>) -> Vec<Hit<'a>> {
    let mut out = Vec::new();
    let wanted = any_like(at).and_then(|pattern| super::value::compiled(&format!("(?R)^({pattern})$")).ok());
    for root in roots(document) {
        let decided = || document.settings.is_some() || ways(root, 0) <= MOST_WAYS;
        let mut found = if wanted.as_ref().is_some_and(|pattern| !may_match(root, pattern) && decided()) {
            // the path's own evaluation makes its expression again for each value that it looks at
            Vec::new()
        } else if document.settings.is_some() {
            // a product's directives may be repeated by right: they are a list
            query(path, root).0
        } else {
            in_format(path, at, root, document.product == "xml")
        };
        let mut times: HashMap<Cow<'_, str>, u64> = HashMap::new();
        for hit in &found {
            *times.entry(hit.key.clone()).or_default() += 1;
        }
        for hit in &mut found {
            hit.duplicates = times.get(&hit.key).map_or(0, |times| times - 1);
        }
        if found.is_empty() && is_cut(root, 0) {
            found.push(below(&path.to_string(), root));
        }
        if at.contains('?') && super::veiled::reads_masks(at, root) {
            let reason = "a filter of the path asks for a value that is personal or secret and was not kept".to_owned();
            found.push(Hit { undecidable: Some(reason), ..Hit::new(path.to_string(), Value::Masked).at(root.line, root.column) });
        }
        if found.is_empty() {
            found.extend(default.map(|default| default_hit(&path.to_string(), default, "")));
        }
        out.append(&mut found);
    }
    out
}

/// Whether a value of a tree is as a pattern says, or nobody knows.
fn may_match(node: &Node, pattern: &regex::Regex) -> bool {
    match &node.kind {
        Kind::Text(text) | Kind::Number(text) => pattern.is_match(text),
        Kind::Masked(shown) => pattern.is_match(&veiled(shown)),
        Kind::List(items) => items.iter().any(|item| may_match(item, pattern)),
        Kind::Map(entries) => entries.iter().any(|entry| may_match(&entry.node, pattern)),
        Kind::Null | Kind::Bool(_) => false,
    }
}

/// What is looked for may lie in a part that was too deep to be kept.
fn below<'a>(key: &str, root: &Node) -> Hit<'a> {
    let reason = "a part of the document lies too deep to be kept".to_owned();
    Hit { undecidable: Some(reason), ..Hit::new(key.to_owned(), Value::Unread).at(root.line, root.column) }
}

/// Whether a part of a tree was too deep to be kept.
fn is_cut(node: &Node, depth: u32) -> bool {
    match &node.kind {
        Kind::Masked(shown) => shown == TOO_DEEP,
        Kind::List(items) if depth < 64 => items.iter().any(|item| is_cut(item, depth + 1)),
        Kind::Map(entries) if depth < 64 => entries.iter().any(|entry| is_cut(&entry.node, depth + 1)),
        _ => false,
    }
}

/// Formats: each repeated key in turn is the one. Elements of XML are repeated by right, so there they are a list as well.
fn in_format<'a>(path: &JsonPath, at: &str, root: &Node, xml: bool) -> Vec<Hit<'a>> {
    let ways = ways(root, 0);
    if ways == 1 {
        return query(path, root).0;
    }
    let names = names(at);
    let mut out: Vec<Hit<'a>> = Vec::new();
    if let Some(names) = &names {
        let mut here = Vec::new();
        every(root, names, &mut here);
        let shown: String = names.iter().map(|name| format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))).collect();
        out.extend(here.into_iter().map(|place| Hit::new(format!("${shown}"), Value::of(place.2)).at(place.0, place.1)));
    } else if ways <= MOST_WAYS {
        for alternative in alternatives(root, 0) {
            add(&mut out, query(path, &alternative).0);
        }
    } else if !xml {
        let reason = "keys are written several times, and there are too many ways to read them".to_owned();
        let hit = Hit::new(path.to_string(), Value::Unread).at(root.line, root.column);
        return vec![Hit { undecidable: Some(reason), ..hit }];
    }
    if xml {
        let (found, joined) = query(path, root);
        // a list of repeated elements is there element by element already
        let each = names.is_some() || ways <= MOST_WAYS;
        let found = found.into_iter().zip(joined).filter(|row| !(each && row.1)).map(|row| row.0).collect();
        add(&mut out, found);
    }
    out
}

/// Adds hits that are not there yet.
fn add<'a>(out: &mut Vec<Hit<'a>>, more: Vec<Hit<'a>>) {
    for hit in more {
        let same = |other: &Hit<'_>| (other.line, other.column) == (hit.line, hit.column) && other.value == hit.value;
        if !out.iter().any(|other| same(other) && (other.key == hit.key || hit.line > 0)) {
            out.push(hit);
        }
    }
}

/// What a path finds in a tree, and whether each is several entries seen as one list.
fn query<'a>(path: &JsonPath, root: &Node) -> (Vec<Hit<'a>>, Vec<bool>) {
    let json = to_json(root, 0);
    path.query_located(&json)
        .into_iter()
        .map(|located| {
            let (line, column, value) = place(root, located.location());
            let joined = value.is_none();
            let value = value.map_or_else(|| Value::of_json(located.node()), Value::of);
            (Hit::new(located.location().to_string(), value).at(line, column), joined)
        })
        .unzip()
}

/// The names of a path that has nothing but names: `$.a['b'].c`.
fn names(at: &str) -> Option<Vec<&str>> {
    let mut rest = at.strip_prefix('$')?;
    let mut out = Vec::new();
    while !rest.is_empty() {
        let name = if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, after) = after.split_at(end);
            rest = after;
            if name.is_empty() || name.contains(char::is_whitespace) {
                return None;
            }
            name
        } else {
            let after = rest.strip_prefix('[')?;
            let quote = after.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
            let (name, after) = after.strip_prefix(quote)?.split_once(quote)?;
            rest = after.strip_prefix(']')?;
            name
        };
        if name.contains(['\\', '*']) {
            return None;
        }
        out.push(name);
    }
    Some(out)
}

/// Every place that names lead to, through each of several entries.
fn every<'n>(node: &'n Node, names: &[&str], out: &mut Vec<(u32, u32, &'n Node)>) {
    let mut here = vec![(node.line, node.column, node)];
    for name in names {
        let entries = here.iter().flat_map(|place| place.2.entries()).filter(|entry| entry.key == **name);
        here = entries.map(|entry| (entry.line, entry.column, &entry.node)).collect();
    }
    out.append(&mut here);
}

/// In how many ways a tree can be read if each of several entries with one key may be the one.
fn ways(node: &Node, depth: usize) -> u64 {
    if depth > DEPTH {
        return 1;
    }
    match &node.kind {
        Kind::List(items) => items.iter().fold(1, |all, item| ways(item, depth + 1).saturating_mul(all)),
        Kind::Map(entries) => {
            let mut of: HashMap<&str, u64> = HashMap::with_capacity(entries.len());
            for entry in entries {
                let own = of.entry(&entry.key).or_default();
                *own = own.saturating_add(ways(&entry.node, depth + 1));
            }
            of.into_values().fold(1, u64::saturating_mul)
        }
        _ => 1,
    }
}

/// All those trees; there are [`MOST_WAYS`] at most.
fn alternatives(node: &Node, depth: usize) -> Vec<Node> {
    if depth > DEPTH || ways(node, depth) == 1 {
        return vec![node.clone()];
    }
    let kinds: Vec<Kind> = match &node.kind {
        Kind::List(items) => product(items.iter().map(|item| alternatives(item, depth + 1)).collect()).map(Kind::List).collect(),
        Kind::Map(entries) => {
            let mut groups: Vec<Vec<Entry>> = Vec::new();
            let mut known: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
            for entry in entries {
                let own = alternatives(&entry.node, depth + 1).into_iter().map(|node| Entry { node, ..entry.clone() });
                let at = *known.entry(&entry.key).or_insert_with(|| {
                    groups.push(Vec::new());
                    groups.len() - 1
                });
                if let Some(group) = groups.get_mut(at) {
                    group.extend(own);
                }
            }
            product(groups).map(Kind::Map).collect()
        }
        other => vec![other.clone()],
    };
    kinds.into_iter().map(|kind| Node::new(kind, node.line, node.column)).collect()
}

/// One of each group, in every combination.
fn product<T: Clone>(groups: Vec<Vec<T>>) -> impl Iterator<Item = Vec<T>> {
    let mut out: Vec<Vec<T>> = vec![Vec::with_capacity(groups.len())];
    for group in groups {
        if let [one] = group.as_slice() {
            for row in &mut out {
                row.push(one.clone());
            }
            continue;
        }
        let with = |row: &Vec<T>, one: &T| row.iter().chain([one]).cloned().collect::<Vec<T>>();
        out = out.iter().flat_map(|row| group.iter().map(move |one| with(row, one))).collect();
    }
    out.into_iter()
}

/// The tree as JSON: keys that are written several times become a list, masks a text that no policy can match by chance.
fn to_json(node: &Node, depth: usize) -> serde_json::Value {
    use serde_json::Value as Json;
    if depth > DEPTH {
        return Json::Null;
    }
    match &node.kind {
        Kind::Null => Json::Null,
        Kind::Bool(value) => Json::Bool(*value),
        Kind::Number(text) => {
            serde_json::from_str::<serde_json::Number>(text).map_or_else(|_| Json::String(text.clone()), Json::Number)
        }
        Kind::Text(text) => Json::String(text.clone()),
        Kind::Masked(shown) => Json::String(veiled(shown)),
        Kind::List(items) => Json::Array(items.iter().map(|item| to_json(item, depth + 1)).collect()),
        Kind::Map(entries) => {
            let mut same: HashMap<&str, Vec<Json>> = HashMap::with_capacity(entries.len());
            for entry in entries {
                same.entry(&entry.key).or_default().push(to_json(&entry.node, depth + 1));
            }
            let mut out = serde_json::Map::new();
            for entry in entries {
                let Some(mut values) = same.remove(entry.key.as_str()) else { continue };
                let value = if values.len() == 1 { values.pop().unwrap_or(Json::Null) } else { Json::Array(values) };
                out.insert(entry.key.clone(), value);
            }
            Json::Object(out)
        }
    }
}

/// Where a located path leads in the tree, in the same view as [`to_json`].
fn place<'n>(root: &'n Node, path: &NormalizedPath<'_>) -> (u32, u32, Option<&'n Node>) {
    let mut position = (root.line, root.column);
    let mut here: Vec<&'n Node> = vec![root];
    for element in path.iter() {
        match element {
            PathElement::Name(name) => {
                let Some(node) = here.first() else { break };
                let entries: Vec<&'n Entry> = node.entries().iter().filter(|entry| entry.key == **name).collect();
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
