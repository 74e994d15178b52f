//! All globs of a policy over all paths of a delivery. Nearly every glob asks for the name alone or for one folder on the way, and folders
//! come one after the other: so what a folder's components match is known once, names are short, and the whole path is looked at only
//! where a part of it agrees. What comes out is what each glob by itself would say.

use super::context::{build, one};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use globset::{GlobMatcher, GlobSet};
use memchr::memmem;
use std::sync::OnceLock;

/// Letters that may stand for a `/`, or for something else than they are.
const SPECIAL: [char; 6] = ['[', ']', '{', '}', '\\', ','];

/// What of a path decides about a glob, or at least has to agree.
enum Part<'g> {
    Anything,
    /// The last component.
    Name(&'g str),
    /// Any component before the last.
    Folder(&'g str),
}

/// A glob's part, and whether that is all of it.
fn part(glob: &str) -> (Part<'_>, bool) {
    if glob.contains(SPECIAL) {
        return (Part::Anything, false);
    }
    let Some((folders, name)) = glob.rsplit_once('/') else {
        // it is looked for in any folder
        return if matches!(glob, "*" | "**") { (Part::Anything, true) } else { (Part::Name(glob), !glob.contains("**")) };
    };
    let said = |component: &str| !component.is_empty() && !matches!(component, "*" | "**") && !component.contains("**");
    if said(name) {
        return (Part::Name(name), folders == "**");
    }
    match folders.rsplit('/').find(|component| said(component)) {
        Some(folder) => (Part::Folder(folder), name == "**" && folders.strip_prefix("**/") == Some(folder)),
        None => (Part::Anything, glob == "**/*"),
    }
}

/// The longest run of plain letters of each of some components.
fn letters(components: &[&str]) -> Option<AhoCorasick> {
    let runs =
        components.iter().map(|component| component.split(['*', '?']).max_by_key(|run| run.len()).filter(|run| !run.is_empty()));
    let runs: Option<Vec<&str>> = runs.collect();
    // few states, which are asked about every name
    AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(runs?).ok()
}

/// Globs, looked up together.
pub(super) struct Globs {
    all: Vec<String>,
    /// All of them as they are, for paths that no delivery has.
    plain: OnceLock<GlobSet>,
    /// The matcher of each whose part is not all of it.
    whole: Vec<Option<GlobMatcher>>,
    names: (GlobSet, Vec<usize>),
    /// One of these is in every name that any of `names` matches; `None` if nobody can say so.
    letters: Option<AhoCorasick>,
    folders: (GlobSet, Vec<usize>),
    anything: Vec<usize>,
    /// Where the folder above begins.
    above: memmem::Finder<'static>,
    picky: Vec<bool>,
}

/// What is known of the folder that was last looked at.
#[derive(Default)]
pub(super) struct Folder {
    path: Option<String>,
    /// Globs of which the folder's components have the part.
    known: Vec<usize>,
    hits: Vec<usize>,
}

impl Globs {
    /// Compiles them. `None` if one of them is none.
    pub(super) fn new(globs: &[&str]) -> Option<Self> {
        let (mut whole, mut anything, mut picky) = (Vec::new(), Vec::new(), Vec::new());
        let (mut names, mut folders) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
        for (number, glob) in globs.iter().enumerate() {
            let matcher = one(glob)?;
            let (part, all) = part(glob);
            whole.push((!all).then(|| matcher.compile_matcher()));
            match part {
                Part::Anything => {
                    picky.push(false);
                    anything.push(number);
                }
                Part::Name(part) => {
                    picky.push(true);
                    names.0.push(part);
                    names.1.push(number);
                }
                Part::Folder(part) => {
                    picky.push(false);
                    folders.0.push(part);
                    folders.1.push(number);
                }
            }
        }
        let letters = letters(&names.0);
        let set = |(parts, numbers): (Vec<&str>, Vec<usize>)| {
            let set = build(parts.iter().copied());
            (set.len() == parts.len()).then_some((set, numbers))
        };
        let all = globs.iter().map(|&glob| glob.to_owned()).collect();
        Some(Self {
            all,
            plain: OnceLock::new(),
            whole,
            names: set(names)?,
            letters,
            folders: set(folders)?,
            anything,
            above: memmem::Finder::new(".."),
            picky,
        })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The number of one of them.
    pub(super) fn number(&self, glob: &str) -> Option<usize> {
        self.all.iter().position(|known| known == glob)
    }

    /// Whether a glob asks for a name.
    pub(super) fn is_picky(&self, number: usize) -> bool {
        self.picky.get(number) == Some(&true)
    }

    /// Says of each glob that matches a path which it is, in no order.
    pub(super) fn each(&self, path: &str, last: &mut Folder, mut hit: impl FnMut(usize)) {
        if self.above.find(path.as_bytes()).is_some() && path.split('/').any(|component| component == "..") {
            // no name to whom asks for names
            let plain = self.plain.get_or_init(|| build(self.all.iter().map(String::as_str)));
            return plain.matches(path).into_iter().for_each(hit);
        }
        let end = memchr::memrchr(b'/', path.as_bytes());
        let (folder, name) = end.and_then(|end| path.split_at_checked(end)).map_or((None, path), |(folder, rest)| {
            // the `/` is one byte
            (Some(folder), rest.get(1..).unwrap_or(""))
        });
        if last.path.as_deref() != folder {
            last.path = folder.map(str::to_owned);
            last.known.clear();
            for component in folder.into_iter().flat_map(|folder| folder.split('/')) {
                self.folders.0.matches_into(component, &mut last.hits);
                last.known.extend(last.hits.iter().filter_map(|at| self.folders.1.get(*at)));
            }
            last.known.sort_unstable();
            last.known.dedup();
        }
        let mut said = |number: usize| {
            if self.whole.get(number).is_some_and(|whole| whole.as_ref().is_none_or(|whole| whole.is_match(path))) {
                hit(number);
            }
        };
        self.anything.iter().chain(&last.known).for_each(|number| said(*number));
        // nearly no name matches any, and that is quickly known
        if self.letters.as_ref().is_none_or(|letters| letters.is_match(name)) {
            self.names.0.matches_into(name, &mut last.hits);
            last.hits.iter().filter_map(|at| self.names.1.get(*at)).for_each(|number| said(*number));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::context::Scope;
    use super::*;

    #[test]
    fn together_they_say_what_each_says_by_itself() {
        let globs = [
            "../**",
            "**/../**",
            "*./**",
            "/**.",
            "./..",
            "*",
            "**",
            "**/*",
            "*.txt",
            "a.txt",
            "**/a.txt",
            "**/.env",
            ".env.*",
            "**/*backup*",
            "b/**",
            "**/b/**",
            "**/b*/**",
            "**/*/**",
            "*/**",
            "**/b/*",
            "**/b/c/*",
            "**/b/**/*.age",
            "b/*.txt",
            "*/*.txt",
            "**/[ab].txt",
            "{a,b}/**",
            "**/{x,y}*",
            "?.txt",
            "**/?/**",
            "a**",
            "**a",
            "a/**b",
            "/**",
            "**/",
            "**/b/",
            "/a.txt",
            "x.zip!/**",
            "**/x.zip!/**",
            "**/Copy of *",
            "**/a\\*",
            "**/**",
            "**/**/b/**",
            "**/b/**/**",
            "b",
            "**/b",
            "a/b/c.txt",
            "**/ä*",
            "**/*,v",
        ];
        let parts = [
            "a.txt",
            "b",
            "c",
            "",
            "bb",
            ".env",
            ".env.local",
            "x.zip!",
            "my backup.age",
            "ä.txt",
            "Copy of a",
            "a*",
            "a,v",
            "x",
            "..",
            "q.AGE",
        ];
        let mut paths: Vec<String> = parts.iter().map(|&part| part.to_owned()).collect();
        for one in parts {
            for two in parts {
                paths.push(format!("{one}/{two}"));
                for three in parts {
                    paths.push(format!("{one}/{two}/{three}"));
                }
            }
        }
        let all = Globs::new(&globs);
        let single: Vec<Scope> = globs.iter().map(|glob| Scope::new(&[(*glob).to_owned()])).collect();
        let Some(all) = all else { panic!("globs") };
        let mut last = Folder::default();
        for path in &paths {
            let mut own = Vec::new();
            all.each(path, &mut last, |number| own.push(number));
            own.sort_unstable();
            let wanted: Vec<usize> = (0..globs.len()).filter(|at| single.get(*at).is_some_and(|scope| scope.has(path))).collect();
            assert_eq!(
                own,
                wanted,
                "{path}: {:?} {:?}",
                own.iter().map(|at| globs[*at]).collect::<Vec<_>>(),
                wanted.iter().map(|at| globs[*at]).collect::<Vec<_>>()
            );
        }
        assert!(Globs::new(&["a", "[b"]).is_none());
    }
}
