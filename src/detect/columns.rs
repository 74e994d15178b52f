//! Column headers: any spelling of a header to the class it names. Declarations come from the class files; this only compares.

use super::memo::Recall;
use super::names::{folded, ordinary};
use crate::model::class::Class;
use foldhash::HashMap;
use std::sync::Mutex;

/// Last words that say nothing of what a column holds.
const QUALIFIERS: &[&str] = &["1", "2", "3", "text", "value", "field", "required", "optional", "s", "new", "old", "current"];

/// Words in front of `full name` that say whose name it is, and that it is nobody's.
const THINGS: &[&str] = &[
    "service",
    "product",
    "file",
    "host",
    "class",
    "package",
    "module",
    "company",
    "project",
    "app",
    "application",
    "table",
    "server",
    "domain",
    "event",
    "method",
    "function",
    "resource",
    "bucket",
    "cluster",
    "database",
    "schema",
    "device",
    "printer",
    "image",
    "font",
    "country",
    "city",
    "region",
    "language",
    "currency",
    "bank",
    "firm",
    "organisation",
    "organization",
];

/// Letters of a spelling in which nobody looks for a slip of the pen.
const SHORT: usize = 7;

/// A spelling, and the class that it surely means.
struct Slip {
    text: String,
    bit: u8,
}

/// What a header says of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// The class's bit.
    pub bit: u8,
    /// The header is enough; else the cells have to agree.
    pub strong: bool,
    /// The header is the very spelling that a class declares, not one like it.
    pub exact: bool,
}

/// Which piece of a name a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamePiece {
    /// All of it.
    Full,
    /// First names or initials.
    Given,
    /// The family name.
    Surname,
}

/// All spellings of all classes.
pub struct Headers {
    by_spelling: HashMap<String, Vec<(u8, bool)>>,
    /// Long spellings as token lists by their last word, for headers that have one inside; those of most words first.
    tokens: HashMap<String, Vec<(Vec<String>, u8)>>,
    /// Spellings that a slip of the pen may be in.
    slips: Vec<Slip>,
    /// Spellings that may be shortened: those of classes whose cells can be looked at, and those of several words.
    long: Vec<(Vec<String>, u8)>,
    name: Option<u8>,
    /// What headers were found to mean: the same few stand in every file of a kind.
    known: Mutex<Recall<Vec<Meaning>>>,
    /// The same of their very spelling.
    spelt: Mutex<Recall<Vec<Meaning>>>,
}

