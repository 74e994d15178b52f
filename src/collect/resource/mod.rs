//! Resources: what the templates, plans and exports of a delivery describe, under one name whichever of them says it, joined from all of
//! them (a bucket, and the block of public access beside it). One file a kind. It works on evidence, and judges nothing.

use super::config::known::{self, Known};
use super::config::thing::{Dialect, Place, Thing};
use super::config::{CONFIGS, Config};
use crate::model::described::{Described, Descriptions};
use crate::model::evidence::{Artifact, Evidence, Resource};
use crate::model::facts::Facts;
use crate::model::node::{Entry, Fold, Kind as NodeKind, Node, Setting};
use crate::model::word::Word;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

/// Resources of one delivery that are kept.
const MOST: usize = 1_000_000;
/// Settings of one resource that are kept.
const MOST_SETTINGS: usize = 2_000;

/// A kind of resource.
pub struct Kind {
    /// The name that policies use.
    pub id: &'static str,
    /// One line: what it is.
    pub title: &'static str,
    /// What is understood, and from where.
    pub notes: &'static str,
    /// The keys that policies may ask for, and what holds where nobody sets them.
    pub known: &'static [Known],
    /// Who describes it, and how.
    pub sources: &'static [Source],
    /// What a part beside the thing does to what the thing says itself.
    pub parts: Parts,
    /// What follows from several settings together.
    pub settle: fn(&mut Vec<Setting>),
}

/// What a part that is described beside a thing does to what the thing says itself of the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// Both hold: rules beside rules.
    Add,
    /// The part holds. What the thing says was read when it was made, before the part was.
    Replace,
}

/// One way in which a kind of resource is described.
pub struct Source {
    /// Whose words they are.
    pub dialect: Dialect,
    /// The type there.
    pub of: &'static str,
    /// Where the thing's own name stands; names that others may use for it. Empty: it is called what it is called there.
    pub names: &'static [&'static str],
    /// It is no thing of its own: where the name of the thing stands that it belongs to.
    pub part_of: &'static str,
    /// Key, and where its value stands.
    pub map: &'static [(&'static str, &'static str)],
    /// What no path can say.
    pub more: fn(&Thing<'_>, &mut Vec<Setting>),
}

/// [`Source::part_of`]: it belongs to the thing that is called what it is called.
pub const BY_NAME: &str = "@name";

/// A setting that follows from the thing being there.
pub fn follows(thing: &Thing<'_>, key: &str, value: &str) -> Setting {
    derived(key, value, &Place { value: Ok(thing.node), line: thing.line, column: thing.column })
}

/// JSON that stands in a text.
pub fn json(text: &str) -> Option<Node> {
    CONFIGS.iter().find(|config| config.id() == "json")?.read(text).ok()
}

/// A description that says all of a thing by paths.
pub const fn source(
    dialect: Dialect,
    of: &'static str,
    names: &'static [&'static str],
    map: &'static [(&'static str, &'static str)],
) -> Source {
    Source { dialect, of, names, part_of: "", map, more: nothing }
}

