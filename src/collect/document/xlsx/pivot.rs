//! Pivot caches: the rows that a pivot table was made of, kept in the workbook even when their sheet is gone.

use super::super::Work;
use super::bounds::Bounds;
use super::grid::{Grid, Row};
use super::number::{self, Style};
use super::package::Package;
use super::xml::{Attributes, Tag};
use crate::model::evidence::{GapKind, Part};

/// One column of the cache.
#[derive(Default)]
struct Field {
    name: String,
    /// Whether records have a cell for it.
    recorded: bool,
    items: Vec<String>,
    used: Vec<bool>,
}

/// Values are kept once, and records point to them; more than this is not held.
const MOST_ITEMS: usize = 8 << 20;
const MOST_FIELDS: usize = 16_384;

/// The columns of a cache with their values, as they come.
pub(in super::super) struct Cache {
    fields: Vec<Field>,
    bytes: usize,
    most: usize,
    cut: bool,
    bounds: Bounds,
}

impl Cache {
    pub(in super::super) fn new(work: &Work<'_>, package: &Package) -> Self {
        let most = usize::try_from(work.limits.whole_bytes).unwrap_or(usize::MAX);
        Self { fields: Vec::new(), bytes: 0, most, cut: false, bounds: Bounds::new(package.repeats(work)) }
    }

    /// A further column.
    pub(in super::super) fn field(&mut self, name: String, recorded: bool) {
        if self.fields.len() < MOST_FIELDS {
            self.fields.push(Field { name, recorded, ..Field::default() });
        }
    }

    /// A further value of the last column.
    pub(in super::super) fn item(&mut self, text: &str) {
        let text = self.bounds.cut(text);
        let Some(field) = self.fields.last_mut() else { return };
        self.bytes += text.len() + 24;
        if self.bytes > self.most || field.items.len() >= MOST_ITEMS {
            self.cut = true;
        } else {
            field.items.push(text.to_owned());
        }
    }

    /// The columns are all there: records come.
    pub(in super::super) fn records<'a>(mut self, work: &mut Work<'a>, label: &str) -> Records<'a> {
        if self.cut {
            let most = self.most;
            work.gap(GapKind::Limit, format!("more than {most} bytes in a pivot cache: the rest was not read"));
        }
        let (mut grid, mut row) = (Grid::new(work.engine, label, Some("pivot cache")), Row::default());
        for (index, field) in self.fields.iter_mut().enumerate() {
            field.used = vec![false; field.items.len()];
            row.push(index as u32, &field.name);
        }
        grid.row(0, false, &row);
        let places = self.fields.iter().enumerate().filter(|field| field.1.recorded).map(|field| field.0).collect();
        Records { grid, row, fields: self.fields, places, at: 0, number: 0, bounds: self.bounds }
    }
}

/// The records of a cache, value by value.
pub(in super::super) struct Records<'a> {
    grid: Grid<'a>,
    row: Row,
    fields: Vec<Field>,
    places: Vec<usize>,
    at: usize,
    number: u64,
    bounds: Bounds,
}

impl Records<'_> {
    /// A record begins.
    pub(in super::super) fn begin(&mut self) {
        self.number += 1;
        self.at = 0;
        self.row.clear();
    }

    /// It ends.
    pub(in super::super) fn end(&mut self) {
        self.grid.row(self.number, false, &self.row);
        self.row.clear();
    }

    /// The column that the next value is of, and whether that has a list of values; `None` behind the last.
    pub(in super::super) fn next(&self) -> Option<(usize, bool)> {
        let place = *self.places.get(self.at)?;
        Some((place, !self.fields.get(place)?.items.is_empty()))
    }

    /// The next value is the one at this place of the list.
    pub(in super::super) fn index(&mut self, index: usize) {
        let Some(place) = self.places.get(self.at).copied() else { return };
        let Some(field) = self.fields.get_mut(place) else { return };
        let again = field.used.get_mut(index).is_some_and(|used| std::mem::replace(used, true));
        if let Some(text) = field.items.get(index).filter(|text| !again || self.bounds.again(text.len())) {
            self.row.push(place as u32, text);
        }
        self.at += 1;
        self.full();
    }

    /// The next value.
    pub(in super::super) fn value(&mut self, text: &str) {
        if let Some(place) = self.places.get(self.at) {
            self.row.push(*place as u32, self.bounds.cut(text));
            self.at += 1;
            self.full();
        }
    }

    /// A record of too much comes in pieces.
    fn full(&mut self) {
        if self.row.full() {
            self.grid.row(self.number, false, &self.row);
            self.row.clear();
        }
    }

    /// All are read. Who was deleted from the source stays among the values.
    pub(in super::super) fn finish(mut self, work: &mut Work<'_>) {
        self.bounds.told(work);
        for (index, field) in self.fields.iter().enumerate() {
            for (item, _) in field.items.iter().zip(&field.used).filter(|(_, used)| !**used) {
                self.number += 1;
                self.row.clear();
                self.row.push(index as u32, item);
                self.grid.row(self.number, false, &self.row);
            }
        }
        let mut parts: Vec<Part> = Vec::new();
        self.grid.finish(&mut parts);
        work.parts.extend(parts.into_iter().filter(|part| part.records > 0));
    }
}

/// Where the records of a cache are.
pub(in super::super) fn place(work: &mut Work<'_>, package: &mut Package, path: &str) -> Option<String> {
    let relations = package.relations(work, path);
    let records = relations.into_iter().map(|row| row.1).find(|row| row.kind == "pivotCacheRecords" && !row.outside);
    let beside = path.to_lowercase().replace("pivotcachedefinition", "pivotcacherecords");
    records.map(|row| row.target).or_else(|| package.has(&beside).then_some(beside))
}

/// Reads a cache: its records, then the values that no record points to any more.
pub(super) fn read(work: &mut Work<'_>, package: &mut Package, path: &str, label: &str) {
    let mut cache = Cache::new(work, package);
    let mut shared = false;
    package.xml(work, path, "a pivot cache", &mut |tag| match tag {
        Tag::Open("cacheField", attributes) => {
            let recorded = attributes.get("databaseField").is_none_or(|word| !matches!(word.as_str(), "0" | "false"));
            cache.field(attributes.get("name").unwrap_or_default(), recorded);
        }
        Tag::Open("sharedItems", _) => shared = true,
        Tag::Close("sharedItems") => shared = false,
        Tag::Open(name, attributes) if shared => {
            if let Some(text) = value(name, attributes) {
                cache.item(&text);
            }
        }
        _ => {}
    });
    let mut records = cache.records(work, label);
    if let Some(path) = place(work, package, path) {
        package.xml(work, &path, "records of a pivot cache", &mut |tag| match tag {
            Tag::Open("r", _) => records.begin(),
            Tag::Close("r") => records.end(),
            Tag::Open("x", attributes) => {
                records.index(attributes.number("v").map_or(usize::MAX, |index| index as usize));
            }
            Tag::Open(name, attributes) => {
                if let Some(text) = value(name, attributes) {
                    records.value(&text);
                }
            }
            _ => {}
        });
    }
    records.finish(work);
}

/// The value of an item; `None` for what is no item.
fn value(name: &str, attributes: &Attributes<'_>) -> Option<String> {
    let text = || attributes.get("v").unwrap_or_default();
    match name {
        "s" => Some(text()),
        "n" => Some(number::show(&text(), Style::Plain, false)),
        "d" => Some(text().trim_end_matches("T00:00:00").to_owned()),
        "b" | "e" | "m" => Some(String::new()),
        _ => None,
    }
}
