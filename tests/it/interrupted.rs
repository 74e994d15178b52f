//! An audit that is killed at any moment leaves a whole report or none, and goes on from its journal to the same bytes as one that was
//! never disturbed. `PROVOST_KILLS` says how many moments are tried.

use crate::support::{DATE, delivery, provost, spoken};
use crate::synth;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Moments that are tried where nobody says.
const KILLS: usize = 24;

/// Numbers between 0 and 1 that look drawn, and are the same each time.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Where an audit writes, and with what.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = delivery(&[("audit.key", b"a key for tests, which is no secret\n")]);
        Self { folder }
    }

    fn at(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, target: &Path) -> Command {
        let mut command = provost();
        command.arg("audit").arg(target).args(["--date", DATE, "--jobs", "2"]);
        command.arg("--key-file").arg(self.at("audit.key")).arg("--journal").arg(self.at("audit.journal"));
        for id in ["json", "html", "csv"] {
            command.arg(format!("--format={id}={}", self.at(id).display()));
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .expect("a folder")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort_unstable();
        names
    }

    fn reports(&self) -> [Option<Vec<u8>>; 3] {
        ["json", "html", "csv"].map(|id| std::fs::read(self.at(id)).ok())
    }

    fn clear(&self) {
        for id in ["json", "html", "csv"] {
            let _ = std::fs::remove_file(self.at(id));
        }
    }
}

#[test]
fn killed_at_any_moment_it_leaves_no_half_report_and_goes_on_to_the_same_bytes() {
    let kills = std::env::var("PROVOST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let made = tempfile::tempdir().expect("a folder");
    let options = synth::Options { people: 300, seed: 11, ..synth::Options::default() };
    synth::generate(&options, made.path()).expect("a delivery");
    let place = Place::new();
    let begun = Instant::now();
    let first = place.command(made.path()).output().expect("it starts");
    let span = begun.elapsed();
    let (code, _, errors) = spoken(&first);
    assert_eq!(code, 1, "{errors}");
    assert_eq!(place.names(), ["audit.key", "csv", "html", "json"], "the journal is gone, and nothing else is there");
    let whole = place.reports();
    place.clear();
    let (mut draw, mut done, mut resumed, mut finished) = (Draw(20_261_129), 0, 0, 0);
    while done < kills {
        let mut child = place.command(made.path()).spawn().expect("it starts");
        let until = Instant::now() + span.mul_f64(draw.next() * 1.1);
        let mut ended = false;
        while Instant::now() < until && !ended {
            ended = child.try_wait().expect("a state").is_some();
            std::thread::sleep(Duration::from_millis(1));
        }
        let _ = child.kill();
        done += usize::from(!ended);
        let output = child.wait_with_output().expect("an end");
        resumed += usize::from(String::from_utf8_lossy(&output.stderr).contains("had been read before"));
        for (mine, right) in place.reports().iter().zip(&whole) {
            assert!(mine.is_none() || mine == right, "a report that is not whole, or another one");
        }
        for name in place.names() {
            let known = ["audit.key", "audit.journal", "csv", "html", "json"].contains(&name.as_str());
            assert!(known, "{name} is left over");
        }
        if ended {
            finished += 1;
            assert_eq!(place.names(), ["audit.key", "csv", "html", "json"]);
            place.clear();
        }
    }
    let last = place.command(made.path()).output().expect("it starts");
    assert_eq!(spoken(&last).0, 1);
    assert!(place.reports() == whole, "going on ends with other bytes");
    assert!(resumed > 0, "killed {done} times, ended {finished} times, and nothing was ever gone on with");
}

#[test]
fn what_changed_meanwhile_is_read_again_and_a_journal_is_nobody_elses() {
    let target = delivery(&[
        ("a/staff.csv", b"name,email\nAda Example,ada@example.org\n"),
        ("b/staff.csv", b"name,email\nBen Example,ben@example.org\n"),
        ("c/none.txt", b"nothing\n"),
    ]);
    let place = Place::new();
    // a report that cannot be written: what was read is kept
    let stuck = || {
        let mut command = place.command(target.path());
        command.arg("--format=markdown=/dev/full");
        spoken(&command.output().expect("it starts"))
    };
    let (code, _, errors) = stuck();
    assert_eq!(code, 2, "{errors}");
    assert!(place.at("audit.journal").exists());
    let text = std::fs::read(place.at("audit.journal")).expect("a journal");
    for secret in ["example.org", "Example", "key for tests"] {
        assert!(!text.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret} is in the journal");
    }
    // one file comes before all others, one changes, one stays
    crate::support::write(target.path(), "a/first.txt", b"nothing\n");
    crate::support::write(
        target.path(),
        "b/staff.csv",
        b"name,email\nBen Example,ben@example.org\nEve Example,eve@example.org\n",
    );
    let (_, _, errors) = stuck();
    assert!(errors.contains("2 of 4 artifacts had been read before"), "{errors}");
    // a torn end costs what is behind it
    let length = std::fs::metadata(place.at("audit.journal")).expect("a journal").len();
    let file = std::fs::OpenOptions::new().write(true).open(place.at("audit.journal")).expect("a journal");
    file.set_len(length - 3).expect("shorter");
    let (_, _, errors) = stuck();
    assert!(errors.contains("3 of 4 artifacts had been read before"), "{errors}");
    // another key, some other file
    let with = |more: &[&str]| spoken(&place.command(target.path()).args(more).output().expect("it starts"));
    std::fs::write(place.at("other.key"), "another key, which is no secret either\n").expect("a file");
    let mut other = provost();
    other.arg("audit").arg(target.path()).arg("--key-file").arg(place.at("other.key"));
    let (code, _, errors) = spoken(&other.arg("--journal").arg(place.at("audit.journal")).output().expect("it starts"));
    assert!(code == 2 && errors.contains("belongs to another audit"), "{errors}");
    let mut mistaken = provost();
    mistaken.arg("audit").arg(target.path()).arg("--key-file").arg(place.at("audit.key"));
    let (code, _, errors) = spoken(&mistaken.arg("--journal").arg(place.at("other.key")).output().expect("it starts"));
    assert!(code == 2 && errors.contains("no journal"), "{errors}");
    assert!(std::fs::read_to_string(place.at("other.key")).expect("a file").starts_with("another key"));
    // in the delivery, without a key, and in use
    let mut inside = provost();
    inside.arg("audit").arg(target.path()).arg("--key-file").arg(place.at("audit.key"));
    let (code, _, errors) = spoken(&inside.arg("--journal").arg(target.path().join("j")).output().expect("it starts"));
    assert!(code == 2 && errors.contains("lies in the delivery"), "{errors}");
    let mut bare = provost();
    bare.arg("audit").arg(target.path()).arg("--journal").arg(place.at("audit.journal"));
    let (code, _, errors) = spoken(&bare.output().expect("it starts"));
    assert!(code == 2 && errors.contains("--key-file"), "{errors}");
    let held = std::fs::File::open(place.at("audit.journal")).expect("a journal");
    held.lock().expect("a lock");
    let (code, _, errors) = with(&[]);
    assert!(code == 2 && errors.contains("another audit is writing"), "{errors}");
    drop(held);
    // another policy that asks for nothing else of the delivery goes on from the same evidence
    let (code, _, errors) = with(&["--policy", "publication"]);
    assert!(code != 2 && errors.contains("had been read before"), "{errors}");
    assert!(!place.at("audit.journal").exists());
}
