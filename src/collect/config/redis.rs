//! Redis: `redis.conf` with what it includes, and users of access lists. Values come out as `CONFIG GET` has them. Passwords are
//! never kept; whether one is set is a key of its own. It must not judge values.

use super::exports;
use super::known::{self, Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};
use std::collections::BTreeMap;

/// The reader.
pub(super) struct RedisReader;

/// The reader, for the registry.
pub(super) static CONFIG: RedisReader = RedisReader;

const CONF: &str = "redis.conf as delivered with Redis";
const TLS: &str = "redis.conf as delivered with Redis, TLS/SSL";

/// What the server does when a key is absent.
const DEFAULTS: &[Known] = &[
    unset("aclfile", CONF),
    unset("rules", "ACL SETUSER"),
    is("appendonly", "no", CONF),
    varies("bind", &[("before 7.0", ""), ("since 7.0", "* -::*")], CONF),
    unset("client-output-buffer-limit", CONF),
    is("daemonize", "no", CONF),
    is("databases", "16", CONF),
    is("enable-debug-command", "no", CONF),
    is("enable-module-command", "no", CONF),
    is("enable-protected-configs", "no", CONF),
    is("logfile", "", CONF),
    is("loglevel", "notice", CONF),
    is("maxclients", "10000", CONF),
    is("maxmemory", "0", CONF),
    is("password_set", "no", CONF),
    is("port", "6379", CONF),
    is("protected-mode", "yes", CONF),
    unset("rename-command", CONF),
    is("requirepass", "", CONF),
    is("syslog-enabled", "no", CONF),
    is("timeout", "0", CONF),
    is("tls-auth-clients", "yes", TLS),
    is("tls-ciphers", "", TLS),
    is("tls-cluster", "no", TLS),
    is("tls-port", "0", TLS),
    is("tls-protocols", "", TLS),
    is("tls-replication", "no", TLS),
    unset("unixsocketperm", CONF),
    unset("user", CONF),
];

const TELLING: &[&str] = &[
    "appendfilename",
    "appendfsync",
    "appendonly",
    "always-show-logo",
    "cluster-enabled",
    "dbfilename",
    "hash-max-listpack-entries",
    "hash-max-ziplist-entries",
    "maxmemory",
    "maxmemory-policy",
    "masterauth",
    "notify-keyspace-events",
    "protected-mode",
    "rdbchecksum",
    "rdbcompression",
    "rename-command",
    "replicaof",
    "requirepass",
    "save",
    "slaveof",
    "slowlog-log-slower-than",
    "stop-writes-on-bgsave-error",
    "tls-auth-clients",
    "tls-cert-file",
    "tls-port",
    "tls-protocols",
    "tls-replication",
    "list-max-listpack-size",
    "repl-diskless-sync",
    "replica-read-only",
    "aof-use-rdb-preamble",
    "lazyfree-lazy-eviction",
];

/// Keys whose values are kept in no form.
const SECRET: &[&str] = &["requirepass", "masterauth", "tls-key-file-pass", "tls-client-key-file-pass"];

/// Old names.
const SYNONYMS: &[(&str, &str)] = &[
    ("slaveof", "replicaof"),
    ("slave-read-only", "replica-read-only"),
    ("slave-serve-stale-data", "replica-serve-stale-data"),
    ("slave-priority", "replica-priority"),
    ("slave-announce-ip", "replica-announce-ip"),
    ("slave-announce-port", "replica-announce-port"),
];

/// Keys that take sizes.
const SIZES: &[&str] =
    &["maxmemory", "repl-backlog-size", "auto-aof-rewrite-min-size", "client-query-buffer-limit", "proto-max-bulk-len"];

/// Keys whose lines add up.
const CUMULATIVE: &[&str] = &["save", "rename-command", "loadmodule", "client-output-buffer-limit"];

const INCLUDE_DEPTH: usize = 16;
const MOST_DOCUMENTS: usize = 4096;

