//! Kubernetes manifests: what each container, pod, service and secret is set to, with what a pod hands down to its containers.
//! It must not guess what a cluster's admission adds, and it does not render templates.

use super::deploy::{Force, at, last, last_entry, path, undecided};
use super::known::{Known, is, unset, varies};
use super::{Claim, Config, Included, People, Probe, ReadError, jsonc, text, yaml};
use crate::model::node::{Kind, Node, Setting};
use std::collections::HashMap;

/// The reader.
pub(super) struct Manifests;

/// The reader, for the registry.
pub(super) static CONFIG: Manifests = Manifests;

const API: &str = "Kubernetes API reference";
const SECURITY: &str = "Kubernetes API reference, SecurityContext";
const POD: &str = "Kubernetes API reference, PodSpec";

/// What holds for a container that does not say otherwise.
const CONTAINER: &[Known] = &[
    is("privileged", "false", SECURITY),
    is("allowPrivilegeEscalation", "true", SECURITY),
    is("readOnlyRootFilesystem", "false", SECURITY),
    is("runAsNonRoot", "false", SECURITY),
    is("capabilities.add", "none", SECURITY),
    is("capabilities.drop", "none", SECURITY),
    varies(
        "seccompProfile",
        &[("kubelet without seccompDefault", "Unconfined"), ("kubelet with seccompDefault", "RuntimeDefault")],
        SECURITY,
    ),
    is("hostPort", "none", API),
    is("environment_secret", "none", API),
    is("memory_limit", "none", API),
];

/// What holds for a pod.
const PODS: &[Known] = &[
    is("hostNetwork", "false", POD),
    is("hostPID", "false", POD),
    is("hostIPC", "false", POD),
    is("hostPath", "none", POD),
    is("serviceAccountName", "default", POD),
];

const TOKEN: &[Known] = &[is("automountServiceAccountToken", "true", POD)];
const ELSEWHERE: &[Known] = &[varies(
    "automountServiceAccountToken",
    &[("the service account says no", "false"), ("the service account says nothing", "true")],
    POD,
)];
const SERVICE: &[Known] = &[is("type", "ClusterIP", API), is("externalIPs", "none", API)];
const INGRESS: &[Known] = &[is("tls", "no", API)];
const STORAGE: &[Known] = &[varies(
    "encrypted",
    &[("the account does not encrypt by default", "false"), ("the account encrypts by default", "true")],
    "AWS EBS CSI driver, StorageClass parameters",
)];

/// All keys, for `explain` and reports.
const ALL: &[Known] = &[
    is("privileged", "false", SECURITY),
    is("allowPrivilegeEscalation", "true", SECURITY),
    is("readOnlyRootFilesystem", "false", SECURITY),
    is("runAsNonRoot", "false", SECURITY),
    unset("runAsUser", SECURITY),
    is("capabilities.add", "none", SECURITY),
    is("capabilities.drop", "none", SECURITY),
    varies(
        "seccompProfile",
        &[("kubelet without seccompDefault", "Unconfined"), ("kubelet with seccompDefault", "RuntimeDefault")],
        SECURITY,
    ),
    is("hostPort", "none", API),
    is("environment_secret", "none", API),
    is("memory_limit", "none", API),
    unset("image", API),
    unset("image_version", API),
    is("hostNetwork", "false", POD),
    is("hostPID", "false", POD),
    is("hostIPC", "false", POD),
    is("hostPath", "none", POD),
    is("serviceAccountName", "default", POD),
    varies("automountServiceAccountToken", &[("the service account says no", "false"), ("nobody says no", "true")], POD),
    is("type", "ClusterIP", API),
    is("externalIPs", "none", API),
    is("tls", "no", API),
    unset("inline_data", API),
    unset("encrypted", "StorageClass parameters of the provisioner"),
    unset("roleRef", API),
    unset("verbs", API),
    unset("pod_security", "Kubernetes, Pod Security Admission"),
];

/// Kinds that settings are read from, and that tell a manifest.
const KINDS: &[&str] = &[
    "Pod",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "CronJob",
    "PodTemplate",
    "Service",
    "Ingress",
    "Secret",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Namespace",
    "ServiceAccount",
    "List",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "NetworkPolicy",
    "PodList",
    "DeploymentList",
    "ServiceList",
    "SecretList",
    "ConfigMapList",
];
/// The groups that those kinds belong to.
const GROUPS: &[&str] =
    &["v1", "apps/", "batch/", "extensions/", "networking.k8s.io/", "storage.k8s.io/", "rbac.authorization.k8s.io/"];
