//! What Windows writes into its security log: `auditpol /get /category:*` as text and as CSV (`/r`, `/backup`, a policy's `audit.csv`).
//! It must not take names of subcategories from other languages for something else: by identifier, or not at all.

use super::known::{Known, unset};
use super::{Claim, Config, Included, Probe, ReadError, objects, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct AuditPolicyReader;

/// The reader, for the registry.
pub(super) static CONFIG: AuditPolicyReader = AuditPolicyReader;

const DOC: &str = "Microsoft Learn: Advanced security audit policy settings; auditpol get";

/// What is known, in the order of [`SUBCATEGORIES`] where it matters most; the command names all of them.
const KNOWN: &[Known] = &[
    unset("Logon", DOC),
    unset("Logoff", DOC),
    unset("Account Lockout", DOC),
    unset("Special Logon", DOC),
    unset("Credential Validation", DOC),
    unset("User Account Management", DOC),
    unset("Security Group Management", DOC),
    unset("Audit Policy Change", DOC),
    unset("Sensitive Privilege Use", DOC),
    unset("File System", DOC),
    unset("File Share", DOC),
    unset("Detailed File Share", DOC),
    unset("Removable Storage", DOC),
    unset("Process Creation", DOC),
    unset("System Integrity", DOC),
    unset("Security State Change", DOC),
    unset("Security System Extension", DOC),
];

/// The first block of each subcategory's identifier, its English name, and its German and French ones where they matter.
const SUBCATEGORIES: &[(&str, &str, &[&str])] = &[
    ("0cce9210", "Security State Change", &["sicherheitsstatus?nderung"]),
    ("0cce9211", "Security System Extension", &["sicherheitssystemerweiterung"]),
    ("0cce9212", "System Integrity", &["systemintegrit?t"]),
    ("0cce9213", "IPsec Driver", &[]),
    ("0cce9214", "Other System Events", &[]),
    ("0cce9215", "Logon", &["anmelden", "ouvrir la session"]),
    ("0cce9216", "Logoff", &["abmelden", "fermer la session"]),
    ("0cce9217", "Account Lockout", &["kontosperrung", "verrouillage du compte"]),
    ("0cce9218", "IPsec Main Mode", &[]),
    ("0cce9219", "IPsec Quick Mode", &[]),
    ("0cce921a", "IPsec Extended Mode", &[]),
    ("0cce921b", "Special Logon", &["spezielle anmeldung", "ouverture de session sp?ciale"]),
    ("0cce921c", "Other Logon/Logoff Events", &[]),
    ("0cce921d", "File System", &["dateisystem", "syst?me de fichiers"]),
    ("0cce921e", "Registry", &["registrierung", "registre"]),
    ("0cce921f", "Kernel Object", &[]),
    ("0cce9220", "SAM", &[]),
    ("0cce9221", "Certification Services", &[]),
    ("0cce9222", "Application Generated", &[]),
    ("0cce9223", "Handle Manipulation", &[]),
    ("0cce9224", "File Share", &["dateifreigabe", "partage de fichiers"]),
    ("0cce9225", "Filtering Platform Packet Drop", &[]),
    ("0cce9226", "Filtering Platform Connection", &[]),
    ("0cce9227", "Other Object Access Events", &[]),
    ("0cce9228", "Sensitive Privilege Use", &["sensible verwendung von rechten"]),
    ("0cce9229", "Non Sensitive Privilege Use", &[]),
    ("0cce922a", "Other Privilege Use Events", &[]),
    ("0cce922b", "Process Creation", &["prozesserstellung", "cr?ation du processus"]),
    ("0cce922c", "Process Termination", &[]),
    ("0cce922d", "DPAPI Activity", &[]),
    ("0cce922e", "RPC Events", &[]),
    ("0cce922f", "Audit Policy Change", &["?berwachungsrichtlinien?nderung"]),
    ("0cce9230", "Authentication Policy Change", &[]),
    ("0cce9231", "Authorization Policy Change", &[]),
    ("0cce9232", "MPSSVC Rule-Level Policy Change", &[]),
    ("0cce9233", "Filtering Platform Policy Change", &[]),
    ("0cce9234", "Other Policy Change Events", &[]),
    ("0cce9235", "User Account Management", &["benutzerkontenverwaltung", "gestion des comptes d'utilisateur"]),
    ("0cce9236", "Computer Account Management", &["computerkontoverwaltung"]),
    ("0cce9237", "Security Group Management", &["sicherheitsgruppenverwaltung", "gestion des groupes de s?curit?"]),
    ("0cce9238", "Distribution Group Management", &["verteilergruppenverwaltung"]),
    ("0cce9239", "Application Group Management", &["anwendungsgruppenverwaltung"]),
    ("0cce923a", "Other Account Management Events", &["andere kontoverwaltungsereignisse"]),
    ("0cce923b", "Directory Service Access", &[]),
    ("0cce923c", "Directory Service Changes", &[]),
    ("0cce923d", "Directory Service Replication", &[]),
    ("0cce923e", "Detailed Directory Service Replication", &[]),
    (
        "0cce923f",
        "Credential Validation",
        &["?berpr?fung der anmeldeinformationen", "validation des informations d'identification"],
    ),
    ("0cce9240", "Kerberos Service Ticket Operations", &[]),
    ("0cce9241", "Other Account Logon Events", &[]),
    ("0cce9242", "Kerberos Authentication Service", &[]),
    ("0cce9243", "Network Policy Server", &["netzwerkrichtlinienserver"]),
    ("0cce9244", "Detailed File Share", &["detaillierte dateifreigabe"]),
    ("0cce9245", "Removable Storage", &["wechselmedien", "stockage amovible"]),
    ("0cce9246", "Central Policy Staging", &[]),
    ("0cce9247", "User / Device Claims", &[]),
    ("0cce9248", "Plug and Play Events", &[]),
    ("0cce9249", "Group Membership", &[]),
    ("0cce924a", "Token Right Adjusted Events", &[]),
];

/// How a setting is called, by its number.
const SETTINGS: &[&str] = &["No Auditing", "Success", "Failure", "Success and Failure"];

/// The same in other words.
const WORDS: &[(&str, &[&str])] = &[
    (
        "Success and Failure",
        &[
            "success and failure",
            "erfolg und fehler",
            "succ?s et ?chec",
            "op?rations r?ussies et ?checs",
            "op?ration r?ussie et ?chec",
        ],
    ),
    ("No Auditing", &["no auditing", "keine ?berwachung", "pas d'audit", "aucun audit", "not configured"]),
    ("Success", &["success", "erfolg", "succ?s", "op?ration r?ussie"]),
    ("Failure", &["failure", "fehler", "?chec"]),
];

impl Config for AuditPolicyReader {
    fn id(&self) -> &'static str {
        "audit_policy"
    }

    fn title(&self) -> &'static str {
        "Windows audit policy (auditpol)"
    }

    fn notes(&self) -> &'static str {
        "Keys are the English names of subcategories (`Logon`, `File System`, `Removable Storage`), values `No Auditing`, `Success`, \
         `Failure`, `Success and Failure`. In CSV they are told by their identifiers, whatever the language; text is understood in \
         English, and in German and French for the subcategories that matter. Rows for single users are not read."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if csv(probe.head) {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let found = text::split(text::unmarked(probe.head)).take(200).filter(|line| row(line).is_some()).count();
        if found >= 3 { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let entries = if csv(source) { of_csv(source)? } else { of_text(source)? };
        if entries.is_empty() {
            Err(text::error("no subcategory of auditing", 1))
        } else {
            Ok(Node::new(Kind::Map(entries), 1, 1))
        }
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "auditpol /set /subcategory:\"{key}\" ({value})"
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        Some(objects::settings(root, objects::sure))
    }
}

