//! Limits that cannot be argued with. Hitting one is a gap that names the limit and what was left unread.

use serde::{Deserialize, Serialize};

/// Bytes from which an expansion is measured against what it was made of.
pub(super) const LARGE: u64 = 64 << 20;

/// The limits of one audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of a file that is read as a tree (JSON, YAML, XML ...); larger ones are read as text.
    pub tree_bytes: u64,
    /// Bytes of a configuration that is kept, with its settings, as evidence.
    pub kept_bytes: u64,
    /// Bytes of one record of a table.
    pub record_bytes: usize,
    /// Containers within containers.
    pub depth: usize,
    /// Members of one artifact, all levels together, whatever its size.
    pub members: u64,
    /// Members of a small artifact ...
    #[serde(default = "small_members")]
    pub members_small: u64,
    /// ... and one more for each so many bytes of it: each is a file in the evidence, and takes a thousand bytes of memory.
    #[serde(default = "bytes_per_member")]
    pub bytes_per_member: u64,
    /// Bytes that the members of one artifact may have, all levels together, whatever its size.
    pub expanded: u64,
    /// Bytes that they may have where the artifact is small ...
    #[serde(default = "small_expanded")]
    pub expanded_small: u64,
    /// ... and for each byte of it: what would take longer to read than there is time for is not begun.
    #[serde(default = "expanded_per_byte")]
    pub expanded_per_byte: u64,
    /// How many times its own size a member may expand to, once it is large.
    pub ratio: u64,
    /// Bytes of a file that is held in memory as a whole (office files, PDF, nested archives).
    pub whole_bytes: u64,
    /// Bytes of an artifact that lies in no file, which the coordinator holds while a worker reads it.
    #[serde(default = "held_bytes")]
    pub held_bytes: u64,
    /// Pixels of pictures that are looked at in an artifact, whatever its size ...
    pub pixels: u64,
    /// ... and for each byte of it.
    pub pixels_per_byte: u64,
    /// Address space of a worker, in bytes.
    pub memory: u64,
    /// Seconds for an artifact, whatever its size ...
    pub seconds: u64,
    /// ... and bytes a second that a larger one must reach.
    pub bytes_per_second: u64,
    /// Seconds that reading its pictures may take, on a machine of today; 0 where nobody reads them.
    #[serde(default)]
    pub ocr_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tree_bytes: 64 << 20,
            kept_bytes: 1 << 20,
            record_bytes: 1 << 20,
            depth: 16,
            members: 1_000_000,
            members_small: small_members(),
            bytes_per_member: bytes_per_member(),
            expanded: 64 << 30,
            expanded_small: small_expanded(),
            expanded_per_byte: expanded_per_byte(),
            ratio: 2_000,
            whole_bytes: 256 << 20,
            held_bytes: held_bytes(),
            pixels: 1_000_000_000,
            pixels_per_byte: 25,
            memory: 4 << 30,
            seconds: 60,
            bytes_per_second: 1_000_000,
            ocr_seconds: 0,
        }
    }
}

fn held_bytes() -> u64 {
    256 << 20
}

fn small_members() -> u64 {
    100_000
}

fn bytes_per_member() -> u64 {
    200
}

fn small_expanded() -> u64 {
    512 << 20
}

fn expanded_per_byte() -> u64 {
    64
}

impl Limits {
    /// How many members an artifact of a size may have.
    pub fn members_for(&self, size: u64) -> u64 {
        self.members_small.saturating_add(size / self.bytes_per_member.max(1)).min(self.members)
    }

    /// How many bytes the members of an artifact of a size may have.
    pub fn expanded_for(&self, size: u64) -> u64 {
        self.expanded_small.saturating_add(size.saturating_mul(self.expanded_per_byte)).min(self.expanded)
    }

    /// How many bytes of a file are read that takes so few on the disk: its holes are an expansion like any other. `None` for all.
    pub fn holes(&self, stored: u64, size: u64) -> Option<u64> {
        let most = stored.saturating_mul(self.ratio).max(LARGE);
        (most < size).then_some(most)
    }

    /// How many pixels may be looked at in an artifact of a size: about a sixth of the time that it has.
    pub fn looks_for(&self, size: u64) -> u64 {
        self.pixels.saturating_add(size.saturating_mul(self.pixels_per_byte))
    }

    /// How long an artifact of a size may take.
    pub fn time_for(&self, size: u64) -> std::time::Duration {
        // twice what reading pictures is allowed: it stops by itself before that
        let seconds = self.seconds.saturating_add(size / self.bytes_per_second.max(1));
        std::time::Duration::from_secs(seconds.saturating_add(self.ocr_seconds.saturating_mul(2)))
    }

    /// The size that a file is given time for, if it takes so many bytes on the disk, or the largest number of them where nobody knows: most of one that is nearly all holes is not read, and
    /// what is read of the holes is zeros, which takes little time.
    pub fn weight(&self, stored: u64, size: u64) -> u64 {
        if stored.saturating_mul(HOLLOW) >= size {
            return size;
        }
        let read = self.holes(stored, size).unwrap_or(size);
        stored.min(read).saturating_add(read.saturating_sub(stored) / HOLLOW)
    }
}

/// So many times its bytes on the disk a file that is nearly all holes has; no file system packs anything so small that is not.
const HOLLOW: u64 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_given_little_time() {
        let limits = Limits::default();
        let tera = 1 << 40;
        assert_eq!(
            (limits.weight(u64::MAX, tera), limits.weight(tera, tera), limits.weight(tera / 50, tera)),
            (tera, tera, tera / 50 * 50 + tera % 50)
        );
        // a file of 4 KiB that says it has a terabyte, and one of 4 GiB
        let (little, more) = (limits.weight(4096, tera), limits.weight(4 << 30, tera));
        assert!(little < 2 << 20, "{little}");
        assert!((4 << 30..16 << 30).contains(&more), "{more}");
        assert_eq!(limits.time_for(u64::MAX).as_secs(), limits.seconds + u64::MAX / limits.bytes_per_second);
        let endless = Limits { bytes_per_second: 0, seconds: u64::MAX, ..Limits::default() };
        assert_eq!(endless.time_for(u64::MAX).as_secs(), u64::MAX);
    }

    #[test]
    fn what_members_may_have_grows_with_the_artifact_and_ends() {
        let limits = Limits::default();
        assert_eq!(limits.expanded_for(0), 512 << 20);
        assert_eq!(limits.expanded_for(100 << 20), (512 << 20) + (6400 << 20));
        assert_eq!(limits.expanded_for(u64::MAX), limits.expanded);
        assert_eq!((limits.members_for(2 << 20), limits.members_for(u64::MAX)), (110_485, limits.members));
    }

    #[test]
    fn holes_are_measured_against_what_is_on_the_disk() {
        let limits = Limits::default();
        assert_eq!(limits.holes(0, 64 << 20), None);
        assert_eq!(limits.holes(0, 1 << 40), Some(64 << 20));
        assert_eq!(limits.holes(1 << 20, 1 << 40), Some(2_000 << 20));
        assert_eq!(limits.holes(1 << 30, 1 << 40), None);
    }
}
