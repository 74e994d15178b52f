//! The last step of collecting: of settings and trees only what policies ask for keeps its value. Everything else has done its work when
//! the settings in force were worked out, and would only be something to lose: of it the evidence says that it is there, and where.
//! Names of blocks and resources stay readable, without accounts of persons.

use super::config::CONFIGS;
use super::resource::RESOURCES;
use crate::detect::engine::{Engine, Scratch};
use crate::detect::mask;
use crate::model::evidence::{Asked, Document, Evidence, PartKind};
use crate::model::node::{Fold, Kind, Node, Setting};
use std::borrow::Borrow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// How deep a tree is followed.
const DEPTH: usize = 600;

/// Which values are kept.
pub enum Keep {
    /// Those that are asked for: for evidence.
    Asked(Asked),
    /// Those, and those of every key that products document: for whoever asks for the settings themselves.
    Documented(Asked),
}

/// Takes the values that nobody asks for out of the evidence.
pub(super) fn reduce(evidence: &mut Evidence, keep: &Keep, engine: &Engine) {
    let mut shown = Shown { engine, scratch: engine.scratch(), by: HashMap::new(), unlike: Unlike::default() };
    let mut known: HashMap<String, Wanted> = HashMap::new();
    for artifact in &mut evidence.artifacts {
        // other tools' results were read out of the tree: what else is in it is theirs
        let results = artifact.parts.iter().any(|part| part.kind == PartKind::Results);
        for label in artifact.parts.iter_mut().map(|part| &mut part.label).filter(|label| label.starts_with('$')) {
            *label = mask::within(engine, &mut shown.scratch, label);
        }
        for document in artifact.parts.iter_mut().filter_map(|part| part.document.as_mut()) {
            let (product, fold) = (&document.product, document.fold);
            let wanted = known.entry(product.clone()).or_insert_with(|| wanted(keep, product, fold));
            if results {
                document.root = Arc::new(nothing());
                document.documents = false;
            }
            shown.document(document, wanted);
        }
    }
    for resource in &mut evidence.resources {
        let wanted = known.entry(resource.kind.clone()).or_insert_with(|| wanted(keep, &resource.kind, Fold::Exact));
        wanted.thin(&mut resource.settings);
        // defaults are shared by all resources of a kind, and nobody's
        for setting in resource.settings.iter_mut().filter(|setting| !setting.default) {
            shown.setting(Arc::make_mut(setting), wanted);
        }
        resource.name = shown.name(&resource.name);
    }
    if let Keep::Asked(asked) = keep {
        evidence.asked.clone_from(asked);
    }
}

/// What is asked of one product, ready to be looked up.
pub(super) struct Wanted {
    fold: Fold,
    /// Keys of settings in force, as the product compares them.
    keys: HashSet<String>,
    /// Names that lead to a value of a tree; the value is below all of them. One without names is every value.
    ways: Vec<Vec<String>>,
    /// Values that paths compare with.
    values: Vec<regex::Regex>,
    /// Whether a path asks for the tree itself.
    tree: bool,
    /// Keys that the product documents and nobody asks for, where they are kept.
    documented: HashSet<String>,
    /// Whether what holds by default is kept though nobody asks for it.
    defaults: bool,
    /// Whether all of a product's keys are kept: its reader makes each of them.
    all: bool,
}

pub(super) fn wanted(keep: &Keep, product: &str, fold: Fold) -> Wanted {
    let mut out = Wanted {
        fold,
        keys: HashSet::new(),
        ways: Vec::new(),
        values: Vec::new(),
        tree: false,
        documented: HashSet::new(),
        defaults: false,
        all: false,
    };
    // which folders are named, other documents are asked for
    out.keys.extend(super::mounts::keys(product).map(|key| fold.key(key)));
    let none = BTreeSet::new();
    let (Keep::Asked(asked) | Keep::Documented(asked)) = keep;
    for at in asked.get(product).unwrap_or(&none) {
        if at.starts_with('$') {
            out.path(at);
        } else {
            out.keys.insert(fold.key(at));
            out.ways.push(at.split('.').map(|name| fold.key(name)).collect());
        }
    }
    if matches!(keep, Keep::Documented(_)) {
        out.defaults = true;
        let known = CONFIGS.iter().find(|config| config.id() == product).map(|config| config.known());
        let known = known.or_else(|| RESOURCES.iter().find(|kind| kind.id == product).map(|kind| kind.known));
        out.all = known.is_none_or(<[_]>::is_empty);
        out.documented = known.unwrap_or_default().iter().map(|row| fold.key(row.key)).collect();
        out.documented.retain(|key| !out.keys.contains(key));
    }
    out
}

