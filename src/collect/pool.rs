//! The coordinator's side of workers: orders out, answers in, in any order between workers and put back into the walk's. A worker
//! that dies, hangs or answers nonsense costs the one artifact it was at, and is replaced.

use super::boundary;
use super::cache::Answers;
use super::event::{Event, Step};
use super::examine::{Examined, Source, blank, dress, examine, examine_one};
use super::fractions::Fraction;
use super::keys::{self, Keys};
use super::limits::Limits;
use super::prune::Spared;
use super::reduce;
use super::remote::held;
use super::remote::supply::{self, Next, Supply};
use super::split::{self, Job, Orders, Spans, Split, Turn};
use super::walk::{Entry, EntryKind, Target};
use super::worker::{Answer, Hello, Order, PROTOCOL, RawPath, Welcome};
use super::{CollectError, Request, worker};
use crate::model::evidence::{Encryption, Gap, GapKind};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Who examines.
#[derive(Debug, Clone)]
pub enum Workers {
    /// This very process: for small, trusted targets and for tests.
    Here,
    /// Worker processes: the program to start and how many.
    Processes {
        /// The program; it is started with the argument `worker`.
        program: PathBuf,
        /// How many, at least 1.
        count: usize,
        /// Whether they have to be confined, and what they said of that.
        confinement: Confinement,
    },
}

impl Workers {
    /// What the system did not offer to confine the workers that ran, in words.
    pub fn missing(&self) -> Vec<String> {
        match self {
            Self::Here => Vec::new(),
            Self::Processes { confinement, .. } => lock(&confinement.missing).iter().cloned().collect(),
        }
    }
}

/// How workers have to be confined, and how they are.
#[derive(Debug, Clone, Default)]
pub struct Confinement {
    /// Whether a worker may open nothing where the system does not offer all that confines it.
    pub required: bool,
    missing: Arc<Mutex<BTreeSet<String>>>,
}

impl Confinement {
    /// Required or not; nothing is known yet.
    pub fn new(required: bool) -> Self {
        Self { required, missing: Arc::default() }
    }
}

/// How much glibc's allocator keeps at hand of each size: a tree is thousands of small pieces, all made and all dropped at once.
const ALLOCATOR: (&str, &str) = ("GLIBC_TUNABLES", "glibc.malloc.tcache_count=2000");

/// Orders that a worker has at once: it never waits for the next, and few are lost with it.
const AHEAD: usize = 64;
/// Bytes of files that a worker has ahead.
const AHEAD_BYTES: u64 = 4 << 20;
/// Bytes of orders that a worker has ahead: fewer than a pipe holds, so that nobody waits for a worker that hangs without looking at the
/// clock.
const AHEAD_WRITTEN: usize = 40 << 10;
/// Workers in a row that may die before they answered anything: then something is wrong with the program itself.
const MOST_STILLBORN: usize = 3;

/// How long a worker may take to begin.
const WELCOME: Duration = Duration::from_mins(1);

/// Kilobytes of memory that a worker may have when it has answered, beyond those it had when it began: what a large file left behind is given
/// back by ending it.
const SWOLLEN: u64 = 160 << 10;
/// How often a worker is weighed, at most.
const WEIGHED: Duration = Duration::from_millis(100);

/// Jobs that have to wait, behind which one is looked for that need not.
const MOST_LATER: usize = 256;
/// How long a worker without orders waits for what others are at.
const IDLE: Duration = Duration::from_millis(5);

/// How long a worker that has answered everything may take to end.
const LAST: Duration = Duration::from_secs(5);

/// Said once where the journal cannot be written any more.
const UNWRITTEN: &str =
    "the journal cannot be written any more (is the disk full?): the audit goes on, and cannot be gone on with";

/// The same of the cache.
const UNCACHED: &str = "the cache cannot be written any more (is the disk full?): the audit goes on without";
/// Said where another audit has the cache.
const BUSY: &str = "another audit is at the cache: this one goes on without";

/// Numbers of entries that other parts have, and pieces of what they have pieces of, too.
type Ran = (BTreeSet<u32>, Vec<Fraction>);

