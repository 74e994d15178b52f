//! The last step of collecting: of settings and trees only what policies ask for keeps its value. Everything else has done its work when
//! the settings in force were worked out, and would only be something to lose: of it the evidence says that it is there, and where.
//! Names of blocks and resources stay readable, without accounts of persons.

use super::config::CONFIGS;
use super::prune::{LONE, Values, nothing};
use super::resource::RESOURCES;
use crate::detect::engine::{Engine, Scratch};
use crate::detect::mask;
use crate::model::evidence::{Asked, Document, Evidence, Resource};
use crate::model::node::{Fold, Kind, Node, Setting, TOO_DEEP, schemes};
use crate::model::path;
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
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
    let mut shown = Shown::new(engine);
    let mut known: HashMap<String, Wanted> = HashMap::new();
    for artifact in evidence.artifacts.telling_mut() {
        for label in artifact.parts.iter_mut().map(|part| &mut part.label).filter(|label| label.starts_with('$')) {
            *label = mask::within(engine, &mut shown.scratch, label);
        }
        for document in artifact.parts.iter_mut().filter_map(|part| part.document.as_mut()) {
            let (product, fold) = (&document.product, document.fold);
            let wanted = known.entry(product.clone()).or_insert_with(|| wanted(keep, product, fold));
            shown.document(document, wanted);
        }
    }
    for resource in &evidence.resources {
        if !known.contains_key(&resource.kind) {
            known.insert(resource.kind.clone(), wanted(keep, &resource.kind, Fold::Exact));
        }
    }
    // there may be many, and nobody else has anything to do meanwhile
    let half = evidence.resources.len() / 2;
    let (first, second) = evidence.resources.split_at_mut(half);
    let masked = std::thread::scope(|scope| {
        let other = (!first.is_empty()).then(|| scope.spawn(|| resources(first, &known, engine)));
        let mut masked = resources(second, &known, engine);
        if let Some(other) = other {
            masked.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        masked
    });
    shown.masked = masked;
    for resource in &mut evidence.resources {
        for setting in resource.settings.iter_mut().filter(|setting| !setting.default && !setting.context.is_empty()) {
            let context = shown.name(&setting.context);
            Arc::make_mut(setting).context = context;
        }
        resource.name = shown.name(&resource.name);
    }
    if let Keep::Asked(asked) = keep {
        evidence.asked.clone_from(asked);
    }
}

/// Takes values out of resources; gives the names in them without accounts. What is equal there is not yet told apart.
fn resources(resources: &mut [Resource], known: &HashMap<String, Wanted>, engine: &Engine) -> HashMap<String, String> {
    let mut shown = Shown::new(engine);
    let mut masked = HashMap::new();
    let mut name = |shown: &mut Shown<'_>, own: &str| {
        if !own.is_empty() && !masked.contains_key(own) {
            masked.insert(own.to_owned(), shown.without_accounts(own));
        }
    };
    for resource in resources {
        let Some(wanted) = known.get(&resource.kind) else { continue };
        wanted.thin(&mut resource.settings);
        // defaults are shared by all resources of a kind, and nobody's
        for setting in resource.settings.iter_mut().filter(|setting| !setting.default) {
            name(&mut shown, &setting.context);
            shown.content(Arc::make_mut(setting), wanted);
        }
        name(&mut shown, &resource.name);
    }
    masked
}

/// Products that describe things by other names, and whose trees nobody asks for beside that.
pub(super) fn spent(keep: &Keep) -> BTreeSet<String> {
    let describing = RESOURCES.iter().flat_map(|kind| kind.sources).map(|source| source.dialect.name());
    let unasked = |id: &&str| {
        let wanted = wanted(keep, id, Fold::Exact);
        !wanted.tree && wanted.ways.is_empty()
    };
    let ids: BTreeSet<&str> = describing.chain(LONE).collect();
    ids.into_iter().filter(unasked).map(str::to_owned).collect()
}

/// Formats that nobody joins with anything and of whose trees single values are asked for, with how these look.
pub(super) fn single(keep: &Keep) -> BTreeMap<String, Vec<String>> {
    let (Keep::Asked(asked) | Keep::Documented(asked)) = keep;
    let patterns = |product: &&str| {
        let patterns: Option<Vec<String>> = asked.get(*product)?.iter().map(|at| path::any_like(at)).collect();
        Some(((*product).to_owned(), patterns.filter(|patterns| !patterns.is_empty())?))
    };
    LONE.iter().filter_map(patterns).collect()
}

