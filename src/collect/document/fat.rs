//! FAT12, FAT16, FAT32 and exFAT: cameras, sticks, boot partitions. Folders from the root, with long names; what was deleted is not
//! looked for.

mod names;

use super::shared::volume::{self, Content, Entry, Files, Run, push};
use super::{Document, Head, Work};
use crate::collect::anywhere::Anywhere;
use crate::model::evidence::GapKind;
use names::Row;
use std::collections::HashSet;
use std::io::Read;
use std::rc::Rc;

/// The reader.
pub(super) struct Fat;
/// The reader.
pub(super) static DOCUMENT: Fat = Fat;

/// Bytes of the table that are held at once.
const PAGE: u64 = 64 << 10;

impl Document for Fat {
    fn id(&self) -> &'static str {
        "fat"
    }

    fn title(&self) -> &'static str {
        "Images of file systems (FAT12, FAT16, FAT32, exFAT)"
    }

    fn notes(&self) -> &'static str {
        "Every file is a member, with its long name and its time (taken as UTC). Files with the attribute hidden are hidden. Deleted files, free \
         space and the label are not looked at. Inside other containers the whole image is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if matches!(head.kind, "fat" | "exfat") { 100 } else { 0 }
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

#[derive(Clone, Copy, PartialEq)]
enum Width {
    Twelve,
    Sixteen,
    ThirtyTwo,
    Ex,
}

/// What the first sector says.
struct System<'a> {
    place: Anywhere<'a>,
    width: Width,
    /// Where the table of clusters begins.
    table: u64,
    /// Where the first cluster, number 2, begins.
    heap: u64,
    cluster: u64,
    clusters: u64,
    /// The root: a cluster, or where it lies and how long it is.
    root: Result<u64, (u64, u64)>,
    /// The page of the table that was read last.
    page: (u64, Vec<u8>),
    /// Whether a chain ended without a mark of its end.
    torn: bool,
}

fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    bytes.get(at..at + length).unwrap_or(&[]).iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte))
}

impl<'a> System<'a> {
    fn new(place: &Anywhere<'a>) -> Option<Self> {
        let head = place.get(0, 512)?;
        let get = |at, length| number(&head, at, length);
        let page = (u64::MAX, Vec::new());
        if head.get(3..11) == Some(b"EXFAT   ") {
            let (sector, cluster) = (get(108, 1), get(109, 1));
            if !(9..=12).contains(&sector) || sector + cluster > 25 {
                return None;
            }
            let (sector, cluster) = (1_u64 << sector, 1_u64 << (sector + cluster));
            return Some(Self {
                place: place.clone(),
                width: Width::Ex,
                table: get(80, 4) * sector,
                heap: get(88, 4) * sector,
                cluster,
                clusters: get(92, 4),
                root: Ok(get(96, 4)),
                page,
                torn: false,
            });
        }
        let (sector, cluster) = (get(11, 2), get(11, 2) * get(13, 1));
        let sectors = if get(19, 2) > 0 { get(19, 2) } else { get(32, 4) };
        let length = if get(22, 2) > 0 { get(22, 2) } else { get(36, 4) };
        let root = (get(17, 2) * 32).div_ceil(sector.max(1));
        let before = get(14, 2) + get(16, 1) * length;
        let clusters = (sectors.checked_sub(before + root)? * sector).checked_div(cluster)?;
        let width = match clusters {
            0..4085 => Width::Twelve,
            4085..65_525 => Width::Sixteen,
            _ => Width::ThirtyTwo,
        };
        // small ones that were made as FAT32 all the same have no table of the old size
        let width = if get(22, 2) == 0 && get(17, 2) == 0 { Width::ThirtyTwo } else { width };
        // of several tables one alone may be kept up to date
        let kept = if width == Width::ThirtyTwo && get(40, 2) & 0x80 != 0 {
            (get(40, 2) & 15).min(get(16, 1).saturating_sub(1))
        } else {
            0
        };
        Some(Self {
            place: place.clone(),
            width,
            table: (get(14, 2) + kept * length) * sector,
            heap: (before + root) * sector,
            cluster,
            clusters,
            root: if width == Width::ThirtyTwo { Ok(get(44, 4)) } else { Err((before * sector, get(17, 2) * 32)) },
            page,
            torn: false,
        })
    }

    fn bytes_of_table(&mut self, at: u64, length: usize) -> Option<u64> {
        let mut out = 0;
        for index in (0..length as u64).rev() {
            let at = at + index;
            if self.page.0 != at / PAGE {
                let from = at / PAGE * PAGE;
                let mut page = Vec::new();
                self.place.slice(self.table + from, self.table + from + PAGE).read_to_end(&mut page).ok()?;
                self.page = (at / PAGE, page);
            }
            out = out << 8 | u64::from(*self.page.1.get((at % PAGE) as usize)?);
        }
        Some(out)
    }

    fn is_cluster(&self, cluster: u64) -> bool {
        cluster >= 2 && cluster - 2 < self.clusters
    }

    /// The cluster after one; `None` at the end of a chain, or where it is torn.
    fn next(&mut self, cluster: u64) -> Option<u64> {
        let next = self.entry(cluster);
        let end = match self.width {
            Width::Twelve => 0xff8,
            Width::Sixteen => 0xfff8,
            Width::ThirtyTwo => 0x0fff_fff8,
            Width::Ex => 0xffff_fff8,
        };
        let own = next.filter(|next| self.is_cluster(*next));
        self.torn |= own.is_none() && next.is_none_or(|next| next < end);
        own
    }

