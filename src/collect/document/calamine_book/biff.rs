//! Records of an xls, looked at before its cells are read: how far the sheets reach, what of them nobody sees, whether it is
//! encrypted. Text is taken from comments, drawings, headers and the list of strings; of cells only how they look.

use super::super::xlsx::areas::Areas;
use super::super::xlsx::book::{Defined, MOST_NAMES, Strings};
use super::super::xlsx::look::Look;
use super::super::xlsx::number::Style;
use super::super::xlsx::sheet::Area;
use super::biff_looks::Looks;
use super::biff_text::{Chain, Letters};
use crate::model::evidence::Encryption;
use std::collections::{HashMap, HashSet};

/// What of a sheet is hidden; counted from 0.
#[derive(Default)]
pub(super) struct Dark {
    pub(super) rows: HashSet<u32>,
    pub(super) columns: Vec<(u32, u32)>,
    /// Rows that were not said anything of are hidden, too.
    others: bool,
    told: HashSet<u32>,
    /// Cells of which the look matters, and which look it is.
    looks: HashMap<(u32, u32), u16>,
    /// Cells whose ground a table colours.
    ruled: Areas,
    /// Headers and footers of its pages.
    pub(super) pages: Vec<String>,
    /// How many bytes it has, and how many cells it spans.
    bytes: usize,
    cells: u64,
    /// Bytes of text that its cells have together, those of shared strings each time.
    text: u64,
}

impl Dark {
    /// Whether a row is hidden.
    pub(super) fn row(&self, row: u32) -> bool {
        self.rows.contains(&row) || (self.others && !self.told.contains(&row))
    }

    /// Keeps the look of the cells of a record, where it matters.
    fn styled(&mut self, kind: u16, content: &[u8], looks: &[Look]) {
        let matters = |style: u16| {
            looks.get(usize::from(style)).is_some_and(|look| look.hides() || matches!(look.number, Style::Padded(_)))
        };
        let (row, first) = (u32::from(short(content, 0)), u32::from(short(content, 2)));
        match kind {
            // MULRK: a style and a number for each column
            0x00bd => {
                let pairs = content.get(4..).unwrap_or(&[]).as_chunks::<6>().0;
                for (index, pair) in pairs.iter().enumerate() {
                    let style = short(pair, 0);
                    if matters(style) {
                        self.looks.insert((row, first + index as u32), style);
                    }
                }
            }
            0x00fd | 0x0204 | 0x00d6 | 0x0203 | 0x027e | 0x0006 => {
                let style = short(content, 4);
                if matters(style) {
                    self.looks.insert((row, first), style);
                }
            }
            _ => {}
        }
    }

    /// How a cell looks, if that matters, and whether something else may colour its ground.
    pub(super) fn look(&self, row: u32, column: u32, looks: &[Look]) -> Option<(Look, bool)> {
        let look = looks.get(usize::from(*self.looks.get(&(row, column))?))?;
        Some((*look, look.hides() && self.ruled.has(u64::from(row) + 1, column)))
    }
}

/// What the records say.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) encrypted: bool,
    /// Cells that the sheets span, empty ones included.
    pub(super) cells: u64,
    /// Where the sheets begin.
    pub(super) starts: Vec<usize>,
    /// Bytes of shared strings that cells show, each time that they do.
    pub(super) text: u64,
    /// In the order of the list of sheets: which of `dark` it is.
    pub(super) sheets: Vec<usize>,
    pub(super) dark: Vec<Dark>,
    pub(super) looks: Vec<Look>,
    pub(super) strings: Strings,
    pub(super) names: Vec<Defined>,
    pub(super) comments: Vec<String>,
    pub(super) drawings: Vec<String>,
    /// Sheets lie over each other so that reading them would take too long.
    pub(super) tangled: bool,
}

