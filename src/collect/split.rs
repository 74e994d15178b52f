//! The coordinator's side of large files in pieces: which orders a file makes, and its pieces put together, in order, to what reading it at
//! once gives. It opens nothing and believes no guess: a piece counts if it begins where the one before it ends. Where something is not as
//! pieces have it the file is ordered whole.

use super::content::Content;
use super::document::{DOCUMENTS, Document};
use super::examine::{Examined, withhold};
use super::limits::Limits;
use super::pieces::{Facts, Stretch, Task, Told, Whole};
use super::stretch::BEYOND;
use super::walk::{Entry, EntryKind};
use super::worker::Answer;
use crate::detect::engine::Engine;
use crate::detect::partial::Joined;
use crate::model::evidence::{Artifact, Read};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Pieces that may be read ahead of the one that is next, for each worker: they are held until it has come.
const AHEAD: u64 = 3;

/// What a worker is to do next: all of an entry, or a task.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) entry: &'a Entry,
    pub(super) task: Option<Task>,
}

impl<'a> Job<'a> {
    pub(super) fn whole(entry: &'a Entry) -> Self {
        Self { entry, task: None }
    }

    /// Bytes that are read for it.
    pub(super) fn bytes(&self) -> u64 {
        match self.task {
            None | Some(Task::Digest) => self.entry.size,
            Some(Task::Ask) => 0,
            Some(Task::Read { from, to, .. }) => to.saturating_sub(from),
            Some(Task::Find { at }) => at,
        }
    }

    /// How long it may take, of an artifact of a size.
    pub(super) fn time(&self, limits: &Limits, size: u64) -> Duration {
        match self.task {
            None => limits.time_for(size),
            Some(Task::Read { .. }) => limits.time_for(self.bytes().saturating_add(BEYOND)),
            Some(_) => limits.time_for(self.bytes()),
        }
    }
}

/// What is done with a job.
pub(super) enum Turn {
    /// It can be done.
    Now,
    /// Others have to come before it.
    Later,
    /// It need not be done any more.
    Never,
}

/// What an answer leads to.
pub(super) enum Next<'a> {
    /// These are to be done, the first first, before anything else.
    Jobs(Vec<Job<'a>>),
    /// The file was read, in so many pieces and so long.
    Done(Box<Examined>, u64, Duration),
}

/// All files that may be read in pieces.
pub(super) struct Split<'a> {
    piece: u64,
    ahead: u64,
    engine: &'a Engine,
    files: HashMap<u32, Mutex<Large<'a>>>,
    /// Files that are being read in pieces.
    open: AtomicUsize,
}

/// A file.
struct Large<'a> {
    entry: &'a Entry,
    /// Whether it is done, or to be read whole.
    over: bool,
    facts: Option<Facts>,
    /// The file as its first piece tells of it.
    artifact: Option<Artifact>,
    digests: Option<(String, Content)>,
    /// The piece that is next, where its first record begins, and how many lines come before.
    next: u64,
    at: u64,
    lines: u64,
    /// Pieces that wait for it; nothing in place of one that is not as pieces are.
    waiting: BTreeMap<u64, Option<Box<Stretch>>>,
    /// Pieces that were ordered again because of where they begin.
    again: BTreeSet<u64>,
    whole: Option<Whole>,
    took: u64,
}

impl<'a> Split<'a> {
    /// For entries of which the large ones may be read in pieces of so many bytes (0: none), by so many workers.
    pub(super) fn new(entries: impl Iterator<Item = &'a Entry>, piece: u64, workers: usize, engine: &'a Engine) -> Self {
        let large = entries.filter(|entry| is_large(entry, piece));
        let files: HashMap<u32, Mutex<Large<'_>>> = large.map(|entry| (entry.number, Mutex::new(Large::new(entry)))).collect();
        let open = AtomicUsize::new(files.len());
        Self { piece, ahead: AHEAD * workers as u64, engine, files, open }
    }

    /// Whether nothing more can come of them.
    pub(super) fn is_done(&self) -> bool {
        self.open.load(Ordering::Acquire) == 0
    }

    /// How many workers they could keep busy.
    pub(super) fn width(&self) -> usize {
        self.files.values().map(|file| usize::try_from(self.count(lock(file).entry.size)).unwrap_or(usize::MAX)).sum()
    }

