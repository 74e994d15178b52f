//! What readers of containers share: one stream unpacked under guard, links inside an archive, names in old encodings, and words
//! beside the members (comments).

use super::document::{Member, Work};
use crate::detect::text::TextScan;
use crate::model::evidence::{Encryption, Gap, GapKind, Part, PartKind, Read as Extent};
use std::cell::Cell;
use std::collections::HashSet;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

/// Bytes that a stream may expand to whatever its own size.
const FREE: u64 = 64 << 20;
/// The most memory that a decoder may ask for, in KiB.
pub(super) const DECODER_KIB: u32 = 1 << 20;

/// A decoder over compressed bytes.
pub(super) type Decoder<'a> = Box<dyn Read + 'a>;

/// Reads a compressed stream that holds one file: its name is the outer name without the ending.
pub(super) fn single<'a>(
    work: &mut Work<'a>,
    modified: Option<i64>,
    decoder: impl FnOnce(Box<dyn Read + 'a>) -> std::io::Result<Decoder<'a>>,
) {
    if !work.may_open() {
        return;
    }
    let name = inner_name(work.head.path);
    let member = Member { name: &name, modified, encryption: Encryption::None, packed: None };
    let (eaten, over) = (Rc::new(Cell::new(0)), Cell::new(false));
    let packed: Box<dyn Read + 'a> = Box::new(Counted { inner: work.take_bytes(), eaten: Rc::clone(&eaten) });
    let first = work.members.len();
    match decoder(packed) {
        Ok(decoded) => {
            let ratio = work.limits.ratio;
            let mut bytes = Guarded { inner: decoded, eaten, ratio, given: 0, over: &over };
            work.only_member(&member, &mut bytes);
        }
        Err(error) => {
            work.unread_member(&member, GapKind::Malformed, format!("it could not be unpacked: {}", error.kind()));
        }
    }
    if over.get() {
        let reason = format!("it expands to more than {} times its size: the rest was not read", work.limits.ratio);
        cut(work, first, GapKind::Limit, reason);
    }
}

/// Adds a gap to the member that was read at a place of the list.
pub(super) fn cut(work: &mut Work<'_>, index: usize, kind: GapKind, reason: String) {
    if let Some(found) = work.members.get_mut(index) {
        found.artifact.gaps.push(Gap { at: String::new(), kind, reason });
        found.artifact.read = if found.artifact.parts.is_empty() { Extent::None } else { Extent::Partial };
    }
}

/// What a compressed file holds is called as the file, without the ending.
fn inner_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => match ending.to_ascii_lowercase().as_str() {
            "gz" | "bz2" | "xz" | "zst" | "lz4" | "z" | "bz" => stem.to_owned(),
            "tgz" | "tbz" | "tbz2" | "txz" | "tzst" | "tlz4" => format!("{stem}.tar"),
            "svgz" => format!("{stem}.svg"),
            _ => name.to_owned(),
        },
        _ => name.to_owned(),
    }
}

/// Counts what is taken.
struct Counted<'a> {
    inner: &'a mut dyn Read,
    eaten: Rc<Cell<u64>>,
}

impl Read for Counted<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let got = self.inner.read(out)?;
        self.eaten.set(self.eaten.get() + got as u64);
        Ok(got)
    }
}

/// A decoder that is stopped when it gives far more than it takes.
struct Guarded<'a, 'o> {
    inner: Decoder<'a>,
    eaten: Rc<Cell<u64>>,
    ratio: u64,
    given: u64,
    over: &'o Cell<bool>,
}

impl Read for Guarded<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.over.get() || self.given > self.eaten.get().saturating_mul(self.ratio).max(FREE) {
            self.over.set(true);
            return Ok(0);
        }
        let got = self.inner.read(out)?;
        self.given += got as u64;
        Ok(got)
    }
}

/// What a library does with broken bytes: a panic of it is an error like any other, and costs the member that it was at.
pub(super) fn careful<T>(work: impl FnOnce() -> std::io::Result<T>) -> std::io::Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(std::io::ErrorKind::InvalidData.into()))
}

/// A reader that must give as many bytes as were promised.
pub(super) struct Promised<R> {
    pub(super) inner: R,
    pub(super) left: u64,
}

impl<R: Read> Read for Promised<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let got = self.inner.read(out)?;
        if got == 0 && self.left > 0 && !out.is_empty() {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.left = self.left.saturating_sub(got as u64);
        Ok(got)
    }
}

/// Links of an archive: one that leads to another member hides nothing, any other is a gap.
#[derive(Default)]
pub(super) struct Links {
    there: HashSet<u64>,
    links: Vec<(String, String, Option<i64>)>,
}

