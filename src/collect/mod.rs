//! The only room that opens the target. Folder in, evidence out: walk, examine each artifact (in workers), put together.

pub mod against;
mod anywhere;
mod blob;
mod boundary;
pub mod cache;
pub use provost_config as config;
pub mod confine;
mod content;
pub mod decode;
pub mod document;
mod encryption;
pub mod event;
mod examine;
pub mod fractions;
mod front;
mod gather;
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
pub mod pieces;
pub mod plain_file;
mod pool;
pub mod prune;
mod read;
mod records;
pub mod reduce;
pub mod remote;
pub mod resource;
pub mod responses;
pub mod results;
pub mod shard;
mod since;
pub mod sniff;
mod split;
mod stretch;
mod unpack;
mod unread;
mod volumes;
pub mod walk;
pub mod worker;

use crate::detect::engine::Engine;
use crate::detect::people;
use crate::model::class::Class;
use crate::model::day::Day;
use crate::model::evidence::{Delivery, Evidence, SCHEMA, Since};
use crate::model::policy::TestFile;
use cache::{Cache, CacheError};
use event::Event;
pub use examine::{Examined, Source, examine};
use gather::{Gather, Gathered};
use journal::{Journal, JournalError};
use keys::{Keys, Note, Passwords};
use limits::Limits;
use link::link;
pub use pool::{Confinement, Workers};
use shard::{Part, Piece, Shard};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
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
    /// What earlier audits found in the same files, and where this one writes what it found; only worker processes do.
    pub cache: Option<&'a Cache>,
    /// Bytes of the pieces in which worker processes read large files, where their format allows it; 0 for whole files.
    pub piece_bytes: u64,
    /// The commit of a delivery under git since which what did not change is left out.
    pub since: Option<&'a str>,
    /// The day, for the evidence to say.
    pub date: Option<Day>,
    /// Told what goes on.
    pub told: &'a (dyn Fn(&Event<'_>) + Sync),
}

impl Request<'_> {
    /// Bytes of the pieces in which large files are read; 0 where all are read whole. What lies in no file is fetched whole.
    fn piece(&self) -> u64 {
        let pieces = matches!((&self.workers, self.target), (Workers::Processes { .. }, Target::Path(_)));
        if pieces { self.piece_bytes } else { 0 }
    }
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
    /// The cache cannot be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
}

/// Collects the evidence of a delivery.
///
/// # Errors
/// When the target cannot be opened or no worker can be started. Everything else is in the evidence.
pub fn collect(request: &Request<'_>) -> Result<Evidence, CollectError> {
    let mut about = About { collected: request.date, since: None };
    let (root, entries) = match request.target {
        Target::Memory(files) => {
            let mut out = Vec::new();
            let ocr = request.ocr.as_ref().map(|row| &row.0);
            let spared = prune::Spared::new(reduce::spent(request.keep), &reduce::single(request.keep));
            let (given, spent) = (Rc::new(request.passwords.clone()), Rc::new(spared));
            for (entry, index) in walk::walk_memory(files) {
                let bytes = files.get(index).map_or(&[][..], |file| file.content.as_slice());
                let source = Ok(Source::Stream(Box::new(bytes)));
                let keys = Keys::new(&given, &entry.path, Some(look_in_memory(files, index)));
                out.push((entry.clone(), examine(&entry, source, request.engine, &request.limits, &keys, ocr, &spent)));
            }
            return Ok(join(gathered(marked(out, request.engine)), about, request.engine, request.keep));
        }
        Target::Path(path) => {
            let (root, entries) = walk::walk(path)?;
            let (entries, since) = changed(&root, entries, request.since, &request.limits)?;
            about.since = since;
            (root, entries)
        }
        Target::Remote(remote) => {
            in_files(request.since)?;
            (PathBuf::new(), remote::entries(remote.as_ref())?)
        }
    };
    let gather = Gather::of(entries.len());
    let put = |place: usize, entry: &Entry, examined| gather.put(place, mark(entry, request.engine), examined);
    pool::run(&root, &entries, None, request, &put)?;
    for place in gather.missing() {
        if let Some(entry) = entries.get(place) {
            put(place, entry, pool::unanswered(entry, request));
        }
    }
    drop(entries);
    Ok(join(gather, about, request.engine, request.keep))
}

