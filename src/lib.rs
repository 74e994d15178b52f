//! Provost answers one question: is this supplier fit to hold our people's data? It reads declarative policies, looks at what a
//! supplier delivered, and gives a scored report whose every point can be traced to evidence.
//!
//! # The map
//! ```text
//! main -> cli -> audit -> collect -> detect -> model
//!                      -> policy ------------> model
//!                      -> assess ------------> model
//!                      -> report ------------> model
//! ```
//! * [`model`]: plain data, imports nothing of the crate.
//! * [`policy`]: YAML in, valid policy out; every mistake with its place.
//! * [`collect`]: the only room that opens a target; containers, documents, configurations; workers.
//! * [`detect`]: parts into holdings; matches never leave it but as counts, shapes and keyed marks.
//! * [`assess`]: evidence x policy x date into an assessment. Pure.
//! * [`report`]: one file per format; reads only the assessment. Pure.
//! * [`audit`]: the conductor: collect, assess.
//! * `cli`: the only room that prints or reads the environment.
//! * `yaml`: below the rooms; text to tree.
//!
//! All rooms but `collect`, `audit` and `cli`, and of `collect` its `config`, are packages of their own, compiled beside each other; the one macro of all registries lies in `model`.
//!
//! # Invariants
//! 1. Only `collect` opens the target, and speaks to a network only where the user named an address; only `cli` prints; `assess` and `report` touch no file, clock, environment or network.
//! 2. Nothing leaves `detect` that can be turned back into a person.
//! 3. What was not read is a gap with a reason; a gap never counts as a pass.
//! 4. A bad file never stops an audit; a bad policy stops it before the target is opened.
//! 5. Same policy, evidence and date: the same bytes, whatever the number of workers.
//! 6. Memory is bounded whatever the target holds; big files are streamed; parsers run in workers, within limits.
//! 7. No `unsafe`; no panic reachable from input.
//!
//! # Example
//! ```
//! use provost::{audit::Auditor, collect::walk::Target, model::{day::Day, policy::TestFile}};
//! let auditor = Auditor::new("publication", &[]).expect("a built-in policy");
//! let date = Day::parse("2026-11-24").expect("a date");
//! let file = TestFile { path: "staff.csv".into(), content: b"name,email\nAda Example,ada@example.org\n".to_vec(), mode: 0o640, modified: date };
//! let assessment = auditor.audit(&Target::Memory(vec![file]), date).expect("an assessment");
//! assert_eq!(assessment.people.total, 1);
//! assert_eq!(assessment.verdict.name(), "fail");
//! ```

pub mod audit;
pub mod cli;
pub mod collect;

pub use provost_assess as assess;
pub use provost_detect as detect;
pub use provost_model as model;
pub use provost_policy as policy;
pub use provost_report as report;
pub use provost_review as review;
pub(crate) use provost_yaml as yaml;

/// One macro: a name in a registry declares its file.
pub(crate) mod registry {
    pub(crate) use provost_model::registry;
}

pub use model::TOOL;