/// Sheets that are looked at.
const MOST_SHEETS: usize = 65_536;
/// Coloured rows of tables that are told apart, and hidden ranges of columns.
const MOST_AREAS: usize = 400;
const MOST_RANGES: usize = 16_384;
/// Bytes of sheets that may be read twice, and more of them only in a book of that size.
const SPARE: usize = 1 << 20;

/// Pieces of a record: more than the strings of the largest workbook take when each is full.
pub(super) const MOST_PIECES: usize = 40_000;

/// Type and content of a record, and what comes after it.
pub(super) fn next(stream: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (head, rest) = stream.split_first_chunk::<4>()?;
    let [a, b, c, d] = *head;
    let length = usize::from(u16::from_le_bytes([c, d])).min(rest.len());
    let (content, rest) = rest.split_at(length);
    Some((u16::from_le_bytes([a, b]), content, rest))
}

/// A record with those that go on with it, and what comes after them.
pub(super) fn chain<'b>(content: &'b [u8], mut rest: &'b [u8]) -> (Chain<'b>, &'b [u8]) {
    let mut pieces = vec![content];
    while let Some((0x003c, more, after)) = next(rest) {
        if !more.is_empty() && pieces.len() <= MOST_PIECES {
            pieces.push(more);
        }
        rest = after;
    }
    (Chain::new(pieces), rest)
}

pub(super) fn short(content: &[u8], at: usize) -> u16 {
    let pair = content.get(at..at + 2).and_then(|pair| pair.first_chunk::<2>());
    pair.map_or(0, |pair| u16::from_le_bytes(*pair))
}

pub(super) fn long(content: &[u8], at: usize) -> u32 {
    let four = content.get(at..at + 4).and_then(|four| four.first_chunk::<4>());
    four.map_or(0, |four| u32::from_le_bytes(*four))
}

/// Looks through a workbook. Its strings may take so many bytes.
pub(super) fn scan(book: &[u8], most: usize) -> Scan {
    let mut out = Scan::default();
    let mut whole = true;
    let mut letters = Letters { wide: true, page: encoding_rs::WINDOWS_1252 };
    let (mut looks, mut starts, mut rest) = (Looks::default(), Vec::new(), book);
    while let Some((kind, content, after)) = next(rest) {
        rest = after;
        match kind {
            0x002f => out.encrypted = true,
            0x0809 => letters.wide = short(content, 0) >= 0x0600,
            0x0042 => letters.page = Letters::page(short(content, 0)),
            0x0085 if starts.len() < MOST_SHEETS => starts.push(long(content, 0) as usize),
            // SST
            0x00fc => {
                let (mut chain, after) = chain(content.get(8..).unwrap_or(&[]), rest);
                let count = long(content, 4);
                for _ in 0..count {
                    let Some(text) = chain.shared() else {
                        whole = false;
                        break;
                    };
                    out.strings.add(&text, most);
                    out.strings.end(most);
                }
                rest = after;
            }
            // LBL: a name that somebody gave, not one that Excel knows; of what it stands for nothing is read
            0x0018 if letters.wide && short(content, 0) & 0x20 == 0 && out.names.len() < MOST_NAMES => {
                let mut name = Chain::new(vec![content.get(14..).unwrap_or(&[])]);
                let wide = name.byte().is_some_and(|flags| flags & 1 == 1);
                let text = name.characters(content.get(3).copied().unwrap_or(0).into(), wide);
                out.names.push(Defined { text, hidden: short(content, 0) & 1 != 0 });
            }
            0x000a => break,
            _ => looks.record(kind, content, letters),
        }
        if out.encrypted {
            return out;
        }
    }
    out.looks = looks.finish();
    out.strings.ready(whole);
    let mut known: HashMap<usize, usize> = HashMap::new();
    let mut left = book.len().saturating_mul(2).saturating_add(SPARE);
    for at in starts {
        let index = *known.entry(at).or_insert(out.dark.len());
        out.sheets.push(index);
        if index == out.dark.len() {
            out.starts.push(at);
            let dark = sheet(book.get(at..).unwrap_or(&[]), letters, &mut out);
            out.dark.push(dark);
        }
        // whoever reads the cells reads them again for each entry in the list
        if let Some(dark) = out.dark.get(index) {
            left = left.saturating_sub(dark.bytes);
            out.cells = out.cells.saturating_add(dark.cells);
            out.text = out.text.saturating_add(dark.text);
        }
        if left == 0 {
            out.tangled = true;
            break;
        }
    }
    out
}

