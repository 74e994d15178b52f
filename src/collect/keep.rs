//! What of a configuration may be kept as evidence: the tree with every value that is personal or secret replaced by its shape,
//! and keys that name somebody likewise. Addresses of machines stay: policies judge them.

use super::config::CONFIGS;
use crate::collect::config::known::Known;
use crate::detect::engine::{Engine, Found, Scratch};
use crate::detect::mask::{self, Strictness};
use crate::detect::memo::Memo;
use crate::model::node::{Entry, Kind, Node, TOO_DEEP, schemes};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Levels of a tree that are kept: what is deeper cannot be said. The protocol of the workers takes no more than a few dozen.
const DEEPEST: usize = 24;

/// Characters of a value that are kept; a longer one is no setting.
const MOST: usize = 4_096;

/// Characters of a partly masked value that are kept.
const MOST_SHOWN: usize = 256;

/// Directives whose values are accounts or names of hosts.
const ACCOUNTS: &[&str] = &[
    "allowusers",
    "denyusers",
    "allowgroups",
    "denygroups",
    "authorizedkeyscommanduser",
    "authorizedprincipalscommanduser",
    "user",
    "server_name",
    // Apache, ProFTPD
    "servername",
    "serveralias",
    "allowuser",
    "denyuser",
    // Samba, rsync, vsftpd
    "valid users",
    "invalid users",
    "admin users",
    "read list",
    "write list",
    "force user",
    "force group",
    "guest account",
    "auth users",
    "ftp_username",
    "guest_username",
    "chown_username",
    // Postfix
    "default_privs",
    "mail_owner",
    "authorized_mailq_users",
    "authorized_submit_users",
];

/// Sections whose arguments are places, not accounts.
const PLACES: &[&str] =
    &["location", "directory", "files", "locationmatch", "directorymatch", "filesmatch", "export", "virtualhost"];

/// Directives whose values are paths that may be named after somebody.
const PATHS: &[&str] = &[
    "chrootdirectory",
    "authorizedkeysfile",
    "authorizedprincipalsfile",
    "forcecommand",
    "authorizedkeyscommand",
    "root",
    "alias",
    "auth_basic_user_file",
    "access_log",
    "error_log",
    "ssl_certificate",
    "ssl_certificate_key",
    "documentroot",
    "customlog",
    "errorlog",
    "transferlog",
    "sslcertificatefile",
    "sslcertificatekeyfile",
    "path",
    "secrets file",
    "local_root",
    "user_config_dir",
    "smtpd_tls_cert_file",
    "smtpd_tls_key_file",
    "smtp_tls_cert_file",
    "smtp_tls_key_file",
];

/// Whose words the keys are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// A product's directives.
    Product,
    /// A product's, with anybody's words in them: variables of an environment, arguments.
    Deployment,
    /// Anybody's.
    Format,
    /// The manifest's: its values are facts about documents, so only what identifies somebody is hidden.
    Manifest,
}

/// Replaces what must not be kept. In a product's own file the values are looked at without their key: what a directive is called
/// says nothing of whose value it is.
///
/// `known` are the keys that the product documents: their values are settings, whatever words they are called by. Of other keys the word for
/// a secret is enough.
pub(super) fn keep(mut root: Node, engine: &Engine, manner: Manner, known: &[Known]) -> Node {
    let known = known.iter().map(|known| spelling(known.key)).collect();
    let mut keeper = Keeper { engine, scratch: engine.scratch(), found: Vec::new(), memo: engine.memo.take(), manner, known };
    keeper.node(&mut root, "", 0);
    engine.memo.give(keeper.memo);
    root
}

/// Whether a value is somebody's name, or a file named after somebody (`letters/Example_Ada.txt`).
fn names_somebody(text: &str) -> bool {
    let last = text.rsplit(['/', '\\']).next().unwrap_or(text);
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let spaced: String = stem.chars().map(|c| if matches!(c, '_' | '-' | '+') { ' ' } else { c }).collect();
    crate::detect::names::cell(text) >= 0.45
        || (spaced != *text && spaced.contains(' ') && crate::detect::names::cell(&spaced) >= 0.45)
}

