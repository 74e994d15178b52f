//! What goes wrong around an audit (a full disk, too few descriptors, a delivery that changes under it, workers that are shot, a second audit)
//! has a clear end: an exit code as promised, a whole report or none, and nothing left behind.
#![cfg(target_os = "linux")]

use crate::support::{DATE, delivery, provost, root, run, spoken, write};
use provost::collect::examine;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const EXAMPLE: &str = "examples/card-printer";

fn names(folder: &Path) -> Vec<String> {
    let all = std::fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> = all.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

/// A small disk; `None` where this user may mount none.
struct Disk(tempfile::TempDir);

impl Disk {
    fn new(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_leaves_no_half_report() {
    let (code, _, errors) = spoken(&run(&["audit", EXAMPLE, "--date", DATE, "--format", "json=/dev/full"]));
    assert!(code == 2 && errors.contains("No space left"), "{code} {errors}");
    // where nobody may mount one only /dev/full was tried
    let Some(disk) = Disk::new("32k") else { return };
    let key = delivery(&[("key", b"a key for tests, which is no secret\n")]);
    let path = |name: &str| disk.0.path().join(name).to_str().expect("plain").to_owned();
    let key = key.path().join("key").to_str().expect("plain").to_owned();
    for command in [
        vec!["audit".to_owned(), EXAMPLE.to_owned(), "--format".to_owned(), format!("json={}", path("report.json"))],
        vec!["audit".to_owned(), EXAMPLE.to_owned(), "--format".to_owned(), format!("html={}", path("report.html"))],
        vec!["collect".to_owned(), EXAMPLE.to_owned(), "-o".to_owned(), path("evidence.json")],
    ] {
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        let (code, _, errors) = spoken(&run(&arguments));
        assert!(code == 2 && errors.contains("No space left"), "{command:?}: {code} {errors}");
        assert!(names(disk.0.path()).is_empty(), "{command:?} left {:?}", names(disk.0.path()));
    }
    // an old report is not lost to a new one that does not fit
    let old = path("report.json");
    std::fs::write(&old, "{}").expect("a file");
    assert_eq!(run(&["audit", EXAMPLE, "--format", &format!("json={old}")]).status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&old).expect("a file"), "{}");
    // a journal that does not fit costs the way back, not the audit
    let journal = path("journal");
    let aside = tempfile::tempdir().expect("a folder");
    let report = format!("json={}", aside.path().join("r.json").display());
    let all = ["audit", EXAMPLE, "--date", DATE, "--key-file", &key, "--journal", &journal, "--format", &report];
    let (code, _, errors) = spoken(&run(&all));
    assert!(code == 1 && errors.contains("journal cannot be written"), "{code} {errors}");
    assert_eq!(names(aside.path()), ["r.json"]);
}

#[test]
fn too_few_descriptors_end_an_audit_or_change_nothing() {
    let out = tempfile::tempdir().expect("a folder");
    let report = out.path().join("report.json");
    let go = |limit: &str| {
        let line = format!("ulimit -n {limit}; exec \"$0\" \"$@\"");
        let output = Command::new("sh")
            .args(["-c", &line, env!("CARGO_BIN_EXE_provost"), "audit", EXAMPLE, "--date", DATE, "--format"])
            .arg(format!("json={}", report.display()))
            .env_clear()
            .current_dir(root())
            .output()
            .expect("a shell");
        (output.status, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(go("1024").0.code(), Some(1));
    let whole = std::fs::read(&report).expect("a report");
    std::fs::remove_file(&report).expect("gone");
    let (mut ended, mut same) = (0, 0);
    // with fewer than six no program is even loaded
    for limit in (6..18).chain([20, 24, 32, 48]) {
        let (status, errors) = go(&limit.to_string());
        assert_eq!(status.signal(), None, "{limit}: {errors}");
        match status.code() {
            Some(2) => {
                assert!(!errors.trim().is_empty(), "{limit} says nothing");
                assert!(names(out.path()).is_empty(), "{limit} left {:?}", names(out.path()));
                ended += 1;
            }
            Some(1) => {
                assert!(std::fs::read(&report).expect("a report") == whole, "{limit}: another report, {errors}");
                std::fs::remove_file(&report).expect("gone");
                same += 1;
            }
            other => panic!("{limit}: {other:?} {errors}"),
        }
    }
    assert!(ended > 0 && same > 0, "{ended} ended, {same} as ever");
}

#[test]
fn a_delivery_that_changes_under_the_audit_is_never_followed_out_of_and_never_ends_it() {
    let outside = delivery(&[("secret.csv", b"name,iban\nOona Outsider,GB33BUKB20201555555555\n")]);
    let out = tempfile::tempdir().expect("a folder");
    let mut troubled = 0;
    for round in 0..5_u32 {
        let folder = tempfile::tempdir().expect("a folder");
        for number in 0..150 {
            write(
                folder.path(),
                &format!("d{}/f{number}.csv", number % 7),
                &b"name,email\nAda Example,ada@example.org\n".repeat(40),
            );
        }
        let report = out.path().join("report.json");
        let stop = AtomicBool::new(false);
        let output = std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut at = 0_u32;
                while !stop.load(Ordering::Relaxed) {
                    at += 1;
                    let file = folder.path().join(format!("d{}/f{}.csv", (at * 31) % 7, (at * 31) % 150));
                    match (at + round) % 5 {
                        0 => drop(std::fs::File::create(&file)),
                        1 => drop(std::fs::remove_file(&file)),
                        2 => {
                            let _ = std::fs::remove_file(&file);
                            let _ = std::os::unix::fs::symlink(outside.path().join("secret.csv"), &file);
                        }
                        3 => drop(std::fs::write(&file, b"name,email\nBen Example,ben@example.org\n".repeat(4_000))),
                        _ if at == 60 && round > 2 => drop(std::fs::remove_dir_all(folder.path())),
                        _ => {
                            let _ = std::fs::remove_file(&file);
                            let _ = std::fs::create_dir_all(&file);
                        }
                    }
                    std::thread::sleep(Duration::from_micros(300));
                }
            });
            let output = provost()
                .arg("audit")
                .arg(folder.path())
                .args(["--date", DATE, "--policy", "publication", "--format"])
                .arg(format!("json={}", report.display()))
                .output();
            stop.store(true, Ordering::Relaxed);
            output.expect("it starts")
        });
        let (code, _, errors) = spoken(&output);
        if code == 2 {
            assert!(errors.contains("cannot open") || errors.contains("there is no"), "{errors}");
            continue;
        }
        let text = std::fs::read_to_string(&report).expect("a report");
        let json: serde_json::Value = serde_json::from_str(&text).expect("a whole report");
        assert!(json["people"]["total"].as_u64().is_some());
        troubled += json["gaps"].as_array().map_or(0, Vec::len);
        // only what lies outside holds an account
        let mut classes = json["artifacts"].as_array().expect("artifacts").iter().map(ToString::to_string);
        assert!(!classes.any(|artifact| artifact.contains("iban")), "a link was followed");
        std::fs::remove_file(&report).expect("gone");
        assert!(names(out.path()).is_empty());
    }
    assert!(troubled > 0, "nothing ever changed under an audit");
}

