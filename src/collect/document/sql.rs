//! SQL dumps: the rows of `INSERT` statements and of `COPY` (`PostgreSQL`), as tables with their columns; the rest as text.

use super::sqlite::Skipped;
use super::{Document, Head, Work};
use crate::collect::decode;
use crate::detect::engine::Engine;
use crate::detect::mask::{self, Strictness};
use crate::detect::table::{Header, TableScan};
use crate::detect::text::TextScan;
use crate::model::evidence::{Part, PartKind};
use std::collections::BTreeMap;

/// The reader.
pub(super) struct Sql;
/// The reader.
pub(super) static DOCUMENT: Sql = Sql;

/// Tables that are told apart; rows of further ones are read as text.
const MOST_TABLES: usize = 5_000;
/// Words that begin a constraint, not a column.
const NOT: [&str; 7] = ["PRIMARY", "UNIQUE", "KEY", "CONSTRAINT", "FOREIGN", "CHECK", "INDEX"];
/// Bytes of a binary value that are looked at, ...
const MOST_BYTES: usize = 64 << 10;
/// ... and those of a value that was no more than begun to be fetched (`remote::database`).
const BEGINNING: usize = 16 << 10;
/// Bytes of a statement that is put together from its lines.
const MOST_STATEMENT: usize = 8 << 20;

impl Document for Sql {
    fn id(&self) -> &'static str {
        "sql"
    }

    fn title(&self) -> &'static str {
        "SQL dumps"
    }

    fn notes(&self) -> &'static str {
        "`INSERT INTO t (columns) VALUES (...), (...)` and `COPY t (columns) FROM stdin` are rows of the table t; without a column list the names \
         come from `CREATE TABLE`. Bytes in `COPY` are looked at: pictures count as photographs of their row. Everything else is text."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind != "text" {
            return 0;
        }
        let starts = |line: &&str| {
            let upper: String = line.trim_start().chars().take(12).collect::<String>().to_ascii_uppercase();
            upper.starts_with("INSERT INTO ") || upper.starts_with("CREATE TABLE") || upper.starts_with("COPY ")
        };
        let found = head.text.lines().filter(starts).count();
        match (found, head.extension) {
            (0, _) => 0,
            (_, "sql" | "dump" | "psql" | "bak") => 94,
            (2.., _) => 60,
            _ => 0,
        }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let mut dump = Dump {
            engine: work.engine,
            tables: BTreeMap::new(),
            schema: BTreeMap::new(),
            text: TextScan::new(work.engine),
            statement: String::new(),
            first: 0,
            copying: None,
            skipped: Skipped::default(),
        };
        let outcome = decode::lines(&mut *work.bytes, |number, line| dump.line(number, line));
        dump.statement_ends();
        dump.skipped.tell(work);
        let mut scratch = work.engine.scratch();
        for (name, scan) in dump.tables {
            let label = mask::label(work.engine, &mut scratch, &name, Strictness::Capitals);
            let mut part = Part { label, kind: PartKind::Table, ..Part::default() };
            scan.finish(&mut part);
            work.parts.push(part);
        }
        let mut part = Part { label: "statements".to_owned(), kind: PartKind::Text, ..Part::default() };
        dump.text.finish(&mut part);
        if !part.tallies.is_empty() || work.parts.is_empty() {
            work.parts.push(part);
        }
        outcome
    }
}

struct Dump<'a> {
    engine: &'a Engine,
    tables: BTreeMap<String, TableScan<'a>>,
    schema: BTreeMap<String, Vec<String>>,
    text: TextScan<'a>,
    statement: String,
    first: u64,
    /// The table that `COPY` rows belong to.
    copying: Option<String>,
    skipped: Skipped,
}

