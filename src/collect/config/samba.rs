//! Samba's `smb.conf` (and what `testparm -s` prints): sections with positions, and what is in force for the server and each share.
//! It must not judge values, and it reads only what the caller hands in for an include.

pub(super) mod params;
mod table;

use self::table::{GLOBAL, KNOWN, SHARE, SYNONYMS, WORDS};
use super::known::{self, Absent, Known, folded};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// The reader.
pub(super) struct SambaReader;

/// The reader, for the registry.
pub(super) static CONFIG: SambaReader = SambaReader;

const INCLUDE_DEPTH: usize = 16;
const MOST_DOCUMENTS: usize = 4096;
const MOST_SHARES: usize = 10_000;
const MOST_SETTINGS: usize = 200_000;

/// The parameters by their names without case and blanks.
static BY_NAME: LazyLock<HashMap<String, &'static Known>> =
    LazyLock::new(|| KNOWN.iter().map(|row| (folded(row.key, Fold::CaseSpace), row)).collect());

impl Config for SambaReader {
    fn id(&self) -> &'static str {
        "samba"
    }

    fn title(&self) -> &'static str {
        "Samba (smb.conf, testparm -s)"
    }

    fn notes(&self) -> &'static str {
        "Keys compare without case and blanks; synonyms are given by the name that smb.conf(5) prefers (public as guest ok, min protocol \
         as server min protocol, smb encrypt as server smb encrypt), and writable, writeable and write ok as their opposite, read only. \
         Values are spelled as testparm prints them: Yes, No, required, SMB2 (which is SMB2_10). What belongs to the server has no context; a share is \
         `[its name]`, with what [global] said before the share began, where the share does not say it itself. The last line of a key \
         counts, sections of one name are one, `copy` is followed; each share has `@audited` (yes where vfs objects names full_audit). Includes are read where they stand. Defaults are those of Samba \
         4.17. `@incomplete` is set where includes go too deep or the registry has more."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if matches!(probe.name, "smb.conf" | "smb4.conf" | "smbd.conf") {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut all, mut known, mut sections, mut telling) = (0, 0, 0, 0);
        for line in text::meaningful(probe, &['#', ';']).take(600) {
            if line.starts_with('[') {
                sections += 1;
                continue;
            }
            let Some((key, _)) = line.split_once('=') else {
                all += 1;
                continue;
            };
            let key = folded(key, Fold::CaseSpace);
            all += 1;
            known += usize::from(row(&key).is_some());
            telling += usize::from(TELLING.contains(&&*key));
        }
        // what an include brings may have no section of its own
        let sure = (sections > 0 && telling >= 2) || (probe.path.contains("samba/") && probe.extension == "conf" && known > 0);
        if sure && known * 2 > all { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        params::read(source)
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
            global: Values::new(),
            start: Values::new(),
            shares: Vec::new(),
            by_name: HashMap::new(),
            at: None,
            stack: Vec::new(),
            documents: 0,
            copied: 0,
            cut: None,
        };
        walk.entries(root.entries(), None);
        let start = walk.start.values().filter(|setting| row_of(setting).is_some());
        let mut settings: Vec<Setting> = walk.global.values().chain(start).cloned().collect();
        let rows = |level: &'static str| KNOWN.iter().filter(move |row| row.documented == level);
        known::fill(&mut settings, rows(GLOBAL), Fold::CaseSpace, "");
        for (name, values) in walk.shares {
            if settings.len() >= MOST_SETTINGS {
                walk.cut.get_or_insert((None, 0, 0));
                break;
            }
            let context = format!("[{name}]");
            let mut own: Vec<Setting> = values.into_values().map(|setting| setting.within(context.as_str())).collect();
            own.push(audited(&own).within(context.as_str()));
            known::fill(&mut own, rows(SHARE), Fold::CaseSpace, &context);
            settings.append(&mut own);
        }
        if let Some((artifact, line, column)) = walk.cut {
            let entry = Entry { key: "@incomplete".into(), line, column, node: Node::text("yes", line, column) };
            settings.push(Setting { artifact, ..Setting::of(&entry) });
        }
        Some(settings)
    }
}

