//! `provost render`: any report again from a stored assessment, without the delivery. It judges nothing anew.

use super::options::{ReportOptions, destinations, dress, write};
use super::output::Output;
use super::{Failure, PASSED};
use crate::model::assessment::{Assessment, SCHEMA};
use std::path::{Path, PathBuf};

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The assessment: a report in JSON
    assessment: PathBuf,
    #[command(flatten)]
    report: ReportOptions,
}

/// Runs it. The exit code says whether the reports were written, not what they say.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    destinations(&args.report.format, &crate::report::ids())?;
    let mut assessment = stored(&args.assessment)?;
    let answers = match args.report.responses {
        // what could be personal in an answer is found by the detectors
        Some(_) => args.report.answers(&engine()?)?,
        None => None,
    };
    dress(&mut assessment, answers, &args.report);
    write(&assessment, &args.report, output)?;
    Ok(PASSED)
}

/// The detectors without any policy.
fn engine() -> Result<crate::detect::engine::Engine, Failure> {
    let classes = crate::policy::builtin_classes(&crate::audit::Words::default().vocabulary())?;
    let key =
        crate::detect::fingerprint::Key::random().map_err(|error| Failure::Audit(crate::audit::AuditError::System(error)))?;
    crate::detect::engine::Engine::new(&classes, key).map_err(|error| Failure::Audit(error.into()))
}

/// Reads an assessment that was stored as JSON.
pub(crate) fn stored(path: &Path) -> Result<Assessment, Failure> {
    let shown = crate::detect::mask::clean(&path.display().to_string());
    let bytes = std::fs::read(path).map_err(|error| Failure::Usage(format!("cannot read {shown}: {error}"), None))?;
    let help = || Some("`provost audit DELIVERY --format json=FILE` makes one".to_owned());
    let assessment: Assessment = serde_json::from_slice(&bytes).map_err(|error| {
        Failure::Usage(format!("{shown} is no assessment: line {}, column {}", error.line(), error.column()), help())
    })?;
    if assessment.schema != SCHEMA {
        return Err(Failure::Usage(
            format!("{shown} is an assessment of another version"),
            Some(format!("this program reads {SCHEMA}")),
        ));
    }
    Ok(assessment)
}
