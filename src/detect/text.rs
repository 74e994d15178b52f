//! Running text: lines in, a holding out. A short paragraph is one record; in logs and long blocks each line is one.

use super::engine::{Engine, Found, Scratch};
use super::names;
use super::partial::Partial;
use super::tally::{Holding, Place};
use crate::model::class::Identifier;
use crate::model::classset::ClassSet;
use crate::model::evidence::{ID_NAME, ID_NAME_INITIAL, IdMark, Part};
use foldhash::HashSet;
use std::collections::BTreeMap;
use std::ops::Range;

/// Lines that one record may have; a longer block is taken line by line.
const MOST_LINES: usize = 12;
/// Lines gathered before they are scanned.
const BLOCK_LINES: usize = 64;
/// Lines that a letter may have, in which one name and one number are one person's wherever they stand.
pub(super) const LETTER_LINES: u64 = 40;
/// Identifiers of a stretch that are compared one by one.
const FEW: usize = 16;
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
    /// Lines so far that are not blank.
    filled: u64,
    found: Vec<Found>,
}

impl<'a> TextScan<'a> {
    /// Begins.
    pub fn new(engine: &'a Engine) -> Self {
        Self::with(engine, engine.scratch(), Holding::default())
    }

    /// Begins a stretch of a text, to be put together with others.
    pub fn stretch(engine: &'a Engine) -> Self {
        Self::with(engine, engine.scratch(), Holding::stretch())
    }

    fn with(engine: &'a Engine, scratch: Scratch, holding: Holding) -> Self {
        let (block, lines, found) = (String::new(), Vec::new(), Vec::new());
        Self { engine, scratch, holding, block, lines, filled: 0, found }
    }

    /// Begins with working memory that was used before, to say where each match lies.
    pub(super) fn placing(engine: &'a Engine, scratch: Scratch) -> Self {
        Self::with(engine, scratch, Holding::placing())
    }

    /// Ends with the places, and the working memory for the next one.
    pub(super) fn places(mut self) -> (Vec<Place>, Scratch) {
        self.flush();
        (self.holding.places.unwrap_or_default(), self.scratch)
    }

    /// One line without its end.
    pub fn line(&mut self, number: u64, line: &str) {
        let blank = line.trim().is_empty();
        if !blank {
            self.engine.hear(line);
            self.filled += 1;
            self.holding.volume += line.trim().len() as u64;
            self.lines.push((self.block.len(), number));
            self.block.push_str(line);
            self.block.push('\n');
        }
        if blank || self.lines.len() >= BLOCK_LINES || self.block.len() >= BLOCK_BYTES {
            self.flush();
        }
    }

    /// Whatever comes next is no neighbour of what came before.
    pub fn cut(&mut self) {
        self.flush();
    }

    /// Ends a stretch; `None` where it holds more than can be told.
    pub fn partial(mut self) -> Option<Partial> {
        self.flush();
        Partial::of(self.holding, None, self.filled)
    }

    /// Ends: moves what was found into the part.
    pub fn finish(mut self, part: &mut Part) {
        self.flush();
        self.holding.finish(self.engine, part);
    }

    /// Ends a text of one piece: a short one about one person (a letter) is one record, whatever its paragraphs.
    pub fn finish_whole(mut self, part: &mut Part) {
        self.flush();
        if self.filled <= LETTER_LINES {
            self.holding.join();
        }
        self.holding.finish(self.engine, part);
    }

    /// Ends a text that stands beside so many photographs: where it is about as many people, each of them has one.
    pub fn finish_beside_photographs(mut self, photographs: usize, part: &mut Part) {
        self.flush();
        // on a page of much text a picture may be anybody's
        if self.filled <= LETTER_LINES {
            self.holding.join();
            if let Some(bit) = self.engine.bit("photograph") {
                part.photographs_by_page += self.holding.everybody_has(self.engine.with_parents(bit), photographs);
            }
        }
        self.holding.finish(self.engine, part);
    }

