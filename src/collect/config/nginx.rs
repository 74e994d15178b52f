//! nginx: directives and blocks with positions, and what is in force for each server and location.
//! It must not judge values, and it reads only what the caller hands in for an `include`.

mod dump;
mod flow;
mod scan;

use self::scan::{Scan, Token, Word};
use super::known::{self, Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct NginxReader;

/// The reader, for the registry.
pub(super) static CONFIG: NginxReader = NginxReader;

/// How deep blocks may stand in blocks, includes counted in.
const DEPTH: usize = 64;
/// How deep includes may include, how many documents they may bring, and how many settings may come out.
const INCLUDE_DEPTH: usize = 16;
const MOST_DOCUMENTS: usize = 4096;
const MOST_SETTINGS: usize = 500_000;

const CORE: &str = "nginx.org, ngx_http_core_module";
const SSL: &str = "nginx.org, ngx_http_ssl_module";
const LOG: &str = "nginx.org, ngx_http_log_module";
const PROXY: &str = "nginx.org, ngx_http_proxy_module";

/// What a server does where neither it nor http says so.
const KNOWN: &[Known] = &[
    is("absolute_redirect", "on", CORE),
    is("access_log", "logs/access.log combined", LOG),
    unset("add_header", "nginx.org, ngx_http_headers_module"),
    is("auth_basic", "off", "nginx.org, ngx_http_auth_basic_module"),
    is("autoindex", "off", "nginx.org, ngx_http_autoindex_module"),
    is("client_body_timeout", "60s", CORE),
    is("client_header_timeout", "60s", CORE),
    is("client_max_body_size", "1m", CORE),
    is("dav_methods", "off", "nginx.org, ngx_http_dav_module"),
    is("disable_symlinks", "off", CORE),
    is("error_log", "logs/error.log error", "nginx.org, core functionality"),
    is("ignore_invalid_headers", "on", CORE),
    is("keepalive_timeout", "75s", CORE),
    unset("listen", CORE),
    is("log_format", "combined", LOG),
    is("log_not_found", "on", CORE),
    is("merge_slashes", "on", CORE),
    is("proxy_ssl_verify", "off", PROXY),
    is("root", "html", CORE),
    is("satisfy", "all", CORE),
    is("send_timeout", "60s", CORE),
    is("server_name", "", CORE),
    is("server_tokens", "on", CORE),
    is("underscores_in_headers", "off", CORE),
    unset("ssl_certificate", SSL),
    unset("ssl_certificate_key", SSL),
    is("ssl_ciphers", "HIGH:!aNULL:!MD5", SSL),
    unset("ssl_dhparam", SSL),
    is("ssl_early_data", "off", SSL),
    is("ssl_prefer_server_ciphers", "off", SSL),
    varies(
        "ssl_protocols",
        &[
            ("before 1.9.1", "SSLv3 TLSv1 TLSv1.1 TLSv1.2"),
            ("since 1.9.1", "TLSv1 TLSv1.1 TLSv1.2"),
            ("since 1.23.4", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"),
            ("the newest", "TLSv1.2 TLSv1.3"),
        ],
        SSL,
    ),
    is("ssl_session_cache", "none", SSL),
    is("ssl_session_tickets", "on", SSL),
    is("ssl_session_timeout", "5m", SSL),
    is("ssl_stapling", "off", SSL),
    is("ssl_verify_client", "off", SSL),
];

/// Blocks that hold data, not settings.
const DATA: &[&str] = &["types", "map", "geo", "split_clients", "charset_map"];

impl Config for NginxReader {
    fn id(&self) -> &'static str {
        "nginx"
    }

    fn title(&self) -> &'static str {
        "nginx"
    }

    fn notes(&self) -> &'static str {
        "Also reads what `nginx -T` prints. Keys are directives. Settings are in force for `server <server_name> (<first listen>)`, with what http and the main level \
         give where the server does not say it itself, and for `server … location <args>` with what stands there. Main-level \
         settings have no context, nor have those of a file without servers. Includes are read where they stand, relative to \
         /etc/nginx. Each server also has `@tls` (on, off), `@plain_http` (on where it listens without TLS), \
         `@redirects_to_https` and `@serves_plain_http` (yes, no) and, with TLS, `@hsts` (seconds; the fewest of all its places, for headers of a place replace those around it). `@incomplete` is set where includes go too deep."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let folder = ["nginx/", "sites-enabled/", "sites-available/"].iter().any(|part| probe.path.contains(part));
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut server, mut inside) = (false, false);
        for line in text::meaningful(probe, &['#']).take(2000) {
            let word = line.split([' ', '\t', ';', '{']).next().unwrap_or_default();
            let rest = line.get(word.len()..).unwrap_or_default().trim_start();
            server |= matches!(word, "server" | "http" | "events") && (rest.is_empty() || rest.starts_with('{'));
            server |= word == "upstream" && rest.ends_with('{');
            inside |= matches!(word, "listen" | "location" | "server_name" | "proxy_pass" | "worker_connections");
        }
        let named = probe.name == "nginx.conf" || (folder && probe.path.contains("nginx/") && probe.extension == "conf");
        let dump = dump::parts(text::unmarked(probe.head)).is_some();
        if named || dump || (server && inside) {
            return Claim::Product;
        }
        // sites of Apache stand in folders of the same name
        let site = folder && matches!(probe.extension, "" | "conf") && (server || inside) && !probe.head.contains("<VirtualHost");
        if site { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let Some(parts) = dump::parts(source) else { return tree(source) };
        let mut files = Vec::new();
        for (path, before, text) in parts {
            let root = tree(text).map_err(|error| ReadError { line: error.line.saturating_add(before), ..error })?;
            files.push((path, before, root));
        }
        dump::joined(files).ok_or_else(|| text::error("includes bring too much", 0))
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "{key} {value};"
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut force = Force { include, settings: Vec::new(), stack: Vec::new(), documents: 0, cut: None, alone: false };
        let items = force.expand(root.entries(), None, 0);
        let standalone = blocks(&items, "server").next().is_some();
        if standalone {
            // a file of servers, as in sites-enabled, and nobody delivered what http says around them
            force.alone = true;
            force.servers(&items, "", &plain(&items));
        } else {
            force.push_all("", &plain(&items));
        }
        let main: Vec<&Item> = plain(&items).into_iter().filter(|item| item.key == "error_log").collect();
        for around in items.iter().filter(|item| matches!(&*item.key, "http" | "stream" | "mail")) {
            if blocks(&around.children, "server").next().is_none() {
                force.push_all("", &plain(&around.children));
            }
            let prefix = if around.key == "http" { String::new() } else { format!("{} ", around.key) };
            force.servers(&around.children, &prefix, &inherit(&main, &around.children));
            blocks(&around.children, "upstream").for_each(|block| force.nested(block, &prefix));
        }
        blocks(&items, "events").chain(blocks(&items, "upstream")).for_each(|block| force.nested(block, ""));
        if let Some((artifact, line, column)) = force.cut {
            let value = Node::text("yes", line, column);
            force.settings.push(Setting {
                key: "@incomplete".into(),
                value,
                context: String::new(),
                artifact,
                line,
                column,
                default: false,
                unknown: None,
                cases: Vec::new(),
            });
        }
        Some(force.settings)
    }
}

