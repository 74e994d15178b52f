//! From pieces of text with their places to lines in reading order: askew pages are levelled, pieces of one line joined, paragraphs
//! kept apart. Geometry only.

use super::boxes::Rect;

/// One piece of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// Where.
    pub(super) place: Rect,
    /// What.
    pub(super) text: String,
    /// How sure, 0 to 1.
    pub(super) confidence: f32,
}

/// One line of the picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Its left end, in pixels of the levelled picture.
    pub(super) x: f32,
    /// Its middle.
    pub(super) y: f32,
    /// Its pieces, joined.
    pub(super) text: String,
    /// The least sure piece.
    pub(super) confidence: f32,
    /// Whether a blank line stands before it.
    pub(super) apart: bool,
}

/// Heights between two pieces from which they are columns.
const COLUMN: f32 = 2.5;
/// Heights between two lines from which they are paragraphs.
const PARAGRAPH: f32 = 1.9;

/// Lines from top to bottom. All pieces read in about the same direction.
pub(super) fn lines(pieces: Vec<Piece>) -> Vec<Line> {
    let (ux, uy) = level(&pieces);
    let mut flat: Vec<Flat> = pieces
        .into_iter()
        .map(|piece| {
            let place = piece.place;
            let middle = place.x * ux + place.y * uy;
            Flat { from: middle - place.length / 2.0, to: middle + place.length / 2.0, y: place.y * ux - place.x * uy, piece }
        })
        .collect();
    flat.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.from.total_cmp(&b.from)));
    let mut rows: Vec<Vec<Flat>> = Vec::new();
    for one in flat {
        // a row is the last few: pieces come by their middles, which differ by less than half a height within one
        let near = rows.iter_mut().rev().take(4).find(|row| row.iter().all(|other| beside(other, &one)));
        match near {
            Some(row) => row.push(one),
            None => rows.push(vec![one]),
        }
    }
    let mut out: Vec<Line> = Vec::new();
    let mut before: Option<(f32, f32)> = None;
    rows.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    for mut row in rows {
        row.sort_by(|a, b| a.from.total_cmp(&b.from));
        let (y, height) = (middle(&row), row.iter().map(|one| one.piece.place.height).fold(0.0, f32::max));
        let mut text = String::new();
        let mut end: Option<f32> = None;
        for one in &row {
            if let Some(end) = end {
                text.push(if one.from - end > COLUMN * height { '\t' } else { ' ' });
            }
            text.push_str(one.piece.text.trim());
            end = Some(one.to);
        }
        let confidence = row.iter().map(|one| one.piece.confidence).fold(1.0, f32::min);
        let apart = before.is_some_and(|(last, lower)| y - last > PARAGRAPH * lower.max(height));
        before = Some((y, height));
        out.push(Line { x: row.first().map_or(0.0, |one| one.from), y, text, confidence, apart });
    }
    out
}

struct Flat {
    from: f32,
    to: f32,
    y: f32,
    piece: Piece,
}

/// The direction of the pieces: of long ones more than of short ones.
fn level(pieces: &[Piece]) -> (f32, f32) {
    let (mut x, mut y) = (0.0, 0.0);
    for piece in pieces {
        let weight = piece.place.length.max(0.0);
        x += piece.place.along.0 * weight;
        y += piece.place.along.1 * weight;
    }
    let far = f32::hypot(x, y);
    if far > 0.0 { (x / far, y / far) } else { (1.0, 0.0) }
}

fn middle(row: &[Flat]) -> f32 {
    row.iter().map(|one| one.y).sum::<f32>() / row.len().max(1) as f32
}

/// Whether two pieces stand in one line: level with each other and not over each other.
fn beside(a: &Flat, b: &Flat) -> bool {
    let (ha, hb) = (a.piece.place.height, b.piece.place.height);
    let overlap = (a.to.min(b.to) - a.from.max(b.from)).max(0.0);
    (a.y - b.y).abs() < 0.4 * ha.min(hb) && overlap < 0.3 * (a.to - a.from).min(b.to - b.from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(x: f32, y: f32, length: f32, text: &str) -> Piece {
        let place = Rect { x: x + length / 2.0, y, along: (1.0, 0.0), length, height: 20.0 };
        Piece { place, text: text.to_owned(), confidence: 0.9 }
    }

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn pieces_of_a_line_are_joined_from_left_to_right_and_columns_kept_apart() {
        let found = lines(vec![
            piece(300.0, 12.0, 100.0, "Warrant"),
            piece(10.0, 10.0, 80.0, "Name"),
            piece(95.0, 9.0, 60.0, "Ada"),
            piece(10.0, 40.0, 80.0, "Sample"),
        ]);
        assert_eq!(texts(&found), ["Name Ada\tWarrant", "Sample"]);
        assert!(!found[1].apart);
    }

    #[test]
    fn a_wide_gap_is_a_paragraph() {
        let found = lines(vec![piece(0.0, 10.0, 50.0, "one"), piece(0.0, 35.0, 50.0, "two"), piece(0.0, 110.0, 50.0, "three")]);
        assert_eq!(found.iter().map(|line| line.apart).collect::<Vec<_>>(), [false, false, true]);
    }

    #[test]
    fn an_askew_page_is_levelled_first() {
        // three degrees: over 1000 pixels the right end stands 52 pixels lower, two and a half lines
        let (sin, cos) = 3f32.to_radians().sin_cos();
        let turn = |x: f32, y: f32, text: &str| Piece {
            place: Rect { x: x * cos - y * sin, y: x * sin + y * cos, along: (cos, sin), length: 300.0, height: 20.0 },
            text: text.to_owned(),
            confidence: 0.9,
        };
        let found = lines(vec![
            turn(150.0, 0.0, "a"),
            turn(1100.0, 0.0, "b"),
            turn(150.0, 24.0, "c"),
            turn(1100.0, 24.0, "d"),
            turn(150.0, 48.0, "e"),
            turn(1100.0, 48.0, "f"),
        ]);
        assert_eq!(texts(&found), ["a\tb", "c\td", "e\tf"]);
    }
}
