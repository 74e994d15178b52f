//! One artifact: bytes -> evidence. The same code in a worker and in the library. Nothing here stops an audit: what goes wrong is
//! a gap of this artifact.

use super::config::{CONFIGS, Claim, Probe};
use super::document::{DOCUMENTS, Head, Work};
use super::limits::Limits;
use super::walk::{Entry, EntryKind};
use super::{decode, keep, manifest, records, sniff};
use crate::detect::engine::{Engine, Scratch};
use crate::detect::mask;
use crate::detect::text::TextScan;
use crate::model::evidence::{Artifact, Document as ConfigDocument, Encryption, Gap, GapKind, Manifest, Part, PartKind, Read};
use sha2::{Digest, Sha256};
use std::io::Read as _;

/// Bytes looked at before a reader is chosen.
const HEAD: usize = 64 << 10;
/// Content with personal data below this size has no plain digest: its few unknown values could be guessed from it.
const SMALL: u64 = 64 << 10;

/// What an examination gives.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Examined {
    /// The artifact.
    pub artifact: Artifact,
    /// The delivery's manifest, if this is it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Manifest>,
}

/// The artifact of an entry before anything of it is read.
pub fn blank(entry: &Entry, engine: &Engine, scratch: &mut Scratch) -> Artifact {
    let path = entry.path.to_string_lossy().replace('\\', "/");
    Artifact {
        number: entry.number,
        path: mask::path(engine, scratch, &path),
        folder: entry.folder,
        kind: "unknown".to_owned(),
        extension_matches: true,
        size: entry.size,
        modified: entry.modified,
        mode: entry.mode,
        owner: entry.owner.clone(),
        digest: None,
        mark: 0,
        encryption: Encryption::None,
        read: Read::None,
        parts: Vec::new(),
        gaps: Vec::new(),
    }
}

/// Examines an entry whose bytes can be read from `source`.
pub fn examine(entry: &Entry, source: std::io::Result<Box<dyn std::io::Read + '_>>, engine: &Engine, limits: &Limits) -> Examined {
    let mut scratch = engine.scratch();
    let mut artifact = blank(entry, engine, &mut scratch);
    let gap = |kind, reason: &str| Gap { at: String::new(), kind, reason: reason.to_owned() };
    match &entry.kind {
        EntryKind::File => {}
        EntryKind::LinkInside => {
            "link".clone_into(&mut artifact.kind);
            artifact.read = Read::Full;
            return Examined { artifact, manifest: None };
        }
        EntryKind::LinkOutside => {
            "link".clone_into(&mut artifact.kind);
            artifact.gaps.push(gap(GapKind::NotAFile, "a link that leads out of the delivery, or nowhere: not followed"));
            return Examined { artifact, manifest: None };
        }
        EntryKind::Special => {
            "special".clone_into(&mut artifact.kind);
            artifact.gaps.push(gap(GapKind::NotAFile, "a device, pipe or socket: not opened"));
            return Examined { artifact, manifest: None };
        }
        EntryKind::Refused(reason) => {
            artifact.gaps.push(gap(GapKind::Unreadable, reason));
            return Examined { artifact, manifest: None };
        }
    }
    let mut manifest = None;
    match source {
        Ok(mut source) => {
            let outcome = contents(entry, &mut *source, engine, limits, &mut artifact, &mut manifest);
            if let Err(error) = outcome {
                artifact.gaps.push(gap(GapKind::Unreadable, &format!("reading stopped: {}", error.kind())));
                artifact.read = if artifact.parts.is_empty() { Read::None } else { Read::Partial };
            }
        }
        Err(error) => artifact.gaps.push(gap(GapKind::Unreadable, &error.kind().to_string())),
    }
    let personal = artifact.parts.iter().any(|part| !part.tallies.is_empty());
    if personal && entry.size < SMALL {
        artifact.digest = None;
    }
    Examined { artifact, manifest }
}

