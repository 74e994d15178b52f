//! Documents, parents first, into one policy: parameters, groups, classes, thresholds, then controls with selection and
//! tailoring. Nothing here looks at a target.

use super::parameter::{self, Declared};
use super::reader::{self, Map, Problems};
use super::source::Source;
use super::{FileProblems, PolicyError, Vocabulary, builtin, class, control, tests};
use crate::model::class::Class;
use crate::model::classset::MOST_CLASSES;
use crate::model::node::{Kind, Node};
use crate::model::packs;
use crate::model::policy::{Literal, Names, Parameter, Policy, Severity, Thresholds};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};

/// A control on its way: its tree, whose it is, and what children changed.
struct Draft {
    document: usize,
    node: Node,
    severity: Option<Severity>,
    weight: Option<f64>,
    gate: Option<bool>,
}

impl Draft {
    fn id(&self) -> &str {
        self.node.get("id").and_then(Node::scalar).unwrap_or("")
    }
}

/// Makes a policy of documents.
pub(super) fn resolve(
    mut documents: Vec<Source>,
    set: &[(String, String)],
    vocabulary: &Vocabulary<'_>,
) -> Result<Policy, PolicyError> {
    let mut declared: Vec<Declared> = Vec::new();
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut classes: Vec<Class> = Vec::new();
    let mut jurisdictions = vec!["uk".to_owned()];
    let mut thresholds = Thresholds::default();
    let mut drafts: Vec<Draft> = Vec::new();
    let mut head = Head::default();
    let mut test_nodes: Vec<(usize, Node)> = Vec::new();
    let builtin_ids: Vec<String> = builtin::class_files().iter().map(|row| row.0.to_owned()).collect();

    for index in 0..documents.len() {
        let Some(document) = documents.get_mut(index) else { continue };
        let root = document.root.clone();
        let ancestors = document.ancestors.clone();
        let problems = &mut document.problems;
        let Some(mut map) = Map::new(&root, "a policy", problems) else { continue };
        if map.need("provost", problems).is_some_and(|node| node.scalar() != Some("1")) {
            let place = root.get("provost").unwrap_or(&root);
            problems.at(place, "this version of the policy language is not known", Some("write `provost: 1`".to_owned()));
        }
        head = Head::read(&mut map, problems);
        map.get("extends");
        select(map.get("select"), &ancestors, &mut drafts, problems);
        tailor(map.get("tailor"), &ancestors, &mut drafts, problems);
        if let Some(node) = map.get("parameters") {
            parameter::read(node, index, &mut declared, problems);
        }
        for entry in map.get("groups").map_or(&[][..], Node::entries) {
            if groups.contains_key(&entry.key) {
                problems.at_key(entry, format!("group `{}` is already there", entry.key), None);
            }
            let classes = reader::texts(&entry.node, "groups", problems);
            if classes.is_empty() {
                problems.at_key(entry, format!("group `{}` has no data class", entry.key), None);
            }
            groups.insert(entry.key.clone(), classes);
        }
        for node in map.get("classes").map_or(&[][..], Node::items) {
            let Some(class) = class::parse(node, vocabulary, problems) else { continue };
            if builtin_ids.contains(&class.id) || classes.iter().any(|known| known.id == class.id) {
                problems.at(node.get("id").unwrap_or(node), format!("class `{}` is already there", class.id), None);
            }
            classes.push(class);
        }
        if let Some(node) = map.get("jurisdictions") {
            jurisdictions = read_jurisdictions(node, vocabulary, problems);
        }
        if let Some(node) = map.get("thresholds") {
            read_thresholds(node, &mut thresholds, problems);
        }
        if let Some(node) = map.get("controls").filter(|node| node.items().is_empty() && !matches!(node.kind, Kind::Null)) {
            problems.at(node, "`controls` must be a list of controls", None);
        }
        let mut known: HashSet<String> = drafts.iter().map(|draft| draft.id().to_owned()).collect();
        for node in map.get("controls").map_or(&[][..], Node::items) {
            let draft = Draft { document: index, node: node.clone(), severity: None, weight: None, gate: None };
            if !known.insert(draft.id().to_owned()) {
                let place = node.get("id").unwrap_or(node);
                let help = Some("an inherited control is changed with `tailor`".to_owned());
                problems.at(place, format!("control `{}` is already there", draft.id()), help);
                continue;
            }
            drafts.push(draft);
        }
        test_nodes.extend(map.get("tests").map_or(&[][..], Node::items).iter().map(|node| (index, node.clone())));
        map.finish(problems);
    }

    let parameters = settle(declared, set, &mut documents);
    let mut class_ids = builtin_ids;
    class_ids.extend(classes.iter().map(|class| class.id.clone()));
    check_groups(&groups, &class_ids, &mut documents);
    if class_ids.len() > MOST_CLASSES
        && let Some(last) = documents.last_mut()
    {
        let root = last.root.clone();
        last.problems.at(&root, format!("{} data classes; there can be {MOST_CLASSES}", class_ids.len()), None);
    }
    let names = Names { classes: &class_ids, groups: &groups, products: vocabulary.products, types: vocabulary.types };
    let mut controls = Vec::with_capacity(drafts.len());
    for mut draft in drafts {
        let Some(document) = documents.get_mut(draft.document) else { continue };
        if let Kind::Map(entries) = &mut draft.node.kind {
            for entry in entries.iter_mut().filter(|entry| entry.key == "checks") {
                parameter::substitute(&mut entry.node, &parameters, &mut document.problems);
            }
        }
        let name = document.root.get("id").and_then(Node::scalar).unwrap_or("").to_owned();
        if let Some(mut control) = control::parse(&draft.node, &name, &names, vocabulary, &mut document.problems) {
            if let Some(severity) = draft.severity {
                control.severity = severity;
                control.weight = severity.weight();
            }
            control.weight = draft.weight.unwrap_or(control.weight);
            control.gate = draft.gate.unwrap_or(control.gate);
            controls.push(control);
        }
    }
    let control_ids: Vec<&str> = controls.iter().map(|control| control.id.as_str()).collect();
    let there: HashSet<&str> = control_ids.iter().copied().collect();
    // an inherited test speaks of controls that were not selected, too
    let left_out: Vec<String> = documents
        .iter()
        .flat_map(|document| document.root.get("controls").map_or(&[][..], Node::items))
        .filter_map(|control| control.get("id")?.scalar().map(str::to_owned))
        .filter(|id| !there.contains(id.as_str()))
        .collect();
    let mut parsed_tests = Vec::new();
    for (index, node) in test_nodes {
        let Some(document) = documents.get_mut(index) else { continue };
        let name = document.root.get("id").and_then(Node::scalar).unwrap_or("").to_owned();
        parsed_tests.extend(tests::parse(&node, &name, &control_ids, &left_out, &mut document.problems));
    }
    if controls.is_empty()
        && let Some(last) = documents.last_mut().filter(|last| last.problems.list.is_empty())
    {
        let root = last.root.clone();
        last.problems.at(&root, "this policy has no control: there is nothing to audit", None);
    }
    finish(&documents)?;
    let extends = documents.iter().rev().skip(1).rev().filter_map(|d| d.root.get("id")?.scalar().map(str::to_owned)).collect();
    Ok(Policy {
        id: head.id,
        title: head.title,
        version: head.version,
        summary: head.summary,
        digest: digest(&documents, &parameters),
        extends,
        parameters,
        groups,
        classes,
        jurisdictions,
        thresholds,
        controls,
        tests: parsed_tests,
    })
}

