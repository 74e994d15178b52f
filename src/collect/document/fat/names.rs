//! Rows of folders: short and long names of FAT, sets of entries of exFAT.

use super::number;
use crate::collect::unpack::old_name;

/// A file or folder.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) folder: bool,
    pub(super) hidden: bool,
    pub(super) modified: Option<i64>,
    pub(super) first: u64,
    pub(super) size: u64,
    /// Bytes that were written; what follows is zeros.
    pub(super) valid: u64,
    /// Its clusters are a chain, and not one after the other.
    pub(super) chained: bool,
}

/// Two numbers for the day and the time; the zone is nowhere.
fn time(day: u64, time: u64) -> Option<i64> {
    let part = |value: u64, most: u64| i8::try_from(value.min(most)).ok();
    let year = 1980 + i16::try_from(day >> 9).ok()?;
    let civil = jiff::civil::DateTime::new(
        year,
        part(day >> 5 & 15, 12)?,
        part(day & 31, 31)?,
        part(time >> 11, 23)?,
        part(time >> 5 & 63, 59)?,
        part((time & 31) * 2, 59)?,
        0,
    );
    Some(jiff::tz::TimeZone::UTC.to_timestamp(civil.ok()?).ok()?.as_second())
}

/// A name that leads nowhere else.
fn plain(name: &str) -> String {
    name.replace(['/', '\0'], "_")
}

/// Whether rows in use follow the one that ends a folder: some systems show them, and others do not.
fn goes_on(rows: &[u8], end: usize, used: impl Fn(u8) -> bool) -> bool {
    rows.chunks_exact(32).skip(end).filter_map(<[u8]>::first).any(|first| used(*first))
}

/// The rows of a folder of FAT, and how many are not valid.
pub(super) fn old(rows: &[u8]) -> (Vec<Row>, u64) {
    let (mut out, mut broken) = (Vec::new(), 0);
    // the long name stands before the short one, its last piece first
    let mut long: Vec<u16> = Vec::new();
    let mut sum = None;
    for (index, row) in rows.chunks_exact(32).enumerate() {
        let attributes = number(row, 11, 1);
        match row.first() {
            None | Some(0) => {
                broken += u64::from(goes_on(rows, index, |first| !matches!(first, 0 | 0xe5)));
                break;
            }
            Some(0xe5) => {
                long.clear();
                continue;
            }
            Some(order) if attributes & 0x3f == 0x0f => {
                if order & 0x40 != 0 {
                    long.clear();
                    sum = row.get(13).copied();
                }
                let units = [(1, 5), (14, 6), (28, 2)].iter().flat_map(|(at, count)| (0..*count).map(move |unit| at + unit * 2));
                let mut piece: Vec<u16> = units.map(|at| number(row, at, 2) as u16).take_while(|unit| *unit != 0).collect();
                piece.append(&mut long);
                long = piece;
                if long.len() > 13 * 20 {
                    long.clear();
                    broken += 1;
                }
                continue;
            }
            Some(_) => {}
        }
        let short = row.get(..11).unwrap_or(&[]);
        let own = short.iter().fold(0_u8, |sum, byte| sum.rotate_right(1).wrapping_add(*byte));
        let units = std::mem::take(&mut long);
        let whole = sum.take() == Some(own) && !units.is_empty();
        // the label of the volume
        if attributes & 8 != 0 || matches!(short, b".          " | b"..         ") {
            continue;
        }
        let name = if whole { String::from_utf16_lossy(&units) } else { short_name(short, number(row, 12, 1)) };
        if name.is_empty() {
            broken += 1;
            continue;
        }
        let size = number(row, 28, 4);
        let folder = attributes & 0x10 != 0;
        out.push(Row {
            name: plain(&name),
            folder,
            hidden: attributes & 2 != 0,
            modified: time(number(row, 24, 2), number(row, 22, 2)),
            first: (number(row, 20, 2) << 16) | number(row, 26, 2),
            size: if folder { 0 } else { size },
            valid: size,
            chained: true,
        });
    }
    (out, broken)
}

