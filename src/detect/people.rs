//! Rows into persons. Strong identifiers tie rows together wherever they lie, the strongest first, and only what does not
//! contradict itself; an address that several people share, or a common name, ties nobody. What is ambiguous is never counted as
//! a further person: the total is a floor, not a guess.

use super::number::{self, strength};
use super::sketch::{ERROR, Sketch};
use super::ties::{Rule, Ties, is_name, is_strong};
use crate::model::classset::ClassSet;
use crate::model::evidence::{
    Evidence, ID_DIGITS, ID_EMAIL, ID_HINT_NAME, ID_HINT_NUMBER, ID_NAME, ID_NAME_BIRTH, ID_NAME_INITIAL, IdMark,
};
use crate::model::people::{Estimate, PeopleIndex, PersonAt};
use foldhash::{HashMap, HashSet};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Partners of one other kind that an identifier may have before it is taken for shared (a department's number).
const MOST_PARTNERS: usize = 3;

/// A row of the evidence.
pub(super) struct Row<'a> {
    artifact: u32,
    part: u32,
    set: ClassSet,
    /// Its identifiers, in the form that all rows share; marks of digits, which have served their purpose, may be among them.
    pub(super) ids: Cow<'a, [IdMark]>,
}

/// Rows of a whole delivery that are kept exactly; beyond it people are counted by sketch.
pub const MOST_ROWS: usize = 3_000_000;

/// Keeps the first rows of a delivery exactly, in the order of the evidence, and turns those beyond the bound into sketches.
pub fn bound(evidence: &mut Evidence, most: usize) {
    let classes = &evidence.classes;
    let mut room = most;
    for part in evidence.artifacts.telling_mut().flat_map(|artifact| &mut artifact.parts) {
        let over = part.rows.split_off(room.min(part.rows.len()));
        room -= part.rows.len();
        if over.is_empty() {
            continue;
        }
        let beyond = part.beyond.get_or_insert_default();
        beyond.records += over.len() as u64;
        let mut sketches: BTreeMap<u32, Sketch> = BTreeMap::new();
        for row in &over {
            let named = row.ids.iter().filter(|id| !matches!(id.kind, ID_HINT_NAME | ID_HINT_NUMBER | ID_DIGITS));
            let rank = |id: &&IdMark| strength(id.kind, classes.get(usize::from(id.kind)).map_or("", String::as_str));
            if let Some(best) = named.min_by_key(rank) {
                sketches.entry(row.set).or_default().insert(best.mark);
            }
        }
        for (set, mut sketch) in sketches {
            let text = beyond.sketches.entry(set).or_default();
            if let Some(known) = Sketch::from_text(text) {
                sketch.merge(&known);
            }
            *text = sketch.to_text();
        }
    }
}

