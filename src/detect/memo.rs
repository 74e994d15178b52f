//! What was worked out of short texts before: a thousand templates ask the same of the same few keys and values. It holds texts of the
//! delivery in memory only, within a bound, and must never be shown or stored.

use foldhash::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, PoisonError};

/// Answers that are kept of each sort.
const MOST: usize = 1 << 15;
/// Bytes of a text whose answer is kept.
const LONGEST: usize = 128;

/// Answers of one sort by text. Where texts hardly come again it forgets them and asks no more.
pub(super) struct Recall<T> {
    known: HashMap<Box<str>, T>,
    hits: usize,
    shut: bool,
}

impl<T> Default for Recall<T> {
    fn default() -> Self {
        Self { known: HashMap::default(), hits: 0, shut: false }
    }
}

impl<T: Clone> Recall<T> {
    /// What was worked out of a text before.
    fn get(&mut self, text: &str) -> Option<T> {
        let known = self.known.get(text)?.clone();
        self.hits += 1;
        Some(known)
    }

    fn put(&mut self, text: &str, answer: T) {
        if self.known.len() >= MOST {
            // other files may have other texts
            self.shut = self.hits < MOST;
            self.hits = 0;
            self.known = HashMap::default();
        }
        if !self.shut {
            self.known.insert(text.into(), answer);
        }
    }

    /// An answer, worked out at most once for a text that is short; `work` may ask others, but not this one for the same text.
    pub(super) fn answer(this: &Mutex<Self>, text: &str, work: impl FnOnce() -> T) -> T {
        if text.len() > LONGEST {
            return work();
        }
        let lock = || this.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut own = lock();
            if own.shut {
                drop(own);
                return work();
            }
            if let Some(known) = own.get(text) {
                return known;
            }
        }
        let answer = work();
        lock().put(text, answer.clone());
        answer
    }
}

/// Tables in which nothing was found, by marks that nobody outside this process can make: small tables of settings come again and again.
#[derive(Default)]
pub struct Blank {
    /// Two, since a table that is taken for another would not be looked at.
    keys: [foldhash::quality::RandomState; 2],
    known: Mutex<HashSet<u128>>,
}

impl Blank {
    /// The mark of a table's texts in their order.
    pub fn mark(&self, texts: &impl Hash) -> u128 {
        let [one, other] = self.keys.each_ref().map(|key| u128::from(key.hash_one(texts)));
        one << 64 | other
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
    labels: HashMap<Box<str>, Option<Box<str>>>,
    /// What kind of key a key is, in the words of who asks.
    kinds: HashMap<Box<str>, u8>,
    personal: HashMap<Box<str>, bool>,
    /// A question while it is asked, so that asking takes no memory of its own.
    question: String,
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
        if let Some(known) = self.labels.get(text) {
            return known.as_deref().map(str::to_owned);
        }
        let answer = Some(work()).filter(|shown| shown != text);
        if text.len() <= LONGEST && self.labels.len() < MOST {
            self.labels.insert(text.into(), answer.as_deref().map(Box::from));
        }
        answer
    }

    /// What kind of key a key is.
    pub fn kind(&mut self, key: &str, work: impl FnOnce() -> u8) -> u8 {
        if let Some(known) = self.kinds.get(key) {
            return *known;
        }
        let answer = work();
        if key.len() <= LONGEST && self.kinds.len() < MOST {
            self.kinds.insert(key.into(), answer);
        }
        answer
    }

    /// Whether a value under a key is personal, in one of several manners, if that was worked out before.
    pub fn personal(&mut self, manner: u8, key: &str, text: &str) -> Option<bool> {
        if key.len() + text.len() > LONGEST {
            return None;
        }
        ask(&mut self.question, manner, key, text);
        self.personal.get(self.question.as_str()).copied()
    }

    /// Keeps the answer to such a question; others may have been asked since.
    pub fn answer(&mut self, manner: u8, key: &str, text: &str, answer: bool) {
        if self.personal.len() < MOST && key.len() + text.len() <= LONGEST {
            ask(&mut self.question, manner, key, text);
            self.personal.insert(self.question.as_str().into(), answer);
        }
    }
}

/// Writes down a question about a value under a key.
fn ask(question: &mut String, manner: u8, key: &str, text: &str) {
    question.clear();
    question.push(char::from(manner));
    question.push_str(key);
    question.push('\0');
    question.push_str(text);
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
