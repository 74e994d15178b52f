//! Postfix: `main.cf` as Postfix reads it, with what a parameter means when it is absent and what references in values come to.
//! It must not judge values. `master.cf`, where a service may set parameters of its own, and tables that a value names are not opened.

use std::collections::HashMap;

use super::known::{self, Absent, Known, is, varies};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Kind, Node, Setting};

/// The reader.
pub(super) struct PostfixReader;

/// The reader, for the registry.
pub(super) static CONFIG: PostfixReader = PostfixReader;

const MAN: &str = "postconf(5)";
const RELAY: &str = "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination";
const PROTOCOLS: &[(&str, &str)] = &[("before 3.6", "!SSLv2, !SSLv3"), ("since 3.6", ">=TLSv1")];
const CIPHERS: &[(&str, &str)] = &[("before July 2015", "export"), ("since July 2015", "medium")];

/// What the manual documents, of Postfix 3.0 and later.
const KNOWN: &[Known] = &[
    varies("append_dot_mydomain", &[("compatibility_level below 1", "yes"), ("from 1 on", "no")], MAN),
    is("broken_sasl_auth_clients", "no", MAN),
    is("compatibility_level", "0", MAN),
    is("disable_vrfy_command", "no", MAN),
    is("inet_interfaces", "all", MAN),
    is("inet_protocols", "all", MAN),
    is("local_recipient_maps", "proxy:unix:passwd.byname $alias_maps", MAN),
    is("mail_name", "Postfix", MAN),
    is("mailbox_size_limit", "51200000", MAN),
    is("maillog_file", "", MAN),
    is("message_size_limit", "10240000", MAN),
    is("mydestination", "$myhostname, localhost.$mydomain, localhost", MAN),
    varies("mynetworks", &[("mynetworks_style = subnet", "the host's networks"), ("host", "the host's own addresses")], MAN),
    varies("mynetworks_style", &[("compatibility_level below 2", "subnet"), ("from 2 on", "host")], MAN),
    is("myorigin", "$myhostname", MAN),
    varies("relay_domains", &[("compatibility_level below 2", "$mydestination"), ("from 2 on", "")], MAN),
    is("relayhost", "", MAN),
    is("smtp_enforce_tls", "no", MAN),
    is("smtp_sasl_auth_enable", "no", MAN),
    is("smtp_sasl_security_options", "noplaintext, noanonymous", MAN),
    is("smtp_sasl_tls_security_options", "$smtp_sasl_security_options", MAN),
    is("smtp_tls_CAfile", "", MAN),
    is("smtp_tls_CApath", "", MAN),
    is("smtp_tls_cert_file", "", MAN),
    varies("smtp_tls_ciphers", CIPHERS, MAN),
    is("smtp_tls_enforce_peername", "yes", MAN),
    is("smtp_tls_exclude_ciphers", "", MAN),
    is("smtp_tls_key_file", "$smtp_tls_cert_file", MAN),
    is("smtp_tls_loglevel", "0", MAN),
    is("smtp_tls_mandatory_ciphers", "medium", MAN),
    is("smtp_tls_mandatory_exclude_ciphers", "", MAN),
    varies("smtp_tls_mandatory_protocols", PROTOCOLS, MAN),
    is("smtp_tls_policy_maps", "", MAN),
    varies("smtp_tls_protocols", PROTOCOLS, MAN),
    is("smtp_tls_security_level", "", MAN),
    is("smtp_tls_wrappermode", "no", MAN),
    is("smtp_use_tls", "no", MAN),
    is("smtpd_banner", "$myhostname ESMTP $mail_name", MAN),
    is("smtpd_client_connection_count_limit", "50", MAN),
    is("smtpd_client_connection_rate_limit", "0", MAN),
    is("smtpd_client_restrictions", "", MAN),
    is("smtpd_delay_reject", "yes", MAN),
    is("smtpd_enforce_tls", "no", MAN),
    varies("smtpd_forbid_bare_newline", &[("before 3.9", "no"), ("since 3.9", "normalize")], MAN),
    varies("smtpd_forbid_unauth_pipelining", &[("before 3.9", "no"), ("since 3.9", "yes")], MAN),
    is("smtpd_helo_required", "no", MAN),
    is("smtpd_helo_restrictions", "", MAN),
    is("smtpd_recipient_restrictions", "", MAN),
    is("smtpd_reject_unlisted_recipient", "yes", MAN),
    varies("smtpd_relay_restrictions", &[("compatibility_level below 1", ""), ("from 1 on", RELAY)], MAN),
    is("smtpd_sasl_auth_enable", "no", MAN),
    is("smtpd_sasl_path", "smtpd", MAN),
    is("smtpd_sasl_security_options", "noanonymous", MAN),
    is("smtpd_sasl_tls_security_options", "$smtpd_sasl_security_options", MAN),
    is("smtpd_sasl_type", "cyrus", MAN),
    is("smtpd_sender_restrictions", "", MAN),
    is("smtpd_tls_CAfile", "", MAN),
    is("smtpd_tls_ask_ccert", "no", MAN),
    is("smtpd_tls_auth_only", "no", MAN),
    is("smtpd_tls_cert_file", "", MAN),
    is("smtpd_tls_chain_files", "", MAN),
    varies("smtpd_tls_ciphers", CIPHERS, MAN),
    is("smtpd_tls_dcert_file", "", MAN),
    is("smtpd_tls_eccert_file", "", MAN),
    is("smtpd_tls_exclude_ciphers", "", MAN),
    is("smtpd_tls_key_file", "$smtpd_tls_cert_file", MAN),
    is("smtpd_tls_loglevel", "0", MAN),
    is("smtpd_tls_mandatory_ciphers", "medium", MAN),
    is("smtpd_tls_mandatory_exclude_ciphers", "", MAN),
    varies("smtpd_tls_mandatory_protocols", PROTOCOLS, MAN),
    varies("smtpd_tls_protocols", PROTOCOLS, MAN),
    is("smtpd_tls_received_header", "no", MAN),
    is("smtpd_tls_req_ccert", "no", MAN),
    is("smtpd_tls_security_level", "", MAN),
    is("smtpd_tls_wrappermode", "no", MAN),
    is("smtpd_use_tls", "no", MAN),
    is("soft_bounce", "no", MAN),
    is("tls_preempt_cipherlist", "no", MAN),
];

