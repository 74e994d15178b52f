//! INI and its relatives (cfg, cnf, inf, systemd units, git): sections of keys, with positions.
//! It must not merge sections or drop keys: dialects differ in what counts, so all that stands in the file is kept.

use super::{Claim, Config, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node};

/// The reader.
pub(super) struct IniReader;

/// The reader, for the registry.
pub(super) static CONFIG: IniReader = IniReader;

/// Extensions that are INI by custom.
const OWN: &[&str] = &["ini", "inf", "desktop", "service", "socket", "timer", "mount", "network", "netdev", "reg", "gitconfig"];
/// Extensions that are often INI: the content decides.
const OFTEN: &[&str] = &["", "cfg", "cnf", "conf", "config", "repo", "prefs", "tmpl", "dist"];

impl Config for IniReader {
    fn id(&self) -> &'static str {
        "ini"
    }

    fn title(&self) -> &'static str {
        "INI file"
    }

    fn notes(&self) -> &'static str {
        "Sections are mappings of keys; keys before any section stand at the root. `key = value` or `key: value`; a key without a \
         value is null. Lines that start with `;` or `#` are comments, and so is what follows ` ;` or ` #` after a value. Quotes \
         around a value are removed. Keys compare without case; repeated sections and keys are all kept."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let (mut sections, mut pairs, mut other) = (0, 0, 0);
        for line in text::meaningful(probe, &['#', ';']).take(400) {
            if line.starts_with("[[") {
                return Claim::No; // TOML
            }
            if section(line).is_some() {
                sections += 1;
            } else if separator(line).is_some_and(|(at, _)| at > 0) && !line.ends_with(['{', '}', ';', ',', '>', '(']) {
                pairs += 1;
            } else {
                other += 1;
            }
        }
        let likely = sections > 0 && pairs > 0 && pairs + sections > other;
        match probe.extension {
            own if OWN.contains(&own) && (likely || probe.extension == "ini") => Claim::Strong,
            often if OFTEN.contains(&often) && likely => Claim::Strong,
            "txt" if likely && other * 4 <= pairs => Claim::Strong,
            "cfg" | "cnf" | "conf" if pairs > 0 && other * 4 <= pairs => Claim::Weak,
            _ => Claim::No,
        }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root: Vec<Entry> = Vec::new();
        let mut open = false;
        // the indent of a key whose value is empty, or is a registry export's that ends in `,\`: deeper lines without a key of their own are its value
        let mut waits: Option<usize> = None;
        for (number, line) in text::lines(text::clean(source)?) {
            let body = line.trim();
            let indent = line.len() - line.trim_start().len();
            if body.is_empty() || body.starts_with(['#', ';']) {
                continue;
            }
            let column = text::column(line, indent);
            if let Some(name) = section(body) {
                let node = Node::new(Kind::Map(Vec::new()), number, column);
                root.push(Entry { key: name.to_owned(), line: number, column, node });
                (open, waits) = (true, None);
                continue;
            }
            if body.starts_with('[') && !body.contains('=') {
                return Err(text::error("a section without its end", number));
            }
            let keys = match root.last_mut() {
                Some(Entry { node: Node { kind: Kind::Map(keys), .. }, .. }) if open => keys,
                _ => &mut root,
            };
            let split = separator(body);
            if let (None, Some(outer), Some(last)) = (split, waits, keys.last_mut())
                && indent > outer
            {
                append(&mut last.node, strip_comment(body), number, column);
                continue;
            }
            let entry = pair(line, indent, split, number);
            let goes_on = entry.node.scalar().is_some_and(|value| value.is_empty() || value.ends_with(",\\"));
            waits = (split.is_some() && goes_on).then_some(indent);
            keys.push(entry);
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }
}

/// The name in a section header; a comment may follow it.
fn section(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('[')?;
    let (name, after) = rest.split_at(rest.rfind(']')?);
    let after = after.get(1..)?.trim_start();
    if after.is_empty() {
        return Some(name.trim());
    }
    // the bracket may stand in a comment: the first one then ends the name
    let (name, after) = rest.split_once(']')?;
    after.trim_start().starts_with(['#', ';']).then_some(name.trim())
}

/// Where key and value part, and how many bytes do it. A colon counts where a blank or nothing follows, or where no `=` stands in the line.
fn separator(line: &str) -> Option<(usize, usize)> {
    let quoted = line.strip_prefix('"').and_then(|rest| rest.find('"')).map_or(0, |at| at + 2);
    let rest = line.get(quoted..)?;
    let equals = rest.find('=');
    let colon = rest.match_indices(':').map(|(at, _)| at).find(|at| {
        equals.is_none() || rest.get(at + 1..).is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t']))
    });
    let at = match (equals, colon) {
        (Some(equals), Some(colon)) => equals.min(colon),
        (one, other) => one.or(other)?,
    };
    Some((quoted + at, 1))
}

