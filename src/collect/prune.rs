//! What of a tree is kept where policies ask for single values by what they look like (`$..[?match(@, 'ftp://.*')]`): those, and what leads to
//! them. Most of what suppliers hand over as JSON is data, and would be a shape for each of its values. What is taken out answered no
//! question that was asked, and every place keeps its name.

use crate::model::node::{Kind, Node, TOO_DEEP, veiled};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Formats of which nothing is in force by itself, so that nobody joins one with another before the end.
pub(super) const LONE: [&str; 3] = ["json", "yaml", "xml"];

/// How values look that are asked for, whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Values(Vec<Regex>);

impl Values {
    /// One more pattern. `false` if it is none.
    pub(super) fn add(&mut self, pattern: &str) -> bool {
        Regex::new(&format!("^(?:{pattern})$")).map(|pattern| self.0.push(pattern)).is_ok()
    }

    /// Whether only addresses with a scheme are asked for. Of a masked value no more than that is known: a pattern for anything else may
    /// mean what was masked, and whoever asks has to be told so.
    pub(super) fn addresses(&self) -> bool {
        self.0.iter().all(|value| value.as_str().contains("://"))
    }

    /// Whether a text is like one.
    pub(super) fn has(&self, text: &str) -> bool {
        self.0.iter().any(|value| value.is_match(text))
    }

    /// Leaves of a tree, or of each of the documents that it is a list of, what is like the values and what leads there. Where a key is
    /// written twice nothing is taken out: such a tree may be read in several ways, and which it was is part of the verdict.
    pub(super) fn prune(&self, root: &mut Node, documents: bool) {
        if repeats(root) {
            return;
        }
        match &mut root.kind {
            Kind::List(items) if documents => items.iter_mut().for_each(|item| self.prune_one(item)),
            _ => self.prune_one(root),
        }
    }

    fn prune_one(&self, node: &mut Node) {
        if !self.leads(node) {
            *node = nothing();
        }
    }

    /// Whether something that is asked for lies here; what does not lead to any is taken out.
    fn leads(&self, node: &mut Node) -> bool {
        match &mut node.kind {
            Kind::Text(text) | Kind::Number(text) => self.has(text),
            Kind::Masked(shown) => shown == TOO_DEEP || self.has(&veiled(shown)),
            Kind::List(items) => {
                let leads: Vec<bool> = items.iter_mut().map(|item| self.leads(item)).collect();
                let end = leads.iter().rposition(|leads| *leads).map_or(0, |last| last + 1);
                items.truncate(end);
                // those before keep their places
                for (item, _) in items.iter_mut().zip(&leads).filter(|row| !row.1) {
                    *item = nothing();
                }
                end > 0
            }
            Kind::Map(entries) => {
                entries.retain_mut(|entry| self.leads(&mut entry.node));
                !entries.is_empty()
            }
            Kind::Null | Kind::Bool(_) => false,
        }
    }
}

/// Whether a key is written twice somewhere.
fn repeats(node: &Node) -> bool {
    match &node.kind {
        Kind::List(items) => items.iter().any(repeats),
        Kind::Map(entries) => {
            let mut seen = HashSet::with_capacity(entries.len());
            entries.iter().any(|entry| !seen.insert(entry.key.as_str()) || repeats(&entry.node))
        }
        _ => false,
    }
}

/// What stands for what was taken out.
pub(super) fn nothing() -> Node {
    Node::new(Kind::Null, 0, 0)
}

/// Of which products' trees a worker sends less than all.
#[derive(Debug, Default)]
pub struct Spared {
    none: BTreeSet<String>,
    some: BTreeMap<String, Values>,
}

impl Spared {
    /// Nothing of the trees of some products, of others the values like these patterns and what leads there.
    pub(super) fn new(none: BTreeSet<String>, some: &BTreeMap<String, Vec<String>>) -> Self {
        let values = |patterns: &[String]| {
            let mut values = Values::default();
            // what cannot be told is kept
            (patterns.iter().all(|pattern| values.add(pattern)) && values.addresses()).then_some(values)
        };
        Self { none, some: some.iter().filter_map(|(product, own)| Some((product.clone(), values(own)?))).collect() }
    }

