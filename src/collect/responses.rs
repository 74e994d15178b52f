//! The supplier's answers to findings, in a file of its own. The supplier wrote it, so it is hostile like a delivery: it is read within
//! bounds, and what could be personal or secret in it is masked. It is shown beside a finding and changes no outcome.

use crate::detect::engine::{Engine, Scratch};
use crate::detect::mask::{self, Strictness};
use crate::model::day::Day;
use crate::model::node::Node;
use crate::model::register::{Response, Stance};
use std::collections::BTreeMap;

/// Answers that are read.
const MOST: usize = 100_000;
/// Characters of an answer's text that a report has room for.
const TEXT: usize = 1_000;
/// Characters that are masked at a time.
const WINDOW: usize = 200;
/// Bytes of a file of answers that are read.
pub const MOST_BYTES: u64 = 64 << 20;

/// What is wrong with a file of answers, and where. It quotes nothing of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What, and what to do.
    pub message: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

fn problem(node: &Node, message: &str) -> Problem {
    Problem { message: message.to_owned(), line: node.line.max(1), column: node.column.max(1) }
}

/// Reads answers by the fingerprint of their finding. An entry without a status is not answered yet and is passed over.
///
/// # Errors
/// [`Problem`]: no file of answers, an unknown key or word, two answers to one finding.
pub fn read(text: &str, engine: &Engine) -> Result<BTreeMap<String, Response>, Problem> {
    let root = crate::yaml::parse(text).map_err(|error| Problem {
        message: format!("{}: write it as `provost respond` does", error.reason),
        line: error.line,
        column: error.column,
    })?;
    if root.get("provost-responses").and_then(Node::scalar) != Some("1") {
        return Err(problem(&root, "it does not begin with `provost-responses: 1`"));
    }
    for entry in root.entries() {
        if !["provost-responses", "audit", "responses"].contains(&entry.key.as_str()) {
            return Err(problem(&entry.node, "an unknown key: there are provost-responses, audit and responses"));
        }
    }
    let mut scratch = engine.scratch();
    let mut out = BTreeMap::new();
    for item in root.get("responses").map_or(&[][..], Node::items).iter().take(MOST) {
        for entry in item.entries() {
            if !["finding", "status", "text", "date", "planned", "by"].contains(&entry.key.as_str()) {
                return Err(problem(&entry.node, "an unknown key: an answer has finding, status, text, date, planned and by"));
            }
        }
        let said = |key: &str| item.get(key).and_then(Node::scalar).filter(|text| !text.trim().is_empty());
        let day = |key: &str| match (item.get(key), said(key)) {
            (Some(node), Some(text)) => {
                Day::parse(text).map(Some).ok_or_else(|| problem(node, "no date: write it as 2026-11-24"))
            }
            _ => Ok(None),
        };
        let finding = said("finding").filter(|text| is_fingerprint(text)).ok_or_else(|| {
            problem(item.get("finding").unwrap_or(item), "`finding` is the fingerprint of a finding, as the reports show it")
        })?;
        let stance = match said("status") {
            None => continue,
            Some("accepted") => Stance::Accepted,
            Some("disputed") => Stance::Disputed,
            Some("planned") => Stance::Planned,
            Some("fixed") => Stance::Fixed,
            Some(_) => {
                let at = item.get("status").unwrap_or(item);
                return Err(problem(at, "`status` is one of accepted, disputed, planned, fixed"));
            }
        };
        let response = Response {
            stance,
            text: said("text").map_or(String::new(), |text| masked(engine, &mut scratch, text)),
            date: day("date")?,
            planned: day("planned")?,
            signed: said("by").is_some(),
        };
        if out.insert(finding.to_owned(), response).is_some() {
            return Err(problem(item, "a second answer to the same finding: keep one"));
        }
    }
    Ok(out)
}

/// Fingerprints are hexadecimal; those of what was cut off begin with `more-` and name the control.
fn is_fingerprint(text: &str) -> bool {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    (8..=64).contains(&text.len())
        && (text.bytes().all(|byte| byte.is_ascii_hexdigit()) || (text.starts_with("more-") && plain(text)))
}

/// Prose of the supplier on one line, with what may be a person's or a secret as shapes.
fn masked(engine: &Engine, scratch: &mut Scratch, text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::new();
    let mut rest = line.as_str();
    let mut room = TEXT;
    while !rest.is_empty() && room > 0 {
        let most = rest.char_indices().nth(WINDOW.min(room)).map_or(rest.len(), |row| row.0);
        let window = rest.get(..most).unwrap_or(rest);
        // a name is not cut in two: a window ends with a sentence, or at least with a word
        let end = if most == rest.len() {
            most
        } else {
            window.rfind(". ").map(|at| at + 2).or_else(|| window.rfind(' ').map(|at| at + 1)).unwrap_or(most)
        };
        let (now, later) = rest.split_at_checked(end).unwrap_or((rest, ""));
        room = room.saturating_sub(now.chars().count());
        out.push_str(&mask::label(engine, scratch, now, Strictness::Capitals));
        rest = later;
    }
    if !rest.is_empty() {
        out.push_str("...");
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_no_name() {
        assert!(is_fingerprint("0123456789abcdef") && is_fingerprint("more-UKP-ACC-1"));
        assert!(!is_fingerprint("Ada Example") && !is_fingerprint("more-a b") && !is_fingerprint("abc"));
    }
}
