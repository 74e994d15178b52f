//! NFS: `/etc/exports` and `exports.d`, what each client may do with each folder that is exported.
//! It must not judge values, and it resolves no names of hosts or netgroups.

use super::anybody;
use super::known::{self, Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Kind, Node, Setting};

/// The reader.
pub(super) struct ExportsReader;

/// The reader, for the registry.
pub(super) static CONFIG: ExportsReader = ExportsReader;

const MAN: &str = "exports(5), general options";
const MAP: &str = "exports(5), user ID mapping";

const KNOWN: &[Known] = &[
    unset("client", "exports(5), machine name formats"),
    unset("path", "exports(5)"),
    is("acl", "yes", MAN),
    is("all_squash", "no", MAP),
    is("anongid", "65534", MAP),
    is("anonuid", "65534", MAP),
    is("auth_nlm", "yes", MAN),
    is("crossmnt", "no", MAN),
    unset("fsid", MAN),
    is("hide", "yes", MAN),
    unset("mountpoint", MAN),
    unset("refer", MAN),
    unset("replicas", MAN),
    is("ro", "yes", MAN),
    is("root_squash", "yes", MAP),
    is("sec", "sys", "exports(5), RPCSEC_GSS security"),
    is("secure", "yes", MAN),
    varies("subtree_check", &[("before nfs-utils 1.1.0", "yes"), ("since nfs-utils 1.1.0", "no")], MAN),
    varies("sync", &[("before nfs-utils 1.0.0", "no"), ("since nfs-utils 1.0.0", "yes")], MAN),
    is("wdelay", "yes", MAN),
    is("xprtsec", "none:tls:mtls", "exports(5), transport layer security"),
];

/// Options that are switches: how they are written, under which name they are given, and what they say.
const SWITCHES: &[(&str, &str, bool)] = &[
    ("rw", "ro", false),
    ("ro", "ro", true),
    ("insecure", "secure", false),
    ("secure", "secure", true),
    ("async", "sync", false),
    ("sync", "sync", true),
    ("no_wdelay", "wdelay", false),
    ("wdelay", "wdelay", true),
    ("nohide", "hide", false),
    ("hide", "hide", true),
    ("crossmnt", "crossmnt", true),
    ("nocrossmnt", "crossmnt", false),
    ("no_subtree_check", "subtree_check", false),
    ("subtree_check", "subtree_check", true),
    ("insecure_locks", "auth_nlm", false),
    ("no_auth_nlm", "auth_nlm", false),
    ("secure_locks", "auth_nlm", true),
    ("auth_nlm", "auth_nlm", true),
    ("no_acl", "acl", false),
    ("acl", "acl", true),
    ("no_root_squash", "root_squash", false),
    ("root_squash", "root_squash", true),
    ("no_all_squash", "all_squash", false),
    ("all_squash", "all_squash", true),
    ("pnfs", "pnfs", true),
    ("no_pnfs", "pnfs", false),
    ("security_label", "security_label", true),
];

/// What may differ from one `sec=` of a client to the next.
const BY_FLAVOUR: &[&str] = &["ro", "root_squash", "all_squash"];

/// How many options one client may have.
const MOST_OPTIONS: usize = 500;
/// How many settings may come out.
const MOST_SETTINGS: usize = 500_000;

