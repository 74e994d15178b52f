//! The coordinator's side of large files in pieces: which orders a file makes, and its pieces put together, in order, to what reading it at
//! once gives. It opens nothing and believes no guess: a piece counts if it begins where the one before it ends. Where something is not as
//! pieces have it the file is ordered whole.

use super::content::Content;
use super::document::{DOCUMENTS, Document};
use super::examine::Examined;
use super::fractions::{self, FileFacts, Fraction, range};
use super::limits::Limits;
use super::pieces::{Facts, Stretch, Task, Told, Whole};
use super::stretch::BEYOND;
use super::walk::{Entry, EntryKind};
use super::worker::Answer;
use crate::detect::engine::Engine;
use crate::detect::partial::Joined;
use crate::model::evidence::Artifact;
use crate::model::word::Sum;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Pieces that may be read ahead of the one that is next, for each worker: they are held until it has come.
const AHEAD: u64 = 2;

/// What a worker is to do next: all of an entry, or a task.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) entry: &'a Entry,
    pub(super) task: Option<Task>,
}

/// Orders that nobody has taken yet, and entries of which nothing was ordered: there may be millions of these, and an order is larger.
#[derive(Default)]
pub(super) struct Orders<'a> {
    made: VecDeque<Job<'a>>,
    /// Behind all that are made.
    fresh: VecDeque<&'a Entry>,
}

impl<'a> Orders<'a> {
    /// What some entries begin with.
    pub(super) fn of(fresh: VecDeque<&'a Entry>) -> Self {
        Self { made: VecDeque::new(), fresh }
    }

    pub(super) fn len(&self) -> usize {
        self.made.len() + self.fresh.len()
    }

    /// One by its place.
    pub(super) fn get(&self, at: usize, split: &Split<'a>) -> Option<Job<'a>> {
        let made = self.made.get(at).copied();
        made.or_else(|| self.fresh.get(at.checked_sub(self.made.len())?).map(|entry| split.first(entry)))
    }

    /// Takes away the one at a place.
    pub(super) fn remove(&mut self, at: usize) {
        match at.checked_sub(self.made.len()) {
            None => drop(self.made.remove(at)),
            Some(at) => drop(self.fresh.remove(at)),
        }
    }

    /// More of them, before all others.
    pub(super) fn push_front(&mut self, jobs: Vec<Job<'a>>) {
        jobs.into_iter().rev().for_each(|job| self.made.push_front(job));
    }
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
    /// What of the file is this part's was read; the rest of it others read.
    Part(Vec<Fraction>, Duration),
}

/// What a part of a delivery has of a large file.
pub(super) struct Span {
    /// Which pieces, if it is read in pieces.
    pub(super) pieces: Range<u64>,
    /// Whether it is this part's, if it is not.
    pub(super) whole: bool,
}

/// The same of all large files, by number.
pub(super) type Spans = HashMap<u32, Span>;

/// All files that may be read in pieces.
pub(super) struct Split<'a> {
    piece: u64,
    ahead: u64,
    engine: &'a Engine,
    files: HashMap<u32, Mutex<Large<'a>>>,
    /// Files that are being read in pieces.
    open: AtomicUsize,
    /// Whether what was read is put together here, and not by who has all parts.
    all: bool,
}

/// A file.
struct Large<'a> {
    entry: &'a Entry,
    /// Whether it is done, or to be read whole.
    over: bool,
    facts: Option<Facts>,
    /// The file as its first piece tells of it.
    artifact: Option<Artifact>,
    digests: Option<(Sum, Content)>,
    /// The piece that is next, where its first record begins, and how many lines come before.
    next: u64,
    at: Option<u64>,
    lines: u64,
    /// The piece behind the last one.
    end: u64,
    /// Whether this part reads the file if it is read whole.
    ours: bool,
    /// Pieces as a part has them.
    own: Vec<(u64, Box<Stretch>)>,
    /// Pieces that wait for it; nothing in place of one that is not as pieces are.
    waiting: BTreeMap<u64, Option<Box<Stretch>>>,
    /// Pieces that were ordered again because of where they begin.
    again: BTreeSet<u64>,
    /// The piece of which it was asked where it begins.
    asked: Option<u64>,
    whole: Option<Whole>,
    took: u64,
}

