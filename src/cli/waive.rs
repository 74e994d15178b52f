//! `provost waive`: writes a waiver into a waiver file. A waiver belongs to the auditor's side: it names who carries the risk and who
//! agreed, and it ends. It grants nothing that an audit would not take.

use super::output::{Output, write_file};
use super::{Failure, PASSED};
use crate::model::day::Day;
use crate::model::waiver::{Reason, Waiver, WaiverFile};
use std::path::PathBuf;

/// Bytes of a waiver file that are read.
pub(crate) const MOST_BYTES: u64 = 64 << 20;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The waiver file; it is made if it is not there
    file: PathBuf,
    /// The control
    #[arg(long, value_name = "ID")]
    control: String,
    /// Only this finding: its fingerprint, as reports in JSON have it
    #[arg(long, value_name = "FINGERPRINT", value_parser = fingerprint)]
    finding: Option<String>,
    /// Only while the file of that finding has this content, as reports in JSON have it
    #[arg(long, value_name = "DIGEST", requires = "finding", value_parser = hexadecimal)]
    content: Option<String>,
    /// Only places whose path matches (may be repeated)
    #[arg(long = "in", value_name = "GLOB")]
    globs: Vec<String>,
    // the words are those of the file
    #[allow(clippy::doc_markdown, reason = "it is the help of a command")]
    /// Why: risk_accepted, compensating_control, remediation_planned, false_positive, not_required_by_contract
    #[arg(long, value_name = "WORD", value_parser = reason)]
    reason: Reason,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    justification: String,
    /// Who carries the risk, on the buyer's side
    #[arg(long, value_name = "WHO")]
    owner: String,
    /// Who agreed
    #[arg(long, value_name = "WHO")]
    approver: String,
    /// The last day it holds
    #[arg(long, value_name = "DATE", value_parser = day)]
    expires: Day,
    /// The first day it holds [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    granted: Option<Day>,
    /// Ticket or entry in a register
    #[arg(long, value_name = "TEXT", default_value = "")]
    reference: String,
    /// The policy that has the control: the waiver is checked against it
    #[arg(long, default_value = crate::audit::FLAGSHIP, value_name = "ID|FILE")]
    policy: String,
}

fn hexadecimal(text: &str) -> Result<String, String> {
    let lower = text.trim().to_lowercase();
    let fine = lower.len() == 16 && lower.bytes().all(|byte| byte.is_ascii_hexdigit());
    if fine { Ok(lower) } else { Err("16 hexadecimal digits, as reports in JSON have them".to_owned()) }
}

fn fingerprint(text: &str) -> Result<String, String> {
    if text.starts_with("more-") { Ok(text.to_owned()) } else { hexadecimal(text) }
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "write a date such as 2026-11-24".to_owned())
}

