//! What was worked out of short texts before: a thousand templates ask the same of the same few keys and values. It holds no text of the
//! delivery, only marks of texts that nobody outside this process can make, within a bound; it must never be shown or stored.

use foldhash::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, PoisonError};

/// Answers that are kept of each sort.
const MOST: usize = 1 << 15;
/// Bytes of a text whose answer is kept.
const LONGEST: usize = 128;

/// Makes marks of texts. Of two hashes, since a text that is taken for another would get the other's answer.
#[derive(Default)]
struct Marker([foldhash::quality::RandomState; 2]);

impl Marker {
    fn mark(&self, text: &(impl Hash + ?Sized)) -> u128 {
        let [one, other] = self.0.each_ref().map(|key| u128::from(key.hash_one(text)));
        one << 64 | other
    }
}

/// Answers of one sort by text. Where texts hardly come again it forgets them and asks no more.
pub(super) struct Recall<T> {
    marker: Marker,
    known: HashMap<u128, T>,
    hits: usize,
    shut: bool,
}

impl<T> Default for Recall<T> {
    fn default() -> Self {
        Self { marker: Marker::default(), known: HashMap::default(), hits: 0, shut: false }
    }
}

impl<T: Clone> Recall<T> {
    /// What was worked out of a text before.
    fn get(&mut self, mark: u128) -> Option<T> {
        let known = self.known.get(&mark)?.clone();
        self.hits += 1;
        Some(known)
    }

    fn put(&mut self, mark: u128, answer: T) {
        if self.known.len() >= MOST {
            // other files may have other texts
            self.shut = self.hits < MOST;
            self.hits = 0;
            self.known = HashMap::default();
        }
        if !self.shut {
            self.known.insert(mark, answer);
        }
    }

    /// An answer, worked out at most once for a text that is short; `work` may ask others, but not this one for the same text.
    pub(super) fn answer(this: &Mutex<Self>, text: &str, work: impl FnOnce() -> T) -> T {
        if text.len() > LONGEST {
            return work();
        }
        let lock = || this.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = {
            let mut own = lock();
            if own.shut {
                drop(own);
                return work();
            }
            let mark = own.marker.mark(text);
            if let Some(known) = own.get(mark) {
                return known;
            }
            mark
        };
        let answer = work();
        lock().put(mark, answer.clone());
        answer
    }
}

/// Tables in which nothing was found, by marks that nobody outside this process can make: small tables of settings come again and again.
#[derive(Default)]
pub struct Blank {
    marker: Marker,
    known: Mutex<HashSet<u128>>,
}

impl Blank {
    /// The mark of a table's texts in their order.
    pub fn mark(&self, texts: &impl Hash) -> u128 {
        self.marker.mark(texts)
    }

    /// Whether nothing was found in it before.
    pub fn has(&self, mark: u128) -> bool {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).contains(&mark)
    }

    /// Nothing was found in it.
    pub fn add(&self, mark: u128) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert(mark);
        }
    }
}

/// Answers by text.
#[derive(Default)]
pub struct Memo {
    /// What is shown of a key; `None` where it is the key itself.
    labels: HashMap<u128, Option<Box<str>>>,
    /// What kind of key a key is, in the words of who asks.
    kinds: HashMap<u128, u8>,
    personal: HashMap<u128, bool>,
    marker: Marker,
}

/// Answers that wait for the next document.
#[derive(Default)]
pub struct Spare(Mutex<Option<Memo>>);

impl Spare {
    /// What is known so far; nobody else has it meanwhile.
    pub fn take(&self) -> Memo {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }

    /// Keeps it for the next.
    pub fn give(&self, memo: Memo) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(memo);
    }
}

impl Memo {
    /// A key as it may be shown, where that is another text than the key.
    pub fn label(&mut self, text: &str, work: impl FnOnce() -> String) -> Option<String> {
        let mark = self.marker.mark(text);
        if let Some(known) = self.labels.get(&mark) {
            return known.as_deref().map(str::to_owned);
        }
        let answer = Some(work()).filter(|shown| shown != text);
        if text.len() <= LONGEST && self.labels.len() < MOST {
            self.labels.insert(mark, answer.as_deref().map(Box::from));
        }
        answer
    }

    /// What kind of key a key is.
    pub fn kind(&mut self, key: &str, work: impl FnOnce() -> u8) -> u8 {
        let mark = self.marker.mark(key);
        if let Some(known) = self.kinds.get(&mark) {
            return *known;
        }
        let answer = work();
        if key.len() <= LONGEST && self.kinds.len() < MOST {
            self.kinds.insert(mark, answer);
        }
        answer
    }

    /// Whether a value under a key is personal, in one of several manners, if that was worked out before.
    pub fn personal(&mut self, manner: u8, key: &str, text: &str) -> Option<bool> {
        if key.len() + text.len() > LONGEST {
            return None;
        }
        self.personal.get(&self.marker.mark(&(manner, key, text))).copied()
    }

    /// Keeps the answer to such a question; others may have been asked since.
    pub fn answer(&mut self, manner: u8, key: &str, text: &str, answer: bool) {
        if self.personal.len() < MOST && key.len() + text.len() <= LONGEST {
            self.personal.insert(self.marker.mark(&(manner, key, text)), answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Recall};
    use std::sync::Mutex;

    #[test]
    fn what_comes_again_is_worked_out_once_and_what_does_not_is_let_go() {
        let recall = Mutex::new(Recall::default());
        let mut worked = 0;
        for _ in 0..3 {
            let answer = Recall::answer(&recall, "tcp", || {
                worked += 1;
                7
            });
            assert_eq!(answer, 7);
        }
        assert_eq!(worked, 1);
        for index in 0..=MOST {
            assert_eq!(Recall::answer(&recall, &format!("{index}"), || 8), 8);
        }
        let Ok(recall) = recall.into_inner() else { panic!("a lock") };
        assert!(recall.shut && recall.known.is_empty());
    }
}
