//! One artifact: bytes -> evidence. The same code in a worker and in the library. Nothing here stops an audit: what goes wrong is
//! a gap of this artifact.

use super::content::Content;
use super::document::{FoundMember, Head, Member, Nest, Spent};
use super::front::Place;
use super::keys::Keys;
use super::limits::Limits;
use super::ocr::Ocr;
use super::walk::{Entry, EntryKind};
use super::{decode, read, sniff};
use crate::detect::engine::{Engine, Scratch};
use crate::detect::mask;

use crate::model::evidence::{Artifact, Encryption, FOLDER, Gap, GapKind, Manifest, Read};
use crate::model::word::Sum;
use sha2::{Digest, Sha256};
use std::io::Read as _;
use std::rc::Rc;

/// Bytes looked at before a reader is chosen.
pub(super) const HEAD: usize = 64 << 10;
/// Content with personal data below this size has no plain digest: its few unknown values could be guessed from it.
const SMALL: u64 = 64 << 10;
/// The time of change that workers are told, since the true one is put in afterwards: a member without one of its own has its container's.
pub(super) const UNDATED: i64 = i64::MIN;
/// Places at which a file of unknown extent on the disk is looked at.
#[cfg(unix)]
const LOOKS: u64 = 16;

/// What an examination gives.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Examined {
    /// The artifact.
    pub artifact: Artifact,
    /// The delivery's manifest, if this is it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Manifest>,
    /// What lies inside it, all levels, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<FoundMember>,
    /// The keyed digest of its bytes, where all of them were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
}

impl Examined {
    /// An artifact of which nothing more is known.
    pub(super) fn bare(artifact: Artifact) -> Self {
        Self { artifact, manifest: None, members: Vec::new(), content: None }
    }

    /// Puts in what belongs to the entry and not to its content: what was found in one file is good for another of the same content.
    pub(super) fn dress(&mut self, entry: &Entry) {
        let inside = self.members.iter_mut().map(|member| &mut member.artifact);
        std::iter::once(&mut self.artifact).chain(inside).for_each(|artifact| dress(artifact, entry));
        (self.artifact.number, self.artifact.folder) = (entry.number, entry.folder);
        if let Some(manifest) = &mut self.manifest {
            manifest.artifact = entry.number;
        }
    }
}

/// The same of one artifact.
pub(super) fn dress(artifact: &mut Artifact, entry: &Entry) {
    if artifact.modified == UNDATED {
        artifact.modified = entry.modified;
    }
    artifact.mode = entry.access.mode();
    artifact.owner = entry.access.owner().cloned();
}

/// The artifact of an entry before anything of it is read.
pub(super) fn blank(entry: &Entry, engine: &Engine, scratch: &mut Scratch) -> Artifact {
    let path = entry.path.to_string_lossy().replace('\\', "/");
    let shown = mask::path(engine, scratch, &path);
    Artifact {
        number: entry.number,
        masked: first_masked(&path, &shown),
        path: shown,
        folder: entry.folder,
        kind: "unknown".into(),
        extension_matches: true,
        size: entry.size,
        modified: entry.modified,
        mode: entry.access.mode(),
        owner: entry.access.owner().cloned(),
        digest: None,
        mark: 0,
        encryption: Encryption::None,
        opened: None,
        read: Read::None,
        parts: Vec::new(),
        gaps: Vec::new(),
    }
}

/// Where the bytes of an entry come from.
pub enum Source<'a> {
    /// A file of the delivery: it can be read from anywhere.
    File(std::fs::File),
    /// Anything that can be read once.
    Stream(Box<dyn std::io::Read + 'a>),
}

/// Examines an entry whose bytes can be read from `source`; `keys` may open what is encrypted in it.
pub fn examine(
    entry: &Entry,
    source: std::io::Result<Source<'_>>,
    engine: &Engine,
    limits: &Limits,
    keys: &Keys,
    ocr: Option<&Ocr>,
    spent: &Spent,
) -> Examined {
    examine_one(entry, source, engine, limits, keys, ocr, spent, false)
}

