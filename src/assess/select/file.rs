//! `file:` artifacts, by path and type.

use super::{Item, Items, Selector, View, known_words, problem, texts};
use crate::context::{self, Context};
use crate::judge;
use crate::model::artifacts::Cursor;
use crate::model::assessment::Location;
use crate::model::day::Day;
use crate::model::evidence::Artifact;
use crate::model::node::{Kind, Node};
use crate::model::policy::{Check, SelectorSpec, Type};
use crate::predicate;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

/// The selector.
pub(super) struct File;
/// The selector.
pub(super) static SELECTOR: File = File;

/// Attributes that only the content tells.
const FROM_CONTENT: [&str; 5] = ["people", "classes", "hidden", "hidden_text", "hidden_ratio"];

static SPEC: SelectorSpec = SelectorSpec {
    id: "file",
    title: "artifacts: the files of the delivery",
    notes: "`file: GLOB`, a list of globs, or `{type: [...], glob: [...]}`. A glob without `/` matches a name in any folder; `*` is every file. \
            Types are told by content.",
    main: Type::Boolean,
    attributes: &[
        ("path", Type::Text, "path in the delivery, identifiers masked"),
        ("folder", Type::Text, "the folder's path"),
        ("name", Type::Text, "the last part of the path"),
        ("extension", Type::Text, "its ending, lower case"),
        ("type", Type::Text, "what it is, by content"),
        ("size", Type::Size, "bytes"),
        ("age", Type::Duration, "time since it was last modified, at the audit date"),
        ("modified", Type::Date, "day of last modification"),
        ("mode", Type::Text, "permission bits in octal"),
        ("owner", Type::Text, "uid:gid"),
        ("world_readable", Type::Boolean, "everybody on the system may read it"),
        ("world_writable", Type::Boolean, "everybody on the system may change it"),
        ("group_writable", Type::Boolean, "its group may change it"),
        ("encryption", Type::Encryption, "none, weak, unknown, strong"),
        (
            "opened",
            Type::Text,
            "where the password that opened it came from: `given` by the auditor, `beside` it in the delivery",
        ),
        ("hidden", Type::Boolean, "a part of it is hidden"),
        ("hidden_text", Type::Size, "bytes of text of the artifact that are hidden, embedded files included"),
        ("hidden_ratio", Type::Number, "bytes of text that are hidden for each that is seen, in the artifact"),
        ("copies", Type::Number, "in how many other artifacts the same bytes lie"),
        ("people", Type::Number, "persons in it"),
        ("classes", Type::List, "classes in it"),
        ("container", Type::Text, "the archive it lies in"),
        ("depth", Type::Number, "archives around it"),
        ("readable", Type::Boolean, "it was read whole"),
        ("extension_matches", Type::Boolean, "its ending agrees with its content"),
        ("digest", Type::Text, "SHA-256, where it gives nothing away"),
    ],
    open: false,
    located: false,
    validate: |node, names| {
        let mut out = Vec::new();
        if let Kind::Map(entries) = &node.kind {
            for entry in entries {
                match entry.key.as_str() {
                    "type" => known_words(&entry.node, "type of file", names.types, &mut out),
                    "glob" => check_globs(&entry.node, &mut out),
                    other => out.push(problem(&entry.node, format!("`file` has `glob` and `type`, not `{other}`"), None)),
                }
            }
            if entries.is_empty() {
                out.push(problem(node, "`file` needs a glob or a type".to_owned(), None));
            }
        } else {
            check_globs(node, &mut out);
        }
        out
    },
};

fn check_globs(node: &Node, out: &mut Vec<crate::model::policy::Problem>) {
    super::something(node, "glob", out);
    for item in texts(node) {
        if item.scalar() == Some("") {
            out.push(problem(item, "an empty glob matches nothing; `*` is every file".to_owned(), None));
        }
        let wrong = item.scalar().map(|text| globset::Glob::new(text.trim_start_matches('!')).err());
        match wrong {
            Some(None) => {}
            Some(Some(error)) => out.push(problem(item, format!("this is no glob: {}", error.kind()), None)),
            None => out.push(problem(item, "a glob is text".to_owned(), None)),
        }
    }
}

