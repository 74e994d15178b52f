//! Patterns that cannot do without a byte that few places have (an `@`, a colon) are looked for from there: what may stand before the
//! first such byte of a match is read backwards, which mostly ends after a byte or two, and says where a match may begin. It must not
//! know what the patterns are for.

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, HirKind, Repetition};

/// Ways to a hinge that are followed one by one.
const MOST_WAYS: usize = 64;

/// A part of an expression, cut where the first of some bytes stands.
struct Cut {
    /// What stands before it, for each way to it.
    before: Vec<Hir>,
    /// What the part is where it has none of these bytes; `None` if it always has one.
    without: Option<Hir>,
}

/// What stands before the first of some bytes in a match of an expression. `None` if a match may have none of them, or there are too many
/// ways to it.
pub(super) fn before(hir: &Hir, asked: &[u8]) -> Option<Hir> {
    let cut = cut(hir, asked)?;
    cut.without.is_none().then(|| Hir::alternation(cut.before))
}

/// Whether a match of a part may have one of some bytes.
fn may(hir: &Hir, asked: &[u8]) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.iter().any(|byte| asked.contains(byte)),
        HirKind::Class(Class::Bytes(class)) => {
            asked.iter().any(|byte| class.iter().any(|range| (range.start()..=range.end()).contains(byte)))
        }
        HirKind::Class(Class::Unicode(class)) => {
            let has = |byte: &u8| class.iter().any(|range| (range.start()..=range.end()).contains(&char::from(*byte)));
            asked.iter().any(has)
        }
        HirKind::Capture(capture) => may(&capture.sub, asked),
        HirKind::Repetition(repetition) => may(&repetition.sub, asked),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(|part| may(part, asked)),
    }
}

fn cut(hir: &Hir, asked: &[u8]) -> Option<Cut> {
    let whole = || Cut { before: Vec::new(), without: Some(hir.clone()) };
    if !may(hir, asked) {
        return Some(whole());
    }
    let cut = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => whole(),
        HirKind::Literal(literal) => match literal.0.iter().position(|byte| asked.contains(byte)) {
            Some(at) => Cut { before: vec![Hir::literal(literal.0.get(..at)?)], without: None },
            None => whole(),
        },
        HirKind::Class(class) => {
            // `=|:` is a class of characters
            let class = match class {
                Class::Bytes(class) => class.clone(),
                Class::Unicode(class) => class.to_byte_class()?,
            };
            let own = asked.iter().map(|byte| ClassBytesRange::new(*byte, *byte));
            let mut own = ClassBytes::new(own);
            own.intersect(&class);
            let mut without = class.clone();
            without.difference(&own);
            Cut { before: vec![Hir::empty()], without: (!without.ranges().is_empty()).then(|| Hir::class(Class::Bytes(without))) }
        }
        HirKind::Capture(capture) => cut(&capture.sub, asked)?,
        HirKind::Repetition(repetition) => {
            let own = cut(&repetition.sub, asked)?;
            let times = |sub: &Hir, min: u32, max: Option<u32>| {
                Hir::repetition(Repetition { min, max, greedy: repetition.greedy, sub: Box::new(sub.clone()) })
            };
            // some turns without, and then the one with it
            let most = match repetition.max {
                Some(0) => return Some(Cut { before: Vec::new(), without: Some(Hir::empty()) }),
                max => max.map(|max| max - 1),
            };
            let turns = own.without.as_ref().map(|sub| times(sub, 0, most));
            let with = |before: Hir| Hir::concat(turns.clone().into_iter().chain([before]).collect());
            let without = match &own.without {
                Some(sub) => Some(times(sub, repetition.min, repetition.max)),
                None => (repetition.min == 0).then(Hir::empty),
            };
            Cut { before: own.before.into_iter().map(with).collect(), without }
        }
        HirKind::Concat(parts) => {
            let (mut so_far, mut all) = (Vec::new(), Vec::new());
            let mut ended = false;
            for part in parts {
                let own = cut(part, asked)?;
                all.extend(own.before.into_iter().map(|before| Hir::concat(so_far.iter().cloned().chain([before]).collect())));
                if all.len() > MOST_WAYS {
                    return None;
                }
                let Some(without) = own.without else {
                    ended = true;
                    break;
                };
                so_far.push(without);
            }
            Cut { before: all, without: (!ended).then(|| Hir::concat(so_far)) }
        }
        HirKind::Alternation(parts) => {
            let (mut all, mut without) = (Vec::new(), Vec::new());
            for part in parts {
                let own = cut(part, asked)?;
                all.extend(own.before);
                without.extend(own.without);
            }
            Cut { before: all, without: (!without.is_empty()).then(|| Hir::alternation(without)) }
        }
    };
    (cut.before.len() <= MOST_WAYS).then_some(cut)
}

