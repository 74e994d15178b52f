//! Words that speak for or against a match, when they stand near it. All words of a class are looked for at once. Programs write
//! several words as one: `patientNhsNo` is three. It must not know what a match is.

use super::bits;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::ops::Range;
use std::sync::OnceLock;

/// Bytes before a match in which a word counts.
const BEFORE: usize = 60;
/// Bytes after a match in which a word counts.
const AFTER: usize = 30;

/// The words of a class, in the order of its file.
pub(super) struct Nearby {
    words: Vec<String>,
    first: OnceLock<Firsts>,
    all: OnceLock<Option<AhoCorasick>>,
}

/// A text in small letters, made when something is first asked of it, and what its bytes are: a bit for each.
#[derive(Default)]
pub(super) struct Window {
    made: bool,
    small: Vec<u8>,
    alphanumeric: Vec<u64>,
    high: Vec<u64>,
    /// Capitals directly behind small letters.
    humps: Vec<u64>,
    /// A piece with other letters.
    piece: Vec<u8>,
}

impl Window {
    /// Begins with another text.
    pub(super) fn clear(&mut self) {
        self.made = false;
    }

    fn read(&mut self, text: &str) {
        if self.made {
            return;
        }
        self.made = true;
        self.small.clear();
        self.small.extend(text.bytes().map(small));
        self.alphanumeric.clear();
        self.high.clear();
        self.humps.clear();
        let mut before = 0;
        bits::each(
            text.as_bytes(),
            |eight| [eight.alphanumeric(), eight.high(), eight.capitals(), eight.small()],
            |[own, high, capitals, small]| {
                self.alphanumeric.push(own);
                self.high.push(high);
                self.humps.push(capitals & (small << 1 | before));
                before = small >> 63;
            },
        );
    }

    fn hump(&self, at: usize) -> bool {
        self.humps.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }

    fn is_ascii(&self, of: &Range<usize>) -> bool {
        let mut ascii = true;
        bits::places(of.start, of.end, |at| self.high.get(at).copied().unwrap_or(0), |_| ascii = false);
        ascii
    }
}

/// Letters that are told apart of a first and a second byte: what differs in the others has another place in its bucket.
const LETTERS: usize = 32;

/// ASCII words by their first bytes.
struct Firsts {
    /// A bit for each pair of first bytes, taken modulo.
    pairs: [u32; LETTERS],
    /// Words by their first byte, taken modulo, then in the order of the file.
    words: Vec<(u8, u16)>,
}

fn letter(byte: u8) -> usize {
    usize::from(byte) % LETTERS
}

impl Firsts {
    fn new(words: &[String]) -> Self {
        let mut firsts = Self { pairs: [0; LETTERS], words: Vec::new() };
        for (index, word) in (0_u16..).zip(words).filter(|row| row.1.is_ascii()) {
            let Some((first, rest)) = word.as_bytes().split_first() else { continue };
            let bits = rest.first().map_or(u32::MAX, |second| 1 << letter(*second));
            if let Some(own) = firsts.pairs.get_mut(letter(*first)) {
                *own |= bits;
            }
            firsts.words.push((letter(*first) as u8, index));
        }
        firsts.words.sort_unstable();
        firsts
    }

    /// The first of the words that stands in a stretch.
    fn find(&self, words: &[String], text: &Window, of: &Range<usize>) -> Option<u16> {
        let mut best: Option<u16> = None;
        let starts = |at: usize| {
            let bits = |at: usize| text.alphanumeric.get(at).copied().unwrap_or(0);
            let first = if of.start / 64 == at { 1 << (of.start % 64) } else { 0 };
            let before = at.checked_sub(1).map_or(0, |at| bits(at) >> 63);
            !(bits(at) << 1 | before) | first | text.humps.get(at).copied().unwrap_or(0)
        };
        bits::places(of.start, of.end, starts, |start| {
            let Some(rest @ [first, behind @ ..]) = text.small.get(start..of.end) else { return };
            let second = behind.first().copied().unwrap_or(0);
            let first = letter(*first);
            if self.pairs.get(first).is_none_or(|bits| bits & (1 << letter(second)) == 0) {
                return;
            }
            let from = self.words.partition_point(|row| usize::from(row.0) < first);
            for (_, index) in self.words.get(from..).unwrap_or(&[]).iter().take_while(|row| usize::from(row.0) == first) {
                if best.is_some_and(|best| best <= *index) {
                    break;
                }
                let Some(word) = words.get(usize::from(*index)) else { continue };
                let right = rest.strip_prefix(word.as_bytes()).map(|behind| behind.first());
                let ends = |byte: &u8| !byte.is_ascii_alphabetic() || *byte == b's' || text.hump(start + word.len());
                if right.is_some_and(|right| right.is_none_or(ends)) {
                    best = Some(*index);
                    break;
                }
            }
        });
        best
    }
}

fn small(byte: u8) -> u8 {
    if matches!(byte, b'_' | b'\n') { b' ' } else { byte.to_ascii_lowercase() }
}

