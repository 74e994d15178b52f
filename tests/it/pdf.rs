//! PDF: text, what stands beside it, what earlier revisions said, and how it is protected.

use crate::support::{delivery, root, run, spoken};

fn inventory(names: &[&str]) -> serde_json::Value {
    let files: Vec<(String, Vec<u8>)> = names
        .iter()
        .map(|name| ((*name).to_owned(), std::fs::read(root().join("tests/fixtures/document").join(name)).expect("a fixture")))
        .collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|row| (row.0.as_str(), row.1.as_slice())).collect();
    let folder = delivery(&files);
    let (code, text, errors) = spoken(&run(&["discover", folder.path().to_str().expect("a plain path"), "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn pages_attachments_and_annotations_are_read() {
    let found = inventory(&["staff.pdf"]);
    let artifacts = found["artifacts"].as_array().expect("artifacts");
    let of = |path: &str| artifacts.iter().find(|artifact| artifact["path"] == path).unwrap_or_else(|| panic!("{path}: {found}"));
    assert_eq!(of("staff.pdf!/more.csv")["people"], 2);
    assert_eq!(of("staff.pdf")["hidden"], true, "the annotation");
    // three on the page, the author, one in the annotation, two in the attachment
    assert_eq!(found["people"]["total"], 7, "{found}");
    assert_eq!(found["people"]["by_class"]["warrant_number"], 5);
}

#[test]
fn an_earlier_revision_is_hidden_content() {
    let found = inventory(&["revised.pdf"]);
    let artifact = &found["artifacts"][0];
    assert_eq!(artifact["hidden"], true, "{found}");
    assert!(artifact["people"].as_u64() >= Some(3), "{found}");
}

#[test]
fn protection_is_told_apart() {
    let found = inventory(&["rc4.pdf", "aes256.pdf", "emptypassword.pdf", "picture.pdf"]);
    let artifacts = found["artifacts"].as_array().expect("artifacts");
    let of = |path: &str| artifacts.iter().find(|artifact| artifact["path"] == path).unwrap_or_else(|| panic!("{path}: {found}"));
    assert_eq!(of("rc4.pdf")["encryption"], "weak");
    assert_eq!(of("aes256.pdf")["encryption"], "strong");
    assert_eq!(of("emptypassword.pdf")["encryption"], "weak");
    assert!(of("emptypassword.pdf")["people"].as_u64() >= Some(3), "no password is no protection");
    assert_eq!(of("picture.pdf")["read"], "partial");
}

/// Three proofs of cards: the portraits are a JPEG, colours and greys; the logo on every page is nobody.
#[test]
fn a_portrait_on_a_page_is_a_photograph_of_whom_the_page_names() {
    let found = inventory(&["proofs.pdf"]);
    let artifacts = found["artifacts"].as_array().expect("artifacts");
    let photographs = |artifact: &&serde_json::Value| artifact["classes"]["photograph"].is_u64();
    let shown: Vec<&str> = artifacts.iter().filter(photographs).filter_map(|artifact| artifact["path"].as_str()).collect();
    assert_eq!(
        shown,
        ["proofs.pdf!/page 1 picture 2", "proofs.pdf!/page 2 picture 1", "proofs.pdf!/page 3 picture 1"],
        "{found}"
    );
    assert_eq!(found["people"]["total"], 3, "{found}");
    for class in ["photograph", "warrant_number", "person_name"] {
        assert_eq!(found["people"]["by_class"][class], 3, "{class}: {found}");
    }
}
