//! Azure: resource manager templates, and what the command line prints of resources. What an expression decides is unknown. It must not
//! evaluate templates.

use super::thing::{Dialect, Thing};
use super::{Claim, Config, People, Probe, ReadError, jsonc, text};
use crate::model::node::{Kind, Node};

/// The reader.
pub(super) struct Azure;

/// The reader, for the registry.
pub(super) static CONFIG: Azure = Azure;

/// How deep resources stand in resources.
const DEPTH: usize = 16;

impl Config for Azure {
    fn id(&self) -> &'static str {
        "azure"
    }

    fn title(&self) -> &'static str {
        "Azure resource manager template, or resources as `az` prints them"
    }

    fn notes(&self) -> &'static str {
        "Templates (`resources`, nested ones too), `az ... show` and `az ... list` as JSON, and answers of the REST interface (`value`), asked \
         by path or, better, by kind of resource (`config: azure_storage_account`). Properties count where they stand in `properties` \
         and where the command line has lifted them out of it. An expression (`[parameters('x')]`) is not known before it is deployed."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let head = text::unmarked(probe.head).trim_start();
        let named = head.contains("\"Microsoft.") && head.contains("\"type\"");
        let template = head.contains("deploymentTemplate.json#") || head.contains("DeploymentTemplate.json#");
        let own = matches!(probe.extension, "json" | "txt" | "");
        if own && head.starts_with(['{', '[']) && named && (template || is_answer(head)) { Claim::Product } else { Claim::No }
    }

    fn people(&self) -> People {
        People::Whole
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        jsonc::CONFIG.read(source)
    }

    fn things<'a>(&self, root: &'a Node, _path: &str) -> Vec<Thing<'a>> {
        let mut out = Vec::new();
        resources(root, "", &mut out, 0);
        out
    }
}

/// Whether every object says by `id` where in a subscription it is, as answers do.
fn is_answer(head: &str) -> bool {
    head.contains("\"id\": \"/subscriptions/") || head.contains("\"id\":\"/subscriptions/")
}

fn resources<'a>(node: &'a Node, within: &str, out: &mut Vec<Thing<'a>>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    for item in node.items() {
        resources(item, within, out, depth + 1);
    }
    let mut inner = within.to_owned();
    if let Some(of) = node.get("type").and_then(Node::scalar).filter(|of| of.contains('/') || !within.is_empty()) {
        inner = if within.is_empty() || of.starts_with("Microsoft.") { of.to_owned() } else { format!("{within}/{of}") };
        let name = node.get("name").and_then(Node::scalar).unwrap_or("").to_owned();
        let properties = node.get("properties").filter(|properties| matches!(properties.kind, Kind::Map(_)));
        let id = node.get("id").and_then(Node::scalar).map(str::to_owned);
        out.push(Thing {
            dialect: Dialect::Azure,
            of: inner.clone(),
            name,
            aliases: id.into_iter().collect(),
            node: properties.unwrap_or(node),
            later: None,
            parameters: None,
            refers: Vec::new(),
            line: node.line,
            column: node.column,
        });
    }
    for key in ["resources", "value"] {
        for entry in node.entries().iter().filter(|entry| entry.key == key) {
            resources(&entry.node, &inner, out, depth + 1);
            // newer templates name each resource
            entry.node.entries().iter().for_each(|entry| resources(&entry.node, &inner, out, depth + 1));
        }
    }
}
