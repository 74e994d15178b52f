//! 7z archives: block by block, and how each is protected.

use super::{Document, Head, Member, Work};
use crate::collect::anywhere::Anywhere;
use crate::collect::unpack::{DECODER_KIB, Links, cut};
use crate::model::evidence::{Encryption, GapKind};
use sevenz_rust2::{Archive, ArchiveEntry, Block, BlockDecoder, EncoderMethod, Error, Password};
use std::io::{BufReader, Read};

/// The reader.
pub(super) struct SevenZ;
/// The reader.
pub(super) static DOCUMENT: SevenZ = SevenZ;

/// Seconds between 1601, where these archives count from, and 1970.
const EPOCH: i64 = 11_644_473_600;
/// Bytes of a link's target.
const MOST_LINK: u64 = 4096;

impl Document for SevenZ {
    fn id(&self) -> &'static str {
        "sevenz"
    }

    fn title(&self) -> &'static str {
        "7z archives"
    }

    fn notes(&self) -> &'static str {
        "Every file in it is a member. Encrypted content is AES-256 and read if a password given or one in a note beside it opens it; with an \
         encrypted directory not even names are known else. LZMA, \
         LZMA2, PPMd, bzip2, deflate, the filters for machine code and what is stored are read; other methods and several volumes are not. \
         Inside other containers the whole archive is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "7z" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if !work.may_open() {
            return Ok(());
        }
        let Some(bytes) = work.anywhere()? else { return Ok(()) };
        let mut source = BufReader::new(bytes);
        let keys = work.nest.keys.clone();
        let password = Password::empty();
        let mut directory = |password: &Password| Archive::read_with_memory_limit(&mut source, password, DECODER_KIB as usize);
        let archive = match directory(&password) {
            Ok(archive) => archive,
            Err(error) => {
                let (kind, reason) = why(&error);
                if kind != GapKind::Encrypted {
                    work.gap(kind, format!("its directory cannot be read: {reason}"));
                    return Ok(());
                }
                let Some((archive, opened)) = keys.open(|password| directory(&Password::from(password)).ok()) else {
                    work.encryption = Some(Encryption::Strong);
                    let reason = "encrypted with its directory (AES-256): not even the names in it can be read";
                    work.gap(kind, format!("{reason}{}", keys.tried()));
                    return Ok(());
                };
                work.opened(opened, Encryption::Strong);
                archive
            }
        };
        let mut links = Links::default();
        // members behind a password, and those of them whose password lies beside the archive
        let (mut files, mut sealed, mut weak) = (0_u64, 0_u64, 0_u64);
        for (index, block) in archive.blocks.iter().enumerate() {
            let entries = BlockDecoder::new(1, index, &archive, &password, &mut source).entries().to_vec();
            let count = entries.iter().filter(|entry| entry.has_stream && !entry.is_directory).count() as u64;
            files += count;
            let more = if encrypted(block) {
                sealed += count;
                let found = keys.open(|word| {
                    let password = Password::from(word);
                    opens(work, &archive, index, &mut source, &password).then_some(password)
                });
                if let Some((password, opened)) = found {
                    let encryption = work.opened(opened, Encryption::Strong);
                    weak += if encryption == Encryption::Strong { 0 } else { count };
                    unpack(work, &archive, index, &entries, &mut source, &mut links, (&password, encryption))
                } else {
                    let reason = format!("encrypted (AES-256): its content was not read{}", keys.tried());
                    unread(work, &entries, Encryption::Strong, GapKind::Encrypted, &reason, &mut links)
                }
            } else {
                unpack(work, &archive, index, &entries, &mut source, &mut links, (&password, Encryption::None))
            };
            if !more {
                return Ok(());
            }
        }
        work.encryption = Some(match (files > 0 && sealed == files, weak > 0) {
            (true, false) => Encryption::Strong,
            (true, true) => Encryption::Weak,
            (false, _) => Encryption::None,
        });
        for (entry, block) in archive.files.iter().zip(&archive.stream_map.file_block_index) {
            let more = match block {
                None if !entry.is_directory && !entry.is_anti_item => {
                    links.member(&entry.name);
                    work.member(&member(entry, Encryption::None, Some(0)), &mut std::io::empty())
                }
                None => {
                    links.member(&entry.name);
                    true
                }
                Some(_) => true,
            };
            if !more {
                return Ok(());
            }
        }
        links.finish(work);
        Ok(())
    }
}

fn encrypted(block: &Block) -> bool {
    block.coders.iter().any(|coder| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256)
}

fn member(entry: &ArchiveEntry, encryption: Encryption, packed: Option<u64>) -> Member<'_> {
    let time = i64::try_from(u64::from(entry.last_modified_date) / 10_000_000).unwrap_or(i64::MAX);
    let modified = entry.has_last_modified_date.then(|| time.saturating_sub(EPOCH));
    Member { name: &entry.name, modified, encryption, packed }
}

/// A link, as archives made on Unix say it.
fn is_link(entry: &ArchiveEntry) -> bool {
    let attributes = entry.windows_attributes;
    entry.has_windows_attributes
        && attributes & 0x8000 != 0
        && attributes >> 16 & 0o170_000 == 0o120_000
        && entry.size <= MOST_LINK
}

