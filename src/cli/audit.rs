//! `provost audit`: the main job.

use super::Failure;
use super::options::{CollectOptions, PolicyOptions, ReportOptions, apart, destinations, report};
use super::output::Output;
use super::resume::ResumeOptions;
use super::source::{SourceOptions, local};
use crate::report::many;
use std::path::PathBuf;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The delivery: a folder, a file, `-` for standard input, or an address (docs/sources.md)
    target: PathBuf,
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    collect: CollectOptions,
    #[command(flatten)]
    source: SourceOptions,
    #[command(flatten)]
    resume: ResumeOptions,
    #[command(flatten)]
    report: ReportOptions,
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let known = crate::report::ids();
    destinations(&args.report.show.format, &known)?;
    let mut inputs = args.report.files()?;
    let (policies, aside) = (args.policy.files(), args.collect.files());
    inputs.extend(policies.iter().chain(&aside).map(PathBuf::as_path));
    inputs.extend(local(&args.target));
    inputs.extend(args.resume.file());
    apart(&args.report.show.format, &inputs)?;
    let date = args.policy.day()?;
    let mut auditor = args.policy.auditor(None, Some(&args.collect))?;
    auditor.date = Some(date);
    args.resume.open(&mut auditor, args.collect.key_file.as_ref(), &args.target)?;
    let (target, name) = args.source.open(&args.target, &mut auditor)?;
    auditor.target_name = name;
    let answers = args.report.show.answers(&auditor.engine)?;
    let begun = std::time::Instant::now();
    let policy = &auditor.policy;
    output.tell(&format!(
        "policy {} {}: {}, {} classes",
        policy.id,
        policy.version,
        many(policy.controls.len(), "control"),
        auditor.classes.len()
    ));
    let mut evidence = super::options::gather(&auditor, &target, output)?;
    let (artifacts, gaps) = (evidence.artifacts.len(), evidence.gaps.len());
    output.tell(&format!(
        "collected {} with {} of the delivery in {:.1} s",
        many(artifacts, "artifact"),
        many(gaps, "gap"),
        begun.elapsed().as_secs_f64()
    ));
    let begun = std::time::Instant::now();
    let assessment = auditor.assess_once(&mut evidence, date);
    let (controls, findings) = (assessment.controls.len(), assessment.findings.len());
    output.tell(&format!(
        "judged {}, {}, in {:.1} s",
        many(controls, "control"),
        many(findings, "finding"),
        begun.elapsed().as_secs_f64()
    ));
    // the process is about to end: taking a large tree apart would be work for nobody
    std::mem::forget(evidence);
    let code = report(assessment, answers, &args.report, local(&args.target), output);
    if code.is_ok() {
        ResumeOptions::done(&mut auditor);
    }
    std::mem::forget(auditor);
    code
}
