//! The cases under `tests/cases/config`: small configurations, and what is in force in them, in a form that can be checked at a glance.
//! One file a product (or kind of resource); `tests/cases/README.md` says how they are written.

use crate::support::{delivery, root, run, spoken, write};
use provost::collect::config::CONFIGS;
use provost::collect::resource::RESOURCES;
use serde_json::Value;
use std::collections::BTreeMap;

fn list<'a>(case: &'a Value, key: &str) -> Vec<&'a str> {
    case[key].as_array().into_iter().flatten().map(|line| line.as_str().expect("a line of text")).collect()
}

/// Every setting of a delivery as `product | context | key = value | where`.
fn in_force(files: &serde_json::Map<String, Value>) -> (Vec<String>, Vec<String>) {
    let folder = delivery(&[]);
    for (path, content) in files {
        match content {
            Value::String(text) => write(folder.path(), path, text.as_bytes()),
            other => {
                // UTF-16 with its mark, as Windows writes it
                let text = other["utf16"].as_str().expect("text, or utf16 with text");
                let bytes: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
                write(folder.path(), path, &bytes);
            }
        }
    }
    let (code, text, errors) = spoken(&run(&["settings", folder.path().to_str().expect("a plain path"), "--json"]));
    assert_eq!(code, 0, "{errors}");
    let groups: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let (mut lines, mut gaps) = (Vec::new(), Vec::new());
    let mut names: Vec<(&str, &str)> =
        groups.iter().filter_map(|group| Some((group["product"].as_str()?, group["name"].as_str()?))).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "one thing is shown twice, not joined: {names:?}");
    for group in &groups {
        gaps.extend(list(group, "gaps").into_iter().map(str::to_owned));
        for setting in group["settings"].as_array().expect("settings") {
            let word = |key: &str| setting[key].as_str().unwrap_or("").to_owned();
            let place = if setting["unknown"].is_string() {
                "unknown".to_owned()
            } else if setting["default"] == true {
                "default".to_owned()
            } else {
                setting["line"].to_string()
            };
            let context = group["name"].as_str().map_or(word("context"), str::to_owned);
            let product = group["product"].as_str().expect("a product");
            lines.push(format!("{product} | {context} | {} = {} | {place}", word("key"), word("value")));
        }
    }
    (lines, gaps)
}

/// `context | key = value | where` with blanks as they come.
fn same(line: &str, product: &str, wanted: &str) -> bool {
    let parts = |text: &str| text.split('|').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
    let mut wanted = parts(wanted);
    if wanted.len() == 2 {
        wanted.insert(0, String::new());
    }
    wanted.insert(0, product.to_owned());
    parts(line) == wanted
}

#[test]
fn every_case_of_a_product_is_in_force_as_written() {
    let mut failures = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut paths: Vec<_> =
        std::fs::read_dir(root().join("tests/cases/config")).expect("cases").map(|entry| entry.expect("one").path()).collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a file of cases");
        let file: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let product = file["product"].as_str().expect("a product");
        for case in file["cases"].as_array().expect("cases") {
            let name = case["name"].as_str().expect("a name");
            *seen.entry(product.to_owned()).or_default() += 1;
            let (lines, gaps) = in_force(case["files"].as_object().expect("files"));
            let wanted = list(case, "in_force");
            let missing = wanted.iter().filter(|wanted| !lines.iter().any(|line| same(line, product, wanted)));
            failures.extend(missing.map(|line| format!("{product}, {name}: not in force: {line}\n  of {lines:#?}")));
            let keys = |line: &str| {
                line.rsplit_once('|').and_then(|row| row.0.rsplit_once('=')).map_or("", |row| row.0).trim().to_owned()
            };
            for absent in list(case, "not_in_force") {
                let absent = if absent.contains('|') { absent.to_owned() } else { format!(" | {absent}") };
                if lines.iter().any(|line| {
                    keys(line) == format!("{product} | {}", absent.trim_start()) || keys(line) == format!("{product} |{absent}")
                }) {
                    failures.push(format!("{product}, {name}: in force, and should not be: {absent}"));
                }
            }
            for gap in list(case, "gaps") {
                if !gaps.iter().any(|reason| reason.contains(gap)) {
                    failures.push(format!("{product}, {name}: no gap says `{gap}`: {gaps:?}"));
                }
            }
            assert!(
                !wanted.is_empty() || !list(case, "not_in_force").is_empty() || !list(case, "gaps").is_empty(),
                "{name} asks nothing"
            );
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    // every product that knows keys, and every kind of resource, has cases
    let configs = CONFIGS.iter().filter(|config| !config.known().is_empty()).map(|config| config.id());
    let without: Vec<&str> = configs.chain(RESOURCES.iter().map(|kind| kind.id)).filter(|id| !seen.contains_key(*id)).collect();
    assert!(without.is_empty(), "no cases for {without:?}");
}
