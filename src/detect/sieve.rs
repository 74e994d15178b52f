//! Where patterns may match, for all of them in one pass. Nearly all begin where a word does, or with a byte of no word: from there one
//! automaton over all of them runs until none is possible any more, which mostly is known from the first bytes. What cannot do without
//! a sign that few places have is looked for from there, backwards first (`hinge`). Some stand behind a byte or two before a number, and
//! are tried where numbers begin. The few others are looked for by an automaton that reads every byte.
//! None of them is looked for in a text without what it needs. It must not know what the patterns are for.

use super::bits;
use super::form::{self, Form, Need, Start};
use super::hinge;
use super::lazy::Lazy;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use memchr::memmem::Finder;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::{Anchored, Input, MatchKind, PatternSet};
use regex_syntax::hir::Hir;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Bytes that what an automaton has learnt may take.
const CACHE_BYTES: usize = 16 << 20;
/// Bytes that all patterns together may take, before they run.
const MOST_BYTES: usize = 64 << 20;
/// Steps of the runs for each byte: a text made so that each run is long is read byte by byte instead.
const MOST_STEPS: usize = 16;

/// Bytes of all texts together below which one automaton looks through texts of every kind.
const LITTLE: usize = 256 << 10;

/// In a text: a digit, a letter, both or none. Each kind of text has its own automata, of the patterns that can be in it.
const TEXTS: usize = 4;
const DIGIT: usize = 1;
const LETTER: usize = 2;
/// The automata: from points and anywhere for each kind of text, then from numbers, then those with a hinge.
const GROUPS: usize = 2 * TEXTS + 5;
const NUMBERS: usize = 2 * TEXTS;
const RARE: usize = NUMBERS + 1;
const SIGN: usize = NUMBERS + 2;
const LIST: usize = NUMBERS + 3;
const BEFORE_DIGITS: usize = NUMBERS + 4;

/// Some of the patterns as one automaton.
struct Group {
    /// `None` if no automaton takes them: then each may match anywhere.
    dfa: Option<DFA>,
    /// Their ranks.
    patterns: Vec<u16>,
    /// Whether one of them asks for the start of a text or line.
    line: bool,
    /// One of these words is in every text in which one of them matches.
    gate: Option<AhoCorasick>,
    /// Reads backwards what stands before the hinge of each.
    back: Option<DFA>,
    /// None of them is in a text without a letter.
    letter: bool,
}

/// A pattern that is looked for.
pub(super) struct Asked<'a> {
    /// The pattern.
    pub(super) pattern: &'a Lazy,
    /// Its matches count for nothing in a text without a letter.
    pub(super) letter: bool,
}

/// A pattern as the sieve knows it.
struct Own {
    /// Its place among all patterns.
    index: u16,
    parsed: Arc<Hir>,
    form: Form,
    /// Whether there must be a letter in the text, in the match or elsewhere.
    letter: bool,
}

impl Own {
    /// What is run: of what stands before a number, from the number on.
    fn expression(&self) -> &Hir {
        match (&self.form.start, &self.form.before) {
            (Start::Number(rest), None) => rest,
            _ => &self.parsed,
        }
    }

    /// Which automaton it belongs to whatever the text, if there is such a one.
    fn apart(&self) -> Option<usize> {
        match (&self.form.start, &self.form.before, &self.form.need) {
            (_, Some(_), Need::Rare) => Some(RARE),
            (_, Some(_), Need::Sign) => Some(SIGN),
            (_, Some(_), Need::List) => Some(LIST),
            (_, Some(_), _) => Some(BEFORE_DIGITS),
            (Start::Number(_), None, _) => Some(NUMBERS),
            _ => None,
        }
    }
}

/// One automaton of several expressions, which reads them forwards or backwards.
pub(super) fn automaton(parsed: &[&Hir], backwards: bool) -> Option<DFA> {
    let config = DFA::config().match_kind(MatchKind::All).cache_capacity(CACHE_BYTES).skip_cache_capacity_check(true);
    let nfa = thompson::Compiler::new()
        .configure(
            thompson::Config::new()
                .reverse(backwards)
                .utf8(false)
                .nfa_size_limit(Some(MOST_BYTES))
                .which_captures(WhichCaptures::None),
        )
        .build_many_from_hir(parsed);
    nfa.ok().and_then(|nfa| DFA::builder().configure(config).build_from_nfa(nfa).ok())
}

