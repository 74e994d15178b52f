//! What formats with running text have in common: a story of paragraphs and tables, with what is hidden kept apart by its reason.

pub(super) mod clusters;
pub(super) mod inline;
pub(super) mod loose;
pub(super) mod office;
pub(super) mod volume;

use crate::detect::engine::Engine;
use crate::detect::names;
use crate::detect::table::{Header, TableScan};
use crate::detect::text::TextScan;
use crate::model::evidence::{Part, PartKind};
use std::collections::BTreeMap;

/// Rows of a table that are gathered before it is decided what it is.
const GATHERED: usize = 64;
/// Bytes that a paragraph or a cell may gather before it is passed on.
const MOST_BYTES: usize = 1 << 20;
/// Columns that a merged cell may take.
const MOST_SPAN: usize = 64;
/// Cells of a row; further ones are dropped.
const MOST_CELLS: usize = 16_384;
/// Lines of a form that are one record.
const MOST_LABELS: usize = 10;
/// Parts with tables of one story; what is in further tables is read as text.
const MOST_TABLES: usize = 2_000;
/// Tables within tables.
const MOST_NESTED: usize = 64;
/// Characters of the word before a colon.
const LABEL: usize = 40;

/// Text of one kind, paragraph by paragraph.
struct Pile<'a> {
    scan: TextScan<'a>,
    line: u64,
    /// The paragraph that is being gathered.
    open: String,
    /// The words before the colons of the record that is open: `Name: ...`, `Born: ...` are one record.
    labels: Vec<String>,
}

impl<'a> Pile<'a> {
    fn new(engine: &'a Engine) -> Self {
        Self { scan: TextScan::new(engine), line: 1, open: String::new(), labels: Vec::new() }
    }

    fn push(&mut self, text: &str) {
        self.open.push_str(text);
        if self.open.len() > MOST_BYTES {
            self.paragraph();
        }
    }

    /// Ends the paragraph: it is a record, unless it goes on with a form of `label: value` lines.
    fn paragraph(&mut self) {
        let text = std::mem::take(&mut self.open);
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}');
        if text.is_empty() {
            self.end();
            return;
        }
        match label(text) {
            Some(label) if !self.labels.contains(&label) => self.labels.push(label),
            Some(label) => {
                self.end();
                self.labels.push(label);
            }
            None => self.end(),
        }
        for line in text.lines() {
            self.scan.line(self.line, line);
            self.line += 1;
        }
        if self.labels.is_empty() || self.labels.len() >= MOST_LABELS {
            self.end();
        }
    }

    fn end(&mut self) {
        self.labels.clear();
        self.scan.line(self.line, "");
    }
}

/// The word before the colon of a form's line.
fn label(text: &str) -> Option<String> {
    if text.contains('\n') || text.len() > 160 {
        return None;
    }
    let (before, after) = text.split_once([':', '\t'])?;
    let fits = before.chars().count() <= LABEL
        && !before.is_empty()
        && !after.trim().is_empty()
        && before.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '/' | '.' | '\'' | '(' | ')'));
    fits.then(|| before.trim().to_lowercase())
}

/// A table that is being read.
struct Grid<'a> {
    rows: Vec<Vec<String>>,
    scan: Option<TableScan<'a>>,
    line: u64,
    row: Vec<String>,
    cell: Option<String>,
    /// Columns that the cell takes.
    span: usize,
    /// Cells only lay out what is in them.
    layout: bool,
    /// Tables beyond the limit are open inside: counted only.
    beyond: usize,
}

/// Paragraphs and tables of one piece of a document.
pub(super) struct Story<'a> {
    engine: &'a Engine,
    label: String,
    kind: PartKind,
    /// The whole piece is hidden, and why.
    whole: Option<&'static str>,
    text: Pile<'a>,
    hidden: BTreeMap<&'static str, Pile<'a>>,
    why: Vec<&'static str>,
    grids: Vec<Grid<'a>>,
    tables: u64,
    parts: Vec<Part>,
    /// Reasons whose parts are kept only if something was found in them.
    pub(super) faint: &'static [&'static str],
}

