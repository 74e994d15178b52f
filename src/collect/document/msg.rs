//! Outlook's messages: an OLE container with one stream a property.

use super::ole::{self, Container, stream};
use super::shared::{Story, inline};
use super::{Document, Head, Member, Work, html, mail, rtf};
use crate::model::evidence::{Encryption, GapKind, PartKind};

/// The reader.
pub(super) struct Msg;
/// The reader.
pub(super) static DOCUMENT: Msg = Msg;

/// Entries that are looked at in one message.
const MOST_ENTRIES: usize = 100_000;
/// Bytes of a property of text.
const MOST_TEXT: u64 = 64 << 20;
/// Messages within messages, in one container.
const MOST_DEPTH: usize = 8;

/// Properties of text that say who and what: label, number.
pub(super) const SAID: &[(&str, &[&str])] = &[
    ("From", &["0C1A", "5D01", "0C1F"]),
    ("On behalf of", &["0042", "5D02", "0065"]),
    ("Received by", &["0040", "5D07", "0076"]),
    ("Subject", &["0037"]),
    ("To", &["0E04"]),
    ("Cc", &["0E03"]),
    ("Bcc", &["0E02"]),
    ("Name", &["3001", "39FE", "3003", "3A08", "3A1C", "3A09"]),
    ("Given name", &["3A06"]),
    ("Surname", &["3A11"]),
    ("Title", &["3A17"]),
    ("Company", &["3A16"]),
    ("Address", &["3A15", "3A29", "3A27", "3A2A"]),
    ("Last modified by", &["3FFA"]),
];

impl Document for Msg {
    fn id(&self) -> &'static str {
        "msg"
    }

    fn title(&self) -> &'static str {
        "Outlook messages (msg)"
    }

    fn notes(&self) -> &'static str {
        "Sender, recipients, subject, body (text, HTML, compressed RTF), contacts' main fields. Attachments are examined as files, messages \
         within messages are read. Named properties are not read."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "msg" || (head.kind == "ole" && head.extension == "msg") { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(mut container) = ole::open(work)? else { return Ok(()) };
        let mut story = Story::new(work.engine, "", PartKind::Message);
        let found = message(&mut container, "", work, &mut story, 0);
        story.finish(&mut work.parts);
        if !found {
            work.gap(GapKind::Unsupported, "an OLE container without a message: recognised, no reader for it");
        }
        Ok(())
    }
}

/// A property of text, wide or narrow.
fn text(container: &mut Container, folder: &str, number: &str) -> Option<String> {
    if let Some(bytes) = stream(container, &format!("{folder}/__substg1.0_{number}001F"), MOST_TEXT) {
        return Some(encoding_rs::UTF_16LE.decode_without_bom_handling(&bytes).0.trim_end_matches('\0').to_owned());
    }
    let bytes = stream(container, &format!("{folder}/__substg1.0_{number}001E"), MOST_TEXT)?;
    let decoded = match std::str::from_utf8(&bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned(),
    };
    Some(decoded.trim_end_matches('\0').to_owned())
}

fn names(container: &Container, folder: &str, prefix: &str) -> Vec<String> {
    let inside = if folder.is_empty() { "/" } else { folder };
    let Ok(entries) = container.read_storage(inside) else { return Vec::new() };
    entries.take(MOST_ENTRIES).map(|entry| entry.name().to_owned()).filter(|name| name.starts_with(prefix)).collect()
}

/// One person or field on one line.
fn said(container: &mut Container, folder: &str, story: &mut Story<'_>) -> usize {
    let mut count = 0;
    for (label, numbers) in SAID {
        let mut values: Vec<String> = Vec::new();
        for number in *numbers {
            // addresses inside an Exchange organisation are paths, not addresses
            let value = text(container, folder, number)
                .filter(|value| !value.trim().is_empty() && !value.starts_with("/O=") && !value.starts_with("/o="));
            if let Some(value) = value.filter(|value| !values.contains(value)) {
                values.push(value);
            }
        }
        if values.is_empty() {
            continue;
        }
        count += 1;
        let joined = values
            .iter()
            .enumerate()
            .map(|(index, value)| if index > 0 && value.contains('@') { format!("<{value}>") } else { value.clone() })
            .collect::<Vec<_>>()
            .join(" ");
        // lists of names are parted into records
        let several = matches!(*label, "To" | "Cc" | "Bcc");
        for piece in joined.split(';').filter(|piece| !piece.trim().is_empty()) {
            story.paragraph();
            story.line(&if several { piece.trim().to_owned() } else { format!("{label}: {}", piece.trim()) });
        }
    }
    story.paragraph();
    count
}

