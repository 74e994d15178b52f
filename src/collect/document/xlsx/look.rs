//! How cells look, as far as it decides whether anybody sees what is in them: the colour of the letters against that of their ground,
//! number formats that show nothing, letters too small to be seen. Conditional formats, rich text and what lies over a cell are not
//! looked at; a colour that cannot be told hides nothing.

use super::super::Work;
use super::number::Style;
use super::package::Package;
use super::xml::{Attributes, Tag};
use std::collections::HashMap;

/// Styles, fonts, fills and colours that are told apart.
pub(in super::super) const MOST: usize = 100_000;
/// Colours that differ by less in each of red, green and blue are one to the eye.
const SAME: u8 = 10;
/// Letters up to this size, in points, are a line to the eye.
const TINY: f64 = 2.0;

/// Why a cell is not seen.
pub(in super::super) const GROUND: &str = "text in the colour of its ground";
pub(in super::super) const FORMAT: &str = "number format that shows nothing";
pub(in super::super) const SMALL: &str = "text too small to be seen";

/// Red, green, blue.
pub(in super::super) type Colour = [u8; 3];
const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];

/// Whether letters of this colour are seen on that ground.
pub(in super::super) fn same(letters: Colour, ground: Colour) -> bool {
    letters.iter().zip(&ground).all(|(a, b)| a.abs_diff(*b) < SAME)
}

/// Six hexadecimal digits, with or without two for transparency or a `#` in front.
pub(in super::super) fn hex(text: &str) -> Option<Colour> {
    let text = text.trim().trim_start_matches('#');
    let six = text.get(text.len().checked_sub(6)?..)?;
    let value = u32::from_str_radix(six, 16).ok()?;
    Some([(value >> 16) as u8, (value >> 8) as u8, value as u8])
}

/// The look of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct Look {
    /// How its number is shown.
    pub(in super::super) number: Style,
    /// The letters have the colour of their ground.
    ground: bool,
    small: bool,
    no_number: bool,
    no_text: bool,
}

impl Look {
    /// The look of a cell, by what its style says. A font that cannot be told has black letters, as they mostly are.
    pub(in super::super) fn new(format: Format, font: Option<Font>, ground: Paint) -> Self {
        let letters = match font.map(|font| font.paint) {
            None | Some(Paint::Auto) => Some(BLACK),
            Some(Paint::Known(colour)) => Some(colour),
            Some(Paint::Unknown) => None,
        };
        let behind = match ground {
            Paint::Auto => Some(WHITE),
            Paint::Known(colour) => Some(colour),
            Paint::Unknown => None,
        };
        Self {
            number: format.number,
            ground: letters.zip(behind).is_some_and(|(letters, behind)| same(letters, behind)),
            small: font.is_some_and(|font| font.small),
            no_number: format.no_number,
            no_text: format.no_text,
        }
    }

    /// Whether a cell of this look may be one that nobody sees.
    pub(in super::super) fn hides(self) -> bool {
        self.ground || self.small || self.no_number || self.no_text
    }

    /// Why nobody sees a cell of this look. `ruled` says that something else may colour its ground.
    pub(in super::super) fn unseen(self, is_text: bool, ruled: bool) -> Option<&'static str> {
        if if is_text { self.no_text } else { self.no_number } {
            Some(FORMAT)
        } else if self.ground && !ruled {
            Some(GROUND)
        } else if self.small {
            Some(SMALL)
        } else {
            None
        }
    }
}

/// What a number format does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct Format {
    number: Style,
    no_number: bool,
    no_text: bool,
}

impl Format {
    /// Of a code.
    pub(in super::super) fn of_code(code: &str) -> Self {
        let (no_number, no_text) = blank(code);
        Self { number: Style::of_code(code), no_number, no_text }
    }

    /// Of a number that every workbook knows.
    pub(in super::super) fn built_in(id: u64) -> Self {
        Self { number: Style::built_in(id), ..Self::default() }
    }
}

