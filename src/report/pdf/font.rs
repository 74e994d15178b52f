//! The report's font: widths, the characters it can write, and the part of it that a file carries. It shapes nothing: what needs
//! shaping, or is written from the right, becomes an escape, so that a name can be told from another and turns nothing around.

use super::file::{File, hex16};
use std::collections::HashMap;
use subsetter::GlyphRemapper;
use ttf_parser::Face;
use unicode_normalization::UnicodeNormalization;

static REGULAR: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSans-Bold.ttf");

/// Letters that stand one after another from the left and need nothing but themselves.
fn simple(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{556}' | '\u{10a0}'..='\u{10ff}'
        | '\u{1d00}'..='\u{1dbf}' | '\u{1e00}'..='\u{1fff}' | '\u{2010}'..='\u{2027}' | '\u{202f}'..='\u{205f}'
        | '\u{2070}'..='\u{20bf}' | '\u{2100}'..='\u{27ff}' | '\u{2900}'..='\u{2bff}' | '\u{fb00}'..='\u{fb06}')
}

/// One face as far as it was used: a character has the number of its first use.
struct Used {
    face: Option<Face<'static>>,
    data: &'static [u8],
    numbers: HashMap<char, Option<u16>>,
    // in order of number, from 1: character, glyph, width in thousandths
    rows: Vec<(char, u16, f32)>,
    ascii: [(u16, f32); 128],
}

impl Used {
    fn new(data: &'static [u8]) -> Self {
        Self { face: Face::parse(data, 0).ok(), data, numbers: HashMap::new(), rows: Vec::new(), ascii: [(0, 0.0); 128] }
    }

    /// The number and width of a character, if the face can write it.
    fn number(&mut self, c: char) -> Option<(u16, f32)> {
        if let Some(known) = self.ascii.get(c as usize).filter(|known| known.0 > 0) {
            return Some(*known);
        }
        if let Some(known) = self.numbers.get(&c) {
            let number = (*known)?;
            return self.rows.get(usize::from(number) - 1).map(|row| (number, row.2));
        }
        let found = self.face.as_ref().filter(|_| simple(c)).and_then(|face| {
            let glyph = face.glyph_index(c)?;
            let em = f32::from(face.units_per_em().max(1));
            Some((glyph.0, f32::from(face.glyph_hor_advance(glyph)?) * 1000.0 / em))
        });
        let number = match found {
            Some((glyph, width)) if self.rows.len() < 60_000 => {
                self.rows.push((c, glyph, width));
                let number = self.rows.len() as u16;
                if let Some(slot) = self.ascii.get_mut(c as usize) {
                    *slot = (number, width);
                }
                Some((number, width))
            }
            _ => None,
        };
        self.numbers.insert(c, number.map(|found| found.0));
        number
    }
}

/// Both faces.
pub(super) struct Fonts {
    faces: [Used; 2],
}

impl Fonts {
    pub(super) fn new() -> Self {
        Self { faces: [Used::new(REGULAR), Used::new(BOLD)] }
    }

    fn face(&mut self, bold: bool) -> &mut Used {
        let [regular, heavy] = &mut self.faces;
        if bold { heavy } else { regular }
    }

    /// The number of a character in a face, and its width in thousandths of the size.
    pub(super) fn glyph(&mut self, c: char, bold: bool) -> Option<(u16, f32)> {
        self.face(bold).number(c)
    }

    /// A text with escapes for what cannot be written: `[U+0627 U+0628]`.
    pub(super) fn writable(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut open = false;
        // a letter and the sign over it are one letter where there is one
        for c in text.nfc() {
            if (' '..='~').contains(&c) || self.face(false).number(c).is_some() && self.face(true).number(c).is_some() {
                if open {
                    out.push(']');
                }
                open = false;
                out.push(c);
            } else {
                out.push_str(if open { " " } else { "[" });
                out.push_str(&format!("U+{:04X}", u32::from(c)));
                open = true;
            }
        }
        if open {
            out.push(']');
        }
        out
    }

    /// Writes both faces, as far as they were used, and gives their references.
    pub(super) fn write(&self, file: &mut File) -> [u32; 2] {
        let [regular, bold] = &self.faces;
        [write(file, regular, "PRVREG+DejaVuSans"), write(file, bold, "PRVBLD+DejaVuSans-Bold")]
    }
}

fn write(file: &mut File, used: &Used, name: &str) -> u32 {
    let mut remapper = GlyphRemapper::new();
    let mut places = vec![0u8, 0];
    for (_, glyph, _) in &used.rows {
        places.extend(remapper.remap(*glyph).to_be_bytes());
    }
    let program = subsetter::subset(used.data, 0, &remapper).unwrap_or_default();
    let program = file.stream(&format!("/Length1 {}", program.len()), &program);
    let places = file.stream("", &places);
    let widths: String = used.rows.iter().map(|row| format!("{} ", super::file::number(row.2))).collect();
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    for (part, rows) in used.rows.chunks(100).enumerate() {
        map.push_str(&format!("{} beginbfchar\n", rows.len()));
        for (at, row) in rows.iter().enumerate() {
            map.push_str(&format!("<{:04X}> <{}>\n", part * 100 + at + 1, hex16(&row.0.to_string())));
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    let map = file.stream("", map.as_bytes());
    let (mut bounds, mut ascent, mut descent, mut cap) = ([0.0f32; 4], 0.0, 0.0, 0.0);
    if let Some(face) = &used.face {
        let scale = |units: i16| f32::from(units) * 1000.0 / f32::from(face.units_per_em().max(1));
        let all = face.global_bounding_box();
        bounds = [scale(all.x_min), scale(all.y_min), scale(all.x_max), scale(all.y_max)];
        (ascent, descent, cap) = (scale(face.ascender()), scale(face.descender()), scale(face.capital_height().unwrap_or(1493)));
    }
    let number = super::file::number;
    let descriptor = file.object(&format!(
        "<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{}] /ItalicAngle 0 /Ascent {} /Descent {} /CapHeight {} /StemV 80 /FontFile2 {program} 0 R >>",
        bounds.map(number).join(" "),
        number(ascent),
        number(descent),
        number(cap)
    ));
    let inner = file.object(&format!(
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {descriptor} 0 R /DW 600 /W [1 [{widths}]] /CIDToGIDMap {places} 0 R >>"
    ));
    file.object(&format!(
        "<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [{inner} 0 R] /ToUnicode {map} 0 R >>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_shaping_or_is_not_there_becomes_an_escape() {
        let mut fonts = Fonts::new();
        assert_eq!(fonts.writable("Zoë – Łódź ≥ Ω.csv"), "Zoë – Łódź ≥ Ω.csv");
        assert_eq!(fonts.writable("a\u{627}\u{628}b\u{4e2d}"), "a[U+0627 U+0628]b[U+4E2D]");
        assert_eq!(fonts.writable("Zoe\u{308} Pe\u{301}rez"), "Zoë Pérez");
        assert_eq!(fonts.writable("\u{202e}x\u{301}\u{1f600}"), "[U+202E]x[U+0301][U+1F600]".replace("][", " "));
    }
}
