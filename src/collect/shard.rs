//! A delivery in parts: each is read by a process of its own, on whichever machine, and what they found is put together as if one had read
//! it all. Which artifacts a part has depends on the walk alone, so nobody has to hand out work; what a part holds is what workers answered.

use super::content::Content;
use super::examine::Examined;
use super::fractions::{self, Fraction, range};
use super::gather::Gather;
use super::reduce::Keep;
use super::split::{Span, Spans, is_large};
use super::walk::Entry;
use crate::detect::engine::Engine;
use crate::detect::fingerprint::Key;
use crate::model::artifacts::tells;
use crate::model::day::Day;
use crate::model::evidence::{Evidence, Since};
use crate::model::packed::{MOST_SEALED, Sealed};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{BufRead, Write};

/// The format of a part.
pub const SCHEMA: &str = "provost/shard/1";
/// Parts of a delivery.
pub const MOST: u32 = 100_000;
/// What an artifact costs beside its bytes: a file of none has to be opened, too.
const EACH: u64 = 64 << 10;
/// Bytes of a line of a part.
const MOST_LINE: u64 = 1 << 30;

/// Which part of how many; the first is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    of: u32,
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("write I/N, as 1/8 for the first of eight (at most {MOST})");
        let (index, of) = text.split_once('/').ok_or_else(wrong)?;
        let (index, of) = (index.trim().parse().map_err(|_| wrong())?, of.trim().parse().map_err(|_| wrong())?);
        if index == 0 || index > of || of > MOST { Err(wrong()) } else { Ok(Self { index, of }) }
    }
}

impl Shard {
    /// The entries of this part: neighbours, as much work in each part as entries allow. Of a large one, which may be read in pieces of so
    /// many bytes (0: none is), a part may have some only.
    pub(super) fn share(self, entries: Vec<Entry>, piece: u64) -> (Vec<Entry>, Spans) {
        let cost = |entry: &Entry| u128::from(entry.size.saturating_add(EACH));
        let all: u128 = entries.iter().map(cost).sum();
        let is_ours = |middle: u128| middle * u128::from(self.of) / all.max(1) == u128::from(self.index - 1);
        let (mut before, mut spans) = (0_u128, Spans::new());
        let mut own = |entry: &Entry| {
            // by its middle, so that a large one that is not read in pieces lies where most of it does
            let whole = is_ours(before + cost(entry) / 2);
            let mut has = whole;
            if is_large(entry, piece) {
                let middle = |index: u64| {
                    let (from, to) = range(index, piece, entry.size);
                    before + u128::from(from / 2 + to / 2)
                };
                let mut pieces = (0..entry.size.div_ceil(piece)).filter(|index| is_ours(middle(*index)));
                let first = pieces.next();
                let last = pieces.next_back().or(first);
                let span = first.zip(last).map_or(0..0, |(first, last)| first..last + 1);
                has |= !span.is_empty();
                spans.insert(entry.number, Span { pieces: span, whole });
            }
            before += cost(entry);
            has
        };
        let entries = entries.into_iter().filter(|entry| own(entry)).collect();
        (entries, spans)
    }
}

impl Shard {
    /// What a part of these entries says of itself.
    pub(super) fn heading(self, engine: &Engine, policy: &str, entries: &[Entry], when: (Option<Day>, Option<Since>)) -> Heading {
        Heading {
            schema: SCHEMA.to_owned(),
            tool: crate::TOOL.to_owned(),
            detectors: engine.digest().to_owned(),
            classes: engine.ids(),
            policy: policy.to_owned(),
            shard: self.index,
            of: self.of,
            artifacts: entries.len() as u64,
            walk: walk_mark(&engine.key, entries),
            options: String::new(),
            collected: when.0,
            since: when.1,
        }
    }
}