/// The gap and the words for an error.
fn why(error: &Error) -> (GapKind, String) {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => (GapKind::Encrypted, "encrypted".to_owned()),
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => (GapKind::Encrypted, "encrypted".to_owned()),
        Error::UnsupportedCompressionMethod(method) => {
            let method: String = method.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
            (GapKind::Unsupported, format!("compression method {method}"))
        }
        Error::Unsupported(_) | Error::UnsupportedVersion { .. } | Error::ExternalUnsupported => {
            (GapKind::Unsupported, "a kind of archive that is not known here".to_owned())
        }
        Error::MaxMemLimited { .. } => (GapKind::Limit, "it wants more than 1 GiB of memory".to_owned()),
        Error::Io(error, _) => (GapKind::Malformed, error.kind().to_string()),
        _ => (GapKind::Malformed, "it is damaged".to_owned()),
    }
}

/// Members of a block that cannot be read; `false` when no more may come.
fn unread(
    work: &mut Work<'_>,
    entries: &[ArchiveEntry],
    encryption: Encryption,
    kind: GapKind,
    reason: &str,
    links: &mut Links,
) -> bool {
    entries.iter().filter(|entry| !entry.is_directory && !entry.is_anti_item).all(|entry| {
        links.member(&entry.name);
        work.unread_member(&member(entry, encryption, None), kind, reason)
    })
}

/// Whether a password opens a block: its first file comes out whole.
fn opens(work: &Work<'_>, archive: &Archive, index: usize, source: &mut BufReader<Anywhere<'_>>, password: &Password) -> bool {
    let (mut fine, most) = (false, work.nest.bytes_left());
    let decoder = BlockDecoder::new_with_memory_limit(1, DECODER_KIB as usize, index, archive, password, source);
    let outcome = decoder.for_each_entries(&mut |entry: &ArchiveEntry, bytes: &mut dyn Read| {
        if entry.is_directory || !entry.has_stream {
            return Ok(true);
        }
        let mut bytes = Fused { inner: bytes, failed: false };
        fine = std::io::copy(&mut (&mut bytes).take(most.min(entry.size.saturating_add(1))), &mut std::io::sink()).is_ok();
        Ok(false)
    });
    fine && outcome.is_ok()
}

/// Members of a block that can be read; `false` when no more may come.
fn unpack(
    work: &mut Work<'_>,
    archive: &Archive,
    index: usize,
    entries: &[ArchiveEntry],
    source: &mut BufReader<Anywhere<'_>>,
    links: &mut Links,
    (password, encryption): (&Password, Encryption),
) -> bool {
    let first = archive.stream_map.block_first_pack_stream_index();
    let packs = archive.pack_sizes();
    let (from, to) = (first.get(index).copied().unwrap_or(0), first.get(index + 1).copied().unwrap_or(packs.len()));
    let packed: u64 = packs.get(from..to).unwrap_or(&[]).iter().fold(0, |all, size| all.saturating_add(*size));
    let (mut done, mut more, mut limited) = (0, true, false);
    let decoder = BlockDecoder::new_with_memory_limit(1, DECODER_KIB as usize, index, archive, password, source);
    let outcome = decoder.for_each_entries(&mut |entry: &ArchiveEntry, bytes: &mut dyn Read| {
        done += 1;
        if entry.is_directory || entry.is_anti_item {
            links.member(&entry.name);
            return Ok(true);
        }
        let mut bytes = Fused { inner: bytes, failed: false };
        if is_link(entry) {
            let mut target = Vec::new();
            (&mut bytes).take(MOST_LINK).read_to_end(&mut target)?;
            let own = member(entry, encryption, None);
            links.link(entry.name.clone(), &String::from_utf8_lossy(&target), false, own.modified);
            return Ok(true);
        }
        links.member(&entry.name);
        let at = work.members.len();
        more = work.member(&member(entry, encryption, Some(packed)), &mut bytes);
        if bytes.failed {
            return Err(Error::Other("damaged".into()));
        }
        // what is left of it would have to be unpacked to get at the next
        limited = !more || bytes.read(&mut [0])? > 0;
        if limited && more && work.members.get(at).is_some_and(|found| found.artifact.gaps.is_empty()) {
            cut(work, at, GapKind::Limit, "it is larger than it may be: the rest was not read".to_owned());
        }
        Ok(!limited)
    });
    if !more {
        return false;
    }
    let rest = entries.get(done..).unwrap_or(&[]);
    match outcome {
        Ok(_) if !limited => true,
        Ok(_) => unread(work, rest, encryption, GapKind::Limit, "it lies behind a member that is too large", links),
        Err(error) => {
            let (kind, reason) = why(&error);
            if rest.is_empty() && work.members.last().is_none_or(|found| found.artifact.gaps.is_empty()) {
                work.gap(kind, format!("its content is not what its directory says: {reason}"));
            }
            unread(work, rest, encryption, kind, &format!("it could not be unpacked: {reason}"), links)
        }
    }
}

/// A decoder that is not asked again once it failed.
struct Fused<'r> {
    inner: &'r mut dyn Read,
    failed: bool,
}

impl Read for Fused<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.failed {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        let outcome = self.inner.read(out);
        self.failed = outcome.is_err();
        outcome
    }
}
