//! Made-up values of every data class, each drawn once: from the patterns and cells that the class files describe, or, where a class is
//! more than a pattern (people, addresses, keys), put together here. What is not looked for, and why, is `NOT_LOOKED_FOR`.

use super::draw::Source;
use super::random::Random;
use crate::support::root;
use provost::model::class::{Class, Context};
use std::collections::{BTreeMap, HashSet};

/// Classes whose values are ordinary words, which policies, reports and masks use themselves: nobody is told by one of them, and a search
/// for "Sergeant" finds the class's own title.
pub(super) const NOT_LOOKED_FOR: &[(&str, &str)] = &[
    ("rank", "a closed list of words"),
    ("senior_rank", "a closed list of words"),
    ("job_role", "a closed list of words"),
    ("police_unit", "a closed list of words"),
    ("special_unit", "a closed list of words"),
    ("raised_risk_unit", "a closed list of words"),
    ("vetting_level", "a closed list of words and abbreviations"),
    ("religion", "a closed list of words"),
    ("sexual_orientation", "a closed list of words"),
    ("ethnic_origin", "a closed list of words"),
    ("blood_group", "one to three characters"),
    ("health", "ordinary words"),
    ("union_membership", "a closed list of names"),
];

/// Classes whose names of files, sheets and keys are said to stay (docs/evidence.md): dates, and what has no form of its own in a name.
const NOT_IN_NAMES: &[&str] =
    &["date_of_birth", "salary", "photograph", "private_key", "biometric_template", "gps_location", "ip_address"];

/// A value, how it is said in running text, and the header of a column that holds such values.
#[derive(Clone)]
pub(super) struct Value {
    pub(super) class: String,
    pub(super) text: String,
    pub(super) said: String,
    pub(super) header: String,
    /// What of it tells somebody, too: a rare surname, the account in an address.
    pub(super) parts: Vec<String>,
}

/// A value and the file that it is planted in.
pub(super) struct Planted {
    pub(super) value: Value,
    pub(super) place: String,
}

struct Kind {
    id: String,
    /// Patterns of running text, each with whether it needs a word of its context.
    texts: Vec<(Source, bool)>,
    cells: Option<Source>,
    context: Vec<String>,
    columns: Vec<String>,
}

/// What is left to draw, and what was planted.
pub(super) struct Pool {
    pub(super) random: Random,
    kinds: Vec<Kind>,
    given: Vec<String>,
    surnames: Vec<String>,
    ordinary: HashSet<String>,
    used: HashSet<String>,
    turn: usize,
    pub(super) planted: Vec<Planted>,
    pub(super) place: String,
}

impl Pool {
    pub(super) fn new(seed: u64, classes: &[Class]) -> Self {
        let lines = |name: &str| -> Vec<String> {
            let text = std::fs::read_to_string(root().join("policies/classes/names").join(name)).expect("a list of names");
            text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
        };
        let mut ordinary = HashSet::new();
        for list in ["ordinary.txt", "proper.txt", "places.txt", "technical.txt", "organisations.txt", "roles.txt", "titles.txt"]
        {
            ordinary.extend(lines(list).iter().flat_map(|line| line.split(' ')).map(str::to_lowercase));
        }
        // what the program says by itself tells of nobody
        ordinary.extend(own_words().iter().cloned());
        let rare = |word: &String| word.chars().count() >= 6 && !ordinary.contains(word) && word.chars().all(char::is_alphabetic);
        let given: Vec<String> = lines("given.txt").into_iter().filter(&rare).collect();
        let known: HashSet<&String> = given.iter().collect();
        let surnames = [lines("surnames-common.txt"), lines("surnames-added.txt"), lines("surnames-other.txt")].concat();
        let surnames: Vec<String> = surnames.into_iter().filter(|word| rare(word) && !known.contains(word)).collect();
        let own = [
            "person_name",
            "home_address",
            "username",
            "email_address",
            "private_key",
            "photograph",
            "next_of_kin",
            "mrz",
            "iban",
            "chi_number",
            "ip_address",
        ];
        let skipped: HashSet<&str> = NOT_LOOKED_FOR.iter().map(|row| row.0).chain(own).collect();
        let kinds = classes.iter().filter(|class| !NOT_LOOKED_FOR.iter().any(|row| row.0 == class.id)).map(|class| Kind {
            id: class.id.clone(),
            texts: class
                .patterns
                .iter()
                .filter(|_| !skipped.contains(class.id.as_str()))
                .map(|pattern| {
                    let group = pattern.group;
                    let required = pattern.context == Context::Required;
                    (Source::new(&pattern.regex, group, pattern.validator.as_deref()), required)
                })
                .collect(),
            cells: class
                .cell
                .as_ref()
                .filter(|_| !skipped.contains(class.id.as_str()))
                .map(|cell| Source::new(&format!("^(?:{})$", cell.regex), 0, cell.validator.as_deref())),
            context: class.context.clone(),
            columns: class.columns.clone(),
        });
        let kinds = kinds.collect();
        Self {
            random: Random(seed),
            kinds,
            given,
            surnames,
            ordinary,
            used: HashSet::new(),
            turn: 0,
            planted: Vec::new(),
            place: String::new(),
        }
    }

