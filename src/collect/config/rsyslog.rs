//! rsyslog, in the old `$Directive` form and in `RainerScript`: where messages are sent and how, where they are received, who may read
//! the files. It must not judge, and filters and templates are not followed: an action counts whatever leads to it.

use std::collections::{BTreeMap, HashSet};

use super::flat::{self, Place};
use super::known::{self, Known, is, unset};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct RsyslogReader;

/// The reader, for the registry.
pub(super) static CONFIG: RsyslogReader = RsyslogReader;

const DOC: &str = "rsyslog documentation, configuration";

/// What rsyslog does when nothing is said.
const KNOWN: &[Known] = &[
    is("forwards", "no", DOC),
    is("DefaultNetstreamDriver", "ptcp", "rsyslog documentation, global()"),
    unset("DefaultNetstreamDriverCAFile", "rsyslog documentation, global()"),
    unset("WorkDirectory", "rsyslog documentation, global()"),
    unset("protocol", "rsyslog documentation, omfwd"),
    unset("tls", "rsyslog documentation, omfwd and imtcp"),
    unset("StreamDriverAuthMode", "rsyslog documentation, omfwd"),
];
/// What holds for each action that sends messages on.
const FORWARD: &[Known] = &[
    is("StreamDriverMode", "0", "rsyslog documentation, omfwd"),
    is("StreamDriverAuthMode", "anon", "rsyslog documentation, omfwd"),
    unset("StreamDriverPermittedPeers", "rsyslog documentation, omfwd"),
    is("queue.type", "Direct", "rsyslog documentation, queues"),
];

/// Objects of `RainerScript` whose parameters are kept.
const OBJECTS: &[&str] = &["module", "input", "action", "global", "include", "ruleset"];
/// Directives that tell the file from others.
const TELLING: &[&str] = &[
    "$modload",
    "$includeconfig",
    "$actionfiledefaulttemplate",
    "$filecreatemode",
    "$udpserverrun",
    "$inputtcpserverrun",
    "$defaultnetstreamdriver",
    "$actionsendstreamdrivermode",
    "$actionqueuetype",
    "$workdirectory",
    "$privdroptouser",
];
const INCLUDE_DEPTH: usize = 16;
const MOST_SETTINGS: usize = 200_000;
const MOST_DOCUMENTS: usize = 4_096;

