//! One walk over all artifacts, several stretches of it at once: what look-ups, facts of the delivery and reports need to know of every
//! artifact, so that nobody else has to walk over a million of them. Pure: no file, clock or network; what comes out is what one walk in
//! the order of the evidence would find.

use super::alone::{Answer, Reach};
use super::context::undecided;
use super::globs::{Folder, Globs};
use super::side::Side;
use super::summary;
use crate::model::artifacts::{Artifacts, At, tells};
use crate::model::evidence::{Artifact, Encryption, Evidence, GapKind, Opened, PartKind, Read};
use crate::model::policy::Check;
use crate::model::word::Word;
use foldhash::HashMap;

/// Threads that walk: as many on every machine.
const WALKERS: usize = 2;
/// Bits of classes that anybody can ask for: more than a set has, for evidence that somebody else wrote.
const MOST_BITS: usize = u8::MAX as usize + 1;

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
#[derive(Clone, PartialEq, Eq, Hash)]
struct Profile {
    kind: Word,
    owner: Option<Word>,
    mode: Option<u32>,
    encryption: Encryption,
    opened: Option<&'static str>,
    read: bool,
    agrees: bool,
    hidden: bool,
    /// Of its type alone: see [`holds`].
    shows: Option<bool>,
}

impl Profile {
    fn of(artifact: &Artifact) -> Self {
        Self {
            kind: artifact.kind.clone(),
            owner: artifact.owner.clone(),
            mode: artifact.mode,
            encryption: artifact.encryption,
            opened: artifact.opened.map(Opened::name),
            read: artifact.read == Read::Full,
            agrees: artifact.extension_matches,
            hidden: hides(artifact),
            shows: holds(&artifact.kind),
        }
    }

    /// Whether it is an artifact's, without making that one's.
    fn is_of(&self, artifact: &Artifact) -> bool {
        self.kind == artifact.kind
            && self.owner == artifact.owner
            && self.mode == artifact.mode
            && self.encryption == artifact.encryption
            && self.opened == artifact.opened.map(Opened::name)
            && self.read == (artifact.read == Read::Full)
            && self.agrees == artifact.extension_matches
            && self.hidden == hides(artifact)
    }
}

/// Bytes of text in an artifact's own pieces: what is seen, and what is not.
fn volume(artifact: &Artifact) -> (u64, u64) {
    artifact.parts.iter().fold((0, 0), |sum: (u64, u64), part| match part.kind {
        _ if part.hidden.is_some() => (sum.0, sum.1.saturating_add(part.volume)),
        // what a file says of itself is beside the matter
        PartKind::Properties => sum,
        _ => (sum.0.saturating_add(part.volume), sum.1),
    })
}

fn hides(artifact: &Artifact) -> bool {
    artifact.parts.iter().any(|part| part.hidden.is_some())
}

/// Numbers of profiles, in the order in which they come.
#[derive(Default)]
struct Profiles {
    known: HashMap<Profile, u32>,
    all: Vec<Profile>,
    last: Option<(Profile, u32)>,
}

impl Profiles {
    /// The number of an artifact's, and whether something may be embedded in it: see [`holds`].
    fn of(&mut self, artifact: &Artifact) -> (u32, Option<bool>) {
        // the next one is often like the last
        if let Some((last, number)) = self.last.as_ref().filter(|last| last.0.is_of(artifact)) {
            return (*number, last.shows);
        }
        let own = Profile::of(artifact);
        let (number, shows) = (self.number(own.clone()), own.shows);
        self.last = Some((own, number));
        (number, shows)
    }

    fn number(&mut self, own: Profile) -> u32 {
        let next = self.all.len() as u32;
        let number = *self.known.entry(own.clone()).or_insert(next);
        if number == next {
            self.all.push(own);
        }
        number
    }
}

/// Positions by a word of which there are few.
#[derive(Default)]
pub(super) struct Lists {
    known: HashMap<Word, usize>,
    words: Vec<(Word, Vec<u32>)>,
    /// The last that was added to: the next one is often of the same word.
    last: usize,
}

