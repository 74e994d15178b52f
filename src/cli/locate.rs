//! `provost locate`: an artifact's number back into its path. Only who has the target can ask, so the path is shown as it is
//! (but for what could play tricks on a terminal).

use super::output::Output;
use super::source::SourceOptions;
use super::{Failure, PASSED};
use crate::audit::{AuditError, Auditor};
use crate::collect::{self, CollectError};
use crate::detect::fingerprint::Key;
use crate::detect::mask;
use std::path::PathBuf;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The delivery that was audited
    target: PathBuf,
    /// Numbers of artifacts, as reports show them
    #[arg(required = true)]
    numbers: Vec<u32>,
    #[command(flatten)]
    source: SourceOptions,
    /// The commit, if the audit was of what changed since one
    #[arg(long, value_name = "COMMIT")]
    since: Option<String>,
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let system = |error| Failure::Audit(AuditError::System(error));
    let mut auditor = Auditor::with(super::discover::nothing(vec!["uk".to_owned()]), Key::random().map_err(system)?)?;
    let (target, _) = args.source.open(&args.target, &mut auditor)?;
    let walked = collect::entries(&target, args.since.as_deref())
        .map_err(|error| Failure::Audit(AuditError::Collect(CollectError::Target(error))))?;
    let files = walked.len();
    let mut paths: Vec<String> = walked.iter().map(|entry| mask::clean(&entry.path.to_string_lossy())).collect();
    if args.numbers.iter().any(|number| *number as usize > files) {
        // a member of an archive: the archives are read again, with their names shown
        auditor.engine.reveal = true;
        auditor.since.clone_from(&args.since);
        let evidence = auditor.collect(&target, &|event| output.event(event))?;
        paths = evidence.artifacts.into_loose().into_iter().map(|artifact| artifact.path).collect();
    }
    let mut text = String::new();
    for number in &args.numbers {
        let path = paths.get((*number as usize).wrapping_sub(1)).ok_or_else(|| {
            Failure::Usage(format!("there is no artifact {number}"), Some(format!("the delivery has {}", paths.len())))
        })?;
        text.push_str(&format!("{number}\t{path}\n"));
    }
    output.print(&text)?;
    Ok(PASSED)
}
