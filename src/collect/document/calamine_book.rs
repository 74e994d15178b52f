//! Workbooks in Excel's binary formats (xls, xlsb) and encrypted workbooks of any kind. Cells of an xls come from calamine; what it does
//! not tell, and what would make it ask for too much memory, is looked up in the records themselves before. An xlsb is read record by
//! record.

mod biff;
mod biff12;
mod biff12_beside;
mod biff12_book;
mod biff12_pivot;
mod biff12_sheet;
mod biff_calm;
mod biff_looks;
mod biff_side;
mod biff_text;
mod sealed;

use self::biff::{Dark, Scan};
use super::xlsx::book::Book;
use super::xlsx::grid::{Grid, Row};
use super::xlsx::lines::Lines;
use super::xlsx::number::{self, Style};
use super::xlsx::package::Package;
use super::{Document, Head, Member, Work};
use crate::model::evidence::{Encryption, Gap, GapKind, Part, PartKind};
use calamine::{Data, ExcelDateTime, Reader, SheetVisible, Xls};
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The reader.
pub(super) struct CalamineBook;
/// The reader.
pub(super) static DOCUMENT: CalamineBook = CalamineBook;

/// Cells that the sheets of an xls may span: they are held in memory, empty ones too.
const MOST_CELLS: u64 = 10_000_000;

/// Bytes of shared strings that cells of an xls may show: each cell gets its own copy in memory.
const MOST_TEXT: u64 = 512 << 20;

impl Document for CalamineBook {
    fn id(&self) -> &'static str {
        "workbook"
    }

    fn title(&self) -> &'static str {
        "Workbooks: Excel's binary formats (xls, xlsb), encrypted workbooks"
    }

    fn notes(&self) -> &'static str {
        "Each sheet is a table, each row a record. Hidden are: hidden and very hidden sheets, hidden rows and columns (with whoever is in the \
         row), cells in the colour of their ground, with a number format that shows nothing, too small to be seen, or more than 500 empty rows \
         or 60 empty columns away from the others; pivot caches (of an xls only their texts), cached cells of other workbooks, comments, \
         strings that no sheet refers to; in xlsb also what charts keep of sheets that are hidden or gone, sheets that the list of sheets leaves \
         out, the folder where it was saved if it names somebody. Text over the sheets is read, embedded files are members. Programs (VBA), \
         logs of changes, and of xlsb slicer caches, connections and parts of unknown kinds are not read. Cells that show a shared string \
         again and again are not read beyond what there is time for, and no cell beyond 32,767 characters. Conditional formats, colours within a cell, what names and lists of choices \
         stand for, and text behind pictures are not looked at; charts and pictures of an xls are not, either. Of an encrypted Office file it is told how it is encrypted; \
         what a password given or one in a note beside it opens (AES, agile or standard) is a member. An xls whose sheets span more than 10 \
         million cells, or show more than 512 MiB of shared strings, is not read."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        let has = |needle: &[u8]| head.raw.windows(needle.len()).any(|window| window == needle);
        let wide = |word: &str| has(&word.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
        match head.kind {
            "xlsx" if has(b"xl/workbook.bin") || head.extension == "xlsb" => 110,
            "ole" if wide("EncryptedPackage") => 100,
            "ole" if wide("Workbook") || wide("Book") => 100,
            "ole" if matches!(head.extension, "xls" | "xlt" | "xla" | "xlsx" | "xlsm" | "xlsb") => 60,
            _ => 0,
        }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let zip = work.head.kind == "xlsx";
        let Some(bytes) = work.whole()? else { return Ok(()) };
        if zip {
            if let Some(package) = Package::open(work, bytes) {
                xlsb(work, package);
            }
        } else {
            ole(work, &bytes);
        }
        Ok(())
    }
}

/// Reads an opened xlsb.
pub(super) fn xlsb(work: &mut Work<'_>, mut package: Package) {
    biff12_book::read(work, &mut package);
}

fn hidden(visible: SheetVisible) -> Option<&'static str> {
    match visible {
        SheetVisible::Visible => None,
        SheetVisible::Hidden => Some("hidden sheet"),
        SheetVisible::VeryHidden => Some("very hidden sheet"),
    }
}

fn date(value: &ExcelDateTime, since_1904: bool) -> String {
    let number = value.as_f64();
    let style = if value.is_duration() || (0.0..1.0).contains(&number) { Style::Time } else { Style::Date };
    number::value_as(number, style, since_1904)
}

