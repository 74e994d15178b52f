//! Images of whole disks: the table of partitions (MBR with its chain of logical ones, GPT), and what lies in each partition. No
//! boot code is run or read, and nothing is looked for in a place that no table names.

use super::shared::volume;
use super::{Document, Head, Work};
use crate::collect::anywhere::Anywhere;
use crate::model::evidence::GapKind;
use std::collections::HashSet;

/// The reader.
pub(super) struct Disk;
/// The reader.
pub(super) static DOCUMENT: Disk = Disk;

/// Partitions of a disk.
const MOST: usize = 1_024;
/// Stretches between partitions below this are left for alignment and boot loaders.
const SPARE: u64 = 4 << 20;
/// Places of a stretch without a partition that are looked at.
const LOOKS: u64 = 64;

/// The kind of a partition that stands for all those of the newer table.
const PROTECTIVE: u8 = 0xee;
/// Partitions of the older table are counted from here where there is a newer one.
const OLD: usize = 1_000_000;

/// A partition as the table has it, in bytes.
struct Partition {
    number: usize,
    /// As the table of old has it; 0 in a newer one.
    kind: u8,
    from: u64,
    length: u64,
}

impl Document for Disk {
    fn id(&self) -> &'static str {
        "disk"
    }

    fn title(&self) -> &'static str {
        "Images of disks (raw, with partitions)"
    }

    fn notes(&self) -> &'static str {
        "Partitions of MBR (logical ones as well) and GPT, each looked into by what it holds: the files of ext2, ext3, ext4, FAT, exFAT and NTFS \
         are members below `partition N`; LUKS and BitLocker are encrypted; XFS, Btrfs, LVM, APFS and others are named and not read; anything else \
         is examined like a file. Deleted files and space that no file has are not looked at; space that no partition has is a gap where \
         something lies in it. Inside other containers the whole image is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "disk" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if !work.may_open() {
            return Ok(());
        }
        let Some(bytes) = work.anywhere()? else { return Ok(()) };
        partitions(work, &bytes);
        Ok(())
    }
}

/// Looks into every partition; `false` when no further member may come.
pub(super) fn partitions<'a>(work: &mut Work<'a>, place: &Anywhere<'a>) -> bool {
    let mut broken = 0;
    let mut found = match gpt(place, &mut broken) {
        Some(mut found) => {
            // a table of old that has partitions of its own: a disk that was divided anew, or is read by old systems, too
            let is_table = place.get(510, 2).is_some_and(|end| end == b"\x55\xaa");
            let old = mbr(place, &mut 0).into_iter().filter(|one| is_table && one.kind != PROTECTIVE);
            let old: Vec<_> = old.filter(|one| found.iter().all(|own| own.from != one.from)).collect();
            found.extend(old.into_iter().map(|one| Partition { number: one.number + OLD, ..one }));
            found
        }
        None => mbr(place, &mut broken),
    };
    if found.len() > MOST {
        work.gap(GapKind::Limit, format!("more than {MOST} partitions: the rest was not read"));
        found.truncate(MOST);
    }
    let (beyond, within): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.from >= place.len());
    let cut = within.iter().filter(|one| one.from.saturating_add(one.length) > place.len()).count();
    if broken > 0 || !beyond.is_empty() || cut > 0 {
        let reason = format!(
            "the table of partitions is damaged, or the image is cut off: {broken} entries are not valid, {} lie behind its end, {cut} reach beyond it",
            beyond.len()
        );
        work.gap(GapKind::Malformed, reason);
    } else if within.is_empty() {
        work.gap(GapKind::Malformed, "no partition can be read: nothing of the disk was read");
    }
    outside(work, place, &within);
    let mut windows: Vec<_> = within.iter().map(|one| (one.number, place.window(one.from, one.length))).collect();
    windows.sort_by_key(|row| !volume::is_known(&row.1));
    windows.iter().all(|(number, window)| {
        let name = match number.checked_sub(OLD) {
            Some(old) => format!("partition {old} of the older table"),
            None => format!("partition {number}"),
        };
        volume::look(work, window, &name)
    })
}

