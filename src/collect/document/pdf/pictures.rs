//! The pictures on a PDF's pages: each is a member, as a JPEG or as a bitmap of its samples, and is examined like any other picture. Only
//! containers and colour tables are dealt with here; nothing is drawn.

use super::super::picture::faces::{self, ICON};
use super::super::picture::shape;
use super::super::{Member, Work};
use super::resolve;
use crate::model::evidence::{Encryption, GapKind, Part, PartKind};
use lopdf::{Dictionary, Document as Pdf, Object, ObjectId, Stream};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Pictures of a document that are examined.
const MOST: usize = 5_000;
/// Bytes that a picture's samples may have.
const MOST_BYTES: usize = 128 << 20;
/// Bytes of a JPEG that is packed once more.
const MOST_JPEG: usize = 32 << 20;
/// Bytes that the pictures of a document may have together when unpacked.
const MOST_UNPACKED: usize = 2 << 30;

/// What became of a document's pictures.
#[derive(Default)]
pub(super) struct Pictures {
    /// Those that were examined, and the mark of each that is one person's portrait.
    seen: HashMap<ObjectId, Option<u64>>,
    /// On how many pages each content stands that is a photograph.
    pages: HashMap<u64, u32>,
    /// Bytes unpacked so far.
    unpacked: usize,
    examined: usize,
    /// Pictures in a format that nothing here decodes.
    unread: usize,
    /// Pictures that broke off.
    damaged: usize,
    /// Pictures beyond what is unpacked.
    large: usize,
    full: bool,
}

impl Pictures {
    /// Examines the pictures of one page; the marks of those that are portraits of one person. A picture that stands on many pages is
    /// examined on the first.
    pub(super) fn page(&mut self, work: &mut Work<'_>, pdf: &Pdf, place: &str, pictures: &[ObjectId]) -> Vec<u64> {
        let (mut photographs, mut own) = (Vec::new(), 0);
        for id in pictures {
            if let Some(known) = self.seen.get(id) {
                photographs.extend(*known);
                continue;
            }
            let Ok(stream) = pdf.get_object(*id).and_then(Object::as_stream) else { continue };
            let Some(picture) = Picture::of(pdf, stream) else { continue };
            if self.full || self.examined >= MOST {
                self.full = true;
                break;
            }
            own += 1;
            self.examined += 1;
            let mark = self.one(work, &picture, &format!("{place} picture {own}"));
            self.seen.insert(*id, mark);
            photographs.extend(mark);
        }
        photographs.sort_unstable();
        // the same content twice is one picture of one person, or an ornament
        photographs.dedup();
        for mark in &photographs {
            *self.pages.entry(*mark).or_insert(0) += 1;
        }
        photographs
    }

    fn one(&mut self, work: &mut Work<'_>, picture: &Picture<'_>, name: &str) -> Option<u64> {
        let bytes = match picture.bytes(MOST_UNPACKED.saturating_sub(self.unpacked)) {
            Ok(bytes) => bytes,
            Err(kind) => {
                // what was unpacked in vain was unpacked all the same
                self.unpacked = self.unpacked.saturating_add(picture.size());
                match kind {
                    GapKind::Unsupported => self.unread += 1,
                    GapKind::Limit => self.large += 1,
                    _ => self.damaged += 1,
                }
                return None;
            }
        };
        self.unpacked = self.unpacked.saturating_add(bytes.len());
        let packed = Some(picture.stream.content.len() as u64);
        let member = Member { name, modified: None, encryption: Encryption::None, packed };
        let first = work.members.len();
        self.full = !work.may_open() || !work.member(&member, &mut bytes.as_slice());
        let found = work.members.get(first..).unwrap_or(&[]);
        let portrait =
            found.iter().flat_map(|row| &row.artifact.parts).any(|part| is_portrait(part, picture.width, picture.height));
        portrait.then(|| {
            let mut hasher = DefaultHasher::new();
            bytes.hash(&mut hasher);
            hasher.finish()
        })
    }

