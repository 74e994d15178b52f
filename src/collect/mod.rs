//! The only room that opens the target. Folder in, evidence out: walk, examine each artifact (in workers), put together.

mod anywhere;
mod blob;
mod boundary;
pub mod config;
pub mod confine;
pub mod decode;
pub mod document;
mod encryption;
pub mod event;
mod examine;
mod front;
pub mod journal;
mod keep;
pub mod keys;
pub mod limits;
mod link;
mod manifest;
pub mod mounts;
pub mod ocr;
mod ole;
mod percent;
pub mod plain_file;
mod pool;
mod read;
mod records;
pub mod reduce;
pub mod remote;
pub mod resource;
pub mod responses;
pub mod results;
pub mod shard;
pub mod sniff;
mod unpack;
mod unread;
mod volumes;
pub mod walk;
pub mod worker;

use crate::detect::engine::Engine;
use crate::detect::people;
use crate::model::class::Class;
use crate::model::evidence::{Artifact, Evidence, Manifest, SCHEMA};
use crate::model::policy::TestFile;
use event::Event;
pub use examine::{Examined, Source, examine};
use journal::{Journal, JournalError};
use keys::{Keys, Note, Passwords};
use limits::Limits;
use link::link;
pub use pool::{Confinement, Workers};
use shard::{Part, Piece, Shard};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use walk::{Entry, Target, TargetError};

/// What to collect, and how.
pub struct Request<'a> {
    /// The target.
    pub target: &'a Target,
    /// The data classes.
    pub classes: &'a [Class],
    /// The compiled detectors with the audit's key.
    pub engine: &'a Engine,
    /// Limits.
    pub limits: Limits,
    /// Who reads pictures, and the folder its models come from.
    pub ocr: Option<(ocr::Ocr, std::path::PathBuf)>,
    /// Passwords that may open what is encrypted.
    pub passwords: &'a Passwords,
    /// Who examines.
    pub workers: Workers,
    /// Which values of settings are kept.
    pub keep: &'a reduce::Keep,
    /// Where what lies in no file is held instead of in memory, in files without a name.
    pub spool: Option<&'a Path>,
    /// What an earlier start of the same audit has done, and where this one writes what it has done; only worker processes do.
    pub journal: Option<&'a Journal>,
    /// Told what goes on.
    pub told: &'a (dyn Fn(&Event<'_>) + Sync),
}

/// Why nothing could be collected.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The target cannot be audited.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// Workers cannot be started.
    #[error("cannot start a worker: {0}")]
    Workers(String),
    /// What lies in no file cannot be held while it is read.
    #[error("cannot hold what is fetched: {0}")]
    Held(String),
    /// The journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Collects the evidence of a delivery.
///
/// # Errors
/// When the target cannot be opened or no worker can be started. Everything else is in the evidence.
pub fn collect(request: &Request<'_>) -> Result<Evidence, CollectError> {
    let spent = reduce::spent(request.keep);
    let examined = match request.target {
        Target::Memory(files) => {
            let mut out = Vec::new();
            let ocr = request.ocr.as_ref().map(|row| &row.0);
            let (given, spent) = (Rc::new(request.passwords.clone()), Rc::new(spent));
            for (entry, index) in walk::walk_memory(files) {
                let bytes = files.get(index).map_or(&[][..], |file| file.content.as_slice());
                let source = Ok(Source::Stream(Box::new(bytes)));
                let keys = Keys::new(&given, &entry.path, Some(look_in_memory(files, index)));
                out.push((entry.clone(), examine(&entry, source, request.engine, &request.limits, &keys, ocr, &spent)));
            }
            out
        }
        Target::Path(path) => {
            let (root, entries) = walk::walk(path)?;
            pool::run(&root, entries, request, spent)?
        }
        Target::Remote(remote) => {
            let entries = remote::entries(remote.as_ref())?;
            pool::run(Path::new(""), entries, request, spent)?
        }
    };
    Ok(assemble(examined, request.engine, request.keep))
}

/// Collects a part of what a delivery in the file system holds, for a policy of which this is the digest; [`shard::merge`] joins the parts.
///
/// # Errors
/// As [`collect`].
pub fn collect_part(request: &Request<'_>, shard: Shard, policy: &str) -> Result<Part, CollectError> {
    let entries = match request.target {
        Target::Memory(_) => return Err(CollectError::Workers("a delivery in memory has no parts".to_owned())),
        Target::Path(path) => walk::walk(path)?,
        Target::Remote(remote) => (PathBuf::new(), remote::entries(remote.as_ref())?),
    };
    let (root, entries) = entries;
    let engine = request.engine;
    let heading = shard.heading(engine, policy, &entries);
    let examined = pool::run(&root, shard.share(entries), request, reduce::spent(request.keep))?;
    let pieces = marked(examined, engine).into_iter().map(|(path, examined)| Piece { path, examined }).collect();
    Ok(Part { heading, pieces })
}

