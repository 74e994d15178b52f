//! `MySQL` and `MariaDB`: option files (`my.cnf` and what it includes) and what `SHOW VARIABLES` prints. Values come out as the server
//! shows them. It must not judge values; passwords are not kept.

use super::exports;
use super::known::{Absent, Known, fill, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};
use std::collections::BTreeMap;

/// The reader.
pub(super) struct MysqlReader;

/// The reader, for the registry.
pub(super) static CONFIG: MysqlReader = MysqlReader;

const SERVER: &str = "MySQL reference manual, Server System Variables";
const INNODB: &str = "MySQL reference manual, InnoDB Startup Options";
const BINLOG: &str = "MySQL reference manual, Binary Logging Options";
const MARIADB: &str = "MariaDB documentation, Server System Variables";
const MARIADB_ENCRYPTION: &str = "MariaDB documentation, InnoDB and Aria Encryption";

/// What the server does when a key is absent. Cases begin with the name of the product, so that a file that shows which it is decides.
const DEFAULTS: &[Known] = &[
    varies("aria_encrypt_tables", &[("MySQL", ""), ("MariaDB", "OFF")], MARIADB_ENCRYPTION),
    is("bind_address", "*", SERVER),
    is("binlog_encryption", "OFF", BINLOG),
    varies("default_table_encryption", &[("MySQL", "OFF"), ("MariaDB", "")], SERVER),
    varies("encrypt_binlog", &[("MySQL", ""), ("MariaDB", "OFF")], MARIADB_ENCRYPTION),
    is("general_log", "OFF", SERVER),
    varies("innodb_encrypt_log", &[("MySQL", ""), ("MariaDB", "OFF")], MARIADB_ENCRYPTION),
    varies("innodb_encrypt_tables", &[("MySQL", ""), ("MariaDB", "OFF")], MARIADB_ENCRYPTION),
    varies("innodb_redo_log_encrypt", &[("MySQL", "OFF"), ("MariaDB", "")], INNODB),
    varies("innodb_undo_log_encrypt", &[("MySQL", "OFF"), ("MariaDB", "")], INNODB),
    varies("local_infile", &[("MySQL before 8.0", "ON"), ("MySQL since 8.0", "OFF"), ("MariaDB", "ON")], SERVER),
    is("log_raw", "OFF", SERVER),
    is("old_passwords", "OFF", SERVER),
    is("port", "3306", SERVER),
    is("require_secure_transport", "OFF", SERVER),
    varies("secure_file_priv", &[("MySQL, set when built", "unknown"), ("MariaDB", "")], SERVER),
    is("server_audit_logging", "OFF", MARIADB),
    is("skip_grant_tables", "OFF", SERVER),
    is("skip_networking", "OFF", SERVER),
    is("skip_show_database", "OFF", SERVER),
    is("slow_query_log", "OFF", SERVER),
    unset("max_allowed_packet", SERVER),
    unset("plugin_load", SERVER),
    unset("plugin_load_add", SERVER),
    unset("ssl_ca", SERVER),
    unset("ssl_cert", SERVER),
    unset("ssl_key", SERVER),
    varies(
        "tls_version",
        &[
            ("MySQL before 8.0.28", "TLSv1,TLSv1.1,TLSv1.2"),
            ("MySQL since 8.0.28", "TLSv1.2,TLSv1.3"),
            ("MariaDB before 11.4", "TLSv1.1,TLSv1.2,TLSv1.3"),
            ("MariaDB since 11.4", "TLSv1.2,TLSv1.3"),
        ],
        SERVER,
    ),
];

/// Options that are on or off, without those of other kinds that `skip-` may stand before.
const BOOLEANS: &[&str] = &[
    "automatic_sp_privileges",
    "big_tables",
    "binlog_encryption",
    "check_table_access",
    "default_table_encryption",
    "encrypt_binlog",
    "encrypt_tmp_files",
    "event_scheduler",
    "external_locking",
    "flush",
    "general_log",
    "innodb_encrypt_log",
    "innodb_file_per_table",
    "innodb_redo_log_encrypt",
    "innodb_undo_log_encrypt",
    "innodb_print_all_deadlocks",
    "local_infile",
    "log_queries_not_using_indexes",
    "log_raw",
    "log_slow_admin_statements",
    "low_priority_updates",
    "name_resolve",
    "new",
    "old",
    "old_passwords",
    "read_only",
    "require_secure_transport",
    "secure_auth",
    "server_audit_logging",
    "slow_query_log",
    "skip_external_locking",
    "skip_grant_tables",
    "skip_name_resolve",
    "skip_networking",
    "skip_show_database",
    "ssl",
    "symbolic_links",
    "aria_encrypt_tables",
    "sync_frm",
    "old_mode_strict",
    "performance_schema",
    "partition",
    "strict_password_validation",
];

