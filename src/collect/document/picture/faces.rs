//! Faces: a grey picture -> how many faces are seen in it. The detector (a funnel of classifiers for faces from the front) and its
//! model are in the binary. It says that somebody is there, never who.

use super::pixels::Grey;
use rustface::{Detector, ImageData, read_model};
use std::cell::RefCell;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The model, with its licence beside it.
static MODEL: &[u8] = include_bytes!("model/seeta_fd_frontal_v1.0.bin");

/// What a picture says of itself that is one person's portrait, and that was looked at in vain.
pub(crate) const ONE: [&str; 2] = ["a face", "a face that is marked in the file"];
pub(crate) const NONE: &str = "no face seen";

/// How sure it is that a picture with a face in it is a photograph of a person.
pub(crate) const SEEN: f32 = 0.95;

/// The side in pixels below which a picture is an icon.
pub(crate) const ICON: u32 = 48;
/// One look: the longer side that the picture is shrunk to, whether it is then doubled (faces of less than forty pixels are seen only
/// so), and the score that a face needs.
struct Look {
    side: u32,
    doubled: bool,
    score: f64,
}
/// A portrait shows its face in the first; one turned a little aside in the second; a group, or a person further off, in the third.
/// Scores and sides were chosen on the pictures of `benches/faces.csv`.
const LOOKS: [Look; 3] = [
    Look { side: 160, doubled: false, score: 3.0 },
    Look { side: 160, doubled: true, score: 2.5 },
    Look { side: 640, doubled: false, score: 2.0 },
];
/// The smallest face: the detector's own window.
const WINDOW: u32 = 40;
/// Of a face that was photographed, hardly two neighbouring pixels are the same; of one that was drawn, most are.
const DRAWN: f64 = 0.45;

thread_local! {
    static DETECTOR: RefCell<Option<Box<dyn Detector>>> = const { RefCell::new(None) };
}

/// How many faces are seen; 0 for icons. A quick look finds a portrait's; a thorough one costs ten times as much.
pub(crate) fn count(page: &Grey, thorough: bool) -> usize {
    let mut before = 0;
    for look in LOOKS.iter().take(if thorough { LOOKS.len() } else { 1 }) {
        let small = page.shrunk(look.side);
        if small.width.min(small.height) < ICON {
            continue;
        }
        let small = if look.doubled { small.doubled() } else { small };
        // looking again at the same pixels shows nothing new
        let size = small.width.max(small.height);
        if size == before || (size < before && !look.doubled) {
            continue;
        }
        before = size;
        let found = faces(&small).iter().filter(|face| face.score >= look.score && face.flat < DRAWN).count();
        if found > 0 {
            return found;
        }
    }
    0
}

/// What may be a face.
pub(crate) struct Face {
    /// How sure the detector is.
    pub(crate) score: f64,
    /// The share of its pixels that are as their neighbour.
    pub(crate) flat: f64,
}

/// Everything that may be a face.
pub(crate) fn faces(page: &Grey) -> Vec<Face> {
    if page.width.min(page.height) < WINDOW || page.pixels.len() != page.width as usize * page.height as usize {
        return Vec::new();
    }
    DETECTOR.with_borrow_mut(|slot| {
        let mut detector = match slot.take() {
            Some(detector) => detector,
            None => match read_model(Cursor::new(MODEL)) {
                Ok(model) => rustface::create_detector_with_model(model),
                Err(_) => return Vec::new(),
            },
        };
        detector.set_min_face_size(WINDOW);
        detector.set_score_thresh(1.0);
        detector.set_pyramid_scale_factor(0.8);
        detector.set_slide_window_step(4, 4);
        let image = ImageData::new(&page.pixels, page.width, page.height);
        let Ok(found) = catch_unwind(AssertUnwindSafe(|| detector.detect(&image))) else {
            // one that broke down is made anew
            return Vec::new();
        };
        *slot = Some(detector);
        found.iter().map(|face| Face { score: face.score(), flat: flat(page, face.bbox()) }).collect()
    })
}

/// The share of pixels in a box that are as their right neighbour.
fn flat(page: &Grey, place: &rustface::Rectangle) -> f64 {
    let from = |at: i32| usize::try_from(at).unwrap_or(0);
    let (left, top) = (from(place.x()), from(place.y()));
    let (right, bottom) = (left + place.width() as usize, top + place.height() as usize);
    let (mut same, mut all) = (0_u32, 0_u32);
    for row in page.pixels.chunks_exact(page.width.max(1) as usize).take(bottom).skip(top) {
        let row = row.get(left..right.min(row.len())).unwrap_or(&[]);
        for pair in row.windows(2) {
            all += 1;
            same += u32::from(pair.first() == pair.last());
        }
    }
    f64::from(same) / f64::from(all.max(1))
}
