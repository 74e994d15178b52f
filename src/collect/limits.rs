//! Limits that cannot be argued with. Hitting one is a gap that names the limit and what was left unread.

use serde::{Deserialize, Serialize};

/// The limits of one audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of a file that is read as a tree (JSON, YAML, XML ...); larger ones are read as text.
    pub tree_bytes: u64,
    /// Bytes of a configuration that is kept, with its settings, as evidence.
    pub kept_bytes: u64,
    /// Bytes of one record of a table.
    pub record_bytes: usize,
    /// Address space of a worker, in bytes.
    pub memory: u64,
    /// Seconds for an artifact, whatever its size ...
    pub seconds: u64,
    /// ... and bytes a second that a larger one must reach.
    pub bytes_per_second: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tree_bytes: 64 << 20,
            kept_bytes: 1 << 20,
            record_bytes: 1 << 20,
            memory: 4 << 30,
            seconds: 60,
            bytes_per_second: 1_000_000,
        }
    }
}

impl Limits {
    /// How long an artifact of a size may take.
    pub fn time_for(&self, size: u64) -> std::time::Duration {
        std::time::Duration::from_secs(self.seconds + size / self.bytes_per_second.max(1))
    }
}