/// Whether a text is a table with identifiers of subcategories.
fn csv(source: &str) -> bool {
    let mut lines = text::unmarked(source).lines().filter(|line| !line.trim().is_empty()).take(4);
    lines.next().is_some_and(|line| line.matches(',').count() >= 5)
        && lines.any(|line| line.to_ascii_lowercase().contains("{0cce92"))
}

/// A setting in any of its words.
fn setting(said: &str) -> Option<&'static str> {
    let said = objects::label(said)?;
    WORDS.iter().find(|row| row.1.contains(&&*said)).map(|row| row.0)
}

/// A line of text: two blanks, subcategory, at least two blanks, setting.
fn row(line: &str) -> Option<(&str, &'static str)> {
    let body = line.strip_prefix("  ")?.trim_end();
    let (name, said) = body.rsplit_once("  ")?;
    Some((name.trim(), setting(said)?))
}

fn of_text(source: &str) -> Result<Vec<Entry>, ReadError> {
    let mut out = Vec::new();
    let mut last = 0;
    for (number, line) in text::lines(source) {
        if let Some((name, value)) = row(line) {
            let name = objects::loose(name);
            let found = SUBCATEGORIES.iter().find(|row| row.1.eq_ignore_ascii_case(&name) || row.2.contains(&&*name));
            if let Some(found) = found {
                out.push(Entry { key: found.1.to_owned(), line: number, column: 3, node: Node::text(value, number, 3) });
            }
        } else if line.starts_with("  ") && !line.trim().is_empty() {
            last = number;
        }
    }
    // a line that looks like a subcategory without a setting: another language, or the end is cut off
    if last > 0 { Err(text::error("a subcategory whose setting is not understood", last)) } else { Ok(out) }
}

fn of_csv(source: &str) -> Result<Vec<Entry>, ReadError> {
    let mut out = Vec::new();
    for (number, line) in text::lines(source) {
        let cells: Vec<&str> = line.split(',').map(|cell| cell.trim().trim_matches('"')).collect();
        let Some((guid, at)) =
            cells.iter().enumerate().find_map(|(at, cell)| Some((cell.strip_prefix('{')?.to_ascii_lowercase(), at)))
        else {
            continue;
        };
        let user = at >= 2
            && cells.get(at - 2).is_some_and(|target| !target.eq_ignore_ascii_case("system") && target.starts_with("S-1-"));
        let Some(found) = SUBCATEGORIES.iter().find(|row| guid.starts_with(row.0)).filter(|_| !user) else { continue };
        let word = cells.get(at + 1).and_then(|said| setting(said));
        let numbered =
            cells.get(at + 3).and_then(|value| value.parse::<usize>().ok()).and_then(|value| SETTINGS.get(value).copied());
        let Some(value) = numbered.or(word) else {
            return Err(text::error("a subcategory whose setting is not understood", number));
        };
        out.push(Entry { key: found.1.to_owned(), line: number, column: 1, node: Node::text(value, number, 1) });
    }
    Ok(out)
}
