//! What a picture's file says in words: EXIF, XMP, IPTC, comments. One list of labelled lines, the people it names, whether it holds a
//! position, which way up it is, and the small pictures that it carries of itself.

use super::pixels::{Grey, see};
use super::{iptc, segments, serial, xmp};
use exif::{Context, Exif, Field, In, Tag, Value};
use std::collections::HashSet;

/// Bytes of text that are kept.
const MOST_TEXT: usize = 1 << 20;
/// EXIF fields that say something of people.
const SAYS: &[(Tag, &str)] = &[
    (Tag::Artist, "Artist"),
    (Tag::Copyright, "Copyright"),
    (Tag::ImageDescription, "Description"),
    (Tag::UserComment, "Comment"),
    (Tag(Context::Exif, 0xa430), "Owner"),
    (Tag(Context::Tiff, 0x9c9b), "Title"),
    (Tag(Context::Tiff, 0x9c9c), "Comment"),
    (Tag(Context::Tiff, 0x9c9d), "Author"),
    (Tag(Context::Tiff, 0x9c9e), "Keywords"),
    (Tag(Context::Tiff, 0x9c9f), "Subject"),
];

/// What the file says.
#[derive(Default)]
pub(crate) struct Words {
    /// Labelled lines, each once.
    pub(crate) lines: Vec<String>,
    /// Names of people who are in the picture.
    pub(crate) people: Vec<String>,
    /// Faces that somebody marked.
    pub(crate) faces: usize,
    /// Where the position stands, if there is one.
    pub(crate) position: Option<&'static str>,
    /// Where the serial number of the camera or its lens stands, if there is one.
    pub(crate) serial: Option<&'static str>,
    /// Which way up the pixels are (EXIF orientation).
    pub(crate) orientation: u32,
    /// Small pictures of it.
    pub(crate) thumbnails: Vec<Vec<u8>>,
    /// Whether something was left out.
    pub(crate) cut: bool,
}

/// Reads them.
pub(crate) fn read(kind: &str, bytes: &[u8]) -> Words {
    let mut words = Words { orientation: 1, ..Words::default() };
    let mut pieces = segments::pieces(kind, bytes);
    let mut lines: Vec<String> = Vec::new();
    if let Ok(exif) =
        exif::Reader::new().continue_on_error(true).read_from_container(&mut std::io::Cursor::new(bytes)).or_else(part)
    {
        from_exif(&exif, &mut words, &mut lines, &mut pieces);
    }
    for packet in &pieces.xmp {
        let said = xmp::read(packet);
        words.people.extend(said.people);
        words.faces += said.faces;
        words.cut |= said.cut;
        if said.position {
            words.position = words.position.or(Some("XMP position"));
        }
        if said.serial {
            words.serial = words.serial.or(Some("XMP serial number"));
        }
        lines.extend(said.lines);
    }
    lines.extend(pieces.iptc.iter().flat_map(|block| iptc::lines(block)));
    lines.append(&mut pieces.texts);
    words.cut |= pieces.cut;
    words.thumbnails.append(&mut pieces.thumbnails);
    words.people.sort_unstable();
    words.people.dedup();
    // the same caption stands in EXIF, XMP and IPTC: it was written once
    let (mut seen, mut bytes) = (HashSet::new(), 0);
    for line in lines {
        let value = line.split_once(": ").map_or(line.as_str(), |row| row.1).trim();
        if value.is_empty() || !seen.insert(value.to_owned()) {
            continue;
        }
        bytes += line.len();
        if bytes > MOST_TEXT {
            words.cut = true;
            break;
        }
        words.lines.push(line);
    }
    words
}

/// What could be read of damaged EXIF.
fn part(error: exif::Error) -> Result<Exif, exif::Error> {
    error.distill_partial_result(|_| {})
}

fn from_exif(exif: &Exif, words: &mut Words, lines: &mut Vec<String>, pieces: &mut segments::Pieces) {
    let field = |tag: Tag| exif.get_field(tag, In::PRIMARY);
    if field(Tag::GPSLatitude).is_some() {
        words.position = Some("EXIF position");
    }
    words.serial = serial::find(exif);
    if let Some(turned) = field(Tag::Orientation).and_then(|field| field.value.get_uint(0)) {
        words.orientation = turned;
    }
    for (tag, label) in SAYS {
        let text = field(*tag).map(text_of).unwrap_or_default();
        if !text.trim().is_empty() {
            lines.push(format!("{label}: {}", text.trim()));
        }
    }
    // TIFF keeps the others' blocks in fields of its own
    for (tag, into) in [(700, 0), (33_723, 1), (34_377, 2)] {
        let bytes = match field(Tag(Context::Tiff, tag)).map(|field| &field.value) {
            Some(Value::Byte(bytes) | Value::Undefined(bytes, _)) => bytes.clone(),
            Some(Value::Long(longs)) => {
                longs.iter().flat_map(|long| if exif.little_endian() { long.to_le_bytes() } else { long.to_be_bytes() }).collect()
            }
            _ => continue,
        };
        match into {
            0 => pieces.xmp.push(bytes),
            1 => pieces.iptc.push(bytes),
            _ => segments::photoshop(&bytes, pieces),
        }
    }
    let place = |tag: Tag| exif.get_field(tag, In::THUMBNAIL).and_then(|field| field.value.get_uint(0)).map(|at| at as usize);
    if let (Some(from), Some(length)) = (place(Tag::JPEGInterchangeFormat), place(Tag::JPEGInterchangeFormatLength)) {
        words.thumbnails.extend(exif.buf().get(from..from.saturating_add(length)).map(<[u8]>::to_vec));
    }
}

