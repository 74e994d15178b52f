//! Docker compose files: what each service is started with. A file and its override beside it (`compose.override.yaml`), which compose
//! takes by itself, are one. Files that are given together by `-f` are judged one by one: which of them are used is said on a command
//! line that nobody delivers. It must not resolve variables.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::deploy::{self, Force, OTHERS, OVERRIDE, at, last, last_entry, path};
use super::known::{Known, is, unset};
use super::{Claim, Config, Included, People, Probe, ReadError, text, yaml};
use crate::model::node::{Entry, Kind, Node, Setting};

/// The reader.
pub(super) struct Compose;

/// The reader, for the registry.
pub(super) static CONFIG: Compose = Compose;

const SPEC: &str = "Compose file reference, services";

/// What holds for a service that does not say otherwise.
const DEFAULTS: &[Known] = &[
    is("privileged", "false", SPEC),
    is("read_only", "false", SPEC),
    is("no_new_privileges", "false", SPEC),
    is("network_mode", "default", SPEC),
    is("pid", "private", SPEC),
    is("cap_add", "none", SPEC),
    is("ports", "none", SPEC),
    is("bind_mount", "none", SPEC),
    is("environment_secret", "none", SPEC),
    unset("cap_drop", SPEC),
    unset("image", SPEC),
    unset("image_version", SPEC),
    unset("ipc", SPEC),
    unset("user", SPEC),
    unset("userns_mode", SPEC),
    unset("volumes", SPEC),
    unset("env_file", SPEC),
    unset("restart", SPEC),
    unset("mem_limit", SPEC),
];

/// Keys that are taken as they are written.
const PLAIN: &[&str] = &["privileged", "read_only", "pid", "ipc", "user", "userns_mode", "restart", "mem_limit"];
/// Keys of the top.
const TOP: &[&str] = &["version", "services", "networks", "volumes", "secrets", "configs", "name", "include", "models"];
/// How many services extend one another in a row, how many ports a range is taken apart into, and how many services there may be.
const CHAIN: usize = 16;
const MOST_PORTS: u32 = 512;
const MOST_SERVICES: usize = 4096;

impl Config for Compose {
    fn id(&self) -> &'static str {
        "docker_compose"
    }

    fn title(&self) -> &'static str {
        "Docker compose file"
    }

    fn notes(&self) -> &'static str {
        "What holds for `service NAME`: privileged, read_only, user, network_mode, pid, ipc, cap_add, cap_drop, no_new_privileges, image, \
         image_version (`latest` where there is none, or a digest). `ports` is one setting a port, `address:port:inside/protocol`; without \
         an address it is open on all (0.0.0.0). `bind_mount` is a path of the host, be it behind a volume's driver_opts, `volumes` all mounts; `environment_secret` names a \
         variable with a secret written out. Aliases, merges, `extends` and `include` are followed. A file and its \
         override beside it (compose.override.yaml) are merged; other files given together are judged each by itself; in one that only overrides a service, nothing is said of what it does not write. Variables are not resolved."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if !matches!(probe.extension, "yml" | "yaml") {
            return Claim::No;
        }
        let named = probe.name.contains("compose");
        let (mut services, mut inside, mut own) = (false, false, false);
        for line in text::split(text::unmarked(probe.head)) {
            let line = line.trim_end();
            let body = line.trim_start();
            if body.is_empty() || body.starts_with('#') || line == "---" {
                continue;
            }
            if body.len() == line.len() {
                let Some((key, rest)) = line.split_once(':') else { return Claim::No };
                let key = key.trim_matches(['"', '\'']);
                if !TOP.contains(&key) && !key.starts_with("x-") {
                    return Claim::No;
                }
                inside = key == "services" && (rest.trim().is_empty() || rest.trim_start().starts_with(['#', '&']));
                services |= inside;
            } else if inside {
                if body.starts_with("- ") && !own && !named {
                    inside = false; // a list of services is somebody else's
                }
                let key = body.split(':').next().unwrap_or_default();
                own |=
                    matches!(key, "image" | "build" | "extends" | "container_name" | "ports" | "volumes" | "environment" | "<<");
                // Symfony's services have classes and arguments
                if matches!(key, "class" | "autowire" | "autoconfigure" | "arguments" | "calls" | "factory" | "tags" | "resource")
                    && !named
                {
                    return Claim::No;
                }
            }
        }
        if services && (own || named) { Claim::Product } else { Claim::No }
    }

    fn people(&self) -> People {
        People::Whole
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let root = yaml::CONFIG.read(source)?;
        let root = if let Kind::List(items) = &root.kind { items.first().cloned().unwrap_or(root) } else { root };
        if !matches!(last(&root, "services").map(|node| &node.kind), Some(Kind::Map(_))) {
            return Err(text::error("a compose file without services", 1));
        }
        Ok(root)
    }

    fn free(&self) -> bool {
        true
    }

    fn known(&self) -> &'static [Known] {
        DEFAULTS
    }

    fn form(&self) -> &'static str {
        "{key}: {value}"
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut force = Force::new();
        // the one that compose takes by itself
        let over = include(OVERRIDE).documents;
        services(&mut force, root, &over, include);
        for (_, other) in include(OTHERS).documents {
            taken_away(&mut force, &other);
        }
        let brought = last(root, "include").map_or(&[][..], Node::items);
        for one in brought {
            let paths = last(one, "path").unwrap_or(one);
            let single = std::slice::from_ref(paths);
            let paths = if matches!(paths.kind, Kind::List(_)) { paths.items() } else { single };
            for path in paths.iter().filter_map(Node::scalar).filter(|path| !path.is_empty()) {
                for (number, document) in include(plain(path)).documents {
                    force.artifact = Some(number);
                    services(&mut force, &document, &[], include);
                    force.artifact = None;
                }
            }
        }
        Some(force.settings)
    }
}

