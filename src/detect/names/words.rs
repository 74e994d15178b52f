//! Words of a text as far as names need them: where they are, how they are capitalised and what the lists say of them.

use super::forms;
use super::lists::{Flags, Key, flags_of_key};

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One capital.
    Initial,
    /// Capital first, small letters then; `McDonald`, `O'Brien` and `Smith-Jones` too.
    Title,
    /// Capitals only.
    Upper,
    /// A small particle of a surname: van, de, bin.
    Particle,
}

/// A capitalised word, or a particle between two.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) shape: Shape,
    pub(super) flags: Flags,
    /// Too frequent as a function word to be taken for a name.
    pub(super) stop: bool,
    /// Letters that no Latin alphabet of names has, or too many of them.
    pub(super) strange: bool,
    /// Followed by an apostrophe and an s.
    pub(super) possessive: bool,
}

/// The next character at or behind an offset.
pub(super) fn after(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
        _ => text.get(at..).and_then(|rest| rest.chars().next()),
    }
}

/// The character before an offset.
pub(super) fn before(text: &str, at: usize) -> Option<char> {
    match at.checked_sub(1).and_then(|at| text.as_bytes().get(at)) {
        Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
        _ => text.get(..at).and_then(|rest| rest.chars().next_back()),
    }
}

fn apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | 'ʼ')
}

/// Reads the capitalised word that starts at an offset. `Err` gives the offset behind a word that cannot be part of a name.
pub(super) fn capitalised(text: &str, start: usize) -> Result<Word, usize> {
    if let Some(word) = plain(text, start) {
        return Ok(word);
    }
    let rest = text.get(start..).unwrap_or("");
    let (mut end, mut letters, mut capitals, mut inner, mut digits) = (start, 0_u32, 0_u32, 0_u32, false);
    let mut possessive = false;
    let mut previous = ' ';
    let mut chars = rest.char_indices().peekable();
    while let Some((at, letter)) = chars.next() {
        if letter.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&letter) {
            letters += 1;
            if letter.is_uppercase() {
                capitals += 1;
                inner += u32::from(previous.is_lowercase());
            }
        } else if letter.is_ascii_digit() || letter == '_' {
            digits = true;
        } else if apostrophe(letter) || letter == '-' {
            let tail = rest.get(at + letter.len_utf8()..).unwrap_or("");
            if apostrophe(letter) {
                let suffix = tail.find(|c: char| !c.is_alphabetic()).and_then(|n| tail.get(..n)).unwrap_or(tail);
                if suffix.is_empty() {
                    break;
                }
                if matches!(suffix, "s" | "S") {
                    possessive = true;
                    break;
                }
                if matches!(suffix, "m" | "ll" | "d" | "ve" | "re" | "t") {
                    break;
                }
            } else if !chars.peek().is_some_and(|(_, next)| next.is_uppercase()) {
                break;
            }
        } else {
            break;
        }
        previous = letter;
        end = start + at + letter.len_utf8();
    }
    let word = text.get(start..end).unwrap_or("");
    if digits {
        return Err(end.max(start + 1));
    }
    let shape = if letters == 1 {
        Shape::Initial
    } else if capitals == letters {
        Shape::Upper
    } else if inner == 0 || inner <= 1 && surname_prefix(word) || word.contains('-') && inner <= 1 {
        Shape::Title
    } else {
        return Err(end);
    };
    // capitals after capitals ("JSmith", "IDs") are no name; "O'Brien" and "Smith-Jones" have something between
    if shape == Shape::Title && doubled(word) {
        return Err(end);
    }
    let key = Key::of(word);
    let mut flags = key.map_or(Flags::default(), |key| known(&key));
    if flags == Flags::default() && letters > 2 && (forms::by_prefix(word) || forms::foreign(word)) {
        flags = Flags::UNUSUAL;
    }
    // "Bašić" is not the word "basic"
    if !word.is_ascii() && !word.contains('’') {
        flags = flags.without(Flags::WORD);
    }
    if let Some((first, last)) = word.split_once('-')
        && !flags.any(Flags::NAME)
    {
        // a double-barrelled name is as good as its parts
        let of = |word: &str| Key::of(word).map_or(Flags::default(), |key| known(&key));
        let (first, last) = (of(first), of(last));
        if first.any(Flags::GIVEN) && last.any(Flags::GIVEN) {
            flags = Flags::GIVEN;
        } else if first.any(Flags::SURNAME) && last.any(Flags::SURNAME) && !(first.any(Flags::WORD) && last.any(Flags::WORD)) {
            flags = Flags::COMMON;
        } else if [first, last].iter().all(|part| part.any(Flags::NAME) && !part.any(Flags::WORD) || part.any(Flags::UNUSUAL)) {
            flags = Flags::UNUSUAL;
        } else if first.any(Flags::WORD) || last.any(Flags::WORD) {
            flags = Flags::ORDINARY;
        }
    }
    Ok(Word { start, end, shape, flags, stop: key.is_some_and(|key| stop(key.as_str())), strange: key.is_none(), possessive })
}

