//! Filters of paths over values that were not kept: a comparison with such a value is false whatever the value was, and what the filter
//! leaves out then is judged by nothing. It finds out whether a filter reads such a value, and must not guess what the value was.

use crate::model::node::{Kind, Node};

/// Whether a filter of a path reads a masked value: more of it than whether it is there, and what schemes of addresses stand in it.
pub(super) fn reads_masks(at: &str, tree: &Node) -> bool {
    let Some(filter) = at.find('?').and_then(|start| at.get(start..)) else { return false };
    read(filter).iter().any(|name| is_masked(tree, name.as_deref(), false))
}

/// Whether a masked value stands in a tree, under a name if one is given.
fn is_masked(tree: &Node, name: Option<&str>, under: bool) -> bool {
    match &tree.kind {
        Kind::Masked(_) => under || name.is_none(),
        Kind::List(items) => items.iter().any(|item| is_masked(item, name, under)),
        Kind::Map(entries) => {
            entries.iter().any(|entry| is_masked(&entry.node, name, name.is_some_and(|name| name == entry.key)))
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => false,
    }
}

/// The last names of the paths that a filter compares or hands to a function; `None` for what may lead to any value.
fn read(filter: &str) -> Vec<Option<String>> {
    let chars: Vec<char> = filter.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let (mut out, mut index) = (Vec::new(), 0);
    while index < chars.len() {
        match at(index) {
            '\'' | '"' => index = behind_quotes(&chars, index),
            '@' | '$' => {
                let start = index;
                let (name, end) = path(&chars, index + 1);
                index = end;
                let before = chars.get(..start).unwrap_or(&[]).iter().rposition(|c| !c.is_whitespace());
                let next = (end..chars.len()).find(|index| !at(*index).is_whitespace()).map_or('\0', at);
                let opened = before.filter(|before| at(*before) == '(' && *before > 0);
                let called = opened.is_some_and(|open| at(open - 1).is_ascii_alphanumeric()) || before.map(at) == Some(',');
                let compared =
                    matches!(next, '=' | '<' | '>') || (next == '!') || before.map(at).is_some_and(|c| "=<>".contains(c));
                // of an address the scheme is kept, and no pattern for one asks for more
                let scheme = called && start + 1 == end && filter.contains("://");
                if (called || compared) && !scheme {
                    out.push(name);
                }
            }
            _ => index += 1,
        }
    }
    out
}

/// The last name of a path whose first sign was read, and where the path ends.
fn path(chars: &[char], mut index: usize) -> (Option<String>, usize) {
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let mut last = None;
    loop {
        match at(index) {
            '.' => {
                while at(index) == '.' {
                    index += 1;
                }
                if at(index) == '*' {
                    last = None;
                    index += 1;
                    continue;
                }
                let start = index;
                while at(index).is_alphanumeric() || at(index) == '_' {
                    index += 1;
                }
                if start < index {
                    last = chars.get(start..index).map(|name| name.iter().collect());
                }
            }
            '[' if matches!(at(index + 1), '\'' | '"') => {
                let end = behind_quotes(chars, index + 1);
                let name: String = chars.get(index + 2..end.saturating_sub(1)).unwrap_or(&[]).iter().collect();
                // an escaped name may be any
                last = (at(end) == ']' && !name.contains('\\')).then_some(name);
                index = end + 1;
            }
            // an element of a list is under the list's name
            '[' if at(index + 1).is_ascii_digit() || at(index + 1) == '-' => {
                while !matches!(at(index), ']' | '\0') {
                    index += 1;
                }
                index += 1;
            }
            // what is asked in a filter within is found where it stands
            '[' => return (None, index + 1),
            _ => return (last, index),
        }
    }
}

/// Behind the quotes that begin at a place.
fn behind_quotes(chars: &[char], start: usize) -> usize {
    let mark = chars.get(start).copied();
    let mut index = start + 1;
    while let Some(c) = chars.get(index) {
        match c {
            '\\' => index += 2,
            c if Some(*c) == mark => return index + 1,
            _ => index += 1,
        }
    }
    chars.len()
}

#[cfg(test)]
mod tests {
    use super::reads_masks;
    use crate::model::node::{Entry, Kind, Node};
    use serde_json::{Value as Json, json};

    const MASKED: &str = "(masked)";

    fn node(tree: &Json) -> Node {
        let kind = match tree {
            Json::Null => Kind::Null,
            Json::Bool(value) => Kind::Bool(*value),
            Json::Number(number) => Kind::Number(number.to_string()),
            Json::String(text) if text == MASKED => Kind::Masked("Aaa".to_owned()),
            Json::String(text) => Kind::Text(text.clone()),
            Json::Array(items) => Kind::List(items.iter().map(node).collect()),
            Json::Object(entries) => Kind::Map(
                entries.iter().map(|(key, own)| Entry { key: key.clone(), line: 1, column: 1, node: node(own) }).collect(),
            ),
        };
        Node::new(kind, 1, 1)
    }

    #[test]
    fn a_filter_that_reads_what_was_not_kept_is_open() {
        let tree = node(&json!({"users": [
            {"login": MASKED, "mail": MASKED, "tags": [MASKED], "admin": true, "age": 30},
            {"login": "service", "admin": false, "age": MASKED, "name": {"first": "x"}},
        ]}));
        for (at, open) in [
            ("$.users[?@.login == 'root'].admin", true),
            ("$.users[?'root' == @['login']].admin", true),
            ("$.users[?@.login != \"root\"].admin", true),
            ("$.users[?@.login != @.mail].admin", true),
            ("$.users[?@.login == 'jane\\u002esmith'].admin", true),
            ("$.users[?@.age > 1e5].admin", true),
            ("$.users[?@.tags[0] == 'x'].admin", true),
            ("$.users[?search(@.login, '^jane')].admin", true),
            ("$.users[?length( @.login ) > 3].admin", true),
            ("$.users[?@.admin == true && (@.mail == 'a')].login", true),
            ("$.users[?@.tags[?@ == 'x']].admin", true),
            ("$..[?match(@, 'jane.*')]", true),
            ("$..[?match(@, '(.*[^A-Za-z])?(ftp|rsh)://.*')]", false),
            ("$.users[?@.admin == true].login", false),
            ("$.users[?@.login].admin", false),
            ("$.users[?(@.login) && @.admin == true].admin", false),
            ("$.users[?!@.login].admin", false),
            ("$.users[?@.admin == false && @.name.first == 'x'].login", false),
            ("$.users[?@.admin == '@.login == 1'].login", false),
            ("$.users[0].login", false),
        ] {
            assert!(serde_json_path::JsonPath::parse(at).is_ok(), "{at}");
            assert_eq!(reads_masks(at, &tree), open, "{at}");
        }
    }
}
