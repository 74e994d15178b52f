//! Spreadsheets of `OpenDocument` (ods): tables row by row, with what is hidden in them. It shares the sheet and the package with
//! the reader of Excel's workbooks; texts and presentations are read elsewhere.

use super::xlsx::grid::{Grid, Row};
use super::xlsx::lines::Lines;
use super::xlsx::look::{self, Colour};
use super::xlsx::number::{self, Style};
use super::xlsx::package::Package;
use super::xlsx::side;
use super::xlsx::xml::{Attributes, Tag};
use super::{Document, Head, Work};
use crate::detect::engine::Engine;
use crate::model::evidence::{Encryption, Gap, GapKind, Part, PartKind};
use std::collections::{HashMap, HashSet};

/// The reader.
pub(super) struct Ods;
/// The reader.
pub(super) static DOCUMENT: Ods = Ods;

/// How often a row or a cell that is written once and meant many times is counted.
const MOST_REPEATS: u64 = 1024;
/// How many cells more than are written a document may have for that: what two kilobytes say could take hours.
const MOST_SPARE: u64 = 1 << 20;
/// Styles that are told apart.
const MOST_STYLES: usize = 100_000;
/// The longest text of a cell.
const MOST_TEXT: usize = 256 << 10;

impl Document for Ods {
    fn id(&self) -> &'static str {
        "ods"
    }

    fn title(&self) -> &'static str {
        "Spreadsheets of OpenDocument (ods)"
    }

    fn notes(&self) -> &'static str {
        "Each sheet is a table, each row a record. Hidden are: sheets that are not displayed, collapsed and filtered rows and columns (with \
         whoever is in the row), cells in the colour of their ground or far from the others, cells kept of other files, comments, recorded changes. Embedded pictures are read as members. Macros are not \
         read. Number formats that show nothing, conditional formats and grounds of a table's style are not looked at. A row that is repeated counts 1,024 times at most, \
         and once after a million cells that are so repeated."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        let kind = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
        let has = |word: &[u8]| head.raw.windows(word.len()).any(|window| window == word);
        // its first part need not be the one that tells what it is
        let named = head.kind == "zip" && matches!(head.extension, "ods" | "ots");
        if head.kind == "odf" && has(kind) {
            100
        } else if named && (has(b"content.xml") || has(b"Configurations2/")) {
            110
        } else {
            0
        }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(bytes) = work.whole()? else { return Ok(()) };
        let Some(mut package) = Package::open(work, bytes) else { return Ok(()) };
        if encrypted(work, &mut package) {
            return Ok(());
        }
        let engine = work.engine;
        let mut sheets = Sheets {
            engine,
            dark: HashSet::new(),
            style: String::new(),
            looks: HashMap::new(),
            columns: Vec::new(),
            parts: Vec::new(),
            grid: None,
            column: 0,
            place: 0,
            row: Row::default(),
            number: 0,
            hidden: false,
            repeated: 1,
            spare: MOST_SPARE,
            cell: None,
            value: String::new(),
            text: String::new(),
            kept: String::new(),
            depth: 0,
            inside: Inside::Sheet,
            comments: Lines::new(work, "comments", Some("comment")),
            log: Lines::new(work, "log of changes", Some("log of changes")),
        };
        // styles that several documents of a maker share; the sheets' own stand before them
        if package.has("styles.xml") {
            package.xml(work, "styles.xml", "styles", &mut |tag| {
                if let Tag::Open(name, attributes) = tag {
                    sheets.look(name, attributes);
                }
            });
        }
        package.xml(work, "content.xml", "the sheets", &mut |tag| sheets.tag(&tag));
        let Sheets { parts, grid, comments, log, .. } = sheets;
        work.parts.extend(parts);
        if let Some(grid) = grid {
            grid.finish(&mut work.parts);
        }
        comments.finish(work, false);
        log.finish(work, false);
        beside(work, &mut package);
        Ok(())
    }
}

/// Whether its parts are encrypted: then nothing of it can be read.
fn encrypted(work: &mut Work<'_>, package: &mut Package) -> bool {
    if !package.has("META-INF/manifest.xml") {
        return false;
    }
    let mut found: Option<Encryption> = None;
    package.xml(work, "META-INF/manifest.xml", "the list of parts", &mut |tag| {
        if let Tag::Open("algorithm", attributes) = tag {
            let name = attributes.get("algorithm-name").unwrap_or_default().to_lowercase();
            found = found.max(Some(if name.contains("aes") { Encryption::Strong } else { Encryption::Weak }));
        }
    });
    let Some(encryption) = found else { return false };
    work.encryption = Some(encryption);
    work.gap(GapKind::Encrypted, "encrypted with a password: its content was not read");
    true
}

