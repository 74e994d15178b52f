//! Records of the master file table: names, times, streams, and what further records hold of the same file.

use super::data::Data;
use crate::collect::anywhere::Anywhere;
use crate::collect::document::shared::volume::{Content, Files, Run};
use std::collections::HashSet;
use std::io::{Read, Seek, SeekFrom};

/// Bytes of a list of attributes.
const MOST_LIST: u64 = 1 << 20;
/// Records before this are the file system's own, or set aside for it.
const SET_ASIDE: u64 = 24;
/// Stands beside the flags of a record that was ever written.
const WRITTEN: u64 = 1 << 16;
/// Seconds between 1601, where these times count from, and 1970.
const EPOCH: i64 = 11_644_473_600;

/// What the first sector says, and where the table of files lies.
pub(super) struct System<'a> {
    pub(super) place: Anywhere<'a>,
    pub(super) cluster: u64,
    size: u64,
    table: Table,
    /// A bit for each record that is in use.
    used: Vec<u8>,
}

/// The table's own stretches, with the byte of the table that each begins at.
struct Table {
    runs: Vec<(u64, Run)>,
    bytes: u64,
    /// Bytes of it that were ever written.
    valid: u64,
    /// It is said to be longer than the volume is.
    cut: bool,
}

/// A file or folder.
#[derive(Default)]
pub(super) struct Record {
    pub(super) folder: bool,
    pub(super) hidden: bool,
    pub(super) modified: Option<i64>,
    /// Folder and name, the best name first. A file may lie in several places.
    pub(super) names: Vec<(u64, String)>,
    pub(super) data: Vec<Data>,
    /// Where it leads, if it is a link.
    pub(super) link: Option<String>,
    /// Why its content is not where it should be.
    pub(super) elsewhere: Option<&'static str>,
    /// ... and where it is so only if nothing of it is stored here.
    pub(super) kept: Option<&'static str>,
    /// Whether it says of the volume that it is in use.
    pub(super) in_use: bool,
    /// Attributes that are not valid.
    pub(super) broken: u64,
    /// The list of attributes that stand in further records.
    list: Option<Data>,
    /// Of the table itself, which records are in use.
    used: Option<Data>,
}

/// What a record is.
pub(super) enum Look {
    /// It begins a file.
    Begins(Box<Record>),
    /// It goes on with the one of this number.
    GoesOn(u64),
    /// Nothing.
    Unused,
}

pub(super) fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    bytes.get(at..at + length).unwrap_or(&[]).iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte))
}

pub(super) fn wide(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|two| number(two, 0, 2) as u16).collect();
    String::from_utf16_lossy(&units)
}

impl<'a> System<'a> {
    pub(super) fn new(place: &Anywhere<'a>) -> Option<Self> {
        let head = place.get(0, 512)?;
        let sector = number(&head, 11, 2);
        let clusters = match number(&head, 13, 1) {
            few @ 0..=128 => few,
            many => 1 << (256 - many).min(31),
        };
        let cluster = sector.checked_mul(clusters).filter(|cluster| (512..=4 << 20).contains(cluster))?;
        let size = match number(&head, 64, 1) {
            few @ 1..=127 => few * cluster,
            many => 1 << (256 - many).min(31),
        };
        if !(512..=64 << 10).contains(&size) || !size.is_power_of_two() {
            return None;
        }
        let mut system = Self {
            place: place.clone(),
            cluster,
            size,
            used: Vec::new(),
            table: Table { runs: Vec::new(), bytes: 0, valid: 0, cut: false },
        };
        let first = number(&head, 48, 8).checked_mul(cluster)?;
        system.table.add(&[(size, Some(first))]);
        system.table.bytes = size;
        let own = system.record(0)?;
        let table = own.data.iter().find(|data| data.name.is_empty())?;
        let (runs, bytes, valid) = (table.runs(cluster)?, table.size, table.valid);
        system.table = Table { runs: Vec::new(), bytes, valid, cut: bytes > place.len() };
        system.table.add(&runs);
        system.used = own.used.as_ref().map(|used| system.value(used, bytes.min(place.len()) / size / 8 + 8)).unwrap_or_default();
        // what of the table's own stretches stands in further records lies in the first of them
        if let Some(list) = &own.list {
            let further = system.listed(list);
            let mut whole = own.data.into_iter().find(|data| data.name.is_empty())?;
            for number in further {
                let Some(record) = system.extension(0, number) else { continue };
                record.data.into_iter().filter(|data| data.name.is_empty()).for_each(|data| whole.join(data));
            }
            system.table.runs.clear();
            system.table.add(&whole.runs(cluster)?);
        }
        // a table that says it is longer than the volume is only as long as it can be
        system.table.bytes = system.table.bytes.min(place.len());
        Some(system)
    }

