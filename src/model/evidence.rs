//! Evidence: what was found in a delivery, without any value that was found. Serialisable and versioned; `assess` judges it,
//! `merge` joins shards of it. Nothing here can be turned back into a person: masks show shape, fingerprints are keyed.

use super::artifacts::Artifacts;
use super::classset::ClassSet;
use super::day::{Day, Week};
use super::described::Descriptions;
use super::facts::Facts;
use super::node::{Fold, Node, Setting};
use super::results::TestRun;
use super::word::{Sum, Word};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The version of this format.
pub const SCHEMA: &str = "provost/evidence/1";

/// The type of an artifact that stands for a folder that could not be opened: its extent is unknown.
pub const FOLDER: &str = "folder";

/// The keys and paths that policies ask for, by product, format or kind of resource.
pub type Asked = BTreeMap<String, BTreeSet<String>>;

/// What was found in one delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// [`SCHEMA`].
    pub schema: String,
    /// Name and version of the program that collected.
    pub tool: String,
    /// Digest of the detectors that were used.
    pub detectors: String,
    /// The class table: position is the bit in every [`ClassSet`].
    pub classes: Vec<String>,
    /// Every artifact, in the order of the walk.
    pub artifacts: Artifacts,
    /// What the walk itself could not reach.
    pub gaps: Vec<Gap>,
    /// The delivery's manifest, if it has one that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Manifest>,
    /// What was known of the keys of the products in it, by product.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub products: BTreeMap<String, Facts>,
    /// What was asked of configurations when it was collected: the values of other settings are not kept.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub asked: Asked,
    /// What the configurations of cloud services and plans describe, whichever documents say it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Resource>,
    /// What was walked over, and when: by it a delivery can be held against its evidence. Older evidence has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
}

/// What was walked over, and when.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Delivery {
    /// What the walk met, without what lies in containers: so many of the artifacts, the first ones.
    pub artifacts: u64,
    /// Bytes of these.
    pub bytes: u64,
    /// Digest over the keyed marks of every path, its size and the keyed digest of its content, in hexadecimal.
    pub digest: String,
    /// The day; of a delivery collected in parts, the first part's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected: Option<Day>,
    /// What was left out because it had not changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
}

/// What was left out because it is as it was at a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// The commit's id.
    pub commit: String,
    /// How much of what the walk met was left out.
    pub left_out: u64,
}

/// One thing that configurations describe: a bucket, a database, a volume; joined from all documents of the delivery that speak of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// Its kind: `aws_s3_bucket`.
    pub kind: String,
    /// What it is called, masked.
    pub name: String,
    /// The kind of document that describes it: `cloudformation`.
    pub source: String,
    /// The artifact it is described in.
    pub artifact: u32,
    /// Line, from 1; 0 where it is not known.
    pub line: u32,
    /// Column, from 1; 0 where it is not known.
    pub column: u32,
    /// What holds for it, defaults included; those are shared, for they are the same for thousands.
    pub settings: Vec<Arc<Setting>>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Artifact {
    /// Its number in the walk, from 1; `provost locate` turns it back into the path.
    pub number: u32,
    /// Path in the delivery, identifiers masked.
    pub path: String,
    /// The first component of the path, from 0, that is a shape and not the name itself: other names have the same shape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked: Option<u32>,
    /// The number of its folder: two masked folders of the same shape stay apart.
    pub folder: u32,
    /// What it is, by content: `text`, `csv`, `jpeg`, `zip`, `sshd` ...
    #[serde(rename = "type")]
    pub kind: Word,
    /// Whether the ending of the name agrees with the content.
    pub extension_matches: bool,
    /// Bytes.
    pub size: u64,
    /// Last modification, seconds since 1970 UTC.
    pub modified: i64,
    /// Unix permission bits, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<u32>,
    /// Owner as `uid:gid`, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Word>,
    /// SHA-256 of the content. Withheld (`None`) where the content is so small that its personal data could be guessed from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Sum>,
    /// Keyed fingerprint of the content: equal contents, equal marks, in one audit only.
    pub mark: u64,
    /// How it is encrypted.
    pub encryption: Encryption,
    /// Where the password that opened it came from, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<Opened>,
    /// How much of it was read.
    pub read: Read,
    /// Its readable pieces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// What of it could not be read, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
}

/// How something is encrypted, in ascending order of protection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// Not at all.
    #[default]
    None,
    /// In a way that is broken or open to anybody.
    Weak,
    /// It looks encrypted, and nothing says how.
    Unknown,
    /// In a way that holds.
    Strong,
}

impl Encryption {
    /// Its name in YAML and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Weak => "weak",
            Self::Unknown => "unknown",
            Self::Strong => "strong",
        }
    }
}

/// Where the password that opened something came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opened {
    /// The auditor gave it.
    Given,
    /// It lies in the delivery, beside what it opens: the encryption protects nothing.
    Beside,
}

