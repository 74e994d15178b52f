//! A delivery that is collected in parts and merged gives the same bytes as one that is collected whole, whatever the number of parts and
//! their order; parts that do not belong together give nothing.

use crate::support::{DATE, delivery, root, run, spoken};
use crate::synth;
use std::path::{Path, PathBuf};

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(delivery(&[
            ("audit.key", b"a key for tests, which is no secret\n"),
            ("other.key", b"another key, which is no secret either\n"),
        ]))
    }

    fn at(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("a plain path").to_owned()
    }

    fn collect(&self, target: &Path, output: &str, more: &[&str]) -> Vec<u8> {
        let (key, out) = (self.at("audit.key"), self.at(output));
        let first = ["collect", target.to_str().expect("a plain path"), "--key-file", &key, "-o", &out];
        let (code, _, errors) = spoken(&run(&[&first[..], more].concat()));
        assert_eq!(code, 0, "{errors}");
        std::fs::read(out).expect("a file")
    }

    /// All parts, the last first.
    fn parts(&self, target: &Path, of: u32) -> Vec<String> {
        let one = |index| {
            let name = format!("part-{index}-{of}");
            self.collect(target, &name, &["--shard", &format!("{index}/{of}")]);
            self.at(&name)
        };
        (1..=of).rev().map(one).collect()
    }

    fn merge(&self, parts: &[String]) -> (i32, String, String) {
        let out = self.at("merged");
        let _ = std::fs::remove_file(&out);
        let arguments: Vec<&str> =
            ["merge"].into_iter().chain(parts.iter().map(String::as_str)).chain(["-o", out.as_str()]).collect();
        spoken(&run(&arguments))
    }
}

#[test]
fn parts_merged_are_the_whole_to_the_byte() {
    let made = tempfile::tempdir().expect("a folder");
    let options = synth::Options { people: 120, seed: 9, ..synth::Options::default() };
    synth::generate(&options, made.path()).expect("a delivery");
    let example = |name: &str| root().join("examples").join(name);
    let rows: [(PathBuf, &[u32]); 4] = [
        (example("card-printer"), &[2, 7]),
        (example("good-supplier"), &[2, 7]),
        (example("foi-release"), &[2, 7, 64]),
        (made.path().to_owned(), &[2, 7]),
    ];
    for (target, numbers) in rows {
        let place = Place::new();
        let whole = place.collect(&target, "whole", &[]);
        for of in numbers {
            let mut parts = place.parts(&target, *of);
            let middle = parts.len() / 3;
            parts.rotate_left(middle);
            let (code, _, errors) = place.merge(&parts);
            assert_eq!(code, 0, "{errors}");
            assert!(std::fs::read(place.at("merged")).expect("evidence") == whole, "{} in {of}", target.display());
        }
        // ... and so is what is made of it
        let report = |evidence: &str| {
            let evidence = place.at(evidence);
            let output = run(&["assess", &evidence, "--date", DATE, "--format", "json"]);
            let mut json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
            json["target"] = serde_json::Value::Null;
            json
        };
        assert_eq!(report("whole"), report("merged"));
    }
}

#[test]
fn what_goes_to_standard_output_is_what_a_file_would_hold() {
    let place = Place::new();
    let target = root().join("examples/foi-release");
    let key = place.at("audit.key");
    let collect = ["collect", target.to_str().expect("a plain path"), "--key-file", &key, "-o", "-"];
    let bytes = |more: &[&str]| run(&[&collect[..], more].concat()).stdout;
    assert!(bytes(&[]) == place.collect(&target, "whole.json", &[]));
    let part = place.collect(&target, "part", &["--shard", "1/1"]);
    assert!(bytes(&["--shard", "1/1"]) == part);
    let merged = run(&["merge", &place.at("part"), "-o", "-"]);
    assert!(merged.stdout == place.collect(&target, "whole.json", &[]));
}

