//! Updates of Windows: the day the newest was installed.
//! It must not keep who installed them, nor on which machine.

use super::known::{Known, unset};
use super::{Claim, Config, Included, Probe, ReadError, objects, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct HotfixReader;

/// The reader, for the registry.
pub(super) static CONFIG: HotfixReader = HotfixReader;

const DOC: &str = "Microsoft Learn: Get-HotFix; Win32_QuickFixEngineering class";

/// What is known; nothing stands in.
const KNOWN: &[Known] = &[unset("NewestInstalledOn", DOC), unset("UpdateCount", DOC)];

/// What stands for a day that nobody can tell.
const UNDATED: &str = "(no date)";

impl Config for HotfixReader {
    fn id(&self) -> &'static str {
        "hotfix"
    }

    fn title(&self) -> &'static str {
        "Windows updates: the newest that is installed (Get-HotFix, wmic qfe)"
    }

    fn notes(&self) -> &'static str {
        "`NewestInstalledOn` is the last day an update was installed (YYYY-MM-DD), `UpdateCount` how many are listed. Read from Get-HotFix \
         (table, list, CSV, JSON) and `wmic qfe list`; of `systeminfo` only the count is known, for it has no dates. Days whose order \
         nobody can tell (02/11/2026) make the newest unknown."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let names = objects::names(probe);
        let listed = objects::has(names, &["hotfixid", "installedon"]);
        if listed || (!text::foreign(probe.extension) && systeminfo(probe.head).is_some()) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        if let Some((line, count)) = systeminfo(source) {
            let node = Node::new(Kind::Number(count.to_string()), line, 1);
            let count = Entry { key: "UpdateCount".to_owned(), line, column: 1, node };
            let newest = Entry { key: "NewestInstalledOn".to_owned(), line, column: 1, node: Node::text(UNDATED, line, 1) };
            return Ok(Node::new(Kind::Map(vec![newest, count]), 1, 1));
        }
        let found = objects::read(source)?;
        let fixes: Vec<&objects::Object> =
            found.iter().filter(|fix| fix.say("HotFixID").is_some_and(|id| !id.is_empty())).collect();
        let said: Vec<(&Entry, String)> =
            fixes.iter().filter_map(|fix| fix.get("InstalledOn")).filter_map(|entry| Some((entry, date(entry)?))).collect();
        let days = objects::Days::of(said.iter().map(|row| row.1.as_str()));
        let mut newest: Option<(String, &Entry)> = None;
        let mut doubtful = false;
        for (entry, text) in said.iter().filter(|row| !row.1.is_empty()) {
            match days.day(text) {
                Some(day) if newest.as_ref().is_none_or(|row| row.0 < day) => newest = Some((day, entry)),
                Some(_) => {}
                None => doubtful = true,
            }
        }
        let Some(first) = fixes.first() else { return Err(text::error("no update", 1)) };
        let mut entries = Vec::new();
        match newest {
            Some((day, entry)) if !doubtful => entries.push(objects::entry("NewestInstalledOn", day, entry)),
            _ => entries.push(Entry {
                key: "NewestInstalledOn".to_owned(),
                line: first.line,
                column: 1,
                node: Node::text(UNDATED, first.line, 1),
            }),
        }
        let count = Node::new(Kind::Number(fixes.len().to_string()), first.line, 1);
        entries.push(Entry { key: "UpdateCount".to_owned(), line: first.line, column: 1, node: count });
        Ok(Node::new(Kind::Map(entries), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        Some(objects::settings(root, doubt))
    }
}

/// What an update's day says: PowerShell's JSON wraps it.
fn date(entry: &Entry) -> Option<String> {
    let inner = entry.node.get("value").or_else(|| entry.node.get("DateTime"));
    inner.unwrap_or(&entry.node).scalar().map(str::to_owned)
}

/// Why the newest day is not known.
fn doubt(_: &str, value: &str) -> Option<&'static str> {
    (value == UNDATED).then_some("the file has no date for it, or dates whose order of day and month nobody can tell")
}

/// How many updates `systeminfo` lists, and where.
fn systeminfo(source: &str) -> Option<(u32, usize)> {
    let source = text::unmarked(source);
    let begin = source.trim_start();
    if !(begin.starts_with("Host Name:") || begin.starts_with("Hostname:") || begin.starts_with("Nom de l")) {
        return None;
    }
    let (line, _) = text::lines(source).find(|(_, line)| line.starts_with("Hotfix(") || line.starts_with("Correctif(s)"))?;
    let count = source
        .lines()
        .skip(line as usize)
        .map(str::trim)
        .take_while(|row| row.starts_with('['))
        .filter(|row| row.contains("]: KB"))
        .count();
    Some((line, count))
}
