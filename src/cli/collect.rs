//! `provost collect` and `provost assess`: the two halves of an audit, with a file between them that holds no personal data.

use super::options::{CollectOptions, PolicyOptions, ReportOptions, apart, apart_from, destinations, report};
use super::output::{Content, Output, write_file_by};
use super::resume::ResumeOptions;
use super::signature::Trusted;
use super::source::{SourceOptions, local};
use super::{Failure, PASSED};
use crate::assess::Surveyed;
use crate::collect::shard::{Part, Shard};
use crate::model::evidence::{Evidence, SCHEMA};
use crate::model::node::Fold;
use crate::model::packed::{self, Packed};
use crate::model::several::both;
use crate::report::many;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Arguments of `collect`.
#[derive(clap::Args)]
pub(crate) struct CollectArgs {
    /// The delivery: a folder, a file, `-` for standard input, or an address (docs/sources.md)
    target: PathBuf,
    /// Where the evidence goes; `-` for standard output
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Read only part I of N, for `provost merge`; needs --key-file, the same for all parts
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// A policy whose own data classes are looked for, too
    #[arg(long, default_value = crate::audit::FLAGSHIP, value_name = "ID|FILE")]
    policy: String,
    /// Take a policy from a file only if it is signed (FILE.minisig) by this minisign key, or the key in this file (may be repeated)
    #[arg(long, value_name = "KEY|FILE")]
    policy_key: Vec<String>,
    /// Set a parameter of that policy
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::collect::pair)]
    set: Vec<(String, String)>,
    /// The day, for the evidence to say (default: today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<String>,
    #[command(flatten)]
    collect: CollectOptions,
    #[command(flatten)]
    source: SourceOptions,
    #[command(flatten)]
    resume: ResumeOptions,
}

/// `NAME=VALUE`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// Arguments of `assess`.
#[derive(clap::Args)]
pub(crate) struct AssessArgs {
    /// The evidence
    evidence: PathBuf,
    /// Take the evidence only if it is signed (FILE.minisig) by this minisign key, or the key in this file (may be repeated)
    #[arg(long, value_name = "KEY|FILE")]
    evidence_key: Vec<String>,
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    report: ReportOptions,
}

/// Runs `collect`.
pub(crate) fn collect(args: &CollectArgs, output: &Output) -> Result<u8, Failure> {
    let mut options = PolicyOptions::of(args.policy.clone(), args.set.clone());
    options.policy_key.clone_from(&args.policy_key);
    options.date.clone_from(&args.date);
    let (policies, aside) = (options.files(), args.collect.files());
    let mut inputs: Vec<&Path> = local(&args.target).into_iter().collect();
    inputs.extend(policies.iter().chain(&aside).map(PathBuf::as_path).chain(args.resume.file()));
    free(&args.output, &inputs)?;
    let date = options.day()?;
    let mut auditor = options.auditor(None, Some(&args.collect))?;
    auditor.date = Some(date);
    args.resume.open(&mut auditor, args.collect.key_file.as_ref(), &args.target)?;
    let (target, _) = args.source.open(&args.target, &mut auditor)?;
    if let Some(shard) = args.shard {
        if args.target.as_os_str() == "-" {
            return Err(Failure::Usage("standard input has no parts: no --shard".to_owned(), None));
        }
        if args.collect.key_file.is_none() {
            let help = "parts with keys made for each have nobody in common: head -c 32 /dev/urandom | base64 > audit.key";
            return Err(Failure::Usage("--shard needs --key-file".to_owned(), Some(help.to_owned())));
        }
        let part = super::options::told(&auditor, output, |told| auditor.collect_part(&target, shard, told))?;
        let bytes = written(&args.output, &|output| part.write(output))?;
        ResumeOptions::done(&mut auditor);
        let summary = format!("{} of {}, {bytes} bytes\n", part.artifacts(), many(part.heading.artifacts as usize, "artifact"));
        return said(&args.output, &summary, output);
    }
    let evidence = super::options::gather(&auditor, &target, output)?;
    let bytes = stored(&args.output, &evidence)?;
    ResumeOptions::done(&mut auditor);
    let summary =
        format!("{}, {bytes} bytes of evidence in {}\n", many(evidence.artifacts.len(), "artifact"), args.output.display());
    said(&args.output, &summary, output)
}

/// Writes evidence: as JSON where the name says so or there is none, else packed.
pub(crate) fn stored(path: &Path, evidence: &Evidence) -> Result<u64, Failure> {
    let json = path == Path::new(STANDARD) || path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    written(path, &|output| if json { Ok(serde_json::to_writer(output, evidence)?) } else { packed::write(evidence, output) })
}

/// Standard output in place of a file.
const STANDARD: &str = "-";

/// Whether the result has a place that is none of the inputs.
pub(crate) fn free(path: &Path, inputs: &[&Path]) -> Result<(), Failure> {
    if path == Path::new(STANDARD) { super::output::check_standard_output() } else { apart_from(path, inputs) }
}

