//! Disks of virtual machines as Virtual PC and older Hyper-V keep them (VHD), with blocks found through one table. A disk of fixed size
//! is an image of a disk like any other.

use super::shared::clusters::{Clusters, Map, Table, Where};
use super::shared::volume;
use super::{Document, Head, Work};
use crate::collect::anywhere::Anywhere;
use crate::model::evidence::GapKind;
use std::io::{ErrorKind, Result};

/// The reader.
pub(super) struct Vhd;
/// The reader.
pub(super) static DOCUMENT: Vhd = Vhd;

impl Document for Vhd {
    fn id(&self) -> &'static str {
        "vhd"
    }

    fn title(&self) -> &'static str {
        "Disks of virtual machines (VHD)"
    }

    fn notes(&self) -> &'static str {
        "Disks that grow (dynamic) are looked into like an image of a disk, as are those of fixed size. Disks that take from another one (differencing) are \
         gaps. VHDX is recognised and not read. Inside other containers the whole file is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "vhd" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> Result<()> {
        volume::unfold(work, disk)
    }
}

/// The table of a disk.
struct Blocks<'a> {
    table: Table<'a>,
    at: u64,
    count: u64,
    /// Bytes before the content of each block: which of its sectors were written.
    skip: u64,
}

fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    bytes.get(at..at + length).unwrap_or(&[]).iter().fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// The disk as its bytes; `None` and a gap if it cannot be read.
fn disk<'a>(work: &mut Work<'_>, place: &Anywhere<'a>) -> Option<Anywhere<'a>> {
    let head = place.get(0, 512).unwrap_or_default();
    if number(&head, 60, 4) == 4 {
        work.gap(GapKind::Missing, "it takes what it does not hold from another file (its parent): nothing of it was read");
        return None;
    }
    let more = place.get(number(&head, 16, 8), 1024).filter(|more| more.starts_with(b"cxsparse"));
    let (length, block) = (number(&head, 48, 8), more.as_ref().map_or(0, |more| number(more, 32, 4)));
    let Some(more) = more.filter(|_| block.is_power_of_two() && (4096..=256 << 20).contains(&block) && length <= 1 << 50) else {
        work.gap(GapKind::Malformed, "the header of the disk is not valid: nothing of it was read");
        return None;
    };
    let skip = (block / 512 / 8).next_multiple_of(512);
    let blocks = Blocks { table: Table::new(place), at: number(&more, 16, 8), count: number(&more, 28, 4), skip };
    Some(Clusters::disk(place, blocks, block, length))
}

impl Map for Blocks<'_> {
    fn find(&self, index: u64) -> Option<Where> {
        if index >= self.count {
            return None;
        }
        let row = number(&self.table.get::<4>(self.at.checked_add(index * 4)?)?, 0, 4);
        Some(if row == 0xffff_ffff { Where::Nowhere } else { Where::At(row * 512 + self.skip) })
    }

    fn unpack(&self, _packed: &[u8], _out: &mut Vec<u8>) -> Result<()> {
        Err(ErrorKind::Unsupported.into())
    }
}
