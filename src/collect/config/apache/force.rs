//! What is in force: includes and conditions put in their places, hosts with what the main server gives them, folders with their
//! options merged. It must not judge, and says where nobody can know.

use super::super::known::{self, Known};
use super::super::{Included, text};
use super::KNOWN;
use super::options::{Options, protocols};
use super::redirect::{SendsOn, sends_on};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};
use std::collections::{HashMap, HashSet};

/// How deep includes may include and sections may stand, how many documents may come, and how many settings may come out.
const INCLUDE_DEPTH: usize = 16;
const DEPTH: usize = 64;
const MOST_DOCUMENTS: usize = 4096;
const MOST_SETTINGS: usize = 200_000;
/// How many folders are looked at for what stands above one.
const MOST_FOLDERS: usize = 1000;
const MOST_LOOKS: usize = 2_000_000;

/// Directives that may stand several times, each beside the others. Of all others the last counts.
const ADDING: &[&str] = &[
    "addcharset",
    "addencoding",
    "addhandler",
    "addicon",
    "addiconbyencoding",
    "addiconbytype",
    "addinputfilter",
    "addlanguage",
    "addoutputfilter",
    "addoutputfilterbytype",
    "addtype",
    "alias",
    "aliasmatch",
    "allow",
    "browsermatch",
    "customlog",
    "deny",
    "directoryindex",
    "errordocument",
    "header",
    "listen",
    "loadmodule",
    "logformat",
    "proxypass",
    "proxypassmatch",
    "proxypassreverse",
    "redirect",
    "redirectmatch",
    "redirectpermanent",
    "redirecttemp",
    "requestheader",
    "require",
    "rewritecond",
    "rewriterule",
    "scriptalias",
    "scriptaliasmatch",
    "serveralias",
    "setenv",
    "setenvif",
    "setenvifnocase",
    "sslcertificatefile",
    "sslcertificatekeyfile",
    "transferlog",
];

/// Of those, what a virtual host has beside its own.
const CARRIED: &[&str] = &[
    "addhandler",
    "addtype",
    "alias",
    "aliasmatch",
    "errordocument",
    "header",
    "redirect",
    "redirectmatch",
    "redirectpermanent",
    "redirecttemp",
    "requestheader",
    "scriptalias",
    "scriptaliasmatch",
    "setenv",
    "setenvif",
    "setenvifnocase",
];

/// What belongs to the whole server, or is not handed on to hosts.
const OF_MAIN: &[&str] = &[
    "listen",
    "loadmodule",
    "serverroot",
    "user",
    "group",
    "pidfile",
    "mutex",
    "servertokens",
    "traceenable",
    "extendedstatus",
    "coredumpdirectory",
    "defaultruntimedir",
    "sslsessioncache",
    "sslsessioncachetimeout",
    "sslrandomseed",
    "sslcryptodevice",
    "sslstaplingcache",
    "logformat",
    "servername",
    "serveralias",
    "rewriteengine",
    "rewriterule",
    "rewritecond",
    "servermpm",
    "startservers",
    "minspareservers",
    "maxspareservers",
    "maxrequestworkers",
    "maxconnectionsperchild",
    "threadsperchild",
    "minsparethreads",
    "maxsparethreads",
    "serverlimit",
    "threadlimit",
    "sendbuffersize",
    "receivebuffersize",
    "listenbacklog",
];

/// Modules that are part of every server as Debian and Red Hat build it, and as `make install` does.
const BUILT_IN: &[&str] =
    &["core", "so", "http", "http_core", "log_config", "unixd", "version", "watchdog", "logio", "mpm_common"];

/// A directive or section after includes and conditions.
#[derive(Clone)]
pub(super) struct Item {
    /// Lower case.
    pub(super) key: String,
    entry: Entry,
    artifact: Option<u32>,
    /// Why nobody can say whether it holds.
    pub(super) unknown: Option<&'static str>,
    /// What stands in it; `None` for a directive.
    children: Option<Vec<Item>>,
}

impl Item {
    pub(super) fn value(&self) -> &str {
        self.entry.node.scalar().unwrap_or_default()
    }

    fn args(&self) -> String {
        self.entry.node.get("@args").map(|node| text::label(node, self.artifact)).unwrap_or_default()
    }
}