/// A path beside the file, as includes are looked for.
fn plain(path: &str) -> &str {
    let mut path = path;
    while let Some(rest) = path.strip_prefix("./").or_else(|| path.strip_prefix("../")) {
        path = rest;
    }
    path
}

/// The services of a file, each once.
fn named(root: &Node) -> Vec<&Entry> {
    let mut seen = HashSet::new();
    let all = last(root, "services").map(|all| last(all, "!override").unwrap_or(all));
    let all = all.map_or(&[][..], Node::entries).iter().rev().take(MOST_SERVICES);
    let mut out: Vec<&Entry> = all.filter(|entry| seen.insert(&entry.key)).collect();
    out.reverse();
    out
}

/// What a tag takes away of what stands behind: `!reset` all, `!override` all but what it brings.
fn replaces(node: &Node) -> bool {
    last(node, "!reset").is_some() || last(node, "!override").is_some()
}

/// What another file beside this one takes away, if a command line puts it over this one: nobody can say whether it holds.
fn taken_away(force: &mut Force, other: &Node) {
    let mut doubtful: HashSet<(String, &str)> = HashSet::new();
    for service in named(other) {
        for entry in service.node.entries().iter().filter(|entry| replaces(&entry.node)) {
            let key = match &*entry.key {
                "security_opt" => "no_new_privileges",
                "volumes" => "bind_mount",
                "environment" => "environment_secret",
                "net" => "network_mode",
                key => key,
            };
            doubtful.insert((format!("service {}", service.key), key));
        }
    }
    if doubtful.is_empty() {
        return;
    }
    for setting in &mut force.settings {
        if doubtful.contains(&(setting.context.clone(), &*setting.key)) {
            let reason = "another compose file beside this one takes it away, and which of them are used nobody says";
            (setting.unknown, setting.cases) = (Some(reason.to_owned()), Vec::new());
        }
    }
}

