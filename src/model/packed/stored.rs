//! Artifacts that stay packed as they stand in their file. Those of which there is something to say are kept unpacked beside it; of the
//! others, of which there may be millions, a block is unpacked where somebody asks. What it holds was read once before, within bounds.

use super::block::{self, Reader};
use super::frame::unpacked;
use crate::model::artifacts::{At, tells};
use crate::model::evidence::{Artifact, Gap, Part};
use crate::model::several::each;
use crate::model::tree::Unpacker;
use std::ops::Range;
use std::sync::OnceLock;

/// Artifacts that are sealed together, at most.
pub const MOST_SEALED: usize = super::MOST_ARTIFACTS;
/// Blocks that are unpacked in one piece of work.
pub(super) const GROUP: usize = 16;
/// Artifacts of a block that are kept for no more than that somebody will ask. Where it would be many, the block is unpacked again.
const MOST_ASKED: usize = super::MOST_ARTIFACTS / 8;
/// Where nothing is kept.
const NOTHING: u32 = u32::MAX;

/// Packed artifacts.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// The file, or what was packed at several times: none of that is copied to stand in one place.
    bytes: Vec<Vec<u8>>,
    blocks: Vec<Block>,
    /// For each artifact where it is among `telling`.
    slots: Vec<u32>,
    /// Positions of those that are kept unpacked, ascending.
    positions: Vec<u32>,
    /// What there is to say of these need not be in their block, and may have changed since.
    telling: Vec<Artifact>,
}

#[derive(Debug, Clone)]
struct Block {
    /// The position of its first.
    first: usize,
    /// In which of them its frame's content is, and where in it.
    at: (usize, Range<usize>),
    /// What is in it, once somebody asked.
    all: OnceLock<Vec<Artifact>>,
}

/// What was found in blocks that follow each other.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Where each is, and how many are in it.
    blocks: Vec<(Range<usize>, usize)>,
    count: usize,
    /// Those of the next block that are kept for no more than that somebody will ask.
    asked: usize,
    /// Positions, from the first of these blocks.
    positions: Vec<u32>,
    telling: Vec<Artifact>,
}

/// Artifacts that follow each other, packed for this program alone: what there is to say of them is not in the block.
#[derive(Debug)]
pub struct Sealed {
    bytes: Vec<u8>,
    found: Found,
}

impl Sealed {
    /// Artifacts of one; more of them are [`MOST_SEALED`] at most.
    pub fn of(mut artifacts: Vec<Artifact>) -> Self {
        let mut found = Found::default();
        for (within, artifact) in (0_u32..).zip(&mut artifacts) {
            found.add(within, artifact, false);
        }
        let (count, content) = block::pack::<Vec<u8>>(&artifacts, usize::MAX);
        let bytes = content.packed();
        found.close(0..bytes.len(), count);
        Self { bytes, found }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.found.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The artifacts.
    pub fn opened(self) -> Vec<Artifact> {
        let all = Stored::joined(vec![self]).walk(1, |all: &mut Vec<Artifact>, _, one| all.push(one.clone()));
        all.into_iter().flat_map(|row| row.1).collect()
    }
}

/// An artifact that stays where it is read, without its pieces and gaps from now on: the next one is read into its place, and into the room
/// that this one's had, which may be far more than it needed.
fn taken(artifact: &mut Artifact) -> Artifact {
    let mut parts: Vec<Part> = artifact.parts.drain(..).collect();
    for part in &mut parts {
        part.label.shrink_to_fit();
    }
    let gaps: Vec<Gap> = artifact.gaps.drain(..).collect();
    Artifact { parts, gaps, ..artifact.clone() }
}

impl Found {
    /// How many artifacts there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// One of the next block, by its place in that; whether somebody will ask for it, whatever there is to say of it.
    pub(super) fn add(&mut self, within: u32, artifact: &mut Artifact, asked: bool) {
        let asked = asked && self.asked < MOST_ASKED;
        self.asked += usize::from(asked);
        if asked || tells(artifact) {
            self.positions.push(self.count as u32 + within);
            self.telling.push(taken(artifact));
        }
    }

    /// The block, of so many, is done.
    pub(super) fn close(&mut self, at: Range<usize>, count: usize) {
        self.blocks.push((at, count));
        self.count += count;
        self.asked = 0;
    }
}

impl Stored {
    /// Nothing yet, with room for so many.
    pub(super) fn expecting(number: usize) -> Self {
        Self { slots: Vec::with_capacity(number), ..Self::default() }
    }

    /// Of blocks that follow each other.
    pub fn joined(mut sealed: Vec<Sealed>) -> Self {
        sealed.retain(|one| !one.is_empty());
        let mut out = Self::default();
        let sum = |what: fn(&Sealed) -> usize| sealed.iter().map(what).sum();
        out.slots.reserve_exact(sum(Sealed::len));
        out.telling.reserve_exact(sum(|one| one.found.telling.len()));
        for Sealed { bytes, found } in sealed {
            out.append(found);
            out.bytes.push(bytes);
        }
        out
    }

