//! What other tools found, as a supplier exported it: tests, scans and checks with their outcomes. Plain data; what names or identifies
//! somebody was masked when it was read.

use super::day::Day;
use serde::{Deserialize, Serialize};

/// One run of one tool.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TestRun {
    /// The reader's id: `sarif`, `junit` ...
    pub format: String,
    /// The tool's name, lower case; the format's where the export does not say.
    pub tool: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The day the results are of; the oldest where they are of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub produced: Option<Day>,
    /// What was looked at.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The results.
    pub results: Vec<TestResult>,
    /// Why not all of them are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// One result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    /// The rule's, test's or control's id; `scan` for the run itself where a tool lists only what it found.
    pub id: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// How it came out.
    pub status: Status,
    /// How bad it is, where the export says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Grade>,
    /// What it was found in: a file with its line, a resource.
    #[serde(rename = "where", default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// The line of the export, from 1.
    pub line: u32,
}

/// How a test came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// The test itself went wrong.
    Error,
    /// It was skipped, does not apply or waits for somebody.
    NotRun,
    /// A word that nobody knows.
    Unknown,
}

impl Status {
    /// Its name in policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::NotRun => "not_run",
            Self::Unknown => "unknown",
        }
    }
}

/// How bad a result is, in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Nothing to be done.
    Info,
    /// Untidy.
    Low,
    /// Weakens protection.
    Medium,
    /// Likely to lead to harm.
    High,
    /// Harm is at hand.
    Critical,
}

impl Grade {
    /// Every grade, in ascending order.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// Its name in policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// By the word that a tool uses.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "critical" | "fatal" => Self::Critical,
            "high" | "error" | "important" => Self::High,
            "medium" | "moderate" | "warning" => Self::Medium,
            "low" | "minor" | "note" => Self::Low,
            "info" | "informational" | "none" | "negligible" => Self::Info,
            _ => return None,
        })
    }
}
