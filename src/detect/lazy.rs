//! Regular expressions that are compiled when they are first needed: of two hundred, a delivery needs a few, and an audit of nothing
//! needs none. Their syntax is checked at once. It must not know what they are for.

use super::form::{self, Form};
use crate::model::class::MOST_EXPRESSION_BYTES;
use regex_automata::Input;
use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_syntax::hir::Hir;
use std::ops::Range;
use std::sync::OnceLock;

/// One expression over bytes, without Unicode classes.
pub(super) struct Lazy {
    source: String,
    parsed: Hir,
    form: Form,
    built: OnceLock<Option<Regex>>,
}

impl Lazy {
    /// Checks the syntax and keeps the source.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(source: &str) -> Result<Self, String> {
        let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
        let parsed = parser.parse(source).map_err(|error| error.to_string())?;
        let form = form::of(&parsed);
        Ok(Self { source: source.to_owned(), parsed, form, built: OnceLock::new() })
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
    pub(super) fn parsed(&self) -> &Hir {
        &self.parsed
    }

    /// What its parsed form says of its matches.
    pub(super) fn form(&self) -> &Form {
        &self.form
    }

    /// Whether it matches somewhere.
    pub(super) fn is_match(&self, bytes: &[u8]) -> bool {
        self.get().is_some_and(|regex| regex.is_match(bytes))
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
        let mut captures = regex.create_captures();
        regex.search_captures(&input, &mut captures);
        let whole = captures.get_match()?.range();
        // a group that takes no part is no value
        let own = captures.get_group(group).map_or(whole.start..whole.start, |span| span.range());
        Some((whole, own))
    }
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
    }
}
