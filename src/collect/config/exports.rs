//! Tables that database clients print: `psql` aligned or with bars, `mysql` in a box or with tabs, CSV. It is no product and no
//! format: the readers of databases beside it ask it for rows, and say themselves what a row is.

use crate::model::node::{Entry, Kind, Node};

/// One row with its line.
pub(super) struct Row {
    /// Line, from 1.
    pub line: u32,
    /// Its cells, without the blanks around them.
    pub cells: Vec<String>,
}

/// The header in lower case, and the rows below it. `None` where the first line is no header of several columns.
pub(super) fn table(source: &str) -> Option<(Vec<String>, Vec<Row>)> {
    let source = super::text::unmarked(source);
    let first = source.lines().map(str::trim).find(|line| !line.is_empty() && !is_rule(line))?;
    let rows = if first.contains('|') {
        lines(source, |line| line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
    } else if first.contains('\t') {
        lines(source, |line| line.split('\t').map(|cell| cell.trim().to_owned()).collect())
    } else {
        let sign = if first.contains(',') { ',' } else { ';' };
        csv(source, sign)
    };
    let mut rows = rows.into_iter();
    let header: Vec<String> = rows.next()?.cells.iter().map(|cell| cell.to_ascii_lowercase()).collect();
    (header.len() > 1).then(|| (header, rows.collect()))
}

/// Rows of CSV; a quoted cell may have line ends in it.
fn csv(source: &str, sign: char) -> Vec<Row> {
    let mut rows = Vec::new();
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let (mut line, mut begun) = (1, 1);
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        line += u32::from(c == '\n');
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' => quoted = !quoted,
            c if c == sign && !quoted => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            '\n' if !quoted => {
                cells.push(std::mem::take(&mut cell).trim().to_owned());
                rows.push(Row { line: begun, cells: std::mem::take(&mut cells) });
                begun = line;
            }
            c => cell.push(c),
        }
    }
    cells.push(cell.trim().to_owned());
    rows.push(Row { line: begun, cells });
    rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    rows
}

/// A line that only draws a box, or counts the rows.
fn is_rule(line: &str) -> bool {
    line.chars().all(|c| matches!(c, '+' | '-' | '|' | '=' | ' ')) || (line.starts_with('(') && line.ends_with(')'))
}

fn lines(source: &str, split: impl Fn(&str) -> Vec<String>) -> Vec<Row> {
    let lines = super::text::lines(source).filter(|row| !row.1.trim().is_empty() && !is_rule(row.1.trim()));
    lines.map(|(line, text)| Row { line, cells: split(text) }).collect()
}

/// Two columns as a mapping, with `@export` in front: an export lists all there is, so that what it lacks is not known.
pub(super) fn pairs(source: &str, key: &[&str], value: &[&str]) -> Option<Node> {
    let (header, rows) = table(source)?;
    let find = |names: &[&str]| header.iter().position(|cell| names.contains(&cell.as_str()));
    let (key, value) = (find(key)?, find(value)?);
    let entry = |row: &Row| {
        let name = row.cells.get(key).filter(|name| !name.is_empty())?;
        let node = Node::text(row.cells.get(value).cloned()?, row.line, 0);
        Some(Entry { key: name.clone(), line: row.line, column: 1, node })
    };
    let mut entries = vec![mark("@export")];
    entries.extend(rows.iter().filter_map(entry));
    Some(Node::new(Kind::Map(entries), 1, 1))
}

/// An entry that only says something of the whole file.
pub(super) fn mark(key: &str) -> Entry {
    Entry { key: key.to_owned(), line: 1, column: 1, node: Node::text("yes", 1, 1) }
}

/// A setting that somebody wrote, with its own value in place of what was written.
pub(super) fn valued(entry: &Entry, value: &str) -> crate::model::node::Setting {
    let mut setting = crate::model::node::Setting::of(entry);
    setting.value.kind = Kind::Text(value.to_owned());
    setting
}

/// What an export does not list is not known, whatever the product does by default.
pub(super) fn unlisted(settings: &mut [crate::model::node::Setting]) {
    for setting in settings.iter_mut().filter(|setting| setting.default) {
        setting.unknown = Some("the export does not list it".to_owned());
        setting.cases.clear();
    }
}

/// A tree as dotted keys with what they are set to: nested and dotted keys are the same. Lists are joined by commas.
pub(super) fn flat(node: &Node) -> Vec<Entry> {
    let mut out = Vec::new();
    descend(node, "", &mut out, 0);
    out
}

fn descend(node: &Node, above: &str, out: &mut Vec<Entry>, depth: usize) {
    for entry in node.entries() {
        let key = if above.is_empty() { entry.key.clone() } else { format!("{above}.{}", entry.key) };
        match &entry.node.kind {
            Kind::Map(_) if depth < 60 => descend(&entry.node, &key, out, depth + 1),
            Kind::Map(_) => {}
            Kind::List(items) => {
                let words: Vec<&str> = items.iter().filter_map(Node::scalar).collect();
                let node = Node::new(Kind::Text(words.join(",")), entry.node.line, entry.node.column);
                out.push(Entry { key, line: entry.line, column: entry.column, node });
            }
            _ => out.push(Entry { key, node: entry.node.clone(), line: entry.line, column: entry.column }),
        }
    }
}

/// Replaces every value whose key says that it is a secret.
pub(super) fn hide(node: &mut Node, secret: &dyn Fn(&str) -> bool, depth: usize) {
    let Kind::Map(entries) = &mut node.kind else { return };
    for entry in entries {
        if matches!(entry.node.kind, Kind::Text(_) | Kind::Number(_)) && secret(&entry.key.to_ascii_lowercase()) {
            entry.node.kind = Kind::Masked("(not kept)".to_owned());
        } else if depth < 60 {
            hide(&mut entry.node, secret, depth + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(source: &str) -> Vec<(u32, Vec<String>)> {
        table(source).map(|table| table.1.into_iter().map(|row| (row.line, row.cells)).collect()).unwrap_or_default()
    }

    #[test]
    fn boxes_bars_tabs_and_csv_are_the_same_table() {
        let wanted = |line| vec![(line, vec!["ssl".to_owned(), "on".to_owned()])];
        assert_eq!(cells(" name | setting \n------+---------\n ssl  | on\n(1 row)\n"), wanted(3));
        assert_eq!(
            cells("+------+-------+\n| Name | Value |\n+------+-------+\n| ssl  | on    |\n+------+-------+\n"),
            wanted(4)
        );
        assert_eq!(cells("name|setting\nssl|on\n"), wanted(2));
        assert_eq!(cells("name\tvalue\nssl\ton\n"), wanted(2));
        assert_eq!(cells("name,setting\n\"ssl\",\"on\"\n"), wanted(2));
        assert!(table("nothing").is_none());
    }
}
