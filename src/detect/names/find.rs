//! Names in running text. Capitalised words that stand together make a run; a run falls into segments of words that may
//! be parts of a name; a segment is judged by its first and last word and by what stands around it.

use super::Hit;
use super::company::confirm;
use super::context::{Follow, Lead, follow, lead};
use super::inverted::inverted;
use super::lists::Flags;
use super::lower;
use super::things;
use super::words::{Shape, Word, after, before, capitalised, particle};

/// The least confidence that is reported.
const REPORTED: f32 = 0.6;
/// Longer runs of capitalised words are cut.
const LONGEST_RUN: usize = 16;

/// Appends the names in a line or paragraph of prose, log, mail header or source code; offsets are bytes.
pub fn find(text: &str, hits: &mut Vec<Hit>) {
    let already = hits.len();
    let mut run = Vec::new();
    let mut doubtful = Vec::new();
    let mut capitals = false;
    let mut at = 0;
    while let Some(start) = next_capital(text, at) {
        capitals = true;
        at = gather(text, start, &mut run);
        at = at.max(judge(text, &run, hits, &mut doubtful)).max(start + 1);
    }
    if !doubtful.is_empty() {
        confirm(text, already, hits, &doubtful);
    }
    if !capitals {
        lower::find(text, hits);
    }
}

/// Offset of the next capital that starts a word where a name may start.
fn next_capital(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| byte.is_ascii_uppercase() || *byte >= 0xC3)?;
        let letter = after(text, at)?;
        if letter.is_uppercase() && opens(text, at) {
            return Some(at);
        }
        at += letter.len_utf8();
    }
}

/// Whether a word may start here: not inside an identifier, a path or an address.
fn opens(text: &str, at: usize) -> bool {
    let Some(letter) = before(text, at) else { return true };
    let earlier = before(text, at - letter.len_utf8());
    match letter {
        ' ' | '\n' | '\t' | '(' | ',' | '"' | '\'' | '“' | '‘' | '=' | ';' | '|' => true,
        '_' | '$' | '@' | '\\' | '#' | '<' | '`' | '~' | '%' | '^' => false,
        '.' => earlier.is_none_or(|earlier| !earlier.is_alphanumeric()) || initial_before(text, at),
        ':' => earlier != Some(':'),
        '-' => earlier.is_none_or(char::is_whitespace),
        // T/DC, A/PS
        '/' => {
            matches!(earlier, Some('T' | 'A' | 'D'))
                && before(text, at.saturating_sub(2)).is_none_or(|letter| !letter.is_alphanumeric() && letter != '/')
        }
        letter => !letter.is_alphanumeric(),
    }
}

/// Whether `X.` stands directly before.
fn initial_before(text: &str, at: usize) -> bool {
    let letter = before(text, at - 1);
    letter.is_some_and(char::is_uppercase)
        && letter.and_then(|letter| before(text, at - 1 - letter.len_utf8())).is_none_or(|letter| !letter.is_alphanumeric())
}

/// Collects the capitalised words from an offset on; returns the offset behind them.
pub(super) fn gather(text: &str, start: usize, run: &mut Vec<Word>) -> usize {
    run.clear();
    let mut at = start;
    loop {
        let word = match capitalised(text, at) {
            Ok(word) => word,
            Err(end) => return end,
        };
        run.push(word);
        if word.possessive || run.len() >= LONGEST_RUN {
            return word.end;
        }
        let Some(next) = step(text, &word, run) else { return word.end };
        at = next;
    }
}

