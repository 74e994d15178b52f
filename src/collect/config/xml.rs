//! XML: elements as mappings with positions (web.config, app.config, property lists, pom.xml and the like).
//! It must not resolve entities: a document type with declarations of its own is refused, and nothing is fetched.

use roxmltree::{Document, Error, NodeType, ParsingOptions};

use super::{Claim, Config, Probe, ReadError, text};
use crate::model::node::{Entry, Kind, Node};

/// The reader.
pub(super) struct XmlReader;

/// The reader, for the registry.
pub(super) static CONFIG: XmlReader = XmlReader;

/// How deep elements may stand in elements.
const DEPTH: usize = 512;

/// How many attributes an element may have.
const MOST_ATTRIBUTES: usize = 20_000;

/// Extensions that are XML by custom.
const OWN: &[&str] = &[
    "xml",
    "config",
    "plist",
    "xsd",
    "xsl",
    "xslt",
    "wsdl",
    "csproj",
    "vbproj",
    "props",
    "targets",
    "pubxml",
    "resx",
    "mobileconfig",
    "xmp",
    "gpx",
    "kml",
    "svg",
];

impl Config for XmlReader {
    fn id(&self) -> &'static str {
        "xml"
    }

    fn title(&self) -> &'static str {
        "XML"
    }

    fn notes(&self) -> &'static str {
        "The root is a mapping with one entry, the root element. An element is a mapping: attributes as `@name`, child elements by \
         their name without prefix (repeated ones are repeated entries), text as `#text`; an element with text alone is that text, \
         an empty one null. Document types with declarations are refused."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let head = text::unmarked(probe.head).trim_start();
        let start: String = head.chars().take(15).collect::<String>().to_ascii_lowercase();
        if start.starts_with("<!doctype html") || start.starts_with("<html") || !start.starts_with('<') {
            return Claim::No;
        }
        let own = OWN.contains(&probe.extension);
        if start.starts_with("<?xml") || (own && !start.starts_with("<%") && !start.starts_with("<?php")) {
            return if matches!(probe.extension, "html" | "htm" | "xhtml") { Claim::Weak } else { Claim::Strong };
        }
        let named = start.chars().nth(1).is_some_and(char::is_alphabetic) && head.contains("</");
        if named && probe.extension.is_empty() { Claim::Weak } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        // the parser compares each attribute of an element with all others
        if source.split('<').any(|tag| tag.bytes().filter(|byte| *byte == b'=').count() > MOST_ATTRIBUTES) {
            return Err(text::error("an XML element with too many attributes", 0));
        }
        let options = ParsingOptions { allow_dtd: harmless_type(source), ..ParsingOptions::default() };
        let document = Document::parse_with_options(source, options).map_err(|error| refusal(&error))?;
        let mut positions = text::Positions::new(source);
        let root = document.root_element();
        let entry = element(root, &mut positions, 1)?;
        Ok(Node::new(Kind::Map(vec![entry]), 1, 1))
    }
}

/// Whether a document type only names itself, as property lists do: without `[` it declares no entity.
fn harmless_type(source: &str) -> bool {
    let Some(at) = source.find("<!DOCTYPE") else { return false };
    let rest = source.get(at..).unwrap_or_default();
    rest.find(['[', '>']).is_some_and(|end| rest.get(end..).is_some_and(|rest| rest.starts_with('>')))
        && !source.contains("<!ENTITY")
}

/// The parser's error without the names that its message holds.
fn refusal(error: &Error) -> ReadError {
    let line = error.pos().row;
    match error {
        Error::DtdDetected => {
            text::error("XML with a document type that declares something; it is not read, for it could hold entity bombs", 0)
        }
        Error::NodesLimitReached => text::error("XML with too many nodes", line),
        _ => text::error("not well-formed XML", line),
    }
}

