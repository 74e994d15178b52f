//! `provost policy`: list, show, check, test, new, schema.

use super::output::Output;
use super::{FAILED, Failure, PASSED};
use crate::audit::{Auditor, Words};
use crate::collect::walk::Target;
use crate::detect::fingerprint::Key;
use crate::policy::{self, builtin};
use clap::Subcommand;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Arguments.
/// What `show` prints is no policy file, though it looks like one.
const IN_FORCE: &str = "# The policy as it is in force, to be read, kept and compared. It is no policy file: `digest`, `resolved_from` and each control's `policy`\n\
    # say where it comes from, and `provost policy check` refuses them. To build on it, write a policy with `extends`.\n";

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the built-in policies
    List,
    /// Show a policy as it is in force: inheritance resolved, parameters put in
    Show {
        /// Policy: a built-in id or a file
        policy: String,
        /// Set a parameter
        #[arg(long, value_name = "NAME=VALUE", value_parser = super::collect::pair)]
        set: Vec<(String, String)>,
    },
    /// Check policies: every mistake with file, line and caret
    Check {
        /// Policies: built-in ids or files
        #[arg(required = true)]
        policies: Vec<String>,
    },
    /// Run the tests of policies; without names, of all built-in ones
    Test {
        /// Policies: built-in ids or files
        policies: Vec<String>,
    },
    /// Say for each framework which clauses the controls speak of, by automated checks or by documents; without names, of all built-in
    /// policies
    Coverage {
        /// Policies: built-in ids or files
        policies: Vec<String>,
    },
    /// Print a commented policy to begin with
    New,
    /// Print a JSON Schema of the policy language, for editors
    Schema,
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let words = Words::default();
    let vocabulary = words.vocabulary();
    match &args.command {
        Command::List => {
            let mut table = crate::report::table(output.style(false), &["policy", "version", "controls", "title"]);
            for id in builtin::policy_ids() {
                let policy = policy::load(id, &[], &vocabulary)?;
                table.add_row(vec![policy.id, policy.version, policy.controls.len().to_string(), policy.title]);
            }
            output.print(&format!("{}\n", table.trim_fmt()))?;
            Ok(PASSED)
        }
        Command::Show { policy, set } => {
            let policy = policy::load(policy, set, &vocabulary)?;
            let text = serde_yaml::to_string(&policy::show::show(&policy))
                .map_err(|error| Failure::Usage(format!("the policy cannot be shown: {error}"), None))?;
            output.print(&format!("{IN_FORCE}{text}"))?;
            Ok(PASSED)
        }
        Command::Check { policies } => {
            let mut wrong = None;
            for name in policies {
                match policy::load(name, &[], &vocabulary) {
                    Ok(policy) => output.print(&format!(
                        "{name}: valid, {}, {}\n",
                        crate::report::many(policy.controls.len(), "control"),
                        crate::report::many(policy.tests.len(), "test")
                    ))?,
                    Err(error) => {
                        if let Some(before) = wrong.replace(error) {
                            super::tell(&before.into(), output);
                        }
                    }
                }
            }
            wrong.map_or(Ok(PASSED), |error| Err(error.into()))
        }
        Command::Test { policies } => {
            let names: Vec<String> =
                if policies.is_empty() { builtin::policy_ids().map(str::to_owned).collect() } else { policies.clone() };
            let mut failed = 0;
            for name in names {
                failed += test(&name, &words, output)?;
            }
            Ok(if failed == 0 { PASSED } else { FAILED })
        }
        Command::Coverage { policies } => {
            let names: Vec<String> =
                if policies.is_empty() { builtin::policy_ids().map(str::to_owned).collect() } else { policies.clone() };
            let loaded = names.iter().map(|name| policy::load(name, &[], &vocabulary)).collect::<Result<Vec<_>, _>>()?;
            output.print(&policy::coverage::page(&loaded))?;
            Ok(PASSED)
        }
        Command::New => {
            output.print(include_str!("new-policy.yaml"))?;
            Ok(PASSED)
        }
        Command::Schema => {
            let text = serde_json::to_string_pretty(&policy::schema::schema(&vocabulary)).unwrap_or_default();
            output.print(&format!("{text}\n"))?;
            Ok(PASSED)
        }
    }
}

/// Runs one policy's own tests; returns how many failed, counting controls that lack a passing or a failing one.
fn test(name: &str, words: &Words, output: &Output) -> Result<usize, Failure> {
    let vocabulary = words.vocabulary();
    let policy = policy::load(name, &[], &vocabulary)?;
    let mut seen: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    let mut text = String::new();
    let (mut failed, mut checked) = (0, 0);
    let own: Vec<_> = policy.tests.iter().filter(|test| test.policy == policy.id).collect();
    for test in &own {
        let loaded = policy::load(name, &test.set, &vocabulary)?;
        let auditor = Auditor::with(loaded, Key::random().map_err(|error| Failure::Usage(error, None))?)?;
        let assessment = auditor.audit(&Target::Memory(test.files.clone()), test.date)?;
        for (id, wanted) in &test.expect {
            checked += 1;
            let Some(control) = assessment.controls.iter().find(|control| control.id == *id) else { continue };
            if control.outcome.name() != wanted {
                failed += 1;
                let _ = writeln!(
                    text,
                    "FAILED {} line {}: {}: {id} is {}, expected {wanted}",
                    policy.id,
                    test.line,
                    test.name,
                    control.outcome.name()
                );
                let _ = writeln!(text, "       {}", control.reason);
                for finding in assessment.findings.iter().filter(|finding| finding.control == *id).take(3) {
                    let _ = writeln!(text, "       {}: {}", finding.location, finding.found);
                }
            }
        }
    }
    if !policy.classes.is_empty() {
        let auditor = Auditor::with(policy.clone(), Key::random().map_err(|error| Failure::Usage(error, None))?)?;
        for class in &policy.classes {
            for wrong in crate::detect::selftest::examples(&auditor.engine, class) {
                failed += 1;
                let _ = writeln!(text, "FAILED {} class {wrong}", policy.id);
            }
        }
    }
    for test in &own {
        for (id, wanted) in &test.expect {
            let slot = seen.entry(id).or_default();
            slot.0 |= matches!(wanted.as_str(), "pass" | "manual");
            slot.1 |= matches!(wanted.as_str(), "fail" | "not_evidenced" | "error");
        }
    }
    for control in policy.controls.iter().filter(|control| control.policy == policy.id) {
        let (good, bad) = seen.get(control.id.as_str()).copied().unwrap_or_default();
        for (there, what) in [(good, "passing"), (bad, "failing")] {
            if !there {
                failed += 1;
                let _ = writeln!(text, "FAILED {} line {}: {} has no {what} test", policy.id, control.line, control.id);
            }
        }
    }
    let _ = writeln!(
        text,
        "{}: {}, {} checked, {failed} failed",
        policy.id,
        crate::report::many(own.len(), "test"),
        crate::report::many(checked, "outcome")
    );
    output.print(&text)?;
    Ok(failed)
}