/// Nothing more.
pub fn nothing(_: &Thing<'_>, _: &mut Vec<Setting>) {}

/// Nothing follows.
pub fn as_it_is(_: &mut Vec<Setting>) {}

crate::registry::registry! {
    /// Every kind of resource.
    pub RESOURCES: Kind = KIND;
    aws_backup_vault,
    aws_cloudtrail,
    aws_db_instance,
    aws_dynamodb_table,
    aws_ebs_volume,
    aws_efs_file_system,
    aws_instance,
    aws_kms_key,
    aws_lb_listener,
    aws_redshift_cluster,
    aws_s3_bucket,
    aws_security_group,
    aws_sns_topic,
    aws_transfer_server,
    azure_key_vault,
    azure_sql_server,
    azure_storage_account,
    google_sql_instance,
    google_storage_bucket,
}

/// A setting as found at a place.
pub fn setting(key: &str, place: &Place<'_>) -> Setting {
    let (value, unknown, cases) = match &place.value {
        Ok(node) => (plain(node), None, Vec::new()),
        Err(unknown) => (Node::text("", 0, 0), Some(unknown.reason.clone()), unknown.cases.clone()),
    };
    let entry = Entry { key: key.to_owned(), line: place.line, column: place.column, node: value };
    Setting { unknown, cases, ..Setting::from(entry) }
}

/// A value that follows from a place.
pub fn derived(key: &str, value: impl Into<String>, place: &Place<'_>) -> Setting {
    // not of `setting`: what stands there may be a policy of thousands of statements, of which each is one such value
    let (line, column) = (place.line, place.column);
    Setting::from(Entry { key: key.to_owned(), line, column, node: Node::text(value, line, column) })
}

/// A value as policies see it: a reference to something else is a text that says so.
fn plain(node: &Node) -> Node {
    if let [entry] = node.entries()
        && (entry.key == "Ref" || entry.key.starts_with("Fn::"))
    {
        return Node::text("(a reference)", node.line, node.column);
    }
    node.clone()
}

/// One call, one answer: what no answer in the delivery speaks of is not the default, it is not known.
/// Where one answer describes the thing whole, that is so only of what other calls are asked for.
fn unanswered(settings: &mut Vec<Setting>, kind: &Kind) {
    let apart = |key: &str| {
        let mut others = kind.sources.iter().filter(|source| source.part_of == BY_NAME);
        others.any(|source| source.map.iter().any(|row| row.0 == key))
    };
    let whole =
        kind.sources.iter().any(|source| source.dialect == Dialect::Aws && source.part_of.is_empty() && !source.map.is_empty());
    let asked = |known: &&Known| !whole || apart(known.key);
    let absent = |known: &&Known| !settings.iter().any(|setting| setting.key == known.key);
    let missing: Vec<&Known> = kind.known.iter().filter(asked).filter(absent).collect();
    settings.extend(missing.into_iter().map(|known| Setting {
        unknown: Some("no answer in the delivery says it".to_owned()),
        ..Setting::from(Entry { key: known.key.to_owned(), line: 0, column: 0, node: Node::text("", 0, 0) })
    }));
}

/// A resource that is being put together.
struct Draft {
    kind: &'static Kind,
    resource: Resource,
    settings: Vec<Setting>,
    /// How many of the settings, the first ones, the thing says itself.
    own: usize,
    names: Vec<String>,
}

impl Draft {
    /// Takes back what the thing says of the keys that a part sets.
    fn give_way(&mut self, part: &[Setting]) {
        let mut index = 0;
        self.settings.retain(|setting| {
            let own = index < self.own;
            index += 1;
            !own || !part.iter().any(|other| other.key == setting.key && other.context == setting.context)
        });
        self.own -= index - self.settings.len();
    }
}

/// A part that belongs to a resource.
struct Loose {
    kind: &'static Kind,
    owners: Vec<String>,
    artifact: u32,
    draft: Resource,
    settings: Vec<Setting>,
}

/// Who describes things of a type, by the type in lower case.
static DESCRIBING: LazyLock<HashMap<String, Vec<(&'static Kind, &'static Source)>>> = LazyLock::new(|| {
    let mut out: HashMap<String, Vec<(&'static Kind, &'static Source)>> = HashMap::new();
    for kind in RESOURCES {
        for source in kind.sources {
            out.entry(source.of.to_ascii_lowercase()).or_default().push((kind, source));
        }
    }
    out
});

/// What a document describes. The path is the document's, for exports that do not say whose they are.
pub fn describe_all(config: &dyn Config, root: &Node, path: &str) -> Descriptions {
    let mut out = Vec::new();
    for thing in config.things(root, path) {
        let of = DESCRIBING.get(&thing.of.to_ascii_lowercase()).map_or(&[][..], Vec::as_slice);
        for (kind, source) in of.iter().filter(|row| row.1.dialect == thing.dialect) {
            if out.len() < MOST {
                out.push(describe(kind, source, &thing));
            }
        }
    }
    Descriptions(out)
}

/// Resources, and parts that belong to one, in the order of the artifacts.
fn described<'a>(artifacts: impl Iterator<Item = &'a mut Artifact>) -> (Vec<Draft>, Vec<Loose>) {
    let (mut drafts, mut loose): (Vec<Draft>, Vec<Loose>) = (Vec::new(), Vec::new());
    for artifact in artifacts {
        let documents = artifact.parts.iter_mut().filter_map(|part| part.document.as_mut());
        for thing in documents.filter_map(|document| document.described.take()).flat_map(|all| all.0) {
            let Some(kind) = RESOURCES.iter().copied().find(|kind| kind.id == thing.kind) else { continue };
            if drafts.len() + loose.len() >= MOST {
                continue;
            }
            let Described { kind: id, name, source, line, column, part, names, settings } = thing;
            let resource = Resource { kind: id, name, source, artifact: artifact.number, line, column, settings: Vec::new() };
            if part {
                loose.push(Loose { kind, owners: names, artifact: artifact.number, draft: resource, settings });
            } else {
                let own = settings.len();
                drafts.push(Draft { kind, resource, settings, own, names });
            }
        }
    }
    (drafts, loose)
}

/// Finds the resources of a delivery.
pub fn gather(evidence: &mut Evidence) {
    let (mut drafts, loose) = described(evidence.artifacts.telling_mut());
    join(&mut drafts, loose);
    let mut resources = Vec::with_capacity(drafts.len());
    let mut defaults: HashMap<&'static str, Vec<Arc<Setting>>> = HashMap::new();
    for mut draft in drafts {
        (draft.kind.settle)(&mut draft.settings);
        if draft.resource.source == Dialect::Aws.name() && draft.kind.sources.iter().any(|source| source.part_of == BY_NAME) {
            unanswered(&mut draft.settings, draft.kind);
        }
        let defaults = defaults.entry(draft.kind.id).or_insert_with(|| {
            let mut all = Vec::new();
            known::fill(&mut all, draft.kind.known, Fold::Exact, "");
            all.into_iter().map(Arc::new).collect()
        });
        let set = |key: &str| draft.settings.iter().any(|setting| setting.context.is_empty() && setting.key == key);
        let absent: Vec<Arc<Setting>> = defaults.iter().filter(|default| !set(&default.key)).cloned().collect();
        draft.resource.settings = draft.settings.into_iter().map(Arc::new).chain(absent).collect();
        resources.push(draft.resource);
    }
    evidence.resources = resources;
    let types = evidence.artifacts.walk(1, |types: &mut HashSet<Word>, _, artifact| {
        if !types.contains(&artifact.kind) {
            types.insert(artifact.kind.clone());
        }
    });
    let types: HashSet<Word> = types.into_iter().flat_map(|row| row.1).collect();
    for kind in RESOURCES {
        let mut described_by: Vec<String> = kind.sources.iter().map(|source| source.dialect.name().to_owned()).collect();
        described_by.dedup();
        if described_by.iter().any(|own| types.contains(own.as_str())) {
            evidence.products.insert(kind.id.to_owned(), Facts { described_by, ..known::facts(kind.known, "") });
        }
    }
}