impl Lists {
    fn list(&mut self, word: &str) -> Option<&mut Vec<u32>> {
        if self.words.get(self.last).is_none_or(|last| last.0 != *word) {
            self.last = if let Some(known) = self.known.get(word) {
                *known
            } else {
                let own = Word::from(word);
                self.known.insert(own.clone(), self.words.len());
                self.words.push((own, Vec::new()));
                self.words.len() - 1
            };
        }
        self.words.get_mut(self.last).map(|row| &mut row.1)
    }

    fn push(&mut self, word: &str, position: u32) {
        if let Some(list) = self.list(word) {
            list.push(position);
        }
    }

    /// Adds what comes after all that is here, of positions from `first`.
    fn append(&mut self, first: u32, later: Self) {
        for (word, positions) in later.words {
            if let Some(list) = self.list(&word) {
                list.extend(positions.into_iter().map(|position| first + position));
            }
        }
    }

    pub(super) fn get(&self, word: &str) -> Option<&Vec<u32>> {
        self.words.get(*self.known.get(word)?).map(|row| &row.1)
    }
}

/// Formats that show one thing and can carry another: a file embedded in them is not seen.
const SHOWING: [&str; 10] = ["xlsx", "workbook", "ods", "docx", "pptx", "odt", "odf", "pdf", "rtf", "html"];
/// Others in which something lies nearly always.
const HOLDING: [&str; 26] = [
    "zip", "tar", "gzip", "bzip2", "xz", "zstd", "lz4", "sevenz", "7z", "cab", "iso", "ar", "cpio", "rpm", "mail", "mbox", "msg",
    "pst", "disk", "ext", "fat", "ntfs", "qcow", "vdi", "vhd", "vmdk",
];

/// Whether something may be embedded in artifacts of a type, and whether these show one thing and can carry another.
pub(super) fn holds(kind: &str) -> Option<bool> {
    let shows = SHOWING.contains(&kind);
    (shows || HOLDING.contains(&kind)).then_some(shows)
}

/// What was seen.
#[derive(Default)]
pub(super) struct Survey {
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
    /// Artifacts of which there is something to say.
    pub told: Vec<u32>,
    /// Artifacts with gaps.
    pub gapped: Vec<u32>,
    /// Artifacts in folders whose path has a shape in place of a name; of those that follow each other in one the first.
    pub masked: Vec<u32>,
    /// Bytes of text of each artifact: what is seen, and what is not.
    pub volumes: Vec<(u64, u64)>,
    /// Artifacts with text that are embedded in something: which of `outers` that is.
    pub embedded: Vec<(u32, u32)>,
    /// Whether anybody has a photograph by the page alone.
    pub linked: bool,
    /// Pieces in which a class has anything, by the class's bit.
    pub places: Vec<Vec<Place>>,
    /// Artifacts by type.
    pub types: Lists,
    /// Artifacts that are a configuration of a product.
    pub products: Lists,
    /// Artifacts with results of other tools.
    pub runs: Vec<u32>,
    /// For each artifact a number that is the same where everything is that few artifacts differ in: type, encryption, permission and
    /// the like.
    pub profiles: Vec<u32>,
    /// The position of the first artifact of each profile.
    pub firsts: Vec<u32>,
    /// When each artifact was last changed: seconds since 1970 UTC.
    pub modified: Vec<i64>,
    /// Which artifacts each glob matches.
    pub sides: Vec<Side>,
    /// What came out for checks of what each has by itself.
    pub answers: Vec<Answer>,
    /// Marks and sizes: which bytes lie in several artifacts is told by both. Nought where nobody can say.
    pub marks: Vec<(u64, u64)>,
    /// What something is embedded in.
    pub outers: Vec<Word>,
    /// Where most of that is: artifacts of such types (see [`holds`]), and whether they show something.
    pub holders: Vec<(u32, bool)>,
    numbers: Profiles,
    /// The folder of the last artifact, and which of its components is the first that is a shape.
    folder: Option<(u32, Option<u32>)>,
}