impl Headers {
    /// Collects the spellings of classes.
    pub fn new(classes: &[Class]) -> Self {
        let mut by_spelling: HashMap<String, Vec<(u8, bool)>> = HashMap::default();
        let mut all = Vec::new();
        let mut long = Vec::new();
        for (bit, class) in classes.iter().enumerate() {
            for (spelling, strong) in class.columns.iter().map(|s| (s, true)).chain(class.weak_columns.iter().map(|s| (s, false)))
            {
                by_spelling.entry(spelling.replace('_', "")).or_default().push((bit as u8, strong));
                let words: Vec<String> = spelling.split('_').map(str::to_owned).collect();
                let looked_at = class.cell.is_some() || !class.values.is_empty();
                if strong && (looked_at || words.len() > 1) {
                    long.push((words.clone(), bit as u8));
                }
                if strong && spelling.len() >= 6 {
                    all.push((words, bit as u8));
                }
            }
        }
        all.sort_by(|a: &(Vec<String>, u8), b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        let mut tokens: HashMap<String, Vec<(Vec<String>, u8)>> = HashMap::default();
        for (words, bit) in all {
            if let Some(last) = words.last().cloned() {
                tokens.entry(last).or_default().push((words, bit));
            }
        }
        let strong = |values: &[(u8, bool)]| values.iter().find(|value| value.1).map(|value| value.0);
        let telling = by_spelling.iter().filter(|row| row.0.len() > SHORT);
        let mut slips: Vec<Slip> =
            telling.filter_map(|(text, values)| Some(Slip { text: text.clone(), bit: strong(values)? })).collect();
        slips.sort_unstable_by(|a, b| a.text.cmp(&b.text));
        let name = classes.iter().position(|class| class.id == "person_name").map(|bit| bit as u8);
        Self { by_spelling, tokens, slips, long, name, known: Mutex::default(), spelt: Mutex::default() }
    }

    /// What a header means whose very spelling is declared: no search, for keys come by the hundred thousand.
    pub fn exact(&self, header: &str) -> Vec<Meaning> {
        Recall::answer(&self.spelt, header, || self.look_up(header))
    }

    fn look_up(&self, header: &str) -> Vec<Meaning> {
        let tokens = normalise(header);
        let known = if tokens.len() > 8 { None } else { self.by_spelling.get(&tokens.concat()) };
        known.map_or(Vec::new(), |spellings| meant(spellings, true))
    }

    /// What a header may mean, likeliest first; the cells decide between several.
    pub fn meanings(&self, header: &str) -> Vec<Meaning> {
        Recall::answer(&self.known, header, || self.work_out(header))
    }

    fn work_out(&self, header: &str) -> Vec<Meaning> {
        let whole = self.said(header);
        if !whole.is_empty() || header.len() > 120 {
            return whole;
        }
        // `Blood group (ABO)`, `Phone [work]`: what stands in brackets is a unit
        let (bare, unit) = without_brackets(header);
        if unit {
            let found = self.said(&bare);
            if !found.is_empty() {
                return found.into_iter().map(|meaning| Meaning { exact: false, ..meaning }).collect();
            }
        }
        // `Telephone/Mobile`: one name or the other, and both of one thing
        let either: Vec<Vec<Meaning>> =
            bare.split('/').take(3).map(|one| self.said(one)).filter(|found| !found.is_empty()).collect();
        let [first, others @ ..] = either.as_slice() else { return Vec::new() };
        let agreed = |meaning: &&Meaning| others.iter().all(|other| other.iter().any(|own| own.bit == meaning.bit));
        first.iter().filter(agreed).map(|meaning| Meaning { exact: false, ..*meaning }).collect()
    }

    /// What a header means as it stands.
    fn said(&self, header: &str) -> Vec<Meaning> {
        let tokens = normalise(header);
        if tokens.is_empty() || tokens.len() > 8 {
            return Vec::new();
        }
        let compact = tokens.concat();
        if let Some(spellings) = self.by_spelling.get(&compact) {
            return meant(spellings, true);
        }
        // `warrant no 2`, `email 1`
        let trimmed = compact.trim_end_matches(|c: char| c.is_ascii_digit());
        if let Some(spellings) = self.by_spelling.get(trimmed).filter(|_| trimmed.len() > 2) {
            return meant(spellings, false);
        }
        // the last words say what it is: `card holder warrant no` is a number, `password encryption` is no password
        let said: &[String] = match tokens.split_last() {
            Some((last, before)) if !before.is_empty() && QUALIFIERS.contains(&last.as_str()) => before,
            _ => &tokens,
        };
        let ending = said.last().and_then(|last| self.tokens.get(last)).map_or(&[][..], Vec::as_slice);
        for (spelling, bit) in ending {
            let Some(before) = said.strip_suffix(spelling.as_slice()) else { continue };
            let thing = || before.last().is_some_and(|word| THINGS.contains(&word.as_str()));
            if Some(*bit) != self.name || !thing() {
                return vec![Meaning { bit: *bit, strong: true, exact: false }];
            }
        }
        // a slip of the pen is no word: `warranty no` is not a misspelt `warrant no`
        let usual: Vec<bool> = tokens.iter().map(|token| ordinary(token)).collect();
        if compact.len() > SHORT && !usual.iter().all(|usual| *usual) {
            // the first by its letters
            if let Some(near) = self.slips.iter().find(|slip| one_edit(&slip.text, &compact)) {
                return vec![Meaning { bit: near.bit, strong: false, exact: false }];
            }
        }
        self.shortened(&tokens, &usual)
    }

    /// Words cut short: `Wrnt No.`, `Vetting exp.`, `Shldr No`. Only if all the spellings that they may stand for are of one class.
    fn shortened(&self, tokens: &[String], usual: &[bool]) -> Vec<Meaning> {
        let mut found: Option<u8> = None;
        for (spelling, bit) in &self.long {
            let mut pairs = spelling.iter().zip(tokens.iter().zip(usual));
            let same = spelling.len() == tokens.len() && pairs.all(|(word, (token, usual))| stands_for(token, word, *usual));
            if same && *found.get_or_insert(*bit) != *bit {
                return Vec::new();
            }
        }
        // with one long word of several there is no doubt: `vetting exp`
        let strong = tokens.len() > 1 && tokens.iter().any(|token| token.len() >= 4);
        found.map(|bit| Meaning { bit, strong, exact: false }).into_iter().collect()
    }
}

/// What a spelling says, likeliest first: a policy's own classes come last in the table and win over the built-in ones.
fn meant(spellings: &[(u8, bool)], exact: bool) -> Vec<Meaning> {
    let mut out: Vec<Meaning> = spellings.iter().map(|&(bit, strong)| Meaning { bit, strong, exact }).collect();
    out.sort_by_key(|meaning| (!meaning.strong, std::cmp::Reverse(meaning.bit)));
    out
}

/// A header without what stands in brackets, and whether there was something.
fn without_brackets(header: &str) -> (String, bool) {
    let (mut out, mut depth, mut any) = (String::new(), 0_u32, false);
    for c in header.chars() {
        match c {
            '(' | '[' => {
                depth += 1;
                any = true;
            }
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    (out, any)
}

/// Whether a word of a header is that word, or it cut short: its beginning, or it without vowels. A `usual` English word is only itself.
fn stands_for(short: &str, word: &str, usual: bool) -> bool {
    const NUMBER: [&str; 7] = ["no", "nr", "num", "numb", "nbr", "number", "nos"];
    if short == word {
        return true;
    }
    // all that it may be cut short of begin as it does, or with `n`
    if short.as_bytes().first() != word.as_bytes().first() {
        return false;
    }
    if NUMBER.contains(&short) && NUMBER.contains(&word) {
        return true;
    }
    if short.len() < 3 || short.len() + 2 > word.len() || !short.is_ascii() || usual {
        return false;
    }
    if word.starts_with(short) {
        return true;
    }
    let vowel = |c: char| "aeiou".contains(c);
    let mut letters = word.chars();
    short.chars().zip(word.chars()).next().is_some_and(|(a, b)| a == b)
        && (!short.chars().skip(1).any(vowel) || short.len() >= 5 && word.len() - short.len() <= 2)
        && short.chars().all(|c| letters.by_ref().any(|own| own == c))
}

/// The words of a header without accents: `NI No.` -> ni no, `warrantNumber` -> warrant number, `E-Mail` -> e mail, `Officer's` -> officers.
pub fn normalise(header: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    for c in header.chars().take(120) {
        if matches!(c, '\'' | '\u{2019}') && before.is_some_and(char::is_alphabetic) || ('\u{300}'..='\u{36f}').contains(&c) {
            continue;
        }
        let hump = c.is_uppercase() && before.is_some_and(char::is_lowercase);
        if (hump || !c.is_alphanumeric()) && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        match folded(c) {
            _ if c.is_ascii() && c.is_alphanumeric() => word.push(c.to_ascii_lowercase()),
            _ if c == '\u{ba}' => word.push('o'),
            Some(plain) => word.push_str(plain),
            None if c.is_alphanumeric() => word.extend(c.to_lowercase()),
            None => {}
        }
        before = Some(c);
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

/// Which piece of a name a header speaks of.
pub fn name_piece(header: &str) -> NamePiece {
    let tokens = normalise(header);
    let compact = tokens.concat();
    let has = |words: &[&str]| words.iter().any(|word| compact.contains(word));
    let is = |words: &[&str]| words.contains(&compact.as_str());
    // `staff name` has no `fname` in it, `members name` no `sname`
    let word = |words: &[&str]| is(words) || tokens.iter().any(|token| words.contains(&token.as_str()));
    let surname = has(&[
        "surname",
        "lastname",
        "familyname",
        "namelast",
        "maiden",
        "secondname",
        "nachname",
        "apellido",
        "cognome",
        "nazwisko",
        "cyfenw",
        "sloinne",
        "nomdefamille",
        "familienname",
    ]) || is(&["nom", "last", "family"])
        || word(&["sname", "lname"]);
    let given = has(&[
        "forename",
        "firstname",
        "givenname",
        "namefirst",
        "christian",
        "knownas",
        "preferred",
        "initial",
        "middlename",
        "vorname",
        "enwcyntaf",
        "ceadainm",
    ]) || is(&["given", "first", "inits", "init", "prenom", "nombre", "imie"])
        || word(&["fname"]);
    match (surname, given) {
        // `Surname and initials`, `Imię i nazwisko`
        (true, true) => NamePiece::Full,
        (true, false) if has(&["imiei", "imienazwisko"]) => NamePiece::Full,
        (true, false) => NamePiece::Surname,
        (false, true) => NamePiece::Given,
        (false, false) => NamePiece::Full,
    }
}

/// Whether one letter more, less, other or two changed about make one of the other.
fn one_edit(a: &str, b: &str) -> bool {
    // one letter has four bytes at most
    if a.len().abs_diff(b.len()) > 4 {
        return false;
    }
    if a.is_ascii() && b.is_ascii() {
        // what is the same at both ends leaves room for one edit: nearly all pairs do not get further
        let same = |pair: &(u8, u8)| pair.0 == pair.1;
        let head = a.bytes().zip(b.bytes()).take_while(same).count();
        let tail = a.bytes().rev().zip(b.bytes().rev()).take_while(same).count();
        if a.len().abs_diff(b.len()) > 1 || head + tail + 2 < a.len().max(b.len()) {
            return false;
        }
    }
    strsim::damerau_levenshtein(a, b) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_of_the_pen_is_seen() {
        for (a, b, one) in [
            ("warrantno", "warrantno", true),
            ("warrantno", "warantno", true),
            ("warrantno", "wwarrantno", true),
            ("warrantno", "warrnatno", true),
            ("warrantno", "warrantnx", true),
            ("warrantno", "xarrantno", true),
            ("warrantno", "warrantyno2", false),
            ("warrantno", "xarrantnx", false),
        ] {
            assert_eq!((one_edit(a, b), one_edit(b, a)), (one, one), "{a} {b}");
        }
    }

    #[test]
    fn headers_are_read_in_any_spelling() {
        assert_eq!(normalise("NI No."), ["ni", "no"]);
        assert_eq!(normalise("warrantNumber"), ["warrant", "number"]);
        assert_eq!(normalise("  E-Mail_address "), ["e", "mail", "address"]);
        assert_eq!(normalise("DOB"), ["dob"]);
        assert_eq!(name_piece("Last Name"), NamePiece::Surname);
        assert_eq!(name_piece("forename(s)"), NamePiece::Given);
        assert_eq!(name_piece("Cardholder"), NamePiece::Full);
        assert_eq!(name_piece("staff_name"), NamePiece::Full);
        assert_eq!(name_piece("Members Name"), NamePiece::Full);
        assert_eq!(name_piece("S. name"), NamePiece::Surname);
        assert_eq!(name_piece("Surname and initials"), NamePiece::Full);
        assert_eq!(name_piece("Imi\u{119} i nazwisko"), NamePiece::Full);
        assert_eq!(name_piece("Pr\u{e9}nom"), NamePiece::Given);
        assert_eq!(normalise("Pr\u{e9}nom"), ["prenom"]);
        assert_eq!(normalise("Officer\u{2019}s name"), ["officers", "name"]);
    }

    #[test]
    fn words_cut_short_are_known_and_other_words_are_not() {
        for (short, word) in [("wrnt", "warrant"), ("exp", "expiry"), ("shldr", "shoulder"), ("nr", "number")] {
            assert!(stands_for(short, word, ordinary(short)), "{short} {word}");
        }
        for (short, word) in [("pass", "passport"), ("wt", "warrant"), ("want", "warrant"), ("xp", "expiry")] {
            assert!(!stands_for(short, word, ordinary(short)), "{short} {word}");
        }
        assert_eq!(without_brackets("Tel. (mob.)"), ("Tel. ".to_owned(), true));
    }
}
