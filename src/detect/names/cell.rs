//! Table cells that hold a person's name: how sure, and which parts are surname, first names and initials.

use super::lists::{Flags, Key, flags};
use super::words::particle;

/// A name taken apart: lower case ASCII letters without apostrophes and hyphens, titles and ranks dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// The surname with its particles, written together: "vanderberg", "examplesample".
    pub surname: String,
    /// The first of the first names; empty when only initials are given.
    pub given: String,
    /// The first letters of all first names, in order.
    pub initials: String,
}

/// The parts of a cell, titles already dropped.
struct Parts<'a> {
    words: Vec<&'a str>,
    /// How many words stand before the comma.
    before_comma: Option<usize>,
    titled: bool,
}

/// Longer values are sentences.
const LONGEST: usize = 60;
/// More words are no name.
const MOST_WORDS: usize = 6;

/// Whether a word in front of a name is a title or a rank, given the word behind it (`None` at the end of the cell).
fn title(word: &str, next: Option<&str>) -> bool {
    let Some(next) = next else { return false };
    let (plain, known) = rank_flags(word);
    if known.any(Flags::TITLE) || known.any(Flags::RANK) && plain.chars().all(char::is_uppercase) {
        return true;
    }
    // "Chief Inspector", "Special Constable", "Police Officer"
    let modifiers = [
        "chief",
        "ch",
        "police",
        "special",
        "deputy",
        "dep",
        "assistant",
        "asst",
        "acting",
        "temporary",
        "temp",
        "tmp",
        "area",
        "a",
        "t",
    ];
    let of_rank = rank_flags(next).1;
    let modifies = modifiers.iter().any(|modifier| plain.eq_ignore_ascii_case(modifier));
    modifies
        && (of_rank.any(Flags::TITLE)
            || of_rank.any(Flags::ROLE)
            || modifiers.iter().skip(1).take(12).any(|modifier| next.eq_ignore_ascii_case(modifier)))
        || ["officer", "commissioner", "nurse", "doctor", "judge"].iter().any(|rank| plain.eq_ignore_ascii_case(rank))
}

/// A rank without its prefix ("T/", "A/", "D/") and its full stop.
fn rank_flags(word: &str) -> (&str, Flags) {
    let word = word.trim_matches(['.', '(', ')']);
    let plain = word.rsplit('/').next().unwrap_or(word);
    (plain, flags(plain))
}

fn generation(word: &str) -> bool {
    matches!(
        word.trim_end_matches('.'),
        "Jr" | "JR" | "Sr" | "SR" | "II" | "III" | "IV" | "QPM" | "MBE" | "OBE" | "CBE" | "BSc" | "MSc" | "PhD"
    )
}

/// Splits a cell into words; `None` when it holds what no name holds.
fn parts(value: &str) -> Option<Parts<'_>> {
    let value = value.trim().trim_matches('"').trim();
    if value.is_empty() || value.len() > LONGEST {
        return None;
    }
    let mut words: Vec<&str> = Vec::new();
    let mut before_comma = None;
    let mut titled = false;
    let sides: Vec<&str> = value.splitn(3, ',').collect();
    for (side, part) in sides.iter().enumerate() {
        if side > 0 && !words.is_empty() {
            if before_comma.is_some() {
                // a third part may only be a title or letters behind the name
                return part.split_whitespace().all(|word| title(word, Some("")) || generation(word)).then_some(Parts {
                    words,
                    before_comma,
                    titled,
                });
            }
            before_comma = Some(words.len());
        }
        let mut rest = part.split_whitespace().peekable();
        while let Some(word) = rest.next() {
            let next = rest.peek().copied().or((side > 0).then_some(""));
            let behind = (side > 0 || word.starts_with('(')) && rank_flags(word).1.any(Flags::TITLE);
            if words.len() == before_comma.unwrap_or(0) && title(word, next) || behind {
                titled = true;
                continue;
            }
            if generation(word) && !words.is_empty() {
                continue;
            }
            for piece in pieces(word) {
                if !name_shaped(piece) {
                    return None;
                }
                words.push(piece);
            }
        }
    }
    if before_comma == Some(words.len()) || before_comma == Some(0) {
        before_comma = None;
    }
    (!words.is_empty() && words.len() <= MOST_WORDS).then_some(Parts { words, before_comma, titled })
}

/// "J.R." is two words.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    word.split('.').filter(|piece| !piece.is_empty())
}

fn name_shaped(word: &str) -> bool {
    let (mut letters, mut inner, mut capitals) = (0, 0, 0);
    let mut previous = ' ';
    for letter in word.chars() {
        if letter.is_lowercase() && capitals > 1 {
            return false;
        }
        capitals = if letter.is_uppercase() { capitals + 1 } else { 0 };
        if letter.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&letter) {
            letters += 1;
            inner += u32::from(letter.is_uppercase() && previous.is_lowercase());
        } else if !matches!(letter, '\'' | '’' | 'ʼ' | '-') {
            return false;
        }
        previous = letter;
    }
    letters > 0 && inner <= 2
}