/// The paths of what something is embedded in, the innermost first.
pub(super) fn outside(path: &str) -> impl Iterator<Item = &str> {
    let outer = |path: &str| memchr::memrchr_iter(b'!', path.as_bytes()).find(|at| path.as_bytes().get(at + 1) == Some(&b'/'));
    std::iter::successors(Some(path), move |path| outer(path).and_then(|at| path.get(..at))).skip(1)
}

/// What is made of each stretch of the artifacts, several at once, with the position of its first.
pub(super) fn over<O: Default + Send>(artifacts: &Artifacts, look: impl Fn(&mut O, At, &Artifact) + Sync) -> Vec<(u32, O)> {
    artifacts.walk(WALKERS, look)
}

/// Who looks, and for what.
pub(super) struct Looker<'l> {
    /// The bit of each class.
    bits: HashMap<&'l str, usize>,
    classes: usize,
    /// None where one of them is no glob.
    globs: Option<&'l Globs>,
    /// Checks of what each has by itself, and what they ask of.
    alone: Vec<(&'l Check, Reach)>,
}

impl<'l> Looker<'l> {
    pub(super) fn new(classes: &'l [String], globs: Option<&'l Globs>, alone: &'l [&'l Check]) -> Self {
        let own = classes.iter().take(MOST_BITS);
        let alone = alone.iter().map(|check| (*check, Reach::of(check, globs))).collect();
        Self { bits: own.clone().enumerate().map(|row| (row.1.as_str(), row.0)).collect(), classes: own.len(), globs, alone }
    }

    /// For all classes, globs and checks.
    pub(super) fn make_room(&self, seen: &mut Survey) {
        if seen.places.len() < self.classes {
            seen.places.resize_with(self.classes, Vec::new);
        }
        let globs = self.globs.map_or(0, Globs::len);
        if seen.sides.len() < globs {
            seen.sides.resize_with(globs, Side::default);
        }
        if seen.answers.len() < self.alone.len() {
            seen.answers.resize_with(self.alone.len(), Answer::default);
        }
    }

    /// Looks at the next one of a stretch, by its position in that; whether somebody is likely to ask for it.
    pub(super) fn look(&self, Look { seen, folder, hits }: &mut Look, at: u32, artifact: &Artifact) -> bool {
        if at == 0 {
            self.make_room(seen);
        }
        let mut likely = seen.meet(at, artifact, &self.bits);
        hits.clear();
        if let Some(globs) = self.globs {
            globs.each(&artifact.path, folder, |hit| {
                likely |= globs.is_picky(hit);
                hits.push(hit);
                if let Some(side) = seen.sides.get_mut(hit) {
                    side.push(at);
                }
            });
        }
        for ((check, reach), answer) in self.alone.iter().zip(&mut seen.answers) {
            likely |= reach.has(hits) && answer.ask(check, at, artifact);
        }
        likely
    }
}

/// A stretch that is looked at.
#[derive(Default)]
pub(super) struct Look {
    pub seen: Survey,
    /// The globs that match the last one.
    hits: Vec<usize>,
    /// Where the last one was.
    folder: Folder,
}

impl Survey {
    /// Nothing yet, with room for what is known of each of so many: there may be a million of them.
    pub(super) fn expecting(number: usize) -> Self {
        Self {
            sizes: Vec::with_capacity(number),
            volumes: Vec::with_capacity(number),
            profiles: Vec::with_capacity(number),
            modified: Vec::with_capacity(number),
            marks: Vec::with_capacity(number),
            ..Self::default()
        }
    }

    /// Looks at everything once; sides and answers are in the order of globs and checks.
    pub(super) fn of(evidence: &Evidence, looker: &Looker<'_>) -> Self {
        let walked = over(&evidence.artifacts, |own: &mut Look, at, artifact| {
            looker.look(own, at.within, artifact);
        });
        let mut out = Self::expecting(evidence.artifacts.len());
        looker.make_room(&mut out);
        for (first, own) in walked {
            out.append(first, own.seen);
        }
        out.settle();
        out
    }

