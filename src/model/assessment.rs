//! The assessment: policy x evidence on a date. The report formats read only this, and it holds no personal data.

use super::day::Day;
use super::policy::{Parameter, Severity};
use super::register::{DocumentResult, Response, StatementResult};
use super::waiver::Waiver;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The version of this format.
pub const SCHEMA: &str = "provost/assessment/1";
/// The version of the score's formula.
pub const FORMULA: &str = "provost-score/1";
/// What every report says of itself.
pub const DISCLAIMER: &str =
    "This report is automated evidence, not legal advice. It speaks of what was delivered and could be read on the date shown.";

/// The result of a policy over evidence on a date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// [`SCHEMA`].
    pub schema: Cow<'static, str>,
    /// Program and version.
    pub tool: String,
    /// How the report is to be handled, as whoever asked for it wrote it (OFFICIAL-SENSITIVE).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<String>,
    /// The audit date.
    pub date: Day,
    /// The name given to the target.
    pub target: String,
    /// The answer.
    pub verdict: Verdict,
    /// Why, in sentences.
    pub reasons: Vec<String>,
    /// Whether enough was read, and enough of the policy applies, to stand on.
    pub complete: bool,
    /// The score with its bounds.
    pub score: Score,
    /// How much of what was there was read, and how much of what applies was assessed.
    pub coverage: Coverage,
    /// Who is in the data.
    pub people: People,
    /// Every control.
    pub controls: Vec<ControlResult>,
    /// Every failing instance, worst first.
    pub findings: Vec<Finding>,
    /// Every point lost.
    pub derivation: Vec<Loss>,
    /// Which fixes raise the score most.
    pub improve: Vec<Improvement>,
    /// Every artifact that holds something or could not be read.
    pub artifacts: Vec<ArtifactResult>,
    /// The register of evidence: documents that the manifest lists or the policy asks for.
    #[serde(default)]
    pub documents: Vec<DocumentResult>,
    /// What the supplier says of itself.
    #[serde(default)]
    pub statements: Vec<StatementResult>,
    /// Answers of the supplier to findings that are not here, by fingerprint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmatched_responses: Vec<String>,
    /// What could not be read or decided.
    pub gaps: Vec<GapResult>,
    /// Waivers and what became of them.
    pub waivers: Vec<WaiverResult>,
    /// The policy.
    pub policy: PolicyRef,
    /// The evidence.
    pub evidence: EvidenceRef,
    /// [`DISCLAIMER`].
    pub disclaimer: Cow<'static, str>,
}

/// What stands behind a target's name where only what changed since a commit was looked at.
pub const CHANGED: &str = " (only what changed since ";

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Fit, as far as the policy asks and the evidence reaches.
    Pass,
    /// Fit only if what is named is put right or accepted.
    Conditional,
    /// Not fit.
    Fail,
    /// Nothing could be assessed.
    NotAssessed,
}

impl Verdict {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Conditional => "conditional",
            Self::Fail => "fail",
            Self::NotAssessed => "not_assessed",
        }
    }
}

/// The outcome of a check or control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing in the delivery that the control is about.
    NotApplicable,
    /// Every item complies.
    Pass,
    /// It rests on the supplier's statement alone.
    Manual,
    /// The policy asks for evidence that was not supplied.
    NotEvidenced,
    /// An item does not comply.
    Fail,
    /// It could not be decided.
    Error,
}

impl Outcome {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotApplicable => "not_applicable",
            Self::Pass => "pass",
            Self::Manual => "manual",
            Self::NotEvidenced => "not_evidenced",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }

    /// Whether it leaves something to put right: it failed, or nobody could show that it holds where that is asked.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Fail | Self::Error | Self::NotEvidenced)
    }

    /// All, for the policy checker.
    pub const ALL: [Self; 6] = [Self::NotApplicable, Self::Pass, Self::Manual, Self::NotEvidenced, Self::Fail, Self::Error];
}

/// The score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// 0 to 100; `None` when nothing was assessed.
    pub value: Option<f64>,
    /// All that is unassessed failing.
    pub low: Option<f64>,
    /// All that is unassessed passing.
    pub high: Option<f64>,
    /// As if no waiver had been granted.
    pub without_waivers: Option<f64>,
    /// Before any cap.
    pub uncapped: Option<f64>,
    /// The cap that an open critical or high control sets.
    pub cap: Option<Cap>,
    /// How it was computed.
    pub model: String,
    /// The most that the model gives (100, but for the flat XCCDF models).
    pub maximum: f64,
    /// [`FORMULA`].
    pub formula: Cow<'static, str>,
}

