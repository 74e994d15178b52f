//! Office files: a zip of XML. Members are inflated one at a time, counted against the limits, and their XML is streamed.

use super::super::xlsx::xml::Throttle;
use super::super::{Member, Metered, Work};
use super::Story;
use crate::collect::decode;
use crate::model::evidence::{Encryption, GapKind, PartKind};
use quick_xml::events::{BytesStart, Event};
use std::cell::Cell;
use std::io::{BufRead, BufReader, Cursor, Read};
use zip::ZipArchive;

/// Bytes that one tag or one stretch of text may have: a picture in base64 has some, a bomb has all that it expands to.
const MOST_EVENT: u64 = 32 << 20;

/// An opened office file.
pub(in super::super) struct Package {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    /// Its members' names with their places, in order of the names' numbers.
    pub(in super::super) names: Vec<(String, usize)>,
}

/// A piece of XML as readers see it: names without prefix.
#[derive(Clone, Copy)]
pub(in super::super) enum Piece<'e> {
    /// An element begins.
    Open(&'e str, &'e BytesStart<'e>),
    /// An element ends.
    Close(&'e str),
    /// Text.
    Text(&'e str),
}

/// `slide2` before `slide10`.
fn natural(name: &str) -> (String, u64) {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let digits = stem.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (text, number) = stem.split_at(stem.len() - digits);
    (text.to_owned(), number.parse().unwrap_or(0))
}

/// An attribute's value, by its name without prefix.
pub(in super::super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    attributes.with_checks(false);
    let found = attributes.flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let value = found.normalized_value(quick_xml::XmlVersion::Explicit1_0);
    Some(value.map_or_else(|_| found.value.clone().into_owned(), std::borrow::Cow::into_owned))
}

/// Whether a switch of Office is on: it is there and not said to be off.
pub(in super::super) fn is_on(tag: &BytesStart<'_>) -> bool {
    !matches!(attribute(tag, "val").as_deref(), Some("0" | "false" | "off"))
}

/// Gives every piece of an XML text; `false` if it is broken somewhere.
pub(in super::super) fn xml(source: &mut dyn Read, each: &mut dyn FnMut(Piece<'_>)) -> std::io::Result<bool> {
    let since = Cell::new(0);
    let mut raw = BufReader::new(Throttle { inner: source, since: &since, most: MOST_EVENT });
    let encoding = match raw.fill_buf()? {
        [0xff, 0xfe, ..] => encoding_rs::UTF_16LE,
        [0xfe, 0xff, ..] => encoding_rs::UTF_16BE,
        _ => encoding_rs::UTF_8,
    };
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(decode::Utf8::new(raw, encoding)));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        since.set(0);
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => each(Piece::Open(tag.local_name().as_ref(), &tag)),
            Ok(Event::Empty(tag)) => {
                each(Piece::Open(tag.local_name().as_ref(), &tag));
                each(Piece::Close(tag.local_name().as_ref()));
            }
            Ok(Event::End(tag)) => each(Piece::Close(tag.local_name().as_ref())),
            Ok(Event::Text(text)) => each(Piece::Text(&text.xml10_content())),
            Ok(Event::CData(text)) => each(Piece::Text(&text.xml10_content())),
            Ok(Event::GeneralRef(entity)) => {
                if let Ok(Some(c)) = entity.resolve_char_ref() {
                    each(Piece::Text(c.encode_utf8(&mut [0; 4])));
                } else if let Some(text) = quick_xml::escape::resolve_predefined_entity(&entity) {
                    each(Piece::Text(text));
                }
            }
            Ok(Event::Eof) => return Ok(true),
            Ok(_) => {}
            Err(quick_xml::Error::Io(error)) => return Err(std::io::Error::new(error.kind(), "inflating")),
            Err(_) => return Ok(false),
        }
    }
}

impl Package {
    /// Opens it; `None` and a gap if it is no zip or too large.
    pub(in super::super) fn open(work: &mut Work<'_>) -> std::io::Result<Option<Self>> {
        let Some(bytes) = work.whole()? else { return Ok(None) };
        let Ok(zip) = ZipArchive::new(Cursor::new(bytes)) else {
            work.gap(GapKind::Malformed, "its directory of members is broken: nothing of it was read");
            return Ok(None);
        };
        let mut names = Vec::new();
        let mut odd = 0;
        for index in 0..zip.len() {
            match zip.name_for_index(index) {
                Some(Ok(name)) => names.push((name.trim_start_matches('/').replace('\\', "/"), index)),
                _ => odd += 1,
            }
        }
        if odd > 0 {
            work.gap(GapKind::Malformed, format!("{odd} members have names that cannot be read: they were not read"));
        }
        names.sort_by_cached_key(|row| natural(&row.0));
        Ok(Some(Self { zip, names }))
    }

