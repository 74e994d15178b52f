//! zip archives and what is one under another name (jar, whl, epub): by their directory, member by member, each with its own protection.

use super::zstd::Frames;
use super::{Document, Head, Member, Work};
use crate::collect::anywhere::Anywhere;
use crate::collect::encryption;
use crate::collect::unpack::{Aside, Links, old_name};
use crate::model::evidence::{Encryption, GapKind};
use std::io::{BufReader, Read};
use zip::read::OwnedZipFileEntry;
use zip::read::{Config, ZipFileEntry};
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, HasZipMetadata, ZipReadOptions};

/// The reader.
pub(super) struct Zip;
/// The reader.
pub(super) static DOCUMENT: Zip = Zip;

/// Bytes of a link's target.
const MOST_LINK: u64 = 4096;
/// Bytes that a folder's entry may have without being looked into.
const MOST_FOLDER: u64 = 32;
/// Bytes of a note that may tell a password, and how many are looked into.
const MOST_NOTE: u64 = 64 << 10;
const MOST_NOTES: usize = 20;
/// Packed bytes up to which every member proves its password for itself.
const MOST_PROOF: u64 = 1 << 20;
/// The directory's end lies within so many bytes of the archive's: 22 of its own and a comment.
const MOST_END: u64 = 22 + 65_535;

impl Document for Zip {
    fn id(&self) -> &'static str {
        "zip"
    }

    fn title(&self) -> &'static str {
        "zip archives, also as jar, war, apk, whl, nupkg, epub"
    }

    fn notes(&self) -> &'static str {
        "Every file in the directory is a member, those that share a name included. ZipCrypto (weak) and AES (strong) are told apart for each; \
         encrypted members are read if a password given or one in a note beside them opens them, else their names are. Comments are read as hidden text, data before and after the archive as members. \
         Without a directory (a cut-off archive) members are read one after the other. Deleted members between the others are not looked \
         for; volumes are not joined. Inside other containers the whole archive is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "zip" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if !work.may_open() {
            return Ok(());
        }
        let Some(bytes) = work.anywhere()? else { return Ok(()) };
        if let Ok(archive) = ZipIterable::try_new(BufReader::new(bytes.clone()), Config::default()) {
            return by_directory(work, archive, &bytes);
        }
        one_by_one(work, &bytes);
        Ok(())
    }
}

/// How many members are protected how.
#[derive(Default)]
struct Protection {
    files: u64,
    weak: u64,
    unknown: u64,
    strong: u64,
    /// The password that opened a member to its end.
    proven: Option<Vec<u8>>,
}

impl Protection {
    fn count(&mut self, encryption: Encryption) {
        self.files += 1;
        match encryption {
            Encryption::None => {}
            Encryption::Weak => self.weak += 1,
            Encryption::Unknown => self.unknown += 1,
            Encryption::Strong => self.strong += 1,
        }
    }

    fn whole(&self) -> Encryption {
        if self.weak > 0 {
            Encryption::Weak
        } else if self.files == 0 || self.strong + self.unknown < self.files {
            Encryption::None
        } else if self.unknown > 0 {
            Encryption::Unknown
        } else {
            Encryption::Strong
        }
    }
}

type Archive<'a> = ZipIterable<BufReader<Anywhere<'a>>>;

fn by_directory(work: &mut Work<'_>, mut archive: Archive<'_>, bytes: &Anywhere<'_>) -> std::io::Result<()> {
    let total = archive.len();
    let mut begins = bytes.len();
    let mut body = BufReader::new(bytes.clone());
    let (mut links, mut protection, mut aside) = (Links::default(), Protection::default(), Aside::new(work));
    let (mut count, mut more) = (0, true);
    notes(work, &mut archive, &mut body)?;
    for entry in archive.files()? {
        let Ok(entry) = entry else {
            work.gap(
                GapKind::Malformed,
                format!("its directory is damaged after {count} of {total} members: the rest was not read"),
            );
            break;
        };
        count += 1;
        begins = begins.min(entry.header_start());
        if !entry.comment().is_empty() {
            aside.add(entry.comment());
        }
        more = one(work, entry, bytes, &mut body, &mut links, &mut protection);
        if !more {
            break;
        }
    }
    if more {
        links.finish(work);
    }
    let (comment, ends) = end(bytes)?;
    if !comment.is_empty() {
        aside.add(&old_name(&comment, || None));
    }
    aside.finish(work, "comments", "archive comment");
    work.encryption = Some(protection.whole());
    if more && count > 0 {
        beside(work, bytes, 0, begins, "before")?;
    }
    if more {
        beside(work, bytes, ends, bytes.len(), "after")?;
    }
    Ok(())
}

