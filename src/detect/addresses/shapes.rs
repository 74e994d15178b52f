//! The core of an address around one number: a street with a number, a box, a dwelling. What follows is `block.rs`'s business,
//! and how sure it is `find.rs`'s.

use super::rest::boxed;
use super::tokens::{Gap, Kind, Tokens, digits};
use super::weak::{bare, nameless};
use super::words::Flags;

/// How much the core says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Only with a block behind it and words before it, or the like: 45 Example 34.
    Weak,
    /// A street by a loose word, or in small letters: with a block or with words before it.
    Loose,
    /// A number and a street.
    Street,
    /// A box for post, a forces' address.
    Sure,
}

/// The tokens of a core, both inclusive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Core {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) strength: Strength,
}

/// Words in the name of a street.
pub(super) const LONGEST_NAME: usize = 6;

/// The core at a number, if there is one. `from` is the first token that is free.
pub(super) fn core(text: &str, tokens: &mut Tokens, at: usize, from: usize) -> Option<Core> {
    boxed(text, tokens, at, from)
        .or_else(|| dwelling(text, tokens, at, from))
        .or_else(|| number_first(text, tokens, at))
        .or_else(|| number_last(text, tokens, at, from))
        .or_else(|| nameless(text, tokens, at))
        .or_else(|| bare(text, tokens, at, from))
}

/// Apt. 12, alone or before a street.
fn dwelling(text: &str, tokens: &mut Tokens, at: usize, from: usize) -> Option<Core> {
    let before = at.checked_sub(1).filter(|word| *word >= from)?;
    if tokens.gap(at) != Gap::Space {
        return None;
    }
    let flags = tokens.flags(text, before);
    let strength = if flags.any(Flags::UNIT) {
        Strength::Loose
    } else if flags.any(Flags::LOOSE_UNIT) {
        Strength::Weak
    } else {
        return None;
    };
    Some(Core { first: before, last: at, strength })
}

/// 12 Example Street; 12 rue de l'Exemple; 12 Beispielstraße 34.
fn number_first(text: &str, tokens: &mut Tokens, at: usize) -> Option<Core> {
    let number = tokens.get(at)?;
    if digits(text, &number) > 5 || number.gap == Gap::Glued || number.dot {
        return None;
    }
    // 12 bis, rue
    let name =
        at + 1 + usize::from(tokens.gap(at + 1) == Gap::Space && matches!(lower(text, tokens, at + 1).as_str(), "bis" | "ter"));
    let comma = tokens.gap(name) == Gap::Comma;
    if !comma && tokens.gap(name) != Gap::Space {
        return None;
    }
    let (mut last, mut strength) = (None, Strength::Street);
    let (mut small, mut spoilt, mut capitals, mut ahead) = (false, false, 0, None);
    for index in name..name + LONGEST_NAME {
        let Some(token) = tokens.get(index) else { break };
        if index > name && token.gap != Gap::Space || !tokens.is_word(index) {
            break;
        }
        let flags = tokens.flags(text, index);
        let named = index - name;
        if flags.any(Flags::STOP) || flags.any(Flags::UNIT) && named > 0 {
            break;
        }
        // 4 Square Meters
        let english = token.kind == Kind::Capital && flags.any(Flags::LOOSE) && !tokens.flags(text, index + 1).any(Flags::JOINS);
        if named == 0 && flags.any(Flags::BEFORE.and(Flags::LOOSE_BEFORE)) && !english {
            ahead = Some(flags.any(Flags::BEFORE));
            continue;
        }
        let capital = token.kind == Kind::Capital;
        if !capital && last.is_some() && ahead.is_none() && !tokens.flags(text, index).any(Flags::BEHIND) {
            break;
        }
        let particle = flags.any(Flags::PARTICLE);
        let sign = token.end - token.start > 1 || token.dot || !capital;
        if named > 0 && flags.any(Flags::TYPE) && (capitals > 0 || small) {
            (last, strength) = (Some(index), if capital && !small { Strength::Street } else { Strength::Loose });
        } else if named > 0 && flags.any(Flags::LOOSE.and(Flags::SUFFIX)) && capitals > 0 && !spoilt && capital {
            let strict = flags.any(Flags::LOOSE) || digits(text, &number) > 2;
            (last, strength) = (Some(index), if strict { Strength::Loose } else { Strength::Weak });
        } else if tokens.glued(text, index) && (capital || named == 0) {
            (last, strength) = (Some(index), if capital { Strength::Street } else { Strength::Loose });
        } else if named > 0 && flags.any(Flags::BEHIND) && capitals > 0 && sign && (capital || tokens.is_number(index + 1)) {
            (last, strength) = (Some(index), if tokens.is_number(index + 1) { Strength::Street } else { Strength::Loose });
        } else if let Some(sure) = ahead.filter(|sure| !particle && (capital || *sure)) {
            let strict = sure || tokens.flags(text, index - 1).any(Flags::JOINS);
            last = Some(index);
            strength = if strict && capital { Strength::Street } else { Strength::Loose };
        }
        if token.dot && token.end - token.start > 4 && index > name {
            break;
        }
        spoilt = flags.any(Flags::SPOILS);
        if capital {
            capitals += 1;
        } else if !particle {
            small = true;
            if capitals > 0 && ahead.is_none() {
                break;
            }
        }
    }
    let mut last = last?;
    if comma && ahead.is_none() {
        strength = strength.min(Strength::Loose);
    }
    if year(text, tokens, at) {
        strength = Strength::Weak;
    }
    if tokens.is_number(last + 1)
        && matches!(tokens.gap(last + 1), Gap::Space)
        && tokens.get(last + 1).is_some_and(|next| digits(text, &next) <= 4)
    {
        last += 1;
    }
    Some(Core { first: at, last, strength })
}