/// All patterns.
pub(super) struct Sieve {
    /// In the order in which they are tried.
    patterns: Vec<Own>,
    groups: Box<[OnceLock<Option<Group>>]>,
    /// Those that may begin anywhere, and hold bytes that are looked for by themselves.
    literals: Vec<(Finder<'static>, Vec<u16>)>,
}

/// Bytes of the start of a run that are remembered when it was in vain.
const VAIN: usize = 8;
/// Such starts that are remembered.
const VAINS: usize = 1 << 10;

/// What an automaton has learnt.
struct Learnt {
    cache: Cache,
    set: PatternSet,
    /// For the first two bytes of a run, whether it ends there in vain; empty before the first run.
    dead: Vec<u64>,
    /// First bytes of runs that end within them in vain.
    vain: Vec<u64>,
    /// For the first two bytes of a run, which of the states it is in behind them; 0 if that is not known.
    behind: Vec<u16>,
    /// These states, from 1 on.
    states: Vec<LazyStateID>,
    /// How often the automaton had forgotten its states when they were written down.
    cleared: usize,
    /// Of what is read backwards.
    back: Option<hinge::Learnt>,
}

/// Where a pattern may match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    rank: u16,
    /// Its place among all patterns.
    pub(super) pattern: u16,
    /// Where; `None` is anywhere.
    pub(super) at: Option<usize>,
    /// Where the match ends, if there is only one place where it may.
    pub(super) end: Option<usize>,
}

/// What a thread keeps from text to text, and what the last text gave.
pub(super) struct Memory {
    learnt: [Option<Learnt>; GROUPS],
    /// Bytes that were looked through.
    bytes: usize,
    /// Whether the last text has a letter.
    pub(super) letters: bool,
    bits: Bits,
    /// Where runs begin.
    points: Vec<usize>,
    /// Where patterns may match: pattern by pattern, and each from the first place to the last.
    pub(super) places: Vec<Place>,
}

