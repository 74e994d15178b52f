//! Pixels: the bytes of a picture -> grey pages of a size that can be searched. Sizes are checked before anything is decoded, rows are
//! shrunk while they come, and what breaks off is a reason, never a panic. What is in the pixels is for others to say.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Pixels that a picture may have.
pub(crate) const MOST_PIXELS: u64 = 100_000_000;
/// Pixels of the longer side that are kept.
const MOST_SIDE: u32 = 1_280;
/// Pixels of a side.
const LONGEST: u64 = 65_535;
/// Pages of one file that are looked at.
const MOST_PAGES: usize = 16;
/// Bytes that a decoder may hold.
const MOST_BYTES: usize = 512 << 20;
/// Pixels that the passes of a progressive JPEG may touch, all together; a dozen passes are usual.
const MOST_TOUCHED: u64 = 1_000_000_000;

/// A picture in grey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grey {
    /// Pixels in a row.
    pub(crate) width: u32,
    /// Rows.
    pub(crate) height: u32,
    /// Row by row, 0 is black.
    pub(crate) pixels: Vec<u8>,
}

/// What a file's pixels are.
pub(crate) struct Seen {
    /// Its pages; most have one.
    pub(crate) pages: Vec<Grey>,
    /// What of it was not seen, if anything.
    pub(crate) lacks: Option<Lack>,
}

/// Why pixels were not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// No decoder for this kind, or for this variant of it.
    Unsupported,
    /// It breaks off, or is not what it says.
    Damaged,
    /// More pixels than are decoded.
    Large,
    /// More pages than are looked at.
    Pages,
}

/// The pixels of a picture, the longer side at most 1280.
pub(crate) fn see(kind: &str, bytes: &[u8]) -> Seen {
    // the decoders are others' work: one that breaks down costs this picture
    catch_unwind(AssertUnwindSafe(|| decode(kind, bytes)))
        .unwrap_or_else(|_| Seen { pages: Vec::new(), lacks: Some(Lack::Damaged) })
}

fn decode(kind: &str, bytes: &[u8]) -> Seen {
    let one = match kind {
        "jpeg" => jpeg(bytes),
        "png" => png(bytes),
        "gif" => gif(bytes),
        "webp" => webp(bytes),
        "bmp" => super::bmp::grey(bytes),
        "tiff" => return tiff(bytes),
        _ => Err(Lack::Unsupported),
    };
    match one {
        Ok((page, lacks)) => Seen { pages: vec![page], lacks },
        Err(lack) => Seen { pages: Vec::new(), lacks: Some(lack) },
    }
}

/// A page, and what it lacks.
pub(super) type Page = Result<(Grey, Option<Lack>), Lack>;

/// Whether a picture of this size is decoded.
pub(super) fn fits(width: u64, height: u64) -> Result<(), Lack> {
    if width == 0 || height == 0 {
        return Err(Lack::Damaged);
    }
    let large = width > LONGEST || height > LONGEST || width.saturating_mul(height) > MOST_PIXELS;
    if large { Err(Lack::Large) } else { Ok(()) }
}

/// Brightness of a colour.
pub(super) fn luma(red: u8, green: u8, blue: u8) -> u8 {
    ((77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue)) >> 8) as u8
}

