//! restic in scripts, units, tables of cron and files of its environment: what is kept how long, what is pruned, where the password
//! stands. It must not keep a password or what is in the address of a repository.

use super::flat::{self, Place};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Kind, Node, Setting};

/// The reader.
pub(super) struct ResticReader;

/// The reader, for the registry.
pub(super) static CONFIG: ResticReader = ResticReader;

const COMMANDS: &[&str] = &["backup", "forget", "prune", "init", "check", "copy", "snapshots", "restore"];
/// Options that are kept; of others not even the name.
const KEPT: &[&str] = &["prune", "insecure-no-password", "password-file", "password-command", "append-only", "dry-run", "p", "n"];

impl Config for ResticReader {
    fn id(&self) -> &'static str {
        "restic"
    }

    fn title(&self) -> &'static str {
        "restic backups (scripts, units, cron, environment)"
    }

    fn notes(&self) -> &'static str {
        "For the whole file: `forgets`, `prune` (by `prune` or `forget --prune`; only where it forgets), `insecure_no_password`, \
         `password_written` (RESTIC_PASSWORD in the file itself), `repository` (its kind: local, sftp, rest, s3 …). For each `forget` \
         (`forget`, `forget (line N)`): the rules as `keep_daily` and so on, `kept_days` as the longest of them (a month is 30 days), \
         `kept_forever` (no rule, a tag that is kept, or unlimited). Numbers of backups alone say no days: unknown."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let script = matches!(probe.extension, "" | "sh" | "bash" | "service" | "env" | "cron" | "conf");
        if !script || probe.name.starts_with("readme") {
            return Claim::No;
        }
        // a file of environment that other programs share is left to the reader of those
        let owned = ["RESTIC_", "AWS_", "B2_", "AZURE_ACCOUNT_", "RCLONE_"];
        let line_ours = |line: &str| owned.iter().any(|start| line.trim_start_matches("export ").starts_with(start));
        let mut lines = text::meaningful(probe, &['#']).peekable();
        let environment = probe.head.contains("RESTIC_") && lines.peek().is_some() && lines.all(line_ours);
        let ours = environment || !flat::calls(probe.head, "restic", COMMANDS).is_empty();
        if ours { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let mut root = Vec::new();
        for (line, body) in flat::joined(source) {
            let body = body.trim();
            let body =
                body.strip_prefix("export ").or_else(|| body.strip_prefix("Environment=")).unwrap_or(body).trim_matches('"');
            let Some((name, value)) = body.split_once('=').filter(|row| row.0.starts_with("RESTIC_")) else { continue };
            let value = value.trim_matches(['"', '\'']);
            let shown = match name {
                "RESTIC_PASSWORD" if value.is_empty() || value.starts_with(['$', '`']) => "elsewhere",
                "RESTIC_REPOSITORY" => scheme(value),
                _ => "(set)",
            };
            root.push(flat::entry(name, shown, line, 1));
        }
        for call in flat::calls(source, "restic", COMMANDS) {
            let mut entries = vec![flat::entry("@command", call.command, call.line, 1)];
            for (name, value) in call.options {
                let repository = matches!(name.as_str(), "r" | "repo");
                if repository {
                    entries.push(flat::entry("repository", scheme(&value), call.line, 1));
                } else if name.starts_with("keep-") {
                    entries.push(flat::entry(name, value, call.line, 1));
                } else if KEPT.contains(&&*name) {
                    entries.push(flat::entry(name, "yes", call.line, 1));
                }
            }
            root.push(flat::block("call", entries, call.line, 1));
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings = Vec::new();
        // a dry run deletes nothing
        let real = |entry: &&Entry| ["dry-run", "n"].iter().all(|option| entry.node.get(option).is_none());
        let called = root.entries().iter().any(|entry| entry.key == "call");
        let calls: Vec<&Entry> = root.entries().iter().filter(|entry| entry.key == "call").filter(real).collect();
        let command = |entry: &Entry| entry.node.get("@command").and_then(Node::scalar).unwrap_or_default().to_owned();
        let forgets: Vec<&&Entry> = calls.iter().filter(|entry| command(entry) == "forget").collect();
        let all =
            |entry: &&&Entry| command(entry) == "prune" || (command(entry) == "forget" && entry.node.get("prune").is_some());
        let prunes = calls.iter().find(all);
        let dry = root.entries().iter().find(|entry| entry.key == "call" && command(entry) == "forget" && !real(entry));
        let first = forgets.first().map(|entry| Place::of(entry, None)).or_else(|| dry.map(|entry| Place::of(entry, None)));
        if called {
            settings.push(first.unwrap_or_default().truth("", "forgets", first.is_some()));
        }
        settings
            .extend(first.map(|place| prunes.map_or(place, |entry| Place::of(entry, None)).truth("", "prune", prunes.is_some())));
        let insecure = calls.iter().find(|entry| entry.node.get("insecure-no-password").is_some());
        settings.push(insecure.map(|entry| Place::of(entry, None)).unwrap_or_default().truth(
            "",
            "insecure_no_password",
            insecure.is_some(),
        ));
        let written =
            root.entries().iter().find(|entry| entry.key == "RESTIC_PASSWORD" && entry.node.scalar() != Some("elsewhere"));
        settings.push(written.map(|entry| Place::of(entry, None)).unwrap_or_default().truth(
            "",
            "password_written",
            written.is_some(),
        ));
        let named = root
            .entries()
            .iter()
            .find(|entry| entry.key == "RESTIC_REPOSITORY")
            .map(|entry| (Place::of(entry, None), &entry.node));
        let given = calls.iter().find_map(|entry| entry.node.get("repository").map(|node| (Place::of(entry, None), node)));
        settings.extend(given.or(named).map(|(place, node)| place.says("", "repository", node.clone())));
        for (index, entry) in forgets.iter().enumerate() {
            let place = Place::of(entry, None);
            let context = if index == 0 { "forget".to_owned() } else { format!("forget (line {})", entry.line) };
            let rules: Vec<(String, String)> = entry
                .node
                .entries()
                .iter()
                .filter_map(|inner| inner.key.strip_prefix("keep-").map(|name| (name.to_owned(), text::label(&inner.node, None))))
                .collect();
            settings.extend(
                rules.iter().map(|(name, value)| place.text(&context, &format!("keep_{}", name.replace('-', "_")), value)),
            );
            settings.extend(flat::kept(place, &context, &rules));
        }
        Some(settings)
    }
}

/// The kind of a repository's address.
fn scheme(address: &str) -> &'static str {
    let kinds = ["sftp", "rest", "s3", "b2", "azure", "gs", "swift", "rclone"];
    let kind = kinds.into_iter().find(|kind| address.strip_prefix(kind).is_some_and(|rest| rest.starts_with(':')));
    match kind {
        Some("rest") if address.starts_with("rest:http://") => "rest without tls",
        Some(kind) => kind,
        None if address.starts_with('$') => "unknown",
        None => "local",
    }
}
