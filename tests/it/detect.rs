//! `provost detect`: places are right to the byte, values stay where they are, and other programs can rely on the lines.

use crate::support::{delivery, provost, root, run, spoken};
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::Stdio;

/// Runs the command with a text on standard input.
fn piped(arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut child = provost()
        .arg("detect")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // a command that refuses its first line reads no more
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("all was written");
    spoken(&output)
}

/// The spans of one text.
fn spans(text: &str, more: &[&str]) -> Vec<Value> {
    let line = json!({"id": "t", "text": text}).to_string() + "\n";
    let arguments = [&["--jsonl"], more].concat();
    let (code, out, errors) = piped(&arguments, line.as_bytes());
    assert_eq!(code, 0, "{errors}");
    let answer: Value = serde_json::from_str(&out).expect("one line of JSON");
    assert_eq!(answer["id"], "t");
    answer["spans"].as_array().expect("spans").clone()
}

/// Class and value of each span, cut out of the text by the offsets.
fn values<'a>(text: &'a str, spans: &[Value]) -> Vec<(String, &'a str)> {
    let at = |span: &Value, key: &str| usize::try_from(span[key].as_u64().expect("an offset")).expect("a small one");
    let cut = |span: &Value| text.get(at(span, "start")..at(span, "end")).expect("a place between characters");
    spans.iter().map(|span| (span["class"].as_str().expect("a class").to_owned(), cut(span))).collect()
}

fn has(found: &[(String, &str)], class: &str, value: &str) -> bool {
    found.iter().any(|row| row.0 == class && row.1 == value)
}

#[test]
fn offsets_are_bytes_of_the_text_as_it_was_given() {
    let text = "Żółć – ☕\r\n\r\nKind regards,\r\nMs Helen Quillfeather\r\n\u{1F4E7} testina@quill-press.co.uk, AB 12 34 56 C is her NI number";
    let spans = spans(text, &[]);
    let found = values(text, &spans);
    for (class, value) in
        [("person_name", "Ms Helen Quillfeather"), ("email_address", "testina@quill-press.co.uk"), ("ni_number", "AB 12 34 56 C")]
    {
        assert!(has(&found, class, value), "{class} {value}: {found:?}");
    }
    let starts: Vec<u64> = spans.iter().filter_map(|span| span["start"].as_u64()).collect();
    assert!(starts.is_sorted(), "{starts:?}");
    for span in &spans {
        let confidence = span["confidence"].as_f64().expect("a number");
        assert!((0.5..=1.0).contains(&confidence), "{span}");
    }
}

#[test]
fn lines_too_long_to_be_held_keep_their_offsets() {
    let text = format!("{}testina@quill-press.co.uk {}ada@quill-press.co.uk", "ë ".repeat(50_000), "word ".repeat(40_000));
    let found = spans(&text, &["--class", "email_address"]);
    let found = values(&text, &found);
    assert_eq!(found.iter().map(|row| row.1).collect::<Vec<_>>(), ["testina@quill-press.co.uk", "ada@quill-press.co.uk"]);
}

#[test]
fn a_table_is_read_by_its_columns() {
    let text = "warrant_no,surname,forename,remarks\r\n48213,Quillfeather,Testina,\"likes tea, \"\"strong\"\"; write to testina@quill-press.co.uk\"\r\n\
                \r\n48377,Bör,Ada,\r\n48391,Sandström,Bea,\"ë\"\r\n";
    let found = spans(text, &[]);
    let found = values(text, &found);
    for (class, value) in [
        ("warrant_number", "48213"),
        ("warrant_number", "48391"),
        ("person_name", "Quillfeather"),
        ("person_name", "Sandström"),
        ("email_address", "testina@quill-press.co.uk"),
    ] {
        assert!(has(&found, class, value), "{class} {value}: {found:?}");
    }
    assert!(!found.iter().any(|row| row.1.contains("warrant_no") || row.1.contains("forename")), "no header: {found:?}");
}

#[test]
fn a_table_whose_quote_never_closes_is_text_from_there_on() {
    let text = "name,email,note\nTestina Quillfeather,testina@quill-press.co.uk,x\nAda Quillfeather,\"ada@quill-press.co.uk,y\nBea,z,q\n";
    let folder = delivery(&[("staff.csv", text.as_bytes())]);
    let file = folder.path().join("staff.csv");
    let (code, out, errors) = spoken(&run(&["detect", "--class", "email_address", file.to_str().expect("a plain path")]));
    assert_eq!(code, 0, "{errors}");
    assert!(out.contains("staff.csv:2:22  email_address") && out.contains("staff.csv:3:19  email_address"), "{out}");
}

