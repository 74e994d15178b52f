//! A delivery held against its evidence: whether every file is still the one that was read, and none came or went. Files are opened and
//! hashed, and nothing in them is looked at. With the audit's key every content can be told; without it only those whose digest the evidence
//! gives, and of the others the size.

use super::content::Content;
use super::examine::{Source, blank, holes};
use super::limits::Limits;
use super::manifest::path_mark;
use super::walk::{Entry, EntryKind, TargetError};
use super::{About, Walked, worker};
use crate::detect::engine::Engine;
use crate::model::evidence::{Artifact, Evidence, FOLDER};
use crate::model::word::Sum;
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
    /// How many files were left out then, and are left out now, as they are as they were at a commit.
    pub left_out: Option<(u64, u64)>,
}

impl Against {
    /// Whether nothing is otherwise than the evidence says.
    pub fn holds(&self) -> bool {
        let same = self.changed.is_empty() && self.missing.is_empty() && self.new.is_empty() && self.whole != Some(false);
        // where nothing was compared, nothing holds
        same && self.left_out.is_none_or(|(then, now)| then == now) && self.same + self.by_size + self.unread > 0
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
    if evidence.artifacts.len() < count {
        return Err(AgainstError::Evidence("the evidence has fewer artifacts than it says"));
    }
    let limits = Limits::default();
    let since = delivery.since.as_ref().map(|since| since.commit.as_str());
    if since.is_some_and(|commit| !matches!(commit.len(), 40 | 64) || !commit.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Err(AgainstError::Evidence("the evidence is of what changed since something that is no commit"));
    }
    let (root, entries) = super::walk::walk(target)?;
    let (entries, now) = super::changed(&root, entries, since, &limits)?;
    let mut out = Against::default();
    if let (Some(then), Some(now)) = (&delivery.since, now) {
        out.left_out = Some((then.left_out, now.left_out));
    }
    let (mut walked, mut scratch) = (Walked::new(), engine.scratch());
    // by their masked names, of which there may be thousands that are alike
    let mut places: HashMap<(u32, Known), VecDeque<&Artifact>> = HashMap::new();
    let mut names: HashMap<&str, u32> = HashMap::new();
    let then = || evidence.artifacts.iter().take(count);
    for artifact in then() {
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
        let fresh = Fresh::of(&root, entry, engine, &limits);
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
        walked.add(path, own.size, fresh.content.filter(|_| own.mark != 0));
    }
    let mut left: HashMap<&str, VecDeque<&Artifact>> = HashMap::new();
    for own in then().filter(|own| !taken.contains(&own.number)) {
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
    let missing = then().filter(|own| !taken.contains(&own.number));
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
    Digest(Sum),
    Size(u64),
    /// A link, or what could not be read: its kind and size.
    Unread(String, u64),
}

impl Known {
    fn then(own: &Artifact, keyed: bool) -> Self {
        match &own.digest {
            _ if own.mark == 0 => Self::Unread(odd(&own.kind), own.size),
            _ if keyed => Self::Content(own.size, own.mark),
            Some(digest) => Self::Digest(*digest),
            None => Self::Size(own.size),
        }
    }
}

/// What is no file by its kind; "" for files, whatever type they are of.
fn odd(kind: &str) -> String {
    if matches!(kind, "link" | "special" | FOLDER) { kind.to_owned() } else { String::new() }
}

/// A file as it is now.
struct Fresh {
    kind: &'static str,
    size: u64,
    content: Option<Content>,
    digest: Option<Sum>,
}

impl Fresh {
    fn of(root: &Path, entry: &Entry, engine: &Engine, limits: &Limits) -> Self {
        let kind = match entry.kind {
            EntryKind::File | EntryKind::Shared | EntryKind::Refused(_) | EntryKind::Unlisted(..) => "",
            EntryKind::LinkInside | EntryKind::LinkOutside => "link",
            EntryKind::Special => "special",
            EntryKind::Mount | EntryKind::RefusedFolder(_) => FOLDER,
        };
        let mut out = Self { kind, size: entry.size, content: None, digest: None };
        if entry.kind == EntryKind::File
            && let Ok(Source::File(file)) = worker::open(root, &entry.path)
            && holes(&file, limits).is_none()
        {
            let mut both = Both { input: file, sha: Sha256::new() };
            if let Ok((content, bytes)) = Content::read(&engine.key, &mut both) {
                out.size = bytes;
                out.content = Some(content);
                out.digest = Some(Sum(both.sha.finalize().into()));
            }
        }
        out
    }

    /// What it may be known by, the surest first.
    fn known(&self, keyed: bool) -> Vec<Known> {
        let unread = Known::Unread(self.kind.to_owned(), self.size);
        let Some(content) = self.content else { return vec![unread] };
        if keyed {
            let mark = content.0.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
            return vec![Known::Content(self.size, mark), unread];
        }
        self.digest.map(Known::Digest).into_iter().chain([Known::Size(self.size), unread]).collect()
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
