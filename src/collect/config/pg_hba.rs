//! `pg_hba.conf` of `PostgreSQL`: who may connect from where, and how they prove who they are. Of the records the first that fits a
//! connection decides, so one that an earlier record covers as a whole is not in force. It must not judge methods.

use super::anybody;
use super::exports;
use super::known::{Known, unset};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Kind, Node, Setting};
use std::net::IpAddr;

/// The reader.
pub(super) struct PgHbaReader;

/// The reader, for the registry.
pub(super) static CONFIG: PgHbaReader = PgHbaReader;

const TYPES: &[&str] = &["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"];
const METHODS: &[&str] = &[
    "trust",
    "reject",
    "scram-sha-256",
    "md5",
    "password",
    "gss",
    "sspi",
    "ident",
    "peer",
    "ldap",
    "radius",
    "cert",
    "pam",
    "bsd",
    "oauth",
    "krb5",
    "crypt",
];
const DOCUMENTED: &str = "PostgreSQL documentation, 21.1 The pg_hba.conf File";

/// None of them has a default: without a record nobody comes in.
const KEYS: &[Known] = &[
    unset("address", DOCUMENTED),
    unset("database", DOCUMENTED),
    unset("encrypted", DOCUMENTED),
    unset("mask", DOCUMENTED),
    unset("method", DOCUMENTED),
    unset("open", DOCUMENTED),
    unset("options", DOCUMENTED),
    unset("remote", DOCUMENTED),
    unset("remote_method", DOCUMENTED),
    unset("type", DOCUMENTED),
    unset("unreached", DOCUMENTED),
    unset("user", DOCUMENTED),
];

/// How many records are compared with one another.
const MOST_COMPARED: usize = 400;
const MOST_RECORDS: usize = 20_000;
const INCLUDE_DEPTH: usize = 10;

impl Config for PgHbaReader {
    fn id(&self) -> &'static str {
        "pg_hba"
    }

    fn title(&self) -> &'static str {
        "PostgreSQL client authentication (pg_hba.conf)"
    }

    fn notes(&self) -> &'static str {
        "Each record is a context, with type, database, user, address, mask, method and options. Made for checks: remote (yes where \
         another machine can come in by it), remote_method (its method, where it is remote), encrypted (of a remote record that lets \
         in: yes where it takes encrypted connections only), open (yes where it takes any address). A record that an earlier one \
         covers as a whole is never reached: it has `unreached` and nothing else."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.name == "pg_hba.conf" {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let is_record = |line: &str| {
            let mut words = line.split_whitespace();
            words.next().is_some_and(|first| TYPES.contains(&first)) && words.skip(2).any(|word| METHODS.contains(&word))
        };
        // nothing but records, and one at least
        let mut lines = text::meaningful(probe, &['#']).take(400).peekable();
        if lines.peek().is_some() && lines.all(is_record) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root = Vec::new();
        let mut whole = String::new();
        let mut begun = 0;
        let mut lines = text::lines(text::clean(source)?).peekable();
        while let Some((number, line)) = lines.next() {
            if whole.is_empty() {
                begun = number;
            }
            // a line goes on after a backslash, comments as well
            if let (Some(part), true) = (line.strip_suffix('\\'), lines.peek().is_some()) {
                whole.push_str(part);
                continue;
            }
            whole.push_str(line);
            if let Some(entry) = record(&whole, begun)? {
                root.push(entry);
            }
            whole.clear();
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn known(&self) -> &'static [Known] {
        KEYS
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut walk = Walk { include, stack: Vec::new(), records: Vec::new(), settings: Vec::new() };
        walk.records(root.entries(), None);
        Some(walk.settings)
    }
}

