//! The HTML report, as far as it can be looked at without a browser; `tests/foreign/html.sh` opens it in one.

use crate::support::{DATE, run, spoken};
use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use std::path::Path;

fn stored(folder: &Path, example: &str) -> serde_json::Value {
    let file = folder.join("a.json");
    let format = format!("json={}", file.display());
    run(&["audit", example, "--date", DATE, "--format", &format]);
    serde_json::from_slice(&std::fs::read(file).expect("it was written")).expect("JSON")
}

fn page(folder: &Path, assessment: &serde_json::Value) -> String {
    let file = folder.join("b.json");
    std::fs::write(&file, assessment.to_string()).expect("a file");
    let (code, text, errors) = spoken(&run(&["render", file.to_str().expect("a plain path"), "--format", "html"]));
    assert_eq!(code, 0, "{errors}");
    text
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start}")) + start.len();
    &text[from..from + text[from..].find(end).unwrap_or_else(|| panic!("no {end}"))]
}

/// The tags of a page in order, without what stands inside style and script. Fails where one is not closed by its own end.
fn tags(page: &str) -> Vec<String> {
    let alone = ["meta", "input", "br", "!doctype", "rect", "line", "path"];
    let (mut open, mut seen, mut rest) = (Vec::<String>::new(), Vec::new(), page);
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let tag = &rest[..rest.find('>').expect("a tag ends")];
        rest = &rest[tag.len() + 1..];
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| !c.is_whitespace() && *c != '/').collect();
        let name = name.to_ascii_lowercase();
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '!'), "<{tag}>");
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_deref(), Some(name.as_str()), "before {}", &rest[..rest.len().min(80)]);
            continue;
        }
        seen.push(name.clone());
        if ["style", "script"].contains(&name.as_str()) {
            let end = format!("</{name}>");
            rest = &rest[rest.find(&end).expect("it ends") + end.len()..];
        } else if !alone.contains(&name.as_str()) && !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    seen
}

#[test]
fn a_page_is_whole_closed_and_the_same_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    for example in ["examples/card-printer", "examples/good-supplier", "examples/foi-release"] {
        let assessment = stored(folder.path(), example);
        let text = page(folder.path(), &assessment);
        assert_eq!(text, page(folder.path(), &assessment));
        let tags = tags(&text);
        for gone in ["img", "link", "iframe", "object", "base", "embed"] {
            assert!(!tags.iter().any(|tag| tag == gone), "{example}: {gone}");
        }
        // texts may name an address; no attribute does
        assert!(!text.contains("=\"http") && !text.contains("url(http"), "{example}: it asks for something outside");
        assert!(text.contains(assessment["disclaimer"].as_str().expect("a text")));
        for control in assessment["controls"].as_array().expect("controls") {
            assert!(text.contains(&format!("<span class=\"id\">{}</span>", control["id"].as_str().expect("an id"))), "{control}");
        }
    }
}

#[test]
fn its_policy_lets_in_its_own_style_and_script_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = page(folder.path(), &stored(folder.path(), "examples/card-printer"));
    let policy = between(&text, "Content-Security-Policy\" content=\"", "\"");
    let digest = |block: &str| format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(block)));
    let style = digest(between(&text, "<style>", "</style>"));
    let script = digest(between(&text, "<script>", "</script>"));
    let wanted =
        format!("default-src 'none'; style-src {style}; script-src {script}; img-src data:; base-uri 'none'; form-action 'none'");
    assert_eq!(policy, wanted);
    assert_eq!(text.matches("<style").count(), 1);
    assert_eq!(text.matches("<script").count(), 2, "the script and the island of data");
    assert!(!text.contains(" style=\"") && !text.contains(" onclick"));
}

#[test]
fn the_steps_add_up_to_what_the_score_lacks() {
    let folder = tempfile::tempdir().expect("a folder");
    for example in ["examples/card-printer", "examples/good-supplier", "examples/foi-release"] {
        let assessment = stored(folder.path(), example);
        let text = page(folder.path(), &assessment);
        let steps: i64 = text
            .split("data-step=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().expect("a number").parse::<i64>().expect("a number"))
            .sum();
        let lost = 100.0 - assessment["score"]["value"].as_f64().expect("a score");
        assert_eq!(steps, (lost * 100.0).round() as i64, "{example}");
        assert_eq!(between(&text, "data-sum=\"", "\""), steps.to_string());
    }
}

#[test]
fn every_finding_is_in_the_island_and_the_first_in_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let assessment = stored(folder.path(), "examples/card-printer");
    let text = page(folder.path(), &assessment);
    let findings = assessment["findings"].as_array().expect("findings");
    let island: serde_json::Value =
        serde_json::from_str(between(&text, "id=\"island\">", "</script>")).expect("the island is JSON");
    let rows = island["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), findings.len());
    for (row, finding) in rows.iter().zip(findings) {
        let at = row[6].as_u64().expect("a number") as usize;
        assert_eq!(island["texts"][at], finding["found"]);
        assert_eq!(row[14], finding["fingerprint"]);
    }
    let table = between(&text, "<tbody id=\"rows\">", "</tbody>");
    assert_eq!(table.matches("<tr>").count(), findings.len().min(200));
    assert!(text.contains(&format!("The first 200 of {} findings are shown.", findings.len())));
}

/// Every text of a value with something behind it, but for words from closed lists.
fn marked(value: &mut serde_json::Value, key: &str, mark: &str) {
    let closed = [
        "schema", "date", "verdict", "model", "severity", "outcome", "kind", "due", "modified", "type", "status", "issued",
        "expires", "stance", "planned", "weeks",
    ];
    match value {
        serde_json::Value::String(text) if !closed.contains(&key) => text.push_str(mark),
        serde_json::Value::Array(rows) => rows.iter_mut().for_each(|row| marked(row, key, mark)),
        serde_json::Value::Object(fields) => fields.iter_mut().for_each(|(name, field)| marked(field, name, mark)),
        _ => {}
    }
}

#[test]
fn hostile_texts_make_no_tag_and_turn_no_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut plain = stored(folder.path(), "examples/card-printer");
    plain["classification"] = "OFFICIAL".into();
    plain["unmatched_responses"] = serde_json::json!(["00000000deadbeef"]);
    plain["findings"][0]["response"] =
        serde_json::json!({"stance": "planned", "text": "we will", "date": DATE, "planned": DATE, "signed": true});
    let hostile = "<script>alert(1)<!--\"'><img src=x onerror=alert(1)>\u{202e}\u{2028}\n\r\u{1b}[31m&lt;=HYPERLINK(1)";
    let mut evil = plain.clone();
    marked(&mut evil, "", hostile);
    let mut tame = plain;
    marked(&mut tame, "", "x");
    let (evil, tame) = (page(folder.path(), &evil), page(folder.path(), &tame));
    assert_eq!(tags(&evil), tags(&tame));
    assert!(!evil.contains(['\u{202e}', '\u{2028}', '\u{1b}', '\r']));
    assert_eq!(evil.matches('\n').count(), tame.matches('\n').count());
    let island = between(&evil, "id=\"island\">", "</script>");
    assert!(!island.contains('<') && island.contains("\\u003cscript"));
}
