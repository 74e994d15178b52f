//! Large files that workers read in pieces give the evidence that one worker gives that reads them from beginning to end, to the byte, whatever
//! lies where a piece begins; and they were read in pieces, or it is known why not.

use provost::audit::{Auditor, FLAGSHIP};
use provost::collect::event::Event;
use provost::collect::shard::{MergeError, Shard};
use provost::collect::walk::Target;
use provost::collect::{Confinement, Workers};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A small generator: the same numbers in every run.
struct Made(u64);

impl Made {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.below(words.len() as u64)).expect("small")]
    }

    fn name(&mut self) -> (String, String) {
        const GIVEN: [&str; 8] = ["Ada", "Ben", "Cara", "Dev", "Elin", "Finn", "Zoë", "Gwen"];
        const FAMILY: [&str; 8] = ["Example", "Sample", "Placeholder", "Specimen", "Mustermann", "Tester", "Muster", "O'Sample"];
        (self.of(&GIVEN).to_owned(), self.of(&FAMILY).to_owned())
    }
}

/// A register of people: notes in quotes with line ends in them, people who come again, days on which cards were issued.
fn register(rows: u64, end: &str, header: bool) -> String {
    let (mut made, mut out) = (Made(7), String::new());
    if header {
        write!(out, "warrant_no,name,email,rank,Card issued,notes{end}").expect("memory");
    }
    for row in 0..rows {
        // who comes again comes with all that is known of him
        let mut made_row = Made(if row % 9 == 4 { row / 3 } else { row });
        let (given, family) = made_row.name();
        let number = 10_000 + made_row.below(80_000);
        let rank = made_row.of(&["PC", "Sergeant", "Inspector", "Constable"]);
        let (month, day) = (1 + made_row.below(12), 1 + made_row.below(28));
        let notes = match made.below(6) {
            0 => format!("\"left,{end}then \"\"came\"\" back{end}1,2,3,4,5,6{end}\""),
            1 => "\"\"".to_owned(),
            2 => format!("\"ring {given} on 07700 900{:03}\"", made.below(1000)),
            3 => format!("\"a,b,c,d,e,f{end}1,2,3,4,5,6{end}g,h,i,j,k,l\""),
            _ => "none".to_owned(),
        };
        let mail =
            format!("{}.{}{number}@example.org", given.to_lowercase().replace('ë', "e"), family.to_lowercase().replace('\'', ""));
        write!(out, "{number},{given} {family},{mail},{rank},2024-{month:02}-{day:02},{notes}{end}").expect("memory");
        if made.below(40) == 0 {
            out.push_str(&end.repeat(usize::try_from(made.below(5)).expect("small")));
        }
    }
    out
}

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

fn auditor(count: usize) -> Auditor {
    let mut auditor = Auditor::new(FLAGSHIP, &[]).expect("a policy");
    let program = PathBuf::from(env!("CARGO_BIN_EXE_provost"));
    auditor.workers = Workers::Processes { program, count, confinement: Confinement::new(false) };
    auditor
}

/// The evidence, and how many pieces each artifact that was read in pieces had.
fn evidence(auditor: &Auditor, folder: &Path) -> (String, Vec<u64>) {
    let pieces = Mutex::new(Vec::new());
    let told = |event: &Event<'_>| {
        if let Event::Note(note) = event
            && let Some(count) = note.strip_suffix(" pieces").and_then(|note| note.rsplit(' ').next())
        {
            pieces.lock().expect("a lock").push(count.parse().expect("a number"));
        }
    };
    let evidence = auditor.collect(&Target::Path(folder.to_owned()), &told).expect("evidence");
    (serde_json::to_string(&evidence).expect("JSON"), pieces.into_inner().expect("a lock"))
}

