//! Bytes that can be read from anywhere: formats whose directory is at their end need that. A file of the delivery is read where it
//! lies; a member of a container is held in memory, within a limit; a disk that is kept in pieces is put together as it is read.

use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::rc::Rc;

/// Bytes that are put together when they are asked for: the clusters of a virtual disk.
pub(super) trait Pieces {
    /// Reads at a place; 0 where there is nothing more. Fewer bytes than asked for are no end.
    fn read_at(&self, at: u64, out: &mut [u8]) -> Result<usize>;
}

/// A place in bytes that stay where they are. Clones have places of their own.
#[derive(Clone)]
pub(super) struct Anywhere<'a> {
    source: Source<'a>,
    /// Where the bytes begin in the source: that of a partition is not 0.
    base: u64,
    at: u64,
    len: u64,
}

#[derive(Clone)]
enum Source<'a> {
    Memory(Rc<Vec<u8>>, std::marker::PhantomData<&'a ()>),
    #[cfg(unix)]
    File(&'a std::fs::File),
    Pieces(Rc<dyn Pieces + 'a>),
}

impl<'a> Anywhere<'a> {
    /// Over bytes in memory.
    pub(super) fn memory(bytes: Vec<u8>) -> Self {
        let len = bytes.len() as u64;
        Self { source: Source::Memory(Rc::new(bytes), std::marker::PhantomData), base: 0, at: 0, len }
    }

    /// Over a file, whose own place stays untouched; `None` where the system cannot do that.
    #[cfg(unix)]
    pub(super) fn file(file: &'a std::fs::File) -> Option<Self> {
        let len = file.metadata().ok()?.len();
        Some(Self { source: Source::File(file), base: 0, at: 0, len })
    }

    /// Over a file, whose own place stays untouched; `None` where the system cannot do that.
    #[cfg(not(unix))]
    pub(super) fn file(_file: &'a std::fs::File) -> Option<Self> {
        None
    }

    /// Over bytes that are put together when they are asked for.
    pub(super) fn pieces(pieces: Rc<dyn Pieces + 'a>, len: u64) -> Self {
        Self { source: Source::Pieces(pieces), base: 0, at: 0, len }
    }

    /// A stretch as bytes of their own; it ends where these end.
    pub(super) fn window(&self, from: u64, length: u64) -> Self {
        let from = from.min(self.len);
        Self { source: self.source.clone(), base: self.base + from, at: 0, len: length.min(self.len - from) }
    }

    /// So many bytes from a place; `None` if there are not as many.
    pub(super) fn get(&self, from: u64, length: usize) -> Option<Vec<u8>> {
        if from.checked_add(length as u64)? > self.len {
            return None;
        }
        let mut out = Vec::with_capacity(length);
        let got = self.slice(from, from + length as u64).read_to_end(&mut out).ok()?;
        (got == length).then_some(out)
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The bytes from one place to another.
    pub(super) fn slice(&self, from: u64, to: u64) -> impl Read + use<'a> {
        let mut own = self.clone();
        own.at = from;
        own.take(to.saturating_sub(from))
    }
}

impl Read for Anywhere<'_> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let most = usize::try_from(self.len.saturating_sub(self.at)).unwrap_or(usize::MAX).min(out.len());
        let out = out.get_mut(..most).unwrap_or(&mut []);
        // a place behind the end may be any number
        let at = self.base.saturating_add(self.at);
        let got = match &self.source {
            Source::Memory(bytes, _) => {
                let mut rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or(&[]);
                rest.read(out)?
            }
            #[cfg(unix)]
            Source::File(file) if !out.is_empty() => std::os::unix::fs::FileExt::read_at(*file, out, at)?,
            #[cfg(unix)]
            Source::File(_) => 0,
            Source::Pieces(pieces) if !out.is_empty() => pieces.read_at(at, out)?,
            Source::Pieces(_) => 0,
        };
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for Anywhere<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_have_places_of_their_own() {
        let mut one = Anywhere::memory(b"0123456789".to_vec());
        let mut two = one.clone();
        assert_eq!(one.seek(SeekFrom::End(-2)).ok(), Some(8));
        let (mut first, mut second, mut third) = (String::new(), String::new(), String::new());
        assert_eq!(one.read_to_string(&mut first).ok(), Some(2));
        assert_eq!(two.read_to_string(&mut second).ok(), Some(10));
        assert_eq!(one.slice(3, 5).read_to_string(&mut third).ok(), Some(2));
        assert_eq!((first.as_str(), third.as_str(), one.len()), ("89", "34", 10));
        assert!(one.seek(SeekFrom::End(-11)).is_err());
        assert_eq!(one.seek(SeekFrom::Start(u64::MAX)).ok(), Some(u64::MAX));
        assert_eq!(one.read(&mut [0; 4]).ok(), Some(0));
    }

    #[test]
    fn a_window_is_bytes_of_its_own() {
        let whole = Anywhere::memory(b"0123456789".to_vec());
        let inner = whole.window(2, 5).window(1, 100);
        assert_eq!((inner.len(), inner.get(0, 4), inner.get(1, 4)), (4, Some(b"3456".to_vec()), None));
        assert_eq!(whole.window(20, 5).len(), 0);
        let mut far = inner;
        assert_eq!(far.seek(SeekFrom::Start(u64::MAX)).ok(), Some(u64::MAX));
        assert_eq!(far.read(&mut [0; 4]).ok(), Some(0));
    }
}
