//! A cache of answers changes no byte of any result: not when nothing, something or everything changed, nor when the cache itself did.

use crate::support::{DATE, delivery, provost, spoken, write};
use crate::synth;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the cache and the key are, apart from any delivery.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(delivery(&[("audit.key", b"a key for tests, which is no secret\n")]))
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The evidence, and how many files of how many were known.
    fn collect(&self, target: &Path, cached: bool, more: &[&str]) -> (Vec<u8>, String) {
        let mut command = provost();
        command.arg("collect").arg(target).arg("-v").arg("--key-file").arg(self.at("audit.key"));
        command.arg("-o").arg(self.at("evidence.json")).args(more);
        if cached {
            command.arg("--cache").arg(self.at("cache"));
        }
        let (code, _, errors) = spoken(&command.output().expect("it starts"));
        assert_eq!(code, 0, "{errors}");
        let known = errors.lines().find(|line| line.contains("as an earlier audit found them")).unwrap_or_default();
        (std::fs::read(self.at("evidence.json")).expect("evidence"), known.split(" files").next().unwrap_or("").trim().to_owned())
    }

    /// Whether the cache is refused as some other file.
    fn refuses(&self, target: &Path) -> bool {
        let mut command = provost();
        command.arg("collect").arg(target).arg("--key-file").arg(self.at("audit.key"));
        command.arg("-o").arg(self.at("evidence.json")).arg("--cache").arg(self.at("cache"));
        let (code, _, errors) = spoken(&command.output().expect("it starts"));
        code == 2 && errors.contains("some other file")
    }

    /// The one file of answers.
    fn answers(&self) -> PathBuf {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(self.at("cache")).expect("a folder").flatten().map(|entry| entry.path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        files.remove(0)
    }

    /// Collects with the cache, and holds it against the same without.
    fn same(&self, target: &Path, what: &str) -> String {
        let (cached, known) = self.collect(target, true, &[]);
        let (plain, none) = self.collect(target, false, &[]);
        assert!(none.is_empty(), "{none}");
        assert!(cached == plain, "{what}: other evidence with the cache");
        known
    }
}

/// Until what was written last is old enough to be relied on.
fn settle() {
    std::thread::sleep(Duration::from_millis(3_200));
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        let below = entry.path().strip_prefix(from).expect("below");
        write(to, below.to_str().expect("a plain path"), &std::fs::read(entry.path()).expect("a file"));
    }
}

#[test]
fn what_is_still_the_same_is_not_read_again_and_gives_the_same_bytes() {
    let made = tempfile::tempdir().expect("a folder");
    let options = synth::Options { people: 60, seed: 7, ..synth::Options::default() };
    synth::generate(&options, made.path()).expect("a delivery");
    // an archive whose member has no time of its own, a manifest, an encrypted one with its password beside it
    write(made.path(), "logs/old.log.gz", &gzip(b"Ada Example, ada@example.org, 0161 496 0123\n"));
    write(made.path(), "provost-manifest.yaml", b"provost-manifest: 1\nstatements:\n  - {id: staff-training, answer: true}\n");
    let place = Place::new();
    settle();
    let all = walkdir::WalkDir::new(made.path()).into_iter().flatten().filter(|entry| entry.file_type().is_file()).count();
    assert_eq!(place.same(made.path(), "new"), format!("0 of {all}"));
    assert_eq!(place.same(made.path(), "unchanged"), format!("{all} of {all}"));
    // one file costs one file
    write(made.path(), "logs/new.txt", b"Ben Example, ben@example.org\n");
    settle();
    assert_eq!(place.same(made.path(), "one more"), format!("{all} of {}", all + 1));
    write(made.path(), "logs/new.txt", b"Eve Example, eve@example.org\n");
    assert_eq!(place.same(made.path(), "one other, a moment ago"), format!("{all} of {}", all + 1));
    // what was touched, or has other facts, is looked at and found the same; an archive's members take its new time
    let old = std::time::SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 365 * 50);
    let touched = std::fs::File::options().append(true).open(made.path().join("logs/old.log.gz")).expect("a file");
    touched.set_modified(old).expect("a time");
    std::os::unix::fs::symlink("logs/new.txt", made.path().join("a-link")).expect("a link");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    std::fs::set_permissions(made.path().join("provost-manifest.yaml"), mode).expect("a mode");
    assert_eq!(place.same(made.path(), "touched"), format!("{0} of {0}", all + 1));
    // checked out anew, elsewhere: every file has another stamp
    let other = tempfile::tempdir().expect("a folder");
    copy(made.path(), other.path());
    assert_eq!(place.same(other.path(), "elsewhere"), format!("{0} of {0}", all + 1));
    settle();
    assert_eq!(place.same(other.path(), "elsewhere again"), format!("{0} of {0}", all + 1));
    // a part of a delivery, and another policy that keeps the same, are no other question; another key is
    let (_, known) = place.collect(other.path(), true, &["--shard", "1/2"]);
    let (known, of) = known.split_once(" of ").expect("counts");
    assert!(known == of && known != "0", "{known} of {of}");
    std::fs::write(place.at("audit.key"), "another key, which is no secret either\n").expect("a key");
    assert_eq!(place.collect(other.path(), true, &[]).1, format!("0 of {}", all + 1));
}

/// Without a name and without a time.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).expect("packed");
    encoder.finish().expect("packed")
}

