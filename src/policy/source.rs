//! Where policies come from: embedded ones and files, with everything they extend, parents first. It knows `extends` and
//! nothing else of a policy.

use super::reader::{self, Problems};
use super::{Check, FileProblems, PolicyError, builtin};
use crate::model::node::{Kind, Node};
use crate::model::policy::Problem;
use crate::yaml;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The most bytes that a policy may have. A policy is written by hand; ten times the largest built-in is far below this.
const MOST_BYTES: u64 = 4 << 20;
/// How deep `extends` may go.
const MOST_DEPTH: usize = 16;

/// One policy document.
pub(super) struct Source {
    /// Its name for mistakes.
    pub file: String,
    /// Its text.
    pub text: Arc<str>,
    /// Its tree.
    pub root: Node,
    /// Positions of the documents it extends, directly or not.
    pub ancestors: Vec<usize>,
    /// Mistakes found so far.
    pub problems: Problems,
}

/// Stand-ins for `${` and `}` while YAML is read: inside `{...}` a plain value may hold no braces. As long as what they replace,
/// so that columns stay right.
const OPEN: &str = "\u{e000}\u{e001}";
const CLOSE: &str = "\u{e002}";

/// Text to tree, with `${name}` kept as text wherever it stands.
pub(super) fn parse(text: &str) -> Result<Node, Problem> {
    let mut hidden = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, after) = rest.split_at(start);
        hidden.push_str(before);
        let name_end = after.find('}').filter(|end| {
            after.get(2..*end).is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_'))
        });
        if let Some(end) = name_end {
            hidden.push_str(OPEN);
            hidden.push_str(after.get(2..end).unwrap_or(""));
            hidden.push_str(CLOSE);
            rest = after.get(end + 1..).unwrap_or("");
        } else {
            hidden.push_str("${");
            rest = after.get(2..).unwrap_or("");
        }
    }
    hidden.push_str(rest);
    let mut root = yaml::parse(&hidden).map_err(|error| Problem {
        message: format!("this is not valid YAML: {}", error.detail),
        help: None,
        line: error.line.max(1),
        column: error.column.max(1),
        width: 1,
    })?;
    if root.line == 0 {
        (root.line, root.column) = (1, 1);
    }
    show(&mut root);
    if let Some(problem) = root.entries().iter().filter(|entry| entry.key != "tests").find_map(|entry| control(&entry.node)) {
        return Err(problem);
    }
    Ok(root)
}

