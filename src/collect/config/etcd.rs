//! etcd: flags (a static pod's manifest, a systemd unit, a line of `ps`), its file of variables, or its YAML file. It must not judge.

use super::deploy::Force;
use super::known::{Known, is, unset};
use super::{Claim, Config, Included, Probe, ReadError, flags, text, yaml};
use crate::model::node::{Entry, Kind, Node, Setting};

/// The reader.
pub(super) struct Etcd;

/// The reader, for the registry.
pub(super) static CONFIG: Etcd = Etcd;

const DOC: &str = "etcd, Configuration options";

const KNOWN: &[Known] = &[
    is("auto-tls", "false", DOC),
    unset("cert-file", DOC),
    is("client-cert-auth", "false", DOC),
    unset("data-dir", DOC),
    unset("key-file", DOC),
    is("listen-client-urls", "http://localhost:2379", DOC),
    unset("listen-metrics-urls", DOC),
    is("listen-peer-urls", "http://localhost:2380", DOC),
    is("peer-auto-tls", "false", DOC),
    unset("peer-cert-file", DOC),
    is("peer-client-cert-auth", "false", DOC),
    unset("peer-key-file", DOC),
    unset("peer-trusted-ca-file", DOC),
    unset("tls-min-version", DOC),
    unset("trusted-ca-file", DOC),
];

/// Flags that take no word behind them.
const BARE: &[&str] =
    &["auto-tls", "client-cert-auth", "peer-auto-tls", "peer-client-cert-auth", "force-new-cluster", "enable-pprof"];
/// What stands for a unit's file of variables.
const FILE: &str = "@environment-file";
/// Keys of the YAML file that tell it.
const TELLING: &[&str] = &[
    "listen-client-urls:",
    "listen-peer-urls:",
    "initial-advertise-peer-urls:",
    "client-transport-security:",
    "peer-transport-security:",
];

