//! Second looks, when a text has been read: single words that did not suffice alone are reported where the same text has them in a longer name, names
//! that stand in a list with others ("Anna, Robert and Nicole"), and the one word that a "he" or "her" behind it can mean.

use super::Hit;
use super::context::{Follow, Lead, follow, lead};
use super::lists::{Flags, Key, flags_of_key};
use std::collections::HashSet;

/// Lists are not followed further than this.
const MOST: usize = 32;
/// How far behind a name its pronoun may stand, in bytes.
const NEAR: usize = 160;

/// Appends what other parts of the text bear out of what was doubtful. `already` hits are of other texts.
pub(super) fn confirm(text: &str, already: usize, hits: &mut Vec<Hit>, doubtful: &[Hit]) {
    let reported = hits.get(already..).unwrap_or(&[]);
    let certain = reported.iter().filter(|hit| hit.confidence >= 0.65).filter_map(|hit| text.get(hit.start..hit.end));
    let parts: HashSet<&str> = certain.flat_map(|name| name.split([' ', '.', ','])).collect();
    let mut found = Vec::new();
    for hit in doubtful {
        let Some(word) = text.get(hit.start..hit.end) else { continue };
        let again = word.len() > 2 && parts.contains(word);
        if again {
            found.push(Hit { confidence: 0.65, ..*hit });
        } else if in_company(text, hit, reported, doubtful) {
            found.push(Hit { confidence: 0.62, ..*hit });
        } else if meant(text, hit, reported) {
            found.push(Hit { confidence: 0.6, ..*hit });
        }
    }
    if !found.is_empty() {
        hits.append(&mut found);
        if let Some(new) = hits.get_mut(already..) {
            new.sort_by_key(|hit| (hit.start, hit.end));
        }
    }
}

fn known(word: &str) -> Flags {
    Key::of(word).map_or(Flags::default(), |key| flags_of_key(&key))
}

fn is_word(flags: Flags) -> bool {
    flags.any(Flags::WORD) || flags.any(Flags::PLACE) || flags.any(Flags::PROPER) || flags.any(Flags::ORGANISATION)
}

/// A first name, and neither a word nor a surname first of all.
fn sure(text: &str, hit: &Hit) -> bool {
    let name = text.get(hit.start..hit.end).unwrap_or("");
    if name.contains(' ') {
        return hit.confidence >= 0.6;
    }
    let flags = known(name);
    hit.confidence >= 0.65 || flags.any(Flags::GIVEN) && !flags.any(Flags::RARELY) && !is_word(flags)
}

fn joint(gap: &str) -> bool {
    matches!(gap, ", " | " and " | ", and " | " , " | " , and " | " or ")
}

/// Whether a doubtful name stands in a list of which at least two members are persons surely, and none surely is something else.
fn in_company(text: &str, hit: &Hit, reported: &[Hit], doubtful: &[Hit]) -> bool {
    let name = text.get(hit.start..hit.end).unwrap_or("");
    let own = known(name);
    let single = !name.contains(' ');
    let mut letters = name.chars();
    let written = letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase);
    let possible = if single {
        own.any(Flags::NAME) && !own.any(Flags::PLACE) && (!own.any(Flags::WORD) || own.any(Flags::GIVEN))
            || own == Flags::UNUSUAL
            || own == Flags::default()
    } else {
        hit.confidence >= 0.45
    };
    if !possible || !written {
        return false;
    }
    let beside =
        |from: &Hit, forward: bool| beside(text, from, forward, reported).or_else(|| beside(text, from, forward, doubtful));
    let mut members = u32::from(single && sure(text, hit));
    let (mut nearest, mut foreign, mut announced) = (0, false, false);
    for forward in [false, true] {
        let mut here = hit;
        for step in 0..MOST {
            let Some(next) = beside(here, forward) else { break };
            let counts = sure(text, next);
            members += u32::from(counts);
            nearest += u32::from(counts && step == 0);
            here = next;
        }
        foreign |= foreign_beside(text, here, forward);
        // "Attendees: Example, Sample and Specimen"
        announced |= !forward && matches!(lead(text, here.start), Lead::Person | Lead::Named);
    }
    if foreign {
        return false;
    }
    if single && own == Flags::default() {
        return announced || members >= 2 && nearest > 0;
    }
    // a word that is a name too needs a name beside it
    announced || members >= 2 && (nearest > 0 || single && !own.any(Flags::WORD)) || nearest > 0 && strong(text, hit, reported)
}

