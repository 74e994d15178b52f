//! Tables in text: comma, semicolon, tab or bar between cells, with or without a header. Streamed row by row; a record that
//! never ends (a quote that does not close) is cut off at a limit.

mod pieces;

use super::{Document, Head, Work};
use crate::collect::decode;
use crate::collect::pieces::Stretches;
use crate::detect::table::{Header, TableScan};
use crate::detect::text::TextScan;
use crate::model::evidence::{GapKind, Part, PartKind};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::cell::{Cell, RefCell};
use std::io::Read;

/// The reader.
pub(super) struct Csv;
/// The reader.
pub(super) static DOCUMENT: Csv = Csv;

/// Characters that part cells, likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records of the head that are looked at.
const LOOKED_AT: usize = 200;

impl Document for Csv {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn title(&self) -> &'static str {
        "Tables in text: comma, semicolon, tab or bar separated"
    }

    fn notes(&self) -> &'static str {
        "The delimiter is found by content, the header by its words and by the shape of the rows below. Streamed: size costs no memory. \
         Each row is a record."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind != "text" {
            return 0;
        }
        let named = matches!(head.extension, "csv" | "tsv" | "tab" | "psv");
        match delimiter(head.text, head.whole, named) {
            Some(_) if named => 95,
            // a table under another name still has to look like nothing else
            Some(_) => 45,
            // a table of one column
            None if named => 41,
            None => 0,
        }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let found = delimiter_of(work.head);
        let mut part = Part { kind: PartKind::Table, ..Part::default() };
        let mut scan = TableScan::new(work.engine, Header::Guess);
        let limit = work.limits.record_bytes;
        let outcome = stream(&mut *work.bytes, found, (AT_A_TIME, limit), &mut |line, cells| {
            scan.row(line, cells.iter().map(String::as_str));
            true
        });
        scan.finish(&mut part);
        work.parts.push(part);
        if let End::Unclosed(line, rest) = outcome? {
            work.gap(GapKind::Limit, format!("a record from line {line} on is longer than {limit} bytes (a quote that does not close?): the rest was read as text"));
            let mut text = TextScan::new(work.engine);
            let outcome =
                decode::lines(rest.as_slice().chain(&mut *work.bytes), |number, piece| text.line(line + number - 1, piece));
            let mut part = Part { label: format!("from line {line}"), kind: PartKind::Text, ..Part::default() };
            text.finish(&mut part);
            work.parts.push(part);
            outcome?;
        }
        Ok(())
    }

    fn stretches(&self) -> Option<&dyn Stretches> {
        Some(self)
    }
}

/// How a stream of records ended.
enum End {
    Done,
    /// At this line a record outgrew the limit; these bytes of it were already taken.
    Unclosed(u64, Vec<u8>),
    /// Behind so many lines and bytes, and not at the end of the text.
    Before(u64, u64),
    /// Whoever takes the records wants no more.
    Enough,
}

thread_local! {
    /// A parser for each of [`DELIMITERS`] that nobody uses: making one costs more than reading a small file with it. They are lent, not
    /// copied: a copy of the library's parser lacks what it knows of fields, and never comes to an end.
    static IDLE: RefCell<Vec<(u8, Reader)>> = const { RefCell::new(Vec::new()) };
}

/// A parser on loan; it goes back when it is dropped.
struct Lent {
    delimiter: u8,
    parser: Option<Reader>,
}

impl Lent {
    fn new(delimiter: u8) -> Self {
        let parser = IDLE.with_borrow_mut(|idle| {
            let at = idle.iter().position(|row| row.0 == delimiter)?;
            Some(idle.swap_remove(at).1)
        });
        Self { delimiter, parser }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(mut parser) = self.parser.take() else { return };
        parser.reset();
        IDLE.with_borrow_mut(|idle| {
            if idle.len() < DELIMITERS.len() {
                idle.push((self.delimiter, parser));
            }
        });
    }
}

/// Bytes of a table that are read at a time.
const AT_A_TIME: usize = 64 << 10;

fn stream(
    bytes: &mut dyn Read,
    delimiter: u8,
    bounds: (usize, usize),
    row: &mut dyn FnMut(u64, &[String]) -> bool,
) -> std::io::Result<End> {
    stream_until(bytes, delimiter, bounds, &Cell::new(u64::MAX), row)
}

