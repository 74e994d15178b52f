//! Draws strings that a pattern of a data class meets: each is put together from the pattern's own syntax tree, and counts only when the
//! pattern and its validator agree. It knows no value: the same seed gives the same strings, and none stands in the repository.

use super::random::Random;
use provost::detect::validators::{VALIDATORS, Validity};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Tries for one value: check digits, calendars and lengths that have to agree refuse most of what is drawn.
const TRIES: usize = 4_000;

/// One pattern, ready to draw from.
pub(super) struct Source {
    tree: Piece,
    pattern: regex::bytes::Regex,
    group: usize,
    check: Option<fn(&[u8]) -> Validity>,
}

/// A value, and the text around it that the pattern asks for.
pub(super) struct Drawn {
    pub(super) value: String,
    pub(super) whole: String,
}

impl Source {
    pub(super) fn new(pattern: &str, group: usize, validator: Option<&str>) -> Self {
        let tree = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).expect("a pattern");
        let check = validator.map(|id| {
            let found = VALIDATORS.iter().find(|validator| validator.id == id);
            found.unwrap_or_else(|| panic!("no validator {id}")).check
        });
        let pattern = regex::bytes::RegexBuilder::new(pattern).unicode(false).build().expect("a pattern");
        Self { tree: piece(&tree), pattern, group, check }
    }

    /// The next value, or none where none is found in time.
    pub(super) fn draw(&self, random: &mut Random) -> Option<Drawn> {
        (0..TRIES).find_map(|_| {
            let mut out = String::new();
            let upper = random.percent(50);
            write(&self.tree, upper, random, &mut out)?;
            let found = self.pattern.captures(out.as_bytes())?;
            let value = found.get(self.group).or_else(|| found.get(0))?;
            let valid = self.check.is_none_or(|check| check(value.as_bytes()) == Validity::Valid);
            let value = std::str::from_utf8(value.as_bytes()).ok()?.trim().to_owned();
            (valid && !value.is_empty()).then_some(Drawn { value, whole: out })
        })
    }
}

/// A piece of a pattern, with what may stand in it.
enum Piece {
    Text(String),
    /// One of these, where capitals are wanted and where they are not.
    Letter(Vec<u8>, Vec<u8>),
    Times(Box<Piece>, u64, u64),
    All(Vec<Piece>),
    One(Vec<Piece>),
    /// Bytes that no text has.
    Never,
}

/// Where a pattern takes nearly everything: signs that no format has to escape in a way of its own.
const SIGNS: &[u8] = b"!-_.+";

fn piece(tree: &Hir) -> Piece {
    match tree.kind() {
        HirKind::Empty | HirKind::Look(_) => Piece::Text(String::new()),
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).map_or(Piece::Never, |text| Piece::Text(text.to_owned())),
        HirKind::Class(class) => letter(class),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min + 4).min(repetition.min + 16);
            // passwords of four letters are words
            let least = if most >= 12 { repetition.min.max(8) } else { repetition.min };
            Piece::Times(Box::new(piece(&repetition.sub)), least.into(), most.into())
        }
        HirKind::Capture(capture) => piece(&capture.sub),
        HirKind::Concat(parts) => Piece::All(parts.iter().map(piece).collect()),
        HirKind::Alternation(parts) => Piece::One(parts.iter().map(piece).collect()),
    }
}

fn letter(class: &Class) -> Piece {
    let takes = |byte: &u8| match class {
        Class::Bytes(class) => class.iter().any(|range| (range.start()..=range.end()).contains(byte)),
        Class::Unicode(class) => class.iter().any(|range| (range.start()..=range.end()).contains(&char::from(*byte))),
    };
    let all: Vec<u8> = (b' '..=b'~').filter(takes).collect();
    let of = |upper: bool| -> Vec<u8> {
        // a narrow class has both cases of a letter where case does not matter: one of them for the whole value
        let fits = |byte: &u8| match all.len() {
            65.. => byte.is_ascii_alphanumeric() || SIGNS.contains(byte),
            41.. => true,
            _ if upper => !byte.is_ascii_lowercase() || !all.contains(&byte.to_ascii_uppercase()),
            _ => !byte.is_ascii_uppercase() || !all.contains(&byte.to_ascii_lowercase()),
        };
        all.iter().copied().filter(fits).collect()
    };
    if all.is_empty() { Piece::Never } else { Piece::Letter(of(true), of(false)) }
}

fn write(tree: &Piece, upper: bool, random: &mut Random, out: &mut String) -> Option<()> {
    match tree {
        Piece::Never => return None,
        Piece::Text(text) => out.push_str(text),
        Piece::Letter(capitals, small) => out.push(char::from(random.pick(if upper { capitals } else { small }))),
        Piece::Times(piece, least, most) => {
            for _ in 0..least + random.below(most - least + 1) {
                write(piece, upper, random, out)?;
            }
        }
        Piece::All(pieces) => pieces.iter().try_for_each(|piece| write(piece, upper, random, out))?,
        Piece::One(pieces) => write(&pieces[random.below(pieces.len() as u64) as usize], upper, random, out)?,
    }
    Some(())
}
