//! The pictures on a PDF's pages: each is a member, as a JPEG or as a bitmap of its samples, and is examined like any other picture. Only
//! containers and colour tables are dealt with here; nothing is drawn.

use super::super::picture::faces::ICON;
use super::super::{Member, Work};
use super::resolve;
use crate::model::evidence::{Encryption, GapKind};
use lopdf::{Dictionary, Document as Pdf, Object, ObjectId, Stream};
use std::collections::HashSet;

/// Pictures of a document that are examined.
const MOST: usize = 5_000;
/// Bytes that a picture's samples may have.
const MOST_BYTES: usize = 256 << 20;

/// What became of a document's pictures.
#[derive(Default)]
pub(super) struct Pictures {
    seen: HashSet<ObjectId>,
    /// Pictures in a format that nothing here decodes.
    unread: usize,
    /// Pictures that broke off.
    damaged: usize,
    full: bool,
}

impl Pictures {
    /// Examines the pictures of one page; how many of them are photographs of somebody. A picture that stands on many pages (a
    /// letterhead) is examined on the first.
    pub(super) fn page(&mut self, work: &mut Work<'_>, pdf: &Pdf, number: u32, pictures: &[ObjectId]) -> usize {
        let mut photographs = 0;
        let mut own = 0;
        for id in pictures {
            if !self.seen.insert(*id) {
                continue;
            }
            if self.full || self.seen.len() > MOST {
                self.full = true;
                return photographs;
            }
            let Ok(stream) = pdf.get_object(*id).and_then(Object::as_stream) else { continue };
            let Some(picture) = Picture::of(pdf, stream) else { continue };
            own += 1;
            let name = format!("page {number} picture {own}");
            let bytes = match picture.bytes() {
                Ok(bytes) => bytes,
                Err(GapKind::Unsupported) => {
                    self.unread += 1;
                    continue;
                }
                Err(_) => {
                    self.damaged += 1;
                    continue;
                }
            };
            let packed = Some(stream.content.len() as u64);
            let member = Member { name: &name, modified: None, encryption: Encryption::None, packed };
            let first = work.members.len();
            self.full = !work.may_open() || !work.member(&member, &mut bytes.as_slice());
            let found = work.members.get(first..).unwrap_or(&[]);
            let photograph =
                found.iter().any(|row| row.artifact.parts.iter().any(|part| part.tallies.contains_key("photograph")));
            photographs += usize::from(photograph);
        }
        photographs
    }

    /// Names what was not looked at.
    pub(super) fn finish(self, work: &mut Work<'_>) {
        if self.unread > 0 {
            let reason =
                format!("{} pictures in a format that is not decoded (JPEG 2000 or rare colours): not looked at", self.unread);
            work.gap(GapKind::Unsupported, reason);
        }
        if self.damaged > 0 {
            work.gap(GapKind::Malformed, format!("{} pictures are damaged or too large: not looked at", self.damaged));
        }
        if self.full {
            work.gap(GapKind::Limit, "more pictures than are looked at");
        }
    }
}

/// A picture that is large enough to show somebody, and not of black and white alone (those are pages of text).
struct Picture<'p> {
    pdf: &'p Pdf,
    stream: &'p Stream,
    width: usize,
    height: usize,
}

impl<'p> Picture<'p> {
    fn of(pdf: &'p Pdf, stream: &'p Stream) -> Option<Self> {
        let number = |key: &[u8]| {
            let value = stream.dict.get(key).ok().map(|value| resolve(pdf, value))?;
            usize::try_from(value.as_i64().ok()?).ok()
        };
        let (width, height) = (number(b"Width")?, number(b"Height")?);
        let mask = stream.dict.get(b"ImageMask").is_ok_and(|flag| matches!(resolve(pdf, flag), Object::Boolean(true)));
        let black_and_white = mask || number(b"BitsPerComponent") == Some(1);
        (width.min(height) >= ICON as usize && !black_and_white).then_some(Self { pdf, stream, width, height })
    }

