//! Which words of a page are seen, and why the others are not: a box or picture lies over them, they have the colour of their ground, they
//! are not painted, too small, outside the page, or in a layer that is off. In doubt a word is seen.

use super::page::{Gap, Page, Paint, Word};
use super::shape::Area;
use crate::collect::document::xlsx::look::{GROUND, SMALL, same};
use std::collections::BTreeMap;

/// Why words are not seen.
const COVERED: &str = "text under an opaque box";
const UNPAINTED: &str = "text that is not painted";
const OUTSIDE: &str = "text outside the page";
const LAYER: &str = "hidden layer";

/// Letters up to this height, in points, are a line to the eye.
const TINY: f64 = 1.0;
/// The share of a word's points that have to be covered.
const MOST_OPEN: usize = 4;
/// Points of a word that are looked at: across and up.
const ACROSS: usize = 8;
const UP: usize = 3;
/// The share of a page above which a picture is the page: a scan, whose words lie under or over it to be found.
const SCAN: f64 = 0.5;

/// The text of a page: what is seen, and by its reason what is not. `budget` bounds the comparisons; `false` when it ran out.
pub(super) fn sort(page: &Page, sheet: Option<Area>, budget: &mut u64) -> (String, BTreeMap<&'static str, String>, bool) {
    let mut reasons: Vec<Option<&'static str>> = Vec::with_capacity(page.words.len());
    let mut whole = true;
    let bands = Bands::new(page, sheet);
    for word in &page.words {
        let cost = bands.at(&word.area).len() as u64 + 1;
        if *budget < cost {
            whole = false;
            reasons.push(None);
            continue;
        }
        *budget -= cost;
        reasons.push(reason(word, page, sheet, &bands));
    }
    let seen = text(page.words.iter().zip(&reasons).filter(|row| row.1.is_none()).map(|row| row.0));
    let mut hidden: BTreeMap<&'static str, String> = BTreeMap::new();
    if reasons.iter().any(Option::is_some) {
        let squeezed: String = seen.split_whitespace().collect();
        let all: std::collections::BTreeSet<&'static str> = reasons.iter().flatten().copied().collect();
        for why in all {
            let words = page.words.iter().zip(&reasons).filter(|row| *row.1 == Some(why)).map(|row| row.0);
            // what is said again where it is seen is not hidden
            let lines: Vec<String> = text(words)
                .lines()
                .filter(|line| {
                    let line: String = line.split_whitespace().collect();
                    line.is_empty() || (line.len() > 1 && !squeezed.contains(&line))
                })
                .map(str::to_owned)
                .collect();
            if lines.iter().any(|line| line.chars().filter(|c| c.is_alphanumeric()).count() > 1) {
                hidden.insert(why, lines.join("\n"));
            }
        }
    }
    (seen, hidden, whole)
}

/// Paints by the height at which they lie, so that a word is compared with those near it.
struct Bands<'p> {
    bottom: f64,
    step: f64,
    /// Paints that are in each band, and those that reach over many.
    paints: Vec<Vec<&'p Paint>>,
    /// The picture that is the page itself.
    scan: bool,
}

const BANDS: usize = 200;

impl<'p> Bands<'p> {
    fn new(page: &'p Page, sheet: Option<Area>) -> Self {
        let around = sheet.or_else(|| {
            let points: Vec<(f64, f64)> = page
                .words
                .iter()
                .flat_map(|word| [(word.area.left, word.area.bottom), (word.area.right, word.area.top)])
                .collect();
            Area::around(&points)
        });
        let (bottom, top) = around.map_or((0.0, 1.0), |area| (area.bottom, area.top));
        let step = ((top - bottom) / BANDS as f64).max(1e-6);
        let mut out = Self { bottom, step, paints: vec![Vec::new(); BANDS], scan: false };
        for paint in &page.paints {
            let (low, high) = (out.index(paint.area.bottom), out.index(paint.area.top));
            out.paints.iter_mut().take(high + 1).skip(low).for_each(|band| band.push(paint));
        }
        if let Some(sheet) = sheet.filter(|sheet| sheet.size() > 0.0) {
            let pictures: f64 = page.paints.iter().filter(|paint| paint.picture).map(|paint| paint.area.and(sheet).size()).sum();
            out.scan = pictures / sheet.size() > SCAN;
        }
        out
    }