/// The records that begin before so many bytes; `row` says whether it wants more.
fn stream_until(
    bytes: &mut dyn Read,
    delimiter: u8,
    (at_a_time, limit): (usize, usize),
    until: &Cell<u64>,
    row: &mut dyn FnMut(u64, &[String]) -> bool,
) -> std::io::Result<End> {
    let mut taken = 0;
    let mut lent = Lent::new(delimiter);
    let parser = lent.parser.get_or_insert_with(|| ReaderBuilder::new().delimiter(delimiter).build());
    let mut input = vec![0; at_a_time.max(1)];
    let (mut from, mut to) = (0, 0);
    let mut output = vec![0; limit.min(16 << 10)];
    let mut ends = vec![0; 64];
    let (mut out_len, mut ends_len) = (0, 0);
    let mut cells: Vec<String> = Vec::new();
    // the library counts LF only, and none of what it leaves out between records
    let (mut line, mut uncounted, mut returned, mut fresh) = (1, 0, false, true);
    loop {
        if from == to {
            from = 0;
            taken += to as u64;
            to = bytes.read(&mut input)?;
        }
        if fresh {
            let ends = input.get(from..to).unwrap_or(&[]).iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
            for end in ends {
                let second = *end == b'\n' && returned;
                returned = *end == b'\r';
                uncounted += u64::from(!second);
                from += 1;
            }
            if from == to && to > 0 {
                continue;
            }
            (fresh, returned) = (false, false);
            line = parser.line() + uncounted;
            if to > 0 && taken + from as u64 >= until.get() {
                return Ok(End::Before(line - 1, taken + from as u64));
            }
        }
        let slice = input.get(from..to).unwrap_or(&[]);
        let (result, read, written, ended) =
            parser.read_record(slice, output.get_mut(out_len..).unwrap_or(&mut []), ends.get_mut(ends_len..).unwrap_or(&mut []));
        from += read;
        out_len += written;
        ends_len += ended;
        match result {
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull if output.len() >= limit => {
                output.truncate(out_len);
                output.extend_from_slice(input.get(from..to).unwrap_or(&[]));
                return Ok(End::Unclosed(line, output));
            }
            ReadRecordResult::OutputFull => output.resize(output.len() * 2, 0),
            ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
            ReadRecordResult::Record => {
                let mut start = 0;
                cells.resize_with(ends_len, String::new);
                for (cell, end) in cells.iter_mut().zip(ends.iter().take(ends_len)) {
                    cell.clear();
                    cell.push_str(&String::from_utf8_lossy(output.get(start..*end).unwrap_or(&[])));
                    start = *end;
                }
                if cells.iter().any(|cell| !cell.is_empty()) && !row(line, &cells) {
                    return Ok(End::Enough);
                }
                fresh = true;
                returned = read.checked_sub(1).and_then(|last| slice.get(last)) == Some(&b'\r');
                uncounted += u64::from(returned);
                (out_len, ends_len) = (0, 0);
            }
            ReadRecordResult::End => return Ok(End::Done),
        }
    }
}

/// What parts the cells of a text that is read as a table.
pub(crate) fn delimiter_of(head: &Head<'_>) -> u8 {
    delimiter(head.text, head.whole, true).unwrap_or(b',')
}

/// Whether a text without a telling name looks like a table.
pub(crate) fn is_table(text: &str, whole: bool) -> bool {
    delimiter(text, whole, false).is_some()
}

/// The delimiter of a text, if most of its records agree on a number of cells.
fn delimiter(text: &str, whole: bool, named: bool) -> Option<u8> {
    // the last line may be cut
    let end = if whole { text.len() } else { text.rfind('\n').map_or(text.len(), |at| at + 1) };
    let text = text.get(..end)?;
    DELIMITERS
        .into_iter()
        .filter_map(|delimiter| Some((quality(text, delimiter, named)?, delimiter)))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|row| row.1)
}

