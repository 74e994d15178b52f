//! Where patterns may match, for all of them in one pass. Nearly all begin at the start of a word: from there one automaton over all
//! of them runs until none is possible any more, which mostly is after two or three bytes. The few others are looked for by an automaton
//! that reads every byte. None of them is looked for in a text without what it needs. It must not know what the patterns are for.

use super::form::{self, Form, Need};
use super::lazy::Lazy;
use memchr::memmem::Finder;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::{Anchored, Input, MatchKind, PatternSet};
use regex_syntax::hir::Hir;
use std::sync::OnceLock;

/// Bytes that what an automaton has learnt may take.
const CACHE_BYTES: usize = 16 << 20;
/// Bytes that all patterns together may take, before they run.
const MOST_BYTES: usize = 64 << 20;
/// Steps of the runs from word starts for each byte: a text made so that each run is long is read byte by byte instead.
const MOST_STEPS: usize = 16;

/// Bytes of all texts together below which one automaton looks through texts of every kind.
const LITTLE: usize = 256 << 10;

/// In a text: a digit, a colon or an equals sign, both, neither. Each has its own automaton, of the patterns that can be in such a text.
const TEXTS: usize = 4;
const DIGIT: usize = 1;
const SIGN: usize = 2;
/// The automata: from words and anywhere for each kind of text, then the same for what needs an `@`.
const GROUPS: usize = 2 * TEXTS + 2;

/// Some of the patterns as one automaton.
struct Group {
    /// `None` if no automaton takes them: then each may match anywhere.
    dfa: Option<DFA>,
    /// Their places among all patterns.
    patterns: Vec<u16>,
}

