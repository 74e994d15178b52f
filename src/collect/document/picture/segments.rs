//! What a picture's file carries beside its pixels: XMP packets, IPTC records, comments and texts, the thumbnail of Photoshop. Only the
//! container is walked here; what the pieces say is for `xmp` and `iptc`.

use flate2::read::ZlibDecoder;
use std::io::Read;

/// Bytes of a packed text that are unpacked.
const MOST_TEXT: u64 = 1 << 20;
/// Bytes of an XMP packet.
const MOST_XMP: usize = 8 << 20;
/// Pieces of a file that are looked at.
const MOST_PIECES: usize = 10_000;

/// The pieces.
#[derive(Default)]
pub(super) struct Pieces {
    /// XMP packets.
    pub(super) xmp: Vec<Vec<u8>>,
    /// IPTC-IIM records.
    pub(super) iptc: Vec<Vec<u8>>,
    /// Comments and named texts.
    pub(super) texts: Vec<String>,
    /// Small pictures that an editor stored.
    pub(super) thumbnails: Vec<Vec<u8>>,
    /// Whether something was left out: too many pieces, or too large a one.
    pub(super) cut: bool,
}

/// The pieces of a picture.
pub(super) fn pieces(kind: &str, bytes: &[u8]) -> Pieces {
    let mut pieces = Pieces::default();
    let walked = match kind {
        "jpeg" => jpeg(bytes, &mut pieces),
        "png" => png(bytes, &mut pieces),
        "gif" => gif(bytes, &mut pieces),
        "webp" => webp(bytes, &mut pieces),
        "heic" => packets(bytes, &mut pieces),
        _ => Some(()),
    };
    // a file that ends early was read as far as it goes: its pixels say so
    let _ = walked;
    pieces
}

fn number(bytes: &[u8], at: usize, width: usize, little: bool) -> Option<usize> {
    let own = bytes.get(at..at.checked_add(width)?)?;
    let add = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
    Some(if little { own.iter().rev().fold(0, add) } else { own.iter().fold(0, add) })
}

fn latin(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}

impl Pieces {
    fn text(&mut self, key: &str, value: &str) {
        let value = value.trim_matches(['\0', ' ', '\n', '\r']);
        // programs keep whole IPTC and XMP blocks under such names, in hexadecimal
        if let Some(profile) = key.strip_prefix("Raw profile type ") {
            let hex: Vec<u8> = value.lines().skip(2).flat_map(str::bytes).filter(u8::is_ascii_hexdigit).collect();
            let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or(0) as u8;
            let raw: Vec<u8> = hex.chunks_exact(2).map(|two| two.iter().fold(0, |sum, byte| sum << 4 | digit(byte))).collect();
            match profile {
                "xmp" => self.packet(&raw),
                "iptc" | "8bim" => photoshop(&raw, self),
                _ => {}
            }
        } else if key == "XML:com.adobe.xmp" {
            self.packet(value.as_bytes());
        } else if !value.is_empty() {
            self.texts.push(if key.is_empty() { value.to_owned() } else { format!("{key}: {value}") });
        }
    }

    fn packet(&mut self, bytes: &[u8]) {
        if bytes.len() > MOST_XMP {
            self.cut = true;
        } else {
            self.xmp.push(bytes.to_vec());
        }
    }

    fn full(&mut self, count: usize) -> bool {
        self.cut |= count >= MOST_PIECES;
        count >= MOST_PIECES
    }
}