    /// Nothing more comes.
    pub(super) fn settle(&mut self) {
        let all = self.sizes.len();
        self.sides.iter_mut().for_each(|side| side.settle(all));
        self.answers.iter_mut().for_each(|answer| answer.settle(all));
    }

    /// Adds what comes after all that is here, the first of it at `first`.
    pub(super) fn append(&mut self, first: u32, mut own: Self) {
        self.whole = self.whole.plus(own.whole);
        self.extent.join(own.extent);
        self.counts.gaps += own.counts.gaps;
        self.counts.encrypted += own.counts.encrypted;
        self.counts.crashed += own.counts.crashed;
        self.sizes.append(&mut own.sizes);
        for (list, own) in [
            (&mut self.unread, own.unread),
            (&mut self.open, own.open),
            (&mut self.told, own.told),
            (&mut self.gapped, own.gapped),
            (&mut self.masked, own.masked),
            (&mut self.runs, own.runs),
        ] {
            list.extend(own.into_iter().map(|position| first + position));
        }
        self.linked |= own.linked;
        for (list, own) in self.places.iter_mut().zip(own.places) {
            list.extend(own.into_iter().map(|place| (first + place.0, place.1)));
        }
        self.types.append(first, own.types);
        self.products.append(first, own.products);
        let profiles = own.numbers.all.into_iter().zip(own.firsts);
        let number = |(profile, position): (Profile, u32)| {
            let number = self.numbers.number(profile);
            if self.firsts.len() < self.numbers.all.len() {
                self.firsts.push(first + position);
            }
            number
        };
        let numbers: Vec<u32> = profiles.map(number).collect();
        self.modified.append(&mut own.modified);
        self.profiles.extend(own.profiles.iter().map(|number| numbers.get(*number as usize).copied().unwrap_or(0)));
        for (side, own) in self.sides.iter_mut().zip(own.sides) {
            side.append(first, own);
        }
        for (answer, own) in self.answers.iter_mut().zip(own.answers) {
            answer.append(first, own);
        }
        self.marks.append(&mut own.marks);
        self.volumes.append(&mut own.volumes);
        let before = self.outers.len() as u32;
        self.embedded.extend(own.embedded.into_iter().map(|row| (first + row.0, before + row.1)));
        self.outers.append(&mut own.outers);
        self.holders.extend(own.holders.into_iter().map(|row| (first + row.0, row.1)));
    }

    /// One artifact; whether something may be embedded in it.
    fn meet(&mut self, position: u32, artifact: &Artifact, bits: &HashMap<&str, usize>) -> bool {
        self.whole.add(artifact.size, artifact.read != Read::None);
        self.extent.add(artifact);
        self.sizes.push(artifact.size);
        self.types.push(&artifact.kind, position);
        if tells(artifact) {
            self.hear(position, artifact, bits);
        }
        let (number, shows) = self.numbers.of(artifact);
        if self.firsts.len() < self.numbers.all.len() {
            self.firsts.push(position);
        }
        self.modified.push(artifact.modified);
        let volume = volume(artifact);
        self.volumes.push(volume);
        self.profiles.push(number);
        let known = artifact.size > 0 && artifact.mark != 0;
        self.marks.push(if known { (artifact.mark, artifact.size) } else { (0, 0) });
        if let Some(shows) = shows {
            self.holders.push((position, shows));
        }
        // what lies in one thing lies side by side
        if let Some(outer) = outside(&artifact.path).next() {
            if self.outers.last().is_none_or(|last| last != outer) {
                self.outers.push(outer.into());
            }
            if volume != (0, 0) {
                self.embedded.push((position, self.outers.len() as u32 - 1));
            }
        }
        let masked = artifact.masked.filter(|first| artifact.path.matches('/').count() > *first as usize);
        if masked.is_some() && self.folder != Some((artifact.folder, masked)) {
            self.masked.push(position);
        }
        self.folder = Some((artifact.folder, masked));
        shows.is_some()
    }

