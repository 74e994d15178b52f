//! Veeam Backup & Replication: jobs and repositories as `Get-VBRJob` and `Get-VBRBackupRepository` export them (JSON, or a list of
//! `Key : Value`). It must not judge, and keeps the properties named here only.

use super::flat::{self, Place};
use super::{Claim, Config, Included, Probe, ReadError, jsonc, text};
use crate::model::node::{Entry, Kind, Node, Setting};

/// The reader.
pub(super) struct VeeamReader;

/// The reader, for the registry.
pub(super) static CONFIG: VeeamReader = VeeamReader;

/// Properties, lower case, and what settings call them.
const PROPERTIES: &[(&str, &str)] = &[
    ("storageencryptionenabled", "encrypted"),
    ("encryptionenabled", "encrypted"),
    ("isencryptionenabled", "encrypted"),
    ("isscheduleenabled", "scheduled"),
    ("retentiontype", "retention_type"),
    ("retaincycles", "retain_points"),
    ("retaindaystokeep", "retain_days"),
    ("immutabilityenabled", "immutable"),
    ("isimmutabilityenabled", "immutable"),
    ("backupimmutabilityenabled", "immutable"),
    ("immutabilityperiod", "immutable_days"),
    ("immutabilityintervaldays", "immutable_days"),
];
/// Those that no other program has.
const TELLING: &[&str] =
    &["StorageEncryptionEnabled", "RetainDaysToKeep", "RetainCycles", "BackupImmutabilityEnabled", "ImmutabilityIntervalDays"];
const DEPTH: usize = 12;

impl Config for VeeamReader {
    fn id(&self) -> &'static str {
        "veeam"
    }

    fn title(&self) -> &'static str {
        "Veeam jobs and repositories (Get-VBRJob, Get-VBRBackupRepository)"
    }

    fn notes(&self) -> &'static str {
        "For each job or repository by its name: `encrypted`, `scheduled`, `retention_type` (days, cycles), `retain_days`, `retain_points`, \
         `kept_days` (where retention is counted in days; unknown for numbers of restore points), `immutable`, `immutable_days`."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if matches!(probe.extension, "json" | "txt" | "log" | "") && TELLING.iter().any(|word| probe.head.contains(word)) {
            let json = probe.head.trim_start().starts_with(['{', '[']);
            let list = || text::meaningful(probe, &[]).take(200).filter(|line| line.contains(" : ")).count() >= 2;
            return if json || list() { Claim::Product } else { Claim::No };
        }
        Claim::No
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let mut root = Vec::new();
        if source.trim_start().starts_with(['{', '[']) {
            let tree = jsonc::CONFIG.read(source)?;
            // one object, a list of them, or a page of an interface's answer
            let listed = tree.get("data").or_else(|| tree.get("value")).unwrap_or(&tree);
            let one = std::slice::from_ref(listed);
            for item in if listed.items().is_empty() { one } else { listed.items() } {
                let mut entries = Vec::new();
                collect(item, &mut entries, 0);
                root.push(flat::block("object", entries, item.line, item.column));
            }
        } else {
            let mut entries: Vec<Entry> = Vec::new();
            for (number, line) in text::lines(source) {
                let Some((key, value)) = line.split_once(" :").map(|row| (row.0.trim(), row.1.trim())) else { continue };
                if key == "Name" && entries.iter().any(|entry| entry.key == "@name") {
                    root.push(flat::block("object", std::mem::take(&mut entries), number, 1));
                }
                entries.extend(property(key).map(|name| flat::entry(name, value, number, 1)));
            }
            root.push(flat::block("object", entries, 1, 1));
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings = Vec::new();
        for object in root.entries() {
            let name = object.node.get("@name").map(|node| text::label(node, None)).unwrap_or_default();
            let context = if name.is_empty() { format!("line {}", object.line) } else { name };
            let value = |key: &str| object.node.entries().iter().find(|entry| entry.key == key);
            for entry in object.node.entries().iter().filter(|entry| entry.key != "@name") {
                let lower = entry.node.scalar().unwrap_or_default().to_ascii_lowercase();
                let shown = match (&*entry.key, &*lower) {
                    ("encrypted" | "scheduled" | "immutable", "true" | "yes" | "1") => "yes",
                    ("encrypted" | "scheduled" | "immutable", "false" | "no" | "0" | "") => "no",
                    // the numbers of the enumeration
                    ("retention_type", "0") => "cycles",
                    ("retention_type", "1") => "days",
                    _ => &lower,
                };
                settings.push(Place::of(entry, None).text(&context, &entry.key, shown));
            }
            let kind = value("retention_type");
            let days =
                kind.and_then(|entry| entry.node.scalar()).is_none_or(|kind| matches!(&*kind.to_ascii_lowercase(), "days" | "1"));
            match (value("retain_days"), value("retain_points")) {
                (Some(entry), _) if days => {
                    let number = entry.node.scalar().unwrap_or_default().to_owned();
                    settings.push(Place::of(entry, None).text(&context, "kept_days", number));
                }
                (_, Some(entry)) => {
                    let reason = "a number of restore points is kept; how often one is made stands in the schedule";
                    settings.push(Place::of(entry, None).unknown(&context, "kept_days", reason, &[]));
                }
                _ => {}
            }
        }
        Some(settings)
    }
}

/// What settings call a property.
fn property(key: &str) -> Option<&'static str> {
    if key == "Name" || key == "name" {
        return Some("@name");
    }
    let lower = key.to_ascii_lowercase();
    PROPERTIES.iter().find(|row| row.0 == lower).map(|row| row.1)
}

/// The properties of an object and of those in it; the outermost of each counts.
fn collect(node: &Node, out: &mut Vec<Entry>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    for entry in node.entries() {
        let scalar = entry.node.scalar();
        if let (Some(name), Some(value)) = (property(&entry.key), scalar)
            && !out.iter().any(|other| other.key == name)
            && (name != "@name" || depth == 0)
        {
            out.push(flat::entry(name, value, entry.line, entry.column));
        }
    }
    node.entries().iter().filter(|entry| entry.node.scalar().is_none()).for_each(|entry| collect(&entry.node, out, depth + 1));
}
