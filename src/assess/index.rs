//! Where in the evidence what lies: look-ups, made once, that spare each control a walk over every artifact. Pure: no file, clock or
//! network; what is found through it is what a walk would find, in the same order.

use super::alone::{self, Answer};
use super::context::{Scope, extent};
use super::globs::Globs;
use super::select;
use super::side::Side;
use super::survey::{Look, Looker, Place, Sums, Survey, over};
use crate::model::evidence::{Artifact, Evidence};
use crate::model::packed::{Broken, Packed};
use crate::model::people::{PeopleIndex, PersonAt};
use crate::model::policy::{Check, Policy};
use foldhash::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The look-ups.
pub(super) struct Index<'a> {
    evidence: &'a Evidence,
    people: Option<&'a PeopleIndex>,
    /// What every artifact says.
    pub survey: Survey,
    /// Resources by kind.
    resources: HashMap<&'a str, Vec<u32>>,
    /// The rows of each artifact: where the next one's begin.
    rows: Vec<u32>,
    /// Which artifacts each glob of the policy matches.
    globs: HashMap<String, Side>,
    /// Checks that are answered.
    alone: Vec<&'a Check>,
    extents: Mutex<HashMap<Vec<String>, Arc<Extent>>>,
    quiet: OnceLock<Quiet>,
    persons: OnceLock<Vec<u32>>,
}

/// What one look at every artifact says, with what was looked for.
pub(super) struct Looked<'p> {
    survey: Survey,
    globs: Vec<String>,
    /// The checks whose answers it has, in their order.
    alone: Vec<&'p Check>,
}

/// Globs that checks have, each once, and their matcher; that is none where one of them is no glob: then each is looked at by itself.
fn matcher<'g>(globs: impl Iterator<Item = &'g str>) -> (Vec<String>, Option<Globs>) {
    let mut known: Vec<&str> = globs.map(|glob| glob.trim_start_matches('!')).collect();
    known.sort_unstable();
    known.dedup();
    let globs = Globs::new(&known);
    (known.into_iter().map(str::to_owned).collect(), globs)
}

impl<'p> Looked<'p> {
    /// Looks at everything once, for the checks of a policy.
    pub(super) fn of(evidence: &Evidence, policy: &'p Policy) -> Self {
        Self::looking(evidence, select::globs(policy), alone::checks(policy))
    }

    fn looking<'g>(evidence: &Evidence, globs: impl Iterator<Item = &'g str>, alone: Vec<&'p Check>) -> Self {
        let (globs, matcher) = matcher(globs);
        let looker = Looker::new(&evidence.classes, matcher.as_ref(), &alone);
        Self { survey: Survey::of(evidence, &looker), globs, alone }
    }

    /// Looks at everything as it is read: evidence, and its digest.
    pub(super) fn reading(packed: Packed, policy: &'p Policy) -> Result<(Evidence, String, Self), Broken> {
        let ((globs, matcher), alone) = (matcher(select::globs(policy)), alone::checks(policy));
        let classes = packed.head().classes.clone();
        let looker = Looker::new(&classes, matcher.as_ref(), &alone);
        let mut survey = Survey::expecting(packed.expected());
        looker.make_room(&mut survey);
        let look = |own: &mut Look, at: u32, artifact: &Artifact| looker.look(own, at, artifact);
        let (evidence, digest) = packed.read(look, |first, own: Look| survey.append(first, own.seen))?;
        survey.settle();
        Ok((evidence, digest, Self { survey, globs, alone }))
    }
}

/// Artifacts in which nothing was found: those of a profile differ in nothing but their name, size, time and bytes.
#[derive(Default)]
pub(super) struct Quiet {
    /// For each profile one of them, and how many there are.
    pub groups: Vec<(u32, u64)>,
    /// All others, in the order of the evidence.
    pub loud: Vec<u32>,
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
    /// Over what was seen of all the evidence.
    pub(super) fn new(evidence: &'a Evidence, Looked { mut survey, globs, alone }: Looked<'a>) -> Self {
        let sides = std::mem::take(&mut survey.sides);
        let mut out = Self {
            evidence,
            people: None,
            survey,
            resources: HashMap::default(),
            rows: vec![0; evidence.artifacts.len() + 1],
            globs: globs.into_iter().zip(sides).collect(),
            alone,
            extents: Mutex::default(),
            quiet: OnceLock::new(),
            persons: OnceLock::new(),
        };
        for (position, resource) in (0_u32..).zip(&evidence.resources) {
            out.resources.entry(resource.kind.as_str()).or_default().push(position);
        }
        out
    }