    /// What an artifact has to say of which there is something to say.
    fn hear(&mut self, position: u32, artifact: &Artifact, bits: &HashMap<&str, usize>) {
        let mut note = |list: fn(&mut Self) -> &mut Vec<u32>, is: bool| {
            if is {
                list(self).push(position);
            }
        };
        note(|own| &mut own.told, true);
        note(|own| &mut own.unread, artifact.read == Read::None);
        note(|own| &mut own.open, undecided(artifact));
        note(|own| &mut own.gapped, !artifact.gaps.is_empty());
        note(|own| &mut own.runs, artifact.parts.iter().any(|part| part.run.is_some()));
        let full = artifact.read == Read::Full;
        self.counts.gaps += u64::from(!full);
        self.counts.encrypted += u64::from(!full && artifact.encryption == Encryption::Strong);
        self.counts.crashed += u64::from(artifact.gaps.iter().any(|gap| gap.kind == GapKind::Crashed));
        let documents = artifact.parts.iter().filter_map(|part| part.document.as_ref());
        let mut own: Vec<&str> = documents.map(|row| &*row.product).collect();
        own.sort_unstable();
        own.dedup();
        for product in own {
            self.products.push(product, position);
        }
        for (place, part) in (0_u32..).zip(&artifact.parts) {
            self.hold((position, place), part, bits);
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
        // of any length, as they come in a file
        let (looker, mut survey, mut left) =
            (Looker::new(&evidence.classes, None, &[]), Survey::default(), evidence.artifacts.some(0..1_000));
        looker.make_room(&mut survey);
        for size in [1, 63, 64, 65, 200, 7, 600] {
            let mut own = Look::default();
            let (some, rest) = left.split_at(size);
            for (at, artifact) in (0_u32..).zip(some) {
                looker.look(&mut own, at, artifact);
            }
            survey.append(1_000 - left.len() as u32, own.seen);
            left = rest.to_vec().into();
        }
        survey.settle();
        let such = |is: &dyn Fn(&Artifact) -> bool| -> Vec<u32> {
            (0_u32..).zip(evidence.artifacts.iter()).filter(|row| is(row.1)).map(|row| row.0).collect()
        };
        assert_eq!(survey.gapped, such(&|one| !one.gaps.is_empty()));
        assert!(
            !survey.masked.is_empty()
                && survey.masked.iter().all(|position| such(&|one| one.masked == Some(1)).contains(position))
        );
        assert_eq!(survey.unread, such(&|one| one.read == Read::None));
        assert_eq!(survey.open, such(&undecided));
        assert_eq!(survey.told, such(&tells));
        for kind in ["text", "csv", "jpeg"] {
            assert_eq!(survey.types.get(kind), Some(&such(&|one| one.kind == *kind)));
        }
        let places: Vec<Place> = such(&|one| !one.parts.is_empty()).into_iter().map(|position| (position, 0)).collect();
        assert_eq!(survey.places, [Vec::new(), places]);
        assert_eq!(survey.whole.number, 1_000);
        assert_eq!(survey.whole.bytes, evidence.artifacts.iter().map(|one| one.size).sum::<u64>());
        assert_eq!(survey.whole.read + survey.unread.len() as u64, 1_000);
        let counts = (survey.counts.gaps, survey.counts.encrypted, survey.counts.crashed);
        assert_eq!(counts, (survey.unread.len() as u64, survey.unread.len() as u64, survey.gapped.len() as u64));
        assert_eq!(survey.outers.len(), such(&|one| one.path.contains("!/")).len());
        assert!(survey.outers.first().is_some_and(|outer| *outer == "f0/b.zip!/c"));
        let alike = |one: &Artifact| (one.kind.to_string(), one.encryption, one.read, one.extension_matches);
        for (at, one) in evidence.artifacts.iter().enumerate() {
            let first = evidence.artifacts.iter().position(|other| alike(other) == alike(one)).unwrap_or(0);
            assert_eq!(survey.profiles.get(at), survey.profiles.get(first), "{at}");
            assert_eq!(survey.firsts.get(survey.profiles[at] as usize), Some(&(first as u32)), "{at}");
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
        let survey = Survey::of(&evidence, &Looker::new(&evidence.classes, None, &[]));
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
