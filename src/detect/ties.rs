//! Which rows are about one person: union-find over rows. An identifier that two rows share ties them unless what else is known of
//! the two speaks against it: other numbers, or names that have nothing in common.

use super::people::Row;
use crate::model::evidence::{ID_ANY_NUMBER, ID_DIGITS, ID_EMAIL, ID_NAME, ID_NAME_BIRTH, ID_NAME_INITIAL, IdMark};
use foldhash::{HashMap, HashSet};

/// Identifiers that are remembered of one person.
const MOST_CLAIMS: usize = 32;
/// Persons with one identifier whom a further row is compared with, unless it shares a word of the name.
const MOST_COMPARED: usize = 32;
/// Numbers that change in a career, or of which people have several: a different one says nothing.
const CHANGING: [&str; 4] = ["collar_number", "payment_card", "passport_number", "mrz"];

/// What an identifier needs besides itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// A state gives it to one person for life: names do not matter.
    National,
    /// An employer gives it to one person: the name may change, but not all of it.
    Employer,
    /// Of a household or a desk: the first name has to be the same, where it is known.
    Household,
    /// An address, or a name with a birth date.
    Address,
    /// A number beside which many others stand: a placeholder, a department's.
    Shared,
}

impl Rule {
    /// The rule of a class of numbers.
    pub(super) fn of(class: &str) -> Self {
        match class {
            "payment_card" => Self::Household,
            "warrant_number" | "staff_number" | "collar_number" | "" => Self::Employer,
            _ => Self::National,
        }
    }
}

/// What two persons' names have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Alike {
    /// Neither word.
    Different,
    /// The family name.
    Surname,
    /// The first name, or its initial.
    Given,
    /// One of the two has no name.
    Unknown,
    /// All of it.
    Same,
}

/// Whether an identifier is a number.
pub(super) fn is_strong(id: &IdMark) -> bool {
    id.kind < 128 || id.kind == ID_ANY_NUMBER
}

/// Whether an identifier is a bare name.
pub(super) fn is_name(id: &IdMark) -> bool {
    matches!(id.kind, ID_NAME | ID_NAME_INITIAL)
}

/// The mark of the family name in the mark of a name.
fn surname(id: &IdMark) -> u64 {
    id.mark >> 32
}

/// The mark of the first name or initial in the mark of a name.
fn given(id: &IdMark) -> u64 {
    id.mark & 0xffff_ffff
}

/// Persons in the making.
pub(super) struct Ties<'a> {
    rows: &'a [Row<'a>],
    shared: &'a HashSet<IdMark>,
    changing: Vec<u8>,
    parent: Vec<u32>,
    /// What is known of a person of several rows.
    claims: HashMap<u32, Vec<IdMark>>,
}

