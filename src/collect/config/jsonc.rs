//! JSON, and JSON with comments, trailing commas and the like: a tree with positions; repeated keys are all kept.
//! It must not read several values one after another (JSON Lines): those are tables, not configuration.

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{Claim, Config, Probe, ReadError, plain_json, text};
use crate::model::node::{Entry, Kind, Node};

/// The reader.
pub(super) struct JsonReader;

/// The reader, for the registry.
pub(super) static CONFIG: JsonReader = JsonReader;

/// Extensions that are JSON by custom.
const OWN: &[&str] = &["json", "jsonc", "json5", "tfstate", "geojson", "webmanifest", "code-workspace", "har", "ipynb", "sarif"];

impl Config for JsonReader {
    fn id(&self) -> &'static str {
        "json"
    }

    fn title(&self) -> &'static str {
        "JSON, also with comments"
    }

    fn notes(&self) -> &'static str {
        "Comments, trailing commas, single quotes, bare keys and the other freedoms of JSON5 are accepted. Numbers are kept as \
         written. Of repeated keys all are kept, where most readers take the last. JSON Lines are not read here."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let head = text::unmarked(probe.head).trim_start();
        let own = OWN.contains(&probe.extension);
        let weak = if own { Claim::Weak } else { Claim::No };
        if matches!(probe.extension, "jsonl" | "ndjson") || is_lines(head) {
            return Claim::No;
        }
        if !head.starts_with(['{', '[']) {
            return weak;
        }
        if probe.whole {
            let read = || parse_to_ast(head, &CollectOptions::default(), &if own { relaxed() } else { strict() });
            let one = plain_json::read(head).is_some() || read().is_ok_and(|read| read.value.is_some());
            return if one { Claim::Strong } else { weak };
        }
        let mut next = head.chars().filter(|c| !c.is_whitespace()).skip(1);
        let usual = matches!((next.next(), head.starts_with('{')), (Some('"'), _) | (Some('{' | '['), false));
        if usual && (own || probe.extension.is_empty()) { Claim::Strong } else { weak }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        plain_json::read(source).map_or_else(|| relaxed_tree(source), Ok)
    }
}

/// The tree of a text with all the freedoms. What is strict JSON reads the same with them.
pub(super) fn relaxed_tree(source: &str) -> Result<Node, ReadError> {
    let mut positions = text::Positions::new(source);
    match parse_to_ast(source, &CollectOptions::default(), &relaxed()) {
        Ok(read) => match read.value {
            Some(value) => Ok(convert(value, &mut positions)),
            None => Err(text::error("no JSON value", 1)),
        },
        Err(error) => {
            let line = positions.at(error.range().start).0;
            Err(match error.kind() {
                ParseErrorKind::MultipleRootJsonValues => text::error("more than one JSON value", line),
                ParseErrorKind::NestingDepthExceeded => text::error("JSON values stand too deep in values", line),
                _ => text::error("not JSON", line),
            })
        }
    }
}

/// JSON as the standard has it.
fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// JSON as people write it.
fn relaxed() -> ParseOptions {
    ParseOptions { allow_missing_commas: false, ..ParseOptions::default() }
}

/// Whether a line is a value of its own and another one follows.
fn is_lines(head: &str) -> bool {
    let Some((first, rest)) = head.split_once('\n') else { return false };
    let (first, rest) = (first.trim(), rest.trim_start());
    first.starts_with(['{', '['])
        && rest.starts_with(['{', '['])
        && parse_to_ast(first, &CollectOptions::default(), &strict()).is_ok()
}

