//! Lists of objects as PowerShell, wmic and their relatives print them (list, table, CSV, JSON), and blocks of settings made of them.
//! It must not know any product, and keeps no object that a product did not ask for.

use std::collections::HashMap;

use super::{Config as _, Probe, ReadError, jsonc, text};
use crate::model::node::{Entry, Kind, Node, Setting};

/// Bytes of a head that a claim looks at.
const LOOK: usize = 16 << 10;
/// How many columns a table may have.
const MOST_COLUMNS: usize = 200;

/// One object: its properties in order, and the line it begins at.
pub(super) struct Object {
    pub(super) line: u32,
    pub(super) entries: Vec<Entry>,
}

impl Object {
    /// The property of a name, whatever its case.
    pub(super) fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(name))
    }

    /// What a property says; `None` where it is absent or no scalar.
    pub(super) fn say(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(|entry| entry.node.scalar()).map(str::trim)
    }
}

/// Bytes that the longest label has, and more.
const LABEL: usize = 128;

/// A label as [`loose`] has it; `None` for a text that is too long to be one, as nearly every line of prose is.
pub(super) fn label(text: &str) -> Option<String> {
    (text.len() <= LABEL).then(|| loose(text))
}

/// Lower case, blanks once, and one sign for each run of other letters: old code pages break them.
pub(super) fn loose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars().flat_map(char::to_lowercase) {
        let c = match c {
            '\u{a0}' | '\u{202f}' => ' ',
            c if c.is_ascii() => c,
            _ => '?',
        };
        if !(matches!(c, '?' | ' ') && out.ends_with(c)) {
            out.push(c);
        }
    }
    out
}

/// Whether a file may hold such a list by its name.
fn may_be(extension: &str) -> bool {
    !text::foreign(extension) || matches!(extension, "json" | "csv" | "tsv" | "log")
}

/// The names of the properties in a head, lower case.
pub(super) fn names<'p>(probe: &'p Probe<'_>) -> &'p [String] {
    probe.names.get_or_init(|| properties(probe))
}

fn properties(probe: &Probe<'_>) -> Vec<String> {
    if !may_be(probe.extension) {
        return Vec::new();
    }
    let head = text::unmarked(probe.head);
    let mut end = head.len().min(LOOK);
    while !head.is_char_boundary(end) {
        end -= 1;
    }
    let head = head.get(..end).unwrap_or_default();
    let trimmed = head.trim_start();
    if trimmed.starts_with(['{', '[']) {
        // the odd pieces between quotes that a colon follows
        let mut pieces = trimmed.split('"');
        let mut out = Vec::new();
        pieces.next();
        while let (Some(name), Some(after)) = (pieces.next(), pieces.next()) {
            if after.trim_start().starts_with(':') && out.len() < MOST_COLUMNS {
                out.push(name.to_ascii_lowercase());
            }
        }
        return out;
    }
    let mut lines = text::split(head).map(str::trim_end).filter(|line| !line.starts_with("#TYPE"));
    let mut above: Vec<&str> = Vec::new();
    if let Some(first) = lines.clone().find(|line| !line.is_empty())
        && let Some(delimiter) = csv_delimiter(first)
    {
        return first
            .split(delimiter)
            .map(|cell| cell.trim().trim_matches('"').to_ascii_lowercase())
            .take(MOST_COLUMNS)
            .collect();
    }
    let mut out = Vec::new();
    for line in lines.by_ref().take(400) {
        if is_rule(line) {
            out.extend(header(&above, &spans(line)).into_iter().map(|name| name.to_ascii_lowercase()));
        } else if let Some((key, _, _)) = pair(line) {
            out.push(key.to_ascii_lowercase());
        }
        if line.is_empty() { above.clear() } else { above.push(line) }
    }
    out.truncate(MOST_COLUMNS);
    out
}

/// Whether a head has all of these properties, given in lower case.
pub(super) fn has(names: &[String], wanted: &[&str]) -> bool {
    wanted.iter().all(|wanted| names.iter().any(|name| name == wanted))
}

/// What parts the cells of a header line, if it is one: names alone, two at least.
fn csv_delimiter(line: &str) -> Option<char> {
    let plain = |cell: &str| {
        let cell = cell.trim().trim_matches('"');
        !cell.is_empty()
            && cell.len() < 64
            && cell.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-' | '(' | ')' | '#' | '/' | '\''))
    };
    [',', ';', '\t'].into_iter().find(|delimiter| line.contains(*delimiter) && line.split(*delimiter).all(plain))
}