/// Properties, charts, pictures, macros.
fn beside(work: &mut Work<'_>, package: &mut Package) {
    let names: Vec<String> = package.names().to_vec();
    let mut properties = Lines::new(work, "properties", None);
    properties.kind = PartKind::Properties;
    let mut charts = Lines::new(work, "charts", None);
    let (mut going, mut macros) = (true, false);
    for path in &names {
        if path == "meta.xml" {
            let elements = ["initial-creator", "creator", "title", "subject", "description", "keyword", "user-defined"];
            properties.add(work, package, path, &elements, &[]);
        } else if path.starts_with("Object") && path.ends_with("/content.xml") {
            charts.add(work, package, path, &["p"], &[]);
        } else if path.starts_with("Basic/") || path.starts_with("Scripts/") {
            macros |= !path.ends_with('/');
        } else if going && path.starts_with("Pictures/") && !path.ends_with('/') {
            going = side::member(work, package, path);
        }
    }
    if macros {
        let reason = "programs (macros): not read".to_owned();
        work.gaps.push(Gap { at: "macros".to_owned(), kind: GapKind::Unsupported, reason });
    }
    charts.finish(work, false);
    properties.finish(work, false);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Sheet,
    Comment,
    Changes,
}

struct Cell {
    kind: String,
    repeated: u64,
    /// Why nobody sees it.
    unseen: Option<&'static str>,
}

/// The sheets being read.
struct Sheets<'a> {
    engine: &'a Engine,
    /// Styles of tables that are not displayed.
    dark: HashSet<String>,
    style: String,
    /// Colours of letters and ground by the style of cells, as far as they are told.
    looks: HashMap<String, (Option<Colour>, Option<Colour>)>,
    /// Where columns end, with the style of cells that say nothing of it themselves.
    columns: Vec<(u64, String)>,
    parts: Vec<Part>,
    grid: Option<Grid<'a>>,
    /// Columns described so far, and the place of the next cell.
    column: u64,
    place: u64,
    row: Row,
    number: u64,
    hidden: bool,
    repeated: u64,
    /// Cells that may still be repeated.
    spare: u64,
    cell: Option<Cell>,
    value: String,
    text: String,
    /// The cell's text before the comment that is being read.
    kept: String,
    /// Paragraphs in paragraphs.
    depth: usize,
    inside: Inside,
    comments: Lines<'a>,
    log: Lines<'a>,
}

