//! `SQLite` databases, read as the file format is written down: tables page by page, and what deleted rows left in free pages. No SQL
//! engine runs over a supplier's file: views and triggers are text here, and a page that lies is skipped and named.

use super::{Document, Head, Work};
use crate::detect::engine::Engine;
use crate::detect::mask::{self, Strictness};
use crate::detect::table::{Header, TableScan};
use crate::detect::text::TextScan;
use crate::model::evidence::{GapKind, Part, PartKind};
use std::cell::Cell;
use std::collections::HashSet;

/// The reader.
pub(super) struct Sqlite;
/// The reader.
pub(super) static DOCUMENT: Sqlite = Sqlite;

/// Bytes of one row that are put together from overflow pages.
const MOST_ROW: usize = 4 << 20;
/// Bytes of one cell that are read.
const MOST_CELL: usize = 64 << 10;
/// Bytes of a binary value that can be no document.
const MOST_MARK: usize = 64;
/// Tables that are read.
const MOST_TABLES: usize = 10_000;

impl Document for Sqlite {
    fn id(&self) -> &'static str {
        "sqlite"
    }

    fn title(&self) -> &'static str {
        "SQLite databases"
    }

    fn notes(&self) -> &'static str {
        "Every table is a table, its columns named by the schema. Text left in free pages (deleted rows) is a hidden part. A write-ahead log \
         beside the file is not applied. Pictures in cells count as photographs of their row."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "sqlite" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(bytes) = work.whole()? else { return Ok(()) };
        let Some(file) = File::new(&bytes) else {
            work.gap(GapKind::Malformed, "the header of the database is not valid");
            return Ok(());
        };
        let mut broken = 0_u64;
        let mut tables: Vec<(String, u32, String)> = Vec::new();
        file.rows(1, &mut broken, &mut |_, row| {
            let [kind, name, _, root, sql] = row else { return };
            if kind == "table" && tables.len() < MOST_TABLES {
                tables.push((name.clone(), root.parse().unwrap_or(0), sql.clone()));
            } else if kind == "table" {
                file.skipped.cut(1);
            }
        });
        let mut scratch = work.engine.scratch();
        for (name, root, sql) in tables.iter().filter(|table| table.1 > 0 && !table.0.starts_with("sqlite_")) {
            let (columns, alias) = columns(sql);
            let mut scan = TableScan::new(work.engine, Header::Given(columns));
            let mut number = 0;
            file.rows(*root, &mut broken, &mut |rowid, row| {
                number += 1;
                if let Some(slot) = alias.and_then(|index| row.get_mut(index)).filter(|slot| slot.is_empty()) {
                    *slot = rowid.to_string();
                }
                scan.row(number, row.iter().map(String::as_str));
            });
            let label = mask::label(work.engine, &mut scratch, name, Strictness::Capitals);
            let mut part = Part { label, kind: PartKind::Table, ..Part::default() };
            scan.finish(&mut part);
            work.parts.push(part);
        }
        // of what was deleted nobody expects that it is whole
        file.skipped.tell(work);
        if let Some(part) = free_pages(&file, work.engine) {
            work.parts.push(part);
        }
        if broken > 0 {
            work.gap(
                GapKind::Malformed,
                format!("{broken} pages or rows of the database are not valid: their content was not read"),
            );
        }
        Ok(())
    }
}

struct File<'a> {
    bytes: &'a [u8],
    page: usize,
    usable: usize,
    encoding: u32,
    skipped: Skipped,
}

fn be16(bytes: &[u8], at: usize) -> Option<usize> {
    let two: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_be_bytes(two).into())
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(four))
}

/// A variable-length integer and how many bytes it takes.
fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for index in 0..9 {
        let byte = *bytes.get(index)?;
        if index == 8 {
            return Some(((value << 8) | u64::from(byte), 9));
        }
        value = (value << 7) | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, index + 1));
        }
    }
    None
}