/// The whole.
pub(super) fn in_force(root: &Node, include: &dyn Fn(&str) -> Included) -> Vec<Setting> {
    let mut expand = Expand {
        include,
        root: None,
        modules: HashSet::new(),
        defines: HashMap::new(),
        stack: Vec::new(),
        documents: 0,
        cut: None,
    };
    let mut items = Vec::new();
    expand.entries(root.entries(), None, 0, None, &mut items);
    let mut force = Force { settings: Vec::new(), looks: 0, cut: expand.cut };
    let whole =
        items.iter().any(|item| matches!(&*item.key, "listen" | "serverroot" | "loadmodule" | "user" | "mutex" | "pidfile"));
    let base = Options::START;
    let hosts: Vec<&Item> = items.iter().filter(|item| item.key == "virtualhost").collect();
    let main: Vec<&Item> = items.iter().collect();
    let plain: Vec<&Item> = main.iter().copied().filter(|item| item.children.is_none()).collect();
    force.server("", &plain, base, whole, hosts.is_empty(), true);
    let base = Force::options_of(&plain).map_or(base, |own| base.merged(own));
    force.places("", &[], &main, base, whole);
    let above = folders(&main);
    let handed = handed(&plain);
    let mut addresses = HashSet::new();
    for host in hosts {
        if force.settings.len() >= MOST_SETTINGS {
            force.cut.get_or_insert((host.artifact, host.entry.line, host.entry.column));
            break;
        }
        let inside: Vec<&Item> = host.children.iter().flatten().collect();
        let own: Vec<&Item> = inside.iter().copied().filter(|item| item.children.is_none()).collect();
        let keys: HashSet<&str> = own.iter().map(|item| &*item.key).collect();
        let name = own.iter().rfind(|item| item.key == "servername").map(|item| text::label(&item.entry.node, item.artifact));
        let context = format!("VirtualHost {} ({})", host.args(), name.as_deref().unwrap_or("_"));
        let given: Vec<&Item> = handed
            .iter()
            .copied()
            .filter(|item| CARRIED.contains(&&*item.key) || !keys.contains(&*item.key))
            .chain(own.iter().copied())
            .collect();
        let first = addresses.insert(host.args());
        force.server(&context, &given, base, whole, true, first);
        let base = Force::options_of(&own).map_or(base, |own| base.merged(own));
        force.places(&format!("{context} "), &above, &inside, base, whole);
    }
    if let Some((artifact, line, column)) = force.cut {
        let entry = Entry { key: "@incomplete".into(), line, column, node: Node::text("yes", line, column) };
        force.settings.push(Setting { artifact, ..Setting::of(&entry) });
    }
    force.settings
}

/// What the main server hands on to every host: of most keys the last.
fn handed<'a>(plain: &[&'a Item]) -> Vec<&'a Item> {
    let last: HashMap<&str, usize> = plain.iter().enumerate().map(|(index, item)| (&*item.key, index)).collect();
    let of_hosts = |(index, item): &(usize, &&Item)| {
        let key = &*item.key;
        !OF_MAIN.contains(&key) && key != "options" && (ADDING.contains(&key) || last.get(key) == Some(index))
    };
    plain.iter().enumerate().filter(of_hosts).map(|row| *row.1).collect()
}

