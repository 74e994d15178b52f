//! `ProFTPD`: directives and sections as Apache writes them, and what is in force for the main server and each virtual host.
//! It must not judge values, and it reads only what the caller hands in for an `Include`.

use super::apache::sections;
use super::known::{self, Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};
use std::collections::{HashMap, HashSet};

/// The reader.
pub(super) struct ProftpdReader;

/// The reader, for the registry.
pub(super) static CONFIG: ProftpdReader = ProftpdReader;

const CORE: &str = "ProFTPD configuration directives, mod_core";
const AUTH: &str = "ProFTPD configuration directives, mod_auth";
const TLS: &str = "ProFTPD module mod_tls";

const KNOWN: &[Known] = &[
    is("AllowOverwrite", "off", "ProFTPD configuration directives, mod_xfer"),
    is("AuthPAM", "on", "ProFTPD module mod_auth_pam"),
    unset("AuthUserFile", "ProFTPD module mod_auth_file"),
    unset("DefaultRoot", AUTH),
    is("DeferWelcome", "off", CORE),
    unset("ExtendedLog", "ProFTPD configuration directives, mod_log"),
    is("IdentLookups", "off", "ProFTPD module mod_ident"),
    is("MaxLoginAttempts", "3", AUTH),
    is("MultilineRFC2228", "off", CORE),
    is("Port", "21", CORE),
    is("RequireValidShell", "on", AUTH),
    is("RootLogin", "off", AUTH),
    is("ServerIdent", "on", CORE),
    is("SFTPEngine", "off", "ProFTPD module mod_sftp"),
    unset("SystemLog", "ProFTPD configuration directives, mod_log"),
    is("TimeoutIdle", "600", CORE),
    is("TimeoutLogin", "300", AUTH),
    unset("TLSCipherSuite", TLS),
    is("TLSEngine", "off", TLS),
    varies(
        "TLSProtocol",
        &[("1.3.5 to 1.3.8", "TLSv1 TLSv1.1 TLSv1.2"), ("later versions may leave the old ones out", "TLSv1.2 TLSv1.3")],
        TLS,
    ),
    is("TLSRequired", "off", TLS),
    is("TLSVerifyClient", "off", TLS),
    is("TransferLog", "/var/log/xferlog", "ProFTPD configuration directives, mod_xfer"),
    is("Umask", "022", CORE),
    is("UseFtpUsers", "on", AUTH),
    is("UseReverseDNS", "on", CORE),
];

/// Directives that nothing but `ProFTPD` has.
const TELLING: &[&str] = &[
    "allowoverwrite",
    "allowretrieverestart",
    "allowstorerestart",
    "authorder",
    "defaultroot",
    "defaultserver",
    "deferwelcome",
    "denyfilter",
    "displaylogin",
    "identlookups",
    "masqueradeaddress",
    "maxinstances",
    "maxloginattempts",
    "multilinerfc2228",
    "passiveports",
    "requirevalidshell",
    "rootlogin",
    "serverident",
    "servertype",
    "sftpengine",
    "sftphostkey",
    "timeoutidle",
    "timeoutlogin",
    "timeoutnotransfer",
    "timeoutstalled",
    "tlsengine",
    "tlsprotocol",
    "tlsrequired",
    "tlsrsacertificatefile",
    "useftpusers",
    "useralias",
    "usereversedns",
];

/// Directives that may stand several times, each beside the others.
const ADDING: &[&str] = &[
    "allow",
    "allowgroup",
    "allowuser",
    "defaultroot",
    "deny",
    "denygroup",
    "denyuser",
    "extendedlog",
    "hidegroup",
    "hideuser",
    "loadmodule",
    "logformat",
    "order",
    "setenv",
    "sftphostkey",
    "tlsoptions",
    "useralias",
    "masqueradeaddress",
    "umask",
];

/// Modules that are part of every server.
const BUILT_IN: &[&str] = &[
    "core",
    "xfer",
    "auth",
    "auth_file",
    "auth_unix",
    "log",
    "ls",
    "delay",
    "site",
    "rlimit",
    "cap",
    "ident",
    "facts",
    "ctrls",
    "facl",
    "auth_pam",
    "memcache",
    "redis",
    "dso",
];

const INCLUDE_DEPTH: usize = 16;
const DEPTH: usize = 64;
const MOST_DOCUMENTS: usize = 4096;
const MOST_SETTINGS: usize = 200_000;

