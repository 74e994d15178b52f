//! What the selectors work with: evidence, people, policy and date, and look-ups over them. Pure: no file, clock or network.

use super::alone;
use super::index::{Index, Looked, Quiet};
use super::summary::Extent;
use super::survey::{Survey, holds, outside, over};
use super::value::Value;
use crate::model::class::{Class, Sensitivity};
use crate::model::classset::ClassSet;
use crate::model::day::Day;
use crate::model::evidence::{Artifact, Encryption, Evidence, FOLDER, Part, Read};
use crate::model::packed::{Broken, Packed};
use crate::model::people::{PeopleIndex, PersonAt};
use crate::model::policy::Policy;
use crate::model::several::both;
use foldhash::HashMap;
use globset::{GlobSet, GlobSetBuilder};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Everything that an assessment rests on.
pub struct Context<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The evidence.
    pub evidence: &'a Evidence,
    /// Who is where.
    pub people: &'a PeopleIndex,
    /// The classes of the evidence, for sensitivity and parents.
    pub classes: &'a [Class],
    /// The audit date.
    pub date: Day,
    /// How much there was, and how much of it was read.
    pub(super) extent: Extent,
    /// Where in the evidence what lies.
    pub(super) index: Index<'a>,
    /// Positions of artifacts by number, for those who are not at their number.
    numbers: std::sync::OnceLock<HashMap<u32, u32>>,
    masked_folders: std::sync::OnceLock<std::collections::HashSet<String>>,
    copies: Copies,
    /// Persons per artifact.
    artifact_people: Vec<u64>,
    /// Bytes of text per artifact: what is seen, and what is not.
    volumes: Vec<(u64, u64)>,
}

/// Something that other things are embedded in.
#[derive(Clone, Copy)]
struct Outer {
    position: u32,
    /// Whether it shows one thing and can carry another.
    shows: bool,
}

/// Where that lies in which something is embedded, in the order of the evidence: most of a delivery is embedded in nothing.
fn outers<'s>(evidence: &Evidence, survey: &'s Survey) -> Vec<(Outer, &'s str)> {
    let paths = survey.outers.iter().flat_map(|outer| std::iter::once(&**outer).chain(outside(outer)));
    // whether it was found, and no other has the same path
    let mut wanted: HashMap<&str, bool> = paths.map(|path| (path, false)).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let (mut out, mut cursor) = (Vec::new(), evidence.artifacts.cursor());
    for &(position, shows) in &survey.holders {
        let Some(holder) = cursor.at(position as usize) else { continue };
        let Some((path, _)) = wanted.get_key_value(holder.path.as_str()) else { continue };
        let path: &'s str = path;
        out.push((Outer { position, shows }, path));
        // anything may have the shape that stands for a name
        wanted.insert(path, holder.masked.is_none());
    }
    wanted.retain(|_, found| !*found);
    if !wanted.is_empty() {
        let others = over(&evidence.artifacts, |found: &mut Vec<(Outer, &'s str)>, at, artifact| {
            if let Some((path, _)) = wanted.get_key_value(artifact.path.as_str())
                && holds(&artifact.kind).is_none()
            {
                found.push((Outer { position: at.position(), shows: false }, *path));
            }
        });
        out.extend(others.into_iter().flat_map(|row| row.1));
        out.sort_by_key(|row| row.0.position);
    }
    out
}

/// Bytes of text of every artifact, seen and hidden. What is embedded in a document counts as hidden in it.
fn volumes(evidence: &Evidence, survey: &Survey, mut out: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    let mut places: HashMap<&str, Outer> = HashMap::default();
    // what holds something comes before what it holds
    let mut met = outers(evidence, survey).into_iter().peekable();
    for &(index, outer) in &survey.embedded {
        while let Some((outer, path)) = met.next_if(|row| row.0.position <= index) {
            places.insert(path, outer);
        }
        // its own: what is embedded in it comes later
        let own = out.get(index as usize).copied().unwrap_or_default();
        let Some(outer) = survey.outers.get(outer as usize) else { continue };
        for outer in std::iter::once(&**outer).chain(outside(outer)) {
            let Some(at) = places.get(outer).copied() else { break };
            if let Some(sums) = out.get_mut(at.position as usize).filter(|_| at.shows) {
                sums.1 = sums.1.saturating_add(own.0).saturating_add(own.1);
            }
        }
    }
    out
}

/// Marks that came, and those that came again, by some of their bits: most marks are alone, and need not be sorted.
struct Marks {
    once: Vec<u64>,
    again: Vec<u64>,
}