    /// What the table has for a cluster.
    fn entry(&mut self, cluster: u64) -> Option<u64> {
        Some(match self.width {
            Width::Twelve => {
                let two = self.bytes_of_table(cluster * 3 / 2, 2)?;
                if cluster % 2 == 1 { two >> 4 } else { two & 0xfff }
            }
            Width::Sixteen => self.bytes_of_table(cluster * 2, 2)?,
            Width::ThirtyTwo => self.bytes_of_table(cluster * 4, 4)? & 0x0fff_ffff,
            Width::Ex => self.bytes_of_table(cluster * 4, 4)?,
        })
    }

    /// The stretches of a chain, of so many bytes at most; `None` if the volume has no room for as many.
    fn runs(&mut self, first: u64, most: u64, chained: bool, files: &mut Files<'_, '_>) -> Option<Vec<Run>> {
        let (mut out, mut length, mut cluster) = (Vec::new(), 0, Some(first).filter(|first| self.is_cluster(*first)));
        if !chained {
            let at = self.heap + (cluster? - 2) * self.cluster;
            return Some(vec![(most, Some(at))]);
        }
        while let Some(own) = cluster.filter(|_| length < most) {
            if !files.step(1) || !push(&mut out, self.cluster, Some(self.heap + (own - 2) * self.cluster)) {
                return None;
            }
            length += self.cluster;
            cluster = self.next(own);
        }
        Some(out)
    }
}

/// A folder that waits: where it lies, its path, how deep it is.
struct Waiting {
    first: u64,
    size: u64,
    chained: bool,
    above: Rc<str>,
    name: String,
    level: usize,
}

/// Gives the files of a volume as members; `false` when no further one may come.
pub(super) fn files<'a>(work: &mut Work<'a>, place: &Anywhere<'a>, prefix: &str) -> bool {
    let Some(mut system) = System::new(place).filter(|system| system.cluster > 0) else {
        work.gap(GapKind::Malformed, "the file system's first sector is damaged: nothing of it was read");
        return true;
    };
    let mut files = Files::new(work, prefix, place.len() / system.cluster);
    let more = walk(&mut system, &mut files);
    files.finish("the file system");
    more
}

fn walk(system: &mut System<'_>, files: &mut Files<'_, '_>) -> bool {
    let most = volume::MOST_FOLDER;
    let root = system.root;
    let (mut waiting, mut seen) = (Vec::new(), HashSet::new());
    let first = root.unwrap_or(0);
    waiting.push(Waiting { first, size: most, chained: true, above: "".into(), name: String::new(), level: 0 });
    while let Some(folder) = waiting.pop() {
        let path: Rc<str> =
            if folder.above.is_empty() { folder.name.into() } else { format!("{}/{}", folder.above, folder.name).into() };
        if folder.level > volume::MOST_LEVELS || !seen.insert(folder.first) {
            files.broken += 1;
            continue;
        }
        // a file that is cut off is known by its size; a folder has none
        system.torn = false;
        let runs = match root {
            Err((from, length)) if folder.level == 0 => Some(vec![(length, Some(from))]),
            _ => system.runs(folder.first, folder.size.min(most), folder.chained, files).filter(|runs| !runs.is_empty()),
        };
        let mut rows = Vec::new();
        let length = runs.iter().flatten().fold(0_u64, |all, run| all.saturating_add(run.0)).min(most);
        let read = Content::new(&system.place, runs.unwrap_or_default(), length, length).read_to_end(&mut rows);
        let cut = rows.is_empty() || (rows.len() as u64) < length || length >= most || system.torn;
        files.broken += u64::from(read.is_err() || cut);
        let (rows, broken) = if system.width == Width::Ex { names::ex(&rows) } else { names::old(&rows) };
        files.broken += broken;
        for row in rows {
            if row.folder {
                if waiting.len() >= volume::MOST_WAITING {
                    files.broken += 1;
                    continue;
                }
                files.folder(&if path.is_empty() { row.name.clone() } else { format!("{path}/{}", row.name) });
                let size = if row.size > 0 { row.size } else { most };
                let (above, name, level) = (Rc::clone(&path), row.name, folder.level + 1);
                waiting.push(Waiting { first: row.first, size, chained: row.chained, above, name, level });
            } else if !file(system, files, &row, &path) {
                return false;
            }
        }
    }
    true
}

fn file(system: &mut System<'_>, files: &mut Files<'_, '_>, row: &Row, path: &str) -> bool {
    let name = if path.is_empty() { row.name.clone() } else { format!("{path}/{}", row.name) };
    let runs = if row.size == 0 { Some(Vec::new()) } else { system.runs(row.first, row.size, row.chained, files) };
    let Some(runs) = runs else {
        return files.unread(&name, row.modified, GapKind::Malformed, "where its content lies is damaged: it was not read");
    };
    let hidden = row.hidden.then_some("hidden file");
    let entry = Entry { name: &name, modified: row.modified, size: row.size, stored: row.size, hidden };
    files.file(&entry, &mut Content::new(&system.place, runs, row.size, row.valid))
}
