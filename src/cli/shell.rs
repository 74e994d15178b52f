//! `provost completions` and `provost man`: what shells and `man` want to know of the command line, from its own description.

use super::output::Output;
use super::{Failure, PASSED};
use clap::CommandFactory as _;
use std::path::PathBuf;

/// Arguments of `completions`.
#[derive(clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(clap::Args)]
pub(crate) struct ManArgs {
    /// A folder for one page a command; else the main page goes to standard output
    folder: Option<PathBuf>,
}

/// Prints the completions of a shell.
pub(crate) fn completions(args: &CompletionsArgs, output: &Output) -> Result<u8, Failure> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "provost", &mut out);
    output.print_bytes(&out)?;
    Ok(PASSED)
}

/// Writes the manual pages.
pub(crate) fn man(args: &ManArgs, output: &Output) -> Result<u8, Failure> {
    let mut command = super::Cli::command();
    command.build();
    let Some(folder) = &args.folder else {
        output.print_bytes(&page(&command)?)?;
        return Ok(PASSED);
    };
    if !folder.is_dir() {
        let shown = crate::detect::mask::clean(&folder.display().to_string());
        return Err(Failure::Usage(format!("there is no folder {shown}"), Some("make it first".to_owned())));
    }
    let mut waiting = vec![(command, "provost".to_owned())];
    let mut count = 0_u32;
    while let Some((command, name)) = waiting.pop() {
        super::output::write_file(&folder.join(format!("{name}.1")), &page(&command.clone().name(name.clone()))?)?;
        count += 1;
        let inner = command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help");
        waiting.extend(inner.map(|inner| (inner.clone(), format!("{name}-{}", inner.get_name()))));
    }
    output.print(&format!("{count} manual pages\n"))?;
    Ok(PASSED)
}

fn page(command: &clap::Command) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    let written = clap_mangen::Man::new(command.clone()).render(&mut out);
    written.map_err(|error| Failure::Usage(format!("the manual page cannot be written: {error}"), None))?;
    Ok(out)
}
