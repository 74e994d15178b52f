//! Configurations that belong together: an `Include` and what it brings, wherever the supplier's copy of the server lies in the
//! delivery. It works on evidence alone, so that merged evidence is linked as a whole delivery is.

use super::config::{BASES, CONFIGS, Config, Included, OTHERS, OVERRIDE, OVERRIDES, known};
use super::reduce::{self, Keep};
use super::resource;
use crate::model::artifacts::Artifacts;
use crate::model::evidence::{Artifact, Evidence, Gap, GapKind, PartKind, Resource};
use crate::model::node::{Node, Setting};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Formats and descriptions of which nothing is in force by itself.
const PLAIN: &[&str] = &["json", "yaml", "xml", "cloudformation", "terraform", "aws", "azure", "google_cloud"];

/// Files that one configuration may include, each as often as it is reached.
const MOST_INCLUDED: usize = 2_000;
/// The same over a delivery.
const MOST_HANDED: usize = 20_000;

/// Formats that a file of a line or two is taken for, though a server includes it: `ssl = on` may be anybody's.
const SHORT: [&str; 4] = ["ini", "env", "properties", "toml"];

/// Products whose files of a line or two nobody can tell from anybody's texts, and of which a file of comments alone is known by its place.
const TERSE: [&str; 2] = ["postgresql", "sshd"];

/// Texts that nobody has claimed and that may be such a product's.
fn texts(artifacts: &Artifacts) -> Vec<Document> {
    let configs: Vec<&'static dyn Config> = CONFIGS.iter().copied().filter(|config| TERSE.contains(&config.id())).collect();
    let unclaimed = |artifact: &Artifact| {
        artifact.kind == "text" && artifact.size > 0 && artifact.parts.iter().all(|part| part.document.is_none())
    };
    let document = |artifact: &Artifact, config| (artifact.number, artifact.path.clone(), config, Arc::new(Node::text("", 0, 0)));
    let all = artifacts.walk(1, |some: &mut Vec<Document>, _, artifact| {
        some.extend(configs.iter().filter(|_| unclaimed(artifact)).map(|config| document(artifact, *config)));
    });
    all.into_iter().flat_map(|row| row.1).collect()
}

/// Compose files beside one that are looked at.
const MOST_BESIDE: usize = 50;

/// Settings that a delivery may have: with more, those of further documents are not kept.
const MOST_SETTINGS: usize = 1_000_000;

