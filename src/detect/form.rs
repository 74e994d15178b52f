//! What can be told of a regular expression from its parsed form: how its matches begin, and what they cannot do without. It must not
//! compile or search.

use super::hinge;
use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind, Look};

/// Where the matches of an expression begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Start {
    /// With the first byte of a word.
    Word,
    /// With the first byte of a word, with a byte of no word, with a low line, or at the start of a text or line.
    Edge,
    /// A few bytes before a number, with which this rest of it begins.
    Number(Box<Hir>),
    /// Anywhere.
    Anywhere,
}

/// What a text must hold, or the expression does not match in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Need {
    /// These bytes in a row.
    Literal(Vec<u8>),
    /// An `@` or a percent sign: most texts have neither.
    Rare,
    /// A digit.
    Digit,
    /// A colon or an equals sign.
    Sign,
    /// A comma or an opening bracket.
    List,
    /// Nobody can say.
    Nothing,
}

/// A literal that is looked for by itself has at least so many bytes.
const TELLING: usize = 2;
/// One of several words that are looked for together has at least so many letters.
const TELLING_WORD: usize = 3;
/// Words that one expression may ask for.
const MOST_WORDS: usize = 64;

/// What is known of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    /// How its matches begin.
    pub(super) start: Start,
    /// What they need.
    pub(super) need: Need,
    /// Every match has one of these in it, in capitals or not; empty if nobody can say.
    pub(super) words: Vec<Vec<u8>>,
    /// It asks for the start of a line.
    pub(super) line: bool,
    /// Every match has a letter in it, or a byte that is no ASCII.
    pub(super) letter: bool,
    /// What stands before the first byte that it needs, if it is looked for from there.
    pub(super) before: Option<Hir>,
}

/// How the matches of an expression begin, and what they need.
pub(super) fn of(hir: &Hir) -> Form {
    let literal = literal(hir).filter(|literal| literal.len() >= TELLING);
    let mut before = None;
    let mut hinged = |asked: &[u8]| {
        before = needs(hir, &|byte| asked.contains(&byte)).then(|| hinge::before(hir, asked)).flatten();
        before.is_some()
    };
    let need = if hinged(&RARE) {
        Need::Rare
    } else if let Some(literal) = literal {
        Need::Literal(literal)
    } else if needs(hir, &|byte| byte.is_ascii_digit()) {
        Need::Digit
    } else if hinged(&SIGNS) {
        Need::Sign
    } else if hinged(&LIST) {
        Need::List
    } else {
        Need::Nothing
    };
    let looks = hir.properties().look_set();
    let has = |all: &[Look]| all.iter().any(|look| looks.contains(*look));
    // what asks whether no border is there depends on more than where it begins
    let other = [Look::WordAsciiNegate, Look::WordEndAscii, Look::EndCRLF, Look::WordStartHalfAscii, Look::WordEndHalfAscii];
    let start = match lead(hir, false) {
        // what asks for the start of a line is not told by the bytes of a word alone
        Lead::Word if !has(&[Look::Start, Look::StartLF, Look::StartCRLF]) => Start::Word,
        Lead::Word | Lead::Edge if !has(&other) => Start::Edge,
        _ => number(hir).map_or(Start::Anywhere, |rest| Start::Number(Box::new(rest))),
    };
    if start == Start::Anywhere && need == Need::Digit {
        // a match that may begin with its number may begin inside of one
        before = hinge::before(hir, b"0123456789").filter(|before| before.properties().minimum_len() > Some(0));
    }
    let words = words(hir).filter(|words| words.iter().all(|word| word.len() >= TELLING_WORD)).unwrap_or_default();
    let letter = needs(hir, &|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
    Form { start, need, words, line: has(&[Look::StartLF, Look::StartCRLF]), letter, before }
}

/// Signs that most texts have none of.
pub(super) const RARE: [u8; 2] = [b'@', b'%'];
/// Signs between a name and its value.
pub(super) const SIGNS: [u8; 2] = [b':', b'='];
/// Signs between one thing and the next, and before the first.
pub(super) const LIST: [u8; 2] = [b',', b'('];

/// Whether every match has one of some bytes in it.
fn needs(hir: &Hir, asked: &dyn Fn(u8) -> bool) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().any(|byte| asked(*byte)),
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().next().is_some() && class.iter().all(|range| (range.start()..=range.end()).all(asked))
        }
        // `=|:` is a class of characters
        HirKind::Class(Class::Unicode(class)) => {
            let all = |range: &ClassUnicodeRange| {
                (range.start()..=range.end()).all(|one| u8::try_from(one).is_ok_and(|byte| byte.is_ascii() && asked(byte)))
            };
            class.iter().next().is_some() && class.iter().all(all)
        }
        HirKind::Capture(capture) => needs(&capture.sub, asked),
        HirKind::Repetition(repetition) => repetition.min > 0 && needs(&repetition.sub, asked),
        HirKind::Concat(parts) => parts.iter().any(|part| needs(part, asked)),
        HirKind::Alternation(parts) => parts.iter().all(|part| needs(part, asked)),
        HirKind::Empty | HirKind::Look(_) => false,
    }
}

