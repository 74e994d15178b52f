//! A large file in pieces: what an order may ask for of one, and what a worker tells of it. A piece has the records that begin in it; where
//! they begin is told with it, so that whoever puts pieces together need not trust a guess. It must not say more of a person than evidence does.

use super::content::Content;
use super::document::Head;
use super::limits::Limits;
use super::stretch::Window;
use crate::detect::engine::Engine;
use crate::detect::partial::{Joined, Partial};
use crate::model::evidence::{Gap, Part};
use crate::model::word::Sum;
use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

/// Bytes of a piece. It hangs on nothing else, so that whoever reads a file in pieces reads it in the same ones; a multiple of
/// [`super::decode::MARKED`].
pub const PIECE: u64 = 16 << 20;

/// What of a file an order asks for, if not for all that is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Whether it can be read in pieces.
    Ask,
    /// Its digests.
    Digest,
    /// The records that begin in a range of bytes.
    Read {
        /// The first byte.
        from: u64,
        /// The first byte behind it.
        to: u64,
        /// Where the first of the records begins, if that is known; else the worker guesses.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exact: Option<u64>,
    },
    /// Where the first record at or behind a byte begins, by reading everything before it.
    Find {
        /// The byte.
        at: u64,
    },
}

/// By what a file is known to be the same when it is opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Bytes.
    pub size: u64,
    changed: u64,
    place: u64,
}

impl Facts {
    /// When it was changed: the same for all who see the file, wherever it is mounted.
    pub(super) fn changed(self) -> u64 {
        self.changed
    }

    /// Of an open file.
    ///
    /// # Errors
    /// Of the system.
    pub fn of(file: &File) -> std::io::Result<Self> {
        let meta = file.metadata()?;
        let since = meta.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
        let changed = since.as_secs().wrapping_mul(1_000_000_000).wrapping_add(since.subsec_nanos().into());
        #[cfg(unix)]
        let place = std::os::unix::fs::MetadataExt::ino(&meta);
        #[cfg(not(unix))]
        let place = 0;
        Ok(Self { size: meta.len(), changed, place })
    }
}

/// What a worker tells.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// It is to be read whole: nothing here reads it in pieces, or something in it is as a reader of pieces does not have it.
    Whole,
    /// It can be read in pieces.
    Pieces(Facts),
    /// Its digests.
    Digests {
        /// What was read.
        facts: Facts,
        /// SHA-256, in hexadecimal.
        sha256: Sum,
        /// The keyed one.
        content: Content,
    },
    /// A piece of it.
    Stretch(Box<Stretch>),
    /// Where a record begins.
    Found(u64),
}

/// A piece of a file that was read.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    /// The file.
    pub facts: Facts,
    /// Where the first record that begins in it begins; `None` if none does.
    pub begins: Option<u64>,
    /// Whether that is sure, or as good as: what stands there can hardly be read in another way.
    pub sure: bool,
    /// Where the first record behind it begins: at the end of the file, if there is none.
    pub next: u64,
    /// Lines from the one to the other.
    pub lines: u64,
    /// The parts that it is of, without what is in them: from the first piece of a file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// What is in each of them.
    pub holds: Vec<Partial>,
    /// Lines that are not of the format, ...
    #[serde(default)]
    pub strange: u64,
    /// ... and the first of them.
    #[serde(default)]
    pub first_strange: u64,
}

/// What was read of a piece, as its reader tells it.
pub struct Piece {
    /// [`Stretch::begins`].
    pub begins: Option<u64>,
    /// [`Stretch::sure`].
    pub sure: bool,
    /// [`Stretch::next`].
    pub next: u64,
    /// [`Stretch::lines`].
    pub lines: u64,
    /// [`Stretch::parts`].
    pub parts: Vec<Part>,
    /// [`Stretch::holds`].
    pub holds: Vec<Partial>,
    /// [`Stretch::strange`] and [`Stretch::first_strange`].
    pub strange: (u64, u64),
}

impl Piece {
    /// One in which no record begins.
    pub fn empty(reading: &Reading<'_>, sure: bool) -> Self {
        Self { begins: None, sure, next: reading.from, lines: 0, parts: Vec::new(), holds: Vec::new(), strange: (0, 0) }
    }
}

/// A piece that is to be read.
pub struct Reading<'a> {
    /// The head of the file.
    pub head: &'a Head<'a>,
    pub(super) file: &'a File,
    /// How the file is encoded.
    pub encoding: &'static Encoding,
    /// The detectors.
    pub engine: &'a Engine,
    /// The limits.
    pub limits: &'a Limits,
    /// Bytes of the file.
    pub size: u64,
    /// The first byte of the piece.
    pub from: u64,
    /// The first byte behind it.
    pub to: u64,
    /// Where its first record begins, if that is known.
    pub exact: Option<u64>,
}

impl Reading<'_> {
    /// The text from a byte on, at which a record or the file begins.
    ///
    /// # Errors
    /// Of the system.
    pub fn window(&self, start: u64, end: u64) -> std::io::Result<Window<'_>> {
        Window::new(self.file, self.encoding, start, end)
    }

    /// So many bytes from there on, or as many as there are.
    ///
    /// # Errors
    /// Of the system.
    pub fn raw(&self, at: u64, most: u64) -> std::io::Result<Vec<u8>> {
        let mut file = self.file;
        file.seek(SeekFrom::Start(at))?;
        let mut out = Vec::new();
        file.take(most).read_to_end(&mut out)?;
        Ok(out)
    }
}

/// All pieces of a file, put together.
pub struct Whole {
    /// The parts, without what is in them.
    pub parts: Vec<Part>,
    /// What is in each of them.
    pub holds: Vec<Joined>,
    /// Lines that are not of the format, and the first of them.
    pub strange: (u64, u64),
}

/// A document format that can be read in pieces, to the same as when it is read from beginning to end.
pub trait Stretches: Sync {
    /// Whether it can be where a file is so encoded.
    fn takes(&self, head: &Head<'_>, encoding: &'static Encoding) -> bool;
    /// Reads a piece; `None` where something in the file is as a reader of pieces does not have it.
    ///
    /// # Errors
    /// Input errors.
    fn read(&self, reading: &Reading<'_>) -> std::io::Result<Option<Piece>>;
    /// Where the first record at or behind the end of the piece begins, if all before it is read. `None` as in [`Stretches::read`].
    ///
    /// # Errors
    /// Input errors.
    fn find(&self, reading: &Reading<'_>) -> std::io::Result<Option<u64>>;
    /// What all pieces together are.
    fn finish(&self, whole: Whole, engine: &Engine) -> (Vec<Part>, Vec<Gap>);
}
