//! Dockerfiles: instructions with their places, stages, and what the image that is built in the end is set to. It must not run, fetch or
//! guess what a base image brings.

use std::collections::HashMap;

use super::deploy::{self, Force};
use super::known::{Known, is, unset};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct Dockerfile;

/// The reader, for the registry.
pub(super) static CONFIG: Dockerfile = Dockerfile;

const DOC: &str = "Dockerfile reference";

const KNOWN: &[Known] = &[
    unset("from", DOC),
    unset("image_version", DOC),
    is("user", "none", "Dockerfile reference, USER"),
    is("environment_secret", "none", DOC),
    is("add_url", "none", DOC),
    is("expose", "none", DOC),
    unset("healthcheck", DOC),
];
/// What holds for a stage that only helps to build.
const STAGE: &[Known] = &[is("environment_secret", "none", DOC), is("add_url", "none", DOC)];

/// The instructions there are.
const INSTRUCTIONS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];
/// Instructions, and documents in one of them, that a file may have.
const MOST: usize = 50_000;
const MOST_HEREDOCS: usize = 64;

impl Config for Dockerfile {
    fn id(&self) -> &'static str {
        "dockerfile"
    }

    fn title(&self) -> &'static str {
        "Dockerfile"
    }

    fn notes(&self) -> &'static str {
        "What is in force in the image that is built: `user` (the last USER of the last stage and of the stages that it is built from; `none` \
         where none is written), `from`, `image_version` (`latest` where there is none, or a digest), `expose` one a port, `add_url`, \
         `healthcheck`, `environment_secret` (the name of an ENV or ARG with a secret written out). Stages before the last have contexts, \
         `stage NAME`. Variables take the default of their ARG or ENV; without one nobody can say. Line continuations, the escape directive \
         and here-documents are followed; the tree has every instruction."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let stem = probe.name.split('.').next().unwrap_or_default();
        let named = matches!(stem, "dockerfile" | "containerfile") || matches!(probe.extension, "dockerfile" | "containerfile");
        if (text::foreign(probe.extension) && !named)
            || matches!(probe.extension, "j2" | "dockerignore" | "md" | "py" | "go" | "js" | "ts" | "rb" | "vim")
        {
            return Claim::No;
        }
        let (mut all, mut own, mut from, mut continued, mut end) = (0_usize, 0_usize, false, false, None::<String>);
        for line in text::split(text::unmarked(probe.head)).take(400) {
            let body = line.trim();
            if let Some(mark) = &end {
                if body == mark {
                    end = None;
                }
                continue;
            }
            if body.is_empty() || body.starts_with('#') {
                continue;
            }
            let word = body.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
            if !continued {
                all += 1;
                let known = INSTRUCTIONS.contains(&word.as_str());
                if known && !from && !matches!(word.as_str(), "FROM" | "ARG") {
                    return Claim::No; // an image begins with what it is from
                }
                own += usize::from(known);
                from |= word == "FROM";
                // `FROM image`, `FROM --platform=x image`, `FROM image AS stage`; a letter has more words
                let words: Vec<&str> = body.split_whitespace().skip(1).filter(|word| !word.starts_with("--")).collect();
                let stage = words.get(1).is_none_or(|word| word.eq_ignore_ascii_case("as"));
                if word == "FROM" && !body.ends_with('\\') && (words.is_empty() || words.len() > 3 || !stage) {
                    return Claim::No;
                }
                if !from && !known {
                    return Claim::No;
                }
                end = heredocs(body)
                    .into_iter()
                    .next()
                    .map(|row| row.0)
                    .filter(|_| matches!(word.as_str(), "RUN" | "COPY" | "ADD"));
            }
            continued = body.ends_with(['\\', '`']);
        }
        let sure = from && own * 10 >= all * 9 && (named || (own >= 3 && matches!(probe.extension, "" | "txt")));
        if sure { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let entries = instructions(text::clean(source)?)?;
        if !entries.iter().any(|entry| entry.key == "FROM") {
            return Err(text::error("a Dockerfile without FROM", 1));
        }
        Ok(Node::new(Kind::Map(entries), 1, 1))
    }

    fn free(&self) -> bool {
        true
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        ""
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let stages = stages(root);
        let above = above(&stages);
        let mut force = Force::new();
        for (index, stage) in stages.iter().enumerate() {
            let last = index + 1 == stages.len();
            let context = if last { String::new() } else { format!("stage {}", stage.name) };
            judge(&mut force, &context, &stages, &above, index);
            force.fill(if last { KNOWN } else { STAGE }, &context);
        }
        Some(force.settings)
    }
}