impl<'a> Split<'a> {
    /// For entries of which the large ones may be read in pieces of so many bytes (0: none), by so many workers.
    pub(super) fn new(
        entries: impl Iterator<Item = &'a Entry>,
        piece: u64,
        workers: usize,
        engine: &'a Engine,
        spans: Option<&Spans>,
    ) -> Self {
        let file = |entry: &'a Entry| {
            let span = spans.and_then(|spans| spans.get(&entry.number));
            let pieces = span.map_or(0..entry.size.div_ceil(piece.max(1)), |span| span.pieces.clone());
            (entry.number, Mutex::new(Large::new(entry, pieces, span.is_none_or(|span| span.whole))))
        };
        let large = entries.filter(|entry| is_large(entry, piece));
        let files: HashMap<u32, Mutex<Large<'_>>> = large.map(file).collect();
        let open = AtomicUsize::new(files.len());
        Self { piece, ahead: AHEAD * workers as u64, engine, files, open, all: spans.is_none() }
    }

    /// Whether nothing more can come of them.
    pub(super) fn is_done(&self) -> bool {
        self.open.load(Ordering::Acquire) == 0
    }

    /// How many workers they could keep busy.
    pub(super) fn width(&self) -> usize {
        let count = |file: &Large<'_>| usize::try_from(file.end - file.next).unwrap_or(usize::MAX);
        self.files.values().fold(0, |all, file| all.saturating_add(count(&lock(file))))
    }

    /// What an entry begins with.
    fn first(&self, entry: &'a Entry) -> Job<'a> {
        Job { entry, task: self.files.contains_key(&entry.number).then_some(Task::Ask) }
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
        file.own = Vec::new();
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
                if file.next == file.end {
                    self.end(&mut file);
                    return Next::Part(Vec::new(), Duration::ZERO);
                }
                // what takes longest comes first
                let digest = (file.next == 0).then_some(Task::Digest).into_iter();
                let pieces = (file.next..file.end).map(|piece| range(piece, self.piece, size));
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
            (Task::Find { .. }, Some(Told::Found(at))) => file.at = Some(at),
            (Task::Ask, _) if !file.ours => {
                // whoever has the middle of it reads it
                self.end(&mut file);
                return Next::Part(Vec::new(), Duration::ZERO);
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
            if file.next == file.end {
                let done = self.finished(&mut file, whole);
                return done.unwrap_or_else(|whole| {
                    file.whole = Some(whole);
                    Next::Jobs(Vec::new())
                });
            }
            let piece = file.next;
            let (from, to) = range(piece, self.piece, size);
            if file.at.is_some_and(|at| at >= to) {
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
            let sure = stretch.as_ref().filter(|stretch| stretch.sure);
            let Some(at) = file.at.or_else(|| sure?.begins) else {
                // where another machine's last record ends nobody here knows
                file.whole = Some(whole);
                if sure.is_some() {
                    file.next += 1;
                    continue;
                }
                file.waiting.insert(piece, stretch);
                if file.asked.replace(piece) == Some(piece) {
                    break;
                }
                return Next::Jobs(vec![Job { entry: file.entry, task: Some(Task::Find { at: from }) }]);
            };
            let right = stretch.filter(|stretch| stretch.begins == Some(at) && stretch.next >= to && stretch.next <= size);
            let Some(stretch) = right else {
                // a guess that was wrong, or nothing to be had of it
                if piece == 0 || !file.again.insert(piece) {
                    return self.read_whole(&mut file);
                }
                file.at = Some(at);
                file.whole = Some(whole);
                let task = Task::Read { from, to, exact: Some(at) };
                return Next::Jobs(vec![Job { entry: file.entry, task: Some(task) }]);
            };
            if !self.all {
                (file.next, file.at) = (piece + 1, Some(stretch.next));
                file.own.push((piece, stretch));
                file.whole = Some(whole);
                continue;
            }
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
            (file.next, file.at, file.lines) = (piece + 1, Some(next), lines.saturating_add(own));
            file.whole = Some(whole);
        }
        Next::Jobs(Vec::new())
    }

    /// The file as reading it at once tells of it, or what this part has of it, as soon as its digests are known.
    fn finished(&self, file: &mut Large<'a>, whole: Whole) -> Result<Next<'a>, Whole> {
        let took = Duration::from_micros(file.took);
        let entry = file.entry;
        if file.artifact.is_some() && file.digests.is_none() {
            return Err(whole);
        }
        let facts = file.digests.take().zip(file.artifact.take());
        let mut facts = facts.map(|((sha256, content), artifact)| Box::new(FileFacts { artifact, sha256, content }));
        if !self.all {
            let own = std::mem::take(&mut file.own);
            self.end(file);
            let path = super::mark(entry, self.engine);
            let fraction = |(piece, stretch)| {
                let file = facts.take_if(|_| piece == 0);
                Fraction { path, number: entry.number, piece, bytes: self.piece, file, stretch }
            };
            return Ok(Next::Part(own.into_iter().map(fraction).collect(), took));
        }
        let Some(facts) = facts else { return Ok(self.read_whole(file)) };
        let digests = (facts.sha256, facts.content);
        let Some(examined) = fractions::finish(facts.artifact, whole, digests, entry.size, self.engine) else {
            return Ok(self.read_whole(file));
        };
        self.end(file);
        Ok(Next::Done(Box::new(examined), file.end, took))
    }
}

impl<'a> Large<'a> {
    fn new(entry: &'a Entry, pieces: Range<u64>, ours: bool) -> Self {
        Self {
            entry,
            over: false,
            facts: None,
            artifact: None,
            digests: None,
            next: pieces.start,
            at: (pieces.start == 0).then_some(0),
            lines: 0,
            end: pieces.end,
            ours,
            own: Vec::new(),
            waiting: BTreeMap::new(),
            again: BTreeSet::new(),
            asked: None,
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
