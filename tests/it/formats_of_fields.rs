//! What a field's own rules say: an address, a telephone number, a passport, a network address, a secret. Each text beside its look-alike.
//! It must not hold a value of anybody: numbers are of documented test ranges or made up and look it.

use crate::support::{provost, spoken};
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::Stdio;

/// The classes and values found in each of some texts.
fn found(texts: &[&str]) -> Vec<Vec<(String, String)>> {
    let lines: String =
        texts.iter().enumerate().map(|(at, text)| json!({"id": at.to_string(), "text": text}).to_string() + "\n").collect();
    let mut child = provost()
        .args(["detect", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(lines.as_bytes());
    });
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("all was written");
    let (code, out, errors) = spoken(&output);
    assert_eq!(code, 0, "{errors}");
    let place = |span: &Value, key: &str| usize::try_from(span[key].as_u64().expect("an offset")).expect("a small one");
    out.lines()
        .zip(texts)
        .map(|(line, text)| {
            let answer: Value = serde_json::from_str(line).expect("JSON");
            let spans = answer["spans"].as_array().expect("spans");
            let cut = |span: &Value| text.get(place(span, "start")..place(span, "end")).expect("whole characters").to_owned();
            spans.iter().map(|span| (span["class"].as_str().expect("a class").to_owned(), cut(span))).collect()
        })
        .collect()
}

/// Each text holds the value of the class.
fn are(class: &str, rows: &[(&str, &str)]) {
    let texts: Vec<&str> = rows.iter().map(|row| row.0).collect();
    for ((text, value), spans) in rows.iter().zip(found(&texts)) {
        assert!(spans.iter().any(|span| span.0 == class && span.1 == *value), "{text}: no {class} {value} in {spans:?}");
    }
}

/// No text holds anything of the class.
fn are_not(class: &str, texts: &[&str]) {
    for (text, spans) in texts.iter().zip(found(texts)) {
        assert!(spans.iter().all(|span| span.0 != class), "{text}: {spans:?}");
    }
}

#[test]
fn an_address_is_what_its_rules_say() {
    are(
        "email_address",
        &[
            ("mail to jürgen.quill@müller.example today", "jürgen.quill@müller.example"),
            ("an testina@münze.example und", "testina@münze.example"),
            ("joe@例え.jp", "joe@例え.jp"),
            ("from \"ada quill\"@sample.example, later", "\"ada quill\"@sample.example"),
            ("ada@[10.20.30.40]", "ada@[10.20.30.40]"),
            ("see ada@sample.example.", "ada@sample.example"),
            ("so ... ada@sample.example", "ada@sample.example"),
            ("ada@xn--mller-kva.example", "ada@xn--mller-kva.example"),
        ],
    );
    let long = format!("{}@sample.example", "a".repeat(65));
    are_not(
        "email_address",
        &[
            "ada@sample..example",
            "ada@-sample.example",
            "ada@sample-.example",
            "ada@xx--sample.example",
            "ada@10.20.30.40",
            ".ada@sample.example",
            "ada..quill@sample.example",
            "ada@sample.example@other.example",
            "“mail”@ sample.example",
            &long,
        ],
    );
}

#[test]
fn a_telephone_number_has_the_length_of_its_country() {
    are(
        "phone_number",
        &[
            ("at +33 1 00 00 00 00 now", "+33 1 00 00 00 00"),
            ("at +65 6000 0000 now", "+65 6000 0000"),
            ("+7 900 000 00 00", "+7 900 000 00 00"),
            ("Mobile: 447999000000", "447999000000"),
            ("US: 212-200-0001", "212-200-0001"),
            ("the desk, 085 000 0001, answers", "085 000 0001"),
            ("write or 06 00 01 00 02", "06 00 01 00 02"),
            ("0431 00 00 00-Office", "0431 00 00 00"),
        ],
    );
    are_not(
        "phone_number",
        &[
            "at +33 1 00 00 00 now",
            "at +33 1 00 00 00 00 00 now",
            "at +65 6000 00000 now",
            "at +91 90000 00000 00 now",
            "phone +07999000000",
            "call at 2031-04-19 08:00",
            "rows 01 02 03 04 05",
            "dump 00 06 00 01 00 02 00",
            "part 112-200-0001",
        ],
    );
}

#[test]
fn a_passport_needs_the_word_and_a_form() {
    are(
        "passport_number",
        &[
            ("Reisepass Nr. C01X00T47", "C01X00T47"),
            ("passeport n° 12AB34567", "12AB34567"),
            ("Pasaporte: ABC123456", "ABC123456"),
            ("passaporto AB1234567", "AB1234567"),
            ("Paszport nr AB1234567", "AB1234567"),
            ("Travel document number A1234567", "A1234567"),
            ("passport_no=AB123456", "AB123456"),
            ("holder of passports 500123456 and 500123457", "500123457"),
        ],
    );
    are_not(
        "passport_number",
        &["order AB1234567", "C01X00T47", "passport holders: 51234567 in all", "his passport of 20310419", "PASSPORTS NUMBERING"],
    );
}

