//! PDF: the text of its pages, its properties, annotations, form fields, attachments and earlier revisions. An opened PDF is not a
//! read one: pages that are pictures are gaps, and a document that opens with no password is not protected.

use super::{Document, Head, Member, Work};
use crate::detect::engine::Engine;
use crate::detect::text::TextScan;
use crate::model::evidence::{Encryption, Gap, GapKind, Part, PartKind};
use lopdf::{Dictionary, Document as Pdf, Object};
use std::collections::HashSet;

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

impl Document for PdfReader {
    fn id(&self) -> &'static str {
        "pdf"
    }

    fn title(&self) -> &'static str {
        "PDF documents"
    }

    fn notes(&self) -> &'static str {
        "Text of all pages (the line of a place is the page's number), properties, annotations, form fields, attached files. Text that only an \
         earlier revision has is a hidden part. Pages without text are gaps: pictures of text are not read. Encryption that opens without a \
         password is weak."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "pdf" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(bytes) = work.whole()? else { return Ok(()) };
        let Ok(pdf) = Pdf::load_mem(&bytes) else {
            work.encryption = Some(Encryption::None);
            work.gap(GapKind::Malformed, "not a PDF that can be opened");
            return Ok(());
        };
        work.encryption = Some(encryption(&pdf));
        if pdf.is_encrypted() && !pdf.was_encrypted() {
            work.gap(GapKind::Encrypted, "encrypted PDF: its content was not read");
            return Ok(());
        }
        let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
        if pages.is_empty() && pdf.is_encrypted() {
            work.gap(GapKind::Encrypted, "encrypted PDF: its content was not read");
            return Ok(());
        }
        let (text, empty, failed) = page_texts(&pdf, &pages);
        let mut part = Part { kind: PartKind::Text, ..Part::default() };
        scan(work.engine, &text, &mut part);
        work.parts.push(part);
        if failed > 0 {
            work.gap(GapKind::Malformed, format!("{failed} of {} pages could not be read", pages.len()));
        }
        if empty > 0 {
            work.gap(
                GapKind::Unsupported,
                format!("{empty} of {} pages have no text: if they are pictures of text, it was not read", pages.len()),
            );
        }
        if pages.len() > MOST_PAGES {
            work.gap(GapKind::Limit, format!("more than {MOST_PAGES} pages: the rest was not read"));
        }
        Self::beside(&pdf, work);
        revisions(&bytes, &text, work);
        attachments(&pdf, work);
        Ok(())
    }
}

impl PdfReader {
    /// What stands beside the pages: properties, annotations, form fields, layers that are off.
    fn beside(pdf: &Pdf, work: &mut Work<'_>) {
        let mut properties = Vec::new();
        let info = pdf.trailer.get(b"Info").and_then(Object::as_reference).and_then(|id| pdf.get_dictionary(id));
        if let Ok(info) = info {
            properties.extend(
                info.iter().filter_map(|(key, value)| Some(format!("{}: {}", String::from_utf8_lossy(key), words(value)?))),
            );
        }
        let (mut notes, mut fields) = (Vec::new(), Vec::new());
        for object in pdf.objects.values() {
            let dictionary = match object {
                Object::Dictionary(dictionary) => dictionary,
                Object::Stream(stream) if stream.dict.has_type(b"Metadata") => {
                    let text = stream.decompressed_content_with_limit(MOST_PAGE).unwrap_or_else(|_| stream.content.clone());
                    properties.push(untagged(&String::from_utf8_lossy(&text)));
                    continue;
                }
                _ => continue,
            };
            if dictionary.has(b"Subtype") && dictionary.has(b"Rect") {
                notes.extend([&b"Contents"[..], b"T", b"RC"].iter().filter_map(|key| dictionary.get(key).ok().and_then(words)));
            }
            if dictionary.has(b"FT") || (dictionary.has(b"V") && dictionary.has(b"T")) {
                let name = dictionary.get(b"T").ok().and_then(words).unwrap_or_default();
                fields.extend(dictionary.get(b"V").ok().and_then(words).map(|value| format!("{name}: {value}")));
            }
        }
        for (label, kind, hidden, lines) in [
            ("properties", PartKind::Properties, None, properties),
            ("annotations", PartKind::Text, Some("annotation"), notes),
            ("form fields", PartKind::Text, None, fields),
        ] {
            let mut part = Part { label: label.to_owned(), kind, hidden: hidden.map(str::to_owned), ..Part::default() };
            let lines: Vec<(u64, String)> = lines.into_iter().map(|line| (0, line)).collect();
            scan(work.engine, &lines, &mut part);
            if !part.tallies.is_empty() {
                work.parts.push(part);
            }
        }
        let layers =
            pdf.catalog().ok().and_then(|catalog| resolve(pdf, catalog.get(b"OCProperties").ok()?).as_dict().ok().cloned());
        let off = layers.as_ref().and_then(|layers| resolve(pdf, layers.get(b"D").ok()?).as_dict().ok().cloned());
        let off = off.and_then(|default| resolve(pdf, default.get(b"OFF").ok()?).as_array().ok().map(Vec::len)).unwrap_or(0);
        if off > 0 {
            let reason = format!("{off} layers are switched off; their text was read with what can be seen");
            work.gaps.push(Gap { at: "layers".to_owned(), kind: GapKind::Unsupported, reason });
        }
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

/// Lines with their page, pages without text, pages that failed.
fn page_texts(pdf: &Pdf, pages: &[u32]) -> (Vec<(u64, String)>, usize, usize) {
    let (mut lines, mut empty, mut failed) = (Vec::new(), 0, 0);
    for page in pages.iter().take(MOST_PAGES) {
        let mut any = false;
        for chunk in pdf.extract_text_chunks_with_limit(&[*page], MOST_PAGE) {
            if let Ok(text) = chunk {
                any |= !text.trim().is_empty();
                lines.extend(text.lines().map(|line| (u64::from(*page), line.to_owned())));
            } else {
                failed += 1;
                any = true;
                break;
            }
        }
        empty += usize::from(!any);
        lines.push((u64::from(*page), String::new()));
    }
    (lines, empty, failed)
}

fn scan(engine: &Engine, lines: &[(u64, String)], part: &mut Part) {
    let mut text = TextScan::new(engine);
    for (number, line) in lines {
        text.line(*number, line);
    }
    text.finish(part);
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

/// XML without its tags.
fn untagged(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push('\n');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

/// What earlier revisions said and the last one does not.
fn revisions(bytes: &[u8], last: &[(u64, String)], work: &mut Work<'_>) {
    const END: &[u8] = b"%%EOF";
    let ends: Vec<usize> = bytes.windows(END.len()).enumerate().filter(|row| row.1 == END).map(|row| row.0 + END.len()).collect();
    let kept: HashSet<&str> = last.iter().map(|row| row.1.as_str()).collect();
    let mut lost: Vec<(u64, String)> = Vec::new();
    let earlier = ends.len().saturating_sub(1);
    for end in ends.iter().take(earlier).rev().take(MOST_REVISIONS) {
        let Some(Ok(pdf)) = bytes.get(..*end).map(Pdf::load_mem) else { continue };
        let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
        let (text, ..) = page_texts(&pdf, &pages);
        lost.extend(text.into_iter().filter(|row| !kept.contains(row.1.as_str())));
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
