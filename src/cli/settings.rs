//! `provost settings`: what is in force in the configurations of a delivery, with the line that says it or the default that stands in.
//! It shows what evidence keeps (personal data and secrets are shapes there), and judges nothing.

use super::options::{CollectOptions, PolicyOptions};
use super::output::Output;
use super::source::SourceOptions;
use super::{Failure, PASSED};
use crate::detect::mask;
use crate::model::evidence::{Document, Evidence, Part};
use crate::model::node::{Kind, Node, Setting};
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The delivery: a folder, a file, `-` for standard input, or an address (docs/sources.md)
    target: PathBuf,
    /// Only these products or kinds of resource
    #[arg(long, value_name = "PRODUCT", value_delimiter = ',')]
    product: Vec<String>,
    /// Leave out what holds by default
    #[arg(long)]
    written: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    collect: CollectOptions,
    #[command(flatten)]
    source: SourceOptions,
}

/// One configuration or resource, and what is in force.
struct Group<'a> {
    /// The path of the document.
    path: &'a str,
    /// The product, format or kind of resource.
    product: &'a str,
    /// What the resource is called.
    name: Option<&'a str>,
    settings: Vec<&'a Setting>,
    /// Why some of it is not known.
    gaps: Vec<&'a str>,
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let options = PolicyOptions::of(String::new(), Vec::new());
    let mut auditor = options.auditor(Some(super::discover::nothing(vec!["uk".to_owned()])), Some(&args.collect))?;
    auditor.all_settings = true;
    let (target, _) = args.source.open(&args.target, &mut auditor)?;
    let evidence = super::options::gather(&auditor, &target, output)?;
    let mut groups = groups(&evidence);
    groups.retain(|group| args.product.is_empty() || args.product.iter().any(|product| product == group.product));
    for group in &mut groups {
        group.settings.retain(|setting| !(args.written && setting.default));
    }
    let text = if args.json { as_json(&groups, &evidence) } else { as_text(&groups, &evidence) };
    output.print(&text)?;
    Ok(PASSED)
}

fn document(part: &Part) -> Option<&Document> {
    part.document.as_deref()
}

fn groups(evidence: &Evidence) -> Vec<Group<'_>> {
    let mut out = Vec::new();
    for (_, artifact) in evidence.artifacts.telling() {
        let gaps: Vec<&str> = artifact.gaps.iter().map(|gap| gap.reason.as_str()).collect();
        for document in artifact.parts.iter().filter_map(document) {
            let Some(settings) = document.settings.as_ref().filter(|_| !document.fragment) else { continue };
            let settings = settings.iter().collect();
            out.push(Group { path: &artifact.path, product: &document.product, name: None, settings, gaps: gaps.clone() });
        }
    }
    for resource in &evidence.resources {
        let path = path_of(evidence, resource.artifact).unwrap_or("");
        let (product, name, settings) =
            (resource.kind.as_str(), Some(resource.name.as_str()), resource.settings.iter().map(AsRef::as_ref).collect());
        out.push(Group { path, product, name, settings, gaps: Vec::new() });
    }
    out
}

fn path_of(evidence: &Evidence, number: u32) -> Option<&str> {
    evidence.artifacts.telling().find(|row| row.1.number == number).map(|row| row.1.path.as_str())
}

/// The value on one line.
fn shown(node: &Node) -> String {
    match &node.kind {
        Kind::List(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Kind::Map(_) => "(a mapping)".to_owned(),
        Kind::Masked(shape) => format!("(kept as its shape: {shape})"),
        _ => node.scalar().unwrap_or_default().to_owned(),
    }
}

fn as_text(groups: &[Group<'_>], evidence: &Evidence) -> String {
    let mut out = String::new();
    for group in groups {
        let name = group.name.map_or(String::new(), |name| format!(" {name}"));
        let _ = writeln!(out, "{}  {}{name}", group.path, group.product);
        for gap in &group.gaps {
            let _ = writeln!(out, "  gap: {gap}");
        }
        let mut context = "";
        for setting in &group.settings {
            if setting.context != context {
                context = &setting.context;
                let _ = writeln!(out, "  {context}");
            }
            let place = match (&setting.unknown, setting.default) {
                (Some(reason), _) => format!("unknown: {reason}"),
                (None, true) => "default".to_owned(),
                (None, false) => {
                    let file = setting.artifact.and_then(|number| path_of(evidence, number)).unwrap_or("");
                    format!("{file}:{}", setting.line)
                }
            };
            let indent = if context.is_empty() { "  " } else { "    " };
            let _ = writeln!(out, "{indent}{} = {}  [{}]", setting.key, shown(&setting.value), place.trim_start_matches(':'));
        }
    }
    if out.is_empty() {
        out.push_str("no configuration of a known product\n");
    }
    // lines are ours, what stands in them is the supplier's
    out.lines().map(|line| mask::clean(line) + "\n").collect()
}

fn as_json(groups: &[Group<'_>], evidence: &Evidence) -> String {
    let documented = |product: &str, key: &str| {
        let fact = evidence.products.get(product).and_then(|facts| facts.keys.get(key));
        fact.map(|fact| fact.documented.clone())
    };
    let groups: Vec<_> = groups
        .iter()
        .map(|group| {
            let settings: Vec<_> = group
                .settings
                .iter()
                .map(|setting| {
                    json!({
                        "context": setting.context, "key": setting.key, "value": shown(&setting.value),
                        "line": setting.line, "column": setting.column, "value_line": setting.value.line, "default": setting.default,
                        "unknown": setting.unknown, "from": setting.artifact.and_then(|number| path_of(evidence, number)),
                        "documented": documented(group.product, &setting.key),
                    })
                })
                .collect();
            json!({"path": group.path, "product": group.product, "name": group.name, "settings": settings, "gaps": group.gaps})
        })
        .collect();
    serde_json::to_string_pretty(&groups).unwrap_or_default() + "\n"
}