impl Config for Etcd {
    fn id(&self) -> &'static str {
        "etcd"
    }

    fn title(&self) -> &'static str {
        "etcd"
    }

    fn notes(&self) -> &'static str {
        "Keys are etcd's flags without dashes (`client-cert-auth`, `listen-client-urls`), wherever they are set: flags, variables \
         (`ETCD_CLIENT_CERT_AUTH`), or its YAML file (`client-transport-security.client-cert-auth`, `peer-transport-security.cert-file` is \
         `peer-cert-file`). Of a flag given twice the last counts. Each address to listen on is a setting of its own. A YAML file that is named by \
         `config-file` stands in for all flags."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let head = text::unmarked(probe.head);
        if head.starts_with("#!") || head.contains("```") || head.contains("{{") {
            return Claim::No;
        }
        let own = matches!(probe.extension, "yaml" | "yml" | "manifest" | "service" | "conf" | "txt" | "" | "env" | "default");
        let yaml = matches!(probe.extension, "yaml" | "yml" | "conf")
            && text::split(head).filter(|line| TELLING.iter().any(|key| line.starts_with(key))).count() >= 2;
        let lines = || text::split(head).map(str::trim_start).filter(|line| !line.starts_with('#'));
        let variables = if head.contains("ETCD_") {
            lines().filter(|line| line.starts_with("ETCD_") && line.contains('=')).count()
        } else {
            0
        };
        let file = variables >= 2 && variables * 2 > lines().filter(|line| !line.is_empty()).count();
        let telling =
            ["--data-dir", "--listen-client-urls", "--listen-peer-urls", "--initial-cluster", "--cert-file", "--config-file"];
        let flags = telling.iter().any(|flag| head.contains(flag)) && flags::starts(head, "etcd");
        // Debian's file of variables has nothing but comments
        let named = probe.path.ends_with("default/etcd") || (probe.name == "etcd.service" && head.contains("ExecStart="));
        if own && (yaml || file || flags || named) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let text = text::clean(source)?;
        if TELLING.iter().any(|key| text.lines().any(|line| line.starts_with(key))) {
            return yaml::CONFIG.read(source);
        }
        let mut variables = Vec::new();
        for (number, line) in text::lines(text) {
            let body = line.trim_start().trim_start_matches("Environment=").trim_start_matches(['"', '\'']);
            if let Some(file) = body.strip_prefix("EnvironmentFile=") {
                let file = file.trim().trim_start_matches('-').replace("%p", "etcd");
                variables.push(Entry { key: FILE.to_owned(), line: number, column: 1, node: text::value(file, number, 17) });
            }
            if let Some((name, value)) = body.strip_prefix("ETCD_").and_then(|rest| rest.split_once('=')) {
                let value = value.trim().trim_matches(['"', '\'']).to_owned();
                let column = text::column(line, line.len() - line.trim_start().len());
                variables.push(Entry {
                    key: name.trim().to_lowercase().replace('_', "-"),
                    line: number,
                    column,
                    node: text::value(value, number, column),
                });
            }
        }
        match flags::read(source, "etcd", BARE) {
            // a flag stands over a variable
            Ok(mut root) => {
                if let Kind::Map(entries) = &mut root.kind {
                    variables.append(entries);
                }
                Ok(Node::new(Kind::Map(variables), 1, 1))
            }
            // what has neither is a file of comments, or none of etcd's
            Err(error)
                if variables.is_empty()
                    && text.lines().any(|line| !matches!(line.trim_start().chars().next(), None | Some('#'))) =>
            {
                Err(error)
            }
            Err(_) => Ok(Node::new(Kind::Map(variables), 1, 1)),
        }
    }

    fn free(&self) -> bool {
        true
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "{key}: {value}"
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut force = Force::new();
        let file = root.entries().iter().rev().find(|entry| entry.key == "config-file").and_then(|entry| entry.node.scalar());
        let mut missing = false;
        for entry in root.entries().iter().filter(|entry| entry.key == FILE) {
            let brought = entry.node.scalar().map(include).map(|included| included.documents).unwrap_or_default();
            missing |= brought.is_empty();
            for (number, document) in brought.iter().take(16) {
                force.artifact = Some(*number);
                settings(&mut force, document);
            }
            force.artifact = None;
        }
        match file {
            Some(file) if !file.is_empty() => {
                let brought = include(file).documents.into_iter().next();
                missing = brought.is_none();
                force.settings.clear();
                if let Some((number, document)) = brought {
                    force.artifact = Some(number);
                    settings(&mut force, &document);
                }
            }
            _ => settings(&mut force, root),
        }
        force.artifact = None;
        let before = force.settings.len();
        force.fill(KNOWN, "");
        for setting in force.settings.iter_mut().skip(before).filter(|_| missing) {
            setting.unknown = Some("a file that sets more is not delivered".to_owned());
        }
        Some(force.settings)
    }
}

fn settings(force: &mut Force, root: &Node) {
    for entry in root.entries().iter().filter(|entry| entry.key != FILE) {
        let prefix = match entry.key.as_str() {
            "client-transport-security" => "",
            "peer-transport-security" => "peer-",
            _ => {
                one(force, &entry.key, entry);
                continue;
            }
        };
        for inner in entry.node.entries() {
            one(force, &format!("{prefix}{}", inner.key), inner);
        }
    }
}

/// One key: what it was before is over.
fn one(force: &mut Force, key: &str, entry: &Entry) {
    force.settings.retain(|setting| setting.key != key);
    let place = (entry.line, entry.column);
    match entry.node.scalar() {
        Some("") | None if entry.node.kind == Kind::Null => {}
        Some(urls) if key.starts_with("listen-") && key.ends_with("-urls") => {
            for url in urls.split(',').map(str::trim).filter(|url| !url.is_empty()) {
                force.say("", key, url, place);
            }
        }
        _ => force.scalar("", key, entry),
    }
}
