//! rsnapshot: what is copied from where, and how many copies are kept. Its fields are parted by tabs.
//! It must not judge values.

use super::flat::{self, MONTH, Place, YEAR};
use super::known::{self, Known, is, unset};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct RsnapshotReader;

/// The reader, for the registry.
pub(super) static CONFIG: RsnapshotReader = RsnapshotReader;

const MAN: &str = "rsnapshot(1)";
const KNOWN: &[Known] = &[
    unset("snapshot_root", MAN),
    is("no_create_root", "0", MAN),
    unset("cmd_ssh", MAN),
    unset("transport", MAN),
    is("verbose", "2", MAN),
];

impl Config for RsnapshotReader {
    fn id(&self) -> &'static str {
        "rsnapshot"
    }

    fn title(&self) -> &'static str {
        "rsnapshot (rsnapshot.conf)"
    }

    fn notes(&self) -> &'static str {
        "Keys as written; of a key that is there twice the last counts. For each level (`retain daily`): `count`, and `kept_days` where its \
         name is a length of time (hourly to yearly; alpha, beta … say none: unknown). For each source (`backup SOURCE`): `transport` \
         (local, ssh, rsync, lvm) and `encrypted` (no for rsync://, which travels in clear)."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let mut telling = 0;
        for line in text::meaningful(probe, &['#']).take(400) {
            let word = line.split('\t').next().unwrap_or_default();
            telling += usize::from(
                line.contains('\t')
                    && matches!(word, "snapshot_root" | "retain" | "interval" | "backup" | "cmd_rsync" | "config_version"),
            );
        }
        if telling >= 3 || (probe.name == "rsnapshot.conf" && telling >= 1) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root = Vec::new();
        for (number, line) in text::lines(text::clean(source)?) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((key, value)) = line.split_once('\t') else {
                return Err(text::error("a line without a tab between key and value", number));
            };
            let fields: Vec<&str> = value.split('\t').map(str::trim).filter(|field| !field.is_empty()).collect();
            let key = if key == "include_conf" { "include" } else { key.trim() };
            root.push(flat::entry(key, fields.join(" "), number, 1));
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings: Vec<Setting> = Vec::new();
        take(root, None, &mut settings);
        for entry in root.entries().iter().filter(|entry| entry.key == "include") {
            let glob = text::masked_include(&entry.node).or_else(|| entry.node.scalar().map(str::to_owned)).unwrap_or_default();
            for (number, document) in include(&glob).documents {
                take(&document, Some(number), &mut settings);
            }
        }
        known::fill(&mut settings, KNOWN, Fold::Exact, "");
        Some(settings)
    }
}

fn take(root: &Node, artifact: Option<u32>, settings: &mut Vec<Setting>) {
    for entry in root.entries().iter().take(20_000) {
        let place = Place::of(entry, artifact);
        let value = text::label(&entry.node, artifact);
        match &*entry.key {
            "include" | "exclude" | "include_file" | "exclude_file" => {}
            "retain" | "interval" => {
                let (name, count) = value.split_once(' ').unwrap_or((&value, ""));
                let context = format!("retain {name}");
                let unit = match name {
                    "hourly" => Some(1.0 / 24.0),
                    "daily" => Some(1.0),
                    "weekly" => Some(7.0),
                    "monthly" => Some(MONTH),
                    "yearly" => Some(YEAR),
                    _ => None,
                };
                settings.push(place.text(&context, "count", count));
                settings.push(match unit.zip(count.parse::<f64>().ok()) {
                    Some((unit, count)) => place.text(&context, "kept_days", flat::days(unit * count)),
                    None => place.unknown(&context, "kept_days", "how often this level is made stands in cron, not here", &[]),
                });
            }
            "backup" => {
                let source = value.split(' ').next().unwrap_or_default();
                let remote = source.split_once(':').is_some_and(|row| !row.0.contains('/'));
                let transport = if source.starts_with("rsync://") || source.contains("::") {
                    "rsync"
                } else if source.starts_with("lvm://") {
                    "lvm"
                } else if remote {
                    "ssh"
                } else {
                    "local"
                };
                let context = format!("backup {source}");
                settings.push(place.text(&context, "transport", transport));
                settings.push(place.truth(&context, "encrypted", transport != "rsync"));
            }
            key => {
                if settings.len() < 2_000 {
                    settings.retain(|setting| !(setting.context.is_empty() && setting.key == key));
                }
                settings.push(Setting { artifact, ..Setting::of(entry) });
            }
        }
    }
}
