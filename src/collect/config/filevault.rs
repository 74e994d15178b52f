//! `FileVault` of macOS as `fdesetup status` prints it.
//! It must not keep whose keys wait to be made.

use super::known::{Known, unset};
use super::{Claim, Config, Included, Probe, ReadError, objects, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct FilevaultReader;

/// The reader, for the registry.
pub(super) static CONFIG: FilevaultReader = FilevaultReader;

const MAN: &str = "fdesetup(8)";

/// What is known; the command always says it.
const KNOWN: &[Known] = &[unset("FileVault", MAN), unset("Progress", MAN)];

impl Config for FilevaultReader {
    fn id(&self) -> &'static str {
        "filevault"
    }

    fn title(&self) -> &'static str {
        "FileVault of macOS (fdesetup status)"
    }

    fn notes(&self) -> &'static str {
        "`FileVault` is On or Off; it is not known while the disk is still being encrypted or decrypted, or waits for a user: \
         `Progress` says so (encrypting, decrypting, deferred)."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let head = text::unmarked(probe.head).trim_start();
        let says = head.starts_with("FileVault is On") || head.starts_with("FileVault is Off");
        if says && !text::foreign(probe.extension) && probe.whole && head.len() < 2_000 { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut entries = Vec::new();
        for (number, line) in text::lines(text::clean(source)?) {
            let body = line.trim();
            let (key, value) = match body {
                _ if body.starts_with("FileVault is On") => ("FileVault", "On"),
                _ if body.starts_with("FileVault is Off") => ("FileVault", "Off"),
                _ if body.starts_with("Encryption in progress") => ("Progress", "encrypting"),
                _ if body.starts_with("Decryption in progress") => ("Progress", "decrypting"),
                _ if body.starts_with("Deferred enablement") => ("Progress", "deferred"),
                _ => continue,
            };
            entries.push(Entry { key: key.to_owned(), line: number, column: 1, node: Node::text(value, number, 1) });
        }
        if entries.is_empty() { Err(text::error("nothing about FileVault", 1)) } else { Ok(Node::new(Kind::Map(entries), 1, 1)) }
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings = objects::settings(root, objects::sure);
        let half = root.get("Progress").is_some();
        for setting in
            settings.iter_mut().filter(|setting| half && setting.key == "FileVault" && setting.value.scalar() == Some("On"))
        {
            setting.unknown = Some("the disk is not yet, or no longer, encrypted as a whole".to_owned());
        }
        Some(settings)
    }
}
