//! Business cards: every card is a row of one table of contacts.

use super::shared::office::unescape;
use super::{Document, Head, Member, Work};
use crate::collect::decode;
use crate::detect::table::{Header, TableScan};
use crate::detect::text::TextScan;
use crate::model::evidence::{Encryption, GapKind, Part, PartKind};
use base64::Engine as _;

/// The reader.
pub(super) struct Vcard;
/// The reader.
pub(super) static DOCUMENT: Vcard = Vcard;

/// Columns, with the property that fills each and which of its pieces; "" is all of it.
const COLUMNS: &[(&str, &str)] = &[
    ("name", "FN"),
    ("surname", "N.0"),
    ("first name", "N.1"),
    ("email", "EMAIL"),
    ("email", "EMAIL"),
    ("email", "EMAIL"),
    ("telephone", "TEL"),
    ("telephone", "TEL"),
    ("telephone", "TEL"),
    ("address", "ADR"),
    ("address", "ADR"),
    ("date of birth", "BDAY"),
    ("rank", "TITLE"),
    ("organisation", "ORG"),
    ("note", "NOTE"),
];
/// Bytes of a property's value; pictures may be longer.
const MOST_VALUE: usize = 1 << 20;
/// Bytes of a card.
const MOST_CARD: usize = 32 << 20;

impl Document for Vcard {
    fn id(&self) -> &'static str {
        "vcard"
    }

    fn title(&self) -> &'static str {
        "Business cards (vCard)"
    }

    fn notes(&self) -> &'static str {
        "Every card is a record: name, mail, telephone, address, date of birth, title, organisation, note; other properties as text. \
         Pictures, logos, sounds and keys that stand in a card (base64, `data:`) are examined as files. Streamed: size costs no memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        let start = head.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let own = head.kind == "text" && start.get(..11).is_some_and(|first| first.eq_ignore_ascii_case("BEGIN:VCARD"));
        if own { 97 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let header = COLUMNS.iter().map(|row| row.0.to_owned()).collect();
        let mut table = TableScan::new(work.engine, Header::Given(header));
        let mut text = TextScan::new(work.engine);
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        let mut card = Card::default();
        let mut unfolded = String::new();
        let (mut start, mut cut, mut cards, mut quoted) = (1, 0_u64, 0_u64, false);
        let (mut lost, mut unread) = (0_u64, 0_u64);
        let mut property = |line: &str, number: u64| {
            let Some((key, value)) = split(line) else { return };
            match key.name.as_str() {
                "BEGIN" => card = Card::default(),
                "END" => {
                    cards += 1;
                    table.row(number, card.row().iter().map(String::as_str));
                    for line in &card.other {
                        text.line(number, line);
                    }
                    text.line(number, "");
                    files.append(&mut card.files);
                    lost += card.lost;
                    unread += card.unread;
                    card = Card::default();
                }
                _ => card.add(&key, value),
            }
        };
        let outcome = decode::lines(&mut *work.bytes, |number, line| {
            let soft = quoted && unfolded.ends_with('=');
            // each line is looked at once: looking at all of a property again for each would be a square of its lines
            let says = line.to_ascii_uppercase().contains("QUOTED-PRINTABLE");
            if let Some(more) = line.strip_prefix([' ', '\t']) {
                quoted |= says;
                if unfolded.len() < MOST_CARD {
                    unfolded.push_str(more);
                } else {
                    cut += 1;
                }
                return;
            }
            if soft {
                if unfolded.len() < MOST_CARD {
                    unfolded.pop();
                    unfolded.push_str(line);
                } else {
                    cut += 1;
                }
                return;
            }
            property(&std::mem::take(&mut unfolded), start);
            (start, quoted) = (number, says);
            unfolded.push_str(line);
        });
        property(&unfolded, start);
        let mut part = Part { kind: PartKind::Table, ..Part::default() };
        table.finish(&mut part);
        work.parts.push(part);
        let mut part = Part { label: "other properties".to_owned(), kind: PartKind::Text, ..Part::default() };
        text.finish(&mut part);
        if !part.tallies.is_empty() {
            work.parts.push(part);
        }
        if cut > 0 {
            work.gap(GapKind::Limit, format!("properties of more than {MOST_CARD} bytes: the rest of them was not read"));
        }
        if lost > 0 {
            let reason =
                format!("{lost} properties of more than {MOST_VALUE} bytes, or in cards of more than {MOST_CARD}: not read");
            work.gap(GapKind::Limit, reason);
        }
        if unread > 0 {
            work.gap(
                GapKind::Malformed,
                format!("{unread} pictures, sounds or keys in cards are not written as they should be: not read"),
            );
        }
        if cards == 0 {
            work.gap(GapKind::Malformed, "no card that ends");
        }
        if !files.is_empty() && work.may_open() {
            for (index, (what, bytes)) in files.iter().enumerate() {
                let what = if what == "photo" { "picture" } else { what.as_str() };
                let name = format!("{what} {}", index + 1);
                let member = Member { name: &name, modified: None, encryption: Encryption::None, packed: None };
                if !work.member(&member, &mut bytes.as_slice()) {
                    break;
                }
            }
        }
        outcome
    }
}