impl Sieve {
    /// Of patterns over bytes, without Unicode classes.
    pub(super) fn new(patterns: &[Asked<'_>]) -> Self {
        let own = |row: (u16, &Asked<'_>)| {
            let form = row.1.pattern.form().clone();
            let letter = row.1.letter || form.letter;
            Own { index: row.0, parsed: Arc::clone(row.1.pattern.parsed()), form, letter }
        };
        let mut patterns: Vec<Own> = (0_u16..).zip(patterns).map(own).collect();
        // of two matches that are alike in all, the first one counts
        patterns.sort_by_key(|own| {
            let sort = match (&own.form.start, &own.form.need) {
                (Start::Word, _) => 0,
                (_, Need::Literal(_)) => 1,
                (_, Need::Rare) => 3,
                _ => 2,
            };
            (sort, own.index)
        });
        let mut literals: Vec<(Finder<'static>, Vec<u16>)> = Vec::new();
        for (rank, own) in (0_u16..).zip(&patterns) {
            let (Start::Anywhere, Need::Literal(bytes)) = (&own.form.start, &own.form.need) else { continue };
            match literals.iter_mut().find(|row| row.0.needle() == bytes) {
                Some(row) => row.1.push(rank),
                None => literals.push((Finder::new(bytes).into_owned(), vec![rank])),
            }
        }
        Self { patterns, groups: std::iter::repeat_with(OnceLock::new).take(GROUPS).collect(), literals }
    }

    /// Working memory.
    pub(super) fn memory() -> Memory {
        Memory {
            learnt: [const { None }; GROUPS],
            bytes: 0,
            letters: false,
            bits: Bits::default(),
            points: Vec::new(),
            places: Vec::new(),
        }
    }

    /// An automaton. `None` if it would have no pattern.
    fn group(&self, index: usize) -> Option<&Group> {
        let build = || {
            let runs = index.is_multiple_of(2) || index > NUMBERS;
            let text = index / 2;
            let digit = |byte: &u8| byte.is_ascii_digit();
            let asked = |own: &Own| {
                let form = &own.form;
                if index >= NUMBERS || own.apart().is_some() {
                    return own.apart() == Some(index);
                }
                (form.start != Start::Anywhere) == runs
                    && (text & LETTER != 0 || !own.letter)
                    && match &form.need {
                        Need::Digit => text & DIGIT != 0,
                        // what begins a run ends it soon where its literal is not
                        Need::Literal(bytes) => runs && (text & DIGIT != 0 || !bytes.iter().any(digit)),
                        Need::Rare | Need::Sign | Need::List | Need::Nothing => true,
                    }
            };
            let own: Vec<(u16, &Own)> = (0_u16..).zip(&self.patterns).filter(|row| asked(row.1)).collect();
            let parsed: Vec<&Hir> = own.iter().map(|row| row.1.expression()).collect();
            let dfa = automaton(&parsed, false);
            let before: Vec<&Hir> = own.iter().filter(|_| index > NUMBERS).filter_map(|row| row.1.form.before.as_ref()).collect();
            let back = (!before.is_empty()).then(|| automaton(&before, true)).flatten();
            let letter = own.iter().all(|row| row.1.letter);
            let line = own.iter().any(|row| row.1.form.line);
            let gate = (!runs && own.iter().all(|row| !row.1.form.words.is_empty())).then(|| {
                let words = own.iter().flat_map(|row| &row.1.form.words);
                AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(words).ok()
            });
            let patterns: Vec<u16> = own.iter().map(|row| row.0).collect();
            (!patterns.is_empty()).then_some(Group { dfa, patterns, line, gate: gate.flatten(), back, letter })
        };
        self.groups.get(index)?.get_or_init(build).as_ref()
    }

    /// Which patterns match, and where, as far as that is known.
    pub(super) fn search(&self, bytes: &[u8], memory: &mut Memory) {
        let Memory { learnt, bytes: seen, letters, bits, points, places } = memory;
        places.clear();
        let mut found = Found { patterns: &self.patterns, places };
        for (finder, patterns) in &self.literals {
            if finder.find(bytes).is_some() {
                found.anywhere(patterns);
            }
        }
        bits.read(bytes);
        let digit = bits.any_digit();
        let mut text = if digit { DIGIT } else { 0 };
        *letters = bits.any_letter();
        if *letters {
            text |= LETTER;
        }
        // an automaton is work to make: for little text one of all patterns does for every kind
        *seen = seen.saturating_add(bytes.len());
        if *seen < LITTLE {
            text = DIGIT | LETTER;
        }
        let hinged = which_hinges(bytes);
        let groups = [
            (2 * text, true),
            (2 * text + 1, true),
            (NUMBERS, digit),
            (BEFORE_DIGITS, digit),
            (RARE, hinged & HINGES[0].0 != 0),
            (SIGN, hinged & HINGES[1].0 != 0),
            (LIST, hinged & HINGES[2].0 != 0),
        ];
        for (index, _) in groups.into_iter().filter(|row| row.1) {
            let (Some(group), Some(slot)) = (self.group(index), learnt.get_mut(index)) else { continue };
            if group.letter && !*letters {
                continue;
            }
            let Some(dfa) = &group.dfa else {
                found.anywhere(&group.patterns);
                continue;
            };
            if group.gate.as_ref().is_some_and(|gate| !gate.is_match(bytes)) {
                continue;
            }
            let learnt = slot.get_or_insert_with(|| Learnt {
                cache: dfa.create_cache(),
                set: PatternSet::new(group.patterns.len()),
                dead: Vec::new(),
                vain: Vec::new(),
                behind: Vec::new(),
                states: Vec::new(),
                cleared: 0,
                back: group.back.as_ref().map(hinge::Learnt::new),
            });
            let pass = Pass { group, dfa, bytes, numbers: index == NUMBERS };
            points.clear();
            match index {
                RARE => pass.hinges(hinges(bytes, form::RARE), learnt, points, &mut found),
                SIGN => pass.hinges(hinges(bytes, form::SIGNS), learnt, points, &mut found),
                LIST => pass.hinges(hinges(bytes, form::LIST), learnt, points, &mut found),
                BEFORE_DIGITS => pass.hinges(bits.numbers(bytes.len()), learnt, points, &mut found),
                _ if index.is_multiple_of(2) => pass.borders(bits, learnt, points, &mut found),
                _ => pass.everywhere(learnt, &mut found),
            }
        }
        places.sort_unstable();
    }
}

/// The sets of bytes that patterns hang on, and a bit for each.
const HINGES: [(u8, [u8; 2]); 3] = [(1, form::RARE), (2, form::SIGNS), (4, form::LIST)];

/// Those bits by byte.
const HINGED: [u8; 256] = {
    let mut all = [0; 256];
    let mut set = 0;
    while set < HINGES.len() {
        let (bit, [one, two]) = HINGES[set];
        all[one as usize] |= bit;
        all[two as usize] |= bit;
        set += 1;
    }
    all
};

/// Which of those sets have a byte in a text. Cells are too short for a search that has to be set up.
fn which_hinges(bytes: &[u8]) -> u8 {
    match bytes.len() {
        ..32 => bytes.iter().fold(0, |all, byte| all | HINGED[usize::from(*byte)]),
        _ => HINGES.iter().filter(|(_, [one, two])| memchr::memchr2(*one, *two, bytes).is_some()).fold(0, |all, row| all | row.0),
    }
}

/// Where one of two bytes is.
fn hinges(bytes: &[u8], [one, two]: [u8; 2]) -> impl Iterator<Item = usize> {
    memchr::memchr2_iter(one, two, bytes)
}

/// Where what is found is kept.
struct Found<'a> {
    patterns: &'a [Own],
    places: &'a mut Vec<Place>,
}

impl Found<'_> {
    fn put(&mut self, rank: u16, at: Option<usize>, end: Option<usize>) {
        let pattern = self.patterns.get(usize::from(rank)).map_or(u16::MAX, |own| own.index);
        self.places.push(Place { rank, pattern, at, end });
    }