    /// Whether the table ends before it should, or a stretch of it lies nowhere.
    pub(super) fn is_cut(&self) -> bool {
        let there = self.table.runs.iter().filter(|row| row.1.1.is_some()).fold(0_u64, |all, row| all.saturating_add(row.1.0));
        self.table.cut || there < self.table.bytes
    }

    /// How many records there are.
    pub(super) fn records(&self) -> u64 {
        self.table.bytes / self.size
    }

    /// The bytes of a record, mended: the last two bytes of each sector stand elsewhere in it.
    fn bytes(&self, number_of: u64) -> Option<Vec<u8>> {
        let at = number_of.checked_mul(self.size)?;
        let mut raw = Vec::with_capacity(self.size as usize);
        while (raw.len() as u64) < self.size {
            let want = at + raw.len() as u64;
            let index = self.table.runs.partition_point(|row| row.0 <= want).checked_sub(1)?;
            let (from, (length, place)) = *self.table.runs.get(index)?;
            let within = want - from;
            let most = length.checked_sub(within).filter(|most| *most > 0)?.min(self.size - raw.len() as u64);
            raw.extend(self.place.get(place?.checked_add(within)?, most as usize)?);
        }
        if !raw.starts_with(b"FILE") {
            return None;
        }
        let (table, count) = (number(&raw, 4, 2) as usize, number(&raw, 6, 2) as usize);
        let sign = raw.get(table..table + 2)?.to_vec();
        for index in 1..count {
            let (right, at) = (raw.get(table + index * 2..table + index * 2 + 2)?.to_vec(), index * 512 - 2);
            let Some(slot) = raw.get_mut(at..at + 2) else { break };
            // a sector that was not written with the others
            if slot != sign.as_slice() {
                return None;
            }
            slot.copy_from_slice(&right);
        }
        Some(raw)
    }

    /// What a record is; an error if it may be in use and cannot be read.
    pub(super) fn look(&self, number_of: u64) -> Result<Look, ()> {
        let at = number_of.checked_mul(self.size).ok_or(())?;
        if let Some(record) = self.record(number_of) {
            return Ok(Look::Begins(Box::new(record)));
        }
        match self.begins(at) {
            None if at < self.table.valid => Err(()),
            // one that was never written and is said to be in use; the first ones are set aside
            None | Some(0) if number_of >= SET_ASIDE && self.is_used(number_of) => Err(()),
            None | Some(0) => Ok(Look::Unused),
            Some(flags) if flags & 1 == 0 => Ok(Look::Unused),
            Some(_) => self.bytes(number_of).map(|raw| Look::GoesOn(number(&raw, 32, 6))).ok_or(()),
        }
    }

    fn is_used(&self, number_of: u64) -> bool {
        let byte = usize::try_from(number_of / 8).ok().and_then(|at| self.used.get(at)).copied().unwrap_or(0);
        byte >> (number_of % 8) & 1 == 1
    }

    /// The flags of a record, 0 if it was never written; `None` where nothing is there, or something else.
    fn begins(&self, at: u64) -> Option<u64> {
        let index = self.table.runs.partition_point(|row| row.0 <= at).checked_sub(1)?;
        let (from, (length, place)) = *self.table.runs.get(index)?;
        let within = Some(at - from).filter(|within| *within < length)?;
        let head = self.place.get(place?.checked_add(within)?, 24)?;
        // one that was never written is zeros
        if head.iter().all(|byte| *byte == 0) {
            return Some(0);
        }
        (head.starts_with(b"FILE") || head.starts_with(b"BAAD")).then(|| number(&head, 22, 2) | WRITTEN)
    }

    /// A record in use that begins a file.
    pub(super) fn record(&self, number_of: u64) -> Option<Record> {
        let raw = self.bytes(number_of)?;
        (number(&raw, 22, 2) & 1 == 1 && number(&raw, 32, 6) == 0).then(|| read(&raw))
    }

    /// A record that goes on with a file.
    fn extension(&self, of: u64, number_of: u64) -> Option<Record> {
        let raw = self.bytes(number_of)?;
        (number(&raw, 22, 2) & 1 == 1 && number(&raw, 32, 6) == of).then(|| read(&raw))
    }