/// A cap on the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cap {
    /// The most the score can be.
    pub at: f64,
    /// Why.
    pub reason: String,
    /// The controls that set it.
    pub controls: Vec<String>,
}

/// Coverage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// The smallest of the shares below; `None` when nothing was seen.
    pub ratio: Option<f64>,
    /// Artifacts.
    pub artifacts: Seen,
    /// Bytes.
    pub bytes: Seen,
    /// Weight of controls.
    pub weight: Weight,
}

/// Seen and read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// How many there were.
    pub seen: u64,
    /// How many were read.
    pub read: u64,
}

/// Weight that applies and that was assessed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// Of controls that are not `not_applicable`.
    pub applicable: f64,
    /// Of those with an outcome from evidence.
    pub assessed: f64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it so")]
fn none(count: &u64) -> bool {
    *count == 0
}

/// Who is in the data.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct People {
    /// Distinct persons.
    pub total: u64,
    /// The relative error of the numbers here; 0 when they are exact.
    pub error: f64,
    /// Records with personal data in which nobody could be told apart.
    pub unattributed_records: u64,
    /// Persons with a class, by class.
    pub by_class: BTreeMap<String, u64>,
    /// Those of `photograph` who have one for no other reason than the page that they share with it.
    #[serde(default, skip_serializing_if = "none")]
    pub photographs_by_page: u64,
    /// Which classes are known of the same persons, most persons first.
    pub together: Vec<Together>,
    /// What lies together of the same people, by what it is good for.
    pub datasets: Vec<Dataset>,
}

/// A kind of dataset that is there (K1 to K8; docs/datasets.md).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// K1 to K8.
    pub id: Cow<'static, str>,
    /// What it is.
    pub title: Cow<'static, str>,
    /// How bad its loss would be.
    pub severity: Severity,
    /// People of whom all of it is known, across the delivery.
    pub people: u64,
    /// Those who are in it only because a photograph stands on their page.
    #[serde(default, skip_serializing_if = "none")]
    pub photographs_by_page: u64,
    /// Those of whom one file says all of it.
    pub in_one_file: u64,
    /// Those of whom one folder or archive says all of it.
    pub in_one_folder: u64,
    /// Files that hold all of it of somebody.
    pub places: u64,
    /// The first of them, by number.
    pub artifacts: Vec<u32>,
}

/// Classes known of the same persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Together {
    /// The classes.
    pub classes: Vec<String>,
    /// Persons of whom at least these are known, across the delivery.
    pub people: u64,
    /// Records that have exactly these.
    pub records: u64,
}

/// One control's result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ControlResult {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// What it is about.
    pub theme: String,
    /// What came out.
    pub outcome: Outcome,
    /// Whether every failing instance is waived.
    pub waived: bool,
    /// Whether failing it fails the audit.
    pub gate: bool,
    /// Share that complies, 0 to 1.
    pub degree: f64,
    /// Lower and upper bound of the degree, given what is undecided.
    pub degree_bounds: (f64, f64),
    /// Its share of the score.
    pub weight: f64,
    /// Points it costs.
    pub points_lost: f64,
    /// Items that were looked at.
    pub items: u64,
    /// Items that do not comply.
    pub failed: u64,
    /// Why the outcome is what it is.
    pub reason: String,
    /// Framework to clauses.
    pub references: BTreeMap<String, Vec<String>>,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub fix: String,
    /// The policy that declares it.
    pub policy: String,
    /// The line there.
    pub line: u32,
}

impl ControlResult {
    /// Whether it is open: it failed, or nobody could show that it holds where that is asked, and no waiver covers it.
    pub fn is_open(&self, with_waivers: bool) -> bool {
        self.outcome.is_open() && !(with_waivers && self.waived)
    }
}

/// One failing instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The control.
    pub control: String,
    /// How bad it is.
    pub severity: Severity,
    /// Stable across runs, machines and moves within a file; made from control and place, never from a value.
    pub fingerprint: String,
    /// Where.
    pub location: Location,
    /// The beginning of the digest of the file it is in, where that gives nothing away: a file that was moved is found again by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The path is a shape that other files may have: the fingerprint alone does not say that it is the same file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ambiguous: bool,
    /// How many failing instances this row stands for, where it stands for those that were cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// What the policy wants.
    pub expected: String,
    /// What was found; never a personal value.
    pub found: String,
    /// Persons concerned.
    pub people: u64,
    /// Why the instance is a failure or a lack of evidence.
    pub outcome: Outcome,
    /// What to do.
    pub fix: String,
    /// Settings: what is known of the key, and the line that would be right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<Advice>,
    /// Whether a waiver covers it.
    pub waived: bool,
    /// Which one: its place in the list of waivers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<u32>,
    /// The day by which it should be put right, by its severity: see [`Severity::days_to_fix`].
    pub due: Day,
    /// The date of the first audit that is known to have it, where an earlier one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Day>,
    /// What the supplier says to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
}

