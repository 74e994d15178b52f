//! YAML files of suppliers: which files are YAML. The reading itself is `provost_yaml`'s.

use super::{Claim, Config, Probe, ReadError, text};
use crate::model::node::Node;

/// The reader.
pub(super) struct YamlReader;

/// The reader, for the registry.
pub(super) static CONFIG: YamlReader = YamlReader;

impl Config for YamlReader {
    fn id(&self) -> &'static str {
        "yaml"
    }

    fn title(&self) -> &'static str {
        "YAML"
    }

    fn notes(&self) -> &'static str {
        "Several documents in a file are a list of them. Aliases and merge keys are resolved: the key stands where it is used, the \
         value where it is written; an alias in a list stands where it is used. `yes`, `no`, `on` and `off` are text; numbers keep what \
         was written (0644, 1.10). Of repeated keys all are kept. A program's own tag is a mapping: `!Ref x` is `{Ref: x}`, `!Sub x` is \
         `{Fn::Sub: x}`, `!vault x` is `{!vault: x}`; tags of YAML itself, and those of mappings that are no function, are dropped."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if matches!(probe.extension, "yaml" | "yml") {
            return Claim::Strong;
        }
        let mut lines = text::meaningful(probe, &['#']).take(400).peekable();
        let marked = lines.next_if(|line| *line == "---" || line.starts_with("--- ") || line.starts_with("%YAML")).is_some();
        let (mut keys, mut other) = (0, 0);
        for line in lines {
            let key = is_key(line);
            if key || line.starts_with("- ") {
                keys += usize::from(key);
            } else if line != "---" {
                other += 1;
            }
        }
        let plain = keys >= 3 && keys > other * 4 && matches!(probe.extension, "" | "conf");
        if marked && keys > other && probe.extension != "md" {
            Claim::Strong
        } else if plain {
            Claim::Weak
        } else {
            Claim::No
        }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        provost_yaml::parse(source).map_err(|error| ReadError { reason: error.reason, line: error.line })
    }
}

/// Whether a line looks like `key:` or `key: value`.
fn is_key(line: &str) -> bool {
    let line = line.strip_prefix("- ").unwrap_or(line);
    let blank_behind = |at: &usize| line.as_bytes().get(at + 1) == Some(&b' ');
    let end = line.strip_suffix(':').map(str::len).or_else(|| memchr::memchr_iter(b':', line.as_bytes()).find(blank_behind));
    let key = end.and_then(|end| line.get(..end)).unwrap_or_default();
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-./$@\"' ".contains(c)) && key.split(' ').count() <= 3
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::format_collect,
    reason = "a test may end here, and need not be fast"
)]
mod tests {
    use super::*;
    use crate::model::node::Kind;

