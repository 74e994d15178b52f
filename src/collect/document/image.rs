//! Pictures: what kind, how large, and what their metadata says (place, owner, device). What is *in* the picture is not looked at.

use super::{Document, Head, Work};
use crate::detect::number::{photo_hints, photo_mark};
use crate::detect::text::TextScan;
use crate::model::classset::ClassSet;
use crate::model::evidence::{GapKind, Part, PartKind, PersonRow, Sample, SetTally, Tally};
use std::io::Read;

/// The reader.
pub(super) struct Image;
/// The reader.
pub(super) static DOCUMENT: Image = Image;

/// Bytes in which metadata is looked for.
const MOST: u64 = 64 << 20;
/// Pixels that the shorter side of a portrait has at least.
const PORTRAIT: usize = 64;

impl Document for Image {
    fn id(&self) -> &'static str {
        "image"
    }

    fn title(&self) -> &'static str {
        "Pictures: JPEG, PNG, GIF, WebP, BMP, TIFF, HEIC"
    }

    fn notes(&self) -> &'static str {
        "A JPEG or HEIC picture of at least 64 pixels counts as a photograph, any other picture only when it is named by a number or lies in a \
         folder of photographs. EXIF position, owner, artist and comments are read. Text, faces and codes inside a picture are not."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        let picture = matches!(head.kind, "jpeg" | "png" | "gif" | "webp" | "bmp" | "tiff" | "heic");
        if picture { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        let read = (&mut *work.bytes).take(MOST).read_to_end(&mut bytes)?;
        if read as u64 == MOST {
            work.gap(GapKind::Limit, format!("a picture of more than {MOST} bytes: metadata beyond them was not looked for"));
        }
        let mut part = Part { kind: PartKind::Image, records: 1, ..Part::default() };
        let mark = photo_mark(work.engine, work.head.path);
        let mut set = ClassSet::default();
        if is_photograph(work.head, &bytes, mark.is_some()) {
            let confidence = if mark.is_some() { 0.9 } else { 0.6 };
            set = set.union(tally(work, &mut part, "photograph", confidence, "picture"));
        }
        let mut said: Vec<String> = Vec::new();
        if let Some(exif) = exif(&bytes) {
            if exif.get_field(exif::Tag::GPSLatitude, exif::In::PRIMARY).is_some() {
                set = set.union(tally(work, &mut part, "gps_location", 0.95, "EXIF position"));
            }
            for tag in [exif::Tag::Artist, exif::Tag::Copyright, exif::Tag::ImageDescription, exif::Tag::UserComment] {
                if let Some(field) = exif.get_field(tag, exif::In::PRIMARY) {
                    said.push(text_of(&field.value));
                }
            }
        }
        if !set.is_empty() {
            part.sets.push(SetTally { set, records: 1 });
            let ids = mark.map_or_else(|| photo_hints(work.engine, work.head.path), |id| vec![id]);
            if !ids.is_empty() {
                part.rows.push(PersonRow { ids, set: 0 });
            }
        }
        work.parts.push(part);
        let mut scan = TextScan::new(work.engine);
        for (index, line) in said.iter().enumerate() {
            scan.line(index as u64 + 1, line);
        }
        let mut words = Part { label: "metadata".to_owned(), kind: PartKind::Properties, ..Part::default() };
        scan.finish(&mut words);
        if !words.tallies.is_empty() {
            work.parts.push(words);
        }
        Ok(())
    }
}

fn tally(work: &Work<'_>, part: &mut Part, class: &str, confidence: f32, what: &str) -> ClassSet {
    let Some(bit) = work.engine.bit(class) else { return ClassSet::default() };
    let samples = vec![Sample { line: 1, column: 1, mask: what.to_owned(), confidence }];
    part.tallies.insert(class.to_owned(), Tally { matches: 1, test_data: 0, confidence, samples });
    work.engine.with_parents(bit)
}

fn is_photograph(head: &Head<'_>, bytes: &[u8], numbered: bool) -> bool {
    if let Ok(size) = imagesize::blob_size(bytes)
        && size.width.min(size.height) < PORTRAIT
    {
        return false;
    }
    if numbered || matches!(head.kind, "jpeg" | "heic") {
        return true;
    }
    let folders: Vec<String> = head.path.rsplit('/').skip(1).take(3).map(str::to_lowercase).collect();
    folders.iter().any(|folder| {
        ["photo", "portrait", "headshot", "mugshot", "faces", "id-pictures"].iter().any(|word| folder.contains(word))
    })
}

fn exif(bytes: &[u8]) -> Option<exif::Exif> {
    exif::Reader::new().read_from_container(&mut std::io::Cursor::new(bytes)).ok()
}

fn text_of(value: &exif::Value) -> String {
    match value {
        exif::Value::Ascii(parts) => {
            parts.iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect::<Vec<_>>().join(" ")
        }
        exif::Value::Undefined(bytes, _) => {
            String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control()).take(4096).collect()
        }
        _ => String::new(),
    }
}
