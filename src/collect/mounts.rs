//! Which volume a folder lies on that another configuration names (a database's data, a share, the audit log), and whether that volume
//! is encrypted: joined from `fstab` and `crypttab` of the same machine. It never guesses: what no file says is unknown.

use super::config::CONFIGS;
use crate::model::evidence::{Document, Evidence, Resource};
use crate::model::node::{Node, Setting};
use std::sync::Arc;

/// The kinds of resource that come from here.
pub const KINDS: &[&str] = &["data_directory"];

/// Products and the keys that name a folder; `true` where the value is a file in it.
const NAMED: &[(&str, &str, bool)] = &[
    ("postgresql", "data_directory", false),
    ("mysql", "datadir", false),
    ("mariadb", "datadir", false),
    ("mongodb", "storage.dbPath", false),
    ("redis", "dir", false),
    ("elasticsearch", "path.data", false),
    ("samba", "path", false),
    ("vsftpd", "local_root", false),
    ("rsyncd", "path", false),
    ("auditd", "log_file", true),
];

/// The keys of a product that name a folder.
pub(super) fn keys(product: &str) -> impl Iterator<Item = &'static str> {
    NAMED.iter().filter(move |row| row.0 == product).map(|row| row.1)
}

/// How many folders a delivery may name.
const MOST: usize = 10_000;

/// One mount of a machine.
struct Mount {
    point: String,
    device: String,
    kind: String,
}

/// What the files of one machine say.
struct Machine {
    /// The folder of the delivery that stands for `/`.
    root: String,
    mounts: Vec<Mount>,
    /// Names of encrypted mappings.
    mappings: Vec<String>,
    /// Whether a `crypttab` came with it.
    crypttab: bool,
}

/// The folders that configurations of the delivery name, each as a resource.
pub(super) fn resources(evidence: &Evidence) -> Vec<Resource> {
    let machines = machines(evidence);
    let mut out = Vec::new();
    for (path, number, document) in documents(evidence) {
        let names = NAMED.iter().filter(|row| row.0 == document.product);
        for (setting, file) in names.flat_map(|row| named(document, row.1).map(move |setting| (setting, row.2))) {
            let Some(value) = setting.value.scalar().filter(|value| value.starts_with('/')) else { continue };
            let folder = if file { value.rsplit_once('/').map_or("/", |row| row.0) } else { value };
            let folder = if folder.len() > 1 { folder.trim_end_matches('/') } else { folder };
            let machine = machines.iter().filter(|machine| inside(path, &machine.root)).max_by_key(|machine| machine.root.len());
            out.push(Resource {
                kind: "data_directory".to_owned(),
                name: format!("{} {folder}", document.product),
                source: document.product.clone(),
                artifact: setting.artifact.unwrap_or(number),
                line: setting.line,
                column: setting.column,
                settings: describe(folder, &document.product, machine).into_iter().map(Arc::new).collect(),
            });
            if out.len() >= MOST {
                return out;
            }
        }
    }
    out
}

/// Every document that is in force for itself.
fn documents(evidence: &Evidence) -> impl Iterator<Item = (&str, u32, &Document)> {
    evidence.artifacts.telling().flat_map(|(_, artifact)| {
        let all = artifact.parts.iter().filter_map(|part| part.document.as_deref()).filter(|document| !document.fragment);
        all.map(move |document| (artifact.path.as_str(), artifact.number, document))
    })
}

/// The settings of a key, compared as the product does.
fn named<'e>(document: &'e Document, key: &'e str) -> impl Iterator<Item = &'e Setting> {
    let fold = super::config::known::folded;
    let wanted = fold(key, document.fold);
    document.settings.iter().flatten().filter(move |setting| fold(&setting.key, document.fold) == wanted)
}

/// The folder that a file of a machine stands for, by where it lies on the machine.
fn root_of(path: &str, end: &str) -> Option<String> {
    let rest = path.strip_suffix(end)?;
    rest.is_empty().then(String::new).or_else(|| rest.ends_with('/').then(|| rest.trim_end_matches('/').to_owned()))
}

