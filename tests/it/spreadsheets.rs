//! The release of August 2023 again: a workbook whose source is only hidden is found, with how many people are in it and where.
//! The workbooks are made by `tests/fixtures/document/make_spreadsheets.py`.

use crate::support::{audit, delivery, root, run, spoken};
use std::collections::BTreeSet;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/fixtures/document").join(name)).expect("a fixture")
}

fn ending(name: &str) -> &str {
    name.rsplit('.').next().expect("an ending")
}

/// What `publication` says of a workbook: readable, and the finding of PUB-HID-1 with its people.
fn hidden_in(name: &str) -> (String, Option<u64>) {
    let bytes = fixture(name);
    let path = format!("answer.{}", ending(name));
    let folder = delivery(&[(path.as_str(), bytes.as_slice())]);
    let (_, report) = audit(folder.path(), &["--policy", "publication"]);
    let findings = report["findings"].as_array().expect("findings");
    let own: Vec<&serde_json::Value> = findings.iter().filter(|row| row["control"] == "PUB-HID-1").collect();
    let people = own.iter().filter_map(|row| row["people"].as_u64()).max();
    (report["artifacts"][0]["read"].as_str().unwrap_or("full").to_owned(), people)
}

/// The hidden parts: why, label, and how many different people are in the rows.
fn parts(name: &str) -> Vec<(String, String, usize)> {
    let bytes = fixture(name);
    let path = format!("answer.{}", ending(name));
    let folder = delivery(&[(path.as_str(), bytes.as_slice())]);
    let out = tempfile::tempdir().expect("a folder");
    let file = out.path().join("evidence.json");
    let target = folder.path().to_str().expect("a plain path");
    let (code, _, errors) = spoken(&run(&["collect", target, "--output", file.to_str().expect("a plain path")]));
    assert_eq!(code, 0, "{errors}");
    let evidence: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).expect("evidence")).expect("JSON");
    let parts = evidence["artifacts"][0]["parts"].as_array().cloned().unwrap_or_default();
    let hidden = parts.iter().filter_map(|part| {
        let why = part["hidden"].as_str()?.to_owned();
        let rows = part["rows"].as_array().cloned().unwrap_or_default();
        let distinct: BTreeSet<String> = rows.iter().map(|row| row["i"].to_string()).collect();
        Some((why, part["label"].as_str().unwrap_or("").to_owned(), distinct.len()))
    });
    hidden.collect()
}

#[test]
fn a_hidden_source_is_found_however_it_is_hidden() {
    for (name, why, people) in [
        ("hidden_sheet.xlsx", "hidden sheet", 12),
        ("very_hidden_sheet.xlsx", "very hidden sheet", 12),
        ("pivot_cache.xlsx", "pivot cache", 12),
        ("orphaned_strings.xlsx", "orphaned strings", 12),
        ("hidden_rows.xlsx", "hidden rows", 4),
        ("hidden_columns.xlsx", "hidden columns", 12),
        ("hidden_sheet.xls", "hidden sheet", 12),
        ("very_hidden_sheet.xls", "very hidden sheet", 12),
        ("hidden_rows.xls", "hidden rows", 4),
        ("hidden_sheet.ods", "hidden sheet", 12),
        ("hidden_rows.ods", "hidden rows", 4),
        ("hidden_columns.ods", "hidden columns", 12),
    ] {
        let found = parts(name);
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        // strings whose rows are gone say who is there, but not always which of them belong to one person
        let unsure = usize::from(why == "orphaned strings");
        assert_eq!(found[0].0, why, "{name}");
        assert!((people..=people + unsure).contains(&found[0].2), "{name}: {found:?}");
        let (read, all) = hidden_in(name);
        assert_eq!(read, "full", "{name}");
        assert!(all.is_some_and(|all| (12..=12 + unsure as u64).contains(&all)), "{name}: {all:?}");
    }
}

#[test]
fn a_workbook_that_hides_nothing_is_read_and_passes() {
    for name in ["clean.xlsx", "clean.xls", "clean.ods"] {
        assert_eq!(hidden_in(name), ("full".to_owned(), None), "{name}");
    }
    // the last cell that a sheet can have costs nothing to reach, and nobody sees it
    assert_eq!(hidden_in("far_apart.xlsx").0, "full");
    assert_eq!(parts("far_apart.xlsx"), [("cells far from the others".to_owned(), "Sheet".to_owned(), 0)]);
}

#[test]
fn a_comment_counts_as_hidden() {
    let found = parts("comment.xlsx");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "comment");
    assert!(hidden_in("comment.xlsx").1.is_some());
}

#[test]
fn a_damaged_workbook_is_a_gap_and_no_crash() {
    for name in ["hidden_sheet.xlsx", "hidden_sheet.xls", "hidden_sheet.ods"] {
        let whole = fixture(name);
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for step in 1..12 {
            files.push((format!("cut{step}.{}", ending(name)), whole[..whole.len() * step / 12].to_vec()));
            let mut changed = whole.clone();
            changed.iter_mut().skip(step * 7).step_by(97).for_each(|byte| *byte ^= 0x55);
            files.push((format!("changed{step}.{}", ending(name)), changed));
        }
        let files: Vec<(&str, &[u8])> = files.iter().map(|row| (row.0.as_str(), row.1.as_slice())).collect();
        let folder = delivery(&files);
        let (_, report) = audit(folder.path(), &["--policy", "publication"]);
        let crashed = report["gaps"].as_array().expect("gaps").iter().filter(|gap| gap["kind"] == "crashed").count();
        assert_eq!(crashed, 0, "{name}: {}", report["gaps"]);
    }
}
