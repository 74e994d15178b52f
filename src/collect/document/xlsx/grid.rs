//! A sheet: rows of cells in, parts out. What a hidden sheet, hidden rows or hidden columns hold becomes a part of its own, with
//! whoever is in the row. It knows nothing of file formats.

use crate::detect::engine::Engine;
use crate::detect::mask::{self, Strictness};
use crate::detect::table::{Header, TableScan};
use crate::detect::text::TextScan;
use crate::model::evidence::{Part, PartKind};
use std::collections::HashMap;

/// Columns that keep their own place in a row; those far to the right get places as they come.
const NEAR: usize = 256;
/// Places that a row has; cells beyond them follow in their order.
const PLACES: usize = 1024;
/// Rows with a single cell that may stand above a table.
const TITLES: usize = 20;
/// Ranges of hidden columns that are told apart.
const MOST_RANGES: usize = 16_384;

/// The cells of a row, in one piece of memory that is used again.
#[derive(Default)]
pub(crate) struct Row {
    text: String,
    cells: Vec<(u32, usize, usize)>,
}

impl Row {
    /// Cells that a row may have.
    pub(crate) const MOST: usize = 16_384;

    /// Empties it.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
    }

    /// How many cells it has.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Puts a cell into it; blank ones are left out.
    pub(crate) fn push(&mut self, column: u32, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            let start = self.text.len();
            self.text.push_str(text);
            self.cells.push((column, start, self.text.len()));
        }
    }

    fn cells(&self) -> impl Iterator<Item = (u32, &str)> {
        self.cells.iter().map(|(column, start, end)| (*column, self.text.get(*start..*end).unwrap_or("")))
    }
}

/// A sheet being read.
pub(crate) struct Grid<'a> {
    engine: &'a Engine,
    label: String,
    /// Why the whole sheet is hidden.
    hidden: Option<&'static str>,
    shade: Vec<(u32, u32)>,
    /// Places of columns far to the right.
    far: HashMap<u32, usize>,
    /// Whether the column at a place is hidden.
    dark: Vec<bool>,
    held: Vec<(u64, bool, Vec<String>)>,
    shown: Option<TableScan<'a>>,
    rows: Option<TableScan<'a>>,
    columns: Option<TableScan<'a>>,
    /// The first row of the table.
    first: Vec<String>,
    /// Whether something was in hidden rows, and in hidden columns.
    met: (bool, bool),
    text: TextScan<'a>,
    lines: u64,
}

impl<'a> Grid<'a> {
    /// Begins a sheet of this name.
    pub(crate) fn new(engine: &'a Engine, name: &str, hidden: Option<&'static str>) -> Self {
        Self {
            engine,
            label: mask::label(engine, &mut engine.scratch(), name, Strictness::Capitals),
            hidden,
            shade: Vec::new(),
            far: HashMap::new(),
            dark: Vec::new(),
            held: Vec::new(),
            shown: None,
            rows: None,
            columns: None,
            first: Vec::new(),
            met: (false, false),
            text: TextScan::new(engine),
            lines: 0,
        }
    }

    /// Columns from first to last, counted from 0, are hidden.
    pub(crate) fn hide_columns(&mut self, first: u32, last: u32) {
        if self.hidden.is_none() && self.shade.len() < MOST_RANGES {
            self.shade.push((first, last));
        }
    }

    /// The whole sheet turns out to be hidden.
    pub(crate) fn hide(&mut self, why: &'static str) {
        self.hidden = Some(why);
    }

    /// Text that belongs to the sheet but to no cell: headers and footers of pages, lists to choose from.
    pub(crate) fn text(&mut self, text: &str) {
        for line in text.lines() {
            self.lines += 1;
            self.text.line(self.lines, line);
        }
    }

