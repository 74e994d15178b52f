//! Checks that ask every file of what it has by itself: its path, type, size, permission. They are answered while artifacts are looked at
//! anyway, several at once, so that none has to be unpacked again for its name. Pure; it answers what `file` would, one by one.

use super::globs::Globs;
use super::side::Side;
use super::value::Value;
use super::{judge, predicate, select};
use crate::model::day::Day;
use crate::model::evidence::{Artifact, Read};
use crate::model::policy::{Check, Operator, Policy, Predicate};

/// Checks that are answered so: others are answered one after the other.
const MOST: usize = 64;
/// Patterns and formulas in these, together. Each is compiled once only as long as all of them are remembered (see [`super::value::compiled`]
/// and [`super::expression`]), for every artifact asks for them all in turn.
const MOST_COMPILED: usize = 64;

/// Attributes that an artifact has by itself, whatever else is in the delivery, and on whatever day. Not what only few have: that is asked
/// of these.
const OWN: [&str; 19] = [
    "path",
    "folder",
    "name",
    "extension",
    "type",
    "size",
    "modified",
    "mode",
    "owner",
    "world_readable",
    "world_writable",
    "group_writable",
    "encryption",
    "opened",
    "container",
    "depth",
    "readable",
    "extension_matches",
    "digest",
];

/// An attribute that an artifact has by itself.
pub(super) fn attribute(artifact: &Artifact, name: &str) -> Option<Value> {
    let file = || artifact.path.rsplit('/').next().unwrap_or("");
    Some(match name {
        "path" => Value::Text(artifact.path.clone()),
        "folder" => Value::Text(artifact.path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned())),
        "name" => Value::Text(file().to_owned()),
        "extension" => Value::Text(file().rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_lowercase())),
        "type" => Value::Text(artifact.kind.to_string()),
        "size" => Value::Size(artifact.size),
        "modified" => Value::Date(Day::of_seconds(artifact.modified)),
        // where there are no such things (a store of objects, a pipe) nobody can say
        "mode" => artifact.mode.map_or(Value::Unread, |mode| Value::Text(format!("{mode:04o}"))),
        "owner" => artifact.owner.as_ref().map_or(Value::Unread, |owner| Value::Text(owner.to_string())),
        "world_readable" => mode_bit(artifact, 0o004),
        "world_writable" => mode_bit(artifact, 0o002),
        "group_writable" => mode_bit(artifact, 0o020),
        "encryption" => Value::Encryption(artifact.encryption),
        "opened" => artifact.opened.map_or(Value::Absent, |opened| Value::Text(opened.name().to_owned())),
        "hidden" => Value::Bool(artifact.parts.iter().any(|part| part.hidden.is_some())),
        "classes" => {
            let matched = artifact.parts.iter().flat_map(|part| &part.tallies).filter(|row| row.1.matches > 0);
            let mut own: Vec<&str> = matched.map(|row| row.0.as_str()).collect();
            own.sort_unstable();
            own.dedup();
            Value::texts(own)
        }
        "container" => artifact.path.rsplit_once("!/").map_or(Value::Absent, |(container, _)| Value::Text(container.to_owned())),
        "depth" => Value::Number(artifact.path.matches("!/").count() as f64),
        "readable" => Value::Bool(artifact.read == Read::Full),
        "extension_matches" => Value::Bool(artifact.extension_matches),
        "digest" => artifact.digest.map_or(Value::Absent, |digest| Value::Text(digest.to_string())),
        _ => return None,
    })
}

fn mode_bit(artifact: &Artifact, bit: u32) -> Value {
    artifact.mode.map_or(Value::Unread, |mode| Value::Bool(mode & bit != 0))
}

/// The checks of a policy that are answered so.
pub(super) fn checks(policy: &Policy) -> Vec<&Check> {
    let all = policy.controls.iter().flat_map(|control| &control.checks);
    let mut room = MOST_COMPILED;
    let fits = |check: &&Check| {
        let left = room.checked_sub(compiled(check));
        room = left.unwrap_or(room);
        left.is_some()
    };
    all.filter(|check| select::asks_each_file(check) && is_own(check)).filter(fits).take(MOST).collect()
}

/// What lies in a check's scope, by the numbers of globs: nobody asks for more. All of it where one of its globs has none.
pub(super) struct Reach {
    into: Option<Vec<usize>>,
    out: Vec<usize>,
}

