//! What becomes of a request in nginx: whether plain http is sent on to https wherever it asks, and what browsers are told about it.
//! It must not judge, and takes a request for answered where it cannot follow it.

use super::{DEPTH, Item, blocks, plain};

/// What becomes of requests that a block's directives are run for.
#[derive(Default)]
struct Flow {
    /// How they end, if they do.
    end: Option<End>,
    /// Some are sent on to https by an `if`.
    some: bool,
    /// Some leave the directives before their end: `break`, `last`.
    escapes: bool,
    /// Some are answered.
    served: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Https,
    Refused,
    Served,
}

impl Flow {
    fn of(items: &[Item]) -> Self {
        let mut flow = Self::default();
        for item in items {
            let words = item.words();
            match (&*item.key, &*words) {
                ("return", words) => {
                    flow.end = Some(returned(words));
                    break;
                }
                ("rewrite", [pattern, url, flag @ ..]) => {
                    let all = *pattern == "^" || (pattern.contains('*') && pattern.chars().all(|c| "^$/().*?".contains(c)));
                    if https(url) && all {
                        flow.end = Some(End::Https);
                        break;
                    }
                    if url.contains("://") || url.starts_with('$') {
                        flow.served |= !https(url);
                    } else {
                        flow.escapes |= matches!(flag, ["last" | "break", ..]);
                    }
                }
                ("break", _) => {
                    flow.escapes = true;
                    break;
                }
                ("if", _) => {
                    let inner = Self::of(&item.children);
                    flow.escapes |= inner.escapes;
                    flow.served |= inner.served || inner.end == Some(End::Served);
                    flow.some |= inner.some || inner.end == Some(End::Https);
                    if by_scheme(item) && inner.end == Some(End::Https) && !inner.escapes && !inner.served {
                        flow.end = inner.end;
                        break;
                    }
                }
                _ => {}
            }
        }
        flow
    }

    /// Whether every request ends here, and none is answered.
    fn closed(&self) -> bool {
        matches!(self.end, Some(End::Https | End::Refused)) && !self.escapes && !self.served
    }

    /// Whether what is asked for is sent on; as certbot writes it: by name to https, and nothing for all others.
    fn sent(&self) -> bool {
        self.closed() && (self.end == Some(End::Https) || self.some)
    }
}

fn https(url: &str) -> bool {
    url.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"))
}

fn returned(words: &[&str]) -> End {
    match words {
        [url] if https(url) => End::Https,
        ["301" | "302" | "303" | "307" | "308", url, ..] if https(url) => End::Https,
        // another place of the same server, looked at by itself
        ["301" | "302" | "303" | "307" | "308", url, ..] if url.starts_with('/') && !url.starts_with("//") => End::Refused,
        [code, ..] if code.len() == 3 && code.starts_with(['4', '5']) => End::Refused,
        _ => End::Served,
    }
}

/// Whether an `if` holds for all that comes over plain http.
fn by_scheme(item: &Item) -> bool {
    let bare: String = item.value.scalar().unwrap_or_default().chars().filter(|c| !" ()\"'".contains(*c)).collect();
    ["$scheme=http", "$scheme!=https", "$https=", "$https!=on", "$ssl_protocol=", "$server_port=80"].contains(&&*bare)
}

/// Whether `deny all` is the first word about who may come in.
fn denied(items: &[Item], any: bool) -> bool {
    let mut rules = items.iter().filter(|item| !item.block && matches!(&*item.key, "allow" | "deny"));
    !any && rules.next().is_some_and(|item| item.key == "deny" && item.words() == ["all"])
}

/// Whether one word of `satisfy` is enough here.
fn satisfied_by_any(items: &[Item], outer: bool) -> bool {
    let own = plain(items).into_iter().rfind(|item| item.key == "satisfy");
    own.map_or(outer, |item| item.words() == ["any"])
}

/// Whether a location leaves nothing to be read over plain http.
fn harmless(location: &Item, any: bool, depth: usize) -> bool {
    let any = satisfied_by_any(&location.children, any);
    let challenge = match &*location.words() {
        [path] | ["=" | "^~", path] => {
            ["/.well-known/acme-challenge", "/.well-known/pki-validation"].iter().any(|known| path.starts_with(known))
        }
        _ => false,
    };
    let flow = Flow::of(&location.children);
    let own = challenge || flow.closed() || (denied(&location.children, any) && !flow.served && flow.end != Some(End::Served));
    own && depth < DEPTH && blocks(&location.children, "location").all(|inner| harmless(inner, any, depth + 1))
}

/// Whether a server sends every request to https, be it place by place.
pub(super) fn all_to_https(server: &[Item]) -> bool {
    let flow = Flow::of(server);
    if flow.sent() {
        return true;
    }
    let any = satisfied_by_any(server, false);
    let root = |item: &Item| matches!(&*item.words(), ["/"] | ["^~", "/"]) && Flow::of(&item.children).sent();
    // a request that no directive of the server answers comes to a place
    !flow.served
        && flow.end.is_none()
        && blocks(server, "location").any(root)
        && blocks(server, "location").all(|location| harmless(location, any, 0))
}

/// What the headers at one place say of https: for how many seconds.
fn told(items: &[&Item]) -> u64 {
    let seconds = items.iter().filter(|item| item.key == "add_header").find_map(|item| {
        let value = item.value.scalar()?.to_ascii_lowercase();
        let rest = value.strip_prefix("strict-transport-security")?.split_once("max-age=")?.1.trim_start_matches('"');
        let digits: String = rest.chars().take_while(char::is_ascii_digit).take(12).collect();
        digits.parse().ok()
    });
    seconds.unwrap_or(0)
}

/// For how many seconds browsers are told to come back over https only, in the place where it is fewest.
pub(super) fn hsts(own: &[&Item], server: &[Item]) -> u64 {
    let here = told(own);
    // where the server answers by itself, or leaves the rest to one place
    let rest =
        blocks(server, "location").any(|item| matches!(&*item.words(), ["/"] | ["^~", "/"])) && Flow::of(server).end.is_none();
    let inside = fewest(server, here, 0);
    if rest { inside.unwrap_or(here) } else { inside.map_or(here, |inside| inside.min(here)) }
}

/// The fewest of the places inside a block.
fn fewest(items: &[Item], outer: u64, depth: usize) -> Option<u64> {
    let places = items.iter().filter(|item| item.block && matches!(&*item.key, "location" | "if" | "limit_except"));
    let mut least: Option<u64> = None;
    for place in places.filter(|_| depth < DEPTH) {
        let inside = plain(&place.children);
        let replaced = inside.iter().any(|item| item.key == "add_header");
        let merged = inside.iter().any(|item| item.key == "add_header_inherit" && item.words() == ["merge"]);
        let here = match told(&inside) {
            0 if !replaced || merged => outer,
            seconds => seconds,
        };
        // what is refused is nobody's page
        let refused = Flow::of(&place.children).end == Some(End::Refused) || denied(&place.children, false);
        let found = if refused { None } else { Some(here) };
        let least_here = [found, fewest(&place.children, here, depth + 1)].into_iter().flatten().min();
        least = [least, least_here].into_iter().flatten().min();
    }
    least
}
