//! Bytes to UTF-8, streamed: marks first, then UTF-8, then UTF-16 by its zeros, then the likeliest old 8-bit encoding.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::cell::Cell;
use std::io::{self, Read};

/// The encoding of a text by its first bytes; `None` when they are not text.
pub fn encoding(head: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Some(encoding);
    }
    let zeros = count(head, |byte| byte == 0);
    if zeros > 0 {
        if let Some(encoding) = utf16(head) {
            return Some(encoding);
        }
        // a few in what else is plain text do not make it binary
        let rare = zeros * 1_000 < head.len() || (zeros <= 3 && zeros * 16 < head.len());
        let other = head.iter().any(|byte| *byte != 0 && *byte < 32 && !matches!(*byte, b'\t' | b'\n' | b'\r' | 12));
        if !rare || other {
            return None;
        }
    }
    let controls = count(head, |byte| byte < 32 && !matches!(byte, b'\t' | b'\n' | b'\r' | 12 | 27));
    if controls * 50 > head.len() {
        return None;
    }
    match std::str::from_utf8(head) {
        Ok(_) => return Some(UTF_8),
        // cut inside a character, or a few broken bytes in what else is UTF-8
        Err(error) if error.valid_up_to() + 4 > head.len() => return Some(UTF_8),
        Err(_) => {}
    }
    let high = head.iter().filter(|byte| **byte >= 0x80).count();
    if high * 10 > head.len() * 3 && controls > 0 || high * 5 > head.len() && zeros > 0 {
        return None;
    }
    let mut guess = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    guess.feed(head, true);
    Some(guess.guess(Some(b"uk"), chardetng::Utf8Detection::Deny))
}

/// How many bytes are such. Short stretches are counted in a byte each, so that many are looked at together.
fn count(bytes: &[u8], such: impl Fn(u8) -> bool) -> usize {
    bytes.chunks(255).map(|some| usize::from(some.iter().map(|byte| u8::from(such(*byte))).sum::<u8>())).sum()
}

/// Bytes that are UTF-8 as they are, with nothing that reading would leave out.
pub fn as_it_is(bytes: &[u8]) -> Option<&str> {
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) || memchr::memchr(0, bytes).is_some() {
        return None;
    }
    std::str::from_utf8(bytes).ok()
}

/// UTF-16 without a mark: nearly all of every second byte is zero, and hardly any of the others.
fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let half = head.len() / 2;
    let (even, odd) = (zeros(0), zeros(1));
    if half < 4 {
        None
    } else if odd * 10 >= half * 7 && even * 50 <= half {
        Some(UTF_16LE)
    } else if even * 10 >= half * 7 && odd * 50 <= half {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// A reader of UTF-8 over a reader of anything. Bytes that mean nothing become U+FFFD; zeros, which would part a word
/// that a reader sees whole, and a byte-order mark are dropped.
pub struct Utf8<R> {
    inner: R,
    decoder: Decoder,
    raw: Box<[u8]>,
    start: usize,
    end: usize,
    ended: bool,
    /// The decoder has given its last; it must not be asked again.
    finished: bool,
    /// What did not fit into the caller's buffer.
    rest: Vec<u8>,
    /// Zeros met so far.
    pub zeros: u64,
}

/// Bytes that are read at once: of most files that is all, and what is taken for them has to be cleared twice.
const FIRST: usize = 4 << 10;
/// The same of files that are longer.
const MOST_ROOM: usize = 64 << 10;

fn room(bytes: usize) -> Box<[u8]> {
    vec![0; bytes].into_boxed_slice()
}

/// More of it, once a read has filled it; what it held is gone.
fn grow(own: &mut Box<[u8]>, got: usize) {
    if got == own.len() && got < MOST_ROOM {
        *own = room(MOST_ROOM);
    }
}

impl<R: Read> Utf8<R> {
    /// Begins.
    pub fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { inner, decoder, raw: room(FIRST), start: 0, end: 0, ended: false, finished: false, rest: Vec::new(), zeros: 0 }
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !self.rest.is_empty() {
            let take = self.rest.len().min(out.len());
            for (slot, byte) in out.iter_mut().zip(self.rest.drain(..take)) {
                *slot = byte;
            }
            return Ok(take);
        }
        if self.finished {
            return Ok(0);
        }
        loop {
            if self.start == self.end && !self.ended {
                grow(&mut self.raw, self.end);
                // nothing, should it fail
                (self.start, self.end) = (0, 0);
                self.end = self.inner.read(&mut self.raw)?;
                self.ended = self.end == 0;
            }
            // the decoder wants room for one character; a smaller buffer is served through `rest`
            let mut small = [0; 16];
            let direct = out.len() >= 16;
            let target: &mut [u8] = if direct { out } else { &mut small };
            let input = self.raw.get(self.start..self.end).unwrap_or(&[]);
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, target, self.ended);
            self.start += read;
            self.finished = self.ended && result == CoderResult::InputEmpty;
            let fresh = if direct { out.get(..written) } else { small.get(..written) }.unwrap_or(&[]);
            let zeros = fresh.iter().filter(|byte| **byte == 0).count();
            if zeros > 0 {
                self.zeros += zeros as u64;
                self.rest.extend(fresh.iter().filter(|byte| **byte != 0));
                if self.rest.is_empty() && !self.finished {
                    continue;
                }
                return self.read(out);
            }
            if direct {
                if written > 0 {
                    return Ok(written);
                }
            } else if written > 0 {
                self.rest.extend(small.iter().take(written));
                return self.read(out);
            }
            if self.finished {
                return Ok(0);
            }
        }
    }
}

