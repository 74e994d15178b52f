//! `result:` what other tools found, as the supplier exported it. What nobody can date, read or understand is never a pass.

use super::{Item, Items, Ready, Selector, problem, something, texts};
use crate::context::Context;
use crate::model::assessment::Location;
use crate::model::evidence::Artifact;
use crate::model::node::{Kind, Node};
use crate::model::policy::{Check, Problem, SelectorSpec, Type};
use crate::model::results::{Status, TestResult, TestRun};
use crate::value::Value;

/// The selector.
pub(super) struct Results;
/// The selector.
pub(super) static SELECTOR: Results = Results;

/// Formats that many tools write.
const SHARED: [&str; 3] = ["sarif", "junit", "ocsf"];

static SPEC: SelectorSpec = SelectorSpec {
    id: "result",
    title: "results of other tools that the supplier exported",
    notes: "`result: TOOL` or a list, by the tool's name (`trivy`, `prowler`, `bandit`) or by the format (`sarif`, `junit`, `inspec`, `oscal`, `trivy`, \
            `prowler`, `ocsf`, `aws_config`); `{tool: ..., id: [globs]}` only some of its results. An item is one result. Tools that list \
            only what they found have the result `scan` for the run itself, which passes if nothing went wrong; where only severe \
            findings matter, ask `must: {any: [{status: pass}, {severity: {at_most: medium}}]}`. What passes in an export that is undated, \
            dated after the audit or not read whole cannot be decided, and so is a status that nobody knows. No such result at all is \
            `not_evidenced` with `expect`.",
    main: Type::Text,
    attributes: &[
        ("id", Type::Text, "the rule's, test's or control's id"),
        ("status", Type::Text, "`pass`, `fail`, `error`, `not_run`"),
        ("severity", Type::Severity, "`info` to `critical`, where the export says one"),
        ("tool", Type::Text, "the tool's name, lower case"),
        ("version", Type::Text, "the tool's version"),
        ("format", Type::Text, "the format of the export"),
        ("produced", Type::Date, "the day the results are of"),
        ("age", Type::Duration, "time since then, at the audit date"),
        ("path", Type::Text, "the export's path"),
        ("subject", Type::Text, "what was looked at"),
        ("where", Type::Text, "what it was found in: a file with its line, a resource"),
        ("line", Type::Number, "line of the export"),
    ],
    open: false,
    located: false,
    validate: |node, _| {
        let mut out = Vec::new();
        if let Kind::Map(entries) = &node.kind {
            for entry in entries {
                match entry.key.as_str() {
                    "tool" | "id" => words(&entry.node, &entry.key, &mut out),
                    other => {
                        let help = Some("known: tool, id".to_owned());
                        out.push(problem(&entry.node, format!("`{other}` is no part of a result"), help));
                    }
                }
            }
            if entries.is_empty() {
                out.push(problem(node, "a result is asked by its tool or id".to_owned(), None));
            }
        } else {
            words(node, "tool", &mut out);
        }
        out
    },
};

/// Checks names of tools, and globs over ids.
fn words(node: &Node, what: &str, out: &mut Vec<Problem>) {
    something(node, what, out);
    for item in texts(node) {
        match item.scalar() {
            Some(text) if !text.is_empty() && (what == "tool" || globset::Glob::new(text).is_ok()) => {}
            Some(_) if what == "id" => out.push(problem(item, "this is no glob over ids".to_owned(), None)),
            _ => out.push(problem(item, format!("a {what} is a word"), None)),
        }
    }
}

impl Selector for Results {
    fn spec(&self) -> &'static SelectorSpec {
        &SPEC
    }

    fn items<'a>(&self, check: &'a Check, context: &'a Context<'a>) -> Result<Items<'a>, String> {
        let extent = context.index.extent(&check.globs);
        let whole = !matches!(check.target.kind, Kind::Map(_));
        let part = |key: &str| if whole { (key == "tool").then_some(&check.target) } else { check.target.get(key) };
        let tools = part("tool").map(texts).unwrap_or_default();
        let ids = part("id").map(globs).transpose()?;
        let mut items = Items { empty_scope: true, ..Items::default() };
        let (mut runs, mut open) = (0_u64, 0_u64);
        let there = context.index.runs().iter().filter(|position| extent.has(**position));
        for artifact in there.filter_map(|position| context.at(*position)) {
            for run in artifact.parts.iter().filter_map(|part| part.run.as_ref()) {
                // of an export that was not read nobody knows whose it is
                let nameless = run.unread.is_some() && run.tool == run.format && SHARED.contains(&run.format.as_str());
                let named =
                    |tool: &&Node| tool.scalar().is_some_and(|name| name.eq_ignore_ascii_case(&run.tool) || name == run.format);
                if !tools.is_empty() && !nameless && !tools.iter().any(named) {
                    continue;
                }
                items.empty_scope = false;
                runs += 1;
                let doubt = doubt(run, context);
                // an export that grades its results leaves open how bad the others are
                let graded = run.results.iter().any(|result| result.severity.is_some());
                open += u64::from(doubt.is_some());
                let wanted = |result: &&TestResult| ids.as_ref().is_none_or(|ids| ids.is_match(&result.id));
                items.list.extend(
                    run.results
                        .iter()
                        .filter(wanted)
                        .map(|result| item(artifact, run, result, (doubt.as_deref(), graded), context)),
                );
                if let Some(reason) = &run.unread {
                    items.list.push(unread(artifact, run, reason));
                }
            }
        }
        items.expected = items.list.len() as u64;
        items.undecided = if runs == 0 { (0.0, 0) } else { (open as f64 / runs as f64, open) };
        Ok(items)
    }
}