/// A comment or another text over the sheet: characters are in the records behind.
fn floating(content: &[u8], rest: &[u8]) -> String {
    let (mut chain, _) = chain(&[], rest);
    chain.characters(usize::from(short(content, 10)), false)
}

fn sheet(stream: &[u8], letters: Letters, out: &mut Scan) -> Dark {
    let (mut dark, mut ruled) = (Dark::default(), Vec::new());
    let (mut depth, mut rest, mut comment) = (0, stream, false);
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
            // a chart in the sheet
            _ if depth > 1 => {}
            // DEFAULTROWHEIGHT
            0x0225 => dark.others = short(content, 0) & 2 != 0,
            // ROW
            0x0208 => {
                let row = u32::from(short(content, 0));
                if short(content, 12) & 0x20 != 0 {
                    dark.rows.insert(row);
                }
                if dark.others {
                    dark.told.insert(row);
                }
            }
            // COLINFO
            0x007d if (short(content, 8) & 1 != 0 || short(content, 4) == 0) && dark.columns.len() < MOST_RANGES => {
                dark.columns.push((u32::from(short(content, 0)), u32::from(short(content, 2))));
            }
            // HEADER, FOOTER
            0x0014 | 0x0015 if !content.is_empty() => dark.pages.push(letters.text(content, 0, letters.wide)),
            // OBJ: the kind of an object, whose text comes after it
            0x005d => comment = short(content, 4) == 0x19,
            // TXO
            0x01b6 => {
                let text = floating(content, rest);
                if comment { out.comments.push(text) } else { out.drawings.push(text) }
            }
            // NOTE: before Excel 97 with its text, of which further pieces say that they have no row
            0x001c if !letters.wide => {
                let text = letters.page.decode_without_bom_handling(content.get(6..).unwrap_or(&[])).0;
                match out.comments.last_mut().filter(|_| short(content, 0) == 0xffff) {
                    Some(before) => before.push_str(&text),
                    None => out.comments.push(text.into_owned()),
                }
            }
            // a table: its place, and what kind of feature it is
            0x0872 | 0x0878 if short(content, 12) == 5 && ruled.len() < MOST_AREAS => {
                let rows = (u64::from(short(content, 4)) + 1, u64::from(short(content, 6)) + 1);
                let area = Area::new(rows, (short(content, 8).into(), short(content, 10).into()));
                ruled.extend([area.top(), area.bottom()]);
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
                if kind == 0x00fd {
                    let index = long(content, 6) as usize;
                    out.strings.mark(index);
                    dark.text = dark.text.saturating_add(out.strings.get(index).len() as u64);
                }
                dark.styled(kind, content, &out.looks);
            }
            _ => {}
        }
    }
    dark.ruled = Areas::new(&ruled);
    dark.bytes = stream.len() - rest.len();
    dark.cells =
        box_of.map_or(0, |(top, left, bottom, right)| (u64::from(bottom - top) + 1).saturating_mul(u64::from(right - left) + 1));
    dark
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
        let letters = Letters { wide: true, page: encoding_rs::WINDOWS_1252 };
        assert_eq!(sheet(&stream, letters, &mut Scan::default()).cells, 65_536 * 256);
    }

    #[test]
    fn garbage_is_no_panic() {
        for length in 0..64 {
            let bytes: Vec<u8> = (0..length).map(|n| (n * 37 % 251) as u8).collect();
            let _ = (scan(&bytes, 1000).cells, cached_strings(&bytes).len(), strength(&bytes));
        }
    }
}
