//! Serial numbers of cameras and lenses: in EXIF's own fields, in DNG's, and in the notes of the makers that keep them nowhere else. Says
//! only that there is one and where; the number stays here.

use crate::detect::validators::{self, Validity};
use exif::{Context, Exif, In, Tag, Value};

/// Fields that hold one (EXIF 2.3: `BodySerialNumber`, `LensSerialNumber`; DNG 1.0: `CameraSerialNumber`).
const FIELDS: [(Tag, &str); 3] = [
    (Tag(Context::Exif, 0xa431), "EXIF serial number of the camera"),
    (Tag(Context::Tiff, 0xc62f), "DNG serial number of the camera"),
    (Tag(Context::Exif, 0xa435), "EXIF serial number of the lens"),
];
/// What Canon calls it in its notes: a whole number.
const CANON: u16 = 0x000c;
/// What Nikon calls it: a text.
const NIKON: u16 = 0x001d;
/// Entries of a directory that are looked at.
const MOST_ENTRIES: usize = 512;

/// Where a picture's EXIF holds the serial number of what took it.
pub(super) fn find(exif: &Exif) -> Option<&'static str> {
    let own = FIELDS.into_iter().find(|(tag, _)| match exif.get_field(*tag, In::PRIMARY).map(|field| &field.value) {
        Some(Value::Ascii(parts)) => parts.iter().any(|text| is_serial(text)),
        Some(Value::Byte(bytes) | Value::Undefined(bytes, _)) => is_serial(bytes),
        _ => false,
    });
    own.map(|row| row.1).or_else(|| in_notes(exif).then_some("serial number of the camera in its maker's notes"))
}

/// Whether an XMP property holds one, and its text is one.
pub(super) fn in_xmp(property: &str, text: &str) -> bool {
    let named = matches!(
        property,
        "SerialNumber" | "BodySerialNumber" | "CameraSerialNumber" | "LensSerialNumber" | "InternalSerialNumber"
    );
    named && is_serial(text.as_bytes())
}

fn is_serial(text: &[u8]) -> bool {
    let text = text.split(|byte| *byte == 0).next().unwrap_or(text).trim_ascii();
    validators::by_id("device_serial").is_some_and(|validator| (validator.check)(text) == Validity::Valid)
}

/// A directory of TIFF entries: the bytes that its offsets count from, where it lies, its byte order.
struct Directory<'a> {
    base: &'a [u8],
    at: usize,
    little: bool,
}

impl Directory<'_> {
    fn number(&self, at: usize, width: usize) -> Option<usize> {
        let own = self.base.get(at..at.checked_add(width)?)?;
        let add = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
        Some(if self.little { own.iter().rev().fold(0, add) } else { own.iter().fold(0, add) })
    }

    /// Type, count and the place of the value of an entry.
    fn entry(&self, wanted: u16) -> Option<(usize, usize, usize)> {
        let count = self.number(self.at, 2)?.min(MOST_ENTRIES);
        let at = (0..count).map(|index| self.at + 2 + index * 12).find(|at| self.number(*at, 2) == Some(usize::from(wanted)))?;
        let (kind, count) = (self.number(at + 2, 2)?, self.number(at + 4, 4)?);
        let inline = matches!(kind, 1 | 2 | 6 | 7) && count <= 4 || matches!(kind, 4 | 9) && count == 1;
        Some((kind, count, if inline { at + 8 } else { self.number(at + 8, 4)? }))
    }

    fn holds(&self, tag: u16) -> Option<bool> {
        let (kind, count, at) = self.entry(tag)?;
        match kind {
            2 | 7 => Some(is_serial(self.base.get(at..at.checked_add(count)?)?)),
            4 => Some(is_serial(self.number(at, 4)?.to_string().as_bytes())),
            _ => Some(false),
        }
    }
}

