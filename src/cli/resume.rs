//! `--journal FILE`: an audit that is interrupted is gone on with. The file is made where the user names it, nowhere else, and removed when
//! the reports are written.

use super::Failure;
use crate::audit::Auditor;
use crate::collect::journal::Journal;
use std::path::{Path, PathBuf};

/// Whether, and where.
#[derive(clap::Args, Clone)]
pub(crate) struct ResumeOptions {
    /// Write down in this file what is done, and go on from it if an earlier start was interrupted; needs --key-file
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
}

impl ResumeOptions {
    /// The file, which must be none of the others.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.journal.as_deref()
    }

    /// Opens the journal for an audit whose key comes from `key_file`. Two starts with keys made for each would have nothing in common, and a
    /// key that lay in the journal beside the marks would undo them: so the key has to be the user's.
    pub(crate) fn open(&self, auditor: &mut Auditor, key_file: Option<&PathBuf>) -> Result<(), Failure> {
        let Some(path) = &self.journal else { return Ok(()) };
        if key_file.is_none() {
            let help = "make one first: head -c 32 /dev/urandom | base64 > audit.key; keep it apart from the evidence";
            return Err(Failure::Usage("--journal needs --key-file".to_owned(), Some(help.to_owned())));
        }
        let journal = Journal::open(path, auditor.engine.key.clone());
        auditor.journal = Some(journal.map_err(|error| Failure::Usage(error.to_string(), None))?);
        Ok(())
    }

    /// Everything is written: nothing is to be gone on with.
    pub(crate) fn done(auditor: &mut Auditor) {
        if let Some(journal) = auditor.journal.take() {
            journal.finish();
        }
    }
}