/// Works out what is in force in every product's configuration; what holds by default is kept where somebody may ask for it.
pub(super) fn link(evidence: &mut Evidence, keep: &Keep) {
    let mut documents: Vec<(u32, String, &'static dyn Config, Arc<Node>)> = Vec::new();
    for (_, artifact) in evidence.artifacts.telling() {
        for document in artifact.parts.iter().filter_map(|part| part.document.as_ref()) {
            if let Some(config) = CONFIGS.iter().find(|config| config.id() == document.product && !PLAIN.contains(&config.id())) {
                documents.push((artifact.number, artifact.path.clone(), *config, document.root.clone()));
            }
        }
    }
    evidence.products = documents
        .iter()
        .filter(|row| !row.2.known().is_empty())
        .map(|row| (row.2.id().to_owned(), known::facts(row.2.known(), row.2.form())))
        .collect();
    resource::gather(evidence);
    let (composed, others) = (composed(&documents), others(&documents));
    let places = Places::new(&documents);
    // there may be a million texts, and mostly there is nothing that could include them
    let asked = documents.iter().any(|row| TERSE.contains(&row.2.id()));
    let texts = if asked { texts(&evidence.artifacts) } else { Vec::new() };
    let unclaimed = Places::new(&texts);
    let handed = Cell::new(0_usize);
    let mut effective = BTreeMap::new();
    let mut included_anywhere: BTreeSet<u32> = BTreeSet::new();
    let mut missing: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    let mut doubtful: BTreeSet<u32> = BTreeSet::new();
    let (mut left, mut too_many) = (MOST_SETTINGS, BTreeSet::new());
    let mut wanted: BTreeMap<&str, reduce::Wanted> = BTreeMap::new();
    for (number, path, config, root) in &documents {
        let found = RefCell::new((BTreeSet::new(), BTreeSet::new()));
        let (mine, strange) = (Cell::new(0), Cell::new(false));
        let include = |glob: &str| {
            if glob == OVERRIDE {
                let hits: Vec<_> = composed.get(number).map(|hit| (hit.0, Arc::clone(hit.1))).into_iter().collect();
                found.borrow_mut().0.extend(hits.iter().map(|hit| hit.0));
                return Included { missing: hits.is_empty(), documents: hits };
            }
            if glob == OTHERS {
                // they stay documents of their own
                let hits: Vec<_> = others.get(number).into_iter().flatten().map(|hit| (hit.0, Arc::clone(hit.1))).collect();
                return Included { missing: false, documents: hits };
            }
            // files that include each other are as many as there are ways through them
            if mine.get() > MOST_INCLUDED || handed.get() > MOST_HANDED {
                found.borrow_mut().1.insert("more files than can be followed".to_owned());
                return Included { documents: Vec::new(), missing: true };
            }
            let (hits, known) = matching(glob, path, *number, config.id(), &places);
            let mut found = found.borrow_mut();
            found.0.extend(hits.iter().map(|hit| hit.0));
            mine.set(mine.get() + hits.len());
            handed.set(handed.get() + hits.len());
            let none = hits.is_empty();
            if none && !known {
                found.1.insert(glob.to_owned());
            }
            let of = |product: &str, places: &Places<'_>| !matching(glob, path, *number, product, places).0.is_empty();
            strange.set(strange.get() || SHORT.iter().any(|format| of(format, &places)) || of(config.id(), &unclaimed));
            Included { documents: hits, missing: none }
        };
        if let Some(mut settings) = config.effective(root, &include) {
            let wanted = wanted.entry(config.id()).or_insert_with(|| reduce::wanted(keep, config.id(), config.fold()));
            wanted.thin(&mut settings);
            if settings.len() > left {
                too_many.insert(*number);
                settings.clear();
            }
            left -= settings.len();
            effective.insert(*number, settings);
            let (hits, absent) = found.into_inner();
            included_anywhere.extend(hits);
            if strange.get() {
                doubtful.insert(*number);
            }
            if !absent.is_empty() {
                missing.insert(*number, absent);
            }
        }
    }
    together(&mut evidence.resources, &documents);
    for artifact in evidence.artifacts.telling_mut() {
        let fragment = included_anywhere.contains(&artifact.number);
        let mut settings = effective.remove(&artifact.number);
        let absent = missing.remove(&artifact.number).unwrap_or_default();
        if let Some(settings) = &mut settings {
            doubt(settings, &artifact.kind, &absent);
            if doubtful.contains(&artifact.number) {
                leave_open(
                    settings,
                    &artifact.kind,
                    "a file that is included was not recognised as one of its own, and may set it",
                );
            }
        }
        note_missing(artifact, absent);
        if too_many.contains(&artifact.number) {
            // a configuration without its settings is one that was not read
            artifact.parts.retain(|part| part.document.is_none());
            let reason = format!("the delivery's configurations set more than {MOST_SETTINGS} keys: its settings were not kept");
            artifact.gaps.push(Gap { at: String::new(), kind: GapKind::Limit, reason });
            continue;
        }
        for document in
            artifact.parts.iter_mut().filter(|part| part.kind == PartKind::Config).filter_map(|part| part.document.as_mut())
        {
            document.fragment = fragment;
            if let Some(settings) = &settings {
                document.settings = Some(settings.clone());
            }
        }
    }
    let ours = |resource: &crate::model::evidence::Resource| super::mounts::KINDS.contains(&resource.kind.as_str());
    evidence.resources.retain(|resource| !ours(resource));
    let folders = super::mounts::resources(evidence);
    evidence.resources.extend(folders);
}

/// A compose file beside another.
type Beside<'a> = (u32, &'a Arc<Node>);

/// Compose files that compose begins with, each with the others beside it that only a command line names (`compose.prod.yaml`).
fn others(documents: &[Document]) -> BTreeMap<u32, Vec<Beside<'_>>> {
    let mut folders: BTreeMap<&str, (Option<u32>, Vec<Beside<'_>>)> = BTreeMap::new();
    for document in documents.iter().filter(|row| row.2.id() == "docker_compose") {
        let (folder, name) = document.1.rsplit_once('/').unwrap_or(("", &document.1));
        let here = folders.entry(folder).or_default();
        if BASES.contains(&name) {
            here.0.get_or_insert(document.0);
        } else if !OVERRIDES.contains(&name) && here.1.len() < MOST_BESIDE {
            here.1.push((document.0, &document.3));
        }
    }
    folders.into_values().filter_map(|(base, others)| Some((base?, others))).collect()
}

/// Compose files with the override beside each that compose takes by itself.
fn composed(documents: &[Document]) -> BTreeMap<u32, Beside<'_>> {
    let mut folders: BTreeMap<&str, Vec<(&str, &Document)>> = BTreeMap::new();
    for document in documents.iter().filter(|row| row.2.id() == "docker_compose") {
        let (folder, name) = document.1.rsplit_once('/').unwrap_or(("", &document.1));
        folders.entry(folder).or_default().push((name, document));
    }
    let first = |files: &[(&str, &Document)], names: &[&str]| {
        let found = names.iter().find_map(|name| files.iter().position(|file| file.0 == *name));
        found.and_then(|at| files.get(at).map(|file| (file.1.0, at)))
    };
    let pair = |files: &Vec<(&str, &'_ Document)>| Some((first(files, &BASES)?.0, first(files, &OVERRIDES)?.1));
    folders
        .values()
        .filter_map(|files| {
            let (base, at) = pair(files)?;
            files.get(at).map(|file| (base, (file.1.0, &file.1.3)))
        })
        .collect()
}

