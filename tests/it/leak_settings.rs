//! Passwords, accounts and people planted in every place of every product's configuration (tests/cases/leak.txt) never come out of any
//! command. The values are drawn here: none stands in the repository.

use crate::support::{DATE, root, run, write};
use base64::Engine as _;
use std::collections::BTreeMap;

const GIVEN: &[&str] = &[
    "Siobhan",
    "Gareth",
    "Priya",
    "Oluwaseun",
    "Malgorzata",
    "Rhys",
    "Fatima",
    "Declan",
    "Imogen",
    "Tomasz",
    "Beatrice",
    "Callum",
    "Hannah",
    "Rashid",
    "Eleanor",
    "Duncan",
    "Nadia",
    "Graham",
    "Yvonne",
    "Kieran",
    "Agnieszka",
    "Bronwyn",
    "Cedric",
    "Dorothy",
];
/// Of those that the lists of names have: an account of a rarer one is a word like any other.
const SURNAMES: &[&str] = &[
    "Gallagher",
    "Pritchard",
    "Chaudhary",
    "Adeyemi",
    "Kowalczyk",
    "Llewellyn",
    "Hussain",
    "Fitzgerald",
    "Nowakowski",
    "Ashworth",
    "Whitfield",
    "Mahmood",
    "Hargreaves",
    "Buchanan",
    "Petrova",
    "Okonkwo",
    "Donnelly",
    "Abernathy",
    "Cartwright",
    "Dhillon",
    "Eastwood",
    "Farquhar",
    "Holloway",
    "Iqbal",
    "Jankowski",
];
const WORDS: &[&str] =
    &["sunflower", "bramble", "kestrel", "thimble", "marzipan", "walnut", "pebble", "lantern", "cobble", "velvet", "juniper"];
const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Three plain words that somebody wrote into the title of a rule, into the values that a template allows, or behind a tag: nothing tells
/// them from what such a text says.
pub(crate) const UNTOLD: &[&str] =
    &["a.sarif sd2", "inspec.json tp", "oscal.json ftp", "trivy.json title", "stack.yaml allowed", "stack.yaml kms"];

/// A sequence that is the same each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn secret(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(LETTERS[self.below(LETTERS.len())])).collect()
    }

    fn hex(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(b"0123456789abcdef"[self.below(16)])).collect()
    }

    /// A value of a kind, and how it is written where it is planted.
    fn value(&mut self, kind: char) -> (String, String) {
        let (given, surname) = (self.one(GIVEN), self.one(SURNAMES));
        let value = match kind {
            'S' | 'b' => self.secret(14),
            'W' => format!("{}{}{}!", capital(self.one(WORDS)), self.one(WORDS), 100 + self.below(9000)),
            'D' => [0, 1, 2].map(|_| self.one(WORDS)).join("-"),
            'H' => self.hex(32),
            'B' => base64::engine::general_purpose::STANDARD.encode(self.secret(24)),
            'U' => [8, 4, 4, 4, 12].map(|length| self.hex(length)).join("-"),
            'P' => format!("{given} {surname}"),
            'p' => format!("{given}.{surname}").to_lowercase(),
            'q' => format!("{}{surname}", &given[..1]).to_lowercase(),
            'E' => format!("{given}.{surname}@cards.example.org").to_lowercase(),
            'X' => format!("$apr1${}${}", self.secret(8), self.secret(22)),
            other => panic!("no kind {other}"),
        };
        let written = if kind == 'b' { base64::engine::general_purpose::STANDARD.encode(&value) } else { value.clone() };
        (value, written)
    }
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// Writes the delivery; the values with where each was planted.
fn plant(folder: &std::path::Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(root().join("tests/cases/leak.txt")).expect("the plants");
    let mut draw = Draw(7);
    let mut planted = BTreeMap::new();
    for file in text.split("\n=== ").skip(1) {
        let (head, body) = file.split_once('\n').expect("a file");
        let (path, encoding) = head.split_once(' ').unwrap_or((head, ""));
        let name = path.rsplit('/').next().unwrap_or(path);
        let mut out = String::new();
        for (index, piece) in body.split("{{").enumerate() {
            let mark = piece.split_once("}}").filter(|row| index > 0 && row.0.get(1..2) == Some(":"));
            let Some((mark, rest)) = mark else {
                out.push_str(if index > 0 { "{{" } else { "" });
                out.push_str(piece);
                continue;
            };
            let kind = mark.chars().next().unwrap_or('S');
            let (mut value, mut written) = draw.value(kind);
            while planted.contains_key(&value) {
                (value, written) = draw.value(kind);
            }
            planted.insert(value, format!("{name} {}", &mark[2..]));
            out.push_str(&written);
            out.push_str(rest);
        }
        out.push('\n');
        let bytes: Vec<u8> = if encoding == "utf-16" {
            "\u{feff}".encode_utf16().chain(out.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        } else {
            out.into_bytes()
        };
        write(folder, path, &bytes);
    }
    planted
}

#[test]
fn what_is_planted_in_configurations_never_comes_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let delivery = folder.path().join("delivery");
    let planted = plant(&delivery);
    assert!(planted.len() > 700, "{}", planted.len());
    let target = delivery.to_str().expect("a plain path");
    let evidence = folder.path().join("evidence.json");
    let evidence = evidence.to_str().expect("a plain path");
    let report = format!("json={}", folder.path().join("report.json").to_str().expect("a plain path"));
    let commands: &[&[&str]] = &[
        &["collect", target, "-o", evidence],
        &["assess", evidence, "--date", DATE, "--all"],
        &["audit", target, "--date", DATE, "--all", "--format", "terminal", "--format", &report],
        &["audit", target, "--date", DATE, "--all", "--policy", "server-hardening", "--format", "json"],
        &["discover", target, "--all"],
        &["settings", target],
    ];
    let mut seen: Vec<(&str, String)> = Vec::new();
    for command in commands {
        let output = run(command);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        let texts = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        seen.extend(texts.into_iter().map(|text| (command[0], text)));
    }
    for file in ["evidence.json", "report.json"] {
        seen.push((file, std::fs::read_to_string(folder.path().join(file)).expect("it was written")));
    }
    let mut out: Vec<(&str, &str)> = Vec::new();
    for (command, text) in &seen {
        let leaked = planted.iter().filter(|row| text.contains(row.0.as_str())).map(|row| row.1.as_str());
        // where it was planted may be said, never what
        out.extend(leaked.filter(|place| !UNTOLD.contains(place)).map(|place| (*command, place)));
    }
    assert!(out.is_empty(), "{} came out: {out:?}", out.len());
}
