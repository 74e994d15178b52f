//! What is read optically becomes parts, and what is not becomes gaps. The only file of this room that knows documents.

use super::page::{Pages, too_large};
use super::pixels::{self, Picture, Refused};
use super::reader::{Reader, Reading};
use crate::collect::document::Work;
use crate::detect::text::TextScan;
use crate::model::evidence::{GapKind, Part, PartKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A value that was read from a picture is less sure by this factor than one that was written.
const LESS_SURE: f32 = 0.9;

/// Reads the text in a picture file.
pub(in crate::collect) fn picture(work: &mut Work<'_>, bytes: &[u8]) {
    let Some(reader) = reader(work).filter(|_| !work.nest.desk.rests()) else { return };
    let pages = pixels::Pages::of(bytes);
    if pages.count() > pixels::MOST_PAGES {
        work.gap(GapKind::Limit, format!("more than {} pictures: text in the rest was not read", pixels::MOST_PAGES));
    }
    let many = pages.count().min(pixels::MOST_PAGES);
    for index in 0..many {
        let label =
            if many > 1 { format!("page {}, read from the picture", index + 1) } else { "text in the picture".to_owned() };
        // a fault in a decoder costs this page, not the artifact
        let page = catch_unwind(AssertUnwindSafe(|| pages.page(index))).unwrap_or(Err(Refused::Broken));
        if !one(work, &reader, &label, page) {
            if index + 1 < many {
                work.gap(GapKind::Limit, format!("{} further pages were not read", many - index - 1));
            }
            return;
        }
    }
}

/// Reads the pages of a PDF that have no text.
pub(in crate::collect) fn pages(work: &mut Work<'_>, pdf: &lopdf::Document, bytes: &[u8], empty: &[u32], all: usize) {
    let Some(reader) = reader(work) else {
        super::unread(work, empty.len(), all);
        return;
    };
    if empty.is_empty() {
        return;
    }
    if too_large(pdf) {
        let reason = format!(
            "a picture of more than {} pixels: {} pages with no or little text were not read",
            pixels::MOST_PIXELS,
            empty.len()
        );
        work.gap(GapKind::Limit, reason);
        return;
    }
    let Some(drawn) = Pages::open(bytes) else {
        work.gap(
            GapKind::Unsupported,
            format!("{} of {all} pages have no text, or little, and could not be drawn to be read", empty.len()),
        );
        return;
    };
    for (index, number) in empty.iter().enumerate() {
        let label = format!("page {number}, read from the picture");
        if !one(work, &reader, &label, drawn.draw(*number)) {
            let rest = empty.len() - index - 1;
            if rest > 0 {
                work.gap(GapKind::Limit, format!("{rest} further pages with no or little text were not read"));
            }
            return;
        }
    }
}

/// The lines of a picture, or of the pages of a PDF drawn as pictures.
pub(super) fn text(reader: &Reader, bytes: &[u8]) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    let mut add = |page: Result<Picture, Refused>| {
        let picture = page.map_err(|why| format!("{why:?}"))?;
        let reading = reader.read(&picture, &super::Effort::new(3_600));
        out.extend(reading.lines.into_iter().map(|line| line.text));
        reading.cut.map_or(Ok(()), |cut| Err(cut.to_owned()))
    };
    if bytes.starts_with(b"%PDF") {
        let drawn = Pages::open(bytes).ok_or("no PDF that can be drawn")?;
        (1..=drawn.count()).try_for_each(|number| add(drawn.draw(number)))?;
    } else {
        let pages = pixels::Pages::of(bytes);
        (0..pages.count()).try_for_each(|index| add(pages.page(index)))?;
    }
    Ok(out)
}

fn reader(work: &Work<'_>) -> Option<Arc<Reader>> {
    work.nest.desk.ocr.as_ref().map(|ocr| Arc::clone(&ocr.reader))
}

/// One picture; `false` when no effort is left for another.
fn one(work: &mut Work<'_>, reader: &Reader, label: &str, picture: Result<Picture, Refused>) -> bool {
    let refused = |what| (GapKind::Unsupported, format!("{label}: {what}, text in it was not read"));
    let picture = match picture {
        Ok(picture) => picture,
        Err(why) => {
            let (kind, reason) = match why {
                Refused::Large => (GapKind::Limit, format!("{label}: more than {} pixels, not read", pixels::MOST_PIXELS)),
                Refused::Unknown => refused("a kind of picture that is not decoded"),
                Refused::Broken => (GapKind::Malformed, format!("{label}: the picture could not be decoded")),
            };
            work.gap(kind, reason);
            return true;
        }
    };
    let effort = &work.nest.desk.effort;
    // a fault in a network costs this picture, not the artifact
    let Ok(reading) = catch_unwind(AssertUnwindSafe(|| reader.read(&picture, effort))) else {
        work.gap(GapKind::Crashed, format!("{label}: reading it failed"));
        return true;
    };
    let Reading { lines, unsure, cut } = reading;
    if unsure > 0 {
        work.gap(GapKind::Unsupported, format!("{label}: {unsure} places that look like text could not be made out"));
    }
    if let Some(cut) = cut {
        work.gap(GapKind::Limit, format!("{label}: {cut}, not all of it was read"));
    }
    let mut part = Part { label: label.to_owned(), kind: PartKind::Text, ..Part::default() };
    let mut scan = TextScan::new(work.engine);
    for (index, line) in lines.iter().enumerate() {
        if line.apart {
            scan.line(0, "");
        }
        scan.line(index as u64 + 1, &line.text);
    }
    scan.finish_whole(&mut part);
    for tally in part.tallies.values_mut() {
        tally.confidence *= LESS_SURE;
        for sample in &mut tally.samples {
            sample.confidence *= LESS_SURE;
        }
    }
    if !part.tallies.is_empty() {
        work.parts.push(part);
    }
    cut != Some(super::Effort::SPENT)
}