    fn flush(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        self.found.clear();
        self.engine.scan(&self.block, &mut self.scratch, &mut self.found);
        let short = self.lines.len() <= MOST_LINES;
        // the line that each hit is in
        let mut at = 0;
        let line_of = |hit: &Found| {
            while self.lines.get(at + 1).is_some_and(|row| row.0 <= hit.start) {
                at += 1;
            }
            at
        };
        let line: Vec<usize> = self.found.iter().map(line_of).collect();
        let ends = line.chunk_by(|a, b| a == b).scan(0, |end, lines| {
            *end += lines.len();
            Some(*end)
        });
        let mut start = 0;
        let mut groups: Vec<(Range<usize>, Own)> = Vec::new();
        for end in ends {
            groups.push((start..end, identifiers(self.engine, &self.block, self.found.get(start..end).unwrap_or(&[]))));
            start = end;
        }
        let whole = short && !one_a_line(&groups);
        self.holding.records += if whole { 1 } else { self.lines.len() as u64 };
        if whole && groups.len() > 1 {
            groups = vec![(0..self.found.len(), identifiers(self.engine, &self.block, &self.found))];
        }
        for (range, own) in groups {
            for (hit, at) in self.found.get(range.clone()).unwrap_or(&[]).iter().zip(line.get(range).unwrap_or(&[])) {
                let at = *at;
                let (start, number) = self.lines.get(at).copied().unwrap_or((0, 0));
                if self.holding.places.is_some() {
                    let (end, last) = self.lines.get(self.line_of(hit.end)).copied().unwrap_or((0, 0));
                    let hit = Found { start: hit.start - start, end: hit.end - end, ..*hit };
                    self.holding.place(Place { line: number, last, cell: 0, hit });
                }
                if hit.test {
                    self.holding.test_value(hit.bit);
                    continue;
                }
                let column = || self.block.get(start..hit.start).map_or(0, |before| before.chars().count()) as u32 + 1;
                let value = self.block.get(hit.start..hit.end).unwrap_or("");
                self.holding.matched(hit.bit, hit.confidence, number, column, value);
            }
            record_of(self.engine, own, &mut self.holding);
        }
        self.block.clear();
        self.lines.clear();
    }

    fn line_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|row| row.0 <= offset).saturating_sub(1)
    }
}

/// A distinct identifier in a stretch: its kind (a class's bit), its marks.
struct One {
    kind: u8,
    marks: Vec<IdMark>,
}

/// The distinct identifiers of a stretch, in order, and the set of everything found in it.
struct Own {
    list: Vec<One>,
    set: ClassSet,
}

fn identifiers(engine: &Engine, text: &str, hits: &[Found]) -> Own {
    let mut set = ClassSet::default();
    let mut list: Vec<One> = Vec::new();
    // a line may hold a million of them
    let mut known: HashSet<(u8, IdMark)> = HashSet::default();
    for hit in hits.iter().filter(|hit| !hit.test) {
        set = set.union(engine.with_parents(hit.bit));
        let Some(value) = text.get(hit.start..hit.end) else { continue };
        let marks = match engine.identifier(hit.bit) {
            Identifier::Number => engine.key.number(hit.bit, value.as_bytes()).into_iter().collect(),
            Identifier::Email => engine.key.email(value.as_bytes()).into_iter().collect(),
            Identifier::Name => name_marks(engine, value),
            Identifier::BirthDate | Identifier::Photo | Identifier::None => Vec::new(),
        };
        let Some(first) = marks.first() else { continue };
        let new = match list.len() {
            0..=FEW => !list.iter().any(|one| one.kind == hit.bit && one.marks.first() == Some(first)),
            _ => !known.contains(&(hit.bit, *first)),
        };
        if new {
            list.push(One { kind: hit.bit, marks });
            if list.len() > FEW {
                known.extend(list.iter().filter_map(|one| Some((one.kind, *one.marks.first()?))).skip(known.len()));
            }
        }
    }
    Own { list, set }
}

/// How many of each kind there are, by kind.
fn counts(own: &[One]) -> BTreeMap<u8, usize> {
    let mut out = BTreeMap::new();
    for one in own {
        *out.entry(one.kind).or_insert(0) += 1;
    }
    out
}

