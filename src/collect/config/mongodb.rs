//! `MongoDB`: `mongod.conf` as YAML, and the older form of `key = value`. Old names come out under the current ones. It must not judge
//! values; passwords are not kept.

use super::exports;
use super::known::{self, Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text, yaml};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct MongodbReader;

/// The reader, for the registry.
pub(super) static CONFIG: MongodbReader = MongodbReader;

const NET: &str = "MongoDB manual, Configuration File Options, net Options";
const SECURITY: &str = "MongoDB manual, Configuration File Options, security Options";
const AUDIT: &str = "MongoDB manual, Configuration File Options, auditLog Options";

/// What the server does when a key is absent.
const DEFAULTS: &[Known] = &[
    unset("auditLog.destination", AUDIT),
    is("auditing", "no", AUDIT),
    varies("net.bindIp", &[("before 3.6", "0.0.0.0"), ("since 3.6", "localhost")], NET),
    is("net.port", "27017", NET),
    unset("net.tls.disabledProtocols", NET),
    is("net.tls.allowConnectionsWithoutCertificates", "false", NET),
    is("net.tls.allowInvalidCertificates", "false", NET),
    is("net.tls.mode", "disabled", NET),
    is("security.authorization", "disabled", SECURITY),
    is("security.enableEncryption", "false", SECURITY),
    is("security.javascriptEnabled", "true", SECURITY),
    is("security.redactClientLogData", "false", SECURITY),
    is("systemLog.verbosity", "0", "MongoDB manual, Configuration File Options, systemLog Options"),
];

/// Names of the older form.
const OLD: &[(&str, &str)] = &[
    ("bind_ip", "net.bindIp"),
    ("bind_ip_all", "net.bindIpAll"),
    ("port", "net.port"),
    ("sslMode", "net.tls.mode"),
    ("tlsMode", "net.tls.mode"),
    ("auth", "security.authorization"),
    ("noauth", "security.authorization"),
    ("keyFile", "security.keyFile"),
    ("enableEncryption", "security.enableEncryption"),
    ("auditDestination", "auditLog.destination"),
    ("dbpath", "storage.dbPath"),
    ("logpath", "systemLog.path"),
    ("noscripting", "security.javascriptEnabled"),
];

impl Config for MongodbReader {
    fn id(&self) -> &'static str {
        "mongodb"
    }

    fn title(&self) -> &'static str {
        "MongoDB server (mongod.conf)"
    }

    fn notes(&self) -> &'static str {
        "Keys are dotted, however they are nested. net.ssl is given as net.tls (requireSSL as requireTLS), the older form \
         (`auth = true`) by the current keys; a key file turns authorization on, bindIpAll is an address of all. `auditing` is yes \
         where a destination of the audit log is set. Passwords are not kept."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if matches!(probe.name, "mongod.conf" | "mongodb.conf" | "mongos.conf") {
            return Claim::Product;
        }
        if !matches!(probe.extension, "conf" | "yml" | "yaml" | "cfg" | "") {
            return Claim::No;
        }
        let has = |key: &str| text::meaningful(probe, &['#']).take(200).any(|line| line.starts_with(key));
        if has("systemLog:") && (has("net:") || has("storage:") || has("security:")) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let telling = source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let old = telling.clone().next().is_some_and(|line| line.contains('=') && !line.contains(": "));
        let mut root = if old { older(source)? } else { yaml::CONFIG.read(source)? };
        exports::hide(&mut root, &|key| key.contains("password"), 0);
        match root.kind {
            Kind::Map(_) => Ok(root),
            Kind::Null => Ok(Node::new(Kind::Map(Vec::new()), 1, 1)),
            _ => Err(text::error("not a mapping of settings", 1)),
        }
    }

    fn known(&self) -> &'static [Known] {
        DEFAULTS
    }

    fn form(&self) -> &'static str {
        "{key}: {value}"
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings: Vec<Setting> = Vec::new();
        for entry in exports::flat(root) {
            let setting = canonical(&entry);
            // a list that is repeated in the older form is not joined: the last one counts
            settings.retain(|other| other.key != setting.key);
            settings.push(setting);
        }
        let find = |settings: &[Setting], key: &str| settings.iter().find(|setting| setting.key == key).cloned();
        let made = [
            ("net.bindIpAll", "net.bindIp", "0.0.0.0,::"),
            ("security.keyFile", "security.authorization", "enabled"),
            ("security.clusterAuthMode", "security.authorization", "enabled"),
            ("auditLog.destination", "auditing", "yes"),
        ];
        for (from, key, value) in made {
            let Some(mut setting) = find(&settings, from) else { continue };
            if from == "net.bindIpAll" && setting.value.scalar() != Some("true") {
                continue;
            }
            if settings.iter().any(|other| other.key == key && key == "security.authorization") {
                continue;
            }
            settings.retain(|other| other.key != key);
            key.clone_into(&mut setting.key);
            setting.value.kind = Kind::Text(value.to_owned());
            settings.push(setting);
        }
        known::fill(&mut settings, DEFAULTS, Fold::Exact, "");
        Some(settings)
    }
}

/// The older form: `key = value` on each line.
fn older(source: &str) -> Result<Node, ReadError> {
    let mut root = Vec::new();
    for (number, line) in text::lines(source) {
        let body = line.split('#').next().unwrap_or_default().trim();
        if body.is_empty() {
            continue;
        }
        let (key, value) = body.split_once('=').ok_or_else(|| text::error("a line without `=`", number))?;
        let column = text::column(line, line.len() - line.trim_start().len());
        let node = Node::text(value.trim(), number, column);
        root.push(Entry { key: key.trim().to_owned(), line: number, column, node });
    }
    Ok(Node::new(Kind::Map(root), 1, 1))
}

/// A setting under its current name.
fn canonical(entry: &Entry) -> Setting {
    let mut setting = Setting::of(entry);
    let name = OLD.iter().find(|row| row.0 == entry.key).map_or(entry.key.as_str(), |row| row.1);
    setting.key = match name.strip_prefix("net.ssl.") {
        Some("PEMKeyFile") => "net.tls.certificateKeyFile".to_owned(),
        Some(rest) => format!("net.tls.{rest}"),
        None => name.to_owned(),
    };
    let Some(written) = entry.node.scalar() else { return setting };
    let yes = written.eq_ignore_ascii_case("true");
    let value = match (setting.key.as_str(), entry.key.as_str()) {
        ("net.tls.mode", _) => written.replace("SSL", "TLS"),
        (_, "auth") => if yes { "enabled" } else { "disabled" }.to_owned(),
        (_, "noauth") => if yes { "disabled" } else { "enabled" }.to_owned(),
        (_, "noscripting") => if yes { "false" } else { "true" }.to_owned(),
        _ => return setting,
    };
    setting.value.kind = Kind::Text(value);
    setting
}
