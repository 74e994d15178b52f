//! How much of real files is read: for a tree of them, a table by format (read, read in part, gap), and beside it what share of the
//! words that another reader saw was seen here, and how fast either was. It must not print a word of what it read.
//!
//! ```sh
//! python3 benches/real-files/fetch.py REAL && python3 benches/real-files/others.py REAL > others.jsonl
//! cargo run --release --example reading -- REAL others.jsonl
//! ```
//!
//! A word is a run of at least three letters or digits; each of the other reader's counts once for each time it stands there. With
//! `--worst N` the files with the most words not seen here are named.
#![allow(clippy::print_stdout, reason = "a table for whoever runs it")]

use provost::audit::Auditor;
use provost::collect::walk::Target;
use provost::model::evidence::{Evidence, GapKind, Read};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What another reader saw of one file.
#[derive(serde::Deserialize)]
struct Other {
    path: PathBuf,
    #[serde(default)]
    reader: String,
    #[serde(default)]
    seconds: f64,
    #[serde(default)]
    words: Option<Vec<String>>,
}

/// One line of the table.
#[derive(Default)]
struct Row {
    files: u64,
    read: u64,
    partly: u64,
    gap: u64,
    crashed: u64,
    bytes: u64,
    time: Duration,
    reader: String,
    both: u64,
    both_bytes: u64,
    both_time: Duration,
    other_seconds: f64,
    words: u64,
    found: u64,
}

type Words = HashMap<String, u64>;

/// There is one thread: a lock that a panic of a reader left behind is as good as any.
fn lock(words: &Mutex<Words>) -> MutexGuard<'_, Words> {
    words.lock().unwrap_or_else(PoisonError::into_inner)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().nth(2).is_some())
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = walkdir::WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    out.sort();
    out
}

/// Processor time of this thread, as the other readers' is measured; the clock's where the system does not tell.
fn now(begin: Instant) -> Duration {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = spent.and_then(|text| text.split_whitespace().next()?.parse().ok());
    spent.map_or_else(|| begin.elapsed(), Duration::from_nanos)
}

/// What became of a file, from the evidence on it and its members.
fn outcome(evidence: Option<&Evidence>, row: &mut Row) {
    let Some(evidence) = evidence else {
        row.crashed += 1;
        return;
    };
    let own = evidence.artifacts.first();
    if evidence.artifacts.iter().flat_map(|artifact| &artifact.gaps).any(|gap| gap.kind == GapKind::Crashed) {
        row.crashed += 1;
    } else if own.is_some_and(|own| own.read == Read::Full)
        && evidence.artifacts.iter().all(|artifact| artifact.gaps.is_empty() && artifact.read != Read::None)
    {
        row.read += 1;
    } else if own.is_some_and(|own| own.read == Read::None) {
        row.gap += 1;
    } else {
        row.partly += 1;
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let worst = arguments.iter().position(|argument| argument == "--worst").and_then(|at| {
        let count = arguments.get(at + 1)?.parse::<usize>().ok()?;
        arguments.drain(at..=at + 1);
        Some(count)
    });
    let [tree, rest @ ..] = arguments.as_slice() else {
        return Err("usage: reading DIR [OTHERS.jsonl] [--worst N]".into());
    };
    let mut others: HashMap<PathBuf, Other> = HashMap::new();
    if let Some(file) = rest.first() {
        let text = std::fs::read_to_string(file)?;
        for line in text.lines() {
            let other: Other = serde_json::from_str(line)?;
            others.insert(other.path.clone(), other);
        }
    }
    let mut auditor = Auditor::new("publication", &[])?;
    let heard: Arc<Mutex<Words>> = Arc::default();
    let wanted: Arc<Mutex<Words>> = Arc::default();
    let (ear, want) = (Arc::clone(&heard), Arc::clone(&wanted));
    auditor.engine.listener = Some(Box::new(move |text| {
        let want = lock(&want);
        // without another reader's words the time is Provost's alone
        if want.is_empty() {
            return;
        }
        let mut ear = lock(&ear);
        for word in words(text) {
            if want.contains_key(word) {
                *ear.entry(word.to_owned()).or_insert(0) += 1;
            }
        }
    }));
    let begin = Instant::now();
    let mut table: BTreeMap<String, Row> = BTreeMap::new();
    let mut misses: Vec<(u64, u64, PathBuf)> = Vec::new();
    for path in files(Path::new(tree)) {
        let collect = |path: &Path| {
            let target = Target::Path(path.to_owned());
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| auditor.collect(&target, &|_| {}).ok())).ok().flatten()
        };
        let other = others.get(&path);
        let before = now(begin);
        let evidence = collect(&path);
        let time = now(begin).saturating_sub(before);
        let ending = path.extension().map_or_else(|| "none".to_owned(), |ending| ending.to_string_lossy().to_lowercase());
        let bytes = path.metadata().map_or(0, |meta| meta.len());
        let row = table.entry(ending).or_default();
        row.files += 1;
        row.bytes += bytes;
        row.time += time;
        outcome(evidence.as_ref(), row);
        let Some(Other { words: Some(seen), seconds, reader, .. }) = other else { continue };
        row.reader.clone_from(reader);
        row.both += 1;
        row.both_bytes += bytes;
        row.both_time += time;
        row.other_seconds += seconds;
        let mut theirs = Words::new();
        for word in seen {
            *theirs.entry(word.clone()).or_insert(0) += 1;
        }
        lock(&wanted).clone_from(&theirs);
        lock(&heard).clear();
        drop(collect(&path));
        let ours = std::mem::take(&mut *lock(&heard));
        lock(&wanted).clear();
        let total: u64 = theirs.values().sum();
        let found: u64 = theirs.iter().map(|(word, count)| (*count).min(ours.get(word).copied().unwrap_or(0))).sum();
        row.words += total;
        row.found += found;
        misses.push((total - found, total, path));
    }
    print(&table);
    if let Some(count) = worst {
        misses.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
        for (missed, total, path) in misses.into_iter().take(count).filter(|row| row.0 > 0) {
            println!("{missed} of {total} not seen: {}", path.display());
        }
    }
    Ok(())
}

fn print(table: &BTreeMap<String, Row>) {
    let speed =
        |bytes: u64, seconds: f64| if seconds > 0.0 { format!("{:.1}", bytes as f64 / 1e6 / seconds) } else { "-".to_owned() };
    println!("format  files  read  part  gap  crashed     MB    MB/s  other reader  files    words  found      MB/s  its MB/s");
    for (ending, row) in table {
        let share = if row.words == 0 { "-".to_owned() } else { format!("{:.2} %", 100.0 * row.found as f64 / row.words as f64) };
        println!(
            "{ending:7} {:5} {:5} {:5} {:4} {:8} {:6.1} {:>7}  {:12} {:6} {:8} {share:>8} {:>7} {:>9}",
            row.files,
            row.read,
            row.partly,
            row.gap,
            row.crashed,
            row.bytes as f64 / 1e6,
            speed(row.bytes, row.time.as_secs_f64()),
            row.reader,
            row.both,
            row.words,
            speed(row.both_bytes, row.both_time.as_secs_f64()),
            speed(row.both_bytes, row.other_seconds),
        );
    }
}
