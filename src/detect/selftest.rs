//! A class's own examples, run: for the test suite and for `provost policy test`. It answers with sentences about the declaration;
//! the examples are the policy's, not a supplier's.

use super::engine::Engine;
use super::table::{Header, TableScan};
use super::text::TextScan;
use crate::model::class::{Class, ColumnExample};
use crate::model::evidence::Part;

/// What of a class's examples does not hold.
pub fn examples(engine: &Engine, class: &Class) -> Vec<String> {
    let mut wrong = Vec::new();
    for (texts, wanted) in [(&class.examples.text, true), (&class.examples.not_text, false)] {
        for text in texts.iter().filter(|text| found(engine, &class.id, text) != wanted) {
            wrong.push(format!("{}: {}: {text}", class.id, if wanted { "not found" } else { "found" }));
        }
    }
    for (columns, wanted) in [(&class.examples.columns, true), (&class.examples.not_columns, false)] {
        for column in columns.iter().filter(|column| is_column(engine, &class.id, column) != wanted) {
            let what = if wanted { "no column of the class" } else { "a column of the class" };
            wrong.push(format!("{}: {what}: {} with {}", class.id, column.header, column.cells.join(", ")));
        }
    }
    wrong
}

fn found(engine: &Engine, class: &str, text: &str) -> bool {
    let mut scan = TextScan::new(engine);
    text.lines().enumerate().for_each(|(index, line)| scan.line(index as u64 + 1, line));
    let mut part = Part::default();
    scan.finish(&mut part);
    part.tallies.get(class).is_some_and(|tally| tally.matches > 0)
}

fn is_column(engine: &Engine, class: &str, example: &ColumnExample) -> bool {
    let mut scan = TableScan::new(engine, Header::Given(vec![example.header.clone(), "colour".to_owned()]));
    for (index, cell) in example.cells.iter().enumerate() {
        scan.row(index as u64 + 1, [cell.as_str(), "blue"].into_iter());
    }
    let mut part = Part::default();
    scan.finish(&mut part);
    part.columns.first().and_then(|column| column.class.as_deref()) == Some(class)
}