    /// The picture as a file.
    fn bytes(&self) -> Result<Vec<u8>, GapKind> {
        let filters: Vec<&[u8]> = self.stream.filters().unwrap_or_default();
        match filters.last() {
            Some(&b"DCTDecode" | &b"DCT") => {
                // a JPEG may be packed once more
                let outer: Vec<Object> = filters.iter().rev().skip(1).rev().map(|name| Object::Name(name.to_vec())).collect();
                if outer.is_empty() {
                    return Ok(self.stream.content.clone());
                }
                let mut dict = Dictionary::new();
                dict.set("Filter", outer);
                let packed = Stream::new(dict, self.stream.content.clone());
                return packed.decompressed_content_with_limit(MOST_BYTES).map_err(|_| GapKind::Malformed);
            }
            Some(&b"JPXDecode" | &b"JBIG2Decode" | &b"CCITTFaxDecode" | &b"CCF" | &b"Crypt") => return Err(GapKind::Unsupported),
            _ => {}
        }
        let dict = &self.stream.dict;
        let bits = dict.get(b"BitsPerComponent").ok().and_then(|bits| resolve(self.pdf, bits).as_i64().ok());
        let space = dict.get(b"ColorSpace").ok().map(|space| resolve(self.pdf, space));
        let colours = space.and_then(|space| self.colours(space)).ok_or(GapKind::Unsupported)?;
        if bits != Some(8) {
            return Err(GapKind::Unsupported);
        }
        let parts = if let Colours::Direct(parts) = colours { parts } else { 1 };
        let size = self.width.checked_mul(self.height).and_then(|area| area.checked_mul(parts.max(3)));
        if size.is_none_or(|size| size > MOST_BYTES) {
            return Err(GapKind::Limit);
        }
        let samples = self.stream.get_plain_content_with_limit(MOST_BYTES).map_err(|_| GapKind::Malformed)?;
        if samples.len() < self.width * self.height * parts {
            return Err(GapKind::Malformed);
        }
        Ok(bitmap(self.width, self.height, &colours, &samples))
    }

    /// How samples of a colour space become red, green and blue; `None` for one that is not known here.
    fn colours(&self, space: &Object) -> Option<Colours> {
        if let Ok(name) = space.as_name() {
            return match name {
                b"DeviceGray" | b"G" | b"CalGray" => Some(Colours::Direct(1)),
                b"DeviceRGB" | b"RGB" | b"CalRGB" => Some(Colours::Direct(3)),
                b"DeviceCMYK" | b"CMYK" => Some(Colours::Direct(4)),
                _ => None,
            };
        }
        let list = space.as_array().ok()?;
        match list.first()?.as_name().ok()? {
            b"CalGray" => Some(Colours::Direct(1)),
            b"CalRGB" => Some(Colours::Direct(3)),
            b"ICCBased" => {
                let profile = resolve(self.pdf, list.get(1)?).as_stream().ok()?;
                let parts = resolve(self.pdf, profile.dict.get(b"N").ok()?).as_i64().ok()?;
                matches!(parts, 1 | 3 | 4).then_some(Colours::Direct(parts as usize))
            }
            b"Indexed" | b"I" => {
                let base = resolve(self.pdf, list.get(1)?);
                // a table of tables there is not
                let indexed = base.as_array().ok().and_then(|base| base.first()?.as_name().ok()) == Some(b"Indexed");
                let Some(Colours::Direct(parts)) = (!indexed).then(|| self.colours(base)).flatten() else { return None };
                let table = match resolve(self.pdf, list.get(3)?) {
                    Object::String(bytes, _) => bytes.clone(),
                    Object::Stream(stream) => stream.get_plain_content_with_limit(4 << 10).ok()?,
                    _ => return None,
                };
                Some(Colours::Table(table.chunks_exact(parts).map(red_green_blue).collect()))
            }
            _ => None,
        }
    }
}

enum Colours {
    /// So many parts a sample.
    Direct(usize),
    /// One byte a sample, looked up.
    Table(Vec<[u8; 3]>),
}

fn red_green_blue(parts: &[u8]) -> [u8; 3] {
    match *parts {
        [grey] => [grey; 3],
        [red, green, blue] => [red, green, blue],
        [cyan, magenta, yellow, black] => {
            let ink = |own: u8| (u32::from(255 - own) * u32::from(255 - black) / 255) as u8;
            [ink(cyan), ink(magenta), ink(yellow)]
        }
        _ => [0; 3],
    }
}

/// A Windows bitmap of 24 bits, top row first.
fn bitmap(width: usize, height: usize, colours: &Colours, samples: &[u8]) -> Vec<u8> {
    let stride = (width * 3).next_multiple_of(4);
    let mut out = Vec::with_capacity(54 + stride * height);
    let long = |out: &mut Vec<u8>, value: usize| out.extend((value as u32).to_le_bytes());
    out.extend(b"BM");
    for value in [54 + stride * height, 0, 54, 40, width] {
        long(&mut out, value);
    }
    out.extend((height as i32).wrapping_neg().to_le_bytes());
    out.extend([1, 0, 24, 0]);
    out.extend([0; 24]);
    let parts = if let Colours::Direct(parts) = colours { *parts } else { 1 };
    for row in samples.chunks_exact(width * parts).take(height) {
        for sample in row.chunks_exact(parts) {
            let [red, green, blue] = match (colours, sample) {
                (Colours::Table(table), [index]) => table.get(usize::from(*index)).copied().unwrap_or_default(),
                _ => red_green_blue(sample),
            };
            out.extend([blue, green, red]);
        }
        out.resize(out.len() + stride - width * 3, 0);
    }
    out
}
