//! The rsync daemon's `rsyncd.conf`: modules, with what stands in front of them (or in `[global]`) as their defaults.
//! It must not judge values, and it reads only what the caller hands in for an include.

use super::known::{self, Known, folded, is, unset};
use super::samba::params;
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};
use std::collections::BTreeMap;

/// The reader.
pub(super) struct RsyncdReader;

/// The reader, for the registry.
pub(super) static CONFIG: RsyncdReader = RsyncdReader;

/// Of the whole daemon.
const DAEMON: &str = "rsyncd.conf(5), global parameters";
/// Of a module; in front of all modules they are what modules start from.
const MODULE: &str = "rsyncd.conf(5), module parameters";

const KNOWN: &[Known] = &[
    unset("address", DAEMON),
    is("listen backlog", "5", DAEMON),
    unset("motd file", DAEMON),
    unset("pid file", DAEMON),
    is("port", "873", DAEMON),
    is("proxy protocol", "no", DAEMON),
    unset("socket options", DAEMON),
    unset("auth users", MODULE),
    unset("charset", MODULE),
    unset("comment", MODULE),
    is("dont compress", "", MODULE),
    unset("early exec", MODULE),
    unset("exclude", MODULE),
    unset("exclude from", MODULE),
    is("fake super", "no", MODULE),
    unset("filter", MODULE),
    is("forward lookup", "yes", MODULE),
    unset("gid", MODULE),
    unset("hosts allow", MODULE),
    unset("hosts deny", MODULE),
    is("ignore errors", "no", MODULE),
    is("ignore nonreadable", "no", MODULE),
    unset("include", MODULE),
    unset("include from", MODULE),
    unset("incoming chmod", MODULE),
    is("list", "yes", MODULE),
    is("lock file", "/var/run/rsyncd.lock", MODULE),
    unset("log file", MODULE),
    is("log format", "%o %h [%a] %m (%u) %f %l", MODULE),
    is("max connections", "0", MODULE),
    is("max verbosity", "1", MODULE),
    unset("name converter", MODULE),
    is("numeric ids", "yes", MODULE),
    is("open noatime", "no", MODULE),
    unset("outgoing chmod", MODULE),
    unset("path", MODULE),
    unset("post-xfer exec", MODULE),
    unset("pre-xfer exec", MODULE),
    is("read only", "yes", MODULE),
    is("refuse options", "", MODULE),
    is("reverse lookup", "yes", MODULE),
    unset("secrets file", MODULE),
    is("strict modes", "yes", MODULE),
    is("syslog facility", "daemon", MODULE),
    unset("temp dir", MODULE),
    is("timeout", "0", MODULE),
    is("transfer logging", "no", MODULE),
    unset("uid", MODULE),
    unset("use chroot", MODULE),
    is("write only", "no", MODULE),
];

/// Keys that hardly anything else has.
const TELLING: &[&str] = &[
    "authusers",
    "secretsfile",
    "usechroot",
    "readonly",
    "hostsallow",
    "motdfile",
    "refuseoptions",
    "pidfile",
    "transferlogging",
    "strictmodes",
    "maxconnections",
    "exclude",
];

const INCLUDE_DEPTH: usize = 16;
const MOST_DOCUMENTS: usize = 4096;
const MOST_SETTINGS: usize = 500_000;

