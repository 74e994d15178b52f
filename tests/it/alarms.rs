//! Numbers that look like somebody's are nobody's.

use crate::look_alikes;
use crate::support::{run, spoken};

#[test]
fn a_tree_of_look_alikes_has_nobody_in_it() {
    for seed in [1, 7, 42] {
        let folder = tempfile::tempdir().expect("a folder");
        let (files, bytes) = look_alikes::generate(seed, 1_500, folder.path()).expect("a tree");
        let (code, text, errors) = spoken(&run(&["discover", folder.path().to_str().expect("a plain path"), "--format", "json"]));
        assert_eq!(code, 0, "{errors}");
        let inventory: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(inventory["people"]["total"], 0, "seed {seed}: {}", inventory["people"]);
        assert_eq!(inventory["coverage"]["artifacts"]["read"], files, "seed {seed}");
        assert_eq!(inventory["coverage"]["bytes"]["read"], bytes, "seed {seed}");
    }
}

#[test]
fn one_seed_is_one_tree() {
    let read = |seed| {
        let folder = tempfile::tempdir().expect("a folder");
        look_alikes::generate(seed, 50, folder.path()).expect("a tree");
        std::fs::read_to_string(folder.path().join("shop/dump.sql")).expect("a file")
    };
    assert_eq!(read(3), read(3));
    assert_ne!(read(3), read(4));
}
