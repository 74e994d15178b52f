//! Deliveries that are no folder: an archive, an image of containers, standard input, and whatever a server says that it has. What is found
//! in them is what a folder of the same files gives, and what could not be had is a gap.

use crate::made::{gzipped, sevened, tar_header, tarred, zipped};
use crate::support::{DATE, at, collect, delivery, provost, root, run, spoken};
use provost::audit::{Auditor, FLAGSHIP};
use provost::collect::remote::{Fetched, Remote};
use provost::collect::walk::{Entry, EntryKind, Target, TargetError};
use provost::collect::{Confinement, Workers};
use provost::model::evidence::{Gap, GapKind};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

const STAFF: &[u8] = b"name,email\nAda Example,ada.example@example.org\nBen Sample,ben.sample@example.org\n";
const MANIFEST: &[u8] = b"provost-manifest: 1\ndocuments:\n  - type: data-processing-agreement\n    issued: 2026-01-01\n    path: contracts/dpa.txt\n";
const FILES: [(&str, &[u8]); 3] =
    [("provost-manifest.yaml", MANIFEST), ("contracts/dpa.txt", b"agreed\n"), ("hr/staff.csv", STAFF)];

fn piped(arguments: &[&str], bytes: &[u8]) -> (i32, String, String) {
    let mut child =
        provost().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("an input");
    let bytes = bytes.to_vec();
    // one that refuses its arguments does not listen
    let writer = std::thread::spawn(move || drop(input.write_all(&bytes)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("a writer");
    spoken(&output)
}

fn below(folder: &str) -> Vec<(String, &'static [u8])> {
    FILES.iter().map(|(path, bytes)| (format!("{folder}{path}"), *bytes)).collect()
}

fn named<'a>(files: &'a [(String, &'static [u8])]) -> Vec<(&'a str, &'a [u8])> {
    files.iter().map(|(path, bytes)| (path.as_str(), *bytes)).collect()
}

fn seven(files: &[(&str, &[u8])]) -> Vec<u8> {
    let files: Vec<(String, Vec<u8>)> = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    sevened(&files)
}

#[test]
fn what_comes_through_a_pipe_is_read_as_the_file_it_is() {
    let tgz = gzipped(&tarred(&FILES));
    let (code, text, errors) = piped(&["discover", "-", "--format", "json"], &tgz);
    assert_eq!(code, 0, "{errors}");
    let found: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&found["people"]["total"], &found["target"]), (&json!(2), &json!("stdin")));
    let (code, text, errors) = piped(&["audit", "-", "--stdin-name", "backup.tar.gz", "--date", DATE, "--format", "json"], &tgz);
    assert!(code == 1, "{errors}");
    let audited: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(audited["target"], "backup.tar.gz");
    assert!(text.contains("backup.tar.gz!/backup.tar!/hr/staff.csv"), "{text}");
    // nobody can say who may read what has no file: that is neither a failure nor a pass
    let control =
        audited["controls"].as_array().expect("controls").iter().find(|one| one["id"] == "DAT-PERM-1").expect("a control");
    assert_ne!(control["outcome"], "fail", "{control}");
    assert_ne!(control["outcome"], "pass", "{control}");
    // one file, and nothing at all
    let (_, text, _) = piped(&["discover", "-", "--stdin-name", "staff.csv", "--format", "json"], STAFF);
    let found: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&found["people"]["total"], &found["artifacts"][0]["path"]), (&json!(2), &json!("staff.csv")));
    let (code, _, errors) = piped(&["discover", "-"], b"");
    assert_eq!(code, 0, "{errors}");
}

