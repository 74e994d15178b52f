//! The coordinator's side of content that it holds: fetched ahead, one entry while a worker reads another, and handed to the worker one at a
//! time. What cannot be fetched costs the one entry it is. Memory is bounded: large entries wait for each other.

use super::held::{self, Bounded, Held};
use super::{Fetched, Remote};
use crate::collect::limits::Limits;
use crate::collect::walk::Entry;
use crate::detect::mask;
use crate::model::evidence::{Gap, GapKind};
use std::collections::VecDeque;
use std::fs::File;
use std::io::Seek;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes up to which an entry is fetched whatever else is held.
const SMALL: u64 = 16 << 20;
/// Larger ones that are held at once.
const LARGE_AT_ONCE: usize = 4;
/// Characters of a reason that is shown.
const MOST_REASON: usize = 300;

/// What all workers of an audit are supplied from.
pub(in crate::collect) struct Source<'a> {
    remote: &'a dyn Remote,
    queue: &'a Mutex<VecDeque<&'a Entry>>,
    limits: Limits,
    spool: Option<&'a Path>,
    large: Mutex<usize>,
    freed: Condvar,
}

/// What became of an entry.
pub(in crate::collect) enum Next<'a> {
    /// It is held, and can be read.
    Held(&'a Entry),
    /// Nothing of it could be fetched; why.
    Lost(&'a Entry, String),
}

/// What one worker is supplied with.
pub(in crate::collect) struct Supply<'a> {
    /// What the worker reads.
    shared: File,
    free: Sender<File>,
    fetched: Receiver<Item<'a>>,
    holding: Option<Content<'a>>,
}

struct Item<'a> {
    entry: &'a Entry,
    file: File,
    content: Result<Content<'a>, String>,
}

/// What is known of content beside its bytes.
struct Content<'a> {
    size: u64,
    held: Held,
    permit: Option<Permit<'a>>,
}

/// Leave to hold something large.
struct Permit<'a>(&'a Source<'a>);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.large.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

impl<'a> Source<'a> {
    pub(in crate::collect) fn new(
        remote: &'a dyn Remote,
        queue: &'a Mutex<VecDeque<&'a Entry>>,
        limits: Limits,
        spool: Option<&'a Path>,
    ) -> Self {
        Self { remote, queue, limits, spool, large: Mutex::new(LARGE_AT_ONCE), freed: Condvar::new() }
    }

    fn permit(&'a self) -> Permit<'a> {
        let free = self.large.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Permit(self)
    }

    /// Begins to fetch for one worker.
    ///
    /// # Errors
    /// The system offers nothing to hold content in.
    pub(in crate::collect) fn supply<'scope>(
        &'a self,
        scope: &'scope std::thread::Scope<'scope, '_>,
    ) -> std::io::Result<Supply<'a>>
    where
        'a: 'scope,
    {
        let (shared, ahead) = (held::space(self.spool)?, held::space(self.spool)?);
        let (free, freed) = channel();
        let (sender, fetched) = channel();
        let _ = free.send(ahead);
        scope.spawn(move || {
            for file in freed {
                let next = self.queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(entry) = next else { return };
                if sender.send(self.fetch(entry, file)).is_err() {
                    return;
                }
            }
        });
        Ok(Supply { shared, free, fetched, holding: None })
    }

    fn fetch(&'a self, entry: &'a Entry, mut file: File) -> Item<'a> {
        let most = most(&self.limits, self.spool);
        // what nobody knows the size of may be anything
        let small = (1..=SMALL).contains(&entry.size);
        let permit = if small || self.spool.is_some() { None } else { Some(self.permit()) };
        let limit = if small { most.min(SMALL) } else { most };
        let content = fetch(self.remote, entry, limit, &mut file).map(|(size, held)| Content { size, held, permit });
        Item { entry, file, content }
    }
}

/// Bytes of an entry that are held.
pub(in crate::collect) fn most(limits: &Limits, spool: Option<&Path>) -> u64 {
    if spool.is_some() { limits.expanded } else { limits.held_bytes }
}

/// Fetches the bytes of an entry: how many there are, and what they are not.
///
/// # Errors
/// A sentence, where there are none.
pub(in crate::collect) fn fetch(remote: &dyn Remote, entry: &Entry, limit: u64, file: &mut File) -> Result<(u64, Held), String> {
    let outcome = file.set_len(0).and_then(|()| file.rewind());
    let mut into = Bounded { file, left: limit, written: 0, over: false };
    let outcome = outcome.and_then(|()| remote.fetch(entry, limit, &mut into));
    let (written, over) = (into.written, into.over);
    let (mut held, more) = match outcome {
        Ok(Fetched { more, gaps }) => (Held { cut: more, listed: entry.size, gaps }, more),
        Err(_) if over => (Held { cut: true, listed: entry.size, gaps: Vec::new() }, true),
        Err(error) => {
            let reason = shown(&error);
            if written == 0 {
                return Err(reason);
            }
            let reason = format!("fetching it broke off after {written} bytes: {reason}");
            let gap = Gap { at: String::new(), kind: GapKind::Unreadable, reason };
            (Held { cut: true, listed: entry.size, gaps: vec![gap] }, false)
        }
    };
    if more {
        let reason = format!("more than the {limit} bytes that are fetched of it: the rest was not read");
        held.gaps.push(Gap { at: String::new(), kind: GapKind::Limit, reason });
    }
    Ok((written, held))
}

/// The reason of an error as a gap shows it: bounded, with nothing that a terminal obeys.
fn shown(error: &std::io::Error) -> String {
    let text: String = error.to_string().chars().take(MOST_REASON).collect();
    let text = mask::clean(&text);
    if text.is_empty() { error.kind().to_string() } else { text }
}

impl<'a> Supply<'a> {
    /// The next entry, once it is there. `None` when there is no more.
    pub(in crate::collect) fn next(&mut self) -> Option<Next<'a>> {
        self.release();
        let Item { entry, mut file, content } = self.fetched.recv().ok()?;
        let content = content.and_then(|content| {
            let copied =
                file.rewind().and_then(|()| self.shared.rewind()).and_then(|()| std::io::copy(&mut file, &mut self.shared));
            match copied {
                Ok(size) if size == content.size => Ok(content),
                Ok(_) => Err("it could not be held".to_owned()),
                Err(error) => Err(shown(&error)),
            }
        });
        // a file that stays as it was would be fetched into all the same: it is emptied before that
        let _ = file.set_len(0);
        let _ = self.free.send(file);
        match content {
            Ok(content) => {
                self.holding = Some(content);
                Some(Next::Held(entry))
            }
            Err(reason) => {
                self.release();
                Some(Next::Lost(entry, reason))
            }
        }
    }

    /// What is held for the worker: its bytes, and what they are not.
    pub(in crate::collect) fn holding(&self) -> Option<(u64, &Held)> {
        self.holding.as_ref().map(|content| (content.size, &content.held))
    }

    /// What is held has been read: nothing of it stays.
    pub(in crate::collect) fn release(&mut self) {
        let _ = self.shared.set_len(0);
        if let Some(content) = self.holding.take() {
            drop(content.permit);
        }
    }

    /// What a new worker is given as its standard error.
    ///
    /// # Errors
    /// It cannot be opened again.
    pub(in crate::collect) fn reading(&self) -> std::io::Result<File> {
        held::reading(&self.shared)
    }
}
