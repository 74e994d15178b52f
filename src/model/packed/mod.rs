//! Evidence in few bytes that are read fast: artifacts in blocks, each by itself, so that several are read at once. What is in it is what
//! the JSON form has, and both have the same digest. It must not know what anything of it means, nor trust what it reads.
//!
//! A file is [`MAGIC`], then frames: a letter, the length of its content (eight bytes, the least first), the content. `A` are artifacts, `S`
//! settings that resources share, `R` resources, `H` all else, `E` how many frames there were before it and the SHA-256 of all bytes before.

mod block;
mod frame;
mod piece;
mod resources;
mod stored;

#[cfg(test)]
mod tests;

use super::artifacts::Artifacts;
use super::binary;
use super::evidence::{Artifact, Delivery, Evidence, Resource, Since};
use super::several::{each, taken};
use super::tree::Unpacker;
use super::value::hex;
use block::{Reader, Unwanted};
use frame::{Content, Frames, Unpacked, unpacked};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use stored::{Found, GROUP};
pub use stored::{MOST_SEALED, Sealed, Stored};

/// How a file of packed evidence begins.
pub const MAGIC: &[u8] = b"provost/evidence/1 packed\n";
/// Artifacts of a block ...
const MOST_ARTIFACTS: usize = 1024;
/// ... which is full with so many bytes, too.
const ENOUGH: usize = 1 << 20;
/// Blocks in memory at once, beside what they are made of.
const AT_ONCE: usize = 32;
/// Bytes of memory that evidence may take for each byte of its file, and that a small one may take in any case: of what is written here a
/// byte takes some twenty.
const TIMES: usize = 128;
const ALWAYS: usize = 64 << 20;
/// Bytes of an artifact in a file, at least: its mark, and some that nothing makes fewer.
const LEAST_BYTES: usize = 9;
/// Threads that pack or unpack, at most.
const MOST_THREADS: usize = 8;

const ARTIFACTS: u8 = b'A';
const SHARED: u8 = b'S';
const RESOURCES: u8 = b'R';
const HEAD: u8 = b'H';
const END: u8 = b'E';

/// Why bytes are no packed evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It ends too early.
    #[error("it breaks off")]
    Short,
    /// It is not as it was written.
    #[error("it was changed after it was written")]
    Changed,
    /// It holds what no evidence does.
    #[error("its {0} cannot be read")]
    Content(&'static str),
}

/// All but what there may be a million of, without what differs from audit to audit.
#[derive(Serialize, Deserialize)]
struct Head {
    evidence: Evidence,
    since: Option<Since>,
}

/// What differs from audit to audit: keyed marks, and the day.
#[derive(Serialize, Deserialize)]
struct Own {
    path_marks: Vec<Option<u64>>,
    delivery: Option<Delivery>,
}

/// The head of evidence as a frame's content.
fn head(evidence: &Evidence) -> Content {
    let mut plain = Evidence {
        schema: evidence.schema.clone(),
        tool: evidence.tool.clone(),
        detectors: evidence.detectors.clone(),
        classes: evidence.classes.clone(),
        artifacts: Artifacts::default(),
        gaps: evidence.gaps.clone(),
        manifest: evidence.manifest.clone(),
        products: evidence.products.clone(),
        asked: evidence.asked.clone(),
        resources: Vec::new(),
        delivery: None,
    };
    let documents = plain.manifest.iter_mut().flat_map(|manifest| &mut manifest.documents);
    let path_marks = documents.map(|document| document.path_mark.take()).collect();
    let since = evidence.delivery.as_ref().and_then(|delivery| delivery.since.clone());
    let own = Own { path_marks, delivery: evidence.delivery.clone() };
    // neither holds anything that cannot be written
    let plain = binary::write(&Head { evidence: plain, since }, Vec::new()).unwrap_or_default();
    Content { plain, keyed: binary::write(&own, Vec::new()).unwrap_or_default() }
}

fn behead(content: &Unpacked<'_>) -> Option<Evidence> {
    let Head { mut evidence, since } = binary::read(content.plain)?;
    let Own { path_marks, delivery } = binary::read(content.keyed)?;
    let documents = evidence.manifest.iter_mut().flat_map(|manifest| &mut manifest.documents);
    let mut marks = path_marks.into_iter();
    for document in documents {
        document.path_mark = marks.next()?;
    }
    let whole = evidence.artifacts.is_empty() && evidence.resources.is_empty() && marks.next().is_none();
    // what counts for the digest is what is believed
    let agrees = delivery.as_ref().and_then(|delivery| delivery.since.as_ref()) == since.as_ref();
    evidence.delivery = delivery;
    (whole && agrees).then_some(evidence)
}

/// Threads that pack or unpack.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS)
}

