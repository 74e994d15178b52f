//! Parts into holdings: one pass of all detectors, columns, names, people. A match is a value's place and class; it never
//! leaves this room but as a count, a shape or a keyed fingerprint. This room opens nothing and prints nothing.

use provost_model as model;

/// The macro.
mod registry {
    pub(crate) use provost_model::registry;
}

pub mod addresses;
mod bits;
mod borders;
pub mod columns;
mod dated;
pub mod engine;
pub mod fingerprint;
mod form;
mod hinge;
mod lazy;
mod listen;
mod lone;
pub mod mask;
pub mod memo;
pub mod names;
mod nearby;
pub mod number;
mod overlap;
pub mod partial;
pub mod people;
mod plan;
mod quiet;
pub mod selftest;
mod sieve;
pub mod sketch;
pub mod spans;
mod stand_in;
pub mod table;
mod tally;
pub mod text;
mod ties;
mod titles;
mod told;
pub mod validators;
mod vocabulary;

pub use dated::tells as says_when;