/// Reads one file whole and in pieces of several sizes; `split` says whether pieces can be used.
fn same(name: &str, bytes: &[u8], sizes: &[u64], split: bool) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(name), bytes).expect("a file");
    let mut auditor = auditor(3);
    auditor.piece_bytes = 0;
    let (whole, none) = evidence(&auditor, folder.path());
    assert!(none.is_empty());
    for size in sizes {
        auditor.piece_bytes = *size;
        let (pieced, pieces) = evidence(&auditor, folder.path());
        let wanted = if split { vec![(bytes.len() as u64).div_ceil(*size)] } else { Vec::new() };
        assert_eq!(pieces, wanted, "{name} in pieces of {size}");
        if pieced != whole {
            let at = pieced.bytes().zip(whole.bytes()).take_while(|row| row.0 == row.1).count();
            let around = |text: &str| text.get(at.saturating_sub(300)..(at + 100).min(text.len())).unwrap_or("").to_owned();
            panic!("{name} in pieces of {size}\n{}\n{}", around(&pieced), around(&whole));
        }
    }
    whole
}

#[test]
fn tables_in_pieces_are_the_tables_whatever_lies_where_a_piece_begins() {
    let text = register(1_500, "\r\n", true);
    assert!(text.len() > 100_000);
    let whole = same("staff.csv", text.as_bytes(), &[8_191, 30_000, 64 << 10], true);
    // it is no table of nothing
    for word in ["warrant_number", "email_address", "\"dates\"", "\"rows\":[{", "phone_number"] {
        assert!(whole.contains(word), "{word}");
    }
    for (name, text) in [
        ("lf.csv", register(1_500, "\n", true)),
        ("returns.csv", register(1_200, "\r", true)),
        ("bare.csv", register(1_200, "\n", false)),
        ("open-ended.csv", register(1_200, "\n", true) + "4711,Ada Example,ada@example.org,PC,2024-03-05,last"),
        ("blank.csv", register(1_200, "\n", true) + &"\r\n".repeat(40_000)),
    ] {
        same(name, text.as_bytes(), &[20_011], true);
    }
    let tabs = register(1_200, "\n", true).replace("1,2,3,4,5,6", "x").replace(',', "\t");
    same("staff.tsv", tabs.as_bytes(), &[15_000], true);
    let marked = ["\u{feff}", &register(1_200, "\n", true)].concat();
    same("marked.csv", marked.as_bytes(), &[15_000], true);
}

#[test]
fn tables_in_old_encodings_and_with_broken_bytes_are_read_in_pieces() {
    let text = register(1_400, "\r\n", true);
    same("latin.csv", &latin(&text), &[9_001, 33_333], true);
    // late in the file, where nobody sees it coming
    let mut broken = text.clone().into_bytes();
    for at in (80_000..broken.len()).step_by(1_013) {
        if broken[at].is_ascii_lowercase() {
            broken[at] = if at % 2 == 0 { 0xff } else { 0xe2 };
        }
    }
    same("broken.csv", &broken, &[9_001], true);
}

#[test]
fn records_longer_than_a_piece_and_lines_that_look_like_records() {
    let mut text = register(800, "\n", true);
    let inner = "1,Ben Sample,ben@example.org,PC,2024-01-01,none\n".repeat(1_500);
    writeln!(text, "5,Ada Example,ada@example.org,PC,2024-02-02,\"{inner}\"").expect("memory");
    text.push_str(register(800, "\n", true).split_once('\n').expect("a header").1);
    same("long.csv", text.as_bytes(), &[10_000, 40_000], true);
}

#[test]
fn what_pieces_do_not_have_is_read_whole() {
    let text = register(1_500, "\n", true);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    same("wide.csv", &utf16, &[20_000], false);
    let mut zeros = text.clone().into_bytes();
    let at = zeros.len() - 20_000;
    zeros.insert(at, 0);
    same("zeros.csv", &zeros, &[20_000], false);
    let unclosed = format!("{text}9,\"{}", "x,y\n".repeat(400_000));
    let whole = same("unclosed.csv", unclosed.as_bytes(), &[200_000], false);
    assert!(whole.contains("a quote that does not close"));
    let mut data = b"PK\x03\x04".to_vec();
    data.extend((0..100_000_u32).flat_map(u32::to_le_bytes));
    same("staff.bin", &data, &[20_000], false);
    same("small.csv", register(300, "\n", true).as_bytes(), &[20_000], false);
}

