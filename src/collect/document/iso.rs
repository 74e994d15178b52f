//! Images of discs (ISO 9660), with the long names of Joliet and Rock Ridge. Both trees of a disc are read: what only one of them shows
//! was hidden from half of the world.

use super::{Document, Head, Member, Work};
use crate::collect::anywhere::Anywhere;
use crate::collect::unpack::{Promised, old_name};
use crate::model::evidence::{Encryption, GapKind};
use std::collections::HashSet;
use std::io::Read;

/// The reader.
pub(super) struct Iso;
/// The reader.
pub(super) static DOCUMENT: Iso = Iso;

const SECTOR: u64 = 2048;
/// Descriptors of volumes that are looked at.
const MOST_VOLUMES: u64 = 64;
/// Bytes of one folder.
const MOST_FOLDER: u64 = 16 << 20;
/// Folders of a disc, and levels of them.
const MOST_FOLDERS: usize = 100_000;
const MOST_LEVELS: usize = 64;

/// One tree of names.
struct Tree {
    root: (u64, u64),
    joliet: bool,
}

/// A file or folder of a tree.
struct Entry {
    name: String,
    pieces: Vec<(u64, u64)>,
    folder: bool,
    hidden: bool,
    modified: Option<i64>,
    /// More of it follows in the next record.
    goes_on: bool,
}

impl Document for Iso {
    fn id(&self) -> &'static str {
        "iso"
    }

    fn title(&self) -> &'static str {
        "Images of discs (ISO 9660)"
    }

    fn notes(&self) -> &'static str {
        "Every file is a member, with names of Joliet or Rock Ridge where there are any. Hidden are files with that attribute, and files that \
         only the second tree of names shows. Earlier sessions, boot images, discs with UDF alone and what lies outside of files are not read. \
         Inside other containers the whole image is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "iso" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if !work.may_open() {
            return Ok(());
        }
        let Some(bytes) = work.anywhere()? else { return Ok(()) };
        let trees = trees(&bytes)?;
        if trees.is_empty() {
            work.gap(GapKind::Malformed, "no volume on the disc can be read: nothing of it was read");
        }
        let (mut seen, mut broken) = (HashSet::new(), 0_u64);
        for (index, tree) in trees.iter().enumerate() {
            if !walk(work, &bytes, tree, index > 0, &mut seen, &mut broken)? {
                return Ok(());
            }
        }
        if broken > 0 {
            work.gap(GapKind::Malformed, format!("{broken} folders or records of the disc are not valid: they were not read"));
        }
        Ok(())
    }
}

/// The trees of names, the one with the better names first.
fn trees(bytes: &Anywhere<'_>) -> std::io::Result<Vec<Tree>> {
    let mut out = Vec::new();
    for index in 0..MOST_VOLUMES {
        let at = (16 + index) * SECTOR;
        let mut volume = Vec::new();
        bytes.slice(at, at + SECTOR).read_to_end(&mut volume)?;
        if volume.get(1..6) != Some(b"CD001") || volume.first() == Some(&255) {
            break;
        }
        let joliet = volume.first() == Some(&2) && matches!(volume.get(88..91), Some([b'%', b'/', b'@' | b'C' | b'E']));
        let root = volume.get(156..190).and_then(|record| Some((four(record, 2)? * SECTOR, four(record, 10)?)));
        if let Some(root) = root.filter(|_| joliet || volume.first() == Some(&1)) {
            out.push(Tree { root, joliet });
        }
    }
    // Rock Ridge names stand in the first tree; else Joliet's are the better ones
    let plain = out.iter().find(|tree| !tree.joliet);
    let rock = plain.is_some_and(|tree| {
        let mut start = Vec::new();
        let read = bytes.slice(tree.root.0, tree.root.0 + SECTOR).read_to_end(&mut start);
        read.is_ok() && start.windows(2).take(256).any(|two| two == b"SP" || two == b"RR")
    });
    out.sort_by_key(|tree| tree.joliet == rock);
    Ok(out)
}

fn four(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?).into())
}

/// Gives the files of a tree as members; `false` when no more may come.
fn walk(
    work: &mut Work<'_>,
    bytes: &Anywhere<'_>,
    tree: &Tree,
    second: bool,
    seen: &mut HashSet<(u64, u64)>,
    broken: &mut u64,
) -> std::io::Result<bool> {
    let (mut open, mut visited) = (vec![(tree.root, String::new(), 0)], HashSet::new());
    while let Some(((from, length), path, level)) = open.pop() {
        if length > MOST_FOLDER || level > MOST_LEVELS || visited.len() >= MOST_FOLDERS || !visited.insert(from) {
            *broken += 1;
            continue;
        }
        let mut folder = Vec::new();
        bytes.slice(from, from.saturating_add(length)).read_to_end(&mut folder)?;
        *broken += u64::from((folder.len() as u64) < length);
        let mut whole: Option<Entry> = None;
        for entry in records(&folder, bytes, tree.joliet, broken) {
            let entry = match whole.take() {
                Some(mut first) if first.goes_on => {
                    first.pieces.extend(entry.pieces);
                    first.goes_on = entry.goes_on;
                    first
                }
                _ => entry,
            };
            if entry.goes_on {
                whole = Some(entry);
                continue;
            }
            let name = if path.is_empty() { entry.name.clone() } else { format!("{path}/{}", entry.name) };
            let Some(first) = entry.pieces.first().copied() else { continue };
            if entry.folder {
                open.push((first, name, level + 1));
                continue;
            }
            let fresh = seen.insert(first);
            if second && (!fresh || first.1 == 0) {
                continue;
            }
            let why = if second { Some("only in the second tree of names") } else { None };
            if !file(work, bytes, &entry, &name, why.or(entry.hidden.then_some("hidden file"))) {
                return Ok(false);
            }
        }
        // what says that more of it follows, where nothing does
        *broken += u64::from(whole.is_some());
    }
    Ok(true)
}

