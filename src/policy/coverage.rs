//! Which clauses of which framework the controls of policies speak of, and by what: checks of data and settings, documents and statements,
//! or nothing. It knows the numbers of clauses, not their texts (many are copyright), and never claims that a clause is met.

use super::control::FRAMEWORKS;
use crate::model::policy::Policy;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Groups of clauses of a framework: what stands in front of the number, how many there are, and whether a delivery can show them at all.
type Group = (&'static str, u32, bool);

/// The clauses of frameworks that can be listed whole, by their numbers.
const WHOLE: &[(&str, &[Group])] = &[
    // 93 controls in four themes; people and physical controls are seen on site
    ("iso-27001-2022", &[("A.5.", 37, true), ("A.6.", 8, false), ("A.7.", 14, false), ("A.8.", 34, true)]),
    // 18 controls, 153 safeguards; training, incident handling and penetration tests are not in a delivery
    (
        "cis-8.1",
        &[
            ("1.", 5, true),
            ("2.", 7, true),
            ("3.", 14, true),
            ("4.", 12, true),
            ("5.", 6, true),
            ("6.", 8, true),
            ("7.", 7, true),
            ("8.", 12, true),
            ("9.", 7, true),
            ("10.", 7, true),
            ("11.", 5, true),
            ("12.", 8, true),
            ("13.", 11, true),
            ("14.", 9, false),
            ("15.", 7, true),
            ("16.", 14, true),
            ("17.", 9, false),
            ("18.", 5, false),
        ],
    ),
    ("ncsc-cloud", &[("", 14, true)]),
    ("ncsc-supply-chain", &[("", 12, true)]),
];

/// Clauses that have names instead of numbers.
const NAMED: &[(&str, &[&str])] = &[(
    "cyber-essentials",
    &["firewalls", "malware protection", "secure configuration", "security update management", "user access control"],
)];

/// What speaks of one clause.
#[derive(Default)]
struct Row {
    automated: BTreeSet<String>,
    documents: BTreeSet<String>,
}

/// The page, as Markdown.
pub fn page(policies: &[Policy]) -> String {
    let mut by: BTreeMap<&str, BTreeMap<&str, Row>> = BTreeMap::new();
    for control in policies.iter().flat_map(|policy| &policy.controls) {
        let paper = |selector: &str| matches!(selector, "document" | "statement");
        let (documents, automated) =
            (control.checks.iter().any(|check| paper(check.selector)), control.checks.iter().any(|check| !paper(check.selector)));
        for (framework, clauses) in &control.references {
            for clause in clauses {
                let row = by.entry(framework).or_default().entry(clause).or_default();
                if automated {
                    row.automated.insert(control.id.clone());
                }
                if documents {
                    row.documents.insert(control.id.clone());
                }
            }
        }
    }
    let ids: Vec<&str> = policies.iter().map(|policy| policy.id.as_str()).collect();
    let mut out = format!("Policies: {}.\n", ids.join(", "));
    for (id, title) in FRAMEWORKS {
        framework(id, title, by.get(id), &mut out);
    }
    out
}

fn framework(id: &str, title: &str, rows: Option<&BTreeMap<&str, Row>>, out: &mut String) {
    let none = BTreeMap::new();
    let rows = rows.unwrap_or(&none);
    let _ = write!(out, "\n## {title} (`{id}`)\n\n");
    let (silent, unseen) = rest(id, rows);
    let automated = rows.values().filter(|row| !row.automated.is_empty()).count();
    let papers = rows.values().filter(|row| row.automated.is_empty()).count();
    if rows.is_empty() {
        out.push_str("No control speaks of it.\n");
        return;
    }
    let _ = write!(out, "{automated} clauses by automated checks, {papers} by documents or statements alone");
    match (&silent, &unseen) {
        (Some(silent), Some(unseen)) => {
            let _ = writeln!(out, ", {} by no control, {} that no delivery can show.\n", silent.len(), unseen.len());
        }
        _ => out.push_str(". Only clauses that controls name are listed.\n\n"),
    }
    out.push_str("| clause | automated checks | documents and statements |\n|---|---|---|\n");
    let mut sorted: Vec<(&&str, &Row)> = rows.iter().collect();
    sorted.sort_by_key(|row| natural(row.0));
    for (clause, row) in sorted {
        let list = |ids: &BTreeSet<String>| ids.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let _ = writeln!(out, "| {clause} | {} | {} |", list(&row.automated), list(&row.documents));
    }
    for (words, list) in [("By no control", silent), ("Not to be seen in a delivery", unseen)] {
        if let Some(list) = list.filter(|list| !list.is_empty()) {
            let _ = writeln!(out, "\n{words}: {}.", list.join(", "));
        }
    }
}

/// Clauses that no control speaks of: those that a delivery could show, and those that it cannot.
fn rest(id: &str, rows: &BTreeMap<&str, Row>) -> (Option<Vec<String>>, Option<Vec<String>>) {
    if let Some((_, groups)) = WHOLE.iter().find(|row| row.0 == id) {
        let (mut silent, mut unseen) = (Vec::new(), Vec::new());
        for (front, count, seen) in *groups {
            for number in 1..=*count {
                let clause = format!("{front}{number}");
                if !rows.contains_key(clause.as_str()) {
                    if *seen { silent.push(clause) } else { unseen.push(clause) }
                }
            }
        }
        return (Some(silent), Some(unseen));
    }
    match NAMED.iter().find(|row| row.0 == id) {
        Some((_, names)) => {
            let missing = names.iter().filter(|name| !rows.contains_key(**name)).map(|name| (*name).to_owned()).collect();
            (Some(missing), Some(Vec::new()))
        }
        None => (None, None),
    }
}

/// Numbers in the order of their value: `A.8.9` before `A.8.10`.
fn natural(clause: &str) -> Vec<(u32, String)> {
    let mut out = Vec::new();
    for piece in clause.split(['.', '(', ')', '-', ' ']) {
        match piece.parse::<u32>() {
            Ok(number) => out.push((number, String::new())),
            Err(_) => out.push((u32::MAX, piece.to_owned())),
        }
    }
    out
}
