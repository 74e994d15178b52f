//! The targets: every reader that Provost registers, and every door through which something hostile comes in, each with what has to hold
//! whatever comes. A panic is a finding, be it a reader's or that of an assertion here. Shared by the fuzzers and by `tests/it/found.rs`,
//! which runs seeds and kept cases under `cargo test`. It reads no file and knows no fuzzer.

mod configs;
mod described;
mod documents;
mod ground;
mod language;
mod sound;
mod stored;
mod texts;
mod whole;
mod workers;

pub(crate) mod seeds;

use std::sync::Arc;

/// Looks at an input; panics where something does not hold.
type Run = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// One door, and what holds behind it.
#[derive(Clone)]
pub(crate) struct Target {
    /// Kind and name: `document/zip`.
    pub(crate) name: String,
    /// Bytes of an input.
    pub(crate) most: usize,
    /// Its share of the time, in comparison to others.
    pub(crate) weight: u32,
    /// What looks at an input.
    pub(crate) run: Run,
}

impl Target {
    fn new(name: impl Into<String>, most: usize, weight: u32, run: impl Fn(&[u8]) + Send + Sync + 'static) -> Self {
        Self { name: name.into(), most, weight, run: Arc::new(run) }
    }
}

/// All of them. What is in a registry of the program is a target without a line here.
pub(crate) fn targets() -> Vec<Target> {
    let mut out = documents::targets();
    out.extend(configs::targets());
    out.extend(described::targets());
    out.extend(texts::validators());
    out.extend(texts::targets());
    out.extend(language::targets());
    out.extend(stored::targets());
    out.extend(workers::targets());
    out.extend(whole::targets());
    out
}