impl<'a> Story<'a> {
    /// Begins a piece.
    pub(super) fn new(engine: &'a Engine, label: impl Into<String>, kind: PartKind) -> Self {
        Self {
            engine,
            label: label.into(),
            kind,
            whole: None,
            text: Pile::new(engine),
            hidden: BTreeMap::new(),
            why: Vec::new(),
            grids: Vec::new(),
            tables: 0,
            parts: Vec::new(),
            faint: &[],
        }
    }

    /// All of the piece is hidden.
    pub(super) fn hide_all(&mut self, why: &'static str) {
        self.whole = Some(why);
    }

    /// What follows is hidden, until [`Story::show`].
    pub(super) fn hide(&mut self, why: &'static str) {
        self.why.push(why);
    }

    /// Ends what [`Story::hide`] began.
    pub(super) fn show(&mut self) {
        self.why.pop();
    }

    /// More of the paragraph or cell.
    pub(super) fn push(&mut self, text: &str) {
        if let Some(why) = self.why.last() {
            let engine = self.engine;
            self.hidden.entry(why).or_insert_with(|| Pile::new(engine)).push(text);
            return;
        }
        if let Some(cell) = self.grids.last_mut().filter(|grid| !grid.layout).and_then(|grid| grid.cell.as_mut()) {
            if cell.len() < MOST_BYTES {
                cell.push_str(text);
            } else {
                self.text.push(text);
            }
            return;
        }
        self.text.push(text);
    }

    /// Whether the paragraph that is open has text.
    pub(super) fn is_open(&self) -> bool {
        !self.text.open.trim().is_empty()
    }

    /// Ends a paragraph.
    pub(super) fn paragraph(&mut self) {
        if let Some(why) = self.why.last() {
            if let Some(pile) = self.hidden.get_mut(why) {
                pile.paragraph();
            }
            return;
        }
        if let Some(cell) = self.grids.last_mut().filter(|grid| !grid.layout).and_then(|grid| grid.cell.as_mut()) {
            if !cell.is_empty() && !cell.ends_with('\n') {
                cell.push('\n');
            }
            // hidden pieces of a row stay together until the row ends
            for pile in self.hidden.values_mut().filter(|pile| !pile.open.is_empty() && !pile.open.ends_with('\n')) {
                pile.open.push('\n');
            }
            return;
        }
        self.text.paragraph();
        self.end_hidden();
    }

    /// Ends a paragraph, if one is open: for formats in which both ends of an element end one.
    pub(super) fn break_paragraph(&mut self) {
        let (pile, in_cell) = match self.why.last() {
            Some(why) => (self.hidden.get(why), false),
            None => (Some(&self.text), self.grids.last().is_some_and(|grid| !grid.layout && grid.cell.is_some())),
        };
        if in_cell || pile.is_some_and(|pile| !pile.open.trim().is_empty()) {
            self.paragraph();
        } else if self.why.is_empty() {
            self.text.open.clear();
        }
    }

    /// A paragraph that stands for itself.
    pub(super) fn line(&mut self, text: &str) {
        self.push(text);
        self.paragraph();
    }

    fn end_hidden(&mut self) {
        for pile in self.hidden.values_mut() {
            if !pile.open.is_empty() {
                pile.paragraph();
            }
        }
    }