/// The value up to a comment that a blank comes before.
fn strip_comment(value: &str) -> &str {
    let comment = value
        .match_indices(['#', ';'])
        .map(|(at, _)| at)
        .find(|at| value.get(..*at).is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t'])));
    value.get(..comment.unwrap_or(value.len())).unwrap_or(value).trim_end()
}

/// A key with its value, from a line.
fn pair(line: &str, indent: usize, split: Option<(usize, usize)>, number: u32) -> Entry {
    let body = line.get(indent..).unwrap_or_default().trim_end();
    let (key, rest) = match split {
        Some((at, width)) => (body.get(..at).unwrap_or(body), body.get(at + width..).unwrap_or_default()),
        None => (strip_comment(body), ""),
    };
    let key = key.trim_end();
    let bare = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key);
    let written = rest.trim_start();
    let begin = if split.is_some() { indent + body.len() - written.len() } else { indent + key.len() };
    let quoted = written.chars().next().filter(|c| matches!(c, '"' | '\'')).and_then(|quote| {
        let (inside, after) = written.get(1..)?.split_once(quote)?;
        let after = after.trim_start();
        (after.is_empty() || after.starts_with(['#', ';'])).then_some(inside)
    });
    let kind = match quoted {
        Some(inside) => Kind::Text(inside.to_owned()),
        None => text::value(strip_comment(written).to_owned(), 0, 0).kind,
    };
    let node = Node::new(kind, number, text::column(line, begin));
    Entry { key: bare.to_owned(), line: number, column: text::column(line, indent), node }
}

/// Adds a line to a value that goes on.
fn append(node: &mut Node, more: &str, line: u32, column: u32) {
    if let Kind::Text(value) = &mut node.kind {
        value.push('\n');
        value.push_str(more);
    } else {
        *node = text::value(more.to_owned(), line, column);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn at<'a>(root: &'a Node, section: &str, key: &str) -> Option<&'a str> {
        root.get(section)?.get(key)?.scalar()
    }

    fn one(line: &str) -> (String, String) {
        let root = CONFIG.read(line).unwrap();
        let entry = root.entries().first().unwrap();
        (entry.key.clone(), entry.node.scalar().unwrap_or("?").to_owned())
    }

    fn claim(name: &str, head: &str) -> Claim {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        CONFIG.claims(&Probe::new(name, name, extension, head, true))
    }

    #[test]
    fn sections_keys_and_positions() {
        let root = CONFIG.read("top=1\n; c\n[A b]  # c\n  ké = v\nflag\n[A b]\nke: w\n").unwrap();
        let seen: Vec<_> = root.entries().iter().map(|e| (&*e.key, e.line, e.column)).collect();
        assert_eq!(seen, [("top", 1, 1), ("A b", 3, 1), ("A b", 6, 1)]);
        let first = root.get("A b").unwrap().entries();
        let seen: Vec<_> = first.iter().map(|e| (&*e.key, e.node.kind.clone(), e.line, e.column, e.node.column)).collect();
        assert_eq!(seen, [("ké", Kind::Text("v".into()), 4, 3, 8), ("flag", Kind::Null, 5, 1, 5)]);
    }

    #[test]
    fn separators_are_found_where_readers_find_them() {
        let pairs = [
            ("url: http://a/?b=c", "url", "http://a/?b=c"),
            ("url = http://a:80/", "url", "http://a:80/"),
            (r"C:\data = x", r"C:\data", "x"),
            ("a:b", "a", "b"),
            ("MACHINE\\Soft\\x=4,1", "MACHINE\\Soft\\x", "4,1"),
            ("\"a=b\"=dword:00000001", "a=b", "dword:00000001"),
            ("a=", "a", ""),
        ];
        for (line, key, value) in pairs {
            assert_eq!(one(line), (key.to_owned(), value.to_owned()), "{line}");
        }
    }

    #[test]
    fn comments_and_quotes() {
        assert_eq!(one("a = b ; c").1, "b");
        assert_eq!(one("a = b;c#d").1, "b;c#d");
        assert_eq!(one("a = \" b ; c \" ; d").1, " b ; c ");
        assert_eq!(one("a = 'x' and 'y'").1, "'x' and 'y'");
        assert_eq!(one("a = ; c").1, "");
        assert_eq!(one("skip-networking # c").0, "skip-networking");
    }

    #[test]
    fn a_value_goes_on_only_after_an_empty_one() {
        let root = CONFIG.read("[t]\ndeps =\n    pytest\n    cov\nport=1\n   ssl=0\n   other\n").unwrap();
        assert_eq!(at(&root, "t", "deps"), Some("pytest\ncov"));
        assert_eq!(at(&root, "t", "ssl"), Some("0"));
        assert_eq!(at(&root, "t", "other"), Some(""));
        let export = CONFIG.read("[HKEY_X\\Y]\n\"m\"=hex(7):41,00,\\\n  42,00,\\\n  00,00\n\"n\"=dword:1\n").unwrap();
        assert_eq!(at(&export, "HKEY_X\\Y", "m"), Some("hex(7):41,00,\\\n42,00,\\\n00,00"));
        assert_eq!(export.get("HKEY_X\\Y").map(|keys| keys.entries().len()), Some(2));
        let gitconfig = CONFIG.read("[remote \"origin\"]\n\turl = x\n\tfetch = +y\n").unwrap();
        assert_eq!(at(&gitconfig, "remote \"origin\"", "fetch"), Some("+y"));
    }

    #[test]
    fn claims_by_content() {
        assert_eq!(claim("a.ini", "x=1"), Claim::Strong);
        assert_eq!(claim("my.cnf", "[mysqld]\nskip-networking\nport = 1\n"), Claim::Strong);
        assert_eq!(claim("a.conf", "x = 1\ny = 2\n"), Claim::Weak);
        assert_eq!(claim("telegraf.conf", "[[inputs.cpu]]\na = 1\n"), Claim::No);
        assert_eq!(claim("a.json", "[a]\nx=1"), Claim::No);
        assert_eq!(claim("letter.txt", "[Signature]\nDear: all\nwe write to you\n"), Claim::No);
        assert_eq!(claim("data", "[1, 2,\n3]"), Claim::No);
        assert!(CONFIG.read("[a\nb=1").is_err());
    }
}
