//! Evidence in few bytes that are read fast: artifacts in blocks, each by itself, so that several are read at once. What is in it is what
//! the JSON form has, and both have the same digest. It must not know what anything of it means, nor trust what it reads.
//!
//! A file is [`MAGIC`], then frames: a letter, the length of its content (eight bytes, the least first), the content. `A` are artifacts, `S`
//! settings that resources share, `R` resources, `H` all else, `E` how many frames there were before it and the SHA-256 of all bytes before.

mod block;
mod frame;
mod piece;
mod resources;

#[cfg(test)]
mod tests;

use super::binary;
use super::evidence::{Artifact, Delivery, Evidence, Resource, Since};
use super::several::each;
use super::tree::Unpacker;
use super::value::hex;
use frame::Content;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How a file of packed evidence begins.
pub const MAGIC: &[u8] = b"provost/evidence/1 packed\n";
/// Artifacts of a block ...
const MOST_ARTIFACTS: usize = 1024;
/// ... which is full with so many bytes, too.
const ENOUGH: usize = 1 << 20;
/// Blocks in memory at once, beside what they are made of.
const AT_ONCE: usize = 128;
/// Bytes of memory that evidence may take for each byte of its file, and that a small one may take in any case: of what is written here a
/// byte takes some twenty.
const TIMES: usize = 128;
const ALWAYS: usize = 64 << 20;
/// Bytes of an artifact, at least.
const LEAST: usize = 16;
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
        artifacts: Vec::new(),
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

fn behead(content: &Content) -> Option<Evidence> {
    let Head { mut evidence, since } = binary::read(&content.plain)?;
    let Own { path_marks, delivery } = binary::read(&content.keyed)?;
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

/// All of the evidence in frames: what `make` makes of each, several at once, is given on in their order.
fn frames<O: Send, E>(
    evidence: &Evidence,
    make: impl Fn(u8, Content) -> O + Sync,
    mut give: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let chunks: Vec<&[Artifact]> = evidence.artifacts.chunks(MOST_ARTIFACTS).collect();
    for some in chunks.chunks(AT_ONCE) {
        let made = each(some, threads(), |chunk| {
            let (mut rest, mut out) = (*chunk, Vec::new());
            while !rest.is_empty() {
                let (count, content) = block::pack(rest, ENOUGH);
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
    let made: Result<(), std::convert::Infallible> = frames(
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
    frames(
        evidence,
        |letter, content| frame::of(letter, &content.packed()),
        |bytes: Vec<u8>| {
            sha.update(&bytes);
            count += 1;
            output.write_all(&bytes)
        },
    )?;
    let end: Vec<u8> = count.to_le_bytes().into_iter().chain(sha.finalize()).collect();
    output.write_all(&frame::of(END, &end))
}

/// What a frame holds, read back.
enum Read {
    Artifacts(Vec<Artifact>),
    Shared(Vec<super::node::Setting>),
    Resources(Vec<resources::Loose>),
    Head(Box<Evidence>),
}

/// Reads packed evidence: it, and its digest.
///
/// # Errors
/// [`Broken`].
pub fn read(bytes: &[u8]) -> Result<(Evidence, String), Broken> {
    let frames = frame::all(bytes, MAGIC, END)?;
    // what all of it may take in memory, about
    let left = AtomicUsize::new(bytes.len().saturating_mul(TIMES).max(ALWAYS));
    let read = |(letter, bytes): &(u8, &[u8])| -> Result<(Read, [u8; 32]), Broken> {
        let what = match *letter {
            ARTIFACTS => "artifacts",
            SHARED | RESOURCES => "resources",
            HEAD => "head",
            _ => return Err(Broken::Content("frames")),
        };
        let broken = || Broken::Content(what);
        let content = Content::unpacked(bytes).ok_or_else(broken)?;
        let room = left.load(Ordering::Relaxed);
        let unpacker = &mut Unpacker::within(&content.plain, room);
        let read = match *letter {
            ARTIFACTS => block::unpack(unpacker, &content.keyed, MOST_ARTIFACTS).map(Read::Artifacts),
            SHARED => resources::unpack_shared(unpacker, &content.keyed).map(Read::Shared),
            RESOURCES => resources::unpack(unpacker, &content.keyed).map(Read::Resources),
            _ => behead(&content).map(Box::new).map(Read::Head),
        };
        let used = room - unpacker.left();
        left.update(Ordering::Relaxed, Ordering::Relaxed, |left| left.saturating_sub(used));
        Ok((read.ok_or_else(broken)?, Sha256::digest(&content.plain).into()))
    };
    let (mut digest, mut artifacts, mut head) = (Sha256::new(), Vec::new(), None);
    let (mut shared, mut loose) = (Vec::new(), Vec::new());
    let all = frames.iter().filter(|frame| frame.0 == ARTIFACTS).count();
    for some in frames.chunks(AT_ONCE) {
        for ((letter, _), made) in some.iter().zip(each(some, threads(), read)) {
            let (read, plain) = made?;
            if head.is_some() {
                return Err(Broken::Content("frames"));
            }
            count_in(&mut digest, (*letter, plain));
            match read {
                Read::Artifacts(own) => {
                    if artifacts.capacity() == 0 {
                        // each has a mark of eight bytes, and more
                        artifacts.reserve_exact(own.len().saturating_mul(all).min(bytes.len() / LEAST));
                    }
                    artifacts.extend(own);
                }
                Read::Shared(own) => shared.extend(own.into_iter().map(std::sync::Arc::new)),
                Read::Resources(own) => loose.extend(own),
                Read::Head(own) => head = Some(*own),
            }
        }
    }
    let mut evidence = head.ok_or(Broken::Content("head"))?;
    let joined: Option<Vec<Resource>> = loose.into_iter().map(|one| one.with(&shared)).collect();
    (evidence.artifacts, evidence.resources) = (artifacts, joined.ok_or(Broken::Content("resources"))?);
    Ok((evidence, format!("sha256:{}", hex(&digest.finalize()))))
}