    /// A table begins. A table inside a cell makes the outer one a layout, if little of that was read yet and `layout` says so.
    pub(super) fn table(&mut self, layout: bool) {
        if self.grids.len() >= MOST_NESTED {
            if let Some(grid) = self.grids.last_mut() {
                grid.beyond += 1;
            }
            return;
        }
        if self.grids.is_empty() {
            self.text.paragraph();
        }
        if let Some(grid) = self.grids.last_mut().filter(|grid| layout && !grid.layout && grid.scan.is_none()) {
            grid.layout = true;
            let rows = std::mem::take(&mut grid.rows);
            let open = std::mem::take(&mut grid.row).into_iter().chain(grid.cell.take());
            let cells: Vec<String> = rows.into_iter().flatten().chain(open).collect();
            for cell in cells {
                self.text.push(&cell);
                self.text.paragraph();
            }
        }
        self.grids.push(Grid {
            rows: Vec::new(),
            scan: None,
            line: 1,
            row: Vec::new(),
            cell: None,
            span: 1,
            layout: false,
            beyond: 0,
        });
    }

    /// Whether a table is open, and a cell in it.
    pub(super) fn in_table(&self) -> (bool, bool) {
        (!self.grids.is_empty(), self.grids.last().is_some_and(|grid| grid.cell.is_some()))
    }

    /// A cell begins, `span` columns wide.
    pub(super) fn cell(&mut self, span: usize) {
        let Some(grid) = self.grids.last_mut().filter(|grid| grid.beyond == 0) else { return };
        if grid.layout {
            self.text.paragraph();
            return;
        }
        if let Some(cell) = grid.cell.take() {
            grid.row.push(tidy(&cell));
        }
        grid.cell = Some(String::new());
        grid.span = span.clamp(1, MOST_SPAN);
    }

    /// The open cell is `span` columns wide.
    pub(super) fn widen(&mut self, span: usize) {
        if let Some(grid) = self.grids.last_mut() {
            grid.span = span.clamp(1, MOST_SPAN);
        }
    }

    /// A cell ends.
    pub(super) fn end_cell(&mut self) {
        let Some(grid) = self.grids.last_mut().filter(|grid| grid.beyond == 0) else { return };
        if grid.layout {
            self.text.paragraph();
            return;
        }
        let Some(cell) = grid.cell.take() else { return };
        if grid.row.len() < MOST_CELLS {
            grid.row.push(tidy(&cell));
            grid.row.extend(std::iter::repeat_n(String::new(), grid.span - 1));
        }
    }

    /// A row ends.
    pub(super) fn end_row(&mut self) {
        self.end_cell();
        self.end_hidden();
        let engine = self.engine;
        let Some(grid) = self.grids.last_mut().filter(|grid| grid.beyond == 0) else { return };
        let row = std::mem::take(&mut grid.row);
        if grid.layout || row.iter().all(String::is_empty) {
            return;
        }
        if let Some(scan) = &mut grid.scan {
            scan.row(grid.line, row.iter().map(String::as_str));
            grid.line += 1;
            return;
        }
        grid.rows.push(row);
        if grid.rows.len() >= GATHERED {
            let mut scan = TableScan::new(engine, Header::Guess);
            for row in grid.rows.drain(..) {
                scan.row(grid.line, row.iter().map(String::as_str));
                grid.line += 1;
            }
            grid.scan = Some(scan);
        }
    }

    /// A table ends.
    pub(super) fn end_table(&mut self) {
        if let Some(grid) = self.grids.last_mut().filter(|grid| grid.beyond > 0) {
            grid.beyond -= 1;
            return;
        }
        self.end_row();
        let Some(grid) = self.grids.pop() else { return };
        self.tables += 1;
        if grid.layout {
            self.text.paragraph();
            return;
        }
        let too_many = self.parts.len() >= MOST_TABLES;
        let scan = match grid.scan {
            Some(scan) => scan,
            None if too_many => {
                self.as_text(grid.rows);
                return;
            }
            None => match self.small(grid.rows) {
                Some(scan) => scan,
                None => return,
            },
        };
        let number = self.tables;
        let label = if self.label.is_empty() { format!("table {number}") } else { format!("{}, table {number}", self.label) };
        let mut part = Part { label, kind: PartKind::Table, hidden: self.whole.map(str::to_owned), ..Part::default() };
        scan.finish(&mut part);
        if !part.tallies.is_empty() {
            self.parts.push(part);
        }
    }

