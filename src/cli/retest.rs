//! `provost retest`: what an audit left open, looked at again in a later delivery. It judges the open controls and nothing else.

use super::options::{CollectOptions, PolicyOptions, apart, destinations, put};
use super::output::Output;
use super::render::stored;
use super::source::{SourceOptions, local};
use super::{FAILED, Failure, INCOMPLETE, PASSED};
use crate::model::assessment::Assessment;
use crate::model::evidence::{Encryption, Evidence, Read};
use crate::model::policy::{Control, Policy};
use crate::report::review as shown;
use crate::review::retest::{self, About, There};
use std::collections::HashMap;
use std::path::PathBuf;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The audit whose open findings are tested again: a report in JSON
    assessment: PathBuf,
    /// The later delivery, or the part of it that was put right, under the same paths
    target: PathBuf,
    /// The delivery is whole: what is not in it has been removed
    #[arg(long)]
    whole: bool,
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    collect: CollectOptions,
    #[command(flatten)]
    source: SourceOptions,
    /// Format, to standard output or into a file (may be repeated): terminal, csv, json, html
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "terminal")]
    format: Vec<String>,
    /// Show everything
    #[arg(long)]
    all: bool,
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let places = destinations(&args.format, &["terminal", "csv", "json", "html"])?;
    let (policies, aside) = (args.policy.files(), args.collect.files());
    let mut inputs: Vec<&std::path::Path> = vec![&args.assessment];
    inputs.extend(local(&args.target));
    inputs.extend(policies.iter().chain(&aside).map(PathBuf::as_path));
    apart(&args.format, &inputs)?;
    let old = stored(&args.assessment)?;
    let date = args.policy.day()?;
    if date < old.date {
        let help = Some("give --date a day on or after the audit's".to_owned());
        return Err(Failure::Usage(format!("the re-test would be before the audit of {}", old.date), help));
    }
    let mut auditor = args.policy.auditor(None, Some(&args.collect))?;
    same(&old, &auditor.policy)?;
    let tested = retest::controls(&old);
    auditor.policy.controls.retain(|control| tested.contains(control.id.as_str()));
    let (target, name) = args.source.open(&args.target, &mut auditor)?;
    auditor.target_name = name;
    let evidence = super::options::gather(&auditor, &target, output)?;
    let new = auditor.assess(&evidence, date);
    let there = places_of(&evidence);
    let unsure = evidence.artifacts.telling().any(|row| row.1.read != Read::Full && row.1.encryption != Encryption::Strong)
        || !evidence.gaps.is_empty();
    let controls: HashMap<&str, About> =
        auditor.policy.controls.iter().map(|control| (control.id.as_str(), about(control))).collect();
    let found = retest::retest(
        &old,
        &new,
        args.whole,
        &|path| there.get(path).copied().unwrap_or(if unsure { There::Unsure } else { There::No }),
        &|id| controls.get(id).copied().unwrap_or(About::Settings),
    );
    put(places, args.all, output, &|id, style| {
        Some(
            match id {
                "json" => crate::report::pretty(&found),
                "csv" => crate::report::sheet(&shown::retest_cells(&found)),
                "html" => crate::report::review_page::retest(&found),
                _ => shown::retest(&found, style),
            }
            .into_bytes(),
        )
    })?;
    // the process is about to end: taking a large tree apart would be work for nobody
    std::mem::forget(evidence);
    Ok(match (found.failed(), found.passed()) {
        (true, _) => FAILED,
        (false, true) => PASSED,
        (false, false) => INCOMPLETE,
    })
}

/// A re-test asks what the audit asked.
fn same(old: &Assessment, policy: &Policy) -> Result<(), Failure> {
    let help = format!("give the --policy and --set of the audit: {} {}", old.policy.id, old.policy.version);
    let refuse = |what: String| Err(Failure::Usage(crate::detect::mask::clean(&what), Some(crate::detect::mask::clean(&help))));
    if old.policy.id == policy.id && !crate::review::same_parameters(&old.policy.parameters, &policy.parameters) {
        return refuse("the audit had other parameters".to_owned());
    }
    if old.policy.digest != policy.digest {
        return refuse(format!("the audit was by another policy than {} {}", policy.id, policy.version));
    }
    Ok(())
}

/// What absence means for a control: the strictest of its checks.
fn about(control: &Control) -> About {
    let any = |names: &[&str]| control.checks.iter().any(|check| names.contains(&check.selector));
    if any(&["config", "result"]) {
        About::Settings
    } else if any(&["document", "statement"]) {
        About::Shown
    } else {
        About::Holdings
    }
}

/// Every path of the delivery. Two with the same masked path are as well read as the worse of them.
fn places_of(evidence: &Evidence) -> HashMap<&str, There> {
    let mut out: HashMap<&str, There> = HashMap::new();
    for artifact in evidence.artifacts.iter() {
        let read = if artifact.read == Read::Full && artifact.gaps.is_empty() { There::Read } else { There::Partly };
        let slot = out.entry(artifact.path.as_str()).or_insert(read);
        if read == There::Partly {
            *slot = There::Partly;
        }
    }
    out
}