/// The country packs that a policy selects, in place of those that it inherits.
fn read_jurisdictions(node: &Node, vocabulary: &Vocabulary<'_>, problems: &mut Problems) -> Vec<String> {
    let chosen = reader::texts(node, "jurisdictions", problems);
    let known = packs::known(&super::builtin_classes(vocabulary).unwrap_or_default());
    for wrong in chosen.iter().filter(|own| *own != packs::ALL && !known.contains(own)) {
        problems.at(
            node,
            format!("no data class is of the country `{wrong}`"),
            Some(format!("write {} or all", known.join(", "))),
        );
    }
    chosen
}

#[derive(Default)]
struct Head {
    id: String,
    title: String,
    version: String,
    summary: String,
}

impl Head {
    fn read(map: &mut Map<'_>, problems: &mut Problems) -> Self {
        let id = map.need_text("id", problems);
        let well_formed = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
        if let Some(node) = map.node().get("id").filter(|_| !well_formed) {
            problems.at(node, "a policy's id has lower-case letters, digits and hyphens", None);
        }
        let title = map.need_text("title", problems);
        let version = map.need_text("version", problems);
        let summary = map.text("summary", problems).unwrap_or_default();
        Self { id, title, version, summary }
    }
}

fn read_thresholds(node: &Node, thresholds: &mut Thresholds, problems: &mut Problems) {
    let Some(mut map) = Map::new(node, "`thresholds`", problems) else { return };
    for (key, most, slot) in [("pass", 100.0, &mut thresholds.pass), ("coverage", 1.0, &mut thresholds.coverage)] {
        let Some(value) = map.number(key, problems) else { continue };
        if !(0.0..=most).contains(&value) {
            problems.at(node.get(key).unwrap_or(node), format!("`{key}` lies between 0 and {most}"), None);
        }
        *slot = value;
    }
    map.finish(problems);
}

fn matches(pattern: &str, id: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == id, |prefix| id.starts_with(prefix))
}

fn select(node: Option<&Node>, ancestors: &[usize], drafts: &mut Vec<Draft>, problems: &mut Problems) {
    let Some(node) = node else { return };
    let Some(mut map) = Map::new(node, "`select`", problems) else { return };
    for (key, keep) in [("include", true), ("exclude", false)] {
        let Some(list) = map.get(key) else { continue };
        let patterns = reader::texts(list, key, problems);
        for pattern in &patterns {
            if !drafts.iter().any(|draft| ancestors.contains(&draft.document) && matches(pattern, draft.id())) {
                let help = reader::suggest(pattern, drafts.iter().map(Draft::id).collect::<Vec<_>>().iter().copied());
                problems.at(list, format!("no inherited control `{pattern}`"), help);
            }
        }
        drafts.retain(|draft| {
            !ancestors.contains(&draft.document) || patterns.iter().any(|pattern| matches(pattern, draft.id())) == keep
        });
    }
    map.finish(problems);
}

