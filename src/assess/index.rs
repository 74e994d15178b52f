//! Where in the evidence what lies: look-ups, made once, that spare each control a walk over every artifact. Pure: no file, clock or
//! network; what is found through it is what a walk would find, in the same order.

use super::context::{self, Scope, extent};
use super::globs::{Folder, Globs};
use crate::model::evidence::{Artifact, Encryption, Evidence, GapKind, Opened, Read};
use crate::model::people::{PeopleIndex, PersonAt};
use foldhash::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Threads that look at paths: as many on every machine.
const LOOKERS: usize = 2;

/// A piece of an artifact: positions in the evidence.
pub(super) type Place = (u32, u32);

/// The look-ups.
pub(super) struct Index<'a> {
    evidence: &'a Evidence,
    people: Option<&'a PeopleIndex>,
    /// Pieces in which a class has anything, by the class's bit.
    places: Vec<Vec<Place>>,
    /// Artifacts by type.
    types: Lists<'a>,
    /// Artifacts that are a configuration of a product, or should be.
    products: Lists<'a>,
    /// Artifacts with results of other tools.
    runs: Vec<u32>,
    /// Resources by kind.
    resources: HashMap<&'a str, Vec<u32>>,
    /// The rows of each artifact: where the next one's begin.
    rows: Vec<u32>,
    /// Artifacts of which nobody can say what they hold.
    open: Vec<u32>,
    /// Everything.
    whole: Sums,
    /// Which artifacts each glob of the policy matches.
    globs: HashMap<String, Side>,
    extents: Mutex<HashMap<Vec<String>, Arc<Extent>>>,
    profiles: OnceLock<Vec<u32>>,
    quiet: OnceLock<Quiet>,
    counts: OnceLock<Counts>,
    persons: OnceLock<Vec<u32>>,
}

/// Sums over artifacts.
#[derive(Clone, Copy, Default)]
struct Sums {
    number: u64,
    bytes: u64,
    /// Those of which anything was read.
    read: u64,
}

impl Sums {
    fn add(&mut self, artifact: &Artifact) {
        self.number += 1;
        self.bytes = self.bytes.wrapping_add(artifact.size);
        self.read += u64::from(artifact.read != Read::None);
    }

    fn less(self, other: Self) -> Self {
        Self { number: self.number - other.number, bytes: self.bytes.wrapping_sub(other.bytes), read: self.read - other.read }
    }
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

/// Artifacts in which nothing was found: those of a profile differ in nothing but their name, size, time and bytes.
#[derive(Default)]
pub(super) struct Quiet {
    /// For each profile one of them, and how many there are.
    pub groups: Vec<(u32, u64)>,
    /// All others, in the order of the evidence.
    pub loud: Vec<u32>,
}

/// Facts of the whole delivery.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    /// Artifacts not read whole.
    pub gaps: u64,
    /// Artifacts whose bytes lie elsewhere, too.
    pub duplicates: u64,
    /// Strongly encrypted ones that were not read.
    pub encrypted: u64,
    /// Artifacts that brought a reader down.
    pub crashed: u64,
}

/// Which artifacts some globs let in.
pub(super) struct Extent {
    /// Positions: those inside, or those outside where the globs only leave out.
    side: Side,
    /// Whether `side` is those outside.
    outside: bool,
    /// How many artifacts are inside, and their bytes.
    pub seen: (u64, u64),
    /// The same of those of which nobody can say what they hold.
    pub unread: (u64, u64),
    /// Whether nothing inside was read.
    pub empty: bool,
    people: OnceLock<u64>,
}

/// A set of positions: a list where it is short, else a bit for each artifact.
enum Side {
    List(Vec<u32>),
    Bits(Vec<u64>),
}

impl Side {
    fn of(list: Vec<u32>, all: usize) -> Self {
        if list.len() <= all / 32 {
            return Self::List(list);
        }
        let mut out = Self::bits(all);
        for position in list {
            out.push(position, all);
        }
        out
    }

