//! Streams of a file: in its record, in stretches, or packed unit by unit (LZNT1).

use super::record::{fill, number, wide};
use crate::collect::anywhere::Anywhere;
use crate::collect::document::shared::volume::{Run, push};
use std::io::{Error, ErrorKind, Read};

/// Bytes of a unit that is packed as a whole.
const MOST_UNIT: u64 = 16 << 20;

/// A stream.
pub(super) struct Data {
    pub(super) name: String,
    pub(super) resident: Option<Vec<u8>>,
    pub(super) size: u64,
    /// Bytes that were written; what follows is zeros.
    pub(super) valid: u64,
    /// Bytes that it takes on the disk.
    pub(super) stored: u64,
    pub(super) encrypted: bool,
    /// Clusters that are packed together; 0 if it is not packed.
    pub(super) unit: u64,
    /// Its stretches, coded, with the first cluster of the stream that each list tells of.
    lists: Vec<(u64, Vec<u8>)>,
}

impl Data {
    /// A stream as its attribute has it.
    pub(super) fn new(attribute: &[u8]) -> Option<Self> {
        let length = number(attribute, 9, 1) as usize;
        let from = number(attribute, 10, 2) as usize;
        let name = wide(attribute.get(from..from + length * 2)?).replace(['/', '\0'], "_");
        let flags = number(attribute, 12, 2);
        let mut out = Self {
            name,
            resident: None,
            size: 0,
            valid: 0,
            stored: 0,
            encrypted: flags & 0x4000 != 0,
            unit: 0,
            lists: Vec::new(),
        };
        if number(attribute, 8, 1) == 0 {
            let from = number(attribute, 20, 2) as usize;
            let value = attribute.get(from..from + number(attribute, 16, 4) as usize)?;
            out.resident = Some(value.to_vec());
            (out.size, out.valid, out.stored) = (value.len() as u64, value.len() as u64, value.len() as u64);
            return Some(out);
        }
        out.lists.push((number(attribute, 16, 8), attribute.get(number(attribute, 32, 2) as usize..)?.to_vec()));
        if number(attribute, 16, 8) == 0 {
            (out.stored, out.size, out.valid) = (number(attribute, 40, 8), number(attribute, 48, 8), number(attribute, 56, 8));
            let shift = number(attribute, 34, 2);
            if flags & 0xff != 0 && (1..=16).contains(&shift) {
                out.unit = 1 << shift;
            }
            if flags & 0x80ff != 0 {
                out.stored = number(attribute, 64, 8);
            }
        }
        Some(out)
    }

    /// More of the same stream, from another record.
    pub(super) fn join(&mut self, other: Self) {
        if other.lists.iter().any(|list| list.0 == 0) {
            (self.size, self.valid, self.stored) = (other.size, other.valid, other.stored);
            (self.unit, self.encrypted) = (other.unit, other.encrypted);
        }
        self.resident = self.resident.take().or(other.resident);
        self.lists.extend(other.lists);
    }

    /// Its stretches, in bytes; `None` if they are damaged.
    pub(super) fn runs(&self, cluster: u64) -> Option<Vec<Run>> {
        let mut lists: Vec<&(u64, Vec<u8>)> = self.lists.iter().collect();
        lists.sort_by_key(|list| list.0);
        let (mut out, mut clusters) = (Vec::new(), 0_u64);
        for (first, codes) in lists {
            if *first != clusters {
                return None;
            }
            let (mut at, mut rest) = (0_i64, codes.as_slice());
            while let Some((head, after)) = rest.split_first().filter(|row| *row.0 != 0) {
                let (length, offset) = (usize::from(head & 15), usize::from(head >> 4));
                if length == 0 || length > 8 || offset > 8 {
                    return None;
                }
                let count = number(after.get(..length)?, 0, length);
                let code = after.get(length..length + offset)?;
                rest = after.get(length + offset..)?;
                clusters = clusters.checked_add(count)?;
                let bytes = count.checked_mul(cluster)?;
                let from = if offset == 0 {
                    None
                } else {
                    let minus = code.last().is_some_and(|byte| byte & 0x80 != 0);
                    let by = code.iter().rev().fold(if minus { -1_i64 } else { 0 }, |all, byte| all << 8 | i64::from(*byte));
                    at = at.checked_add(by)?;
                    Some(u64::try_from(at).ok()?.checked_mul(cluster)?)
                };
                if !push(&mut out, bytes, from) {
                    return None;
                }
            }
        }
        Some(out)
    }
}

/// A packed stream: each unit is as it is, packed, or a hole, by how many of its clusters there are.
pub(super) struct Unpacked<'a> {
    place: Anywhere<'a>,
    runs: std::vec::IntoIter<Run>,
    now: Run,
    unit: u64,
    left: u64,
    open: Vec<u8>,
    at: usize,
}