/// Where the next word of the run starts, if one follows; particles between are pushed.
fn step(text: &str, word: &Word, run: &mut Vec<Word>) -> Option<usize> {
    let bytes = text.as_bytes();
    let dotted = bytes.get(word.end) == Some(&b'.');
    let mut at = word.end;
    if dotted {
        if word.shape != Shape::Initial && !word.flags.any(Flags::TITLE) && !word.flags.any(Flags::RANK) {
            return None;
        }
        at += 1;
    }
    if bytes.get(at) == Some(&b' ') {
        at += 1;
    } else if !(dotted && word.shape == Shape::Initial) {
        return None;
    }
    let next = after(text, at)?;
    if next.is_uppercase() {
        return Some(at);
    }
    if !next.is_ascii_lowercase() {
        return None;
    }
    let before_particles = run.len();
    for _ in 0..2 {
        let rest = text.get(at..)?;
        let small = rest.find(' ').and_then(|end| rest.get(..end))?;
        if !particle(small) {
            break;
        }
        let end = at + small.len();
        run.push(Word {
            start: at,
            end,
            shape: Shape::Particle,
            flags: Flags::default(),
            stop: false,
            strange: false,
            possessive: false,
        });
        at = end + 1;
        if after(text, at)?.is_uppercase() {
            return Some(at);
        }
    }
    run.truncate(before_particles);
    None
}

/// What announced a person just before the segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Office {
    None,
    Role,
    Rank,
    Title,
}

/// Judges all segments of a run; returns how far the text has been read.
fn judge(text: &str, run: &[Word], hits: &mut Vec<Hit>, doubtful: &mut Vec<Hit>) -> usize {
    // "HMS Prince of Wales", "RRS Sir Example Sample": a ship
    if let [first, _, ..] = run
        && matches!(text.get(first.start..first.end), Some("HMS" | "RRS" | "RMS" | "USS" | "HMCS" | "RFA"))
    {
        return 0;
    }
    let mut title = Office::None;
    // "Lord Chief Justice": the last word before the name is a role
    let mut role = false;
    let mut at = 0;
    let breakers = run.iter().filter(|word| word.shape != Shape::Particle && !may_belong(text, word, false, None)).count();
    let heading = run.len() >= 5 && breakers >= 3;
    while let Some(word) = run.get(at) {
        let rest = run.get(at + 1..).unwrap_or(&[]);
        if !rest.is_empty()
            && let Some(found) = announces(text, word, rest.first())
        {
            title = title.max(found);
            role = found == Office::Role;
            at += 1;
            continue;
        }
        let titled = title > Office::Role;
        let particle = title > Office::None && word.shape == Shape::Particle;
        if !particle && !may_belong(text, word, titled, None) {
            // "PRICE, John": an ordinary word that is a surname
            if rest.is_empty()
                && word.flags.any(Flags::COMMON)
                && !word.stop
                && let Some((hit, end)) = inverted(text, std::slice::from_ref(word))
            {
                hits.push(hit);
                return end;
            }
            title = Office::None;
            at += 1;
            continue;
        }
        let first = word;
        let length = 1 + rest.iter().take_while(|word| may_belong(text, word, titled, Some(first))).count();
        let mut segment = run.get(at..at + length).unwrap_or(&[]);
        while let [head @ .., last] = segment
            && last.shape == Shape::Particle
        {
            segment = head;
        }
        let behind = run.get(at + segment.len());
        let ahead = at.checked_sub(1).and_then(|at| run.get(at));
        if behind.is_none()
            && let Some((hit, end)) = inverted(text, segment)
        {
            hits.push(hit);
            return end;
        }
        if let Some(hit) = labelled(text, segment, behind, run.get(at + segment.len() + 1), title) {
            hits.push(hit);
            return 0;
        }
        let mut further = run.get(at + segment.len()..).unwrap_or(&[]).iter().take(3);
        let institution = further.any(|word| word.shape == Shape::Title && word.flags.any(Flags::ORGANISATION));
        let place = Place { text, ahead, behind, title, role, institution, heading };
        if let Some(hit) = place.name(segment) {
            if hit.confidence >= REPORTED {
                hits.push(hit);
            } else if hit.confidence >= 0.3 {
                doubtful.push(hit);
            }
        }
        title = Office::None;
        at += segment.len().max(1);
    }
    0
}

