//! Deliveries that lie in no file system: objects of a store, tables of a database, standard input. A [`Remote`] says what there is
//! and hands over bytes; it never looks into them. Workers do, as with files: they are given the bytes and can reach nothing else.
//! Nothing here may show a credential, or what it fetched.

#[cfg(feature = "databases")]
pub mod database;
pub mod held;
#[cfg(feature = "object-store")]
pub mod object;
pub mod stdin;
pub(super) mod supply;

use super::walk::{Entry, TargetError};
use crate::model::evidence::Gap;
use std::collections::HashMap;
use std::io::Write;

/// Where a delivery lies that is in no file system. What it says comes from a server, which may lie, never end, or name things as it likes.
pub trait Remote: Send + Sync + std::fmt::Debug {
    /// What there is, in any order; numbers and folders are filled in by [`entries`]. An entry's path is its name with `/` between components,
    /// as the evidence is to show it (masked). Its size is a guess, 0 if nobody knows; its stamp changes whenever its bytes do, 0 where that
    /// cannot be relied on. What could not be listed is an entry of the kind [`super::walk::EntryKind::Unlisted`]: a gap with its reason.
    ///
    /// # Errors
    /// Where nothing can be listed at all.
    fn list(&self) -> Result<Vec<Entry>, TargetError>;

    /// Writes the bytes of an entry, at most `limit` of them. Called from several threads at once.
    ///
    /// # Errors
    /// A sentence that is shown as the reason of a gap: it holds no credential, and nothing that was fetched. An error of `into` is handed on
    /// as it is. What was written before it is read, and said to be a beginning.
    fn fetch(&self, entry: &Entry, limit: u64, into: &mut dyn Write) -> std::io::Result<Fetched>;

    /// Whether the target is one artifact and not a place where others could lie beside it.
    fn single(&self) -> bool {
        false
    }
}

/// What became of the bytes of an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetched {
    /// There is more of it than the limit let through.
    pub more: bool,
    /// What else of it is not in the bytes (rows that were not sampled), with reasons that hold no value. A gap with an empty `at` says that the
    /// entry was not read whole.
    pub gaps: Vec<Gap>,
}

/// What a remote target has, in the order of the walk: component by component, with numbers and folders.
///
/// # Errors
/// As [`Remote::list`].
pub fn entries(remote: &dyn Remote) -> Result<Vec<Entry>, TargetError> {
    let mut entries = remote.list()?;
    let parts = |entry: &Entry| -> Vec<Vec<u8>> {
        entry.path.as_os_str().as_encoded_bytes().split(|byte| *byte == b'/').map(<[u8]>::to_vec).collect()
    };
    entries.sort_by_cached_key(parts);
    let mut folders: HashMap<Vec<u8>, u32> = HashMap::new();
    for (index, entry) in entries.iter_mut().enumerate() {
        // by its bytes: a path would take `a//b` and `a/b` for the same
        let path = entry.path.as_os_str().as_encoded_bytes();
        let folder = path.iter().rposition(|byte| *byte == b'/').and_then(|at| path.get(..at)).unwrap_or(&[]).to_vec();
        let next = folders.len() as u32 + 1;
        entry.folder = *folders.entry(folder).or_insert(next);
        entry.number = u32::try_from(index + 1).unwrap_or(u32::MAX);
    }
    Ok(entries)
}