/// One member; `false` when no more may come.
fn one(
    work: &mut Work<'_>,
    entry: ZipFileEntry<'_>,
    bytes: &Anywhere<'_>,
    body: &mut BufReader<Anywhere<'_>>,
    links: &mut Links,
    protection: &mut Protection,
) -> bool {
    let name = name(&entry);
    let (packed, size) = (entry.compressed_size(), entry.size());
    if entry.is_dir() && size == 0 && packed <= MOST_FOLDER {
        links.member(&name);
        return true;
    }
    let encryption = protected(&entry);
    let member = Member { name: &name, modified: modified(&entry), encryption, packed: Some(packed) };
    let how = match encryption {
        Encryption::None => "",
        Encryption::Weak => "weakly encrypted (ZipCrypto)",
        Encryption::Unknown => "encrypted, nothing says how well",
        Encryption::Strong => "encrypted (AES)",
    };
    if !how.is_empty() {
        links.member(&name);
        return sealed(work, &entry.into(), &member, how, body, protection);
    }
    protection.count(encryption);
    let kind = entry.unix_mode().map_or(0, |mode| mode & 0o170_000);
    if matches!(kind, 0o010_000 | 0o020_000 | 0o060_000 | 0o140_000) && size == 0 {
        return work.unread_member(&member, GapKind::NotAFile, "a device, pipe or socket: there is nothing to read");
    }
    if entry.compression() == zstd_method() {
        links.member(&name);
        return match content(bytes, entry.header_start(), packed) {
            Ok(raw) => work.member(&member, &mut Frames::new(BufReader::new(raw))),
            Err(error) => {
                let reason = format!("its place in the archive is not what the directory says ({})", error.kind());
                work.unread_member(&member, GapKind::Malformed, reason)
            }
        };
    }
    match entry.with_reader(body, ZipReadOptions::new()) {
        Ok(mut file) if kind == 0o120_000 && size <= MOST_LINK && packed <= MOST_LINK => {
            let mut target = Vec::new();
            match (&mut file).take(MOST_LINK).read_to_end(&mut target) {
                Ok(_) => {
                    let modified = member.modified;
                    links.link(name.clone(), &String::from_utf8_lossy(&target), false, modified);
                    true
                }
                Err(_) => work.unread_member(&member, GapKind::NotAFile, "a link whose target cannot be read"),
            }
        }
        Ok(mut file) => {
            links.member(&name);
            work.member(&member, &mut file)
        }
        Err(_) => work.unread_member(&member, GapKind::Malformed, "its place in the archive is not what the directory says"),
    }
}

/// Notes among the members that may tell a password: archives and their passwords do travel together.
fn notes(work: &Work<'_>, archive: &mut Archive<'_>, body: &mut BufReader<Anywhere<'_>>) -> std::io::Result<()> {
    let keys = &work.nest.keys;
    let mut found = Vec::new();
    for entry in archive.files()?.flatten().filter(|entry| !entry.encrypted() && (1..=MOST_NOTE).contains(&entry.size())) {
        let name = name(&entry);
        let Some(hint) = keys.hint(&name) else { continue };
        let mut bytes = Vec::new();
        if let Ok(file) = entry.with_reader(body, ZipReadOptions::new())
            && file.take(MOST_NOTE).read_to_end(&mut bytes).is_ok()
        {
            found.push((hint, name, bytes));
        }
        if found.len() >= MOST_NOTES {
            break;
        }
    }
    found.sort();
    for (_, name, bytes) in found {
        keys.tell_file(&name, &String::from_utf8_lossy(&bytes));
    }
    Ok(())
}