/// Whether a format shows no number, and no text.
fn blank(code: &str) -> (bool, bool) {
    let (mut sections, mut quoted, mut skip) = (vec![false], false, false);
    for c in code.chars() {
        if std::mem::take(&mut skip) {
            continue;
        }
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => sections.push(false),
            // a space as wide as the next character, or that character as often as fits
            '_' | '*' if !quoted => skip = true,
            c if c.is_whitespace() => {}
            _ => {
                if let Some(shows) = sections.last_mut() {
                    *shows = true;
                }
            }
        }
    }
    let numbers = sections.len() >= 2 && !sections.iter().take(3).any(|shows| *shows);
    let text = sections.len() >= 4 && sections.get(3) == Some(&false);
    (numbers, text)
}

/// A colour as a style says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Paint {
    /// Whatever the system has: black letters, white ground.
    Auto,
    Known(Colour),
    Unknown,
}

/// The letters of a cell.
#[derive(Clone, Copy)]
pub(in super::super) struct Font {
    pub(in super::super) paint: Paint,
    small: bool,
}

impl Font {
    /// Of this colour and of this many points.
    pub(in super::super) fn new(paint: Paint, points: f64) -> Self {
        Self { paint, small: points <= TINY }
    }
}

/// The colours that numbers and theme places stand for.
#[derive(Default)]
pub(in super::super) struct Palette {
    pub(in super::super) theme: Vec<Option<Colour>>,
    /// By their number; those that a workbook leaves out are the usual ones.
    pub(in super::super) indexed: Vec<Option<Colour>>,
}

impl Palette {
    /// A colour by its number.
    pub(in super::super) fn numbered(&self, index: u64, tint: f64) -> Paint {
        match index {
            64 | 0x7fff => Paint::Auto,
            65 => Paint::of(Some(WHITE), tint),
            other => {
                let own = usize::try_from(other).ok().and_then(|place| self.indexed.get(place).copied().flatten());
                Paint::of(own.or_else(|| indexed(other)), tint)
            }
        }
    }

    /// A colour by its place in the theme. The list of a theme begins with dark 1, light 1, dark 2, light 2; places count light first.
    pub(in super::super) fn themed(&self, place: u64, tint: f64) -> Paint {
        let place = match place {
            0 => 1,
            1 => 0,
            2 => 3,
            3 => 2,
            other => usize::try_from(other).unwrap_or(usize::MAX),
        };
        Paint::of(self.theme.get(place).copied().flatten(), tint)
    }

    fn paint(&self, attributes: &Attributes<'_>) -> Paint {
        let tint =
            attributes.get("tint").and_then(|tint| tint.parse::<f64>().ok()).filter(|tint| tint.is_finite()).unwrap_or(0.0);
        if let Some(text) = attributes.get("rgb") {
            Paint::of(hex(&text), tint)
        } else if let Some(place) = attributes.number("theme") {
            self.themed(place, tint)
        } else if let Some(index) = attributes.number("indexed") {
            self.numbered(index, tint)
        } else if attributes.is("auto") {
            Paint::Auto
        } else {
            Paint::Unknown
        }
    }
}

impl Paint {
    /// A colour, made lighter or darker; one that cannot be told if there is none.
    pub(in super::super) fn of(base: Option<Colour>, tint: f64) -> Self {
        base.map_or(Self::Unknown, |colour| Self::Known(colour.map(|part| tinted(part, tint))))
    }

    /// The same as the ground of a cell: what the system has for its first colour is black there.
    pub(in super::super) fn filled(self) -> Self {
        if self == Self::Auto { Self::Unknown } else { self }
    }
}

/// Lighter or darker: exact for greys, near for colours, and the same for letters and ground.
fn tinted(part: u8, tint: f64) -> u8 {
    let (part, tint) = (f64::from(part), tint.clamp(-1.0, 1.0));
    let out = if tint < 0.0 { part * (1.0 + tint) } else { part + (255.0 - part) * tint };
    out.round().clamp(0.0, 255.0) as u8
}

