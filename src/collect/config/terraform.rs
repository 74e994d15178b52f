//! Terraform plans and states as JSON: the tree, and the resources they describe. What is only known once a plan is applied is unknown.
//! It must not evaluate configuration: it reads what Terraform itself has worked out.

use super::thing::{Dialect, Thing};
use super::{Claim, Config, People, Probe, ReadError, jsonc, text};
use crate::model::node::{Kind, Node};
use std::collections::HashMap;

/// The reader.
pub(super) struct Terraform;

/// The reader, for the registry.
pub(super) static CONFIG: Terraform = Terraform;

/// How deep modules stand in modules.
const DEPTH: usize = 32;

impl Config for Terraform {
    fn id(&self) -> &'static str {
        "terraform"
    }

    fn title(&self) -> &'static str {
        "Terraform plan or state"
    }

    fn notes(&self) -> &'static str {
        "`terraform show -json` of a plan or a state, and state files (`terraform.tfstate`), asked by path or, better, by kind of resource \
         (`config: aws_s3_bucket`). Modules are followed. A value that is only known once the plan is applied cannot be determined. \
         Separate resources (a bucket and its `aws_s3_bucket_public_access_block`) are joined by reference or by name."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let head = text::unmarked(probe.head).trim_start();
        let state = head.contains("\"terraform_version\"") && (head.contains("\"serial\"") || head.contains("\"lineage\""));
        let shown = head.contains("\"format_version\"")
            && (head.contains("\"planned_values\"") || head.contains("\"terraform_version\"") || head.contains("\"values\""));
        let own = matches!(probe.extension, "json" | "tfstate" | "backup" | "txt" | "");
        if own && head.starts_with('{') && (state || shown) { Claim::Product } else { Claim::No }
    }

    fn people(&self) -> People {
        People::Whole
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let root = jsonc::CONFIG.read(source)?;
        if ["planned_values", "values", "resources"].iter().all(|key| root.get(key).is_none()) {
            return Err(text::error("neither a plan nor a state: it has no values", 1));
        }
        Ok(root)
    }

    fn things<'a>(&self, root: &'a Node, _path: &str) -> Vec<Thing<'a>> {
        let mut out = Vec::new();
        let planned = root.get("planned_values").or_else(|| root.get("values"));
        let mut later: HashMap<&str, &Node> = HashMap::new();
        for change in root.get("resource_changes").map_or(&[][..], Node::items) {
            let unknown = change.get("change").and_then(|change| change.get("after_unknown"));
            if let (Some(address), Some(unknown)) = (change.get("address").and_then(Node::scalar), unknown) {
                later.insert(address, unknown);
            }
        }
        let mut refers = HashMap::new();
        if let Some(module) = root.get("configuration").and_then(|part| part.get("root_module")) {
            references(module, "", &mut refers, 0);
        }
        if let Some(module) = planned.and_then(|values| values.get("root_module")) {
            modules(module, &later, &refers, &mut out, 0);
        }
        for resource in root.get("resources").map_or(&[][..], Node::items) {
            state(resource, &mut out);
        }
        out
    }
}

/// Data sources are looked up, not owned.
fn managed(resource: &Node) -> bool {
    resource.get("mode").and_then(Node::scalar).is_none_or(|mode| mode == "managed")
}

fn names(node: &Node) -> Vec<String> {
    ["id", "bucket", "name", "arn", "identifier"].iter().filter_map(|key| node.get(key)?.scalar()).map(str::to_owned).collect()
}

fn thing<'a>(of: &str, address: String, node: &'a Node, at: (u32, u32)) -> Thing<'a> {
    Thing {
        dialect: Dialect::Terraform,
        of: of.to_owned(),
        name: address,
        aliases: names(node),
        node,
        later: None,
        parameters: None,
        refers: Vec::new(),
        line: at.0,
        column: at.1,
    }
}

fn modules<'a>(
    module: &'a Node,
    later: &HashMap<&str, &'a Node>,
    refers: &HashMap<String, Vec<(String, String)>>,
    out: &mut Vec<Thing<'a>>,
    depth: usize,
) {
    for resource in module.get("resources").map_or(&[][..], Node::items).iter().filter(|resource| managed(resource)) {
        let text = |key: &str| resource.get(key).and_then(Node::scalar);
        let (Some(of), Some(address), Some(values)) = (text("type"), text("address"), resource.get("values")) else { continue };
        // without the index: what is said of one instance in the source is said of each
        let plain: String = plain_address(address);
        let mut thing = thing(of, address.to_owned(), values, (resource.line, resource.column));
        thing.later = later.get(address).copied();
        thing.refers = refers.get(&plain).cloned().unwrap_or_default();
        out.push(thing);
    }
    if depth < DEPTH {
        for child in module.get("child_modules").map_or(&[][..], Node::items) {
            modules(child, later, refers, out, depth + 1);
        }
    }
}

/// `module.a["x"].aws_s3_bucket.b[0]` without what stands in brackets.
fn plain_address(address: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// What the arguments of each resource refer to, by address: `aws_s3_bucket.cards.id` -> `aws_s3_bucket.cards`.
fn references(module: &Node, prefix: &str, out: &mut HashMap<String, Vec<(String, String)>>, depth: usize) {
    for resource in module.get("resources").map_or(&[][..], Node::items) {
        let Some(address) = resource.get("address").and_then(Node::scalar) else { continue };
        let mut found = Vec::new();
        for entry in resource.get("expressions").map_or(&[][..], Node::entries) {
            let named = entry.node.get("references").map_or(&[][..], Node::items).iter().filter_map(Node::scalar);
            for name in named {
                let two: Vec<&str> = name.splitn(3, '.').take(2).collect();
                found.push((entry.key.clone(), plain_address(&format!("{prefix}{}", two.join(".")))));
            }
        }
        out.insert(plain_address(&format!("{prefix}{address}")), found);
    }
    if depth < DEPTH {
        for call in module.get("module_calls").map_or(&[][..], Node::entries) {
            if let Some(inner) = call.node.get("module") {
                references(inner, &format!("{prefix}module.{}.", call.key), out, depth + 1);
            }
        }
    }
}

/// One resource of a state file: an instance each.
fn state<'a>(resource: &'a Node, out: &mut Vec<Thing<'a>>) {
    let text = |key: &str| resource.get(key).and_then(Node::scalar);
    let (Some(of), Some(name)) = (text("type"), text("name")) else { return };
    if !managed(resource) {
        return;
    }
    let module = text("module").map_or(String::new(), |module| format!("{module}."));
    let instances = resource.get("instances").map_or(&[][..], Node::items);
    for instance in instances {
        let Some(attributes) = instance.get("attributes").filter(|node| matches!(node.kind, Kind::Map(_))) else { continue };
        let index = instance.get("index_key").and_then(Node::scalar).map_or(String::new(), |index| format!("[{index}]"));
        let address = format!("{module}{of}.{name}{index}");
        let mut thing = thing(of, address, attributes, (instance.line, instance.column));
        thing.aliases.push(format!("{module}{of}.{name}"));
        out.push(thing);
    }
}