/// An encrypted member: read if a password opens it. `false` when no more may come.
fn sealed(
    work: &mut Work<'_>,
    entry: &OwnedZipFileEntry,
    member: &Member<'_>,
    how: &str,
    body: &mut BufReader<Anywhere<'_>>,
    protection: &mut Protection,
) -> bool {
    let (keys, method) = (work.nest.keys.clone(), entry.as_ref().compression());
    let known = member.encryption != Encryption::Unknown && method != zstd_method();
    let most = member.packed.unwrap_or(0).saturating_mul(work.limits.ratio).max(64 << 20);
    let found = keys.open(|password| {
        let proven = protection.proven.as_deref().filter(|_| member.packed > Some(MOST_PROOF));
        spellings(password).into_iter().find(|bytes| known && opens(entry, body, bytes, most, proven == Some(bytes)))
    });
    let Some((password, opened)) = found else {
        protection.count(member.encryption);
        let tried = if known { keys.tried() } else { String::new() };
        return work.unread_member(member, GapKind::Encrypted, format!("{how}: its content was not read{tried}"));
    };
    let encryption = work.opened(opened, member.encryption);
    protection.count(encryption);
    let member = Member { encryption, ..*member };
    let more = match entry.as_ref().with_reader(body, ZipReadOptions::new().password(Some(&password))) {
        Ok(mut file) => work.member(&member, &mut file),
        Err(_) => work.unread_member(&member, GapKind::Malformed, "its place in the archive is not what the directory says"),
    };
    protection.proven = Some(password);
    more
}

/// A password as bytes: UTF-8, and what old Windows programs made of it.
fn spellings(password: &str) -> Vec<Vec<u8>> {
    let mut out = vec![password.as_bytes().to_vec()];
    if !password.is_ascii() {
        let (old, _, failed) = encoding_rs::WINDOWS_1252.encode(password);
        out.extend((!failed).then(|| old.into_owned()));
    }
    out
}

/// Whether a password opens a member. One byte of the old cipher and two of the new say yes to many a wrong one, so the member is
/// read to its checksum, unless it is large and the password has opened another.
fn opens(entry: &OwnedZipFileEntry, body: &mut BufReader<Anywhere<'_>>, password: &[u8], most: u64, proven: bool) -> bool {
    match entry.as_ref().with_reader(body, ZipReadOptions::new().password(Some(password))) {
        Ok(file) => proven || std::io::copy(&mut file.take(most), &mut std::io::sink()).is_ok(),
        Err(_) => false,
    }
}

/// Zstandard is decoded by the reader of this crate: `zip` would bring the C library.
#[allow(deprecated, reason = "the only way to name a method that zip was built without")]
fn zstd_method() -> CompressionMethod {
    CompressionMethod::Unsupported(93)
}

/// The compressed bytes of a member, behind its own header.
fn content<'a>(bytes: &Anywhere<'a>, at: u64, packed: u64) -> std::io::Result<impl Read + use<'a>> {
    let mut lengths = [0; 4];
    bytes.slice(at.saturating_add(26), at.saturating_add(30)).read_exact(&mut lengths)?;
    let [name_low, name_high, extra_low, extra_high] = lengths;
    let skip = 30 + u64::from(u16::from_le_bytes([name_low, name_high])) + u64::from(u16::from_le_bytes([extra_low, extra_high]));
    let from = at.saturating_add(skip);
    Ok(bytes.slice(from, from.saturating_add(packed)))
}

/// The name: UTF-8 where it says so or is, else what the old encodings make of it.
fn name(entry: &ZipFileEntry<'_>) -> String {
    let decoded = || entry.name().ok().map(std::borrow::Cow::into_owned);
    if entry.flags().as_u16() & 0x800 != 0 {
        return decoded().unwrap_or_else(|| String::from_utf8_lossy(entry.name_raw()).into_owned());
    }
    old_name(entry.name_raw(), decoded)
}

fn protected(entry: &ZipFileEntry<'_>) -> Encryption {
    if !entry.encrypted() {
        Encryption::None
    } else if entry.compression() == CompressionMethod::AES || entry.get_metadata().aes_settings().is_some() {
        Encryption::Strong
    } else if entry.flags().as_u16() & 0x40 != 0 {
        // PKWARE's own: from 40-bit RC2 to AES-256, and only the encrypted header says which
        Encryption::Unknown
    } else {
        Encryption::Weak
    }
}