    /// Nothing yet, with a bit for each artifact.
    fn bits(all: usize) -> Self {
        Self::Bits(vec![0; all.div_ceil(64)])
    }

    /// One more, which comes after all others.
    fn push(&mut self, position: u32, all: usize) {
        match self {
            Self::List(list) => {
                list.push(position);
                if list.len() > all / 32 {
                    *self = Self::of(std::mem::take(list), all);
                }
            }
            Self::Bits(bits) => {
                if let Some(word) = bits.get_mut(position as usize / 64) {
                    *word |= 1 << (position % 64);
                }
            }
        }
    }

    /// All of several.
    fn union(sides: &[&Self], all: usize) -> Self {
        if sides.iter().any(|side| matches!(side, Self::Bits(_))) {
            let mut out = Self::bits(all);
            for side in sides {
                side.each(|position| out.push(position, all));
            }
            return out;
        }
        let mut list = Vec::new();
        for side in sides {
            side.each(|position| list.push(position));
        }
        list.sort_unstable();
        list.dedup();
        Self::of(list, all)
    }

    fn has(&self, position: u32) -> bool {
        match self {
            Self::List(list) => list.binary_search(&position).is_ok(),
            Self::Bits(bits) => bits.get(position as usize / 64).is_some_and(|word| word & (1 << (position % 64)) != 0),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::List(list) => list.len(),
            Self::Bits(bits) => bits.iter().map(|word| word.count_ones() as usize).sum(),
        }
    }

    fn each(&self, mut with: impl FnMut(u32)) {
        match self {
            Self::List(list) => list.iter().for_each(|position| with(*position)),
            Self::Bits(bits) => {
                for (at, word) in (0_u32..).zip(bits) {
                    let mut rest = *word;
                    while rest != 0 {
                        with(at * 64 + rest.trailing_zeros());
                        rest &= rest - 1;
                    }
                }
            }
        }
    }
}

impl Extent {
    /// Whether an artifact is inside.
    pub(super) fn has(&self, position: u32) -> bool {
        self.side.has(position) != self.outside
    }

    /// Each position that is inside, of so many, ascending.
    pub(super) fn each(&self, all: usize, with: &mut dyn FnMut(u32)) {
        if self.outside {
            (0..all as u32).filter(|position| !self.side.has(*position)).for_each(with);
        } else {
            self.side.each(with);
        }
    }
}