/// The same, with whether it is all of the delivery: what an archive holds is then what a folder would hold.
#[allow(clippy::too_many_arguments, reason = "what an examination depends on, and nothing else")]
pub(super) fn examine_one(
    entry: &Entry,
    source: std::io::Result<Source<'_>>,
    engine: &Engine,
    limits: &Limits,
    keys: &Keys,
    ocr: Option<&Ocr>,
    spent: &Spent,
    alone: bool,
) -> Examined {
    let mut scratch = engine.scratch();
    let mut artifact = blank(entry, engine, &mut scratch);
    let gap = |kind, reason: &str| Gap { at: String::new(), kind, reason: reason.to_owned() };
    match &entry.kind {
        EntryKind::File => {}
        EntryKind::LinkInside => {
            artifact.kind = "link".into();
            artifact.read = Read::Full;
            return Examined::bare(artifact);
        }
        EntryKind::LinkOutside => {
            artifact.kind = "link".into();
            artifact.gaps.push(gap(GapKind::NotAFile, "a link that leads out of the delivery, or nowhere: not followed"));
            return Examined::bare(artifact);
        }
        EntryKind::Shared => {
            let reason =
                "it has a name outside of the delivery, too (a hard link), and is somebody else's than its folder: not opened";
            artifact.gaps.push(gap(GapKind::NotAFile, reason));
            return Examined::bare(artifact);
        }
        EntryKind::Mount => {
            artifact.kind = FOLDER.into();
            let reason = "another file system is mounted there: not entered (audit it as a target of its own)";
            artifact.gaps.push(gap(GapKind::NotAFile, reason));
            return Examined::bare(artifact);
        }
        EntryKind::Special => {
            artifact.kind = "special".into();
            artifact.gaps.push(gap(GapKind::NotAFile, "a device, pipe or socket: not opened"));
            return Examined::bare(artifact);
        }
        EntryKind::RefusedFolder(reason) => {
            artifact.kind = FOLDER.into();
            artifact.gaps.push(gap(
                GapKind::Unreadable,
                &format!("a folder that could not be opened ({reason}): nobody knows what it holds"),
            ));
            return Examined::bare(artifact);
        }
        EntryKind::Unlisted(kind, reason) => {
            artifact.gaps.push(gap(*kind, reason));
            return Examined::bare(artifact);
        }
        EntryKind::Refused(reason) => {
            artifact.gaps.push(gap(GapKind::Unreadable, reason));
            return Examined::bare(artifact);
        }
    }
    let (mut manifest, mut members, mut content) = (None, Vec::new(), None);
    match source {
        Ok(source) => {
            let mut nest = Nest::new(limits, keys.clone(), ocr, entry.size, spent);
            nest.front = alone.then(Rc::default);
            let mut into = Into {
                artifact: &mut artifact,
                manifest: &mut manifest,
                members: &mut members,
                content: &mut content,
                nest: &nest,
            };
            let outcome = match source {
                Source::File(file) => match holes(&file, limits) {
                    None => contents(entry, &mut &file, Some(&file), engine, limits, &mut into),
                    Some(most) => {
                        // nothing that reads from anywhere gets the file itself: it would meet the holes
                        let outcome = contents(entry, &mut (&file).take(most), None, engine, limits, &mut into);
                        hollow(&mut artifact, entry.size, most);
                        content = None;
                        outcome
                    }
                },
                Source::Stream(mut stream) => contents(entry, &mut *stream, None, engine, limits, &mut into),
            };
            if let Some(front) = &nest.front {
                manifest = front.settle(manifest.take(), &mut members);
            }
            if let Err(error) = outcome {
                artifact.gaps.push(gap(GapKind::Unreadable, &format!("reading stopped: {}", error.kind())));
                artifact.read = if artifact.parts.is_empty() { Read::None } else { Read::Partial };
            }
        }
        Err(error) => artifact.gaps.push(gap(GapKind::Unreadable, &error.kind().to_string())),
    }
    withhold(&mut artifact);
    Examined { artifact, manifest, members, content }
}