/// Whether a share writes down who opens its files.
fn audited(share: &[Setting]) -> Setting {
    let objects = share.iter().find(|setting| setting.key == "vfs objects");
    let words = objects.and_then(|setting| setting.value.scalar()).unwrap_or_default();
    let loaded = words.split([' ', ',', '\t']).any(|word| word.split(':').next() == Some("full_audit"));
    // without a list of what is written down, nothing is
    let written = |key: &str| {
        let list = share.iter().find(|setting| setting.key.replace(' ', "").eq_ignore_ascii_case(key));
        list.and_then(|setting| setting.value.scalar())
            .is_some_and(|list| !list.trim().is_empty() && !list.eq_ignore_ascii_case("none"))
    };
    let yes = loaded && written("full_audit:success");
    let (line, column, artifact) = objects.map_or((0, 0, None), |setting| (setting.line, setting.column, setting.artifact));
    let entry = Entry { key: "@audited".into(), line, column, node: Node::text(if yes { "yes" } else { "no" }, line, column) };
    Setting { artifact, default: line == 0, ..Setting::of(&entry) }
}

/// Parameters that hardly anything else has, without their blanks.
const TELLING: &[&str] = &[
    "browseable",
    "browsable",
    "createmask",
    "directorymask",
    "guestok",
    "guestonly",
    "idmapgid",
    "loadprinters",
    "maptoguest",
    "minprotocol",
    "netbiosname",
    "ntlmauth",
    "passdbbackend",
    "public",
    "readonly",
    "serverminprotocol",
    "serverrole",
    "serversigning",
    "serverstring",
    "smbencrypt",
    "unixpasswordsync",
    "usershareallowguests",
    "validusers",
    "vfsobjects",
    "workgroup",
    "writable",
    "writeable",
    "writelist",
];

/// The parameter of a name, by its synonyms as well, and whether the name says the opposite.
fn row(key: &str) -> Option<(&'static Known, bool)> {
    let synonym = SYNONYMS.iter().find(|other| other.0 == key);
    let (name, inverted) = synonym.map_or((key.to_owned(), false), |other| (folded(other.1, Fold::CaseSpace), other.2));
    BY_NAME.get(&name).map(|row| (*row, inverted))
}

fn row_of(setting: &Setting) -> Option<&'static Known> {
    BY_NAME.get(&folded(&setting.key, Fold::CaseSpace)).copied()
}

/// Whether a setting says that the registry has others.
fn elsewhere(key: &str, entry: &Entry) -> bool {
    let value = entry.node.scalar().unwrap_or_default().trim().to_ascii_lowercase();
    match key {
        "configbackend" => value != "file",
        _ => matches!(&*value, "yes" | "true" | "on" | "1"),
    }
}

/// Values by their folded key.
type Values = BTreeMap<String, Setting>;

/// The walk through sections and includes.
struct Walk<'a> {
    include: &'a dyn Fn(&str) -> Included,
    /// What belongs to the server.
    global: Values,
    /// What [global] says for shares that begin from here on.
    start: Values,
    shares: Vec<(String, Values)>,
    by_name: HashMap<String, usize>,
    /// The share that is being read.
    at: Option<usize>,
    stack: Vec<u32>,
    documents: usize,
    /// How many settings shares were given from elsewhere.
    copied: usize,
    cut: Option<(Option<u32>, u32, u32)>,
}

