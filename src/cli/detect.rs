//! `provost detect`: what is where in a text or file, with which confidence and why; masked. It shows places and shapes, never a value.

mod jsonl;

use super::options::{CollectOptions, PolicyOptions};
use super::output::Output;
use super::{Failure, PASSED};
use crate::audit::Auditor;
use crate::collect::plain_file::{self, Opened, Plain};
use crate::collect::walk::Target;
use crate::detect::engine::Engine;
use crate::detect::mask;
use crate::detect::spans::{Finder, Span};
use crate::model::classset::ClassSet;
use crate::model::evidence::{Artifact, Part, Tally};
use crate::policy;
use serde::Serialize;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files; `-`, or none: a text on standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read lines {"id", "text"}, write lines {"id", "spans": [{"class", "start", "end", "confidence"}]}; offsets are UTF-8 bytes,
    /// the end is behind the last
    #[arg(long, conflicts_with = "json")]
    jsonl: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
    /// Leave out what is less sure (nothing is reported below 0.5)
    #[arg(long, value_name = "0..1", default_value = "0", value_parser = share)]
    min_confidence: f32,
    /// Only this data class and those that count as it (may be repeated)
    #[arg(long = "class", value_name = "ID")]
    classes: Vec<String>,
    /// Countries whose own numbers are looked for in running text, or `all` (see policies/classes)
    #[arg(long, value_name = "COUNTRY", default_value = "all", value_delimiter = ',')]
    jurisdiction: Vec<String>,
    #[command(flatten)]
    collect: CollectOptions,
}

fn share(text: &str) -> Result<f32, String> {
    text.parse().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| "write a number from 0 to 1".to_owned())
}

/// What is to be shown.
struct Filter {
    least: f32,
    classes: Option<ClassSet>,
}

impl Filter {
    fn new(args: &Args, engine: &Engine) -> Result<Self, Failure> {
        let mut classes = None;
        for id in &args.classes {
            let bit = engine.bit(id).ok_or_else(|| {
                let ids = engine.ids();
                let help = policy::reader::suggest(id, ids.iter().map(String::as_str));
                Failure::Usage(
                    format!("no data class `{id}`"),
                    help.or_else(|| Some("`provost explain classes` lists them".to_owned())),
                )
            })?;
            classes = Some(classes.unwrap_or_default()).map(|set: ClassSet| set.union(ClassSet::one(bit)));
        }
        Ok(Self { least: args.min_confidence, classes })
    }

    fn lets(&self, engine: &Engine, bit: u8, confidence: f32) -> bool {
        let wanted = |set: &ClassSet| engine.with_parents(bit).bits().any(|bit| set.has(bit));
        confidence >= self.least && self.classes.as_ref().is_none_or(wanted)
    }
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let options = PolicyOptions::of(String::new(), Vec::new());
    let auditor =
        options.auditor(Some(super::discover::nothing(super::discover::known(&args.jurisdiction)?)), Some(&args.collect))?;
    let filter = Filter::new(args, &auditor.engine)?;
    let mut files = args.files.clone();
    if files.is_empty() {
        if std::io::stdin().is_terminal() {
            let help = Some("name a file, or pipe a text in".to_owned());
            return Err(Failure::Usage("there is nothing to look at".to_owned(), help));
        }
        files.push(PathBuf::from("-"));
    }
    for file in files.iter().filter(|file| file.as_os_str() != "-") {
        let meta = std::fs::metadata(file).map_err(|error| unreadable(file, &error))?;
        if meta.is_dir() {
            let help = Some("`provost discover` says what is in a folder".to_owned());
            return Err(Failure::Usage(format!("{} is a folder", shown(file)), help));
        }
    }
    let mut door = Door { finder: Finder::new(&auditor.engine), auditor: &auditor, filter, json: args.json, output };
    if args.jsonl {
        for file in &files {
            jsonl::run(&mut door, source(file)?, &shown(file))?;
        }
        return Ok(PASSED);
    }
    if args.json {
        output.print("{\"schema\":\"provost/detection/1\",\"files\":[\n")?;
    }
    for (index, file) in files.iter().enumerate() {
        let text = door.file(file)?;
        let comma = if args.json && index > 0 { ",\n" } else { "" };
        output.print(&format!("{comma}{text}"))?;
    }
    if args.json {
        output.print("\n]}\n")?;
    }
    Ok(PASSED)
}

