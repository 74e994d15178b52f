//! Bytes that can be read from anywhere: formats whose directory is at their end need that. A file of the delivery is read where it
//! lies; a member of a container is held in memory, within a limit.

use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::rc::Rc;

/// A place in bytes that stay where they are. Clones have places of their own.
#[derive(Clone)]
pub(super) struct Anywhere<'a> {
    source: Source<'a>,
    at: u64,
    len: u64,
}

#[derive(Clone)]
enum Source<'a> {
    Memory(Rc<Vec<u8>>, std::marker::PhantomData<&'a ()>),
    #[cfg(unix)]
    File(&'a std::fs::File),
}

impl<'a> Anywhere<'a> {
    /// Over bytes in memory.
    pub(super) fn memory(bytes: Vec<u8>) -> Self {
        let len = bytes.len() as u64;
        Self { source: Source::Memory(Rc::new(bytes), std::marker::PhantomData), at: 0, len }
    }

    /// Over a file, whose own place stays untouched; `None` where the system cannot do that.
    #[cfg(unix)]
    pub(super) fn file(file: &'a std::fs::File) -> Option<Self> {
        let len = file.metadata().ok()?.len();
        Some(Self { source: Source::File(file), at: 0, len })
    }

    /// Over a file, whose own place stays untouched; `None` where the system cannot do that.
    #[cfg(not(unix))]
    pub(super) fn file(_file: &'a std::fs::File) -> Option<Self> {
        None
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
        let got = match &self.source {
            Source::Memory(bytes, _) => {
                let mut rest = usize::try_from(self.at).ok().and_then(|at| bytes.get(at..)).unwrap_or(&[]);
                rest.read(out)?
            }
            #[cfg(unix)]
            Source::File(file) => std::os::unix::fs::FileExt::read_at(*file, out, self.at)?,
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
}
