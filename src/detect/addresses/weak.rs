//! Cores of addresses without a word for a street: hardly shapes at all, so that what stands around has to speak for them.

use super::block::postcode;
use super::shapes::{Core, LONGEST_NAME, Strength, names_before};
use super::tokens::{Gap, Kind, Tokens, digits};
use super::words::Flags;

/// 45 Example 34, Example 34: hardly a shape at all.
pub(super) fn nameless(text: &str, tokens: &mut Tokens, at: usize) -> Option<Core> {
    let number = tokens.get(at)?;
    if matches!(number.gap, Gap::Glued) || digits(text, &number) > 5 || tokens.gap(at + 1) != Gap::Space || number.dot {
        return None;
    }
    let mut named = false;
    for index in at + 1..=at + LONGEST_NAME {
        let flags = tokens.flags(text, index);
        let ends = tokens.gap(index) != Gap::Space || flags.any(Flags::UNIT);
        if ends && index > at + 1 && matches!(tokens.gap(index), Gap::Space | Gap::Comma | Gap::Line) {
            // 123 Example Mountains, and a town with its postcode behind it
            let begins = tokens.get(at + 1).is_some_and(|word| word.kind == Kind::Capital);
            return (named && begins).then_some(Core { first: at, last: index - 1, strength: Strength::Weak });
        }
        if ends {
            return None;
        }
        named |= tokens.get(index).is_some_and(|word| word.end - word.start > 2);
        if tokens.is_number(index) {
            let house = tokens.get(index)?;
            let fits = named
                && index > at + 1
                && digits(text, &house) <= 4
                && (tokens.gap(index + 1) != Gap::Space || !tokens.is_number(index + 1));
            return fits.then_some(Core { first: at, last: index, strength: Strength::Weak });
        }
        if !tokens.is_word(index) || flags.any(Flags::STOP) {
            return None;
        }
    }
    None
}

/// Vzorová 12, 110 00 Praha: a name and a number that a postcode and a town follow at once.
pub(super) fn bare(text: &str, tokens: &mut Tokens, at: usize, from: usize) -> Option<Core> {
    let number = tokens.get(at)?;
    if digits(text, &number) > 4 || number.gap != Gap::Space || !matches!(tokens.gap(at + 1), Gap::Comma | Gap::Line) {
        return None;
    }
    let word = at.checked_sub(1).filter(|word| *word >= from)?;
    let token = tokens.get(word)?;
    if token.kind != Kind::Capital
        || token.dot
        || token.end - token.start < 4
        || tokens.flags(text, word).any(Flags::STOP.and(Flags::COUNTED).and(Flags::STATE))
    {
        return None;
    }
    let first = names_before(text, tokens, word, from);
    let code = postcode(text, tokens, at + 1, false)?;
    let town = tokens.get(code + 1)?;
    let fits = tokens.gap(first) != Gap::Space
        && town.gap == Gap::Space
        && town.kind == Kind::Capital
        && town.end - town.start > 3
        && !tokens.flags(text, code + 1).any(Flags::STOP)
        && !(tokens.gap(code + 2) == Gap::Space && tokens.get(code + 2).is_some_and(|next| next.kind == Kind::Small));
    fits.then_some(Core { first, last: at, strength: Strength::Loose })
}

/// Words before a postcode that may be its address.
const LONGEST_ADDRESS: usize = 14;

/// Rose Cottage, Sample Lane, Exampleton, AB1 2CD: a house with a name. Without a number, the postcode is what is met; `at` is its second half.
/// Gives the first token.
pub(super) fn named_house(text: &str, tokens: &mut Tokens, at: usize, from: usize) -> Option<usize> {
    let code = at.checked_sub(1).filter(|code| *code >= from)?;
    let short = tokens.get(at).is_some_and(|token| token.end - token.start == 3 && token.gap == Gap::Space);
    if !short || postcode(text, tokens, code, true) != Some(at) {
        return None;
    }
    let (mut first, mut parts, mut words, mut street) = (code, 0, 0, false);
    while code - first < LONGEST_ADDRESS {
        let gap = tokens.gap(first);
        let Some(before) = first.checked_sub(1).filter(|before| *before >= from) else { break };
        let flags = tokens.flags(text, before);
        let capital = tokens.get(before).is_some_and(|token| token.kind == Kind::Capital && !token.dot);
        if !matches!(gap, Gap::Space | Gap::Comma | Gap::Line) || !capital || flags.any(Flags::STOP.and(Flags::CONTEXT)) {
            break;
        }
        if gap != Gap::Space {
            (parts, words) = (parts + 1, 0);
            street |= flags.any(Flags::TYPE);
        }
        words += 1;
        if words > 4 {
            return None;
        }
        first = before;
    }
    // a house or a street and its town
    (street && parts >= 2).then_some(first)
}

/// Example 34: a name and a number, where words announce an address.
pub(super) fn announced(text: &str, tokens: &mut Tokens, at: usize, from: usize) -> Option<Core> {
    let number = tokens.get(at)?;
    if digits(text, &number) > 4 || number.gap != Gap::Space || tokens.gap(at + 1) == Gap::Space && !tokens.is_word(at + 1) {
        return None;
    }
    let word = at.checked_sub(1).filter(|word| *word >= from && tokens.is_word(*word))?;
    let flags = tokens.flags(text, word);
    let token = tokens.get(word)?;
    if token.kind != Kind::Capital
        || token.end - token.start < 4
        || flags.any(Flags::STOP.and(Flags::LOOSE_UNIT).and(Flags::UNIT))
    {
        return None;
    }
    let first = names_before(text, tokens, word, from);
    Some(Core { first, last: at, strength: Strength::Weak })
}
