//! PDF: the text of its pages, what of it is seen and what not, its properties, annotations, form fields, attachments and earlier
//! revisions. An opened PDF is not a read one: pages that are pictures are gaps, and a document that opens with no password is not
//! protected.

mod font;
mod page;
mod pictures;
mod seen;
mod shape;

use self::page::{Page, Reader, inherited};
use self::pictures::Pictures;
use self::shape::Area;
use super::super::ocr;
use super::xlsx::look::Colour;
use super::{Document, Head, Member, Work, shared};
use crate::detect::engine::Engine;
use crate::detect::text::TextScan;
use crate::model::evidence::{Encryption, GapKind, Part, PartKind};
use lopdf::{Dictionary, Document as Pdf, LoadOptions, Object, ObjectId};
use std::collections::{BTreeMap, HashSet};

/// The reader.
pub(super) struct PdfReader;
/// The reader.
pub(super) static DOCUMENT: PdfReader = PdfReader;

/// Bytes that one page's content may expand to.
const MOST_PAGE: usize = 64 << 20;
/// Pages that are read.
const MOST_PAGES: usize = 20_000;
/// Earlier revisions that are looked at.
const MOST_REVISIONS: usize = 8;
/// Attachments that are opened.
const MOST_ATTACHMENTS: usize = 1_000;
/// Comparisons of words with what is painted near them, in a document.
const MOST_COMPARED: u64 = 300_000_000;
/// Boxes of annotations on a page.
const MOST_MARKS: usize = 1_000;
/// A page with fewer letters than this (a stamp, a page number) and a picture over this share of it is a scan.
const FEW_LETTERS: usize = 60;
const SCAN: f64 = 0.3;

impl Document for PdfReader {
    fn id(&self) -> &'static str {
        "pdf"
    }

    fn title(&self) -> &'static str {
        "PDF documents"
    }

    fn notes(&self) -> &'static str {
        "Text of all pages and of the forms on them (the line of a place is the page's number), properties, annotations, form fields, attached \
         files. Hidden are: text that only an earlier revision has; text that an opaque box, picture, broad line or annotation painted later \
         covers; in the colour of its ground; not painted (unless a scan stands there); outside the page; in a layer that is off; too small to \
         be seen. Slanted boxes, patterns and clipping by other shapes than rectangles cover nothing; how far letters reach is taken from \
         the font's widths, or guessed. Pages without text, or with little beside \
         a picture, are read as pictures with --ocr-models (docs/ocr.md), else they are gaps. The pictures on pages are examined as files (not those \
         of black and white alone, nor JPEG 2000); where a short page names as many people as it shows portraits of one person, each of them has one, and the \
         evidence says that only the page says so. Encryption that opens without a password is weak; other \
         encryption is opened by a password given or one in a note beside it."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "pdf" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(bytes) = work.whole()? else { return Ok(()) };
        let Ok(mut pdf) = load(&bytes, None) else {
            work.encryption = Some(Encryption::None);
            work.gap(GapKind::Malformed, "not a PDF that can be opened");
            return Ok(());
        };
        work.encryption = Some(encryption(&pdf));
        let keys = work.nest.keys.clone();
        let mut password = None;
        if pdf.is_encrypted() && !pdf.was_encrypted() {
            let found = keys.open(|word| {
                pdf.authenticate_password(word).ok()?;
                Some((word.to_owned(), load(&bytes, Some(word)).ok()?))
            });
            if let Some(((word, opened_pdf), opened)) = found {
                let strength = encryption(&pdf);
                work.encryption = Some(work.opened(opened, strength));
                (pdf, password) = (opened_pdf, Some(word));
            }
        }
        if pdf.is_encrypted() && !pdf.was_encrypted() {
            work.gap(GapKind::Encrypted, format!("encrypted PDF: its content was not read{}", keys.tried()));
            return Ok(());
        }
        let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
        if pages.is_empty() && pdf.is_encrypted() {
            work.gap(GapKind::Encrypted, "encrypted PDF: its content was not read");
            return Ok(());
        }
        let found = page_texts(&pdf);
        let photographs = pictures_on_pages(work, &pdf, &found);
        let mut part = Part { kind: PartKind::Text, ..Part::default() };
        scan_pages(work.engine, &found.seen, &photographs, &mut part);
        work.parts.push(part);
        for (why, lines) in &found.hidden {
            let mut part = Part { label: (*why).to_owned(), hidden: Some((*why).to_owned()), ..Part::default() };
            scan(work.engine, lines, &mut part);
            if part.records > 0 {
                work.parts.push(part);
            }
        }
        if found.failed > 0 {
            work.gap(GapKind::Malformed, format!("{} of {} pages could not be read to their end", found.failed, pages.len()));
        }
        if found.unknown > 0 && !ocr::reads(work) {
            let reason = format!("on {} of {} pages letters have no meaning: that text was not read", found.unknown, pages.len());
            work.gap(GapKind::Unsupported, reason);
        }
        if found.cut > 0 {
            let reason = format!(
                "{} of {} pages draw more than the limits: some was not read, or not looked at for being covered",
                found.cut,
                pages.len()
            );
            work.gap(GapKind::Limit, reason);
        }
        // letters without a meaning have a shape all the same: who reads pictures reads them
        let drawn: Vec<u32> = found.pictures.iter().filter(|row| !row.1 || ocr::reads(work)).map(|row| row.0).collect();
        ocr::pages(work, &pdf, &bytes, &drawn, pages.len());
        if pages.len() > MOST_PAGES {
            work.gap(GapKind::Limit, format!("more than {MOST_PAGES} pages: the rest was not read"));
        }
        Self::beside(&pdf, work);
        revisions(&bytes, &found, password.as_deref(), work);
        attachments(&pdf, work);
        Ok(())
    }
}

