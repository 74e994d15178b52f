//! Tables: rows in, a holding out. Columns are classified by header and content on a first stretch of rows; then each row costs
//! only its own columns' checks. Wherever rows come from (CSV, JSON, a sheet, a database), they pass here, so that people are
//! counted the same everywhere.

use super::columns::NamePiece;
use super::dated::{self, Dated};
use super::engine::{Engine, Found, Scratch, Why};
use super::mask::{self, Strictness};
use super::partial::Partial;
use super::plan::{self, HALF_PROVEN, Plan};
use super::tally::{Holding, Place};
use super::told::{Recalled, Told};
use super::validators::{self, Validity};
use super::{names, number, text};
use crate::model::class::Identifier;
use crate::model::classset::ClassSet;
use crate::model::evidence::{Column, Dates, ID_ANY_NUMBER, ID_NAME_BIRTH, IdMark, Part};
use foldhash::{HashMap, HashSet};

/// Rows looked at before the columns are decided.
const SAMPLE_ROWS: usize = 256;
/// Bytes of rows looked at before the columns are decided.
pub(super) const SAMPLE_BYTES: usize = 1 << 20;
/// Columns that a table may have; further ones are read as text.
const MOST_COLUMNS: usize = 512;

/// Classes that identify nobody, and stand beside names all the same.
const BESIDE_NAMES: [&str; 8] =
    ["rank", "vetting_level", "phone_number", "home_address", "postcode", "blood_group", "photograph", "police_unit"];

/// Where the header of a table is.
pub enum Header {
    /// In the first row, if that looks like one.
    Guess,
    /// These cells, if they look like one above the rows; they are no row themselves.
    Candidate(Vec<String>),
    /// These names (keys of objects, columns of a database).
    Given(Vec<String>),
}

/// A table being read.
pub struct TableScan<'a> {
    engine: &'a Engine,
    scratch: Scratch,
    holding: Holding,
    header: Header,
    names: Vec<String>,
    sample: Vec<(u64, Vec<String>)>,
    sample_bytes: usize,
    plans: Option<Vec<Option<Plan>>>,
    /// The line of its header, if that was in it.
    heading: Option<u64>,
    /// A column of bare numbers that are all different, in a table of people: any kind of number may answer to it.
    numbers: Option<usize>,
    /// Columns that say when cards were issued.
    dated: Option<Dated>,
    /// Somebody else, who sees all of each row, says it.
    without_dates: bool,
    /// The columns that count, if not all do.
    focus: Option<HashSet<usize>>,
    /// The columns that count in single rows, by the row's number, until the row is read.
    own_focus: HashMap<u64, Vec<usize>>,
    found: Vec<Found>,
    /// What cells of a column were told to be, by the column.
    told: Vec<Recalled>,
}

impl<'a> TableScan<'a> {
    /// Begins.
    pub fn new(engine: &'a Engine, header: Header) -> Self {
        if let Header::Given(names) | Header::Candidate(names) = &header {
            for name in names {
                engine.hear(name);
            }
        }
        Self::with(engine, header, engine.scratch(), Holding::default())
    }

    fn with(engine: &'a Engine, header: Header, scratch: Scratch, holding: Holding) -> Self {
        Self {
            engine,
            scratch,
            holding,
            header,
            names: Vec::new(),
            sample: Vec::new(),
            sample_bytes: 0,
            plans: None,
            heading: None,
            numbers: None,
            dated: None,
            without_dates: false,
            focus: None,
            own_focus: HashMap::default(),
            found: Vec::new(),
            told: Vec::new(),
        }
    }

    /// Begins with working memory that was used before, to say where each match lies.
    pub(super) fn placing(engine: &'a Engine, scratch: Scratch) -> Self {
        Self::with(engine, Header::Guess, scratch, Holding::placing())
    }

    /// Ends with the places, and the working memory for the next one.
    pub(super) fn places(mut self) -> (Vec<Place>, Scratch) {
        self.decide();
        (self.holding.places.unwrap_or_default(), self.scratch)
    }