fn shown(file: &Path) -> String {
    if file.as_os_str() == "-" { "standard input".to_owned() } else { mask::clean(&file.display().to_string()) }
}

fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    Failure::Usage(format!("cannot read {}: {error}", shown(file)), None)
}

fn source(file: &Path) -> Result<Box<dyn std::io::Read>, Failure> {
    if file.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin()));
    }
    let file = std::fs::File::open(file).map_err(|error| unreadable(file, &error))?;
    Ok(Box::new(file))
}

/// A span as other programs get it.
#[derive(Serialize)]
struct Told<'a> {
    class: &'a str,
    start: usize,
    end: usize,
    confidence: f32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    test: bool,
    #[serde(flatten)]
    more: Option<More>,
}

#[derive(Serialize)]
struct More {
    line: u64,
    column: u64,
    mask: String,
    why: String,
}

/// One class in a part of what is no plain text.
#[derive(Serialize)]
struct Counted<'a> {
    path: &'a str,
    part: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden: Option<&'a str>,
    class: &'a str,
    matches: u64,
    test_data: u64,
    confidence: f32,
    places: &'a [crate::model::evidence::Sample],
}

/// What is needed to look at one text or file after the other.
struct Door<'a> {
    finder: Finder<'a>,
    auditor: &'a Auditor,
    filter: Filter,
    json: bool,
    output: &'a Output,
}