/// Beispielstraße 12; Via Esempio 12; Frankfurter Allee 12; Esempio u. 12.
fn number_last(text: &str, tokens: &mut Tokens, at: usize, from: usize) -> Option<Core> {
    let number = tokens.get(at)?;
    let before = at.checked_sub(1)?;
    // Example Street No. 12
    let house = tokens.flags(text, before).any(Flags::HOUSE);
    if digits(text, &number) > 4 || !(matches!(number.gap, Gap::Space | Gap::Comma) || house && number.gap == Gap::Colon) {
        return None;
    }
    // a table goes on with numbers
    let quoted = tokens.is_number(at + 1)
        && tokens.gap(at + 1) == Gap::Space
        && tokens.is_number(at + 2)
        && tokens.gap(at + 2) == Gap::Space;
    if quoted {
        return None;
    }
    let word = if house { before.checked_sub(1)? } else { before };
    if word < from || !tokens.is_word(word) || house && !matches!(tokens.gap(before), Gap::Space | Gap::Comma) {
        return None;
    }
    let flags = tokens.flags(text, word);
    let token = tokens.get(word)?;
    let space = house || number.gap == Gap::Space;
    let loose = if year(text, tokens, at) { Strength::Weak } else { Strength::Street };
    if flags.any(Flags::STOP) || token.gap == Gap::Glued || token.dot && token.end - token.start > 4 && !tokens.glued(text, word)
    {
        return None;
    }
    if tokens.glued(text, word) && space {
        let strength = if token.kind == Kind::Capital { Strength::Street } else { Strength::Loose };
        let first = names_before(text, tokens, word, from);
        return Some(Core { first, last: at, strength: strength.min(loose) });
    }
    let sign = token.end - token.start > 1 || token.dot || token.kind == Kind::Small;
    if house && flags.any(Flags::TYPE) && token.gap == Gap::Space {
        let first = names_before(text, tokens, word, from);
        return (first < word).then_some(Core { first, last: at, strength: Strength::Street.min(loose) });
    }
    if flags.any(Flags::BEHIND) && sign && space && token.gap == Gap::Space {
        let name = word.checked_sub(1).filter(|name| *name >= from)?;
        let before = tokens.get(name)?;
        if before.kind == Kind::Capital && !before.dot && !tokens.flags(text, name).any(Flags::STOP.and(Flags::SPOILS)) {
            let first = names_before(text, tokens, name, from);
            // one letter, a short sign: more is asked
            let strength = if token.end - token.start > 3 || token.dot { Strength::Street } else { Strength::Loose };
            return Some(Core { first, last: at, strength: strength.min(loose) });
        }
    }
    // a word for a street some words before
    let mut index = word;
    // a word in small letters between them, as no name has it
    let mut plain = false;
    for _ in 0..LONGEST_NAME {
        let here = tokens.flags(text, index);
        let token = tokens.get(index)?;
        let one = index == word;
        if !one && here.any(Flags::BEFORE.and(Flags::LOOSE_BEFORE)) {
            let capital = tokens.get(index + 1).is_some_and(|name| name.kind == Kind::Capital);
            let joined = tokens.flags(text, index + 1).any(Flags::JOINS);
            if token.gap == Gap::Glued || token.end - token.start == 1 && !capital || plain && token.kind == Kind::Capital {
                return None;
            }
            let mut strength = match (here.any(Flags::BEFORE), capital, joined) {
                (true, true, _) | (_, _, true) => Strength::Street,
                (true, false, _) => Strength::Loose,
                // a capital inside a sentence: seen at Via Esempio 12
                (false, true, _)
                    if token.kind == Kind::Capital
                        && token.end - token.start > 1
                        && token.gap == Gap::Space
                        && !here.any(Flags::LOOSE)
                        && tokens.before(index, 1).is_some_and(|before| before.kind == Kind::Small) =>
                {
                    Strength::Street
                }
                (false, ..) if token.kind == Kind::Capital || token.dot => Strength::Loose,
                (false, ..) => Strength::Weak,
            };
            if tokens.get(word).is_some_and(|name| name.kind == Kind::Small) {
                strength = strength.min(Strength::Loose);
            }
            return Some(Core { first: index, last: at, strength: strength.min(loose) });
        }
        plain |= token.kind == Kind::Small && !here.any(Flags::JOINS);
        if here.any(Flags::STOP) || !one && token.dot && token.end - token.start > 4 || token.gap != Gap::Space {
            return None;
        }
        index = index.checked_sub(1).filter(|index| *index >= from && tokens.is_word(*index))?;
    }
    None
}

