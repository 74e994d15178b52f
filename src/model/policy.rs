//! A policy that was read and found valid: inheritance resolved, parameters put in, every word known. Plain data.

use super::class::Class;
use super::day::Day;
use super::node::Node;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A valid policy.
#[derive(Debug, Clone, Serialize)]
pub struct Policy {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// A sentence or two.
    pub summary: String,
    /// SHA-256 over its source and every source it extends, and the parameters in force.
    pub digest: String,
    /// Ids of the policies it extends, nearest last.
    pub extends: Vec<String>,
    /// Parameters in force.
    pub parameters: Vec<Parameter>,
    /// Sets of classes by name.
    pub groups: BTreeMap<String, Vec<String>>,
    /// Classes that the policy itself declares.
    pub classes: Vec<Class>,
    /// Country packs whose patterns look into running text; `all` for every one.
    pub jurisdictions: Vec<String>,
    /// What a pass needs.
    pub thresholds: Thresholds,
    /// Controls in order: inherited first.
    pub controls: Vec<Control>,
    /// Its own and inherited tests.
    #[serde(skip)]
    pub tests: Vec<Test>,
}

/// What a pass needs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, serde::Deserialize)]
pub struct Thresholds {
    /// Score, 0 to 100.
    pub pass: f64,
    /// Share of artifacts and of bytes that must have been read, 0 to 1.
    pub coverage: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { pass: 80.0, coverage: 0.9 }
    }
}

/// A parameter and the value in force.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it means.
    pub title: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ParameterKind,
    /// The value in force.
    pub value: Literal,
}

/// Types of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// `30d`
    Duration,
    /// `10MB`
    Size,
    /// `3.5`
    Number,
    /// Text.
    String,
    /// `yes`
    Boolean,
    /// `2026-11-24`
    Date,
    /// `8.0.28`
    Version,
    /// `[a, b]`
    List,
}

/// A value as the policy wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Literal>),
}

impl Literal {
    /// As text; lists are joined by a comma.
    pub fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::Null => "null",
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Number(text) | Self::Text(text) => text,
            Self::List(items) => return items.iter().map(Self::text).collect::<Vec<_>>().join(", ").into(),
        })
    }

    /// Its elements: a list's, or itself.
    pub fn elements(&self) -> &[Literal] {
        match self {
            Self::List(items) => items,
            other => std::slice::from_ref(other),
        }
    }
}

/// How bad a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Untidy.
    Low,
    /// Weakens protection.
    Medium,
    /// Likely to lead to harm.
    High,
    /// Unfit to hold the data while it lasts.
    Critical,
}

impl Severity {
    /// Its name in YAML and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Days within which a finding should be put right: usual practice in supplier assurance (critical 1 to 3 days, high 30, medium 90,
    /// low by the next yearly review).
    pub fn days_to_fix(self) -> i64 {
        match self {
            Self::Low => 365,
            Self::Medium => 90,
            Self::High => 30,
            Self::Critical => 3,
        }
    }

    /// The weight a control has when it does not say.
    pub fn weight(self) -> f64 {
        match self {
            Self::Low => 2.5,
            Self::Medium => 5.0,
            Self::High => 7.5,
            Self::Critical => 10.0,
        }
    }
}

/// One requirement.
#[derive(Debug, Clone, Serialize)]
pub struct Control {
    /// Its id.
    pub id: String,
    /// A statement that is true when it passes.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// What it is about.
    pub theme: String,
    /// Its share of the score.
    pub weight: f64,
    /// Whether failing it fails the audit.
    pub gate: bool,
    /// Whether partial compliance earns nothing.
    pub all_or_nothing: bool,
    /// Framework to clauses.
    pub references: BTreeMap<String, Vec<String>>,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub fix: String,
    /// Its tests.
    pub checks: Vec<Check>,
    /// The policy that declares it.
    pub policy: String,
    /// The line there.
    pub line: u32,
}

/// One automated test in a control.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// The selector's id.
    pub selector: &'static str,
    /// What the selector was given; checked by the selector.
    pub target: Node,
    /// For a configuration: the products and formats that are meant, `any` spelt out.
    pub products: Vec<String>,
    /// Where in a configuration.
    pub at: Option<String>,
    /// What an absent key means.
    pub default: Option<Literal>,
    /// Globs over artifact paths; those with `!` exclude.
    #[serde(rename = "in")]
    pub globs: Vec<String>,
    /// Which items count.
    #[serde(rename = "where")]
    pub filter: Option<Predicate>,
    /// How many items there must be.
    pub expect: Option<Predicate>,
    /// What each item has to meet.
    pub must: Option<Predicate>,
    /// A CEL expression that each item has to meet.
    pub cel: Option<Formula>,
    /// What to say of an item that fails.
    pub message: Option<String>,
    /// The line in the policy.
    pub line: u32,
}

impl Check {
    /// What items have to meet to count, and to comply.
    pub fn conditions(&self) -> impl Iterator<Item = &Predicate> {
        [self.filter.as_ref(), self.must.as_ref()].into_iter().flatten()
    }
}

