//! Documents: bytes -> parts. One file a format. A reader takes hostile bytes within limits, gives what it read to `detect`
//! part by part, and names what it did not read. It opens nothing else.

use super::anywhere::Anywhere;
use super::front::{Front, Place};
use super::keys::Keys;
use super::limits::{LARGE, Limits};
use super::ocr::{Desk, Ocr};
use super::pieces::Stretches;
use super::unpack::careful;
use crate::collect::prune::Spared;
use crate::detect::engine::Engine;
use crate::model::evidence::{Artifact, Encryption, Gap, GapKind, Opened, Part};
use std::cell::Cell;

use std::io::Read;
use std::rc::Rc;

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

/// A file inside a file, as its container tells of it.
pub struct Member<'m> {
    /// Its path inside the container. Hostile: it may be absolute or lead upwards.
    pub name: &'m str,
    /// Last modification, seconds since 1970, if the container says.
    pub modified: Option<i64>,
    /// How the container protects it.
    pub encryption: Encryption,
    /// Bytes that it takes in the container, if that is known: what expansion is measured against.
    pub packed: Option<u64>,
}

/// What containers may still give, and how deep we are. One for each top-level artifact.
pub struct Nest {
    /// Containers around what is being read.
    pub depth: usize,
    /// Who reads pictures.
    pub(super) desk: Desk,
    members: Rc<Cell<u64>>,
    bytes: Rc<Cell<u64>>,
    looks: Rc<Cell<u64>>,
    /// What may open encrypted things here.
    pub(super) keys: Keys,
    /// Of which products' trees less than all is sent.
    pub(super) spent: Spent,
    /// What lies in here is the delivery itself, packed: its members are what would lie in a folder.
    pub(super) front: Option<Rc<Front>>,
}

/// Of which products' trees less than all is sent.
pub type Spent = Rc<Spared>;

impl Nest {
    /// For a top-level artifact.
    pub fn new(limits: &Limits, keys: Keys, ocr: Option<&Ocr>, size: u64, spent: &Spent) -> Self {
        Self {
            depth: 0,
            desk: Desk::new(ocr.cloned(), limits),
            members: Rc::new(Cell::new(limits.members_for(size))),
            bytes: Rc::new(Cell::new(limits.expanded_for(size))),
            looks: Rc::new(Cell::new(limits.looks_for(size))),
            keys,
            spent: Rc::clone(spent),
            front: None,
        }
    }

    fn deeper(&self) -> Self {
        Self {
            front: None,
            depth: self.depth + 1,
            desk: self.desk.clone(),
            members: Rc::clone(&self.members),
            bytes: Rc::clone(&self.bytes),
            looks: Rc::clone(&self.looks),
            keys: self.keys.clone(),
            spent: Rc::clone(&self.spent),
        }
    }

    /// How many bytes members may still have.
    pub(super) fn bytes_left(&self) -> u64 {
        self.bytes.get()
    }

    /// Whether there is time to look at so many more pixels; if so, they count. Pixels and not seconds: what is found must not hang on
    /// how fast the machine is.
    pub(super) fn spend(&self, pixels: u64) -> bool {
        let left = self.looks.get().checked_sub(pixels);
        if let Some(left) = left {
            self.looks.set(left);
        }
        left.is_some()
    }
}

/// Bytes of a member, counted against the limits while they expand: headers lie.
struct Metered<'r> {
    inner: &'r mut dyn Read,
    left: u64,
    nest: &'r Nest,
    hit: bool,
}

impl Read for Metered<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let allowed = self.left.min(self.nest.bytes.get());
        if allowed == 0 && !out.is_empty() {
            // is there more?
            let more = careful(|| self.inner.read(&mut [0]))? > 0;
            self.hit |= more;
            return Ok(0);
        }
        let most = out.len().min(usize::try_from(allowed).unwrap_or(usize::MAX));
        let got = careful(|| self.inner.read(out.get_mut(..most).unwrap_or(&mut [])))?;
        self.left -= got as u64;
        self.nest.bytes.set(self.nest.bytes.get() - got as u64);
        Ok(got)
    }
}