    /// Examines the pictures that no page names: what was taken off a page, masks, patterns.
    pub(super) fn unplaced(&mut self, work: &mut Work<'_>, pdf: &Pdf, named: &HashSet<ObjectId>) {
        let picture = |row: &(&ObjectId, &Object)| {
            let kind = row.1.as_stream().ok().and_then(|stream| stream.dict.get(b"Subtype").and_then(Object::as_name).ok());
            kind == Some(b"Image") && !named.contains(row.0)
        };
        let ids: Vec<ObjectId> = pdf.objects.iter().filter(picture).map(|row| *row.0).collect();
        self.page(work, pdf, "no page", &ids);
    }

    /// How many of a page's photographs stand there alone: one that is on several pages is a letterhead's.
    pub(super) fn own(&self, photographs: &[u64]) -> usize {
        photographs.iter().filter(|mark| self.pages.get(mark) == Some(&1)).count()
    }

    /// Names what was not looked at.
    pub(super) fn finish(self, work: &mut Work<'_>) {
        if self.unread > 0 {
            let reason =
                format!("{} pictures in a format that is not decoded (JPEG 2000 or rare colours): not looked at", self.unread);
            work.gap(GapKind::Unsupported, reason);
        }
        if self.damaged > 0 {
            work.gap(GapKind::Malformed, format!("{} pictures are damaged: not looked at", self.damaged));
        }
        if self.large > 0 {
            work.gap(GapKind::Limit, format!("{} pictures are too large, each or all together: not looked at", self.large));
        }
        if self.full {
            work.gap(GapKind::Limit, "more pictures than are looked at");
        }
    }
}

/// Whether what was found in a picture is a portrait of one person: a group's picture is nobody's own, and a strip is a letterhead's.
/// What nobody could look at has a portrait's sides, if nothing else.
fn is_portrait(part: &Part, width: usize, height: usize) -> bool {
    let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let (width, height) = (side(width), side(height));
    let own = part.kind == PartKind::Image && part.hidden.is_none();
    let Some(tally) = part.tallies.get("photograph").filter(|_| own && shape::of_one(width, height)) else { return false };
    let of_sides = shape::shape(width, height) == Some("portrait-shaped");
    tally.samples.iter().any(|sample| {
        let mut said = sample.mask.split(", ");
        let face = said.next().is_some_and(|what| faces::ONE.contains(&what));
        face || (of_sides && tally.confidence < faces::SEEN && !said.any(|what| what == faces::NONE))
    })
}

/// A picture that is large enough to show somebody, and not of black and white alone (those are pages of text).
struct Picture<'p> {
    pdf: &'p Pdf,
    stream: &'p Stream,
    filters: Vec<&'p [u8]>,
    width: usize,
    height: usize,
}

impl<'p> Picture<'p> {
    fn of(pdf: &'p Pdf, stream: &'p Stream) -> Option<Self> {
        let number = |key: &[u8]| {
            let value = stream.dict.get(key).ok().map(|value| resolve(pdf, value))?;
            usize::try_from(value.as_i64().ok()?).ok()
        };
        let filters = match stream.dict.get(b"Filter").ok().map(|filter| resolve(pdf, filter)) {
            Some(Object::Name(name)) => vec![name.as_slice()],
            Some(Object::Array(names)) => names.iter().filter_map(|name| resolve(pdf, name).as_name().ok()).collect(),
            _ => Vec::new(),
        };
        // a JPEG says itself how large it is, whatever is said of it
        let told =
            matches!(filters.last(), Some(&b"DCTDecode" | &b"DCT")).then(|| imagesize::blob_size(&stream.content).ok()).flatten();
        if let Some(size) = told {
            let found = Self { pdf, stream, filters, width: size.width, height: size.height };
            return (size.width.min(size.height) >= ICON as usize).then_some(found);
        }
        let (width, height) = (number(b"Width")?, number(b"Height")?);
        let mask = stream.dict.get(b"ImageMask").is_ok_and(|flag| matches!(resolve(pdf, flag), Object::Boolean(true)));
        let black_and_white = mask || number(b"BitsPerComponent") == Some(1);
        (width.min(height) >= ICON as usize && !black_and_white).then_some(Self { pdf, stream, filters, width, height })
    }

