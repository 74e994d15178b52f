//! Local accounts of Windows and what is asked of their passwords; members of local groups.
//! It must not keep whose accounts they are.

use super::known::{Known, unset};
use super::{Claim, Config, Included, Probe, ReadError, accounts, objects, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct LocalUsersReader;

/// The reader, for the registry.
pub(super) static CONFIG: LocalUsersReader = LocalUsersReader;

const DOC: &str = "Microsoft Learn: Get-LocalUser; net user";
const GROUP: &str = "Microsoft Learn: net localgroup";

/// What is known; nothing stands in.
const KNOWN: &[Known] = &[
    unset("Enabled", DOC),
    unset("PasswordRequired", DOC),
    unset("PasswordNeverExpires", DOC),
    unset("UserMayChangePassword", DOC),
    unset("PasswordLastSet", DOC),
    unset("LastLogon", DOC),
    unset("MemberCount", GROUP),
    unset("Members", GROUP),
];

/// What an account has where Windows lists it, in lower case: a table with other columns is somebody else's.
const PROPERTIES: &[&str] = &[
    "accountexpires",
    "accounttype",
    "caption",
    "description",
    "disabled",
    "domain",
    "enabled",
    "fullname",
    "installdate",
    "lastlogon",
    "localaccount",
    "lockout",
    "name",
    "node",
    "objectclass",
    "passwordchangeable",
    "passwordchangeabledate",
    "passwordexpires",
    "passwordlastset",
    "passwordneverexpires",
    "passwordrequired",
    "principalsource",
    "pscomputername",
    "psshowcomputername",
    "runspaceid",
    "sid",
    "sidtype",
    "status",
    "usermaychangepassword",
    "userpasswordmayneverexpire",
];
/// Of those, what no other list of users is likely to have.
const TELLING: &[&str] = &[
    "accountexpires",
    "objectclass",
    "passwordchangeabledate",
    "passwordexpires",
    "passwordlastset",
    "principalsource",
    "sid",
    "usermaychangepassword",
];

/// Properties that are dates.
const DATES: &[&str] = &["PasswordLastSet", "LastLogon", "PasswordExpires"];

/// What `net user NAME` calls its lines, in English, German and French, and the property that says the same.
const LABELS: &[(&str, &[&str])] = &[
    ("Name", &["user name", "benutzername", "nom d?utilisateur", "nom d'utilisateur"]),
    ("Enabled", &["account active", "konto aktiv", "compte : actif", "compte actif"]),
    (
        "PasswordLastSet",
        &[
            "password last set",
            "letztes setzen des kennworts",
            "letzte ?nderung des kennworts",
            "mot de passe : dernier changmt.",
            "dernier changement du mot de passe",
        ],
    ),
    ("PasswordExpires", &["password expires", "kennwort l?uft ab", "le mot de passe expire"]),
    ("PasswordRequired", &["password required", "kennwort erforderlich", "mot de passe exig?"]),
    (
        "UserMayChangePassword",
        &["user may change password", "benutzer kann kennwort ?ndern", "l'utilisateur peut changer de mot de passe"],
    ),
    ("LastLogon", &["last logon", "letzte anmeldung", "dernier acc?s"]),
];

/// How no date is written.
const NEVER: &[&str] = &["never", "nie", "jamais"];

/// The first label of what `net localgroup NAME` prints.
const ALIAS: &[&str] = &["alias name", "aliasname", "nom d'alias", "nom alias"];

impl Config for LocalUsersReader {
    fn id(&self) -> &'static str {
        "local_users"
    }

    fn title(&self) -> &'static str {
        "Local accounts of Windows (Get-LocalUser, net user NAME, net localgroup)"
    }

    fn notes(&self) -> &'static str {
        "Accounts that every Windows has are `account Administrator`, `account Guest` …, all others `account 1`, `account 2` in the order \
         of the file; names, descriptions and identifiers are not kept. Disabled ones say so: `account 2 (disabled)`. Keys: `Enabled`, \
         `PasswordRequired`, `PasswordNeverExpires`, `UserMayChangePassword` (True, False), `PasswordLastSet`, `LastLogon` (dates). From \
         `net localgroup`: `MemberCount` and `Members` in `group Administrators`."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let names = objects::names(probe);
        let cmdlet = objects::has(names, &["name", "enabled"])
            && ["passwordrequired", "passwordlastset", "passwordexpires", "principalsource", "userpasswordmayneverexpire"]
                .iter()
                .any(|key| objects::has(names, &[key]));
        // JSON has the properties of properties as well; what PowerShell writes as CSV it quotes
        let head = text::unmarked(probe.head).trim_start();
        let json = head.starts_with(['{', '[']);
        let only = json || names.iter().all(|name| PROPERTIES.contains(&name.as_str()));
        let telling = head.starts_with(['"', '#']) || names.iter().any(|name| TELLING.contains(&name.as_str()));
        if (cmdlet && only && telling) || (!text::foreign(probe.extension) && (is_user(probe.head) || is_group(probe.head))) {
            Claim::Product
        } else {
            Claim::No
        }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        if is_group(source) {
            return group(source);
        }
        let found = if is_user(source) { users(source) } else { objects::read(source)? };
        let dated =
            |object: &objects::Object| DATES.iter().filter_map(|key| object.say(key).map(str::to_owned)).collect::<Vec<_>>();
        let texts: Vec<String> = found.iter().flat_map(dated).collect();
        let days = objects::Days::of(texts.iter().map(String::as_str));
        let mut others = 0;
        let mut out = Vec::new();
        for object in &found {
            let Some(name) = object.say("Name").filter(|name| !name.is_empty()) else { continue };
            // the end of an account's identifier tells a built-in one that was renamed
            let known = object.say("SID").and_then(accounts::known).or_else(|| accounts::known(name));
            let shown = known.map_or_else(
                || {
                    others += 1;
                    others.to_string()
                },
                str::to_owned,
            );
            let entries = account(object, &days);
            let disabled = entries.iter().any(|entry| entry.key == "Enabled" && entry.node.scalar() == Some("False"));
            out.push(objects::block(
                "account",
                &format!("{shown}{}", if disabled { " (disabled)" } else { "" }),
                object.line,
                entries,
            ));
        }
        if out.is_empty() { Err(text::error("no account", 1)) } else { Ok(Node::new(Kind::Map(out), 1, 1)) }
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