/// What a part says of itself: all but `shard` and `collected` is the same in every part of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// [`SCHEMA`].
    pub schema: String,
    /// Program and version.
    pub tool: String,
    /// Digest of the data classes.
    pub detectors: String,
    /// The class table.
    pub classes: Vec<String>,
    /// Digest of the policy it was collected for.
    pub policy: String,
    /// Which part, from 1.
    pub shard: u32,
    /// How many there are.
    pub of: u32,
    /// Artifacts of the whole delivery, members of containers not counted.
    pub artifacts: u64,
    /// Keyed mark of the walk: every path, size and time of change. It tells of the key, too: with another one it is another.
    pub walk: String,
    /// Keyed mark of what else an answer depends on: limits, passwords, models that read pictures.
    #[serde(default)]
    pub options: String,
    /// The day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected: Option<Day>,
    /// What was left out because it had not changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
}

/// One artifact with what is in it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Piece {
    /// Keyed mark of its path.
    pub(super) path: u64,
    pub(super) examined: Examined,
}

impl Piece {
    /// Gives room back that reading left over: of a list of one it makes four, and there may be a million.
    fn tighten(&mut self) {
        let inside = self.examined.members.iter_mut().map(|member| &mut member.artifact);
        for artifact in std::iter::once(&mut self.examined.artifact).chain(inside) {
            artifact.parts.shrink_to_fit();
            artifact.gaps.shrink_to_fit();
        }
    }
}

/// Artifacts with nothing in them, of which most of a part is: packed until the parts are put together.
#[derive(Debug)]
struct Plain {
    sealed: Sealed,
    /// The number of each, the keyed mark of its path, and the keyed digest of what lies there.
    rest: Vec<(u32, u64, Option<Content>)>,
}

impl Plain {
    /// Of pieces that may stand in one.
    fn of(pieces: Vec<Piece>) -> Self {
        let rest = pieces.iter().map(|piece| (piece.examined.artifact.number, piece.path, piece.examined.content)).collect();
        Self { sealed: Sealed::of(pieces.into_iter().map(|piece| piece.examined.artifact).collect()), rest }
    }

    fn may_have(piece: &Piece) -> bool {
        let Examined { artifact, manifest, members, content: _ } = &piece.examined;
        !tells(artifact) && manifest.is_none() && members.is_empty()
    }

    fn pieces(self) -> impl Iterator<Item = Piece> {
        self.rest.into_iter().zip(self.sealed.opened()).map(|((_, path, content), artifact)| {
            let examined = Examined { content, ..Examined::bare(artifact) };
            Piece { path, examined }
        })
    }
}

/// The last line: how many artifacts there are, and the SHA-256 of all lines before.
#[derive(Serialize, Deserialize)]
struct End {
    pieces: u64,
    digest: String,
}

/// A part.
#[derive(Debug)]
pub struct Part {
    /// What it says of itself.
    pub heading: Heading,
    /// Its artifacts; of a part that was read, those in which something is.
    pieces: Vec<Piece>,
    plain: Vec<Plain>,
    /// Its pieces of artifacts that other parts have pieces of, too.
    fractions: Vec<Fraction>,
}

/// Why parts do not make a whole.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// It cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(String, String),
    /// It is not a part, or not a whole one.
    #[error("{0} is no whole part of a delivery: {1}")]
    Broken(String, String),
    /// Parts of different deliveries, keys, policies or versions.
    #[error("{0} belongs to another collection than {1}: {2} differ")]
    Foreign(String, String, &'static str),
    /// Some are missing or there twice.
    #[error("{0}")]
    Incomplete(String),
}

/// The mark of a walk.
fn walk_mark(key: &Key, entries: &[Entry]) -> String {
    let mut hasher = key.hasher();
    for entry in entries {
        let path = entry.path.as_os_str().as_encoded_bytes();
        hasher.update(&(path.len() as u64).to_le_bytes());
        hasher.update(path);
        hasher.update(&entry.size.to_le_bytes());
        hasher.update(&entry.modified.to_le_bytes());
    }
    format!("{:016x}", Key::short(&hasher))
}

