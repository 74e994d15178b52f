//! How long judging takes by the size of what is judged: the evidence of one delivery many times over among plain files, under all
//! built-in controls again and again. It must not measure the collecting: it begins with evidence.
//!
//! ```sh
//! cargo run --release --example estate -- examples/card-printer [--artifacts 1000000] [--controls 1000] [--plain 95] [--runs 3]
//! ```
//!
//! `--plain` is the percentage of artifacts that hold nothing. The second and further turns of a control look at all but one site, or at
//! one only, so that no two checks are the same. `--write FILE` writes the evidence and ends.
#![allow(clippy::print_stdout, reason = "a table for whoever runs it")]

use provost::assess::{self, Request};
use provost::audit::{Auditor, FLAGSHIP};
use provost::collect::walk::Target;
use provost::detect::people;
use provost::model::day::Day;
use provost::model::evidence::{Artifact, Encryption, Evidence, Part, PartKind, Read};
use provost::model::policy::Policy;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

/// Folders that the artifacts are spread over.
const SITES: u32 = 500;

struct Options {
    target: PathBuf,
    artifacts: usize,
    controls: usize,
    plain: usize,
    runs: usize,
    write: Option<PathBuf>,
}

fn options() -> Result<Options, Failure> {
    let mut out = Options { target: PathBuf::new(), artifacts: 1_000_000, controls: 1_000, plain: 95, runs: 3, write: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut next = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--artifacts" => out.artifacts = next()?.parse()?,
            "--controls" => out.controls = next()?.parse()?,
            "--plain" => out.plain = next()?.parse::<usize>()?.min(100),
            "--runs" => out.runs = next()?.parse::<usize>()?.max(1),
            "--write" => out.write = Some(PathBuf::from(next()?)),
            other if other.starts_with("--") => return Err(format!("unknown option {other}").into()),
            _ => out.target = PathBuf::from(&argument),
        }
    }
    if out.target.as_os_str().is_empty() {
        return Err("usage: estate DELIVERY [--artifacts N] [--controls N] [--plain PERCENT] [--runs N] [--write FILE]".into());
    }
    Ok(out)
}