    /// Values by class.
    pub(super) fn counts(&self) -> BTreeMap<&str, usize> {
        let mut out = BTreeMap::new();
        for planted in &self.planted {
            *out.entry(planted.value.class.as_str()).or_default() += 1;
        }
        out
    }

    /// The next value of the next class, for running text.
    pub(super) fn next(&mut self) -> Value {
        loop {
            self.turn += 1;
            let index = self.turn % self.kinds.len();
            if let Some(value) = self.draw(index, false) {
                return value;
            }
        }
    }

    /// A value of a class, as a cell of a table holds it.
    fn cell(&mut self, index: usize) -> Option<Value> {
        self.draw(index, true)
    }

    /// A value of a class by its name.
    pub(super) fn of(&mut self, class: &str) -> Value {
        let index = self.kinds.iter().position(|kind| kind.id == class).unwrap_or_else(|| panic!("no class {class}"));
        self.draw(index, false).unwrap_or_else(|| panic!("nothing more of {class}"))
    }

    /// What somebody wrote into the name of something: any class that names are looked through for.
    pub(super) fn name(&mut self) -> String {
        loop {
            let value = self.next_quietly();
            let fits = |text: &str| {
                text.chars().count() <= 60 && !text.contains(['/', '\\', '\0', '\n', ':', '"', '<', '>', '|', '*', '?'])
            };
            if !NOT_IN_NAMES.contains(&value.class.as_str()) && fits(&value.said) {
                let said = value.said.clone();
                self.plant(value);
                return said;
            }
        }
    }

    pub(super) fn next_quietly(&mut self) -> Value {
        let value = self.next();
        self.planted.pop();
        value
    }

    pub(super) fn plant(&mut self, value: Value) -> Value {
        self.planted.push(Planted { value: value.clone(), place: self.place.clone() });
        value
    }

    /// A value made elsewhere (of a kind that configurations hold): `None` where it was drawn before.
    pub(super) fn made(&mut self, class: &str, text: String, parts: Vec<String>) -> Option<Value> {
        let value = Value { class: class.to_owned(), said: text.clone(), header: class.to_owned(), text, parts };
        self.fresh(&value).then(|| self.plant(value))
    }

    fn fresh(&mut self, value: &Value) -> bool {
        let key = tight(&value.text);
        let own = value.parts.iter().map(|part| tight(part)).chain([key.clone()]).any(|word| self.ordinary.contains(&word));
        key.chars().count() >= 6 && !own && self.used.insert(key)
    }

    fn draw(&mut self, index: usize, cell: bool) -> Option<Value> {
        for _ in 0..40 {
            let Some(value) = self.once(index, cell) else { continue };
            if tells(&value) && self.fresh(&value) {
                return Some(self.plant(value));
            }
        }
        None
    }

