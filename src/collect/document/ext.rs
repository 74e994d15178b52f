//! ext2, ext3 and ext4, as their structures are written down: folders from the root, extents and block maps, small files inside their
//! inodes. What was deleted is not looked for. No checksum is asked for: what can be walked to is read, and content is never trusted.

mod journal;
mod map;

use super::shared::volume::{self, Content, Entry, Files};
use super::{Document, Head, Work};
use crate::collect::anywhere::Anywhere;
use crate::collect::unpack::old_name;
use crate::model::evidence::GapKind;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The reader.
pub(super) struct Ext;
/// The reader.
pub(super) static DOCUMENT: Ext = Ext;

const ROOT: u32 = 2;
/// Bytes of an inode that mean something here.
const INODE: u64 = 1024;
const MOST_LINK: u64 = 4096;

/// Incompatible features that make no difference to reading: types in folders, an unfinished journal, extents, 64 bits, multiple mounts,
/// flexible groups, large folders, seeds of checksums, data in inodes, encryption, other letter cases, values in inodes of their own; and
/// groups that keep the table of groups apart, which is looked for there.
const KNOWN: u32 = 0x2 | 0x4 | 0x10 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x2000 | 0x4000 | 0x8000 | 0x1_0000 | 0x2_0000;

impl Document for Ext {
    fn id(&self) -> &'static str {
        "ext"
    }

    fn title(&self) -> &'static str {
        "Images of file systems (ext2, ext3, ext4)"
    }

    fn notes(&self) -> &'static str {
        "Every file is a member, with its time; links, devices and names that lead to the same file are told apart. A journal that was left \
         unfinished is applied as the system would. Encrypted folders and files are gaps. Deleted files, free space and extended attributes are \
         not looked at. Inside other containers the whole image is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "ext" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if !work.may_open() {
            return Ok(());
        }
        let Some(bytes) = work.anywhere()? else { return Ok(()) };
        files(work, &bytes, "");
        Ok(())
    }
}

/// What the superblock says.
struct System<'a> {
    place: Anywhere<'a>,
    block: u64,
    inodes: u32,
    per_group: u32,
    inode: u64,
    groups: Groups,
    /// The inode of the journal, if it was left unfinished.
    journal: Option<u32>,
}

/// Where the table of groups lies: in one piece, and from some block on in pieces, each in the first of the groups that it tells of.
struct Groups {
    /// The block where it begins, and the bytes of a row.
    begin: u64,
    row: u64,
    /// The block of the table from which on it lies apart.
    apart: u64,
    /// The first block of the first group, and how many blocks a group has.
    first: u64,
    blocks: u64,
    /// Which groups begin with a copy of the superblock.
    copies: Copies,
}

enum Copies {
    All,
    /// The first two, and those whose numbers are powers of 3, 5 and 7.
    Some,
    /// The first, and these two.
    Two(u32, u32),
}

impl Groups {
    fn new(head: &[u8], block: u64, features: u32) -> Self {
        let (compatible, read_only) = (four(head, 0x5c), four(head, 0x64));
        let first = u64::from(four(head, 0x14));
        // small blocks in large clusters: the superblock stands in the second block, though counting begins with the first
        let shifted = u64::from(read_only & 0x200 != 0 && block == 1024 && first == 0);
        let copies = if compatible & 0x200 != 0 {
            Copies::Two(four(head, 0x24c), four(head, 0x250))
        } else if read_only & 1 != 0 {
            Copies::Some
        } else {
            Copies::All
        };
        Self {
            begin: first + 1 + shifted,
            row: if features & 0x80 != 0 { u64::from(two(head, 0xfe)).max(32) } else { 32 },
            apart: if features & 0x10 != 0 { u64::from(four(head, 0x104)) } else { u64::MAX },
            first,
            blocks: four(head, 0x20).into(),
            copies,
        }
    }

    /// Where the row of a group lies, in bytes.
    fn place(&self, group: u32, block: u64) -> Option<u64> {
        let rows = block / self.row;
        let (piece, row) = (u64::from(group) / rows, u64::from(group) % rows);
        let at = if piece < self.apart || piece == 0 {
            self.begin + piece
        } else {
            let own = piece * rows;
            self.first + own * self.blocks + u64::from(self.has_copy(own))
        };
        at.checked_mul(block)?.checked_add(row * self.row)
    }

    fn has_copy(&self, group: u64) -> bool {
        let power = |of: u64| {
            std::iter::successors(Some(of), |at| at.checked_mul(of)).take_while(|at| *at <= group).any(|at| at == group)
        };
        match self.copies {
            Copies::All => true,
            Copies::Some => group <= 1 || power(3) || power(5) || power(7),
            Copies::Two(one, other) => group == 0 || group == u64::from(one) || group == u64::from(other),
        }
    }
}