impl Selector for File {
    fn spec(&self) -> &'static SelectorSpec {
        &SPEC
    }

    fn items<'a>(&self, check: &'a Check, context: &'a Context<'a>) -> Result<Items<'a>, String> {
        let (globs, types) = asked(check);
        let globs: Vec<String> = globs.into_iter().map(str::to_owned).collect();
        let (scope, within) = (context.index.extent(&globs), context.index.extent(&check.globs));
        let by_content = attributes(check).any(|name| FROM_CONTENT.contains(&name));
        let mut items = Items { empty_scope: context.evidence.artifacts.is_empty(), ..Items::default() };
        let (mut seen, mut unread) = ((0_u64, 0_u64), (0_u64, 0_u64));
        let cursor = Rc::new(RefCell::new(context.evidence.artifacts.cursor()));
        let mut known = Known::new(check, context, cursor.clone());
        let (survey, answer) = (&context.index.survey, context.index.answer(check));
        let mut look = |position: u32| {
            let Some(size) = survey.sizes.get(position as usize).filter(|_| within.has(position)) else { return };
            seen = (seen.0 + 1, seen.1 + size);
            let open = by_content && survey.open.binary_search(&position).is_ok();
            if let Some(artifact) = open.then(|| context.at(position)).flatten() {
                unread = (unread.0 + 1, context::extent(artifact).saturating_add(unread.1));
            }
            if let Some(complies) = answer.map_or_else(|| known.of(check, position), |answer| answer.of(position)) {
                items.settled += u64::from(complies);
            } else {
                let delivered = Delivered { position, context, cursor: cursor.clone() };
                let people = context.people_in(position as usize);
                items.list.push(Item { people, ..Item::new(Value::Bool(true), delivered) });
            }
        };
        let all = context.evidence.artifacts.len() as u64;
        let everything = types.is_none() && (scope.seen.0, within.seen.0) == (all, all);
        if everything && let Some(settled) = quiet(check, context) {
            context.quiet().loud.iter().copied().for_each(&mut look);
            items.settled += settled;
            (seen, unread) = (scope.seen, if by_content { scope.unread } else { (0, 0) });
            items.expected = items.list.len() as u64 + items.settled;
            items.undecided = (share(unread, seen), unread.0);
            return Ok(items);
        }
        match types {
            Some(types) => {
                context.index.types(types.into_iter()).into_iter().filter(|position| scope.has(*position)).for_each(look);
            }
            None => scope.each(context.evidence.artifacts.len(), &mut look),
        }
        items.expected = items.list.len() as u64 + items.settled;
        items.undecided = (share(unread, seen), unread.0);
        Ok(items)
    }

    fn globs<'c>(&self, check: &'c Check) -> Vec<&'c str> {
        let own = check.globs.iter().map(String::as_str);
        own.chain(asked(check).0).collect()
    }
}

/// The globs and types of a check.
fn asked(check: &Check) -> (Vec<&str>, Option<Vec<&str>>) {
    fn list(node: &Node) -> Vec<&str> {
        texts(node).into_iter().filter_map(Node::scalar).collect()
    }
    match &check.target.kind {
        Kind::Map(_) => (check.target.get("glob").map(list).unwrap_or_default(), check.target.get("type").map(list)),
        _ => (list(&check.target), None),
    }
}

/// Whether a check asks every file, but for what it leaves out, for what nearly each has by itself.
pub(super) fn asks_each(check: &Check) -> bool {
    let (globs, types) = asked(check);
    let differs = check.cel.is_some() || attributes(check).any(|name| Facet::of(name).is_none());
    differs && types.is_none() && globs.iter().any(|glob| matches!(*glob, "*" | "**" | "**/*"))
}

/// The attributes that a check's conditions speak of.
fn attributes(check: &Check) -> impl Iterator<Item = &str> {
    check.conditions().flat_map(predicate::attributes)
}