/// How deep lists stand in lists, and how many objects a file may hold.
const DEPTH: usize = 4;
const MOST: usize = 20_000;

impl Config for Manifests {
    fn id(&self) -> &'static str {
        "kubernetes"
    }

    fn title(&self) -> &'static str {
        "Kubernetes manifest"
    }

    fn notes(&self) -> &'static str {
        "YAML or JSON, several documents and lists. `Kind namespace/name container c` has privileged, allowPrivilegeEscalation, \
         readOnlyRootFilesystem, runAsNonRoot, runAsUser, seccompProfile (a pod's value where the container has none), capabilities.add, \
         capabilities.drop, image, image_version, hostPort, memory_limit, environment_secret (the name of a variable with a secret written \
         out). `Kind namespace/name` has what is a pod's: hostNetwork, hostPID, hostIPC, hostPath, automountServiceAccountToken; a \
         Service's `type` and `externalIPs`, an Ingress's `tls` (no where a host has none), a Secret's `inline_data`, a StorageClass's `encrypted`, a \
         role's `verbs`, a binding's `roleRef`. Patches say only what they write. Templates of Helm have to be rendered first."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let head = text::unmarked(probe.head);
        let trimmed = head.trim_start();
        if matches!(probe.extension, "json" | "txt" | "") && trimmed.starts_with('{') {
            let inner = trimmed.trim_start_matches('{').trim_start();
            let first = inner.starts_with("\"apiVersion\"") || inner.starts_with("\"kind\"");
            let dense: String = head.chars().filter(|c| !c.is_whitespace()).collect();
            let kind = KINDS.iter().any(|kind| dense.contains(&format!("\"kind\":\"{kind}\"")));
            let group = GROUPS.iter().any(|group| dense.contains(&format!("\"apiVersion\":\"{group}")));
            return if first && kind && group { Claim::Product } else { Claim::No };
        }
        if !matches!(probe.extension, "yaml" | "yml" | "txt" | "tpl" | "") {
            return Claim::No;
        }
        let (mut group, mut kind) = (false, false);
        for line in text::split(head) {
            if line.starts_with("---") {
                (group, kind) = (false, false);
            } else if let Some(value) = value_of(line, "apiVersion") {
                group |= GROUPS.iter().any(|group| {
                    value == *group || (group.ends_with('/') && value.starts_with(group)) || value.starts_with("{{")
                });
            } else if let Some(value) = value_of(line, "kind") {
                kind |= KINDS.contains(&value);
            }
            if group && kind {
                return Claim::Product;
            }
        }
        Claim::No
    }

    fn people(&self) -> People {
        People::Whole
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let start = text::unmarked(source).trim_start();
        if start.starts_with('{') && !start.starts_with("{{") {
            return jsonc::CONFIG.read(source);
        }
        match yaml::CONFIG.read(source) {
            Err(error) => match text::lines(source).find(|(_, line)| line.contains("{{")) {
                Some((number, _)) => {
                    Err(text::error("a template: only what it is rendered to can be judged (helm template)", number))
                }
                None => Err(error),
            },
            read => read,
        }
    }

    fn free(&self) -> bool {
        true
    }

    fn known(&self) -> &'static [Known] {
        ALL
    }

    fn form(&self) -> &'static str {
        "{key}: {value}"
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut objects = Vec::new();
        gather(root, &mut objects, 0);
        let accounts = accounts(&objects);
        let mut force = Force::new();
        for object in &objects {
            judge(&mut force, object, &accounts);
        }
        Some(force.settings)
    }
}

/// The value of a key at the top of a document.
fn value_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let value = line.strip_prefix(key)?.trim_start().strip_prefix(':')?;
    let value = value.split(" #").next().unwrap_or_default().trim();
    Some(value.trim_matches(['"', '\'']))
}

/// Every object: documents, and the items of lists.
fn gather<'n>(node: &'n Node, out: &mut Vec<&'n Node>, depth: usize) {
    if depth > DEPTH || out.len() > MOST {
        return;
    }
    let items = last(node, "items").filter(|_| word(node, "kind").is_none_or(|kind| kind.ends_with("List")));
    if let (Kind::List(documents), _) | (_, Some(Node { kind: Kind::List(documents), .. })) = (&node.kind, items) {
        for document in documents {
            gather(document, out, depth + 1);
        }
    } else if word(node, "kind").is_some() {
        out.push(node);
    }
}

