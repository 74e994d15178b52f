//! Rules of the Linux audit system: what the kernel writes down about whom (`audit.rules`, `rules.d`, `auditctl -l`).
//! It must not judge whether that is enough.

use std::collections::{BTreeMap, HashSet};

use super::flat::{self, Place};
use super::known::{self, Known, is, unset};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct AuditRulesReader;

/// The reader, for the registry.
pub(super) static CONFIG: AuditRulesReader = AuditRulesReader;

const MAN: &str = "auditctl(8)";

/// What holds when no line says otherwise.
const KNOWN: &[Known] = &[
    is("enabled", "1", MAN),
    is("failure_mode", "1", MAN),
    is("disabled", "no", MAN),
    unset("perms", MAN),
    unset("key", MAN),
    unset("syscalls", MAN),
];

/// Options that stand alone in a line, and their names.
const CONTROLS: &[(&str, &str)] = &[("-e", "enabled"), ("-f", "failure_mode"), ("-b", "backlog"), ("-r", "rate")];

/// Longest list of watched paths that is given as one value.
const MOST_WATCHED: usize = 3_000;
/// Most settings that come out.
const MOST_SETTINGS: usize = 100_000;

impl Config for AuditRulesReader {
    fn id(&self) -> &'static str {
        "audit_rules"
    }

    fn title(&self) -> &'static str {
        "Linux audit rules (audit.rules, rules.d)"
    }

    fn notes(&self) -> &'static str {
        "A watch (`-w`, or a rule with path= or dir= and no system call) is in force for `watch PATH`: `path`, `perms` (rwxa where the \
         line names none), `key`. Any other rule is in force for `rule KEY` or `rule LINE`: `list`, `action`, `syscalls`, `fields`. For \
         the whole: `enabled` (2: locked until the next boot), `failure_mode`, `backlog`, `disabled` (yes where a rule or `-e 0` ends \
         auditing), and the paths that are watched: `watched`, `watched_reads`, `watched_writes`. Files of rules.d are read in order."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.name == "audit.rules" || (probe.path.contains("audit/rules.d/") && probe.extension == "rules") {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut all, mut telling) = (0, 0);
        for line in text::meaningful(probe, &['#']).take(400) {
            all += 1;
            let words: Vec<&str> = line.split_whitespace().take(3).collect();
            telling += usize::from(match words.as_slice() {
                ["-w", path, ..] => path.starts_with('/'),
                ["-a" | "-A", list, ..] => list.split(',').any(|word| matches!(word, "always" | "never")),
                _ => false,
            });
        }
        if telling >= 1 && telling * 2 >= all { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root = Vec::new();
        for (number, line) in text::lines(text::clean(source)?) {
            let body = line.trim();
            if body.is_empty() || body.starts_with('#') || body == "No rules" {
                continue;
            }
            let (option, rest) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
            if !option.starts_with('-') {
                return Err(text::error("a line does not start with an option", number));
            }
            let column = text::column(line, line.len() - line.trim_start().len());
            let value = rest.split_whitespace().collect::<Vec<_>>().join(" ");
            root.push(flat::entry(option, value, number, column));
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut force = Force::default();
        force.take(root.entries(), None);
        for (number, document) in include("?/etc/audit/rules.d/*.rules").documents {
            force.take(document.entries(), Some(number));
        }
        for (key, paths) in [("watched", &force.all), ("watched_reads", &force.reads), ("watched_writes", &force.writes)] {
            let list = paths.join(",");
            let setting = if let Some(place) = force.taken {
                place.unknown("", key, "a rule takes watches away, or records nothing before they are reached", &[])
            } else if list.len() > MOST_WATCHED {
                Place::default().unknown("", key, "more paths are watched than can be listed", &[])
            } else {
                Place::default().text("", key, list)
            };
            force.settings.push(setting);
        }
        if force.never
            && let Some(setting) = force.whole.get_mut("disabled")
        {
            setting.value = Node::text("yes", setting.line, setting.column);
        }
        force.settings.extend(std::mem::take(&mut force.whole).into_values());
        known::fill(&mut force.settings, KNOWN, Fold::Exact, "");
        Some(force.settings)
    }
}

/// What has been found so far.
#[derive(Default)]
struct Force {
    settings: Vec<Setting>,
    /// For the whole: the last line counts.
    whole: BTreeMap<&'static str, Setting>,
    seen: HashSet<String>,
    all: Vec<String>,
    reads: Vec<String>,
    writes: Vec<String>,
    /// A rule says that no process is audited, whatever follows.
    never: bool,
    /// Where watches are taken away or overruled.
    taken: Option<Place>,
}