impl Config for RsyslogReader {
    fn id(&self) -> &'static str {
        "rsyslog"
    }

    fn title(&self) -> &'static str {
        "rsyslog (rsyslog.conf, rsyslog.d)"
    }

    fn notes(&self) -> &'static str {
        "Both forms are one: `@host` is udp, `@@host` is tcp. For each target (`forward HOST:PORT`): `protocol` (udp, tcp, relp), `tls`, \
         `StreamDriverMode`, `StreamDriverAuthMode`, `StreamDriverPermittedPeers`, `queue.type`. For each input of the network (`input \
         imtcp PORT`): `type`, `port`, `address`, `tls`. For each file (`file PATH`): `FileCreateMode`, `world_readable`. For the \
         whole: `forwards`, `receives`, and directives by their names. Old directives hold for the old actions that follow them only."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.name == "rsyslog.conf" || (probe.path.contains("rsyslog.d/") && probe.extension == "conf") {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let telling = text::meaningful(probe, &['#']).take(400).any(|line| {
            let lower = line.to_ascii_lowercase();
            let word = lower.split_whitespace().next().unwrap_or_default();
            TELLING.contains(&word)
                || (lower.starts_with("module(") && lower.contains("load="))
                || ((lower.starts_with("action(") || lower.starts_with("*.* action(")) && lower.contains("type=\"om"))
                || (lower.starts_with("input(") && lower.contains("type=\"im"))
        });
        if telling { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let mut scan = Scan { rest: source, line: 1, root: Vec::new(), after: None };
        scan.run()?;
        Ok(Node::new(Kind::Map(scan.root), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut force = Force {
            include,
            settings: Vec::new(),
            whole: BTreeMap::new(),
            contexts: HashSet::new(),
            stack: Vec::new(),
            documents: 0,
            old: Vec::new(),
            modules: Vec::new(),
            pending: Vec::new(),
        };
        force.walk(root.entries(), None);
        Some(force.finish())
    }
}

/// The reading of a file: objects, old directives and old actions; conditions around them are passed over.
struct Scan<'a> {
    rest: &'a str,
    line: u32,
    root: Vec<Entry>,
    /// What remains behind the end of the line that was found last: a long line is measured once.
    after: Option<usize>,
}

impl<'a> Scan<'a> {
    fn skip(&mut self, bytes: usize) -> &'a str {
        let (gone, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line += gone.bytes().filter(|byte| *byte == b'\n').count() as u32;
        self.rest = rest;
        gone
    }

    /// The end of a physical line, past those that a backslash joins.
    fn line_end(&mut self) -> usize {
        let left = self.rest.len();
        if let Some(end) = self.after.and_then(|after| left.checked_sub(after)).filter(|end| *end > 0) {
            return end;
        }
        let end = self.find_line_end();
        self.after = Some(left - end);
        end
    }

    fn find_line_end(&self) -> usize {
        let mut from = 0;
        loop {
            let end = self.rest.get(from..).and_then(|rest| rest.find('\n')).map_or(self.rest.len(), |at| from + at);
            let joined = self.rest.get(..end).is_some_and(|line| line.trim_end_matches('\r').ends_with('\\'));
            if !joined || end >= self.rest.len() {
                return end;
            }
            from = end + 1;
        }
    }

    fn run(&mut self) -> Result<(), ReadError> {
        loop {
            let blank = self.rest.len() - self.rest.trim_start().len();
            self.skip(blank);
            let Some(first) = self.rest.chars().next() else { return Ok(()) };
            if first == '#' {
                let end = self.line_end_plain();
                self.skip(end);
            } else if self.rest.starts_with("/*") {
                let Some(end) = self.rest.find("*/") else { return Err(text::error("a comment without its end", self.line)) };
                self.skip(end + 2);
            } else if first == '$' {
                self.directive();
            } else if let Some((name, open)) = self.object() {
                self.parameters(&name, open)?;
            } else {
                self.statement()?;
            }
        }
    }

    fn line_end_plain(&self) -> usize {
        self.rest.find('\n').unwrap_or(self.rest.len())
    }

    /// `$Name value`, to a comment or the end of the line.
    fn directive(&mut self) {
        let number = self.line;
        let end = self.line_end();
        let line = self.skip(end);
        let line = line.split_once(" #").map_or(line, |row| row.0).trim();
        let (name, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        let key = if name.eq_ignore_ascii_case("$IncludeConfig") { "include" } else { name };
        // a folder stands for what is in it
        let folder = if key == "include" && value.ends_with('/') { "*" } else { "" };
        self.root.push(flat::entry(key, format!("{value}{folder}"), number, 1));
    }

    /// The name of an object that begins here, and the offset behind its bracket.
    fn object(&self) -> Option<(String, usize)> {
        let letters = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let name = self.rest.get(..letters)?.to_ascii_lowercase();
        let other = ["template", "parser", "timezone", "main_queue", "lookup_table", "dyn_stats", "perctile_stats", "ratelimit"];
        if !OBJECTS.contains(&&*name) && !other.contains(&&*name) {
            return None;
        }
        let after = self.rest.get(letters..)?;
        let bracket = after.len() - after.trim_start().len();
        after.trim_start().starts_with('(').then_some((name, letters + bracket + 1))
    }

    /// `name="value" …)`; values may be lists in square brackets.
    fn parameters(&mut self, object: &str, open: usize) -> Result<(), ReadError> {
        let start = self.line;
        self.skip(open);
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let blank = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
            self.skip(blank);
            let Some(first) = self.rest.chars().next() else { return Err(text::error("an object without its end", start)) };
            if first == ')' {
                self.skip(1);
                break;
            }
            if first == '#' {
                let end = self.line_end_plain();
                self.skip(end);
                continue;
            }
            let Some(equals) =
                self.rest.find(['=', ')', '"', '\n']).filter(|at| self.rest.get(*at..).is_some_and(|rest| rest.starts_with('=')))
            else {
                return Err(text::error("a parameter without a value", self.line));
            };
            let line = self.line;
            let key = self.skip(equals).trim().to_owned();
            self.skip(1);
            let blank = self.rest.len() - self.rest.trim_start().len();
            self.skip(blank);
            let value = self.value()?;
            entries.push(flat::entry(key, value, line, 1));
        }
        let get =
            |key: &str| entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(key)).and_then(|entry| entry.node.scalar());
        if object == "include" {
            if let Some(file) = get("file") {
                let optional = get("mode").is_some_and(|mode| mode == "optional") && file.starts_with('/');
                let folder = if file.ends_with('/') { "*" } else { "" };
                let glob = format!("{}{file}{folder}", if optional { "?" } else { "" });
                self.root.push(flat::entry("include", glob, start, 1));
            }
        } else if OBJECTS.contains(&object) {
            self.root.push(flat::block(object, entries, start, 1));
        }
        Ok(())
    }

    fn value(&mut self) -> Result<String, ReadError> {
        let line = self.line;
        if self.rest.starts_with('[') {
            self.skip(1);
            let mut all = Vec::new();
            loop {
                let blank = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
                self.skip(blank);
                if self.rest.starts_with(']') {
                    self.skip(1);
                    return Ok(all.join(" "));
                }
                if !self.rest.starts_with('"') {
                    return Err(text::error("a list without its end", line));
                }
                all.push(self.value()?);
            }
        }
        if self.rest.starts_with('"') {
            let mut escaped = false;
            let end = self.rest.char_indices().skip(1).find(|(_, c)| {
                let ends = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            let Some((end, _)) = end else { return Err(text::error("a text without its end", line)) };
            let inside = self.skip(end + 1);
            return Ok(inside.trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\"));
        }
        let end = self.rest.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(self.rest.len());
        Ok(self.skip(end).to_owned())
    }

    /// Anything else: up to an object in the line, a brace or the line's end. An old action in it is kept.
    fn statement(&mut self) -> Result<(), ReadError> {
        let number = self.line;
        let end = self.line_end();
        let line = self.rest.get(..end).unwrap_or_default();
        // where an object begins in the line, outside of quotes
        let mut quote = None;
        let mut word = true;
        let mut stop = end;
        for (at, c) in line.char_indices() {
            match (c, quote) {
                ('"' | '\'', None) => quote = Some(c),
                (_, Some(open)) if c == open => quote = None,
                ('{' | '}', None) => {
                    stop = at;
                    break;
                }
                ('#', None) if at > 0 && word => {
                    stop = at;
                    break;
                }
                (_, None) if word && at > 0 && c.is_ascii_alphabetic() => {
                    let rest = line.get(at..).unwrap_or_default();
                    if OBJECTS.iter().any(|name| {
                        let found = rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
                        found && rest.get(name.len()..).is_some_and(|tail| tail.trim_start().starts_with('('))
                    }) {
                        stop = at;
                        break;
                    }
                }
                _ => {}
            }
            word = c.is_whitespace() || matches!(c, ')' | '}' | '{' | ';');
        }
        let part = self.skip(stop).trim();
        if stop == 0 {
            self.skip(1); // a brace
            return Ok(());
        }
        if self.rest.starts_with('#') {
            let end = self.line_end_plain();
            self.skip(end);
        }
        if let Some(action) = old_action(part) {
            let entries = target(action).into_iter().map(|(key, value)| flat::entry(key, value, number, 1));
            let mut entries: Vec<Entry> = entries.collect();
            if !entries.is_empty() {
                entries.push(flat::entry("@old", "yes", number, 1));
                self.root.push(flat::block("action", entries, number, 1));
            }
        } else if part.bytes().any(|byte| byte < b' ' && byte != b'\t' && byte != b'\n' && byte != b'\r') {
            return Err(text::error("not a line of rsyslog", number));
        }
        Ok(())
    }
}

/// The action of an old line: after a selector (`*.* …`), a property filter, `&`, `then`, or alone.
fn old_action(part: &str) -> Option<&str> {
    let action = if let Some(rest) = part.strip_prefix('&') {
        rest
    } else if part.starts_with(':') {
        part.rsplit_once('"').map(|row| row.1)?
    } else if let Some((_, rest)) = part.rsplit_once(" then ") {
        rest
    } else if part.starts_with(['@', '/']) || part.starts_with("-/") {
        part
    } else {
        let (selector, rest) = part.split_once([' ', '\t'])?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | ';' | '*' | '!' | '=');
        if !selector.contains('.') || !selector.chars().all(plain) {
            return None;
        }
        rest
    };
    Some(action.trim())
}

/// What an old action does: sends on, or writes a file. Empty for others.
fn target(action: &str) -> Vec<(&'static str, String)> {
    let action = action.split_once(';').map_or(action, |row| row.0).trim();
    if let Some(rest) = action.strip_prefix('@') {
        let (protocol, rest) = rest.strip_prefix('@').map_or(("udp", rest), |rest| ("tcp", rest));
        let rest = rest.trim();
        let (options, rest) =
            rest.strip_prefix('(').and_then(|inner| inner.split_once(')')).map_or(("", rest), |(options, rest)| (options, rest));
        let (host, port) = match rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':').unwrap_or("")),
            None => rest.rsplit_once(':').unwrap_or((rest, "")),
        };
        let port = if port.is_empty() { "514" } else { port };
        let all = [("type", "omfwd"), ("target", host.trim()), ("port", port), ("protocol", protocol), ("@options", options)];
        return all.into_iter().map(|(key, value)| (key, value.to_owned())).collect();
    }
    let file = action.strip_prefix('-').unwrap_or(action);
    if file.starts_with('/') && !file.contains(char::is_whitespace) {
        return vec![("type", "omfile".to_owned()), ("file", file.to_owned())];
    }
    if let Some(rest) = action.strip_prefix(":omrelp:") {
        let (host, port) = rest.rsplit_once(':').unwrap_or((rest, "514"));
        return vec![("type", "omrelp".to_owned()), ("target", host.to_owned()), ("port", port.to_owned())];
    }
    Vec::new()
}