#[test]
fn a_network_address_is_whole_and_no_version() {
    are(
        "ip_address",
        &[
            ("peer 10.20.30.40 left", "10.20.30.40"),
            ("GET 3.20.30.40:8080 refused", "3.20.30.40"),
            ("at 12:30:45:10.20.30.40 it", "10.20.30.40"),
            ("::ffff:10.20.30.40", "10.20.30.40"),
            ("src:2a00::1 x", "2a00::1"),
        ],
    );
    are_not(
        "ip_address",
        &[
            "firmware version 10.20.30.40",
            "release 40.35.15.132",
            "2a00::1::2",
            "fe80:::1",
            ":2a00::1",
            "2a00:1450:4009:0:0:0:0:0:200e",
            "0:0:0:0:0:0:0:ffff:10.20.30.40",
            "10.20.30.040",
        ],
    );
}

#[test]
fn what_stands_for_a_secret_is_none() {
    are(
        "credential",
        &[
            ("ada@sample.example / Winter2031!", "Winter2031!"),
            ("ada@sample.example:Winter2031!", "Winter2031!"),
            ("curl -u ada:Winter2031! https://sample.example/", "Winter2031!"),
            ("Passwort: Winter2031!", "Winter2031!"),
            ("password 'Sample Winter 2031!' lay there", "Sample Winter 2031!"),
        ],
    );
    are_not(
        "credential",
        &[
            "password: ${DB_PASSWORD}",
            "password: {{ vault_pw }}",
            "api_key = \"<your-api-key>\"",
            "password: ********",
            "PASSWORD=$(cat /run/secrets/pw)",
            "db_password = data.vault.pw",
            "password: [redacted]",
            "git@sample.example:team/Project2.git",
        ],
    );
}

#[test]
fn numbers_of_states_need_their_word() {
    are(
        "national_id",
        &[
            ("CPF: 100.000.000-19", "100.000.000-19"),
            ("SIN: 100-000-009", "100-000-009"),
            ("Aadhaar 2000 0000 0009", "2000 0000 0009"),
            ("her PAN card AAAPA0001A", "AAAPA0001A"),
            ("NRIC S0000001I", "S0000001I"),
            ("AHV-Nummer 756.0000.0000.02", "756.0000.0000.02"),
            ("Fødselsnummer 010180-00055", "010180-00055"),
            ("EMŠO 0101006500006", "0101006500006"),
            ("ITIN 900-70-0000", "900-70-0000"),
        ],
    );
    are_not(
        "national_id",
        &["order 100.000.000-19", "CPF: 100.000.000-18", "batch 2000 0000 0009", "part S0000001I", "SSN 900-10-0000"],
    );
}

#[test]
fn a_label_before_an_address_is_no_part_of_it() {
    are(
        "ip_address",
        &[
            ("inet6 addr:2a00:1450:4009:81d::200e up", "2a00:1450:4009:81d::200e"),
            ("Client:2a00:1450:4009:0:0:0:0:200e", "2a00:1450:4009:0:0:0:0:200e"),
            ("2026:11:28:14:10.20.30.40 GET", "10.20.30.40"),
            ("text::ffff:10.20.30.40", "10.20.30.40"),
            ("Client:::ffff:10.20.30.40", "10.20.30.40"),
        ],
    );
    are_not("ip_address", &["oid 1.3.6.1.2.1.25.30.20.10: x", "snmp .1.3.6.1.2.1.25.3.2.1: up", "libc6 2.36.10.11.12.13:amd64"]);
    are_not("phone_number", &["1.07999000000: a"]);
    are("card_serial", &[("card serial:04:a3:1b:72:5e:80:11", "04:a3:1b:72:5e:80:11")]);
}

#[test]
fn words_of_a_script_without_blanks_are_no_part_of_an_address() {
    are(
        "email_address",
        &[
            ("邮箱是quill@müller.example", "quill@müller.example"),
            ("邮箱是quill@example.cn", "quill@example.cn"),
            ("квилл2@müller.example", "квилл2@müller.example"),
        ],
    );
}

#[test]
fn words_with_dots_are_a_password_and_names_of_code_none() {
    are("credential", &[("DB_PASSWORD=blue.sky", "blue.sky"), ("password: correct.horse.battery", "correct.horse.battery")]);
    are_not("credential", &["password = user.password", "password: request.form"]);
    are_not("credential", &["rsync -a quill@sample.org:Backup2031 .", "Contact: quill@sample.org / Mon9am-Fri5pm"]);
}

#[test]
fn a_column_of_patients_numbers_of_several_countries_is_counted_whole() {
    // CHI, NHS and Health and Care numbers with right check digits, nobody's
    let rows = "Ada Smith,0101801238\nBen Brown,2902840012\nCara Jones,4010232137\nDora White,9434765919\nEva Green,3200000014\n";
    let folder = crate::support::delivery(&[("patients.csv", format!("Name,CHI\n{rows}").as_bytes())]);
    let path = folder.path().to_str().expect("a plain path");
    let (code, text, errors) = spoken(&crate::support::run(&["discover", path, "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["people"]["total"], 5, "{text}");
    assert_eq!(value["people"]["unattributed_records"], 0, "{text}");
}

#[test]
fn forms_that_many_things_have_need_more_than_a_word_of_their_column() {
    let case = "Case ref no,Customer\nC100000,Acme\nC100001,Bcme\nC100002,Ccme\n";
    let parts = "Alpha number,Qty\nB0083BB,1\nB0084BB,2\nB0085BB,3\n";
    let folder = crate::support::delivery(&[("tickets.csv", case.as_bytes()), ("stock.csv", parts.as_bytes())]);
    let path = folder.path().to_str().expect("a plain path");
    let (code, text, errors) = spoken(&crate::support::run(&["discover", path, "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["people"]["total"], 0, "{text}");
}
