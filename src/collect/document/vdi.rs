//! Disks of virtual machines as `VirtualBox` keeps them (VDI), with blocks found through one table.

use super::shared::clusters::{Clusters, Map, Table, Where, number};
use super::shared::volume;
use super::{Document, Head, Work};
use crate::collect::anywhere::Anywhere;
use crate::model::evidence::GapKind;
use std::io::{ErrorKind, Result};

/// The reader.
pub(super) struct Vdi;
/// The reader.
pub(super) static DOCUMENT: Vdi = Vdi;

impl Document for Vdi {
    fn id(&self) -> &'static str {
        "vdi"
    }

    fn title(&self) -> &'static str {
        "Disks of virtual machines (VDI)"
    }

    fn notes(&self) -> &'static str {
        "Disks that grow and those of fixed size are looked into like an image of a disk. Disks that take from another one (snapshots) are gaps. \
         Inside other containers the whole file is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "vdi" { 100 } else { 0 }
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
    content: u64,
    block: u64,
}

/// The disk as its bytes; `None` and a gap if it cannot be read.
fn disk<'a>(work: &mut Work<'_>, place: &Anywhere<'a>) -> Option<Anywhere<'a>> {
    let head = place.get(0, 512).unwrap_or_default();
    let (kind, length, block) = (number(&head, 76, 4), number(&head, 368, 8), number(&head, 376, 4));
    if matches!(kind, 3 | 4) {
        work.gap(GapKind::Missing, "it takes what it does not hold from another file (its parent): nothing of it was read");
        return None;
    }
    let valid = number(&head, 68, 4) == 0x1_0001 && block.is_power_of_two() && (4096..=256 << 20).contains(&block);
    if !valid || number(&head, 380, 4) > 0 || length > 1 << 50 {
        work.gap(
            GapKind::Malformed,
            "the header of the disk is not valid, or of a version that is not known: nothing of it was read",
        );
        return None;
    }
    let blocks = Blocks {
        table: Table::new(place),
        at: number(&head, 340, 4),
        count: number(&head, 384, 4),
        content: number(&head, 344, 4),
        block,
    };
    Some(Clusters::disk(place, blocks, block, length))
}

impl Map for Blocks<'_> {
    fn find(&self, index: u64) -> Option<Where> {
        if index >= self.count {
            return None;
        }
        let row = number(&self.table.get::<4>(self.at.checked_add(index * 4)?)?, 0, 4);
        Some(if row >= 0xffff_fffe { Where::Nowhere } else { Where::At(self.content + row * self.block) })
    }

    fn unpack(&self, _packed: &[u8], _out: &mut Vec<u8>) -> Result<()> {
        Err(ErrorKind::Unsupported.into())
    }
}