/// One line: nothing, an include, or a record.
fn record(line: &str, number: u32) -> Result<Option<Entry>, ReadError> {
    let words = words(line).ok_or_else(|| text::error("a quote without its end", number))?;
    let mut rest = words.into_iter();
    let Some(first) = rest.next() else { return Ok(None) };
    let column = text::column(line, line.len() - line.trim_start().len());
    let entry =
        |key: &str, value: String| Entry { key: key.to_owned(), line: number, column, node: Node::text(value, number, column) };
    if matches!(first.as_str(), "include" | "include_if_exists" | "include_dir") {
        let name = rest.next().ok_or_else(|| text::error("an include without a file", number))?;
        return Ok(Some(entry(&first, name)));
    }
    if !TYPES.contains(&first.as_str()) {
        return Err(text::error("a line is not a record: it does not begin with a type", number));
    }
    let mut next = || rest.next().ok_or_else(|| text::error("a record without all of its fields", number));
    let mut fields = vec![entry("database", next()?), entry("user", next()?)];
    let mut method = if first == "local" { next()? } else { String::new() };
    if first != "local" {
        let address = next()?;
        let plain = address.parse::<IpAddr>().is_ok();
        fields.push(entry("address", address));
        method = next()?;
        if plain {
            fields.push(entry("mask", method));
            method = next()?;
        }
    }
    if !METHODS.contains(&method.as_str()) {
        return Err(text::error("a record with a method that PostgreSQL does not have", number));
    }
    fields.push(entry("method", method));
    // a secret of a directory or of RADIUS stands in the options
    let options: Vec<String> = rest
        .map(|option| match option.split_once('=') {
            Some((name @ ("ldapbindpasswd" | "radiussecrets"), _)) => format!("{name}=(not kept)"),
            _ => option,
        })
        .collect();
    if !options.is_empty() {
        fields.push(entry("options", options.join(" ")));
    }
    let node = Node::new(Kind::Map(fields), number, column);
    Ok(Some(Entry { key: first, line: number, column, node }))
}

/// The words of a line up to a comment. What stands in quotes belongs to its word, blanks behind a comma as well.
fn words(line: &str) -> Option<Vec<String>> {
    let mut out: Vec<String> = Vec::new();
    let (mut word, mut open, mut quoted) = (String::new(), false, false);
    for c in line.chars() {
        match c {
            '"' => (quoted, open) = (!quoted, true),
            '#' if !quoted => break,
            c if c.is_whitespace() && !quoted => {
                if open && !word.ends_with(',') {
                    out.push(std::mem::take(&mut word));
                    open = false;
                }
            }
            c => {
                word.push(c);
                open = true;
            }
        }
    }
    if open {
        out.push(word);
    }
    (!quoted).then_some(out)
}

/// Whom a record takes.
struct Taken {
    kind: String,
    database: Option<String>,
    user: Option<String>,
    address: String,
    network: Option<(IpAddr, u8)>,
}

struct Walk<'a> {
    include: &'a dyn Fn(&str) -> Included,
    stack: Vec<u32>,
    records: Vec<Taken>,
    settings: Vec<Setting>,
}

impl Walk<'_> {
    fn records(&mut self, entries: &[Entry], artifact: Option<u32>) {
        for entry in entries {
            if self.settings.len() >= MOST_RECORDS * 8 {
                let setting = Setting { key: "@incomplete".to_owned(), artifact, ..exports::valued(entry, "yes") };
                self.settings.push(setting);
                return;
            }
            if TYPES.contains(&entry.key.as_str()) {
                self.record(entry, artifact);
            } else {
                self.include(entry, artifact);
            }
        }
    }

    fn include(&mut self, entry: &Entry, artifact: Option<u32>) {
        let path = entry.node.scalar().map_or_else(|| text::masked_include(&entry.node).unwrap_or_default(), str::to_owned);
        let path = format!("/{}", path.trim_matches('/'));
        let glob = match entry.key.as_str() {
            "include_dir" => format!("{path}/*.conf"),
            "include_if_exists" => format!("?{path}"),
            _ => path,
        };
        for (number, document) in (self.include)(&glob).documents {
            if self.stack.len() >= INCLUDE_DEPTH || self.stack.contains(&number) {
                let setting = Setting { key: "@incomplete".to_owned(), artifact, ..exports::valued(entry, "yes") };
                self.settings.push(setting);
                continue;
            }
            self.stack.push(number);
            self.records(document.entries(), Some(number));
            self.stack.pop();
        }
    }

    fn record(&mut self, entry: &Entry, artifact: Option<u32>) {
        let text = |key| entry.node.get(key).map(|node| text::label(node, artifact)).unwrap_or_default();
        let plain = |key| entry.node.get(key).and_then(Node::scalar).map(str::to_owned);
        let address = text("address");
        let network = network(&address, plain("mask").as_deref());
        let taken = Taken { kind: entry.key.clone(), database: plain("database"), user: plain("user"), address, network };
        let place = artifact.map_or(String::new(), |number| format!(" of file {number}"));
        let words =
            [entry.key.clone(), text("database"), text("user"), taken.address.clone(), format!("(line {}{place})", entry.line)];
        let context = words.iter().filter(|word| !word.is_empty()).cloned().collect::<Vec<_>>().join(" ");
        let mut push = |key: &str, value: &str| {
            let setting = Setting { key: key.to_owned(), artifact, ..exports::valued(entry, value) };
            self.settings.push(setting.within(context.clone()));
        };
        if self.records.iter().take(MOST_COMPARED).any(|earlier| covers(earlier, &taken)) {
            push("unreached", "yes");
            return;
        }
        let remote = remote(&taken);
        push("type", &entry.key);
        push("remote", if remote { "yes" } else { "no" });
        let method = plain("method").unwrap_or_default();
        if remote {
            push("remote_method", &method);
        }
        if remote && method != "reject" {
            push("encrypted", if matches!(&*entry.key, "hostssl" | "hostgssenc") { "yes" } else { "no" });
            let all = taken.address == "all"
                || taken.network.is_some_and(|network| anybody::wide_prefix(network.0, network.1))
                || anybody::names_all(&taken.address);
            push("open", if all { "yes" } else { "no" });
        }
        for field in entry.node.entries() {
            self.settings.push(Setting { artifact, ..Setting::of(field) }.within(context.clone()));
        }
        self.records.push(taken);
    }
}

