//! What the readers of line-based products share: entries and settings at a place, words in quotes, lengths of time in days.
//! It must not know any product.

use super::text;
use crate::model::node::{Entry, Kind, Node, Setting};

/// Days of a month and of a year, where a product counts them as such.
pub(super) const MONTH: f64 = 30.0;
pub(super) const YEAR: f64 = 365.0;

/// An entry of a tree: a key, and its value at a column of the same line.
pub(super) fn entry(key: impl Into<String>, value: impl Into<String>, line: u32, column: u32) -> Entry {
    Entry { key: key.into(), line, column, node: text::value(value.into(), line, column) }
}

/// A block: a key with entries below it.
pub(super) fn block(key: impl Into<String>, entries: Vec<Entry>, line: u32, column: u32) -> Entry {
    Entry { key: key.into(), line, column, node: Node::new(Kind::Map(entries), line, column) }
}

/// Where a setting comes from.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// The artifact that an include brought, if one did.
    pub artifact: Option<u32>,
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

impl Place {
    /// The place of an entry.
    pub(super) fn of(entry: &Entry, artifact: Option<u32>) -> Self {
        Self { artifact, line: entry.line, column: entry.column }
    }

    /// A setting that this place says.
    pub(super) fn says(self, context: &str, key: &str, value: Node) -> Setting {
        Setting {
            key: key.to_owned(),
            value,
            context: context.to_owned(),
            artifact: self.artifact,
            line: self.line,
            column: self.column,
            default: false,
            unknown: None,
            cases: Vec::new(),
        }
    }

    /// The same with a text.
    pub(super) fn text(self, context: &str, key: &str, value: impl Into<String>) -> Setting {
        self.says(context, key, Node::text(value, self.line, self.column))
    }

    /// The same with yes or no.
    pub(super) fn truth(self, context: &str, key: &str, value: bool) -> Setting {
        self.text(context, key, yes(value))
    }

    /// A setting that nobody can say, and what it may be.
    pub(super) fn unknown(self, context: &str, key: &str, reason: &str, cases: &[&str]) -> Setting {
        let shown = cases.last().copied().unwrap_or("?");
        Setting {
            unknown: Some(reason.to_owned()),
            cases: cases.iter().map(|case| (*case).to_owned()).collect(),
            ..self.text(context, key, shown)
        }
    }
}

/// `yes` or `no`.
pub(super) fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

/// A number of days as settings carry it: whole ones without a fraction, others with two digits.
pub(super) fn days(value: f64) -> String {
    if value.fract().abs() < 0.005 { format!("{value:.0}") } else { format!("{value:.2}") }
}

/// The words of a line as a shell parts them: quotes hold blanks together and are taken off. Bounded by the line.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut chars = line.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.peek().is_none() {
            return all;
        }
        let (mut word, mut quote) = (String::new(), None);
        while let Some(c) = chars.next_if(|c| quote.is_some() || !c.is_whitespace()) {
            match (c, quote) {
                ('\\', None | Some('"')) => word.extend(chars.next()),
                ('"' | '\'', None) => quote = Some(c),
                (_, Some(open)) if c == open => quote = None,
                _ => word.push(c),
            }
        }
        all.push(word);
    }
}

/// The lines of a text with those joined that end in a backslash; each with the number of its first line.
pub(super) fn joined(text: &str) -> Vec<(u32, String)> {
    let mut out: Vec<(u32, String)> = Vec::new();
    let mut open = false;
    for (number, line) in text::lines(text) {
        let (body, more) = line.trim_end().strip_suffix('\\').map_or((line, false), |body| (body, true));
        match out.last_mut().filter(|_| open) {
            Some(last) => {
                last.1.push(' ');
                last.1.push_str(body.trim());
            }
            None => out.push((number, body.to_owned())),
        }
        open = more;
    }
    out
}

/// A count followed by a unit (`1month 2d`, `1y5m7d2h`) in days; `unit` gives the days of each unit. `None` where a part is not known.
pub(super) fn span(value: &str, unit: &dyn Fn(&str) -> Option<f64>) -> Option<f64> {
    let mut rest = value.trim();
    let mut total = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let number: f64 = number.parse().ok()?;
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (word, next) = after.split_at(letters);
        total += number * unit(word)?;
        rest = next.trim_start();
    }
    Some(total)
}

