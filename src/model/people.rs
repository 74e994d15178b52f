//! Who is where: every row of the evidence with the person it is about. Persons are ordinals in the order of their first
//! appearance; they mean nothing outside one assessment.

use super::classset::ClassSet;

/// One row about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonAt {
    /// Position of the artifact in the evidence.
    pub artifact: u32,
    /// Position of the part in the artifact.
    pub part: u32,
    /// The person.
    pub person: u32,
    /// What the row says of the person.
    pub set: ClassSet,
}

/// People beyond the exact bound of a part, as an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Position of the artifact.
    pub artifact: u32,
    /// Position of the part.
    pub part: u32,
    /// The class set.
    pub set: ClassSet,
    /// About how many people beyond those in rows.
    pub people: u64,
}

/// Everybody in the evidence.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PeopleIndex {
    /// Rows in the order of the evidence.
    pub rows: Vec<PersonAt>,
    /// Persons known exactly.
    pub exact: u32,
    /// What lies beyond the exact bound.
    pub beyond: Vec<Estimate>,
    /// Persons who are known nowhere exactly, over the whole delivery, about.
    pub beyond_total: u64,
    /// The relative error of numbers with an estimate in them; 0 when there is none.
    pub error: f64,
}

impl PeopleIndex {
    /// Everybody, about.
    pub fn total(&self) -> u64 {
        u64::from(self.exact) + self.beyond_total
    }
}