/// What is asked of one product, ready to be looked up.
pub(super) struct Wanted {
    fold: Fold,
    /// Keys of settings in force, as the product compares them.
    keys: HashSet<String>,
    /// Names that lead to a value of a tree; the value is below all of them. One without names is every value.
    ways: Vec<Vec<String>>,
    /// Values that paths compare with.
    values: Values,
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
        values: Values::default(),
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
    /// What an RFC 9535 path asks for. Of names alone (with `*`, indexes, slices and `..` between them) it is what lies below all of them;
    /// of `$..[?match(@, 'x')]` it is the values that are like this. Any other filter or union may rest on any value: all are kept.
    fn path(&mut self, at: &str) {
        self.tree = true;
        if let Some(pattern) = path::any_like(at) {
            if !self.values.add(&pattern) {
                self.ways.push(Vec::new());
            }
            return;
        }
        let names = names(at).unwrap_or_default();
        self.ways.push(names.iter().map(|name| self.fold.key(name)).collect());
    }

    /// Whether a value with these keys above it is asked for.
    fn has(&self, above: &[String]) -> bool {
        self.ways.iter().any(|way| way.iter().all(|name| above.iter().any(|key| key == name || dotted(key, name))))
    }

    /// Leaves out settings that hold by default and that nobody asks for, but for one of each block: it says that the block is there.
    pub(super) fn thin<S: Borrow<Setting>>(&self, settings: &mut Vec<S>) {
        let mut seen: HashSet<(String, bool)> = HashSet::new();
        let mut last: Option<(String, bool)> = None;
        settings.retain(|setting| {
            let setting: &Setting = setting.borrow();
            let sign = setting.key.starts_with('@');
            // settings of one block stand together
            let again = last.as_ref().is_some_and(|last| last.0 == setting.context && last.1 == sign);
            let first = !again && {
                let own = (setting.context.clone(), sign);
                last = Some(own.clone());
                seen.insert(own)
            };
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
        let has = |key: &str| self.keys.contains(key) || self.documented.contains(key);
        self.all || if self.fold == Fold::Exact { has(key) } else { has(&self.fold.key(key)) }
    }
}

/// `a.b` is written as one key here and there.
fn dotted(key: &str, name: &str) -> bool {
    key.contains('.') && key.split('.').any(|part| part == name)
}

/// The names of a path without filters and unions; `None` for one that has them, or that is written as no path is.
fn names(at: &str) -> Option<Vec<String>> {
    let mut rest = at.strip_prefix('$')?;
    let mut out = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Some(out);
        }
        if let Some(after) = rest.strip_prefix('[') {
            let after = after.trim_start();
            if after.starts_with(['\'', '"']) {
                // a name in a spelling of its own may be any
                let (name, after) = path::quoted(after);
                let written = rest.get(..rest.len() - after.len()).unwrap_or("");
                rest = after.trim_start().strip_prefix(']').filter(|_| !written.contains('\\'))?;
                out.push(name);
            } else {
                let (inside, after) = after.split_once(']')?;
                if !inside.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | ':' | '-' | ' ')) {
                    return None;
                }
                rest = after;
            }
            continue;
        }
        let after = rest.strip_prefix('.')?;
        let after = after.strip_prefix('.').unwrap_or(after);
        if after.starts_with('[') {
            rest = after;
        } else if let Some(after) = after.strip_prefix('*') {
            rest = after;
        } else {
            let sign = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-');
            let (name, after) = after.split_at(after.find(sign).unwrap_or(after.len()));
            if name.is_empty() {
                return None;
            }
            out.push(name.to_owned());
            rest = after;
        }
    }
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
    /// Names that somebody took the accounts out of before.
    masked: HashMap<String, String>,
    unlike: Unlike,
}

impl<'a> Shown<'a> {
    fn new(engine: &'a Engine) -> Self {
        let scratch = engine.scratch();
        Self { engine, scratch, by: HashMap::new(), masked: HashMap::new(), unlike: Unlike::default() }
    }

    fn without_accounts(&mut self, own: &str) -> String {
        mask::drawn(&mask::within(self.engine, &mut self.scratch, own))
    }

