//! Passwords for what is encrypted: those that the auditor gave, and those that lie beside it in the delivery. They are tried and
//! forgotten: none is printed, logged or part of the evidence, only where the one that opened something came from.

use super::{decode, worker};
use crate::model::evidence::Opened;
use serde::{Deserialize, Serialize};
use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Passwords that one list may have.
pub const MOST_GIVEN: usize = 1_000;
/// Bytes of a list of passwords.
pub const MOST_LIST: u64 = 256 << 10;
/// Bytes of one password.
const MOST_LENGTH: usize = 256;
/// Files beside something encrypted that are looked into.
const MOST_FILES: usize = 20;
/// Bytes of such a file.
const MOST_FILE: u64 = 64 << 10;
/// Words from such files that are tried.
const MOST_WORDS: usize = 50;
/// Entries of a folder that are looked at.
const MOST_ENTRIES: usize = 100_000;

/// Words in the name of a file that tells a password, surest first.
const HINTS: &[&str] = &[
    "password",
    "passwort",
    "kennwort",
    "passphrase",
    "passcode",
    "passwd",
    "motdepasse",
    "mot_de_passe",
    "pwd",
    "pass",
    "key",
    "code",
    "login",
    "read",
    "note",
    "info",
    "hinweis",
];
/// So many of them are sure: every word on a line of its own is tried.
const SURE: usize = 10;
/// Lines that another file may have for the same.
const FEW: usize = 4;
/// Words in front of a password.
const LABELS: &[&str] = &[
    "password",
    "passwort",
    "kennwort",
    "passphrase",
    "passcode",
    "passwd",
    "mot de passe",
    "pass",
    "pwd",
    "pw",
    "key",
    "code",
    "pin",
];

/// Passwords that the auditor gave. They show their number only.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Passwords(Vec<String>);

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passwords", self.0.len())
    }
}

