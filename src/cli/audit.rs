//! `provost audit`: the main job.

use super::Failure;
use super::options::{CollectOptions, PolicyOptions, ReportOptions, apart, destinations, report, target};
use super::output::Output;
use std::path::PathBuf;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The delivery: a folder or a file
    target: PathBuf,
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    collect: CollectOptions,
    #[command(flatten)]
    report: ReportOptions,
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let known = crate::report::ids();
    destinations(&args.report.show.format, &known)?;
    let mut inputs = args.report.files()?;
    inputs.extend(args.policy.files());
    inputs.push(&args.target);
    apart(&args.report.show.format, &inputs)?;
    let date = args.policy.day()?;
    let mut auditor = args.policy.auditor(None, Some(&args.collect))?;
    let (target, name) = target(&args.target);
    auditor.target_name = name;
    let answers = args.report.show.answers(&auditor.engine)?;
    let evidence = auditor.collect(&target, &|done, total, bytes| output.progress(done, total, bytes))?;
    let assessment = auditor.assess(&evidence, date);
    // the process is about to end: taking a large tree apart would be work for nobody
    std::mem::forget(evidence);
    report(assessment, answers, &args.report, output)
}
