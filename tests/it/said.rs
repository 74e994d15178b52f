//! What commands say beside their results: nothing where nobody wants to hear it.

use crate::support::{delivery, run, spoken};

#[test]
fn who_asks_for_quiet_gets_it() {
    let folder = delivery(&[("a.txt", b"nothing\n")]);
    let out = tempfile::tempdir().expect("a folder");
    let place = |name: &str| out.path().join(name).to_str().expect("a plain path").to_owned();
    let target = folder.path().to_str().expect("a plain path");
    std::fs::write(place("key"), "a key for tests, which is no secret\n").expect("a file");
    let (code, text, errors) = spoken(&run(&["-q", "collect", target, "-o", &place("evidence.json")]));
    assert_eq!((code, text.as_str(), errors.as_str()), (0, "", ""));
    let part = ["collect", target, "--key-file", &place("key"), "--shard", "1/1", "-o", &place("part")];
    assert_eq!(spoken(&run(&[&["-q"][..], &part].concat())).1, "");
    assert_eq!(spoken(&run(&["-q", "merge", &place("part"), "-o", &place("merged.json")])).1, "");
    // what is written is the same, and who does not ask is told
    let (code, text, _) = spoken(&run(&["collect", target, "-o", &place("loud.json")]));
    assert!(code == 0 && text.contains("1 artifact, "), "{text}");
}
