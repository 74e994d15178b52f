//! The walk over a delivery: every file in one order, whatever the file system's. Links are looked at, never followed; devices and
//! pipes are never opened.

use super::boundary::{self, Names};
use super::remote::Remote;
use crate::model::evidence::GapKind;
use crate::model::policy::TestFile;
use crate::model::word::Word;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is audited.
#[derive(Debug, Clone)]
pub enum Target {
    /// A folder, or one file.
    Path(PathBuf),
    /// Files in memory: the tests of policies.
    Memory(Vec<TestFile>),
    /// What lies in no file system.
    Remote(Arc<dyn Remote>),
}

/// What the walk met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A link that stays inside the delivery: what it names is met anyway.
    LinkInside,
    /// A link that leads out, or nowhere.
    LinkOutside,
    /// A file that has a name outside the delivery, too (a hard link), and is somebody else's than the folder it lies in: whoever made the
    /// delivery need not have been allowed to read it.
    Shared,
    /// Another file system, or another part of this one, is mounted there.
    Mount,
    /// A device, pipe or socket.
    Special,
    /// It could not be looked at; why.
    Refused(Box<str>),
    /// A folder that could not be opened; why. Nobody knows what is in it.
    RefusedFolder(Box<str>),
    /// Something of a remote target that was not listed, or is not fetched; why.
    Unlisted(GapKind, Box<str>),
}

/// Who may do what with a file, as far as that is known: kept once for all with which it is the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access(Option<Arc<(Option<u32>, Option<Word>)>>);

impl Access {
    /// Permission bits, and `uid:gid`.
    pub fn new(mode: Option<u32>, owner: Option<Word>) -> Self {
        Self((mode.is_some() || owner.is_some()).then(|| Arc::new((mode, owner))))
    }

    /// Permission bits.
    pub fn mode(&self) -> Option<u32> {
        self.0.as_ref()?.0
    }

    /// `uid:gid`.
    pub fn owner(&self) -> Option<&Word> {
        self.0.as_ref()?.1.as_ref()
    }
}

/// One thing that the walk met. There may be millions, all in memory at once: what most do not have, or have in common, is elsewhere.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number, from 1, in the order of the walk.
    pub number: u32,
    /// The number of its folder.
    pub folder: u32,
    /// Path below the root.
    pub path: Box<Path>,
    /// What it is.
    pub kind: EntryKind,
    /// Bytes.
    pub size: u64,
    /// Seconds since 1970.
    pub modified: i64,
    /// Who may do what with it.
    pub access: Access,
    /// What changes whenever the file does: when it was written to or its facts were changed, which file of which system it is. 0 where that
    /// cannot be relied on: it changed moments ago, and clocks of file systems are coarse.
    pub stamp: u64,
    /// Bytes that it takes on the disk: one with holes takes fewer than it has. The largest number where that is not known.
    pub stored: u64,
}

impl Entry {
    /// Something of a name of which nothing else is known.
    pub fn named(path: PathBuf, kind: EntryKind) -> Self {
        let access = Access::default();
        Self { number: 0, folder: 0, path: path.into(), kind, size: 0, modified: 0, access, stamp: 0, stored: u64::MAX }
    }
}

/// Why a target cannot be audited at all.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// It is not there.
    #[error("there is no `{0}`")]
    Missing(String),
    /// It is there and cannot be opened.
    #[error("cannot open `{path}`: {reason}")]
    Unreadable {
        /// The path.
        path: String,
        /// Why.
        reason: String,
    },
    /// What changed since a commit cannot be told.
    #[error("cannot tell what changed since `{reference}`: {reason}")]
    Since {
        /// The commit, as it was given.
        reference: String,
        /// Why.
        reason: String,
    },
    /// It is neither a folder nor a file.
    #[error("`{0}` is neither a folder nor a file")]
    NotAFolder(String),
    /// What answers for it gives nothing; why.
    #[error("it cannot be reached: {0}")]
    Refused(String),
}

/// Walks a target; the root is the folder that paths are below.
///
/// # Errors
/// When the target itself cannot be opened. What cannot be opened inside it is an entry.
pub fn walk(target: &Path) -> Result<(PathBuf, Vec<Entry>), TargetError> {
    let shown = crate::detect::mask::clean(&target.display().to_string());
    let unreadable = |error: &std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => TargetError::Missing(shown.clone()),
        _ => TargetError::Unreadable { path: shown.clone(), reason: error.to_string() },
    };
    let meta = std::fs::metadata(target).map_err(|error| unreadable(&error))?;
    if !meta.is_dir() && !meta.is_file() {
        return Err(TargetError::NotAFolder(shown));
    }
    let root = target.canonicalize().map_err(|error| unreadable(&error))?;
    if meta.is_file() {
        let name = root.file_name().map(PathBuf::from).unwrap_or_default();
        let folder = root.parent().map(Path::to_path_buf).unwrap_or_default();
        let mut entry = Entry { number: 1, folder: 1, ..Entry::named(name, EntryKind::File) };
        facts(&mut entry, &meta, &mut Accesses::default());
        return Ok((folder, vec![entry]));
    }
    std::fs::read_dir(&root).map_err(|error| unreadable(&error))?;
    let mut entries: Vec<Entry> = Vec::new();
    let mut folders: HashMap<PathBuf, u32> = HashMap::new();
    let (mut names, mut accesses) = (Names::default(), Accesses::default());
    let beyond = boundary::Boundary::of(&root, &meta);
    let mut walking = walkdir::WalkDir::new(&root).follow_links(false).sort_by_file_name().into_iter();
    while let Some(item) = walking.next() {
        let (path, kind, meta) = match item {
            Ok(item) if item.depth() > 0 && beyond.mounted(&item) => {
                if item.file_type().is_dir() {
                    walking.skip_current_dir();
                }
                (item.into_path(), EntryKind::Mount, None)
            }
            Ok(item) if item.file_type().is_dir() => continue,
            Ok(item) => {
                let kind = kind(&item, &root);
                let meta = item.metadata();
                let path = item.into_path();
                match meta {
                    Ok(meta) => (path, kind, Some(meta)),
                    Err(error) => (path, EntryKind::Refused(reason(&error)), None),
                }
            }
            Err(error) => {
                let path = error.path().map_or_else(|| root.join("?"), Path::to_path_buf);
                let folder = std::fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_dir());
                let why = reason(&error);
                (path, if folder { EntryKind::RefusedFolder(why) } else { EntryKind::Refused(why) }, None)
            }
        };
        let path = path.strip_prefix(&root).map(Path::to_path_buf).unwrap_or(path);
        let parent = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let next = folders.len() as u32 + 1;
        let folder = *folders.entry(parent).or_insert(next);
        let number = u32::try_from(entries.len() + 1).unwrap_or(u32::MAX);
        let mut entry = Entry { number, folder, ..Entry::named(path, kind) };
        if let Some(meta) = meta {
            facts(&mut entry, &meta, &mut accesses);
            names.count(entries.len(), &entry, &meta);
        }
        entries.push(entry);
    }
    names.outside(&root, &mut entries);
    Ok((root, entries))
}

