//! What is done of an audit that may be interrupted: a file that the user named, to which each answer of a worker is added as it comes, and
//! from which the next start of the same audit takes them. It holds what evidence holds before it is reduced to what policies ask for:
//! keyed marks, shapes, settings, names of files as evidence shows them; no found value and not the key. It is removed by whoever has written
//! the reports.
//!
//! The file is a heading, then entries. An entry that is not whole, or was written with another key, ends what is believed: it is cut off
//! there, and what came after is read again.

use super::content::Content;
use super::examine::{Examined, Source, holes};
use super::limits::Limits;
use super::walk::Entry;
use super::worker::{self, Answer, unframed};
use crate::detect::fingerprint::Key;
use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The first bytes of a journal.
const MAGIC: &[u8; 18] = b"provost/journal/1\n";
/// ... and after them the mark of the audit it belongs to.
const HEADING: usize = MAGIC.len() + 8;
/// In front of an answer: its length, the mark of the entry, that of the path, the stamp of the file.
const HEAD: usize = 4 + 8 + 8 + 8;
/// Bytes that may wait to be written ...
const WAITING_BYTES: usize = 256 << 10;
/// ... and for how long, until the next answer comes.
const WAITING: Duration = Duration::from_millis(100);
/// The most bytes of an answer.
const MOST_ANSWER: u32 = 1 << 30;

/// Why an audit cannot be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be used.
    #[error("cannot use the journal {0}: {1}")]
    Unusable(String, String),
    /// Somebody else is at it.
    #[error("another audit is writing the journal {0}")]
    Busy(String),
    /// It is some other file.
    #[error("{0} is there and is no journal of an audit: it is left as it is")]
    Other(String),
    /// It is of another audit.
    #[error(
        "the journal {0} belongs to another audit: another target, policy, key, option or version of provost; finish that one, or remove the file"
    )]
    Foreign(String),
    /// It would be audited itself.
    #[error("the journal {0} lies in the delivery")]
    Inside(String),
}

/// The journal of one audit; locked for as long as this is held.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    key: Key,
    /// The mark of the audit that it belongs to.
    tag: std::sync::OnceLock<u64>,
    /// Which mount the delivery lies in, as [`super::cache`] has it.
    mount: std::sync::OnceLock<Option<u64>>,
    file: Mutex<Writer>,
}

#[derive(Debug)]
struct Writer {
    file: File,
    waiting: Vec<u8>,
    written: Instant,
    /// Whether it can be written no more.
    broken: bool,
}

/// What an earlier start has of a file, by the mark of its path: its stamp, and what was found in it.
type Known = HashMap<u64, (u64, Examined)>;

impl Journal {
    /// Opens or makes the file, before the target is read.
    ///
    /// # Errors
    /// [`JournalError`]: it is in use, or is some other file, or lies in the target, or cannot be made.
    pub fn open(path: &Path, key: Key, target: &Path) -> Result<Self, JournalError> {
        let shown = crate::detect::mask::clean(&path.display().to_string());
        let unusable = |error: std::io::Error| JournalError::Unusable(shown.clone(), error.to_string());
        let place = place(path).map_err(unusable)?;
        // what lies in the delivery would be audited, and one that is the delivery would be removed
        if target.canonicalize().is_ok_and(|target| place.starts_with(target)) {
            return Err(JournalError::Inside(shown));
        }
        let file = match new(&place) {
            Ok(mut file) => {
                let begun = file.try_lock().map_err(std::io::Error::from).and_then(|()| file.write_all(MAGIC));
                if let Err(error) = begun {
                    let _ = std::fs::remove_file(&place);
                    return Err(unusable(error));
                }
                file
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => old(&place, &shown)?,
            Err(error) => return Err(unusable(error)),
        };
        let waiting = Vec::with_capacity(WAITING_BYTES);
        let writer = Writer { file, waiting, written: Instant::now(), broken: false };
        Ok(Self {
            path: place,
            key,
            tag: std::sync::OnceLock::new(),
            mount: std::sync::OnceLock::new(),
            file: Mutex::new(writer),
        })
    }

    /// Takes what an earlier start of the same audit has done. `audit` is all that an answer depends on but the file itself.
    pub(super) fn begin(&self, audit: &[u8], mount: Option<u64>) -> Result<Known, JournalError> {
        let _ = self.mount.set(mount);
        let shown = || crate::detect::mask::clean(&self.path.display().to_string());
        let mut writer = self.lock();
        let unusable = |error: std::io::Error| JournalError::Unusable(shown(), error.to_string());
        let mut heading = [0; HEADING];
        let (magic, tag) = heading.split_at_mut(MAGIC.len());
        magic.copy_from_slice(MAGIC);
        tag.copy_from_slice(&self.tag.get_or_init(|| self.key.mark(b"journal", audit)).to_le_bytes());
        let mut there = Vec::new();
        writer.file.seek(SeekFrom::Start(0)).map_err(unusable)?;
        (&mut writer.file).take(HEADING as u64).read_to_end(&mut there).map_err(unusable)?;
        let mut known = Known::new();
        let end = if there == heading {
            self.entries(&writer.file, &mut known).map_err(unusable)?
        } else if there.len() < HEADING {
            // stopped before it had begun
            writer.file.seek(SeekFrom::Start(0)).map_err(unusable)?;
            writer.file.write_all(&heading).map_err(unusable)?;
            HEADING as u64
        } else {
            return Err(JournalError::Foreign(shown()));
        };
        writer.file.set_len(end).and_then(|()| writer.file.seek(SeekFrom::Start(end))).map_err(unusable)?;
        writer.written = Instant::now();
        Ok(known)
    }

    /// All entries that are whole; where they end.
    fn entries(&self, file: &File, known: &mut Known) -> std::io::Result<u64> {
        let mut input = BufReader::with_capacity(1 << 20, file);
        let mut end = HEADING as u64;
        let all = file.metadata()?.len();
        loop {
            let mut head = [0; HEAD];
            if !whole(&mut input, &mut head)? {
                return Ok(end);
            }
            let (length, marks) = head.split_at(4);
            let length = length.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
            let number = |at: usize| marks.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u64::from_le_bytes(*bytes));
            let (mark, path, stamp) = (number(0), number(8), number(16));
            // a length is only what is written there
            if u64::from(length) > all.saturating_sub(end) || length > MOST_ANSWER {
                return Ok(end);
            }
            let mut answer = Vec::new();
            (&mut input).take(u64::from(length)).read_to_end(&mut answer)?;
            if answer.len() != length as usize || mark != self.mark(path, stamp, &answer) {
                return Ok(end);
            }
            let Some(answer) = unframed::<Answer>(&answer) else { return Ok(end) };
            known.insert(path, (stamp, answer.examined));
            end += HEAD as u64 + u64::from(length);
        }
    }