fn describe(kind: &'static Kind, source: &Source, thing: &Thing<'_>) -> Described {
    let mut settings = Vec::new();
    for (key, path) in source.map {
        settings.extend(thing.look(path).iter().map(|place| setting(key, place)));
    }
    (source.more)(thing, &mut settings);
    settings.truncate(MOST_SETTINGS);
    let own =
        source.names.iter().find_map(|path| thing.text(path)).filter(|_| thing.name.is_empty() || thing.dialect == Dialect::Aws);
    let name = own.unwrap_or_else(|| thing.name.clone());
    let part = !source.part_of.is_empty();
    let names = if part { owners(source, thing) } else { names(source, thing) };
    let (line, column) = (thing.line, thing.column);
    Described { kind: kind.id.to_owned(), name, source: thing.dialect.name().to_owned(), line, column, part, names, settings }
}

/// Names that others may use for a thing.
fn names(source: &Source, thing: &Thing<'_>) -> Vec<String> {
    let mut names = thing.aliases.clone();
    names.push(thing.name.clone());
    names.extend(source.names.iter().filter_map(|path| thing.text(path)));
    names.retain(|name| !name.is_empty());
    names
}

/// Names of what a part belongs to.
fn owners(source: &Source, thing: &Thing<'_>) -> Vec<String> {
    let mut owners: Vec<String> = thing.text(source.part_of).into_iter().collect();
    if source.part_of == BY_NAME {
        owners.extend(source.names.iter().find_map(|path| thing.text(path)));
        owners.push(thing.name.clone());
        owners.retain(|owner| !owner.is_empty());
    }
    owners.extend(thing.look(source.part_of).iter().filter_map(|place| referred(place.value.as_ref().ok()?)));
    owners.extend(thing.refers.iter().filter(|row| row.0 == source.part_of).map(|row| row.1.clone()));
    owners
}

/// The logical id that a reference names.
fn referred(node: &Node) -> Option<String> {
    let [entry] = node.entries() else { return None };
    match (entry.key.as_str(), &entry.node.kind) {
        ("Ref", _) => entry.node.scalar().map(str::to_owned),
        ("Fn::GetAtt", NodeKind::List(items)) => items.first()?.scalar().map(str::to_owned),
        ("Fn::GetAtt", _) => entry.node.scalar()?.split('.').next().map(str::to_owned),
        _ => None,
    }
}

/// Gives each loose part to the resource it belongs to: of the same file first, else of the only one in the delivery that has the name.
/// What belongs to nothing that was delivered is a resource by itself, as far as it goes.
fn join(drafts: &mut Vec<Draft>, loose: Vec<Loose>) {
    let mut by_name: HashMap<(&'static str, String), Vec<usize>> = HashMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        for name in &draft.names {
            let at = by_name.entry((draft.kind.id, name.clone())).or_default();
            if at.last() != Some(&index) {
                at.push(index);
            }
        }
    }
    for part in loose {
        let owner = part.owners.iter().find_map(|name| {
            let all = by_name.get(&(part.kind.id, name.clone()))?;
            let near = all.iter().find(|index| drafts.get(**index).is_some_and(|draft| draft.resource.artifact == part.artifact));
            near.or_else(|| all.first().filter(|_| all.len() == 1)).copied()
        });
        let Loose { kind, owners, artifact, draft: mut resource, settings } = part;
        if let Some(draft) = owner.and_then(|index| drafts.get_mut(index)) {
            // one of another file may be of another place: both are judged then
            let beside = draft.resource.artifact == artifact && draft.resource.source == resource.source;
            if kind.parts == Parts::Replace && beside {
                draft.give_way(&settings);
            }
            let elsewhere = (draft.resource.artifact != artifact).then_some(artifact);
            draft.settings.extend(settings.into_iter().map(|setting| Setting { artifact: elsewhere, ..setting }));
            continue;
        }
        if let Some(name) = owners.first() {
            resource.name.clone_from(name);
        }
        let mut names = owners;
        names.push(resource.name.clone());
        for name in &names {
            let at = by_name.entry((kind.id, name.clone())).or_default();
            if at.last() != Some(&drafts.len()) {
                at.push(drafts.len());
            }
        }
        drafts.push(Draft { kind, resource, settings, own: 0, names });
    }
}