/// A file's own numbers.
struct Inode {
    raw: Vec<u8>,
    mode: u32,
    size: u64,
    flags: u32,
    links: u32,
    stored: u64,
    modified: Option<i64>,
}

fn four(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn two(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes).into()
}

impl<'a> System<'a> {
    fn new(place: &Anywhere<'a>) -> Result<Self, (GapKind, String)> {
        let damaged = || (GapKind::Malformed, "the file system's first block is damaged: nothing of it was read".to_owned());
        let head = place.get(1024, 1024).ok_or_else(damaged)?;
        let features = four(&head, 0x60);
        if features & !KNOWN != 0 {
            let reason = format!("an ext file system with features that are not known here ({:x}): not read", features & !KNOWN);
            return Err((GapKind::Unsupported, reason));
        }
        let block = 1024_u64 << four(&head, 0x18).min(6);
        let inode = if four(&head, 0x4c) == 0 { 128 } else { u64::from(two(&head, 0x58)) };
        let unfinished = features & 0x4 != 0 && four(&head, 0x5c) & 0x4 != 0;
        let system = Self {
            place: place.clone(),
            block,
            inodes: four(&head, 0),
            per_group: four(&head, 0x28),
            inode,
            groups: Groups::new(&head, block, features),
            // number 0 is none: it lies on another disk, and cannot be applied
            journal: unfinished.then(|| four(&head, 0xe0)),
        };
        let fits = (128..=block).contains(&inode) && system.per_group > 0 && system.groups.row <= block;
        if fits { Ok(system) } else { Err(damaged()) }
    }

    fn inode(&self, number: u32) -> Option<Inode> {
        if number == 0 || number > self.inodes {
            return None;
        }
        let (group, index) = ((number - 1) / self.per_group, (number - 1) % self.per_group);
        let row = self.place.get(self.groups.place(group, self.block)?, self.groups.row as usize)?;
        let high = if self.groups.row >= 64 { u64::from(four(&row, 0x28)) } else { 0 };
        let table = (high << 32 | u64::from(four(&row, 8))).checked_mul(self.block)?;
        let at = table.checked_add(u64::from(index) * self.inode)?;
        let raw = self.place.get(at, self.inode.min(INODE) as usize)?;
        let mode = two(&raw, 0);
        let high = if mode & 0xf000 == 0x8000 || mode & 0xf000 == 0x4000 { u64::from(four(&raw, 108)) } else { 0 };
        // further bits of the time, for those after 2038
        let extra = if raw.len() > 140 && two(&raw, 128) >= 12 { i64::from(four(&raw, 136) & 3) } else { 0 };
        let time = i64::from(four(&raw, 16) as i32) + (extra << 32);
        Some(Inode {
            mode,
            size: high << 32 | u64::from(four(&raw, 4)),
            flags: four(&raw, 32),
            links: two(&raw, 26),
            // of huge files in blocks, of others in sectors
            stored: (u64::from(two(&raw, 116)) << 32 | u64::from(four(&raw, 28)))
                .saturating_mul(if four(&raw, 32) & 0x4_0000 != 0 { self.block } else { 512 }),
            modified: (time > 0).then_some(time),
            raw,
        })
    }

    /// What a file has, as far as it may be held: a folder, the target of a link. What is missing at its end is said.
    fn held(&self, inode: &Inode, most: u64, files: &mut Files<'_, '_>) -> Option<Vec<u8>> {
        if inode.flags & map::INLINE != 0 {
            return map::inline(inode);
        }
        if inode.size > most {
            return None;
        }
        let runs = map::runs(self, inode, files)?;
        let mut out = Vec::new();
        let mut content = Content::new(&self.place, runs, inode.size, inode.size);
        std::io::Read::read_to_end(&mut content, &mut out).ok()?;
        files.broken += u64::from((out.len() as u64) < inode.size);
        Some(out)
    }
}

/// Gives the files of a volume as members; `false` when no further one may come.
pub(super) fn files<'a>(work: &mut Work<'a>, place: &Anywhere<'a>, prefix: &str) -> bool {
    let mut system = match System::new(place) {
        Ok(system) => system,
        Err((kind, reason)) => {
            let place = if prefix.is_empty() { String::new() } else { format!(" ({prefix})") };
            work.gap(kind, format!("{reason}{place}"));
            return true;
        }
    };
    let mut files = Files::new(work, prefix, place.len() / system.block);
    if let Some(number) = system.journal {
        journal::apply(&mut system, number, &mut files);
    }
    let more = walk(&system, &mut files);
    files.finish("the file system");
    more
}

/// A folder that waits: its inode, its path, how deep it is.
type Waiting = (u32, Rc<str>, String, usize);