impl Marks {
    /// For so many marks, of which about one in sixteen is taken for one that came again.
    fn of(number: usize) -> Self {
        let words = number.div_ceil(4).next_power_of_two().min(1 << 20);
        Self { once: vec![0; words], again: vec![0; words] }
    }

    /// Where a mark's bit is: marks are random.
    fn place(&self, mark: u64) -> (usize, u64) {
        ((mark >> 6) as usize & (self.once.len() - 1), 1 << (mark & 63))
    }

    fn add(&mut self, mark: u64) {
        let (word, bit) = self.place(mark);
        if let (Some(once), Some(again)) = (self.once.get_mut(word), self.again.get_mut(word)) {
            *again |= *once & bit;
            *once |= bit;
        }
    }

    fn came_again(&self, mark: u64) -> bool {
        let (word, bit) = self.place(mark);
        self.again.get(word).is_some_and(|again| again & bit != 0)
    }
}

/// How many artifacts have the same bytes, and the position of the first, where several do.
type Copies = HashMap<(u64, u64), (u32, u32)>;

fn copies(marks: &[(u64, u64)]) -> Copies {
    let known = || (0_u32..).zip(marks).filter(|(_, mark)| **mark != (0, 0));
    let mut seen = Marks::of(marks.len());
    known().for_each(|(_, mark)| seen.add(mark.0));
    let again = known().filter(|(_, mark)| seen.came_again(mark.0));
    let mut all: Vec<((u64, u64), u32)> = again.map(|(position, mark)| (*mark, position)).collect();
    all.sort_unstable();
    let several = all.chunk_by(|one, other| one.0 == other.0).filter(|same| same.len() > 1);
    several.filter_map(|same| same.first().map(|first| (first.0, (same.len() as u32, first.1)))).collect()
}

/// Persons of each artifact.
fn persons(evidence: &Evidence, people: &PeopleIndex) -> Vec<u64> {
    let mut out = vec![0; evidence.artifacts.len()];
    let mut own: Vec<u32> = Vec::new();
    // rows stand in the order of the evidence
    for rows in people.rows.chunk_by(|one, other| one.artifact == other.artifact) {
        own.clear();
        own.extend(rows.iter().map(|row| row.person));
        own.sort_unstable();
        own.dedup();
        if let Some(count) = rows.first().and_then(|row| out.get_mut(row.artifact as usize)) {
            *count += own.len() as u64;
        }
    }
    for estimate in &people.beyond {
        if let Some(count) = out.get_mut(estimate.artifact as usize) {
            *count += estimate.people;
        }
    }
    out
}

/// What was seen of evidence for a policy, while it was read.
pub struct Surveyed<'p>(Looked<'p>);

impl<'p> Surveyed<'p> {
    /// Reads packed evidence, and looks at each artifact on the way: the evidence, and its digest.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn reading(policy: &'p Policy, packed: Packed) -> Result<(Evidence, String, Self), Broken> {
        let (evidence, digest, looked) = Looked::reading(packed, policy)?;
        Ok((evidence, digest, Self(looked)))
    }
}

/// Look-ups for a policy over evidence, before it is known who is where.
pub struct Prepared<'a> {
    index: Index<'a>,
    copies: Copies,
    volumes: Vec<(u64, u64)>,
}

impl<'a> Prepared<'a> {
    /// Looks at all of the evidence.
    pub fn new(policy: &'a Policy, evidence: &'a Evidence) -> Self {
        Self::with(evidence, Surveyed(Looked::of(evidence, policy)))
    }

    /// Of evidence that was looked at as it was read.
    pub fn with(evidence: &'a Evidence, Surveyed(looked): Surveyed<'a>) -> Self {
        let mut index = Index::new(evidence, looked);
        let marks = std::mem::take(&mut index.survey.marks);
        let own = std::mem::take(&mut index.survey.volumes);
        let (copies, volumes) = both(|| copies(&marks), || volumes(evidence, &index.survey, own));
        Self { index, copies, volumes }
    }
}

impl<'a> Context<'a> {
    /// With the look-ups for the same policy and evidence.
    pub fn new(
        policy: &'a Policy,
        evidence: &'a Evidence,
        Prepared { mut index, copies, volumes }: Prepared<'a>,
        people: &'a PeopleIndex,
        classes: &'a [Class],
        date: Day,
    ) -> Self {
        index.meet(people);
        Self {
            policy,
            evidence,
            people,
            classes,
            date,
            copies,
            artifact_people: persons(evidence, people),
            volumes,
            extent: index.survey.extent,
            index,
            numbers: std::sync::OnceLock::new(),
            masked_folders: std::sync::OnceLock::new(),
        }
    }