#[test]
fn answers_come_in_order_with_the_ids_as_they_were() {
    let lines = "\u{feff}{\"id\": 7.50, \"text\": \"nothing here\", \"more\": [1]}\r\n\n{\"text\": \"\", \"id\": \"\\u0061 b\"}\n\
                 {\"id\": 123456789012345678901234567890, \"text\": \"a\\nb\"}";
    let (code, out, errors) = piped(&["--jsonl"], lines.as_bytes());
    assert_eq!(code, 0, "{errors}");
    let wanted = "{\"id\":7.50,\"spans\":[]}\n{\"id\":\"\\u0061 b\",\"spans\":[]}\n\
                  {\"id\":123456789012345678901234567890,\"spans\":[]}\n";
    assert_eq!(out, wanted);
    let (_, again, _) = piped(&["--jsonl", "-"], lines.as_bytes());
    assert_eq!(again, wanted);
}

#[test]
fn a_bad_line_ends_it_with_its_number_and_without_its_text() {
    for (bad, what) in [
        (&b"{\"id\": 1, \"text\": \"Quillfeather\" x"[..], "no JSON"),
        (b"[\"Quillfeather\"]", "`text`"),
        (b"{\"id\": 1, \"text\": 5, \"name\": \"Quillfeather\"}", "`text`"),
        (b"{\"text\": \"Quillfeather\"}", "`id`"),
        (b"{\"id\": [\"Quillfeather\"], \"text\": \"\"}", "`id`"),
        (b"{\"id\": null, \"text\": \"Quillfeather\"}", "`id`"),
        (b"{\"id\": 1, \"text\": \"Quillfeather \\ud800\"}", "no JSON"),
        (b"{\"id\": 1, \"text\": \"Quillfeather \xff\"}", "UTF-8"),
    ] {
        let lines = [&b"{\"id\": 1, \"text\": \"fine\"}\n\n"[..], bad, b"\n{\"id\": 2, \"text\": \"\"}\n"].concat();
        let (code, out, errors) = piped(&["--jsonl"], &lines);
        assert_eq!(code, 2, "{what}: {out}{errors}");
        assert_eq!(out, "{\"id\":1,\"spans\":[]}\n", "what was asked before is answered");
        assert!(errors.contains("line 3") && errors.contains(what), "{what}: {errors}");
        assert!(!errors.contains("Quillfeather"), "{errors}");
    }
}