fn message(container: &mut Container, folder: &str, work: &mut Work<'_>, story: &mut Story<'_>, depth: usize) -> bool {
    if names(container, folder, "__").is_empty() {
        return false;
    }
    said(container, folder, story);
    for name in names(container, folder, "__recip_version1.0_") {
        said(container, &format!("{folder}/{name}"), story);
    }
    let plain = text(container, folder, "1000").filter(|text| !text.trim().is_empty());
    if let Some(body) = &plain {
        work.nest.keys.tell(body);
        mail::body(body, story);
    }
    let page = stream(container, &format!("{folder}/__substg1.0_10130102"), MOST_TEXT).map(|bytes| {
        let encoding = crate::collect::decode::encoding(&bytes).unwrap_or(encoding_rs::UTF_8);
        encoding.decode(&bytes).0.into_owned()
    });
    if let Some(page) = page.or_else(|| text(container, folder, "1013")) {
        html::story_of(&page, story);
        inline::examine(work, &page);
    } else if plain.is_none()
        && let Some(packed) = stream(container, &format!("{folder}/__substg1.0_10090102"), MOST_TEXT)
    {
        match unpack(&packed) {
            Some(bytes) => {
                rtf::story_of(&bytes, story);
                rtf::embedded::examine(work, &bytes);
            }
            None => work.gap(GapKind::Malformed, "a body in compressed RTF that is broken: it was not read"),
        }
    }
    let attachments = names(container, folder, "__attach_version1.0_");
    if attachments.is_empty() || !work.may_open() {
        return true;
    }
    for (index, name) in attachments.iter().enumerate() {
        let inner = format!("{folder}/{name}");
        let embedded = format!("{inner}/__substg1.0_3701000D");
        if container.is_storage(&embedded) {
            if depth >= MOST_DEPTH {
                work.gap(GapKind::Limit, format!("messages nested deeper than {MOST_DEPTH}: not read"));
            } else if !message(container, &embedded, work, story, depth + 1) {
                work.gap(GapKind::Unsupported, "an embedded object in a message: recognised, no reader for it");
            }
            continue;
        }
        let called = text(container, &inner, "3707")
            .or_else(|| text(container, &inner, "3704"))
            .or_else(|| text(container, &inner, "3001"));
        let called = called.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| format!("attachment {}", index + 1));
        let member = Member { name: &called, modified: None, encryption: Encryption::None, packed: None };
        if let Ok(mut source) = container.open_stream(format!("{inner}/__substg1.0_37010102")) {
            if !work.member(&member, &mut source) {
                break;
            }
        } else {
            work.unread_member(&member, GapKind::Missing, "its data are not in the message");
        }
    }
    true
}

/// What compressed RTF begins with in its dictionary.
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Compressed RTF: a dictionary of 4 KiB that turns round.
pub(super) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let word = |at: usize| packed.get(at..at + 4).and_then(|four| <[u8; 4]>::try_from(four).ok()).map(u32::from_le_bytes);
    let size = (word(4)? as usize).min(MOST_TEXT as usize);
    let mut rest = packed.get(16..)?;
    if word(8)? == 0x414c_454d {
        return Some(rest.get(..size.min(rest.len()))?.to_vec());
    }
    if word(8)? != 0x7546_5a4c {
        return None;
    }
    let mut window = vec![b' '; 4096];
    for (slot, byte) in window.iter_mut().zip(DICTIONARY) {
        *slot = *byte;
    }
    let mut at = DICTIONARY.len();
    let mut out = Vec::with_capacity(size.min(1 << 20));
    'all: while let [flags, tail @ ..] = rest {
        rest = tail;
        for bit in 0..8 {
            if flags >> bit & 1 == 0 {
                let [byte, tail @ ..] = rest else { break 'all };
                rest = tail;
                out.push(*byte);
                *window.get_mut(at)? = *byte;
                at = (at + 1) % 4096;
            } else {
                let [high, low, tail @ ..] = rest else { break 'all };
                rest = tail;
                let pair = usize::from(*high) << 8 | usize::from(*low);
                let (from, length) = (pair >> 4, (pair & 15) + 2);
                if from == at {
                    break 'all;
                }
                for step in 0..length {
                    let byte = *window.get((from + step) % 4096)?;
                    out.push(byte);
                    *window.get_mut(at)? = byte;
                    at = (at + 1) % 4096;
                }
            }
            if out.len() >= size {
                break 'all;
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_rtf_is_unpacked() {
        // the example of Microsoft's own specification
        let packed = [
            0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0, 0x0a, 0, 0x72, 0x63, 0x70,
            0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c,
            0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
        ];
        assert_eq!(unpack(&packed).as_deref(), Some(&b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"[..]));
    }
}