fn word<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    last(node, key).and_then(Node::scalar).filter(|word| !word.is_empty())
}

/// What an object is called: `Kind namespace/name`.
fn name(object: &Node) -> String {
    let kind = word(object, "kind").unwrap_or_default();
    let named = |key: &str| path(object, &["metadata", key]).map(|node| text::label(node, None)).filter(|name| !name.is_empty());
    let name = named("name").or_else(|| named("generateName")).unwrap_or_else(|| format!("(line {})", object.line));
    named("namespace").map_or_else(|| format!("{kind} {name}"), |space| format!("{kind} {space}/{name}"))
}

fn judge(force: &mut Force, object: &Node, accounts: &Accounts<'_>) {
    let kind = word(object, "kind").unwrap_or_default();
    let context = name(object);
    let place = at(object);
    let spec = last(object, "spec");

    match kind {
        "Pod" => pod(force, &context, spec, object, accounts),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "ReplicationController" | "Job" => {
            pod(force, &context, path(object, &["spec", "template", "spec"]), object, accounts);
        }
        "CronJob" => pod(force, &context, path(object, &["spec", "jobTemplate", "spec", "template", "spec"]), object, accounts),
        "PodTemplate" => pod(force, &context, path(object, &["template", "spec"]), object, accounts),
        "Service" => {
            let Some(spec) = spec else { return };
            plain(force, &context, spec, &["type"]);
            for port in last(spec, "ports").map_or(&[][..], Node::items) {
                plain(force, &context, port, &["nodePort"]);
            }
            // nodes take traffic to these addresses, whatever the type
            for address in last(spec, "externalIPs").map_or(&[][..], Node::items) {
                let why = undecided(address).map(str::to_owned);
                force.add(&context, "externalIPs", address.clone(), at(address), why);
            }
            force.fill(SERVICE, &context);
        }
        "Ingress" => {
            if let Some(spec) = spec {
                ingress(force, &context, spec);
            }
        }
        "Secret" => {
            let held = ["data", "stringData"]
                .iter()
                .filter_map(|key| last_entry(object, key))
                .find(|entry| !entry.node.entries().is_empty());
            let (value, place) = held.map_or(("no", place), |entry| ("yes", (entry.line, entry.column)));
            force.say(&context, "inline_data", value, place);
        }
        "ConfigMap" => {
            let before = force.settings.len();
            for entry in last(object, "data").map_or(&[][..], Node::entries) {
                force.variable(&context, &entry.key, &entry.node, (entry.line, entry.column));
            }
            if force.settings.len() == before {
                force.say(&context, "environment_secret", "none", place);
            }
        }
        "StorageClass" => {
            let parameters = last(object, "parameters");
            let written =
                parameters.and_then(|node| node.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case("encrypted")));
            if let Some(entry) = written {
                force.scalar(&context, "encrypted", entry);
            }
            if matches!(word(object, "provisioner"), Some("ebs.csi.aws.com" | "kubernetes.io/aws-ebs")) {
                force.fill(STORAGE, &context);
            }
        }
        "PersistentVolume" => host_path(force, &context, spec),
        "Namespace" => {
            let labels = path(object, &["metadata", "labels"]);
            if let Some(entry) = labels.and_then(|labels| last_entry(labels, "pod-security.kubernetes.io/enforce")) {
                force.scalar(&context, "pod_security", entry);
            }
        }
        "Role" | "ClusterRole" => {
            for rule in last(object, "rules").map_or(&[][..], Node::items) {
                let list = |key: &str| {
                    last(rule, key).map_or(&[][..], Node::items).iter().filter_map(Node::scalar).collect::<Vec<_>>().join(",")
                };
                force.say(&context, "verbs", format!("{} on {}", list("verbs"), list("resources")), at(rule));
            }
        }
        "RoleBinding" | "ClusterRoleBinding" => {
            if let Some(entry) = last(object, "roleRef").and_then(|role| last_entry(role, "name")) {
                force.scalar(&context, "roleRef", entry);
            }
        }
        _ => {}
    }
}

fn plain(force: &mut Force, context: &str, node: &Node, keys: &[&str]) {
    for key in keys {
        // a key that is there without a value is as good as absent
        if let Some(entry) = last_entry(node, key).filter(|entry| entry.node.kind != Kind::Null) {
            force.scalar(context, key, entry);
        }
    }
}

