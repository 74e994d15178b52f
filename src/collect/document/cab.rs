//! Windows cabinets: file by file, as the directory at their beginning tells.

use super::{Document, Head, Member, Work};
use crate::collect::unpack::{Promised, careful};
use crate::model::evidence::{Encryption, GapKind};
use cab::Cabinet;
use std::collections::HashSet;
use std::io::BufReader;

/// The reader.
pub(super) struct Cab;
/// The reader.
pub(super) static DOCUMENT: Cab = Cab;

/// Bytes that may be unpacked to get at the files: each is reached from the beginning of its folder.
const MOST_WORK: u64 = 16 << 30;

impl Document for Cab {
    fn id(&self) -> &'static str {
        "cab"
    }

    fn title(&self) -> &'static str {
        "Windows cabinets (cab)"
    }

    fn notes(&self) -> &'static str {
        "Every file is a member; what is stored, MSZIP and LZX are read, Quantum is not. Cabinets of several parts are not joined. Of files \
         that share a name the first is read. Inside other containers the whole cabinet is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "cab" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if !work.may_open() {
            return Ok(());
        }
        let Some(bytes) = work.anywhere()? else { return Ok(()) };
        let mut cabinet = match careful(|| Cabinet::new(BufReader::new(bytes))) {
            Ok(cabinet) => cabinet,
            Err(error) => {
                let reason = format!("its directory cannot be read ({}): nothing of it was read", error.kind());
                work.gap(GapKind::Malformed, reason);
                return Ok(());
            }
        };
        let (mut files, mut effort) = (Vec::new(), 0_u64);
        for folder in cabinet.folder_entries() {
            let (mut before, known) = (0_u64, !matches!(folder.compression_type(), cab::CompressionType::Quantum(..)));
            for file in folder.file_entries() {
                let size = u64::from(file.uncompressed_size());
                before = before.saturating_add(size);
                effort = effort.saturating_add(before);
                let modified = file.datetime().map(|time| time.assume_utc().unix_timestamp());
                files.push((file.name().to_owned(), modified, size, known && effort <= MOST_WORK, known));
            }
        }
        let mut seen = HashSet::new();
        for (name, modified, size, readable, known) in files {
            let member = Member { name: &name, modified, encryption: Encryption::None, packed: None };
            let more = if !seen.insert(name.clone()) {
                work.unread_member(&member, GapKind::Unsupported, "a second file of the same name: not read")
            } else if !known {
                work.unread_member(&member, GapKind::Unsupported, "packed by a method that is not known here (Quantum)")
            } else if !readable {
                let reason = format!("more than {MOST_WORK} bytes would have to be unpacked to get at it: not read");
                work.unread_member(&member, GapKind::Limit, reason)
            } else {
                // a file that begins behind the end of its folder ends the library
                match careful(|| cabinet.read_file(&name)) {
                    Ok(content) => work.member(&member, &mut Promised { inner: content, left: size }),
                    Err(error) => {
                        let reason = format!("it could not be unpacked: {}", error.kind());
                        work.unread_member(&member, GapKind::Malformed, reason)
                    }
                }
            };
            if !more {
                return Ok(());
            }
        }
        Ok(())
    }
}