    fn mark(&self, path: u64, stamp: u64, answer: &[u8]) -> u64 {
        let digest = blake3::hash(answer);
        let tag = self.tag.get().copied().unwrap_or_default();
        let all = [&tag.to_le_bytes()[..], &path.to_le_bytes(), &stamp.to_le_bytes(), digest.as_bytes()].concat();
        self.key.mark(b"journal entry", &all)
    }

    /// What is known of an entry, as if it had just been read; it is looked into where its stamp is not enough and it is a file below `root`.
    pub(super) fn take(&self, known: &mut Known, root: Option<&Path>, entry: &Entry, limits: &Limits) -> Option<Examined> {
        if known.is_empty() || entry.stamp == 0 {
            return None;
        }
        let (path, stamp) = self.place(entry);
        let (before, examined) = known.get(&path)?;
        let same = if stamp != 0 && stamp == *before {
            root.is_none_or(|root| worker::may_read(&root.join(&entry.path)))
        } else {
            root.is_some_and(|root| self.holds(root, entry, examined, limits))
        };
        if !same {
            return None;
        }
        let (_, mut examined) = known.remove(&path)?;
        // others may have come or gone before it
        examined.dress(entry);
        Some(examined)
    }

    /// Whether a file still has the content that was read.
    fn holds(&self, root: &Path, entry: &Entry, examined: &Examined, limits: &Limits) -> bool {
        let Some(content) = examined.content.filter(|_| examined.artifact.size == entry.size) else { return false };
        let Ok(Source::File(file)) = worker::open(root, &entry.path) else { return false };
        // of a file with holes not all would be read; one that grows meanwhile is another
        holes(&file, limits).is_none()
            && Content::read(&self.key, &mut (&file).take(entry.size + 1)).is_ok_and(|(own, _)| own == content)
    }

    /// The mark of an entry's path, and its stamp in this very mount; 0 where that says nothing.
    fn place(&self, entry: &Entry) -> (u64, u64) {
        let path = self.key.mark(b"journal path", entry.path.as_os_str().as_encoded_bytes());
        let stamp = match (entry.stamp, self.mount.get().copied().flatten()) {
            (0, _) | (_, Some(0)) => 0,
            (stamp, Some(mount)) => self.key.mark(b"journal stamp", [stamp, mount].map(u64::to_le_bytes).as_flattened()),
            (stamp, None) => stamp,
        };
        (path, stamp)
    }

    /// Adds an answer that took so long, as the worker sent it. `false`, once, if it cannot be written: the audit goes on without.
    pub(super) fn add(&self, entry: &Entry, answer: &[u8], took: Duration) -> bool {
        let (path, stamp) = self.place(entry);
        let mark = self.mark(path, stamp, answer);
        let mut writer = self.lock();
        if writer.broken {
            return true;
        }
        writer.waiting.extend((answer.len() as u32).to_le_bytes());
        for number in [mark, path, stamp] {
            writer.waiting.extend(number.to_le_bytes());
        }
        writer.waiting.extend(answer);
        // what took long does not wait for what may take longer
        if took < WAITING && writer.waiting.len() < WAITING_BYTES && writer.written.elapsed() < WAITING {
            return true;
        }
        writer.write()
    }

