//! YAML text to a tree with positions: aliases and merges resolved, scalars as written. Below the rooms: policies (trusted) and
//! suppliers' files (hostile) are read by the same code. It must not guess what a reader makes of `yes` or `0644`.
//! Events and a stack of our own, not `Deserialize`: that needs up to 90 kB of the thread's stack for each level in a debug build.

use provost_model as model;

use std::collections::{HashMap, HashSet};

use serde_saphyr::granit_parser::{self, Event, Parser, ScalarStyle, ScanError, Span, Tag};

use crate::model::node::{Entry, Kind, Node};

/// How deep values may stand in values, aliases counted in.
const DEPTH: usize = 128;
/// What aliases may add to a file, in units of `weight`; more where the file itself is big.
const ALLOWANCE: usize = 16 << 20;

/// Why a text is no YAML that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Why, without any text of the file.
    pub reason: String,
    /// What the parser says; it may quote the file, so it is for trusted files only.
    pub detail: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

fn error(reason: &str, line: u32) -> Error {
    Error { reason: reason.to_owned(), detail: reason.to_owned(), line, column: 1 }
}

/// Reads a text. Several documents are a list of them that stands nowhere (line 0); nothing at all is null.
///
/// # Errors
/// [`Error`]: not YAML, too deep, or growing through aliases.
pub fn parse(source: &str) -> Result<Node, Error> {
    let limits = granit_parser::options! { emit_comments: false, flow_nesting_limit: 2 * DEPTH, block_nesting_limit: 2 * DEPTH };
    let mut build = Build { left: ALLOWANCE + source.len().saturating_mul(40), ..Build::default() };
    for event in Parser::new_from_str_with_options(source, limits) {
        let (event, span) = event.map_err(|error| refusal(&error))?;
        build.take(event, span)?;
    }
    let mut nodes = build.documents;
    Ok(match nodes.len() {
        0 => Node::new(Kind::Null, 1, 1),
        1 => nodes.swap_remove(0),
        _ => Node::new(Kind::List(nodes), 0, 0),
    })
}

/// The parser's error without the text that its message may hold.
fn refusal(error: &ScanError) -> Error {
    let (line, column) = (error.marker().line() as u32, error.marker().col() as u32 + 1);
    let detail: String = error.info().chars().take(200).collect();
    Error { reason: "not YAML".to_owned(), detail, line, column }
}

/// What a value costs: a file cannot grow through aliases beyond what its size and the allowance pay for.
fn weight(text: &str) -> usize {
    32 + text.len()
}

/// A value that was anchored, with its weight and the levels in it.
struct Anchored {
    node: Node,
    weight: usize,
    height: usize,
}

/// A key with its place, and whether it is `<<`.
struct Key {
    text: String,
    line: u32,
    column: u32,
    merge: bool,
}

/// A list or mapping that is not over yet.
#[derive(Default)]
struct Open {
    anchor: usize,
    line: u32,
    column: u32,
    items: Vec<Node>,
    map: bool,
    /// The key that its tag stands for.
    function: Option<String>,
    entries: Vec<Entry>,
    /// The key that waits for its value.
    key: Option<Key>,
    /// What `<<` brings, each with the place of its key.
    merges: Vec<Entry>,
    weight: usize,
    height: usize,
}

/// The tree in the making.
#[derive(Default)]
struct Build {
    documents: Vec<Node>,
    stack: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    /// The weight that may still be added, and copied into anchors.
    left: usize,
}

