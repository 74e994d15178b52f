//! Files inside files: found, counted once, protected as they are, and never a way to hang or to hide.

use crate::made::{gzipped, tar_header, tarred, zipped};
use crate::support::{delivery, root, run, spoken, write};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use zip::write::SimpleFileOptions;

const STAFF: &[u8] =
    b"warrant_no,name,email\n100001,Ada Example,ada.example@example.org\n100002,Ben Sample,ben.sample@example.org\n";

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/fixtures/container").join(name)).expect("a fixture")
}

fn evidence(folder: &Path) -> Vec<Value> {
    let out = tempfile::tempdir().expect("a folder");
    let file = out.path().join("evidence.json");
    let arguments = ["collect", folder.to_str().expect("a plain path"), "-o", file.to_str().expect("a plain path")];
    let (code, _, errors) = spoken(&run(&arguments));
    assert_eq!(code, 0, "{errors}");
    let whole: Value = serde_json::from_slice(&std::fs::read(file).expect("evidence")).expect("JSON");
    whole["artifacts"].as_array().expect("artifacts").clone()
}

/// The artifact with a path, and a good look at the others if there is none.
fn at<'a>(artifacts: &'a [Value], path: &str) -> &'a Value {
    artifacts.iter().find(|artifact| artifact["path"] == path).unwrap_or_else(|| {
        let paths: Vec<&Value> = artifacts.iter().map(|artifact| &artifact["path"]).collect();
        panic!("no {path} in {paths:?}")
    })
}

fn gaps(artifact: &Value) -> Vec<(&str, &str)> {
    let gaps = artifact["gaps"].as_array().map_or(&[][..], Vec::as_slice);
    gaps.iter().filter_map(|gap| Some((gap["kind"].as_str()?, gap["reason"].as_str()?))).collect()
}

