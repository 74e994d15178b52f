//! XML as a stream of openings, texts and closings, for hostile bytes: no entities but the five of XML itself, no element or text
//! longer than a limit, names without their prefix. It builds no tree.

use crate::collect::decode::Utf8;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::cell::Cell;
use std::io::{BufReader, Error, ErrorKind, Read, Result};

/// Bytes that one tag or one stretch of text may have.
const MOST_EVENT: u64 = 8 << 20;

/// One step through the document.
pub(crate) enum Tag<'t> {
    /// An element begins; an empty one also closes.
    Open(&'t str, &'t Attributes<'t>),
    /// Text. One text may come in several pieces.
    Text(&'t str),
    /// An element ends.
    Close(&'t str),
}

/// The attributes of an element.
pub(crate) struct Attributes<'t>(&'t BytesStart<'t>);

impl Attributes<'_> {
    /// The value of the attribute of this name, whatever its prefix.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let mut list = self.0.attributes();
        let list = list.with_checks(false);
        for attribute in list.flatten() {
            if local(attribute.key.0) == name {
                return Some(
                    quick_xml::escape::unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), Into::into),
                );
            }
        }
        None
    }

    /// Whether an attribute says yes.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on"))
    }

    /// A number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.trim().parse().ok()
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, name)| name)
}

/// Gives what is read, until too much was read since the counter was last put back.
pub(in super::super) struct Throttle<'r> {
    pub(in super::super) inner: &'r mut dyn Read,
    /// Bytes since then.
    pub(in super::super) since: &'r Cell<u64>,
    /// Bytes that are too much.
    pub(in super::super) most: u64,
}

impl Read for Throttle<'_> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        if self.since.get() > self.most {
            return Err(Error::new(ErrorKind::InvalidData, "one element is too long"));
        }
        let got = self.inner.read(out)?;
        self.since.set(self.since.get() + got as u64);
        Ok(got)
    }
}

/// Walks through a document.
///
/// # Errors
/// What is not XML, and input errors. What came before was handed over.
pub(crate) fn walk(bytes: &mut dyn Read, each: &mut dyn FnMut(Tag<'_>)) -> Result<()> {
    let since = Cell::new(0);
    let mut throttle = Throttle { inner: bytes, since: &since, most: MOST_EVENT };
    let mut head = [0; 2];
    let mut got = 0;
    while got < head.len() {
        match throttle.read(head.get_mut(got..).unwrap_or(&mut []))? {
            0 => break,
            more => got += more,
        }
    }
    let encoding = match head {
        [0xff, 0xfe] | [b'<', 0] => encoding_rs::UTF_16LE,
        [0xfe, 0xff] | [0, b'<'] => encoding_rs::UTF_16BE,
        _ => encoding_rs::UTF_8,
    };
    let chained = head.get(..got).unwrap_or(&[]).chain(throttle);
    let mut reader = Reader::from_reader(BufReader::new(Utf8::new(chained, encoding)));
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        since.set(0);
        let event = reader.read_event_into(&mut buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) => Error::new(error.kind(), error.to_string()),
            _ => Error::new(ErrorKind::InvalidData, "not well-formed"),
        })?;
        match event {
            Event::Start(start) | Event::Empty(start) => each(Tag::Open(local(start.name().0), &Attributes(&start))),
            Event::End(end) => each(Tag::Close(local(end.name().0))),
            Event::Text(text) => each(Tag::Text(&text.xml10_content())),
            Event::CData(text) => each(Tag::Text(&text.xml10_content())),
            Event::GeneralRef(name) => {
                let mut small = [0; 4];
                let known = match &*name {
                    "lt" => Some("<"),
                    "gt" => Some(">"),
                    "amp" => Some("&"),
                    "quot" => Some("\""),
                    "apos" => Some("'"),
                    _ => None,
                };
                let text = known.or_else(|| name.resolve_char_ref().ok().flatten().map(|c| &*c.encode_utf8(&mut small)));
                if let Some(text) = text {
                    each(Tag::Text(text));
                }
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut out = String::new();
        let _ = walk(&mut text.as_bytes(), &mut |tag| match tag {
            Tag::Open(name, attributes) => {
                out.push_str(&format!("<{name} {}>", attributes.get("v").unwrap_or_default()));
            }
            Tag::Text(text) => out.push_str(text),
            Tag::Close(name) => out.push_str(&format!("</{name}>")),
        });
        out
    }

    #[test]
    fn names_lose_prefixes_and_entities_are_the_five() {
        assert_eq!(shown("<x:a v='1 &amp; 2'>b &lt;&#65;&no; c<d/></x:a>"), "<a 1 & 2>b <A c<d ></d></a>");
    }

    #[test]
    fn an_endless_element_ends() {
        let mut endless = b"<a b='".chain(std::io::repeat(b'x'));
        assert!(walk(&mut endless, &mut |_| {}).is_err());
    }
}