/// What a reader works with.
pub struct Work<'a> {
    /// The head.
    pub head: &'a Head<'a>,
    /// All bytes from the beginning: for text formats already UTF-8.
    pub bytes: &'a mut dyn Read,
    /// The file itself, if it lies in the delivery and not inside something else.
    pub file: Option<&'a std::fs::File>,
    /// The detectors.
    pub engine: &'a Engine,
    /// The limits.
    pub limits: &'a Limits,
    /// The artifact that is being read: members take its permissions and protection.
    pub outer: &'a Artifact,
    /// Where we are among containers.
    pub nest: &'a Nest,
    /// Set by a reader that knows how the artifact is encrypted.
    pub encryption: Option<Encryption>,
    /// Set by a reader that opened something with a password.
    pub opened: Option<Opened>,
    /// Members go here.
    pub members: Vec<FoundMember>,
    /// Parts go here.
    pub parts: Vec<Part>,
    /// Gaps go here.
    pub gaps: Vec<Gap>,
}

impl<'a> Work<'a> {
    /// Remembers what was not read.
    pub fn gap(&mut self, kind: GapKind, reason: impl Into<String>) {
        self.gaps.push(Gap { at: String::new(), kind, reason: reason.into() });
    }

    /// What protection is worth after a password opened it: one that lies beside protects nothing.
    pub(super) fn opened(&mut self, opened: Opened, encryption: Encryption) -> Encryption {
        // one beside weighs more than one given for another member
        if self.opened != Some(Opened::Beside) {
            self.opened = Some(opened);
        }
        if opened == Opened::Beside { encryption.min(Encryption::Weak) } else { encryption }
    }

    /// All bytes, for formats that cannot be streamed; `None` (and a gap) when there are too many.
    ///
    /// # Errors
    /// Input errors.
    pub fn whole(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        (&mut *self.bytes).take(self.limits.whole_bytes + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > self.limits.whole_bytes {
            self.gap(
                GapKind::Limit,
                format!("more than {} bytes, which this format would have to be held in memory for", self.limits.whole_bytes),
            );
            return Ok(None);
        }
        Ok(Some(bytes))
    }

    /// All bytes, for formats whose directory is at the end: the file where it lies, or a copy in memory; `None` (and a gap) when there
    /// are too many.
    ///
    /// # Errors
    /// Input errors.
    pub(super) fn anywhere(&mut self) -> std::io::Result<Option<Anywhere<'a>>> {
        if let Some(found) = self.file.and_then(Anywhere::file) {
            return Ok(Some(found));
        }
        Ok(self.whole()?.map(Anywhere::memory))
    }