/// Defaults that `compatibility_level` decides, as Postfix itself has them: whether one is set is asked of this text, not of what it comes to.
const BY_LEVEL: &[(&str, &str)] = &[
    ("append_dot_mydomain", "${{$compatibility_level} <level {1} ? {yes} : {no}}"),
    ("mynetworks_style", "${{$compatibility_level} <level {2} ? {subnet} : {host}}"),
    ("relay_domains", "${{$compatibility_level} <level {2} ? {$mydestination} : {}}"),
    (
        "smtpd_relay_restrictions",
        "${{$compatibility_level} <level {1} ? {} : {permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination}}",
    ),
];

/// Keys that nothing but Postfix has.
const TELLING: &[&str] = &[
    "alias_maps",
    "compatibility_level",
    "inet_interfaces",
    "mydestination",
    "mynetworks",
    "myorigin",
    "relayhost",
    "smtp_tls_security_level",
    "smtpd_banner",
    "smtpd_recipient_restrictions",
    "smtpd_relay_restrictions",
    "smtpd_sasl_auth_enable",
    "smtpd_tls_auth_only",
    "smtpd_tls_cert_file",
    "smtpd_tls_key_file",
    "smtpd_tls_security_level",
    "smtpd_use_tls",
];

/// References within references that Postfix follows.
const DEEPEST: usize = 100;
/// Characters that a value may come to.
const MOST: usize = 4_096;
/// References that are followed for one value, and for a whole file: names that double each other come to nothing for long.
const STEPS: usize = 2_000;
const ALL_STEPS: usize = 200_000;

const ELSEWHERE: &str = "it refers to a parameter that the file does not set and whose default the host decides";
const NOT_KEPT: &str = "it refers to a value that is not kept";
const BROKEN: &str = "a reference in it is not well formed: Postfix does not start with that";
const TOO_MUCH: &str = "its references go too deep, or come to too much text";

