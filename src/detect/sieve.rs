//! Where patterns may match, for all of them in one pass. Nearly all begin at the start of a word: from there one automaton over all
//! of them runs until none is possible any more, which mostly is after two or three bytes. The few others are looked for by an automaton
//! that reads every byte. It must not know what the patterns are for.

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, MatchKind, PatternSet};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Bytes that what an automaton has learnt may take.
const CACHE_BYTES: usize = 16 << 20;
/// Steps of the runs from word starts for each byte: a text made so that each run is long is read byte by byte instead.
const MOST_STEPS: usize = 16;

/// Some of the patterns as one automaton.
struct Group {
    dfa: DFA,
    /// Their places among all patterns.
    patterns: Vec<u16>,
}

/// All patterns.
pub(super) struct Sieve {
    /// Those that begin where a word does.
    words: Option<Group>,
    /// Of those, the ones that cannot do without an `@`.
    mails: Option<Group>,
    /// Those that may begin anywhere.
    free: Option<Group>,
    /// Of those, the ones that cannot do without an `@`.
    free_mails: Option<Group>,
    /// Those that are always asked, because no automaton takes them.
    loose: Vec<u16>,
    count: usize,
}

/// What a thread keeps from text to text, and what the last text gave.
pub(super) struct Memory {
    words: Option<Cache>,
    mails: Option<Cache>,
    free: Option<Cache>,
    free_mails: Option<Cache>,
    set: PatternSet,
    /// Patterns with a place where each matches.
    pub(super) starts: Vec<(u16, usize)>,
    /// Patterns that match somewhere.
    pub(super) somewhere: Vec<u16>,
}

impl Sieve {
    /// Of patterns over bytes, without Unicode classes.
    pub(super) fn new(sources: &[&str]) -> Self {
        let (mut words, mut mails, mut free, mut free_mails) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (at, source) in (0_u16..).zip(sources) {
            let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(source);
            match parsed {
                Ok(hir) if lead(&hir, false) == Lead::Word && needs_at(&hir) => mails.push(at),
                Ok(hir) if lead(&hir, false) == Lead::Word => words.push(at),
                Ok(hir) if needs_at(&hir) => free_mails.push(at),
                _ => free.push(at),
            }
        }
        let mut loose = Vec::new();
        let mut group = |patterns: Vec<u16>| {
            if patterns.is_empty() {
                return None;
            }
            let sources: Vec<&str> = patterns.iter().filter_map(|at| sources.get(usize::from(*at)).copied()).collect();
            let config = DFA::config().match_kind(MatchKind::All).cache_capacity(CACHE_BYTES).skip_cache_capacity_check(true);
            let dfa = DFA::builder()
                .configure(config)
                .syntax(syntax::Config::new().unicode(false).utf8(false))
                .thompson(thompson::Config::new().utf8(false))
                .build_many(&sources);
            if let Ok(dfa) = dfa {
                return Some(Group { dfa, patterns });
            }
            loose.extend(patterns);
            None
        };
        let (words, mails, free, free_mails) = (group(words), group(mails), group(free), group(free_mails));
        Self { words, mails, free, free_mails, loose, count: sources.len() }
    }

    /// Working memory.
    pub(super) fn memory(&self) -> Memory {
        let cache = |group: &Option<Group>| group.as_ref().map(|group| group.dfa.create_cache());
        Memory {
            words: cache(&self.words),
            mails: cache(&self.mails),
            free: cache(&self.free),
            free_mails: cache(&self.free_mails),
            set: PatternSet::new(self.count),
            starts: Vec::new(),
            somewhere: Vec::new(),
        }
    }

    /// Which patterns match, and where, as far as that is known.
    pub(super) fn search(&self, bytes: &[u8], memory: &mut Memory) {
        memory.starts.clear();
        memory.somewhere.clear();
        memory.somewhere.extend(&self.loose);
        let Memory { words, mails, free, free_mails, set, starts, somewhere } = memory;
        if let (Some(group), Some(cache)) = (&self.words, words) {
            group.runs(bytes, cache, set, starts, somewhere);
        }
        if memchr::memchr(b'@', bytes).is_some() {
            if let (Some(group), Some(cache)) = (&self.mails, mails) {
                group.runs(bytes, cache, set, starts, somewhere);
            }
            if let (Some(group), Some(cache)) = (&self.free_mails, free_mails) {
                group.anywhere(bytes, cache, set, somewhere);
            }
        }
        if let (Some(group), Some(cache)) = (&self.free, free) {
            group.anywhere(bytes, cache, set, somewhere);
        }
        starts.sort_unstable();
        starts.dedup();
    }
}

impl Group {
    /// Runs from each start of a word.
    fn runs(
        &self,
        bytes: &[u8],
        cache: &mut Cache,
        set: &mut PatternSet,
        starts: &mut Vec<(u16, usize)>,
        somewhere: &mut Vec<u16>,
    ) {
        let before = starts.len();
        let mut steps = bytes.len().saturating_mul(MOST_STEPS).saturating_add(4_096);
        let mut inside = false;
        for (at, byte) in bytes.iter().enumerate() {
            let word = is_word(*byte);
            let opens = word && !inside;
            inside = word;
            if opens && self.run(bytes, at, cache, &mut steps, starts).is_none() {
                // too long, or the automaton gave up
                starts.truncate(before);
                self.anywhere(bytes, cache, set, somewhere);
                return;
            }
        }
    }

