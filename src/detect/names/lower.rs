//! Names in a text without any capital: log lines, chats, exports folded to lower case. Only what is plain counts: a known
//! first name and a known surname side by side, or a first name that is announced.

use super::Hit;
use super::lists::{Flags, flags};

/// Appends the names in a text that has no capital.
pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    if !prose(text) {
        return;
    }
    let mut previous: Option<(usize, usize, Flags)> = None;
    let mut earlier = ["", ""];
    let mut at = 0;
    while let Some((start, end)) = next_word(text, at) {
        at = end;
        let word = text.get(start..end).unwrap_or("");
        let known = if word.len() > 2 { flags(word) } else { Flags::default() };
        let weak =
            known.any(Flags::WORD) || known.any(Flags::PLACE) || known.any(Flags::PROPER) || known.any(Flags::ORGANISATION);
        let [second, first] = earlier;
        earlier = [first, word];
        if let Some((from, to, _)) = previous.take()
            && start == to + 1
            && text.as_bytes().get(to) == Some(&b' ')
            && !weak
            && !word.is_empty()
            && word.len() > 2
            && word.chars().all(char::is_alphabetic)
        {
            let confidence = if known.any(Flags::SURNAME) { 0.7 } else { 0.62 };
            if whole(text, from, end) {
                hits.push(Hit { start: from, end, confidence });
            }
            continue;
        }
        if weak {
            continue;
        }
        if known.any(Flags::GIVEN) {
            previous = Some((start, end, known));
        }
        let name = known.any(Flags::NAME) || !word.is_ascii();
        let announced =
            name && matches!((second, first), ("name", "is") | (_, "named" | "called" | "dear" | "mr" | "mrs" | "ms" | "dr"));
        // "text chloe on", "says péter": a first name and nothing else, to whom something is said
        let asked = known.any(Flags::GIVEN)
            && matches!(
                first,
                "txt" | "text" | "ring" | "tell" | "ask" | "hi" | "hello" | "hey" | "thanks" | "says" | "said" | "its" | "miss"
            );
        let speaks = known.any(Flags::GIVEN) && whole(text, start, end) && speech(text, end);
        if whole(text, start, end)
            && ((announced || asked) && word.len() > 2 && !pair_follows(text, end) || speaks && previous.is_some())
        {
            hits.push(Hit { start, end, confidence: 0.6 });
            previous = None;
        }
    }
    if text.contains(", ") {
        listed(text, hits);
    }
}

/// First names in a row: "anna, robert and nicole". Three, two of which are no words.
fn listed(text: &str, hits: &mut Vec<Hit>) {
    let mut row: Vec<(usize, usize, bool)> = Vec::new();
    let already = hits.len();
    let mut at = 0;
    let mut flush = |row: &mut Vec<(usize, usize, bool)>| {
        if row.len() > 2 && row.iter().filter(|(_, _, sure)| *sure).count() > 1 {
            let free = |start: usize, end: usize, hits: &[Hit]| !hits.iter().any(|hit| hit.start < end && start < hit.end);
            for &(start, end, _) in row.iter() {
                if free(start, end, hits.get(..already).unwrap_or(&[])) {
                    hits.push(Hit { start, end, confidence: 0.6 });
                }
            }
        }
        row.clear();
    };
    while let Some((start, end)) = next_word(text, at) {
        at = end;
        let word = text.get(start..end).unwrap_or("");
        let known = if word.len() > 2 { flags(word) } else { Flags::default() };
        if !known.any(Flags::GIVEN) || !whole(text, start, end) {
            continue;
        }
        let joined = row
            .last()
            .is_some_and(|(_, last, _)| text.get(*last..start).is_some_and(|gap| matches!(gap, ", " | " and " | ", and ")));
        if !joined {
            flush(&mut row);
        }
        row.push((start, end, !known.any(Flags::WORD) && !known.any(Flags::PLACE) && !known.any(Flags::PROPER)));
    }
    flush(&mut row);
    hits.sort_by_key(|hit| (hit.start, hit.end));
}

/// Whether most of a text is words between spaces, and there are at least three; a row of numbers is none.
fn prose(text: &str) -> bool {
    let spaces = text.bytes().filter(|byte| *byte == b' ').count();
    let signs = text
        .bytes()
        .filter(|byte| matches!(byte, b'{' | b'}' | b'(' | b')' | b'=' | b'_' | b'<' | b'>' | b'/' | b';' | b'$' | b'#'))
        .count();
    let numbered = || text.split_whitespace().filter(|word| word.bytes().any(|byte| byte.is_ascii_digit())).count();
    spaces >= 2 && signs * 2 < spaces && numbered() * 2 <= text.split_whitespace().count()
}

fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let start = from + rest.find(char::is_alphabetic)?;
    let tail = text.get(start..)?;
    let length = tail.find(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '-')).unwrap_or(tail.len());
    Some((start, start + length.max(1)))
}

/// Whether nothing but spaces and sentence marks touches the words.
fn whole(text: &str, start: usize, end: usize) -> bool {
    let ahead = text.get(..start).and_then(|head| head.chars().next_back());
    let mut behind = text.get(end..).unwrap_or("").chars();
    let (next, then) = (behind.next(), behind.next());
    ahead.is_none_or(|letter| matches!(letter, ' ' | '\n' | '\t' | '"' | '(' | '\''))
        && match next {
            None | Some(' ' | '\n' | '\t' | '"' | ')' | '\'' | '’') => true,
            Some(',' | '.' | '!' | '?' | ':' | ';') => then.is_none_or(|letter| !letter.is_alphanumeric()),
            _ => false,
        }
}

fn speech(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or("");
    [" says", " said", " told", " asked", " replied", " is from", " lives", "'s "].iter().any(|verb| rest.starts_with(verb))
}

/// Whether the next word may be the surname to this one.
fn pair_follows(text: &str, end: usize) -> bool {
    text.as_bytes().get(end) == Some(&b' ')
        && next_word(text, end).is_some_and(|(start, stop)| {
            let known = text.get(start..stop).map(flags).unwrap_or_default();
            start == end + 1 && stop - start > 2 && !known.any(Flags::WORD)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let mut hits = Vec::new();
        find(text, &mut hits);
        hits.iter().map(|hit| text.get(hit.start..hit.end).unwrap_or("?")).collect()
    }

    #[test]
    fn plain_names() {
        assert_eq!(names("login of john smith failed"), ["john smith"]);
        assert_eq!(names("my name is péter"), ["péter"]);
        assert_eq!(names("they were anna, dawn and robert."), ["anna", "dawn", "robert"]);
    }

    #[test]
    fn words_and_code() {
        for text in [
            "we met in april, may and june",
            "mark the price of will and rose",
            "import martin from scott",
            "cd john/smith && ls",
            "grant select to public",
            "0x9b18 abba acee 36a9 b5d6 01",
            "",
        ] {
            assert_eq!(names(text), Vec::<&str>::new(), "{text}");
        }
    }
}
