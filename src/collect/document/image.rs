//! Pictures: what kind, how large, whether there is a face, and what their files say (place, owner, names of those shown). Who somebody
//! is, is told by names and numbers alone: a face is counted, never compared.

use super::super::ocr;
use super::picture::pixels::{Grey, Lack, MOST_PIXELS, see};
use super::picture::words::{self, Words};
use super::picture::{codes, faces, shape};
use super::{Document, Head, Member, Work};
use crate::detect::number::{photo_hints, photo_mark};
use crate::detect::table::{Header, TableScan};
use crate::detect::text::TextScan;
use crate::model::classset::ClassSet;
use crate::model::evidence::{Encryption, GapKind, Part, PartKind, PersonRow, Sample, SetTally, Tally};
use std::io::Read;

/// The reader.
pub(super) struct Image;
/// The reader.
pub(super) static DOCUMENT: Image = Image;

/// Bytes of a picture that are read.
const MOST: u64 = 64 << 20;
/// Pixels that the shorter side of a portrait has at least, where no face was seen.
const PORTRAIT: u32 = 64;
/// What looking for faces costs, in pixels decoded: in a portrait, and thoroughly.
const QUICK: u64 = 250_000;
const THOROUGH: u64 = 2_500_000;
/// What looking for codes costs, for each pixel that is kept.
const CODES: u64 = 4;

impl Document for Image {
    fn id(&self) -> &'static str {
        "image"
    }

    fn title(&self) -> &'static str {
        "Pictures: JPEG, PNG, GIF, WebP, BMP, TIFF, HEIC"
    }

    fn notes(&self) -> &'static str {
        "A picture is a photograph of a person when a face is seen in it (confidence 0.95), or when its file marks or names faces. Without a face \
         it still counts when it is named by a number (0.7) or lies in a folder of photographs (0.6): a silhouette, a face turned away. Any other \
         picture is none. Pictures that cannot be decoded (HEIC, damaged ones) count by name, JPEG and HEIC by kind (0.6), and the gap says that \
         nobody looked. Drawn faces are left out; of an animation the first picture is looked at, of a TIFF sixteen pages. EXIF, XMP, IPTC, \
         comments and texts are read: position, serial numbers of camera and lens, owner, captions, names of those shown; so are thumbnails that show more than the picture, and QR, \
         PDF417, Data Matrix, Aztec, Code 128 and Code 39. Text in the pixels is read with --ocr-models (docs/ocr.md)."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        let picture = matches!(head.kind, "jpeg" | "png" | "gif" | "webp" | "bmp" | "tiff" | "heic");
        if picture { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        let read = (&mut *work.bytes).take(MOST).read_to_end(&mut bytes)?;
        if read as u64 == MOST {
            work.gap(GapKind::Limit, format!("a picture of more than {MOST} bytes: the rest was not read"));
        }
        let words = words::read(work.head.kind, &bytes);
        let mark = photo_mark(work.engine, work.head.path);
        let named = if mark.is_some() { Some("a picture named by a number") } else { by_folder(work.head.path) };
        let seen = look(work, &bytes, &words, named.is_some());
        let mut part = Part { kind: PartKind::Image, records: 1, ..Part::default() };
        let mut set = ClassSet::default();
        if let Some((confidence, what)) = photograph(work.head.kind, &seen, &words, named, mark.is_some()) {
            let shape = seen.size.and_then(|(width, height)| shape::shape(width, height));
            let what = shape.map_or_else(|| what.clone(), |shape| format!("{what}, {shape}"));
            set = set.union(tally(work, &mut part, "photograph", confidence, &what));
        }
        if let Some(place) = words.position {
            set = set.union(tally(work, &mut part, "gps_location", 0.95, place));
        }
        if let Some(place) = words.serial {
            set = set.union(tally(work, &mut part, "device_id", 0.95, place));
        }
        let coded = read_codes(work, &seen, named.is_some());
        if !set.is_empty() {
            part.sets.push(SetTally { set, records: 1 });
            let mut ids = mark.map_or_else(|| photo_hints(work.engine, work.head.path), |id| vec![id]);
            // a bare number in stripes is that of whoever a table gives it to
            for text in coded.iter().filter(|text| text.len() <= 16) {
                ids.extend(photo_hints(work.engine, text).into_iter().filter(|hint| !ids.contains(hint)).collect::<Vec<_>>());
            }
            if !ids.is_empty() {
                part.rows.push(PersonRow { ids, set: 0 });
            }
        }
        work.parts.push(part);
        code_parts(work, &coded);
        thumbnails(work, &words, &seen);
        people(work, &words);
        metadata(work, &words);
        ocr::picture(work, &bytes);
        Ok(())
    }
}