    fn once(&mut self, index: usize, cell: bool) -> Option<Value> {
        let kind = self.kinds.get(index)?;
        let (class, columns) = (kind.id.clone(), kind.columns.clone());
        let header =
            if columns.is_empty() { class.clone() } else { self.random.pick(&columns.iter().collect::<Vec<_>>()).clone() };
        let value =
            |text: String, said: String| Value { class: class.clone(), text, said, header: header.clone(), parts: Vec::new() };
        match class.as_str() {
            "person_name" => return Some(Value { header, ..self.person() }),
            "email_address" => {
                let person = self.person();
                let account = person.text.to_lowercase().replace([' ', '\''], ".");
                let text = format!("{account}@{}", self.random.pick(&["example.org", "force.example", "cards.example.com"]));
                return Some(Value { parts: vec![account], ..value(text.clone(), format!("write to {text}")) });
            }
            "username" => {
                let person = self.person();
                let account = person.text.to_lowercase().replace([' ', '\''], ".");
                return Some(value(account.clone(), format!("username: {account}")));
            }
            "next_of_kin" => {
                let person = self.person();
                return Some(Value {
                    parts: person.parts,
                    ..value(person.text.clone(), format!("Next of kin: {}", person.text))
                });
            }
            "home_address" => {
                let street = self.surname();
                let kind = self.random.pick(&["Street", "Road", "Lane", "Avenue", "Close", "Grove", "Crescent", "Terrace"]);
                let text = format!("{} {} {kind}", 1 + self.random.below(400), capital(&street));
                return Some(value(text.clone(), format!("Home address: {text}")));
            }
            "photograph" => {
                let text = self.random.fill("199999999");
                return Some(value(format!("{text}.jpg"), format!("photograph {text}.jpg")));
            }
            "private_key" => {
                let text = self.letters(64, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
                let kind = self.random.pick(&["RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", ""]);
                let said = format!("-----BEGIN {kind}PRIVATE KEY-----\n{text}\n-----END {kind}PRIVATE KEY-----");
                return Some(value(text, said));
            }
            "iban" => {
                let text = self.iban();
                return Some(value(text.clone(), format!("pay to {text}")));
            }
            "ip_address" => {
                let text = if self.random.percent(70) {
                    [0; 4].map(|_| (20 + self.random.below(180)).to_string()).join(".")
                } else {
                    self.random.fill("2a00:1fff:1fff:1fff:1fff:1fff:1fff:1fff")
                };
                return Some(value(text.clone(), format!("login from {text}")));
            }
            "chi_number" => {
                let text = self.patient();
                return Some(value(text.clone(), format!("CHI number {text}")));
            }
            "mrz" => {
                let text = self.zone();
                return Some(value(text.clone(), text));
            }
            _ => {}
        }
        let kind = self.kinds.get(index)?;
        if let Some(cells) = kind.cells.as_ref().filter(|_| cell) {
            let drawn = cells.draw(&mut self.random)?;
            return Some(value(drawn.value.clone(), drawn.value));
        }
        if kind.texts.is_empty() {
            let drawn = kind.cells.as_ref()?.draw(&mut self.random)?;
            return Some(value(drawn.value.clone(), drawn.value));
        }
        let (source, required) = &kind.texts[self.random.below(kind.texts.len() as u64) as usize];
        let mut drawn = source.draw(&mut self.random)?;
        if class == "biometric_template" {
            // the pattern takes its label with it
            drawn.value = drawn.value.rsplit([':', '=']).next().unwrap_or("").trim_matches(['"', '\'', ' ', '\t']).to_owned();
        }
        let said = match kind.context.first() {
            Some(word) if *required => format!("{word} {}", drawn.whole.trim()),
            _ => drawn.whole.trim().to_owned(),
        };
        Some(value(drawn.value, said))
    }

    fn surname(&mut self) -> String {
        if self.surnames.is_empty() {
            return self.made_up_surname();
        }
        let index = self.random.below(self.surnames.len() as u64) as usize;
        self.surnames.swap_remove(index)
    }

    /// Somebody with a surname that nobody else has here: two thirds of them from the lists, the others as no list has them.
    fn person(&mut self) -> Value {
        let given = capital(&self.given[self.random.below(self.given.len() as u64) as usize].clone());
        let surname = if self.random.percent(66) { self.surname() } else { self.made_up_surname() };
        let surname = capital(&surname);
        let text = format!("{given} {surname}");
        let said = self.random.pick(&["PC", "Sergeant", "Mrs", "Dr"]);
        Value {
            class: "person_name".to_owned(),
            said: format!("{said} {text}"),
            header: "Full name".to_owned(),
            parts: vec![surname],
            text,
        }
    }

    /// A given name and a surname of the lists, in lower case.
    pub(super) fn listed(&mut self) -> (String, String) {
        let given = self.given[self.random.below(self.given.len() as u64) as usize].clone();
        (given, self.surname())
    }

    fn made_up_surname(&mut self) -> String {
        loop {
            let mut out = String::new();
            for _ in 0..2 {
                out.push_str(
                    self.random
                        .pick(&["bram", "cold", "drun", "fen", "gris", "hax", "kell", "morv", "plum", "quil", "thor", "wyx"]),
                );
                out.push_str(self.random.pick(&["a", "e", "i", "o", "u", "y", "ae", "oa"]));
            }
            out.push_str(
                self.random.pick(&["ford", "ham", "ster", "wick", "thwaite", "bourne", "sett", "zky", "nović", "ström", "ñez"]),
            );
            if !self.ordinary.contains(&out) {
                return out;
            }
        }
    }

    pub(super) fn letters(&mut self, length: usize, of: &[u8]) -> String {
        (0..length).map(|_| char::from(self.random.pick(of))).collect()
    }

    /// An account number of Britain, Germany or Ireland with its check digits.
    fn iban(&mut self) -> String {
        let pattern =
            self.random.pick(&["GBAAAA99999999999999", "DE999999999999999999", "IEAAAA99999999999999", "NLAAAA1999999999"]);
        let (country, account) = (&pattern[..2], self.random.fill(&pattern[2..]));
        let digits = |text: &str| text.chars().filter_map(|c| c.to_digit(36)).map(|digit| digit.to_string()).collect::<String>();
        let rest =
            digits(&format!("{account}{country}00")).bytes().fold(0, |sum, digit| (sum * 10 + u32::from(digit - b'0')) % 97);
        format!("{country}{:02}{account}", 98 - rest)
    }

    /// A number of a patient in Scotland: a day of birth, two digits, one for the sex, and one that checks them.
    fn patient(&mut self) -> String {
        loop {
            let born =
                format!("{:02}{:02}{:02}", 1 + self.random.below(28), 1 + self.random.below(12), 40 + self.random.below(59));
            let rest = self.random.fill("999");
            let sum: u32 =
                format!("{born}{rest}").bytes().zip((2..=10).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
            let check = (11 - sum % 11) % 11;
            if check < 10 {
                return format!("{born}{rest}{check}");
            }
        }
    }

    /// The second line of a passport, with its five check digits.
    fn zone(&mut self) -> String {
        fn check(text: &str) -> u32 {
            let of = |c: char| c.to_digit(36).unwrap_or(0);
            text.chars().zip([7, 3, 1].into_iter().cycle()).map(|(c, weight)| of(c) * weight).sum::<u32>() % 10
        }
        let number = self.random.fill("199999999");
        let born = format!("{}{:02}{:02}", 60 + self.random.below(35), 1 + self.random.below(12), 1 + self.random.below(28));
        let expires = format!("{}{:02}{:02}", 27 + self.random.below(9), 1 + self.random.below(12), 1 + self.random.below(28));
        let (first, second, third) =
            (format!("{number}{}", check(&number)), format!("{born}{}", check(&born)), format!("{expires}{}", check(&expires)));
        let optional = format!("{}0", "<".repeat(14));
        let all = check(&format!("{first}{second}{third}{optional}"));
        format!("{first}GBR{second}F{third}{optional}{all}")
    }

    /// A table: columns of the next classes, and as many rows; two headers and the title are values themselves.
    pub(super) fn table(&mut self, columns: usize, rows: usize) -> Table {
        let title = self.name();
        let (mut header, mut body) = (Vec::new(), vec![Vec::new(); rows]);
        while header.len() < columns {
            self.turn += 1;
            let index = self.turn % self.kinds.len();
            let Some(first) = self.cell(index) else { continue };
            header.push(first.header.clone());
            for (number, row) in body.iter_mut().enumerate() {
                let value = if number == 0 { Some(first.clone()) } else { self.cell(index) };
                row.push(value.map_or(String::new(), |value| value.text));
            }
        }
        for extra in 0..2 {
            header.push(self.name());
            body.iter_mut().enumerate().for_each(|(number, row)| row.push(format!("{}", number * 2 + extra)));
        }
        Table { title, header, rows: body }
    }

    /// So many sentences, each with a value.
    pub(super) fn sentences(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.next().said).collect()
    }
}

/// A table with planted values.
pub(super) struct Table {
    pub(super) title: String,
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// The header and the rows.
    pub(super) fn lines(&self) -> impl Iterator<Item = &Vec<String>> {
        std::iter::once(&self.header).chain(&self.rows)
    }