fn people(folder: &Path) -> Value {
    let (code, text, errors) = spoken(&run(&["discover", folder.to_str().expect("a plain path"), "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    serde_json::from_str::<Value>(&text).expect("JSON")["people"]["total"].clone()
}

#[test]
fn people_in_nested_archives_are_counted_once() {
    let tgz = gzipped(&tarred(&[("share/inner.zip", &zipped(&[("hr/staff.csv", STAFF)])), ("readme.txt", b"nothing to see\n")]));
    let folder = delivery(&[("backup.tar.gz", &tgz), ("staff.csv", STAFF)]);
    assert_eq!(people(folder.path()), 2);
    let artifacts = evidence(folder.path());
    let inner = at(&artifacts, "backup.tar.gz!/backup.tar!/share/inner.zip!/hr/staff.csv");
    assert_eq!(inner["type"], "csv");
    assert_eq!(inner["mark"], at(&artifacts, "staff.csv")["mark"], "equal contents have equal marks");
    for path in ["backup.tar.gz", "backup.tar.gz!/backup.tar", "backup.tar.gz!/backup.tar!/share/inner.zip"] {
        assert_eq!(at(&artifacts, path)["read"], "full", "{path}");
        assert_eq!(gaps(at(&artifacts, path)), [], "{path}");
    }
    assert_eq!(at(&artifacts, "backup.tar.gz!/backup.tar")["type"], "tar");
    assert_eq!(artifacts.len(), 6);
}

#[test]
fn every_stream_format_and_7z_are_read() {
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    bzip2.write_all(STAFF).expect("content");
    let folder = delivery(&[
        ("a/staff.csv.gz", &gzipped(STAFF)),
        ("b/staff.csv.bz2", &bzip2.finish().expect("a stream")),
        ("c/staff.csv.xz", &fixture("staff.csv.xz")),
        ("d/staff.csv.zst", &fixture("staff.csv.zst")),
        ("e/plain.7z", &fixture("plain.7z")),
    ]);
    let artifacts = evidence(folder.path());
    for outer in ["a/staff.csv.gz", "b/staff.csv.bz2", "c/staff.csv.xz", "d/staff.csv.zst"] {
        let inner = at(&artifacts, &format!("{outer}!/staff.csv"));
        assert_eq!((&inner["type"], &inner["read"]), (&"csv".into(), &"full".into()), "{inner}");
    }
    assert_eq!(at(&artifacts, "e/plain.7z!/hr/staff.csv")["type"], "csv");
    assert_eq!(at(&artifacts, "e/plain.7z")["type"], "7z");
    assert_eq!(at(&artifacts, "e/plain.7z!/readme.txt")["read"], "full");
    assert_eq!(people(folder.path()), 2);
}

#[test]
fn names_that_lead_out_are_read_and_said_links_and_devices_are_not_followed() {
    let mut tar = tar::Builder::new(Vec::new());
    tar.append(&tar_header("../../staff.csv", tar::EntryType::Regular, STAFF.len() as u64, ""), STAFF).expect("a member");
    tar.append(&tar_header("notes.txt", tar::EntryType::Regular, 6, ""), &b"notes\n"[..]).expect("a member");
    tar.append(&tar_header("inside", tar::EntryType::Symlink, 0, "./notes.txt"), std::io::empty()).expect("a link");
    tar.append(&tar_header("again", tar::EntryType::Link, 0, "notes.txt"), std::io::empty()).expect("a link");
    tar.append(&tar_header("outside", tar::EntryType::Symlink, 0, "/etc/passwd"), std::io::empty()).expect("a link");
    tar.append(&tar_header("device", tar::EntryType::Char, 0, ""), std::io::empty()).expect("a device");
    let folder = delivery(&[
        ("a.tar", &tar.into_inner().expect("an archive")),
        ("b.zip", &zipped(&[("../staff.csv", STAFF), ("C:\\hr\\staff.csv", STAFF)])),
    ]);
    let artifacts = evidence(folder.path());
    for path in ["a.tar!/staff.csv", "b.zip!/staff.csv"] {
        let member = at(&artifacts, path);
        assert_eq!(member["type"], "csv");
        assert!(gaps(member).iter().any(|gap| gap.0 == "not_a_file" && gap.1.contains("leads out")), "{member}");
    }
    for path in ["a.tar!/inside", "a.tar!/again"] {
        assert_eq!((&at(&artifacts, path)["type"], &at(&artifacts, path)["read"]), (&"link".into(), &"full".into()));
    }
    for path in ["a.tar!/outside", "a.tar!/device"] {
        assert_eq!(gaps(at(&artifacts, path)).first().map(|gap| gap.0), Some("not_a_file"), "{path}");
    }
    assert_eq!(people(folder.path()), 2);
}

#[test]
fn what_is_cut_off_keeps_what_came_before_and_says_so() {
    let rows: String = (0..4000_u64).map(|n| format!("{},person {}\n", 100_000 + n, n * 2_654_435_761 % 1_000_003)).collect();
    let table = format!("warrant_no,note\n{rows}");
    let gz = gzipped(table.as_bytes());
    let tar = tarred(&[("one.csv", table.as_bytes()), ("two.csv", table.as_bytes())]);
    let zip = zipped(&[("one.csv", table.as_bytes()), ("two.csv", table.as_bytes())]);
    let folder = delivery(&[
        ("cut.csv.gz", &gz[..gz.len() / 2]),
        ("cut.tar", &tar[..tar.len() * 3 / 4]),
        ("cut.zip", &zip[..zip.len() * 3 / 4]),
        ("unmarked.tar", &tar[..tar.len() - 1024]),
    ]);
    let artifacts = evidence(folder.path());
    let inner = at(&artifacts, "cut.csv.gz!/cut.csv");
    assert_eq!(inner["read"], "partial", "{inner}");
    assert_eq!(gaps(inner).first().map(|gap| gap.0), Some("malformed"));
    for outer in ["cut.tar", "cut.zip"] {
        assert_eq!(at(&artifacts, &format!("{outer}!/one.csv"))["read"], "full");
        assert_eq!(at(&artifacts, &format!("{outer}!/two.csv"))["read"], "partial");
        assert_eq!(gaps(at(&artifacts, outer)).first().map(|gap| gap.0), Some("malformed"), "{outer}");
    }
    assert!(gaps(at(&artifacts, "unmarked.tar")).first().is_some_and(|gap| gap.1.contains("cut off")));
}

#[test]
fn protection_is_told_member_by_member() {
    let names = ["aes.zip", "zipcrypto.zip", "mixed.zip", "content-encrypted.7z", "header-encrypted.7z"];
    let contents: Vec<Vec<u8>> = names.iter().map(|name| fixture(name)).collect();
    let files: Vec<(&str, &[u8])> = names.iter().zip(&contents).map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let folder = delivery(&files);
    let artifacts = evidence(folder.path());
    let said = |path: &str| at(&artifacts, path)["encryption"].as_str().unwrap_or("").to_owned();
    assert_eq!((said("aes.zip"), said("aes.zip!/hr/staff.csv")), ("strong".into(), "strong".into()));
    assert_eq!((said("zipcrypto.zip"), said("zipcrypto.zip!/hr/staff.csv")), ("weak".into(), "weak".into()));
    assert_eq!((said("mixed.zip"), said("mixed.zip!/hr/staff.csv")), ("none".into(), "strong".into()));
    assert_eq!(said("mixed.zip!/readme.txt"), "none");
    assert_eq!((said("content-encrypted.7z"), said("content-encrypted.7z!/hr/staff.csv")), ("strong".into(), "strong".into()));
    assert_eq!(said("header-encrypted.7z"), "strong");
    for path in
        ["aes.zip!/hr/staff.csv", "zipcrypto.zip!/hr/staff.csv", "content-encrypted.7z!/hr/staff.csv", "header-encrypted.7z"]
    {
        assert_eq!(gaps(at(&artifacts, path)).first().map(|gap| gap.0), Some("encrypted"), "{path}");
        assert_eq!(at(&artifacts, path)["read"], "none", "{path}");
    }
}

#[test]
fn comments_names_and_what_lies_around_a_zip_are_read() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.set_comment("ask ada.example@example.org for the password").expect("a comment");
    for text in ["first\n", "second\n"] {
        let name = if text == "first\n" { "same.txt" } else { "sama.txt" };
        zip.start_file(name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).expect("a member");
        zip.write_all(text.as_bytes()).expect("content");
    }
    let mut bytes = zip.finish().expect("an archive").into_inner();
    // two members of one name: a directory by name would hide one
    for at in 0..bytes.len() - 8 {
        if &bytes[at..at + 8] == b"sama.txt" {
            bytes[at + 3] = b'e';
        }
    }
    let mut after = bytes.clone();
    after.extend_from_slice(STAFF);
    let mut before = zipped(&[("hr/staff.csv", STAFF)]);
    before.extend(zipped(&[("notes.txt", b"notes\n")]));
    let folder = delivery(&[("a.zip", &bytes), ("b.zip", &after), ("c.zip", &before)]);
    let artifacts = evidence(folder.path());
    let comment = at(&artifacts, "a.zip")["parts"].as_array().and_then(|parts| parts.first()).expect("a part").clone();
    assert_eq!(comment["hidden"], "archive comment");
    assert!(comment["tallies"]["email_address"].is_object(), "{comment}");
    assert_eq!(artifacts.iter().filter(|artifact| artifact["path"] == "a.zip!/same.txt").count(), 2);
    let tail = at(&artifacts, "b.zip!/data after the archive");
    assert_eq!(tail["parts"][0]["hidden"], "data after the archive", "{tail}");
    assert_eq!(tail["type"], "csv");
    assert_eq!(at(&artifacts, "c.zip!/data before the archive!/hr/staff.csv")["type"], "csv");
    assert_eq!(at(&artifacts, "c.zip!/notes.txt")["read"], "full");
}

#[test]
fn bombs_and_deep_nests_end() {
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_level(Some(6));
    bomb.start_file("zeros.bin", options).expect("a member");
    let block = vec![0; 1 << 20];
    for _ in 0..1024 {
        bomb.write_all(&block).expect("content");
    }
    let bomb = bomb.finish().expect("an archive").into_inner();
    let mut nest = zipped(&[("staff.csv", STAFF)]);
    for _ in 0..100 {
        nest = zipped(&[("n.zip", &nest)]);
    }
    let folder = delivery(&[("bomb.zip", &bomb), ("nest.zip", &nest), ("double.gz", &gzipped(&gzipped(&bomb)))]);
    let artifacts = evidence(folder.path());
    assert_eq!(at(&artifacts, "bomb.zip")["read"], "full");
    assert!(!gaps(at(&artifacts, "bomb.zip!/zeros.bin")).is_empty());
    assert!(artifacts.iter().any(|artifact| gaps(artifact).iter().any(|gap| gap.1.contains("nested deeper"))));
    assert!(artifacts.len() < 40);
}

#[test]
fn nonsense_in_every_format_is_a_gap() {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let seeds = [
        ("a.zip", zipped(&[("hr/staff.csv", STAFF)])),
        ("a.tar", tarred(&[("hr/staff.csv", STAFF)])),
        ("a.gz", gzipped(STAFF)),
        ("a.xz", fixture("staff.csv.xz")),
        ("a.zst", fixture("staff.csv.zst")),
        ("a.7z", fixture("plain.7z")),
    ];
    let mut state = 7_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for (name, bytes) in &seeds {
        for round in 0..25 {
            let mut broken = bytes.clone();
            for _ in 0..=round % 4 {
                let at = 6 + random() % (broken.len() - 6);
                broken[at] = random() as u8;
            }
            broken.truncate(broken.len() - if round % 3 == 0 { random() % (broken.len() / 2) } else { 0 });
            files.push((format!("{round}/{name}"), broken));
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (path, bytes) in &files {
        write(folder.path(), path, bytes);
    }
    let artifacts = evidence(folder.path());
    let crashed: Vec<&Value> = artifacts.iter().filter(|artifact| gaps(artifact).iter().any(|gap| gap.0 == "crashed")).collect();
    assert!(crashed.is_empty(), "{crashed:?}");
    assert!(artifacts.len() >= files.len());
}
