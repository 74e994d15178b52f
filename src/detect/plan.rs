//! What a column of a table is: by its header, and by its cells, which decide between several meanings or speak for themselves. It
//! looks at one column at a time; what stands beside it is the table's business.

use super::columns::{NamePiece, name_piece};
use super::engine::{Cell, Engine, Why};
use super::quiet::ENOUGH_ALONE;
use super::validators::Validity;
use crate::model::class::Identifier;
use foldhash::HashSet;

/// What a column was decided to be.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub(super) bit: u8,
    pub(super) confidence: f32,
    pub(super) piece: NamePiece,
    /// The header says so clearly: a cell need not look like the class's usual values.
    pub(super) strong: bool,
    pub(super) why: Why,
}

/// The confidence of a column whose weak header is borne out by some of its cells only.
pub(super) const HALF_PROVEN: f32 = 0.45;

/// What a column is, by its header and its cells, which are trimmed and not empty.
pub(super) fn plan(engine: &Engine, header: &str, all: &[&str]) -> Option<Plan> {
    let cells = all;
    let mut best: Option<Plan> = None;
    for meaning in engine.headers.meanings(header) {
        let cells: Vec<&str> = cells.iter().copied().filter(|cell| !engine.no_value(meaning.bit, cell)).collect();
        if cells.is_empty() && !all.is_empty() {
            continue;
        }
        let share = share(engine, meaning.bit, &cells);
        let checked = is_checked(engine, meaning.bit);
        // words under the header of a number are no numbers: `Job No` above `printer`, `engraver`
        let worded = engine.identifier(meaning.bit) == Identifier::Number
            && !cells.is_empty()
            && !cells.iter().any(|cell| cell.contains(|c: char| c.is_ascii_digit()));
        if worded && share == 0.0 {
            continue;
        }
        // two or three small letters are a word of a vocabulary by chance: `prefix: ds`
        let small = |cell: &&str| cell.len() <= 3 && cell.bytes().all(|byte| byte.is_ascii_lowercase());
        if !meaning.strong && cells.iter().all(small) && cells.iter().collect::<HashSet<_>>().len() < 3 {
            continue;
        }
        let confidence = match (meaning.strong, share) {
            (true, _) if cells.is_empty() => Some(0.7),
            (true, share) if share >= 0.5 => Some(0.95),
            (true, share) if share >= 0.15 || !checked || cells.len() < 3 => Some(0.7),
            (false, share) if share >= 0.7 => Some(0.8),
            // half-proven: stays if the rest of the table is about people
            (false, share) if share >= 0.4 => Some(HALF_PROVEN),
            _ => None,
        };
        if let Some(confidence) = confidence.filter(|confidence| best.is_none_or(|plan| *confidence > plan.confidence)) {
            let why = if meaning.strong { Why::Header } else { Why::Likely };
            let piece = name_piece(header);
            best = Some(Plan { bit: meaning.bit, confidence, piece, strong: meaning.strong, why });
        }
    }
    if best.is_some() {
        return best;
    }
    let found = by_content(engine, cells, header.is_empty());
    found.map(|(bit, confidence)| Plan { bit, confidence, piece: NamePiece::Full, strong: false, why: Why::Cells })
}

fn by_content(engine: &Engine, cells: &[&str], headerless: bool) -> Option<(u8, f32)> {
    let distinct: HashSet<&str> = cells.iter().copied().collect();
    if distinct.len() < 2 {
        return None;
    }
    let facts: Vec<Cell> = distinct.iter().map(|cell| engine.cell(cell)).collect();
    let mut best: Option<(u8, f32)> = None;
    // most columns have nothing of what any list or word knows
    let plain = facts.iter().all(|cell| cell.known.is_empty() && cell.name <= 0.0);
    for bit in engine.told_by_cells.iter().copied() {
        let Some(class) = engine.classes.get(usize::from(bit)) else { continue };
        let alone = class.cell.as_ref().is_some_and(|rule| rule.alone) && distinct.len() >= ENOUGH_ALONE;
        let unspoken = headerless && distinct.len() >= 3 && class.cell.as_ref().is_some_and(|rule| rule.headerless);
        let confidence = if (alone || unspoken) && share(engine, bit, cells) >= 0.9 {
            // a date is one of birth only if the column's dates are spread as those of births are
            (class.identifier != Identifier::BirthDate || births(cells)).then_some(if alone { 0.85 } else { 0.7 })
        } else if plain {
            None
        } else if class.values.len() > 3 {
            let known = facts.iter().filter(|cell| cell.known.has(bit)).count();
            let enough = if headerless { 2 } else { 3 };
            let plain = distinct.iter().all(|cell| cell.len() <= 2 && cell.bytes().all(|byte| byte.is_ascii_uppercase()));
            (known >= enough + usize::from(plain) && known * 5 >= distinct.len() * 4).then_some(0.75)
        } else if Some(bit) == engine.name_bit() {
            let sum: f32 = cells.iter().map(|cell| engine.cell(cell).name).sum();
            let mean = sum / cells.len() as f32;
            (distinct.len() >= 3 && mean >= 0.7).then_some(0.75)
        } else {
            None
        };
        if let Some(confidence) = confidence.filter(|confidence| best.is_none_or(|(_, known)| *confidence > known)) {
            best = Some((bit, confidence));
        }
    }
    best
}

/// The share of cells that are values of a class.
pub(super) fn share(engine: &Engine, bit: u8, cells: &[&str]) -> f32 {
    if cells.is_empty() {
        return 0.0;
    }
    let fits = |cell: &&&str| {
        if Some(bit) == engine.name_bit() {
            engine.cell(cell).name >= 0.45
        } else {
            engine.cell_fits(bit, cell) != Validity::Invalid
        }
    };
    cells.iter().filter(fits).count() as f32 / cells.len() as f32
}

/// Whether the class's cells can be checked by more than their looks (a checksum): then a clear header is not enough by itself.
pub(super) fn is_checked(engine: &Engine, bit: u8) -> bool {
    engine.classes.get(usize::from(bit)).is_some_and(|class| {
        class.cell.as_ref().is_some_and(|rule| rule.validator.is_some()) && class.identifier != Identifier::None
    })
}

/// Whether dates are spread as people's births are: over more than fifteen years, none of a child's.
fn births(cells: &[&str]) -> bool {
    let year = |cell: &&&str| {
        let mut runs = cell.split(|c: char| !c.is_ascii_digit());
        runs.find_map(|run| run.get(..4).filter(|_| matches!(run.len(), 4 | 8)).and_then(|run| run.parse::<u32>().ok()))
    };
    let years: Vec<u32> = cells.iter().filter_map(|cell| year(&cell)).collect();
    let (first, last) = (years.iter().min().copied().unwrap_or(0), years.iter().max().copied().unwrap_or(0));
    years.len() >= 10 && last <= 2010 && first + 15 < last
}
