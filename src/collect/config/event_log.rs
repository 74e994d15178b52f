//! Event logs of Windows: how large they may grow, and what happens when they are full.
//! It must not read what is in a log.

use super::known::{Known, unset};
use super::{Claim, Config, Included, Probe, ReadError, objects, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct EventLogReader;

/// The reader, for the registry.
pub(super) static CONFIG: EventLogReader = EventLogReader;

const DOC: &str = "Microsoft Learn: wevtutil; EventLogConfiguration Class";

/// What is known; nothing stands in.
const KNOWN: &[Known] = &[unset("MaximumSizeInBytes", DOC), unset("LogMode", DOC), unset("IsEnabled", DOC)];

impl Config for EventLogReader {
    fn id(&self) -> &'static str {
        "event_log"
    }

    fn title(&self) -> &'static str {
        "Windows event logs: size and what happens when they are full (Get-WinEvent -ListLog, wevtutil gl)"
    }

    fn notes(&self) -> &'static str {
        "In `log NAME`: `MaximumSizeInBytes`, `LogMode` (Circular overwrites the oldest, AutoBackup archives, Retain stops writing), \
         `IsEnabled` (True, False). Read from Get-WinEvent -ListLog (list, table, CSV, JSON), `wevtutil gl` and Get-EventLog -List."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let names = objects::names(probe);
        let listed = objects::has(names, &["logname", "logmode", "maximumsizeinbytes"])
            || objects::has(names, &["max(k)", "retain", "overflowaction", "log"]);
        if listed || (!text::foreign(probe.extension) && is_wevtutil(probe.head)) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let found = if is_wevtutil(source) { wevtutil(source) } else { objects::read(source)? };
        let mut out = Vec::new();
        for object in &found {
            let Some(name) = object.say("LogName").or_else(|| object.say("Log")).filter(|name| !name.is_empty()) else {
                continue;
            };
            let name: String = name.chars().take(120).collect();
            out.push(objects::block("log", &name, object.line, log(object)?));
        }
        if out.is_empty() { Err(text::error("no log", 1)) } else { Ok(Node::new(Kind::Map(out), 1, 1)) }
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        Some(objects::settings(root, objects::sure))
    }
}

/// What is set for one log.
fn log(object: &objects::Object) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    let kib = object.get("Max(K)");
    if let Some(entry) = object.get("MaximumSizeInBytes").or_else(|| object.get("maxSize")).or(kib) {
        let digits: String = entry.node.scalar().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        let size: u64 = digits.parse().map_err(|_| text::error("a size that is no number", entry.line))?;
        let size = if kib.is_some() { size.saturating_mul(1024) } else { size };
        entries.push(objects::entry("MaximumSizeInBytes", size.to_string(), entry));
    }
    if let Some(entry) = object.get("LogMode") {
        let said = entry.node.scalar().unwrap_or_default();
        entries.push(objects::entry("LogMode", objects::named(said, &["Circular", "AutoBackup", "Retain"]), entry));
    } else if let Some(entry) = object.get("retention") {
        let yes = |key: &str| object.get(key).is_some_and(|entry| objects::truth(&entry.node) == Some("True"));
        let mode = match (yes("retention"), yes("autoBackup")) {
            (true, true) => "AutoBackup",
            (true, false) => "Retain",
            (false, _) => "Circular",
        };
        entries.push(objects::entry("LogMode", mode, entry));
    } else if let Some(entry) = object.get("OverflowAction") {
        let mode = match entry.node.scalar().unwrap_or_default() {
            "OverwriteAsNeeded" | "OverwriteOlder" => "Circular",
            "DoNotOverwrite" => "Retain",
            _ => return Err(text::error("an overflow action of no known kind", entry.line)),
        };
        entries.push(objects::entry("LogMode", mode, entry));
    }
    if let Some((entry, truth)) =
        object.get("IsEnabled").or_else(|| object.get("enabled")).and_then(|entry| Some((entry, objects::truth(&entry.node)?)))
    {
        entries.push(objects::entry("IsEnabled", truth, entry));
    }
    Ok(entries)
}

/// Whether a text is what `wevtutil gl` prints.
fn is_wevtutil(source: &str) -> bool {
    let lines: Vec<&str> = text::unmarked(source).lines().map(str::trim).filter(|line| !line.is_empty()).take(20).collect();
    let has = |start: &str| lines.iter().any(|line| line.starts_with(start));
    lines.first().is_some_and(|line| line.starts_with("name:")) && has("channelAccess:") && has("logFileName:") && has("maxSize:")
}

/// What `wevtutil gl` prints, once or several times.
fn wevtutil(source: &str) -> Vec<objects::Object> {
    let mut out: Vec<objects::Object> = Vec::new();
    for (number, line) in text::lines(source) {
        let Some((key, value)) = line.trim().split_once(':') else { continue };
        let begins = line.starts_with("name:");
        let key = if begins { "LogName" } else { key.trim() };
        let entry = Entry { key: key.to_owned(), line: number, column: 1, node: text::value(value.trim().to_owned(), number, 1) };
        if begins {
            out.push(objects::Object { line: number, entries: vec![entry] });
        } else if let Some(object) = out.last_mut() {
            object.entries.push(entry);
        }
    }
    out
}
