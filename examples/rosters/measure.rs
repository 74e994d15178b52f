//! Lets Provost read made-up rosters and counts what it says right: people, and the class of every column. It must not print, nor keep
//! a value of a cell: headers, classes and counts only.
#![allow(unreachable_pub, reason = "public for the test that takes this file in as a module")]

#[path = "make.rs"]
pub mod make;

use make::{Expected, Roster};
use provost::audit::Auditor;
use provost::collect::walk::Target;
use provost::detect::people::resolve;
use provost::model::day::Day;
use provost::model::evidence::Evidence;
use provost::model::policy::TestFile;
use std::collections::BTreeMap;

/// Why a measurement failed.
pub type Failure = Box<dyn std::error::Error>;

/// One line of the table.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Rosters.
    pub rosters: u64,
    /// ... whose people were counted exactly.
    pub exact: u64,
    /// People.
    pub people: u64,
    /// Columns whose class can be told.
    pub columns: u64,
    /// ... that were given it.
    pub right: u64,
}

impl Line {
    fn add(&mut self, other: &Self) {
        self.rosters += other.rosters;
        self.exact += other.exact;
        self.people += other.people;
        self.columns += other.columns;
        self.right += other.right;
    }
}

/// Columns of one class.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// That have it.
    pub real: u64,
    /// That were given it.
    pub given: u64,
    /// Both.
    pub right: u64,
}

/// What came out.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Everything.
    pub all: Line,
    /// By a property: `encoding`, then `UTF-16LE`.
    pub by: BTreeMap<(&'static str, String), Line>,
    /// By class.
    pub classes: BTreeMap<String, Class>,
    /// Columns without a header whose class nobody can tell from the cells.
    pub untold: u64,
    /// Wrong columns: kind, header, expected, given; and how often.
    pub wrong: BTreeMap<[String; 4], u64>,
    /// Rosters whose people were not counted exactly, in words.
    pub inexact: Vec<String>,
}

/// Measures rosters.
///
/// # Errors
/// When Provost cannot be set up.
pub fn measure(rosters: impl Iterator<Item = Roster>) -> Result<Outcome, Failure> {
    let auditor = Auditor::new("publication", &[])?;
    let modified = Day::parse("2026-01-01").ok_or("a day")?;
    let mut out = Outcome::default();
    for mut roster in rosters {
        let content = std::mem::take(&mut roster.bytes);
        let file = TestFile { path: roster.file.clone(), content, mode: 0o600, modified };
        let evidence = auditor.collect(&Target::Memory(vec![file]), &|_| {})?;
        out.add(&roster, &evidence);
    }
    Ok(out)
}

impl Outcome {
    fn add(&mut self, roster: &Roster, evidence: &Evidence) {
        let counted = u64::from(resolve(evidence).exact);
        let parts = evidence.artifacts.iter().flat_map(|artifact| &artifact.parts);
        let found = parts.map(|part| part.columns.as_slice()).max_by_key(|columns| columns.len()).unwrap_or(&[]);
        let mut line = Line { rosters: 1, exact: u64::from(counted == roster.people), people: roster.people, ..Line::default() };
        for (at, column) in roster.columns.iter().enumerate() {
            let given = found.get(at).and_then(|column| column.class.as_deref());
            let expected = match column.expected {
                Expected::Untold => {
                    self.untold += 1;
                    continue;
                }
                Expected::Class(class) => Some(class),
                Expected::Nothing => None,
            };
            line.columns += 1;
            line.right += u64::from(given == expected);
            if let Some(class) = expected {
                let row = self.classes.entry(class.to_owned()).or_default();
                row.real += 1;
                row.right += u64::from(given == expected);
            }
            if let Some(class) = given {
                self.classes.entry(class.to_owned()).or_default().given += 1;
            }
            if given != expected {
                let key = [column.kind, &column.header, expected.unwrap_or("-"), given.unwrap_or("-")].map(str::to_owned);
                *self.wrong.entry(key).or_default() += 1;
            }
        }
        if counted != roster.people {
            self.inexact.push(format!(
                "{} of {}: {}, {}, {}, {}, {}, name as {}",
                counted,
                roster.people,
                roster.file,
                if roster.header { "header" } else { "no header" },
                roster.encoding,
                roster.delimiter,
                roster.origin,
                roster.form,
            ));
        }
        let header = if roster.header { "yes" } else { "no" };
        for (property, value) in [
            ("header", header),
            ("encoding", roster.encoding),
            ("delimiter", roster.delimiter),
            ("names", roster.origin),
            ("name as", roster.form),
        ] {
            self.by.entry((property, value.to_owned())).or_default().add(&line);
        }
        self.all.add(&line);
    }

    /// The table.
    pub fn table(&self) -> String {
        let mut out = String::from("                                rosters  people exact   people  columns    right\n");
        let mut row = |name: &str, line: &Line| {
            out.push_str(&format!(
                "{name:30} {:8} {:8} {} {:8} {:8} {}\n",
                line.rosters,
                line.exact,
                share(line.exact, line.rosters),
                line.people,
                line.columns,
                share(line.right, line.columns)
            ));
        };
        row("all", &self.all);
        for ((property, value), line) in &self.by {
            row(&format!("{property}: {value}"), line);
        }
        out.push_str("\nclass                    columns    given    right   precision   recall\n");
        for (name, class) in &self.classes {
            out.push_str(&format!(
                "{name:22} {:9} {:8} {:8}    {} {}\n",
                class.real,
                class.given,
                class.right,
                share(class.right, class.given),
                share(class.right, class.real)
            ));
        }
        out.push_str(&format!(
            "\n{} columns without a header that nobody can tell from their cells are not counted.\n",
            self.untold
        ));
        out
    }

    /// What was wrong, the most frequent first.
    pub fn misses(&self, most: usize) -> String {
        let mut wrong: Vec<_> = self.wrong.iter().map(|(key, count)| (std::cmp::Reverse(*count), key)).collect();
        wrong.sort();
        let mut out = String::new();
        for (count, [kind, header, expected, given]) in wrong.into_iter().take(most) {
            out.push_str(&format!("{:4} {kind:15} {header:?}: {expected}, given {given}\n", count.0));
        }
        for line in self.inexact.iter().take(most) {
            out.push_str(&format!("people {line}\n"));
        }
        out
    }
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 { "      -".to_owned() } else { format!("{:5.1} %", 100.0 * part as f64 / whole as f64) }
}
