//! NTFS, as its master file table is written down: every record that is in use, its names, its content and its further streams. Folders
//! are put together from the records, not from their indexes, so that nothing is missed that no index names.

mod data;
mod record;

use super::shared::volume::{self, Content, Entry, Files};
use super::{Document, Head, Work};
use crate::collect::anywhere::Anywhere;
use crate::model::evidence::GapKind;
use data::{Data, Unpacked};
use record::{Look, Record, System};
use std::collections::{HashMap, HashSet};

/// The reader.
pub(super) struct Ntfs;
/// The reader.
pub(super) static DOCUMENT: Ntfs = Ntfs;

/// What is said of the volume.
const VOLUME: u64 = 3;
/// The folder that all others lie in.
const ROOT: u64 = 5;
/// The folder of what the file system keeps for itself, and what that is.
const EXTEND: &str = "$Extend";
const EXTEND_NUMBER: u64 = 11;
const EXTENDED: [&str; 6] = ["$ObjId", "$Quota", "$Reparse", "$UsnJrnl", "$RmMetadata", "$Deleted"];
/// Records before this are the file system's own.
const OWN: u64 = 12;
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
    // records that go on with a file, and those that a file was found to go on in
    let (mut further, mut led) = (0_u64, HashSet::new());
    files.broken += u64::from(system.is_cut());
    if system.record(VOLUME).is_some_and(|record| record.in_use) {
        let reason =
            "the volume was in use when the image was made, and its log is not applied: what was written last may not be seen";
        files.work.gap(GapKind::Unsupported, reason);
    }
    for number in OWN..system.records() {
        let Some(record) = system.record(number).filter(|record| record.folder) else { continue };
        // what is damaged of it is counted when its streams are read
        let before = files.broken;
        let whole = system.whole(number, record, &mut files, &mut HashSet::new());
        files.broken = before;
        if folders.len() >= MOST_FOLDERS {
            files.broken += 1;
        } else if let Some((parent, name)) = whole.names.into_iter().next() {
            folders.insert(number, (parent, name));
        }
    }
    let mut more = true;
    // the root has streams of its own
    for number in std::iter::once(ROOT).chain(OWN..system.records()) {
        match system.look(number) {
            Ok(Look::Begins(record)) => {
                let whole = system.whole(number, *record, &mut files, &mut led);
                files.broken += whole.broken;
                more = members(&system, &mut files, &folders, number, &whole);
            }
            Ok(Look::GoesOn(of)) => further += u64::from(of >= OWN || of == ROOT),
            Ok(Look::Unused) => {}
            Err(()) => files.broken += 1,
        }
        if !more {
            break;
        }
    }
    // parts of files that no file names
    files.broken += if more { further.saturating_sub(led.len() as u64) } else { 0 };
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
fn members(
    system: &System<'_>,
    files: &mut Files<'_, '_>,
    folders: &HashMap<u64, (u64, String)>,
    number: u64,
    record: &Record,
) -> bool {
    let name = match record.names.first() {
        _ if number == ROOT => String::new(),
        Some((parent, name)) => path(folders, *parent, name),
        // records that are set aside, without a name, hold nothing
        None if record.data.iter().all(|data| data.size == 0) => return true,
        None => format!("lost/record {number}"),
    };
    // what the file system keeps for itself
    if let Some(own) = name.strip_prefix("$Extend/")
        && EXTENDED.contains(&own.split('/').next().unwrap_or_default())
    {
        return true;
    }
    if record.folder && number != ROOT {
        files.folder(&name);
    }
    for (parent, further) in record.names.iter().skip(1).filter(|_| !record.folder) {
        files.link(&path(folders, *parent, further), &name, true, record.modified);
    }
    if let Some(link) = &record.link {
        files.link(&name, link, false, record.modified);
    } else if !record.folder && !record.data.iter().any(|data| data.name.is_empty()) {
        files.broken += 1;
    }
    for data in &record.data {
        let own = data.name.is_empty();
        if own && (record.folder || record.link.is_some() && data.size == 0) {
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
    let elsewhere = record.elsewhere.or(record.kept.filter(|_| data.size > 0 && data.stored == 0));
    if let Some(reason) = elsewhere.filter(|_| data.name.is_empty()) {
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