impl Wanted {
    /// The names of an RFC 9535 path, those in its filters each for itself, and the texts that it compares with.
    fn path(&mut self, at: &str) {
        self.tree = true;
        let (mut way, mut texts, mut filters) = (Vec::new(), Vec::new(), 0_u32);
        let mut rest = at;
        while let Some(first) = rest.chars().next() {
            let (token, after) = match first {
                '\'' | '"' => quoted(rest),
                c if c.is_alphanumeric() || matches!(c, '_' | '-') || !c.is_ascii() => {
                    let end = rest.find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'));
                    let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
                    (name.to_owned(), after)
                }
                _ => (String::new(), rest.get(first.len_utf8()..).unwrap_or("")),
            };
            filters += u32::from(first == '?');
            if filters > 0 && matches!(first, '\'' | '"') {
                texts.push(token.clone());
            }
            if !token.is_empty() && !token.bytes().all(|byte| byte.is_ascii_digit()) {
                // a name in a filter may be anything's: a key, a function, a text
                if filters > 0 { self.ways.push(vec![self.fold.key(&token)]) } else { way.push(self.fold.key(&token)) }
            }
            rest = after;
        }
        // only a pattern that the whole value has to meet says which values are asked for
        let outside: String = unquoted(at);
        let pattern =
            outside.contains("match(") && !outside.contains("search(") && !outside.contains(['<', '>', '=', '!', '|', '&']);
        // names in a spelling of their own may be any
        if at.contains('\\') || (filters > 0 && way.is_empty() && !pattern) {
            self.ways.push(Vec::new());
        } else if way.is_empty() && !texts.is_empty() {
            // any value that is like this
            self.values.extend(texts.iter().filter_map(|text| regex::Regex::new(&format!("^(?:{text})$")).ok()));
        } else {
            self.ways.push(way);
        }
    }

    /// Whether a value with these keys above it is asked for.
    fn has(&self, above: &[String]) -> bool {
        self.ways.iter().any(|way| way.iter().all(|name| above.iter().any(|key| key == name || dotted(key, name))))
    }

    /// Leaves out settings that hold by default and that nobody asks for, but for one of each block: it says that the block is there.
    pub(super) fn thin<S: Borrow<Setting>>(&self, settings: &mut Vec<S>) {
        let mut seen: HashSet<(String, bool)> = HashSet::new();
        settings.retain(|setting| {
            let setting: &Setting = setting.borrow();
            let first = seen.insert((setting.context.clone(), setting.key.starts_with('@')));
            first || self.defaults || !setting.default || self.named(&setting.key)
        });
        settings.shrink_to_fit();
    }

    /// Whether a key's value is kept though nobody asks for it.
    fn is_free(&self, key: &str) -> bool {
        let key = self.fold.key(key);
        (self.all || self.documented.contains(&key)) && !self.keys.contains(&key)
    }

    fn named(&self, key: &str) -> bool {
        let key = self.fold.key(key);
        self.all || self.keys.contains(&key) || self.documented.contains(&key)
    }
}

/// `a.b` is written as one key here and there.
fn dotted(key: &str, name: &str) -> bool {
    key.contains('.') && key.split('.').any(|part| part == name)
}

/// A path without its quoted texts.
fn unquoted(mut text: &str) -> String {
    let mut out = String::new();
    while let Some(at) = text.find(['\'', '"']) {
        out.push_str(text.get(..at).unwrap_or(""));
        text = quoted(text.get(at..).unwrap_or("")).1;
    }
    out.push_str(text);
    out
}

