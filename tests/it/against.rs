//! `provost verify --against`: a delivery is still what its evidence says, or what of it is not.

use crate::support::{delivery, run, spoken, write};
use std::path::{Path, PathBuf};

struct Place(tempfile::TempDir);

impl Place {
    fn at(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("a plain path").to_owned()
    }

    fn collect(&self, target: &Path, more: &[&str]) -> String {
        let (out, key) = (self.at("evidence.json"), self.at("audit.key"));
        let mut arguments = vec!["collect", target.to_str().expect("a path"), "-o", &out, "--key-file", &key];
        arguments.extend(more);
        assert_eq!(spoken(&run(&arguments)).0, 0);
        out
    }

    fn verify(&self, target: &Path, more: &[&str]) -> (i32, String) {
        let out = self.at("evidence.json");
        let mut arguments = vec!["verify", out.as_str(), "--against", target.to_str().expect("a path")];
        arguments.extend(more);
        let (code, text, errors) = spoken(&run(&arguments));
        (code, text + &errors)
    }
}

fn prepared() -> (tempfile::TempDir, Place, PathBuf) {
    let target = delivery(&[
        ("data/staff.csv", b"name,email\nAda Example,ada@example.org\n".as_slice()),
        ("data/list.txt", b"nothing of interest\n"),
        ("photos/100001.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF one"),
        ("photos/100002.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF two"),
        ("photos/100003.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF three"),
    ]);
    let place = Place(delivery(&[("audit.key", b"a key for tests, which is no secret\n")]));
    let path = target.path().to_owned();
    (target, place, path)
}

#[test]
fn what_changed_came_or_went_is_named() {
    let (_held, place, target) = prepared();
    let key = place.at("audit.key");
    place.collect(&target, &[]);
    let (code, text) = place.verify(&target, &["--key-file", &key]);
    assert!(code == 0 && text.contains("holds for") && text.contains("5 files are the same"), "{text}");
    // other times, modes and owners are no change
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(target.join("data/list.txt"), mode).expect("a mode");
    assert_eq!(place.verify(&target, &["--key-file", &key]).0, 0);
    // a letter in the register, of the same length: only the key tells
    write(&target, "data/staff.csv", b"name,email\nEva Example,ada@example.org\n");
    let (code, text) = place.verify(&target, &["--key-file", &key]);
    assert!(
        code == 1 && text.contains("1 changed, 0 missing, 0 new; 4 files are the same") && text.contains("data/staff.csv"),
        "{text}"
    );
    let (code, text) = place.verify(&target, &[]);
    assert!(code == 0 && text.contains("by their size alone"), "{text}");
    // one of several photographs of one masked name is another, one is gone, and a stranger is there
    write(&target, "photos/100002.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF two and more");
    std::fs::remove_file(target.join("data/list.txt")).expect("gone");
    write(&target, "new.txt", b"nothing\n");
    let (code, text) = place.verify(&target, &["--key-file", &key]);
    assert!(code == 1 && text.contains("2 changed, 1 missing, 1 new; 2 files are the same"), "{text}");
    for named in ["changed  2  data/staff.csv", "missing  1  data/list.txt", "new  new.txt"] {
        assert!(text.contains(named), "{named}: {text}");
    }
    assert!(!text.contains("100002"), "a number that names somebody: {text}");
}

#[test]
fn another_name_of_the_same_shape_is_told_by_the_whole() {
    let (_held, place, target) = prepared();
    let key = place.at("audit.key");
    place.collect(&target, &[]);
    std::fs::rename(target.join("photos/100002.jpg"), target.join("photos/100009.jpg")).expect("another name");
    let (code, text) = place.verify(&target, &["--key-file", &key]);
    assert!(code == 1 && text.contains("the names are not"), "{text}");
    std::fs::rename(target.join("photos/100009.jpg"), target.join("photos/100002.jpg")).expect("the old name");
    assert_eq!(place.verify(&target, &["--key-file", &key]).0, 0);
    let other = place.at("other.key");
    std::fs::write(&other, "another key, which is no secret either\n").expect("a key");
    let (code, text) = place.verify(&target, &["--key-file", &other]);
    assert!(code == 1 && text.contains("5 changed"), "{text}");
    let (code, text) = place.verify(&target, &["--key-file", &key, "--policy", "publication"]);
    assert!(code == 0 || text.contains("--policy"), "{text}");
}

#[test]
fn what_was_left_out_of_evidence_shows() {
    let (_held, place, target) = prepared();
    let key = place.at("audit.key");
    let file = place.collect(&target, &[]);
    let mut evidence: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).expect("evidence")).expect("JSON");
    // an artifact taken out of evidence that nobody signed
    let artifacts = evidence["artifacts"].as_array_mut().expect("artifacts");
    artifacts.remove(1);
    evidence["delivery"]["artifacts"] = 4.into();
    std::fs::write(&file, evidence.to_string()).expect("evidence");
    let (code, text) = place.verify(&target, &["--key-file", &key]);
    assert!(code == 1 && text.contains("1 new"), "{text}");
    // who, when, with what: from the signature and the evidence
    place.collect(&target, &["--date", "2026-11-24"]);
    let pair = place.at("pair");
    assert_eq!(spoken(&run(&["keygen", &pair])).0, 0);
    let (secret, public) = (format!("{pair}.key"), format!("{pair}.pub"));
    assert_eq!(spoken(&run(&["sign", &file, "--secret-key", &secret])).0, 0);
    let (code, text) = place.verify(&target, &["--key-file", &key, "--trusted-key", &public]);
    for said in ["signed by key", "collected by provost", "on 2026-11-24", "from 5 files and", "holds for"] {
        assert!(code == 0 && text.contains(said), "{said}: {text}");
    }
    // evidence of older versions says nothing of its delivery
    let mut old: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).expect("evidence")).expect("JSON");
    old.as_object_mut().expect("an object").remove("delivery");
    std::fs::write(&file, old.to_string()).expect("evidence");
    let (code, text) = place.verify(&target, &["--key-file", &key]);
    assert!(code == 2 && text.contains("of a version that did not say"), "{text}");
}

#[test]
fn what_was_never_read_is_not_taken_for_anything_that_stands_there_now() {
    let (_held, place, target) = prepared();
    let key = place.at("audit.key");
    std::os::unix::fs::symlink("list.txt", target.join("data/link.txt")).expect("a link");
    place.collect(&target, &[]);
    let (code, text) = place.verify(&target, &["--key-file", &key]);
    assert!(code == 0 && text.contains("1 that were not read are there") && text.contains("no signature was checked"), "{text}");
    std::fs::remove_file(target.join("data/link.txt")).expect("gone");
    write(&target, "data/link.txt", b"Ada Example, ada@example.org\n");
    let (code, text) = place.verify(&target, &["--key-file", &key]);
    assert!(code == 1 && text.contains("1 changed"), "{text}");
    let (code, text) = place.verify(&target, &["--signature", &key]);
    assert!(code == 2 && text.contains("--trusted-key"), "{text}");
}
