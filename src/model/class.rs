//! Data classes as declared in YAML: what a detector recognises and how. Declarations only; `detect` compiles them.

use serde::{Deserialize, Serialize};

/// Most bytes that one compiled expression of a class may have: what a policy is checked against is what detection builds.
pub const MOST_EXPRESSION_BYTES: usize = 1 << 22;

/// One data class and its detector. The fields are documented in `policies/classes/README.md`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Lower snake case; a contract.
    pub id: String,
    /// A few words.
    pub title: String,
    /// A sentence.
    #[serde(default)]
    pub summary: String,
    /// How much harm its loss does.
    #[serde(default)]
    pub sensitivity: Sensitivity,
    /// Country packs it belongs to.
    #[serde(default)]
    pub jurisdiction: Vec<String>,
    /// The class this one counts as, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// How it tells persons apart.
    #[serde(default)]
    pub identifier: Identifier,
    /// Where the facts come from.
    #[serde(default)]
    pub source: String,
    /// Patterns for running text.
    #[serde(default)]
    pub patterns: Vec<Pattern>,
    /// Words that raise confidence near a match, lower case.
    #[serde(default)]
    pub context: Vec<String>,
    /// Words before a match that say it is something else, lower case.
    #[serde(default)]
    pub not_context: Vec<String>,
    /// Column headers, normalised.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Column headers that count only when the cells agree.
    #[serde(default)]
    pub weak_columns: Vec<String>,
    /// What a cell looks like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<Cell>,
    /// Closed vocabulary of cell values, lower case.
    #[serde(default)]
    pub values: Vec<String>,
    /// What the test suite runs.
    #[serde(default)]
    pub examples: Examples,
}

/// A pattern for running text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Rust regex syntax, over bytes, without Unicode classes.
    pub regex: String,
    /// 0 to 1, without any context word.
    pub confidence: f32,
    /// A validator's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validator: Option<String>,
    /// Whether a context word must stand near.
    #[serde(default)]
    pub context: Context,
    /// Country packs it belongs to; none: those of its class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jurisdiction: Vec<String>,
    /// The capture group that is the value; 0 is the whole match.
    #[serde(default)]
    pub group: usize,
}

/// Whether a context word must stand near a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Context {
    /// One raises the confidence.
    #[default]
    Optional,
    /// Without one the match does not count.
    Required,
}

/// What a whole cell of a column looks like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Rust regex syntax; has to match the whole trimmed cell.
    pub regex: String,
    /// A validator's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validator: Option<String>,
    /// Whether cells alone can make the column.
    #[serde(default)]
    pub alone: bool,
    /// Whether cells alone can make the column where no header speaks against it.
    #[serde(default)]
    pub headerless: bool,
}

/// How a class tells persons apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identifier {
    /// A number that only one person has.
    Number,
    /// A mail address: one person's, unless it is shared.
    Email,
    /// A name: with a birth date it is one person, alone only where unambiguous.
    Name,
    /// A date of birth.
    BirthDate,
    /// A picture named by a number.
    Photo,
    /// It does not.
    #[default]
    None,
}

/// How much harm the loss of a class does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Business data.
    Low,
    /// Identifies a person.
    #[default]
    Medium,
    /// Helps to find, impersonate or defraud a person.
    High,
    /// Special category or criminal-offence data.
    Special,
    /// Opens doors: keys and passwords.
    Secret,
}

impl Sensitivity {
    /// Its name in YAML.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Special => "special",
            Self::Secret => "secret",
        }
    }
}

/// Examples that the test suite runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// Each gives at least one match.
    #[serde(default)]
    pub text: Vec<String>,
    /// None gives any.
    #[serde(default)]
    pub not_text: Vec<String>,
    /// The column is of the class.
    #[serde(default)]
    pub columns: Vec<ColumnExample>,
    /// The column is not.
    #[serde(default)]
    pub not_columns: Vec<ColumnExample>,
}

/// A column for a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnExample {
    /// The header cell.
    pub header: String,
    /// The cells below it.
    pub cells: Vec<String>,
}
