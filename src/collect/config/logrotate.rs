//! logrotate: what is general, what a block for a log says, and how long old logs are kept because of both.
//! It must not judge values, and it never guesses a length of time from a size.

use std::collections::{BTreeMap, HashSet};

use super::flat::{self, MONTH, Place, YEAR};
use super::known::{self, Known, is};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct LogrotateReader;

/// The reader, for the registry.
pub(super) static CONFIG: LogrotateReader = LogrotateReader;

const MAN: &str = "logrotate(8)";

/// What logrotate does when neither the block nor the general part says anything.
const KNOWN: &[Known] = &[
    is("compress", "no", MAN),
    is("copytruncate", "no", MAN),
    is("create", "no", MAN),
    is("period", "size", MAN),
    is("rotate", "0", MAN),
    is("shred", "no", MAN),
];

const PERIODS: &[(&str, f64)] = &[("hourly", 1.0 / 24.0), ("daily", 1.0), ("weekly", 7.0), ("monthly", MONTH), ("yearly", YEAR)];
/// Words that switch something on, and off with `no` in front.
const SWITCHES: &[&str] =
    &["compress", "copytruncate", "copy", "dateext", "delaycompress", "ifempty", "missingok", "sharedscripts", "shred"];
/// Words with a value that are kept as they are.
const VALUES: &[&str] = &["rotate", "maxage", "minage", "minsize", "maxsize", "olddir", "su", "shredcycles", "start"];
/// Words that begin lines of a shell, up to `endscript`.
const SCRIPTS: &[&str] = &["prerotate", "postrotate", "firstaction", "lastaction", "preremove"];
/// Endings of files that logrotate leaves alone in a folder it includes.
const TABOO: &[&str] = &[
    ".rpmorig",
    ".rpmsave",
    ".rpmnew",
    ",v",
    ".swp",
    "~",
    ".bak",
    ".old",
    ".disabled",
    ".dpkg-old",
    ".dpkg-dist",
    ".dpkg-new",
    ".dpkg-bak",
    ".dpkg-del",
    ".dpkg-tmp",
    ".ucf-old",
    ".ucf-dist",
    ".ucf-new",
    ".cfsaved",
    ".rhn-cfg-tmp-",
];
const MOST_SETTINGS: usize = 200_000;
const INCLUDE_DEPTH: usize = 8;

impl Config for LogrotateReader {
    fn id(&self) -> &'static str {
        "logrotate"
    }

    fn title(&self) -> &'static str {
        "logrotate (logrotate.conf, logrotate.d)"
    }

    fn notes(&self) -> &'static str {
        "For each path of a block: `period` (hourly, daily, weekly, monthly, yearly, size), `rotate`, `create` with `mode`, `owner` and \
         `group`, `compress`, `shred`, `maxage` and others. What stands in front of a block outside of any holds in it as well, in \
         included files too. `kept_days` is rotate times period, less where maxage says so (a month is 30 days); unknown where size \
         decides; not there where `kept_forever` is yes (rotate -1). `world_readable` is told by `mode`."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if text::foreign(probe.extension) || TABOO.iter().any(|ending| probe.name.ends_with(ending)) {
            return Claim::No;
        }
        let placed = probe.name == "logrotate.conf" || probe.path.contains("logrotate.d/");
        let (mut all, mut ours, mut period, mut blocks, mut script) = (0, 0, 0, 0, false);
        for line in text::meaningful(probe, &['#']).take(400) {
            let word = line.split([' ', '\t', '=']).next().unwrap_or_default();
            if script {
                script = word != "endscript";
                continue;
            }
            script = SCRIPTS.contains(&word);
            if line.starts_with(['/', '"']) || line == "{" || line == "}" {
                blocks += usize::from(line.ends_with('{') || line == "{");
                continue;
            }
            all += 1;
            let bare = word.strip_prefix("no").unwrap_or(word);
            let known = SWITCHES.contains(&bare)
                || VALUES.contains(&word)
                || matches!(bare, "create" | "include" | "notifempty" | "mail" | "tifempty");
            period += usize::from(PERIODS.iter().any(|row| row.0 == word) || word == "rotate");
            ours += usize::from(known || script || PERIODS.iter().any(|row| row.0 == word) || word == "size");
        }
        let mostly = ours * 3 >= all * 2;
        let sure = mostly && ((placed && (blocks >= 1 || ours >= 1)) || (period >= 1 && blocks >= 1 && ours >= 2));
        if sure || probe.name == "logrotate.conf" { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut parser = Parser::default();
        for (number, line) in text::lines(text::clean(source)?) {
            parser.line(line, number)?;
        }
        parser.end()
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "{key} {value}"
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        // a file of blocks alone is a drop-in: what is general stands in a file that it does not know
        let alone = !root.entries().is_empty() && root.entries().iter().all(|entry| entry.key == "log");
        let mut force = Force { include, settings: Vec::new(), seen: HashSet::new(), stack: Vec::new(), alone };
        let mut general = BTreeMap::new();
        force.walk(root.entries(), &mut general, None);
        if !alone {
            for (key, said) in &general {
                force.settings.push(said.place.text("", key, said.value.clone()));
            }
        }
        Some(force.settings)
    }
}

