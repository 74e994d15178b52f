//! What can be told of a regular expression from its parsed form: how its matches begin, and what they cannot do without. It must not
//! compile or search.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// What a text must hold, or the expression does not match in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Need {
    /// These bytes in a row.
    Literal(Vec<u8>),
    /// An `@`.
    At,
    /// A digit.
    Digit,
    /// A colon or an equals sign.
    Sign,
    /// Nobody can say.
    Nothing,
}

/// A literal that is looked for by itself has at least so many bytes.
const TELLING: usize = 2;

/// What is known of an expression.
pub(super) type Form = (bool, Need);

/// Whether matches begin at the start of a word, and what they need.
pub(super) fn of(hir: &Hir) -> Form {
    let literal = literal(hir).filter(|literal| literal.len() >= TELLING);
    let need = if needs(hir, &|byte| byte == b'@') {
        Need::At
    } else if let Some(literal) = literal {
        Need::Literal(literal)
    } else if needs(hir, &|byte| byte.is_ascii_digit()) {
        Need::Digit
    } else if needs(hir, &|byte| matches!(byte, b':' | b'=')) {
        Need::Sign
    } else {
        Need::Nothing
    };
    // what asks for the start of a line is not told by the bytes of a word alone
    let looks = hir.properties().look_set();
    let line = [Look::Start, Look::StartLF, Look::StartCRLF].into_iter().any(|look| looks.contains(look));
    (lead(hir, false) == Lead::Word && !line, need)
}

/// Whether every match has one of some bytes in it.
fn needs(hir: &Hir, asked: &dyn Fn(u8) -> bool) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().any(|byte| asked(*byte)),
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().next().is_some() && class.iter().all(|range| (range.start()..=range.end()).all(asked))
        }
        HirKind::Capture(capture) => needs(&capture.sub, asked),
        HirKind::Repetition(repetition) => repetition.min > 0 && needs(&repetition.sub, asked),
        HirKind::Concat(parts) => parts.iter().any(|part| needs(part, asked)),
        HirKind::Alternation(parts) => parts.iter().all(|part| needs(part, asked)),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Unicode(_)) => false,
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
    /// Otherwise, or nobody can say.
    Other,
}

/// How a part begins, behind what may be a border.
fn lead(hir: &Hir, border: bool) -> Lead {
    let so_far = if border { Lead::Border } else { Lead::Nothing };
    let first = |word: bool| if border && word { Lead::Word } else { Lead::Other };
    match hir.kind() {
        HirKind::Empty => so_far,
        HirKind::Look(Look::WordAscii | Look::WordStartAscii) => Lead::Border,
        HirKind::Look(_) => so_far,
        HirKind::Literal(literal) => first(literal.0.first().copied().is_some_and(is_word)),
        HirKind::Class(Class::Bytes(class)) => first(class.iter().all(|range| (range.start()..=range.end()).all(is_word))),
        HirKind::Class(Class::Unicode(class)) => {
            first(class.iter().all(|range| range.end().is_ascii() && (range.start() as u8..=range.end() as u8).all(is_word)))
        }
        HirKind::Capture(capture) => lead(&capture.sub, border),
        HirKind::Repetition(repetition) => match lead(&repetition.sub, border) {
            Lead::Word if repetition.min == 0 => so_far,
            Lead::Border if repetition.min == 0 => Lead::Other,
            other => other,
        },
        HirKind::Concat(parts) => {
            let mut now = so_far;
            for part in parts {
                now = lead(part, now == Lead::Border);
                if matches!(now, Lead::Word | Lead::Other) {
                    break;
                }
            }
            now
        }
        HirKind::Alternation(parts) => {
            let mut all = parts.iter().map(|part| lead(part, border));
            let one = all.next().unwrap_or(Lead::Other);
            if all.all(|other| other == one) { one } else { Lead::Other }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Need, of};

    #[test]
    fn how_matches_begin_and_what_they_need() {
        let literal = |text: &str| Need::Literal(text.as_bytes().to_vec());
        for (source, words, need) in [
            (r"\b\d{9}\b", true, Need::Digit),
            (r"(?i)\b[a-z0-9]{1,9}@[a-z]{2,9}\b", true, Need::At),
            (r"(?:^|[^\w])\d{3}", false, Need::Digit),
            (r"(?i)\b(?:deputy )?chief constable\b", true, Need::Nothing),
            (r"\b\+44", false, literal("+44")),
            (r"(?:\+44|\b0044)\d", false, Need::Digit),
            (r"\b(?:x|y)?(\d+)", true, Need::Digit),
            (r"(?m)^a", false, Need::Nothing),
            (r"(?:\b)?a", false, Need::Nothing),
            (r"\b(?:a|-)b", false, Need::Nothing),
            (r"[.-]*@a", false, Need::At),
            (r"-----BEGIN (?:RSA )?KEY-----", false, literal("-----BEGIN ")),
            (r"\bgh[po]_[A-Z0-9]{36}", true, literal("gh")),
            (r"(?i)(?:^|[^/])(?:password|pwd) ?[:=](\S+)", false, Need::Sign),
            (r"(?m)\b[a-z]{2}|^a", false, Need::Nothing),
        ] {
            let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(source);
            assert_eq!(hir.ok().map(|hir| of(&hir)), Some((words, need)), "{source}");
        }
    }
}
