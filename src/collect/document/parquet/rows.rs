//! The rows of a Parquet table, record by record. The library below may end a broken file with a panic: that is caught here, and is a
//! gap of this table alone.

use crate::collect::anywhere::Anywhere;
use crate::collect::document::{Work, column_name};
use crate::detect::table::{Header, TableScan};
use crate::detect::text::TextScan;
use crate::model::evidence::{Gap, GapKind, Part, PartKind};
use bytes::{Buf, Bytes};
use parquet::basic::Compression;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use parquet::schema::types::Type;
use std::collections::HashMap;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Columns that are told apart.
const MOST_COLUMNS: usize = 10_000;
/// Structures within structures.
const MOST_LEVELS: usize = 32;
/// Characters of a cell.
const MOST_CELL: usize = 64 << 10;
/// Bytes of one piece that the library asks for at once.
const MOST_PIECE: usize = 1 << 30;

/// Reads a table whose end is in place.
pub(super) fn read(work: &mut Work<'_>, bytes: &Anywhere<'_>) {
    let source = match source(work, bytes) {
        Ok(source) => source,
        Err(error) => {
            work.gap(GapKind::Unreadable, format!("reading stopped: {}", error.kind()));
            return;
        }
    };
    let parts = work.parts.len();
    let outcome = catch_unwind(AssertUnwindSafe(|| table(work, source)));
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(_)) => work.gap(GapKind::Malformed, "its footer cannot be read: it is damaged"),
        Err(_) => {
            work.parts.truncate(parts);
            work.gap(GapKind::Malformed, "it is damaged: nothing of it was read");
        }
    }
}

fn table(work: &mut Work<'_>, source: At) -> Result<()> {
    let reader = SerializedFileReader::new(source)?;
    let metadata = reader.metadata();
    let schema = metadata.file_metadata().schema_descr().root_schema();
    let (mut names, mut index) = (Vec::new(), HashMap::new());
    for field in schema.get_fields() {
        columns(field, "", 0, &mut names);
    }
    if names.len() > MOST_COLUMNS {
        work.gap(GapKind::Limit, format!("more than {MOST_COLUMNS} columns: not read"));
        return Ok(());
    }
    for (at, name) in names.iter().enumerate() {
        index.entry(name.clone()).or_insert(at);
    }
    beside(work, metadata.file_metadata().key_value_metadata().map_or(&[][..], Vec::as_slice));
    let chunks = || metadata.row_groups().iter().flat_map(parquet::file::metadata::RowGroupMetaData::columns);
    if !cfg!(feature = "parquet-zstd") && chunks().any(|chunk| matches!(chunk.compression(), Compression::ZSTD(_))) {
        let reason = "packed with Zstandard: this build does not unpack that in a table; use one with the feature `parquet-zstd`";
        work.gap(GapKind::Unsupported, reason);
        return Ok(());
    }
    let header = names.iter().map(|name| column_name(work.engine, name)).collect();
    let mut scan = TableScan::new(work.engine, Header::Given(header));
    let (mut number, mut failed) = (0, false);
    let mut pairs = Vec::new();
    for row in RowIter::from_file(None, &reader)? {
        let Ok(row) = row else {
            failed = true;
            break;
        };
        number += 1;
        pairs.clear();
        flatten(&row, "", 0, &mut pairs);
        let mut cells = vec![""; names.len()];
        for (name, value) in &pairs {
            if let Some(slot) = index.get(name).and_then(|at| cells.get_mut(*at)) {
                *slot = value;
            }
        }
        scan.row(number, cells.into_iter());
    }
    let mut part = Part { kind: PartKind::Table, ..Part::default() };
    scan.finish(&mut part);
    work.parts.push(part);
    let promised = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(0);
    if failed || number < promised {
        work.gap(GapKind::Malformed, format!("{number} of {promised} rows could be read: it is damaged"));
    }
    Ok(())
}

/// What programs wrote beside the table.
fn beside(work: &mut Work<'_>, pairs: &[parquet::file::metadata::KeyValue]) {
    let mut scan = TextScan::new(work.engine);
    let own = |key: &str| matches!(key, "ARROW:schema" | "parquet.avro.schema" | "org.apache.spark.sql.parquet.row.metadata");
    for (line, pair) in pairs.iter().filter(|pair| !own(&pair.key)).take(1_000).enumerate() {
        let value: String = pair.value.as_deref().unwrap_or("").chars().take(MOST_CELL * 16).collect();
        for piece in format!("{}: {value}", pair.key).lines() {
            scan.line(line as u64 + 1, piece);
        }
        scan.line(line as u64 + 1, "");
    }
    let hidden = Some("metadata of the table".to_owned());
    let mut part = Part { label: "metadata".to_owned(), kind: PartKind::Properties, hidden, ..Part::default() };
    scan.finish(&mut part);
    if !part.tallies.is_empty() {
        work.parts.push(part);
    }
    if pairs.len() > 1_000 {
        let reason = "more than 1000 entries of metadata: the rest was not read".to_owned();
        work.gaps.push(Gap { at: "metadata".to_owned(), kind: GapKind::Limit, reason });
    }
}