/// What documents of a product say together, whichever files they lie in. Evidence may be linked again: what was there is replaced.
fn together(resources: &mut Vec<Resource>, documents: &[Document]) {
    let all: Vec<(&str, u32, &Node)> = documents.iter().map(|row| (row.2.id(), row.0, &*row.3)).collect();
    for found in CONFIGS.iter().flat_map(|config| config.together(&all)) {
        resources.retain(|resource| resource.kind != found.kind || resource.name != found.name);
        resources.push(Resource {
            kind: found.kind.to_owned(),
            name: found.name.to_owned(),
            source: found.kind.to_owned(),
            artifact: found.artifact,
            line: found.line,
            column: found.column,
            settings: found.settings.into_iter().map(Arc::new).collect(),
        });
    }
}

/// Products in which a directive that was written cannot be written again elsewhere: a missing file can only add to them.
const ADDING: &[&str] = &["nginx", "apache"];

/// A file that is included by its name and was not delivered may set anything: what is not written may be written there, and where the order
/// decides, what is written may not hold. A pattern may rightly match nothing.
fn doubt(settings: &mut [Setting], product: &str, absent: &BTreeSet<String>) {
    let named = absent.iter().any(|glob| !glob.contains(['*', '?', '[']) && !glob.ends_with('/'));
    if named {
        leave_open(settings, product, "a file that is included by its name was not delivered, and may set it");
    }
}

/// What a file that was not read may set, or set before: nobody can say it.
fn leave_open(settings: &mut [Setting], product: &str, reason: &str) {
    for setting in settings.iter_mut().filter(|setting| !setting.key.starts_with("@incomplete")) {
        if setting.default || !ADDING.contains(&product) {
            setting.unknown = Some(reason.to_owned());
            setting.cases = Vec::new();
        }
    }
}

/// What an include names and the delivery does not hold is a gap: nobody can say what it sets.
fn note_missing(artifact: &mut Artifact, globs: BTreeSet<String>) {
    // what a reader says is missing (a parent of a disk, the data of an attachment) stays
    artifact.gaps.retain(|gap| gap.kind != GapKind::Missing || gap.at != "include");
    for glob in globs {
        let shown: String = crate::detect::mask::clean(&glob).chars().take(120).collect();
        artifact.gaps.push(Gap {
            at: "include".to_owned(),
            kind: GapKind::Missing,
            reason: format!("includes `{shown}`, of which the delivery holds nothing"),
        });
    }
}

/// Includes that say nothing about protection and are hardly ever delivered.
const HARMLESS: [&str; 4] = ["mime.types", "fastcgi_params", "fastcgi.conf", "proxy_params"];

type Document = (u32, String, &'static dyn Config, Arc<Node>);

/// Where documents lie: an include is looked up, so that as many hosts as there may be do not look through each other's files.
struct Places<'a> {
    documents: &'a [Document],
    /// Each product's documents by their paths.
    paths: HashMap<&'static str, BTreeMap<&'a str, Vec<usize>>>,
    /// The same by the folders they lie in.
    folders: HashMap<(&'static str, &'a str), Vec<usize>>,
}

/// What means something else than itself in a glob.
const SIGNS: [char; 6] = ['*', '?', '[', '{', '}', '\\'];

impl<'a> Places<'a> {
    fn new(documents: &'a [Document]) -> Self {
        let mut out = Self { documents, paths: HashMap::new(), folders: HashMap::new() };
        for (at, (_, path, config, _)) in documents.iter().enumerate() {
            out.paths.entry(config.id()).or_default().entry(path.as_str()).or_default().push(at);
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            out.folders.entry((config.id(), folder)).or_default().push(at);
        }
        out
    }