impl Config for ProftpdReader {
    fn id(&self) -> &'static str {
        "proftpd"
    }

    fn title(&self) -> &'static str {
        "ProFTPD (file transfer by FTP)"
    }

    fn notes(&self) -> &'static str {
        "Keys are directives and compare without case. The main server's settings have no context, a virtual host has those of \
         `VirtualHost <addresses>`: what it says itself, else what a Global section says, else what ProFTPD does; it takes nothing from \
         the main server. Sections in them (Directory, Anonymous, Limit) are contexts of their own. A key that one server says twice \
         and differently is unknown. Each server has `@encrypted` (yes where SFTPEngine is on, or TLSEngine is on and TLSRequired \
         asks for it on both channels) and `@confined` (yes where a DefaultRoot \
         below / holds for everybody; one for some groups leaves it unknown). `@incomplete` is set where includes go too deep."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.name == "proftpd.conf" || (probe.path.contains("proftpd/") && probe.extension == "conf") {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut telling, mut odd, mut all) = (0, 0, 0);
        for line in text::meaningful(probe, &['#']).take(600) {
            let word = line.split([' ', '\t', '>']).next().unwrap_or_default().to_ascii_lowercase();
            all += 1;
            telling += usize::from((TELLING.contains(&&*word) && line.len() > word.len()) || word == "<anonymous");
            odd += usize::from(line.ends_with([';', '{', '}', ',']));
        }
        if telling >= 2 && odd * 10 <= all { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        sections::read(source)
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "{key} {value}"
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut expand = Expand { include, modules: HashSet::new(), stack: Vec::new(), documents: 0, cut: None };
        let mut items = Vec::new();
        expand.entries(root.entries(), None, 0, None, &mut items);
        let mut force = Force { settings: Vec::new(), cut: expand.cut };
        let all: Vec<&Item> = items.iter().collect();
        let global: Vec<&Item> =
            items.iter().filter(|item| item.key == "global").flat_map(|item| item.children.iter().flatten()).collect();
        let given = last_of(&global);
        let main: Vec<&Item> = all.iter().copied().filter(|item| !matches!(&*item.key, "global" | "virtualhost")).collect();
        let whole = main
            .iter()
            .any(|item| matches!(&*item.key, "servertype" | "servername" | "port" | "user" | "maxinstances" | "defaultserver"));
        force.server("", &main, &given, whole);
        for host in items.iter().filter(|item| item.key == "virtualhost") {
            if force.settings.len() >= MOST_SETTINGS {
                force.cut.get_or_insert((host.artifact, host.entry.line, host.entry.column));
                break;
            }
            let inside: Vec<&Item> = host.children.iter().flatten().collect();
            force.server(&host.label(), &inside, &given, true);
        }
        if let Some((artifact, line, column)) = force.cut {
            let entry = Entry { key: "@incomplete".into(), line, column, node: Node::text("yes", line, column) };
            force.settings.push(Setting { artifact, ..Setting::of(&entry) });
        }
        Some(force.settings)
    }
}

/// A directive or section after includes and conditions.
struct Item {
    /// Lower case.
    key: String,
    /// The line; of a section only its arguments.
    entry: Entry,
    artifact: Option<u32>,
    unknown: Option<&'static str>,
    children: Option<Vec<Item>>,
}

impl Item {
    fn label(&self) -> String {
        let args = self.entry.node.get("@args").map(|node| text::label(node, self.artifact)).unwrap_or_default();
        format!("{} {args}", self.entry.key).trim_end().to_owned()
    }
}

/// What a Global section hands on: of most keys the last, of sections all.
fn last_of<'a>(items: &[&'a Item]) -> Vec<&'a Item> {
    let last: HashMap<&str, usize> = items.iter().enumerate().map(|(index, item)| (&*item.key, index)).collect();
    let stays = |(index, item): &(usize, &&Item)| {
        item.children.is_some() || ADDING.contains(&&*item.key) || last.get(&*item.key) == Some(index)
    };
    items.iter().enumerate().filter(stays).map(|row| *row.1).collect()
}

/// The settings that come out.
struct Force {
    settings: Vec<Setting>,
    cut: Option<(Option<u32>, u32, u32)>,
}

