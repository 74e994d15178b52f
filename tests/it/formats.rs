//! Further formats: archives of systems, discs, old tables and documents, Parquet, mail stores, logs, and what lies in base64.

use crate::support::{at, delivery, evidence, root, run, spoken, write};
use serde_json::Value;
use std::io::{Cursor, Read, Write};

const STAFF: &[u8] =
    b"warrant_no,name,email\n100001,Ada Example,ada.example@example.org\n100002,Ben Sample,ben.sample@example.org\n";

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/fixtures").join(name)).expect("a fixture")
}

/// The disc was made by pycdlib, with Joliet and Rock Ridge; `only.csv` is in the Joliet tree alone.
fn disc() -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(fixture("container/disc.iso.gz").as_slice()).read_to_end(&mut out).expect("a disc");
    out
}

fn gaps(artifact: &Value) -> Vec<(&str, &str)> {
    let gaps = artifact["gaps"].as_array().map_or(&[][..], Vec::as_slice);
    gaps.iter().filter_map(|gap| Some((gap["kind"].as_str()?, gap["reason"].as_str()?))).collect()
}

fn people(folder: &std::path::Path) -> Value {
    let (code, text, errors) = spoken(&run(&["discover", folder.to_str().expect("a plain path"), "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    serde_json::from_str::<Value>(&text).expect("JSON")["people"]["total"].clone()
}

pub(crate) fn ar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, content) in members {
        out.extend(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 1_700_000_000, 0, 0, "100644", content.len()).bytes());
        out.extend_from_slice(content);
        out.extend((content.len() % 2 == 1).then_some(b'\n'));
    }
    out
}

