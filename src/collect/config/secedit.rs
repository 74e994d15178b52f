//! Windows security templates: what `secedit /export` writes, and `GptTmpl.inf` of group policies. Passwords, lockout, auditing,
//! registry values, rights. It must not keep names of accounts that not every Windows has.

use super::known::{Known, unset};
use super::{Claim, Config, Included, Probe, ReadError, accounts, objects, text, windows_registry};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct SeceditReader;

/// The reader, for the registry.
pub(super) static CONFIG: SeceditReader = SeceditReader;

const PASSWORDS: &str = "Microsoft Learn: Password policy";
const LOCKOUT: &str = "Microsoft Learn: Account lockout policy";
const AUDIT: &str = "Microsoft Learn: Basic security audit policies; [MS-GPSB] 2.2.3";
const OPTIONS: &str = "Microsoft Learn: Security options; [MS-GPSB]";
const RIGHTS: &str = "Microsoft Learn: User rights assignment";

/// What is known. An export names what is set; what a template leaves out it does not decide, so nothing stands in.
const KNOWN: &[Known] = &[
    unset("NewAdministratorName", OPTIONS),
    unset("NewGuestName", OPTIONS),
    unset("MinimumPasswordLength", PASSWORDS),
    unset("PasswordComplexity", PASSWORDS),
    unset("PasswordHistorySize", PASSWORDS),
    unset("MaximumPasswordAge", PASSWORDS),
    unset("MinimumPasswordAge", PASSWORDS),
    unset("ClearTextPassword", PASSWORDS),
    unset("LockoutBadCount", LOCKOUT),
    unset("LockoutDuration", LOCKOUT),
    unset("ResetLockoutCount", LOCKOUT),
    unset("EnableGuestAccount", OPTIONS),
    unset("EnableAdminAccount", OPTIONS),
    unset("LSAAnonymousNameLookup", OPTIONS),
    unset("AuditLogonEvents", AUDIT),
    unset("AuditAccountLogon", AUDIT),
    unset("AuditObjectAccess", AUDIT),
    unset("AuditPolicyChange", AUDIT),
    unset("AuditPrivilegeUse", AUDIT),
    unset("AuditAccountManage", AUDIT),
    unset("AuditSystemEvents", AUDIT),
    unset("AuditProcessTracking", AUDIT),
    unset("AuditDSAccess", AUDIT),
    unset("SeRemoteInteractiveLogonRight", RIGHTS),
    unset("SeNetworkLogonRight", RIGHTS),
    unset("SeBackupPrivilege", RIGHTS),
    unset("SeRestorePrivilege", RIGHTS),
    unset("SeDebugPrivilege", RIGHTS),
    unset("SeDenyNetworkLogonRight", RIGHTS),
    unset("SeDenyRemoteInteractiveLogonRight", RIGHTS),
];

/// Sections whose lines are keys with values.
const SECTIONS: &[&str] = &["system access", "event audit", "registry values", "privilege rights", "kerberos policy"];
/// Sections that only a template has.
const TELLING: &[&str] = &["system access", "event audit", "registry values", "privilege rights", "group membership"];

impl Config for SeceditReader {
    fn id(&self) -> &'static str {
        "secedit"
    }

    fn title(&self) -> &'static str {
        "Windows security template (secedit export, GptTmpl.inf)"
    }

    fn notes(&self) -> &'static str {
        "Keys stand without their section and compare without case: `MinimumPasswordLength`, `AuditLogonEvents` (0 none, 1 success, 2 \
         failure, 3 both), `SeBackupPrivilege` (a list; identifiers that every Windows has are named in English, all other accounts are \
         `(account)`). Registry values are decoded and called as in `windows_registry`: `LanManServer\\Parameters\\SMB1`. Minutes and \
         days as written; -1 in LockoutDuration is for ever. What a template leaves out is not decided."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut telling, mut signed) = (0, false);
        for line in text::meaningful(probe, &[';']).take(2_000) {
            if let Some(name) = section(line) {
                telling += usize::from(TELLING.contains(&&*name.to_ascii_lowercase()));
            }
            let is = |text: &str| {
                let own = line.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase());
                own.eq(text.chars())
            };
            signed |= is("signature=\"$chicago$\"") || is("[unicode]");
        }
        if telling >= 2 || (telling == 1 && signed) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root: Vec<Entry> = Vec::new();
        let mut current = String::new();
        for (number, line) in text::lines(text::clean(source)?) {
            let body = line.trim();
            if body.is_empty() || body.starts_with(';') {
                continue;
            }
            if let Some(name) = section(body) {
                current = name.to_ascii_lowercase();
                root.push(objects::block(name, "", number, Vec::new()));
                continue;
            }
            if body.starts_with('[') {
                return Err(text::error("a section without its end", number));
            }
            // files, services and groups: lines that are no keys, and names of people
            if !SECTIONS.contains(&&*current) {
                continue;
            }
            let Some((key, value)) = body.split_once('=') else {
                return Err(text::error("a line without `=` in a section of keys", number));
            };
            let (key, value) = (key.trim().trim_matches('"'), value.trim());
            let kind = match &*current {
                "registry values" => {
                    registry_value(value).ok_or_else(|| text::error("a registry value without its type", number))?
                }
                "privilege rights" => Kind::List(rights(value, number)),
                _ => plain(key, value),
            };
            let node = Node::new(kind, number, text::column(line, line.len() - value.len()));
            // a value that only says that this registry key exists tells nothing that is known, and may say anything
            let keep =
                current != "registry values" || windows_registry::Force::default().add(&path(key), 0, &entry(key, &node, number));
            if keep && let Some(Entry { node: Node { kind: Kind::Map(keys), .. }, .. }) = root.last_mut() {
                // in lower case no part of a path looks like somebody's name to those who mask
                let key = if current == "registry values" { key.to_lowercase() } else { key.to_owned() };
                keys.push(entry(&key, &node, number));
            }
        }
        if !root.iter().any(|section| TELLING.contains(&&*section.key.to_ascii_lowercase())) {
            return Err(text::error("no section of a security template", 1));
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "{key} = {value}"
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut flat = Vec::new();
        let mut force = windows_registry::Force::default();
        for section in root.entries() {
            if section.key.eq_ignore_ascii_case("registry values") {
                section.node.entries().iter().for_each(|value| {
                    force.add(&path(&value.key), 0, value);
                });
            } else {
                flat.extend(section.node.entries().iter().cloned());
            }
        }
        let mut settings = objects::settings(&Node::new(Kind::Map(flat), 1, 1), objects::sure);
        let registry = force.settings();
        let forced = registry
            .iter()
            .any(|setting| setting.key == "Lsa\\SCENoApplyLegacyAuditPolicy" && setting.value.scalar() == Some("1"));
        for setting in &mut settings {
            // AuditLogonEvents and its like are then not what Windows does
            if forced && setting.key.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("audit")) {
                setting.unknown =
                    Some("subcategories are in force instead (SCENoApplyLegacyAuditPolicy is 1): auditpol shows them".to_owned());
            }
            // the spelling of the documentation
            if let Some(known) = KNOWN.iter().find(|known| known.key.eq_ignore_ascii_case(&setting.key)) {
                known.key.clone_into(&mut setting.key);
            }
        }
        settings.extend(registry);
        Some(settings)
    }
}

