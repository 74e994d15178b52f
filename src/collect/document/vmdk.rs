//! Disks of virtual machines as `VMware` keeps them (VMDK): one file with grains found through two tables, as they are or packed. The raw
//! file of a disk in two files is an image of a disk like any other.

use super::shared::clusters::{Clusters, Map, Table, Where, number};
use super::shared::volume;
use super::{Document, Head, Work};
use crate::collect::anywhere::Anywhere;
use crate::model::evidence::GapKind;
use std::io::{Read, Result};

/// The reader.
pub(super) struct Vmdk;
/// The reader.
pub(super) static DOCUMENT: Vmdk = Vmdk;

/// Bytes of the text that describes the disk.
const MOST_TEXT: u64 = 64 << 10;

impl Document for Vmdk {
    fn id(&self) -> &'static str {
        "vmdk"
    }

    fn title(&self) -> &'static str {
        "Disks of virtual machines (VMDK)"
    }

    fn notes(&self) -> &'static str {
        "Disks in one file (monolithicSparse, streamOptimized) are looked into like an image of a disk. Disks that take from another one (snapshots), those in several \
         sparse files and those of ESX (COWD) are gaps. Inside other containers the whole file is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "vmdk" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> Result<()> {
        volume::unfold(work, disk)
    }
}

/// The tables of a disk.
struct Tables<'a> {
    first: Table<'a>,
    second: Table<'a>,
    at: u64,
    count: u64,
    rows: u64,
    packed: bool,
    grain: u64,
}

/// The disk as its bytes; `None` and a gap if it cannot be read.
fn disk<'a>(work: &mut Work<'_>, place: &Anywhere<'a>) -> Option<Anywhere<'a>> {
    let mut head = place.get(0, 512).unwrap_or_default();
    if !head.starts_with(b"KDMV") {
        work.gap(GapKind::Unsupported, "a disk of ESX (COWD): recognised, not read; ask for its files as zip or 7z");
        return None;
    }
    let sectors = |at: u64| at.checked_mul(512);
    let text = sectors(number(&head, 28, 8)).zip(sectors(number(&head, 36, 8)).map(|length| length.min(MOST_TEXT)));
    let mut said = Vec::new();
    if let Some((from, length)) = text
        && place.slice(from, from.saturating_add(length)).read_to_end(&mut said).is_err()
    {
        said.clear();
    }
    let said = String::from_utf8_lossy(&said);
    let parent = said.lines().find_map(|line| line.trim().strip_prefix("parentCID="));
    if parent.is_some_and(|parent| !parent.trim_end_matches('\0').eq_ignore_ascii_case("ffffffff")) {
        work.gap(GapKind::Missing, "it takes what it does not hold from another file (its parent): nothing of it was read");
        return None;
    }
    // where the first table lies is said at the end of a disk that was written in one go
    if number(&head, 56, 8) == u64::MAX {
        let footer = place.len().checked_sub(1024).and_then(|at| place.get(at, 512)).filter(|footer| footer.starts_with(b"KDMV"));
        head = footer.unwrap_or(head);
    }
    let (capacity, grain, rows) = (sectors(number(&head, 12, 8)), sectors(number(&head, 20, 8)), number(&head, 44, 4));
    let (Some(length), Some(grain), Some(at)) = (capacity, grain, sectors(number(&head, 56, 8))) else {
        work.gap(GapKind::Malformed, "the header of the disk is not valid: nothing of it was read");
        return None;
    };
    if !(4096..=2 << 20).contains(&grain) || !(1..=1 << 20).contains(&rows) || length > 1 << 50 {
        work.gap(GapKind::Malformed, "the header of the disk is not valid: nothing of it was read");
        return None;
    }
    let count = length.div_ceil(grain).div_ceil(rows);
    let packed = number(&head, 77, 2) == 1;
    let tables = Tables { first: Table::new(place), second: Table::new(place), at, count, rows, packed, grain };
    Some(Clusters::disk(place, tables, grain, length))
}

impl Map for Tables<'_> {
    fn find(&self, index: u64) -> Option<Where> {
        let (first, second) = (index / self.rows, index % self.rows);
        if first >= self.count {
            return None;
        }
        let table = number(&self.first.get::<4>(self.at.checked_add(first * 4)?)?, 0, 4) * 512;
        if table == 0 {
            return Some(Where::Nowhere);
        }
        let row = number(&self.second.get::<4>(table + second * 4)?, 0, 4) * 512;
        Some(match row {
            0 | 512 => Where::Nowhere,
            // its sector of the disk, how many bytes, and those
            at if self.packed => {
                let length = number(&self.first.get::<4>(at + 8)?, 0, 4);
                Where::Packed(at + 12, length)
            }
            at => Where::At(at),
        })
    }

    fn unpack(&self, packed: &[u8], out: &mut Vec<u8>) -> Result<()> {
        flate2::read::ZlibDecoder::new(packed).take(self.grain).read_to_end(out)?;
        Ok(())
    }
}