    fn anywhere(&mut self, ranks: &[u16]) {
        for rank in ranks {
            self.put(*rank, None, None);
        }
    }
}

/// Which bytes of a text are of words, and which are digits: a bit for each.
#[derive(Default)]
struct Bits {
    words: Vec<u64>,
    digits: Vec<u64>,
    /// Low lines, which are of words, too.
    lines: Vec<u64>,
    /// Whether one is no ASCII.
    high: bool,
}

impl Bits {
    fn read(&mut self, bytes: &[u8]) {
        self.words.clear();
        self.digits.clear();
        self.lines.clear();
        self.high = false;
        bits::each(
            bytes,
            |eight| [eight.words(), eight.digits(), eight.lines(), eight.high()],
            |[words, digits, lines, high]| {
                self.words.push(words);
                self.digits.push(digits);
                self.lines.push(lines);
                self.high |= high != 0;
            },
        );
    }

    fn any_letter(&self) -> bool {
        self.high || self.words.iter().zip(&self.digits).any(|(words, digits)| words != digits)
    }

    fn any_digit(&self) -> bool {
        self.digits.iter().any(|bits| *bits != 0)
    }

    /// Where numbers begin.
    fn numbers(&self, length: usize) -> impl Iterator<Item = usize> {
        let mut before = 0;
        let starts = self.digits.iter().map(move |bits| {
            let own = bits & !(bits << 1 | before);
            before = bits >> 63;
            own
        });
        (0..).step_by(64).zip(starts).flat_map(move |(at, mut bits)| {
            std::iter::from_fn(move || {
                let bit = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
                bits &= bits - 1;
                (at + bit < length).then_some(at + bit)
            })
        })
    }

    /// Calls with each place where a number begins, or where a word begins, a low line or a byte of no word is.
    #[inline]
    fn each(&self, numbers: bool, length: usize, then: impl FnMut(usize)) {
        let all = if numbers { &self.digits } else { &self.words };
        let mut before = 0;
        let open = |at: usize| {
            let bits = all.get(at).copied().unwrap_or(0);
            let inside = bits << 1 | before;
            before = bits >> 63;
            if numbers { bits & !inside } else { !(bits & inside) | self.lines.get(at).copied().unwrap_or(0) }
        };
        bits::places(0, length, open, then);
    }
}

