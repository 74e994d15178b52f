//! Exports of the Windows registry: what the Registry Editor writes (`.reg`) and what `reg query` prints, values decoded.
//! It must not merge keys or apply deletions: which of them counts is a product's business.

use super::{Claim, Config, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node};

/// The reader.
pub(super) struct RegReader;

/// The reader, for the registry.
pub(super) static CONFIG: RegReader = RegReader;

/// How the default value of a key is called.
const DEFAULT: &str = "(Default)";
/// Lines that a string may go on for.
const MOST_LINES: usize = 200;

impl Config for RegReader {
    fn id(&self) -> &'static str {
        "reg"
    }

    fn title(&self) -> &'static str {
        "Windows registry export"
    }

    fn notes(&self) -> &'static str {
        "What the Registry Editor exports and what `reg query` prints. A registry key is a mapping under its full path, a value an entry \
         in it; the default value is `(Default)`. Numbers (dword, qword) are decimal, hex(2) and hex(7) are decoded to text and lists, \
         other binary values are kept as `hex:…`. A value that the file deletes is null; a key that it deletes begins with `-`. Keys \
         compare without case."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if is_export(probe) || is_query(probe) { Claim::Strong } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        Ok(Node::new(Kind::Map(keys(source)?), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }
}

/// Whether a head is the Registry Editor's.
pub(super) fn is_export(probe: &Probe<'_>) -> bool {
    let head = text::unmarked(probe.head).trim_start();
    head.starts_with("Windows Registry Editor Version") || head.starts_with("REGEDIT4")
}

/// Whether a head is what `reg query` prints: a key, and below it values with their types.
pub(super) fn is_query(probe: &Probe<'_>) -> bool {
    let mut lines = text::split(text::unmarked(probe.head)).filter(|line| !line.trim().is_empty());
    let key = lines.next().is_some_and(|line| line.starts_with("HKEY_"));
    key && lines.take(50).any(|line| queried(line).is_some())
}

/// The registry keys of an export in order, each with its values.
pub(super) fn keys(source: &str) -> Result<Vec<Entry>, ReadError> {
    let source = text::clean(source)?;
    let ansi = source.trim_start().starts_with("REGEDIT4");
    let mut root: Vec<Entry> = Vec::new();
    let mut lines = text::lines(source).peekable();
    while let Some((number, line)) = lines.next() {
        let body = line.trim();
        // Windows takes no notice of what it does not understand; these are how people write notes
        if body.is_empty() || body.starts_with([';', '#']) || body.starts_with("//") {
            continue;
        }
        let path = body.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).or(body.strip_prefix("HKEY_").map(|_| body));
        if let Some(path) = path {
            let node = Node::new(Kind::Map(Vec::new()), number, 1);
            root.push(Entry { key: path.to_owned(), line: number, column: 1, node });
            continue;
        }
        let Some(Entry { node: Node { kind: Kind::Map(values), .. }, .. }) = root.last_mut() else {
            if number <= 2 || body.starts_with("Windows Registry Editor") || body.starts_with("REGEDIT4") {
                continue;
            }
            return Err(text::error("a value before any registry key", number));
        };
        if let Some((name, kind)) = queried(line) {
            values.push(Entry { key: name.to_owned(), line: number, column: 5, node: Node::new(kind, number, 5) });
            continue;
        }
        let mut whole = body.to_owned();
        let mut more = 0;
        while goes_on(&whole) {
            let Some((_, next)) = lines.next() else {
                return Err(text::error("a value that does not end", number));
            };
            more += 1;
            if whole.ends_with('\\') && !is_string(&whole) {
                whole.pop();
                whole.push_str(next.trim());
            } else if more > MOST_LINES {
                return Err(text::error("a string that does not end", number));
            } else {
                whole.push('\n');
                whole.push_str(next);
            }
        }
        let Some((name, value)) = name(&whole) else {
            // `reg query` counts at its end what it found
            if body.starts_with("End of search") {
                continue;
            }
            return Err(text::error("neither a registry key nor a value", number));
        };
        let kind = decode(value.trim(), ansi).ok_or_else(|| text::error("a value of no known type", number))?;
        values.push(Entry { key: name, line: number, column: 1, node: Node::new(kind, number, 1) });
    }
    if root.is_empty() {
        return Err(text::error("no registry key", 1));
    }
    Ok(root)
}

