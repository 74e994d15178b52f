//! What `nginx -T` prints: every file behind a line that names it. Includes are put in their places, for all that they name is there.
//! It must not do anything else.

use crate::model::node::{Entry, Kind, Node};

/// What stands in front of each file.
const MARK: &str = "# configuration file ";
/// How deep includes may include, and how many entries may come out.
const DEPTH: usize = 16;
const MOST: usize = 500_000;

/// One file of a dump: its path, how many lines stand before it, and its text.
pub(super) type Part<'a> = (&'a str, u32, &'a str);

/// The files of a dump; `None` where a text is none.
pub(super) fn parts(source: &str) -> Option<Vec<Part<'_>>> {
    let first = source.lines().find(|line| !line.is_empty() && !line.starts_with("nginx: "))?;
    named(first)?;
    let mut out: Vec<Part<'_>> = Vec::new();
    let (mut at, mut begin, mut number) = (0, 0, 0_u32);
    let mut open: Option<(&str, u32)> = None;
    for line in source.split_inclusive('\n') {
        number += 1;
        if let Some(path) = named(line.trim_end()) {
            out.extend(open.map(|(path, before)| (path, before, source.get(begin..at).unwrap_or_default())));
            open = Some((path, number));
            begin = at + line.len();
        }
        at += line.len();
    }
    out.extend(open.map(|(path, before)| (path, before, source.get(begin..).unwrap_or_default())));
    Some(out)
}

fn named(line: &str) -> Option<&str> {
    line.strip_prefix(MARK)?.strip_suffix(':').filter(|path| path.starts_with('/'))
}

/// The first file with all others where it includes them; `None` where that is too much.
pub(super) fn joined(mut files: Vec<(&str, u32, Node)>) -> Option<Node> {
    for (_, before, root) in &mut files {
        shift(root, *before, 0);
    }
    let (path, _, main) = files.first()?;
    let folder = path.rsplit_once('/').map_or("", |row| row.0);
    let mut made = 0;
    let entries = inlined(main.entries(), &files, folder, 0, &mut made)?;
    Some(Node::new(Kind::Map(entries), 1, 1))
}

fn inlined(entries: &[Entry], files: &[(&str, u32, Node)], folder: &str, depth: usize, made: &mut usize) -> Option<Vec<Entry>> {
    let mut out = Vec::new();
    for entry in entries {
        *made += 1;
        if *made > MOST || depth > DEPTH + 64 {
            return None;
        }
        let glob = entry.node.scalar().filter(|glob| entry.key == "include" && !glob.is_empty());
        let Some(glob) = glob else {
            let mut entry = entry.clone();
            if matches!(entry.node.kind, Kind::Map(_)) {
                entry.node.kind = Kind::Map(inlined(entry.node.entries(), files, folder, depth + 1, made)?);
            }
            out.push(entry);
            continue;
        };
        let glob = if glob.starts_with('/') { glob.to_owned() } else { format!("{folder}/{glob}") };
        let Ok(matcher) = globset::GlobBuilder::new(&glob).literal_separator(true).build().map(|glob| glob.compile_matcher())
        else {
            continue;
        };
        // what nothing is said of is no file: nginx prints all that it reads
        for (_, _, root) in files.iter().skip(1).filter(|file| matcher.is_match(file.0)) {
            out.extend(inlined(root.entries(), files, folder, depth + 8, made)?);
        }
    }
    Some(out)
}

/// Lines as they are in the dump.
fn shift(node: &mut Node, by: u32, depth: usize) {
    if node.line > 0 {
        node.line = node.line.saturating_add(by);
    }
    if let Kind::Map(entries) = &mut node.kind
        && depth < 200
    {
        for entry in entries {
            entry.line = entry.line.saturating_add(by);
            shift(&mut entry.node, by, depth + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_the_line_before_them() {
        let dump =
            "nginx: ok\n# configuration file /etc/nginx/nginx.conf:\na;\nb;\n# configuration file /etc/nginx/x.conf:\nc;\n";
        assert_eq!(parts(dump), Some(vec![("/etc/nginx/nginx.conf", 2, "a;\nb;\n"), ("/etc/nginx/x.conf", 5, "c;\n")]));
        assert_eq!(parts("a;\n# configuration file /x:\n"), None);
    }
}