impl Build {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Error> {
        let (line, column) = (span.start.line() as u32, span.start.col() as u32 + 1);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.pay(weight(&value), line)?;
                let waiting = self.stack.last_mut().filter(|open| open.map && open.key.is_none());
                let weight = weight(&value);
                if let Some(open) = waiting {
                    // a key stays as written; `<<` is a merge unless it is quoted
                    let merge = value == "<<" && style == ScalarStyle::Plain;
                    open.key = Some(Key { text: value.to_string(), line, column, merge });
                    open.weight += weight;
                    if anchor != 0 {
                        let node = Node::new(scalar(&value, style, tag.as_deref()), line, column);
                        self.anchors.insert(anchor, Anchored { node, weight, height: 0 });
                    }
                    return Ok(());
                }
                let node = tagged(Node::new(scalar(&value, style, tag.as_deref()), line, column), tag.as_deref());
                if self.stack.is_empty() && node.kind == Kind::Null {
                    return Ok(()); // a document of nothing
                }
                let height = usize::from(matches!(node.kind, Kind::Map(_)));
                self.place(anchor, Anchored { node, weight, height })
            }
            Event::SequenceStart(_, anchor, tag) => self.open(anchor, false, tag.as_deref(), line, column),
            Event::MappingStart(_, anchor, tag) => self.open(anchor, true, tag.as_deref(), line, column),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.stack.pop() else { return Ok(()) };
                let kind = if open.map { Kind::Map(merged(open.entries, open.merges)) } else { Kind::List(open.items) };
                let mut node = Node::new(kind, open.line, open.column);
                let mut height = open.height + 1;
                if let Some(key) = open.function {
                    node = function(key, node);
                    height += 1;
                }
                self.place(open.anchor, Anchored { node, weight: open.weight, height })
            }
            Event::Alias(anchor) => {
                let Some(Anchored { weight, height, .. }) = self.anchors.get(&anchor) else {
                    return Err(error("YAML with an alias to a value that is not over yet", line));
                };
                let (weight, height) = (*weight, *height);
                self.pay(weight, line)?;
                if self.stack.len() + height > DEPTH {
                    return Err(error("YAML values stand too deep in values", line));
                }
                let Some(mut node) = self.anchors.get(&anchor).map(|anchored| anchored.node.clone()) else { return Ok(()) };
                // in a list nothing else says where the alias stands; under a key, the key does
                if self.stack.last().is_some_and(|open| !open.map) {
                    (node.line, node.column) = (line, column);
                }
                self.place(0, Anchored { node, weight, height })
            }
            Event::UnresolvedAlias(_) => Err(error("not YAML", line)),
            Event::DocumentStart(..) => {
                self.anchors.clear();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn pay(&mut self, weight: usize, line: u32) -> Result<(), Error> {
        let grown = || error("YAML that grows through aliases beyond what a file of its size needs", line);
        self.left = self.left.checked_sub(weight).ok_or_else(grown)?;
        Ok(())
    }

    fn open(&mut self, anchor: usize, map: bool, tag: Option<&Tag>, line: u32, column: u32) -> Result<(), Error> {
        if self.stack.len() >= DEPTH {
            return Err(error("YAML values stand too deep in values", line));
        }
        self.pay(weight(""), line)?;
        let function = tag.and_then(|tag| own_tag(tag, map));
        self.stack.push(Open { anchor, map, line, column, function, weight: weight(""), ..Open::default() });
        Ok(())
    }

    /// Puts a finished value where it belongs.
    fn place(&mut self, anchor: usize, value: Anchored) -> Result<(), Error> {
        if anchor != 0 {
            self.pay(value.weight, value.node.line)?;
            self.anchors.insert(anchor, Anchored { node: value.node.clone(), ..value });
        }
        let Anchored { node, weight, height } = value;
        let Some(open) = self.stack.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        open.weight = open.weight.saturating_add(weight);
        open.height = open.height.max(height);
        if !open.map {
            open.items.push(node);
        } else if let Some(key) = open.key.take() {
            let merge = key.merge && matches!(node.kind, Kind::Map(_) | Kind::List(_));
            let entry = Entry { key: key.text, line: key.line, column: key.column, node };
            if merge { open.merges.push(entry) } else { open.entries.push(entry) }
        } else {
            let (line, column) = (node.line, node.column);
            let text = flow(&node);
            let cost = text.len();
            open.weight = open.weight.saturating_add(cost);
            open.key = Some(Key { text, line, column, merge: false });
            self.pay(cost, line)?;
        }
        Ok(())
    }
}