impl Part {
    /// Of what was examined.
    pub(super) fn new(heading: Heading, pieces: Vec<Piece>, fractions: Vec<Fraction>) -> Self {
        Self { heading, pieces, plain: Vec::new(), fractions }
    }

    /// How many artifacts it has, those of which it has pieces not counted.
    pub fn artifacts(&self) -> usize {
        self.pieces.len() + self.plain.iter().map(|plain| plain.rest.len()).sum::<usize>()
    }

    /// How many pieces of artifacts it has.
    pub fn fractions(&self) -> usize {
        self.fractions.len()
    }

    /// Writes what was examined, a line each: the heading, the artifacts, the end.
    ///
    /// # Errors
    /// Of the stream.
    pub fn write(&self, output: &mut dyn Write) -> std::io::Result<()> {
        let mut sha = Sha256::new();
        let mut line = |value: &dyn erased::Line| -> std::io::Result<()> {
            let mut bytes = value.bytes()?;
            bytes.push(b'\n');
            sha.update(&bytes);
            output.write_all(&bytes)
        };
        line(&self.heading)?;
        self.pieces.iter().try_for_each(|piece| line(piece))?;
        self.fractions.iter().try_for_each(|fraction| line(fraction))?;
        let end =
            End { pieces: (self.pieces.len() + self.fractions.len()) as u64, digest: crate::model::value::hex(&sha.finalize()) };
        output.write_all(&erased::Line::bytes(&end)?)?;
        output.write_all(b"\n")
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`MergeError::Broken`] where it is not whole: cut off, changed, of another version.
    pub fn read(name: &str, mut input: impl BufRead) -> Result<Self, MergeError> {
        let broken = |why: &str| MergeError::Broken(name.to_owned(), why.to_owned());
        let mut sha = Sha256::new();
        let mut next = || -> Result<Vec<u8>, MergeError> {
            let mut line = Vec::new();
            let read = std::io::Read::take(&mut input, MOST_LINE).read_until(b'\n', &mut line);
            read.map_err(|error| MergeError::Unreadable(name.to_owned(), error.to_string()))?;
            if line.last() == Some(&b'\n') { Ok(line) } else { Err(broken("it breaks off")) }
        };
        let first = next()?;
        let heading: Heading = serde_json::from_slice(&first).map_err(|_| broken("its first line is no heading of one"))?;
        if heading.schema != SCHEMA {
            return Err(broken("it is of another version"));
        }
        sha.update(&first);
        let (mut out, mut plain) = (Self::new(heading, Vec::new(), Vec::new()), Vec::new());
        loop {
            let line = next()?;
            if let Ok(mut piece) = serde_json::from_slice::<Piece>(&line) {
                sha.update(&line);
                if Plain::may_have(&piece) {
                    plain.push(piece);
                    if plain.len() == MOST_SEALED {
                        out.plain.push(Plain::of(std::mem::take(&mut plain)));
                    }
                } else {
                    piece.tighten();
                    out.pieces.push(piece);
                }
                continue;
            }
            if let Ok(fraction) = serde_json::from_slice::<Fraction>(&line) {
                sha.update(&line);
                out.fractions.push(fraction);
                continue;
            }
            let end: End = serde_json::from_slice(&line).map_err(|_| broken("a line is no artifact"))?;
            out.plain.push(Plain::of(std::mem::take(&mut plain)));
            if end.pieces != (out.artifacts() + out.fractions.len()) as u64
                || end.digest != crate::model::value::hex(&sha.finalize())
            {
                return Err(broken("it was changed"));
            }
            return Ok(out);
        }
    }
}

