//! Records of an xls, looked at before its cells are read: how far the sheets reach, what of them is hidden, whether it is
//! encrypted. It reads no cells.

use crate::model::evidence::Encryption;
use std::collections::HashSet;

/// What of a sheet is hidden; counted from 0.
#[derive(Default)]
pub(super) struct Dark {
    pub(super) rows: HashSet<u32>,
    pub(super) columns: Vec<(u32, u32)>,
}

/// What the records say.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) encrypted: bool,
    /// Cells that the sheets span, empty ones included.
    pub(super) cells: u64,
    /// In the order of the list of sheets.
    pub(super) sheets: Vec<Dark>,
}

/// Sheets that are looked at.
const MOST_SHEETS: usize = 65_536;

/// Type and content of a record, and what comes after it.
fn next(stream: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (head, rest) = stream.split_first_chunk::<4>()?;
    let [a, b, c, d] = *head;
    let length = usize::from(u16::from_le_bytes([c, d])).min(rest.len());
    let (content, rest) = rest.split_at(length);
    Some((u16::from_le_bytes([a, b]), content, rest))
}

fn short(content: &[u8], at: usize) -> u16 {
    let pair = content.get(at..at + 2).and_then(|pair| pair.first_chunk::<2>());
    pair.map_or(0, |pair| u16::from_le_bytes(*pair))
}

/// Looks through a workbook.
pub(super) fn scan(book: &[u8]) -> Scan {
    let mut out = Scan::default();
    let mut rest = book;
    while let Some((kind, content, after)) = next(rest) {
        rest = after;
        match kind {
            0x002f => out.encrypted = true,
            0x0085 if out.sheets.len() < MOST_SHEETS => {
                let at = content.first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes)) as usize;
                let (dark, cells) = sheet(book.get(at..).unwrap_or(&[]));
                out.sheets.push(dark);
                out.cells = out.cells.saturating_add(cells);
            }
            0x000a => break,
            _ => {}
        }
    }
    out
}

fn sheet(stream: &[u8]) -> (Dark, u64) {
    let mut dark = Dark::default();
    let (mut depth, mut rest) = (0, stream);
    let mut box_of: Option<(u16, u16, u16, u16)> = None;
    while let Some((kind, content, after)) = next(rest) {
        rest = after;
        match kind {
            0x0809 => depth += 1,
            0x000a => {
                depth -= 1;
                if depth <= 0 {
                    break;
                }
            }
            _ if depth > 1 => {}
            // ROW
            0x0208 if short(content, 12) & 0x20 != 0 => {
                dark.rows.insert(u32::from(short(content, 0)));
            }
            // COLINFO
            0x007d if short(content, 8) & 1 != 0 || short(content, 4) == 0 => {
                dark.columns.push((u32::from(short(content, 0)), u32::from(short(content, 2))));
            }
            // cells: LABELSST, LABEL, RSTRING, NUMBER, RK, MULRK, BLANK, MULBLANK, FORMULA, BOOLERR, and the older ones
            0x00fd | 0x0204 | 0x00d6 | 0x0203 | 0x027e | 0x00bd | 0x0201 | 0x00be | 0x0006 | 0x0205 | 0x0002..=0x0005 => {
                let (row, first) = (short(content, 0), short(content, 2));
                let last = if matches!(kind, 0x00bd | 0x00be) {
                    short(content, content.len().saturating_sub(2)).max(first)
                } else {
                    first
                };
                let (top, left, bottom, right) = box_of.unwrap_or((row, first, row, last));
                box_of = Some((top.min(row), left.min(first), bottom.max(row), right.max(last)));
            }
            _ => {}
        }
    }
    let cells =
        box_of.map_or(0, |(top, left, bottom, right)| (u64::from(bottom - top) + 1).saturating_mul(u64::from(right - left) + 1));
    (dark, cells)
}

/// The texts of a pivot cache.
pub(super) fn cached_strings(stream: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = stream;
    while let Some((kind, content, after)) = next(rest) {
        rest = after;
        // SXSTRING: count of characters, whether they are wide, the characters
        if kind == 0x00cd {
            let wide = content.get(2).is_some_and(|flags| flags & 1 == 1);
            let count = usize::from(short(content, 0));
            let text = content.get(3..).unwrap_or(&[]);
            out.push(if wide {
                let units = text.as_chunks::<2>().0.iter().take(count).map(|pair| u16::from_le_bytes(*pair));
                char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
            } else {
                text.iter().take(count).map(|byte| char::from(*byte)).collect()
            });
        }
    }
    out
}

/// How a package is encrypted, by the description beside it.
pub(super) fn strength(info: &[u8]) -> Encryption {
    let has = |needle: &[u8]| info.windows(needle.len()).any(|window| window == needle);
    let wide = |word: &str| has(&word.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    match (short(info, 0), short(info, 2)) {
        (4, 4) if has(b"cipherAlgorithm=\"AES\"") => Encryption::Strong,
        (4, 4) => Encryption::Weak,
        (2..=4, 2) if wide("AES") => Encryption::Strong,
        (2..=4, 2) => Encryption::Weak,
        _ => Encryption::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, content: &[u8]) -> Vec<u8> {
        let mut out = kind.to_le_bytes().to_vec();
        out.extend((content.len() as u16).to_le_bytes());
        out.extend(content);
        out
    }

    #[test]
    fn two_cells_far_apart_span_many() {
        let mut stream = record(0x0809, &[0; 16]);
        stream.extend(record(0x0203, &[0, 0, 0, 0, 0, 0]));
        stream.extend(record(0x0203, &[0xff, 0xff, 0xff, 0, 0, 0]));
        stream.extend(record(0x000a, &[]));
        assert_eq!(sheet(&stream).1, 65_536 * 256);
    }

    #[test]
    fn garbage_is_no_panic() {
        for length in 0..64 {
            let bytes: Vec<u8> = (0..length).map(|n| (n * 37 % 251) as u8).collect();
            let _ = (scan(&bytes).cells, cached_strings(&bytes).len(), strength(&bytes));
        }
    }
}