    /// One run. `None` if it cannot be finished.
    fn run(&self, bytes: &[u8], at: usize, cache: &mut Cache, steps: &mut usize, starts: &mut Vec<(u16, usize)>) -> Option<()> {
        let input = Input::new(bytes).range(at..).anchored(Anchored::Yes);
        let mut state = self.dfa.start_state_forward(cache, &input).ok()?;
        for byte in bytes.get(at..)? {
            state = self.dfa.next_state(cache, state, *byte).ok()?;
            *steps = steps.checked_sub(1)?;
            if state.is_tagged() {
                if state.is_dead() {
                    return Some(());
                }
                if state.is_quit() {
                    return None;
                }
                if state.is_match() {
                    self.note(cache, state, at, starts);
                }
            }
        }
        state = self.dfa.next_eoi_state(cache, state).ok()?;
        if state.is_match() {
            self.note(cache, state, at, starts);
        }
        Some(())
    }

    fn note(&self, cache: &Cache, state: regex_automata::hybrid::LazyStateID, at: usize, starts: &mut Vec<(u16, usize)>) {
        for index in 0..self.dfa.match_len(cache, state) {
            let own = self.dfa.match_pattern(cache, state, index).as_usize();
            let Some(pattern) = self.patterns.get(own) else { continue };
            // a run meets a pattern again and again: `\d{4,7}`
            if !starts.iter().rev().take_while(|start| start.1 == at).any(|start| start.0 == *pattern) {
                starts.push((*pattern, at));
            }
        }
    }

    /// Reads every byte.
    fn anywhere(&self, bytes: &[u8], cache: &mut Cache, set: &mut PatternSet, somewhere: &mut Vec<u16>) {
        set.clear();
        if self.dfa.try_which_overlapping_matches(cache, &Input::new(bytes), set).is_err() {
            // the automaton gave up: each may match
            somewhere.extend(&self.patterns);
            return;
        }
        somewhere.extend(set.iter().filter_map(|id| self.patterns.get(id.as_usize())));
    }
}

fn is_word(byte: u8) -> bool {
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

/// Whether it cannot match without an `@`.
fn needs_at(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.contains(&b'@'),
        HirKind::Capture(capture) => needs_at(&capture.sub),
        HirKind::Repetition(repetition) => repetition.min > 0 && needs_at(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().any(needs_at),
        HirKind::Alternation(parts) => parts.iter().all(needs_at),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(sieve: &Sieve) -> [Vec<u16>; 4] {
        let own = |group: &Option<Group>| group.as_ref().map_or(Vec::new(), |group| group.patterns.clone());
        [own(&sieve.words), own(&sieve.mails), own(&sieve.free), own(&sieve.free_mails)]
    }

    #[test]
    fn patterns_fall_into_groups_by_how_they_begin() {
        let sources = [
            r"\b\d{9}\b",
            r"(?i)\b[a-z0-9]{1,9}@[a-z]{2,9}\b",
            r"(?:^|[^\w])\d{3}",
            r"(?i)\b(?:deputy )?chief constable\b",
            r"\b\+44",
            r"(?:\+44|\b0044)\d",
            r"\b(?:x|y)?(\d+)",
            r"(?m)^a",
            r"(?:\b)?a",
            r"\b(?:a|-)b",
            r"[.-]*@a",
        ];
        let sieve = Sieve::new(&sources);
        assert_eq!(groups(&sieve), [vec![0, 3, 6], vec![1], vec![2, 4, 5, 7, 8, 9], vec![10]]);
    }

    /// What the sieve says is held against each pattern by itself.
    #[test]
    fn it_finds_what_each_pattern_finds_alone() {
        let sources = [r"\b\d{4,7}\b", r"(?i)\bcard (?:no )?\d+", r"\b[a-z]{1,9}@[a-z]{2,9}", r"(?:^|[^\w])-\d{3}", r"\b[A-Z]\d"];
        let sieve = Sieve::new(&sources);
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
            for (index, source) in sources.iter().enumerate() {
                let Ok(regex) = regex::bytes::RegexBuilder::new(source).unicode(false).build() else { panic!("a pattern") };
                let found: Vec<usize> = regex.find_iter(text.as_bytes()).map(|hit| hit.start()).collect();
                let own: Vec<usize> =
                    memory.starts.iter().filter(|start| usize::from(start.0) == index).map(|start| start.1).collect();
                let somewhere = memory.somewhere.iter().any(|pattern| usize::from(*pattern) == index);
                if groups(&sieve)[2].contains(&(index as u16)) {
                    assert_eq!(somewhere, !found.is_empty(), "{source}");
                } else {
                    assert!(found.iter().all(|start| own.contains(start)), "{source}");
                    assert_eq!(own.is_empty(), found.is_empty(), "{source}");
                }
            }
        }
    }

    #[test]
    fn a_text_of_long_runs_is_read_byte_by_byte() {
        let sieve = Sieve::new(&[r"\b[a-z][a-z.]*!", r"\bq"]);
        let mut memory = sieve.memory();
        let text = "a.".repeat(50_000) + "q!";
        sieve.search(text.as_bytes(), &mut memory);
        assert_eq!((memory.starts.len(), memory.somewhere.as_slice()), (0, [0, 1].as_slice()));
    }
}