/// Says what was written, where nothing else goes.
pub(crate) fn said(path: &Path, summary: &str, output: &Output) -> Result<u8, Failure> {
    if path == Path::new(STANDARD) {
        output.tell(summary.trim_end());
    } else if !output.quiet {
        output.print(summary)?;
    }
    Ok(PASSED)
}

/// Writes a file as it is made and says how many bytes it has: evidence of hundreds of thousands of files is not held as text beside itself.
fn written(path: &Path, write: &Content<'_>) -> Result<u64, Failure> {
    let bytes = Cell::new(0_u64);
    if path == Path::new(STANDARD) {
        let file = super::output::standard_output().map_err(super::output::lost)?;
        let mut counting = Counting { inner: BufWriter::with_capacity(1 << 20, file), bytes: &bytes };
        write(&mut counting).and_then(|()| counting.flush()).map_err(super::output::lost)?;
        return Ok(bytes.get());
    }
    write_file_by(path, &|file| {
        bytes.set(0);
        let mut counting = Counting { inner: BufWriter::with_capacity(1 << 20, file), bytes: &bytes };
        write(&mut counting)?;
        counting.flush()
    })?;
    Ok(bytes.get())
}

struct Counting<'a, W> {
    inner: W,
    bytes: &'a Cell<u64>,
}

impl<W: Write> Write for Counting<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes.set(self.bytes.get() + written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// Arguments of `merge`.
#[derive(clap::Args)]
pub(crate) struct MergeArgs {
    /// The parts, in any order
    #[arg(required = true)]
    parts: Vec<PathBuf>,
    /// Where the evidence goes; `-` for standard output
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// The policy that they were collected for
    #[arg(long, default_value = crate::audit::FLAGSHIP, value_name = "ID|FILE")]
    policy: String,
    /// Set a parameter of that policy
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::collect::pair)]
    set: Vec<(String, String)>,
}

/// Runs `merge`.
pub(crate) fn merge(args: &MergeArgs, output: &Output) -> Result<u8, Failure> {
    let options = PolicyOptions::of(args.policy.clone(), args.set.clone());
    let policies = options.files();
    let inputs: Vec<&Path> = args.parts.iter().chain(&policies).map(PathBuf::as_path).collect();
    free(&args.output, &inputs)?;
    let auditor = options.auditor(None, None)?;
    let mut parts = Vec::new();
    for file in &args.parts {
        let shown = crate::detect::mask::clean(&file.display().to_string());
        let opened = std::fs::File::open(file);
        let opened = opened.map_err(|error| Failure::Usage(format!("cannot read {shown}: {error}"), None))?;
        let part = Part::read(&shown, std::io::BufReader::with_capacity(1 << 20, opened));
        parts.push((shown, part.map_err(|error| Failure::Usage(error.to_string(), None))?));
    }
    let count = parts.len();
    let evidence = auditor.merge(parts).map_err(|error| {
        Failure::Usage(error.to_string(), Some("`provost collect --shard I/N` makes each part, with one --key-file".to_owned()))
    })?;
    let bytes = stored(&args.output, &evidence)?;
    let artifacts = evidence.artifacts.len();
    let summary = format!(
        "{}, {}, {bytes} bytes of evidence in {}\n",
        many(count, "part"),
        many(artifacts, "artifact"),
        args.output.display()
    );
    said(&args.output, &summary, output)
}

/// Runs `assess`.
pub(crate) fn assess(args: &AssessArgs, output: &Output) -> Result<u8, Failure> {
    let known = crate::report::ids();
    destinations(&args.report.show.format, &known)?;
    let mut inputs = args.report.files()?;
    let (policies, key) = (args.policy.files(), super::signature::beside(&args.evidence));
    inputs.extend(policies.iter().map(PathBuf::as_path).chain([key.as_path()]));
    inputs.extend(args.evidence_key.iter().map(Path::new));
    inputs.push(&args.evidence);
    apart(&args.report.show.format, &inputs)?;
    let date = args.policy.day()?;
    let shown = super::signature::shown(&args.evidence);
    // neither needs the other; what is wrong with the policy is said first, and does not wait for a pipe
    let (ready, auditor) = both(|| args.evidence.is_file().then(|| given(args)), || args.policy.auditor(None, None));
    let mut auditor = auditor?;
    let (form, signed) = ready.unwrap_or_else(|| given(args))?;
    if let Some(key) = signed {
        output.remark(&format!("evidence {shown}: signed by key {key}"));
    }
    auditor.target_name = shown;
    let (evidence, digest, surveyed) = match form {
        Form::Loose(evidence) => (*evidence, None, None),
        Form::Packed(packed) => {
            let (evidence, digest, surveyed) =
                Surveyed::reading(&auditor.policy, *packed).map_err(|error| refused(&args.evidence, &error.to_string()))?;
            (evidence, Some(digest), Some(surveyed))
        }
    };
    let missing: Vec<&str> = auditor
        .policy
        .classes
        .iter()
        .map(|class| class.id.as_str())
        .filter(|id| !evidence.classes.iter().any(|known| known == id))
        .collect();
    if !missing.is_empty() {
        let help = Some("collect again with `--policy`, so that they are looked for".to_owned());
        return Err(Failure::Usage(
            format!("the evidence was collected without the policy's classes {}", missing.join(", ")),
            help,
        ));
    }
    asked(&auditor, &evidence)?;
    let answers = args.report.show.answers(&auditor.engine)?;
    let assessment = auditor.assess_known(&evidence, digest.as_deref(), surveyed, date);
    // the program is about to end: a million artifacts need not be taken apart for that, and nothing of them is secret
    std::mem::forget(evidence);
    report(assessment, answers, &args.report, None, output)
}

