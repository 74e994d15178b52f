//! `provost respond`: the form in which a supplier answers the findings of an audit. It writes over nothing.

use super::output::{Output, write_file};
use super::render::stored;
use super::{Failure, PASSED};
use std::path::PathBuf;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The assessment: a report in JSON
    assessment: PathBuf,
    /// Where the form goes
    file: PathBuf,
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let assessment = stored(&args.assessment)?;
    let shown = crate::detect::mask::clean(&args.file.display().to_string());
    if args.file.symlink_metadata().is_ok() {
        let help = Some("name a file that is not there: answers in it would be lost".to_owned());
        return Err(Failure::Usage(format!("{shown} is there already"), help));
    }
    let form = crate::review::responses::form(&assessment, &crate::detect::mask::clean);
    write_file(&args.file, form.as_bytes())?;
    let open = crate::review::open(&assessment).count();
    output.print(&format!(
        "{} to answer in {shown}\nThen: provost render ASSESSMENT --responses FILE --format html=report.html\n",
        crate::report::many(open, "finding")
    ))?;
    Ok(PASSED)
}