/// The longest bytes in a row that every match has.
fn literal(hir: &Hir) -> Option<Vec<u8>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(literal.0.to_vec()),
        HirKind::Capture(capture) => literal(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => literal(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(literal).max_by_key(Vec::len),
        _ => None,
    }
}

/// Words of which every match has one, in small letters.
fn words(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(vec![literal.0.to_ascii_lowercase()]),
        HirKind::Capture(capture) => words(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => words(&repetition.sub),
        HirKind::Concat(parts) => {
            let mut choices: Vec<Vec<Vec<u8>>> = Vec::new();
            let mut word: Vec<u8> = Vec::new();
            for part in parts {
                match part.kind() {
                    HirKind::Literal(literal) => word.extend(literal.0.to_ascii_lowercase()),
                    HirKind::Class(class) if letter(class).is_some() => word.extend(letter(class)),
                    _ => {
                        choices.push(vec![std::mem::take(&mut word)]);
                        choices.extend(words(part));
                    }
                }
            }
            choices.push(vec![word]);
            // the one whose shortest word is longest
            choices.into_iter().max_by_key(|words| words.iter().map(Vec::len).min())
        }
        HirKind::Class(class) => letter(class).map(|letter| vec![vec![letter]]),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(words(part)?);
            }
            (all.len() <= MOST_WORDS).then_some(all)
        }
        _ => None,
    }
}

/// The letter of which a class has the capital and the small one, and nothing else.
fn letter(class: &Class) -> Option<u8> {
    let Class::Bytes(class) = class else { return None };
    let mut bytes = class.iter().flat_map(|range| range.start()..=range.end()).map(|byte| byte.to_ascii_lowercase());
    let first = bytes.next()?;
    bytes.all(|byte| byte == first).then_some(first)
}

/// Whether a byte is of a word.
#[inline]
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// How an expression begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// With nothing yet.
    Nothing,
    /// With a border of a word, and nothing yet.
    Border,
    /// With the first byte of a word.
    Word,
    /// Where a text, a line or a word begins, with a byte of no word or with a low line.
    Edge,
    /// With a border of a word and nothing yet, or as an edge.
    EdgeOrBorder,
    /// Otherwise, or nobody can say.
    Other,
}

