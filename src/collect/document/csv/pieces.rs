//! A large table in text, piece by piece. Where a record begins cannot be told for sure in the middle of a file, for line breaks may stand in
//! quotes: a guess is held against the width of the records, and whoever puts pieces together holds it against the piece before.

use super::{AT_A_TIME, Csv, End, delimiter_of, stream, stream_until};
use crate::collect::document::Head;
use crate::collect::pieces::{Piece, Reading, Stretches, Whole};
use crate::detect::engine::Engine;
use crate::detect::table::{Header, TableScan};
use crate::model::evidence::{Gap, Part, PartKind};
use encoding_rs::{Encoding, UTF_8};
use std::cell::Cell;

/// Bytes that are looked at for the beginning of a record.
const LOOKED_AT: u64 = 256 << 10;
/// Records that are held against the others.
const RECORDS: usize = 64;

impl Stretches for Csv {
    fn takes(&self, _head: &Head<'_>, encoding: &'static Encoding) -> bool {
        encoding == UTF_8 || encoding.is_single_byte()
    }

    fn read(&self, reading: &Reading<'_>) -> std::io::Result<Option<Piece>> {
        let (delimiter, limit) = (delimiter_of(reading.head), reading.limits.record_bytes);
        let mut scan = TableScan::new(reading.engine, Header::Guess);
        // what the columns are is decided by the beginning of the file, whichever piece is read
        let (mut widths, mut window) = (Vec::new(), reading.window(0, reading.size)?);
        let end = stream(&mut window, delimiter, (AT_A_TIME, limit), &mut |line, cells| {
            widths.push(cells.len());
            scan.row(line, cells.iter().map(String::as_str));
            !scan.decided()
        })?;
        if matches!(end, End::Unclosed(..)) || window.is_strange() {
            return Ok(None);
        }
        let mut heading = scan.stretch(reading.from == 0);
        widths.sort_unstable();
        let width = widths.get(widths.len() / 2).copied().unwrap_or(0);
        let (begins, sure) = match reading.exact {
            Some(exact) => (Some(exact), true),
            None => guess(reading, delimiter, width)?,
        };
        let Some(begins) = begins.filter(|begins| *begins < reading.to) else { return Ok(Some(Piece::empty(reading, sure))) };
        // the library would take it for the mark of a file
        if begins > 0 && reading.raw(begins, 3)? == [0xef, 0xbb, 0xbf] {
            return Ok(None);
        }
        let mut window = reading.window(begins, reading.to)?.placing();
        let passed = window.passed();
        let end = stream_until(&mut window, delimiter, (AT_A_TIME, limit), &passed, &mut |line, cells| {
            if !std::mem::take(&mut heading) {
                scan.row(line, cells.iter().map(String::as_str));
            }
            true
        })?;
        if window.is_strange() {
            return Ok(None);
        }
        let next = match end {
            End::Done => Some((0, reading.size)),
            End::Before(lines, offset) => window.place(offset).map(|next| (lines, next)),
            End::Unclosed(..) | End::Enough => None,
        };
        let Some((lines, next)) = next else { return Ok(None) };
        let mut part = Part { kind: PartKind::Table, ..Part::default() };
        let Some(holds) = scan.partial(&mut part) else { return Ok(None) };
        let parts = if reading.from == 0 { vec![part] } else { Vec::new() };
        Ok(Some(Piece { begins: Some(begins), sure, next, lines, parts, holds: vec![holds], strange: (0, 0) }))
    }

    fn find(&self, reading: &Reading<'_>) -> std::io::Result<Option<u64>> {
        let mut window = reading.window(0, reading.to)?.placing();
        let passed = window.passed();
        let bounds = (AT_A_TIME, reading.limits.record_bytes);
        let end = stream_until(&mut window, delimiter_of(reading.head), bounds, &passed, &mut |_, _| true)?;
        Ok(match end {
            _ if window.is_strange() => None,
            End::Done => Some(reading.size),
            End::Before(_, offset) => window.place(offset),
            End::Unclosed(..) | End::Enough => None,
        })
    }

    fn finish(&self, whole: Whole, engine: &Engine) -> (Vec<Part>, Vec<Gap>) {
        let mut parts = whole.parts;
        for (part, joined) in parts.iter_mut().zip(whole.holds) {
            joined.finish(engine, part);
        }
        (parts, Vec::new())
    }
}

/// Where the first record of a piece may begin, and whether that is as good as sure. Either the piece begins in quotes or not; what is
/// right is what gives records as wide as those at the beginning of the file.
fn guess(reading: &Reading<'_>, delimiter: u8, width: usize) -> std::io::Result<(Option<u64>, bool)> {
    let Some(at) = reading.from.checked_sub(1) else { return Ok((Some(0), true)) };
    let raw = reading.raw(at, LOOKED_AT)?;
    let plain = behind_break(&raw);
    let ends = (raw.len() as u64) < LOOKED_AT;
    let quoted = {
        let text = [b"\"", raw.get(1..).unwrap_or(&[])].concat();
        match stream_until(&mut text.as_slice(), delimiter, bounds(reading), &Cell::new(1), &mut |_, _| true)? {
            // one byte is in place of another
            End::Before(_, offset) => usize::try_from(offset).ok(),
            _ => None,
        }
    };
    let fits = |from: Option<usize>| -> std::io::Result<bool> {
        let Some(mut text) = from.and_then(|from| raw.get(from..)) else { return Ok(false) };
        let mut widths = Vec::new();
        let end = stream(&mut text, delimiter, bounds(reading), &mut |_, cells| {
            widths.push(cells.len());
            widths.len() < RECORDS
        })?;
        if matches!(end, End::Done) && !ends {
            // the last record may be cut
            widths.pop();
        }
        Ok(widths.len() > 1 && widths.iter().all(|own| *own == width))
    };
    let (begins, sure) = match (fits(plain)?, fits(quoted)?) {
        (false, true) => (quoted, true),
        (is, other) => (plain, is && !other),
    };
    let place = begins.map(|begins| at + begins as u64);
    // nothing but line ends up to the end of the file
    Ok((place.or((ends && plain.is_none()).then_some(reading.size)), sure))
}

fn bounds(reading: &Reading<'_>) -> (usize, usize) {
    (AT_A_TIME, reading.limits.record_bytes)
}

/// Behind the first line end and those that follow it at once.
fn behind_break(raw: &[u8]) -> Option<usize> {
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let first = raw.iter().position(is_end)?;
    let rest = raw.get(first..)?.iter().position(|byte| !is_end(byte))?;
    Some(first + rest)
}