/// Puts parts together, whatever their order, to the evidence that one reading of the whole delivery gives, to the byte.
///
/// # Errors
/// [`MergeError`]: parts that do not belong together, or not all of them.
pub fn merge(parts: Vec<(String, Part)>, keep: &Keep, engine: &Engine) -> Result<Evidence, MergeError> {
    let Some((first, of)) = parts.first().map(|(name, part)| (name.clone(), part.heading.clone())) else {
        return Err(MergeError::Incomplete("there is no part".to_owned()));
    };
    let mut seen = std::collections::BTreeMap::new();
    for (name, part) in &parts {
        let own = &part.heading;
        let differs = [
            (own.tool != of.tool, "versions of provost"),
            (own.detectors != of.detectors || own.classes != of.classes, "the data classes"),
            (own.policy != of.policy, "policies"),
            (own.of != of.of, "the numbers of parts"),
            (own.since != of.since, "the commits since which they were collected"),
            (own.artifacts != of.artifacts || own.walk != of.walk, "the deliveries or the keys"),
            (
                own.options != of.options,
                "the limits, the passwords, the models that read pictures or whether large files are read in pieces",
            ),
        ];
        if let Some((_, what)) = differs.iter().find(|row| row.0) {
            return Err(MergeError::Foreign(name.clone(), first, what));
        }
        if let Some(other) = seen.insert(own.shard, name) {
            return Err(MergeError::Incomplete(format!("{other} and {name} are both part {}", own.shard)));
        }
    }
    let missing: Vec<String> =
        (1..=of.of).filter(|shard| !seen.contains_key(shard)).take(12).map(|shard| shard.to_string()).collect();
    if !missing.is_empty() {
        return Err(MergeError::Incomplete(format!("of {} parts these are missing: {}", of.of, missing.join(", "))));
    }
    if of.tool != crate::TOOL || of.detectors != engine.digest() {
        let what = "the parts were collected by another version of provost, or with other data classes, than would merge them";
        return Err(MergeError::Incomplete(what.to_owned()));
    }
    let about = super::About { collected: parts.iter().filter_map(|part| part.1.heading.collected).min(), since: of.since };
    let (mut pieces, mut plain, mut fractions) = (Vec::new(), Vec::new(), Vec::new());
    for (_, part) in parts {
        pieces.extend(part.pieces);
        plain.extend(part.plain);
        fractions.extend(part.fractions);
    }
    let once = || MergeError::Incomplete("the parts do not have each artifact once".to_owned());
    let there = pieces.len() + fractions.len() + plain.iter().map(|plain: &Plain| plain.rest.len()).sum::<usize>();
    let all = usize::try_from(of.artifacts).ok().filter(|all| *all <= there).ok_or_else(once)?;
    // how many say something of each
    let mut said = vec![0_u32; all + 1];
    let numbers = plain.iter().flat_map(|plain| &plain.rest).map(|row| row.0);
    let numbers = numbers.chain(pieces.iter().map(|piece: &Piece| piece.examined.artifact.number));
    for number in numbers.chain(fractions.iter().map(|fraction: &Fraction| fraction.number)) {
        *said.get_mut(number as usize).ok_or_else(once)? += 1;
    }
    let gather = Gather::of(all);
    let put = |piece: Piece| gather.put((piece.examined.artifact.number as usize).wrapping_sub(1), piece.path, piece.examined);
    for piece in plain.into_iter().flat_map(Plain::pieces) {
        if said.get(piece.examined.artifact.number as usize) == Some(&1) { put(piece) } else { pieces.push(piece) }
    }
    let settled = fractions::settle(pieces, fractions, engine).map_err(MergeError::Incomplete)?;
    let number = |piece: &Piece| piece.examined.artifact.number;
    let twice = settled.windows(2).any(|pair| matches!(pair, [one, other] if number(one) == number(other)));
    settled.into_iter().for_each(put);
    if twice || said.first() != Some(&0) || !gather.missing().is_empty() {
        return Err(once());
    }
    Ok(super::join(gather, about, engine, keep))
}

/// Anything that is a line.
mod erased {
    pub(super) trait Line {
        fn bytes(&self) -> std::io::Result<Vec<u8>>;
    }

    impl<T: serde::Serialize> Line for T {
        fn bytes(&self) -> std::io::Result<Vec<u8>> {
            serde_json::to_vec(self).map_err(std::io::Error::other)
        }
    }
}
