//! `provost diff`, `compare` and `history`: stored assessments side by side. They open assessments, never a delivery.

use super::options::{apart, destinations, put};
use super::output::Output;
use super::render::stored;
use super::{FAILED, Failure, PASSED};
use crate::model::assessment::Assessment;
use crate::report::{review as shown, review_page as page};
use crate::review::{compare, diff, history};
use std::path::{Path, PathBuf};

/// Assessments of a folder that are read.
const MOST: usize = 1_000;

/// Arguments of `diff`.
#[derive(clap::Args)]
pub(crate) struct DiffArgs {
    /// The older assessment: a report in JSON
    old: PathBuf,
    /// The newer one
    new: PathBuf,
    /// Format, to standard output or into a file (may be repeated): terminal, json, html
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "terminal")]
    format: Vec<String>,
    /// Show everything
    #[arg(long)]
    all: bool,
    /// Exit with 1 where a finding is new or worse
    #[arg(long)]
    exit_code: bool,
}

/// Arguments of `compare`.
#[derive(clap::Args)]
pub(crate) struct CompareArgs {
    /// The assessments: reports in JSON, all by the same policy
    #[arg(required = true, num_args = 2..)]
    assessments: Vec<PathBuf>,
    /// Format, to standard output or into a file (may be repeated): terminal, csv, json, html
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "terminal")]
    format: Vec<String>,
    /// Show every control that did not come out the same
    #[arg(long)]
    all: bool,
}

/// Arguments of `history`.
#[derive(clap::Args)]
pub(crate) struct HistoryArgs {
    /// A folder of assessments: reports in JSON
    folder: PathBuf,
    /// Format, to standard output or into a file (may be repeated): terminal, json, html
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "terminal")]
    format: Vec<String>,
}

/// Assessments that cannot be set against each other; they name what they are, so the text is made safe.
fn refused(error: &dyn std::error::Error, help: &str) -> Failure {
    Failure::Usage(crate::detect::mask::clean(&error.to_string()), Some(help.to_owned()))
}

/// Runs `diff`.
pub(crate) fn run_diff(args: &DiffArgs, output: &Output) -> Result<u8, Failure> {
    let places = destinations(&args.format, &["terminal", "json", "html"])?;
    apart(&args.format, &[&args.old, &args.new])?;
    let (old, new) = (stored(&args.old)?, stored(&args.new)?);
    let found = diff::diff(&old, &new).map_err(|error| refused(&error, "audit both with the same `--score-model`"))?;
    put(places, args.all, output, &|id, style| {
        Some(
            match id {
                "json" => crate::report::pretty(&found),
                "html" => page::difference(&found),
                _ => shown::difference(&found, style),
            }
            .into_bytes(),
        )
    })?;
    let bad = |row: &diff::Changed| matches!(row.status, diff::Status::New | diff::Status::Worse) && !row.finding.waived;
    let worse = found.findings.iter().any(bad);
    Ok(if args.exit_code && worse { FAILED } else { PASSED })
}

/// Runs `compare`.
pub(crate) fn run_compare(args: &CompareArgs, output: &Output) -> Result<u8, Failure> {
    let places = destinations(&args.format, &["terminal", "csv", "json", "html"])?;
    apart(&args.format, &args.assessments.iter().map(PathBuf::as_path).collect::<Vec<_>>())?;
    let assessments = args.assessments.iter().map(|path| stored(path)).collect::<Result<Vec<Assessment>, Failure>>()?;
    let found =
        compare::compare(&assessments).map_err(|error| refused(&error, "audit each with the same `--policy` and `--set`"))?;
    put(places, args.all, output, &|id, style| {
        Some(
            match id {
                "json" => crate::report::pretty(&found),
                "csv" => crate::report::sheet(&shown::comparison_cells(&found)),
                "html" => page::comparison(&found),
                _ => shown::comparison(&found, style),
            }
            .into_bytes(),
        )
    })?;
    Ok(PASSED)
}

/// Runs `history`.
pub(crate) fn run_history(args: &HistoryArgs, output: &Output) -> Result<u8, Failure> {
    let places = destinations(&args.format, &["terminal", "json", "html"])?;
    let (assessments, others) = folder(&args.folder)?;
    let found = history::history(assessments);
    if others > 0 {
        let files = crate::report::many(others, "file");
        let are = if others == 1 { "is no assessment and was" } else { "are no assessments and were" };
        output.error(&format!("{files} of the folder {are} passed over"));
    }
    put(places, true, output, &|id, style| {
        Some(
            match id {
                "json" => crate::report::pretty(&found),
                "html" => page::history(&found),
                _ => shown::history(&found, style),
            }
            .into_bytes(),
        )
    })?;
    Ok(PASSED)
}

/// The assessments of a folder, and how many of its JSON files are none.
fn folder(path: &Path) -> Result<(Vec<Assessment>, usize), Failure> {
    let shown = crate::detect::mask::clean(&path.display().to_string());
    let refuse = |error: std::io::Error| Failure::Usage(format!("cannot read the folder {shown}: {error}"), None);
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(path).map_err(refuse)? {
        let file = entry.map_err(refuse)?.path();
        if file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    if files.len() > MOST {
        return Err(Failure::Usage(
            format!("{shown} holds more than {MOST} files"),
            Some("keep one a year or a quarter".to_owned()),
        ));
    }
    let (mut found, mut others) = (Vec::new(), 0);
    for file in &files {
        match stored(file) {
            Ok(assessment) => found.push(assessment),
            Err(_) => others += 1,
        }
    }
    if found.is_empty() {
        let help = Some("store one with `provost audit DELIVERY --format json=FOLDER/2026.json`".to_owned());
        return Err(Failure::Usage(format!("no assessment in {shown}"), help));
    }
    Ok((found, others))
}