    /// The first bytes of a stream; what cannot be read of it is not there.
    fn value(&self, data: &Data, most: u64) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(value) = &data.resident {
            out.clone_from(value);
        } else {
            let runs = data.runs(self.cluster).unwrap_or_default();
            let size = data.size.min(most);
            let _ = Content::new(&self.place, runs, size, size).read_to_end(&mut out);
        }
        out
    }

    /// The records that a list names.
    fn listed(&self, list: &Data) -> Vec<u64> {
        let rows = self.value(list, MOST_LIST);
        let (mut out, mut rest) = (Vec::new(), rows.as_slice());
        while let Some(length) = Some(number(rest, 4, 2) as usize).filter(|length| (26..=rest.len()).contains(length)) {
            out.push(number(rest, 16, 6));
            rest = rest.get(length..).unwrap_or(&[]);
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// A file with what further records hold of it; these are added to those that are `led` to.
    pub(super) fn whole(&self, own: u64, mut record: Record, files: &mut Files<'_, '_>, led: &mut HashSet<u64>) -> Record {
        let Some(list) = record.list.take() else { return record };
        for number in self.listed(&list).into_iter().filter(|number| *number != own) {
            if !files.step(1) {
                files.broken += 1;
                break;
            }
            let Some(further) = self.extension(own, number).filter(|further| further.list.is_none()) else {
                files.broken += 1;
                continue;
            };
            led.insert(number);
            record.broken += further.broken;
            record.names.extend(further.names);
            record.link = record.link.or(further.link);
            record.elsewhere = record.elsewhere.or(further.elsewhere);
            record.kept = record.kept.or(further.kept);
            for data in further.data {
                match record.data.iter_mut().find(|own| own.name == data.name) {
                    Some(own) => own.join(data),
                    None => record.data.push(data),
                }
            }
        }
        record
    }
}

impl Table {
    fn add(&mut self, runs: &[Run]) {
        let mut at = 0;
        for run in runs {
            self.runs.push((at, *run));
            at = u64::saturating_add(at, run.0);
        }
    }
}

/// What a record says.
fn read(raw: &[u8]) -> Record {
    let mut record = Record { folder: number(raw, 22, 2) & 2 == 2, ..Record::default() };
    let mut at = number(raw, 20, 2) as usize;
    let mut short = Vec::new();
    while let Some(attribute) = raw.get(at..).filter(|rest| rest.len() >= 24) {
        let (kind, length) = (number(attribute, 0, 4), number(attribute, 4, 4) as usize);
        let Some(attribute) = attribute.get(..length).filter(|_| length >= 24 && kind != 0xffff_ffff) else { break };
        at += length;
        let value = || {
            let from = number(attribute, 20, 2) as usize;
            attribute.get(from..from + number(attribute, 16, 4) as usize).filter(|_| number(attribute, 8, 1) == 0).unwrap_or(&[])
        };
        match kind {
            0x10 => {
                let value = value();
                let time = i64::try_from(number(value, 8, 8) / 10_000_000).unwrap_or(0) - EPOCH;
                record.modified = Some(time).filter(|time| *time > 0);
                record.hidden = number(value, 32, 4) & 2 != 0;
            }
            0x20 => {
                record.list = Data::new(attribute);
                record.broken += u64::from(record.list.is_none());
            }
            0x30 => {
                let value = value();
                let length = number(value, 64, 1) as usize;
                let name = wide(value.get(66..66 + length * 2).unwrap_or(&[])).replace(['/', '\0'], "_");
                if !name.is_empty() {
                    // names of eight and three characters stand beside the long ones
                    let names = if number(value, 65, 1) == 2 { &mut short } else { &mut record.names };
                    names.push((number(value, 0, 6), name));
                }
            }
            // folders have one for their index, which has a name
            0xb0 => record.used = record.used.take().or(Data::new(attribute).filter(|data| data.name.is_empty())),
            0x70 => record.in_use = number(value(), 10, 2) & 1 == 1,
            0x80 => {
                let Some(data) = Data::new(attribute) else {
                    record.broken += 1;
                    continue;
                };
                match record.data.iter_mut().find(|own| own.name == data.name) {
                    Some(own) => own.join(data),
                    None => record.data.push(data),
                }
            }
            0xc0 => {
                let value = value();
                match number(value, 0, 4) {
                    0xa000_0003 | 0xa000_000c => record.link = Some(target(value)),
                    0x8000_0017 => record.elsewhere = Some("packed by Windows (system compression): its content was not read"),
                    0x8000_0013 => {
                        record.elsewhere = Some("deduplicated by Windows: its content lies elsewhere and was not read");
                    }
                    0 => {}
                    // a cloud's client, an archive: the tag says whose it is
                    _ => {
                        record.kept = Some("kept elsewhere (a cloud's placeholder, an archive): its content was not read");
                    }
                }
            }
            _ => {}
        }
    }
    // attributes end with a mark
    record.broken += u64::from(number(raw, at, 4) != 0xffff_ffff);
    if record.names.is_empty() {
        record.names = short;
    }
    record
}

/// Where a link leads, as it shows it; paths with a drive lead out.
fn target(value: &[u8]) -> String {
    let skip = if number(value, 0, 4) == 0xa000_000c { 20 } else { 16 };
    let (from, length) = (skip + number(value, 12, 2) as usize, number(value, 14, 2) as usize);
    let text = wide(value.get(from..from + length).unwrap_or(&[])).replace('\\', "/");
    if text.contains(':') { format!("/{text}") } else { text }
}

/// Reads from a place.
pub(super) fn fill(place: &mut Anywhere<'_>, at: u64, out: &mut [u8]) -> std::io::Result<()> {
    place.seek(SeekFrom::Start(at))?;
    place.read_exact(out)
}