/// What is known of a collection beside what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct About {
    collected: Option<Day>,
    since: Option<Since>,
}

/// What a walk over a delivery meets, or what of it is not as it was at a commit, before anything of it is read.
///
/// # Errors
/// [`TargetError`]: it cannot be opened, or what changed cannot be told.
pub fn entries(target: &Target, since: Option<&str>) -> Result<Vec<Entry>, TargetError> {
    let elsewhere = |entries| in_files(since).map(|()| entries);
    match target {
        Target::Path(path) => {
            let (root, entries) = walk::walk(path)?;
            changed(&root, entries, since, &Limits::default()).map(|(entries, _)| entries)
        }
        Target::Remote(remote) => elsewhere(remote::entries(remote.as_ref())?),
        Target::Memory(files) => elsewhere(walk::walk_memory(files).into_iter().map(|(entry, _)| entry).collect()),
    }
}

/// A repository lies in a file system.
fn in_files(since: Option<&str>) -> Result<(), TargetError> {
    let refused = |reference: &str| TargetError::Since {
        reference: crate::detect::mask::clean(reference),
        reason: "the delivery lies in no file system".to_owned(),
    };
    since.map_or(Ok(()), |reference| Err(refused(reference)))
}

/// What of a delivery is to be read: all of it, or what changed, numbered anew.
fn changed(
    root: &Path,
    entries: Vec<Entry>,
    since: Option<&str>,
    limits: &Limits,
) -> Result<(Vec<Entry>, Option<Since>), TargetError> {
    let Some(reference) = since else { return Ok((entries, None)) };
    let unchanged = since::Unchanged::at(root, &entries, reference)?;
    let mut left_out = 0;
    let mut entries: Vec<Entry> = entries
        .into_iter()
        .filter(|entry| {
            let same = unchanged.is(root, entry, limits);
            left_out += u64::from(same);
            !same && !unchanged.is_store(entry)
        })
        .collect();
    walk::renumber(&mut entries);
    let since = Since { commit: unchanged.commit, left_out };
    Ok((entries, Some(since)))
}

/// Collects a part of what a delivery in the file system holds, for a policy of which this is the digest; [`shard::merge`] joins the parts.
///
/// # Errors
/// As [`collect`].
pub fn collect_part(request: &Request<'_>, shard: Shard, policy: &str) -> Result<Part, CollectError> {
    let entries = match request.target {
        Target::Memory(_) => return Err(CollectError::Workers("a delivery in memory has no parts".to_owned())),
        Target::Path(path) => walk::walk(path)?,
        Target::Remote(remote) => {
            in_files(request.since)?;
            (PathBuf::new(), remote::entries(remote.as_ref())?)
        }
    };
    let (root, entries) = entries;
    let (entries, since) = changed(&root, entries, request.since, &request.limits)?;
    let engine = request.engine;
    let mut heading = shard.heading(engine, policy, &entries, (request.date, since));
    heading.options = options(request)?;
    let (entries, spans) = shard.share(entries, request.piece());
    let results: Mutex<Vec<Option<Examined>>> = Mutex::new((0..entries.len()).map(|_| None).collect());
    let put = |place: usize, _: &Entry, examined| {
        if let Some(slot) = results.lock().unwrap_or_else(PoisonError::into_inner).get_mut(place) {
            *slot = Some(examined);
        }
    };
    let (elsewhere, mut fractions) = pool::run(&root, &entries, Some(&spans), request, &put)?;
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    let own = entries.iter().zip(results).filter(|(entry, _)| !elsewhere.contains(&entry.number));
    let pieces = own.map(|(entry, examined)| {
        let examined = examined.unwrap_or_else(|| pool::unanswered(entry, request));
        Piece { path: mark(entry, engine), examined }
    });
    let pieces = pieces.collect();
    fractions.sort_by_key(|fraction| (fraction.number, fraction.piece));
    Ok(Part::new(heading, pieces, fractions))
}

