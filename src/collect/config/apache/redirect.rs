//! Whether a host of Apache sends every visitor on to https: Redirect and `RewriteRule` with what stands in front of them.
//! It must not judge, and what only the visitor or a proxy decides is never taken for a redirect of all.

use super::force::Item;

/// What visitors of plain http meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SendsOn {
    /// All are sent on to https.
    All,
    /// Some, or all, are not.
    NotAll,
    /// Nobody can say from here.
    Unknown(&'static str),
}

const PROXY: &str = "whether visitors are sent on to https depends on a header or a variable";
const CHAIN: &str = "its RewriteRules skip or go on over one another, and nobody can say which holds";

/// Patterns that every address fits.
const ANY: &[&str] = &[
    "^", "^/", "^(.*)$", "^/(.*)$", "(.*)", "^(.*)", "^/(.*)", "^.*$", "^/.*$", "^/?(.*)", "^/?(.*)$", ".*", "^.*", "/.*",
    "/(.*)",
];

fn https(word: &str) -> bool {
    word.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"))
}

/// Whether a pattern is of the challenges by which certificates are got: nobody's data.
fn challenge(pattern: &str) -> bool {
    let bare: String = pattern.chars().filter(|c| *c != '\\').collect();
    let rest = bare.strip_prefix('^').unwrap_or(&bare);
    ["/.well-known/acme-challenge", "/.well-known/pki-validation"].iter().any(|path| rest.starts_with(path))
        && !rest.contains('|')
}

/// What one `RewriteCond` says of a visitor over plain http.
enum Holds {
    Always,
    /// For the host's name that it gives.
    Name(String),
    Sometimes,
    Unknown,
}

/// `RewriteCond TEST PATTERN [FLAGS]`.
fn cond(value: &str) -> (Holds, bool) {
    let words: Vec<&str> = value.split(' ').collect();
    let (test, pattern) = (words.first().copied().unwrap_or_default(), words.get(1).copied().unwrap_or_default());
    let flags = flags(words.get(2..).unwrap_or_default());
    let or = flags.iter().any(|flag| matches!(&**flag, "or" | "ornext"));
    let test = test.to_ascii_uppercase();
    let (not, bare) = pattern.strip_prefix('!').map_or((false, pattern), |rest| (true, rest));
    let word = bare.trim_start_matches(['=', '^']).trim_end_matches('$').to_ascii_lowercase();
    let holds = match (&*test, not, &*word) {
        ("%{HTTPS}", false, "off")
        | ("%{HTTPS}", true, "on")
        | ("%{SERVER_PORT}", false, "80")
        | ("%{SERVER_PORT}", true, "443")
        | ("%{REQUEST_SCHEME}", true, "https")
        | ("%{REQUEST_SCHEME}", false, "http") => Holds::Always,
        ("%{REQUEST_URI}", true, _) if challenge(bare) => Holds::Always,
        (_, false, _) if ANY.contains(&bare) => Holds::Always,
        ("%{HTTP_HOST}" | "%{SERVER_NAME}", false, _)
            if bare.starts_with('=') || (bare.starts_with('^') && bare.ends_with('$')) =>
        {
            Holds::Name(word.replace('\\', ""))
        }
        _ if test.contains("%{HTTP:") || test.contains("%{ENV:") || test.starts_with("EXPR") => Holds::Unknown,
        _ => Holds::Sometimes,
    };
    (holds, or)
}

/// `[R=301,L]` as its parts.
fn flags(words: &[&str]) -> Vec<String> {
    let joined = words.concat();
    let inside = joined.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default();
    inside.split(',').map(|flag| flag.trim().to_ascii_lowercase()).collect()
}

/// Whether conditions hold for every visitor over plain http.
fn all_hold(conds: &[(Holds, bool)], names: &[String], only_named: bool) -> SendsOn {
    let mut result = SendsOn::All;
    // those joined by [OR] are one
    for group in conds.chunk_by(|before, _| before.1) {
        let given: Vec<&String> =
            group.iter().filter_map(|row| if let Holds::Name(name) = &row.0 { Some(name) } else { None }).collect();
        let named = only_named && !names.is_empty() && names.iter().all(|name| given.contains(&name));
        if named || group.iter().any(|row| matches!(row.0, Holds::Always)) {
            continue;
        }
        if group.iter().any(|row| matches!(row.0, Holds::Unknown)) {
            result = SendsOn::Unknown(PROXY);
        } else {
            return SendsOn::NotAll;
        }
    }
    result
}