/// The word that starts at an offset, if it is a capital and small ASCII letters, or capitals, and nothing that may go on stands behind it.
fn plain(text: &str, start: usize) -> Option<Word> {
    let rest = text.as_bytes().get(start..)?;
    let (first, small) = rest.split_first()?;
    let capitals = small.first().is_some_and(u8::is_ascii_uppercase);
    let alike = |byte: &&u8| if capitals { byte.is_ascii_uppercase() } else { byte.is_ascii_lowercase() };
    let letters = small.iter().take_while(alike).count();
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'\'' | b'-') || !byte.is_ascii();
    if !first.is_ascii_uppercase() || letters == 0 || small.get(letters).is_some_and(goes_on) {
        return None;
    }
    let end = start + 1 + letters;
    let key = Key::of(text.get(start..end)?);
    let flags = key.map_or(Flags::default(), |key| known(&key));
    let stop = key.is_some_and(|key| stop(key.as_str()));
    let shape = if capitals { Shape::Upper } else { Shape::Title };
    Some(Word { start, end, shape, flags, stop, strange: key.is_none(), possessive: false })
}

/// What the lists say of a word, and what its form says if they say nothing.
fn known(key: &Key) -> Flags {
    let flags = flags_of_key(key);
    if flags == Flags::default() && forms::of_a_name(key.as_str()) { Flags::UNUSUAL } else { flags }
}

fn doubled(word: &str) -> bool {
    let mut run = 0;
    word.chars().any(|letter| {
        run = if letter.is_uppercase() { run + 1 } else { 0 };
        run > 1
    })
}

/// Prefixes of surnames behind which a capital may stand.
fn surname_prefix(word: &str) -> bool {
    ["Mc", "Mac", "O'", "O’", "D'", "D’", "De", "Di", "Du", "Da", "La", "Le", "Van", "Von", "Fitz", "Del"].iter().any(|prefix| {
        word.strip_prefix(prefix).is_some_and(|rest| rest.chars().next().is_some_and(char::is_uppercase) && rest.len() > 2)
    })
}

/// Particles of surnames, written small.
pub(super) fn particle(word: &str) -> bool {
    matches!(
        word,
        "van"
            | "von"
            | "de"
            | "der"
            | "den"
            | "della"
            | "di"
            | "da"
            | "do"
            | "dos"
            | "das"
            | "del"
            | "la"
            | "le"
            | "du"
            | "al"
            | "el"
            | "bin"
            | "ibn"
            | "bint"
            | "binti"
            | "ben"
            | "ap"
            | "ab"
            | "ferch"
            | "ul"
            | "ur"
            | "ten"
            | "ter"
            | "af"
            | "av"
            | "zu"
            | "y"
            | "e"
            | "des"
    )
}

/// Words that open sentences far too often to be read as names there.
fn stop(key: &str) -> bool {
    matches!(
        key,
        "a" | "an"
            | "the"
            | "my"
            | "so"
            | "in"
            | "he"
            | "she"
            | "it"
            | "we"
            | "you"
            | "i"
            | "do"
            | "see"
            | "had"
            | "any"
            | "no"
            | "to"
            | "on"
            | "as"
            | "is"
            | "but"
            | "and"
            | "or"
            | "if"
            | "at"
            | "by"
            | "of"
            | "for"
            | "from"
            | "with"
            | "this"
            | "that"
            | "these"
            | "those"
            | "there"
            | "then"
            | "than"
            | "when"
            | "where"
            | "what"
            | "who"
            | "why"
            | "how"
            | "not"
            | "all"
            | "are"
            | "was"
            | "were"
            | "be"
            | "been"
            | "has"
            | "have"
            | "his"
            | "her"
            | "their"
            | "our"
            | "your"
            | "its"
            | "they"
            | "can"
            | "could"
            | "would"
            | "should"
            | "must"
            | "did"
            | "does"
            | "done"
            | "say"
            | "said"
            | "many"
            | "much"
            | "even"
            | "else"
            | "one"
            | "two"
            | "new"
            | "other"
            | "some"
            | "such"
            | "only"
            | "also"
            | "just"
            | "now"
            | "here"
            | "up"
            | "out"
            | "off"
            | "over"
            | "under"
            | "after"
            | "before"
            | "about"
            | "into"
            | "let"
            | "get"
            | "use"
            | "way"
            | "make"
            | "like"
            | "yes"
            | "ok"
            | "free"
            | "read"
            | "call"
            | "case"
            | "hi"
            | "hello"
            | "hey"
            | "dear"
            | "thanks"
            | "please"
            | "sorry"
            | "maybe"
            | "both"
            | "too"
            | "me"
            | "us"
            | "day"
            | "days"
            | "note"
            | "re"
            | "while"
            | "which"
            | "because"
            | "san"
            | "santa"
            | "los"
            | "las"
            | "sao"
            | "mount"
            | "fort"
            | "cape"
            | "lake"
            | "port"
            | "since"
            | "until"
            | "through"
            | "during"
            | "between"
            | "against"
            | "each"
            | "every"
            | "ha"
            | "id"
            | "ma"
            | "pa"
    )
}