impl Config for ExportsReader {
    fn id(&self) -> &'static str {
        "nfs_exports"
    }

    fn title(&self) -> &'static str {
        "NFS exports (/etc/exports)"
    }

    fn notes(&self) -> &'static str {
        "Settings are in force for `<folder> <client>`; a folder without a client, and options with a blank in front of them, are for \
         the client `*`. Keys: `client`, `path`, and the options under one name each, switches as yes or no: ro (rw is its opposite), \
         root_squash (no_root_squash), all_squash, secure (insecure), sync (async), subtree_check, wdelay, hide, crossmnt, acl, \
         auth_nlm; sec as its flavours joined by colons. `@everybody` is yes where the client is a network or \
         a pattern that takes strangers; `@encrypted` is yes where sec is krb5p alone or xprtsec asks for TLS. Options that start with `-` hold for all clients that follow on the line."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let named = (probe.name == "exports" && probe.path.ends_with("etc/exports"))
            || (probe.extension == "exports" && probe.path.contains("exports.d/"));
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut all, mut telling, mut odd, mut goes_on) = (0, 0, 0, false);
        for line in text::meaningful(probe, &['#']).take(400) {
            let rest = std::mem::replace(&mut goes_on, line.ends_with('\\'));
            if !rest && !line.starts_with(['/', '"']) {
                return Claim::No;
            }
            odd += usize::from(line.contains(['{', ';', '}']));
            if rest {
                let words = line.split(['(', ')', ',', ' ', '\t', '-']);
                telling += usize::from(words.into_iter().any(|word| SWITCHES.iter().any(|row| row.0 == word)));
                continue;
            }
            all += 1;
            let inside = line.split(['(', ')', ',', ' ', '\t', '-']).filter(|word| !word.is_empty());
            telling += usize::from(inside.skip(1).any(|word| SWITCHES.iter().any(|row| row.0 == word)));
        }
        if (named && odd == 0) || (telling > 0 && telling * 2 > all) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let (mut root, mut made) = (Vec::new(), 0);
        let mut lines = text::lines(text::clean(source)?);
        while let Some((number, first)) = lines.next() {
            // a line that goes on keeps its first number; positions inside it are those of the joined text
            let mut line = first.to_owned();
            while line.ends_with('\\') {
                line.pop();
                let Some((_, more)) = lines.next() else { break };
                line.push(' ');
                line.push_str(more.trim());
            }
            if let Some(entry) = export(&line, number, &mut made)? {
                root.push(entry);
            }
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "in the client's brackets: {key}={value}, switches by name alone"
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings = Vec::new();
        for export in root.entries() {
            let folder = export.node.get("@args");
            let path = folder.map(|node| text::label(node, None)).unwrap_or_default();
            for client in export.node.entries().iter().filter(|entry| entry.key == "client") {
                if settings.len() >= MOST_SETTINGS {
                    let entry = Entry {
                        key: "@incomplete".into(),
                        line: client.line,
                        column: client.column,
                        node: Node::text("yes", 0, 0),
                    };
                    settings.push(Setting::of(&entry));
                    return Some(settings);
                }
                let name = client.node.get("@args");
                let context = format!("{path} {}", name.map(|node| text::label(node, None)).unwrap_or_default());
                let mut own = Vec::new();
                for (key, node) in [("path", folder), ("client", name)] {
                    let node = node.cloned().unwrap_or_else(|| Node::new(Kind::Null, client.line, client.column));
                    own.push(Setting::of(&Entry { key: key.into(), line: client.line, column: client.column, node }));
                }
                client.node.entries().iter().filter(|entry| entry.key != "@args").for_each(|entry| option(&mut own, entry));
                let mut own: Vec<Setting> = own.into_iter().map(|setting| setting.within(context.as_str())).collect();
                known::fill(&mut own, KNOWN, self.fold(), &context);
                own.push(encrypted(&own).within(context.as_str()));
                own.push(everybody(name, client).within(context.as_str()));
                settings.append(&mut own);
            }
        }
        Some(settings)
    }
}

/// Whether a client is a stranger: any address, any name, or any that has a ticket (`gss/krb5p`).
fn everybody(name: Option<&Node>, client: &Entry) -> Setting {
    let name = name.and_then(Node::scalar).unwrap_or_default();
    let all = anybody::wide(name, None) || anybody::names_all(name) || name.starts_with("gss/");
    let node = Node::text(if all { "yes" } else { "no" }, client.line, client.column);
    Setting::of(&Entry { key: "@everybody".into(), line: client.line, column: client.column, node })
}