    /// The documents of a product that a glob names, in the order of the delivery, but for one; and whether it names a path of its own, too.
    fn named(&self, whole: &str, product: &str, but: u32, own: &str) -> (Vec<(u32, Arc<Node>)>, bool) {
        let Some((product, paths)) = self.paths.get_key_value(product) else { return (Vec::new(), false) };
        let mut hits: Vec<usize> = Vec::new();
        let mut itself = whole == own;
        if let Some(at) = whole.find(SIGNS) {
            let before = whole.get(..at).unwrap_or("");
            let (folder, rest) = whole
                .get(..before.rfind('/').unwrap_or(0))
                .map_or(("", whole), |folder| (folder, whole.get(folder.len()..).unwrap_or("").trim_start_matches('/')));
            // a sign stands for no slash, but these may
            if rest.contains(['/', '[', '{']) || rest.contains("**") {
                hits.extend(paths.range(before..).take_while(|row| row.0.starts_with(before)).flat_map(|row| row.1));
            } else {
                hits.extend(self.folders.get(&(*product, folder)).into_iter().flatten());
            }
            if hits.is_empty() {
                return (Vec::new(), false);
            }
            let Ok(glob) = globset::GlobBuilder::new(whole).literal_separator(true).build() else { return (Vec::new(), false) };
            let matcher = glob.compile_matcher();
            hits.retain(|at| self.documents.get(*at).is_some_and(|document| matcher.is_match(&document.1)));
            hits.sort_unstable();
            itself = matcher.is_match(own);
        } else {
            hits.extend(paths.get(whole).into_iter().flatten());
        }
        let found = hits.into_iter().filter_map(|at| self.documents.get(at)).filter(|document| document.0 != but);
        (found.map(|document| (document.0, Arc::clone(&document.3))).collect(), itself)
    }
}

/// The documents that a glob names. The server's root is looked for in every folder above the including file, nearest first.
fn matching(glob: &str, path: &str, number: u32, product: &str, places: &Places<'_>) -> (Vec<(u32, Arc<Node>)>, bool) {
    // `?/etc/x.d/*`: a folder of drop-ins that is read if it is there
    let optional = glob.starts_with("?/");
    let glob = if optional { glob.trim_start_matches('?') } else { glob };
    let harmless = optional || HARMLESS.iter().any(|name| glob.ends_with(name)) || glob.contains("modules-enabled");
    let wanted = glob.trim_start_matches('/');
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut base = folder;
    loop {
        let whole = if base.is_empty() { wanted.to_owned() } else { format!("{base}/{wanted}") };
        let (hits, itself) = places.named(&whole, product, number, path);
        // one of the drop-ins itself: the first of them brings the others, so that they are one where no file stands above them
        if optional && itself && hits.first().is_some_and(|hit| hit.0 < number) {
            return (Vec::new(), true);
        }
        if !hits.is_empty() {
            return (hits, true);
        }
        // the last chance: the last two parts of the glob beside the file (`/etc/ssh/sshd_config.d/*.conf` in a flat copy)
        if base.is_empty() {
            break;
        }
        base = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    }
    let tail: Vec<&str> = wanted.rsplitn(3, '/').take(2).collect();
    let flat: Vec<&str> = tail.into_iter().rev().collect();
    let whole = if folder.is_empty() { flat.join("/") } else { format!("{folder}/{}", flat.join("/")) };
    (places.named(&whole, product, number, path).0, harmless)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_include_is_looked_up_as_a_glob_would_match() {
        let nginx = CONFIGS.iter().find(|config| config.id() == "nginx").copied();
        let Some(nginx) = nginx else { panic!("no nginx") };
        let paths = [
            "a.conf",
            "h/nginx.conf",
            "h/conf.d/a.conf",
            "h/conf.d/b.conf",
            "h/conf.d/x/c.conf",
            "h/conf.dx/a.conf",
            "i/conf.d/a.conf",
        ];
        let documents: Vec<Document> =
            (1..).zip(paths).map(|(number, path)| (number, path.to_owned(), nginx, Arc::new(Node::text("", 1, 1)))).collect();
        let places = Places::new(&documents);
        let globs = [
            "a.conf",
            "*.conf",
            "h/conf.d/a.conf",
            "h/conf.d/*.conf",
            "h/conf.d/*",
            "h/conf.d*/a.conf",
            "h/*/a.conf",
            "h/**/*.conf",
            "**/a.conf",
            "*/*.conf",
            "h/conf.d/[ab].conf",
            "h/conf.d/{a,b}.conf",
            "h/conf.d/?.conf",
            "h/conf.d/\\a.conf",
            "h/conf.d",
            "",
            "*",
            "h/conf.d/[a.conf",
            "/*.conf",
        ];
        for glob in globs {
            let matcher = globset::GlobBuilder::new(glob).literal_separator(true).build().map(|glob| glob.compile_matcher());
            let is = |path: &str| matcher.as_ref().is_ok_and(|matcher| matcher.is_match(path));
            let wanted: Vec<u32> = documents.iter().filter(|row| row.0 != 3 && is(&row.1)).map(|row| row.0).collect();
            let (found, _) = places.named(glob, "nginx", 3, "h/conf.d/a.conf");
            assert_eq!(found.iter().map(|hit| hit.0).collect::<Vec<_>>(), wanted, "{glob}");
        }
        assert!(places.named("*.conf", "sshd", 3, "a.conf").0.is_empty());
    }
}
