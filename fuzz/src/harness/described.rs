//! Every kind of resource and every format of results: an input is the text of a template, plan or export.

use super::ground::{CARDS, KEEP, dice, entry, look};
use super::{Target, sound};
use provost::collect::assemble;
use provost::collect::config::{CONFIGS, Config};
use provost::collect::keys::Keys;
use provost::collect::resource::{Kind, RESOURCES};
use provost::collect::results::{self, RESULTS, Results};
use provost::model::node::Node;

pub(crate) fn targets() -> Vec<Target> {
    let kind = |kind: &&'static Kind| {
        let kind = *kind;
        Target::new(format!("resource/{}", kind.id), 16 << 10, 2, move |data| resource(kind, data))
    };
    let format = |format: &&'static dyn Results| {
        let format = *format;
        Target::new(format!("results/{}", format.id()), 16 << 10, 6, move |data| result(format, data))
    };
    RESOURCES.iter().map(kind).chain(RESULTS.iter().map(format)).collect()
}

fn config(id: &str) -> &'static dyn Config {
    CONFIGS.iter().copied().find(|config| config.id() == id).expect("a reader")
}

/// As a tree, by whichever reader of such trees takes it.
fn trees(text: &str) -> impl Iterator<Item = (&'static dyn Config, Node)> {
    ["cloudformation", "terraform", "aws", "azure", "google_cloud", "hcl", "json", "yaml", "xml"]
        .into_iter()
        .filter_map(move |id| Some((config(id), config(id).read(text).ok()?)))
}

fn resource(kind: &'static Kind, data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for (config, root) in trees(&text) {
        for thing in config.things(&root, "x/stack.json") {
            // whatever it is, as if it were one of these
            for source in kind.sources {
                let mut settings = Vec::new();
                for (_, path) in source.map {
                    let _ = thing.look(path);
                }
                for name in source.names {
                    let _ = thing.text(name);
                }
                (source.more)(&thing, &mut settings);
                (kind.settle)(&mut settings);
            }
        }
    }
    if dice(data).is_multiple_of(4) {
        let found = look("x/stack.json", data, &Keys::none());
        sound::examined(&found);
        sound::evidence(&assemble(vec![(entry("x/stack.json", data.len()), found)], &CARDS.engine, &KEEP), None);
    }
}

fn result(format: &'static dyn Results, data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = format.begins(&text);
    for (_, root) in trees(&text) {
        let _ = format.claims(&root);
        let _ = format.read(&root);
        let runs = results::read(&root, &CARDS.engine);
        assert!(results::read(&root, &CARDS.engine) == runs, "the same export is read in two ways");
        for run in &runs {
            assert!(!run.format.is_empty() && !run.tool.is_empty(), "a run of nobody");
            assert!(run.results.iter().all(|one| one.title.chars().count() <= 400), "a title that is too long");
        }
    }
}
