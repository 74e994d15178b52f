//! Shapes instead of values, and names (of files, sheets, keys) without the parts that identify somebody.
//! What is kept of a name is what says nothing of a person: ordinary words, short numbers, years.

mod account;
mod file;
mod secret;

use super::engine::{Engine, Found, Scratch};
use super::names;
pub use account::{accounts, hosts, within, word};
pub use file::{path, path_component};
pub use secret::{drawn, is_random};

/// The most characters of a shape.
const MOST: usize = 32;

/// The shape of a value: `A` `a` for letters, `9` for digits, separators as they are, everything else `?`.
pub fn shape(value: &str) -> String {
    let mut out = String::with_capacity(MOST);
    for (index, c) in value.chars().enumerate() {
        if index >= MOST {
            out.push('…');
            break;
        }
        out.push(shape_of(c));
    }
    out
}

fn shape_of(c: char) -> char {
    match c {
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        c if c.is_numeric() => '9',
        ' ' | '-' | '.' | '/' | '@' | ',' | '\'' | '_' | ':' | '(' | ')' | '+' | '<' | '>' | '&' => c,
        _ => '?',
    }
}

/// A text with the words between its signs shown otherwise, where `shown` says so.
pub fn pieces(text: &str, sign: impl Fn(char) -> bool, mut shown: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(&sign) {
        let word = piece.trim_end_matches(&sign);
        match shown(word) {
            Some(shown) => out.push_str(&shown),
            None => out.push_str(word),
        }
        out.push_str(piece.get(word.len()..).unwrap_or(""));
    }
    out
}

/// Words in names of files and keys that no dictionary has and nobody is called.
const KNOWN: &[&str] = &[
    "readme",
    "makefile",
    "dockerfile",
    "todo",
    "faq",
    "changelog",
    "config",
    "configs",
    "sshd",
    "ssh",
    "nginx",
    "apache",
    "postgresql",
    "postgres",
    "mysql",
    "mariadb",
    "redis",
    "mongodb",
    "sqlite",
    "json",
    "jsonl",
    "yaml",
    "toml",
    "html",
    "xhtml",
    "docx",
    "xlsx",
    "pptx",
    "jpeg",
    "http",
    "https",
    "smtp",
    "sftp",
    "vsftpd",
    "samba",
    "nfs",
    "rsync",
    "rsyslog",
    "auditd",
    "logrotate",
    "journald",
    "crypttab",
    "luks",
    "bitlocker",
    "veeam",
    "restic",
    "terraform",
    "tfstate",
    "tfplan",
    "cloudformation",
    "kubernetes",
    "kube",
    "github",
    "gitlab",
    "jenkins",
    "docker",
    "debian",
    "ubuntu",
    "linux",
    "windows",
    "nino",
    "nhs",
    "dob",
    "pnc",
    "cro",
    "chi",
    "noms",
    "nomis",
    "ptiurn",
    "ccrn",
    "nppv",
    "uid",
    "csn",
    "iban",
    "psni",
    "gdpr",
    "dpia",
    "ropa",
    "printsrv",
    "webserver",
    "localhost",
    "hostname",
    "username",
    "userid",
    "usergroup",
    "metadata",
    "timestamp",
    "filename",
    "param",
    "params",
    "init",
    "utils",
    "util",
    "impl",
    "async",
    "regex",
    "unicode",
    "workbook",
    "sharedstrings",
    "worksheet",
    "auth",
    "oauth",
    "admin",
    "localdomain",
    "blake",
    "sysctl",
    "systemd",
    "cron",
    "crontab",
    "fstab",
    "sudoers",
    "hosts",
    "conf",
    "pam",
    "groff",
    "apparmor",
    "howto",
    "posix",
    "distro",
    "intro",
    "proto",
];

/// The length of a run of digits that can identify somebody.
const DIGITS: usize = 4;
/// The length of a number in groups that can.
const LONG: usize = 8;

/// How careful to be with words that no dictionary has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// A capitalised word that is neither ordinary nor technical may be somebody's name: its shape is shown.
    Capitals,
    /// Only what is known to be a name or was recognised by a detector: for keys of configurations.
    Known,
}

/// A label (sheet, table, header, key): identifiers are replaced by their shape, control characters by `?`.
pub fn label(engine: &Engine, scratch: &mut Scratch, text: &str, strictness: Strictness) -> String {
    let text: String = text.chars().take(256).collect();
    without(engine, scratch, &text, strictness, false)
}

/// A line of a file that a complaint shows: the same, whatever its length, character for character. Addresses of machines are no help to
/// whoever mends a policy, and in a record they may be somebody's.
pub fn quoted(engine: &Engine, scratch: &mut Scratch, text: &str) -> String {
    let shown = without(engine, scratch, text, Strictness::Known, true);
    let drawn = |word: &str| is_random(word).then(|| word.chars().map(shape_of).collect());
    pieces(&shown, |c| !c.is_ascii_alphanumeric(), drawn)
}

