//! Images of disks: partitions, file systems, disks of virtual machines. What other programs made is among the fixtures
//! (`tests/fixtures/container/disks.sh`); what harms is made here.

use crate::made_disks as made;
use crate::support::{at, delivery, evidence, root, run, spoken};
use serde_json::Value;
use std::io::Read;

const STAFF: &[u8] =
    b"warrant_no,name,email\n100001,Ada Example,ada.example@example.org\n100002,Ben Sample,ben.sample@example.org\n";

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let packed = std::fs::read(root().join("tests/fixtures/container").join(format!("{name}.gz"))).expect("a fixture");
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut out).expect("an image");
    out
}

pub(crate) fn gaps(artifact: &Value) -> Vec<(&str, &str)> {
    let gaps = artifact["gaps"].as_array().map_or(&[][..], Vec::as_slice);
    gaps.iter().filter_map(|gap| Some((gap["kind"].as_str()?, gap["reason"].as_str()?))).collect()
}

fn paths(artifacts: &[Value]) -> Vec<&str> {
    artifacts.iter().filter_map(|artifact| artifact["path"].as_str()).collect()
}

fn digest(bytes: &[u8]) -> String {
    use sha2::Digest;
    format!("sha256:{}", sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// What stands in the fixtures: a table in a folder, a larger one deeper, a text, a file of nothing.
pub(crate) fn holds_the_tree(artifacts: &[Value], image: &str) {
    let list = at(artifacts, &format!("{image}!/hr/staff list.csv"));
    assert_eq!(
        (&list["type"], &list["read"], &list["parts"][0]["records"]),
        (&"csv".into(), &"full".into(), &2.into()),
        "{list}"
    );
    let deep = at(artifacts, &format!("{image}!/hr/deep/more.csv"));
    assert_eq!((&deep["size"], &deep["parts"][0]["records"]), (&26_847.into(), &698.into()), "{deep}");
    assert_eq!(at(artifacts, &format!("{image}!/empty.txt"))["size"], 0);
    assert_eq!(gaps(at(artifacts, image)), [], "{image}");
}

#[test]
fn file_systems_that_other_programs_made_are_read() {
    let names = ["ext2.img", "ext4.img", "ext4-inline.img", "fat12.img", "fat32.img", "exfat.img", "ntfs.img"];
    let files: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (*name, fixture(name))).collect();
    let borrowed: Vec<(&str, &[u8])> = files.iter().map(|row| (row.0, row.1.as_slice())).collect();
    let folder = delivery(&borrowed);
    let (_, artifacts) = evidence(folder.path(), &[]);
    for (name, kind) in names.iter().zip(["ext", "ext", "ext", "fat", "fat", "exfat", "ntfs"]) {
        assert_eq!(at(&artifacts, name)["type"], kind);
        holds_the_tree(&artifacts, name);
    }
    // a link inside, one that leads out, two names of one file
    for name in ["ext2.img", "ext4.img", "ext4-inline.img"] {
        assert_eq!(at(&artifacts, &format!("{name}!/link"))["type"], "link");
        assert_eq!(gaps(at(&artifacts, &format!("{name}!/out"))).first().map(|gap| gap.0), Some("not_a_file"));
        let both = ["hard.txt", "notes.txt"].map(|own| at(&artifacts, &format!("{name}!/{own}"))["type"].clone());
        assert_eq!(both.iter().filter(|kind| **kind == "link").count(), 1, "{name}: {both:?}");
    }
    // long names, what was hidden, what was deleted
    for name in ["fat12.img", "fat32.img"] {
        assert_eq!(at(&artifacts, &format!("{name}!/A rather long name for a file, Aaa.txt"))["read"], "full");
        assert_eq!(at(&artifacts, &format!("{name}!/hr/hidden.csv"))["parts"][0]["hidden"], "hidden file");
        assert!(!paths(&artifacts).contains(&format!("{name}!/gone.txt").as_str()));
    }
    assert_eq!(at(&artifacts, "exfat.img!/A rather long name for a file, Aaa.txt")["read"], "full");
}

#[test]
fn ntfs_has_packed_files_streams_and_links() {
    let folder = delivery(&[("ntfs.img", &fixture("ntfs.img"))]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let packed = at(&artifacts, "ntfs.img!/packed/more.csv");
    assert_eq!(packed["digest"], at(&artifacts, "ntfs.img!/hr/deep/more.csv")["digest"], "{packed}");
    assert_eq!((&packed["size"], &packed["parts"][0]["records"]), (&26_847.into(), &698.into()));
    let stream = at(&artifacts, "ntfs.img!/notes.txt:secret");
    assert_eq!(stream["parts"][0]["hidden"], "alternate data stream", "{stream}");
    assert_eq!(stream["parts"][0]["tallies"]["email_address"]["matches"], 1);
    // of many pieces, told of in records of their own
    let pieces = at(&artifacts, "ntfs.img!/pieces.csv");
    assert_eq!((&pieces["read"], &pieces["parts"][0]["records"]), (&"full".into(), &34_000.into()), "{pieces}");
    assert!(paths(&artifacts).contains(&"ntfs.img!/hard.txt"));
    assert!(!paths(&artifacts).iter().any(|path| path.contains("$Extend") || path.contains("$MFT")));
}

#[test]
fn a_journal_that_was_left_unfinished_is_applied() {
    let folder = delivery(&[("live.img", &fixture("ext4-live.img"))]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let late = at(&artifacts, "live.img!/late/later.csv");
    assert_eq!((&late["read"], &late["parts"][0]["records"]), (&"full".into(), &2.into()), "{late}");
    assert_eq!(gaps(at(&artifacts, "live.img")), []);
}

#[test]
fn partitions_are_looked_into_and_what_is_not_read_of_them_is_a_gap() {
    let folder = delivery(&[("mbr.img", &fixture("mbr.img")), ("gpt.img", &fixture("gpt.img"))]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    for path in ["mbr.img!/partition 1", "mbr.img!/partition 5", "mbr.img!/partition 6", "gpt.img!/partition 1"] {
        let list = at(&artifacts, &format!("{path}/hr/staff list.csv"));
        assert_eq!((&list["type"], &list["parts"][0]["records"]), (&"csv".into(), &2.into()), "{list}");
    }
    let sealed = at(&artifacts, "gpt.img!/partition 2");
    assert_eq!((&sealed["encryption"], gaps(sealed)[0].0), (&"strong".into(), "encrypted"), "{sealed}");
    let foreign = at(&artifacts, "gpt.img!/partition 3");
    assert!(gaps(foreign)[0].1.contains("XFS"), "{foreign}");
    // the copy of the table at the end stands in for the first
    let mut torn = fixture("gpt.img");
    torn[512..1024].fill(0);
    let folder = delivery(&[("torn.img", &torn)]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    assert_eq!(at(&artifacts, "torn.img!/partition 1/hr/staff list.csv")["read"], "full");
    assert_eq!(gaps(at(&artifacts, "torn.img"))[0].0, "malformed");
}

#[test]
fn disks_of_virtual_machines_hold_what_their_disk_holds() {
    let disk = fixture("fat12.img");
    let names = ["a.qcow2", "b.qcow2", "c.qcow2", "a.vmdk", "b.vmdk", "a.vhd", "a.vdi"];
    let mut files: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (*name, fixture(name))).collect();
    files.push(("own.qcow2", made::qcow(&disk)));
    files.push(("own.vmdk", made::vmdk(&disk)));
    files.push(("own.vhd", made::vhd(&disk)));
    files.push(("own.vdi", made::vdi(&disk)));
    let borrowed: Vec<(&str, &[u8])> = files.iter().map(|row| (row.0, row.1.as_slice())).collect();
    let folder = delivery(&borrowed);
    let (_, artifacts) = evidence(folder.path(), &[]);
    for (name, _) in &files {
        holds_the_tree(&artifacts, name);
    }
    // what is not whole by itself says so
    let mut backed = made::qcow(&disk);
    backed[8..16].copy_from_slice(&112_u64.to_be_bytes());
    let mut sealed = made::qcow(&disk);
    sealed[35] = 2;
    let mut kept = made::qcow(&disk);
    kept[63] = 3;
    let mut child = made::vhd(&disk);
    child[63] = 4;
    let folder = delivery(&[("backed.qcow2", &backed), ("sealed.qcow2", &sealed), ("kept.qcow2", &kept), ("child.vhd", &child)]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    for (name, kind) in
        [("backed.qcow2", "missing"), ("sealed.qcow2", "encrypted"), ("kept.qcow2", "unsupported"), ("child.vhd", "missing")]
    {
        assert_eq!(gaps(at(&artifacts, name)).first().map(|gap| gap.0), Some(kind), "{name}");
    }
    assert_eq!(at(&artifacts, "sealed.qcow2")["encryption"], "strong");
    assert!(paths(&artifacts).contains(&"kept.qcow2!/hr/staff list.csv"));
}

#[test]
fn content_is_the_same_byte_for_byte() {
    let large: Vec<u8> =
        (0..200_000_u32).flat_map(|number| (number.wrapping_mul(2_654_435_761) >> 8).to_le_bytes()).take(250_000).collect();
    let members: &[(&str, &[u8])] = &[("staff.csv", STAFF), ("large.bin", &large), ("nothing.txt", b"")];
    for (name, disk) in [("a.img", made::fat(members)), ("b.img", made::ext(members)), ("c.img", made::ntfs(members))] {
        let folder = delivery(&[
            (name, &disk),
            ("whole.img", &made::mbr(&[&disk, &made::fat(members)])),
            ("disk.qcow2", &made::qcow(&made::mbr(&[&disk]))),
            ("packed.img.gz", &crate::made::gzipped(&disk)),
        ]);
        let (_, artifacts) = evidence(folder.path(), &[]);
        for inside in [
            name.to_owned(),
            "whole.img!/partition 1".to_owned(),
            "whole.img!/partition 2".to_owned(),
            "disk.qcow2!/partition 1".to_owned(),
            "packed.img.gz!/packed.img".to_owned(),
        ] {
            let between = if inside.contains("partition") { "/" } else { "!/" };
            let own = at(&artifacts, &format!("{inside}{between}large.bin"));
            assert_eq!(own["digest"], digest(&large), "{name}: {own}");
            assert_eq!(at(&artifacts, &format!("{inside}{between}staff.csv"))["parts"][0]["records"], 2);
            assert_eq!(at(&artifacts, &format!("{inside}{between}nothing.txt"))["size"], 0);
        }
    }
}

#[test]
fn what_lies_outside_of_partitions_is_a_gap() {
    let mut disk = made::mbr(&[&made::fat(&[("staff.csv", STAFF)])]);
    disk.resize(12 << 20, 0);
    let folder = delivery(&[("empty.img", &disk)]);
    assert_eq!(gaps(at(&evidence(folder.path(), &[]).1, "empty.img")), []);
    disk[5 << 20..11 << 20].fill(b'x');
    let folder = delivery(&[("filled.img", &disk)]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let found = gaps(at(&artifacts, "filled.img"));
    assert!(found.iter().any(|gap| gap.0 == "unsupported" && gap.1.contains("outside of all partitions")), "{found:?}");
}

/// Tables that lead to themselves, sizes that nobody has, more partitions than there are bytes: each ends soon, and says that it was not whole.
#[test]
fn disks_made_to_harm_end_and_say_so() {
    let large = vec![7; 40_000];
    let members: &[(&str, &[u8])] = &[("staff.csv", STAFF), ("large.bin", &large)];
    // a chain of clusters that goes round: the file says it has 4 GiB
    let mut chain = made::fat(members);
    let table = 512;
    chain[table + 4..table + 7].copy_from_slice(&[0x03, 0x20, 0x00]);
    let row = chain.windows(11).position(|name| name == b"FILE0000DAT").expect("a row");
    chain[row + 28..row + 32].copy_from_slice(&[0xff; 4]);
    // a folder that is its own child
    let mut folders = made::ext(&[("folder", b"x"), ("staff.csv", STAFF)]);
    let inode = 5 * 1024 + 11 * 128;
    let root: Vec<u8> = folders[5 * 1024 + 128..5 * 1024 + 256].to_vec();
    folders[inode..inode + 128].copy_from_slice(&root);
    // a file of 2^43 bytes whose blocks of pointers are one block that points to itself
    let mut pointers = made::ext(members);
    let inode = 5 * 1024 + 12 * 128;
    let block = u32::from_le_bytes(pointers[inode + 88..inode + 92].try_into().expect("four")) as usize;
    pointers[inode + 96..inode + 100].copy_from_slice(&(block as u32).to_le_bytes());
    pointers[inode + 4..inode + 8].copy_from_slice(&[0xff; 4]);
    for at in (block * 1024..block * 1024 + 1024).step_by(4) {
        pointers[at..at + 4].copy_from_slice(&(block as u32).to_le_bytes());
    }
    // a table of files that says it has 2^40 bytes
    let mut files = made::ntfs(members);
    let size = 2048 + 56 + 48;
    files[size..size + 8].copy_from_slice(&(1_u64 << 40).to_le_bytes());
    // 2^32 partitions, of 2^60 sectors
    let mut parts = vec![0; 2 << 20];
    parts[510..512].copy_from_slice(b"\x55\xaa");
    parts[450] = 0xee;
    parts[454..462].copy_from_slice(&[1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    parts[512..524].copy_from_slice(b"EFI PART\0\0\x01\0");
    parts[584..592].copy_from_slice(&2_u64.to_le_bytes());
    parts[592..600].copy_from_slice(&[0xff, 0xff, 0xff, 0xff, 128, 0, 0, 0]);
    for row in parts[1024..].chunks_mut(128) {
        row[0] = 1;
        row[32..48].copy_from_slice(&[8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10]);
    }
    // logical partitions in a ring
    let mut ring = made::mbr(&[&made::fat(members)]);
    ring[462..478].copy_from_slice(&[0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0]);
    ring[512 + 446..512 + 462].copy_from_slice(&[0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0]);
    ring[1022..1024].copy_from_slice(b"\x55\xaa");
    // a disk that says it has 2^55 bytes, in tables that are not there
    let mut huge = made::qcow(&made::fat(members));
    huge[24..32].copy_from_slice(&(1_u64 << 55).to_be_bytes());
    let all = [
        ("chain.img", chain),
        ("folders.img", folders),
        ("pointers.img", pointers),
        ("files.img", files),
        ("parts.img", parts),
        ("ring.img", ring),
        ("huge.qcow2", huge),
    ];
    let borrowed: Vec<(&str, &[u8])> = all.iter().map(|row| (row.0, row.1.as_slice())).collect();
    let folder = delivery(&borrowed);
    // one that does not end is stopped, and would be a `crashed` gap
    let (_, artifacts) = evidence(folder.path(), &[]);
    for (name, _) in &all {
        let found: Vec<(&str, &str)> = artifacts
            .iter()
            .filter(|own| own["path"].as_str().is_some_and(|path| path.starts_with(name)))
            .flat_map(gaps)
            .collect();
        assert!(found.iter().all(|gap| gap.0 != "crashed"), "{name}: {found:?}");
        assert!(!found.is_empty() || ["huge.qcow2"].contains(name), "{name} is said to be whole");
    }
    for path in ["folders.img!/staff.csv", "ring.img!/partition 1/staff.csv", "files.img!/staff.csv", "huge.qcow2!/staff.csv"] {
        assert_eq!(at(&artifacts, path)["read"], "full", "{path}");
    }
}

#[test]
fn nonsense_in_every_disk_is_a_gap_and_ends_nobody() {
    let large = vec![7; 20_000];
    let members: &[(&str, &[u8])] = &[("staff.csv", STAFF), ("large.bin", &large)];
    let fat = made::fat(members);
    let seeds: Vec<(&str, Vec<u8>)> = vec![
        ("a.ext", made::ext(members)),
        ("a.ntfs", made::ntfs(members)),
        ("a.qcow2", made::qcow(&fat)),
        ("a.vmdk", made::vmdk(&fat)),
        ("a.vhd", made::vhd(&fat)),
        ("a.vdi", made::vdi(&fat)),
        ("a.fat", fat),
        ("b.ext4", fixture("ext4-inline.img")),
        ("b.live", fixture("ext4-live.img")),
        ("b.exfat", fixture("exfat.img")),
    ];
    let mut state = 11_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in &seeds {
        // where something stands, but for the first sector: that would be no disk any more
        let filled: Vec<usize> = (600..bytes.len()).filter(|at| bytes[*at] != 0).collect();
        for round in 0..12 {
            let mut broken = bytes.clone();
            for _ in 0..=round * 3 {
                broken[filled[random() % filled.len()]] = random() as u8;
            }
            broken.truncate(broken.len() - if round % 4 == 3 { random() % (broken.len() / 2) } else { 0 });
            crate::support::write(folder.path(), &format!("{round}/{name}"), &broken);
        }
    }
    let (_, artifacts) = evidence(folder.path(), &[]);
    let crashed: Vec<&Value> = artifacts.iter().filter(|artifact| gaps(artifact).iter().any(|gap| gap.0 == "crashed")).collect();
    assert!(crashed.is_empty(), "{crashed:?}");
    assert!(artifacts.len() > seeds.len() * 12);
}

#[test]
fn people_on_a_disk_are_counted_as_those_of_the_same_files() {
    let folder = delivery(&[("staff.csv", STAFF), ("stick.img", &made::fat(&[("copy.csv", STAFF)]))]);
    let (code, text, errors) = spoken(&run(&["discover", folder.path().to_str().expect("a plain path"), "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON")["people"]["total"], 2);
}
