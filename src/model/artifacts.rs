//! All artifacts of a delivery: a list in memory, or packed as they stand in a file, of which there may be millions that nobody looks at
//! twice. It must not know what anything of them means.

use super::evidence::{Artifact, Read};
use super::packed::Stored;
use super::several::each;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::ops::Range;

/// Artifacts that are looked at in one piece of work.
const STRETCH: usize = 1 << 14;

/// Artifacts in the order of the evidence.
#[derive(Debug, Clone, Default)]
pub struct Artifacts {
    /// All of them, where none are packed.
    loose: Vec<Artifact>,
    packed: Option<Box<Stored>>,
}

impl Artifacts {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.packed.as_ref().map_or(self.loose.len(), |stored| stored.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One by its position. Of those that are packed, and have nothing to say, some more stay in memory from now on: whoever wants to see
    /// many asks [`Artifacts::cursor`] or [`Artifacts::walk`].
    pub fn get(&self, position: usize) -> Option<&Artifact> {
        match &self.packed {
            None => self.loose.get(position),
            Some(stored) => stored.get(position),
        }
    }

    /// The first.
    pub fn first(&self) -> Option<&Artifact> {
        self.get(0)
    }

    /// Each of them, as by [`Artifacts::get`].
    pub fn iter(&self) -> impl Iterator<Item = &Artifact> {
        (0..self.len()).map_while(|position| self.get(position))
    }

    /// Those of which there is something to say ([`tells`]), by position, and of those that are packed whatever else is unpacked and is to
    /// stay so.
    pub fn telling(&self) -> Box<dyn Iterator<Item = (u32, &Artifact)> + '_> {
        match &self.packed {
            None => Box::new((0_u32..).zip(&self.loose).filter(|row| tells(row.1))),
            Some(stored) => Box::new(stored.telling()),
        }
    }

    /// The same, to be changed, and where all are a list some others, too.
    pub fn telling_mut(&mut self) -> Box<dyn Iterator<Item = &mut Artifact> + '_> {
        match &mut self.packed {
            None => Box::new(self.loose.iter_mut()),
            Some(stored) => Box::new(stored.telling_mut()),
        }
    }

    /// For looking at many, in their order, of which nothing stays in memory.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor { artifacts: self, first: 0, block: Vec::new() }
    }

    /// Some that follow each other.
    pub fn some(&self, range: Range<usize>) -> Cow<'_, [Artifact]> {
        if self.packed.is_none() {
            return Cow::Borrowed(self.loose.get(range).unwrap_or(&[]));
        }
        let mut cursor = self.cursor();
        Cow::Owned(range.map_while(|position| cursor.at(position).cloned()).collect())
    }

    /// The same where they lie: those that are packed are unpacked into `room` for as long.
    pub(super) fn lent<'a>(&'a self, range: Range<usize>, room: &'a mut Vec<Artifact>) -> Vec<&'a Artifact> {
        let Some(stored) = &self.packed else { return self.loose.get(range).unwrap_or(&[]).iter().collect() };
        room.clear();
        stored.unkept(range.clone(), room);
        let mut unkept = room.iter();
        range.map_while(|position| stored.kept(position).or_else(|| unkept.next())).collect()
    }

    /// What is made of all of them, a stretch at a time and several at once, in their order: the position of each stretch's first, and what
    /// was made. Each artifact is shown once, with its place.
    pub fn walk<O: Default + Send>(&self, threads: usize, look: impl Fn(&mut O, At, &Artifact) + Sync) -> Vec<(u32, O)> {
        if let Some(stored) = &self.packed {
            return stored.walk(threads, look);
        }
        let stretches: Vec<(u32, &[Artifact])> = (0_u32..).step_by(STRETCH).zip(self.loose.chunks(STRETCH)).collect();
        each(&stretches, threads, |(first, some)| {
            let mut out = O::default();
            for (within, artifact) in (0_u32..).zip(*some) {
                look(&mut out, At { first: *first, within }, artifact);
            }
            (*first, out)
        })
    }

    /// All of them as a list that can be changed.
    pub fn loose_mut(&mut self) -> &mut Vec<Artifact> {
        if self.packed.is_some() {
            self.loose = self.some(0..self.len()).into_owned();
            self.packed = None;
        }
        &mut self.loose
    }

    /// All of them as a list.
    pub fn into_loose(mut self) -> Vec<Artifact> {
        std::mem::take(self.loose_mut())
    }
}

/// Where an artifact is that is shown.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// The position of the first of those that are shown to one.
    pub first: u32,
    /// How many of these were shown before.
    pub within: u32,
}

impl At {
    /// The position.
    pub fn position(self) -> u32 {
        self.first + self.within
    }
}

/// Whether there is something to say of an artifact: of most of a delivery nothing is known but what file it is, how much text is in it, and
/// that nothing was found there.
pub fn tells(artifact: &Artifact) -> bool {
    !artifact.gaps.is_empty()
        || artifact.read != Read::Full
        || !artifact.extension_matches
        || artifact.parts.iter().any(|part| !part.is_plain())
}

/// Looks at one artifact after the other.
pub struct Cursor<'a> {
    artifacts: &'a Artifacts,
    /// Where the block begins that is unpacked.
    first: usize,
    block: Vec<Artifact>,
}

impl Cursor<'_> {
    /// One by its position, until the next one is asked for.
    pub fn at(&mut self, position: usize) -> Option<&Artifact> {
        let Some(stored) = &self.artifacts.packed else { return self.artifacts.get(position) };
        if let Some(known) = stored.at_hand(position) {
            return Some(known);
        }
        if position.checked_sub(self.first).is_none_or(|within| within >= self.block.len()) {
            self.first = stored.unpack_around(position, &mut self.block)?;
        }
        self.block.get(position - self.first)
    }
}

impl From<Vec<Artifact>> for Artifacts {
    fn from(loose: Vec<Artifact>) -> Self {
        Self { loose, packed: None }
    }
}

impl From<Stored> for Artifacts {
    fn from(stored: Stored) -> Self {
        Self { loose: Vec::new(), packed: Some(Box::new(stored)) }
    }
}

impl PartialEq for Artifacts {
    fn eq(&self, other: &Self) -> bool {
        let (mut one, mut two) = (self.cursor(), other.cursor());
        self.len() == other.len() && (0..self.len()).all(|position| one.at(position) == two.at(position))
    }
}

impl Serialize for Artifacts {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut list = out.serialize_seq(Some(self.len()))?;
        let mut cursor = self.cursor();
        for position in 0..self.len() {
            if let Some(artifact) = cursor.at(position) {
                list.serialize_element(artifact)?;
            }
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for Artifacts {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Vec::deserialize(input).map(Self::from)
    }
}