/// The services of a file, with what its override says of them and which it adds.
fn services(force: &mut Force, root: &Node, over: &[(u32, Arc<Node>)], include: &dyn Fn(&str) -> Included) {
    let own = force.artifact;
    let replaced = over.iter().any(|row| last(&row.1, "services").is_some_and(replaces));
    let base = if replaced { Vec::new() } else { named(root) };
    let roots: Vec<(Option<u32>, &Node)> =
        over.iter().map(|row| (Some(row.0), &*row.1)).chain(std::iter::once((own, root))).collect();
    let overs: Vec<(u32, &Node, HashMap<&str, &Entry>)> =
        over.iter().map(|row| (row.0, &*row.1, named(&row.1).into_iter().map(|entry| (&*entry.key, entry)).collect())).collect();
    let known: HashSet<&str> = base.iter().map(|entry| &*entry.key).collect();
    let added = over.iter().flat_map(|row| named(&row.1)).filter(|entry| !known.contains(&*entry.key));
    let added: Vec<&Entry> = added.take(MOST_SERVICES).collect();
    for (entry, in_base) in base.iter().map(|entry| (*entry, true)).chain(added.into_iter().map(|entry| (entry, false))) {
        let context = format!("service {}", entry.key);
        let from = force.settings.len();
        let mut parts: Vec<(Option<u32>, Vec<Entry>)> = Vec::new();
        let (mut gone, mut home) = (false, (own, root, entry));
        for (number, tree, names) in &overs {
            let Some(here) = names.get(&*entry.key) else { continue };
            if last(&here.node, "!reset").is_some() {
                gone = true;
            }
            let inside = last(&here.node, "!override").unwrap_or(&here.node);
            parts.push((Some(*number), inside.entries().to_vec()));
            if !in_base || last(inside, "extends").is_some() {
                home = (Some(*number), *tree, *here);
            }
            gone |= last(&here.node, "!override").is_some();
        }
        if parts.is_empty() || (in_base && !gone) {
            parts.push((own, entry.node.entries().to_vec()));
        } else if gone && parts.iter().all(|part| part.1.iter().all(|entry| entry.key.starts_with('!'))) {
            // the override takes the service away
            continue;
        }
        let missing = extended(home, include, &mut parts);
        let mut whole = false;
        let mut single: Vec<&str> = Vec::new();
        // where something is mounted already, what the extended service mounts there is not
        let mut mounted = HashSet::new();
        // what a nearer part says alone
        let mut closed: HashSet<&str> = HashSet::new();
        // what extends comes first: its single values win, its lists add up
        for (artifact, entries) in &parts {
            force.artifact = *artifact;
            whole |= entries.iter().any(|entry| matches!(entry.key.as_str(), "image" | "build" | "provider"));
            let known: HashSet<String> = force
                .settings
                .iter()
                .skip(from)
                .filter(|s| s.key == "environment_secret")
                .filter_map(|s| s.value.scalar().map(str::to_owned))
                .collect();
            let mut once = HashSet::new();
            for entry in entries.iter().rev().filter(|entry| once.insert(&entry.key)).collect::<Vec<_>>().into_iter().rev() {
                let lists = matches!(
                    entry.key.as_str(),
                    "ports" | "volumes" | "environment" | "cap_add" | "cap_drop" | "security_opt" | "env_file"
                );
                if closed.contains(entry.key.as_str()) || (!lists && single.contains(&entry.key.as_str())) {
                    continue;
                }
                setting(force, &context, entry, &known, &mounted);
            }
            let volumes = entries.iter().filter(|entry| entry.key == "volumes").flat_map(|entry| entry.node.items());
            mounted.extend(volumes.filter_map(target));
            closed.extend(entries.iter().filter(|entry| replaces(&entry.node)).map(|entry| entry.key.as_str()));
            single.extend(entries.iter().map(|entry| entry.key.as_str()));
        }
        force.artifact = own;
        bound(force, &context, &roots, from);
        once(&mut force.settings, from);
        if whole || missing {
            let before = force.settings.len();
            force.fill(DEFAULTS, &context);
            if missing {
                for setting in force.settings.iter_mut().skip(before) {
                    setting.unknown = Some("the service extends one that is not delivered".to_owned());
                }
            }
        }
    }
}

/// Volumes with a name that are made of a path of the host (`driver_opts: {type: none, o: bind, device: /var}`), as what they are.
fn bound(force: &mut Force, context: &str, roots: &[(Option<u32>, &Node)], from: usize) {
    if roots.iter().all(|root| last(root.1, "volumes").is_none_or(|volumes| volumes.entries().is_empty())) {
        return;
    }
    let used: Vec<String> = force
        .settings
        .iter()
        .skip(from)
        .filter(|setting| setting.key == "volumes")
        .filter_map(|setting| setting.value.scalar()?.split(':').next().map(str::to_owned))
        .collect();
    let own = force.artifact;
    let mut seen = HashSet::new();
    for name in used.into_iter().filter(|name| !name.contains(['/', '.', '~']) && seen.insert(name.clone())) {
        let option = |key: &str| {
            roots.iter().find_map(|(artifact, root)| Some((*artifact, path(root, &["volumes", &name, "driver_opts", key])?)))
        };
        let binds = option("o").is_some_and(|row| row.1.scalar().is_none_or(|text| text.contains("bind") || text.contains('$')));
        let Some((artifact, device)) = option("device").filter(|_| binds) else { continue };
        force.artifact = artifact;
        match device.scalar() {
            Some(text) if !text.contains('$') => force.say(context, "bind_mount", text, at(device)),
            Some(_) => force.unknown(context, "bind_mount", at(device), deploy::VARIABLE),
            None => force.unknown(context, "bind_mount", at(device), "what is mounted is not kept"),
        }
    }
    force.artifact = own;
}