/// A quoted text at the start, and what comes behind it.
fn quoted(text: &str) -> (String, &str) {
    let mut out = String::new();
    let mut chars = text.char_indices();
    let quote = chars.next().map_or('\'', |row| row.1);
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return (out, text.get(at + 1..).unwrap_or(""));
        }
        out.push(if c == '\\' { chars.next().map_or(c, |row| row.1) } else { c });
    }
    (out, "")
}

/// Whether a value says nothing but how something is switched or how much it is.
fn plain(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let switch = matches!(
        &*lower,
        "" | "?"
            | "true"
            | "false"
            | "yes"
            | "no"
            | "on"
            | "off"
            | "none"
            | "null"
            | "enabled"
            | "disabled"
            | "required"
            | "optional"
            | "success"
            | "failure"
            | "success and failure"
            | "no auditing"
    );
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    switch || (text.len() <= 6 && digits <= 4 && digits > 0 && text.len() - digits <= 2)
}

/// Names as they are shown: without accounts, each still different from the others.
struct Shown<'a> {
    engine: &'a Engine,
    scratch: Scratch,
    by: HashMap<String, String>,
    unlike: Unlike,
}

impl Shown<'_> {
    fn name(&mut self, own: &str) -> String {
        if own.is_empty() {
            return String::new();
        }
        if let Some(known) = self.by.get(own) {
            return known.clone();
        }
        let shown = self.unlike.name(mask::drawn(&mask::within(self.engine, &mut self.scratch, own)));
        self.by.insert(own.to_owned(), shown.clone());
        shown
    }

    /// A value that is asked for, without the accounts in it: which of them it is decides nothing.
    fn value(&mut self, node: &mut Node, key: &str) {
        match &mut node.kind {
            Kind::List(items) => items.iter_mut().for_each(|item| self.value(item, key)),
            Kind::Text(text) if holds_account(key) || text.contains(['/', '\\', '=']) => {
                let shown = handed(text);
                if shown == *text {
                    *text = mask::within(self.engine, &mut self.scratch, text);
                } else {
                    // a verdict must not rest on what was taken out
                    node.kind = Kind::Masked(mask::within(self.engine, &mut self.scratch, &shown));
                }
            }
            _ => {}
        }
    }

    /// A value of a key that is documented and that no policy may ever have asked for.
    fn freely(&mut self, node: &mut Node) {
        match &mut node.kind {
            Kind::List(items) => items.iter_mut().for_each(|item| self.freely(item)),
            Kind::Text(text) if !text.bytes().all(|byte| byte.is_ascii_digit()) => {
                *text = numbered(&mask::drawn(&handed(&mask::within(self.engine, &mut self.scratch, text))));
            }
            _ => {}
        }
    }

    fn document(&mut self, document: &mut Document, wanted: &Wanted) {
        if let Some(settings) = &mut document.settings {
            self.settings(settings, wanted);
        }
        let asked = wanted.tree || (document.settings.is_none() && !wanted.ways.is_empty());
        if asked {
            let mut above = Vec::new();
            self.tree(Arc::make_mut(&mut document.root), wanted, &mut above, false);
        } else {
            document.root = Arc::new(nothing());
            document.documents = false;
        }
    }

    /// The same for a tree. Keys that lead nowhere lose their names.
    fn tree(&mut self, node: &mut Node, wanted: &Wanted, above: &mut Vec<String>, inside: bool) {
        if above.len() > DEPTH {
            node.kind = Kind::Masked(String::new());
            return;
        }
        match &mut node.kind {
            Kind::List(items) => items.iter_mut().for_each(|item| self.tree(item, wanted, above, inside)),
            Kind::Map(entries) => {
                let mut unlike = Unlike::default();
                for entry in entries {
                    let own = wanted.fold.key(&entry.key);
                    let leads = wanted.ways.iter().flatten().any(|name| *name == own || dotted(&own, name));
                    above.push(own);
                    let inside = inside || wanted.has(above);
                    self.tree(&mut entry.node, wanted, above, inside);
                    above.pop();
                    if !(leads || inside || entry.key.starts_with(['@', '#']) || plain(&entry.key)) {
                        entry.key = unlike.name(mask::shape(&entry.key));
                    }
                }
            }
            Kind::Text(_) if inside => self.value(node, above.last().map_or("", String::as_str)),
            Kind::Text(text) if plain(text) || wanted.values.iter().any(|value| value.is_match(text)) => {}
            Kind::Number(text) if inside || plain(text) => {}
            Kind::Null | Kind::Bool(_) => {}
            _ => node.kind = Kind::Masked(String::new()),
        }
    }

    fn settings(&mut self, settings: &mut Vec<Setting>, wanted: &Wanted) {
        wanted.thin(settings);
        for setting in settings {
            self.setting(setting, wanted);
        }
    }

    fn setting(&mut self, setting: &mut Setting, wanted: &Wanted) {
        setting.context = self.name(&setting.context);
        if setting.default {
            return;
        }
        if wanted.named(&setting.key) {
            self.value(&mut setting.value, &setting.key);
            if wanted.is_free(&setting.key) {
                self.freely(&mut setting.value);
            }
        } else {
            hide(&mut setting.value, 0);
            setting.cases.iter_mut().filter(|case| !plain(case)).for_each(String::clear);
        }
    }
}