fn in_notes(exif: &Exif) -> bool {
    let Some(field) = exif.get_field(Tag::MakerNote, In::PRIMARY) else { return false };
    let Value::Undefined(notes, offset) = &field.value else { return false };
    let maker = match exif.get_field(Tag::Make, In::PRIMARY).map(|field| &field.value) {
        Some(Value::Ascii(parts)) => parts.first().map(|text| text.to_ascii_lowercase()).unwrap_or_default(),
        _ => Vec::new(),
    };
    let found = if maker.starts_with(b"canon") {
        // its offsets count from where EXIF's do
        Directory { base: exif.buf(), at: *offset as usize, little: exif.little_endian() }.holds(CANON)
    } else if let Some(base) = notes.strip_prefix(b"Nikon\0\x02").and_then(|rest| rest.get(3..)) {
        let own = Directory { base, at: 8, little: base.starts_with(b"II") };
        own.number(4, 4).and_then(|at| Directory { at, ..own }.holds(NIKON))
    } else {
        None
    };
    found == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A TIFF of big-endian directories: the camera's maker, then EXIF with the given fields (tag, type, count, value or offset).
    fn tiff(maker: [u8; 4], fields: &[(u16, u16, u32, u32)], tail: &[u8]) -> Vec<u8> {
        let entry = |out: &mut Vec<u8>, row: &(u16, u16, u32, u32)| {
            out.extend(row.0.to_be_bytes());
            out.extend(row.1.to_be_bytes());
            out.extend(row.2.to_be_bytes());
            out.extend(row.3.to_be_bytes());
        };
        let mut out = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
        entry(&mut out, &(0x010f, 2, 4, u32::from_be_bytes(maker)));
        entry(&mut out, &(0x8769, 4, 1, 38));
        out.extend([0; 4]);
        out.extend((fields.len() as u16).to_be_bytes());
        for row in fields {
            entry(&mut out, row);
        }
        out.extend([0; 4]);
        out.extend(tail);
        out
    }

    fn read(bytes: Vec<u8>) -> Option<&'static str> {
        exif::Reader::new().read_raw(bytes).ok().and_then(|exif| find(&exif))
    }

    #[test]
    fn fields_of_the_standard() {
        // one field: its value lies behind 38 + 2 + 12 + 4
        assert_eq!(read(tiff(*b"Ace\0", &[(0xa431, 2, 9, 56)], b"T3ST0001\0")), Some(FIELDS[0].1));
        assert_eq!(read(tiff(*b"Ace\0", &[(0xa435, 2, 9, 56)], b"T3ST0001\0")), Some(FIELDS[2].1));
        assert_eq!(read(tiff(*b"Ace\0", &[(0xa431, 2, 9, 56)], b"00000000\0")), None);
        assert_eq!(read(tiff(*b"Ace\0", &[], b"")), None);
    }

    #[test]
    fn notes_of_makers() {
        let mut notes = vec![0, 1];
        notes.extend([0, 0x0c, 0, 4, 0, 0, 0, 1, 0, 0x01, 0xe2, 0x40, 0, 0, 0, 0]);
        // `Canon` is longer than a value that stands in its entry: its first letters are what is compared
        let canon = tiff(*b"Cano", &[(0x927c, 7, notes.len() as u32, 56)], &notes);
        let named = [&canon[..], b"Canon\0"].concat();
        let at = (named.len() - 6) as u32;
        let mut named = named;
        named[14..18].copy_from_slice(&6_u32.to_be_bytes());
        named[18..22].copy_from_slice(&at.to_be_bytes());
        assert!(read(named).is_some_and(|place| place.contains("notes")));

        let mut nikon = b"Nikon\0\x02\x10\0\0MM\0\x2a\0\0\0\x08\0\x01".to_vec();
        nikon.extend([0, 0x1d, 0, 2, 0, 0, 0, 8, 0, 0, 0, 26, 0, 0, 0, 0]);
        nikon.extend(b"3000001\0");
        let bytes = tiff(*b"Nik\0", &[(0x927c, 7, nikon.len() as u32, 56)], &nikon);
        assert!(read(bytes.clone()).is_some_and(|place| place.contains("notes")));
        for end in 60..bytes.len() {
            let _ = exif::Reader::new().read_raw(bytes[..end].to_vec()).map(|exif| find(&exif));
        }
    }
}