/// The ends that here-documents of a line wait for, and whether tabs before them are taken off.
fn heredocs(line: &str) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find("<<") {
        let before = rest.get(..at).unwrap_or_default();
        rest = rest.get(at + 2..).unwrap_or_default();
        // `<<<` is a text, and `1<<2` is none either
        if rest.starts_with('<') || !(before.is_empty() || before.ends_with([' ', '\t', '(', '|', '3'])) {
            rest = rest.trim_start_matches('<');
            continue;
        }
        let (tabs, body) = rest.strip_prefix('-').map_or((false, rest), |body| (true, body));
        let body = body.trim_start_matches(['"', '\'']);
        let word: String = body.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if !word.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit()) && out.len() < MOST_HEREDOCS {
            out.push((word, tabs));
        }
    }
    out
}

/// The sign that continues a line: a directive before everything else may say another.
fn escape(source: &str) -> char {
    for line in source.lines() {
        let Some(directive) = line.trim().strip_prefix('#') else { break };
        let Some((name, value)) = directive.split_once('=') else { break };
        if name.trim().eq_ignore_ascii_case("escape") {
            return if value.trim() == "`" { '`' } else { '\\' };
        }
        if !matches!(name.trim().to_ascii_lowercase().as_str(), "syntax" | "check") {
            break;
        }
    }
    '\\'
}

/// Every instruction: its upper-case name, and the rest of it joined by blanks.
fn instructions(source: &str) -> Result<Vec<Entry>, ReadError> {
    let escape = escape(source);
    let mut out: Vec<Entry> = Vec::new();
    let mut lines = text::lines(source).peekable();
    while let Some((number, line)) = lines.next() {
        let body = line.trim();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let mut text = String::new();
        let mut part = body;
        loop {
            let more = part.strip_suffix(escape);
            text.push_str(more.unwrap_or(part).trim_end());
            if more.is_none() {
                break;
            }
            text.push(' ');
            // comments and empty lines between the parts are no end
            let next = lines.by_ref().map(|row| row.1.trim()).find(|line| !line.is_empty() && !line.starts_with('#'));
            let Some(next) = next else { break };
            part = next;
        }
        let (name, rest) = text.split_once(|c: char| c.is_whitespace()).unwrap_or((&text, ""));
        let key = name.to_ascii_uppercase();
        if !INSTRUCTIONS.contains(&key.as_str()) {
            return Err(text::error("a line does not start with an instruction", number));
        }
        if out.len() >= MOST {
            return Err(text::error("more instructions than are read", number));
        }
        let rest = rest.trim().to_owned();
        if matches!(key.as_str(), "RUN" | "COPY" | "ADD") {
            for (end, tabs) in heredocs(&rest) {
                // what stands in it is a script's or a file's
                let closed = lines.by_ref().any(|(_, line)| {
                    if tabs { line.trim_start_matches('\t') == end } else { line.trim_end_matches('\r') == end }
                });
                if !closed {
                    return Err(text::error("a here-document without an end", number));
                }
            }
        }
        let column = text::column(line, line.len() - line.trim_start().len());
        let place = column + name.chars().count() as u32 + 1;
        let entry = |key: String, node: Node| Entry { key, line: number, column, node };
        // pairs of variables are a mapping, so that each is masked by its own name
        let node = match key.as_str() {
            "ENV" | "ARG" => Node::new(Kind::Map(pairs(&rest, number, place, key == "ENV")), number, place),
            _ => text::value(rest, number, place),
        };
        out.push(entry(key, node));
    }
    Ok(out)
}

/// `A=1 B="two words" C`, and the old `ENV A one two`.
fn pairs(rest: &str, line: u32, column: u32, env: bool) -> Vec<Entry> {
    let entry = |key: &str, value: Option<String>| {
        let kind = value.map_or(Kind::Null, Kind::Text);
        Entry { key: key.to_owned(), line, column, node: Node::new(kind, line, column) }
    };
    let first = rest.split_whitespace().next().unwrap_or_default();
    if env && !first.contains('=') {
        let value = rest.get(first.len()..).unwrap_or_default().trim();
        return vec![entry(first, Some(value.to_owned()))];
    }
    let (mut out, mut word, mut quote) = (Vec::new(), String::new(), None);
    let mut chars = rest.chars().chain([' ']);
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', None | Some('"')) => word.extend(chars.next()),
            ('"' | '\'', None) => quote = Some(c),
            (close, Some(open)) if close == open => quote = None,
            (blank, None) if blank.is_whitespace() => {
                if !word.is_empty() {
                    let taken = std::mem::take(&mut word);
                    out.push(match taken.split_once('=') {
                        Some((key, value)) => entry(key, Some(value.to_owned())),
                        None => entry(&taken, None),
                    });
                }
            }
            _ => word.push(c),
        }
    }
    out
}

/// One stage.
struct Stage<'n> {
    name: String,
    from: &'n Entry,
    /// The image or the stage it is from, with variables put in; `None` where one of them has no value.
    base: Option<String>,
    entries: Vec<&'n Entry>,
}