pub(crate) fn cpio(members: &[(&str, u32, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let end: (&str, u32, &[u8]) = ("TRAILER!!!", 0, b"");
    for (name, mode, content) in members.iter().chain([&end]) {
        let fields = [1, *mode, 0, 0, 1, 1_700_000_000, content.len() as u32, 0, 0, 0, 0, name.len() as u32 + 1, 0];
        out.extend(b"070701");
        for field in fields {
            out.extend(format!("{field:08x}").bytes());
        }
        out.extend(name.bytes().chain([0]));
        while out.len() % 4 > 0 {
            out.push(0);
        }
        out.extend_from_slice(content);
        while out.len() % 4 > 0 {
            out.push(0);
        }
    }
    out
}

pub(crate) fn rpm(payload: &[u8]) -> Vec<u8> {
    let mut out = b"\xed\xab\xee\xdb\x03\0".to_vec();
    out.resize(96, 0);
    for (entries, store) in [(1_u32, 4_u32), (0, 0)] {
        out.extend(b"\x8e\xad\xe8\x01\0\0\0\0");
        out.extend(entries.to_be_bytes());
        out.extend(store.to_be_bytes());
        let size = (entries * 16 + store) as usize;
        // the signature is filled up to a multiple of eight
        out.extend(vec![0; if entries > 0 { size.next_multiple_of(8) } else { size }]);
    }
    out.extend_from_slice(payload);
    out
}

pub(crate) fn cab(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = cab::CabinetBuilder::new();
    let folder = builder.add_folder(cab::CompressionType::MsZip);
    for (name, _) in members {
        folder.add_file(*name);
    }
    let mut writer = builder.build(Cursor::new(Vec::new())).expect("a cabinet");
    let mut contents = members.iter();
    while let Some(mut file) = writer.next_file().expect("a file") {
        file.write_all(contents.next().expect("content").1).expect("content");
    }
    writer.finish().expect("a cabinet").into_inner()
}

fn dbf() -> Vec<u8> {
    let fields = [("WARRANT_NO", b'C', 10_u8), ("NAME", b'C', 20), ("BORN", b'D', 8)];
    let length: u16 = 1 + fields.iter().map(|field| u16::from(field.2)).sum::<u16>();
    let mut out = vec![3, 126, 11, 24];
    out.extend(4_u32.to_le_bytes());
    out.extend((32 + 32 * fields.len() as u16 + 1).to_le_bytes());
    out.extend(length.to_le_bytes());
    out.resize(32, 0);
    out[29] = 2;
    for (name, kind, size) in fields {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.push(kind);
        field.resize(16, 0);
        field.push(size);
        field.resize(32, 0);
        out.extend(field);
    }
    out.push(0x0d);
    for (mark, number, name, born) in [
        (b' ', "100001", &b"Ada Example"[..], "19800214"),
        (b' ', "100002", b"Ben Sample", "19810315"),
        (b' ', "100003", b"Zo\x89 Dawson", "19820416"),
        (b'*', "100004", b"Dora Deleted", "19830517"),
    ] {
        out.push(mark);
        out.extend(format!("{number:<10}").bytes());
        let mut name = name.to_vec();
        name.resize(20, b' ');
        out.extend(name);
        out.extend(born.bytes());
    }
    out.push(0x1a);
    out
}

/// A document of Word 97: pieces in one byte and in two, a table, a comment.
fn doc(encrypted: bool) -> Vec<u8> {
    let body = "Staff list\rWarrant no\x07Name\x07\x07100001\x07Ada Sampleton\x07\x07100002\x07Ben Carter\x07\x07The end\r";
    word(body, "Call cora.dawson@example.org\r", encrypted)
}

/// A document of Word 97 with this body in one byte a character, and this comment in two.
pub(crate) fn word(body: &str, comment: &str, encrypted: bool) -> Vec<u8> {
    let comment: Vec<u8> = comment.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let first = 0x400_u32;
    let second = (first + body.len() as u32).next_multiple_of(0x400);
    let mut main = vec![0; (second as usize + comment.len()).next_multiple_of(0x1000)];
    let mut put = |at: usize, bytes: &[u8]| main[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &0xa5ec_u16.to_le_bytes());
    put(2, &0xc1_u16.to_le_bytes());
    put(10, &(if encrypted { 0x100_u16 } else { 0 }).to_le_bytes());
    put(0x4c, &(body.len() as u32).to_le_bytes());
    put(0x5c, &(comment.len() as u32 / 2).to_le_bytes());
    put(first as usize, body.as_bytes());
    put(second as usize, &comment);
    let places = [0, body.len() as u32, body.len() as u32 + comment.len() as u32 / 2];
    let mut plc: Vec<u8> = places.iter().flat_map(|place| place.to_le_bytes()).collect();
    for at in [(first * 2) | 0x4000_0000, second] {
        plc.extend([0, 0]);
        plc.extend(at.to_le_bytes());
        plc.extend([0, 0]);
    }
    let mut clx = vec![1, 2, 0, 9, 9, 2];
    clx.extend((plc.len() as u32).to_le_bytes());
    clx.extend(plc);
    put(0x1a2, &0_u32.to_le_bytes());
    put(0x1a6, &(clx.len() as u32).to_le_bytes());
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a container");
    file.create_stream("/WordDocument").expect("a stream").write_all(&main).expect("content");
    file.create_stream("/0Table").expect("a stream").write_all(&clx).expect("content");
    file.into_inner().into_inner()
}

fn ppt() -> Vec<u8> {
    slides("Warrant no 100001 Ada Example", "Mail ada.example@example.org")
}

/// A presentation of 1997: one text in one byte a character, one in two.
pub(crate) fn slides(narrow: &str, wide: &str) -> Vec<u8> {
    let mut main = vec![0x0f, 0, 0xe8, 3, 0, 0, 0, 0];
    let wide: Vec<u8> = wide.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (kind, body) in [(4008_u16, narrow.as_bytes().to_vec()), (4000, wide)] {
        main.extend([0, 0]);
        main.extend(kind.to_le_bytes());
        main.extend((body.len() as u32).to_le_bytes());
        main.extend(body);
    }
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a container");
    file.create_stream("/PowerPoint Document").expect("a stream").write_all(&main).expect("content");
    file.into_inner().into_inner()
}

#[test]
fn members_of_system_archives_discs_and_cabinets_are_files() {
    let tree = cpio(&[("./hr", 0o040_755, b""), ("./hr/staff.csv", 0o100_644, STAFF), ("./link", 0o120_777, b"/etc/passwd")]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&tree).expect("content");
    let package = rpm(&packed.finish().expect("a stream"));
    let long = ar(&[("//", b"a name of more than sixteen.csv/\n"), ("/0", STAFF), ("short.txt/", b"odd")]);
    let folder = delivery(&[
        ("a.deb", &ar(&[("debian-binary", b"2.0\n"), ("staff.csv", STAFF)])),
        ("b.a", &long),
        ("c.cpio", &tree),
        ("d.rpm", &package),
        ("e.cab", &cab(&[("hr\\staff.csv", STAFF), ("notes.txt", b"notes\n")])),
        ("f.iso", &disc()),
        ("g.csv.lz4", &fixture("container/staff.csv.lz4")),
        ("h.iso.gz", &fixture("container/disc.iso.gz")),
    ]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    for path in [
        "a.deb!/staff.csv",
        "b.a!/a name of more than sixteen.csv",
        "c.cpio!/hr/staff.csv",
        "d.rpm!/payload!/payload!/hr/staff.csv",
        "e.cab!/hr/staff.csv",
        "f.iso!/hr/staff list.csv",
        "g.csv.lz4!/g.csv",
        "h.iso.gz!/h.iso!/hr/staff list.csv",
    ] {
        let member = at(&artifacts, path);
        assert_eq!((&member["type"], &member["read"]), (&"csv".into(), &"full".into()), "{path}: {member}");
        let outer = path.split("!/").next().expect("an outer file");
        assert_eq!(gaps(at(&artifacts, outer)), [], "{outer}");
    }
    let hidden = at(&artifacts, "f.iso!/only.csv");
    assert_eq!(hidden["parts"][0]["hidden"], "only in the second tree of names", "{hidden}");
    assert_eq!(gaps(at(&artifacts, "c.cpio!/link")).first().map(|gap| gap.0), Some("not_a_file"));
    assert_eq!(people(folder.path()), 3);
}

#[test]
fn old_tables_show_what_was_deleted_and_say_what_is_missing() {
    let whole = dbf();
    let mut sealed = whole.clone();
    sealed[15] = 1;
    let folder = delivery(&[("staff.dbf", &whole), ("cut.dbf", &whole[..whole.len() - 60]), ("sealed.dbf", &sealed)]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let own = at(&artifacts, "staff.dbf");
    assert_eq!((&own["type"], &own["read"]), (&"dbf".into(), &"full".into()), "{own}");
    assert_eq!(own["parts"][0]["records"], 3);
    assert_eq!((&own["parts"][1]["records"], &own["parts"][1]["hidden"]), (&1.into(), &"deleted records".into()));
    for class in ["warrant_number", "person_name", "date_of_birth"] {
        assert_eq!(own["parts"][0]["tallies"][class]["matches"], 3, "{class}: {own}");
    }
    assert!(gaps(at(&artifacts, "cut.dbf")).first().is_some_and(|gap| gap.1.contains("of 4 records")), "{artifacts:?}");
    assert_eq!(
        (&at(&artifacts, "sealed.dbf")["encryption"], &at(&artifacts, "sealed.dbf")["read"]),
        (&"weak".into(), &"none".into())
    );
}

#[test]
fn old_documents_and_slides_are_read() {
    let folder = delivery(&[("list.doc", &doc(false)), ("sealed.doc", &doc(true)), ("slides.ppt", &ppt())]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let own = at(&artifacts, "list.doc");
    assert_eq!((&own["type"], &own["read"]), (&"doc".into(), &"full".into()), "{own}");
    let table = own["parts"].as_array().expect("parts").iter().find(|part| part["kind"] == "table").expect("a table");
    assert_eq!(table["tallies"]["warrant_number"]["matches"], 2, "{own}");
    let comment = own["parts"].as_array().expect("parts").iter().find(|part| part["hidden"] == "comment").expect("a comment");
    assert_eq!(comment["tallies"]["email_address"]["matches"], 1, "{own}");
    assert_eq!(
        (&at(&artifacts, "sealed.doc")["encryption"], &at(&artifacts, "sealed.doc")["read"]),
        (&"weak".into(), &"none".into())
    );
    let slides = at(&artifacts, "slides.ppt");
    assert_eq!(slides["type"], "ppt");
    assert_eq!(slides["parts"][0]["tallies"]["email_address"]["matches"], 1, "{slides}");
}

/// The tables were made by pyarrow: `staff.parquet` in Snappy with dictionaries and a structure, `zstd.parquet` in Zstandard,
/// `plainfooter.parquet` with encrypted columns and a footer in clear.
#[test]
fn parquet_tables_are_read_or_named_and_encrypted_ones_are_known_in_every_build() {
    let mut sealed = b"PARE".to_vec();
    sealed.extend((0..400_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8));
    sealed.extend(100_u32.to_le_bytes());
    sealed.extend(b"PARE");
    let whole = fixture("document/staff.parquet");
    let folder = delivery(&[
        ("staff.parquet", &whole),
        ("zstd.parquet", &fixture("document/zstd.parquet")),
        ("sealed.parquet", &sealed),
        ("columns.parquet", &fixture("document/plainfooter.parquet")),
        ("cut.parquet", &whole[..whole.len() / 2]),
    ]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let own = at(&artifacts, "sealed.parquet");
    assert_eq!((&own["type"], &own["encryption"]), (&"parquet".into(), &"strong".into()), "{own}");
    assert_eq!(gaps(own).first().map(|gap| gap.0), Some("encrypted"));
    assert_eq!(gaps(at(&artifacts, "columns.parquet")).first().map(|gap| gap.0), Some("encrypted"));
    assert_eq!(gaps(at(&artifacts, "cut.parquet")).first().map(|gap| gap.0), Some("malformed"));
    let own = at(&artifacts, "staff.parquet");
    if cfg!(feature = "parquet") {
        assert_eq!((&own["read"], &own["parts"][0]["records"]), (&"full".into(), &60.into()), "{own}");
        assert_eq!(own["parts"][0]["tallies"]["warrant_number"]["matches"], 60, "{own}");
        assert_eq!(own["parts"][0]["tallies"]["person_name"]["matches"], 60);
        let headers: Vec<&Value> =
            own["parts"][0]["columns"].as_array().expect("columns").iter().map(|column| &column["header"]).collect();
        assert!(headers.iter().any(|header| *header == "address.postcode"), "{headers:?}");
    } else {
        assert!(gaps(own).first().is_some_and(|gap| gap.0 == "unsupported" && gap.1.contains("feature `parquet`")), "{own}");
    }
    if !cfg!(feature = "parquet-zstd") {
        assert!(gaps(at(&artifacts, "zstd.parquet")).first().is_some_and(|gap| gap.0 == "unsupported"));
    }
}

#[test]
fn what_is_recognised_and_not_read_says_what_to_ask_for() {
    let rar5: Vec<u8> = b"Rar!\x1a\x07\x01\0".iter().copied().chain([1, 2, 3, 4, 33, 4, 0]).chain([0x91; 60]).collect();
    let rar4: Vec<u8> = b"Rar!\x1a\x07\0".iter().copied().chain([0xcf, 0x90, 0x73, 0, 0, 13, 0]).chain([0x91; 60]).collect();
    let lha: Vec<u8> = b"\x20\x10-lh5-".iter().copied().chain([0x91; 60]).collect();
    let folder = delivery(&[
        ("sealed.rar", &rar5),
        ("old.rar", &rar4),
        ("old.lzh", &lha),
        ("staff.mdb", &b"\0\x01\0\0Standard Jet DB\0".iter().copied().chain([0x91; 60]).collect::<Vec<u8>>()),
        ("disc.vmdk", &b"KDMV\x01\0\0\0".iter().copied().chain([0x91; 60]).collect::<Vec<u8>>()),
    ]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    for (path, kind, words) in [
        ("old.rar", "rar", "ask for it as zip or 7z"),
        ("old.lzh", "lha", "ask for it as zip or 7z"),
        ("staff.mdb", "access", "ask for it as CSV"),
        ("disc.vmdk", "vmdk", "ask for its files"),
    ] {
        let own = at(&artifacts, path);
        assert_eq!(own["type"], kind, "{own}");
        assert_ne!(own["read"], "full", "{own}");
        assert!(gaps(own).first().is_some_and(|gap| gap.0 == "unsupported" && gap.1.contains(words)), "{own}");
    }
    assert_eq!(at(&artifacts, "sealed.rar")["encryption"], "strong");
    assert_eq!(gaps(at(&artifacts, "sealed.rar")).first().map(|gap| gap.0), Some("encrypted"));
}

#[test]
fn addresses_in_logs_are_read_as_they_were_meant() {
    let lines: String = (0..30)
        .map(|n| {
            let who = ["Ada%20Sampleton", "Ben+Carter", "Cora%2520Dawson"][n % 3];
            format!(
                "81.2.69.{n} - - [24/Nov/2026:10:00:{n:02} +0000] \"GET /card?name={who}&email=user{}%40example.org HTTP/1.1\" 200 12 \"-\" \"Mozilla/5.0\"\n",
                n % 3
            )
        })
        .collect();
    let folder =
        delivery(&[("logs/access.log", lines.as_bytes()), ("note.txt", b"https://cards.example/s?mail=ada%40example.org\n")]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    let own = at(&artifacts, "logs/access.log");
    assert_eq!(own["type"], "access_log", "{own}");
    for class in ["person_name", "email_address", "ip_address"] {
        assert_eq!(own["parts"][0]["tallies"][class]["matches"], 30, "{class}: {own}");
    }
    assert_eq!(at(&artifacts, "note.txt")["parts"][0]["tallies"]["email_address"]["matches"], 1);
    assert_eq!(people(folder.path()), 4);
}

#[test]
fn what_lies_in_base64_is_read_and_not_kept() {
    use base64::Engine as _;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let list = encode(STAFF);
    let secret = format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: cards\ndata:\n  password: {}\n  dsn: {}\n  staff.csv: {list}\n",
        encode(b"Winter2031!"),
        encode(b"postgres://bureau:s3cretValue@db.example/cards")
    );
    let picture = encode(&[&b"\x89PNG\r\n\x1a\n"[..], &[7; 60]].concat());
    let json = format!(
        "{{\"proof\": \"data:image/png;base64,{picture}\", \"note\": \"{}\"}}",
        encode(b"ask ada.example@example.org for it")
    );
    let folder = delivery(&[("secret.yaml", secret.as_bytes()), ("proof.json", json.as_bytes())]);
    let (text, artifacts) = evidence(folder.path(), &[]);
    let own = at(&artifacts, "secret.yaml");
    let credentials: u64 =
        own["parts"].as_array().expect("parts").iter().filter_map(|part| part["tallies"]["credential"]["matches"].as_u64()).sum();
    assert_eq!(credentials, 2, "{own}");
    assert_eq!(at(&artifacts, "secret.yaml!/data.staff.csv")["type"], "csv");
    assert_eq!(at(&artifacts, "proof.json!/proof")["type"], "png");
    assert!(at(&artifacts, "proof.json")["parts"].to_string().contains("email_address"));
    for value in [encode(b"Winter2031!"), "Winter2031!".to_owned(), encode(b"postgres"), list, picture] {
        assert!(!text.contains(value.trim_end_matches('=')), "the evidence holds {value}");
    }
}

#[test]
fn mail_stores_are_opened_and_broken_ones_are_gaps() {
    let mut head = b"!BDN".to_vec();
    head.resize(600, 0);
    head[10] = 23;
    let mut new = head.clone();
    new[10] = 36;
    let mut sealed = head.clone();
    sealed[513] = 0x10;
    let folder = delivery(&[("broken.pst", &head), ("new.ost", &new), ("sealed.pst", &sealed)]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    assert_eq!(gaps(at(&artifacts, "broken.pst")).first().map(|gap| gap.0), Some("malformed"));
    assert!(gaps(at(&artifacts, "new.ost")).first().is_some_and(|gap| gap.1.contains("ask for it as pst")));
    assert_eq!(at(&artifacts, "sealed.pst")["encryption"], "strong");
}

#[test]
fn nonsense_in_every_further_format_is_a_gap() {
    let tree = cpio(&[("hr/staff.csv", 0o100_644, STAFF)]);
    let seeds: Vec<(&str, Vec<u8>)> = vec![
        ("a.deb", ar(&[("staff.csv", STAFF), ("#1/9", b"staff.csvmore")])),
        ("a.cpio", tree.clone()),
        ("a.rpm", rpm(&tree)),
        ("a.cab", cab(&[("hr/staff.csv", STAFF)])),
        ("a.iso", disc()),
        ("a.lz4", fixture("container/staff.csv.lz4")),
        ("a.dbf", dbf()),
        ("a.doc", doc(false)),
        ("a.ppt", ppt()),
        ("a.parquet", fixture("document/staff.parquet")),
        ("a.xlsx", fixture("document/sealed.xlsx")),
    ];
    let mut state = 7_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut count = 0;
    for (name, bytes) in &seeds {
        for round in 0..20 {
            let mut broken = bytes.clone();
            // half of the blows go where the directory of a disc or the head of a document is
            for _ in 0..=round % 6 {
                let (from, to) = match (*name, round % 2) {
                    ("a.iso", 0) => (16 * 2048, broken.len()),
                    ("a.doc" | "a.ppt", 0) => (512, broken.len()),
                    _ => (6, broken.len()),
                };
                broken[from + random() % (to - from)] = random() as u8;
            }
            broken.truncate(broken.len() - if round % 3 == 0 { random() % (broken.len() / 2) } else { 0 });
            write(folder.path(), &format!("{round}/{name}"), &broken);
            count += 1;
        }
    }
    write(folder.path(), "password.txt", b"secret\n");
    let (_, artifacts) = evidence(folder.path(), &[]);
    let crashed: Vec<&Value> = artifacts.iter().filter(|artifact| gaps(artifact).iter().any(|gap| gap.0 == "crashed")).collect();
    assert!(crashed.is_empty(), "{crashed:?}");
    assert!(artifacts.len() > count);
}
