//! The OpenSSH server's `sshd_config` and its drop-ins: directives in order, `Match` blocks, and what is in force.
//! It must not judge values, and it reads only what the caller hands in for an `Include`.

use std::collections::{HashMap, HashSet};

use super::known::{self, Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct SshdReader;

/// The reader, for the registry.
pub(super) static CONFIG: SshdReader = SshdReader;

/// Keywords of servers that tell an `sshd_config` from other files (of those shared with clients, only the telling ones).
const KNOWN: &[&str] = &[
    "acceptenv",
    "addressfamily",
    "allowagentforwarding",
    "allowgroups",
    "allowtcpforwarding",
    "allowusers",
    "authenticationmethods",
    "authorizedkeyscommand",
    "authorizedkeyscommanduser",
    "authorizedkeysfile",
    "banner",
    "challengeresponseauthentication",
    "chrootdirectory",
    "ciphers",
    "clientalivecountmax",
    "clientaliveinterval",
    "compression",
    "denygroups",
    "denyusers",
    "disableforwarding",
    "forcecommand",
    "gatewayports",
    "gssapiauthentication",
    "hostbasedauthentication",
    "hostkey",
    "hostkeyalgorithms",
    "ignorerhosts",
    "ignoreuserknownhosts",
    "kbdinteractiveauthentication",
    "kerberosauthentication",
    "kexalgorithms",
    "listenaddress",
    "logingracetime",
    "loglevel",
    "macs",
    "match",
    "maxauthtries",
    "maxsessions",
    "maxstartups",
    "passwordauthentication",
    "permitemptypasswords",
    "permitlisten",
    "permitopen",
    "permitrootlogin",
    "permittty",
    "permittunnel",
    "permituserenvironment",
    "permituserrc",
    "pidfile",
    "port",
    "printlastlog",
    "printmotd",
    "protocol",
    "pubkeyacceptedalgorithms",
    "pubkeyacceptedkeytypes",
    "pubkeyauthentication",
    "rekeylimit",
    "strictmodes",
    "subsystem",
    "syslogfacility",
    "tcpkeepalive",
    "trustedusercakeys",
    "usedns",
    "usepam",
    "useprivilegeseparation",
    "versionaddendum",
    "x11displayoffset",
    "x11forwarding",
    "x11uselocalhost",
];

const MAN: &str = "sshd_config(5)";

/// What OpenSSH does when a keyword is absent. Lists of algorithms change with every release: nobody can say them from the file.
const DEFAULTS: &[Known] = &[
    unset("AcceptEnv", MAN),
    is("AddressFamily", "any", MAN),
    is("AllowAgentForwarding", "yes", MAN),
    unset("AllowGroups", MAN),
    is("AllowStreamLocalForwarding", "yes", MAN),
    is("AllowTcpForwarding", "yes", MAN),
    unset("AllowUsers", MAN),
    is("AuthenticationMethods", "any", MAN),
    is("AuthorizedKeysCommand", "none", MAN),
    is("AuthorizedKeysCommandUser", "none", MAN),
    is("AuthorizedKeysFile", ".ssh/authorized_keys .ssh/authorized_keys2", MAN),
    is("AuthorizedPrincipalsCommand", "none", MAN),
    is("AuthorizedPrincipalsCommandUser", "none", MAN),
    is("AuthorizedPrincipalsFile", "none", MAN),
    is("Banner", "none", MAN),
    unset("CASignatureAlgorithms", MAN),
    unset("ChannelTimeout", MAN),
    is("ChrootDirectory", "none", MAN),
    unset("Ciphers", MAN),
    is("ClientAliveCountMax", "3", MAN),
    is("ClientAliveInterval", "0", MAN),
    varies("Compression", &[("before OpenSSH 7.4", "delayed"), ("since OpenSSH 7.4", "yes")], MAN),
    unset("DenyGroups", MAN),
    unset("DenyUsers", MAN),
    is("DisableForwarding", "no", MAN),
    is("ExposeAuthInfo", "no", MAN),
    varies("FingerprintHash", &[("before OpenSSH 6.8", "MD5"), ("since OpenSSH 6.8", "SHA256")], MAN),
    is("ForceCommand", "none", MAN),
    is("GatewayPorts", "no", MAN),
    is("GSSAPIAuthentication", "no", MAN),
    is("GSSAPICleanupCredentials", "yes", MAN),
    is("GSSAPIStrictAcceptorCheck", "yes", MAN),
    unset("HostbasedAcceptedAlgorithms", MAN),
    is("HostbasedAuthentication", "no", MAN),
    is("HostbasedUsesNameFromPacketOnly", "no", MAN),
    unset("HostCertificate", MAN),
    unset("HostKey", MAN),
    is("HostKeyAgent", "none", MAN),
    unset("HostKeyAlgorithms", MAN),
    is("IgnoreRhosts", "yes", MAN),
    is("IgnoreUserKnownHosts", "no", MAN),
    varies(
        "IPQoS",
        &[
            ("before OpenSSH 7.8, and in Debian's package", "lowdelay throughput"),
            ("OpenSSH 7.8 to 10.0", "af21 cs1"),
            ("since OpenSSH 10.1", "ef none"),
        ],
        MAN,
    ),
    is("KbdInteractiveAuthentication", "yes", MAN),
    is("KerberosAuthentication", "no", MAN),
    is("KerberosGetAFSToken", "no", MAN),
    is("KerberosOrLocalPasswd", "yes", MAN),
    is("KerberosTicketCleanup", "yes", MAN),
    unset("KexAlgorithms", MAN),
    unset("ListenAddress", MAN),
    is("LoginGraceTime", "120", MAN),
    is("LogLevel", "INFO", MAN),
    unset("LogVerbose", MAN),
    unset("MACs", MAN),
    is("MaxAuthTries", "6", MAN),
    is("MaxSessions", "10", MAN),
    is("MaxStartups", "10:30:100", MAN),
    is("ModuliFile", "/etc/ssh/moduli", MAN),
    is("PasswordAuthentication", "yes", MAN),
    is("PermitEmptyPasswords", "no", MAN),
    is("PermitListen", "any", MAN),
    is("PermitOpen", "any", MAN),
    varies("PermitRootLogin", &[("before OpenSSH 7.0", "yes"), ("since OpenSSH 7.0", "prohibit-password")], MAN),
    is("PermitTTY", "yes", MAN),
    is("PermitTunnel", "no", MAN),
    is("PermitUserEnvironment", "no", MAN),
    is("PermitUserRC", "yes", MAN),
    is("PerSourceMaxStartups", "none", MAN),
    is("PerSourceNetBlockSize", "32:128", MAN),
    unset("PidFile", MAN),
    is("Port", "22", MAN),
    is("PrintLastLog", "yes", MAN),
    is("PrintMotd", "yes", MAN),
    unset("PubkeyAcceptedAlgorithms", MAN),
    is("PubkeyAuthentication", "yes", MAN),
    is("PubkeyAuthOptions", "none", MAN),
    unset("RekeyLimit", MAN),
    varies("RequiredRSASize", &[("before OpenSSH 9.1", "768"), ("since OpenSSH 9.1", "1024")], MAN),
    is("RevokedKeys", "none", MAN),
    is("SecurityKeyProvider", "internal", MAN),
    unset("SetEnv", MAN),
    is("StreamLocalBindMask", "0177", MAN),
    is("StreamLocalBindUnlink", "no", MAN),
    is("StrictModes", "yes", MAN),
    unset("Subsystem", MAN),
    is("SyslogFacility", "AUTH", MAN),
    is("TCPKeepAlive", "yes", MAN),
    is("TrustedUserCAKeys", "none", MAN),
    is("UnusedConnectionTimeout", "none", MAN),
    varies("UseDNS", &[("before OpenSSH 6.8", "yes"), ("since OpenSSH 6.8", "no")], MAN),
    is("UsePAM", "no", MAN),
    is("VersionAddendum", "none", MAN),
    is("X11DisplayOffset", "10", MAN),
    is("X11Forwarding", "no", MAN),
    is("X11UseLocalhost", "yes", MAN),
    unset("XAuthLocation", MAN),
];

/// Keywords whose values are lengths of time.
const TIMES: &[&str] = &["logingracetime", "clientaliveinterval"];

/// Keywords whose values are lists of algorithms; `+`, `-` and `^` in front change the list of the release.
const ALGORITHMS: &[&str] = &[
    "ciphers",
    "macs",
    "kexalgorithms",
    "hostkeyalgorithms",
    "pubkeyacceptedalgorithms",
    "hostbasedacceptedalgorithms",
    "casignaturealgorithms",
];

/// Those of them that other products use as well: they do not tell by themselves.
const SHARED: &[&str] = &["banner", "ciphers", "compression", "loglevel", "match", "pidfile", "port", "protocol"];

/// Keywords that only a client's configuration has.
const CLIENT: &[&str] = &[
    "host",
    "forwardagent",
    "forwardx11",
    "hostname",
    "identityfile",
    "localforward",
    "proxycommand",
    "proxyjump",
    "sendenv",
    "stricthostkeychecking",
    "user",
    "userknownhostsfile",
];

/// Keywords whose lines add up. Of all others the first line counts; of `Subsystem` the first of each name.
const CUMULATIVE: &[&str] =
    &["port", "listenaddress", "hostkey", "hostcertificate", "acceptenv", "allowusers", "allowgroups", "denyusers", "denygroups"];

/// Keywords whose value is the rest of the line as it stands, quotes and `#` included.
const VERBATIM: &[&str] = &["forcecommand", "versionaddendum", "authorizedkeyscommand", "authorizedprincipalscommand"];

/// Old names and what they are called now.
const SYNONYMS: &[(&str, &str)] = &[
    ("challengeresponseauthentication", "KbdInteractiveAuthentication"),
    ("skeyauthentication", "KbdInteractiveAuthentication"),
    ("dsaauthentication", "PubkeyAuthentication"),
    ("hostbasedacceptedkeytypes", "HostbasedAcceptedAlgorithms"),
    ("hostdsakey", "HostKey"),
    ("keepalive", "TCPKeepAlive"),
    ("pubkeyacceptedkeytypes", "PubkeyAcceptedAlgorithms"),
];

/// How deep includes may include.
const INCLUDE_DEPTH: usize = 16;
/// How many documents includes may bring, and how many settings may come out.
const MOST_DOCUMENTS: usize = 4096;
const MOST_SETTINGS: usize = 500_000;

impl Config for SshdReader {
    fn id(&self) -> &'static str {
        "sshd"
    }

    fn title(&self) -> &'static str {
        "OpenSSH server (sshd_config)"
    }

    fn notes(&self) -> &'static str {
        "Also reads what `sshd -T` prints. Keys compare without case; old names (ChallengeResponseAuthentication, PubkeyAcceptedKeyTypes …) are given by their current \
         ones, without-password as prohibit-password, and lengths of time in seconds. The first value of a key is in force; Port, ListenAddress, HostKey, AcceptEnv and Allow/Deny lists add up. Includes \
         are read where they stand, relative to /etc/ssh. What a Match block sets is in force for `Match <its arguments>`, over the \
         global value. `@incomplete` is set where includes go too deep; `@password_log_in` says whether a password alone lets somebody in."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.name == "sshd_config" || (probe.path.contains("sshd_config.d/") && probe.extension == "conf") {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut all, mut known, mut telling) = (0, 0, 0);
        for line in text::meaningful(probe, &['#']).take(400) {
            let keyword = line.split([' ', '\t', '=']).next().unwrap_or_default().to_ascii_lowercase();
            if CLIENT.contains(&&*keyword) {
                return Claim::No;
            }
            all += 1;
            if KNOWN.contains(&&*keyword) && line.len() > keyword.len() {
                known += 1;
                telling += usize::from(!SHARED.contains(&&*keyword));
            }
        }
        let sure = (known >= 2 && telling >= 1) || (known >= 1 && probe.name.contains("sshd_config"));
        if sure && known * 2 > all { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root = Vec::new();
        // the block that is open: its directives, and the root entry that gets them
        let mut block: Option<(Entry, Vec<Entry>)> = None;
        for (number, line) in text::lines(text::clean(source)?) {
            let Some(entry) = directive(line, number)? else { continue };
            if entry.key.eq_ignore_ascii_case("match") {
                close(&mut root, block.take());
                let args = Entry { key: "@args".into(), line: number, column: entry.node.column, node: entry.node.clone() };
                block = Some((entry, vec![args]));
            } else if let Some((_, entries)) = &mut block {
                entries.push(entry);
            } else {
                root.push(entry);
            }
        }
        close(&mut root, block);
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        DEFAULTS
    }

    fn form(&self) -> &'static str {
        "{key} {value}"
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut force = Force { include, settings: Vec::new(), seen: HashSet::new(), stack: Vec::new(), documents: 0, cut: None };
        force.walk(root.entries(), "", None);
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
        known::fill(&mut force.settings, DEFAULTS, Fold::Case, "");
        let more = password_log_in(&force.settings);
        force.settings.extend(more);
        Some(force.settings)
    }
}

