//! `tests:` of a policy: small deliveries with the outcome expected of controls. Read here, run by `provost policy test`.

use super::reader::{self, Map, Problems};
use crate::model::assessment::Outcome;
use crate::model::day::Day;
use crate::model::node::{Entry, Kind, Node};
use crate::model::policy::{Test, TestFile};
use base64::Engine as _;

/// The audit date of a test that names none.
const DATE: &str = "2026-11-24";

/// Reads one test.
pub(super) fn parse(node: &Node, policy: &str, controls: &[&str], left_out: &[String], problems: &mut Problems) -> Option<Test> {
    let mut map = Map::new(node, "a test", problems)?;
    let name = map.need_text("name", problems);
    let written = map.text("date", problems).unwrap_or_else(|| DATE.to_owned());
    let date = Day::parse(&written).unwrap_or_else(|| {
        problems.at(node.get("date").unwrap_or(node), format!("`{written}` is no date such as 2026-11-24"), None);
        Day(0)
    });
    let mut set = Vec::new();
    for entry in map.get("set").map_or(&[][..], Node::entries) {
        set.push((entry.key.clone(), reader::literal(&entry.node, problems).text().replace(", ", ",")));
    }
    let mut files: Vec<TestFile> =
        map.get("files").map_or(&[][..], Node::entries).iter().filter_map(|entry| file(entry, date, problems)).collect();
    if let Some(manifest) = map.get("manifest") {
        let mut value = serde_yaml::Mapping::new();
        value.insert("provost-manifest".into(), 1.into());
        if let serde_yaml::Value::Mapping(rest) = yaml_value(manifest) {
            value.extend(rest);
        }
        match serde_yaml::to_string(&value) {
            Ok(text) => files.push(TestFile {
                path: "provost-manifest.yaml".to_owned(),
                content: text.into_bytes(),
                mode: 0o640,
                modified: Day(date.0 - 1),
            }),
            Err(error) => problems.at(manifest, format!("this manifest cannot be written: {error}"), None),
        }
    }
    let mut expect = Vec::new();
    let wanted = map.need("expect", problems);
    for entry in wanted.map_or(&[][..], Node::entries) {
        let outcome = entry.node.scalar().unwrap_or("");
        if !Outcome::ALL.iter().any(|known| known.name() == outcome) {
            let names = Outcome::ALL.map(Outcome::name);
            problems.at(&entry.node, format!("`{outcome}` is no outcome"), reader::suggest(outcome, names.iter().copied()));
        }
        if left_out.contains(&entry.key) {
            continue;
        }
        if !controls.contains(&entry.key.as_str()) {
            let help = reader::suggest(&entry.key, controls.iter().copied());
            problems.at_key(entry, format!("no control `{}`", entry.key), help);
            continue;
        }
        expect.push((entry.key.clone(), outcome.to_owned()));
    }
    map.finish(problems);
    Some(Test { name, date, set, files, expect, policy: policy.to_owned(), line: node.line })
}

fn file(entry: &Entry, date: Day, problems: &mut Problems) -> Option<TestFile> {
    let path = entry.key.clone();
    if path.starts_with('/') || path.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        problems.at_key(entry, "a file of a test lies inside the delivery: no leading /, no ..", None);
        return None;
    }
    let modified = Day(date.0 - 1);
    if let Some(text) = entry.node.scalar() {
        return Some(TestFile { path, content: text.as_bytes().to_vec(), mode: 0o640, modified });
    }
    let mut map = Map::new(&entry.node, "a file", problems)?;
    let content = match (map.text("content", problems), map.text("base64", problems)) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(text)) => {
            let text: String = text.split_whitespace().collect();
            base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_else(|_| {
                problems.at(&entry.node, "this is not base64", None);
                Vec::new()
            })
        }
        _ => {
            problems.at(&entry.node, "a file has either `content` or `base64`", None);
            Vec::new()
        }
    };
    let mode = map.text("mode", problems).map_or(Some(0o640), |text| u32::from_str_radix(&text, 8).ok());
    let mode = mode.unwrap_or_else(|| {
        problems.at(&entry.node, "`mode` is octal text such as \"0644\"", None);
        0o640
    });
    let modified = map.text("modified", problems).map_or(Some(modified), |text| Day::parse(&text));
    let modified = modified.unwrap_or_else(|| {
        problems.at(&entry.node, "`modified` is a date such as 2026-11-24", None);
        Day(0)
    });
    map.finish(problems);
    Some(TestFile { path, content, mode, modified })
}

fn yaml_value(node: &Node) -> serde_yaml::Value {
    match &node.kind {
        Kind::Null => serde_yaml::Value::Null,
        Kind::Bool(value) => (*value).into(),
        Kind::Number(text) | Kind::Text(text) | Kind::Masked(text) => text.clone().into(),
        Kind::List(items) => serde_yaml::Value::Sequence(items.iter().map(yaml_value).collect()),
        Kind::Map(entries) => {
            serde_yaml::Value::Mapping(entries.iter().map(|entry| (entry.key.clone().into(), yaml_value(&entry.node))).collect())
        }
    }
}
