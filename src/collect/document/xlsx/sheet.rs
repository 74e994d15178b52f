//! A sheet of cells as XML, row by row. The cached values of cells in other files look the same and are read here too.

use super::areas::Areas;
use super::book::Strings;
use super::grid::{Grid, Row};
use super::look::Look;
use super::number;
use super::xml::Tag;

/// What cells refer to.
pub(super) struct Shared<'s> {
    pub(super) strings: &'s mut Strings,
    pub(super) looks: &'s [Look],
    pub(super) since_1904: bool,
    /// Cells whose ground something else than their style may colour.
    pub(super) ruled: &'s Areas,
}

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Area {
    pub(super) rows: (u64, u64),
    pub(super) columns: (u32, u32),
}

impl Area {
    /// From first to last, rows counted from 1, columns from 0.
    pub(in super::super) fn new(rows: (u64, u64), columns: (u32, u32)) -> Self {
        Self { rows, columns }
    }

    /// Of an address: `A1:D10`.
    pub(super) fn of(address: &str) -> Option<Self> {
        let (first, last) = address.split_once(':').unwrap_or((address, address));
        let row = |text: &str| text.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u64>().ok();
        Some(Self { rows: (row(first)?, row(last)?), columns: (column(first)?, column(last)?) })
    }

    /// Its first row alone.
    pub(in super::super) fn top(self) -> Self {
        Self { rows: (self.rows.0, self.rows.0), ..self }
    }

    /// Its last row alone.
    pub(in super::super) fn bottom(self) -> Self {
        Self { rows: (self.rows.1, self.rows.1), ..self }
    }

    /// Whether a cell is in it.
    #[cfg(test)]
    pub(in super::super) fn has(&self, row: u64, column: u32) -> bool {
        (self.rows.0..=self.rows.1).contains(&row) && (self.columns.0..=self.columns.1).contains(&column)
    }
}

/// A sheet being read.
pub(super) struct Cells<'g, 's, 'a> {
    grid: &'g mut Grid<'a>,
    shared: Shared<'s>,
    row: Row,
    number: u64,
    hidden: bool,
    column: u32,
    kind: String,
    look: Look,
    value: String,
    /// What is being taken: the value of a cell, or text outside of cells.
    taking: Taking,
    spoken: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Taking {
    Nothing,
    Value,
    Loose,
}

/// The longest text of a cell, in bytes; Excel allows 32,767 characters.
const MOST_TEXT: usize = 256 << 10;

impl<'g, 's, 'a> Cells<'g, 's, 'a> {
    pub(super) fn new(grid: &'g mut Grid<'a>, shared: Shared<'s>) -> Self {
        Self {
            grid,
            shared,
            row: Row::default(),
            number: 0,
            hidden: false,
            column: 0,
            kind: String::new(),
            look: Look::default(),
            value: String::new(),
            taking: Taking::Nothing,
            spoken: false,
        }
    }

    pub(super) fn tag(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Open("col", attributes) => {
                let none = attributes.get("width").and_then(|width| width.parse::<f64>().ok()) == Some(0.0);
                if attributes.is("hidden") || none {
                    let first = attributes.number("min").unwrap_or(1).max(1);
                    let last = attributes.number("max").unwrap_or(first);
                    self.grid.hide_columns((first - 1) as u32, last.saturating_sub(1) as u32);
                }
            }
            Tag::Open("row", attributes) => {
                self.number = attributes.number("r").unwrap_or(self.number + 1);
                let none = attributes.get("ht").and_then(|height| height.parse::<f64>().ok()) == Some(0.0);
                self.hidden = attributes.is("hidden") || none;
                self.column = 0;
                self.row.clear();
            }
            Tag::Open("c" | "cell", attributes) => {
                if let Some(column) = attributes.get("r").as_deref().and_then(column) {
                    self.column = column;
                }
                self.kind = attributes.get("t").unwrap_or_default();
                let look = attributes.number("s").and_then(|index| self.shared.looks.get(index as usize));
                self.look = look.copied().unwrap_or_default();
                self.value.clear();
            }
            Tag::Open("v", _) => self.taking = Taking::Value,
            Tag::Open("rPh", _) => self.spoken = true,
            Tag::Close("rPh") => self.spoken = false,
            Tag::Open("t", _) if !self.spoken => self.taking = Taking::Value,
            Tag::Open(
                "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter" | "formula1" | "formula2",
                _,
            ) => {
                self.value.clear();
                self.taking = Taking::Loose;
            }
            Tag::Open("hyperlink", attributes) => {
                for name in ["display", "tooltip"] {
                    if let Some(text) = attributes.get(name) {
                        self.grid.text(&text);
                    }
                }
            }
            Tag::Open(..) => {}
            Tag::Text(text) => {
                if self.taking != Taking::Nothing && self.value.len() < MOST_TEXT {
                    self.value.push_str(text);
                }
            }
            Tag::Close("v" | "t") => self.taking = Taking::Nothing,
            Tag::Close("c" | "cell") => self.cell(),
            Tag::Close("row") => {
                self.grid.row(self.number, self.hidden, &self.row);
                self.row.clear();
            }
            Tag::Close(_) => {
                if self.taking == Taking::Loose {
                    self.taking = Taking::Nothing;
                    let text = std::mem::take(&mut self.value);
                    self.grid.text(&text);
                    self.grid.text("");
                }
            }
        }
    }

    fn cell(&mut self) {
        self.taking = Taking::Nothing;
        let shown;
        let text = match self.kind.as_str() {
            "s" => self.value.trim().parse().map_or("", |index| self.shared.strings.take(index)),
            "str" | "inlineStr" => self.value.as_str(),
            "b" => "",
            "e" => "",
            "d" => self.value.strip_suffix("T00:00:00").unwrap_or(&self.value),
            _ => {
                shown = number::show(&self.value, self.look.number, self.shared.since_1904);
                shown.as_str()
            }
        };
        let worded = matches!(self.kind.as_str(), "s" | "str" | "inlineStr");
        let ruled = self.look.hides() && !text.is_empty() && self.shared.ruled.has(self.number, self.column);
        let why = self.look.unseen(worded, ruled).filter(|_| worded || self.value.trim() != "0");
        // characters that XML cannot hold are written `_x000D_`
        if text.contains("_x000") {
            self.row.push_unseen(self.column, &text.replace("_x000D_", " ").replace("_x000A_", " "), why);
        } else {
            self.row.push_unseen(self.column, text, why);
        }
        self.column = self.column.saturating_add(1);
        if self.row.full() {
            self.grid.row(self.number, self.hidden, &self.row);
            self.row.clear();
        }
    }
}

/// The column of a cell's address, from 0: `AB12` is 27.
fn column(address: &str) -> Option<u32> {
    let letters = address.bytes().filter(|byte| *byte != b'$').take_while(u8::is_ascii_alphabetic);
    let mut out: u32 = 0;
    for (index, byte) in letters.enumerate() {
        if index >= 3 {
            return None;
        }
        out = out * 26 + u32::from(byte.to_ascii_uppercase() - b'A') + 1;
    }
    out.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::{Area, column};

    #[test]
    fn addresses() {
        assert_eq!(column("A1"), Some(0));
        assert_eq!(column("$AB$12"), Some(27));
        assert_eq!(column("XFD1048576"), Some(16_383));
        assert_eq!(column("12"), None);
        assert_eq!(column("ABCD1"), None);
        let area = Area::of("B2:D10");
        assert!(area.is_some_and(|area| area.has(2, 1) && area.has(10, 3) && !area.top().has(3, 1) && !area.has(2, 4)));
        assert_eq!(Area::of("B:D"), None);
    }
}
