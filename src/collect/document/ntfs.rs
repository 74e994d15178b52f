//! NTFS, as its master file table is written down: every record that is in use, its names, its content and its further streams. Folders
//! are put together from the records, not from their indexes, so that nothing is missed that no index names.

mod data;
mod record;

use super::shared::volume::{self, Content, Entry, Files};
use super::{Document, Head, Work};
use crate::collect::anywhere::Anywhere;
use crate::model::evidence::GapKind;
use data::{Data, Unpacked};
use record::{Record, System};
use std::collections::HashMap;

/// The reader.
pub(super) struct Ntfs;
/// The reader.
pub(super) static DOCUMENT: Ntfs = Ntfs;

/// The folder that all others lie in.
const ROOT: u64 = 5;
/// The folder of what the file system keeps for itself.
const EXTEND: &str = "$Extend";
const EXTEND_NUMBER: u64 = 11;
/// Records before this are the file system's own.
const OWN: u64 = 24;
/// Folders that are known by name.
const MOST_FOLDERS: usize = 1_000_000;

impl Document for Ntfs {
    fn id(&self) -> &'static str {
        "ntfs"
    }

    fn title(&self) -> &'static str {
        "Images of file systems (NTFS)"
    }

    fn notes(&self) -> &'static str {
        "Every file is a member, with its time; compressed files are unpacked. Alternate data streams are members as well (`name:stream`), and hidden, as are \
         files with that attribute. Files encrypted by the system (EFS), and those that only Windows can put together (system compression, deduplication), are gaps. \
         The log is not applied. Deleted files and free space are not looked at. Inside other containers the whole image is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "ntfs" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if !work.may_open() {
            return Ok(());
        }
        let Some(bytes) = work.anywhere()? else { return Ok(()) };
        files(work, &bytes, "");
        Ok(())
    }
}

/// Gives the files of a volume as members; `false` when no further one may come.
pub(super) fn files<'a>(work: &mut Work<'a>, place: &Anywhere<'a>, prefix: &str) -> bool {
    let Some(system) = System::new(place) else {
        work.gap(GapKind::Malformed, "the file system's first sector or its table of files is damaged: nothing of it was read");
        return true;
    };
    let mut files = Files::new(work, prefix, place.len() / 512);
    let mut folders: HashMap<u64, (u64, String)> = HashMap::new();
    for number in OWN..system.records() {
        let Some(record) = system.record(number).filter(|record| record.folder) else { continue };
        let whole = system.whole(record, &mut files);
        if folders.len() >= MOST_FOLDERS {
            files.broken += 1;
        } else if let Some((parent, name)) = whole.names.into_iter().next() {
            folders.insert(number, (parent, name));
        }
    }
    let mut more = true;
    for number in OWN..system.records() {
        match system.look(number) {
            Ok(Some(record)) => {
                let whole = system.whole(record, &mut files);
                more = members(&system, &mut files, &folders, &whole);
            }
            Ok(None) => {}
            Err(()) => files.broken += 1,
        }
        if !more {
            break;
        }
    }
    files.finish("the file system");
    more
}

/// Where a folder lies. One that lies in itself, or nowhere, is lost.
fn path(folders: &HashMap<u64, (u64, String)>, parent: u64, name: &str) -> String {
    let mut pieces = vec![name];
    let mut at = parent;
    while at != ROOT {
        let Some((above, name)) = folders.get(&at).filter(|_| pieces.len() <= volume::MOST_LEVELS) else {
            pieces.push(if at == EXTEND_NUMBER { EXTEND } else { "lost" });
            break;
        };
        pieces.push(name);
        at = *above;
    }
    pieces.reverse();
    pieces.join("/")
}

/// A file with its streams; `false` when no further member may come.
fn members(system: &System<'_>, files: &mut Files<'_, '_>, folders: &HashMap<u64, (u64, String)>, record: &Record) -> bool {
    let Some((parent, name)) = record.names.first() else { return true };
    let name = path(folders, *parent, name);
    // what the file system keeps for itself
    if name == EXTEND || name.starts_with("$Extend/") {
        return true;
    }
    if record.folder {
        files.folder(&name);
    }
    for (parent, further) in record.names.iter().skip(1).filter(|_| !record.folder) {
        files.link(&path(folders, *parent, further), &name, true, record.modified);
    }
    if let Some(link) = &record.link {
        files.link(&name, link, false, record.modified);
        return true;
    }
    if !record.folder && !record.data.iter().any(|data| data.name.is_empty()) {
        files.broken += 1;
    }
    for data in &record.data {
        let own = data.name.is_empty();
        if own && record.folder {
            continue;
        }
        let name = if own { name.clone() } else { format!("{name}:{}", data.name) };
        let hidden = if own { record.hidden.then_some("hidden file") } else { Some("alternate data stream") };
        if !stream(system, files, record, data, &name, hidden) {
            return false;
        }
    }
    true
}

fn stream(
    system: &System<'_>,
    files: &mut Files<'_, '_>,
    record: &Record,
    data: &Data,
    name: &str,
    hidden: Option<&'static str>,
) -> bool {
    if data.encrypted {
        return files.unread(name, record.modified, GapKind::Encrypted, "encrypted by Windows (EFS): its content was not read");
    }
    if let Some(reason) = record.elsewhere.filter(|_| data.name.is_empty()) {
        return files.unread(name, record.modified, GapKind::Unsupported, reason);
    }
    let entry = Entry { name, modified: record.modified, size: data.size, stored: data.stored, hidden };
    if let Some(value) = &data.resident {
        return files.file(&entry, &mut value.as_slice());
    }
    let Some(runs) = data.runs(system.cluster) else {
        let reason = "where its content lies is damaged: it was not read";
        return files.unread(name, record.modified, GapKind::Malformed, reason);
    };
    if data.unit > 0 {
        let mut content = Unpacked::new(&system.place, runs, data, system.cluster);
        return files.file(&entry, &mut content);
    }
    files.file(&entry, &mut Content::new(&system.place, runs, data.size, data.valid))
}