impl Force {
    fn server(&mut self, context: &str, own: &[&Item], given: &[&Item], fills: bool) {
        let keys: HashSet<&str> = own.iter().filter(|item| item.children.is_none()).map(|item| &*item.key).collect();
        let more = given
            .iter()
            .copied()
            .filter(|item| item.children.is_some() || ADDING.contains(&&*item.key) || !keys.contains(&*item.key));
        let items: Vec<&Item> = own.iter().copied().chain(more).collect();
        let before = self.settings.len();
        self.block(context, &items, 0);
        let mut own = self.settings.split_off(before);
        let word = |key: &str| own.iter().find(|row| row.context == context && row.key.eq_ignore_ascii_case(key)).cloned();
        let on = |setting: &Option<Setting>| setting.as_ref().and_then(|row| row.value.scalar()).map(str::to_ascii_lowercase);
        let (engine, required, sftp) = (word("TLSEngine"), word("TLSRequired"), word("SFTPEngine"));
        let both = matches!(on(&required).as_deref(), Some("on" | "auth+data" | "ctrl+data" | "ctrl+!data+data"));
        let yes = |word: Option<String>| matches!(word.as_deref(), Some("on" | "yes" | "true" | "1"));
        let encrypted = yes(on(&sftp)) || (yes(on(&engine)) && both);
        if fills || engine.is_some() || sftp.is_some() {
            let place = [&required, &engine, &sftp].into_iter().find_map(Option::as_ref);
            let (line, column, artifact) = place.map_or((0, 0, None), |row| (row.line, row.column, row.artifact));
            let unknown = [&required, &engine, &sftp].into_iter().flatten().find_map(|row| row.unknown.clone());
            let entry = Entry {
                key: "@encrypted".into(),
                line,
                column,
                node: Node::text(if encrypted { "yes" } else { "no" }, line, column),
            };
            own.push(Setting { artifact, unknown, default: line == 0, ..Setting::of(&entry).within(context) });
        }
        if let Some(setting) = confined(&items, context, fills) {
            own.push(setting);
        }
        if fills {
            let speaks = yes(on(&engine));
            let fits = |row: &&Known| speaks || !matches!(row.key, "TLSProtocol" | "TLSCipherSuite" | "TLSVerifyClient");
            known::fill(&mut own, KNOWN.iter().filter(fits), Fold::Case, context);
        }
        self.settings.append(&mut own);
    }

    fn block(&mut self, context: &str, items: &[&Item], depth: usize) {
        let mut first: HashMap<&str, usize> = HashMap::new();
        for item in items.iter().filter(|item| item.children.is_none()) {
            if self.settings.len() >= MOST_SETTINGS {
                self.cut.get_or_insert((item.artifact, item.entry.line, item.entry.column));
                return;
            }
            let known = KNOWN.iter().find(|row| row.key.eq_ignore_ascii_case(&item.key));
            let key = known.map_or_else(|| item.entry.key.clone(), |row| row.key.to_owned());
            let mut setting = Setting {
                key,
                artifact: item.artifact,
                unknown: item.unknown.map(str::to_owned),
                ..Setting::of(&item.entry).within(context)
            };
            if item.key == "tlsprotocol" {
                versions(&mut setting);
            }
            match first
                .get(&*item.key)
                .and_then(|at| self.settings.get_mut(*at))
                .filter(|_| known.is_some() && !ADDING.contains(&&*item.key))
            {
                // which of the two ProFTPD takes is not documented
                Some(other) if other.value.kind != setting.value.kind => {
                    let values = [other.value.scalar(), setting.value.scalar()];
                    other.cases.extend(values.into_iter().flatten().map(str::to_owned));
                    other.cases.truncate(8);
                    other.unknown = Some("it is said more than once here, and not the same".to_owned());
                }
                Some(_) => {}
                None => {
                    first.insert(&item.key, self.settings.len());
                    self.settings.push(setting);
                }
            }
        }
        for section in items.iter().filter(|item| item.children.is_some() && depth < DEPTH) {
            let inside: Vec<&Item> = section.children.iter().flatten().collect();
            let inner = format!("{context} {}", section.label());
            if section.key == "anonymous" {
                let Entry { line, column, .. } = section.entry;
                let entry = Entry { key: "@anonymous".into(), line, column, node: Node::text("yes", line, column) };
                self.settings.push(Setting {
                    artifact: section.artifact,
                    unknown: section.unknown.map(str::to_owned),
                    ..Setting::of(&entry).within(inner.trim_start())
                });
            }
            self.block(inner.trim_start(), &inside, depth + 1);
        }
    }
}

