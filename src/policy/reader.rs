//! Reads a YAML tree key by key and remembers every mistake: unknown keys with the nearest right word, wrong types, missing keys.
//! It knows no policy; the files beside it do.

use crate::model::node::{Entry, Kind, Node};
use crate::model::policy::{Literal, Problem};

/// Mistakes found so far, in one file.
#[derive(Debug, Default)]
pub struct Problems {
    /// Them, in the order found.
    pub list: Vec<Problem>,
    /// The file is embedded: its patterns were checked when it was, and need not be again.
    pub embedded: bool,
}

impl Problems {
    /// Remembers a mistake at a value.
    pub fn at(&mut self, node: &Node, message: impl Into<String>, help: Option<String>) {
        self.push(node.line, node.column, width(node), message, help);
    }

    /// Remembers a mistake at a key.
    pub fn at_key(&mut self, entry: &Entry, message: impl Into<String>, help: Option<String>) {
        self.push(entry.line, entry.column, entry.key.chars().count() as u32, message, help);
    }

    fn push(&mut self, line: u32, column: u32, width: u32, message: impl Into<String>, help: Option<String>) {
        self.list.push(Problem { message: message.into(), help, line, column, width: width.max(1) });
    }
}

/// How many characters a caret under a value covers.
pub fn width(node: &Node) -> u32 {
    node.scalar().map_or(1, |text| text.lines().next().unwrap_or("").chars().count() as u32)
}

/// The nearest of some words, if it is near.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let lower = word.to_lowercase();
    words
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(near, _)| *near > 0.77)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate.to_owned())
}

/// "did you mean `x`?", or the list of what is known.
pub fn suggest<'a>(word: &str, words: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    if let Some(near) = nearest(word, words.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let mut all: Vec<&str> = words.into_iter().collect();
    all.sort_unstable();
    all.dedup();
    (!all.is_empty() && all.len() <= 40).then(|| format!("known: {}", all.join(", ")))
}

/// A mapping that is read key by key.
pub struct Map<'a> {
    node: &'a Node,
    what: &'static str,
    asked: Vec<&'static str>,
}

impl<'a> Map<'a> {
    /// Begins; a mistake if it is not a mapping. Duplicate keys are mistakes.
    pub fn new(node: &'a Node, what: &'static str, problems: &mut Problems) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            problems.at(node, format!("{what} must be a mapping"), None);
            return None;
        };
        for (index, entry) in entries.iter().enumerate() {
            if entries.iter().take(index).any(|earlier| earlier.key == entry.key) {
                problems.at_key(entry, format!("`{}` is given twice", entry.key), None);
            }
        }
        Some(Self { node, what, asked: Vec::new() })
    }

    /// The mapping itself.
    pub fn node(&self) -> &'a Node {
        self.node
    }

    /// A value that may be absent.
    pub fn get(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.push(key);
        self.node.get(key)
    }

    /// A value that must be there.
    pub fn need(&mut self, key: &'static str, problems: &mut Problems) -> Option<&'a Node> {
        let found = self.get(key);
        if found.is_none() {
            problems.at(self.node, format!("{} needs `{key}`", self.what), None);
        }
        found
    }

    /// Text that must be there.
    pub fn need_text(&mut self, key: &'static str, problems: &mut Problems) -> String {
        self.need(key, problems).and_then(|node| text(node, key, problems)).unwrap_or_default()
    }

    /// Text that may be absent.
    pub fn text(&mut self, key: &'static str, problems: &mut Problems) -> Option<String> {
        self.get(key).and_then(|node| text(node, key, problems))
    }

    /// A list of texts, or one text; empty when absent.
    pub fn texts(&mut self, key: &'static str, problems: &mut Problems) -> Vec<String> {
        self.get(key).map(|node| texts(node, key, problems)).unwrap_or_default()
    }

    /// A boolean, false when absent.
    pub fn flag(&mut self, key: &'static str, problems: &mut Problems) -> bool {
        let Some(node) = self.get(key) else { return false };
        if let Kind::Bool(value) = node.kind {
            return value;
        }
        problems.at(node, format!("`{key}` must be true or false"), None);
        false
    }

    /// A number that may be absent.
    pub fn number(&mut self, key: &'static str, problems: &mut Problems) -> Option<f64> {
        let node = self.get(key)?;
        let found = if let Kind::Number(text) = &node.kind { crate::model::value::number(text) } else { None };
        if found.is_none() {
            problems.at(node, format!("`{key}` must be a number"), None);
        }
        found
    }

    /// One of a closed list of words.
    pub fn word<T: Copy>(&mut self, key: &'static str, words: &[(&'static str, T)], problems: &mut Problems) -> Option<T> {
        let node = self.get(key)?;
        let written = text(node, key, problems)?;
        let found = words.iter().find(|row| row.0 == written).map(|row| row.1);
        if found.is_none() {
            let names: Vec<&str> = words.iter().map(|row| row.0).collect();
            problems.at(node, format!("`{written}` is no {key}"), suggest(&written, names.iter().copied()));
        }
        found
    }

    /// Ends: every key that was not asked for is a mistake.
    pub fn finish(self, problems: &mut Problems) {
        for entry in self.node.entries() {
            if !self.asked.contains(&entry.key.as_str()) {
                let help = suggest(&entry.key, self.asked.iter().copied());
                problems.at_key(entry, format!("unknown key `{}` in {}", entry.key, self.what), help);
            }
        }
    }
}

/// A scalar's text.
pub fn text(node: &Node, what: &str, problems: &mut Problems) -> Option<String> {
    match node.scalar() {
        Some(text) if !matches!(node.kind, Kind::Null) => Some(text.to_owned()),
        _ => {
            problems.at(node, format!("`{what}` must be text"), None);
            None
        }
    }
}

/// A list of texts, or one text.
pub fn texts(node: &Node, what: &str, problems: &mut Problems) -> Vec<String> {
    match &node.kind {
        Kind::List(items) => items.iter().filter_map(|item| text(item, what, problems)).collect(),
        _ => text(node, what, problems).into_iter().collect(),
    }
}

/// The value as a literal; a mistake for mappings.
pub fn literal(node: &Node, problems: &mut Problems) -> Literal {
    match &node.kind {
        Kind::Null => Literal::Null,
        Kind::Bool(value) => Literal::Bool(*value),
        Kind::Number(text) => Literal::Number(text.clone()),
        Kind::Text(text) | Kind::Masked(text) => Literal::Text(text.clone()),
        Kind::List(items) => Literal::List(items.iter().map(|item| literal(item, problems)).collect()),
        Kind::Map(_) => {
            problems.at(node, "a value or a list of values is needed here, not a mapping", None);
            Literal::Null
        }
    }
}
