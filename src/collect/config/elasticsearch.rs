//! Elasticsearch: `elasticsearch.yml`. Nested and dotted keys are the same. It must not judge values; secrets are not kept.

use super::exports;
use super::known::{self, Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text, yaml};
use crate::model::node::{Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct ElasticsearchReader;

/// The reader, for the registry.
pub(super) static CONFIG: ElasticsearchReader = ElasticsearchReader;

const SECURITY: &str = "Elasticsearch reference, Security settings";
const NETWORK: &str = "Elasticsearch reference, Networking";
const AUDIT: &str = "Elasticsearch reference, Auditing security settings";

/// What the node does when a key is absent.
const DEFAULTS: &[Known] = &[
    unset("cluster.name", NETWORK),
    unset("http.host", NETWORK),
    is("http.port", "9200-9300", NETWORK),
    is("network.host", "_local_", NETWORK),
    is("xpack.security.audit.enabled", "false", AUDIT),
    is("xpack.security.audit.logfile.events.emit_request_body", "false", AUDIT),
    unset("xpack.security.authc.anonymous.roles", SECURITY),
    varies("xpack.security.enabled", &[("before 8.0", "false"), ("since 8.0", "true")], SECURITY),
    is("xpack.security.http.ssl.enabled", "false", SECURITY),
    unset("xpack.security.http.ssl.supported_protocols", SECURITY),
    is("xpack.security.transport.ssl.enabled", "false", SECURITY),
    is("xpack.security.transport.ssl.verification_mode", "full", SECURITY),
];

impl Config for ElasticsearchReader {
    fn id(&self) -> &'static str {
        "elasticsearch"
    }

    fn title(&self) -> &'static str {
        "Elasticsearch node (elasticsearch.yml)"
    }

    fn notes(&self) -> &'static str {
        "Keys are dotted, however they are nested in the file. A key that is written twice, or takes its value from the environment \
         (${…}), is not known. Lists are joined by commas. Passwords and tokens are not kept."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if matches!(probe.name, "elasticsearch.yml" | "elasticsearch.yaml") {
            return Claim::Product;
        }
        if !matches!(probe.extension, "yml" | "yaml" | "") {
            return Claim::No;
        }
        let mut telling = 0;
        for line in text::meaningful(probe, &['#']).take(200) {
            if line.starts_with("apiVersion:") || line.starts_with("services:") || line.starts_with("- ") {
                return Claim::No;
            }
            let key = line.split(':').next().unwrap_or_default();
            telling += usize::from(
                key.starts_with("xpack.security.")
                    || matches!(key, "discovery.seed_hosts" | "cluster.initial_master_nodes" | "node.roles"),
            );
        }
        if telling > 0 { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root = yaml::CONFIG.read(source)?;
        let secret = |key: &str| key.contains("password") || key.contains("token") || key.contains("secret");
        exports::hide(&mut root, &secret, 0);
        match root.kind {
            Kind::Map(_) => Ok(root),
            Kind::Null => Ok(Node::new(Kind::Map(Vec::new()), 1, 1)),
            _ => Err(text::error("not a mapping of settings", 1)),
        }
    }

    fn fold(&self) -> Fold {
        Fold::Exact
    }

    fn known(&self) -> &'static [Known] {
        DEFAULTS
    }

    fn form(&self) -> &'static str {
        "{key}: {value}"
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings: Vec<Setting> = Vec::new();
        let mut seen = std::collections::HashMap::new();
        for entry in exports::flat(root) {
            let mut setting = Setting::of(&entry);
            if entry.node.scalar().is_some_and(|value| value.contains("${")) {
                setting.unknown = Some("the environment of the node says what it is".to_owned());
            }
            if let Some(first) = seen.insert(entry.key.clone(), settings.len()) {
                let twice = Some("the key is written twice, which Elasticsearch refuses".to_owned());
                setting.unknown.clone_from(&twice);
                if let Some(first) = settings.get_mut(first) {
                    first.unknown = twice;
                }
            }
            settings.push(setting);
        }
        known::fill(&mut settings, DEFAULTS, Fold::Exact, "");
        Some(settings)
    }
}