/// What the walk has found.
struct Force<'a> {
    include: &'a dyn Fn(&str) -> Included,
    settings: Vec<Setting>,
    /// For the whole, by lower-case name: the last one counts.
    whole: BTreeMap<String, Setting>,
    contexts: HashSet<String>,
    stack: Vec<u32>,
    documents: usize,
    /// Old directives, the last value of each: lower-case name without `$`.
    old: Vec<(String, String)>,
    /// Parameters of modules, lower case: module, name, value.
    modules: Vec<(String, String, String)>,
    /// Targets, settled when all is read: context, place, driver, mode, protocol.
    pending: Vec<(String, Place, Option<String>, String, String)>,
}

/// A parameter of an object, by any of its names.
fn param<'e>(entry: &'e Entry, names: &[&str]) -> Option<&'e Entry> {
    entry.node.entries().iter().find(|inner| names.iter().any(|name| inner.key.eq_ignore_ascii_case(name)))
}

fn shown(entry: Option<&Entry>, artifact: Option<u32>) -> Option<String> {
    entry.map(|entry| text::label(&entry.node, artifact))
}

impl Force<'_> {
    fn walk(&mut self, entries: &[Entry], artifact: Option<u32>) {
        for entry in entries {
            let place = Place::of(entry, artifact);
            if self.settings.len() >= MOST_SETTINGS {
                self.settings.push(place.truth("", "@incomplete", true));
                return;
            }
            match &*entry.key {
                "include" => self.include(entry, artifact),
                "module" => self.module(entry),
                "global" => {
                    for inner in entry.node.entries() {
                        self.global(&inner.key, &text::label(&inner.node, artifact), Place::of(inner, artifact));
                    }
                }
                "input" => self.input(entry, artifact),
                "action" => self.action(entry, artifact),
                "ruleset" => {}
                name => self.directive(name, entry, artifact),
            }
        }
    }

    fn include(&mut self, entry: &Entry, artifact: Option<u32>) {
        let place = Place::of(entry, artifact);
        if let Some(masked) = text::masked_include(&entry.node) {
            (self.include)(&masked);
            self.settings.push(place.truth("", "@incomplete", true));
            return;
        }
        for (number, document) in (self.include)(entry.node.scalar().unwrap_or_default()).documents {
            self.documents += 1;
            if self.documents > MOST_DOCUMENTS || self.stack.len() >= INCLUDE_DEPTH || self.stack.contains(&number) {
                self.settings.push(place.truth("", "@incomplete", true));
                continue;
            }
            self.stack.push(number);
            self.walk(document.entries(), Some(number));
            self.stack.pop();
        }
    }

    fn module(&mut self, entry: &Entry) {
        let Some(load) = shown(param(entry, &["load"]), None) else { return };
        for inner in entry.node.entries().iter().take(1000usize.saturating_sub(self.modules.len())) {
            let value = text::label(&inner.node, None);
            self.modules.push((load.to_ascii_lowercase(), inner.key.to_ascii_lowercase(), value));
        }
    }

    fn of_module(&self, module: &str, names: &[&str]) -> Option<String> {
        let found = self.modules.iter().rev().find(|row| row.0 == module && names.contains(&&*row.1));
        found.map(|row| row.2.clone())
    }

    fn of_old(&self, name: &str) -> Option<String> {
        self.old.iter().rev().find(|row| row.0 == name).map(|row| row.1.clone())
    }

    /// A setting for the whole: the last one counts.
    fn global(&mut self, key: &str, value: &str, place: Place) {
        let lower = key.to_ascii_lowercase();
        let name = match &*lower {
            "workdirectory" => "WorkDirectory",
            "defaultnetstreamdriver" => "DefaultNetstreamDriver",
            "defaultnetstreamdrivercafile" => "DefaultNetstreamDriverCAFile",
            _ => key,
        };
        if self.whole.len() < 10_000 || self.whole.contains_key(&lower) {
            self.whole.insert(lower, place.text("", name, value));
        }
    }

    fn directive(&mut self, name: &str, entry: &Entry, artifact: Option<u32>) {
        let place = Place::of(entry, artifact);
        let bare = name.trim_start_matches('$');
        let lower = bare.to_ascii_lowercase();
        let value = text::label(&entry.node, artifact);
        match &*lower {
            "udpserverrun" => self.listens("imudp", &value, self.of_old("udpserveraddress"), false, place),
            "inputtcpserverrun" => {
                let tls = self.of_old("inputtcpserverstreamdrivermode").is_some_and(|mode| mode == "1");
                self.listens("imtcp", &value, None, tls, place);
            }
            "inputrelpserverrun" => self.listens("imrelp", &value, None, false, place),
            _ => self.global(bare, &value, place),
        }
        self.old.retain(|row| row.0 != lower);
        if self.old.len() < 1000 {
            self.old.push((lower, value));
        }
    }

    fn fresh(&mut self, context: String) -> Option<String> {
        self.contexts.insert(context.clone()).then_some(context)
    }

    fn listens(&mut self, kind: &str, port: &str, address: Option<String>, tls: bool, place: Place) {
        let address = address.unwrap_or_else(|| "*".to_owned());
        let at = if address == "*" { port.to_owned() } else { format!("{address}:{port}") };
        let Some(context) = self.fresh(format!("input {kind} {at}")) else { return };
        for (key, value) in [("type", kind), ("port", port), ("address", &address), ("tls", flat::yes(tls))] {
            self.settings.push(place.text(&context, key, value));
        }
        self.global("receives", "yes", place);
    }

    fn input(&mut self, entry: &Entry, artifact: Option<u32>) {
        let kind = shown(param(entry, &["type"]), artifact).unwrap_or_default().to_ascii_lowercase();
        if !matches!(&*kind, "imudp" | "imtcp" | "imptcp" | "imrelp" | "imgssapi") {
            return;
        }
        let port = shown(param(entry, &["port"]), artifact).unwrap_or_else(|| "514".to_owned());
        let address = shown(param(entry, &["address"]), artifact);
        let tls = match &*kind {
            "imtcp" => {
                let mode = shown(param(entry, &["streamdriver.mode"]), artifact)
                    .or_else(|| self.of_module("imtcp", &["streamdriver.mode"]));
                mode.is_some_and(|mode| mode == "1")
            }
            "imrelp" => shown(param(entry, &["tls"]), artifact).is_some_and(|tls| tls.eq_ignore_ascii_case("on")),
            _ => false,
        };
        self.listens(&kind, &port, address, tls, Place::of(entry, artifact));
    }

    fn action(&mut self, entry: &Entry, artifact: Option<u32>) {
        let kind = shown(param(entry, &["type"]), artifact).unwrap_or_default().to_ascii_lowercase();
        let old = param(entry, &["@old"]).is_some();
        match &*kind {
            "omfwd" | "omrelp" => self.forward(entry, artifact, &kind, old),
            "omfile" => self.file(entry, artifact, old),
            _ => {}
        }
    }

    fn forward(&mut self, entry: &Entry, artifact: Option<u32>, kind: &str, old: bool) {
        let place = Place::of(entry, artifact);
        let host = shown(param(entry, &["target"]), artifact).unwrap_or_default();
        let port = shown(param(entry, &["port"]), artifact).unwrap_or_else(|| "514".to_owned());
        let mut context = format!("forward {host}:{port}");
        if self.contexts.contains(&context) {
            context = format!("{context} (line {})", entry.line);
        }
        // what is sent to the machine itself has not left it
        let itself = matches!(host.as_str(), "localhost" | "::1" | "") || host.starts_with("127.");
        let Some(context) = self.fresh(context) else { return };
        let protocol = if kind == "omrelp" {
            "relp".to_owned()
        } else {
            shown(param(entry, &["protocol"]), artifact).unwrap_or_else(|| "udp".to_owned()).to_ascii_lowercase()
        };
        let said = |names: &[&str], directive: &str| {
            let own = shown(param(entry, names), artifact);
            if old { own.or_else(|| self.of_old(directive)) } else { own }
        };
        let driver = said(&["streamdriver", "streamdriver.name"], "actionsendstreamdriver");
        let mode = said(&["streamdrivermode", "streamdriver.mode"], "actionsendstreamdrivermode");
        let authentication =
            said(&["streamdriverauthmode", "streamdriver.authmode", "tls.authmode"], "actionsendstreamdriverauthmode");
        let peers = said(
            &["streamdriverpermittedpeers", "streamdriver.permittedpeers", "tls.permittedpeer"],
            "actionsendstreamdriverpermittedpeer",
        );
        let queue = said(&["queue.type"], "actionqueuetype");
        let mut own = vec![
            place.text(&context, "target", host),
            place.text(&context, "port", port),
            place.text(&context, "protocol", protocol.clone()),
        ];
        for (key, value) in [
            ("StreamDriverMode", mode.clone()),
            ("StreamDriverAuthMode", authentication),
            ("StreamDriverPermittedPeers", peers),
            ("queue.type", queue),
        ] {
            own.extend(value.map(|value| place.text(&context, key, value)));
        }
        if kind == "omrelp" {
            let tls = shown(param(entry, &["tls"]), artifact).is_some_and(|tls| tls.eq_ignore_ascii_case("on"));
            own.push(place.truth(&context, "tls", tls));
        } else {
            self.pending.push((context.clone(), place, driver, mode.unwrap_or_default(), protocol));
        }
        known::fill(&mut own, FORWARD, Fold::Case, &context);
        self.settings.append(&mut own);
        if !itself {
            self.global("forwards", "yes", place);
        }
    }

    fn file(&mut self, entry: &Entry, artifact: Option<u32>, old: bool) {
        let place = Place::of(entry, artifact);
        let Some(path) = shown(param(entry, &["file", "dynafile"]), artifact) else { return };
        let Some(context) = self.fresh(format!("file {path}")) else { return };
        let own = shown(param(entry, &["filecreatemode"]), artifact);
        let mode = if old {
            self.of_old("filecreatemode")
        } else {
            own.or_else(|| self.of_module("builtin:omfile", &["filecreatemode"]))
        };
        let default = mode.is_none();
        let mode = mode.unwrap_or_else(|| "0644".to_owned());
        let mask = self.of_old("umask").and_then(|mask| u32::from_str_radix(&mask, 8).ok()).unwrap_or(0);
        let readable = u32::from_str_radix(&mode, 8).map(|mode| mode & !mask & 0o4 != 0);
        let mut set = place.text(&context, "FileCreateMode", mode);
        set.default = default;
        self.settings.push(set);
        self.settings.push(match readable {
            Ok(readable) => place.truth(&context, "world_readable", readable),
            Err(_) => place.unknown(&context, "world_readable", "the mode is not a number", &[]),
        });
    }

    /// What only the whole says: which driver stands in where an action names none.
    fn finish(mut self) -> Vec<Setting> {
        self.settings.extend(std::mem::take(&mut self.whole).into_values());
        known::fill(&mut self.settings, KNOWN, Fold::Case, "");
        let default = self.settings.iter().find(|setting| setting.context.is_empty() && setting.key == "DefaultNetstreamDriver");
        let default = default.and_then(|setting| setting.value.scalar()).unwrap_or("ptcp").to_ascii_lowercase();
        for (context, place, driver, mode, protocol) in std::mem::take(&mut self.pending) {
            let driver = driver.map_or_else(|| default.clone(), |driver| driver.to_ascii_lowercase());
            let tls = protocol == "tcp" && mode == "1" && matches!(&*driver, "gtls" | "ossl" | "mbedtls");
            self.settings.push(place.truth(&context, "tls", tls));
            self.settings.push(place.text(&context, "StreamDriver", driver));
        }
        if !self.settings.iter().any(|setting| setting.context.is_empty() && setting.key == "receives") {
            let no = Place::default().truth("", "receives", false);
            self.settings.push(Setting { default: true, ..no });
        }
        self.settings
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn force(source: &str) -> Vec<(String, String, String)> {
        let nothing = |_: &str| Included { documents: Vec::new(), missing: true };
        let settings = CONFIG.effective(&CONFIG.read(source).unwrap(), &nothing).unwrap();
        settings.into_iter().map(|s| (s.context, s.key, s.value.scalar().unwrap_or("?").to_owned())).collect()
    }

    #[test]
    fn both_forms_are_one() {
        let old = force(
            "$DefaultNetstreamDriver gtls\n$ActionSendStreamDriverMode 1\n*.* @@(o)logs.example.org:6514;fmt # c\nmail.* @[2001:db8::1]\n",
        );
        let of = |all: &[(String, String, String)], context: &str, key: &str| {
            all.iter().find(|s| s.0 == context && s.1 == key).map(|s| s.2.clone())
        };
        assert_eq!(of(&old, "forward logs.example.org:6514", "tls").as_deref(), Some("yes"));
        assert_eq!(of(&old, "forward 2001:db8::1:514", "protocol").as_deref(), Some("udp"));
        assert_eq!(of(&old, "forward 2001:db8::1:514", "tls").as_deref(), Some("no"));
        let new = force(
            "if $programname == 'x{' then {\n action(type=\"omfwd\" # c\n target=\"a\" protocol=\"tcp\"\n streamdriver=\"gtls\" streamdrivermode=\"1\")\n}\n*.* action(type=\"omfwd\" target=\"b\")\nif $msg contains 'y' then @@c\n",
        );
        assert_eq!(of(&new, "forward a:514", "tls").as_deref(), Some("yes"));
        assert_eq!(of(&new, "forward b:514", "protocol").as_deref(), Some("udp"));
        assert_eq!(of(&new, "forward c:514", "protocol").as_deref(), Some("tcp"));
        assert!(CONFIG.read("action(type=\"x\"").is_err());
    }
}
