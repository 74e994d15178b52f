//! Records of an xlsb's parts: a number, a length, and as many bytes. It knows how text and colours lie in them, not what they are for.

use super::super::xlsx::look::{Paint, Palette};
use super::biff::{long, short};
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result};

/// Bytes that one record may have.
const MOST_RECORD: u64 = 8 << 20;

/// A number in groups of seven bits, at most so many; `None` at the end of the part.
fn number(bytes: &mut impl Read, most: u32) -> Result<Option<u32>> {
    let mut out = 0;
    for place in 0..most {
        let mut byte = [0];
        if bytes.read(&mut byte)? == 0 {
            return if place == 0 { Ok(None) } else { Err(ErrorKind::UnexpectedEof.into()) };
        }
        out |= u32::from(byte[0] & 0x7f) << (7 * place);
        if byte[0] & 0x80 == 0 {
            break;
        }
    }
    Ok(Some(out))
}

/// Walks through a part.
///
/// # Errors
/// Records that are too long or cut off, and input errors. What came before was handed over.
pub(super) fn walk(bytes: &mut dyn Read, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
    let mut bytes = BufReader::new(bytes);
    let mut content = Vec::new();
    while !bytes.fill_buf()?.is_empty() {
        let Some(kind) = number(&mut bytes, 2)? else { break };
        let length = u64::from(number(&mut bytes, 4)?.ok_or(ErrorKind::UnexpectedEof)?);
        if length > MOST_RECORD {
            return Err(Error::new(ErrorKind::InvalidData, "one record is too long"));
        }
        content.clear();
        if (&mut bytes).take(length).read_to_end(&mut content)? as u64 != length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        each(kind, &content);
    }
    Ok(())
}

/// A text with its length in front, and where it ends; an empty one where there is none.
pub(super) fn text(content: &[u8], at: usize) -> (String, usize) {
    let count = match long(content, at) {
        u32::MAX => 0,
        count => count as usize,
    };
    let rest = content.get(at.saturating_add(4)..).unwrap_or(&[]);
    let units = rest.as_chunks::<2>().0;
    let units = units.get(..count).unwrap_or(units);
    let text = char::decode_utf16(units.iter().map(|pair| u16::from_le_bytes(*pair)));
    (text.map(|c| c.unwrap_or('\u{fffd}')).collect(), at.saturating_add(4 + units.len() * 2))
}

/// A number with a fraction.
pub(super) fn double(content: &[u8], at: usize) -> Option<f64> {
    let eight = content.get(at..)?.first_chunk::<8>()?;
    Some(f64::from_le_bytes(*eight)).filter(|value| value.is_finite())
}

/// A number in four bytes: whole or the upper half of one with a fraction, and whether it is hundredths.
pub(super) fn packed(value: u32) -> f64 {
    let whole = if value & 2 == 0 { f64::from_bits(u64::from(value & !3) << 32) } else { f64::from(value.cast_signed() >> 2) };
    if value & 1 == 0 { whole } else { whole / 100.0 }
}

/// A colour.
pub(super) fn paint(content: &[u8], at: usize, palette: &Palette) -> Paint {
    let byte = |more: usize| content.get(at + more).copied();
    let (Some(kind), Some(index)) = (byte(0), byte(1)) else { return Paint::Unknown };
    let tint = f64::from(short(content, at + 2).cast_signed()) / 32_767.0;
    match (kind >> 1, byte(4), byte(5), byte(6)) {
        (0, ..) => Paint::Auto,
        (1, ..) => palette.numbered(index.into(), tint),
        (2, Some(red), Some(green), Some(blue)) => Paint::of(Some([red, green, blue]), tint),
        (3, ..) => palette.themed(index.into(), tint),
        _ => Paint::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lengths_and_texts() {
        let part = [0x9c, 0x01, 6, 1, 0, 0, 0, b'Q', 0, 0x07, 0];
        let mut found = Vec::new();
        let done = walk(&mut &part[..], &mut |kind, content| found.push((kind, text(content, 0).0)));
        assert!(done.is_ok());
        assert_eq!(found, [(156, "Q".to_owned()), (7, String::new())]);
        assert_eq!((packed(0x0000_00ca), packed(0x3ff0_0000), packed(0xffff_ffff)), (50.0, 1.0, -0.01));
        assert_eq!(text(&[0xff; 4], 0), (String::new(), 4));
        assert_eq!(text(&[9, 0, 0, 0, b'a', 0, b'b'], 0).0, "a");
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_an_error() {
        for part in [&[0x9c_u8][..], &[0x07], &[0x07, 9, 1], &[0x07, 0xff, 0xff, 0xff, 0x7f]] {
            assert!(walk(&mut &*part, &mut |_, _| {}).is_err(), "{part:?}");
        }
    }
}