/// The reading of a file, line by line.
#[derive(Default)]
struct Parser {
    root: Vec<Entry>,
    /// Paths that wait for their block.
    paths: Vec<Entry>,
    block: Option<Vec<Entry>>,
    script: bool,
}

impl Parser {
    fn line(&mut self, line: &str, number: u32) -> Result<(), ReadError> {
        let body = line.trim();
        let column = text::column(line, line.len() - line.trim_start().len());
        let word = body.split([' ', '\t', '=']).next().unwrap_or_default();
        if self.script {
            self.script = word != "endscript";
            return Ok(());
        }
        if body.is_empty() || body.starts_with('#') {
            return Ok(());
        }
        if self.block.is_none() && (body.starts_with(['/', '"', '\'', '~', '{']) || !self.paths.is_empty()) {
            let (paths, rest) = body.split_once('{').map_or((body, None), |(paths, rest)| (paths, Some(rest)));
            // a log of the system is named after no one; other paths are looked at for names
            let key = |path: &str| if path.starts_with("/var/log/") { "@path" } else { "@args" };
            self.paths.extend(flat::words(paths).into_iter().map(|path| flat::entry(key(&path), path, number, column)));
            let Some(rest) = rest else { return Ok(()) };
            if self.paths.is_empty() {
                return Err(text::error("a block without a path", number));
            }
            self.block = Some(std::mem::take(&mut self.paths));
            return self.directive(rest.trim(), number, column);
        }
        self.directive(body, number, column)
    }

    fn directive(&mut self, body: &str, number: u32, column: u32) -> Result<(), ReadError> {
        if body.is_empty() || body.starts_with('#') {
            return Ok(());
        }
        if body.starts_with('}') {
            let Some(entries) = self.block.take() else { return Err(text::error("a block ends that did not begin", number)) };
            let (line, column) = entries.first().map_or((number, column), |entry| (entry.line, entry.column));
            self.root.push(flat::block("log", entries, line, column));
            return Ok(());
        }
        let (word, rest) = body.split_at(body.find([' ', '\t', '=']).unwrap_or(body.len()));
        if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(text::error("a line does not start with a word of logrotate", number));
        }
        self.script = SCRIPTS.contains(&word);
        let value = rest.trim_start_matches([' ', '\t', '=']).trim();
        let mut entry = flat::entry(word, if self.script { "" } else { value }, number, column);
        if word == "include" {
            // a folder is read file by file
            let name = value.rsplit('/').next().unwrap_or(value);
            let file = name.contains('*') || name.rsplit_once('.').is_some_and(|(_, ending)| ending != "d");
            if !file {
                entry = flat::entry(word, format!("{}/*", value.trim_end_matches('/')), number, column);
            }
        }
        self.block.as_mut().unwrap_or(&mut self.root).push(entry);
        Ok(())
    }

    fn end(self) -> Result<Node, ReadError> {
        if self.block.is_some() || self.script || !self.paths.is_empty() {
            return Err(text::error("the file ends inside a block", 0));
        }
        Ok(Node::new(Kind::Map(self.root), 1, 1))
    }
}

