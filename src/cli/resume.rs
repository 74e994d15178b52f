//! `--journal FILE`: an audit that is interrupted is gone on with. The file is made where the user names it, nowhere else, and removed when
//! the reports are written. `--cache DIR`: what earlier audits found in files that are still the same is not looked for again.
//! `--since COMMIT`: what did not change is left out.

use super::Failure;
use crate::audit::Auditor;
use crate::collect::cache::Cache;
use crate::collect::journal::Journal;
use std::path::{Path, PathBuf};

/// Whether, and where.
#[derive(clap::Args, Clone)]
pub(crate) struct ResumeOptions {
    /// Write down in this file what is done, and go on from it if an earlier start was interrupted; needs --key-file
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Look up in this folder what earlier audits found in files that are still the same, and add what this one finds; needs --key-file
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// Of a delivery under git read only what is not as it was at this commit, and judge nothing by its absence
    #[arg(long, value_name = "COMMIT")]
    since: Option<String>,
}

impl ResumeOptions {
    /// The file, which must be none of the others.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.journal.as_deref()
    }

    /// Opens journal and cache for an audit whose key comes from `key_file`. Two starts with keys made for each would have nothing in common,
    /// and a key that lay beside the marks would undo them: so the key has to be the user's.
    pub(crate) fn open(&self, auditor: &mut Auditor, key_file: Option<&PathBuf>, target: &Path) -> Result<(), Failure> {
        let asked = [("--journal", self.journal.is_some()), ("--cache", self.cache.is_some())];
        if let Some((option, _)) = asked.iter().find(|row| row.1 && key_file.is_none()) {
            let help = "make one first: head -c 32 /dev/urandom | base64 > audit.key; keep it apart from the evidence";
            return Err(Failure::Usage(format!("{option} needs --key-file"), Some(help.to_owned())));
        }
        auditor.since.clone_from(&self.since);
        if let Some(path) = &self.journal {
            let journal = Journal::open(path, auditor.engine.key.clone(), target);
            auditor.journal = Some(journal.map_err(|error| Failure::Usage(error.to_string(), None))?);
        }
        if let Some(path) = &self.cache {
            let cache = Cache::open(path, auditor.engine.key.clone(), target);
            auditor.cache = Some(cache.map_err(|error| Failure::Usage(error.to_string(), None))?);
        }
        Ok(())
    }

    /// Everything is written: nothing is to be gone on with.
    pub(crate) fn done(auditor: &mut Auditor) {
        if let Some(journal) = auditor.journal.take() {
            journal.finish();
        }
    }
}