/// Takes in what an entry is, which has such a place among all.
pub(super) type Put<'a> = &'a (dyn Fn(usize, &Entry, Examined) + Sync);

/// Examines all entries, in no order. Of a part of a delivery, which has only so much of large ones, what it has of those that are read in pieces.
pub(super) fn run(
    root: &Path,
    entries: &[Entry],
    spans: Option<&Spans>,
    request: &Request<'_>,
    taken: Put<'_>,
) -> Result<Ran, CollectError> {
    // entries that others have, or have pieces of
    let shared: Mutex<(BTreeSet<u32>, Vec<Fraction>)> = Mutex::default();
    // what lies beside a single file was not delivered
    let beside = matches!(request.target, Target::Path(path) if path.is_dir());
    let alone = match request.target {
        Target::Path(path) => path.is_file(),
        Target::Remote(remote) => remote.single(),
        Target::Memory(_) => false,
    };
    let done = AtomicU64::new(0);
    let bytes = AtomicU64::new(0);
    let total = entries.len() as u64;
    let put = |entry: &Entry, examined: Examined, took: Option<Duration>| {
        let mut step = Step::of(entry.number, &examined, took);
        step.total = total;
        // they stand in the order of their numbers, though not every number need be there
        if let Ok(place) = entries.binary_search_by_key(&entry.number, |other| other.number) {
            taken(place, entry, examined);
        }
        step.done = done.fetch_add(1, Ordering::Relaxed) + 1;
        step.bytes = bytes.fetch_add(entry.size, Ordering::Relaxed) + entry.size;
        (request.told)(&Event::Done(&step));
    };
    let ocr = request.ocr.as_ref().map(|row| &row.0);
    match &request.workers {
        Workers::Here => {
            let spared = Spared::new(reduce::spent(request.keep), &reduce::single(request.keep));
            let (given, spent) = (Rc::new(request.passwords.clone()), Rc::new(spared));
            for entry in entries {
                let look = beside.then(|| keys::look(root, &entry.path));
                let keys = Keys::new(&given, &entry.path, look);
                let begun = Instant::now();
                let read = |source| examine_one(entry, source, request.engine, &request.limits, &keys, ocr, &spent, alone);
                let examined = match request.target {
                    Target::Remote(remote) if entry.kind == EntryKind::File => {
                        let mut space = held::space(request.spool).map_err(|error| CollectError::Held(error.to_string()))?;
                        let most = supply::most(&request.limits, request.spool);
                        match supply::fetch(remote.as_ref(), entry, most, &mut space) {
                            Ok((_, content)) => held::examined(&content, std::io::Seek::rewind(&mut space).map(|()| space), read),
                            Err(reason) => unread(entry, request, GapKind::Unreadable, &reason),
                        }
                    }
                    Target::Remote(_) => read(Ok(Source::Stream(Box::new(std::io::empty())))),
                    _ => read(worker::open(root, &entry.path)),
                };
                put(entry, examined, Some(begun.elapsed()));
            }
        }
        Workers::Processes { program, count, confinement } => {
            let mut hello = Hello {
                provost_worker: PROTOCOL,
                root: RawPath::new(root),
                key: request.engine.key.to_hex(),
                classes: request.classes.to_vec(),
                limits: request.limits,
                ocr: request.ocr.as_ref().map(|row| RawPath::new(&row.1)),
                passwords: request.passwords.clone(),
                beside,
                alone,
                frames: true,
                eager: false,
                welcome: true,
                confined: confinement.required,
                tied: true,
                spent: reduce::spent(request.keep),
                single: reduce::single(request.keep),
            };
            let text = |hello: &Hello| serde_json::to_string(hello).map_err(|error| CollectError::Workers(error.to_string()));
            // what lies in no file system is known by what its server says
            let mount = match request.target {
                Target::Path(path) => Some(boundary::mount(path)),
                _ => None,
            };
            let mut known = match request.journal {
                Some(journal) => {
                    let models = models(request);
                    journal.begin(format!("{}\n{}\n{models}", crate::TOOL, text(&hello)?).as_bytes(), mount)?
                }
                None => HashMap::new(),
            };
            let answers = match request.cache {
                Some(cache) => {
                    let place = std::mem::replace(&mut hello.root, RawPath::Text(String::new()));
                    let models = models(request);
                    let begun = cache.begin(format!("{}\n{}\n{models}", build(program), text(&hello)?).as_bytes(), mount)?;
                    hello.root = place;
                    if begun.is_none() {
                        (request.told)(&Event::Remark(BUSY));
                    }
                    begun
                }
                None => None,
            };
            // what lies in no file is known by its stamp alone
            let below = Some(root).filter(|_| !matches!(request.target, Target::Remote(_)));
            let mut again = 0_u64;
            let mut queue = VecDeque::new();
            for entry in entries {
                if entry.kind != EntryKind::File {
                    // nothing is opened for these
                    let nothing = Ok(Source::Stream(Box::new(std::io::empty())));
                    let examined = examine(entry, nothing, request.engine, &request.limits, &Keys::none(), None, &Rc::default());
                    put(entry, examined, None);
                } else if let Some(examined) =
                    request.journal.and_then(|journal| journal.take(&mut known, below, entry, &request.limits))
                {
                    again += 1;
                    put(entry, examined, None);
                } else {
                    queue.push_back(entry);
                }
            }
            drop(known);
            if again > 0 {
                (request.told)(&Event::Remark(&format!(
                    "{again} of {total} artifacts had been read before: going on from there"
                )));
            }
            if let Some(answers) = &answers {
                let files = queue.len();
                queue = known_before(below, queue, answers, &request.limits, *count, &put);
                let known = files - queue.len();
                (request.told)(&Event::Note(&format!("{known} of {files} files are as an earlier audit found them")));
            }
            let remote = matches!(request.target, Target::Remote(_));
            let split = Split::new(queue.iter().copied(), request.piece(), *count, request.engine, spans);
            let count = (*count).clamp(1, queue.len().saturating_add(split.width()).max(1));
            // who supplies content orders it as well
            let (queue, jobs) = if remote { (queue, Orders::default()) } else { (VecDeque::new(), Orders::of(queue)) };
            let (queue, jobs) = (Mutex::new(queue), Mutex::new(jobs));
            let together = text(&hello)?;
            hello.eager = true;
            let eager = text(&hello)?;
            let failed: Mutex<Option<String>> = Mutex::new(None);
            let remote = match request.target {
                Target::Remote(remote) => Some(supply::Source::new(remote.as_ref(), &queue, request.limits, request.spool)),
                _ => None,
            };
            std::thread::scope(|scope| -> Result<(), CollectError> {
                for _ in 0..count {
                    let supply = remote.as_ref().map(|remote| remote.supply(scope)).transpose();
                    let supply = supply.map_err(|error| CollectError::Held(error.to_string()))?;
                    let (together, eager, queue, put, failed, answers, split, shared) =
                        (&together, &eager, &jobs, &put, &failed, answers.as_ref(), &split, &shared);
                    scope.spawn(move || {
                        let mut lane = Lane {
                            program,
                            confinement,
                            hello: [together, eager],
                            request,
                            answers,
                            queue,
                            put,
                            split,
                            shared,
                            failed,
                            supply,
                            waiting: VecDeque::new(),
                            eager: false,
                            stillborn: 0,
                            weighed: Instant::now(),
                            lanes: count,
                        };
                        if let Err(reason) = lane.run() {
                            *lock(failed) = Some(reason);
                        }
                    });
                }
                Ok(())
            })?;
            if request.journal.is_some_and(|journal| !journal.flush()) {
                (request.told)(&Event::Remark(UNWRITTEN));
            }
            if answers.is_some_and(|answers| !answers.finish()) {
                (request.told)(&Event::Remark(UNCACHED));
            }
            if let Some(reason) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
                return Err(CollectError::Workers(reason));
            }
        }
    }
    Ok(shared.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// What is said of an entry that nobody answered for.
pub(super) fn unanswered(entry: &Entry, request: &Request<'_>) -> Examined {
    unread(entry, request, GapKind::Crashed, "it was never answered for")
}

/// What of the queue no earlier audit has the answer for; the rest is put in its place.
fn known_before<'a>(
    root: Option<&Path>,
    mut queue: VecDeque<&'a Entry>,
    answers: &Answers<'_>,
    limits: &Limits,
    count: usize,
    put: &(dyn Fn(&Entry, Examined, Option<Duration>) + Sync),
) -> VecDeque<&'a Entry> {
    let entries: &[&Entry] = queue.make_contiguous();
    let next = AtomicUsize::new(0);
    let look = || {
        let mut open = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(entry) = entries.get(at) else { return open };
            match answers.take(root, entry, limits) {
                Some(examined) => put(entry, examined, None),
                None => open.push(*entry),
            }
        }
    };
    let mut open: Vec<&Entry> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..count).map(|_| scope.spawn(look)).collect();
        let own = look();
        let others = others.into_iter().flat_map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        own.into_iter().chain(others).collect()
    });
    open.sort_unstable_by_key(|entry| entry.number);
    open.into()
}

