//! Running text of any kind: whatever decodes to text and nobody else reads better.

use super::{Document, Head, Work};
use crate::collect::{decode, percent};
use crate::detect::text::TextScan;
use crate::model::evidence::{Part, PartKind};

/// The reader.
pub(super) struct Plain;
/// The reader.
pub(super) static DOCUMENT: Plain = Plain;

impl Document for Plain {
    fn id(&self) -> &'static str {
        "text"
    }

    fn title(&self) -> &'static str {
        "Running text, logs, source code, mail as text"
    }

    fn notes(&self) -> &'static str {
        "UTF-8, UTF-16 and the old 8-bit encodings. A paragraph of up to 12 lines is one record; in longer blocks each line is one. A text of up \
         to 40 lines with one name and one number in all is one record. Addresses with a query or with escapes are read decoded."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        u8::from(head.kind == "text")
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let mut scan = TextScan::new(work.engine);
        let outcome = decode::lines(&mut *work.bytes, |number, line| scan.line(number, &percent::readable(line)));
        let mut part = Part { kind: PartKind::Text, ..Part::default() };
        scan.finish_whole(&mut part);
        work.parts.push(part);
        outcome
    }
}
