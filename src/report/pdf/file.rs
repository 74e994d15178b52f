//! The bytes of a PDF 1.7 file: objects packed into compressed object streams, a cross-reference stream, strings. It knows nothing of
//! pages. Written by hand because the tree of a long report has a million small objects, which no file should hold one by one.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha2::{Digest as _, Sha256};
use std::io::Write as _;

/// Objects in one object stream.
const PACKED: usize = 200;

/// Where an object is.
#[derive(Clone, Copy)]
enum Place {
    Free,
    At(u64),
    In(u32, u32),
}

/// A file that is being written. References are numbers from 1.
pub(super) struct File {
    out: Vec<u8>,
    places: Vec<Place>,
    heads: String,
    bodies: Vec<u8>,
    packed: Vec<u32>,
}

impl File {
    pub(super) fn new() -> Self {
        let out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
        Self { out, places: vec![Place::Free], heads: String::new(), bodies: Vec::new(), packed: Vec::new() }
    }

    /// A reference for an object that is written later.
    pub(super) fn reserve(&mut self) -> u32 {
        self.places.push(Place::Free);
        self.places.len() as u32 - 1
    }

    /// Writes an object that is no stream.
    pub(super) fn object(&mut self, body: &str) -> u32 {
        let id = self.reserve();
        self.put(id, body);
        id
    }

    /// Writes the object of a reference.
    pub(super) fn put(&mut self, id: u32, body: &str) {
        self.heads.push_str(&format!("{id} {} ", self.bodies.len()));
        self.bodies.extend_from_slice(body.as_bytes());
        self.bodies.push(b'\n');
        self.packed.push(id);
        if self.packed.len() >= PACKED {
            self.pack();
        }
    }

    fn pack(&mut self) {
        if self.packed.is_empty() {
            return;
        }
        let holder = self.reserve();
        for (at, id) in std::mem::take(&mut self.packed).into_iter().enumerate() {
            if let Some(place) = self.places.get_mut(id as usize) {
                *place = Place::In(holder, at as u32);
            }
        }
        let heads = std::mem::take(&mut self.heads);
        let number = heads.split(' ').count() / 2;
        let mut data = heads.into_bytes();
        let first = data.len();
        data.append(&mut self.bodies);
        self.stream_at(holder, &format!("/Type /ObjStm /N {number} /First {first}"), &deflate(&data), true);
    }

    /// Writes a stream, compressed.
    pub(super) fn stream(&mut self, entries: &str, data: &[u8]) -> u32 {
        let id = self.reserve();
        self.stream_at(id, entries, &deflate(data), true);
        id
    }

    /// Writes a stream as it is: metadata, which other programs want to find.
    pub(super) fn plain(&mut self, entries: &str, data: &[u8]) -> u32 {
        let id = self.reserve();
        self.stream_at(id, entries, data, false);
        id
    }

    fn stream_at(&mut self, id: u32, entries: &str, data: &[u8], deflated: bool) {
        if let Some(place) = self.places.get_mut(id as usize) {
            *place = Place::At(self.out.len() as u64);
        }
        let filter = if deflated { " /Filter /FlateDecode" } else { "" };
        self.out.extend(format!("{id} 0 obj\n<< {entries}{filter} /Length {} >>\nstream\n", data.len()).into_bytes());
        self.out.extend_from_slice(data);
        self.out.extend_from_slice(b"\nendstream\nendobj\n");
    }

    /// Ends the file: the cross-references, and an id made of all that was written.
    pub(super) fn finish(mut self, root: u32, info: u32) -> Vec<u8> {
        self.pack();
        let id = self.reserve();
        let start = self.out.len() as u64;
        if let Some(place) = self.places.get_mut(id as usize) {
            *place = Place::At(start);
        }
        let mut table = Vec::with_capacity(self.places.len() * 9);
        for place in &self.places {
            let (kind, first, second) = match *place {
                Place::Free => (0u8, 0, 0),
                Place::At(at) => (1, at, 0),
                Place::In(holder, at) => (2, u64::from(holder), at),
            };
            table.push(kind);
            table.extend(first.to_be_bytes().into_iter().skip(3));
            table.extend(second.to_be_bytes().into_iter().skip(2));
        }
        let print: String = Sha256::digest(&self.out).iter().take(16).map(|byte| format!("{byte:02X}")).collect();
        let entries = format!(
            "/Type /XRef /Size {} /W [1 5 2] /Root {root} 0 R /Info {info} 0 R /ID [<{print}> <{print}>]",
            self.places.len()
        );
        self.stream_at(id, &entries, &deflate(&table), true);
        self.out.extend(format!("startxref\n{start}\n%%EOF\n").into_bytes());
        self.out
    }
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(data.len() / 4 + 64), Compression::default());
    // a vector takes whatever is written
    let _ = encoder.write_all(data);
    encoder.finish().unwrap_or_default()
}

/// Text as UTF-16 in hexadecimal digits.
pub(super) fn hex16(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("{unit:04X}")).collect()
}

/// A text string.
pub(super) fn string(text: &str) -> String {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && !matches!(byte, b'(' | b')' | b'\\')) {
        format!("({text})")
    } else {
        format!("<FEFF{}>", hex16(text))
    }
}

/// A number without exponent and with at most two digits behind the point.
pub(super) fn number(value: f32) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" || text.is_empty() { "0".to_owned() } else { text.to_owned() }
}