fn jpeg(bytes: &[u8], pieces: &mut Pieces) -> Option<()> {
    const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
    const MORE: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
    const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
    let mut at = 2;
    let mut more: Vec<u8> = Vec::new();
    let mut resources: Vec<u8> = Vec::new();
    for count in 0.. {
        if pieces.full(count) {
            break;
        }
        let (Some(0xff), Some(marker)) = (bytes.get(at), bytes.get(at + 1).copied()) else { break };
        match marker {
            0xff => {
                at += 1;
                continue;
            }
            0xd9 | 0xda => break,
            0x01 | 0xd0..=0xd8 => {
                at += 2;
                continue;
            }
            _ => {}
        }
        let Some(length) = number(bytes, at + 2, 2, false).filter(|length| *length >= 2) else { break };
        let body = bytes.get(at + 4..(at + 2 + length).min(bytes.len())).unwrap_or(&[]);
        if marker == 0xfe {
            pieces.text("", &latin(body));
        } else if marker == 0xe1 && body.starts_with(XMP) {
            pieces.packet(body.get(XMP.len()..)?);
        } else if marker == 0xe1 && body.starts_with(MORE) {
            // digest, length and offset; parts come in order in every file that was seen
            more.extend(body.get(MORE.len() + 40..).unwrap_or(&[]));
        } else if marker == 0xed && body.starts_with(PHOTOSHOP) {
            resources.extend(body.get(PHOTOSHOP.len()..)?);
        }
        at += 2 + length;
    }
    if !more.is_empty() {
        pieces.packet(&more);
    }
    photoshop(&resources, pieces);
    Some(())
}

/// Photoshop's image resources: `8BIM`, number, name, length, data; each padded to an even length.
pub(super) fn photoshop(bytes: &[u8], pieces: &mut Pieces) {
    let mut at = 0;
    for count in 0.. {
        if pieces.full(count) || bytes.get(at..at + 4) != Some(b"8BIM") {
            return;
        }
        let Some(name) = bytes.get(at + 6).map(|length| usize::from(*length)) else { return };
        let data = at + 6 + (name / 2 + 1) * 2;
        let (Some(id), Some(length)) = (number(bytes, at + 4, 2, false), number(bytes, data, 4, false)) else { return };
        let body = bytes.get(data + 4..(data + 4).saturating_add(length).min(bytes.len())).unwrap_or(&[]);
        match id {
            0x0404 => pieces.iptc.push(body.to_vec()),
            0x0424 => pieces.packet(body),
            0x0409 | 0x040c => pieces.thumbnails.extend(body.get(28..).map(<[u8]>::to_vec)),
            _ => {}
        }
        at = (data + 4).saturating_add(length).saturating_add(length % 2);
    }
}

fn png(bytes: &[u8], pieces: &mut Pieces) -> Option<()> {
    let mut at = 8;
    for count in 0.. {
        if pieces.full(count) {
            break;
        }
        let length = number(bytes, at, 4, false)?;
        let kind = bytes.get(at + 4..at + 8)?;
        let body = bytes.get(at + 8..(at + 8).saturating_add(length).min(bytes.len()))?;
        let split = |body: &[u8]| body.iter().position(|byte| *byte == 0);
        match kind {
            b"tEXt" => {
                if let Some(end) = split(body) {
                    pieces.text(&latin(body.get(..end)?), &latin(body.get(end + 1..)?));
                }
            }
            b"zTXt" => {
                if let Some(end) = split(body) {
                    let text = unpack(body.get(end + 2..).unwrap_or(&[]), pieces);
                    pieces.text(&latin(body.get(..end)?), &latin(&text));
                }
            }
            b"iTXt" => {
                // keyword 0 packed? method language 0 keyword-in-it 0 text
                if let Some(end) = split(body) {
                    let packed = body.get(end + 1) == Some(&1);
                    let rest = body.get(end + 3..).unwrap_or(&[]);
                    let language = split(rest).map_or(rest.len(), |end| end + 1);
                    let rest = rest.get(language..).unwrap_or(&[]);
                    let own = split(rest).map_or(rest.len(), |end| end + 1);
                    let rest = rest.get(own..).unwrap_or(&[]);
                    let text = if packed { unpack(rest, pieces) } else { rest.to_vec() };
                    pieces.text(&latin(body.get(..end)?), &latin(&text));
                }
            }
            b"IEND" => break,
            _ => {}
        }
        at = (at + 12).saturating_add(length);
    }
    Some(())
}

fn unpack(packed: &[u8], pieces: &mut Pieces) -> Vec<u8> {
    let mut out = Vec::new();
    // what came before a fault is kept
    let _ = ZlibDecoder::new(packed).take(MOST_TEXT).read_to_end(&mut out);
    pieces.cut |= out.len() as u64 == MOST_TEXT;
    out
}