/// A name in quotes, or `@`, and what follows `=`.
fn name(line: &str) -> Option<(String, &str)> {
    if let Some(rest) = line.strip_prefix('@') {
        return Some((DEFAULT.to_owned(), rest.trim_start().strip_prefix('=')?));
    }
    let (name, rest) = quoted(line)?;
    Some((name, rest.trim_start().strip_prefix('=')?))
}

/// What stands in quotes at the begin of a text, and the rest; `None` where the quotes do not end.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().map(|next| next.1)),
            '"' => return Some((out, text.get(at + 2..)?)),
            _ => out.push(c),
        }
    }
    None
}

/// Whether the value is a string in quotes.
fn is_string(line: &str) -> bool {
    name(line).is_some_and(|(_, value)| value.trim_start().starts_with('"'))
}

/// Whether the line below belongs to the value.
fn goes_on(line: &str) -> bool {
    match name(line) {
        Some((_, value)) if value.trim_start().starts_with('"') => quoted(value.trim_start()).is_none(),
        Some((_, value)) => value.ends_with('\\'),
        None => false,
    }
}

/// A value by its type; `None` where it is none.
fn decode(value: &str, ansi: bool) -> Option<Kind> {
    if value == "-" {
        return Some(Kind::Null);
    }
    if value.starts_with('"') {
        return Some(Kind::Text(quoted(value)?.0));
    }
    let value = value.split(';').next().unwrap_or(value).trim();
    let (kind, data) = value.split_once(':')?;
    if kind.eq_ignore_ascii_case("dword") {
        return u32::from_str_radix(data.trim(), 16).ok().map(|number| Kind::Number(number.to_string()));
    }
    let kind = kind.to_ascii_lowercase();
    let inner = kind.strip_prefix("hex")?;
    let bytes: Option<Vec<u8>> =
        data.split(',').map(str::trim).filter(|byte| !byte.is_empty()).map(|byte| u8::from_str_radix(byte, 16).ok()).collect();
    let bytes = bytes?;
    let words = |bytes: &[u8]| -> String {
        if ansi {
            return bytes.iter().map(|byte| char::from(*byte)).collect();
        }
        let units = bytes.chunks(2).map(|two| u16::from(*two.first().unwrap_or(&0)) | u16::from(*two.get(1).unwrap_or(&0)) << 8);
        char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
    };
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u64, |all, byte| all << 8 | u64::from(*byte)).to_string();
    Some(match inner {
        "(0)" | "(1)" | "(2)" | "(6)" => Kind::Text(words(&bytes).trim_end_matches('\0').to_owned()),
        "(7)" => {
            let all = words(&bytes);
            Kind::List(
                all.trim_end_matches('\0').split('\0').filter(|one| !one.is_empty()).map(|one| Node::text(one, 0, 0)).collect(),
            )
        }
        "(4)" if bytes.len() == 4 => Kind::Number(number(&bytes)),
        "(b)" if bytes.len() == 8 => Kind::Number(number(&bytes)),
        _ => Kind::Text(format!("hex{inner}:{data}")),
    })
}

