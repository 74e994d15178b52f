//! Property lists of macOS in XML: dictionaries as mappings, with positions.
//! It must not read binary ones (those stay a gap), and fetches nothing.

use roxmltree::{Document, ParsingOptions};

use super::{Claim, Config, Probe, ReadError, text};
use crate::model::node::{Entry, Kind, Node};

/// The reader.
pub(super) struct PlistReader;

/// The reader, for the registry.
pub(super) static CONFIG: PlistReader = PlistReader;

/// How deep values may stand in values.
const DEPTH: usize = 256;
/// How many attributes an element may have; property lists have hardly any.
const MOST_ATTRIBUTES: usize = 1_000;

impl Config for PlistReader {
    fn id(&self) -> &'static str {
        "plist"
    }

    fn title(&self) -> &'static str {
        "Property list (XML)"
    }

    fn notes(&self) -> &'static str {
        "A dictionary is a mapping, an array a list; true and false are booleans, integers and reals numbers, dates and data text. \
         Of repeated keys all are kept. Binary property lists are not read."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let head = text::unmarked(probe.head).trim_start();
        let start = head.get(..head.len().min(600)).unwrap_or_else(|| head.split('\n').next().unwrap_or_default());
        let xml = start.starts_with("<?xml") || start.starts_with("<!DOCTYPE plist") || start.starts_with("<plist");
        if xml && start.contains("<plist") { Claim::Strong } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        // the parser compares each attribute of an element with all others
        if source.split('<').any(|tag| tag.bytes().filter(|byte| *byte == b'=').count() > MOST_ATTRIBUTES) {
            return Err(text::error("an element with too many attributes", 0));
        }
        let declared = source.contains("<!ENTITY")
            || source
                .find("<!DOCTYPE")
                .and_then(|at| source.get(at..))
                .is_some_and(|rest| rest.split('>').next().is_some_and(|kind| kind.contains('[')));
        if declared {
            return Err(text::error("a document type that declares something", 0));
        }
        let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
        let document =
            Document::parse_with_options(source, options).map_err(|error| text::error("not well-formed XML", error.pos().row))?;
        let mut positions = text::Positions::new(source);
        let root = document.root_element();
        if root.tag_name().name() != "plist" {
            return Err(text::error("not a property list", 1));
        }
        let Some(value) = root.children().find(roxmltree::Node::is_element) else {
            return Err(text::error("an empty property list", 1));
        };
        convert(value, &mut positions, 0)
    }
}

/// One value.
fn convert(node: roxmltree::Node<'_, '_>, positions: &mut text::Positions<'_>, depth: usize) -> Result<Node, ReadError> {
    let (line, column) = positions.at(node.range().start);
    if depth > DEPTH {
        return Err(text::error("values stand too deep in values", line));
    }
    let said = || node.text().unwrap_or_default().to_owned();
    let kind = match node.tag_name().name() {
        "dict" => {
            let mut entries = Vec::new();
            let mut children = node.children().filter(roxmltree::Node::is_element);
            while let Some(key) = children.next() {
                let (line, column) = positions.at(key.range().start);
                if key.tag_name().name() != "key" {
                    return Err(text::error("a value without a key", line));
                }
                let Some(value) = children.next() else {
                    return Err(text::error("a key without a value", line));
                };
                let node = convert(value, positions, depth + 1)?;
                entries.push(Entry { key: key.text().unwrap_or_default().to_owned(), line, column, node });
            }
            Kind::Map(entries)
        }
        "array" => {
            let items: Result<Vec<Node>, ReadError> =
                node.children().filter(roxmltree::Node::is_element).map(|item| convert(item, positions, depth + 1)).collect();
            Kind::List(items?)
        }
        "true" => Kind::Bool(true),
        "false" => Kind::Bool(false),
        "integer" | "real" => Kind::Number(said().trim().to_owned()),
        "string" | "date" => text::value(said(), line, column).kind,
        "data" => Kind::Text(said().split_whitespace().collect()),
        _ => return Err(text::error("an element that property lists do not have", line)),
    };
    Ok(Node::new(kind, line, column))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n";

    #[test]
    fn dictionaries_become_mappings() {
        let text = format!(
            "{HEAD}<plist version=\"1.0\">\n<dict>\n<key>a</key>\n<true/>\n<key>b</key>\n<array><integer>1</integer><string>x</string></array>\n</dict>\n</plist>\n"
        );
        let root = CONFIG.read(&text).unwrap();
        assert_eq!(root.get("a").unwrap().kind, Kind::Bool(true));
        assert_eq!(root.get("b").unwrap().items().len(), 2);
        assert_eq!(root.entries().first().unwrap().line, 5);
        let probe = Probe::new("a", "a", "", &text, true);
        assert_eq!(CONFIG.claims(&probe), Claim::Strong);
    }

    #[test]
    fn what_is_no_property_list_is_an_error() {
        for inner in [
            "<plist><dict><key>a</key></dict></plist>",
            "<plist><dict><true/></dict></plist>",
            "<plist/>",
            "<plist><x/></plist>",
            "<plist><dict>",
        ] {
            assert!(CONFIG.read(&format!("{HEAD}{inner}")).is_err(), "{inner}");
        }
        assert!(CONFIG.read("<!DOCTYPE plist [<!ENTITY a \"b\">]><plist><string>&a;</string></plist>").is_err());
        let deep = format!("<plist>{}{}</plist>", "<array>".repeat(300), "</array>".repeat(300));
        assert!(CONFIG.read(&deep).is_err());
    }
}
