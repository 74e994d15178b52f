//! What holds of everything that was examined, whatever it was: nothing is passed over in silence, it can be written and read again, and
//! nobody can be told by it.

use provost::audit::Auditor;
use provost::collect::Examined;
use provost::collect::document::FoundMember;
use provost::collect::worker::{Answer, frame, next_frame, unframed};
use provost::model::assessment::Assessment;
use provost::model::evidence::{Artifact, Encryption, Evidence, Part, Read};
use provost::report::{FORMATS, Style};

/// Bytes below which contents with personal data have no digest.
const SMALL: u64 = 64 << 10;
/// Formats that are JSON.
const JSON: [&str; 6] = ["json", "sarif", "gitlab", "oscal", "oscal_poam", "csv_evidence"];

/// A text without blanks and the like, in lower case: a value stays the same value.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_lowercase).collect()
}

/// A canary must not be in a text, however it is written.
pub(crate) fn silent(text: &str, canary: Option<&str>, what: &str) {
    let Some(canary) = canary else { return };
    assert!(!text.contains(canary), "{what} holds what was planted");
    assert!(!bare(text).contains(&bare(canary)), "{what} holds what was planted, spelt otherwise");
}

/// Parts as a reader gave them.
pub(crate) fn parts(parts: &[Part]) {
    for part in parts {
        for column in &part.columns {
            assert!((0.0..=1.0).contains(&column.confidence), "a column's confidence is no share");
        }
        for (class, tally) in &part.tallies {
            assert!((0.0..=1.0).contains(&tally.confidence), "a class's confidence is no share");
            assert!(tally.samples.len() <= 3, "{class} has too many samples");
            for sample in &tally.samples {
                // of pictures it says in our own words what is in them
                if matches!(class.as_str(), "photograph" | "biometric_template" | "gps_location") {
                    continue;
                }
                // what a mask is made of, and never a letter or a digit of the value
                let plain = |c: char| !c.is_alphanumeric() || matches!(c, 'A' | 'a' | '9');
                assert!(sample.mask.chars().all(plain), "a sample of {class} is no shape");
                assert!(sample.mask.chars().count() <= 33, "a sample of {class} is too long");
            }
        }
        assert!(!part.sets.iter().any(|set| set.records == 0), "a set of classes without a record");
    }
}

/// Whether an artifact says what became of it.
fn artifact(own: &Artifact) {
    assert!(own.read == Read::Full || !own.gaps.is_empty(), "{} was not read whole, and nothing says why", own.kind);
    assert!(own.gaps.iter().all(|gap| !gap.reason.is_empty()), "a gap of {} without a reason", own.kind);
    assert!(!own.kind.is_empty(), "an artifact of no kind");
    assert!(own.opened.is_none() || own.encryption != Encryption::None, "opened with a password, and not encrypted");
    let personal = own.parts.iter().any(|part| !part.tallies.is_empty());
    assert!(!(personal && own.size < SMALL && own.digest.is_some()), "a small file with personal data has a digest");
    parts(&own.parts);
}

/// An answer of a worker: sound, and the same after it went through the pipe.
pub(crate) fn examined(found: &Examined) {
    artifact(&found.artifact);
    members(&found.members);
    let answer = Answer { number: 1, examined: found.clone(), micros: 0, piece: None };
    let bytes = frame(&answer).expect("an answer can be sent");
    let sent = next_frame(&mut bytes.as_slice()).expect("a whole frame");
    let back: Answer = unframed(&sent).expect("what was sent can be read");
    assert!(back.examined == *found, "what comes out of the pipe is not what went in");
}

/// What lies inside.
pub(crate) fn members(all: &[FoundMember]) {
    for member in all {
        artifact(&member.artifact);
    }
}

/// Evidence is written, read and written as the same bytes; it holds no canary.
pub(crate) fn evidence(found: &Evidence, canary: Option<&str>) {
    found.artifacts.iter().for_each(artifact);
    for (index, own) in found.artifacts.iter().enumerate() {
        assert!(own.number as usize == index + 1, "artifacts are not numbered in order");
    }
    let text = serde_json::to_string(found).expect("evidence can be written");
    silent(&text, canary, "evidence");
    let back: Evidence = serde_json::from_str(&text).expect("evidence can be read");
    assert!(serde_json::to_string(&back).is_ok_and(|again| again == text), "evidence that was read is written otherwise");
}

/// Judges evidence, and writes every report.
pub(crate) fn judged(auditor: &Auditor, found: &Evidence, canary: Option<&str>) {
    let assessment = auditor.assess(found, *super::ground::DATE);
    assert!(provost::review::sound::wrong(&assessment).is_none(), "an assessment of our own that we would refuse");
    reports(&assessment, canary);
}

/// Every report of an assessment: what it says that it is, without a canary or anything that a terminal would obey.
pub(crate) fn reports(assessment: &Assessment, canary: Option<&str>) {
    for format in FORMATS {
        let style = Style { width: 100, colour: false, all: true, head: false };
        let bytes = format.render(assessment, style);
        if format.id() == "pdf" {
            assert!(bytes.starts_with(b"%PDF-"), "a PDF that is none");
            continue;
        }
        let text = String::from_utf8(bytes).expect("a report is text");
        silent(&text, canary, format.id());
        let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        assert!(!text.chars().any(steers), "{} holds a control character", format.id());
        if JSON.contains(&format.id()) && !format.id().starts_with("csv") {
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{} is no JSON", format.id());
        }
    }
    let text = serde_json::to_string(assessment).expect("an assessment can be written");
    let back: Assessment = serde_json::from_str(&text).expect("an assessment can be read");
    assert!(serde_json::to_string(&back).is_ok_and(|again| again == text), "an assessment that was read is written otherwise");
}