/// The entries of a mapping with what it merges: own keys win, then the mapping merged first. A merged key stands where `<<` does.
fn merged(mut entries: Vec<Entry>, merges: Vec<Entry>) -> Vec<Entry> {
    if merges.is_empty() {
        return entries;
    }
    let mut seen: HashSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
    for Entry { line, column, node, .. } in merges {
        let maps = if let Kind::List(items) = node.kind { items } else { vec![node] };
        for map in maps {
            let Kind::Map(more) = map.kind else { continue };
            let fresh: Vec<Entry> = more.into_iter().filter(|entry| !seen.contains(&entry.key)).collect();
            seen.extend(fresh.iter().map(|entry| entry.key.clone()));
            entries.extend(fresh.into_iter().map(|entry| Entry { line, column, ..entry }));
        }
    }
    entries
}

/// A value in flow style, for keys that are lists or mappings. The bound on depth bounds the recursion.
fn flow(node: &Node) -> String {
    match &node.kind {
        Kind::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Kind::Map(entries) => {
            let pairs = entries.iter().map(|entry| format!("{}: {}", entry.key, flow(&entry.node)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        _ => node.scalar().unwrap_or_default().to_owned(),
    }
}

/// Tags of `CloudFormation` that are short for a function: `!Sub x` is `Fn::Sub: x`.
const FUNCTIONS: &[&str] = &[
    "And",
    "Base64",
    "Cidr",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAtt",
    "GetAZs",
    "GetStackOutput",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
];

/// The key that stands for a program's own tag, which says what the value is made into: what it holds is not the value. A mapping with
/// an unknown tag is an object of some class, and stays as it is.
fn own_tag(tag: &Tag, map: bool) -> Option<String> {
    if tag.handle() != "!" {
        return None;
    }
    match tag.suffix() {
        "" => None,
        "Ref" | "Condition" => Some(tag.suffix().to_owned()),
        name if FUNCTIONS.contains(&name) => Some(format!("Fn::{name}")),
        // of files that are merged: these say how
        name @ ("override" | "reset") => Some(format!("!{name}")),
        _ if map => None,
        name => Some(format!("!{name}")),
    }
}

/// A value under the key that its tag stands for.
fn function(key: String, mut node: Node) -> Node {
    let (line, column) = (node.line, node.column);
    if let (Kind::Text(text), "Fn::GetAtt") = (&node.kind, key.as_str())
        && let Some((of, what)) = text.split_once('.')
    {
        node.kind = Kind::List(vec![Node::text(of, line, column), Node::text(what, line, column)]);
    }
    Node::new(Kind::Map(vec![Entry { key, line, column, node }]), line, column)
}

/// A scalar with its tag.
fn tagged(node: Node, tag: Option<&Tag>) -> Node {
    match tag.and_then(|tag| own_tag(tag, false)) {
        Some(key) => function(key, node),
        None => node,
    }
}

/// What a scalar is: by its tag, else by the core schema of YAML 1.2 where it has no quotes.
fn scalar(value: &str, style: ScalarStyle, tag: Option<&Tag>) -> Kind {
    let text = || Kind::Text(value.to_owned());
    match tag.map(Tag::core_suffix) {
        Some(Some("null")) => return Kind::Null,
        Some(Some("int" | "float")) => return Kind::Number(value.to_owned()),
        Some(Some("bool")) => {}
        Some(_) => return if value.is_empty() { Kind::Null } else { text() },
        None if style != ScalarStyle::Plain => return text(),
        None => {}
    }
    match value {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ if is_number(value) => Kind::Number(value.to_owned()),
        _ => text(),
    }
}

/// Whether the core schema takes a plain scalar for a number.
fn is_number(value: &str) -> bool {
    let based = |digits: &str, radix| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    if let Some(digits) = value.strip_prefix("0x") {
        return based(digits, 16);
    }
    if let Some(digits) = value.strip_prefix("0o") {
        return based(digits, 8);
    }
    let bare = value.strip_prefix(['+', '-']).unwrap_or(value);
    if matches!(bare, ".inf" | ".Inf" | ".INF") || matches!(value, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) =
        bare.split_once(['e', 'E']).map_or((bare, None), |(mantissa, exponent)| (mantissa, Some(exponent)));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.is_none_or(|exponent| based(exponent.strip_prefix(['+', '-']).unwrap_or(exponent), 10));
    digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty()) && exponent
}
