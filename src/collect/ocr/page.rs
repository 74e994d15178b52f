//! PDF pages that are pictures: drawn as they would be seen. Strips, masks, turned pages and all filters are the drawing's business;
//! what would take too much memory is refused before it is drawn.

use super::pixels::{MOST_PIXELS, Picture, Refused};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Pixels for a point: 216 dots an inch.
const SCALE: f32 = 3.0;
/// Pixels of a page's longer side.
const LONGEST: f32 = 3_000.0;

/// A document whose pages can be drawn.
pub(super) struct Pages {
    pdf: Pdf,
}

impl Pages {
    /// Opens it a second time, as the drawing wants it.
    pub(super) fn open(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.to_vec();
        let pdf = catch_unwind(AssertUnwindSafe(|| Pdf::new(bytes).ok())).ok().flatten()?;
        Some(Self { pdf })
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        self.pdf.pages().len() as u32
    }

    /// Draws a page, counted from 1.
    pub(super) fn draw(&self, number: u32) -> Result<Picture, Refused> {
        // a fault in the drawing costs this page, not the document
        catch_unwind(AssertUnwindSafe(|| self.drawn(number))).unwrap_or(Err(Refused::Broken))
    }

    fn drawn(&self, number: u32) -> Result<Picture, Refused> {
        let page = self.pdf.pages().get(number as usize - 1).ok_or(Refused::Broken)?;
        let (width, height) = page.render_dimensions();
        let long = width.max(height);
        if !long.is_finite() || width < 1.0 || height < 1.0 {
            return Err(Refused::Broken);
        }
        let scale = SCALE.min(LONGEST / long);
        let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let pixmap =
            hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &RenderSettings::default(), &settings);
        // white lies below everything: nothing can be seen through
        Picture::opaque(usize::from(pixmap.width()), usize::from(pixmap.height()), pixmap.data_as_u8_slice())
            .ok_or(Refused::Broken)
    }
}

/// Whether a document has a picture that is too large to be drawn; by what it says of itself.
pub(super) fn too_large(pdf: &lopdf::Document) -> bool {
    pdf.objects.values().filter_map(|object| object.as_stream().ok()).any(|stream| {
        let side = |key: &[u8]| stream.dict.get(key).and_then(lopdf::Object::as_i64).unwrap_or(0).unsigned_abs();
        side(b"Width").saturating_mul(side(b"Height")) > MOST_PIXELS
    })
}
