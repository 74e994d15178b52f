//! Documents: the same people in every format, and what is hidden in them.

use crate::made::outlook;
use crate::support::{delivery, root, run, spoken, write};
use std::path::Path;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/fixtures/document").join(name)).expect("a fixture")
}

fn discover(folder: &Path) -> serde_json::Value {
    let (code, text, errors) = spoken(&run(&["discover", folder.to_str().expect("a plain path"), "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    serde_json::from_str(&text).expect("JSON")
}

fn evidence(folder: &Path) -> serde_json::Value {
    let target = tempfile::tempdir().expect("a folder");
    let out = target.path().join("evidence.json");
    let folder = folder.to_str().expect("a plain path");
    let (code, _, errors) = spoken(&run(&["collect", folder, "--output", out.to_str().expect("a plain path")]));
    assert_eq!(code, 0, "{errors}");
    serde_json::from_str(&std::fs::read_to_string(out).expect("evidence")).expect("JSON")
}

fn one(name: &str) -> tempfile::TempDir {
    delivery(&[(name, &fixture(name))])
}

#[test]
fn the_same_three_people_in_every_format_are_three() {
    let three = ["people.csv", "people.docx", "people.vcf"];
    for name in three {
        let inventory = discover(one(name).path());
        assert_eq!(inventory["people"]["total"], 3, "{name}: {inventory}");
    }
    let files: Vec<(&str, Vec<u8>)> = three.iter().map(|name| (*name, fixture(name))).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let folder = delivery(&files);
    let message = outlook(
        &[
            ("0037", "The list"),
            ("0C1A", "Ada Example"),
            ("5D01", "ada.example@example.org"),
            ("1000", "Dear all,\n\nsee below.\n"),
        ],
        &[("Ben Sample", "ben.sample@example.org"), ("Cleo Carter", "cleo.carter@example.org")],
        &[("staff.csv", &fixture("people.csv"))],
    );
    write(folder.path(), "list.msg", &message);
    let inventory = discover(folder.path());
    assert_eq!(inventory["people"]["total"], 3, "{inventory}");
    assert_eq!(inventory["people"]["by_class"]["email_address"], 3);
    // three and whoever is hidden or named besides, in the presentation its last author too
    for (name, others) in
        [("hidden.rtf", 4), ("hidden.odt", 3), ("hidden.html", 3), ("list.eml", 1), ("box.mbox", 1), ("hidden.pptx", 4)]
    {
        let folder = delivery(&files);
        write(folder.path(), name, &fixture(name));
        let inventory = discover(folder.path());
        assert_eq!(inventory["people"]["total"], 3 + others, "{name}: {inventory}");
    }
}

/// Ten kinds of file by writers that are not ours. Without its feature Parquet is not read, and is left out.
#[test]
fn the_same_three_people_in_ten_formats_are_counted_once_and_every_place_is_named() {
    let places = [
        ("people.csv", "people.csv"),
        ("people.xlsx", "people.xlsx"),
        ("people.ods", "people.ods"),
        ("people.sqlite", "people.sqlite"),
        ("people.sql", "people.sql"),
        ("people.parquet", "people.parquet"),
        ("people.docx", "people.docx"),
        ("people.html", "people.html"),
        ("people.eml", "people.eml!/list.csv"),
        ("people.zip", "people.zip!/backup.tar.gz!/backup.tar!/list/people.csv"),
    ];
    let read: Vec<_> = places.iter().filter(|row| row.0 != "people.parquet" || cfg!(feature = "parquet")).collect();
    let files: Vec<(&str, Vec<u8>)> = read.iter().map(|row| (row.0, fixture(row.0))).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let inventory = discover(delivery(&files).path());
    assert_eq!(inventory["people"]["total"], 3, "{inventory}");
    assert_eq!(inventory["people"]["by_class"]["warrant_number"], 3, "{inventory}");
    let artifacts = inventory["artifacts"].as_array().expect("artifacts");
    for (name, place) in &read {
        let found = artifacts.iter().find(|row| row["path"] == *place).unwrap_or_else(|| panic!("{place}: {inventory}"));
        for class in ["warrant_number", "person_name", "email_address"] {
            assert!(found["classes"][class].is_u64(), "{place}: {found}");
        }
        assert_eq!(discover(one(name).path())["people"]["total"], 3, "{name}");
    }
}

#[test]
fn what_a_document_is_is_told_by_its_content() {
    let types = [
        ("people.docx", "docx"),
        ("hidden.pptx", "pptx"),
        ("hidden.odt", "odf"),
        ("hidden.rtf", "rtf"),
        ("hidden.html", "html"),
        ("list.eml", "mail"),
        ("box.mbox", "mbox"),
        ("people.vcf", "vcard"),
    ];
    for (name, kind) in types {
        let folder = delivery(&[(format!("{name}.bin").as_str(), &fixture(name))]);
        let evidence = evidence(folder.path());
        assert_eq!(evidence["artifacts"][0]["type"], kind, "{name}");
        assert_eq!(evidence["artifacts"][0]["read"], "full", "{name}: {}", evidence["artifacts"][0]["gaps"]);
    }
    let folder = delivery(&[("a.bin", &outlook(&[("0037", "Nothing"), ("1000", "Nobody")], &[], &[]))]);
    assert_eq!(evidence(folder.path())["artifacts"][0]["type"], "msg");
}

#[test]
fn every_hidden_place_is_found_with_its_people() {
    let places: &[(&str, &[&str])] = &[
        ("hidden.docx", &["deleted text", "hidden text", "comment"]),
        ("hidden.pptx", &["speaker notes", "hidden slide", "comment"]),
        ("hidden.odt", &["deleted text", "hidden text", "comment"]),
        ("hidden.rtf", &["deleted text", "hidden text", "comment"]),
        ("hidden.html", &["hidden text", "comment"]),
    ];
    for (name, reasons) in places {
        let evidence = evidence(one(name).path());
        let parts = evidence["artifacts"][0]["parts"].as_array().expect("parts");
        for reason in *reasons {
            let part =
                parts.iter().find(|part| part["hidden"] == *reason).unwrap_or_else(|| panic!("{name}: {reason}: {parts:?}"));
            assert_eq!(part["tallies"]["email_address"]["matches"], 1, "{name}: {reason}: {part}");
            assert_eq!(part["rows"].as_array().map(Vec::len), Some(1), "{name}: {reason}: {part}");
        }
        // and is not found as if it were on the page
        for part in parts.iter().filter(|part| part["hidden"].is_null() && part["kind"] == "text") {
            let found = part["tallies"]["email_address"]["matches"].as_u64().unwrap_or(0);
            assert!(found <= 1, "{name}: {part}");
        }
    }
}

#[test]
fn files_inside_documents_are_files() {
    for (name, member) in [("hidden.docx", "hidden.docx!/word/embeddings/list.csv"), ("list.eml", "list.eml!/staff.csv")] {
        let inventory = discover(one(name).path());
        let artifacts = inventory["artifacts"].as_array().expect("artifacts");
        let found =
            artifacts.iter().find(|artifact| artifact["path"] == member).unwrap_or_else(|| panic!("{name}: {artifacts:?}"));
        assert_eq!(found["people"], 3, "{name}");
        assert_eq!(found["type"], "csv", "{name}");
    }
}

#[test]
fn pages_are_one_record_a_paragraph_and_forms_one_a_form() {
    let folder = delivery(&[(
        "form.html",
        b"<html><body><p>Name: Ada Example</p><p>E-mail: ada.example@example.org</p><p>Name: Ben Sample</p><p>E-mail: \
          ben.sample@example.org</p><table><tr><td>Name:</td><td>Cleo Carter</td></tr><tr><td>E-mail:</td><td>cleo.carter@example.org</td></tr>\
          <tr><td>Date of birth:</td><td>01/02/1980</td></tr></table></body></html>",
    )]);
    let inventory = discover(folder.path());
    assert_eq!(inventory["people"]["total"], 3, "{inventory}");
    let rows = inventory["people"]["together"].as_array().expect("rows");
    let named = |row: &&serde_json::Value| {
        let classes = row["classes"].as_array().expect("classes");
        classes.iter().any(|class| class == "person_name") && classes.iter().any(|class| class == "email_address")
    };
    assert_eq!(rows.iter().filter(named).map(|row| row["people"].as_u64().expect("a number")).max(), Some(3), "{rows:?}");
}

#[test]
fn broken_documents_are_gaps_and_not_the_end() {
    for name in ["people.docx", "hidden.pptx", "hidden.odt", "hidden.rtf", "hidden.html", "list.eml", "box.mbox", "people.vcf"] {
        let whole = fixture(name);
        let mut files = Vec::new();
        for part in 1..8 {
            files.push((format!("cut{part}/{name}"), whole[..whole.len() * part / 8].to_vec()));
            let mut bent = whole.clone();
            for at in (part * 13..bent.len()).step_by(97) {
                bent[at] ^= 0x15;
            }
            files.push((format!("bent{part}/{name}"), bent));
        }
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let folder = delivery(&files);
        let evidence = evidence(folder.path());
        let text = evidence.to_string();
        assert!(!text.contains("\"crashed\""), "{name}: a reader died");
        assert!(evidence["artifacts"].as_array().map_or(0, Vec::len) >= 14, "{name}");
    }
}