/// Lists that are put together hold each value once.
fn once(settings: &mut Vec<Setting>, from: usize) {
    let mut seen = HashSet::new();
    // only what this service sets: there may be thousands before it
    let mut own = settings.split_off(from.min(settings.len()));
    own.retain(|setting| {
        let single = !matches!(setting.key.as_str(), "cap_add" | "cap_drop" | "ports" | "env_file" | "environment_secret");
        let value = setting.value.scalar().unwrap_or_default();
        single || value.is_empty() || seen.insert((setting.key.clone(), value.to_owned()))
    });
    settings.append(&mut own);
}

/// The services that one extends, nearest first; whether one of them is missing.
fn extended(
    (artifact, root, entry): (Option<u32>, &Node, &Entry),
    include: &dyn Fn(&str) -> Included,
    parts: &mut Vec<(Option<u32>, Vec<Entry>)>,
) -> bool {
    let (mut artifact, mut root, mut service) = (artifact, Tree::Own(root), entry.node.clone());
    for _ in 0..CHAIN {
        let Some(extends) = last(&service, "extends") else { return false };
        let file = last(extends, "file");
        let Some(name) = last(extends, "service").unwrap_or(extends).scalar().map(str::to_owned) else { return true };
        if let Some(file) = file {
            let Some(path) = file.scalar() else { return true };
            let Some((number, document)) = include(plain(path)).documents.into_iter().next() else { return true };
            (artifact, root) = (Some(number), Tree::Included(document));
        }
        let tree = match &root {
            Tree::Own(tree) => *tree,
            Tree::Included(tree) => tree,
        };
        let Some(base) = last(tree, "services").and_then(|all| last(all, &name)).cloned() else { return true };
        parts.push((artifact, base.entries().to_vec()));
        service = base;
    }
    true
}

/// The file that an extended service is looked for in. It is not copied: each of its services may extend another.
enum Tree<'a> {
    /// The one that extends.
    Own(&'a Node),
    /// One that was included.
    Included(Arc<Node>),
}

/// One key of a service.
fn setting(force: &mut Force, context: &str, entry: &Entry, known: &HashSet<String>, mounted: &HashSet<String>) {
    let place = (entry.line, entry.column);
    let key = entry.key.as_str();
    // `!reset` takes away what another file says, `!override` stands in its place
    let node = last(&entry.node, "!override").unwrap_or(&entry.node);
    if last(node, "!reset").is_some() {
        return;
    }
    match key {
        "image" => force.image(context, node, place),
        "network_mode" | "net" => force.scalar(context, "network_mode", entry),
        _ if PLAIN.contains(&key) => force.scalar(context, key, entry),
        "cap_add" | "cap_drop" => {
            for item in node.items() {
                let name = item.scalar().unwrap_or_default().to_ascii_uppercase();
                force.say(context, key, name.strip_prefix("CAP_").unwrap_or(&name), at(item));
            }
        }
        "security_opt" => {
            for item in node.items() {
                let Some(option) = item.scalar().and_then(|text| text.strip_prefix("no-new-privileges")) else { continue };
                let on = !option.trim_start_matches(['=', ':']).eq_ignore_ascii_case("false");
                force.say(context, "no_new_privileges", on.to_string(), at(item));
            }
        }
        "ports" => node.items().iter().for_each(|item| port(force, context, item)),
        "volumes" => {
            for item in node.items().iter().filter(|item| target(item).is_none_or(|target| !mounted.contains(&target))) {
                volume(force, context, item);
            }
        }
        "env_file" => {
            let single = std::slice::from_ref(node);
            for item in if matches!(node.kind, Kind::List(_)) { node.items() } else { single } {
                if let Some(path) = last(item, "path").unwrap_or(item).scalar() {
                    force.say(context, key, path, at(item));
                }
            }
        }
        "environment" => {
            for entry in node.entries().iter().filter(|entry| !known.contains(&entry.key)) {
                force.variable(context, &entry.key, &entry.node, (entry.line, entry.column));
            }
            for item in node.items() {
                let Some((name, value)) = item.scalar().and_then(|text| text.split_once('=')) else {
                    masked_variable(force, context, item);
                    continue;
                };
                if !known.contains(name) {
                    force.variable(context, name, &Node::text(value, item.line, item.column), at(item));
                }
            }
        }
        _ => {}
    }
}

/// `PASSWORD=x` in a list was masked as a whole: only its shape is left, and that it held something.
fn masked_variable(force: &mut Force, context: &str, item: &Node) {
    if let Kind::Masked(shape) = &item.kind
        && let Some((name, rest)) = shape.split_once('=')
    {
        force.variable(context, name, &Node::new(Kind::Masked(rest.to_owned()), item.line, item.column), at(item));
    }
}

