//! One piece of work for each of many things, several at once. What comes out does not depend on how many threads there are.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Two pieces of work at once, of which neither needs the other: the first on a thread of its own.
pub fn both<A: Send, B>(aside: impl FnOnce() -> A + Send, here: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let aside = scope.spawn(aside);
        let here = here();
        (aside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), here)
    })
}

/// What is made of each of some things, by so many threads, in their order.
pub fn each<I: Sync, O: Send>(items: &[I], threads: usize, make: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let mut out = Vec::with_capacity(items.len());
    taken(items, threads, make, |made| out.push(made));
    out
}

/// The same, taken in in their order as soon as those before are there: what was made does not lie about until the last is.
pub fn taken<I: Sync, O: Send>(items: &[I], threads: usize, make: impl Fn(&I) -> O + Sync, take: impl FnMut(O) + Send) {
    struct Waiting<O, T> {
        /// The next to take in.
        next: usize,
        made: BTreeMap<usize, O>,
        take: T,
    }
    let next = AtomicUsize::new(0);
    let waiting = Mutex::new(Waiting { next: 0, made: BTreeMap::new(), take });
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return };
            let made = make(item);
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.made.insert(index, made);
            loop {
                let own = waiting.next;
                let Some(made) = waiting.made.remove(&own) else { break };
                (waiting.take)(made);
                waiting.next += 1;
            }
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(items.len())).map(|_| scope.spawn(work)).collect();
        work();
        for other in others {
            other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_make_comes_in_its_order() {
        let items: Vec<usize> = (0..200).collect();
        for threads in [1, 2, 5, 300] {
            let mut out = Vec::new();
            taken(&items, threads, |item| item * 2, |made| out.push(made));
            let twice: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!((&out, &each(&items, threads, |item| item * 2)), (&twice, &twice));
        }
        taken(&[0; 0], 2, |item| *item, |_: i32| panic!("there is nothing to take"));
    }
}
