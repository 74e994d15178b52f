//! The Linux audit daemon's `auditd.conf`. What is audited stands in other files, see `audit_rules`.
//! It must not judge values.

use super::flat;
use super::known::{self, Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct AuditdReader;

/// The reader, for the registry.
pub(super) static CONFIG: AuditdReader = AuditdReader;

const MAN: &str = "auditd.conf(5)";

/// What auditd does when a key is absent. The file that comes with it sets most of them to something else.
const KNOWN: &[Known] = &[
    is("action_mail_acct", "root", MAN),
    unset("admin_space_left", MAN),
    is("admin_space_left_action", "ignore", MAN),
    is("disk_error_action", "syslog", MAN),
    is("disk_full_action", "ignore", MAN),
    is("enable_krb5", "no", MAN),
    is("local_events", "yes", MAN),
    is("log_file", "/var/log/audit/audit.log", MAN),
    varies("log_format", &[("before 3.0", "raw"), ("since 3.0", "enriched")], MAN),
    is("log_group", "root", MAN),
    unset("max_log_file", MAN),
    is("max_log_file_action", "ignore", MAN),
    is("name_format", "none", MAN),
    is("num_logs", "0", MAN),
    unset("space_left", MAN),
    is("space_left_action", "ignore", MAN),
    unset("tcp_listen_port", MAN),
    is("transport", "tcp", MAN),
    is("write_logs", "yes", MAN),
];

/// Keys that tell the file from others.
const TELLING: &[&str] = &[
    "max_log_file_action",
    "space_left_action",
    "admin_space_left_action",
    "disk_full_action",
    "disk_error_action",
    "local_events",
    "write_logs",
    "action_mail_acct",
    "num_logs",
];

impl Config for AuditdReader {
    fn id(&self) -> &'static str {
        "auditd"
    }

    fn title(&self) -> &'static str {
        "Linux audit daemon (auditd.conf)"
    }

    fn notes(&self) -> &'static str {
        "Keys and words compare without case; values are given in lower case (`keep_logs`), paths as they are. A key that is written \
         twice counts as its last line says. Added: `erases_old` (yes where full files are rotated and the oldest goes)."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let mut telling = 0;
        for line in text::meaningful(probe, &['#']).take(400) {
            let Some((key, _)) = line.split_once('=') else { return Claim::No };
            telling += usize::from(TELLING.contains(&key.trim().to_ascii_lowercase().as_str()));
        }
        if telling >= 2 || probe.name == "auditd.conf" { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root = Vec::new();
        for (number, line) in text::lines(text::clean(source)?) {
            let body = line.trim();
            if body.is_empty() || body.starts_with('#') {
                continue;
            }
            let Some((key, value)) = body.split_once('=') else {
                return Err(text::error("a line without `=`", number));
            };
            let (key, value) = (key.trim(), value.trim());
            if key.is_empty() || value.is_empty() {
                return Err(text::error("a key or a value is missing", number));
            }
            let column = text::column(line, line.len() - line.trim_start().len());
            root.push(flat::entry(key, value, number, column));
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "{key} = {value}"
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings: Vec<Setting> = Vec::new();
        for entry in root.entries().iter().take(1000) {
            let key = entry.key.to_ascii_lowercase();
            settings.retain(|setting| setting.key != key);
            let mut setting = Setting { key, ..Setting::of(entry) };
            if let Some(lower) = setting.value.scalar().filter(|value| !value.contains('/')).map(str::to_ascii_lowercase) {
                setting.value.kind = Kind::Text(lower);
            }
            settings.push(setting);
        }
        known::fill(&mut settings, KNOWN, Fold::Case, "");
        let action = settings.iter().find(|setting| setting.key == "max_log_file_action").cloned();
        if let Some(action) = action {
            let erases = flat::yes(action.value.scalar() == Some("rotate"));
            let value = Node::text(erases, action.line, action.column);
            settings.push(Setting { key: "erases_old".to_owned(), value, ..action });
        }
        Some(settings)
    }
}
