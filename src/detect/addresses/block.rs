//! What follows the core of an address over commas and lines: dwelling, town, state, postcode, country.

use super::shapes::lower;
use super::tokens::{Gap, Kind, Token, Tokens, digits};
use super::words::Flags;

/// What was found behind a core.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Block {
    /// The last token of the address.
    pub(super) last: usize,
    /// A dwelling.
    pub(super) unit: bool,
    /// A postcode, or a country.
    pub(super) place: bool,
    /// A postcode behind a town.
    pub(super) code: bool,
}

/// Tokens that are looked at.
const LONGEST: usize = 24;
/// Ends of lines that are passed.
const MOST_LINES: usize = 5;

/// Follows an address from its last token on.
pub(super) fn follow(text: &str, tokens: &mut Tokens, last: usize, small: bool) -> Block {
    let mut block = Block { last, ..Block::default() };
    let (mut at, mut lines, mut town) = (last + 1, 0, 0);
    let limit = last + LONGEST;
    while at < tokens.len() && at < limit {
        match tokens.gap(at) {
            Gap::Space | Gap::Comma | Gap::Dash => {}
            Gap::Line if lines < MOST_LINES => {
                lines += 1;
                if tokens.gap(at) == Gap::Line && town > 5 {
                    break;
                }
            }
            _ => break,
        }
        // a full stop before it ends a sentence, but behind the last number and at the end of a line
        if tokens.before(at, 1).is_some_and(|token| {
            token.dot && tokens.gap(at) == Gap::Space && token.end - token.start > 4 && token.kind != Kind::Number
        }) {
            break;
        }
        let flags = tokens.flags(text, at);
        if let Some(end) = forces(text, tokens, at).or_else(|| postcode(text, tokens, at, town > 0)) {
            (block.last, block.place, block.code) = (end, true, town > 0);
            at = end + 1;
            let country = tokens.country(text, at);
            if country > 0 && matches!(tokens.gap(at), Gap::Space | Gap::Comma | Gap::Line) {
                block.last = at + country - 1;
                break;
            }
            // 12345 Example: the town stands behind
            if town == 0
                && tokens.gap(at) == Gap::Space
                && tokens.get(at).is_some_and(|token| token.kind == Kind::Capital)
                && !tokens.flags(text, at).any(Flags::STOP)
            {
                block.last = at;
            }
            break;
        }
        if (flags.any(Flags::UNIT.and(Flags::LOOSE_UNIT)) || lower(text, tokens, at) == "box")
            && tokens.is_number(at + 1)
            && tokens.gap(at + 1) == Gap::Space
        {
            if town > 0 && flags.any(Flags::LOOSE_UNIT) {
                break;
            }
            (block.last, block.unit) = (at + 1, true);
            at += 2;
            town = 0;
            continue;
        }
        let country = tokens.country(text, at);
        if country > 0 && (tokens.gap(at) != Gap::Space || town > 0 || block.unit || small) {
            at += country;
            (block.last, block.place) = (at - 1, true);
            if zip(text, tokens, at) && matches!(tokens.gap(at), Gap::Space | Gap::Comma) {
                block.last = at;
            }
            break;
        }
        // 12 Example Street, Exampleton: nobody knows whether it is a town, unless more follows
        let token = tokens.get(at);
        let word = token.is_some_and(|token| {
            token.kind == Kind::Capital
                || token.kind == Kind::Small
                    && (small || flags.any(Flags::PARTICLE.and(Flags::STATE).and(Flags::SUFFIX).and(Flags::TYPE)))
        });
        let district = town > 0
            && token.is_some_and(|token| token.kind == Kind::Number && token.gap == Gap::Space && digits(text, &token) <= 2);
        if !word && !district || flags.any(Flags::STOP) && !flags.any(Flags::STATE) {
            break;
        }
        town += 1;
        if town > 9 {
            break;
        }
        // Hamilton ON: at the end of a line or phrase
        let state =
            flags.any(Flags::STATE) && upper(text, token) && town > 1 && !matches!(tokens.gap(at + 1), Gap::Space | Gap::Comma);
        if state && block.unit && tokens.gap(at + 1) != Gap::Line {
            block.last = at;
        }
        at += 1;
    }
    block
}