/// A text that would play tricks on the terminal that shows it. The deliveries of a policy's own tests may hold anything.
fn control(node: &Node) -> Option<Problem> {
    let forbidden = |text: &str| {
        text.chars().any(|c| {
            (c.is_control() && !matches!(c, '\n' | '\t' | '\r')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
    };
    let problem = |line: u32, column: u32| Problem {
        message: "a control character or a sign that turns the direction of writing".to_owned(),
        help: Some("take it out: reports show this text".to_owned()),
        line: line.max(1),
        column: column.max(1),
        width: 1,
    };
    match &node.kind {
        Kind::Text(text) if forbidden(text) => Some(problem(node.line, node.column)),
        Kind::List(items) => items.iter().find_map(control),
        Kind::Map(entries) => entries
            .iter()
            .find_map(|entry| if forbidden(&entry.key) { Some(problem(entry.line, entry.column)) } else { control(&entry.node) }),
        _ => None,
    }
}

fn show(node: &mut Node) {
    match &mut node.kind {
        Kind::Text(text) if text.contains(OPEN) => *text = text.replace(OPEN, "${").replace(CLOSE, "}"),
        Kind::List(items) => items.iter_mut().for_each(show),
        Kind::Map(entries) => entries.iter_mut().for_each(|entry| {
            if entry.key.contains(OPEN) {
                entry.key = entry.key.replace(OPEN, "${").replace(CLOSE, "}");
            }
            show(&mut entry.node);
        }),
        _ => {}
    }
}

/// A policy and everything it extends, parents first.
pub(super) fn gather(name: &str) -> Result<Vec<Source>, PolicyError> {
    gather_checked(name, &|_, _| Ok(()))
}

/// The same, of files that pass a look.
pub(super) fn gather_checked(name: &str, check: &Check<'_>) -> Result<Vec<Source>, PolicyError> {
    let mut gathering = Gathering { done: Vec::new(), failed: Vec::new(), check };
    let (file, text, folder) = fetch(name, None, check)?;
    gathering.add(file, &text, folder.as_deref(), &mut Vec::new());
    gathering.finish()
}

/// The same for a text.
pub(super) fn gather_text(name: &str, text: &str) -> Result<Vec<Source>, PolicyError> {
    let mut gathering = Gathering { done: Vec::new(), failed: Vec::new(), check: &|_, _| Ok(()) };
    gathering.add(name.to_owned(), text, None, &mut Vec::new());
    gathering.finish()
}

struct Gathering<'a> {
    done: Vec<Source>,
    failed: Vec<FileProblems>,
    check: &'a Check<'a>,
}

impl Gathering<'_> {
    fn finish(self) -> Result<Vec<Source>, PolicyError> {
        if self.failed.is_empty() { Ok(self.done) } else { Err(PolicyError::Invalid(self.failed)) }
    }

    /// Adds a document after those it extends; returns its position.
    fn add(&mut self, file: String, text: &str, folder: Option<&Path>, open: &mut Vec<String>) -> Option<usize> {
        if let Some(known) = self.done.iter().position(|source| source.file == file) {
            return Some(known);
        }
        let shared: Arc<str> = Arc::from(text);
        let root = match parse(text) {
            Ok(root) => root,
            Err(problem) => {
                self.failed.push(FileProblems { file, text: shared, problems: vec![problem] });
                return None;
            }
        };
        let mut problems = Problems::default();
        let mut ancestors = Vec::new();
        open.push(file.clone());
        let extends = root.get("extends");
        let items =
            extends.map_or(&[][..], |node| if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() });
        for item in items {
            let Some(name) = item.scalar() else { continue };
            let (parent, parent_text, parent_folder) = match fetch(name, folder, self.check) {
                Ok(found) => found,
                Err(PolicyError::NotFound { help, .. }) => {
                    problems.at(item, format!("no policy `{name}` to extend"), help);
                    continue;
                }
                Err(error) => {
                    problems.at(item, error.to_string(), None);
                    continue;
                }
            };
            let real = |file: &String| std::fs::canonicalize(file).unwrap_or_else(|_| PathBuf::from(file));
            if open.iter().any(|other| *other == parent || real(other) == real(&parent)) {
                let way: Vec<&str> = open.iter().map(String::as_str).chain([parent.as_str()]).collect();
                problems.at(item, format!("`extends` goes round in a circle: {}", way.join(" -> ")), None);
                continue;
            }
            if open.len() >= MOST_DEPTH {
                problems.at(item, format!("`extends` goes deeper than {MOST_DEPTH}"), None);
                continue;
            }
            if let Some(position) = self.add(parent, &parent_text, parent_folder.as_deref(), open) {
                ancestors.extend(self.done.get(position).map(|source| source.ancestors.clone()).unwrap_or_default());
                ancestors.push(position);
            }
        }
        open.pop();
        ancestors.sort_unstable();
        ancestors.dedup();
        self.done.push(Source { file, text: shared, root, ancestors, problems });
        Some(self.done.len() - 1)
    }
}

/// A path without `.` and without `folder/..`.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) && !out.is_symlink() => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// Name for mistakes, text, and the folder that relative names start from.
type Fetched = (String, String, Option<PathBuf>);

fn fetch(name: &str, folder: Option<&Path>, check: &Check<'_>) -> Result<Fetched, PolicyError> {
    let is_path = name.contains('/') || name.contains('\\') || name.ends_with(".yaml") || name.ends_with(".yml");
    if !is_path {
        if let Some(text) = builtin::policy(name) {
            return Ok((format!("builtin:{name}"), text.to_owned(), None));
        }
        let help = reader::suggest(name, builtin::policy_ids().collect::<Vec<_>>().iter().copied())
            .map(|help| format!("{help} (a file is given with its path, `./{name}.yaml`)"));
        return Err(PolicyError::NotFound { name: name.to_owned(), help });
    }
    let path = plain(&folder.map_or_else(|| PathBuf::from(name), |folder| folder.join(name)));
    let shown = path.display().to_string();
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            PolicyError::NotFound { name: shown.clone(), help: Some("there is no such file".to_owned()) }
        }
        _ => PolicyError::Unreadable { path: shown.clone(), reason: error.to_string() },
    };
    // the size that the system gives may be no file's: a device says 0 and never ends
    let mut bytes = Vec::new();
    std::fs::File::open(&path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        let reason = format!("it has more than {MOST_BYTES} bytes, the most that a policy may have");
        return Err(PolicyError::Unreadable { path: shown, reason });
    }
    check(&path, &bytes).map_err(|reason| PolicyError::Refused { path: shown.clone(), reason })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| PolicyError::Unreadable { path: shown.clone(), reason: "it is not UTF-8".to_owned() })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    Ok((shown, text, path.parent().map(Path::to_path_buf)))
}
