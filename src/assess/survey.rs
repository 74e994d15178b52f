//! One walk over all artifacts, several stretches of it at once: what look-ups, facts of the delivery and reports need to know of every
//! artifact, so that nobody else has to walk over a million of them. Pure: no file, clock or network; what comes out is what one walk in
//! the order of the evidence would find.

use super::context::undecided;
use super::globs::{Folder, Globs};
use super::side::Side;
use super::summary;
use crate::model::evidence::{Artifact, Encryption, Evidence, GapKind, Opened, Read};
use crate::model::several::each;
use foldhash::HashMap;

/// Threads that walk: as many on every machine.
const WALKERS: usize = 2;
/// Artifacts of a stretch, but for the last one; as many as fill whole words of bits.
const STRETCH: usize = if cfg!(test) { 64 } else { 1 << 14 };

/// A piece of an artifact: positions in the evidence.
pub(super) type Place = (u32, u32);

/// How much there is, and of how much anything was read.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    pub number: u64,
    pub bytes: u64,
    /// Those of which anything was read.
    pub read: u64,
}

impl Sums {
    pub(super) fn add(&mut self, bytes: u64, read: bool) {
        self.number += 1;
        self.bytes = self.bytes.wrapping_add(bytes);
        self.read += u64::from(read);
    }

    pub(super) fn less(self, other: Self) -> Self {
        Self { number: self.number - other.number, bytes: self.bytes.wrapping_sub(other.bytes), read: self.read - other.read }
    }

    fn plus(self, other: Self) -> Self {
        Self { number: self.number + other.number, bytes: self.bytes.wrapping_add(other.bytes), read: self.read + other.read }
    }
}

/// Facts of the whole delivery.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    /// Artifacts not read whole.
    pub gaps: u64,
    /// Strongly encrypted ones that were not read.
    pub encrypted: u64,
    /// Artifacts that brought a reader down.
    pub crashed: u64,
}

/// What few artifacts differ in.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Profile<'a> {
    kind: &'a str,
    owner: Option<&'a str>,
    mode: Option<u32>,
    encryption: Encryption,
    opened: Option<&'static str>,
    read: bool,
    agrees: bool,
    hidden: bool,
}

/// Numbers of profiles, in the order in which they come.
#[derive(Default)]
struct Profiles<'a> {
    known: HashMap<Profile<'a>, u32>,
    all: Vec<Profile<'a>>,
    last: Option<(Profile<'a>, u32)>,
}

impl<'a> Profiles<'a> {
    fn number(&mut self, own: Profile<'a>) -> u32 {
        // the next one is often like the last
        if let Some((_, number)) = self.last.filter(|last| last.0 == own) {
            return number;
        }
        let next = self.all.len() as u32;
        let number = *self.known.entry(own).or_insert(next);
        if number == next {
            self.all.push(own);
        }
        self.last = Some((own, number));
        number
    }
}

/// Positions by a word of which there are few.
#[derive(Default)]
pub(super) struct Lists<'a> {
    known: HashMap<&'a str, usize>,
    words: Vec<(&'a str, Vec<u32>)>,
    /// The last that was added to: the next one is often of the same word.
    last: usize,
}

impl<'a> Lists<'a> {
    fn list(&mut self, word: &'a str) -> Option<&mut Vec<u32>> {
        if self.words.get(self.last).is_none_or(|last| last.0 != word) {
            let next = self.words.len();
            self.last = *self.known.entry(word).or_insert(next);
            if self.last == next {
                self.words.push((word, Vec::new()));
            }
        }
        self.words.get_mut(self.last).map(|row| &mut row.1)
    }

    fn push(&mut self, word: &'a str, position: u32) {
        if let Some(list) = self.list(word) {
            list.push(position);
        }
    }

    /// Adds what comes after all that is here.
    fn append(&mut self, later: Self) {
        for (word, mut positions) in later.words {
            if let Some(list) = self.list(word) {
                list.append(&mut positions);
            }
        }
    }

    pub(super) fn get(&self, word: &str) -> Option<&Vec<u32>> {
        self.words.get(*self.known.get(word)?).map(|row| &row.1)
    }
}

