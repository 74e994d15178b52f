//! Measures the test for faces on labelled pictures: precision, recall and milliseconds a picture.
//!
//! ```text
//! cargo run --release --example faces -- FOLDER            FOLDER/with/... and FOLDER/without/...
//! cargo run --release --example faces -- LIST.csv ROOT     lines of package,member,yes|no[,note]; the picture is ROOT/package/member
//! ```
//! `benches/faces.sh` fetches the pictures of `benches/faces.csv` and calls this. It prints nothing of the pictures but their paths.
#![allow(clippy::print_stdout, reason = "a command that prints what it measured")]

use provost::audit::Auditor;
use provost::collect::walk::Target;
use provost::model::day::Day;
use provost::model::policy::TestFile;
use std::path::{Path, PathBuf};
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

/// A picture and whether there is a face in it.
struct Labelled {
    path: PathBuf,
    face: bool,
    note: String,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let pictures = match arguments.as_slice() {
        [folder] => {
            let mut both = by_folder(&Path::new(folder).join("with"), true)?;
            both.extend(by_folder(&Path::new(folder).join("without"), false)?);
            both
        }
        [list, root] => by_list(&std::fs::read_to_string(list)?, Path::new(root)),
        _ => return Err("faces FOLDER, or faces LIST.csv ROOT".into()),
    };
    let auditor = Auditor::new("publication", &[])?;
    let (mut hits, mut alarms, mut misses, mut quiet, mut unread) = (0_u32, 0_u32, 0_u32, 0_u32, 0_u32);
    let mut times: Vec<f64> = Vec::new();
    for picture in &pictures {
        let Ok(content) = std::fs::read(&picture.path) else {
            unread += 1;
            println!("missing      {}", picture.path.display());
            continue;
        };
        // a name that says nothing: only the pixels may decide
        let file =
            TestFile { path: "picture".to_owned(), content, mode: 0o600, modified: Day::parse("2026-01-01").ok_or("a day")? };
        let started = Instant::now();
        let evidence = auditor.collect(&Target::Memory(vec![file]), &|_| {})?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        let parts = evidence.artifacts.iter().flat_map(|artifact| &artifact.parts).filter(|part| part.hidden.is_none());
        let masks = parts.filter_map(|part| part.tallies.get("photograph")).flat_map(|tally| &tally.samples);
        let seen = masks.into_iter().any(|sample| sample.mask.contains("face") && !sample.mask.contains("marked"));
        if evidence.artifacts.iter().any(|artifact| artifact.gaps.iter().any(|gap| gap.reason.contains("looked at"))) {
            println!("not looked   {} {}", picture.path.display(), picture.note);
        }
        match (picture.face, seen) {
            (true, true) => hits += 1,
            (false, true) => alarms += 1,
            (true, false) => misses += 1,
            (false, false) => quiet += 1,
        }
        if picture.face != seen {
            println!("{}  {} {}", if seen { "false alarm" } else { "missed     " }, picture.path.display(), picture.note);
        }
    }
    // what every call pays for setting up, measured on nothing
    let started = Instant::now();
    auditor.collect(&Target::Memory(Vec::new()), &|_| {})?;
    let setup = started.elapsed().as_secs_f64() * 1000.0;
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get(times.len() * share / 100).map_or(0.0, |time| (time - setup).max(0.0));
    let share = |part: u32, all: u32| f64::from(part) * 100.0 / f64::from(all.max(1));
    println!("pictures     {} ({} with a face, {} without), {unread} missing", times.len(), hits + misses, alarms + quiet);
    println!(
        "precision    {:.1} % ({hits} of {} that were called a photograph of a person)",
        share(hits, hits + alarms),
        hits + alarms
    );
    println!("recall       {:.1} % ({hits} of {} with a face)", share(hits, hits + misses), hits + misses);
    println!("milliseconds {:.1} median, {:.1} at 95 %, a picture, one thread", at(50), at(95));
    Ok(())
}

fn by_folder(folder: &Path, face: bool) -> Result<Vec<Labelled>, Failure> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    Ok(paths.into_iter().filter(|path| path.is_file()).map(|path| Labelled { path, face, note: String::new() }).collect())
}

fn by_list(list: &str, root: &Path) -> Vec<Labelled> {
    let rows = list.lines().filter(|line| !line.starts_with('#') && !line.starts_with("package,"));
    rows.filter_map(|line| {
        let mut cells = line.splitn(4, ',');
        let (package, member, label) = (cells.next()?, cells.next()?, cells.next()?);
        let note = cells.next().unwrap_or("").to_owned();
        Some(Labelled { path: root.join(package).join(member), face: label == "yes", note })
    })
    .collect()
}
