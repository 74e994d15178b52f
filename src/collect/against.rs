//! A delivery held against its evidence: whether every file is still the one that was read, and none came or went. Files are opened and
//! hashed, and nothing in them is looked at. With the audit's key every content can be told; without it only those whose digest the evidence
//! gives, and of the others the size.

use super::content::Content;
use super::examine::{Source, blank};
use super::manifest::path_mark;
use super::walk::{Entry, EntryKind, TargetError};
use super::{About, Walked, worker};
use crate::detect::engine::Engine;
use crate::model::evidence::{Artifact, Evidence};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet, VecDeque};
use std::io::Read;
use std::path::Path;

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Against {
    /// Files that are the same by their content.
    pub same: u64,
    /// Files of which only the size could be compared: it is the same.
    pub by_size: u64,
    /// What is no file or was not read then, and is there under the same name.
    pub unread: u64,
    /// Numbers and masked paths in the evidence of what has another content.
    pub changed: Vec<(u32, String)>,
    /// ... and of what is there no more.
    pub missing: Vec<(u32, String)>,
    /// Masked paths of what is there and was not.
    pub new: Vec<String>,
    /// Whether the digest of the whole agrees; nothing without the key.
    pub whole: Option<bool>,
}

impl Against {
    /// Whether nothing is otherwise than the evidence says.
    pub fn holds(&self) -> bool {
        self.changed.is_empty() && self.missing.is_empty() && self.new.is_empty() && self.whole != Some(false)
    }
}

/// Why they cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum AgainstError {
    /// The target.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The evidence.
    #[error("{0}")]
    Evidence(&'static str),
}

/// Compares; `keyed` if the engine has the key that the evidence was collected with.
///
/// # Errors
/// [`AgainstError`]: the delivery cannot be opened, or the evidence says nothing of one.
pub fn against(evidence: &Evidence, target: &Path, engine: &Engine, keyed: bool) -> Result<Against, AgainstError> {
    let Some(delivery) = &evidence.delivery else {
        return Err(AgainstError::Evidence("the evidence is of a version that did not say what it was collected from"));
    };
    if evidence.detectors != engine.digest() {
        let reason = "the evidence was collected with other data classes: names are masked otherwise; give the --policy that it was collected for";
        return Err(AgainstError::Evidence(reason));
    }
    let count = usize::try_from(delivery.artifacts).unwrap_or(usize::MAX);
    let Some(then) = evidence.artifacts.get(..count) else {
        return Err(AgainstError::Evidence("the evidence has fewer artifacts than it says"));
    };
    let since = delivery.since.as_ref().map(|since| since.commit.as_str());
    let (root, entries) = super::walk::walk(target)?;
    let (entries, _) = super::changed(&root, entries, since)?;
    let mut out = Against::default();
    let (mut walked, mut scratch) = (Walked::new(), engine.scratch());
    // by their masked names, of which there may be thousands that are alike
    let mut places: HashMap<(u32, Known), VecDeque<&Artifact>> = HashMap::new();
    let mut names: HashMap<&str, u32> = HashMap::new();
    for artifact in then {
        let name = *names.entry(&artifact.path).or_insert(artifact.number);
        places.entry((name, Known::then(artifact, keyed))).or_default().push_back(artifact);
    }
    let mut taken: HashSet<u32> = HashSet::new();
    let mut open: Vec<String> = Vec::new();
    for entry in &entries {
        let shown = blank(entry, engine, &mut scratch).path;
        let Some(name) = names.get(shown.as_str()).copied() else {
            out.new.push(shown);
            continue;
        };
        let fresh = Fresh::of(&root, entry, engine);
        let known = fresh.known(keyed).into_iter().find_map(|known| places.get_mut(&(name, known))?.pop_front());
        let Some(own) = known else {
            open.push(shown);
            continue;
        };
        taken.insert(own.number);
        match (own.mark, keyed || own.digest.is_some()) {
            (0, _) => out.unread += 1,
            (_, true) => out.same += 1,
            (_, false) => out.by_size += 1,
        }
        let path = path_mark(&engine.key, &entry.path.to_string_lossy().replace('\\', "/"));
        // what was not read then has no content in the digest, whatever it has now
        walked.add(path, own, fresh.content.filter(|_| own.mark != 0));
    }
    let mut left: HashMap<&str, VecDeque<&Artifact>> = HashMap::new();
    for own in then.iter().filter(|own| !taken.contains(&own.number)) {
        left.entry(&own.path).or_default().push_back(own);
    }
    for shown in open {
        match left.get_mut(shown.as_str()).and_then(VecDeque::pop_front) {
            Some(own) => {
                taken.insert(own.number);
                out.changed.push((own.number, own.path.clone()));
            }
            None => out.new.push(shown),
        }
    }
    out.changed.sort_unstable();
    let missing = then.iter().filter(|own| !taken.contains(&own.number));
    out.missing = missing.map(|own| (own.number, own.path.clone())).collect();
    // a file that has another name of the same shape shows here alone
    let complete = out.changed.is_empty() && out.missing.is_empty() && out.new.is_empty();
    out.whole = (keyed && complete).then(|| walked.end(About::default()).digest == delivery.digest);
    Ok(out)
}

/// What two files are compared by.
#[derive(PartialEq, Eq, Hash)]
enum Known {
    Content(u64, u64),
    Digest(String),
    Size(u64),
    /// A link, or what could not be read: there is nothing to compare but that it is there.
    Unread,
}

impl Known {
    fn then(own: &Artifact, keyed: bool) -> Self {
        match &own.digest {
            _ if own.mark == 0 => Self::Unread,
            _ if keyed => Self::Content(own.size, own.mark),
            Some(digest) => Self::Digest(digest.clone()),
            None => Self::Size(own.size),
        }
    }
}

/// A file as it is now.
struct Fresh {
    size: u64,
    content: Option<Content>,
    digest: String,
}

impl Fresh {
    fn of(root: &Path, entry: &Entry, engine: &Engine) -> Self {
        let mut out = Self { size: entry.size, content: None, digest: String::new() };
        if entry.kind == EntryKind::File
            && let Ok(Source::File(file)) = worker::open(root, &entry.path)
        {
            let mut both = Both { input: file, sha: Sha256::new() };
            if let Ok((content, bytes)) = Content::read(&engine.key, &mut both) {
                out.size = bytes;
                out.content = Some(content);
                out.digest = format!("sha256:{}", crate::model::value::hex(&both.sha.finalize()));
            }
        }
        out
    }

    /// What it may be known by, the surest first.
    fn known(&self, keyed: bool) -> Vec<Known> {
        let Some(content) = self.content else { return vec![Known::Unread] };
        if keyed {
            let mark = content.0.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
            return vec![Known::Content(self.size, mark), Known::Unread];
        }
        vec![Known::Digest(self.digest.clone()), Known::Size(self.size), Known::Unread]
    }
}

/// Hashes in passing.
struct Both {
    input: std::fs::File,
    sha: Sha256,
}

impl Read for Both {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let got = self.input.read(out)?;
        self.sha.update(out.get(..got).unwrap_or(&[]));
        Ok(got)
    }
}
