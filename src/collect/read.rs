//! Which reader an artifact gets, and what becomes of what it read. The strongest claim by content wins; a reader that was wrong gives
//! way to the next, and says so.

use super::config::{CONFIGS, Claim, Config, People, Probe};
use super::document::{DOCUMENTS, Document, Head, Member, Work};
use super::examine::Into;
use super::limits::Limits;
use super::{keep, manifest, records, resource, results};
use crate::detect::engine::Engine;
use crate::detect::mask;
use crate::detect::text::TextScan;
use crate::model::evidence::{
    Artifact, Document as ConfigDocument, Encryption, GapKind, Opened, Part, PartKind, Read, SetTally, Tally,
};
use crate::model::node::{Kind, Node};
use crate::model::results::TestRun;
use std::io::Read as _;

/// The document format with the strongest claim, the first among equals.
pub(super) fn document(head: &Head<'_>) -> Option<(u8, &'static dyn Document)> {
    DOCUMENTS.iter().rev().map(|document| (document.claims(head), *document)).filter(|row| row.0 > 0).max_by_key(|row| row.0)
}

/// The document format that reads a text from its beginning to its end; `None` where a configuration format would look at it first.
pub(super) fn streamed(head: &Head<'_>) -> Option<&'static dyn Document> {
    let configured = config(head);
    if configured.as_ref().is_some_and(|row| row.0 == Claim::Product) {
        return None;
    }
    let (claim, document) = document(head)?;
    configured.is_none_or(|row| strength(row.0) < claim).then_some(document)
}

/// The configuration format with the strongest claim, the first among equals.
pub(super) fn config(head: &Head<'_>) -> Option<(Claim, &'static dyn Config)> {
    let probe = Probe::new(head.path, head.name, head.extension, head.text, head.whole);
    let mut best: Option<(Claim, &'static dyn Config)> = None;
    for config in CONFIGS {
        let claim = config.claims(&probe);
        if claim > best.as_ref().map_or(Claim::No, |row| row.0) {
            best = Some((claim, *config));
        }
        // nothing is stronger: the others need not look
        if claim == Claim::Product {
            break;
        }
    }
    best
}

/// Configurations and documents claim on one scale.
pub(super) fn strength(claim: Claim) -> u8 {
    match claim {
        Claim::No => 0,
        Claim::Weak => 40,
        Claim::Strong => 90,
        Claim::Product => 100,
    }
}

/// Whether a name's ending says that a file is of a format: broken, it is that format's still.
fn is_own(format: &str, extension: &str) -> bool {
    extension == format || matches!((format, extension), ("json", "jsonc" | "json5" | "sarif") | ("yaml", "yml"))
}

fn begin<'a>(
    head: &'a Head<'a>,
    bytes: &'a mut dyn std::io::Read,
    engine: &'a Engine,
    limits: &'a Limits,
    outer: &'a Artifact,
    into: &Into<'a>,
) -> Work<'a> {
    Work {
        head,
        bytes,
        file: None,
        engine,
        limits,
        outer,
        nest: into.nest,
        encryption: None,
        opened: None,
        members: Vec::new(),
        parts: Vec::new(),
        gaps: Vec::new(),
    }
}

/// Reads what is text; `bytes` are UTF-8 already.
pub(super) fn text(
    number: u32,
    head: &Head<'_>,
    bytes: &mut dyn std::io::Read,
    engine: &Engine,
    limits: &Limits,
    into: &mut Into<'_>,
) -> std::io::Result<()> {
    let configured = config(head);
    // a product's own file is nobody else's: no other format needs to look at it
    let product = configured.as_ref().is_some_and(|row| row.0 == Claim::Product);
    let chosen = if product { None } else { document(head) };
    let outer = into.artifact.clone();
    let mut work = begin(head, bytes, engine, limits, &outer, into);
    if let Some((claim, config)) = configured.filter(|row| chosen.is_none_or(|other| strength(row.0) >= other.0)) {
        let mut whole = String::new();
        (&mut *work.bytes).take(limits.tree_bytes + 1).read_to_string(&mut whole)?;
        let tree = if whole.len() as u64 > limits.tree_bytes { None } else { Some(config.read(&whole)) };
        match tree {
            Some(Ok(root)) => {
                into.artifact.kind = config.id().into();
                if claim == Claim::Product
                    && config.people() == People::Table
                    && let Some((_, document)) = chosen.or_else(|| document(head))
                {
                    let mut bytes = whole.as_bytes();
                    let mut again = begin(head, &mut bytes, engine, limits, &outer, into);
                    let outcome = document.read(&mut again);
                    keep_tree(claim, config, root, &whole, &mut again, into);
                    finish(again, None, into)?;
                    return outcome;
                }
                tree_read(number, claim, config, root, &whole, &mut work, into);
                return finish(work, None, into);
            }
            // a guess that was wrong: read as what it else is
            Some(Err(_)) if claim == Claim::Weak && !is_own(config.id(), head.extension) => {}
            Some(Err(error)) => {
                into.artifact.kind = config.id().into();
                let place = if error.line > 0 { format!(" (line {})", error.line) } else { String::new() };
                let reason = mask::clean(&error.reason);
                work.parts.extend(unread_results(head, "it is malformed"));
                work.gap(GapKind::Malformed, format!("not valid {}: {reason}{place}; read as text only", config.id()));
            }
            None => {
                into.artifact.kind = config.id().into();
                work.parts.extend(unread_results(head, "it is too large"));
                work.gap(GapKind::Limit, format!("more than {} bytes: read as text, not as a tree", limits.tree_bytes));
            }
        }
        let Some((_, document)) = chosen.or_else(|| document(head)) else { return Ok(()) };
        let (parts, gaps) = (work.parts, work.gaps);
        let mut bytes = whole.as_bytes().chain(&mut *work.bytes);
        let mut again = begin(head, &mut bytes, engine, limits, &outer, into);
        (again.parts, again.gaps) = (parts, gaps);
        let outcome = document.read(&mut again);
        let kind = (into.artifact.kind == "text").then(|| document.id());
        finish(again, kind, into)?;
        return outcome;
    }
    let Some((_, document)) = chosen else { return Ok(()) };
    let outcome = document.read(&mut work);
    finish(work, Some(document.id()), into)?;
    outcome
}