impl Walk<'_> {
    fn entries(&mut self, entries: &[Entry], artifact: Option<u32>) {
        for entry in entries {
            let key = folded(&entry.key, Fold::CaseSpace);
            match &*key {
                "@args" => {}
                "section" if matches!(entry.node.kind, Kind::Map(_)) => {
                    let name = entry.node.get("@args").map(|node| text::label(node, artifact)).unwrap_or_default();
                    let global = matches!(&*name.to_lowercase(), "global" | "globals");
                    self.at = if global { None } else { Some(self.share(&name)) };
                    self.entries(entry.node.entries(), artifact);
                }
                "include" => self.included(entry, artifact),
                "configfile" => {
                    // it replaces everything, and only the running server follows it
                    self.cut.get_or_insert((artifact, entry.line, entry.column));
                }
                // the server's settings, or more shares, are in the registry
                "configbackend" | "registryshares" if elsewhere(&key, entry) => {
                    self.cut.get_or_insert((artifact, entry.line, entry.column));
                    (self.include)("registry");
                }
                "copy" => self.copy(entry, artifact),
                _ => self.set(entry, &key, artifact),
            }
        }
    }

    /// The share of a name: one that was there before goes on, a new one starts from what [global] has said so far.
    fn share(&mut self, name: &str) -> usize {
        let folded = name.to_lowercase();
        if let Some(at) = self.by_name.get(&folded) {
            return *at;
        }
        let at = self.shares.len().min(MOST_SHARES);
        if self.shares.len() < MOST_SHARES {
            let start = if self.may_copy(self.start.len()) { self.start.clone() } else { Values::new() };
            self.shares.push((name.to_owned(), start));
        } else if self.shares.len() == MOST_SHARES {
            // all that are too many are read into one that is not shown
            self.cut.get_or_insert((None, 0, 0));
        }
        self.by_name.insert(folded, at);
        at
    }

    /// Whether that many more settings may be given to shares.
    fn may_copy(&mut self, more: usize) -> bool {
        self.copied += more;
        let may = self.copied <= MOST_SETTINGS;
        if !may {
            self.cut.get_or_insert((None, 0, 0));
        }
        may
    }

    fn set(&mut self, entry: &Entry, key: &str, artifact: Option<u32>) {
        let mut setting = Setting { artifact, ..Setting::of(entry) };
        let Some((row, inverted)) = row(key) else {
            // parametric options (`full_audit:success`) and what is not known: as written
            let values = match self.at {
                None => {
                    if key.contains(':') {
                        &mut self.start
                    } else {
                        &mut self.global
                    }
                }
                Some(at) => match self.shares.get_mut(at) {
                    Some(share) => &mut share.1,
                    None => return,
                },
            };
            values.insert(key.to_owned(), setting);
            return;
        };
        row.key.clone_into(&mut setting.key);
        if !spell(&mut setting, row, inverted) {
            setting.unknown = Some("Samba does not take this value".to_owned());
        }
        let name = folded(row.key, Fold::CaseSpace);
        match self.at {
            None if row.documented == GLOBAL => drop(self.global.insert(name, setting)),
            None => drop(self.start.insert(name, setting)),
            // what belongs to the server has no place in a share: Samba passes it over
            Some(_) if row.documented == GLOBAL => {}
            Some(at) => {
                if let Some(share) = self.shares.get_mut(at) {
                    share.1.insert(name, setting);
                }
            }
        }
    }

    fn copy(&mut self, entry: &Entry, artifact: Option<u32>) {
        let wanted = entry.node.scalar().unwrap_or_default().to_lowercase();
        let from = self.by_name.get(&wanted).copied().filter(|from| Some(*from) != self.at);
        let size = from.and_then(|from| self.shares.get(from)).map_or(0, |share| share.1.len());
        let from = if self.may_copy(size) { from } else { None };
        let values = from.and_then(|from| self.shares.get(from)).map(|share| share.1.clone());
        match (values, self.at.and_then(|at| self.shares.get_mut(at))) {
            (Some(values), Some(share)) => share.1.extend(values),
            _ => drop(self.cut.get_or_insert((artifact, entry.line, entry.column))),
        }
    }

    fn included(&mut self, entry: &Entry, artifact: Option<u32>) {
        let place = (artifact, entry.line, entry.column);
        if let Some(masked) = text::masked_include(&entry.node) {
            (self.include)(&masked);
            self.cut.get_or_insert(place);
            return;
        }
        let Some(path) = entry.node.scalar().filter(|path| !path.is_empty()) else { return };
        if self.stack.len() >= INCLUDE_DEPTH || self.documents >= MOST_DOCUMENTS || path == "registry" {
            self.cut.get_or_insert(place);
            if path == "registry" {
                (self.include)(path);
            }
            return;
        }
        for (number, document) in (self.include)(path).documents {
            self.documents += 1;
            if self.documents > MOST_DOCUMENTS || self.stack.contains(&number) {
                self.cut.get_or_insert(place);
                continue;
            }
            self.stack.push(number);
            self.entries(document.entries(), Some(number));
            self.stack.pop();
        }
    }
}

/// Parameters that are lists: words between blanks and commas, in quotes where a word has some itself.
const LISTS: &[&str] = &[
    "admin users",
    "hosts allow",
    "hosts deny",
    "interfaces",
    "invalid users",
    "read list",
    "valid users",
    "vfs objects",
    "write list",
];

/// A list with quotes around those words only that need them.
fn unquoted(list: &str) -> String {
    let mut out = String::with_capacity(list.len());
    let mut parts = list.split('"');
    out.push_str(parts.next().unwrap_or_default());
    while let Some(inside) = parts.next() {
        if inside.contains([' ', '\t', ',', ';']) {
            out.extend(["\"", inside, "\""]);
        } else {
            out.push_str(inside);
        }
        out.push_str(parts.next().unwrap_or_default());
    }
    out
}