impl Passwords {
    /// Reads a list: one password a line, as it stands; empty lines are passed over.
    ///
    /// # Errors
    /// What is wrong with the list, by line; never what it says.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() as u64 > MOST_LIST {
            return Err(format!("it has more than {MOST_LIST} bytes"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut list: Vec<String> = Vec::new();
        for (index, line) in text.lines().enumerate().filter(|row| !row.1.is_empty()) {
            if line.len() > MOST_LENGTH {
                return Err(format!("line {} has more than {MOST_LENGTH} bytes", index + 1));
            }
            if line.chars().any(|c| c.is_control() && c != '\t') {
                return Err(format!("line {} has control characters", index + 1));
            }
            if !list.iter().any(|known| known == line) {
                list.push(line.to_owned());
            }
        }
        match list.len() {
            0 => Err("no password stands in it".to_owned()),
            count if count > MOST_GIVEN => Err(format!("it has {count} passwords; {MOST_GIVEN} are the most")),
            _ => Ok(Self(list)),
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A small file beside something encrypted.
pub struct Note {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Looks into the files beside an artifact.
pub type Look = Rc<dyn Fn() -> Vec<Note>>;

/// What may open an artifact and what lies in it.
#[derive(Clone)]
pub struct Keys {
    given: Rc<Passwords>,
    look: Option<Look>,
    /// Name of the artifact without its ending: a note of the same name is about it.
    stem: String,
    beside: Rc<OnceCell<Vec<String>>>,
    /// Words from what was read of the artifact itself: the mail that an archive is attached to.
    within: Rc<RefCell<Vec<String>>>,
    /// The one that opened something last.
    last: Rc<RefCell<Option<(Opened, String)>>>,
}

impl Keys {
    /// For one artifact of the delivery.
    pub fn new(given: &Rc<Passwords>, path: &Path, look: Option<Look>) -> Self {
        Self {
            given: Rc::clone(given),
            look,
            stem: path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default(),
            beside: Rc::default(),
            within: Rc::default(),
            last: Rc::default(),
        }
    }

    /// None at all.
    pub fn none() -> Self {
        Self::new(&Rc::default(), Path::new(""), None)
    }

    /// Words that a member or a mail tells, for what comes after it.
    pub(super) fn tell(&self, text: &str) {
        self.add(&[(HINTS.len(), text)]);
    }

    fn add(&self, texts: &[(usize, &str)]) {
        let mut within = self.within.borrow_mut();
        for word in words(texts) {
            if within.len() < MOST_WORDS && !within.contains(&word) {
                within.push(word);
            }
        }
    }

    /// The same from the text of a member whose name hints at it.
    pub(super) fn tell_file(&self, name: &str, text: &str) {
        if text.len() as u64 <= MOST_FILE
            && let Some(hint) = self.hint(name)
        {
            self.add(&[(hint, text)]);
        }
    }

    /// Whether a name hints at a password, the surest first.
    pub(super) fn hint(&self, name: &str) -> Option<usize> {
        let name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
        let stem = name.rsplit_once('.').map_or(name.as_str(), |row| row.0);
        let own = !self.stem.is_empty() && stem == self.stem;
        HINTS.iter().position(|hint| name.contains(hint)).or(own.then_some(HINTS.len()))
    }

    fn beside(&self) -> &[String] {
        self.beside.get_or_init(|| {
            let Some(look) = &self.look else { return Vec::new() };
            let mut notes: Vec<(usize, Note)> =
                look().into_iter().filter_map(|note| Some((self.hint(&note.name)?, note))).collect();
            notes.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
            let texts = notes.iter().take(MOST_FILES).filter_map(|row| Some((row.0, text(&row.1.bytes)?)));
            let texts: Vec<(usize, String)> = texts.collect();
            let texts: Vec<(usize, &str)> = texts.iter().map(|row| (row.0, row.1.as_str())).collect();
            words(&texts)
        })
    }

    /// Tries one after the other: what opened something before, what lies beside, what was given.
    pub(super) fn open<T>(&self, mut attempt: impl FnMut(&str) -> Option<T>) -> Option<(T, Opened)> {
        let last = self.last.borrow().clone();
        if let Some((opened, word)) = last
            && let Some(found) = attempt(&word)
        {
            return Some((found, opened));
        }
        let within = self.within.borrow().clone();
        let all = within.iter().chain(self.beside()).map(|word| (Opened::Beside, word));
        for (opened, word) in all.chain(self.given.0.iter().map(|word| (Opened::Given, word))) {
            if let Some(found) = attempt(word) {
                *self.last.borrow_mut() = Some((opened, word.clone()));
                return Some((found, opened));
            }
        }
        None
    }

    /// What was tried in vain, to follow the reason of a gap; "" if nothing was.
    pub(super) fn tried(&self) -> String {
        let words = self.within.borrow().len() + self.beside().len();
        match (self.given.len(), words) {
            (0, 0) => String::new(),
            (given, 0) => format!("; none of the {given} passwords given opens it"),
            (0, words) => format!("; none of {words} words in notes beside it opens it"),
            (given, words) => format!("; none of the {given} passwords given and of {words} words in notes beside it opens it"),
        }
    }
}

/// Small files in the folder of a path whose names hint at a password; links and what is no file are passed over.
pub(super) fn look(root: &Path, path: &Path) -> Look {
    let (root, path): (PathBuf, PathBuf) = (root.to_path_buf(), path.to_path_buf());
    Rc::new(move || {
        let folder = path.parent().unwrap_or(Path::new(""));
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { return Vec::new() };
        let hints = Keys::new(&Rc::default(), &path, None);
        let mut names: Vec<(usize, std::ffi::OsString)> = entries
            .take(MOST_ENTRIES)
            .flatten()
            .map(|entry| entry.file_name())
            .filter(|name| path.file_name() != Some(name.as_os_str()))
            .filter_map(|name| Some((hints.hint(&name.to_string_lossy())?, name)))
            .collect();
        names.sort();
        let mut notes = Vec::new();
        for (_, name) in names {
            if notes.len() >= MOST_FILES {
                break;
            }
            let Ok(super::Source::File(file)) = worker::open(&root, &folder.join(&name)) else { continue };
            if file.metadata().is_ok_and(|meta| meta.len() <= MOST_FILE) {
                let mut bytes = Vec::new();
                if std::io::Read::read_to_end(&mut std::io::Read::take(file, MOST_FILE), &mut bytes).is_ok() {
                    notes.push(Note { name: name.to_string_lossy().into_owned(), bytes });
                }
            }
        }
        notes
    })
}

/// Words to try from texts, each with how sure its name is: labelled ones first.
fn words(texts: &[(usize, &str)]) -> Vec<String> {
    let alone = texts.iter().filter(|row| row.0 < SURE || row.1.lines().count() <= FEW);
    let mut words: Vec<String> = Vec::new();
    for word in texts.iter().flat_map(|row| labelled(row.1)).chain(alone.flat_map(|row| lone(row.1))) {
        if words.len() < MOST_WORDS && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

fn text(bytes: &[u8]) -> Option<String> {
    if bytes.len() as u64 > MOST_FILE {
        return None;
    }
    let mut text = String::new();
    std::io::Read::read_to_string(&mut decode::Utf8::new(bytes, decode::encoding(bytes)?), &mut text).ok()?;
    Some(text)
}

/// What stands behind `Password:`, `Passwort =`, `the key is`: the whole rest of the line and its first word.
fn labelled(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for line in text.lines() {
        let lower = line.to_lowercase();
        // lower-casing may move bytes: then only words of ASCII can be found, at the same places
        if lower.len() != line.len() {
            continue;
        }
        for label in LABELS {
            let Some(at) = lower.find(label) else { continue };
            let rest = &lower.get(at + label.len()..).unwrap_or("");
            let behind = [":", "=", " is ", " ist ", " lautet ", " est ", " - "];
            let Some(skip) = behind.iter().filter_map(|sign| Some(rest.find(sign)? + sign.len())).min() else { continue };
            // other words between the label and the colon: `password for the archive: x`
            if skip > 60 {
                continue;
            }
            let value = line.get(at + label.len() + skip..).unwrap_or("").trim();
            let first = value.split_whitespace().next().unwrap_or("");
            for candidate in [first, value, first.trim_end_matches(['.', ',', ';'])] {
                let bare = candidate.trim_matches(['"', '\'', '`', '<', '>', '\u{201c}', '\u{201d}', '\u{201e}']);
                for word in [candidate, bare] {
                    if !word.is_empty() && word.len() <= MOST_LENGTH && !out.iter().any(|known| known == word) {
                        out.push(word.to_owned());
                    }
                }
            }
            break;
        }
        if out.len() > MOST_WORDS * 2 {
            break;
        }
    }
    out
}

/// Lines of one word; the whole of a text that has one line.
fn lone(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(1_000).collect();
    let single = lines.len() == 1;
    let fits = |line: &&&str| {
        (3..=MOST_LENGTH).contains(&line.len())
            && line.chars().any(char::is_alphanumeric)
            && (single || !line.contains(char::is_whitespace))
    };
    lines.iter().filter(fits).take(MOST_WORDS).map(|line| (*line).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_and_bad_ones_are_told_by_line() {
        assert_eq!(
            Passwords::read(b"\xef\xbb\xbfone\r\n\ntwo words\none\n").map(|list| list.0),
            Ok(vec!["one".into(), "two words".into()])
        );
        assert!(Passwords::read(b"\n\n").is_err());
        assert!(Passwords::read(b"\xff\xfe").is_err());
        let long = format!("fine\n{}\n", "x".repeat(300));
        assert_eq!(Passwords::read(long.as_bytes()).err().as_deref(), Some("line 2 has more than 256 bytes"));
        let many: String = (0..1001).map(|n| format!("{n}\n")).collect();
        assert!(Passwords::read(many.as_bytes()).is_err());
        assert_eq!(format!("{:?}", Passwords::read(b"hush\n")), "Ok(1 passwords)");
    }

    #[test]
    fn words_are_found_in_notes() {
        let found = labelled("Hello,\nthe password for the archive is \"Sample-9\".\nPasswort: Zwei Worte\n");
        for word in ["Sample-9", "Zwei", "Zwei Worte"] {
            assert!(found.iter().any(|known| known == word), "{word} in {found:?}");
        }
        assert_eq!(lone("Hello there\nSample-9\n--\n"), ["Sample-9"]);
        assert_eq!(lone("a phrase of words\n"), ["a phrase of words"]);
    }

    #[test]
    fn what_lies_beside_is_tried_first_and_named() {
        let note = || {
            vec![
                Note { name: "Password.txt".to_owned(), bytes: b"right\n".to_vec() },
                Note { name: "other.csv".to_owned(), bytes: b"never\n".to_vec() },
            ]
        };
        let given = Rc::new(Passwords(vec!["right".to_owned(), "wrong".to_owned()]));
        let keys = Keys::new(&given, Path::new("a.zip"), Some(Rc::new(note)));
        let mut tried = Vec::new();
        let found = keys.open(|word| {
            tried.push(word.to_owned());
            (word == "right").then_some(1)
        });
        assert_eq!(found, Some((1, Opened::Beside)));
        assert_eq!(tried, ["right"]);
        assert_eq!(keys.open(|_| None::<()>), None);
        assert_eq!(keys.tried(), "; none of the 2 passwords given and of 1 words in notes beside it opens it");
    }
}
