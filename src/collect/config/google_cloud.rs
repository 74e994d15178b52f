//! Google Cloud: what `gcloud` and the APIs print of resources. It must not guess what an answer without a kind is, but for buckets, whose
//! address tells.

use super::thing::{Dialect, Thing};
use super::{Claim, Config, People, Probe, ReadError, jsonc, text, yaml};
use crate::model::node::Node;

/// The reader.
pub(super) struct GoogleCloud;

/// The reader, for the registry.
pub(super) static CONFIG: GoogleCloud = GoogleCloud;

/// Kinds of answers.
const KINDS: &[&str] = &["storage#bucket", "storage#buckets", "sql#instance", "sql#instancesList"];

impl Config for GoogleCloud {
    fn id(&self) -> &'static str {
        "google_cloud"
    }

    fn title(&self) -> &'static str {
        "Resources of Google Cloud as `gcloud` prints them"
    }

    fn notes(&self) -> &'static str {
        "`gcloud storage buckets describe`, `gcloud sql instances describe` (and `list`) as JSON or YAML, and answers of the APIs, asked by path \
         or, better, by kind of resource (`config: google_storage_bucket`)."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let head = text::unmarked(probe.head);
        if !matches!(probe.extension, "json" | "yaml" | "yml" | "txt" | "") {
            return Claim::No;
        }
        let json = head.trim_start().starts_with(['{', '[']);
        if json && head.contains("\"kind\"") && KINDS.iter().any(|kind| head.contains(&format!("\"{kind}\""))) {
            return Claim::Product;
        }
        let mut lines = text::split(head).map(|line| line.trim().trim_end_matches(',').replace('"', ""));
        let told = lines.any(|line| {
            let line = line.trim_start_matches(['{', '[', '-', ' ']);
            line.strip_prefix("kind: ").is_some_and(|kind| KINDS.contains(&kind)) || line.starts_with("storage_url: gs://")
        });
        if told { Claim::Product } else { Claim::No }
    }

    fn people(&self) -> People {
        People::Whole
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let start = text::unmarked(source).trim_start();
        if start.starts_with(['{', '[']) { jsonc::CONFIG.read(source) } else { yaml::CONFIG.read(source) }
    }

    fn things<'a>(&self, root: &'a Node, _path: &str) -> Vec<Thing<'a>> {
        let whole = if root.items().is_empty() { std::slice::from_ref(root) } else { root.items() };
        let mut out = Vec::new();
        for node in whole {
            let listed = node.get("items").map_or(&[][..], Node::items);
            for item in if listed.is_empty() { std::slice::from_ref(node) } else { listed } {
                let kind = item.get("kind").and_then(Node::scalar);
                let of = match kind {
                    Some(kind) => kind,
                    None if item.get("storage_url").is_some() => "gcloud#bucket",
                    None => continue,
                };
                out.push(Thing {
                    dialect: Dialect::Google,
                    of: of.to_owned(),
                    name: item.get("name").and_then(Node::scalar).unwrap_or("").to_owned(),
                    aliases: Vec::new(),
                    node: item,
                    later: None,
                    parameters: None,
                    refers: Vec::new(),
                    line: item.line,
                    column: item.column,
                });
            }
        }
        out
    }
}
