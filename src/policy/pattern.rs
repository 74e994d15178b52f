//! Whether a data class's regular expression can be used: well-formed, not endless, and never the empty text. A small one is judged
//! by its parsed form, for compiling two hundred of them would be most of a short audit's time. It must not search with it.

use super::predicate::regex_reason;
use crate::model::class::MOST_EXPRESSION_BYTES;
use regex_syntax::hir::{Class, Hir, HirKind};

/// An expression of so many states compiles within the bound by far.
const SURELY_SMALL: usize = 8_000;

/// The number of its groups with the whole match, or what is wrong.
pub(super) fn check(text: &str) -> Result<usize, String> {
    let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(text);
    // what may be empty only at a border is asked of the expression itself
    if let Ok(hir) = parsed
        && weight(&hir) <= SURELY_SMALL
        && hir.properties().minimum_len() != Some(0)
    {
        return Ok(hir.properties().explicit_captures_len() + 1);
    }
    match regex::bytes::RegexBuilder::new(text).unicode(false).size_limit(MOST_EXPRESSION_BYTES).build() {
        Ok(regex) if regex.is_match(b"") => Err("this pattern matches nothing at all (the empty text)".to_owned()),
        Ok(regex) => Ok(regex.captures_len()),
        Err(error) => Err(format!("this regular expression is not valid: {}", regex_reason(&error))),
    }
}

/// About how many states it compiles to. The parser bounds how deep it nests.
fn weight(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        // of one or more bytes each, in ranges that nobody sees in the pattern
        HirKind::Class(Class::Unicode(class)) if !class.is_ascii() => SURELY_SMALL,
        HirKind::Class(_) => 2,
        HirKind::Capture(capture) => weight(&capture.sub).saturating_add(2),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1) as usize;
            weight(&repetition.sub).saturating_add(1).saturating_mul(times)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(|part| weight(part).saturating_add(1)).fold(0, usize::saturating_add)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn good_ones_have_their_groups_counted() {
        assert_eq!(check(r"\b(\d{3})-(?:a|b)(c?)\b"), Ok(3));
        assert_eq!(check(r"x"), Ok(1));
    }

    #[test]
    fn endless_empty_and_broken_ones_are_refused() {
        assert!(check(r"a*").is_err_and(|reason| reason.contains("nothing at all")));
        assert!(check(r"(?:(?:a{1000}){1000}){1000}").is_err_and(|reason| reason.contains("not valid")));
        assert!(check(r"(?u:\pL){2600}").is_err_and(|reason| reason.contains("not valid")));
        assert_eq!(check(r"(?u:\pL){2}x"), Ok(1));
        assert!(check(r"a(").is_err_and(|reason| reason.contains("not valid")));
    }
}
