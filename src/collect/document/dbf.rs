//! dBase tables, as many old programs of staff and card systems keep them. Records that are only marked as deleted are still in the
//! file: they are a hidden part.

use super::ar::fill;
use super::{Document, Head, Work};
use crate::detect::table::{Header, TableScan};
use crate::model::evidence::{Encryption, Gap, GapKind, Part, PartKind};
use encoding_rs::Encoding;

/// The reader.
pub(super) struct Dbf;
/// The reader.
pub(super) static DOCUMENT: Dbf = Dbf;

/// The upper halves of the two code pages of DOS in Western Europe and the Americas.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

struct Field {
    name: String,
    kind: u8,
    length: usize,
}

/// How the bytes of texts are read.
enum Letters {
    Known(&'static Encoding),
    Dos(&'static str),
}

impl Document for Dbf {
    fn id(&self) -> &'static str {
        "dbf"
    }

    fn title(&self) -> &'static str {
        "dBase tables (dbf), also of FoxPro and Clipper"
    }

    fn notes(&self) -> &'static str {
        "Streamed; the fields are columns, texts are read in the code page that the header names. Records marked as deleted are a hidden part. \
         Memo fields lie in a file beside it (dbt, fpt) and are not read."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "dbf" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let raw = work.head.raw;
        let Some((fields, letters, start, length)) = header(raw) else {
            work.gap(GapKind::Malformed, "its header is not valid: nothing of it was read");
            return Ok(());
        };
        if raw.get(15) == Some(&1) {
            work.encryption = Some(Encryption::Weak);
            work.gap(GapKind::Encrypted, "weakly encrypted (dBase): its content was not read");
            return Ok(());
        }
        let names = || fields.iter().filter(|field| !memo(field.kind)).map(|field| field.name.clone()).collect();
        let mut scan = TableScan::new(work.engine, Header::Given(names()));
        let mut deleted = TableScan::new(work.engine, Header::Given(names()));
        let bytes = &mut *work.bytes;
        std::io::copy(&mut std::io::Read::take(&mut *bytes, start as u64), &mut std::io::sink())?;
        let (mut record, mut number, mut gone, mut cut) = (vec![0; length], 0_u64, 0_u64, false);
        loop {
            let got = fill(bytes, &mut record)?;
            if got == 0 || record.first() == Some(&0x1a) {
                break;
            }
            if got < length {
                cut = true;
                break;
            }
            number += 1;
            let mut at = 1;
            let mut cells = Vec::with_capacity(fields.len());
            for field in &fields {
                let cell = record.get(at..(at + field.length).min(length)).unwrap_or(&[]);
                at += field.length;
                if !memo(field.kind) {
                    cells.push(value(field.kind, cell, &letters));
                }
            }
            let row = cells.iter().map(String::as_str);
            if record.first() == Some(&b'*') {
                gone += 1;
                deleted.row(number, row);
            } else {
                scan.row(number, row);
            }
        }
        let promised = raw.get(4..8).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes);
        let mut part = Part { kind: PartKind::Table, ..Part::default() };
        scan.finish(&mut part);
        work.parts.push(part);
        if gone > 0 {
            let mut part = Part {
                label: "deleted".to_owned(),
                kind: PartKind::Table,
                hidden: Some("deleted records".to_owned()),
                ..Part::default()
            };
            deleted.finish(&mut part);
            work.parts.push(part);
        }
        if cut || number < promised.into() {
            work.gap(GapKind::Malformed, format!("{number} of {promised} records are there: it is cut off or damaged"));
        }
        if fields.iter().any(|field| field.kind == b'M') {
            let reason = "what its memo fields say lies in a file beside it (dbt, fpt), which is not read".to_owned();
            work.gaps.push(Gap { at: "memo fields".to_owned(), kind: GapKind::Unsupported, reason });
        }
        Ok(())
    }
}

/// Fields that hold a place in another file, or something that is no text.
fn memo(kind: u8) -> bool {
    matches!(kind, b'M' | b'G' | b'P' | b'0' | b'W')
}

fn two(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?).into())
}

/// Whether the first bytes of a file are a header: its dates, lengths and fields have to fit.
pub(crate) fn is_table(head: &[u8]) -> bool {
    let kind =
        matches!(head.first(), Some(2..=5 | 0x30..=0x32 | 0x43 | 0x63 | 0x83 | 0x8b | 0x8c | 0x8e | 0xcb | 0xe5 | 0xf5 | 0xfb));
    let date = matches!(head.get(1..4), Some([_, 0..=12, 0..=31]));
    kind && date && header(head).is_some()
}