/// All patterns.
pub(super) struct Sieve {
    parsed: Vec<Hir>,
    /// Whether each begins where a word does, and what it needs.
    forms: Vec<Form>,
    groups: [OnceLock<Option<Group>>; GROUPS],
    /// Those that may begin anywhere, and hold bytes that are looked for by themselves.
    literals: Vec<(Finder<'static>, Vec<u16>)>,
}

/// What an automaton has learnt.
struct Learnt {
    cache: Cache,
    /// For the first two bytes of a word, whether a run goes on behind them; empty before the first word.
    pairs: Vec<Pair>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pair {
    Unknown,
    Dead,
    Alive,
}

/// What a thread keeps from text to text, and what the last text gave.
pub(super) struct Memory {
    learnt: [Option<Learnt>; GROUPS],
    /// Bytes that were looked through.
    bytes: usize,
    set: PatternSet,
    /// Patterns with a place where each matches.
    pub(super) starts: Vec<(u16, usize)>,
    /// Patterns that match somewhere.
    pub(super) somewhere: Vec<u16>,
}

impl Sieve {
    /// Of patterns over bytes, without Unicode classes.
    pub(super) fn new(patterns: &[&Lazy]) -> Self {
        let forms: Vec<Form> = patterns.iter().map(|pattern| pattern.form().clone()).collect();
        let mut literals: Vec<(Finder<'static>, Vec<u16>)> = Vec::new();
        for (at, form) in (0_u16..).zip(&forms) {
            let (false, Need::Literal(bytes)) = form else { continue };
            match literals.iter_mut().find(|row| row.0.needle() == bytes) {
                Some(row) => row.1.push(at),
                None => literals.push((Finder::new(bytes).into_owned(), vec![at])),
            }
        }
        let parsed = patterns.iter().map(|pattern| pattern.parsed().clone()).collect();
        Self { parsed, forms, groups: [const { OnceLock::new() }; GROUPS], literals }
    }

    /// Working memory.
    pub(super) fn memory(&self) -> Memory {
        let set = PatternSet::new(self.parsed.len());
        Memory { learnt: [const { None }; GROUPS], bytes: 0, set, starts: Vec::new(), somewhere: Vec::new() }
    }

    /// An automaton. `None` if it would have no pattern.
    fn group(&self, index: usize) -> Option<&Group> {
        let build = || {
            let words = index.is_multiple_of(2);
            let text = index / 2;
            let asked = |form: &Form| {
                form.0 == words
                    && match &form.1 {
                        Need::At => text == TEXTS,
                        Need::Digit => text < TEXTS && text & DIGIT != 0,
                        Need::Sign => text < TEXTS && text & SIGN != 0,
                        // what begins a word ends soon where its literal is not
                        Need::Literal(_) => text < TEXTS && words,
                        Need::Nothing => text < TEXTS,
                    }
            };
            let patterns: Vec<u16> = (0_u16..).zip(&self.forms).filter(|row| asked(row.1)).map(|row| row.0).collect();
            let parsed: Vec<&Hir> = patterns.iter().filter_map(|at| self.parsed.get(usize::from(*at))).collect();
            let config = DFA::config().match_kind(MatchKind::All).cache_capacity(CACHE_BYTES).skip_cache_capacity_check(true);
            let nfa = thompson::Compiler::new()
                .configure(
                    thompson::Config::new().utf8(false).nfa_size_limit(Some(MOST_BYTES)).which_captures(WhichCaptures::None),
                )
                .build_many_from_hir(&parsed);
            let dfa = nfa.ok().and_then(|nfa| DFA::builder().configure(config).build_from_nfa(nfa).ok());
            (!patterns.is_empty()).then_some(Group { dfa, patterns })
        };
        self.groups.get(index)?.get_or_init(build).as_ref()
    }

    /// Which patterns match, and where, as far as that is known.
    pub(super) fn search(&self, bytes: &[u8], memory: &mut Memory) {
        let Memory { learnt, bytes: seen, set, starts, somewhere } = memory;
        starts.clear();
        somewhere.clear();
        for (finder, patterns) in &self.literals {
            if finder.find(bytes).is_some() {
                somewhere.extend(patterns);
            }
        }
        let mut text = if any_digit(bytes) { DIGIT } else { 0 };
        if memchr::memchr2(b':', b'=', bytes).is_some() {
            text |= SIGN;
        }
        // an automaton is work to make: for little text one of all patterns does for every kind
        *seen = seen.saturating_add(bytes.len());
        if *seen < LITTLE {
            text = DIGIT | SIGN;
        }
        let at = memchr::memchr(b'@', bytes).is_some();
        for text in [Some(text), at.then_some(TEXTS)].into_iter().flatten() {
            for index in [2 * text, 2 * text + 1] {
                let (Some(group), Some(slot)) = (self.group(index), learnt.get_mut(index)) else { continue };
                let Some(dfa) = &group.dfa else {
                    somewhere.extend(&group.patterns);
                    continue;
                };
                let learnt = slot.get_or_insert_with(|| Learnt { cache: dfa.create_cache(), pairs: Vec::new() });
                if index.is_multiple_of(2) {
                    group.runs(dfa, bytes, learnt, set, starts, somewhere);
                } else {
                    group.anywhere(dfa, bytes, &mut learnt.cache, set, somewhere);
                }
            }
        }
        // each is there once: a pattern is in one of the groups that ran
        starts.sort_unstable();
    }
}

/// Whether there is a digit, many bytes at a time.
fn any_digit(bytes: &[u8]) -> bool {
    bytes.chunks(64).any(|chunk| chunk.iter().fold(false, |any, byte| any | byte.is_ascii_digit()))
}

impl Group {
    /// Runs from each start of a word.
    fn runs(
        &self,
        dfa: &DFA,
        bytes: &[u8],
        learnt: &mut Learnt,
        set: &mut PatternSet,
        starts: &mut Vec<(u16, usize)>,
        somewhere: &mut Vec<u16>,
    ) {
        let before = starts.len();
        let mut steps = bytes.len().saturating_mul(MOST_STEPS).saturating_add(4_096);
        let mut inside = false;
        let Learnt { cache, pairs } = learnt;
        if pairs.is_empty() {
            pairs.resize(1 << 16, Pair::Unknown);
        }
        for (at, byte) in bytes.iter().enumerate() {
            let word = form::is_word(*byte);
            let opens = word && !inside;
            inside = word;
            if !opens {
                continue;
            }
            let mut spare = Pair::Unknown;
            let pair = bytes.get(at + 1).and_then(|next| pairs.get_mut(usize::from(*byte) << 8 | usize::from(*next)));
            let pair = pair.unwrap_or(&mut spare);
            if *pair == Pair::Dead {
                continue;
            }
            let known = starts.len();
            match self.run(dfa, bytes, at, cache, &mut steps, starts) {
                Some(length) if *pair == Pair::Unknown => {
                    *pair = if length <= 2 && starts.len() == known { Pair::Dead } else { Pair::Alive };
                }
                Some(_) => {}
                None => {
                    // too long, or the automaton gave up
                    starts.truncate(before);
                    self.anywhere(dfa, bytes, cache, set, somewhere);
                    return;
                }
            }
        }
    }

