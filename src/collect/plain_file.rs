//! A text that somebody wants places in: which reader an audit would give it, and the text itself if that is the one for running text
//! or for tables in text. What any other reader would read is left to an audit's own way.

use super::config::Claim;
use super::document::{Head, delimiter, is_table};
use super::{decode, read, sniff};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io::{self, Read};
use std::path::Path;

/// Bytes of a text that is held as a whole.
pub const MOST: u64 = 64 << 20;
/// Bytes looked at before a reader is chosen.
const HEAD: usize = 64 << 10;

/// A text as UTF-8.
pub struct Plain {
    /// The text, without a byte-order mark.
    pub text: String,
    /// Bytes of the mark that stood before it.
    pub mark: usize,
    /// What parts the cells, if it is a table.
    pub delimiter: Option<u8>,
}

/// What was opened.
pub enum Opened {
    /// Running text or a table in text.
    Plain(Plain),
    /// Text that audits read as something else (a tree, a page, mail).
    Otherwise(Plain),
    /// No text.
    Binary,
    /// More than [`MOST`] bytes.
    TooLong,
}

/// Reads a file or stream; `path` is its name, which says something of what it is.
///
/// # Errors
/// Input errors.
pub fn open(source: impl Read, path: &Path) -> io::Result<Opened> {
    let mut bytes = Vec::new();
    let mut source = source.take(MOST + 1);
    (&mut source).take(HEAD as u64).read_to_end(&mut bytes)?;
    let sniffed = sniff::sniff(&bytes, bytes.len() < HEAD);
    let encoding = match sniffed.encoding {
        Some(encoding) => encoding,
        None if bytes.is_empty() => encoding_rs::UTF_8,
        None => return Ok(Opened::Binary),
    };
    source.read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        return Ok(Opened::TooLong);
    }
    let (text, mark) = match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => match text.strip_prefix('\u{feff}') {
            Some(rest) => (rest.to_owned(), text.len() - rest.len()),
            None => (text, 0),
        },
        other => {
            let bytes = other.map_or_else(std::string::FromUtf8Error::into_bytes, String::into_bytes);
            let mut text = String::new();
            decode::Utf8::new(bytes.as_slice(), encoding).read_to_string(&mut text)?;
            (text, 0)
        }
    };
    let path = path.to_string_lossy().replace('\\', "/");
    Ok(match reader(&text, &path) {
        Reader::Text => Opened::Plain(Plain { text, mark, delimiter: None }),
        Reader::Table(found) => Opened::Plain(Plain { text, mark, delimiter: Some(found) }),
        Reader::Other => Opened::Otherwise(Plain { text, mark, delimiter: None }),
    })
}

/// What another program asks in a line of JSON: where what is in a text.
#[derive(Deserialize)]
pub struct Asked<'a> {
    /// What it calls the text: a text or a number, as it wrote it.
    #[serde(borrow)]
    pub id: &'a RawValue,
    /// The text.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
}

/// Reads such a line; nothing for an empty one. A byte-order mark may stand before the first.
///
/// # Errors
/// What is wrong with it, without anything of what it says.
pub fn asked(line: &[u8], first: bool) -> Result<Option<Asked<'_>>, String> {
    let line = std::str::from_utf8(line).map_err(|_| "it is not UTF-8".to_owned())?;
    let line = if first { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line }.trim();
    if line.is_empty() {
        return Ok(None);
    }
    let asked: Asked<'_> = serde_json::from_str(line).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => "it has not one `id` and one `text` that is a text".to_owned(),
        _ => format!("it is no JSON, from byte {} on", error.column()),
    })?;
    if !asked.id.get().starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        return Err("its `id` is neither a text nor a number".to_owned());
    }
    Ok(Some(asked))
}

/// What parts the cells of a text without a name, if it is clearly a table.
pub fn table(text: &str) -> Option<u8> {
    // most texts are none: nothing else is asked of them
    if !is_table(head_of(text), text.len() < HEAD) {
        return None;
    }
    match reader(text, "") {
        Reader::Table(found) => Some(found),
        Reader::Text | Reader::Other => None,
    }
}

enum Reader {
    Text,
    Table(u8),
    Other,
}

fn head_of(text: &str) -> &str {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

fn reader(text: &str, path: &str) -> Reader {
    let name = path.rsplit('/').next().unwrap_or("").to_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let (whole, start) = (text.len() < HEAD, head_of(text));
    let head = Head { raw: start.as_bytes(), text: start, whole, kind: "text", name: &name, extension, path };
    let (claim, document) = read::document(&head).map_or((0, "text"), |row| (row.0, row.1.id()));
    // what only may be a configuration is shown line by line like any text
    let tree = read::config(&head).is_some_and(|row| row.0 > Claim::Weak && read::strength(row.0) >= claim);
    match document {
        _ if tree => Reader::Other,
        "text" => Reader::Text,
        "csv" => Reader::Table(delimiter(&head)),
        _ => Reader::Other,
    }
}