fn ingress(force: &mut Force, context: &str, spec: &Node) {
    let tls = last_entry(spec, "tls").filter(|entry| !entry.node.items().is_empty());
    let Some(tls) = tls else { return force.fill(INGRESS, context) };
    let covered: Vec<&str> = tls
        .node
        .items()
        .iter()
        .flat_map(|one| last(one, "hosts").map_or(&[][..], Node::items))
        .filter_map(Node::scalar)
        .collect();
    let all = tls.node.items().iter().any(|one| last(one, "hosts").is_none_or(|hosts| hosts.items().is_empty()));
    for rule in last(spec, "rules").map_or(&[][..], Node::items) {
        let Some(host) = last_entry(rule, "host") else { continue };
        if all {
            continue;
        }
        let Some(named) = host.node.scalar() else {
            return force.unknown(context, "tls", (host.line, host.column), "the name of a host is not kept");
        };
        let wild = named.split_once('.').map(|row| format!("*.{}", row.1)).unwrap_or_default();
        if !covered.iter().any(|one| *one == named || *one == wild) {
            force.say(context, "tls", "no", (host.line, host.column));
            return;
        }
    }
    force.say(context, "tls", "yes", (tls.line, tls.column));
}

fn host_path(force: &mut Force, context: &str, spec: Option<&Node>) {
    if let Some(entry) = spec.and_then(|spec| last(spec, "hostPath")).and_then(|node| last_entry(node, "path")) {
        force.scalar(context, "hostPath", entry);
    }
}

/// A pod: its own keys, then its containers.
fn pod(force: &mut Force, context: &str, spec: Option<&Node>, object: &Node, accounts: &Accounts<'_>) {
    const LISTS: [(&str, &str); 3] =
        [("initContainers", "init container"), ("containers", "container"), ("ephemeralContainers", "debug container")];
    let Some(spec) = spec else { return };
    plain(force, context, spec, &["hostNetwork", "hostPID", "hostIPC", "serviceAccountName", "automountServiceAccountToken"]);
    for volume in last(spec, "volumes").map_or(&[][..], Node::items) {
        host_path(force, context, Some(volume));
    }
    // a patch writes what it changes and nothing else
    let containers = || last(spec, "containers").map_or(&[][..], Node::items).iter();
    let whole = containers().any(|container| last(container, "image").is_some());
    if whole {
        token(force, context, spec, object, accounts);
        force.fill(PODS, context);
    }
    let mut seen = std::collections::HashSet::new();
    for (key, title) in LISTS {
        for container in last(spec, key).map_or(&[][..], Node::items).iter().take(MOST) {
            let name = last(container, "name").map(|node| text::label(node, None)).filter(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| format!("(line {})", container.line));
            let mut own = format!("{context} {title} {name}");
            if !seen.insert(own.clone()) {
                own = format!("{own} (line {})", container.line);
            }
            container_settings(force, &own, container, spec);
        }
    }
}

/// Service accounts by namespace and name.
type Accounts<'n> = HashMap<(&'n str, &'n str), &'n Node>;

fn accounts<'n>(all: &[&'n Node]) -> Accounts<'n> {
    let mut out = HashMap::new();
    for account in all.iter().filter(|object| word(object, "kind") == Some("ServiceAccount")) {
        let of = |key: &str| path(account, &["metadata", key]).and_then(Node::scalar);
        if let Some(name) = of("name") {
            out.entry((of("namespace").unwrap_or("default"), name)).or_insert(*account);
        }
    }
    out
}

/// Whether the pod gets the token of its service account: its own word, then the account's.
fn token(force: &mut Force, context: &str, spec: &Node, object: &Node, accounts: &Accounts<'_>) {
    const KEY: &str = "automountServiceAccountToken";
    if last_entry(spec, KEY).is_some_and(|entry| entry.node.kind != Kind::Null) {
        return;
    }
    let named = word(spec, "serviceAccountName").or_else(|| word(spec, "serviceAccount"));
    let space = path(object, &["metadata", "namespace"]).and_then(Node::scalar);
    let account = accounts.get(&(space.unwrap_or("default"), named.unwrap_or("default")));
    match account.map(|account| last_entry(account, KEY)) {
        Some(Some(entry)) => force.scalar(context, KEY, entry),
        Some(None) => force.fill(TOKEN, context),
        None if named.is_some_and(|name| name != "default") => force.fill(ELSEWHERE, context),
        None => force.fill(TOKEN, context),
    }
}

