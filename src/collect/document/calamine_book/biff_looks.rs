//! How the cells of an xls look: letters, grounds, number formats and colours from the records that all sheets share.
//! Whether a look hides anything is for `xlsx::look` to say.

use super::super::xlsx::look::{Colour, Font, Format, Look, MOST, Paint, Palette};
use super::biff::{long, short};
use super::biff_text::Letters;
use std::collections::HashMap;

/// A style of cells as its record says it.
#[derive(Clone, Copy)]
struct Style {
    font: u16,
    format: u16,
    fill: u8,
    front: u16,
}

/// Colours that a later Excel knows better than the record of the style does.
#[derive(Clone, Copy, Default)]
struct Better {
    letters: Option<Paint>,
    ground: Option<Paint>,
}

/// The records, as they come.
#[derive(Default)]
pub(super) struct Looks {
    formats: HashMap<u16, Format>,
    /// Number of the colour, and height in points.
    fonts: Vec<(u16, f64)>,
    styles: Vec<Style>,
    better: HashMap<u16, Better>,
    palette: Palette,
}

/// The colours of Office 2007, in the order of a theme: dark 1, light 1, dark 2, light 2, six accents, two kinds of link.
const OFFICE: [u32; 12] = [
    0x00_0000, 0xff_ffff, 0x1f_497d, 0xee_ece1, 0x4f_81bd, 0xc0_504d, 0x9b_bb59, 0x80_64a2, 0x4b_acc6, 0xf7_9646, 0x00_00ff,
    0x80_0080,
];
/// The theme record says with this that it brings no colours of its own.
const USUAL: u32 = 124_226;

fn three(value: u32) -> Colour {
    [(value >> 16) as u8, (value >> 8) as u8, value as u8]
}

impl Looks {
    /// One record.
    pub(super) fn record(&mut self, kind: u16, content: &[u8], letters: Letters) {
        match kind {
            // FONT, and the one of older versions
            0x0031 | 0x0231 if self.fonts.len() < MOST => {
                self.fonts.push((short(content, 4), f64::from(short(content, 0)) / 20.0));
            }
            // FORMAT
            0x041e if self.formats.len() < MOST => {
                self.formats.insert(short(content, 0), Format::of_code(&letters.text(content, 2, letters.wide)));
            }
            // PALETTE
            0x0092 => {
                let colours = content.get(2..).unwrap_or(&[]).as_chunks::<4>().0.iter().take(56);
                self.palette.indexed = vec![None; 8];
                self.palette.indexed.extend(colours.map(|[red, green, blue, _]| Some([*red, *green, *blue])));
            }
            // THEME: a workbook's own colours are in a package inside the record; of them only black and white are taken for granted
            0x0896 => {
                let known = if long(content, 12) == USUAL { OFFICE.len() } else { 2 };
                self.palette.theme = OFFICE.iter().take(known).map(|value| Some(three(*value))).collect();
            }
            // XF
            0x00e0 if self.styles.len() < MOST => {
                let (font, format) = (short(content, 0), short(content, 2));
                self.styles.push(if content.len() >= 20 {
                    let fill = (long(content, 14) >> 26) as u8;
                    Style { font, format, fill, front: short(content, 18) & 0x7f }
                } else {
                    let ground = long(content, 8);
                    Style { font, format, fill: (ground >> 16 & 0x3f) as u8, front: (ground & 0x7f) as u16 }
                });
            }
            // XFEXT
            0x087d if self.better.len() < MOST => {
                let better = better(content, &self.palette);
                self.better.insert(short(content, 14), better);
            }
            _ => {}
        }
    }

    /// The looks, in the order that cells refer to them.
    pub(super) fn finish(self) -> Vec<Look> {
        let look = |(index, style): (usize, &Style)| {
            let better = u16::try_from(index).ok().and_then(|index| self.better.get(&index)).copied().unwrap_or_default();
            // nobody has a font 4
            let place = usize::from(if style.font > 4 { style.font - 1 } else { style.font });
            let font = self.fonts.get(place).map(|(colour, points)| {
                let points = if *points > 0.0 { *points } else { 10.0 };
                Font::new(better.letters.unwrap_or_else(|| self.palette.numbered(u64::from(*colour), 0.0)), points)
            });
            let ground = match style.fill {
                0 => Paint::Auto,
                1 => better.ground.unwrap_or_else(|| self.palette.numbered(u64::from(style.front), 0.0)).filled(),
                _ => Paint::Unknown,
            };
            let own = self.formats.get(&style.format).copied();
            Look::new(own.unwrap_or_else(|| Format::built_in(u64::from(style.format))), font, ground)
        };
        self.styles.iter().enumerate().map(look).collect()
    }
}

/// The colours of letters and ground that an extension of a style gives.
fn better(content: &[u8], palette: &Palette) -> Better {
    let mut out = Better::default();
    let mut rest = content.get(20..).unwrap_or(&[]);
    while rest.len() >= 4 {
        let (kind, length) = (short(rest, 0), usize::from(short(rest, 2)));
        let Some(data) = rest.get(4..length.max(4)) else { break };
        let tint = f64::from(short(data, 2).cast_signed()) / 32_767.0;
        let value = long(data, 4);
        let paint = match short(data, 0) {
            0 => Paint::Auto,
            1 => palette.numbered(u64::from(value), tint),
            2 => Paint::of(Some([value as u8, (value >> 8) as u8, (value >> 16) as u8]), tint),
            3 => palette.themed(u64::from(value), tint),
            _ => Paint::Unknown,
        };
        match kind {
            0x0004 => out.ground = Some(paint),
            0x000d => out.letters = Some(paint),
            // a ground of two colours
            0x0006 => out.ground = Some(Paint::Unknown),
            _ => {}
        }
        rest = rest.get(length.max(4)..).unwrap_or(&[]);
    }
    out
}
