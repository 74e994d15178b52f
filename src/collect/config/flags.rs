//! Command lines of programs that take `--flag=value`: in a pod's manifest, a systemd unit, a variable, or a list of processes.
//! It must not know any flag; positions are those of the words.

use super::{Config, ReadError, text, yaml};
use crate::model::node::{Entry, Kind, Node};

/// The flags of a program in a text, as entries without their dashes, in order. `bare` are those that take no word behind them.
pub(super) fn read(source: &str, program: &str, bare: &[&str]) -> Result<Node, ReadError> {
    let source = text::clean(source)?;
    let mut words = Vec::new();
    if is_manifest(source) {
        let root = yaml::CONFIG.read(source)?;
        container(&root, program, &mut words, 0);
    } else {
        for line in joined(source) {
            if line.iter().any(|word| names(&word.0, program)) || line.iter().any(|word| word.0.contains("--")) {
                words.extend(line);
            }
        }
    }
    let entries = flags(&words, bare);
    if entries.is_empty() {
        return Err(text::error("no flags of the program are in it", 1));
    }
    Ok(Node::new(Kind::Map(entries), 1, 1))
}

/// Whether a text is a pod's manifest.
pub(super) fn is_manifest(source: &str) -> bool {
    let mut lines = source.lines();
    lines.any(|line| line.starts_with("kind:") && line.contains("Pod")) || source.trim_start().starts_with('{')
}

/// Whether a word is a program, with its path or without.
fn names(word: &str, program: &str) -> bool {
    word.rsplit('/').next() == Some(program)
}

/// Whether a text starts a program: a unit, a line of `ps`, a pod.
pub(super) fn starts(head: &str, program: &str) -> bool {
    text::split(head).any(|line| {
        let line = line.trim();
        !line.starts_with('#')
            && line.split([' ', '\t', '=', '"', '\'', ',', '[', '\0']).any(|word| names(word.trim_end_matches(']'), program))
            && (line.contains(" --") || line.starts_with("ExecStart") || line.starts_with("- ") || line.starts_with("command:"))
    })
}

type Word = (String, u32, u32);

/// The command and arguments of the container that runs the program.
fn container(node: &Node, program: &str, out: &mut Vec<Word>, depth: usize) {
    if depth > 12 {
        return;
    }
    let list = |key: &str| node.get(key).map_or(&[][..], Node::items);
    let words: Vec<&Node> = list("command").iter().chain(list("args")).collect();
    let first = words.first().and_then(|word| word.scalar());
    let own = first.is_some_and(|word| names(word, program))
        || (first.is_some_and(|word| word.starts_with("--"))
            && node.get("image").and_then(Node::scalar).is_some_and(|image| image.contains(program)));
    if own {
        // one word of a manifest is one word for the program, blanks and all
        for word in words {
            match (&word.kind, word.scalar()) {
                (_, Some(text)) => out.push((text.to_owned(), word.line, word.column)),
                (Kind::Masked(shape), _) => out.push((shape.clone(), word.line, word.column)),
                _ => {}
            }
        }
        return;
    }
    node.items().iter().for_each(|item| container(item, program, out, depth + 1));
    node.entries().iter().for_each(|entry| container(&entry.node, program, out, depth + 1));
}

/// Lines with those that a backslash continues, as words with their columns and lines.
fn joined(source: &str) -> Vec<Vec<Word>> {
    let mut out: Vec<Vec<Word>> = Vec::new();
    let mut open = false;
    for (number, line) in text::lines(source) {
        if line.trim_start().starts_with('#') || (!open && line.trim_start().starts_with(';')) {
            continue;
        }
        let (body, more) = match line.trim_end().strip_suffix('\\') {
            Some(body) => (body, true),
            None => (line, false),
        };
        let words = split(body).into_iter().map(|(word, column)| (word, number, column));
        match out.last_mut().filter(|_| open) {
            Some(last) => last.extend(words),
            None => out.push(words.collect()),
        }
        open = more;
    }
    out
}

/// The words of a line without quotes, each with its column.
fn split(line: &str) -> Vec<(String, u32)> {
    let (mut out, mut word, mut start, mut quote) = (Vec::new(), String::new(), 0_u32, None);
    for (column, c) in line.chars().chain([' ']).enumerate() {
        match (c, quote) {
            (open, None) if matches!(open, '"' | '\'') && (word.is_empty() || word.ends_with('=')) => {
                // `X_ARGS="--a --b"` holds words of its own, `--a="b c"` is one
                if word.starts_with('-') {
                    quote = Some(open);
                } else {
                    word.clear();
                }
            }
            (close, Some(open)) if close == open => quote = None,
            ('"' | '\'', None) => {}
            (blank, None) if blank.is_whitespace() => {
                if !word.is_empty() {
                    out.push((std::mem::take(&mut word), start));
                }
            }
            (other, _) => {
                if word.is_empty() {
                    start = column as u32 + 1;
                }
                word.push(other);
            }
        }
    }
    out
}

/// Words into flags. A flag that is followed by a word without dashes takes it, unless it is one of those that never do.
fn flags(words: &[Word], bare: &[&str]) -> Vec<Entry> {
    let mut out: Vec<Entry> = Vec::new();
    let mut words = words.iter().peekable();
    while let Some((word, line, column)) = words.next() {
        let Some(flag) = word.strip_prefix("--").or_else(|| word.strip_prefix('-')).filter(|flag| flag.len() > 1) else {
            continue;
        };
        let (key, node) = if let Some((key, value)) = flag.split_once('=') {
            (key, text::value(value.to_owned(), *line, column + (word.len() - value.len()) as u32))
        } else if !bare.contains(&flag) && words.peek().is_some_and(|next| !next.0.starts_with('-')) {
            let next = words.next();
            (flag, next.map_or_else(|| Node::text("true", *line, *column), |next| text::value(next.0.clone(), next.1, next.2)))
        } else {
            (flag, Node::text("true", *line, *column))
        };
        if !key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) {
            continue;
        }
        out.push(Entry { key: key.replace('_', "-"), line: *line, column: *column, node });
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn seen(source: &str) -> Vec<(String, String, u32, u32)> {
        let root = read(source, "kube-apiserver", &["profiling"]).unwrap();
        root.entries().iter().map(|e| (e.key.clone(), e.node.scalar().unwrap().to_owned(), e.line, e.column)).collect()
    }

    #[test]
    fn units_lines_and_manifests_give_the_same_flags() {
        let row = |key: &str, value: &str, line, column| (key.to_owned(), value.to_owned(), line, column);
        let unit = "[Service]\nExecStart=/usr/bin/kube-apiserver \\\n  --anonymous_auth=false \\\n  --profiling \\\n  --audit-log-maxage 30\n";
        assert_eq!(
            seen(unit),
            [row("anonymous-auth", "false", 3, 3), row("profiling", "true", 4, 3), row("audit-log-maxage", "30", 5, 3)]
        );
        let line = "root 812 3.1 kube-apiserver --anonymous-auth=false --audit-log-maxage=30";
        assert_eq!(seen(line), [row("anonymous-auth", "false", 1, 29), row("audit-log-maxage", "30", 1, 52)]);
        let pod =
            "kind: Pod\nspec:\n  containers:\n  - command:\n    - kube-apiserver\n    - --anonymous-auth=false\n    image: x\n";
        assert_eq!(seen(pod), [row("anonymous-auth", "false", 6, 7)]);
        let variable = "KUBE_API_ARGS=\"--anonymous-auth=false --profiling=false\"";
        assert_eq!(seen(variable).len(), 2);
        assert!(read("nothing here", "kube-apiserver", &[]).is_err());
    }
}