/// Says how much lies outside of all partitions, if it is not empty.
fn outside(work: &mut Work<'_>, place: &Anywhere<'_>, partitions: &[Partition]) {
    let mut ends: Vec<(u64, u64)> = partitions.iter().map(|one| (one.from, one.from.saturating_add(one.length))).collect();
    ends.sort_unstable();
    ends.push((place.len(), place.len()));
    let (mut at, mut bytes) = (0, 0_u64);
    for (from, to) in ends {
        let space = from.saturating_sub(at);
        let filled =
            |step: u64| place.get(at + space / LOOKS * step, 4096).is_some_and(|some| some.iter().any(|byte| *byte != 0));
        if space > SPARE && (0..LOOKS).any(filled) {
            bytes += space;
        }
        at = at.max(to);
    }
    if bytes > 0 {
        work.gap(
            GapKind::Unsupported,
            format!("{bytes} bytes lie outside of all partitions and are not empty: they were not read"),
        );
    }
}

fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    bytes.get(at..at + length).unwrap_or(&[]).iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// The partitions of a GPT, or of its copy at the end of the disk; `None` if there is none.
fn gpt(place: &Anywhere<'_>, broken: &mut u64) -> Option<Vec<Partition>> {
    let is_header = |at: u64| place.get(at, 92).is_some_and(|head| head.starts_with(b"EFI PART"));
    // the table of old says that the whole disk is of the new kind
    let protective = place.get(0, 512).is_some_and(|boot| (0..4).any(|row| boot.get(450 + row * 16) == Some(&0xee)));
    let last = place.len().saturating_sub(512);
    let (at, sector) = [(512, 512), (4096, 4096), (last, 512), (place.len().saturating_sub(4096), 4096)]
        .into_iter()
        .find(|row| is_header(row.0) && (row.0 <= 4096 || protective))?;
    *broken += u64::from(at > 4096);
    let head = place.get(at, 92)?;
    let (table, count, size) = (number(&head, 72, 8), number(&head, 80, 4), number(&head, 84, 4));
    let mut out = Vec::new();
    if !(128..=4096).contains(&size) {
        *broken += 1;
        return Some(out);
    }
    for index in 0..count.min(MOST as u64 + 1) {
        let row = table.checked_mul(sector).and_then(|table| table.checked_add(index * size));
        let Some(row) = row.and_then(|at| place.get(at, 128)) else {
            *broken += 1;
            break;
        };
        if row.iter().take(16).all(|byte| *byte == 0) {
            continue;
        }
        let (first, last) = (number(&row, 32, 8), number(&row, 40, 8));
        let from = first.checked_mul(sector);
        let length = last.checked_sub(first).and_then(|length| length.checked_add(1)?.checked_mul(sector));
        match (from, length) {
            (Some(from), Some(length)) if from > 0 => out.push(Partition { number: index as usize + 1, kind: 0, from, length }),
            _ => *broken += 1,
        }
    }
    Some(out)
}

/// The partitions of a master boot record, and the chain of logical ones.
fn mbr(place: &Anywhere<'_>, broken: &mut u64) -> Vec<Partition> {
    let mut out = Vec::new();
    let Some(boot) = place.get(0, 512) else { return out };
    let mut extended = None;
    for (index, row) in rows(&boot).enumerate() {
        match row {
            (0, ..) => {}
            (5 | 0x0f | 0x85, first, _) => extended = extended.or(Some(first)),
            (kind, first, count) => out.push(Partition { number: index + 1, kind, from: first * 512, length: count * 512 }),
        }
    }
    let Some(base) = extended else { return out };
    let (mut next, mut seen, mut number) = (base, HashSet::new(), 5);
    while out.len() <= MOST {
        let table = place.get(next * 512, 512).filter(|table| table.ends_with(b"\x55\xaa"));
        let Some(table) = table.filter(|_| seen.insert(next)) else {
            *broken += 1;
            break;
        };
        let mut more = None;
        for (kind, first, count) in rows(&table) {
            match kind {
                0 => {}
                5 | 0x0f | 0x85 => more = Some(base + first),
                _ => {
                    out.push(Partition { number, kind, from: (next + first) * 512, length: count * 512 });
                    number += 1;
                }
            }
        }
        match more {
            Some(more) => next = more,
            None => break,
        }
    }
    out
}

/// Kind, first sector and number of sectors.
fn rows(sector: &[u8]) -> impl Iterator<Item = (u8, u64, u64)> {
    let rows = sector.get(446..510).unwrap_or(&[]).chunks(16);
    rows.map(|row| (row.get(4).copied().unwrap_or(0), number(row, 8, 4), number(row, 12, 4)))
}