    fn kind<'a>(root: &'a Node, path: &str) -> Option<&'a Kind> {
        path.split('/').try_fold(root, |node, key| node.get(key)).map(|node| &node.kind)
    }

    #[test]
    fn places_of_keys_and_values() {
        let root = CONFIG.read("\u{feff}é: ü\nb:\n  - x\n  - {c: 'd'}\nn:\ne: |\n  t\n").unwrap();
        let seen: Vec<_> = root.entries().iter().map(|e| (&*e.key, e.line, e.column, e.node.line, e.node.column)).collect();
        assert_eq!(seen.get(..2), Some(&[("é", 1, 1, 1, 4), ("b", 2, 1, 3, 3)][..]));
        let c = root.get("b").unwrap().items().get(1).unwrap().entries().first().unwrap();
        assert_eq!((&*c.key, c.line, c.column, c.node.column), ("c", 4, 6, 9));
        assert_eq!(kind(&root, "n"), Some(&Kind::Null));
        assert_eq!(kind(&root, "e"), Some(&Kind::Text("t\n".into())));
    }

    #[test]
    fn scalars_stay_as_written() {
        let root = CONFIG.read("mode: 0644\nversion: 1.10\nbig: 12345678901234567890123\nhex: 0x1F\ninf: .inf\nhuge: 1e999\nphone: 07700900123 # c\nneg: -007\nint: !!int \"5\"\n1_0: 1_000\n").unwrap();
        let numbers = [
            ("mode", "0644"),
            ("version", "1.10"),
            ("big", "12345678901234567890123"),
            ("hex", "0x1F"),
            ("inf", ".inf"),
            ("huge", "1e999"),
            ("phone", "07700900123"),
            ("neg", "-007"),
            ("int", "5"),
        ];
        for (key, value) in numbers {
            assert_eq!(kind(&root, key), Some(&Kind::Number(value.into())), "{key}");
        }
        assert_eq!(kind(&root, "1_0"), Some(&Kind::Text("1_000".into())));
        let words = CONFIG.read("country: NO\nyes: on\nno: off\nt: True\ns: \"true\"\nnothing: ~\nv1.2.3: 1.2.3\n2.0: x\nTRUE: y\n~: z\n? [a, b]\n: w\n").unwrap();
        for (key, value) in [
            ("country", "NO"),
            ("yes", "on"),
            ("no", "off"),
            ("s", "true"),
            ("2.0", "x"),
            ("TRUE", "y"),
            ("~", "z"),
            ("v1.2.3", "1.2.3"),
            ("[a, b]", "w"),
        ] {
            assert_eq!(kind(&words, key), Some(&Kind::Text(value.into())), "{key}");
        }
        assert_eq!((kind(&words, "t"), kind(&words, "nothing")), (Some(&Kind::Bool(true)), Some(&Kind::Null)));
    }

    #[test]
    fn repeated_keys_aliases_and_merges() {
        let root = CONFIG.read("a: 1\na: 2\nbase: &b\n  x: 010\n  y: 2\nuse:\n  <<: *b\n  y: 3\nsame: *b\n").unwrap();
        assert_eq!(root.entries().iter().filter(|entry| entry.key == "a").count(), 2);
        assert_eq!(kind(&root, "use/x"), Some(&Kind::Number("010".into())));
        let merged = root.get("use").unwrap();
        assert_eq!(merged.entries().iter().filter(|entry| entry.key == "y").count(), 1);
        assert_eq!(kind(&root, "use/y"), Some(&Kind::Number("3".into())));
        let x = merged.entries().iter().find(|entry| entry.key == "x").unwrap();
        assert_eq!((x.line, x.node.line), (7, 4));
        assert_eq!(root.get("same").and_then(|same| same.get("x")).map(|n| n.line), Some(4));
    }

    #[test]
    fn own_tags_are_mappings_and_those_of_yaml_are_dropped() {
        let root = CONFIG.read("a: !Ref X\nb: !GetAtt x.y.z\nb2: !GetAtt [x, y]\nc: !Sub {k: v}\nd: !vault |\n  $ANSIBLE\ne: !!binary aGk=\nf: !!set {q}\ng: !!str 012\nh: !!timestamp 2026-01-02\ni: !Join [':', [!Ref A, b]]\nj: !Person {name: x}\nk: ! 12\nl: !reset\n").unwrap();
        assert_eq!(kind(&root, "a/Ref"), Some(&Kind::Text("X".into())));
        let get = root.get("b").unwrap().get("Fn::GetAtt").unwrap();
        assert_eq!(get.items().iter().filter_map(Node::scalar).collect::<Vec<_>>(), ["x", "y.z"]);
        assert_eq!(root.get("b2").unwrap().get("Fn::GetAtt").unwrap().items().len(), 2);
        assert_eq!(kind(&root, "c/Fn::Sub/k"), Some(&Kind::Text("v".into())));
        assert_eq!(kind(&root, "d/!vault"), Some(&Kind::Text("$ANSIBLE\n".into())));
        assert_eq!(kind(&root, "e"), Some(&Kind::Text("aGk=".into())));
        assert_eq!(kind(&root, "g"), Some(&Kind::Text("012".into())));
        assert_eq!(kind(&root, "h"), Some(&Kind::Text("2026-01-02".into())));
        let join = root.get("i").unwrap().get("Fn::Join").unwrap().items();
        assert_eq!(
            join.get(1).and_then(|node| node.items().first()).and_then(|node| node.get("Ref")).and_then(Node::scalar),
            Some("A")
        );
        assert_eq!(kind(&root, "j/name"), Some(&Kind::Text("x".into())));
        assert_eq!(kind(&root, "l/!reset"), Some(&Kind::Null));
    }

    #[test]
    fn aliases_tell_both_places() {
        let root = CONFIG.read("a: &a {x: 1}\nb: &b word\nlist:\n  - *a\n  - *b\nkey: *a\n").unwrap();
        let list = root.get("list").unwrap().items();
        assert_eq!(list.iter().map(|node| node.line).collect::<Vec<_>>(), [4, 5]);
        assert_eq!(list.first().unwrap().get("x").map(|node| node.line), Some(1));
        let key = root.entries().iter().find(|entry| entry.key == "key").unwrap();
        assert_eq!((key.line, key.node.line), (6, 1));
    }

    #[test]
    fn documents_become_a_list_when_there_are_several() {
        assert_eq!(CONFIG.read("---\na: 1\n...\n").unwrap().entries().len(), 1);
        let root = CONFIG.read("a: 1\n---\n---\nb: 2\n").unwrap();
        assert_eq!(root.items().iter().map(|n| n.entries().len()).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(CONFIG.read("# nothing\n").map(|n| n.kind), Ok(Kind::Null));
    }

    #[test]
    fn bombs_fail_and_big_files_pass() {
        let mut laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..9 {
            laughs += &format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(","));
        }
        assert!(CONFIG.read(&laughs).is_err_and(|error| error.reason.contains("grows")));
        let big: String = (0..120_000).map(|i| format!("- {{a: {i}, b: x}}\n")).collect();
        assert_eq!(CONFIG.read(&big).map(|n| n.items().len()), Ok(120_000));
        let merges: String = "b: &b {x: 1}\n".to_owned() + &(0..2000).map(|i| format!("k{i}: {{<<: *b}}\n")).collect::<String>();
        assert!(CONFIG.read(&merges).is_ok());
        let comments = "a:\n".to_owned() + &"  # c\n".repeat(100) + "  b: 1\n";
        assert!(CONFIG.read(&comments).is_ok());
    }

    #[test]
    fn depth_is_bounded_on_a_small_stack() {
        let flow = "[".repeat(100_000);
        let block: String = (0..3000).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
        let keys = "? ".repeat(5000);
        let mut chain = format!("a0: &a0 {}1{}\n", "[".repeat(60), "]".repeat(60));
        for level in 1..60 {
            chain += &format!("a{level}: &a{level} {}*a{}{}\n", "[".repeat(60), level - 1, "]".repeat(60));
        }
        let legal = format!("{}1{}", "[".repeat(90), "]".repeat(90));
        let cases =
            [(flow, false), (block, false), (keys, false), (chain, false), ("a: &a [*a]".to_owned(), false), (legal, true)];
        let small = std::thread::Builder::new().stack_size(2 << 20);
        let read = small.spawn(move || cases.map(|(text, _)| CONFIG.read(&text).is_ok())).unwrap().join().unwrap();
        assert_eq!(read, [false, false, false, false, false, true]);
    }

    #[test]
    fn errors_say_nothing_of_the_file() {
        assert_eq!(CONFIG.read("a: 1\nb: secret: x\n"), Err(text::error("not YAML", 2)));
        assert!(CONFIG.read("a: *secret\n").is_err_and(|error| error.reason == "not YAML"));
    }

    #[test]
    fn claims_by_name_and_content() {
        let claim = |name: &str, head: &str| {
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            CONFIG.claims(&Probe::new(name, name, extension, head, true))
        };
        assert_eq!(claim("a.yml", ""), Claim::Strong);
        assert_eq!(claim("playbook", "---\na: 1\nb:\n  - c\n"), Claim::Strong);
        assert_eq!(claim("mongod.conf", "net:\n  port: 1\n  bindIp: x\n"), Claim::Weak);
        assert_eq!(claim("notes.txt", "From: a\nTo: b\nSubject: c\n"), Claim::No);
        assert_eq!(claim("notes", "some words here\nand: more\n"), Claim::No);
    }
}