/// What an automaton that reads backwards has learnt.
pub(super) struct Learnt {
    cache: Cache,
    /// For the two bytes before a hinge, whether nothing can begin before them.
    dead: Vec<u64>,
}

impl Learnt {
    pub(super) fn new(dfa: &DFA) -> Self {
        Self { cache: dfa.create_cache(), dead: vec![0; 1 << 10] }
    }

    /// Where matches may begin whose first hinge is at a place, from the last to the first. `None` if the automaton gave up.
    pub(super) fn starts(&mut self, dfa: &DFA, bytes: &[u8], hinge: usize, points: &mut Vec<usize>) -> Option<()> {
        let before = bytes.get(..hinge)?;
        let pair = match before {
            [.., two, one] => Some(usize::from(*two) << 8 | usize::from(*one)),
            _ => None,
        };
        if pair.is_some_and(|pair| self.dead.get(pair >> 6).is_some_and(|bits| bits >> (pair & 63) & 1 == 1)) {
            return Some(());
        }
        let known = points.len();
        let input = Input::new(bytes).range(..hinge).anchored(Anchored::Yes);
        let mut state = dfa.start_state_reverse(&mut self.cache, &input).ok()?;
        for (read, byte) in (0..).zip(before.iter().rev()) {
            state = dfa.next_state(&mut self.cache, state, *byte).ok()?;
            if state.is_tagged() {
                if state.is_match() {
                    points.push(hinge - read);
                } else if state.is_dead() {
                    if let (true, Some(pair)) = (read < 2 && points.len() == known, pair)
                        && let Some(bits) = self.dead.get_mut(pair >> 6)
                    {
                        *bits |= 1 << (pair & 63);
                    }
                    return Some(());
                } else if state.is_quit() {
                    return None;
                }
            }
        }
        state = dfa.next_eoi_state(&mut self.cache, state).ok()?;
        if state.is_match() {
            points.push(0);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::sieve::automaton;
    use super::{Learnt, before};
    use regex_syntax::hir::Hir;

    fn parsed(source: &str) -> Hir {
        let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(source);
        let Ok(hir) = hir else { panic!("a pattern") };
        hir
    }

    const SIGNS: [u8; 2] = *b":=";

    /// What is found backwards from each sign is held against what the expression itself says of each place.
    #[test]
    fn matches_begin_where_reading_backwards_says() {
        let text = b"a=1 ab:2 abab=x: a?=y =>z b=>c :: =\nab=9 \"pw\" : q _pw=1 xpw=2 aaaa:1=2 b==c";
        for source in [
            r"ab?=",
            r"\ba+:\d",
            r"(?:[:?]?=|=>|:)\w",
            r"(?i)(?:\w{1,3}_|)PW[:=]",
            r"(?:a|b=)*:",
            r"(?:ab){1,2}[a:=]{0,2}=x?",
            r"(?m)^ab[=:]9",
            r"\W{0,4}=",
            r"(?:xp|[=:]b|y:)\w*=",
            r"[^:]{0,5}(?:=|:) ?\w",
        ] {
            let hir = parsed(source);
            let Some(prefix) = before(&hir, &SIGNS) else { panic!("{source}") };
            let Some(dfa) = automaton(&[&prefix], true) else { panic!("{source}") };
            let (mut learnt, mut points) = (Learnt::new(&dfa), Vec::new());
            for (hinge, _) in text.iter().enumerate().filter(|row| SIGNS.contains(row.1)) {
                assert_eq!(learnt.starts(&dfa, text, hinge, &mut points), Some(()));
            }
            let Ok(regex) = regex_automata::meta::Regex::builder()
                .syntax(regex_automata::util::syntax::Config::new().unicode(false).utf8(false))
                .build(source)
            else {
                panic!("{source}")
            };
            let anchored = |at: usize| {
                let input = regex_automata::Input::new(text).range(at..).anchored(regex_automata::Anchored::Yes);
                regex.search(&input).is_some()
            };
            let missed: Vec<usize> = (0..text.len()).filter(|at| anchored(*at) && !points.contains(at)).collect();
            assert!(missed.is_empty() && !points.is_empty(), "{source} {missed:?}");
        }
    }

    #[test]
    fn what_may_have_no_such_byte_has_no_hinge() {
        for source in ["a", "a:?", "(?:a|b:)", "(?:a:)*", "[a:]", "[a:]{3}"] {
            assert!(before(&parsed(source), &SIGNS).is_none(), "{source}");
        }
        // nothing that was cut away is read again
        let Some(prefix) = before(&parsed("[a-z:]{0,9}[:=]x"), &SIGNS) else { panic!("a hinge") };
        assert!(!format!("{prefix:?}").contains(':') || prefix.properties().maximum_len() == Some(9));
    }

    #[test]
    fn too_many_ways_are_not_followed() {
        assert!(before(&parsed(&("(?:a|b:)?".repeat(100) + ":")), &SIGNS).is_none());
    }
}