/// With keyed marks in place of paths.
fn marked(examined: Vec<(Entry, Examined)>, engine: &Engine) -> Vec<(u64, Examined)> {
    let mark = |entry: &Entry| manifest::path_mark(&engine.key, &entry.path.to_string_lossy().replace('\\', "/"));
    examined.into_iter().map(|(entry, examined)| (mark(&entry), examined)).collect()
}

/// The files beside one of a delivery in memory.
fn look_in_memory(files: &[TestFile], index: usize) -> keys::Look {
    let folder = |path: &str| path.rsplit_once('/').map_or("", |row| row.0).to_owned();
    let own = files.get(index).map(|file| folder(&file.path));
    let beside = files.iter().enumerate().filter(|(at, file)| *at != index && Some(folder(&file.path)) == own);
    let notes: Vec<(String, Vec<u8>)> = beside
        .filter(|(_, file)| file.content.len() < 4096)
        .map(|(_, file)| (file.path.rsplit('/').next().unwrap_or("").to_owned(), file.content.clone()))
        .collect();
    Rc::new(move || notes.iter().map(|(name, bytes)| Note { name: name.clone(), bytes: bytes.clone() }).collect())
}

/// Puts together what was examined, as [`collect`] does: members after files, configurations joined, what nobody asks for taken out.
pub fn assemble(examined: Vec<(Entry, Examined)>, engine: &Engine, keep: &reduce::Keep) -> Evidence {
    join(marked(examined, engine), engine, keep)
}

/// The same with keyed marks in place of paths.
fn join(examined: Vec<(u64, Examined)>, engine: &Engine, keep: &reduce::Keep) -> Evidence {
    let mut artifacts: Vec<Artifact> = Vec::with_capacity(examined.len());
    let mut found: Option<Manifest> = None;
    let mut paths: HashMap<u64, (u32, Option<String>)> = HashMap::new();
    // as they came, container by container: put into one list they would be in memory twice
    let mut inside: Vec<Vec<document::FoundMember>> = Vec::new();
    for (path, examined) in examined {
        paths.insert(path, (examined.artifact.number, examined.artifact.digest.clone()));
        found = found.or(examined.manifest);
        artifacts.push(examined.artifact);
        if !examined.members.is_empty() {
            inside.push(examined.members);
        }
    }
    number_members(&mut artifacts, inside, &mut paths, found.as_mut());
    if let Some(found) = &mut found {
        manifest::link(found, &paths);
    }
    let mut evidence = Evidence {
        schema: SCHEMA.to_owned(),
        tool: crate::TOOL.to_owned(),
        detectors: engine.digest().to_owned(),
        classes: engine.ids(),
        artifacts,
        gaps: Vec::new(),
        manifest: found,
        products: BTreeMap::new(),
        asked: BTreeMap::new(),
        resources: Vec::new(),
    };
    link(&mut evidence, keep);
    reduce::reduce(&mut evidence, keep, engine);
    people::bound(&mut evidence, people::MOST_ROWS);
    evidence
}

/// Members come after the files of the delivery, in the order of their containers, each with a number and a folder of its own. Where the
/// delivery is an archive the manifest and what it names are members.
fn number_members(
    artifacts: &mut Vec<Artifact>,
    inside: Vec<Vec<document::FoundMember>>,
    paths: &mut HashMap<u64, (u32, Option<String>)>,
    mut manifest: Option<&mut Manifest>,
) {
    let mut folders: HashMap<u64, u32> = HashMap::new();
    let first = artifacts.iter().map(|artifact| artifact.folder).max().unwrap_or(0) + 1;
    artifacts.reserve_exact(inside.iter().map(Vec::len).sum());
    for mut member in inside.into_iter().flatten() {
        let next = first + folders.len() as u32;
        member.artifact.folder = *folders.entry(member.folder).or_insert(next);
        member.artifact.number = u32::try_from(artifacts.len() + 1).unwrap_or(u32::MAX);
        if let Some(place) = member.place {
            paths.insert(place.mark, (member.artifact.number, member.artifact.digest.clone()));
            if let Some(manifest) = manifest.as_deref_mut().filter(|_| place.own) {
                manifest.artifact = member.artifact.number;
            }
        }
        artifacts.push(member.artifact);
    }
}

/// The types that `file: {type: ...}` may name: signatures, documents, configurations.
pub fn types() -> Vec<&'static str> {
    let mut out: Vec<&'static str> = sniff::BINARY_TYPES.iter().map(|row| row.0).collect();
    out.extend(document::DOCUMENTS.iter().map(|document| document.id()).filter(|id| !matches!(*id, "image" | "sevenz")));
    out.extend(config::CONFIGS.iter().map(|config| config.id()));
    out.extend(["unknown", "link", "special", crate::model::evidence::FOLDER]);
    out.sort_unstable();
    out.dedup();
    out
}

/// The readers that `config:` may name.
pub fn products() -> Vec<&'static str> {
    let kinds = resource::RESOURCES.iter().map(|kind| kind.id).chain(mounts::KINDS.iter().copied());
    config::CONFIGS.iter().map(|config| config.id()).chain(kinds).collect()
}