    /// What is sent of a product's tree, and whether it is still a list of documents.
    pub(super) fn spare(&self, product: &str, mut root: Node, documents: bool) -> (Node, bool) {
        if self.none.contains(product) {
            return (nothing(), false);
        }
        if let Some(values) = self.some.get(product) {
            values.prune(&mut root, documents);
        }
        (root, documents)
    }
}

#[cfg(test)]
mod tests {
    use super::{Spared, Values, nothing};
    use crate::model::node::{Kind, Node, TOO_DEEP};
    use std::collections::{BTreeMap, BTreeSet};

    fn read(text: &str) -> Node {
        let json = super::super::config::CONFIGS.iter().find(|config| config.id() == "json");
        json.and_then(|json| json.read(text).ok()).unwrap_or_else(nothing)
    }

    fn pruned(text: &str) -> Node {
        let mut values = Values::default();
        assert!(values.add("ftp://.*") && !values.add("("));
        let mut root = read(text);
        values.prune(&mut root, false);
        root
    }

    #[test]
    fn what_leads_to_a_value_stays_where_it_was() {
        let root = pruned(r#"{"a": {"b": [1, "x", {"c": "ftp://example.org", "d": 2}, "y"]}, "e": ["z"], "f": "xftp://"}"#);
        let a = root.get("a").cloned().unwrap_or_else(nothing);
        let b = a.get("b").cloned().unwrap_or_else(nothing);
        assert_eq!((root.entries().len(), a.entries().len(), b.items().len()), (1, 1, 3));
        assert_eq!(b.items()[0], nothing());
        assert_eq!(b.items()[2].get("c").and_then(Node::scalar), Some("ftp://example.org"));
        assert!(b.items()[2].get("d").is_none());
        assert_eq!(pruned(r#"{"a": [1, {"b": "x"}]}"#), nothing());
        // what is written twice may be read in several ways
        let twice = r#"{"a": 1, "b": {"c": "x", "c": "y"}}"#;
        assert_eq!(pruned(twice), read(twice));
    }

    #[test]
    fn what_was_masked_stays_if_it_may_be_meant() {
        let mut values = Values::default();
        assert!(values.add("(.*[^A-Za-z])?ftp://.*"));
        let masked = |shown: &str| Node::new(Kind::Masked(shown.to_owned()), 1, 1);
        for (shown, stays) in [("ftp://Aaa", true), ("https://Aaa", false), ("Aaa 99", false), (TOO_DEEP, true)] {
            let mut root = Node::new(Kind::List(vec![masked(shown)]), 1, 1);
            values.prune(&mut root, false);
            assert_eq!(root != nothing(), stays, "{shown}");
        }
    }

    #[test]
    fn documents_of_one_file_stay_as_many() {
        let some: BTreeMap<String, Vec<String>> = [("yaml".to_owned(), vec!["ftp://.*".to_owned()])].into();
        let spared = Spared::new(BTreeSet::from(["aws".to_owned()]), &some);
        let list = || Node::new(Kind::List(vec![read(r#"{"a": 1}"#), read(r#"{"a": "ftp://x"}"#)]), 0, 0);
        let (root, documents) = spared.spare("yaml", list(), true);
        assert_eq!((root.items().len(), documents), (2, true));
        assert_eq!(spared.spare("aws", list(), true), (nothing(), false));
        assert_eq!(spared.spare("json", list(), true), (list(), true));
        // what was masked may be meant
        let mails: BTreeMap<String, Vec<String>> = [("yaml".to_owned(), vec![".*@example[.]org".to_owned()])].into();
        assert_eq!(Spared::new(BTreeSet::new(), &mails).spare("yaml", list(), false), (list(), false));
    }
}