impl Config for RsyncdReader {
    fn id(&self) -> &'static str {
        "rsyncd"
    }

    fn title(&self) -> &'static str {
        "rsync daemon (rsyncd.conf)"
    }

    fn notes(&self) -> &'static str {
        "Keys compare without case and without their blanks (`read only`). What belongs to a module is in force for `[its name]`: what the \
         module says itself, else what stands in front of it outside of modules or in [global] (lines behind a module change only the \
         modules that follow them), else what rsync does. The last line of a key counts. Switches are yes or no. `&include` and \
         `&merge` are read where they stand. `@authenticated` is yes where a module names auth users. `@incomplete` is set where \
         includes go too deep."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.name == "rsyncd.conf" || (probe.path.contains("rsyncd.d/") && matches!(probe.extension, "conf" | "inc")) {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut sections, mut telling, mut path, mut all, mut known) = (0, 0, 0, 0, 0);
        for line in text::meaningful(probe, &['#', ';']).take(400) {
            if line.starts_with('[') {
                sections += 1;
                continue;
            }
            let Some((key, _)) = line.split_once('=') else { return Claim::No };
            let key = folded(key, Fold::CaseSpace);
            all += 1;
            path += usize::from(key == "path");
            known += usize::from(KNOWN.iter().any(|row| folded(row.key, Fold::CaseSpace) == key));
            telling += usize::from(TELLING.contains(&&*key));
            // keys of Samba's
            if matches!(&*key, "workgroup" | "guestok" | "browseable" | "serverrole" | "netbiosname" | "validusers" | "public") {
                return Claim::No;
            }
        }
        if sections > 0 && path > 0 && telling >= 2 && known * 3 > all * 2 { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        // `&include x` has no sign between its parts
        let lines: Vec<String> = text::clean(source)?
            .lines()
            .map(|line| {
                let body = line.trim_start();
                let word = body.split([' ', '\t', '=']).next().unwrap_or_default();
                let merges = word.eq_ignore_ascii_case("&include") || word.eq_ignore_ascii_case("&merge");
                let rest = body.get(word.len()..).unwrap_or_default().trim_start();
                if merges && !rest.starts_with('=') { format!("{word} = {rest}") } else { line.to_owned() }
            })
            .collect();
        params::read(&lines.join("\n"))
    }

    fn fold(&self) -> Fold {
        Fold::CaseSpace
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "{key} = {value}"
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut walk = Walk {
            include,
            daemon: Values::new(),
            start: Values::new(),
            modules: Vec::new(),
            stack: Vec::new(),
            documents: 0,
            cut: None,
        };
        walk.entries(root.entries(), None, None);
        let mut settings: Vec<Setting> = walk.daemon.values().chain(walk.start.values()).cloned().collect();
        known::fill(&mut settings, KNOWN.iter().filter(|row| row.documented == DAEMON), Fold::CaseSpace, "");
        if walk.modules.is_empty() {
            known::fill(&mut settings, KNOWN, Fold::CaseSpace, "");
        }
        for (name, values) in walk.modules {
            if settings.len() >= MOST_SETTINGS {
                walk.cut.get_or_insert((None, 0, 0));
                break;
            }
            let context = format!("[{name}]");
            let mut own: Vec<Setting> = values.into_values().map(|setting| setting.within(context.as_str())).collect();
            let asks =
                own.iter().find(|row| folded(&row.key, Fold::CaseSpace) == "authusers" && row.value.kind != Kind::Null).cloned();
            let (value, place) = asks.map_or(("no", None), |row| ("yes", Some((row.line, row.column, row.artifact))));
            let (line, column, artifact) = place.unwrap_or((0, 0, None));
            let entry = Entry { key: "@authenticated".into(), line, column, node: Node::text(value, line, column) };
            own.push(Setting { artifact, default: line == 0, ..Setting::of(&entry).within(context.as_str()) });
            known::fill(&mut own, KNOWN.iter().filter(|row| row.documented == MODULE), Fold::CaseSpace, &context);
            settings.append(&mut own);
        }
        if let Some((artifact, line, column)) = walk.cut {
            let entry = Entry { key: "@incomplete".into(), line, column, node: Node::text("yes", line, column) };
            settings.push(Setting { artifact, ..Setting::of(&entry) });
        }
        Some(settings)
    }
}

/// Values by their folded key.
type Values = BTreeMap<String, Setting>;

/// The walk through sections and includes.
struct Walk<'a> {
    include: &'a dyn Fn(&str) -> Included,
    /// What stands outside of modules and belongs to the daemon, or to nothing that is known.
    daemon: Values,
    /// What stands outside of modules, for those that follow.
    start: Values,
    modules: Vec<(String, Values)>,
    stack: Vec<u32>,
    documents: usize,
    cut: Option<(Option<u32>, u32, u32)>,
}

