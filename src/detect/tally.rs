//! What a part holds, while it is being read: counts, a few samples, class sets of records, and who. Bounded whatever comes.

use super::engine::{Engine, Found};
use super::mask;
use super::partial::Told;
use super::sketch::Sketch;
use crate::model::classset::ClassSet;
use crate::model::evidence::{Beyond, ID_NAME, IdMark, Part, PersonRow, Sample, SetTally, Tally};
use crate::model::rows::Packed;
use foldhash::{HashMap, HashSet};
use std::collections::BTreeMap;

/// Samples kept for a class and part.
const MOST_SAMPLES: usize = 3;
/// Distinct rows kept exactly for a part; beyond it people are counted by sketch.
pub(super) const MOST_ROWS: usize = 500_000;
/// Distinct class sets kept for a part; beyond it records are counted under the union of their classes' single sets.
const MOST_SETS: usize = 4_096;
/// Distinct rows of a stretch: what has more of them is not read in stretches.
const MOST_STRETCH_ROWS: usize = 1 << 21;

/// Where a match lies: kept only for whoever asks for places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The number of the line or row.
    pub(super) line: u64,
    /// The number of the line it ends in.
    pub(super) last: u64,
    /// The cell, in a table.
    pub(super) cell: usize,
    /// The match; it begins so many bytes into its first line (or its cell), and ends so many into its last.
    pub(super) hit: Found,
}

/// A part being filled.
#[derive(Default)]
pub(super) struct Holding {
    /// By the class's bit.
    tallies: Vec<Tally>,
    sets: HashMap<ClassSet, (u32, u64)>,
    order: Vec<PersonRow>,
    /// Where in that order each row is, by what is made of its marks; a row whose place is taken has the next one.
    rows: HashMap<u64, u32>,
    beyond: BTreeMap<u32, Sketch>,
    beyond_records: u64,
    /// How often each row came again. Only who reads a stretch of a part asks: what comes before it may leave no room for its rows.
    again: Option<Vec<u32>>,
    pub(super) records: u64,
    /// Bytes of text.
    pub(super) volume: u64,
    /// Every match with its place. An audit keeps none.
    pub(super) places: Option<Vec<Place>>,
}

impl Holding {
    /// One that keeps the place of every match.
    pub(super) fn placing() -> Self {
        Self { places: Some(Vec::new()), ..Self::default() }
    }

    /// Of a stretch of a part, to be put together with others.
    pub(super) fn stretch() -> Self {
        Self { again: Some(Vec::new()), ..Self::default() }
    }

    fn tally(&mut self, bit: u8) -> &mut Tally {
        let at = usize::from(bit);
        if self.tallies.len() <= at {
            self.tallies.resize_with(at + 1, Tally::default);
        }
        &mut self.tallies[at]
    }

    /// One match that counts. The column is asked for only if the match is kept as a sample.
    pub(super) fn matched(&mut self, bit: u8, confidence: f32, line: u64, column: impl FnOnce() -> u32, value: &str) {
        let tally = self.tally(bit);
        tally.matches += 1;
        tally.confidence = tally.confidence.max(confidence);
        if tally.samples.len() < MOST_SAMPLES {
            tally.samples.push(Sample { line, column: column(), mask: mask::shape(value), confidence });
        }
    }

    /// Where a match lies, test values too.
    pub(super) fn place(&mut self, place: Place) {
        if let Some(places) = &mut self.places {
            places.push(place);
        }
    }

    /// One documented test value.
    pub(super) fn test_value(&mut self, bit: u8) {
        self.tally(bit).test_data += 1;
    }

