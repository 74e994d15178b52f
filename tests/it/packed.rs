//! Evidence in its two forms: the same is in both, and reports on it are the same to the byte.

use super::support::{root, run, spoken};
use std::path::Path;

fn collected(folder: &Path, target: &str, name: &str) -> String {
    let (out, key) = (folder.join(name), folder.join("audit.key"));
    std::fs::write(&key, "a key for tests, which is no secret\n").expect("a file");
    let (out, key) = (out.to_str().expect("a plain path").to_owned(), key.to_str().expect("a plain path").to_owned());
    let target = root().join(target).to_str().expect("a plain path").to_owned();
    let (code, _, errors) = spoken(&run(&["collect", &target, "-o", &out, "--key-file", &key, "--date", "2026-11-30"]));
    assert_eq!(code, 0, "{errors}");
    out
}

#[test]
fn both_forms_say_the_same_and_turn_into_each_other() {
    for target in ["examples/card-printer", "examples/good-supplier", "tests/fixtures"] {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name).to_str().expect("a plain path").to_owned();
        let (json, packed) = (collected(folder.path(), target, "a.json"), collected(folder.path(), target, "a.pev"));
        let read = |file: &str| std::fs::read(file).expect("a file");
        assert!(read(&json).starts_with(b"{\"schema\":\"provost/evidence/1\""));
        assert!(read(&packed).starts_with(b"provost/evidence/1 packed\n"));
        for (from, to, same) in [(&packed, at("b.json"), &json), (&json, at("b.pev"), &packed)] {
            assert_eq!(spoken(&run(&["repack", from, "-o", &to])).0, 0);
            assert!(read(&to) == read(same), "{target}: {to}");
        }
        let small = (read(&packed).len() * 3) < read(&json).len();
        assert!(small, "{target}: {} of {} bytes", read(&packed).len(), read(&json).len());
        // the name of the target is that of the file
        let reports = |file: &str| {
            let same = at("same");
            std::fs::rename(file, &same).expect("a file");
            let formats = ["json", "terminal", "csv"].map(|id| format!("--format={id}={}", at(id)));
            let words: Vec<&str> = ["assess", &same, "--date", "2026-11-30", "--all"]
                .into_iter()
                .chain(formats.iter().map(String::as_str))
                .collect();
            let (code, _, errors) = spoken(&run(&words));
            assert!(matches!(code, 0 | 1 | 3), "{errors}");
            let (shown, said) = (spoken(&run(&["show", &same])), ["json", "terminal", "csv"].map(|id| read(&at(id))));
            assert_eq!(shown.0, 0);
            let mut lines: Vec<String> = shown.1.lines().map(str::to_owned).collect();
            lines.sort_unstable();
            (code, said, lines)
        };
        assert!(reports(&packed) == reports(&json), "{target}");
    }
}

#[test]
fn packed_evidence_that_was_changed_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let packed = collected(folder.path(), "examples/good-supplier", "a.pev");
    let whole = std::fs::read(&packed).expect("a file");
    for (bytes, why) in [
        (whole[..whole.len() / 2].to_vec(), "it breaks off"),
        ([&whole[..whole.len() - 1], &[whole[whole.len() - 1] ^ 1]].concat(), "it was changed after it was written"),
    ] {
        std::fs::write(&packed, bytes).expect("a file");
        let (code, _, errors) = spoken(&run(&["assess", &packed]));
        assert!(code == 2 && errors.contains(why), "{errors}");
        assert_eq!(spoken(&run(&["show", &packed])).0, 2);
        assert_eq!(spoken(&run(&["repack", &packed, "-o", &format!("{packed}.json")])).0, 2);
    }
    let (code, _, errors) = spoken(&run(&["repack", &packed, "-o", &packed]));
    assert!(code == 2, "{errors}");
}