    fn index(&self, y: f64) -> usize {
        let at = (y - self.bottom) / self.step;
        // a number that is none becomes 0
        (at.clamp(0.0, (BANDS - 1) as f64)) as usize
    }

    fn at(&self, area: &Area) -> &[&'p Paint] {
        self.paints.get(self.index(f64::midpoint(area.bottom, area.top))).map_or(&[], Vec::as_slice)
    }
}

fn reason(word: &Word, page: &Page, sheet: Option<Area>, bands: &Bands<'_>) -> Option<&'static str> {
    let near = bands.at(&word.area);
    if word.off {
        return Some(LAYER);
    }
    // what only runs over the edge is another matter
    if sheet.is_some_and(|sheet| sheet.size() > 0.0 && !sheet.meets(&word.area) && !sheet.has(word.begun.0, word.begun.1)) {
        return Some(OUTSIDE);
    }
    if word.unpainted {
        // words over a scan are there to be found by search
        let over = near.iter().any(|paint| paint.picture && paint.area.meets(&word.area));
        return (!over && !bands.scan).then_some(UNPAINTED);
    }
    if let Some(picture) = covered(word, near) {
        return (!picture || !bands.scan).then_some(COVERED);
    }
    if word.ink.is_some_and(|ink| ground(word, near).is_some_and(|ground| same(ink, ground))) {
        return Some(GROUND);
    }
    (word.size > 0.0 && word.size <= TINY && !page.words.iter().take(2_000).all(|other| other.size <= TINY)).then_some(SMALL)
}

/// Whether later paints cover a word, and whether a picture is among them.
fn covered(word: &Word, near: &[&Paint]) -> Option<bool> {
    let later: Vec<&&Paint> =
        near.iter().filter(|paint| paint.solid && paint.order > word.order && paint.area.meets(&word.area)).collect();
    if later.is_empty() {
        return None;
    }
    let (width, height) = (word.area.right - word.area.left, word.area.top - word.area.bottom);
    let (mut open, mut picture) = (0, false);
    for across in 0..ACROSS {
        for up in 0..UP {
            let x = word.area.left + width * (across as f64 + 0.5) / ACROSS as f64;
            let y = word.area.bottom + height * (up as f64 + 0.5) / UP as f64;
            match later.iter().find(|paint| paint.area.has(x, y)) {
                Some(paint) => picture |= paint.picture,
                None => open += 1,
            }
        }
    }
    (open <= MOST_OPEN).then_some(picture)
}

/// The colour of what a word stands on; `None` if that cannot be told.
fn ground(word: &Word, near: &[&Paint]) -> Option<[u8; 3]> {
    let earlier = near.iter().filter(|paint| paint.order < word.order && paint.area.meets(&word.area));
    match earlier.max_by_key(|paint| paint.order) {
        None => Some([255, 255, 255]),
        Some(paint) if paint.solid && paint.area.holds(&word.area) => paint.colour,
        Some(_) => None,
    }
}

/// Words as lines.
fn text<'w>(words: impl Iterator<Item = &'w Word>) -> String {
    let mut out = String::new();
    let mut before: Option<Area> = None;
    for word in words {
        let skipped = before.is_some_and(|before| {
            let size = word.size.max(1e-9);
            (before.right - word.area.left).abs() > size && (before.bottom - word.area.bottom).abs() > size * 0.45
        });
        match word.gap {
            Gap::Paragraph => out.push_str("\n\n"),
            Gap::Line => out.push('\n'),
            // words between them were of another kind
            _ if skipped => out.push('\n'),
            Gap::Space => out.push(' '),
            Gap::Nothing => {}
        }
        out.push_str(&word.text);
        before = Some(word.area);
    }
    out
}