/// What an option is set to, and where.
#[derive(Clone)]
struct Said {
    value: String,
    place: Place,
}

type Options = BTreeMap<String, Said>;

/// The walk over a file and what it includes.
struct Force<'a> {
    include: &'a dyn Fn(&str) -> Included,
    settings: Vec<Setting>,
    /// Paths that have their block: a second one is an error, and not used.
    seen: HashSet<String>,
    stack: Vec<u32>,
    alone: bool,
}

impl Force<'_> {
    fn walk(&mut self, entries: &[Entry], general: &mut Options, artifact: Option<u32>) {
        for entry in entries {
            if self.settings.len() >= MOST_SETTINGS {
                self.settings.push(Place::of(entry, artifact).truth("", "@incomplete", true));
                return;
            }
            match &*entry.key {
                "log" => self.block(entry, general, artifact),
                "include" => self.include(entry, general, artifact),
                _ => take(entry, general, artifact),
            }
        }
    }

    fn include(&mut self, entry: &Entry, general: &mut Options, artifact: Option<u32>) {
        if let Some(masked) = text::masked_include(&entry.node) {
            (self.include)(&masked);
            return;
        }
        if self.stack.len() >= INCLUDE_DEPTH {
            self.settings.push(Place::of(entry, artifact).truth("", "@incomplete", true));
            return;
        }
        for (number, document) in (self.include)(entry.node.scalar().unwrap_or_default()).documents {
            if !self.stack.contains(&number) {
                self.stack.push(number);
                // what an included file says outside of blocks holds for what follows it as well
                self.walk(document.entries(), general, Some(number));
                self.stack.pop();
            }
        }
    }

    fn block(&mut self, entry: &Entry, general: &Options, artifact: Option<u32>) {
        let mut own = general.clone();
        let (paths, rest): (Vec<&Entry>, Vec<&Entry>) =
            entry.node.entries().iter().partition(|entry| matches!(&*entry.key, "@args" | "@path"));
        for entry in rest {
            take(entry, &mut own, artifact);
        }
        for path in paths {
            let context = text::label(&path.node, artifact);
            if !self.seen.insert(context.clone()) || self.settings.len() >= MOST_SETTINGS {
                continue;
            }
            let before = self.settings.len();
            for (key, said) in &own {
                self.settings.push(said.place.text(&context, key, said.value.clone()));
            }
            let place = Place::of(entry, artifact);
            if self.alone {
                let reason = "the block leaves it to logrotate.conf, which does not include this file in the delivery";
                let missing = KNOWN.iter().filter(|known| !own.contains_key(known.key));
                self.settings.extend(missing.map(|known| place.unknown(&context, known.key, reason, &[])));
            } else {
                let mut here = self.settings.split_off(before);
                known::fill(&mut here, KNOWN, Fold::Exact, &context);
                self.settings.append(&mut here);
            }
            self.settings.extend(kept(&own, &context, place, self.alone));
            let mode = own.get("mode").map(|said| (said.place, u32::from_str_radix(&said.value, 8)));
            if let Some((place, Ok(mode))) = mode {
                self.settings.push(place.truth(&context, "world_readable", mode & 0o4 != 0));
            }
        }
    }
}