/// Brightness on white paper.
fn over_white(grey: u8, alpha: u8) -> u8 {
    ((u32::from(grey) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255) as u8
}

/// Brightness of a pixel of 1 (grey), 2 (grey, alpha), 3 (colour) or 4 (colour, alpha) samples.
fn pixel(samples: &[u8]) -> u8 {
    match samples {
        [grey] => *grey,
        [grey, alpha] => over_white(*grey, *alpha),
        [red, green, blue] => luma(*red, *green, *blue),
        [red, green, blue, alpha, ..] => over_white(luma(*red, *green, *blue), *alpha),
        [] => 255,
    }
}

/// Rows in, a smaller picture out: each pixel is the mean of those it stands for.
pub(super) struct Shrink {
    width: u32,
    height: u32,
    small: (u32, u32),
    columns: Vec<u32>,
    sums: Vec<u32>,
    counts: Vec<u32>,
    rows: u32,
}

impl Shrink {
    /// For a picture of a size, to a longer side of at most `side`.
    pub(super) fn new(width: u32, height: u32, side: u32) -> Self {
        let longer = width.max(height).max(1);
        let scale = |length: u32| {
            let small = if longer <= side { length } else { (u64::from(length) * u64::from(side) / u64::from(longer)) as u32 };
            small.max(1)
        };
        let small = (scale(width), scale(height));
        let columns = (0..width).map(|x| (u64::from(x) * u64::from(small.0) / u64::from(width.max(1))) as u32).collect();
        let area = small.0 as usize * small.1 as usize;
        Self { width, height, small, columns, sums: vec![0; area], counts: vec![0; area], rows: 0 }
    }

    /// The next row. Rows beyond the height are dropped.
    pub(super) fn row(&mut self, row: impl Iterator<Item = u8>) {
        if self.rows < self.height {
            let y = (u64::from(self.rows) * u64::from(self.small.1) / u64::from(self.height.max(1))) as usize;
            let from = y * self.small.0 as usize;
            let sums = self.sums.get_mut(from..from + self.small.0 as usize).unwrap_or(&mut []);
            let counts = self.counts.get_mut(from..from + self.small.0 as usize).unwrap_or(&mut []);
            for (grey, x) in row.zip(&self.columns) {
                if let (Some(sum), Some(count)) = (sums.get_mut(*x as usize), counts.get_mut(*x as usize)) {
                    *sum = sum.saturating_add(u32::from(grey));
                    *count += 1;
                }
            }
            self.rows += 1;
        }
    }

    /// The small picture, and whether rows are missing; `None` if hardly any came.
    pub(super) fn finish(self) -> Option<(Grey, bool)> {
        if self.rows.saturating_mul(4) < self.height || self.width == 0 {
            return None;
        }
        let cut = self.rows < self.height;
        let pixels =
            self.sums.iter().zip(&self.counts).map(|(sum, count)| sum.checked_div(*count).unwrap_or(128) as u8).collect();
        Some((Grey { width: self.small.0, height: self.small.1, pixels }, cut))
    }
}

impl Grey {
    /// A smaller one, the longer side at most `side`.
    pub(crate) fn shrunk(&self, side: u32) -> Self {
        if self.width.max(self.height) <= side {
            return self.clone();
        }
        let mut shrink = Shrink::new(self.width, self.height, side);
        for row in self.pixels.chunks_exact(self.width as usize) {
            shrink.row(row.iter().copied());
        }
        shrink.finish().map_or_else(|| self.clone(), |row| row.0)
    }

    /// Twice the size, smooth between the pixels.
    pub(crate) fn doubled(&self) -> Self {
        let (width, height) = (self.width as usize, self.height as usize);
        let at = |x: usize, y: usize| self.pixels.get(y * width + x).map_or(128, |grey| u32::from(*grey));
        let mut pixels = Vec::with_capacity(self.pixels.len() * 4);
        for y in 0..height * 2 {
            // three quarters of the nearest row, one of the one beyond
            let (near_y, far_y) = (y / 2, if y % 2 == 0 { (y / 2).saturating_sub(1) } else { (y / 2 + 1).min(height - 1) });
            for x in 0..width * 2 {
                let (near_x, far_x) = (x / 2, if x % 2 == 0 { (x / 2).saturating_sub(1) } else { (x / 2 + 1).min(width - 1) });
                let near = 3 * at(near_x, near_y) + at(far_x, near_y);
                let far = 3 * at(near_x, far_y) + at(far_x, far_y);
                pixels.push(((3 * near + far + 8) / 16) as u8);
            }
        }
        Self { width: self.width * 2, height: self.height * 2, pixels }
    }

    /// Turned and mirrored so that it stands as its EXIF orientation (1 to 8) says.
    pub(crate) fn upright(self, orientation: u32) -> Self {
        if !(2..=8).contains(&orientation) {
            return self;
        }
        let (width, height) = (self.width as usize, self.height as usize);
        let turned = orientation >= 5;
        let (new_width, new_height) = if turned { (height, width) } else { (width, height) };
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..new_height {
            for x in 0..new_width {
                let (from_x, from_y) = match orientation {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (y, height - 1 - x),
                    7 => (width - 1 - y, height - 1 - x),
                    _ => (width - 1 - y, x),
                };
                pixels.push(self.pixels.get(from_y * width + from_x).copied().unwrap_or(128));
            }
        }
        Self { width: new_width as u32, height: new_height as u32, pixels }
    }
}

/// Shrinks a whole picture of so many samples a pixel.
pub(super) fn whole(width: u32, height: u32, samples: usize, bytes: &[u8]) -> Page {
    let mut shrink = Shrink::new(width, height, MOST_SIDE);
    for row in bytes.chunks_exact((width as usize).saturating_mul(samples).max(1)) {
        shrink.row(row.chunks_exact(samples.max(1)).map(pixel));
    }
    done(shrink)
}

/// Ends a picture whose rows came one by one.
pub(super) fn done(shrink: Shrink) -> Page {
    let (page, cut) = shrink.finish().ok_or(Lack::Damaged)?;
    Ok((page, cut.then_some(Lack::Damaged)))
}

fn jpeg(bytes: &[u8]) -> Page {
    use zune_jpeg::JpegDecoder;
    use zune_jpeg::zune_core::bytestream::ZCursor;
    use zune_jpeg::zune_core::colorspace::ColorSpace;
    use zune_jpeg::zune_core::options::DecoderOptions;
    let options = DecoderOptions::default().set_max_width(1 << 16).set_max_height(1 << 16);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| Lack::Damaged)?;
    let (width, height) = decoder.dimensions().ok_or(Lack::Damaged)?;
    fits(width as u64, height as u64)?;
    let (space, samples) = match decoder.input_colorspace() {
        // the brightness is all that is wanted of most pictures
        Some(ColorSpace::YCbCr | ColorSpace::Luma) => (ColorSpace::Luma, 1),
        _ => (ColorSpace::RGB, 3),
    };
    let scans = (MOST_TOUCHED / (width as u64 * height as u64).max(1)).clamp(12, 100) as usize;
    decoder.set_options(options.jpeg_set_out_colorspace(space).jpeg_set_max_scans(scans));
    let pixels = decoder.decode().map_err(|_| Lack::Damaged)?;
    whole(width as u32, height as u32, samples, &pixels)
}

