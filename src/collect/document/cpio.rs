//! cpio archives: of initial file systems, and inside RPM packages. One member after the other, streamed.

use super::ar::fill;
use super::{Document, Head, Member, Work};
use crate::collect::unpack::{Links, Promised, old_name};
use crate::model::evidence::{Encryption, GapKind};
use std::io::Read;

/// The reader.
pub(super) struct Cpio;
/// The reader.
pub(super) static DOCUMENT: Cpio = Cpio;

/// Bytes of a name or of a link's target.
const MOST_NAME: u64 = 64 << 10;

/// The mark of the old binary format.
const OLD: &[u8] = &[0xc7, 0x71];

/// What a header says.
struct Entry {
    mode: u64,
    modified: u64,
    size: u64,
    name: u64,
    /// Names and contents begin at multiples of this.
    align: u64,
    /// Bytes of the header.
    header: u64,
}

impl Document for Cpio {
    fn id(&self) -> &'static str {
        "cpio"
    }

    fn title(&self) -> &'static str {
        "cpio archives"
    }

    fn notes(&self) -> &'static str {
        "Streamed, in all four formats of headers (newc, crc, odc, the old binary one). Every file in it is a member; the content \
         of hard links is read where it stands. What follows the end mark is read as a member of its own."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "cpio" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if !work.may_open() {
            return Ok(());
        }
        let mut bytes = work.take_bytes();
        let (mut links, mut count) = (Links::default(), 0_u64);
        loop {
            let Some(entry) = header(bytes)? else {
                let reason = format!("after {count} members it breaks off or is damaged: the rest was not read");
                work.gap(GapKind::Malformed, reason);
                break;
            };
            let mut raw = Vec::new();
            (&mut bytes).take(entry.name.min(MOST_NAME)).read_to_end(&mut raw)?;
            let skip = entry.name.saturating_sub(MOST_NAME) + padding(entry.header + entry.name, entry.align);
            std::io::copy(&mut (&mut bytes).take(skip), &mut std::io::sink())?;
            let name = old_name(raw.split(|byte| *byte == 0).next().unwrap_or(&[]), || None);
            if name == "TRAILER!!!" {
                break;
            }
            count += 1;
            let modified = i64::try_from(entry.modified).ok().filter(|time| *time > 0);
            let member = Member { name: &name, modified, encryption: Encryption::None, packed: Some(entry.size) };
            let mut content = (&mut bytes).take(entry.size);
            let more = match entry.mode & 0o170_000 {
                0o040_000 => {
                    links.member(&name);
                    true
                }
                0o120_000 => {
                    let mut target = Vec::new();
                    (&mut content).take(MOST_NAME).read_to_end(&mut target)?;
                    links.link(name.clone(), &old_name(&target, || None), false, modified);
                    true
                }
                0o010_000 | 0o020_000 | 0o060_000 | 0o140_000 => {
                    work.unread_member(&member, GapKind::NotAFile, "a device, pipe or socket: there is nothing to read")
                }
                _ => {
                    links.member(&name);
                    work.member(&member, &mut Promised { inner: &mut content, left: entry.size })
                }
            };
            std::io::copy(&mut content, &mut std::io::sink())?;
            if !more {
                return Ok(());
            }
            std::io::copy(&mut (&mut bytes).take(padding(entry.size, entry.align)), &mut std::io::sink())?;
        }
        links.finish(work);
        rest(work, bytes)
    }
}

/// What follows the end: another archive, as in initial file systems, or something that was hidden there.
fn rest(work: &mut Work<'_>, bytes: &mut dyn Read) -> std::io::Result<()> {
    let mut first = [0];
    loop {
        if fill(bytes, &mut first)? == 0 {
            return Ok(());
        }
        if first != [0] {
            let member = Member { name: "data after the archive", modified: None, encryption: Encryption::None, packed: None };
            work.member(&member, &mut first.as_slice().chain(bytes));
            return Ok(());
        }
    }
}

fn padding(at: u64, align: u64) -> u64 {
    (align - at % align) % align
}

/// The next header; `None` if there is none.
fn header(bytes: &mut dyn Read) -> std::io::Result<Option<Entry>> {
    let mut magic = [0; 6];
    if fill(bytes, &mut magic)? < magic.len() {
        return Ok(None);
    }
    if magic.starts_with(OLD) {
        return old(magic, bytes);
    }
    let new = matches!(&magic, b"070701" | b"070702");
    if !new && &magic != b"070707" {
        return Ok(None);
    }
    let mut fields = vec![0; if new { 104 } else { 70 }];
    if fill(bytes, &mut fields)? < fields.len() {
        return Ok(None);
    }
    let number = |at: usize, length: usize| {
        let text: String = fields.get(at..at + length)?.iter().map(|byte| char::from(*byte)).collect();
        u64::from_str_radix(&text, if new { 16 } else { 8 }).ok()
    };
    let read = || {
        Some(if new {
            let eight = |index: usize| number(index * 8, 8);
            Entry { mode: eight(1)?, modified: eight(5)?, size: eight(6)?, name: eight(11)?, align: 4, header: 110 }
        } else {
            Entry {
                mode: number(12, 6)?,
                modified: number(42, 11)?,
                name: number(53, 6)?,
                size: number(59, 11)?,
                align: 1,
                header: 76,
            }
        })
    };
    Ok(read())
}

/// A header of the old binary format: words of two bytes, of longer numbers the higher word first.
fn old(magic: [u8; 6], bytes: &mut dyn Read) -> std::io::Result<Option<Entry>> {
    let mut rest = [0; 20];
    if fill(bytes, &mut rest)? < rest.len() {
        return Ok(None);
    }
    let whole = [&magic[..], &rest[..]].concat();
    let word = |index: usize| match whole.get(index * 2..index * 2 + 2) {
        Some([low, high]) => u64::from(u16::from_le_bytes([*low, *high])),
        _ => 0,
    };
    let long = |index: usize| word(index) << 16 | word(index + 1);
    Ok(Some(Entry { mode: word(3), modified: long(8), name: word(10), size: long(11), align: 2, header: 26 }))
}