/// Puts includes and conditions in their places.
struct Expand<'a> {
    include: &'a dyn Fn(&str) -> Included,
    /// `ServerRoot`.
    root: Option<String>,
    /// Modules that `LoadModule` named so far.
    modules: HashSet<String>,
    defines: HashMap<String, String>,
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
                ("include" | "includeoptional", false) => self.included(entry, place, depth, unknown, out),
                ("ifmodule" | "ifdefine" | "ifversion" | "iffile", true) => match self.condition(&key, entry) {
                    Ok(true) => self.entries(entry.node.entries(), artifact, depth + 1, unknown, out),
                    Ok(false) => {}
                    Err(reason) => self.entries(entry.node.entries(), artifact, depth + 1, Some(reason), out),
                },
                ("macro", true) => {}
                ("use", false) => drop(self.cut.get_or_insert(place)),
                ("undefine", false) => drop(self.defines.remove(entry.node.scalar().unwrap_or_default())),
                ("define", false) => {
                    let words = entry.node.scalar().unwrap_or_default();
                    let (name, value) = words.split_once(' ').unwrap_or((words, ""));
                    self.defines.insert(name.to_owned(), value.to_owned());
                }
                _ => {
                    let children = section.then(|| {
                        let mut inner = Vec::new();
                        self.entries(entry.node.entries(), artifact, depth + 1, unknown, &mut inner);
                        inner
                    });
                    let node = if section { args_of(entry) } else { entry.node.clone() };
                    let mut entry = Entry { key: entry.key.clone(), node, ..*entry };
                    self.replace(&mut entry.node);
                    match &*key {
                        "loadmodule" => {
                            let name = entry.node.scalar().unwrap_or_default().split(' ').next().unwrap_or_default();
                            self.modules.insert(module(name));
                        }
                        "serverroot" => self.root = entry.node.scalar().map(str::to_owned),
                        _ => {}
                    }
                    out.push(Item { key, entry, artifact, unknown, children });
                }
            }
        }
    }

    /// `${NAME}` of what was defined.
    fn replace(&self, node: &mut Node) {
        if let Kind::Text(value) = &mut node.kind
            && value.contains("${")
            && value.len() < 4096
        {
            let mut out = String::new();
            let mut rest = value.as_str();
            while let Some((before, after)) = rest.split_once("${") {
                out.push_str(before);
                let known = after.split_once('}').and_then(|(name, after)| Some((self.defines.get(name)?, after)));
                let Some((meant, after)) = known.filter(|row| row.0.len() < 4096 && out.len() < 4096) else {
                    out.push_str("${");
                    rest = after;
                    continue;
                };
                out.push_str(meant);
                rest = after;
            }
            out.push_str(rest);
            *value = out;
        }
    }

    /// Whether a condition holds; an error where only the running server knows.
    fn condition(&self, key: &str, entry: &Entry) -> Result<bool, &'static str> {
        let args = entry.node.get("@args").and_then(Node::scalar).unwrap_or_default();
        let (not, args) = args.strip_prefix('!').map_or((false, args), |rest| (true, rest.trim()));
        match key {
            "ifmodule" => {
                let name = module(args);
                let there = self.modules.contains(&name) || BUILT_IN.contains(&&*name);
                if there || !self.modules.is_empty() {
                    Ok(there != not)
                } else if not {
                    Err("it stands in an IfModule, and nobody can say whether the module is there")
                } else {
                    Ok(true)
                }
            }
            "ifdefine" if self.defines.contains_key(args) => Ok(!not),
            "ifdefine" => Err("it stands in an IfDefine: how the server is started decides whether it holds"),
            "ifversion" => version(args).map(|holds| holds != not).ok_or("it stands in an IfVersion"),
            _ => Err("it stands in an IfFile: the server's files decide whether it holds"),
        }
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
        let mut node = entry.node.clone();
        self.replace(&mut node);
        let Some(path) = node.scalar().filter(|path| !path.is_empty()) else { return };
        if self.stack.len() >= INCLUDE_DEPTH || self.documents >= MOST_DOCUMENTS {
            self.cut.get_or_insert(place);
            return;
        }
        let root = self.root.as_deref().unwrap_or("/etc/apache2");
        let mut glob = if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", root.trim_end_matches('/')) };
        if glob.ends_with('/') {
            glob.push('*');
        }
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

/// A section's arguments alone, as a mapping, so that its contents are not copied.
fn args_of(entry: &Entry) -> Node {
    let args = entry.node.entries().iter().filter(|inner| inner.key == "@args").cloned().collect();
    Node::new(Kind::Map(args), entry.node.line, entry.node.column)
}

/// The name of a module as `IfModule` and `LoadModule` may write it: `ssl_module`, `mod_ssl.c`.
fn module(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let bare = name.strip_prefix("mod_").unwrap_or(&name);
    let bare = bare.strip_suffix(".c").or(bare.strip_suffix("_module")).unwrap_or(bare);
    bare.to_owned()
}

/// Whether a comparison of versions holds for every 2.4.
fn version(args: &str) -> Option<bool> {
    let (sign, wanted) = args.split_once(' ').unwrap_or(("=", args));
    let mut parts = wanted.trim().split('.').map(|part| part.parse::<u32>().ok());
    let (major, minor, patch) = (parts.next()??, parts.next().unwrap_or(Some(0))?, parts.next());
    let order = (2, 4).cmp(&(major, minor));
    if patch.is_some() && order.is_eq() {
        return None;
    }
    match sign {
        ">=" => Some(order.is_ge()),
        ">" => (!order.is_eq()).then_some(order.is_gt()),
        "<" => Some(order.is_lt()),
        "<=" => (!order.is_eq()).then_some(order.is_lt()),
        _ => None,
    }
}