/// A keyed mark of what the answers of all parts depend on beside the delivery and the policy.
fn options(request: &Request<'_>) -> Result<String, CollectError> {
    let wrong = |error: serde_json::Error| CollectError::Workers(error.to_string());
    let limits = serde_json::to_string(&request.limits).map_err(wrong)?;
    let passwords = serde_json::to_string(request.passwords).map_err(wrong)?;
    let models = pool::models(request);
    let mark = request.engine.key.mark(b"options", format!("{limits}\n{passwords}\n{models}\n{}", request.piece()).as_bytes());
    Ok(format!("{mark:016x}"))
}

/// The keyed mark of an entry's path.
fn mark(entry: &Entry, engine: &Engine) -> u64 {
    manifest::path_mark(&engine.key, &entry.path.to_string_lossy().replace('\\', "/"))
}

/// With keyed marks in place of paths.
fn marked(examined: Vec<(Entry, Examined)>, engine: &Engine) -> impl ExactSizeIterator<Item = (u64, Examined)> {
    examined.into_iter().map(|(entry, examined)| (mark(&entry, engine), examined))
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
    join(gathered(marked(examined, engine)), About::default(), engine, keep)
}

/// All entries of a delivery in their order, with the keyed marks of their paths.
fn gathered(examined: impl ExactSizeIterator<Item = (u64, Examined)>) -> Gather {
    let gather = Gather::of(examined.len());
    for (place, (mark, examined)) in examined.enumerate() {
        gather.put(place, mark, examined);
    }
    gather
}

/// Evidence of all that was gathered.
fn join(gather: Gather, about: About, engine: &Engine, keep: &reduce::Keep) -> Evidence {
    let Gathered { artifacts, manifest, delivery } = gather.finish(about);
    let mut evidence = Evidence {
        schema: SCHEMA.to_owned(),
        tool: crate::TOOL.to_owned(),
        detectors: engine.digest().to_owned(),
        classes: engine.ids(),
        artifacts,
        gaps: Vec::new(),
        manifest,
        products: BTreeMap::new(),
        asked: BTreeMap::new(),
        resources: Vec::new(),
        delivery: Some(delivery),
    };
    link(&mut evidence, keep);
    reduce::reduce(&mut evidence, keep, engine);
    people::bound(&mut evidence, people::MOST_ROWS);
    evidence
}

/// A digest over everything that was walked over.
struct Walked {
    hasher: blake3::Hasher,
    artifacts: u64,
    bytes: u64,
}

impl Walked {
    fn new() -> Self {
        // what goes in is keyed already: whoever merges parts need not have the key
        Self { hasher: blake3::Hasher::new_derive_key("provost 2026 digest of a delivery"), artifacts: 0, bytes: 0 }
    }

    /// One more, by the mark of its path; without a content where not all of it was read, or it has none.
    fn add(&mut self, path: u64, size: u64, content: Option<content::Content>) {
        self.artifacts += 1;
        self.bytes = self.bytes.saturating_add(size);
        self.hasher.update(&path.to_le_bytes()).update(&size.to_le_bytes());
        self.hasher.update(&[u8::from(content.is_some())]).update(&content.map_or([0; 32], |content| content.0));
    }

    fn end(self, about: About) -> Delivery {
        let digest = crate::model::value::hex(self.hasher.finalize().as_bytes());
        Delivery { artifacts: self.artifacts, bytes: self.bytes, digest, collected: about.collected, since: about.since }
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