/// The colours of old workbooks, by number.
fn indexed(number: u64) -> Option<Colour> {
    const COLOURS: [u32; 56] = [
        0x00_0000, 0xff_ffff, 0xff_0000, 0x00_ff00, 0x00_00ff, 0xff_ff00, 0xff_00ff, 0x00_ffff, 0x80_0000, 0x00_8000, 0x00_0080,
        0x80_8000, 0x80_0080, 0x00_8080, 0xc0_c0c0, 0x80_8080, 0x99_99ff, 0x99_3366, 0xff_ffcc, 0xcc_ffff, 0x66_0066, 0xff_8080,
        0x00_66cc, 0xcc_ccff, 0x00_0080, 0xff_00ff, 0xff_ff00, 0x00_ffff, 0x80_0080, 0x80_0000, 0x00_8080, 0x00_00ff, 0x00_ccff,
        0xcc_ffff, 0xcc_ffcc, 0xff_ff99, 0x99_ccff, 0xff_99cc, 0xcc_99ff, 0xff_cc99, 0x33_66ff, 0x33_cccc, 0x99_cc00, 0xff_cc00,
        0xff_9900, 0xff_6600, 0x66_6699, 0x96_9696, 0x00_3366, 0x33_9966, 0x00_3300, 0x33_3300, 0x99_3300, 0x99_3366, 0x33_3399,
        0x33_3333,
    ];
    let place = if number < 8 { number } else { number.checked_sub(8)? };
    let value = COLOURS.get(usize::try_from(place).ok()?)?;
    Some([(value >> 16) as u8, (value >> 8) as u8, *value as u8])
}

/// The colours of a theme, in their order.
pub(in super::super) fn theme(work: &mut Work<'_>, package: &mut Package, path: Option<&str>) -> Vec<Option<Colour>> {
    let mut out: Vec<Option<Colour>> = Vec::new();
    let Some(path) = path.filter(|path| package.has(path)) else { return out };
    let (mut inside, mut open) = (false, false);
    package.xml(work, path, "colours of the theme", &mut |tag| match tag {
        Tag::Open("clrScheme", _) => inside = true,
        Tag::Close("clrScheme") => inside = false,
        Tag::Open("sysClr", attributes) if inside && open => {
            open = false;
            out.push(attributes.get("lastClr").and_then(|text| hex(&text)));
        }
        Tag::Open("srgbClr", attributes) if inside && open => {
            open = false;
            out.push(attributes.get("val").and_then(|text| hex(&text)));
        }
        Tag::Open(name, _) if inside && out.len() < 64 => {
            open |= name.starts_with("dk")
                || name.starts_with("lt")
                || name.starts_with("accent")
                || name.ends_with("link")
                || name.ends_with("Hlink");
        }
        _ => {}
    });
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Fonts,
    Fills,
    Cells,
    Colours,
}