    fn name(&mut self, own: &str) -> String {
        if own.is_empty() {
            return String::new();
        }
        if let Some(known) = self.by.get(own) {
            return known.clone();
        }
        let masked = self.masked.remove(own).unwrap_or_else(|| self.without_accounts(own));
        let shown = self.unlike.name(masked);
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
                let shown = mask::within(self.engine, &mut self.scratch, &lots(text));
                *text = numbered(&mask::drawn(&handed(&shown)));
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
            let root = Arc::make_mut(&mut document.root);
            self.tree(root, wanted, &mut above, false);
            if wanted.ways.is_empty() && wanted.values.addresses() {
                wanted.values.prune(root, document.documents);
            }
        } else {
            document.root = Arc::new(nothing());
            document.documents = false;
        }
    }

    /// The same for a tree. Keys keep their names, but for accounts and what was drawn at random: equal ones stay equal, so that a key that
    /// is written twice still is, and none takes the name of another.
    fn tree(&mut self, node: &mut Node, wanted: &Wanted, above: &mut Vec<String>, inside: bool) {
        if above.len() > DEPTH {
            node.kind = Kind::Masked(String::new());
            return;
        }
        match &mut node.kind {
            Kind::List(items) => items.iter_mut().for_each(|item| self.tree(item, wanted, above, inside)),
            Kind::Map(entries) => {
                for entry in entries {
                    let own = wanted.fold.key(&entry.key);
                    let leads = wanted.ways.iter().flatten().any(|name| *name == own || dotted(&own, name));
                    above.push(own);
                    let inside = inside || wanted.has(above);
                    self.tree(&mut entry.node, wanted, above, inside);
                    above.pop();
                    if !(leads || inside || entry.key.starts_with(['@', '#']) || plain(&entry.key)) {
                        entry.key = self.name(&entry.key);
                    }
                }
            }
            Kind::Text(_) if inside => self.value(node, above.last().map_or("", String::as_str)),
            Kind::Text(text) if plain(text) || wanted.values.has(text) => {}
            Kind::Number(text) if inside || plain(text) => {}
            Kind::Null | Kind::Bool(_) => {}
            Kind::Masked(shown) if shown == TOO_DEEP => {}
            // how something is reached is asked of what was masked, too
            Kind::Masked(shown) => *shown = schemes(shown).map(|scheme| format!("{scheme}://")).collect::<Vec<_>>().join(" "),
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
        if !setting.default {
            self.content(setting, wanted);
        }
    }

    /// Its value, not the name of where it stands.
    fn content(&mut self, setting: &mut Setting, wanted: &Wanted) {
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

/// Long words with a number behind them, as passwords are made, as shapes.
fn numbered(text: &str) -> String {
    let made = |word: &str| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.len() >= 8 && word.len() - letters.len() >= 3 && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    mask::pieces(text, |c| !c.is_ascii_alphanumeric(), |word| made(word).then(|| mask::shape(word)))
}

/// UUIDs as shapes, whole: half of one would be kept where a part of it looks like a word.
fn lots(text: &str) -> String {
    let uuid = |word: &str| {
        let groups: Vec<&str> = word.split('-').collect();
        groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
            && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    mask::pieces(
        text,
        |c| !(c.is_ascii_alphanumeric() || c == '-'),
        |word| uuid(word).then(|| word.chars().map(mask::sign).collect()),
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_a_shape_as_a_whole() {
        let id = "45c7c250-b545-3047-d369-82eb20f9031e";
        let shape = "99a9a999-a999-9999-a999-99aa99a9999a";
        assert_eq!(lots(&format!("arn:aws:kms:eu-west-2:1:key/{id}")), format!("arn:aws:kms:eu-west-2:1:key/{shape}"));
        assert_eq!(lots(id), shape);
        for plain in ["eu-west-2", "aes256-gcm@openssh.com", "2026-11-24", "45c7c250-b545-3047-d369"] {
            assert_eq!(lots(plain), plain);
        }
    }

    #[test]
    fn a_path_is_its_names_or_asks_for_everything() {
        let of = |at: &str| names(at).map(|names| names.join("/"));
        for (at, wanted) in [
            ("$.a.b-c['d.e'][\"f\"]", "a/b-c/d.e/f"),
            ("$..a[*].b[0][-1][1:3][::-1]", "a/b"),
            ("$.*[*]..['x']", "x"),
            ("$['8080']", "8080"),
            ("$", ""),
        ] {
            assert_eq!(of(at).as_deref(), Some(wanted), "{at}");
        }
        for at in
            ["$['a','b']", "$.a[0,1]", "$.a[?@.b==1].c", "$.a[-1][?@=='x']", "$['a\\u0062']", "$.k[?match(@[0],'db')][1]", "a.b"]
        {
            assert_eq!(of(at), None, "{at}");
        }
    }
}