    /// Bytes of its samples, at most.
    fn size(&self) -> usize {
        self.width.saturating_mul(self.height).saturating_mul(4).min(MOST_BYTES)
    }

    /// The picture as a file, if it needs no more than so many bytes.
    fn bytes(&self, left: usize) -> Result<Vec<u8>, GapKind> {
        let most = left.min(MOST_BYTES);
        match self.filters.last() {
            Some(&b"DCTDecode" | &b"DCT") => {
                // a JPEG may be packed once more
                let outer: Vec<Object> =
                    self.filters.iter().rev().skip(1).rev().map(|name| Object::Name(name.to_vec())).collect();
                if outer.is_empty() {
                    return Ok(self.stream.content.clone());
                }
                let packed = Stream::new(filtered(outer, None), self.stream.content.clone());
                return packed.decompressed_content_with_limit(most.min(MOST_JPEG)).map_err(|_| GapKind::Malformed);
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
        let area = self.width.checked_mul(self.height).ok_or(GapKind::Limit)?;
        let (samples, whole) = (area.checked_mul(parts), area.checked_mul(parts.max(3)));
        let (Some(wanted), true) = (samples, whole.is_some_and(|whole| whole <= most)) else { return Err(GapKind::Limit) };
        // rows of predictors have a byte more each
        let limit = wanted.saturating_add(self.height).saturating_add(4_096);
        let names = self.filters.iter().map(|name| Object::Name(name.to_vec())).collect();
        let params = dict.get(b"DecodeParms").ok().map(|params| resolve(self.pdf, params).clone());
        let plain = Stream::new(filtered(names, params), self.stream.content.clone());
        let samples = plain.get_plain_content_with_limit(limit).map_err(|_| GapKind::Malformed)?;
        if samples.len() < wanted {
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

/// A dictionary that says how a stream is packed, and nothing else.
fn filtered(filters: Vec<Object>, params: Option<Object>) -> Dictionary {
    let mut dict = Dictionary::new();
    if !filters.is_empty() {
        dict.set("Filter", filters);
    }
    if let Some(params) = params {
        dict.set("DecodeParms", params);
    }
    dict
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::evidence::{Sample, Tally};

    #[test]
    fn a_portrait_shows_one_face_or_has_the_sides_of_one() {
        let part = |mask: &str, confidence: f32| {
            let samples = vec![Sample { line: 1, column: 1, mask: mask.to_owned(), confidence }];
            let tally = Tally { matches: 1, confidence, samples, ..Tally::default() };
            Part { kind: PartKind::Image, tallies: [("photograph".to_owned(), tally)].into(), ..Part::default() }
        };
        for (mask, confidence, width, height, portrait) in [
            ("a face", 0.95, 300, 380, true),
            ("a face, card-shaped", 0.95, 1011, 638, true),
            ("a face that is marked in the file", 0.95, 640, 480, true),
            // a group, a strip of a letterhead
            ("3 faces", 0.95, 300, 380, false),
            ("3 faces, portrait-shaped", 0.95, 300, 380, false),
            ("a face", 0.95, 900, 200, false),
            // looked at in vain, and not looked at
            ("a picture named by a number, no face seen, portrait-shaped", 0.7, 300, 380, false),
            ("a picture that was not looked at, portrait-shaped", 0.6, 300, 380, true),
            ("a picture that was not looked at", 0.6, 380, 300, false),
        ] {
            assert_eq!(is_portrait(&part(mask, confidence), width, height), portrait, "{mask} {width}x{height}");
        }
        let hidden = Part { hidden: Some("a thumbnail".to_owned()), ..part("a face", 0.95) };
        assert!(!is_portrait(&hidden, 300, 380) && !is_portrait(&Part::default(), 300, 380));
    }
}
