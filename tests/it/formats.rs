//! Further formats: archives of systems, discs, old tables and documents, Parquet, mail stores, logs, and what lies in base64.

use crate::made::{ar, cab, cpio, dbf, doc, ppt, rpm};
use crate::support::{at, delivery, evidence, root, run, spoken, write};
use serde_json::Value;
use std::io::{Read, Write};

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
        ("disc.vhdx", &b"vhdxfile".iter().copied().chain([0x91; 60]).collect::<Vec<u8>>()),
    ]);
    let (_, artifacts) = evidence(folder.path(), &[]);
    for (path, kind, words) in [
        ("old.rar", "rar", "ask for it as zip or 7z"),
        ("old.lzh", "lha", "ask for it as zip or 7z"),
        ("staff.mdb", "access", "ask for it as CSV"),
        ("disc.vhdx", "vhdx", "ask for its files"),
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
