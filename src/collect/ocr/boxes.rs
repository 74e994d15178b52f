//! From the detector's map of "how surely is this pixel text" to boxes, which may stand askew. Pure geometry (the post-processing of
//! DB, Liao et al. 2020: threshold, connected pieces, smallest rectangle, grown by its area over its perimeter).

/// Pixels surer than this are text.
const THRESHOLD: f32 = 0.3;
/// The mean over a piece that makes it a box.
const SURE: f32 = 0.6;
/// The map shows the core of a line only: by how much the box is larger.
const GROW: f32 = 1.6;
/// Pixels of the map that the shorter side of a core has at least.
const LEAST: f32 = 3.0;
/// The most boxes of one map; the largest are kept.
pub(super) const MOST: usize = 2_000;

/// A rectangle that may stand askew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    /// Its middle.
    pub(super) x: f32,
    pub(super) y: f32,
    /// Where reading goes, of length 1.
    pub(super) along: (f32, f32),
    /// Its extent in that direction.
    pub(super) length: f32,
    /// Its extent across.
    pub(super) height: f32,
}

impl Rect {
    /// The same rectangle in a picture that is `x` and `y` times as large.
    pub(super) fn scaled(self, x: f32, y: f32) -> Self {
        let (dx, dy) = (self.along.0 * x, self.along.1 * y);
        let stretch = dx.hypot(dy).max(f32::MIN_POSITIVE);
        let across = (self.along.1 * x).hypot(self.along.0 * y);
        Self {
            x: self.x * x,
            y: self.y * y,
            along: (dx / stretch, dy / stretch),
            length: self.length * stretch,
            height: self.height * across,
        }
    }

    /// Read in the direction that is `quarters` quarter turns further.
    pub(super) fn turned(self, quarters: u8) -> Self {
        let (x, y) = self.along;
        match quarters % 4 {
            0 => self,
            1 => Self { along: (-y, x), length: self.height, height: self.length, ..self },
            2 => Self { along: (-x, -y), ..self },
            _ => Self { along: (y, -x), length: self.height, height: self.length, ..self },
        }
    }
}

/// The boxes of a map, top to bottom, and whether there were more than [`MOST`].
pub(super) fn boxes(map: &[f32], width: usize) -> (Vec<Rect>, bool) {
    let mut seen = vec![false; map.len()];
    let mut found: Vec<(f32, Rect)> = Vec::new();
    let mut stack = Vec::new();
    for start in 0..map.len() {
        if seen.get(start).copied().unwrap_or(true) || !is_text(map, start) {
            continue;
        }
        let mut piece: Vec<(i32, i32)> = Vec::new();
        let mut sum = 0.0;
        if let Some(mark) = seen.get_mut(start) {
            *mark = true;
        }
        stack.push(start);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % width, at / width);
            piece.push((x as i32, y as i32));
            sum += map.get(at).copied().unwrap_or(0.0);
            let left = x > 0;
            let right = x + 1 < width;
            for (there, next) in [
                (left, at.wrapping_sub(1)),
                (right, at + 1),
                (at >= width, at.wrapping_sub(width)),
                (true, at + width),
                (left && at >= width, at.wrapping_sub(width + 1)),
                (right && at >= width, at.wrapping_sub(width).wrapping_add(1)),
                (left, at + width - 1),
                (right, at + width + 1),
            ] {
                if there
                    && is_text(map, next)
                    && let Some(mark) = seen.get_mut(next)
                    && !*mark
                {
                    *mark = true;
                    stack.push(next);
                }
            }
        }
        let score = sum / piece.len() as f32;
        if score < SURE {
            continue;
        }
        if let Some(core) = smallest(&hull(edge(&piece))).filter(|core| core.height >= LEAST) {
            found.push((piece.len() as f32, grown(core)));
        }
    }
    let more = found.len() > MOST;
    if more {
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.truncate(MOST);
    }
    let mut out: Vec<Rect> = found.into_iter().map(|row| row.1).collect();
    out.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    (out, more)
}