fn tailor(node: Option<&Node>, ancestors: &[usize], drafts: &mut [Draft], problems: &mut Problems) {
    let Some(node) = node else { return };
    for entry in node.entries() {
        let ids: Vec<String> = drafts.iter().map(|draft| draft.id().to_owned()).collect();
        let found = drafts.iter_mut().find(|draft| ancestors.contains(&draft.document) && draft.id() == entry.key);
        let Some(draft) = found else {
            let help = reader::suggest(&entry.key, ids.iter().map(String::as_str));
            problems.at_key(entry, format!("no inherited control `{}`", entry.key), help);
            continue;
        };
        let Some(mut map) = Map::new(&entry.node, "a tailoring", problems) else { continue };
        draft.severity = map.word("severity", control::SEVERITIES, problems).or(draft.severity);
        draft.weight = map.number("weight", problems).or(draft.weight);
        if let Some(weight) = entry.node.get("weight").filter(|_| draft.weight.is_some_and(|weight| weight <= 0.0)) {
            problems.at(weight, "a weight must be above 0; leave a control out with `select`", None);
        }
        if map.get("gate").is_some() {
            draft.gate = Some(map.flag("gate", problems));
        }
        map.need("reason", problems);
        map.finish(problems);
    }
}

fn settle(declared: Vec<Declared>, set: &[(String, String)], documents: &mut [Source]) -> Vec<Parameter> {
    let mut out = Vec::with_capacity(declared.len());
    let names: Vec<String> = declared.iter().map(|parameter| parameter.name.clone()).collect();
    for parameter in declared {
        let Some(document) = documents.get_mut(parameter.place.0) else { continue };
        let mut value = parameter.value.clone();
        if let Some((_, text)) = set.iter().rev().find(|row| row.0 == parameter.name) {
            value = parameter::from_text(text, parameter.kind);
            if value.is_none() {
                // the declared value stands in, so that one slip is told once
                let stand_in = parameter.value.unwrap_or(Literal::Null);
                out.push(Parameter { name: parameter.name.clone(), title: String::new(), kind: parameter.kind, value: stand_in });
                let kind = parameter::KINDS.iter().find(|row| row.1 == parameter.kind).map_or("", |row| row.0);
                document.problems.at(&parameter.place.1, format!("--set {}={text}: that is no {kind}", parameter.name), None);
                continue;
            }
        }
        if let Some(value) = value {
            out.push(Parameter { name: parameter.name, title: parameter.title, kind: parameter.kind, value });
        } else {
            let help = Some(format!("give it with --set {}=VALUE, or give it a `default`", parameter.name));
            document.problems.at(&parameter.place.1, format!("parameter `{}` has no value", parameter.name), help);
        }
    }
    for (name, _) in set.iter().filter(|row| !names.contains(&row.0)) {
        if let Some(document) = documents.last_mut() {
            let place = document.root.get("parameters").unwrap_or(&document.root).clone();
            let help = reader::suggest(name, names.iter().map(String::as_str));
            document.problems.at(&place, format!("--set {name}: the policy has no such parameter"), help);
        }
    }
    out
}

fn check_groups(groups: &BTreeMap<String, Vec<String>>, classes: &[String], documents: &mut [Source]) {
    for document in documents {
        let Some(node) = document.root.get("groups").cloned() else { continue };
        for entry in node.entries() {
            if classes.contains(&entry.key) {
                document.problems.at_key(entry, format!("`{}` is a data class: a group needs another name", entry.key), None);
            }
            for class in groups.get(&entry.key).into_iter().flatten() {
                if !classes.contains(class) {
                    let place = entry.node.items().iter().find(|item| item.scalar() == Some(class)).unwrap_or(&entry.node);
                    let help = reader::suggest(class, classes.iter().map(String::as_str));
                    document.problems.at(place, format!("unknown data class `{class}`"), help);
                }
            }
        }
    }
}

fn finish(documents: &[Source]) -> Result<(), PolicyError> {
    let mut wrong = Vec::new();
    for document in documents.iter().filter(|document| !document.problems.list.is_empty()) {
        let mut problems = document.problems.list.clone();
        problems.sort_by(|a, b| (a.line, a.column, &a.message).cmp(&(b.line, b.column, &b.message)));
        problems.dedup();
        wrong.push(FileProblems { file: document.file.clone(), text: document.text.clone(), problems });
    }
    if wrong.is_empty() { Ok(()) } else { Err(PolicyError::Invalid(wrong)) }
}

fn digest(documents: &[Source], parameters: &[Parameter]) -> String {
    let mut hash = Sha256::new();
    for document in documents {
        hash.update((document.text.len() as u64).to_le_bytes());
        hash.update(document.text.as_bytes());
    }
    for parameter in parameters {
        hash.update(format!("\0{}={}", parameter.name, parameter.value.text()).as_bytes());
    }
    format!("sha256:{}", crate::model::value::hex(&hash.finalize()))
}