/// What was seen in the pixels.
struct View {
    /// Width and height as it is shown.
    size: Option<(u32, u32)>,
    /// The pages, upright.
    pages: Vec<Grey>,
    /// How many faces; `None` if nobody looked.
    faces: Option<usize>,
}

/// Looks at the pixels. What is a photograph by its name is looked at quickly: nothing hangs on it.
fn look(work: &mut Work<'_>, bytes: &[u8], words: &Words, quickly: bool) -> View {
    let size = imagesize::blob_size(bytes).ok().map(|size| (size.width as u32, size.height as u32));
    let size = size.map(|(width, height)| if words.orientation >= 5 { (height, width) } else { (width, height) });
    let mut view = View { size, pages: Vec::new(), faces: None };
    if size.is_some_and(|(width, height)| width.min(height) < faces::ICON) {
        view.faces = Some(0);
        return view;
    }
    let area = size.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
    let cost = area.min(MOST_PIXELS) + if quickly { QUICK } else { THOROUGH };
    if !work.nest.spend(cost) {
        work.gap(GapKind::Limit, "more pictures inside than are looked at in the time there is: not looked at for faces");
        return view;
    }
    let seen = see(work.head.kind, bytes);
    match seen.lacks {
        None => {}
        Some(Lack::Unsupported) => {
            work.gap(GapKind::Unsupported, format!("{}: no decoder for it, not looked at for faces", work.head.kind));
        }
        Some(Lack::Damaged) if seen.pages.is_empty() => work.gap(GapKind::Malformed, "damaged: not looked at for faces"),
        Some(Lack::Damaged) => work.gap(GapKind::Malformed, "damaged: only a part was looked at for faces"),
        Some(Lack::Large) => work.gap(GapKind::Limit, format!("more than {MOST_PIXELS} pixels: not looked at for faces")),
        Some(Lack::Pages) => work.gap(GapKind::Limit, "more pages than are looked at for faces"),
    }
    view.pages = seen.pages.into_iter().map(|page| page.upright(words.orientation)).collect();
    if !view.pages.is_empty() {
        view.faces = Some(view.pages.iter().map(|page| faces::count(page, !quickly)).sum());
    }
    view
}

/// The texts of codes. A portrait has none; a card may.
fn read_codes(work: &mut Work<'_>, seen: &View, quickly: bool) -> Vec<String> {
    let mut out = Vec::new();
    for page in &seen.pages {
        let plain = quickly && shape::shape(page.width, page.height) != Some("card-shaped");
        if plain || !work.nest.spend(u64::from(page.width) * u64::from(page.height) * CODES) {
            continue;
        }
        out.extend(codes::read(page));
    }
    out.dedup();
    out
}

/// What codes say: licences and business cards as the records that they are, anything else as text.
fn code_parts(work: &mut Work<'_>, coded: &[String]) {
    let mut scan = TextScan::new(work.engine);
    let mut line = 0;
    for text in coded {
        if let Some(cells) = codes::licence(text) {
            let header = codes::LICENCE.iter().map(|row| row.0.to_owned()).collect();
            let mut table = TableScan::new(work.engine, Header::Given(header));
            table.row(1, cells.iter().map(String::as_str));
            let mut part = Part { label: "licence in a code".to_owned(), kind: PartKind::Table, ..Part::default() };
            table.finish(&mut part);
            work.parts.push(part);
        } else if text.starts_with("BEGIN:") && work.may_open() {
            let member = Member { name: "code", modified: None, encryption: Encryption::None, packed: None };
            work.member(&member, &mut text.as_bytes());
        } else {
            for own in text.lines() {
                line += 1;
                scan.line(line, own);
            }
            scan.line(line, "");
        }
    }
    let mut part = Part { label: "codes".to_owned(), kind: PartKind::Text, ..Part::default() };
    scan.finish(&mut part);
    if !part.tallies.is_empty() {
        work.parts.push(part);
    }
}