impl<'a> Index<'a> {
    /// Looks at everything once. `globs` are those that the policy's checks have.
    pub(super) fn new<'g>(evidence: &'a Evidence, globs: impl Iterator<Item = &'g str>) -> Self {
        let mut known: Vec<&str> = globs.map(|glob| glob.trim_start_matches('!')).collect();
        known.sort_unstable();
        known.dedup();
        // where one is none, each is looked at by itself
        let globs = Globs::new(&known).map(|all| matches(evidence, &all, &known)).unwrap_or_default();
        let bits: HashMap<&str, usize> = evidence.classes.iter().enumerate().map(|row| (row.1.as_str(), row.0)).collect();
        let mut out = Self {
            evidence,
            people: None,
            places: vec![Vec::new(); evidence.classes.len()],
            types: Lists::default(),
            products: Lists::default(),
            runs: Vec::new(),
            resources: HashMap::default(),
            rows: vec![0; evidence.artifacts.len() + 1],
            open: Vec::new(),
            whole: Sums::default(),
            globs,
            extents: Mutex::default(),
            profiles: OnceLock::new(),
            quiet: OnceLock::new(),
            counts: OnceLock::new(),
            persons: OnceLock::new(),
        };
        for (position, artifact) in (0_u32..).zip(&evidence.artifacts) {
            out.whole.add(artifact);
            if context::undecided(artifact) {
                out.open.push(position);
            }
            out.types.push(&artifact.kind, position);
            let documents = artifact.parts.iter().filter_map(|part| part.document.as_ref());
            let mut own: Vec<&str> = documents.map(|row| &*row.product).collect();
            own.sort_unstable();
            own.dedup();
            // what should be one and was not kept stands under its type
            if own.is_empty() {
                out.products.push(&artifact.kind, position);
            }
            for product in own {
                out.products.push(product, position);
            }
            if artifact.parts.iter().any(|part| part.run.is_some()) {
                out.runs.push(position);
            }
            for (number, part) in (0_u32..).zip(&artifact.parts) {
                let mut there: Vec<usize> = part.tallies.keys().filter_map(|class| bits.get(class.as_str()).copied()).collect();
                let columns = part.columns.iter().filter_map(|column| column.class.as_deref());
                there.extend(columns.filter_map(|class| bits.get(class).copied()));
                there.extend(part.sets.iter().flat_map(|tally| tally.set.bits()).map(usize::from));
                if part.photographs_by_page > 0 {
                    there.extend(bits.get("photograph"));
                }
                there.sort_unstable();
                there.dedup();
                for bit in there {
                    if let Some(places) = out.places.get_mut(bit) {
                        places.push((position, number));
                    }
                }
            }
        }
        for (position, resource) in (0_u32..).zip(&evidence.resources) {
            out.resources.entry(resource.kind.as_str()).or_default().push(position);
        }
        out
    }

    /// Pieces in which any of some classes has anything, in the order of the evidence.
    pub(super) fn places(&self, bits: impl Iterator<Item = u8>) -> Vec<Place> {
        let lists = bits.filter_map(|bit| self.places.get(usize::from(bit)));
        merged(lists)
    }

    /// Artifacts of some types, in the order of the evidence.
    pub(super) fn types<'s>(&self, types: impl Iterator<Item = &'s str>) -> Vec<u32> {
        merged(types.filter_map(|kind| self.types.get(kind)))
    }

    /// Artifacts that are configurations of some products, or should be, in the order of the evidence.
    pub(super) fn products<'s>(&self, products: impl Iterator<Item = &'s str>) -> Vec<u32> {
        merged(products.filter_map(|product| self.products.get(product)))
    }

    /// Resources of some kinds, in the order of the evidence.
    pub(super) fn resources<'s>(&self, kinds: impl Iterator<Item = &'s str>) -> Vec<u32> {
        merged(kinds.filter_map(|kind| self.resources.get(kind)))
    }

    /// Artifacts with results of other tools.
    pub(super) fn runs(&self) -> &[u32] {
        &self.runs
    }

    /// Which artifacts globs let in: those with `!` exclude, the others (if any) include.
    pub(super) fn extent(&self, globs: &[String]) -> Arc<Extent> {
        let known = self.extents.lock().unwrap_or_else(PoisonError::into_inner).get(globs).cloned();
        known.unwrap_or_else(|| {
            let made = Arc::new(self.make(globs));
            self.extents.lock().unwrap_or_else(PoisonError::into_inner).insert(globs.to_vec(), made.clone());
            made
        })
    }

    fn make(&self, globs: &[String]) -> Extent {
        let all = self.evidence.artifacts.len();
        let (out, into): (Vec<&String>, Vec<&String>) = globs.iter().partition(|glob| glob.starts_with('!'));
        let known = |globs: &[&String]| -> Option<Vec<&Side>> {
            globs.iter().map(|glob| self.globs.get(glob.trim_start_matches('!'))).collect()
        };
        let (side, outside) = match (known(&into), known(&out)) {
            (Some(into), Some(out)) if into.is_empty() => (Side::union(&out, all), true),
            (Some(into), Some(out)) => {
                let (included, excluded) = (Side::union(&into, all), Side::union(&out, all));
                let mut side = Side::List(Vec::new());
                included.each(|position| {
                    if !excluded.has(position) {
                        side.push(position, all);
                    }
                });
                (side, false)
            }
            _ => {
                let scope = Scope::new(globs);
                let inside = (0_u32..).zip(&self.evidence.artifacts).filter(|row| scope.has(&row.1.path));
                (Side::of(inside.map(|row| row.0).collect(), all), false)
            }
        };
        let sums = if side.len() == all { self.whole } else { self.sums(&side) };
        let inside = if outside { self.whole.less(sums) } else { sums };
        let mut made = Extent {
            side,
            outside,
            seen: (inside.number, inside.bytes),
            unread: (0, 0),
            empty: inside.read == 0,
            people: OnceLock::new(),
        };
        let open = self.open.iter().filter(|position| made.has(**position));
        let open = open.filter_map(|position| self.evidence.artifacts.get(*position as usize));
        made.unread = open.fold((0, 0), |sum, artifact| (sum.0 + 1, extent(artifact).saturating_add(sum.1)));
        made
    }

    /// Sums over some artifacts.
    fn sums(&self, side: &Side) -> Sums {
        let mut sums = Sums::default();
        side.each(|position| {
            if let Some(artifact) = self.evidence.artifacts.get(position as usize) {
                sums.add(artifact);
            }
        });
        sums
    }

    /// Takes in who is where.
    pub(super) fn meet(&mut self, people: &'a PeopleIndex) {
        self.people = Some(people);
        for row in &people.rows {
            if let Some(count) = self.rows.get_mut(row.artifact as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut self.rows {
            sum += *count;
            *count = sum;
        }
    }

    /// Everybody's rows.
    fn all_rows(&self) -> &'a [PersonAt] {
        self.people.map_or(&[], |people| &people.rows)
    }

    /// The rows of an artifact.
    pub(super) fn rows(&self, position: usize) -> &'a [PersonAt] {
        let ends = (self.rows.get(position), self.rows.get(position + 1));
        let (Some(start), Some(end)) = ends else { return &[] };
        self.all_rows().get(*start as usize..*end as usize).unwrap_or(&[])
    }

    /// Persons who are known exactly and have a row inside.
    pub(super) fn people_inside(&self, extent: &Extent) -> u64 {
        *extent.people.get_or_init(|| {
            let mut of_side: HashMap<u32, u32> = HashMap::default();
            extent.side.each(|position| {
                for row in self.rows(position as usize) {
                    *of_side.entry(row.person).or_insert(0) += 1;
                }
            });
            if !extent.outside {
                return of_side.len() as u64;
            }
            let whole = self.persons.get_or_init(|| {
                let mut rows = vec![0; self.people.map_or(0, |people| people.exact as usize)];
                for row in self.all_rows() {
                    if let Some(count) = rows.get_mut(row.person as usize) {
                        *count += 1;
                    }
                }
                rows
            });
            let anywhere = whole.iter().filter(|rows| **rows > 0).count();
            // whoever has all rows outside is not inside
            let gone = of_side.iter().filter(|row| whole.get(*row.0 as usize) == Some(row.1)).count();
            (anywhere - gone) as u64
        })
    }

    /// For each artifact a number that is the same where everything is that few artifacts differ in: type, encryption, permission and
    /// the like.
    pub(super) fn profiles(&self) -> &[u32] {
        self.profiles.get_or_init(|| {
            let mut known: HashMap<Profile<'a>, u32> = HashMap::default();
            let mut last: Option<(Profile<'a>, u32)> = None;
            let number = |artifact: &'a Artifact| {
                let own = Profile {
                    kind: &artifact.kind,
                    owner: artifact.owner.as_deref(),
                    mode: artifact.mode,
                    encryption: artifact.encryption,
                    opened: artifact.opened.map(Opened::name),
                    read: artifact.read == Read::Full,
                    agrees: artifact.extension_matches,
                    hidden: artifact.parts.iter().any(|part| part.hidden.is_some()),
                };
                // the next one is often like the last
                if let Some((_, number)) = last.filter(|last| last.0 == own) {
                    return number;
                }
                let next = known.len() as u32;
                let number = *known.entry(own).or_insert(next);
                last = Some((own, number));
                number
            };
            self.evidence.artifacts.iter().map(number).collect()
        })
    }

    /// Artifacts in which nothing was found, with all others; `embeds` says whether something is embedded in one.
    pub(super) fn quiet(&self, embeds: impl Fn(u32) -> bool) -> &Quiet {
        self.quiet.get_or_init(|| {
            let (mut out, mut groups) = (Quiet::default(), Vec::new());
            for ((position, artifact), profile) in (0_u32..).zip(&self.evidence.artifacts).zip(self.profiles()) {
                if !artifact.parts.is_empty() || embeds(position) {
                    out.loud.push(position);
                    continue;
                }
                let at = *profile as usize;
                if groups.len() <= at {
                    groups.resize(at + 1, (position, 0));
                }
                if let Some((first, count)) = groups.get_mut(at) {
                    *first = if *count == 0 { position } else { *first };
                    *count += 1;
                }
            }
            out.groups = groups.into_iter().filter(|group| group.1 > 0).collect();
            out
        })
    }

    /// Facts of the whole delivery; `copied` says whether an artifact's bytes lie elsewhere, too.
    pub(super) fn counts(&self, copied: impl Fn(&Artifact) -> bool) -> Counts {
        *self.counts.get_or_init(|| {
            let mut out = Counts::default();
            for artifact in &self.evidence.artifacts {
                let unread = artifact.read != Read::Full;
                out.gaps += u64::from(unread);
                out.duplicates += u64::from(copied(artifact));
                out.encrypted += u64::from(unread && artifact.encryption == Encryption::Strong);
                out.crashed += u64::from(artifact.gaps.iter().any(|gap| gap.kind == GapKind::Crashed));
            }
            out
        })
    }
}

