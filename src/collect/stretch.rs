//! The worker's side of a file in pieces: what an order asks for, and the text from somewhere in a file on. What it does not know how to read
//! in pieces it says, and then the file is read whole.

use super::content::Content;
use super::decode;
use super::document::Head;
use super::examine::{Examined, HEAD, Source, blank, decoded, holes};
use super::limits::Limits;
use super::pieces::{Facts, Piece, Reading, Stretch, Task, Told};
use super::walk::Entry;
use super::{read, sniff};
use crate::detect::engine::Engine;
use crate::detect::text::TextScan;
use crate::model::word::Sum;
use encoding_rs::{Decoder, Encoding, UTF_8};
use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom};
use std::rc::Rc;

/// Bytes that are read at once.
const AT_ONCE: usize = 64 << 10;
/// Bytes behind a piece in which its last record has to end.
pub(super) const BEYOND: u64 = 64 << 20;
/// Bytes behind a piece that are kept to tell where in the file a record begins.
const TAIL: usize = 8 << 20;

/// Does what an order asks for. What cannot be read is read whole, and then says so.
pub(super) fn task(
    entry: &Entry,
    task: Task,
    source: std::io::Result<Source<'_>>,
    engine: &Engine,
    limits: &Limits,
) -> (Examined, Told) {
    let mut examined = Examined::bare(blank(entry, engine, &mut engine.scratch()));
    let told = match source {
        Ok(Source::File(file)) if holes(&file, limits).is_none() => done(entry, task, &file, engine, limits, &mut examined),
        _ => Ok(Told::Whole),
    };
    (examined, told.unwrap_or(Told::Whole))
}

fn done(
    entry: &Entry,
    task: Task,
    file: &File,
    engine: &Engine,
    limits: &Limits,
    examined: &mut Examined,
) -> std::io::Result<Told> {
    let facts = Facts::of(file)?;
    if task == Task::Digest {
        return digests(file, facts, engine);
    }
    let mut head = Vec::with_capacity(HEAD);
    file.take(HEAD as u64).read_to_end(&mut head)?;
    let sniffed = sniff::sniff(&head, head.len() < HEAD);
    let Some(encoding) = sniffed.encoding.filter(|_| head.len() == HEAD) else { return Ok(Told::Whole) };
    let path = entry.path.to_string_lossy().replace('\\', "/");
    let name = path.rsplit('/').next().unwrap_or("").to_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_owned();
    let (text, zeros) = decoded(&head, false, encoding)?;
    let head =
        Head { raw: &head, text: &text, whole: false, kind: sniffed.kind, name: &name, extension: &extension, path: &path };
    let Some(document) = read::streamed(&head).filter(|_| zeros == 0) else { return Ok(Told::Whole) };
    let Some(stretches) = document.stretches().filter(|stretches| stretches.takes(&head, encoding)) else {
        return Ok(Told::Whole);
    };
    let artifact = &mut examined.artifact;
    artifact.kind = document.id().into();
    artifact.encryption = sniffed.encryption;
    artifact.extension_matches = sniff::extension_agrees(sniffed.kind, &extension);
    let reading = |from, to, exact| Reading { head: &head, file, encoding, engine, limits, size: facts.size, from, to, exact };
    let told = match task {
        Task::Read { from, to, exact } if from < to && to <= facts.size => {
            stretches.read(&reading(from, to, exact))?.map(|piece| stretch(facts, piece))
        }
        Task::Find { at } if at <= facts.size => stretches.find(&reading(0, at, None))?.map(Told::Found),
        Task::Ask => Some(Told::Pieces(facts)),
        _ => None,
    };
    // one that changed meanwhile is two files in one
    let same = Facts::of(file)? == facts;
    Ok(told.filter(|_| same).unwrap_or(Told::Whole))
}

fn stretch(facts: Facts, piece: Piece) -> Told {
    let Piece { begins, sure, next, lines, parts, holds, strange: (strange, first_strange) } = piece;
    Told::Stretch(Box::new(Stretch { facts, begins, sure, next, lines, parts, holds, strange, first_strange }))
}