/// The first of the capitalised words that stand before a word and may belong to its name.
pub(super) fn names_before(text: &str, tokens: &mut Tokens, word: usize, from: usize) -> usize {
    let mut first = word;
    let mut index = word;
    for _ in 0..4 {
        if tokens.gap(index) != Gap::Space || index <= from {
            break;
        }
        index -= 1;
        let flags = tokens.flags(text, index);
        let Some(token) = tokens.get(index) else { break };
        if !tokens.is_word(index)
            || flags.any(Flags::STOP.and(Flags::CONTEXT).and(Flags::LEAD)) && !flags.any(Flags::PARTICLE)
            || token.dot && token.end - token.start > 2
        {
            break;
        }
        if token.kind == Kind::Capital {
            first = index;
        } else if !flags.any(Flags::PARTICLE) {
            break;
        }
    }
    first
}

/// Whether a number may be a year.
pub(super) fn year(text: &str, tokens: &Tokens, at: usize) -> bool {
    let Some(token) = tokens.get(at) else { return false };
    let number = text.get(token.start..token.end).unwrap_or("");
    matches!(number.len(), 4 | 9) && (number.starts_with("19") || number.starts_with("20"))
}

/// A word in small letters.
pub(super) fn lower(text: &str, tokens: &Tokens, at: usize) -> String {
    let word = tokens.get(at).and_then(|token| text.get(token.start..token.end)).unwrap_or("");
    if word.len() > 12 { String::new() } else { word.to_lowercase() }
}