/// How much of a file is read that takes far fewer bytes on the disk than it says it has; `None` for all of it.
#[cfg(unix)]
pub(super) fn holes(file: &std::fs::File, limits: &Limits) -> Option<u64> {
    use std::os::unix::fs::{FileExt, MetadataExt};
    let meta = file.metadata().ok()?;
    // 512 whatever the file system's own blocks are
    let most = limits.holes(meta.blocks().saturating_mul(512), meta.len())?;
    // some file systems do not say what a file takes: one that is not all zeros takes something
    let mut piece = [0; 4096];
    let looks = (0..LOOKS).any(|at| {
        let got = file.read_at(&mut piece, meta.len() / LOOKS * at).unwrap_or(0);
        piece.iter().take(got).any(|byte| *byte != 0)
    });
    (meta.blocks() > 0 || !looks).then_some(most)
}

/// How much of a file is read that takes far fewer bytes on the disk than it says it has; `None` for all of it.
#[cfg(not(unix))]
pub(super) fn holes(_file: &std::fs::File, _limits: &Limits) -> Option<u64> {
    None
}

/// What was read of a file with holes is its beginning: no digest or mark of it is the file's.
fn hollow(artifact: &mut Artifact, size: u64, most: u64) {
    (artifact.size, artifact.digest, artifact.mark) = (size, None, 0);
    let reason = format!("it says that it has {size} bytes and takes few of them on the disk: nothing beyond {most} was read");
    artifact.gaps.push(Gap { at: String::new(), kind: GapKind::Limit, reason });
    artifact.read = if artifact.parts.is_empty() { Read::None } else { Read::Partial };
}

/// A plain digest of a small file with personal data would let its few unknown values be guessed.
pub(super) fn withhold(artifact: &mut Artifact) {
    if artifact.size < SMALL && artifact.parts.iter().any(|part| !part.tallies.is_empty()) {
        artifact.digest = None;
    }
}

/// What an examination fills.
pub(super) struct Into<'a> {
    pub(super) artifact: &'a mut Artifact,
    pub(super) manifest: &'a mut Option<Manifest>,
    pub(super) members: &'a mut Vec<FoundMember>,
    pub(super) content: &'a mut Option<Content>,
    pub(super) nest: &'a Nest,
}

/// Examines a member: itself first, then what lies inside it.
///
/// `place` is where it lies in a delivery that is an archive.
pub(super) fn member(
    member: &Member<'_>,
    mut place: Option<Place>,
    source: &mut dyn std::io::Read,
    outer: &Artifact,
    engine: &Engine,
    limits: &Limits,
    nest: &Nest,
) -> Vec<FoundMember> {
    let mut found = begin_member(member, outer, engine);
    let path = plain_name(member.name);
    // below a name that no delivery's own file has: a manifest inside an archive is not the delivery's, but where the archive is
    let path = match place.as_ref().and_then(|place| place.manifest) {
        Some(name) => std::path::PathBuf::from(name),
        None => std::path::PathBuf::from(format!("!/{path}")),
    };
    let entry = Entry { modified: found.artifact.modified, ..Entry::named(path, EntryKind::File) };
    let (mut manifest, mut inside, mut content) = (None, Vec::new(), None);
    let mut into =
        Into { artifact: &mut found.artifact, manifest: &mut manifest, members: &mut inside, content: &mut content, nest };
    if let Err(error) = contents(&entry, source, None, engine, limits, &mut into) {
        let (kind, reason) = match error.kind() {
            std::io::ErrorKind::Unsupported => (GapKind::Unsupported, "packed by a method that nothing here unpacks".to_owned()),
            other => (GapKind::Malformed, format!("it could not be unpacked: {other}")),
        };
        found.artifact.gaps.push(Gap { at: String::new(), kind, reason });
        found.artifact.read = if found.artifact.parts.is_empty() { Read::None } else { Read::Partial };
    }
    found.artifact.encryption = found.artifact.encryption.max(member.encryption).max(outer.encryption);
    withhold(&mut found.artifact);
    if let Some(place) = &mut place {
        place.found = manifest;
    }
    found.place = place;
    let mut out = vec![found];
    out.extend(inside);
    out
}

