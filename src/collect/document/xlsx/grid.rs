//! A sheet: rows of cells in, parts out. What a hidden sheet, hidden rows or columns, or cells that nobody sees hold becomes a part of
//! its own, with whoever is in the row. It knows nothing of file formats.

use crate::detect::mask::{self, Strictness};
use crate::detect::table::{Header, TableScan};
use crate::detect::text::TextScan;
use crate::detect::{self, engine::Engine};
use crate::model::evidence::{Part, PartKind};
use std::collections::{BTreeMap, HashMap};

/// Columns that keep their own place in a row; those far to the right get places as they come.
const NEAR: usize = 256;
/// Places that a row has; cells beyond them follow in their order.
const PLACES: usize = 1024;
/// Rows with a single cell that may stand above a table.
const TITLES: usize = 20;
/// Rows in which the header of a register may be.
const HEADER_WITHIN: usize = 40;
/// Empty rows, and empty columns, beyond which nobody scrolls: what comes after them is out of sight.
const FAR_ROWS: u64 = 500;
const FAR_COLUMNS: u32 = 60;
/// Why such cells are hidden.
const FAR: &str = "cells far from the others";
/// Ranges of hidden columns that are told apart.
const MOST_RANGES: usize = 16_384;

/// The cells of a row, in one piece of memory that is used again.
#[derive(Default)]
pub(crate) struct Row {
    text: String,
    cells: Vec<(u32, usize, usize, Option<&'static str>)>,
}

impl Row {
    /// Cells that a row may have, and bytes: beyond them it comes in pieces.
    pub(crate) const MOST: usize = 16_384;
    const MOST_BYTES: usize = 1 << 20;

    /// Empties it.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
    }

    /// How many cells it has.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether it has so much that it must be given on.
    pub(crate) fn full(&self) -> bool {
        self.cells.len() >= Self::MOST || self.text.len() >= Self::MOST_BYTES
    }

    /// Puts a cell into it; blank ones are left out.
    pub(crate) fn push(&mut self, column: u32, text: &str) {
        self.push_unseen(column, text, None);
    }

    /// The same for a cell that may be one that nobody sees, and why.
    pub(crate) fn push_unseen(&mut self, column: u32, text: &str, why: Option<&'static str>) {
        let text = text.trim();
        if !text.is_empty() {
            let start = self.text.len();
            self.text.push_str(text);
            self.cells.push((column, start, self.text.len(), why));
        }
    }

    fn cells(&self) -> impl Iterator<Item = (u32, &str, Option<&'static str>)> {
        self.cells.iter().map(|(column, start, end, why)| (*column, self.text.get(*start..*end).unwrap_or(""), *why))
    }
}