/// Whether a password alone lets somebody in, block by block: asked for as such, or by PAM at the keyboard; not where every way asks for two.
fn password_log_in(settings: &[Setting]) -> Vec<Setting> {
    const TELLS: [&str; 3] = ["PasswordAuthentication", "KbdInteractiveAuthentication", "AuthenticationMethods"];
    // the first of a block is in force; there may be thousands of blocks
    let mut first: HashMap<(&str, &str), &Setting> = HashMap::new();
    let mut contexts: Vec<&str> = vec![""];
    let mut seen = HashSet::from([""]);
    for setting in settings {
        let Some(key) = TELLS.into_iter().chain(["UsePAM"]).find(|key| setting.key.eq_ignore_ascii_case(key)) else { continue };
        first.entry((&setting.context, key)).or_insert(setting);
        if key != "UsePAM" && seen.insert(&setting.context) {
            contexts.push(&setting.context);
        }
    }
    let of = |key: &'static str, context| first.get(&(context, key)).or_else(|| first.get(&("", key))).copied();
    let says = |key: &'static str, context| {
        of(key, context).and_then(|setting| setting.value.scalar()).unwrap_or("").to_ascii_lowercase()
    };
    let mut out = Vec::new();
    for context in contexts {
        let plain = says("PasswordAuthentication", context) == "yes";
        let asked = says("KbdInteractiveAuthentication", context) == "yes" && says("UsePAM", "") == "yes";
        let methods = says("AuthenticationMethods", context);
        let two = !methods.is_empty() && methods != "any" && methods.split(' ').all(|way| way.contains(','));
        let key = if plain || !asked { "PasswordAuthentication" } else { "KbdInteractiveAuthentication" };
        let Some(base) = of(key, context) else { continue };
        let value = if (plain || asked) && !two { "yes" } else { "no" };
        out.push(Setting {
            key: "@password_log_in".to_owned(),
            value: Node::text(value, base.line, base.column),
            context: context.to_owned(),
            ..base.clone()
        });
    }
    out
}

