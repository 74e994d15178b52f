//! TOML: `toml_edit`'s tree with positions; numbers and dates as written.
//! It must not accept what TOML forbids: a repeated key makes the file unreadable, as it does for every TOML reader.

use toml_edit::{Document, Item, Table, TableLike, Value};

use super::{Claim, Config, Probe, ReadError, text};
use crate::model::node::{Entry, Kind, Node};

/// The reader.
pub(super) struct TomlReader;

/// The reader, for the registry.
pub(super) static CONFIG: TomlReader = TomlReader;

/// Lock files that are TOML under other names.
const LOCKS: &[&str] = &["cargo.lock", "pipfile", "poetry.lock", "uv.lock", "pdm.lock"];

impl Config for TomlReader {
    fn id(&self) -> &'static str {
        "toml"
    }

    fn title(&self) -> &'static str {
        "TOML"
    }

    fn notes(&self) -> &'static str {
        "Tables are mappings, arrays of tables are lists of mappings; dotted keys are nested. Numbers are kept as written, dates are text."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.extension == "toml" || LOCKS.contains(&probe.name) {
            return Claim::Strong;
        }
        if !matches!(probe.extension, "" | "conf" | "cfg" | "config") || !probe.whole {
            return Claim::No;
        }
        let tables = text::meaningful(probe, &['#']).any(|line| line.starts_with("[["));
        let pairs = text::meaningful(probe, &['#']).any(|line| line.contains('='));
        match Document::parse(text::unmarked(probe.head)) {
            Ok(_) if tables => Claim::Strong,
            Ok(_) if pairs => Claim::Weak,
            _ => Claim::No,
        }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let mut reader = Reader { source, positions: text::Positions::new(source) };
        match Document::parse(source) {
            Ok(document) => Ok(Node::new(reader.table(document.as_table(), (1, 1))?, 1, 1)),
            Err(error) => {
                let line = error.span().map_or(0, |span| reader.positions.at(span.start).0);
                Err(text::error("not TOML", line))
            }
        }
    }
}

/// The way from `toml_edit`'s tree to ours. The parser's own bound on depth bounds the recursion here.
struct Reader<'a> {
    source: &'a str,
    positions: text::Positions<'a>,
}

impl Reader<'_> {
    /// Where a span starts; what has none (tables made by dotted keys) stands where its key does.
    fn place(&mut self, span: Option<std::ops::Range<usize>>, key: (u32, u32)) -> (u32, u32) {
        span.map_or(key, |span| self.positions.at(span.start))
    }

    fn table(&mut self, table: &dyn TableLike, around: (u32, u32)) -> Result<Kind, ReadError> {
        let mut entries = Vec::new();
        for (name, item) in table.iter() {
            let span = table.key(name).and_then(toml_edit::Key::span).or_else(|| item.span());
            let (line, column) = self.place(span, around);
            let node = self.item(item, (line, column))?;
            entries.push(Entry { key: name.to_owned(), line, column, node });
        }
        // tables can stand anywhere in a file: its order is restored
        entries.sort_by_key(|entry| (entry.line, entry.column));
        Ok(Kind::Map(entries))
    }

    fn item(&mut self, item: &Item, key: (u32, u32)) -> Result<Node, ReadError> {
        let (line, column) = self.place(item.span(), key);
        let kind = match item {
            Item::None => Kind::Null,
            Item::Value(value) => return self.value(value, key),
            Item::Table(table) => self.table(table, key)?,
            Item::ArrayOfTables(tables) => {
                let one = |table: &Table| {
                    let (line, column) = self.place(table.span(), key);
                    Ok(Node::new(self.table(table, (line, column))?, line, column))
                };
                Kind::List(tables.iter().map(one).collect::<Result<_, _>>()?)
            }
        };
        Ok(Node::new(kind, line, column))
    }

    fn value(&mut self, value: &Value, key: (u32, u32)) -> Result<Node, ReadError> {
        let (line, column) = self.place(value.span(), key);
        let written = || value.span().and_then(|span| self.source.get(span)).map(str::to_owned);
        let kind = match value {
            Value::String(text) => Kind::Text(text.value().clone()),
            Value::Boolean(truth) => Kind::Bool(*truth.value()),
            Value::Integer(number) => Kind::Number(written().unwrap_or_else(|| number.value().to_string())),
            Value::Float(number) => Kind::Number(written().unwrap_or_else(|| number.value().to_string())),
            Value::Datetime(date) => Kind::Text(written().unwrap_or_else(|| date.value().to_string())),
            Value::Array(array) => Kind::List(array.iter().map(|value| self.value(value, key)).collect::<Result<_, _>>()?),
            Value::InlineTable(table) => self.table(table, (line, column))?,
        };
        Ok(Node::new(kind, line, column))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_have_places() {
        let text = "a = 1_0\né.b = 'x'\n[t]\nd = 2026-01-02\nf = 1.10\n[[r]]\nn = [1, { k = true }]\n[[r]]\n[t.u]\nv = 0x1F\n";
        assert!(CONFIG.read(text).is_err(), "a bare key is ASCII");
        let root = CONFIG.read(&text.replace('é', "\"é\"")).unwrap();
        let seen: Vec<_> = root.entries().iter().map(|e| (&*e.key, e.line, e.column, e.node.line, e.node.column)).collect();
        assert_eq!(seen, [("a", 1, 1, 1, 5), ("é", 2, 1, 2, 1), ("t", 3, 2, 3, 1), ("r", 6, 3, 6, 1)]);
        let b = root.get("é").unwrap().entries().first().unwrap();
        assert_eq!((&*b.key, b.column, b.node.column, b.node.scalar()), ("b", 5, 9, Some("x")));
        let t = root.get("t").unwrap();
        assert_eq!(t.get("d").map(|n| n.kind.clone()), Some(Kind::Text("2026-01-02".into())));
        assert_eq!(t.get("f").map(|n| n.kind.clone()), Some(Kind::Number("1.10".into())));
        assert_eq!(
            t.get("u").and_then(|u| u.get("v")).map(|n| (n.kind.clone(), n.line)),
            Some((Kind::Number("0x1F".into()), 10))
        );
        let rows = root.get("r").unwrap().items();
        assert_eq!(rows.len(), 2);
        let inner = rows.first().unwrap().get("n").unwrap().items();
        assert_eq!(
            inner.get(1).and_then(|n| n.get("k")).map(|n| (n.kind.clone(), n.line, n.column)),
            Some((Kind::Bool(true), 7, 15))
        );
    }

    #[test]
    fn what_is_no_toml_is_an_error_without_its_text() {
        let error = CONFIG.read("a = 1\nsecret = 1\nsecret = 2\n").unwrap_err();
        assert_eq!((&*error.reason, error.line), ("not TOML", 3));
        assert!(CONFIG.read(&format!("a = {}", "[".repeat(100_000))).is_err());
        assert!(CONFIG.read(&format!("{} = 1", vec!["a"; 50_000].join("."))).is_err());
    }

    #[test]
    fn claims_by_name_and_by_content() {
        let claim = |name: &str, head: &str| {
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            CONFIG.claims(&Probe::new(name, name, extension, head, true))
        };
        assert_eq!(claim("a.toml", ""), Claim::Strong);
        assert_eq!(claim("cargo.lock", ""), Claim::Strong);
        assert_eq!(claim("telegraf.conf", "[[inputs.cpu]]\na = 1\n"), Claim::Strong);
        assert_eq!(claim("a.conf", "a = 1\n"), Claim::Weak);
        assert_eq!(claim("a.conf", "a = b\n"), Claim::No);
    }
}