/// The keys that products document, without case and signs: nobody's name, whatever they look like.
static DOCUMENTED: LazyLock<HashSet<String>> =
    LazyLock::new(|| CONFIGS.iter().flat_map(|config| config.known()).map(|row| bare(row.key)).collect());

fn bare(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

/// Kinds of key that a product may have, as bits.
mod kind {
    /// Documented by a product: nobody's name.
    pub(super) const DOCUMENTED: u8 = 1;
    /// Names files that are read in its place.
    pub(super) const INCLUDES: u8 = 2;
    /// Its values are accounts.
    pub(super) const ACCOUNTS: u8 = 4;
    /// Its values are names of hosts.
    pub(super) const HOSTS: u8 = 8;
    /// Its values are paths.
    pub(super) const PATHS: u8 = 16;
    /// The arguments of a block.
    pub(super) const ARGUMENTS: u8 = 32;
    /// What people call a rule.
    pub(super) const TITLE: u8 = 64;
    /// Says that its value is a secret.
    pub(super) const SECRET: u8 = 128;
}

/// What kinds a key is of.
fn kinds(whole: &str) -> u8 {
    let own = whole.strip_prefix('@').unwrap_or(whole);
    let key = whole.to_ascii_lowercase();
    let hosts = matches!(&*key, "server_name" | "servername" | "serveralias");
    [
        (own.len() < 80 && DOCUMENTED.contains(&bare(own)), kind::DOCUMENTED),
        (includes(&key), kind::INCLUDES),
        (ACCOUNTS.contains(&key.as_str()), kind::ACCOUNTS),
        (hosts, kind::HOSTS),
        (PATHS.contains(&key.as_str()), kind::PATHS),
        (key == "@args", kind::ARGUMENTS),
        (key == "displayname", kind::TITLE),
        (calls_secret(&spelling(whole)), kind::SECRET),
    ]
    .into_iter()
    .filter(|row| row.0)
    .fold(0, |all, row| all | row.1)
}

/// Whether a directive, in lower case, names files that are read in its place.
fn includes(key: &str) -> bool {
    matches!(
        key,
        "include"
            | "includeoptional"
            | "&include"
            | "&merge"
            | "include_if_exists"
            | "include_dir"
            | "!include"
            | "!includedir"
            | "aclfile"
    )
}

struct Keeper<'a> {
    engine: &'a Engine,
    scratch: Scratch,
    found: Vec<Found>,
    memo: Memo,
    /// Keys that the product documents, as [`spelling`] has them.
    known: HashSet<String>,
    manner: Manner,
}

/// An expression without the texts that are quoted in it.
fn unquote(node: &mut Node) {
    if let Kind::Text(text) = &mut node.kind
        && text.contains('"')
    {
        let pieces = text.split('"').enumerate().filter(|(index, _)| index % 2 == 0).map(|(_, piece)| piece);
        *text = pieces.collect::<Vec<_>>().join("\"...\"");
    }
}

/// Whether a character would disturb whoever shows it.
fn disturbs(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

/// Whether a text is a UUID: as an id it may have the digits of anybody's number in it, and is nobody's. Elsewhere it may be a secret.
fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = |(at, byte): (usize, &u8)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() };
    bytes.len() == 36 && bytes.iter().enumerate().all(shape)
}

/// A key without case, blanks and signs: programs read it so, or nearly so.
fn spelling(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Words within a key that say what a secret is.
const SECRETS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "authkey",
    "sharedkey",
    "privatekey",
    "credential",
    "authpass",
    "sentinelpass",
    "primaryauth",
    "masterauth",
    "connectinfo",
    "dninfo",
    "authserver",
    "presharedkey",
    "community",
    "communities",
    "licensekey",
    "encryptionkey",
    "securelink",
    "userdata",
    "customdata",
    "authorization",
    "filekey",
    "securestring",
];

/// Whether a key of nobody's table says that its value is a secret.
fn calls_secret(spelt: &str) -> bool {
    SECRETS.iter().any(|word| spelt.contains(word)) || matches!(spelt, "pass" | "pw" | "key" | "auth") || spelt.ends_with("pass")
}