/// Puts a finished block into the tree.
fn close(root: &mut Vec<Entry>, block: Option<(Entry, Vec<Entry>)>) {
    if let Some((mut entry, entries)) = block {
        entry.node.kind = Kind::Map(entries);
        root.push(entry);
    }
}

/// One line: nothing, or a keyword with its arguments joined by one blank.
fn directive(line: &str, number: u32) -> Result<Option<Entry>, ReadError> {
    let blank = |c: char| c.is_ascii_whitespace() || c == '\u{b}';
    let body = line.trim_start_matches(blank);
    if body.is_empty() || body.starts_with('#') {
        return Ok(None);
    }
    let start = line.len() - body.len();
    // OpenSSH takes a keyword in quotes as well
    let (key, rest) = match body.strip_prefix('"').and_then(|inner| inner.split_once('"')) {
        Some(split) => split,
        None => body.split_at(body.find(|c| blank(c) || c == '=').unwrap_or(body.len())),
    };
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
        return Err(text::error("a line does not start with a keyword", number));
    }
    let rest = rest.trim_start_matches(blank);
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start_matches(blank);
    let place = text::column(line, line.len() - rest.len());
    let lower = key.to_ascii_lowercase();
    let value = if VERBATIM.contains(&&*lower) { rest.trim_end_matches(blank).to_owned() } else { arguments(rest).join(" ") };
    let node = text::value(value, number, place);
    Ok(Some(Entry { key: key.to_owned(), line: number, column: text::column(line, start), node }))
}