/// All objects of a document; a stream of objects may say no more than a page.
fn load(bytes: &[u8], password: Option<&str>) -> lopdf::Result<Pdf> {
    let password = password.map(str::to_owned);
    Pdf::load_mem_with_options(bytes, LoadOptions { password, max_decompressed_size: Some(MOST_PAGE), ..LoadOptions::default() })
}

impl PdfReader {
    /// What stands beside the pages: properties, annotations, form fields.
    fn beside(pdf: &Pdf, work: &mut Work<'_>) {
        let mut properties: Vec<(String, String)> = Vec::new();
        let info = pdf.trailer.get(b"Info").map(|info| resolve(pdf, info)).and_then(Object::as_dict);
        if let Ok(info) = info {
            let told = |(key, value): (&Vec<u8>, &Object)| {
                let key = String::from_utf8_lossy(key).to_lowercase();
                let program = matches!(key.as_str(), "creator" | "producer");
                Some((if program { "program".to_owned() } else { key }, words(resolve(pdf, value))?))
            };
            properties.extend(info.iter().filter_map(told));
        }
        let (mut notes, mut fields, mut unseen) = (Vec::new(), Vec::new(), Vec::new());
        for object in pdf.objects.values() {
            let dictionary = match object {
                Object::Dictionary(dictionary) => dictionary,
                Object::Stream(stream) if stream.dict.has_type(b"Metadata") => {
                    let text = stream.decompressed_content_with_limit(MOST_PAGE).unwrap_or_else(|_| stream.content.clone());
                    metadata(&text, &mut properties);
                    continue;
                }
                _ => continue,
            };
            if dictionary.has(b"Subtype") && dictionary.has(b"Rect") {
                let text = |key: &&[u8]| words(resolve(pdf, dictionary.get(key).ok()?));
                notes.extend([&b"Contents"[..], b"T", b"RC"].iter().filter_map(text));
            }
            if dictionary.has(b"FT") || (dictionary.has(b"V") && dictionary.has(b"T")) {
                let name = dictionary.get(b"T").ok().and_then(words).unwrap_or_default();
                let flags = dictionary.get(b"F").and_then(Object::as_i64).unwrap_or(0);
                let list = if flags & (HIDDEN | NO_VIEW) == 0 { &mut fields } else { &mut unseen };
                let value = dictionary.get(b"V").ok().and_then(|value| words(resolve(pdf, value)));
                list.extend(value.map(|value| format!("{name}: {value}")));
            }
        }
        let first = work.parts.len();
        shared::properties(work.engine, &properties, &mut work.parts);
        for (label, hidden, lines) in [
            ("annotations", Some("annotation"), notes),
            ("form fields", None, fields),
            ("hidden form fields", Some("hidden form field"), unseen),
        ] {
            let mut part = Part { label: label.to_owned(), hidden: hidden.map(str::to_owned), ..Part::default() };
            let lines: Vec<(u64, String)> = lines.into_iter().map(|line| (0, line)).collect();
            scan(work.engine, &lines, &mut part);
            work.parts.push(part);
        }
        let rest = work.parts.split_off(first.min(work.parts.len()));
        work.parts.extend(rest.into_iter().filter(|part| !part.tallies.is_empty()));
    }
}

