//! bzip2: one compressed file, or several one after the other.

use super::{Document, Head, Work};
use crate::collect::unpack::single;
use bzip2::read::MultiBzDecoder;

/// The reader.
pub(super) struct Bzip2;
/// The reader.
pub(super) static DOCUMENT: Bzip2 = Bzip2;

impl Document for Bzip2 {
    fn id(&self) -> &'static str {
        "bzip2"
    }

    fn title(&self) -> &'static str {
        "bzip2: one compressed file"
    }

    fn notes(&self) -> &'static str {
        "Streamed. Its content is a member, called as the file without the ending; a tar in it is read as one."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "bzip2" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        single(work, None, |packed| Ok(Box::new(MultiBzDecoder::new(packed))));
        Ok(())
    }
}