fn digests(file: &File, facts: Facts, engine: &Engine) -> std::io::Result<Told> {
    let (mut sha, mut mark, mut bytes) = (Sha256::new(), engine.key.hasher(), 0);
    let (mut piece, mut file) = (vec![0; 256 << 10], file);
    loop {
        let got = match file.read(&mut piece) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            got => got?,
        };
        if got == 0 {
            break;
        }
        let fresh = piece.get(..got).unwrap_or(&[]);
        sha.update(fresh);
        mark.update(fresh);
        bytes += got as u64;
    }
    if bytes != facts.size || Facts::of(file)? != facts {
        return Ok(Told::Whole);
    }
    let sha256 = Sum(sha.finalize().into());
    Ok(Told::Digests { facts, sha256, content: Content::of(&mark) })
}

/// The text of a file from a byte on, as UTF-8, and where in the file what is read of it lies.
pub struct Window<'f> {
    file: &'f File,
    /// The byte that is read next.
    at: u64,
    /// The first byte behind the piece.
    end: u64,
    decoder: Decoder,
    raw: Box<[u8]>,
    out: Vec<u8>,
    given: usize,
    filled: usize,
    /// Bytes of text so far.
    decoded: u64,
    /// How many of them are of the piece, as soon as that is known.
    passed: Rc<Cell<u64>>,
    /// The last byte of the piece.
    last: u8,
    /// What came behind the piece, as it is and as text.
    tail: Option<(Vec<u8>, Vec<u8>)>,
    finished: bool,
    zeros: bool,
    replaced: bool,
    over: bool,
}

impl<'f> Window<'f> {
    pub(super) fn new(file: &'f File, encoding: &'static Encoding, start: u64, end: u64) -> std::io::Result<Self> {
        let mut own = file;
        own.seek(SeekFrom::Start(start))?;
        // only a file begins with a mark
        let decoder =
            if start == 0 { encoding.new_decoder_with_bom_removal() } else { encoding.new_decoder_without_bom_handling() };
        let room = decoder.max_utf8_buffer_length(AT_ONCE).unwrap_or(4 * AT_ONCE);
        Ok(Self {
            file,
            at: start,
            end,
            decoder,
            raw: vec![0; AT_ONCE].into_boxed_slice(),
            out: vec![0; room],
            given: 0,
            filled: 0,
            decoded: 0,
            passed: Rc::new(Cell::new(u64::MAX)),
            last: 0,
            tail: None,
            finished: false,
            zeros: false,
            replaced: false,
            over: false,
        })
    }

    /// Keeps what is behind the piece, for [`Window::place`].
    #[must_use]
    pub fn placing(mut self) -> Self {
        self.tail = Some((Vec::new(), Vec::new()));
        self
    }

    /// Bytes of text that are of the piece: known when it was read.
    pub fn passed(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.passed)
    }

    /// Whether something was met that a reader of pieces does not have as a reader of all has it.
    pub fn is_strange(&self) -> bool {
        self.zeros || self.over
    }

    /// Whether each byte of the file is one of the text so far.
    pub fn is_plain(&self) -> bool {
        !self.is_strange() && !self.replaced
    }

    /// Where in the file a record begins, which begins behind the piece and so many bytes into the text. Line ends are one byte in the file and
    /// in the text, whatever else there is, and before a record stands one.
    pub fn place(&self, offset: u64) -> Option<u64> {
        let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let behind = usize::try_from(offset.checked_sub(self.passed.get())?).ok()?;
        if behind == 0 {
            return is_end(&self.last).then_some(self.end);
        }
        let (raw, text) = self.tail.as_ref()?;
        let ends = text.get(..behind)?.iter().filter(|byte| is_end(byte)).count();
        let mut places = raw.iter().enumerate().filter(|row| is_end(row.1)).map(|row| row.0);
        let place = places.nth(ends.checked_sub(1)?)?;
        Some(self.end + place as u64 + 1)
    }

    /// Reads on; at the end nothing is filled in.
    fn fill(&mut self) -> std::io::Result<()> {
        let piece = self.at < self.end;
        let most = if piece { usize::try_from(self.end - self.at).unwrap_or(AT_ONCE).min(AT_ONCE) } else { AT_ONCE };
        let mut file = self.file;
        let got = loop {
            match file.read(self.raw.get_mut(..most).unwrap_or(&mut [])) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                got => break got?,
            }
        };
        let fresh = self.raw.get(..got).unwrap_or(&[]);
        let (_, _, written, replaced) = self.decoder.decode_to_utf8(fresh, &mut self.out, got == 0);
        let text = self.out.get(..written).unwrap_or(&[]);
        (self.given, self.filled) = (0, written);
        self.finished = got == 0;
        self.replaced |= replaced;
        self.zeros |= memchr::memchr(0, text).is_some();
        self.at += got as u64;
        self.decoded += written as u64;
        if !piece {
            if let Some((raw, own)) = &mut self.tail {
                raw.extend_from_slice(fresh);
                own.extend_from_slice(text);
                self.over |= raw.len() > TAIL;
            }
            self.over |= self.at > self.end.saturating_add(BEYOND);
            self.finished |= self.over;
        } else if let Some(last) = fresh.last() {
            self.last = *last;
            if self.at == self.end {
                self.passed.set(self.decoded);
            }
        }
        Ok(())
    }
}

