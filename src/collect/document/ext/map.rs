//! Where the content of a file lies: in extents, in blocks of pointers, or in its inode.

use super::{Inode, System, four, two};
use crate::collect::document::shared::volume::{Files, Run, push};

pub(super) const ENCRYPTED: u32 = 0x800;
pub(super) const EXTENTS: u32 = 0x8_0000;
pub(super) const INLINE: u32 = 0x1000_0000;

/// Levels of a tree of extents.
const MOST_DEPTH: u32 = 5;

/// The stretches of a file; `None` if they are damaged.
pub(super) fn runs(system: &System<'_>, inode: &Inode, files: &mut Files<'_, '_>) -> Option<Vec<Run>> {
    let mut out = Stretches { block: system.block, at: 0, end: inode.size.div_ceil(system.block), runs: Vec::new() };
    let root = inode.raw.get(40..100)?;
    if inode.flags & EXTENTS != 0 {
        extents(system, root, MOST_DEPTH + 1, &mut out, files)?;
    } else {
        for (index, pointer) in root.chunks(4).take(15).enumerate() {
            pointers(system, four(pointer, 0), (index as u32).saturating_sub(11), &mut out, files)?;
        }
    }
    // what no stretch was said of is a hole
    let left = out.end.saturating_sub(out.at);
    out.add(left, None)?;
    Some(out.runs)
}

/// The stretches so far.
struct Stretches {
    block: u64,
    /// The next block of the file, and the one behind its last.
    at: u64,
    end: u64,
    runs: Vec<Run>,
}

impl Stretches {
    fn add(&mut self, blocks: u64, from: Option<u64>) -> Option<()> {
        let blocks = blocks.min(self.end.saturating_sub(self.at));
        if blocks == 0 {
            return Some(());
        }
        self.at += blocks;
        let from = match from {
            Some(from) => Some(from.checked_mul(self.block)?),
            None => None,
        };
        push(&mut self.runs, blocks.saturating_mul(self.block), from).then_some(())
    }
}

/// A node of a tree of extents.
fn extents(system: &System<'_>, node: &[u8], above: u32, out: &mut Stretches, files: &mut Files<'_, '_>) -> Option<()> {
    let (rows, depth) = (two(node, 2) as usize, two(node, 6));
    if two(node, 0) != 0xf30a || depth >= above || rows > node.len() / 12 - 1 {
        return None;
    }
    for row in node.get(12..)?.chunks(12).take(rows) {
        if depth > 0 {
            if !files.step(1) {
                return None;
            }
            let at = u64::from(two(row, 8)) << 32 | u64::from(four(row, 4));
            let inner = system.place.get(at.checked_mul(system.block)?, system.block as usize)?;
            extents(system, &inner, depth, out, files)?;
            continue;
        }
        let (first, length) = (u64::from(four(row, 0)), u64::from(two(row, 4)));
        let from = u64::from(two(row, 6)) << 32 | u64::from(four(row, 8));
        // stretches lie in order; one that was set aside and never written is zeros
        out.add(first.checked_sub(out.at.min(first))?, None)?;
        if first != out.at && out.at < out.end {
            return None;
        }
        if length > 32_768 { out.add(length - 32_768, None)? } else { out.add(length, Some(from))? }
    }
    Some(())
}

/// A pointer to a block of the file, or to a block of such pointers.
fn pointers(system: &System<'_>, pointer: u32, level: u32, out: &mut Stretches, files: &mut Files<'_, '_>) -> Option<()> {
    if out.at >= out.end {
        return Some(());
    }
    let per_block = system.block / 4;
    if pointer == 0 {
        return out.add(per_block.checked_pow(level)?, None);
    }
    if level == 0 {
        return out.add(1, Some(pointer.into()));
    }
    if !files.step(1) {
        return None;
    }
    let block = system.place.get(u64::from(pointer) * system.block, system.block as usize)?;
    for inner in block.chunks(4) {
        pointers(system, four(inner, 0), level - 1, out, files)?;
    }
    Some(())
}

/// What stands in the inode itself: sixty bytes where the map would be, and an attribute for what is beyond.
pub(super) fn inline(inode: &Inode) -> Option<Vec<u8>> {
    let mut out = inode.raw.get(40..100)?.to_vec();
    let start = 128 + two(&inode.raw, 128) as usize;
    if four(&inode.raw, start) == 0xea02_0000 {
        let first = start + 4;
        let mut at = first;
        while let Some(&[name, kind, ..]) = inode.raw.get(at..at + 16) {
            if name == 0 && kind == 0 {
                break;
            }
            if kind == 7 && inode.raw.get(at + 16..at + 16 + usize::from(name)) == Some(b"data") {
                let from = first + two(&inode.raw, at + 2) as usize;
                out.extend(inode.raw.get(from..from + four(&inode.raw, at + 8) as usize)?);
                break;
            }
            at += (16 + usize::from(name)).next_multiple_of(4);
        }
    }
    Some(out)
}
