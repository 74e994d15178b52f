//! Passwords: what a list opens is read whole and stays as protected as it is; what a note beside it opens protects nothing; and no
//! password is ever seen again.

use crate::support::{DATE, at, audit, delivery, evidence, root, run, spoken, write};
use serde_json::Value;

/// What opens the fixtures.
const RIGHT: &str = "secret";

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/fixtures").join(name)).expect("a fixture")
}

fn reason(artifact: &Value) -> &str {
    artifact["gaps"][0]["reason"].as_str().unwrap_or("")
}

const ARCHIVES: [(&str, &str); 5] = [
    ("container/aes.zip", "strong"),
    ("container/zipcrypto.zip", "weak"),
    ("container/content-encrypted.7z", "strong"),
    ("container/header-encrypted.7z", "strong"),
    ("container/mixed.zip", "strong"),
];

/// Every archive in a folder of its own, so that none lies beside another.
fn archives() -> tempfile::TempDir {
    let folder = delivery(&[]);
    for (name, _) in ARCHIVES {
        write(folder.path(), name, &fixture(name));
    }
    folder
}

#[test]
fn a_list_opens_archives_which_stay_as_protected_as_they_are() {
    let folder = archives();
    let outside = delivery(&[("list.txt", format!("wrong one\r\n\r\n{RIGHT}\r\nQuite-Unlikely-7\r\n").as_bytes())]);
    let list = outside.path().join("list.txt");
    let (text, artifacts) = evidence(folder.path(), &["--passwords", list.to_str().expect("a plain path")]);
    for (name, strength) in ARCHIVES {
        let member = at(&artifacts, &format!("{name}!/hr/staff.csv"));
        assert_eq!((&member["type"], &member["read"]), (&"csv".into(), &"full".into()), "{name}: {member}");
        assert_eq!(member["encryption"], strength, "{name}");
        let own = at(&artifacts, name);
        assert_eq!((&own["opened"], &own["read"]), (&"given".into(), &"full".into()), "{name}: {own}");
        let whole = if name.ends_with("mixed.zip") { "none" } else { strength };
        assert_eq!(own["encryption"], whole, "{name}");
    }
    for secret in ["Quite-Unlikely-7", "wrong one", "\"secret\""] {
        assert!(!text.contains(secret), "the evidence holds a password");
    }
}

/// The fixture is `staff.pdf`, encrypted by pypdf with AES-256 for this password.
#[test]
fn a_locked_pdf_is_read_with_its_password() {
    let folder =
        delivery(&[("a/locked.pdf", &fixture("document/locked.pdf")), ("b/locked.pdf", &fixture("document/locked.pdf"))]);
    write(folder.path(), "b/Passwort.txt", b"Kennwort: secret\n");
    let outside = delivery(&[("list.txt", b"wrong\nsecret\n")]);
    let list = outside.path().join("list.txt");
    let (_, shut) = evidence(folder.path(), &[]);
    assert_eq!(
        (&at(&shut, "a/locked.pdf")["read"], &at(&shut, "a/locked.pdf")["encryption"]),
        (&"none".into(), &"strong".into())
    );
    let (_, open) = evidence(folder.path(), &["--passwords", list.to_str().expect("a plain path")]);
    for (path, opened, strength) in [("a/locked.pdf", "given", "strong"), ("b/locked.pdf", "beside", "weak")] {
        let own = at(&open, path);
        assert_eq!((&own["opened"], &own["encryption"]), (&opened.into(), &strength.into()), "{own}");
        assert!(own["parts"].to_string().contains("warrant_number"), "{own}");
    }
}