/// Whether a path of the delivery lies under a folder of it.
fn inside(path: &str, root: &str) -> bool {
    root.is_empty() || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

fn machines(evidence: &Evidence) -> Vec<Machine> {
    let mut out: Vec<Machine> = Vec::new();
    for (path, _, document) in documents(evidence) {
        if document.product != "fstab" || !CONFIGS.iter().any(|config| config.id() == "fstab") {
            continue;
        }
        let Some(root) = root_of(path, "etc/fstab").or_else(|| root_of(path, "fstab")) else { continue };
        let mut mounts: Vec<Mount> = Vec::new();
        for setting in document.settings.iter().flatten().filter(|setting| setting.context.starts_with('/')) {
            let value = || setting.value.scalar().unwrap_or_default().to_owned();
            let room = mounts.len() < 10_000;
            match (&*setting.key, mounts.last_mut()) {
                ("device", _) if room => {
                    mounts.push(Mount { point: setting.context.clone(), device: value(), kind: String::new() });
                }
                ("type", Some(last)) if last.point == setting.context => last.kind = value(),
                _ => {}
            }
        }
        out.push(Machine { root, mounts, mappings: Vec::new(), crypttab: false });
    }
    for (path, _, document) in documents(evidence).filter(|row| row.2.product == "crypttab") {
        let Some(root) = root_of(path, "etc/crypttab").or_else(|| root_of(path, "crypttab")) else { continue };
        if let Some(machine) = out.iter_mut().find(|machine| machine.root == root) {
            machine.crypttab = true;
            let names = document.settings.iter().flatten().filter(|setting| setting.key == "device");
            machine.mappings.extend(names.map(|setting| setting.context.clone()));
        }
    }
    out
}

/// Whether something is known to be encrypted, or why nobody can say.
enum Sealed {
    Yes,
    No,
    Unknown(&'static str),
}

fn sealed(mount: &Mount, machine: &Machine) -> Sealed {
    let device = mount.device.as_str();
    if matches!(&*mount.kind, "nfs" | "nfs4" | "cifs" | "smb3" | "sshfs" | "fuse.sshfs" | "glusterfs" | "ceph") {
        return Sealed::Unknown("it lies on another machine");
    }
    if matches!(&*mount.kind, "ecryptfs" | "fuse.gocryptfs" | "fuse.encfs") {
        return Sealed::Yes;
    }
    if let Some(name) = device.strip_prefix("/dev/mapper/") {
        if machine.mappings.iter().any(|mapping| mapping == name) {
            return Sealed::Yes;
        }
        return Sealed::Unknown(if machine.crypttab {
            "its device is no mapping of crypttab; whether a volume below it is encrypted, no file says"
        } else {
            "there is no crypttab of the machine in the delivery"
        });
    }
    // a file system on a bare partition has no mapping between
    let bare = ["/dev/sd", "/dev/nvme", "/dev/vd", "/dev/xvd", "/dev/hd", "/dev/mmcblk"];
    if bare.iter().any(|start| device.starts_with(start)) {
        return Sealed::No;
    }
    Sealed::Unknown("fstab names its device by a label, an id or a volume group, and no file says what that is")
}

fn describe(folder: &str, product: &str, machine: Option<&Machine>) -> Vec<Setting> {
    let say = |key: &str, value: &str, unknown: Option<&str>| Setting {
        key: key.to_owned(),
        value: Node::text(value, 0, 0),
        context: String::new(),
        artifact: None,
        line: 0,
        column: 0,
        default: false,
        unknown: unknown.map(str::to_owned),
        cases: if unknown.is_some() { vec!["no".to_owned(), "yes".to_owned()] } else { Vec::new() },
    };
    let mut out = vec![say("path", folder, None), say("product", product, None)];
    let mounts = machine.iter().flat_map(|machine| machine.mounts.iter().map(move |mount| (mount, *machine)));
    let under =
        |point: &str| point == "/" || folder == point || folder.strip_prefix(point).is_some_and(|rest| rest.starts_with('/'));
    // of two mounts at one point the later covers the other
    let found = mounts.filter(|row| under(&row.0.point)).max_by_key(|row| row.0.point.len());
    let Some((mount, machine)) = found else {
        let reason = if machine.is_some() {
            "fstab mounts nothing that it lies on"
        } else {
            "there is no fstab of the machine in the delivery"
        };
        out.push(say("encrypted", "?", Some(reason)));
        return out;
    };
    out.push(say("mount", &mount.point, None));
    out.push(say("device", &mount.device, None));
    out.push(match sealed(mount, machine) {
        Sealed::Yes => say("encrypted", "yes", None),
        Sealed::No => say("encrypted", "no", None),
        Sealed::Unknown(reason) => say("encrypted", "?", Some(reason)),
    });
    out
}