/// Numbers entries and folders anew, where not all of those that were met are left.
pub(super) fn renumber(entries: &mut [Entry]) {
    let mut folders: HashMap<PathBuf, u32> = HashMap::new();
    for (index, entry) in entries.iter_mut().enumerate() {
        let next = folders.len() as u32 + 1;
        entry.folder = *folders.entry(entry.path.parent().map(Path::to_path_buf).unwrap_or_default()).or_insert(next);
        entry.number = u32::try_from(index + 1).unwrap_or(u32::MAX);
    }
}

/// The same for files in memory.
pub fn walk_memory(files: &[TestFile]) -> Vec<(Entry, usize)> {
    let mut order: Vec<usize> = (0..files.len()).collect();
    let parts = |index: &usize| {
        files.get(*index).map(|file| file.path.split('/').map(str::to_owned).collect::<Vec<_>>()).unwrap_or_default()
    };
    order.sort_by_key(parts);
    let mut folders: HashMap<PathBuf, u32> = HashMap::new();
    let mut out = Vec::new();
    for index in order {
        let Some(file) = files.get(index) else { continue };
        let path = PathBuf::from(&file.path);
        let next = folders.len() as u32 + 1;
        let folder = *folders.entry(path.parent().map(Path::to_path_buf).unwrap_or_default()).or_insert(next);
        let entry = Entry {
            number: out.len() as u32 + 1,
            folder,
            size: file.content.len() as u64,
            modified: file.modified.seconds(),
            access: Access::new(Some(file.mode), Some("0:0".into())),
            ..Entry::named(path, EntryKind::File)
        };
        out.push((entry, index));
    }
    out
}

fn reason(error: &walkdir::Error) -> Box<str> {
    if error.loop_ancestor().is_some() {
        return "a link that leads back to a folder above it".into();
    }
    error.io_error().map_or_else(|| "it cannot be looked at".into(), |error| error.kind().to_string().into())
}

fn kind(item: &walkdir::DirEntry, root: &Path) -> EntryKind {
    let file_type = item.file_type();
    if file_type.is_file() {
        return EntryKind::File;
    }
    if file_type.is_symlink() {
        let inside = item.path().canonicalize().is_ok_and(|end| end.starts_with(root));
        return if inside { EntryKind::LinkInside } else { EntryKind::LinkOutside };
    }
    EntryKind::Special
}

/// Seconds that the coarsest clock of a file system steps by (FAT).
#[cfg(unix)]
const COARSE: i64 = 2;

/// Seconds since 1970.
#[cfg(unix)]
fn now() -> Option<i64> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

/// Numbers of a file in one.
#[cfg(unix)]
fn stamp(which: &[u64], when: &[i64]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for number in which {
        hasher.update(&number.to_le_bytes());
    }
    for number in when {
        hasher.update(&number.to_le_bytes());
    }
    hasher.finalize().as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// What was met, by permission bits, owner and group.
type Accesses = HashMap<[u32; 3], Access>;

#[cfg_attr(not(unix), expect(unused_variables, reason = "only where files have owners"))]
fn facts(entry: &mut Entry, meta: &std::fs::Metadata, accesses: &mut Accesses) {
    if meta.is_file() {
        entry.size = meta.len();
    }
    entry.modified = meta.modified().ok().map_or(0, |time| match time.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => since.as_secs() as i64,
        Err(before) => -(before.duration().as_secs() as i64),
    });
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let key = [meta.mode() & 0o7777, meta.uid(), meta.gid()];
        let access = || Access::new(Some(key[0]), Some(format!("{}:{}", key[1], key[2]).into()));
        entry.access = accesses.entry(key).or_insert_with(access).clone();
        // 512 whatever the file system's own blocks are
        entry.stored = if meta.is_file() { meta.blocks().saturating_mul(512) } else { u64::MAX };
        let changed = [meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec()];
        let last = meta.mtime().max(meta.ctime());
        let settled = now().is_some_and(|now| last + COARSE < now);
        entry.stamp = if settled { stamp(&[meta.dev(), meta.ino(), meta.size()], &changed) } else { 0 };
    }
}
