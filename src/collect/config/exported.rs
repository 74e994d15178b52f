//! What the readers of services' exports share: JSON as a command or an interface answered it, keys without case, lists with and
//! without their wrapper. It must not know any product.

use super::{Config as _, Probe, ReadError, jsonc, text};
use crate::model::node::{Entry, Kind, Node, Setting};

/// Whether a head may be the beginning of one JSON value.
pub fn is_json(probe: &Probe<'_>) -> bool {
    let begun = text::unmarked(probe.head).trim_start().starts_with(['{', '[']);
    begun && !matches!(probe.extension, "jsonl" | "ndjson" | "ipynb" | "tfstate" | "md")
}

/// Whether a head has a word between quotes, whatever its case. `lower` is the head in lower case.
pub fn quotes(lower: &str, word: &str) -> bool {
    lower.match_indices(word).any(|(at, _)| {
        lower.get(..at).is_some_and(|before| before.ends_with('"'))
            && lower.get(at + word.len()..).is_some_and(|after| after.starts_with('"'))
    })
}

/// The tree.
pub fn json(source: &str) -> Result<Node, ReadError> {
    jsonc::CONFIG.read(source)
}

/// What keys lead to, without case. Of a key that is written twice the last one counts, as for those who read JSON.
pub fn get<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    let mut here = node;
    for key in path {
        here = here.entries().iter().rev().find(|entry| entry.key.eq_ignore_ascii_case(key)).map(|entry| &entry.node)?;
    }
    (here.kind != Kind::Null).then_some(here)
}

/// The things of an answer: the elements of a list, of `{"value": [...]}`, or the one thing that it is.
pub fn each(root: &Node) -> Vec<&Node> {
    let list = match &root.kind {
        Kind::List(_) => Some(root),
        _ => get(root, &["value"]).filter(|node| matches!(node.kind, Kind::List(_))),
    };
    match list {
        Some(list) => list.items().iter().collect(),
        None => vec![root],
    }
}

/// A truth, as JSON or as a command writes it.
pub fn truth(node: &Node) -> Option<bool> {
    match &node.kind {
        Kind::Bool(value) => Some(*value),
        _ => match node.scalar()?.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
    }
}

/// The texts of a list, or the one text; a masked one is its shape.
pub fn texts(node: Option<&Node>) -> Vec<&str> {
    let Some(node) = node else { return Vec::new() };
    let one = |node: &'_ Node| match &node.kind {
        Kind::Masked(_) => Some("(masked)"),
        Kind::Null => None,
        Kind::Map(_) | Kind::List(_) => Some("(a value)"),
        _ => None,
    };
    let of = |node| match one(node) {
        Some(text) => Some(text),
        None => Node::scalar(node).filter(|text| !text.is_empty()),
    };
    match &node.kind {
        Kind::List(items) => items.iter().filter_map(of).collect(),
        _ => of(node).into_iter().collect(),
    }
}

/// The words for a truth.
pub fn word(truth: bool) -> &'static str {
    if truth { "true" } else { "false" }
}

/// A setting of a context, at the place of a node.
pub fn setting(context: &str, key: &str, value: impl Into<String>, at: &Node) -> Setting {
    let value = Node::text(value, at.line, at.column);
    Setting::of(&Entry { key: key.to_owned(), line: at.line, column: at.column, node: value }).within(context)
}

/// A setting that nobody can say.
pub fn unknown(context: &str, key: &str, reason: impl Into<String>, at: &Node) -> Setting {
    Setting { unknown: Some(reason.into()), ..setting(context, key, "", at) }
}

/// A moment as exports write it, in seconds since 1970 (`2026-11-24T10:15:00+00:00`, `2026-11-24T10:15:00Z`).
pub fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(moment.as_second());
    }
    // no zone: taken as UTC
    format!("{text}Z").parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