/// Some bytes, and then the disk fails.
struct Failing(&'static [u8]);

impl std::io::Read for Failing {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() {
            return Err(std::io::Error::other("the medium is gone"));
        }
        self.0.read(into)
    }
}

#[test]
fn a_read_error_half_way_is_a_gap_and_what_came_before_counts() {
    use provost::collect::walk::{Entry, EntryKind};
    let auditor = provost::audit::Auditor::new("publication", &[]).expect("a policy");
    for (name, content) in [
        ("staff.csv", &b"name,email\nAda Example,ada@example.org\nBen Example,ben@example.org\n"[..]),
        ("mail.eml", b"From: Ada Example <ada@example.org>\nTo: b@example.org\nSubject: x\n\nDear Ben Example,\n"),
        ("a.json", b"{\"staff\": [{\"name\": \"Ada Example\", \"email\": \"ada@example.org\"}, "),
        ("a.zip", b"PK\x03\x04\x14\x00\x00\x00\x00\x00"),
        ("a.tar.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"),
        ("a.sqlite", b"SQLite format 3\0\x10\x00\x01\x01"),
        ("a.pdf", b"%PDF-1.7\n1 0 obj\n"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"),
        ("none", b""),
    ] {
        let entry = Entry { number: 1, folder: 1, size: 4 << 20, ..Entry::named(name.into(), EntryKind::File) };
        let source = Ok(provost::collect::Source::Stream(Box::new(Failing(content))));
        let keys = provost::collect::keys::Keys::none();
        let found = examine(&entry, source, &auditor.engine, &auditor.limits, &keys, None, &std::rc::Rc::default());
        assert!(!found.artifact.gaps.is_empty(), "{name} has no gap");
        assert_ne!(found.artifact.read, provost::model::evidence::Read::Full, "{name}");
        if name == "staff.csv" {
            let records: u64 = found.artifact.parts.iter().map(|part| part.records).sum();
            assert_eq!(records, 2, "what was read counts");
        }
    }
}

/// The processes that another started.
fn children(of: u32) -> Vec<u32> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("/proc").flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)).and_then(|text| text.parse().ok());
        if parent == Some(of) {
            out.push(pid);
        }
    }
    out
}