fn contents(
    entry: &Entry,
    source: &mut dyn std::io::Read,
    engine: &Engine,
    limits: &Limits,
    artifact: &mut Artifact,
    manifest: &mut Option<Manifest>,
) -> std::io::Result<()> {
    let mut hashing = Hashing { inner: source, sha: Sha256::new(), mark: engine.key.hasher(), bytes: 0 };
    let mut head = Vec::with_capacity(HEAD);
    (&mut hashing).take(HEAD as u64).read_to_end(&mut head)?;
    let whole = head.len() < HEAD;
    let sniffed = sniff::sniff(&head, whole);
    sniffed.kind.clone_into(&mut artifact.kind);
    artifact.encryption = sniffed.encryption;
    let path = entry.path.to_string_lossy().replace('\\', "/");
    let name = path.rsplit('/').next().unwrap_or("").to_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_owned();
    let mut text = String::new();
    if let Some(encoding) = sniffed.encoding {
        decode::Utf8::new(head.as_slice(), encoding).read_to_string(&mut text)?;
        if !whole {
            // the last character may be cut
            text.truncate(text.trim_end_matches('\u{fffd}').len());
        }
    }
    let head_facts = Head { raw: &head, text: &text, whole, kind: sniffed.kind, name: &name, extension: &extension, path: &path };
    let mut chained = head.as_slice().chain(&mut hashing);
    artifact.extension_matches = sniff::extension_agrees(sniffed.kind, &extension);
    match sniffed.encoding {
        Some(encoding) => {
            let mut utf8 = decode::Utf8::new(&mut chained, encoding);
            read_text(entry, &head_facts, &mut utf8, engine, limits, artifact, manifest)?;
        }
        None => read_binary(&head_facts, &mut chained, engine, limits, artifact)?,
    }
    std::io::copy(&mut hashing, &mut std::io::sink())?;
    artifact.size = hashing.bytes;
    artifact.digest = Some(format!("sha256:{}", crate::model::value::hex(&hashing.sha.finalize())));
    artifact.mark = crate::detect::fingerprint::Key::short(&hashing.mark);
    Ok(())
}

fn read_text(
    entry: &Entry,
    head: &Head<'_>,
    utf8: &mut dyn std::io::Read,
    engine: &Engine,
    limits: &Limits,
    artifact: &mut Artifact,
    manifest: &mut Option<Manifest>,
) -> std::io::Result<()> {
    let probe = Probe { path: head.path, name: head.name, extension: head.extension, head: head.text, whole: head.whole };
    // the strongest claim, the first among equals
    let config = CONFIGS.iter().rev().map(|config| (config.claims(&probe), *config)).filter(|row| row.0 > Claim::No).max_by_key(|row| row.0);
    let document = DOCUMENTS.iter().rev().map(|document| (document.claims(head), *document)).filter(|row| row.0 > 0).max_by_key(|row| row.0);
    let strength = |claim| match claim {
        Claim::No => 0,
        Claim::Weak => 40,
        Claim::Strong => 90,
        Claim::Product => 100,
    };
    let mut work = Work { head, bytes: utf8, engine, limits, parts: Vec::new(), gaps: Vec::new() };
    if let Some((claim, config)) = config.filter(|row| document.is_none_or(|other| strength(row.0) >= other.0)) {
        let mut whole = String::new();
        (&mut *work.bytes).take(limits.tree_bytes + 1).read_to_string(&mut whole)?;
        let too_big = whole.len() as u64 > limits.tree_bytes;
        let tree = if too_big { None } else { Some(config.read(&whole)) };
        match tree {
            Some(Ok(root)) => {
                config.id().clone_into(&mut artifact.kind);
                if manifest::is_manifest(head.path) {
                    match manifest::read(&root, entry.number, engine) {
                        Ok(found) => *manifest = Some(found),
                        Err(reason) => work.gap(GapKind::Malformed, reason),
                    }
                }
                // a product's directives are no headers of columns: its file is read as text
                work.parts = if claim == Claim::Product { as_text(&whole, engine) } else { records::read(&root, engine) };
                if manifest.is_some() {
                    // `level: NPPV2` of a vetting list is a fact about the list; only what identifies somebody counts
                    work.parts.retain(|part| !part.rows.is_empty());
                }
                if whole.len() as u64 <= limits.kept_bytes {
                    let product = claim == Claim::Product;
                    let manner = if product { keep::Manner::Product } else if manifest.is_some() { keep::Manner::Manifest } else { keep::Manner::Format };
                    let root = keep::keep(root, engine, manner);
                    let document = ConfigDocument {
                        product: config.id().to_owned(),
                        fold: config.fold(),
                        root,
                        settings: None,
                        fragment: false,
                    };
                    work.parts.insert(0, Part { label: String::new(), kind: PartKind::Config, document: Some(document), ..Part::default() });
                } else if claim == Claim::Product {
                    work.gap(GapKind::Limit, format!("a configuration of more than {} bytes: its settings were not kept", limits.kept_bytes));
                }
                finish(artifact, work, None);
                return Ok(());
            }
            Some(Err(error)) if claim == Claim::Weak => {
                // a guess that was wrong: read as what it else is
                let _ = error;
                return fall_back(&whole, head, &mut work, artifact);
            }
            Some(Err(error)) => {
                config.id().clone_into(&mut artifact.kind);
                let place = if error.line > 0 { format!(" (line {})", error.line) } else { String::new() };
                work.gap(GapKind::Malformed, format!("not valid {}: {}{place}; read as text only", config.id(), mask::clean(&error.reason)));
                return fall_back(&whole, head, &mut work, artifact);
            }
            None => {
                config.id().clone_into(&mut artifact.kind);
                work.gap(GapKind::Limit, format!("more than {} bytes: read as text, not as a tree", limits.tree_bytes));
                return fall_back(&whole, head, &mut work, artifact);
            }
        }
    }
    let Some((_, document)) = document else { return Ok(()) };
    let outcome = document.read(&mut work);
    finish(artifact, work, Some(document.id()));
    outcome
}

