//! Values that are something else in base64: the secrets of Kubernetes, pictures in JSON, files in XML. What decodes to text is read as
//! that text, what decodes to a file of a known kind is a file inside the file.

use super::sniff;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Characters from which on a value may be base64 by chance no more.
const SURE: usize = 16;
/// ... with an end that only base64 has.
const PADDED: usize = 8;
/// Bytes of the shortest file.
const SHORTEST_FILE: usize = 24;
/// Characters of one value.
const MOST: usize = 64 << 20;

/// What a value holds.
pub(super) enum Blob {
    /// A text.
    Text(String),
    /// A file of a kind that is known by its first bytes.
    File(Vec<u8>),
}

/// What a value holds in base64, if it does; `expected` says that everything in its place is base64.
pub(super) fn decode(value: &str, expected: bool) -> Option<Blob> {
    let value = value.trim();
    // `data:image/png;base64,...`
    let (value, expected) = match value.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,")) {
        Some((kind, rest)) if kind.len() < 100 => (rest, true),
        _ => (value, expected),
    };
    let least = if expected {
        4
    } else if value.ends_with('=') {
        PADDED
    } else {
        SURE
    };
    if !(least..=MOST).contains(&value.len()) {
        return None;
    }
    let mut clean = Vec::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'=' => clean.push(byte),
            b'-' => clean.push(b'+'),
            b'_' => clean.push(b'/'),
            b'\n' | b'\r' | b' ' | b'\t' => {}
            _ => return None,
        }
    }
    // words of a sentence are no base64: its lines are long
    if clean.len() < SURE && clean.len() < value.len() {
        return None;
    }
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let bytes = GeneralPurpose::new(&STANDARD, config).decode(&clean).ok()?;
    match String::from_utf8(bytes) {
        Ok(text) if is_text(&text) => Some(Blob::Text(text)),
        Ok(text) => file(text.into_bytes()),
        Err(error) => file(error.into_bytes()),
    }
}

/// The text that a value is in base64, if it is one; else the value.
pub(super) fn readable(value: String) -> String {
    match decode(&value, false) {
        Some(Blob::Text(text)) => text,
        _ => value,
    }
}

fn is_text(text: &str) -> bool {
    let (mut all, mut plain) = (0_usize, 0_usize);
    for c in text.chars() {
        if c.is_control() && !matches!(c, '\n' | '\r' | '\t') {
            return false;
        }
        all += 1;
        plain += usize::from(c.is_ascii());
    }
    all > 1 && plain * 10 >= all * 7
}

fn file(bytes: Vec<u8>) -> Option<Blob> {
    if bytes.len() < SHORTEST_FILE {
        return None;
    }
    let kind = sniff::sniff(bytes.get(..bytes.len().min(64 << 10))?, bytes.len() <= 64 << 10).kind;
    (!matches!(kind, "text" | "binary" | "empty")).then_some(Blob::File(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str, expected: bool) -> Option<String> {
        match decode(value, expected) {
            Some(Blob::Text(text)) => Some(text),
            _ => None,
        }
    }

    #[test]
    fn texts_and_files_are_told_from_words() {
        assert_eq!(text("V2ludGVyMjAzMSE=", false).as_deref(), Some("Winter2031!"));
        assert_eq!(text("czNjcmV0", true).as_deref(), Some("s3cret"));
        assert_eq!(text("czNjcmV0", false), None);
        assert_eq!(text("data:text/plain;base64,czNjcmV0", false).as_deref(), Some("s3cret"));
        for word in
            ["administrator", "Cumberland Avenue", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "Benjamin"]
        {
            assert!(decode(word, false).is_none(), "{word}");
        }
        let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        assert!(matches!(decode(png, false), Some(Blob::File(_))));
    }
}