#[test]
fn what_a_pipe_cannot_do_is_refused() {
    let place = delivery(&[("audit.key", b"a key for tests, which is no secret\n")]);
    let (key, journal) = (place.path().join("audit.key"), place.path().join("journal"));
    let (key, journal) = (key.to_str().expect("a path"), journal.to_str().expect("a path"));
    for (arguments, wanted) in [
        (vec!["audit", "-", "--key-file", key, "--journal", journal], "--journal"),
        (vec!["collect", "-", "--key-file", key, "--shard", "1/2", "-o", "/dev/null"], "--shard"),
        (vec!["audit", "-", "--stdin-name", "../x"], "the name of a file"),
        (vec!["audit", "-", "--spool", "/nowhere/at/all"], "there is no folder"),
        (vec!["audit", "gopher://user:hushhush@example.org/x"], "nothing here reads `gopher`"),
    ] {
        let (code, _, errors) = piped(&arguments, STAFF);
        assert!(code == 2 && errors.contains(wanted) && !errors.contains("hushhush"), "{arguments:?}: {errors}");
    }
}

#[test]
fn an_archive_is_a_delivery_with_a_manifest() {
    let inside = |files: Vec<(String, &'static [u8])>| tarred(&named(&files));
    let rows: Vec<(&str, Vec<u8>, bool)> = vec![
        ("flat.zip", zipped(&FILES), true),
        ("flat.tar.gz", gzipped(&tarred(&FILES)), true),
        // as `tar czf x.tar.gz .` names them
        ("dotted.tar.gz", gzipped(&inside(below("./"))), true),
        ("folder.tgz", gzipped(&inside(below("delivery/"))), true),
        ("folder.7z", seven(&named(&below("delivery/"))), true),
        ("flat.7z", seven(&FILES), true),
        ("two.tar", inside([below("delivery/"), vec![("other/x.txt".to_owned(), b"x\n")]].concat()), false),
        ("deep.tar", inside(below("a/delivery/")), false),
        ("nested.zip", zipped(&[("inner.zip", &zipped(&FILES))]), false),
    ];
    for (name, bytes, found) in rows {
        let folder = delivery(&[(name, &bytes)]);
        let (text, evidence) = collect(&folder.path().join(name), &[]);
        assert!(!text.contains("leads out"), "{name}: {text}");
        let document = &evidence["manifest"]["documents"][0];
        if found {
            let number = |ending: &str| {
                let all = evidence["artifacts"].as_array().expect("artifacts");
                all.iter().find(|one| one["path"].as_str().expect("a path").ends_with(ending)).expect("a member")["number"]
                    .clone()
            };
            assert_eq!(evidence["manifest"]["artifact"], number("/provost-manifest.yaml"), "{name}");
            assert_eq!(document["artifact"], number("/contracts/dpa.txt"), "{name}");
            // the same through a pipe
            let out = folder.path().join("e.json");
            let output = out.to_str().expect("a path");
            let (code, _, errors) = piped(&["collect", "-", "--stdin-name", name, "-o", output], &bytes);
            assert_eq!(code, 0, "{errors}");
            let other: Value = serde_json::from_slice(&std::fs::read(out).expect("evidence")).expect("JSON");
            assert_eq!(other["manifest"]["documents"][0]["artifact"], document["artifact"], "{name}");
        } else {
            assert_eq!(evidence["manifest"], Value::Null, "{name}");
        }
        // an archive among others is none
        let (_, evidence) = collect(folder.path(), &[]);
        assert_eq!(evidence["manifest"], Value::Null, "{name} in a folder");
    }
}

#[test]
fn a_name_that_leads_out_of_an_archive_is_told_and_others_are_not() {
    let mut tar = tar::Builder::new(Vec::new());
    for name in ["./fine.txt", "also//fine.txt", "../out.txt", "/etc/out.txt"] {
        tar.append(&tar_header(name, tar::EntryType::Regular, 2, ""), &b"x\n"[..]).expect("a member");
    }
    let folder = delivery(&[("x.tar", &tar.into_inner().expect("an archive"))]);
    let (_, evidence) = collect(folder.path(), &[]);
    let artifacts = evidence["artifacts"].as_array().expect("artifacts");
    for (path, told) in [("fine.txt", false), ("also/fine.txt", false), ("out.txt", true), ("etc/out.txt", true)] {
        assert_eq!(at(artifacts, &format!("x.tar!/{path}"))["gaps"].is_array(), told, "{path}");
    }
}

/// What `docker save` writes: in the older form, and as an image of OCI.
fn image(oci: bool) -> Vec<u8> {
    let first = tarred(&[("etc/app.conf", b"debug = no\n"), ("home/hr/staff.csv", STAFF)]);
    let second = tarred(&[("home/hr/.wh.staff.csv", b""), ("srv/readme.txt", b"nothing to see\n")]);
    let id = |letter: &str| letter.repeat(64);
    if oci {
        let config = json!({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}).to_string();
        let layer = |letter| json!({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": format!("sha256:{}", id(letter)), "size": 1});
        let manifest =
            json!({"schemaVersion": 2, "config": {"digest": format!("sha256:{}", id("c"))}, "layers": [layer("a"), layer("b")]})
                .to_string();
        let index = json!({"schemaVersion": 2, "manifests": [{"digest": format!("sha256:{}", id("d")), "size": 1}]}).to_string();
        let blob = |letter| format!("blobs/sha256/{}", id(letter));
        return tarred(&[
            ("oci-layout", br#"{"imageLayoutVersion": "1.0.0"}"#),
            ("index.json", index.as_bytes()),
            (&blob("a"), &gzipped(&first)),
            (&blob("b"), &gzipped(&second)),
            (&blob("c"), config.as_bytes()),
            (&blob("d"), manifest.as_bytes()),
        ]);
    }
    let layers = [format!("{}/layer.tar", id("a")), format!("{}/layer.tar", id("b"))];
    let manifest = json!([{"Config": format!("{}.json", id("c")), "RepoTags": ["cards:1"], "Layers": layers}]).to_string();
    tarred(&[(&layers[0], &first), (&layers[1], &second), ("manifest.json", manifest.as_bytes())])
}

#[test]
fn a_file_that_a_later_layer_of_an_image_deletes_is_found_in_the_layer() {
    for oci in [false, true] {
        let folder = delivery(&[("cards.tar", &image(oci))]);
        let target = folder.path().join("cards.tar");
        let (_, evidence) = collect(&target, &[]);
        let paths: Vec<&str> = evidence["artifacts"]
            .as_array()
            .expect("artifacts")
            .iter()
            .map(|one| one["path"].as_str().expect("a path"))
            .collect();
        let of = |ending: &str| paths.iter().filter(|path| path.ends_with(ending)).count();
        assert_eq!((of("!/home/hr/staff.csv"), of("!/home/hr/.wh.staff.csv"), of("!/srv/readme.txt")), (1, 1, 1), "{paths:?}");
        assert!(evidence["artifacts"].as_array().expect("artifacts").iter().all(|one| one["read"] == "full"), "{evidence}");
        let (_, text, _) = spoken(&run(&["discover", target.to_str().expect("a path"), "--format", "json"]));
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON")["people"]["total"], 2);
    }
}

/// How an entry of a made-up store behaves.
#[derive(Debug, Clone)]
enum Manner {
    Whole(Vec<u8>),
    /// Says that it has so many bytes, and never ends.
    Endless(u64),
    /// Gives so much and breaks off.
    Broken(Vec<u8>),
    Refused,
    Sampled(Vec<u8>),
    Unlisted,
}

#[derive(Debug)]
struct Store(Vec<(String, Manner)>);

impl Remote for Store {
    fn list(&self) -> Result<Vec<Entry>, TargetError> {
        let entry = |(path, manner): &(String, Manner)| {
            let kind = match manner {
                Manner::Unlisted => EntryKind::Unlisted(GapKind::Limit, "there are more of these than are listed".into()),
                _ => EntryKind::File,
            };
            let size = match manner {
                Manner::Whole(bytes) | Manner::Broken(bytes) | Manner::Sampled(bytes) => bytes.len() as u64,
                Manner::Endless(size) => *size,
                _ => 0,
            };
            Entry { size, modified: 1_795_530_430, ..Entry::named(PathBuf::from(path), kind) }
        };
        Ok(self.0.iter().map(entry).collect())
    }

    fn fetch(&self, entry: &Entry, _limit: u64, into: &mut dyn Write) -> std::io::Result<Fetched> {
        let found = self.0.iter().find(|(path, _)| entry.path.as_os_str() == path.as_str()).expect("an entry that was listed");
        let bytes = match &found.1 {
            Manner::Whole(bytes) | Manner::Broken(bytes) | Manner::Sampled(bytes) => bytes.as_slice(),
            Manner::Endless(_) => loop {
                into.write_all(&[b'x'; 4096])?;
            },
            Manner::Refused | Manner::Unlisted => return Err(std::io::Error::other("the server says \u{1b}[31mno")),
        };
        into.write_all(bytes)?;
        match &found.1 {
            Manner::Broken(_) => Err(std::io::Error::other("the line went dead")),
            Manner::Sampled(_) => {
                let gap = Gap { at: String::new(), kind: GapKind::Limit, reason: "2 of 9 rows were looked at".to_owned() };
                Ok(Fetched { more: false, gaps: vec![gap] })
            }
            _ => Ok(Fetched::default()),
        }
    }
}

fn auditor(count: usize) -> Auditor {
    let mut auditor = Auditor::new(FLAGSHIP, &[]).expect("a policy");
    auditor.limits.held_bytes = 64 << 10;
    let program = PathBuf::from(env!("CARGO_BIN_EXE_provost"));
    auditor.workers = Workers::Processes { program, count, confinement: Confinement::new(false) };
    auditor
}

fn evidence(auditor: &Auditor, target: &Target) -> Value {
    serde_json::to_value(auditor.collect(target, &|_| {}).expect("evidence")).expect("JSON")
}

fn files(folder: &Path) -> Vec<(String, Manner)> {
    let mut out = Vec::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        let path = entry.path().strip_prefix(folder).expect("inside").to_str().expect("a plain path").to_owned();
        out.push((path, Manner::Whole(std::fs::read(entry.path()).expect("a file"))));
    }
    // a server lists as it likes
    out.reverse();
    out
}

#[test]
#[cfg(target_os = "linux")]
fn what_lies_in_no_file_system_gives_the_evidence_of_a_folder() {
    for example in ["card-printer", "good-supplier"] {
        let folder = root().join("examples").join(example);
        let mut auditor = auditor(2);
        auditor.limits.held_bytes = 64 << 20;
        let mut wanted = evidence(&auditor, &Target::Path(folder.clone()));
        let store = Target::Remote(Arc::new(Store(files(&folder))));
        let mut found = evidence(&auditor, &store);
        let bare = |all: &mut Value| {
            for artifact in all["artifacts"].as_array_mut().expect("artifacts") {
                for fact in ["mode", "owner", "modified"] {
                    artifact.as_object_mut().expect("facts").remove(fact);
                }
            }
        };
        bare(&mut wanted);
        bare(&mut found);
        assert_eq!(
            wanted["artifacts"].as_array().expect("artifacts").len(),
            found["artifacts"].as_array().expect("artifacts").len()
        );
        assert_eq!(wanted, found, "{example}");
        // in this process, and from a folder, it is the same
        auditor.workers = Workers::Here;
        let mut here = evidence(&auditor, &store);
        bare(&mut here);
        assert_eq!(here, found, "{example}");
        let spool = tempfile::tempdir().expect("a folder");
        auditor.spool = Some(spool.path().to_owned());
        let mut spooled = evidence(&auditor, &store);
        bare(&mut spooled);
        assert_eq!(spooled, found, "{example}");
        assert_eq!(std::fs::read_dir(spool.path()).expect("a folder").count(), 0, "nothing is left behind");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_server_does_not_give_is_a_gap_and_costs_nothing_else() {
    let store = Store(vec![
        ("z/after.csv".to_owned(), Manner::Whole(STAFF.to_vec())),
        ("a/b".to_owned(), Manner::Whole(b"one\n".to_vec())),
        ("a//b".to_owned(), Manner::Whole(b"two\n".to_vec())),
        ("../up".to_owned(), Manner::Whole(b"three\n".to_vec())),
        ("tricks/\u{1b}[2Jx".to_owned(), Manner::Whole(b"four\n".to_vec())),
        ("endless/said.txt".to_owned(), Manner::Endless(1 << 40)),
        ("endless/small.txt".to_owned(), Manner::Endless(10)),
        ("endless/unknown.txt".to_owned(), Manner::Endless(0)),
        ("broken.csv".to_owned(), Manner::Broken(STAFF.to_vec())),
        ("refused.csv".to_owned(), Manner::Refused),
        ("sampled.csv".to_owned(), Manner::Sampled(STAFF.to_vec())),
        ("more".to_owned(), Manner::Unlisted),
    ]);
    let target = Target::Remote(Arc::new(store));
    let found = evidence(&auditor(2), &target);
    let artifacts = found["artifacts"].as_array().expect("artifacts");
    assert_eq!(artifacts.len(), 12);
    let gap = |path: &str| (at(artifacts, path)["read"].clone(), at(artifacts, path)["gaps"][0].clone());
    for path in ["a/b", "a//b", "../up", "z/after.csv"] {
        assert_eq!(gap(path), (json!("full"), Value::Null), "{path}");
    }
    assert_ne!(at(artifacts, "a/b")["folder"], at(artifacts, "a//b")["folder"]);
    assert!(!found.to_string().contains("\\u001b"), "{found}");
    for path in ["endless/said.txt", "endless/small.txt", "endless/unknown.txt"] {
        let (read, gap) = gap(path);
        assert!(read != "full" && gap["kind"] == "limit" && at(artifacts, path)["digest"].is_null(), "{path}: {gap}");
    }
    assert_eq!(at(artifacts, "endless/said.txt")["size"], json!(1_u64 << 40), "as large as it is said to be");
    let (read, broken) = gap("broken.csv");
    assert!(read == "partial" && broken["kind"] == "unreadable", "{broken}");
    assert!(broken["reason"].as_str().expect("a reason").contains("the line went dead"), "{broken}");
    let (read, refused) = gap("refused.csv");
    assert!(read == "none" && refused["kind"] == "unreadable", "{refused}");
    let (read, sampled) = gap("sampled.csv");
    assert!(read == "partial" && sampled["reason"] == "2 of 9 rows were looked at", "{sampled}");
    assert_eq!(gap("more").1["kind"], "limit");
    // whoever reads, and however many
    assert_eq!(evidence(&auditor(1), &target)["artifacts"].as_array().expect("artifacts").len(), 12);
    let one = auditor(1);
    let (first, second) = (evidence(&one, &target), evidence(&one, &target));
    assert_eq!(first, second);
}

#[test]
#[cfg(target_os = "linux")]
fn a_worker_reads_what_is_held_for_it_and_no_file() {
    let folder = delivery(&[("held", STAFF), ("other.csv", STAFF)]);
    let held = std::fs::File::open(folder.path().join("held")).expect("a file");
    let mut child = provost()
        .arg("worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::from(held))
        .spawn()
        .expect("it starts");
    let hello = json!({
        "provost_worker": 1, "root": {"text": ""}, "key": "ab".repeat(32), "classes": [],
        "limits": provost::collect::limits::Limits::default(),
    });
    let order = |number: u32, path: &str, held: bool| {
        let mut order = json!({"number": number, "folder": 1, "path": {"text": path}, "size": 10, "modified": 0, "mode": null, "owner": null});
        if held {
            order["held"] = json!({});
        }
        order
    };
    let outside = folder.path().join("other.csv");
    let outside = outside.to_str().expect("a path");
    let mut input = child.stdin.take().expect("an input");
    for line in [hello, order(1, "a.csv", true), order(2, outside, false), order(3, "b.csv", true)] {
        writeln!(input, "{line}").expect("a line");
    }
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let answers: Vec<Value> =
        String::from_utf8(output.stdout).expect("UTF-8").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |index: usize| &answers[index]["examined"]["artifact"];
    assert_eq!((&of(0)["read"], &of(0)["size"]), (&json!("full"), &json!(STAFF.len())));
    assert_eq!(of(1)["gaps"][0]["kind"], "unreadable", "{answers:?}");
    assert_eq!((&of(2)["read"], &of(2)["size"]), (&json!("full"), &json!(STAFF.len())), "from the beginning again");
}