/// The tree of one file.
fn tree(source: &str) -> Result<Node, ReadError> {
    let mut scan = Scan::new(source);
    // blocks that are open: their entry, and the entries so far of what stands around them
    let mut open: Vec<(Entry, Vec<Entry>)> = Vec::new();
    let mut entries = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    while let Some(token) = scan.token()? {
        match token {
            Token::Word(word) => words.push(word),
            Token::End => entries.extend(entry(&mut words)),
            Token::Open(line, column) => {
                let Some(mut block) = entry(&mut words) else { return Err(text::error("a block without a name", line)) };
                if open.len() >= DEPTH {
                    return Err(text::error("blocks stand too deep in blocks", line));
                }
                let mut inner = Vec::new();
                if block.node.kind == Kind::Null {
                    (block.node.line, block.node.column) = (line, column);
                } else {
                    let args = Node::new(block.node.kind.clone(), block.node.line, block.node.column);
                    inner.push(Entry { key: "@args".into(), line: args.line, column: args.column, node: args });
                }
                if block.key.ends_with("_by_lua_block") {
                    scan.skip_lua(line)?;
                    block.node.kind = Kind::Map(inner);
                    entries.push(block);
                } else {
                    open.push((block, std::mem::replace(&mut entries, inner)));
                }
            }
            Token::Close(line) => {
                if !words.is_empty() {
                    return Err(text::error("a directive without its end", line));
                }
                let Some((mut block, around)) = open.pop() else {
                    return Err(text::error("a brace that closes nothing", line));
                };
                block.node.kind = Kind::Map(std::mem::replace(&mut entries, around));
                entries.push(block);
            }
        }
    }
    if let Some((block, _)) = open.last() {
        return Err(text::error("a block without its end", block.line));
    }
    match words.first() {
        Some(word) => Err(text::error("a directive without its end", word.line)),
        None => Ok(Node::new(Kind::Map(entries), 1, 1)),
    }
}