/// What is known of a setting that does not comply.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Advice {
    /// What the product does when the key is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Where that is documented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documented: Option<String>,
    /// A line that would comply, in the product's own form; `None` where the policy does not say one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<String>,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Location {
    /// The path in the delivery, masked; a folder ends in `/`; "" is the delivery.
    pub artifact: String,
    /// The artifact's number, if it is one.
    pub number: Option<u32>,
    /// Sheet, page, table.
    pub part: Option<String>,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Column, from 1.
    pub column: Option<u64>,
    /// Key in a configuration.
    pub key: Option<String>,
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.artifact.is_empty() {
            f.write_str("(delivery)")?;
        } else {
            f.write_str(&self.artifact)?;
        }
        if let Some(part) = &self.part {
            write!(f, "#{part}")?;
        }
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let (Some(_), Some(column)) = (self.line, self.column) {
            write!(f, ":{column}")?;
        }
        Ok(())
    }
}

/// One row of the derivation: points lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Loss {
    /// The control, or "cap".
    pub control: String,
    /// Points.
    pub points: f64,
    /// Its weight.
    pub weight: f64,
    /// Its degree.
    pub degree: f64,
    /// Items that do not comply, of how many.
    pub items: String,
    /// The clause it rests on.
    pub clause: String,
}

/// What a fix brings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Improvement {
    /// The control.
    pub control: String,
    /// The score if only this control were put right.
    pub score: f64,
    /// What to do.
    pub fix: String,
}

/// One artifact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArtifactResult {
    /// Its number.
    pub number: u32,
    /// Its path, masked.
    pub path: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// Bytes.
    pub size: u64,
    /// Last modified.
    pub modified: Day,
    /// How it is encrypted.
    pub encryption: Cow<'static, str>,
    /// Whether a part of it is hidden.
    pub hidden: bool,
    /// Why parts of it are hidden, each reason once.
    pub hidden_why: Vec<String>,
    /// Bytes of text that are hidden, embedded files included, and bytes that are seen.
    pub hidden_text: u64,
    /// Bytes of text that are seen.
    pub seen_text: u64,
    /// Whether it was read: full, partial, none.
    pub read: Cow<'static, str>,
    /// Classes with the number of matches.
    pub classes: BTreeMap<String, u64>,
    /// Documented test values.
    pub test_data: u64,
    /// Records with personal data.
    pub records: u64,
    /// Persons.
    pub people: u64,
    /// Records that were given the photograph on their page.
    #[serde(default, skip_serializing_if = "none")]
    pub photographs_by_page: u64,
    /// When cards were issued to those in its registers, as they say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<super::evidence::Dates>,
    /// SHA-256, where it gives nothing away.
    pub digest: Option<String>,
    /// The number of the first artifact with the same bytes.
    pub copy_of: Option<u32>,
}

/// One gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapResult {
    /// The path, masked.
    pub path: String,
    /// The artifact's number.
    pub number: Option<u32>,
    /// Kind of gap.
    pub kind: super::evidence::GapKind,
    /// Why.
    pub reason: String,
}

/// What became of a waiver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaiverResult {
    /// The waiver.
    pub waiver: Waiver,
    /// In force, or why not.
    pub status: WaiverStatus,
    /// Findings it covers.
    pub findings: u64,
}

/// What became of a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaiverStatus {
    /// It covers findings.
    Used,
    /// It covers nothing: take it out.
    Unused,
    /// Its last day is past.
    Expired,
    /// Its first day has not come.
    NotYet,
    /// It names neither a finding nor a place, for a control that forbids that (a gate or critical one).
    TooWide,
}

/// The policy that judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyRef {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// Its digest.
    pub digest: String,
    /// Parameters in force.
    pub parameters: Vec<Parameter>,
    /// What a pass needs.
    pub thresholds: super::policy::Thresholds,
}

/// The evidence that was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvidenceRef {
    /// Digest over everything in it but the keyed fingerprints, which differ from audit to audit.
    pub digest: String,
    /// Who collected it.
    pub tool: String,
    /// Digest of the detectors.
    pub detectors: String,
}
