//! Workbooks in Excel's newer binary format (xlsb): what is where in the package, and who is hidden in it. Records of cells are for
//! `biff12_sheet`, those of pivot caches for `biff12_pivot`.

use super::super::Work;
use super::super::xlsx::areas::Areas;
use super::super::xlsx::book::{Book, Defined, MOST_NAMES, Sheet, Strings};
use super::super::xlsx::grid::Grid;
use super::super::xlsx::look::{self, Font, Format, Look, MOST, Paint, Palette};
use super::super::xlsx::package::Package;
use super::super::xlsx::sheet::Area;
use super::super::xlsx::{self, MOST_TABLES, side};
use super::biff::{long, short};
use super::biff12::{paint, text, walk};
use super::biff12_beside::{self, Roles};
use super::biff12_sheet::{Cells, Shared};
use crate::model::evidence::GapKind;
use std::collections::{HashMap, HashSet};

/// Rows that a sheet may have.
const MOST_ROWS: u32 = 1 << 20;

/// Reads an opened package.
pub(super) fn read(work: &mut Work<'_>, package: &mut Package) {
    let relations = package.relations(work, "");
    let office = relations.into_iter().map(|row| row.1).find(|row| row.kind == "officeDocument" && !row.outside);
    let path = office.map(|row| row.target).filter(|path| package.has(path)).unwrap_or_else(|| "xl/workbook.bin".to_owned());
    if !package.has(&path) {
        work.gap(GapKind::Malformed, "no list of sheets inside: not read as a workbook");
        return;
    }
    let book = book(work, package, &path);
    let roles = Roles::of(work, package);
    sheets(work, package, &book, &roles);
    let unseen: Vec<String> = book.sheets.iter().filter(|sheet| sheet.hidden.is_some()).map(|sheet| sheet.name.clone()).collect();
    side::read(work, package, &unseen);
    biff12_beside::read(work, package, &roles, &book, &path);
    xlsx::names(work, &book);
}

/// Walks through a part; `false` (and a gap) if it could not be read to its end.
pub(super) fn part(work: &mut Work<'_>, package: &mut Package, path: &str, what: &str, each: &mut dyn FnMut(u32, &[u8])) -> bool {
    package.read(work, path, what, &mut |bytes| walk(bytes, each))
}

fn book(work: &mut Work<'_>, package: &mut Package, path: &str) -> Book {
    let relations: HashMap<String, _> = package.relations(work, path).into_iter().collect();
    let by_kind = |kind: &str| relations.values().find(|row| row.kind == kind && !row.outside).map(|row| row.target.clone());
    let mut book =
        Book { strings: by_kind("sharedStrings"), styles: by_kind("styles"), theme: by_kind("theme"), ..Book::default() };
    part(work, package, path, "the list of sheets", &mut |kind, content| match kind {
        // BrtBundleSh
        156 if book.sheets.len() < MOST_NAMES => {
            let hidden = match long(content, 0) {
                1 => Some("hidden sheet"),
                2 => Some("very hidden sheet"),
                _ => None,
            };
            let (relation, end) = text(content, 8);
            let path = relations.get(&relation).map(|row| row.target.clone()).unwrap_or_default();
            book.sheets.push(Sheet { name: text(content, end).0, hidden, path });
        }
        // BrtWbProp
        153 => book.since_1904 |= long(content, 0) & 1 != 0,
        // BrtName: of what it stands for only the name is read
        39 if book.names.len() < MOST_NAMES => {
            book.names.push(Defined { text: text(content, 9).0, hidden: long(content, 0) & 1 != 0 });
        }
        // BrtAbsPath15
        2071 => book.saved = Some(text(content, 0).0),
        _ => {}
    });
    book
}

fn sheets(work: &mut Work<'_>, package: &mut Package, book: &Book, roles: &Roles) {
    let styles = book.styles.clone().filter(|path| package.has(path));
    let looks = styles.map(|path| looks(work, package, &path, book.theme.as_deref())).unwrap_or_default();
    let found = book.strings.clone().or_else(|| Some("xl/sharedStrings.bin".to_owned())).filter(|path| package.has(path));
    let mut strings = found.map(|path| strings(work, package, &path)).unwrap_or_default();
    let (mut whole, mut read): (bool, HashSet<String>) = (strings.whole, HashSet::new());
    for (index, sheet) in book.sheets.iter().enumerate() {
        let what = format!("sheet {}", index + 1);
        if !read.insert(sheet.path.to_lowercase()) {
            continue;
        }
        let ruled = ruled(work, package, &sheet.path);
        let mut grid = Grid::new(work.engine, &sheet.name, sheet.hidden);
        let shared = Shared { strings: &mut strings, looks: &looks, since_1904: book.since_1904, ruled: &ruled };
        whole &= cells(work, package, &sheet.path, &what, &mut grid, shared);
        grid.finish(&mut work.parts);
    }
    let (lost, nothing) = (roles.lost(&read), Areas::default());
    for (index, path) in lost.iter().enumerate() {
        let what = format!("unlisted sheet {}", index + 1);
        let mut grid = Grid::new(work.engine, &what, Some("sheet that is not in the list"));
        let shared = Shared { strings: &mut strings, looks: &looks, since_1904: book.since_1904, ruled: &nothing };
        whole &= cells(work, package, path, &what, &mut grid, shared);
        grid.finish(&mut work.parts);
    }
    strings.bounds.told(work);
    if whole {
        xlsx::orphans(work, &strings);
    }
}