impl Config for PostfixReader {
    fn id(&self) -> &'static str {
        "postfix"
    }

    fn title(&self) -> &'static str {
        "Postfix (mail server, main.cf)"
    }

    fn notes(&self) -> &'static str {
        "Keys are the parameters of postconf(5), written exactly so; the last value of one is in force, lines that begin with a blank \
         go on. References ($name, ${name?{text}:{text}}, comparisons) are replaced by what they come to, as `postconf -x` does; a \
         value that refers to what the host decides ($myhostname where nobody sets it) is unknown. Switches are given as yes or no. \
         Defaults are those of Postfix 3.0 and later; what compatibility_level decides is told by it. `@tls_offered` and \
         `@tls_required` say what the server does: smtpd_tls_security_level overrides smtpd_use_tls and smtpd_enforce_tls, and \
         nothing is offered without a certificate. `@client_tls_used` and `@client_tls_required` say it of the client, where \
         smtp_tls_policy_maps does not say otherwise. Services with parameters of their own (master.cf) and tables are not looked at."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.name == "main.cf" {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut all, mut known, mut telling) = (0, 0, 0);
        for line in text::split(text::unmarked(probe.head)).take(1_000) {
            if line.is_empty() || line.starts_with(|c: char| blank(c) || c == '#') {
                continue;
            }
            let Some((key, _)) = line.split_once('=') else { return Claim::No };
            let key = key.trim_end();
            all += 1;
            known += usize::from(KNOWN.iter().any(|row| row.key == key) || TELLING.contains(&key));
            telling += usize::from(TELLING.contains(&key));
        }
        if telling >= 2 && known * 3 > all { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root: Vec<Entry> = Vec::new();
        // what stands before the first name and begins with a blank continues nothing: Postfix passes it over
        let (mut open, mut joined) = (None::<(u32, u32)>, String::new());
        for (number, line) in text::lines(text::clean(source)?) {
            let body = line.trim_start_matches(blank);
            if body.is_empty() || body.starts_with('#') {
                continue;
            }
            if body.len() < line.len() {
                joined.push_str(line);
                continue;
            }
            root.extend(logical(open, &joined)?);
            joined.clear();
            joined.push_str(line);
            open = Some((number, text::column(line, line.find('=').map_or(0, |at| at + 1))));
        }
        root.extend(logical(open, &joined)?);
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "{key} = {value}"
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings: Vec<Setting> = Vec::new();
        let mut at: HashMap<&str, usize> = HashMap::new();
        for entry in root.entries() {
            if let Some(known) = at.get(&*entry.key).and_then(|index| settings.get_mut(*index)) {
                *known = Setting::of(entry);
            } else {
                at.insert(&entry.key, settings.len());
                settings.push(Setting::of(entry));
            }
        }
        known::fill(&mut settings, KNOWN, self.fold(), "");
        let written = settings.clone();
        let values = written.iter().map(|setting| (&*setting.key, value(setting))).collect();
        let mut work = References { values, steps: 0, all: 0 };
        for setting in &mut settings {
            work.settle(setting);
        }
        let derived = [server(&settings), client(&settings)].concat();
        settings.extend(derived);
        Some(settings)
    }
}

/// A blank as C has it.
fn blank(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

/// A logical line as an entry; nothing where none is open.
fn logical(open: Option<(u32, u32)>, joined: &str) -> Result<Option<Entry>, ReadError> {
    let Some((line, column)) = open else { return Ok(None) };
    let wrong = || text::error("a line that is no `name = value`", line);
    let (key, value) = joined.split_once('=').ok_or_else(wrong)?;
    let key = key.trim_matches(blank);
    if key.is_empty() || key.contains(blank) {
        return Err(wrong());
    }
    let node = text::value(value.trim_matches(blank).to_owned(), line, column);
    Ok(Some(Entry { key: key.to_owned(), line, column: 1, node }))
}

/// What a name stands for.
enum Value<'a> {
    /// Text, references in it and all.
    Text(&'a str),
    /// Something that was not kept.
    Masked,
    /// Something that nobody can say, and why.
    Unknown(&'a str),
}

/// What a default comes to by the level, as Postfix has it.
fn leveled(setting: &Setting) -> Option<&'static str> {
    BY_LEVEL.iter().find(|row| setting.default && row.0 == setting.key).map(|row| row.1)
}

/// What a setting says to whoever refers to it.
fn value(setting: &Setting) -> Value<'_> {
    match (leveled(setting), &setting.unknown, setting.value.scalar()) {
        (Some(text), _, _) => Value::Text(text),
        (_, Some(why), _) => Value::Unknown(why),
        (_, _, Some(text)) => Value::Text(text),
        _ => Value::Masked,
    }
}

