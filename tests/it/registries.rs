//! The registries: unique, documented, every file registered.

use crate::support::root;
use provost::assess::select::SELECTORS;
use provost::collect::config::CONFIGS;
use provost::collect::document::DOCUMENTS;
use provost::collect::results::RESULTS;
use provost::detect::validators::VALIDATORS;
use provost::report::FORMATS;
use std::collections::BTreeSet;

fn check(what: &str, ids: Vec<(&str, bool)>) {
    let distinct: BTreeSet<&str> = ids.iter().map(|row| row.0).collect();
    assert_eq!(distinct.len(), ids.len(), "{what}: an id twice");
    for (id, documented) in ids {
        let shape =
            id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || (c == '-' && what == "formats"));
        assert!(shape && !id.is_empty(), "{what}: {id}");
        assert!(documented, "{what}: {id} is not documented");
    }
}

#[test]
fn ids_are_unique_well_formed_and_documented() {
    check("validators", VALIDATORS.iter().map(|v| (v.id, !v.title.is_empty() && !v.source.is_empty())).collect());
    check("configs", CONFIGS.iter().map(|c| (c.id(), !c.title().is_empty() && c.notes().len() > 40)).collect());
    check("documents", DOCUMENTS.iter().map(|d| (d.id(), !d.title().is_empty() && d.notes().len() > 40)).collect());
    check("results", RESULTS.iter().map(|r| (r.id(), !r.title().is_empty() && r.notes().len() > 40)).collect());
    check("formats", FORMATS.iter().map(|f| (f.id(), !f.title().is_empty())).collect());
    check("selectors", SELECTORS.iter().map(|s| (s.spec().id, s.spec().notes.len() > 40)).collect());
}

#[test]
fn attributes_are_unique_and_documented() {
    for selector in SELECTORS {
        let spec = selector.spec();
        check(spec.id, spec.attributes.iter().map(|row| (row.0, !row.2.is_empty())).collect());
    }
}

#[test]
fn every_file_of_a_registry_is_registered() {
    let folders = [
        ("src/detect/validators", VALIDATORS.len(), &["mod"][..]),
        (
            "src/collect/config",
            CONFIGS.len(),
            &[
                "accounts",
                "anybody",
                "deploy",
                "exported",
                "exports",
                "flags",
                "flat",
                "known",
                "mod",
                "objects",
                "plain_json",
                "text",
                "thing",
            ],
        ),
        ("src/collect/document", DOCUMENTS.len(), &["mod"]),
        ("src/collect/results", RESULTS.len(), &["mod"]),
        ("src/assess/select", SELECTORS.len(), &["mod"]),
        ("src/report", FORMATS.len(), &["mod", "review", "review_page"]),
    ];
    for (folder, registered, others) in folders {
        let files = std::fs::read_dir(root().join(folder)).expect("a folder");
        let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok()?.strip_suffix(".rs").map(str::to_owned));
        let count = names.filter(|name| !others.contains(&name.as_str())).count();
        assert_eq!(count, registered, "{folder}: files and registered items differ");
    }
}