/// All of the evidence in frames: what `make` makes of each, several at once, is given on in their order. Keyed marks go where a `K` puts
/// them.
fn frames<K: Default + Extend<u8> + Into<Vec<u8>>, O: Send, E>(
    evidence: &Evidence,
    make: impl Fn(u8, Content) -> O + Sync,
    mut give: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let (all, mut room) = (evidence.artifacts.len(), Vec::new());
    for first in (0..all).step_by(MOST_ARTIFACTS * AT_ONCE) {
        // each may hold half a million rows: none is copied
        let some = evidence.artifacts.lent(first..all.min(first + MOST_ARTIFACTS * AT_ONCE), &mut room);
        let some: Vec<&[&Artifact]> = some.chunks(MOST_ARTIFACTS).collect();
        let made = each(&some, threads(), |chunk| {
            let (mut rest, mut out) = (*chunk, Vec::new());
            while !rest.is_empty() {
                let (count, content) = block::pack::<K>(rest.iter().copied(), ENOUGH);
                rest = rest.get(count.max(1)..).unwrap_or(&[]);
                out.push(make(ARTIFACTS, content));
            }
            out
        });
        made.into_iter().flatten().try_for_each(&mut give)?;
    }
    let (shared, resources) = resources::pack(&evidence.resources);
    shared.into_iter().try_for_each(|content| give(make(SHARED, content)))?;
    resources.into_iter().try_for_each(|content| give(make(RESOURCES, content)))?;
    give(make(HEAD, head(evidence)))
}

/// Adds a frame to a digest of evidence: what does not differ from audit to audit.
fn count_in(digest: &mut Sha256, (letter, plain): (u8, [u8; 32])) {
    digest.update([letter]);
    digest.update(plain);
}

/// The digest of evidence: over all that does not differ from audit to audit, which is everything but keyed marks and the day.
pub fn digest(evidence: &Evidence) -> String {
    let mut digest = Sha256::new();
    let made: Result<(), std::convert::Infallible> = frames::<Unwanted, _, _>(
        evidence,
        |letter, content| (letter, Sha256::digest(&content.plain).into()),
        |frame| {
            count_in(&mut digest, frame);
            Ok(())
        },
    );
    made.unwrap_or_else(|never| match never {});
    format!("sha256:{}", hex(&digest.finalize()))
}

/// Writes evidence, packed.
///
/// # Errors
/// Of the stream.
pub fn write(evidence: &Evidence, output: &mut dyn Write) -> std::io::Result<()> {
    let (mut sha, mut count) = (Sha256::new(), 0_u64);
    sha.update(MAGIC);
    output.write_all(MAGIC)?;
    frames::<Vec<u8>, _, _>(
        evidence,
        |letter, content| content.framed(letter),
        |frame| {
            count += 1;
            frame.iter().try_for_each(|piece| {
                sha.update(piece);
                output.write_all(piece)
            })
        },
    )?;
    let end: Vec<u8> = count.to_le_bytes().into_iter().chain(sha.finalize()).collect();
    output.write_all(&frame::of(END, &end))
}

/// Frames that follow each other, read back.
struct Run<O> {
    found: Found,
    /// What was made of the artifacts.
    seen: O,
    shared: Vec<super::node::Setting>,
    loose: Vec<resources::Loose>,
    /// What counts for the digest of each.
    plain: Vec<(u8, [u8; 32])>,
}

/// What all of it may take in memory, about: shared by those who read at once.
struct Room(AtomicUsize);

impl Room {
    fn of(bytes: usize) -> Self {
        Self(AtomicUsize::new(bytes.saturating_mul(TIMES).max(ALWAYS)))
    }

    fn less(&self, used: usize) {
        self.0.update(Ordering::Relaxed, Ordering::Relaxed, |left| left.saturating_sub(used));
    }
}

/// A frame: its letter, and where its content is.
type Frame = (u8, Range<usize>);

impl<O: Default> Run<O> {
    /// Frames of a file.
    fn of(bytes: &[u8], frames: &[Frame], room: &Room, look: &impl Fn(&mut O, u32, &Artifact) -> bool) -> Result<Self, Broken> {
        let (found, seen) = (Found::default(), O::default());
        let mut own = Self { found, seen, shared: Vec::new(), loose: Vec::new(), plain: Vec::new() };
        let (mut reader, mut buffer) = (Reader::default(), Vec::new());
        for frame in frames {
            let (letter, at) = frame;
            let what = match *letter {
                ARTIFACTS => "artifacts",
                SHARED | RESOURCES => "resources",
                _ => return Err(Broken::Content("frames")),
            };
            let broken = || Broken::Content(what);
            let content = content(bytes, frame, &mut buffer).ok_or_else(broken)?;
            let left = room.0.load(Ordering::Relaxed);
            let unpacker = &mut Unpacker::within(content.plain, left);
            let read = match *letter {
                ARTIFACTS => {
                    let Self { found, seen, .. } = &mut own;
                    let first = found.len() as u32;
                    let read = reader.each(unpacker, content.keyed, MOST_ARTIFACTS, |within, artifact| {
                        let asked = look(seen, first + within, artifact);
                        found.add(within, artifact, asked);
                    });
                    read.map(|count| found.close(at.clone(), count))
                }
                SHARED => resources::unpack_shared(unpacker, content.keyed).map(|shared| own.shared.extend(shared)),
                _ => resources::unpack(unpacker, content.keyed).map(|loose| own.loose.extend(loose)),
            };
            room.less(left - unpacker.left());
            read.ok_or_else(broken)?;
            own.plain.push((*letter, Sha256::digest(content.plain).into()));
        }
        Ok(own)
    }
}

