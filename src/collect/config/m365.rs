//! Settings of a Microsoft 365 tenant (`SharePoint`, Exchange, Teams) as their PowerShell commands show them: as JSON, or as the list that
//! `Format-List` writes. It must not take an absent line for a default: an export may have been cut to some properties.

use super::exported::{each, get, is_json, json, setting, texts, truth, unknown, word};
use super::{Claim, Config, Included, People, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct Microsoft365;

/// The reader, for the registry.
pub(super) static CONFIG: Microsoft365 = Microsoft365;

/// What one command answers.
struct Answer {
    /// The command, without its `Get-`.
    command: &'static str,
    /// A key that has to be there, and others of which one has to be.
    telling: (&'static str, &'static [&'static str]),
    /// Keys that policies ask for: where the export leaves them out, nobody can say.
    asked: &'static [&'static str],
    /// The key that tells several of them apart.
    name: &'static str,
}

const ANSWERS: &[Answer] = &[
    Answer {
        command: "SPOTenant",
        telling: (
            "SharingCapability",
            &[
                "RequireAnonymousLinksExpireInDays",
                "LegacyAuthProtocolsEnabled",
                "DefaultSharingLinkType",
                "OneDriveSharingCapability",
            ],
        ),
        asked: &["SharingCapability", "RequireAnonymousLinksExpireInDays", "LegacyAuthProtocolsEnabled"],
        name: "",
    },
    Answer {
        command: "OrganizationConfig",
        telling: (
            "AuditDisabled",
            &["OAuth2ClientProfileEnabled", "CustomerLockBoxEnabled", "MailTipsAllTipsEnabled", "DefaultPublicFolderMailbox"],
        ),
        asked: &["AuditDisabled"],
        name: "",
    },
    Answer {
        command: "RemoteDomain",
        telling: ("AutoForwardEnabled", &["DomainName"]),
        asked: &["AutoForwardEnabled"],
        name: "DomainName",
    },
    Answer {
        command: "HostedOutboundSpamFilterPolicy",
        telling: ("AutoForwardingMode", &["RecipientLimitExternalPerHour", "ActionWhenThresholdReached"]),
        asked: &["AutoForwardingMode"],
        name: "Identity",
    },
    Answer {
        command: "AdminAuditLogConfig",
        telling: ("UnifiedAuditLogIngestionEnabled", &["AdminAuditLogEnabled", "AdminAuditLogCmdlets"]),
        asked: &["UnifiedAuditLogIngestionEnabled"],
        name: "",
    },
    Answer {
        command: "TransportConfig",
        telling: ("SmtpClientAuthenticationDisabled", &["MaxSendSize", "ShadowRedundancyEnabled", "AllowLegacyTLSClients"]),
        asked: &["SmtpClientAuthenticationDisabled"],
        name: "",
    },
    Answer {
        command: "CsTenantFederationConfiguration",
        telling: ("AllowFederatedUsers", &["AllowTeamsConsumer", "AllowPublicUsers"]),
        asked: &["AllowFederatedUsers"],
        name: "",
    },
    Answer {
        command: "CsTeamsMeetingPolicy",
        telling: ("AllowAnonymousUsersToJoinMeeting", &["AutoAdmittedUsers", "AllowCloudRecording"]),
        asked: &["AllowAnonymousUsersToJoinMeeting"],
        name: "Identity",
    },
];

/// Enumerations that JSON shows as numbers.
const NUMBERED: &[(&str, &[&str])] = &[
    (
        "SharingCapability",
        &["Disabled", "ExternalUserSharingOnly", "ExternalUserAndGuestSharing", "ExistingExternalUserSharingOnly"],
    ),
    (
        "OneDriveSharingCapability",
        &["Disabled", "ExternalUserSharingOnly", "ExternalUserAndGuestSharing", "ExistingExternalUserSharingOnly"],
    ),
    ("DefaultSharingLinkType", &["None", "Direct", "Internal", "AnonymousAccess"]),
];

impl Config for Microsoft365 {
    fn id(&self) -> &'static str {
        "m365"
    }

    fn title(&self) -> &'static str {
        "Microsoft 365 tenant settings (SharePoint, Exchange, Teams)"
    }

    fn notes(&self) -> &'static str {
        "What Get-SPOTenant, Get-OrganizationConfig, Get-RemoteDomain, Get-HostedOutboundSpamFilterPolicy, Get-AdminAuditLogConfig, \
         Get-TransportConfig, Get-CsTenantFederationConfiguration and Get-CsTeamsMeetingPolicy answer, as JSON (ConvertTo-Json) or as \
         Format-List. The context is the command without `Get-`, with the name where there are several (`RemoteDomain *`); keys are \
         Microsoft's, numbers of JSON are given by their names. Beside them, of SPOTenant: `anonymous_links` (none, expiring, never_expiring) \
         and, where they expire, `anonymous_link_days`. An absent key is unknown, not a default."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let has =
            |answer: &Answer, test: &dyn Fn(&str) -> bool| test(answer.telling.0) && answer.telling.1.iter().any(|key| test(key));
        if is_json(probe) {
            let telling = ANSWERS.iter().any(|answer| has(answer, &|key| probe.head.contains(&format!("\"{key}\""))));
            let sure = telling
                && (!probe.whole || json(probe.head).is_ok_and(|root| each(&root).into_iter().all(|one| kind(one).is_some())));
            return if sure { Claim::Product } else { Claim::No };
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut all, mut keys) = (0, Vec::new());
        for line in text::split(text::unmarked(probe.head)).take(600).filter(|line| !line.trim().is_empty()) {
            all += 1;
            keys.extend(split(line).map(|row| row.0));
        }
        let sure = keys.len() * 2 > all && ANSWERS.iter().any(|answer| has(answer, &|key| keys.contains(&key)));
        if sure { Claim::Product } else { Claim::No }
    }

    fn people(&self) -> People {
        People::Tree
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let root = if source.trim_start().starts_with(['{', '[']) { json(source)? } else { list(source) };
        let known = each(&root);
        if known.is_empty() || known.into_iter().any(|one| kind(one).is_none()) {
            return Err(text::error("not an answer that is known", root.line));
        }
        let mut root = root;
        plain(&mut root, 0);
        Ok(root)
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut out = Vec::new();
        for (index, node) in each(root).into_iter().enumerate() {
            let Some(answer) = kind(node) else { continue };
            let name = if answer.name.is_empty() { None } else { get(node, &[answer.name]) };
            let name = name.map(|name| text::label(name, None)).unwrap_or_default();
            let context = format!("{} {name}", answer.command);
            let context = if answer.name.is_empty() || !name.is_empty() {
                context.trim().to_owned()
            } else {
                format!("{context}{}", index + 1)
            };
            of(answer, node, &context, &mut out);
        }
        Some(out)
    }
}

