//! A journal that was left unfinished, as in an image of a machine that was running: its blocks stand in place of those of the file
//! system, as the system itself would put them there. Nothing is written: they are laid over what is read.

use super::{System, map};
use crate::collect::anywhere::{Anywhere, Pieces};
use crate::collect::document::shared::volume::{Content, Files};
use crate::model::evidence::GapKind;
use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};
use std::rc::Rc;

const MAGIC: &[u8] = b"\xc0\x3b\x39\x98";
/// Bytes of a journal.
const MOST: u64 = 1 << 30;

/// The volume with the blocks of its journal over it.
struct Applied<'a> {
    place: Anywhere<'a>,
    block: u64,
    /// The block of the volume, and where in it what belongs there lies; whether its first four bytes were taken out.
    blocks: HashMap<u64, (u64, bool)>,
}

impl Pieces for Applied<'_> {
    fn read_at(&self, at: u64, out: &mut [u8]) -> std::io::Result<usize> {
        let (block, within) = (at / self.block, at % self.block);
        let most = out.len().min((self.block - within) as usize);
        let Some(out) = out.get_mut(..most) else { return Ok(0) };
        let found = self.blocks.get(&block);
        let mut place = self.place.clone();
        place.seek(SeekFrom::Start(found.map_or(at, |row| row.0 + within)))?;
        let got = place.read(out)?;
        if found.is_some_and(|row| row.1) && within < 4 {
            for (slot, byte) in out.iter_mut().take(got).zip(MAGIC.iter().skip(within as usize)) {
                *slot = *byte;
            }
        }
        Ok(got)
    }
}

fn four(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// Lays the journal over the volume. Where it cannot be read that is a gap, and the volume is read as it stands.
pub(super) fn apply(system: &mut System<'_>, number: u32, files: &mut Files<'_, '_>) {
    match blocks(system, number, files) {
        Some(blocks) if blocks.is_empty() => {}
        Some(blocks) => {
            let (place, block) = (system.place.clone(), system.block);
            let length = place.len();
            system.place = Anywhere::pieces(Rc::new(Applied { place, block, blocks }), length);
        }
        None => {
            let reason = "the file system was in use when the image was made, and its journal cannot be read: what was written last is not seen";
            files.work.gap(GapKind::Malformed, reason);
        }
    }
}

/// What of the journal is whole: blocks of the volume and where their content lies.
fn blocks(system: &System<'_>, number: u32, files: &mut Files<'_, '_>) -> Option<HashMap<u64, (u64, bool)>> {
    let inode = system.inode(number).filter(|inode| inode.size <= MOST)?;
    let runs = map::runs(system, &inode, files)?;
    let mut homes: Vec<u64> = Vec::new();
    for (length, from) in &runs {
        homes.extend(
            (0..length / system.block).map(|index| from.map_or(u64::MAX, |from| from.saturating_add(index * system.block))),
        );
    }
    let mut head = Vec::new();
    Content::new(&system.place, runs, inode.size, inode.size).take(1024).read_to_end(&mut head).ok()?;
    let (size, last, first) = (u64::from(four(&head, 12)), u64::from(four(&head, 16)), u64::from(four(&head, 20)));
    let (mut sequence, start, features) = (four(&head, 24), u64::from(four(&head, 28)), four(&head, 40));
    let version = four(&head, 4);
    if !head.starts_with(MAGIC) || !matches!(version, 3 | 4) || size != system.block || first == 0 || last > homes.len() as u64 {
        return None;
    }
    let features = if version == 4 { features } else { 0 };
    // short commits stand behind the ring
    let short = if features & 32 == 0 { 0 } else { Some(u64::from(four(&head, 84))).filter(|short| *short > 0).unwrap_or(256) };
    let last = last.saturating_sub(short);
    let (mut out, mut fresh, mut revoked) = (HashMap::new(), Vec::new(), Vec::new());
    if start == 0 {
        return Some(out);
    }
    if first >= last {
        return None;
    }
    // a block of the journal; it is a ring
    let home = |at: u64| homes.get(at as usize).copied();
    let step = |at: u64| if at + 1 >= last { first } else { at + 1 };
    let mut at = start;
    for _ in 0..homes.len() {
        let Some(block) = home(at).and_then(|from| system.place.get(from, system.block as usize)) else { break };
        if !block.starts_with(MAGIC) || four(&block, 8) != sequence {
            break;
        }
        at = step(at);
        match four(&block, 4) {
            1 => {
                for (target, escaped) in tags(&block, features)? {
                    fresh.push((target, (home(at)?, escaped)));
                    at = step(at);
                }
            }
            5 => {
                let wide = if features & 2 != 0 { 8 } else { 4 };
                let end = (four(&block, 12) as usize).min(block.len());
                for row in block.get(16..end).unwrap_or(&[]).chunks_exact(wide) {
                    revoked.push(row.iter().fold(0_u64, |all, byte| all << 8 | u64::from(*byte)));
                }
            }
            // the end of a transaction: what it wrote counts now, and what it took back does not count any more
            2 => {
                out.extend(fresh.drain(..));
                for target in revoked.drain(..) {
                    out.remove(&target);
                }
                sequence = sequence.wrapping_add(1);
            }
            _ => break,
        }
    }
    // a head of such commits (tag 9), and the transaction that they go on from
    let head = homes.get(last as usize + 1).filter(|_| short > 0).and_then(|from| system.place.get(*from, 12));
    if head.is_some_and(|head| head.starts_with(&[9, 0]) && head.get(8..) == Some(&sequence.to_le_bytes())) {
        let reason = "the file system was in use when the image was made, and what was written last lies in short commits of its journal, \
                      which are not applied: files may be missing";
        files.work.gap(GapKind::Unsupported, reason);
    }
    Some(out)
}

/// Which blocks of the volume follow; `None` if that is damaged.
fn tags(block: &[u8], features: u32) -> Option<Vec<(u64, bool)>> {
    let (wide, second, third) = (features & 2 != 0, features & 8 != 0, features & 16 != 0);
    let size = if third { 16 } else { 8 + if wide { 4 } else { 0 } + if second { 2 } else { 0 } };
    let mut out = Vec::new();
    // the last bytes are a checksum
    let end = block.len() - if second || third { 4 } else { 0 };
    let mut at = 12;
    while at + size <= end {
        let flags = if third { four(block, at + 4) } else { four(block, at + 4) & 0xffff };
        let high = if wide { u64::from(four(block, at + 8)) } else { 0 };
        out.push((high << 32 | u64::from(four(block, at)), flags & 1 != 0));
        at += size + if flags & 2 != 0 { 0 } else { 16 };
        if flags & 8 != 0 {
            return Some(out);
        }
    }
    None
}