/// Flags of annotations and fields: not shown, not shown on a screen.
const HIDDEN: i64 = 1 << 1;
const NO_VIEW: i64 = 1 << 5;

/// Layers that are switched off.
fn layers_off(pdf: &Pdf) -> HashSet<ObjectId> {
    let get = |dictionary: &Dictionary, key: &[u8]| dictionary.get(key).ok().map(|value| resolve(pdf, value).clone());
    let list = |value: Option<Object>| -> Vec<ObjectId> {
        value
            .and_then(|value| value.as_array().cloned().ok())
            .into_iter()
            .flatten()
            .filter_map(|item| item.as_reference().ok())
            .collect()
    };
    let Some(Object::Dictionary(layers)) = pdf.catalog().ok().and_then(|catalog| get(catalog, b"OCProperties")) else {
        return HashSet::new();
    };
    let Some(Object::Dictionary(default)) = get(&layers, b"D") else { return HashSet::new() };
    let mut off: HashSet<ObjectId> = list(get(&default, b"OFF")).into_iter().collect();
    if get(&default, b"BaseState").is_some_and(|state| state.as_name().ok() == Some(b"OFF")) {
        off.extend(list(get(&layers, b"OCGs")));
        for on in list(get(&default, b"ON")) {
            off.remove(&on);
        }
    }
    off
}

/// Boxes that annotations lay over a page and through which nothing is seen.
fn marks(pdf: &Pdf, page: ObjectId) -> Vec<(Area, Option<Colour>)> {
    let list = pdf.get_dictionary(page).ok().and_then(|page| resolve(pdf, page.get(b"Annots").ok()?).as_array().ok());
    let mut out = Vec::new();
    for note in list.into_iter().flatten().take(MOST_MARKS) {
        let Ok(note) = resolve(pdf, note).as_dict() else { continue };
        let flags = note.get(b"F").and_then(Object::as_i64).unwrap_or(0);
        let clear = note.get(b"CA").and_then(Object::as_float).is_ok_and(|alpha| alpha < 0.99);
        let ground = match note.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Square") => note.get(b"IC"),
            Ok(b"FreeText") => note.get(b"C"),
            _ => continue,
        };
        let filled = ground.is_ok_and(|ground| resolve(pdf, ground).as_array().is_ok_and(|parts| !parts.is_empty()));
        if filled
            && !clear
            && flags & (HIDDEN | NO_VIEW) == 0
            && let Some(area) = rectangle(pdf, note.get(b"Rect").ok())
        {
            out.push((area, None));
        }
    }
    out
}

/// Four numbers as a rectangle.
fn rectangle(pdf: &Pdf, object: Option<&Object>) -> Option<Area> {
    let parts: Vec<f64> = resolve(pdf, object?)
        .as_array()
        .ok()?
        .iter()
        .filter_map(|part| resolve(pdf, part).as_float().ok())
        .map(f64::from)
        .collect();
    match parts.as_slice() {
        [a, b, c, d] => Area::around(&[(*a, *b), (*c, *d)]),
        _ => None,
    }
}

fn resolve<'a>(pdf: &'a Pdf, object: &'a Object) -> &'a Object {
    pdf.dereference(object).map_or(object, |row| row.1)
}

/// How a document is protected. RC4 and anything that opens without a password are weak.
fn encryption(pdf: &Pdf) -> Encryption {
    let Ok(handler) = pdf.get_encrypted() else {
        return if pdf.was_encrypted() { Encryption::Weak } else { Encryption::None };
    };
    if pdf.was_encrypted() {
        return Encryption::Weak;
    }
    let version = handler.get(b"V").and_then(Object::as_i64).unwrap_or(0);
    let methods = |dictionary: &Dictionary| {
        let filters = dictionary.get(b"CF").and_then(Object::as_dict).ok()?;
        filters
            .iter()
            .find_map(|(_, filter)| filter.as_dict().ok()?.get(b"CFM").and_then(Object::as_name).ok().map(<[u8]>::to_vec))
    };
    match (version, methods(handler).as_deref()) {
        (5.., _) | (4, Some(b"AESV2" | b"AESV3")) => Encryption::Strong,
        _ => Encryption::Weak,
    }
}

/// The text of all pages, line by line with the page's number.
#[derive(Default)]
struct Texts {
    seen: Vec<(u64, String)>,
    hidden: BTreeMap<&'static str, Vec<(u64, String)>>,
    /// Pages to be read as pictures: without text, or little beside a scan; `true` where letters have no meaning.
    pictures: Vec<(u32, bool)>,
    /// The pictures that each page names.
    named: Vec<(u32, Vec<ObjectId>)>,
    /// Pages that could not be read or only in part.
    failed: usize,
    unknown: usize,
    cut: usize,
}

