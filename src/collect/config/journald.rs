//! systemd's journal: `journald.conf` and its drop-ins, of which the last word counts.
//! It must not judge values; how long a record is kept is worked out, not guessed.

use super::flat::{self, Place};
use super::known::{self, Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct JournaldReader;

/// The reader, for the registry.
pub(super) static CONFIG: JournaldReader = JournaldReader;

const MAN: &str = "journald.conf(5)";

/// What the journal does when a key is absent.
const KNOWN: &[Known] = &[
    is("Compress", "yes", MAN),
    varies("ForwardToSyslog", &[("upstream", "no"), ("Debian and Ubuntu", "yes")], MAN),
    is("MaxFileSec", "1month", MAN),
    is("MaxLevelStore", "debug", MAN),
    is("MaxRetentionSec", "0", MAN),
    is("RateLimitBurst", "10000", MAN),
    is("RateLimitIntervalSec", "30s", MAN),
    is("Seal", "yes", MAN),
    is("SplitMode", "uid", MAN),
    is("Storage", "auto", MAN),
    unset("SystemKeepFree", MAN),
    unset("SystemMaxUse", MAN),
];

/// Folders of drop-ins, the weakest first.
const DROP_INS: &[&str] = &[
    "?/usr/lib/systemd/journald.conf.d/*.conf",
    "?/usr/local/lib/systemd/journald.conf.d/*.conf",
    "?/run/systemd/journald.conf.d/*.conf",
    "?/etc/systemd/journald.conf.d/*.conf",
];

impl Config for JournaldReader {
    fn id(&self) -> &'static str {
        "journald"
    }

    fn title(&self) -> &'static str {
        "systemd journal (journald.conf)"
    }

    fn notes(&self) -> &'static str {
        "Keys of the section [Journal] stand by their names alone (`Storage`). Drop-ins of journald.conf.d are read after the file, and \
         the last value counts; an empty value takes the key back to its default. Added: `persistent` (yes, no; unknown where it \
         depends on whether /var/log/journal is there), `kept_forever` (yes where no age ends an entry; its size still does) and \
         `kept_days` where one does."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.name == "journald.conf" || (probe.path.contains("journald.conf.d/") && probe.extension == "conf") {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let mut lines = text::meaningful(probe, &['#', ';']).take(400);
        if lines.any(|line| line == "[Journal]") { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root = Vec::new();
        let mut ours = true;
        for (number, line) in flat::joined(text::clean(source)?) {
            let body = line.trim();
            if body.is_empty() || body.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = body.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                ours = name == "Journal";
                continue;
            }
            let Some((key, value)) = body.split_once('=') else {
                return Err(text::error("a line that is neither a section nor a setting", number));
            };
            let column = text::column(&line, line.len() - line.trim_start().len());
            if ours {
                root.push(flat::entry(key.trim_end(), value.trim_start(), number, column));
            }
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "{key}={value}"
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings: Vec<Setting> = Vec::new();
        take(root.entries(), None, &mut settings);
        for glob in DROP_INS {
            for (number, document) in include(glob).documents {
                take(document.entries(), Some(number), &mut settings);
            }
        }
        settings.retain(|setting| setting.value.kind != Kind::Null);
        known::fill(&mut settings, KNOWN, Fold::Exact, "");
        let derived: Vec<Setting> = settings.iter().flat_map(derived).collect();
        settings.extend(derived);
        Some(settings)
    }
}

/// Puts the entries of one file over what is there.
fn take(entries: &[Entry], artifact: Option<u32>, settings: &mut Vec<Setting>) {
    for entry in entries {
        // there are a few dozen keys at most that count; others are not kept twice
        settings.retain(|setting| setting.key != entry.key);
        if settings.len() < 1000 {
            settings.push(Setting { artifact, ..Setting::of(entry) });
        }
    }
}

/// What a setting means for how long and where entries are kept.
fn derived(setting: &Setting) -> Vec<Setting> {
    let place = Place { artifact: setting.artifact, line: setting.line, column: setting.column };
    let mut out = match (&*setting.key, setting.value.scalar()) {
        ("Storage", Some("persistent")) => vec![place.truth("", "persistent", true)],
        ("Storage", Some("volatile" | "none")) => vec![place.truth("", "persistent", false)],
        ("Storage", _) => {
            let reason = "the journal is kept on disk only if /var/log/journal is there, which the file does not say";
            vec![place.unknown("", "persistent", reason, &["yes", "no"])]
        }
        ("MaxRetentionSec", Some(value)) => match flat::span(value, &unit) {
            Some(0.0) => vec![place.truth("", "kept_forever", true)],
            Some(days) => vec![place.truth("", "kept_forever", false), place.text("", "kept_days", flat::days(days))],
            None => vec![place.unknown("", "kept_forever", "MaxRetentionSec is not a length of time", &[])],
        },
        _ => Vec::new(),
    };
    for one in &mut out {
        one.default = setting.default;
    }
    out
}

/// Days of the units of systemd.time(7); a bare number is seconds.
fn unit(word: &str) -> Option<f64> {
    let seconds = match word {
        "" | "s" | "sec" | "second" | "seconds" => 1.0,
        "us" | "usec" => 1e-6,
        "ms" | "msec" => 1e-3,
        "m" | "min" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        "M" | "month" | "months" => 2_629_800.0,
        "y" | "year" | "years" => 31_557_600.0,
        _ => return None,
    };
    Some(seconds / 86_400.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts_and_time_is_counted_in_days() {
        let nothing = |_: &str| Included { documents: Vec::new(), missing: true };
        let root =
            CONFIG.read("[Journal]\nStorage=volatile\nMaxRetentionSec=2week 3d\nStorage=persistent\n[Other]\nSeal=no\n").unwrap();
        let settings = CONFIG.effective(&root, &nothing).unwrap();
        let of = |key: &str| settings.iter().find(|s| s.key == key).and_then(|s| s.value.scalar());
        assert_eq!(
            (of("Storage"), of("persistent"), of("kept_days"), of("Seal")),
            (Some("persistent"), Some("yes"), Some("17"), Some("yes"))
        );
        assert!(CONFIG.read("nonsense").is_err());
    }
}
