//! What says where somebody lives and has no number of a house: a box for post, a postcode alone, a corner of two streets.

use super::block::follow;
use super::shapes::{Core, Strength, lower};
use super::tokens::{Gap, Kind, Tokens};
use super::words::Flags;

/// Whether a number of five digits is called a postcode: zip code is 12345; Exampleton, CA 12345.
pub(super) fn called_zip(text: &str, tokens: &Tokens, at: usize, from: usize) -> bool {
    let mut index = at;
    for step in 0..4 {
        let Some(before) = index.checked_sub(1).filter(|before| *before >= from && tokens.gap(index) != Gap::Glued) else {
            return false;
        };
        index = before;
        let word = lower(text, tokens, index);
        match word.as_str() {
            "zip" | "zipcode" | "postcode" | "plz" | "postleitzahl" => return true,
            "code" => {
                let kind = index.checked_sub(1).map(|kind| lower(text, tokens, kind)).unwrap_or_default();
                return matches!(kind.as_str(), "zip" | "post" | "postal");
            }
            "is" | "are" | "number" | "to" | "my" | "in" | "of" | "the" => {}
            _ if step == 0 => {
                // a state, behind a comma and a town
                let Some(token) = tokens.get(index) else { return false };
                let sign = text.get(token.start..token.end).unwrap_or("");
                let state = sign.len() == 2 && sign.bytes().all(|byte| byte.is_ascii_uppercase()) && STATES.contains(&sign);
                let town = tokens.before(index, 1).is_some_and(|town| town.kind == Kind::Capital && town.end - town.start > 3);
                return state && token.gap == Gap::Comma && town && tokens.gap(at) == Gap::Space;
            }
            _ => return false,
        }
    }
    false
}

/// The United States, for a postcode that has nothing else to show.
const STATES: [&str; 51] = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD",
    "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD",
    "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
];

/// The corner of Example Street and Sample Road.
pub(super) fn corner(text: &str, tokens: &mut Tokens, at: usize) -> Option<(usize, usize)> {
    let of = tokens.get(at + 1).filter(|of| of.end - of.start == 2 && of.gap == Gap::Space)?;
    if text.get(of.start..of.end) != Some("of") || lower(text, tokens, at) != "corner" {
        return None;
    }
    let (mut joined, mut last, mut streets) = (false, None, 0);
    for index in at + 2..at + 14 {
        if tokens.gap(index) != Gap::Space {
            break;
        }
        let flags = tokens.flags(text, index);
        joined |= matches!(lower(text, tokens, index).as_str(), "and");
        let street = flags.any(Flags::TYPE.and(Flags::LOOSE).and(Flags::BEFORE).and(Flags::BEHIND)) || tokens.glued(text, index);
        if street && index > at + 2 {
            streets += 1;
            last = Some(index).filter(|_| joined);
            if joined {
                break;
            }
        }
    }
    let last = last.filter(|_| streets > 1)?;
    let first = at
        .checked_sub(1)
        .filter(|_| tokens.before(at, 1).is_some_and(|the| text.get(the.start..the.end) == Some("the")))
        .unwrap_or(at);
    Some((first, last))
}

/// P.O. Box 12; PSC 12, Box 34; Unit 12 Box 34.
pub(super) fn boxed(text: &str, tokens: &mut Tokens, at: usize, from: usize) -> Option<Core> {
    let before = at.checked_sub(1).filter(|word| *word >= from)?;
    if tokens.gap(at) != Gap::Space {
        return None;
    }
    let word = lower(text, tokens, before);
    let earlier = before.checked_sub(1).filter(|word| *word >= from && matches!(tokens.gap(before), Gap::Space | Gap::Comma));
    if tokens.flags(text, before).any(Flags::BOX)
        && tokens.before(at, 1).is_some_and(|box_| box_.kind == Kind::Capital || word != "pb")
    {
        // Postfach 12 34 56
        let more = (at + 1..at + 3).take_while(|next| {
            let pair = tokens.get(*next).filter(|_| tokens.is_number(*next));
            pair.is_some_and(|pair| pair.gap == Gap::Space && pair.end - pair.start == 2)
        });
        let last = at + more.count();
        return Some(Core { first: before, last, strength: Strength::Sure });
    }
    if word == "box" {
        let earlier = earlier?;
        if tokens.is_number(earlier) {
            let head = earlier.checked_sub(1).filter(|head| *head >= from)?;
            let fits = matches!(lower(text, tokens, head).as_str(), "psc" | "unit" | "cmr" | "rr" | "hc");
            return fits.then_some(Core { first: head, last: at, strength: Strength::Sure });
        }
        let head = lower(text, tokens, earlier);
        if matches!(head.as_str(), "po" | "p.o" | "post" | "postal") {
            return Some(Core { first: earlier, last: at, strength: Strength::Sure });
        }
        // P. O. Box
        let first = earlier.checked_sub(1).filter(|first| *first >= from)?;
        return (head == "o" && lower(text, tokens, first) == "p" || head == "office" && lower(text, tokens, first) == "post")
            .then_some(Core { first, last: at, strength: Strength::Sure });
    }
    let pair = earlier.filter(|_| tokens.gap(before) == Gap::Space).map(|first| (first, lower(text, tokens, first)));
    if let Some((first, head)) = pair {
        let fits = matches!(
            (head.as_str(), word.as_str()),
            ("boîte" | "boite" | "caixa", "postale" | "postal") | ("casella", "postale") | ("apartado", "postal" | "correos")
        );
        if fits {
            return Some(Core { first, last: at, strength: Strength::Sure });
        }
    }
    // the French one is also blood pressure: a town follows
    let french =
        matches!(word.as_str(), "bp" | "b.p" | "cp") && tokens.before(at, 1).is_some_and(|word| word.kind == Kind::Capital);
    (french && follow(text, tokens, at, false).place).then_some(Core { first: before, last: at, strength: Strength::Sure })
}
