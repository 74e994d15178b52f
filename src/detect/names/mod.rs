//! Persons' names: in running text, in table cells and as single words. Pure functions over word lists that are built in
//! (`policies/classes/names/*.txt`, origins in the README there); nothing is learnt, stored or printed.
//!
//! A single word is weak evidence ("Mark", "Rose" and "Will" are words), so confidence comes from neighbours: a title or
//! rank before it, a second word of the name, an e-mail address behind it, a label in front.

mod cell;
mod company;
mod context;
mod find;
mod forms;
mod inverted;
mod labels;
mod lists;
mod lower;
mod sources;
mod things;
mod words;

pub use cell::{Name, cell, normal, normal_of};
pub use find::find;
pub(super) use lists::folded;
pub use lists::{given, ordinary, surname};

/// A person's name in a text. Titles and ranks in front of it do not belong to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// How sure: 0.9 for a title with first name and surname, 0.8 for both in the lists, 0.6 for the least that is reported.
    pub confidence: f32,
}