/// Whether a host only sends visitors on to https. `first` is whether it also takes those who ask for no host that there is.
pub(super) fn sends_on(items: &[&Item], first: bool) -> SendsOn {
    let on = items.iter().rfind(|item| item.key == "rewriteengine").is_some_and(|item| item.value().eq_ignore_ascii_case("on"));
    let (by_rewrite, served) = if on { rewrites(items, first) } else { (SendsOn::NotAll, false) };
    if by_rewrite == SendsOn::All || served {
        return by_rewrite;
    }
    // what is proxied, or rewritten to a file, comes before Redirect
    let proxied = items
        .iter()
        .any(|item| matches!(&*item.key, "proxypass" | "proxypassmatch") && item.value().split(' ').nth(1) != Some("!"));
    if proxied {
        return by_rewrite;
    }
    match redirects(items) {
        SendsOn::NotAll => by_rewrite,
        other => other,
    }
}

/// `Redirect` and its kin: the first that fits is taken.
fn redirects(items: &[&Item]) -> SendsOn {
    for item in items {
        let words: Vec<&str> = item.value().split(' ').collect();
        let last = words.last().copied().unwrap_or_default();
        let target = https(last);
        let all = match &*item.key {
            "redirect" => words.iter().rev().nth(1) == Some(&"/"),
            "redirectpermanent" | "redirecttemp" => words.first() == Some(&"/"),
            "redirectmatch" => words.iter().rev().nth(1).is_some_and(|pattern| ANY.contains(pattern)),
            _ => continue,
        };
        if let (true, Some(reason)) = (all && target, item.unknown) {
            return SendsOn::Unknown(reason);
        }
        if target && all {
            return SendsOn::All;
        }
        if last.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://")) {
            return SendsOn::NotAll;
        }
    }
    SendsOn::NotAll
}

/// `RewriteRule`s in their order; and whether they answer some by themselves, so that no Redirect sees them.
fn rewrites(items: &[&Item], first: bool) -> (SendsOn, bool) {
    let names: Vec<String> = items
        .iter()
        .filter(|item| matches!(&*item.key, "servername" | "serveralias"))
        .flat_map(|item| item.value().split(' '))
        .map(|name| name.split("://").last().unwrap_or(name).split(':').next().unwrap_or(name).to_ascii_lowercase())
        .take(1000)
        .collect();
    let (mut conds, mut served, mut escaped, mut sent) = (Vec::new(), false, false, false);
    // why nobody can say: of the order of the rules, and of a redirect
    let (mut order, mut maybe) = (None, None);
    for item in items {
        match &*item.key {
            "rewritecond" => conds.push(cond(item.value())),
            "rewriterule" => {
                let held = all_hold(&std::mem::take(&mut conds), &names, !first);
                let words: Vec<&str> = item.value().split(' ').collect();
                let (pattern, target) = (words.first().copied().unwrap_or_default(), words.get(1).copied().unwrap_or_default());
                let flags = flags(words.get(2..).unwrap_or_default());
                let has = |names: &[&str]| flags.iter().any(|flag| names.contains(&flag.split('=').next().unwrap_or(flag)));
                let stops = has(&["l", "last", "end", "pt", "passthrough", "p", "proxy"]);
                let proxied = has(&["p", "proxy"]);
                if sent {
                    // a redirect without [L] that is written over
                    if target != "-" && !https(target) {
                        return (SendsOn::Unknown(CHAIN), true);
                    }
                    continue;
                }
                if has(&["s", "skip", "c", "chain", "n", "next"]) {
                    order = Some(CHAIN);
                } else if has(&["f", "forbidden", "g", "gone"]) {
                } else if https(target) && !proxied {
                    match (held, item.unknown) {
                        (SendsOn::All, None) if ANY.contains(&pattern) => {
                            sent = true;
                            if stops {
                                break;
                            }
                        }
                        (SendsOn::All, Some(reason)) if ANY.contains(&pattern) => maybe = Some(reason),
                        (SendsOn::Unknown(reason), _) if ANY.contains(&pattern) => maybe = Some(reason),
                        _ => {}
                    }
                } else if !has(&["r", "redirect"]) && (stops || proxied) && !challenge(pattern) {
                    // what is answered here is not sent on
                    escaped = true;
                    served |= target != "-" && !has(&["pt", "passthrough"]);
                } else if has(&["r", "redirect"]) && target.contains("://") {
                    escaped = true;
                    served = true;
                } else if target != "-" && !has(&["r", "redirect"]) {
                    // it goes on with another address; where nothing follows, it is answered
                    served = true;
                }
            }
            _ => {}
        }
    }
    match (sent, order.or(maybe)) {
        _ if escaped => (SendsOn::NotAll, served),
        (true, _) if order.is_none() => (SendsOn::All, true),
        (_, Some(reason)) => (SendsOn::Unknown(reason), served),
        _ => (SendsOn::NotAll, served),
    }
}
