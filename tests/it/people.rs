//! People are counted, not matches: each once, wherever they lie.

use crate::support::{audit, delivery, run, spoken, write};
use crate::synth;

fn discover(folder: &std::path::Path) -> serde_json::Value {
    let (code, text, errors) = spoken(&run(&["discover", folder.to_str().expect("a plain path"), "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    serde_json::from_str(&text).expect("JSON")
}

fn together(people: &serde_json::Value, classes: &[&str]) -> u64 {
    let rows = people["together"].as_array().expect("rows");
    let has = |row: &serde_json::Value| {
        classes.iter().all(|class| row["classes"].as_array().expect("classes").iter().any(|own| own == class))
    };
    rows.iter().filter(|row| has(row)).map(|row| row["people"].as_u64().expect("a number")).max().unwrap_or(0)
}

#[test]
fn a_synthetic_delivery_has_exactly_its_people() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = synth::Options { people: 3_000, seed: 11, ..synth::Options::default() };
    let truth = synth::generate(&options, folder.path()).expect("a delivery");
    let inventory = discover(folder.path());
    let people = &inventory["people"];
    assert_eq!(people["total"], truth.people);
    assert_eq!(people["by_class"]["photograph"], truth.photos);
    assert_eq!(people["by_class"]["vetting_level"], truth.with_vetting);
    assert_eq!(together(people, &["person_name", "photograph", "vetting_level"]), truth.together);
    assert_eq!(people["error"], 0.0);
    assert_eq!(inventory["coverage"]["artifacts"]["seen"], truth.files);
}

#[test]
fn the_same_person_in_three_files_is_one() {
    let folder = delivery(&[
        (
            "a.csv",
            b"Warrant No,Name,E-mail\n100001,Ada Example,ada.example@example.org\n100002,Ben Sample,ben.sample@example.org\n",
        ),
        ("b.json", br#"[{"warrantNumber": "100001", "rank": "PC"}, {"warrantNumber": "100003", "rank": "DS"}]"#),
        ("mail.txt", b"Dear Ada,\nplease reply to ada.example@example.org about the card.\n"),
        ("photos/100002.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"),
    ]);
    let people = &discover(folder.path())["people"];
    assert_eq!(people["total"], 3);
    assert_eq!(together(people, &["person_name", "photograph"]), 1);
    assert_eq!(together(people, &["person_name", "rank", "email_address"]), 1);
}

#[test]
fn a_shared_mailbox_or_a_common_name_makes_nobody_one() {
    let folder = delivery(&[(
        "staff.csv",
        b"warrant_no,name,email\n100001,John Smith,firearms.unit@example.org\n100002,John Smith,firearms.unit@example.org\n100003,Jane Jones,firearms.unit@example.org\n",
    )]);
    assert_eq!(discover(folder.path())["people"]["total"], 3);
}

#[test]
fn files_of_names_alone_count_each_name_once() {
    let folder = delivery(&[("a.csv", b"name\nAda Sampleton\nBen Carter\n"), ("b.csv", b"name\nSAMPLETON, Ada\nCARTER, Ben\n")]);
    assert_eq!(discover(folder.path())["people"]["total"], 2);
}

#[test]
fn encodings_and_delimiters_change_nothing() {
    let rows = "warrant_no;name;rank\n100001;Zo\u{eb} Keller;PC\n100002;Ren\u{e9} Fischer;DS\n";
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(rows.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let cp1252: Vec<u8> = rows.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let folder = delivery(&[
        ("a.csv", rows.as_bytes()),
        ("b.csv", &utf16),
        ("c.csv", &cp1252),
        ("d.txt", rows.replace(';', "\t").as_bytes()),
    ]);
    let inventory = discover(folder.path());
    assert_eq!(inventory["people"]["total"], 2);
    let artifacts = inventory["artifacts"].as_array().expect("artifacts");
    assert_eq!(artifacts.len(), 4);
    for artifact in artifacts {
        assert_eq!(artifact["people"], 2, "{artifact}");
        assert_eq!(artifact["type"], "csv", "{artifact}");
    }
}

#[test]
fn look_alikes_are_nobody() {
    let mut text = String::from("sku,qty,barcode,timestamp,guid,version\n");
    for n in 0..400_u64 {
        text.push_str(&format!(
            "{:08},{},{:010},2026-11-{:02}T10:00:{:02}Z,{:08x}-0000-4000-8000-{:012x},1.{}.0\n",
            10_000_000 + n * 7919,
            n % 12,
            9_780_000_000 + n * 104_729,
            n % 28 + 1,
            n % 60,
            n * 2_654_435_761 % 0xffff_ffff,
            n * 40_503,
            n % 30
        ));
    }
    let folder = delivery(&[("stock.csv", text.as_bytes())]);
    write(folder.path(), "app.log", b"2026-11-24 10:00:00 order 4711 done in 12 ms\n2026-11-24 10:00:01 job 12345678 queued\n");
    assert_eq!(discover(folder.path())["people"]["total"], 0);
}

#[test]
fn combinations_are_found_across_folders() {
    let folder = delivery(&[
        ("hr/vetting.csv", b"warrant_no,vetting_level\n100001,SC\n100002,DV\n"),
        ("cards/names.csv", b"warrant_no,name\n100001,Ada Example\n100002,Ben Sample\n"),
    ]);
    let policy = folder.path().join("p.yaml");
    std::fs::write(
        &policy,
        "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n\
         - {id: A-1, title: t, severity: high, checks: [{data: {all_of: [person_name, vetting_level], within: delivery}, must: {people: {at_most: 0}}}]}\n\
         - {id: A-2, title: t, severity: high, checks: [{data: {all_of: [person_name, vetting_level], within: folder}, must: {people: {at_most: 0}}}]}\n",
    )
    .expect("a policy");
    let (_, report) = audit(folder.path(), &["--policy", policy.to_str().expect("a plain path")]);
    assert_eq!(report["controls"][0]["outcome"], "fail");
    assert_eq!(report["findings"][0]["people"], 2);
    assert_eq!(report["controls"][1]["outcome"], "pass");
}

#[test]
fn several_people_in_one_text_are_counted_once_each() {
    let cases: &[(&str, u64)] = &[
        // one a line
        (
            "PC Ada Sampleton, warrant number 100001, ada.sampleton@example.org\nDC Ben Carter, warrant number 100002, ben.carter@example.org\n",
            2,
        ),
        // one a block
        ("Name: Ada Sampleton\nWarrant number: 100001\nName: Ben Carter\nWarrant number: 100002\n", 2),
        ("Name: Ada Sampleton\nWarrant number: 100001\n\nName: Ben Carter\nWarrant number: 100002\n", 2),
        // in a sentence, in order
        ("PC Ada Sampleton and DC Ben Carter have warrant numbers 100001 and warrant number 100002.\n", 2),
        // a mail's head
        ("From: Ada Sampleton <ada.sampleton@example.org>\nTo: Ben Carter <ben.carter@example.org>\n", 2),
        // who has the number is not said: two people all the same
        ("PC Ada Sampleton met DC Ben Carter about warrant number 100001.\n", 2),
        ("Dear all, write to support@example.org or cards.desk@example.org.\n", 0),
    ];
    for (text, people) in cases {
        let folder = delivery(&[("a.txt", text.as_bytes())]);
        assert_eq!(discover(folder.path())["people"]["total"], *people, "{text}");
    }
}
