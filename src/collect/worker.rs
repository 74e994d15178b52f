//! The worker: artifacts in as lines, evidence out as lines. The same binary, started by the coordinator (or by anything that
//! can pipe lines), confined before it opens its first file.
//!
//! Line 1 in: a [`Hello`]. Then one [`Order`] a line; one [`Answer`] a line (or a frame, if the greeting asks for them) comes back, in order.

use super::examine::{Examined, Source, examine_one};
use super::keys::{self, Keys, Passwords};
use super::limits::Limits;
use super::ocr::{ModelFiles, Ocr};
use super::pieces::{Task, Told};
use super::prune::Spared;
use super::remote::held::{self, Held};
use super::walk::{Access, Entry, EntryKind};
use crate::detect::engine::Engine;
use crate::detect::fingerprint::Key;
use crate::model::binary;
use crate::model::class::Class;
use crate::model::word::Word;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// The version of the protocol.
pub const PROTOCOL: u32 = 1;

/// Answers to files of so many bytes may wait for each other ...
const SMALL: u64 = 64 << 10;
/// ... for so long, ...
const WAITING: Duration = Duration::from_millis(20);
/// ... and up to so many bytes.
const WAITING_BYTES: usize = 64 << 10;

/// Bytes of stack that reading a file uses, unless it is very deep.
const USED: usize = 256 << 10;

/// Bytes in front of a frame.
const FRAME_HEAD: usize = 4;
/// The most bytes of one answer.
const MOST_ANSWER: usize = 1 << 30;
/// Bytes of an answer that there is room for before they have come.
const MOST_AT_ONCE: usize = 1 << 20;

/// What a worker is told first.
#[derive(Serialize, Deserialize)]
pub struct Hello {
    /// [`PROTOCOL`].
    pub provost_worker: u32,
    /// The folder that paths are below; an empty path where all content is held by the coordinator.
    pub root: RawPath,
    /// The audit's key, in hexadecimal.
    pub key: String,
    /// The data classes.
    pub classes: Vec<Class>,
    /// Limits.
    pub limits: Limits,
    /// The folder of the models that read pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ocr: Option<RawPath>,
    /// Passwords that may open what is encrypted.
    #[serde(default, skip_serializing_if = "Passwords::is_empty")]
    pub passwords: Passwords,
    /// Whether files beside an artifact belong to the delivery: not if it is a single file.
    #[serde(default)]
    pub beside: bool,
    /// Whether the one artifact is all of the delivery: what it holds, if it is an archive, is what a folder would hold.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alone: bool,
    /// Whether answers come in frames rather than in lines: four bytes with the length, the least first, and that much CBOR.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frames: bool,
    /// Whether each answer is sent as soon as it is there. Else those to small files may wait for each other, and of a worker that dies
    /// nobody knows which one it was at.
    #[serde(default = "yes")]
    pub eager: bool,
    /// Whether the first that comes back is a [`Welcome`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub welcome: bool,
    /// Whether nothing may be opened by a worker that the system does not confine.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confined: bool,
    /// Whether the worker ends with the thread that started it, even while it is busy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tied: bool,
    /// Products whose trees need not be sent once it is known what they describe: nobody asks for more.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub spent: BTreeSet<String>,
    /// Formats of whose trees only values that are like a pattern need be sent, and what leads to them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub single: BTreeMap<String, Vec<String>>,
}

/// Who does not speak of it wants answers at once.
fn yes() -> bool {
    true
}

/// What comes back first, if it was asked for.
#[derive(Serialize, Deserialize)]
pub struct Welcome {
    /// What the system does not offer to confine the worker, in words; nothing if all holds.
    pub missing: Vec<String>,
}

/// A path that may hold any bytes: as text where it is UTF-8, else in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawPath {
    /// UTF-8.
    Text(String),
    /// Anything else.
    Hex(String),
}

impl RawPath {
    /// From a path.
    pub fn new(path: &Path) -> Self {
        match path.to_str() {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Hex(crate::model::value::hex(path.as_os_str().as_encoded_bytes())),
        }
    }

    /// Back to a path.
    pub fn path(&self) -> Option<PathBuf> {
        match self {
            Self::Text(text) => Some(PathBuf::from(text)),
            #[cfg(unix)]
            Self::Hex(text) => {
                use std::os::unix::ffi::OsStringExt;
                let bytes = (0..text.len() / 2).map(|i| u8::from_str_radix(text.get(i * 2..i * 2 + 2)?, 16).ok());
                bytes.collect::<Option<Vec<u8>>>().map(|bytes| PathBuf::from(std::ffi::OsString::from_vec(bytes)))
            }
            #[cfg(not(unix))]
            Self::Hex(_) => None,
        }
    }
}