#[test]
fn logs_texts_and_json_lines_in_pieces_are_the_same() {
    let mut made = Made(3);
    let mib = 1 << 20;
    let mut log = String::new();
    while log.len() < 5 * mib / 2 {
        let (given, family) = made.name();
        let (host, second) = (made.below(250), made.below(60));
        writeln!(log, "192.0.2.{host} - - [24/Nov/2026:10:00:{second:02} +0000] \"GET /card?name={given}%20{family}&no={} HTTP/1.1\" 200 12", made.below(90_000)).expect("memory");
    }
    same("access.log", log.as_bytes(), &[mib as u64], true);
    let mut text = String::new();
    while text.len() < 7 * mib / 2 {
        let (given, family) = made.name();
        match made.below(30) {
            0 => text.push('\n'),
            1 => writeln!(
                text,
                "{given} {family} has the number {} and writes from {}@example.org.",
                made.below(90_000),
                family.to_lowercase()
            )
            .expect("memory"),
            2 if made.below(40) == 0 => text.push_str(&"an endless line; ".repeat(9_000)),
            3 => writeln!(text, "warrant number: {}", 10_000 + made.below(80_000)).expect("memory"),
            _ => text.push_str("of this and that, and of what else there was to be said of the day\n"),
        }
    }
    let whole = same("notes.txt", text.as_bytes(), &[mib as u64], true);
    assert!(whole.contains("email_address"));
    let mut lines = String::new();
    let mut at = 0;
    while lines.len() < 5 * mib / 2 {
        let (given, family) = made.name();
        at += 1;
        let more =
            if at > 600 && at % 50 == 0 { format!(",\"late\":\"ring 07700 900{:03}\"", made.below(1000)) } else { String::new() };
        if at % 700 == 3 {
            writeln!(lines, "this is no object, says {given} {family} of late@example.org").expect("memory");
        }
        writeln!(
            lines,
            "{{\"id\":{at},\"person\":{{\"name\":\"{given} {family}\",\"email\":\"p{at}@example.org\"}},\"text\":\"{}\"{more}}}",
            "of this and that ".repeat(6)
        )
        .expect("memory");
    }
    let whole = same("people.jsonl", lines.as_bytes(), &[mib as u64], true);
    for word in ["lines are not JSON, the first of them line 3", "outside the table", "phone_number"] {
        assert!(whole.contains(word), "{word}");
    }
}

#[test]
fn one_line_of_many_megabytes_is_one_pieces() {
    let mut text = "of this and that\n".repeat(30_000);
    text.push_str(&"ada@example.org and others; ".repeat(110_000));
    text.push('\n');
    text.push_str(&"of this and that, says ben@example.org\n".repeat(40_000));
    same("endless.txt", text.as_bytes(), &[1 << 20], true);
}

/// A delivery in so many parts, each as a file would hold it, put together the last first; and how many pieces the parts had.
fn merged(auditor: &Auditor, folder: &Path, of: u32) -> (Result<String, MergeError>, usize) {
    let target = Target::Path(folder.to_owned());
    let mut pieces = 0;
    let part = |index: u32| {
        let shard: Shard = format!("{index}/{of}").parse().expect("a part");
        let part = auditor.collect_part(&target, shard, &|_| {}).expect("a part");
        pieces += part.fractions();
        let mut bytes = Vec::new();
        part.write(&mut bytes).expect("memory");
        let text = String::from_utf8_lossy(&bytes);
        for value in ["Mustermann", "Specimen", "@example.org", "07700 900"] {
            assert!(!text.contains(value), "a part holds {value}");
        }
        let name = format!("part {index}");
        let read = provost::collect::shard::Part::read(&name, bytes.as_slice()).expect("a part");
        (name, read)
    };
    let parts: Vec<_> = (1..=of).rev().map(part).collect();
    let evidence = auditor.merge(parts).map(|evidence| serde_json::to_string(&evidence).expect("JSON"));
    (evidence, pieces)
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("a file");
    }
    folder
}