impl<'a> File<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let page = match be16(bytes, 16)? {
            1 => 65_536,
            size if size >= 512 && size.is_power_of_two() => size,
            _ => return None,
        };
        let usable = page.checked_sub(usize::from(*bytes.get(20)?)).filter(|usable| *usable >= 480)?;
        Some(Self { bytes, page, usable, encoding: be32(bytes, 56)?, skipped: Skipped::default() })
    }

    fn page(&self, number: u32) -> Option<&'a [u8]> {
        let from = (number as usize).checked_sub(1)?.checked_mul(self.page)?;
        self.bytes.get(from..from.checked_add(self.page)?)
    }

    /// Every row of a tree, with its row id; pages that are visited twice or lie are counted as broken.
    fn rows(&self, root: u32, broken: &mut u64, each: &mut dyn FnMut(u64, &mut [String])) {
        let mut seen: HashSet<u32> = HashSet::new();
        let mut open = vec![root];
        while let Some(number) = open.pop() {
            let fresh = seen.insert(number);
            if !fresh || self.tree_page(number, &mut open, broken, each).is_none() {
                *broken += 1;
            }
        }
    }

    fn tree_page(
        &self,
        number: u32,
        open: &mut Vec<u32>,
        broken: &mut u64,
        each: &mut dyn FnMut(u64, &mut [String]),
    ) -> Option<()> {
        let page = self.page(number)?;
        let base = if number == 1 { 100 } else { 0 };
        let kind = *page.get(base)?;
        let cells = be16(page, base + 3)?;
        let interior = matches!(kind, 2 | 5);
        if !matches!(kind, 2 | 5 | 10 | 13) {
            return None;
        }
        let pointers = base + if interior { 12 } else { 8 };
        let mut children = Vec::new();
        for index in 0..cells {
            let at = be16(page, pointers + index * 2)?;
            let Some(mut cell) = page.get(at..) else {
                *broken += 1;
                continue;
            };
            if interior {
                children.push(be32(cell, 0)?);
                cell = cell.get(4..)?;
                if kind == 5 {
                    continue;
                }
            }
            if self.cell(cell, kind == 13, each).is_none() {
                *broken += 1;
            }
        }
        if interior {
            children.push(be32(page, base + 8)?);
        }
        // the stack gives them back in the order of the table
        open.extend(children.into_iter().rev());
        Some(())
    }

    fn cell(&self, cell: &[u8], table: bool, each: &mut dyn FnMut(u64, &mut [String])) -> Option<()> {
        let (size, used) = varint(cell)?;
        let mut rest = cell.get(used..)?;
        let mut rowid = 0;
        if table {
            let (id, used) = varint(rest)?;
            rowid = id;
            rest = rest.get(used..)?;
        }
        let size = usize::try_from(size).ok()?;
        let most = if table { self.usable - 35 } else { (self.usable - 12) * 64 / 255 - 23 };
        let mut payload = Vec::new();
        if size <= most {
            payload.extend_from_slice(rest.get(..size)?);
        } else {
            let least = (self.usable - 12) * 32 / 255 - 23;
            let spill = least + (size - least) % (self.usable - 4);
            let local = if spill <= most { spill } else { least };
            payload.extend_from_slice(rest.get(..local)?);
            let mut next = be32(rest, local)?;
            let mut hops = 0;
            while next != 0 && payload.len() < size.min(MOST_ROW) && hops < MOST_ROW / 400 {
                let page = self.page(next)?;
                next = be32(page, 0)?;
                let take = (size - payload.len()).min(self.usable - 4);
                payload.extend_from_slice(page.get(4..4 + take)?);
                hops += 1;
            }
            if payload.len() < size {
                self.skipped.cut(1);
            }
        }
        let mut row = self.record(&payload)?;
        each(rowid, &mut row);
        Some(())
    }

    fn record(&self, payload: &[u8]) -> Option<Vec<String>> {
        let (header, used) = varint(payload)?;
        let header = usize::try_from(header).ok()?;
        let mut types = payload.get(used..header)?;
        let mut body = payload.get(header..)?;
        let mut out = Vec::new();
        while !types.is_empty() {
            let (kind, used) = varint(types)?;
            types = types.get(used..)?;
            let size = match kind {
                0 | 8 | 9 => 0,
                1..=4 => kind as usize,
                5 => 6,
                6 | 7 => 8,
                10 | 11 => return None,
                text => usize::try_from((text - 12) / 2).ok()?,
            };
            // a row cut off at the limit ends here
            let Some(value) = body.get(..size) else { return Some(out) };
            body = body.get(size..)?;
            out.push(self.value(kind, value));
        }
        Some(out)
    }

    fn value(&self, kind: u64, value: &[u8]) -> String {
        match kind {
            0 => String::new(),
            8 => "0".to_owned(),
            9 => "1".to_owned(),
            1..=6 => {
                let negative = value.first().is_some_and(|byte| byte & 0x80 != 0);
                let start = if negative { -1_i64 } else { 0 };
                value.iter().fold(start, |number, byte| (number << 8) | i64::from(*byte)).to_string()
            }
            7 => value.try_into().map(|eight| f64::from_be_bytes(eight).to_string()).unwrap_or_default(),
            kind if kind % 2 == 1 => {
                self.skipped.cut(u64::from(value.len() > MOST_CELL));
                let value = value.get(..value.len().min(MOST_CELL)).unwrap_or(value);
                match self.encoding {
                    2 => encoding_rs::UTF_16LE.decode(value).0.into_owned(),
                    3 => encoding_rs::UTF_16BE.decode(value).0.into_owned(),
                    _ => String::from_utf8_lossy(value).into_owned(),
                }
            }
            _ => self.skipped.blob(value, MOST_CELL),
        }
    }

    /// Pages on the free list.
    fn free(&self) -> Vec<u32> {
        let mut out = Vec::new();
        let mut trunk = be32(self.bytes, 32).unwrap_or(0);
        let mut seen = HashSet::new();
        while trunk != 0 && seen.insert(trunk) {
            let Some(page) = self.page(trunk) else { break };
            out.push(trunk);
            let count = be32(page, 4).unwrap_or(0) as usize;
            out.extend((0..count.min(self.page / 4)).filter_map(|index| be32(page, 8 + index * 4)));
            trunk = be32(page, 0).unwrap_or(0);
        }
        out
    }
}

