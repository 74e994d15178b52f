//! The fuzzer: one program for all targets, so that it is linked once. Which one runs is said by `PROVOST_FUZZ_TARGET`; the arguments are
//! libFuzzer's. `--list` prints the targets, `--seeds FOLDER` writes what each begins with. `fuzz/run.sh` calls it.
//!
//! A panic that leaves the reader ends the run and is a finding. One that the program catches itself (it knows which libraries panic) is
//! none, and is told once for each place, so that nobody overlooks it.
#![no_main]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::exit,
    reason = "a fuzzer ends where something is wrong"
)]

mod harness;
#[path = "../../tests/it/made.rs"]
mod made;
#[path = "../../tests/it/made_disks.rs"]
mod made_disks;

use harness::{Target, seeds, targets};
use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("PROVOST_FUZZ_TARGET").unwrap_or_default();
    targets().into_iter().find(|target| target.name == name).unwrap_or_else(|| {
        eprintln!("no target `{name}`: set PROVOST_FUZZ_TARGET to one that --list prints");
        std::process::exit(2);
    })
});

/// What the last panic was, and where; and the places whose panics were caught.
static LAST: Mutex<(String, BTreeSet<String>)> = Mutex::new((String::new(), BTreeSet::new()));

fn remember(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    last.0 = format!("{info}");
    if last.1.insert(place.clone()) {
        eprintln!("panic at {place}");
    }
}

/// What is no fuzzing: done before anything else, and the end of it.
fn asked() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--list"] => targets().iter().for_each(|target| println!("{} {} {}", target.name, target.most, target.weight)),
        ["--seeds", folder] => {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
            let all = seeds::all(root);
            for target in targets() {
                let place = Path::new(folder).join(&target.name);
                std::fs::create_dir_all(&place).expect("a folder");
                for (index, bytes) in all.of(&target.name).iter().enumerate() {
                    std::fs::write(place.join(format!("seed-{index:03}")), bytes).expect("a file");
                }
            }
        }
        _ => return,
    }
    std::process::exit(0);
}

libfuzzer_sys::fuzz_target!(
    init: {
        asked();
        // libFuzzer's own ends the process at every panic, also where it is caught
        panic::set_hook(Box::new(remember));
    },
    |data: &[u8]| {
        if panic::catch_unwind(AssertUnwindSafe(|| (TARGET.run)(data))).is_err() {
            let last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
            eprintln!("FINDING in {}: {}", TARGET.name, last.0);
            drop(last);
            std::process::abort();
        }
    }
);