/// One call of a program in a script: its command, options with their values ("" where none), and what else stands there.
pub(super) struct Call {
    /// Line.
    pub line: u32,
    /// `forget`, `prune`.
    pub command: String,
    /// Names without dashes, with their values.
    pub options: Vec<(String, String)>,
}

/// Commands that only speak of what stands behind them.
const SPEAKS: &[&str] = &[
    "alias",
    "apk",
    "apt",
    "apt-get",
    "awk",
    "brew",
    "cat",
    "command",
    "die",
    "dnf",
    "echo",
    "err",
    "error",
    "false",
    "fgrep",
    "grep",
    "hash",
    "info",
    "install",
    "log",
    "logger",
    "mail",
    "man",
    "notify-send",
    "pacman",
    "pgrep",
    "pip",
    "pip3",
    "pkill",
    "print",
    "printf",
    "read",
    "rm",
    "say",
    "sed",
    "snap",
    "tee",
    "test",
    "touch",
    "type",
    "usage",
    "wall",
    "warn",
    "whereis",
    "which",
    "yum",
    "zypper",
    "[",
    "[[",
    ":",
];

/// Whether the words before a program's name only lead up to it: `sudo -u backup`, `nice`, `0 3 * * *`, not `echo`.
fn runs(before: &[String]) -> bool {
    // behind a pipe, a condition or an opening bracket a new command begins
    let start = |word: &str| {
        matches!(word, "|" | "|&" | "then" | "do" | "else" | "if" | "elif" | "while" | "until" | "!" | "{" | "(" | "&")
    };
    let from = before.iter().rposition(|word| start(word)).map_or(0, |at| at + 1);
    !before.iter().skip(from).any(|word| {
        let name = word.rsplit('/').next().unwrap_or(word);
        SPEAKS.contains(&name.trim_start_matches(['(', '@', '-']))
    })
}

/// The word that ends a text which a line begins for a command that prints it.
fn printed(line: &str) -> Option<String> {
    let (before, after) = line.split_once("<<").filter(|row| !row.1.starts_with('<'))?;
    let prints = words(before).iter().any(|word| matches!(word.as_str(), "cat" | "tee" | "mail" | "echo" | ":" | "read"));
    let end = words(after.trim_start_matches('-').trim_start()).into_iter().next()?;
    (prints && !end.is_empty()).then_some(end)
}