/// `skip-` belongs to the name of these.
const SKIP: &[&str] =
    &["skip_external_locking", "skip_grant_tables", "skip_name_resolve", "skip_networking", "skip_show_database"];

/// Keys that only one of the products has.
const ONLY_MARIADB: &[&str] = &[
    "aria_encrypt_tables",
    "encrypt_binlog",
    "encrypt_tmp_files",
    "innodb_encrypt_log",
    "innodb_encrypt_tables",
    "server_audit_logging",
    "wsrep_on",
];
const ONLY_MYSQL: &[&str] = &[
    "binlog_encryption",
    "default_table_encryption",
    "innodb_redo_log_encrypt",
    "innodb_undo_log_encrypt",
    "early_plugin_load",
    "mysqlx_port",
    "mysqlx_bind_address",
    "default_authentication_plugin",
    "authentication_policy",
];

const TELLING: &[&str] = &["mysqld", "mariadb", "mariadbd", "mysqld_safe", "client-server", "mysqldump", "mysqld-safe"];
const INCLUDE_DEPTH: usize = 10;
const MOST_DOCUMENTS: usize = 4096;

impl Config for MysqlReader {
    fn id(&self) -> &'static str {
        "mysql"
    }

    fn title(&self) -> &'static str {
        "MySQL and MariaDB server (my.cnf)"
    }

    fn notes(&self) -> &'static str {
        "Keys compare without case, and - is _. What the groups of the server ([mysqld], [server], [mariadb], [mariadbd], [galera]) set \
         is in force for the whole document, the last value wins; other groups are contexts (`[client]`). loose-, enable-, disable- \
         and skip- are understood, and sizes (16M) are in bytes; on and off are ON and OFF. !include and !includedir are read where \
         they stand. A group of one version ([mysqld-8.0]) leaves its keys unknown. What SHOW VARIABLES prints is read as well; what it does not \
         list is not known."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if matches!(probe.name, "my.cnf" | "my.ini" | "mariadb.cnf" | "mysqld.cnf") || is_export(probe.head) {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let groups = text::meaningful(probe, &['#', ';']).take(400).filter_map(|line| line.strip_prefix('[')?.split(']').next());
        let mut own = false;
        for group in groups {
            own |= TELLING.contains(&group.to_ascii_lowercase().as_str())
                || group.starts_with("mysqld")
                || group.starts_with("mariadb-");
        }
        let drop_in = probe.extension == "cnf"
            && (probe.path.contains("mysql") || probe.path.contains("mariadb") || probe.path.contains("my.cnf.d/"));
        if own || drop_in { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        if is_export(source) {
            let read = exports::pairs(source, &["variable_name"], &["value", "variable_value", "global_value"]);
            return read.ok_or_else(|| text::error("an export of variables without its columns", 1));
        }
        let mut root: Vec<Entry> = Vec::new();
        for (number, line) in text::lines(source) {
            let body = line.trim();
            if body.is_empty() || body.starts_with(['#', ';']) {
                continue;
            }
            let column = text::column(line, line.len() - line.trim_start().len());
            let entry = |key: &str, kind: Kind| Entry {
                key: key.to_owned(),
                line: number,
                column,
                node: Node::new(kind, number, column),
            };
            if let Some(include) = body.strip_prefix('!') {
                let (word, path) = include.split_once(char::is_whitespace).unwrap_or((include, ""));
                if !matches!(word, "include" | "includedir") {
                    return Err(text::error("a directive that is not known", number));
                }
                root.push(entry(&format!("!{word}"), Kind::Text(path.trim().to_owned())));
                continue;
            }
            if let Some(rest) = body.strip_prefix('[') {
                let name = rest.split_once(']').ok_or_else(|| text::error("a group without its end", number))?.0;
                root.push(entry(name.trim(), Kind::Map(Vec::new())));
                continue;
            }
            let group = root.iter_mut().rev().find_map(|entry| match &mut entry.node.kind {
                Kind::Map(entries) => Some(entries),
                _ => None,
            });
            let group = group.ok_or_else(|| text::error("an option before any group", number))?;
            let body = uncommented(body);
            let (key, value) =
                body.split_once('=').map_or((body, None), |(key, value)| (key.trim(), Some(unquoted(value.trim()))));
            let kind = match value {
                Some(value) if is_secret(key) && !value.is_empty() => Kind::Masked("(not kept)".to_owned()),
                Some(value) => Kind::Text(value),
                None => Kind::Null,
            };
            group.push(entry(key, kind));
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::CaseDash
    }

    fn known(&self) -> &'static [Known] {
        DEFAULTS
    }

    fn form(&self) -> &'static str {
        "{key} = {value}"
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut force = Force { include, settings: BTreeMap::new(), stack: Vec::new(), documents: 0, mariadb: false };
        if root.get("@export").is_some() {
            let mut settings: Vec<Setting> =
                root.entries().iter().filter(|entry| !entry.key.starts_with('@')).map(|entry| named(entry, None)).collect();
            fill(&mut settings, DEFAULTS, Fold::CaseDash, "");
            exports::unlisted(&mut settings);
            // a variable of the other product is rightly not there
            settings.retain(|setting| {
                setting.unknown.is_none() || !DEFAULTS.iter().any(|known| known.key == setting.key && other(known))
            });
            return Some(settings);
        }
        force.walk(root.entries(), None);
        let wrote = |keys: &[&str]| force.settings.keys().any(|key| key.0.is_empty() && keys.contains(&key.1.as_str()));
        let product = if force.mariadb || wrote(ONLY_MARIADB) {
            Some("MariaDB")
        } else if wrote(ONLY_MYSQL) {
            Some("MySQL")
        } else {
            None
        };
        let mut settings: Vec<Setting> = force.settings.into_values().collect();
        settings.sort_by_key(|setting| (setting.artifact, setting.line));
        let before = settings.len();
        fill(&mut settings, DEFAULTS, Fold::CaseDash, "");
        for setting in settings.iter_mut().skip(before) {
            if let Some(product) = product {
                decide(setting, product);
            }
        }
        settings.retain(|setting| !setting.key.is_empty());
        Some(settings)
    }
}

