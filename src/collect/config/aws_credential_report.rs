//! The credential report of an AWS account: the CSV itself, or the answer of `aws iam get-credential-report` around it.
//! It keeps no user: each is a row with its number, and of it only what says how it logs in. Ages are at the moment the report was made.

use super::exported::{get, is_json, json, quotes, seconds, setting, unknown, word};
use super::{Claim, Config, Included, People, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};
use base64::Engine as _;

/// The reader.
pub(super) struct CredentialReport;

/// The reader, for the registry.
pub(super) static CONFIG: CredentialReport = CredentialReport;

/// The first columns of every report.
const HEADER: &str = "user,arn,user_creation_time,password_enabled,";
/// How many users of a report are kept.
const MOST: usize = 20_000;
/// Columns that name somebody.
const NAMING: [&str; 2] = ["user", "arn"];
const DAY: i64 = 86_400;

impl Config for CredentialReport {
    fn id(&self) -> &'static str {
        "aws_credential_report"
    }

    fn title(&self) -> &'static str {
        "AWS IAM credential report (CSV, or the JSON around it)"
    }

    fn notes(&self) -> &'static str {
        "Each user is a context, `root` or `user N` by its row; names are not kept. `password_enabled`, `mfa_active`, `access_key_1_active`, \
         `access_key_2_active` as the report has them (root has a password always); `mfa_where_password`: a second factor wherever a \
         password is; `access_key_active`: any of the two. Of what is active, in days: `access_key_1_age_days` (since the last \
         rotation), `access_key_1_unused_days` and `password_unused_days` (since the last use, else since it was made), \
         `password_age_days`. They are counted to the moment the report was made, which only the JSON of `aws iam \
         get-credential-report` says (GeneratedTime). In a bare CSV they are at least what the newest moment in it gives: enough to \
         fail, never enough to pass."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        // the report inside its JSON was read with it
        if probe.path == "!/Content" {
            return Claim::No;
        }
        if text::unmarked(probe.head).trim_start().starts_with(HEADER) {
            return Claim::Product;
        }
        let lower = if is_json(probe) { probe.head.to_lowercase() } else { String::new() };
        if quotes(&lower, "reportformat") && quotes(&lower, "content") && quotes(&lower, "generatedtime") {
            Claim::Product
        } else {
            Claim::No
        }
    }

    fn people(&self) -> People {
        People::Table
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::unmarked(source);
        if !source.trim_start().starts_with(['{', '[']) {
            return report(source, None);
        }
        let root = json(source)?;
        let content = get(&root, &["Content"]).and_then(Node::scalar).unwrap_or_default();
        let packed: String = content.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(packed)
            .map_err(|_| text::error("its Content is not base64", root.line))?;
        let table = String::from_utf8(bytes).map_err(|_| text::error("its Content is no text", root.line))?;
        let made = get(&root, &["GeneratedTime"]).and_then(Node::scalar).unwrap_or_default();
        report(&table, Some(made))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let users = get(root, &["users"])?.items();
        let made = get(root, &["generated"]).and_then(Node::scalar).and_then(seconds);
        let newest = users.iter().flat_map(Node::entries).filter_map(|entry| seconds(entry.node.scalar()?)).max();
        let mut out = Vec::new();
        for (index, user) in users.iter().enumerate() {
            let is_root = get(user, &["root"]).is_some();
            let context = if is_root { "root".to_owned() } else { format!("user {}", index + 1) };
            User { context: &context, row: user, is_root, made, newest }.settings(&mut out);
        }
        Some(out)
    }
}

/// The rows, without what names somebody.
fn report(source: &str, made: Option<&str>) -> Result<Node, ReadError> {
    let mut rows = rows(source.trim_start())?.into_iter();
    let header = rows.next().map(|row| row.1).unwrap_or_default();
    if !header.iter().any(|name| name == "mfa_active") || header.first().is_none_or(|name| name != "user") {
        return Err(text::error("a column of a credential report is missing", 1));
    }
    let mut users = Vec::new();
    for (line, cells) in rows {
        if cells.len() != header.len() {
            return Err(text::error("a row has another number of cells than the header", line));
        }
        // in a JSON the lines are those of the report in it
        let line = if made.is_some() { 1 } else { line };
        let mut entries = Vec::new();
        if cells.first().is_some_and(|name| name == "<root_account>") {
            entries.push(Entry { key: "root".to_owned(), line, column: 1, node: Node::new(Kind::Bool(true), line, 1) });
        }
        let mut column = 1;
        for (name, cell) in header.iter().zip(&cells) {
            if !NAMING.contains(&name.as_str()) && telling(cell) {
                entries.push(Entry { key: name.clone(), line, column, node: Node::text(cell, line, column) });
            }
            column += cell.chars().count() as u32 + 1;
        }
        users.push(Node::new(Kind::Map(entries), line, 1));
    }
    let entry = |key: &str, kind| Entry { key: key.to_owned(), line: 1, column: 1, node: Node::new(kind, 1, 1) };
    let mut entries = vec![entry("users", Kind::List(users))];
    if let Some(made) = made.filter(|made| seconds(made).is_some()) {
        entries.push(entry("generated", Kind::Text(made.to_owned())));
    }
    Ok(Node::new(Kind::Map(entries), 1, 1))
}