/// How a part begins, behind what may be a border.
fn lead(hir: &Hir, border: bool) -> Lead {
    let so_far = if border { Lead::Border } else { Lead::Nothing };
    // by whether all bytes are of words, and whether none is
    let first = |all: bool, none: bool| match (border, all, none) {
        (true, true, _) => Lead::Word,
        (false, _, true) => Lead::Edge,
        _ => Lead::Other,
    };
    match hir.kind() {
        HirKind::Empty => so_far,
        HirKind::Look(Look::WordAscii | Look::WordStartAscii) => Lead::Border,
        HirKind::Look(Look::Start | Look::StartLF | Look::StartCRLF) => Lead::Edge,
        HirKind::Look(Look::End | Look::EndLF) => so_far,
        // the end of a word, or of a line that may end in two bytes, hangs on what stands before, which nobody sees who begins here
        HirKind::Look(_) => Lead::Other,
        HirKind::Literal(literal) => {
            let word = literal.0.first().copied().map(is_word);
            first(word == Some(true), word == Some(false) || literal.0.first() == Some(&b'_'))
        }
        HirKind::Class(Class::Bytes(class)) => {
            let bytes = || class.iter().flat_map(|range| range.start()..=range.end());
            first(bytes().all(is_word), bytes().all(|byte| !is_word(byte) || byte == b'_'))
        }
        HirKind::Class(Class::Unicode(class)) => {
            let words = |byte: char| u8::try_from(byte).is_ok_and(is_word);
            first(class.iter().all(|range| range.end().is_ascii() && (range.start()..=range.end()).all(words)), false)
        }
        HirKind::Capture(capture) => lead(&capture.sub, border),
        HirKind::Repetition(repetition) => match lead(&repetition.sub, border) {
            Lead::Word if repetition.min == 0 => so_far,
            Lead::Border | Lead::Edge | Lead::EdgeOrBorder if repetition.min == 0 => Lead::Other,
            other => other,
        },
        HirKind::Concat(parts) => {
            let mut now = so_far;
            for part in parts {
                let either = now == Lead::EdgeOrBorder;
                now = lead(part, either || now == Lead::Border);
                if either {
                    // what ended as an edge did not wait for what comes behind it
                    now = match now {
                        Lead::Border => Lead::EdgeOrBorder,
                        Lead::Word | Lead::Edge => Lead::Edge,
                        other => other,
                    };
                }
                if matches!(now, Lead::Word | Lead::Edge | Lead::Other) {
                    break;
                }
            }
            now
        }
        HirKind::Alternation(parts) => {
            let mut all = parts.iter().map(|part| lead(part, border));
            let one = all.next().unwrap_or(Lead::Other);
            let edge = |lead: Lead| matches!(lead, Lead::Word | Lead::Edge);
            all.fold(one, |one, other| match (one, other) {
                (one, other) if one == other => one,
                (one, other) if edge(one) && edge(other) => Lead::Edge,
                (Lead::Border | Lead::EdgeOrBorder, Lead::Edge | Lead::EdgeOrBorder)
                | (Lead::Edge | Lead::EdgeOrBorder, Lead::Border) => Lead::EdgeOrBorder,
                _ => Lead::Other,
            })
        }
    }
}

/// What an expression is from the number on that follows its first part, if that part has an end that is no digit.
fn number(hir: &Hir) -> Option<Hir> {
    let HirKind::Concat(parts) = hir.kind() else { return None };
    let (first, rest) = parts.split_first()?;
    (before_number(first) == Some(true) && rest.first().is_some_and(opens_number)).then(|| Hir::concat(rest.to_vec()))
}

/// Whether a part ends with what is no digit, or is the start of a text or line. `None` if it may not, no if it may be nothing.
fn before_number(hir: &Hir) -> Option<bool> {
    let other = |byte: &u8| !byte.is_ascii_digit();
    match hir.kind() {
        HirKind::Empty => Some(false),
        HirKind::Look(Look::Start | Look::StartLF | Look::StartCRLF) => Some(true),
        HirKind::Look(_) | HirKind::Class(Class::Unicode(_)) => None,
        HirKind::Literal(literal) => literal.0.last().is_some_and(other).then_some(true),
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().all(|range| (range.start()..=range.end()).all(|byte| other(&byte))).then_some(true)
        }
        HirKind::Capture(capture) => before_number(&capture.sub),
        HirKind::Repetition(repetition) => before_number(&repetition.sub).map(|ends| ends && repetition.min > 0),
        HirKind::Concat(parts) => {
            for part in parts.iter().rev() {
                if before_number(part)? {
                    return Some(true);
                }
            }
            Some(false)
        }
        HirKind::Alternation(parts) => parts.iter().map(before_number).try_fold(true, |all, ends| ends.map(|ends| all && ends)),
    }
}

