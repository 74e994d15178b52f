//! `.env` files: `KEY=VALUE` lines as shells and Docker read them, with positions.
//! It must not put variables into values: what was written is what counts, and the environment here is not the supplier's.

use super::{Claim, Config, Probe, ReadError, text};
use crate::model::node::{Entry, Kind, Node};

/// The reader.
pub(super) struct DotenvReader;

/// The reader, for the registry.
pub(super) static CONFIG: DotenvReader = DotenvReader;

impl Config for DotenvReader {
    fn id(&self) -> &'static str {
        "env"
    }

    fn title(&self) -> &'static str {
        ".env file"
    }

    fn notes(&self) -> &'static str {
        "KEY=VALUE and export KEY=VALUE; single and double quotes, also over several lines; a comment after a value starts with ` #`. \
         `$NAME` is kept as written. Keys stand at the root; of repeated ones all are kept."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let named = probe.name == ".env" || probe.name.starts_with(".env.") || probe.extension == "env";
        if named { Claim::Strong } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let mut positions = text::Positions::new(source);
        let (mut entries, mut at) = (Vec::new(), 0);
        while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
            let full = rest.split_inclusive('\n').next().unwrap_or(rest);
            let line = full.trim_start();
            let start = at + full.len() - line.len();
            at += full.len();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let exported = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map(str::trim_start);
            let line = exported.unwrap_or(line);
            let start = if exported.is_some() { at - line.len() } else { start };
            let (name, rest) = line.split_once('=').unwrap_or((line, ""));
            let key = name.trim_end();
            let (key_line, key_column) = positions.at(start);
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
            if key.is_empty() || !key.chars().all(fits) {
                return Err(text::error("a line is not KEY=VALUE", key_line));
            }
            let assigned = name.len() < line.len();
            let begin = if assigned { at - rest.trim_start_matches([' ', '\t']).len() } else { start + key.len() };
            let (value, end) = if assigned { value(source, begin) } else { (None, at) };
            let (line, column) = positions.at(begin);
            let kind = value.map_or(Kind::Null, Kind::Text);
            entries.push(Entry { key: key.to_owned(), line: key_line, column: key_column, node: Node::new(kind, line, column) });
            at = at.max(end);
        }
        Ok(Node::new(Kind::Map(entries), 1, 1))
    }
}

/// The value that starts at a byte, and where the line it ends in is over. Nothing is `None`; `""` is empty text.
fn value(source: &str, begin: usize) -> (Option<String>, usize) {
    let rest = source.get(begin..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    let over = |used: usize| begin + used + rest.get(used..).map_or(0, |left| left.find('\n').map_or(left.len(), |at| at + 1));
    let unquoted = |part: &str| {
        let comment = part
            .match_indices('#')
            .map(|(at, _)| at)
            .find(|at| *at == 0 || part.get(..*at).is_some_and(|before| before.ends_with([' ', '\t'])));
        part.get(..comment.unwrap_or(part.len())).unwrap_or_default().trim().to_owned()
    };
    let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else {
        let plain = unquoted(line);
        return (Some(plain).filter(|plain| !plain.is_empty()), over(0));
    };
    let (mut value, mut chars) = (String::new(), rest.char_indices().skip(1));
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => {
                let after = rest.get(at + 1..).unwrap_or_default();
                let tail = after.split('\n').next().unwrap_or_default();
                // as in shells, what touches the quotes belongs to the value
                let tail = if tail.starts_with([' ', '\t', '\r']) { "" } else { tail };
                return (Some(value + &unquoted(tail)), over(at));
            }
            '\\' if quote == '"' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, 't')) => value.push('\t'),
                Some((_, other @ ('"' | '\\' | '$' | '`'))) => value.push(other),
                Some((_, other)) => value.extend(['\\', other]),
                None => value.push('\\'),
            },
            _ => value.push(c),
        }
    }
    // a quote that nothing closes is a character like any other
    (Some(unquoted(line)), over(0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn read(source: &str) -> Vec<(String, Option<String>, u32, u32)> {
        let root = CONFIG.read(source).unwrap();
        let value = |node: &Node| if node.kind == Kind::Null { None } else { node.scalar().map(str::to_owned) };
        root.entries().iter().map(|e| (e.key.clone(), value(&e.node), e.line, e.node.column)).collect()
    }

    fn one(source: &str) -> Option<String> {
        read(source).into_iter().next().and_then(|entry| entry.1)
    }

    #[test]
    fn lines_keep_their_places() {
        let text = "# x\nA=1\n  export B = two words # c\n\nC\nA=2\r\nD=";
        let some = |key: &str, value: &str, line, column| (key.to_owned(), Some(value.to_owned()), line, column);
        let none = |key: &str, line, column| (key.to_owned(), None, line, column);
        assert_eq!(
            read(text),
            [some("A", "1", 2, 3), some("B", "two words", 3, 14), none("C", 5, 2), some("A", "2", 6, 3), none("D", 7, 3)]
        );
    }

    #[test]
    fn quotes_and_no_substitution() {
        assert_eq!(one("A='a $B \\n # x' # c").as_deref(), Some("a $B \\n # x"));
        assert_eq!(one("A=\"a ${B} \\\"q\\\" \\n\"").as_deref(), Some("a ${B} \"q\" \n"));
        assert_eq!(one("A=\"\"").as_deref(), Some(""));
        assert_eq!(one("A=pa#ss").as_deref(), Some("pa#ss"));
        assert_eq!(one("A=\"a\"b").as_deref(), Some("ab"));
        assert_eq!(one("A=\"open\nB=1").as_deref(), Some("\"open"));
    }

    #[test]
    fn values_of_several_lines() {
        let seen = read("K=\"-----BEGIN\nx\n-----END\"\nB=1\n");
        assert_eq!(seen.first().and_then(|e| e.1.as_deref()), Some("-----BEGIN\nx\n-----END"));
        assert_eq!(seen.get(1).map(|e| (e.1.as_deref(), e.2)), Some((Some("1"), 4)));
    }

    #[test]
    fn prose_is_refused() {
        assert_eq!(CONFIG.read("A=1\nthis is prose").map_err(|error| error.line), Err(2));
        assert!(CONFIG.read("=x").is_err());
    }

    #[test]
    fn claims_by_name() {
        let claim = |name: &str| {
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            CONFIG.claims(&Probe::new(name, name, extension, "A=1", true))
        };
        assert_eq!(
            [".env", ".env.local", "prod.env", "env.txt"].map(claim),
            [Claim::Strong, Claim::Strong, Claim::Strong, Claim::No]
        );
    }
}