/// Whether everything that is sent to a client is encrypted.
fn encrypted(client: &[Setting]) -> Setting {
    let of = |key: &str| client.iter().find(|setting| setting.key == key);
    let all = |setting: Option<&Setting>, good: &[&str]| {
        setting.and_then(|setting| setting.value.scalar()).is_some_and(|value| value.split(':').all(|word| good.contains(&word)))
    };
    let (sec, transport) = (of("sec"), of("xprtsec"));
    let by_transport = all(transport, &["tls", "mtls"]);
    let yes = by_transport || all(sec, &["krb5p"]);
    let place = if by_transport { transport } else { sec }.filter(|setting| !setting.default);
    let (line, column) = place.map_or((0, 0), |setting| (setting.line, setting.column));
    let entry = Entry { key: "@encrypted".into(), line, column, node: Node::text(if yes { "yes" } else { "no" }, line, column) };
    Setting { default: line == 0, ..Setting::of(&entry) }
}

/// One option over those before it.
fn option(own: &mut Vec<Setting>, entry: &Entry) {
    let switch = SWITCHES.iter().find(|row| row.0 == entry.key && entry.node.kind == Kind::Null);
    let (key, value) = match switch {
        Some((_, name, on)) => (*name, Kind::Text((if *on { "yes" } else { "no" }).to_owned())),
        None => (&*entry.key, entry.node.kind.clone()),
    };
    let flavours = own.iter().find(|setting| setting.key == "sec").and_then(|setting| setting.value.scalar()).map(str::to_owned);
    let mut setting = Setting { key: key.to_owned(), value: Node { kind: value, ..entry.node.clone() }, ..Setting::of(entry) };
    let before = own.iter().position(|other| other.key == key);
    match (key, &flavours, before.and_then(|at| own.get(at))) {
        ("sec", Some(flavours), _) => {
            setting.value.kind = Kind::Text(format!("{flavours}:{}", entry.node.scalar().unwrap_or_default()));
        }
        // behind a second `sec=` it holds for that one alone
        (_, Some(_), Some(other)) if BY_FLAVOUR.contains(&key) && other.value.kind != setting.value.kind => {
            setting.unknown = Some("it is not the same for every sec= of this client".to_owned());
            setting.cases = ["yes", "no"].map(str::to_owned).to_vec();
        }
        _ => {}
    }
    match before.and_then(|at| own.get_mut(at)) {
        Some(other) => *other = setting,
        None => own.push(setting),
    }
}

/// A word with its place in the line.
struct Word {
    text: String,
    column: u32,
}

/// The words of a line up to a comment. Quotes keep blanks together, `\040` is a blank.
fn words(line: &str, number: u32) -> Result<Vec<Word>, ReadError> {
    let mut out: Vec<Word> = Vec::new();
    let (mut word, mut quoted, mut column) = (None::<Word>, false, 0);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        column += 1;
        if c == '#' && !quoted && word.is_none() {
            break;
        }
        if c.is_whitespace() && !quoted {
            out.extend(word.take());
            continue;
        }
        let open = word.get_or_insert_with(|| Word { text: String::new(), column });
        match c {
            '"' => quoted = !quoted,
            '\\' => {
                let digits: String = chars.clone().take(3).filter(|digit| digit.is_digit(8)).collect();
                match u32::from_str_radix(&digits, 8).ok().filter(|_| digits.len() == 3).and_then(char::from_u32) {
                    Some(meant) => {
                        open.text.push(meant);
                        chars.by_ref().take(3).for_each(drop);
                        column += 3;
                    }
                    None => open.text.push(c),
                }
            }
            _ => open.text.push(c),
        }
    }
    if quoted {
        return Err(text::error("a quote without its end", number));
    }
    out.extend(word);
    Ok(out)
}