/// Fields, code page, where the records begin, and how long one is.
fn header(head: &[u8]) -> Option<(Vec<Field>, Letters, usize, usize)> {
    let (start, length) = (two(head, 8)?, two(head, 10)?);
    let seven = head.first()? & 7 == 4;
    let (mut at, step, name, kind, size) = if seven { (68, 48, 32, 32, 33) } else { (32, 32, 11, 11, 16) };
    let mut fields: Vec<Field> = Vec::new();
    let mut sum = 1;
    while head.get(at).is_some_and(|byte| !matches!(byte, 0x0d | 0)) && at + step < start {
        let field = head.get(at..at + step)?;
        let raw = field.get(..name)?.split(|byte| *byte == 0).next()?;
        let kind = *field.get(kind)?;
        if raw.is_empty() || raw.iter().any(|byte| *byte < b' ') || !b"CNDLFMBGIT@OYVWXPQ+0".contains(&kind) {
            return None;
        }
        let mut length = usize::from(*field.get(size)?);
        if kind == b'C' && !seven {
            // Clipper and FoxPro keep the high byte where others keep decimals
            length |= usize::from(*field.get(17)?) << 8;
        }
        sum += length;
        fields.push(Field { name: raw.iter().map(|byte| char::from(*byte)).collect(), kind, length });
        at += step;
    }
    // some programs count one byte more or less; a record that is shorter than its fields is none
    let fits = !fields.is_empty() && start > 32 && (sum - 1..=sum + 2).contains(&length) && head.get(at) == Some(&0x0d);
    fits.then_some((fields, letters(*head.get(29)?), start, length))
}

fn letters(mark: u8) -> Letters {
    Letters::Known(match mark {
        0x02 | 0x09..=0x12 | 0x14 | 0x37 | 0x66 => return Letters::Dos(CP850),
        0x01 | 0x15..=0x1d => return Letters::Dos(CP437),
        0x13 | 0x7b => encoding_rs::SHIFT_JIS,
        0x26 | 0x65 => encoding_rs::IBM866,
        0x4d | 0x7a => encoding_rs::GBK,
        0x4e | 0x79 => encoding_rs::EUC_KR,
        0x4f | 0x78 => encoding_rs::BIG5,
        0x50 | 0x7c => encoding_rs::WINDOWS_874,
        0x7d => encoding_rs::WINDOWS_1255,
        0x7e => encoding_rs::WINDOWS_1256,
        0xc8 => encoding_rs::WINDOWS_1250,
        0xc9 => encoding_rs::WINDOWS_1251,
        0xca => encoding_rs::WINDOWS_1254,
        0xcb => encoding_rs::WINDOWS_1253,
        _ => encoding_rs::WINDOWS_1252,
    })
}

fn text(bytes: &[u8], letters: &Letters) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    match letters {
        Letters::Known(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        Letters::Dos(upper) => bytes
            .iter()
            .map(|byte| match byte.checked_sub(128) {
                Some(index) => upper.chars().nth(index.into()).unwrap_or('\u{fffd}'),
                None => char::from(*byte),
            })
            .collect(),
    }
}

fn value(kind: u8, cell: &[u8], letters: &Letters) -> String {
    let four = || <[u8; 4]>::try_from(cell).ok();
    match (kind, cell.len()) {
        (b'I', 4) => four().map_or_else(String::new, |four| i32::from_le_bytes(four).to_string()),
        (b'+', 4) => four().map_or_else(String::new, |four| (i32::from_be_bytes(four) & 0x7fff_ffff).to_string()),
        (b'Y', 8) => {
            cell.try_into().map_or_else(|_| String::new(), |eight| format!("{:.2}", i64::from_le_bytes(eight) as f64 / 10_000.0))
        }
        (b'B' | b'O', 8) => cell.try_into().map_or_else(|_| String::new(), |eight| f64::from_le_bytes(eight).to_string()),
        (b'T' | b'@', 8) => String::new(),
        (b'D', 8) => match (cell.get(..4), cell.get(4..6), cell.get(6..)) {
            (Some(year), Some(month), Some(day)) if cell.iter().all(u8::is_ascii_digit) => {
                [year, month, day].map(String::from_utf8_lossy).join("-")
            }
            _ => String::new(),
        },
        _ => text(cell, letters).trim_matches([' ', '\0']).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_pages_have_their_upper_half() {
        for page in [CP437, CP850] {
            assert_eq!(page.chars().count(), 128);
        }
        assert_eq!(text(b"M\x81ller", &letters(0x02)), "Müller");
        assert_eq!(text(b"M\xfcller", &letters(0x03)), "Müller");
        assert_eq!(text(b"\x8f\xa0", &letters(0x65)), "Па");
    }

    #[test]
    fn values_are_shown_as_people_write_them() {
        let known = letters(3);
        assert_eq!(value(b'D', b"19800214", &known), "1980-02-14");
        assert_eq!(value(b'I', &7_i32.to_le_bytes(), &known), "7");
        assert_eq!(value(b'C', b"  Ada   ", &known), "Ada");
    }
}
