//! Parquet tables. How they are protected is told by every build; their rows are read by builds with the feature `parquet`.

#[cfg(feature = "parquet")]
mod rows;
mod thrift;

use super::{Document, Head, Work};
use crate::collect::anywhere::Anywhere;
use crate::model::evidence::{Encryption, GapKind};
use std::io::Read;

/// The reader.
pub(super) struct Parquet;
/// The reader.
pub(super) static DOCUMENT: Parquet = Parquet;

/// The shortest file: two marks, a length.
const SHORTEST: u64 = 12;
/// Bytes of a footer that are looked at for its encryption.
const MOST_FOOTER: u64 = 64 << 20;
/// The field of the footer that says how columns are encrypted.
const ENCRYPTION: i64 = 8;

impl Document for Parquet {
    fn id(&self) -> &'static str {
        "parquet"
    }

    fn title(&self) -> &'static str {
        "Parquet tables"
    }

    fn notes(&self) -> &'static str {
        "With the feature `parquet`: every column is one, fields of structures are columns of their own, each row is a record; what programs \
         keep beside the table (its metadata) is read as hidden text. Snappy, gzip, LZ4 and Brotli are unpacked, Zstandard with the feature \
         `parquet-zstd`. Encrypted tables are told as such in every build; they are not read. Inside other containers the whole table is held \
         in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "parquet" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(bytes) = work.anywhere()? else { return Ok(()) };
        let Some(tail) = tail(&bytes)? else {
            work.gap(GapKind::Malformed, "its end is not that of a table: it is cut off or damaged");
            return Ok(());
        };
        if &tail == b"PARE" || work.head.raw.starts_with(b"PARE") {
            work.encryption = Some(Encryption::Strong);
            work.gap(GapKind::Encrypted, "encrypted with its footer (AES): not even the columns are known");
            return Ok(());
        }
        let end = bytes.len() - 8;
        let mut footer = Vec::new();
        bytes.slice(end.saturating_sub(footer_length(&bytes)?), end).take(MOST_FOOTER).read_to_end(&mut footer)?;
        if thrift::has_field(&footer, ENCRYPTION) {
            work.gap(GapKind::Encrypted, "columns of it are encrypted (AES), and its footer is signed: the table was not read");
            return Ok(());
        }
        content(work, &bytes);
        Ok(())
    }
}

fn footer_length(bytes: &Anywhere<'_>) -> std::io::Result<u64> {
    let mut four = [0; 4];
    bytes.slice(bytes.len() - 8, bytes.len() - 4).read_exact(&mut four)?;
    Ok(u32::from_le_bytes(four).into())
}

#[cfg(feature = "parquet")]
fn content(work: &mut Work<'_>, bytes: &Anywhere<'_>) {
    rows::read(work, bytes);
}

#[cfg(not(feature = "parquet"))]
fn content(work: &mut Work<'_>, _: &Anywhere<'_>) {
    let reason = "a Parquet table: this build does not read it; use one with the feature `parquet`, or ask for it as CSV";
    work.gap(GapKind::Unsupported, reason);
}

/// The mark at the end, if the footer that is promised there fits into the file.
fn tail(bytes: &Anywhere<'_>) -> std::io::Result<Option<[u8; 4]>> {
    let length = bytes.len();
    if length < SHORTEST {
        return Ok(None);
    }
    let mut end = [0; 8];
    bytes.slice(length - 8, length).read_exact(&mut end)?;
    let [a, b, c, d, mark @ ..] = end;
    let footer = u64::from(u32::from_le_bytes([a, b, c, d]));
    Ok((matches!(&mark, b"PAR1" | b"PARE") && footer + SHORTEST <= length).then_some(mark))
}