/// The looks of cells, in the order that cells refer to them.
pub(super) fn looks(work: &mut Work<'_>, package: &mut Package, path: &str, theme_path: Option<&str>) -> Vec<Look> {
    let theme = theme(work, package, theme_path);
    let mut palette = Palette { theme, indexed: Vec::new() };
    // the colours that a workbook brings stand at the end of its styles
    package.xml(work, path, "styles of cells", &mut |tag| {
        if let Tag::Open("rgbColor", attributes) = tag
            && palette.indexed.len() < 256
        {
            palette.indexed.push(attributes.get("rgb").and_then(|text| hex(&text)));
        }
    });
    let mut codes: HashMap<u64, Format> = HashMap::new();
    let (mut fonts, mut fills): (Vec<Font>, Vec<Paint>) = (Vec::new(), Vec::new());
    let (mut out, mut inside, mut solid): (Vec<Look>, _, _) = (Vec::new(), Inside::Nothing, false);
    package.xml(work, path, "styles of cells", &mut |tag| match tag {
        Tag::Open("numFmt", attributes) if codes.len() < MOST => {
            if let (Some(id), Some(code)) = (attributes.number("numFmtId"), attributes.get("formatCode")) {
                codes.insert(id, Format::of_code(&code));
            }
        }
        Tag::Open("fonts", _) => inside = Inside::Fonts,
        Tag::Open("fills", _) => inside = Inside::Fills,
        Tag::Open("cellXfs", _) => inside = Inside::Cells,
        Tag::Open("dxfs" | "colors" | "cellStyleXfs", _) => inside = Inside::Colours,
        Tag::Close("fonts" | "fills" | "cellXfs" | "dxfs" | "colors" | "cellStyleXfs") => inside = Inside::Nothing,
        Tag::Open("font", _) if inside == Inside::Fonts && fonts.len() < MOST => {
            fonts.push(Font { paint: Paint::Auto, small: false });
        }
        Tag::Open("color", attributes) if inside == Inside::Fonts => {
            if let Some(font) = fonts.last_mut() {
                font.paint = palette.paint(attributes);
            }
        }
        Tag::Open("sz", attributes) if inside == Inside::Fonts => {
            let size = attributes.get("val").and_then(|size| size.parse::<f64>().ok());
            if let (Some(font), Some(size)) = (fonts.last_mut(), size) {
                font.small = size <= TINY;
            }
        }
        Tag::Open("fill", _) if inside == Inside::Fills && fills.len() < MOST => fills.push(Paint::Auto),
        Tag::Open("patternFill", attributes) if inside == Inside::Fills => {
            let kind = attributes.get("patternType").unwrap_or_else(|| "none".to_owned());
            solid = kind == "solid";
            if let Some(fill) = fills.last_mut() {
                *fill = if kind == "none" { Paint::Auto } else { Paint::Unknown };
            }
        }
        Tag::Open("gradientFill", _) if inside == Inside::Fills => {
            if let Some(fill) = fills.last_mut() {
                *fill = Paint::Unknown;
            }
        }
        Tag::Open("fgColor", attributes) if inside == Inside::Fills && solid => {
            if let Some(fill) = fills.last_mut() {
                *fill = palette.paint(attributes).filled();
            }
        }
        Tag::Open("xf", attributes) if inside == Inside::Cells && out.len() < MOST => {
            let id = attributes.number("numFmtId").unwrap_or(0);
            let format = codes.get(&id).copied().unwrap_or_else(|| Format::built_in(id));
            let font = attributes.number("fontId").and_then(|id| fonts.get(id as usize)).copied();
            let fill = attributes.number("fillId").and_then(|id| fills.get(id as usize)).copied().unwrap_or(Paint::Auto);
            out.push(Look::new(format, font, fill));
        }
        _ => {}
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_show_nothing() {
        assert_eq!(blank(";;;"), (true, true));
        assert_eq!(blank(" ; \"\" ; ;"), (true, true));
        assert_eq!(blank(";;"), (true, false));
        assert_eq!(blank(";;;@"), (true, false));
        // noughts that are not shown hide nobody
        for code in ["General", "0.00", "0;-0;;@", "#,##0;(#,##0)", "0;;", "\";;;\"", "@"] {
            assert_eq!(blank(code), (false, false), "{code}");
        }
    }

    #[test]
    fn colours_are_compared_as_the_eye_does() {
        assert!(same([255, 255, 255], [250, 252, 255]));
        assert!(!same([255, 255, 255], [217, 217, 217]));
        assert_eq!(hex("FF1F4E79"), Some([0x1f, 0x4e, 0x79]));
        assert_eq!(hex("#fff"), None);
        assert_eq!(tinted(255, -0.05), 242);
        assert_eq!(tinted(0, 0.5), 128);
        assert_eq!(indexed(9), Some(WHITE));
        assert_eq!(indexed(64), None);
    }
}