/// The line of dashes below a table's header.
fn is_rule(line: &str) -> bool {
    line.contains("--") && line.chars().all(|c| matches!(c, '-' | ' '))
}

/// `Name : value` or wmic's `Name=value`: the name, the value, and the byte the value begins at.
pub(super) fn pair(line: &str) -> Option<(&str, &str, usize)> {
    let first = line.chars().next()?;
    if !first.is_alphabetic() {
        return None;
    }
    let at = memchr::memchr2(b':', b'=', line.as_bytes())?;
    let (key, rest) = line.split_at(at);
    let key = key.trim_end_matches([' ', '\u{a0}']);
    let rest = rest.get(1..)?;
    let colon = line.get(at..)?.starts_with(':');
    let named = key.len() < 80
        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '(' | ')' | '/' | '\'' | '’' | '?'));
    // `C:\x` and `http://x` are no pairs
    if !named || (colon && !rest.is_empty() && !rest.starts_with([' ', '\t'])) {
        return None;
    }
    let value = rest.trim();
    Some((key, value, line.len() - rest.trim_start().len()))
}

/// The objects of a text, whichever way it lists them.
pub(super) fn read(source: &str) -> Result<Vec<Object>, ReadError> {
    let source = text::clean(source)?;
    if source.trim_start().starts_with(['{', '[']) {
        return Ok(of_json(&jsonc::CONFIG.read(source)?));
    }
    let plain = uncoloured(source);
    let first = plain.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("#TYPE")).unwrap_or_default();
    if let Some(delimiter) = csv_delimiter(first) {
        return of_csv(&plain, delimiter);
    }
    if plain.lines().any(|line| is_rule(line.trim_end())) {
        return of_table(&plain);
    }
    Ok(of_list(&plain))
}

/// The text without the colours of a terminal.
fn uncoloured(source: &str) -> std::borrow::Cow<'_, str> {
    if !source.contains('\u{1b}') {
        return source.into();
    }
    let mut pieces = source.split("\u{1b}[");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| c.is_ascii_alphabetic()).map_or(piece.len(), |at| at + 1);
        out.push_str(piece.get(end..).unwrap_or_default());
    }
    out.into()
}

fn of_json(root: &Node) -> Vec<Object> {
    let wrapped = root.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case("value") && !entry.node.items().is_empty());
    let root = wrapped.map_or(root, |entry| &entry.node);
    let object = |node: &Node| Object { line: node.line, entries: node.entries().to_vec() };
    let items = root.items().iter().filter(|item| !item.entries().is_empty()).map(object);
    items.chain((!root.entries().is_empty()).then(|| object(root))).collect()
}

fn of_csv(source: &str, delimiter: char) -> Result<Vec<Object>, ReadError> {
    let mut header: Option<Vec<String>> = None;
    let mut out = Vec::new();
    let mut chars = source.chars().peekable();
    let mut line = 1_u32;
    let (mut cells, mut cell, mut quoted, mut begun) = (Vec::new(), String::new(), false, 1_u32);
    loop {
        let c = chars.next();
        match c {
            Some('"') if quoted && chars.next_if_eq(&'"').is_some() => cell.push('"'),
            Some('"') => quoted = !quoted,
            Some(c) if c == delimiter && !quoted => cells.push(std::mem::take(&mut cell)),
            Some('\r') if !quoted => {}
            Some('\n') | None if !quoted => {
                cells.push(std::mem::take(&mut cell));
                let row = std::mem::take(&mut cells);
                let empty = row.iter().all(|cell| cell.trim().is_empty());
                let note = row.first().is_some_and(|cell| cell.starts_with("#TYPE"));
                match &header {
                    _ if empty || note => {}
                    None => header = Some(row.into_iter().map(|cell| cell.trim().to_owned()).collect()),
                    Some(names) => {
                        let entry = |(name, value): (&String, String)| {
                            let value = value.trim().to_owned();
                            Entry { key: name.clone(), line: begun, column: 1, node: text::value(value, begun, 1) }
                        };
                        out.push(Object { line: begun, entries: names.iter().zip(row).map(entry).collect() });
                    }
                }
                begun = line + 1;
            }
            Some(c) => cell.push(c),
            None => return Err(text::error("a quote that does not end", begun)),
        }
        match c {
            Some('\n') => line += 1,
            None => return Ok(out),
            _ => {}
        }
    }
}