fn gif(bytes: &[u8], pieces: &mut Pieces) -> Option<()> {
    let flags = usize::from(*bytes.get(10)?);
    let table = |flags: usize| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut at = 13 + table(flags);
    for count in 0.. {
        if pieces.full(count) {
            break;
        }
        match (*bytes.get(at)?, bytes.get(at + 1).copied()) {
            (0x21, Some(0xff)) if bytes.get(at + 3..at + 14) == Some(b"XMP DataXMP") => {
                // the packet lies there in one piece, and ends with a ramp of bytes that reads as blocks
                let rest = bytes.get(at + 14..)?;
                let end = rest.windows(3).position(|three| three == [0x01, 0xff, 0xfe]).unwrap_or(rest.len());
                pieces.packet(rest.get(..end)?);
                at = skip(bytes, at + 14 + end + 1).map(|row| row.0)?;
            }
            (0x21, Some(label)) => {
                let (end, body) = skip(bytes, at + 2)?;
                match label {
                    0xfe => pieces.text("", &latin(&body)),
                    0x01 => pieces.text("", &latin(body.get(12..).unwrap_or(&[]))),
                    _ => {}
                }
                at = end;
            }
            (0x2c, _) => {
                let flags = usize::from(*bytes.get(at + 9)?);
                at = skip(bytes, at + 11 + table(flags))?.0;
            }
            _ => break,
        }
    }
    Some(())
}

/// The end of a chain of blocks, and the first bytes in them.
fn skip(bytes: &[u8], mut at: usize) -> Option<(usize, Vec<u8>)> {
    let mut body = Vec::new();
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1;
        if length == 0 {
            return Some((at, body));
        }
        if body.len() < MOST_TEXT as usize {
            body.extend(bytes.get(at..at + length)?);
        }
        at += length;
    }
}

fn webp(bytes: &[u8], pieces: &mut Pieces) -> Option<()> {
    let mut at = 12;
    for count in 0.. {
        if pieces.full(count) {
            break;
        }
        let length = number(bytes, at + 4, 4, true)?;
        if bytes.get(at..at + 4)? == b"XMP " {
            pieces.packet(bytes.get(at + 8..(at + 8).saturating_add(length).min(bytes.len()))?);
        }
        at = (at + 8).saturating_add(length).saturating_add(length % 2);
    }
    Some(())
}

/// XMP that lies open somewhere in a file whose boxes are not walked.
fn packets(bytes: &[u8], pieces: &mut Pieces) -> Option<()> {
    let find = |needle: &[u8], from: usize| {
        let rest = bytes.get(from..)?;
        aho_corasick::AhoCorasick::new([needle]).ok()?.find(rest).map(|found| from + found.start())
    };
    let start = find(b"<x:xmpmeta", 0)?;
    let end = find(b"</x:xmpmeta>", start)?;
    pieces.packet(bytes.get(start..end + 12)?);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_cut_anywhere_breaks_the_walk() {
        let resource = [b"8BIM\x04\x04\0\0\0\0\0\x0a".as_slice(), b"\x1c\x02\x50\x00\x05Ada E"].concat();
        let mut jpeg = b"\xff\xd8\xff\xfe\x00\x0da comment..\xff\xed".to_vec();
        jpeg.extend((resource.len() as u16 + 16).to_be_bytes());
        jpeg.extend(b"Photoshop 3.0\0");
        jpeg.extend(&resource);
        let whole = pieces("jpeg", &jpeg);
        assert_eq!((whole.texts.len(), whole.iptc.len()), (1, 1));
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0ctEXtAuthor\0Ada E\0\0\0\0\0\0\0\0IEND";
        assert_eq!(pieces("png", png).texts, ["Author: Ada E"]);
        let gif = b"GIF89a\x01\0\x01\0\0\0\0\x21\xfe\x05Ada E\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x01\0\0\x3b";
        assert_eq!(pieces("gif", gif).texts, ["Ada E"]);
        for (kind, bytes) in [("jpeg", jpeg.as_slice()), ("png", png), ("gif", gif), ("webp", png), ("heic", gif)] {
            for end in 0..bytes.len() {
                pieces(kind, &bytes[..end]);
                let mut noise = bytes.to_vec();
                noise[end] ^= 0xff;
                pieces(kind, &noise);
            }
        }
    }
}
