//! Where a delivery ends that no symbolic link shows: what is mounted in it, and files that have a name outside of it as well. It decides
//! by the facts of the file system alone and opens nothing of the delivery.

use super::walk::{Entry, EntryKind};
use std::collections::{BTreeSet, HashMap};
use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// What does not belong to a folder though it can be reached in it.
pub(super) struct Boundary {
    /// The file system that the folder is on.
    #[cfg_attr(not(unix), allow(dead_code, reason = "only Unix tells"))]
    device: Option<u64>,
    /// Places below it where something is mounted, be it a part of the same file system.
    mounts: BTreeSet<PathBuf>,
}

impl Boundary {
    /// Of a target.
    pub(super) fn of(root: &Path, facts: &Metadata) -> Self {
        #[cfg(unix)]
        let device = Some(std::os::unix::fs::MetadataExt::dev(facts));
        #[cfg(not(unix))]
        let device = {
            let _ = facts;
            None
        };
        let table = if cfg!(target_os = "linux") { std::fs::read_to_string("/proc/self/mountinfo") } else { Ok(String::new()) };
        let below = |place: &PathBuf| place != root && place.starts_with(root);
        let mounts = table.unwrap_or_default().lines().filter_map(mount_point).filter(below).collect();
        Self { device, mounts }
    }

    /// Whether something is mounted where an entry is.
    pub(super) fn mounted(&self, item: &walkdir::DirEntry) -> bool {
        if !self.mounts.is_empty() && self.mounts.contains(item.path()) {
            return true;
        }
        #[cfg(unix)]
        if item.file_type().is_dir() {
            let device = item.metadata().ok().map(|facts| std::os::unix::fs::MetadataExt::dev(&facts));
            return device.is_some() && device != self.device;
        }
        false
    }
}

/// The fifth field of a line of mountinfo (`proc_pid_mountinfo(5)`), with its octal escapes undone.
fn mount_point(line: &str) -> Option<PathBuf> {
    let field = line.split(' ').nth(4)?;
    let mut bytes = Vec::new();
    let mut rest = field.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code =
            after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok()).and_then(|text| u8::from_str_radix(text, 8).ok());
        if let Some(byte) = code.filter(|_| *first == b'\\') {
            bytes.push(byte);
            rest = after.get(3..).unwrap_or(&[]);
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    #[cfg(unix)]
    let text: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
    #[cfg(not(unix))]
    let text = std::ffi::OsString::from(String::from_utf8(bytes).ok()?);
    Some(PathBuf::from(text))
}

/// Files with more than one name, and how many of them the walk met.
#[derive(Default)]
pub(super) struct Names {
    met: HashMap<(u64, u64), u64>,
    several: Vec<Several>,
}

struct Several {
    at: usize,
    file: (u64, u64),
    names: u64,
    owner: u32,
}

impl Names {
    /// An entry of the walk, at its position.
    #[cfg(unix)]
    pub(super) fn count(&mut self, at: usize, entry: &Entry, facts: &Metadata) {
        use std::os::unix::fs::MetadataExt;
        if entry.kind != EntryKind::File || facts.nlink() < 2 {
            return;
        }
        let file = (facts.dev(), facts.ino());
        *self.met.entry(file).or_default() += 1;
        self.several.push(Several { at, file, names: facts.nlink(), owner: facts.uid() });
    }

    #[cfg(not(unix))]
    pub(super) fn count(&mut self, _: usize, _: &Entry, _: &Metadata) {}

    /// Marks those that have a name elsewhere and another owner than their folder. A copy made of hard links (a snapshot, a store of
    /// packages) belongs to who made it, and is read.
    pub(super) fn outside(&self, root: &Path, entries: &mut [Entry]) {
        for one in &self.several {
            let inside = self.met.get(&one.file).copied().unwrap_or(0);
            let Some(entry) = entries.get_mut(one.at).filter(|_| inside < one.names) else { continue };
            let folder = root.join(&entry.path).parent().and_then(|folder| std::fs::symlink_metadata(folder).ok());
            if folder.map(|facts| owner(&facts)) != Some(one.owner) {
                entry.kind = EntryKind::Shared;
            }
        }
    }
}

#[cfg(unix)]
fn owner(facts: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::uid(facts)
}

/// Never asked: no file is counted there.
#[cfg(not(unix))]
fn owner(_: &Metadata) -> u32 {
    0
}

/// File systems whose server says what changed when.
#[cfg(target_os = "linux")]
const SERVED: [rustix::fs::FsWord; 9] =
    [0x6573_5546, 0x6969, 0xff53_4d42, 0xfe53_4d42, 0x0102_1997, 0x00c3_6400, 0x5346_414f, 0x7375_7245, 0x786f_4256];

/// Which mount of which boot of this machine something lies in: an image that is mounted in place of another may have the same files by
/// number, size and times. 0 where the kernel does not say (before 6.8), or nobody can rely on what the file system says.
pub(super) fn mount(target: &Path) -> u64 {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{AtFlags, CWD, StatxFlags, statfs, statx};
        // STATX_MNT_ID_UNIQUE, statx(2)
        const UNIQUE: u32 = 0x4000;
        let served = statfs(target).map_or(true, |facts| SERVED.contains(&facts.f_type));
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let facts = statx(CWD, target, AtFlags::empty(), StatxFlags::from_bits_retain(UNIQUE));
        match facts {
            Ok(facts) if !served && !boot.is_empty() && facts.stx_mask & UNIQUE != 0 => {
                let all = format!("{boot} {}", facts.stx_mnt_id);
                blake3::hash(all.as_bytes()).as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
            }
            _ => 0,
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = target;
        0
    }
}

#[cfg(test)]
mod tests {
    use super::mount_point;
    use std::path::PathBuf;

    #[test]
    fn a_mount_point_is_read_with_its_blanks() {
        let line = r"36 35 98:0 /mnt1 /mnt/a\040b\134c rw,noatime master:1 - ext3 /dev/root rw,errors=continue";
        assert_eq!(mount_point(line), Some(PathBuf::from(r"/mnt/a b\c")));
        assert_eq!(mount_point("36 35"), None);
    }
}