    /// A small table: a form (labels in the first column), a layout of one column, or rows below a title.
    fn small(&mut self, mut rows: Vec<Vec<String>>) -> Option<TableScan<'a>> {
        let filled = |row: &Vec<String>| row.iter().filter(|cell| !cell.is_empty()).count();
        if rows.iter().all(|row| filled(row) <= 1) && (rows.len() < 3 || rows.iter().flatten().any(|cell| cell.len() > 80)) {
            self.as_text(rows);
            return None;
        }
        let width = rows.iter().map(filled).max().unwrap_or(0);
        while width > 1 && rows.first().is_some_and(|row| filled(row) <= 1) {
            let title = rows.remove(0);
            self.as_text(vec![title]);
        }
        let means = |cell: &String| !cell.is_empty() && cell.len() <= 60 && self.engine.means(cell.trim_end_matches([':', ' ']));
        let down = rows.iter().filter_map(|row| row.first()).filter(|cell| means(cell)).count();
        let across = rows.first().map_or(0, |row| row.iter().filter(|cell| means(cell)).count());
        if down >= 2 && down * 2 >= rows.len() && down > across {
            let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
            let names =
                rows.iter().map(|row| row.first().map_or("", |cell| cell.trim_end_matches([':', ' '])).to_owned()).collect();
            let mut scan = TableScan::new(self.engine, Header::Given(names));
            for column in 1..columns {
                let cells: Vec<&str> = rows.iter().map(|row| row.get(column).map_or("", String::as_str)).collect();
                if cells.iter().any(|cell| !cell.is_empty()) {
                    scan.row(column as u64, cells.into_iter());
                }
            }
            return Some(scan);
        }
        let mut scan = TableScan::new(self.engine, Header::Guess);
        for (index, row) in rows.iter().enumerate() {
            scan.row(index as u64 + 1, row.iter().map(String::as_str));
        }
        Some(scan)
    }

    fn as_text(&mut self, rows: Vec<Vec<String>>) {
        for row in rows {
            let filled: Vec<String> = row.into_iter().filter(|cell| !cell.is_empty()).collect();
            self.text.push(&filled.join("\n"));
            self.text.paragraph();
        }
    }

    /// Ends the piece: what was read goes to the parts.
    pub(super) fn finish(mut self, parts: &mut Vec<Part>) {
        while !self.grids.is_empty() {
            self.end_table();
        }
        self.text.paragraph();
        self.end_hidden();
        let whole = self.whole.map(str::to_owned);
        let mut part = Part { label: self.label.clone(), kind: self.kind, hidden: whole, ..Part::default() };
        self.text.scan.finish(&mut part);
        if part.records > 0 {
            parts.push(part);
        }
        parts.append(&mut self.parts);
        for (why, pile) in self.hidden {
            let mut part =
                Part { label: self.label.clone(), kind: PartKind::Text, hidden: Some(why.to_owned()), ..Part::default() };
            pile.scan.finish(&mut part);
            if part.records > 0 && (!self.faint.contains(&why) || !part.tallies.is_empty()) {
                parts.push(part);
            }
        }
    }
}

/// A cell on one line.
fn tidy(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a document says of itself. A person who made it is a person; a program is not.
pub(super) fn properties(engine: &Engine, pairs: &[(String, String)], parts: &mut Vec<Part>) {
    let mut story = Story::new(engine, "properties", PartKind::Properties);
    for (key, value) in pairs.iter().filter(|(_, value)| !value.trim().is_empty()) {
        let person = ["author", "creator", "modified by", "manager", "operator"].iter().any(|word| key.ends_with(word));
        let key = if person && names::cell(value) >= 0.7 { "Name" } else { key.as_str() };
        story.text.labels.clear();
        story.line(&format!("{key}: {value}"));
        story.text.end();
    }
    story.finish(parts);
}