/// A number that is no date, with noughts in front if it is shown so.
fn padded(value: f64, style: Style) -> String {
    number::value_as(value, if matches!(style, Style::Padded(_)) { style } else { Style::Plain }, false)
}

fn unread(work: &mut Work<'_>, at: &str, reason: &str) {
    work.gaps.push(Gap { at: at.to_owned(), kind: GapKind::Unsupported, reason: reason.to_owned() });
}

fn encrypted(work: &mut Work<'_>, encryption: Encryption) {
    work.encryption = Some(encryption);
    let how = if encryption == Encryption::Weak { "weakly encrypted" } else { "encrypted" };
    work.gap(GapKind::Encrypted, format!("{how} workbook: its content was not read"));
}

/// An encrypted package: what a password opens is a file inside this one, called as it is.
fn sealed_package(work: &mut Work<'_>, info: &[u8], package: &[u8]) {
    let (strength, keys) = (biff::strength(info), work.nest.keys.clone());
    let Some(scheme) = sealed::Scheme::read(info) else { return encrypted(work, strength) };
    let Some((key, opened)) = keys.open(|password| scheme.key(password)) else {
        encrypted(work, strength);
        if let Some(gap) = work.gaps.last_mut() {
            gap.reason.push_str(&keys.tried());
        }
        return;
    };
    let encryption = work.opened(opened, strength);
    work.encryption = Some(encryption);
    let name = work.head.path.rsplit('/').next().unwrap_or("package").to_owned();
    let member = Member { name: &name, modified: None, encryption, packed: Some(package.len() as u64) };
    let first = work.members.len();
    match scheme.package(&key, package) {
        Some(bytes) if work.may_open() => {
            work.member(&member, &mut bytes.as_slice());
        }
        Some(_) => {}
        None => work.gap(GapKind::Malformed, "its password is right, its content is damaged: not read"),
    }
    // the wrapping alone says that nobody knows how well it is encrypted
    work.members.iter_mut().skip(first).for_each(|found| found.artifact.encryption = encryption);
}

/// A compound file: a workbook, or the wrapping of an encrypted one.
fn ole(work: &mut Work<'_>, bytes: &[u8]) {
    let Ok(mut file) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        work.gap(GapKind::Malformed, "its container is damaged: not opened");
        return;
    };
    if file.is_stream("/EncryptedPackage") {
        let info = stream(&mut file, "/EncryptionInfo", 1 << 20).unwrap_or_default();
        let package = stream(&mut file, "/EncryptedPackage", work.limits.whole_bytes).unwrap_or_default();
        sealed_package(work, &info, &package);
        return;
    }
    let most = work.limits.whole_bytes;
    let Some(mut book) = stream(&mut file, "/Workbook", most).or_else(|| stream(&mut file, "/Book", most)) else {
        work.gap(GapKind::Unsupported, "a compound file without a workbook in it: not read");
        return;
    };
    if file.is_storage("/_VBA_PROJECT_CUR") {
        unread(work, "vbaProject", "a program (VBA project): not read");
    }
    if file.is_stream("/Revision Log") {
        unread(work, "log of changes", "the log of changes of a shared workbook: not read");
    }
    let caches: Vec<std::path::PathBuf> = match file.read_storage("/_SX_DB_CUR") {
        Ok(entries) => entries.filter(cfb::Entry::is_stream).map(|entry| entry.path().to_path_buf()).collect(),
        Err(_) => Vec::new(),
    };
    for path in caches {
        let mut lines = Lines::new(work, "pivot cache", Some("pivot cache"));
        let records = stream(&mut file, &path, most).unwrap_or_default();
        for text in &biff::cached_strings(&records) {
            lines.line(text);
        }
        lines.finish(work, false);
    }
    let scan = biff::scan(&book, usize::try_from(most).unwrap_or(usize::MAX));
    if !scan.encrypted {
        biff_side::links(work, &book);
    }
    if scan.encrypted {
        encrypted(work, Encryption::Weak);
        return;
    }
    if scan.cells > MOST_CELLS {
        work.gap(GapKind::Limit, format!("its sheets span more than {MOST_CELLS} cells: not read"));
        return;
    }
    if scan.text > MOST_TEXT {
        work.gap(GapKind::Limit, format!("its cells show more than {MOST_TEXT} bytes of a few strings: not read"));
        return;
    }
    if scan.tangled || !biff_calm::calm(&mut book, &scan.starts) {
        work.gap(GapKind::Limit, "its sheets lie over each other: not read");
        return;
    }
    let Ok(calm) = biff_calm::container(&mut file, &book) else {
        work.gap(GapKind::Malformed, "its container is damaged: not opened");
        return;
    };
    drop((file, book));
    let outcome = catch_unwind(AssertUnwindSafe(|| xls(work, calm, &scan)));
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(calamine::XlsError::Password)) => encrypted(work, Encryption::Weak),
        Ok(Err(_)) | Err(_) => work.gap(GapKind::Malformed, "the workbook is damaged: its sheets were not read to the end"),
    }
    beside(work, bytes, scan);
}

