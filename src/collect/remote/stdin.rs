//! A delivery that comes through a pipe: one artifact, read once.

use super::{Fetched, Remote};
use crate::collect::walk::{Entry, EntryKind, TargetError};
use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Standard input, or anything else that can be read once.
pub struct Piped {
    name: String,
    modified: i64,
    bytes: Mutex<Option<Box<dyn Read + Send>>>,
}

impl std::fmt::Debug for Piped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Piped").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Piped {
    /// What comes from `bytes`, under a name; nobody says when it was made, so whoever asks does.
    pub fn new(name: &str, modified: i64, bytes: Box<dyn Read + Send>) -> Self {
        Self { name: name.to_owned(), modified, bytes: Mutex::new(Some(bytes)) }
    }
}

impl Remote for Piped {
    fn list(&self) -> Result<Vec<Entry>, TargetError> {
        Ok(vec![Entry { modified: self.modified, ..Entry::named(PathBuf::from(&self.name), EntryKind::File) }])
    }

    fn single(&self) -> bool {
        true
    }

    fn fetch(&self, _entry: &Entry, limit: u64, into: &mut dyn Write) -> std::io::Result<Fetched> {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut bytes = bytes.ok_or_else(|| std::io::Error::new(ErrorKind::NotFound, "it was read already"))?;
        std::io::copy(&mut (&mut bytes).take(limit), into)?;
        let mut next = [0];
        let more = loop {
            match bytes.read(&mut next) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other? > 0,
            }
        };
        Ok(Fetched { more, gaps: Vec::new() })
    }
}