    /// Whether a folder's path holds a shape in place of a name, so that other folders may be shown like it.
    pub fn is_masked_folder(&self, folder: &str) -> bool {
        let folders = self.masked_folders.get_or_init(|| {
            let mut out = std::collections::HashSet::new();
            let mut cursor = self.evidence.artifacts.cursor();
            for position in &self.index.survey.masked {
                let Some(artifact) = cursor.at(*position as usize) else { continue };
                let Some(first) = artifact.masked else { continue };
                let ends = artifact.path.match_indices('/').map(|(at, _)| at + 1);
                out.extend(ends.skip(first as usize).filter_map(|end| artifact.path.get(..end)).map(str::to_owned));
            }
            out
        });
        folders.contains(folder)
    }

    /// Where an artifact is in the evidence, by its number.
    pub fn position(&self, number: u32) -> Option<u32> {
        // numbers follow the walk, members come after: nearly always the artifact is at its number
        let near = number.checked_sub(1).filter(|at| self.at(*at).is_some_and(|artifact| artifact.number == number));
        near.or_else(|| {
            let numbers = self.numbers.get_or_init(|| {
                let mut out = HashMap::default();
                let numbers = over(&self.evidence.artifacts, |numbers: &mut Vec<(u32, u32)>, at, artifact| {
                    numbers.push((artifact.number, at.position()));
                });
                for (number, position) in numbers.into_iter().flat_map(|row| row.1) {
                    out.entry(number).or_insert(position);
                }
                out
            });
            numbers.get(&number).copied()
        })
    }

    /// An artifact by its position in the evidence.
    pub fn at(&self, position: u32) -> Option<&'a Artifact> {
        self.evidence.artifacts.get(position as usize)
    }

    /// An artifact by its number.
    pub fn artifact(&self, number: u32) -> Option<&'a Artifact> {
        self.at(self.position(number)?)
    }

    /// How many artifacts' bytes lie elsewhere, too.
    pub(super) fn duplicates(&self) -> u64 {
        self.copies.values().map(|row| u64::from(row.0)).sum()
    }

    /// The rows of a part.
    pub fn rows(&self, artifact: usize, part: usize) -> &[PersonAt] {
        let rows = self.index.rows(artifact);
        let before = |row: &PersonAt| (row.part as usize) < part;
        let (start, end) = (rows.partition_point(before), rows.partition_point(|row| row.part as usize <= part));
        rows.get(start..end).unwrap_or(&[])
    }

    /// What a row says of its person, without what only the page that it shares with a photograph says.
    pub fn firm(&self, row: &PersonAt) -> ClassSet {
        let artifact = self.evidence.artifacts.get(row.artifact as usize);
        let by_page = artifact.and_then(|artifact| artifact.parts.get(row.part as usize)).is_some_and(linked);
        match self.bit("photograph").filter(|_| by_page) {
            Some(bit) => row.set.without(bit),
            None => row.set,
        }
    }

    /// Whether anybody has a photograph by the page alone.
    pub fn links(&self) -> bool {
        self.index.survey.linked
    }

    /// The bit of a class in this evidence.
    pub fn bit(&self, class: &str) -> Option<u8> {
        self.evidence.classes.iter().position(|known| known == class).map(|bit| bit as u8)
    }

    /// The set of some classes.
    pub fn set(&self, classes: &[String]) -> ClassSet {
        let mut set = ClassSet::default();
        classes.iter().filter_map(|class| self.bit(class)).for_each(|bit| set.insert(bit));
        set
    }

    /// The most sensitive of some classes.
    pub fn sensitivity<'s>(&self, classes: impl Iterator<Item = &'s str>) -> Option<Sensitivity> {
        classes.filter_map(|id| self.classes.iter().find(|class| class.id == id)).map(|class| class.sensitivity).max()
    }

    /// Persons in an artifact.
    pub fn people_in(&self, artifact: usize) -> u64 {
        self.artifact_people.get(artifact).copied().unwrap_or(0)
    }

    /// Bytes of text in an artifact: seen, and hidden.
    pub fn volume(&self, artifact: usize) -> (u64, u64) {
        self.volumes.get(artifact).copied().unwrap_or((0, 0))
    }

    /// How many bytes of text are hidden for each that is seen.
    pub fn hidden_ratio(&self, artifact: usize) -> f64 {
        let (seen, hidden) = self.volume(artifact);
        let ratio = hidden as f64 / seen.max(1) as f64;
        (ratio * 1000.0).round() / 1000.0
    }

    /// Artifacts in which nothing was found, not even embedded, with all others.
    pub(super) fn quiet(&self) -> &Quiet {
        self.index.quiet(|position| self.volume(position as usize).1 != 0)
    }

    /// In how many other artifacts the same bytes lie.
    pub fn copies(&self, artifact: &Artifact) -> u32 {
        self.copies.get(&(artifact.mark, artifact.size)).map_or(0, |row| row.0 - 1)
    }

    /// The number of the first of the artifacts that have an artifact's bytes, where several have.
    pub(super) fn first_copy(&self, artifact: &Artifact) -> Option<u32> {
        let (_, first) = self.copies.get(&(artifact.mark, artifact.size))?;
        self.at(*first).map(|artifact| artifact.number)
    }

    /// Matches of every class in an artifact.
    pub fn classes_in(artifact: &Artifact) -> BTreeMap<&str, u64> {
        let mut out = BTreeMap::new();
        for (class, tally) in artifact.parts.iter().flat_map(|part| &part.tallies).filter(|row| row.1.matches > 0) {
            *out.entry(class.as_str()).or_insert(0) += tally.matches;
        }
        out
    }

    /// Time since a file was last changed.
    pub(super) fn age(&self, modified: i64) -> Value {
        // at the audit date's end
        Value::Duration((self.date.seconds() + 86_399 - modified).max(0))
    }

    /// The attributes that any item of an artifact has.
    pub fn artifact_attribute(&self, artifact: &Artifact, index: usize, name: &str) -> Value {
        alone::attribute(artifact, name).unwrap_or_else(|| match name {
            "age" => self.age(artifact.modified),
            "hidden_text" => Value::Size(self.volume(index).1),
            "hidden_ratio" => Value::Number(self.hidden_ratio(index)),
            "copies" => Value::Number(self.copies(artifact).into()),
            "people" => Value::Number(self.people_in(index) as f64),
            _ => Value::Absent,
        })
    }
}

