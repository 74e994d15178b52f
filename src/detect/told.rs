//! What cells of a column are, remembered where they come again: ranks and units do. It must not decide what a cell is.

use foldhash::HashMap;

/// What a cell of a column of a class is.
#[derive(Clone, Copy)]
pub(super) enum Told {
    /// It says only that there is a value, or where.
    Nothing,
    /// Not a value of its column.
    Loose,
    /// A value of a class, or of a narrower one, and what unit at risk it names.
    Value { bit: u8, test: bool, narrow: u8, unit: Option<u8> },
}

/// Cells of a column that are remembered.
const MOST_TOLD: usize = 1 << 9;
/// Bytes of a cell that is remembered.
const LONGEST_TOLD: usize = 48;

/// What cells of a column were told to be: ranks and units come again and again. Where cells hardly do, nothing is remembered.
#[derive(Default)]
pub(super) struct Recalled {
    known: HashMap<Box<str>, Told>,
    asked: usize,
    hits: usize,
    shut: bool,
}

impl Recalled {
    pub(super) fn told(&mut self, cell: &str, work: impl FnOnce() -> Told) -> Told {
        if self.shut || cell.len() > LONGEST_TOLD {
            return work();
        }
        self.asked += 1;
        if let Some(known) = self.known.get(cell) {
            self.hits += 1;
            return *known;
        }
        let told = work();
        if self.known.len() < MOST_TOLD {
            self.known.insert(cell.into(), told);
        } else if self.hits < self.asked / 2 {
            (self.shut, self.known) = (true, HashMap::default());
        }
        told
    }
}
