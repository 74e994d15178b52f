//! Where in a text each match lies, in bytes: for whoever has the text already. The readers are those of audits, told to keep places.
//! A span holds no value; who shows it shows a shape.

use super::engine::{Engine, Found, Scratch, Why};
use super::lone;
use super::table::TableScan;
use super::tally::Place;
use super::text::TextScan;
use super::titles;
use std::ops::Range;

/// Bytes of a line before it is cut, as audits cut it.
const MOST_LINE: usize = 64 << 10;
/// Bytes before a cut in which a blank is looked for.
const LOOK_BACK: usize = 1 << 10;

/// One match and its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The class's bit.
    pub bit: u8,
    /// First byte of the value in the text.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Line, from 1.
    pub line: u64,
    /// Character in the line, from 1.
    pub column: u64,
    /// 0 to 1.
    pub confidence: f32,
    /// A documented test value.
    pub test: bool,
    /// What spoke for it.
    pub why: Why,
}

/// Finds spans in one text after the other.
pub struct Finder<'a> {
    engine: &'a Engine,
    scratch: Option<Scratch>,
}

impl<'a> Finder<'a> {
    /// Begins.
    pub fn new(engine: &'a Engine) -> Self {
        Self { engine, scratch: None }
    }

    /// Everything in running text, in the order of the text.
    pub fn text(&mut self, text: &str) -> Vec<Span> {
        let mut out = Vec::new();
        self.lines(text, 0, &mut out);
        if out.is_empty() {
            let found = lone::find(self.engine, text).filter(|found| found.confidence >= self.engine.threshold);
            out.extend(found.map(|hit| span(&hit, hit.start, hit.end)));
        }
        let mut floor = 0;
        for span in out.iter_mut().filter(|span| span.why == Why::Names) {
            span.start = titles::before(text, span.start, floor);
            floor = span.end;
        }
        number(text, &mut out);
        out
    }

    /// Everything in a table whose cells are parted by `delimiter`, in the order of the text.
    pub fn table(&mut self, text: &str, delimiter: u8) -> Vec<Span> {
        let mut out = Vec::new();
        let scratch = self.scratch.take().unwrap_or_else(|| self.engine.scratch());
        let mut scan = TableScan::placing(self.engine, scratch);
        let (mut at, mut rest) = (0, None);
        let mut cells = Vec::new();
        while at < text.len() {
            let Some(next) = row(text, at, delimiter, &mut cells) else {
                // a quote that does not close: no table from here on
                rest = Some(at);
                break;
            };
            // a row is known by its first byte
            if cells.iter().any(|cell| !cell.is_empty()) {
                scan.row(at as u64, cells.iter().map(|cell| text.get(cell.clone()).unwrap_or("")));
            }
            at = next;
        }
        let (mut places, scratch) = scan.places();
        self.scratch = Some(scratch);
        places.sort_by_key(|place| (place.line, place.cell));
        let mut read = None;
        for place in places {
            if read != Some(place.line) {
                row(text, place.line as usize, delimiter, &mut cells);
                read = Some(place.line);
            }
            if let Some(cell) = cells.get(place.cell) {
                out.push(span(&place.hit, cell.start + place.hit.start, cell.start + place.hit.end));
            }
        }
        if let Some(at) = rest {
            self.lines(text.get(at..).unwrap_or(""), at, &mut out);
        }
        number(text, &mut out);
        out
    }

    fn lines(&mut self, text: &str, shift: usize, out: &mut Vec<Span>) {
        let scratch = self.scratch.take().unwrap_or_else(|| self.engine.scratch());
        let mut scan = TextScan::placing(self.engine, scratch);
        let mut at = shift;
        for whole in text.split_inclusive('\n') {
            let mut line = whole.strip_suffix('\n').unwrap_or(whole);
            line = line.strip_suffix('\r').unwrap_or(line);
            let mut from = at;
            while line.len() > MOST_LINE {
                let (piece, rest) = line.split_at(cut_at(line));
                scan.line(from as u64, piece);
                from += piece.len();
                line = rest;
            }
            // a line is known by its first byte
            scan.line(from as u64, line);
            at += whole.len();
        }
        let (places, scratch) = scan.places();
        self.scratch = Some(scratch);
        let place = |place: &Place| span(&place.hit, place.line as usize + place.hit.start, place.last as usize + place.hit.end);
        out.extend(places.iter().map(place));
    }
}

