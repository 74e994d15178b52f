//! Files of no known format, and databases for which there is no reader: text that lies loose in them. They stay gaps: what is found
//! says that something is there, never that there is no more.

use super::shared::loose;
use super::{Document, Head, Work};
use crate::detect::text::TextScan;
use crate::model::evidence::{Encryption, GapKind, Part, PartKind};

/// The reader.
pub(super) struct Binary;
/// The reader.
pub(super) static DOCUMENT: Binary = Binary;

/// Characters that a run has at least: in random bytes one of this length comes once in ten million.
const LEAST: usize = 16;

impl Document for Binary {
    fn id(&self) -> &'static str {
        "binary"
    }

    fn title(&self) -> &'static str {
        "Files of no known format"
    }

    fn notes(&self) -> &'static str {
        "Runs of 16 or more printable characters (one or two bytes wide) are looked through. Everything else in such a file is unread, and \
         the file is a gap whatever was found. Microsoft Access databases are taken in the same way: ask for them as CSV or SQL."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        u8::from(matches!(head.kind, "binary" | "access"))
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if work.outer.encryption == Encryption::Unknown {
            work.gap(GapKind::Unsupported, "no known format and nearly random bytes: encrypted or compressed, nobody can tell");
            return Ok(());
        }
        let mut scan = TextScan::new(work.engine);
        let cut = loose::scan(work.bytes, LEAST, &mut scan)?;
        let mut part = Part { label: "loose text".to_owned(), kind: PartKind::Text, ..Part::default() };
        scan.finish(&mut part);
        if !part.tallies.is_empty() {
            work.parts.push(part);
        }
        let what = if work.head.kind == "access" {
            "an Access database: recognised, no reader for it (ask for it as CSV or SQL); only text that lies loose in it was looked through"
        } else {
            "no known format: only text that lies loose in it was looked through"
        };
        work.gap(GapKind::Unsupported, if cut { format!("{what}, and that not to its end") } else { what.to_owned() });
        Ok(())
    }
}