#[test]
fn each_worker_that_is_shot_costs_one_artifact_at_most() {
    let made = tempfile::tempdir().expect("a folder");
    let options = crate::synth::Options { people: 2_000, seed: 3, ..crate::synth::Options::default() };
    crate::synth::generate(&options, made.path()).expect("a delivery");
    let mut child = provost()
        .arg("discover")
        .arg(made.path())
        .args(["--format", "json", "--jobs", "2"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let (mut shot, begun) = (0_usize, Instant::now());
    let pid = child.id();
    let reading = child.stdout.take().expect("a pipe");
    let text = std::thread::scope(|scope| {
        let text = scope.spawn(move || std::io::read_to_string(reading).expect("text"));
        while child.try_wait().expect("a state").is_none() && shot < 6 && begun.elapsed() < Duration::from_mins(2) {
            std::thread::sleep(Duration::from_millis(120));
            if let Some(worker) = children(pid).first() {
                let done = Command::new("kill").args(["-9", &worker.to_string()]).stderr(Stdio::null()).status();
                shot += usize::from(done.is_ok_and(|status| status.success()));
            }
        }
        text.join().expect("a text")
    });
    assert_eq!(child.wait().expect("an end").code(), Some(0));
    let json: serde_json::Value = serde_json::from_str(&text).expect("a whole inventory");
    let crashed = json["gaps"].as_array().expect("gaps").iter().filter(|gap| gap["kind"] == "crashed").count();
    assert!(shot > 0, "nobody was shot");
    assert!(crashed <= shot, "{crashed} artifacts lost to {shot} shots");
    assert!(children(pid).is_empty());
}

#[test]
fn two_audits_into_one_file_and_nothing_beside_it() {
    let out = tempfile::tempdir().expect("a folder");
    let aside = tempfile::tempdir().expect("a folder");
    let report = out.path().join("report.json");
    let start = || {
        provost()
            .args(["audit", EXAMPLE, "--date", DATE, "--format"])
            .arg(format!("json={}", report.display()))
            .env("TMPDIR", aside.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts")
    };
    for _ in 0..2 {
        let mut both = [start(), start()];
        let codes = both.each_mut().map(|child| child.wait().expect("an end").code());
        assert_eq!(codes, [Some(1), Some(1)]);
        let text = std::fs::read(&report).expect("a report");
        let alone = run(&["audit", EXAMPLE, "--date", DATE, "--format", "json"]).stdout;
        assert!(text == alone, "not the report of one audit");
        assert_eq!(names(out.path()), ["report.json"]);
        assert!(names(aside.path()).is_empty(), "temporary files");
    }
}

#[test]
fn a_folder_that_goes_away_before_the_report_is_written() {
    let out = tempfile::tempdir().expect("a folder");
    let place = out.path().join("reports");
    std::fs::create_dir(&place).expect("a folder");
    let mut child = provost()
        .args(["-vv", "audit", EXAMPLE, "--date", DATE, "--format"])
        .arg(format!("json={}", place.join("r.json").display()))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut said = std::io::BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    // the first artifact is read: the folder was there when it was looked for
    while !line.starts_with("artifact ") {
        line.clear();
        assert!(std::io::BufRead::read_line(&mut said, &mut line).expect("a line") > 0, "it said nothing of artifacts");
    }
    std::fs::remove_dir(&place).expect("gone");
    let rest = std::io::read_to_string(said).expect("text");
    assert_eq!(child.wait().expect("an end").code(), Some(2));
    assert!(rest.contains("cannot write") || rest.contains("there is no folder"), "{rest}");
    assert!(names(out.path()).is_empty());
}

#[test]
fn what_is_mounted_or_linked_from_elsewhere_is_not_read() {
    use std::os::unix::fs::chown;
    let outside = tempfile::tempdir().expect("a folder");
    let folder = tempfile::tempdir().expect("a folder");
    let row = &b"name,iban\nOona Outsider,GB33BUKB20201555555555\n"[..];
    for name in ["others.csv", "mine.csv"] {
        write(outside.path(), name, row);
        std::fs::hard_link(outside.path().join(name), folder.path().join(name)).expect("a link");
    }
    // two names inside, none outside
    write(folder.path(), "twice.csv", row);
    std::fs::hard_link(folder.path().join("twice.csv"), folder.path().join("again.csv")).expect("a link");
    let other = chown(outside.path().join("others.csv"), Some(4_711), None).is_ok();
    let reasons = || {
        let (_, artifacts) = crate::support::evidence(folder.path(), &[]);
        let of = |name: &str| crate::support::at(&artifacts, name)["gaps"][0]["reason"].as_str().unwrap_or("read").to_owned();
        ["others.csv", "mine.csv", "twice.csv", "again.csv"].map(of)
    };
    let found = reasons();
    assert_eq!(found[0].contains("hard link"), other, "{found:?}");
    assert_eq!(&found[1..], ["read", "read", "read"]);
    // a part of the same file system, mounted: another name for what lies outside
    let place = folder.path().join("in side");
    std::fs::create_dir(&place).expect("a folder");
    let bound = Command::new("mount").arg("--bind").arg(outside.path()).arg(&place).stderr(Stdio::null()).status();
    if bound.is_ok_and(|status| status.success()) {
        let (text, artifacts) = crate::support::evidence(folder.path(), &[]);
        let _ = Command::new("umount").arg(&place).status();
        let reason = crate::support::at(&artifacts, "in side")["gaps"][0]["reason"].to_string();
        assert!(reason.contains("mounted"), "{reason}");
        assert!(!text.contains("in side/"), "it was entered");
    }
}