fn png(bytes: &[u8]) -> Page {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: MOST_BYTES });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.ignore_checksums(true);
    let header = decoder.read_header_info().map_err(|_| Lack::Damaged)?;
    let (width, height, interlaced) = (header.width, header.height, header.interlaced);
    fits(u64::from(width), u64::from(height))?;
    let mut reader = decoder.read_info().map_err(|_| Lack::Damaged)?;
    let samples = reader.output_color_type().0.samples();
    if interlaced {
        let size = reader.output_buffer_size().filter(|size| *size <= MOST_BYTES).ok_or(Lack::Large)?;
        let mut pixels = vec![0; size];
        reader.next_frame(&mut pixels).map_err(|_| Lack::Damaged)?;
        return whole(width, height, samples, &pixels);
    }
    let mut shrink = Shrink::new(width, height, MOST_SIDE);
    while let Ok(Some(row)) = reader.next_row() {
        shrink.row(row.data().chunks_exact(samples.max(1)).map(pixel));
    }
    done(shrink)
}

fn gif(bytes: &[u8]) -> Page {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    options.set_memory_limit(gif::MemoryLimit::Bytes(std::num::NonZeroU64::new(MOST_BYTES as u64).ok_or(Lack::Damaged)?));
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(|_| Lack::Damaged)?;
    let frame = decoder.next_frame_info().map_err(|_| Lack::Damaged)?.ok_or(Lack::Damaged)?;
    let (width, height) = (u32::from(frame.width), u32::from(frame.height));
    fits(u64::from(width), u64::from(height))?;
    let mut pixels = vec![0; decoder.buffer_size()];
    decoder.read_into_buffer(&mut pixels).map_err(|_| Lack::Damaged)?;
    whole(width, height, 4, &pixels)
}

fn webp(bytes: &[u8]) -> Page {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).map_err(|_| Lack::Damaged)?;
    decoder.set_memory_limit(MOST_BYTES);
    let (width, height) = decoder.dimensions();
    fits(u64::from(width), u64::from(height))?;
    let size = decoder.output_buffer_size().filter(|size| *size <= MOST_BYTES).ok_or(Lack::Large)?;
    let mut pixels = vec![0; size];
    decoder.read_image(&mut pixels).map_err(|_| Lack::Damaged)?;
    whole(width, height, if decoder.has_alpha() { 4 } else { 3 }, &pixels)
}

