//! Terraform plans and states as JSON: the tree, and the resources they describe. What is only known once a plan is applied is unknown.
//! It must not evaluate configuration: it reads what Terraform itself has worked out.

use super::thing::{Dialect, Thing};
use super::{Claim, Config, People, Probe, ReadError, jsonc, text};
use crate::model::node::{Kind, Node};
use std::collections::{BTreeSet, HashMap};

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
         Separate resources (a bucket and its `aws_s3_bucket_public_access_block`) are joined by reference, also through the variables and \
         outputs of modules, with the instance of the same index, or by name; what they set holds over the bucket's own attributes."
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
            references(&Scope { name: "", module, outer: None, depth: 0 }, &mut refers);
        }
        if let Some(module) = planned.and_then(|values| values.get("root_module")) {
            modules(module, &later, &mut out, 0);
        }
        refer(&mut out, &refers);
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

fn modules<'a>(module: &'a Node, later: &HashMap<&str, &'a Node>, out: &mut Vec<Thing<'a>>, depth: usize) {
    for resource in module.get("resources").map_or(&[][..], Node::items).iter().filter(|resource| managed(resource)) {
        let text = |key: &str| resource.get(key).and_then(Node::scalar);
        let (Some(of), Some(address), Some(values)) = (text("type"), text("address"), resource.get("values")) else { continue };
        let mut thing = thing(of, address.to_owned(), values, (resource.line, resource.column));
        thing.later = later.get(address).copied();
        out.push(thing);
    }
    if depth < DEPTH {
        for child in module.get("child_modules").map_or(&[][..], Node::items) {
            modules(child, later, out, depth + 1);
        }
    }
}

/// What each instance refers to. What the source says of one it says of each: which instance of another is meant shows in the index alone.
fn refer(out: &mut [Thing<'_>], refers: &HashMap<String, Vec<Reference>>) {
    let mut keys: HashMap<String, BTreeSet<String>> = HashMap::new();
    for thing in out.iter() {
        keys.entry(plain_address(&thing.name)).or_default().insert(key_of(&thing.name).to_owned());
    }
    let none = BTreeSet::new();
    for thing in out {
        let plain = plain_address(&thing.name);
        let own = keys.get(&plain).unwrap_or(&none);
        for reference in refers.get(&plain).map_or(&[][..], Vec::as_slice) {
            let theirs = keys.get(&plain_address(&reference.target)).unwrap_or(&none);
            let same = match reference.index {
                Index::Other => false,
                // `count.index + 1` looks the same in a plan
                Index::Count => own == theirs,
                Index::Key => own.is_subset(theirs),
            };
            let named = instances(&reference.target, &thing.name, same);
            thing.refers.extend(named.map(|target| (reference.argument.clone(), target)));
        }
    }
}

/// The index of an address, in its brackets.
fn key_of(address: &str) -> &str {
    let last = steps(address).pop().unwrap_or_default();
    last.find('[').and_then(|at| last.get(at..)).unwrap_or_default()
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

/// The parts of an address, without the dots between them; a dot in brackets divides nothing.
fn steps(address: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let dot = |c: char| {
        depth = match c {
            '[' => depth + 1,
            ']' => depth.saturating_sub(1),
            _ => depth,
        };
        c == '.' && depth == 0
    };
    address.split(dot).collect()
}

/// Which instances an address without indices may mean in what one instance says: the one of the same module with the same index
/// (`bucket = aws_s3_bucket.cards[each.key].id`) if that is the `same`, then the one of the same module without.
fn instances(target: &str, own: &str, same: bool) -> impl Iterator<Item = String> {
    let key = if same { key_of(own) } else { "" };
    let (mut out, own) = (steps(target), steps(own));
    let mut shared = true;
    let last = out.len().saturating_sub(1);
    for (index, step) in out.iter_mut().enumerate().take(last) {
        let there = own.get(index).copied().unwrap_or_default();
        shared = shared && plain_address(there) == *step;
        if shared {
            *step = there;
        }
    }
    let alone = out.join(".");
    let indexed = (!key.is_empty()).then(|| format!("{alone}{key}"));
    indexed.into_iter().chain([alone])
}

/// A module of the configuration, and where it is called.
struct Scope<'a> {
    /// What it is called there.
    name: &'a str,
    module: &'a Node,
    outer: Option<&'a Scope<'a>>,
    depth: usize,
}

impl Scope<'_> {
    /// `module.a.module.b.`
    fn prefix(&self) -> String {
        self.outer.map_or(String::new(), |outer| format!("{}module.{}.", outer.prefix(), self.name))
    }

    fn call(&self, name: &str) -> Option<&Node> {
        self.module.get("module_calls")?.get(name)
    }

    /// The addresses that a reference comes to, through the variables and outputs of modules.
    fn resolve(&self, reference: &str, out: &mut Vec<String>, depth: usize) {
        let steps = steps(reference);
        let (Some(first), Some(second)) = (steps.first(), steps.get(1)) else { return };
        if depth > DEPTH || out.len() > MOST_REFERENCES {
            return;
        }
        if *first == "var" {
            let Some(outer) = self.outer else { return };
            let said = outer.call(self.name).and_then(|call| call.get("expressions")?.get(second));
            named(said).for_each(|reference| outer.resolve(reference, out, depth + 1));
        } else if *first == "module" {
            let name = plain_address(second);
            let module = self.call(&name).and_then(|call| call.get("module"));
            if let (Some(module), Some(output)) = (module, steps.get(2)) {
                let inner = Scope { name: &name, module, outer: Some(self), depth: self.depth + 1 };
                let said = module.get("outputs").and_then(|outputs| outputs.get(output)?.get("expression"));
                named(said).for_each(|reference| inner.resolve(reference, out, depth + 1));
            }
        } else {
            let address = format!("{}{first}.{second}", self.prefix());
            if !out.contains(&address) {
                out.push(address);
            }
        }
    }
}

