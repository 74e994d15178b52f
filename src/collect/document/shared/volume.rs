//! What disks and their file systems have in common: what lies in a partition is looked into by what it is, and its files are members.
//! Every number in it is hostile: nothing is held that was not there to be read, and no structure is walked over more often than its
//! volume has room for.

use crate::collect::anywhere::Anywhere;
use crate::collect::document::{Member, Work, disk, ext, fat, ntfs};
use crate::collect::unpack::{Links, Promised};
use crate::collect::{encryption, volumes};
use crate::model::evidence::{Encryption, GapKind};
use std::io::{Read, Seek, SeekFrom};

/// Levels of folders.
pub(in crate::collect::document) const MOST_LEVELS: usize = 100;
/// Folders that wait to be read.
pub(in crate::collect::document) const MOST_WAITING: usize = 500_000;
/// Bytes of one folder.
pub(in crate::collect::document) const MOST_FOLDER: u64 = 256 << 20;
/// Stretches of one file.
pub(in crate::collect::document) const MOST_RUNS: usize = 1 << 20;

/// A stretch of a file: how many bytes, and where they lie. `None` is a hole: zeros.
pub(in crate::collect::document) type Run = (u64, Option<u64>);

/// Adds a stretch to those before it; `false` if there are too many.
pub(in crate::collect::document) fn push(runs: &mut Vec<Run>, length: u64, at: Option<u64>) -> bool {
    let full = runs.len() >= MOST_RUNS;
    match (runs.last_mut(), at) {
        (Some((before, None)), None) => *before = before.saturating_add(length),
        (Some((before, Some(from))), Some(at)) if from.checked_add(*before) == Some(at) => {
            *before = before.saturating_add(length);
        }
        _ if full => return false,
        _ => runs.push((length, at)),
    }
    true
}

/// The bytes of a file that lies in stretches: so many of them are its own, what follows is zeros up to its size.
pub(in crate::collect::document) struct Content<'a> {
    place: Anywhere<'a>,
    runs: std::vec::IntoIter<Run>,
    now: Run,
    valid: u64,
    left: u64,
}

impl<'a> Content<'a> {
    pub(in crate::collect::document) fn new(place: &Anywhere<'a>, runs: Vec<Run>, size: u64, valid: u64) -> Self {
        Self { place: place.clone(), runs: runs.into_iter(), now: (0, None), valid: valid.min(size), left: size }
    }
}

impl Read for Content<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.now.0 == 0 && self.valid > 0 {
            // stretches that end before the file does: there is no more of it
            let Some(next) = self.runs.next() else { return Ok(0) };
            self.now = next;
        }
        let stretch = if self.valid > 0 { self.now.0.min(self.valid) } else { self.left };
        let most = out.len().min(usize::try_from(stretch.min(self.left)).unwrap_or(usize::MAX));
        let Some(out) = out.get_mut(..most).filter(|out| !out.is_empty()) else { return Ok(0) };
        let got = if let Some(at) = self.now.1.filter(|_| self.valid > 0) {
            self.place.seek(SeekFrom::Start(at))?;
            self.place.read(out)?
        } else {
            out.fill(0);
            out.len()
        };
        let count = got as u64;
        if self.valid > 0 {
            self.valid -= count;
            self.now = (self.now.0 - count, self.now.1.map(|at| at.saturating_add(count)));
        }
        self.left -= count;
        Ok(got)
    }
}

/// A file as its file system tells of it.
pub(in crate::collect::document) struct Entry<'e> {
    pub(in crate::collect::document) name: &'e str,
    pub(in crate::collect::document) modified: Option<i64>,
    pub(in crate::collect::document) size: u64,
    /// Bytes that it takes on the disk.
    pub(in crate::collect::document) stored: u64,
    /// Why nobody sees it at once.
    pub(in crate::collect::document) hidden: Option<&'static str>,
}

/// The files of one volume, given as members while they are found.
pub(in crate::collect::document) struct Files<'w, 'a> {
    pub(in crate::collect::document) work: &'w mut Work<'a>,
    prefix: String,
    links: Links,
    /// Structures that are not valid.
    pub(in crate::collect::document) broken: u64,
    /// How often structures may still be read: each belongs to one file, so a volume that is asked for more of them than it has room
    /// for goes round in circles.
    steps: u64,
}

impl<'w, 'a> Files<'w, 'a> {
    /// Begins; the volume has room for so many structures.
    pub(in crate::collect::document) fn new(work: &'w mut Work<'a>, prefix: &str, room: u64) -> Self {
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Self { work, prefix, links: Links::default(), broken: 0, steps: room.saturating_add(4096) }
    }

    /// Counts so many structures; `false` when the volume cannot have as many.
    pub(in crate::collect::document) fn step(&mut self, count: u64) -> bool {
        let left = self.steps.checked_sub(count);
        self.steps = left.unwrap_or(0);
        left.is_some()
    }