/// Whether everybody stays below a folder: the first `DefaultRoot` that is for a user counts.
fn confined(items: &[&Item], context: &str, fills: bool) -> Option<Setting> {
    let roots = items.iter().filter(|item| item.key == "defaultroot" && item.children.is_none());
    let (mut value, mut unknown, mut place) = ("no", None, None);
    for item in roots {
        place = place.or(Some((item.entry.line, item.entry.column, item.artifact)));
        let words = item.entry.node.scalar().unwrap_or_default();
        // a masked path is none that is known
        let masked = matches!(item.entry.node.kind, Kind::Masked(_));
        let (path, groups) = words.split_once(' ').unwrap_or((words, ""));
        let whole = !masked && path.chars().all(|c| matches!(c, '/' | '.'));
        if let Some(reason) = item.unknown {
            unknown = Some(reason);
        } else if !groups.trim().is_empty() {
            unknown = Some("a DefaultRoot is for some groups, and nobody can say from here who is in them");
        } else {
            value = if whole { "no" } else { "yes" };
            // those of the groups before it stay in folders as well, or may leave
            break;
        }
    }
    let (line, column, artifact) = place.or(fills.then_some((0, 0, None)))?;
    let entry = Entry { key: "@confined".into(), line, column, node: Node::text(value, line, column) };
    Some(Setting { artifact, unknown: unknown.map(str::to_owned), default: line == 0, ..Setting::of(&entry).within(context) })
}

/// `TLSProtocol` as the versions it leaves on: a plain list, or `ALL` with what is taken away.
fn versions(setting: &mut Setting) {
    const ALL: [&str; 5] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
    let Kind::Text(value) = &mut setting.value.kind else { return };
    let mut on: Vec<&str> = Vec::new();
    for word in value.split(' ') {
        let name = word.trim_start_matches(['+', '-']);
        let named: Vec<&str> = if name.eq_ignore_ascii_case("all") || name.eq_ignore_ascii_case("sslv23") {
            ALL.to_vec()
        } else {
            ALL.into_iter().filter(|version| version.eq_ignore_ascii_case(name)).collect()
        };
        if named.is_empty() {
            setting.unknown = Some("it names what is no version of TLS".to_owned());
            return;
        }
        on.retain(|version| !named.contains(version));
        if !word.starts_with('-') {
            on.extend(named);
        }
    }
    *value = on.join(" ");
}

/// Puts includes and conditions in their places.
struct Expand<'a> {
    include: &'a dyn Fn(&str) -> Included,
    modules: HashSet<String>,
    stack: Vec<u32>,
    documents: usize,
    cut: Option<(Option<u32>, u32, u32)>,
}