impl Nearby {
    /// Words in lower case.
    pub(super) fn new(words: &[String]) -> Self {
        Self { words: words.to_vec(), first: OnceLock::new(), all: OnceLock::new() }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether each has a letter: then none stands in a text without one.
    pub(super) fn all_have_letters(&self) -> bool {
        self.words.iter().all(|word| word.chars().any(|c| c.is_ascii_alphabetic() || !c.is_ascii()))
    }

    /// A word by its place.
    pub(super) fn word(&self, index: u16) -> Option<&String> {
        self.words.get(usize::from(index))
    }

    /// Which of the words stands near a place, as a word: before it, or, if the place has a length, behind it.
    pub(super) fn near(&self, text: &str, start: usize, end: usize, window: &mut Window) -> Option<u16> {
        let mut from = start.saturating_sub(BEFORE);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        if let Some(found) = self.within(text, from..start, window) {
            return Some(found);
        }
        let mut to = if end > start { (end + AFTER).min(text.len()) } else { return None };
        while !text.is_char_boundary(to) {
            to -= 1;
        }
        self.within(text, end..to, window)
    }

    fn within(&self, text: &str, of: Range<usize>, window: &mut Window) -> Option<u16> {
        window.read(text);
        if window.is_ascii(&of) {
            return self.first.get_or_init(|| Firsts::new(&self.words)).find(&self.words, window, &of);
        }
        let build = || {
            let kind = Some(AhoCorasickKind::DFA);
            AhoCorasick::builder().kind(kind).match_kind(MatchKind::Standard).build(&self.words).ok()
        };
        first(self.all.get_or_init(build).as_ref()?, text.get(of)?, &mut window.piece)
    }
}

/// The first word of the list that stands in a stretch, as a word or its plural.
fn first(all: &AhoCorasick, piece: &str, window: &mut Vec<u8>) -> Option<u16> {
    window.clear();
    // a capital with an accent, which may be of another length when it is small
    let lower = |c: char| if c.is_ascii() { char::from(small(c as u8)) } else { c.to_lowercase().next().unwrap_or(c) };
    let mut buffer = [0; 4];
    // a bit for each capital directly behind a small letter
    let mut humps = [0_u64; (2 * BEFORE) / 64 + 1];
    let mut previous = ' ';
    for letter in piece.chars() {
        if let Some(bits) =
            humps.get_mut(window.len() / 64).filter(|_| letter.is_ascii_uppercase() && previous.is_ascii_lowercase())
        {
            *bits |= 1 << (window.len() % 64);
        }
        previous = letter;
        window.extend(lower(letter).encode_utf8(&mut buffer).bytes());
    }
    let hump = |at: usize| humps.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1);
    let piece = std::str::from_utf8(window).ok()?;
    let mut best: Option<usize> = None;
    for found in all.find_overlapping_iter(window.as_slice()) {
        let index = found.pattern().as_usize();
        if best.is_some_and(|best| best <= index) {
            continue;
        }
        let left = piece.get(..found.start()).and_then(|before| before.chars().next_back()).is_some_and(char::is_alphanumeric);
        let right = piece.get(found.end()..).and_then(|behind| behind.chars().next());
        let ends = |letter: char| !letter.is_alphabetic() || letter == 's' || hump(found.end());
        if (!left || hump(found.start())) && right.is_none_or(ends) {
            best = Some(index);
        }
    }
    best.map(|index| index as u16)
}

#[cfg(test)]
mod tests {
    use super::{Nearby, Window};

    #[test]
    fn a_word_counts_as_a_word_on_either_side() {
        let words = Nearby::new(&["date of birth".to_owned(), "born".to_owned(), "card".to_owned()]);
        let near = |text: &str, value: &str| {
            let start = text.find(value).unwrap_or_default();
            words.near(text, start, start + value.len(), &mut Window::default())
        };
        assert_eq!(near("born, DATE_OF_BIRTH: 17", "17"), Some(0));
        assert_eq!(near("17 was born", "17"), Some(1));
        assert_eq!(near("Cards 17", "17"), Some(2));
        assert_eq!(near("scorecard 17, cardboard", "17"), None);
        assert_eq!(near(&format!("born {} 17", "x".repeat(80)), "17"), None);
        assert_eq!(near("geboren é 17 éborn", "17"), None);
        // several words in one, as programs write them
        assert_eq!(near("holderCardNo=17", "17"), Some(2));
        assert_eq!(near("cardNo=17", "17"), Some(2));
        assert_eq!(near("é cardNo=17", "17"), Some(2));
        assert_eq!(near("éa holderCardNo=17", "17"), Some(2));
        assert_eq!(near("SCARDNO=17, sCardoon", "17"), None);
        let words = Nearby::new(&["numéro".to_owned()]);
        assert_eq!(words.near("NUMÉRO 17", 8, 10, &mut Window::default()), Some(0));
    }

    #[test]
    fn a_place_without_length_looks_back_only() {
        let words = Nearby::new(&["ltd".to_owned()]);
        assert_eq!(words.near("17 ltd", 0, 0, &mut Window::default()), None);
        assert_eq!(words.near("ltd 17", 4, 4, &mut Window::default()), Some(0));
    }

    #[test]
    fn ascii_and_the_rest_are_looked_through_alike() {
        let list = ["date of birth", "card", "a", "no.", "id", "card no", "#", "d.o.b", "s"];
        let words = Nearby::new(&list.map(str::to_owned));
        let text =
            "Card_no: 1 ID's a-card; D.O.B.\nx#1 #2 cards, CARD NO. 17 ids no.s datE of births ab as a cardNo itsID aCardX";
        let mut window = Window::default();
        for start in 0..text.len() {
            for end in start..text.len().min(start + 4) {
                let told = words.near(text, start, end, &mut window);
                let (from, to) = (start.saturating_sub(super::BEFORE), (end + super::AFTER).min(text.len()));
                let build = aho_corasick::AhoCorasick::new(list);
                let Ok(all) = build else { panic!("words") };
                let mut other = super::first(&all, &text[from..start], &mut Vec::new());
                if other.is_none() && end > start {
                    other = super::first(&all, &text[end..to], &mut Vec::new());
                }
                assert_eq!(told, other, "{start} {end}");
            }
        }
    }
}