fn initial(word: &str) -> bool {
    word.chars().filter(|letter| letter.is_alphabetic()).count() == 1
}

/// "JR" or "AJ" beside a surname: initials written together.
fn initials_together(word: &str) -> bool {
    word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_uppercase()) && !flags(word).any(Flags::NAME)
}

fn listed(word: &str) -> Flags {
    let known = flags(word);
    if known.any(Flags::NAME) {
        return known;
    }
    // double-barrelled: as its parts
    match word.split_once('-') {
        Some((first, last)) if flags(first).any(Flags::NAME) => {
            if flags(last).any(Flags::NAME) {
                flags(last)
            } else {
                flags(first)
            }
        }
        _ => known,
    }
}

/// How much a whole table cell looks like a person's name, from 0 to 1.
pub fn cell(value: &str) -> f32 {
    let Some(parts) = parts(value) else { return 0.0 };
    let words: Vec<&str> = parts.words.iter().copied().filter(|word| !particle(word)).collect();
    let known: Vec<Flags> = words.iter().map(|word| listed(word)).collect();
    let full = || words.iter().zip(&known).filter(|(word, _)| !initial(word));
    if full().count() == 0 {
        return 0.0;
    }
    let word = |flags: Flags| flags.any(Flags::WORD) || flags.any(Flags::ORGANISATION);
    // a word that is nothing but a word, a place or a brand
    let foreign = full().any(|(_, flags)| {
        !flags.any(Flags::NAME) && (word(*flags) || flags.any(Flags::PLACE) || flags.any(Flags::PROPER) || flags.any(Flags::ROLE))
    });
    if foreign && !parts.titled {
        // "Stephanie Talon": a first name that is no word makes up for a surname that is one
        let first = known.first().copied().unwrap_or_default();
        let odd = full().skip(1).any(|(_, flags)| {
            flags.any(Flags::ORGANISATION)
                || flags.any(Flags::PLACE)
                || flags.any(Flags::PROPER)
                || flags.any(Flags::TECHNICAL)
                || flags.any(Flags::ROLE)
        });
        let certain = first.any(Flags::GIVEN) && !word(first) && !first.any(Flags::PLACE);
        return if certain && !odd && (2..=3).contains(&words.len()) { 0.4 } else { 0.0 };
    }
    let given = full().any(|(_, flags)| flags.any(Flags::GIVEN));
    let strong_given = full().any(|(_, flags)| flags.any(Flags::GIVEN) && !word(*flags) && !flags.any(Flags::PLACE));
    let surname = full().any(|(_, flags)| flags.any(Flags::SURNAME));
    let strong_surname = full().any(|(_, flags)| flags.any(Flags::SURNAME) && !word(*flags) && !flags.any(Flags::PLACE));
    // "Detective Constable" is a rank without a name
    if known
        .iter()
        .all(|flags| flags.any(Flags::TITLE) || flags.any(Flags::RANK) || flags.any(Flags::ROLE) && !flags.any(Flags::NAME))
    {
        return 0.0;
    }
    let initials = words.iter().any(|word| initial(word) || initials_together(word));
    let lower = value.chars().all(|letter| !letter.is_uppercase());
    let score = match words.as_slice() {
        [single] => single_cell(single, listed(single), parts.titled),
        _ if parts.titled => {
            if given || surname {
                0.95
            } else {
                0.8
            }
        }
        _ if parts.before_comma.is_some() => match (given, surname) {
            (true, true) => 0.95,
            (true, false) | (false, true) if strong_given || strong_surname || initials => 0.8,
            _ => 0.5,
        },
        _ if initials => {
            if strong_surname || strong_given {
                0.75
            } else if words.iter().any(|word| initial(word)) && (surname || given) {
                0.6
            } else {
                0.3
            }
        }
        [_, _, ..] => {
            let ends = (known.first().copied().unwrap_or_default(), known.last().copied().unwrap_or_default());
            let pair =
                ends.0.any(Flags::GIVEN) && ends.1.any(Flags::SURNAME) || ends.0.any(Flags::SURNAME) && ends.1.any(Flags::GIVEN);
            if pair && (strong_given || strong_surname) {
                0.9
            } else if pair {
                0.45
            } else if strong_given {
                0.75
            } else if strong_surname {
                0.65
            } else if given {
                0.4
            } else if surname {
                0.2
            } else {
                0.5
            }
        }
        [] => 0.0,
    };
    let score = if words.len() > 4 { score - 0.1 } else { score };
    if lower && words.len() > 1 { score - 0.1 } else { score }
}