/// Keeps what is a truth, a number or one word: texts of several words are descriptions, and may name somebody.
fn plain(node: &mut Node, depth: usize) {
    match &mut node.kind {
        Kind::List(items) if depth < 600 => items.iter_mut().for_each(|item| plain(item, depth + 1)),
        Kind::Map(entries) if depth < 600 => entries.iter_mut().for_each(|entry| plain(&mut entry.node, depth + 1)),
        Kind::Text(text) if text.contains([' ', '@']) => node.kind = Kind::Masked("(a text)".to_owned()),
        _ => {}
    }
}

/// Which command answered.
fn kind(node: &Node) -> Option<&'static Answer> {
    let has = |key: &str| node.entries().iter().any(|entry| entry.key.eq_ignore_ascii_case(key));
    ANSWERS.iter().find(|answer| has(answer.telling.0) && answer.telling.1.iter().any(|key| has(key)))
}

/// The settings of one answer.
fn of(answer: &Answer, node: &Node, context: &str, out: &mut Vec<Setting>) {
    for entry in node.entries() {
        if entry.key.starts_with('@') || matches!(entry.node.kind, Kind::Map(_) | Kind::Null) {
            continue;
        }
        let value = match (&entry.node.kind, truth(&entry.node)) {
            (_, Some(truth)) => Node::text(word(truth), entry.node.line, entry.node.column),
            (Kind::List(_), _) => Node::text(texts(Some(&entry.node)).join(", "), entry.node.line, entry.node.column),
            (Kind::Number(number), _) => match named(&entry.key, number) {
                Some(name) => Node::text(name, entry.node.line, entry.node.column),
                None => entry.node.clone(),
            },
            _ => entry.node.clone(),
        };
        out.push(Setting { value, ..Setting::of(entry) }.within(context));
    }
    for key in answer.asked.iter().filter(|key| get(node, &[key]).is_none()) {
        out.push(unknown(context, key, "the export leaves it out", node));
    }
    if answer.command == "SPOTenant" {
        links(node, context, out);
    }
}