/// The settings that come out.
struct Force {
    settings: Vec<Setting>,
    /// How many folders were looked at for what stands above others.
    looks: usize,
    cut: Option<(Option<u32>, u32, u32)>,
}

impl Force {
    fn push(&mut self, setting: Setting) {
        if self.settings.len() < MOST_SETTINGS {
            self.settings.push(setting);
        } else {
            self.cut.get_or_insert((setting.artifact, setting.line, setting.column));
        }
    }

    /// What `Options` lines among directives say together.
    fn options_of(items: &[&Item]) -> Option<Options> {
        let mut lines = items.iter().filter(|item| item.key == "options").map(|item| item.value()).peekable();
        lines.peek()?;
        Options::of(lines)
    }

    /// The directives in force at one place: of most keys the last.
    fn directives(&mut self, context: &str, items: &[&Item]) {
        let mut last: HashMap<&str, usize> = HashMap::new();
        for (index, item) in items.iter().enumerate() {
            last.insert(&item.key, index);
        }
        for (index, item) in items.iter().enumerate() {
            if item.key != "options" && (ADDING.contains(&&*item.key) || last.get(&*item.key) == Some(&index)) {
                let mut setting = setting(item, context);
                if item.key == "sslprotocol" {
                    tls(&mut setting);
                }
                self.push(setting);
            }
        }
    }

    /// The main server or a host.
    fn server(&mut self, context: &str, items: &[&Item], base: Options, whole: bool, serves: bool, first: bool) {
        let last = |key: &str| items.iter().rfind(|item| item.key == key).copied();
        let engine = last("sslengine");
        let tls = engine.is_some_and(|item| matches!(&*item.value().to_ascii_lowercase(), "on" | "optional"));
        let written: Vec<&Item> = items
            .iter()
            .copied()
            .filter(|item| context.is_empty() || tls || !item.key.starts_with("ssl") || item.key == "sslengine")
            .collect();
        let before = self.settings.len();
        self.directives(context, &written);
        if let Some(own) = Self::options_of(&written)
            && let Some(item) = last("options")
        {
            let mut setting = setting(item, context);
            setting.value.kind = Kind::Text(base.merged(own).words());
            self.push(setting);
        }
        let place = engine.or(items.last().copied());
        let (line, column, artifact) = place.map_or((0, 0, None), |item| (item.entry.line, item.entry.column, item.artifact));
        let why = engine.and_then(|item| item.unknown).map(str::to_owned);
        let derived = |key: &str, value: &str, unknown: Option<String>| {
            let entry = Entry { key: key.to_owned(), line, column, node: Node::text(value, line, column) };
            Setting { artifact, unknown, ..Setting::of(&entry).within(context) }
        };
        let log =
            items.iter().find(|item| matches!(&*item.key, "customlog" | "transferlog") && !item.value().starts_with("/dev/null"));
        let missing = "nothing here says it, and the main server's file may: it is not in the delivery";
        let mut own = Vec::new();
        if serves {
            own.push(derived("@tls", if tls { "on" } else { "off" }, why.clone()));
            let sent = if tls { SendsOn::All } else { sends_on(items, first) };
            let plain = if sent == SendsOn::All { "no" } else { "yes" };
            let doubt = if let SendsOn::Unknown(reason) = sent { Some(reason.to_owned()) } else { None };
            own.push(derived("@serves_plain_http", plain, why.or(doubt)));
            let unknown = (log.is_none() && !whole).then(|| missing.to_owned());
            own.push(derived("@access_log", if log.is_some() { "yes" } else { "no" }, unknown));
            if tls {
                own.push(derived("@hsts", &hsts(items), None));
            }
        }
        for setting in own {
            self.push(setting);
        }
        let fits = |row: &&Known| {
            let key = row.key.to_ascii_lowercase();
            let of_tls = row.key.starts_with("SSL") && key != "sslengine";
            (tls || !of_tls) && (context.is_empty() || !OF_MAIN.contains(&&*key))
        };
        if whole {
            let mut filled = self.settings.split_off(before);
            known::fill(&mut filled, KNOWN.iter().filter(fits), Fold::Case, context);
            for setting in filled {
                self.push(setting);
            }
        } else if serves && !context.is_empty() {
            let mut filled = self.settings.split_off(before);
            known::fill(&mut filled, KNOWN.iter().filter(fits), Fold::Case, context);
            for setting in &mut filled {
                if setting.default {
                    (setting.unknown, setting.cases) = (Some(missing.to_owned()), Vec::new());
                }
            }
            for setting in filled {
                self.push(setting);
            }
        }
    }