/// The rows of a table with their lines.
fn rows(source: &str) -> Result<Vec<(u32, Vec<String>)>, ReadError> {
    let mut parser = csv_core::Reader::new();
    let (mut output, mut ends) = (vec![0; 8 << 10], vec![0; 256]);
    // a last row without its line end would be half read
    let whole = format!("{}\n", source.trim_end());
    let (mut rest, mut out) = (whole.as_bytes(), Vec::new());
    loop {
        let line = parser.line() as u32;
        let (result, read, _, ended) = parser.read_record(rest, &mut output, &mut ends);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            csv_core::ReadRecordResult::Record if out.len() <= MOST => {
                let mut start = 0;
                let cells = ends.iter().take(ended).map(|end| {
                    let cell = String::from_utf8_lossy(output.get(start..*end).unwrap_or_default()).into_owned();
                    start = *end;
                    cell
                });
                out.push((line, cells.collect()));
            }
            csv_core::ReadRecordResult::Record => return Err(text::error(format!("more than {MOST} users"), line)),
            csv_core::ReadRecordResult::End => return Ok(out),
            _ => return Err(text::error("a row is too long", line)),
        }
    }
}

/// Whether a cell is one of the words or a moment: nothing else is kept.
fn telling(cell: &str) -> bool {
    let word = cell.to_ascii_lowercase();
    matches!(word.as_str(), "true" | "false" | "n/a" | "no_information" | "not_supported") || seconds(cell).is_some()
}

/// One row.
struct User<'a> {
    context: &'a str,
    row: &'a Node,
    is_root: bool,
    /// When the report was made.
    made: Option<i64>,
    /// The newest moment in it: it cannot have been made before.
    newest: Option<i64>,
}

impl User<'_> {
    fn cell(&self, key: &str) -> &str {
        get(self.row, &[key]).and_then(Node::scalar).unwrap_or_default()
    }

    /// True or false; `None` where the report says neither.
    fn truth(&self, key: &str) -> Option<bool> {
        match self.cell(key).to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    fn settings(&self, out: &mut Vec<Setting>) {
        let at = |key: &str| get(self.row, &[key]).unwrap_or(self.row);
        let say = |key: &str, value: Option<bool>, place: &str| match value {
            Some(value) => setting(self.context, key, word(value), at(place)),
            None => unknown(self.context, key, "the report says neither true nor false", at(place)),
        };
        // of root the report says not_supported: it has a password, unless that was taken away
        let password = self.truth("password_enabled").or(self.is_root.then_some(true));
        let mfa = self.truth("mfa_active");
        out.push(say("password_enabled", password, "password_enabled"));
        out.push(say("mfa_active", mfa, "mfa_active"));
        let where_password = match (password, mfa) {
            (Some(false), _) | (_, Some(true)) => Some(true),
            (Some(true), Some(false)) => Some(false),
            _ => None,
        };
        out.push(say("mfa_where_password", where_password, "mfa_active"));
        if password == Some(true) {
            self.days("password_age_days", &["password_last_changed", "user_creation_time"], out);
            self.days("password_unused_days", &["password_last_used", "password_last_changed", "user_creation_time"], out);
        }
        let keys = ["access_key_1", "access_key_2"].map(|key| (key, self.truth(&format!("{key}_active"))));
        for (key, active) in keys {
            out.push(say(&format!("{key}_active"), active, &format!("{key}_active")));
            if active == Some(true) {
                let rotated = format!("{key}_last_rotated");
                self.days(&format!("{key}_age_days"), &[&rotated, "user_creation_time"], out);
                self.days(
                    &format!("{key}_unused_days"),
                    &[&format!("{key}_last_used_date"), &rotated, "user_creation_time"],
                    out,
                );
            }
        }
        let any = if keys.iter().any(|row| row.1 == Some(true)) {
            Some(true)
        } else {
            keys.iter().all(|row| row.1 == Some(false)).then_some(false)
        };
        out.push(say("access_key_active", any, "access_key_1_active"));
    }

    /// Whole days since the first of some moments that the report gives.
    fn days(&self, key: &str, columns: &[&str], out: &mut Vec<Setting>) {
        let Some((at, then)) = columns.iter().find_map(|column| Some((get(self.row, &[column])?, seconds(self.cell(column))?)))
        else {
            out.push(unknown(self.context, key, "the report gives no moment to count from", self.row));
            return;
        };
        let age = |now: i64| ((now - then).max(0) / DAY).to_string();
        if let Some(made) = self.made {
            out.push(setting(self.context, key, age(made), at));
            return;
        }
        let least = age(self.newest.unwrap_or(then));
        let reason = format!("a CSV does not say when it was made; at least {least} days");
        // anything from that on
        let cases = vec![least, u32::MAX.to_string()];
        out.push(Setting { cases, ..unknown(self.context, key, reason, at) });
    }
}
