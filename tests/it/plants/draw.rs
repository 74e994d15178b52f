//! Draws strings that a pattern of a data class meets: each is put together from the pattern's own syntax tree, and counts only when the
//! pattern and its validator agree. It knows no value: the same seed gives the same strings, and none stands in the repository.

use super::random::Random;
use provost::detect::validators::{VALIDATORS, Validity};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Tries for one value: check digits, calendars and lengths that have to agree refuse most of what is drawn.
const TRIES: usize = 4_000;

/// One pattern, ready to draw from.
pub(super) struct Source {
    tree: Hir,
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
        Self { tree, pattern, group, check }
    }

    /// The next value, or none where none is found in time.
    pub(super) fn draw(&self, random: &mut Random) -> Option<Drawn> {
        (0..TRIES).find_map(|_| {
            let mut out = String::new();
            let letters = [Letters::Upper, Letters::Lower][random.below(2) as usize];
            write(&self.tree, letters, random, &mut out)?;
            let found = self.pattern.captures(out.as_bytes())?;
            let value = found.get(self.group).or_else(|| found.get(0))?;
            let valid = self.check.is_none_or(|check| check(value.as_bytes()) == Validity::Valid);
            let value = std::str::from_utf8(value.as_bytes()).ok()?.trim().to_owned();
            (valid && !value.is_empty()).then_some(Drawn { value, whole: out })
        })
    }
}

/// Which case to write where a pattern takes both.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letters {
    Upper,
    Lower,
}

/// Where a pattern takes nearly everything: signs that no format has to escape in a way of its own.
const SIGNS: &[u8] = b"!-_.+";

fn write(tree: &Hir, letters: Letters, random: &mut Random, out: &mut String) -> Option<()> {
    match tree.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => out.push(char::from(one(class, letters, random)?)),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min + 4).min(repetition.min + 16);
            // passwords of four letters are words
            let least = if most >= 12 { repetition.min.max(8) } else { repetition.min };
            for _ in 0..u64::from(least) + random.below(u64::from(most - least) + 1) {
                write(&repetition.sub, letters, random, out)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, letters, random, out)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, letters, random, out)?;
            }
        }
        HirKind::Alternation(parts) => write(parts.get(random.below(parts.len() as u64) as usize)?, letters, random, out)?,
    }
    Some(())
}

fn one(class: &Class, letters: Letters, random: &mut Random) -> Option<u8> {
    let takes = |byte: &u8| match class {
        Class::Bytes(class) => class.iter().any(|range| (range.start()..=range.end()).contains(byte)),
        Class::Unicode(class) => class.iter().any(|range| (range.start()..=range.end()).contains(&char::from(*byte))),
    };
    let all: Vec<u8> = (b' '..=b'~').filter(takes).collect();
    let narrow = all.len() <= 12;
    let wide = all.len() > 64;
    let fits = |byte: &u8| match letters {
        _ if wide => byte.is_ascii_alphanumeric() || SIGNS.contains(byte),
        // both cases of the same letter: one of them for the whole value
        Letters::Upper => !byte.is_ascii_lowercase() || !all.contains(&byte.to_ascii_uppercase()) || !narrow && all.len() > 40,
        Letters::Lower => !byte.is_ascii_uppercase() || !all.contains(&byte.to_ascii_lowercase()) || !narrow && all.len() > 40,
    };
    let fitting: Vec<u8> = all.iter().copied().filter(fits).collect();
    (!fitting.is_empty()).then(|| random.pick(&fitting))
}