/// One directive over what is there.
fn take(entry: &Entry, options: &mut Options, artifact: Option<u32>) {
    let place = Place::of(entry, artifact);
    let value = entry.node.scalar().unwrap_or("?");
    let mut set = |key: &str, value: &str| drop(options.insert(key.to_owned(), Said { value: value.to_owned(), place }));
    let word = entry.key.as_str();
    let bare = word.strip_prefix("no").unwrap_or(word);
    if PERIODS.iter().any(|row| row.0 == word) {
        set("period", word);
    } else if word == "size" {
        set("period", "size");
        set("size", value);
    } else if VALUES.contains(&word) {
        set(word, value);
    } else if word == "notifempty" {
        set("ifempty", "no");
    } else if SWITCHES.contains(&bare) {
        set(bare, flat::yes(bare == word));
    } else if word == "create" {
        set("create", "yes");
        let mut words: Vec<&str> = value.split_whitespace().collect();
        let mode = words.first().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        let names = if mode { ["mode", "owner", "group"] } else { ["owner", "group", "-"] };
        for key in ["mode", "owner", "group"] {
            options.remove(key);
        }
        for (key, value) in names.into_iter().zip(words.drain(..)) {
            options.insert(key.to_owned(), Said { value: value.to_owned(), place });
        }
    } else if word == "nocreate" {
        set("create", "no");
        for key in ["mode", "owner", "group"] {
            options.remove(key);
        }
    }
}

/// How long old logs of a block are kept.
fn kept(own: &Options, context: &str, place: Place, alone: bool) -> Vec<Setting> {
    let said = |key: &str| own.get(key);
    let number = |key: &str| said(key).map(|said| said.value.parse::<i64>());
    let period = said("period");
    let place = said("rotate").or(period).map_or(place, |said| said.place);
    let unknown = |reason: &str| vec![place.unknown(context, "kept_days", reason, &[])];
    let most = match number("maxage") {
        Some(Ok(days)) if days > 0 => Some(days as f64),
        Some(Err(_)) => return unknown("maxage is not a number"),
        _ => None,
    };
    let forever = |value: bool| place.truth(context, "kept_forever", value);
    let rotate = match number("rotate") {
        None if alone => {
            return unknown("the block leaves rotate to logrotate.conf, which does not include this file in the delivery");
        }
        None => 0,
        Some(Ok(count)) => count,
        Some(Err(_)) => return unknown("rotate is not a number"),
    };
    if rotate < 0 {
        return match most {
            Some(days) => vec![forever(false), place.text(context, "kept_days", flat::days(days))],
            None => vec![forever(true)],
        };
    }
    let days = period.and_then(|said| PERIODS.iter().find(|row| row.0 == said.value)).map(|row| row.1);
    let sized = own.contains_key("maxsize");
    let mut out = vec![forever(false)];
    out.extend(match days {
        _ if rotate == 0 => vec![place.text(context, "kept_days", "0")],
        Some(days) if !sized => {
            let all = days * rotate as f64;
            vec![place.text(context, "kept_days", flat::days(most.map_or(all, |most| all.min(most))))]
        }
        None if alone && period.is_none() => {
            unknown("the block leaves the period to logrotate.conf, which does not include this file in the delivery")
        }
        _ => unknown("logs are rotated when they reach a size, so nobody can say how many days are kept"),
    });
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn nothing(_: &str) -> Included {
        Included { documents: Vec::new(), missing: true }
    }

    #[test]
    fn blocks_take_what_stands_before_them() {
        let source = "weekly\nrotate 4\n/a /b\n{\n daily\n create 0644 root adm\n postrotate\n } x {\n endscript\n}\nrotate 9\n\"/c d\" {\n}\n";
        let settings = CONFIG.effective(&CONFIG.read(source).unwrap(), &nothing).unwrap();
        let of = |context: &str, key: &str| {
            settings.iter().find(|s| s.context == context && s.key == key).and_then(|s| s.value.scalar())
        };
        assert_eq!((of("/a", "kept_days"), of("/b", "mode"), of("/c d", "kept_days")), (Some("4"), Some("0644"), Some("63")));
        assert_eq!(of("/a", "world_readable"), Some("yes"));
        assert!(CONFIG.read("/a {\n").is_err());
        assert!(CONFIG.read("}\n").is_err());
    }
}
