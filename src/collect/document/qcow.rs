//! Disks of virtual machines as QEMU keeps them (qcow2): clusters found through two tables, as they are or packed. Only the present state
//! is read; what a disk takes from another file is not there.

use super::shared::clusters::{Clusters, Map, Table, Where};
use super::shared::volume;
use super::{Document, Head, Work};
use crate::collect::anywhere::Anywhere;
use crate::model::evidence::{Encryption, GapKind};
use std::io::{ErrorKind, Read, Result};

/// The reader.
pub(super) struct Qcow;
/// The reader.
pub(super) static DOCUMENT: Qcow = Qcow;

impl Document for Qcow {
    fn id(&self) -> &'static str {
        "qcow"
    }

    fn title(&self) -> &'static str {
        "Disks of virtual machines (qcow2)"
    }

    fn notes(&self) -> &'static str {
        "Looked into like an image of a disk, with clusters as they are or packed (deflate, Zstandard). A disk that takes what it does not hold from \
         another file is a gap, as are snapshots inside (the present state is read), encrypted disks, and those of the first version. \
         Inside other containers the whole file is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "qcow" { 100 } else { 0 }
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
    bits: u32,
    zstd: bool,
}

fn big<const N: usize>(bytes: [u8; N]) -> u64 {
    bytes.iter().fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// The disk as its bytes; `None` and a gap if it cannot be read.
fn disk<'a>(work: &mut Work<'_>, place: &Anywhere<'a>) -> Option<Anywhere<'a>> {
    let head = place.get(0, 112).unwrap_or_default();
    let get = |at: usize, length: usize| {
        head.get(at..at + length).unwrap_or(&[]).iter().fold(0, |all, byte| all << 8 | u64::from(*byte))
    };
    let (version, bits, length) = (get(4, 4), get(20, 4) as u32, get(24, 8));
    if !matches!(version, 2 | 3) {
        work.gap(
            GapKind::Unsupported,
            format!("a disk of version {version} of the format: not read; ask for its files as zip or 7z"),
        );
        return None;
    }
    let features = if version == 3 { get(72, 8) } else { 0 };
    if get(32, 4) != 0 {
        work.encryption = Some(if get(32, 4) == 2 { Encryption::Strong } else { Encryption::Weak });
        work.gap(GapKind::Encrypted, "an encrypted disk: its content was not read");
        return None;
    }
    if get(8, 8) != 0 || features & 4 != 0 {
        work.gap(
            GapKind::Missing,
            "it takes what it does not hold from another file (a backing or data file): nothing of it was read",
        );
        return None;
    }
    // a dirty disk is whole; tables with halves of clusters, and what is not known, are not
    if features & !0b1011 != 0 {
        work.gap(GapKind::Unsupported, "a disk with features that are not known here: not read; ask for its files as zip or 7z");
        return None;
    }
    if features & 2 != 0 {
        work.gap(GapKind::Malformed, "it says of itself that it is damaged");
    }
    if get(60, 4) > 0 {
        work.gap(GapKind::Unsupported, format!("{} snapshots inside: only the present state was read", get(60, 4)));
    }
    if !(9..=21).contains(&bits) || length > 1 << 56 {
        work.gap(GapKind::Malformed, "the header of the disk is not valid: nothing of it was read");
        return None;
    }
    let zstd = features & 8 != 0 && get(104, 1) == 1;
    let tables = Tables { first: Table::new(place), second: Table::new(place), at: get(40, 8), count: get(36, 4), bits, zstd };
    Some(Clusters::disk(place, tables, 1 << bits, length))
}

impl Map for Tables<'_> {
    fn find(&self, index: u64) -> Option<Where> {
        let rows = self.bits - 3;
        let (first, second) = (index >> rows, index & ((1 << rows) - 1));
        if first >= self.count {
            return None;
        }
        let table = big(self.first.get::<8>(self.at.checked_add(first * 8)?)?) & 0x00ff_ffff_ffff_fe00;
        if table == 0 {
            return Some(Where::Nowhere);
        }
        let row = big(self.second.get::<8>(table + second * 8)?);
        if row >> 62 & 1 == 1 {
            let bits = 62 - (self.bits - 8);
            let at = row & ((1 << bits) - 1);
            // so many further sectors; the first may be one in part
            let sectors = (row & !(3 << 62)) >> bits;
            return Some(Where::Packed(at, (sectors + 1) * 512 - at % 512));
        }
        let at = row & 0x00ff_ffff_ffff_fe00;
        Some(if row & 1 == 1 || at == 0 { Where::Nowhere } else { Where::At(at) })
    }

    fn unpack(&self, packed: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let most = 1 << self.bits;
        if self.zstd {
            let decoder = ruzstd::decoding::StreamingDecoder::new(packed).map_err(|_| ErrorKind::InvalidData)?;
            return short(decoder.take(most).read_to_end(out), out, most);
        }
        short(flate2::read::DeflateDecoder::new(packed).take(most).read_to_end(out), out, most)
    }
}

/// What follows a packed cluster may be part of the next one: an error behind the last byte is none.
fn short(outcome: Result<usize>, out: &[u8], most: u64) -> Result<()> {
    match outcome {
        Err(error) if (out.len() as u64) < most => Err(error),
        _ => Ok(()),
    }
}
