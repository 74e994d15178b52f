//! Frames of packed evidence: where one begins and ends, and how its content is made smaller. Lengths are only what a file says.

use super::Broken;
use crate::model::tree::{Packer, Unpacker};
use sha2::{Digest, Sha256};
use std::ops::Range;

/// Bytes in front of a frame's content.
const HEAD: usize = 9;
/// Bytes of the last frame's content.
const END_BYTES: usize = 40;
/// How many times its size something may be unpacked to: what shrinks more is kept as it is, so that few bytes never stand for many.
const RATIO: usize = 16;

/// What a frame holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Content {
    /// All but keyed marks.
    pub(super) plain: Vec<u8>,
    /// Keyed marks, which nothing makes smaller.
    pub(super) keyed: Vec<u8>,
}

impl Content {
    /// In few bytes.
    pub(super) fn packed(self) -> Vec<u8> {
        // no more than that: thousands of these are in memory at once
        self.pieces().concat()
    }

    /// In few bytes, as a frame: what follows each other, which may be very much and is not copied to stand in one place.
    pub(super) fn framed(self, letter: u8) -> [Vec<u8>; 4] {
        let [numbers, body, keyed] = self.pieces();
        [head(letter, numbers.len() + body.len() + keyed.len()), numbers, body, keyed]
    }

    fn pieces(self) -> [Vec<u8>; 3] {
        let Self { plain, keyed } = self;
        let small = lz4_flex::block::compress(&plain);
        let worth = small.len() < plain.len() && plain.len() / RATIO < small.len();
        let (length, body) = if worth { (plain.len(), small) } else { (0, plain) };
        let mut numbers = Packer::default();
        numbers.number(length as u64);
        numbers.number(body.len() as u64);
        [numbers.out, body, keyed]
    }
}

/// What a frame of a file holds, where it lies.
pub(super) struct Unpacked<'a> {
    /// All but keyed marks.
    pub(super) plain: &'a [u8],
    /// Keyed marks.
    pub(super) keyed: &'a [u8],
}

/// Unpacks what a frame holds into a buffer, where that is needed, which grows and is used again and again.
pub(super) fn unpacked<'a>(bytes: &'a [u8], buffer: &'a mut Vec<u8>) -> Option<Unpacked<'a>> {
    let mut unpacker = Unpacker::new(bytes);
    let length = usize::try_from(unpacker.number()?).ok()?;
    let body = unpacker.count()?;
    let (body, keyed) = unpacker.rest.split_at_checked(body)?;
    let plain = match length {
        0 => body,
        _ if length / RATIO >= body.len() => return None,
        _ => {
            if buffer.len() < length {
                buffer.resize(length, 0);
            }
            let plain = buffer.get_mut(..length)?;
            if lz4_flex::block::decompress_into(body, plain).ok()? != length {
                return None;
            }
            plain
        }
    };
    Some(Unpacked { plain, keyed })
}

/// What stands in front of a frame's content, which has so many bytes.
fn head(letter: u8, length: usize) -> Vec<u8> {
    std::iter::once(letter).chain((length as u64).to_le_bytes()).collect()
}

/// A frame.
pub(super) fn of(letter: u8, content: &[u8]) -> Vec<u8> {
    [&head(letter, content.len()), content].concat()
}

/// Frames as they stand in a file.
pub(super) struct Frames {
    /// All but the last: a letter, and where its content is.
    pub(super) all: Vec<(u8, Range<usize>)>,
    /// Whether they are all there and as they were written, as the last one says.
    pub(super) whole: bool,
}

impl Frames {
    /// Finds where each begins and ends, and looks at every byte.
    pub(super) fn of(bytes: &[u8], magic: &[u8], end: u8) -> Result<Self, Broken> {
        let mut rest = bytes.strip_prefix(magic).ok_or(Broken::Short)?;
        let mut all = Vec::new();
        loop {
            let before = bytes.get(..bytes.len() - rest.len()).unwrap_or(&[]);
            let (head, after) = rest.split_first_chunk::<HEAD>().ok_or(Broken::Short)?;
            let [letter, length @ ..] = *head;
            let length = usize::try_from(u64::from_le_bytes(length)).map_err(|_| Broken::Short)?;
            let begin = bytes.len() - after.len();
            let (content, after) = after.split_at_checked(length).ok_or(Broken::Short)?;
            rest = after;
            if letter != end {
                all.push((letter, begin..begin + length));
                continue;
            }
            if content.len() != END_BYTES || !rest.is_empty() {
                return Err(Broken::Changed);
            }
            let said = (all.len() as u64).to_le_bytes().into_iter().chain(Sha256::digest(before));
            return Ok(Self { whole: content.iter().copied().eq(said), all });
        }
    }
}
