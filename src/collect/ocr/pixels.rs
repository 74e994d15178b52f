//! Pictures as pixels: decoded within limits, turned upright by what their camera noted, halved where they are huge, and cut into what the
//! networks want. It knows nothing of text.

use super::boxes::Rect;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use std::io::Cursor;

/// Pixels of a picture that is decoded.
pub(super) const MOST_PIXELS: u64 = 100_000_000;
/// Bytes that decoding may take beside them.
const MOST_BYTES: u64 = 1 << 30;
/// A longer side than this is halved: 300 dots an inch on A4 are plenty.
const HUGE: usize = 4_000;
/// Pages of a TIFF file.
pub(super) const MOST_PAGES: usize = 500;

/// Red, green, blue; row after row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Picture {
    pub(super) width: usize,
    pub(super) height: usize,
    rgb: Vec<u8>,
}

/// Why there are no pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// More than [`MOST_PIXELS`].
    Large,
    /// A format that is not decoded.
    Unknown,
    /// Broken.
    Broken,
}

impl Picture {
    /// From red, green, blue and how opaque; what can be seen through is seen on white.
    pub(super) fn opaque(width: usize, height: usize, rgba: &[u8]) -> Option<Self> {
        let area = width.checked_mul(height).filter(|area| *area > 0 && area.checked_mul(4) == Some(rgba.len()))?;
        let mut rgb = Vec::with_capacity(area * 3);
        for pixel in rgba.chunks_exact(4) {
            let [red, green, blue, opaque] = pixel else { continue };
            let on_white = |value: u8| ((u16::from(value) * u16::from(*opaque) + 255 * (255 - u16::from(*opaque))) / 255) as u8;
            rgb.extend([on_white(*red), on_white(*green), on_white(*blue)]);
        }
        Some(Self { width, height, rgb }.halved())
    }

    fn halved(mut self) -> Self {
        while self.width.max(self.height) > HUGE && self.width.min(self.height) > 1 {
            let (width, height) = (self.width / 2, self.height / 2);
            let mut rgb = Vec::with_capacity(width * height * 3);
            for y in 0..height {
                for x in 0..width {
                    let corners = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| self.pixel(2 * x + dx, 2 * y + dy));
                    for channel in 0..3 {
                        let sum: u16 = corners.iter().filter_map(|pixel| pixel.get(channel)).map(|value| u16::from(*value)).sum();
                        rgb.push((sum / 4) as u8);
                    }
                }
            }
            self = Self { width, height, rgb };
        }
        self
    }

    /// A pixel; beyond the edge, the nearest.
    fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y.min(self.height.saturating_sub(1)) * self.width + x.min(self.width.saturating_sub(1))) * 3;
        match self.rgb.get(at..at + 3) {
            Some([red, green, blue]) => [*red, *green, *blue],
            _ => [255; 3],
        }
    }

    /// Between pixels.
    fn between(&self, x: f32, y: f32) -> [f32; 3] {
        let (x, y) = ((x - 0.5).max(0.0), (y - 0.5).max(0.0));
        let (left, top) = (x as usize, y as usize);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let mut out = [0.0; 3];
        for (dx, dy, weight) in
            [(0, 0, (1.0 - fx) * (1.0 - fy)), (1, 0, fx * (1.0 - fy)), (0, 1, (1.0 - fx) * fy), (1, 1, fx * fy)]
        {
            for (sum, value) in out.iter_mut().zip(self.pixel(left + dx, top + dy)) {
                *sum += weight * f32::from(value);
            }
        }
        out
    }

    /// What a rectangle of the picture shows, `width` by `height`, for a network: blue, green, red planes, each value less its mean and
    /// over its deviation. Where the rectangle is larger than what it becomes, all its pixels count.
    pub(super) fn planes(&self, place: Rect, width: usize, height: usize, mean: [f32; 3], deviation: [f32; 3]) -> Vec<f32> {
        let area = width * height;
        let mut out = vec![0.0; area * 3];
        let (step_x, step_y) = (place.length / width.max(1) as f32, place.height / height.max(1) as f32);
        let (many_x, many_y) = (step_x.round().clamp(1.0, 8.0) as usize, step_y.round().clamp(1.0, 8.0) as usize);
        let (ux, uy) = place.along;
        let parts = (many_x * many_y) as f32;
        for row in 0..height {
            for column in 0..width {
                let mut sum = [0.0; 3];
                for part_y in 0..many_y {
                    let v = (row as f32 + (part_y as f32 + 0.5) / many_y as f32) * step_y - place.height / 2.0;
                    for part_x in 0..many_x {
                        let u = (column as f32 + (part_x as f32 + 0.5) / many_x as f32) * step_x - place.length / 2.0;
                        let seen = self.between(place.x + u * ux - v * uy, place.y + u * uy + v * ux);
                        for (sum, value) in sum.iter_mut().zip(seen) {
                            *sum += value;
                        }
                    }
                }
                let at = row * width + column;
                for (plane, channel) in [2usize, 1, 0].into_iter().enumerate() {
                    let value = sum.get(channel).copied().unwrap_or(0.0) / parts / 255.0;
                    let (mean, deviation) =
                        (mean.get(plane).copied().unwrap_or(0.0), deviation.get(plane).copied().unwrap_or(1.0));
                    if let Some(slot) = out.get_mut(plane * area + at) {
                        *slot = (value - mean) / deviation;
                    }
                }
            }
        }
        out
    }
}