impl Walk<'_> {
    fn entries(&mut self, entries: &[Entry], module: Option<usize>, artifact: Option<u32>) {
        for entry in entries {
            match &*entry.key.to_ascii_lowercase() {
                "@args" => {}
                "&include" | "&merge" => self.included(entry, module, artifact),
                "section" if matches!(entry.node.kind, Kind::Map(_)) => {
                    let name = entry.node.get("@args").map(|node| text::label(node, artifact)).unwrap_or_default();
                    let inner = if name.eq_ignore_ascii_case("global") { None } else { Some(self.module(&name)) };
                    self.entries(entry.node.entries(), inner, artifact);
                }
                _ => self.set(entry, module, artifact),
            }
        }
    }

    /// The module of a name: one that was there before goes on, a new one starts from what holds outside.
    fn module(&mut self, name: &str) -> usize {
        if let Some(at) = self.modules.iter().position(|module| module.0.eq_ignore_ascii_case(name)) {
            return at;
        }
        if self.modules.len() >= MOST_DOCUMENTS {
            self.cut.get_or_insert((None, 0, 0));
            return self.modules.len() - 1;
        }
        self.modules.push((name.to_owned(), self.start.clone()));
        self.modules.len() - 1
    }

    fn set(&mut self, entry: &Entry, module: Option<usize>, artifact: Option<u32>) {
        let key = folded(&entry.key, Fold::CaseSpace);
        let row = KNOWN.iter().find(|row| folded(row.key, Fold::CaseSpace) == key);
        let mut setting = Setting { artifact, ..Setting::of(entry) };
        if let Some(row) = row {
            row.key.clone_into(&mut setting.key);
            let switch = matches!(row.absent, known::Absent::Is("yes" | "no")) || row.key == "use chroot";
            if let (true, Kind::Text(value)) = (switch, &mut setting.value.kind) {
                match params::switch(value) {
                    Some(on) => (if on { "yes" } else { "no" }).clone_into(value),
                    None => setting.unknown = Some("it is no switch that rsync knows".to_owned()),
                }
            }
        }
        let of_daemon = row.is_some_and(|row| row.documented == DAEMON);
        match module.and_then(|at| self.modules.get_mut(at)) {
            // what belongs to the daemon has no place in a module: rsync passes it over
            Some(_) if of_daemon => {}
            Some((_, values)) => drop(values.insert(key, setting)),
            None if row.is_some() && !of_daemon => drop(self.start.insert(key, setting)),
            None => drop(self.daemon.insert(key, setting)),
        }
    }

    fn included(&mut self, entry: &Entry, module: Option<usize>, artifact: Option<u32>) {
        let place = (artifact, entry.line, entry.column);
        let Some(path) = entry.node.scalar().filter(|path| !path.is_empty()) else {
            self.cut.get_or_insert(place);
            return;
        };
        if self.stack.len() >= INCLUDE_DEPTH || self.documents >= MOST_DOCUMENTS {
            self.cut.get_or_insert(place);
            return;
        }
        // a folder: `*.inc` of what is merged, `*.conf` of what is included
        let folder = !path.rsplit('/').next().unwrap_or_default().contains('.') || path.ends_with(".d");
        let kind = if entry.key.eq_ignore_ascii_case("&merge") { "inc" } else { "conf" };
        let glob = if folder { format!("{}/*.{kind}", path.trim_end_matches('/')) } else { path.to_owned() };
        let found = (self.include)(&glob);
        for (number, document) in found.documents {
            self.documents += 1;
            if self.documents > MOST_DOCUMENTS || self.stack.contains(&number) {
                self.cut.get_or_insert(place);
                continue;
            }
            self.stack.push(number);
            self.entries(document.entries(), module, Some(number));
            self.stack.pop();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn claim(path: &str, head: &str) -> Claim {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        CONFIG.claims(&Probe::new(path, &name, extension, head, true))
    }

    #[test]
    fn claims_its_own_and_not_samba() {
        assert_eq!(claim("etc/rsyncd.conf", ""), Claim::Product);
        assert_eq!(claim("x.txt", "uid = nobody\nuse chroot = yes\n[cards]\npath = /srv\nread only = yes\n"), Claim::Product);
        assert_eq!(
            claim("x.txt", "[global]\nworkgroup = A\n[cards]\npath = /srv\nread only = yes\nhosts allow = x\n"),
            Claim::No
        );
        assert_eq!(claim("x.ini", "[a]\npath = /srv\n"), Claim::No);
    }
}
