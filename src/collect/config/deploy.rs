//! What compose files, manifests and Dockerfiles have in common: images, variables that hold secrets, settings made out of a value.
//! It must not know any of the three, and it keeps nothing of a value that was masked.

use super::known::{self, Known};
use crate::model::node::{Entry, Kind, Node, Setting};
use std::collections::{HashMap, HashSet};

/// What is asked for the override that compose takes by itself, and the names of files that it begins with and of overrides, the first
/// that is there before others.
pub const OVERRIDE: &str = "@override";
/// What is asked for the other compose files beside one, which a command line may put over it.
pub const OTHERS: &str = "@others";
/// See [`OVERRIDE`].
pub const BASES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// See [`OVERRIDE`].
pub const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// Words that a variable with a secret in it is named with.
const SECRET: &[&str] =
    &["password", "passwd", "pass", "pwd", "passphrase", "secret", "token", "apikey", "credential", "credentials", "dsn"];
/// Words that say that it is not the secret itself: where it lies, what it is for, how it has to be.
const NOT: &[&str] = &[
    "file",
    "path",
    "dir",
    "name",
    "url",
    "uri",
    "ttl",
    "expiry",
    "expires",
    "expiration",
    "length",
    "enabled",
    "issuer",
    "policy",
    "algorithm",
    "type",
    "header",
    "lifetime",
    "timeout",
    "min",
    "max",
    "endpoint",
    "id",
    "mode",
    "store",
    "provider",
    "ref",
];

/// The settings of a product in the making.
pub(super) struct Force {
    /// All of them.
    pub settings: Vec<Setting>,
    /// The artifact that the settings to come are written in, where another one brought it.
    pub artifact: Option<u32>,
    /// Keys by context, of as many settings as were looked at: there may be a container a line.
    keys: HashMap<String, HashSet<String>>,
    looked_at: usize,
}

impl Force {
    /// None yet.
    pub(super) fn new() -> Self {
        Self { settings: Vec::new(), artifact: None, keys: HashMap::new(), looked_at: 0 }
    }

    /// Adds one with a value of our own spelling.
    pub(super) fn say(&mut self, context: &str, key: &str, value: impl Into<String>, at: (u32, u32)) {
        self.add(context, key, Node::text(value, at.0, at.1), at, None);
    }

    /// Adds one that nobody can say.
    pub(super) fn unknown(&mut self, context: &str, key: &str, at: (u32, u32), reason: &str) {
        self.add(context, key, Node::text("", at.0, at.1), at, Some(reason.to_owned()));
    }

    /// Adds one.
    pub(super) fn add(&mut self, context: &str, key: &str, value: Node, at: (u32, u32), unknown: Option<String>) {
        let entry = Entry { key: key.to_owned(), line: at.0, column: at.1, node: value };
        self.settings.push(Setting { unknown, artifact: self.artifact, ..Setting::of(&entry).within(context) });
    }

    /// Adds a scalar as it is written. What holds a variable, is masked, or is no scalar where one is needed, nobody can say.
    pub(super) fn scalar(&mut self, context: &str, key: &str, entry: &Entry) {
        let reason = undecided(&entry.node);
        let value = match &entry.node.kind {
            Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {
                Node::text(entry.node.scalar().unwrap_or_default(), entry.node.line, entry.node.column)
            }
            _ => Node::text("", entry.node.line, entry.node.column),
        };
        self.add(context, key, value, (entry.line, entry.column), reason.map(str::to_owned));
    }

    /// The image of a context, and its version.
    pub(super) fn image(&mut self, context: &str, node: &Node, at: (u32, u32)) {
        // of a masked name the form is left: whether there is a tag, and what it is if it is a word
        let shape = if let Kind::Masked(shape) = &node.kind { Some(shape.as_str()) } else { None };
        let Some(image) = shape.or_else(|| node.scalar()).filter(|image| !image.is_empty()) else {
            for key in ["image", "image_version"] {
                self.unknown(context, key, at, "what the image is called is not known");
            }
            return;
        };
        let variable = image.contains('$').then(|| VARIABLE.to_owned());
        self.add(context, "image", node.clone(), at, variable.clone());
        if image.eq_ignore_ascii_case("scratch") {
            return;
        }
        let version = Node::text(version(image), node.line, node.column);
        let literal = !version.scalar().unwrap_or_default().contains('$');
        self.add(context, "image_version", version, at, variable.filter(|_| !literal));
    }

    /// A variable of an environment. Only one with a value of its own holds a secret: one that is passed through does not.
    pub(super) fn variable(&mut self, context: &str, name: &str, value: &Node, at: (u32, u32)) {
        let set = match &value.kind {
            Kind::Masked(shape) => names_secret(name) || (shape.contains("://") && shape.contains('@')),
            Kind::Null | Kind::Bool(_) | Kind::List(_) | Kind::Map(_) => false,
            Kind::Number(text) | Kind::Text(text) => holds_secret(name, text),
        };
        if set {
            self.say(context, "environment_secret", name, at);
        }
    }

    /// What holds in a context because nothing there says otherwise.
    pub(super) fn fill(&mut self, known: &'static [Known], context: &str) {
        for setting in self.settings.iter().skip(self.looked_at) {
            self.keys.entry(setting.context.clone()).or_default().insert(setting.key.clone());
        }
        self.looked_at = self.settings.len();
        let keys = self.keys.get(context);
        known::fill_but(&mut self.settings, known, context, &|key| keys.is_some_and(|keys| keys.contains(key)));
    }
}

