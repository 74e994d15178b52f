//! Whole ways: a file with a name, a delivery of several files, something encrypted beside a note. From bytes to every report.

use super::ground::{CARDS, SERVERS, dice, file, look, named, planted};
use super::{Target, sound};
use provost::audit::Auditor;
use provost::collect::keys::{Keys, Look, Note};
use provost::collect::walk::Target as Delivery;
use provost::model::policy::TestFile;
use std::path::Path;
use std::rc::Rc;

/// What parts the files of a delivery.
pub(crate) const BEGIN: &str = "\n=== ";
/// Files of a delivery that are taken.
const MOST: usize = 8;
/// Archives that a password opens.
const SEALED: [(&str, &[u8]); 3] = [
    ("zipcrypto.zip", include_bytes!("../../../tests/fixtures/container/zipcrypto.zip")),
    ("content-encrypted.7z", include_bytes!("../../../tests/fixtures/container/content-encrypted.7z")),
    ("locked.pdf", include_bytes!("../../../tests/fixtures/document/locked.pdf")),
];

pub(crate) fn targets() -> Vec<Target> {
    vec![
        Target::new("whole/file", 64 << 10, 60, one),
        Target::new("whole/delivery", 16 << 10, 60, delivery),
        Target::new("whole/note", 1 << 10, 6, note),
    ]
}

/// A path on the first line, and the bytes of a file.
fn one(data: &[u8]) {
    let (path, rest) = named(data);
    let found = look(&path, rest, &Keys::none());
    sound::examined(&found);
    if dice(rest).is_multiple_of(8) {
        assert!(look(&path, rest, &Keys::none()) == found, "the same bytes examined twice are not the same");
    }
}

/// Files as `=== PATH` and what follows, parted by ends of lines.
pub(crate) fn files(data: &[u8]) -> Vec<TestFile> {
    let text = [b"\n", data].concat();
    let begin = BEGIN.as_bytes();
    let starts: Vec<usize> = (0..text.len()).filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(begin))).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let mut out: Vec<TestFile> = Vec::new();
    for (start, end) in starts.iter().zip(ends).take(MOST) {
        let (path, rest) = named(text.get(start + begin.len()..end).unwrap_or(&[]));
        if !out.iter().any(|known| known.path == path) {
            out.push(file(&path, rest));
        }
    }
    out
}

fn delivery(data: &[u8]) {
    let (bytes, canary) = planted(data);
    let files = files(&bytes);
    if files.is_empty() {
        return;
    }
    let auditor: &Auditor = if dice(data) & 1 == 0 { &CARDS } else { &SERVERS };
    let collect = || auditor.collect(&Delivery::Memory(files.clone()), &|_, _, _| {}).expect("evidence");
    let found = collect();
    assert!(found.artifacts.len() >= files.len(), "a file was passed over");
    sound::evidence(&found, Some(canary));
    if dice(data).is_multiple_of(4) {
        assert!(collect() == found, "the same delivery gives other evidence");
        sound::judged(auditor, &found, Some(canary));
    }
}

/// What stands in a note beside an archive is tried as its password, and never told.
fn note(data: &[u8]) {
    let (name, rest) = named(data);
    let (bytes, canary) = planted(rest);
    // a word costs a 7z archive as much as thousands cost a zip
    let (path, sealed) = SEALED[[0, 0, 0, 0, 0, 2, 2, 1][dice(data) % 8]];
    let look_beside: Look = Rc::new(move || vec![Note { name: name.clone(), bytes: bytes.clone() }]);
    let keys = Keys::new(&Rc::default(), Path::new(path), Some(look_beside));
    let found = look(path, sealed, &keys);
    sound::examined(&found);
    let text = serde_json::to_string(&found).expect("evidence can be written");
    sound::silent(&text, Some(canary), "evidence");
}
