//! tar: streamed, member by member, whatever its age and extensions.

use super::{Document, Head, Member, Work};
use crate::collect::unpack::{Links, Promised, old_name};
use crate::model::evidence::{Encryption, GapKind};
use std::cell::Cell;
use std::io::{ErrorKind, Read};
use std::rc::Rc;

/// The reader.
pub(super) struct Tar;
/// The reader.
pub(super) static DOCUMENT: Tar = Tar;

/// Bytes between the content of two members: headers, long names, extended attributes.
const MOST_HEADER: u64 = 4 << 20;

impl Document for Tar {
    fn id(&self) -> &'static str {
        "tar"
    }

    fn title(&self) -> &'static str {
        "tar archives"
    }

    fn notes(&self) -> &'static str {
        "Streamed. Every file in it is a member, sparse files and archives put one after the other included. A link to another member hides \
         nothing; links that lead out, devices and pipes are gaps. A member whose name leads out of the archive is read, and said to. \
         Permissions and owners of members are not kept."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "tar" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if !work.may_open() {
            return Ok(());
        }
        let rein = Rc::new(Rein { at: Cell::new(0), allowed: Cell::new(MOST_HEADER), zeros: Cell::new(false) });
        let mut archive = tar::Archive::new(Reined { inner: work.take_bytes(), rein: Rc::clone(&rein) });
        archive.set_ignore_zeros(true);
        let mut entries = archive.entries()?;
        let mut links = Links::default();
        let (mut count, mut end) = (0_u64, 0_u64);
        let whole = loop {
            rein.allowed.set(MOST_HEADER.saturating_add(end.saturating_sub(rein.at.get())));
            let entry = entries.next();
            rein.allowed.set(u64::MAX);
            let mut entry = match entry {
                Some(Ok(entry)) => entry,
                Some(Err(error)) => {
                    let reason =
                        format!("after {count} members it breaks off or is damaged ({}): the rest was not read", error.kind());
                    work.gap(GapKind::Malformed, reason);
                    break true;
                }
                None => {
                    if !rein.zeros.get() {
                        work.gap(GapKind::Malformed, "the mark at its end is missing: it may be cut off");
                    }
                    break true;
                }
            };
            count += 1;
            let packed = entry.header().entry_size().unwrap_or(0);
            end = entry.raw_file_position().saturating_add(packed);
            if !one(work, &mut entry, packed, &mut links) {
                break false;
            }
        };
        if whole {
            links.finish(work);
        }
        Ok(())
    }
}

/// One entry; `false` when no more may come.
fn one(work: &mut Work<'_>, entry: &mut tar::Entry<'_, impl Read>, packed: u64, links: &mut Links) -> bool {
    let kind = entry.header().entry_type();
    let name = old_name(&entry.path_bytes(), || None);
    let modified = entry.header().mtime().ok().and_then(|time| i64::try_from(time).ok());
    let member = Member { name: &name, modified, encryption: Encryption::None, packed: Some(packed) };
    let size = entry.size();
    if kind.is_pax_global_extensions() || matches!(kind.as_byte(), b'V') {
        return true;
    }
    if kind.is_dir() || kind.as_byte() == b'D' {
        links.member(&name);
        return true;
    }
    if kind.is_symlink() || (kind.is_hard_link() && size == 0) {
        let target = entry.link_name_bytes().map(|raw| old_name(&raw, || None)).unwrap_or_default();
        links.link(name, &target, kind.is_hard_link(), modified);
        return true;
    }
    if kind.is_character_special() || kind.is_block_special() || kind.is_fifo() {
        return work.unread_member(&member, GapKind::NotAFile, "a device or pipe: there is nothing to read");
    }
    links.member(&name);
    work.member(&member, &mut Promised { inner: entry, left: size })
}

/// How far the archive was read, and how far it may be.
struct Rein {
    at: Cell<u64>,
    allowed: Cell<u64>,
    /// Whether the last block that was read was zeros, as the end mark is.
    zeros: Cell<bool>,
}

/// Headers are read into memory: they may not be endless.
struct Reined<'a> {
    inner: &'a mut dyn Read,
    rein: Rc<Rein>,
}

impl Read for Reined<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        // a header is read as a block of 512 bytes
        let block = out.len() == 512;
        let mut got = self.inner.read(out)?;
        while block && (1..512).contains(&got) {
            match self.inner.read(out.get_mut(got..).unwrap_or(&mut []))? {
                0 => break,
                more => got += more,
            }
        }
        self.rein.at.set(self.rein.at.get() + got as u64);
        if block && got > 0 {
            let zeros = out.iter().take(got).all(|byte| *byte == 0);
            self.rein.zeros.set(zeros);
            if zeros {
                // the end, and what fills the last record or tape
                return Ok(got);
            }
        }
        let Some(left) = self.rein.allowed.get().checked_sub(got as u64) else {
            return Err(ErrorKind::FileTooLarge.into());
        };
        self.rein.allowed.set(left);
        Ok(got)
    }
}