/// Blocks of pairs parted by empty lines; an indented line without a pair goes on with the value above it.
pub(super) fn of_list(source: &str) -> Vec<Object> {
    let mut out: Vec<Object> = Vec::new();
    let mut open = false;
    for (number, line) in text::lines(source) {
        if line.trim().is_empty() {
            open = false;
            continue;
        }
        if let Some((key, value, at)) = pair(line.trim_end()) {
            let node = text::value(value.to_owned(), number, text::column(line, at));
            let entry = Entry { key: key.to_owned(), line: number, column: 1, node };
            match out.last_mut().filter(|_| open) {
                Some(object) => object.entries.push(entry),
                None => out.push(Object { line: number, entries: vec![entry] }),
            }
            open = true;
        } else if line.starts_with(' ')
            && open
            && let Some(last) = out.last_mut().and_then(|object| object.entries.last_mut())
        {
            match &mut last.node.kind {
                Kind::Text(value) if value.len() < 4_096 => value.push_str(line.trim()),
                Kind::Null => last.node.kind = Kind::Text(line.trim().to_owned()),
                _ => {}
            }
        }
    }
    out
}

/// Tables: the header above a line of dashes says where columns are; a column may be aligned to its right.
fn of_table(source: &str) -> Result<Vec<Object>, ReadError> {
    let lines: Vec<(u32, &str)> = text::lines(source).map(|(number, line)| (number, line.trim_end())).collect();
    let mut out = Vec::new();
    let mut at = 1;
    while let Some((_, rule)) = lines.get(at) {
        let begin = at;
        at += 1;
        if !is_rule(rule) {
            continue;
        }
        let spans = spans(rule);
        if spans.len() > MOST_COLUMNS {
            return Err(text::error("a table with too many columns", lines.get(at - 1).map_or(0, |row| row.0)));
        }
        let rows: Vec<(u32, Vec<char>)> = lines
            .iter()
            .skip(at)
            .take_while(|(_, line)| !line.trim().is_empty())
            .map(|(number, line)| (*number, line.chars().collect()))
            .collect();
        at += rows.len();
        // whether a column is written in by any row
        let mut taken = vec![false; rule.len()];
        for (_, row) in &rows {
            taken.iter_mut().zip(row).for_each(|(taken, c)| *taken |= *c != ' ');
        }
        let mut cuts = vec![0];
        for pair in spans.windows(2) {
            let (Some((_, end)), Some((start, _))) = (pair.first(), pair.last()) else { continue };
            let blank = |at: &usize| !taken.get(*at).copied().unwrap_or(false);
            let Some(cut) = (*end..*start).rev().find(blank) else {
                return Err(text::error("a table whose columns run into each other", rows.first().map_or(0, |row| row.0)));
            };
            cuts.push(cut);
        }
        cuts.push(usize::MAX);
        let cells = |row: &[char]| -> Vec<String> {
            cuts.windows(2)
                .map(|cut| {
                    let (from, to) = (cut.first().copied().unwrap_or(0), cut.last().copied().unwrap_or(0).min(row.len()));
                    row.get(from..to).unwrap_or_default().iter().collect::<String>().trim().to_owned()
                })
                .collect()
        };
        let above = lines.get(begin.saturating_sub(3)..begin).unwrap_or_default();
        let start = above.iter().rposition(|row| row.1.is_empty()).map_or(0, |at| at + 1);
        let above: Vec<&str> = above.iter().skip(start).map(|row| row.1).collect();
        let names = header(&above, &spans);
        for (number, row) in &rows {
            let entry = |(name, value): (&String, String)| Entry {
                key: name.clone(),
                line: *number,
                column: 1,
                node: text::value(value, *number, 1),
            };
            out.push(Object { line: *number, entries: names.iter().zip(cells(row)).map(entry).collect() });
        }
    }
    Ok(out)
}