/// Whether a part begins with a digit.
fn opens_number(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.first().is_some_and(u8::is_ascii_digit),
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().next().is_some()
                && class.iter().all(|range| range.start().is_ascii_digit() && range.end().is_ascii_digit())
        }
        HirKind::Capture(capture) => opens_number(&capture.sub),
        HirKind::Repetition(repetition) => repetition.min > 0 && opens_number(&repetition.sub),
        HirKind::Concat(parts) => parts.first().is_some_and(opens_number),
        HirKind::Alternation(parts) => parts.iter().all(opens_number),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Unicode(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Need, Start, of};

    fn form(source: &str) -> Form {
        let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(source);
        let Ok(hir) = hir else { panic!("a pattern") };
        of(&hir)
    }

    #[test]
    fn how_matches_begin_and_what_they_need() {
        let literal = |text: &str| Need::Literal(text.as_bytes().to_vec());
        for (source, start, need) in [
            (r"\b\d{9}\b", Start::Word, Need::Digit),
            (r"(?i)\b[a-z0-9]{1,9}@[a-z]{2,9}", Start::Word, Need::Rare),
            (r"(?:^|[^\w])\d{3}", Start::Edge, Need::Digit),
            (r"(?i)\b(?:deputy )?chief constable\b", Start::Word, Need::Nothing),
            (r"\b\+44", Start::Anywhere, literal("+44")),
            (r"(?:\+44|\b0044)\d", Start::Edge, Need::Digit),
            (r"\b(?:x|y)?(\d+)", Start::Word, Need::Digit),
            (r"\b(?:x|-)?(\d+)", Start::Anywhere, Need::Digit),
            (r"(?m)^a", Start::Edge, Need::Nothing),
            (r"(?:\b)?a", Start::Anywhere, Need::Nothing),
            (r"\b(?:a|-)b", Start::Anywhere, Need::Nothing),
            (r"[.-]*@a", Start::Anywhere, Need::Rare),
            (r"(?:^|[^\w.])[a-z]{1,9}%40", Start::Edge, Need::Rare),
            (r"\b(?:a@|b%)", Start::Word, Need::Rare),
            (r"[(]?\ba", Start::Anywhere, Need::Nothing),
            (r"\B-a", Start::Anywhere, literal("-a")),
            (r"-----BEGIN (?:RSA )?KEY-----", Start::Edge, literal("-----BEGIN ")),
            (r"\bgh[po]_[A-Z0-9]{36}", Start::Word, literal("gh")),
            (r"(?i)(?:^|[^/])(?:password|pwd) ?[:=](\S+)", Start::Anywhere, Need::Sign),
            (r"(?m)\b[a-z]{2}|^a", Start::Edge, Need::Nothing),
            (r"(?:\b|_)ab", Start::Edge, literal("ab")),
            (r"(?:\b|_)-b", Start::Anywhere, literal("-b")),
            (r"(?:\b|_)[_-]b", Start::Anywhere, Need::Nothing),
            (r"(?:^|\b|_)(?:a|b)", Start::Edge, Need::Nothing),
            (r"_?\bab", Start::Anywhere, literal("ab")),
            (r"(?i)(?:key|pw) ?[,(]x", Start::Anywhere, Need::List),
            (r"\b{end}~!{3}~", Start::Anywhere, Need::Nothing),
            (r"(?Rm)$\n~x", Start::Anywhere, literal("\n~x")),
            (r"-x\b{end}", Start::Anywhere, literal("-x")),
            (r"\b{start-half}-x", Start::Anywhere, literal("-x")),
        ] {
            let form = form(source);
            assert_eq!((form.start, form.need), (start, need), "{source}");
        }
    }

    #[test]
    fn a_number_behind_what_is_none_and_words_of_which_one_is_there() {
        for source in [r"(?:^|[^\d ]|[^\d] )([2-6]\d{3} \d)", r"(?:^|\n|[A-Za-z]{2}[:=]? ?|[(>] ?)((?:49|5\d|60)\.\d)"] {
            assert!(matches!(form(source).start, Start::Number(_)), "{source}");
        }
        for source in [r"(?:^|[^ ])\d\d", r"(?:x)?\d", r"(?:^|[a-z]\b)\d", r"(?:x|y)[\da]"] {
            assert!(!matches!(form(source).start, Start::Number(_)), "{source}");
        }
        let words = |source: &str| form(source).words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
        let of = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
        let found: Vec<String> = words(r"(?i)(?:passport|reisepass|_id)[ _]?n[ro]?\d");
        assert_eq!(found, of(&["passport", "reisepass", "_id"]));
        let found: Vec<String> = words(r"(?i)(?:secret|api[_-]?key)\s*=x{2}");
        assert!(found.contains(&"secret".to_owned()) && found.len() == 2);
        let found: Vec<String> = words(r"(?i)(?:secret|\d+)=");
        assert_eq!(found, of(&[]));
    }
}
