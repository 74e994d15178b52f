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
use super::several::{both, each};
use super::tree::Unpacker;
use super::value::hex;
use frame::{Content, Frames};
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
/// Frames that a thread unpacks before it asks for more.
const GROUP: usize = 16;
/// Frames that the thread which takes in what others made unpacks less, for each of the others: to move theirs to where they stay is
/// about a quarter of the work of unpacking them.
const LESS: usize = GROUP / 4;
/// Groups that are unpacked and wait to be taken in, for each thread.
const AHEAD: usize = 2;
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

/// Frames that follow each other, read back.
#[derive(Default)]
struct Run {
    artifacts: Vec<Artifact>,
    shared: Vec<super::node::Setting>,
    loose: Vec<resources::Loose>,
    head: Option<Box<Evidence>>,
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

impl Run {
    /// What comes after it.
    fn append(&mut self, mut later: Self) {
        self.artifacts.append(&mut later.artifacts);
        self.shared.append(&mut later.shared);
        self.loose.append(&mut later.loose);
        self.head = later.head.or(self.head.take());
        self.plain.append(&mut later.plain);
    }

    /// One more frame. `more` frames are to come, of which there is room for so many artifacts.
    fn add(&mut self, (letter, bytes): (u8, &[u8]), room: &Room, (more, most): (usize, usize)) -> Result<(), Broken> {
        let what = match letter {
            ARTIFACTS => "artifacts",
            SHARED | RESOURCES => "resources",
            HEAD => "head",
            _ => return Err(Broken::Content("frames")),
        };
        let broken = || Broken::Content(what);
        let content = Content::unpacked(bytes).ok_or_else(broken)?;
        let left = room.0.load(Ordering::Relaxed);
        let unpacker = &mut Unpacker::within(&content.plain, left);
        let read = match letter {
            ARTIFACTS => {
                let read = block::unpack(unpacker, &content.keyed, MOST_ARTIFACTS, &mut self.artifacts);
                // more than there is memory for is more than this can hold
                let wanted = self.artifacts.len().saturating_mul(more).min(most);
                let fits = !self.plain.is_empty() || self.artifacts.try_reserve_exact(wanted).is_ok();
                read.filter(|()| fits)
            }
            SHARED => resources::unpack_shared(unpacker, &content.keyed).map(|own| self.shared.extend(own)),
            RESOURCES => resources::unpack(unpacker, &content.keyed).map(|own| self.loose.extend(own)),
            _ => behead(&content).map(|own| self.head = Some(Box::new(own))),
        };
        room.less(left - unpacker.left());
        read.ok_or_else(broken)?;
        self.plain.push((letter, Sha256::digest(&content.plain).into()));
        Ok(())
    }
}

/// How many frames of artifacts there are, and how many artifacts their bytes may hold.
fn extent(frames: &[(u8, &[u8])]) -> (usize, usize) {
    let own = frames.iter().filter(|frame| frame.0 == ARTIFACTS);
    own.fold((0, 0), |sum, frame| (sum.0 + 1, sum.1 + frame.1.len() / LEAST))
}

/// Adds a group of frames. What is unpacked first makes room for everything that `room_for` says.
fn add_all(out: &mut Run, group: &[(u8, &[u8])], room: &Room, room_for: (usize, usize)) -> Result<(), Broken> {
    group.iter().try_for_each(|frame| out.add(*frame, room, room_for))
}

/// Frames in groups: those of the thread that takes in what the others made (one at least, by which it makes room for all), then of each of
/// the others, and so on.
fn groups<'f, 'b>(mut frames: &'f [(u8, &'b [u8])], threads: usize) -> Vec<&'f [(u8, &'b [u8])]> {
    let mut out = Vec::new();
    while !frames.is_empty() {
        let size = if out.len().is_multiple_of(threads) { GROUP.saturating_sub(LESS * (threads - 1)).max(1) } else { GROUP };
        let (group, rest) = frames.split_at(size.min(frames.len()));
        out.push(group);
        frames = rest;
    }
    out
}

/// All frames in their order: one thread unpacks groups to where they stay, and takes in what the others made of those between, which are
/// never far ahead of it.
fn whole(frames: &[(u8, &[u8])], bytes: usize) -> Result<Run, Broken> {
    let room = &Room::of(bytes);
    let threads = threads().clamp(1, frames.len().div_ceil(GROUP).max(1));
    let groups = groups(frames, threads);
    let (mut whole, all) = (Run::default(), extent(frames));
    std::thread::scope(|scope| {
        let mut others = Vec::new();
        for own in 1..threads {
            let (give, take) = std::sync::mpsc::sync_channel(AHEAD);
            let groups = &groups;
            scope.spawn(move || {
                for group in groups.iter().skip(own).step_by(threads) {
                    let mut run = Run::default();
                    let made = add_all(&mut run, group, room, extent(group)).map(|()| run);
                    let last = made.is_err();
                    // nobody waits any more where what came before could not be read
                    if give.send(made).is_err() || last {
                        return;
                    }
                }
            });
            others.push(take);
        }
        for (at, group) in groups.iter().enumerate() {
            match (at % threads).checked_sub(1).and_then(|other| others.get(other)) {
                None => add_all(&mut whole, group, room, all)?,
                // one that gives nothing has panicked, and so does whoever waits for all of them
                Some(other) => whole.append(other.recv().unwrap_or(Err(Broken::Content("frames")))?),
            }
        }
        Ok(whole)
    })
}

/// Reads packed evidence: it, and its digest.
///
/// # Errors
/// [`Broken`].
pub fn read(bytes: &[u8]) -> Result<(Evidence, String), Broken> {
    let frames = Frames::of(bytes, MAGIC, END)?;
    // what was changed is said to be that, whatever can be read of it
    let (whole, read) = both(|| frames.are_whole(), || unpack(&frames.all, bytes.len()));
    if whole { read } else { Err(Broken::Changed) }
}

/// Evidence of all its frames, in a file of so many bytes.
fn unpack(frames: &[(u8, &[u8])], bytes: usize) -> Result<(Evidence, String), Broken> {
    // one head, behind everything else
    match frames.iter().position(|frame| frame.0 == HEAD) {
        None => return Err(Broken::Content("head")),
        Some(at) if at + 1 < frames.len() => return Err(Broken::Content("frames")),
        Some(_) => {}
    }
    let whole = whole(frames, bytes)?;
    let mut digest = Sha256::new();
    whole.plain.iter().for_each(|frame| count_in(&mut digest, *frame));
    let mut evidence = *whole.head.ok_or(Broken::Content("head"))?;
    let shared: Vec<_> = whole.shared.into_iter().map(std::sync::Arc::new).collect();
    let joined: Option<Vec<Resource>> = whole.loose.into_iter().map(|one| one.with(&shared)).collect();
    (evidence.artifacts, evidence.resources) = (whole.artifacts, joined.ok_or(Broken::Content("resources"))?);
    Ok((evidence, format!("sha256:{}", hex(&digest.finalize()))))
}