/// The names above a line of dashes; one may stand over several lines.
fn header(above: &[&str], spans: &[(usize, usize)]) -> Vec<String> {
    let above = above.get(above.len().saturating_sub(3)..).unwrap_or_default();
    let rows: Vec<Vec<char>> = above.iter().map(|line| line.chars().collect()).collect();
    let piece = |row: &Vec<char>, (from, to): (usize, usize)| -> String {
        row.get(from..to.min(row.len())).unwrap_or_default().iter().filter(|c| !c.is_whitespace()).collect()
    };
    spans.iter().map(|span| rows.iter().map(|row| piece(row, *span)).collect()).collect()
}

/// Where the dashes stand, in characters.
fn spans(rule: &str) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (at, c) in rule.chars().enumerate() {
        match out.last_mut() {
            Some((_, end)) if c == '-' && *end == at => *end += 1,
            _ if c == '-' => out.push((at, at + 1)),
            _ => {}
        }
    }
    out
}

/// A block of the tree: what it is, which one, and what is set in it.
pub(super) fn block(kind: &str, which: &str, line: u32, mut entries: Vec<Entry>) -> Entry {
    if !which.is_empty() {
        entries.insert(0, Entry { key: "@args".into(), line, column: 1, node: Node::text(which, line, 1) });
    }
    Entry { key: kind.to_owned(), line, column: 1, node: Node::new(Kind::Map(entries), line, 1) }
}

/// An entry under another name and with another value, where the first stood.
pub(super) fn entry(key: &str, value: impl Into<String>, from: &Entry) -> Entry {
    let node = Node::text(value, from.node.line, from.node.column);
    Entry { key: key.to_owned(), line: from.line, column: from.column, node }
}

/// The settings of a tree of blocks: each block is a context, what stands beside them is for the whole. What is said twice and not the
/// same is not known; `doubt` says why a value by itself is not.
pub(super) fn settings(root: &Node, doubt: fn(&str, &str) -> Option<&'static str>) -> Vec<Setting> {
    let mut out: Vec<Setting> = Vec::new();
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    let mut add = |entry: &Entry, context: &str| {
        let mut setting = Setting::of(entry).within(context);
        setting.unknown = entry.node.scalar().and_then(|value| doubt(&entry.key, value)).map(str::to_owned);
        let id = (context.to_owned(), entry.key.to_lowercase());
        if let Some(earlier) = seen.get(&id).and_then(|at| out.get_mut(*at)) {
            if earlier.value.kind != entry.node.kind {
                earlier.unknown = Some("it is said twice, and not the same".to_owned());
            }
        } else {
            seen.insert(id, out.len());
            out.push(setting);
        }
    };
    for entry in root.entries() {
        if matches!(entry.node.kind, Kind::Map(_)) {
            let which = entry.node.get("@args").map(|node| text::label(node, None)).unwrap_or_default();
            let context = format!("{} {which}", entry.key);
            let inner = entry.node.entries().iter().filter(|inner| inner.key != "@args");
            inner.for_each(|inner| add(inner, context.trim_end()));
        } else {
            add(entry, "");
        }
    }
    out
}

/// No value is doubtful by itself.
pub(super) fn sure(_: &str, _: &str) -> Option<&'static str> {
    None
}

/// A truth as PowerShell writes it, from whatever wrote it.
pub(super) fn truth(node: &Node) -> Option<&'static str> {
    let word = match &node.kind {
        Kind::Bool(value) => return Some(if *value { "True" } else { "False" }),
        _ => node.scalar()?.trim().to_ascii_lowercase(),
    };
    match &*word {
        "true" | "yes" | "ja" | "oui" | "1" | "enabled" => Some("True"),
        "false" | "no" | "nein" | "non" | "0" | "disabled" => Some("False"),
        _ => None,
    }
}

/// The value of a property that PowerShell's JSON writes as a number: the name at that place, or what is written.
pub(super) fn named(value: &str, names: &[&str]) -> String {
    let at = value.parse::<usize>().ok().and_then(|at| names.get(at));
    at.map_or_else(|| value.to_owned(), |name| (*name).to_owned())
}

/// Days in the texts of one file, as `YYYY-MM-DD`: ISO, PowerShell's JSON, `d.m.y`, and `a/b/y` in the order that the others of the file
/// show or AM/PM says; `None` where nobody can tell.
pub(super) struct Days {
    /// Whether the day comes first in `a/b/y`.
    day_first: Option<bool>,
}