/// The network of an address with its mask, where it is one.
fn network(address: &str, mask: Option<&str>) -> Option<(IpAddr, u8)> {
    if address == "all" {
        return None;
    }
    if let Some((ip, length)) = address.split_once('/') {
        return Some((ip.parse().ok()?, length.parse().ok()?));
    }
    let length = match mask?.parse::<IpAddr>().ok()? {
        IpAddr::V4(mask) => u32::from(mask).leading_ones(),
        IpAddr::V6(mask) => u128::from(mask).leading_ones(),
    };
    Some((address.parse().ok()?, u8::try_from(length).ok()?))
}

/// Whether another machine can come in by a record.
fn remote(taken: &Taken) -> bool {
    match (&*taken.kind, taken.network) {
        ("local", _) => false,
        (_, Some((IpAddr::V4(ip), length))) => !(ip.is_loopback() && length >= 8),
        (_, Some((IpAddr::V6(ip), length))) => !(ip.is_loopback() && length == 128),
        (_, None) => !matches!(&*taken.address, "localhost" | "samehost"),
    }
}

/// Whether every connection that `later` takes is taken by `earlier` already.
fn covers(earlier: &Taken, later: &Taken) -> bool {
    let kind = earlier.kind == later.kind || (earlier.kind == "host" && later.kind != "local");
    let names = |earlier: &Option<String>, later: &Option<String>, database: bool| {
        let (Some(earlier), Some(later)) = (earlier, later) else { return false };
        let mut wanted = later.split(',');
        let has =
            |name: &str| earlier.split(',').any(|own| own == name || (own == "all" && !(database && name == "replication")));
        wanted.all(has)
    };
    let address = earlier.kind == "local"
        || earlier.address == "all"
        || (earlier.address == later.address && earlier.network == later.network)
        || earlier.network.zip(later.network).is_some_and(|(wide, narrow)| inside(narrow, wide));
    // any user name comes before a masked one: `all` takes it
    let user = names(&earlier.user, &later.user, false) || earlier.user.as_deref() == Some("all");
    kind && address && user && names(&earlier.database, &later.database, true)
}

/// Whether a network lies in another.
fn inside(narrow: (IpAddr, u8), wide: (IpAddr, u8)) -> bool {
    let cut = |value: u128, size: u32, length: u8| value.checked_shr(size - u32::from(length).min(size)).unwrap_or(0);
    narrow.1 >= wide.1
        && match (narrow.0, wide.0) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                cut(u128::from(u32::from(a)), 32, wide.1) == cut(u128::from(u32::from(b)), 32, wide.1)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => cut(u128::from(a), 128, wide.1) == cut(u128::from(b), 128, wide.1),
            _ => false,
        }
}
