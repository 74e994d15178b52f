//! `provost repack`: evidence from one form into the other, unchanged in what it says. It judges nothing.

use super::Failure;
use super::collect::{evidence, free, said, stored};
use super::output::Output;
use std::path::{Path, PathBuf};

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The evidence, in either form
    evidence: PathBuf,
    /// Where it goes: JSON if the name ends in `.json` or is `-` (standard output), else packed
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let inputs: [&Path; 1] = [&args.evidence];
    free(&args.output, &inputs)?;
    let evidence = evidence(&args.evidence)?;
    let bytes = stored(&args.output, &evidence)?;
    let place = crate::detect::mask::clean(&args.output.display().to_string());
    said(&args.output, &format!("{} artifacts, {bytes} bytes of evidence in {place}\n", evidence.artifacts.len()), output)
}