/// One artifact to examine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its number.
    pub number: u32,
    /// Its folder's number.
    pub folder: u32,
    /// Its path below the root.
    pub path: RawPath,
    /// Bytes, as the walk saw them.
    pub size: u64,
    /// Last modification, seconds since 1970.
    pub modified: i64,
    /// Permission bits.
    pub mode: Option<u32>,
    /// `uid:gid`.
    pub owner: Option<Word>,
    /// Its bytes are not in a file of that path: they are what can be read from the worker's standard error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// What of it is asked for, if not all that is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece: Option<Task>,
}

impl Order {
    /// Of an entry.
    pub fn new(entry: &Entry) -> Self {
        Self {
            number: entry.number,
            folder: entry.folder,
            path: RawPath::new(&entry.path),
            size: entry.size,
            modified: entry.modified,
            mode: entry.access.mode(),
            owner: entry.access.owner().cloned(),
            held: None,
            piece: None,
        }
    }

    /// Of an entry without what belongs to it and not to its content: the answer is good for every entry with that content.
    pub(super) fn undated(entry: &Entry) -> Self {
        Self { modified: super::examine::UNDATED, mode: None, owner: None, ..Self::new(entry) }
    }

    fn entry(self) -> Option<Entry> {
        Some(Entry {
            number: self.number,
            folder: self.folder,
            size: self.size,
            modified: self.modified,
            access: Access::new(self.mode, self.owner),
            ..Entry::named(self.path.path()?, EntryKind::File)
        })
    }
}

/// What comes back.
#[derive(Serialize, Deserialize)]
pub struct Answer {
    /// The artifact's number.
    pub number: u32,
    /// The evidence.
    pub examined: Examined,
    /// Microseconds that it took; 0 where nobody says.
    #[serde(default)]
    pub micros: u64,
    /// What was asked for, if that was not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece: Option<Told>,
}

/// Runs a worker over two streams until the first ends.
///
/// # Errors
/// A sentence, when the protocol is not kept or the streams break.
pub fn run(input: impl Read, output: impl Write) -> Result<(), String> {
    let mut input = BufReader::new(input);
    let mut output = BufWriter::with_capacity(WAITING_BYTES, output);
    let mut first = String::new();
    if input.read_line(&mut first).map_err(|error| error.to_string())? == 0 {
        return Err("no greeting".to_owned());
    }
    let hello: Hello = serde_json::from_str(&first).map_err(|_| "the greeting is not one of this version".to_owned())?;
    if hello.provost_worker != PROTOCOL {
        return Err(format!("protocol {} is not {PROTOCOL}", hello.provost_worker));
    }
    let root = hello.root.path().ok_or("the root is no path")?;
    let key = Key::from_hex(&hello.key).ok_or("the key is no key")?;
    let engine = Engine::new(&hello.classes, key).map_err(|error| error.to_string())?;
    let folder = hello.ocr.map(|folder| folder.path().ok_or("the folder of the models is no path")).transpose()?;
    // the models' files lie outside the target: read before, made into networks after
    let models = folder.map(|folder| ModelFiles::read(&folder)).transpose()?;
    let (given, spent) = (Rc::new(hello.passwords), Rc::new(Spared::new(hello.spent, &hello.single)));
    if hello.tied {
        super::confine::end_with_coordinator();
    }
    let missing = super::confine::confine(&root, hello.limits.memory);
    let refused = hello.confined && !missing.is_empty();
    if hello.welcome {
        let welcome = Welcome { missing };
        let bytes = if hello.frames { frame(&welcome)? } else { line_of(&welcome)? };
        output.write_all(&bytes).and_then(|()| output.flush()).map_err(|error| error.to_string())?;
    }
    if refused {
        return Err("the system does not confine this worker".to_owned());
    }
    super::ocr::stay_in_this_thread();
    let ocr = models.map(Ocr::new).transpose()?;
    let (mut line, mut sent) = (String::new(), Instant::now());
    loop {
        line.clear();
        if input.read_line(&mut line).map_err(|error| error.to_string())? == 0 {
            return Ok(());
        }
        let order: Order = serde_json::from_str(&line).map_err(|_| "an order that is none".to_owned())?;
        let number = order.number;
        let (content, piece) = (order.held.clone(), order.piece);
        let entry = order.entry().ok_or("an order whose path is none")?;
        if entry.size > SMALL {
            // whoever waits for the answers before it does not wait for this one
            output.flush().map_err(|error| error.to_string())?;
        }
        let look = hello.beside.then(|| keys::look(&root, &entry.path));
        let keys = Keys::new(&given, &entry.path, look);
        let begun = Instant::now();
        let read = |source| examine_one(&entry, source, &engine, &hello.limits, &keys, ocr.as_ref(), &spent, hello.alone);
        let (examined, told) = match (&content, piece) {
            (None, Some(task)) => {
                let (examined, told) = super::stretch::task(&entry, task, open(&root, &entry.path), &engine, &hello.limits);
                (examined, Some(told))
            }
            (Some(content), _) => (held::examined(content, held::given(), read), None),
            (None, None) if root.as_os_str().is_empty() => (read(Err(std::io::ErrorKind::NotFound.into())), None),
            (None, None) => (read(open(&root, &entry.path)), None),
        };
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let answer = Answer { number, examined, micros, piece: told };
        forget();
        let bytes = if hello.frames { frame(&answer)? } else { line_of(&answer)? };
        output.write_all(&bytes).map_err(|error| error.to_string())?;
        let another = input.buffer().contains(&b'\n');
        if hello.eager || !another || sent.elapsed() > WAITING {
            output.flush().map_err(|error| error.to_string())?;
            sent = Instant::now();
        }
    }
}

