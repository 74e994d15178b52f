//! HCL, the source of Terraform, Packer and Nomad: blocks and attributes with positions. What is not a literal is kept as the text of its
//! source, apart from literals: it must not be taken for a value, and nothing is evaluated.

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ObjectKey, UnaryOperator};
use hcl_edit::structure::{Body, Structure};
use hcl_edit::template::Element;

use super::{Claim, Config, Probe, ReadError, text};
use crate::model::node::{Entry, Kind, Node};

/// The reader.
pub(super) struct HclReader;

/// The reader, for the registry.
pub(super) static CONFIG: HclReader = HclReader;

/// How deep brackets may stand in brackets. The parser has a bound of its own; this one is cheap, and is there before it.
const DEPTH: usize = 200;
/// Characters of an expression that are kept.
const MOST: usize = 2_000;

impl Config for HclReader {
    fn id(&self) -> &'static str {
        "hcl"
    }

    fn title(&self) -> &'static str {
        "HCL (Terraform source)"
    }

    fn notes(&self) -> &'static str {
        "A block is a mapping under its type, with its labels in `@args` (`resource` with `@args: [aws_s3_bucket, cards]`); repeated blocks \
         are repeated keys. Literals are values; what has to be evaluated (`var.x`, a function, a text with `${...}`) is a mapping \
         `{@expression: source}`, so that no policy takes it for a value. Nothing is evaluated, and modules are not followed: better \
         evidence is `terraform show -json` of a plan."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if matches!(probe.extension, "tf" | "hcl" | "tfvars" | "nomad" | "tofu") {
            return Claim::Strong;
        }
        if !matches!(probe.extension, "" | "txt" | "conf") || !probe.whole {
            return Claim::No;
        }
        let block = |line: &str| {
            let kind = line.split(' ').next().unwrap_or_default();
            matches!(kind, "resource" | "variable" | "provider" | "data" | "module" | "output")
                && line.contains('"')
                && line.ends_with('{')
        };
        let telling = text::meaningful(probe, &['#']).take(400).any(block);
        if telling && self.read(probe.head).is_ok() { Claim::Strong } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        if let Some(line) = too_deep(source) {
            return Err(text::error("HCL values stand too deep in values", line));
        }
        let body: Body =
            source.parse().map_err(|error: hcl_edit::parser::Error| text::error("not HCL", error.location().line() as u32))?;
        let mut reader = Reader { source, positions: text::Positions::new(source) };
        Ok(Node::new(reader.body(&body), 1, 1))
    }
}

/// The first line where brackets stand too deep. Quoted text and comments do not count, except what a template brings.
fn too_deep(source: &str) -> Option<u32> {
    let (mut depth, mut quoted, mut line, mut before) = (0_usize, false, 1_u32, b' ');
    // where a quoted text was left for `${`: the depth to come back to
    let mut templates: Vec<usize> = Vec::new();
    let mut bytes = source.bytes().peekable();
    while let Some(byte) = bytes.next() {
        line += u32::from(byte == b'\n');
        match byte {
            b'\\' if quoted => drop(bytes.next()),
            b'"' => quoted = !quoted,
            b'{' if quoted && matches!(before, b'$' | b'%') => {
                templates.push(depth);
                depth += 1;
                quoted = false;
            }
            // a quoted text ends with its line
            b'\n' => quoted = false,
            _ if quoted => {}
            b'#' => while bytes.next_if(|byte| *byte != b'\n').is_some() {},
            b'/' if before == b'/' => while bytes.next_if(|byte| *byte != b'\n').is_some() {},
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                if byte == b'}' && templates.last() == Some(&depth) {
                    templates.pop();
                    quoted = true;
                }
            }
            _ => {}
        }
        if depth > DEPTH {
            return Some(line);
        }
        before = byte;
    }
    None
}

/// The way from `hcl_edit`'s tree to ours. The parser's bound on depth bounds the recursion.
struct Reader<'a> {
    source: &'a str,
    positions: text::Positions<'a>,
}

