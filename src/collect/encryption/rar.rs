//! How a RAR archive is encrypted: its directory as a whole, or file by file. Only headers are walked, and only those that lie in the
//! first bytes; nothing is unpacked.

use crate::model::evidence::Encryption;

/// Headers that are walked.
const MOST: usize = 1_000;

/// AES-256 since version 5, AES-128 before; `None` when a file is in the clear, or none is seen. Where files are seen to be encrypted
/// and others may follow beyond the first bytes, it is unknown.
pub(super) fn rar(head: &[u8]) -> Option<Encryption> {
    if let Some(rest) = head.strip_prefix(b"Rar!\x1a\x07\x01\0") {
        verdict(Blocks { rest })
    } else {
        verdict(OldBlocks { rest: head.strip_prefix(b"Rar!\x1a\x07\0")? })
    }
}

fn verdict(blocks: impl Iterator<Item = Block>) -> Option<Encryption> {
    let mut sealed = false;
    for block in blocks.take(MOST) {
        match block {
            Block::File(false) => return None,
            Block::File(true) => sealed = true,
            Block::All => return Some(Encryption::Strong),
            Block::End => return sealed.then_some(Encryption::Strong),
            Block::Other => {}
        }
    }
    sealed.then_some(Encryption::Unknown)
}

/// What a header stands for.
enum Block {
    /// A file, and whether it is encrypted.
    File(bool),
    /// All that follows is encrypted.
    All,
    /// Nothing follows.
    End,
    /// A folder, the archive itself.
    Other,
}

/// The headers of version 5: a checksum, a size, a type, flags, all numbers seven bits a byte.
struct Blocks<'a> {
    rest: &'a [u8],
}

fn number(bytes: &mut &[u8]) -> Option<usize> {
    let mut sum = 0_usize;
    for shift in (0..63).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        sum |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(sum);
        }
    }
    None
}

impl Iterator for Blocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let mut rest = self.rest.get(4..)?;
        let size = number(&mut rest)?;
        let mut header = rest.get(..size).unwrap_or(rest);
        let kind = number(&mut header)?;
        if kind == 4 {
            self.rest = &[];
            return Some(Block::All);
        }
        if kind == 5 {
            self.rest = &[];
            return Some(Block::End);
        }
        let flags = number(&mut header)?;
        let extra = if flags & 1 == 0 { 0 } else { number(&mut header)? };
        let data = if flags & 2 == 0 { 0 } else { number(&mut header)? };
        self.rest = rest.get(size.saturating_add(data)..).unwrap_or(&[]);
        // 2 is a file; its first flag says that it is a folder
        let folder = header.first().is_none_or(|flags| flags & 1 != 0);
        if kind != 2 || folder {
            return Some(Block::Other);
        }
        let mut records = header.get(header.len().saturating_sub(extra)..).unwrap_or(&[]);
        let mut sealed = false;
        while let Some(size) = number(&mut records) {
            let Some(mut record) = records.get(..size).filter(|_| size > 0) else { break };
            sealed |= number(&mut record) == Some(1);
            records = records.get(size..).unwrap_or(&[]);
        }
        Some(Block::File(sealed))
    }
}

/// The headers before version 5: a checksum of two bytes, a type, flags, a size, and for a file the size of its data.
struct OldBlocks<'a> {
    rest: &'a [u8],
}

impl Iterator for OldBlocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let little = |at: usize, width: usize| -> Option<usize> {
            Some(self.rest.get(at..at + width)?.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
        };
        let (kind, flags, size) = (*self.rest.get(2)?, little(3, 2)?, little(5, 2)?);
        // the main header may say that all that follows is encrypted
        if kind == 0x73 && flags & 0x80 != 0 {
            self.rest = &[];
            return Some(Block::All);
        }
        if kind == 0x7b {
            self.rest = &[];
            return Some(Block::End);
        }
        let data = if kind == 0x74 || flags & 0x8000 != 0 { little(7, 4)? } else { 0 };
        if size < 7 {
            return None;
        }
        self.rest = self.rest.get(size.saturating_add(data)..).unwrap_or(&[]);
        let file = kind == 0x74 && flags & 0xe0 != 0xe0;
        Some(if file { Block::File(flags & 4 != 0) } else { Block::Other })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file's header of version 5, with records behind its name.
    fn file(records: &[u8]) -> Vec<u8> {
        // type, flags (records and data), their sizes; a file without time and checksum, called `a`
        let header = [&[2, 3, records.len() as u8, 4][..], &[0, 4, 0x20, 0, 1, 1, b'a'], records].concat();
        [&[0; 4][..], &[header.len() as u8], &header, b"data"].concat()
    }

    #[test]
    fn version_5_file_by_file() {
        let main = [0, 0, 0, 0, 3, 1, 0, 0];
        let (plain, sealed) = (file(&[]), file(&[3, 1, 0, 0]));
        let end = [0, 0, 0, 0, 3, 5, 4, 0];
        let open = |parts: &[&[u8]]| [&b"Rar!\x1a\x07\x01\0"[..], &main, &parts.concat()].concat();
        let archive = |parts: &[&[u8]]| [open(parts).as_slice(), &end].concat();
        assert_eq!(rar(&archive(&[&sealed, &sealed])), Some(Encryption::Strong));
        assert_eq!(rar(&archive(&[&sealed, &plain])), None);
        assert_eq!(rar(&open(&[&sealed, &sealed])), Some(Encryption::Unknown), "others may follow");
        assert_eq!(rar(&archive(&[&plain])), None);
        assert_eq!(rar(&archive(&[&file(&[2, 3, 0])])), None);
        assert_eq!(rar(&archive(&[])), None);
    }

    #[test]
    fn before_version_5_file_by_file() {
        let main = [0, 0, 0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0];
        let file = |flags: u8| [&[0, 0, 0x74, flags, 0x80, 32, 0, 4, 0, 0, 0][..], &[0; 21], b"data"].concat();
        let end = [0, 0, 0x7b, 0, 0x40, 7, 0];
        let archive = |parts: &[&[u8]]| [&b"Rar!\x1a\x07\0"[..], &main, &parts.concat(), &end].concat();
        assert_eq!(rar(&archive(&[&file(4), &file(4)])), Some(Encryption::Strong));
        assert_eq!(rar(&archive(&[&file(4), &file(0)])), None);
        // a folder says nothing
        assert_eq!(rar(&archive(&[&file(0xe0), &file(4)])), Some(Encryption::Strong));
        assert_eq!(rar(b"Rar!\x1a\x07\0\0\0\x74\0\0\0\0"), None);
    }
}
