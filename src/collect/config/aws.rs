//! What the AWS command line prints: one call's answer a file, as JSON, or the error that stood in its place. It must not guess whose
//! answer it is beyond what the answer and the file's name say.

use super::thing::{Dialect, Thing};
use super::{Claim, Config, People, Probe, ReadError, jsonc, text};
use crate::model::node::{Entry, Kind, Node};

/// The reader.
pub(super) struct Aws;

/// The reader, for the registry.
pub(super) static CONFIG: Aws = Aws;

/// Answers by their first key: whether each element is a thing (else the answer is one), and the words of file names that say the call.
const ANSWERS: &[(&str, bool, &[&str])] = &[
    ("Buckets", true, &[]),
    ("PublicAccessBlockConfiguration", false, &["get-public-access-block", "public-access-block", "pab"]),
    ("ServerSideEncryptionConfiguration", false, &["get-bucket-encryption", "bucket-encryption", "encryption"]),
    ("LoggingEnabled", false, &["get-bucket-logging", "bucket-logging", "logging"]),
    ("LocationConstraint", false, &["get-bucket-location", "bucket-location", "location"]),
    ("Policy", false, &["get-bucket-policy", "bucket-policy", "policy"]),
    ("Grants", false, &["get-bucket-acl", "bucket-acl", "acl"]),
    ("Owner", false, &["get-bucket-acl", "bucket-acl", "acl"]),
    ("Status", false, &["get-bucket-versioning", "bucket-versioning", "versioning"]),
    ("MFADelete", false, &["get-bucket-versioning", "bucket-versioning", "versioning"]),
    ("ObjectLockConfiguration", false, &["get-object-lock-configuration", "object-lock"]),
    ("TransitionDefaultMinimumObjectSize", false, &["get-bucket-lifecycle-configuration", "bucket-lifecycle", "lifecycle"]),
    ("Rules", false, &["get-bucket-lifecycle-configuration", "bucket-lifecycle", "lifecycle"]),
    ("DBInstances", true, &[]),
    ("DBSnapshotAttributesResult", false, &[]),
    ("Volumes", true, &[]),
    ("Snapshots", true, &[]),
    ("EbsEncryptionByDefault", false, &[]),
    ("SecurityGroups", true, &[]),
    ("SecurityGroupRules", true, &[]),
    ("Reservations", true, &[]),
    ("KeyMetadata", false, &["describe-key"]),
    ("KeyRotationEnabled", false, &["get-key-rotation-status", "key-rotation", "rotation"]),
    ("trailList", true, &[]),
    ("IsLogging", false, &["get-trail-status", "trail-status"]),
    ("FileSystems", true, &[]),
    ("Table", false, &[]),
    ("ContinuousBackupsDescription", false, &["describe-continuous-backups", "continuous-backups"]),
    ("BackupVaultList", true, &[]),
    ("LoadBalancers", true, &[]),
    ("Listeners", true, &[]),
    ("Clusters", true, &[]),
    ("Servers", true, &[]),
    ("Topics", true, &[]),
    ("Attributes", false, &["get-topic-attributes", "topic-attributes"]),
];

/// Errors that say: nothing of the kind is set.
const ABSENT: &[(&str, &str)] = &[
    ("NoSuchPublicAccessBlockConfiguration", "PublicAccessBlockConfiguration"),
    ("ServerSideEncryptionConfigurationNotFoundError", "ServerSideEncryptionConfiguration"),
    ("NoSuchBucketPolicy", "Policy"),
    ("NoSuchLifecycleConfiguration", "Rules"),
    ("ObjectLockConfigurationNotFoundError", "ObjectLockConfiguration"),
];

const ERROR: &str = "An error occurred (";

