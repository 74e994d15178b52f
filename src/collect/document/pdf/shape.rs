//! Plane geometry of a page, as far as it is needed to tell what covers what: matrices, rectangles, paths that are rectangles.

/// A matrix as PDF writes it: `a b c d e f`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix(pub(super) [f64; 6]);

impl Matrix {
    /// Changes nothing.
    pub(super) const SAME: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// Six numbers.
    pub(super) fn of(parts: &[f64]) -> Option<Self> {
        parts.try_into().ok().map(Self)
    }

    /// First this one, then the other.
    pub(super) fn then(self, other: Self) -> Self {
        let ([xx, xy, yx, yy, x, y], [across, _, _, up, right, top]) = (self.0, other.0);
        let [_, slant, lean, ..] = other.0;
        Self([
            xx * across + xy * lean,
            xx * slant + xy * up,
            yx * across + yy * lean,
            yx * slant + yy * up,
            x * across + y * lean + right,
            x * slant + y * up + top,
        ])
    }

    /// A point after it.
    pub(super) fn point(self, x: f64, y: f64) -> (f64, f64) {
        let [xx, xy, yx, yy, right, top] = self.0;
        (xx * x + yx * y + right, xy * x + yy * y + top)
    }

    /// Whether rectangles stay rectangles: no slant, and turned by quarters only.
    pub(super) fn is_straight(self) -> bool {
        let [a, b, c, d, ..] = self.0;
        let most = [a, b, c, d].iter().fold(0.0_f64, |most, part| most.max(part.abs())) * 1e-3;
        (b.abs() <= most && c.abs() <= most) || (a.abs() <= most && d.abs() <= most)
    }
}

/// A rectangle with straight sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) bottom: f64,
    pub(super) right: f64,
    pub(super) top: f64,
}

impl Area {
    /// Everywhere.
    pub(super) const ALL: Self =
        Self { left: f64::NEG_INFINITY, bottom: f64::NEG_INFINITY, right: f64::INFINITY, top: f64::INFINITY };

    /// The smallest around some points; `None` around none.
    pub(super) fn around(points: &[(f64, f64)]) -> Option<Self> {
        let (first, rest) = points.split_first()?;
        let start = Self { left: first.0, bottom: first.1, right: first.0, top: first.1 };
        Some(rest.iter().fold(start, |all, (x, y)| Self {
            left: all.left.min(*x),
            bottom: all.bottom.min(*y),
            right: all.right.max(*x),
            top: all.top.max(*y),
        }))
    }

    /// A rectangle after a matrix.
    pub(super) fn moved(matrix: Matrix, left: f64, bottom: f64, right: f64, top: f64) -> Self {
        let points = [(left, bottom), (right, bottom), (right, top), (left, top)].map(|(x, y)| matrix.point(x, y));
        Self::around(&points).unwrap_or(Self::ALL)
    }

    /// What is in both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.min(other.right),
            top: self.top.min(other.top),
        }
    }

    /// Whether a point is in it.
    pub(super) fn has(&self, x: f64, y: f64) -> bool {
        (self.left..=self.right).contains(&x) && (self.bottom..=self.top).contains(&y)
    }

    /// Whether another lies in it.
    pub(super) fn holds(&self, other: &Self) -> bool {
        self.left <= other.left && self.right >= other.right && self.bottom <= other.bottom && self.top >= other.top
    }

    /// Whether the two have a point in common.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.left <= other.right && self.right >= other.left && self.bottom <= other.top && self.top >= other.bottom
    }

    /// Its size; 0 where it is nothing.
    pub(super) fn size(&self) -> f64 {
        let size = (self.right - self.left).max(0.0) * (self.top - self.bottom).max(0.0);
        if size.is_finite() { size } else { 0.0 }
    }
}

/// Points of a path that are remembered; further ones make it too complicated to be a rectangle.
const MOST_POINTS: usize = 5_000;

/// A path that is being drawn.
#[derive(Default)]
pub(super) struct Path {
    /// Finished pieces that are rectangles.
    rectangles: Vec<Area>,
    /// Single straight lines.
    lines: Vec<Area>,
    /// All points, for the box around the whole.
    around: Option<Area>,
    open: Vec<(f64, f64)>,
    points: usize,
    /// Something in it is no rectangle.
    odd: bool,
    /// A piece was drawn with curves.
    curved: bool,
}

impl Path {
    fn grow(&mut self, x: f64, y: f64) {
        let point = Area { left: x, bottom: y, right: x, top: y };
        self.around = Some(self.around.map_or(point, |all| Area {
            left: all.left.min(x),
            bottom: all.bottom.min(y),
            right: all.right.max(x),
            top: all.top.max(y),
        }));
        self.points += 1;
    }