impl<'a> Unpacked<'a> {
    pub(super) fn new(place: &Anywhere<'a>, runs: Vec<Run>, data: &Data, cluster: u64) -> Self {
        let unit = (data.unit * cluster).min(MOST_UNIT);
        Self { place: place.clone(), runs: runs.into_iter(), now: (0, None), unit, left: data.size, open: Vec::new(), at: 0 }
    }

    /// The next unit; nothing at the end of the stretches.
    fn next(&mut self) -> std::io::Result<()> {
        let (mut packed, mut hole) = (Vec::new(), 0);
        while (packed.len() as u64) + hole < self.unit {
            if self.now.0 == 0 {
                let Some(next) = self.runs.next() else { break };
                self.now = next;
            }
            let take = self.now.0.min(self.unit - hole - packed.len() as u64);
            self.now.0 -= take;
            let Some(at) = self.now.1 else {
                hole += take;
                continue;
            };
            let from = packed.len();
            packed.resize(from + take as usize, 0);
            fill(&mut self.place, at, packed.get_mut(from..).unwrap_or(&mut []))?;
            self.now.1 = at.checked_add(take);
        }
        self.at = 0;
        self.open = match (packed.is_empty(), hole) {
            (true, 0) => Vec::new(),
            (true, _) => vec![0; hole as usize],
            (false, 0) => packed,
            (false, _) => unpack(&packed, self.unit as usize).ok_or_else(|| Error::from(ErrorKind::InvalidData))?,
        };
        Ok(())
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 || out.is_empty() {
            return Ok(0);
        }
        if self.at >= self.open.len() {
            self.next()?;
        }
        let mut rest = self.open.get(self.at..).unwrap_or(&[]).take(self.left);
        let got = rest.read(out)?;
        self.at += got;
        self.left -= got as u64;
        Ok(got)
    }
}

/// Unpacks one unit (LZNT1): chunks of 4096 bytes, each of literals and of copies from before in the same chunk. What is missing at the end is zeros.
fn unpack(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let (mut out, mut rest) = (Vec::with_capacity(size), packed);
    while let Some(head) = rest.get(..2).map(|two| number(two, 0, 2) as usize).filter(|head| *head != 0 && out.len() < size) {
        let chunk = rest.get(2..2 + (head & 0xfff) + 1)?;
        rest = rest.get(2 + chunk.len()..)?;
        let start = out.len();
        if head & 0x8000 == 0 {
            out.extend_from_slice(chunk);
        } else {
            let mut codes = chunk.iter();
            while let Some(flags) = codes.next() {
                for bit in 0..8 {
                    let Some(first) = codes.next() else { break };
                    if flags >> bit & 1 == 0 {
                        out.push(*first);
                        continue;
                    }
                    let pair = usize::from(*first) | usize::from(*codes.next()?) << 8;
                    // the further into the chunk, the more bits say how far back
                    let done = out.len() - start;
                    let bits = (4..12).find(|bits| done <= 1 << bits).unwrap_or(12);
                    let back = (pair >> (16 - bits)) + 1;
                    let length = (pair & ((1 << (16 - bits)) - 1)) + 3;
                    for _ in 0..length {
                        let byte = *out.get(out.len().checked_sub(back).filter(|at| *at >= start)?)?;
                        out.push(byte);
                    }
                    if out.len() - start > 4096 {
                        return None;
                    }
                }
            }
        }
        // only the last chunk of a unit may be short
        if out.len() < start + 4096 && rest.get(..2).is_some_and(|two| two != [0, 0]) {
            out.resize(start + 4096, 0);
        }
    }
    out.resize(size, 0);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_unpacked() {
        // three letters, and a copy of them: back 3, length 6
        let chunk = [0b0000_1000, b'A', b'd', b'a', 0x03, 0x20];
        let head = (0xb000_u16 | (chunk.len() as u16 - 1)).to_le_bytes();
        let packed = [&head[..], &chunk, &[0, 0]].concat();
        let out = unpack(&packed, 16).unwrap_or_default();
        assert_eq!(&out, b"AdaAdaAda\0\0\0\0\0\0\0");
        assert!(unpack(&[0x01, 0xb0, 0b1, 0x00], 16).is_none(), "a copy from before the chunk");
    }

    #[test]
    fn stretches_are_decoded() {
        let data = |codes: &[u8]| Data {
            name: String::new(),
            resident: None,
            size: 0,
            valid: 0,
            stored: 0,
            encrypted: false,
            unit: 0,
            lists: vec![(0, codes.to_vec())],
        };
        assert_eq!(
            data(&[0x21, 2, 0x10, 0, 0x01, 3, 0x11, 1, 0xff, 0]).runs(10),
            Some(vec![(20, Some(160)), (30, None), (10, Some(150))])
        );
        assert_eq!(data(&[0x11, 1, 0x80, 0]).runs(10), None, "before the beginning");
        assert_eq!(data(&[0x88, 1]).runs(10), None, "cut off");
    }
}
