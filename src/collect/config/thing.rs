//! What templates, plans and exports of cloud services describe, before it is known by any one name: a type, an address, a tree of
//! properties. It finds places in those trees, and judges nothing.

use crate::model::node::{Entry, Kind, Node};

/// One described thing.
pub struct Thing<'a> {
    /// Whose words its type and properties are.
    pub dialect: Dialect,
    /// Its type there: `AWS::S3::Bucket`, `aws_s3_bucket`, `Buckets`.
    pub of: String,
    /// What it is called there: a logical id, an address, a name.
    pub name: String,
    /// Further names that others may use for it.
    pub aliases: Vec<String>,
    /// Its properties.
    pub node: &'a Node,
    /// The same tree with `true` where a value is only known later (Terraform).
    pub later: Option<&'a Node>,
    /// What whoever deploys it decides (`CloudFormation`: the template's parameters).
    pub parameters: Option<&'a Node>,
    /// What its arguments refer to, by argument (Terraform: where the value itself is not known yet).
    pub refers: Vec<(String, String)>,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// Whose words a thing's type and properties are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// AWS `CloudFormation`.
    CloudFormation,
    /// Terraform: plan, state and source.
    Terraform,
    /// What the AWS command line prints.
    Aws,
    /// Azure: resource manager templates, and what `az` prints.
    Azure,
    /// Google Cloud: what `gcloud` prints.
    Google,
}

impl Dialect {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::CloudFormation => "cloudformation",
            Self::Terraform => "terraform",
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Google => "google_cloud",
        }
    }
}

/// What stands at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Place<'a> {
    /// The value; `None` where only later steps know it.
    pub value: Result<&'a Node, Unknown>,
    /// Line of the key, from 1.
    pub line: u32,
    /// Column of the key, from 1.
    pub column: u32,
}

/// Why a value is not known, and what it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Why.
    pub reason: String,
    /// What it may be; empty where nobody can say.
    pub cases: Vec<String>,
}

/// How deep a path leads at most.
const DEPTH: usize = 24;

impl<'a> Thing<'a> {
    /// Everything that a path names: dotted keys, `[]` for each element of a list (a mapping is a list of one).
    pub fn look(&self, path: &str) -> Vec<Place<'a>> {
        let steps: Vec<&str> = path.split('.').collect();
        let mut out = Vec::new();
        let here = Place { value: Ok(self.node), line: self.line, column: self.column };
        self.walk(here, self.later, &steps, &mut out, 0);
        out
    }

    /// The first scalar at a path.
    pub fn text(&self, path: &str) -> Option<String> {
        self.look(path)
            .into_iter()
            .find_map(|place| place.value.ok()?.scalar().map(str::to_owned))
            .filter(|text| !text.is_empty())
    }

    fn walk(&self, here: Place<'a>, later: Option<&'a Node>, steps: &[&str], out: &mut Vec<Place<'a>>, depth: usize) {
        let Ok(node) = here.value else { return out.push(here) };
        if depth > DEPTH {
            return;
        }
        if later.is_some_and(|later| matches!(later.kind, Kind::Bool(true))) {
            let reason = "it is only known once the plan is applied".to_owned();
            return out.push(Place { value: Err(Unknown { reason, cases: Vec::new() }), ..here });
        }
        if self.dialect == Dialect::CloudFormation {
            match intrinsic(node, self.parameters) {
                None => {}
                Some(Intrinsic::Nothing) => return,
                // where a value is asked for, a reference to another resource is one
                Some(Intrinsic::Reference) if steps.is_empty() => return out.push(here),
                Some(Intrinsic::Reference) => return,
                Some(Intrinsic::Unknown(unknown)) => return out.push(Place { value: Err(unknown), ..here }),
                Some(Intrinsic::Either(branches)) => {
                    let mut cases = Vec::new();
                    for branch in branches {
                        let mut found = Vec::new();
                        self.walk(Place { value: Ok(branch), ..here.clone() }, None, steps, &mut found, depth + 1);
                        cases.push(found);
                    }
                    return out.extend(either(cases, &here));
                }
            }
        }
        // an expression of a resource manager template; `[[` begins a plain text
        let expression = |text: &str| text.starts_with('[') && text.ends_with(']') && !text.starts_with("[[");
        if self.dialect == Dialect::Azure && node.scalar().is_some_and(expression) {
            let reason = "an expression sets it, so it is only known once the template is deployed".to_owned();
            return out.push(Place { value: Err(Unknown { reason, cases: Vec::new() }), ..here });
        }
        let Some((step, rest)) = steps.split_first() else {
            // Terraform's states have an empty text where nothing is set
            let nothing = self.dialect == Dialect::Terraform && node.scalar() == Some("");
            if !matches!(node.kind, Kind::Null) && !nothing {
                out.push(here);
            }
            return;
        };
        let (key, each) = step.strip_suffix("[]").map_or((*step, false), |key| (key, true));
        let place = |entry: &'a Entry| Place { value: Ok(&entry.node), line: entry.line, column: entry.column };
        let next = |node: &'a Node| node.entries().iter().filter(|entry| same(self.dialect, &entry.key, key)).map(place);
        let after = later.and_then(|later| later.get(key));
        let mut found: Vec<Place<'a>> = if key.is_empty() { vec![here.clone()] } else { next(node).collect() };
        if found.is_empty() && after.is_some_and(|later| matches!(later.kind, Kind::Bool(true))) {
            found.push(here);
        }
        for one in found {
            match &one.value {
                Ok(Node { kind: Kind::List(items), .. }) if each => {
                    for (index, item) in items.iter().enumerate() {
                        let later = after.and_then(|later| later.items().get(index));
                        let place = Place { value: Ok(item), line: item.line.max(one.line), column: item.column };
                        self.walk(place, later, rest, out, depth + 1);
                    }
                }
                _ => self.walk(one, after, rest, out, depth + 1),
            }
        }
    }
}

