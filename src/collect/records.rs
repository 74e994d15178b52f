//! Trees as tables: lists of objects, objects under data keys and repeated elements become rows, so that people in JSON, YAML or
//! XML are counted as those in a CSV are. Long texts are read as text.

use super::blob::{self, Blob};
use crate::collect::document::column_name;
use crate::detect::engine::Engine;
use crate::detect::mask::{self, Strictness};
use crate::detect::table::{Header, TableScan};
use crate::detect::text::TextScan;
use crate::model::evidence::{Part, PartKind};
use crate::model::node::{Entry, Kind, Node};
use foldhash::{HashMap, HashSet};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

/// Objects flattened into their record, this deep.
const FLATTEN: usize = 4;
/// Levels that are gone down.
const DEPTH: usize = 256;
/// Characters beyond which a value is read as running text.
const LONG: usize = 200;
/// Sub-tables of one tree; further ones are read as text.
const MOST_TABLES: usize = 2_000;
/// Columns of one of them; what further keys hold is read as text.
const MOST_COLUMNS: usize = 512;

/// One JSON object as pairs of dotted key and text.
pub(super) fn flatten(object: &serde_json::Map<String, serde_json::Value>) -> Vec<(String, String)> {
    fn add(prefix: &str, value: &serde_json::Value, depth: usize, out: &mut Vec<(String, String)>) {
        match value {
            serde_json::Value::Object(inner) if depth < FLATTEN => {
                for (key, value) in inner {
                    let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                    add(&name, value, depth + 1, out);
                }
            }
            serde_json::Value::Null => {}
            serde_json::Value::String(text) => out.push((prefix.to_owned(), blob::readable(text.clone()))),
            other => out.push((prefix.to_owned(), other.to_string())),
        }
    }
    let mut out = Vec::new();
    for (key, value) in object {
        add(key, value, 1, &mut out);
    }
    out
}

/// A cell: in which column, and its text.
type Cell<'n> = (usize, Cow<'n, str>);

/// Name and text of one value of a record.
type Pair<'n> = (Cow<'n, str>, Cow<'n, str>);

#[derive(Default)]
struct Group<'n> {
    names: Vec<Cow<'n, str>>,
    /// Where each name stands.
    index: HashMap<Cow<'n, str>, usize>,
    rows: Vec<(u64, Vec<Cell<'n>>)>,
}

impl<'n> Group<'n> {
    /// The column of a name; a new one if there is still room. `likely` is where it stands if this record is like the one before.
    #[allow(clippy::ptr_arg, reason = "a name that is borrowed from the tree is kept so")]
    fn column(&mut self, name: &Cow<'n, str>, likely: usize) -> Option<usize> {
        if self.names.get(likely).is_some_and(|known| known == name) {
            return Some(likely);
        }
        if let Some(index) = self.index.get(name) {
            return Some(*index);
        }
        let index = self.names.len();
        (index < MOST_COLUMNS).then(|| {
            self.index.insert(name.clone(), index);
            self.names.push(name.clone());
            index
        })
    }
}

/// Names and cells; in which line a row begins makes no difference to what is in it.
impl Hash for Group<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.names.hash(state);
        self.rows.len().hash(state);
        self.rows.iter().for_each(|row| row.1.hash(state));
    }
}

/// Rows of a table that may come again in other files as it is.
const FEW_ROWS: usize = 64;

/// A file in base64, and the path of its key.
pub(super) type Inside = (String, Vec<u8>);