/// A match at its place in the text; its line and column are found later, for all at once.
fn span(hit: &Found, start: usize, end: usize) -> Span {
    Span { bit: hit.bit, start, end, line: 0, column: 0, confidence: hit.confidence, test: hit.test, why: hit.why }
}

/// Puts spans in order, and says in which line and at which character each begins: one walk over the text.
fn number(text: &str, spans: &mut [Span]) {
    spans.sort_by_key(|span| (span.start, span.end, span.bit));
    let (mut at, mut line, mut column) = (0, 1, 1);
    for span in spans {
        for c in text.get(at..span.start).unwrap_or("").chars() {
            if c == '\n' {
                line += 1;
                column = 1;
            } else {
                column += 1;
            }
        }
        at = span.start;
        (span.line, span.column) = (line, column);
    }
}

/// Where a line that is too long is cut: behind a blank, else between two characters.
fn cut_at(line: &str) -> usize {
    let low = MOST_LINE - LOOK_BACK;
    let blank = line.as_bytes().get(low..MOST_LINE).and_then(|window| window.iter().rposition(|byte| b" \t,;|".contains(byte)));
    let cut = blank.map_or(MOST_LINE, |at| low + at + 1);
    (low..=cut).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(line.len())
}

/// The cells of the row that begins at a byte, trimmed and without their quotes, and where the next row begins. `None` where a
/// quote does not close.
fn row(text: &str, start: usize, delimiter: u8, cells: &mut Vec<Range<usize>>) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    cells.clear();
    loop {
        let mut from = at;
        let mut closed = None;
        if bytes.get(at) == Some(&b'"') {
            from += 1;
            at = close(bytes, from)?;
            closed = Some(at);
            at += 1;
        }
        let behind = at;
        while bytes.get(at).is_some_and(|byte| *byte != delimiter && !matches!(byte, b'\n' | b'\r')) {
            at += 1;
        }
        // what stands behind the closing quote belongs to the cell
        let to = closed.filter(|_| text.get(behind..at).is_none_or(|more| more.trim().is_empty())).unwrap_or(at);
        cells.push(trimmed(text, from..to));
        match bytes.get(at) {
            None => return Some(at),
            Some(byte) if *byte == delimiter => at += 1,
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => return Some(at + 2),
            Some(_) => return Some(at + 1),
        }
    }
}

/// The quote that closes a cell: doubled ones are part of it.
fn close(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

fn trimmed(text: &str, cell: Range<usize>) -> Range<usize> {
    let whole = text.get(cell.clone()).unwrap_or("");
    let start = cell.start + whole.len() - whole.trim_start().len();
    start..start + whole.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<&str>> {
        let (mut at, mut out, mut ranges) = (0, Vec::new(), Vec::new());
        while at < text.len() {
            let Some(next) = row(text, at, b',', &mut ranges) else { break };
            out.push(ranges.iter().filter_map(|range| text.get(range.clone())).collect());
            at = next;
        }
        out
    }

    #[test]
    fn rows_are_cut_as_tables_are() {
        assert_eq!(cells("a, b ,c\r\n1,\"x, y\",3\n,,\n"), [vec!["a", "b", "c"], vec!["1", "x, y", "3"], vec!["", "", ""]]);
        assert_eq!(cells("\"two\nlines\",\"a \"\"b\"\"\"\nlast"), [vec!["two\nlines", "a \"\"b\"\""], vec!["last"]]);
        assert_eq!(cells("\"Zoë\" more,x\n\"open,\ny"), [vec!["Zoë\" more", "x"]]);
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let text = "ë".repeat(MOST_LINE);
        assert!(text.is_char_boundary(cut_at(&text)));
        let text = "word ".repeat(MOST_LINE);
        assert_eq!(cut_at(&text) % 5, 0);
    }
}
