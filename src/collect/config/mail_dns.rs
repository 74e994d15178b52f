//! What the DNS says of a domain's mail: DMARC, SPF, MTA-STS and TLS-RPT, from zone files, the output of `dig` or lists of TXT
//! records, and the policy file of MTA-STS. It must not keep addresses of mail, and it asks no server.

use super::anybody;
use super::flat::{self, Place};
use super::known::{self, Known, is, unset};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct MailDnsReader;

/// The reader, for the registry.
pub(super) static CONFIG: MailDnsReader = MailDnsReader;

/// What holds where a DMARC record leaves it out.
const KNOWN: &[Known] = &[
    is("dmarc.pct", "100", "RFC 7489, 6.3"),
    is("dmarc.adkim", "r", "RFC 7489, 6.3"),
    is("dmarc.aspf", "r", "RFC 7489, 6.3"),
    is("dmarc.rua", "no", "RFC 7489, 6.3"),
    unset("dmarc.p", "RFC 7489, 6.3"),
    unset("dmarc.sp", "RFC 7489, 6.3"),
    unset("spf.all", "RFC 7208, 5.1"),
    unset("mta_sts.mode", "RFC 8461, 3.2"),
    unset("mta_sts.max_age", "RFC 8461, 3.2"),
];
/// How records begin, and what they are.
const VERSIONS: &[(&str, &str)] = &[("v=dmarc1", "dmarc"), ("v=spf1", "spf"), ("v=stsv1", "mta_sts"), ("v=tlsrptv1", "tls_rpt")];
const MOST: usize = 50_000;