/// Seconds since 1970; the archive's clock has no time zone and is taken for UTC.
fn modified(entry: &ZipFileEntry<'_>) -> Option<i64> {
    let time = entry.last_modified()?;
    let part = |value: u8| i8::try_from(value).ok();
    let civil = jiff::civil::DateTime::new(
        i16::try_from(time.year()).ok()?,
        part(time.month())?,
        part(time.day())?,
        part(time.hour())?,
        part(time.minute())?,
        part(time.second())?.min(59),
        0,
    );
    jiff::tz::TimeZone::UTC.to_timestamp(civil.ok()?).ok().map(jiff::Timestamp::as_second)
}

/// The archive's comment, and where the archive ends.
fn end(bytes: &Anywhere<'_>) -> std::io::Result<(Vec<u8>, u64)> {
    let from = bytes.len().saturating_sub(MOST_END);
    let mut tail = Vec::new();
    bytes.slice(from, bytes.len()).read_to_end(&mut tail)?;
    for (at, window) in tail.windows(22).enumerate().rev() {
        let [b'P', b'K', 5, 6, .., low, high] = window else { continue };
        let start = at + 22;
        let stop = start + usize::from(u16::from_le_bytes([*low, *high]));
        if let Some(comment) = tail.get(start..stop) {
            return Ok((comment.to_vec(), from + stop as u64));
        }
    }
    Ok((Vec::new(), bytes.len()))
}

/// What lies before or after the archive and belongs to no member is read as if it were one.
fn beside(work: &mut Work<'_>, bytes: &Anywhere<'_>, from: u64, to: u64, side: &str) -> std::io::Result<()> {
    let mut start = Vec::new();
    bytes.slice(from, to).take(4096).read_to_end(&mut start)?;
    if start.iter().all(|byte| *byte == 0) {
        return Ok(());
    }
    let name = format!("data {side} the archive");
    let member = Member { name: &name, modified: None, encryption: Encryption::None, packed: Some(to - from) };
    let first = work.members.len();
    work.member(&member, &mut bytes.slice(from, to));
    for found in work.members.iter_mut().skip(first) {
        for part in &mut found.artifact.parts {
            part.hidden.get_or_insert_with(|| name.clone());
        }
    }
    Ok(())
}

/// A zip without a directory: its members are read as they come.
fn one_by_one(work: &mut Work<'_>, bytes: &Anywhere<'_>) {
    let encryption = encryption::zip(work.head.raw);
    work.encryption = Some(encryption);
    let reason = "its directory is missing or damaged (a part of an archive?)";
    if encryption != Encryption::None {
        work.gap(GapKind::Encrypted, format!("{reason}, and its first member is encrypted: nothing was read"));
        return;
    }
    work.gap(GapKind::Malformed, format!("{reason}: members were read one after the other, up to the first that cannot be"));
    let mut source = BufReader::new(bytes.clone());
    while let Ok(Some(mut file)) = zip::read::read_zipfile_from_stream(&mut source) {
        let name = match file.name() {
            Ok(name) => name.into_owned(),
            Err(_) => String::from_utf8_lossy(file.name_raw()).into_owned(),
        };
        if file.is_dir() && file.size() == 0 {
            continue;
        }
        let member = Member { name: &name, modified: None, encryption: Encryption::None, packed: None };
        if !work.member(&member, &mut file) {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weakest_protection_speaks_for_the_whole() {
        let whole = |list: &[Encryption]| {
            let mut protection = Protection::default();
            for encryption in list {
                protection.count(*encryption);
            }
            protection.whole()
        };
        assert_eq!(whole(&[]), Encryption::None);
        assert_eq!(whole(&[Encryption::Strong, Encryption::Strong]), Encryption::Strong);
        assert_eq!(whole(&[Encryption::Strong, Encryption::None]), Encryption::None);
        assert_eq!(whole(&[Encryption::Strong, Encryption::Weak]), Encryption::Weak);
        assert_eq!(whole(&[Encryption::Strong, Encryption::Unknown]), Encryption::Unknown);
    }

    #[test]
    fn the_end_and_its_comment_are_found() {
        let mut bytes = b"PK\x05\x06".to_vec();
        bytes.extend([0; 16]);
        bytes.extend([5, 0]);
        bytes.extend(b"helloand more");
        let found = end(&Anywhere::memory(bytes)).ok();
        assert_eq!(found, Some((b"hello".to_vec(), 27)));
    }
}
