//! Disks in forms that are seldom made, and such as hide something: what lies in them is read, or is said not to be. What other programs made
//! is among the fixtures (`tests/fixtures/container/disks.sh`); the rest is made here.

use crate::disks::{fixture, gaps, holds_the_tree};
use crate::made_disks as made;
use crate::support::{at, delivery, evidence};
use serde_json::Value;

const STAFF: &[u8] =
    b"warrant_no,name,email\n100001,Ada Example,ada.example@example.org\n100002,Ben Sample,ben.sample@example.org\n";

/// The artifacts of one image, and what is said of the image itself.
fn looked(image: &[u8]) -> (Vec<Value>, Vec<(String, String)>) {
    let folder = delivery(&[("disk.img", image)]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let said = gaps(at(&artifacts, "disk.img")).into_iter().map(|row| (row.0.to_owned(), row.1.to_owned())).collect();
    (artifacts, said)
}

/// Whether something that is not valid is said of the image.
fn is_damaged(image: &[u8]) -> bool {
    looked(image).1.iter().any(|gap| gap.0 == "malformed")
}

#[test]
fn clusters_of_blocks_and_tables_in_pieces_are_read() {
    let names = ["ext4-clusters.img", "ext4-pieces.img"];
    let files: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (*name, fixture(name))).collect();
    let borrowed: Vec<(&str, &[u8])> = files.iter().map(|row| (row.0, row.1.as_slice())).collect();
    let folder = delivery(&borrowed);
    let (_, artifacts) = evidence(folder.path(), &[]);
    for name in names {
        assert_eq!(at(&artifacts, name)["type"], "ext");
        holds_the_tree(&artifacts, name);
    }
}

#[test]
fn short_commits_of_a_journal_are_a_gap() {
    let (artifacts, said) = looked(&fixture("ext4-short.img"));
    assert!(said.iter().any(|gap| gap.0 == "unsupported" && gap.1.contains("short commits")), "{said:?}");
    // the files in them are not there: else the gap says too much
    assert!(!artifacts.iter().any(|own| own["path"] == "disk.img!/second.txt"));
    // a journal on another disk cannot be applied either
    let mut elsewhere = fixture("ext4-live.img");
    elsewhere[1024 + 0xe0..1024 + 0xe4].fill(0);
    assert!(is_damaged(&elsewhere));
    assert!(!is_damaged(&fixture("ext4-live.img")));
}

#[test]
fn a_folder_that_is_cut_off_is_said() {
    // of ext: its first block lies behind the end of the image
    let whole = made::ext(&[("staff.csv", STAFF)]);
    assert!(!is_damaged(&whole));
    let mut torn = whole.clone();
    torn[5 * 1024 + 128 + 40..5 * 1024 + 128 + 44].copy_from_slice(&[0xff, 0xff, 0xff, 0]);
    assert!(is_damaged(&torn));
    // of FAT: two clusters full of rows, and a chain that ends after the first with no mark of an end
    let mut rows = Vec::new();
    for index in 0..32 {
        let mut row = [0; 32];
        row[..11].copy_from_slice(format!("F{index:07}TXT").as_bytes());
        rows.extend(row);
    }
    let mut folder = made::fat(&[("folder", &rows)]);
    let row = folder.windows(11).position(|name| name == b"FILE0000DAT").expect("a row");
    folder[row + 11] = 0x10;
    let (artifacts, said) = looked(&folder);
    let inside = artifacts.iter().filter(|own| own["path"].as_str().is_some_and(|path| path.starts_with("disk.img!/folder/")));
    assert_eq!((said.len(), inside.count()), (0, 32), "{said:?}");
    // the entry of cluster 2: free
    folder[512 + 3] = 0;
    folder[512 + 4] &= 0xf0;
    assert!(is_damaged(&folder));
    // rows behind the one that ends a folder: some systems show them
    let mut behind = made::fat(&[("staff.csv", STAFF)]);
    let row = behind.windows(11).position(|name| name == b"FILE0000DAT").expect("a row");
    assert!(!is_damaged(&behind));
    behind[row + 64..row + 75].copy_from_slice(b"SECRET  CSV");
    assert!(is_damaged(&behind));
}