/// A picture file: one page, or all of a TIFF file's. Each is decoded when it is asked for: together they may be large.
pub(super) struct Pages<'a> {
    bytes: &'a [u8],
    /// Where the pages of a TIFF file with more than one lie.
    directories: Vec<u32>,
}

impl<'a> Pages<'a> {
    /// Of a file.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, directories: directories(bytes).unwrap_or_default() }
    }

    /// How many pages it has; beyond [`MOST_PAGES`] they are not counted.
    pub(super) fn count(&self) -> usize {
        self.directories.len().max(1)
    }

    /// A page, counted from 0.
    pub(super) fn page(&self, index: usize) -> Result<Picture, Refused> {
        let Some(at) = self.directories.get(index) else { return decode(self.bytes) };
        // the decoder reads the first directory alone: it is told that this is the first
        let mut copy = self.bytes.to_vec();
        if let Some(slot) = copy.get_mut(4..8) {
            slot.copy_from_slice(&if self.bytes.starts_with(b"II") { at.to_le_bytes() } else { at.to_be_bytes() });
        }
        decode(&copy)
    }
}

/// Where the directories of a classic TIFF file with more than one lie.
fn directories(bytes: &[u8]) -> Option<Vec<u32>> {
    let little = match bytes.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let pair = bytes.get(at..at + 2)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let long = |at: usize| {
        let four = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    };
    let mut out: Vec<u32> = Vec::new();
    let mut at = long(4)?;
    while at != 0 && !out.contains(&at) && out.len() <= MOST_PAGES {
        out.push(at);
        let Some(entries) = short(at as usize) else { break };
        at = long(at as usize + 2 + usize::from(entries) * 12).unwrap_or(0);
    }
    (out.len() > 1).then_some(out)
}

fn decode(bytes: &[u8]) -> Result<Picture, Refused> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Refused::Broken)?;
    if reader.format().is_none() {
        return Err(Refused::Unknown);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Refused::Large);
    }
    let orientation = decoder.orientation();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    if let Ok(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    let rgba = image.into_rgba8();
    Picture::opaque(rgba.width() as usize, rgba.height() as usize, rgba.as_raw()).ok_or(Refused::Broken)
}

fn refused(error: &image::ImageError) -> Refused {
    match error {
        image::ImageError::Limits(_) => Refused::Large,
        image::ImageError::Unsupported(_) => Refused::Unknown,
        _ => Refused::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Black on the left, white on the right.
    fn halves(width: usize, height: usize) -> Picture {
        let rgba: Vec<u8> = (0..width * height)
            .flat_map(|at| if at % width < width / 2 { [0, 0, 0, 255] } else { [255, 255, 255, 255] })
            .collect();
        Picture::opaque(width, height, &rgba).unwrap_or_default()
    }

    #[test]
    fn what_can_be_seen_through_is_white_and_what_is_huge_is_halved() {
        let picture = Picture::opaque(2, 1, &[0, 0, 0, 0, 10, 20, 30, 255]).unwrap_or_default();
        assert_eq!(picture.pixel(0, 0), [255; 3]);
        assert_eq!(picture.pixel(1, 0), [10, 20, 30]);
        assert!(Picture::opaque(2, 2, &[0; 4]).is_none());
        let picture = halves(5_000, 4);
        assert_eq!((picture.width, picture.height), (2_500, 2));
        assert_eq!(picture.pixel(0, 0), [0; 3]);
    }

    #[test]
    fn a_rectangle_is_read_in_its_direction() {
        let picture = halves(100, 40);
        let whole = Rect { x: 50.0, y: 20.0, along: (1.0, 0.0), length: 100.0, height: 40.0 };
        let ends = |place| {
            let values = picture.planes(place, 10, 2, [0.0; 3], [1.0; 3]);
            (values[0], values[9])
        };
        assert_eq!(ends(whole), (0.0, 1.0));
        assert_eq!(ends(whole.turned(2)), (1.0, 0.0), "upside down");
        assert!(picture.planes(whole.turned(1), 2, 10, [0.0; 3], [1.0; 3])[0] > 0.99, "downwards, its left is our right");
    }

    #[test]
    fn broken_and_foreign_files_are_told_apart() {
        assert_eq!(Pages::of(b"no picture").page(0), Err(Refused::Unknown));
        assert_eq!(Pages::of(b"\x89PNG\r\n\x1a\nrubbish").page(0), Err(Refused::Broken));
        // a TIFF whose directories lead in a circle
        let circle = b"II*\0\x08\0\0\0\0\0\x0e\0\0\0\0\0\x08\0\0\0";
        assert_eq!(directories(circle), Some(vec![8, 14]));
        assert_eq!(Pages::of(circle).count(), 2);
        assert!(Pages::of(circle).page(1).is_err());
    }
}
