//! LZ4 frames: one compressed file, in one frame or many.

use super::{Document, Head, Work};
use crate::collect::unpack::single;
use lz4_flex::frame::FrameDecoder;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read};

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
        "Streamed, the older format of the kernel included. Its content is a member, called as the file without the ending; a tar in it is \
         read as one. A stream that needs a dictionary from elsewhere is not read; raw blocks without a frame are not recognised."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "lz4" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        single(work, None, |packed| Ok(Box::new(Frames { source: Some(BufReader::new(packed)), frame: None })));
        Ok(())
    }
}

/// Frames one after the other, as one stream; frames that hold no data are passed over.
struct Frames<R: Read> {
    source: Option<BufReader<R>>,
    frame: Option<FrameDecoder<BufReader<R>>>,
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
                self.source = self.frame.take().map(FrameDecoder::into_inner);
            }
            let Some(mut source) = self.source.take() else { return Ok(0) };
            let start = source.fill_buf()?;
            if start.is_empty() {
                return Ok(0);
            }
            // skippable frames: 184D2A50 to 184D2A5F, then a length
            if matches!(start, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]) {
                let mut head = [0; 8];
                source.read_exact(&mut head)?;
                let [.., a, b, c, d] = head;
                let length = u64::from(u32::from_le_bytes([a, b, c, d]));
                let passed = std::io::copy(&mut (&mut source).take(length), &mut std::io::sink())?;
                if passed < length {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                self.source = Some(source);
                continue;
            }
            self.frame = Some(FrameDecoder::new(source));
        }
    }
}