/// Reads a tree into parts, and what is a file in it in base64.
pub(super) fn read(root: &Node, engine: &Engine) -> (Vec<Part>, Vec<Inside>) {
    let mut tree = Tree { engine, groups: BTreeMap::new(), loose: Vec::new(), inside: Vec::new(), secret: false };
    tree.walk(root, "$", 0);
    let mut parts = Vec::new();
    let mut scratch = None;
    for (path, group) in tree.groups {
        let blank = engine.blank().filter(|_| group.rows.len() <= FEW_ROWS);
        if blank.is_some() {
            let headers = group.names.iter().map(AsRef::as_ref);
            let cells = || group.rows.iter().flat_map(|row| row.1.iter().map(|cell| (cell.0, cell.1.as_ref())));
            let column = |name: &str| column_name(engine, name);
            let scratch = scratch.get_or_insert_with(|| engine.scratch());
            if engine.is_quiet(headers, column, group.rows.len(), cells, scratch) {
                continue;
            }
        }
        let mark = blank.map_or(0, |blank| blank.mark(&group));
        if blank.is_some_and(|blank| blank.has(mark)) {
            continue;
        }
        let header = group.names.iter().map(|name| column_name(engine, name)).collect();
        let mut scan = TableScan::new(engine, Header::Given(header));
        let width = group.names.len();
        for (line, pairs) in &group.rows {
            let mut cells = vec![""; width];
            for (index, value) in pairs {
                if let Some(slot) = cells.get_mut(*index) {
                    *slot = value;
                }
            }
            scan.row(*line, cells.into_iter());
        }
        let mut part = Part { kind: PartKind::Table, ..Part::default() };
        if scan.finish_found(&mut part) {
            part.label = mask::label(engine, scratch.get_or_insert_with(|| engine.scratch()), &path, Strictness::Capitals);
            parts.push(part);
        } else if let Some(blank) = blank {
            blank.add(mark);
        }
    }
    let mut scan = TextScan::new(engine);
    for (line, text) in &tree.loose {
        for (index, piece) in text.lines().enumerate() {
            scan.line(line + index as u64, piece);
        }
        // each value is a record of its own
        scan.line(*line, "");
    }
    let mut part = Part { label: "values".to_owned(), kind: PartKind::Text, ..Part::default() };
    scan.finish(&mut part);
    if !part.tallies.is_empty() {
        parts.push(part);
    }
    (parts, tree.inside)
}

struct Tree<'a, 'n> {
    engine: &'a Engine,
    groups: BTreeMap<String, Group<'n>>,
    loose: Vec<(u64, String)>,
    inside: Vec<Inside>,
    /// Whether the values here are those of a Kubernetes secret: all base64.
    secret: bool,
}