    /// One record's classes and identifiers.
    pub(super) fn record(&mut self, set: ClassSet, ids: Vec<IdMark>) {
        if set.is_empty() {
            return;
        }
        let full = self.sets.len() >= MOST_SETS;
        let next = self.sets.len() as u32;
        let index = match self.sets.get_mut(&set) {
            Some(entry) => {
                entry.1 += 1;
                entry.0
            }
            None if full && self.again.is_some() => {
                self.beyond_records += 1;
                return;
            }
            None if full => return self.record_first_class(set),
            None => {
                self.sets.insert(set, (next, 1));
                next
            }
        };
        if ids.is_empty() {
            return;
        }
        let mut row = PersonRow { ids, set: index };
        let place = match (self.free(&row), &mut self.again) {
            (Ok(place), _) => place,
            (Err(known), Some(again)) => {
                if let Some(times) = again.get_mut(known as usize) {
                    *times += 1;
                }
                return;
            }
            (Err(_), None) => return,
        };
        if let Some(again) = &mut self.again {
            if again.len() < MOST_STRETCH_ROWS {
                again.push(0);
                self.rows.insert(place, self.order.len() as u32);
                self.order.push(row);
            } else {
                self.beyond_records += 1;
            }
            return;
        }
        self.fresh(place, &mut row, 1);
    }

    /// A row that is not there yet, and how often it comes.
    fn fresh(&mut self, place: u64, row: &mut PersonRow, times: u64) {
        if self.order.len() < MOST_ROWS {
            self.rows.insert(place, self.order.len() as u32);
            self.order.push(PersonRow { ids: std::mem::take(&mut row.ids), set: row.set });
        } else if let Some(id) = row.ids.first() {
            self.beyond_records += times;
            self.beyond.entry(row.set).or_default().insert(id.mark);
        }
    }

    /// What a stretch holds; `None` where that is more than can be told of one.
    pub(super) fn told(self) -> Option<Told> {
        if self.beyond_records > 0 {
            return None;
        }
        let mut sets: Vec<(u32, SetTally)> =
            self.sets.into_iter().map(|(set, (index, records))| (index, SetTally { set, records })).collect();
        sets.sort_unstable_by_key(|row| row.0);
        let used = |row: &(u8, Tally)| row.1.matches > 0 || row.1.test_data > 0;
        let again = (0_u32..).zip(self.again.unwrap_or_default()).filter(|row| row.1 > 0).collect();
        Some(Told {
            tallies: (0_u8..).zip(self.tallies).filter(used).collect(),
            sets: sets.into_iter().map(|row| row.1).collect(),
            rows: Packed::of(&self.order),
            again,
            records: self.records,
            volume: self.volume,
        })
    }

    /// Adds what the next stretch holds, which so many lines come before: then this holds what reading both at once would. `false` where
    /// it does not, and all has to be read at once.
    pub(super) fn add(&mut self, told: Told, lines: u64) -> bool {
        for (bit, tally) in told.tallies {
            let own = self.tally(bit);
            own.matches += tally.matches;
            own.test_data += tally.test_data;
            own.confidence = own.confidence.max(tally.confidence);
            let room = MOST_SAMPLES.saturating_sub(own.samples.len());
            let moved = tally.samples.into_iter().map(|sample| Sample { line: sample.line.saturating_add(lines), ..sample });
            own.samples.extend(moved.take(room));
        }
        let mut moved = Vec::with_capacity(told.sets.len());
        for SetTally { set, records } in told.sets {
            let next = self.sets.len() as u32;
            let entry = self.sets.entry(set).or_insert((next, 0));
            entry.1 += records;
            moved.push(entry.0);
        }
        // beyond them records would have been counted otherwise
        if self.sets.len() > MOST_SETS {
            return false;
        }
        let (mut again, mut index) = (told.again.into_iter().peekable(), 0_u32);
        let rows = told.rows.each(|row| {
            let times = again.next_if(|known| known.0 == index).map_or(0, |known| known.1);
            index += 1;
            row.set = *moved.get(row.set as usize)?;
            if let Ok(place) = self.free(row) {
                self.fresh(place, row, u64::from(times) + 1);
            }
            Some(())
        });
        self.records += told.records;
        self.volume += told.volume;
        rows.is_some()
    }

