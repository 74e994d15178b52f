//! `provost locate`: an artifact's number back into its path. Only who has the target can ask, so the path is shown as it is
//! (but for what could play tricks on a terminal).

use super::output::Output;
use super::{Failure, PASSED};
use crate::audit::AuditError;
use crate::collect::{CollectError, walk};
use std::path::PathBuf;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The delivery that was audited
    target: PathBuf,
    /// Numbers of artifacts, as reports show them
    #[arg(required = true)]
    numbers: Vec<u32>,
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let (_, entries) = walk::walk(&args.target).map_err(|error| Failure::Audit(AuditError::Collect(CollectError::Target(error))))?;
    let mut text = String::new();
    for number in &args.numbers {
        let entry = entries.get((*number as usize).wrapping_sub(1)).ok_or_else(|| {
            Failure::Usage(format!("there is no artifact {number}"), Some(format!("the delivery has {}", entries.len())))
        })?;
        text.push_str(&format!("{number}\t{}\n", crate::detect::mask::clean(&entry.path.to_string_lossy())));
    }
    output.print(&text)?;
    Ok(PASSED)
}