/// The fixture is `clean.xlsx`, encrypted by msoffcrypto-tool (agile, AES-256, SHA-512) for this password.
#[test]
fn a_sealed_workbook_is_a_file_inside_its_wrapping() {
    let sealed = fixture("document/sealed.xlsx");
    let mut damaged = sealed.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 600].fill(0x5a);
    let folder = delivery(&[("a/sealed.xlsx", &sealed), ("b/sealed.xlsx", &sealed), ("c/damaged.xlsx", &damaged)]);
    write(folder.path(), "b/sealed.txt", b"secret\n");
    let outside = delivery(&[("list.txt", b"wrong\nsecret\n")]);
    let list = outside.path().join("list.txt");
    let (_, open) = evidence(folder.path(), &["--passwords", list.to_str().expect("a plain path")]);
    for (path, opened, strength) in [("a/sealed.xlsx", "given", "strong"), ("b/sealed.xlsx", "beside", "weak")] {
        let own = at(&open, path);
        assert_eq!((&own["opened"], &own["encryption"]), (&opened.into(), &strength.into()), "{own}");
        let inner = at(&open, &format!("{path}!/sealed.xlsx"));
        assert_eq!((&inner["type"], &inner["read"]), (&"xlsx".into(), &"full".into()), "{inner}");
        assert_eq!(inner["encryption"], strength);
    }
    assert!(!at(&open, "c/damaged.xlsx").to_string().contains("crashed"));
    let (_, shut) = evidence(&folder.path().join("a"), &[]);
    assert_eq!((&at(&shut, "sealed.xlsx")["read"], &at(&shut, "sealed.xlsx")["encryption"]), (&"none".into(), &"strong".into()));
}

#[test]
fn what_no_password_opens_says_how_many_were_tried() {
    let folder = archives();
    write(folder.path(), "document/rc4.pdf", &fixture("document/rc4.pdf"));
    let outside = delivery(&[("list.txt", b"one\ntwo\nthree\n")]);
    let list = outside.path().join("list.txt");
    let (_, artifacts) = evidence(folder.path(), &["--passwords", list.to_str().expect("a plain path")]);
    for path in [
        "container/aes.zip!/hr/staff.csv",
        "container/zipcrypto.zip!/hr/staff.csv",
        "container/content-encrypted.7z!/hr/staff.csv",
        "container/header-encrypted.7z",
        "document/rc4.pdf",
    ] {
        let artifact = at(&artifacts, path);
        assert_eq!((&artifact["gaps"][0]["kind"], &artifact["read"]), (&"encrypted".into(), &"none".into()), "{path}");
        assert!(reason(artifact).contains("none of the 3 passwords given opens it"), "{path}: {}", reason(artifact));
        assert!(artifact["opened"].is_null());
    }
}

#[test]
fn a_password_beside_what_it_opens_makes_it_weak_and_fails_a_control() {
    for (note, text) in [
        ("Password.txt", "secret\n"),
        ("readme.txt", "Hello,\n\nthe password for the archive is: secret.\nRegards\n"),
        ("aes.txt", "\u{feff}Passwort = 'secret'\r\n"),
    ] {
        let folder = delivery(&[("batch/aes.zip", &fixture("container/aes.zip")), (&format!("batch/{note}"), text.as_bytes())]);
        let (_, artifacts) = evidence(folder.path(), &[]);
        let own = at(&artifacts, "batch/aes.zip");
        assert_eq!((&own["opened"], &own["encryption"]), (&"beside".into(), &"weak".into()), "{note}: {own}");
        assert_eq!(own["parts"][0]["tallies"]["credential"]["matches"], 1, "{note}");
        let member = at(&artifacts, "batch/aes.zip!/hr/staff.csv");
        assert_eq!((&member["read"], &member["encryption"]), (&"full".into(), &"weak".into()), "{note}");
        let (_, report) = audit(folder.path(), &[]);
        let control = report["controls"].as_array().expect("controls").iter().find(|control| control["id"] == "CARD-ENC-5");
        assert_eq!(control.map(|control| control["outcome"].clone()), Some("fail".into()), "{note}");
    }
}

#[test]
fn only_notes_in_the_same_folder_of_the_delivery_are_looked_into() {
    let archive = fixture("container/content-encrypted.7z");
    let folder = delivery(&[
        ("batch/cards.7z", &archive),
        ("other/password.txt", b"secret\n"),
        ("batch/people.csv", b"name\nsecret\n"),
        ("batch/keys/password.txt", b"secret\n"),
    ]);
    std::os::unix::fs::symlink("../other/password.txt", folder.path().join("batch/password.txt")).expect("a link");
    let (_, artifacts) = evidence(folder.path(), &[]);
    assert_eq!(at(&artifacts, "batch/cards.7z")["encryption"], "strong");
    assert_eq!(reason(at(&artifacts, "batch/cards.7z!/hr/staff.csv")), "encrypted (AES-256): its content was not read");
    // a single file has no neighbours in the delivery
    let alone = delivery(&[("cards.7z", &archive), ("password.txt", b"secret\n")]);
    let (_, artifacts) = evidence(&alone.path().join("cards.7z"), &[]);
    assert_eq!(at(&artifacts, "cards.7z")["encryption"], "strong");
    let (_, artifacts) = evidence(alone.path(), &[]);
    assert_eq!(
        (&at(&artifacts, "cards.7z")["encryption"], &at(&artifacts, "cards.7z")["opened"]),
        (&"weak".into(), &"beside".into())
    );
}