/// Bytes of a line before it is cut: one line may be the whole of a huge file.
const MOST_LINE: usize = 64 << 10;
/// Bytes before a cut in which a better place for it is looked for.
const LOOK_BACK: usize = 1 << 10;

/// At a line's end at or beyond each multiple of so many bytes, what is gathered of lines ends: so a reader that begins there has no more and no
/// less before it than one that came from the beginning.
pub const MARKED: u64 = 1 << 20;

/// Where lines are in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The number of the line, from 1.
    pub line: u64,
    /// Bytes before it.
    pub offset: u64,
}

/// Calls back for every line with its number from 1. A line beyond 64 KiB comes in pieces, cut between words where there are any, and the
/// same whoever reads it from its beginning.
pub fn lines<R: Read>(reader: R, mut each: impl FnMut(u64, &str)) -> io::Result<()> {
    lines_until(reader, 0, &Cell::new(u64::MAX), |number, line, _| each(number, line)).map(|_| ())
}

/// The same for a text of which so many bytes come before what is read, with whether a multiple of [`MARKED`] lies in the line or at its end.
/// Ends at the first line that begins at or beyond `until`, and says which that is; `None` at the end of the text.
pub fn lines_until<R: Read>(
    mut reader: R,
    mut at: u64,
    until: &Cell<u64>,
    mut each: impl FnMut(u64, &str, bool),
) -> io::Result<Option<At>> {
    let mut buffer: Vec<u8> = Vec::new();
    let mut chunk = room(FIRST);
    let (mut number, mut inside) = (1, false);
    // a line, or a piece of one, with the bytes that it takes; where the next begins
    let mut take = |at: u64, line: &[u8], bytes: usize, number: u64| {
        let end = at + bytes as u64;
        emit(line, number, &mut |number, line| each(number, line, at / MARKED != end / MARKED));
        end
    };
    loop {
        let got = match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        buffer.extend_from_slice(chunk.get(..got).unwrap_or(&[]));
        grow(&mut chunk, got);
        let mut from = 0;
        while let Some(end) = buffer.get(from..).and_then(|rest| memchr::memchr(b'\n', rest)) {
            if !inside && at >= until.get() {
                return Ok(Some(At { line: number, offset: at }));
            }
            let mut line = buffer.get(from..from + end).unwrap_or(&[]);
            while line.len() > MOST_LINE {
                let (piece, rest) = line.split_at_checked(cut_at(line)).unwrap_or((line, &[]));
                at = take(at, piece, piece.len(), number);
                line = rest;
            }
            at = take(at, line, line.len() + 1, number);
            (number, inside) = (number + 1, false);
            from += end + 1;
        }
        buffer.drain(..from);
        if !inside && at >= until.get() && !buffer.is_empty() {
            return Ok(Some(At { line: number, offset: at }));
        }
        while buffer.len() > MOST_LINE {
            let cut = cut_at(&buffer);
            at = take(at, buffer.get(..cut).unwrap_or(&[]), cut, number);
            inside = true;
            buffer.drain(..cut);
        }
    }
    if !buffer.is_empty() {
        take(at, &buffer, buffer.len(), number);
    }
    Ok(None)
}

fn emit(line: &[u8], number: u64, each: &mut impl FnMut(u64, &str)) {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(line) => each(number, line),
        Err(_) => each(number, &String::from_utf8_lossy(line)),
    }
}