/// What was seen.
#[derive(Default)]
pub(super) struct Survey<'a> {
    /// Everything.
    pub whole: Sums,
    /// How much there was, and how much of it was read.
    pub extent: summary::Extent,
    pub counts: Counts,
    /// Bytes of each artifact.
    pub sizes: Vec<u64>,
    /// Of which artifacts nothing was read.
    pub unread: Vec<u32>,
    /// Artifacts of which nobody can say what they hold.
    pub open: Vec<u32>,
    /// Artifacts that have pieces.
    pub parted: Vec<u32>,
    /// Artifacts that reports may have something to say of.
    pub told: Vec<u32>,
    /// Artifacts with gaps.
    pub gapped: Vec<u32>,
    /// Artifacts whose path has a shape in place of a name.
    pub masked: Vec<u32>,
    /// Whether anybody has a photograph by the page alone.
    pub linked: bool,
    /// Pieces in which a class has anything, by the class's bit.
    pub places: Vec<Vec<Place>>,
    /// Artifacts by type.
    pub types: Lists<'a>,
    /// Artifacts that are a configuration of a product, or should be.
    pub products: Lists<'a>,
    /// Artifacts with results of other tools.
    pub runs: Vec<u32>,
    /// For each artifact a number that is the same where everything is that few artifacts differ in: type, encryption, permission and
    /// the like.
    pub profiles: Vec<u32>,
    /// Which artifacts each glob matches.
    pub sides: Vec<Side>,
    /// Marks and sizes: which bytes lie in several artifacts is told by both. Nought where nobody can say.
    pub marks: Vec<(u64, u64)>,
    /// What something is embedded in.
    pub outers: Vec<&'a str>,
    numbers: Profiles<'a>,
}

/// The paths of what something is embedded in, the innermost first.
pub(super) fn outside(path: &str) -> impl Iterator<Item = &str> {
    let outer = |path: &str| memchr::memrchr_iter(b'!', path.as_bytes()).find(|at| path.as_bytes().get(at + 1) == Some(&b'/'));
    std::iter::successors(Some(path), move |path| outer(path).and_then(|at| path.get(..at))).skip(1)
}