impl Learnt {
    /// Makes room for what runs are remembered by.
    fn begin(&mut self) {
        if self.dead.is_empty() {
            self.dead.resize(1 << 10, 0);
            // no text has eight such bytes
            self.vain.resize(VAINS, u64::MAX);
            self.behind.resize(1 << 16, 0);
        }
    }

    /// Whether runs that begin with two bytes may come to something.
    #[inline]
    fn alive(&self, pair: usize) -> bool {
        self.dead.get(pair >> 6).is_none_or(|bits| bits & (1 << (pair & 63)) == 0)
    }

    /// The state behind the first two bytes of a run.
    #[inline]
    fn behind(&mut self, pair: usize) -> Option<LazyStateID> {
        if self.cleared != self.cache.clear_count() {
            self.cleared = self.cache.clear_count();
            self.behind.fill(0);
            self.states.clear();
        }
        let known = self.behind.get(pair).copied()?;
        self.states.get(usize::from(known).checked_sub(1)?).copied()
    }

    fn remember(&mut self, pair: usize, state: LazyStateID) {
        if self.cleared == self.cache.clear_count()
            && let (Some(slot), Ok(next)) = (self.behind.get_mut(pair), u16::try_from(self.states.len() + 1))
        {
            *slot = next;
            self.states.push(state);
        }
    }

    fn kill(&mut self, pair: usize) {
        if let Some(bits) = self.dead.get_mut(pair >> 6) {
            *bits |= 1 << (pair & 63);
        }
    }
}

/// Where a start of a run is remembered.
#[inline]
fn slot_of(start: u64) -> usize {
    (start.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54) as usize
}

/// One automaton on its way through one text.
struct Pass<'a> {
    group: &'a Group,
    dfa: &'a DFA,
    bytes: &'a [u8],
    /// Runs begin where numbers do.
    numbers: bool,
}