impl Opened {
    /// Its name in YAML and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Beside => "beside",
        }
    }
}

/// How much of an artifact was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Read {
    /// All of it.
    Full,
    /// Some of it; the gaps say what not.
    Partial,
    /// Nothing of it; the gaps say why.
    None,
}

/// What was not read or decided, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// Where, inside the artifact or the delivery; masked. "" for all of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
    /// Why, from a closed list.
    pub kind: GapKind,
    /// Why, in words; holds nothing of the content.
    pub reason: String,
}

/// Kinds of gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// No reader knows the format.
    Unsupported,
    /// Encrypted, and no key at hand.
    Encrypted,
    /// The content is not what it claims to be.
    Malformed,
    /// A limit was hit.
    Limit,
    /// The system refused to open or read it.
    Unreadable,
    /// The reader died, hung or answered nonsense.
    Crashed,
    /// A link, device, pipe or mount that leads elsewhere.
    NotAFile,
    /// Something that an artifact refers to is not in the delivery.
    Missing,
}

/// A readable piece of an artifact.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Part {
    /// Which piece: "" for the only one, `sheet 2`, `page 3`, `$.staff`; identifiers masked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// What it is.
    pub kind: PartKind,
    /// Why it is hidden, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<String>,
    /// Records: rows of a table, objects, paragraphs.
    #[serde(default)]
    pub records: u64,
    /// Bytes of text in it: what is hidden can be weighed against what is not.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub volume: u64,
    /// A table's columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
    /// Per class: how many matches, how sure, where for example.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tallies: BTreeMap<String, Tally>,
    /// When the records of a table had served their purpose, by columns of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<Dates>,
    /// The distinct class sets of records, with how many records have each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<SetTally>,
    /// Who: one row per distinct (identifiers, set), up to the exact bound.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "super::rows")]
    pub rows: Vec<PersonRow>,
    /// How many of the rows have a photograph for no other reason than the page that they share with it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub photographs_by_page: u64,
    /// Records with personal data beyond the exact bound: counted by sketch (see `detect::people`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond: Option<Beyond>,
    /// A configuration, if this is one. Most pieces are none, and there may be millions of pieces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Box<Document>>,
    /// What another tool found, if this is an export of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Box<TestRun>>,
}

impl Part {
    /// Whether nothing is known of it but how much there is: nothing was found in it, it is no configuration, and everybody sees it.
    pub fn is_plain(&self) -> bool {
        let Self { label, hidden, columns, tallies, dates, sets, rows, photographs_by_page, beyond, document, run, .. } = self;
        // a path into a tree may hold names of the supplier's
        !label.starts_with('$')
            && hidden.is_none()
            && columns.iter().all(|column| column.class.is_none())
            && tallies.is_empty()
            && dates.is_none()
            && sets.is_empty()
            && rows.is_empty()
            && *photographs_by_page == 0
            && beyond.is_none()
            && document.is_none()
            && run.is_none()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it so")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// When cards were issued, printed or sent, by columns of their register. By weeks: a day would be a value that was found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dates {
    /// The headers of the columns, masked, that of the latest event first.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Records with something in such a column, and no day in any.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unread: u64,
    /// Weeks, the first first, with how many records have each: each record counts with the day of its latest event.
    #[serde(default)]
    pub weeks: Vec<(Week, u64)>,
}

impl Dates {
    /// The first of the weeks.
    pub fn oldest(&self) -> Option<Week> {
        self.weeks.first().map(|row| row.0)
    }

    /// Records with a day.
    pub fn records(&self) -> u64 {
        self.records_of(|_| true)
    }

    /// Records of such weeks.
    pub fn records_of(&self, such: impl Fn(Week) -> bool) -> u64 {
        self.weeks.iter().filter(|row| such(row.0)).fold(0, |sum, row| sum.saturating_add(row.1))
    }

    /// Dates of several tables together.
    pub fn together<'a>(all: impl Iterator<Item = &'a Self>) -> Option<Self> {
        let mut weeks: BTreeMap<Week, u64> = BTreeMap::new();
        let mut out: Option<Self> = None;
        for dates in all {
            let own = out.get_or_insert_default();
            own.unread = own.unread.saturating_add(dates.unread);
            for column in &dates.columns {
                if !own.columns.contains(column) {
                    own.columns.push(column.clone());
                }
            }
            for (week, records) in &dates.weeks {
                let count = weeks.entry(*week).or_default();
                *count = count.saturating_add(*records);
            }
        }
        out.map(|dates| Self { weeks: weeks.into_iter().collect(), ..dates })
    }

