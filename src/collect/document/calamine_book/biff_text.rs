//! Text in the records of an xls, where it may be cut in two by the end of a record and go on in the next one. It only decodes;
//! what the text belongs to is for others to say.

use encoding_rs::Encoding;

/// What a record holds together with what goes on in the records after it.
pub(super) struct Chain<'b> {
    pieces: Vec<&'b [u8]>,
    piece: usize,
    at: usize,
}

/// How the text of a book is written.
#[derive(Clone, Copy)]
pub(super) struct Letters {
    /// Since Excel 97: characters of one or two bytes, with a flag that says which.
    pub(super) wide: bool,
    /// Before it: the code page.
    pub(super) page: &'static Encoding,
}

impl Letters {
    /// The encoding of a code page by its number.
    pub(super) fn page(number: u16) -> &'static Encoding {
        match number {
            874 => encoding_rs::WINDOWS_874,
            932 => encoding_rs::SHIFT_JIS,
            936 => encoding_rs::GBK,
            949 => encoding_rs::EUC_KR,
            950 => encoding_rs::BIG5,
            1250 => encoding_rs::WINDOWS_1250,
            1251 => encoding_rs::WINDOWS_1251,
            1253 => encoding_rs::WINDOWS_1253,
            1254 => encoding_rs::WINDOWS_1254,
            1255 => encoding_rs::WINDOWS_1255,
            1256 => encoding_rs::WINDOWS_1256,
            1257 => encoding_rs::WINDOWS_1257,
            1258 => encoding_rs::WINDOWS_1258,
            10_000 | 0x8000 => encoding_rs::MACINTOSH,
            _ => encoding_rs::WINDOWS_1252,
        }
    }

    /// A text with its length in front, in one byte or in two.
    pub(super) fn text(self, content: &[u8], at: usize, long: bool) -> String {
        let mut chain = Chain::new(vec![content]);
        chain.skip(at);
        let count = if long { chain.short().map(usize::from) } else { chain.byte().map(usize::from) };
        let Some(count) = count else { return String::new() };
        if self.wide {
            let Some(flags) = chain.byte() else { return String::new() };
            chain.characters(count, flags & 1 == 1)
        } else {
            let from = at + if long { 2 } else { 1 };
            let bytes = content.get(from..).map_or(&[][..], |rest| rest.get(..count).unwrap_or(rest));
            self.page.decode_without_bom_handling(bytes).0.into_owned()
        }
    }
}

impl<'b> Chain<'b> {
    /// Of these pieces.
    pub(super) fn new(pieces: Vec<&'b [u8]>) -> Self {
        Self { pieces, piece: 0, at: 0 }
    }

    /// What is left of the piece that is being read.
    fn rest(&self) -> &'b [u8] {
        self.pieces.get(self.piece).and_then(|piece| piece.get(self.at..)).unwrap_or(&[])
    }

    /// Goes on to the next piece; `false` if there is none.
    fn turn(&mut self) -> bool {
        self.piece = self.piece.saturating_add(1);
        self.at = 0;
        self.piece < self.pieces.len()
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        loop {
            if let Some(byte) = self.rest().first() {
                self.at += 1;
                return Some(*byte);
            }
            if !self.turn() {
                return None;
            }
        }
    }

    pub(super) fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn long(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes([self.byte()?, self.byte()?, self.byte()?, self.byte()?]))
    }

    pub(super) fn double(&mut self) -> Option<f64> {
        let bits = u64::from(self.long()?) | u64::from(self.long()?) << 32;
        Some(f64::from_bits(bits)).filter(|value| value.is_finite())
    }

    pub(super) fn skip(&mut self, mut count: usize) {
        loop {
            let here = self.rest().len();
            if count <= here {
                self.at += count;
                return;
            }
            count -= here;
            if !self.turn() {
                return;
            }
        }
    }

    /// So many characters. Each further piece says anew whether they are wide.
    pub(super) fn characters(&mut self, mut count: usize, mut wide: bool) -> String {
        let mut units: Vec<u16> = Vec::new();
        while count > 0 {
            let rest = self.rest();
            let here = (if wide { rest.len() / 2 } else { rest.len() }).min(count);
            if here == 0 {
                if !self.turn() {
                    break;
                }
                let Some(flags) = self.byte() else { break };
                wide = flags & 1 == 1;
                continue;
            }
            if wide {
                units.extend(rest.as_chunks::<2>().0.iter().take(here).map(|pair| u16::from_le_bytes(*pair)));
                self.at += here * 2;
            } else {
                units.extend(rest.iter().take(here).map(|byte| u16::from(*byte)));
                self.at += here;
            }
            count -= here;
        }
        char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
    }

    /// A string of the list that all sheets share: with the places where its letters change, and how it is pronounced, behind it.
    pub(super) fn shared(&mut self) -> Option<String> {
        let count = self.short()?;
        let flags = self.byte()?;
        let runs = if flags & 8 == 0 { 0 } else { self.short()? };
        let spoken = if flags & 4 == 0 { 0 } else { self.long()? };
        let text = self.characters(count.into(), flags & 1 == 1);
        self.skip(usize::from(runs) * 4);
        self.skip(spoken as usize);
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_goes_on_in_the_next_record_and_may_change_its_width() {
        let first = [6, 0, 0, b'Q', b'u', b'i'];
        let second = [1, b'l', 0, b'l', 0, 0x1e, 0x20, 2, 0, 8, 1, 0, b'o', b'k', 9, 9, 9, 9];
        let mut chain = Chain::new(vec![&first, &second]);
        assert_eq!(chain.shared().as_deref(), Some("Quill\u{201e}"));
        assert_eq!(chain.shared().as_deref(), Some("ok"));
        assert!(chain.shared().is_none());
    }

    #[test]
    fn lengths_that_lie_end_with_the_bytes() {
        let mut chain = Chain::new(vec![&[0xff, 0xff, 5, 0xff, 0xff, 0xff, 0xff, b'a', 0, b'b']]);
        assert_eq!(chain.shared().as_deref(), Some("a"));
        let old = Letters { wide: false, page: Letters::page(1250) };
        assert_eq!(old.text(&[9, b'a', 0xea], 0, false), "a\u{119}");
        assert_eq!(old.text(&[], 4, true), "");
    }
}