impl Sheets<'_> {
    fn tag(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Open(name, attributes) => self.open(name, attributes),
            Tag::Text(text) => {
                if self.depth > 0 && self.text.len() < MOST_TEXT {
                    self.text.push_str(text);
                }
            }
            Tag::Close(name) => self.close(name),
        }
    }

    /// What a style says of the colours of cells.
    fn look(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "style" => {
                self.style = attributes.get("name").unwrap_or_default();
                if attributes.get("family").as_deref() == Some("table-cell") && self.looks.len() < MOST_STYLES {
                    let parent = attributes.get("parent-style-name").and_then(|parent| self.looks.get(&parent)).copied();
                    self.looks.insert(self.style.clone(), parent.unwrap_or_default());
                }
            }
            "text-properties" => {
                let told = attributes.get("color").and_then(|text| look::hex(&text));
                let own = attributes.is("use-window-font-color");
                if let Some(slot) = self.looks.get_mut(&self.style).filter(|_| told.is_some() || own) {
                    slot.0 = told.filter(|_| !own);
                }
            }
            "table-cell-properties" => {
                if let (Some(slot), Some(text)) = (self.looks.get_mut(&self.style), attributes.get("background-color")) {
                    slot.1 = look::hex(&text);
                }
            }
            _ => {}
        }
    }

    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "style" | "text-properties" | "table-cell-properties" => self.look(name, attributes),
            "table-properties" if attributes.get("display").as_deref() == Some("false") => {
                self.dark.insert(std::mem::take(&mut self.style));
            }
            "table" if self.inside == Inside::Sheet => {
                let dark = attributes.get("style-name").is_some_and(|style| self.dark.contains(&style));
                let name = attributes.get("name").unwrap_or_default();
                let fresh = Grid::new(self.engine, &name, dark.then_some("hidden sheet"));
                if let Some(before) = self.grid.replace(fresh) {
                    before.finish(&mut self.parts);
                }
                (self.column, self.number) = (0, 0);
                self.columns.clear();
            }
            "table-source" => {
                if let Some(grid) = &mut self.grid {
                    grid.hide("external link cache");
                }
            }
            "table-column" => {
                let last = self.column.saturating_add(repeats(attributes, "number-columns-repeated"));
                if collapsed(attributes)
                    && let Some(grid) = &mut self.grid
                {
                    grid.hide_columns(self.column.min(1 << 24) as u32, last.min(1 << 24) as u32 - 1);
                }
                self.column = last;
                if self.columns.len() < Row::MOST {
                    self.columns.push((last, attributes.get("default-cell-style-name").unwrap_or_default()));
                }
            }
            "table-row" => {
                self.repeated = repeats(attributes, "number-rows-repeated");
                self.hidden = collapsed(attributes);
                self.place = 0;
                self.row.clear();
            }
            "table-cell" | "covered-table-cell" if self.inside == Inside::Sheet => {
                let kind = attributes.get("value-type").unwrap_or_default();
                let value = match kind.as_str() {
                    "date" => attributes.get("date-value"),
                    "time" => attributes.get("time-value"),
                    "string" => attributes.get("string-value"),
                    "boolean" => None,
                    _ => attributes.get("value"),
                };
                self.value = value.unwrap_or_default();
                self.text.clear();
                let style = attributes.get("style-name");
                let default = self.columns.partition_point(|row| row.0 <= self.place);
                let style = style.as_deref().or_else(|| self.columns.get(default).map(|row| row.1.as_str()));
                let (ink, ground) = style.and_then(|style| self.looks.get(style)).copied().unwrap_or_default();
                let unseen = ink.is_some_and(|ink| look::same(ink, ground.unwrap_or([255; 3]))).then_some(look::GROUND);
                self.cell = Some(Cell { kind, repeated: repeats(attributes, "number-columns-repeated"), unseen });
            }
            "annotation" => {
                self.kept = std::mem::take(&mut self.text);
                self.inside = Inside::Comment;
            }
            "tracked-changes" => self.inside = Inside::Changes,
            "p" | "creator" => {
                self.depth += 1;
                if !self.text.is_empty() {
                    self.text.push('\n');
                }
            }
            "s" | "tab" | "line-break" if self.depth > 0 => self.text.push(' '),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "creator" => {
                self.depth = self.depth.saturating_sub(1);
                let beside = self.cell.is_none() || self.inside != Inside::Sheet;
                if self.depth == 0 && beside {
                    self.loose();
                }
            }
            "annotation" => {
                self.comments.line("");
                self.text = std::mem::take(&mut self.kept);
                self.inside = Inside::Sheet;
            }
            "tracked-changes" => self.inside = Inside::Sheet,
            "table-cell" | "covered-table-cell" if self.inside == Inside::Sheet => {
                self.flush();
                let width = self.cell.take().map_or(1, |cell| cell.repeated);
                self.place = self.place.saturating_add(width);
            }
            "table-row" => {
                let wide = self.row.len() as u64;
                let times = self.spare.checked_div(wide).map_or(0, |more| self.repeated.min(MOST_REPEATS).min(1 + more));
                self.spare = self.spare.saturating_sub(times.saturating_sub(1) * wide);
                for at in 1..=times {
                    if let Some(grid) = &mut self.grid {
                        grid.row(self.number + at, self.hidden, &self.row);
                    }
                }
                self.number += self.repeated;
                self.row.clear();
            }
            "table" if self.inside == Inside::Sheet => {
                if let Some(grid) = self.grid.take() {
                    grid.finish(&mut self.parts);
                }
            }
            _ => {}
        }
    }

    /// Text outside of cells: of a comment, of a recorded change, of a drawing.
    fn loose(&mut self) {
        let text = std::mem::take(&mut self.text);
        match self.inside {
            Inside::Comment => self.comments.line(text.trim()),
            Inside::Changes => self.log.line(text.trim()),
            Inside::Sheet => {
                if let Some(grid) = &mut self.grid {
                    grid.text(text.trim());
                    grid.text("");
                }
            }
        }
    }

    /// The cell as far as it was read goes into the row.
    fn flush(&mut self) {
        let Some(cell) = &self.cell else { return };
        let text = std::mem::take(&mut self.text);
        let value = std::mem::take(&mut self.value);
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let shown = match cell.kind.as_str() {
            "date" => value.strip_suffix("T00:00:00").unwrap_or(&value).replace('T', " "),
            "float" | "percentage" | "currency" if !digits => number::show(&value, Style::Plain, false),
            "time" | "boolean" => text,
            _ if text.is_empty() => value,
            _ => text,
        };
        if shown.trim().is_empty() {
            return;
        }
        let times = cell.repeated.min(MOST_REPEATS).min(1 + self.spare);
        self.spare = self.spare.saturating_sub(times.saturating_sub(1));
        for index in 0..times {
            let column = self.place.saturating_add(index);
            if column < Row::MOST as u64 && self.row.len() < Row::MOST {
                self.row.push_unseen(column as u32, &shown, cell.unseen);
            }
        }
    }
}

fn repeats(attributes: &Attributes<'_>, name: &str) -> u64 {
    attributes.number(name).unwrap_or(1).clamp(1, 1 << 24)
}

fn collapsed(attributes: &Attributes<'_>) -> bool {
    attributes.get("visibility").is_some_and(|word| matches!(word.as_str(), "collapse" | "filter"))
}