/// References as Postfix follows them.
struct References<'a> {
    values: HashMap<&'a str, Value<'a>>,
    steps: usize,
    all: usize,
}

impl References<'_> {
    /// Replaces what a setting refers to, and gives its value the spelling of `postconf`.
    fn settle(&mut self, setting: &mut Setting) {
        let written = match (leveled(setting), &setting.value.kind) {
            (Some(text), _) => text.to_owned(),
            (None, Kind::Text(text)) if setting.unknown.is_none() => text.clone(),
            _ => return,
        };
        let mut out = String::new();
        self.steps = 0;
        match self.expand(&written, &mut out, 0) {
            Ok(()) => {
                setting.unknown = None;
                setting.cases.clear();
                let plain: Vec<&str> = out.split(blank).filter(|word| !word.is_empty()).collect();
                let plain = plain.join(" ");
                // an address that was put together from parts has been looked at by nobody
                let composed = written.contains('$') && plain.contains('@');
                setting.value.kind = if composed { Kind::Masked("(not kept)".to_owned()) } else { Kind::Text(plain) };
                spell(setting);
            }
            Err(why) => setting.unknown = Some(why),
        }
    }

    fn expand(&mut self, text: &str, out: &mut String, depth: usize) -> Result<(), String> {
        self.steps += 1;
        self.all += 1;
        if depth > DEEPEST || self.steps > STEPS || self.all > ALL_STEPS {
            return Err(TOO_MUCH.to_owned());
        }
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            rest = if let Some(after) = after.strip_prefix('$') {
                out.push('$');
                after
            } else if after.starts_with(['{', '(']) {
                let (body, after) = balanced(after)?;
                self.reference(body, out, depth)?;
                after
            } else {
                let (name, after) = name(after);
                if name.is_empty() {
                    return Err(BROKEN.to_owned());
                }
                self.reference(name, out, depth)?;
                after
            };
        }
        out.push_str(rest);
        if out.len() > MOST { Err(TOO_MUCH.to_owned()) } else { Ok(()) }
    }

    /// What stands in braces: a name or a comparison, and what is meant where it has a value and where it has none.
    fn reference(&mut self, body: &str, out: &mut String, depth: usize) -> Result<(), String> {
        let body = body.trim_start_matches(blank);
        let (called, rest) = name(body);
        let (holds, rest) = if body.starts_with('{') {
            let (holds, rest) = self.comparison(body, depth)?;
            if rest.is_empty() {
                out.push_str(if holds { "true" } else { "" });
                return Ok(());
            }
            (holds, rest)
        } else {
            let rest = rest.trim_start_matches(blank);
            if body.is_empty() || !(rest.is_empty() || rest.starts_with(['?', ':'])) {
                return Err(BROKEN.to_owned());
            }
            match self.values.get(called) {
                None => return Err(ELSEWHERE.to_owned()),
                Some(Value::Unknown(why)) => return Err((*why).to_owned()),
                Some(Value::Masked) if rest.is_empty() => return Err(NOT_KEPT.to_owned()),
                Some(Value::Masked) => (true, rest),
                Some(Value::Text(text)) if rest.is_empty() => {
                    let text = *text;
                    return self.expand(text, out, depth + 1);
                }
                // Postfix looks at what is written, not at what that comes to
                Some(Value::Text(text)) => (!text.is_empty(), rest),
            }
        };
        let mut rest = rest;
        if let Some(after) = rest.strip_prefix('?') {
            let (then, after) = operand(after)?;
            if holds {
                self.expand(then, out, depth + 1)?;
            }
            if after.is_empty() {
                return Ok(());
            }
            rest = after;
        }
        let (other, after) = operand(rest.strip_prefix(':').ok_or(BROKEN)?)?;
        if !after.is_empty() {
            return Err(BROKEN.to_owned());
        }
        if holds { Ok(()) } else { self.expand(other, out, depth + 1) }
    }

    /// `{left} OPERATOR {right}`: whether it holds, and what follows.
    fn comparison<'t>(&mut self, text: &'t str, depth: usize) -> Result<(bool, &'t str), String> {
        let (left, rest) = balanced(text)?;
        let rest = rest.trim_start_matches(blank);
        let operator = rest.find(|c| !matches!(c, '<' | '>' | '=' | '!')).unwrap_or(rest.len());
        let (operator, rest) = rest.split_at(operator);
        let (levels, rest) = rest.strip_prefix("level").map_or((false, rest), |rest| (true, rest));
        let rest = rest.trim_start_matches(blank);
        if !rest.starts_with('{') {
            return Err(BROKEN.to_owned());
        }
        let (right, rest) = balanced(rest)?;
        let (mut one, mut two) = (String::new(), String::new());
        self.expand(left, &mut one, depth + 1)?;
        self.expand(right, &mut two, depth + 1)?;
        let number = |text: &str| if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse::<u64>().ok() } else { None };
        let order = if levels {
            level(&one).ok_or(BROKEN)?.cmp(&level(&two).ok_or(BROKEN)?)
        } else if let (Some(one), Some(two)) = (number(&one), number(&two)) {
            one.cmp(&two)
        } else {
            one.cmp(&two)
        };
        let holds = match operator {
            "==" => order.is_eq(),
            "!=" => order.is_ne(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">=" => order.is_ge(),
            ">" => order.is_gt(),
            _ => return Err(BROKEN.to_owned()),
        };
        Ok((holds, rest.trim_start_matches(blank)))
    }
}

