//! Small tables in which nothing can be, known without reading them as tables: no header means a class that its cells bear out, and no
//! cell is anything by itself. Most of what a configuration holds is of that sort, and comes again from file to file. It must say
//! "nothing" only where a table scan would find nothing, and may be silent where it is in doubt.

use super::engine::{Engine, Scratch};
use super::memo::Recall;
use super::plan;
use super::table::{SAMPLE_BYTES, is_empty, is_read, trimmed};
use super::validators::Validity;
use std::sync::Mutex;

/// Different cells from which on a column may be told to be of a class by them alone.
pub(super) const ENOUGH_ALONE: usize = 20;

/// What a cell is by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks {
    /// In no list, no name, and nothing is found in it.
    Inert,
    /// Perhaps a name, or a value of some class's list: with others like it, it may tell a column.
    Listed,
    /// Something is found in it.
    Something,
}

/// What was found out about headers and cells.
#[derive(Default)]
pub(super) struct Quiet {
    headers: Mutex<Recall<bool>>,
    cells: Mutex<Recall<Looks>>,
    /// Those that fit no class whose cells alone tell it.
    strange: Mutex<Recall<bool>>,
}

impl Engine {
    /// Whether nothing is in a table, as far as that shows in each header and each cell by itself. `false` says nothing. `column` gives
    /// a header as a table would have it; `cells` gives the cells with the number of their column, and is gone through several times.
    pub fn is_quiet<'a, C: Iterator<Item = (usize, &'a str)>>(
        &self,
        headers: impl Iterator<Item = &'a str>,
        column: impl Fn(&str) -> String,
        rows: usize,
        cells: impl Fn() -> C,
        scratch: &mut Scratch,
    ) -> bool {
        // what a header means, its cells may belie
        let mut meant: Vec<(usize, String)> = Vec::new();
        for (index, header) in headers.enumerate() {
            let silent = |header: &str| !header.is_empty() && self.headers.meanings(header).is_empty();
            if !Recall::answer(&self.quiet.headers, header, || silent(&column(header))) {
                meant.push((index, column(header)));
            }
        }
        let of = |column: usize| {
            let own = cells().filter(move |own| own.0 == column).map(|own| own.1);
            own.map(trimmed).filter(|cell| !is_empty(cell))
        };
        let plain = |(index, header): &(usize, String)| {
            !header.is_empty() && plan::plan(self, header, &of(*index).collect::<Vec<_>>()).is_none()
        };
        if !meant.iter().all(plain) {
            return false;
        }
        let (mut doubtful, mut bytes): (Vec<usize>, usize) = (Vec::new(), 0);
        for (index, cell) in cells() {
            // a scan decides by what comes first of so much
            bytes += cell.len();
            if bytes >= SAMPLE_BYTES {
                return false;
            }
            let cell = trimmed(cell);
            if is_empty(cell) {
                continue;
            }
            match Recall::answer(&self.quiet.cells, cell, || self.looks(cell, scratch)) {
                Looks::Inert => {}
                Looks::Listed => doubtful.push(index),
                Looks::Something => return false,
            }
            if rows >= ENOUGH_ALONE && !self.is_strange(cell) {
                return false;
            }
        }
        doubtful.sort_unstable();
        doubtful.dedup();
        // lists tell a column by three different cells at least
        doubtful.into_iter().all(|column| {
            let mut cells = of(column);
            let Some(first) = cells.next() else { return true };
            let Some(second) = cells.find(|cell| *cell != first) else { return true };
            cells.all(|cell| cell == first || cell == second)
        })
    }

    /// What a cell is by itself.
    fn looks(&self, cell: &str, scratch: &mut Scratch) -> Looks {
        let mut found = Vec::new();
        if is_read(cell) {
            self.scan(cell, scratch, &mut found);
        }
        let facts = self.cell(cell);
        match (found.is_empty(), facts.known.is_empty() && facts.name <= 0.0) {
            (false, _) => Looks::Something,
            (true, false) => Looks::Listed,
            (true, true) => Looks::Inert,
        }
    }

    fn is_strange(&self, cell: &str) -> bool {
        let alone = |bit: &u8| {
            let class = self.classes.get(usize::from(*bit));
            class.is_some_and(|class| class.cell.as_ref().is_some_and(|rule| rule.alone))
        };
        let fits = |bit: u8| self.cell_fits(bit, cell) != Validity::Invalid;
        Recall::answer(&self.quiet.strange, cell, || !self.told_by_cells.iter().copied().filter(alone).any(fits))
    }
}
