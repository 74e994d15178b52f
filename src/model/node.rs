//! A configuration or data tree with positions: what every configuration format becomes.
//! Duplicate keys are kept, scalars keep what was written. Plain data: no parsing, no judgement.

use serde::{Deserialize, Serialize};

/// One value and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// What it is.
    #[serde(rename = "v")]
    pub kind: Kind,
    /// Line, from 1; 0 where the format has none.
    #[serde(rename = "l")]
    pub line: u32,
    /// Column in characters, from 1; 0 where the format has none.
    #[serde(rename = "c")]
    pub column: u32,
}

/// Schemes of addresses that stay in what is left of a masked value: they say how something is reached, and nothing of whom.
const SCHEMES: [&str; 28] = [
    "amqp",
    "amqps",
    "ftp",
    "ftps",
    "http",
    "https",
    "imap",
    "imaps",
    "ldap",
    "ldaps",
    "mongodb",
    "mysql",
    "nfs",
    "pop3",
    "postgres",
    "postgresql",
    "redis",
    "rediss",
    "rlogin",
    "rsh",
    "rsync",
    "sftp",
    "smb",
    "smtp",
    "smtps",
    "ssh",
    "telnet",
    "tftp",
];

/// The schemes of addresses in a text that stay when it is masked, in lower case.
pub fn schemes(text: &str) -> impl Iterator<Item = &'static str> {
    text.match_indices("://").filter_map(|(at, _)| {
        let own = text.get(..at)?.rsplit(|c: char| !c.is_ascii_alphanumeric()).next()?;
        SCHEMES.into_iter().find(|known| known.eq_ignore_ascii_case(own))
    })
}

/// How a masked value begins where a path looks at it: no policy can match it by chance.
pub const VEIL: &str = "\u{0}masked";

/// A masked value as paths see it. Schemes of addresses are kept: `ftp://` with a password behind it is no secret itself.
pub fn veiled(shown: &str) -> String {
    let schemes = schemes(shown).map(|scheme| format!(" {scheme}://"));
    std::iter::once(VEIL.to_owned()).chain(schemes).collect()
}

/// What stands for a part of a tree that lies too deep to be kept.
pub const TOO_DEEP: &str = "(too deep)";

/// The kinds of value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nothing was written, or the format's null.
    Null,
    /// A boolean by the format's own rules. YAML's `yes`, `no`, `on`, `off` are text.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// Text, unquoted and unescaped.
    Text(String),
    /// Text that held personal data or a secret: only its shape is left.
    Masked(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order of the file; duplicate keys are kept.
    Map(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The key as written.
    #[serde(rename = "k")]
    pub key: String,
    /// Line of the key, from 1.
    #[serde(rename = "l")]
    pub line: u32,
    /// Column of the key in characters, from 1.
    #[serde(rename = "c")]
    pub column: u32,
    /// The value.
    #[serde(rename = "n")]
    pub node: Node,
}

impl Node {
    /// A node at a position.
    pub fn new(kind: Kind, line: u32, column: u32) -> Self {
        Self { kind, line, column }
    }

    /// Text at a position.
    pub fn text(text: impl Into<String>, line: u32, column: u32) -> Self {
        Self::new(Kind::Text(text.into()), line, column)
    }

    /// The entries of a mapping; empty for anything else.
    pub fn entries(&self) -> &[Entry] {
        if let Kind::Map(entries) = &self.kind { entries } else { &[] }
    }

    /// The items of a list; empty for anything else.
    pub fn items(&self) -> &[Node] {
        if let Kind::List(items) = &self.kind { items } else { &[] }
    }

    /// The first value under a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The scalar as text: what was written, `true`/`false` for booleans, empty for null. `None` for lists, mappings and masks.
    pub fn scalar(&self) -> Option<&str> {
        match &self.kind {
            Kind::Null => Some(""),
            Kind::Bool(true) => Some("true"),
            Kind::Bool(false) => Some("false"),
            Kind::Number(text) | Kind::Text(text) => Some(text),
            Kind::Masked(_) | Kind::List(_) | Kind::Map(_) => None,
        }
    }
}

/// How the keys of a format compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fold {
    /// As written.
    Exact,
    /// Upper and lower case are one (sshd, nginx keeps lower case, INI of Windows).
    Case,
    /// Case, and `-` equals `_` (`MySQL`).
    CaseDash,
    /// Case, and spaces inside do not count (Samba).
    CaseSpace,
}

impl Fold {
    /// A key as products of this kind compare it.
    pub fn key(self, key: &str) -> String {
        match self {
            Self::Exact => key.to_owned(),
            Self::Case => key.to_lowercase(),
            Self::CaseDash => key.to_lowercase().replace('-', "_"),
            Self::CaseSpace => key.to_lowercase().split_whitespace().collect(),
        }
    }

    /// Whether a key is the same as another, of which it is known how products of this kind compare it.
    pub fn same_as(self, own: &str, other: &str, folded: &str) -> bool {
        let dash = |byte: u8| if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() };
        match self {
            Self::Exact => own == other,
            // nearly all are, and there are very many of them
            Self::Case if own.is_ascii() && other.is_ascii() => own.eq_ignore_ascii_case(other),
            Self::CaseDash if own.is_ascii() && other.is_ascii() => own.bytes().map(dash).eq(other.bytes().map(dash)),
            _ => self.key(own) == folded,
        }
    }
}

/// One setting in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// The key as written.
    pub key: String,
    /// Its value.
    pub value: Node,
    /// The block it is in force for: "" for the whole document, else for example `Match User backup` or `server cards.example`.
    pub context: String,
    /// The artifact it is written in, when an include brought it; else `None`.
    pub artifact: Option<u32>,
    /// Line and column of the key.
    pub line: u32,
    /// Column of the key.
    pub column: u32,
    /// Nobody wrote it: it is what the product does when the key is absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
    /// Why nobody can say what it is: it depends on the version, or is only known once applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// What it may be where that is unknown; empty where nobody can say even that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<String>,
}

impl From<Entry> for Setting {
    fn from(entry: Entry) -> Self {
        let Entry { key, line, column, node: value } = entry;
        Self {
            key,
            value,
            context: String::new(),
            artifact: None,
            line,
            column,
            default: false,
            unknown: None,
            cases: Vec::new(),
        }
    }
}

impl Setting {
    /// A setting as an entry of a tree has it, for the whole document.
    pub fn of(entry: &Entry) -> Self {
        Self::from(entry.clone())
    }

    /// The same for a block.
    #[must_use]
    pub fn within(self, context: impl Into<String>) -> Self {
        Self { context: context.into(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_same_where_they_fold_to_the_same() {
        let keys =
            ["", "a", "A", "a-b", "A_b", "a_B", "a b", "AB", "ab", " a", "\u{c4}", "\u{e4}", "\u{212a}", "k", "K", "\u{130}"];
        for how in [Fold::Exact, Fold::Case, Fold::CaseDash, Fold::CaseSpace] {
            for own in keys {
                for other in keys {
                    assert_eq!(how.same_as(own, other, &how.key(other)), how.key(own) == how.key(other), "{how:?} {own} {other}");
                }
            }
        }
    }
}
