//! gzip: one compressed file, or several one after the other as `cat` puts them.

use super::{Document, Head, Work};
use crate::collect::unpack::{Aside, single};
use flate2::bufread::{GzDecoder, MultiGzDecoder};
use std::io::BufReader;

/// The reader.
pub(super) struct Gzip;
/// The reader.
pub(super) static DOCUMENT: Gzip = Gzip;

impl Document for Gzip {
    fn id(&self) -> &'static str {
        "gzip"
    }

    fn title(&self) -> &'static str {
        "gzip: one compressed file"
    }

    fn notes(&self) -> &'static str {
        "Streamed. Its content is a member, called as the file without the ending; a tar in it is read as one. The comment and the \
         original name in the header are read as hidden text."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "gzip" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let first = GzDecoder::new(work.head.raw);
        let header = first.header();
        let modified = header.map(|header| i64::from(header.mtime())).filter(|time| *time > 0);
        let told =
            header.map(|header| [("comment", "archive comment", header.comment()), ("name", "original name", header.filename())]);
        for (label, why, text) in told.into_iter().flatten() {
            if let Some(text) = text {
                let mut aside = Aside::new(work);
                aside.add(&String::from_utf8_lossy(text));
                aside.finish(work, label, why);
            }
        }
        single(work, modified, |packed| Ok(Box::new(MultiGzDecoder::new(BufReader::new(packed)))));
        Ok(())
    }
}
