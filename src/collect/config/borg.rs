//! Borg: borgmatic's YAML, `borg info --json`, and scripts that call it: how a repository is encrypted, what is kept how long.
//! It must not keep a passphrase or the address of a repository.

use super::flat::{self, Place};
use super::{Claim, Config, Included, Probe, ReadError, jsonc, text, yaml};
use crate::model::node::{Entry, Kind, Node, Setting};

/// The reader.
pub(super) struct BorgReader;

/// The reader, for the registry.
pub(super) static CONFIG: BorgReader = BorgReader;

const COMMANDS: &[&str] = &["create", "init", "rcreate", "repo-create", "prune", "compact", "check", "info"];
/// Sections of borgmatic before 1.8.
const SECTIONS: &[&str] = &["location", "storage", "retention", "consistency"];

impl Config for BorgReader {
    fn id(&self) -> &'static str {
        "borg"
    }

    fn title(&self) -> &'static str {
        "Borg backups (borgmatic, borg info --json, scripts)"
    }

    fn notes(&self) -> &'static str {
        "`encryption` (the mode: repokey-blake2, none …) and `encrypted` (no for none and authenticated) from `borg info --json` and \
         `borg init`. The rules as `keep_daily` and so on with `kept_days` (the longest; a month is 30 days) and `kept_forever`, from \
         borgmatic and from each `borg prune` of a script (for `prune`). `passphrase_written` (a passphrase in the file itself), \
         `prune` (scripts: whether old archives are removed)."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        match probe.extension {
            "yaml" | "yml" => {
                let has = |key: &str| {
                    text::meaningful(probe, &['#']).take(2000).any(|line| line.trim_start_matches("- ").starts_with(key))
                };
                let ours = has("repositories:") && (has("source_directories:") || has("borgmatic_") || has("encryption_pass"));
                if ours { Claim::Product } else { Claim::No }
            }
            "json" | "txt" | "" if probe.head.trim_start().starts_with('{') => {
                let has = |word: &str| probe.head.contains(word);
                let ours = has("\"encryption\"")
                    && has("\"repository\"")
                    && has("\"mode\"")
                    && (has("\"security_dir\"") || has("\"cache\""));
                if ours { Claim::Product } else { Claim::No }
            }
            "" | "sh" | "bash" | "service" | "env" | "cron" if !probe.name.starts_with("readme") => {
                if flat::calls(probe.head, "borg", COMMANDS).is_empty() { Claim::No } else { Claim::Product }
            }
            _ => Claim::No,
        }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let mut root = Vec::new();
        let calls = flat::calls(source, "borg", COMMANDS);
        if source.trim_start().starts_with('{') {
            let tree = jsonc::CONFIG.read(source)?;
            let encryption = tree.entries().iter().find(|entry| entry.key == "encryption");
            let mode = encryption.and_then(|entry| entry.node.entries().iter().find(|inner| inner.key == "mode"));
            root.extend(mode.map(|mode| Entry { key: "encryption".to_owned(), ..mode.clone() }));
        } else if calls.is_empty() {
            let tree = yaml::CONFIG.read(source)?;
            tree.entries().iter().for_each(|entry| take(entry, &mut root));
            root.push(flat::entry("@borgmatic", "yes", 1, 1));
        } else {
            for (line, body) in flat::joined(source) {
                let body = body.trim();
                let body =
                    body.strip_prefix("export ").or_else(|| body.strip_prefix("Environment=")).unwrap_or(body).trim_matches('"');
                let written = body.strip_prefix("BORG_PASSPHRASE=").map(|value| value.trim_matches(['"', '\'']));
                if written.is_some_and(|value| !value.is_empty() && !value.starts_with(['$', '`'])) {
                    root.push(flat::entry("encryption_passphrase", "(set)", line, 1));
                }
            }
            for call in calls {
                let mut entries = vec![flat::entry("@command", call.command, call.line, 1)];
                let kept = |name: &str| name.starts_with("keep-") || matches!(name, "e" | "encryption");
                let options = call.options.into_iter().filter(|row| kept(&row.0));
                entries.extend(options.map(|(name, value)| flat::entry(name, value, call.line, 1)));
                root.push(flat::block("call", entries, call.line, 1));
            }
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings = Vec::new();
        let written = root.entries().iter().find(|entry| entry.key == "encryption_passphrase");
        let place = written.map(|entry| Place::of(entry, None)).unwrap_or_default();
        settings.push(place.truth("", "passphrase_written", written.is_some()));
        for entry in root.entries().iter().filter(|entry| entry.key == "encryption") {
            mode(&mut settings, Place::of(entry, None), "", &text::label(&entry.node, None));
        }
        let rules = |entries: &[Entry], start: &str| -> Vec<(String, String)> {
            let one = |entry: &Entry| entry.key.strip_prefix(start).map(|name| (name.to_owned(), text::label(&entry.node, None)));
            entries.iter().filter_map(one).collect()
        };
        if root.get("@borgmatic").is_some() {
            let own = rules(root.entries(), "keep_");
            let first = root.entries().iter().find(|entry| entry.key.starts_with("keep_"));
            let place = first.map(|entry| Place::of(entry, None)).unwrap_or_default();
            settings.extend(root.entries().iter().filter(|entry| entry.key.starts_with("keep_")).map(Setting::of));
            settings.extend(flat::kept(place, "", &own));
        }
        let calls = root.entries().iter().filter(|entry| entry.key == "call");
        let mut pruned = None;
        let mut any = false;
        for call in calls {
            any = true;
            let place = Place::of(call, None);
            match call.node.get("@command").and_then(Node::scalar).unwrap_or_default() {
                "init" | "rcreate" | "repo-create" => {
                    let given = call.node.get("encryption").or_else(|| call.node.get("e"));
                    if let Some(given) = given {
                        mode(&mut settings, place, "", &text::label(given, None));
                    }
                }
                // a dry run deletes nothing
                "prune" if call.node.get("dry-run").is_some() || call.node.get("n").is_some() => {}
                "prune" => {
                    let context = if pruned.is_none() { "prune".to_owned() } else { format!("prune (line {})", call.line) };
                    pruned.get_or_insert(place);
                    let own = rules(call.node.entries(), "keep-");
                    settings.extend(
                        own.iter().map(|(name, value)| place.text(&context, &format!("keep_{}", name.replace('-', "_")), value)),
                    );
                    settings.extend(flat::kept(place, &context, &own));
                }
                _ => {}
            }
        }
        if any {
            settings.push(pruned.unwrap_or_default().truth("", "prune", pruned.is_some()));
        }
        Some(settings)
    }
}

/// What of borgmatic's keys counts here.
fn take(entry: &Entry, root: &mut Vec<Entry>) {
    if SECTIONS.contains(&&*entry.key) {
        entry.node.entries().iter().filter(|inner| !SECTIONS.contains(&&*inner.key)).for_each(|inner| take(inner, root));
    } else if entry.key.starts_with("keep_") {
        root.push(entry.clone());
    } else if entry.key == "encryption_passphrase" {
        // borgmatic can fetch it from a store of credentials
        let fetched = entry.node.scalar().is_none_or(|value| value.is_empty() || value.starts_with(['$', '{']));
        if !fetched {
            root.push(flat::entry("encryption_passphrase", "(set)", entry.line, entry.column));
        }
    }
}

fn mode(settings: &mut Vec<Setting>, place: Place, context: &str, mode: &str) {
    let open = mode == "none" || mode.starts_with("authenticated");
    let sealed = mode.starts_with("repokey") || mode.starts_with("keyfile");
    settings.push(place.text(context, "encryption", mode));
    settings.push(if open || sealed {
        place.truth(context, "encrypted", sealed)
    } else {
        place.unknown(context, "encrypted", "the mode of encryption is set by what the file does not say", &["no", "yes"])
    });
}
