//! Names with the surname first and a comma behind it. It must not judge what has no comma.

use super::Hit;
use super::context::{Follow, Lead, follow, lead};
use super::find::{Kind, as_first, as_last, gather, may_belong};
use super::lists::Flags;
use super::words::{Shape, Word, after, particle};

/// "SURNAME, Forename Other" or "Surname, J.": the segment is the surname. Returns the name and the offset behind it.
pub(super) fn inverted(text: &str, segment: &[Word]) -> Option<(Hit, usize)> {
    let (first, last) = (segment.first()?, segment.last()?);
    // "VAN DER MERWE" is one word with particles
    let small = |word: &Word| text.get(word.start..word.end).is_some_and(|word| particle(&word.to_lowercase()));
    let words =
        segment.iter().filter(|word| word.shape != Shape::Particle && !(word.shape == Shape::Upper && small(word))).count();
    let full = words == 2 && as_first(first) == Kind::Given && first.shape == Shape::Title;
    if words > 2 || full || segment.iter().any(|word| word.shape == Shape::Initial) || last.possessive {
        return None;
    }
    let rest = text.get(last.end..)?;
    let gap = [", ", " , ", ","].into_iter().find(|gap| rest.starts_with(gap))?;
    let at = last.end + gap.len();
    if !after(text, at)?.is_uppercase() {
        return None;
    }
    let mut run = Vec::new();
    gather(text, at, &mut run);
    let second = run.first()?;
    let dotted = |word: &Word| text.as_bytes().get(word.end) == Some(&b'.');
    let length = run
        .iter()
        .take(4)
        .take_while(|word| may_belong(text, word, false, Some(second)) && word.shape != Shape::Particle)
        .count();
    let end_word = run.get(length.checked_sub(1)?)?;
    let (surname, given) = (as_last(last), as_first(second));
    let capitals = segment.iter().all(|word| word.shape == Shape::Upper) && last.end - last.start > 2;
    let before = lead(text, first.start);
    let field = matches!(before, Lead::Start | Lead::Person | Lead::Named | Lead::Name | Lead::Author);
    let initials = given == Kind::Initial && run.iter().take(length).all(|word| word.shape == Shape::Initial && dotted(word));
    let tail = follow(text, end_word.end + usize::from(end_word.shape == Shape::Initial && dotted(end_word)));
    let closed = length == run.len()
        && matches!(tail, Follow::End | Follow::Stop | Follow::Colon | Follow::Address | Follow::Digit | Follow::Other);
    let known = matches!(surname, Kind::Surname);
    // "Roman, Tudor, Stuart", "{ Taylor, Parker }": a list of words that are surnames all
    let listed = tail == Follow::Stop
        && text
            .get(end_word.end..)
            .is_some_and(|rest| rest.starts_with(", ") && rest.chars().nth(2).is_some_and(char::is_uppercase));
    let list = before != Lead::Person
        && before != Lead::Named
        && (second.flags.any(Flags::RARELY) || listed && (!known || second.flags.any(Flags::SURNAME)));
    let whereabouts = last.flags.any(Flags::PLACE) && second.flags.any(Flags::PLACE);
    let confidence = match given {
        _ if whereabouts => return None,
        Kind::Given | Kind::GivenWord if capitals && second.shape == Shape::Upper && !(known && given == Kind::Given) => {
            return None;
        }
        Kind::Given | Kind::GivenWord if capitals => {
            if known {
                0.85
            } else {
                0.72
            }
        }
        Kind::Initial if capitals && initials => {
            if known {
                0.75
            } else {
                0.62
            }
        }
        Kind::Given if field && closed && gap == ", " && !list => {
            if known {
                0.74
            } else {
                0.64
            }
        }
        Kind::GivenWord if field && closed && known && gap == ", " => 0.66,
        Kind::Initial if initials && known && gap != "," => 0.68,
        Kind::Initial if initials && surname == Kind::Unknown && field => 0.62,
        _ => return None,
    };
    let end = end_word.end + usize::from(end_word.shape == Shape::Initial && dotted(end_word));
    Some((Hit { start: first.start, end, confidence }, end))
}