fn as_text(text: &str, engine: &Engine) -> Vec<Part> {
    let mut scan = TextScan::new(engine);
    text.lines().enumerate().for_each(|(index, line)| scan.line(index as u64 + 1, line));
    let mut part = Part { kind: PartKind::Text, ..Part::default() };
    scan.finish(&mut part);
    if part.tallies.is_empty() { Vec::new() } else { vec![part] }
}

/// Reads what was already taken, and the rest, as text or a table.
fn fall_back(taken: &str, head: &Head<'_>, work: &mut Work<'_>, artifact: &mut Artifact) -> std::io::Result<()> {
    let document = DOCUMENTS.iter().rev().map(|document| (document.claims(head), *document)).filter(|row| row.0 > 0).max_by_key(|row| row.0);
    let Some((_, document)) = document else { return Ok(()) };
    let (parts, gaps) = (std::mem::take(&mut work.parts), std::mem::take(&mut work.gaps));
    let mut bytes = taken.as_bytes().chain(&mut *work.bytes);
    let mut again = Work { head, bytes: &mut bytes, engine: work.engine, limits: work.limits, parts, gaps };
    let outcome = document.read(&mut again);
    let id = if artifact.kind == "text" { Some(document.id()) } else { None };
    finish(artifact, again, id);
    outcome
}

fn read_binary(head: &Head<'_>, bytes: &mut dyn std::io::Read, engine: &Engine, limits: &Limits, artifact: &mut Artifact) -> std::io::Result<()> {
    if head.kind == "empty" {
        artifact.read = Read::Full;
        return Ok(());
    }
    let document = DOCUMENTS.iter().rev().map(|document| (document.claims(head), *document)).filter(|row| row.0 > 0).max_by_key(|row| row.0);
    let mut work = Work { head, bytes, engine, limits, parts: Vec::new(), gaps: Vec::new() };
    if let Some((_, document)) = document {
        let outcome = document.read(&mut work);
        finish(artifact, work, None);
        return outcome;
    }
    match artifact.encryption {
        Encryption::Strong => work.gap(GapKind::Encrypted, format!("encrypted ({}): its content was not read", head.kind)),
        Encryption::Weak => work.gap(GapKind::Encrypted, format!("weakly encrypted {}: its content was not read", head.kind)),
        Encryption::Unknown if head.kind == "binary" => {
            work.gap(GapKind::Unsupported, "no known format and nearly random bytes: encrypted or compressed, nobody can tell");
        }
        Encryption::Unknown => work.gap(GapKind::Encrypted, format!("encrypted ({}): its content was not read", head.kind)),
        Encryption::None if head.kind == "binary" => work.gap(GapKind::Unsupported, "no known format"),
        Encryption::None => work.gap(GapKind::Unsupported, format!("{}: recognised, no reader for it", head.kind)),
    }
    finish(artifact, work, None);
    artifact.read = Read::None;
    Ok(())
}

fn finish(artifact: &mut Artifact, work: Work<'_>, kind: Option<&str>) {
    if let Some(kind) = kind.filter(|kind| *kind != "image") {
        kind.clone_into(&mut artifact.kind);
    }
    artifact.parts.extend(work.parts);
    artifact.gaps.extend(work.gaps);
    artifact.read = if artifact.gaps.is_empty() { Read::Full } else { Read::Partial };
}

struct Hashing<'a> {
    inner: &'a mut dyn std::io::Read,
    sha: Sha256,
    mark: blake3::Hasher,
    bytes: u64,
}

impl std::io::Read for Hashing<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let got = loop {
            match self.inner.read(out) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        let fresh = out.get(..got).unwrap_or(&[]);
        self.sha.update(fresh);
        self.mark.update(fresh);
        self.bytes += got as u64;
        Ok(got)
    }
}