/// Whether only one of the products has the key.
fn other(known: &Known) -> bool {
    matches!(&known.absent, Absent::Varies(cases) if cases.iter().any(|case| case.1.is_empty()) && known.key != "secure_file_priv")
}

/// A default where the file shows whose server it is. A key that this one does not have loses its name, and is left out.
fn decide(setting: &mut Setting, product: &str) {
    let Some(Known { absent: Absent::Varies(cases), .. }) = DEFAULTS.iter().find(|known| known.key == setting.key) else {
        return;
    };
    let of: Vec<_> = cases.iter().filter(|case| case.0.starts_with(product)).collect();
    let [one] = of.as_slice() else {
        setting.cases = of.iter().map(|case| case.1.to_owned()).collect();
        return;
    };
    if one.1 == "unknown" {
        return;
    }
    setting.value.kind = Kind::Text(one.1.to_owned());
    setting.unknown = None;
    setting.cases.clear();
    if one.1.is_empty() && setting.key != "secure_file_priv" {
        setting.key.clear();
    }
}

fn is_export(head: &str) -> bool {
    let head: String = text::unmarked(head).chars().take(2048).collect();
    text::split(&head).take(3).any(|line| {
        let line = line.to_ascii_lowercase();
        let cells: Vec<&str> =
            line.split(['|', '\t', ',']).map(|cell| cell.trim().trim_matches('"')).filter(|cell| !cell.is_empty()).collect();
        matches!(cells.as_slice(), ["variable_name", "value" | "variable_value" | "global_value", ..])
    })
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase().replace('-', "_");
    let about = ["validate", "default_password", "password_history", "password_reuse", "old_passwords", "password_require"];
    (key.contains("password") && !about.iter().any(|word| key.contains(word)))
        || matches!(&*key, "wsrep_sst_auth" | "wsrep_provider_options")
}

/// A line up to its comment: `#` outside of quotes begins one wherever it stands.
fn uncommented(line: &str) -> &str {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open && !escaped => quote = None,
            ('#', None) => return line.get(..at).unwrap_or_default().trim_end(),
            _ => {}
        }
        escaped = quote.is_some() && c == '\\' && !escaped;
    }
    line
}

fn unquoted(value: &str) -> String {
    let quoted = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(value).to_owned()
}