impl Expand<'_> {
    fn entries(
        &mut self,
        entries: &[Entry],
        artifact: Option<u32>,
        depth: usize,
        unknown: Option<&'static str>,
        out: &mut Vec<Item>,
    ) {
        for entry in entries.iter().filter(|entry| entry.key != "@args") {
            let place = (artifact, entry.line, entry.column);
            if depth > DEPTH || out.len() > MOST_SETTINGS {
                self.cut.get_or_insert(place);
                return;
            }
            let key = entry.key.to_ascii_lowercase();
            let section = matches!(entry.node.kind, Kind::Map(_));
            match (&*key, section) {
                ("include", false) => self.included(entry, place, depth, unknown, out),
                ("ifmodule", true) => match self.there(entry) {
                    Some(true) => self.entries(entry.node.entries(), artifact, depth + 1, unknown, out),
                    Some(false) => {}
                    None => {
                        let reason = "it stands in an IfModule, and nobody can say whether the module is there";
                        self.entries(entry.node.entries(), artifact, depth + 1, Some(reason), out);
                    }
                },
                ("ifdefine", true) => {
                    let reason = "it stands in an IfDefine: how the server is started decides whether it holds";
                    self.entries(entry.node.entries(), artifact, depth + 1, Some(reason), out);
                }
                _ => {
                    if key == "loadmodule" {
                        self.modules.insert(module(entry.node.scalar().unwrap_or_default()));
                    }
                    let children = section.then(|| {
                        let mut inner = Vec::new();
                        self.entries(entry.node.entries(), artifact, depth + 1, unknown, &mut inner);
                        inner
                    });
                    let args = || entry.node.entries().iter().filter(|inner| inner.key == "@args").cloned().collect();
                    let node = if section {
                        Node::new(Kind::Map(args()), entry.node.line, entry.node.column)
                    } else {
                        entry.node.clone()
                    };
                    out.push(Item { key, entry: Entry { key: entry.key.clone(), node, ..*entry }, artifact, unknown, children });
                }
            }
        }
    }

    /// Whether the module of an `IfModule` is there, if anybody can say.
    fn there(&self, entry: &Entry) -> Option<bool> {
        let args = entry.node.get("@args").and_then(Node::scalar).unwrap_or_default();
        let (not, name) = args.strip_prefix('!').map_or((false, args), |rest| (true, rest));
        let name = module(name);
        let there = self.modules.contains(&name) || BUILT_IN.contains(&&*name);
        if there || !self.modules.is_empty() { Some(there != not) } else { (!not).then_some(true) }
    }

    fn included(
        &mut self,
        entry: &Entry,
        place: (Option<u32>, u32, u32),
        depth: usize,
        unknown: Option<&'static str>,
        out: &mut Vec<Item>,
    ) {
        if let Some(masked) = text::masked_include(&entry.node) {
            (self.include)(&masked);
            self.cut.get_or_insert(place);
            return;
        }
        let Some(path) = entry.node.scalar().filter(|path| !path.is_empty()) else { return };
        if self.stack.len() >= INCLUDE_DEPTH || self.documents >= MOST_DOCUMENTS {
            self.cut.get_or_insert(place);
            return;
        }
        let glob = if path.ends_with('/') { format!("{path}*") } else { path.to_owned() };
        for (number, document) in (self.include)(&glob).documents {
            self.documents += 1;
            if self.documents > MOST_DOCUMENTS || self.stack.contains(&number) {
                self.cut.get_or_insert(place);
                continue;
            }
            self.stack.push(number);
            self.entries(document.entries(), Some(number), depth + 1, unknown, out);
            self.stack.pop();
        }
    }
}

/// A module's name without its customary ends.
fn module(name: &str) -> String {
    let name = name.trim().to_ascii_lowercase();
    let bare = name.strip_prefix("mod_").unwrap_or(&name);
    bare.strip_suffix(".c").unwrap_or(bare).to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn force(source: &str) -> Vec<Setting> {
        let nothing = |_: &str| Included { documents: Vec::new(), missing: true };
        CONFIG.effective(&CONFIG.read(source).unwrap(), &nothing).unwrap()
    }

    fn of(settings: &[Setting], context: &str, key: &str) -> Vec<String> {
        let found = settings.iter().filter(|s| s.context == context && s.key == key);
        found.map(|s| format!("{}{}", s.value.scalar().unwrap_or("?"), if s.unknown.is_some() { " ?" } else { "" })).collect()
    }

    #[test]
    fn global_is_for_all_and_the_main_server_for_itself() {
        let settings = force(
            "ServerName x\nTLSEngine on\nTLSRequired on\nUmask 077\n<Global>\nRootLogin off\nServerIdent off\n</Global>\n<VirtualHost 10.0.0.1>\nServerIdent on\n<Anonymous ~ftp>\nUser ftp\n</Anonymous>\n</VirtualHost>\n",
        );
        assert_eq!(of(&settings, "", "@encrypted"), ["yes"]);
        assert_eq!(of(&settings, "", "ServerIdent"), ["off"]);
        let host = "VirtualHost 10.0.0.1";
        assert_eq!(of(&settings, host, "ServerIdent"), ["on"]);
        assert_eq!(of(&settings, host, "TLSEngine"), ["off"]);
        assert_eq!(of(&settings, host, "@encrypted"), ["no"]);
        assert_eq!(of(&settings, &format!("{host} Anonymous ~ftp"), "@anonymous"), ["yes"]);
    }

    #[test]
    fn what_is_said_twice_and_differently_is_unknown() {
        let settings = force("Port 21\nTLSRequired on\nTLSRequired off\nTLSEngine on\nTLSEngine on\n");
        assert_eq!(of(&settings, "", "TLSRequired"), ["on ?"]);
        assert_eq!(of(&settings, "", "TLSEngine"), ["on"]);
        assert_eq!(of(&settings, "", "@encrypted"), ["yes ?"]);
    }
}