/// Values of a database that were not read, or not to their end.
#[derive(Default)]
pub(super) struct Skipped {
    binary: Cell<u64>,
    cut: Cell<u64>,
}

impl Skipped {
    fn cut(&self, count: u64) {
        self.cut.set(self.cut.get() + count);
    }

    /// What of a binary value can be read; one of so many bytes or more is no more than a beginning.
    pub(super) fn blob(&self, value: &[u8], most: usize) -> String {
        let text = blob(value.get(..value.len().min(most)).unwrap_or(value));
        match &text {
            // what is shorter is a number, a mark or a digest
            None if value.len() > MOST_MARK => self.binary.set(self.binary.get() + 1),
            Some(text) if value.len() >= most && !text.starts_with("picture.") => self.cut(1),
            _ => {}
        }
        text.unwrap_or_default()
    }

    /// Says so.
    pub(super) fn tell(&self, work: &mut Work<'_>) {
        if self.binary.get() > 0 {
            let reason = format!(
                "{} binary values are neither text nor pictures that are known: documents in them are not opened",
                self.binary.get()
            );
            work.gap(GapKind::Unsupported, reason);
        }
        if self.cut.get() > 0 {
            work.gap(
                GapKind::Limit,
                format!("{} values, rows or tables are too large or too many: the rest of them was not read", self.cut.get()),
            );
        }
    }
}

/// What of a binary value can be read: a picture's kind, or its text; `None` if it is neither.
fn blob(value: &[u8]) -> Option<String> {
    if value.starts_with(b"\xff\xd8\xff") {
        return Some("picture.jpg".to_owned());
    }
    if value.starts_with(b"\x89PNG") {
        return Some("picture.png".to_owned());
    }
    match std::str::from_utf8(value) {
        Ok(text) => Some(text.to_owned()),
        // cut within a letter
        Err(error) if error.error_len().is_none() => {
            value.get(..error.valid_up_to()).and_then(|text| String::from_utf8(text.to_vec()).ok())
        }
        Err(_) => None,
    }
}

