//! Windows metafiles (EMF, WMF): pictures made of drawing orders, among them "write this text". Previews of embedded tables are kept in
//! them, names and all. Nothing is drawn.

use super::{Document, Head, Work};
use crate::detect::text::TextScan;
use crate::model::evidence::{GapKind, Part, PartKind};

/// The reader.
pub(super) struct Metafile;
/// The reader.
pub(super) static DOCUMENT: Metafile = Metafile;

/// Drawing orders that are looked at.
const MOST_ORDERS: usize = 2_000_000;

impl Document for Metafile {
    fn id(&self) -> &'static str {
        "metafile"
    }

    fn title(&self) -> &'static str {
        "Windows metafiles (EMF, WMF)"
    }

    fn notes(&self) -> &'static str {
        "The texts that are drawn; those at one height are one line. Pictures inside are not looked at."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "metafile" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(bytes) = work.whole()? else { return Ok(()) };
        let mut lines = Lines::default();
        let done = if bytes.starts_with(&[1, 0, 0, 0]) { enhanced(&bytes, &mut lines) } else { windows(&bytes, &mut lines) };
        let mut scan = TextScan::new(work.engine);
        for (index, line) in lines.texts.iter().enumerate() {
            scan.line(index as u64 + 1, line);
        }
        let mut part = Part { label: "text in the picture".to_owned(), kind: PartKind::Text, ..Part::default() };
        scan.finish(&mut part);
        work.parts.push(part);
        if !done {
            work.gap(GapKind::Malformed, "a metafile that breaks off: what comes before was read");
        }
        Ok(())
    }
}

/// Texts, joined where they stand at one height.
#[derive(Default)]
struct Lines {
    texts: Vec<String>,
    height: Option<i32>,
}

impl Lines {
    fn add(&mut self, height: i32, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        match self.texts.last_mut() {
            Some(line) if self.height == Some(height) => {
                // letters that are drawn one by one make words
                if text.chars().count() > 1 {
                    line.push(' ');
                }
                line.push_str(text);
            }
            _ => self.texts.push(text.to_owned()),
        }
        self.height = Some(height);
    }
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn narrow(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
}

/// EMF: orders with their number and size in four bytes each. `false` when they break off.
fn enhanced(bytes: &[u8], lines: &mut Lines) -> bool {
    let mut at = 0;
    for _ in 0..MOST_ORDERS {
        let (Some(order), Some(size)) = (long(bytes, at), long(bytes, at + 4)) else { return false };
        let size = size as usize;
        let Some(record) = at.checked_add(size).and_then(|end| bytes.get(at..end)).filter(|_| size >= 8) else { return false };
        match order {
            14 => return true,
            // EXTTEXTOUT, narrow and wide: place, count, where the text begins
            83 | 84 => {
                let wide = order == 84;
                let text = (|| {
                    let (count, from) = (long(record, 44)? as usize, long(record, 48)? as usize);
                    let raw = record.get(from..from.checked_add(count.checked_mul(if wide { 2 } else { 1 })?)?)?;
                    let text =
                        if wide { encoding_rs::UTF_16LE.decode_without_bom_handling(raw).0.into_owned() } else { narrow(raw) };
                    Some((long(record, 40)? as i32, text))
                })();
                if let Some((height, text)) = text {
                    lines.add(height, &text);
                }
            }
            // SMALLTEXTOUT
            108 => {
                let text = (|| {
                    let (count, flags) = (long(record, 16)? as usize, long(record, 20)?);
                    let from: usize = if flags & 0x100 == 0 { 52 } else { 36 };
                    let small = flags & 0x200 != 0;
                    let raw = record.get(from..from.checked_add(count.checked_mul(if small { 1 } else { 2 })?)?)?;
                    let text =
                        if small { narrow(raw) } else { encoding_rs::UTF_16LE.decode_without_bom_handling(raw).0.into_owned() };
                    Some((long(record, 12)? as i32, text))
                })();
                if let Some((height, text)) = text {
                    lines.add(height, &text);
                }
            }
            _ => {}
        }
        at += size;
    }
    false
}

/// WMF: orders with their size in words and their number. `false` when they break off.
fn windows(bytes: &[u8], lines: &mut Lines) -> bool {
    let mut at = if bytes.starts_with(b"\xd7\xcd\xc6\x9a") { 22 + 18 } else { 18 };
    for _ in 0..MOST_ORDERS {
        let (Some(size), Some(order)) = (long(bytes, at), short(bytes, at + 4)) else { return false };
        let Some(size) = (size as usize).checked_mul(2).filter(|size| *size >= 6) else { return order == 0 };
        let Some(record) = at.checked_add(size).and_then(|end| bytes.get(at..end)) else { return false };
        match order {
            0 => return true,
            // TEXTOUT: count, text, place
            0x0521 => {
                let count = usize::from(short(record, 6).unwrap_or(0));
                let raw = record.get(8..8 + count).unwrap_or(&[]);
                let height = short(record, 8 + count.next_multiple_of(2)).unwrap_or(0);
                lines.add(i32::from(height), &narrow(raw));
            }
            // EXTTEXTOUT: place, count, options, perhaps a rectangle, text
            0x0a32 => {
                let count = usize::from(short(record, 10).unwrap_or(0));
                let from = if short(record, 12).unwrap_or(0) & 6 == 0 { 14 } else { 22 };
                let raw = record.get(from..from + count).unwrap_or(&[]);
                lines.add(i32::from(short(record, 6).unwrap_or(0)), &narrow(raw));
            }
            _ => {}
        }
        at += size;
    }
    false
}
