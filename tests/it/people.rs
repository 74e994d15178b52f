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

/// Names and units in one file, faces and numbers in another, keys in a third.
#[test]
fn datasets_say_what_lies_together_and_of_whom() {
    let folder = delivery(&[
        (
            "lists/staff.csv",
            b"warrant_no,name,rank,unit\n100001,Ada Example,PC,Roads Policing\n100002,Ben Sample,Ch Supt,Surveillance Unit (South)\n100003,Cleo Carter,DS,Crops and Rural Crime Team\n",
        ),
        ("lists/cards.csv", b"warrant_no,card_serial,photo\n100002,04A1B2C3D4E5F6,100002.jpg\n"),
        ("app.env", b"DB_PASSWORD=vK7pL2qWz9tR\n"),
    ]);
    let people = &discover(folder.path())["people"];
    assert_eq!((&people["by_class"]["special_unit"], &people["by_class"]["senior_rank"]), (&1.into(), &1.into()), "{people}");
    let of = |id: &str| {
        let rows = people["datasets"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["id"] == id)?;
        let count = |key: &str| row[key].as_u64().expect("a count");
        let severity = row["severity"].as_str().expect("a severity").to_owned();
        Some((severity, count("people"), count("in_one_file"), count("in_one_folder"), count("places")))
    };
    assert_eq!(of("K1"), Some(("medium".to_owned(), 3, 3, 3, 1)), "{people}");
    assert_eq!(of("K2"), Some(("critical".to_owned(), 1, 1, 1, 1)), "{people}");
    assert_eq!(of("K3"), Some(("critical".to_owned(), 1, 0, 1, 0)), "{people}");
    assert_eq!(of("K7"), Some(("critical".to_owned(), 0, 0, 0, 1)), "{people}");
    assert_eq!(of("K4"), None, "{people}");
}

/// Tier 1 and tier 2 are told apart, in columns of units and of roles; a short word in a role is a rank.
#[test]
fn units_of_two_tiers_are_counted_apart() {
    let folder = delivery(&[
        (
            "units.csv",
            b"warrant_no,name,ocu\n100001,Ada Example,ROCU (East)\n100002,Ben Sample,DSU North\n100003,Cleo Carter,MO19 and SO15 liaison\n\
              100004,Dora Specimen,Roads Policing\n100005,Eve Placeholder,Crops and Rural Crime\n100006,Finn Dummy,Anti-Corruption Unit\n",
        ),
        (
            "roles.csv",
            b"warrant_no,name,job_title\n200001,Gil Example,Surveillance Officer\n200002,Hal Sample,Authorised Firearms Officer\n\
              200003,Ian Carter,DSU Crime\n200004,Jo Specimen,Custody Officer\n",
        ),
    ]);
    let people = &discover(folder.path())["people"];
    let by_class = |class: &str| people["by_class"][class].as_u64().unwrap_or(0);
    assert_eq!((by_class("special_unit"), by_class("raised_risk_unit"), by_class("police_unit")), (3, 3, 8), "{people}");
    assert_eq!(by_class("job_role"), 4, "a role stays one: {people}");
    let datasets = people["datasets"].as_array().expect("rows");
    let target = datasets.iter().find(|row| row["id"] == "K2").expect("a target set");
    assert_eq!((&target["severity"], &target["people"]), (&"critical".into(), &6.into()), "{people}");
    // the second tier alone is a target, but not a life
    let folder =
        delivery(&[("units.csv", b"warrant_no,name,ocu\n100001,Ada Example,ROCU (East)\n100002,Ben Sample,Roads Policing\n")]);
    let people = &discover(folder.path())["people"];
    let datasets = people["datasets"].as_array().expect("rows");
    let target = datasets.iter().find(|row| row["id"] == "K2").expect("a target set");
    assert_eq!((&target["severity"], &target["people"]), (&"high".into(), &1.into()), "{people}");
}

