//! LZ4 frames: one compressed file, in one frame or many.

use super::{Document, Head, Work};
use crate::collect::unpack::single;
use lz4_flex::frame::FrameDecoder;
use std::io::{BufReader, Chain, Cursor, Error, ErrorKind, Read};
use std::ops::Range;

/// The reader.
pub(super) struct Lz4;
/// The reader.
pub(super) static DOCUMENT: Lz4 = Lz4;

impl Document for Lz4 {
    fn id(&self) -> &'static str {
        "lz4"
    }

    fn title(&self) -> &'static str {
        "LZ4: one compressed file"
    }

    fn notes(&self) -> &'static str {
        "Streamed, the older format of the kernel included, and frames of any kind behind one another. Its content is a member, called as the file without the ending; a tar in it is \
         read as one. A stream that needs a dictionary from elsewhere is not read; raw blocks without a frame are not recognised."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "lz4" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        single(work, None, |packed| {
            Ok(Box::new(Frames {
                source: Some(BufReader::new(packed)),
                frame: None,
                older: false,
                block: Vec::new(),
                rest: 0..0,
            }))
        });
        Ok(())
    }
}

/// What a frame begins with; one of the older format has no end of its own: the next frame's beginning, or that of the stream's end, is it.
const FRAME: u32 = 0x184d_2204;
const OLDER: u32 = 0x184c_2102;
/// Bytes of a block of the older format, unpacked, and the most that such a block takes packed.
const OLDER_BLOCK: usize = 8 << 20;
const OLDER_PACKED: u32 = (OLDER_BLOCK + OLDER_BLOCK / 255 + 16) as u32;

/// Frames one after the other, as one stream; frames that hold no data are passed over.
struct Frames<R: Read> {
    source: Option<R>,
    frame: Option<FrameDecoder<Begun<R>>>,
    /// Whether blocks of the older format follow.
    older: bool,
    /// The block of the older format that is given out, and what of it was not yet.
    block: Vec<u8>,
    rest: Range<usize>,
}

/// What follows the four bytes that were looked at, and those.
type Begun<R> = Chain<Cursor<[u8; 4]>, Ended<R>>;

/// Knows whether the end was read.
struct Ended<R> {
    inner: R,
    there: bool,
}

impl<R: Read> Read for Ended<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let got = self.inner.read(out)?;
        self.there |= got == 0 && !out.is_empty();
        Ok(got)
    }
}

/// Four bytes; nothing at the end.
fn four(source: &mut impl Read) -> std::io::Result<Option<[u8; 4]>> {
    let mut out = [0; 4];
    if source.read(&mut out[..1])? == 0 {
        return Ok(None);
    }
    source.read_exact(&mut out[1..])?;
    Ok(Some(out))
}

impl<R: Read> Frames<R> {
    /// Goes on to where there is more; `false` at the end.
    fn begin(&mut self, mut source: R) -> std::io::Result<bool> {
        let Some(start) = four(&mut source)? else { return Ok(false) };
        match u32::from_le_bytes(start) {
            FRAME => {
                self.older = false;
                self.frame = Some(FrameDecoder::new(Cursor::new(start).chain(Ended { inner: source, there: false })));
                return Ok(true);
            }
            OLDER => self.older = true,
            // skippable frames: a length, and so many bytes
            0x184d_2a50..=0x184d_2a5f => {
                self.older = false;
                let length = four(&mut source)?.ok_or(ErrorKind::UnexpectedEof)?;
                let length = u64::from(u32::from_le_bytes(length));
                if std::io::copy(&mut (&mut source).take(length), &mut std::io::sink())? < length {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
            }
            packed @ 1..=OLDER_PACKED if self.older => {
                let mut bytes = Vec::new();
                (&mut source).take(packed.into()).read_to_end(&mut bytes)?;
                // the kernel's own files end with how long they are unpacked
                if bytes.is_empty() {
                    return Ok(false);
                }
                if bytes.len() < packed as usize {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                // made once: to fill it with noughts for each of millions of blocks would take as long as reading as much
                self.block.resize(OLDER_BLOCK, 0);
                self.rest = 0..lz4_flex::block::decompress_into(&bytes, &mut self.block).map_err(Error::other)?;
                if self.rest.is_empty() {
                    return Err(ErrorKind::InvalidData.into());
                }
            }
            // how long a large kernel is, unpacked
            _ if self.older && !self.block.is_empty() && source.read(&mut [0])? == 0 => return Ok(false),
            _ => return Err(ErrorKind::InvalidData.into()),
        }
        self.source = Some(source);
        Ok(true)
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(frame) = &mut self.frame {
                let got = frame.read(out).map_err(Error::other)?;
                if got > 0 {
                    return Ok(got);
                }
                let under = self.frame.take().map(|frame| frame.into_inner().into_inner().1);
                // a frame that breaks off between two blocks is whole to the library: it has a mark of its end, and nothing is read behind that
                if under.as_ref().is_some_and(|under| under.there) {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                self.source = under.map(|under| under.inner);
            }
            let got = self.block.get(self.rest.clone()).unwrap_or(&[]).read(out)?;
            if got > 0 {
                self.rest.start += got;
                return Ok(got);
            }
            let Some(source) = self.source.take() else { return Ok(0) };
            if !self.begin(source)? {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn unpacked(pieces: &[&[u8]]) -> std::io::Result<String> {
        let all = pieces.concat();
        let mut out = String::new();
        Frames { source: Some(all.as_slice()), frame: None, older: false, block: Vec::new(), rest: 0..0 }
            .read_to_string(&mut out)?;
        Ok(out)
    }

    #[test]
    fn frames_of_every_kind_follow_each_other() -> std::io::Result<()> {
        let frame = |text: &str| -> std::io::Result<Vec<u8>> {
            let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
            encoder.write_all(text.as_bytes())?;
            encoder.finish().map_err(Error::other)
        };
        let skipped = |bytes: &[u8]| [&[0x5a, 0x2a, 0x4d, 0x18][..], &(bytes.len() as u32).to_le_bytes(), bytes].concat();
        let older = |text: &str| {
            let packed = lz4_flex::block::compress(text.as_bytes());
            [&OLDER.to_le_bytes()[..], &(packed.len() as u32).to_le_bytes(), &packed].concat()
        };
        let (one, two) = (frame("one ")?, frame("two ")?);
        let (none, some) = (skipped(&[]), skipped(&[4; 3000]));
        assert_eq!(unpacked(&[&some, &one, &none, &some, &two, &none])?, "one two ");
        assert_eq!(
            unpacked(&[&older("older "), &two, &older("again "), &some, &older("end"), &[9, 0, 0, 0]])?,
            "older two again end"
        );
        // a kernel ends with its length, however long it is; blocks of nothing are no blocks
        assert_eq!(unpacked(&[&older("kernel"), &30_000_000_u32.to_le_bytes()])?, "kernel");
        let empty = [&OLDER.to_le_bytes()[..], &[1, 0, 0, 0, 0].repeat(1000)].concat();
        assert!(unpacked(&[&empty]).is_err());
        for broken in
            [&one[..one.len() - 1], &one[..one.len() - 4], &some[..9], &some[..6], b"\x02\x21\x4c\x18\xff\xff\xff\xff", b"text"]
        {
            assert!(unpacked(&[&two, broken]).is_err(), "{broken:?}");
        }
        Ok(())
    }
}
