//! Addresses in a text: each number that stands beside a word is tried as the core of one.

use super::Hit;
use super::block::{Block, follow, forces, zip};
use super::rest::{called_zip, corner};
use super::shapes::{Core, Strength, core, lower, year};
use super::tokens::{Gap, Kind, Tokens, digits};
use super::weak::{announced, named_house};
use super::words::Flags;

/// Words before an address in which one that announces it is looked for.
const LOOK_BACK: usize = 9;

/// Appends the addresses in a line or paragraph; offsets are bytes.
pub fn find(text: &str, tokens: &mut Tokens, hits: &mut Vec<Hit>) {
    if !worth(text.as_bytes()) {
        return;
    }
    tokens.read(text);
    let (mut at, mut from) = (0, 0);
    while at < tokens.len() {
        let next = if tokens.is_number(at) {
            address(text, tokens, at, from, hits)
        } else {
            corner(text, tokens, at)
                .and_then(|(first, last)| push(tokens, first, last, 0.75, hits))
                .or_else(|| named_house(text, tokens, at, from).and_then(|first| push(tokens, first, at, 0.8, hits)))
        };
        at = next.unwrap_or(at + 1).max(at + 1);
        if next.is_some() {
            from = at;
        }
    }
}

/// Whether a number stands beside a word anywhere: all else is passed at the speed of one look at each byte.
fn worth(bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(u8::is_ascii_digit)) {
        let start = at + found;
        let mut end = start;
        while bytes.get(end).is_some_and(u8::is_ascii_digit) {
            end += 1;
        }
        at = end;
        let letter = |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte > 127);
        let blank = |at: usize| bytes.get(at).is_none_or(|byte| b" ,\n\t".contains(byte));
        if end - start > 5 {
            continue;
        }
        let before = start >= 2
            && bytes.get(start - 1) == Some(&b' ')
            && (letter(start - 2) || b".,:".contains(bytes.get(start - 2).unwrap_or(&b'0')));
        // 12-14, 12/3
        let second = start >= 2
            && b"-/".contains(bytes.get(start - 1).unwrap_or(&b' '))
            && bytes.get(start - 2).is_some_and(u8::is_ascii_digit);
        let begins = second || start == 0 || !letter(start - 1) && !b".-/_".contains(bytes.get(start - 1).unwrap_or(&b' '));
        let behind = begins && {
            let skip = end + usize::from(bytes.get(end) == Some(&b','));
            bytes.get(skip) == Some(&b' ') && letter(skip + 1) || letter(end) && blank(end + 1)
        };
        // the second half of a postcode, which may be all that a house with a name has
        let code = begins
            && end - start == 1
            && start >= 3
            && bytes.get(start - 1) == Some(&b' ')
            && bytes.get(start - 2).is_some_and(u8::is_ascii_alphanumeric)
            && bytes.get(end..end + 2).is_some_and(|pair| pair.iter().all(u8::is_ascii_uppercase))
            && bytes.get(end + 2).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if before || behind || code {
            return true;
        }
    }
    false
}

/// The address at a number, appended; the token behind it.
fn address(text: &str, tokens: &mut Tokens, at: usize, from: usize, hits: &mut Vec<Hit>) -> Option<usize> {
    if let Some(found) = core(text, tokens, at, from)
        && let Some((confidence, first, block)) = judge(text, tokens, found, from)
    {
        return push(tokens, first, block.last, confidence, hits);
    }
    if zip(text, tokens, at) && called_zip(text, tokens, at, from) {
        return push(tokens, at, at, 0.8, hits);
    }
    if let Some(found) = announced(text, tokens, at, from)
        && announces(text, tokens, found.first, from) == Announced::Directly
        && !year(text, tokens, at)
    {
        let block = follow(text, tokens, found.last, false);
        return push(tokens, found.first, block.last, if block.place { 0.9 } else { 0.65 }, hits);
    }
    // a ship or unit is all that stands before it
    if zip(text, tokens, at)
        && let Some(first) = at.checked_sub(2).filter(|first| *first >= from)
        && forces(text, tokens, first) == Some(at)
    {
        return push(tokens, first, at, 0.9, hits);
    }
    None
}