/// The number holds five letters of the name and the birth date.
#[test]
fn a_driving_licence_is_held_against_the_name_and_birth_date_of_its_row() {
    let sure = |surname: &str, birth: &str| {
        let table = format!("Surname,First name,DOB,Driver No\n{surname},Ada,{birth},EXAMP851315A99AB\n");
        let folder = delivery(&[("drivers.csv", table.as_bytes())]);
        let (_, evidence) = crate::support::collect(folder.path(), &[]);
        evidence["artifacts"][0]["parts"][0]["tallies"]["driving_licence"]["confidence"].as_f64().expect("a confidence")
    };
    let (right, married, wrong) = (sure("Example", "31/01/1985"), sure("Sample", "31/01/1985"), sure("Sample", "1979-10-03"));
    assert!(right > 0.98 && married < right && wrong < 0.61, "{right} {married} {wrong}");
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

fn total(files: &[(&str, &[u8])]) -> u64 {
    discover(delivery(files).path())["people"]["total"].as_u64().expect("a number")
}

const PICTURE: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9";
const STAFF: &[u8] = b"warrant number,name\n48213,Ada Okonkwo\n48214,Ben Carter\n48215,Chloe Dunn\n";

#[test]
fn a_number_that_several_people_share_makes_nobody_one() {
    let card = b"warrant_number,name,payment_card\n48001,Ada Okonkwo,4539578763621486\n48002,Ben Okonkwo,4539578763621486\n";
    assert_eq!(total(&[("a.csv", card)]), 2);
    let card = b"name,payment_card\nAda Okonkwo,4539578763621486\nBen Okonkwo,4539578763621486\n";
    assert_eq!(total(&[("a.csv", card)]), 2);
    let staff = b"warrant_number,name,staff_number\n48001,Ada Okonkwo,900\n48002,Ben Carter,900\n";
    assert_eq!(total(&[("a.csv", staff)]), 2);
    // who has only the shared number is one of them
    assert_eq!(total(&[("a.csv", staff), ("b.csv", b"staff_number,rank\n900,PC\n")]), 2);
    let placeholder = b"warrant_number,name,staff_number\n48001,Ada Okonkwo,99999\n48002,Ben Carter,99999\n48003,Chloe Dunn,99999\n48004,Dev Patel,99999\n48005,Erin Walsh,99999\n";
    assert_eq!(total(&[("a.csv", placeholder), ("b.csv", b"staff_number,rank\n99999,PC\n")]), 5);
    let first = b"force,collar_number,name\nA,100,Ada Okonkwo\nA,101,Ben Carter\nA,102,Chloe Dunn\n";
    let second = b"force,collar_number,name\nB,100,Dev Patel\nB,101,Erin Walsh\nB,102,Femi Adeyemi\n";
    assert_eq!(total(&[("a/a.csv", first), ("b/b.csv", second)]), 6);
    assert_eq!(total(&[("a/a.csv", first), ("b/b.csv", second), ("c.csv", b"collar_number,rank\n100,PC\n101,PS\n")]), 6);
}

#[test]
fn whoever_marries_moves_or_gets_a_new_card_stays_one() {
    let before = b"warrant_number,name,staff_number,collar_number\n48001,Ada Okonkwo,900001,100\n48002,Ben Carter,900002,101\n";
    assert_eq!(total(&[("a.csv", before), ("b.csv", b"warrant_number,name\n48001,Ada Carter\n48002,\"Carter, B\"\n")]), 2);
    assert_eq!(total(&[("a.csv", before), ("b.csv", b"warrant_number,collar_number\n48001,333\n48002,334\n")]), 2);
    assert_eq!(total(&[("a.csv", before), ("b.csv", b"warrant_number,name\n48001,Okonkwo Ada\n48002,Carter Ben\n")]), 2);
    // the same staff number and name: a new warrant
    assert_eq!(total(&[("a.csv", before), ("b.csv", b"staff_number,name,warrant_number\n900001,Ada Okonkwo,58001\n")]), 2);
    // nothing of the name in common: two forces
    assert_eq!(total(&[("a.csv", before), ("b.csv", b"warrant_number,name\n48001,Dev Patel\n48002,Erin Walsh\n")]), 4);
    // many cards, one person
    let cards = b"warrant_number,payment_card\n48001,4539578763621486\n48001,4999999999999996\n48001,5555555555554444\n48001,4012888888881881\n48001,4111111111111111\n";
    assert_eq!(total(&[("a.csv", before), ("c.csv", cards)]), 2);
}

#[test]
fn a_number_is_the_same_however_it_is_written() {
    let bare = b"warrant number,rank\n48213,PC\n48214,PC\n48215,PC\n";
    let float = b"warrant number,name\n48213.0,Ada Okonkwo\n48214.0,Ben Carter\n48215.0,Chloe Dunn\n";
    assert_eq!(total(&[("a.csv", float), ("b.csv", bare)]), 3);
    let letters = b"warrant number,name\nWN48213,Ada Okonkwo\nWN48214,Ben Carter\nWN48215,Chloe Dunn\n";
    assert_eq!(total(&[("a.csv", letters), ("b.csv", bare)]), 3);
    assert_eq!(total(&[("a.csv", letters), ("photos/48213.jpg", PICTURE)]), 3);
    // two kinds of letters before the same digits: whose the bare one is nobody knows
    let others = b"warrant number\nTX48213\nTX48214\nTX48215\n";
    assert_eq!(total(&[("a.csv", letters), ("b.csv", others)]), 6);
    let collars = b"collar number,name\n123XX,Ada Okonkwo\n123YY,Ben Carter\nXX124,Chloe Dunn\nYY124,Dev Patel\n";
    assert_eq!(total(&[("a.csv", collars)]), 4);
}

#[test]
fn a_sum_below_a_table_is_nobody() {
    let rows = b"warrant number,name,salary\n48213,Ada Okonkwo,30000\n48214,Ben Carter,30000\nTotal,2,60000\n";
    let people = &discover(delivery(&[("a.csv", rows)]).path())["people"];
    assert_eq!((&people["total"], &people["unattributed_records"]), (&2.into(), &0.into()));
    let pending = b"warrant number,name\n48213,Ada Okonkwo\n48214,Ben Carter\npending,Chloe Dunn\npending,Dev Patel\n";
    assert_eq!(total(&[("a.csv", pending)]), 4);
}

#[test]
fn json_columns_are_a_table() {
    let columns =
        br#"{"warrant_number":[48213,48214,48215],"name":["Ada Okonkwo","Ben Carter","Chloe Dunn"],"rank":["PC","PC","PS"]}"#;
    let people = &discover(delivery(&[("a.json", columns)]).path())["people"];
    assert_eq!(people["total"], 3);
    assert_eq!(together(people, &["person_name", "rank", "warrant_number"]), 3);
    // lists of different length are no table
    assert_eq!(total(&[("a.json", br#"{"hosts":["web01","web02"],"ports":[80,443],"name":["a","b"]}"#)]), 0);
}

#[test]
fn a_letter_about_one_person_is_one_record() {
    let letter = b"Dear PC Ada Okonkwo,\n\nYour warrant number 48213 has been issued.\nYours sincerely,\n\nCard Bureau\n";
    let people = &discover(delivery(&[("l.txt", letter)]).path())["people"];
    assert_eq!(people["total"], 1);
    assert_eq!(together(people, &["person_name", "warrant_number"]), 1);
    let two = b"Dear PC Ada Okonkwo,\n\nYour warrant number 48213 has been issued.\n\nYours sincerely,\n\nSergeant Ben Carter\n";
    assert!(total(&[("l.txt", two)]) >= 2);
    let long =
        format!("Dear PC Ada Okonkwo,\n\n{}Your warrant number 48213 has been issued.\n", "Nothing of note.\n\n".repeat(60));
    assert_eq!(total(&[("l.txt", long.as_bytes())]), 2);
}

#[test]
fn pictures_are_of_whom_a_table_knows_by_their_name() {
    let alone = |name: &str| {
        let people = &discover(delivery(&[(name, PICTURE)]).path())["people"];
        (people["total"].as_u64(), people["unattributed_records"].as_u64())
    };
    assert_eq!(alone("holiday/20241101.jpg"), (Some(0), Some(1)));
    assert_eq!(alone("holiday/IMG_2001.jpg"), (Some(0), Some(1)));
    assert_eq!(alone("photos/Okonkwo_Ada.jpg"), (Some(0), Some(1)));
    assert_eq!(alone("photos/48213.jpg"), (Some(1), Some(0)));
    for name in ["photos/IMG_48213_front.jpg", "photos/Okonkwo_Ada.jpg", "photos/ada-okonkwo.jpg", "photos/48213-2024.jpg"] {
        let people = &discover(delivery(&[("a.csv", STAFF), (name, PICTURE)]).path())["people"];
        assert_eq!(people["total"], 3, "{name}");
        assert_eq!(people["unattributed_records"], 0, "{name}");
        assert_eq!(together(people, &["person_name", "photograph"]), 1, "{name}");
    }
    let dated = b"staff number,name\n20241101,Ada Okonkwo\n20241102,Ben Carter\n";
    assert_eq!(
        together(
            &discover(delivery(&[("a.csv", dated), ("p/20241101.jpg", PICTURE)]).path())["people"],
            &["photograph", "staff_number"]
        ),
        1
    );
}

#[test]
fn what_repeats_in_a_tree_is_read_each_time() {
    let paragraphs: String = (0..50).map(|i| format!("<p>write to ada{i}.example{i}@cards-quillfeather.org</p>")).collect();
    let teams: String = (0..3)
        .map(|team| {
            let member = |i: u32| {
                format!("<member><name>Ada Example{team}{i}</name><email>ada{team}{i}@cards-quillfeather.org</email></member>")
            };
            format!("<team><title>t{team}</title>{}{}</team>", member(0), member(1))
        })
        .collect();
    for (name, content, people) in [
        ("a.xml", format!("<body><text>{paragraphs}</text></body>"), 50),
        ("b.xml", format!("<teams>{teams}</teams>"), 6),
        ("c.json", r#"{"mail": "ada1@cards-quillfeather.org", "mail": "ada2@cards-quillfeather.org"}"#.to_owned(), 2),
        ("d.json", r#"[{"mail": "ada1@cards-quillfeather.org", "mail": "ada2@cards-quillfeather.org"}]"#.to_owned(), 2),
    ] {
        let folder = delivery(&[(name, content.as_bytes())]);
        let (_, report) = audit(folder.path(), &["--policy", "publication"]);
        assert_eq!(report["people"]["total"], people, "{name}: {}", report["people"]);
    }
}