impl Config for RedisReader {
    fn id(&self) -> &'static str {
        "redis"
    }

    fn title(&self) -> &'static str {
        "Redis server (redis.conf)"
    }

    fn notes(&self) -> &'static str {
        "Keys compare without case; the last value is in force, includes are read where they stand; old names (slaveof) are given by \
         their current ones; sizes are in bytes. password_set is yes where the default user needs a password or is off. Users of \
         access lists are contexts (`user app`) with state, nopass, password_set and rules. An aclfile that was not delivered leaves \
         password_set unknown. Passwords and their hashes are not kept."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if matches!(probe.name, "redis.conf" | "users.acl") {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut all, mut telling) = (0, 0);
        for line in text::meaningful(probe, &['#']).take(400) {
            if line.starts_with('[') || line.ends_with(['{', '}', ';']) {
                return Claim::No;
            }
            all += 1;
            let mut words = line.split_whitespace();
            let key = words.next().unwrap_or_default().to_ascii_lowercase();
            telling += usize::from(TELLING.contains(&key.as_str()) && words.next().is_some_and(|word| word != "="));
        }
        let named = probe.name.contains("redis") && telling >= 1;
        if telling * 4 > all && (telling >= 3 || named) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root = Vec::new();
        for (number, line) in text::lines(text::clean(source)?) {
            let body = line.trim();
            if body.is_empty() || body.starts_with('#') {
                continue;
            }
            let words = words(body).ok_or_else(|| text::error("quotes that do not match", number))?;
            let mut words = words.into_iter();
            let key = words.next().unwrap_or_default();
            let lower = key.to_ascii_lowercase();
            if !key.starts_with(|c: char| c.is_ascii_alphabetic()) || key.contains(['=', ':', '{']) {
                return Err(text::error("a line does not start with a keyword", number));
            }
            let column = text::column(line, line.len() - line.trim_start().len());
            let rest: Vec<String> = words.collect();
            if rest.is_empty() {
                return Err(text::error("a keyword without a value", number));
            }
            let node = if lower == "user" {
                user(&rest, number, column)
            } else if SECRET.contains(&lower.as_str()) && rest.iter().any(|word| !word.is_empty()) {
                Node::new(Kind::Masked("(not kept)".to_owned()), number, column)
            } else {
                Node::text(rest.join(" "), number, column)
            };
            root.push(Entry { key, line: number, column, node });
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        DEFAULTS
    }

    fn form(&self) -> &'static str {
        "{key} {value}"
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut force = Force { include, settings: BTreeMap::new(), more: Vec::new(), stack: Vec::new(), documents: 0 };
        force.walk(root.entries(), None);
        let only_users = !root.entries().is_empty() && root.entries().iter().all(|entry| entry.key.eq_ignore_ascii_case("user"));
        force.password();
        let mut settings: Vec<Setting> = force.settings.into_values().collect();
        settings.sort_by_key(|setting| (setting.artifact, setting.line));
        settings.append(&mut force.more);
        if !only_users {
            known::fill(&mut settings, DEFAULTS, Fold::Case, "");
        }
        Some(settings)
    }
}

/// The words of a line as Redis splits it.
fn words(line: &str) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let mut chars = line.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.peek().is_none() {
            return Some(out);
        }
        let (mut word, mut quote) = (String::new(), None);
        loop {
            let next = chars.next_if(|c| quote.is_some() || !c.is_whitespace());
            match (next, quote) {
                (None, Some(_)) => return None,
                (None, None) => break,
                (Some('\\'), Some('"')) => word.push(match chars.next()? {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                }),
                (Some('\\'), Some('\'')) if chars.next_if_eq(&'\'').is_some() => word.push('\''),
                (Some(c), Some(open)) if c == open => {
                    if chars.peek().is_some_and(|c| !c.is_whitespace()) {
                        return None;
                    }
                    break;
                }
                (Some(c @ ('"' | '\'')), None) => quote = Some(c),
                (Some(c), _) => word.push(c),
            }
        }
        out.push(word);
    }
}

/// A user of an access list: passwords (`>`, `<`) and hashes (`#`, `!`) only count.
fn user(words: &[String], line: u32, column: u32) -> Node {
    let entry = |key: &str, value: &str| Entry { key: key.to_owned(), line, column, node: Node::text(value, line, column) };
    let (mut on, mut nopass, mut password) = (false, false, false);
    let mut rules = Vec::new();
    for word in words.iter().skip(1) {
        match word.to_ascii_lowercase().as_str() {
            "on" => on = true,
            "off" => on = false,
            "nopass" => (nopass, password) = (true, false),
            "resetpass" => (nopass, password) = (false, false),
            "reset" => (on, nopass, password) = (false, false, false),
            other if other.starts_with(['>', '#']) => (nopass, password) = (false, true),
            other if other.starts_with(['<', '!']) => {}
            _ => rules.push(word.as_str()),
        }
    }
    let yes = |value| if value { "yes" } else { "no" };
    let entries = vec![
        entry("@args", words.first().map_or("", String::as_str)),
        entry("state", if on { "on" } else { "off" }),
        entry("nopass", yes(nopass)),
        entry("password_set", yes(password)),
        entry("rules", &rules.join(" ")),
    ];
    Node::new(Kind::Map(entries), line, column)
}