impl Links {
    /// A member, with the folders that it lies in.
    pub(super) fn member(&mut self, name: &str) {
        let mut name = name.trim_end_matches('/');
        while !name.is_empty() && self.there.insert(hash(name.trim_start_matches("./"))) {
            name = name.rsplit_once('/').map_or("", |row| row.0);
        }
    }

    /// A link; a hard link's target is a path inside the archive, a symbolic one's is relative to its folder.
    pub(super) fn link(&mut self, name: String, target: &str, hard: bool, modified: Option<i64>) {
        let folder = name.rsplit_once('/').map_or("", |row| row.0);
        let whole = if hard || folder.is_empty() || target.starts_with('/') {
            target.to_owned()
        } else {
            format!("{}/{target}", folder.trim_start_matches('/'))
        };
        self.links.push((name, whole, modified));
    }

    /// Adds the links to what was found.
    pub(super) fn finish(self, work: &mut Work<'_>) {
        for (name, target, modified) in &self.links {
            let member = Member { name, modified: *modified, encryption: Encryption::None, packed: None };
            let inside = !target.starts_with('/') && resolve(target).is_some_and(|target| self.there.contains(&hash(&target)));
            let more = if inside {
                work.link_member(&member)
            } else {
                work.unread_member(
                    &member,
                    GapKind::NotAFile,
                    "a link that leads out of the archive, or nowhere: there is nothing to read",
                )
            };
            if !more {
                return;
            }
        }
    }
}

fn hash(name: &str) -> u64 {
    let bytes = blake3::hash(name.as_bytes());
    bytes.as_bytes().iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// A path without `.` and `..`; `None` when it leads upwards out of the archive.
fn resolve(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// A name that may be in an old encoding: UTF-8 if it can be, else what it looks like, DOS or Windows.
pub(super) fn old_name(raw: &[u8], dos: impl FnOnce() -> Option<String>) -> String {
    if let Ok(name) = std::str::from_utf8(raw) {
        return name.to_owned();
    }
    // accented letters lie between 80 and A5 in code page 437, between C0 and FF in Windows' 1252
    let low = raw.iter().filter(|byte| (0x80..=0xa5).contains(*byte) || **byte == 0xe1).count();
    let high = raw.iter().filter(|byte| **byte >= 0xc0).count();
    if high <= low
        && let Some(name) = dos()
    {
        return name;
    }
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(raw).0.into_owned()
}

/// Words that stand beside what a container holds and that no viewer shows at once.
pub(super) struct Aside<'a> {
    scan: TextScan<'a>,
    line: u64,
}

impl<'a> Aside<'a> {
    /// Begins.
    pub(super) fn new(work: &Work<'a>) -> Self {
        Self { scan: TextScan::new(work.engine), line: 0 }
    }

    /// A comment; each is a paragraph of its own.
    pub(super) fn add(&mut self, text: &str) {
        for line in text.lines() {
            self.line += 1;
            self.scan.line(self.line, line);
        }
        self.line += 1;
        self.scan.line(self.line, "");
    }

    /// Adds what was found to the parts, if anything was.
    pub(super) fn finish(self, work: &mut Work<'_>, label: &str, hidden: &str) {
        let mut part =
            Part { label: label.to_owned(), kind: PartKind::Properties, hidden: Some(hidden.to_owned()), ..Part::default() };
        self.scan.finish(&mut part);
        if !part.tallies.is_empty() {
            work.parts.push(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_inside() {
        assert_eq!(inner_name("a/Staff.CSV.gz"), "Staff.CSV");
        assert_eq!(inner_name("a.b/backup.TGZ"), "backup.tar");
        assert_eq!(inner_name("dump"), "dump");
        assert_eq!(inner_name(".gz"), ".gz");
    }

    #[test]
    fn old_encodings() {
        assert_eq!(old_name("Zoë".as_bytes(), || None), "Zoë");
        assert_eq!(old_name(b"M\x81ller", || Some("dos".to_owned())), "dos");
        assert_eq!(old_name(b"M\xfcller", || Some("dos".to_owned())), "Müller");
    }

    #[test]
    fn paths_are_resolved_inside_the_archive() {
        assert_eq!(resolve("a/./b/../c").as_deref(), Some("a/c"));
        assert_eq!(resolve("/../c"), None);
        let mut links = Links::default();
        links.member("./hr/2026/staff.csv");
        assert!(links.there.contains(&hash("hr/2026")) && links.there.contains(&hash("hr/2026/staff.csv")));
    }

    #[test]
    fn what_was_promised_must_come() {
        let mut out = Vec::new();
        assert!(Promised { inner: &b"12345"[..], left: 5 }.read_to_end(&mut out).is_ok());
        assert!(Promised { inner: &b"1234"[..], left: 5 }.read_to_end(&mut out).is_err());
    }
}