fn walk(system: &System<'_>, files: &mut Files<'_, '_>) -> bool {
    let mut waiting: Vec<Waiting> = vec![(ROOT, "".into(), String::new(), 0)];
    let (mut seen, mut names) = (HashSet::new(), HashMap::new());
    while let Some((number, above, name, level)) = waiting.pop() {
        let path: Rc<str> = if above.is_empty() { name.into() } else { format!("{above}/{name}").into() };
        let folder = system.inode(number).filter(|folder| folder.mode & 0xf000 == 0x4000);
        let Some(folder) = folder.filter(|_| level <= volume::MOST_LEVELS && seen.insert(number)) else {
            files.broken += 1;
            continue;
        };
        if folder.flags & map::ENCRYPTED != 0 {
            let reason = "an encrypted folder (fscrypt): its files were not read";
            if !files.unread(if path.is_empty() { "root" } else { &path }, folder.modified, GapKind::Encrypted, reason) {
                return false;
            }
            continue;
        }
        files.folder(&path);
        let Some(rows) = system.held(&folder, volume::MOST_FOLDER, files) else {
            files.broken += 1;
            continue;
        };
        let from = if folder.flags & map::INLINE != 0 { vec![4..60, 60..rows.len()] } else { blocks(rows.len(), system.block) };
        for stretch in from {
            let mut rest = rows.get(stretch).unwrap_or(&[]);
            while rest.len() >= 8 {
                let (inode, length, size) = (four(rest, 0), two(rest, 4) as usize, rest.get(6).copied().unwrap_or(0));
                // a block of 64 KiB is one row: its length does not fit
                let length = if length == 0 || length == 0xffff { rest.len() } else { length };
                let Some(row) = rest.get(..length).filter(|row| row.len() >= 8 + usize::from(size)) else {
                    files.broken += 1;
                    break;
                };
                rest = rest.get(length..).unwrap_or(&[]);
                let raw = row.get(8..8 + usize::from(size)).unwrap_or(&[]);
                if inode == 0 || matches!(raw, b"" | b"." | b"..") {
                    continue;
                }
                let name = old_name(raw, || None).replace('/', "_");
                let Some(own) = system.inode(inode) else {
                    files.broken += 1;
                    continue;
                };
                if own.mode & 0xf000 == 0x4000 {
                    if waiting.len() >= volume::MOST_WAITING {
                        files.broken += 1;
                    } else {
                        waiting.push((inode, Rc::clone(&path), name, level + 1));
                    }
                    continue;
                }
                let whole = if path.is_empty() { name } else { format!("{path}/{name}") };
                if own.links > 1
                    && let Some(first) = names.insert(inode, whole.clone())
                {
                    files.link(&whole, &first, true, own.modified);
                    names.insert(inode, first);
                    continue;
                }
                if !file(system, files, &own, &whole) {
                    return false;
                }
            }
        }
    }
    true
}

/// The blocks of a folder: no row crosses the border of one.
fn blocks(length: usize, block: u64) -> Vec<std::ops::Range<usize>> {
    (0..length).step_by(block as usize).map(|from| from..length.min(from + block as usize)).collect()
}

/// What is no folder; `false` when no further member may come.
fn file(system: &System<'_>, files: &mut Files<'_, '_>, own: &Inode, name: &str) -> bool {
    match own.mode & 0xf000 {
        0x8000 if own.flags & map::ENCRYPTED != 0 => {
            files.unread(name, own.modified, GapKind::Encrypted, "an encrypted file (fscrypt): its content was not read")
        }
        0x8000 => {
            let entry = Entry { name, modified: own.modified, size: own.size, stored: own.stored, hidden: None };
            if own.flags & map::INLINE != 0 {
                let held = map::inline(own).unwrap_or_default();
                let held = held.get(..held.len().min(own.size as usize)).unwrap_or(&[]);
                return files.file(&entry, &mut &*held);
            }
            let Some(runs) = map::runs(system, own, files) else {
                let reason = "where its content lies is damaged: it was not read";
                return files.unread(name, own.modified, GapKind::Malformed, reason);
            };
            files.file(&entry, &mut Content::new(&system.place, runs, own.size, own.size))
        }
        0xa000 => {
            // short targets stand in the inode itself
            let target = if own.size < 60 && own.flags & (map::EXTENTS | map::INLINE) == 0 {
                own.raw.get(40..40 + own.size as usize).map(<[u8]>::to_vec)
            } else {
                system.held(own, MOST_LINK, files)
            };
            let mut target = target.unwrap_or_default();
            target.truncate(own.size as usize);
            files.link(name, &old_name(&target, || None), false, own.modified);
            true
        }
        0x1000 | 0x2000 | 0x6000 | 0xc000 => {
            files.unread(name, own.modified, GapKind::NotAFile, "a device, pipe or socket: there is nothing to read")
        }
        _ => {
            files.broken += 1;
            true
        }
    }
}