impl<'n> Tree<'_, 'n> {
    fn walk(&mut self, node: &'n Node, path: &str, depth: usize) {
        if depth > DEPTH {
            return;
        }
        match &node.kind {
            Kind::List(items) => {
                let below = format!("{path}[*]");
                for item in items {
                    match item.kind {
                        Kind::Map(_) => self.record(item, &below, None, depth + 1),
                        _ => self.walk(item, &below, depth + 1),
                    }
                }
            }
            Kind::Map(entries) => self.map(node, entries, path, depth),
            _ => self.leaf(node, path),
        }
    }

    /// A value as it is to be read: decoded if it is base64 of a text. Files and long texts in it are set aside: `None`.
    fn value(&mut self, (path, key): (&str, Option<&str>), value: Cow<'n, str>, expected: bool) -> Option<Cow<'n, str>> {
        let bytes = match blob::decode(&value, expected) {
            None => return Some(value),
            Some(Blob::Text(text)) if text.len() <= LONG && !text.contains('\n') => return Some(Cow::Owned(text)),
            Some(Blob::Text(text)) => text.into_bytes(),
            Some(Blob::File(bytes)) => bytes,
        };
        let whole = key.map_or_else(|| path.to_owned(), |key| below_of(path, key));
        self.inside.push((whole.trim_start_matches(['$', '.']).to_owned(), bytes));
        None
    }

    fn leaf(&mut self, node: &'n Node, path: &str) {
        let Some(text) = node.scalar() else { return };
        let Some(text) = self.value((path, None), text.into(), self.secret) else { return };
        if text.len() > 3 {
            let key = path.rsplit(['.', '[']).find(|piece| !piece.starts_with('*')).unwrap_or("");
            self.loose.push((node.line.into(), worded(key, &text)));
        }
    }

    /// A mapping that is not in a list. If its keys are data (many alike objects), each object is a record; else its own scalars are one.
    fn map(&mut self, node: &'n Node, entries: &'n [Entry], path: &str, depth: usize) {
        if keys_are_data(entries) {
            let below = format!("{path}.*");
            for entry in entries {
                self.record(&entry.node, &below, Some(entry), depth + 1);
            }
            return;
        }
        let secret = entries.iter().any(|entry| entry.key == "kind" && entry.node.scalar() == Some("Secret"));
        let often = repeated(entries);
        self.record_scalars(node, entries, path, &often);
        let columns = self.columns(entries);
        for row in 0..columns.first().map_or(0, |column| column.1.len()) {
            let pair = |column: &(&'n str, Vec<&'n str>)| Some((column.0.into(), (*column.1.get(row)?).into()));
            let pairs = columns.iter().filter_map(pair).filter(|pair: &Pair<'n>| !pair.1.is_empty()).collect();
            self.add(&format!("{path}[*]"), node.line, pairs);
        }
        let further = |entry: &&Entry| matches!(entry.node.kind, Kind::Map(_) | Kind::List(_));
        for entry in entries.iter().filter(further).filter(|entry| !columns.iter().any(|column| column.0 == entry.key)) {
            let repeated = often.contains(entry.key.as_str());
            let below = if repeated { format!("{path}.{}[*]", entry.key) } else { below_of(path, &entry.key) };
            let outer = self.secret;
            self.secret = secret && entry.key == "data";
            match entry.node.kind {
                Kind::Map(_) if repeated => self.record(&entry.node, &below, None, depth + 1),
                _ => self.walk(&entry.node, &below, depth + 1),
            }
            self.secret = outer;
        }
    }

    /// Lists of one length in one mapping, side by side: the columns of a table, if at least two of their keys mean classes.
    fn columns<'b>(&self, entries: &'b [Entry]) -> Vec<(&'b str, Vec<&'b str>)> {
        let lists = entries.iter().filter_map(|entry| match &entry.node.kind {
            Kind::List(items)
                if items.len() > 1 && items.iter().all(|item| !matches!(item.kind, Kind::Map(_) | Kind::List(_))) =>
            {
                Some((entry.key.as_str(), items.iter().map(|item| item.scalar().unwrap_or("")).collect::<Vec<_>>()))
            }
            _ => None,
        });
        let mut lists: Vec<(&str, Vec<&str>)> = lists.collect();
        let Some(length) = lists.iter().find(|list| self.engine.means(list.0)).map(|list| list.1.len()) else {
            return Vec::new();
        };
        lists.retain(|list| list.1.len() == length);
        let mut keys: Vec<&str> = lists.iter().map(|list| list.0).collect();
        keys.sort_unstable();
        keys.dedup();
        let meant = lists.iter().filter(|list| self.engine.means(list.0)).count();
        if meant > 1 && keys.len() == lists.len() { lists } else { Vec::new() }
    }

    /// Values of keys that are there once are one record. What repeats is a list: each value is read for itself.
    fn record_scalars(&mut self, node: &Node, entries: &'n [Entry], path: &str, often: &HashSet<&str>) {
        let repeats = |entry: &&Entry| often.contains(entry.key.as_str());
        for entry in entries.iter().filter(repeats) {
            self.leaf(&entry.node, &format!("{path}.{}", entry.key));
        }
        let pairs: Vec<Pair<'n>> = entries
            .iter()
            .filter(|entry| !repeats(entry))
            .filter_map(|entry| Some((entry.key.as_str().into(), entry.node.scalar().filter(|text| !text.is_empty())?.into())))
            .collect();
        self.add(path, node.line, pairs);
    }

    /// An object that is one record: nested objects are flattened into it, lists of objects below it are tables of their own.
    fn record(&mut self, node: &'n Node, path: &str, key: Option<&'n Entry>, depth: usize) {
        let mut pairs: Vec<Pair<'n>> = Vec::new();
        if let Some(entry) = key {
            pairs.push(("key".into(), entry.key.as_str().into()));
        }
        let mut below: Vec<(Cow<'n, str>, &'n Node)> = Vec::new();
        gather(node, "", 0, &mut pairs, &mut below);
        self.add(path, node.line, pairs);
        for (name, inner) in below {
            self.walk(inner, &format!("{path}.{name}"), depth + 1);
        }
    }

    fn add(&mut self, path: &str, line: u32, pairs: Vec<Pair<'n>>) {
        if pairs.is_empty() {
            return;
        }
        let secret = pairs.iter().any(|pair| pair.0 == "kind" && pair.1 == "Secret");
        let read = |tree: &mut Self, (key, value): Pair<'n>| {
            let expected = tree.secret || (secret && key.starts_with("data."));
            let value = tree.value((path, Some(&key)), value, expected)?;
            Some((key, value))
        };
        let pairs: Vec<Pair<'n>> = pairs.into_iter().filter_map(|pair| read(self, pair)).collect();
        if !self.groups.contains_key(path) {
            if self.groups.len() >= MOST_TABLES {
                self.loose.extend(pairs.into_iter().map(|(key, value)| (line.into(), format!("{key}: {value}"))));
                return;
            }
            self.groups.insert(path.to_owned(), Group::default());
        }
        let Some(group) = self.groups.get_mut(path) else { return };
        let mut row: Vec<Cell<'n>> = Vec::with_capacity(pairs.len());
        // behind the last column that has a value
        let mut next = 0;
        for (key, value) in pairs {
            if value.len() > LONG || value.contains('\n') {
                self.loose.push((line.into(), value.into_owned()));
                continue;
            }
            let Some(index) = group.column(&key, next) else {
                self.loose.push((line.into(), format!("{key}: {value}")));
                continue;
            };
            if index < next && row.iter().any(|cell| cell.0 == index) {
                // a key that is there again: another value of the same record, or somebody else's. Nobody is to be merged, nothing lost
                self.loose.push((line.into(), worded(key.rsplit('.').next().unwrap_or(&key), &value)));
                continue;
            }
            next = next.max(index + 1);
            row.push((index, value));
        }
        group.rows.push((line.into(), row));
    }
}

