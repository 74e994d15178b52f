//! What a supplier shows or says beside the data itself: documents with their validity, statements, and answers to findings. All of it
//! is the supplier's own word, so none of it changes an outcome.

use super::day::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Days before the expiry of a document from which on it is called expiring.
pub const WARN_DAYS: i64 = 90;

/// One document of the register of evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentResult {
    /// Its type, as manifests and policies call it.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the manifest says of it further (title, issuer, scope, reference ...), masked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// Day of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Day>,
    /// Last day of validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Day>,
    /// How it stands on the audit date.
    pub status: DocumentStatus,
    /// Why it is not shown, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The number of the artifact that it is, if it is in the delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<u32>,
    /// The line of the manifest; `None` where the manifest does not list it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The controls of the policy that ask for such a document.
    pub controls: Vec<String>,
}

/// How a document stands on the audit date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    /// The policy asks for one, and the manifest lists none.
    Missing,
    /// It is listed and not there, empty, another file, or of a day to come.
    NotShown,
    /// Its last day is past.
    Expired,
    /// Its last day comes within [`WARN_DAYS`].
    Expiring,
    /// Its last day is further away.
    Valid,
    /// It names no last day.
    Undated,
    /// A newer one of its type is listed.
    Superseded,
}

impl DocumentStatus {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotShown => "not_shown",
            Self::Expired => "expired",
            Self::Expiring => "expiring",
            Self::Valid => "valid",
            Self::Undated => "undated",
            Self::Superseded => "superseded",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Missing => "not supplied",
            Self::NotShown => "listed, not shown",
            Self::Expired => "expired",
            Self::Expiring => "expires soon",
            Self::Valid => "valid",
            Self::Undated => "no expiry named",
            Self::Superseded => "superseded",
        }
    }
}

/// One statement of the supplier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementResult {
    /// The question.
    pub id: String,
    /// The answer, masked.
    pub answer: String,
    /// Its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
    /// Whether somebody is named for it.
    pub signed: bool,
    /// The grade that the supplier gives it, A (observed) to D (said).
    pub grade: String,
    /// The line of the manifest.
    pub line: u32,
    /// The controls of the policy that ask for it.
    pub controls: Vec<String>,
}

/// What a supplier says to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// It is right, and will be put right.
    Accepted,
    /// It is wrong.
    Disputed,
    /// It will be put right by a day.
    Planned,
    /// It has been put right since.
    Fixed,
}

impl Stance {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Disputed => "disputed",
            Self::Planned => "planned",
            Self::Fixed => "fixed",
        }
    }
}

/// The supplier's answer to one finding, as a report shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// What the supplier says.
    pub stance: Stance,
    /// In words, masked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
    /// The day by which it is to be put right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<Day>,
    /// Whether somebody is named for it.
    pub signed: bool,
}

impl Response {
    /// What a report says of it before its text: `disputed on 2026-11-28`.
    pub fn head(&self) -> String {
        let day = self.date.map_or(String::new(), |day| format!(" on {day}"));
        let until = self.planned.map_or(String::new(), |day| format!(", to be put right by {day}"));
        let unsigned = if self.signed { "" } else { ", nobody is named for it" };
        format!("{}{day}{until}{unsigned}", self.stance.name())
    }
}