/// What a configuration or data tree gives: tables and texts, and the tree itself, masked, as evidence.
fn tree_read(number: u32, claim: Claim, config: &dyn Config, root: Node, whole: &str, work: &mut Work<'_>, into: &mut Into<'_>) {
    let (head, engine) = (work.head, work.engine);
    if manifest::is_manifest(head.path) {
        match manifest::read(&root, number, engine) {
            Ok(found) => *into.manifest = Some(found),
            Err(reason) => work.gap(GapKind::Malformed, reason),
        }
    }
    let (parts, inside) = match (claim, config.people()) {
        // a product's reader may leave out what is no setting: people are counted in all of it
        (Claim::Product, People::Tree | People::Table) => match data_tree(whole) {
            Some(all) => records::read(&all, engine),
            None => (as_text(whole, engine), Vec::new()),
        },
        (Claim::Product, People::Whole) => records::read(&root, engine),
        (Claim::Product, People::Lines) => (as_text(whole, engine), Vec::new()),
        _ => records::read(&root, engine),
    };
    work.parts = parts;
    if into.manifest.is_some() {
        // `level: NPPV2` of a vetting list is a fact about the list; only what identifies somebody counts
        work.parts.retain(|part| !part.rows.is_empty());
    }
    if !inside.is_empty() && work.may_open() {
        for (path, bytes) in inside {
            let packed = Some(bytes.len() as u64);
            let member = Member { name: &path, modified: None, encryption: Encryption::None, packed };
            if !work.member(&member, &mut bytes.as_slice()) {
                break;
            }
        }
    }
    if claim != Claim::Product && into.manifest.is_none() {
        let runs = results::read(&root, engine);
        work.parts.extend(runs.into_iter().map(as_part));
    }
    keep_tree(claim, config, root, whole, work, into);
}

/// A run as a part of its artifact.
fn as_part(run: TestRun) -> Part {
    Part { kind: PartKind::Results, run: Some(Box::new(run)), ..Part::default() }
}

/// What stands for the results of an export that was not read.
fn unread_results(head: &Head<'_>, reason: &str) -> Option<Part> {
    results::unread(head.text, reason).map(as_part)
}

/// About how many bytes a tree would be in a file.
fn weight(node: &Node, depth: usize) -> u64 {
    match &node.kind {
        _ if depth > 600 => 0,
        Kind::List(items) => items.iter().map(|item| weight(item, depth + 1) + 1).sum(),
        Kind::Map(entries) => entries.iter().map(|entry| weight(&entry.node, depth + 1) + entry.key.len() as u64 + 4).sum(),
        _ => node.scalar().map_or(16, str::len) as u64 + 2,
    }
}

/// A text as JSON, if it is that.
fn data_tree(whole: &str) -> Option<Node> {
    CONFIGS.iter().find(|config| config.id() == "json").and_then(|config| config.read(whole).ok())
}