/// What is asked of one account.
fn account(object: &objects::Object, days: &objects::Days) -> Vec<Entry> {
    let mut entries = Vec::new();
    for key in ["Enabled", "PasswordRequired", "UserMayChangePassword"] {
        if let Some((entry, truth)) = object.get(key).and_then(|entry| Some((entry, objects::truth(&entry.node)?))) {
            entries.push(objects::entry(key, truth, entry));
        }
    }
    if let Some(entry) = object.get("PasswordExpires") {
        let said = entry.node.scalar().unwrap_or_default().trim();
        let never = said.is_empty() || NEVER.contains(&&*said.to_lowercase());
        entries.push(objects::entry("PasswordNeverExpires", if never { "True" } else { "False" }, entry));
    } else if let Some((entry, truth)) =
        object.get("PasswordNeverExpires").and_then(|entry| Some((entry, objects::truth(&entry.node)?)))
    {
        entries.push(objects::entry("PasswordNeverExpires", truth, entry));
    }
    for key in ["PasswordLastSet", "LastLogon"] {
        if let Some((entry, day)) = object.get(key).and_then(|entry| Some((entry, days.day(entry.node.scalar()?)?))) {
            entries.push(objects::entry(key, day, entry));
        }
    }
    entries
}

/// The label of a line that parts it from its value by two blanks.
fn labelled(line: &str) -> Option<(String, &str)> {
    let (label, rest) = line.split_at(line.find("  ").unwrap_or(line.len()));
    (!label.is_empty()).then(|| Some((objects::label(label)?, rest.trim())))?
}