impl Door<'_> {
    /// What the filter lets through of a text.
    fn spans(&mut self, text: &str, delimiter: Option<u8>) -> Vec<Span> {
        let mut spans = match delimiter {
            Some(delimiter) => self.finder.table(text, delimiter),
            None => self.finder.text(text),
        };
        spans.retain(|span| self.filter.lets(&self.auditor.engine, span.bit, span.confidence));
        spans
    }

    fn told(&self, span: &Span, shift: usize, more: Option<More>) -> Told<'_> {
        Told {
            class: self.auditor.engine.general(span.bit),
            start: span.start + shift,
            end: span.end + shift,
            confidence: rounded(span.confidence),
            test: span.test,
            more,
        }
    }

    fn file(&mut self, file: &Path) -> Result<String, Failure> {
        let stream = file.as_os_str() == "-";
        let name = if stream { Path::new("") } else { file };
        let refuse = |what: &str| {
            let help = Some("put it into a file, and name that".to_owned());
            Err(Failure::Usage(format!("standard input {what}"), help))
        };
        match plain_file::open(source(file)?, name).map_err(|error| unreadable(file, &error))? {
            Opened::Plain(text) => Ok(self.text(&text, file)),
            Opened::Otherwise(text) if stream => Ok(self.text(&text, file)),
            Opened::Binary if stream => refuse("is no text"),
            Opened::TooLong if stream => refuse(&format!("is longer than {} bytes", plain_file::MOST)),
            Opened::Otherwise(_) | Opened::Binary | Opened::TooLong => self.collected(file),
        }
    }

    fn text(&mut self, plain: &Plain, file: &Path) -> String {
        let spans = self.spans(&plain.text, plain.delimiter);
        let name = shown(file);
        let place = if file.as_os_str() == "-" { "-" } else { name.as_str() };
        let more = |span: &Span| More {
            line: span.line,
            column: span.column,
            mask: mask::shape(plain.text.get(span.start..span.end).unwrap_or("")),
            why: self.auditor.engine.because(span.bit, span.why),
        };
        if self.json {
            let told: Vec<Told<'_>> = spans.iter().map(|span| self.told(span, plain.mark, Some(more(span)))).collect();
            return serde_json::to_string(&serde_json::json!({"file": place}))
                .unwrap_or_default()
                .trim_end_matches('}')
                .to_owned()
                + ",\"spans\":"
                + &serde_json::to_string(&told).unwrap_or_default()
                + "}";
        }
        let mut out = String::new();
        for span in &spans {
            let More { line, column, mask, why } = more(span);
            let class = self.auditor.engine.id(span.bit);
            let test = if span.test { "; a documented test value" } else { "" };
            out.push_str(&format!("{place}:{line}:{column}  {class}  {:.2}  {mask}  {why}{test}\n", span.confidence));
        }
        out
    }

    /// What is no plain text goes the way of an audit: counts and first places for each class and part.
    fn collected(&self, file: &Path) -> Result<String, Failure> {
        let output = self.output;
        let evidence = super::options::gather(self.auditor, &Target::Path(file.to_path_buf()), output)?;
        let name = shown(file);
        let outer = evidence.artifacts.first().map_or("", |artifact| artifact.path.as_str());
        // the file by the name that was given, its members by what an audit shows of theirs
        let path =
            |artifact: &Artifact| artifact.path.strip_prefix(outer).map_or_else(String::new, |rest| format!("{name}{rest}"));
        let paths: Vec<String> = evidence.artifacts.iter().map(path).collect();
        let mut counted = Vec::new();
        for (artifact, path) in evidence.artifacts.iter().zip(&paths) {
            for part in &artifact.parts {
                let rows = part.tallies.iter().filter(|(class, tally)| self.counts(part, class, tally));
                counted.extend(rows.map(|(class, tally)| Counted {
                    path,
                    part: &part.label,
                    hidden: part.hidden.as_deref(),
                    class,
                    matches: tally.matches,
                    test_data: tally.test_data,
                    confidence: rounded(tally.confidence),
                    places: &tally.samples,
                }));
            }
        }
        let gaps = || {
            evidence.artifacts.iter().zip(&paths).flat_map(|(artifact, path)| artifact.gaps.iter().map(move |gap| (path, gap)))
        };
        if self.json {
            let gaps: Vec<_> = gaps()
                .map(|(path, gap)| serde_json::json!({"path": path, "at": gap.at, "kind": gap.kind, "reason": gap.reason}))
                .collect();
            let file = serde_json::to_string(&name).unwrap_or_default();
            let parts = serde_json::to_string(&counted).unwrap_or_default();
            let gaps = serde_json::to_string(&gaps).unwrap_or_default();
            return Ok(format!("{{\"file\":{file},\"parts\":{parts},\"gaps\":{gaps}}}"));
        }
        let mut out = String::new();
        for row in counted {
            out.push_str(&line(&row));
        }
        for (path, gap) in gaps() {
            let at = if gap.at.is_empty() { String::new() } else { format!(" ({})", gap.at) };
            out.push_str(&format!("{path}{at}  not read: {}\n", gap.reason));
        }
        Ok(out)
    }

    /// Whether a class of a part is to be shown; one that only counts what others of the part are is not.
    fn counts(&self, part: &Part, class: &str, tally: &Tally) -> bool {
        let engine = &self.auditor.engine;
        let Some(bit) = engine.bit(class) else { return false };
        let below = |other: &String| other != class && engine.bit(other).is_some_and(|other| engine.with_parents(other).has(bit));
        let sum = tally.samples.is_empty() && part.tallies.keys().any(below);
        !sum && self.filter.lets(engine, bit, tally.confidence)
    }
}

fn line(row: &Counted<'_>) -> String {
    let part = if row.part.is_empty() { String::new() } else { format!(" ({})", row.part) };
    let places: Vec<String> = row.places.iter().map(|place| format!("{}:{} {}", place.line, place.column, place.mask)).collect();
    let first = if places.is_empty() { String::new() } else { format!("; {}", places.join(", ")) };
    let test = if row.test_data > 0 { format!("; documented test values: {}", row.test_data) } else { String::new() };
    let hidden = row.hidden.map_or_else(String::new, |why| format!("; hidden: {why}"));
    let (path, class, matches) = (row.path, row.class, row.matches);
    format!("{path}{part}  {class}  {:.2}  {matches} found{first}{test}{hidden}\n", row.confidence)
}

/// To three decimals: what is behind them is noise.
fn rounded(confidence: f32) -> f32 {
    (confidence * 1000.0).round() / 1000.0
}