    /// What an entry begins with.
    pub(super) fn first(&self, entry: &'a Entry) -> Job<'a> {
        Job { entry, task: self.files.contains_key(&entry.number).then_some(Task::Ask) }
    }

    fn count(&self, size: u64) -> u64 {
        size.div_ceil(self.piece.max(1))
    }

    fn range(&self, piece: u64, size: u64) -> (u64, u64) {
        let from = piece.saturating_mul(self.piece);
        (from, from.saturating_add(self.piece).min(size))
    }

    /// Whether a job can be done now.
    pub(super) fn turn(&self, job: &Job<'_>) -> Turn {
        let (Some(task), Some(file)) = (job.task, self.files.get(&job.entry.number)) else { return Turn::Now };
        let file = lock(file);
        match task {
            _ if file.over => Turn::Never,
            Task::Read { from, .. } if from / self.piece > file.next.saturating_add(self.ahead) => Turn::Later,
            Task::Read { from, .. } if from / self.piece < file.next => Turn::Never,
            _ => Turn::Now,
        }
    }

    /// The worker that did a job is lost, and the file with it. `false` if that is known.
    pub(super) fn lost(&self, job: &Job<'_>) -> bool {
        let (Some(_), Some(file)) = (job.task, self.files.get(&job.entry.number)) else { return true };
        self.end(&mut lock(file))
    }

    fn end(&self, file: &mut Large<'_>) -> bool {
        if file.over {
            return false;
        }
        file.over = true;
        file.waiting = BTreeMap::new();
        file.whole = None;
        self.open.fetch_sub(1, Ordering::AcqRel);
        true
    }

    /// Takes an answer to a task.
    pub(super) fn answer(&self, job: &Job<'a>, answer: Answer) -> Next<'a> {
        let nothing = Next::Jobs(Vec::new());
        let (Some(task), Some(cell)) = (job.task, self.files.get(&job.entry.number)) else { return nothing };
        let mut file = lock(cell);
        if file.over {
            return nothing;
        }
        file.took = file.took.saturating_add(answer.micros);
        let size = file.entry.size;
        let facts = match &answer.piece {
            Some(Told::Pieces(facts) | Told::Digests { facts, .. }) => Some(*facts),
            Some(Told::Stretch(stretch)) => Some(stretch.facts),
            _ => None,
        };
        if facts.is_some_and(|facts| facts.size != size || *file.facts.get_or_insert(facts) != facts) {
            return self.read_whole(&mut file);
        }
        match (task, answer.piece) {
            (Task::Ask, Some(Told::Pieces(_))) => {
                // what takes longest comes first
                let digest = std::iter::once(Task::Digest);
                let pieces = (0..self.count(size)).map(|piece| self.range(piece, size));
                let pieces = pieces.map(|(from, to)| Task::Read { from, to, exact: None });
                return Next::Jobs(digest.chain(pieces).map(|task| Job { entry: job.entry, task: Some(task) }).collect());
            }
            (Task::Digest, Some(Told::Digests { sha256, content, .. })) => file.digests = Some((sha256, content)),
            (Task::Read { from, .. }, told) => {
                let piece = from / self.piece;
                if piece == 0 && file.artifact.is_none() {
                    file.artifact = Some(answer.examined.artifact);
                }
                let stretch = match told {
                    Some(Told::Stretch(stretch)) => Some(stretch),
                    _ => None,
                };
                if piece >= file.next {
                    file.waiting.insert(piece, stretch);
                }
            }
            _ => return self.read_whole(&mut file),
        }
        self.join(cell, file)
    }

    fn read_whole(&self, file: &mut Large<'a>) -> Next<'a> {
        self.end(file);
        Next::Jobs(vec![Job::whole(file.entry)])
    }

    /// Puts together what has come, as far as it goes.
    fn join<'f>(&self, cell: &'f Mutex<Large<'a>>, mut file: MutexGuard<'f, Large<'a>>) -> Next<'a> {
        let size = file.entry.size;
        // without it another worker is at it, and goes on with what has come meanwhile
        while let Some(mut whole) = file.whole.take() {
            if file.next == self.count(size) {
                let done = self.finished(&mut file, whole);
                return done.unwrap_or_else(|whole| {
                    file.whole = Some(whole);
                    Next::Jobs(Vec::new())
                });
            }
            let piece = file.next;
            let (from, to) = self.range(piece, size);
            if file.at >= to {
                // a record from before it goes on to its end
                file.waiting.remove(&piece);
                file.next += 1;
                file.whole = Some(whole);
                continue;
            }
            let Some(stretch) = file.waiting.remove(&piece) else {
                file.whole = Some(whole);
                break;
            };
            let right = stretch.filter(|stretch| stretch.begins == Some(file.at) && stretch.next >= to && stretch.next <= size);
            let Some(stretch) = right else {
                // a guess that was wrong, or nothing to be had of it
                if piece == 0 || !file.again.insert(piece) {
                    return self.read_whole(&mut file);
                }
                file.whole = Some(whole);
                let task = Task::Read { from, to, exact: Some(file.at) };
                return Next::Jobs(vec![Job { entry: file.entry, task: Some(task) }]);
            };
            let lines = file.lines;
            // others may bring theirs meanwhile
            drop(file);
            let (next, own) = (stretch.next, stretch.lines);
            let joined = add(&mut whole, *stretch, lines);
            file = lock(cell);
            if file.over {
                break;
            }
            if !joined {
                return self.read_whole(&mut file);
            }
            (file.next, file.at, file.lines) = (piece + 1, next, lines.saturating_add(own));
            file.whole = Some(whole);
        }
        Next::Jobs(Vec::new())
    }

    /// The file as reading it at once tells of it, as soon as its digests are known.
    fn finished(&self, file: &mut Large<'a>, whole: Whole) -> Result<Next<'a>, Whole> {
        let Some((sha256, content)) = file.digests.take() else { return Err(whole) };
        let Some(mut artifact) = file.artifact.take() else { return Ok(self.read_whole(file)) };
        let Some(stretches) = format(&artifact.kind).and_then(Document::stretches) else { return Ok(self.read_whole(file)) };
        (artifact.parts, artifact.gaps) = stretches.finish(whole, self.engine);
        // what a gap of the whole file says was not read as it should be
        artifact.read = if artifact.gaps.iter().any(|gap| gap.at.is_empty()) { Read::Partial } else { Read::Full };
        artifact.size = file.entry.size;
        artifact.digest = Some(format!("sha256:{sha256}"));
        artifact.mark = content.0.first_chunk().map_or(0, |first| u64::from_le_bytes(*first));
        withhold(&mut artifact);
        let pieces = self.count(file.entry.size);
        let took = Duration::from_micros(file.took);
        self.end(file);
        let examined = Examined { content: Some(content), ..Examined::bare(artifact) };
        Ok(Next::Done(Box::new(examined), pieces, took))
    }
}

impl<'a> Large<'a> {
    fn new(entry: &'a Entry) -> Self {
        Self {
            entry,
            over: false,
            facts: None,
            artifact: None,
            digests: None,
            next: 0,
            at: 0,
            lines: 0,
            waiting: BTreeMap::new(),
            again: BTreeSet::new(),
            whole: Some(Whole { parts: Vec::new(), holds: Vec::new(), strange: (0, 0) }),
            took: 0,
        }
    }
}

/// Whether a file may be read in pieces of so many bytes.
pub(super) fn is_large(entry: &Entry, piece: u64) -> bool {
    piece > 0 && entry.kind == EntryKind::File && entry.size > piece.saturating_mul(2)
}

/// Adds a piece that so many lines come before.
pub(super) fn add(whole: &mut Whole, stretch: Stretch, lines: u64) -> bool {
    if whole.holds.is_empty() {
        whole.parts = stretch.parts;
        whole.holds.resize_with(stretch.holds.len(), Joined::default);
    }
    if stretch.strange > 0 {
        if whole.strange.0 == 0 {
            whole.strange.1 = stretch.first_strange.saturating_add(lines);
        }
        whole.strange.0 += stretch.strange;
    }
    let same = whole.holds.len() == stretch.holds.len();
    same && whole.holds.iter_mut().zip(stretch.holds).all(|(own, next)| own.add(next, lines))
}

/// The format of a name.
pub(super) fn format(id: &str) -> Option<&'static dyn Document> {
    DOCUMENTS.iter().find(|document| document.id() == id).copied()
}

fn lock<'f, 'a>(file: &'f Mutex<Large<'a>>) -> MutexGuard<'f, Large<'a>> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
}
