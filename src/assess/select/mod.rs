//! Selectors: what a check looks at. One file each; it says how its argument is written and yields items with attributes. Selectors
//! only look; whether an item complies is the predicate's business.

use super::context::Context;
use super::value::Value;
use crate::model::assessment::{Location, Outcome};
use crate::model::node::{Kind, Node};
use crate::model::policy::{Check, Names, Policy, Problem, SelectorSpec};

/// One thing that a check looks at.
pub struct Item<'a> {
    /// What bare operators apply to.
    pub main: Value,
    /// How much it counts in the degree: people, at least 1.
    pub weight: u64,
    /// Persons concerned.
    pub people: u64,
    /// Why nobody can say anything of it: it was not read.
    pub undecidable: Option<String>,
    /// What it may be where nobody can say which: where all of them comply, or none does, it is decided.
    pub cases: Vec<Value>,
    /// What else there is to say of it.
    pub view: Box<dyn View<'a> + 'a>,
}

impl<'a> Item<'a> {
    /// An item that counts once and concerns nobody.
    pub fn new(main: Value, view: impl View<'a> + 'a) -> Self {
        Self { main, weight: 1, people: 0, undecidable: None, cases: Vec::new(), view: Box::new(view) }
    }

    /// An attribute by its name.
    pub fn attribute(&self, name: &str) -> Value {
        self.view.attribute(name, &self.main)
    }

    /// What was found, in words.
    pub fn found(&self) -> String {
        self.view.found(&self.main)
    }
}

/// What an item says of itself where somebody asks. Most items comply, and nobody asks where they are: so it is worked out then.
pub trait View<'a> {
    /// An attribute by its name; `main` is what bare operators apply to.
    fn attribute(&self, name: &str, main: &Value) -> Value;
    /// Where it is.
    fn location(&self) -> Location;
    /// What was found, in words.
    fn found(&self, main: &Value) -> String;
    /// Settings: the key, how a line is written, and what is known of it.
    fn about(&self) -> Option<About<'a>> {
        None
    }
}

/// A view of what was worked out already.
struct Ready<F> {
    location: Location,
    found: String,
    attribute: F,
}

impl<F: Fn(&str) -> Value> View<'_> for Ready<F> {
    fn attribute(&self, name: &str, _: &Value) -> Value {
        (self.attribute)(name)
    }

    fn location(&self) -> Location {
        self.location.clone()
    }

    fn found(&self, _: &Value) -> String {
        self.found.clone()
    }
}

/// What is known of the setting that an item is.
pub struct About<'a> {
    /// The key, in the product's own spelling.
    pub key: &'a str,
    /// How a line is written, with `{key}` and `{value}`.
    pub form: &'a str,
    /// What holds when the key is absent, and where that is documented.
    pub fact: &'a crate::model::facts::Fact,
}

/// A number that is counted when somebody asks.
pub struct Base<'a>(pub Box<dyn Fn() -> u64 + 'a>);

impl Default for Base<'_> {
    fn default() -> Self {
        Self(Box::new(|| 0))
    }
}

/// What a selector yields.
#[derive(Default)]
pub struct Items<'a> {
    /// The items.
    pub list: Vec<Item<'a>>,
    /// How many things there were for `expect`.
    pub expected: u64,
    /// The outcome when there is no item at all.
    pub when_none: Option<(Outcome, String)>,
    /// The outcome of an item that complies, and its worth, when that is not a plain pass.
    pub passing: Option<(Outcome, f64)>,
    /// The share of its scope that could not be decided, 0 to 1, and how many artifacts that is.
    pub undecided: (f64, u64),
    /// Whether its scope held anything at all.
    pub empty_scope: bool,
    /// Configurations that were looked in, for those who ask for a key that none has.
    pub looked_in: u64,
    /// Items that are known to comply and are not in the list: nobody asks where they are.
    pub settled: u64,
    /// What an absence is measured against: persons in the scope, counted when somebody asks.
    pub base: Base<'a>,
}

/// One selector.
pub trait Selector: Sync {
    /// What it is and how it is written.
    fn spec(&self) -> &'static SelectorSpec;
    /// What it yields.
    ///
    /// # Errors
    /// Why nothing can be decided.
    fn items<'a>(&self, check: &'a Check, context: &'a Context<'a>) -> Result<Items<'a>, String>;
    /// The globs over paths that it will ask for.
    fn globs<'c>(&self, check: &'c Check) -> Vec<&'c str> {
        check.globs.iter().map(String::as_str).collect()
    }
}

crate::registry::registry! {
    /// Every selector.
    pub SELECTORS: dyn Selector = SELECTOR;
    data, file, config, document, statement, audit, result,
}

/// The specs of all selectors, for whoever checks policies.
pub fn specs() -> Vec<&'static SelectorSpec> {
    SELECTORS.iter().map(|selector| selector.spec()).collect()
}

/// The globs over paths that the checks of a policy will ask for.
pub(super) fn globs(policy: &Policy) -> impl Iterator<Item = &str> {
    policy.controls.iter().flat_map(|control| &control.checks).flat_map(|check| {
        let selector = SELECTORS.iter().find(|selector| selector.spec().id == check.selector);
        selector.map(|selector| selector.globs(check)).unwrap_or_default()
    })
}

/// Whether a check asks every file for what nearly each has by itself.
pub(super) fn asks_each_file(check: &Check) -> bool {
    check.selector == file::SELECTOR.spec().id && file::asks_each(check)
}

/// Types of documents that manifests and policies share.
pub fn document_types() -> &'static [&'static str] {
    document::TYPES
}

/// A mistake at a node.
fn problem(node: &Node, message: String, help: Option<String>) -> Problem {
    let width = node.scalar().map_or(1, |text| text.chars().count().max(1)) as u32;
    Problem { message, help, line: node.line, column: node.column, width }
}

/// The texts of a list, or of one text.
fn texts(node: &Node) -> Vec<&Node> {
    if let Kind::List(items) = &node.kind { items.iter().collect() } else { vec![node] }
}

/// Checks that every text is one of some words.
fn known_words(node: &Node, what: &str, words: &[&str], out: &mut Vec<Problem>) {
    something(node, what, out);
    for item in texts(node) {
        match item.scalar() {
            Some(word) if words.contains(&word) => {}
            Some(word) => out.push(problem(item, format!("unknown {what} `{word}`"), nearest(word, words))),
            None => out.push(problem(item, format!("a {what} is a word"), None)),
        }
    }
}

/// Checks that a list is not empty: a check of nothing is always met.
fn something(node: &Node, what: &str, out: &mut Vec<Problem>) {
    if matches!(&node.kind, Kind::List(items) if items.is_empty()) {
        out.push(problem(node, format!("an empty list asks for nothing: name a {what}"), None));
    }
}

/// "did you mean `x`?"
fn nearest(word: &str, words: &[&str]) -> Option<String> {
    let best = words
        .iter()
        .map(|known| (strsim::jaro_winkler(word, known), *known))
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))?;
    if best.0 > 0.77 {
        return Some(format!("did you mean `{}`?", best.1));
    }
    (words.len() <= 60).then(|| format!("known: {}", words.join(", ")))
}

/// Checks classes and groups.
fn known_classes(node: &Node, names: &Names<'_>, out: &mut Vec<Problem>) {
    let words: Vec<&str> = names.classes.iter().chain(names.groups.keys()).map(String::as_str).collect();
    known_words(node, "data class or group", &words, out);
}
