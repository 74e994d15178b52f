//! Reports: one file per format. They read only the assessment and write text; they open nothing, ask no clock, know no policy.

use provost_detect as detect;
use provost_model as model;

/// The macro.
mod registry {
    pub(crate) use provost_model::registry;
}

mod text;

use crate::model::assessment::Assessment;

/// How a report is to be shown.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Columns of the terminal.
    pub width: u16,
    /// Whether escapes for colour may be written.
    pub colour: bool,
    /// Whether everything is shown, not only what matters most.
    pub all: bool,
    /// Only the head of a report for the terminal.
    pub head: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 80, colour: false, all: false, head: false }
    }
}

/// One report format.
pub trait Format: Sync {
    /// The name in `--format`: the file's name, with `-` for `_`.
    fn id(&self) -> &'static str;
    /// One line: for whom.
    fn title(&self) -> &'static str;
    /// Writes an assessment: text in UTF-8, but for formats that are no text.
    fn render(&self, assessment: &Assessment, style: Style) -> Vec<u8>;
}

crate::registry::registry! {
    /// Every report format.
    pub FORMATS: dyn Format = FORMAT;
    terminal, json, html, markdown, csv, csv_evidence, sarif, junit, gitlab, github, oscal, oscal_poam, pdf,
}

pub mod review;
pub mod review_page;
pub use terminal::{inventory, people_line, table};
pub use text::place::encode;

/// The format of a name.
pub fn by_id(id: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.id() == id)
}

/// JSON as people can read it, with a line end behind it.
pub fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| "{}".to_owned()) + "\n"
}

/// `1 control`, `2 controls`.
pub fn many(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// The names of all formats.
pub fn ids() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.id()).collect()
}

/// Cells as CSV (RFC 4180); a cell that a sheet would take for a formula begins with an apostrophe.
pub fn sheet(rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    for row in rows {
        csv::row(&mut out, &row.iter().map(String::as_str).collect::<Vec<_>>());
    }
    out
}