impl Read for Window<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.given == self.filled {
            if self.finished {
                return Ok(0);
            }
            self.fill()?;
        }
        let ready = self.out.get(self.given..self.filled).unwrap_or(&[]);
        let most = ready.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..most), ready.get(..most)) {
            to.copy_from_slice(from);
        }
        self.given += most;
        Ok(most)
    }
}

/// Where the first line that begins in a piece begins: that is plain to see, whatever stands before it.
pub(super) fn first_line(reading: &Reading<'_>) -> std::io::Result<Option<u64>> {
    let Some(mut at) = reading.from.checked_sub(1) else { return Ok(Some(0)) };
    if reading.exact.is_some() {
        return Ok(reading.exact);
    }
    while at < reading.to {
        let raw = reading.raw(at, AT_ONCE as u64)?;
        if let Some(end) = memchr::memchr(b'\n', &raw) {
            let begins = at + end as u64 + 1;
            return Ok((begins < reading.to).then_some(begins));
        }
        if raw.is_empty() {
            break;
        }
        at += raw.len() as u64;
    }
    Ok(None)
}

/// Where the first line at or behind the end of a piece begins.
pub(super) fn line_behind(reading: &Reading<'_>) -> std::io::Result<Option<u64>> {
    let behind = Reading { from: reading.to, to: reading.size, exact: None, ..*reading };
    Ok(Some(first_line(&behind)?.unwrap_or(reading.size)))
}

/// Whether the lines of a file can be read in pieces: what is gathered of them hangs on where in the text they are, so that has to be where in
/// the file they are.
pub(super) fn lines_are_plain(head: &Head<'_>, encoding: &'static Encoding) -> bool {
    encoding == UTF_8 && !head.raw.starts_with(&[0xef, 0xbb, 0xbf])
}

/// Reads the lines of a piece, with whether what is gathered of them ends there; says where the first begins, where the first behind the piece
/// does, and how many there are. `None` where the file is not as lines in pieces are.
pub(super) fn lines(
    reading: &Reading<'_>,
    begins: u64,
    each: impl FnMut(u64, &str, bool),
) -> std::io::Result<Option<(u64, u64)>> {
    let mut window = reading.window(begins, reading.to)?;
    let next = decode::lines_until(&mut window, begins, &Cell::new(reading.to), each)?;
    let (next, lines) = next.map_or((reading.size, 0), |next| (next.offset, next.line - 1));
    Ok(window.is_plain().then_some((next, lines)))
}

/// Reads a piece of a text that is all lines.
pub(super) fn text(reading: &Reading<'_>, each: impl Fn(&mut TextScan<'_>, u64, &str)) -> std::io::Result<Option<Piece>> {
    let Some(begins) = first_line(reading)? else { return Ok(Some(Piece::empty(reading, true))) };
    let mut scan = TextScan::stretch(reading.engine);
    let read = lines(reading, begins, |number, line, marked| {
        each(&mut scan, number, line);
        if marked {
            scan.cut();
        }
    })?;
    let piece = |(next, lines)| {
        Some(Piece {
            begins: Some(begins),
            sure: true,
            next,
            lines,
            parts: Vec::new(),
            holds: vec![scan.partial()?],
            strange: (0, 0),
        })
    };
    Ok(read.and_then(piece))
}