/// "Name: Stella Falcon": behind a label or a rank, a first name and the last word of the run are a name, though that word is one of English.
fn labelled(text: &str, segment: &[Word], behind: Option<&Word>, more: Option<&Word>, title: Office) -> Option<Hit> {
    let ([first], Some(last), None) = (segment, behind, more) else { return None };
    let thing = last.flags.any(Flags::ORGANISATION) || last.flags.any(Flags::TECHNICAL) || last.flags.any(Flags::PLACE);
    if as_first(first) != Kind::Given || last.shape != Shape::Title || last.stop || thing || first.end + 1 != last.start {
        return None;
    }
    let label = matches!(lead(text, first.start), Lead::Person | Lead::Named | Lead::Name | Lead::Author);
    let closed = matches!(follow(text, last.end), Follow::End | Follow::Stop | Follow::Address);
    (closed && (label || title >= Office::Rank)).then_some(Hit { start: first.start, end: last.end, confidence: 0.68 })
}

/// Whether a word is a title, a rank or a role, if a name follows.
fn announces(text: &str, word: &Word, next: Option<&Word>) -> Option<Office> {
    // "MS SMITH", but "MS Office"
    let firm = text.get(word.start..word.end) == Some("MS") && next.is_some_and(|next| next.shape != Shape::Upper);
    if word.flags.any(Flags::TITLE) && word.shape != Shape::Initial && !firm {
        Some(Office::Title)
    } else if word.flags.any(Flags::RANK) && word.shape == Shape::Upper {
        Some(Office::Rank)
    } else if word.flags.any(Flags::ROLE) && word.shape == Shape::Title {
        Some(Office::Role)
    } else {
        None
    }
}

/// Whether a word may be part of a name: at the start of a segment, or behind its first word.
pub(super) fn may_belong(text: &str, word: &Word, titled: bool, first: Option<&Word>) -> bool {
    let inside = first.is_some();
    let flags = word.flags;
    match word.shape {
        Shape::Particle => return inside,
        Shape::Initial => {
            let dotted = text.as_bytes().get(word.end) == Some(&b'.');
            return dotted || !matches!(text.get(word.start..word.end), Some("A" | "I"));
        }
        Shape::Title | Shape::Upper => {}
    }
    if word.strange || word.stop {
        return false;
    }
    if flags == Flags::default() {
        return word.end - word.start >= 3;
    }
    if flags == Flags::UNUSUAL {
        return true;
    }
    if flags == Flags::PROPER {
        // "Ludwig van Beethoven": known for one man
        return word.shape == Shape::Title && first.is_some_and(|first| as_first(first) == Kind::Given);
    }
    if !flags.any(Flags::NAME) {
        return false;
    }
    if flags.any(Flags::GIVEN) && !flags.any(Flags::ORGANISATION) {
        return true;
    }
    if flags.any(Flags::ORGANISATION) || flags.any(Flags::WORD) {
        return (inside || titled) && flags.any(Flags::COMMON);
    }
    true
}

/// What a word is, seen as the first or as the last one of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Given,
    /// A first name that is a word or a place too.
    GivenWord,
    Surname,
    /// A surname that is a word or a place too.
    SurnameWord,
    /// A name of few people.
    Rare,
    Unknown,
    Initial,
}

pub(super) fn as_first(word: &Word) -> Kind {
    let common = word.flags.any(Flags::WORD) || word.flags.any(Flags::PLACE) || word.flags.any(Flags::PROPER);
    if word.shape == Shape::Initial {
        Kind::Initial
    } else if word.flags.any(Flags::GIVEN) {
        if common { Kind::GivenWord } else { Kind::Given }
    } else if word.flags.any(Flags::SURNAME) {
        if common { Kind::SurnameWord } else { Kind::Surname }
    } else if word.flags.any(Flags::UNUSUAL) {
        Kind::Rare
    } else {
        Kind::Unknown
    }
}

pub(super) fn as_last(word: &Word) -> Kind {
    let common = word.flags.any(Flags::WORD) || word.flags.any(Flags::PLACE) || word.flags.any(Flags::ORGANISATION);
    if word.shape == Shape::Initial {
        Kind::Initial
    } else if word.flags.any(Flags::SURNAME) {
        if common { Kind::SurnameWord } else { Kind::Surname }
    } else if word.flags.any(Flags::GIVEN) {
        if common { Kind::GivenWord } else { Kind::Given }
    } else if word.flags.any(Flags::UNUSUAL) {
        Kind::Rare
    } else {
        Kind::Unknown
    }
}