fn stages(root: &Node) -> Vec<Stage<'_>> {
    let mut out: Vec<Stage<'_>> = Vec::new();
    let mut global: HashMap<&str, &str> = HashMap::new();
    for entry in root.entries() {
        if entry.key == "FROM" {
            let words: Vec<&str> =
                entry.node.scalar().unwrap_or_default().split_whitespace().filter(|word| !word.starts_with("--")).collect();
            let named = words.get(1).filter(|word| word.eq_ignore_ascii_case("as")).and_then(|_| words.get(2));
            let name = named.map_or_else(|| out.len().to_string(), |name| name.to_lowercase());
            let base = words.first().and_then(|image| put_in(image, &global));
            out.push(Stage { name, from: entry, base, entries: Vec::new() });
        } else if let Some(stage) = out.last_mut() {
            stage.entries.push(entry);
        } else if entry.key == "ARG" {
            for pair in entry.node.entries() {
                if let Some(value) = pair.node.scalar().filter(|_| pair.node.kind != Kind::Null) {
                    global.insert(&pair.key, value);
                }
            }
        }
    }
    out
}

/// A text with its variables put in; `None` where one has no value.
fn put_in(text: &str, known: &HashMap<&str, &str>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (name, fallback, next) = if let Some(inner) = after.strip_prefix('{') {
            let (inner, next) = inner.split_once('}')?;
            match inner.split_once(":-") {
                Some((name, fallback)) => (name, Some(fallback), next),
                None => (inner, None, next),
            }
        } else {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            let (name, next) = after.split_at(end);
            (name, None, next)
        };
        let value = known.get(name).copied().filter(|value| !value.is_empty() && !value.contains('$')).or(fallback)?;
        out.push_str(value);
        rest = next;
    }
    out.push_str(rest);
    Some(out)
}

/// For each stage, the one before it that it is from.
fn above(stages: &[Stage<'_>]) -> Vec<Option<usize>> {
    let mut named: HashMap<&str, usize> = HashMap::new();
    let mut out = Vec::with_capacity(stages.len());
    for (index, stage) in stages.iter().enumerate() {
        out.push(stage.base.as_deref().and_then(|base| named.get(&*base.to_lowercase()).copied()));
        named.insert(&stage.name, index);
    }
    out
}

fn judge(force: &mut Force, context: &str, stages: &[Stage<'_>], above: &[Option<usize>], index: usize) {
    let Some(stage) = stages.get(index) else { return };
    let last = index + 1 == stages.len();
    let from = |index: usize| above.get(index).copied().flatten();
    // what the image at the end is made of; of the others only what they say themselves
    let chain: Vec<usize> = std::iter::successors(Some(index), |index| from(*index).filter(|_| last)).collect();
    let root = chain.last().and_then(|index| stages.get(*index)).unwrap_or(stage);
    if last || from(index).is_none() {
        let place = (root.from.line, root.from.column);
        match (&root.base, &root.from.node.kind) {
            (Some(image), Kind::Text(_)) => {
                let from = force.settings.len();
                force.image(context, &Node::text(image.as_str(), place.0, place.1), place);
                if let Some(setting) = force.settings.get_mut(from) {
                    "from".clone_into(&mut setting.key);
                }
            }
            _ => {
                for key in ["from", "image_version"] {
                    force.unknown(context, key, place, deploy::VARIABLE);
                }
            }
        }
    }
    // the last of the nearest stage that has one
    let user = chain.iter().find_map(|index| stages.get(*index)?.entries.iter().rev().find(|entry| entry.key == "USER"));
    if let Some(entry) = user.filter(|_| last) {
        let word = entry.node.scalar().map(|user| user.split(':').next().unwrap_or(user).trim_matches(['"', '\'']));
        let variables = variables(&chain, stages);
        match word.map(|word| put_in(word, &variables)) {
            Some(Some(user)) => force.say(context, "user", user, (entry.line, entry.column)),
            Some(None) => force.unknown(context, "user", (entry.line, entry.column), deploy::VARIABLE),
            // somebody's name: whoever it is, not root
            None => force.add(context, "user", entry.node.clone(), (entry.line, entry.column), None),
        }
    }
    // what an image is built from is in it as well
    let layers: Vec<usize> = if last { chain } else { vec![index] };
    for stage in layers.iter().rev().filter_map(|index| stages.get(*index)) {
        stage.entries.iter().for_each(|entry| instruction(force, context, entry, last));
    }
}

/// The defaults of ARG and the values of ENV, the farthest stage first.
fn variables<'n>(chain: &[usize], stages: &[Stage<'n>]) -> HashMap<&'n str, &'n str> {
    let mut out = HashMap::new();
    for stage in chain.iter().rev().filter_map(|index| stages.get(*index)) {
        let pairs = stage
            .entries
            .iter()
            .filter(|entry| matches!(entry.key.as_str(), "ENV" | "ARG"))
            .flat_map(|entry| entry.node.entries());
        for pair in pairs {
            if let Some(value) = pair.node.scalar().filter(|_| pair.node.kind != Kind::Null) {
                out.insert(pair.key.as_str(), value);
            }
        }
    }
    out
}

