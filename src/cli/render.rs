//! `provost render`: any report again from a stored assessment, without the delivery. It judges nothing anew.

use super::options::{ShowOptions, apart, destinations, dress, write};
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
    report: ShowOptions,
}

/// Runs it. The exit code says whether the reports were written, not what they say.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    destinations(&args.report.format, &crate::report::ids())?;
    let inputs: Vec<&Path> = std::iter::once(args.assessment.as_path()).chain(args.report.responses.as_deref()).collect();
    apart(&args.report.format, &inputs)?;
    let mut assessment = stored(&args.assessment)?;
    let answers = match args.report.responses {
        // what could be personal in an answer is found by the detectors
        Some(_) => args.report.answers(&engine()?)?,
        None => None,
    };
    dress(&mut assessment, answers, &args.report);
    write(&assessment, &args.report, None, output)?;
    Ok(PASSED)
}

/// The detectors without any policy.
fn engine() -> Result<crate::detect::engine::Engine, Failure> {
    let classes = crate::policy::builtin_classes(&crate::audit::Words::default().vocabulary())?;
    let key =
        crate::detect::fingerprint::Key::random().map_err(|error| Failure::Audit(crate::audit::AuditError::System(error)))?;
    crate::detect::engine::Engine::new(&classes, key).map_err(|error| Failure::Audit(error.into()))
}

/// Bytes of an assessment that are read: 100,000 findings take about a tenth.
const MOST_BYTES: u64 = 1 << 30;

/// Reads a file of ours whole, within bounds. A device never ends; a pipe may be what a shell makes of `<(...)`.
pub(crate) fn bytes(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    use std::io::{Error, ErrorKind, Read as _};
    let file = std::fs::File::open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = file.metadata()?.file_type();
        if kind.is_char_device() || kind.is_block_device() {
            return Err(Error::new(ErrorKind::InvalidInput, "it is a device"));
        }
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Error::new(ErrorKind::InvalidInput, format!("it is larger than {most} bytes")));
    }
    Ok(bytes)
}

/// The same as text.
pub(crate) fn text(path: &Path, most: u64) -> std::io::Result<String> {
    String::from_utf8(bytes(path, most)?).map_err(|_| std::io::Error::new(std::io::ErrorKind::InvalidData, "it is not UTF-8"))
}

/// Reads an assessment that was stored as JSON.
pub(crate) fn stored(path: &Path) -> Result<Assessment, Failure> {
    let shown = crate::detect::mask::clean(&path.display().to_string());
    let text = text(path, MOST_BYTES).map_err(|error| Failure::Usage(format!("cannot read {shown}: {error}"), None))?;
    let help = || Some("`provost audit DELIVERY --format json=FILE` makes one".to_owned());
    let assessment: Assessment = serde_json::from_str(&text).map_err(|error| {
        Failure::Usage(format!("{shown} is no assessment: line {}, column {}", error.line(), error.column()), help())
    })?;
    if assessment.schema != SCHEMA {
        return Err(Failure::Usage(
            format!("{shown} is an assessment of another version"),
            Some(format!("this program reads {SCHEMA}")),
        ));
    }
    if let Some(wrong) = crate::review::sound::wrong(&assessment) {
        return Err(Failure::Usage(format!("{shown} was not written by this program: {wrong}"), help()));
    }
    Ok(assessment)
}
