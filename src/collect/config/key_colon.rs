//! `Key : value` lines in blocks, as commands print them (PowerShell's Format-List and its like).
//! It must not take YAML, mail or logs: it claims only what looks like such a list from the first line to the last.

use super::{Claim, Config, Probe, ReadError, objects, text};
use crate::model::node::{Entry, Fold, Kind, Node};

/// The reader.
pub(super) struct KeyColonReader;

/// The reader, for the registry.
pub(super) static CONFIG: KeyColonReader = KeyColonReader;

impl Config for KeyColonReader {
    fn id(&self) -> &'static str {
        "key_colon"
    }

    fn title(&self) -> &'static str {
        "Key : value output of commands"
    }

    fn notes(&self) -> &'static str {
        "Lines `Key : value`; blocks are parted by empty lines. One block is a mapping, several are a list of them. A deeper line \
         without a key goes on with the value above. Keys compare without case."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if text::foreign(probe.extension) || !matches!(probe.extension, "txt" | "" | "out" | "lst" | "list" | "conf" | "cfg") {
            return Claim::No;
        }
        let (mut pairs, mut aligned, mut other) = (0, 0, 0);
        let mut column = None;
        for line in text::meaningful(probe, &[]).take(400) {
            let at = line.find(" : ").or_else(|| line.strip_suffix(" :").map(str::len));
            match at.filter(|_| objects::pair(line).is_some()) {
                Some(at) => {
                    pairs += 1;
                    aligned += usize::from(column == Some(at));
                    column = Some(at);
                }
                None => other += 1,
            }
        }
        // PowerShell sets all colons of a block below each other
        if pairs >= 3 && other * 4 <= pairs && aligned * 3 >= pairs * 2 { Claim::Strong } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let mut blocks: Vec<Node> = objects::of_list(source)
            .into_iter()
            .map(|object| {
                let entries: Vec<Entry> = object.entries;
                Node::new(Kind::Map(entries), object.line, 1)
            })
            .collect();
        match blocks.len() {
            0 => Err(text::error("no `Key : value` line", 1)),
            1 => blocks.pop().ok_or_else(|| text::error("no `Key : value` line", 1)),
            _ => Ok(Node::new(Kind::List(blocks), 1, 1)),
        }
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn claim(name: &str, head: &str) -> Claim {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        CONFIG.claims(&Probe::new(name, name, extension, head, true))
    }

    #[test]
    fn lists_are_claimed_and_their_look_alikes_are_not() {
        let list = "\nName    : a\nEnabled : True\nPath    : C:\\x\n          y\n\nName    : b\nEnabled : False\nPath    :\n";
        assert_eq!(claim("out.txt", list), Claim::Strong);
        assert_eq!(claim("a.yaml", list), Claim::No);
        assert_eq!(claim("a.txt", "name: a\nenabled: true\npath: x\n"), Claim::No);
        assert_eq!(claim("m.txt", "From: a\nTo: b\nSubject : c\nhello\n"), Claim::No);
        assert_eq!(claim("l.txt", "10:15 : started\n10:16 : ended\n10:17 : x\n"), Claim::No);
        let root = CONFIG.read(list).unwrap();
        assert_eq!(root.items().len(), 2);
        assert_eq!(root.items().first().unwrap().get("Path").unwrap().scalar(), Some("C:\\xy"));
    }
}