impl Force {
    fn take(&mut self, entries: &[Entry], artifact: Option<u32>) {
        for entry in entries {
            if self.settings.len() >= MOST_SETTINGS {
                self.settings.push(Place::of(entry, artifact).truth("", "@incomplete", true));
                return;
            }
            self.line(entry, artifact);
        }
    }

    fn line(&mut self, entry: &Entry, artifact: Option<u32>) {
        let place = Place::of(entry, artifact);
        if let Some((_, name)) = CONTROLS.iter().find(|row| row.0 == entry.key) {
            // masked: it is there, and nobody can say what it is
            let value = entry.node.scalar().unwrap_or("?").to_owned();
            self.whole.insert(name, place.text("", name, value.clone()));
            if *name == "enabled" {
                self.whole.insert("disabled", place.truth("", "disabled", value == "0"));
            }
            return;
        }
        if entry.key == "-D" {
            // deletes the rules before it
            self.settings.clear();
            self.whole.remove("disabled");
            (self.never, self.taken) = (false, None);
            (self.all, self.reads, self.writes) = (Vec::new(), Vec::new(), Vec::new());
            self.seen.clear();
            return;
        }
        let Some(value) = entry.node.scalar() else {
            self.settings.push(place.unknown(
                &format!("rule {}", entry.line),
                "action",
                "the line holds personal data and is masked",
                &[],
            ));
            return;
        };
        let words = flat::words(value);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match &*entry.key {
            "-w" => {
                let perms = after(&words, "-p").first().copied().unwrap_or("rwxa").to_owned();
                let key = after(&words, "-k").join(",");
                if let Some(path) = words.first() {
                    self.watch(place, path, &perms, &key);
                }
            }
            "-a" | "-A" => self.rule(place, &words),
            // whatever was watched until here may be watched no more
            "-W" if !self.settings.is_empty() => self.taken = Some(place),
            _ => {}
        }
    }

    fn rule(&mut self, place: Place, words: &[&str]) {
        let Some(first) = words.first() else { return };
        let mut action = "always";
        let mut list = "exit";
        for part in first.split(',') {
            if matches!(part, "always" | "never") { action = part } else { list = part }
        }
        let (fields, syscalls) = (after(words, "-F"), after(words, "-S"));
        let field = |name: &str| fields.iter().find_map(|field| field.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')));
        let mut keys = after(words, "-k");
        keys.extend(field("key"));
        let key = keys.join(",");
        if action == "never" && list == "task" && fields.is_empty() {
            self.whole.insert("disabled", place.truth("", "disabled", true));
            self.never = true;
        } else if action == "never"
            && list == "exit"
            && fields.iter().any(|field| field.starts_with("path=") || field.starts_with("dir="))
        {
            // the first rule that matches decides, and this one records nothing
            self.taken = Some(place);
        }
        let path = field("path").or_else(|| field("dir"));
        if let (Some(path), "always", true) = (path, action, syscalls.is_empty() || syscalls == ["all"]) {
            // a rule for some users or results only is no watch of the file
            let narrow = fields.iter().any(|field| {
                let name: String = field.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                !matches!(&*name, "path" | "dir" | "perm" | "key" | "arch")
            });
            if !narrow {
                self.watch(place, path, field("perm").unwrap_or("rwxa"), &key);
                return;
            }
        }
        let name = if key.is_empty() { place.line.to_string() } else { key };
        let mut context = format!("rule {name}");
        if !self.seen.insert(context.clone()) {
            context = format!("{context} ({})", self.seen.len());
            self.seen.insert(context.clone());
        }
        let (syscalls, fields) = (syscalls.join(","), fields.join(" "));
        for (key, value) in [("list", list), ("action", action), ("syscalls", &syscalls), ("fields", &fields)] {
            self.settings.push(place.text(&context, key, value));
        }
    }

    fn watch(&mut self, place: Place, path: &str, perms: &str, key: &str) {
        let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
        let context = format!("watch {path}");
        if !self.seen.insert(format!("{context} {perms}")) {
            return;
        }
        self.all.push(path.to_owned());
        if perms.contains('r') {
            self.reads.push(path.to_owned());
        }
        if perms.contains('w') {
            self.writes.push(path.to_owned());
        }
        for (name, value) in [("path", path), ("perms", perms), ("key", key)] {
            self.settings.push(place.text(&context, name, value));
        }
    }
}

/// The words that follow an option, each time it is written.
fn after<'a>(words: &[&'a str], option: &str) -> Vec<&'a str> {
    words.windows(2).filter(|pair| pair.first() == Some(&option)).filter_map(|pair| pair.get(1).copied()).collect()
}
