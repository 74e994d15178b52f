//! A text as words and numbers, and what stands between them. One pass, no word is looked up here.

use super::words::{self, Flags};

/// What stands between a token and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Blanks.
    Space,
    /// A comma.
    Comma,
    /// The end of a line, with or without a comma, and marks of quoting at the beginning of the next.
    Line,
    /// A colon, with or without the end of a line.
    Colon,
    /// A dash between blanks.
    Dash,
    /// Anything else that ends a phrase, and the beginning of the text.
    Break,
    /// Signs of code, paths, sums: nothing that touches them counts.
    Glued,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One to six digits, perhaps with a letter or a second number: 12, 7a, 12-14, 90210-1234.
    Number,
    /// A word that begins with a capital, or an ordinal number.
    Capital,
    /// Another word.
    Small,
    /// Digits and letters mixed, long numbers, decimals.
    Other,
}

/// One word or number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    pub(super) gap: Gap,
    /// A full stop behind it, not part of it.
    pub(super) dot: bool,
}

/// Working memory.
#[derive(Debug, Default)]
pub struct Tokens {
    list: Vec<Token>,
    buffer: String,
}

impl Tokens {
    /// Reads a text.
    pub(super) fn read(&mut self, text: &str) {
        self.list.clear();
        let mut at = 0;
        while let Some((gap, start)) = gap(text, at, self.list.is_empty()) {
            // ul.Example
            let short = self.list.last().is_some_and(|last| last.dot && start == last.end + 1 && last.end - last.start <= 4)
                && text.get(start..).and_then(|rest| rest.chars().nth(1)).is_some_and(char::is_lowercase);
            let gap = if gap == Gap::Glued && short { Gap::Space } else { gap };
            let token = token(text, start, gap);
            at = token.end + usize::from(token.dot);
            self.list.push(token);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<Token> {
        self.list.get(index).copied()
    }

    /// The token `back` places before one.
    pub(super) fn before(&self, index: usize, back: usize) -> Option<Token> {
        index.checked_sub(back).and_then(|at| self.get(at))
    }

    /// What stands before a token; [`Gap::Break`] behind the last.
    pub(super) fn gap(&self, index: usize) -> Gap {
        self.get(index).map_or(Gap::Break, |token| token.gap)
    }

    pub(super) fn is_number(&self, index: usize) -> bool {
        self.get(index).is_some_and(|token| token.kind == Kind::Number)
    }

    pub(super) fn is_word(&self, index: usize) -> bool {
        self.get(index).is_some_and(|token| matches!(token.kind, Kind::Capital | Kind::Small))
    }

    /// What the lists say of a word.
    pub(super) fn flags(&mut self, text: &str, index: usize) -> Flags {
        let Some(token) = self.get(index) else { return Flags::default() };
        if !matches!(token.kind, Kind::Capital | Kind::Small) {
            return Flags::default();
        }
        words::flags(text.get(token.start..token.end).unwrap_or(""), &mut self.buffer)
    }

    /// Whether a word is a street by its ending.
    pub(super) fn glued(&mut self, text: &str, index: usize) -> bool {
        let Some(token) = self.get(index) else { return false };
        words::glued(text.get(token.start..token.end).unwrap_or(""), &mut self.buffer)
    }

    /// How many tokens from an index on are the name of a country.
    pub(super) fn country(&mut self, text: &str, index: usize) -> usize {
        let Some(first) = self.get(index).filter(|_| self.is_word(index)) else { return 0 };
        let mut found = 0;
        for many in 1..=6 {
            let at = index + many - 1;
            if !self.is_word(at) || many > 1 && self.gap(at) != Gap::Space {
                break;
            }
            let Some(last) = self.get(at) else { break };
            let name = text.get(first.start..last.end).unwrap_or("");
            if words::flags(name, &mut self.buffer).any(Flags::COUNTRY) {
                found = many;
            }
        }
        found
    }
}

/// Digits of a number token before any letter or second number.
pub(super) fn digits(text: &str, token: &Token) -> usize {
    text.as_bytes().get(token.start..token.end).unwrap_or(b"").iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The gap from an offset on, and where the next token starts.
fn gap(text: &str, from: usize, first: bool) -> Option<(Gap, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    let (mut line, mut comma, mut colon, mut phrase, mut glued, mut blank, mut dash) =
        (false, false, false, first, false, false, false);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => break,
            b'\n' => (line, blank) = (true, true),
            b' ' | b'\t' | b'\r' => blank = true,
            b',' => comma = true,
            b':' => colon = true,
            b'>' | b'?' | b'|' | b'*' if line => {}
            b'"' | b'\'' | b'(' | b')' | b';' | b'!' | b'?' | b'|' | b'>' | b'.' => phrase = true,
            b'-' if blank && bytes.get(at + 1) == Some(&b' ') => dash = true,
            128.. => {
                let letter = text.get(at..).and_then(|rest| rest.chars().next())?;
                if letter.is_alphanumeric() {
                    break;
                }
                dash |= letter == '–';
                phrase |= !letter.is_whitespace() && letter != '–';
                blank |= letter.is_whitespace();
                at += letter.len_utf8() - 1;
            }
            _ => glued = true,
        }
        at += 1;
    }
    if at >= bytes.len() {
        return None;
    }
    let gap = if glued || dash && !blank || !blank && !first && !phrase && !comma && !colon {
        Gap::Glued
    } else if colon {
        Gap::Colon
    } else if phrase {
        Gap::Break
    } else if line {
        Gap::Line
    } else if dash {
        Gap::Dash
    } else if comma && !blank {
        // 1,2,Court
        Gap::Break
    } else if comma {
        Gap::Comma
    } else {
        Gap::Space
    };
    Some((gap, at))
}

fn token(text: &str, start: usize, gap: Gap) -> Token {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(b' ');
    let mut end = start;
    let mut kind = if byte(start).is_ascii_digit() { Kind::Number } else { Kind::Small };
    if kind == Kind::Number {
        while byte(end).is_ascii_digit() {
            end += 1;
        }
        let first = end - start;
        // 7a
        if byte(end).is_ascii_alphabetic() && !inside(text, end + 1) {
            end += 1;
        } else if matches!(bytes.get(end..end + 3), Some(b"bis" | b"ter")) && !inside(text, end + 3) {
            end += 3;
        } else if matches!(byte(end), b'-' | b'/') && byte(end + 1).is_ascii_alphanumeric() {
            let second = end + 1;
            end = second;
            while byte(end).is_ascii_digit() {
                end += 1;
            }
            if byte(end).is_ascii_alphabetic() && !inside(text, end + 1) {
                end += 1;
            }
            if end - second > 4 || first == 4 && end - second == 2 {
                kind = Kind::Other;
            }
        }
        let behind = byte(end);
        if first > 6 || end == start || inside(text, end) || b"-/_%:'@=+\\~".contains(&behind) {
            kind = Kind::Other;
        }
        if matches!(behind, b'.' | b',') && byte(end + 1).is_ascii_alphanumeric() {
            kind = Kind::Other;
        }
        let ordinal = matches!(bytes.get(end..end + 2), Some(b"st" | b"nd" | b"rd" | b"th")) && !inside(text, end + 2);
        if ordinal {
            kind = Kind::Capital;
        }
        if kind == Kind::Other || ordinal {
            loop {
                end += plain(bytes.get(end..).unwrap_or(&[]));
                let more = inside(text, end) || b"-/_.%@:".contains(&byte(end)) && inside(text, end + 1);
                if !more {
                    break;
                }
                end += width(text, end);
            }
        }
    } else {
        let first = byte(start);
        let capital = || text.get(start..).and_then(|rest| rest.chars().next()).is_some_and(char::is_uppercase);
        if first.is_ascii_uppercase() || !first.is_ascii() && capital() {
            kind = Kind::Capital;
        }
        loop {
            // mostly a word is nothing but these
            end += plain(bytes.get(end..).unwrap_or(&[]));
            let more = inside(text, end) || b"'-".contains(&byte(end)) && inside(text, end + 1);
            if !more {
                break;
            }
            end += width(text, end);
        }
        // l'Exemple
        let word = text.get(start..end).unwrap_or("");
        let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let behind = (!plain).then(|| word.split_once(['\'', '’'])).flatten().and_then(|(_, name)| name.chars().next());
        if behind.is_some_and(char::is_uppercase) {
            kind = Kind::Capital;
        }
        // C/ Mayor; P.O.
        if end - start == 1
            && byte(end) == b'/'
            && matches!(byte(start), b'c' | b'C')
            && matches!(byte(end + 1), b' ' | b'A'..=b'Z')
        {
            end += 1;
        }
        while byte(end) == b'.' && end - start <= 3 && byte(end + 1).is_ascii_alphabetic() && !inside(text, end + 2) {
            end += 2;
        }
        if b"_@=\\/+".contains(&byte(end)) && byte(end.saturating_sub(1)) != b'/' {
            kind = Kind::Other;
        }
        if kind != Kind::Other && bytes.get(start..end).unwrap_or(b"").iter().any(u8::is_ascii_digit) {
            kind = Kind::Other;
        }
    }
    let dot = byte(end) == b'.' && !inside(text, end + 1) || byte(end) == b'.' && kind != Kind::Number && kind != Kind::Other;
    Token { start, end: end.max(start + width(text, start)), kind, gap, dot }
}

/// Whether a letter or digit stands at an offset.
fn inside(text: &str, at: usize) -> bool {
    match text.as_bytes().get(at) {
        None => false,
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => {
            text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(|letter| letter.is_alphanumeric() || letter == '’')
        }
    }
}

/// How many ASCII letters and digits stand first.
fn plain(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()
}

fn width(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
}
