//! What an xls holds beside its sheets: cells of other workbooks that were kept with the links to them, and embedded objects.

use super::super::xlsx::grid::{Grid, Row};
use super::super::xlsx::number::{self, Style};
use super::super::{Work, ole};
use super::biff::{chain, next};
use crate::model::evidence::Part;
use std::io::Cursor;

/// Streams that are looked through for objects.
const MOST_STREAMS: usize = 10_000;

/// Cells of other workbooks, link by link.
pub(super) fn links(work: &mut Work<'_>, book: &[u8]) {
    let mut parts: Vec<Part> = Vec::new();
    let (mut number, mut rest, mut row) = (0, book, Row::default());
    let mut grid: Option<Grid<'_>> = None;
    while let Some((kind, content, after)) = next(rest) {
        rest = after;
        match kind {
            // SUPBOOK
            0x01ae => {
                number += 1;
                if let Some(grid) = grid.take() {
                    grid.finish(&mut parts);
                }
            }
            // CRN: last column, first column, row, values
            0x005a => {
                let (mut chain, after) = chain(content, rest);
                rest = after;
                row.clear();
                let (Some(last), Some(first), Some(line)) = (chain.byte(), chain.byte(), chain.short()) else { continue };
                for column in u32::from(first)..=u32::from(last) {
                    match chain.byte() {
                        Some(1) => {
                            let Some(value) = chain.double() else { break };
                            row.push(column, &number::value_as(value, Style::Plain, false));
                        }
                        Some(2) => {
                            let (Some(count), Some(flags)) = (chain.short(), chain.byte()) else { break };
                            row.push(column, &chain.characters(count.into(), flags & 1 == 1));
                        }
                        Some(_) => chain.skip(8),
                        None => break,
                    }
                }
                let label = || Grid::new(work.engine, &format!("external link {number}"), Some("external link cache"));
                grid.get_or_insert_with(label).row(u64::from(line) + 1, false, &row);
            }
            0x000a => break,
            _ => {}
        }
    }
    if let Some(grid) = grid {
        grid.finish(&mut parts);
    }
    work.parts.extend(parts.into_iter().filter(|part| part.records > 0));
}

/// Embedded objects: each has a storage of its own, whose name begins like this.
const OBJECT: &str = "MBD";

/// Reads embedded objects, if there are any.
///
/// # Errors
/// Input errors.
pub(super) fn objects(work: &mut Work<'_>, bytes: &[u8]) -> std::io::Result<()> {
    let Ok(small) = cfb::CompoundFile::open(Cursor::new(bytes)) else { return Ok(()) };
    let streams =
        || small.walk().filter(cfb::Entry::is_stream).take(MOST_STREAMS).map(|entry| entry.path().to_string_lossy().into_owned());
    let object = |path: &String| path.trim_start_matches(['/', '\\']).starts_with(OBJECT);
    if !streams().any(|path| object(&path)) {
        return Ok(());
    }
    let own: Vec<String> = streams().filter(|path| !object(path)).collect();
    let own: Vec<&str> = own.iter().map(|path| path.trim_start_matches(['/', '\\'])).collect();
    let Ok(mut container) = cfb::CompoundFile::open(Cursor::new(bytes.to_vec())) else { return Ok(()) };
    ole::objects(work, &mut container, &own)
}