impl Reader<'_> {
    fn place(&mut self, span: Option<std::ops::Range<usize>>) -> (u32, u32) {
        span.map_or((0, 0), |span| self.positions.at(span.start))
    }

    fn body(&mut self, body: &Body) -> Kind {
        let mut entries = Vec::new();
        for structure in body {
            let entry = match structure {
                Structure::Attribute(attribute) => {
                    let (line, column) = self.place(attribute.key.span());
                    Entry { key: attribute.key.as_str().to_owned(), line, column, node: self.value(&attribute.value) }
                }
                Structure::Block(block) => {
                    let (line, column) = self.place(block.ident.span());
                    let mut inner = Vec::new();
                    if !block.labels.is_empty() {
                        let mut labels = Vec::new();
                        for label in &block.labels {
                            let (line, column) = self.place(label.span());
                            labels.push(Node::text(label.as_str(), line, column));
                        }
                        inner.push(Entry {
                            key: "@args".to_owned(),
                            line,
                            column,
                            node: Node::new(Kind::List(labels), line, column),
                        });
                    }
                    if let Kind::Map(own) = self.body(&block.body) {
                        inner.extend(own);
                    }
                    Entry { key: block.ident.as_str().to_owned(), line, column, node: Node::new(Kind::Map(inner), line, column) }
                }
            };
            entries.push(entry);
        }
        Kind::Map(entries)
    }

    /// The source of an expression.
    fn written(&self, span: Option<std::ops::Range<usize>>) -> String {
        span.and_then(|span| self.source.get(span)).unwrap_or_default().trim().chars().take(MOST).collect()
    }

    fn value(&mut self, value: &Expression) -> Node {
        let span = value.span();
        let (line, column) = self.place(span.clone());
        let kind = match value {
            Expression::Null(_) => Kind::Null,
            Expression::Bool(truth) => Kind::Bool(*truth.value()),
            Expression::Number(_) => Kind::Number(self.written(span)),
            Expression::String(text) => Kind::Text(text.as_str().to_owned()),
            Expression::UnaryOp(op) if *op.operator.value() == UnaryOperator::Neg && matches!(op.expr, Expression::Number(_)) => {
                Kind::Number(self.written(span).replace(' ', ""))
            }
            Expression::Parenthesis(inner) => return self.value(inner.inner()),
            Expression::Array(array) => Kind::List(array.iter().map(|item| self.value(item)).collect()),
            Expression::Object(object) => {
                let mut entries = Vec::new();
                for (key, value) in object {
                    let (name, span) = match key {
                        ObjectKey::Ident(name) => (name.as_str().to_owned(), name.span()),
                        ObjectKey::Expression(Expression::String(text)) => (text.as_str().to_owned(), text.span()),
                        ObjectKey::Expression(other) => (format!("${{{}}}", self.written(other.span())), other.span()),
                    };
                    let (line, column) = self.place(span);
                    entries.push(Entry { key: name, line, column, node: self.value(value.expr()) });
                }
                Kind::Map(entries)
            }
            Expression::HeredocTemplate(heredoc) if heredoc.template.iter().all(Element::is_literal) => {
                let literal =
                    heredoc.template.iter().filter_map(Element::as_literal).map(|text| text.as_str()).collect::<String>();
                Kind::Text(literal)
            }
            _ => {
                let text = Node::text(self.written(span), line, column);
                Kind::Map(vec![Entry { key: "@expression".to_owned(), line, column, node: text }])
            }
        };
        Node::new(kind, line, column)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    #[test]
    fn blocks_literals_and_expressions_with_places() {
        let source = "resource \"aws_db_instance\" \"cards\" {\n  storage_encrypted = true\n  port = -5_432\n  kms = var.key\n  name = \"x-${var.a}\"\n  tags = { Owner = \"é\", \"a b\" = [1, null] }\n  doc = <<-EOT\n    hello\n  EOT\n}\nlocals {\n  x = (3)\n}\n".replace("5_432", "5432");
        let root = CONFIG.read(&source).unwrap();
        let block = root.entries().first().unwrap();
        assert_eq!((&*block.key, block.line, block.column), ("resource", 1, 1));
        assert_eq!(
            block.node.get("@args").unwrap().items().iter().filter_map(Node::scalar).collect::<Vec<_>>(),
            ["aws_db_instance", "cards"]
        );
        let find = |key: &str| block.node.entries().iter().find(|entry| entry.key == key).unwrap();
        let encrypted = find("storage_encrypted");
        assert_eq!(
            (encrypted.line, encrypted.column, encrypted.node.column, &encrypted.node.kind),
            (2, 3, 23, &Kind::Bool(true))
        );
        assert_eq!(find("port").node.kind, Kind::Number("-5432".into()));
        assert_eq!(find("kms").node.get("@expression").and_then(Node::scalar), Some("var.key"));
        assert_eq!(find("kms").node.scalar(), None);
        assert_eq!(find("name").node.get("@expression").and_then(Node::scalar), Some("\"x-${var.a}\""));
        assert_eq!(find("tags").node.get("Owner").and_then(Node::scalar), Some("é"));
        assert_eq!(find("tags").node.get("a b").unwrap().items().len(), 2);
        assert!(find("doc").node.scalar().unwrap().contains("hello"));
        assert_eq!(root.get("locals").unwrap().get("x").and_then(Node::scalar), Some("3"));
    }

    #[test]
    fn depth_is_bounded_on_a_small_stack() {
        let many = 100_000;
        let block: String = "a {\n".repeat(many);
        let cases = [
            format!("a = {}1{}", "[".repeat(many), "]".repeat(many)),
            format!("a = {}", "[".repeat(many)),
            format!("{block}{}", "}\n".repeat(many)),
            format!("a = {}", "{a=".repeat(many)),
            format!("a = {}x{}", "(".repeat(many), ")".repeat(many)),
            format!("a = {}true", "!".repeat(many)),
            format!("a = {}1", "-".repeat(many)),
            format!("a = {}1", "x ? 1 : ".repeat(many)),
            format!("a = 1{}", " + 1".repeat(many)),
            format!("a = {}1{}", "\"${".repeat(many), "}\"".repeat(many)),
            format!("a = \"{}\"", "%{if x}".repeat(many)),
            format!("a = {}", "f(".repeat(many)),
            format!("a = b{}", "[0]".repeat(many)),
            format!("a = {}", "[for x in ".repeat(many)),
            format!("a = <<E\n{}\nE\n", "${".repeat(many)),
        ];
        let small = std::thread::Builder::new().stack_size(2 << 20);
        let read = small.spawn(move || cases.map(|text| CONFIG.read(&text).is_ok())).unwrap().join().unwrap();
        let fine: Vec<usize> = read.iter().enumerate().filter(|row| *row.1).map(|row| row.0).collect();
        // indexes one after another do not nest
        assert!(fine.iter().all(|index| *index == 12), "{fine:?}");
    }

    #[test]
    fn broken_text_is_an_error_that_quotes_nothing() {
        assert_eq!(
            CONFIG.read("a = 1\nb = secret secret\n").map_err(|error| (error.reason, error.line)),
            Err(("not HCL".to_owned(), 2))
        );
        assert!(CONFIG.read("").is_ok());
    }
}
