//! Looks for planted values in what the program wrote, in every way that a value can be spelt there: as it is in either case, without its
//! separators, backwards, in base64 at each of its three places, in hexadecimal, in UTF-16, percent-encoded, and escaped as JSON, HTML and
//! quoted-printable do. One automaton, one pass an output.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine as _;
use std::collections::{BTreeSet, HashSet};

/// A spelling shorter than this is a word like any other.
const LEAST: usize = 6;
/// Spellings of fewer bytes count only where letters or digits do not go on: `48213377` is not in `1482133771`.
const LONE: usize = 10;
/// Letters that are enough where each takes three to eight bytes.
const ENOUGH: usize = 12;

/// One spelling.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Spelling {
    /// Which of the values.
    pub(super) value: usize,
    /// How it is spelt.
    pub(super) form: &'static str,
    lone: bool,
}

/// The automaton.
pub(super) struct Search {
    automaton: AhoCorasick,
    spellings: Vec<Spelling>,
}

/// A hit: the spelling, and what stands around it.
pub(super) struct Hit {
    pub(super) spelling: Spelling,
    pub(super) around: String,
}

impl Search {
    /// For these values: each with what of it tells somebody, too.
    pub(super) fn new(values: &[(&str, &[String])]) -> Self {
        let (mut spellings, mut patterns) = (Vec::new(), Vec::new());
        let mut seen: HashSet<Vec<u8>> = HashSet::new();
        for (value, (text, parts)) in values.iter().enumerate() {
            for text in std::iter::once(*text).chain(parts.iter().map(String::as_str)) {
                for (form, bytes) in forms(text) {
                    let bytes = bytes.to_ascii_lowercase();
                    if bytes.len() >= LEAST && seen.insert(bytes.clone()) {
                        let lone = bytes.len() < LONE;
                        spellings.push(Spelling { value, form, lone });
                        patterns.push(bytes);
                    }
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&patterns)
            .expect("an automaton");
        Self { automaton, spellings }
    }

    /// How many spellings are looked for.
    pub(super) fn len(&self) -> usize {
        self.spellings.len()
    }

    /// Every value that is in an output, once a spelling.
    pub(super) fn hits(&self, output: &[u8]) -> Vec<Hit> {
        let lower = output.to_ascii_lowercase();
        let mut seen = BTreeSet::new();
        let mut out = Vec::new();
        for found in self.automaton.find_overlapping_iter(&lower) {
            let spelling = self.spellings[found.pattern().as_usize()];
            let (start, end) = (found.start(), found.end());
            let other = spelling.lone && (goes_on(&lower, start, end) || is_fact(&lower, start, end))
                || spelling.form != "hexadecimal" && is_piece(&lower, start, end);
            if other || !seen.insert((spelling.value, spelling.form)) {
                continue;
            }
            let around = &output[found.start().saturating_sub(70)..(found.end() + 30).min(output.len())];
            out.push(Hit { spelling, around: String::from_utf8_lossy(around).into_owned() });
        }
        out
    }
}

/// Whether letters go on as letters or digits as digits at an end of a hit.
fn goes_on(text: &[u8], start: usize, end: usize) -> bool {
    // what could be a piece of a digest or of a mark has to stand by itself
    let hex = text[start..end].iter().all(u8::is_ascii_hexdigit);
    let alike = |a: u8, b: u8| {
        let both = a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric();
        both && (hex || a.is_ascii_digit() == b.is_ascii_digit())
    };
    start > 0 && alike(text[start - 1], text[start]) || end < text.len() && alike(text[end - 1], text[end])
}

/// Whether a number is a piece of a mark or a digest: these are as long as nothing else, and some ten million of them make it likely that one
/// holds any ten digits. What a delivery holds does not stand in the middle of one.
fn is_piece(text: &[u8], start: usize, end: usize) -> bool {
    let hex = |byte: &&u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(*byte);
    if !text[start..end].iter().all(|byte| hex(&byte)) {
        return false;
    }
    let from = start - text[..start].iter().rev().take(130).take_while(hex).count();
    let to = end + text[end..].iter().take(130).take_while(hex).count();
    let (run, longer) = (&text[from..to], to - from > end - start);
    // 64 bits in decimal digits; 8 to 64 bytes in hexadecimal ones, and the beginnings that are shown of them
    let length = if run.iter().all(u8::is_ascii_digit) {
        matches!(run.len(), 17..=20)
    } else {
        matches!(run.len(), 12 | 16 | 32 | 40 | 64 | 128)
    };
    longer && length
}

/// Whether a number stands where only facts of a file stand: how large it is, when it was changed, how long it took.
fn is_fact(text: &[u8], start: usize, end: usize) -> bool {
    let before = text[start.saturating_sub(24)..start].trim_ascii_end();
    let fact = ["size", "volume", "modified", "bytes", "micros", "length"]
        .iter()
        .any(|name| before.ends_with(format!("\"{name}\":").as_bytes()));
    text[start..end].iter().all(u8::is_ascii_digit) && (fact || text[end..].starts_with(b" bytes"))
}

/// The spellings of a text.
pub(super) fn forms(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let begin: String = text.chars().take(ENOUGH).collect();
    let each = |of: &dyn Fn(u8) -> String| begin.bytes().map(of).collect::<String>().into_bytes();
    let tight: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '/' | '.' | ':')).collect();
    let mut out = vec![
        ("as it is", text.as_bytes().to_vec()),
        ("upper case", text.to_uppercase().into_bytes()),
        ("without separators", tight.into_bytes()),
        ("with underscores", text.replace(' ', "_").into_bytes()),
        ("with plus signs", text.replace(' ', "+").into_bytes()),
        ("backwards", text.chars().rev().collect::<String>().into_bytes()),
        ("hexadecimal", each(&|byte| format!("{byte:02x}"))),
        ("hexadecimal with blanks", each(&|byte| format!("{byte:02x} ")).trim_ascii_end().to_vec()),
        ("percent-encoded", text.bytes().map(percent).collect::<String>().into_bytes()),
        ("percent-encoded letters", each(&|byte| format!("%{byte:02x}"))),
        (
            "quoted-printable",
            text.bytes()
                .map(
                    |byte| {
                        if byte.is_ascii_graphic() && byte != b'=' {
                            char::from(byte).to_string()
                        } else {
                            format!("={byte:02X}")
                        }
                    },
                )
                .collect::<String>()
                .into_bytes(),
        ),
        ("quoted-printable letters", each(&|byte| format!("={byte:02x}"))),
        ("JSON", serde_json::to_string(text).expect("text").trim_matches('"').as_bytes().to_vec()),
        ("JSON escapes", begin.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>().into_bytes()),
        ("JSON escapes beyond ASCII", text.chars().map(beyond).collect::<String>().into_bytes()),
        ("HTML", text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#39;").into_bytes()),
        ("HTML entities", begin.chars().map(|c| format!("&#{};", c as u32)).collect::<String>().into_bytes()),
        ("HTML entities in hexadecimal", begin.chars().map(|c| format!("&#x{:x};", c as u32)).collect::<String>().into_bytes()),
        ("Windows-1252", encoding_rs::WINDOWS_1252.encode(text).0.into_owned()),
    ];
    // in UTF-16 of either order the bytes from the first that is not nought to the last are the same
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    out.push(("UTF-16", wide[..wide.len().saturating_sub(1)].to_vec()));
    if !text.is_ascii() {
        out.push(("UTF-16", text.encode_utf16().flat_map(u16::to_be_bytes).collect()));
    }
    for place in 0..3 {
        let bytes = [&[0; 3][..place], text.as_bytes()].concat();
        let coded = base64::engine::general_purpose::STANDARD.encode(&bytes);
        // the letters that hang on this text alone
        let middle = coded.as_bytes()[[0, 2, 3][place]..bytes.len() * 8 / 6].to_vec();
        let address: Vec<u8> = middle
            .iter()
            .map(|byte| match byte {
                b'+' => b'-',
                b'/' => b'_',
                other => *other,
            })
            .collect();
        out.extend([("base64", middle), ("base64 for addresses", address)]);
    }
    out
}

fn percent(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

fn beyond(c: char) -> String {
    if c.is_ascii() { c.to_string() } else { c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect() }
}

/// The search can fail: each spelling is found in the middle of an output, and what was not planted is not.
#[test]
fn every_spelling_is_found() {
    let values = ["Zebediah Quillfeather", "AB 91 42 73 C", "zoë.strömö@example.org", "hunter2Sapphire!"];
    let given: Vec<(&str, &[String])> = values.iter().map(|value| (*value, &[][..])).collect();
    let search = Search::new(&given);
    for (index, value) in values.iter().enumerate() {
        for (form, bytes) in forms(value) {
            for bytes in [bytes.clone(), bytes.to_ascii_lowercase(), bytes.to_ascii_uppercase()] {
                let output = [b"{\"path\": \"".as_slice(), &bytes, b"\", \"line\": 3}"].concat();
                let found = search.hits(&output);
                assert!(found.iter().any(|hit| hit.spelling.value == index), "{value} {form}");
            }
        }
        // in base64 of something longer, wherever it begins there
        for before in ["", "x", "xy", "xyz"] {
            let output = base64::engine::general_purpose::STANDARD.encode(format!("{before}{value} and more"));
            assert!(search.hits(output.as_bytes()).iter().any(|hit| hit.spelling.form == "base64"), "{value}");
        }
        let big: Vec<u8> = format!("x{value}x").encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(search.hits(&big).iter().any(|hit| hit.spelling.form == "UTF-16"), "{value}");
    }
    let nothing = search.hits(b"Aaaaaaaa Aaaaaaaaaaaa AA 99 99 99 A aaa.aaaaaa@aaaaaaa.aaa 9914273");
    assert!(nothing.is_empty());
}

/// What looks like a value and is a piece of a mark is told from the value itself, wherever that stands.
#[test]
fn a_piece_of_a_mark_is_no_hit() {
    let search = Search::new(&[("4821337712", &[]), ("4821337", &[])]);
    let found = |text: &str| search.hits(text.as_bytes()).iter().map(|hit| hit.spelling.value).collect::<BTreeSet<_>>();
    let digest = format!("{}4821337712{}", "ab12".repeat(5), "9c".repeat(17));
    assert_eq!(digest.len(), 64);
    for other in [
        "[3,12482133771290123456]",
        "[3,4821337712901234567]",
        &digest,
        "f4821337712c",
        "\"size\":4821337,",
        "4821337 bytes of evidence",
    ] {
        assert!(found(other).is_empty(), "{other}");
    }
    for own in [
        "4821337712",
        "14821337712",
        "id4821337712 x",
        "00004821337712",
        "\"id\": 4821337712,",
        "a/4821337712.csv",
        "4821337712abcdefabcdef0",
    ] {
        assert!(found(own).contains(&0), "{own}");
    }
    assert!(found("\"records\":4821337,").contains(&1));
    // in hexadecimal digits a value may be as long as a digest
    let spelt: String = "Zebediah Quillfeather of Ox Lane".bytes().map(|byte| format!("{byte:02x}")).collect();
    let own = Search::new(&[("Zebediah Quillfeather of Ox Lane", &[])]);
    assert_eq!((spelt.len(), own.hits(spelt.as_bytes()).len()), (64, 1));
}