/// Keys of Azure come as `properties.x` in templates and as `x` from the command line, with either case in front.
fn same(dialect: Dialect, key: &str, wanted: &str) -> bool {
    if dialect == Dialect::Azure { key.eq_ignore_ascii_case(wanted) } else { key == wanted }
}

/// Values that a parameter may take, if each of them is to be looked at.
const MOST_CASES: usize = 100;

/// What a function of `CloudFormation` stands for.
enum Intrinsic<'a> {
    /// As if the property were not written.
    Nothing,
    /// Another resource, or a part of it.
    Reference,
    /// One of these.
    Either(Vec<&'a Node>),
    /// Not known before it is deployed.
    Unknown(Unknown),
}

fn intrinsic<'a>(node: &'a Node, parameters: Option<&Node>) -> Option<Intrinsic<'a>> {
    let [entry] = node.entries() else { return None };
    let parameter = entry.node.scalar().and_then(|name| parameters?.get(name));
    let unknown = |what: &str| {
        let reason = format!("{what} sets it, so it is only known once the template is deployed");
        Some(Intrinsic::Unknown(Unknown { reason, cases: Vec::new() }))
    };
    match entry.key.as_str() {
        "Ref" if entry.node.scalar() == Some("AWS::NoValue") => Some(Intrinsic::Nothing),
        "Ref" => match parameter {
            None => Some(Intrinsic::Reference),
            Some(parameter) => {
                let allowed = parameter.get("AllowedValues").map_or(&[][..], Node::items);
                // of so many nobody can say what all come to, and they are written down wherever the parameter stands
                let few = allowed.iter().filter(|_| allowed.len() <= MOST_CASES);
                let cases = few.filter_map(Node::scalar).map(str::to_owned).collect();
                let reason = "a parameter sets it, so it is only known once the template is deployed".to_owned();
                Some(Intrinsic::Unknown(Unknown { reason, cases }))
            }
        },
        "Fn::GetAtt" => Some(Intrinsic::Reference),
        "Fn::If" => match entry.node.items() {
            [_, yes, no] => Some(Intrinsic::Either(vec![yes, no])),
            _ => unknown("a condition"),
        },
        key if key.starts_with("Fn::") => unknown("a function"),
        _ => None,
    }
}

/// What two branches of a condition come to.
fn either<'a>(cases: Vec<Vec<Place<'a>>>, here: &Place<'a>) -> Vec<Place<'a>> {
    let texts = |found: &[Place<'a>]| -> Option<Vec<String>> {
        found.iter().map(|place| place.value.as_ref().ok().and_then(|node| node.scalar()).map(str::to_owned)).collect()
    };
    let all: Vec<Option<Vec<String>>> = cases.iter().map(|found| texts(found)).collect();
    if let [Some(first), Some(second)] = all.as_slice()
        && first == second
    {
        return cases.into_iter().next().unwrap_or_default();
    }
    let reason = "a condition decides it, so it is only known once the template is deployed".to_owned();
    // a branch without the value leaves it to the default: nobody can list that as a case
    let known = all.iter().all(|case| case.as_ref().is_some_and(|case| case.len() == 1));
    let cases = if known { all.into_iter().flatten().flatten().collect() } else { Vec::new() };
    vec![Place { value: Err(Unknown { reason, cases }), ..here.clone() }]
}