/// Values that no secret has.
fn is_plain(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let switch = matches!(
        &*lower,
        "" | "true" | "false" | "yes" | "no" | "on" | "off" | "none" | "null" | "required" | "optional" | "enabled" | "disabled"
    );
    let answer = matches!(&*lower, "n/a" | "no_information" | "not_supported");
    // numbers, days and times
    let clock = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'.' | b'+' | b'T' | b'Z' | b' '));
    // a file that holds the secret is not the secret
    let path = text.starts_with('/') && !text.contains(' ');
    switch || answer || clock || path || text.len() < 3
}

/// Whether a text hands a secret on: in an address, as an option, in a header.
fn hands_secret(text: &str) -> bool {
    if let Some((_, rest)) = text.split_once("://")
        && let Some((login, _)) = rest.split(['/', '?', '#', ' ']).next().unwrap_or("").rsplit_once('@')
        && login.split_once(':').is_some_and(|(_, password)| !password.is_empty() && !password.starts_with('$'))
    {
        return true;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().enumerate().any(|(at, word)| {
        let lower = word.to_ascii_lowercase();
        let next = words.get(at + 1).is_some_and(|next| !next.starts_with(['-', '$', '%', '<']));
        let bare = lower.trim_start_matches(['-', '"', '\'']);
        let (name, value) = bare.split_once(['=', ':']).unwrap_or((bare, ""));
        let named = || name.len() > 2 && name != "key" && calls_secret(&spelling(name));
        let given = !value.is_empty() && !value.starts_with(['$', '%', '<', '/']) && !is_plain(value.trim_matches(['"', '\'']));
        let option = || lower.starts_with('-') && (given || (value.is_empty() && next)) && named();
        let header = matches!(bare, "basic" | "bearer") && next && at > 0;
        header || (bare == "sshpass" && next) || lower == "chpasswd" || option() || (given && word.contains('=') && named())
    })
}

/// Whether a text holds the hash of a password, as log-in files and labels have them: `user:$apr1$...`.
fn holds_hash(text: &str) -> bool {
    if !text.contains(['$', '{']) {
        return false;
    }
    ["$apr1$", "$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$y$", "$argon2", "{SHA}", "{SSHA}"]
        .iter()
        .any(|mark| text.contains(mark))
}

/// The shape of a value that is not kept, with the schemes of the addresses in it: whether a password goes over the network in clear is
/// to be judged.
fn veil(text: &str) -> String {
    let mut schemes: Vec<&str> = schemes(text).collect();
    schemes.dedup();
    if let [one] = schemes.as_slice()
        && let Some((_, rest)) = text.split_once("://").filter(|(before, _)| before.eq_ignore_ascii_case(one))
    {
        return format!("{one}://{}", mask::shape(rest));
    }
    schemes.sort_unstable();
    schemes.dedup();
    let before: String = schemes.into_iter().map(|scheme| format!("{scheme}:// ")).collect();
    format!("{before}{}", mask::shape(text))
}

/// Replaces every value below a node by its shape.
fn hide(node: &mut Node, depth: usize) {
    match &mut node.kind {
        Kind::List(items) if depth < 600 => items.iter_mut().for_each(|item| hide(item, depth + 1)),
        Kind::Map(entries) if depth < 600 => entries.iter_mut().for_each(|entry| hide(&mut entry.node, depth + 1)),
        Kind::Text(text) | Kind::Number(text) => node.kind = Kind::Masked(veil(text)),
        Kind::Null | Kind::Bool(_) | Kind::Masked(_) => {}
        Kind::List(_) | Kind::Map(_) => node.kind = Kind::Masked("(too deep)".to_owned()),
    }
}

impl Keeper<'_> {
    fn node(&mut self, node: &mut Node, key: &str, depth: usize) {
        if depth > DEEPEST {
            node.kind = Kind::Masked(TOO_DEEP.to_owned());
            return;
        }
        match &mut node.kind {
            Kind::List(items) if self.manner == Manner::Deployment => {
                // `--password` and behind it the password
                let mut flag = String::new();
                for item in items {
                    let own = item
                        .scalar()
                        .filter(|text| text.starts_with("--"))
                        .unwrap_or_default()
                        .trim_start_matches('-')
                        .to_owned();
                    self.node(item, if flag.is_empty() { key } else { &flag }, depth + 1);
                    flag = own;
                }
            }
            Kind::List(items) => items.iter_mut().for_each(|item| self.node(item, key, depth + 1)),
            Kind::Map(entries) => {
                // `{name: DB_PASSWORD, value: x}` is a variable
                let named = entries.iter().find(|entry| entry.key == "name" && self.manner == Manner::Deployment);
                let named = named.and_then(|entry| entry.node.scalar()).map(str::to_owned);
                let secret = entries.iter().any(|entry| entry.key == "kind" && entry.node.scalar() == Some("Secret"));
                let veiled = entries.iter().any(|entry| match entry.key.as_str() {
                    "NoEcho" | "sensitive" => entry.node.scalar().is_some_and(|word| word.eq_ignore_ascii_case("true")),
                    "type" | "Type" => entry.node.scalar().is_some_and(|word| word.to_ascii_lowercase().starts_with("secure")),
                    _ => false,
                });
                let pair = entries.iter().any(|entry| matches!(entry.key.as_str(), "key" | "Key" | "@key"))
                    && entries.iter().any(|entry| {
                        let other = entry.key.trim_start_matches('@').to_ascii_lowercase();
                        matches!(&*other, "value" | "values" | "operator" | "effect")
                    });
                // communities of SNMP are passwords, and names of values where Windows keeps them
                let communities = spelling(key).ends_with("validcommunities");
                for Entry { key: written, node, .. } in entries {
                    // what a Kubernetes secret keeps is base64 of anything
                    if secret && matches!(written.as_str(), "data" | "stringData") {
                        hide(node, 0);
                    }
                    // an expression is its key's
                    // what a template or a state says of itself: it is not to be shown
                    if veiled && matches!(written.as_str(), "Default" | "default" | "value" | "defaultValue") {
                        hide(node, 0);
                    }
                    let own = match (written.as_str(), &named) {
                        (
                            "@expression" | "Default" | "value" | "constant_value" | "defaultValue" | "Fn::Sub" | "Fn::Join",
                            None,
                        ) => key,
                        ("@expression", _) => key,
                        ("value", Some(name)) => name,
                        // the key of a pair is its name
                        ("key" | "Key" | "@key", _) if pair => key,
                        (own, _) => own,
                    };
                    let shown = if communities { Some(mask::shape(written)) } else { self.key(written) };
                    // nobody takes an expression for a value: what is quoted in it need not be kept
                    if written == "@expression" {
                        unquote(node);
                    }
                    if self.manner == Manner::Product {
                        self.setting(node, own, key);
                    }
                    if self.manner == Manner::Manifest {
                        self.word(node, own);
                    }
                    // an include was masked part by part: what it looks like now would only be taken for an identifier again
                    if self.manner != Manner::Product || self.memo.kind(own, || kinds(own)) & kind::INCLUDES == 0 {
                        self.node(node, own, depth + 1);
                    }
                    if let Some(shown) = shown {
                        *written = shown;
                    }
                }
            }
            Kind::Text(text) => {
                if self.manner == Manner::Deployment && matches!(key, "image" | "from" | "FROM") {
                    let shown = mask::label(self.engine, &mut self.scratch, text, Strictness::Known);
                    if shown != *text {
                        node.kind = Kind::Masked(shown.chars().take(MOST_SHOWN).collect());
                    }
                } else if self.manner == Manner::Deployment && matches!(key, "host" | "hosts") {
                    let shown = mask::hosts(self.engine, &mut self.scratch, text);
                    if shown != *text {
                        node.kind = Kind::Masked(shown.chars().take(MOST_SHOWN).collect());
                    }
                } else if let Some((name, value)) = assignment(text).filter(|_| self.manner == Manner::Deployment) {
                    if self.personal(value, name) || self.personal(text, key) {
                        let shown = self.key(name);
                        node.kind = Kind::Masked(format!("{}={}", shown.as_deref().unwrap_or(name), mask::shape(value)));
                    }
                } else if self.personal(text, key) {
                    node.kind = Kind::Masked(veil(text));
                } else if text.len() > MOST {
                    node.kind = Kind::Masked("(a long text)".to_owned());
                } else if text.chars().any(disturbs) {
                    *text = text.chars().map(|c| if disturbs(c) { '?' } else { c }).collect();
                }
            }
            Kind::Number(text) => {
                if self.personal(text, key) {
                    node.kind = Kind::Masked(veil(text));
                }
            }
            Kind::Null | Kind::Bool(_) | Kind::Masked(_) => {}
        }
    }

    /// A key as it may be shown, if that is not the key itself. The sign in front of an attribute's or a block's own key stays.
    fn key(&mut self, whole: &str) -> Option<String> {
        let (sign, own) = whole.strip_prefix('@').map_or(("", whole), |rest| ("@", rest));
        if self.manner == Manner::Product && self.memo.kind(whole, || kinds(whole)) & kind::DOCUMENTED != 0 {
            return None;
        }
        let (engine, scratch) = (self.engine, &mut self.scratch);
        let work = || {
            let name = own.contains(' ') && crate::detect::names::cell(own) >= 0.45;
            let (word, secret) = own.split_at(announced(own));
            if name {
                mask::shape(own)
            } else {
                format!("{}{}", mask::label(engine, scratch, word, Strictness::Known), mask::shape(secret))
            }
        };
        let shown = self.memo.label(own, work)?;
        Some(format!("{sign}{shown}"))
    }

    /// What users of a product make up: accounts, names of hosts, paths. Persons in it are shapes, the rest stays readable, so that
    /// blocks can be told apart. Includes are masked as names of files are, so that they still match them.
    fn setting(&mut self, node: &mut Node, key: &str, block: &str) {
        let Kind::Text(text) = &node.kind else { return };
        let is = self.memo.kind(key, || kinds(key));
        if is & kind::INCLUDES != 0 {
            node.kind = if text.len() > MOST {
                Kind::Masked("(a long text)".to_owned())
            } else {
                let globs: Vec<String> = text.split(' ').map(|glob| mask::path(self.engine, &mut self.scratch, glob)).collect();
                Kind::Text(globs.join(" "))
            };
            return;
        }
        if is & !kind::DOCUMENTED == 0 {
            return;
        }
        let arguments = is & kind::ARGUMENTS != 0;
        let accounts = is & kind::ACCOUNTS != 0 || (arguments && !PLACES.contains(&&*block.to_ascii_lowercase()));
        let mut shown = text.clone();
        if accounts {
            let look = if is & kind::HOSTS != 0 { mask::hosts } else { mask::accounts };
            shown = look(self.engine, &mut self.scratch, &shown);
        }
        if is & kind::PATHS != 0 || (arguments && !accounts) {
            shown = mask::label(self.engine, &mut self.scratch, &shown, Strictness::Known);
        }
        if is & kind::TITLE != 0 {
            shown = mask::label(self.engine, &mut self.scratch, &shown, Strictness::Capitals);
        }
        if shown != *text {
            node.kind = Kind::Masked(shown.chars().take(MOST_SHOWN).collect());
        }
    }

    /// The type of a document and the id of a statement: shown as they are in the manifest's evidence.
    fn word(&mut self, node: &mut Node, key: &str) {
        let Kind::Text(text) = &node.kind else { return };
        if matches!(key, "type" | "id") {
            let shown = mask::word(self.engine, &mut self.scratch, text);
            if shown != *text {
                node.kind = Kind::Masked(shown);
            }
        }
    }

    /// Whether the values are anybody's.
    fn any(&self) -> bool {
        matches!(self.manner, Manner::Format | Manner::Deployment)
    }

    /// Whether something that was found, as it is written, is hidden. In a manifest words that describe (a rank, a belief) are facts about a
    /// document; a number of whatever kind is not.
    fn hides(&self, bit: u8, written: &str) -> bool {
        let number = || written.bytes().filter(u8::is_ascii_digit).count() >= 2;
        match self.manner {
            Manner::Manifest if self.engine.is_business(bit) => false,
            Manner::Manifest => self.engine.identifies(bit) || self.engine.means_account(bit) || number(),
            Manner::Product | Manner::Deployment | Manner::Format => !self.engine.is_business(bit),
        }
    }

    fn personal(&mut self, text: &str, key: &str) -> bool {
        // nothing so short identifies anybody or opens anything
        if text.len() < 2 {
            return false;
        }
        let own = !self.known.is_empty() && self.known.contains(&spelling(key));
        let sort = self.manner as u8 * 2 + u8::from(own);
        if let Some(known) = self.memo.personal(sort, key, text) {
            return known;
        }
        let named = self.memo.kind(key, || kinds(key)) & kind::SECRET != 0;
        let answer = self.is_secret(text, (key, named), own) || self.is_personal(text, key);
        self.memo.answer(sort, key, text, answer);
        answer
    }

    /// Whether a value is a secret by its own form or by its key, of which `named` says that it calls one; `own` says that the product
    /// documents the key.
    fn is_secret(&self, text: &str, (key, named): (&str, bool), own: bool) -> bool {
        // `$$` is how compose files write one dollar
        if holds_hash(text) || (text.contains("$$") && holds_hash(&text.replace("$$", "$"))) {
            return true;
        }
        if self.manner == Manner::Manifest {
            return false;
        }
        let words = |c: char| !c.is_ascii_alphanumeric();
        // an id is not drawn to be kept secret
        if is_uuid(text) && key.to_ascii_lowercase().ends_with("id") {
            return false;
        }
        (!own && (hands_secret(text) || (named && !is_plain(text))))
            || (text.len() < MOST && text.split(words).any(mask::is_random))
            || (self.manner == Manner::Product && !own && mask::holds_secret(text))
            || (self.manner == Manner::Deployment && super::config::holds_secret(key, text))
    }

    fn is_personal(&mut self, text: &str, key: &str) -> bool {
        if is_uuid(text) && key.to_ascii_lowercase().ends_with("id") {
            return false;
        }
        if self.manner != Manner::Product && text.len() < 80 && names_somebody(text) {
            return true;
        }
        if self.any() && self.engine.key_is_personal(key, text) {
            return true;
        }
        if self.manner == Manner::Manifest && mask::holds_number(text) {
            return true;
        }
        // whatever it is, it was not meant to be read
        if self.manner != Manner::Product && super::blob::decode(text, false).is_some() {
            return true;
        }
        let words = crate::detect::columns::normalise(key);
        if self.any() && (is_secret(&words, text) || mask::holds_secret(text)) {
            return true;
        }
        let words = words.join(" ");
        let line = format!("{words}: {text}");
        // an underscore is a letter for the detectors: `x_AB123456C`
        let spaced = text.replace('_', " ");
        let candidates = [(line.as_str(), words.len() + 2), (text, 0), (spaced.as_str(), 0)];
        for (candidate, from) in candidates.into_iter().take(if text.contains('_') { 3 } else { 2 }) {
            self.found.clear();
            self.engine.scan(candidate, &mut self.scratch, &mut self.found);
            let written = |hit: &Found| candidate.get(hit.start..hit.end).unwrap_or("");
            if self.found.iter().any(|hit| hit.end > from && self.hides(hit.bit, written(hit))) {
                return true;
            }
        }
        false
    }
}