fn file(work: &mut Work<'_>, bytes: &Anywhere<'_>, entry: &Entry, name: &str, hidden: Option<&str>) -> bool {
    let size = entry.pieces.iter().fold(0_u64, |all, piece| all.saturating_add(piece.1));
    let member = Member { name, modified: entry.modified, encryption: Encryption::None, packed: Some(size) };
    let mut content: Box<dyn Read + '_> = Box::new(std::io::empty());
    for (from, length) in entry.pieces.iter().take(1024) {
        content = Box::new(content.chain(bytes.slice(*from, from.saturating_add(*length))));
    }
    let first = work.members.len();
    let more = work.member(&member, &mut Promised { inner: content, left: size });
    if let Some(hidden) = hidden {
        for part in work.members.iter_mut().skip(first).flat_map(|found| &mut found.artifact.parts) {
            part.hidden.get_or_insert_with(|| hidden.to_owned());
        }
    }
    more
}

/// The records of a folder; none crosses the border of a sector.
fn records(folder: &[u8], bytes: &Anywhere<'_>, joliet: bool, broken: &mut u64) -> Vec<Entry> {
    let mut out = Vec::new();
    for sector in folder.chunks(SECTOR as usize) {
        let mut rest = sector;
        while let Some(length) = rest.first().map(|length| usize::from(*length)).filter(|length| *length > 0) {
            let Some(entry) = rest.get(..length).and_then(|record| record_of(record, bytes, joliet)) else {
                *broken += 1;
                break;
            };
            out.extend(Some(entry).filter(|entry| !entry.name.is_empty()));
            rest = rest.get(length..).unwrap_or(&[]);
        }
    }
    out
}

/// One record, `None` if it is not valid. The folder itself and the one above have no name.
fn record_of(record: &[u8], bytes: &Anywhere<'_>, joliet: bool) -> Option<Entry> {
    let (extent, size, flags, length) = (four(record, 2)?, four(record, 10)?, *record.get(25)?, usize::from(*record.get(32)?));
    let raw = record.get(33..33 + length)?;
    let itself = matches!(raw, [0 | 1]);
    let plain = || {
        let name = old_name(raw, || None);
        let name = name.split_once(';').map_or(name.as_str(), |row| row.0);
        name.trim_end_matches('.').to_owned()
    };
    let name = if itself {
        String::new()
    } else if joliet {
        let wide = encoding_rs::UTF_16BE.decode_without_bom_handling(raw).0.into_owned();
        wide.split_once(';').map_or(wide.as_str(), |row| row.0).to_owned()
    } else {
        let padded = 33 + length + usize::from(length % 2 == 0);
        rock_ridge(record.get(padded..).unwrap_or(&[]), bytes).unwrap_or_else(plain)
    };
    let attributes = u64::from(*record.get(1)?);
    Some(Entry {
        name,
        pieces: vec![((extent + attributes) * SECTOR, size)],
        folder: flags & 2 != 0,
        hidden: flags & 1 != 0,
        modified: record.get(18..25).and_then(time),
        goes_on: flags & 0x80 != 0,
    })
}

/// The long name in a record's further fields; they may go on elsewhere, once.
fn rock_ridge(fields: &[u8], bytes: &Anywhere<'_>) -> Option<String> {
    let (mut name, mut more) = (Vec::new(), Vec::new());
    for round in 0..2 {
        let own = if round == 0 { fields.to_vec() } else { std::mem::take(&mut more) };
        let mut rest = own.as_slice();
        while let [a, b, length, _, ..] = rest {
            let Some(field) = rest.get(..usize::from(*length)).filter(|field| field.len() >= 5) else { break };
            match (*a, *b) {
                (b'N', b'M') => name.extend_from_slice(field.get(5..).unwrap_or(&[])),
                (b'C', b'E') if round == 0 && field.len() >= 28 => {
                    let at = four(field, 4)?.saturating_mul(SECTOR).saturating_add(four(field, 12)?);
                    let end = at.saturating_add(four(field, 20)?.min(SECTOR));
                    bytes.slice(at, end).read_to_end(&mut more).ok()?;
                }
                _ => {}
            }
            rest = rest.get(field.len()..).unwrap_or(&[]);
        }
    }
    (!name.is_empty()).then(|| old_name(&name, || None))
}

/// Seven bytes: years since 1900, month, day, hour, minute, second, quarters of an hour from UTC.
fn time(bytes: &[u8]) -> Option<i64> {
    let [year, month, day, hour, minute, second, zone] = bytes else { return None };
    let part = |value: u8| i8::try_from(value).ok();
    let year = 1900 + i16::from(*year);
    let civil =
        jiff::civil::DateTime::new(year, part(*month)?, part(*day)?, part(*hour)?, part(*minute)?, part((*second).min(59))?, 0);
    let utc = jiff::tz::TimeZone::UTC.to_timestamp(civil.ok()?).ok()?.as_second();
    Some(utc - i64::from(*zone as i8) * 900)
}
