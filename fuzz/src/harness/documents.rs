//! Every reader of documents and containers, asked directly: whatever it is given, it does not have to be its own.

use super::ground::{CARDS, LIMITS, dice, entry, look};
use super::{Target, sound};
use provost::collect::decode::Utf8;
use provost::collect::document::{DOCUMENTS, Document, FoundMember, Head, Nest, Work};
use provost::collect::keys::Keys;
use provost::collect::sniff::sniff;
use provost::model::evidence::{Artifact, Gap, Part};
use std::io::Read as _;
use std::rc::Rc;

/// Bytes that are looked at before a reader is chosen.
const HEAD: usize = 64 << 10;
/// What a picture costs is paid for with smaller ones.
const HEAVY: [&str; 4] = ["image", "pst", "pdf", "ole"];
/// Readers for which the most is to be found: own parsers of binary formats, and those that stand on somebody else's.
const RICH: [&str; 14] =
    ["calamine_book", "doc", "docx", "html", "image", "iso", "msg", "ods", "pdf", "pst", "rtf", "sevenz", "sqlite", "xlsx"];

pub(crate) fn targets() -> Vec<Target> {
    let one = |document: &&'static dyn Document| {
        let document = *document;
        let id = document.id();
        let most = if id == "pst" { 300 << 10 } else { 64 << 10 };
        let weight = if RICH.contains(&id) { 10 } else { 6 };
        Target::new(format!("document/{id}"), most, weight, move |data| run(document, data))
    };
    DOCUMENTS.iter().map(one).collect()
}

type Given = (Vec<Part>, Vec<Gap>, Vec<FoundMember>);

fn run(document: &dyn Document, data: &[u8]) {
    let first = read(document, data);
    sound::parts(&first.0);
    sound::members(&first.2);
    let text = serde_json::to_string(&first.0).expect("parts can be written");
    let back: Vec<Part> = serde_json::from_str(&text).expect("parts can be read");
    assert!(serde_json::to_string(&back).is_ok_and(|again| again == text), "parts that were read are written otherwise");
    if dice(data).is_multiple_of(if HEAVY.contains(&document.id()) { 32 } else { 8 }) {
        assert!(read(document, data) == first, "the same bytes read twice are not the same");
        let found = look(&format!("x.{}", document.id()), data, &Keys::none());
        sound::examined(&found);
    }
}

/// What is known of a file before it is read.
fn blank(kind: &str) -> Artifact {
    let found = look("x", b"", &Keys::none());
    Artifact { kind: kind.into(), ..found.artifact }
}

fn read(document: &dyn Document, data: &[u8]) -> Given {
    let raw = data.get(..HEAD).unwrap_or(data);
    let whole = raw.len() < HEAD;
    let sniffed = sniff(raw, whole);
    let (mut text, mut head) = (String::new(), String::new());
    if let Some(encoding) = sniffed.encoding {
        let _ = Utf8::new(data, encoding).read_to_string(&mut text);
        let _ = Utf8::new(raw, encoding).read_to_string(&mut head);
    }
    let mut bytes = if sniffed.encoding.is_some() { text.as_bytes() } else { data };
    let head = Head { raw, text: &head, whole, kind: sniffed.kind, name: "x", extension: "", path: "x" };
    let _ = document.claims(&head);
    let outer = blank(sniffed.kind);
    let nest = Nest::new(&LIMITS, Keys::none(), None, entry("x", data.len()).size, &Rc::default());
    let mut work = Work {
        head: &head,
        bytes: &mut bytes,
        file: None,
        engine: &CARDS.engine,
        limits: &LIMITS,
        outer: &outer,
        nest: &nest,
        encryption: None,
        opened: None,
        members: Vec::new(),
        parts: Vec::new(),
        gaps: Vec::new(),
    };
    let _ = document.read(&mut work);
    (work.parts, work.gaps, work.members)
}
