//! Parameters: declared in a policy, set by a child policy or on the command line, put into checks as `${name}`.

use super::reader::{self, Map, Problems};
use crate::model::node::{Kind, Node};
use crate::model::policy::{Literal, Parameter, ParameterKind};
use crate::model::{day::Day, value};

/// Types by name.
pub(super) const KINDS: &[(&str, ParameterKind)] = &[
    ("duration", ParameterKind::Duration),
    ("size", ParameterKind::Size),
    ("number", ParameterKind::Number),
    ("string", ParameterKind::String),
    ("boolean", ParameterKind::Boolean),
    ("date", ParameterKind::Date),
    ("version", ParameterKind::Version),
    ("list", ParameterKind::List),
];

/// A parameter while the documents are gone through: it may not have a value yet.
pub(super) struct Declared {
    /// Its name.
    pub name: String,
    /// What it means.
    pub title: String,
    /// Its type.
    pub kind: ParameterKind,
    /// Its value so far.
    pub value: Option<Literal>,
    /// Which document declares it, and where.
    pub place: (usize, Node),
}

/// Reads one document's `parameters`: declarations are added, plain values set inherited ones.
pub(super) fn read(node: &Node, document: usize, declared: &mut Vec<Declared>, problems: &mut Problems) {
    if !matches!(node.kind, Kind::Map(_)) {
        problems.at(node, "`parameters` maps a name to a declaration, or to a value for an inherited one", None);
    }
    for entry in node.entries() {
        let known = declared.iter().position(|parameter| parameter.name == entry.key);
        if let Kind::Map(_) = entry.node.kind {
            if known.is_some() {
                let help = Some(format!("write `{}: VALUE` to set it", entry.key));
                problems.at_key(
                    entry,
                    format!("parameter `{}` is already declared by a policy that this one extends", entry.key),
                    help,
                );
                continue;
            }
            let Some(mut map) = Map::new(&entry.node, "a parameter", problems) else { continue };
            map.need("type", problems);
            let kind = map.word("type", KINDS, problems).unwrap_or(ParameterKind::String);
            let title = map.text("title", problems).unwrap_or_default();
            let value = map.get("default").map(|node| checked(node, kind, problems));
            map.finish(problems);
            declared.push(Declared { name: entry.key.clone(), title, kind, value, place: (document, entry.node.clone()) });
            continue;
        }
        if let Some(parameter) = known.and_then(|index| declared.get_mut(index)) {
            parameter.value = Some(checked(&entry.node, parameter.kind, problems));
        } else {
            let help = reader::suggest(&entry.key, declared.iter().map(|parameter| parameter.name.as_str()));
            problems.at_key(entry, format!("no inherited parameter `{}`", entry.key), help);
        }
    }
}

fn checked(node: &Node, kind: ParameterKind, problems: &mut Problems) -> Literal {
    let literal = reader::literal(node, problems);
    if !fits(&literal, kind) {
        let name = KINDS.iter().find(|row| row.1 == kind).map_or("", |row| row.0);
        problems.at(node, format!("`{}` is no {name}", literal.text()), None);
    }
    literal
}

/// Whether a value is of a parameter's type.
pub(super) fn fits(literal: &Literal, kind: ParameterKind) -> bool {
    let text = literal.text();
    match kind {
        ParameterKind::Duration => value::duration(&text).is_some(),
        ParameterKind::Size => value::size(&text).is_some(),
        ParameterKind::Number => value::number(&text).is_some(),
        ParameterKind::String => !matches!(literal, Literal::List(_)),
        ParameterKind::Boolean => value::boolean(&text).is_some(),
        ParameterKind::Date => Day::parse(&text).is_some(),
        ParameterKind::Version => value::version(&text).is_some() || value::number(&text).is_some(),
        ParameterKind::List => matches!(literal, Literal::List(_)),
    }
}

/// Text from the command line as a value of a type; lists are separated by commas.
pub(super) fn from_text(text: &str, kind: ParameterKind) -> Option<Literal> {
    let literal = match kind {
        ParameterKind::List => Literal::List(text.split(',').map(|item| Literal::Text(item.trim().to_owned())).collect()),
        ParameterKind::Number => Literal::Number(text.to_owned()),
        _ => Literal::Text(text.to_owned()),
    };
    fits(&literal, kind).then_some(literal)
}

/// Puts parameters into a tree: a text that is `${name}` becomes the value, inside a longer text it becomes the value's text.
pub(super) fn substitute(node: &mut Node, parameters: &[Parameter], problems: &mut Problems) {
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| substitute(item, parameters, problems)),
        Kind::Map(entries) => entries.iter_mut().for_each(|entry| substitute(&mut entry.node, parameters, problems)),
        Kind::Text(text) if text.contains("${") => {
            let text = text.clone();
            let whole = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).filter(|name| !name.contains("${"));
            if let Some(parameter) = whole.and_then(|name| parameters.iter().find(|parameter| parameter.name == name)) {
                node.kind = kind(&parameter.value, node.line, node.column);
                return;
            }
            let mut out = String::new();
            let mut rest = text.as_str();
            while let Some((before, after)) = rest.split_once("${") {
                out.push_str(before);
                let Some((name, tail)) = after.split_once('}') else {
                    out.push_str("${");
                    rest = after;
                    continue;
                };
                if let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) {
                    out.push_str(&parameter.value.text());
                } else {
                    let help = reader::suggest(name, parameters.iter().map(|parameter| parameter.name.as_str()));
                    problems.at(node, format!("no parameter `{name}`"), help);
                }
                rest = tail;
            }
            out.push_str(rest);
            node.kind = Kind::Text(out);
        }
        _ => {}
    }
}

fn kind(literal: &Literal, line: u32, column: u32) -> Kind {
    match literal {
        Literal::Null => Kind::Null,
        Literal::Bool(value) => Kind::Bool(*value),
        Literal::Number(text) => Kind::Number(text.clone()),
        Literal::Text(text) => Kind::Text(text.clone()),
        Literal::List(items) => Kind::List(items.iter().map(|item| Node::new(kind(item, line, column), line, column)).collect()),
    }
}