/// What links that anybody can open do.
fn links(node: &Node, context: &str, out: &mut Vec<Setting>) {
    let Some(sharing) = get(node, &["SharingCapability"]) else {
        out.push(unknown(context, "anonymous_links", "the export leaves out SharingCapability", node));
        return;
    };
    let text = sharing.scalar().unwrap_or_default();
    let sharing_name = named("SharingCapability", text).unwrap_or(text);
    let known = NUMBERED.first().is_some_and(|row| row.1.iter().any(|name| name.eq_ignore_ascii_case(sharing_name)));
    if !known {
        out.push(unknown(context, "anonymous_links", "SharingCapability has a value that is not known", sharing));
    } else if !sharing_name.eq_ignore_ascii_case("ExternalUserAndGuestSharing") {
        out.push(setting(context, "anonymous_links", "none", sharing));
    } else {
        let place = get(node, &["RequireAnonymousLinksExpireInDays"]);
        match place.and_then(Node::scalar).and_then(|days| days.trim().parse::<i64>().ok()) {
            Some(days) if days > 0 => {
                out.push(setting(context, "anonymous_links", "expiring", place.unwrap_or(node)));
                out.push(setting(context, "anonymous_link_days", days.to_string(), place.unwrap_or(node)));
            }
            // 0 and -1: they never expire
            Some(_) => out.push(setting(context, "anonymous_links", "never_expiring", place.unwrap_or(node))),
            None => {
                out.push(unknown(context, "anonymous_links", "the export leaves out RequireAnonymousLinksExpireInDays", sharing));
            }
        }
    }
}

/// The name of an enumeration's number.
fn named(key: &str, number: &str) -> Option<&'static str> {
    let names = NUMBERED.iter().find(|row| row.0.eq_ignore_ascii_case(key))?.1;
    names.get(number.parse::<usize>().ok()?).copied()
}

/// `Key   : value` with a blank on both sides of the colon, as `Format-List` writes it.
fn split(line: &str) -> Option<(&str, &str)> {
    let bytes = line.as_bytes();
    let blank_before = |at: &usize| at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b' ');
    let at = memchr::memchr_iter(b':', bytes).find(blank_before)?;
    let (key, value) = (line.get(..at - 1)?, line.get(at + 1..)?);
    let key = key.trim_end();
    let plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (plain && (value.is_empty() || value.starts_with(' '))).then_some((key, value.trim()))
}

/// The answers of a `Format-List`, parted by empty lines. A line that begins with blanks goes on with the value above it.
fn list(source: &str) -> Node {
    let (mut all, mut open): (Vec<Node>, Vec<Entry>) = (Vec::new(), Vec::new());
    let close = |open: &mut Vec<Entry>, all: &mut Vec<Node>| {
        if let Some(first) = open.first() {
            let line = first.line;
            all.push(Node::new(Kind::Map(std::mem::take(open)), line, 1));
        }
    };
    for (number, line) in text::lines(source) {
        if line.trim().is_empty() {
            close(&mut open, &mut all);
        } else if let Some((key, value)) = split(line) {
            let column = text::column(line, line.find(" :").map_or(0, |at| at + 3));
            let node = text::value(value.to_owned(), number, column);
            open.push(Entry { key: key.to_owned(), line: number, column: 1, node });
        } else if let Some(Entry { node, .. }) = open.last_mut().filter(|_| line.starts_with(' '))
            && let Kind::Text(text) = &mut node.kind
            && text.len() < 4096
        {
            text.push_str(line.trim());
        }
    }
    close(&mut open, &mut all);
    Node::new(Kind::List(all), 1, 1)
}