/// Whether a structure is one: lists and maps are single cells.
fn is_structure(field: &Type) -> bool {
    field.is_group() && field.get_basic_info().converted_type() == parquet::basic::ConvertedType::NONE
}

/// Names of the columns, those of structures with a dot.
fn columns(field: &Type, prefix: &str, level: usize, names: &mut Vec<String>) {
    let name = if prefix.is_empty() { field.name().to_owned() } else { format!("{prefix}.{}", field.name()) };
    if is_structure(field) && level < MOST_LEVELS && names.len() <= MOST_COLUMNS {
        field.get_fields().iter().for_each(|inner| columns(inner, &name, level + 1, names));
    } else {
        names.push(name);
    }
}

fn flatten(row: &Row, prefix: &str, level: usize, pairs: &mut Vec<(String, String)>) {
    for (name, field) in row.get_column_iter() {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match field {
            Field::Group(inner) if level < MOST_LEVELS => flatten(inner, &name, level + 1, pairs),
            Field::Null => {}
            field => {
                let mut value = String::new();
                text(field, level, &mut value);
                pairs.push((name, value));
            }
        }
    }
}

/// A value as text; the values of lists and maps one after the other.
fn text(field: &Field, level: usize, out: &mut String) {
    if out.len() > MOST_CELL || level > MOST_LEVELS {
        return;
    }
    if !out.is_empty() {
        out.push_str("; ");
    }
    match field {
        Field::Null => {}
        Field::Str(text) => out.extend(text.chars().take(MOST_CELL)),
        Field::Bytes(bytes) => {
            if let Ok(text) = std::str::from_utf8(bytes.data()) {
                out.extend(text.chars().take(MOST_CELL));
            }
        }
        Field::Group(row) => row.get_column_iter().for_each(|pair| text(pair.1, level + 1, out)),
        Field::ListInternal(list) => list.elements().iter().for_each(|inner| text(inner, level + 1, out)),
        Field::MapInternal(map) => map.entries().iter().for_each(|pair| {
            text(&pair.0, level + 1, out);
            text(&pair.1, level + 1, out);
        }),
        other => out.push_str(&other.to_string()),
    }
}

/// Where the bytes are: the file where it lies, or a copy in memory.
enum At {
    Memory(Bytes),
    #[cfg(unix)]
    File(std::sync::Arc<std::fs::File>, u64),
}

fn source(work: &Work<'_>, bytes: &Anywhere<'_>) -> std::io::Result<At> {
    #[cfg(unix)]
    if let Some(file) = work.file {
        return Ok(At::File(std::sync::Arc::new(file.try_clone()?), bytes.len()));
    }
    let mut whole = Vec::new();
    bytes.slice(0, bytes.len().min(work.limits.whole_bytes)).read_to_end(&mut whole)?;
    Ok(At::Memory(whole.into()))
}

impl Length for At {
    fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            #[cfg(unix)]
            Self::File(_, length) => *length,
        }
    }
}

impl ChunkReader for At {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        match self {
            Self::Memory(bytes) => {
                let start = usize::try_from(start).unwrap_or(usize::MAX).min(bytes.len());
                Ok(Box::new(bytes.slice(start..).reader()))
            }
            // by place: the file's own place is where its digest has got to
            #[cfg(unix)]
            Self::File(file, _) => Ok(Box::new(std::io::BufReader::new(Placed { file: std::sync::Arc::clone(file), at: start }))),
        }
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if length > MOST_PIECE || start.saturating_add(length as u64) > self.len() {
            return Err(ParquetError::EOF("a piece lies outside of the file".to_owned()));
        }
        let mut out = Vec::with_capacity(length);
        self.get_read(start)?.take(length as u64).read_to_end(&mut out)?;
        Ok(out.into())
    }
}

#[cfg(unix)]
struct Placed {
    file: std::sync::Arc<std::fs::File>,
    at: u64,
}

#[cfg(unix)]
impl Read for Placed {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let got = std::os::unix::fs::FileExt::read_at(&*self.file, out, self.at)?;
        self.at += got as u64;
        Ok(got)
    }
}