/// A property's name and what it says of its value.
struct Key {
    name: String,
    parameters: String,
}

/// A line as name and value.
fn split(line: &str) -> Option<(Key, &str)> {
    let mut quoted = false;
    let colon = line.find(|c: char| {
        quoted ^= c == '"';
        c == ':' && !quoted
    })?;
    let (before, after) = line.split_at(colon);
    let (name, parameters) = before.split_once(';').unwrap_or((before, ""));
    let name = name.rsplit('.').next().unwrap_or(name).trim().to_ascii_uppercase();
    Some((Key { name, parameters: parameters.to_ascii_uppercase() }, after.strip_prefix(':').unwrap_or("")))
}

#[derive(Default)]
struct Card {
    values: Vec<(String, String)>,
    other: Vec<String>,
    /// What is in the card itself: the name of the property, and its bytes.
    files: Vec<(String, Vec<u8>)>,
    /// ... and what cannot be unpacked of it.
    unread: u64,
    bytes: usize,
    /// Properties that were too large to be read.
    lost: u64,
}

impl Card {
    fn add(&mut self, key: &Key, raw: &str) {
        self.bytes += raw.len();
        if self.bytes > MOST_CARD {
            self.lost += 1;
            return;
        }
        if matches!(key.name.as_str(), "PHOTO" | "LOGO" | "KEY" | "SOUND") {
            match inline(key, raw) {
                Inline::Bytes(bytes) => self.files.push((key.name.to_lowercase(), bytes)),
                Inline::Broken => self.unread += 1,
                // where it lies, which may tell whose it is
                Inline::Elsewhere => self.other.push(format!("{}: {raw}", key.name.to_lowercase())),
            }
            return;
        }
        let decoded = if key.parameters.contains("QUOTED-PRINTABLE") { quoted_printable(raw) } else { raw.to_owned() };
        if matches!(key.name.as_str(), "VERSION" | "PRODID" | "REV" | "UID") {
            return;
        }
        if decoded.len() > MOST_VALUE {
            self.lost += 1;
            return;
        }
        if key.name == "N" {
            for (index, piece) in pieces(&decoded, ';').into_iter().take(2).enumerate() {
                self.values.push((format!("N.{index}"), piece));
            }
            return;
        }
        let parts: Vec<String> = pieces(&decoded, ';').into_iter().filter(|piece| !piece.trim().is_empty()).collect();
        let value = parts.join(", ");
        let value = value.strip_prefix("tel:").or_else(|| value.strip_prefix("mailto:")).unwrap_or(&value).to_owned();
        if COLUMNS.iter().any(|row| row.1 == key.name) {
            self.values.push((key.name.clone(), value));
        } else {
            self.other.push(format!("{}: {value}", key.name.trim_start_matches("X-").replace('-', " ").to_lowercase()));
        }
    }