    /// Records whose whole week lies before a day.
    pub fn before(&self, day: Day) -> u64 {
        self.records_of(|week| week.last() < day)
    }
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// Running text.
    #[default]
    Text,
    /// Rows and columns, or objects with the same keys.
    Table,
    /// A configuration or data tree.
    Config,
    /// Results of another tool.
    Results,
    /// A picture.
    Image,
    /// A message.
    Message,
    /// Properties of the file itself (its name, its metadata).
    Properties,
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The header, identifiers masked; "" if there is none.
    pub header: String,
    /// The class, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// How sure.
    #[serde(default)]
    pub confidence: f32,
}

/// One class in one part.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Matches that count.
    pub matches: u64,
    /// Documented test values: reported, never counted.
    #[serde(default)]
    pub test_data: u64,
    /// The highest confidence of a match.
    pub confidence: f32,
    /// A few places, masked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<Sample>,
}

/// Where a match lies and what shape it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Line or row, from 1.
    pub line: u64,
    /// Column: characters in text, the column's number in a table; from 1.
    pub column: u32,
    /// Shape only: letters `A`/`a`, digits `9`.
    pub mask: String,
    /// 0 to 1.
    pub confidence: f32,
}

/// A class set with the number of records that have exactly it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetTally {
    /// The set.
    pub set: ClassSet,
    /// Records.
    pub records: u64,
}

/// One record's identifiers (keyed) and which of the part's sets it has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PersonRow {
    /// Keyed identifier fingerprints.
    #[serde(rename = "i")]
    pub ids: Vec<IdMark>,
    /// Index into the part's `sets`.
    #[serde(rename = "s")]
    pub set: u32,
}

/// A keyed fingerprint of an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(u8, u64)", into = "(u8, u64)")]
pub struct IdMark {
    /// What kind: a class's bit, or one of the constants below.
    pub kind: u8,
    /// The keyed fingerprint of the normalised value.
    pub mark: u64,
}

/// A name together with a birth date.
pub const ID_NAME_BIRTH: u8 = 200;
/// A bare name.
pub const ID_NAME: u8 = 201;
/// A mail address.
pub const ID_EMAIL: u8 = 204;
/// A family name with the first initial only.
pub const ID_NAME_INITIAL: u8 = 203;
/// A number that names a file (a photograph): any number kind may answer to it.
pub const ID_ANY_NUMBER: u8 = 202;
/// A number in a file's name: of the person who has it elsewhere, else of nobody.
pub const ID_HINT_NUMBER: u8 = 205;
/// A name in a file's name: of the person who has it elsewhere, else of nobody.
pub const ID_HINT_NAME: u8 = 206;
/// The digits alone of a number that has letters in front; its lowest bits are the class's bit.
pub const ID_DIGITS: u8 = 207;

impl From<(u8, u64)> for IdMark {
    fn from((kind, mark): (u8, u64)) -> Self {
        Self { kind, mark }
    }
}

impl From<IdMark> for (u8, u64) {
    fn from(id: IdMark) -> Self {
        (id.kind, id.mark)
    }
}

/// People beyond the exact bound of a part: a mergeable sketch for each class set.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Beyond {
    /// Records that are not in `rows`.
    pub records: u64,
    /// `HyperLogLog` registers by index into the part's `sets`, as hexadecimal text. Standard error 1.6 %.
    pub sketches: BTreeMap<u32, String>,
}

/// A configuration that was recognised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The reader's id: a product or a format.
    pub product: String,
    /// How keys compare.
    pub fold: Fold,
    /// The tree, personal data and secrets masked; shared, for it may be large.
    #[serde(with = "super::tree")]
    pub root: Arc<Node>,
    /// Flat products: what is in force, includes and blocks resolved. `None` for trees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Vec<Setting>>,
    /// Whether the root is a list of several documents that stand in one file, each a configuration of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub documents: bool,
    /// Whether it is a fragment that another document includes (then it is judged there).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fragment: bool,
    /// What it describes, until the resources of the whole delivery are put together: evidence that is whole has it no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub described: Option<Descriptions>,
}

/// The delivery's list of evidence that cannot be scanned.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// The artifact it was read from.
    pub artifact: u32,
    /// Documents.
    pub documents: Vec<ManifestDocument>,
    /// Answers.
    pub statements: Vec<Statement>,
}

/// One document of the manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManifestDocument {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Day of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Day>,
    /// Day of expiry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Day>,
    /// The artifact that `path` names, if it is in the delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<u32>,
    /// Keyed mark of the path that the manifest names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_mark: Option<u64>,
    /// The digest that the manifest gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Whether that digest is the artifact's; `None` if none was given or the file is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest_matches: Option<bool>,
    /// Everything else, masked.
    pub fields: Vec<(String, Node)>,
    /// Line in the manifest.
    pub line: u32,
}

/// The supplier's answer to a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// The question.
    pub id: String,
    /// The answer, masked where it held personal data.
    pub answer: Node,
    /// Its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
    /// Whether somebody is named for it.
    pub by: bool,
    /// Evidence grade A (observed) to D (self-statement).
    pub grade: String,
    /// Line in the manifest.
    pub line: u32,
}