/// An option under its canonical name, with the server's own spelling of its value.
fn named(entry: &Entry, artifact: Option<u32>) -> Setting {
    let lower = entry.key.to_ascii_lowercase().replace('-', "_");
    let mut key = lower.strip_prefix("loose_").unwrap_or(&lower).to_owned();
    let mut setting = Setting { artifact, ..Setting::of(entry) };
    let written = entry.node.scalar().map(str::to_owned);
    let mut cut = ["skip_", "disable_", "enable_"].into_iter().filter(|_| !SKIP.contains(&key.as_str()));
    let negated = cut.find_map(|sign| key.strip_prefix(sign).map(|rest| (sign, rest.to_owned())));
    if let Some((sign, rest)) = negated.filter(|row| row.1 != "networking") {
        key = rest;
        let on = (sign == "enable_") != matches!(written.as_deref(), Some("0"));
        setting.value.kind = Kind::Text(if on { "ON" } else { "OFF" }.to_owned());
    } else if let Some(written) = written {
        let lower = written.to_ascii_lowercase();
        let boolean = BOOLEANS.contains(&key.as_str());
        let value = match &*lower {
            "" if entry.node.kind == Kind::Null => "ON".to_owned(),
            "1" | "on" | "true" if boolean => "ON".to_owned(),
            "0" | "off" | "false" if boolean => "OFF".to_owned(),
            // any other word is refused with a warning, and counts as off
            _ if boolean => "OFF".to_owned(),
            "on" | "off" | "true" | "false" => lower.replace("true", "ON").replace("false", "OFF").to_ascii_uppercase(),
            _ => size(&lower).unwrap_or(written),
        };
        setting.value.kind = Kind::Text(value);
    }
    setting.key = key;
    setting
}

/// `16M` in bytes.
fn size(text: &str) -> Option<String> {
    let unit = text.chars().last()?;
    let power = "kmgtpe".find(unit)? as u32 + 1;
    let digits = text.strip_suffix(unit)?;
    digits.parse::<u64>().ok()?.checked_mul(1024_u64.checked_pow(power)?).map(|bytes| bytes.to_string())
}

/// The walk that finds what is in force.
struct Force<'a> {
    include: &'a dyn Fn(&str) -> Included,
    settings: BTreeMap<(String, String), Setting>,
    stack: Vec<u32>,
    documents: usize,
    mariadb: bool,
}

impl Force<'_> {
    fn walk(&mut self, entries: &[Entry], artifact: Option<u32>) {
        for entry in entries {
            let group = entry.key.to_ascii_lowercase();
            if group.starts_with('!') {
                self.include(entry, &group, artifact);
                continue;
            }
            self.mariadb |= group.starts_with("mariadb");
            let versioned = ["mysqld-", "mariadb-", "mariadbd-"]
                .iter()
                .any(|name| group.strip_prefix(name).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())));
            let server = versioned || matches!(&*group, "mysqld" | "server" | "mariadb" | "mariadbd" | "galera");
            let context = if server { String::new() } else { format!("[{group}]") };
            for option in entry.node.entries() {
                let mut setting = named(option, artifact).within(context.clone());
                if versioned {
                    setting.unknown = Some("it is set for one version of the server only".to_owned());
                }
                let key = setting.key.clone();
                // each of these adds a plugin
                let key = if key == "plugin_load_add" { format!("{key} {}", self.settings.len()) } else { key };
                self.settings.insert((context.clone(), key), setting);
            }
        }
    }

    fn include(&mut self, entry: &Entry, word: &str, artifact: Option<u32>) {
        let path = text::masked_include(&entry.node).unwrap_or_else(|| entry.node.scalar().unwrap_or_default().to_owned());
        let path = format!("/{}", path.trim_matches('/'));
        let glob = if word == "!includedir" { format!("{path}/*.cnf") } else { path };
        for (number, document) in (self.include)(&glob).documents {
            self.documents += 1;
            if self.documents > MOST_DOCUMENTS || self.stack.len() >= INCLUDE_DEPTH || self.stack.contains(&number) {
                let setting = Setting { artifact, key: "@incomplete".to_owned(), ..exports::valued(entry, "yes") };
                self.settings.insert((String::new(), "@incomplete".to_owned()), setting);
                continue;
            }
            self.stack.push(number);
            self.walk(document.entries(), Some(number));
            self.stack.pop();
        }
    }
}