/// Why a value with a variable in it is not known.
pub(super) const VARIABLE: &str = "it holds a variable, which is only known where it is started";

/// Why nobody can say what a scalar is; `None` where it can be said.
pub(super) fn undecided(node: &Node) -> Option<&'static str> {
    match &node.kind {
        Kind::Text(text) if text.replace("$$", "").contains('$') => Some(VARIABLE),
        Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => None,
        Kind::Masked(_) => Some("its value is personal or secret and is not kept"),
        Kind::Null => Some("nothing is written behind it"),
        Kind::List(_) | Kind::Map(_) => Some("it is not a single value"),
    }
}

/// The tag of an image, `latest` where there is none, or its digest.
fn version(image: &str) -> &str {
    if let Some((_, digest)) = image.split_once('@') {
        return digest;
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    // in `${TAG:-1.2}` the colon is the variable's
    let mut inside = 0_usize;
    for (at, c) in last.char_indices() {
        match c {
            '{' => inside += 1,
            '}' => inside = inside.saturating_sub(1),
            ':' if inside == 0 && at + 1 < last.len() => return last.get(at + 1..).unwrap_or_default(),
            _ => {}
        }
    }
    // a variable may bring its own
    if last.starts_with('$') { last } else { "latest" }
}

/// Whether a variable is named as those that hold a secret.
pub(super) fn names_secret(name: &str) -> bool {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let Some(last) = words.last() else { return false };
    if NOT.contains(last) {
        return false;
    }
    let pairs = words.windows(2).any(|pair| {
        matches!(pair, ["api" | "private" | "secret" | "access" | "encryption" | "signing" | "master" | "jwt", "key"])
    });
    // `POSTGRES_PASSWORD`, `PGPASSWORD`, `dbPassword`
    pairs || words.iter().any(|word| SECRET.contains(word)) || lower.ends_with("password")
}

/// Whether a variable is a secret that is written out.
pub fn holds_secret(name: &str, value: &str) -> bool {
    (names_secret(name) && !is_reference(value) && !is_switch(value)) || holds_login(value)
}

/// Whether a value only says where the secret comes from.
fn is_reference(text: &str) -> bool {
    let text = text.trim();
    // `${X:-fallback}` and `${X-fallback}` bring a secret of their own; `${X:?message}` does not
    let fallback = text.contains(":-") && !text.ends_with(":-}");
    text.is_empty()
        || (text.starts_with('$') && !text.starts_with("$$") && !fallback)
        || (text.starts_with('<') && text.ends_with('>'))
        || text.starts_with("/run/secrets/")
}

fn is_switch(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "none" | "null")
}

/// Whether an address holds a password: `postgres://cards:letmein9@db/cards`.
fn holds_login(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let Some((login, _)) = authority.rsplit_once('@') else { return false };
    login.split_once(':').is_some_and(|(_, password)| !is_reference(password))
}

/// The entries of a mapping, each key once: of several the last counts, as programs that read YAML take it.
pub(super) fn last_entry<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    node.entries().iter().rev().find(|entry| entry.key == key)
}

/// The value of [`last_entry`].
pub(super) fn last<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    last_entry(node, key).map(|entry| &entry.node)
}

/// Follows keys down a tree.
pub(super) fn path<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n Node> {
    keys.iter().try_fold(node, |node, key| last(node, key))
}

/// The place of a node.
pub(super) fn at(node: &Node) -> (u32, u32) {
    (node.line, node.column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_images() {
        for (image, wanted) in [
            ("nginx", "latest"),
            ("nginx:1.27", "1.27"),
            ("registry.example:5000/cards/web", "latest"),
            ("registry.example:5000/cards/web:2", "2"),
            ("nginx:1.27@sha256:abc", "sha256:abc"),
            ("nginx:${TAG}", "${TAG}"),
            ("nginx:${TAG:-1.2}", "${TAG:-1.2}"),
            ("$IMAGE", "$IMAGE"),
            ("${REGISTRY:-r.example:5000}/web:3", "3"),
            ("nginx:", "latest"),
        ] {
            assert_eq!(version(image), wanted, "{image}");
        }
    }

    #[test]
    fn variables_that_hold_secrets() {
        for yes in
            ["POSTGRES_PASSWORD", "PGPASSWORD", "dbPassword", "JWT_SECRET", "API_KEY", "AWS_SECRET_ACCESS_KEY", "auth.token"]
        {
            assert!(names_secret(yes), "{yes}");
        }
        for no in ["POSTGRES_PASSWORD_FILE", "TOKEN_TTL", "COMPASS", "SECRET_NAME", "PORT", "TOKEN_URL", "KEY"] {
            assert!(!names_secret(no), "{no}");
        }
        let seen = |name: &str, value: &str| {
            let mut force = Force::new();
            force.variable("x", name, &Node::text(value, 1, 1), (1, 1));
            force.settings.len() == 1
        };
        assert!(seen("DB_PASSWORD", "hunter22"));
        assert!(seen("DB_PASSWORD", "${DB_PASSWORD:-hunter22}"));
        assert!(!seen("DB_PASSWORD", "${DB_PASSWORD}"));
        assert!(!seen("DB_PASSWORD", ""));
        assert!(!seen("ALLOW_EMPTY_PASSWORD", "yes"));
        assert!(seen("DATABASE_URL", "postgres://cards:hunter22@db/cards"));
        assert!(!seen("DATABASE_URL", "postgres://cards:${PW}@db/cards"));
        assert!(!seen("DATABASE_URL", "postgres://db:5432/cards"));
    }
}
