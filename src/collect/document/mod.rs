//! Documents: bytes -> parts. One file a format. A reader takes hostile bytes within limits, gives what it read to `detect`
//! part by part, and names what it did not read. It opens nothing else.

use super::limits::Limits;
use crate::detect::engine::Engine;
use crate::model::evidence::{Gap, GapKind, Part};
use std::io::Read;

/// What is known of an artifact before its reader is chosen.
pub struct Head<'a> {
    /// The first 64 KiB, raw.
    pub raw: &'a [u8],
    /// The same, decoded to UTF-8; "" if it is not text.
    pub text: &'a str,
    /// Whether the head is the whole file.
    pub whole: bool,
    /// The type by signature, or `text`.
    pub kind: &'a str,
    /// The last part of the path, lower case.
    pub name: &'a str,
    /// Its ending, lower case.
    pub extension: &'a str,
    /// The whole path as on disk. Never to be printed.
    pub path: &'a str,
}

/// What a reader works with.
pub struct Work<'a> {
    /// The head.
    pub head: &'a Head<'a>,
    /// All bytes from the beginning: for text formats already UTF-8.
    pub bytes: &'a mut dyn Read,
    /// The detectors.
    pub engine: &'a Engine,
    /// The limits.
    pub limits: &'a Limits,
    /// Parts go here.
    pub parts: Vec<Part>,
    /// Gaps go here.
    pub gaps: Vec<Gap>,
}

impl Work<'_> {
    /// Remembers what was not read.
    pub fn gap(&mut self, kind: GapKind, reason: impl Into<String>) {
        self.gaps.push(Gap { at: String::new(), kind, reason: reason.into() });
    }
}

/// One document format.
pub trait Document: Sync {
    /// The type shown in evidence and used by `file: {type: ...}`: the file's name.
    fn id(&self) -> &'static str;
    /// One line: what it is.
    fn title(&self) -> &'static str;
    /// What is read of it and what is not; shown by `provost explain`.
    fn notes(&self) -> &'static str;
    /// Whether a file is its own: 0 no, higher is surer. Configurations claim between 40 and 100.
    fn claims(&self, head: &Head<'_>) -> u8;
    /// Reads it.
    ///
    /// # Errors
    /// Input errors end the artifact; what was read before stays.
    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()>;
}

crate::registry::registry! {
    /// Every document format; the strongest claim wins, the first among equals.
    pub DOCUMENTS: dyn Document = DOCUMENT;
    csv, jsonl, image, plain,
}

pub(crate) use jsonl::column_name;
