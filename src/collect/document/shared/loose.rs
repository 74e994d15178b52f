//! Text inside a file of no known format, as `strings` finds it: a home-made database, a dump of memory, a list parted by zeros. It says
//! how much of the file is text; what the rest is nobody knows, and it must not claim to have read that.

use crate::detect::engine::Engine;
use crate::detect::text::TextScan;
use crate::model::evidence::{Part, PartKind};
use std::io::Read;

/// Fewer bytes in a row are chance.
const SHORTEST: usize = 6;
/// Longer stretches are cut.
const LONGEST: usize = 4096;

/// Bytes that are weighed at once.
const PIECE: usize = 4096;

/// What a file of no known format had in it.
pub(in crate::collect::document) struct Strings {
    /// What was found; `None` if there is no text in it.
    pub(in crate::collect::document) part: Option<Part>,
    /// Bytes in all.
    pub(in crate::collect::document) bytes: u64,
    /// Bytes in stretches of text.
    pub(in crate::collect::document) text: u64,
    /// Nothing but text and single control characters that part it.
    pub(in crate::collect::document) whole: bool,
}

struct Lines<'a> {
    scan: TextScan<'a>,
    number: u64,
    text: u64,
    /// Bytes of characters above ASCII that are none.
    foreign: u64,
}

impl Lines<'_> {
    /// A stretch of text that ended; `size` is what one of its bytes takes in the file.
    fn take(&mut self, run: &mut Vec<u8>, size: u64) {
        match std::str::from_utf8(run) {
            Ok(line) if line.len() >= SHORTEST => {
                self.number += 1;
                self.text += line.len() as u64 * size;
                self.scan.line(self.number, line);
            }
            Ok(_) => {}
            Err(_) => {
                self.foreign += run.iter().filter(|byte| !byte.is_ascii()).count() as u64;
                // noise beside a word: the word counts
                for piece in run.split(|byte| !byte.is_ascii()).filter_map(|piece| std::str::from_utf8(piece).ok()) {
                    if piece.len() >= SHORTEST {
                        self.number += 1;
                        self.text += piece.len() as u64;
                        self.scan.line(self.number, piece);
                    }
                }
            }
        }
        run.clear();
    }
}

/// Reads all text in something, in bytes and in UTF-16.
///
/// # Errors
/// Input errors.
pub(in crate::collect::document) fn read(input: &mut dyn Read, engine: &Engine) -> std::io::Result<Strings> {
    let mut lines = Lines { scan: TextScan::new(engine), number: 0, text: 0, foreign: 0 };
    let (mut bytes, mut controls) = (0_u64, 0_u64);
    let mut narrow: Vec<u8> = Vec::new();
    let mut wide: Vec<u8> = Vec::new();
    // a letter of which a zero would make one of UTF-16
    let mut pending = None;
    let mut buffer = vec![0; 64 << 10];
    loop {
        let got = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(got) => got,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        bytes += got as u64;
        for piece in buffer.get(..got).unwrap_or(&[]).chunks(PIECE) {
            let silent = piece.iter().filter(|byte| **byte < 32).count();
            if piece.len() == PIECE && piece.len() - silent < SHORTEST {
                // hardly a character in it: not worth a look at each byte
                lines.take(&mut narrow, 1);
                lines.take(&mut wide, 2);
                pending = None;
                controls += silent as u64;
                continue;
            }
            for &byte in piece {
                controls += u64::from(byte < 32 && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 127);
                let ascii = matches!(byte, b'\t' | b' '..=b'~');
                if (ascii || byte >= 0x80) && narrow.len() < LONGEST {
                    narrow.push(byte);
                } else {
                    lines.take(&mut narrow, 1);
                    narrow.extend((ascii || byte >= 0x80).then_some(byte));
                }
                match (pending.take(), byte) {
                    (Some(letter), 0) => {
                        wide.push(letter);
                        if wide.len() >= LONGEST {
                            lines.take(&mut wide, 2);
                        }
                    }
                    (None, _) if ascii => pending = Some(byte),
                    // a letter without its zero, or two other bytes: what was wide has ended
                    _ => {
                        lines.take(&mut wide, 2);
                        pending = ascii.then_some(byte);
                    }
                }
            }
        }
    }
    lines.take(&mut narrow, 1);
    lines.take(&mut wide, 2);
    let mut part = Part { kind: PartKind::Text, ..Part::default() };
    let (text, some) = (lines.text, lines.number > 0);
    let whole = lines.foreign == 0 && controls * 3 <= bytes;
    lines.scan.finish(&mut part);
    Ok(Strings { part: some.then_some(part), bytes, text, whole })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::fingerprint::Key;

    fn found(bytes: &[u8]) -> (Strings, Vec<String>) {
        let pattern = r#"{"regex": "\\b[a-z.]{1,20}@[a-z.]{1,30}\\.org\\b", "confidence": 0.9}"#;
        let class = format!(r#"{{"id": "email_address", "title": "E-mail", "patterns": [{pattern}]}}"#);
        let Ok(class) = serde_json::from_str(&class) else { panic!("a class") };
        let Ok(engine) = Engine::new(&[class], Key::from_text("a key")) else { panic!("one detector") };
        let Ok(strings) = read(&mut &*bytes, &engine) else { panic!("memory can be read") };
        let tallies = strings.part.iter().flat_map(|part| part.tallies.keys().cloned()).collect();
        (strings, tallies)
    }

    #[test]
    fn text_is_found_between_other_bytes() {
        let record = b"\x01\x02\xffa record of two fields\0\0\0\x07\xfe\xfb ada.example@mail.example.org\x03";
        let (strings, classes) = found(record);
        assert!(!strings.whole && strings.bytes == record.len() as u64 && strings.text < strings.bytes);
        assert_eq!(classes, ["email_address"]);
    }

    #[test]
    fn two_byte_text_is_found_too() {
        let mut bytes = vec![0xff, 3, 0, 0, 9];
        bytes.extend("write to ada.example@mail.example.org".encode_utf16().flat_map(u16::to_le_bytes));
        bytes.extend([3, 0xfe, 0, 0]);
        assert_eq!(found(&bytes).1, ["email_address"]);
    }

    #[test]
    fn a_list_parted_by_zeros_is_read_to_the_end() {
        let (strings, classes) = found(&b"first line of it\0ada.example@mail.example.org\0".repeat(9));
        assert!(strings.whole);
        assert_eq!(classes, ["email_address"]);
        assert_eq!(strings.part.and_then(|part| part.tallies.get("email_address").map(|tally| tally.matches)), Some(9));
        assert!(found(b"\0aaa\n").0.whole && found(b"\0aaa\n").0.part.is_none());
    }

    #[test]
    fn numbers_are_no_text() {
        let (strings, classes) = found(&(0..=255).collect::<Vec<u8>>().repeat(4));
        assert!(!strings.whole && classes.is_empty());
    }
}
