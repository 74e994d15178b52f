//! Prose, forms, logs and code that were made up for it (`tests/cases/prose.txt`): who and what is found in them, and what is not. Most lines
//! are of the kind on which detectors of personal data go wrong.

use crate::support::{provost, root, spoken};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;

/// A class and where it lies, in bytes.
type Place = (String, usize, usize);

/// Classes whose matches count; all else that is found is right or wrong for other tests.
const COUNTED: [&str; 15] = [
    "person_name",
    "email_address",
    "phone_number",
    "home_address",
    "postcode",
    "ni_number",
    "nhs_number",
    "iban",
    "payment_card",
    "bank_account",
    "passport_number",
    "driving_licence",
    "ip_address",
    "credential",
    "national_id",
];

/// The text of a line without its marks, and what they mark: `[class:value]`.
fn unmarked(line: &str) -> (String, Vec<Place>) {
    let (mut text, mut places, mut rest) = (String::new(), Vec::new(), line);
    while let Some(open) = rest.find('[') {
        let inner = rest.get(open + 1..).unwrap_or("");
        let class = COUNTED.iter().find(|class| inner.strip_prefix(**class).is_some_and(|tail| tail.starts_with(':')));
        let marked =
            class.zip(inner.find(']')).and_then(|(class, close)| Some((class, inner.get(class.len() + 1..close)?, close)));
        let Some((class, value, close)) = marked else {
            text.push_str(rest.get(..=open).unwrap_or(""));
            rest = inner;
            continue;
        };
        text.push_str(rest.get(..open).unwrap_or(""));
        places.push(((*class).to_owned(), text.len(), text.len() + value.len()));
        text.push_str(value);
        rest = inner.get(close + 1..).unwrap_or("");
    }
    (text + rest, places)
}

fn found(cases: &[(String, Vec<Place>)]) -> Vec<Vec<Place>> {
    let mut child = provost()
        .args(["detect", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let lines: String = cases.iter().map(|case| json!({"id": "t", "text": case.0}).to_string() + "\n").collect();
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).expect("it reads"));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("all was written");
    let (code, out, errors) = spoken(&output);
    assert_eq!(code, 0, "{errors}");
    let place = |span: &Value| {
        let at = |key: &str| usize::try_from(span[key].as_u64().expect("an offset")).expect("a small one");
        (span["class"].as_str().expect("a class").to_owned(), at("start"), at("end"))
    };
    let spans = |line: &str| -> Vec<Place> {
        let answer: Value = serde_json::from_str(line).expect("JSON");
        answer["spans"].as_array().expect("spans").iter().map(place).collect()
    };
    out.lines().map(spans).collect()
}

#[test]
fn who_and_what_is_in_prose() {
    let cases: Vec<(String, Vec<Place>)> = std::fs::read_to_string(root().join("tests/cases/prose.txt"))
        .expect("the cases")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("## "))
        .map(unmarked)
        .collect();
    let found = found(&cases);
    assert_eq!(found.len(), cases.len());
    let mut classes: BTreeMap<&str, [u32; 3]> = BTreeMap::new();
    let (mut harmless, mut flagged, mut wrong) = (0, 0, String::new());
    for ((text, gold), found) in cases.iter().zip(&found) {
        let over = |a: &Place, b: &Place| a.1 < b.2 && b.1 < a.2;
        let part = |a: &str, b: &str| {
            matches!((a, b), ("postcode", "home_address") | ("person_name", "email_address") | ("ni_number", "national_id"))
        };
        for place in gold {
            let hit = found.iter().any(|other| other.0 == place.0 && over(other, place));
            let row = classes.entry(COUNTED.iter().find(|class| **class == place.0).expect("a class")).or_default();
            row[usize::from(!hit)] += 1;
            if !hit {
                writeln!(wrong, "missed {}: {text}", place.0).expect("a string");
            }
        }
        let mut any = false;
        for place in found {
            let Some(class) = COUNTED.iter().find(|class| **class == place.0) else { continue };
            if !gold.iter().any(|other| over(other, place) && (other.0 == place.0 || part(&place.0, &other.0))) {
                classes.entry(class).or_default()[2] += 1;
                any = true;
                writeln!(wrong, "false {class}: {text}").expect("a string");
            }
        }
        if gold.is_empty() {
            (harmless, flagged) = (harmless + 1, flagged + u32::from(any));
        }
    }
    assert!(cases.len() > 350 && harmless > 190, "{} cases, {harmless} harmless", cases.len());
    for (class, [right, missed, over]) in &classes {
        let share = f64::from(2 * right) / f64::from(2 * right + missed + over);
        let least = if matches!(*class, "person_name") { 0.93 } else { 0.9 };
        assert!(share >= least, "{class}: {right} found, {missed} missed, {over} false\n{wrong}");
    }
    // 3 in 100 of lines that were chosen for going wrong
    assert!(flagged * 100 <= harmless * 3, "{flagged} of {harmless} harmless lines flagged\n{wrong}");
}
