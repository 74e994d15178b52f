//! Words that speak for or against a match, when they stand near it. All words of a class are looked for at once. It must not know
//! what a match is.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::sync::OnceLock;

/// Bytes before a match in which a word counts.
const BEFORE: usize = 60;
/// Bytes after a match in which a word counts.
const AFTER: usize = 30;

/// The words of a class, in the order of its file.
pub(super) struct Nearby {
    words: Vec<String>,
    all: OnceLock<Option<AhoCorasick>>,
}

impl Nearby {
    /// Words in lower case.
    pub(super) fn new(words: &[String]) -> Self {
        Self { words: words.to_vec(), all: OnceLock::new() }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// A word by its place.
    pub(super) fn word(&self, index: u16) -> Option<&String> {
        self.words.get(usize::from(index))
    }

    /// Which of the words stands near a place, as a word: before it, or, if the place has a length, behind it.
    pub(super) fn near(&self, text: &str, start: usize, end: usize, window: &mut Vec<u8>) -> Option<u16> {
        let build = || {
            let kind = Some(AhoCorasickKind::DFA);
            AhoCorasick::builder().kind(kind).match_kind(MatchKind::Standard).build(&self.words).ok()
        };
        let all = self.all.get_or_init(build).as_ref()?;
        let mut from = start.saturating_sub(BEFORE);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        if let Some(found) = first(all, text.get(from..start)?, window) {
            return Some(found);
        }
        let mut to = if end > start { (end + AFTER).min(text.len()) } else { return None };
        while !text.is_char_boundary(to) {
            to -= 1;
        }
        first(all, text.get(end..to)?, window)
    }
}

/// The first word of the list that stands in a stretch, as a word or its plural.
fn first(all: &AhoCorasick, piece: &str, window: &mut Vec<u8>) -> Option<u16> {
    window.clear();
    if piece.is_ascii() {
        window.extend(piece.bytes().map(|byte| if matches!(byte, b'_' | b'\n') { b' ' } else { byte.to_ascii_lowercase() }));
    } else {
        // a capital with an accent, which may be of another length when it is small
        let small = |c: char| if matches!(c, '_' | '\n') { ' ' } else { c.to_lowercase().next().unwrap_or(c) };
        let mut buffer = [0; 4];
        for letter in piece.chars().map(small) {
            window.extend(letter.encode_utf8(&mut buffer).bytes());
        }
    }
    let piece = std::str::from_utf8(window).ok()?;
    let mut best: Option<usize> = None;
    for found in all.find_overlapping_iter(window.as_slice()) {
        let index = found.pattern().as_usize();
        if best.is_some_and(|best| best <= index) {
            continue;
        }
        let left = piece.get(..found.start()).and_then(|before| before.chars().next_back()).is_some_and(char::is_alphanumeric);
        let right = piece.get(found.end()..).and_then(|behind| behind.chars().next());
        if !left && right.is_none_or(|letter| !letter.is_alphabetic() || letter == 's') {
            best = Some(index);
        }
    }
    best.map(|index| index as u16)
}

#[cfg(test)]
mod tests {
    use super::Nearby;

    #[test]
    fn a_word_counts_as_a_word_on_either_side() {
        let words = Nearby::new(&["date of birth".to_owned(), "born".to_owned(), "card".to_owned()]);
        let near = |text: &str, value: &str| {
            let start = text.find(value).unwrap_or_default();
            words.near(text, start, start + value.len(), &mut Vec::new())
        };
        assert_eq!(near("born, DATE_OF_BIRTH: 17", "17"), Some(0));
        assert_eq!(near("17 was born", "17"), Some(1));
        assert_eq!(near("Cards 17", "17"), Some(2));
        assert_eq!(near("scorecard 17, cardboard", "17"), None);
        assert_eq!(near(&format!("born {} 17", "x".repeat(80)), "17"), None);
        assert_eq!(near("geboren é 17 éborn", "17"), None);
        let words = Nearby::new(&["numéro".to_owned()]);
        assert_eq!(words.near("NUMÉRO 17", 8, 10, &mut Vec::new()), Some(0));
    }

    #[test]
    fn a_place_without_length_looks_back_only() {
        let words = Nearby::new(&["ltd".to_owned()]);
        assert_eq!(words.near("17 ltd", 0, 0, &mut Vec::new()), None);
        assert_eq!(words.near("ltd 17", 4, 4, &mut Vec::new()), Some(0));
    }
}