fn without(engine: &Engine, scratch: &mut Scratch, text: &str, strictness: Strictness, machines: bool) -> String {
    let mut masked = vec![false; text.len()];
    let mut found: Vec<Found> = Vec::new();
    // separators of names are blanks for the detectors: `letters/Example_A`
    let spaced: String = text.chars().map(|c| if matches!(c, '_' | '+') { ' ' } else { c }).collect();
    // within quotes a quote is written with a sign before it
    let plain = if text.contains('\\') { text.replace('\\', " ") } else { String::new() };
    for candidate in [text, spaced.as_str(), plain.as_str()] {
        if candidate.len() != text.len() {
            continue;
        }
        found.clear();
        engine.scan(candidate, scratch, &mut found);
        for hit in found.iter().filter(|hit| !engine.is_business(hit.bit) || machines && engine.is_address(hit.bit)) {
            masked.iter_mut().take(hit.end).skip(hit.start).for_each(|slot| *slot = true);
        }
    }
    for (start, end) in secret::find(text).into_iter().chain(groups(text)).chain(account::owners(text)) {
        masked.iter_mut().take(end).skip(start).for_each(|slot| *slot = true);
    }
    for (start, end) in words(text) {
        let Some(word) = text.get(start..end) else { continue };
        if hides(word, strictness) {
            masked.iter_mut().take(end).skip(start).for_each(|slot| *slot = true);
        }
    }
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        out.push(if masked.get(at).copied().unwrap_or(false) { shape_of(c) } else { printable(c) });
    }
    out
}

/// A character as shapes have it.
pub fn sign(c: char) -> char {
    shape_of(c)
}

/// Numbers that are written in groups (`943 476 5919`, `07911-847362`): each group is too short to identify anybody, together they do. Days
/// and addresses of machines are none.
fn groups(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), '\0')]) {
        if c.is_ascii_digit() {
            start.get_or_insert(at);
        } else if let Some(from) = start.take() {
            runs.push((from, at));
        }
    }
    // full stops join what nothing but they and dashes part: behind them may be the ending of a name
    for (signs, dotted) in [(&[" ", "-", "/"][..], false), (&[".", "-", "/"], true)] {
        let sign = |a: &(usize, usize), b: &(usize, usize)| text.get(a.1..b.0).unwrap_or("");
        for group in runs.chunk_by(|a, b| signs.contains(&sign(a, b))) {
            let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
            let between: Vec<&str> = group.windows(2).filter_map(|pair| Some(sign(pair.first()?, pair.last()?))).collect();
            if between.is_empty() || between.contains(&".") != dotted {
                continue;
            }
            let word = |run: &(usize, usize)| text.get(run.0..run.1).unwrap_or("");
            let digits: usize = group.iter().map(|run| run.1 - run.0).sum();
            let alone = !text.get(..first.0).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || c == '.'))
                && !text.get(last.1..).is_some_and(|after| after.starts_with(|c: char| c.is_alphanumeric()));
            // a machine's address, and perhaps how many bits of it are a network
            let address = matches!(between.as_slice(), [".", ".", "."] | [".", ".", ".", "/"])
                && group.iter().all(|run| word(run).parse::<u8>().is_ok());
            // a year among days and months, or in front of a number (`CVE-2031-10000`); not the last digits of `536-90-2031`
            let short = group.iter().all(|run| run.1 - run.0 < 3 || is_year(word(run)));
            let dated = is_year(word(first)) || short && group.iter().any(|run| is_year(word(run)));
            let said = dated || group.iter().any(|run| recent_day(word(run)));
            if !address && alone && digits >= LONG && !said {
                out.push((first.0, last.1));
            }
        }
    }
    out
}

/// Whether a text holds a number in groups that could be somebody's.
pub fn holds_number(text: &str) -> bool {
    !groups(text).is_empty()
}

/// Whether a word, in lower case, says that a password follows.
pub fn announces_secret(word: &str) -> bool {
    secret::LABELS.contains(&word)
}

/// Whether a short text holds what looks like a password, or text in base64.
pub fn holds_secret(text: &str) -> bool {
    text.len() < 256 && !secret::find(text).is_empty()
}

/// Whether a word of a name has to be hidden.
fn hides(word: &str, strictness: Strictness) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    if digits == word.len() {
        return digits >= DIGITS && !is_year(word) && !recent_day(word);
    }
    if digits >= DIGITS {
        return true;
    }
    if digits > 0 {
        return false;
    }
    let lower = word.to_lowercase();
    let length = word.chars().count();
    if length < 3 || KNOWN.contains(&lower.as_str()) || names::ordinary(&lower) {
        return false;
    }
    if names::surname(&lower) || names::given(&lower) {
        return length > 3 || strictness == Strictness::Capitals;
    }
    strictness == Strictness::Capitals && length >= 4 && word.starts_with(char::is_uppercase)
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && (text.starts_with("19") || text.starts_with("20")) && text.chars().all(|c| c.is_ascii_digit())
}