fn gather<'a>(node: &'a Node, prefix: &str, depth: usize, pairs: &mut Vec<Pair<'a>>, below: &mut Vec<(Cow<'a, str>, &'a Node)>) {
    let often = repeated(node.entries());
    for entry in node.entries() {
        let again = often.contains(entry.key.as_str());
        let name = if prefix.is_empty() { Cow::Borrowed(entry.key.as_str()) } else { Cow::Owned(below_of(prefix, &entry.key)) };
        match &entry.node.kind {
            // objects of one name, side by side, are several records
            Kind::Map(_) if depth < FLATTEN && !again => gather(&entry.node, &name, depth + 1, pairs, below),
            Kind::Map(_) => below.push((name, &entry.node)),
            Kind::List(items) if items.iter().all(|item| item.scalar().is_some()) => {
                let joined: Vec<&str> = items.iter().filter_map(Node::scalar).collect();
                let joined = if let [one] = joined.as_slice() { Cow::Borrowed(*one) } else { Cow::Owned(joined.join("; ")) };
                pairs.push((name, joined));
            }
            Kind::List(_) => below.push((name, &entry.node)),
            _ => pairs.extend(entry.node.scalar().filter(|text| !text.is_empty()).map(|text| (name, text.into()))),
        }
    }
}

/// The dotted key of a key below another.
fn below_of(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        return key.to_owned();
    }
    let mut out = String::with_capacity(prefix.len() + key.len() + 1);
    out.push_str(prefix);
    out.push('.');
    out.push_str(key);
    out
}

/// Entries of a mapping whose keys are compared one by one.
const FEW: usize = 8;

/// Keys that are there more than once.
fn repeated(entries: &[Entry]) -> HashSet<&str> {
    if entries.len() <= FEW {
        let before = |at: usize, key: &str| entries.iter().take(at).any(|other| other.key == key);
        let again = entries.iter().enumerate().filter(|(at, entry)| before(*at, &entry.key));
        return again.map(|(_, entry)| entry.key.as_str()).collect();
    }
    let mut seen = HashSet::with_capacity_and_hasher(entries.len(), foldhash::fast::RandomState::default());
    entries.iter().map(|entry| entry.key.as_str()).filter(|key| !seen.insert(*key)).collect()
}

/// A value behind the words of its key.
fn worded(key: &str, value: &str) -> String {
    let words: String = crate::detect::columns::normalise(key).join(" ");
    format!("{words}: {value}")
}

/// Whether a mapping's keys are data: at least three objects, and most keys of the first are in the others too.
fn keys_are_data(entries: &[Entry]) -> bool {
    let maps = entries.iter().filter(|entry| matches!(entry.node.kind, Kind::Map(_))).count();
    if maps < 3 || maps != entries.len() {
        return false;
    }
    let Some(first) = entries.first() else { return false };
    let keys: HashSet<&str> = first.node.entries().iter().map(|entry| entry.key.as_str()).collect();
    let alike = |entry: &Entry| {
        let own: HashSet<&str> = entry.node.entries().iter().map(|entry| entry.key.as_str()).collect();
        keys.intersection(&own).count() * 2 > keys.len()
    };
    !keys.is_empty() && entries.iter().filter(|entry| alike(entry)).count() * 5 >= entries.len() * 4
}