/// A value as testparm prints it; false where Samba would not take it.
fn spell(setting: &mut Setting, row: &Known, inverted: bool) -> bool {
    let Kind::Text(value) = &mut setting.value.kind else { return true };
    if value.contains('"') && LISTS.contains(&row.key) {
        *value = unquoted(value);
    }
    if let Some(words) = WORDS.iter().find(|words| words.0.contains(&row.key)) {
        let same = |word: &&&[&str]| word.iter().any(|word| word.eq_ignore_ascii_case(value));
        let Some(first) = words.1.iter().find(same).and_then(|word| word.first()) else { return false };
        (*first).clone_into(value);
        return true;
    }
    let default = match row.absent {
        Absent::Is(default) => default,
        Absent::Varies(cases) => cases.last().map_or("", |case| case.1),
        Absent::Unset => "",
    };
    if matches!(default, "Yes" | "No") {
        let Some(on) = params::switch(value) else { return false };
        (if on == inverted { "No" } else { "Yes" }).clone_into(value);
    } else if default.len() == 4 && default.starts_with('0') {
        let Ok(mode) = u32::from_str_radix(value.trim_start_matches("0o"), 8) else { return false };
        *value = format!("{mode:04o}");
    }
    true
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn nothing(_: &str) -> Included {
        Included { documents: Vec::new(), missing: true }
    }

    fn force(source: &str, include: &dyn Fn(&str) -> Included) -> Vec<Setting> {
        CONFIG.effective(&CONFIG.read(source).unwrap(), include).unwrap()
    }

    fn of(settings: &[Setting], context: &str, key: &str) -> Vec<String> {
        let found = settings.iter().filter(|s| s.context == context && s.key == key);
        found.map(|s| format!("{} {}", s.value.scalar().unwrap_or("?"), s.line)).collect()
    }

    #[test]
    fn shares_start_from_what_global_said_before_them() {
        let text = "[global]\nGuest OK = yes\nmin protocol = NT1\n[a]\npath = /a\nwritable = yes\n[global]\nguest ok = no\n[b]\nPUBLIC = true\nread only=yes\n[A]\nwrite ok = no\ncreatemask = 660\n";
        let settings = force(text, &nothing);
        assert_eq!(of(&settings, "[a]", "guest ok"), ["Yes 2"]);
        assert_eq!(of(&settings, "[a]", "read only"), ["Yes 13"]);
        assert_eq!(of(&settings, "[a]", "create mask"), ["0660 14"]);
        assert_eq!(of(&settings, "[b]", "guest ok"), ["Yes 10"]);
        assert_eq!(of(&settings, "", "guest ok"), ["No 8"]);
        assert_eq!(of(&settings, "", "server min protocol"), ["NT1 3"]);
        assert_eq!(of(&settings, "[b]", "browseable"), ["Yes 0"]);
    }

    #[test]
    fn words_of_lists_lose_quotes_that_they_do_not_need() {
        let settings = force("[x]\nvfs objects = \"full_audit\" catia\nhosts allow = \"192.0.2.1\", \"a b\"\n", &nothing);
        assert_eq!(of(&settings, "[x]", "vfs objects"), ["full_audit catia 2"]);
        assert_eq!(of(&settings, "[x]", "hosts allow"), ["192.0.2.1, \"a b\" 3"]);
    }

    #[test]
    fn includes_and_copies_are_followed() {
        let include = |path: &str| {
            assert_eq!(path, "/etc/samba/more.conf");
            Included { documents: vec![(4, Arc::new(CONFIG.read("[x]\npath = /x\nguest ok = yes\n").unwrap()))], missing: false }
        };
        let settings = force("[global]\ninclude = /etc/samba/more.conf\n[y]\ncopy = X\nguest ok = no\npath = /y\n", &include);
        assert_eq!(of(&settings, "[x]", "guest ok"), ["Yes 3"]);
        assert_eq!(of(&settings, "[y]", "guest ok"), ["No 5"]);
        assert_eq!(of(&settings, "[y]", "path"), ["/y 6"]);
        let bomb = |_: &str| Included { documents: vec![(4, Arc::new(CONFIG.read("include = a").unwrap()))], missing: false };
        assert_eq!(of(&force("include = a\n", &bomb), "", "@incomplete"), ["yes 1"]);
    }

    #[test]
    fn values_are_spelled_as_testparm_does() {
        let settings = force(
            "[global]\nserver signing = Mandatory\nsmb encrypt = yes\nserver min protocol = smb2\nntlm auth = maybe\n",
            &nothing,
        );
        assert_eq!(of(&settings, "", "server signing"), ["required 2"]);
        assert_eq!(of(&settings, "", "server smb encrypt"), ["if_required 3"]);
        assert_eq!(of(&settings, "", "server min protocol"), ["SMB2 4"]);
        assert!(settings.iter().any(|s| s.key == "ntlm auth" && s.unknown.is_some()));
    }
}