/// A member that cannot be read.
pub(super) fn unread_member(member: &Member<'_>, outer: &Artifact, engine: &Engine, gap: Gap) -> FoundMember {
    let mut found = begin_member(member, outer, engine);
    found.artifact.encryption = member.encryption.max(outer.encryption);
    found.artifact.gaps.push(gap);
    found
}

/// A member that is a link to another.
pub(super) fn link_member(member: &Member<'_>, outer: &Artifact, engine: &Engine) -> FoundMember {
    let mut found = begin_member(member, outer, engine);
    found.artifact.kind = "link".into();
    found.artifact.read = Read::Full;
    found
}

fn begin_member(member: &Member<'_>, outer: &Artifact, engine: &Engine) -> FoundMember {
    let mut scratch = engine.scratch();
    let name = plain_name(member.name);
    let shown = mask::path(engine, &mut scratch, &name);
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut artifact = Artifact {
        number: 0,
        path: format!("{}!/{shown}", outer.path),
        masked: outer.masked.or_else(|| Some(first_masked(&name, &shown)? + outer.path.split('/').count() as u32)),
        folder: 0,
        kind: "unknown".into(),
        extension_matches: true,
        size: 0,
        modified: member.modified.unwrap_or(outer.modified),
        mode: outer.mode,
        owner: outer.owner.clone(),
        digest: None,
        mark: 0,
        encryption: Encryption::None,
        opened: None,
        read: Read::None,
        parts: Vec::new(),
        gaps: Vec::new(),
    };
    if leads_out(member.name) {
        let reason = "its name in the archive leads out of the place it would be unpacked to".to_owned();
        artifact.gaps.push(Gap { at: "name".to_owned(), kind: GapKind::NotAFile, reason });
    }
    let folder = engine.key.mark(b"folder", format!("{}\0{folder}", outer.path).as_bytes());
    FoundMember { artifact, folder, place: None }
}

/// The first component that is shown otherwise than it is, or is no text.
fn first_masked(path: &str, shown: &str) -> Option<u32> {
    let other = |(name, shown): (&str, &str)| name != shown || name.contains(char::REPLACEMENT_CHARACTER);
    path.split('/').zip(shown.split('/')).position(other).map(|at| at as u32)
}

/// Whether a member's name is no place below the folder that the archive is unpacked to. `./a`, `a//b` and `a/` are.
fn leads_out(name: &str) -> bool {
    let name = name.replace('\\', "/");
    name.starts_with('/') || name.split('/').any(|part| part == "..") || plain_name(&name) == "unnamed" && name != "unnamed"
}

/// A member's name without what would lead out: no root, no drive, no `..`.
pub(super) fn plain_name(name: &str) -> String {
    let name = name.replace('\\', "/");
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty() && *part != "." && *part != "..").collect();
    let joined = parts.join("/");
    if joined.is_empty() { "unnamed".to_owned() } else { joined }
}