impl Days {
    /// Learns the order from all texts.
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut day_first = None;
        let mut american = false;
        for text in texts {
            if let Some([first, second, _]) = parts(text, '/') {
                if first > 12 {
                    day_first = Some(true);
                } else if second > 12 {
                    day_first = Some(false);
                }
                american |= text.ends_with("AM") || text.ends_with("PM");
            }
        }
        Self { day_first: day_first.or(american.then_some(false)) }
    }

    /// One of them.
    pub(super) fn day(&self, text: &str) -> Option<String> {
        let text = text.trim();
        if let Some(ticks) = text.strip_prefix("/Date(").and_then(|rest| rest.split(')').next()) {
            let ticks: i64 = ticks.split('+').next()?.parse().ok()?;
            let days = jiff::Span::new().try_days(ticks.div_euclid(86_400_000)).ok()?;
            return jiff::civil::Date::constant(1970, 1, 1).checked_add(days).ok().map(|day| day.to_string());
        }
        let (year, month, day) = if let Some([year, month, day]) = parts(text, '-') {
            (year, month, day)
        } else if let Some([day, month, year]) = parts(text, '.') {
            (year, month, day)
        } else {
            let [first, second, year] = parts(text, '/')?;
            if first == second {
                (year, first, second)
            } else if self.day_first? {
                (year, second, first)
            } else {
                (year, first, second)
            }
        };
        let date = jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        (1990..2200).contains(&date.year()).then(|| date.to_string())
    }
}

/// Three numbers with a sign between them at the begin of a text.
fn parts(text: &str, sign: char) -> Option<[u32; 3]> {
    let word = text.trim().split([' ', 'T', '\u{202f}']).next()?;
    let mut numbers = word.split(sign).map(|part| part.trim_matches(['\u{200e}', '\u{200f}']).parse().ok());
    let three = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(three)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn rows(source: &str) -> Vec<Vec<(String, String)>> {
        let pairs = |object: &Object| {
            object.entries.iter().map(|entry| (entry.key.clone(), entry.node.scalar().unwrap_or("?").to_owned())).collect()
        };
        read(source).unwrap().iter().map(pairs).collect()
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_same_objects_from_every_way_to_list_them() {
        let wanted = [pairs(&[("Name", "cards"), ("Size", "20")]), pairs(&[("Name", "x y"), ("Size", "4")])];
        assert_eq!(rows("\nName  Size\n----  ----\ncards   20\nx y      4\n"), wanted);
        assert_eq!(rows("\n\nName : cards\nSize : 20\n\nName : x y\nSize : 4\n\n"), wanted);
        assert_eq!(rows("#TYPE X\n\"Name\",\"Size\"\n\"cards\",\"20\"\n\"x y\",\"4\"\n"), wanted);
        assert_eq!(rows("[{\"Name\":\"cards\",\"Size\":20},{\"Name\":\"x y\",\"Size\":4}]"), wanted);
        assert_eq!(rows("Name=cards\r\r\nSize=20\n\n\nName=x y\nSize=4"), wanted);
    }

    #[test]
    fn tables_that_run_together_and_open_quotes_are_refused() {
        assert!(read("A    B\n-    --\n\nName Size\n---- ----\nabcdefghij\n").is_err());
        assert!(read("\"a\",\"b\"\n\"1\",\"2\n").is_err());
    }

    #[test]
    fn days_are_read_where_the_order_is_clear() {
        let of = |texts: &[&str]| -> Vec<Option<String>> {
            let days = Days::of(texts.iter().copied());
            texts.iter().map(|text| days.day(text)).collect()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(of(&["2026-11-02T00:00:00", "02.11.2026 00:00:00"]), [some("2026-11-02"), some("2026-11-02")]);
        assert_eq!(of(&["/Date(1762041600000)/"]), [some("2025-11-02")]);
        assert_eq!(of(&["11/2/2026 12:00:00 AM"]), [some("2026-11-02")]);
        assert_eq!(of(&["02/11/2026"]), [None]);
        assert_eq!(of(&["02/11/2026", "25/10/2026"]), [some("2026-11-02"), some("2026-10-25")]);
        assert_eq!(of(&["soon", "31/31/2026"]), [None, None]);
    }

    #[test]
    fn letters_that_a_code_page_broke_still_compare() {
        assert_eq!(loose("Vollständig  verschlüsselt"), loose("vollst\u{fffd}ndig verschl\u{81}sselt"));
    }
}
