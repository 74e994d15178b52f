//! Running text: lines in, a holding out. A short paragraph is one record; in logs and long blocks each line is one.

use super::engine::{Engine, Found, Scratch};
use super::names;
use super::tally::Holding;
use crate::model::class::Identifier;
use crate::model::classset::ClassSet;
use crate::model::evidence::{ID_NAME, ID_NAME_INITIAL, IdMark, Part};
use std::collections::BTreeMap;

/// Lines that one record may have; a longer block is taken line by line.
const MOST_LINES: usize = 12;
/// Lines gathered before they are scanned.
const BLOCK_LINES: usize = 64;
/// Bytes gathered before they are scanned.
const BLOCK_BYTES: usize = 16 << 10;

/// A text part being read.
pub struct TextScan<'a> {
    engine: &'a Engine,
    scratch: Scratch,
    holding: Holding,
    block: String,
    /// Where each line of the block begins, and its number.
    lines: Vec<(usize, u64)>,
    found: Vec<Found>,
}

impl<'a> TextScan<'a> {
    /// Begins.
    pub fn new(engine: &'a Engine) -> Self {
        Self {
            engine,
            scratch: engine.scratch(),
            holding: Holding::default(),
            block: String::new(),
            lines: Vec::new(),
            found: Vec::new(),
        }
    }

    /// One line without its end.
    pub fn line(&mut self, number: u64, line: &str) {
        let blank = line.trim().is_empty();
        if !blank {
            self.lines.push((self.block.len(), number));
            self.block.push_str(line);
            self.block.push('\n');
        }
        if blank || self.lines.len() >= BLOCK_LINES || self.block.len() >= BLOCK_BYTES {
            self.flush();
        }
    }

    /// Whether anything was found so far.
    pub fn finish(mut self, part: &mut Part) {
        self.flush();
        self.holding.finish(self.engine, part);
    }

    fn flush(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        self.found.clear();
        self.engine.scan(&self.block, &mut self.scratch, &mut self.found);
        let whole = self.lines.len() <= MOST_LINES;
        self.holding.records += if whole { 1 } else { self.lines.len() as u64 };
        let mut first = 0;
        while first < self.found.len() {
            let line = self.found.get(first).map_or(0, |hit| self.line_of(hit.start));
            let same = |hit: &Found| whole || self.line_of(hit.start) == line;
            let last = self.found.iter().skip(first).position(|hit| !same(hit)).map_or(self.found.len(), |n| first + n);
            let hits = self.found.get(first..last).unwrap_or(&[]);
            for hit in hits {
                if hit.test {
                    self.holding.test_value(hit.bit);
                    continue;
                }
                let at = self.line_of(hit.start);
                let (start, number) = self.lines.get(at).copied().unwrap_or((0, 0));
                let column = self.block.get(start..hit.start).map_or(0, |before| before.chars().count()) as u32 + 1;
                let value = self.block.get(hit.start..hit.end).unwrap_or("");
                self.holding.matched(hit.bit, hit.confidence, number, column, value);
            }
            record(self.engine, &self.block, hits, &mut self.holding);
            first = last;
        }
        self.block.clear();
        self.lines.clear();
    }

    fn line_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|row| row.0 <= offset).saturating_sub(1)
    }
}

/// The record that hits in one stretch make. Two values of the same kind of identifier are two people, of whom the record does
/// not say which else is whose: each gets a row of its own.
pub(super) fn record(engine: &Engine, text: &str, hits: &[Found], holding: &mut Holding) {
    let mut set = ClassSet::default();
    let mut by_kind: BTreeMap<u8, Vec<(IdMark, u8)>> = BTreeMap::new();
    let mut names_found: Vec<(Vec<IdMark>, u8)> = Vec::new();
    for hit in hits.iter().filter(|hit| !hit.test) {
        set = set.union(engine.with_parents(hit.bit));
        let Some(value) = text.get(hit.start..hit.end) else { continue };
        match engine.identifier(hit.bit) {
            Identifier::Number => {
                if let Some(id) = engine.key.number(hit.bit, value.as_bytes()) {
                    push_new(by_kind.entry(hit.bit).or_default(), (id, hit.bit));
                }
            }
            Identifier::Email => {
                if let Some(id) = engine.key.email(value.as_bytes()) {
                    push_new(by_kind.entry(hit.bit).or_default(), (id, hit.bit));
                }
            }
            Identifier::Name => {
                let marks = name_marks(engine, value);
                if !marks.is_empty() && !names_found.iter().any(|known| known.0 == marks) {
                    names_found.push((marks, hit.bit));
                }
            }
            Identifier::BirthDate | Identifier::Photo | Identifier::None => {}
        }
    }
    let several = names_found.len() > 1 || by_kind.values().any(|ids| ids.len() > 1);
    if !several {
        let mut ids: Vec<IdMark> = by_kind.into_values().flatten().map(|row| row.0).collect();
        ids.extend(names_found.into_iter().flat_map(|row| row.0));
        holding.record(set, ids);
        return;
    }
    // what cannot be given to one of them is still a record of its own
    let mut rest = set;
    for (id, bit) in by_kind.into_values().flatten() {
        rest.0 &= !engine.with_parents(bit).0;
        holding.record(engine.with_parents(bit), vec![id]);
    }
    for (marks, bit) in names_found {
        rest.0 &= !engine.with_parents(bit).0;
        holding.record(engine.with_parents(bit), marks);
    }
    holding.record(rest, Vec::new());
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// Marks of a name: in full, and as family name with first initial.
pub(super) fn name_marks(engine: &Engine, value: &str) -> Vec<IdMark> {
    let Some(name) = names::normal(value) else { return Vec::new() };
    marks_of(engine, &name.surname, &name.given, &name.initials)
}

/// Marks of a name whose pieces are known, normalised as [`names::normal`] does.
pub(super) fn marks_of(engine: &Engine, surname: &str, given: &str, initials: &str) -> Vec<IdMark> {
    let mut out = Vec::with_capacity(2);
    if surname.is_empty() {
        return out;
    }
    let first = given.split_whitespace().next().unwrap_or("");
    if first.chars().count() > 1 {
        out.push(IdMark { kind: ID_NAME, mark: engine.key.mark(b"name", format!("{surname}\0{first}").as_bytes()) });
    }
    if let Some(initial) = first.chars().next().or_else(|| initials.chars().next()) {
        out.push(IdMark { kind: ID_NAME_INITIAL, mark: engine.key.mark(b"initial", format!("{surname}\0{initial}").as_bytes()) });
    }
    out
}