/// Positions by a word of which there are few.
#[derive(Default)]
struct Lists<'a> {
    known: HashMap<&'a str, usize>,
    words: Vec<(&'a str, Vec<u32>)>,
    /// The last that was added to: the next one is often of the same word.
    last: usize,
}

impl<'a> Lists<'a> {
    fn push(&mut self, word: &'a str, position: u32) {
        if self.words.get(self.last).is_none_or(|last| last.0 != word) {
            let next = self.words.len();
            self.last = *self.known.entry(word).or_insert(next);
            if self.last == next {
                self.words.push((word, Vec::new()));
            }
        }
        if let Some((_, list)) = self.words.get_mut(self.last) {
            list.push(position);
        }
    }

    fn get(&self, word: &str) -> Option<&Vec<u32>> {
        self.words.get(*self.known.get(word)?).map(|row| &row.1)
    }
}

/// Which artifacts each glob matches: all globs over each path at once.
fn matches(evidence: &Evidence, all: &Globs, globs: &[&str]) -> HashMap<String, Side> {
    let number = evidence.artifacts.len();
    let each = number.div_ceil(LOOKERS).max(1);
    let look = |first: u32, artifacts: &[Artifact]| {
        let mut out: Vec<Side> = globs.iter().map(|_| Side::List(Vec::new())).collect();
        let mut folder = Folder::default();
        for (position, artifact) in (first..).zip(artifacts) {
            all.each(&artifact.path, &mut folder, |hit| {
                if let Some(side) = out.get_mut(hit) {
                    side.push(position, number);
                }
            });
        }
        out
    };
    let mut all: Vec<Side> = globs.iter().map(|_| Side::List(Vec::new())).collect();
    std::thread::scope(|scope| {
        let pieces = evidence.artifacts.chunks(each).zip((0_u32..).step_by(each));
        let looking: Vec<_> = pieces.map(|(artifacts, first)| scope.spawn(move || look(first, artifacts))).collect();
        for own in looking {
            match own.join() {
                Ok(own) => all.iter_mut().zip(own).for_each(|(side, own)| own.each(|position| side.push(position, number))),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    globs.iter().map(|glob| (*glob).to_owned()).zip(all).collect()
}

/// Ascending lists as one, each entry once.
fn merged<'l, T: Copy + Ord + 'l>(lists: impl Iterator<Item = &'l Vec<T>>) -> Vec<T> {
    let lists: Vec<&Vec<T>> = lists.collect();
    match lists.as_slice() {
        [] => Vec::new(),
        [one] => (*one).clone(),
        many => {
            let mut out: Vec<T> = many.iter().flat_map(|list| list.iter().copied()).collect();
            out.sort_unstable();
            out.dedup();
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evidence with an artifact for each path, every third unread.
    fn evidence(paths: &[String]) -> Evidence {
        let artifacts: Vec<serde_json::Value> = (1..)
            .zip(paths)
            .map(|(number, path)| {
                serde_json::json!({"number": number, "path": path, "folder": 1, "type": "text", "extension_matches": true, "size": number,
                    "modified": 0, "mark": number, "encryption": "none", "read": if number % 3 == 0 { "none" } else { "full" }})
            })
            .collect();
        let whole =
            serde_json::json!({"schema": "x", "tool": "x", "detectors": "x", "classes": [], "artifacts": artifacts, "gaps": []});
        match serde_json::from_value(whole) {
            Ok(evidence) => evidence,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn an_extent_is_what_its_globs_let_in_one_by_one() {
        let mut paths = Vec::new();
        for site in 0..30 {
            for name in ["a.txt", "b.env", "deep/c.csv", "deep/er/.env", "x.tar.gz!/inner/a.txt", "Ä b.txt", "e[1].txt"] {
                paths.push(format!("site-{site}/copy-{}/{name}", site % 4));
            }
        }
        let evidence = evidence(&paths);
        let globs = [
            "site-1/**",
            "!site-1/**",
            "site-1*/**",
            "**/*.env",
            "*.txt",
            "!*.txt",
            "a.txt",
            "!a.txt",
            "**",
            "**/deep/**",
            "!**/deep/**",
            "site-2/copy-2/a.txt",
            "*/copy-3/*",
            "**/.env",
            "!**/*.env",
            "site-{1,2,3}/**",
            "x.tar.gz!/**",
            "**/e\\[1\\].txt",
            "none/**",
        ];
        let index = Index::new(&evidence, globs.iter().copied());
        let mut sets: Vec<Vec<String>> = vec![Vec::new(), vec!["not/known/before/*".to_owned()]];
        for one in globs {
            sets.push(vec![one.to_owned()]);
            sets.extend(globs.iter().map(|other| vec![one.to_owned(), (*other).to_owned()]));
        }
        for set in sets {
            let (scope, extent) = (Scope::new(&set), index.extent(&set));
            let inside: Vec<u32> = (0_u32..).zip(&paths).filter(|row| scope.has(row.1)).map(|row| row.0).collect();
            let has: Vec<u32> = (0..paths.len() as u32).filter(|position| extent.has(*position)).collect();
            assert_eq!(has, inside, "{set:?}");
            let mut each = Vec::new();
            extent.each(paths.len(), &mut |position| each.push(position));
            assert_eq!(each, inside, "{set:?}");
            let size = |such: &dyn Fn(u64) -> bool| {
                let numbers = inside.iter().map(|position| u64::from(*position) + 1).filter(|number| such(*number));
                numbers.fold((0, 0), |sum, number| (sum.0 + 1, sum.1 + number))
            };
            assert_eq!((extent.seen, extent.unread), (size(&|_| true), size(&|number| number % 3 == 0)), "{set:?}");
            assert_eq!(extent.empty, size(&|number| number % 3 != 0).0 == 0, "{set:?}");
        }
    }
}