/// The name that a text begins with, and what follows.
fn name(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len()))
}

/// What stands in the bracket that a text begins with, and what follows.
fn balanced(text: &str) -> Result<(&str, &str), String> {
    let (open, close) = if text.starts_with('(') { ('(', ')') } else { ('{', '}') };
    let mut level = 0_usize;
    for (at, c) in text.char_indices() {
        level += usize::from(c == open);
        if c == close {
            level -= 1;
            if level == 0 {
                return Ok((text.get(1..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default()));
            }
        }
    }
    Err(BROKEN.to_owned())
}

/// What is meant behind `?` or `:`: what stands in braces, or all that is there.
fn operand(text: &str) -> Result<(&str, &str), String> {
    let body = text.trim_start_matches(blank);
    if !body.starts_with('{') {
        return Ok((text, ""));
    }
    let (inside, rest) = balanced(body)?;
    Ok((inside, rest.trim_start_matches(blank)))
}

/// A level of compatibility: `2`, `3.6`, `3.6.1`.
fn level(text: &str) -> Option<[u32; 3]> {
    let mut parts = [0; 3];
    for (at, part) in text.split('.').enumerate() {
        *parts.get_mut(at)? = part.parse().ok()?;
    }
    Some(parts)
}

/// Switches and levels of TLS in lower case: Postfix takes them in any. Another word for a switch stops it.
fn spell(setting: &mut Setting) {
    let yes_no = |value: &&str| matches!(*value, "yes" | "no");
    let switch = KNOWN.iter().find(|row| row.key == setting.key).is_some_and(|row| match &row.absent {
        Absent::Is(value) => yes_no(value),
        Absent::Varies(cases) => row.key != "smtpd_forbid_bare_newline" && cases.iter().all(|case| yes_no(&case.1)),
        Absent::Unset => false,
    });
    let Kind::Text(text) = &mut setting.value.kind else { return };
    if switch || setting.key.ends_with("_tls_security_level") {
        *text = text.to_ascii_lowercase();
    }
    if setting.key == "mynetworks_style" && !matches!(&**text, "host" | "subnet" | "class") {
        setting.unknown = Some("it is no style of networks: Postfix does not start with that".to_owned());
    }
    if switch && !yes_no(&&**text) {
        setting.unknown = Some("it is neither yes nor no: Postfix does not start with that".to_owned());
    }
}

/// What the server does about TLS.
fn server(all: &[Setting]) -> Vec<Setting> {
    const CERTIFICATES: [&str; 4] =
        ["smtpd_tls_cert_file", "smtpd_tls_chain_files", "smtpd_tls_eccert_file", "smtpd_tls_dcert_file"];
    let here = |key: &&str| all.iter().any(|setting| setting.key == *key && setting.value.scalar() != Some(""));
    let certified = CERTIFICATES.iter().any(here);
    let keys = ["smtpd_tls_security_level", "smtpd_enforce_tls", "smtpd_use_tls", "smtpd_tls_wrappermode"];
    let (used, required, place) = decided(all, keys, |level| match level {
        "none" => Some((false, false)),
        "may" => Some((true, false)),
        // those that name somebody to be checked are no levels of a server: it warns, and takes them for this one
        "encrypt" | "fingerprint" | "verify" | "secure" => Some((true, true)),
        _ => None,
    });
    vec![told("@tls_offered", used.map(|used| used && certified), place), told("@tls_required", required, place)]
}

/// What the client does about TLS where no table says otherwise.
fn client(all: &[Setting]) -> Vec<Setting> {
    let keys = ["smtp_tls_security_level", "smtp_enforce_tls", "smtp_use_tls", "smtp_tls_wrappermode"];
    let (used, required, place) = decided(all, keys, |level| match level {
        "none" => Some((false, false)),
        // without a record of its key a server gets what it is able to
        "may" | "dane" => Some((true, false)),
        "encrypt" | "dane-only" | "fingerprint" | "verify" | "secure" => Some((true, true)),
        _ => None,
    });
    vec![told("@client_tls_used", used, place), told("@client_tls_required", required, place)]
}

/// The words of Postfix for yes and no about TLS: whether it is used at all, and whether nothing goes without, or why nobody can say; and
/// the line and column that decide it. The keys are the level, what came before it (enforce, use), and TLS from the first byte.
type Decided = (Result<bool, String>, Result<bool, String>, (u32, u32));

fn decided(all: &[Setting], keys: [&str; 4], levels: fn(&str) -> Option<(bool, bool)>) -> Decided {
    let [level, enforce, used, wrapped] = keys.map(|key| all.iter().find(|setting| setting.key == key));
    let text = |setting: Option<&Setting>| match setting {
        Some(Setting { unknown: Some(why), .. }) => Err(why.clone()),
        Some(setting) => setting.value.scalar().map(str::to_owned).ok_or_else(|| NOT_KEPT.to_owned()),
        None => Ok(String::new()),
    };
    let place = |setting: Option<&Setting>| setting.map_or((0, 0), |setting| (setting.line, setting.column));
    let decide = || -> Result<(bool, bool, (u32, u32)), String> {
        if text(wrapped)? == "yes" {
            return Ok((true, true, place(wrapped)));
        }
        let word = text(level)?;
        if !word.is_empty() {
            let (used, required) = levels(&word).ok_or("it is no level of TLS: Postfix does not start with that")?;
            return Ok((used, required, place(level)));
        }
        if text(enforce)? == "yes" {
            return Ok((true, true, place(enforce)));
        }
        let on = text(used)? == "yes";
        // nobody wrote what decides it where all of it is absent
        let by = [used, enforce, level].into_iter().find(|setting| setting.is_some_and(|setting| !setting.default));
        Ok((on, false, place(by.flatten())))
    };
    match decide() {
        Ok((used, required, place)) => (Ok(used), Ok(required), place),
        Err(why) => (Err(why.clone()), Err(why), place(level)),
    }
}

/// A setting of our own.
fn told(key: &str, what: Result<bool, String>, (line, column): (u32, u32)) -> Setting {
    let word = if what == Ok(true) { "yes" } else { "no" };
    let entry = Entry { key: key.to_owned(), line, column, node: Node::text(word, line, column) };
    let unknown = what.err();
    Setting { default: line == 0 && unknown.is_none(), unknown, ..Setting::from(entry) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn settings(source: &str) -> Vec<Setting> {
        CONFIG.effective(&CONFIG.read(source).unwrap(), &|_| Included { documents: Vec::new(), missing: true }).unwrap()
    }

    /// What a value comes to beside a name that is set and one that is empty.
    fn comes_to(value: &str) -> Option<String> {
        let all = settings(&format!("aa = one\nee =\nff = $ee\nzz = {value}\n"));
        let setting = all.iter().find(|setting| setting.key == "zz").unwrap();
        setting.unknown.is_none().then(|| setting.value.scalar().unwrap_or("?").to_owned())
    }

    #[test]
    fn references_come_to_what_postconf_prints() {
        for (written, meant) in [
            ("$aa-${aa}-$(aa)", "one-one-one"),
            ("$$aa a$$$aa $$$$", "$aa a$one $$"),
            ("$aa.b", "one.b"),
            ("${aa?x:y}", "x:y"),
            ("${ee:x y}|${aa:x}|", "x y||"),
            ("${aa?{x}:{y}}${ee?{x}:y}", "xy"),
            ("${ aa ? {x} }| ${ee? {x} : { y } }|", "x| y |"),
            ("${aa? x }|", "x |"),
            ("${aa?a{b}c}", "a{b}c"),
            ("${aa?$(ee?q)u}", "u"),
            ("${{$aa} == {one} ? {p} : {q}}", "p"),
            ("${{10} < {9} ? {y}:{n}}", "n"),
            ("${{a10} < {a9} ? {y}:{n}}", "y"),
            ("${{3.10} <level {3.9} ? {y}:{n}}", "n"),
            ("${{1}<{2}}|${{1}>{2}}|", "true||"),
            // what is written counts, not what that comes to
            ("${ff?x}${{$ff} == {} ?{y}:{n}}", "xy"),
            ("a  b,\n# c\n\n   # d\n\tc", "a b, c"),
        ] {
            assert_eq!(comes_to(written).as_deref(), Some(meant), "{written}");
        }
        for wrong in ["$ x", "$aa$", "${}", "${aa", "$(aa", "${aa b}", "${aa?{x}{y}}", "${aa?{x}:{y}z}", "${{1} =< {2}}", "$zz"] {
            assert_eq!(comes_to(wrong), None, "{wrong}");
        }
        assert_eq!(comes_to("$no_such"), None);
        // an address that nobody looked at as a whole
        assert_eq!(comes_to("a@$aa").as_deref(), Some("?"));
    }

    #[test]
    fn names_that_double_each_other_come_to_an_end() {
        let doubled: String = (0..60).map(|n| format!("a{n} = $a{}$a{}\n", n + 1, n + 1)).collect();
        let all = settings(&format!("{doubled}a60 =\n"));
        assert!(all.iter().find(|setting| setting.key == "a0").unwrap().unknown.is_some());
    }

    #[test]
    fn lines_go_on_and_the_last_of_a_name_wins() {
        let all = settings("  passed = over\n  and over\nrelayhost\n = a\nsoft_bounce = YES\nrelayhost = b\nRelayHost = c\n");
        let of = |key: &str| {
            let setting = all.iter().find(|setting| setting.key == key).unwrap();
            (setting.value.scalar().unwrap_or("?").to_owned(), setting.line)
        };
        assert_eq!((of("relayhost"), of("RelayHost")), (("b".into(), 6), ("c".into(), 7)));
        assert_eq!(of("soft_bounce"), ("yes".into(), 5));
        assert!(all.iter().all(|setting| setting.key != "passed"));
        for (source, line) in [("a = b\nrelay host = x\n", 2), ("a = b\n= x\n", 2), ("# c\nword\n", 2)] {
            assert_eq!(CONFIG.read(source).map_err(|error| error.line), Err(line), "{source}");
        }
    }

    #[test]
    fn claims_by_name_and_content() {
        let claim = |path: &str, head: &str| {
            let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            CONFIG.claims(&Probe::new(path, &name, extension, head, true))
        };
        assert_eq!(claim("etc/postfix/main.cf", ""), Claim::Product);
        assert_eq!(claim("mail.txt", "mydestination = a,\n  b\nrelayhost =\nsmtpd_use_tls = yes\n"), Claim::Product);
        assert_eq!(claim("app.env", "relayhost=x\nmyorigin_of=y\nA=b\n"), Claim::No);
        assert_eq!(claim("notes.txt", "relayhost = x\nmyorigin = y\nand more\n"), Claim::No);
    }
}