#[test]
fn a_mail_that_carries_an_archive_and_its_password_opens_it() {
    use base64::Engine as _;
    let attached = base64::engine::general_purpose::STANDARD.encode(fixture("container/aes.zip"));
    let mail = format!(
        "From: Ada Example <ada.example@example.org>\r\nTo: bureau@example.com\r\nSubject: batch\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello,\r\n\r\n\
         The password is secret\r\n\r\nAda\r\n--b\r\nContent-Type: application/zip; name=\"cards.zip\"\r\nContent-Disposition: attachment; \
         filename=\"cards.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{attached}\r\n--b--\r\n"
    );
    let folder = delivery(&[("batch.eml", mail.as_bytes())]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let own = at(&artifacts, "batch.eml!/cards.zip");
    assert_eq!((&own["opened"], &own["encryption"]), (&"beside".into(), &"weak".into()), "{own}");
    assert_eq!(at(&artifacts, "batch.eml!/cards.zip!/hr/staff.csv")["read"], "full");
}

#[test]
fn a_note_inside_an_archive_opens_what_lies_in_it() {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in [("a/cards.7z", fixture("container/header-encrypted.7z")), ("a/password.txt", b"secret\n".to_vec())] {
        zip.start_file(name, options).expect("a member");
        zip.write_all(&content).expect("content");
    }
    let folder = delivery(&[("all.zip", &zip.finish().expect("an archive").into_inner())]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let own = at(&artifacts, "all.zip!/a/cards.7z");
    assert_eq!((&own["opened"], &own["encryption"]), (&"beside".into(), &"weak".into()), "{own}");
    assert_eq!(at(&artifacts, "all.zip!/a/cards.7z!/hr/staff.csv")["read"], "full");
}

#[test]
fn a_bad_list_ends_the_audit_before_it_begins_and_is_not_shown() {
    let folder = delivery(&[("a.txt", b"nothing\n")]);
    let long = format!("hush-hush-9\n{}\n", "x".repeat(300));
    let outside = delivery(&[("empty", b"\n\n"), ("binary", b"hush-hush-9\xff\xfe\n"), ("long", long.as_bytes())]);
    for (name, words) in [
        ("empty", "no password stands in it"),
        ("binary", "not UTF-8"),
        ("long", "line 2 has more than 256 bytes"),
        ("none", "cannot use the passwords"),
    ] {
        let list = outside.path().join(name);
        let (code, out, errors) = spoken(&run(&[
            "audit",
            folder.path().to_str().expect("a plain path"),
            "--date",
            DATE,
            "--passwords",
            list.to_str().expect("a plain path"),
        ]));
        assert_eq!(code, 2, "{name}: {errors}");
        assert!(errors.contains(words), "{name}: {errors}");
        assert!(!errors.contains("hush") && !out.contains("hush"), "{errors}");
    }
}

#[test]
fn broken_encrypted_archives_are_gaps() {
    let outside = delivery(&[("list.txt", b"secret\nwrong\n")]);
    let list = outside.path().join("list.txt");
    let folder = delivery(&[]);
    let mut state = 11_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for (name, _) in ARCHIVES {
        let bytes = fixture(name);
        for round in 0..12 {
            let mut broken = bytes.clone();
            for _ in 0..=round % 3 {
                let place = 6 + random() % (broken.len() - 6);
                broken[place] = random() as u8;
            }
            broken.truncate(broken.len() - if round % 4 == 0 { random() % (broken.len() / 2) } else { 0 });
            write(folder.path(), &format!("{round}/{name}"), &broken);
        }
    }
    let (_, artifacts) = evidence(folder.path(), &["--passwords", list.to_str().expect("a plain path")]);
    let crashed: Vec<&Value> = artifacts.iter().filter(|artifact| artifact["gaps"].to_string().contains("\"crashed\"")).collect();
    assert!(crashed.is_empty(), "{crashed:?}");
}