impl Config for Aws {
    fn id(&self) -> &'static str {
        "aws"
    }

    fn title(&self) -> &'static str {
        "Answer of the AWS command line"
    }

    fn notes(&self) -> &'static str {
        "JSON as `aws ... --output json` prints it, asked by path or, better, by kind of resource (`config: aws_s3_bucket`). Answers that \
         do not say whose they are (`get-public-access-block`) belong to the bucket that their file's name or folder says: \
         `cards/get-bucket-encryption.json` or `cards.get-bucket-encryption.json`. An answer `NoSuch...` says that nothing is set; any other \
         error is a gap."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let head = text::unmarked(probe.head).trim_start();
        if !matches!(probe.extension, "json" | "txt" | "err" | "out" | "") {
            return Claim::No;
        }
        // a call that has nothing to say prints nothing, or an empty mapping
        if probe.whole && matches!(head.trim_end(), "" | "{}") {
            return if silent(probe.name).is_some() { Claim::Product } else { Claim::No };
        }
        if head.starts_with(ERROR) || head.starts_with("aws: error") {
            return if head.contains(") when calling the ") { Claim::Product } else { Claim::No };
        }
        let first = |mut head: &str| -> Option<String> {
            head = head.strip_prefix('{')?.trim_start().strip_prefix('"')?;
            head.split_once('"').map(|row| row.0.to_owned())
        };
        let Some(key) = first(head) else { return Claim::No };
        let Some((_, _, words)) = ANSWERS.iter().find(|row| row.0 == key) else { return Claim::No };
        // keys that many others use count only with the name of the call, or with what stands beside them
        let sure = match key.as_str() {
            "Status" | "Rules" | "Policy" | "Attributes" => words.iter().any(|word| probe.name.contains(word)),
            "Owner" => head.contains("\"Grants\""),
            "Table" => head.contains("\"TableName\""),
            "Clusters" => head.contains("\"ClusterIdentifier\""),
            "Servers" => head.contains("\"ServerId\""),
            "Snapshots" | "Volumes" => head.contains("\"VolumeId\""),
            "Listeners" => head.contains("\"ListenerArn\""),
            "Topics" => head.contains("\"TopicArn\""),
            _ => true,
        };
        if sure { Claim::Product } else { Claim::No }
    }

    fn people(&self) -> People {
        People::Whole
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let start = text::unmarked(source).trim_start();
        if let Some(rest) = start.strip_prefix(ERROR) {
            let code = rest.split(')').next().unwrap_or_default();
            let Some((_, key)) = ABSENT.iter().find(|row| row.0 == code) else {
                return Err(text::error("the call was answered with an error: what it asked for is not known", 1));
            };
            let entry = Entry { key: (*key).to_owned(), line: 1, column: 1, node: Node::new(Kind::Null, 1, 1) };
            return Ok(Node::new(Kind::Map(vec![entry]), 1, 1));
        }
        if start.trim_end().is_empty() {
            return Ok(Node::new(Kind::Map(Vec::new()), 1, 1));
        }
        jsonc::CONFIG.read(source)
    }

    fn things<'a>(&self, root: &'a Node, path: &str) -> Vec<Thing<'a>> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let first = root.entries().first().map(|entry| entry.key.as_str()).or_else(|| silent(name));
        let Some((key, each, words)) = ANSWERS.iter().find(|row| first == Some(row.0)) else { return Vec::new() };
        // an answer is called after what it is about, whichever key comes first
        let key = match *key {
            "Owner" => "Grants",
            "TransitionDefaultMinimumObjectSize" => "Rules",
            "MFADelete" => "Status",
            key => key,
        };
        let thing = |node: &'a Node, name: String, line: u32, column: u32| Thing {
            dialect: Dialect::Aws,
            of: key.to_owned(),
            name,
            aliases: Vec::new(),
            node,
            later: None,
            parameters: None,
            refers: Vec::new(),
            line,
            column,
        };
        if !each {
            return vec![thing(root, whose(path, words), root.line, root.column)];
        }
        if key == "Reservations" {
            let groups = root.get(key).map_or(&[][..], Node::items).iter();
            let items = groups.flat_map(|group| group.get("Instances").map_or(&[][..], Node::items));
            let instance =
                |item: &'a Node| Thing { of: "Instances".to_owned(), ..thing(item, String::new(), item.line, item.column) };
            return items.map(instance).collect();
        }
        let lists = root.entries().iter().filter(|entry| entry.key == key);
        let items = lists.flat_map(|entry| entry.node.items());
        items.map(|item| thing(item, String::new(), item.line, item.column)).collect()
    }
}

/// The answer that a call gives when there is nothing to say, by the name of its file.
fn silent(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let row = ANSWERS.iter().find(|row| row.2.first().is_some_and(|word| word.starts_with("get-") && lower.contains(word)));
    row.map(|row| row.0)
}

/// Whose answer it is, by the name of the file without the call's words, or by its folder.
fn whose(path: &str, words: &[&str]) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |row| row.0);
    let lower = stem.to_lowercase();
    for word in words {
        if let Some(at) = lower.find(word) {
            let rest = format!("{}{}", stem.get(..at).unwrap_or(""), stem.get(at + word.len()..).unwrap_or(""));
            let rest = rest.trim_matches(['-', '_', '.', ' ']);
            if !rest.is_empty() && rest != "s3api" && rest != "s3" {
                return rest.to_owned();
            }
            break;
        }
    }
    folder.rsplit('/').next().unwrap_or("").to_owned()
}