fn property(label: &str) -> Option<&'static str> {
    LABELS.iter().find(|row| row.1.contains(&label)).map(|row| row.0)
}

/// Whether a text is what `net user NAME` prints.
fn is_user(source: &str) -> bool {
    let lines = text::unmarked(source).lines().take(40).filter_map(labelled);
    let found: Vec<&str> = lines.filter_map(|(label, _)| property(&label)).collect();
    found.first() == Some(&"Name") && found.len() >= 3
}

/// What `net user NAME` prints, once or several times.
fn users(source: &str) -> Vec<objects::Object> {
    let mut out: Vec<objects::Object> = Vec::new();
    for (number, line) in text::lines(source) {
        let Some((label, value)) = labelled(line) else { continue };
        let Some(key) = property(&label) else { continue };
        let entry = Entry { key: key.to_owned(), line: number, column: 1, node: text::value(value.to_owned(), number, 1) };
        if key == "Name" {
            out.push(objects::Object { line: number, entries: vec![entry] });
        } else if let Some(object) = out.last_mut() {
            object.entries.push(entry);
        }
    }
    out
}

/// Whether a text is what `net localgroup NAME` prints.
fn is_group(source: &str) -> bool {
    let mut lines = text::unmarked(source).lines().filter(|line| !line.trim().is_empty()).take(12);
    let first = lines.next().and_then(labelled);
    first.is_some_and(|(label, _)| ALIAS.contains(&&*label)) && lines.any(|line| line.starts_with("-----"))
}

/// What `net localgroup NAME` prints: members below a line of dashes.
fn group(source: &str) -> Result<Node, ReadError> {
    let mut out: Vec<Entry> = Vec::new();
    let mut current: Option<(String, u32, bool, Vec<Node>)> = None;
    let mut close = |group: Option<(String, u32, bool, Vec<Node>)>| {
        let Some((name, line, true, members)) = group else { return };
        let count = Node::new(Kind::Number(members.len().to_string()), line, 1);
        let entries = vec![
            Entry { key: "MemberCount".to_owned(), line, column: 1, node: count },
            Entry { key: "Members".to_owned(), line, column: 1, node: Node::new(Kind::List(members), line, 1) },
        ];
        out.push(objects::block("group", &name, line, entries));
    };
    for (number, line) in text::lines(source) {
        if let Some((_, name)) = labelled(line).filter(|(label, _)| ALIAS.contains(&&**label)) {
            close(current.take());
            current = Some((accounts::shown(name).to_owned(), number, false, Vec::new()));
        } else if let Some((_, _, open, members)) = &mut current {
            if line.starts_with("-----") {
                *open = true;
            } else if *open && !line.trim().is_empty() && !done(line) {
                members.push(Node::text(accounts::shown(line), number, 1));
            }
        }
    }
    close(current);
    if out.is_empty() { Err(text::error("a group without its members", 1)) } else { Ok(Node::new(Kind::Map(out), 1, 1)) }
}

/// The last line: the command was carried out.
fn done(line: &str) -> bool {
    let line = objects::loose(line);
    line.starts_with("the command completed") || line.starts_with("der befehl wurde") || line.starts_with("la commande s")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_named() {
        let texts = [
            "Name : ada.example\nFullName : Ada Example\nEnabled : True\nPasswordRequired : False\nSID : S-1-5-21-1-2-3-1001\n",
            "User name                    ada.example\nFull Name                    Ada Example\nAccount active               Yes\nPassword required            No\n",
            "Alias name     administrators\nComment        x\n\nMembers\n\n-------------------------------------------------------------------------------\nAdministrator\nada.example\nThe command completed successfully.\n",
        ];
        for text in texts {
            assert_eq!(CONFIG.claims(&Probe::new("a.txt", "a.txt", "txt", text, true)), Claim::Product);
            let shown = format!("{:?}", CONFIG.read(text).unwrap()).to_lowercase();
            assert!(!shown.contains("ada") && !shown.contains("s-1-5"), "{shown}");
        }
    }
}