/// Which build of the program examines: another one of the same version may find something else.
fn build(program: &Path) -> String {
    let mut hasher = blake3::Hasher::new();
    // times and sizes may be the same, as reproducible builds have them
    let read = std::fs::File::open(program).and_then(|mut file| std::io::copy(&mut file, &mut hasher));
    format!("{} {} {}", crate::TOOL, read.unwrap_or_default(), hasher.finalize().to_hex())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An entry of which nothing was read.
fn unread(entry: &Entry, request: &Request<'_>, kind: GapKind, reason: &str) -> Examined {
    let mut artifact = blank(entry, request.engine, &mut request.engine.scratch());
    artifact.gaps.push(Gap { at: String::new(), kind, reason: reason.to_owned() });
    Examined::bare(artifact)
}

/// One worker after another, for as long as there are orders.
struct Lane<'a> {
    program: &'a Path,
    confinement: &'a Confinement,
    /// The greeting of a worker whose answers may wait for each other, and of one that sends each at once.
    hello: [&'a str; 2],
    request: &'a Request<'a>,
    /// What earlier audits found, for which each answer is kept.
    answers: Option<&'a Answers<'a>>,
    queue: &'a Mutex<Orders<'a>>,
    put: &'a (dyn Fn(&Entry, Examined, Option<Duration>) + Sync),
    /// Large files, which are read in pieces.
    split: &'a Split<'a>,
    /// Entries of which others have something, and what this part has of them.
    shared: &'a Mutex<(BTreeSet<u32>, Vec<Fraction>)>,
    /// Why another lane had to end.
    failed: &'a Mutex<Option<String>>,
    /// What hands over content, where it lies in no file.
    supply: Option<Supply<'a>>,
    /// Ordered and not yet answered, in order.
    waiting: VecDeque<Job<'a>>,
    /// Whether a worker died: its successors send each answer at once, so that it is known which artifact they were at.
    eager: bool,
    stillborn: usize,
    /// When a worker was weighed last.
    weighed: Instant,
    /// How many workers there are.
    lanes: usize,
}

struct Running {
    child: Held,
    input: BufWriter<std::process::ChildStdin>,
    answers: Receiver<Option<Vec<u8>>>,
    /// Kilobytes of memory that it began with.
    light: u64,
}

/// A worker's process; it does not outlive whoever holds this.
struct Held(Child);

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// Nothing more is asked of it: it ends by itself, so that whoever counts what it did (a profiler) has all of it.
    fn end(self) {
        let Self { mut child, input, answers, .. } = self;
        drop(input);
        // its output is closed when it is gone; one that stays longer is ended
        let begun = Instant::now();
        let _ = answers.recv_timeout(LAST);
        while begun.elapsed() < LAST && matches!(child.0.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl<'a> Lane<'a> {
    fn run(&mut self) -> Result<(), String> {
        let mut worker: Option<Running> = None;
        loop {
            let fresh = self.fill();
            if self.waiting.is_empty() {
                if self.supply.is_none() && !self.split.is_done() && lock(self.failed).is_none() {
                    // what others are at may lead to more
                    std::thread::sleep(IDLE);
                    continue;
                }
                if let Some(running) = worker {
                    running.end();
                }
                return Ok(());
            }
            let running = if let Some(running) = &mut worker {
                // of one that is dead there are answers to be read yet
                let _ = send(running, fresh.iter().map(|job| order(self.supply.as_ref(), job)));
                running
            } else {
                let mut running = self.start()?;
                let _ = send(&mut running, self.waiting.iter().map(|job| order(self.supply.as_ref(), job)));
                if !self.welcome(&running)? {
                    self.stillborn += 1;
                    if self.stillborn > MOST_STILLBORN {
                        return Err("workers die before they begin".to_owned());
                    }
                    continue;
                }
                running.light = kilobytes(running.child.0.id()).unwrap_or(0);
                worker.insert(running)
            };
            let Some(job) = self.waiting.front().copied() else { return Ok(()) };
            let entry = job.entry;
            let held = self.supply.as_ref().and_then(Supply::holding).map(|held| held.0);
            let size = held.unwrap_or_else(|| self.request.limits.weight(entry.stored, entry.size));
            let time = job.time(&self.request.limits, size);
            match running.answers.recv_timeout(time) {
                Ok(Some(frame)) => {
                    let is_right =
                        |answer: &Answer| answer.number == entry.number && answer.piece.is_some() == job.task.is_some();
                    let answer = worker::unframed::<Answer>(&frame).filter(is_right);
                    if let Some(mut answer) = answer {
                        self.stillborn = 0;
                        self.waiting.pop_front();
                        if job.task.is_some() {
                            drop(frame);
                            self.pieced(&job, answer);
                        } else {
                            answer.examined.dress(entry);
                            self.keep(entry, &answer.examined, answer.micros, &frame);
                            drop(frame);
                            (self.put)(entry, answer.examined, Some(Duration::from_micros(answer.micros)));
                        }
                        if self.swollen(running) {
                            // what it has not answered is ordered again
                            worker = None;
                        }
                    } else {
                        self.bury("the reader answered nonsense");
                        worker = None;
                    }
                }
                Ok(None) | Err(RecvTimeoutError::Disconnected) => {
                    self.stillborn += 1;
                    if self.stillborn > MOST_STILLBORN && self.waiting.len() > 1 {
                        // not this artifact's fault alone: give up one by one all the same, but never for ever
                        self.stillborn = MOST_STILLBORN;
                    }
                    self.bury("the reader died (out of memory, or a fault in it)");
                    worker = None;
                }
                Err(RecvTimeoutError::Timeout) => {
                    let seconds = time.as_secs();
                    self.bury(&format!("the reader took longer than {seconds} seconds"));
                    worker = None;
                }
            }
        }
    }

    /// Whether a worker keeps more memory than reading small files takes. An allocator gives little back, and two workers that once read
    /// something large would keep it beside each other to the end.
    fn swollen(&mut self, running: &Running) -> bool {
        // the models of who reads pictures come after the beginning, and are heavy
        if self.weighed.elapsed() < WEIGHED || self.request.ocr.is_some() {
            return false;
        }
        self.weighed = Instant::now();
        kilobytes(running.child.0.id()).is_some_and(|now| now > running.light + SWOLLEN)
    }

    /// Whether a new worker says that it is there; and how it is confined.
    fn welcome(&self, running: &Running) -> Result<bool, String> {
        let Ok(Some(frame)) = running.answers.recv_timeout(WELCOME) else { return Ok(false) };
        let Some(welcome) = worker::unframed::<Welcome>(&frame) else { return Ok(false) };
        if welcome.missing.is_empty() {
            return Ok(true);
        }
        // a worker's words are shown, so they are bounded and hold nothing that a terminal obeys
        let shown = |text: &String| crate::detect::mask::clean(&text.chars().take(200).collect::<String>());
        let mut missing = lock(&self.confinement.missing);
        missing.extend(welcome.missing.iter().take(8).map(shown));
        if self.confinement.required {
            let all: Vec<String> = missing.iter().cloned().collect();
            return Err(format!("it would not be confined: {}", all.join("; ")));
        }
        Ok(true)
    }

    /// Takes the answer to a task, and what it leads to.
    fn pieced(&mut self, job: &Job<'a>, answer: Answer) {
        match self.split.answer(job, answer) {
            split::Next::Jobs(jobs) => lock(self.queue).push_front(jobs),
            split::Next::Part(mut fractions, took) => {
                for file in fractions.iter_mut().filter_map(|fraction| fraction.file.as_mut()) {
                    dress(&mut file.artifact, job.entry);
                }
                let note = format!("{} pieces of artifact {} were read", fractions.len(), job.entry.number);
                let mut shared = lock(self.shared);
                shared.0.insert(job.entry.number);
                shared.1.extend(fractions);
                drop(shared);
                let artifact = blank(job.entry, self.request.engine, &mut self.request.engine.scratch());
                (self.put)(job.entry, Examined::bare(artifact), Some(took));
                (self.request.told)(&Event::Note(&note));
            }
            split::Next::Done(mut examined, pieces, took) => {
                let entry = job.entry;
                let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
                if self.request.journal.is_some() || self.answers.is_some() {
                    // as one worker would have answered
                    let answer = Answer { number: entry.number, examined: *examined, micros, piece: None };
                    let frame = worker::unheaded(&answer);
                    *examined = answer.examined;
                    examined.dress(entry);
                    if let Ok(frame) = frame {
                        self.keep(entry, &examined, micros, &frame);
                    }
                } else {
                    examined.dress(entry);
                }
                (self.put)(entry, *examined, Some(took));
                let note = format!("artifact {} was read in {pieces} pieces", entry.number);
                (self.request.told)(&Event::Note(&note));
            }
        }
    }

    /// Takes further orders; returns those just taken.
    fn fill(&mut self) -> Vec<Job<'a>> {
        let mut fresh = Vec::new();
        if let Some(supply) = &mut self.supply {
            // one at a time: there is one place to hold it
            while self.waiting.is_empty() {
                match supply.next() {
                    Some(Next::Held(entry)) => {
                        let job = Job::whole(entry);
                        self.waiting.push_back(job);
                        fresh.push(job);
                    }
                    Some(Next::Lost(entry, reason)) => {
                        (self.put)(entry, unread(entry, self.request, GapKind::Unreadable, &reason), None);
                    }
                    None => break,
                }
            }
            return fresh;
        }
        // a few at a time
        if self.waiting.len() > AHEAD / 2 {
            return fresh;
        }
        let mut queue = lock(self.queue);
        let mut bytes: u64 = self.waiting.iter().map(Job::bytes).sum();
        let mut written: usize = self.waiting.iter().map(|job| most_written(job.entry)).sum();
        // towards the end nobody takes what another could do meanwhile
        let share = queue.len().div_ceil(2 * self.lanes);
        let fits = |bytes, written| bytes < AHEAD_BYTES && written < AHEAD_WRITTEN;
        while self.waiting.len() < AHEAD && fresh.len() < share && (fits(bytes, written) || self.waiting.is_empty()) {
            let Some(job) = self.next(&mut queue) else { break };
            bytes += job.bytes();
            written += most_written(job.entry);
            self.waiting.push_back(job);
            fresh.push(job);
        }
        fresh
    }

    /// The first job that can be done now.
    fn next(&self, queue: &mut Orders<'a>) -> Option<Job<'a>> {
        let mut at = 0;
        loop {
            let job = queue.get(at, self.split)?;
            match self.split.turn(&job) {
                Turn::Now => {
                    queue.remove(at);
                    return Some(job);
                }
                // behind them are more of the same
                Turn::Later if at == MOST_LATER => return None,
                Turn::Later => at += 1,
                Turn::Never => queue.remove(at),
            }
        }
    }

    /// Writes down what was answered, if it is so whenever the same file is read again: what is encrypted may open by a note beside it.
    fn keep(&self, entry: &Entry, examined: &Examined, micros: u64, frame: &[u8]) {
        // one that changed a moment ago may change again without a sign of it
        let journal = self.request.journal.filter(|_| entry.stamp != 0);
        if journal.is_none() && self.answers.is_none() {
            return;
        }
        let mut all = std::iter::once(&examined.artifact).chain(examined.members.iter().map(|member| &member.artifact));
        let lasting = all.all(|artifact| {
            // what the system refused it may allow next time
            let passing = |gap: &Gap| matches!(gap.kind, GapKind::Encrypted | GapKind::Unreadable | GapKind::Crashed);
            artifact.encryption == Encryption::None && artifact.opened.is_none() && !artifact.gaps.iter().any(passing)
        });
        if !lasting {
            return;
        }
        if journal.is_some_and(|journal| !journal.add(entry, frame, Duration::from_micros(micros))) {
            (self.request.told)(&Event::Remark(UNWRITTEN));
        }
        if self.answers.is_some_and(|answers| !answers.add(entry, examined, frame)) {
            (self.request.told)(&Event::Remark(UNCACHED));
        }
    }

    /// The artifact that the worker was at is lost; the others are ordered again from the next one. Where it is not known which one that
    /// was, all of them are.
    fn bury(&mut self, reason: &str) {
        (self.request.told)(&Event::Worker(reason));
        if !std::mem::replace(&mut self.eager, true) {
            return;
        }
        if let Some(job) = self.waiting.pop_front().filter(|job| self.split.lost(job)) {
            let entry = job.entry;
            (self.put)(entry, unread(entry, self.request, GapKind::Crashed, reason), None);
        }
    }

    fn start(&self) -> Result<Running, String> {
        let held = self.supply.as_ref().map(Supply::reading).transpose();
        let held = held.map_err(|error| format!("what is held for it cannot be handed over: {error}"))?;
        let child = Command::new(self.program)
            .arg("worker")
            .env_clear()
            .env(ALLOCATOR.0, ALLOCATOR.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // nobody reads its complaints: it is the one descriptor left that this child inherits and no other
            .stderr(held.map_or_else(Stdio::null, Stdio::from))
            .spawn()
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        let mut child = Held(child);
        let (Some(input), Some(output)) = (child.0.stdin.take(), child.0.stdout.take()) else {
            return Err("no pipe to the worker".to_owned());
        };
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::with_capacity(256 << 10, output);
            loop {
                if let Some(frame) = worker::next_frame(&mut output) {
                    if sender.send(Some(frame)).is_err() {
                        return;
                    }
                } else {
                    let _ = sender.send(None);
                    return;
                }
            }
        });
        let [together, eager] = self.hello;
        let hello = if self.eager { eager } else { together };
        (self.request.told)(&Event::Worker("a reader was started"));
        let mut running = Running { child, input: BufWriter::new(input), answers, light: 0 };
        // one that does not listen gives no welcome either
        let _ = running.input.write_all(hello.as_bytes()).and_then(|()| running.input.write_all(b"\n"));
        Ok(running)
    }
}

/// Which models read pictures: an answer depends on them, and a folder's name does not tell.
pub(super) fn models(request: &Request<'_>) -> String {
    let Some((_, folder)) = &request.ocr else { return String::new() };
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let facts = files.filter_map(|file| Some((file.file_name(), file.metadata().ok()?)));
    let mut facts: Vec<String> = facts
        .map(|(name, facts)| {
            let changed = facts.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
            format!("{} {} {}", name.display(), facts.len(), changed.unwrap_or_default().as_nanos())
        })
        .collect();
    facts.sort_unstable();
    facts.join("\n")
}

/// Memory that a process has now, where the system says so.
fn kilobytes(process: u32) -> Option<u64> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()
}

/// The most bytes that an order takes.
fn most_written(entry: &Entry) -> usize {
    entry.path.as_os_str().len() * 6 + 384
}

/// The order of an entry, with what is held of it.
fn order(supply: Option<&Supply<'_>>, job: &Job<'_>) -> Order {
    let mut order = Order { piece: job.task, ..Order::undated(job.entry) };
    if let Some((size, held)) = supply.and_then(Supply::holding) {
        (order.size, order.held) = (size, Some(held.clone()));
    }
    order
}

fn send(running: &mut Running, orders: impl Iterator<Item = Order>) -> std::io::Result<()> {
    for order in orders {
        serde_json::to_writer(&mut running.input, &order)?;
        running.input.write_all(b"\n")?;
    }
    running.input.flush()
}
