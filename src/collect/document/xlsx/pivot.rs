//! Pivot caches: the rows that a pivot table was made of, kept in the workbook even when their sheet is gone.

use super::super::Work;
use super::grid::{Grid, Row};
use super::number::{self, Style};
use super::package::Package;
use super::xml::{Attributes, Tag};
use crate::model::evidence::Part;

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

/// Reads a cache: its records, then the values that no record points to any more.
pub(super) fn read(work: &mut Work<'_>, package: &mut Package, path: &str, label: &str) {
    let mut fields: Vec<Field> = Vec::new();
    let (mut shared, mut bytes, mut cut) = (false, 0_usize, false);
    let most = work.limits.whole_bytes as usize;
    package.xml(work, path, "a pivot cache", &mut |tag| match tag {
        Tag::Open("cacheField", attributes) if fields.len() < MOST_FIELDS => {
            let recorded = attributes.get("databaseField").is_none_or(|word| !matches!(word.as_str(), "0" | "false"));
            fields.push(Field { name: attributes.get("name").unwrap_or_default(), recorded, ..Field::default() });
        }
        Tag::Open("sharedItems", _) => shared = true,
        Tag::Close("sharedItems") => shared = false,
        Tag::Open(name, attributes) if shared => {
            if let (Some(text), Some(field)) = (value(name, attributes), fields.last_mut()) {
                bytes += text.len() + 24;
                if bytes > most || field.items.len() >= MOST_ITEMS {
                    cut = true;
                } else {
                    field.items.push(text);
                }
            }
        }
        _ => {}
    });
    if cut {
        work.gap(
            crate::model::evidence::GapKind::Limit,
            format!("more than {most} bytes in a pivot cache: the rest was not read"),
        );
    }
    for field in &mut fields {
        field.used = vec![false; field.items.len()];
    }
    let relations = package.relations(work, path);
    let records = relations.into_iter().map(|row| row.1).find(|row| row.kind == "pivotCacheRecords" && !row.outside);
    let beside = path.to_lowercase().replace("pivotcachedefinition", "pivotcacherecords");
    let records = records.map(|row| row.target).or_else(|| package.has(&beside).then_some(beside));
    let mut grid = Grid::new(work.engine, label, Some("pivot cache"));
    let mut row = Row::default();
    for (index, field) in fields.iter().enumerate() {
        row.push(index as u32, &field.name);
    }
    grid.row(0, false, &row);
    let places: Vec<usize> = fields.iter().enumerate().filter(|field| field.1.recorded).map(|field| field.0).collect();
    let (mut number, mut at) = (0, 0);
    if let Some(records) = records {
        package.xml(work, &records, "records of a pivot cache", &mut |tag| match tag {
            Tag::Open("r", _) => {
                number += 1;
                at = 0;
                row.clear();
            }
            Tag::Close("r") => grid.row(number, false, &row),
            Tag::Open(name, attributes) => {
                let Some(place) = places.get(at).copied() else { return };
                let Some(field) = fields.get_mut(place) else { return };
                if name == "x" {
                    let index = attributes.number("v").map_or(usize::MAX, |index| index as usize);
                    if let Some(text) = field.items.get(index) {
                        row.push(place as u32, text);
                    }
                    if let Some(used) = field.used.get_mut(index) {
                        *used = true;
                    }
                    at += 1;
                } else if let Some(text) = value(name, attributes) {
                    row.push(place as u32, &text);
                    at += 1;
                }
            }
            _ => {}
        });
    }
    // who was deleted from the source stays among the values
    for (index, field) in fields.iter().enumerate() {
        for (item, _) in field.items.iter().zip(&field.used).filter(|(_, used)| !**used) {
            number += 1;
            row.clear();
            row.push(index as u32, item);
            grid.row(number, false, &row);
        }
    }
    let mut parts: Vec<Part> = Vec::new();
    grid.finish(&mut parts);
    work.parts.extend(parts.into_iter().filter(|part| part.records > 0));
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