    /// Only what `focus` names counts, even before it has named anything.
    #[must_use]
    pub fn focused(mut self) -> Self {
        self.focus.get_or_insert_default();
        self
    }

    /// Somebody else, who sees all of each row, says when its cards were issued.
    #[must_use]
    pub fn without_dates(mut self) -> Self {
        self.without_dates = true;
        self
    }

    /// Ends, for who asks for nothing but when cards were issued.
    pub fn dates(mut self) -> Option<Dates> {
        self.decide();
        let header = |column: usize| {
            let name = self.names.get(column).map_or("", String::as_str);
            mask::label(self.engine, &mut self.scratch, name, Strictness::Capitals)
        };
        self.dated.and_then(|dated| dated.finish(header))
    }

    /// From now on only rows with something in such a column count; the other columns tell who is in the row.
    pub fn focus(&mut self, column: usize) {
        self.focus.get_or_insert_default().insert(column);
    }

    /// One row of which only the cells in these columns count; the others tell who is in the row.
    pub fn row_focused<'b>(&mut self, line: u64, cells: impl Iterator<Item = &'b str>, mut columns: Vec<usize>) {
        columns.sort_unstable();
        self.own_focus.insert(line, columns);
        self.row(line, cells);
    }

    /// One row with its line number.
    pub fn row<'b>(&mut self, line: u64, cells: impl Iterator<Item = &'b str>) {
        let cells = cells.inspect(|cell| self.engine.hear(cell));
        if self.plans.is_some() {
            let cells: Vec<&str> = cells.map(trimmed).collect();
            self.record(line, &cells);
            return;
        }
        let cells: Vec<String> = cells.map(str::to_owned).collect();
        self.sample_bytes += cells.iter().map(String::len).sum::<usize>();
        self.sample.push((line, cells));
        if self.sample.len() >= SAMPLE_ROWS || self.sample_bytes >= SAMPLE_BYTES {
            self.decide();
        }
    }

    /// Whether it is known what its columns are: no further row says more of that.
    pub fn decided(&self) -> bool {
        self.plans.is_some()
    }

    /// From now on rows are those of a stretch of the table: what was read before told what its columns are, and counts no more. `first`
    /// if it is the stretch with the header. Whether its first row is the header, and is to be left out.
    pub fn stretch(&mut self, first: bool) -> bool {
        self.decide();
        self.holding = Holding::stretch();
        self.dated = self.dated.take().map(Dated::emptied);
        let heading = self.heading.filter(|_| first);
        if let Some(line) = heading {
            self.header_values(line);
        }
        heading.is_some()
    }

    /// Ends a stretch: what is in it, and the columns into the part. `None` where it holds more than can be told.
    pub fn partial(mut self, part: &mut Part) -> Option<Partial> {
        self.columns(part);
        Partial::of(self.holding, self.dated, 0)
    }

    /// Ends, for who asks for nothing but what was found: whether something was, and only then it is moved into the part.
    pub fn finish_found(mut self, part: &mut Part) -> bool {
        self.decide();
        let found = !self.holding.is_empty();
        if found {
            self.finish(part);
        }
        found
    }

    /// Ends: moves what was found into the part.
    pub fn finish(mut self, part: &mut Part) {
        self.decide();
        self.columns(part);
        let header = |column: usize| part.columns.get(column).map(|column| column.header.clone()).unwrap_or_default();
        part.dates = self.dated.take().and_then(|dated| dated.finish(header));
        self.holding.finish(self.engine, part);
    }

    /// What its columns are.
    fn columns(&mut self, part: &mut Part) {
        if let Some(plans) = self.plans.take() {
            let width = plans.len().max(self.names.len()).min(MOST_COLUMNS);
            for index in 0..width {
                let name = self.names.get(index).map_or("", String::as_str);
                let plan = plans.get(index).copied().flatten();
                let known = plan.is_some() && self.engine.means(name);
                let header = if known {
                    mask::clean(name)
                } else {
                    mask::label(self.engine, &mut self.scratch, name, Strictness::Capitals)
                };
                let class = plan.map(|plan| self.engine.id(plan.bit).to_owned());
                part.columns.push(Column { header, class, confidence: plan.map_or(0.0, |plan| plan.confidence) });
            }
        }
    }

    fn decide(&mut self) {
        if self.plans.is_some() {
            return;
        }
        let mut rows = std::mem::take(&mut self.sample);
        self.names = match std::mem::replace(&mut self.header, Header::Guess) {
            Header::Given(names) => names,
            Header::Candidate(first) => {
                rows.insert(0, (0, first));
                let found = self.first_is_header(&rows);
                let first = rows.remove(0).1;
                if found { first } else { Vec::new() }
            }
            Header::Guess if self.first_is_header(&rows) => {
                let (line, names) = rows.remove(0);
                self.heading = Some(line);
                names
            }
            Header::Guess => Vec::new(),
        };
        let width = rows.iter().map(|row| row.1.len()).max().unwrap_or(0).max(self.names.len()).min(MOST_COLUMNS);
        let mut plans: Vec<Option<Plan>> = (0..width).map(|index| self.plan(index, &rows)).collect();
        self.settle_names(&mut plans, &rows);
        if self.names.is_empty() {
            self.unspoken_names(&mut plans, &rows);
        }
        // `Date issued to officer` above days names nobody
        for (index, plan) in plans.iter_mut().enumerate() {
            let named = plan.is_some_and(|plan| self.engine.identifier(plan.bit) == Identifier::Name);
            let cells =
                || rows.iter().filter_map(|row| row.1.get(index)).map(|cell| trimmed(cell)).filter(|cell| !is_empty(cell));
            if named && self.names.get(index).is_some_and(|name| dated::are_days(name, cells())) {
                *plan = None;
            }
        }
        let has_people = plans.iter().flatten().any(|plan| self.engine.identifier(plan.bit) == Identifier::Name);
        let has_number = plans.iter().flatten().any(|plan| self.engine.identifier(plan.bit) == Identifier::Number);
        if has_people && !has_number {
            self.numbers = (0..width).find(|index| plans.get(*index).is_some_and(Option::is_none) && numbers(&rows, *index));
        }
        let classes: Vec<&str> = plans.iter().flatten().map(|plan| self.engine.id(plan.bit)).collect();
        let taken: Vec<bool> = plans.iter().map(Option::is_some).collect();
        if !self.without_dates {
            self.dated = Dated::among(&self.names, &taken, &classes);
        }
        self.plans = Some(plans);
        if let Some(line) = self.heading.filter(|_| self.focus.is_none()) {
            self.header_values(line);
        }
        for (line, cells) in rows {
            let cells: Vec<&str> = cells.iter().map(|cell| trimmed(cell)).collect();
            self.record(line, &cells);
        }
    }

    /// A header has words in every cell, names a class, or has the shape that the rows below have not.
    fn first_is_header(&self, rows: &[(u64, Vec<String>)]) -> bool {
        let Some((_, first)) = rows.first() else { return false };
        let filled: Vec<&str> = first.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        if filled.is_empty() {
            return false;
        }
        // what comes again below, and not because the whole row does, is a value: `PC` above other constables
        let below = rows.get(1..).unwrap_or(&[]);
        let again = |index: usize, cell: &str| {
            let same = |row: &&(u64, Vec<String>)| row.1.get(index).is_some_and(|own| own.trim() == cell);
            below.iter().find(same).is_some_and(|row| row.1 != *first)
        };
        if first.iter().enumerate().any(|(index, cell)| !is_empty(cell.trim()) && again(index, cell.trim())) {
            return false;
        }
        let named = filled.iter().filter(|cell| !self.engine.headers.meanings(cell).is_empty()).count();
        let values: Vec<usize> = (0..first.len()).filter(|index| first.get(*index).is_some_and(|cell| no_word(cell))).collect();
        if !values.is_empty() {
            // somebody's name is in a row of values
            let named_person = |cell: &&str| names::cell(cell) >= 0.7 && self.engine.headers.meanings(cell).is_empty();
            if filled.iter().any(named_person) {
                return false;
            }
            // a year above a column of counts, or somebody's address that was put among the words so that nobody takes them for a header
            let like = |index: &usize| {
                let own = first.get(*index).map_or("", |cell| cell.trim());
                let same = |cell: &str| {
                    no_word(cell) && cell.contains('@') == own.contains('@') && cell.len().abs_diff(own.len()) <= own.len() / 4
                };
                let known = below.iter().take(20).filter_map(|row| row.1.get(*index)).map(|cell| cell.trim());
                let (alike, all) = known
                    .filter(|cell| !is_empty(cell))
                    .fold((0, 0), |(alike, all), cell| (alike + usize::from(same(cell)), all + 1));
                alike * 2 > all
            };
            let enough = if values.iter().any(like) { named * 2 >= filled.len() } else { named >= values.len() };
            return named >= 2 && enough;
        }
        if named > 0 && named * 3 >= filled.len() {
            return true;
        }
        let distinct: HashSet<&&str> = filled.iter().collect();
        let digits = filled.iter().any(|cell| cell.chars().filter(char::is_ascii_digit).count() > 3);
        let people = filled.iter().any(|cell| names::cell(cell) >= 0.7);
        if digits || people || distinct.len() < filled.len() {
            return false;
        }
        // words above a column of numbers, dates or addresses
        let shape = |cell: &str| cell.chars().any(|c| c.is_ascii_digit() || c == '@');
        (0..first.len()).any(|index| {
            below.iter().take(20).filter(|row| row.1.get(index).is_some_and(|cell| shape(cell))).count() * 2 > below.len().min(20)
        }) || named > 0
    }

    /// A header may hold somebody's number or address beside its words, or in them.
    fn header_values(&mut self, line: u64) {
        let told = |cell: &&(usize, String)| cell.1.contains('@') || cell.1.bytes().filter(u8::is_ascii_digit).count() > 3;
        let cells: Vec<(usize, String)> = self.names.iter().cloned().enumerate().filter(|cell| told(&cell)).collect();
        let found = cells.iter().fold(ClassSet::default(), |set, (index, cell)| set.union(self.loose(line, *index, cell.trim())));
        if !found.is_empty() {
            self.holding.records += 1;
            self.holding.record(found, Vec::new());
        }
    }

    fn plan(&self, index: usize, rows: &[(u64, Vec<String>)]) -> Option<Plan> {
        let cells: Vec<&str> =
            rows.iter().filter_map(|row| row.1.get(index)).map(|cell| cell.trim()).filter(|cell| !is_empty(cell)).collect();
        plan::plan(self.engine, self.names.get(index).map_or("", String::as_str), &cells)
    }

    /// A column of surnames or first names alone is weak; both together, or one beside an identifier, are sure. A lone `name` column
    /// in a table without anything else of a person stays only if its cells are names.
    fn settle_names(&self, plans: &mut [Option<Plan>], rows: &[(u64, Vec<String>)]) {
        let sure = plans.iter().flatten().any(|plan| plan.confidence > HALF_PROVEN);
        for slot in plans.iter_mut() {
            if slot.is_some_and(|plan| plan.confidence <= HALF_PROVEN) {
                *slot = slot.filter(|_| sure).map(|plan| Plan { confidence: 0.7, ..plan });
            }
        }
        let Some(bit) = self.engine.name_bit() else { return };
        Self::first_names(bit, plans, rows);
        let others = plans.iter().flatten().filter(|plan| plan.bit != bit).count();
        let named = plans.iter().flatten().filter(|plan| plan.bit == bit).count();
        if others > 0 || named > 1 {
            return;
        }
        for (index, slot) in plans.iter_mut().enumerate() {
            let Some(plan) = slot.filter(|plan| plan.bit == bit && plan.confidence < 0.9 && !plan.strong) else { continue };
            let cells: Vec<&str> =
                rows.iter().filter_map(|row| row.1.get(index)).map(|cell| cell.trim()).filter(|c| !c.is_empty()).collect();
            if plan::share(self.engine, plan.bit, &cells) < 0.5 {
                *slot = None;
            }
        }
    }

    /// A column of surnames without one of first names beside it: the undecided column nearest to it whose cells are first names is.
    fn first_names(bit: u8, plans: &mut [Option<Plan>], rows: &[(u64, Vec<String>)]) {
        let of = |slot: &Option<Plan>| slot.filter(|plan| plan.bit == bit);
        let pieces: Vec<(usize, NamePiece)> =
            plans.iter().enumerate().filter_map(|(index, slot)| Some((index, of(slot)?.piece))).collect();
        let &[(surnames, NamePiece::Surname)] = pieces.as_slice() else { return };
        let known = |index: usize| {
            let cells = || rows.iter().filter_map(move |row| row.1.get(index)).map(|cell| cell.trim()).filter(|c| !is_empty(c));
            let first = cells().filter(|cell| names::given(cell)).count();
            first >= 3 && first * 2 >= cells().count()
        };
        let open = (0..plans.len()).filter(|index| plans.get(*index).is_some_and(Option::is_none) && known(*index));
        let Some(index) = open.min_by_key(|index| index.abs_diff(surnames)) else { return };
        if let Some(slot) = plans.get_mut(index) {
            *slot = Some(Plan { bit, confidence: 0.7, piece: NamePiece::Given, strong: false, why: Why::Cells });
        }
    }

    /// Names in a table without a header: a column whose neighbours are of people needs less to be one of names, and two columns of
    /// single words side by side are a name together.
    fn unspoken_names(&self, plans: &mut [Option<Plan>], rows: &[(u64, Vec<String>)]) {
        let Some(bit) = self.engine.name_bit() else { return };
        if plans.iter().flatten().any(|plan| plan.bit == bit) || rows.len() < 3 {
            return;
        }
        let of_people = plans
            .iter()
            .flatten()
            .any(|plan| self.engine.identifier(plan.bit) != Identifier::None || BESIDE_NAMES.contains(&self.engine.id(plan.bit)));
        let least = if of_people { 0.25 } else { 0.6 };
        let cell = |row: &'_ (u64, Vec<String>), index: usize| row.1.get(index).map_or("", |cell| cell.trim()).to_owned();
        let open = |index: usize| plans.get(index).is_some_and(Option::is_none);
        let plan = |piece| Some(Plan { bit, confidence: 0.7, piece, strong: false, why: Why::Cells });
        let mut best: Option<(f32, usize, bool)> = None;
        for index in (0..plans.len()).filter(|index| open(*index)) {
            for pair in [false, true] {
                let (mut sum, mut count, mut possible, mut distinct) = (0.0, 0_usize, 0_usize, HashSet::default());
                for row in rows {
                    let (mut text, next) = (cell(row, index), cell(row, index + 1));
                    if is_empty(&text) {
                        continue;
                    }
                    if pair {
                        text = format!("{text} {next}");
                    }
                    count += 1;
                    let score = names::cell(&text);
                    sum += score;
                    possible += usize::from(score > 0.0);
                    distinct.insert(text);
                }
                // people differ; what is written on every other row is a thing
                let varied = distinct.len() >= 3 && distinct.len() * 2 > count && possible * 10 >= count * 8;
                let mean = sum / count.max(1) as f32;
                if varied && mean >= least && (!pair || open(index + 1)) && best.is_none_or(|known| mean > known.0) {
                    best = Some((mean, index, pair));
                }
            }
        }
        let Some((_, index, pair)) = best else { return };
        let (first, second) = if pair {
            let givens = |index: usize| rows.iter().filter(|row| names::given(&cell(row, index))).count();
            let initials = |index: usize| rows.iter().filter(|row| cell(row, index).chars().count() == 1).count();
            let first = (initials(index), givens(index)) >= (initials(index + 1), givens(index + 1));
            if first { (NamePiece::Given, NamePiece::Surname) } else { (NamePiece::Surname, NamePiece::Given) }
        } else {
            (NamePiece::Full, NamePiece::Full)
        };
        if let Some(slot) = plans.get_mut(index) {
            *slot = plan(first);
        }
        if let Some(slot) = plans.get_mut(index + 1).filter(|_| pair) {
            *slot = plan(second);
        }
    }

    /// One row; its cells are trimmed.
    fn record(&mut self, line: u64, cells: &[&str]) {
        let own = self.own_focus.remove(&line);
        let all = own.is_none() && self.focus.is_none();
        let counts: Vec<bool> = match (&own, &self.focus) {
            (Some(own), _) => (0..cells.len()).map(|index| own.binary_search(&index).is_ok()).collect(),
            (None, Some(focus)) => (0..cells.len()).map(|index| focus.contains(&index)).collect(),
            (None, None) => Vec::new(),
        };
        let ours = |index: usize| all || counts.get(index).copied().unwrap_or(false);
        if let (Some(dated), Some(plans)) = (&mut self.dated, &self.plans) {
            // whoever is in the row, whichever of its columns count
            if plans.iter().zip(cells).any(|(plan, cell)| plan.is_some() && !is_empty(cell)) {
                dated.row(cells);
            }
        }
        if !all && !cells.iter().enumerate().any(|(index, cell)| ours(index) && !is_empty(cell)) {
            return;
        }
        self.holding.records += 1;
        self.holding.volume += cells.iter().enumerate().filter(|row| ours(row.0)).map(|row| row.1.len() as u64).sum::<u64>();
        let Some(plans) = self.plans.take() else { return };
        let number = |index: usize| {
            plans.get(index).copied().flatten().is_some_and(|plan| self.engine.identifier(plan.bit) == Identifier::Number)
        };
        if cells.iter().enumerate().any(|(index, cell)| number(index) && number::is_sum(cell)) {
            self.plans = Some(plans);
            return;
        }
        let (mut set, mut focused) = (ClassSet::default(), ClassSet::default());
        let mut ids: Vec<IdMark> = Vec::new();
        let mut name = Pieces::default();
        let mut birth = None;
        let mut licence: Option<(u8, f32, usize, &str)> = None;
        for (index, cell) in cells.iter().copied().enumerate() {
            if is_empty(cell) {
                continue;
            }
            let ours = ours(index);
            match plans.get(index).copied().flatten() {
                Some(mut plan) => {
                    let (test, narrow, unit) = match self.tell(&plan, index, cell) {
                        Told::Nothing => continue,
                        // not a value of its column: read as text like any other cell
                        Told::Loose => {
                            if ours {
                                focused = focused.union(self.loose(line, index, cell));
                            }
                            continue;
                        }
                        Told::Value { bit, test, narrow, unit } => {
                            plan.bit = bit;
                            (test, narrow, unit)
                        }
                    };
                    if ours {
                        let Plan { confidence, why, .. } = plan;
                        let bit = narrow;
                        let hit = Found { bit, start: 0, end: cell.len(), confidence, test, why };
                        self.holding.place(Place { line, last: line, cell: index, hit });
                    }
                    if test {
                        if ours {
                            self.holding.test_value(plan.bit);
                        }
                        continue;
                    }
                    set = set.union(self.engine.with_parents(narrow));
                    if ours {
                        focused = focused.union(self.engine.with_parents(narrow));
                        // a driver's number is held against the rest of the row, which may come later
                        if Some(narrow) == self.engine.licence_bit {
                            licence = Some((narrow, plan.confidence, index, cell));
                        } else {
                            self.holding.matched(narrow, plan.confidence, line, || index as u32 + 1, cell);
                        }
                    }
                    // a role may name a unit at risk
                    if let Some(unit) = unit {
                        set = set.union(self.engine.with_parents(unit));
                        if ours {
                            focused = focused.union(self.engine.with_parents(unit));
                            self.holding.matched(unit, plan.confidence, line, || index as u32 + 1, cell);
                        }
                    }
                    match self.engine.identifier(plan.bit) {
                        Identifier::Number => number::marks(self.engine, plan.bit, cell, &mut ids),
                        Identifier::Email => ids.extend(self.engine.key.email(cell.as_bytes())),
                        Identifier::Name => name.add(plan.piece, cell),
                        Identifier::BirthDate => birth = day(cell),
                        Identifier::Photo => ids.extend(number::photo_mark(self.engine, cell)),
                        Identifier::None => {}
                    }
                }
                None if self.numbers == Some(index) => ids.extend(self.engine.key.number(ID_ANY_NUMBER, cell.as_bytes())),
                None if ours => focused = focused.union(self.loose(line, index, cell)),
                None => {}
            }
        }
        self.plans = Some(plans);
        if focused.is_empty() {
            return;
        }
        if let Some((bit, confidence, index, cell)) = licence {
            let sure = match validators::licence_agrees(cell.as_bytes(), &name.family(), birth.as_deref()) {
                Some(true) => confidence.max(0.99),
                Some(false) => confidence.min(0.6),
                None => confidence,
            };
            self.holding.matched(bit, sure, line, || index as u32 + 1, cell);
        }
        set = set.union(focused);
        name.marks(self.engine, birth.as_deref(), &mut ids);
        // the strongest first: by it people beyond the exact bound are counted
        ids.sort_unstable_by_key(|id| (self.engine.strength(id.kind), *id));
        ids.dedup();
        self.holding.record(set, ids);
    }

    /// What a cell of a column of a class is.
    fn tell(&mut self, plan: &Plan, index: usize, cell: &str) -> Told {
        let engine = self.engine;
        let work = || {
            if engine.no_value(plan.bit, cell) {
                return Told::Nothing;
            }
            let named = Some(plan.bit) == engine.name_bit();
            let mut validity = if named { Validity::Valid } else { engine.cell_fits(plan.bit, cell) };
            let mut bit = plan.bit;
            if validity == Validity::Invalid
                && let Some(kin) = engine.kin(bit, cell)
            {
                (bit, validity) = (kin, Validity::Valid);
            }
            // a word under the header of a number is none
            let worded = engine.identifier(bit) == Identifier::Number && !cell.contains(|c: char| c.is_ascii_digit());
            let strict = !plan.strong || plan::is_checked(engine, bit);
            if worded || validity == Validity::Invalid && strict {
                return Told::Loose;
            }
            let test = validity == Validity::TestData;
            let narrow = if test { bit } else { engine.narrowed(bit, cell) };
            // a role may name a unit at risk
            let unit = if test { None } else { engine.unit_of_role(narrow, cell) };
            Told::Value { bit, test, narrow, unit }
        };
        if self.told.len() <= index {
            self.told.resize_with(index + 1, Recalled::default);
        }
        match self.told.get_mut(index) {
            Some(told) => told.told(cell, work),
            None => work(),
        }
    }

    /// A cell outside any class's column: read as text. Its identifiers belong to whoever is in it, not to the row.
    fn loose(&mut self, line: u64, index: usize, cell: &str) -> ClassSet {
        let mut set = ClassSet::default();
        if !is_read(cell) {
            return set;
        }
        self.found.clear();
        self.engine.scan(cell, &mut self.scratch, &mut self.found);
        for hit in &self.found {
            self.holding.place(Place { line, last: line, cell: index, hit: *hit });
            if hit.test {
                self.holding.test_value(hit.bit);
                continue;
            }
            self.holding.matched(hit.bit, hit.confidence, line, || index as u32 + 1, cell.get(hit.start..hit.end).unwrap_or(""));
            set = set.union(self.engine.with_parents(hit.bit));
        }
        let own = self.found.iter().any(|hit| !hit.test && self.engine.identifier(hit.bit) != Identifier::None);
        if own {
            let found = std::mem::take(&mut self.found);
            text::record(self.engine, cell, &found, &mut self.holding);
            self.found = found;
            // counted there with their owner; the row keeps only what is nobody's own
            return ClassSet::default();
        }
        set
    }
}

