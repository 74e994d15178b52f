//! AWS `CloudFormation` templates, JSON or YAML: the tree, and the resources that it describes. It must not decide what only a deployment
//! decides (parameters, conditions): those values are unknown.

use super::thing::{Dialect, Thing};
use super::{Claim, Config, People, Probe, ReadError, jsonc, text, yaml};
use crate::model::node::Node;

/// The reader.
pub(super) struct Template;

/// The reader, for the registry.
pub(super) static CONFIG: Template = Template;

impl Config for Template {
    fn id(&self) -> &'static str {
        "cloudformation"
    }

    fn title(&self) -> &'static str {
        "AWS CloudFormation template"
    }

    fn notes(&self) -> &'static str {
        "JSON or YAML, asked by path (`$.Resources.Cards.Properties.Encrypted`) or, better, by kind of resource (`config: aws_s3_bucket`). \
         What a parameter, a condition or a function decides is not known, unless every value it can take gives the same answer; a \
         property set to `AWS::NoValue` is absent. `Ref` and `Fn::GetAtt` join resources of one template."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let head = probe.head;
        let written = matches!(probe.extension, "json" | "yaml" | "yml" | "template" | "cfn" | "txt" | "");
        let typed = head.contains("AWS::") && head.contains("Resources") && head.contains("Type");
        let version = head.contains("AWSTemplateFormatVersion") && head.contains("Resources");
        if written && (version || typed) && is_template(head) { Claim::Product } else { Claim::No }
    }

    fn people(&self) -> People {
        People::Whole
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let start = text::unmarked(source).trim_start();
        let root = if start.starts_with('{') { jsonc::CONFIG.read(source)? } else { yaml::CONFIG.read(source)? };
        if root.get("Resources").is_none() {
            return Err(text::error("a template without resources", 1));
        }
        Ok(root)
    }

    fn things<'a>(&self, root: &'a Node, _path: &str) -> Vec<Thing<'a>> {
        let parameters = root.get("Parameters");
        let resources = root.entries().iter().filter(|entry| entry.key == "Resources");
        let all = resources.flat_map(|entry| entry.node.entries());
        all.filter_map(|entry| {
            let of = entry.node.get("Type")?.scalar()?.to_owned();
            Some(Thing {
                dialect: Dialect::CloudFormation,
                of,
                name: entry.key.clone(),
                aliases: Vec::new(),
                node: entry.node.get("Properties").unwrap_or(&EMPTY),
                later: None,
                parameters,
                refers: Vec::new(),
                line: entry.line,
                column: entry.column,
            })
        })
        .collect()
    }
}

/// The properties of a resource that sets none.
static EMPTY: Node = Node { kind: crate::model::node::Kind::Null, line: 0, column: 0 };

/// Whether the keys stand at the top: a document about templates, or a change set that quotes one, is none.
fn is_template(head: &str) -> bool {
    let start = text::unmarked(head).trim_start();
    if let Some(inner) = start.strip_prefix('{') {
        let first = inner.trim_start().trim_start_matches('"');
        return [
            "AWSTemplateFormatVersion",
            "Description",
            "Resources",
            "Parameters",
            "Mappings",
            "Metadata",
            "Transform",
            "Conditions",
            "Outputs",
        ]
        .iter()
        .any(|key| first.starts_with(key));
    }
    text::split(head).any(|line| line.trim_end() == "Resources:")
}