/// What an xls holds beside the cells of its sheets.
fn beside(work: &mut Work<'_>, bytes: &[u8], scan: Scan) {
    for (label, hidden, texts) in [("comments", Some("comment"), &scan.comments), ("drawings", None, &scan.drawings)] {
        let mut lines = Lines::new(work, label, hidden);
        for text in texts {
            lines.line(text.trim());
            lines.line("");
        }
        lines.finish(work, false);
    }
    if scan.strings.whole {
        super::xlsx::orphans(work, &scan.strings);
    }
    super::xlsx::names(work, &Book { names: scan.names, ..Book::default() });
    if biff_side::objects(work, bytes).is_err() {
        work.gap(GapKind::Malformed, "an embedded object: damaged, not read");
    }
}

/// A stream of a compound file, up to a limit; what is beyond it is cut off.
fn stream(file: &mut cfb::CompoundFile<Cursor<&[u8]>>, path: impl AsRef<std::path::Path>, most: u64) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let stream = file.open_stream(path).ok()?;
    stream.take(most).read_to_end(&mut out).ok()?;
    Some(out)
}

fn xls(work: &mut Work<'_>, bytes: Vec<u8>, scan: &Scan) -> Result<(), calamine::XlsError> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes))?;
    let since_1904 = book.has_1904_epoch();
    let (mut parts, nothing): (Vec<Part>, _) = (Vec::new(), Dark::default());
    for (index, sheet) in book.sheets_metadata().to_vec().into_iter().enumerate() {
        let mut grid = Grid::new(work.engine, &sheet.name, hidden(sheet.visible));
        let dark = scan.sheets.get(index).and_then(|place| scan.dark.get(*place)).unwrap_or(&nothing);
        for (first, last) in &dark.columns {
            grid.hide_columns(*first, *last);
        }
        dark.pages.iter().for_each(|text| grid.text(text));
        if let Ok(range) = book.worksheet_range(&sheet.name) {
            let (top, left) = range.start().unwrap_or_default();
            let mut row = Row::default();
            for (line, cells) in range.rows().enumerate() {
                row.clear();
                let number = top + line as u32;
                for (column, cell) in cells.iter().enumerate() {
                    let column = left + column as u32;
                    let (look, ruled) = dark.look(number, column, &scan.looks).unwrap_or_default();
                    let why = |worded: bool| look.unseen(worded, ruled);
                    match cell {
                        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
                            row.push_unseen(column, text, why(true));
                        }
                        Data::Int(value) => {
                            row.push_unseen(column, &padded(*value as f64, look.number), why(false).filter(|_| *value != 0));
                        }
                        Data::Float(value) => {
                            row.push_unseen(column, &padded(*value, look.number), why(false).filter(|_| *value != 0.0));
                        }
                        Data::DateTime(value) => row.push_unseen(column, &date(value, since_1904), why(false)),
                        _ => {}
                    }
                }
                grid.row(u64::from(number) + 1, dark.row(number), &row);
            }
        }
        grid.finish(&mut parts);
    }
    work.parts.extend(parts);
    let mut lines = Lines::new(work, "properties", None);
    lines.kind = PartKind::Properties;
    if let Ok(told) = book.workbook_properties() {
        let named = [("Author", told.creator), ("Last modified by", told.last_modified_by), ("Company", told.company)];
        let named = named.into_iter().chain([("Title", told.title), ("Subject", told.subject), ("Keywords", told.keywords)]);
        let named = named.chain([("Manager", told.manager), ("Comments", told.description)]);
        for (name, text) in named.filter_map(|(name, text)| Some((name, text?))) {
            lines.line(&format!("{name}: {text}"));
            lines.line("");
        }
    }
    lines.finish(work, false);
    Ok(())
}