fn is_text(map: &[f32], at: usize) -> bool {
    map.get(at).is_some_and(|value| *value > THRESHOLD)
}

/// The first and last pixel of each row of a piece: the others cannot be corners.
fn edge(piece: &[(i32, i32)]) -> Vec<(i32, i32)> {
    let mut rows: std::collections::BTreeMap<i32, (i32, i32)> = std::collections::BTreeMap::new();
    for (x, y) in piece {
        let row = rows.entry(*y).or_insert((*x, *x));
        *row = (row.0.min(*x), row.1.max(*x));
    }
    // the far edges of the pixels, so that one pixel has an extent
    let corners = |y: i32, row: (i32, i32)| [(row.0, y), (row.0, y + 1), (row.1 + 1, y), (row.1 + 1, y + 1)];
    let mut out: Vec<(i32, i32)> = rows.into_iter().flat_map(|(y, row)| corners(y, row)).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// The convex hull of sorted points (monotone chain).
fn hull(points: Vec<(i32, i32)>) -> Vec<(f32, f32)> {
    let turn = |a: (i32, i32), b: (i32, i32), c: (i32, i32)| {
        i64::from(b.0 - a.0) * i64::from(c.1 - a.1) - i64::from(b.1 - a.1) * i64::from(c.0 - a.0)
    };
    let half = |points: &mut dyn Iterator<Item = (i32, i32)>| {
        let mut out: Vec<(i32, i32)> = Vec::new();
        for point in points {
            while let [.., a, b] = out.as_slice()
                && turn(*a, *b, point) <= 0
            {
                out.pop();
            }
            out.push(point);
        }
        out.pop();
        out
    };
    let mut out = half(&mut points.iter().copied());
    out.extend(half(&mut points.into_iter().rev()));
    out.into_iter().map(|(x, y)| (x as f32, y as f32)).collect()
}

/// The smallest rectangle around a hull; one of its sides lies along a side of the hull. Reading goes to the right, or downwards.
fn smallest(hull: &[(f32, f32)]) -> Option<Rect> {
    let mut best: Option<(f32, Rect)> = None;
    for (index, a) in hull.iter().enumerate() {
        let b = hull.get((index + 1) % hull.len())?;
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let far = dx.hypot(dy);
        if far == 0.0 {
            continue;
        }
        let (ux, uy) = (dx / far, dy / far);
        let (mut u, mut v) = ((f32::MAX, f32::MIN), (f32::MAX, f32::MIN));
        for (x, y) in hull {
            let (along, across) = (x * ux + y * uy, y * ux - x * uy);
            u = (u.0.min(along), u.1.max(along));
            v = (v.0.min(across), v.1.max(across));
        }
        let (length, height) = (u.1 - u.0, v.1 - v.0);
        if best.is_none_or(|known| length * height < known.0) {
            let (mu, mv) = (f32::midpoint(u.0, u.1), f32::midpoint(v.0, v.1));
            let rect = Rect { x: mu * ux - mv * uy, y: mu * uy + mv * ux, along: (ux, uy), length, height };
            best = Some((length * height, rect));
        }
    }
    let rect = best?.1;
    // the longer side is the line's, within half a right angle of level where the two are alike
    let rect = if rect.height > rect.length { rect.turned(1) } else { rect };
    let squarish = rect.length < rect.height * 1.5;
    let rect = if squarish && rect.along.0.abs() < rect.along.1.abs() { rect.turned(1) } else { rect };
    let backwards = rect.along.0 < -0.38 || (rect.along.0 <= 0.38 && rect.along.1 < 0.0);
    Some(if backwards { rect.turned(2) } else { rect })
}

fn grown(core: Rect) -> Rect {
    let by = core.length * core.height * GROW / (2.0 * (core.length + core.height)).max(1.0);
    Rect { length: core.length + 2.0 * by, height: core.height + 2.0 * by, ..core }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map with bars: middle, half length, half height, angle in degrees.
    fn map(width: usize, height: usize, bars: &[(f32, f32, f32, f32, f32)]) -> Vec<f32> {
        let mut out = vec![0.0; width * height];
        for (index, value) in out.iter_mut().enumerate() {
            let (px, py) = ((index % width) as f32 + 0.5, (index / width) as f32 + 0.5);
            for (x, y, long, high, angle) in bars {
                let (sin, cos) = angle.to_radians().sin_cos();
                let (dx, dy) = (px - x, py - y);
                if (dx * cos + dy * sin).abs() <= *long && (dy * cos - dx * sin).abs() <= *high {
                    *value = 0.9;
                }
            }
        }
        out
    }

    #[test]
    fn two_bars_are_two_boxes_from_top_to_bottom_and_grown() {
        let map = map(200, 100, &[(100.0, 70.0, 80.0, 5.0, 0.0), (60.0, 20.0, 40.0, 5.0, 0.0)]);
        let (found, more) = boxes(&map, 200);
        assert!(!more);
        assert_eq!(found.len(), 2);
        let first = found[0];
        assert!((first.x - 60.0).abs() < 0.6 && (first.y - 20.0).abs() < 0.6, "{first:?}");
        // 80 by 10, grown by 800 * 1.6 / 180 on each side
        assert!((first.length - 94.2).abs() < 1.0 && (first.height - 24.2).abs() < 1.0, "{first:?}");
        assert!(found[1].y > 60.0);
    }

    #[test]
    fn a_line_askew_keeps_its_angle_and_its_height() {
        for angle in [-30.0f32, -2.0, 3.0, 20.0] {
            let map = map(300, 300, &[(150.0, 150.0, 100.0, 8.0, angle)]);
            let (found, _) = boxes(&map, 300);
            assert_eq!(found.len(), 1);
            let seen = found[0].along.1.atan2(found[0].along.0).to_degrees();
            assert!((seen - angle).abs() < 1.5, "{angle}: {found:?}");
            assert!(found[0].height < 46.0, "{angle}: {found:?}");
        }
    }

    #[test]
    fn an_upright_line_reads_downwards_and_what_is_unsure_or_tiny_is_none() {
        let upright = map(100, 300, &[(50.0, 150.0, 100.0, 6.0, 90.0)]);
        let (found, _) = boxes(&upright, 100);
        assert!(found[0].along.1 > 0.99 && found[0].length > 200.0, "{found:?}");
        let unsure: Vec<f32> = upright.iter().map(|value| value * 0.5).collect();
        assert!(boxes(&unsure, 100).0.is_empty());
        assert!(boxes(&map(50, 50, &[(25.0, 25.0, 10.0, 0.8, 0.0)]), 50).0.is_empty());
    }

    #[test]
    fn a_map_of_noise_is_bounded_and_nothing_is_nothing() {
        assert!(boxes(&[], 1).0.is_empty());
        // a grid of 4 by 4 blobs: more than may be kept
        let width = 400;
        let grid: Vec<f32> =
            (0..width * width).map(|at| if at % width % 6 < 4 && at / width % 6 < 4 { 0.9 } else { 0.0 }).collect();
        let (found, more) = boxes(&grid, width);
        assert!(more);
        assert_eq!(found.len(), MOST);
    }

    #[test]
    fn scaling_and_turning_keep_the_rectangle() {
        let rect = Rect { x: 10.0, y: 20.0, along: (1.0, 0.0), length: 30.0, height: 4.0 };
        assert_eq!(rect.scaled(2.0, 3.0), Rect { x: 20.0, y: 60.0, along: (1.0, 0.0), length: 60.0, height: 12.0 });
        assert_eq!(rect.turned(1), Rect { along: (-0.0, 1.0), length: 4.0, height: 30.0, ..rect });
        assert_eq!(rect.turned(1).turned(3), Rect { along: (1.0, 0.0), ..rect });
    }
}
