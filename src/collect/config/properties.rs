//! Java `.properties`: keys and values as `java.util.Properties` loads them, with positions.
//! It must not nest dotted keys: `a.b` is one key, as it is for Java.

use super::{Claim, Config, Probe, ReadError, text};
use crate::model::node::{Entry, Kind, Node};

/// The reader.
pub(super) struct PropertiesReader;

/// The reader, for the registry.
pub(super) static CONFIG: PropertiesReader = PropertiesReader;

impl Config for PropertiesReader {
    fn id(&self) -> &'static str {
        "properties"
    }

    fn title(&self) -> &'static str {
        "Java properties"
    }

    fn notes(&self) -> &'static str {
        "A key ends at `=`, `:` or a blank; a line that ends in a backslash goes on in the next; `\\uXXXX` is a character. Keys stand \
         at the root as written, dots included: at: $['server.ssl.enabled']. Of repeated keys all are kept (Java takes the last)."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.extension == "properties" { Claim::Strong } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut entries = Vec::new();
        let mut lines = text::lines(text::clean(source)?);
        while let Some((number, line)) = lines.next() {
            let body = line.trim_start_matches(BLANK);
            if body.is_empty() || body.starts_with(['#', '!']) {
                continue;
            }
            let mut place = Place { line: number, column: text::column(line, line.len() - body.len()) };
            // one logical line: each character with where it stands
            let mut logical: Vec<(char, Place)> = Vec::new();
            let mut part = body;
            loop {
                let goes_on = part.len() - part.trim_end_matches('\\').len();
                let kept = if goes_on % 2 == 1 { part.get(..part.len() - 1).unwrap_or_default() } else { part };
                for c in kept.chars() {
                    logical.push((c, place));
                    place.column += 1;
                }
                let Some((number, line)) = (if goes_on % 2 == 1 { lines.next() } else { None }) else { break };
                part = line.trim_start_matches(BLANK);
                place = Place { line: number, column: text::column(line, line.len() - part.len()) };
            }
            entries.push(entry(&logical, place));
        }
        Ok(Node::new(Kind::Map(entries), 1, 1))
    }
}

/// What Java takes for a blank.
const BLANK: [char; 3] = [' ', '\t', '\u{c}'];

/// A line and a column.
#[derive(Clone, Copy)]
struct Place {
    line: u32,
    column: u32,
}

/// The entry of a logical line that ends at a place.
fn entry(logical: &[(char, Place)], end: Place) -> Entry {
    let mut key_end = 0;
    while let Some((c, _)) = logical.get(key_end) {
        match c {
            '\\' => key_end += 1,
            '=' | ':' => break,
            c if BLANK.contains(c) => break,
            _ => {}
        }
        key_end += 1;
    }
    let skip = |from: usize| from + logical.iter().skip(from).take_while(|(c, _)| BLANK.contains(c)).count();
    let separator = skip(key_end);
    let separated = logical.get(separator).is_some_and(|(c, _)| matches!(c, '=' | ':'));
    let begin = if separated { skip(separator + 1) } else { separator };
    let start = logical.first().map_or(end, |(_, place)| *place);
    let at = logical.get(begin).map_or(end, |(_, place)| *place);
    let node = text::value(unescape(logical.get(begin..).unwrap_or_default()), at.line, at.column);
    let key = unescape(logical.get(..key_end).unwrap_or(logical));
    Entry { key, line: start.line, column: start.column, node }
}

/// Resolves escapes. Halves of a pair are joined; what is no character becomes U+FFFD; a broken `\u` loses its backslash.
fn unescape(part: &[(char, Place)]) -> String {
    let mut units: Vec<u16> = Vec::new();
    let push = |units: &mut Vec<u16>, c: char| units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
    let mut chars = part.iter().map(|(c, _)| *c);
    while let Some(c) = chars.next() {
        if c != '\\' {
            push(&mut units, c);
            continue;
        }
        match chars.next() {
            Some('t') => units.push(0x09),
            Some('n') => units.push(0x0A),
            Some('f') => units.push(0x0C),
            Some('r') => units.push(0x0D),
            Some('u') => {
                let digits: String = chars.clone().take(4).filter(char::is_ascii_hexdigit).collect();
                match u16::from_str_radix(&digits, 16) {
                    Ok(unit) if digits.len() == 4 => {
                        units.push(unit);
                        let _ = chars.nth(3);
                    }
                    _ => push(&mut units, 'u'),
                }
            }
            Some(other) => push(&mut units, other),
            None => {}
        }
    }
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn read(source: &str) -> Vec<(String, String)> {
        let root = CONFIG.read(source).unwrap();
        root.entries().iter().map(|e| (e.key.clone(), e.node.scalar().unwrap_or("?").to_owned())).collect()
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn separators_and_comments() {
        let text = "# c\n! c\na=1\nb : 2\nc 3\nd\n e\t= x=y \nf=\na\\ b\\:c=d";
        let expected =
            [pair("a", "1"), pair("b", "2"), pair("c", "3"), pair("d", ""), pair("e", "x=y "), pair("f", ""), pair("a b:c", "d")];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn continued_lines_and_escapes() {
        assert_eq!(
            read("a=1,\\\n   2,\\\n# 3\nb=x\\\\\nc=\\u00e9\\t\\ud83d\\ude00 \\uZZ\\q"),
            [pair("a", "1,2,# 3"), pair("b", "x\\"), pair("c", "é\t😀 uZZq")]
        );
        assert_eq!(read("a=\\u12"), [pair("a", "u12")]);
        assert_eq!(read("a=b\\"), [pair("a", "b")]);
        assert_eq!(read("\\"), [pair("", "")]);
    }

    #[test]
    fn positions_and_repeated_keys() {
        let root = CONFIG.read("a=1\n  ké \\\n   : v\na=2").unwrap();
        let seen: Vec<_> = root.entries().iter().map(|e| (&*e.key, e.line, e.column, e.node.line, e.node.column)).collect();
        assert_eq!(seen, [("a", 1, 1, 1, 3), ("ké", 2, 3, 3, 6), ("a", 4, 1, 4, 3)]);
    }
}