/// An element as an entry: key from its name, value from what is in it.
fn element(node: roxmltree::Node<'_, '_>, positions: &mut text::Positions<'_>, depth: usize) -> Result<Entry, ReadError> {
    let (line, column) = positions.at(node.range().start);
    if depth > DEPTH {
        return Err(text::error("XML elements stand too deep in elements", line));
    }
    let mut entries = Vec::new();
    for attribute in node.attributes() {
        let (key_line, key_column) = positions.at(attribute.range().start);
        let (line, column) = positions.at(attribute.range_value().start);
        let key = format!("@{}", attribute.name());
        entries.push(Entry { key, line: key_line, column: key_column, node: Node::text(attribute.value(), line, column) });
    }
    for child in node.children() {
        match child.node_type() {
            NodeType::Element => entries.push(element(child, positions, depth + 1)?),
            NodeType::Text => {
                let text = child.text().unwrap_or_default();
                let written = text.trim();
                if !written.is_empty() {
                    let start = child.range().start + (text.len() - text.trim_start().len());
                    let (line, column) = positions.at(start.min(child.range().end));
                    entries.push(Entry { key: "#text".into(), line, column, node: Node::text(written, line, column) });
                }
            }
            NodeType::Root | NodeType::Comment | NodeType::PI => {}
        }
    }
    let value = match &*entries {
        [] => Node::new(Kind::Null, line, column),
        all if all.iter().all(|entry| entry.key == "#text") => {
            let whole: String = node.children().filter(roxmltree::Node::is_text).filter_map(|child| child.text()).collect();
            let (line, column) = all.first().map_or((line, column), |entry| (entry.line, entry.column));
            Node::text(whole.trim(), line, column)
        }
        _ => Node::new(Kind::Map(entries), line, column),
    };
    Ok(Entry { key: node.tag_name().name().to_owned(), line, column, node: value })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_text() {
        let text = "<?xml version=\"1.0\"?>\n<configuration xmlns:x='u'>\n  <add key=\"é\" value='a&amp;b'/><add key=\"2\"/>\n  <x:n> one<!-- c --> two </x:n><e></e>t\n</configuration>";
        let root = CONFIG.read(text).unwrap();
        let configuration = root.entries().first().unwrap();
        assert_eq!((&*configuration.key, configuration.line, configuration.column), ("configuration", 2, 1));
        let seen: Vec<_> = configuration.node.entries().iter().map(|e| (&*e.key, e.line, e.column)).collect();
        assert_eq!(seen, [("add", 3, 3), ("add", 3, 33), ("n", 4, 3), ("e", 4, 33), ("#text", 4, 40)]);
        let add = configuration.node.get("add").unwrap().entries();
        let seen: Vec<_> = add.iter().map(|e| (&*e.key, e.column, e.node.scalar(), e.node.column)).collect();
        assert_eq!(seen, [("@key", 8, Some("é"), 13), ("@value", 16, Some("a&b"), 23)]);
        assert_eq!(configuration.node.get("n").and_then(Node::scalar), Some("one two"));
        assert_eq!(configuration.node.get("e").map(|n| n.kind.clone()), Some(Kind::Null));
    }

    #[test]
    fn document_types_with_declarations_are_refused() {
        let bomb = "<!DOCTYPE l [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;\">]><l>&b;</l>";
        assert!(CONFIG.read(bomb).is_err_and(|error| error.reason.contains("document type")));
        let external = "<!DOCTYPE l SYSTEM \"file:///etc/passwd\"><l>a</l>";
        assert_eq!(CONFIG.read(external).unwrap().get("l").and_then(Node::scalar), Some("a"));
        let plist = "<?xml version=\"1.0\"?><!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://x/y.dtd\"><plist><dict><key>a</key><true/></dict></plist>";
        assert!(CONFIG.read(plist).is_ok());
        assert!(CONFIG.read("<!DOCTYPE l SYSTEM \">\" [<!ENTITY a \"x\">]><l>&a;</l>").is_err());
    }

    #[test]
    fn errors_name_nothing_of_the_file() {
        assert_eq!(CONFIG.read("<a>\n<secret></b></a>"), Err(text::error("not well-formed XML", 2)));
        assert!(CONFIG.read(&format!("<a {}/>", "b='' ".repeat(30_000))).is_err_and(|error| error.reason.contains("attributes")));
        let deep = "<a>".repeat(5000) + &"</a>".repeat(5000);
        assert!(CONFIG.read(&deep).is_err_and(|error| error.reason.contains("deep")));
    }

    #[test]
    fn claims_by_content_and_not_pages() {
        let claim = |name: &str, head: &str| {
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            CONFIG.claims(&Probe::new(name, name, extension, head, true))
        };
        assert_eq!(claim("web.config", "\u{feff}<configuration>"), Claim::Strong);
        assert_eq!(claim("x", "<?xml version='1.0'?><a/>"), Claim::Strong);
        assert_eq!(claim("x", "<a><b/></a>"), Claim::Weak);
        assert_eq!(claim("x.xml", "<!DOCTYPE html><html>"), Claim::No);
        assert_eq!(claim("httpd.conf", "<VirtualHost *>\n</VirtualHost>"), Claim::No);
        assert_eq!(claim("a.config", "{}"), Claim::No);
    }
}