/// Wipes what was left on the stack: what was freed is wiped by the allocator of the program, and nothing else outlives a file.
#[inline(never)]
#[allow(clippy::large_stack_arrays, reason = "it is the stack that is meant")]
fn forget() {
    std::hint::black_box(&mut [0_u8; USED]);
}

fn line_of(answer: &impl Serialize) -> Result<Vec<u8>, String> {
    let mut out = serde_json::to_vec(answer).map_err(|error| error.to_string())?;
    out.push(b'\n');
    Ok(out)
}

/// The [`Welcome`] or [`Answer`] as a frame.
///
/// # Errors
/// What cannot be written, or is too long for a frame.
pub fn frame(answer: &impl Serialize) -> Result<Vec<u8>, String> {
    let mut out = binary::write(answer, vec![0; FRAME_HEAD])?;
    let length = u32::try_from(out.len() - FRAME_HEAD).map_err(|_| "an answer that is too long".to_owned())?;
    if let Some(head) = out.first_chunk_mut::<FRAME_HEAD>() {
        *head = length.to_le_bytes();
    }
    Ok(out)
}

/// What a frame of it holds, without the length before it: what journals and caches keep.
pub(super) fn unheaded(answer: &impl Serialize) -> Result<Vec<u8>, String> {
    binary::write(answer, Vec::new())
}

/// The bytes of one answer. They are asked for as they come: a length is only what a worker says. `None` at the
/// end, and where there is no whole frame.
pub fn next_frame(output: &mut impl Read) -> Option<Vec<u8>> {
    let mut head = [0; FRAME_HEAD];
    output.read_exact(&mut head).ok()?;
    let length = u32::from_le_bytes(head) as usize;
    if length > MOST_ANSWER {
        return None;
    }
    let mut bytes = Vec::with_capacity(length.min(MOST_AT_ONCE));
    output.take(length as u64).read_to_end(&mut bytes).ok()?;
    (bytes.len() == length).then_some(bytes)
}

/// The [`Welcome`] or [`Answer`] in a frame. `None` if there is none.
pub fn unframed<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    binary::read(bytes)
}

/// Whether this user may read a file, which is not opened for that.
#[cfg(target_os = "linux")]
pub(super) fn may_read(path: &Path) -> bool {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    accessat(CWD, path, Access::READ_OK, AtFlags::EACCESS).is_ok()
}

/// Whether this user may read a file.
#[cfg(not(target_os = "linux"))]
pub(super) fn may_read(path: &Path) -> bool {
    std::fs::File::open(path).is_ok()
}

/// Opens a file of the delivery, if it still is one and nothing on its way has become a link.
pub fn open<'a>(root: &Path, path: &Path) -> std::io::Result<Source<'a>> {
    let whole = root.join(path);
    let before = std::fs::symlink_metadata(&whole)?;
    if !before.is_file() {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "no longer a file"));
    }
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    // a link or a pipe that took its place meanwhile is neither followed nor waited for
    #[cfg(target_os = "linux")]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY);
    let file = options.open(&whole)?;
    let after = file.metadata()?;
    if !after.is_file() {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "no longer a file"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if (before.dev(), before.ino()) != (after.dev(), after.ino()) {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "replaced while it was opened"));
        }
    }
    Ok(Source::File(file))
}
