//! One piece of work for each of many things, several at once. What comes out does not depend on how many threads there are.

use std::sync::atomic::{AtomicUsize, Ordering};

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
    let next = AtomicUsize::new(0);
    let work = || {
        let mut own = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return own };
            own.push((index, make(item)));
        }
    };
    let mut made = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(items.len())).map(|_| scope.spawn(work)).collect();
        let mut made = work();
        for other in others {
            match other.join() {
                Ok(own) => made.extend(own),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    made.sort_unstable_by_key(|row| row.0);
    made.into_iter().map(|row| row.1).collect()
}
