//! JSON Lines: one value a line. Streamed; objects are rows of a table whose columns are the keys of the first ones.

use super::{Document, Head, Work};
use crate::collect::decode;
use crate::collect::records::flatten;
use crate::detect::table::{Header, TableScan};
use crate::detect::text::TextScan;
use crate::model::evidence::{GapKind, Part, PartKind};
use std::collections::HashMap;

/// The reader.
pub(super) struct JsonLines;
/// The reader.
pub(super) static DOCUMENT: JsonLines = JsonLines;

/// Lines whose keys make the columns; later keys are read as text.
const FIRST: usize = 500;

impl Document for JsonLines {
    fn id(&self) -> &'static str {
        "jsonl"
    }

    fn title(&self) -> &'static str {
        "JSON Lines: one JSON value a line"
    }

    fn notes(&self) -> &'static str {
        "Objects are records; nested objects are flattened with dotted keys. Streamed: size costs no memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind != "text" {
            return 0;
        }
        let mut lines = head.text.lines().map(str::trim).filter(|line| !line.is_empty());
        let object =
            |line: &str| line.starts_with('{') && line.ends_with('}') && serde_json::from_str::<serde_json::Value>(line).is_ok();
        let first = lines.next().is_some_and(object);
        let second = lines.next();
        match (first, second) {
            (true, Some(second)) if object(second) || !head.whole => 97,
            (true, None) if matches!(head.extension, "jsonl" | "ndjson") => 97,
            _ => 0,
        }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let mut first: Vec<(u64, Vec<(String, String)>)> = Vec::new();
        let mut columns: HashMap<String, usize> = HashMap::new();
        let mut names: Vec<String> = Vec::new();
        let mut table: Option<TableScan<'_>> = None;
        let mut text = TextScan::new(work.engine);
        let (mut broken, mut first_broken) = (0_u64, 0);
        let engine = work.engine;
        let start = |first: &mut Vec<(u64, Vec<(String, String)>)>, names: &[String], columns: &HashMap<String, usize>| {
            let header = names.iter().map(|name| column_name(engine, name)).collect();
            let mut scan = TableScan::new(engine, Header::Given(header));
            for (number, pairs) in first.drain(..) {
                row(&mut scan, number, &pairs, columns, names.len());
            }
            scan
        };
        let outcome = decode::lines(&mut *work.bytes, |number, line| {
            if line.trim().is_empty() {
                return;
            }
            let Ok(serde_json::Value::Object(object)) = serde_json::from_str(line) else {
                broken += 1;
                if broken == 1 {
                    first_broken = number;
                }
                text.line(number, line);
                return;
            };
            let pairs = flatten(&object);
            if let Some(scan) = &mut table {
                for (key, value) in pairs.iter().filter(|(key, _)| !columns.contains_key(key)) {
                    text.line(number, &format!("{key}: {value}"));
                }
                row(scan, number, &pairs, &columns, names.len());
                return;
            }
            for (key, _) in &pairs {
                if !columns.contains_key(key) && names.len() < 512 {
                    columns.insert(key.clone(), names.len());
                    names.push(key.clone());
                }
            }
            first.push((number, pairs));
            if first.len() >= FIRST {
                table = Some(start(&mut first, &names, &columns));
            }
        });
        let scan = table.unwrap_or_else(|| start(&mut first, &names, &columns));
        let mut part = Part { kind: PartKind::Table, ..Part::default() };
        scan.finish(&mut part);
        work.parts.push(part);
        if broken > 0 {
            work.gap(
                GapKind::Malformed,
                format!("{broken} lines are not JSON, the first of them line {first_broken}: read as text"),
            );
        }
        let mut loose = Part { label: "outside the table".to_owned(), kind: PartKind::Text, ..Part::default() };
        text.finish(&mut loose);
        if !loose.tallies.is_empty() {
            work.parts.push(loose);
        }
        outcome
    }
}

fn row(scan: &mut TableScan<'_>, number: u64, pairs: &[(String, String)], columns: &HashMap<String, usize>, width: usize) {
    let mut cells = vec![""; width];
    for (key, value) in pairs {
        if let Some(slot) = columns.get(key).and_then(|index| cells.get_mut(*index)) {
            *slot = value;
        }
    }
    scan.row(number, cells.into_iter());
}

/// A flattened key as a column's name: all of it if that means something, else its last piece.
pub(crate) fn column_name(engine: &crate::detect::engine::Engine, key: &str) -> String {
    if engine.means(key) {
        return key.to_owned();
    }
    key.rsplit('.').next().unwrap_or(key).to_owned()
}