/// Whether eight digits are a day that nobody of age was born on: 2013 or later. Earlier ones may be birthdays.
fn recent_day(text: &str) -> bool {
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    text.len() == 8
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (2013..2100).contains(&part(0..4))
        && (1..=12).contains(&part(4..6))
        && (1..=31).contains(&part(6..8))
}

/// Words of a name: runs of letters, cut where lower case meets upper case (camelCase), and runs with digits.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start: Option<usize> = None;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let inside = c.is_alphanumeric() || c == '\'' || c == '\u{2019}';
        let hump = c.is_uppercase() && before.is_some_and(char::is_lowercase);
        let edge = before.is_some_and(|b| b.is_alphabetic() != c.is_alphabetic() && b.is_alphanumeric() && c.is_alphanumeric());
        if let Some(from) = start.filter(|_| !inside || hump || (edge && !joined(text, at))) {
            out.push((from, at));
            start = None;
        }
        if inside && start.is_none() {
            start = Some(at);
        }
        before = Some(c);
    }
    out.extend(start.map(|from| (from, text.len())));
    out
}

/// Whether letters and digits around a place are one identifier (`AB123456`): a long run of digits is beside it.
fn joined(text: &str, at: usize) -> bool {
    let (left, right) = text.split_at(at);
    let after = right.chars().take_while(char::is_ascii_digit).count();
    let before = left.chars().rev().take_while(char::is_ascii_digit).count();
    after.max(before) >= DIGITS
}

/// Text without control, direction and other invisible characters: safe in a terminal, a cell and a tag's text.
pub fn clean(text: &str) -> String {
    text.chars().map(printable).collect()
}

fn printable(c: char) -> char {
    let invisible = c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e000}'..='\u{f8ff}');
    if invisible { '?' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_keep_nothing() {
        assert_eq!(shape("AB 12 34 56 C"), "AA 99 99 99 A");
        assert_eq!(shape("Zoë\u{1b}[31m"), "Aaa?[99a".replace('[', "?"));
        assert!(shape(&"x".repeat(100)).chars().count() <= MOST + 1);
    }

    #[test]
    fn words_are_cut_at_humps_and_digits() {
        let cut = |text: &str| words(text).into_iter().filter_map(|(a, b)| text.get(a..b).map(str::to_owned)).collect::<Vec<_>>();
        assert_eq!(cut("warrantNumber_v2"), ["warrant", "Number", "v", "2"]);
        assert_eq!(cut("AB123456C"), ["AB123456C"]);
        assert_eq!(cut("photo-48213.jpg"), ["photo", "48213", "jpg"]);
    }

    #[test]
    fn folders_of_accounts_are_somebodys() {
        let found = |text: &str| {
            account::owners(text).into_iter().filter_map(|(a, b)| text.get(a..b).map(str::to_owned)).collect::<Vec<_>>()
        };
        assert_eq!(found("/home/qzyoumans\u{1}Match Host"), ["qzyoumans"]);
        assert_eq!(found("C:\\Users\\qz.example\\x and /Users/qzx"), ["qzx", "qz.example"]);
        assert_eq!(found("/home/backup/data"), [""; 0]);
    }

    #[test]
    fn numbers_in_groups_are_one_number_and_days_are_none() {
        let found =
            |text: &str| groups(text).into_iter().filter_map(|(a, b)| text.get(a..b).map(str::to_owned)).collect::<Vec<_>>();
        assert_eq!(found("NHS 943 476 5919.pdf"), ["943 476 5919"]);
        assert_eq!(found("102 229 465"), ["102 229 465"]);
        assert_eq!(found("title 702.494.3697."), ["702.494.3697"]);
        assert_eq!(found("497.758.837-17"), ["497.758.837-17"]);
        assert_eq!(found("ssn 536-90-2031"), ["536-90-2031"]);
        assert_eq!(found("06 12 34 56 78"), ["06 12 34 56 78"]);
        assert_eq!(found("anna 20-12-34-56.txt"), ["20-12-34-56"]);
        assert_eq!(found("20 12 34 56.2031"), ["20 12 34 56"]);
        assert_eq!(found("20 12 34 56.7z"), ["20 12 34 56"]);
        assert_eq!(found("tel 020-7946-0991 (office)"), ["020-7946-0991"]);
        for plain in [
            "backup 2026-11-24",
            "20261124-10",
            "10.20.30.40",
            "192.168.100.200/24",
            "v1.2.3-4",
            "pages 12-14",
            "24/11/2026",
            "CVE-2031-10000",
            "x86-64",
            "12 of 34",
        ] {
            assert_eq!(found(plain), [""; 0], "{plain}");
        }
    }

    #[test]
    fn direction_marks_and_escapes_do_not_pass() {
        assert_eq!(clean("a\u{202e}b\u{1b}c\nd"), "a?b?c?d");
    }
}