fn single_cell(value: &str, known: Flags, titled: bool) -> f32 {
    let weak = known.any(Flags::WORD) || known.any(Flags::ORGANISATION);
    let place = known.any(Flags::PLACE);
    if titled {
        return if known.any(Flags::NAME) || known == Flags::default() { 0.9 } else { 0.5 };
    }
    if value.chars().count() < 2 || value.chars().all(char::is_lowercase) {
        return if known.any(Flags::NAME) && !weak && !place { 0.35 } else { 0.0 };
    }
    match (known.any(Flags::NAME), weak, place) {
        (true, false, false) => 0.6,
        (true, false, true) => 0.35,
        (true, true, _) => 0.3,
        _ => 0.0,
    }
}

/// Takes a cell that holds a name apart, in whatever order it is written; `None` when it can be no name.
///
/// ```text
/// EXAMPLE, Ada Jane      -> example / ada / aj
/// PC Ada Example         -> example / ada / a
/// A J Example            -> example /     / aj
/// Ms Ada Example-Sample  -> examplesample / ada / a
/// ```
pub fn normal(value: &str) -> Option<Name> {
    if let Some(name) = two_words(value) {
        return Some(name);
    }
    let Parts { words, before_comma, .. } = parts(value)?;
    let (surname, given): (Vec<&str>, Vec<&str>) = if let Some(comma) = before_comma {
        (words.get(..comma)?.to_vec(), words.get(comma..)?.to_vec())
    } else {
        split(&words)?
    };
    let mut name = Name { surname: folded(&surname), given: String::new(), initials: String::new() };
    for word in given {
        if initials_together(word) && word.len() > 1 {
            name.initials.push_str(&word.to_ascii_lowercase());
            continue;
        }
        for part in word.split('-') {
            let part = folded(&[part]);
            name.initials.extend(part.chars().next());
        }
        if name.given.is_empty() && !initial(word) {
            name.given = folded(&[word]);
        }
    }
    (!name.surname.is_empty()).then_some(name)
}

/// The same of a first name and a surname with nothing special about them, as most are.
fn two_words(value: &str) -> Option<Name> {
    let (given, surname) = value.split_once(' ').filter(|_| value.len() <= LONGEST)?;
    let plain = |word: &str| {
        let bytes = word.as_bytes();
        bytes.len() > 2 && bytes.first().is_some_and(u8::is_ascii_uppercase) && bytes.iter().skip(1).all(u8::is_ascii_lowercase)
    };
    if !plain(given) || !plain(surname) || title(given, Some(surname)) {
        return None;
    }
    let given = given.to_ascii_lowercase();
    let initials = given.get(..1)?.to_owned();
    Some(Name { surname: surname.to_ascii_lowercase(), given, initials })
}

/// The same of a surname and first names from two cells.
pub fn normal_of(surname: &str, given: &str) -> Option<Name> {
    // most are two plain words
    let plain = |word: &str| word.len() > 1 && word.len() < 20 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let together = |word: &str| word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    if plain(surname)
        && plain(given)
        && name_shaped(surname)
        && name_shaped(given)
        && !together(given)
        && !title(given, Some(""))
        && !generation(given)
        && !generation(surname)
    {
        let given = given.to_ascii_lowercase();
        let initials = given.get(..1)?.to_owned();
        return Some(Name { surname: surname.to_ascii_lowercase(), given, initials });
    }
    normal(format!("{surname}, {given}").trim_end_matches([',', ' ']))
}

/// Surname and first names of a name without a comma.
fn split<'a>(words: &[&'a str]) -> Option<(Vec<&'a str>, Vec<&'a str>)> {
    if let [single] = words {
        return Some((vec![single], Vec::new()));
    }
    let upper = |word: &str| {
        word.chars().filter(|letter| letter.is_alphabetic()).count() > 1 && word.chars().all(|letter| !letter.is_lowercase())
    };
    let (first, last) = (words.first()?, words.last()?);
    let all_upper = words.iter().all(|word| upper(word) || initial(word));
    // "SMITH John", "Smith J R", "Smith JR"
    let surname_first = !all_upper && upper(first) && !upper(last) && !initials_together(first)
        || !initial(first)
            && !initials_together(first)
            && words.iter().skip(1).all(|word| initial(word) || initials_together(word) && !all_upper);
    if surname_first {
        return Some((vec![*first], words.get(1..)?.to_vec()));
    }
    // particles belong to the surname: "Ada van der Example"
    let cut = words
        .iter()
        .skip(1)
        .position(|word| {
            particle(word) || inner(word) || particle(&word.to_lowercase()) && words.len() > 2 && !flags(word).any(Flags::GIVEN)
        })
        .map_or(words.len() - 1, |at| at + 1);
    let cut = cut.min(words.len() - 1);
    Some((words.get(cut..)?.to_vec(), words.get(..cut)?.to_vec()))
}