    /// Pieces in which any of some classes has anything, in the order of the evidence.
    pub(super) fn places(&self, bits: impl Iterator<Item = u8>) -> Vec<Place> {
        let lists = bits.filter_map(|bit| self.survey.places.get(usize::from(bit)));
        merged(lists)
    }

    /// The answers to a check that asks every file of what it has by itself.
    pub(super) fn answer(&self, check: &Check) -> Option<&Answer> {
        self.survey.answers.get(self.alone.iter().position(|known| std::ptr::eq(*known, check))?)
    }

    /// Artifacts of some types, in the order of the evidence.
    pub(super) fn types<'s>(&self, types: impl Iterator<Item = &'s str>) -> Vec<u32> {
        merged(types.filter_map(|kind| self.survey.types.get(kind)))
    }

    /// Artifacts that are configurations of some products, or should be, in the order of the evidence.
    pub(super) fn products<'s>(&self, products: impl Iterator<Item = &'s str>) -> Vec<u32> {
        // what should be one and was not kept has no more than its type
        merged(products.flat_map(|product| [self.survey.products.get(product), self.survey.types.get(product)]).flatten())
    }

    /// Resources of some kinds, in the order of the evidence.
    pub(super) fn resources<'s>(&self, kinds: impl Iterator<Item = &'s str>) -> Vec<u32> {
        merged(kinds.filter_map(|kind| self.resources.get(kind)))
    }

    /// Artifacts with results of other tools.
    pub(super) fn runs(&self) -> &[u32] {
        &self.survey.runs
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
                        side.push(position);
                    }
                });
                (side, false)
            }
            _ => {
                let scope = Scope::new(globs);
                let inside = over(&self.evidence.artifacts, |inside: &mut Vec<u32>, at, artifact| {
                    inside.extend(scope.has(&artifact.path).then(|| at.position()));
                });
                (Side::of(inside.into_iter().flat_map(|row| row.1).collect(), all), false)
            }
        };
        let sums = if side.len() == all { self.survey.whole } else { self.sums(&side) };
        let inside = if outside { self.survey.whole.less(sums) } else { sums };
        let mut made = Extent {
            side,
            outside,
            seen: (inside.number, inside.bytes),
            unread: (0, 0),
            empty: inside.read == 0,
            people: OnceLock::new(),
        };
        let open = self.survey.open.iter().filter(|position| made.has(**position));
        let open = open.filter_map(|position| self.evidence.artifacts.get(*position as usize));
        made.unread = open.fold((0, 0), |sum, artifact| (sum.0 + 1, extent(artifact).saturating_add(sum.1)));
        made
    }

    /// Sums over some artifacts.
    fn sums(&self, side: &Side) -> Sums {
        let (mut sums, mut unread) = (Sums::default(), self.survey.unread.iter().copied().peekable());
        side.each(|position| {
            while unread.peek().is_some_and(|next| *next < position) {
                unread.next();
            }
            let bytes = self.survey.sizes.get(position as usize).copied().unwrap_or(0);
            sums.add(bytes, unread.peek() != Some(&position));
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

    /// Artifacts in which nothing was found, with all others; `embeds` says whether something is embedded in one.
    pub(super) fn quiet(&self, embeds: impl Fn(u32) -> bool) -> &Quiet {
        self.quiet.get_or_init(|| {
            let (mut out, mut groups) = (Quiet::default(), Vec::new());
            let mut told = self.survey.told.iter().copied().peekable();
            for (position, profile) in (0_u32..).zip(&self.survey.profiles) {
                if told.next_if_eq(&position).is_some() || embeds(position) {
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
        let index = Index::new(&evidence, Looked::looking(&evidence, globs.iter().copied(), Vec::new()));
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