fn entry(key: &str, node: &Node, line: u32) -> Entry {
    Entry { key: key.to_owned(), line, column: 1, node: node.clone() }
}

/// A registry path as it is looked up.
fn path(key: &str) -> String {
    windows_registry::below(key).unwrap_or_else(|| key.to_lowercase())
}

/// The name in a section header.
fn section(line: &str) -> Option<&str> {
    line.strip_prefix('[')?.split_once(']').map(|(name, _)| name.trim())
}

/// A number or text. New names for the built-in accounts are somebody's choice.
fn plain(key: &str, value: &str) -> Kind {
    let value = value.trim_matches('"');
    if key.to_ascii_lowercase().starts_with("new") {
        return Kind::Text(accounts::shown(value).to_owned());
    }
    if value.parse::<i64>().is_ok() { Kind::Number(value.to_owned()) } else { Kind::Text(value.to_owned()) }
}

/// `type,value`: 1 and 2 text, 3 bytes, 4 a number, 7 a list of texts.
fn registry_value(value: &str) -> Option<Kind> {
    let (kind, data) = value.split_once(',').unwrap_or((value, ""));
    let unquoted = data.trim().trim_matches('"');
    Some(match kind.trim() {
        "1" | "2" => Kind::Text(unquoted.to_owned()),
        "3" => Kind::Text(format!("hex:{unquoted}")),
        "4" => {
            let number = match unquoted.strip_prefix("0x") {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => unquoted.parse().ok()?,
            };
            Kind::Number(number.to_string())
        }
        "7" => {
            Kind::List(data.split(',').map(str::trim).filter(|one| !one.is_empty()).map(|one| Node::text(one, 0, 0)).collect())
        }
        _ => return None,
    })
}

/// Who holds a right, each once.
fn rights(value: &str, line: u32) -> Vec<Node> {
    let mut out: Vec<Node> = Vec::new();
    for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let node = Node::text(accounts::shown(name), line, 1);
        if !out.contains(&node) {
            out.push(node);
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    #[test]
    fn templates_are_told_from_drivers() {
        let claim = |name: &str, head: &str| CONFIG.claims(&Probe::new(name, name, "inf", head, true));
        assert_eq!(claim("a.inf", "[Unicode]\nUnicode=yes\n[System Access]\nMinimumPasswordLength = 7\n"), Claim::Product);
        assert_eq!(claim("GptTmpl.inf", "[Version]\nsignature=\"$CHICAGO$\"\n[Privilege Rights]\nSeX = \n"), Claim::Product);
        assert_eq!(claim("d.inf", "[Version]\nSignature=\"$CHICAGO$\"\nClass=Printer\n[Manufacturer]\n%M%=A\n"), Claim::No);
    }

    #[test]
    fn values_without_a_type_and_lines_without_a_key_are_errors() {
        assert!(CONFIG.read("[Registry Values]\nMACHINE\\X=abc\n").is_err());
        assert!(CONFIG.read("[System Access]\nMinimumPass\n").is_err());
        assert!(CONFIG.read("[Registry Values]\nMACHINE\\X=4,\n").is_err());
        assert!(CONFIG.read("hello").is_err());
    }
}
