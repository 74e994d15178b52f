//! Windows bitmaps -> grey, by hand: the format is a table of rows, and no decoder of its own is worth having. Compressed ones are not
//! decoded.

use super::pixels::{Lack, Page, Shrink, done, fits, luma, unpack};

/// Pixels of the longer side that are kept.
const MOST_SIDE: u32 = 1_280;

/// The picture in grey.
pub(super) fn grey(bytes: &[u8]) -> Page {
    let word = |at: usize| bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map(u16::from_le_bytes);
    let long = |at: usize| bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
    let start = long(10).ok_or(Lack::Damaged)? as usize;
    let header = long(14).ok_or(Lack::Damaged)? as usize;
    let old = header == 12;
    let (width, height, bits) = if old {
        (word(18).map(i64::from), word(20).map(i64::from), word(24))
    } else {
        (long(18).map(|width| i64::from(width as i32)), long(22).map(|height| i64::from(height as i32)), word(28))
    };
    let (Some(width), Some(height), Some(bits)) = (width, height, bits) else { return Err(Lack::Damaged) };
    let compression = if old { 0 } else { long(30).ok_or(Lack::Damaged)? };
    // 3 and 6 say where the colours lie in a pixel; the usual places are taken
    if !matches!((compression, bits), (0, 1 | 4 | 8 | 16 | 24 | 32) | (3 | 6, 16 | 32)) {
        return Err(Lack::Unsupported);
    }
    let upside_down = height > 0;
    let (width, height) = (u64::try_from(width).map_err(|_| Lack::Damaged)?, height.unsigned_abs());
    fits(width, height)?;
    let (width, height) = (width as u32, height as u32);
    let entry = if old { 3 } else { 4 };
    let colours = |index: usize| {
        let at = 14 + header + index * entry;
        match bytes.get(at..at + 3) {
            Some([blue, green, red]) => luma(*red, *green, *blue),
            _ => 0,
        }
    };
    let table: Vec<u8> = if bits <= 8 { (0..1_usize << bits).map(colours).collect() } else { Vec::new() };
    let stride = (u64::from(width) * u64::from(bits)).div_ceil(32) as usize * 4;
    let mut shrink = Shrink::new(width, height, MOST_SIDE);
    for y in 0..height as usize {
        let line = if upside_down { height as usize - 1 - y } else { y };
        let from = start.saturating_add(line.saturating_mul(stride));
        // of a file that was cut, what lies behind the cut is grey
        let row = bytes.get(from..from.saturating_add(stride)).unwrap_or(&[]);
        match bits {
            1 | 4 | 8 => {
                let most = (1_usize << bits) - 1;
                let index = |value: u8| usize::from(value) * most / 255;
                shrink.row(unpack(row, bits as u8, width).map(|value| table.get(index(value)).copied().unwrap_or(0)));
            }
            16 => shrink.row(row.chunks_exact(2).map(|two| {
                let value = two.iter().rev().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
                let five = |shift: u32| ((value >> shift & 31) * 255 / 31) as u8;
                luma(five(10), five(5), five(0))
            })),
            _ => shrink.row(row.chunks_exact(usize::from(bits) / 8).map(|pixel| match pixel {
                [blue, green, red, ..] => luma(*red, *green, *blue),
                _ => 128,
            })),
        }
    }
    if bytes.len() < start.saturating_add(stride) {
        return Err(Lack::Damaged);
    }
    let cut = bytes.len() < start.saturating_add(stride.saturating_mul(height as usize));
    done(shrink).map(|(page, lacks)| (page, lacks.or(cut.then_some(Lack::Damaged))))
}