/// A directive from its words; nothing where there are none.
fn entry(words: &mut Vec<Word>) -> Option<Entry> {
    let mut words = std::mem::take(words).into_iter();
    let name = words.next()?;
    let length = name.text.chars().count() as u32;
    let (mut line, mut column, mut value) = (name.line, name.column + length, String::new());
    for (index, word) in words.enumerate() {
        if index == 0 {
            (line, column) = (word.line, word.column);
        } else {
            value.push(' ');
        }
        value.push_str(&word.text);
    }
    Some(Entry { key: name.text, line: name.line, column: name.column, node: text::value(value, line, column) })
}

/// A directive after includes were put in, with the artifact it stands in.
struct Item {
    key: String,
    /// The arguments; of a block, those before its brace.
    value: Node,
    line: u32,
    column: u32,
    artifact: Option<u32>,
    block: bool,
    /// The directives of a block.
    children: Vec<Item>,
}

impl Item {
    fn words(&self) -> Vec<&str> {
        self.value.scalar().unwrap_or_default().split(' ').filter(|word| !word.is_empty()).collect()
    }

    /// The context of a server: its name and what it listens on first.
    fn server(&self) -> String {
        let first = |key| {
            plain(&self.children).into_iter().find(|item| item.key == key).map(|item| text::label(&item.value, item.artifact))
        };
        let name = first("server_name").filter(|name| !name.is_empty()).unwrap_or_else(|| "_".into());
        let listen = first("listen").unwrap_or_else(|| "80".into());
        format!("server {name} ({})", listen.split(' ').next().unwrap_or_default())
    }
}

/// The directives that are no blocks.
fn plain(items: &[Item]) -> Vec<&Item> {
    items.iter().filter(|item| !item.block).collect()
}

/// The blocks of a name.
fn blocks<'a>(items: &'a [Item], key: &'static str) -> impl Iterator<Item = &'a Item> {
    items.iter().filter(move |item| item.block && item.key == key)
}

/// What is in force inside a block: a directive that stands there replaces all of its name from outside.
fn inherit<'a>(outer: &[&'a Item], inside: &'a [Item]) -> Vec<&'a Item> {
    let own = plain(inside);
    let kept = outer.iter().copied().filter(|item| own.iter().all(|other| other.key != item.key));
    kept.chain(own.iter().copied()).collect()
}

/// The walk that finds what is in force.
struct Force<'a> {
    include: &'a dyn Fn(&str) -> Included,
    settings: Vec<Setting>,
    /// The artifacts that are being included.
    stack: Vec<u32>,
    documents: usize,
    /// Where the walk had to stop.
    cut: Option<(Option<u32>, u32, u32)>,
    /// There are servers without their http.
    alone: bool,
}

