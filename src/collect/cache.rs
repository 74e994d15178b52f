//! What earlier audits found in files that are still the same, in a folder that the user names: an unchanged delivery is not read again.
//! It holds what a journal holds: keyed marks, shapes, settings, names of files as evidence shows them; no found value and not the key.
//!
//! There is one file for all that an answer depends on but the artifact: version, data classes, limits, passwords, what is kept. In it an
//! artifact is known by its path and either its stamp (it was not touched since) or its size and keyed digest (it was checked out anew).
//! An answer that was changed in the file, or written with another key, is not taken; what is missing is read again.

use super::content::Content;
use super::examine::{Examined, Source, holes};
use super::journal::{new, whole};
use super::limits::Limits;
use super::walk::Entry;
use super::worker::{self, Answer, unframed};
use crate::detect::fingerprint::Key;
use crate::detect::mask;
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The first bytes of a file of answers.
const MAGIC: &[u8; 16] = b"provost/cache/1\n";
/// In front of an answer: its length, the mark of the entry, those of path, stamp, size and content. A length of 0 tells another stamp of
/// a content that is known.
const HEAD: usize = 4 + 8 * 4 + 32;
/// The most bytes of an answer that is kept: a larger one took long to read, and takes long to take.
const MOST_ANSWER: usize = 64 << 20;
/// Bytes that wait to be written.
const WAITING_BYTES: usize = 256 << 10;
/// Bytes of answers that nobody asked for any more, beyond as many as are asked for, until they are cleared away.
const SLACK: u64 = 16 << 20;
/// For how long a file of answers stays that nobody asks for.
const UNUSED: Duration = Duration::from_hours(24 * 60);

/// Why there is no cache.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The folder cannot be used.
    #[error("cannot use the cache {0}: {1}")]
    Unusable(String, String),
    /// It would be audited itself.
    #[error("the cache {0} lies in the delivery")]
    Inside(String),
}

/// A folder of answers.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    key: Key,
}

impl Cache {
    /// Takes or makes the folder, before the target is read.
    ///
    /// # Errors
    /// [`CacheError`]: it is no folder and cannot be made one, or lies in the target.
    pub fn open(folder: &Path, key: Key, target: &Path) -> Result<Self, CacheError> {
        let shown = mask::clean(&folder.display().to_string());
        let unusable = |error: std::io::Error| CacheError::Unusable(shown.clone(), error.to_string());
        // what lies in the delivery would be audited
        let place = super::journal::place(folder).map_err(unusable)?;
        if target.canonicalize().is_ok_and(|target| place.starts_with(target)) {
            return Err(CacheError::Inside(shown));
        }
        let mut options = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut options, 0o700);
        match options.create(&place) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(unusable(error)),
            _ => {}
        }
        let folder = place.canonicalize().map_err(unusable)?;
        if !folder.is_dir() {
            return Err(CacheError::Unusable(shown, "it is no folder".to_owned()));
        }
        Ok(Self { folder, key })
    }

    /// The answers for all that they depend on but the artifact itself; `None` where another audit is at them.
    pub(super) fn begin(&self, audit: &[u8], mount: Option<u64>) -> Result<Option<Answers<'_>>, CacheError> {
        let tag = self.key.mark(b"cache", audit);
        let path = self.folder.join(format!("provost-{tag:016x}.cache"));
        let shown = mask::clean(&path.display().to_string());
        let unusable = |error: std::io::Error| CacheError::Unusable(shown.clone(), error.to_string());
        self.clear_old(&path);
        let mut file = match new(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                let facts = std::fs::symlink_metadata(&path).map_err(unusable)?;
                if !facts.is_file() {
                    return Err(CacheError::Unusable(shown, "it is no file".to_owned()));
                }
                OpenOptions::new().read(true).write(true).open(&path).map_err(unusable)?
            }
            Err(error) => return Err(unusable(error)),
        };
        if file.try_lock().is_err() {
            return Ok(None);
        }
        let mut first = Vec::new();
        (&mut file).take(MAGIC.len() as u64).read_to_end(&mut first).map_err(unusable)?;
        if first.len() < MAGIC.len() && MAGIC.starts_with(&first) {
            // new, or stopped before it had begun
            file.seek(SeekFrom::Start(0)).map_err(unusable)?;
            file.write_all(MAGIC).map_err(unusable)?;
        } else if first != MAGIC {
            return Err(CacheError::Unusable(shown, "it is some other file, and is left as it is".to_owned()));
        }
        let mut answers = Answers {
            key: &self.key,
            mount,
            tag,
            path,
            slots: Vec::new(),
            by_stamp: HashMap::new(),
            by_path: HashMap::new(),
            writer: Mutex::new(Writer { waiting: Vec::with_capacity(WAITING_BYTES), end: 0, broken: false }),
            file,
        };
        let end = answers.index().map_err(unusable)?;
        answers.file.set_len(end).and_then(|()| answers.file.seek(SeekFrom::Start(end))).map_err(unusable)?;
        // whoever clears away sees that it is in use
        let _ = answers.file.set_modified(std::time::SystemTime::now());
        answers.writer.get_mut().unwrap_or_else(PoisonError::into_inner).end = end;
        Ok(Some(answers))
    }

    /// Files of answers that were not asked for in weeks are removed; nothing else is.
    fn clear_old(&self, own: &Path) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let ours = name.to_str().is_some_and(|name| name.starts_with("provost-") && name.ends_with(".cache"));
            let old = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
            if ours && entry.path() != own && old().is_some_and(|age| age > UNUSED) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

