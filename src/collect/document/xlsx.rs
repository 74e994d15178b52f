//! Workbooks of Excel (xlsx, xlsm): sheets row by row, and everything that is in the file without being seen: hidden sheets, rows
//! and columns, pivot caches, cached cells of other workbooks, strings that no sheet shows any more. Own code on zip and XML:
//! converters hold a whole sheet in memory and drop what is hidden.

pub(super) mod areas;
pub(super) mod book;
pub(super) mod bounds;
pub(super) mod chart;
pub(super) mod grid;
pub(super) mod lines;
pub(super) mod look;
pub(super) mod number;
pub(super) mod package;
pub(super) mod pivot;
pub(super) mod sheet;
pub(super) mod side;
pub(super) mod xml;

use self::areas::Areas;
use self::book::{Book, Strings};
use self::grid::Grid;
use self::lines::Lines;
use self::package::Package;
use self::sheet::{Area, Cells, Shared};
use self::xml::Tag;
use super::{Document, Head, Work};
use crate::model::evidence::GapKind;
use std::collections::HashSet;

/// Tables of a sheet that are looked at.
pub(super) const MOST_TABLES: usize = 200;

/// The reader.
pub(super) struct Xlsx;
/// The reader.
pub(super) static DOCUMENT: Xlsx = Xlsx;

impl Document for Xlsx {
    fn id(&self) -> &'static str {
        "xlsx"
    }

    fn title(&self) -> &'static str {
        "Workbooks: Excel since 2007 (xlsx, xlsm)"
    }

    fn notes(&self) -> &'static str {
        "Each sheet is a table, each row a record. Hidden are: hidden and very hidden sheets, hidden rows and columns (with whoever is in the \
         row), cells in the colour of their ground, with a number format that shows nothing, too small to be seen, or more than 500 empty rows \
         or 60 empty columns away from the others; pivot and slicer caches, cached cells of other workbooks, what charts keep of sheets that \
         are hidden, gone or elsewhere, comments, strings that no sheet refers to, sheets that the list of sheets leaves out, the folder \
         where it was saved if it names somebody. Embedded files and pictures are read as members. Programs (VBA) and data models are not read. \
         Conditional formats, colours within a cell and text behind pictures are not looked at; in tables with a dark style white text counts \
         as seen. Cells that show a shared string again and again are not read beyond what there is time for."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        let has = |word: &[u8]| head.raw.windows(word.len()).any(|window| window == word);
        // its first parts need not be those that tell a workbook
        let named = head.kind == "zip" && matches!(head.extension, "xlsx" | "xlsm" | "xltx" | "xltm");
        if head.kind == "xlsx" {
            100
        } else if named && (has(b"xl/") || has(b"docProps/")) {
            110
        } else {
            0
        }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(bytes) = work.whole()? else { return Ok(()) };
        let Some(mut package) = Package::open(work, bytes) else { return Ok(()) };
        let relations = package.relations(work, "");
        let office = relations.into_iter().map(|row| row.1).find(|row| row.kind == "officeDocument" && !row.outside);
        let path = office.map(|row| row.target).filter(|path| package.has(path)).unwrap_or_else(|| "xl/workbook.xml".to_owned());
        if path.to_lowercase().ends_with(".bin") || (!package.has(&path) && package.has("xl/workbook.bin")) {
            super::calamine_book::xlsb(work, package);
            return Ok(());
        }
        if !package.has(&path) {
            work.gap(GapKind::Malformed, "no list of sheets inside: not read as a workbook");
            return Ok(());
        }
        let Some(book) = book::read(work, &mut package, &path) else { return Ok(()) };
        sheets(work, &mut package, &book);
        let unseen: Vec<String> =
            book.sheets.iter().filter(|sheet| sheet.hidden.is_some()).map(|sheet| sheet.name.clone()).collect();
        side::read(work, &mut package, &unseen);
        names(work, &book);
        Ok(())
    }
}