    /// The sections of a server: the folders `above` are those that the main server says something of.
    fn places<'a>(&mut self, prefix: &str, above: &[Folder<'a>], own: &[&'a Item], base: Options, whole: bool) {
        let mut all: Vec<Folder<'_>> = above.iter().copied().chain(folders(own)).collect();
        all.sort_by_key(|folder| folder.depth);
        if all.len() > MOST_FOLDERS {
            self.cut.get_or_insert((None, 0, 0));
            all.truncate(MOST_FOLDERS);
        }
        // sections of one name are one
        let mut places: Vec<(String, Vec<&Item>)> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for item in own.iter().copied().filter(|item| item.children.is_some() && item.key != "virtualhost") {
            let label = format!("{} {}", item.entry.key, item.args());
            let at = *known.entry(label.to_ascii_lowercase()).or_insert(places.len());
            match places.get_mut(at) {
                Some(place) => place.1.push(item),
                None => places.push((label, vec![item])),
            }
        }
        for (label, sections) in places {
            let inside: Vec<&Item> = sections.iter().flat_map(|section| section.children.iter().flatten()).collect();
            let plain: Vec<&Item> = inside.iter().copied().filter(|inner| inner.children.is_none()).collect();
            let context = format!("{prefix}{}", label.trim_end());
            self.directives(&context, &plain);
            if let Some(last) = plain.iter().rfind(|inner| inner.key == "options") {
                let path = sections.first().and_then(|section| path_of(section));
                let mut setting = setting(last, &context);
                self.folder_options(&mut setting, path.as_deref(), &all, &plain, base, whole);
                // where the condition does not hold, nothing is said here at all
                let all_open = plain.iter().filter(|inner| inner.key == "options").all(|inner| inner.unknown.is_some());
                if all_open && setting.cases.is_empty() {
                    setting.cases.extend(setting.value.scalar().map(str::to_owned));
                }
                self.push(setting);
            }
            self.nested(&format!("{context} "), &inside, 0);
        }
    }

    /// What Options come to in a folder, or in a place that no folder can be told of.
    fn folder_options(
        &mut self,
        setting: &mut Setting,
        path: Option<&str>,
        all: &[Folder<'_>],
        plain: &[&Item],
        base: Options,
        whole: bool,
    ) {
        let Some(own) = Self::options_of(plain) else {
            setting.unknown = Some("Apache does not start with these Options".to_owned());
            return;
        };
        self.looks += all.len();
        let above = path.filter(|_| self.looks < MOST_LOOKS).and_then(|path| {
            all.iter().try_fold(base, |base, folder| {
                let over = covers(folder.path, path)?;
                // what a folder above says only perhaps
                if over && folder.path != path && folder.open() {
                    return None;
                }
                Some(if over { base.merged(Options::of(folder.lines())?) } else { base })
            })
        });
        match above {
            Some(all) if whole || !own.is_relative() => setting.value.kind = Kind::Text(all.words()),
            _ => {
                setting.value.kind = Kind::Text(base.merged(own).words());
                if own.is_relative() {
                    setting.unknown =
                        Some("it adds to what holds for the folder, and nobody can say from here which that is".to_owned());
                    setting.cases = vec![Options::NONE.merged(own).words(), Options::MOST.merged(own).words()];
                }
            }
        }
    }

    /// Sections in sections.
    fn nested(&mut self, prefix: &str, items: &[&Item], depth: usize) {
        for section in items.iter().filter(|item| item.children.is_some() && depth < DEPTH) {
            let context = format!("{prefix}{} {}", section.entry.key, section.args());
            let inside: Vec<&Item> = section.children.iter().flatten().collect();
            let plain: Vec<&Item> = inside.iter().copied().filter(|inner| inner.children.is_none()).collect();
            self.directives(context.trim_end(), &plain);
            if let Some(last) = plain.iter().rfind(|inner| inner.key == "options") {
                let mut setting = setting(last, context.trim_end());
                self.folder_options(&mut setting, None, &[], &plain, Options::START, false);
                self.push(setting);
            }
            self.nested(&format!("{} ", context.trim_end()), &inside, depth + 1);
        }
    }
}

