//! xz: one compressed file, or several one after the other.

use super::{Document, Head, Work};
use crate::collect::unpack::{DECODER_KIB, single};
use lzma_rust2::XzReader;
use std::io::BufReader;

/// The reader.
pub(super) struct Xz;
/// The reader.
pub(super) static DOCUMENT: Xz = Xz;

impl Document for Xz {
    fn id(&self) -> &'static str {
        "xz"
    }

    fn title(&self) -> &'static str {
        "xz: one compressed file"
    }

    fn notes(&self) -> &'static str {
        "Streamed. Its content is a member, called as the file without the ending; a tar in it is read as one. A stream that wants a \
         dictionary of more than 1 GiB is not read. The older .lzma has no signature and is not recognised."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "xz" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        single(work, None, |packed| Ok(Box::new(XzReader::new_mem_limit(BufReader::new(packed), true, DECODER_KIB))));
        Ok(())
    }
}