/// Eight characters and three; `case` says which of them were small letters.
fn short_name(raw: &[u8], case: u64) -> String {
    let piece = |bytes: &[u8], small: bool| {
        let mut bytes = bytes.to_vec();
        // stands for a letter that would mark a deleted file
        if let Some(first) = bytes.first_mut().filter(|first| **first == 5) {
            *first = 0xe5;
        }
        let text = old_name(&bytes, || None);
        let text = text.trim_end().to_owned();
        if small { text.to_lowercase() } else { text }
    };
    let (name, ending) = raw.split_at(raw.len().min(8));
    let (name, ending) = (piece(name, case & 8 != 0), piece(ending, case & 16 != 0));
    if ending.is_empty() { name } else { format!("{name}.{ending}") }
}

/// The rows of a folder of exFAT, and how many are not valid.
pub(super) fn ex(rows: &[u8]) -> (Vec<Row>, u64) {
    let (mut out, mut broken) = (Vec::new(), 0);
    let mut rest = rows.chunks_exact(32);
    while let Some(row) = rest.next() {
        match row.first() {
            None | Some(0) => {
                broken += u64::from(goes_on(rows, rows.len() / 32 - rest.len(), |first| first == 0x85));
                break;
            }
            Some(0x85) => {}
            Some(_) => continue,
        }
        let count = number(row, 1, 1) as usize;
        let set: Vec<&[u8]> = rest.clone().take(count).take_while(|row| matches!(row.first(), Some(0xc0..=0xff))).collect();
        let Some(stream) = set.first().filter(|stream| stream.first() == Some(&0xc0) && set.len() == count) else {
            broken += 1;
            continue;
        };
        rest.by_ref().nth(count - 1);
        let length = number(stream, 3, 1) as usize;
        let units: Vec<u16> = set
            .iter()
            .filter(|row| row.first() == Some(&0xc1))
            .flat_map(|row| (0..15).map(|unit| number(row, 2 + unit * 2, 2) as u16))
            .take(length)
            .collect();
        if units.is_empty() {
            broken += 1;
            continue;
        }
        let attributes = number(row, 4, 2);
        out.push(Row {
            name: plain(&String::from_utf16_lossy(&units)),
            folder: attributes & 0x10 != 0,
            hidden: attributes & 2 != 0,
            modified: time(number(row, 14, 2), number(row, 12, 2)),
            first: number(stream, 20, 4),
            size: number(stream, 24, 8),
            valid: number(stream, 8, 8),
            chained: number(stream, 1, 1) & 2 == 0,
        });
    }
    (out, broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_and_times() {
        assert_eq!(short_name(b"STAFF   CSV", 0), "STAFF.CSV");
        assert_eq!(short_name(b"STAFF   CSV", 8 | 16), "staff.csv");
        assert_eq!(short_name(b"NOTES      ", 0), "NOTES");
        assert_eq!(time(0x5d78, 0x5000), Some(1_795_514_400));
        assert_eq!(time(0, 0), None);
    }

    #[test]
    fn deleted_rows_are_none_and_what_follows_the_end_is_said() {
        let mut row = [0_u8; 32];
        row[..11].copy_from_slice(b"STAFF   CSV");
        let mut gone = row;
        gone[0] = 0xe5;
        let (rows, broken) = old(&[gone, row, [0; 32], gone].concat());
        assert_eq!((rows.len(), broken), (1, 0));
        let (rows, broken) = old(&[gone, row, [0; 32], row].concat());
        assert_eq!((rows.len(), broken), (1, 1));
        let (rows, broken) = ex(&[[0; 32], [0x85; 32]].concat());
        assert_eq!((rows.len(), broken), (0, 1));
        // a file of exFAT that says it has more rows than there are
        let (rows, broken) = ex(&[[0x85; 32], [0xc0; 32]].concat());
        assert_eq!((rows.len(), broken), (0, 1));
    }
}
