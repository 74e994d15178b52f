//! Files of `[section]` and `key = value` as Samba and rsync write them: keys and sections with positions, nothing merged.
//! It must not know what a key means.

use super::super::{ReadError, text};
use crate::model::node::{Entry, Kind, Node};

/// The tree: keys in front of any section at the root, a section as an entry `section` with its name as `@args`.
pub(in super::super) fn read(source: &str) -> Result<Node, ReadError> {
    let mut root: Vec<Entry> = Vec::new();
    let mut open: Option<(Entry, Vec<Entry>)> = None;
    let mut lines = text::lines(text::clean(source)?);
    while let Some((number, line)) = lines.next() {
        let body = line.trim();
        if body.is_empty() || body.starts_with([';', '#']) {
            continue;
        }
        let start = line.len() - line.trim_start().len();
        let column = text::column(line, start);
        if let Some(rest) = body.strip_prefix('[') {
            let Some((name, _)) = rest.split_once(']') else {
                return Err(text::error("a section without its end", number));
            };
            close(&mut root, open.take());
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            let args = Node::text(name, number, column + 1);
            let node = Node::new(Kind::Null, number, column);
            let entry = Entry { key: "section".into(), line: number, column, node };
            open = Some((entry, vec![Entry { key: "@args".into(), line: number, column: column + 1, node: args }]));
            continue;
        }
        let Some((key, rest)) = body.split_once('=') else {
            return Err(text::error("a line that is no `key = value`", number));
        };
        if key.trim().is_empty() {
            return Err(text::error("a line without a key", number));
        }
        let at = text::column(line, start + body.len() - rest.trim_start().len());
        let mut value = rest.trim().to_owned();
        // a backslash at the end joins the next line
        while value.ends_with('\\') {
            value.pop();
            let Some((_, more)) = lines.next() else { break };
            value.push_str(more.trim());
        }
        let key = key.split_whitespace().collect::<Vec<_>>().join(" ");
        let entry = Entry { key, line: number, column, node: text::value(value, number, at) };
        open.as_mut().map_or(&mut root, |(_, entries)| entries).push(entry);
    }
    close(&mut root, open);
    Ok(Node::new(Kind::Map(root), 1, 1))
}

/// Puts a finished section into the tree.
fn close(root: &mut Vec<Entry>, section: Option<(Entry, Vec<Entry>)>) {
    if let Some((mut entry, entries)) = section {
        entry.node.kind = Kind::Map(entries);
        root.push(entry);
    }
}

/// What both take for a switch.
pub(in super::super) fn switch(value: &str) -> Option<bool> {
    match &*value.to_ascii_lowercase() {
        "yes" | "true" | "on" | "1" => Some(true),
        "no" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}