/// Whether pictures stand over much of a page.
fn has_scan(page: &Page, sheet: Option<Area>) -> bool {
    let Some(whole) = sheet.map(|sheet| sheet.size()).filter(|size| *size > 0.0) else { return false };
    // scanners cut pages into strips
    let pictures: f64 = page.paints.iter().filter(|paint| paint.picture).map(|paint| paint.area.size()).sum();
    pictures >= SCAN * whole
}

fn page_texts(pdf: &Pdf) -> Texts {
    let mut out = Texts::default();
    let mut reader = Reader::new(pdf, layers_off(pdf));
    let mut budget = MOST_COMPARED;
    for (number, id) in pdf.get_pages().into_iter().take(MOST_PAGES) {
        let page = reader.page(id, marks(pdf, id));
        let sheet = rectangle(pdf, inherited(pdf, id, b"CropBox")).or_else(|| rectangle(pdf, inherited(pdf, id, b"MediaBox")));
        let (text, hidden, whole) = seen::sort(&page, sheet, &mut budget);
        out.failed += usize::from(page.broken);
        out.unknown += usize::from(page.unknown);
        out.cut += usize::from(page.cut || !whole);
        let letters: usize = page.words.iter().map(|word| word.text.chars().count()).sum();
        let scan = letters == 0 || (letters < FEW_LETTERS && has_scan(&page, sheet));
        if page.unknown || (scan && !page.broken) {
            out.pictures.push((number, page.unknown));
        }
        if !page.pictures.is_empty() {
            out.named.push((number, page.pictures));
        }
        out.seen.extend(text.lines().map(|line| (u64::from(number), line.to_owned())));
        out.seen.push((u64::from(number), String::new()));
        for (why, text) in hidden {
            let lines = out.hidden.entry(why).or_default();
            lines.extend(text.lines().map(|line| (u64::from(number), line.to_owned())));
            lines.push((u64::from(number), String::new()));
        }
    }
    out
}

/// Examines the pictures on pages; how many portraits of one person each page has. What is on a page that is read as a picture itself
/// is not read once more.
fn pictures_on_pages(work: &mut Work<'_>, pdf: &Pdf, found: &Texts) -> BTreeMap<u32, usize> {
    let mut pictures = Pictures::default();
    let mut shown = Vec::new();
    let drawn: HashSet<u32> = found.pictures.iter().map(|row| row.0).collect();
    for (number, named) in &found.named {
        work.nest.desk.rest(drawn.contains(number));
        shown.push((*number, pictures.page(work, pdf, &format!("page {number}"), named)));
        work.nest.desk.rest(false);
    }
    let named: HashSet<ObjectId> = found.named.iter().flat_map(|row| &row.1).copied().collect();
    pictures.unplaced(work, pdf, &named);
    let out = shown.into_iter().map(|(number, photographs)| (number, pictures.own(&photographs))).collect();
    pictures.finish(work);
    out
}

/// The text of pages. On a page with as many photographs as people each of them has one: a proof of a card shows both.
fn scan_pages(engine: &Engine, lines: &[(u64, String)], photographs: &BTreeMap<u32, usize>, part: &mut Part) {
    let with = |number: u64| u32::try_from(number).ok().and_then(|number| photographs.get(&number)).copied().unwrap_or(0);
    for pages in lines.chunk_by(|a, b| with(a.0) == 0 && with(b.0) == 0 || a.0 == b.0) {
        let text = scanned(engine, pages);
        match pages.first().map_or(0, |row| with(row.0)) {
            0 => text.finish(part),
            many => text.finish_beside_photographs(many, part),
        }
    }
}

fn scan(engine: &Engine, lines: &[(u64, String)], part: &mut Part) {
    scanned(engine, lines).finish(part);
}

fn scanned<'e>(engine: &'e Engine, lines: &[(u64, String)]) -> TextScan<'e> {
    let mut text = TextScan::new(engine);
    for (number, line) in lines {
        text.line(*number, line);
    }
    text
}

/// A text string: UTF-16 with its mark, else one byte a character.
fn words(object: &Object) -> Option<String> {
    let Object::String(bytes, _) = object else { return None };
    Some(match bytes.as_slice() {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode(rest).0.into_owned(),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    })
}

