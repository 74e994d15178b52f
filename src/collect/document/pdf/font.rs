//! Fonts of a page, as far as they are needed to say what stands where: which characters codes are, and how far each takes the pen.
//! Outlines are not read; a width that is not told is guessed.

use super::resolve;
use lopdf::{Dictionary, Document as Pdf, Encoding, Object};
use std::collections::HashMap;

/// Bytes that a table of characters may expand to.
const MOST_TABLE: usize = 16 << 20;
/// Widths that are remembered of a font.
const MOST_WIDTHS: usize = 65_536;
/// The width of a character of which nothing is told, in thousandths of the size.
const USUAL: f64 = 520.0;

/// A font.
pub(super) struct Font<'p> {
    encoding: Option<Encoding<'p>>,
    /// Codes have two bytes.
    pub(super) wide: bool,
    widths: HashMap<u32, f64>,
    other: f64,
    /// What a width is multiplied with.
    scale: f64,
}

impl<'p> Font<'p> {
    /// Reads one.
    pub(super) fn read(pdf: &'p Pdf, font: &'p Dictionary) -> Self {
        let kind = font.get(b"Subtype").and_then(Object::as_name).unwrap_or(b"");
        let encoding = font.get_font_encoding_with_limit(pdf, MOST_TABLE).ok();
        let mut out = Self { encoding, wide: kind == b"Type0", widths: HashMap::new(), other: USUAL, scale: 0.001 };
        if kind == b"Type3" {
            let matrix = font.get(b"FontMatrix").ok().and_then(|matrix| resolve(pdf, matrix).as_array().ok());
            out.scale = matrix.and_then(|matrix| matrix.first()?.as_float().ok()).map_or(0.001, f64::from);
        }
        if out.wide {
            out.descendant(pdf, font);
        } else {
            let first = font.get(b"FirstChar").ok().and_then(|first| resolve(pdf, first).as_i64().ok()).unwrap_or(0);
            let name = font.get(b"BaseFont").and_then(Object::as_name).unwrap_or(b"");
            if name.windows(7).any(|window| window.eq_ignore_ascii_case(b"courier")) {
                out.other = 600.0;
            }
            for (index, width) in standard(name).into_iter().flatten().enumerate() {
                out.widths.insert(32 + index as u32, f64::from(*width));
            }
            let widths = font.get(b"Widths").ok().and_then(|widths| resolve(pdf, widths).as_array().ok());
            for (index, width) in widths.into_iter().flatten().take(MOST_WIDTHS).enumerate() {
                if let Ok(width) = resolve(pdf, width).as_float() {
                    out.widths.insert((first + index as i64) as u32, f64::from(width));
                }
            }
        }
        out
    }

    /// Widths of a font with many characters: `[first [w w w] first last w ...]`.
    fn descendant(&mut self, pdf: &Pdf, font: &Dictionary) {
        self.other = 1000.0;
        let inner = font.get(b"DescendantFonts").ok().and_then(|list| resolve(pdf, list).as_array().ok()?.first());
        let Some(Ok(inner)) = inner.map(|inner| resolve(pdf, inner).as_dict()) else { return };
        if let Ok(width) = inner.get(b"DW").and_then(Object::as_float) {
            self.other = f64::from(width);
        }
        let Some(Ok(list)) = inner.get(b"W").ok().map(|list| resolve(pdf, list).as_array()) else { return };
        let mut items = list.iter().map(|item| resolve(pdf, item));
        while let Some(first) = items.next().and_then(|first| first.as_i64().ok()) {
            match items.next() {
                Some(Object::Array(widths)) => {
                    for (index, width) in widths.iter().enumerate() {
                        if let Ok(width) = resolve(pdf, width).as_float() {
                            self.put(first.saturating_add(index as i64), f64::from(width));
                        }
                    }
                }
                Some(last) => {
                    let (Ok(last), Some(Ok(width))) = (last.as_i64(), items.next().map(Object::as_float)) else { return };
                    for code in (first..=last).take(MOST_WIDTHS) {
                        if !self.put(code, f64::from(width)) {
                            break;
                        }
                    }
                }
                None => return,
            }
        }
    }

    fn put(&mut self, code: i64, width: f64) -> bool {
        let room = self.widths.len() < MOST_WIDTHS;
        if let Some(code) = u32::try_from(code).ok().filter(|_| room) {
            self.widths.insert(code, width);
        }
        room
    }

    /// The characters of a string; `None` if they cannot be told.
    pub(super) fn text(&self, bytes: &[u8]) -> Option<String> {
        let encoding = self.encoding.as_ref()?;
        // where a font of two bytes has no table, or one that cannot be read, the library would take each byte for a letter
        if self.wide && matches!(encoding, Encoding::OneByteEncoding(_)) {
            return None;
        }
        encoding.bytes_to_string(bytes).ok()
    }

    /// How far each code of a string takes the pen, in sizes of the font, and whether it is a blank of one byte.
    pub(super) fn advances(&self, bytes: &[u8]) -> Vec<(f64, bool)> {
        let width = |code: u32| self.widths.get(&code).copied().unwrap_or(self.other) * self.scale;
        if self.wide {
            bytes.chunks(2).map(|pair| (width(pair.iter().fold(0, |all, byte| all << 8 | u32::from(*byte))), false)).collect()
        } else {
            bytes.iter().map(|byte| (width(u32::from(*byte)), *byte == b' ')).collect()
        }
    }
}

/// Widths of the characters from the blank to the tilde in the fonts that every reader of PDF has: they need not be in the file.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556,
    556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778,
    722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222,
    500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const HELVETICA_BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556,
    556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778,
    722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278,
    556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500,
    500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722,
    667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278,
    500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
];
const TIMES_BOLD: [u16; 95] = [
    250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500,
    500, 333, 333, 570, 570, 570, 500, 930, 722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944, 722, 778, 611, 778,
    722, 556, 667, 722, 722, 1000, 722, 722, 667, 333, 278, 333, 581, 500, 333, 500, 556, 444, 556, 444, 333, 500, 556, 278, 333,
    556, 278, 833, 556, 500, 556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444, 394, 220, 394, 520,
];
const TIMES_ITALIC: [u16; 95] = [
    250, 333, 420, 500, 500, 833, 778, 214, 333, 333, 500, 675, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500,
    500, 333, 333, 675, 675, 675, 500, 920, 611, 611, 667, 722, 611, 611, 722, 722, 333, 444, 667, 556, 833, 667, 722, 611, 722,
    611, 500, 556, 722, 611, 833, 611, 556, 556, 389, 278, 389, 422, 500, 333, 500, 500, 444, 500, 444, 278, 500, 500, 278, 278,
    444, 278, 722, 500, 500, 500, 500, 389, 389, 278, 500, 444, 667, 444, 444, 389, 400, 275, 400, 541,
];

/// The widths of such a font, by its name.
fn standard(name: &[u8]) -> Option<&'static [u16; 95]> {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let bold = name.contains("bold");
    if name.contains("helvetica") || name.contains("arial") {
        Some(if bold { &HELVETICA_BOLD } else { &HELVETICA })
    } else if name.contains("times") {
        Some(match (bold, name.contains("italic")) {
            (true, _) => &TIMES_BOLD,
            (false, true) => &TIMES_ITALIC,
            (false, false) => &TIMES,
        })
    } else {
        None
    }
}