#[test]
fn parts_share_a_large_file_and_make_the_whole_to_the_byte() {
    let text = register(2_600, "\r\n", true);
    let small = register(20, "\n", true);
    let delivery =
        folder(&[("a.csv", small.as_bytes()), ("staff.csv", text.as_bytes()), ("z.txt", b"Ada Example, ada@example.org\n")]);
    let mut auditor = auditor(1);
    auditor.piece_bytes = 0;
    let (whole, _) = evidence(&auditor, delivery.path());
    auditor.piece_bytes = 9_001;
    let count = text.len().div_ceil(9_001);
    for of in [2, 7, 64] {
        let (evidence, pieces) = merged(&auditor, delivery.path(), of);
        assert!(evidence.expect("evidence") == whole, "{of} parts");
        assert_eq!(pieces, count, "{of} parts");
    }
    // parts that read large files whole have nothing to do with those that do not
    let part = |auditor: &Auditor, index: u32| {
        let shard = format!("{index}/2").parse().expect("a part");
        let target = Target::Path(delivery.path().to_owned());
        (format!("part {index}"), auditor.collect_part(&target, shard, &|_| {}).expect("a part"))
    };
    let one = part(&auditor, 1);
    auditor.piece_bytes = 0;
    let refused = auditor.merge(vec![one, part(&auditor, 2)]);
    assert!(matches!(&refused, Err(MergeError::Foreign(..))), "{:?}", refused.err());
}

#[test]
fn parts_of_files_that_are_not_as_pieces_are_make_the_whole_too() {
    let text = register(1_500, "\n", true);
    // records of any width: no guess is sure, and all before is read to know
    let ragged: String = text.lines().enumerate().fold(String::new(), |all, (at, line)| {
        let more = ["", ",more", ",more,and more"][at * 7 % 3];
        all + line + if line.contains('"') { "" } else { more } + "\n"
    });
    let mut zeros = text.clone().into_bytes();
    zeros.insert(text.len() - 30_000, 0);
    let unclosed = format!("{text}9,\"{}", "x,y\n".repeat(300_000));
    let mut data = b"PK\x03\x04".to_vec();
    data.extend((0..60_000_u32).flat_map(u32::to_le_bytes));
    for (name, bytes, is_split) in [
        ("ragged.csv", ragged.as_bytes(), true),
        ("zeros.csv", zeros.as_slice(), false),
        ("unclosed.csv", unclosed.as_bytes(), false),
        ("data.bin", data.as_slice(), false),
    ] {
        let delivery = folder(&[(name, bytes)]);
        let mut auditor = auditor(1);
        auditor.piece_bytes = 0;
        let (whole, _) = evidence(&auditor, delivery.path());
        auditor.piece_bytes = if bytes.len() > 1_000_000 { 300_000 } else { 21_001 };
        for of in [2, 5] {
            let (evidence, pieces) = merged(&auditor, delivery.path(), of);
            assert!(evidence.expect("evidence") == whole, "{name} in {of}");
            assert!(!is_split || pieces as u64 == (bytes.len() as u64).div_ceil(auditor.piece_bytes), "{name} in {of}");
        }
    }
}