/// What the metadata says: each text with the name of what it stands in.
fn metadata(bytes: &[u8], out: &mut Vec<(String, String)>) {
    const LISTS: [&str; 5] = ["Seq", "Bag", "Alt", "li", "RDF"];
    /// What programs say of themselves.
    const MACHINE: [&str; 8] =
        ["CreatorTool", "Producer", "DocumentID", "InstanceID", "OriginalDocumentID", "softwareAgent", "format", "changed"];
    let mut open: Vec<String> = Vec::new();
    let mut text = String::new();
    // what is not XML is not metadata
    let _ = super::xlsx::xml::walk(&mut &*bytes, &mut |tag| match tag {
        super::xlsx::xml::Tag::Open(name, attributes) => {
            text.clear();
            if open.len() < 100 {
                open.push(name.to_owned());
            }
            for name in ["Author", "creator", "CreatorName", "Manager", "Company", "AuthorsPosition"] {
                out.extend(attributes.get(name).map(|value| (name.to_lowercase(), value)));
            }
        }
        super::xlsx::xml::Tag::Text(piece) if text.len() < 1 << 16 => text.push_str(piece),
        super::xlsx::xml::Tag::Text(_) => {}
        super::xlsx::xml::Tag::Close(name) => {
            let key = open.iter().rev().find(|name| !LISTS.contains(&name.as_str())).cloned().unwrap_or_default();
            let value = std::mem::take(&mut text);
            if !value.trim().is_empty() && !MACHINE.contains(&key.as_str()) && out.len() < 10_000 {
                out.push((key.to_lowercase(), value.trim().to_owned()));
            }
            if open.last().is_some_and(|last| last == name) {
                open.pop();
            }
        }
    });
}

/// What earlier revisions said and the last one does not.
fn revisions(bytes: &[u8], last: &Texts, password: Option<&str>, work: &mut Work<'_>) {
    const END: &[u8] = b"%%EOF";
    let ends: Vec<usize> = bytes.windows(END.len()).enumerate().filter(|row| row.1 == END).map(|row| row.0 + END.len()).collect();
    let kept: HashSet<&str> = last.seen.iter().chain(last.hidden.values().flatten()).map(|row| row.1.as_str()).collect();
    let mut lost: Vec<(u64, String)> = Vec::new();
    let earlier = ends.len().saturating_sub(1);
    for end in ends.iter().take(earlier).rev().take(MOST_REVISIONS) {
        let Some(Ok(pdf)) = bytes.get(..*end).map(|piece| load(piece, password)) else { continue };
        let found = page_texts(&pdf);
        let all = found.seen.into_iter().chain(found.hidden.into_values().flatten());
        lost.extend(all.filter(|row| !kept.contains(row.1.as_str())));
    }
    let mut part = Part { label: "earlier revision".to_owned(), hidden: Some("earlier revision".to_owned()), ..Part::default() };
    scan(work.engine, &lost, &mut part);
    if !part.tallies.is_empty() {
        work.parts.push(part);
    }
}

fn attachments(pdf: &Pdf, work: &mut Work<'_>) {
    let mut seen = 0;
    for object in pdf.objects.values() {
        let Ok(file) = object.as_dict() else { continue };
        let Some(Ok(embedded)) = file.get(b"EF").ok().map(|inner| resolve(pdf, inner).as_dict()) else { continue };
        let stream = embedded.get(b"F").or_else(|_| embedded.get(b"UF")).ok().map(|inner| resolve(pdf, inner));
        let Some(Ok(stream)) = stream.map(Object::as_stream) else { continue };
        let name = file.get(b"UF").or_else(|_| file.get(b"F")).ok().and_then(words).unwrap_or_else(|| "attachment".to_owned());
        let member =
            Member { name: &name, modified: None, encryption: Encryption::None, packed: Some(stream.content.len() as u64) };
        seen += 1;
        if seen > MOST_ATTACHMENTS || !work.may_open() {
            work.gap(GapKind::Limit, "attachments beyond the limit were not read");
            return;
        }
        match stream.decompressed_content_with_limit(MOST_PAGE * 4) {
            Ok(content) => {
                if !work.member(&member, &mut content.as_slice()) {
                    return;
                }
            }
            Err(_) if !stream.dict.has(b"Filter") => {
                if !work.member(&member, &mut stream.content.as_slice()) {
                    return;
                }
            }
            Err(_) => {
                if !work.unread_member(&member, GapKind::Malformed, "an attachment that could not be unpacked") {
                    return;
                }
            }
        }
    }
}