fn reason(text: &str) -> Result<Reason, String> {
    serde_json::from_value(serde_json::Value::String(text.replace('-', "_"))).map_err(|_| {
        "one of risk_accepted, compensating_control, remediation_planned, false_positive, not_required_by_contract".to_owned()
    })
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let words = crate::audit::Words::default();
    let policy = crate::policy::load(&args.policy, &[], &words.vocabulary())?;
    let Some(control) = policy.controls.iter().find(|control| control.id == args.control) else {
        let ids: Vec<&str> = policy.controls.iter().map(|control| control.id.as_str()).collect();
        let help = crate::policy::reader::suggest(&args.control, ids.iter().copied());
        return Err(Failure::Usage(format!("the policy {} has no control `{}`", policy.id, args.control), help));
    };
    let granted = args.granted.map_or_else(super::options::today, Ok)?;
    let refuse = |what: &str, help: &str| Err(Failure::Usage(what.to_owned(), Some(help.to_owned())));
    if args.expires < granted {
        return refuse("the waiver ends before it begins", "give --expires a later day");
    }
    if [&args.owner, &args.approver, &args.justification].iter().any(|text| text.trim().is_empty()) {
        return refuse("a waiver needs an owner, an approver and a justification", "a report shows them for as long as it holds");
    }
    let wide = args.finding.is_none() && !crate::assess::is_narrow(&args.globs);
    if wide && (control.gate || control.severity == crate::model::policy::Severity::Critical) {
        return refuse(
            "a waiver for a gate or a critical control names a finding or a place",
            "add --finding FINGERPRINT or --in GLOB: an audit would refuse it as too wide",
        );
    }
    if let Some(wrong) = args.globs.iter().find(|glob| globset::Glob::new(glob).is_err()) {
        return Err(Failure::Usage(format!("`{wrong}` is no glob over paths"), None));
    }
    let shown = crate::detect::mask::clean(&args.file.display().to_string());
    // from here on until it is written: two at once would lose one's entry
    let _held = super::output::alone(&args.file);
    let mut text = match super::render::text(&args.file, MOST_BYTES) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::Usage(format!("cannot read {shown}: {error}"), None)),
    };
    let invalid = |error: serde_yaml::Error| Failure::Usage(format!("the waivers {shown} are not valid: {error}"), None);
    let before: WaiverFile =
        if text.trim().is_empty() { WaiverFile::default() } else { serde_yaml::from_str(&text).map_err(invalid)? };
    let waiver = Waiver {
        control: args.control.clone(),
        finding: args.finding.clone(),
        content: args.content.clone(),
        globs: args.globs.clone(),
        reason: args.reason,
        justification: args.justification.clone(),
        owner: args.owner.clone(),
        approver: args.approver.clone(),
        granted,
        expires: args.expires,
        reference: args.reference.clone(),
    };
    if before.waivers.contains(&waiver) {
        return refuse("the file has this waiver already", "nothing was changed");
    }
    // what people wrote in the file, comments too, stays as it is
    let entry = serde_yaml::to_string(&[&waiver]).map_err(invalid)?;
    let is_new = text.trim().is_empty();
    if is_new {
        text = format!("# Deviations that our side accepted: `provost audit DELIVERY --waivers {}`\n", file_name(args));
    }
    text = with_entry(&text, &entry, before.waivers.is_empty());
    let after: WaiverFile = serde_yaml::from_str(&text).map_err(|_| {
        Failure::Usage(
            format!("{shown} is written in a form that nothing can be added to"),
            Some("write `waivers:` and below it one `- control: ...` a waiver".to_owned()),
        )
    })?;
    if after.waivers.len() != before.waivers.len() + 1 {
        return Err(Failure::Usage(format!("{shown} is written in a form that nothing can be added to"), None));
    }
    write_file(&args.file, text.as_bytes())?;
    output.print(&format!("{} waivers in {shown}\n", after.waivers.len()))?;
    Ok(PASSED)
}

/// The text of a file with one more waiver at its end, indented like those that are there.
fn with_entry(text: &str, entry: &str, first: bool) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<&str> = text.lines().collect();
    // a line that ends the document ends it behind the new entry
    let ended =
        lines.iter().rposition(|line| !line.trim().is_empty()).filter(|at| lines.get(*at).is_some_and(|line| *line == "..."));
    if let Some(at) = ended {
        lines.truncate(at);
    }
    let item = lines
        .iter()
        .rev()
        .find(|line| line.trim_start().starts_with("- control:") || line.trim_start().starts_with("- \"control\":"));
    let indent = item.map_or("", |line| line.get(..line.len() - line.trim_start().len()).unwrap_or(""));
    let mut out: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    while out.last().is_some_and(|line| line.trim().is_empty()) {
        out.pop();
    }
    if first {
        let empty = |line: &&mut String| line.trim_start() == line.as_str() && line.starts_with("waivers:");
        match out.iter_mut().find(empty) {
            // `waivers: []`, with what stands behind it
            Some(line) => line.replacen("[]", "", 1).trim_end().clone_into(line),
            None => out.push("waivers:".to_owned()),
        }
    }
    out.extend(entry.lines().map(|line| format!("{indent}{line}")));
    out.join(end) + end
}

fn file_name(args: &Args) -> String {
    args.file.file_name().map_or_else(|| "FILE".to_owned(), |name| crate::detect::mask::clean(&name.to_string_lossy()))
}