/// Column names of a `CREATE TABLE`, and which of them is another name of the row id.
fn columns(sql: &str) -> (Vec<String>, Option<usize>) {
    let inside = sql.find('(').and_then(|from| sql.get(from + 1..)).unwrap_or("");
    let (mut names, mut alias) = (Vec::new(), None);
    let (mut depth, mut quote, mut piece) = (0_usize, None::<char>, String::new());
    let mut pieces = Vec::new();
    for c in inside.chars() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '[') => quote = Some(']'),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => break,
            (None, ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                pieces.push(std::mem::take(&mut piece));
                continue;
            }
            _ => {}
        }
        piece.push(c);
    }
    pieces.push(piece);
    for piece in pieces {
        let piece = piece.trim();
        let (name, rest) = match piece.chars().next() {
            Some(open @ ('"' | '`' | '[' | '\'')) => {
                let close = if open == '[' { ']' } else { open };
                let body = piece.get(1..).unwrap_or("");
                body.split_once(close).unwrap_or((body, ""))
            }
            Some(_) => piece.split_once(char::is_whitespace).unwrap_or((piece, "")),
            None => continue,
        };
        let word = name.to_ascii_uppercase();
        if matches!(word.as_str(), "PRIMARY" | "UNIQUE" | "CHECK" | "FOREIGN" | "CONSTRAINT") && piece.starts_with(name) {
            continue;
        }
        let rest = rest.to_ascii_uppercase();
        if rest.trim_start().starts_with("INTEGER") && rest.contains("PRIMARY KEY") {
            alias = Some(names.len());
        }
        names.push(name.to_owned());
    }
    (names, alias)
}

/// Text that deleted rows left in free pages.
fn free_pages(file: &File<'_>, engine: &Engine) -> Option<Part> {
    let mut scan = TextScan::new(engine);
    for number in file.free() {
        let Some(page) = file.page(number) else { continue };
        for (index, run) in page.split(|byte| !(32..127).contains(byte) && *byte < 0x80).filter(|run| run.len() >= 6).enumerate()
        {
            scan.line(u64::from(number) * 1000 + index as u64, &String::from_utf8_lossy(run));
            scan.line(0, "");
        }
    }
    let mut part =
        Part { label: "free pages".to_owned(), kind: PartKind::Text, hidden: Some("deleted rows".to_owned()), ..Part::default() };
    scan.finish(&mut part);
    (!part.tallies.is_empty()).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_a_schema() {
        let (names, alias) = columns(
            "CREATE TABLE \"staff\" (id INTEGER PRIMARY KEY, \"full name\" TEXT DEFAULT 'a,b', [rank] TEXT CHECK (rank IN ('PC','DS')), UNIQUE (id))",
        );
        assert_eq!(names, ["id", "full name", "rank"]);
        assert_eq!(alias, Some(0));
    }

    #[test]
    fn what_is_not_opened_is_counted() {
        let skipped = Skipped::default();
        assert_eq!(skipped.blob(b"%PDF-1.7 \xff\xfe", 1000), "", "short");
        assert_eq!((skipped.binary.get(), skipped.blob(&[0xff; 65], 1000).as_str()), (0, ""));
        assert_eq!((skipped.binary.get(), skipped.cut.get()), (1, 0));
        // the last letter is cut in two
        assert_eq!(skipped.blob("Zoë".as_bytes(), 3), "Zo");
        assert_eq!(skipped.blob(b"Ada", 4), "Ada");
        assert_eq!(skipped.blob(b"\xff\xd8\xff\xe0", 2), "", "nothing of it is known");
        assert_eq!(skipped.blob(b"\xff\xd8\xff\xe0", 4), "picture.jpg");
        assert_eq!((skipped.binary.get(), skipped.cut.get()), (1, 1));
    }

    #[test]
    fn varints() {
        assert_eq!(varint(&[0x7f]), Some((127, 1)));
        assert_eq!(varint(&[0x81, 0x00]), Some((128, 2)));
        assert_eq!(varint(&[0xff; 9]), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0x80]), None);
    }
}
