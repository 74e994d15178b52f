//! One data class: YAML into a [`Class`], with its patterns checked.

use super::Vocabulary;
use super::pattern as regex_check;
use super::reader::{self, Map, Problems};
use crate::model::class::{Cell, Class, ColumnExample, Context, Examples, Identifier, Pattern, Sensitivity};
use crate::model::node::Node;

const SENSITIVITIES: &[(&str, Sensitivity)] = &[
    ("low", Sensitivity::Low),
    ("medium", Sensitivity::Medium),
    ("high", Sensitivity::High),
    ("special", Sensitivity::Special),
    ("secret", Sensitivity::Secret),
];
const IDENTIFIERS: &[(&str, Identifier)] = &[
    ("number", Identifier::Number),
    ("email", Identifier::Email),
    ("name", Identifier::Name),
    ("birth_date", Identifier::BirthDate),
    ("photo", Identifier::Photo),
    ("none", Identifier::None),
];

/// Reads one class.
pub(super) fn parse(node: &Node, vocabulary: &Vocabulary<'_>, problems: &mut Problems) -> Option<Class> {
    let mut map = Map::new(node, "a class", problems)?;
    let id = map.need_text("id", problems);
    let well_formed = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if let Some(written) = node.get("id").filter(|_| !well_formed) {
        problems.at(written, "a class's id has lower-case letters, digits and underscores", None);
    }
    let title = map.need_text("title", problems);
    let summary = map.text("summary", problems).unwrap_or_default();
    let sensitivity = map.word("sensitivity", SENSITIVITIES, problems).unwrap_or_default();
    let jurisdiction = map.texts("jurisdiction", problems);
    let parent = map.text("parent", problems);
    let identifier = map.word("identifier", IDENTIFIERS, problems).unwrap_or_default();
    let source = map.text("source", problems).unwrap_or_default();
    let list = map.get("patterns").map_or(&[][..], Node::items);
    let patterns = list.iter().filter_map(|item| pattern(item, vocabulary, problems)).collect();
    let context = map.texts("context", problems);
    let not_context = map.texts("not_context", problems);
    let columns = map.texts("columns", problems);
    let weak_columns = map.texts("weak_columns", problems);
    let cell = map.get("cell").and_then(|inner| cell(inner, vocabulary, problems));
    let values = map.texts("values", problems);
    for (key, words) in [
        ("context", &context),
        ("not_context", &not_context),
        ("columns", &columns),
        ("weak_columns", &weak_columns),
        ("values", &values),
    ] {
        if let Some(word) = words.iter().find(|word| **word != word.to_lowercase()) {
            let place = node.get(key).unwrap_or(node);
            problems.at(place, format!("`{word}` must be lower case"), None);
        }
    }
    let examples = map.get("examples").map(|inner| examples(inner, problems)).unwrap_or_default();
    map.finish(problems);
    Some(Class {
        id,
        title,
        summary,
        sensitivity,
        jurisdiction,
        parent,
        identifier,
        source,
        patterns,
        context,
        not_context,
        columns,
        weak_columns,
        cell,
        values,
        examples,
    })
}

fn pattern(node: &Node, vocabulary: &Vocabulary<'_>, problems: &mut Problems) -> Option<Pattern> {
    let mut map = Map::new(node, "a pattern", problems)?;
    let regex = map.need_text("regex", problems);
    let groups = compile(&regex, node.get("regex").unwrap_or(node), problems);
    let confidence = map.need("confidence", problems).and_then(|_| map.number("confidence", problems)).unwrap_or(0.5);
    if let Some(written) = node.get("confidence").filter(|_| !(0.0..=1.0).contains(&confidence)) {
        problems.at(written, "a confidence lies between 0 and 1", None);
    }
    let validator = validator(&mut map, vocabulary, problems);
    let words = [("optional", Context::Optional), ("required", Context::Required)];
    let context = map.word("context", &words, problems).unwrap_or_default();
    let group = map.number("group", problems).unwrap_or(0.0) as usize;
    if let Some(written) = node.get("group").filter(|_| group >= groups) {
        problems.at(written, format!("the pattern has no group {group}"), None);
    }
    let jurisdiction = map.texts("jurisdiction", problems);
    map.finish(problems);
    Some(Pattern { regex, confidence: confidence as f32, validator, context, jurisdiction, group })
}

fn cell(node: &Node, vocabulary: &Vocabulary<'_>, problems: &mut Problems) -> Option<Cell> {
    let mut map = Map::new(node, "a cell", problems)?;
    let regex = map.need_text("regex", problems);
    compile(&regex, node.get("regex").unwrap_or(node), problems);
    let validator = validator(&mut map, vocabulary, problems);
    let alone = map.flag("alone", problems);
    let headerless = map.flag("headerless", problems);
    map.finish(problems);
    Some(Cell { regex, validator, alone, headerless })
}

fn validator(map: &mut Map<'_>, vocabulary: &Vocabulary<'_>, problems: &mut Problems) -> Option<String> {
    let name = map.text("validator", problems)?;
    if !vocabulary.validators.contains(&name.as_str()) {
        let help = reader::suggest(&name, vocabulary.validators.iter().copied());
        let place = map.node().get("validator").unwrap_or(map.node());
        problems.at(place, format!("unknown validator `{name}`"), help);
    }
    Some(name)
}

/// Sees that `detect` can compile a pattern; returns the number of its groups with the whole match. Tests do so for what is embedded.
fn compile(text: &str, place: &Node, problems: &mut Problems) -> usize {
    if problems.embedded {
        return usize::MAX;
    }
    match regex_check::check(text) {
        Ok(groups) => groups,
        Err(reason) => {
            problems.at(place, reason, None);
            usize::MAX
        }
    }
}

fn examples(node: &Node, problems: &mut Problems) -> Examples {
    let Some(mut map) = Map::new(node, "examples", problems) else { return Examples::default() };
    let text = map.texts("text", problems);
    let not_text = map.texts("not_text", problems);
    let columns = map.get("columns").map(|inner| columns(inner, problems)).unwrap_or_default();
    let not_columns = map.get("not_columns").map(|inner| self::columns(inner, problems)).unwrap_or_default();
    map.finish(problems);
    Examples { text, not_text, columns, not_columns }
}

fn columns(node: &Node, problems: &mut Problems) -> Vec<ColumnExample> {
    let mut out = Vec::new();
    for item in node.items() {
        let Some(mut map) = Map::new(item, "a column example", problems) else { continue };
        let header = map.text("header", problems).unwrap_or_default();
        let cells = map.texts("cells", problems);
        map.finish(problems);
        out.push(ColumnExample { header, cells });
    }
    out
}
