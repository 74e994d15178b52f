//! Counts how many planted verdicts are found: a folder of configurations with a `manifest.json` that says, for each file, what each
//! rule has to come to (PASS, FAIL, SKIP) or which values are planted. It must not read the manifest before it has judged.
//!
//! ```sh
//! cargo run --release --example planted -- FOLDER [--policy examples/planted/policy.yaml]
//! ```
#![allow(clippy::print_stdout, reason = "a table for whoever runs it")]

use provost::audit::Auditor;
use provost::collect::walk::Target;
use provost::model::assessment::Outcome;
use provost::model::day::Day;
use provost::model::evidence::{Artifact, Evidence};
use std::collections::BTreeMap;
use std::path::PathBuf;

type Failure = Box<dyn std::error::Error>;

/// What one file came to: outcome by control, and what is in force in it.
struct Seen {
    outcomes: BTreeMap<String, Outcome>,
    settings: BTreeMap<String, String>,
    lines: bool,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, policy) = match arguments.as_slice() {
        [folder] => (PathBuf::from(folder), "examples/planted/policy.yaml"),
        [folder, flag, policy] if flag == "--policy" => (PathBuf::from(folder), policy.as_str()),
        _ => return Err("usage: planted FOLDER [--policy FILE]".into()),
    };
    let mut auditor = Auditor::new(policy, &[])?;
    // the manifest knows files by their names; nothing of this is printed but those
    auditor.engine.reveal = true;
    let evidence = auditor.collect(&Target::Path(folder.clone()), &|_| {})?;
    let day = Day::parse("2026-11-24").ok_or("a day")?;
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for artifact in evidence.artifacts.iter() {
        let alone = only(&evidence, artifact);
        let assessment = auditor.assess(&alone, day);
        let outcomes = assessment.controls.iter().map(|control| (control.id.clone(), control.outcome)).collect();
        let documents = artifact.parts.iter().filter_map(|part| part.document.as_ref());
        let settings =
            documents.flat_map(|document| document.settings.iter().flatten()).filter(|setting| setting.context.is_empty());
        let settings = settings.map(|setting| (setting.key.clone(), setting.value.scalar().unwrap_or("").to_owned())).collect();
        let lines = assessment.findings.iter().all(|finding| finding.location.line.is_some());
        seen.insert(artifact.path.clone(), Seen { outcomes, settings, lines });
    }
    let manifest: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_str(&std::fs::read_to_string(folder.join("manifest.json"))?)?;
    report(&manifest, &seen);
    Ok(())
}

/// The evidence of one file.
fn only(evidence: &Evidence, artifact: &Artifact) -> Evidence {
    Evidence {
        artifacts: vec![artifact.clone()].into(),
        resources: evidence.resources.iter().filter(|resource| resource.artifact == artifact.number).cloned().collect(),
        manifest: None,
        gaps: Vec::new(),
        schema: evidence.schema.clone(),
        tool: evidence.tool.clone(),
        detectors: evidence.detectors.clone(),
        classes: evidence.classes.clone(),
        products: evidence.products.clone(),
        asked: evidence.asked.clone(),
        delivery: None,
    }
}

fn report(manifest: &BTreeMap<String, BTreeMap<String, String>>, seen: &BTreeMap<String, Seen>) {
    let mut table: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let (mut misses, mut unplaced) = (0, 0);
    for (path, planted) in manifest {
        let kind = path.split('/').next().unwrap_or("");
        let row = table.entry(kind).or_default();
        let found = seen.get(path);
        unplaced += u64::from(found.is_some_and(|found| !found.lines));
        for (rule, wanted) in planted {
            row.1 += 1;
            let said = found.map_or_else(|| "not read".to_owned(), |found| verdict(found, rule));
            if said == *wanted {
                row.0 += 1;
            } else {
                misses += 1;
                if misses <= 20 {
                    println!("{path}: {rule} is {wanted}, found {said}");
                }
            }
        }
    }
    for (kind, (right, all)) in &table {
        println!("{kind:<10} {right:>6} of {all:>6} right");
    }
    let (right, all) = table.values().fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    println!("{:<10} {right:>6} of {all:>6} right; {unplaced} files with a finding that has no line", "all");
}

/// A verdict, or the planted value.
fn verdict(found: &Seen, rule: &str) -> String {
    // ids of controls have hyphens
    match found.outcomes.get(&rule.replace('_', "-")) {
        Some(Outcome::Pass) => "PASS".to_owned(),
        Some(Outcome::Fail) => "FAIL".to_owned(),
        Some(Outcome::NotApplicable) => "SKIP".to_owned(),
        Some(other) => other.name().to_owned(),
        None => found.settings.get(rule).cloned().unwrap_or_else(|| "not set".to_owned()),
    }
}
