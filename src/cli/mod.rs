//! The hall: arguments, dispatch, exit codes, errors with what to do. The only room that prints or reads the environment.

mod audit;
mod collect;
mod config;
#[cfg(feature = "databases")]
mod database;
mod detect;
mod discover;
mod explain;
mod init;
mod links;
mod locate;
mod options;
mod output;
mod policy;
mod quote;
mod render;
mod repack;
mod respond;
mod resume;
mod retest;
mod review;
mod settings;
mod shell;
mod show;
mod sign;
mod signature;
mod source;
mod waive;
mod worker;

use crate::audit::AuditError;
use crate::model::policy::Problem;
use crate::policy::{FileProblems, PolicyError, diagnostic};
use clap::{Parser, Subcommand};
use output::Output;
use std::ffi::OsString;
use std::process::ExitCode;

/// Audited, and passed.
pub const PASSED: u8 = 0;
/// Audited, and failed: a gate, a critical control, the threshold.
pub const FAILED: u8 = 1;
/// No audit: usage, policy or target.
pub const NO_AUDIT: u8 = 2;
/// Audited, and incomplete beyond what the policy allows.
pub const INCOMPLETE: u8 = 3;

#[derive(Parser)]
#[command(name = "provost", version, about = "Is this supplier fit to hold our people's data?", after_help = AFTER, max_term_width = 100)]
struct Cli {
    /// Say less: no progress, no remarks, and of a report for the terminal only its head
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more, on standard error: what is judged, and how long it took; twice: each artifact, too; three times: workers as well
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// A file of defaults for the options of commands (docs/configuration-file.md)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "\
Exit codes: 0 passed; 1 audited and failed; 2 no audit; 3 audited, incomplete.
A report is automated evidence, not legal advice.

Start with:  provost audit DELIVERY
             provost discover DELIVERY
             provost policy new > policy.yaml";

#[derive(Subcommand)]
enum Command {
    /// Audit a delivery: collect, assess, report
    Audit(audit::Args),
    /// Say what personal data is where and of how many people, without any policy
    Discover(discover::Args),
    /// Say where in a text or file which personal data is, with which confidence and why; the door for other programs
    Detect(detect::Args),
    /// Collect evidence (no personal data in it) into a file, to be judged elsewhere
    Collect(collect::CollectArgs),
    /// Put the parts of a delivery together that were collected with --shard
    Merge(collect::MergeArgs),
    /// Show in plain text what an evidence file holds, before it is handed over
    Show(show::Args),
    /// Write evidence in its other form: JSON, or packed, which is read faster
    Repack(repack::Args),
    /// Judge an evidence file under a policy
    Assess(collect::AssessArgs),
    /// This audit against the last: what is new, fixed, worse, better
    Diff(review::DiffArgs),
    /// Suppliers side by side on the same policy, the best first
    Compare(review::CompareArgs),
    /// One supplier over the years: the assessments of a folder
    History(review::HistoryArgs),
    /// Test again what an audit left open, on a later delivery or a part of one
    Retest(retest::Args),
    /// Write the form in which a supplier answers the findings of an audit
    Respond(respond::Args),
    /// Writes reports again from a stored assessment (a report in JSON)
    Render(render::Args),
    /// Write the files to begin with: policy, waivers, list of evidence, gates for CI
    Init(init::Args),
    /// Write a waiver into a waiver file
    Waive(waive::Args),
    /// Print the completions of a shell
    Completions(shell::CompletionsArgs),
    /// Print the manual page, or write one a command into a folder
    Man(shell::ManArgs),
    /// Show what is in force in the configurations of a delivery, line by line, defaults included
    Settings(settings::Args),
    /// Make a pair of keys for signing
    Keygen(sign::KeygenArgs),
    /// Sign a policy, evidence or a report
    Sign(sign::SignArgs),
    /// Check who signed a policy, evidence or a report, and that nothing of it was changed since
    Verify(sign::VerifyArgs),
    /// Turn an artifact's number back into its path, for whoever has the target
    Locate(locate::Args),
    /// List, show, check, test or begin policies
    Policy(policy::Args),
    /// Explain a control, data class, selector, predicate, format or validator
    Explain(explain::Args),
    /// Examine artifacts for a coordinator (line protocol)
    #[command(hide = true)]
    Worker,
}

/// Why a command ended without its result.
pub(crate) enum Failure {
    /// Policy, target, detectors.
    Audit(AuditError),
    /// How it was called, or the system; what to do.
    Usage(String, Option<String>),
    /// The reader of our output is gone.
    Pipe,
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        Self::Audit(error)
    }
}