/// Globs over ids.
fn globs(node: &Node) -> Result<globset::GlobSet, String> {
    let mut set = globset::GlobSetBuilder::new();
    for text in texts(node).into_iter().filter_map(Node::scalar) {
        let glob = globset::GlobBuilder::new(text).case_insensitive(true).build().map_err(|error| error.to_string())?;
        set.add(glob);
    }
    set.build().map_err(|error| error.to_string())
}

/// Why nothing in a run shows that something holds.
fn doubt(run: &TestRun, context: &Context<'_>) -> Option<String> {
    match (&run.unread, run.produced) {
        (Some(reason), _) => Some(format!("the export was not read whole: {reason}")),
        (None, None) => Some("the export does not say when it was made".to_owned()),
        (None, Some(day)) if day > context.date => Some("the export is dated after the audit date".to_owned()),
        _ => None,
    }
}

/// An export that was not read, or not whole.
fn unread<'a>(artifact: &'a Artifact, run: &'a TestRun, reason: &str) -> Item<'a> {
    let view = Ready {
        location: Location { artifact: artifact.path.clone(), number: Some(artifact.number), ..Location::default() },
        found: format!("{} export that was not read whole", run.format),
        attribute: |name: &str| match name {
            "path" => Value::Text(artifact.path.clone()),
            "tool" => Value::Text(run.tool.clone()),
            "format" => Value::Text(run.format.clone()),
            _ => Value::Unread,
        },
    };
    Item { undecidable: Some(format!("not all of its results are known: {reason}")), ..Item::new(Value::Unread, view) }
}

/// The status; one that nobody knows may be any, so nothing can be asked of it.
fn status(result: &TestResult) -> Value {
    if result.status == Status::Unknown { Value::Unread } else { Value::Text(result.status.name().to_owned()) }
}

fn item<'a>(
    artifact: &'a Artifact,
    run: &'a TestRun,
    result: &'a TestResult,
    (doubt, graded): (Option<&str>, bool),
    context: &Context<'_>,
) -> Item<'a> {
    let date = context.date;
    let found = !matches!(result.status, Status::Pass | Status::NotRun);
    let undecidable = match (result.status, doubt) {
        (Status::Unknown, _) => Some("its status is a word that is not known".to_owned()),
        // what fails in it fails whenever it was made
        (Status::Pass | Status::NotRun, Some(reason)) => Some(reason.to_owned()),
        _ => None,
    };
    let title = if result.title.is_empty() { String::new() } else { format!(", {}", result.title) };
    let place = if result.place.is_empty() { String::new() } else { format!(" in {}", result.place) };
    let view = Ready {
        location: Location {
            artifact: artifact.path.clone(),
            number: Some(artifact.number),
            line: Some(u64::from(result.line)).filter(|line| *line > 0),
            key: Some(result.id.clone()),
            ..Location::default()
        },
        found: format!("{} says {} of {}{place}{title}", run.tool, result.status.name(), result.id),
        attribute: move |name: &str| match name {
            "id" => Value::Text(result.id.clone()),
            "status" => status(result),
            "severity" => result.severity.map_or(if graded && found { Value::Unread } else { Value::Absent }, Value::Severity),
            "tool" => Value::Text(run.tool.clone()),
            "version" => run.version.clone().map_or(Value::Absent, Value::Text),
            "format" => Value::Text(run.format.clone()),
            "produced" => run.produced.map_or(Value::Absent, Value::Date),
            "age" => run.produced.map_or(Value::Absent, |day| Value::since(day, date)),
            "path" => Value::Text(artifact.path.clone()),
            "subject" => Value::Text(run.subject.clone()),
            "where" => Value::Text(result.place.clone()),
            "line" => Value::Number(result.line.into()),
            _ => Value::Absent,
        },
    };
    Item { undecidable, ..Item::new(status(result), view) }
}
