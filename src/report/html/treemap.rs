//! A treemap drawn by hand: one box a file, as large as the people in it. Boxes are laid in rows as square as they can be
//! (Bruls, Huizing, van Wijk 2000). It is a picture beside the tables; nothing stands in it alone.

use super::text::{count, esc, many};
use crate::model::assessment::ArtifactResult;

/// Boxes at most; smaller files are one box together.
const MOST: usize = 24;
/// The picture's shape while boxes are laid.
const WIDE: f64 = 1000.0;
const HIGH: f64 = 340.0;

struct Place {
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

/// The worst ratio of sides in a row of areas along a side.
fn worst(row: &[f64], side: f64) -> f64 {
    let sum: f64 = row.iter().sum();
    let thick = sum / side;
    row.iter().map(|area| (area / thick / thick).max(thick * thick / area)).fold(0.0, f64::max)
}

fn lay(areas: &[f64]) -> Vec<Place> {
    let mut out = Vec::with_capacity(areas.len());
    let mut left = Place { x: 0.0, y: 0.0, w: WIDE, h: HIGH };
    let mut rest = areas;
    while !rest.is_empty() {
        let side = left.w.min(left.h).max(0.001);
        let mut taken = 1;
        while let (Some(now), Some(next)) = (rest.get(..taken), rest.get(..=taken)) {
            if worst(next, side) > worst(now, side) {
                break;
            }
            taken += 1;
        }
        let (row, further) = rest.split_at(taken.min(rest.len()));
        let thick = row.iter().sum::<f64>() / side;
        let mut along = 0.0;
        for area in row {
            let long = area / thick;
            if left.w >= left.h {
                out.push(Place { x: left.x, y: left.y + along, w: thick, h: long });
            } else {
                out.push(Place { x: left.x + along, y: left.y, w: long, h: thick });
            }
            along += long;
        }
        if left.w >= left.h {
            left.x += thick;
            left.w -= thick;
        } else {
            left.y += thick;
            left.h -= thick;
        }
        rest = further;
    }
    out
}

/// The picture of files with their people, most first; nothing for fewer than two.
pub(super) fn draw(files: &[(&ArtifactResult, u64)]) -> String {
    if files.len() < 2 {
        return String::new();
    }
    let (large, small) = files.split_at(files.len().min(MOST));
    let mut boxes: Vec<(String, u64, bool)> = large
        .iter()
        .map(|(file, people)| {
            let name = file.path.rsplit('/').next().unwrap_or("");
            (esc(name), *people, file.encryption == "strong")
        })
        .collect();
    if !small.is_empty() {
        // drawn no larger than the smallest box beside it: what is in it overlaps
        let people = small.iter().map(|row| row.1).max().unwrap_or(1);
        boxes.push((many(small.len() as u64, "more file", "more files"), people, false));
    }
    let total: f64 = boxes.iter().map(|row| row.1 as f64).sum();
    let areas: Vec<f64> = boxes.iter().map(|row| row.1 as f64 / total * WIDE * HIGH).collect();
    let mut out = String::from(
        "<figure class=\"tree\"><figcaption>Each box is a file, as large as the number of people in it. Hatched: strongly encrypted. Somebody who is in three files is in three boxes.</figcaption>\n<svg width=\"100%\" height=\"340\" role=\"img\" aria-label=\"Treemap of files by people; the tables below say the same\"><defs><pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect class=\"box\" width=\"7\" height=\"7\"/><line class=\"hatch\" x1=\"0\" x2=\"0\" y1=\"0\" y2=\"7\"/></pattern></defs>",
    );
    for (place, (name, people, strong)) in lay(&areas).iter().zip(&boxes) {
        let share = |value: f64, whole: f64| format!("{:.3}%", value / whole * 100.0);
        out.push_str(&format!(
            "<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><rect class=\"box{}\" width=\"100%\" height=\"100%\"/>",
            share(place.x, WIDE),
            share(place.y, HIGH),
            share(place.w, WIDE),
            share(place.h, HIGH),
            if *strong { " strong" } else { "" }
        ));
        // a label that would be cut to a stump says nothing
        if place.w > 70.0 && place.h > 38.0 {
            out.push_str(&format!(
                "<text x=\"9\" y=\"20\">{name}</text><text class=\"people\" x=\"9\" y=\"37\">{}</text>",
                count(*people)
            ));
        }
        out.push_str("</svg>");
    }
    out.push_str("</svg></figure>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_fill_the_picture_and_keep_their_size() {
        let areas: Vec<f64> = [6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0].iter().map(|part| part / 24.0 * WIDE * HIGH).collect();
        let places = lay(&areas);
        assert_eq!(places.len(), areas.len());
        for (place, area) in places.iter().zip(&areas) {
            assert!((place.w * place.h - area).abs() < 0.1);
            assert!(place.x >= -0.01 && place.x + place.w <= WIDE + 0.01 && place.y >= -0.01 && place.y + place.h <= HIGH + 0.01);
        }
    }
}
