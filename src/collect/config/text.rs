//! Lines, columns and errors for the readers beside this file, and how they look at a head.
//! It must not know any format, and never puts text of a file into an error.

use super::{Probe, ReadError};
use crate::model::node::{Kind, Node};

/// An error at a line; the reason is ours and holds nothing of the file.
pub(super) fn error(reason: impl Into<String>, line: u32) -> ReadError {
    ReadError { reason: reason.into(), line }
}

/// The text without a byte-order mark.
pub(super) fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The text without its mark, or an error where a zero byte shows that it is no text.
pub(super) fn clean(text: &str) -> Result<&str, ReadError> {
    let text = unmarked(text);
    let Some(at) = text.find('\0') else { return Ok(text) };
    let before = text.get(..at).unwrap_or_default();
    Err(error("not text: a zero byte", before.matches('\n').count() as u32 + 1))
}

/// The lines without line ends, as the standard library parts them, but many bytes at a time.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> + Clone {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', rest.as_bytes());
        let (line, next) = rest.split_at(end.map_or(rest.len(), |at| at + 1));
        rest = next;
        let Some(line) = line.strip_suffix('\n') else { return Some(line) };
        Some(line.strip_suffix('\r').unwrap_or(line))
    })
}

/// The lines with their numbers from 1, without line ends.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    split(text).enumerate().map(|(index, line)| (index as u32 + 1, line))
}

/// The lines of a head that are neither empty nor comments, trimmed; the last one is left out where it may be cut.
pub(super) fn meaningful<'a>(probe: &Probe<'a>, comments: &'static [char]) -> impl Iterator<Item = &'a str> {
    let head = unmarked(probe.head);
    let end = if probe.whole { head.len() } else { head.rfind('\n').unwrap_or(0) };
    let lines = split(head.get(..end).unwrap_or_default()).map(str::trim);
    lines.filter(move |line| !line.is_empty() && !line.starts_with(comments))
}

/// Whether a name says plainly that a file is something else, whatever it quotes: code, documents, other formats.
pub(super) fn foreign(extension: &str) -> bool {
    // asked by some thirty formats of every file
    matches!(
        extension,
        "yaml"
            | "yml"
            | "json"
            | "toml"
            | "xml"
            | "html"
            | "htm"
            | "md"
            | "rst"
            | "adoc"
            | "tex"
            | "rs"
            | "py"
            | "js"
            | "ts"
            | "go"
            | "c"
            | "h"
            | "cpp"
            | "java"
            | "rb"
            | "php"
            | "pl"
            | "sh"
            | "ps1"
            | "bat"
            | "lua"
            | "tf"
            | "sql"
            | "csv"
            | "tsv"
            | "log"
            | "diff"
            | "patch"
            | "css"
            | "vim"
            | "ipynb"
    )
}

/// The column of a byte offset in a line, in characters from 1.
pub(super) fn column(line: &str, byte: usize) -> u32 {
    line.char_indices().take_while(|(at, _)| *at < byte).count() as u32 + 1
}

/// A value at a place: text, or nothing where it is empty.
pub(super) fn value(text: String, line: u32, column: u32) -> Node {
    Node::new(if text.is_empty() { Kind::Null } else { Kind::Text(text) }, line, column)
}

/// What a scalar says for a label. A masked one is kept apart from others of the same shape by its line, and by the file that an
/// include brought.
pub(super) fn label(node: &Node, artifact: Option<u32>) -> String {
    match (&node.kind, artifact) {
        (Kind::Masked(shape), None) => format!("{shape} (line {})", node.line),
        (Kind::Masked(shape), Some(number)) => format!("{shape} (line {} of file {number})", node.line),
        _ => node.scalar().unwrap_or_default().to_owned(),
    }
}

/// An include whose value was masked as a whole: nobody can say what it names, so it is asked for in vain.
pub(super) fn masked_include(node: &Node) -> Option<String> {
    if let Kind::Masked(shape) = &node.kind { Some(format!("{shape} (masked)")) } else { None }
}

/// Byte offsets to lines and columns; cheap when asked in the order of the file, also within one huge line.
pub(super) struct Positions<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// The last answer: byte, line, column.
    last: (usize, u32, u32),
}

impl<'a> Positions<'a> {
    /// An index of the lines of a text.
    pub(super) fn new(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(breaks).collect(), last: (0, 1, 1) }
    }

    /// Line and column, both from 1, of a byte offset.
    pub(super) fn at(&mut self, byte: usize) -> (u32, u32) {
        let index = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let line = index as u32 + 1;
        let start = self.starts.get(index).copied().unwrap_or(0);
        let (from, column) = if self.last.1 == line && self.last.0 <= byte { (self.last.0, self.last.2) } else { (start, 1) };
        let passed = self.text.bytes().skip(from).take(byte - from).filter(|byte| byte & 0xC0 != 0x80).count();
        self.last = (byte, line, column + passed as u32);
        (line, self.last.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_the_standard_library() {
        for text in ["", "\n", "a", "a\n", "a\r\n", "\r\n\r\nb\r", "a\r\r\nb\n\nc", "\n\n", "x\ry\n", "ä\nö\r\n"] {
            assert_eq!(split(text).collect::<Vec<_>>(), text.lines().collect::<Vec<_>>(), "{text:?}");
        }
    }

    #[test]
    fn positions_count_characters_in_and_out_of_order() {
        let text = "é=ü\nb=ö1\r\nc";
        let mut positions = Positions::new(text);
        assert_eq!(positions.at(0), (1, 1));
        assert_eq!(positions.at(text.find('ü').unwrap_or(0)), (1, 3));
        assert_eq!(positions.at(text.find('1').unwrap_or(0)), (2, 4));
        assert_eq!(positions.at(text.find('c').unwrap_or(0)), (3, 1));
        assert_eq!(positions.at(text.find('=').unwrap_or(0)), (1, 2));
        assert_eq!(positions.at(9999).0, 3);
    }

    #[test]
    fn zero_bytes_are_refused_with_their_line() {
        assert_eq!(clean("\u{feff}a=b"), Ok("a=b"));
        assert_eq!(clean("a\nb\0").map_err(|error| error.line), Err(2));
    }
}