#[test]
fn an_answer_comes_before_the_next_question() {
    use std::io::{BufRead as _, BufReader};
    let mut child =
        provost().args(["detect", "--jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let (mut ask, answers) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
    let mut answers = BufReader::new(answers);
    for number in 0..3 {
        writeln!(ask, "{{\"id\":{number},\"text\":\"x\"}}").expect("it listens");
        let mut line = String::new();
        answers.read_line(&mut line).expect("it answers");
        assert_eq!(line, format!("{{\"id\":{number},\"spans\":[]}}\n"));
    }
    drop(ask);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn a_documented_test_value_is_told_as_one() {
    let text = "card 4111 1111 1111 1111, expires 11/29";
    let found = spans(text, &["--class", "payment_card"]);
    assert_eq!(values(text, &found), [("payment_card".to_owned(), "4111 1111 1111 1111")]);
    assert_eq!(found[0]["test"], true);
    let (_, out, _) = piped(&[], text.as_bytes());
    assert!(out.contains("-:1:6  payment_card") && out.contains("a documented test value"), "{out}");
}

#[test]
fn text_gives_a_line_a_finding_masked_and_with_its_reason() {
    let text = "\u{feff}Kind regards,\nMs Helen Quillfeather\n  testina.q@quill-press.co.uk; NI number AB123456C\n";
    let folder = delivery(&[("letter.txt", text.as_bytes())]);
    let file = folder.path().join("letter.txt");
    let file = file.to_str().expect("a plain path");
    let (code, out, errors) = spoken(&run(&["detect", file]));
    assert_eq!(code, 0, "{errors}");
    assert!(out.contains("letter.txt:2:1  person_name  0."), "{out}");
    assert!(out.contains("letter.txt:3:3  email_address") && out.contains("checked by email"), "{out}");
    assert!(out.contains("  AA999999A  ") && out.contains(", near `"), "{out}");
    let (_, json, _) = spoken(&run(&["detect", "--json", file, file]));
    let (_, twice, _) = spoken(&run(&["detect", "--json", file, file]));
    assert_eq!(json, twice);
    for value in ["Helen", "Quillfeather", "testina", "quill-press", "AB123456C"] {
        assert!(!out.contains(value) && !json.contains(value), "{value}");
    }
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["schema"], "provost/detection/1");
    assert_eq!(json["files"].as_array().map(Vec::len), Some(2));
    let found = values(text, json["files"][1]["spans"].as_array().expect("spans"));
    assert!(has(&found, "email_address", "testina.q@quill-press.co.uk"), "offsets count the mark: {found:?}");
}

#[test]
fn text_in_other_encodings_is_decoded() {
    let utf16: Vec<u8> = "\u{feff}write to testina@quill-press.co.uk\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (code, out, errors) = piped(&["-"], &utf16);
    assert_eq!(code, 0, "{errors}");
    assert!(out.starts_with("-:1:10  email_address"), "{out}");
}

#[test]
fn filters_leave_out_what_was_not_asked_for() {
    let text = "Testina Quillfeather, testina@quill-press.co.uk, NI number AB123456C";
    let only = spans(text, &["--class", "ni_number", "--class", "email_address"]);
    let classes: Vec<&str> = only.iter().filter_map(|span| span["class"].as_str()).collect();
    assert_eq!(classes, ["email_address", "ni_number"]);
    assert!(spans(text, &["--min-confidence", "1"]).is_empty());
    let all = spans(text, &[]);
    let sure = spans(text, &["--min-confidence", "0.94"]);
    assert!(sure.len() < all.len() && sure.iter().all(|span| span["confidence"].as_f64() >= Some(0.94)), "{all:?}");
    for arguments in [
        &["--class", "emial_address"][..],
        &["--min-confidence", "2"],
        &["--min-confidence", "half"],
        &["--jsonl", "--json"],
        &["no/such/file.txt"],
        &["tests"],
        &["Cargo.toml", "no/such/file.txt"],
    ] {
        let (code, out, errors) = piped(arguments, b"");
        assert_eq!(code, 2, "{arguments:?}: {out}");
        assert!(out.is_empty() && !errors.trim().is_empty(), "{arguments:?}: {out}");
    }
}

#[test]
fn other_files_go_the_way_of_an_audit() {
    let zip = root().join("examples/card-printer/backup/orders-2025-11.zip");
    let zip = zip.to_str().expect("a plain path");
    let (code, out, errors) = spoken(&run(&["detect", zip]));
    assert_eq!(code, 0, "{errors}");
    let line = out.lines().find(|line| line.contains("warrant_number")).unwrap_or_else(|| panic!("{out}"));
    assert!(line.starts_with(&format!("{zip}!/")) && line.contains(" found; ") && line.contains("999999"), "{line}");
    let (_, only, _) = spoken(&run(&["detect", "--class", "rank", zip]));
    assert!(!only.is_empty() && only.lines().all(|line| line.contains("  rank  ")), "{only}");
    let (_, json, _) = spoken(&run(&["detect", "--json", zip, "examples/foi-release/release/officers-by-rank.xlsx"]));
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let parts = json["files"][1]["parts"].as_array().expect("parts");
    assert!(parts.iter().any(|part| part["class"] == "person_name" && !part["hidden"].is_null()), "the hidden sheet: {parts:?}");
    // what could not be read is said
    let folder = delivery(&[("sealed.rar", b"Rar!\x1a\x07\x01\x00")]);
    let sealed = folder.path().join("sealed.rar");
    let (code, out, _) = spoken(&run(&["detect", sealed.to_str().expect("a plain path")]));
    assert_eq!(code, 0);
    assert!(out.contains("  not read: "), "{out}");
    // and on standard input it is refused
    let (code, _, errors) = piped(&["-"], &std::fs::read(zip).expect("the example"));
    assert_eq!(code, 2);
    assert!(errors.contains("is no text"), "{errors}");
}

#[test]
fn spans_and_audits_agree() {
    let batch = std::fs::read(root().join("examples/card-printer/orders/2026-11-batch-04/batch-04.csv")).expect("the example");
    let letter = "Dear Ms Quillfeather,\n\nwrite to testina@quill-press.co.uk, NI number AB123456C\n\ncard 4111 1111 1111 1111\n";
    for (name, text) in [("batch-04.csv", batch.as_slice()), ("letter.txt", letter.as_bytes())] {
        let folder = delivery(&[(name, text)]);
        let (_, artifacts) = crate::support::evidence(folder.path(), &["--jobs", "1"]);
        let (_, json, _) = spoken(&run(&["detect", "--json", folder.path().join(name).to_str().expect("a plain path")]));
        let json: Value = serde_json::from_str(&json).expect("JSON");
        let spans = json["files"][0]["spans"].as_array().expect("spans");
        let tallies = artifacts[0]["parts"][0]["tallies"].as_object().expect("tallies");
        assert!(!tallies.is_empty());
        for (class, tally) in tallies.iter().filter(|row| !row.1["samples"].is_null()) {
            let count = spans.iter().filter(|span| span["class"] == class.as_str() && span["test"] != true).count();
            assert_eq!(Some(count as u64), tally["matches"].as_u64(), "{name}: {class}");
        }
    }
}