    /// Nothing more comes: what waits is written.
    pub(super) fn flush(&self) -> bool {
        self.lock().write()
    }

    /// The audit has ended and its reports are written: the file is removed.
    pub fn finish(self) {
        // not another file that was put in its place
        if is_at(&self.lock().file, &self.path) {
            let _ = std::fs::remove_file(&self.path);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Writer> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    fn write(&mut self) -> bool {
        if self.broken {
            return true;
        }
        let Self { file, waiting, .. } = self;
        self.broken = file.write_all(waiting).is_err();
        self.waiting.clear();
        self.written = Instant::now();
        !self.broken
    }
}

/// Where something is, or would be once it was made.
pub(super) fn place(path: &Path) -> std::io::Result<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    path.canonicalize().or_else(|_| Ok(folder.canonicalize()?.join(path.file_name().unwrap_or_default())))
}

/// A file that was not there before, which only its owner may read.
pub(super) fn new(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A journal that is there, locked; nothing of another file is touched.
fn old(path: &Path, shown: &str) -> Result<File, JournalError> {
    let unusable = |error: std::io::Error| JournalError::Unusable(shown.to_owned(), error.to_string());
    if !std::fs::metadata(path).is_ok_and(|facts| facts.is_file()) {
        return Err(JournalError::Other(shown.to_owned()));
    }
    let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) if is_at(&file, path) => {}
        // whoever had it has just finished and removed it
        Ok(()) | Err(TryLockError::WouldBlock) => return Err(JournalError::Busy(shown.to_owned())),
        Err(TryLockError::Error(error)) => return Err(unusable(error)),
    }
    let mut first = Vec::new();
    (&mut file).take(MAGIC.len() as u64).read_to_end(&mut first).map_err(unusable)?;
    if first == MAGIC { Ok(file) } else { Err(JournalError::Other(shown.to_owned())) }
}

/// Whether an open file is the one that has this name now.
fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let which = |facts: std::fs::Metadata| (facts.dev(), facts.ino());
        file.metadata().is_ok_and(|own| std::fs::symlink_metadata(path).is_ok_and(|there| which(own) == which(there)))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.is_file()
    }
}

/// Whether so many bytes were there.
pub(super) fn whole(input: &mut impl Read, into: &mut [u8]) -> std::io::Result<bool> {
    match input.read_exact(into) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::examine::examine;
    use crate::collect::keys::Keys;
    use crate::collect::walk::EntryKind;

    /// A file may have the number, size and times of another one in another mount: there its content counts.
    #[test]
    fn a_stamp_is_of_one_mount() -> Result<(), Box<dyn std::error::Error>> {
        let (folder, own) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let auditor = crate::audit::Auditor::new("publication", &[])?;
        let (key, limits) = (auditor.engine.key.clone(), Limits::default());
        std::fs::write(folder.path().join("a.txt"), b"one words\n")?;
        let entry = Entry { size: 10, stamp: 7, ..Entry::named("a.txt".into(), EntryKind::File) };
        let source = worker::open(folder.path(), &entry.path);
        let examined = examine(&entry, source, &auditor.engine, &limits, &Keys::none(), None, &std::rc::Rc::default());
        assert!(examined.content.is_some());
        let file = own.path().join("journal");
        let open = || Journal::open(&file, key.clone(), folder.path());
        let journal = open()?;
        journal.begin(b"audit", Some(1))?;
        let answer = worker::unheaded(&Answer { number: 0, examined, micros: 0, piece: None })?;
        journal.add(&entry, &answer, Duration::ZERO);
        assert!(journal.flush());
        drop(journal);
        let takes = |mount, root: Option<&Path>| -> Result<bool, JournalError> {
            let journal = open()?;
            let mut known = journal.begin(b"audit", mount)?;
            assert_eq!(known.len(), 1);
            Ok(journal.take(&mut known, root, &entry, &limits).is_some())
        };
        for (mount, stamped) in [(Some(1), true), (Some(2), false), (Some(0), false)] {
            assert_eq!((mount, takes(mount, None)?), (mount, stamped));
            assert!(takes(mount, Some(folder.path()))?, "{mount:?}");
        }
        std::fs::write(folder.path().join("a.txt"), b"two words\n")?;
        assert!(takes(Some(1), Some(folder.path()))?, "a stamp says that nothing changed");
        assert!(!takes(Some(2), Some(folder.path()))? && !takes(Some(0), Some(folder.path()))?);
        Ok(())
    }
}
