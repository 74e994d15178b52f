//! Objects inside documents, their previews, and files of no known format: what lies loose in them is found, and they stay gaps.

use crate::made::{emf, ole, package, wide, wmf};
use crate::support::{delivery, run, spoken};
use serde_json::Value;
use std::path::Path;

const MAIL: &str = "zebediah@cards-quillfeather.org";

fn discover(folder: &Path) -> Value {
    let (code, text, errors) = spoken(&run(&["discover", folder.to_str().expect("a plain path"), "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    serde_json::from_str(&text).expect("JSON")
}

/// The paths of artifacts that hold an e-mail address.
fn holders(report: &Value) -> Vec<&str> {
    let artifacts = report["artifacts"].as_array().expect("artifacts");
    artifacts
        .iter()
        .filter(|artifact| artifact["classes"].get("email_address").is_some())
        .map(|artifact| artifact["path"].as_str().expect("a path"))
        .collect()
}

fn reasons<'a>(report: &'a Value, path: &str) -> Vec<&'a str> {
    let gaps = report["gaps"].as_array().expect("gaps");
    gaps.iter().filter(|gap| gap["path"] == path).map(|gap| gap["reason"].as_str().expect("a reason")).collect()
}

#[test]
fn drawings_say_what_they_write() {
    let (before, after) = MAIL.split_at(9);
    let folder = delivery(&[
        ("a.emf", &emf("write to", MAIL)),
        ("cut.emf", &emf("write to", MAIL)[..300]),
        ("b.wmf", &wmf(MAIL)),
        ("apart.wmf", &wmf(before)),
    ]);
    let report = discover(folder.path());
    assert_eq!(holders(&report), ["a.emf", "b.wmf"], "{after}");
    assert_eq!(reasons(&report, "a.emf"), [""; 0]);
    assert_eq!(reasons(&report, "b.wmf"), [""; 0]);
    assert_eq!(reasons(&report, "cut.emf"), ["a metafile that breaks off: what comes before was read"]);
}

#[test]
fn files_in_embedded_objects_are_files() {
    let list = format!("contact,cards\n{MAIL},3\n");
    let object = ole(&[("\u{1}Ole10Native", &package("list.csv", list.as_bytes())), ("\u{3}EPRINT", &emf("see", MAIL))]);
    let report = discover(delivery(&[("object.bin", &object)]).path());
    assert_eq!(holders(&report), ["object.bin!/preview.emf", "object.bin!/list.csv"]);
    assert_eq!(reasons(&report, "object.bin"), [""; 0]);
    // a length that lies must not be believed
    let mut lying = package("list.csv", list.as_bytes());
    let end = lying.len();
    lying[end - list.len() - 4..end - list.len()].copy_from_slice(&[0xff; 4]);
    let report = discover(delivery(&[("object.bin", &ole(&[("\u{1}Ole10Native", &lying)]))]).path());
    assert_eq!(report["artifacts"].as_array().map(Vec::len), Some(2), "it is still a member, as it stands");
}

#[test]
fn loose_text_is_found_and_stays_a_gap() {
    let noise: Vec<u8> = (0..4000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80).collect();
    let around = |middle: &[u8]| [&noise[..], &[0, 1], middle, &[0, 3], &noise].concat();
    let narrow = around(format!("contact {MAIL} cards").as_bytes());
    let two = around(&wide(&format!("contact {MAIL} cards")));
    let folder = delivery(&[
        ("narrow.dat", &narrow),
        ("wide.dat", &two),
        ("nothing.dat", &around(b"\x01")),
        ("drawing.vsd", &ole(&[("VisioDocument", &two)])),
        ("macro.bin", &ole(&[("PROJECT", b"ID=made up")])),
    ]);
    let report = discover(folder.path());
    assert_eq!(holders(&report), ["drawing.vsd", "narrow.dat", "wide.dat"]);
    for path in ["narrow.dat", "wide.dat", "nothing.dat", "drawing.vsd", "macro.bin"] {
        assert_eq!(reasons(&report, path).len(), 1, "{path} is a gap: {:?}", reasons(&report, path));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn pictures_and_files_inside_letters_and_pages_are_examined() {
    let picture = std::fs::read(crate::support::root().join("tests/fixtures/picture/face.jpg")).expect("a fixture");
    let text = |text: &[u8]| [&(text.len() as u32).to_le_bytes()[..], text].concat();
    let list = package("list.csv", format!("name,email\nZebediah Quillfeather,{MAIL}\n").as_bytes());
    let object = [&[1, 5, 0, 0, 2, 0, 0, 0][..], &text(b"Package\0"), &text(b""), &text(b""), &text(&list[4..])].concat();
    let letter = format!(
        "{{\\rtf1 A letter.{{\\*\\shppict{{\\pict\\jpegblip\\picw48\n{}}}}}{{\\object\\objemb{{\\*\\objdata {}}}}}}}",
        hex(&picture),
        hex(&object)
    );
    let coded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &picture);
    let page = format!("<!doctype html><title>Team</title><img alt=\"\" src=\"data:image/jpeg;base64,{coded}\">");
    let table = format!("warrant_no,photo\n48213,{coded}\n");
    let folder = delivery(&[("letter.rtf", letter.as_bytes()), ("page.html", page.as_bytes()), ("cards.csv", table.as_bytes())]);
    let report = discover(folder.path());
    let artifacts = report["artifacts"].as_array().expect("artifacts");
    let shown = |path: &str| artifacts.iter().any(|row| row["path"] == path && row["classes"]["photograph"].is_u64());
    for path in ["letter.rtf!/picture 1", "page.html!/page file 1", "cards.csv"] {
        assert!(shown(path), "{path}: {report}");
    }
    assert_eq!(holders(&report), ["letter.rtf!/list.csv"], "{report}");
    let listed =
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("name,email\nZebediah Quillfeather,{MAIL}\n"));
    let page = format!("<!doctype html><a href=\"data:text/csv;BASE64, {}\">list</a>", listed.replace('+', "%2B"));
    // an escape that is no number, and the pair that writers make for old programs
    let letter =
        format!("{{\\rtf1 {{\\pict\\-}}{{\\*\\shppict{{\\pict\\jpegblip {0}}}}}{{\\nonshppict{{\\pict {0}}}}}}}", hex(&picture));
    let folder = delivery(&[("list.html", page.as_bytes()), ("twice.rtf", letter.as_bytes())]);
    let report = discover(folder.path());
    assert_eq!(holders(&report), ["list.html!/page file 1"], "{report}");
    let artifacts = report["artifacts"].as_array().expect("artifacts");
    assert_eq!(artifacts.iter().filter(|row| row["classes"]["photograph"].is_u64()).count(), 1, "{report}");
    assert_eq!(report["gaps"].as_array().map(Vec::len), Some(0), "{report}");
}