/// Evidence in one of its forms.
enum Form {
    /// All of it.
    Loose(Box<Evidence>),
    /// Of which nothing but the head was read.
    Packed(Box<Packed>),
}

/// Reads evidence.
pub(crate) fn evidence(file: &Path) -> Result<Evidence, Failure> {
    match form_of(file, bytes_of(file)?)? {
        Form::Loose(evidence) => Ok(*evidence),
        Form::Packed(packed) => packed.read_all().map(|read| read.0).map_err(|error| refused(file, &error.to_string())),
    }
}

/// What is to be assessed, and by which key it is signed, where that was asked.
fn given(args: &AssessArgs) -> Result<(Form, Option<String>), Failure> {
    let trusted = Trusted::read(&args.evidence_key)?;
    let bytes = bytes_of(&args.evidence)?;
    let mut key = None;
    if !trusted.is_empty() {
        let signed = trusted.check(&args.evidence, std::io::Cursor::new(&bytes), None).map_err(|reason| {
            Failure::Usage(format!("{} is not taken as evidence: {reason}", super::signature::shown(&args.evidence)), None)
        })?;
        key = Some(signed.key);
    }
    Ok((form_of(&args.evidence, bytes)?, key))
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, Failure> {
    let shown = super::signature::shown(file);
    std::fs::read(file).map_err(|error| Failure::Usage(format!("cannot read {shown}: {error}"), None))
}

fn refused(file: &Path, why: &str) -> Failure {
    let shown = super::signature::shown(file);
    Failure::Usage(format!("{shown} is no evidence file: {why}"), Some("`provost collect` makes one".to_owned()))
}

fn form_of(file: &Path, bytes: Vec<u8>) -> Result<Form, Failure> {
    let refused = |why: &str| refused(file, why);
    let version = || {
        Failure::Usage(
            format!("{} is evidence of another version", super::signature::shown(file)),
            Some(format!("this program reads {SCHEMA}")),
        )
    };
    if !bytes.starts_with(packed::MAGIC) {
        let read: Result<Evidence, _> = serde_json::from_slice(&bytes);
        let read = read.map_err(|error| refused(&format!("line {}, column {}", error.line(), error.column())))?;
        return if read.schema == SCHEMA { Ok(Form::Loose(Box::new(read))) } else { Err(version()) };
    }
    let packed = Packed::open(bytes).map_err(|error| refused(&error.to_string()))?;
    if packed.head().schema == SCHEMA {
        return Ok(Form::Packed(Box::new(packed)));
    }
    // what was changed is said to be that
    packed.read_all().map_err(|error| refused(&error.to_string()))?;
    Err(version())
}

/// Whether the values of the settings that the policy asks for were kept.
fn asked(auditor: &crate::audit::Auditor, evidence: &Evidence) -> Result<(), Failure> {
    let mut folds: HashMap<&str, Fold> = HashMap::default();
    let mut there: HashSet<&str> = evidence.resources.iter().map(|resource| resource.kind.as_str()).collect();
    // products of which some artifacts are configurations, and how each compares its keys
    let parts = evidence.artifacts.telling().flat_map(|row| &row.1.parts);
    for document in parts.filter_map(|part| part.document.as_ref()) {
        folds.insert(&document.product, document.fold);
        there.insert(&document.product);
    }
    for (product, keys) in crate::policy::asks::of(&auditor.policy) {
        let known = evidence.asked.get(&product);
        // keys are the same as the product compares them
        let fold = folds.get(product.as_str()).copied().unwrap_or(Fold::Exact);
        let same = |one: &str, other: &str| one == other || (!one.starts_with('$') && fold.key(one) == fold.key(other));
        let has = |key: &str| known.is_some_and(|known| known.iter().any(|one| same(one, key)));
        let missing = keys.iter().find(|key| there.contains(product.as_str()) && !has(key));
        if let Some(key) = missing {
            let key = crate::detect::mask::clean(key);
            return Err(Failure::Usage(
                format!("the evidence was collected without the policy's question for `{key}` of {product}"),
                Some("collect again with `--policy`, so that its value is kept".to_owned()),
            ));
        }
    }
    Ok(())
}
