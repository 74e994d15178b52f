//! Makes the texts that speed is measured on: one file a kind, or a tree of which half the bytes are records of people who never
//! were. One seed, one tree, to the byte. It must not use the library: what is measured does not make its own food.
//!
//! ```sh
//! cargo run --release --example corpora -- KIND MIB OUT [--seed 7]
//! ```
//! KIND is a kind of file, `mixed`, or a tree of files of one line: `tiny` or, sixty folders down, `deep`.

#[allow(dead_code, unreachable_pub, reason = "shared by examples, each of which needs a part")]
#[path = "../common/random.rs"]
mod random;
#[allow(dead_code, reason = "only its lists of names are used here")]
#[path = "../synth.rs"]
mod synth;
mod write;

use random::Random;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use write::KINDS;

/// Of a hundred bytes of the mixed tree, so many are of each kind: half are records of people.
const SHARES: &[(&str, u64)] = &[
    ("people.csv", 25),
    ("records.txt", 15),
    ("people.json", 10),
    ("prose.txt", 15),
    ("app.log", 20),
    ("source.rs", 10),
    ("numbers.csv", 5),
];
/// Trees of tiny files: how many folders deep each lies.
const TREES: &[(&str, u64)] = &[("tiny", 1), ("deep", 60)];
/// A tiny file has about so many bytes: a MiB holds ten thousand of them ...
const TINY_BYTES: u64 = 105;
/// ... and a folder so many.
const TINY_FILES: u64 = 1000;
/// A file of the mixed tree has about so many bytes.
const FILE_BYTES: u64 = 1 << 20;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parts: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match parts.as_slice() {
        [kind, mib, out] => make(kind, mib, Path::new(out), "7"),
        [kind, mib, out, "--seed", seed] => make(kind, mib, Path::new(out), seed),
        _ => Err(io::Error::other(format!(
            "usage: corpora KIND MIB OUT [--seed N]; KIND is mixed, tiny, deep or one of {}",
            kinds()
        ))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "corpora: {error}");
            ExitCode::from(2)
        }
    }
}

fn kinds() -> String {
    KINDS.iter().map(|kind| kind.0).collect::<Vec<_>>().join(", ")
}

fn make(kind: &str, mib: &str, out: &Path, seed: &str) -> io::Result<()> {
    let number = |text: &str| text.parse::<u64>().map_err(|_| io::Error::other(format!("`{text}` is no number")));
    let (bytes, mut random) = (number(mib)? << 20, Random(number(seed)?));
    fs::create_dir_all(out)?;
    if let Some((_, depth)) = TREES.iter().find(|tree| tree.0 == kind) {
        return tiny(bytes / TINY_BYTES, *depth, out, &mut random);
    }
    if kind != "mixed" {
        return one(kind, bytes, &out.join(kind), &mut random);
    }
    for (kind, share) in SHARES {
        let files = (bytes * share / 100 / FILE_BYTES).max(1);
        let (stem, ending) = kind.split_once('.').unwrap_or((kind, "txt"));
        let folder = out.join(stem);
        fs::create_dir_all(&folder)?;
        for number in 0..files {
            one(kind, bytes * share / 100 / files, &folder.join(format!("{stem}-{number:04}.{ending}")), &mut random)?;
        }
    }
    Ok(())
}

/// So many files of one line: of each five, four are a line of a log and one is a record of somebody.
fn tiny(files: u64, depth: u64, out: &Path, random: &mut Random) -> io::Result<()> {
    let mut folder = out.to_path_buf();
    for number in 0..files {
        if number % TINY_FILES == 0 {
            folder = out.join(format!("batch-{:04}", number / TINY_FILES));
            for level in 1..depth {
                folder.push(format!("level-{level}"));
            }
            fs::create_dir_all(&folder)?;
        }
        let kind = if number % 5 == 0 { "records.txt" } else { "app.log" };
        one(kind, 1, &folder.join(format!("note-{number:06}.txt")), random)?;
    }
    Ok(())
}

fn one(kind: &str, bytes: u64, path: &Path, random: &mut Random) -> io::Result<()> {
    let Some((_, header, line)) = KINDS.iter().find(|known| known.0 == kind) else {
        return Err(io::Error::other(format!("`{kind}` is no kind; there are {}", kinds())));
    };
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(header.as_bytes())?;
    let mut written = 0;
    let mut text = String::new();
    while written < bytes {
        text.clear();
        line(random, &mut text);
        written += text.len() as u64;
        file.write_all(text.as_bytes())?;
    }
    file.flush()
}
