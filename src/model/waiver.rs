//! Waivers: deviations that the auditor's side accepted. They never change an outcome; they are shown beside it.

use super::day::Day;
use serde::{Deserialize, Serialize};

/// One accepted deviation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The control.
    pub control: String,
    /// Only this finding, by fingerprint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// Only while the file has this content: the beginning of its digest, as reports in JSON have it. A finding whose path is shown as a
    /// shape is covered by its fingerprint only together with this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Only artifacts whose path matches one of these globs.
    #[serde(default, rename = "in", skip_serializing_if = "Vec::is_empty")]
    pub globs: Vec<String>,
    /// Why, from a closed list.
    pub reason: Reason,
    /// Why, in words.
    #[serde(default)]
    pub justification: String,
    /// Who carries the risk, on the buyer's side.
    pub owner: String,
    /// Who agreed.
    pub approver: String,
    /// From when.
    pub granted: Day,
    /// Until when (the last day).
    pub expires: Day,
    /// Ticket or register entry.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
}

/// Why a deviation can be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The risk is accepted as it is.
    RiskAccepted,
    /// Something else gives the same protection.
    CompensatingControl,
    /// It is being put right by the expiry.
    RemediationPlanned,
    /// The finding is wrong.
    FalsePositive,
    /// The requirement does not fit this contract.
    NotRequiredByContract,
}

/// A waiver file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiverFile {
    /// The waivers.
    #[serde(default)]
    pub waivers: Vec<Waiver>,
}
