//! What the readers of services' exports share: JSON as a command or an interface answered it, keys without case, lists with and
//! without their wrapper. It must not know any product.

use super::{Config as _, Probe, ReadError, jsonc, text};
use crate::model::node::{Entry, Kind, Node, Setting};

/// Whether a head may be the beginning of one JSON value.
pub(in crate::collect) fn is_json(probe: &Probe<'_>) -> bool {
    let begun = text::unmarked(probe.head).trim_start().starts_with(['{', '[']);
    begun && !matches!(probe.extension, "jsonl" | "ndjson" | "ipynb" | "tfstate" | "md")
}

/// Whether a head has a word between quotes, whatever its case. `lower` is the head in lower case.
pub(in crate::collect) fn quotes(lower: &str, word: &str) -> bool {
    lower.match_indices(word).any(|(at, _)| {
        lower.get(..at).is_some_and(|before| before.ends_with('"'))
            && lower.get(at + word.len()..).is_some_and(|after| after.starts_with('"'))
    })
}

/// The tree.
pub(in crate::collect) fn json(source: &str) -> Result<Node, ReadError> {
    jsonc::CONFIG.read(source)
}

/// What keys lead to, without case. Of a key that is written twice the last one counts, as for those who read JSON.
pub(in crate::collect) fn get<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    let mut here = node;
    for key in path {
        here = here.entries().iter().rev().find(|entry| entry.key.eq_ignore_ascii_case(key)).map(|entry| &entry.node)?;
    }
    (here.kind != Kind::Null).then_some(here)
}

/// The things of an answer: the elements of a list, of `{"value": [...]}`, or the one thing that it is.
pub(in crate::collect) fn each(root: &Node) -> Vec<&Node> {
    let list = match &root.kind {
        Kind::List(_) => Some(root),
        _ => get(root, &["value"]).filter(|node| matches!(node.kind, Kind::List(_))),
    };
    match list {
        Some(list) => list.items().iter().collect(),
        None => vec![root],
    }
}

/// A truth, as JSON or as a command writes it.
pub(in crate::collect) fn truth(node: &Node) -> Option<bool> {
    match &node.kind {
        Kind::Bool(value) => Some(*value),
        _ => match node.scalar()?.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
    }
}

/// The texts of a list, or the one text; a masked one is its shape.
pub(in crate::collect) fn texts(node: Option<&Node>) -> Vec<&str> {
    let Some(node) = node else { return Vec::new() };
    let one = |node: &'_ Node| match &node.kind {
        Kind::Masked(_) => Some("(masked)"),
        Kind::Null => None,
        Kind::Map(_) | Kind::List(_) => Some("(a value)"),
        _ => None,
    };
    let of = |node| match one(node) {
        Some(text) => Some(text),
        None => Node::scalar(node).filter(|text| !text.is_empty()),
    };
    match &node.kind {
        Kind::List(items) => items.iter().filter_map(of).collect(),
        _ => of(node).into_iter().collect(),
    }
}

/// The words for a truth.
pub(in crate::collect) fn word(truth: bool) -> &'static str {
    if truth { "true" } else { "false" }
}

/// A setting of a context, at the place of a node.
pub(in crate::collect) fn setting(context: &str, key: &str, value: impl Into<String>, at: &Node) -> Setting {
    let value = Node::text(value, at.line, at.column);
    Setting::of(&Entry { key: key.to_owned(), line: at.line, column: at.column, node: value }).within(context)
}

/// A setting that nobody can say.
pub(in crate::collect) fn unknown(context: &str, key: &str, reason: impl Into<String>, at: &Node) -> Setting {
    Setting { unknown: Some(reason.into()), ..setting(context, key, "", at) }
}

/// A moment as exports write it, in seconds since 1970 (`2026-11-24T10:15:00+00:00`, `2026-11-24T10:15:00Z`).
pub(in crate::collect) fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(moment.as_second());
    }
    // no zone: taken as UTC
    format!("{text}Z").parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    #[test]
    fn answers_come_wrapped_bare_and_alone() {
        for source in [r#"{"value":[{"a":1}]}"#, r#"[{"a":1}]"#, r#"{"a":1}"#] {
            let root = json(source).unwrap();
            assert_eq!(each(&root).first().and_then(|one| get(one, &["A"])).and_then(Node::scalar), Some("1"), "{source}");
        }
        assert!(quotes(r#"{"state": 1}"#, "state") && !quotes("state: 1", "state"));
    }

    #[test]
    fn moments() {
        assert_eq!(seconds("1970-01-02T00:00:00+00:00"), Some(86_400));
        assert_eq!(seconds("1970-01-02T01:00:00+01:00"), Some(86_400));
        assert_eq!(seconds("1970-01-02T00:00:00"), Some(86_400));
        assert_eq!(seconds("N/A"), None);
    }
}