/// A line of `reg query`: four blanks, name, type, value.
fn queried(line: &str) -> Option<(&str, Kind)> {
    let body = line.strip_prefix("    ")?;
    let at = body.find("    REG_")?;
    let (name, rest) = (body.get(..at)?, body.get(at + 4..)?);
    let (kind, value) = rest.split_once("    ").unwrap_or((rest, ""));
    let value = value.trim_end();
    let kind = match kind.trim() {
        "REG_DWORD" | "REG_QWORD" | "REG_DWORD_BIG_ENDIAN" => {
            Kind::Number(u64::from_str_radix(value.strip_prefix("0x")?, 16).ok()?.to_string())
        }
        "REG_MULTI_SZ" => Kind::List(value.split("\\0").filter(|one| !one.is_empty()).map(|one| Node::text(one, 0, 0)).collect()),
        "REG_SZ" | "REG_EXPAND_SZ" => Kind::Text(value.to_owned()),
        "REG_BINARY" | "REG_NONE" => Kind::Text(format!("hex:{value}")),
        _ => return None,
    };
    let name = if name.starts_with('(') && name.ends_with(')') { DEFAULT } else { name };
    Some((name, kind))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn value<'a>(root: &'a Node, key: &str, name: &str) -> &'a Kind {
        &root.get(key).unwrap().get(name).unwrap().kind
    }

    #[test]
    fn every_type_is_decoded() {
        let text = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\A]\r\n@=\"x\"\r\n\"n\"=dword:000000ff\r\n\
            \"s\\\\\\\"t\"=\"C:\\\\a;b\"\r\n\"e\"=hex(2):25,00,\\\r\n  41,00,00,00\r\n\"m\"=hex(7):41,00,00,00,42,00,43,00,00,00,00,00\r\n\
            \"q\"=hex(b):01,00,00,00,01,00,00,00\r\n\"b\"=hex:01,02\r\n\"gone\"=-\r\n\r\n[-HKEY_LOCAL_MACHINE\\B]\r\n";
        let root = CONFIG.read(text).unwrap();
        let key = "HKEY_LOCAL_MACHINE\\A";
        assert_eq!(*value(&root, key, "(Default)"), Kind::Text("x".into()));
        assert_eq!(*value(&root, key, "n"), Kind::Number("255".into()));
        assert_eq!(*value(&root, key, "s\\\"t"), Kind::Text("C:\\a;b".into()));
        assert_eq!(*value(&root, key, "e"), Kind::Text("%A".into()));
        assert_eq!(*value(&root, key, "q"), Kind::Number("4294967297".into()));
        assert_eq!(*value(&root, key, "b"), Kind::Text("hex:01,02".into()));
        assert_eq!(*value(&root, key, "gone"), Kind::Null);
        let list: Vec<_> = root.get(key).unwrap().get("m").unwrap().items().iter().filter_map(Node::scalar).collect();
        assert_eq!(list, ["A", "BC"]);
        assert!(root.get("-HKEY_LOCAL_MACHINE\\B").is_some());
        assert_eq!(root.get(key).unwrap().entries().get(3).unwrap().line, 7);
    }

    #[test]
    fn strings_over_lines_and_what_reg_query_prints() {
        let root = CONFIG.read("REGEDIT4\n[HKEY_LOCAL_MACHINE\\A]\n\"t\"=\"one\ntwo\"\n\"e\"=hex(2):41,42,00\n").unwrap();
        assert_eq!(*value(&root, "HKEY_LOCAL_MACHINE\\A", "t"), Kind::Text("one\ntwo".into()));
        assert_eq!(*value(&root, "HKEY_LOCAL_MACHINE\\A", "e"), Kind::Text("AB".into()));
        let query = "\nHKEY_LOCAL_MACHINE\\S\n    (Default)    REG_SZ    \n    SMB 1    REG_DWORD    0x1f\n    M    REG_MULTI_SZ    a\\0b\n";
        let root = CONFIG.read(query).unwrap();
        assert_eq!(*value(&root, "HKEY_LOCAL_MACHINE\\S", "SMB 1"), Kind::Number("31".into()));
    }

    #[test]
    fn cut_files_are_errors() {
        for text in [
            "Windows Registry Editor Version 5.00\n[HKEY_LOCAL_MACHINE\\A]\n\"n\"=dword:00\n\"m\"=hex(7):41,00,\\\n",
            "Windows Registry Editor Version 5.00\n[HKEY_LOCAL_MACHINE\\A]\n\"n\"=\"abc\n",
            "Windows Registry Editor Version 5.00\n[HKEY_LOCAL_MACHINE\\A]\n\"n\"=dwo\n",
            "Windows Registry Editor Version 5.00\n",
        ] {
            assert!(CONFIG.read(text).is_err(), "{text}");
        }
    }
}