fn contents(
    entry: &Entry,
    source: &mut dyn std::io::Read,
    file: Option<&std::fs::File>,
    engine: &Engine,
    limits: &Limits,
    into: &mut Into<'_>,
) -> std::io::Result<()> {
    let mut hashing = Hashing { inner: source, sha: Sha256::new(), mark: engine.key.hasher(), bytes: 0, failed: None };
    let mut head = Vec::with_capacity(HEAD.min(usize::try_from(entry.size).unwrap_or(HEAD).saturating_add(1)));
    let begun = (&mut hashing).take(HEAD as u64).read_to_end(&mut head);
    if head.is_empty()
        && let Err(error) = begun
    {
        return Err(error);
    }
    // what came before a fault is read all the same: whoever reads on meets the fault again
    let whole = head.len() < HEAD;
    let sniffed = sniff::sniff(&head, whole);
    into.artifact.kind = sniffed.kind.into();
    into.artifact.encryption = sniffed.encryption;
    let path = entry.path.to_string_lossy().replace('\\', "/");
    let name = path.rsplit('/').next().unwrap_or("").to_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_owned();
    let (text, mut zeros) =
        sniffed.encoding.map_or_else(|| Ok(Default::default()), |encoding| decoded(&head, whole, encoding))?;
    if whole && into.nest.depth > 0 {
        into.nest.keys.tell_file(&name, &text);
    }
    let head_facts = Head { raw: &head, text: &text, whole, kind: sniffed.kind, name: &name, extension: &extension, path: &path };
    let mut chained = head.as_slice().chain(&mut hashing);
    into.artifact.extension_matches = sniff::extension_agrees(sniffed.kind, &extension);
    match sniffed.encoding {
        Some(encoding) => {
            let outcome = if whole && begun.is_ok() {
                // it was all read and decoded to choose the reader
                read::text(entry.number, &head_facts, &mut text.as_bytes(), engine, limits, into)
            } else {
                let mut utf8 = decode::Utf8::new(&mut chained, encoding);
                let outcome = read::text(entry.number, &head_facts, &mut utf8, engine, limits, into);
                zeros = utf8.zeros;
                outcome
            };
            if zeros > 0 {
                let reason = format!("{zeros} zero bytes in what else is text: left out");
                into.artifact.gaps.push(Gap { at: "bytes".to_owned(), kind: GapKind::Malformed, reason });
            }
            outcome?;
        }
        None => read::binary(entry.number, &head_facts, &mut chained, file, engine, limits, into)?,
    }
    std::io::copy(&mut hashing, &mut std::io::sink())?;
    into.artifact.size = hashing.bytes;
    into.artifact.digest = Some(Sum(hashing.sha.finalize().into()));
    into.artifact.mark = crate::detect::fingerprint::Key::short(&hashing.mark);
    *into.content = Some(Content::of(&hashing.mark));
    Ok(())
}

/// The text of a head, and how many zeros were left out of it.
pub(super) fn decoded(head: &[u8], whole: bool, encoding: &'static encoding_rs::Encoding) -> std::io::Result<(String, u64)> {
    let mut text = String::with_capacity(head.len());
    if encoding == encoding_rs::UTF_8
        && let Some(plain) = decode::as_it_is(head)
    {
        text.push_str(plain);
        return Ok((text, 0));
    }
    let mut utf8 = decode::Utf8::new(head, encoding);
    utf8.read_to_string(&mut text)?;
    if !whole {
        // the last character may be cut
        text.truncate(text.trim_end_matches('\u{fffd}').len());
    }
    Ok((text, utf8.zeros))
}

struct Hashing<'a> {
    inner: &'a mut dyn std::io::Read,
    sha: Sha256,
    mark: blake3::Hasher,
    bytes: u64,
    /// A source that failed is not asked again.
    failed: Option<std::io::ErrorKind>,
}

impl std::io::Read for Hashing<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if let Some(kind) = self.failed {
            return Err(kind.into());
        }
        let got = loop {
            match self.inner.read(out) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed = Some(error.kind());
                    return Err(error);
                }
                Ok(got) => break got,
            }
        };
        let fresh = out.get(..got).unwrap_or(&[]);
        self.sha.update(fresh);
        self.mark.update(fresh);
        self.bytes += got as u64;
        Ok(got)
    }
}