fn setting(item: &Item, context: &str) -> Setting {
    let mut setting =
        Setting { artifact: item.artifact, unknown: item.unknown.map(str::to_owned), ..Setting::of(&item.entry).within(context) };
    if let Some(row) = KNOWN.iter().find(|row| row.key.eq_ignore_ascii_case(&item.key)) {
        row.key.clone_into(&mut setting.key);
    }
    setting
}

/// `SSLProtocol` as the versions it leaves on.
fn tls(setting: &mut Setting) {
    match setting.value.scalar().map(protocols) {
        Some(Some((with, without))) => {
            if with != without {
                let reason = "whether SSLv3 is meant as well depends on how OpenSSL was built".to_owned();
                setting.unknown.get_or_insert(reason);
                setting.cases = vec![with.clone(), without];
            }
            setting.value.kind = Kind::Text(with);
        }
        _ => drop(setting.unknown.get_or_insert("it names what is no version of TLS".to_owned())),
    }
}

/// A `Directory` section that says something of options.
#[derive(Clone, Copy)]
struct Folder<'a> {
    path: &'a str,
    depth: usize,
    item: &'a Item,
}

impl<'a> Folder<'a> {
    /// Whether nobody can say if some of it holds.
    fn open(&self) -> bool {
        self.item.children.iter().flatten().any(|inner| inner.key == "options" && inner.unknown.is_some())
    }

    fn lines(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let inside = self.item.children.iter().flatten();
        inside.filter(|inner| inner.key == "options").map(Item::value)
    }
}

fn folders<'a>(items: &[&'a Item]) -> Vec<Folder<'a>> {
    let own = items.iter().filter_map(|item| {
        let args = item.entry.node.get("@args").and_then(Node::scalar)?;
        let plain = item.key == "directory"
            && !args.starts_with('~')
            && item.children.iter().flatten().any(|inner| inner.key == "options");
        let path = args.trim_end_matches('/');
        plain.then(|| Folder { path, depth: path.matches('/').count(), item })
    });
    own.collect()
}

/// The path of a `Directory` without wildcards.
fn path_of(item: &Item) -> Option<String> {
    let args = item.entry.node.get("@args").and_then(Node::scalar)?;
    let plain = item.key == "directory" && args.starts_with('/') && !args.contains(['*', '?', '[', '$']);
    plain.then(|| args.trim_end_matches('/').to_owned())
}

/// Whether a section of one path is in force in the folder of another. `*` and `?` stand for what is no slash; sets are not compared.
fn covers(section: &str, path: &str) -> Option<bool> {
    let mut parts = path.split('/');
    for pattern in section.split('/') {
        if pattern.contains(['[', '$']) {
            return None;
        }
        if !parts
            .next()
            .is_some_and(|part| part == pattern || (pattern.contains(['*', '?']) && fits(pattern.as_bytes(), part.as_bytes())))
        {
            return Some(false);
        }
    }
    Some(true)
}