fn sheets(work: &mut Work<'_>, package: &mut Package, book: &Book) {
    let styles =
        book.styles.as_ref().filter(|path| package.has(path)).map(|path| look::looks(work, package, path, book.theme.as_deref()));
    let looks = styles.unwrap_or_default();
    let found = book.strings.clone().or_else(|| Some("xl/sharedStrings.xml".to_owned())).filter(|path| package.has(path));
    let mut strings = found.map(|path| Strings::read(work, package, &path)).unwrap_or_default();
    let mut whole = strings.whole;
    let mut read: HashSet<String> = HashSet::new();
    for (index, sheet) in book.sheets.iter().enumerate() {
        let what = format!("sheet {}", index + 1);
        let mut grid = Grid::new(work.engine, &sheet.name, sheet.hidden);
        let ruled = ruled(work, package, &sheet.path);
        let shared = Shared { strings: &mut strings, looks: &looks, since_1904: book.since_1904, ruled: &ruled };
        let mut cells = Cells::new(&mut grid, shared);
        whole &= package.xml(work, &sheet.path, &what, &mut |tag| cells.tag(&tag));
        grid.finish(&mut work.parts);
        read.insert(sheet.path.to_lowercase());
    }
    let lost = |name: &&String| {
        let lower = name.to_lowercase();
        lower.starts_with("xl/worksheets/")
            && lower.ends_with(".xml")
            && !lower.contains("/._")
            && !read.contains(lower.trim_start_matches('/'))
    };
    let lost: Vec<String> = package.names().iter().filter(lost).cloned().collect();
    let nothing = Areas::default();
    for (index, path) in lost.iter().enumerate() {
        let what = format!("unlisted sheet {}", index + 1);
        let mut grid = Grid::new(work.engine, &what, Some("sheet that is not in the list"));
        let shared = Shared { strings: &mut strings, looks: &looks, since_1904: book.since_1904, ruled: &nothing };
        let mut cells = Cells::new(&mut grid, shared);
        whole &= package.xml(work, path, &what, &mut |tag| cells.tag(&tag));
        grid.finish(&mut work.parts);
    }
    strings.bounds.told(work);
    if whole {
        orphans(work, &strings);
    }
}

/// The strings that no sheet refers to.
pub(super) fn orphans(work: &mut Work<'_>, strings: &Strings) {
    let mut lines = Lines::new(work, "orphaned strings", Some("orphaned strings"));
    for text in strings.orphans() {
        // rows are gone, their strings lie in their order: with a name somebody else begins
        if crate::detect::names::cell(text) >= 0.45 {
            lines.line("");
        }
        lines.line(text);
    }
    lines.finish(work, false);
}

/// Cells that a table of the sheet colours: white letters in its header stand on the ground of the table's style, which is not read.
fn ruled(work: &mut Work<'_>, package: &mut Package, path: &str) -> Areas {
    let mut out = Vec::new();
    let tables = package.relations(work, path).into_iter().map(|row| row.1).filter(|row| row.kind == "table" && !row.outside);
    for table in tables.take(MOST_TABLES).filter(|row| package.has(&row.target)).collect::<Vec<_>>() {
        let (mut area, mut dark) = (None, false);
        package.xml(work, &table.target, "a table of a sheet", &mut |tag| match tag {
            Tag::Open("table", attributes) => area = attributes.get("ref").and_then(|address| Area::of(&address)),
            Tag::Open("tableStyleInfo", attributes) => {
                dark = dark_style(&attributes.get("name").unwrap_or_default());
                dark |= attributes.is("showFirstColumn") || attributes.is("showLastColumn");
            }
            _ => {}
        });
        if let Some(area) = area {
            out.extend(if dark { vec![area] } else { vec![area.top(), area.bottom()] });
        }
    }
    Areas::new(&out)
}

/// Whether a table's style colours the ground of all its rows.
pub(super) fn dark_style(name: &str) -> bool {
    !name.starts_with("TableStyleLight") && !name.starts_with("TableStyleMedium") && !name.is_empty()
}

/// Names given to cells and values, and the folder where the workbook was saved. Names are mostly addresses of cells, which say nothing.
pub(super) fn names(work: &mut Work<'_>, book: &Book) {
    for (label, reason) in [("defined names", None), ("hidden defined names", Some("hidden names"))] {
        let mut lines = Lines::new(work, label, reason);
        for name in book.names.iter().filter(|name| name.hidden == reason.is_some()) {
            lines.line(&name.text);
            lines.line("");
        }
        lines.finish(work, true);
    }
    if let Some(folder) = &book.saved {
        let mut lines = Lines::new(work, "folder where it was saved", Some("folder where it was saved"));
        lines.line(folder);
        lines.finish(work, true);
    }
}