/// Reads cells; `false` (and a gap) if that is not all of them.
pub(super) fn cells(
    work: &mut Work<'_>,
    package: &mut Package,
    path: &str,
    what: &str,
    grid: &mut Grid<'_>,
    shared: Shared<'_>,
) -> bool {
    let (mut cells, mut met) = (Cells::new(grid, shared), false);
    let whole = part(work, package, path, what, &mut |kind, content| {
        // the beginning of a sheet, of its cells or of those of another workbook, and a row that may be: nothing of it is in XML
        met |= matches!(kind, 129 | 145 | 360 | 363 | 366) || (kind == 0 && long(content, 0) < MOST_ROWS);
        cells.record(kind, content);
    });
    cells.turn();
    if whole && !met {
        work.gap(GapKind::Malformed, format!("{what}: no records of cells in it, not read"));
    }
    whole && met
}

fn strings(work: &mut Work<'_>, package: &mut Package, path: &str) -> Strings {
    let most = usize::try_from(work.limits.whole_bytes).unwrap_or(usize::MAX);
    let mut all = Strings::new(package.repeats(work));
    let done = part(work, package, path, "the strings of the sheets", &mut |kind, content| {
        // BrtSSTItem
        if kind == 19 {
            all.add(&text(content, 1).0, most);
            all.end(most);
        }
    });
    all.close(work, done);
    all
}

/// The looks of cells, in the order that cells refer to them.
fn looks(work: &mut Work<'_>, package: &mut Package, path: &str, theme: Option<&str>) -> Vec<Look> {
    let mut palette = Palette { theme: look::theme(work, package, theme), indexed: Vec::new() };
    // the colours that a workbook brings stand at the end of its styles
    part(work, package, path, "styles of cells", &mut |kind, content| {
        // BrtIndexedColor
        if kind == 475
            && palette.indexed.len() < 256
            && let Some([red, green, blue, ..]) = content.first_chunk::<4>()
        {
            palette.indexed.push(Some([*red, *green, *blue]));
        }
    });
    let mut formats: HashMap<u16, Format> = HashMap::new();
    let (mut fonts, mut fills): (Vec<Font>, Vec<Paint>) = (Vec::new(), Vec::new());
    let (mut out, mut inside): (Vec<Look>, bool) = (Vec::new(), false);
    part(work, package, path, "styles of cells", &mut |kind, content| match kind {
        // BrtFmt
        44 if formats.len() < MOST => {
            formats.insert(short(content, 0), Format::of_code(&text(content, 2).0));
        }
        // BrtFont
        43 if fonts.len() < MOST => {
            fonts.push(Font::new(paint(content, 12, &palette), f64::from(short(content, 0)) / 20.0));
        }
        // BrtFill
        45 if fills.len() < MOST => fills.push(match long(content, 0) {
            0 => Paint::Auto,
            1 => paint(content, 4, &palette).filled(),
            _ => Paint::Unknown,
        }),
        // BrtBeginCellXFs, BrtEndCellXFs: other lists of styles have the same records
        617 => inside = true,
        618 => inside = false,
        // BrtXF
        47 if inside && out.len() < MOST => {
            let format = short(content, 2);
            let format = formats.get(&format).copied().unwrap_or_else(|| Format::built_in(u64::from(format)));
            let font = fonts.get(usize::from(short(content, 4))).copied();
            let fill = fills.get(usize::from(short(content, 6))).copied().unwrap_or(Paint::Auto);
            out.push(Look::new(format, font, fill));
        }
        _ => {}
    });
    out
}

/// Cells that a table of the sheet colours.
fn ruled(work: &mut Work<'_>, package: &mut Package, path: &str) -> Areas {
    let mut out = Vec::new();
    let tables = package.relations(work, path).into_iter().map(|row| row.1).filter(|row| row.kind == "table" && !row.outside);
    for table in tables.take(MOST_TABLES).filter(|row| package.has(&row.target)).collect::<Vec<_>>() {
        let (mut area, mut dark) = (None, false);
        part(work, package, &table.target, "a table of a sheet", &mut |kind, content| match kind {
            // BrtBeginList
            343 => {
                let rows = (u64::from(long(content, 0)) + 1, u64::from(long(content, 4)) + 1);
                area = Some(Area::new(rows, (long(content, 8), long(content, 12))));
            }
            // BrtTableStyleClient: the first or last column stands out
            513 => dark = short(content, 0) & 3 != 0 || xlsx::dark_style(&text(content, 2).0),
            _ => {}
        });
        if let Some(area) = area {
            out.extend(if dark { vec![area] } else { vec![area.top(), area.bottom()] });
        }
    }
    Areas::new(&out)
}