fn text_of(field: &Field) -> String {
    let plain =
        |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control()).take(65_536).collect::<String>();
    match &field.value {
        Value::Ascii(parts) => parts.iter().map(|part| plain(part)).collect::<Vec<_>>().join(" "),
        // Windows writes UTF-16 as bytes
        Value::Byte(bytes) => plain(encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.as_bytes()),
        Value::Undefined(bytes, _) => match bytes.strip_prefix(b"UNICODE\0") {
            Some(wide) if wide.first() == Some(&0) => plain(encoding_rs::UTF_16BE.decode(wide).0.as_bytes()),
            Some(wide) => plain(encoding_rs::UTF_16LE.decode(wide).0.as_bytes()),
            None => plain(bytes.strip_prefix(b"ASCII\0\0\0").unwrap_or(bytes)),
        },
        _ => String::new(),
    }
}

/// The thumbnails that show something else than the picture does: the shot before it was cropped, or before something was painted over.
pub(crate) fn others(words: &Words, page: &Grey) -> Vec<Grey> {
    let small = words.thumbnails.iter().take(4).filter_map(|bytes| see("jpeg", bytes).pages.into_iter().next());
    small.map(unframed).filter(|thumbnail| thumbnail.width.min(thumbnail.height) >= 16 && differs(thumbnail, page)).collect()
}

/// A thumbnail without the black bars that cameras put above and below.
fn unframed(page: Grey) -> Grey {
    let width = page.width as usize;
    let dark = |grey: &u8| *grey < 24;
    let rows: Vec<&[u8]> = page.pixels.chunks_exact(width.max(1)).collect();
    let row = |y: usize| rows.get(y).is_some_and(|row| row.iter().all(dark));
    let column = |x: usize| rows.iter().filter_map(|row| row.get(x)).all(dark);
    let (mut top, mut bottom, mut left, mut right) = (0, rows.len(), 0, width);
    while top < bottom && row(top) {
        top += 1;
    }
    while bottom > top && row(bottom - 1) {
        bottom -= 1;
    }
    while left < right && column(left) {
        left += 1;
    }
    while right > left && column(right - 1) {
        right -= 1;
    }
    if top >= bottom || left >= right {
        return page;
    }
    let pixels = rows.iter().take(bottom).skip(top).flat_map(|row| row.get(left..right).unwrap_or(&[]).iter().copied()).collect();
    Grey { width: (right - left) as u32, height: (bottom - top) as u32, pixels }
}

/// Whether two pictures have other sides, or the same and much else in them.
fn differs(thumbnail: &Grey, page: &Grey) -> bool {
    let ratio = |page: &Grey| f64::from(page.width) / f64::from(page.height.max(1));
    // a pixel or two of rounding are nothing
    let allowed = 0.03 + 2.0 / f64::from(thumbnail.width.min(thumbnail.height).max(1));
    if (ratio(thumbnail) / ratio(page) - 1.0).abs() > allowed {
        return true;
    }
    let cells = |page: &Grey| -> Vec<i64> {
        let (width, height) = (page.width as usize, page.height as usize);
        let mut sums = [(0_i64, 0_i64); 64];
        for (y, row) in page.pixels.chunks_exact(width.max(1)).enumerate() {
            for (x, grey) in row.iter().enumerate() {
                if let Some(cell) = sums.get_mut(y * 8 / height.max(1) * 8 + x * 8 / width.max(1)) {
                    *cell = (cell.0 + i64::from(*grey), cell.1 + 1);
                }
            }
        }
        sums.iter().map(|(sum, count)| sum / (*count).max(1)).collect()
    };
    let (one, other) = (cells(thumbnail), cells(page));
    // four of sixty-four squares that are quite another grey
    one.iter().zip(&other).filter(|(one, other)| (**one - **other).abs() > 60).count() >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, height: u32, at: impl Fn(u32, u32) -> u8) -> Grey {
        Grey { width, height, pixels: (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect() }
    }

    #[test]
    fn a_thumbnail_that_shows_more_is_told_from_one_that_is_framed() {
        let slope = |x: u32, y: u32| (40 + (x + y) % 200) as u8;
        let page = grey(300, 200, slope);
        let scaled = page.shrunk(120);
        assert!(!differs(&scaled, &page));
        let framed = grey(120, 90, |x, y| if (5..85).contains(&y) { scaled.pixels[((y - 5) * 120 + x) as usize] } else { 0 });
        assert!(!differs(&unframed(framed), &page));
        assert!(differs(&grey(120, 120, slope), &page), "other sides");
        let painted = grey(300, 200, |x, y| if x < 150 { 0 } else { slope(x, y) });
        assert!(differs(&scaled, &painted), "painted over");
    }
}