/// Whether each line of a block that names somebody names one person, by the same kinds of identifier: then lines are records.
fn one_a_line(lines: &[(Range<usize>, Own)]) -> bool {
    let mut kinds: Option<Vec<u8>> = None;
    let mut people = 0;
    for (_, own) in lines {
        let counted = counts(&own.list);
        if counted.is_empty() {
            continue;
        }
        people += 1;
        let own_kinds: Vec<u8> = counted.keys().copied().collect();
        if counted.values().any(|count| *count > 1) || kinds.as_ref().is_some_and(|kinds| *kinds != own_kinds) {
            return false;
        }
        kinds = Some(own_kinds);
    }
    people > 1
}

/// The record that hits in one stretch make.
pub(super) fn record(engine: &Engine, text: &str, hits: &[Found], holding: &mut Holding) {
    record_of(engine, identifiers(engine, text, hits), holding);
}

/// The record of a stretch. Where each kind of identifier is there as often as every other, the first of each are
/// one person, the second of each another, and so on. Where that does not come out even, only the kind that is there most often is
/// counted: whose the others are nobody can say, and nobody is to be counted twice.
fn record_of(engine: &Engine, Own { list: own, set }: Own, holding: &mut Holding) {
    let alone = |one: &One| !own.iter().any(|other| other.kind == one.kind && !std::ptr::eq(one, other));
    if own.len() <= FEW && own.iter().all(alone) {
        holding.record(set, own.into_iter().flat_map(|one| one.marks).collect());
        return;
    }
    let counted = counts(&own);
    let most = counted.values().copied().max().unwrap_or(0);
    if most <= 1 {
        holding.record(set, own.into_iter().flat_map(|one| one.marks).collect());
        return;
    }
    let even = counted.values().all(|count| *count == most);
    let strength = |kind: u8| match engine.identifier(kind) {
        Identifier::Number => 0,
        Identifier::Email => 1,
        _ => 2,
    };
    let chosen = counted.iter().filter(|row| *row.1 == most).map(|row| *row.0).min_by_key(|kind| (strength(*kind), *kind));
    let mut people: Vec<(ClassSet, Vec<IdMark>)> = vec![Default::default(); most];
    let mut next: BTreeMap<u8, usize> = BTreeMap::new();
    let mut rest = set;
    for one in own.into_iter().filter(|one| even || Some(one.kind) == chosen) {
        let index = next.entry(one.kind).or_insert(0);
        if let Some(person) = people.get_mut(*index) {
            person.0 = person.0.union(engine.with_parents(one.kind));
            person.1.extend(one.marks);
        }
        *index += 1;
        rest.0 &= !engine.with_parents(one.kind).0;
    }
    for (set, ids) in people {
        holding.record(set, ids);
    }
    // what cannot be given to one of them is still a record of its own
    holding.record(rest, Vec::new());
}

/// Marks of a name: in full, and as family name with first initial.
pub(super) fn name_marks(engine: &Engine, value: &str) -> Vec<IdMark> {
    // as a machine-readable zone writes it: `EXAMPLE<<ADA<BEA`
    let zone = value.contains("<<").then(|| value.replacen("<<", ", ", 1).replace('<', " "));
    let Some(name) = names::normal(zone.as_deref().unwrap_or(value)) else { return Vec::new() };
    marks_of(engine, &name.surname, &name.given, &name.initials)
}

/// Marks of a name whose pieces are known, normalised as [`names::normal`] does.
pub(super) fn marks_of(engine: &Engine, surname: &str, given: &str, initials: &str) -> Vec<IdMark> {
    let mut out = Vec::with_capacity(2);
    if surname.is_empty() {
        return out;
    }
    // a half of the mark for each word, so that names can be compared word by word
    let half = |word: &str| engine.half(word);
    let family = half(surname) << 32;
    let mark = |first: &str| family | half(first);
    let first = given.split_whitespace().next().unwrap_or("");
    if first.chars().count() > 1 {
        out.push(IdMark { kind: ID_NAME, mark: mark(first) });
    }
    if let Some(initial) = first.chars().next().or_else(|| initials.chars().next()) {
        out.push(IdMark { kind: ID_NAME_INITIAL, mark: mark(initial.encode_utf8(&mut [0; 4])) });
    }
    out
}