#[test]
fn records_of_ntfs_that_cannot_be_read_are_said() {
    let whole = made::ntfs(&[("staff.csv", STAFF), ("more.csv", STAFF)]);
    let (artifacts, said) = looked(&whole);
    assert_eq!((said.len(), artifacts.len()), (0, 3));
    let record = 2048 + 24 * 1024;
    let changed = |at: usize, bytes: &[u8]| {
        let mut out = whole.clone();
        out[at..at + bytes.len()].copy_from_slice(bytes);
        out
    };
    assert!(is_damaged(&changed(record, b"XXXX")), "no record any more");
    // the first attribute, 72 bytes long, is followed by that of the name
    let name = record + 56 + 72;
    assert!(is_damaged(&changed(name + 4, &[1, 0])), "an attribute that is shorter than one can be");
    // a file without a name is read all the same
    let (artifacts, _) = looked(&changed(name, &[0xee]));
    assert_eq!(at(&artifacts, "disk.img!/lost/record 24")["parts"][0]["records"], 2, "{artifacts:?}");
    let length = usize::from(whole[name + 4]);
    assert!(is_damaged(&changed(name + length + 16, &[0xff, 0xff])), "content that is longer than its record");
    // a part of a file that no file names
    assert!(is_damaged(&changed(record + 32, &[25])));
}

#[test]
fn a_stream_of_the_root_is_read() {
    let (artifacts, said) = looked(&fixture("ntfs.img"));
    assert_eq!(said, []);
    let stream = at(&artifacts, "disk.img!/:above");
    assert_eq!(stream["parts"][0]["hidden"], "alternate data stream", "{stream}");
    assert_eq!(stream["parts"][0]["tallies"]["email_address"]["matches"], 1);
}

#[test]
fn partitions_of_an_older_table_are_read_beside_those_of_a_newer_one() {
    let fat = made::fat(&[("staff.csv", STAFF)]);
    let mut disk = made::mbr(&[&fat, &fat]);
    disk[512..524].copy_from_slice(b"EFI PART\0\0\x01\0");
    disk[584..592].copy_from_slice(&2_u64.to_le_bytes());
    disk[592..600].copy_from_slice(&[1, 0, 0, 0, 128, 0, 0, 0]);
    disk[1024] = 1;
    disk[1024 + 32..1024 + 40].copy_from_slice(&2048_u64.to_le_bytes());
    disk[1024 + 40..1024 + 48].copy_from_slice(&(2048 + fat.len() as u64 / 512 - 1).to_le_bytes());
    let (artifacts, said) = looked(&disk);
    assert!(said.is_empty(), "{said:?}");
    for place in ["partition 1", "partition 2 of the older table"] {
        assert_eq!(at(&artifacts, &format!("disk.img!/{place}/staff.csv"))["parts"][0]["records"], 2);
    }
    assert_eq!(artifacts.len(), 3);
}

#[test]
fn documents_in_binary_values_of_a_database_are_a_gap() {
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let document = digits(&[&b"%PDF-1.7\n\xe2\xe3"[..], &[0xf0; 100]].concat());
    let (note, mark) = (digits(b"Ada Example, ada.example@example.org"), digits(&[0xfe; 32]));
    let dump = |cell: &str| format!("COPY public.files (id, body) FROM stdin;\n1\t\\\\x{cell}\n\\.\n").into_bytes();
    let begun = digits(&b"word ".repeat(4000)[..16 << 10]);
    let folder = delivery(&[
        ("document.sql", &dump(&document)),
        ("note.sql", &dump(&note)),
        ("mark.sql", &dump(&mark)),
        ("begun.sql", &dump(&begun)),
    ]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let said = |name: &str| gaps(at(&artifacts, name)).iter().map(|gap| gap.0.to_owned()).collect::<Vec<_>>();
    assert_eq!(said("document.sql"), ["unsupported"]);
    assert_eq!(said("begun.sql"), ["limit"]);
    assert_eq!((said("note.sql").len(), said("mark.sql").len()), (0, 0));
}
