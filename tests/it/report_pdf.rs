//! The PDF report, as a program that did not write it reads it; `tests/foreign/pdf.sh` asks others.

use crate::support::{DATE, run};
use lopdf::{Document, Object};
use std::path::Path;

const EXAMPLES: [&str; 3] = ["examples/card-printer", "examples/good-supplier", "examples/foi-release"];

fn stored(folder: &Path, example: &str) -> serde_json::Value {
    let file = folder.join("a.json");
    let format = format!("json={}", file.display());
    run(&["audit", example, "--date", DATE, "--format", &format]);
    serde_json::from_slice(&std::fs::read(file).expect("it was written")).expect("JSON")
}

fn rendered(folder: &Path, assessment: &serde_json::Value) -> Vec<u8> {
    let file = folder.join("b.json");
    std::fs::write(&file, assessment.to_string()).expect("a file");
    let output = run(&["render", file.to_str().expect("a plain path"), "--format", "pdf"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The text of all pages with the line ends of narrow columns taken out.
fn text(document: &Document) -> String {
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    let text = document.extract_text(&pages).expect("text");
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn tight(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn the_verdict_every_control_and_the_disclaimer_are_on_paper() {
    let folder = tempfile::tempdir().expect("a folder");
    for example in EXAMPLES {
        let assessment = stored(folder.path(), example);
        let bytes = rendered(folder.path(), &assessment);
        assert_eq!(bytes, rendered(folder.path(), &assessment), "{example}: not the same twice");
        let document = Document::load_mem(&bytes).expect("a PDF");
        assert!(document.get_pages().len() > 5);
        let text = text(&document);
        assert!(text.contains("Verdict:"), "{example}");
        assert!(text.contains(&tight(assessment["disclaimer"].as_str().expect("a text"))), "{example}");
        for control in assessment["controls"].as_array().expect("controls") {
            let id = control["id"].as_str().expect("an id");
            assert!(text.contains(id), "{example}: {id}");
        }
        assert!(text.contains(&format!("page1of{}", document.get_pages().len())));
    }
}

#[test]
fn it_is_tagged_has_bookmarks_and_asks_for_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut assessment = stored(folder.path(), "examples/foi-release");
    assessment["classification"] = "OFFICIAL-SENSITIVE: COMMERCIAL".into();
    let bytes = rendered(folder.path(), &assessment);
    let document = Document::load_mem(&bytes).expect("a PDF");
    let catalog = document.catalog().expect("a catalog");
    for key in [&b"StructTreeRoot"[..], b"Outlines", b"Metadata", b"OutputIntents", b"Lang", b"MarkInfo"] {
        assert!(catalog.has(key), "{}", String::from_utf8_lossy(key));
    }
    let mut roles = std::collections::BTreeSet::new();
    for object in document.objects.values() {
        let Object::Dictionary(dictionary) = object else { continue };
        for gone in [&b"JavaScript"[..], b"JS", b"URI", b"AA", b"OpenAction", b"Launch", b"SMask", b"EmbeddedFiles"] {
            assert!(!dictionary.has(gone), "{}", String::from_utf8_lossy(gone));
        }
        if let Ok(role) = dictionary.get(b"S").and_then(Object::as_name) {
            roles.insert(String::from_utf8_lossy(role).into_owned());
        }
    }
    for role in ["Document", "Sect", "H1", "H2", "H3", "P", "L", "LI", "Table", "TR", "TH", "TD", "Figure", "TOC", "Link"] {
        assert!(roles.contains(role), "{role}");
    }
    assert_eq!(text(&document).matches("OFFICIAL-SENSITIVE:COMMERCIAL").count(), 2 * document.get_pages().len());
}

/// Every text of a value with something behind it, but for words from closed lists.
fn marked(value: &mut serde_json::Value, key: &str, mark: &str) {
    let closed = ["schema", "date", "verdict", "model", "severity", "outcome", "kind", "due", "modified", "type"];
    let closed = closed.contains(&key) || ["status", "issued", "expires", "granted"].contains(&key);
    match value {
        serde_json::Value::String(text) if !closed => text.push_str(mark),
        serde_json::Value::Array(rows) => rows.iter_mut().for_each(|row| marked(row, key, mark)),
        serde_json::Value::Object(fields) => fields.iter_mut().for_each(|(name, field)| marked(field, name, mark)),
        _ => {}
    }
}

#[test]
fn hostile_names_become_no_markup_turn_nothing_and_stay_on_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut assessment = stored(folder.path(), "examples/foi-release");
    let hostile = format!("<p>(\\)</td>]]>\u{202e}\u{2028}\n\u{627}\u{628}\u{5d0}\u{1f600}e\u{301}{}", "x".repeat(3_000));
    marked(&mut assessment, "", &hostile);
    assessment["findings"].as_array_mut().expect("findings").truncate(3);
    assessment["controls"].as_array_mut().expect("controls").truncate(2);
    assessment["improve"].as_array_mut().expect("fixes").truncate(2);
    assessment["derivation"].as_array_mut().expect("steps").truncate(2);
    assessment["policy"]["parameters"].as_array_mut().expect("parameters").truncate(1);
    let document = Document::load_mem(&rendered(folder.path(), &assessment)).expect("a PDF");
    let text = text(&document);
    assert!(text.contains("[U+0627U+0628U+05D0U+1F600]é"), "no escapes");
    assert!(!text.contains(['\u{202e}', '\u{627}', '\u{5d0}']));
    assert!(text.contains("<p>(\\)</td>]]>"));
}

#[test]
fn what_is_left_out_is_said_and_all_has_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut assessment = stored(folder.path(), "examples/foi-release");
    let finding = assessment["findings"][0].clone();
    assessment["findings"] = (0..2_003).map(|_| finding.clone()).collect();
    let short = rendered(folder.path(), &assessment);
    let said = text(&Document::load_mem(&short).expect("a PDF"));
    assert!(said.contains("3areleftouthere"));
    let file = folder.path().join("b.json");
    let output = run(&["render", file.to_str().expect("a plain path"), "--format", "pdf", "--all"]);
    assert!(output.stdout.len() > short.len());
    assert!(!text(&Document::load_mem(&output.stdout).expect("a PDF")).contains("areleftouthere"));
}