/// References of one argument that are followed.
const MOST_REFERENCES: usize = 64;

/// What an expression refers to.
fn named(expression: Option<&Node>) -> impl Iterator<Item = &str> {
    let references = expression.and_then(|expression| expression.get("references"));
    references.map_or(&[][..], Node::items).iter().filter_map(Node::scalar)
}

/// How an argument finds one of several instances.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Index {
    /// By its own key, which is one of theirs.
    Key,
    /// By its own number.
    Count,
    /// By something else, or not at all.
    Other,
}

/// What an argument refers to.
struct Reference {
    argument: String,
    target: String,
    index: Index,
}

/// What the arguments of each resource refer to, by address: `aws_s3_bucket.cards.id` -> `aws_s3_bucket.cards`. An index that is
/// written out (`cards[0].id`) stays.
fn references(scope: &Scope<'_>, out: &mut HashMap<String, Vec<Reference>>) {
    for resource in scope.module.get("resources").map_or(&[][..], Node::items) {
        let Some(address) = resource.get("address").and_then(Node::scalar) else { continue };
        let mut found = Vec::new();
        for entry in resource.get("expressions").map_or(&[][..], Node::entries) {
            let mut targets = Vec::new();
            let (mut key, mut count, mut other) = (false, false, false);
            for reference in named(Some(&entry.node)) {
                key |= reference == "each.key";
                count |= reference == "count.index";
                other |= ["var.", "local.", "data."].iter().any(|own| reference.starts_with(own));
                // resources one for each of others: what it is given is the one of its own key
                if reference.starts_with("each.value") {
                    key = true;
                    named(resource.get("for_each_expression")).for_each(|chained| scope.resolve(chained, &mut targets, 0));
                }
                scope.resolve(reference, &mut targets, 0);
            }
            let index = match (other, key, count) {
                (false, true, false) => Index::Key,
                (false, false, true) => Index::Count,
                _ => Index::Other,
            };
            let targets = certain(&targets).into_iter();
            found.extend(targets.map(|target| Reference { argument: entry.key.clone(), target, index }));
        }
        out.insert(plain_address(&format!("{}{address}", scope.prefix())), found);
    }
    if scope.depth < DEPTH {
        for call in scope.module.get("module_calls").map_or(&[][..], Node::entries) {
            if let Some(module) = call.node.get("module") {
                references(&Scope { name: &call.key, module, outer: Some(scope), depth: scope.depth + 1 }, out);
            }
        }
    }
}

