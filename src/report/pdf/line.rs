//! Words into lines. A line breaks at a space, else behind a sign of a path, else anywhere; nothing runs out of its column.

use super::font::Fonts;

/// A colour, each part from 0 to 1.
pub(super) type Ink = [f32; 3];
pub(super) const INK: Ink = [0.08, 0.09, 0.10];
pub(super) const SOFT: Ink = [0.30, 0.34, 0.36];
pub(super) const RULE: Ink = [0.76, 0.79, 0.81];
pub(super) const WASH: Ink = [0.96, 0.96, 0.96];
pub(super) const BAD: Ink = [0.64, 0.09, 0.10];
pub(super) const WARN: Ink = [0.52, 0.33, 0.0];
pub(super) const GOOD: Ink = [0.04, 0.40, 0.25];
pub(super) const DULL: Ink = [0.35, 0.39, 0.42];
pub(super) const FILL: Ink = [0.20, 0.38, 0.50];
pub(super) const WHITE: Ink = [1.0, 1.0, 1.0];

/// Text of one look.
#[derive(Clone)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) bold: bool,
    pub(super) size: f32,
    pub(super) ink: Ink,
}

impl Span {
    pub(super) fn new(text: &str, size: f32, ink: Ink) -> Self {
        Self { text: text.to_owned(), bold: false, size, ink }
    }
}

/// A line that was set: for each look its glyphs as hexadecimal digits.
pub(super) struct Line {
    pub(super) runs: Vec<(usize, String)>,
    pub(super) width: f32,
    pub(super) size: f32,
}

#[derive(Clone, Copy)]
struct Glyph {
    number: u16,
    width: f32,
    span: usize,
    space: bool,
    soft: bool,
}

fn glyphs(fonts: &mut Fonts, spans: &[Span]) -> Vec<Glyph> {
    let mut out = Vec::new();
    for (at, span) in spans.iter().enumerate() {
        for c in fonts.writable(&span.text).chars() {
            if let Some((number, width)) = fonts.glyph(c, span.bold) {
                let soft = matches!(c, '/' | '_' | '.' | '-' | '=' | '&' | ':' | ',' | ']' | '!' | '#');
                out.push(Glyph { number, width: width * span.size / 1000.0, span: at, space: c == ' ', soft });
            }
        }
    }
    out
}

fn ended(glyphs: &[Glyph], spans: &[Span]) -> Line {
    let mut line = Line { runs: Vec::new(), width: 0.0, size: 0.0 };
    let mut pending = 0.0;
    for glyph in glyphs {
        if glyph.space {
            pending += glyph.width;
        } else {
            line.width += pending + glyph.width;
            pending = 0.0;
        }
        line.size = line.size.max(spans.get(glyph.span).map_or(0.0, |span| span.size));
        let digits = format!("{:04X}", glyph.number);
        match line.runs.last_mut() {
            Some((at, hex)) if *at == glyph.span => hex.push_str(&digits),
            _ => line.runs.push((glyph.span, digits)),
        }
    }
    line
}

/// Sets text in lines of a width.
pub(super) fn set(fonts: &mut Fonts, spans: &[Span], width: f32) -> Vec<Line> {
    let all = glyphs(fonts, spans);
    let mut out = Vec::new();
    let mut rest = all.as_slice();
    while !rest.is_empty() {
        let (mut x, mut space, mut soft, mut taken) = (0.0, None, None, rest.len());
        for (at, glyph) in rest.iter().enumerate() {
            if glyph.space {
                space = Some(at + 1);
            }
            x += glyph.width;
            if x > width + 0.01 && !glyph.space {
                // half of a line left empty looks worse than a path that is cut behind a sign
                let early = soft.filter(|soft: &usize| space.is_none_or(|space: usize| space * 2 < *soft));
                taken = early.or(space).or(soft).unwrap_or(at).max(1);
                break;
            }
            if glyph.soft {
                soft = Some(at + 1);
            }
        }
        let (line, further) = rest.split_at(taken.min(rest.len()));
        out.push(ended(line, spans));
        let skip = further.iter().take_while(|glyph| glyph.space).count();
        rest = further.get(skip..).unwrap_or(&[]);
    }
    out
}

/// The width of text in one line, and of the longest piece that should stay whole.
pub(super) fn measure(fonts: &mut Fonts, spans: &[Span]) -> (f32, f32) {
    let (mut all, mut piece, mut longest) = (0.0, 0.0f32, 0.0f32);
    let glyphs = glyphs(fonts, spans);
    let path = glyphs.len() > 24;
    for glyph in glyphs {
        all += glyph.width;
        if glyph.space {
            piece = 0.0;
            continue;
        }
        piece += glyph.width;
        longest = longest.max(piece);
        if glyph.soft && path && piece > 60.0 {
            piece = 0.0;
        }
    }
    (all, longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_its_column() {
        let mut fonts = Fonts::new();
        let text = format!("a word, a/long/path/{} and the end", "x".repeat(400));
        let spans = [Span::new(&text, 9.0, INK)];
        let lines = set(&mut fonts, &spans, 120.0);
        assert!(lines.len() > 10 && lines.iter().all(|line| line.width <= 120.1));
        let glyphs: usize = lines.iter().flat_map(|line| &line.runs).map(|run| run.1.len() / 4).sum();
        assert_eq!(glyphs, text.chars().count());
    }
}