#[test]
fn a_cache_that_was_changed_costs_time_and_no_truth() {
    let target = delivery(&[
        ("a/staff.csv", b"name,email\nAda Example,ada@example.org\n".as_slice()),
        ("b/staff.csv", b"name,email\nBen Example,ben@example.org\n"),
    ]);
    let place = Place::new();
    settle();
    let (right, _) = place.collect(target.path(), true, &[]);
    let file = place.answers();
    let whole = std::fs::read(&file).expect("answers");
    for secret in ["example.org", "Example", "key for tests"] {
        assert!(!whole.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret} is in the cache");
    }
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).expect("facts").permissions());
    assert_eq!(mode & 0o777, 0o600);
    let mut refused = 0;
    // what is no cache by its first bytes is left as it is
    let other = whole.iter().rev().copied().collect::<Vec<u8>>();
    std::fs::write(&file, &other).expect("a file");
    assert!(place.refuses(target.path()) && std::fs::read(&file).expect("a file") == other);
    for at in (16..whole.len()).step_by(whole.len() / 60 + 1) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        std::fs::write(&file, &bytes).expect("answers");
        let (mine, known) = place.collect(target.path(), true, &[]);
        assert!(mine == right, "byte {at}");
        refused += usize::from(known != "2 of 2");
    }
    assert!(refused > 50, "{refused} changes were seen");
    for length in [0, 5, 17, 60, whole.len() - 1] {
        std::fs::write(&file, &whole[..length]).expect("answers");
        assert!(place.collect(target.path(), true, &[]).0 == right, "cut at {length}");
        assert_eq!(place.collect(target.path(), true, &[]).1, "2 of 2", "cut at {length} it was not mended");
    }
    // an answer for one path is none for another, whatever both hold
    std::fs::rename(target.path().join("a"), target.path().join("c")).expect("another name");
    assert_eq!(place.same(target.path(), "renamed"), "1 of 2");
    // what another audit holds is left to it
    let held = std::fs::File::open(place.answers()).expect("answers");
    held.lock().expect("a lock");
    assert_eq!(place.same(target.path(), "held"), "");
}

#[test]
fn what_depends_on_more_than_the_file_is_not_kept() {
    let place = Place::new();
    let sealed = std::fs::read(crate::support::root().join("tests/fixtures/container/aes.zip")).expect("a fixture");
    let target = delivery(&[("box/sealed.zip", &sealed), ("box/other.txt", b"nothing\n")]);
    settle();
    place.same(target.path(), "sealed");
    assert_eq!(place.same(target.path(), "sealed again"), "1 of 2");
    // a note comes to lie beside it, and opens it
    write(target.path(), "box/password.txt", b"secret\n");
    settle();
    assert_eq!(place.same(target.path(), "opened"), "1 of 3");
}

#[test]
fn a_cache_has_a_place_of_its_own_and_a_key() {
    let target = delivery(&[("a.txt", b"nothing\n")]);
    let place = Place::new();
    let run = |cache: &Path, key: bool| {
        let mut command = provost();
        command.arg("audit").arg(target.path()).args(["--date", DATE]).arg("--cache").arg(cache);
        if key {
            command.arg("--key-file").arg(place.at("audit.key"));
        }
        spoken(&command.output().expect("it starts"))
    };
    let (code, _, errors) = run(&place.at("cache"), false);
    assert!(code == 2 && errors.contains("--cache needs --key-file"), "{errors}");
    let (code, _, errors) = run(&target.path().join("cache"), true);
    assert!(code == 2 && errors.contains("lies in the delivery"), "{errors}");
    assert!(!target.path().join("cache").exists(), "something was left in the delivery");
    let (code, _, errors) = run(&place.at("audit.key"), true);
    assert!(code == 2 && errors.contains("cannot use the cache"), "{errors}");
    let (code, _, errors) = run(&place.at("no/such/place"), true);
    assert!(code == 2 && errors.contains("cannot use the cache"), "{errors}");
}

/// Whoever may not read a file is not told what somebody else found in it.
#[test]
fn what_may_not_be_read_is_a_gap_with_a_cache_as_without() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let target = delivery(&[("a.txt", b"Ada Example, ada@example.org\n"), ("b.txt", b"nothing\n")]);
    if std::fs::metadata(target.path()).expect("a folder").uid() != 0 {
        // only who may do everything can become somebody else
        return;
    }
    let place = Place::new();
    let mode = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("a mode");
    mode(target.path(), 0o755);
    mode(&target.path().join("a.txt"), 0o600);
    settle();
    assert_eq!(place.same(target.path(), "as who may read all"), "0 of 2");
    std::fs::remove_file(place.at("evidence.json")).expect("evidence");
    for path in [place.0.path().to_path_buf(), place.at("cache"), place.answers(), place.at("audit.key")] {
        chown(path, Some(NOBODY), Some(NOBODY)).expect("an owner");
    }
    for cached in [false, true] {
        let mut command = provost();
        command.arg("collect").arg(target.path()).arg("--key-file").arg(place.at("audit.key"));
        command.arg("-o").arg(place.at("evidence.json")).uid(NOBODY).gid(NOBODY);
        if cached {
            command.arg("--cache").arg(place.at("cache"));
        }
        let (code, _, errors) = spoken(&command.output().expect("it starts"));
        assert_eq!(code, 0, "{errors}");
        let text = std::fs::read_to_string(place.at("evidence.json")).expect("evidence");
        let evidence: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(evidence["artifacts"][0]["gaps"][0]["kind"], "unreadable", "{cached}: {text}");
    }
}