/// Of several resources of one type that an argument names (`var.x ? a.id : b.id`) nobody can say which it comes to: none of them.
fn certain(targets: &[String]) -> Vec<String> {
    let kind = |target: &str| {
        let mut steps = steps(target);
        steps.pop();
        steps.last().map(|step| (*step).to_owned())
    };
    let single = |own: &&String| {
        let all: Vec<&String> = targets.iter().filter(|target| kind(target) == kind(own)).collect();
        // an index that is written out is named with and without it
        let indexed = all.iter().filter(|target| !key_of(target).is_empty()).count();
        let one = all.iter().all(|target| plain_address(target) == plain_address(own)) && indexed < 2;
        one && (indexed == 0 || !key_of(own).is_empty())
    };
    targets.iter().filter(single).cloned().collect()
}

/// An index as Terraform writes it: a text of `for_each` in quotes, a number of `count` without.
fn index(key: &Node) -> Option<String> {
    let text = key.scalar()?;
    match key.kind {
        Kind::Number(_) => Some(format!("[{text}]")),
        _ => Some(format!("[\"{}\"]", text.replace('\\', "\\\\").replace('"', "\\\""))),
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
        let index = instance.get("index_key").and_then(index).unwrap_or_default();
        let address = format!("{module}{of}.{name}{index}");
        let mut thing = thing(of, address, attributes, (instance.line, instance.column));
        thing.aliases.push(format!("{module}{of}.{name}"));
        out.push(thing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(target: &str, own: &str) -> Vec<String> {
        instances(target, own, true).collect()
    }

    #[test]
    fn the_instance_of_the_same_module_and_index_is_meant() {
        assert_eq!(all("aws_s3_bucket.b", "aws_s3_bucket_versioning.v"), ["aws_s3_bucket.b"]);
        assert_eq!(
            all("aws_s3_bucket.b", "aws_s3_bucket_versioning.v[\"x.y\"]"),
            ["aws_s3_bucket.b[\"x.y\"]", "aws_s3_bucket.b"]
        );
        assert_eq!(
            all("module.m.aws_s3_bucket.b", "module.m[\"k.1\"].aws_s3_bucket_versioning.v[0]"),
            ["module.m[\"k.1\"].aws_s3_bucket.b[0]", "module.m[\"k.1\"].aws_s3_bucket.b"]
        );
        // another module: nothing is known of its index
        assert_eq!(all("module.n.aws_s3_bucket.b", "module.m[0].aws_s3_bucket_versioning.v"), ["module.n.aws_s3_bucket.b"]);
        assert_eq!(instances("aws_s3_bucket.b", "aws_s3_bucket_versioning.v[0]", false).collect::<Vec<_>>(), ["aws_s3_bucket.b"]);
    }

    #[test]
    fn of_several_resources_of_a_type_none_is_meant() {
        let of = |targets: &[&str]| certain(&targets.iter().map(|target| (*target).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["aws_s3_bucket.a", "count.index"]), ["aws_s3_bucket.a", "count.index"]);
        assert_eq!(of(&["aws_s3_bucket.a[0]", "aws_s3_bucket.a"]), ["aws_s3_bucket.a[0]"]);
        assert_eq!(of(&["aws_s3_bucket.a", "aws_s3_bucket.b", "random_id.r"]), ["random_id.r"]);
        assert!(of(&["aws_s3_bucket.a[0]", "aws_s3_bucket.a[1]", "aws_s3_bucket.a"]).is_empty());
    }

    #[test]
    fn an_index_is_written_as_terraform_writes_it() {
        assert_eq!(index(&Node::text("a\"b", 1, 1)).as_deref(), Some("[\"a\\\"b\"]"));
        assert_eq!(index(&Node::new(Kind::Number("3".to_owned()), 1, 1)).as_deref(), Some("[3]"));
    }
}