/// One answer in the file.
#[derive(Debug)]
struct Slot {
    at: u64,
    length: u32,
    mark: u64,
    path: u64,
    stamp: u64,
    size: u64,
    content: Content,
    /// Whether this audit took or wrote it.
    used: AtomicBool,
}

#[derive(Debug)]
struct Writer {
    waiting: Vec<u8>,
    /// Where the file ends once that is written.
    end: u64,
    broken: bool,
}

/// The answers of one kind of audit; locked for as long as this is held.
#[derive(Debug)]
pub(super) struct Answers<'a> {
    key: &'a Key,
    /// Which mount the delivery lies in, 0 where that cannot be told or whoever serves it says what changed when; nothing for what lies in no
    /// file system.
    mount: Option<u64>,
    tag: u64,
    path: PathBuf,
    file: File,
    slots: Vec<Slot>,
    /// By path and stamp.
    by_stamp: HashMap<(u64, u64), usize>,
    /// By path: one for each content that it had.
    by_path: HashMap<u64, Vec<usize>>,
    writer: Mutex<Writer>,
}

impl Answers<'_> {
    /// Reads where everything is; returns where that ends.
    fn index(&mut self) -> std::io::Result<u64> {
        let all = self.file.metadata()?.len();
        self.file.seek(SeekFrom::Start(MAGIC.len() as u64))?;
        let mut input = BufReader::with_capacity(1 << 20, &self.file);
        let mut end = MAGIC.len() as u64;
        loop {
            let mut head = [0; HEAD];
            if !whole(&mut input, &mut head)? {
                return Ok(end);
            }
            let Some(slot) = Slot::read(&head, end + HEAD as u64) else { return Ok(end) };
            let next = slot.at + u64::from(slot.length);
            if next > all || slot.length as usize > MOST_ANSWER {
                return Ok(end);
            }
            input.seek_relative(i64::from(slot.length))?;
            end = next;
            let known = self.by_path.entry(slot.path).or_default();
            if slot.length == 0 {
                let same = known.iter().copied().find(|at| self.slots.get(*at).is_some_and(|own| own.content == slot.content));
                // it names no answer, so whoever made it up gained nothing that its own mark would not refuse
                if let Some(at) = same.filter(|_| slot.mark == self.mark(&slot, &[])) {
                    self.by_stamp.insert((slot.path, slot.stamp), at);
                }
                continue;
            }
            let at = self.slots.len();
            known.push(at);
            if slot.stamp != 0 {
                self.by_stamp.insert((slot.path, slot.stamp), at);
            }
            self.slots.push(slot);
        }
    }

    fn mark(&self, slot: &Slot, answer: &[u8]) -> u64 {
        let digest = blake3::hash(answer);
        let numbers = [self.tag, slot.path, slot.stamp, slot.size].map(u64::to_le_bytes);
        let all = [numbers.as_flattened(), &slot.content.0, digest.as_bytes()].concat();
        self.key.mark(b"cache entry", &all)
    }

    /// A file's stamp in this very mount; 0 where it says nothing.
    fn stamp(&self, entry: &Entry) -> u64 {
        match (entry.stamp, self.mount) {
            (0, _) | (_, Some(0)) => 0,
            (stamp, None) => stamp,
            (stamp, Some(mount)) => self.key.mark(b"cache stamp", [stamp, mount].map(u64::to_le_bytes).as_flattened()),
        }
    }

    fn place(&self, entry: &Entry) -> u64 {
        self.key.mark(b"cache path", entry.path.as_os_str().as_encoded_bytes())
    }

    /// What is known of an entry, as if it had just been read; it is looked into where its stamp is not enough and it is a file below `root`.
    pub(super) fn take(&self, root: Option<&Path>, entry: &Entry, limits: &Limits) -> Option<Examined> {
        let (path, stamp) = (self.place(entry), self.stamp(entry));
        let stamped = (stamp != 0).then(|| self.by_stamp.get(&(path, stamp))).flatten();
        if let Some(slot) = stamped.and_then(|at| self.slots.get(*at)).filter(|slot| slot.size == entry.size) {
            // what whoever audits may not read was read by somebody else
            return if root.is_none_or(|root| worker::may_read(&root.join(&entry.path))) {
                self.answer(slot, entry)
            } else {
                None
            };
        }
        let root = root?;
        let known = self.by_path.get(&path)?.iter().filter_map(|at| self.slots.get(*at));
        let mut known = known.filter(|slot| slot.size == entry.size).peekable();
        known.peek()?;
        // one that grows meanwhile is another
        let Ok(Source::File(file)) = worker::open(root, &entry.path) else { return None };
        // of a file with holes not all would be read
        if holes(&file, limits).is_some() {
            return None;
        }
        let (content, _) = Content::read(self.key, &mut (&file).take(entry.size + 1)).ok()?;
        let slot = known.filter(|slot| slot.content == content).last()?;
        let examined = self.answer(slot, entry)?;
        if stamp != 0 {
            self.write(path, stamp, slot.size, content, &[]);
        }
        Some(examined)
    }

    fn answer(&self, slot: &Slot, entry: &Entry) -> Option<Examined> {
        let mut bytes = vec![0; slot.length as usize];
        read_at(&self.file, &mut bytes, slot.at).ok()?;
        if slot.mark != self.mark(slot, &bytes) {
            return None;
        }
        let mut examined = unframed::<Answer>(&bytes)?.examined;
        examined.dress(entry);
        slot.used.store(true, Ordering::Relaxed);
        Some(examined)
    }

    /// Adds an answer, as the worker sent it. `false`, once, if it cannot be written.
    pub(super) fn add(&self, entry: &Entry, examined: &Examined, answer: &[u8]) -> bool {
        match examined.content {
            Some(content) if answer.len() <= MOST_ANSWER => {
                self.write(self.place(entry), self.stamp(entry), examined.artifact.size, content, answer)
            }
            _ => true,
        }
    }

    fn write(&self, path: u64, stamp: u64, size: u64, content: Content, answer: &[u8]) -> bool {
        let length = answer.len() as u32;
        let mut slot = Slot { at: 0, length, mark: 0, path, stamp, size, content, used: AtomicBool::new(true) };
        slot.mark = self.mark(&slot, answer);
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.broken {
            return true;
        }
        slot.head(&mut writer.waiting);
        writer.waiting.extend(answer);
        writer.end += (HEAD + answer.len()) as u64;
        if writer.waiting.len() < WAITING_BYTES { true } else { writer.write(&self.file) }
    }

    /// Nothing more comes: what waits is written, and what was of no use to this audit is cleared away once it is much. `false` if it
    /// cannot be written.
    pub(super) fn finish(self) -> bool {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let written = writer.write(&self.file);
        let bytes = |used: bool| -> u64 {
            let such = self.slots.iter().filter(|slot| slot.used.load(Ordering::Relaxed) == used);
            such.map(|slot| HEAD as u64 + u64::from(slot.length)).sum()
        };
        let fresh = writer.end.saturating_sub(self.known_end());
        if !writer.broken && bytes(false) > bytes(true) + fresh + SLACK {
            // what cannot be cleared away stays as it is
            let _ = self.clear();
        }
        written
    }

    /// Writes the file anew, without what this audit did not take.
    fn clear(&self) -> std::io::Result<()> {
        let place = self.path.with_extension("new");
        let _ = std::fs::remove_file(&place);
        let mut output = BufWriter::with_capacity(1 << 20, new(&place)?);
        let mut copy = || -> std::io::Result<()> {
            output.write_all(MAGIC)?;
            for slot in self.slots.iter().filter(|slot| slot.used.load(Ordering::Relaxed)) {
                let mut bytes = Vec::with_capacity(HEAD + slot.length as usize);
                slot.head(&mut bytes);
                let at = bytes.len();
                bytes.resize(at + slot.length as usize, 0);
                read_at(&self.file, bytes.get_mut(at..).unwrap_or_default(), slot.at)?;
                output.write_all(&bytes)?;
            }
            // other stamps of known contents are left behind: they are learnt again by looking
            let mut rest = &self.file;
            rest.seek(SeekFrom::Start(self.known_end()))?;
            std::io::copy(&mut rest, &mut output)?;
            output.flush()
        };
        let outcome = copy().and_then(|()| std::fs::rename(&place, &self.path));
        if outcome.is_err() {
            let _ = std::fs::remove_file(&place);
        }
        outcome
    }

    /// Where the last answer ends that this audit found in the file.
    fn known_end(&self) -> u64 {
        self.slots.last().map_or(MAGIC.len() as u64, |slot| slot.at + u64::from(slot.length))
    }
}