/// Keeps the tree itself, masked.
fn keep_tree(claim: Claim, config: &dyn Config, root: Node, whole: &str, work: &mut Work<'_>, into: &mut Into<'_>) {
    let (engine, limits) = (work.engine, work.limits);
    // a product's reader may have left out what is no setting
    let size = if claim == Claim::Product && config.people() != People::Lines { weight(&root, 0) } else { whole.len() as u64 };
    if size <= limits.kept_bytes {
        let manner = if claim == Claim::Product && config.free() {
            keep::Manner::Deployment
        } else if claim == Claim::Product {
            keep::Manner::Product
        } else if into.manifest.is_some() {
            keep::Manner::Manifest
        } else {
            keep::Manner::Format
        };
        let root = keep::keep(root, engine, manner, if claim == Claim::Product { config.known() } else { &[] });
        // a list that stands nowhere in the file is a list of documents
        let documents = root.line == 0 && matches!(root.kind, Kind::List(_));
        let product = config.id().to_owned();
        let described = resource::describe_all(config, &root, &into.artifact.path);
        let described = (!described.0.is_empty()).then_some(described);
        let (root, documents) = into.nest.spent.spare(&product, root, documents);
        let document = ConfigDocument {
            product,
            fold: config.fold(),
            root: root.into(),
            settings: None,
            documents,
            fragment: false,
            described,
        };
        work.parts.insert(0, Part { kind: PartKind::Config, document: Some(Box::new(document)), ..Part::default() });
    } else if claim == Claim::Product {
        work.gap(GapKind::Limit, format!("a configuration of more than {} bytes: its settings were not kept", limits.kept_bytes));
    }
}

fn as_text(text: &str, engine: &Engine) -> Vec<Part> {
    let mut scan = TextScan::new(engine);
    text.lines().enumerate().for_each(|(index, line)| scan.line(index as u64 + 1, line));
    let mut part = Part { kind: PartKind::Text, ..Part::default() };
    scan.finish(&mut part);
    if part.tallies.is_empty() { Vec::new() } else { vec![part] }
}

/// Reads what is not text.
pub(super) fn binary(
    number: u32,
    head: &Head<'_>,
    bytes: &mut dyn std::io::Read,
    file: Option<&std::fs::File>,
    engine: &Engine,
    limits: &Limits,
    into: &mut Into<'_>,
) -> std::io::Result<()> {
    // a product's file by its name, whatever lies in it: what it does not set is set by default
    let product = config(head).filter(|row| row.0 == Claim::Product && matches!(head.kind, "empty" | "binary"));
    let outer = into.artifact.clone();
    let mut work = begin(head, bytes, engine, limits, &outer, into);
    if let Some((claim, config)) = product {
        into.artifact.kind = config.id().into();
        if head.kind == "empty"
            && let Ok(root) = config.read("")
        {
            tree_read(number, claim, config, root, "", &mut work, into);
        } else {
            work.gap(GapKind::Malformed, format!("not valid {}: it is no text", config.id()));
        }
        return finish(work, None, into);
    }
    if head.kind == "empty" {
        into.artifact.read = Read::Full;
        return Ok(());
    }
    work.file = file;
    if let Some((_, document)) = document(head) {
        let outcome = document.read(&mut work);
        finish(work, None, into)?;
        return outcome;
    }
    match outer.encryption {
        Encryption::Strong => work.gap(GapKind::Encrypted, format!("encrypted ({}): its content was not read", head.kind)),
        Encryption::Weak => work.gap(GapKind::Encrypted, format!("weakly encrypted {}: its content was not read", head.kind)),
        Encryption::Unknown => work.gap(GapKind::Encrypted, format!("encrypted ({}): its content was not read", head.kind)),
        Encryption::None => work.gap(GapKind::Unsupported, super::unread::reason(head.kind)),
    }
    finish(work, None, into)
}

/// That the password of an artifact lies beside it is a secret in clear, whatever the file with it says else.
fn password_beside(engine: &Engine) -> Option<Part> {
    let bit = engine.bit("credential")?;
    let tally = Tally { matches: 1, confidence: 0.95, ..Tally::default() };
    let mut part = Part { label: "password".to_owned(), kind: PartKind::Properties, records: 1, ..Part::default() };
    part.tallies.insert("credential".to_owned(), tally);
    part.sets.push(SetTally { set: engine.with_parents(bit), records: 1 });
    Some(part)
}

/// Moves what was read into the artifact.
#[allow(clippy::unnecessary_wraps, reason = "it ends readers whose other ways out are input errors")]
fn finish(work: Work<'_>, kind: Option<&str>, into: &mut Into<'_>) -> std::io::Result<()> {
    if let Some(kind) = kind.filter(|kind| *kind != "image") {
        into.artifact.kind = kind.into();
    }
    if let Some(encryption) = work.encryption {
        into.artifact.encryption = encryption;
    }
    into.artifact.opened = work.opened;
    if work.opened == Some(Opened::Beside) {
        into.artifact.parts.extend(password_beside(work.engine));
    }
    let nothing = work.parts.is_empty() && work.members.is_empty();
    into.artifact.parts.extend(work.parts);
    into.artifact.gaps.extend(work.gaps);
    into.members.extend(work.members);
    let cut = into.artifact.gaps.iter().any(|gap| gap.at.is_empty());
    into.artifact.read = match (cut, nothing) {
        (false, _) => Read::Full,
        (true, true) => Read::None,
        (true, false) => Read::Partial,
    };
    Ok(())
}