impl Force<'_> {
    /// Puts includes in their places.
    fn expand(&mut self, entries: &[Entry], artifact: Option<u32>, depth: usize) -> Vec<Item> {
        let mut items = Vec::new();
        for entry in entries.iter().filter(|entry| entry.key != "@args") {
            let place = (artifact, entry.line, entry.column);
            if depth > DEPTH {
                self.cut.get_or_insert(place);
                break;
            }
            if entry.key == "include" {
                self.include(entry, place, depth, &mut items);
                continue;
            }
            let block = matches!(entry.node.kind, Kind::Map(_));
            let args = || entry.node.get("@args").cloned().unwrap_or(Node::new(Kind::Null, entry.node.line, entry.node.column));
            let value = if block { args() } else { entry.node.clone() };
            let data = DATA.contains(&&*entry.key);
            let children = if data { Vec::new() } else { self.expand(entry.node.entries(), artifact, depth + 1) };
            items.push(Item { key: entry.key.clone(), value, line: entry.line, column: entry.column, artifact, block, children });
        }
        items
    }

    fn include(&mut self, entry: &Entry, place: (Option<u32>, u32, u32), depth: usize, items: &mut Vec<Item>) {
        if let Some(masked) = text::masked_include(&entry.node) {
            (self.include)(&masked);
            self.cut.get_or_insert(place);
            return;
        }
        let Some(glob) = entry.node.scalar().filter(|glob| !glob.is_empty()) else { return };
        if self.stack.len() >= INCLUDE_DEPTH || self.documents >= MOST_DOCUMENTS {
            self.cut.get_or_insert(place);
            return;
        }
        let glob = if glob.starts_with('/') { glob.to_owned() } else { format!("/etc/nginx/{glob}") };
        for (number, document) in (self.include)(&glob).documents {
            self.documents += 1;
            if self.documents > MOST_DOCUMENTS || self.stack.contains(&number) {
                self.cut.get_or_insert(place);
                continue;
            }
            self.stack.push(number);
            items.extend(self.expand(document.entries(), Some(number), depth + 1));
            self.stack.pop();
        }
    }

    fn push_all(&mut self, context: &str, items: &[&Item]) {
        for item in items {
            self.set(context, item, &item.key, item.value.clone());
        }
    }

    fn set(&mut self, context: &str, item: &Item, key: &str, value: Node) {
        let Item { line, column, artifact, .. } = *item;
        if self.settings.len() >= MOST_SETTINGS {
            self.cut.get_or_insert((artifact, line, column));
            return;
        }
        self.settings.push(Setting {
            key: key.to_owned(),
            value,
            context: context.to_owned(),
            artifact,
            line,
            column,
            default: false,
            unknown: None,
            cases: Vec::new(),
        });
    }

    fn servers(&mut self, items: &[Item], prefix: &str, given: &[&Item]) {
        for server in blocks(items, "server") {
            let context = format!("{prefix}{}", server.server());
            let own = inherit(given, &server.children);
            let before = self.settings.len();
            self.push_all(&context, &own);
            let always = own.iter().any(|item| item.key == "ssl" && item.words() == ["on"]);
            let listens: Vec<Vec<&str>> = own.iter().filter(|item| item.key == "listen").map(|item| item.words()).collect();
            let secure = |words: &Vec<&str>| always || words.iter().any(|word| matches!(*word, "ssl" | "quic"));
            let local = |words: &Vec<&str>| words.first().is_some_and(|word| word.starts_with("unix:"));
            let tls = always || listens.iter().any(secure);
            let open = if listens.is_empty() { !always } else { listens.iter().any(|words| !secure(words) && !local(words)) };
            let moved = flow::all_to_https(&server.children);
            for (key, value) in [
                ("@tls", if tls { "on" } else { "off" }),
                ("@plain_http", if open { "on" } else { "off" }),
                ("@redirects_to_https", if moved { "yes" } else { "no" }),
                ("@serves_plain_http", if open && !moved { "yes" } else { "no" }),
            ] {
                self.set(&context, server, key, Node::text(value, server.line, server.column));
            }
            if tls {
                let seconds = flow::hsts(&own, &server.children);
                self.set(&context, server, "@hsts", Node::text(seconds.to_string(), server.line, server.column));
            }
            if prefix.is_empty() && self.settings.len() < MOST_SETTINGS {
                let mut all = self.settings.split_off(before);
                known::fill(&mut all, KNOWN.iter().filter(|row| tls || !row.key.starts_with("ssl_")), Fold::Exact, &context);
                for setting in all.iter_mut().filter(|setting| setting.default && self.alone) {
                    let reason = "nothing here says it, and http around this server may: it is not in the delivery";
                    (setting.unknown, setting.cases) = (Some(reason.to_owned()), Vec::new());
                }
                self.settings.append(&mut all);
            }
            server.children.iter().for_each(|block| self.nested(block, &format!("{context} ")));
        }
    }

    /// What stands in a block, and in the blocks in it.
    fn nested(&mut self, block: &Item, before: &str) {
        if !block.block || DATA.contains(&&*block.key) {
            return;
        }
        let context = format!("{before}{} {}", block.key, text::label(&block.value, block.artifact));
        let context = context.trim_end();
        self.push_all(context, &plain(&block.children));
        block.children.iter().for_each(|inner| self.nested(inner, &format!("{context} ")));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn nothing(_: &str) -> Included {
        Included { documents: Vec::new(), missing: true }
    }

    fn force(source: &str, include: &dyn Fn(&str) -> Included) -> Vec<(String, String, String)> {
        let settings = CONFIG.effective(&CONFIG.read(source).unwrap(), include).unwrap();
        settings.into_iter().map(|s| (s.context, s.key, s.value.scalar().unwrap_or("?").to_owned())).collect()
    }

    fn of(settings: &[(String, String, String)], context: &str, key: &str) -> Vec<String> {
        settings.iter().filter(|s| s.0 == context && s.1 == key).map(|s| s.2.clone()).collect()
    }

    fn redirecting(inside: &str) -> String {
        let settings = force(&format!("server {{ listen 80; {inside} }}"), &nothing);
        of(&settings, "server _ (80)", "@redirects_to_https").concat()
    }

    fn claim(path: &str, head: &str) -> Claim {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        CONFIG.claims(&Probe::new(path, &name, extension, head, true))
    }

    #[test]
    fn directives_quotes_and_comments() {
        let text =
            "# c\nadd_header X \"max-age=1; \\\"q\\\"\" always; root ${dir}/x#y;\n  location ~ \\.php$ { deny all; }\ninternal;";
        let root = CONFIG.read(text).unwrap();
        let seen: Vec<_> = root.entries().iter().map(|e| (&*e.key, e.line, e.column, e.node.scalar(), e.node.column)).collect();
        assert_eq!(
            seen,
            [
                ("add_header", 2, 1, Some("X max-age=1; \"q\" always"), 12),
                ("root", 2, 41, Some("${dir}/x#y"), 46),
                ("location", 3, 3, None, 12),
                ("internal", 4, 1, Some(""), 9),
            ]
        );
        let location = &root.entries().get(2).unwrap().node;
        assert_eq!(location.get("@args").and_then(Node::scalar), Some("~ \\.php$"));
        assert_eq!(location.get("deny").and_then(Node::scalar), Some("all"));
    }

    #[test]
    fn lua_is_skipped_with_its_braces() {
        let lua = "location /l { content_by_lua_block {\n local s = \"}\" -- }\n local t = { a = '\\'}' } --[[ } ]]\n x = [=[ } ]] ]=]\n } deny all; }";
        let root = CONFIG.read(lua).unwrap();
        assert_eq!(root.get("location").and_then(|l| l.get("deny")).and_then(Node::scalar), Some("all"));
        assert!(CONFIG.read("a_by_lua_block { {").is_err());
    }

    #[test]
    fn broken_files_are_errors_with_a_line() {
        for (text, line) in [("a;\n}", 2), ("http {\n", 1), ("a\nb", 1), ("a {\nb }", 2), ("x \"a", 1), (";\n{", 2)] {
            assert_eq!(CONFIG.read(text).map_err(|error| error.line), Err(line), "{text}");
        }
        let deep = "a {".repeat(100_000);
        assert!(CONFIG.read(&deep).is_err_and(|error| error.reason.contains("deep")));
    }

    #[test]
    fn servers_inherit_what_they_do_not_say() {
        let text = "error_log e; user w; http { ssl_protocols TLSv1; add_header A 1; add_header B 2; autoindex on; access_log a;
            server { listen 443 ssl; listen [::]:443 ssl; server_name a.example b.example; ssl_protocols TLSv1.3; add_header C 3;
              location /data { autoindex off; location /data/x { deny all; } if ($a) { return 403; } } }
            server { access_log off; } }";
        let settings = force(text, &nothing);
        let first = "server a.example b.example (443)";
        assert_eq!(of(&settings, first, "ssl_protocols"), ["TLSv1.3"]);
        assert_eq!(of(&settings, first, "add_header"), ["C 3"]);
        assert_eq!(of(&settings, first, "autoindex"), ["on"]);
        assert_eq!(of(&settings, first, "listen").len(), 2);
        assert_eq!(of(&settings, first, "error_log"), ["e"]);
        assert_eq!(of(&settings, first, "@tls"), ["on"]);
        assert_eq!(of(&settings, first, "@plain_http"), ["off"]);
        assert_eq!(of(&settings, &format!("{first} location /data"), "autoindex"), ["off"]);
        assert_eq!(of(&settings, &format!("{first} location /data location /data/x"), "deny"), ["all"]);
        assert_eq!(of(&settings, &format!("{first} location /data if ($a)"), "return"), ["403"]);
        let second = "server _ (80)";
        assert_eq!(of(&settings, second, "add_header"), ["A 1", "B 2"]);
        assert_eq!(of(&settings, second, "access_log"), ["off"]);
        assert_eq!(of(&settings, second, "@tls"), ["off"]);
        assert_eq!(of(&settings, second, "@plain_http"), ["on"]);
        assert_eq!(of(&settings, "", "user"), ["w"]);
        assert_eq!(of(&settings, "", "ssl_protocols"), Vec::<String>::new());
    }

    #[test]
    fn without_servers_there_is_one_context() {
        let settings = force("user w; http { server_tokens off; types { a b; } }", &nothing);
        assert_eq!(of(&settings, "", "server_tokens"), ["off"]);
        assert_eq!(of(&force("ssl_protocols TLSv1;", &nothing), "", "ssl_protocols"), ["TLSv1"]);
        let site = force("autoindex on; server { listen unix:/x; }", &nothing);
        assert_eq!(of(&site, "server _ (unix:/x)", "autoindex"), ["on"]);
        assert_eq!(of(&site, "server _ (unix:/x)", "@plain_http"), ["off"]);
        let stream = force("stream { server { listen 3306; } }", &nothing);
        assert_eq!(of(&stream, "stream server _ (3306)", "listen"), ["3306"]);
    }

    #[test]
    fn includes_stand_in_their_place() {
        let include = |glob: &str| {
            assert_eq!(glob, "/etc/nginx/conf.d/*.conf");
            let document = CONFIG.read("server { listen 80; }").unwrap();
            Included { documents: vec![(3, Arc::new(document))], missing: false }
        };
        let root = CONFIG.read("http { autoindex on; include conf.d/*.conf; }").unwrap();
        let settings = CONFIG.effective(&root, &include).unwrap();
        let from: Vec<_> = settings.iter().map(|s| (&*s.key, s.artifact)).collect();
        assert_eq!(from.get(..2), Some(&[("autoindex", None), ("listen", Some(3))][..]));
        let bomb = Arc::new(CONFIG.read("include a; include b; x y;").unwrap());
        let number = std::cell::Cell::new(0);
        let more = |_: &str| {
            number.set(number.get() + 1);
            Included { documents: vec![(number.get(), Arc::clone(&bomb))], missing: false }
        };
        assert_eq!(of(&force("include x;", &more), "", "@incomplete"), ["yes"]);
    }

    #[test]
    fn redirects_count_only_where_nothing_stays_behind() {
        assert_eq!(redirecting("return 301 https://$host$request_uri;"), "yes");
        assert_eq!(redirecting("rewrite ^(.*)$ https://$host$1 permanent;"), "yes");
        assert_eq!(redirecting("rewrite ^/old$ https://$host/new;"), "no");
        assert_eq!(redirecting("location / { return 301 https://$host$request_uri; }"), "yes");
        assert_eq!(
            redirecting("location / { return 301 https://$host; } location ^~ /.well-known/acme-challenge/ { root /w; }"),
            "yes"
        );
        assert_eq!(redirecting("location / { return 301 https://$host; } location /export { alias /data; }"), "no");
        assert_eq!(redirecting("if ($scheme != \"https\") { return 301 https://$host; }"), "yes");
        assert_eq!(redirecting("if ($host = a) { return 301 https://$host; } return 404;"), "yes");
        assert_eq!(redirecting("if ($host = a) { return 301 https://$host; } root /w;"), "no");
        assert_eq!(redirecting("return 301 http://$host;"), "no");
        assert_eq!(redirecting("root /w;"), "no");
    }

    #[test]
    fn claims_by_name_place_and_content() {
        assert_eq!(claim("etc/nginx/nginx.conf", ""), Claim::Product);
        assert_eq!(claim("etc/nginx/conf.d/tls.conf", "ssl_protocols TLSv1;"), Claim::Product);
        assert_eq!(claim("etc/nginx/sites-enabled/default", "server {\n listen 80;\n}"), Claim::Product);
        assert_eq!(claim("portal.txt", "server\n{\n  listen 80;\n}"), Claim::Product);
        assert_eq!(claim("etc/apache2/sites-enabled/a.conf", "<VirtualHost *:80>\n</VirtualHost>"), Claim::No);
        assert_eq!(claim("a.conf", "listen 80\n"), Claim::No);
        assert_eq!(claim("policy.yaml", "nginx: |\n  server {\n    listen 80;\n  }"), Claim::No);
    }
}