fn container_settings(force: &mut Force, context: &str, container: &Node, spec: &Node) {
    let own = last(container, "securityContext");
    let above = last(spec, "securityContext");
    let own_entry = |key: &str| own.and_then(|node| last_entry(node, key)).filter(|entry| entry.node.kind != Kind::Null);
    let inherited = |key: &str| {
        own_entry(key).or_else(|| above.and_then(|node| last_entry(node, key)).filter(|entry| entry.node.kind != Kind::Null))
    };
    for key in ["privileged", "allowPrivilegeEscalation", "readOnlyRootFilesystem"] {
        if let Some(entry) = own_entry(key) {
            force.scalar(context, key, entry);
        }
    }
    for key in ["runAsNonRoot", "runAsUser"] {
        if let Some(entry) = inherited(key) {
            force.scalar(context, key, entry);
        }
    }
    if let Some(entry) = inherited("seccompProfile").and_then(|entry| last_entry(&entry.node, "type")) {
        force.scalar(context, "seccompProfile", entry);
    }
    for list in ["add", "drop"] {
        for item in own.and_then(|own| path(own, &["capabilities", list])).map_or(&[][..], Node::items) {
            let name = item.scalar().unwrap_or_default().to_ascii_uppercase();
            force.say(context, &format!("capabilities.{list}"), name.strip_prefix("CAP_").unwrap_or(&name), at(item));
        }
    }
    let image = last_entry(container, "image");
    if let Some(entry) = image {
        force.image(context, &entry.node, (entry.line, entry.column));
    }
    for port in last(container, "ports").map_or(&[][..], Node::items) {
        plain(force, context, port, &["hostPort"]);
    }
    if let Some(entry) = path(container, &["resources", "limits"]).and_then(|limits| last_entry(limits, "memory")) {
        force.scalar(context, "memory_limit", entry);
    }
    for variable in last(container, "env").map_or(&[][..], Node::items) {
        environment(force, context, variable);
    }
    if image.is_some() {
        force.fill(CONTAINER, context);
    }
}

/// One variable; `$(X)` takes another's value, and `valueFrom` holds none.
fn environment(force: &mut Force, context: &str, variable: &Node) {
    let (Some(name), Some(value)) = (last(variable, "name"), last_entry(variable, "value")) else { return };
    let name = name.scalar().unwrap_or("(a name that is not kept)");
    if undecided(&value.node).is_some() && value.node.scalar().is_some_and(|text| text.starts_with("$(") && text.ends_with(')')) {
        return;
    }
    force.variable(context, name, &value.node, (value.line, value.column));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(name: &str, head: &str) -> Claim {
        let extension = name.rsplit_once('.').map_or("", |row| row.1);
        CONFIG.claims(&Probe::new(name, name, extension, head, true))
    }

    #[test]
    fn manifests_are_claimed_and_their_neighbours_are_not() {
        assert_eq!(claim("web.yaml", "apiVersion: apps/v1\nkind: Deployment\n"), Claim::Product);
        assert_eq!(claim("web.yaml", "kind: \"Pod\" # x\napiVersion: v1\n"), Claim::Product);
        assert_eq!(
            claim("all.json", "{\n \"apiVersion\": \"v1\",\n \"items\": [ {\"apiVersion\": \"v1\", \"kind\": \"Pod\"} ]}"),
            Claim::Product
        );
        assert_eq!(claim("Chart.yaml", "apiVersion: v2\nname: x\n"), Claim::No);
        assert_eq!(claim("config", "apiVersion: v1\nkind: Config\n"), Claim::No);
        assert_eq!(claim("x.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\n"), Claim::No);
        assert_eq!(claim("notes.md", "apiVersion: v1\nkind: Pod\n"), Claim::No);
        assert_eq!(claim("doc.yaml", "text: |\n  apiVersion: v1\n  kind: Pod\n"), Claim::No);
    }

    #[test]
    fn templates_are_refused_with_a_reason() {
        let read = CONFIG.read("apiVersion: v1\nkind: Pod\nmetadata:\n  {{- include \"x\" . }}\n  name: a\n");
        assert!(read.is_err_and(|error| error.reason.contains("template")));
    }
}