fn quality(text: &str, delimiter: u8, named: bool) -> Option<f64> {
    let mut widths: Vec<usize> = Vec::new();
    let (mut last_filled, mut bytes, mut cells_seen, mut long) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut source = text.as_bytes();
    let capped = source.len().min(32 << 10);
    source = source.get(..capped)?;
    // without it every record is one cell, and without lines there are no records to compare
    let lines = memchr::memchr2_iter(b'\n', b'\r', source).take(2).count();
    if memchr::memchr(delimiter, source).is_none() || (!named && lines < 2) {
        return None;
    }
    let ended = stream(&mut source, delimiter, (capped, 32 << 10), &mut |_, cells| {
        if widths.len() < LOOKED_AT {
            widths.push(cells.len());
            last_filled += usize::from(cells.last().is_some_and(|cell| !cell.trim().is_empty()));
            bytes += cells.iter().map(String::len).sum::<usize>();
            cells_seen += cells.len();
            long += cells.iter().filter(|cell| cell.len() > 200).count();
        }
        true
    });
    if !matches!(ended, Ok(End::Done)) || widths.is_empty() {
        return None;
    }
    if capped < text.len() && widths.len() < LOOKED_AT {
        widths.pop();
    }
    let rows = widths.len();
    let mut sorted = widths.clone();
    sorted.sort_unstable();
    let usual = sorted.get(rows / 2).copied().unwrap_or(0);
    let agree = widths.iter().filter(|width| **width == usual).count() as f64 / rows.max(1) as f64;
    if usual < 2 || cells_seen == 0 {
        return None;
    }
    let sentences = bytes as f64 / cells_seen as f64 > 60.0 || long * 20 > cells_seen;
    let enough = if named {
        rows >= 2 && agree >= 0.6
    } else {
        rows >= 3 && agree >= 0.95 && usual >= 3 && !sentences && last_filled * 5 >= rows
    };
    enough.then(|| agree + (usual.min(20) as f64) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_found_by_content() {
        assert_eq!(delimiter("a,b,c\n1,2,3\n4,5,6\n", true, false), Some(b','));
        assert_eq!(delimiter("a;b\n1,5;2\n4,7;5\n", true, true), Some(b';'));
        assert_eq!(delimiter("a\tb\tc\n1\t2\t3\n4\t5\t6\n", true, false), Some(b'\t'));
        assert_eq!(
            delimiter("Dear all, this is text, as text goes.\nIt goes on.\nAnd ends, well, so, here.\n", true, false),
            None
        );
        assert_eq!(delimiter("int a;\nint b;\nint c;\nreturn;\n", true, false), None);
    }

    #[test]
    fn a_quote_that_never_closes_is_cut_off() {
        let text = format!("a,b\n1,\"{}", "x\n".repeat(5000));
        let mut rows = 0;
        let end = stream(&mut text.as_bytes(), b',', (AT_A_TIME, 4096), &mut |_, _| {
            rows += 1;
            true
        });
        assert!(matches!(end, Ok(End::Unclosed(2, rest)) if rest.len() >= 4096));
        assert_eq!(rows, 1);
    }

    #[test]
    fn a_parser_that_was_used_reads_as_a_fresh_one() {
        let mut seen = Vec::new();
        for text in ["a\tb\n1\t2\n", "a\t\"b\n", "a\tb\n1\t2\n", "x\t\"y\tz\"\r\n\"1\"\"\"\t2"] {
            let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
            let _ = stream(&mut text.as_bytes(), b'\t', (3, 4096), &mut |line, cells| {
                rows.push((line, cells.to_vec()));
                true
            });
            seen.push(rows);
        }
        let row = |line: u64, cells: [&str; 2]| (line, cells.map(str::to_owned).to_vec());
        let plain = vec![row(1, ["a", "b"]), row(2, ["1", "2"])];
        assert_eq!(seen[0], plain);
        assert_eq!(seen[1], vec![row(1, ["a", "b\n"])]);
        assert_eq!(seen[2], plain);
        // lines end in all three ways
        let mut lines = Vec::new();
        let text = "a\tb\r\nc\td\re\tf\n\r\ng\th";
        for size in [1, 2, 3, 4096] {
            let _ = stream(&mut text.as_bytes(), b'\t', (size, 4096), &mut |line, _| {
                lines.push(line);
                true
            });
        }
        assert_eq!(lines, [1, 2, 3, 5].repeat(4));
        assert_eq!(seen[3], vec![row(1, ["x", "y\tz"]), row(2, ["1\"", "2"])]);
    }
}