    /// The bytes, taken out of here so that members can be given while they are read.
    pub(super) fn take_bytes(&mut self) -> &'a mut dyn Read {
        // an empty reader has no size: nothing is leaked
        std::mem::replace(&mut self.bytes, Box::leak(Box::new(std::io::empty())))
    }

    /// Whether further containers may be opened here; a gap if not.
    pub fn may_open(&mut self) -> bool {
        if self.nest.depth < self.limits.depth {
            return true;
        }
        self.gap(GapKind::Limit, format!("containers nested deeper than {}: not opened", self.limits.depth));
        false
    }

    /// A member whose bytes can be read: it is examined like any other file. `false` when no further member may come.
    pub fn member(&mut self, member: &Member<'_>, bytes: &mut dyn Read) -> bool {
        self.examine_member(member, bytes, false)
    }

    /// The one thing that a compressed stream holds: what is said of the stream holds for it.
    pub(super) fn only_member(&mut self, member: &Member<'_>, bytes: &mut dyn Read) -> bool {
        self.examine_member(member, bytes, true)
    }

    fn examine_member(&mut self, member: &Member<'_>, bytes: &mut dyn Read, only: bool) -> bool {
        if !self.count_member() {
            return false;
        }
        if self.nest.bytes.get() == 0 {
            self.gap(GapKind::Limit, "more bytes inside than a file of its size may have: the rest was not read");
            return false;
        }
        let ratio = member.packed.map_or(u64::MAX, |packed| packed.saturating_mul(self.limits.ratio).max(LARGE));
        let mut nest = self.nest.deeper();
        let place = self.nest.front.as_ref().filter(|_| !only).map(|front| front.place(member.name, self.engine));
        if only {
            nest.front.clone_from(&self.nest.front);
        }
        let mut metered = Metered { inner: bytes, left: ratio, nest: self.nest, hit: false };
        let mut found = super::examine::member(member, place, &mut metered, self.outer, self.engine, self.limits, &nest);
        if metered.hit
            && let Some(own) = found.first_mut()
        {
            let reason = format!(
                "it expands to more than {} times its size, or the whole to more than a file of its size may: the rest was not read",
                self.limits.ratio
            );
            own.artifact.gaps.push(Gap { at: String::new(), kind: GapKind::Limit, reason });
            own.artifact.read = if own.artifact.parts.is_empty() {
                crate::model::evidence::Read::None
            } else {
                crate::model::evidence::Read::Partial
            };
        }
        self.members.extend(found);
        true
    }

    /// A member that cannot be read: its name and why. `false` when no further member may come.
    pub fn unread_member(&mut self, member: &Member<'_>, kind: GapKind, reason: impl Into<String>) -> bool {
        if !self.count_member() {
            return false;
        }
        let gap = Gap { at: String::new(), kind, reason: reason.into() };
        let mut found = super::examine::unread_member(member, self.outer, self.engine, gap);
        found.place = self.nest.front.as_ref().map(|front| front.place(member.name, self.engine));
        self.members.push(found);
        true
    }

    /// A member that is a link to another member: there is nothing more to read. `false` when no further member may come.
    pub(super) fn link_member(&mut self, member: &Member<'_>) -> bool {
        if !self.count_member() {
            return false;
        }
        let mut found = super::examine::link_member(member, self.outer, self.engine);
        found.place = self.nest.front.as_ref().map(|front| front.place(member.name, self.engine));
        self.members.push(found);
        true
    }

    fn count_member(&mut self) -> bool {
        let left = self.nest.members.get();
        if left == 0 {
            self.gap(GapKind::Limit, "more members inside than a file of its size may have: the rest was not read");
            return false;
        }
        self.nest.members.set(left - 1);
        true
    }
}

/// A member that was examined.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FoundMember {
    /// The artifact; numbers are given when all are together.
    pub artifact: Artifact,
    /// Keyed mark of its folder, so that masked folders of the same shape stay apart.
    pub folder: u64,
    /// Where it lies in a delivery that is an archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Place>,
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
    /// How it is read in pieces, if a large one can be.
    fn stretches(&self) -> Option<&dyn Stretches> {
        None
    }
}

crate::registry::registry! {
    /// Every document format; the strongest claim wins, the first among equals.
    pub DOCUMENTS: dyn Document = DOCUMENT;
    access_log, ar, binary, biometric, bzip2, cab, calamine_book, cpio, csv, dbf, disk, doc, docx, ext, fat, gzip, html, image,
    iso, jsonl, lz4, mail, mbox, metafile, msg, ntfs, ods, odt, ole, parquet, pdf, plain, ppt, pptx, pst, qcow, rpm, rtf,
    sevenz, sql, sqlite, tar, vcard, vdi, vhd, vmdk, xlsx, xz, zip, zstd,
}

mod picture;
mod shared;

pub(crate) use csv::{delimiter_of as delimiter, is_table};
pub(crate) use dbf::is_table as is_dbf;
pub(crate) use jsonl::column_name;