/// Where a secret begins in what was taken for a key and is a whole line: behind a word that says so and the sign after it.
fn announced(line: &str) -> usize {
    let sign = |(at, c): &(usize, char)| {
        *at > 0
            && (c.is_control() || matches!(c, '"' | '\'' | '=' | ':' | '(' | ')' | '<' | '>' | '{' | '}' | '|' | ';' | ',' | '!'))
    };
    let told = |(at, _): &(usize, char)| line.get(..*at).is_some_and(|word| calls_secret(&spelling(word)));
    let found = line.char_indices().filter(sign).find(told);
    found.map(|row| row.0).filter(|at| line.len() - at > 4).unwrap_or(line.len())
}

/// `NAME=value`, as variables are set in lists.
fn assignment(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    (!name.is_empty() && name.len() < 80 && name.chars().all(plain)).then_some((name, value))
}

/// Whether a value is a password by its key, or holds one as programs take them (`-P ...`, `-p...`).
fn is_secret(key: &[String], text: &str) -> bool {
    let odd = |text: &str| text.chars().any(|c| !c.is_alphabetic() && !matches!(c, '.' | '/' | '-' | '_'));
    let named = key.iter().any(|word| mask::announces_secret(word) || matches!(word.as_str(), "pin" | "passcode" | "secret"));
    if named && text.len() > 3 && !text.contains(' ') && odd(text) {
        return true;
    }
    let mut words = text.split_whitespace().skip(1);
    words.any(|word| {
        let behind = word.strip_prefix("-p").or_else(|| word.strip_prefix("-P"));
        behind
            .is_some_and(|rest| rest.is_empty() || rest.len() > 3 && odd(rest) && !rest.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Words;
    use crate::detect::fingerprint::Key;

    fn engine() -> Engine {
        let classes = crate::policy::builtin_classes(&Words::default().vocabulary()).unwrap_or_default();
        let Ok(engine) = Engine::new(&classes, Key::from_text("a key for tests")) else { panic!("the classes compile") };
        engine
    }

    fn map(rows: &[(&str, Kind)]) -> Node {
        let entry = |(key, kind): &(&str, Kind)| Entry {
            key: (*key).to_owned(),
            line: 1,
            column: 1,
            node: Node::new(kind.clone(), 1, 1),
        };
        Node::new(Kind::Map(rows.iter().map(entry).collect()), 1, 1)
    }

    fn text(text: &str) -> Kind {
        Kind::Text(text.to_owned())
    }

    #[test]
    fn a_secret_in_what_was_taken_for_a_key_is_a_shape() {
        let kept = |key: &str| {
            let node = keep(map(&[(key, Kind::Null)]), &engine(), Manner::Format, &[]);
            node.entries().first().map(|entry| entry.key.clone()).unwrap_or_default()
        };
        assert_eq!(kept("DefaultPassword\"x\"made-up-words"), "DefaultPassword?a?aaaa-aa-aaaaa");
        assert_eq!(kept("community ( made-up-words"), "community ( aaaa-aa-aaaaa");
        for plain in ["password_file", "server.ssl.key-store-password", "tokens", "a \"quoted\" word", "title: of it"] {
            assert_eq!(kept(plain), plain);
        }
    }

    #[test]
    fn communities_of_snmp_are_passwords_though_they_are_names() {
        let values = map(&[("made-up-words", text("4"))]);
        let tree = map(&[("HKLM\\SNMP\\Parameters\\ValidCommunities", values.kind.clone()), ("HKLM\\Other", values.kind)]);
        let kept = keep(tree, &engine(), Manner::Format, &[]);
        let names: Vec<&str> =
            kept.entries().iter().flat_map(|entry| entry.node.entries()).map(|entry| entry.key.as_str()).collect();
        assert_eq!(names, ["aaaa-aa-aaaaa", "made-up-words"]);
    }

    #[test]
    fn facts_of_a_manifest_stay_and_numbers_of_people_do_not() {
        let engine = engine();
        let hidden = |said: &str| {
            let kept = keep(map(&[("title", text(said))]), &engine, Manner::Manifest, &[]);
            kept.get("title").is_some_and(|node| matches!(node.kind, Kind::Masked(_)))
        };
        for shown in [
            "DPIA of the card desk, 2026-11-24",
            "ISO 27001:2022",
            "Penetration test of 10.20.30.40",
            "vetting of staff: developed vetting",
        ] {
            assert!(!hidden(shown), "{shown}");
        }
        for secret in
            ["urn 67/S1/78439/91", "username: ada.okonkwo", "call 943 476 5919", "vrm FS88 POT", "card serial 04A1B2C3D4E5F6"]
        {
            assert!(hidden(secret), "{secret}");
        }
    }
}