/// One line: nothing, or a folder with its clients.
fn export(line: &str, number: u32, made: &mut usize) -> Result<Option<Entry>, ReadError> {
    let mut words = words(line, number)?.into_iter();
    let Some(folder) = words.next() else { return Ok(None) };
    if !folder.text.starts_with('/') {
        return Err(text::error("a line does not start with a folder", number));
    }
    let column = folder.column;
    let mut inside = vec![Entry { key: "@args".into(), line: number, column, node: Node::text(folder.text, number, column) }];
    let mut defaults: Vec<Entry> = Vec::new();
    for word in words {
        if let Some(list) = word.text.strip_prefix('-') {
            defaults = options(list, number, word.column + 1)?;
            continue;
        }
        let (name, list) = word.text.split_once('(').unwrap_or((&word.text, ""));
        let Some(list) = list.strip_suffix(')').or(Some(list).filter(|list| list.is_empty())) else {
            return Err(text::error("options without their closing bracket", number));
        };
        let at = word.column + name.chars().count() as u32 + 1;
        let own = options(list, number, at)?;
        *made += defaults.len() + own.len() + 1;
        if *made > MOST_SETTINGS {
            return Err(text::error("too many clients and options", number));
        }
        inside.push(client(if name.is_empty() { "*" } else { name }, defaults.iter().cloned().chain(own), number, word.column));
    }
    if inside.len() == 1 {
        inside.push(client("*", defaults.into_iter(), number, column));
    }
    Ok(Some(Entry { key: "export".into(), line: number, column, node: Node::new(Kind::Map(inside), number, column) }))
}

fn client(name: &str, options: impl Iterator<Item = Entry>, line: u32, column: u32) -> Entry {
    let args = Entry { key: "@args".into(), line, column, node: Node::text(name, line, column) };
    let entries = std::iter::once(args).chain(options).collect();
    Entry { key: "client".into(), line, column, node: Node::new(Kind::Map(entries), line, column) }
}

/// Options parted by commas.
fn options(list: &str, line: u32, mut column: u32) -> Result<Vec<Entry>, ReadError> {
    let mut out = Vec::new();
    for option in list.split(',') {
        let (key, value) = option.split_once('=').unwrap_or((option, ""));
        if out.len() >= MOST_OPTIONS {
            return Err(text::error("too many options", line));
        }
        if !key.trim().is_empty() {
            let at = column + key.chars().count() as u32 + 1;
            out.push(Entry { key: key.trim().to_owned(), line, column, node: text::value(value.to_owned(), line, at) });
        }
        column += option.chars().count() as u32 + 1;
    }
    Ok(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn claim(path: &str, head: &str) -> Claim {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        CONFIG.claims(&Probe::new(path, &name, extension, head, true))
    }

    #[test]
    fn clients_and_options_with_their_places() {
        let root = CONFIG.read("# c\n\"/srv/a b\" -sync host(rw,sec=krb5p) (ro)\n/x\\040y\n").unwrap();
        let first = root.entries().first().unwrap();
        assert_eq!(first.node.get("@args").and_then(Node::scalar), Some("/srv/a b"));
        let clients: Vec<_> = first
            .node
            .entries()
            .iter()
            .skip(1)
            .map(|client| (client.node.get("@args").and_then(Node::scalar), client.column))
            .collect();
        assert_eq!(clients, [(Some("host"), 18), (Some("*"), 37)]);
        let host = first.node.entries().get(1).unwrap().node.entries();
        let seen: Vec<_> = host.iter().skip(1).map(|e| (&*e.key, e.column)).collect();
        assert_eq!(seen, [("sync", 13), ("rw", 23), ("sec", 26)]);
        let second = root.entries().get(1).unwrap();
        assert_eq!(second.node.get("@args").and_then(Node::scalar), Some("/x y"));
        assert!(second.node.get("client").is_some());
        assert_eq!(CONFIG.read("/a b(rw\n").map_err(|error| error.line), Err(1));
        assert_eq!(CONFIG.read("\nhello\n").map_err(|error| error.line), Err(2));
    }

    #[test]
    fn claims_what_exports_folders() {
        assert_eq!(claim("etc/exports", "# nothing yet\n"), Claim::Product);
        assert_eq!(claim("nas.txt", "/srv/cards 10.0.0.0/8(rw,sync)\n"), Claim::Product);
        assert_eq!(claim("exports", "module.exports = 1\n"), Claim::No);
        assert_eq!(claim("paths.txt", "/usr/bin\n/usr/sbin\n"), Claim::No);
    }
}