impl Config for MailDnsReader {
    fn id(&self) -> &'static str {
        "mail_dns"
    }

    fn title(&self) -> &'static str {
        "mail of a domain in the DNS (DMARC, SPF, MTA-STS, TLS-RPT)"
    }

    fn notes(&self) -> &'static str {
        "For each domain: `dmarc.p`, `dmarc.sp` (as p where not set), `dmarc.pct`, `dmarc.adkim`, `dmarc.aspf`, `dmarc.rua` (yes, no); `spf.all` (-all, \
         ~all, ?all, +all; unknown behind a redirect), `spf.lookups` (terms that ask the DNS, 10 at most); `mta_sts` and `tls_rpt` (yes where the \
         record is there); `mta_sts.mode` and `mta_sts.max_age` from the policy file. Two DMARC or SPF records of one domain are unknown; a zone (with its SOA) that has none says `none`. A network of everybody in SPF is +all."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        if text::meaningful(probe, &['#'])
            .next()
            .is_some_and(|line| line.to_ascii_lowercase().replace(' ', "") == "version:stsv1")
        {
            return Claim::Product;
        }
        if !probe.head.contains("v=") && !probe.head.contains("V=") {
            return Claim::No;
        }
        let (mut all, mut ours, mut telling) = (0, 0, 0);
        for line in text::meaningful(probe, &[';', '#']).take(400) {
            let lower = line.to_ascii_lowercase();
            let record = lower
                .split_whitespace()
                .any(|word| matches!(word, "in" | "txt" | "soa" | "mx" | "ns" | "a" | "aaaa" | "cname" | "text"));
            let begins = lower.trim_start_matches('"').starts_with("v=");
            let version = VERSIONS.iter().any(|row| lower.contains(row.0));
            telling += usize::from(version && (record || begins || lower.starts_with('_')));
            ours += usize::from(record || version || lower.starts_with(['$', '"', ')', '(']));
            all += 1;
        }
        if telling >= 1 && ours * 2 >= all { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let mut root = Vec::new();
        let policy = source.lines().next().is_some_and(|line| line.to_ascii_lowercase().replace(' ', "") == "version:stsv1");
        if policy {
            let rows = text::lines(source).filter_map(|(number, line)| line.split_once(':').map(|row| (number, row)));
            let kept = rows.filter(|(_, row)| matches!(row.0.trim(), "mode" | "max_age"));
            let entries =
                kept.map(|(number, row)| flat::entry(format!("mta_sts.{}", row.0.trim()), row.1.trim(), number, 1)).collect();
            root.push(flat::block("policy", entries, 1, 1));
            return Ok(Node::new(Kind::Map(root), 1, 1));
        }
        let (mut origin, mut owner) = (String::new(), String::new());
        for (number, line) in records(source) {
            let line = line.as_str();
            if let Some(rest) = line.strip_prefix("$ORIGIN") {
                rest.trim().trim_end_matches('.').clone_into(&mut origin);
                continue;
            }
            if !line.starts_with([' ', '\t', '"']) && !line.to_ascii_lowercase().starts_with("v=") {
                owner = name(line.split_whitespace().next().unwrap_or_default(), &origin);
            }
            let lower = line.to_ascii_lowercase();
            if lower.split_whitespace().take(5).any(|word| word == "soa") {
                let domain = flat::entry("@domain", owner.clone(), number, 1);
                root.push(flat::block("zone", vec![domain], number, 1));
                continue;
            }
            // the same length in bytes: only ASCII changes
            let Some((at, kind)) = VERSIONS.iter().find_map(|(version, kind)| lower.find(version).map(|at| (at, *kind))) else {
                continue;
            };
            let value = joined(line, at);
            let mut entries = vec![flat::entry("@domain", owner.clone(), number, 1)];
            entries.extend(described(kind, &value).into_iter().map(|(key, value)| flat::entry(key, value, number, 1)));
            root.push(flat::block(kind, entries, number, 1));
            if root.len() >= MOST {
                return Err(text::error("more records than can be kept", number));
            }
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings: Vec<Setting> = Vec::new();
        let mut seen: std::collections::HashMap<(String, &str), usize> = std::collections::HashMap::new();
        let domain = |entry: &Entry| entry.node.get("@domain").map(|node| text::label(node, None)).unwrap_or_default();
        for entry in root.entries() {
            *seen.entry((domain(entry), entry.key.as_str())).or_default() += 1;
        }
        for entry in root.entries() {
            let context = domain(entry);
            if entry.key == "zone" {
                let has = |kind| seen.contains_key(&(context.clone(), kind));
                settings.extend(silent(&context, Place::of(entry, None), has("dmarc"), has("spf")));
                continue;
            }
            let several = seen.get(&(context.clone(), entry.key.as_str())).is_some_and(|times| *times > 1);
            let mut here: Vec<Setting> = Vec::new();
            for inner in entry.node.entries().iter().filter(|inner| inner.key != "@domain") {
                let place = Place::of(inner, None);
                let value = text::label(&inner.node, None);
                if several && matches!(&*entry.key, "dmarc" | "spf") {
                    here.push(place.unknown(
                        &context,
                        &inner.key,
                        "the domain has several such records, so none of them counts",
                        &[],
                    ));
                } else if value == "(redirect)" {
                    here.push(place.unknown(&context, &inner.key, "another domain's record says it", &[]));
                } else {
                    here.push(place.text(&context, &inner.key, value));
                }
            }
            if entry.key == "dmarc" && !several {
                known::fill(&mut here, KNOWN, Fold::Exact, &context);
            }
            settings.append(&mut here);
        }
        Some(settings)
    }
}

/// What holds for the domain of a whole zone that has no record of a kind.
fn silent(domain: &str, place: Place, dmarc: bool, spf: bool) -> Vec<Setting> {
    let mut out = Vec::new();
    if !dmarc && domain.matches('.').count() > 1 {
        let reason = "it has no record, and that of the domain above it may hold";
        out.push(place.unknown(domain, "dmarc.p", reason, &[]));
    } else if !dmarc {
        out.push(place.text(domain, "dmarc.p", "none"));
    }
    if !spf {
        out.push(place.text(domain, "spf.all", "none"));
    }
    out
}

