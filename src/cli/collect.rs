//! `provost collect` and `provost assess`: the two halves of an audit, with a file between them that holds no personal data.

use super::options::{CollectOptions, PolicyOptions, ReportOptions, apart, destinations, report, target};
use super::output::{Output, write_file_by};
use super::{Failure, PASSED};
use crate::model::evidence::{Evidence, SCHEMA};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// Arguments of `collect`.
#[derive(clap::Args)]
pub(crate) struct CollectArgs {
    /// The delivery: a folder or a file
    target: PathBuf,
    /// Where the evidence goes
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// A policy whose own data classes are looked for, too
    #[arg(long, default_value = crate::audit::FLAGSHIP, value_name = "ID|FILE")]
    policy: String,
    /// Set a parameter of that policy
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::collect::pair)]
    set: Vec<(String, String)>,
    #[command(flatten)]
    collect: CollectOptions,
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
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    report: ReportOptions,
}

/// Runs `collect`.
pub(crate) fn collect(args: &CollectArgs, output: &Output) -> Result<u8, Failure> {
    let options = PolicyOptions {
        policy: args.policy.clone(),
        set: args.set.clone(),
        date: None,
        waivers: None,
        score_model: "provost".to_owned(),
    };
    let auditor = options.auditor(None, Some(&args.collect))?;
    let (target, _) = target(&args.target);
    let evidence = super::options::gather(&auditor, &target, output)?;
    let bytes = Cell::new(0_u64);
    write_file_by(&args.output, |file| {
        let mut counting = Counting { inner: BufWriter::new(file), bytes: &bytes };
        serde_json::to_writer(&mut counting, &evidence)?;
        counting.flush()
    })?;
    output.print(&format!(
        "{} artifacts, {} bytes of evidence in {}\n",
        evidence.artifacts.len(),
        bytes.get(),
        args.output.display()
    ))?;
    Ok(PASSED)
}

/// Counts what is written. Evidence of hundreds of thousands of files is not held as text beside itself.
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

/// Runs `assess`.
pub(crate) fn assess(args: &AssessArgs, output: &Output) -> Result<u8, Failure> {
    let known = crate::report::ids();
    destinations(&args.report.show.format, &known)?;
    let mut inputs = args.report.files()?;
    inputs.extend(args.policy.files());
    inputs.push(&args.evidence);
    apart(&args.report.show.format, &inputs)?;
    let date = args.policy.day()?;
    let mut auditor = args.policy.auditor(None, None)?;
    let shown = crate::detect::mask::clean(&args.evidence.display().to_string());
    let bytes = std::fs::read(&args.evidence).map_err(|error| Failure::Usage(format!("cannot read {shown}: {error}"), None))?;
    let evidence: Evidence = serde_json::from_slice(&bytes).map_err(|error| {
        Failure::Usage(
            format!("{shown} is no evidence file: line {}, column {}", error.line(), error.column()),
            Some("`provost collect` makes one".to_owned()),
        )
    })?;
    if evidence.schema != SCHEMA {
        return Err(Failure::Usage(
            format!("{shown} is evidence of another version"),
            Some(format!("this program reads {SCHEMA}")),
        ));
    }
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
    auditor.target_name = shown;
    let answers = args.report.show.answers(&auditor.engine)?;
    let assessment = auditor.assess(&evidence, date);
    report(assessment, answers, &args.report, None, output)
}

/// Whether the values of the settings that the policy asks for were kept.
fn asked(auditor: &crate::audit::Auditor, evidence: &Evidence) -> Result<(), Failure> {
    let documents = evidence.artifacts.iter().flat_map(|artifact| &artifact.parts).filter_map(|part| part.document.as_ref());
    let folds: std::collections::BTreeMap<&str, crate::model::node::Fold> =
        documents.clone().map(|document| (document.product.as_str(), document.fold)).collect();
    let kinds = evidence.resources.iter().map(|resource| &resource.kind);
    let there: BTreeSet<&String> = documents.map(|document| &document.product).chain(kinds).collect();
    for (product, keys) in crate::policy::asks::of(&auditor.policy) {
        let known = evidence.asked.get(&product);
        // keys are the same as the product compares them
        let fold = folds.get(product.as_str()).copied().unwrap_or(crate::model::node::Fold::Exact);
        let same = |one: &str, other: &str| one == other || (!one.starts_with('$') && fold.key(one) == fold.key(other));
        let has = |key: &str| known.is_some_and(|known| known.iter().any(|one| same(one, key)));
        let missing = keys.iter().find(|key| there.contains(&product) && !has(key));
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