/// What is made of each stretch of the artifacts, several at once: of the position of its first, and of all of them.
pub(super) fn over<'e, O: Send>(evidence: &'e Evidence, make: impl Fn(u32, &'e [Artifact]) -> O + Sync) -> Vec<O> {
    let stretches: Vec<(u32, &'e [Artifact])> = (0_u32..).step_by(STRETCH).zip(evidence.artifacts.chunks(STRETCH)).collect();
    each(&stretches, WALKERS, |(first, artifacts)| make(*first, artifacts))
}

impl<'a> Survey<'a> {
    /// Looks at everything once. `globs` may be none; the sides are in their order.
    pub(super) fn of(evidence: &'a Evidence, globs: Option<&Globs>) -> Self {
        let bits: HashMap<&str, usize> = evidence.classes.iter().enumerate().map(|row| (row.1.as_str(), row.0)).collect();
        let all = evidence.artifacts.len();
        let walked =
            over(evidence, |first, artifacts| (first, Self::walk(first, artifacts, globs, (&bits, evidence.classes.len()))));
        let mut out = Self { places: vec![Vec::new(); evidence.classes.len()], ..Self::default() };
        out.sides.resize_with(globs.map_or(0, Globs::len), Side::default);
        out.sizes.reserve_exact(all);
        out.profiles.reserve_exact(all);
        out.marks.reserve_exact(all);
        for (first, own) in walked {
            out.append(first, own, all);
        }
        out
    }

    /// Adds what comes after all that is here.
    fn append(&mut self, first: u32, mut own: Self, all: usize) {
        self.whole = self.whole.plus(own.whole);
        self.extent.join(own.extent);
        self.counts.gaps += own.counts.gaps;
        self.counts.encrypted += own.counts.encrypted;
        self.counts.crashed += own.counts.crashed;
        self.sizes.append(&mut own.sizes);
        for (list, own) in [
            (&mut self.unread, &mut own.unread),
            (&mut self.open, &mut own.open),
            (&mut self.parted, &mut own.parted),
            (&mut self.told, &mut own.told),
            (&mut self.gapped, &mut own.gapped),
            (&mut self.masked, &mut own.masked),
            (&mut self.runs, &mut own.runs),
        ] {
            list.append(own);
        }
        self.linked |= own.linked;
        for (list, own) in self.places.iter_mut().zip(&mut own.places) {
            list.append(own);
        }
        self.types.append(own.types);
        self.products.append(own.products);
        let numbers: Vec<u32> = own.numbers.all.iter().map(|profile| self.numbers.number(*profile)).collect();
        self.profiles.extend(own.profiles.iter().map(|number| numbers.get(*number as usize).copied().unwrap_or(0)));
        for (side, own) in self.sides.iter_mut().zip(own.sides) {
            side.append(first, own, all);
        }
        self.marks.append(&mut own.marks);
        self.outers.append(&mut own.outers);
    }

    /// One stretch.
    fn walk(
        first: u32,
        artifacts: &'a [Artifact],
        globs: Option<&Globs>,
        (bits, classes): (&HashMap<&str, usize>, usize),
    ) -> Self {
        let mut out = Self { places: vec![Vec::new(); classes], ..Self::default() };
        out.sides.resize_with(globs.map_or(0, Globs::len), Side::default);
        let mut folder = Folder::default();
        for (at, artifact) in (0_u32..).zip(artifacts) {
            out.meet(first + at, artifact);
            for part in (0_u32..).zip(&artifact.parts) {
                out.hold((first + at, part.0), part.1, bits);
            }
            let sides = &mut out.sides;
            if let Some(globs) = globs {
                globs.each(&artifact.path, &mut folder, |hit| {
                    if let Some(side) = sides.get_mut(hit) {
                        side.push(at, artifacts.len());
                    }
                });
            }
        }
        out
    }

    /// One artifact.
    fn meet(&mut self, position: u32, artifact: &'a Artifact) {
        let (full, any) = (artifact.read == Read::Full, artifact.read != Read::None);
        self.whole.add(artifact.size, any);
        self.extent.add(artifact);
        self.sizes.push(artifact.size);
        let (parted, gapped) = (!artifact.parts.is_empty(), !artifact.gaps.is_empty());
        let mut note = |list: fn(&mut Self) -> &mut Vec<u32>, is: bool| {
            if is {
                list(self).push(position);
            }
        };
        note(|own| &mut own.unread, !any);
        note(|own| &mut own.open, undecided(artifact));
        note(|own| &mut own.parted, parted);
        note(|own| &mut own.told, parted || !full || !artifact.extension_matches);
        note(|own| &mut own.gapped, gapped);
        note(|own| &mut own.masked, artifact.masked.is_some());
        note(|own| &mut own.runs, artifact.parts.iter().any(|part| part.run.is_some()));
        self.counts.gaps += u64::from(!full);
        self.counts.encrypted += u64::from(!full && artifact.encryption == Encryption::Strong);
        self.counts.crashed += u64::from(artifact.gaps.iter().any(|gap| gap.kind == GapKind::Crashed));
        self.types.push(&artifact.kind, position);
        let documents = artifact.parts.iter().filter_map(|part| part.document.as_ref());
        let mut own: Vec<&str> = documents.map(|row| &*row.product).collect();
        own.sort_unstable();
        own.dedup();
        // what should be one and was not kept stands under its type
        if own.is_empty() {
            self.products.push(&artifact.kind, position);
        }
        for product in own {
            self.products.push(product, position);
        }
        let number = self.numbers.number(Profile {
            kind: &artifact.kind,
            owner: artifact.owner.as_deref(),
            mode: artifact.mode,
            encryption: artifact.encryption,
            opened: artifact.opened.map(Opened::name),
            read: full,
            agrees: artifact.extension_matches,
            hidden: artifact.parts.iter().any(|part| part.hidden.is_some()),
        });
        self.profiles.push(number);
        let known = artifact.size > 0 && artifact.mark != 0;
        self.marks.push(if known { (artifact.mark, artifact.size) } else { (0, 0) });
        // what lies in one thing lies side by side
        if let Some(outer) = outside(&artifact.path).next().filter(|outer| self.outers.last() != Some(outer)) {
            self.outers.push(outer);
        }
    }

    /// One piece.
    fn hold(&mut self, place: Place, part: &crate::model::evidence::Part, bits: &HashMap<&str, usize>) {
        let mut there: Vec<usize> = part.tallies.keys().filter_map(|class| bits.get(class.as_str()).copied()).collect();
        let columns = part.columns.iter().filter_map(|column| column.class.as_deref());
        there.extend(columns.filter_map(|class| bits.get(class).copied()));
        there.extend(part.sets.iter().flat_map(|tally| tally.set.bits()).map(usize::from));
        if part.photographs_by_page > 0 {
            self.linked = true;
            there.extend(bits.get("photograph"));
        }
        there.sort_unstable();
        there.dedup();
        for bit in there {
            if let Some(places) = self.places.get_mut(bit) {
                places.push(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evidence of many stretches, in which everything comes in other steps.
    fn evidence(number: u32) -> Evidence {
        let artifacts: Vec<serde_json::Value> = (0..number)
            .map(|at| {
                let mut one = serde_json::json!({"number": at + 1, "path": format!("f{}/a{at}", at / 10), "folder": 1,
                    "type": (["text", "csv", "jpeg"][at as usize % 3]), "extension_matches": at % 17 != 0, "size": at % 7, "modified": 0,
                    "mark": at % 11, "encryption": (["none", "strong"][usize::from(at % 13 == 0)]), "read": (["full", "none"][usize::from(at % 13 == 0)])});
                if at % 5 == 0 {
                    one["parts"] = serde_json::json!([{"kind": "text", "tallies": {"b": {"matches": 1, "confidence": 1.0}}}]);
                }
                if at % 19 == 0 {
                    one["gaps"] = serde_json::json!([{"kind": "crashed", "reason": "x"}]);
                }
                if at % 23 == 0 {
                    one["path"] = format!("f{}/b.zip!/c!/d{at}", at / 10).into();
                    one["masked"] = 1.into();
                }
                one
            })
            .collect();
        let whole = serde_json::json!({"schema": "x", "tool": "x", "detectors": "x", "classes": ["a", "b"], "artifacts": artifacts, "gaps": []});
        match serde_json::from_value(whole) {
            Ok(evidence) => evidence,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn several_stretches_are_what_one_walk_finds() {
        let evidence = evidence(1_000);
        let survey = Survey::of(&evidence, None);
        let such = |is: &dyn Fn(&Artifact) -> bool| -> Vec<u32> {
            (0_u32..).zip(&evidence.artifacts).filter(|row| is(row.1)).map(|row| row.0).collect()
        };
        assert_eq!(survey.parted, such(&|one| !one.parts.is_empty()));
        assert_eq!(survey.gapped, such(&|one| !one.gaps.is_empty()));
        assert_eq!(survey.masked, such(&|one| one.masked.is_some()));
        assert_eq!(survey.unread, such(&|one| one.read == Read::None));
        assert_eq!(survey.open, such(&undecided));
        assert_eq!(survey.told, such(&|one| !one.parts.is_empty() || one.read != Read::Full || !one.extension_matches));
        for kind in ["text", "csv", "jpeg"] {
            assert_eq!(survey.types.get(kind), Some(&such(&|one| one.kind == *kind)));
        }
        let places: Vec<Place> = survey.parted.iter().map(|position| (*position, 0)).collect();
        assert_eq!(survey.places, [Vec::new(), places]);
        assert_eq!(survey.whole.number, 1_000);
        assert_eq!(survey.whole.bytes, evidence.artifacts.iter().map(|one| one.size).sum::<u64>());
        assert_eq!(survey.whole.read + survey.unread.len() as u64, 1_000);
        let counts = (survey.counts.gaps, survey.counts.encrypted, survey.counts.crashed);
        assert_eq!(counts, (survey.unread.len() as u64, survey.unread.len() as u64, survey.gapped.len() as u64));
        assert_eq!(survey.outers.len(), such(&|one| one.path.contains("!/")).len());
        assert_eq!(survey.outers.first(), Some(&"f0/b.zip!/c"));
        let alike = |one: &Artifact| (one.kind.to_string(), one.encryption, one.read, one.extension_matches);
        for (at, one) in evidence.artifacts.iter().enumerate() {
            let first = evidence.artifacts.iter().position(|other| alike(other) == alike(one)).unwrap_or(0);
            assert_eq!(survey.profiles.get(at), survey.profiles.get(first), "{at}");
            let mark = if one.size > 0 && one.mark > 0 { (one.mark, one.size) } else { (0, 0) };
            assert_eq!(survey.marks.get(at), Some(&mark));
            assert_eq!(survey.sizes.get(at), Some(&one.size));
        }
        let mut kinds = survey.profiles.clone();
        kinds.sort_unstable();
        kinds.dedup();
        let mut known: Vec<_> = evidence.artifacts.iter().map(|one| format!("{:?}", alike(one))).collect();
        known.sort_unstable();
        known.dedup();
        assert_eq!(kinds.len(), known.len());
    }

    #[test]
    fn a_class_that_stands_twice_hides_no_other() {
        let mut evidence = evidence(100);
        evidence.classes = ["a", "a", "a", "b"].map(str::to_owned).to_vec();
        let survey = Survey::of(&evidence, None);
        assert_eq!(survey.places.last().map(Vec::len), Some(20));
    }

    #[test]
    fn what_something_lies_in_is_told_by_its_path() {
        let all = |path: &'static str| outside(path).collect::<Vec<_>>();
        assert_eq!(all("a/b.txt"), [""; 0]);
        assert_eq!(all("a!b/c!d"), [""; 0]);
        assert_eq!(all("a.zip!/b.docx!/c.xml"), ["a.zip!/b.docx", "a.zip"]);
        assert_eq!(all("!/x!!/y"), ["!/x!", ""]);
    }
}