/// Lines, with those in brackets made one; comments of zone files gone.
fn records(source: &str) -> Vec<(u32, String)> {
    let mut out: Vec<(u32, String)> = Vec::new();
    let mut open = false;
    for (number, line) in text::lines(source) {
        let mut quoted = false;
        let comment = line.char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == ';' && !quoted
        });
        // in a list without quotes a semicolon parts tags
        let cut = comment.map(|row| row.0).filter(|_| line.contains('"') || line.trim_start().starts_with(';'));
        let body = cut.and_then(|at| line.get(..at)).unwrap_or(line);
        let outside: String = body.split('"').step_by(2).collect();
        match out.last_mut().filter(|_| open) {
            Some(last) => {
                last.1.push(' ');
                last.1.push_str(body.trim());
            }
            None if !body.trim().is_empty() => out.push((number, body.to_owned())),
            None => {}
        }
        open = if open { !outside.contains(')') } else { outside.contains('(') && !outside.contains(')') };
    }
    out
}

/// The text of a record that begins at a byte: quoted pieces are one text.
fn joined(line: &str, at: usize) -> String {
    let before = line.get(..at).unwrap_or_default();
    let rest = line.get(at..).unwrap_or_default();
    if before.matches('"').count() % 2 == 1 { rest.split('"').step_by(2).collect() } else { rest.trim().to_owned() }
}

/// The domain that an owner name speaks of.
fn name(owner: &str, origin: &str) -> String {
    let whole = match owner {
        "@" => origin.to_owned(),
        _ if owner.ends_with('.') || origin.is_empty() => owner.trim_end_matches('.').to_owned(),
        _ => format!("{owner}.{origin}"),
    };
    let lower = whole.to_ascii_lowercase();
    let bare = ["_dmarc.", "_mta-sts.", "_smtp._tls."].into_iter().find_map(|start| lower.strip_prefix(start));
    bare.unwrap_or(&lower).to_owned()
}

/// What a record says.
fn described(kind: &str, value: &str) -> Vec<(String, String)> {
    match kind {
        "dmarc" => {
            let tags = value.split(';').skip(1).filter_map(|tag| tag.split_once('='));
            let mut out: Vec<(String, String)> = Vec::new();
            for (tag, value) in tags.map(|row| (row.0.trim().to_ascii_lowercase(), row.1.trim().to_ascii_lowercase())) {
                match &*tag {
                    "p" | "sp" | "pct" | "adkim" | "aspf" => out.push((format!("dmarc.{tag}"), value)),
                    "rua" | "ruf" => out.push((format!("dmarc.{tag}"), "yes".to_owned())),
                    _ => {}
                }
            }
            // no policy that can be used is the same as none
            if !out.iter().any(|row| row.0 == "dmarc.p") {
                out.push(("dmarc.p".to_owned(), "none".to_owned()));
            }
            if !out.iter().any(|row| row.0 == "dmarc.sp") {
                let own = out.iter().find(|row| row.0 == "dmarc.p").map(|row| row.1.clone()).unwrap_or_default();
                out.push(("dmarc.sp".to_owned(), own));
            }
            out
        }
        "spf" => {
            let terms: Vec<String> = value.split_whitespace().skip(1).map(str::to_ascii_lowercase).collect();
            let bare = |term: &str| term.trim_start_matches(['+', '-', '~', '?']).to_owned();
            let asks = |term: &String| {
                let bare = bare(term);
                let name = bare.split([':', '/', '=']).next().unwrap_or_default();
                matches!(name, "include" | "a" | "mx" | "ptr" | "exists" | "redirect")
            };
            let all = terms.iter().find(|term| bare(term) == "all");
            let redirect = terms.iter().any(|term| term.starts_with("redirect="));
            // a network of everybody is as good as +all
            let open = terms.iter().any(|term| {
                let term = term.trim_start_matches('+');
                let network = term.strip_prefix("ip4:").or_else(|| term.strip_prefix("ip6:"));
                network.is_some_and(|network| anybody::wide(network, None))
            });
            let shown = match all {
                _ if open => "+all".to_owned(),
                Some(term) if term == "all" => "+all".to_owned(),
                Some(term) => term.clone(),
                None if redirect => "(redirect)".to_owned(),
                None => "?all".to_owned(),
            };
            let lookups = terms.iter().filter(|term| asks(term)).count();
            vec![("spf.all".to_owned(), shown), ("spf.lookups".to_owned(), lookups.to_string())]
        }
        other => vec![(other.to_owned(), "yes".to_owned())],
    }
}
