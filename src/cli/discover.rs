//! `provost discover`: the inventory, without any policy.

use super::options::{CollectOptions, PolicyOptions, apart, destinations, put};
use super::output::Output;
use super::resume::ResumeOptions;
use super::source::{SourceOptions, local};
use super::{Failure, PASSED};
use crate::audit::Words;
use crate::model::packs;
use crate::model::policy::{Policy, Thresholds};
use crate::{policy, report};
use std::path::PathBuf;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The delivery: a folder, a file, `-` for standard input, or an address (docs/sources.md)
    target: PathBuf,
    /// Format, to standard output or into a file: terminal, json
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "terminal")]
    format: Vec<String>,
    /// Show everything
    #[arg(long)]
    all: bool,
    /// Countries whose own numbers are looked for in running text, or `all` (see policies/classes)
    #[arg(long, value_name = "COUNTRY", default_value = "uk", value_delimiter = ',')]
    jurisdiction: Vec<String>,
    #[command(flatten)]
    collect: CollectOptions,
    #[command(flatten)]
    source: SourceOptions,
    #[command(flatten)]
    resume: ResumeOptions,
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let places = destinations(&args.format, &["terminal", "json"])?;
    let aside = args.collect.files();
    let mut inputs: Vec<&std::path::Path> = local(&args.target).into_iter().collect();
    inputs.extend(aside.iter().map(PathBuf::as_path).chain(args.resume.file()));
    apart(&args.format, &inputs)?;
    let options = PolicyOptions::of(String::new(), Vec::new());
    let mut auditor = options.auditor(Some(nothing(known(&args.jurisdiction)?)), Some(&args.collect))?;
    args.resume.open(&mut auditor, args.collect.key_file.as_ref(), &args.target)?;
    auditor.date = Some(options.day()?);
    let (target, name) = args.source.open(&args.target, &mut auditor)?;
    auditor.target_name = name;
    let mut evidence = super::options::gather(&auditor, &target, output)?;
    let assessment = auditor.assess_once(&mut evidence, options.day()?);
    put(places, args.all, output, &|id, style| {
        if id != "json" {
            return Some(report::inventory(&assessment, style).into_bytes());
        }
        let inventory = serde_json::json!({
            "schema": "provost/inventory/1",
            "tool": assessment.tool,
            "target": assessment.target,
            "people": assessment.people,
            "coverage": {"ratio": assessment.coverage.ratio, "artifacts": assessment.coverage.artifacts, "bytes": assessment.coverage.bytes},
            "artifacts": assessment.artifacts,
            "gaps": assessment.gaps,
            "evidence": assessment.evidence,
        });
        Some(report::pretty(&inventory).into_bytes())
    })?;
    ResumeOptions::done(&mut auditor);
    Ok(PASSED)
}

/// The countries that were named, if there are data classes of each.
pub(crate) fn known(named: &[String]) -> Result<Vec<String>, Failure> {
    let known = packs::known(&policy::builtin_classes(&Words::default().vocabulary())?);
    if let Some(wrong) = named.iter().find(|own| *own != packs::ALL && !known.contains(own)) {
        let help = Some(format!("write {} or {}", known.join(", "), packs::ALL));
        return Err(Failure::Usage(format!("no data class is of the country `{wrong}`"), help));
    }
    Ok(named.to_vec())
}

/// A policy that asks nothing.
pub(crate) fn nothing(jurisdictions: Vec<String>) -> Policy {
    Policy {
        id: "discover".to_owned(),
        title: "Inventory".to_owned(),
        version: String::new(),
        summary: String::new(),
        digest: String::new(),
        extends: Vec::new(),
        parameters: Vec::new(),
        groups: std::collections::BTreeMap::new(),
        classes: Vec::new(),
        jurisdictions,
        thresholds: Thresholds::default(),
        controls: Vec::new(),
        tests: Vec::new(),
    }
}