/// The walk that finds what is in force.
struct Force<'a> {
    include: &'a dyn Fn(&str) -> Included,
    settings: BTreeMap<String, Setting>,
    more: Vec<Setting>,
    stack: Vec<u32>,
    documents: usize,
}

impl Force<'_> {
    fn walk(&mut self, entries: &[Entry], artifact: Option<u32>) {
        for entry in entries {
            let key = entry.key.to_ascii_lowercase();
            let key = SYNONYMS.iter().find(|row| row.0 == key).map_or(key.as_str(), |row| row.1);
            match key {
                "include" => {
                    let masked = text::masked_include(&entry.node);
                    let path = masked.unwrap_or_else(|| entry.node.scalar().unwrap_or_default().to_owned());
                    self.bring(&path, entry, artifact);
                }
                "user" => {
                    let name = entry.node.get("@args").map(|node| text::label(node, artifact)).unwrap_or_default();
                    let context = format!("user {name}");
                    self.more.retain(|setting| setting.context != context);
                    let rules = entry.node.entries().iter().filter(|rule| rule.key != "@args");
                    self.more.extend(rules.map(|rule| Setting { artifact, ..Setting::of(rule) }.within(context.clone())));
                }
                _ => {
                    let setting = canonical(Setting { artifact, key: key.to_owned(), ..Setting::of(entry) });
                    let own = if CUMULATIVE.contains(&key) { format!("{key} {}", self.settings.len()) } else { key.to_owned() };
                    self.settings.insert(own, setting);
                    if key == "aclfile"
                        && let Some(path) = entry.node.scalar().filter(|path| !path.is_empty()).map(str::to_owned)
                    {
                        self.bring(&path, entry, artifact);
                    }
                }
            }
        }
    }

    fn bring(&mut self, path: &str, entry: &Entry, artifact: Option<u32>) {
        for (number, document) in (self.include)(&format!("/{}", path.trim_start_matches('/'))).documents {
            self.documents += 1;
            if self.documents > MOST_DOCUMENTS || self.stack.len() >= INCLUDE_DEPTH || self.stack.contains(&number) {
                let setting = Setting { artifact, key: "@incomplete".to_owned(), ..exports::valued(entry, "yes") };
                self.settings.insert("@incomplete".to_owned(), setting);
                continue;
            }
            self.stack.push(number);
            self.walk(document.entries(), Some(number));
            self.stack.pop();
        }
    }

    /// Whether the user that everybody is at first needs a password: a `user default` line says more than `requirepass`.
    fn password(&mut self) {
        let of = |key: &str| self.more.iter().find(|setting| setting.context == "user default" && setting.key == key);
        let value = |key: &str| of(key).and_then(|setting| setting.value.scalar()).unwrap_or_default();
        let made = if let Some(line) = of("state") {
            let set = value("state") == "off" || value("nopass") == "no";
            Some((line.clone(), if set { "yes" } else { "no" }, None))
        } else if let Some(file) =
            self.settings.get("aclfile").filter(|file| file.value.scalar() != Some("") && self.more.is_empty())
        {
            Some((file.clone(), "no", Some("the file of users was not delivered".to_owned())))
        } else {
            let set = self.settings.get("requirepass").filter(|setting| setting.value.scalar() != Some(""));
            set.map(|setting| (setting.clone(), "yes", None))
        };
        if let Some((mut setting, value, unknown)) = made {
            "password_set".clone_into(&mut setting.key);
            setting.context = String::new();
            setting.value.kind = Kind::Text(value.to_owned());
            setting.unknown = unknown;
            self.settings.insert("password_set".to_owned(), setting);
        }
    }
}

/// Gives a value the spelling of `CONFIG GET`.
fn canonical(mut setting: Setting) -> Setting {
    let Some(written) = setting.value.scalar() else { return setting };
    let lower = written.to_ascii_lowercase();
    let value = if matches!(&*lower, "yes" | "no") || matches!(&*setting.key, "loglevel" | "maxmemory-policy" | "appendfsync") {
        lower
    } else if SIZES.contains(&&*setting.key) {
        bytes(&lower).unwrap_or(lower)
    } else {
        return setting;
    };
    setting.value.kind = Kind::Text(value);
    setting
}

/// A size in bytes: `1k` is a thousand, `1kb` 1024.
fn bytes(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let factor: u64 = match unit {
        "" | "b" => 1,
        "k" => 1000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => return None,
    };
    Some(digits.parse::<u64>().ok()?.checked_mul(factor)?.to_string())
}
