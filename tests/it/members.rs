//! Things in containers that are not written every day: methods of packing, links, devices, stores of mail, pictures in address cards.
//! The bytes are made here, or are a fixture; everybody in them is made up.

use crate::support::{at, delivery, evidence, root};
use serde_json::Value;
use std::io::Write as _;
use zip::write::SimpleFileOptions;

const STAFF: &[u8] = b"name,warrant number\nAda Example,100001\nBen Sample,100002\n";

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/fixtures/container").join(name)).expect("a fixture")
}

fn reasons(artifact: &Value) -> Vec<&str> {
    artifact["gaps"].as_array().into_iter().flatten().filter_map(|gap| gap["reason"].as_str()).collect()
}

/// An archive of one stored member, with another number for its method, in its own head and in the directory.
fn methods(content: &[u8], method: u16, size: u32) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("staff.csv", SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored))
        .expect("a member");
    zip.write_all(content).expect("content");
    let mut bytes = zip.finish().expect("an archive").into_inner();
    let directory = bytes.windows(4).position(|four| four == b"PK\x01\x02").expect("a directory");
    for (at, sizes) in [(8, 22), (directory + 10, directory + 24)] {
        bytes[at..at + 2].copy_from_slice(&method.to_le_bytes());
        bytes[sizes..sizes + 4].copy_from_slice(&size.to_le_bytes());
    }
    bytes
}

#[test]
fn members_of_a_zip_are_read_by_their_method_or_said_not_to_be() {
    let packed = fixture("staff.csv.zst");
    let folder = delivery(&[
        // 93 is Zstandard; its old number is 20
        ("zstd.zip", &methods(&packed, 93, 4096)),
        ("other.zip", &methods(STAFF, 97, STAFF.len() as u32)),
    ]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let read = at(&artifacts, "zstd.zip!/staff.csv");
    assert!(read["type"] == "csv" && read["read"] == "full" && read["parts"][0]["records"].as_u64() > Some(0), "{read}");
    let other = at(&artifacts, "other.zip!/staff.csv");
    assert_eq!(other["read"], "none", "{other}");
    assert!(
        other["gaps"][0]["kind"] == "unsupported" && reasons(other) == ["packed by a method that nothing here unpacks"],
        "{other}"
    );
}

#[test]
fn links_and_devices_in_a_zip_lead_nowhere() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("staff.csv", SimpleFileOptions::default()).expect("a member");
    zip.write_all(STAFF).expect("content");
    zip.add_symlink("inside", "staff.csv", SimpleFileOptions::default()).expect("a link");
    zip.add_symlink("outside", "/etc/passwd", SimpleFileOptions::default()).expect("a link");
    zip.start_file("pipe", SimpleFileOptions::default().unix_permissions(0o644)).expect("a member");
    let mut bytes = zip.finish().expect("an archive").into_inner();
    // the last entry of the directory: a named pipe
    let last = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").expect("a directory");
    bytes[last + 38..last + 42].copy_from_slice(&(0o010_644_u32 << 16).to_le_bytes());
    let folder = delivery(&[("a.zip", &bytes)]);
    let (text, artifacts) = evidence(folder.path(), &[]);
    assert!(!text.contains("root:"), "nothing of this machine");
    assert_eq!(at(&artifacts, "a.zip!/staff.csv")["read"], "full");
    let pipe = at(&artifacts, "a.zip!/pipe");
    assert!(reasons(pipe).iter().any(|reason| reason.contains("a device, pipe or socket")), "{pipe}");
    let outside = at(&artifacts, "a.zip!/outside");
    assert!(outside["read"] == "none" && !reasons(outside).is_empty(), "{outside}");
}

/// The store is the example of the crate `outlook-pst` (MIT): folders without a message, read where it lies and from memory.
#[test]
fn a_store_of_mail_without_messages_is_read_and_holds_nobody() {
    let packed = fixture("empty.pst.gz");
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut plain).expect("a store");
    let cut = &plain[..plain.len() / 2];
    let folder = delivery(&[("packed.pst.gz", &packed), ("plain.pst", &plain), ("cut.pst", cut)]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    for path in ["plain.pst", "packed.pst.gz!/packed.pst"] {
        let store = at(&artifacts, path);
        assert!(store["type"] == "pst" && store["read"] == "full" && reasons(store).is_empty(), "{path}: {store}");
    }
    let cut = at(&artifacts, "cut.pst");
    assert!(cut["read"] != "full" && reasons(cut).iter().any(|reason| reason.contains("it breaks off")), "{cut}");
}

