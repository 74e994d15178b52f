//! Logs of web servers: each line is a request, and what stands in its address is read as it was meant.

use super::{Document, Head, Work};
use crate::collect::pieces::{Piece, Reading, Stretches, Whole};
use crate::collect::{decode, percent, stretch};
use crate::detect::engine::Engine;
use crate::detect::text::TextScan;
use crate::model::evidence::{Gap, Part, PartKind};
use encoding_rs::Encoding;

/// The reader.
pub(super) struct AccessLog;
/// The reader.
pub(super) static DOCUMENT: AccessLog = AccessLog;

/// Lines that are looked at before a text is called a log.
const LOOKED_AT: usize = 20;

impl Document for AccessLog {
    fn id(&self) -> &'static str {
        "access_log"
    }

    fn title(&self) -> &'static str {
        "Logs of web servers (Common and Combined format, IIS)"
    }

    fn notes(&self) -> &'static str {
        "Each line is a record. Escapes in addresses are decoded, queries read as names and values, so that \
         `?name=Ada%20Example&ni=...` is found as in a form."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind != "text" {
            return 0;
        }
        if head.text.starts_with("#Software: Microsoft Internet Information Services") {
            return 95;
        }
        let lines: Vec<&str> = head.text.lines().filter(|line| !line.trim().is_empty()).take(LOOKED_AT).collect();
        // the last line of a head may be cut
        let whole = if head.whole || lines.len() == LOOKED_AT { lines.len() } else { lines.len().saturating_sub(1) };
        let requests = lines.iter().take(whole).filter(|line| is_request(line)).count();
        if requests > 0 && requests * 5 >= whole * 4 { 95 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let mut scan = TextScan::new(work.engine);
        let outcome = decode::lines(&mut *work.bytes, |number, line| {
            scan.line(number, &percent::readable(line));
            scan.line(number, "");
        });
        let mut part = Part { kind: PartKind::Text, ..Part::default() };
        scan.finish(&mut part);
        work.parts.push(part);
        outcome
    }

    fn stretches(&self) -> Option<&dyn Stretches> {
        Some(self)
    }
}

impl Stretches for AccessLog {
    fn takes(&self, head: &Head<'_>, encoding: &'static Encoding) -> bool {
        stretch::lines_are_plain(head, encoding)
    }

    fn read(&self, reading: &Reading<'_>) -> std::io::Result<Option<Piece>> {
        stretch::text(reading, |scan, number, line| {
            scan.line(number, &percent::readable(line));
            scan.line(number, "");
        })
    }

    fn find(&self, reading: &Reading<'_>) -> std::io::Result<Option<u64>> {
        stretch::line_behind(reading)
    }

    fn finish(&self, whole: Whole, engine: &Engine) -> (Vec<Part>, Vec<Gap>) {
        let mut part = Part { kind: PartKind::Text, ..Part::default() };
        whole.holds.into_iter().for_each(|joined| joined.finish(engine, &mut part));
        (vec![part], Vec::new())
    }
}

/// Whether a line has the time of a request and the request behind it: `[24/Nov/2026:10:00:00 +0000] "GET`.
fn is_request(line: &str) -> bool {
    let shape = |text: &str| {
        let pattern = "00/aaa/0000:00:00:00 ";
        text.len() > pattern.len() + 7
            && pattern.bytes().zip(text.bytes()).all(|(want, byte)| match want {
                b'0' => byte.is_ascii_digit(),
                b'a' => byte.is_ascii_alphabetic(),
                want => byte == want,
            })
    };
    let Some((_, rest)) = line.split_once('[') else { return false };
    shape(rest) && rest.get(21..).is_some_and(|zone| zone.starts_with(['+', '-']) && zone.contains("] \""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_known_by_their_time() {
        assert!(is_request("192.0.2.7 - - [24/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 12"));
        assert!(is_request("cards.example:443 192.0.2.7 - ada [24/Nov/2026:10:00:00 +0100] \"-\" 408 0 \"-\" \"-\""));
        assert!(!is_request("192.0.2.7 [24/Nov/2026] \"GET\""));
        assert!(!is_request("a sentence [with brackets]"));
    }
}