fn main() -> Result<(), Failure> {
    let options = options()?;
    let mut auditor = Auditor::new(FLAGSHIP, &[])?;
    let base = auditor.collect(&Target::Path(options.target.clone()), &|_| {})?;
    let evidence = many(&base, &options);
    drop(base);
    if let Some(path) = &options.write {
        let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
        serde_json::to_writer(&mut file, &evidence)?;
        file.flush()?;
        println!("{} artifacts, {} bytes", evidence.artifacts.len(), std::fs::metadata(path)?.len());
        return Ok(());
    }
    auditor.policy = controls(&auditor.policy, options.controls)?;
    let date = Day::parse("2026-11-24").ok_or("a day")?;
    let timed = |work: &mut dyn FnMut()| {
        let mut times: Vec<f64> = (0..options.runs)
            .map(|_| {
                let start = Instant::now();
                work();
                start.elapsed().as_secs_f64()
            })
            .collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    let mut index = people::resolve(&evidence);
    let resolving = timed(&mut || index = people::resolve(&evidence));
    let mut findings = 0;
    let judging = timed(&mut || {
        let assessment = assess::assess(&Request {
            policy: &auditor.policy,
            evidence: &evidence,
            digest: None,
            people: &index,
            classes: &auditor.classes,
            date,
            waivers: &[],
            model: auditor.model,
            target: "estate",
        });
        findings = assessment.controls.iter().map(|control| control.failed).sum();
    });
    println!("| artifacts | controls | items that fail | people | who is who, s | judging, s |");
    println!("|---:|---:|---:|---:|---:|---:|");
    println!(
        "| {} | {} | {findings} | {} | {resolving:.2} | {judging:.2} |",
        evidence.artifacts.len(),
        auditor.policy.controls.len(),
        index.total()
    );
    Ok(())
}

/// A number that looks like nothing, of two others.
fn mixed(a: u64, b: u64) -> u64 {
    let mut x = a ^ b.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A delivery's evidence many times over, other people and other contents in each copy, and plain files between the copies.
fn many(base: &Evidence, options: &Options) -> Evidence {
    let (mut artifacts, mut resources) = (Vec::with_capacity(options.artifacts), Vec::new());
    let own = base.artifacts.len().max(1);
    let plain = if options.plain >= 100 { options.artifacts } else { own * options.plain / (100 - options.plain) };
    let (mut copy, mut first) = (0_u32, 0_u32);
    while artifacts.len() < options.artifacts {
        let site = copy % SITES;
        if options.plain < 100 {
            for artifact in base.artifacts.iter().take(options.artifacts - artifacts.len()) {
                artifacts.push(again(artifact, copy, first, site));
            }
            let there = base.resources.iter().filter(|_| copy < 100_000);
            resources.extend(there.cloned().map(|mut resource| {
                resource.artifact += first;
                resource
            }));
        }
        for number in 0..plain.min(options.artifacts - artifacts.len()) {
            artifacts.push(empty(copy, number, site, artifacts.len() as u32 + 1));
        }
        (copy, first) = (copy + 1, artifacts.len() as u32);
    }
    Evidence { artifacts: artifacts.into(), resources, ..base.clone() }
}

fn again(artifact: &Artifact, copy: u32, first: u32, site: u32) -> Artifact {
    let mut out = artifact.clone();
    out.number += first;
    out.folder += first;
    out.path = format!("site-{site}/copy-{copy}/{}", artifact.path);
    out.masked = artifact.masked.map(|at| at + 2);
    out.mark = mixed(artifact.mark, copy.into());
    for part in &mut out.parts {
        for id in part.rows.iter_mut().flat_map(|row| &mut row.ids) {
            id.mark = mixed(id.mark, copy.into());
        }
        let settings = part.document.iter_mut().flat_map(|document| document.settings.iter_mut().flatten());
        settings.filter_map(|setting| setting.artifact.as_mut()).for_each(|number| *number += first);
    }
    out
}

fn empty(copy: u32, number: usize, site: u32, position: u32) -> Artifact {
    let seed = mixed(copy.into(), number as u64);
    let (kind, ending) = [("text", "txt"), ("jpeg", "jpg"), ("pdf", "pdf"), ("text", "log")]
        .get(seed as usize % 4)
        .copied()
        .unwrap_or(("text", "txt"));
    Artifact {
        number: position,
        path: format!("site-{site}/copy-{copy}/archive/{}/file-{number}.{ending}", number / 200),
        masked: None,
        folder: position - number as u32 % 200,
        kind: kind.into(),
        extension_matches: true,
        size: seed % 100_000,
        modified: 1_790_000_000 + (seed % 1_000_000) as i64,
        mode: Some(0o640),
        owner: Some("1000:1000".into()),
        digest: provost::model::word::Sum::parse(&format!("sha256:{}", format!("{seed:016x}").repeat(4))),
        mark: seed,
        encryption: Encryption::None,
        opened: None,
        read: Read::Full,
        // what reading leaves of it: how much there was
        parts: vec![Part {
            kind: if kind == "jpeg" { PartKind::Image } else { PartKind::Text },
            records: 1 + seed % 90,
            volume: if kind == "jpeg" { 0 } else { seed % 100_000 },
            ..Part::default()
        }],
        gaps: Vec::new(),
    }
}

/// Every built-in control once, then all again in other scopes until there are enough.
fn controls(policy: &Policy, number: usize) -> Result<Policy, Failure> {
    let (mut all, mut groups) = (policy.controls.clone(), policy.groups.clone());
    for id in provost::policy::builtin::policy_ids() {
        let other = Auditor::new(id, &[])?.policy;
        groups.extend(other.groups);
        for control in other.controls {
            if !all.iter().any(|known| known.id == control.id) {
                all.push(control);
            }
        }
    }
    let mut out = policy.clone();
    out.groups = groups;
    out.controls = (0..number)
        .filter_map(|at| {
            let turn = at / all.len().max(1);
            let mut control = all.get(at % all.len().max(1))?.clone();
            if turn > 0 {
                control.id = format!("{}-{turn}", control.id);
                let site = at % SITES as usize;
                let glob = if turn % 2 == 1 { format!("!site-{site}/**") } else { format!("site-{site}/**") };
                control.checks.iter_mut().for_each(|check| check.globs.push(glob.clone()));
            }
            Some(control)
        })
        .collect();
    Ok(out)
}