/// A tree of which nothing is kept.
fn nothing() -> Node {
    Node::new(Kind::Null, 0, 0)
}

/// Long words with a number behind them, as passwords are made, as shapes.
fn numbered(text: &str) -> String {
    let made = |word: &str| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.len() >= 8 && word.len() - letters.len() >= 3 && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    mask::pieces(text, |c| !c.is_ascii_alphanumeric(), |word| made(word).then(|| mask::shape(word)))
}

/// What a command is given as a password: `-p word`, `-pword`.
fn handed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = "";
    for piece in text.split_inclusive(' ') {
        let word = piece.trim_end_matches(' ');
        let sign = piece.get(word.len()..).unwrap_or("");
        // small letters alone are an option's own name
        let plain =
            |word: &str| word.bytes().all(|byte| byte.is_ascii_digit()) || word.bytes().all(|byte| byte.is_ascii_lowercase());
        let given = |word: &str| word.len() > 3 && !word.starts_with(['/', '-', '$']) && !plain(word);
        match word.strip_prefix("-p").or_else(|| word.strip_prefix("-P")) {
            Some(rest) if given(rest) => out.extend(["-p", &mask::shape(rest), sign]),
            _ if matches!(before, "-p" | "-P") && given(word) => out.extend([&*mask::shape(word), sign]),
            _ => out.push_str(piece),
        }
        before = word;
    }
    out
}

/// Keys whose values are accounts.
fn holds_account(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["user", "owner", "login", "group", "account"].iter().any(|word| key.contains(word))
}

/// Names that are told apart by numbers where they look alike.
#[derive(Default)]
struct Unlike {
    used: HashSet<String>,
    next: HashMap<String, u64>,
}

impl Unlike {
    /// The name, or one with a number that no other has.
    fn name(&mut self, shown: String) -> String {
        if self.used.insert(shown.clone()) {
            return shown;
        }
        let next = self.next.entry(shown.clone()).or_insert(1);
        loop {
            *next += 1;
            let out = format!("{shown}~{next}");
            if self.used.insert(out.clone()) {
                return out;
            }
        }
    }
}

/// Replaces every value below a node that is not plain.
fn hide(node: &mut Node, depth: usize) {
    match &mut node.kind {
        Kind::List(items) if depth < DEPTH => items.iter_mut().for_each(|item| hide(item, depth + 1)),
        Kind::Map(entries) if depth < DEPTH => entries.iter_mut().for_each(|entry| hide(&mut entry.node, depth + 1)),
        Kind::Text(text) | Kind::Number(text) if plain(text) => {}
        Kind::Null | Kind::Bool(_) => {}
        _ => node.kind = Kind::Masked(String::new()),
    }
}