/// Finds the persons of the evidence.
pub fn resolve(evidence: &Evidence) -> PeopleIndex {
    let (mut rows, further) = rows(evidence);
    number::settle(&mut rows, &evidence.classes);
    let strengths: Vec<u8> = (0..=u8::MAX).map(|kind| strength(kind, class(evidence, kind))).collect();
    let rank = |kind: u8| (strengths.get(usize::from(kind)).copied().unwrap_or(u8::MAX), kind);
    let again = Again::of(&rows);
    let shared = shared(&rows, &again, evidence);
    let mut ties = Ties::new(&rows, &shared, &evidence.classes);

    // 1. numbers, the strongest kind first; those that many share last
    let mut kinds: Vec<u8> = again.ids.iter().filter(|id| is_strong(id)).map(|id| id.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.sort_by_key(|kind| rank(*kind));
    for kind in &kinds {
        tie(&again, &mut ties, Rule::of(class(evidence, *kind)), &|id| id.kind == *kind && !shared.contains(id));
    }
    tie(&again, &mut ties, Rule::Shared, &|id| shared.contains(id));
    // 2. addresses, then names with birth dates
    for kind in [ID_EMAIL, ID_NAME_BIRTH] {
        tie(&again, &mut ties, Rule::Address, &|id| id.kind == kind);
    }
    // 3. bare names: only where exactly one person answers to it
    let owner = names(&rows, &mut ties);
    // ordinals in the order of first appearance
    let mut out = PeopleIndex::default();
    let mut ordinal: Vec<Option<u32>> = vec![None; rows.len()];
    let mut strongest: Vec<(u8, u64)> = Vec::new();
    out.rows.reserve_exact(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let Some(node) = owner.get(index).copied().flatten() else { continue };
        let root = ties.root(node);
        let Some(slot) = ordinal.get_mut(root as usize) else { continue };
        let person = *slot.get_or_insert_with(|| {
            out.exact += 1;
            out.exact - 1
        });
        out.rows.push(PersonAt { artifact: row.artifact, part: row.part, person, set: row.set });
        if further.is_empty() {
            continue;
        }
        let ids = row.ids.iter().filter(|id| id.kind != ID_DIGITS);
        if let Some(best) = ids.map(|id| (rank(id.kind).0, id.mark)).min_by_key(|best| best.0) {
            match strongest.get_mut(person as usize) {
                None => strongest.push(best),
                Some(known) if best.0 < known.0 => *known = best,
                Some(_) => {}
            }
        }
    }
    beyond(evidence, &further, &strongest, &mut out);
    out
}

fn class(evidence: &Evidence, kind: u8) -> &str {
    evidence.classes.get(usize::from(kind)).map_or("", String::as_str)
}

/// All rows, and the artifacts in which somebody is beyond the exact bound.
fn rows(evidence: &Evidence) -> (Vec<Row<'_>>, Vec<u32>) {
    let (mut out, mut further) = (Vec::new(), Vec::new());
    for (artifact, entry) in evidence.artifacts.telling() {
        if entry.parts.iter().any(|part| part.beyond.is_some()) {
            further.push(artifact);
        }
        for (part, content) in entry.parts.iter().enumerate() {
            for row in &content.rows {
                let set = content.sets.get(row.set as usize).map(|tally| tally.set).unwrap_or_default();
                out.push(Row { artifact, part: part as u32, set, ids: Cow::Borrowed(&row.ids) });
            }
        }
    }
    (out, further)
}

/// Whether rows with an identifier may be about one person.
fn ties(id: &IdMark) -> bool {
    is_strong(id) || matches!(id.kind, ID_EMAIL | ID_NAME_BIRTH)
}

/// Which identifiers were met more than once: all that were, and one in ten or so of those that were not.
struct Met {
    /// Two bits for each of a power of two of places, which identifiers share.
    places: Vec<u64>,
}

impl Met {
    /// For so many.
    fn of(many: usize) -> Self {
        // eight to sixteen places for each
        Self { places: vec![0; many.saturating_mul(8).div_ceil(32).next_power_of_two()] }
    }

    /// Where an identifier's two bits are: marks are as good as random.
    fn place(&self, id: &IdMark) -> (usize, u32) {
        let mixed = (id.mark ^ u64::from(id.kind)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((mixed >> 24) as usize & (self.places.len() - 1), ((mixed >> 59) as u32) * 2)
    }

    fn add(&mut self, id: &IdMark) {
        let (word, bit) = self.place(id);
        if let Some(word) = self.places.get_mut(word) {
            let once = *word >> bit & 1;
            *word |= (1 | once << 1) << bit;
        }
    }

    fn is_again(&self, id: &IdMark) -> bool {
        let (word, bit) = self.place(id);
        self.places.get(word).is_some_and(|word| word >> bit & 2 != 0)
    }
}

/// The identifiers by which rows can be tied that stand in several rows, in the order of their first appearance.
struct Again {
    ids: Vec<IdMark>,
    /// Where the rows of each begin in `rows`, and where those of the last end.
    begins: Vec<u32>,
    rows: Vec<u32>,
}

impl Again {
    fn of(rows: &[Row<'_>]) -> Self {
        let all = || (0_u32..).zip(rows).flat_map(|row| row.1.ids.iter().filter(|id| ties(id)).map(move |id| (row.0, *id)));
        let mut met = Met::of(all().count());
        all().for_each(|row| met.add(&row.1));
        // millions of numbers stand in one row, and are not remembered one by one
        let every = || all().filter(|row| met.is_again(&row.1));
        // each is looked up once, however often it is needed
        let mut known: HashMap<IdMark, u32> = HashMap::default();
        let mut times: Vec<(IdMark, u32)> = Vec::new();
        let mut slots: Vec<u32> = Vec::new();
        for (_, id) in every() {
            let slot = *known.entry(id).or_insert_with(|| {
                times.push((id, 0));
                times.len() as u32 - 1
            });
            if let Some(entry) = times.get_mut(slot as usize) {
                entry.1 += 1;
            }
            slots.push(slot);
        }
        drop(known);
        let mut out = Self { ids: Vec::new(), begins: vec![0], rows: Vec::new() };
        // where the next row of each goes; those that stand in one row nobody needs
        let mut next: Vec<Option<u32>> = Vec::with_capacity(times.len());
        let mut end = 0;
        for (id, times) in &times {
            next.push((*times > 1).then_some(end));
            if *times > 1 {
                out.ids.push(*id);
                end += times;
                out.begins.push(end);
            }
        }
        out.rows.resize(end as usize, 0);
        for ((row, _), slot) in every().zip(slots) {
            if let Some(Some(at)) = next.get_mut(slot as usize) {
                if let Some(place) = out.rows.get_mut(*at as usize) {
                    *place = row;
                }
                *at += 1;
            }
        }
        out
    }

    /// Each with its rows.
    fn all(&self) -> impl Iterator<Item = (IdMark, &[u32])> {
        let ranges = self.begins.iter().zip(self.begins.iter().skip(1));
        self.ids.iter().copied().zip(ranges.map(|(from, to)| self.rows.get(*from as usize..*to as usize).unwrap_or(&[])))
    }
}

/// Identifiers that stand beside many others of one kind: not one person's. Somebody may well have many payment cards.
fn shared(rows: &[Row<'_>], again: &Again, evidence: &Evidence) -> HashSet<IdMark> {
    let cards: Vec<bool> = (0..=u8::MAX).map(|kind| class(evidence, kind) == "payment_card").collect();
    let is_card = |kind: u8| cards.get(usize::from(kind)) == Some(&true);
    let beside_many = |id: IdMark, own: &mut dyn Iterator<Item = &Row<'_>>| {
        // there are few kinds: of each the first partners
        let mut partners: Vec<(u8, usize, [u64; MOST_PARTNERS])> = Vec::new();
        for other in own.flat_map(|row| row.ids.iter()).filter(|b| is_strong(b) && b.kind != id.kind && !is_card(b.kind)) {
            let at = partners.iter().position(|row| row.0 == other.kind).unwrap_or_else(|| {
                partners.push((other.kind, 0, [0; MOST_PARTNERS]));
                partners.len() - 1
            });
            let Some((_, known, list)) = partners.get_mut(at) else { continue };
            if !list.iter().take(*known).any(|mark| *mark == other.mark) {
                match list.get_mut(*known) {
                    Some(slot) => *slot = other.mark,
                    None => return true,
                }
                *known += 1;
            }
        }
        false
    };
    // what stands in few rows, beside one number of a kind in each, cannot stand beside many
    let several = |row: &&Row<'_>| {
        row.ids.iter().enumerate().any(|(at, id)| is_strong(id) && row.ids.iter().skip(at + 1).any(|other| other.kind == id.kind))
    };
    let mut alone: HashSet<IdMark> =
        rows.iter().filter(several).flat_map(|row| row.ids.iter()).filter(|id| is_strong(id)).copied().collect();
    let mut out = HashSet::default();
    for (id, places) in again.all().filter(|entry| is_strong(&entry.0)) {
        let asked = alone.remove(&id) || places.len() > MOST_PARTNERS;
        if asked && beside_many(id, &mut places.iter().filter_map(|row| rows.get(*row as usize))) {
            out.insert(id);
        }
    }
    // and those that stand in one row
    for row in rows.iter().filter(several) {
        for id in row.ids.iter().filter(|id| alone.contains(id)) {
            if beside_many(*id, &mut std::iter::once(row)) {
                out.insert(*id);
            }
        }
    }
    out
}

/// Ties rows by the identifiers that are asked for.
fn tie(again: &Again, ties: &mut Ties<'_>, rule: Rule, asked: &dyn Fn(&IdMark) -> bool) {
    let mut asked: Vec<(IdMark, &[u32])> = again.all().filter(|entry| asked(&entry.0)).collect();
    // by rows: the order of two numbers of one kind in a row is the key's, and nothing may depend on it
    asked.sort_by(|a, b| a.1.cmp(b.1));
    for (id, list) in asked {
        ties.tie(id, list, rule);
    }
}

/// Whose each row is: its own, or of the one person whom its bare name names.
fn names(rows: &[Row<'_>], persons: &mut Ties<'_>) -> Vec<Option<u32>> {
    let anchored = |row: &Row<'_>| row.ids.iter().any(ties);
    let mut owner: Vec<Option<u32>> = vec![None; rows.len()];
    // who answers to a name is asked only for rows that have nothing better; in a register all have
    let asked = rows.iter().filter(|row| !anchored(row)).flat_map(|row| row.ids.iter()).filter_map(|id| match id.kind {
        ID_HINT_NAME => Some(IdMark { kind: ID_NAME, mark: id.mark }),
        _ => Some(*id).filter(is_name),
    });
    let mut called: HashMap<IdMark, Vec<u32>> = asked.map(|id| (id, Vec::new())).collect();
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| anchored(row)) {
        let root = persons.root(index as u32);
        if let Some(slot) = owner.get_mut(index) {
            *slot = Some(root);
        }
        for id in row.ids.iter().filter(|id| is_name(id)) {
            let Some(list) = called.get_mut(id) else { continue };
            if !list.contains(&root) && list.len() < 3 {
                list.push(root);
            }
        }
    }
    for pass in [ID_NAME, ID_NAME_INITIAL] {
        for (index, row) in rows.iter().enumerate() {
            let Some(slot) = owner.get_mut(index).filter(|slot| slot.is_none()) else { continue };
            let of = |kind: u8| row.ids.iter().find(|id| id.kind == kind).copied();
            let (full, initial) = (of(ID_NAME), of(ID_NAME_INITIAL));
            let id = if pass == ID_NAME { full } else { initial.filter(|_| full.is_none()) };
            let Some(id) = id else { continue };
            *slot = match called.get(&id).map(Vec::as_slice) {
                None | Some([]) => {
                    let node = index as u32;
                    called.entry(id).or_default().push(node);
                    if let Some(initial) = initial.filter(|_| pass == ID_NAME) {
                        let list = called.entry(initial).or_default();
                        if list.len() < 3 {
                            list.push(node);
                        }
                    }
                    Some(node)
                }
                Some([one]) => Some(*one),
                Some(_) => None,
            };
        }
    }
    // files named by a name: of whoever is called so elsewhere
    for (row, slot) in rows.iter().zip(&mut owner).filter(|row| row.1.is_none()) {
        let mut found = Vec::new();
        for hint in row.ids.iter().filter(|id| id.kind == ID_HINT_NAME) {
            found.extend(called.get(&IdMark { kind: ID_NAME, mark: hint.mark }).into_iter().flatten().copied());
        }
        *slot = found.first().copied().filter(|_| found.len() == 1);
    }
    owner
}

/// What lies beyond the exact bound. Who is beyond it in one part may be known exactly in another, so that all are counted
/// together as soon as one part goes beyond it.
fn beyond(evidence: &Evidence, further: &[u32], strongest: &[(u8, u64)], out: &mut PeopleIndex) {
    let mut all = Sketch::default();
    let mut any = false;
    for &artifact in further {
        let Some(entry) = evidence.artifacts.get(artifact as usize) else { continue };
        for (part, content) in entry.parts.iter().enumerate() {
            let Some(beyond) = &content.beyond else { continue };
            for (set, text) in &beyond.sketches {
                let Some(sketch) = Sketch::from_text(text) else { continue };
                any = true;
                all.merge(&sketch);
                let set = content.sets.get(*set as usize).map(|tally| tally.set).unwrap_or_default();
                out.beyond.push(Estimate { artifact, part: part as u32, set, people: sketch.estimate() });
            }
        }
    }
    if any {
        for (_, mark) in strongest {
            all.insert(*mark);
        }
        out.beyond_total = all.estimate().saturating_sub(u64::from(out.exact));
        out.error = ERROR;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::evidence::{Artifact, Encryption, Part, PersonRow, Read, SetTally};

    fn part(numbers: impl Iterator<Item = u64>) -> Part {
        let set = SetTally { set: ClassSet::one(0), records: 1 };
        let rows =
            numbers.map(|n| PersonRow { ids: vec![IdMark { kind: 0, mark: n.wrapping_mul(0x9e37_79b9_7f4a_7c15) }], set: 0 });
        Part { sets: vec![set], rows: rows.collect(), ..Part::default() }
    }

    fn evidence(parts: Vec<Part>) -> Evidence {
        let artifact = Artifact {
            number: 1,
            path: String::new(),
            masked: None,
            folder: 1,
            kind: "csv".into(),
            extension_matches: true,
            size: 1,
            modified: 0,
            mode: None,
            owner: None,
            digest: None,
            mark: 1,
            encryption: Encryption::default(),
            opened: None,
            read: Read::Full,
            parts,
            gaps: Vec::new(),
        };
        Evidence {
            schema: String::new(),
            tool: String::new(),
            detectors: String::new(),
            classes: vec!["warrant_number".to_owned()],
            artifacts: vec![artifact].into(),
            gaps: Vec::new(),
            manifest: None,
            products: BTreeMap::new(),
            asked: BTreeMap::new(),
            resources: Vec::new(),
            delivery: None,
        }
    }

    #[test]
    fn whatever_stands_in_several_rows_is_found_and_nothing_else() {
        for many in [0, 1, 2, 300, 5_000] {
            // a third of them twice, some in one row, marks alike in all bits but the lowest
            let id = |n: u64| IdMark { kind: (n % 3) as u8, mark: n / 3 };
            let ids: Vec<IdMark> = (0..many).map(id).chain((0..many).filter(|n| n % 3 == 1).map(id)).collect();
            let rows: Vec<Row<'_>> = ids
                .chunks(4)
                .map(|ids| Row { artifact: 0, part: 0, set: ClassSet::default(), ids: Cow::Borrowed(ids) })
                .collect();
            let again = Again::of(&rows);
            let expected: Vec<IdMark> = (0..many).filter(|n| n % 3 == 1).map(id).collect();
            assert_eq!(again.ids, expected, "{many}");
            for (id, places) in again.all() {
                let own: Vec<u32> =
                    (0_u32..).zip(&rows).flat_map(|row| row.1.ids.iter().filter(|own| **own == id).map(move |_| row.0)).collect();
                assert_eq!(places, own);
            }
        }
    }

    #[test]
    fn beyond_the_bound_the_same_people_are_estimated_once() {
        let parts = || vec![part(1..=6_000), part((1..=6_000).rev()), part(100..=300)];
        let mut exact = evidence(parts());
        bound(&mut exact, 20_000);
        let people = resolve(&exact);
        assert_eq!((people.total(), people.error > 0.0), (6_000, false));
        for most in [4_000, 9_000, 0] {
            let mut bounded = evidence(parts());
            bound(&mut bounded, most);
            assert_eq!(
                bounded
                    .artifacts
                    .iter()
                    .next()
                    .map_or(&[][..], |one| &one.parts)
                    .iter()
                    .map(|part| part.rows.len())
                    .sum::<usize>(),
                most
            );
            let people = resolve(&bounded);
            let off = (people.total() as f64 - 6_000.0).abs() / 6_000.0;
            assert!(off < 4.0 * people.error && people.error > 0.0, "{most}: {}", people.total());
        }
    }
}
