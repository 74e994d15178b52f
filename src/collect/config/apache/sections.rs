//! Directives and nested `<Section>`s as Apache and `ProFTPD` write them, with positions.
//! It must not know what a directive means.

use super::super::{ReadError, text};
use crate::model::node::{Entry, Kind, Node};

/// How deep sections may stand in sections.
const DEPTH: usize = 64;

/// The tree: one entry a directive, its arguments joined by one blank; a section's arguments under `@args`.
pub(in super::super) fn read(source: &str) -> Result<Node, ReadError> {
    let mut entries: Vec<Entry> = Vec::new();
    // sections that are open: their entry, and what stands around them
    let mut open: Vec<(Entry, Vec<Entry>)> = Vec::new();
    let mut lines = text::lines(text::clean(source)?);
    while let Some((number, first)) = lines.next() {
        let body = first.trim();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let start = first.len() - first.trim_start().len();
        let column = text::column(first, start);
        let mut whole = body.to_owned();
        while whole.ends_with('\\') {
            whole.pop();
            let Some((_, more)) = lines.next() else { break };
            whole.push_str(more.trim_end());
        }
        let whole = whole.trim_end();
        if let Some(rest) = whole.strip_prefix("</") {
            let name = rest.trim_end_matches('>').trim();
            let Some((mut section, around)) = open.pop().filter(|(section, _)| section.key.eq_ignore_ascii_case(name)) else {
                return Err(text::error("the end of a section that is not open", number));
            };
            section.node.kind = Kind::Map(std::mem::replace(&mut entries, around));
            entries.push(section);
        } else if let Some(rest) = whole.strip_prefix('<') {
            let Some(rest) = rest.strip_suffix('>') else {
                return Err(text::error("a section without its closing bracket", number));
            };
            let (name, args) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
            if !keyword(name) {
                return Err(text::error("a section without a name", number));
            }
            if open.len() >= DEPTH {
                return Err(text::error("sections stand too deep in sections", number));
            }
            let place = column + 1 + name.chars().count() as u32 + (args.len() - args.trim_start().len()) as u32;
            let node = text::value(arguments(args).join(" "), number, place);
            let args = Entry { key: "@args".into(), line: number, column: place, node };
            let section = Entry { key: name.to_owned(), line: number, column, node: Node::new(Kind::Null, number, column) };
            open.push((section, std::mem::replace(&mut entries, vec![args])));
        } else {
            let (name, args) = whole.split_at(whole.find(char::is_whitespace).unwrap_or(whole.len()));
            if !keyword(name) {
                return Err(text::error("a line does not start with a directive", number));
            }
            let place = column + name.chars().count() as u32 + (args.len() - args.trim_start().len()) as u32;
            let node = text::value(arguments(args).join(" "), number, place);
            entries.push(Entry { key: name.to_owned(), line: number, column, node });
        }
    }
    match open.last() {
        Some((section, _)) => Err(text::error("a section without its end", section.line)),
        None => Ok(Node::new(Kind::Map(entries), 1, 1)),
    }
}

/// Whether a word can be a directive's name.
fn keyword(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':'))
}

/// The arguments without their quotes.
fn arguments(rest: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut chars = rest.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let Some(quote) = chars.peek().copied() else { return out };
        let mut word = String::new();
        if matches!(quote, '"' | '\'') {
            chars.next();
            while let Some(c) = chars.next_if(|c| *c != quote) {
                match c {
                    '\\' if chars.peek().is_some_and(|next| *next == quote || *next == '\\') => word.extend(chars.next()),
                    _ => word.push(c),
                }
            }
            chars.next();
        } else {
            while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
                word.push(c);
            }
        }
        out.push(word);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    #[test]
    fn sections_and_directives_with_their_places() {
        let root = read("# c\nListen  443\n<VirtualHost *:443>\n  Header set X \"a \\\"b\\\"\" \\\n    always\n</virtualhost>\n")
            .unwrap();
        let seen: Vec<_> = root.entries().iter().map(|e| (&*e.key, e.line, e.column)).collect();
        assert_eq!(seen, [("Listen", 2, 1), ("VirtualHost", 3, 1)]);
        let host = &root.entries().get(1).unwrap().node;
        assert_eq!(host.get("@args").and_then(Node::scalar), Some("*:443"));
        assert_eq!(host.get("Header").and_then(Node::scalar), Some("set X a \"b\" always"));
        for (text, line) in [("<A>\n", 1), ("a b\n</A>", 2), ("<A>\n</B>", 2), ("{\n", 1), ("<A\n</A>", 1)] {
            assert_eq!(read(text).map_err(|error| error.line), Err(line), "{text}");
        }
        assert!(read(&"<A>\n".repeat(1000)).is_err());
    }
}