/// What of users is counted: the key of the report, and what its number and its share are called.
pub type Counted = (&'static str, &'static str, &'static str);

/// Whether a user is something; `None` if the report does not say.
pub fn is(user: &Node, key: &str) -> Option<bool> {
    get(user, &[key]).and_then(truth)
}

/// How many users of a report have something: all of them, and the administrators among them. It keeps no user.
pub struct Shares {
    counted: &'static [Counted],
    all: Group,
    admins: Group,
    /// The report goes on elsewhere.
    more: bool,
}

/// Some users: how many, and the count of each thing that is counted.
#[derive(Default)]
struct Group {
    users: usize,
    counted: Vec<Count>,
}

/// How many have it, whether the report speaks of it, and where the first stands who has it not.
type Count = (usize, bool, Option<(u32, u32)>);

impl Group {
    fn add(&mut self, user: &Node, counted: &[Counted]) {
        self.users += 1;
        self.counted.resize(counted.len(), (0, false, None));
        for ((key, ..), (with, spoken, first)) in counted.iter().zip(&mut self.counted) {
            let has = is(user, key);
            *spoken |= has.is_some();
            if has == Some(true) {
                *with += 1;
            } else {
                first.get_or_insert((user.line, user.column));
            }
        }
    }

    fn kept(&self, counted: &[Counted], here: (u32, u32)) -> Kind {
        let entry = |key: &str, number: usize, (line, column): (u32, u32)| {
            let node = Node::new(Kind::Number(number.to_string()), line, column);
            Entry { key: key.to_owned(), line, column, node }
        };
        let spoken = counted.iter().zip(&self.counted).filter(|row| row.1.1);
        let counts = spoken.map(|((_, name, _), (with, _, first))| entry(name, *with, first.unwrap_or(here)));
        Kind::Map(std::iter::once(entry("users", self.users, here)).chain(counts).collect())
    }
}

impl Shares {
    /// None yet; `more` says whether the report goes on elsewhere.
    pub fn new(counted: &'static [Counted], more: bool) -> Self {
        Self { counted, all: Group::default(), admins: Group::default(), more }
    }

    /// Counts a user.
    pub fn add(&mut self, user: &Node, admin: bool) {
        self.all.add(user, self.counted);
        if admin {
            self.admins.add(user, self.counted);
        }
    }

    /// As it is kept: numbers alone.
    pub fn kept(&self, line: u32, column: u32) -> Node {
        let entry = |key: &str, kind| Entry { key: key.to_owned(), line, column, node: Node::new(kind, line, column) };
        let here = (line, column);
        let groups = vec![
            entry("all", self.all.kept(self.counted, here)),
            entry("admins", self.admins.kept(self.counted, here)),
            entry("more_pages", Kind::Bool(self.more)),
        ];
        Node::new(Kind::Map(groups), line, column)
    }
}

/// The settings of what [`Shares`] kept: numbers, and shares in whole percent, rounded down.
pub fn shares(root: &Node, counted: &[Counted]) -> Vec<Setting> {
    let more = is(root, "more_pages") == Some(true);
    let mut out = vec![setting("", "more_pages", word(more), root)];
    for (name, context) in [("all", ""), ("admins", "admins")] {
        let number = |key: &str| get(root, &[name, key]).and_then(|node| Some((node, node.scalar()?.parse::<usize>().ok()?)));
        let Some((node, users)) = number("users").filter(|row| row.1 > 0 || name == "all") else { continue };
        out.push(setting(context, "users", users.to_string(), node));
        for (_, count_key, share_key) in counted {
            let Some((node, with)) = number(count_key) else { continue };
            out.push(setting(context, count_key, with.to_string(), node));
            let Some(percent) = with.saturating_mul(100).checked_div(users) else { continue };
            let share = setting(context, share_key, percent.to_string(), node);
            let reason = "the report goes on on a page that is not here".to_owned();
            out.push(if more && percent == 100 { Setting { unknown: Some(reason), ..share } } else { share });
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    #[test]
    fn answers_come_wrapped_bare_and_alone() {
        for source in [r#"{"value":[{"a":1}]}"#, r#"[{"a":1}]"#, r#"{"a":1}"#] {
            let root = json(source).unwrap();
            assert_eq!(each(&root).first().and_then(|one| get(one, &["A"])).and_then(Node::scalar), Some("1"), "{source}");
        }
        assert!(quotes(r#"{"state": 1}"#, "state") && !quotes("state: 1", "state"));
    }

    #[test]
    fn moments() {
        assert_eq!(seconds("1970-01-02T00:00:00+00:00"), Some(86_400));
        assert_eq!(seconds("1970-01-02T01:00:00+01:00"), Some(86_400));
        assert_eq!(seconds("1970-01-02T00:00:00"), Some(86_400));
        assert_eq!(seconds("N/A"), None);
    }
}