#[test]
fn a_guess_that_was_wrong_makes_no_evidence() {
    // a table in a cell of a table, longer than anything that is looked at
    let mut text = register(900, "\n", true);
    let inner = "1,Ben Sample,ben@example.org,PC,2024-01-01,none\n".repeat(15_000);
    writeln!(text, "5,Ada Example,ada@example.org,PC,2024-02-02,\"{inner}\"").expect("memory");
    text.push_str(register(900, "\n", true).split_once('\n').expect("a header").1);
    let delivery = folder(&[("long.csv", text.as_bytes())]);
    let mut auditor = auditor(1);
    auditor.piece_bytes = 400_000;
    let (evidence, _) = merged(&auditor, delivery.path(), 2);
    let Err(error) = evidence else { panic!("a guess is believed") };
    let error = error.to_string();
    assert!(error.contains("artifact 1 was cut") && error.contains("--whole-files"), "{error}");
    // one machine knows better, and so does who has pieces in which no record begins
    let whole = same("long.csv", text.as_bytes(), &[400_000, 70_000], true);
    auditor.piece_bytes = 70_000;
    let (evidence, _) = merged(&auditor, delivery.path(), 6);
    assert!(evidence.expect("evidence").contains("\"records\":1801,") && whole.contains("\"records\":1801,"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_piece_that_kills_its_workers_costs_the_file_and_no_other() {
    use std::os::unix::fs::PermissionsExt as _;
    let text = register(1_500, "\n", true);
    let delivery = folder(&[("staff.csv", text.as_bytes()), ("z.txt", b"Ada Example, ada@example.org\n")]);
    let place = tempfile::tempdir().expect("a folder");
    let program = place.path().join("program");
    let script = format!("#!/bin/sh\n/usr/bin/sed -u '/\"from\":40000,/Q' | {} worker\n", env!("CARGO_BIN_EXE_provost"));
    std::fs::write(&program, script).expect("a file");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("permissions");
    let mut auditor = auditor(2);
    auditor.workers = Workers::Processes { program, count: 2, confinement: Confinement::new(false) };
    auditor.piece_bytes = 20_000;
    let (evidence, pieces) = evidence(&auditor, delivery.path());
    let json: serde_json::Value = serde_json::from_str(&evidence).expect("JSON");
    let artifact = |at: usize| &json["artifacts"][at];
    assert!(pieces.is_empty() && artifact(0)["gaps"][0]["kind"] == "crashed", "{}", artifact(0));
    assert_eq!(artifact(1)["read"], "full");
}

#[test]
fn what_was_read_in_pieces_is_not_read_again() {
    use provost::collect::cache::Cache;
    use provost::collect::journal::Journal;
    let folder = tempfile::tempdir().expect("a folder");
    let own = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("people.csv");
    std::fs::write(&file, register(40_000, "\n", true)).expect("a file");
    // a journal knows files by their stamp, and what changed less than two seconds before a walk has none
    std::thread::sleep(std::time::Duration::from_secs(3));
    let mut auditor = auditor(2);
    auditor.piece_bytes = 1 << 20;
    let key = auditor.engine.key.clone();
    auditor.cache = Some(Cache::open(&own.path().join("cache"), key.clone(), folder.path()).expect("a cache"));
    let (first, pieces) = evidence(&auditor, folder.path());
    assert_eq!(pieces.len(), 1);
    let (second, pieces) = evidence(&auditor, folder.path());
    assert_eq!((first.as_str(), pieces.len()), (second.as_str(), 0), "the cache has it");
    auditor.cache = None;
    let journal = || Journal::open(&own.path().join("journal"), key.clone(), folder.path()).expect("a journal");
    auditor.journal = Some(journal());
    let (third, pieces) = evidence(&auditor, folder.path());
    assert_eq!((first.as_str(), pieces.len()), (third.as_str(), 1));
    // one audit at a time
    auditor.journal = None;
    auditor.journal = Some(journal());
    let (fourth, pieces) = evidence(&auditor, folder.path());
    assert_eq!((first.as_str(), pieces.len()), (fourth.as_str(), 0), "the journal has it");
}