/// Whether a name fits a pattern of `*` and `?`.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut here, mut star) = (0, 0, None);
    while here < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, here));
                at += 1;
            }
            Some(byte) if *byte == b'?' || name.get(here) == Some(byte) => (at, here) = (at + 1, here + 1),
            _ => match star {
                // the last star takes one more
                Some((back, from)) => {
                    (at, here) = (back + 1, from + 1);
                    star = Some((back, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

/// The seconds for which browsers are told to come back over https only.
fn hsts(items: &[&Item]) -> String {
    let header = items
        .iter()
        .rfind(|item| item.key == "header" && item.value().to_ascii_lowercase().contains("strict-transport-security"));
    let value = header.map(|item| item.value().to_ascii_lowercase()).unwrap_or_default();
    let after = value.split_once("max-age=").map_or("", |row| row.1);
    let digits: String = after.trim_start_matches('"').chars().take_while(char::is_ascii_digit).take(12).collect();
    if digits.is_empty() || value.contains("unset") { "0".to_owned() } else { digits }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn force(source: &str) -> Vec<Setting> {
        in_force(&super::super::sections::read(source).unwrap(), &|_| Included { documents: Vec::new(), missing: true })
    }

    fn of(settings: &[Setting], context: &str, key: &str) -> Vec<String> {
        let found = settings.iter().filter(|s| s.context == context && s.key.eq_ignore_ascii_case(key));
        found.map(|s| format!("{}{}", s.value.scalar().unwrap_or("?"), if s.unknown.is_some() { " ?" } else { "" })).collect()
    }

    #[test]
    fn hosts_take_what_the_main_server_gives() {
        let settings = force(
            "Listen 80\nErrorLog e\nCustomLog a combined\nSSLProtocol all -SSLv3\nServerTokens Prod\n<VirtualHost *:80>\nServerName a.example\nRedirect permanent / https://a.example/\n</VirtualHost>\n\
             <VirtualHost *:443>\nServerName a.example\nSSLEngine on\nSSLProtocol -all +TLSv1.3\nErrorLog f\nHeader always set Strict-Transport-Security \"max-age=31536000\"\n</VirtualHost>\n",
        );
        let (plain, tls) = ("VirtualHost *:80 (a.example)", "VirtualHost *:443 (a.example)");
        assert_eq!(of(&settings, plain, "ErrorLog"), ["e"]);
        assert_eq!(of(&settings, tls, "ErrorLog"), ["f"]);
        assert_eq!(of(&settings, plain, "@serves_plain_http"), ["no"]);
        assert_eq!(of(&settings, plain, "SSLProtocol"), Vec::<String>::new());
        assert_eq!(of(&settings, tls, "SSLProtocol"), ["TLSv1.3"]);
        assert_eq!(of(&settings, tls, "@hsts"), ["31536000"]);
        assert_eq!(of(&settings, tls, "@access_log"), ["yes"]);
        assert_eq!(of(&settings, "", "ServerTokens"), ["Prod"]);
        assert_eq!(of(&settings, plain, "ServerTokens"), Vec::<String>::new());
        assert_eq!(of(&settings, "", "SSLProtocol"), ["TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"]);
    }

    #[test]
    fn options_are_merged_from_the_folders_above() {
        let settings = force(
            "Listen 80\n<Directory />\nOptions None\n</Directory>\n<Directory /srv/*/www>\nOptions +Indexes\n</Directory>\n<Directory /srv/a/www/x>\nOptions +MultiViews\n</Directory>\n\
             <VirtualHost *:80>\n<Directory /srv/a>\nOptions FollowSymLinks\n</Directory>\n<Directory /srv/a/www/x/y>\nOptions -Indexes\n</Directory>\n<Location /z>\nOptions -Indexes\n</Location>\n</VirtualHost>\n",
        );
        assert_eq!(of(&settings, "Directory /srv/a/www/x", "Options"), ["Indexes MultiViews"]);
        assert_eq!(of(&settings, "Directory /srv/*/www", "Options"), ["Indexes FollowSymLinks ?"]);
        let host = "VirtualHost *:80 (_)";
        assert_eq!(of(&settings, &format!("{host} Directory /srv/a/www/x/y"), "Options"), ["FollowSymLinks MultiViews"]);
        assert_eq!(of(&settings, &format!("{host} Location /z"), "Options"), ["FollowSymLinks ?"]);
    }

    #[test]
    fn conditions_hold_where_anybody_can_say_so() {
        let source = "LoadModule ssl_module x.so\n<IfModule mod_ssl.c>\nListen 443\n</IfModule>\n<IfModule gnutls_module>\nListen 444\n</IfModule>\n<IfModule !gnutls_module>\nTimeout 1\n</IfModule>\n<IfDefine X>\nKeepAlive Off\n</IfDefine>\n<IfVersion >= 2.4>\nTraceEnable off\n</IfVersion>\nDefine D /logs\nErrorLog ${D}/e\n";
        let settings = force(source);
        assert_eq!(of(&settings, "", "Listen"), ["443"]);
        assert_eq!(of(&settings, "", "Timeout"), ["1"]);
        assert_eq!(of(&settings, "", "KeepAlive"), ["Off ?"]);
        assert_eq!(of(&settings, "", "TraceEnable"), ["off"]);
        assert_eq!(of(&settings, "", "ErrorLog"), ["/logs/e"]);
    }
}