    /// Names of members below a folder with an ending.
    pub(in super::super) fn below(&self, folder: &str, ending: &str) -> Vec<String> {
        let fits = |name: &&(String, usize)| name.0.starts_with(folder) && name.0.ends_with(ending) && !name.0.ends_with('/');
        self.names.iter().filter(fits).map(|row| row.0.clone()).collect()
    }

    /// Files inside that are no piece of the format itself: embedded ones, pictures, and whatever else somebody put there.
    pub(in super::super) fn files(&self) -> Vec<String> {
        let own = |name: &str| {
            let folders = ["META-INF/", "Configurations2/", "Thumbnails/", "docProps/thumbnail", "_rels/"];
            let endings =
                [".xml", ".rels", ".vml", ".odttf", ".fntdata", "vbaProject.bin", "/", "mimetype", "layout-cache", ".rdf"];
            let printer = name.contains("/printerSettings") || name.contains("/activeX/");
            printer || folders.iter().any(|start| name.starts_with(start)) || endings.iter().any(|end| name.ends_with(end))
        };
        self.names.iter().map(|row| row.0.clone()).filter(|name| !own(name)).collect()
    }

    /// Whether there is a member whose name begins so; a gap, and all members as files, if not: it is not what it looked like.
    pub(in super::super) fn is_about(&mut self, work: &mut Work<'_>, start: &str) -> bool {
        if self.names.iter().any(|row| row.0.starts_with(start)) {
            return true;
        }
        work.gap(GapKind::Malformed, "its main part is missing: what is in it was read as files");
        let all: Vec<String> = self.names.iter().map(|row| row.0.clone()).filter(|name| !name.ends_with('/')).collect();
        self.members(work, &all);
        false
    }