impl From<PolicyError> for Failure {
    fn from(error: PolicyError) -> Self {
        Self::Audit(AuditError::Policy(error))
    }
}

/// Runs the program with its arguments.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // what cannot be had is said of workers, which hold more
    let _ = crate::collect::confine::undumped();
    let mut output = Output::new();
    let arguments = match config::with_defaults(arguments.into_iter().collect(), <Cli as clap::CommandFactory>::command) {
        Ok(arguments) => arguments,
        Err(failure) => {
            tell(&failure, &output);
            return ExitCode::from(NO_AUDIT);
        }
    };
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let plain = error.render().to_string();
            let clean = output::clean_lines(&plain);
            if clean == plain {
                let _ = error.print();
            } else {
                // an argument that plays tricks on terminals is quoted
                output.drawn(clean.trim_end());
            }
            return ExitCode::from(if error.use_stderr() { NO_AUDIT } else { PASSED });
        }
    };
    output.speak(cli.quiet, cli.verbose);
    let outcome = match cli.command {
        Command::Audit(args) => audit::run(&args, &output),
        Command::Discover(args) => discover::run(&args, &output),
        Command::Detect(args) => detect::run(&args, &output),
        Command::Collect(args) => collect::collect(&args, &output),
        Command::Show(args) => show::run(&args, &output),
        Command::Repack(args) => repack::run(&args, &output),
        Command::Merge(args) => collect::merge(&args, &output),
        Command::Assess(args) => collect::assess(&args, &output),
        Command::Diff(args) => review::run_diff(&args, &output),
        Command::Compare(args) => review::run_compare(&args, &output),
        Command::History(args) => review::run_history(&args, &output),
        Command::Init(args) => init::run(&args, &output),
        Command::Waive(args) => waive::run(&args, &output),
        Command::Completions(args) => shell::completions(&args, &output),
        Command::Man(args) => shell::man(&args, &output),
        Command::Retest(args) => retest::run(&args, &output),
        Command::Respond(args) => respond::run(&args, &output),
        Command::Render(args) => render::run(&args, &output),
        Command::Settings(args) => settings::run(&args, &output),
        Command::Keygen(args) => sign::keygen(&args, &output),
        Command::Sign(args) => sign::sign(&args, &output),
        Command::Verify(args) => sign::verify(&args, &output),
        Command::Locate(args) => locate::run(&args, &output),
        Command::Policy(args) => policy::run(&args, &output),
        Command::Explain(args) => explain::run(&args, &output),
        Command::Worker => worker::run(),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            tell(&failure, &output);
            ExitCode::from(NO_AUDIT)
        }
    }
}

/// The same mistakes with nothing in them that could play tricks on a terminal; every character keeps its column.
fn cleaned(files: &[FileProblems]) -> Vec<FileProblems> {
    let clean = output::clean_lines;
    let problem = |problem: &Problem| Problem {
        message: clean(&problem.message),
        help: problem.help.as_deref().map(clean),
        ..problem.clone()
    };
    let file = |file: &FileProblems| FileProblems {
        file: clean(&file.file),
        text: clean(&file.text).into(),
        problems: file.problems.iter().map(problem).collect(),
    };
    files.iter().map(file).collect()
}

fn tell(failure: &Failure, output: &Output) {
    match failure {
        Failure::Pipe => {}
        Failure::Usage(message, help) => {
            let quotes = message.contains(['`', '"']);
            let message = if quotes { quote::Quotes::new().message(message) } else { message.clone() };
            output.error(&format!("error: {message}"));
            if let Some(help) = help {
                output.error(&format!("  {help}"));
            }
        }
        Failure::Audit(error) => {
            if let AuditError::Policy(PolicyError::Invalid(files)) = error {
                let files = quote::Quotes::new().problems(&cleaned(files));
                output.drawn(diagnostic::render(&files, output.colour_errors).trim_end());
            }
            output.error(&format!("no audit was performed: {}", crate::detect::mask::clean(&error.to_string())));
            if let AuditError::Policy(PolicyError::Invalid(_)) = error {
                output.error("  `provost explain WORD` explains any word of the policy language; `provost policy check FILE` checks a file");
            }
        }
    }
}
