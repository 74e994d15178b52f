//! Shares of a Windows server and who may use them: Get-SmbShareAccess, Get-SmbShare and `net share NAME`.
//! It must not keep names of accounts that not every Windows has, nor paths and remarks.

use super::known::{Known, unset};
use super::{Claim, Config, Included, Probe, ReadError, accounts, objects, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct SmbSharesReader;

/// The reader, for the registry.
pub(super) static CONFIG: SmbSharesReader = SmbSharesReader;

const ACCESS: &str = "Microsoft Learn: Get-SmbShareAccess";
const SHARE: &str = "Microsoft Learn: Get-SmbShare";

/// What is known; nothing stands in.
const KNOWN: &[Known] = &[
    unset("AccountName", ACCESS),
    unset("AccessControlType", ACCESS),
    unset("AccessRight", ACCESS),
    unset("EncryptData", SHARE),
    unset("FolderEnumerationMode", SHARE),
    unset("CachingMode", SHARE),
];

/// How `net share NAME` calls its lines, in English, German and French.
const PERMISSION: &[&str] = &["permission", "berechtigung", "autorisations", "autorisation"];
const NAME: &[&str] = &["share name", "freigabename", "nom du partage", "nom de partage"];

impl Config for SmbSharesReader {
    fn id(&self) -> &'static str {
        "smb_shares"
    }

    fn title(&self) -> &'static str {
        "Windows shares and who may use them (Get-SmbShareAccess, Get-SmbShare, net share)"
    }

    fn notes(&self) -> &'static str {
        "From Get-SmbShareAccess: in `share NAME for ACCOUNT` the keys `AccountName`, `AccessControlType` (Allow, Deny) and `AccessRight` \
         (Full, Change, Read, Custom; None where access is denied). Groups that every Windows has are named in English, all others are \
         `(account)` with a number in the context. From Get-SmbShare: `EncryptData`, `FolderEnumerationMode` and `CachingMode` in `share \
         NAME`. From `net share NAME`: its permissions."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let names = objects::names(probe);
        let access = objects::has(names, &["name", "accountname", "accessright", "accesscontroltype"]);
        let share = objects::has(names, &["name", "encryptdata", "folderenumerationmode"]);
        if access || share || (!text::foreign(probe.extension) && is_net(probe.head)) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        if is_net(source) {
            return net(text::clean(source)?);
        }
        let mut out = Vec::new();
        let mut others = 0;
        for object in objects::read(source)? {
            let Some(name) = object.say("Name").filter(|name| !name.is_empty()) else { continue };
            let share = share(name);
            if let (Some(account), Some(right)) = (object.get("AccountName"), object.get("AccessRight")) {
                let kind =
                    object.say("AccessControlType").map(|kind| objects::named(kind, &["Allow", "Deny"])).unwrap_or_default();
                let right = objects::named(right.node.scalar().unwrap_or_default().trim(), &["Full", "Change", "Read", "Custom"]);
                out.push(grant(&share, account, &kind, &right, &mut others));
                continue;
            }
            let kept = |known: &&Known| !matches!(known.key, "AccountName" | "AccessRight" | "AccessControlType");
            let mut entries = Vec::new();
            for known in KNOWN.iter().filter(kept) {
                let Some(entry) = object.get(known.key) else { continue };
                let said = entry.node.scalar().unwrap_or_default();
                let value = match known.key {
                    "FolderEnumerationMode" => objects::named(said, &["AccessBased", "Unrestricted"]),
                    "CachingMode" => objects::named(said, &["None", "Manual", "Programs", "Documents", "BranchCache", "Unknown"]),
                    _ => objects::truth(&entry.node).unwrap_or(said).to_owned(),
                };
                entries.push(objects::entry(known.key, value, entry));
            }
            out.push(objects::block("share", &share, object.line, entries));
        }
        if out.is_empty() { Err(text::error("no share", 1)) } else { Ok(Node::new(Kind::Map(out), 1, 1)) }
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        Some(objects::settings(root, objects::sure))
    }
}

/// A name of a share as a context has it.
fn share(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// What one account may do.
fn grant(share: &str, account: &Entry, kind: &str, right: &str, others: &mut usize) -> Entry {
    let shown = accounts::shown(account.node.scalar().unwrap_or_default());
    let mut context = format!("{share} for {shown}");
    if shown == accounts::OTHER {
        *others += 1;
        context = format!("{context} {others}");
    }
    // whoever is denied has no access, whatever else allows it
    let right = if kind == "Deny" { "None" } else { right };
    let entries = vec![
        objects::entry("AccountName", shown, account),
        objects::entry("AccessControlType", kind, account),
        objects::entry("AccessRight", right, account),
    ];
    objects::block("share", &context, account.line, entries)
}

/// The rest of a line after one of these labels and blanks.
fn after<'a>(line: &'a str, labels: &[&str]) -> Option<&'a str> {
    let at = line.find("  ")?;
    let (label, rest) = line.split_at(at);
    labels.contains(&&*objects::label(label)?).then(|| rest.trim())
}

/// Whether a text is what `net share NAME` prints.
fn is_net(source: &str) -> bool {
    let mut lines = text::unmarked(source).lines().filter(|line| !line.trim().is_empty()).take(30);
    lines.next().is_some_and(|line| after(line, NAME).is_some()) && lines.any(|line| after(line, PERMISSION).is_some())
}

/// What `net share NAME` prints: after the permission's label one account and right a line.
fn net(source: &str) -> Result<Node, ReadError> {
    let (mut name, mut open, mut others) = (String::new(), false, 0);
    let mut out = Vec::new();
    for (number, line) in text::lines(source) {
        if let Some(found) = after(line, NAME) {
            (name, open) = (share(found), false);
            continue;
        }
        let labelled = after(line, PERMISSION);
        open = labelled.is_some() || (open && line.starts_with("  "));
        let Some((account, right)) = labelled.unwrap_or(line.trim()).rsplit_once(',').filter(|_| open) else { continue };
        let right = match &*objects::loose(right) {
            "full" | "vollzugriff" | "full control" | "contr?le total" => "Full",
            "change" | "?ndern" | "modifier" => "Change",
            "read" | "lesen" | "lecture" => "Read",
            _ => return Err(text::error("a permission of no known kind", number)),
        };
        let node = Node::text(account.trim(), number, 1);
        let entry = Entry { key: "AccountName".to_owned(), line: number, column: 1, node };
        out.push(grant(&name, &entry, "Allow", right, &mut others));
    }
    if out.is_empty() { Err(text::error("a share without permissions", 1)) } else { Ok(Node::new(Kind::Map(out), 1, 1)) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    #[test]
    fn net_share_and_names_of_people() {
        let text = "Share name        cards\r\nPath              D:\\cards\r\nRemark            \r\nMaximum users     No limit\r\nUsers             \r\n\
            Caching           Manual caching of documents\r\nPermission        Everyone, READ\r\n                  EXAMPLE\\ada.example, FULL\r\n\r\nThe command completed successfully.\r\n";
        assert!(is_net(text));
        let root = CONFIG.read(text).unwrap();
        let contexts: Vec<_> = root.entries().iter().filter_map(|entry| entry.node.get("@args")?.scalar()).collect();
        assert_eq!(contexts, ["cards for Everyone", "cards for (account) 1"]);
        assert!(!format!("{root:?}").contains("ada"));
        assert!(!is_net("Share name: x\n"));
    }
}
