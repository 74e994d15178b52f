//! `fstab`: what is mounted where, and with what options. It must not look into a device; a password among the options is not kept.

use super::flat::{self, Place};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Kind, Node, Setting};

/// The reader.
pub(super) struct FstabReader;

/// The reader, for the registry.
pub(super) static CONFIG: FstabReader = FstabReader;

impl Config for FstabReader {
    fn id(&self) -> &'static str {
        "fstab"
    }

    fn title(&self) -> &'static str {
        "mounted file systems (fstab)"
    }

    fn notes(&self) -> &'static str {
        "For each mount point (`/srv`; `swap` for swap): `device`, `type`, `options`, and whether `noexec`, `nodev`, `nosuid` and `ro` are among \
         them; `remote` (nfs, cifs, sshfs), `sec` of those, `seal` (cifs encrypted), `password_written`."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.name == "fstab" { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root = Vec::new();
        for (number, line) in text::lines(text::clean(source)?) {
            let body = line.trim();
            if body.is_empty() || body.starts_with('#') {
                continue;
            }
            let words: Vec<String> = body.split_whitespace().map(unescaped).collect();
            if words.len() < 3 {
                return Err(text::error("a mount without a type", number));
            }
            let fields = ["device", "mount", "type", "options"];
            let mut rows = Vec::new();
            for (key, word) in fields.into_iter().zip(words) {
                let shown = if key == "options" { without_password(&word) } else { word.clone() };
                // what is masked later would not tell any more
                if shown.contains("password=(set)") {
                    rows.push(flat::entry("@password", "yes", number, 1));
                }
                rows.push(flat::entry(key, shown.replace("password=(set)", "password"), number, 1));
            }
            root.push(flat::block("mount", rows, number, 1));
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings = Vec::new();
        for entry in root.entries() {
            let place = Place::of(entry, None);
            let field = |key: &str| entry.node.get(key).map(|node| text::label(node, None)).unwrap_or_default();
            let (mount, kind) = (field("mount"), field("type"));
            let context = if kind == "swap" { "swap".to_owned() } else { mount };
            let options = entry.node.get("options").map_or_else(|| "defaults".to_owned(), |node| text::label(node, None));
            let has = |name: &str| options.split(',').any(|option| option == name);
            let value = |name: &str| options.split(',').find_map(|option| option.strip_prefix(name)).map(str::to_owned);
            let remote = matches!(&*kind, "nfs" | "nfs4" | "cifs" | "smb3" | "fuse.sshfs" | "sshfs" | "glusterfs" | "ceph");
            settings.push(place.text(&context, "device", field("device")));
            settings.push(place.text(&context, "type", kind.clone()));
            for option in ["noexec", "nodev", "nosuid", "ro"] {
                settings.push(place.truth(&context, option, has(option)));
            }
            settings.push(place.truth(&context, "remote", remote));
            if remote {
                let sec = value("sec=")
                    .unwrap_or_else(|| if kind.starts_with("nfs") { "sys".to_owned() } else { "default".to_owned() });
                settings.push(place.text(&context, "sec", sec));
                settings.push(place.truth(&context, "seal", has("seal")));
                settings.push(place.truth(&context, "password_written", entry.node.get("@password").is_some()));
            }
            settings.push(place.text(&context, "options", options));
        }
        Some(settings)
    }
}

/// `\040` and the like are the blanks of a path.
fn unescaped(word: &str) -> String {
    word.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
}

/// The options with what is secret in them replaced by a word.
fn without_password(options: &str) -> String {
    let shown = options.split(',').map(|option| match option.split_once('=') {
        Some(("password" | "pass" | "pw", _)) => "password=(set)".to_owned(),
        Some(("username" | "user" | "credentials", _)) if option.contains('%') => "password=(set)".to_owned(),
        Some(("username" | "user", _)) => "username".to_owned(),
        _ => option.to_owned(),
    });
    shown.collect::<Vec<_>>().join(",")
}