    /// The place of a row that is not there yet; of one that is, which it is.
    fn free(&self, row: &PersonRow) -> Result<u64, u32> {
        // marks are keyed: nobody can choose them
        let mixed = |all: u64, part: u64| (all.rotate_left(7) ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut place = row.ids.iter().fold(row.set.into(), |all, id| mixed(all, id.mark ^ u64::from(id.kind)));
        while let Some(known) = self.rows.get(&place) {
            if self.order.get(*known as usize) == Some(row) {
                return Err(*known);
            }
            place = place.wrapping_add(1);
        }
        Ok(place)
    }

    /// Keeps rows anew, each once.
    fn keep(&mut self, rows: Vec<PersonRow>) {
        self.rows.clear();
        self.order.clear();
        for row in rows {
            if let Ok(place) = self.free(&row) {
                self.rows.insert(place, self.order.len() as u32);
            }
            self.order.push(row);
        }
    }

    /// Makes one record of all, if all of them are about one person: one name, a number, and no second one of any kind.
    pub(super) fn join(&mut self) {
        let mut ids: Vec<IdMark> = Vec::new();
        // few: a second one of a kind ends the search
        for id in self.order.iter().flat_map(|row| &row.ids) {
            match ids.iter().find(|known| known.kind == id.kind) {
                Some(known) if known == id => {}
                Some(_) => return,
                None => ids.push(*id),
            }
        }
        let told = ids.iter().any(|id| id.kind == ID_NAME) && ids.iter().any(|id| id.kind < 128);
        if self.order.len() < 2 || !told || self.beyond_records > 0 {
            return;
        }
        let set = self.sets.keys().fold(ClassSet::default(), |all, set| all.union(*set));
        self.sets = HashMap::from_iter([(set, (0, 1))]);
        self.keep(vec![PersonRow { ids, set: 0 }]);
    }

    /// Adds classes to everybody's record, if there are so many people. How many had not all of them before.
    pub(super) fn everybody_has(&mut self, classes: ClassSet, people: usize) -> u64 {
        if self.order.len() != people || self.beyond_records > 0 {
            return 0;
        }
        let lacking: HashSet<u32> = self.sets.iter().filter(|row| !row.0.has_all(classes)).map(|row| row.1.0).collect();
        let given = self.order.iter().filter(|row| lacking.contains(&row.set)).count() as u64;
        let told: HashSet<u32> = self.order.iter().map(|row| row.set).collect();
        let mut sets: Vec<(u32, ClassSet, u64)> =
            std::mem::take(&mut self.sets).into_iter().map(|(set, (index, records))| (index, set, records)).collect();
        sets.sort_unstable_by_key(|row| row.0);
        let mut moved: HashMap<u32, u32> = HashMap::default();
        for (index, set, records) in sets {
            let set = if told.contains(&index) { set.union(classes) } else { set };
            let next = self.sets.len() as u32;
            let entry = self.sets.entry(set).or_insert((next, 0));
            entry.1 += records;
            moved.insert(index, entry.0);
        }
        let mut rows = std::mem::take(&mut self.order);
        for row in &mut rows {
            row.set = moved.get(&row.set).copied().unwrap_or_default();
        }
        self.keep(rows);
        given
    }

    /// With thousands of different sets a part is noise: its further records count by their first class alone.
    fn record_first_class(&mut self, set: ClassSet) {
        if let Some(bit) = set.bits().next() {
            let next = self.sets.len() as u32;
            self.sets.entry(ClassSet::one(bit)).or_insert((next, 0)).1 += 1;
        }
    }

    /// Whether nothing of any class was found.
    pub(super) fn is_empty(&self) -> bool {
        self.tallies.iter().all(|tally| tally.matches == 0 && tally.test_data == 0)
    }

    /// Moves what was gathered into a part.
    pub(super) fn finish(self, engine: &Engine, part: &mut Part) {
        part.records += self.records;
        part.volume += self.volume;
        let used = |row: &(u8, Tally)| row.1.matches > 0 || row.1.test_data > 0;
        for (bit, tally) in (0_u8..).zip(self.tallies).filter(used) {
            for ancestor in engine.with_parents(bit).bits().filter(|ancestor| *ancestor != bit) {
                let above = part.tallies.entry(engine.id(ancestor).to_owned()).or_default();
                above.matches += tally.matches;
                above.test_data += tally.test_data;
                above.confidence = above.confidence.max(tally.confidence);
            }
            let own = part.tallies.entry(engine.id(bit).to_owned()).or_default();
            own.matches += tally.matches;
            own.test_data += tally.test_data;
            own.confidence = own.confidence.max(tally.confidence);
            let room = MOST_SAMPLES.saturating_sub(own.samples.len());
            own.samples.extend(tally.samples.into_iter().take(room));
        }
        let mut sets: Vec<(u32, SetTally)> =
            self.sets.into_iter().map(|(set, (index, records))| (index, SetTally { set, records })).collect();
        sets.sort_by_key(|row| row.0);
        let base = part.sets.len() as u32;
        part.sets.extend(sets.into_iter().map(|row| row.1));
        part.rows.extend(self.order.into_iter().map(|mut row| {
            row.set += base;
            row
        }));
        if self.beyond_records > 0 {
            let beyond = part.beyond.get_or_insert_with(Beyond::default);
            beyond.records += self.beyond_records;
            beyond.sketches.extend(self.beyond.into_iter().map(|(set, sketch)| (set + base, sketch.to_text())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Holding, MOST_ROWS, MOST_SETS};
    use crate::model::classset::ClassSet;
    use crate::model::evidence::IdMark;

    fn ids(person: usize) -> Vec<IdMark> {
        vec![IdMark { kind: 200, mark: (person as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) }]
    }

    /// People who come again, across the exact bound and behind it; sets that appear late.
    fn record(holding: &mut Holding, at: usize) {
        let person = if at.is_multiple_of(7) { at / 2 } else { at };
        let set = ClassSet::one(u8::try_from(person % 3).unwrap_or(0));
        let set = if at > 700_100 { set.union(ClassSet::one(9)) } else { set };
        holding.records += 1;
        holding.matched(1, 0.5, at as u64 + 1, || 1, "x");
        holding.record(set, if at.is_multiple_of(11) { Vec::new() } else { ids(person) });
    }

    #[test]
    fn stretches_joined_hold_what_one_reading_does_beyond_the_exact_bound_too() {
        let all = MOST_ROWS + 300_000;
        let mut whole = Holding::default();
        (0..all).for_each(|at| record(&mut whole, at));
        let mut joined = Holding::default();
        for from in (0..all).step_by(170_000) {
            let mut stretch = Holding::stretch();
            (from..(from + 170_000).min(all)).for_each(|at| {
                let person = at - from;
                record(&mut stretch, at);
                // samples say where in the stretch they are
                if person < 3
                    && let Some(sample) = stretch.tally(1).samples.last_mut()
                {
                    sample.line = person as u64 + 1;
                }
            });
            let Some(told) = stretch.told() else { panic!("too much") };
            let packed = crate::model::binary::write(&told, Vec::new()).unwrap_or_default();
            let Some(told) = crate::model::binary::read(&packed) else { panic!("not read back") };
            assert!(joined.add(told, from as u64));
        }
        assert!(whole.beyond_records > 10_000 && whole.beyond.len() > 3);
        assert!(joined.tallies == whole.tallies && joined.sets == whole.sets && joined.order == whole.order);
        assert!(joined.beyond == whole.beyond && joined.beyond_records == whole.beyond_records);
        assert_eq!((joined.records, joined.volume), (whole.records, whole.volume));
    }

    #[test]
    fn more_sets_than_are_kept_are_not_joined() {
        let mut stretch = Holding::stretch();
        for set in 1..=MOST_SETS + 1 {
            stretch.record(ClassSet(set as u128), Vec::new());
        }
        assert!(stretch.told().is_none());
        let half = |from: usize| {
            let mut stretch = Holding::stretch();
            (from..from + 3_000).for_each(|set| stretch.record(ClassSet(set as u128), Vec::new()));
            stretch.told()
        };
        let (Some(one), Some(other)) = (half(1), half(2_900)) else { panic!("too much") };
        let mut joined = Holding::default();
        assert!(joined.add(one, 0) && !joined.add(other, 0));
    }
}
