//! Running text of any kind: whatever decodes to text and nobody else reads better.

use super::{Document, Head, Work};
use crate::collect::pieces::{Piece, Reading, Stretches, Whole};
use crate::collect::{decode, percent, stretch};
use crate::detect::engine::Engine;
use crate::detect::text::TextScan;
use crate::model::evidence::{Gap, Part, PartKind};
use encoding_rs::Encoding;
use std::cell::Cell;

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
        let outcome = decode::lines_until(&mut *work.bytes, 0, &Cell::new(u64::MAX), |number, line, marked| {
            scan.line(number, &percent::readable(line));
            if marked {
                scan.cut();
            }
        });
        let mut part = Part { kind: PartKind::Text, ..Part::default() };
        scan.finish_whole(&mut part);
        work.parts.push(part);
        outcome.map(|_| ())
    }

    fn stretches(&self) -> Option<&dyn Stretches> {
        Some(self)
    }
}

impl Stretches for Plain {
    fn takes(&self, head: &Head<'_>, encoding: &'static Encoding) -> bool {
        stretch::lines_are_plain(head, encoding)
    }

    fn read(&self, reading: &Reading<'_>) -> std::io::Result<Option<Piece>> {
        stretch::text(reading, |scan, number, line| scan.line(number, &percent::readable(line)))
    }

    fn find(&self, reading: &Reading<'_>) -> std::io::Result<Option<u64>> {
        stretch::line_behind(reading)
    }

    fn finish(&self, whole: Whole, engine: &Engine) -> (Vec<Part>, Vec<Gap>) {
        let mut part = Part { kind: PartKind::Text, ..Part::default() };
        whole.holds.into_iter().for_each(|joined| joined.finish_whole(engine, &mut part));
        (vec![part], Vec::new())
    }
}