    /// Streams the XML of a member. What goes wrong is a gap.
    pub(in super::super) fn xml(&mut self, work: &mut Work<'_>, name: &str, each: &mut dyn FnMut(Piece<'_>)) {
        let Some(index) = self.names.iter().find(|row| row.0 == name).map(|row| row.1) else { return };
        let nest = work.nest;
        let (outcome, hit) = if let Ok(mut file) = self.zip.by_index(index) {
            let ratio = file.compressed_size().saturating_mul(work.limits.ratio).max(64 << 20).min(work.limits.whole_bytes);
            let mut metered = Metered { inner: &mut file, left: ratio, nest, hit: false };
            (xml(&mut metered, each), metered.hit)
        } else {
            work.gap(GapKind::Malformed, "a member cannot be unpacked: it was not read");
            return;
        };
        if hit {
            work.gap(GapKind::Limit, "a member expands beyond the limits: the rest of it was not read");
        } else if !matches!(outcome, Ok(true)) {
            work.gap(GapKind::Malformed, "a member's XML is broken: the rest of it was not read");
        }
    }

    /// Files inside it are examined as files.
    pub(in super::super) fn members(&mut self, work: &mut Work<'_>, names: &[String]) {
        if names.is_empty() || !work.may_open() {
            return;
        }
        for name in names {
            let Some(index) = self.names.iter().find(|row| row.0 == *name).map(|row| row.1) else { continue };
            let Ok(mut file) = self.zip.by_index(index) else {
                let member = Member { name, modified: None, encryption: Encryption::None, packed: None };
                work.unread_member(&member, GapKind::Malformed, "it cannot be unpacked");
                continue;
            };
            let packed = Some(file.compressed_size());
            let member = Member { name, modified: None, encryption: Encryption::None, packed };
            if !work.member(&member, &mut file) {
                return;
            }
        }
    }

    /// `docProps`: who made it, its title, its own fields.
    pub(in super::super) fn properties(&mut self, work: &mut Work<'_>, people: &[String]) {
        let mut pairs: Vec<(String, String)> = people.iter().map(|name| ("author".to_owned(), name.clone())).collect();
        for name in ["docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"] {
            let (mut key, mut value) = (String::new(), String::new());
            self.xml(work, name, &mut |piece| match piece {
                Piece::Open("property", tag) => key = attribute(tag, "name").unwrap_or_default(),
                Piece::Open(name, _) => {
                    if name != "lpwstr" {
                        key = if name == "lastModifiedBy" { "last modified by".to_owned() } else { name.to_owned() };
                    }
                    value.clear();
                }
                Piece::Text(text) => value.push_str(text),
                Piece::Close(_) => {
                    let taken = std::mem::take(&mut value);
                    let machine = ["Template", "Application", "AppVersion", "DocSecurity", "created", "modified", "lpstr"];
                    let worth = taken.bytes().any(|byte| !byte.is_ascii_digit() && byte != b'.') && !taken.trim().is_empty();
                    if worth && !machine.contains(&key.as_str()) && taken != "true" && taken != "false" && pairs.len() < 10_000 {
                        pairs.push((key.clone(), taken));
                    }
                }
            });
        }
        super::properties(work.engine, &pairs, &mut work.parts);
    }

    /// Targets of a relations file that name somebody: addresses to write to.
    pub(in super::super) fn links(&mut self, work: &mut Work<'_>, names: &[String]) {
        let mut story = Story::new(work.engine, "links", PartKind::Text);
        for name in names {
            self.xml(work, name, &mut |piece| {
                if let Piece::Open("Relationship", tag) = piece
                    && let Some(target) = attribute(tag, "Target").filter(|_| attribute(tag, "TargetMode").is_some())
                {
                    story.line(&unescape_url(&target));
                }
            });
        }
        let mut parts = Vec::new();
        story.finish(&mut parts);
        parts.retain(|part| !part.tallies.is_empty());
        work.parts.append(&mut parts);
    }

    /// Drawing text (slides, diagrams, charts, modern comments): paragraphs `a:p`, tables `a:tbl`, cached values of charts.
    pub(in super::super) fn drawing(&mut self, work: &mut Work<'_>, name: &str, story: &mut Story<'_>) -> bool {
        self.slide(work, name, story, None).0
    }

    /// The same for a slide of this size: what lies outside of it is hidden. Also how many pictures show only a piece of themselves.
    pub(in super::super) fn slide(
        &mut self,
        work: &mut Work<'_>,
        name: &str,
        story: &mut Story<'_>,
        size: Option<(i64, i64)>,
    ) -> (bool, u64) {
        let mut reader = Drawing { size, ..Drawing::default() };
        self.xml(work, name, &mut |piece| reader.piece(piece, story));
        while reader.hidden > 0 {
            story.show();
            reader.hidden -= 1;
        }
        (reader.not_shown, reader.cropped)
    }

    /// All text of a member, each element that has some a paragraph.
    pub(in super::super) fn all_text(&mut self, work: &mut Work<'_>, name: &str, story: &mut Story<'_>) {
        self.xml(work, name, &mut |piece| match piece {
            Piece::Text(text) => story.push(text),
            Piece::Open(..) | Piece::Close(_) => {
                if story.is_open() {
                    story.paragraph();
                }
            }
        });
    }
}

/// Bytes with their escapes resolved: `%40` in links, `=40` in mail.
pub(in super::super) fn unescape(text: &str, marker: u8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| u8::from_str_radix(two, 16).ok());
        let escaped = hex.filter(|_| *first == marker);
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { tail.get(2..).unwrap_or(&[]) } else { tail };
    }
    bytes
}

/// What of a link is read: an address, without escapes.
pub(in super::super) fn unescape_url(url: &str) -> String {
    let bytes = unescape(url, b'%');
    let text = String::from_utf8_lossy(&bytes).into_owned();
    text.strip_prefix("mailto:").or_else(|| text.strip_prefix("tel:")).unwrap_or(&text).replace(['?', '&'], " ")
}

/// The share of a picture from which its being cut matters, in thousandths of a hundredth.
const CROPPED: i64 = 5_000;

/// State of a drawing that is read.
#[derive(Default)]
struct Drawing {
    taken: bool,
    field: bool,
    /// Shapes that are hidden: what is in them is.
    hidden: usize,
    shapes: Vec<bool>,
    not_shown: bool,
    fallback: usize,
    /// Width and height of the slide.
    size: Option<(i64, i64)>,
    /// Where the shape begins that is being read.
    corner: Option<(i64, i64)>,
    /// Pictures of which a piece is cut away.
    cropped: u64,
    /// The run is too small to be seen.
    small: bool,
}