/// Attributes in which few artifacts differ: those of the same profile have the same.
const PROFILE: [&str; 12] = [
    "type",
    "mode",
    "owner",
    "world_readable",
    "world_writable",
    "group_writable",
    "encryption",
    "opened",
    "readable",
    "extension_matches",
    "hidden",
    "exist",
];

/// A number of an artifact on which some attributes rest, and nothing else of it.
#[derive(Clone, Copy, PartialEq)]
enum Facet {
    Profile,
    People,
    Size,
    Modified,
    Hidden,
}

impl Facet {
    /// What an attribute rests on; `None` for those in which nearly every artifact is by itself.
    fn of(attribute: &str) -> Option<Self> {
        Some(match attribute {
            "people" => Self::People,
            "size" => Self::Size,
            "age" | "modified" => Self::Modified,
            "hidden_ratio" | "hidden_text" => Self::Hidden,
            other if PROFILE.contains(&other) => Self::Profile,
            _ => return None,
        })
    }

    fn number(self, position: u32, context: &Context<'_>) -> [u64; 2] {
        let (index, survey) = (position as usize, &context.index.survey);
        match self {
            Self::Profile => [survey.profiles.get(index).copied().unwrap_or(u32::MAX).into(), 0],
            Self::People => [context.people_in(index), 0],
            Self::Size => [survey.sizes.get(index).copied().unwrap_or(0), 0],
            Self::Modified => [survey.modified.get(index).copied().unwrap_or(0) as u64, 0],
            Self::Hidden => context.volume(index).into(),
        }
    }
}

/// Attributes in which artifacts with nothing in them do not differ, beside those of their profile.
const NOTHING: [&str; 5] = ["people", "classes", "hidden", "hidden_text", "hidden_ratio"];

/// How many artifacts with nothing in them comply, if that can be said of all of them without looking at each.
fn quiet(check: &Check, context: &Context<'_>) -> Option<u64> {
    let main = Value::Bool(true);
    context.quiet().groups.iter().try_fold(0, |sum, (position, count)| {
        let cursor = Rc::new(RefCell::new(context.evidence.artifacts.cursor()));
        let delivered = Delivered { position: *position, context, cursor };
        let own = Cell::new(false);
        let complies = judge::settled(check, &main, &|name| {
            own.set(own.get() || !(PROFILE.contains(&name) || NOTHING.contains(&name)));
            delivered.attribute(name, &main)
        });
        // what each has by itself was asked for
        let complies = complies.filter(|_| !own.get())?;
        Some(sum + if complies { *count } else { 0 })
    })
}

/// Answers that are remembered: where there are more, nearly every artifact is by itself.
const MOST_ANSWERS: usize = 4_096;

/// What is known to comply, or not to be meant, before anybody asks where it is: nearly all of a delivery.
struct Known<'a> {
    context: &'a Context<'a>,
    /// Whether the conditions rest on facets alone.
    plain: bool,
    /// These, where there are one or two.
    facets: Option<[Facet; 2]>,
    /// What came out for some numbers.
    answers: foldhash::HashMap<[[u64; 2]; 2], Option<bool>>,
    /// For what else they may rest on.
    cursor: Rc<RefCell<Cursor<'a>>>,
}

impl<'a> Known<'a> {
    fn new(check: &Check, context: &'a Context<'a>, cursor: Rc<RefCell<Cursor<'a>>>) -> Self {
        let mut facets: Vec<Facet> = Vec::new();
        let mut plain = check.cel.is_none();
        for name in attributes(check) {
            match Facet::of(name) {
                Some(facet) if facets.contains(&facet) => {}
                Some(facet) => facets.push(facet),
                None => plain = false,
            }
        }
        let facets = match facets.as_slice() {
            [] => Some([Facet::Profile; 2]),
            [one] => Some([*one; 2]),
            [one, other] => Some([*one, *other]),
            _ => None,
        };
        Self { context, plain, facets, answers: foldhash::HashMap::default(), cursor }
    }

