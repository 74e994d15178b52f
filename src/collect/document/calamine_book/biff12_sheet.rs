//! A sheet of an xlsb, record by record, into a grid. Cached cells of other workbooks are read here, too. It follows no formula.

use super::super::xlsx::areas::Areas;
use super::super::xlsx::book::Strings;
use super::super::xlsx::grid::{Grid, Row};
use super::super::xlsx::look::Look;
use super::super::xlsx::number;
use super::biff::{long, short};
use super::biff12::{double, packed, text};

/// What cells refer to.
pub(super) struct Shared<'s> {
    pub(super) strings: &'s mut Strings,
    pub(super) looks: &'s [Look],
    pub(super) since_1904: bool,
    /// Cells whose ground something else than their style may colour.
    pub(super) ruled: &'s Areas,
}

/// A sheet being read.
pub(super) struct Cells<'g, 's, 'a> {
    grid: &'g mut Grid<'a>,
    shared: Shared<'s>,
    row: Row,
    number: u64,
    hidden: bool,
    /// The column after the last cell: short records do not say theirs.
    next: u32,
}

impl<'g, 's, 'a> Cells<'g, 's, 'a> {
    pub(super) fn new(grid: &'g mut Grid<'a>, shared: Shared<'s>) -> Self {
        Self { grid, shared, row: Row::default(), number: 1, hidden: false, next: 0 }
    }

    /// One record.
    pub(super) fn record(&mut self, kind: u32, content: &[u8]) {
        match kind {
            // BrtRowHdr; a height of nothing counts where somebody chose it
            0 => {
                self.turn();
                self.number = u64::from(long(content, 0)) + 1;
                let flags = short(content, 10);
                self.hidden = flags & 0x1000 != 0 || (flags & 0x2000 != 0 && short(content, 8) == 0);
                self.next = 0;
            }
            // BrtColInfo
            60 if short(content, 16) & 1 != 0 || long(content, 8) == 0 => {
                self.grid.hide_columns(long(content, 0), long(content, 4));
            }
            // BrtCell…, and BrtFmla… with the value that the formula had
            1..=11 | 62 => {
                self.next = long(content, 0);
                self.cell(kind, long(content, 4), content.get(8..).unwrap_or(&[]));
            }
            // the same, right of the cell before
            12..=18 | 61 => self.cell(if kind == 61 { 62 } else { kind - 11 }, long(content, 0), content.get(4..).unwrap_or(&[])),
            // BrtBeginHeaderFooter: six texts
            479 => {
                let mut at = 2;
                for _ in 0..6 {
                    let (page, end) = text(content, at);
                    self.grid.text(&page);
                    at = end;
                }
            }
            // BrtHLink: its relation and its place in the file stand before what is shown
            494 => {
                let mut at = 16;
                for index in 0..4 {
                    let (shown, end) = text(content, at);
                    if index >= 2 {
                        self.grid.text(&shown);
                    }
                    at = end;
                }
            }
            // BrtExternRowHdr, and its cells
            366 => {
                self.turn();
                self.number = u64::from(long(content, 0)) + 1;
            }
            368 => self.push(long(content, 0), &double(content, 4).map_or_else(String::new, plain), None),
            371 => {
                let shown = text(content, 4).0;
                self.row.push(long(content, 0), self.shared.strings.bounds.cut(&shown));
                self.full();
            }
            // the end of the cells
            146 | 364 => self.turn(),
            _ => {}
        }
    }

    /// The row is at its end.
    pub(super) fn turn(&mut self) {
        self.grid.row(self.number, self.hidden, &self.row);
        self.row.clear();
    }

    fn cell(&mut self, kind: u32, style: u32, value: &[u8]) {
        let column = self.next;
        self.next = column.saturating_add(1);
        let look = self.shared.looks.get((style & 0x00ff_ffff) as usize).copied().unwrap_or_default();
        let worded = matches!(kind, 6 | 7 | 8 | 62);
        let filled = worded || matches!(kind, 2 | 5 | 9);
        let ruled = filled && look.hides() && self.shared.ruled.has(self.number, column);
        let why = look.unseen(worded, ruled);
        match kind {
            7 => {
                let shown = self.shared.strings.take(long(value, 0) as usize);
                self.row.push_unseen(column, shown, why);
            }
            6 | 8 | 62 => {
                let shown = text(value, usize::from(kind == 62)).0;
                self.row.push_unseen(column, self.shared.strings.bounds.cut(&shown), why);
            }
            2 | 5 | 9 => {
                let value = if kind == 2 { Some(packed(long(value, 0))) } else { double(value, 0) };
                let Some(value) = value else { return };
                let shown = number::value_as(value, look.number, self.shared.since_1904);
                self.row.push_unseen(column, &shown, why.filter(|_| value != 0.0));
            }
            _ => return,
        }
        self.full();
    }

    fn push(&mut self, column: u32, shown: &str, why: Option<&'static str>) {
        self.row.push_unseen(column, shown, why);
        self.full();
    }

    /// A row of too many cells comes in pieces.
    fn full(&mut self) {
        if self.row.full() {
            self.turn();
        }
    }
}

fn plain(value: f64) -> String {
    number::value_as(value, number::Style::Plain, false)
}