/// The parser's tree as ours, in the order of the file. The parser's bound on depth (512) bounds the recursion.
fn convert(value: Value<'_>, positions: &mut text::Positions<'_>) -> Node {
    let (line, column) = positions.at(value.range().start);
    let kind = match value {
        Value::NullKeyword(_) => Kind::Null,
        Value::BooleanLit(truth) => Kind::Bool(truth.value),
        Value::NumberLit(number) => Kind::Number(number.value.to_owned()),
        Value::StringLit(text) => Kind::Text(text.value.into_owned()),
        Value::Array(array) => Kind::List(array.elements.into_iter().map(|value| convert(value, positions)).collect()),
        Value::Object(object) => {
            let one = |property: jsonc_parser::ast::ObjectProp<'_>| {
                let (key, start) = match property.name {
                    ObjectPropName::String(name) => (name.value.into_owned(), name.range.start),
                    ObjectPropName::Word(name) => (name.value.to_owned(), name.range.start),
                };
                let (line, column) = positions.at(start);
                Entry { key, line, column, node: convert(property.value, positions) }
            };
            Kind::Map(object.properties.into_iter().map(one).collect())
        }
    };
    Node::new(kind, line, column)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn claim(name: &str, head: &str, whole: bool) -> Claim {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        CONFIG.claims(&Probe::new(name, name, extension, head, whole))
    }

    #[test]
    fn places_numbers_and_repeated_keys() {
        let root = CONFIG.read("\u{feff}{\"é\": 1.10, \"b\":\r\n [true, null, \"\\u00e9\"], \"é\": -0}").unwrap();
        let seen: Vec<_> = root.entries().iter().map(|e| (&*e.key, e.line, e.column, e.node.line, e.node.column)).collect();
        assert_eq!(seen, [("é", 1, 2, 1, 7), ("b", 1, 13, 2, 2), ("é", 2, 26, 2, 31)]);
        assert_eq!(root.get("é").map(|n| n.kind.clone()), Some(Kind::Number("1.10".into())));
        let items: Vec<_> = root.get("b").unwrap().items().iter().map(|n| n.kind.clone()).collect();
        assert_eq!(items, [Kind::Bool(true), Kind::Null, Kind::Text("é".into())]);
    }

    #[test]
    fn relaxed_forms_are_read() {
        let root = CONFIG.read("// c\n{a: 0x1F, 'b': [1,], /* c */ \"c\": +.5,}").unwrap();
        assert_eq!(root.get("a").and_then(Node::scalar), Some("0x1F"));
        assert_eq!(root.get("c").and_then(Node::scalar), Some("+.5"));
        assert!(CONFIG.read("{\"a\": 1 \"b\": 2}").is_err());
    }

    #[test]
    fn what_is_no_single_value_is_an_error() {
        assert_eq!(CONFIG.read("{}\n{}"), Err(text::error("more than one JSON value", 2)));
        assert_eq!(CONFIG.read(" "), Err(text::error("no JSON value", 1)));
        assert_eq!(CONFIG.read("{\n\"secret\": x}"), Err(text::error("not JSON", 2)));
        assert!(CONFIG.read(&"[".repeat(200_000)).is_err());
        assert!(CONFIG.read(&"{\"a\":".repeat(200_000)).is_err());
    }

    #[test]
    fn deep_but_legal_values_fit_the_stack() {
        let deep = "[".repeat(500) + &"]".repeat(500);
        let read = std::thread::Builder::new().stack_size(2 << 20).spawn(move || CONFIG.read(&deep).is_ok()).unwrap().join();
        assert!(read.is_ok_and(|read| read));
    }

    #[test]
    fn claims_by_content_first() {
        assert_eq!(claim("a.json", "{\"a\": 1}", true), Claim::Strong);
        assert_eq!(claim("a.json", "// c\n{}", true), Claim::Weak);
        assert_eq!(claim("export.txt", "[{\"a\": 1}]", true), Claim::Strong);
        assert_eq!(claim("a.json", "[\n {\"a\": 1", false), Claim::Strong);
        assert_eq!(claim("a.json", "{\"a\": 1}\n{\"a\": 2}\n", true), Claim::No);
        assert_eq!(claim("a.jsonl", "{\"a\": 1}", true), Claim::No);
        assert_eq!(claim("a.ini", "[section]\na=1", true), Claim::No);
        assert_eq!(claim("a.yaml", "{{ x }}", true), Claim::No);
    }
}
