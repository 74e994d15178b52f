//! The closed list of values that a class may have: ranks, units, levels. Known in any case, without a copy of the cell. It must not
//! know which class it serves.

use super::names;
use aho_corasick::AhoCorasick;
use foldhash::HashSet;
use std::sync::OnceLock;

/// Cells up to this length are lowered without an allocation.
const SHORT: usize = 64;
/// Letters of an abbreviation, which alone may stand for much else.
const ABBREVIATION: usize = 5;

/// A class's values, in lower case.
pub(super) struct Vocabulary {
    values: HashSet<String>,
    /// Several words, or a code: those that say the same inside a longer cell. `covert` alone may be a car park's.
    telling: Vec<String>,
    within: OnceLock<Option<AhoCorasick>>,
}

impl Vocabulary {
    /// Of values in lower case.
    pub(super) fn new(values: &[String]) -> Self {
        let telling = values.iter().filter(|word| telling(word)).cloned().collect();
        Self { values: values.iter().cloned().collect(), telling, within: OnceLock::new() }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Adds values of a narrower class.
    pub(super) fn extend(&mut self, other: &Self) {
        self.values.extend(other.values.iter().cloned());
    }

    /// Whether a cell is one of them, in any case.
    pub(super) fn knows(&self, cell: &str) -> bool {
        lowered(cell, |lower| self.values.contains(lower))
    }

    /// Whether a cell is one of them, or has one standing in it as a word: one that tells, or, if `short` ones count, a few capitals
    /// that are no word of English. `covert` alone may be a car park's, `Crops` a farm's.
    pub(super) fn stands_in(&self, cell: &str, short: bool) -> bool {
        let cell = cell.trim();
        if self.knows(cell) && (short || cell.len() > ABBREVIATION || telling(cell)) {
            return true;
        }
        if short && self.abbreviated(cell) {
            return true;
        }
        if self.telling.is_empty() {
            return false;
        }
        let build = || AhoCorasick::new(&self.telling).ok();
        let Some(within) = self.within.get_or_init(build) else { return false };
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        lowered(cell, |lower| {
            within.find_overlapping_iter(lower).any(|found| {
                let before = lower.get(..found.start()).and_then(|before| before.chars().next_back());
                let behind = lower.get(found.end()..).and_then(|behind| behind.chars().next());
                !letter(before) && !letter(behind)
            })
        })
    }

    /// Whether short capitals in a cell are one of them.
    fn abbreviated(&self, cell: &str) -> bool {
        let words = cell.split(|c: char| !c.is_alphanumeric());
        let mut capitals =
            words.filter(|own| (3..=ABBREVIATION).contains(&own.len()) && own.bytes().all(|byte| byte.is_ascii_uppercase()));
        capitals.any(|own| self.knows(own) && !names::ordinary(own))
    }
}

/// Several words, or a code.
fn telling(word: &str) -> bool {
    word.contains([' ', '-']) || word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Calls with the text in lower case.
fn lowered<T>(text: &str, then: impl FnOnce(&str) -> T) -> T {
    let bytes = text.as_bytes();
    let mut buffer = [0; SHORT];
    if let Some(slot) = buffer.get_mut(..bytes.len())
        && text.is_ascii()
    {
        slot.copy_from_slice(bytes);
        slot.make_ascii_lowercase();
        if let Ok(lower) = std::str::from_utf8(slot) {
            return then(lower);
        }
    }
    then(&text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;

    #[test]
    fn a_value_is_known_in_any_case_and_a_telling_one_inside() {
        let values = Vocabulary::new(&["covert".to_owned(), "so15".to_owned(), "special branch".to_owned(), "dsu".to_owned()]);
        assert!(values.knows("SO15") && values.knows("Special Branch") && !values.knows("so1"));
        let stands = |cell: &str| values.stands_in(cell, true);
        assert!(stands("covert ") && stands("Team 3, SO15") && stands("the special BRANCH (north)") && stands("Head of DSU"));
        assert!(!stands("overt and covert parking") && !stands("so150") && !stands("Head of dsu"));
        assert!(!stands(&"x".repeat(200)));
        // where a short word may be a rank
        assert!(!values.stands_in("DSU", false) && values.stands_in("SO15", false) && values.stands_in("Covert", false));
    }
}