impl Pass<'_> {
    /// Runs from where a word or number begins, and from each byte of no word.
    fn borders(&self, bits: &Bits, learnt: &mut Learnt, points: &mut Vec<usize>, found: &mut Found<'_>) {
        let Self { bytes, numbers, .. } = *self;
        learnt.begin();
        bits.each(numbers, bytes.len(), |at| {
            let pair = match bytes.get(at..) {
                Some([one, two, ..]) => usize::from(*one) << 8 | usize::from(*two),
                _ => 0,
            };
            if learnt.alive(pair) || self.is_fresh(at) {
                points.push(at);
            }
        });
        self.runs(learnt, points, found);
    }

    /// Runs from where reading backwards from hinges says that something may begin.
    fn hinges(
        &self,
        mut hinges: impl Iterator<Item = usize>,
        learnt: &mut Learnt,
        points: &mut Vec<usize>,
        found: &mut Found<'_>,
    ) {
        learnt.begin();
        let all = match (&self.group.back, &mut learnt.back) {
            (Some(dfa), Some(back)) => hinges.all(|hinge| back.starts(dfa, self.bytes, hinge, points).is_some()),
            _ => false,
        };
        if all {
            points.sort_unstable();
            points.dedup();
            self.runs(learnt, points, found);
        } else {
            self.everywhere(learnt, found);
        }
    }

    /// Runs from each point.
    fn runs(&self, learnt: &mut Learnt, points: &[usize], found: &mut Found<'_>) {
        let Self { group, bytes, numbers, .. } = *self;
        let before = found.places.len();
        let mut steps = bytes.len().saturating_mul(MOST_STEPS).saturating_add(4_096);
        for at in points.iter().copied() {
            let rest = bytes.get(at..).unwrap_or(&[]);
            let fresh = self.is_fresh(at);
            let start = rest.first_chunk::<VAIN>().map(|start| u64::from_le_bytes(*start)).filter(|_| !fresh);
            if let Some(start) = start
                && learnt.vain.get(slot_of(start)) == Some(&start)
            {
                continue;
            }
            let known = found.places.len();
            let Some(length) = self.run(at, fresh, learnt, &mut steps, found) else {
                // too long, or the automaton gave up
                found.places.truncate(before);
                if numbers {
                    found.anywhere(&group.patterns);
                } else {
                    self.everywhere(learnt, found);
                }
                return;
            };
            if found.places.len() > known || fresh {
                continue;
            }
            if let (true, [one, two, ..]) = (length <= 2, rest) {
                learnt.kill(usize::from(*one) << 8 | usize::from(*two));
            } else if let Some(start) = start.filter(|_| length <= VAIN)
                && let Some(slot) = learnt.vain.get_mut(slot_of(start))
            {
                *slot = start;
            }
        }
        if numbers {
            // where the whole begins only its own expression knows
            let mut ranks: Vec<u16> = found.places.drain(before..).map(|place| place.rank).collect();
            ranks.sort_unstable();
            ranks.dedup();
            found.anywhere(&ranks);
        }
    }

    /// Whether what a run comes to depends on more than its own bytes: the start of the text or a line is before it, or it begins inside
    /// of a word.
    #[inline]
    fn is_fresh(&self, at: usize) -> bool {
        match at.checked_sub(1).and_then(|at| self.bytes.get(at)) {
            None => true,
            Some(byte) if form::is_word(*byte) && self.bytes.get(at).is_some_and(|byte| form::is_word(*byte)) => true,
            Some(byte) => self.group.line && matches!(byte, b'\n' | b'\r'),
        }
    }

    /// One run: how many bytes it took. `None` if it cannot be finished.
    fn run(&self, at: usize, fresh: bool, learnt: &mut Learnt, steps: &mut usize, found: &mut Found<'_>) -> Option<usize> {
        let Self { dfa, bytes, .. } = *self;
        let run = bytes.get(at..)?;
        let pair = match run {
            [one, two, ..] if !fresh => Some(usize::from(*one) << 8 | usize::from(*two)),
            _ => None,
        };
        let known = pair.and_then(|pair| learnt.behind(pair));
        let from = if known.is_some() { 2 } else { 0 };
        let cache = &mut learnt.cache;
        let mut state = match known {
            Some(state) => state,
            None => dfa.start_state_forward(cache, &Input::new(bytes).range(at..).anchored(Anchored::Yes)).ok()?,
        };
        let (mut second, before) = (None, found.places.len());
        let most = run.len().min(*steps);
        for (length, byte) in run.iter().enumerate().take(most).skip(from) {
            state = dfa.next_state(cache, state, *byte).ok()?;
            if state.is_tagged() {
                if state.is_dead() {
                    *steps -= length;
                    if let (Some(pair), Some(second)) = (pair.filter(|_| known.is_none()), second) {
                        learnt.remember(pair, second);
                    }
                    return Some(length + 1);
                }
                if state.is_quit() {
                    return None;
                }
                if state.is_match() {
                    self.note(cache, state, at..at + length, found);
                }
            } else if length == 1 && found.places.len() == before {
                second = Some(state);
            }
        }
        if most < run.len() {
            return None;
        }
        *steps -= most;
        state = dfa.next_eoi_state(cache, state).ok()?;
        if state.is_match() {
            self.note(cache, state, at..bytes.len(), found);
        }
        // the end of the text says nothing of what such bytes are elsewhere
        Some(usize::MAX)
    }

    fn note(&self, cache: &Cache, state: LazyStateID, of: Range<usize>, found: &mut Found<'_>) {
        for index in 0..self.dfa.match_len(cache, state) {
            let own = self.dfa.match_pattern(cache, state, index).as_usize();
            let Some(rank) = self.group.patterns.get(own) else { continue };
            // a run meets a pattern again and again: `\d{4,7}`
            let mut here = found.places.iter_mut().rev().take_while(|place| place.at == Some(of.start));
            match here.find(|place| place.rank == *rank) {
                Some(known) => known.end = None,
                None => found.put(*rank, Some(of.start), Some(of.end)),
            }
        }
    }

    /// Reads every byte.
    fn everywhere(&self, learnt: &mut Learnt, found: &mut Found<'_>) {
        let Self { group, dfa, bytes, .. } = *self;
        let Learnt { cache, set, .. } = learnt;
        // mostly none is there, which costs less to find out than which of them are
        if matches!(dfa.try_search_fwd(cache, &Input::new(bytes).earliest(true)), Ok(None)) {
            return;
        }
        set.clear();
        if dfa.try_which_overlapping_matches(cache, &Input::new(bytes), set).is_err() {
            // the automaton gave up: each may match
            found.anywhere(&group.patterns);
            return;
        }
        for rank in set.iter().filter_map(|id| group.patterns.get(id.as_usize())) {
            found.put(*rank, None, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Lazy, Sieve, Start};

    fn compiled(sources: &[&str]) -> Vec<Lazy> {
        sources.iter().filter_map(|source| Lazy::new(source).ok()).collect()
    }

    fn sieve(patterns: &[Lazy]) -> Sieve {
        Sieve::new(&patterns.iter().map(|pattern| Asked { pattern, letter: false }).collect::<Vec<_>>())
    }

    /// What the sieve says is held against each pattern by itself.
    #[test]
    fn it_finds_what_each_pattern_finds_alone() {
        let sources = [
            r"\b\d{4,7}\b",
            r"(?i)\bcard (?:no )?\d+",
            r"\b[a-z]{1,9}@[a-z]{2,9}",
            r"(?:^|[^\w])-\d{3}",
            r"\b[A-Z]\d",
            r"(?:^|[^\d ]|[^\d] )[2-6]\d \d\d",
            r"(?m)^\w+-",
            r"(?i)(?:secret|key)s?=\w",
            r"[A-Z]\w* a?b\. ?\d",
            r"(?i)(?:[a-z]{1,3}_|)pw ?(?:=>?|:)\w",
            r"[a-z]{3}@|x%\d",
            r"(?:\b|_)(?:pw|zoe)",
            r"(?:key|pw) ?[,(]\d",
        ];
        let patterns = compiled(&sources);
        let sieve = sieve(&patterns);
        let mut memory = Sieve::memory();
        let texts = [
            "",
            "1234",
            "x1234 12345,é1234é CARD no 7 card 12",
            "a@bc a_b@cd -123 x-123",
            "A1 b2_A3 card card 1",
            "00000000 1234567\n1234",
            "22 11",
            "x22 11, 2222 11\n y 42 00",
            "ab-c\nd-e f-g\rh-i",
            "Ab1 b. 1 Zoe b.2 Joe ab.33",
            "my_pw a_b_zoe zoe _zoe xzoe key, key,1 pw (2 apw,3",
            "pw=>x my_pw:y xpw = z _pw =\nabc@ ab@@ xyz@ x% x%1",
            "mySecret=1 KEYS=2 key =3",
            &"a.".repeat(3_000),
        ];
        for text in texts {
            sieve.search(text.as_bytes(), &mut memory);
            for (index, (source, pattern)) in sources.iter().zip(&patterns).enumerate() {
                let Ok(regex) = regex::bytes::RegexBuilder::new(source).unicode(false).build() else { panic!("a pattern") };
                let found: Vec<usize> = regex.find_iter(text.as_bytes()).map(|hit| hit.start()).collect();
                let places = || memory.places.iter().filter(|place| usize::from(place.pattern) == index);
                let own: Vec<usize> = places().filter_map(|place| place.at).collect();
                let (start, hinge) = (&pattern.form().start, &pattern.form().before);
                if matches!(start, Start::Word | Start::Edge) || hinge.is_some() {
                    assert!(found.iter().all(|start| own.contains(start)), "{source}");
                    assert_eq!(own.is_empty(), found.is_empty(), "{source}");
                } else {
                    assert_eq!((own.len(), places().count() > 0), (0, !found.is_empty()), "{source}");
                }
            }
        }
    }

    #[test]
    fn a_text_of_long_runs_is_read_byte_by_byte() {
        let patterns = compiled(&[r"\b[a-z][a-z.]*!", r"\bq"]);
        let sieve = sieve(&patterns);
        let mut memory = Sieve::memory();
        let text = "a.".repeat(50_000) + "q!";
        sieve.search(text.as_bytes(), &mut memory);
        let found: Vec<_> = memory.places.iter().map(|place| (place.pattern, place.at)).collect();
        assert_eq!(found, [(0, None), (1, None)]);
    }
}