/// Calls of a program with one of its commands, in scripts, units of systemd and tables of cron. What is only printed is none. Plain variables of the same file are
/// put in their places.
pub(super) fn calls(source: &str, program: &str, commands: &[&str]) -> Vec<Call> {
    let mut out = Vec::new();
    if !source.contains(program) {
        return out;
    }
    let mut variables: Vec<(String, String)> = Vec::new();
    let mut until: Option<String> = None;
    for (line, text) in joined(source) {
        let body = text.trim();
        if let Some(end) = &until {
            if body == end {
                until = None;
            }
            continue;
        }
        until = printed(body);
        if body.starts_with('#') {
            continue;
        }
        let body = body.strip_prefix("export ").unwrap_or(body);
        let named =
            body.split_once('=').filter(|row| !row.0.is_empty() && row.0.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
        if let Some((name, value)) = named
            && variables.len() < 200
            && value.len() < 200
            && !value.contains(['$', '`'])
        {
            variables.push((name.to_owned(), words(value).concat()));
        }
        let text = text.replace("ExecStart=", "ExecStart= ").replace("&&", " ; ").replace("||", " ; ");
        for part in text.split(" ;").flat_map(|part| part.split("; ")) {
            let all = words(part);
            let Some(at) = all.iter().take(14).position(|word| word == program || word.rsplit('/').next() == Some(program))
            else {
                continue;
            };
            if !runs(all.get(..at).unwrap_or_default()) {
                continue;
            }
            let mut command = None;
            let mut options = Vec::new();
            let mut rest = all.into_iter().skip(at + 1).peekable();
            while let Some(word) = rest.next() {
                if word.starts_with('#') {
                    break;
                }
                let Some(name) = word.strip_prefix("--").or_else(|| word.strip_prefix('-')) else {
                    if command.is_none() && commands.contains(&&*word) {
                        command = Some(word);
                    }
                    continue;
                };
                let (name, value) = if let Some((name, value)) = name.split_once('=') {
                    (name.to_owned(), value.to_owned())
                } else {
                    let next = rest.next_if(|next| !next.starts_with('-') && !commands.contains(&&**next));
                    (name.to_owned(), next.unwrap_or_default())
                };
                let bare = value.trim_start_matches('$').trim_matches(['{', '}']);
                let known = value.starts_with('$').then(|| variables.iter().rev().find(|row| row.0 == bare)).flatten();
                options.push((name, known.map_or(value, |row| row.1.clone())));
            }
            out.extend(command.map(|command| Call { line, command, options }));
        }
    }
    out
}

/// How long backups are kept because of rules (`daily` = 7, `within` = 30d), as `kept_days` and `kept_forever`.
pub(super) fn kept(place: Place, context: &str, rules: &[(String, String)]) -> Vec<Setting> {
    let mut days: f64 = 0.0;
    let (mut forever, mut counted, mut odd) = (rules.is_empty(), false, false);
    for (name, value) in rules {
        let unit = match name.as_str() {
            "minutely" | "secondly" => Some(0.0),
            "hourly" => Some(1.0 / 24.0),
            "daily" => Some(1.0),
            "weekly" => Some(7.0),
            "monthly" | "3monthly" | "13weekly" => Some(if name == "monthly" { MONTH } else { 91.0 }),
            "yearly" => Some(YEAR),
            _ => None,
        };
        let within = |word: &str| match word {
            "S" => Some(0.0),
            "h" | "H" => Some(1.0 / 24.0),
            "d" => Some(1.0),
            "w" => Some(7.0),
            "m" => Some(MONTH),
            "y" => Some(YEAR),
            _ => None,
        };
        forever |= name == "tag" || value == "unlimited" || value.parse::<i64>().is_ok_and(|number| number < 0);
        match unit
            .zip(value.parse::<f64>().ok())
            .map(|row| row.0 * row.1)
            .or_else(|| name.starts_with("within").then(|| span(value, &within)).flatten())
        {
            Some(more) => {
                counted = true;
                days = days.max(more);
            }
            None => odd |= !matches!(name.as_str(), "last" | "tag") && value != "unlimited",
        }
    }
    let reason = if odd {
        "a rule of keeping is set by what the file does not say"
    } else {
        "only numbers of backups are kept; how often one is made, the file does not say"
    };
    if forever {
        return vec![place.truth(context, "kept_forever", true)];
    }
    if odd || !counted {
        let forever =
            if odd { place.unknown(context, "kept_forever", reason, &[]) } else { place.truth(context, "kept_forever", false) };
        return vec![forever, place.unknown(context, "kept_days", reason, &[])];
    }
    vec![place.truth(context, "kept_forever", false), place.text(context, "kept_days", self::days(days))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_printed_is_no_call() {
        let script = "echo borg create\nwhich borg && echo yes; log borg prune\ncat <<EOF\nborg create x\nEOF\nsudo -u backup nice -n 19 \\\n /usr/bin/borg create y\n\
            tar c . | borg create z\nif ! borg check r; then echo borg check failed; fi\n0 3 * * * root borg prune r\nBORG_X=1 borg info\n";
        let all = ["create", "prune", "check", "info"];
        let found: Vec<_> = calls(script, "borg", &all).into_iter().map(|call| (call.line, call.command)).collect();
        let wanted = [(6, "create"), (8, "create"), (9, "check"), (10, "prune"), (11, "info")];
        assert_eq!(found, wanted.map(|row| (row.0, row.1.to_owned())));
    }

    #[test]
    fn words_and_spans_are_parted() {
        assert_eq!(words("a 'b c'  \"d \\\" e\"f"), ["a", "b c", "d \" ef"]);
        let unit = |word: &str| match word {
            "d" => Some(1.0),
            "m" => Some(MONTH),
            _ => None,
        };
        assert_eq!(span("1m2d", &unit), Some(32.0));
        assert_eq!(span("1 m 2 d", &unit), Some(32.0));
        assert_eq!(span("1x", &unit), None);
        assert_eq!((days(28.0), days(0.5)), ("28".to_owned(), "0.50".to_owned()));
        assert_eq!(joined("a \\\n b\nc"), [(1, "a  b".to_owned()), (3, "c".to_owned())]);
    }
}
