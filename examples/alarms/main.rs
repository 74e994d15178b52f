//! Counts what an audit of trees without a register of people finds: matches, artifacts and matches for 100 MB of each data class, from
//! evidence files. Or makes a tree of look-alikes in which nobody is. It must not print anything but counts.
//!
//! ```sh
//! provost collect TREE -o evidence.json
//! cargo run --release --example alarms -- evidence.json...
//! cargo run --release --example alarms -- --look-alikes OUT [--seed 7] [--rows 2000]
//! ```

mod look_alikes;

use provost::model::evidence::{Evidence, GapKind, Read};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::Path;
use std::process::ExitCode;

/// One class in all files.
#[derive(Default)]
struct Class {
    matches: u64,
    test_data: u64,
    artifacts: u64,
}

/// All files together.
#[derive(Default)]
struct Counts {
    classes: BTreeMap<String, Class>,
    gaps: BTreeMap<(String, String), u64>,
    files: Vec<(String, [u64; 5])>,
    bytes: u64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["-h" | "--help"] => {
            Err(io::Error::other("usage: alarms EVIDENCE.json...   or   alarms --look-alikes OUT [--seed N] [--rows N]"))
        }
        ["--look-alikes", out, options @ ..] => make(out, options),
        files => count(files),
    };
    match outcome {
        Ok(text) => match io::stdout().lock().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(error) => {
            let _ = writeln!(io::stderr(), "alarms: {error}");
            ExitCode::from(2)
        }
    }
}

fn make(out: &str, options: &[&str]) -> io::Result<String> {
    let (mut seed, mut rows) = (7, 2_000);
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        let value = rest.next().and_then(|value| value.parse::<u64>().ok());
        match (*option, value) {
            ("--seed", Some(value)) => seed = value,
            ("--rows", Some(value)) => rows = value,
            _ => return Err(io::Error::other(format!("`{option}` is not understood"))),
        }
    }
    let (files, bytes) = look_alikes::generate(seed, rows, Path::new(out))?;
    Ok(format!("{{\"files\":{files},\"bytes\":{bytes},\"people\":0}}\n"))
}

fn count(files: &[&str]) -> io::Result<String> {
    let mut counts = Counts::default();
    for file in files {
        let wrong = |error: &dyn std::fmt::Display| io::Error::other(format!("{file}: {error}"));
        let reader = BufReader::new(File::open(file).map_err(|error| wrong(&error))?);
        let evidence: Evidence = serde_json::from_reader(reader).map_err(|error| wrong(&error))?;
        counts.add(Path::new(file).file_stem().unwrap_or_default().to_string_lossy().into_owned(), &evidence);
    }
    Ok(counts.table())
}

impl Counts {
    fn add(&mut self, name: String, evidence: &Evidence) {
        let mut row = [0; 5];
        for id in &evidence.classes {
            self.classes.entry(id.clone()).or_default();
        }
        for artifact in evidence.artifacts.iter() {
            // a member's bytes are inside those of its container; what is inside is what was read
            row[0] += 1;
            row[1] += artifact.size;
            row[2] += u64::from(artifact.read == Read::Full);
            row[3] += u64::from(artifact.read == Read::Partial);
            row[4] += u64::from(artifact.read == Read::None);
            let mut seen: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
            for (id, tally) in artifact.parts.iter().flat_map(|part| &part.tallies) {
                let found = seen.entry(id).or_default();
                found.0 += tally.matches;
                found.1 += tally.test_data;
            }
            for (id, (matches, test_data)) in seen {
                let class = self.classes.entry(id.to_owned()).or_default();
                class.matches += matches;
                class.test_data += test_data;
                class.artifacts += u64::from(matches > 0);
            }
            for gap in &artifact.gaps {
                // numbers and places differ from file to file; the reason is the same
                let reason: String = gap.reason.chars().filter(|c| !c.is_ascii_digit()).collect();
                let reason = reason.replace(" (line )", "");
                *self.gaps.entry((kind(gap.kind).to_owned(), format!("{}: {reason}", artifact.kind))).or_default() += 1;
            }
            if artifact.read != Read::Full && artifact.gaps.is_empty() {
                *self.gaps.entry(("WITHOUT A REASON".to_owned(), artifact.kind.to_string())).or_default() += 1;
            }
        }
        self.bytes += row[1];
        self.files.push((name, row));
    }

    fn table(&self) -> String {
        let mut out = String::from("| tree | artifacts | MB | read | partly | not |\n|---|---:|---:|---:|---:|---:|\n");
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        for (name, [artifacts, bytes, full, partial, none]) in &self.files {
            out.push_str(&format!("| {name} | {artifacts} | {:.1} | {full} | {partial} | {none} |\n", megabytes(*bytes)));
        }
        out.push_str("\n| class | matches | test data | artifacts | matches for 100 MB |\n|---|---:|---:|---:|---:|\n");
        for (id, class) in &self.classes {
            let rate = class.matches as f64 * 100.0 / megabytes(self.bytes).max(0.000_001);
            out.push_str(&format!("| {id} | {} | {} | {} | {rate:.1} |\n", class.matches, class.test_data, class.artifacts));
        }
        out.push_str("\n| not read: kind | what and why | artifacts |\n|---|---|---:|\n");
        let mut gaps: Vec<_> = self.gaps.iter().collect();
        gaps.sort_by_key(|row| std::cmp::Reverse(*row.1));
        for ((kind, reason), number) in gaps {
            out.push_str(&format!("| {kind} | {} | {number} |\n", reason.replace('|', "/")));
        }
        out
    }
}

fn kind(kind: GapKind) -> &'static str {
    match kind {
        GapKind::Unsupported => "unsupported",
        GapKind::Encrypted => "encrypted",
        GapKind::Malformed => "malformed",
        GapKind::Limit => "limit",
        GapKind::Unreadable => "unreadable",
        GapKind::Crashed => "crashed",
        GapKind::NotAFile => "not_a_file",
        GapKind::Missing => "missing",
    }
}