/// What a frame of a file holds.
fn content<'a>(bytes: &'a [u8], frame: &Frame, buffer: &'a mut Vec<u8>) -> Option<Unpacked<'a>> {
    unpacked(bytes.get(frame.1.clone())?, buffer)
}

/// A file of packed evidence that is as it was written, and of which nothing but the head was read.
pub struct Packed {
    bytes: Vec<u8>,
    /// All frames but the head.
    frames: Vec<Frame>,
    head: Evidence,
    /// Of the head.
    digest: [u8; 32],
}

impl Packed {
    /// Reads the head.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn open(bytes: Vec<u8>) -> Result<Self, Broken> {
        let Frames { all: mut frames, whole } = Frames::of(&bytes, MAGIC, END)?;
        // what was changed is said to be that, whatever can be read of it
        if !whole {
            return Err(Broken::Changed);
        }
        // one head, behind everything else
        let last = frames.pop().ok_or(Broken::Content("head"))?;
        if frames.iter().any(|frame| frame.0 == HEAD) {
            return Err(Broken::Content("frames"));
        }
        if last.0 != HEAD {
            return Err(Broken::Content("head"));
        }
        let mut buffer = Vec::new();
        let content = content(&bytes, &last, &mut buffer).ok_or(Broken::Content("head"))?;
        let head = behead(&content).ok_or(Broken::Content("head"))?;
        let digest = Sha256::digest(content.plain).into();
        Ok(Self { bytes, frames, head, digest })
    }

    /// All but artifacts and resources.
    pub fn head(&self) -> &Evidence {
        &self.head
    }

    /// How many artifacts there are, as the head says, and no more than there is room for in the file: for whoever makes room for each.
    pub fn expected(&self) -> usize {
        let said = self.head.delivery.as_ref().map_or(0, |delivery| delivery.artifacts);
        usize::try_from(said).unwrap_or(usize::MAX).min(self.bytes.len() / LEAST_BYTES)
    }

    /// Reads all of it: it, and its digest.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn read_all(self) -> Result<(Evidence, String), Broken> {
        self.read(|(), _, _| false, |_, ()| ())
    }

    /// Reads all of it, in several threads. Artifacts stay packed; each is shown once, with what was made of those just before it and the
    /// number of these, and what was made of some is taken in in the order of the evidence, with the position of their first. Those of which
    /// there is something to say are kept unpacked, and so are those of which whoever looks says that somebody will ask for them.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn read<O: Default + Send>(
        self,
        look: impl Fn(&mut O, u32, &Artifact) -> bool + Sync,
        mut take: impl FnMut(u32, O) + Send,
    ) -> Result<(Evidence, String), Broken> {
        let expected = self.expected();
        let Self { bytes, frames, head: mut evidence, digest: last } = self;
        let room = Room::of(bytes.len());
        let groups: Vec<&[Frame]> = frames.chunks(GROUP).collect();
        let mut digest = Sha256::new();
        let (mut stored, mut broken) = (Stored::expecting(expected), None);
        let (mut shared, mut loose) = (Vec::new(), Vec::new());
        taken(
            &groups,
            threads(),
            |group| Run::of(&bytes, group, &room, &look),
            |run| match run {
                Ok(run) if broken.is_none() => {
                    take(stored.len() as u32, run.seen);
                    stored.append(run.found);
                    shared.extend(run.shared);
                    loose.extend(run.loose);
                    run.plain.into_iter().for_each(|frame| count_in(&mut digest, frame));
                }
                Ok(_) => {}
                Err(error) => broken = broken.take().or(Some(error)),
            },
        );
        broken.map_or(Ok(()), Err)?;
        count_in(&mut digest, (HEAD, last));
        let shared: Vec<_> = shared.into_iter().map(std::sync::Arc::new).collect();
        let joined: Option<Vec<Resource>> = loose.into_iter().map(|one| one.with(&shared)).collect();
        evidence.resources = joined.ok_or(Broken::Content("resources"))?;
        evidence.artifacts = stored.of(bytes).into();
        Ok((evidence, format!("sha256:{}", hex(&digest.finalize()))))
    }
}

/// Reads packed evidence: it, and its digest.
///
/// # Errors
/// [`Broken`].
pub fn read(bytes: Vec<u8>) -> Result<(Evidence, String), Broken> {
    Packed::open(bytes)?.read_all()
}