fn push(tokens: &Tokens, first: usize, last: usize, confidence: f32, hits: &mut Vec<Hit>) -> Option<usize> {
    let (start, end) = (tokens.get(first)?.start, tokens.get(last)?.end);
    hits.push(Hit { start, end, confidence });
    Some(last + 1)
}

/// How sure a core is with what stands around it, and where the address begins and ends.
fn judge(text: &str, tokens: &mut Tokens, core: Core, from: usize) -> Option<(f32, usize, Block)> {
    let small = tokens
        .get(core.last)
        .zip(tokens.get(core.first))
        .is_some_and(|(last, first)| text.get(first.start..last.end).is_some_and(|core| !core.chars().any(char::is_uppercase)));
    let mut core = core;
    let mut unit_first = false;
    let mut is_unit = tokens.flags(text, core.first).any(Flags::UNIT.and(Flags::LOOSE_UNIT)) && tokens.is_number(core.last);
    is_unit &= core.last == core.first + 1;
    // a dwelling before the street: Apt. 12, 34 Example Street
    if is_unit {
        let next = core.last + 1;
        // Flat 3, Sample House, 12 Example Street
        let house = (next..next + 4).take_while(|word| {
            tokens.get(*word).is_some_and(|token| token.kind == Kind::Capital)
                && (*word > next) == (tokens.gap(*word) == Gap::Space)
        });
        let next = next + house.count();
        if tokens.is_number(next) && matches!(tokens.gap(next), Gap::Space | Gap::Comma | Gap::Line) {
            let street = super::shapes::core(text, tokens, next, next).or_else(|| {
                let second = next + 1;
                (tokens.is_number(second)).then(|| super::shapes::core(text, tokens, second, second)).flatten()
            });
            if let Some(street) = street.filter(|street| !tokens.flags(text, street.first).any(Flags::UNIT)) {
                let strength = street.strength.max(Strength::Loose);
                core = Core { first: core.first, last: street.last, strength };
                (unit_first, is_unit) = (true, false);
            }
        }
    }
    let block = follow(text, tokens, core.last, small);
    let mut first = core.first;
    // what stands before it on the same line: a number, a dwelling
    let mut doubled = false;
    for _ in 0..2 {
        let Some(before) = first.checked_sub(1).filter(|before| *before >= from) else { break };
        if !matches!(tokens.gap(first), Gap::Space | Gap::Comma) || !tokens.is_number(before) {
            break;
        }
        let unit = before.checked_sub(1).filter(|unit| *unit >= from && tokens.gap(before) == Gap::Space);
        if let Some(unit) = unit.filter(|unit| tokens.flags(text, *unit).any(Flags::UNIT.and(Flags::LOOSE_UNIT))) {
            first = unit;
            unit_first = true;
        } else if tokens.gap(first) == Gap::Space
            && !doubled
            && tokens.gap(before) != Gap::Glued
            && tokens.get(before).is_some_and(|token| !token.dot && digits(text, &token) <= 4)
        {
            if tokens.before(before, 1).is_some_and(|token| token.kind == Kind::Number) && tokens.gap(before) == Gap::Space {
                break;
            }
            first = before;
            doubled = true;
        } else {
            break;
        }
    }
    let announced = announces(text, tokens, first, from);
    let year = year(text, tokens, core.first) || year(text, tokens, core.last);
    let unit = block.unit || unit_first;
    let confidence = match core.strength {
        Strength::Sure if block.place || announced != Announced::No => 0.9,
        Strength::Sure => 0.8,
        Strength::Street if block.place => 0.9,
        Strength::Street if announced != Announced::No || unit => 0.8,
        Strength::Street if prose(text, tokens, &core) => return None,
        Strength::Street => 0.65,
        Strength::Loose if is_unit && (block.place || announced != Announced::No) => 0.8,
        Strength::Loose if is_unit && !small && separate(tokens, core.first, core.last) => 0.6,
        Strength::Loose if is_unit => return None,
        Strength::Loose if block.place && (unit || announced != Announced::No) => 0.9,
        Strength::Loose if block.place || unit || announced == Announced::Directly => 0.8,
        Strength::Loose if matches!(announced, Announced::Near | Announced::Mildly) => 0.65,
        Strength::Loose if !small && alone(tokens, &core, first) => 0.62,
        Strength::Weak if is_unit => return None,
        Strength::Weak if block.place && unit => 0.85,
        Strength::Weak if block.code && !year && tokens.gap(first) != Gap::Space => 0.8,
        Strength::Weak if block.place && announced != Announced::No => 0.85,
        Strength::Weak if unit && announced != Announced::No && !year => 0.75,
        Strength::Weak if announced == Announced::Directly && !small && !year => 0.7,
        Strength::Weak if unit && alone(tokens, &core, first) => 0.65,
        _ => return None,
    };
    Some((confidence, first, block))
}

