//! A copy of an xls for the library that reads its cells, without what it believes but need not know: how far a sheet is said to reach,
//! and records that go on with others in millions of pieces. Nothing moves in it, as the list of sheets tells them by their places.

use super::biff::{MOST_PIECES, short};
use std::io::{Cursor, Error, Read, Result, Write};

/// A record that nobody knows.
const NOTHING: [u8; 2] = 0xfffe_u16.to_le_bytes();
/// How often records that lie over each other are looked through again.
const ROUNDS: usize = 4;
/// Properties of the file, and how many bytes of them are taken over.
const PROPERTIES: [&str; 2] = ["\u{5}SummaryInformation", "\u{5}DocumentSummaryInformation"];
const MOST_PROPERTIES: u64 = 16 << 20;

/// Takes out of the records of a workbook what its reader must not believe; `false` if records lie over each other so that it comes back.
pub(super) fn calm(book: &mut [u8], starts: &[usize]) -> bool {
    for _ in 0..ROUNDS {
        let mut changed = walk(book, 0, true);
        for start in starts {
            changed |= walk(book, *start, false);
        }
        if !changed {
            return true;
        }
    }
    false
}

/// Looks through the records from there to the end of the sheet, or of what all sheets share; whether something had to be changed.
fn walk(book: &mut [u8], mut at: usize, shared: bool) -> bool {
    let (mut depth, mut changed) = (0, false);
    while let Some((kind, end)) = record(book, at) {
        match kind {
            0x0809 => depth += 1,
            0x000a => {
                depth -= 1;
                if depth <= 0 || shared {
                    break;
                }
            }
            // the list of strings: the only one of which the pieces behind it are asked for
            0x00fc if shared => {
                let (end, moved) = pieces(book, end);
                changed |= moved;
                at = end;
                continue;
            }
            // DIMENSIONS, CONTINUE
            0x0200 | 0x003c => {
                name(book, at);
                changed = true;
            }
            _ => {}
        }
        at = end;
    }
    changed
}

/// The kind of a record, and where it ends.
fn record(book: &[u8], at: usize) -> Option<(u16, usize)> {
    let rest = book.get(at..).filter(|rest| rest.len() >= 4)?;
    Some((short(rest, 0), (at + 4 + usize::from(short(rest, 2))).min(book.len())))
}

/// The record there is one that nobody knows from now on.
fn name(book: &mut [u8], at: usize) {
    if let Some(kind) = book.get_mut(at..at + 2) {
        kind.copy_from_slice(&NOTHING);
    }
}

/// The pieces of a record: empty ones come behind the others and are no pieces any more, and none is from a number on. Where they end, and
/// whether something had to be changed.
fn pieces(book: &mut [u8], start: usize) -> (usize, bool) {
    let (mut at, mut to, mut empty, mut count) = (start, start, 0, 0);
    while let Some((0x003c, end)) = record(book, at) {
        if end == at + 4 {
            empty += 1;
        } else {
            if to != at {
                book.copy_within(at..end, to);
            }
            if count >= MOST_PIECES {
                name(book, to);
            }
            to += end - at;
            count += 1;
        }
        at = end;
    }
    for gap in book.get_mut(to..at).unwrap_or_default().as_chunks_mut::<4>().0 {
        let [a, b] = NOTHING;
        *gap = [a, b, 0, 0];
    }
    (at, empty > 0 || count > MOST_PIECES)
}

/// A container with the workbook, and with the properties of the file that it was in.
///
/// # Errors
/// None that is known of: it is in memory.
pub(super) fn container(file: &mut cfb::CompoundFile<Cursor<&[u8]>>, book: &[u8]) -> Result<Vec<u8>> {
    // the library takes a container of the later version without small streams for a damaged one
    let mut out = cfb::CompoundFile::create_with_version(
        cfb::Version::V3,
        Cursor::new(Vec::with_capacity(book.len() + (book.len() >> 8) + (1 << 16))),
    )?;
    out.create_stream("/Workbook")?.write_all(book)?;
    for name in PROPERTIES {
        let path = format!("/{name}");
        if file.is_stream(&path) {
            let mut bytes = Vec::new();
            // they are worth less than the cells
            if file.open_stream(&path).map_err(Error::other)?.take(MOST_PROPERTIES).read_to_end(&mut bytes).is_ok() {
                out.create_stream(&path)?.write_all(&bytes)?;
            }
        }
    }
    out.flush()?;
    Ok(out.into_inner().into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, content: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &u16::try_from(content.len()).unwrap_or(0).to_le_bytes(), content].concat()
    }

    #[test]
    fn pieces_stay_in_their_order_and_places_do_not_move() {
        let mut book = [
            record(0x0809, &[0; 16]),
            record(0x00fc, b"strings"),
            record(0x003c, b""),
            record(0x003c, b"one"),
            record(0x003c, b""),
            record(0x003c, b""),
            record(0x003c, b"three"),
            record(0x01b6, b"x"),
            record(0x003c, b"text"),
            record(0x000a, b""),
            record(0x0809, &[0; 16]),
            record(0x0200, &[9; 14]),
            record(0x000a, b""),
        ]
        .concat();
        let (length, start) = (book.len(), book.len() - 4 - 18 - 20);
        assert!(calm(&mut book, &[start]));
        assert_eq!(book.len(), length);
        let wanted = [
            record(0x0809, &[0; 16]),
            record(0x00fc, b"strings"),
            record(0x003c, b"one"),
            record(0x003c, b"three"),
            record(0xfffe, b"").repeat(3),
            record(0x01b6, b"x"),
            record(0xfffe, b"text"),
            record(0x000a, b""),
            record(0x0809, &[0; 16]),
            record(0xfffe, &[9; 14]),
            record(0x000a, b""),
        ];
        assert_eq!(book, wanted.concat());
    }

    #[test]
    fn garbage_is_no_panic() {
        for length in 0..200_usize {
            let mut bytes: Vec<u8> = (0..length).map(|n| [0x00, 0x02, 0x3c, 0x00, 0xfc][n * 37 % 251 % 5]).collect();
            let _ = calm(&mut bytes, &[0, 3, length, length + 9, usize::MAX - 1]);
        }
    }
}
