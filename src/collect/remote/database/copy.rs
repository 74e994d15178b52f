//! Rows as `pg_dump` writes them (`COPY t (columns) FROM stdin`), within a limit: what is beyond it is not written, and said.

use super::{Column, MOST_BINARY};
use std::io::{Result, Write};

/// A name as it stands in the heading: what would end it or the line is left out. It is read, never run.
fn heading_name(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_control() || c == '"' { '_' } else { c }).collect();
    format!("\"{plain}\"")
}

/// The line before the rows.
pub(super) fn heading(schema: &str, table: &str, columns: &[Column]) -> String {
    let names: Vec<String> = columns.iter().map(|column| heading_name(&column.name)).collect();
    format!("COPY {}.{} ({}) FROM stdin;\n", heading_name(schema), heading_name(table), names.join(", "))
}

/// Writes so many bytes and no more, and counts lines.
pub(super) struct Limited<'w> {
    into: &'w mut dyn Write,
    left: u64,
    /// Lines that were begun to be written.
    pub(super) lines: u64,
    /// There was more.
    pub(super) over: bool,
}

impl<'w> Limited<'w> {
    pub(super) fn new(into: &'w mut dyn Write, limit: u64) -> Self {
        Self { into, left: limit, lines: 0, over: false }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        let own = bytes.get(..most).unwrap_or(bytes);
        self.over |= most < bytes.len();
        self.into.write_all(own)?;
        self.left -= most as u64;
        self.lines += memchr::memchr_iter(b'\n', own).count() as u64;
        Ok(())
    }
}

/// One value as it stands between tabs; `None` is nothing.
pub(super) fn cell(out: &mut Vec<u8>, value: Option<&[u8]>, binary: bool) {
    let Some(value) = value else {
        out.extend_from_slice(b"\\N");
        return;
    };
    if binary {
        out.extend_from_slice(b"\\\\x");
        for byte in value.iter().take(MOST_BINARY) {
            out.extend_from_slice(format!("{byte:02x}").as_bytes());
        }
        return;
    }
    for byte in value {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            other => out.push(*other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_headings_are_of_one_line() {
        let mut out = Vec::new();
        cell(&mut out, Some(b"a\tb\\c\nd\r"), false);
        cell(&mut out, None, false);
        cell(&mut out, Some(&[0xff, 0x00]), true);
        assert_eq!(out, b"a\\tb\\\\c\\nd\\r\\N\\\\xff00");
        let columns = [Column { name: "a\"b;\n".to_owned(), binary: false }];
        assert_eq!(heading("s", "t", &columns), "COPY \"s\".\"t\" (\"a_b;_\") FROM stdin;\n");
    }

    #[test]
    fn what_is_beyond_the_limit_is_said() {
        let mut out = Vec::new();
        let mut limited = Limited::new(&mut out, 5);
        assert!(limited.write(b"ab\n").is_ok() && !limited.over);
        assert!(limited.write(b"cd\nef").is_ok() && limited.over);
        assert_eq!((limited.lines, out.as_slice()), (1, &b"ab\ncd"[..]));
    }
}