    /// `Some(true)`: it complies; `Some(false)`: it is not meant; `None`: it has to be looked at one by one.
    fn of(&mut self, check: &Check, position: u32) -> Option<bool> {
        let (context, main) = (self.context, Value::Bool(true));
        if !self.plain {
            let mut cursor = self.cursor.borrow_mut();
            let artifact = cursor.at(position as usize)?;
            return judge::settled(check, &main, &|name| context.artifact_attribute(artifact, position as usize, name));
        }
        let delivered = Delivered { position, context, cursor: self.cursor.clone() };
        let answer = || judge::settled(check, &main, &|name| delivered.attribute(name, &main));
        let Some(facets) = self.facets.filter(|_| self.answers.len() < MOST_ANSWERS) else { return answer() };
        *self.answers.entry(facets.map(|facet| facet.number(position, context))).or_insert_with(answer)
    }
}

/// A file of the delivery. It is unpacked where somebody asks for what only it has, and does not stay so.
struct Delivered<'a> {
    position: u32,
    context: &'a Context<'a>,
    /// All that are looked at come one after the other.
    cursor: Rc<RefCell<Cursor<'a>>>,
}

impl Delivered<'_> {
    /// What is made of it.
    fn look<O: Default>(&self, make: impl FnOnce(&Artifact) -> O) -> O {
        self.cursor.borrow_mut().at(self.position as usize).map(make).unwrap_or_default()
    }
}

impl<'a> View<'a> for Delivered<'a> {
    fn attribute(&self, name: &str, _: &Value) -> Value {
        let (index, survey) = (self.position as usize, &self.context.index.survey);
        // in what its profile says it is like any other of that
        let like = || {
            let first = survey.firsts.get(*survey.profiles.get(index)? as usize)?;
            Some(self.context.artifact_attribute(self.context.at(*first)?, index, name))
        };
        match Facet::of(name) {
            Some(Facet::Size) => Value::Size(survey.sizes.get(index).copied().unwrap_or(0)),
            Some(Facet::Modified) => {
                let modified = survey.modified.get(index).copied().unwrap_or(0);
                if name == "age" { self.context.age(modified) } else { Value::Date(Day::of_seconds(modified)) }
            }
            Some(Facet::Profile | Facet::People | Facet::Hidden) => like().unwrap_or(Value::Absent),
            None => self.look(|artifact| Some(self.context.artifact_attribute(artifact, index, name))).unwrap_or(Value::Absent),
        }
    }

    fn location(&self) -> Location {
        self.look(|artifact| Location { artifact: artifact.path.clone(), number: Some(artifact.number), ..Location::default() })
    }

    fn found(&self, _: &Value) -> String {
        self.look(|artifact| {
            let hidden = hidden(artifact, self.position as usize, self.context);
            format!("{} file, {}{hidden}", artifact.kind, Value::Size(artifact.size).show())
        })
    }
}

/// Which parts of an artifact are hidden, and of how many people they tell.
fn hidden(artifact: &Artifact, index: usize, context: &Context<'_>) -> String {
    let mut out = String::new();
    let ratio = context.hidden_ratio(index);
    if ratio > 0.0 {
        let (seen, hidden) = context.volume(index);
        out.push_str(&format!("; {} of text hidden, {} seen", Value::Size(hidden).show(), Value::Size(seen).show()));
    }
    for (at, part) in artifact.parts.iter().enumerate().filter(|row| row.1.hidden.is_some()).take(5) {
        let people: HashSet<u32> = context.rows(index, at).iter().map(|row| row.person).collect();
        let reason = part.hidden.as_deref().unwrap_or("");
        let label = if part.label.is_empty() || part.label == reason { String::new() } else { format!(" `{}`", part.label) };
        let who = match people.len() {
            0 => String::new(),
            1 => ": 1 person".to_owned(),
            many => format!(": {many} people"),
        };
        out.push_str(&format!("; {reason}{label}{who}"));
    }
    out
}

/// The larger of two shares: by number and by bytes.
pub(super) fn share(part: (u64, u64), whole: (u64, u64)) -> f64 {
    if part.1 >= context::UNKNOWN_EXTENT {
        return 1.0;
    }
    let of = |a: u64, b: u64| if b == 0 { 0.0 } else { a as f64 / b as f64 };
    of(part.0, whole.0).max(of(part.1, whole.1))
}
