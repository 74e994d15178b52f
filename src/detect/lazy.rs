//! Regular expressions that are compiled when they are first needed: of two hundred, a delivery needs a few, and an audit of nothing
//! needs none. Their syntax is checked at once, unless it was before. It must not know what they are for.

use super::form::{self, Form};
use crate::model::class::MOST_EXPRESSION_BYTES;
use regex_automata::Input;
use regex_automata::meta::Regex;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::util::syntax;
use regex_syntax::hir::{Class, Hir, HirKind, Look};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Groups of an expression for which there is room without an allocation.
const FEW_GROUPS: usize = 8;

/// What a match may have in front of its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing.
    Nothing,
    /// One byte, but at the start of the text.
    Byte,
}

/// What the syntax of an expression says.
struct Parsed {
    hir: Arc<Hir>,
    form: Form,
    /// The group that begins and ends with the match, but for one byte that may stand before it.
    whole: Option<(usize, Before)>,
}

impl Parsed {
    fn of(source: &str) -> Result<Self, String> {
        let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
        let hir = parser.parse(source).map_err(|error| error.to_string())?;
        Ok(Self { form: form::of(&hir), whole: whole(&hir), hir: Arc::new(hir) })
    }
}

/// One expression over bytes, without Unicode classes.
pub(super) struct Lazy {
    source: String,
    parsed: OnceLock<Parsed>,
    built: OnceLock<Option<Regex>>,
}

impl Lazy {
    /// Checks the syntax and keeps the source.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(source: &str) -> Result<Self, String> {
        Ok(Self { parsed: Parsed::of(source)?.into(), ..Self::checked(source) })
    }

    /// Keeps the source of which it is known that its syntax is right: looking at it takes as long as all else that an audit of nothing does.
    pub(super) fn checked(source: &str) -> Self {
        Self { source: source.to_owned(), parsed: OnceLock::new(), built: OnceLock::new() }
    }

    fn syntax(&self) -> &Parsed {
        self.parsed.get_or_init(|| {
            let parsed = Parsed::of(&self.source);
            debug_assert!(parsed.is_ok(), "a pattern that was checked is well-formed");
            // one that matches nothing
            parsed.unwrap_or_else(|_| Parsed { hir: Arc::new(Hir::fail()), form: form::of(&Hir::fail()), whole: None })
        })
    }

    /// The expression. `None` cannot be for what a policy declares: it was checked to compile, or its test is the project's own.
    fn get(&self) -> Option<&Regex> {
        let build = || {
            Regex::builder()
                .configure(Regex::config().nfa_size_limit(Some(MOST_EXPRESSION_BYTES)).utf8_empty(false))
                .syntax(syntax::Config::new().unicode(false).utf8(false))
                .build(&self.source)
                .ok()
        };
        let built = self.built.get_or_init(build);
        debug_assert!(built.is_some(), "a pattern that was checked compiles");
        built.as_ref()
    }

    /// Its parsed form.
    pub(super) fn parsed(&self) -> &Arc<Hir> {
        &self.syntax().hir
    }

    /// What its parsed form says of its matches.
    pub(super) fn form(&self) -> &Form {
        &self.syntax().form
    }

    /// Whether it matches somewhere.
    pub(super) fn is_match(&self, bytes: &[u8]) -> bool {
        self.get().is_some_and(|regex| regex.is_match(bytes))
    }

    /// The whole and a group of it, for a match whose place is known, if the group's is known with it.
    pub(super) fn group_of(&self, bytes: &[u8], of: Range<usize>, group: usize) -> Option<(Range<usize>, Range<usize>)> {
        if group == 0 {
            return Some((of.clone(), of));
        }
        let (_, before) = self.syntax().whole.filter(|whole| whole.0 == group)?;
        let start = match before {
            Before::Nothing => of.start,
            Before::Byte if of.start == 0 || bytes.get(of.start - 1) == Some(&b'\n') => return None,
            Before::Byte => of.start + 1,
        };
        Some((of.clone(), start..of.end))
    }

    /// Where the whole and a group of it match, for a match that begins at a place if `anchored`, or at or behind it.
    pub(super) fn find_from(
        &self,
        bytes: &[u8],
        at: usize,
        group: usize,
        anchored: bool,
    ) -> Option<(Range<usize>, Range<usize>)> {
        let regex = self.get()?;
        let anchored = if anchored { regex_automata::Anchored::Yes } else { regex_automata::Anchored::No };
        let input = Input::new(bytes).range(at..).anchored(anchored);
        if group == 0 {
            let whole = regex.search(&input)?.range();
            return Some((whole.clone(), whole));
        }
        let (mut few, mut many) = ([None; 2 * FEW_GROUPS], Vec::new());
        let slots = if let Some(few) = few.get_mut(..2 * group + 2) {
            few
        } else {
            many.resize(2 * group + 2, None);
            &mut many
        };
        regex.search_slots(&input, slots)?;
        let at = |slot: usize| slots.get(slot).copied().flatten().map(NonMaxUsize::get);
        let whole = at(0)?..at(1)?;
        // a group that takes no part is no value
        let own = at(2 * group).zip(at(2 * group + 1)).map_or(whole.start..whole.start, |(start, end)| start..end);
        Some((whole, own))
    }
}