/// Whether it is a photograph of a person, how sure, and why.
fn photograph(kind: &str, seen: &View, words: &Words, named: Option<&str>, numbered: bool) -> Option<(f32, String)> {
    let small = seen.size.is_some_and(|(width, height)| width.min(height) < PORTRAIT);
    match seen.faces {
        Some(1) => return Some((faces::SEEN, faces::ONE[0].to_owned())),
        Some(many @ 2..) => return Some((faces::SEEN, format!("{many} faces"))),
        _ => {}
    }
    if words.faces > 0 || !words.people.is_empty() {
        return Some((faces::SEEN, faces::ONE[1].to_owned()));
    }
    match (named, seen.faces) {
        _ if small => None,
        (Some(named), None) => Some((if numbered { 0.9 } else { 0.6 }, named.to_owned())),
        (Some(named), Some(_)) => Some((if numbered { 0.7 } else { 0.6 }, format!("{named}, {}", faces::NONE))),
        (None, None) if matches!(kind, "jpeg" | "heic") => Some((0.6, "a picture that was not looked at".to_owned())),
        _ => None,
    }
}

fn by_folder(path: &str) -> Option<&'static str> {
    let folders: Vec<String> = path.rsplit('/').skip(1).take(3).map(str::to_lowercase).collect();
    let photographs = |folder: &String| {
        ["photo", "portrait", "headshot", "mugshot", "faces", "id-pictures"].iter().any(|word| folder.contains(word))
    };
    folders.iter().any(photographs).then_some("a picture in a folder of photographs")
}

/// Thumbnails with somebody in them who is not in the picture: what was cropped or painted over is still there.
fn thumbnails(work: &mut Work<'_>, words: &Words, seen: &View) {
    // a thumbnail lies as the stored pixels do
    let Some(page) = seen.pages.first().filter(|_| !words.thumbnails.is_empty()) else { return };
    let stored = page.clone().upright(match words.orientation {
        6 => 8,
        8 => 6,
        other => other,
    });
    for other in words::others(words, &stored) {
        let found = faces::count(&other.upright(words.orientation), true);
        if found == 0 || !work.nest.spend(THOROUGH) {
            continue;
        }
        let hidden = Some("a thumbnail that shows something else than the picture".to_owned());
        let mut part = Part { label: "thumbnail".to_owned(), kind: PartKind::Image, hidden, records: 1, ..Part::default() };
        let what = if found == 1 { "a face".to_owned() } else { format!("{found} faces") };
        let set = tally(work, &mut part, "photograph", 0.95, &what);
        part.sets.push(SetTally { set, records: 1 });
        work.parts.push(part);
    }
}

/// The people that the file says are in the picture: each is a record of a name and a photograph.
fn people(work: &mut Work<'_>, words: &Words) {
    if words.people.is_empty() {
        return;
    }
    let mut table = TableScan::new(work.engine, Header::Given(vec!["full name".to_owned(), "photo file".to_owned()]));
    for (index, name) in words.people.iter().enumerate() {
        table.row(index as u64 + 1, [name.as_str(), "face.jpg"].into_iter());
    }
    let mut part = Part { label: "people marked in the picture".to_owned(), kind: PartKind::Table, ..Part::default() };
    table.finish(&mut part);
    work.parts.push(part);
}

fn metadata(work: &mut Work<'_>, words: &Words) {
    if words.cut {
        work.gaps.push(crate::model::evidence::Gap {
            at: "metadata".to_owned(),
            kind: GapKind::Limit,
            reason: "metadata that breaks off, or more of it than is read".to_owned(),
        });
    }
    let mut scan = TextScan::new(work.engine);
    for (index, line) in words.lines.iter().flat_map(|line| line.lines()).enumerate() {
        scan.line(index as u64 + 1, line);
    }
    let mut part = Part { label: "metadata".to_owned(), kind: PartKind::Properties, ..Part::default() };
    scan.finish(&mut part);
    if !part.tallies.is_empty() {
        work.parts.push(part);
    }
}

fn tally(work: &Work<'_>, part: &mut Part, class: &str, confidence: f32, what: &str) -> ClassSet {
    let Some(bit) = work.engine.bit(class) else { return ClassSet::default() };
    let samples = vec![Sample { line: 1, column: 1, mask: what.to_owned(), confidence }];
    part.tallies.insert(class.to_owned(), Tally { matches: 1, test_data: 0, confidence, samples });
    work.engine.with_parents(bit)
}