/// What surnames begin with, written by itself behind a first name: "Siobhán Ní Bhriain", "C. Mac Giolla", "Burak Al Mansour".
fn inner(word: &str) -> bool {
    matches!(word, "Ó" | "Ní" | "Ni" | "Nic" | "Mac" | "Mc" | "Uí" | "Mhic" | "Ua" | "Al" | "El")
        || matches!(word, "NÍ" | "NIC" | "MAC" | "MC" | "UÍ" | "MHIC" | "UA")
}

fn folded(words: &[&str]) -> String {
    let mut out = String::new();
    for word in words {
        match Key::of(word) {
            Some(key) => out.push_str(key.as_str()),
            // letters of other alphabets stay as they are
            None => out.extend(word.chars().filter(|letter| letter.is_alphabetic()).flat_map(char::to_lowercase)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts_of(value: &str) -> (String, String, String) {
        normal(value).map(|name| (name.surname, name.given, name.initials)).unwrap_or_default()
    }

    fn same(value: &str, surname: &str, given: &str, initials: &str) {
        assert_eq!(parts_of(value), (surname.into(), given.into(), initials.into()), "{value}");
    }

    #[test]
    fn names_in_any_order() {
        same("EXAMPLE, Ada Jane", "example", "ada", "aj");
        same("PC Ada Example", "example", "ada", "a");
        same("A J Example", "example", "", "aj");
        same("A.J. Example", "example", "", "aj");
        same("Ms Ada Example-Sample", "examplesample", "ada", "a");
        same("EXAMPLE Ada", "example", "ada", "a");
        same("Example AJ", "example", "", "aj");
        same("T/DC O'Brien, Siân", "obrien", "sian", "s");
        same("Example, Ada, Mrs", "example", "ada", "a");
        same("Ada van der Example", "vanderexample", "ada", "a");
        same("S Ní Bhriain", "nibhriain", "", "s");
        same("Cormac Mac Giolla", "macgiolla", "cormac", "c");
        same("Łukasz Wójcik", "wojcik", "lukasz", "l");
        same("Det Sgt Jean-Luc Example", "example", "jeanluc", "jl");
        same("Example", "example", "", "");
        same("DR ADA EXAMPLE", "example", "ada", "a");
    }

    #[test]
    fn plain_names_are_what_others_are() {
        for given in ["Ada", "Chief", "Officer", "Doctor", "Mac", "Sir", "Van", "Area", "Mrs"] {
            for surname in ["Example", "Mac", "Officer", "Jnr", "Van", "Nic"] {
                let value = format!("{given} {surname}");
                // two blanks are as good as one
                assert_eq!(normal(&value), normal(&format!("{given}  {surname}")), "{value}");
            }
        }
    }

    #[test]
    fn two_cells_say_what_one_would() {
        for surname in ["Example", "EXAMPLE", "O'Brien", "van der Example", "McExample", "Sgt", "MBE", "E", "xY"] {
            for given in ["Ada", "ADA", "AJ", "A", "Ada Jane", "Sgt", "Jean-Luc", "", "Siân", "Mc", "II", "aB", "PC"] {
                let one = normal(format!("{surname}, {given}").trim_end_matches([',', ' ']));
                assert_eq!(normal_of(surname, given), one, "{surname} {given}");
            }
        }
    }

    #[test]
    fn no_names() {
        for value in ["", "12345", "ada@example.com", "10.0.0.1", "server01", "a/b", "2026-11-01", "£5.00"] {
            assert_eq!(normal(value), None, "{value}");
        }
    }

    #[test]
    fn cells_that_are_names() {
        for value in
            ["John Smith", "SMITH, John", "PC Priya Raghunathan", "Smith-Jones, Siân", "Mary O'Neill", "J. Smith", "Mr Price"]
        {
            assert!(cell(value) >= 0.7, "{value} {}", cell(value));
        }
        assert!((0.4..=0.6).contains(&cell("Smith")));
        assert!((0.4..=0.6).contains(&cell("Xqzander Vrblknov")));
    }

    #[test]
    fn cells_that_are_not() {
        for value in [
            "Windows Server",
            "backup",
            "Warrant Card",
            "12345",
            "example.com",
            "Leeds",
            "Kent County Council",
            "Active",
            "White Card",
            "Detective Constable",
            "SERVER-01",
            "Acme Ltd",
            "North West",
            "Pending",
            "",
        ] {
            assert!(cell(value) < 0.4, "{value} {}", cell(value));
        }
    }
}