/// Whether an address has a phrase or line of its own.
fn alone(tokens: &Tokens, core: &Core, first: usize) -> bool {
    let begins = tokens.get(first).is_some_and(|token| token.gap != Gap::Space);
    let ends = tokens.gap(core.last + 1);
    begins && ends != Gap::Space && ends != Gap::Glued
}

fn separate(tokens: &Tokens, first: usize, last: usize) -> bool {
    tokens.get(first).is_some_and(|token| token.gap != Gap::Glued && token.kind == Kind::Capital)
        && matches!(tokens.gap(last + 1), Gap::Comma | Gap::Line | Gap::Break)
        && tokens.get(last).is_some_and(|token| !token.dot)
}

/// Whether what looks like a street is part of a title or a sentence: Section 12 Example Road Act.
fn prose(text: &str, tokens: &mut Tokens, core: &Core) -> bool {
    let before = core.first.checked_sub(1);
    let spoilt =
        before.is_some_and(|before| tokens.gap(core.first) == Gap::Space && tokens.flags(text, before).any(Flags::COUNTED));
    let next = core.last + 1;
    let goes_on = tokens.gap(next) == Gap::Space
        && (1..=2).any(|many| {
            matches!(lower(text, tokens, core.last + many).as_str(), "act" | "regulations" | "order" | "rules" | "bill")
        });
    // 12 Example Lane Rates; behind a road a town may stand
    let more = tokens.gap(next) == Gap::Space
        && tokens.get(next).is_some_and(|token| token.kind == Kind::Capital)
        && tokens.get(core.last).is_some_and(|token| token.kind == Kind::Capital && !token.dot)
        && tokens.flags(text, core.last).any(Flags::TYPE)
        && !tokens.flags(text, core.last).any(Flags::ROAD);
    spoilt || goes_on || more
}

/// How an address is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Announced {
    No,
    /// send it to, moved to
    Mildly,
    /// A word that speaks of an address stands before it.
    Near,
    /// And a word or colon that leads to one stands directly before it: lives at, address is, address:
    Directly,
}

fn announces(text: &str, tokens: &mut Tokens, first: usize, from: usize) -> Announced {
    let mut gap = tokens.gap(first);
    let Some(mut index) = first.checked_sub(1).filter(|index| *index >= from) else { return Announced::No };
    let mut leads = gap == Gap::Colon;
    for step in 0..LOOK_BACK {
        let flags = tokens.flags(text, index);
        if flags.any(Flags::MILD) {
            return if leads { Announced::Mildly } else { Announced::No };
        }
        if flags.any(Flags::CONTEXT) {
            let other = index
                .checked_sub(1)
                .is_some_and(|before| tokens.gap(index) != Gap::Line && tokens.flags(text, before).any(Flags::OTHER_ADDRESS));
            if other {
                return Announced::No;
            }
            return if leads || step == 0 { Announced::Directly } else { Announced::Near };
        }
        if step == 0 {
            leads |= flags.any(Flags::LEAD) && gap == Gap::Space;
        }
        if gap == Gap::Glued {
            return Announced::No;
        }
        gap = tokens.gap(index);
        let Some(before) = index.checked_sub(1).filter(|before| *before >= from) else { return Announced::No };
        index = before;
    }
    Announced::No
}