impl Writer {
    fn write(&mut self, mut file: &File) -> bool {
        if self.broken {
            return true;
        }
        self.broken = file.write_all(&self.waiting).is_err();
        self.waiting.clear();
        !self.broken
    }
}

impl Slot {
    fn read(head: &[u8; HEAD], at: u64) -> Option<Self> {
        let (length, rest) = head.split_first_chunk()?;
        let (numbers, content) = rest.as_chunks::<8>().0.split_at_checked(4)?;
        let mut numbers = numbers.iter().map(|bytes| u64::from_le_bytes(*bytes));
        let (mark, path, stamp, size) = (numbers.next()?, numbers.next()?, numbers.next()?, numbers.next()?);
        let content = Content(content.as_flattened().try_into().ok()?);
        Some(Self { at, length: u32::from_le_bytes(*length), mark, path, stamp, size, content, used: AtomicBool::new(false) })
    }

    fn head(&self, out: &mut Vec<u8>) {
        out.extend(self.length.to_le_bytes());
        for number in [self.mark, self.path, self.stamp, self.size] {
            out.extend(number.to_le_bytes());
        }
        out.extend(self.content.0);
    }
}

/// Reads at a place, whoever else reads.
fn read_at(file: &File, into: &mut [u8], at: u64) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileExt::read_exact_at(file, into, at)
    }
    #[cfg(not(unix))]
    {
        let mut own = file.try_clone()?;
        own.seek(SeekFrom::Start(at))?;
        own.read_exact(into)
    }
}