/// A segment's surroundings.
struct Place<'a> {
    text: &'a str,
    /// The capitalised word directly before, if any.
    ahead: Option<&'a Word>,
    /// The capitalised word directly behind that is no part of a name.
    behind: Option<&'a Word>,
    title: Office,
    /// Its last word is a role, whatever stands before.
    role: bool,
    /// One of the next words makes it the name of an institution: "Example Sample Public Library".
    institution: bool,
    /// The run looks like a heading.
    heading: bool,
}

impl Place<'_> {
    /// The name in a segment with a confidence, which may be too low to report.
    fn name(&self, segment: &[Word]) -> Option<Hit> {
        let mut segment = segment;
        // "Zoolander John Smith": what is unknown before a first name is no part of the name
        if let [first, second, _, ..] = segment
            && as_first(first) == Kind::Unknown
            && as_first(second) == Kind::Given
        {
            segment = segment.get(1..).unwrap_or(segment);
        }
        let (first, last) = (segment.first()?, segment.last()?);
        let words = segment.iter().filter(|word| word.shape != Shape::Particle).count();
        let confidence = if words == 1 { self.single(first)? } else { self.several(segment, first, last)? };
        let dotted = last.shape == Shape::Initial && self.text.as_bytes().get(last.end) == Some(&b'.');
        Some(Hit { start: first.start, end: last.end + usize::from(dotted), confidence: confidence.min(0.95) })
    }

    fn several(&self, segment: &[Word], first: &Word, last: &Word) -> Option<f32> {
        let (head, tail) = (as_first(first), as_last(last));
        let dotted = self.text.as_bytes().get(first.end) == Some(&b'.');
        let mut confidence = match (head, tail) {
            (Kind::Given, Kind::Surname) => 0.8,
            (Kind::Given, Kind::Rare) => 0.75,
            (Kind::Given, Kind::SurnameWord) if last.flags.any(Flags::COMMON) => 0.7,
            (Kind::Given, Kind::Unknown) if first.flags.any(Flags::RARELY) => 0.58,
            (Kind::Given, Kind::Given | Kind::Unknown) => 0.68,
            (Kind::GivenWord, Kind::Surname) => 0.72,
            (Kind::GivenWord, Kind::Rare) => 0.65,
            (Kind::GivenWord, Kind::Given) => 0.62,
            (Kind::GivenWord, Kind::SurnameWord) if last.flags.any(Flags::COMMON) => 0.56,
            (Kind::GivenWord, Kind::Unknown) => 0.57,
            (Kind::Initial, Kind::Surname) if dotted => 0.7,
            (Kind::Initial, Kind::Given | Kind::Rare) if dotted => 0.64,
            (Kind::Initial, Kind::SurnameWord | Kind::Unknown) if dotted => 0.52,
            (Kind::Given, Kind::GivenWord | Kind::SurnameWord | Kind::Initial)
            | (Kind::Surname, Kind::Surname | Kind::Given)
            | (Kind::Initial, Kind::Surname) => 0.6,
            (Kind::Unknown | Kind::Rare, Kind::Surname) | (Kind::Surname, Kind::Rare) => 0.58,
            (Kind::Rare, Kind::Rare | Kind::Given) => 0.57,
            (Kind::Unknown, Kind::Rare) => 0.56,
            (Kind::Surname | Kind::Unknown | Kind::Rare, Kind::Given | Kind::Unknown)
            | (Kind::Surname, Kind::SurnameWord | Kind::Initial)
            | (Kind::SurnameWord, Kind::Surname | Kind::Given) => 0.48,
            (Kind::Initial, Kind::SurnameWord | Kind::Unknown | Kind::Given | Kind::Rare) => 0.45,
            (Kind::Unknown | Kind::Rare, Kind::SurnameWord) | (Kind::SurnameWord, Kind::Rare) => 0.42,
            _ => 0.35,
        };
        if (matches!(head, Kind::Given | Kind::GivenWord) || head == Kind::Initial && dotted)
            && segment.iter().any(|word| word.shape == Shape::Particle)
        {
            confidence += 0.1;
        }
        if segment.len() > 2
            && head != Kind::Initial
            && segment.get(1..segment.len() - 1)?.iter().any(|word| word.shape == Shape::Initial)
        {
            confidence += 0.1;
        }
        if segment.len() > 4 && (self.title == Office::None || head != Kind::Given) {
            confidence -= 0.15;
        }
        let announced = self.title > Office::Role;
        confidence += match self.title {
            Office::Title => 0.18,
            Office::Rank => 0.15,
            Office::Role => 0.1,
            Office::None => 0.0,
        };
        let before = lead(self.text, first.start);
        confidence += match before {
            Lead::Person | Lead::Named => 0.17,
            Lead::Called => 0.15,
            Lead::Author => 0.13,
            Lead::Name | Lead::Cue | Lead::Speech => 0.08,
            Lead::Small | Lead::Hint | Lead::Start => 0.03,
            Lead::Place if !announced => -0.25,
            Lead::Thing => -0.05,
            _ => 0.0,
        };
        let behind = follow(self.text, last.end + usize::from(last.shape == Shape::Initial && self.dot(last.end)));
        confidence += match behind {
            Follow::Address => 0.25,
            Follow::Speech | Follow::Told | Follow::Deed => 0.08,
            Follow::Possessive | Follow::Verb => 0.03,
            Follow::Person => 0.15,
            Follow::NamedAfter => -0.4,
            Follow::Glued => -0.15,
            Follow::Firm => -0.4,
            // a house number before, another behind
            Follow::Digit if before == Lead::Other && self.title == Office::None => -0.2,
            _ => 0.0,
        };
        let labelled = matches!(before, Lead::Person | Lead::Named | Lead::Author) || behind == Follow::Address || announced;
        let capitals = segment.iter().all(|word| matches!(word.shape, Shape::Upper | Shape::Initial));
        if capitals && !labelled {
            // "A. M. EXAMPLE": full stops are not what headings and constants have
            let initials = head == Kind::Initial && dotted && last.end - last.start > 3;
            confidence -= match (head, tail) {
                (Kind::Initial, Kind::Surname | Kind::Rare) if initials => 0.04,
                (Kind::Given, Kind::Surname) => 0.15,
                _ => 0.3,
            };
        } else if !capitals
            && last.shape == Shape::Upper
            && last.end - last.start < 5
            && (tail == Kind::Unknown || head == Kind::Surname && !labelled && !last.flags.any(Flags::GIVEN))
        {
            // "Merkle DAG", but not "Merkle JOHN"
            confidence -= 0.2;
        } else if !capitals
            && !labelled
            && first.shape == Shape::Upper
            && first.end - first.start < 5
            && last.shape == Shape::Title
            && (head, tail) == (Kind::Given, Kind::Unknown)
        {
            // "OLE Automation"
            confidence -= 0.2;
        } else if first.shape == Shape::Upper && matches!(head, Kind::Unknown | Kind::Rare) && !labelled {
            // "SMITH John", but not "HTTP John"
            confidence += if first.end - first.start > 4 && last.flags.any(Flags::GIVEN) { 0.15 } else { -0.3 };
        } else if first.shape == Shape::Upper
            && head == Kind::Surname
            && last.shape == Shape::Title
            && last.flags.any(Flags::GIVEN)
        {
            confidence += 0.2;
        }
        // "first name JOHN PAUL National Insurance": the next label
        let next_label = |word: &Word| capitals && before == Lead::Named && word.shape == Shape::Title;
        if let Some(word) = self.behind
            && !announced
            && !next_label(word)
        {
            confidence -= if word.flags.any(Flags::ORGANISATION) || self.institution {
                0.4
            } else if (head, tail) == (Kind::Given, Kind::Surname) {
                0.1
            } else {
                0.17
            };
        }
        if last.flags.any(Flags::ORGANISATION)
            && !announced
            && (segment.len() > 2 || head != Kind::Given || before == Lead::Thing || !self.surname_first_of_all(last))
        {
            confidence -= 0.4;
        }
        if let Some(word) = self.ahead
            && !word.stop
            && self.title == Office::None
        {
            confidence -= if word.flags.any(Flags::ORGANISATION) { 0.25 } else { 0.04 };
        }
        if self.heading {
            confidence -= 0.12;
        }
        if !labelled
            && self.is_thing(first, segment.iter().find(|word| word.start > first.start && word.shape != Shape::Particle)?)
        {
            confidence -= 0.3;
        }
        Some(confidence)
    }

    /// Words that streets and buildings end in, but that are surnames of very many people.
    fn surname_first_of_all(&self, word: &Word) -> bool {
        matches!(
            self.text.get(word.start..word.end),
            Some(
                "Hall"
                    | "Wood"
                    | "Woods"
                    | "Hill"
                    | "Lane"
                    | "Church"
                    | "Park"
                    | "Heath"
                    | "Forest"
                    | "West"
                    | "North"
                    | "Marsh"
                    | "Mills"
                    | "Green"
            )
        )
    }

    /// Whether two words name a firm, a place or a product.
    fn is_thing(&self, first: &Word, second: &Word) -> bool {
        let word = |word: &Word| self.text.get(word.start..word.end).unwrap_or("");
        things::known(word(first), word(second))
    }

    /// Whether a single word ends what names a thing: "Marks and Spencer", "Dr Pepper".
    fn ends_a_thing(&self, word: &Word) -> bool {
        let head = self.text.get(..word.start).unwrap_or("").trim_end_matches([' ', '.']);
        let head = ["and", "&"].iter().find_map(|joint| head.strip_suffix(joint)).map_or(head, |head| head.trim_end_matches(' '));
        let ahead = super::context::word_before(head, head.len());
        ahead.len() > 1 && things::known(ahead, self.text.get(word.start..word.end).unwrap_or(""))
    }

    /// Whether a greeting that opens a line stands right before.
    fn greeted(&self, start: usize) -> bool {
        let head = self.text.get(..start).unwrap_or("").trim_end_matches(' ');
        let word = super::context::word_before(head, head.len());
        let opens = before(head, head.len() - word.len()).is_none_or(|sign| matches!(sign, '\n' | '"' | '>'));
        opens && matches!(word, "Hi" | "Hello" | "Hey" | "Dear" | "Thanks")
    }

    fn dot(&self, at: usize) -> bool {
        self.text.as_bytes().get(at) == Some(&b'.')
    }

    fn single(&self, word: &Word) -> Option<f32> {
        if word.shape == Shape::Initial {
            return None;
        }
        let behind = follow(self.text, word.end);
        if matches!(behind, Follow::Glued | Follow::Firm | Follow::Digit | Follow::NamedAfter) {
            return None;
        }
        let first_of_all = word.flags.any(Flags::GIVEN) && !word.flags.any(Flags::RARELY);
        let kind = if first_of_all { as_first(word) } else { as_last(word) };
        let titled = match (self.title, kind) {
            // "Lord Chief Justice", "Mr Speaker Price"
            (_, Kind::GivenWord | Kind::SurnameWord) if self.role => 0.45,
            (Office::Title, Kind::Given | Kind::Surname) => 0.8,
            (Office::Title, Kind::Unknown | Kind::Rare) | (Office::Rank, Kind::Given | Kind::Surname | Kind::Rare) => 0.74,
            (Office::Title, _) => 0.68,
            (Office::Rank, Kind::Unknown) | (Office::Role, Kind::Given | Kind::Surname) => 0.65,
            (Office::Rank | Office::Role, _) => 0.45,
            (Office::None, _) => 0.0,
        };
        let known = !matches!(kind, Kind::Unknown | Kind::Rare | Kind::Initial);
        if (titled > 0.0 || known) && self.ends_a_thing(word) {
            return None;
        }
        if titled > 0.0 {
            let thing = self.behind.is_some_and(|word| word.flags.any(Flags::ORGANISATION)) && self.title != Office::Title;
            return Some(if thing { titled - 0.3 } else { titled });
        }
        let before = lead(self.text, word.start);
        if word.shape == Shape::Upper {
            let labelled = matches!(before, Lead::Person | Lead::Named)
                && word.end - word.start > 2
                && matches!(kind, Kind::Given | Kind::Surname | Kind::Rare);
            return labelled.then_some(0.65);
        }
        if self.behind.is_some()
            || matches!(before, Lead::Joined | Lead::Place)
            || self.ahead.is_some_and(|word| !word.stop && before != Lead::Cue)
        {
            return None;
        }
        // a word of prose: small letters or a sentence's end on both sides
        let inside = matches!(before, Lead::Small | Lead::Cue | Lead::Hint | Lead::Speech | Lead::Called);
        let sentence = inside || matches!(before, Lead::Sentence | Lead::Start) || self.ahead.is_some();
        let prose = sentence
            && match behind {
                Follow::Speech | Follow::Person | Follow::Told | Follow::Deed | Follow::Verb | Follow::Small => true,
                Follow::Possessive | Follow::Bare | Follow::Stop => inside || before != Lead::Start,
                Follow::End => inside,
                _ => false,
            };
        let mut confidence: f32 = match kind {
            Kind::Given => 0.5,
            Kind::Surname => 0.4,
            Kind::Rare => 0.35,
            Kind::Unknown => 0.3,
            Kind::GivenWord if word.flags.any(Flags::PLACE) => 0.25,
            Kind::GivenWord | Kind::SurnameWord => 0.2,
            Kind::Initial => return None,
        };
        confidence += match before {
            Lead::Called => 0.35,
            Lead::Named => 0.4,
            Lead::Person => 0.22,
            Lead::Speech => 0.27,
            Lead::Cue => 0.14,
            Lead::Author | Lead::Name | Lead::Hint => 0.08,
            Lead::Small => 0.04,
            Lead::Thing => -0.25,
            _ => 0.0,
        };
        confidence += match behind {
            Follow::Address => 0.3,
            // an unknown word that says something is as often a firm
            Follow::Told if kind == Kind::Unknown && matches!(before, Lead::Start | Lead::Sentence) => 0.19,
            Follow::Speech | Follow::Told | Follow::Person => 0.25,
            Follow::Deed => 0.17,
            Follow::Bare if kind == Kind::Given => 0.12,
            Follow::Bare => -0.1,
            Follow::Possessive => 0.12,
            Follow::Verb => 0.08,
            Follow::Colon if before == Lead::Start && kind == Kind::Given => 0.12,
            _ => 0.0,
        };
        if prose {
            confidence += 0.08;
        } else if matches!(before, Lead::Other) || behind == Follow::Other {
            confidence -= 0.15;
        }
        // "Hi Grace, can you": a word and a name, and whoever is greeted is no word
        if before == Lead::Cue
            && kind == Kind::GivenWord
            && matches!(behind, Follow::Stop | Follow::End)
            && self.greeted(word.start)
        {
            confidence += 0.35;
        }
        // "Kateřina, can I": addressed at the start
        if before == Lead::Start && kind == Kind::Given && super::context::addressed(self.text, word.start, word.end) {
            confidence += 0.1;
        }
        Some(confidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let mut hits = Vec::new();
        find(text, &mut hits);
        hits.iter().map(|hit| text.get(hit.start..hit.end).unwrap_or("?")).collect()
    }

    fn confidence(text: &str) -> f32 {
        let mut hits = Vec::new();
        find(text, &mut hits);
        hits.first().map_or(0.0, |hit| hit.confidence)
    }

    #[test]
    fn titles_and_ranks() {
        assert_eq!(names("Report by DC Priya Raghunathan of the team"), ["Priya Raghunathan"]);
        assert_eq!(names("seen by PC J. Smith and Sgt O'Brien"), ["J. Smith", "O'Brien"]);
        assert_eq!(names("Mr Price met Mrs. Rose at noon"), ["Price", "Rose"]);
        assert_eq!(names("T/DC Okonkwo attended"), ["Okonkwo"]);
        assert_eq!(names("Dear Mr van der Berg,"), ["van der Berg"]);
        assert!(confidence("Dr Helen Murphy") >= 0.9);
    }

    #[test]
    fn forms_of_full_names() {
        assert_eq!(names("We met John Smith there"), ["John Smith"]);
        assert_eq!(names("SMITH, John Paul"), ["SMITH, John Paul"]);
        assert_eq!(names("VAN DER MERWE, Pieter"), ["VAN DER MERWE, Pieter"]);
        assert_eq!(names("SMITH John; JONES Mary"), ["SMITH John", "JONES Mary"]);
        assert_eq!(names("Merkle JOHN came; Fritsch ANN said"), ["Merkle JOHN", "Fritsch ANN"]);
        assert_eq!(names("name Okonkwo ADA"), ["Okonkwo ADA"]);
        assert_eq!(names("Ludwig van Beethoven wrote"), ["Ludwig van Beethoven"]);
        assert_eq!(names("by J. R. Hartley, 1983"), ["J. R. Hartley"]);
        assert_eq!(names("Name: J. van den Berg"), ["J. van den Berg"]);
        assert_eq!(names("Dylan - please see below"), ["Dylan"]);
        assert_eq!(names("run it \"earlier\" (Joyce Murphy) and"), ["Joyce Murphy"]);
        assert_eq!(names("with Siân Smith-Jones today"), ["Siân Smith-Jones"]);
        assert_eq!(names("and Ronald McDonald said"), ["Ronald McDonald"]);
        assert_eq!(names("Mary O'Neill's car"), ["Mary O'Neill"]);
    }

    #[test]
    fn headers_and_labels() {
        assert_eq!(names("From: Ada Xylander <ada@example.com>"), ["Ada Xylander"]);
        assert_eq!(names("Cardholder: OKONKWO"), ["OKONKWO"]);
        assert_eq!(names("Copyright (c) 2019 Tomasz Kowalski"), ["Tomasz Kowalski"]);
        assert_eq!(names("\"full_name\": \"Grace Price\""), ["Grace Price"]);
        assert_eq!(names("My name is Raghunathan."), ["Raghunathan"]);
    }

    #[test]
    fn who_is_greeted_is_somebody() {
        assert_eq!(names("Hi Grace, can you"), ["Grace"]);
        assert_eq!(names("Dear Mark,\nthe"), ["Mark"]);
        assert_eq!(names("they said hi Grace"), Vec::<&str>::new());
        assert_eq!(names("Dear Customer,"), Vec::<&str>::new());
        for text in
            ["Priyanka,\n\nPlease find the rota.", "Joyce,\r\n\r\nThank you.", "Kateřina,\nI will be late", "Niamh, Can you"]
        {
            assert_eq!(names(text), [text.split(',').next().unwrap_or("")], "{text}");
        }
        assert!(confidence("Joyce, Martin said") >= 0.6);
    }

    #[test]
    fn a_surname_alone_counts_when_the_full_name_is_near() {
        assert_eq!(names("Ann Fritsch came. What Fritsch saw"), ["Ann Fritsch", "Fritsch"]);
    }

    #[test]
    fn words_firms_and_places_are_no_names() {
        for text in [
            "Will the Price of May be on the Mark?",
            "Grant Access To Server",
            "Smith Street",
            "at Davis Ltd",
            "Martin Luther University",
            "John Lewis plc",
            "Monday, March and May",
            "San Diego and New York",
            "The Max Planck Institute",
            "INSTALL GRANT PRICE TABLE",
            "Victoria Park",
            "Kent County Council",
            "Marks & Spencer",
            "the Merkle DAG of it",
            "uses OLE Automation",
        ] {
            assert_eq!(names(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn source_code_and_paths_are_no_names() {
        for text in [
            "class JohnSmith(Base):",
            "from martin.x import Rose",
            "let mark = Mark::new(Price);",
            "https://example.com/John/Smith",
            "/home/John.Smith/x",
            "Jordan.call()",
            "# TODO Fix Docker Helm",
            "impl Display for Grant {",
            "return Taylor(x, y)",
            "enum A {\n    Vincent,\n    Martin, Round,\n}",
            "enum A {\nVincent,\nMartin,\nRound,\n}",
            "    Vincent,\n    Round",
            "Dylan, Round,",
            "Tag::new(b\"Dylan\")",
        ] {
            assert_eq!(names(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn odd_input_does_no_harm() {
        for text in ["", "É", "Ł.", "A.", "O'", "Mr", "Mr.", "J. R.", "X, Y", "Straße É-É", "\u{301}A", "日本 Tokyo", "Dr. É."]
        {
            names(text);
        }
    }
}