    /// As CSV.
    pub(super) fn csv(&self) -> String {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        self.lines().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n").collect()
    }
}

/// Every text that the program is made of, but for the lists of names and for made-up people of its tests.
pub(super) fn own_texts() -> impl Iterator<Item = String> {
    let files =
        ["src", "policies"].into_iter().flat_map(|folder| walkdir::WalkDir::new(root().join(folder)).into_iter().flatten());
    let files = files.filter(|entry| entry.file_type().is_file() && !entry.path().to_string_lossy().contains("/classes/names/"));
    files.filter_map(|entry| std::fs::read_to_string(entry.path()).ok())
}

/// Their words, what stands between blanks and brackets (days, numbers with signs in them), and what stands between quotes (examples), all as
/// letters and digits alone.
fn own_words() -> &'static HashSet<String> {
    static WORDS: std::sync::OnceLock<HashSet<String>> = std::sync::OnceLock::new();
    WORDS.get_or_init(|| {
        let mut out = HashSet::new();
        for text in own_texts() {
            let words = text.split(|c: char| !c.is_alphanumeric());
            let between = text.split(|c: char| c.is_whitespace() || "\"'`,;()[]{}<>".contains(c));
            out.extend(words.chain(between).chain(text.split(['"', '\''])).filter(|piece| piece.len() < 80).map(tight));
        }
        out.retain(|word| word.chars().count() >= 6);
        out
    })
}

