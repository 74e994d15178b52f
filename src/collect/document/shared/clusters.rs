//! Disks that are kept in clusters of one size: where each lies is looked up when it is read, and nothing is put together in memory but
//! the few clusters that were unpacked last.

use crate::collect::anywhere::{Anywhere, Pieces};
use crate::collect::unpack::careful;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::rc::Rc;

/// Bytes of unpacked clusters that are kept.
const MOST_KEPT: usize = 16 << 20;
/// Bytes of a table that are held at once.
const PAGE: u64 = 64 << 10;

/// Where a cluster lies.
#[derive(Clone, Copy)]
pub(in crate::collect::document) enum Where {
    /// Nowhere: it is zeros.
    Nowhere,
    /// At a place of the file.
    At(u64),
    /// Packed, so many bytes from a place of the file.
    Packed(u64, u64),
}

/// A format of such disks.
pub(in crate::collect::document) trait Map {
    /// Where a cluster lies; `None` if its table is damaged.
    fn find(&self, index: u64) -> Option<Where>;
    /// Unpacks a cluster; all formats but those that pack have none.
    fn unpack(&self, packed: &[u8], out: &mut Vec<u8>) -> Result<()>;
}

/// A disk put together from its clusters.
pub(in crate::collect::document) struct Clusters<'a, M> {
    place: Anywhere<'a>,
    map: M,
    cluster: u64,
    length: u64,
    kept: RefCell<VecDeque<(u64, Rc<Vec<u8>>)>>,
}

impl<'a, M: Map + 'a> Clusters<'a, M> {
    /// The disk as bytes that can be read from anywhere.
    pub(in crate::collect::document) fn disk(place: &Anywhere<'a>, map: M, cluster: u64, length: u64) -> Anywhere<'a> {
        let own = Self { place: place.clone(), map, cluster, length, kept: RefCell::default() };
        Anywhere::pieces(Rc::new(own), length)
    }

    fn unpacked(&self, index: u64, from: u64, length: u64) -> Result<Rc<Vec<u8>>> {
        let found = self.kept.borrow().iter().find(|row| row.0 == index).map(|row| Rc::clone(&row.1));
        if let Some(found) = found {
            return Ok(found);
        }
        let mut packed = Vec::new();
        self.place.slice(from, from.saturating_add(length.min(self.cluster * 2 + 1024))).read_to_end(&mut packed)?;
        let mut out = Vec::new();
        careful(|| self.map.unpack(&packed, &mut out))?;
        out.resize(self.cluster as usize, 0);
        let out = Rc::new(out);
        let mut kept = self.kept.borrow_mut();
        while !kept.is_empty() && (kept.len() + 1) * self.cluster as usize > MOST_KEPT {
            kept.pop_front();
        }
        kept.push_back((index, Rc::clone(&out)));
        Ok(out)
    }
}

impl<M: Map> Pieces for Clusters<'_, M> {
    fn read_at(&self, at: u64, out: &mut [u8]) -> Result<usize> {
        let (index, within) = (at / self.cluster, at % self.cluster);
        let most = (self.cluster - within).min(self.length.saturating_sub(at)).min(out.len() as u64);
        let Some(out) = out.get_mut(..most as usize).filter(|out| !out.is_empty()) else { return Ok(0) };
        match self.map.find(index).ok_or_else(|| Error::from(ErrorKind::InvalidData))? {
            Where::Nowhere => {
                out.fill(0);
                Ok(out.len())
            }
            Where::At(from) => {
                let mut place = self.place.clone();
                place.seek(SeekFrom::Start(from.saturating_add(within)))?;
                // the last cluster may be cut where the file ends: what is missing of a disk is an error, not its end
                match place.read(out)? {
                    0 => Err(ErrorKind::UnexpectedEof.into()),
                    got => Ok(got),
                }
            }
            Where::Packed(from, length) => {
                let cluster = self.unpacked(index, from, length)?;
                out.copy_from_slice(cluster.get(within as usize..within as usize + out.len()).unwrap_or(&[]));
                Ok(out.len())
            }
        }
    }
}

/// A number of so many bytes, the least first; 0 where there are not as many.
pub(in crate::collect::document) fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    bytes.get(at..at + length).unwrap_or(&[]).iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// A table of numbers in the file, read page by page.
pub(in crate::collect::document) struct Table<'a> {
    place: Anywhere<'a>,
    page: RefCell<(u64, Vec<u8>)>,
}

impl<'a> Table<'a> {
    pub(in crate::collect::document) fn new(place: &Anywhere<'a>) -> Self {
        Self { place: place.clone(), page: RefCell::new((u64::MAX, Vec::new())) }
    }

    /// The bytes at a place, which is a multiple of their number.
    pub(in crate::collect::document) fn get<const N: usize>(&self, at: u64) -> Option<[u8; N]> {
        let mut page = self.page.borrow_mut();
        if page.0 != at / PAGE {
            let from = at / PAGE * PAGE;
            let mut bytes = Vec::new();
            self.place.slice(from, from.saturating_add(PAGE)).read_to_end(&mut bytes).ok()?;
            *page = (at / PAGE, bytes);
        }
        let within = (at % PAGE) as usize;
        page.1.get(within..within + N)?.try_into().ok()
    }
}