impl Reach {
    /// Of a check, where all globs are looked up together.
    pub(super) fn of(check: &Check, globs: Option<&Globs>) -> Self {
        let all = Self { into: None, out: Vec::new() };
        let number = |glob: &&String| globs?.number(glob.trim_start_matches('!'));
        let (out, into): (Vec<&String>, Vec<&String>) = check.globs.iter().partition(|glob| glob.starts_with('!'));
        let (Some(out), Some(into)) = (out.iter().map(number).collect(), into.iter().map(number).collect::<Option<Vec<_>>>())
        else {
            return all;
        };
        Self { into: Some(into).filter(|into| !into.is_empty()), out }
    }

    /// Whether something lies in it that these globs match.
    pub(super) fn has(&self, hits: &[usize]) -> bool {
        self.into.as_ref().is_none_or(|into| into.iter().any(|glob| hits.contains(glob)))
            && !self.out.iter().any(|glob| hits.contains(glob))
    }
}

/// How many patterns and formulas a check has.
fn compiled(check: &Check) -> usize {
    check.conditions().map(patterns).sum::<usize>() + usize::from(check.cel.is_some())
}

fn patterns(predicate: &Predicate) -> usize {
    match predicate {
        Predicate::Is(Operator::Matches, _) => 1,
        Predicate::Is(..) => 0,
        Predicate::Of(_, inner) | Predicate::Not(inner) | Predicate::Each(_, inner) => patterns(inner),
        Predicate::All(parts) | Predicate::Any(parts) | Predicate::None(parts) => parts.iter().map(patterns).sum(),
    }
}

/// Whether a check's conditions rest on nothing but what an artifact has by itself.
fn is_own(check: &Check) -> bool {
    let formula = check.cel.iter().flat_map(|formula| &formula.variables).map(|variable| variable.name.as_str());
    check.conditions().flat_map(predicate::attributes).chain(formula).all(|name| OWN.contains(&name))
}

/// What came out for one of them. All others comply.
#[derive(Default)]
pub(super) struct Answer {
    /// Those that are not meant.
    apart: Side,
    /// Those that have to be looked at.
    open: Side,
}

impl Answer {
    /// Asks the next one; whether it has to be looked at.
    pub(super) fn ask(&mut self, check: &Check, position: u32, artifact: &Artifact) -> bool {
        // what it asks for is there
        let of = |name: &str| attribute(artifact, name).unwrap_or(Value::Absent);
        let answer = judge::settled(check, &Value::Bool(true), &of);
        match answer {
            Some(true) => {}
            Some(false) => self.apart.push(position),
            None => self.open.push(position),
        }
        answer.is_none()
    }

    /// Adds answers for artifacts that come after all that were asked, of which the first is at `first`.
    pub(super) fn append(&mut self, first: u32, later: Self) {
        self.apart.append(first, later.apart);
        self.open.append(first, later.open);
    }

    /// Nobody is asked any more, of so many.
    pub(super) fn settle(&mut self, all: usize) {
        self.apart.settle(all);
        self.open.settle(all);
    }

    /// What came out: see [`judge::settled`].
    pub(super) fn of(&self, position: u32) -> Option<bool> {
        if self.open.has(position) { None } else { Some(!self.apart.has(position)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_artifact_has_by_itself_can_be_asked_of_it() {
        let artifact = serde_json::json!({
            "number": 1, "path": "a/b.zip!/c.txt", "folder": 1, "type": "text", "extension_matches": true, "size": 1, "modified": 0,
            "mark": 0, "encryption": "none", "read": "full", "parts": [], "gaps": [],
        });
        let artifact: Artifact = match serde_json::from_value(artifact) {
            Ok(artifact) => artifact,
            Err(error) => panic!("{error}"),
        };
        for name in OWN {
            assert!(attribute(&artifact, name).is_some(), "{name}");
        }
        assert!(attribute(&artifact, "copies").is_none());
    }

    #[test]
    fn no_more_patterns_are_asked_in_turn_than_are_remembered() {
        let check = |many: usize| {
            let one = || Predicate::Is(Operator::Matches, crate::model::policy::Literal::Text("a".to_owned()));
            Predicate::Of(
                "path".to_owned(),
                Box::new(Predicate::Not(Box::new(Predicate::Any((0..many).map(|_| one()).collect())))),
            )
        };
        assert_eq!(patterns(&check(5)), 5);
        const { assert!(MOST_COMPILED <= crate::value::MOST_PATTERNS && MOST_COMPILED <= crate::expression::MOST_FORMULAS) };
    }
}