/// The arguments of a line up to a comment, without quotes.
fn arguments(rest: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut chars = rest.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.peek().is_none_or(|c| *c == '#') {
            return all;
        }
        let (mut word, mut quote) = (String::new(), None);
        while let Some(c) = chars.next_if(|c| quote.is_some() || !c.is_whitespace()) {
            let escapes = |next: &char| matches!(next, '"' | '\'' | '\\') || (*next == ' ' && quote.is_none());
            match (c, quote) {
                ('\\', _) if chars.peek().is_some_and(escapes) => word.extend(chars.next()),
                ('"' | '\'', None) => quote = Some(c),
                (_, Some(open)) if c == open => quote = None,
                _ => word.push(c),
            }
        }
        all.push(word);
    }
}

/// A value in the server's own spelling, as `sshd -T` prints it.
fn spell(setting: &mut Setting) {
    let Kind::Text(value) = &mut setting.value.kind else { return };
    let key = setting.key.to_ascii_lowercase();
    let lower = value.to_ascii_lowercase();
    if matches!(&*lower, "yes" | "no") {
        *value = lower;
    } else if key == "permitrootlogin" && lower == "without-password" {
        "prohibit-password".clone_into(value);
    } else if matches!(&*key, "loglevel" | "syslogfacility") {
        value.make_ascii_uppercase();
    } else if TIMES.contains(&&*key) {
        if let Some(seconds) = seconds(&lower) {
            *value = seconds.to_string();
        }
    } else if ALGORITHMS.contains(&&*key) && value.starts_with(['+', '-', '^']) {
        setting.unknown =
            Some("it changes the list that the release brings, and nobody can say from here which that is".to_owned());
        if let Some(added) = value.strip_prefix(['+', '^']) {
            // what is added is there in any case
            setting.cases = vec![added.to_owned(), String::new()];
        }
    }
}