fn linked(part: &Part) -> bool {
    part.photographs_by_page > 0
}

/// Globs of a check: those with `!` exclude, the others (if any) include.
pub(super) struct Scope {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Scope {
    /// Compiles globs; a glob without `/` matches a name in any folder.
    pub(super) fn new(globs: &[String]) -> Self {
        let (out, into): (Vec<&String>, Vec<&String>) = globs.iter().partition(|glob| glob.starts_with('!'));
        Self {
            include: (!into.is_empty()).then(|| build(into.iter().map(|g| g.as_str()))),
            exclude: build(out.iter().map(|g| g.trim_start_matches('!'))),
        }
    }

    /// Whether a path is in it.
    pub(super) fn has(&self, path: &str) -> bool {
        self.include.as_ref().is_none_or(|globs| globs.is_match(path))
            && (self.exclude.is_empty() || !self.exclude.is_match(path))
    }
}

/// A glob over paths, if it is one; one without `/` matches a name in any folder.
pub(super) fn one(glob: &str) -> Option<globset::Glob> {
    let anywhere = if glob.contains('/') { Cow::Borrowed(glob) } else { format!("**/{glob}").into() };
    globset::GlobBuilder::new(&anywhere).literal_separator(true).build().ok()
}

/// Globs over paths; one without `/` matches a name in any folder.
pub(super) fn build<'g>(globs: impl Iterator<Item = &'g str>) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for glob in globs.filter_map(one) {
        builder.add(glob);
    }
    builder.build().unwrap_or_else(|_| GlobSet::empty())
}

/// Whether nobody can say what an artifact holds: it was not read whole, and not because it is strongly encrypted (which protects it,
/// and is shown beside the coverage).
pub(super) fn undecided(artifact: &Artifact) -> bool {
    artifact.read != Read::Full && artifact.encryption != Encryption::Strong
}

/// Bytes that stand for a folder which could not be opened.
pub(super) const UNKNOWN_EXTENT: u64 = 1 << 62;

/// How many bytes an unread artifact counts for.
pub(super) fn extent(artifact: &Artifact) -> u64 {
    if artifact.kind == FOLDER { UNKNOWN_EXTENT } else { artifact.size }
}

/// The tallies of a part that count for a set of class ids, which are in order.
pub(super) fn tallied<'p, 'c>(
    part: &'p Part,
    classes: &'c [String],
) -> impl Iterator<Item = (&'p str, &'p crate::model::evidence::Tally)> + use<'p, 'c> {
    part.tallies.iter().filter(|(class, _)| classes.binary_search(class).is_ok()).map(|(class, tally)| (class.as_str(), tally))
}