/// The letters and digits of a text, in small letters.
fn tight(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a search for a value finds it and nothing else: words that a language has are no such values.
fn tells(value: &Value) -> bool {
    let text = &value.text;
    let signs = text.chars().filter(|c| c.is_alphanumeric()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let whole = ["person_name", "next_of_kin", "username", "email_address", "private_key", "credential", "home_address"];
    signs >= 7 && (digits > 0 || whole.contains(&value.class.as_str()) || text.starts_with("///"))
}

pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Whatever the seed, nothing is drawn that the program says by itself: it would be found by accident.
#[test]
fn a_hundred_seeds_draw_no_word_of_the_program() {
    let mut pool = Pool::new(0, &super::classes());
    for seed in 0..100 {
        pool.random = Random(seed);
        for _ in 0..100 {
            pool.next();
        }
    }
    let values: Vec<(&str, &[String])> =
        pool.planted.iter().map(|row| (row.value.text.as_str(), row.value.parts.as_slice())).collect();
    let search = super::search::Search::new(&values);
    let mut bytes = 0;
    for text in own_texts() {
        bytes += text.len();
        let found: Vec<String> = search
            .hits(text.as_bytes())
            .iter()
            .map(|hit| format!("{:?} in …{}…", values[hit.spelling.value], hit.around))
            .collect();
        assert!(found.is_empty(), "{found:?}");
    }
    assert!(pool.planted.len() >= 10_000 && bytes > 1_000_000, "{} values, {bytes} bytes", pool.planted.len());
}