/// APO AE 12345.
pub(super) fn forces(text: &str, tokens: &mut Tokens, at: usize) -> Option<usize> {
    let fits = tokens.flags(text, at).any(Flags::FORCES) && matches!(lower(text, tokens, at + 1).as_str(), "aa" | "ae" | "ap");
    (fits && zip(text, tokens, at + 2)).then_some(at + 2)
}

/// The last token of a postcode that begins at a token.
pub(super) fn postcode(text: &str, tokens: &mut Tokens, at: usize, town: bool) -> Option<usize> {
    let token = tokens.get(at)?;
    let line = token.gap != Gap::Space;
    let next = tokens.get(at + 1);
    // Sample 12345; Sample, CA 12345
    if zip(text, tokens, at) && (town || line) {
        return Some(at);
    }
    let word = text.get(token.start..token.end)?;
    let second = next.filter(|next| next.gap == Gap::Space).and_then(|next| text.get(next.start..next.end));
    let shape = |word: &str| -> String {
        word.chars()
            .take(8)
            .map(|c| {
                if c.is_ascii_digit() {
                    '9'
                } else if c.is_ascii_uppercase() {
                    'A'
                } else {
                    c
                }
            })
            .collect()
    };
    let first = shape(word);
    let pair = second.map(&shape).unwrap_or_default();
    let british = matches!(first.as_str(), "A9" | "A99" | "AA9" | "AA99" | "A9A" | "AA9A") && pair == "9AA";
    let canadian = first == "A9A" && pair == "9A9";
    let joined = matches!(first.as_str(), "A99AA" | "A999AA" | "AA99AA" | "AA999AA" | "A9A9AA" | "AA9A9AA") && line;
    let indian = first == "999999" && town && first.len() == word.len();
    if joined || indian {
        return Some(at);
    }
    let irish = first == "A99" && pair.len() == 4;
    let dutch = first == "9999" && pair == "AA";
    let czech = first == "999" && pair == "99" && (line || town);
    if british || canadian || irish || dutch || czech {
        return Some(at + 1);
    }
    let australian = first == "9999"
        && !line
        && at.checked_sub(1).is_some_and(|state| tokens.flags(text, state).any(Flags::STATE) && upper(text, tokens.get(state)));
    if australian {
        return Some(at);
    }
    let whole = matches!(first.as_str(), "9999AA" | "A9A9A9" | "AA99AA" | "AA999AA")
        || matches!(first.as_str(), "99-999" | "9999-999" | "99999-99") && first.len() == word.len();
    let mut short = matches!(first.as_str(), "9999")
        && line
        && tokens.gap(at + 1) == Gap::Space
        && next.is_some_and(|next| next.kind == Kind::Capital && next.end - next.start > 2 && !next.dot);
    // Danish, Austrian, Norwegian: 1234 Town, never a year with a word
    short &= !word.starts_with("20") && !word.starts_with("19");
    (whole || short).then_some(at)
}

/// Whether a token is a number of five digits, or five and four, with nothing behind it that makes another number of it.
pub(super) fn zip(text: &str, tokens: &Tokens, at: usize) -> bool {
    let Some(token) = tokens.get(at) else { return false };
    let length = token.end - token.start;
    token.kind == Kind::Number
        && digits(text, &token) == 5
        && (length == 5 || length == 10)
        && !(tokens.is_number(at + 1) && tokens.gap(at + 1) == Gap::Space)
}

fn upper(text: &str, token: Option<Token>) -> bool {
    token
        .and_then(|token| text.get(token.start..token.end))
        .is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_uppercase()))
}