/// A row as it is given on.
#[derive(Clone)]
struct Line {
    number: u64,
    hidden: bool,
    cells: Vec<String>,
    /// Places of cells that nobody sees, and why.
    unseen: Vec<(usize, &'static str)>,
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
    /// The last row that had something, and the widest reach to the right so far.
    last_row: u64,
    reach: u32,
    /// Whether rows are out of sight from here on.
    below: bool,
    held: Vec<Line>,
    shown: Option<TableScan<'a>>,
    rows: Option<TableScan<'a>>,
    columns: Option<TableScan<'a>>,
    /// Whole rows below a header that says when cards were issued, and that header.
    whole: Option<(Vec<String>, TableScan<'a>)>,
    /// Rows without such a header so far.
    given: usize,
    /// Cells that nobody sees, by why.
    unseen: BTreeMap<&'static str, TableScan<'a>>,
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
            last_row: 0,
            reach: 0,
            below: false,
            held: Vec::new(),
            shown: None,
            rows: None,
            columns: None,
            whole: None,
            given: 0,
            unseen: BTreeMap::new(),
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
        if number > self.last_row.saturating_add(FAR_ROWS) {
            self.below = true;
            self.given = 0;
        }
        self.last_row = self.last_row.max(number);
        let mut line = Line { number, hidden, cells: Vec::new(), unseen: Vec::new() };
        let mut beyond: Vec<(&str, Option<&'static str>)> = Vec::new();
        for (column, text, why) in row.cells() {
            let far = self.below || column > self.reach.saturating_add(FAR_COLUMNS);
            if !far {
                self.reach = self.reach.max(column);
            }
            let why = why.or(far.then_some(FAR)).filter(|_| self.hidden.is_none());
            match self.place(column) {
                Some(place) => {
                    if line.cells.len() <= place {
                        line.cells.resize(place + 1, String::new());
                    }
                    if let Some(cell) = line.cells.get_mut(place) {
                        text.clone_into(cell);
                    }
                    line.unseen.extend(why.map(|why| (place, why)));
                }
                None => beyond.push((text, why)),
            }
        }
        if !beyond.is_empty() {
            line.cells.resize(PLACES.max(line.cells.len()), String::new());
            for (text, why) in beyond {
                line.unseen.extend(why.map(|why| (line.cells.len(), why)));
                line.cells.push(text.to_owned());
            }
        }
        if self.shown.is_some() {
            self.give(line);
            return;
        }
        let held = std::mem::take(&mut self.held);
        if row.len() > 1 {
            // what stood alone above it, where it is seen, is a title
            let dark = |(place, cell): (usize, &String)| !cell.is_empty() && self.dark.get(place).copied().unwrap_or(false);
            let seen = |line: &Line| !line.hidden && line.unseen.is_empty() && !line.cells.iter().enumerate().any(dark);
            let (titles, rest): (Vec<_>, Vec<_>) = held.into_iter().partition(seen);
            for title in titles {
                self.lines = self.lines.max(title.number);
                title.cells.iter().filter(|cell| !cell.is_empty()).for_each(|cell| self.text.line(title.number, cell));
                self.text.line(title.number, "");
            }
            self.begin(hidden, &line.cells);
            // its header first, whatever of what stands above it is not seen
            self.give(line);
            for line in rest {
                self.give(line);
            }
        } else {
            self.held = held;
            self.held.push(line);
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
        part.dates = self.whole.and_then(|(_, scan)| scan.dates());
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
        for (why, scan) in self.unseen {
            let mut part =
                Part { label: self.label.clone(), kind: PartKind::Table, hidden: Some(why.to_owned()), ..Part::default() };
            scan.finish(&mut part);
            if part.records > 0 {
                parts.push(part);
            }
        }
    }

    fn release(&mut self) {
        let held = std::mem::take(&mut self.held);
        if let Some(first) = held.first() {
            self.begin(first.hidden, &first.cells.clone());
        }
        for line in held {
            self.give(line);
        }
    }

    /// The table begins with this row. Whoever gets it looks for the header in it, the others are told of it.
    fn begin(&mut self, hidden: bool, first: &[String]) {
        let header = |own: bool| if own { Header::Guess } else { Header::Candidate(first.to_vec()) };
        let scan = |own: bool| TableScan::new(self.engine, header(own)).without_dates();
        self.shown = Some(scan(!hidden));
        self.rows = hidden.then(|| scan(true));
        if !self.shade.is_empty() {
            self.columns = Some(scan(!hidden).focused());
        }
        self.first = first.to_vec();
    }

    fn give(&mut self, line: Line) {
        let Line { number, hidden, mut cells, unseen } = line;
        self.date(number, &cells);
        if hidden {
            self.met.0 = true;
            let (engine, first) = (self.engine, &self.first);
            let rows = self.rows.get_or_insert_with(|| TableScan::new(engine, Header::Candidate(first.clone())).without_dates());
            rows.row(number, cells.iter().map(String::as_str));
            return;
        }
        let mut reasons: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        for (place, why) in unseen {
            reasons.entry(why).or_default().push(place);
        }
        for (why, places) in &reasons {
            let (engine, first) = (self.engine, &self.first);
            // a list of its own brings its own header
            let own = self.below || cells == *first;
            let header = || if own { Header::Guess } else { Header::Candidate(first.clone()) };
            let scan = self.unseen.entry(why).or_insert_with(|| TableScan::new(engine, header()).without_dates());
            scan.row_focused(number, cells.iter().map(String::as_str), places.clone());
        }
        let any = !reasons.is_empty();
        // they are read there, and are not read again as if they could be seen
        for place in reasons.into_values().flatten() {
            if let Some(cell) = cells.get_mut(place) {
                cell.clear();
            }
        }
        if any && cells.iter().all(String::is_empty) {
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

    /// When cards were issued is read from whole rows, whatever of them is hidden, below a header that says so.
    fn date(&mut self, number: u64, cells: &[String]) {
        match &mut self.whole {
            // a header that comes again is no row
            Some((header, _)) if header == cells => {}
            Some((_, scan)) => scan.row(number, cells.iter().map(String::as_str)),
            None => {
                self.given += 1;
                let filled = || cells.iter().filter(|cell| !cell.is_empty()).count() > 1;
                if self.given <= HEADER_WITHIN && filled() && cells.iter().any(|cell| detect::says_when(cell)) {
                    let scan = TableScan::new(self.engine, Header::Candidate(cells.to_vec())).focused();
                    self.whole = Some((cells.to_vec(), scan));
                }
            }
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
