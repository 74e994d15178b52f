//! Kubernetes' `EncryptionConfiguration`: how the API server keeps secrets and other objects. The first provider writes; the others only
//! read what was written before. It must not look at keys.

use super::deploy::{Force, at, last};
use super::known::{Known, is};
use super::{Claim, Config, Included, People, Probe, ReadError, jsonc, text, yaml};
use crate::model::node::{Node, Setting};

/// The reader.
pub(super) struct Encryption;

/// The reader, for the registry.
pub(super) static CONFIG: Encryption = Encryption;

const KNOWN: &[Known] = &[
    is("secrets", "identity", "Kubernetes, Encrypting Confidential Data at Rest"),
    is("configmaps", "identity", "Kubernetes, Encrypting Confidential Data at Rest"),
];
/// Resources that a file may name.
const MOST: usize = 4096;

impl Config for Encryption {
    fn id(&self) -> &'static str {
        "kube_encryption"
    }

    fn title(&self) -> &'static str {
        "Kubernetes EncryptionConfiguration"
    }

    fn notes(&self) -> &'static str {
        "The key is a resource (`secrets`, `configmaps`), the value the first provider of the first entry that names it: identity is none. \
         What only `*.` or `*.*` name has their provider. In the older form (`kind: EncryptionConfig`) likewise."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let head = text::unmarked(probe.head);
        let yaml = text::split(head).any(|line| {
            let value = line
                .strip_prefix("kind:")
                .map(|value| value.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']));
            matches!(value, Some("EncryptionConfiguration" | "EncryptionConfig"))
        });
        let json =
            head.trim_start().starts_with('{') && head.contains("\"EncryptionConfiguration\"") && head.contains("\"providers\"");
        let own = matches!(probe.extension, "yaml" | "yml" | "json" | "conf" | "txt" | "");
        if own && (yaml || json) { Claim::Product } else { Claim::No }
    }

    fn people(&self) -> People {
        People::Whole
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let root = if text::unmarked(source).trim_start().starts_with('{') {
            jsonc::CONFIG.read(source)?
        } else {
            yaml::CONFIG.read(source)?
        };
        if last(&root, "resources").is_none_or(|list| list.items().is_empty()) {
            return Err(text::error("it names no resources", 1));
        }
        Ok(root)
    }

    fn free(&self) -> bool {
        true
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut force = Force::new();
        let mut rest: [Option<(&str, &Node)>; 2] = [None, None];
        for entry in last(root, "resources").map_or(&[][..], Node::items) {
            let first = last(entry, "providers").map_or(&[][..], Node::items).first();
            let provider = first.and_then(|first| first.entries().first());
            for resource in last(entry, "resources").map_or(&[][..], Node::items).iter().take(MOST) {
                let Some(name) = resource.scalar() else { continue };
                let place = provider.map_or(at(resource), |entry| (entry.line, entry.column));
                match (name, provider) {
                    // the empty group is the core: `*.`; `*.*` is every group
                    ("*.", Some(provider)) => rest[0] = rest[0].or(Some((provider.key.as_str(), resource))),
                    ("*.*", Some(provider)) => rest[1] = rest[1].or(Some((provider.key.as_str(), resource))),
                    _ if force.settings.iter().any(|setting| setting.key == name) => {}
                    (_, Some(provider)) => force.say("", name, provider.key.clone(), place),
                    (_, None) => force.unknown("", name, place, "no provider stands there"),
                }
            }
        }
        for (provider, resource) in rest.into_iter().flatten() {
            for known in KNOWN {
                if !force.settings.iter().any(|setting| setting.key == known.key) {
                    force.say("", known.key, provider, at(resource));
                }
            }
        }
        force.fill(KNOWN, "");
        Some(force.settings)
    }
}