/// A CEL expression with what it speaks of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Formula {
    /// As written.
    pub text: String,
    /// The attributes that it speaks of.
    pub variables: Vec<Variable>,
}

impl Formula {
    /// How an artifact is encrypted, as a number that has an order: none 0, weak 1, unknown 2, strong 3.
    pub const LEVEL: &'static str = "encryption_level";
}

/// An attribute in a CEL expression.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Whether the expression compares it with `null`: only then may it be missing.
    pub asks_null: bool,
}

/// A condition over one item.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Predicate {
    /// An operator on the main value (or on the attribute inside which it stands).
    Is(Operator, Literal),
    /// A condition on an attribute.
    Of(String, Box<Predicate>),
    /// Not.
    Not(Box<Predicate>),
    /// All hold.
    All(Vec<Predicate>),
    /// One holds.
    Any(Vec<Predicate>),
    /// None holds.
    None(Vec<Predicate>),
    /// A condition on the elements of a list: all, any or none of them.
    Each(Quantity, Box<Predicate>),
}

/// How many elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Every one.
    All,
    /// At least one.
    Any,
    /// Not one.
    None,
}

/// The operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Is there.
    Exist,
    /// Equals.
    Be,
    /// Equals one.
    In,
    /// Equals none.
    NotIn,
    /// Is as much or more.
    AtLeast,
    /// Is as much or less.
    AtMost,
    /// A regular expression finds something.
    Matches,
    /// Has it inside.
    Contains,
    /// Has nothing else inside.
    SubsetOf,
    /// Lies inside a network.
    Within,
}

impl Operator {
    /// Every operator with its name and what it asks.
    pub const TABLE: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Exist, "exist", "the item or attribute is there (true) or not (false)"),
        (Self::Be, "be", "equals, compared as what it is: number, duration, size, boolean, version, date, text without case"),
        (Self::In, "in", "equals one of a list"),
        (Self::NotIn, "not_in", "equals none of a list"),
        (Self::AtLeast, "at_least", "as much or more: numbers, sizes, durations, dates, versions, TLS versions, encryption"),
        (Self::AtMost, "at_most", "as much or less: numbers, sizes, durations, dates, versions, TLS versions, encryption"),
        (Self::Matches, "matches", "a regular expression finds something"),
        (Self::Contains, "contains", "a text has it inside; a list has the element"),
        (Self::SubsetOf, "subset_of", "every element is one of a list"),
        (Self::Within, "within", "an address or network lies inside a network"),
    ];

    /// Its name in YAML.
    pub fn name(self) -> &'static str {
        Self::TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }
}

/// Types of attributes, for checking a policy before anything is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Any form; the operand decides how it is compared.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A length of time.
    Duration,
    /// A day.
    Date,
    /// A number of bytes.
    Size,
    /// Text.
    Text,
    /// A list of texts.
    List,
    /// `none` to `strong`.
    Encryption,
    /// `low` to `secret`.
    Sensitivity,
    /// `info` to `critical`.
    Severity,
}

/// What a selector is and can be asked: for validation, explanation and the schema.
pub struct SelectorSpec {
    /// The key in a check.
    pub id: &'static str,
    /// One line.
    pub title: &'static str,
    /// What it yields and how it is written.
    pub notes: &'static str,
    /// The type of the main value.
    pub main: Type,
    /// Attributes: name, type, meaning.
    pub attributes: &'static [(&'static str, Type, &'static str)],
    /// Whether further attributes come from the supplier's own words.
    pub open: bool,
    /// Whether `at` and `default` may stand in the check.
    pub located: bool,
    /// Checks what the selector was given; returns problems with the node they belong to.
    pub validate: fn(&Node, &Names<'_>) -> Vec<Problem>,
}

/// The names that a selector's argument may use.
pub struct Names<'a> {
    /// Class ids.
    pub classes: &'a [String],
    /// Groups.
    pub groups: &'a BTreeMap<String, Vec<String>>,
    /// Readers' ids for `config`.
    pub products: &'a [&'a str],
    /// Types of artifacts for `file`.
    pub types: &'a [&'a str],
}

/// Something wrong in a policy, at a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub message: String,
    /// What to do, for example the nearest right word.
    pub help: Option<String>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// How many characters the caret covers.
    pub width: u32,
}

/// A delivery in a policy's `tests` with the outcomes it must give.
#[derive(Debug, Clone)]
pub struct Test {
    /// Its name.
    pub name: String,
    /// The audit date.
    pub date: Day,
    /// Parameters.
    pub set: Vec<(String, String)>,
    /// Files.
    pub files: Vec<TestFile>,
    /// Control to outcome.
    pub expect: Vec<(String, String)>,
    /// The policy that declares it.
    pub policy: String,
    /// The line there.
    pub line: u32,
}

/// One file of a test delivery.
#[derive(Debug, Clone)]
pub struct TestFile {
    /// Path.
    pub path: String,
    /// Bytes.
    pub content: Vec<u8>,
    /// Permission bits.
    pub mode: u32,
    /// Last modification.
    pub modified: Day,
}
