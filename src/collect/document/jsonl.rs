//! JSON Lines: one value a line. Streamed; objects are rows of a table whose columns are the keys of the first ones.

use super::{Document, Head, Work};
use crate::collect::pieces::{Piece, Reading, Stretches, Whole};
use crate::collect::records::flatten;
use crate::collect::{decode, stretch};
use crate::detect::engine::Engine;
use crate::detect::table::{Header, TableScan};
use crate::detect::text::TextScan;
use crate::model::evidence::{Gap, GapKind, Part, PartKind};
use encoding_rs::Encoding;
use std::cell::Cell;
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
        let mut lines = Lines::new(work.engine, TextScan::new(work.engine));
        let outcome = decode::lines_until(&mut *work.bytes, 0, &Cell::new(u64::MAX), |number, line, marked| {
            lines.line(number, line, marked);
        });
        let scan = lines.table();
        let mut part = Part { kind: PartKind::Table, ..Part::default() };
        scan.finish(&mut part);
        work.parts.push(part);
        work.gaps.extend(broken(lines.broken));
        let mut loose = loose();
        lines.text.finish(&mut loose);
        if !loose.tallies.is_empty() {
            work.parts.push(loose);
        }
        outcome.map(|_| ())
    }

    fn stretches(&self) -> Option<&dyn Stretches> {
        Some(self)
    }
}

impl Stretches for JsonLines {
    fn takes(&self, head: &Head<'_>, encoding: &'static Encoding) -> bool {
        stretch::lines_are_plain(head, encoding)
    }

    fn read(&self, reading: &Reading<'_>) -> std::io::Result<Option<Piece>> {
        let engine = reading.engine;
        // what the columns are is decided by the beginning of the file, whichever piece is read
        let (mut first, mut window, until) =
            (Lines::new(engine, TextScan::new(engine)), reading.window(0, reading.size)?, Cell::new(u64::MAX));
        let end = decode::lines_until(&mut window, 0, &until, |number, line, marked| {
            first.line(number, line, marked);
            if first.table.is_some() {
                until.set(0);
            }
        })?;
        // they are read otherwise than later ones, which is the business of the first piece
        let early = end.map_or(reading.size, |end| end.offset);
        if !window.is_plain() || reading.from > 0 && early > reading.from {
            return Ok(None);
        }
        let Some(begins) = stretch::first_line(reading)? else { return Ok(Some(Piece::empty(reading, true))) };
        let mut scan = first.table();
        scan.stretch(reading.from == 0);
        let early = if reading.from == 0 { FIRST } else { 0 };
        let mut own =
            Lines { table: Some(scan), text: TextScan::stretch(engine), first: Vec::new(), broken: (0, 0), early, ..first };
        let read = stretch::lines(reading, begins, |number, line, marked| own.line(number, line, marked))?;
        let Some((next, lines)) = read else { return Ok(None) };
        let mut part = Part { kind: PartKind::Table, ..Part::default() };
        let table = own.table().partial(&mut part);
        let (Some(table), Some(text)) = (table, own.text.partial()) else { return Ok(None) };
        let parts = if reading.from == 0 { vec![part, loose()] } else { Vec::new() };
        let (holds, strange) = (vec![table, text], own.broken);
        Ok(Some(Piece { begins: Some(begins), sure: true, next, lines, parts, holds, strange }))
    }

    fn find(&self, reading: &Reading<'_>) -> std::io::Result<Option<u64>> {
        stretch::line_behind(reading)
    }

    fn finish(&self, whole: Whole, engine: &Engine) -> (Vec<Part>, Vec<Gap>) {
        let mut parts = Vec::new();
        for (mut part, joined) in whole.parts.into_iter().zip(whole.holds) {
            joined.finish(engine, &mut part);
            if part.kind == PartKind::Table || !part.tallies.is_empty() {
                parts.push(part);
            }
        }
        (parts, broken(whole.strange).into_iter().collect())
    }
}

/// What stands in no column.
fn loose() -> Part {
    Part { label: "outside the table".to_owned(), kind: PartKind::Text, ..Part::default() }
}

/// Lines that are not JSON, how many and the first.
fn broken((lines, first): (u64, u64)) -> Option<Gap> {
    let reason = || format!("{lines} lines are not JSON, the first of them line {first}: read as text");
    (lines > 0).then(|| Gap { at: String::new(), kind: GapKind::Malformed, reason: reason() })
}

/// Lines being read.
struct Lines<'a> {
    engine: &'a Engine,
    first: Vec<(u64, Vec<(String, String)>)>,
    columns: HashMap<String, usize>,
    names: Vec<String>,
    table: Option<TableScan<'a>>,
    /// What stands in no column.
    text: TextScan<'a>,
    /// How many lines are no objects, and the first of them.
    broken: (u64, u64),
    /// So many objects are among those whose keys made the columns.
    early: usize,
}

impl<'a> Lines<'a> {
    fn new(engine: &'a Engine, text: TextScan<'a>) -> Self {
        let (first, columns, names) = (Vec::new(), HashMap::new(), Vec::new());
        Self { engine, first, columns, names, table: None, text, broken: (0, 0), early: 0 }
    }

    fn line(&mut self, number: u64, line: &str, marked: bool) {
        if !line.trim().is_empty() {
            self.filled(number, line);
        }
        if marked {
            self.text.cut();
        }
    }

    fn filled(&mut self, number: u64, line: &str) {
        let Ok(serde_json::Value::Object(object)) = serde_json::from_str(line) else {
            self.broken.0 += 1;
            if self.broken.0 == 1 {
                self.broken.1 = number;
            }
            self.text.line(number, line);
            return;
        };
        let pairs = flatten(&object);
        if let Some(scan) = &mut self.table {
            if self.early > 0 {
                self.early -= 1;
            } else {
                for (key, value) in pairs.iter().filter(|(key, _)| !self.columns.contains_key(key)) {
                    self.text.line(number, &format!("{key}: {value}"));
                }
            }
            row(scan, number, &pairs, &self.columns, self.names.len());
            return;
        }
        for (key, _) in &pairs {
            if !self.columns.contains_key(key) && self.names.len() < 512 {
                self.columns.insert(key.clone(), self.names.len());
                self.names.push(key.clone());
            }
        }
        self.first.push((number, pairs));
        if self.first.len() >= FIRST {
            self.table = Some(self.table());
        }
    }

    /// The table, with what was read of it before its columns were known.
    fn table(&mut self) -> TableScan<'a> {
        self.table.take().unwrap_or_else(|| {
            let header = self.names.iter().map(|name| column_name(self.engine, name)).collect();
            let mut scan = TableScan::new(self.engine, Header::Given(header));
            for (number, pairs) in self.first.drain(..) {
                row(&mut scan, number, &pairs, &self.columns, self.names.len());
            }
            scan
        })
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
