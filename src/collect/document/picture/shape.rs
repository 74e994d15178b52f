//! The shape of a picture: that of a card, of a portrait, or none. A shape alone says nothing of whom it shows.

/// Width through height of a card (85.60 mm through 53.98 mm).
const CARD: f64 = 1.586;
/// Pixels of the longer side below which a card could not be printed.
const PRINTED: u32 = 300;

/// What a picture of this size is shaped like.
pub(crate) fn shape(width: u32, height: u32) -> Option<&'static str> {
    let (longer, shorter) = (width.max(height), width.min(height).max(1));
    let ratio = f64::from(longer) / f64::from(shorter);
    if longer >= PRINTED && (ratio / CARD - 1.0).abs() <= 0.03 {
        Some("card-shaped")
    } else if height > width && (1.2..=1.45).contains(&ratio) {
        Some("portrait-shaped")
    } else {
        None
    }
}

/// Whether a picture of this size can show one person alone: a letterhead's strip cannot.
pub(crate) fn of_one(width: u32, height: u32) -> bool {
    width < height.saturating_mul(2)
}

#[cfg(test)]
mod tests {
    use super::{of_one, shape};

    #[test]
    fn cards_and_portraits_are_told_by_their_sides() {
        for (width, height) in [(1011, 638), (638, 1011), (1036, 664), (2022, 1275)] {
            assert_eq!(shape(width, height), Some("card-shaped"), "{width}x{height}");
        }
        for (width, height) in [(295, 378), (413, 531), (480, 640), (600, 750), (96, 128)] {
            assert_eq!(shape(width, height), Some("portrait-shaped"), "{width}x{height}");
        }
        assert!(of_one(1011, 638) && of_one(295, 378) && !of_one(800, 120) && !of_one(96, 48));
        for (width, height) in [(640, 480), (1920, 1080), (100, 100), (63, 40), (0, 0)] {
            assert_eq!(shape(width, height), None, "{width}x{height}");
        }
    }
}