fn cut_at(buffer: &[u8]) -> usize {
    let low = MOST_LINE - LOOK_BACK;
    let window = buffer.get(low..MOST_LINE).unwrap_or(&[]);
    let soft = |set: &[u8]| window.iter().rposition(|byte| set.contains(byte)).map(|at| low + at + 1);
    let hard = || (low..=MOST_LINE).rev().find(|at| buffer.get(*at).is_none_or(|byte| byte & 0xc0 != 0x80));
    soft(b"\n}{][;").or_else(|| soft(b" \t\r,|<>\"")).or_else(hard).unwrap_or(MOST_LINE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(bytes: &[u8]) -> String {
        let encoding = encoding(bytes).unwrap_or(UTF_8);
        let mut text = String::new();
        assert!(Utf8::new(bytes, encoding).read_to_string(&mut text).is_ok());
        text
    }

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(read_all("\u{feff}Zoë".as_bytes()), "Zoë");
        assert_eq!(read_all(b"Zo\xeb, caf\xe9 and \x93quotes\x94 in a longer text"), "Zoë, café and “quotes” in a longer text");
        let utf16: Vec<u8> = "name,rank\nAda,PC\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read_all(&utf16), "name,rank\nAda,PC\n");
        let utf16: Vec<u8> = "\u{feff}name".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read_all(&utf16), "name");
        assert!(encoding(b"\x7fELF\0\0\0\x01\x02\x03\0\0\0").is_none());
    }

    #[test]
    fn a_few_zeros_do_not_make_a_text_binary() {
        assert_eq!(
            read_all(b"warrant_no,name\n48213,Ada\0 Example\n48214,Ben Sample\n"),
            "warrant_no,name\n48213,Ada Example\n48214,Ben Sample\n"
        );
        let long = [&b"plain text of many lines\n".repeat(200)[..], b"a\0b\n", b"caf\xe9\n"].concat();
        assert!(encoding(&long).is_some() && read_all(&long).contains("ab\ncaf"));
        let padded = [&b"a,b\n"[..], &vec![0; 300_000], b"c,d\n"].concat();
        let (mut reader, mut text) = (Utf8::new(padded.as_slice(), UTF_8), String::new());
        assert!(reader.read_to_string(&mut text).is_ok() && text == "a,b\nc,d\n" && reader.zeros == 300_000);
        assert!(encoding(&b"Ada\0Example\0".repeat(50)).is_none());
        assert!(encoding(b"\x01\x02\x03 text text text text text \0 text").is_none());
    }

    /// A text that comes so many bytes at a time.
    struct Slow<'t>(&'t [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(out.len());
            self.0.read(out.get_mut(..most).unwrap_or(&mut []))
        }
    }

    #[test]
    fn lines_and_their_pieces_are_the_same_from_wherever_they_are_read() {
        let mut text = String::new();
        for at in 0..40_usize {
            text.push_str(&"word, of € and more; ".repeat(at * at * 7 % 9_000));
            text.push_str(if at % 5 == 0 { "\r\n" } else { "\n" });
        }
        text.push_str("the last");
        let read = |from: usize, until: u64, most: usize| {
            let mut out = Vec::new();
            let rest = text.as_bytes().get(from..).unwrap_or(&[]);
            let until = Cell::new(until);
            let next = lines_until(Slow(rest, most), from as u64, &until, |line, text, marked| {
                out.push((line, text.to_owned(), marked));
            });
            (out, next.ok().flatten())
        };
        let (whole, end) = read(0, u64::MAX, 1 << 20);
        assert!(end.is_none() && whole.len() > 60 && whole.iter().filter(|row| row.2).count() > 1);
        for (most, step) in [(1 << 20, 100_000), (4_097, 100_000), (70_000, 333), (1 << 16, 1 << 19)] {
            let (mut all, mut at, mut before) = (Vec::new(), 0, 0);
            for until in (step..).step_by(step) {
                let (rows, next) = read(at, until as u64, most);
                all.extend(rows.into_iter().map(|(line, text, marked)| (line + before, text, marked)));
                let Some(next) = next else { break };
                (at, before) = (next.offset as usize, before + next.line - 1);
            }
            assert!(all == whole, "{most} {step}");
        }
    }

    #[test]
    fn tiny_buffers_lose_nothing() {
        let text = "Zoë €uro ".repeat(2000);
        let mut reader = Utf8::new(text.as_bytes(), UTF_8);
        let (mut out, mut two) = (Vec::new(), [0; 2]);
        while let Ok(got @ 1..) = reader.read(&mut two) {
            out.extend_from_slice(two.get(..got).unwrap_or(&[]));
        }
        assert_eq!(String::from_utf8_lossy(&out), text);
    }

    #[test]
    fn a_reader_that_has_ended_can_be_asked_again() {
        for size in [10, 70_000, 300_000] {
            let text = "x".repeat(size);
            let mut reader = Utf8::new(text.as_bytes(), UTF_8);
            let mut out = String::new();
            assert!(reader.read_to_string(&mut out).is_ok());
            assert_eq!(out.len(), size);
            assert!(matches!(reader.read(&mut [0; 100]), Ok(0)));
            assert!(matches!(reader.read(&mut [0; 100]), Ok(0)));
        }
    }

    #[test]
    fn endless_lines_come_in_pieces_cut_between_words() {
        let text = "word ".repeat(40_000);
        let (mut joined, mut pieces) = (String::new(), 0);
        let done = lines(text.as_bytes(), |number, piece| {
            assert_eq!(number, 1);
            assert!(piece.len() <= MOST_LINE && (piece.ends_with(' ')));
            joined.push_str(piece);
            pieces += 1;
        });
        assert!(done.is_ok());
        assert!(pieces > 2);
        assert_eq!(joined, text);
    }
}