    fn named(&mut self, name: &str) -> String {
        let name = format!("{}{name}", self.prefix);
        self.links.member(&name);
        name
    }

    /// A file; `false` when no further one may come.
    pub(in crate::collect::document) fn file(&mut self, entry: &Entry<'_>, bytes: &mut dyn Read) -> bool {
        let name = self.named(entry.name);
        let member = Member { name: &name, modified: entry.modified, encryption: Encryption::None, packed: Some(entry.stored) };
        let first = self.work.members.len();
        let more = self.work.member(&member, &mut Promised { inner: bytes, left: entry.size });
        if let Some(hidden) = entry.hidden {
            for part in self.work.members.iter_mut().skip(first).flat_map(|found| &mut found.artifact.parts) {
                part.hidden.get_or_insert_with(|| hidden.to_owned());
            }
        }
        more
    }

    /// Something that cannot be read; `false` when nothing further may come.
    pub(in crate::collect::document) fn unread(
        &mut self,
        name: &str,
        modified: Option<i64>,
        kind: GapKind,
        reason: &str,
    ) -> bool {
        let name = self.named(name);
        let encryption = if kind == GapKind::Encrypted { Encryption::Strong } else { Encryption::None };
        self.work.unread_member(&Member { name: &name, modified, encryption, packed: None }, kind, reason)
    }

    /// A folder: links may lead to it.
    pub(in crate::collect::document) fn folder(&mut self, name: &str) {
        self.named(name);
    }

    /// A link; a hard one leads to another name of the volume.
    pub(in crate::collect::document) fn link(&mut self, name: &str, target: &str, hard: bool, modified: Option<i64>) {
        let target = if hard { format!("{}{target}", self.prefix) } else { target.to_owned() };
        self.links.link(format!("{}{name}", self.prefix), &target, hard, modified);
    }

    /// Ends the volume: links, and what was not valid.
    pub(in crate::collect::document) fn finish(self, what: &str) {
        self.links.finish(self.work);
        if self.broken > 0 {
            let place = if self.prefix.is_empty() { String::new() } else { format!(" ({})", self.prefix.trim_end_matches('/')) };
            let reason = format!("{} structures of {what}{place} are not valid: what they lead to was not read", self.broken);
            self.work.gap(GapKind::Malformed, reason);
        }
    }
}

/// What is to be done with a volume: those that are known are read before the others, so that what nobody knows takes no room from them.
pub(in crate::collect::document) fn is_known(place: &Anywhere<'_>) -> bool {
    matches!(volumes::signature(&head(place)), Some("ext" | "fat" | "exfat" | "ntfs"))
}

fn head(place: &Anywhere<'_>) -> Vec<u8> {
    place.get(0, usize::try_from(place.len()).unwrap_or(usize::MAX).min(volumes::HEAD)).unwrap_or_default()
}

/// Looks into a disk that a format keeps in a form of its own.
pub(in crate::collect::document) fn unfold(
    work: &mut Work<'_>,
    disk: for<'w, 'a> fn(&mut Work<'w>, &Anywhere<'a>) -> Option<Anywhere<'a>>,
) -> std::io::Result<()> {
    if !work.may_open() {
        return Ok(());
    }
    let Some(bytes) = work.anywhere()? else { return Ok(()) };
    if let Some(disk) = disk(work, &bytes) {
        look(work, &disk, "");
    }
    Ok(())
}

/// Looks into a volume; without a name it is all that there is. `false` when no further member may come.
pub(in crate::collect::document) fn look<'a>(work: &mut Work<'a>, place: &Anywhere<'a>, name: &str) -> bool {
    let head = head(place);
    let called = if name.is_empty() { "volume" } else { name };
    let member = |encryption| Member { name: called, modified: None, encryption, packed: Some(place.len()) };
    if let Some((kind, encryption)) = encryption::recognise(&head, false) {
        return work.unread_member(
            &member(encryption),
            GapKind::Encrypted,
            format!("encrypted ({kind}): its content was not read"),
        );
    }
    match volumes::signature(&head) {
        Some("ext") => ext::files(work, place, name),
        Some("fat" | "exfat") => fat::files(work, place, name),
        Some("ntfs") => ntfs::files(work, place, name),
        Some("disk") if name.is_empty() => disk::partitions(work, place),
        Some("volume") => {
            let what = volumes::foreign(&head).unwrap_or("a file system");
            let reason = format!("{what}: recognised, not read; ask for its files as tar or zip");
            work.unread_member(&member(Encryption::None), GapKind::Unsupported, reason)
        }
        // swap, data without a file system: examined like any other file
        _ => work.member(&member(Encryption::None), &mut place.slice(0, place.len())),
    }
}