/// The group that is all of an expression but for borders around it, and a byte or the start of the text before it.
fn whole(hir: &Hir) -> Option<(usize, Before)> {
    let parts = if let HirKind::Concat(parts) = hir.kind() { parts.as_slice() } else { std::slice::from_ref(hir) };
    let at = parts.iter().position(|part| matches!(part.kind(), HirKind::Capture(_)))?;
    let HirKind::Capture(capture) = parts.get(at)?.kind() else { return None };
    let empty = |hir: &Hir| matches!(hir.kind(), HirKind::Look(_) | HirKind::Empty);
    if !parts.get(at + 1..)?.iter().all(empty) {
        return None;
    }
    let before = match parts.get(..at)? {
        none if none.iter().all(empty) => Before::Nothing,
        [one] => {
            let HirKind::Alternation(either) = one.kind() else { return None };
            let [start, byte] = either.as_slice() else { return None };
            let line = matches!(start.kind(), HirKind::Look(Look::Start | Look::StartLF));
            (line && matches!(byte.kind(), HirKind::Class(Class::Bytes(_)))).then_some(Before::Byte)?
        }
        _ => return None,
    };
    Some((capture.index as usize, before))
}

#[cfg(test)]
mod tests {
    use super::Lazy;

    #[test]
    fn syntax_is_checked_at_once_and_the_rest_when_it_is_needed() {
        assert!(Lazy::new("a(").is_err());
        let Ok(digits) = Lazy::new(r"\b(\d)\d{2}\b") else { panic!("a pattern") };
        assert!(digits.is_match(b"x 123 y") && !digits.is_match(b"1234"));
        assert_eq!(digits.find_from(b"x 123 y", 0, 0, false), Some((2..5, 2..5)));
        assert_eq!(digits.find_from(b"x 123 y", 2, 1, true), Some((2..5, 2..3)));
        assert_eq!(digits.find_from(b"x 123 y", 0, 0, true), None);
        assert_eq!(digits.find_from(b"x1 123", 1, 0, true), None);
        for (source, text, of, group) in [
            (r"(?:^|[^\w+])(07\d)\b", "a 071", 1..5, Some(2..5)),
            (r"(?:^|[^\w+])(07\d)\b", "071", 0..3, None),
            (r"\b(07\d)\b", "071", 0..3, Some(0..3)),
            (r"(?m)(?:^|[^\w+])(07\d)$", "a\n071", 2..5, None),
            (r"(?:^|[^\w+])(07\d)(?:$|\W)", "a 071", 1..5, None),
        ] {
            let Ok(own) = Lazy::new(source) else { panic!("a pattern") };
            assert_eq!(own.group_of(text.as_bytes(), of.clone(), 1).map(|found| found.1), group, "{source}");
            let told = own.find_from(text.as_bytes(), of.start, 1, true).map(|found| found.1);
            assert!(group.is_none() || told == group, "{source}");
        }
    }
}