impl Drawing {
    fn piece(&mut self, piece: Piece<'_>, story: &mut Story<'_>) {
        if self.fallback > 0 {
            match piece {
                Piece::Open("Fallback", _) => self.fallback += 1,
                Piece::Close("Fallback") => self.fallback -= 1,
                _ => {}
            }
            return;
        }
        match piece {
            Piece::Open("Fallback", _) => self.fallback = 1,
            Piece::Open("sld", tag) => self.not_shown |= matches!(attribute(tag, "show").as_deref(), Some("0" | "false")),
            Piece::Open("fld", tag) => {
                self.field = attribute(tag, "type").is_some_and(|kind| kind == "slidenum" || kind.starts_with("datetime"));
            }
            Piece::Close("fld") => self.field = false,
            Piece::Open("sp" | "graphicFrame" | "pic" | "grpSp" | "cxnSp", _) => self.shapes.push(false),
            Piece::Open("cNvPr", tag) => {
                let hidden = matches!(attribute(tag, "hidden").as_deref(), Some("1" | "true"));
                if hidden && let Some(shape) = self.shapes.last_mut().filter(|shape| !**shape) {
                    *shape = true;
                    self.hidden += 1;
                    story.hide("hidden shape");
                }
                for name in ["title", "descr"] {
                    if let Some(text) = attribute(tag, name).filter(|text| !text.trim().is_empty()) {
                        story.line(&text);
                    }
                }
            }
            Piece::Open("off", tag) if self.shapes.len() == 1 => {
                let number = |name: &str| attribute(tag, name).and_then(|text| text.parse::<i64>().ok());
                self.corner = number("x").zip(number("y"));
            }
            Piece::Open("ext", tag) if self.shapes.len() == 1 => {
                let number = |name: &str| attribute(tag, name).and_then(|text| text.parse::<i64>().ok());
                if let (Some((x, y)), Some((wide, high)), Some((width, height))) =
                    (self.corner.take(), number("cx").zip(number("cy")), self.size)
                {
                    let outside = x >= width || y >= height || x.saturating_add(wide) <= 0 || y.saturating_add(high) <= 0;
                    if outside && let Some(shape) = self.shapes.last_mut().filter(|shape| !**shape) {
                        *shape = true;
                        self.hidden += 1;
                        story.hide("shape outside the slide");
                    }
                }
            }
            Piece::Open("srcRect", tag) => {
                // in thousandths of a hundredth
                let cut: i64 = ["l", "t", "r", "b"]
                    .iter()
                    .filter_map(|side| attribute(tag, side)?.parse::<i64>().ok())
                    .filter(|share| *share > 0)
                    .fold(0, i64::saturating_add);
                self.cropped += u64::from(cut >= CROPPED);
            }
            Piece::Open("rPr", tag) => {
                self.small = attribute(tag, "sz").and_then(|size| size.parse::<u32>().ok()).is_some_and(|size| size <= 200);
            }
            Piece::Close("r") => self.small = false,
            Piece::Close("sp" | "graphicFrame" | "pic" | "grpSp" | "cxnSp") if self.shapes.pop() == Some(true) => {
                self.hidden -= 1;
                story.show();
            }
            Piece::Open("t" | "v", _) => self.taken = !self.field,
            Piece::Close("v") => {
                self.taken = false;
                story.paragraph();
            }
            Piece::Close("t") => self.taken = false,
            Piece::Open("text", _) => self.taken = true,
            Piece::Close("text") => {
                self.taken = false;
                story.paragraph();
            }
            Piece::Open("br", _) => story.push("\n"),
            Piece::Open("tab", _) => story.push("\t"),
            Piece::Close("p") => story.paragraph(),
            Piece::Open("tbl", _) => story.table(false),
            Piece::Open("tc", tag) => {
                let merged = attribute(tag, "hMerge").is_some();
                if !merged {
                    story.cell(attribute(tag, "gridSpan").and_then(|span| span.parse().ok()).unwrap_or(1));
                }
            }
            Piece::Close("tc") => story.end_cell(),
            Piece::Close("tr") => story.end_row(),
            Piece::Close("tbl") => story.end_table(),
            Piece::Text(text) if self.taken && self.small => {
                story.hide(crate::collect::document::xlsx::look::SMALL);
                story.push(text);
                story.show();
            }
            Piece::Text(text) if self.taken => story.push(text),
            _ => {}
        }
    }
}