fn tiff(bytes: &[u8]) -> Seen {
    let mut seen = Seen { pages: Vec::new(), lacks: None };
    let mut limits = tiff::decoder::Limits::default();
    limits.decoding_buffer_size = MOST_BYTES;
    limits.intermediate_buffer_size = MOST_BYTES;
    let Ok(decoder) = tiff::decoder::Decoder::new(Cursor::new(bytes)) else {
        seen.lacks = Some(Lack::Damaged);
        return seen;
    };
    let mut decoder = decoder.with_limits(limits);
    // pages share one allowance: a thousand entries may point at the same strip
    let mut left = MOST_PIXELS;
    for page in 0.. {
        if page >= MOST_PAGES {
            seen.lacks = Some(Lack::Pages);
            break;
        }
        match tiff_page(&mut decoder, &mut left) {
            Ok((page, lacks)) => {
                seen.pages.push(page);
                seen.lacks = seen.lacks.or(lacks);
            }
            Err(lack) => seen.lacks = Some(lack),
        }
        if !decoder.more_images() || seen.lacks == Some(Lack::Large) {
            break;
        }
        if decoder.next_image().is_err() {
            seen.lacks = Some(Lack::Damaged);
            break;
        }
    }
    seen
}

fn tiff_page(decoder: &mut tiff::decoder::Decoder<Cursor<&[u8]>>, left: &mut u64) -> Page {
    use tiff::ColorType;
    use tiff::decoder::DecodingResult;
    let (width, height) = decoder.dimensions().map_err(|_| Lack::Damaged)?;
    fits(u64::from(width), u64::from(height))?;
    *left = left.checked_sub(u64::from(width) * u64::from(height)).ok_or(Lack::Large)?;
    let kind = decoder.colortype().map_err(|_| Lack::Unsupported)?;
    let dark_is_high = decoder.find_tag(tiff::tags::Tag::PhotometricInterpretation);
    let dark_is_high = dark_is_high.ok().flatten().and_then(|value| value.into_u32().ok()) == Some(0);
    let (bits, samples) = match kind {
        ColorType::Gray(bits) => (bits, 1),
        ColorType::GrayA(bits) => (bits, 2),
        ColorType::RGB(bits) => (bits, 3),
        ColorType::RGBA(bits) => (bits, 4),
        // brightness is the first of these
        ColorType::YCbCr(bits) | ColorType::Lab(bits) => (bits, 0),
        ColorType::CMYK(bits) => (bits, 5),
        _ => return Err(Lack::Unsupported),
    };
    let read = decoder.read_image().map_err(|error| match error {
        tiff::TiffError::UnsupportedError(_) => Lack::Unsupported,
        tiff::TiffError::LimitsExceeded => Lack::Large,
        _ => Lack::Damaged,
    })?;
    let bytes = match (read, bits) {
        (DecodingResult::U8(bytes), 8) => bytes,
        (DecodingResult::U8(packed), 1 | 2 | 4) if samples == 1 => {
            let per_row = (width as usize * usize::from(bits)).div_ceil(8);
            packed.chunks_exact(per_row.max(1)).flat_map(|row| unpack(row, bits, width)).collect()
        }
        (DecodingResult::U16(words), 16) => words.iter().map(|word| (word >> 8) as u8).collect(),
        _ => return Err(Lack::Unsupported),
    };
    let bytes: Vec<u8> = match samples {
        0 => bytes.chunks_exact(3).filter_map(|three| three.first().copied()).collect(),
        5 => bytes.chunks_exact(4).map(ink).collect(),
        _ if dark_is_high => bytes.iter().map(|grey| 255 - grey).collect(),
        _ => bytes,
    };
    whole(width, height, if matches!(samples, 0 | 5) { 1 } else { samples }, &bytes)
}

/// Brightness of four inks.
fn ink(inks: &[u8]) -> u8 {
    let [cyan, magenta, yellow, black] = inks else { return 255 };
    let left = |ink: u8| (u32::from(255 - ink) * u32::from(255 - *black) / 255) as u8;
    luma(left(*cyan), left(*magenta), left(*yellow))
}

/// A row of pixels that are less than a byte each, as bytes.
pub(super) fn unpack(row: &[u8], bits: u8, width: u32) -> impl Iterator<Item = u8> {
    let each = 8 / bits.clamp(1, 8);
    let most = (1_u32 << bits) - 1;
    row.iter()
        .flat_map(move |byte| (0..each).map(move |at| u32::from(*byte) >> (8 - bits * (at + 1)) & most))
        .take(width as usize)
        .map(move |value| (value * 255 / most) as u8)
}
