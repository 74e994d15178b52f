//! Files of no known format, and databases for which there is no reader: text that lies loose in them. They stay gaps, unless text is all
//! there is: what is found says that something is there, never that there is no more.

use super::shared::loose;
use super::{Document, Head, Work};
use crate::model::evidence::{Encryption, GapKind};

/// The reader.
pub(super) struct Binary;
/// The reader.
pub(super) static DOCUMENT: Binary = Binary;

impl Document for Binary {
    fn id(&self) -> &'static str {
        "binary"
    }

    fn title(&self) -> &'static str {
        "Files of no known format"
    }

    fn notes(&self) -> &'static str {
        "Text in them (runs of six or more characters, one or two bytes wide) is read. Everything else in such a file is a gap that says how \
         much was text. Microsoft Access databases are taken in the same way: ask for them as CSV or SQL."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        u8::from(matches!(head.kind, "binary" | "access"))
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if work.outer.encryption == Encryption::Unknown {
            work.gap(GapKind::Unsupported, "no known format and nearly random bytes: encrypted or compressed, nobody can tell");
            return Ok(());
        }
        let found = loose::read(work.bytes, work.engine)?;
        work.parts.extend(found.part);
        if work.head.kind == "access" {
            work.gap(
                GapKind::Unsupported,
                "an Access database: recognised, no reader for it (ask for it as CSV or SQL); only text that lies loose in it was read",
            );
        } else if !found.whole {
            let (text, bytes) = (found.text, found.bytes);
            let reason = if text == 0 {
                "no known format".to_owned()
            } else {
                format!("no known format: {text} of {bytes} bytes are text and were read, the rest was not")
            };
            work.gap(GapKind::Unsupported, reason);
        }
        Ok(())
    }
}
