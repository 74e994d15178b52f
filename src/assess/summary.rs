//! Coverage, people, artifacts and gaps: the facts of the delivery that every report shows, whatever the policy.

use super::context::Context;
use crate::model::assessment::{ArtifactResult, Coverage, GapResult, People, Seen, Together, Weight};
use crate::model::classset::{ClassSet, MOST_CLASSES};
use crate::model::day::Day;
use crate::model::evidence::{Artifact, Dates, Encryption, FOLDER, GapKind, Read};
use crate::model::several::each;
use foldhash::{HashMap, HashSet};
use std::collections::{BTreeMap, BTreeSet};

/// Threads that put rows of artifacts together: as many on every machine.
const TELLERS: usize = 2;
/// Artifacts that one of them takes at a time.
const STRETCH: usize = 1 << 12;
/// Combinations of classes that are shown.
const MOST_TOGETHER: usize = 50;

/// How much there was and how much of it was read.
#[derive(Clone, Copy, Default)]
pub(super) struct Extent {
    all: Sum,
    /// Without what is strongly encrypted and was not read.
    decidable: Sum,
    /// Whether there is a folder that nobody could open.
    closed: bool,
}

/// Artifacts and bytes, seen and read. What was read in part counts as not read.
#[derive(Clone, Copy, Default)]
struct Sum {
    seen: (u64, u64),
    read: (u64, u64),
}

impl Sum {
    fn add(&mut self, artifact: &Artifact) {
        self.seen = (self.seen.0 + 1, self.seen.1.wrapping_add(artifact.size));
        if artifact.read == Read::Full {
            self.read = (self.read.0 + 1, self.read.1.wrapping_add(artifact.size));
        }
    }

    /// The share that was read, of artifacts or of bytes: the smaller one.
    fn share(self) -> f64 {
        let of = |read: u64, seen: u64| if seen == 0 { 1.0 } else { read as f64 / seen as f64 };
        of(self.read.0, self.seen.0).min(of(self.read.1, self.seen.1))
    }
}

impl Extent {
    /// One more artifact.
    pub(super) fn add(&mut self, artifact: &Artifact) {
        self.all.add(artifact);
        if artifact.encryption != Encryption::Strong || artifact.read == Read::Full {
            self.decidable.add(artifact);
        }
        self.closed |= artifact.kind == *FOLDER;
    }

    /// With others.
    pub(super) fn join(&mut self, other: Self) {
        let plus = |one: (u64, u64), other: (u64, u64)| (one.0 + other.0, one.1.wrapping_add(other.1));
        for (own, other) in [(&mut self.all, other.all), (&mut self.decidable, other.decidable)] {
            *own = Sum { seen: plus(own.seen, other.seen), read: plus(own.read, other.read) };
        }
        self.closed |= other.closed;
    }

    /// What reports show.
    pub(super) fn coverage(self, applicable: f64, assessed: f64) -> Coverage {
        let Sum { seen, read } = self.all;
        // a folder that nobody could open may hold anything: no share of the delivery is known
        let share = if self.closed { 0.0 } else { self.all.share() };
        Coverage {
            ratio: (seen.0 > 0).then_some(share),
            artifacts: Seen { seen: seen.0, read: read.0 },
            bytes: Seen { seen: seen.1, read: read.1 },
            weight: Weight { applicable, assessed },
        }
    }

    /// The share that a completeness threshold is held against: strongly encrypted artifacts are protected as policies ask, so they do
    /// not make an audit incomplete; they still lower the coverage that is shown.
    pub(super) fn decidable(self) -> Option<f64> {
        let share = if self.closed { 0.0 } else { self.decidable.share() };
        (self.all.seen.0 > 0).then_some(share)
    }
}

/// Artifacts at some positions.
fn some<'c>(context: &'c Context<'_>, positions: &'c [u32]) -> impl Iterator<Item = (usize, &'c Artifact)> {
    positions.iter().filter_map(|position| Some((*position as usize, context.at(*position)?)))
}