    fn row(&mut self) -> Vec<String> {
        let mut cells = Vec::with_capacity(COLUMNS.len());
        for (_, property) in COLUMNS {
            let found = self.values.iter().position(|row| row.0 == *property);
            cells.push(found.map_or_else(String::new, |at| self.values.remove(at).1));
        }
        for (property, value) in self.values.drain(..) {
            self.other.push(format!("{}: {value}", property.to_lowercase()));
        }
        cells
    }
}

/// A picture, sound or key.
#[derive(Debug, PartialEq)]
enum Inline {
    /// It stands in the card itself.
    Bytes(Vec<u8>),
    /// ... and cannot be unpacked.
    Broken,
    /// Only a place elsewhere is named.
    Elsewhere,
}

fn inline(key: &Key, raw: &str) -> Inline {
    // commas and semicolons of an address may be escaped
    let plain: String = raw.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect();
    let address = plain.get(..5).filter(|start| start.eq_ignore_ascii_case("data:")).and_then(|_| plain.get(5..));
    let named = |name: &str| {
        key.parameters.split(';').any(|one| one.rsplit('=').next().is_some_and(|value| value.trim_matches('"') == name))
    };
    let (packed, data) = match address {
        Some(address) => {
            let Some((kind, data)) = address.split_once(',') else { return Inline::Broken };
            (kind.to_ascii_lowercase().ends_with(";base64"), data)
        }
        // version 2.1 leaves the word before the sign of equality out
        None => (named("B") || named("BASE64"), plain.as_str()),
    };
    let bytes = unescape(data, b'%');
    if packed {
        let data: Vec<u8> = if address.is_some() { bytes } else { plain.clone().into_bytes() };
        let data: Vec<u8> = data.into_iter().filter(|byte| !matches!(byte, b'=')).collect();
        return LOOSE.decode(data).map_or(Inline::Broken, Inline::Bytes);
    }
    if address.is_some() { Inline::Bytes(bytes) } else { Inline::Elsewhere }
}

/// Base64 with or without what fills it up.
const LOOSE: base64::engine::GeneralPurpose = base64::engine::GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone),
);

/// Pieces of a structured value, escapes resolved.
fn pieces(value: &str, separator: char) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut escaped = false;
    for c in value.chars() {
        if let Some(last) = out.last_mut() {
            match (escaped, c) {
                (true, 'n' | 'N') => last.push(' '),
                (true, c) => last.push(c),
                (false, '\\') => {}
                (false, c) if c == separator => out.push(String::new()),
                (false, c) => last.push(c),
            }
        }
        escaped = c == '\\' && !escaped;
    }
    out
}

fn quoted_printable(text: &str) -> String {
    match String::from_utf8(unescape(text, b'=')) {
        Ok(text) => text,
        Err(error) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(error.as_bytes()).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_in_every_way_of_writing_them() {
        let read = |line: &str| split(line).map(|(key, raw)| inline(&key, raw));
        let ada = Some(Inline::Bytes(b"Ada!".to_vec()));
        for line in [
            "PHOTO;ENCODING=b;TYPE=JPEG:QWRhIQ==",
            "PHOTO;TYPE=JPEG;ENCODING=BASE64:QWRhIQ==",
            "PHOTO;JPEG;BASE64:QWRhIQ",
            "item1.PHOTO:data:image/jpeg;base64,QWRhIQ==",
            "PHOTO;VALUE=uri:DATA:image/jpeg\\;base64\\,QWRh IQ==",
            "PHOTO;ENCODING=b:data:image/png;base64,QWRhIQ%3D%3D",
            "LOGO:data:,Ada%21",
        ] {
            assert_eq!(read(line), ada, "{line}");
        }
        assert_eq!(read("PHOTO;ENCODING=b:Q*"), Some(Inline::Broken));
        assert_eq!(read("PHOTO:data:image/png"), Some(Inline::Broken));
        assert_eq!(read("PHOTO;VALUE=uri:https://example.org/ada.jpg"), Some(Inline::Elsewhere));
    }
}