impl<'a> Ties<'a> {
    /// Every row for itself.
    pub(super) fn new(rows: &'a [Row<'a>], shared: &'a HashSet<IdMark>, classes: &[String]) -> Self {
        let changing = classes.iter().enumerate().filter(|row| CHANGING.contains(&row.1.as_str())).map(|row| row.0 as u8);
        Self { rows, shared, changing: changing.collect(), parent: (0..rows.len() as u32).collect(), claims: HashMap::default() }
    }

    /// The row that stands for a row's person.
    pub(super) fn root(&mut self, node: u32) -> u32 {
        let mut root = node;
        while let Some(parent) = self.parent.get(root as usize).copied().filter(|parent| *parent != root) {
            root = parent;
        }
        let mut at = node;
        while at != root
            && let Some(slot) = self.parent.get_mut(at as usize)
        {
            at = std::mem::replace(slot, root);
        }
        root
    }

    /// Ties the rows that have an identifier, as far as they agree. A row that says nothing else goes with the first: one of them
    /// it is, and it is nobody further.
    pub(super) fn tie(&mut self, id: IdMark, rows: &[u32], rule: Rule) {
        // most are tied by a stronger one already
        let Some(first) = rows.first().map(|row| self.root(*row)) else { return };
        if rows.iter().all(|row| self.root(*row) == first) {
            return;
        }
        let mut roots: Vec<u32> = Vec::new();
        let mut known: HashSet<u32> = HashSet::default();
        for row in rows {
            let root = self.root(*row);
            if known.insert(root) {
                roots.push(root);
            }
        }
        let (told, bare): (Vec<u32>, Vec<u32>) = roots.into_iter().partition(|root| {
            self.claims(*root).iter().any(|own| is_name(own) || (own != &id && is_strong(own) && !self.shared.contains(own)))
        });
        let mut persons: Vec<u32> = Vec::new();
        let mut by_word: HashMap<u64, Vec<u32>> = HashMap::default();
        for root in told {
            let words: Vec<u64> =
                self.claims(root).iter().filter(|own| is_name(own)).flat_map(|own| [surname(own), given(own)]).collect();
            let mut candidates: Vec<u32> = persons.iter().take(MOST_COMPARED).copied().collect();
            if persons.len() > MOST_COMPARED {
                candidates.extend(words.iter().filter_map(|word| by_word.get(word)).flatten());
            }
            let mut best: Option<(u8, u32)> = None;
            for person in candidates {
                let person = self.root(person);
                if let Some(fit) = self.fit(id, rule, person, root)
                    && best.is_none_or(|known| fit > known.0)
                {
                    best = Some((fit, person));
                }
            }
            let person = if let Some((_, person)) = best {
                self.union(person, root)
            } else {
                persons.push(root);
                root
            };
            for word in words {
                let list = by_word.entry(word).or_default();
                if list.len() < 8 && !list.contains(&person) {
                    list.push(person);
                }
            }
        }
        for root in bare {
            match persons.first() {
                Some(person) => {
                    self.union(*person, root);
                }
                None => persons.push(root),
            }
        }
    }

    fn claims(&self, root: u32) -> &[IdMark] {
        match self.claims.get(&root) {
            Some(claims) => claims,
            None => self.rows.get(root as usize).map_or(&[], |row| &row.ids),
        }
    }

    fn union(&mut self, a: u32, b: u32) -> u32 {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return a;
        }
        let (keep, gone) = (a.min(b), a.max(b));
        if let Some(slot) = self.parent.get_mut(gone as usize) {
            *slot = keep;
        }
        let mut claims = match self.claims.remove(&keep) {
            Some(claims) => claims,
            None => self.claims(keep).iter().filter(|id| id.kind != ID_DIGITS).copied().collect(),
        };
        for id in self.claims(gone).iter().filter(|id| id.kind != ID_DIGITS) {
            if claims.len() < MOST_CLAIMS && !claims.contains(id) {
                claims.push(*id);
            }
        }
        self.claims.remove(&gone);
        self.claims.insert(keep, claims);
        keep
    }

    /// How well two persons who share an identifier agree; `None` if they are two.
    fn fit(&self, id: IdMark, rule: Rule, a: u32, b: u32) -> Option<u8> {
        let (a, b) = (self.claims(a), self.claims(b));
        let alike = alike(a, b);
        let common = a.iter().any(|own| {
            let tells = (is_strong(own) && !self.shared.contains(own)) || matches!(own.kind, ID_EMAIL | ID_NAME_BIRTH);
            *own != id && tells && b.contains(own)
        });
        let of = |side: &'_ [IdMark]| side.iter().any(|own| is_strong(own) && !self.shared.contains(own));
        let ties = if self.contradict(id, a, b) {
            alike == Alike::Same && matches!(rule, Rule::National | Rule::Employer) && !two_births(a, b)
        } else {
            match rule {
                Rule::National => true,
                Rule::Employer | Rule::Address => alike != Alike::Different,
                Rule::Household => alike >= Alike::Given,
                Rule::Shared if of(a) && of(b) => false,
                Rule::Shared if of(a) || of(b) => alike == Alike::Same,
                Rule::Shared => alike != Alike::Different,
            }
        };
        ties.then(|| u8::from(common) * 2 + u8::from(alike == Alike::Same))
    }

    /// Whether two have different numbers of one kind, and none in common.
    fn contradict(&self, id: IdMark, a: &[IdMark], b: &[IdMark]) -> bool {
        let counts = |own: &&IdMark| {
            is_strong(own) && own.kind != id.kind && !self.shared.contains(*own) && !self.changing.contains(&own.kind)
        };
        let mut against = false;
        for own in a.iter().filter(counts) {
            for other in b.iter().filter(|other| other.kind == own.kind && !self.shared.contains(*other)) {
                if own == other {
                    return false;
                }
                against = true;
            }
        }
        against
    }
}

/// What the names of two persons have in common, at best.
fn alike(a: &[IdMark], b: &[IdMark]) -> Alike {
    let full = |side: &[IdMark]| side.iter().any(|id| id.kind == ID_NAME);
    let by_initial = !full(a) || !full(b);
    let mut best: Option<Alike> = None;
    for one in a.iter().filter(|id| is_name(id)) {
        for other in b.iter().filter(|id| is_name(id)) {
            let counts = if by_initial {
                one.kind == ID_NAME_INITIAL && other.kind == ID_NAME_INITIAL
            } else {
                one.kind == ID_NAME && other.kind == ID_NAME
            };
            let crossed = (surname(one) == given(other), given(one) == surname(other));
            let found = if !counts {
                Alike::Different
            } else if one.mark == other.mark || crossed == (true, true) {
                Alike::Same
            } else if given(one) == given(other) || crossed.0 || crossed.1 {
                Alike::Given
            } else if surname(one) == surname(other) {
                Alike::Surname
            } else {
                Alike::Different
            };
            best = best.max(Some(found));
        }
    }
    best.unwrap_or(Alike::Unknown)
}

/// Whether two have different dates of birth.
fn two_births(a: &[IdMark], b: &[IdMark]) -> bool {
    let mut births = a.iter().filter(|id| id.kind == ID_NAME_BIRTH).peekable();
    births.peek().is_some() && b.iter().any(|id| id.kind == ID_NAME_BIRTH) && !births.any(|id| b.iter().any(|other| other == id))
}