    /// A new piece begins here.
    pub(super) fn start(&mut self, x: f64, y: f64) {
        self.end_piece();
        self.grow(x, y);
        self.open.push((x, y));
    }

    /// A line to here.
    pub(super) fn line(&mut self, x: f64, y: f64) {
        self.grow(x, y);
        if self.open.len() < 8 {
            self.open.push((x, y));
        } else {
            self.curved = true;
        }
    }

    /// A curve over these points.
    pub(super) fn curve(&mut self, points: &[(f64, f64)]) {
        for (x, y) in points {
            self.grow(*x, *y);
        }
        self.curved = true;
    }

    /// A rectangle.
    pub(super) fn rectangle(&mut self, matrix: Matrix, x: f64, y: f64, width: f64, height: f64) {
        self.end_piece();
        let area = Area::moved(matrix, x, y, x + width, y + height);
        self.grow(area.left, area.bottom);
        self.grow(area.right, area.top);
        if matrix.is_straight() && self.rectangles.len() < MOST_POINTS {
            self.rectangles.push(area);
        } else {
            self.odd = true;
        }
    }

    /// Ends the piece that is open.
    pub(super) fn end_piece(&mut self) {
        let mut open = std::mem::take(&mut self.open);
        let curved = std::mem::take(&mut self.curved);
        if open.len() > 1 && open.first() == open.last() {
            open.pop();
        }
        let straight = |(a, b): (&(f64, f64), &(f64, f64))| (a.0 - b.0).abs() < 0.01 || (a.1 - b.1).abs() < 0.01;
        let full = self.rectangles.len() + self.lines.len() >= MOST_POINTS;
        match (open.as_slice(), curved || full) {
            ([] | [_], false) => {}
            ([a, b], false) if straight((a, b)) => self.lines.extend(Area::around(&open)),
            ([_, _, _, _], false) if open.iter().zip(open.iter().cycle().skip(1)).all(straight) => {
                self.rectangles.extend(Area::around(&open));
            }
            _ => self.odd = true,
        }
    }

    /// The box around it.
    pub(super) fn around(&self) -> Option<Area> {
        self.around
    }

    /// Its rectangles, if it is made of nothing else and none lies in another (which may be a hole).
    pub(super) fn solid(&self) -> Option<&[Area]> {
        if self.odd || self.rectangles.is_empty() {
            return None;
        }
        let nested = |area: &Area| self.rectangles.iter().any(|outer| outer != area && outer.holds(area));
        // so many are the cells of a table
        let apart = self.rectangles.len() > 200 || !self.rectangles.iter().any(nested);
        apart.then_some(&self.rectangles)
    }

    /// Its single lines, as boxes of the width that they are drawn with.
    pub(super) fn strokes(&self, width: f64) -> Vec<Area> {
        let half = width / 2.0;
        let wide = |line: &Area| {
            // the ends are flat
            if line.right - line.left >= line.top - line.bottom {
                Area { bottom: line.bottom - half, top: line.top + half, ..*line }
            } else {
                Area { left: line.left - half, right: line.right + half, ..*line }
            }
        };
        self.lines.iter().map(wide).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_are_known_however_they_are_drawn() {
        let mut path = Path::default();
        for (x, y) in [(10.0, 10.0), (60.0, 10.0), (60.0, 20.0), (10.0, 20.0)] {
            if path.around().is_none() { path.start(x, y) } else { path.line(x, y) }
        }
        path.end_piece();
        assert_eq!(path.solid(), Some(&[Area { left: 10.0, bottom: 10.0, right: 60.0, top: 20.0 }][..]));
        path.rectangle(Matrix([0.0, 2.0, -2.0, 0.0, 0.0, 0.0]), 0.0, 0.0, 1.0, 1.0);
        assert_eq!(path.solid().map(<[Area]>::len), Some(2));
        // a frame: the inner one is a hole
        path.rectangle(Matrix::SAME, 20.0, 12.0, 5.0, 5.0);
        assert_eq!(path.solid(), None);
        let mut path = Path::default();
        path.rectangle(Matrix([0.7, 0.7, -0.7, 0.7, 0.0, 0.0]), 0.0, 0.0, 1.0, 1.0);
        assert_eq!(path.solid(), None);
    }

    #[test]
    fn matrices_are_put_together_in_order() {
        let both = Matrix([2.0, 0.0, 0.0, 2.0, 0.0, 0.0]).then(Matrix([1.0, 0.0, 0.0, 1.0, 5.0, 7.0]));
        assert_eq!(both.point(1.0, 1.0), (7.0, 9.0));
        assert!((Area::moved(both, 0.0, 0.0, 1.0, 1.0).size() - 4.0).abs() < 1e-9);
    }
}
