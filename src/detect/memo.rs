//! What was worked out of short texts before: a thousand templates ask the same of the same few keys and values. It holds texts of the
//! delivery in memory only, within a bound, and must never be shown or stored.

use foldhash::HashMap;
use std::sync::{Mutex, PoisonError};

/// Answers that are kept of each sort.
const MOST: usize = 1 << 15;
/// Bytes of a text whose answer is kept.
const LONGEST: usize = 128;

/// Answers by text.
#[derive(Default)]
pub struct Memo {
    labels: HashMap<String, String>,
    personal: HashMap<String, bool>,
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
    /// A key as it may be shown.
    pub fn label(&mut self, text: &str, work: impl FnOnce() -> String) -> String {
        if let Some(known) = self.labels.get(text) {
            return known.clone();
        }
        let answer = work();
        if text.len() <= LONGEST && self.labels.len() < MOST {
            self.labels.insert(text.to_owned(), answer.clone());
        }
        answer
    }

    /// Whether a value under a key is personal, in one of several manners.
    pub fn personal(&mut self, manner: u8, key: &str, text: &str, work: impl FnOnce() -> bool) -> bool {
        if key.len() + text.len() > LONGEST {
            return work();
        }
        let mut whole = String::with_capacity(key.len() + text.len() + 2);
        whole.push(char::from(manner));
        whole.push_str(key);
        whole.push('\0');
        whole.push_str(text);
        if let Some(known) = self.personal.get(&whole) {
            return *known;
        }
        let answer = work();
        if self.personal.len() < MOST {
            self.personal.insert(whole, answer);
        }
        answer
    }
}