impl Dump<'_> {
    fn line(&mut self, number: u64, line: &str) {
        if let Some(table) = self.copying.clone() {
            if line == "\\." {
                self.copying = None;
            } else if let Some(scan) = self.tables.get_mut(&table) {
                let cells: Vec<String> = line.split('\t').map(|cell| uncopy(cell, &self.skipped)).collect();
                scan.row(number, cells.iter().map(String::as_str));
            } else {
                self.text.line(number, line);
            }
            return;
        }
        if self.statement.is_empty() {
            let upper: String = line.trim_start().chars().take(13).collect::<String>().to_ascii_uppercase();
            let begins = ["INSERT INTO ", "CREATE TABLE", "COPY ", "REPLACE INTO"].iter().any(|word| upper.starts_with(word));
            if !begins {
                self.text.line(number, line);
                return;
            }
            self.first = number;
        }
        self.statement.push_str(line);
        self.statement.push('\n');
        if line.trim_end().ends_with(';') || self.statement.len() > MOST_STATEMENT {
            self.statement_ends();
        }
    }

    fn statement_ends(&mut self) {
        let statement = std::mem::take(&mut self.statement);
        if statement.is_empty() {
            return;
        }
        let first = self.first;
        if self.understand(&statement, first).is_none() {
            statement.lines().enumerate().for_each(|(index, line)| self.text.line(first + index as u64, line));
        }
    }

    fn understand(&mut self, statement: &str, line: u64) -> Option<()> {
        let upper: String = statement.trim_start().chars().take(13).collect::<String>().to_ascii_uppercase();
        let body = statement.trim_start();
        if upper.starts_with("CREATE TABLE") {
            let rest = body.get(12..)?.trim_start();
            let rest = strip_word(rest, "IF NOT EXISTS").unwrap_or(rest);
            let (name, rest) = identifier(rest)?;
            let names = split(rest.trim_start().strip_prefix('(')?)
                .into_iter()
                .filter_map(|piece| identifier(piece.trim()).map(|row| row.0));
            self.schema.insert(name, names.filter(|name| !NOT.contains(&name.to_ascii_uppercase().as_str())).collect());
            return Some(());
        }
        let copy = upper.starts_with("COPY ");
        let rest = if copy { body.get(5..)? } else { body.get(12..)? };
        let (name, mut rest) = identifier(rest.trim_start())?;
        rest = rest.trim_start();
        let mut columns = self.schema.get(&name).cloned().unwrap_or_default();
        if let Some(list) = rest.strip_prefix('(') {
            let pieces = split(list);
            columns = pieces.iter().filter_map(|piece| identifier(piece.trim()).map(|row| row.0)).collect();
            let taken: usize = pieces.iter().map(|piece| piece.len() + 1).sum();
            rest = list.get(taken..)?.trim_start();
        }
        if !self.tables.contains_key(&name) {
            if self.tables.len() >= MOST_TABLES {
                return None;
            }
            let header = if columns.is_empty() { Header::Guess } else { Header::Given(columns) };
            self.tables.insert(name.clone(), TableScan::new(self.engine, header));
        }
        if copy {
            self.copying = Some(name);
            return Some(());
        }
        let upper = rest.get(..6)?.to_ascii_uppercase();
        let mut rest = if upper == "VALUES" { rest.get(6..)? } else { return None };
        let scan = self.tables.get_mut(&name)?;
        let mut number = line;
        loop {
            number += rest.chars().take_while(|c| c.is_whitespace() || *c == ',').filter(|c| *c == '\n').count() as u64;
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            let Some(list) = rest.strip_prefix('(') else { return Some(()) };
            let pieces = split(list);
            let cells: Vec<String> = pieces.iter().map(|piece| unquote(piece.trim())).collect();
            scan.row(number, cells.iter().map(String::as_str));
            let taken: usize = pieces.iter().map(|piece| piece.len() + 1).sum();
            number += list.get(..taken).map_or(0, |text| text.matches('\n').count()) as u64;
            rest = list.get(taken..)?;
        }
    }
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| text.get(word.len()..).unwrap_or("").trim_start())
}

/// A name, quoted or not, without its schema, and what follows.
fn identifier(text: &str) -> Option<(String, &str)> {
    let (name, rest) = match text.chars().next()? {
        open @ ('"' | '`' | '[') => {
            let close = if open == '[' { ']' } else { open };
            text.get(1..)?.split_once(close)?
        }
        c if c.is_alphanumeric() || c == '_' => {
            let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len());
            text.split_at(end)
        }
        _ => return None,
    };
    match rest.strip_prefix('.') {
        Some(inner) => identifier(inner),
        None => Some((name.to_owned(), rest)),
    }
}

/// The pieces of a list up to its closing bracket, as they stand.
fn split(text: &str) -> Vec<&str> {
    let (mut out, mut from, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None::<char>);
    let mut skip = false;
    for (at, c) in text.char_indices() {
        if std::mem::take(&mut skip) {
            continue;
        }
        match (quote, c) {
            (Some('\''), '\\') => skip = true,
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth > 0 => depth -= 1,
            (None, ')') => {
                out.push(text.get(from..at).unwrap_or(""));
                return out;
            }
            (None, ',') if depth == 0 => {
                out.push(text.get(from..at).unwrap_or(""));
                from = at + 1;
            }
            _ => {}
        }
    }
    out.push(text.get(from..).unwrap_or(""));
    out
}

/// A literal's value.
fn unquote(text: &str) -> String {
    if text.eq_ignore_ascii_case("null") {
        return String::new();
    }
    let text = text.strip_prefix(['N', 'E', 'n', 'e']).filter(|rest| rest.starts_with('\'')).unwrap_or(text);
    match text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(inner) => inner.replace("''", "'").replace("\\'", "'").replace("\\\\", "\\").replace("\\n", "\n"),
        None => text.to_owned(),
    }
}

/// A cell of `COPY`: a backslash takes letters and numbers that stand for a character. Bytes are what can be read of them.
fn uncopy(cell: &str, skipped: &Skipped) -> String {
    if cell == "\\N" {
        return String::new();
    }
    let mut out = String::with_capacity(cell.len());
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('v') => out.push('\u{b}'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    match out.strip_prefix("\\x").filter(|digits| digits.len() % 2 == 0 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
    {
        Some(digits) => {
            let bytes = bytes_of(digits);
            let most = if bytes.len() == BEGINNING { BEGINNING } else { MOST_BYTES };
            skipped.blob(&bytes, most)
        }
        None => out,
    }
}

/// Bytes that are written in hexadecimal digits.
fn bytes_of(digits: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
    digits
        .as_bytes()
        .chunks_exact(2)
        .filter_map(|pair| match pair {
            [high, low] => Some(digit(*high) << 4 | digit(*low)),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_literals() {
        assert_eq!(split("1, 'a,b', 'it''s', f(2,3)) rest"), ["1", " 'a,b'", " 'it''s'", " f(2,3)"]);
        assert_eq!(unquote("'it''s'"), "it's");
        assert_eq!(unquote("N'x'"), "x");
        assert_eq!(unquote("NULL"), "");
        // a backslash that was written is no tab
        let uncopy = |cell| uncopy(cell, &Skipped::default());
        assert_eq!(uncopy(r"a\\tb\tc\nd"), "a\\tb\tc\nd");
        assert_eq!((uncopy(r"\N"), uncopy(r"\\N")), (String::new(), r"\N".to_owned()));
        assert_eq!((uncopy(r"\\x416461"), uncopy(r"\\xffd8ffe0")), ("Ada".to_owned(), "picture.jpg".to_owned()));
        assert_eq!(identifier("\"public\".\"staff\" ("), Some(("staff".to_owned(), " (")));
    }
}