/// Whether a cell outside any class's column may hold something.
pub(super) fn is_read(cell: &str) -> bool {
    (5..=65_536).contains(&cell.len()) && !cell.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// A cell without blanks around it.
pub(super) fn trimmed(cell: &str) -> &str {
    // most have none
    let plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if plain(cell.as_bytes().first()) && plain(cell.as_bytes().last()) { cell } else { cell.trim() }
}

/// A cell that is no word of a header by itself.
fn no_word(cell: &str) -> bool {
    let cell = cell.trim();
    !cell.is_empty() && (cell.len() > 80 || cell.contains('@') || !cell.contains(|c: char| c.is_alphabetic()))
}

/// What stands for "nothing" in a cell.
pub(super) fn is_empty(cell: &str) -> bool {
    cell.is_empty()
        || matches!(
            cell,
            "-" | "--" | "N/A" | "n/a" | "NA" | "NULL" | "null" | "None" | "none" | "nil" | "." | "?" | "TBC" | "tbc" | "\\N"
        )
}

/// Bare numbers of one kind: 4 to 8 digits, all different.
fn numbers(rows: &[(u64, Vec<String>)], index: usize) -> bool {
    let cells: Vec<&str> = rows.iter().filter_map(|row| row.1.get(index)).map(|cell| cell.trim()).collect();
    let distinct: HashSet<&&str> = cells.iter().collect();
    cells.len() >= 2
        && distinct.len() == cells.len()
        && cells.iter().all(|cell| (4..=8).contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A date in one form, whichever it was written in.
fn day(cell: &str) -> Option<String> {
    let parts: Vec<u32> = cell
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .take(3)
        .filter_map(|part| part.parse().ok())
        .collect();
    match parts.as_slice() {
        [year, month, day] if *year > 31 => Some(format!("{year:04}-{month:02}-{day:02}")),
        [day, month, year] if *year > 31 => Some(format!("{year:04}-{month:02}-{day:02}")),
        _ => None,
    }
}

#[derive(Default)]
struct Pieces {
    full: String,
    given: String,
    surname: String,
}

impl Pieces {
    fn add(&mut self, piece: NamePiece, cell: &str) {
        let slot = match piece {
            NamePiece::Full => &mut self.full,
            NamePiece::Given => &mut self.given,
            NamePiece::Surname => &mut self.surname,
        };
        if slot.is_empty() {
            cell.clone_into(slot);
        }
    }

    /// The family name.
    fn family(&self) -> String {
        if self.surname.is_empty() {
            names::normal(&self.full).map_or(String::new(), |name| name.surname)
        } else {
            self.surname.clone()
        }
    }

    fn marks(&self, engine: &Engine, birth: Option<&str>, ids: &mut Vec<IdMark>) {
        let marks = if self.surname.is_empty() {
            text::name_marks(engine, &self.full)
        } else {
            let name = names::normal_of(self.surname.trim(), self.given.trim());
            name.map_or(Vec::new(), |name| text::marks_of(engine, &name.surname, &name.given, &name.initials))
        };
        if let (Some(birth), Some(full)) = (birth, marks.first()) {
            let both = [&full.mark.to_le_bytes(), birth.as_bytes()].concat();
            ids.push(IdMark { kind: ID_NAME_BIRTH, mark: engine.key.mark(b"birth", &both) });
        }
        ids.extend(marks);
    }
}