    /// One run: how many bytes it took. `None` if it cannot be finished.
    fn run(
        &self,
        dfa: &DFA,
        bytes: &[u8],
        at: usize,
        cache: &mut Cache,
        steps: &mut usize,
        starts: &mut Vec<(u16, usize)>,
    ) -> Option<usize> {
        let input = Input::new(bytes).range(at..).anchored(Anchored::Yes);
        let mut state = dfa.start_state_forward(cache, &input).ok()?;
        let run = bytes.get(at..)?;
        for (length, byte) in run.iter().enumerate() {
            state = dfa.next_state(cache, state, *byte).ok()?;
            *steps = steps.checked_sub(1)?;
            if state.is_tagged() {
                if state.is_dead() {
                    return Some(length + 1);
                }
                if state.is_quit() {
                    return None;
                }
                if state.is_match() {
                    self.note(dfa, cache, state, at, starts);
                }
            }
        }
        state = dfa.next_eoi_state(cache, state).ok()?;
        if state.is_match() {
            self.note(dfa, cache, state, at, starts);
        }
        // the end of the text says nothing of what such words are elsewhere
        Some(run.len().max(3))
    }

    fn note(&self, dfa: &DFA, cache: &Cache, state: LazyStateID, at: usize, starts: &mut Vec<(u16, usize)>) {
        for index in 0..dfa.match_len(cache, state) {
            let own = dfa.match_pattern(cache, state, index).as_usize();
            let Some(pattern) = self.patterns.get(own) else { continue };
            // a run meets a pattern again and again: `\d{4,7}`
            if !starts.iter().rev().take_while(|start| start.1 == at).any(|start| start.0 == *pattern) {
                starts.push((*pattern, at));
            }
        }
    }

    /// Reads every byte.
    fn anywhere(&self, dfa: &DFA, bytes: &[u8], cache: &mut Cache, set: &mut PatternSet, somewhere: &mut Vec<u16>) {
        set.clear();
        if dfa.try_which_overlapping_matches(cache, &Input::new(bytes), set).is_err() {
            // the automaton gave up: each may match
            somewhere.extend(&self.patterns);
            return;
        }
        somewhere.extend(set.iter().filter_map(|id| self.patterns.get(id.as_usize())));
    }
}

#[cfg(test)]
mod tests {
    use super::{Lazy, Sieve};

    fn compiled(sources: &[&str]) -> Vec<Lazy> {
        sources.iter().filter_map(|source| Lazy::new(source).ok()).collect()
    }

    /// What the sieve says is held against each pattern by itself.
    #[test]
    fn it_finds_what_each_pattern_finds_alone() {
        let sources = [r"\b\d{4,7}\b", r"(?i)\bcard (?:no )?\d+", r"\b[a-z]{1,9}@[a-z]{2,9}", r"(?:^|[^\w])-\d{3}", r"\b[A-Z]\d"];
        let patterns = compiled(&sources);
        let sieve = Sieve::new(&patterns.iter().collect::<Vec<_>>());
        let mut memory = sieve.memory();
        let texts = [
            "",
            "1234",
            "x1234 12345,é1234é CARD no 7 card 12",
            "a@bc a_b@cd -123 x-123",
            "A1 b2_A3 card card 1",
            "00000000 1234567\n1234",
            &"a.".repeat(3_000),
        ];
        for text in texts {
            sieve.search(text.as_bytes(), &mut memory);
            for (index, (source, pattern)) in sources.iter().zip(&patterns).enumerate() {
                let Ok(regex) = regex::bytes::RegexBuilder::new(source).unicode(false).build() else { panic!("a pattern") };
                let found: Vec<usize> = regex.find_iter(text.as_bytes()).map(|hit| hit.start()).collect();
                let own: Vec<usize> =
                    memory.starts.iter().filter(|start| usize::from(start.0) == index).map(|start| start.1).collect();
                let somewhere = memory.somewhere.iter().any(|pattern| usize::from(*pattern) == index);
                if pattern.form().0 {
                    assert!(found.iter().all(|start| own.contains(start)), "{source}");
                    assert_eq!(own.is_empty(), found.is_empty(), "{source}");
                } else {
                    assert_eq!(somewhere, !found.is_empty(), "{source}");
                }
            }
        }
    }

    #[test]
    fn a_text_of_long_runs_is_read_byte_by_byte() {
        let patterns = compiled(&[r"\b[a-z][a-z.]*!", r"\bq"]);
        let sieve = Sieve::new(&patterns.iter().collect::<Vec<_>>());
        let mut memory = sieve.memory();
        let text = "a.".repeat(50_000) + "q!";
        sieve.search(text.as_bytes(), &mut memory);
        assert_eq!((memory.starts.len(), memory.somewhere.as_slice()), (0, [0, 1].as_slice()));
    }
}