    /// One row with its number.
    pub(crate) fn row(&mut self, number: u64, hidden: bool, row: &Row) {
        if row.len() == 0 {
            return;
        }
        let hidden = hidden && self.hidden.is_none();
        let mut cells: Vec<String> = Vec::new();
        let mut beyond: Vec<&str> = Vec::new();
        for (column, text) in row.cells() {
            match self.place(column) {
                Some(place) => {
                    if cells.len() <= place {
                        cells.resize(place + 1, String::new());
                    }
                    if let Some(cell) = cells.get_mut(place) {
                        text.clone_into(cell);
                    }
                }
                None => beyond.push(text),
            }
        }
        if !beyond.is_empty() {
            cells.resize(PLACES.max(cells.len()), String::new());
            cells.extend(beyond.into_iter().map(str::to_owned));
        }
        if self.shown.is_some() {
            self.give(number, hidden, &cells);
            return;
        }
        let filled = row.len();
        let table = filled > 1;
        let held = std::mem::take(&mut self.held);
        if table {
            // what stood alone above it is a title
            let (titles, rest): (Vec<_>, Vec<_>) = held.into_iter().partition(|row| !row.1 && self.shade.is_empty());
            for (number, _, cells) in titles {
                self.lines = self.lines.max(number);
                cells.iter().filter(|cell| !cell.is_empty()).for_each(|cell| self.text.line(number, cell));
                self.text.line(number, "");
            }
            self.begin(hidden, &cells);
            for (number, hidden, cells) in rest {
                self.give(number, hidden, &cells);
            }
            self.give(number, hidden, &cells);
        } else {
            self.held = held;
            self.held.push((number, hidden, cells));
            if self.held.len() >= TITLES {
                self.release();
            }
        }
    }

    /// Ends: the sheet's parts, those of what is hidden after it.
    pub(crate) fn finish(mut self, parts: &mut Vec<Part>) {
        self.release();
        let hidden = self.hidden.map(str::to_owned);
        let mut part = Part { label: self.label.clone(), kind: PartKind::Table, hidden, ..Part::default() };
        self.text.finish(&mut part);
        // titles are no rows
        part.records = 0;
        if let Some(scan) = self.shown {
            scan.finish(&mut part);
        }
        parts.push(part);
        let others = [(self.rows, self.met.0, "hidden rows"), (self.columns, self.met.1, "hidden columns")];
        for (scan, met, why) in others {
            if let Some(scan) = scan.filter(|_| met) {
                let hidden = Some(why.to_owned());
                let mut part = Part { label: self.label.clone(), kind: PartKind::Table, hidden, ..Part::default() };
                scan.finish(&mut part);
                parts.push(part);
            }
        }
    }

    fn release(&mut self) {
        let held = std::mem::take(&mut self.held);
        if let Some((_, hidden, first)) = held.first() {
            self.begin(*hidden, &first.clone());
        }
        for (number, hidden, cells) in held {
            self.give(number, hidden, &cells);
        }
    }

    /// The table begins with this row. Whoever gets it looks for the header in it, the others are told of it.
    fn begin(&mut self, hidden: bool, first: &[String]) {
        let header = |own: bool| if own { Header::Guess } else { Header::Candidate(first.to_vec()) };
        self.shown = Some(TableScan::new(self.engine, header(!hidden)));
        self.rows = hidden.then(|| TableScan::new(self.engine, header(true)));
        if !self.shade.is_empty() {
            self.columns = Some(TableScan::new(self.engine, header(!hidden)));
        }
        self.first = first.to_vec();
    }

    fn give(&mut self, number: u64, hidden: bool, cells: &[String]) {
        if hidden {
            self.met.0 = true;
            let (engine, first) = (self.engine, &self.first);
            let rows = self.rows.get_or_insert_with(|| TableScan::new(engine, Header::Candidate(first.clone())));
            rows.row(number, cells.iter().map(String::as_str));
            return;
        }
        let Some(columns) = &mut self.columns else {
            if let Some(shown) = &mut self.shown {
                shown.row(number, cells.iter().map(String::as_str));
            }
            return;
        };
        for (place, _) in self.dark.iter().enumerate().filter(|row| *row.1) {
            columns.focus(place);
            self.met.1 |= cells.get(place).is_some_and(|cell| !cell.is_empty());
        }
        columns.row(number, cells.iter().map(String::as_str));
        if let Some(shown) = &mut self.shown {
            let visible =
                |(place, cell): (usize, &'_ String)| !self.dark.get(place).copied().unwrap_or(false) && !cell.is_empty();
            shown.row(number, cells.iter().enumerate().map(|row| if visible(row) { row.1.as_str() } else { "" }));
        }
    }

    /// The place of a column in a row.
    fn place(&mut self, column: u32) -> Option<usize> {
        let next = NEAR + self.far.len();
        let place = match self.far.get(&column) {
            Some(place) => *place,
            None if (column as usize) < NEAR => column as usize,
            None if next < PLACES => {
                self.far.insert(column, next);
                next
            }
            None => return None,
        };
        if !self.shade.is_empty() && self.dark.len() <= place {
            self.dark.resize(place + 1, false);
        }
        if let Some(slot) = self.dark.get_mut(place) {
            *slot = self.shade.iter().any(|(first, last)| (*first..=*last).contains(&column));
        }
        Some(place)
    }
}