/// `1h30m` in seconds.
fn seconds(text: &str) -> Option<u64> {
    let (mut all, mut number) = (0_u64, None::<u64>);
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(u64::from(digit))?);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            'w' => 604_800,
            _ => return None,
        };
        all = all.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    all.checked_add(number.unwrap_or(0))
}

/// The walk that finds what is in force.
struct Force<'a> {
    include: &'a dyn Fn(&str) -> Included,
    settings: Vec<Setting>,
    /// Contexts and keys that have their value.
    seen: HashSet<(String, String)>,
    /// The artifacts that are being included.
    stack: Vec<u32>,
    documents: usize,
    /// Where the walk had to stop.
    cut: Option<(Option<u32>, u32, u32)>,
}

impl Force<'_> {
    fn walk(&mut self, entries: &[Entry], context: &str, artifact: Option<u32>) {
        for entry in entries {
            let key = entry.key.to_ascii_lowercase();
            match &*key {
                "@args" => {}
                "include" => self.include(entry, context, artifact),
                "match" => {
                    let args = entry.node.get("@args").map(|node| text::label(node, artifact)).unwrap_or_default();
                    // a Match inside a file that a Match includes needs both
                    let inner = format!("{context} Match {args}");
                    self.walk(entry.node.entries(), inner.trim(), artifact);
                }
                _ => self.set(entry, &key, context, artifact),
            }
        }
    }

    fn set(&mut self, entry: &Entry, key: &str, context: &str, artifact: Option<u32>) {
        if self.settings.len() >= MOST_SETTINGS {
            self.cut.get_or_insert((artifact, entry.line, entry.column));
            return;
        }
        let name = SYNONYMS.iter().find(|(old, _)| *old == key).map_or(&*entry.key, |(_, new)| new);
        let mut once = name.to_ascii_lowercase();
        if once == "subsystem" {
            once = format!("{once} {}", entry.node.scalar().and_then(|value| value.split(' ').next()).unwrap_or_default());
        }
        if !CUMULATIVE.contains(&&*once) && !self.seen.insert((context.to_ascii_lowercase(), once)) {
            if ["maxstartups", "fingerprinthash"].contains(&&*name.to_ascii_lowercase()) {
                self.again(name, entry, context);
            }
            return;
        }
        let row = DEFAULTS.iter().find(|row| row.key.eq_ignore_ascii_case(name));
        let name = row.map_or(name, |row| row.key);
        let mut setting = Setting { key: name.to_owned(), artifact, ..Setting::of(entry).within(context) };
        spell(&mut setting);
        self.settings.push(setting);
    }

    /// A keyword said again of which releases differ in the line that they take.
    fn again(&mut self, name: &str, entry: &Entry, context: &str) {
        let known = self.settings.iter_mut().find(|other| other.key.eq_ignore_ascii_case(name) && other.context == context);
        if let Some(known) = known.filter(|other| other.value.kind != entry.node.kind && other.cases.len() < 8) {
            let values = [known.value.scalar(), entry.node.scalar()];
            let values: Vec<String> = values.into_iter().flatten().map(str::to_owned).collect();
            known.cases.extend(values);
            known.unknown = Some("it is said more than once, and releases differ in which line they take".to_owned());
        }
    }

    fn include(&mut self, entry: &Entry, context: &str, artifact: Option<u32>) {
        if let Some(masked) = text::masked_include(&entry.node) {
            (self.include)(&masked);
            self.cut.get_or_insert((artifact, entry.line, entry.column));
            return;
        }
        for glob in entry.node.scalar().unwrap_or_default().split(' ').filter(|glob| !glob.is_empty()) {
            if self.stack.len() >= INCLUDE_DEPTH || self.documents >= MOST_DOCUMENTS {
                self.cut.get_or_insert((artifact, entry.line, entry.column));
                return;
            }
            let glob = if glob.starts_with(['/', '~']) { glob.to_owned() } else { format!("/etc/ssh/{glob}") };
            for (number, document) in (self.include)(&glob).documents {
                self.documents += 1;
                if self.documents > MOST_DOCUMENTS || self.stack.contains(&number) {
                    self.cut.get_or_insert((artifact, entry.line, entry.column));
                    continue;
                }
                self.stack.push(number);
                self.walk(document.entries(), context, Some(number));
                self.stack.pop();
            }
        }
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
        let root = CONFIG.read(source).unwrap();
        let settings = CONFIG.effective(&root, include).unwrap();
        settings.into_iter().map(|s| (s.context, s.key, s.value.scalar().unwrap_or("?").to_owned())).collect()
    }

    fn of<'a>(settings: &'a [(String, String, String)], context: &str, key: &str) -> Vec<&'a str> {
        settings.iter().filter(|s| s.0 == context && s.1.eq_ignore_ascii_case(key)).map(|s| &*s.2).collect()
    }

    fn claim(path: &str, head: &str) -> Claim {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        CONFIG.claims(&Probe::new(path, &name, extension, head, true))
    }

    #[test]
    fn lines_are_read_as_openssh_does() {
        let root = CONFIG
            .read("# x\n\tPort=2222 # c\n\"AllowUsers\"  \"a b\"  c\\ d 'e'\nForceCommand sh -c \"a # b\" \nBanner")
            .unwrap();
        let seen: Vec<_> = root.entries().iter().map(|e| (&*e.key, e.line, e.column, e.node.scalar(), e.node.column)).collect();
        assert_eq!(
            seen,
            [
                ("Port", 2, 2, Some("2222"), 7),
                ("AllowUsers", 3, 1, Some("a b c d e"), 15),
                ("ForceCommand", 4, 1, Some("sh -c \"a # b\""), 14),
                ("Banner", 5, 1, Some(""), 7),
            ]
        );
        assert_eq!(CONFIG.read("Port 22\n{").map_err(|error| error.line), Err(2));
    }

    #[test]
    fn a_match_block_lasts_to_the_next_or_the_end() {
        let root = CONFIG.read("UsePAM yes\nMatch User a\n  Banner x\nmatch all\nBanner y\n").unwrap();
        let blocks: Vec<_> = root.entries().iter().map(|e| e.node.get("@args").and_then(Node::scalar)).collect();
        assert_eq!(blocks, [None, Some("User a"), Some("all")]);
        let inner = root.entries().get(1).unwrap().node.entries();
        assert_eq!(inner.iter().map(|e| &*e.key).collect::<Vec<_>>(), ["@args", "Banner"]);
    }

    #[test]
    fn the_first_value_wins_and_lists_add_up() {
        let text = "PasswordAuthentication no\npasswordauthentication yes\nPort 22\nPort 2222\nSubsystem sftp a\nSubsystem sftp b\nSubsystem x c\nAllowUsers a\nAllowUsers b";
        let settings = force(text, &nothing);
        assert_eq!(of(&settings, "", "PasswordAuthentication"), ["no"]);
        assert_eq!(of(&settings, "", "Port"), ["22", "2222"]);
        assert_eq!(of(&settings, "", "Subsystem"), ["sftp a", "x c"]);
        assert_eq!(of(&settings, "", "AllowUsers"), ["a", "b"]);
    }

    #[test]
    fn match_blocks_keep_their_own_context() {
        let text = "PasswordAuthentication no\nMatch User backup\nPasswordAuthentication yes\nPasswordAuthentication no\nMatch Group x\nMatch user BACKUP\nPasswordAuthentication no\nX11Forwarding no";
        let settings = force(text, &nothing);
        assert_eq!(of(&settings, "", "PasswordAuthentication"), ["no"]);
        assert_eq!(of(&settings, "Match User backup", "PasswordAuthentication"), ["yes"]);
        assert_eq!(of(&settings, "Match user BACKUP", "PasswordAuthentication"), Vec::<&str>::new());
        assert_eq!(of(&settings, "Match user BACKUP", "X11Forwarding"), ["no"]);
    }

    #[test]
    fn old_names_are_the_same_key() {
        let settings =
            force("ChallengeResponseAuthentication yes\nKbdInteractiveAuthentication no\nDSAAuthentication no", &nothing);
        assert_eq!(of(&settings, "", "KbdInteractiveAuthentication"), ["yes"]);
        assert_eq!(of(&settings, "", "PubkeyAuthentication"), ["no"]);
    }

    #[test]
    fn includes_are_read_in_place_and_their_match_ends_with_them() {
        let include = |glob: &str| {
            assert_eq!(glob, "/etc/ssh/sshd_config.d/*.conf");
            let document = CONFIG.read("PasswordAuthentication yes\nMatch User a\nBanner b").unwrap();
            Included { documents: vec![(7, Arc::new(document))], missing: false }
        };
        let settings = force("Include sshd_config.d/*.conf\nPasswordAuthentication no\nBanner g", &include);
        assert_eq!(of(&settings, "", "PasswordAuthentication"), ["yes"]);
        assert_eq!(of(&settings, "Match User a", "Banner"), ["b"]);
        assert_eq!(of(&settings, "", "Banner"), ["g"]);
        let nested = force("Match Group g\nInclude sshd_config.d/*.conf", &include);
        assert_eq!(of(&nested, "Match Group g", "PasswordAuthentication"), ["yes"]);
        assert_eq!(of(&nested, "Match Group g Match User a", "Banner"), ["b"]);
    }

    #[test]
    fn include_bombs_end_and_show() {
        let bomb = Arc::new(CONFIG.read("Include a b c\nPort 1").unwrap());
        let number = std::cell::Cell::new(0);
        let include = |_: &str| {
            number.set(number.get() + 1);
            Included { documents: vec![(number.get(), Arc::clone(&bomb))], missing: false }
        };
        assert_eq!(of(&force("Include x", &include), "", "@incomplete"), ["yes"]);
        let itself = |_: &str| Included { documents: vec![(1, Arc::clone(&bomb))], missing: false };
        assert_eq!(of(&force("Include x", &itself), "", "port"), ["1"]);
    }

    #[test]
    fn masked_arguments_do_not_merge_blocks() {
        let mut root = CONFIG.read("Match User a\nBanner x\nMatch User b\nBanner y").unwrap();
        if let Kind::Map(entries) = &mut root.kind {
            for entry in entries {
                if let Kind::Map(inner) = &mut entry.node.kind {
                    inner.iter_mut().take(1).for_each(|args| args.node.kind = Kind::Masked("User a".into()));
                }
            }
        }
        let settings = CONFIG.effective(&root, &nothing).unwrap();
        assert_eq!(settings.iter().filter(|setting| !setting.default).count(), 2);
    }

    #[test]
    fn claims_by_name_and_content_but_not_clients() {
        assert_eq!(claim("etc/ssh/sshd_config", ""), Claim::Product);
        assert_eq!(claim("etc/ssh/sshd_config.d/10-x.conf", ""), Claim::Product);
        assert_eq!(claim("host1.txt", "port 22\npermitrootlogin no\n"), Claim::Product);
        assert_eq!(claim("sshd_config.bak", "PermitRootLogin no\n"), Claim::Product);
        assert_eq!(claim("ssh_config", "Host *\nPasswordAuthentication no\nCiphers x\n"), Claim::No);
        // a client's, or anybody's: what includes it cannot be known by then
        assert_eq!(claim("etc/ssh/more/extra.conf", "DisableForwarding yes\n"), Claim::No);
        assert_eq!(claim("x/ssh/c4", "PasswordAuthentication no\nServerAliveInterval 30\n"), Claim::No);
        assert_eq!(claim("notes.md", "Port 22\nPermitRootLogin no\nis what\nwe want\nto see\nhere"), Claim::No);
        assert_eq!(claim("redis.conf", "port 6379\nloglevel notice\nrequirepass x"), Claim::No);
        assert_eq!(claim("x.yaml", "port: 22\nprotocol: ssh\n"), Claim::No);
    }
}
