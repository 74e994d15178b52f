//! Column headers: any spelling of a header to the class it names. Declarations come from the class files; this only compares.

use super::names::ordinary;
use crate::model::class::Class;
use std::collections::HashMap;

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
    /// Long spellings as token lists, for headers that have one inside.
    tokens: Vec<(Vec<String>, u8)>,
    name: Option<u8>,
}

impl Headers {
    /// Collects the spellings of classes.
    pub fn new(classes: &[Class]) -> Self {
        let mut by_spelling: HashMap<String, Vec<(u8, bool)>> = HashMap::new();
        let mut tokens = Vec::new();
        for (bit, class) in classes.iter().enumerate() {
            for (spelling, strong) in class.columns.iter().map(|s| (s, true)).chain(class.weak_columns.iter().map(|s| (s, false)))
            {
                by_spelling.entry(spelling.replace('_', "")).or_default().push((bit as u8, strong));
                if strong && spelling.len() >= 6 {
                    tokens.push((spelling.split('_').map(str::to_owned).collect(), bit as u8));
                }
            }
        }
        tokens.sort_by(|a: &(Vec<String>, u8), b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        let name = classes.iter().position(|class| class.id == "person_name").map(|bit| bit as u8);
        Self { by_spelling, tokens, name }
    }

    /// What a header may mean, likeliest first; the cells decide between several.
    pub fn meanings(&self, header: &str) -> Vec<Meaning> {
        let tokens = normalise(header);
        if tokens.is_empty() || tokens.len() > 8 {
            return Vec::new();
        }
        let compact = tokens.concat();
        let all = |spellings: &Vec<(u8, bool)>, exact: bool| {
            let mut out: Vec<Meaning> = spellings.iter().map(|&(bit, strong)| Meaning { bit, strong, exact }).collect();
            // a policy's own classes come last in the table and win over the built-in ones
            out.sort_by_key(|meaning| (!meaning.strong, std::cmp::Reverse(meaning.bit)));
            out
        };
        if let Some(spellings) = self.by_spelling.get(&compact) {
            return all(spellings, true);
        }
        // `warrant no 2`, `email 1`
        let trimmed = compact.trim_end_matches(|c: char| c.is_ascii_digit());
        if let Some(spellings) = self.by_spelling.get(trimmed).filter(|_| trimmed.len() > 2) {
            return all(spellings, false);
        }
        // the last words say what it is: `card holder warrant no` is a number, `password encryption` is no password
        let said: &[String] = match tokens.split_last() {
            Some((last, before)) if !before.is_empty() && QUALIFIERS.contains(&last.as_str()) => before,
            _ => &tokens,
        };
        for (spelling, bit) in &self.tokens {
            let Some(before) = said.strip_suffix(spelling.as_slice()) else { continue };
            let thing = || before.last().is_some_and(|word| THINGS.contains(&word.as_str()));
            if Some(*bit) != self.name || !thing() {
                return vec![Meaning { bit: *bit, strong: true, exact: false }];
            }
        }
        // a slip of the pen is no word: `warranty no` is not a misspelt `warrant no`
        if compact.len() > 7 && !tokens.iter().all(|token| ordinary(token)) {
            let near = self.by_spelling.iter().filter(|(spelling, _)| spelling.len() > 7 && one_edit(spelling, &compact));
            let near = near.filter_map(|(spelling, values)| Some((spelling, values.iter().find(|value| value.1)?)));
            if let Some((_, (bit, _))) = near.min_by(|a, b| a.0.cmp(b.0)) {
                return vec![Meaning { bit: *bit, strong: false, exact: false }];
            }
        }
        Vec::new()
    }
}

/// The words of a header: `NI No.` -> ni no, `warrantNumber` -> warrant number, `E-Mail` -> e mail.
pub fn normalise(header: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    for c in header.chars().take(120) {
        let hump = c.is_uppercase() && before.is_some_and(char::is_lowercase);
        if (hump || !c.is_alphanumeric()) && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        // an apostrophe or full stop inside a word does not part it, but ends the hump
        before = Some(c);
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

/// Which piece of a name a header speaks of.
pub fn name_piece(header: &str) -> NamePiece {
    let compact = normalise(header).concat();
    let has = |words: &[&str]| words.iter().any(|word| compact.contains(word));
    if has(&["surname", "lastname", "familyname", "sname", "namelast", "maiden", "secondname"]) && !has(&["forename", "first"]) {
        NamePiece::Surname
    } else if has(&["forename", "firstname", "givenname", "fname", "christian", "knownas", "preferred", "initial", "middlename"])
        || compact == "given"
        || compact == "first"
    {
        NamePiece::Given
    } else {
        NamePiece::Full
    }
}

fn one_edit(a: &str, b: &str) -> bool {
    strsim::damerau_levenshtein(a, b) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_in_any_spelling() {
        assert_eq!(normalise("NI No."), ["ni", "no"]);
        assert_eq!(normalise("warrantNumber"), ["warrant", "number"]);
        assert_eq!(normalise("  E-Mail_address "), ["e", "mail", "address"]);
        assert_eq!(normalise("DOB"), ["dob"]);
        assert_eq!(name_piece("Last Name"), NamePiece::Surname);
        assert_eq!(name_piece("forename(s)"), NamePiece::Given);
        assert_eq!(name_piece("Cardholder"), NamePiece::Full);
    }
}