/// One published port, a setting each: `address:port:inside/protocol`.
fn port(force: &mut Force, context: &str, item: &Node) {
    let place = at(item);
    if let Some(target) = last(item, "target") {
        let word = |key: &str, absent: &str| {
            last(item, key).and_then(Node::scalar).filter(|text| !text.is_empty()).unwrap_or(absent).to_owned()
        };
        let target = target.scalar().unwrap_or_default().to_owned();
        ports(
            force,
            context,
            &word("host_ip", "0.0.0.0"),
            &word("published", "random"),
            &target,
            &word("protocol", "tcp"),
            place,
        );
        return;
    }
    let Some(text) = item.scalar() else {
        return force.unknown(context, "ports", place, "what the port is is not kept, or not a single value");
    };
    if text.contains('$') {
        return force.unknown(context, "ports", place, deploy::VARIABLE);
    }
    let (text, protocol) = text.rsplit_once('/').unwrap_or((text, "tcp"));
    let (rest, inside) = text.rsplit_once(':').unwrap_or(("random", text));
    let (address, outside) = match rest.rsplit_once(':') {
        Some((address, outside)) => (address.trim_start_matches('[').trim_end_matches(']'), outside),
        None => ("0.0.0.0", rest),
    };
    let outside = if outside.is_empty() { "random" } else { outside };
    ports(force, context, if address.is_empty() { "0.0.0.0" } else { address }, outside, inside, protocol, place);
}

fn range(text: &str) -> Option<(u32, u32)> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (from <= to && to <= 65_535).then_some((from, to))
}

fn ports(force: &mut Force, context: &str, address: &str, outside: &str, inside: &str, protocol: &str, place: (u32, u32)) {
    let address = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
    let Some((from, to)) = range(inside) else {
        return force.unknown(context, "ports", place, "a port that is no number");
    };
    let open = if outside == "random" { None } else { range(outside) };
    if open.is_none() && outside != "random" {
        return force.unknown(context, "ports", place, "a port that is no number");
    }
    let more = to - from;
    if more > MOST_PORTS {
        return force.unknown(context, "ports", place, "a range of more ports than are looked at");
    }
    for step in 0..=more {
        // one port inside for a range outside means that one of the range is taken
        let shown = match open {
            None => "random".to_owned(),
            Some((first, end)) if end - first == more => (first + step).to_string(),
            Some((first, end)) => format!("{first}-{end}"),
        };
        force.say(context, "ports", format!("{address}:{shown}:{}/{protocol}", from + step), place);
    }
}

/// Where a mount stands in the container.
fn target(item: &Node) -> Option<String> {
    if let Some(target) = last(item, "target") {
        return target.scalar().map(str::to_owned);
    }
    let text = item.scalar()?;
    let parts: Vec<&str> = text.split(':').collect();
    parts.iter().rev().find(|part| part.starts_with('/')).filter(|_| parts.len() < 4).map(|part| (*part).to_owned())
}

/// One mount.
fn volume(force: &mut Force, context: &str, item: &Node) {
    let place = at(item);
    if matches!(item.kind, Kind::Map(_)) {
        let word = |key: &str| last_entry(item, key).and_then(|entry| entry.node.scalar()).unwrap_or_default();
        let mode = if word("read_only") == "true" { "ro" } else { "rw" };
        force.say(context, "volumes", format!("{}:{}:{mode}", word("source"), word("target")), place);
        if word("type") == "bind" {
            force.say(context, "bind_mount", word("source"), place);
        }
        return;
    }
    let Some(text) = item.scalar() else {
        return force.unknown(context, "bind_mount", place, "what is mounted is not kept");
    };
    force.say(context, "volumes", text, place);
    // `C:\data:/data` has a colon of its own; one path alone is a volume without a name
    let drive =
        text.get(1..3).is_some_and(|sign| sign == ":\\" || sign == ":/") && text.starts_with(|c: char| c.is_ascii_alphabetic());
    let from = if drive { 2 } else { 0 };
    let Some(colon) = text.get(from..).and_then(|rest| rest.find(':')) else { return };
    let source = text.get(..from + colon).unwrap_or_default();
    if source.starts_with('$') {
        force.unknown(context, "bind_mount", place, deploy::VARIABLE);
    } else if drive || source.starts_with(['/', '.', '~']) {
        force.say(context, "bind_mount", source, place);
    }
}