/// Who is in the data, and what is known of whom.
pub(super) fn people(context: &Context<'_>) -> People {
    // persons are numbered from nought without a gap
    let mut known: Vec<ClassSet> = vec![ClassSet::default(); context.people.exact as usize];
    for row in &context.people.rows {
        if let Some(slot) = known.get_mut(row.person as usize) {
            *slot = slot.union(row.set);
        }
    }
    let name = |bit: u8| context.evidence.classes.get(usize::from(bit)).cloned().unwrap_or_default();
    let mut by_bit = [0_u64; MOST_CLASSES];
    let mut count = |set: ClassSet, people: u64| {
        for bit in set.bits() {
            if let Some(slot) = by_bit.get_mut(usize::from(bit)) {
                *slot += people;
            }
        }
    };
    let mut by_set: HashMap<ClassSet, u64> = HashMap::default();
    for set in &known {
        *by_set.entry(*set).or_insert(0) += 1;
        count(*set, 1);
    }
    for estimate in &context.people.beyond {
        count(estimate.set, estimate.people);
    }
    let counted = (0_u8..).zip(by_bit).filter(|row| row.1 > 0);
    let mut by_class: BTreeMap<String, u64> = counted.map(|(bit, people)| (name(bit), people)).collect();
    // whoever is beyond the bound in one part may be in another: nobody knows a class of more people than there are
    for people in by_class.values_mut() {
        *people = (*people).min(context.people.total());
    }
    let mut records: HashMap<ClassSet, u64> = HashMap::default();
    let (mut all_records, mut attributed) = (0_u64, 0_u64);
    let mut named: Vec<ClassSet> = Vec::new();
    for (index, artifact) in some(context, &context.index.survey.told) {
        for (part_index, part) in artifact.parts.iter().enumerate().filter(|row| !row.1.sets.is_empty()) {
            named.clear();
            named.extend(context.rows(index, part_index).iter().map(|row| row.set));
            named.sort_unstable();
            named.dedup();
            let beyond = |set: usize| part.beyond.as_ref().is_some_and(|beyond| beyond.sketches.contains_key(&(set as u32)));
            for (at, tally) in part.sets.iter().enumerate() {
                *records.entry(tally.set).or_insert(0) += tally.records;
                all_records += tally.records;
                attributed += if named.binary_search(&tally.set).is_ok() || beyond(at) { tally.records } else { 0 };
            }
        }
    }
    // of whom at least these are known: the sets that occur, each with everybody whose own set has it inside
    let mut sets: Vec<ClassSet> = by_set.keys().copied().filter(|set| set.bits().nth(1).is_some()).collect();
    sets.sort_unstable();
    let mut together: Vec<Together> = sets
        .into_iter()
        .map(|set| Together {
            classes: set.bits().map(name).filter(|class| !stands_for_another(context, class, set)).collect(),
            people: by_set.iter().filter(|(own, _)| own.has_all(set)).map(|row| row.1).sum(),
            records: records.get(&set).copied().unwrap_or(0),
        })
        .collect();
    together.sort_by(|a, b| {
        b.people.cmp(&a.people).then_with(|| b.classes.len().cmp(&a.classes.len())).then_with(|| a.classes.cmp(&b.classes))
    });
    together.truncate(MOST_TOGETHER);
    People {
        total: context.people.total(),
        error: context.people.error,
        unattributed_records: all_records.saturating_sub(attributed),
        by_class,
        photographs_by_page: photographs_by_page(context, &known),
        together,
        datasets: super::datasets::datasets(context),
    }
}

/// Persons who have a photograph for no other reason than the page that they share with it.
fn photographs_by_page(context: &Context<'_>, known: &[ClassSet]) -> u64 {
    let Some(bit) = context.bit("photograph").filter(|_| context.links()) else { return 0 };
    let firm: HashSet<u32> = context.people.rows.iter().filter(|row| context.firm(row).has(bit)).map(|row| row.person).collect();
    (0_u32..).zip(known).filter(|row| row.1.has(bit) && !firm.contains(&row.0)).count() as u64
}

/// Whether a class is in a set only because a sub-class of it is.
fn stands_for_another(context: &Context<'_>, class: &str, set: ClassSet) -> bool {
    context
        .classes
        .iter()
        .any(|child| child.parent.as_deref() == Some(class) && context.bit(&child.id).is_some_and(|bit| set.has(bit)))
}

/// The artifacts that hold something, are hidden, encrypted, copied or unread; plain ones are only counted.
pub(super) fn artifacts(context: &Context<'_>) -> Vec<ArtifactResult> {
    let stretches: Vec<&[u32]> = context.index.survey.told.chunks(STRETCH).collect();
    each(&stretches, TELLERS, |stretch| told(context, stretch)).into_iter().flatten().collect()
}

/// The same of some artifacts.
fn told(context: &Context<'_>, positions: &[u32]) -> Vec<ArtifactResult> {
    let mut out = Vec::new();
    for (index, artifact) in some(context, positions) {
        let classes: BTreeMap<String, u64> =
            Context::classes_in(artifact).into_iter().map(|(class, count)| (class.to_owned(), count)).collect();
        let hidden = artifact.parts.iter().any(|part| part.hidden.is_some());
        let test_data: u64 = artifact.parts.iter().flat_map(|part| part.tallies.values()).map(|tally| tally.test_data).sum();
        if classes.is_empty() && !hidden && artifact.read == Read::Full && test_data == 0 && artifact.extension_matches {
            continue;
        }
        out.push(ArtifactResult {
            number: artifact.number,
            path: artifact.path.clone(),
            kind: artifact.kind.to_string(),
            size: artifact.size,
            modified: Day::of_seconds(artifact.modified),
            encryption: artifact.encryption.name().into(),
            hidden,
            hidden_why: artifact
                .parts
                .iter()
                .filter_map(|part| part.hidden.clone())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            hidden_text: context.volume(index).1,
            seen_text: context.volume(index).0,
            read: read_name(artifact).into(),
            classes,
            test_data,
            records: artifact.parts.iter().flat_map(|part| &part.sets).map(|tally| tally.records).sum(),
            people: context.people_in(index),
            photographs_by_page: artifact.parts.iter().map(|part| part.photographs_by_page).sum(),
            dates: Dates::together(artifact.parts.iter().filter_map(|part| part.dates.as_ref())),
            digest: artifact.digest.map(|digest| digest.to_string()),
            copy_of: context.first_copy(artifact).filter(|number| *number != artifact.number),
        });
    }
    out
}

fn read_name(artifact: &Artifact) -> &'static str {
    match artifact.read {
        Read::Full => "full",
        Read::Partial => "partial",
        Read::None => "none",
    }
}

/// Every gap.
pub(super) fn gaps(context: &Context<'_>) -> Vec<GapResult> {
    let mut out = Vec::new();
    for gap in &context.evidence.gaps {
        out.push(GapResult { path: gap.at.clone(), number: None, kind: gap.kind, reason: gap.reason.clone() });
    }
    for (_, artifact) in some(context, &context.index.survey.gapped) {
        for gap in &artifact.gaps {
            let at = if gap.at.is_empty() || gap.kind == GapKind::Missing { String::new() } else { format!("{}: ", gap.at) };
            out.push(GapResult {
                path: artifact.path.clone(),
                number: Some(artifact.number),
                kind: gap.kind,
                reason: format!("{at}{}", gap.reason),
            });
        }
    }
    out
}