    pub(crate) fn telling_mut(&mut self) -> impl Iterator<Item = &mut Artifact> {
        self.telling.iter_mut()
    }

    /// Takes in what comes after all that is here; its bytes are those that are next.
    pub(super) fn append(&mut self, mut found: Found) {
        let begin = self.slots.len();
        let mut first = begin;
        for (at, count) in found.blocks {
            self.blocks.push(Block { first, at: (self.bytes.len(), at), all: OnceLock::new() });
            first += count;
        }
        self.slots.resize(first, NOTHING);
        for position in found.positions {
            if let Some(slot) = self.slots.get_mut(begin + position as usize) {
                *slot = self.positions.len() as u32;
            }
            self.positions.push(begin as u32 + position);
        }
        self.telling.append(&mut found.telling);
    }

    /// With the file of which its blocks are.
    pub(super) fn of(mut self, bytes: Vec<u8>) -> Self {
        self.bytes.push(bytes);
        self
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(crate) fn telling(&self) -> impl Iterator<Item = (u32, &Artifact)> {
        self.positions.iter().copied().zip(&self.telling)
    }

    /// The block with a position.
    fn block(&self, position: usize) -> Option<&Block> {
        self.blocks.get(self.blocks.partition_point(|block| block.first <= position).checked_sub(1)?)
    }

    /// Shows each of a block, with its position.
    fn show(&self, block: &Block, reader: &mut Reader, mut with: impl FnMut(usize, &mut Artifact)) -> Option<()> {
        let mut buffer = Vec::new();
        let (bytes, at) = &block.at;
        let content = unpacked(self.bytes.get(*bytes)?.get(at.clone())?, &mut buffer)?;
        let mut unpacker = Unpacker::new(content.plain);
        let all = |within, one: &mut Artifact| with(block.first + within as usize, one);
        reader.each(&mut unpacker, content.keyed, super::MOST_ARTIFACTS, all)?;
        Some(())
    }

    /// Unpacks a block behind what is there.
    fn unpack(&self, block: &Block, reader: &mut Reader, out: &mut Vec<Artifact>) -> Option<()> {
        self.show(block, reader, |_, one| out.push(taken(one)))
    }

    /// Unpacks those of a range that are not kept.
    pub(crate) fn unkept(&self, range: Range<usize>, out: &mut Vec<Artifact>) {
        let begin = self.blocks.partition_point(|block| block.first <= range.start).saturating_sub(1);
        let mut reader = Reader::default();
        for block in self.blocks.iter().skip(begin).take_while(|block| block.first < range.end) {
            let own = |position, one: &mut Artifact| {
                if range.contains(&position) && self.kept(position).is_none() {
                    out.push(taken(one));
                }
            };
            // it could be read before, and nothing changes it
            self.show(block, &mut reader, own).unwrap_or_default();
        }
    }

    pub(crate) fn get(&self, position: usize) -> Option<&Artifact> {
        if let Some(kept) = self.kept(position) {
            return Some(kept);
        }
        let block = self.block(position)?;
        let all = block.all.get_or_init(|| {
            let mut all = Vec::new();
            // it could be read before, and nothing changes it
            self.unpack(block, &mut Reader::default(), &mut all).unwrap_or_default();
            // what is kept is never asked of it
            for (artifact, _) in all.iter_mut().zip(self.slots.iter().skip(block.first)).filter(|row| *row.1 != NOTHING) {
                (artifact.parts, artifact.gaps) = (Vec::new(), Vec::new());
            }
            all
        });
        all.get(position - block.first)
    }

    /// One that stays unpacked.
    pub(crate) fn kept(&self, position: usize) -> Option<&Artifact> {
        self.telling.get(*self.slots.get(position)? as usize)
    }

    /// One that need not be unpacked.
    pub(crate) fn at_hand(&self, position: usize) -> Option<&Artifact> {
        self.kept(position).or_else(|| {
            let block = self.block(position)?;
            block.all.get()?.get(position - block.first)
        })
    }

    /// Unpacks the block with a position in place of what is in `out`; the position of its first.
    pub(crate) fn unpack_around(&self, position: usize, out: &mut Vec<Artifact>) -> Option<usize> {
        out.clear();
        let block = self.block(position)?;
        self.unpack(block, &mut Reader::default(), out).map(|()| block.first)
    }

    pub(crate) fn walk<O: Default + Send>(&self, threads: usize, look: impl Fn(&mut O, At, &Artifact) + Sync) -> Vec<(u32, O)> {
        let groups: Vec<&[Block]> = self.blocks.chunks(GROUP).collect();
        each(&groups, threads, |group| {
            let (mut out, mut reader) = (O::default(), Reader::default());
            let first = group.first().map_or(0, |block| block.first);
            for block in *group {
                let with = |position: usize, one: &mut Artifact| {
                    let at = At { first: first as u32, within: (position - first) as u32 };
                    // what is kept may have been changed
                    look(&mut out, at, self.kept(position).unwrap_or(one));
                };
                // it could be read before, and nothing changes it
                self.show(block, &mut reader, with).unwrap_or_default();
            }
            (first as u32, out)
        })
    }
}
