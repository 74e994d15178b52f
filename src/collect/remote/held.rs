//! Content that lies in no file: the coordinator holds it in memory without a name, or in a file without one where the user named a folder.
//! A worker can read it and nothing else: it is the worker's standard error, opened for reading, for that is a descriptor which one child
//! inherits and no other. Nothing here has a name that anybody could find, and it is emptied after each use.

use crate::collect::examine::{Examined, Source};
use crate::model::evidence::{Artifact, Gap, Read};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Error, ErrorKind, Seek, Write};
use std::path::Path;

/// What an order says of content that is held for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Whether only the first bytes are there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// Bytes that whoever listed it said it has.
    #[serde(default)]
    pub listed: u64,
    /// What of it was not fetched, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
}

/// Memory without a name, or a file without one in a folder.
///
/// # Errors
/// The system offers none, or has none left.
#[cfg(target_os = "linux")]
pub(in crate::collect) fn space(spool: Option<&Path>) -> std::io::Result<File> {
    use rustix::fs::{MemfdFlags, memfd_create};
    use std::os::unix::fs::OpenOptionsExt;
    let Some(folder) = spool else {
        // kernels before 6.3 do not know that it can be no program
        let made = memfd_create("provost", MemfdFlags::CLOEXEC | MemfdFlags::NOEXEC_SEAL)
            .or_else(|_| memfd_create("provost", MemfdFlags::CLOEXEC))?;
        return Ok(File::from(made));
    };
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).mode(0o600).custom_flags(libc::O_TMPFILE | libc::O_CLOEXEC);
    options.open(folder).map_err(|error| match error.kind() {
        ErrorKind::Unsupported | ErrorKind::IsADirectory => {
            Error::new(ErrorKind::Unsupported, "its file system has no files without a name")
        }
        _ => error,
    })
}

/// Memory without a name, or a file without one in a folder.
///
/// # Errors
/// Always: nobody wrote this for other systems.
#[cfg(not(target_os = "linux"))]
pub(in crate::collect) fn space(_spool: Option<&Path>) -> std::io::Result<File> {
    Err(Error::new(ErrorKind::Unsupported, "this system has no memory without a name: only Linux can audit what lies in no file"))
}

/// The same content for whoever may only read it, with a place of its own in it.
#[cfg(unix)]
pub(super) fn reading(file: &File) -> std::io::Result<File> {
    use std::os::fd::AsRawFd;
    File::open(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// The same content for whoever may only read it, with a place of its own in it.
#[cfg(not(unix))]
pub(super) fn reading(_file: &File) -> std::io::Result<File> {
    Err(ErrorKind::Unsupported.into())
}

/// What this worker was given to read, from the beginning.
#[cfg(unix)]
pub(in crate::collect) fn given() -> std::io::Result<File> {
    use std::os::fd::AsFd;
    let mut file = File::from(std::io::stderr().as_fd().try_clone_to_owned()?);
    if !file.metadata()?.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "nothing is held for this worker"));
    }
    file.rewind()?;
    Ok(file)
}

/// What this worker was given to read, from the beginning.
#[cfg(not(unix))]
pub(in crate::collect) fn given() -> std::io::Result<File> {
    Err(ErrorKind::Unsupported.into())
}

/// Examines what is held, and says of it what was not fetched.
pub(in crate::collect) fn examined(
    held: &Held,
    file: std::io::Result<File>,
    examine: impl FnOnce(std::io::Result<Source<'static>>) -> Examined,
) -> Examined {
    // nothing that reads from anywhere gets a beginning: it would take the place where it ends for the end
    let source = file.map(|file| if held.cut { Source::Stream(Box::new(file)) } else { Source::File(file) });
    let mut found = examine(source);
    if tell(&mut found.artifact, held) {
        found.content = None;
    }
    found
}

/// Whether what was fetched is less than there is.
fn tell(artifact: &mut Artifact, held: &Held) -> bool {
    if held.cut {
        artifact.size = artifact.size.max(held.listed);
    }
    let lacking = held.cut || held.gaps.iter().any(|gap| gap.at.is_empty());
    if lacking {
        // of what was fetched, and not of what is there
        (artifact.digest, artifact.mark) = (None, 0);
        if artifact.read == Read::Full {
            artifact.read = if artifact.parts.is_empty() { Read::None } else { Read::Partial };
        }
    }
    artifact.gaps.extend(held.gaps.iter().cloned());
    lacking
}

/// Takes what is written, up to a limit, whatever whoever writes was told.
pub(super) struct Bounded<'f> {
    pub(super) file: &'f mut File,
    pub(super) left: u64,
    pub(super) written: u64,
    /// More was written than there was room for.
    pub(super) over: bool,
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        if room == 0 && !bytes.is_empty() {
            self.over = true;
            return Err(Error::new(ErrorKind::FileTooLarge, "more than may be held"));
        }
        let written = self.file.write(bytes.get(..room).unwrap_or(bytes))?;
        self.left -= written as u64;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