fn instruction(force: &mut Force, context: &str, entry: &Entry, last: bool) {
    let place = (entry.line, entry.column);
    let text = entry.node.scalar().unwrap_or_default();
    match entry.key.as_str() {
        "ENV" | "ARG" => {
            for pair in entry.node.entries() {
                force.variable(context, &pair.key, &pair.node, place);
            }
        }
        "ADD" => {
            for word in text.split_whitespace() {
                let word = word.trim_matches(['[', ']', '"', ',']);
                if ["http://", "https://", "ftp://"].iter().any(|scheme| word.starts_with(scheme)) {
                    let checked = if text.contains("--checksum=") { "checked" } else { "not checked" };
                    force.say(context, "add_url", checked, place);
                }
            }
        }
        "EXPOSE" if last => {
            for word in text.split_whitespace() {
                if word.contains('$') {
                    force.unknown(context, "expose", place, deploy::VARIABLE);
                } else {
                    let (port, protocol) = word.split_once('/').unwrap_or((word, "tcp"));
                    force.say(context, "expose", format!("{port}/{}", protocol.to_lowercase()), place);
                }
            }
        }
        "HEALTHCHECK" if last => {
            let value = if text.trim().eq_ignore_ascii_case("none") { "none" } else { "set" };
            force.settings.retain(|setting| setting.context != context || setting.key != "healthcheck");
            force.say(context, "healthcheck", value, place);
        }
        _ => {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn claim(name: &str, head: &str) -> Claim {
        let extension = name.rsplit_once('.').map_or("", |row| row.1);
        CONFIG.claims(&Probe::new(name, name, extension, head, true))
    }

    #[test]
    fn instructions_are_joined_and_documents_are_passed_over() {
        let source = "# syntax=docker/dockerfile:1\n# escape=`\nFROM a AS b\nRUN one `\n  # note\n\n  two\nRUN <<EOF\nFROM x\nEOF\nCOPY <<-\"E1\" <<E2 /x\n\tUSER y\n\tE1\nz\nE2\n  user 10\n";
        let read = instructions(source).unwrap();
        let seen: Vec<_> =
            read.iter().map(|entry| (&*entry.key, entry.node.scalar().unwrap(), entry.line, entry.column)).collect();
        assert_eq!(
            seen,
            [
                ("FROM", "a AS b", 3, 1),
                ("RUN", "one two", 4, 1),
                ("RUN", "<<EOF", 8, 1),
                ("COPY", "<<-\"E1\" <<E2 /x", 11, 1),
                ("USER", "10", 16, 3)
            ]
        );
        assert!(CONFIG.read("FROM a\nRUN <<EOF\n").is_err());
        assert!(CONFIG.read("FROM a\nhello\n").is_err());
        let long = format!("FROM a\nRUN x \\\n{}y\n", "  && z \\\n".repeat(100_000));
        assert!(CONFIG.read(&long).is_ok());
    }

    #[test]
    fn pairs_of_variables() {
        let seen = |rest: &str, env| {
            pairs(rest, 1, 1, env).into_iter().map(|e| format!("{}={}", e.key, e.node.scalar().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(seen("A=1 B=\"two words\" C='x' D=a\\ b", true), ["A=1", "B=two words", "C=x", "D=a b"]);
        assert_eq!(seen("A one two", true), ["A=one two"]);
        assert_eq!(seen("A", false), ["A="]);
    }

    #[test]
    fn claims_by_content() {
        assert_eq!(claim("dockerfile", "FROM x\n"), Claim::Product);
        assert_eq!(claim("dockerfile.prod", "ARG V=1\nFROM x:$V\nUSER 1\n"), Claim::Product);
        assert_eq!(claim("image.dockerfile", "FROM x\nRUN a && \\\n  b\n"), Claim::Product);
        assert_eq!(claim("build", "FROM x\nRUN a\nUSER b\n"), Claim::Product);
        assert_eq!(claim("mail.txt", "From: a\nTo: b\nSubject: c\n"), Claim::No);
        assert_eq!(claim("notes", "from here we go\nadd salt\ncopy that\nand so on and on\n"), Claim::No);
        assert_eq!(claim("Dockerfile.md", "# Dockerfile\nFROM x\nRUN a\nUSER b\n"), Claim::No);
        assert_eq!(claim("dockerfile.j2", "FROM {{ x }}\n"), Claim::No);
    }
}