/// What stands next to a hit in a list, of hits in the order of the text.
fn beside<'a>(text: &str, from: &Hit, forward: bool, all: &'a [Hit]) -> Option<&'a Hit> {
    let at = if forward {
        all.partition_point(|hit| hit.start < from.end)
    } else {
        all.partition_point(|hit| hit.start < from.start).checked_sub(1)?
    };
    let next = all.get(at)?;
    let (one, two) = if forward { (from, next) } else { (next, from) };
    text.get(one.end..two.start).is_some_and(joint).then_some(next)
}

/// Beside a name of two words that is sure, one is enough: "John Smith and Bentley".
fn strong(text: &str, hit: &Hit, reported: &[Hit]) -> bool {
    [false, true].into_iter().filter_map(|forward| beside(text, hit, forward, reported)).any(|other| other.confidence >= 0.65)
}

/// Whether the list goes on with a capitalised word that is no person's: a place, a brand.
fn foreign_beside(text: &str, hit: &Hit, forward: bool) -> bool {
    let word = if forward {
        let rest = text.get(hit.end..).unwrap_or("");
        let Some(tail) = [", and ", " and ", " , ", ", ", " or "].iter().find_map(|gap| rest.strip_prefix(gap)) else {
            return false;
        };
        tail.split(|letter: char| !letter.is_alphanumeric() && letter != '\'').next().unwrap_or("")
    } else {
        let head = text.get(..hit.start).unwrap_or("");
        let Some(tail) = [", and ", " and ", " , ", ", ", " or "].iter().find_map(|gap| head.strip_suffix(gap)) else {
            return false;
        };
        tail.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '\'').next().unwrap_or("")
    };
    let flags = known(word);
    word.chars().next().is_some_and(char::is_uppercase) && (flags.any(Flags::PLACE) || is_word(flags) && !flags.any(Flags::NAME))
}

/// Whether a "he" or "her" in the same sentence can mean nobody but this word.
fn meant(text: &str, hit: &Hit, reported: &[Hit]) -> bool {
    let word = text.get(hit.start..hit.end).unwrap_or("");
    let mut letters = word.chars();
    let written = letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase);
    if hit.confidence < 0.45 || word.len() < 4 || !written || is_word(known(word)) {
        return false;
    }
    // it has to be what the sentence is about
    if !matches!(follow(text, hit.end), Follow::Deed | Follow::Verb | Follow::Told | Follow::Speech) {
        return false;
    }
    let rest = text.get(hit.end..).unwrap_or("");
    let mut at = 0;
    for piece in rest.split_inclusive([' ', '\n']) {
        if at > NEAR {
            return false;
        }
        let plain = piece.trim_end();
        let bare = plain.trim_end_matches([',', ';', ')']);
        if matches!(bare, "he" | "she" | "his" | "her" | "him" | "himself" | "herself" | "hers") {
            let next = reported.get(reported.partition_point(|other| other.start < hit.start));
            return next.is_none_or(|other| other.end > hit.end + at);
        }
        if plain.ends_with(['.', '!', '?']) || piece.ends_with('\n') {
            return false;
        }
        at += piece.len();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::find;

    fn names(text: &str) -> Vec<&str> {
        let mut hits = Vec::new();
        find(text, &mut hits);
        hits.iter().map(|hit| text.get(hit.start..hit.end).unwrap_or("?")).collect()
    }

    #[test]
    fn lists_of_persons() {
        assert_eq!(names("They were Anna, Robert and Nicole."), ["Anna", "Robert", "Nicole"]);
        assert_eq!(names("Attendees: Kowarski, Osborne and Phillips."), ["Kowarski", "Osborne", "Phillips"]);
        assert_eq!(names("we saw Anna, Nicole and Mark"), ["Anna", "Nicole", "Mark"]);
    }

    #[test]
    fn lists_of_other_things() {
        for text in [
            "Ford, Morgan and Bentley all build cars.",
            "Norton and McAfee slow the machine down.",
            "Chelsea, Florence, Paris, Austin and Lincoln are cities.",
            "Cox, Bramley and Gala apples",
            "import { Taylor, Parker } from here",
        ] {
            assert_eq!(names(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn whom_a_pronoun_means() {
        assert_eq!(names("Okwudike trained hard to start his career."), ["Okwudike"]);
        assert_eq!(names("Okwudike trained hard. Nobody saw his car."), Vec::<&str>::new());
    }
}