#[test]
fn parts_that_do_not_belong_together_give_nothing() {
    let (target, place) = (root().join("examples/good-supplier"), Place::new());
    let parts = place.parts(&target, 3);
    let refused = |parts: &[String], why: &str| {
        let (code, _, errors) = place.merge(parts);
        assert!(code == 2 && errors.contains(why), "{why}: {errors}");
        assert!(!Path::new(&place.at("merged")).exists());
    };
    refused(&parts[..2], "these are missing: 1");
    refused(&[parts[0].clone(), parts[1].clone(), parts[2].clone(), parts[1].clone()], "are both part 2");
    let other = place.parts(&target, 2);
    refused(&[parts[0].clone(), other[1].clone()], "the numbers of parts differ");
    // another key, another delivery, another policy
    let key = place.at("other.key");
    let aside = place.at("aside");
    let path = target.to_str().expect("a plain path");
    let collect = |more: &[&str]| {
        let first = ["collect", path, "--shard", "1/3", "-o", &aside];
        spoken(&run(&[&first[..], more].concat()))
    };
    assert_eq!(collect(&["--key-file", &key]).0, 0);
    refused(&[parts[0].clone(), parts[1].clone(), aside.clone()], "the deliveries or the keys differ");
    let own = place.at("audit.key");
    assert_eq!(collect(&["--key-file", &own, "--policy", "publication"]).0, 0);
    refused(&[parts[0].clone(), parts[1].clone(), aside.clone()], "was collected for another policy");
    assert_eq!(collect(&["--key-file", &own, "--passwords", &key]).0, 0);
    refused(
        &[parts[0].clone(), parts[1].clone(), aside.clone()],
        "the limits, the passwords, the models that read pictures or whether large files are read in pieces differ",
    );
    // cut off, changed, something else
    let right = std::fs::read(&parts[2]).expect("a part");
    let mut shorter = right.clone();
    shorter.truncate(right.len() - 10);
    let mut changed = right.clone();
    let at = right.len() / 2;
    changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
    for wrong in [shorter, changed, b"{}\n".to_vec(), Vec::new()] {
        std::fs::write(&aside, wrong).expect("a file");
        refused(&[parts[0].clone(), parts[1].clone(), aside.clone()], "is no whole part");
    }
    for wrong in ["0/3", "4/3", "1", "a/b", "1/0"] {
        assert_eq!(spoken(&run(&["collect", path, "--shard", wrong, "-o", &aside, "--key-file", &own])).0, 2, "{wrong}");
    }
    let (code, _, errors) = spoken(&run(&["collect", path, "--shard", "1/3", "-o", &aside]));
    assert!(code == 2 && errors.contains("--key-file"), "{errors}");
}

/// Every text in a value, and every key of a mapping in a tree.
fn texts(value: &serde_json::Value, out: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::String(text) => drop(out.insert(text.clone())),
        serde_json::Value::Array(items) => items.iter().for_each(|item| texts(item, out)),
        serde_json::Value::Object(fields) => {
            // registers of sketches are bulk
            fields.iter().filter(|row| row.0 != "sketches").for_each(|row| texts(row.1, out));
        }
        _ => {}
    }
}

#[test]
fn every_text_of_evidence_and_of_a_part_is_shown_before_it_is_handed_over() {
    let place = Place::new();
    let target = root().join("examples/card-printer");
    let whole = place.collect(&target, "whole.json", &[]);
    place.collect(&target, "part", &["--shard", "2/3"]);
    for name in ["whole.json", "part"] {
        let (code, shown, errors) = spoken(&run(&["show", &place.at(name)]));
        assert_eq!(code, 0, "{errors}");
        let bytes = std::fs::read(place.at(name)).expect("a file");
        let mut all = std::collections::BTreeSet::new();
        for value in serde_json::Deserializer::from_slice(&bytes).into_iter::<serde_json::Value>() {
            texts(&value.expect("JSON"), &mut all);
        }
        // as YAML writes them: quoted, folded, in blocks
        let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let flat = bare(&shown);
        let missing: Vec<&String> = all.iter().filter(|text| !flat.contains(&bare(text))).collect();
        assert!(all.len() > 30 && missing.is_empty(), "{name} does not show {missing:?}");
    }
    assert!(!whole.is_empty());
    let (code, _, errors) = spoken(&run(&["show", "README.md"]));
    assert!(code == 2 && errors.contains("neither evidence nor a part"), "{errors}");
}
