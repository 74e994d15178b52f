//! What the fuzzers stand on, under `cargo test`: every input that once broke something, and the smallest seeds of every target, through the
//! same harness (`fuzz/src/harness`). An input of the fuzzers that was found to break something goes to `tests/fixtures/found`, named
//! for its target: `document-zip--what-it-was`.

use crate::harness::{Target, seeds, targets};
use crate::support::root;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Seeds of each target that are run.
const SEEDS: usize = 3;
/// Longer than any of these inputs takes, on a busy machine and without optimisation.
const LONG: Duration = Duration::from_mins(1);

fn run(target: &Target, bytes: &[u8], what: &str) {
    let begun = Instant::now();
    (target.run)(bytes);
    assert!(begun.elapsed() < LONG, "{what} takes {:?} in {}", begun.elapsed(), target.name);
}

#[test]
fn what_was_found_stays_mended() {
    let targets = targets();
    let mut count = 0;
    for entry in std::fs::read_dir(root().join("tests/fixtures/found")).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let (of, _) = name.split_once("--").unwrap_or_else(|| panic!("{name} does not say of which target it is"));
        let of = of.replacen('-', "/", 1);
        let target = targets.iter().find(|target| target.name == of).unwrap_or_else(|| panic!("{name} is of no target"));
        let bytes = std::fs::read(entry.path()).expect("a file");
        assert!(bytes.len() <= target.most, "{name} is longer than inputs of its target are");
        run(target, &bytes, &name);
        count += 1;
    }
    assert!(count > 0, "nothing was kept");
}

#[test]
fn every_target_runs_on_its_seeds_and_on_nothing() {
    let all = seeds::all(&root());
    let mut without = Vec::new();
    for target in targets() {
        run(&target, b"", "nothing");
        let own = all.of(&target.name);
        own.iter().take(SEEDS).for_each(|bytes| run(&target, bytes, "a seed"));
        if own.is_empty() {
            without.push(target.name);
        }
    }
    // a store of mail is brought along by `fuzz/run.sh`
    assert_eq!(without, ["document/pst"], "these begin with nothing");
}

#[test]
fn whatever_is_registered_is_a_target() {
    let targets = targets();
    let names: BTreeSet<&str> = targets.iter().map(|target| target.name.as_str()).collect();
    assert_eq!(names.len(), targets.len(), "two targets of one name");
    let registered = (provost::collect::document::DOCUMENTS.iter().map(|one| format!("document/{}", one.id())))
        .chain(provost::collect::config::CONFIGS.iter().map(|one| format!("config/{}", one.id())))
        .chain(provost::collect::resource::RESOURCES.iter().map(|one| format!("resource/{}", one.id)))
        .chain(provost::collect::results::RESULTS.iter().map(|one| format!("results/{}", one.id())))
        .chain(provost::detect::validators::VALIDATORS.iter().map(|one| format!("validator/{}", one.id)));
    for name in registered {
        assert!(names.contains(name.as_str()), "{name} is no target");
    }
    assert!(targets.iter().all(|target| target.weight > 0 && target.most > 0));
}
