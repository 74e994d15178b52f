//! Every reader of configurations: an input is a path on its first line, and the file's text.

use super::ground::{CARDS, KEEP, LIMITS, dice, entry, look, named, planted};
use super::{Target, sound};
use provost::collect::assemble;
use provost::collect::config::{CONFIGS, Config, Included, Probe};
use provost::collect::keys::Keys;
use provost::collect::resource::describe_all;
use provost::model::node::{Kind, Node};
use std::cell::Cell;
use std::sync::Arc;

/// Bytes that are looked at before a reader is chosen.
const HEAD: usize = 64 << 10;
/// Levels of a tree: what follows walks over it as deep as it is.
const DEEPEST: usize = 700;

pub(crate) fn targets() -> Vec<Target> {
    let one = |config: &&'static dyn Config| {
        let config = *config;
        Target::new(format!("config/{}", config.id()), 16 << 10, 3, move |data| run(config, data))
    };
    CONFIGS.iter().map(one).collect()
}

fn run(config: &dyn Config, data: &[u8]) {
    let (path, rest) = named(data);
    let text = String::from_utf8_lossy(rest);
    let head: String = text.chars().take(HEAD / 4).collect();
    let name = path.rsplit('/').next().unwrap_or("").to_lowercase();
    let extension = name.rsplit_once('.').map_or("", |row| row.1);
    let whole = head.len() == text.len();
    let _ = config.claims(&Probe::new(&path, &name, extension, &head, whole));
    match config.read(&text) {
        Ok(root) => tree(config, root, &text, &path),
        Err(error) => assert!(!error.reason.is_empty(), "an error of {} says nothing", config.id()),
    }
    if dice(rest).is_multiple_of(8) {
        through(&path, rest);
    }
}

fn deepest(node: &Node) -> usize {
    // not by calls: what is looked for is what would be too deep for them
    let (mut most, mut todo) = (0, vec![(node, 1)]);
    while let Some((node, depth)) = todo.pop() {
        most = most.max(depth);
        todo.extend(node.items().iter().map(|item| (item, depth + 1)));
        todo.extend(node.entries().iter().map(|entry| (&entry.node, depth + 1)));
    }
    most
}

fn tree(config: &dyn Config, root: Node, text: &str, path: &str) {
    assert!(deepest(&root) <= DEEPEST, "a tree of {} is too deep", config.id());
    let lines = text.split(['\n', '\r']).count() as u32 + 1;
    let mut todo = vec![&root];
    while let Some(node) = todo.pop() {
        assert!(node.line <= lines, "{} names a line that is not there", config.id());
        if let Kind::Map(entries) = &node.kind {
            assert!(entries.iter().all(|entry| entry.line <= lines), "{} names a line that is not there", config.id());
        }
        todo.extend(node.items());
        todo.extend(node.entries().iter().map(|entry| &entry.node));
    }
    assert!(config.read(text).is_ok_and(|again| again == root), "{} reads the same text in two ways", config.id());
    let described = describe_all(config, &root, path);
    assert!(serde_json::to_string(&described).is_ok(), "descriptions cannot be written");
    let _ = config.together(&[(config.id(), 1, &root)]);
    let root = Arc::new(root);
    // it may include itself, and what it includes does the same
    let in_force = || {
        let left = Cell::new(20_u32);
        config.effective(&root, &|_| {
            left.set(left.get().saturating_sub(1));
            let more = left.get() > 0;
            Included { documents: if more { vec![(2, Arc::clone(&root))] } else { Vec::new() }, missing: !more }
        })
    };
    let settings = in_force();
    assert!(in_force() == settings, "{} puts the same text into force in two ways", config.id());
    for setting in settings.iter().flatten() {
        assert!(!setting.key.is_empty() || setting.unknown.is_some() || !setting.default, "a default of nothing");
    }
}

/// The way of an audit: masked, joined, reduced. What is planted does not come out of that.
fn through(path: &str, rest: &[u8]) {
    let (bytes, canary) = planted(rest);
    let found = look(path, &bytes, &Keys::none());
    sound::examined(&found);
    assert!(look(path, &bytes, &Keys::none()) == found, "the same bytes examined twice are not the same");
    let evidence = assemble(vec![(entry(path, bytes.len()), found)], &CARDS.engine, &KEEP);
    sound::evidence(&evidence, Some(canary));
    assert!(bytes.len() as u64 <= LIMITS.whole_bytes);
}
