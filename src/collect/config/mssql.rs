//! Microsoft SQL Server: exports of its catalog views as JSON or CSV. A row is what its columns say: a setting of the server, a
//! database, an audit, a backup, a log-in. It must not judge values.

use super::exports;
use super::known::{Known, unset};
use super::{Claim, Config, Included, Probe, ReadError, jsonc, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct MssqlReader;

/// The reader, for the registry.
pub(super) static CONFIG: MssqlReader = MssqlReader;

/// An export shows what is there: nothing of it has a default.
const KEYS: &[Known] = &[
    unset("encrypted", "SQL Server documentation, msdb.dbo.backupset"),
    unset("is_disabled", "SQL Server documentation, sys.server_principals"),
    unset("is_encrypted", "SQL Server documentation, sys.databases"),
    unset("is_policy_checked", "SQL Server documentation, sys.sql_logins"),
    unset("is_state_enabled", "SQL Server documentation, sys.server_audits"),
    unset("is_trustworthy_on", "SQL Server documentation, sys.databases"),
    unset("xp_cmdshell", "SQL Server documentation, Server configuration options"),
];

/// The views: what a row of one is called, the columns that tell it, and the column of its name.
const VIEWS: &[(&str, &[&str], &str)] = &[
    ("configuration", &["name", "value_in_use"], "name"),
    ("database", &["name", "is_encrypted"], "name"),
    ("audit", &["name", "is_state_enabled"], "name"),
    ("backup", &["database_name", "encryptor_type"], "database_name"),
    ("backup", &["database_name", "key_algorithm"], "database_name"),
    ("login", &["name", "is_policy_checked"], "name"),
    ("login", &["name", "is_disabled", "type_desc"], "name"),
];

/// Databases of the server itself, which cannot be encrypted.
const SYSTEM: &[&str] = &["master", "model", "msdb", "tempdb"];
const MOST_ROWS: usize = 50_000;

impl Config for MssqlReader {
    fn id(&self) -> &'static str {
        "mssql"
    }

    fn title(&self) -> &'static str {
        "Microsoft SQL Server (exports of catalog views)"
    }

    fn notes(&self) -> &'static str {
        "Rows of sys.configurations are settings of the whole (xp_cmdshell, the value in use). Databases (`database cards`), audits, \
         backups and log-ins are contexts with their columns; `encrypted` of a backup is yes where it has an encryptor. Databases of \
         the server itself are left out. JSON (an array of rows, or such arrays by name) and CSV."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if !matches!(probe.extension, "json" | "csv" | "txt" | "tsv") {
            return Claim::No;
        }
        let head = text::unmarked(probe.head);
        let head = head.char_indices().nth(2048).and_then(|row| head.get(..row.0)).unwrap_or(head);
        let first = if probe.extension == "json" { head } else { text::split(head).next().unwrap_or_default() };
        // nearly every text with such an ending is something else; each of the telling words has this sign
        if !first.contains('_') {
            return Claim::No;
        }
        let words: Vec<String> = first
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        let has = |word: &str| words.iter().any(|own| own == word);
        // columns that only these views have
        let telling = has("value_in_use")
            || has("is_state_enabled")
            || has("is_policy_checked")
            || has("encryptor_type")
            || (has("is_encrypted") && (has("is_trustworthy_on") || has("recovery_model_desc") || has("database_id")));
        if telling && (has("name") || has("database_name")) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let mut root = Vec::new();
        if source.trim_start().starts_with(['[', '{']) {
            rows(&jsonc::CONFIG.read(source)?, &mut root, 0);
        } else {
            let (header, found) = exports::table(source).ok_or_else(|| text::error("a table without columns", 1))?;
            for row in found.into_iter().take(MOST_ROWS) {
                let cells: Vec<Entry> = header
                    .iter()
                    .zip(row.cells)
                    .map(|(key, cell)| Entry { key: key.clone(), line: row.line, column: 1, node: Node::text(cell, row.line, 1) })
                    .collect();
                root.extend(one(&cells, row.line));
            }
        }
        if root.is_empty() {
            return Err(text::error("no row of a view that is known", 1));
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KEYS
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings = Vec::new();
        for row in root.entries() {
            let name = row.node.get("@args").map(|node| text::label(node, None)).unwrap_or_default();
            let fields = row.node.entries().iter().filter(|field| field.key != "@args");
            if row.key == "configuration" {
                let value = row.node.entries().iter().find(|field| field.key == "value_in_use");
                settings.extend(value.map(|value| Setting { key: name, ..Setting::of(value) }));
                continue;
            }
            if row.key == "database" && SYSTEM.contains(&name.to_ascii_lowercase().as_str()) {
                continue;
            }
            // a database has many backups
            let place = if row.key == "backup" { format!(" (line {})", row.line) } else { String::new() };
            let context = format!("{} {name}{place}", row.key);
            for field in fields {
                let mut setting = Setting::of(field).within(context.clone());
                if let Some(value) = field.node.scalar().filter(|value| matches!(*value, "true" | "True" | "false" | "False")) {
                    setting.value.kind = Kind::Text(if value.eq_ignore_ascii_case("true") { "1" } else { "0" }.to_owned());
                }
                settings.push(setting);
            }
            if row.key == "backup" {
                let with = ["encryptor_type", "key_algorithm"].iter().filter_map(|key| row.node.get(key)?.scalar());
                let encrypted = with.clone().any(|value| !value.is_empty() && !value.eq_ignore_ascii_case("null"));
                settings.push(
                    Setting { key: "encrypted".to_owned(), ..exports::valued(row, if encrypted { "yes" } else { "no" }) }
                        .within(context),
                );
            }
        }
        Some(settings)
    }
}

/// Every object of a tree that is a row.
fn rows(node: &Node, out: &mut Vec<Entry>, depth: usize) {
    if depth > 8 || out.len() >= MOST_ROWS {
        return;
    }
    if let Some(row) = one(node.entries(), node.line) {
        out.push(row);
        return;
    }
    node.items().iter().for_each(|item| rows(item, out, depth + 1));
    node.entries().iter().for_each(|entry| rows(&entry.node, out, depth + 1));
}

/// A row as what its columns say it is.
fn one(cells: &[Entry], line: u32) -> Option<Entry> {
    let has = |column: &&str| cells.iter().any(|cell| cell.key.eq_ignore_ascii_case(column));
    let (kind, _, name) = VIEWS.iter().find(|view| view.1.iter().all(&has))?;
    let name = cells.iter().find(|cell| cell.key.eq_ignore_ascii_case(name))?;
    let mut fields = vec![Entry { key: "@args".to_owned(), ..name.clone() }];
    // a hash of a password is not kept
    let secret = |cell: &Entry| cell.key.to_ascii_lowercase().contains("hash") || cell.key.eq_ignore_ascii_case("sid");
    let rest = cells.iter().filter(|cell| cell.node.scalar().is_some() && cell.key != name.key && !secret(cell));
    fields.extend(rest.map(|cell| Entry { key: cell.key.to_ascii_lowercase(), ..cell.clone() }));
    Some(Entry { key: (*kind).to_owned(), line, column: 1, node: Node::new(Kind::Map(fields), line, 1) })
}