#[test]
fn address_cards_hold_pictures_and_old_ways_of_writing() {
    let picture = std::fs::read(root().join("tests/fixtures/picture/face.jpg")).expect("a picture");
    let encoded = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(&picture)
    };
    let folded: String = encoded.as_bytes().chunks(70).map(|line| format!("\r\n {}", String::from_utf8_lossy(line))).collect();
    let card = format!(
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Harris;Dora\r\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Dora=20=\r\nHarris\r\nEMAIL:dora.harris@example.org\r\n\
         NOTE:first line\\nsecond\\, with a comma\r\nX-WARRANT:100001\r\nPHOTO;ENCODING=B;TYPE=JPEG:{folded}\r\nEND:VCARD\r\n\
         BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Egon Sample\r\nPHOTO:data:image/jpeg;base64,{encoded}\r\nEND:VCARD\r\n"
    );
    let folder = delivery(&[("cards.vcf", card.as_bytes())]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let cards = at(&artifacts, "cards.vcf");
    let matches = |class: &str| -> u64 {
        cards["parts"].as_array().into_iter().flatten().filter_map(|part| part["tallies"][class]["matches"].as_u64()).sum()
    };
    assert!(matches("email_address") == 1 && matches("person_name") >= 2, "{cards}");
    for path in ["cards.vcf!/picture 1", "cards.vcf!/picture 2"] {
        assert_eq!(at(&artifacts, path)["type"], "jpeg", "{path}");
    }
}

/// The two older ways of writing cpio: octal numbers, and words of two bytes.
fn old_cpio(octal: bool, name: &str, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, mode, content) in [(name, 0o100_644_u32, content), ("TRAILER!!!", 0, &b""[..])] {
        if octal {
            out.extend(
                format!(
                    "070707{:06o}{:06o}{mode:06o}{:06o}{:06o}{:06o}{:06o}{:011o}{:06o}{:011o}",
                    1,
                    1,
                    0,
                    0,
                    1,
                    0,
                    0,
                    name.len() + 1,
                    content.len()
                )
                .bytes(),
            );
        } else {
            let length = content.len() as u32;
            let words = [0o070_707, 1, 1, mode, 0, 0, 1, 0, 0, 0, name.len() as u32 + 1, length >> 16, length & 0xffff];
            out.extend(words.iter().flat_map(|word| (*word as u16).to_le_bytes()));
        }
        let even = |out: &mut Vec<u8>| out.extend(std::iter::repeat_n(0, if octal { 0 } else { out.len() % 2 }));
        out.extend(name.bytes().chain([0]));
        even(&mut out);
        out.extend(content);
        even(&mut out);
    }
    out
}

#[test]
fn older_forms_of_archives_are_read() {
    // frames that hold no data are passed over; one that is cut off is said
    let packed = fixture("staff.csv.lz4");
    let note = [&[0x5a, 0x2a, 0x4d, 0x18, 4, 0, 0, 0][..], b"note"].concat();
    let noted = [&packed[..], &note].concat();
    let cut = [&packed[..], &note[..10]].concat();
    let folder = delivery(&[
        ("octal.cpio", &old_cpio(true, "hr/staff.csv", STAFF)),
        ("words.cpio", &old_cpio(false, "hr/staff.csv", STAFF)),
        ("noted.csv.lz4", &noted),
        ("cut.csv.lz4", &cut),
    ]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    for path in ["octal.cpio!/hr/staff.csv", "words.cpio!/hr/staff.csv"] {
        let staff = at(&artifacts, path);
        assert!(staff["type"] == "csv" && staff["parts"][0]["records"] == 2 && staff["read"] == "full", "{path}: {staff}");
    }
    let noted = at(&artifacts, "noted.csv.lz4!/noted.csv");
    assert!(noted["type"] == "csv" && noted["read"] == "full", "{noted}");
    let inside = at(&artifacts, "cut.csv.lz4!/cut.csv");
    assert!(inside["read"] != "full" || !reasons(at(&artifacts, "cut.csv.lz4")).is_empty(), "{inside}");
}

#[test]
fn files_in_a_workbook_are_files() {
    let sheet = "<sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>note</t></is></c></row></sheetData>";
    let more = [
        ("xl/embeddings/staff.csv", std::str::from_utf8(STAFF).expect("text")),
        ("xl/media/note.txt", "dora.harris@example.org"),
    ];
    let bytes = crate::hidden::workbook("", sheet, &more);
    let folder = delivery(&[("book.xlsx", &bytes)]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let staff = at(&artifacts, "book.xlsx!/xl/embeddings/staff.csv");
    assert!(staff["type"] == "csv" && staff["parts"][0]["records"] == 2, "{staff}");
    assert_eq!(at(&artifacts, "book.xlsx!/xl/media/note.txt")["read"], "full");
}
