//! Zstandard: one compressed file, in one frame or many.

use super::{Document, Head, Work};
use crate::collect::unpack::{DECODER_KIB, single};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{BufRead, BufReader, Error, ErrorKind, Read};

/// The reader.
pub(super) struct Zstd;
/// The reader.
pub(super) static DOCUMENT: Zstd = Zstd;

impl Document for Zstd {
    fn id(&self) -> &'static str {
        "zstd"
    }

    fn title(&self) -> &'static str {
        "Zstandard: one compressed file"
    }

    fn notes(&self) -> &'static str {
        "Streamed. Its content is a member, called as the file without the ending; a tar in it is read as one. A stream that needs a \
         dictionary from elsewhere, or a window of more than 1 GiB, is not read."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "zstd" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        single(work, None, |packed| Ok(Box::new(Frames::new(BufReader::new(packed)))));
        Ok(())
    }
}

/// Frames one after the other, as one stream; frames that hold no data are passed over.
pub(super) struct Frames<R> {
    source: R,
    decoder: FrameDecoder,
    /// Whether a frame has begun and was not ended yet.
    inside: bool,
}

impl<R: BufRead> Frames<R> {
    /// Begins.
    pub(super) fn new(source: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(u64::from(DECODER_KIB) << 10);
        Self { source, decoder, inside: false }
    }

    /// Begins the next frame; `false` at the end.
    fn begin(&mut self) -> std::io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let length = u64::from(length);
                    if std::io::copy(&mut (&mut self.source).take(length), &mut std::io::sink())? < length {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(_) => return Err(ErrorKind::InvalidData.into()),
            }
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.inside {
                if !self.begin()? {
                    return Ok(0);
                }
                self.inside = true;
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let outcome = self.decoder.decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1));
                outcome.map_err(|_| Error::from(ErrorKind::InvalidData))?;
            }
            let got = self.decoder.read(out)?;
            if got > 0 {
                return Ok(got);
            }
            self.inside = false;
            let written = self.decoder.get_checksum_from_data();
            if written.is_some() && written != self.decoder.get_calculated_checksum() {
                return Err(ErrorKind::InvalidData.into());
            }
        }
    }
}
