//! Configuration: bytes that were already decoded to text -> a tree with positions. One file a format or product.
//! Readers take hostile text: no panic, no recursion without a bound, an error where the text is not what it claims.
//! They do not judge, and they do not open anything else (an `Include` is kept as a setting; joining is `link`'s).

use provost_detect as detect;
use provost_model as model;

/// The macro.
mod registry {
    pub(crate) use provost_model::registry;
}

mod accounts;
pub mod anybody;
mod deploy;
pub mod exported;
mod exports;
mod flags;
mod flat;
pub mod known;
mod objects;
mod plain_json;
mod text;
pub mod thing;

pub use deploy::{BASES, OTHERS, OVERRIDE, OVERRIDES, holds_secret};

use crate::model::node::{Fold, Node, Setting};
use known::Known;
use thing::Thing;

/// What is known of a file before it is read as a whole.
pub struct Probe<'a> {
    /// The path inside the delivery, `/` between parts, as on disk. Never to be printed.
    pub path: &'a str,
    /// The last part of the path, lower case.
    pub name: &'a str,
    /// What follows the last dot of the name, lower case, or "".
    pub extension: &'a str,
    /// The first 64 KiB, decoded to UTF-8.
    pub head: &'a str,
    /// Whether `head` is the whole file.
    pub whole: bool,
    /// Names of properties in it, once somebody asked: several readers do.
    names: std::cell::OnceCell<Vec<String>>,
}

impl<'a> Probe<'a> {
    /// What is known of a file: its path, the last part of it and what follows the last dot of that, both in lower case, its beginning, and
    /// whether that is all of it.
    pub fn new(path: &'a str, name: &'a str, extension: &'a str, head: &'a str, whole: bool) -> Self {
        Self { path, name, extension, head, whole, names: std::cell::OnceCell::new() }
    }
}

/// How sure a reader is that a file is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// Not mine.
    No,
    /// Could be, if nobody else wants it.
    Weak,
    /// Content and name agree, or the content alone is unmistakable.
    Strong,
    /// The file is this very product's (products come before formats).
    Product,
}

/// Why a text could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// What is wrong, without any text of the file in it.
    pub reason: String,
    /// Line, from 1; 0 if not known.
    pub line: u32,
}

/// One configuration format or product.
pub trait Config: Sync {
    /// The name used by `config:` in policies: lower snake case, the file's name.
    fn id(&self) -> &'static str;
    /// One line: what it is.
    fn title(&self) -> &'static str;
    /// What it understands and how keys are written in `at:`; shown by `provost explain`.
    fn notes(&self) -> &'static str;
    /// Whether a file is its own, by content first and name second.
    fn claims(&self, probe: &Probe<'_>) -> Claim;
    /// The tree. For a product: one entry a directive in the order of the file, value = its arguments joined by one blank; a block
    /// is an entry whose value is a mapping with the block's arguments under the key `@args`.
    fn read(&self, text: &str) -> Result<Node, ReadError>;
    /// Whether a product's values are words of whoever wrote it (variables, addresses, passwords), not the product's own: they are masked
    /// as those of any format are.
    fn free(&self) -> bool {
        false
    }
    /// How keys compare.
    fn fold(&self) -> Fold {
        Fold::Exact
    }
    /// The keys it knows, what their absence means, and where that is documented; empty for formats.
    fn known(&self) -> &'static [Known] {
        &[]
    }
    /// How one setting is written, with `{key}` and `{value}` in it; "" where a corrected line cannot be given.
    fn form(&self) -> &'static str {
        ""
    }
    /// Products: how people in its file are counted.
    fn people(&self) -> People {
        People::Lines
    }
    /// What holds over all documents of a delivery: each with its product, the number of its artifact, and its tree.
    fn together(&self, _all: &[(&str, u32, &Node)]) -> Vec<Together> {
        Vec::new()
    }
    /// Products: what is in force, block by block, from all documents that belong together, with what holds by default (see
    /// [`known::fill`]); synonyms under their one name, values in the product's own spelling. `None` for formats: their trees are
    /// asked directly.
    fn effective(&self, _root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        None
    }
    /// Templates, plans and exports: what is described in them. The path is the document's, for exports that do not say whose they are.
    fn things<'a>(&self, _root: &'a Node, _path: &str) -> Vec<Thing<'a>> {
        Vec::new()
    }
}

/// How people in a product's file are counted. A product's directives are no headers of columns, but an export may be data as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum People {
    /// As in a text.
    Lines,
    /// As in any JSON.
    Tree,
    /// As in any tree; the reader's own is all of the file.
    Whole,
    /// As the document reader with the strongest claim counts them.
    Table,
}

/// What several documents say together.
pub struct Together {
    /// What `config:` calls it: the product's id.
    pub kind: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// The artifact it is shown at.
    pub artifact: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// What holds.
    pub settings: Vec<Setting>,
}

/// What an `Include` brings: the documents that a glob names, in order, each with an index that settings carry back.
pub struct Included {
    /// Trees of the included files, with the number of the artifact each came from.
    pub documents: Vec<(u32, std::sync::Arc<Node>)>,
    /// Whether nothing in the delivery matches (then the include is a gap).
    pub missing: bool,
}

crate::registry::registry! {
    /// Products first, then formats; the strongest claim wins, the first among equals.
    pub CONFIGS: dyn Config = CONFIG;
    cloudformation,
    terraform,
    azure,
    google_cloud,
    sshd,
    journald,
    auditd,
    audit_rules,
    logrotate,
    rsyslog,
    crypttab,
    luks_dump,
    fstab,
    restic,
    borg,
    rsnapshot,
    veeam,
    mail_dns,
    nginx,
    postfix,
    proftpd,
    apache,
    vsftpd,
    rsyncd,
    samba,
    nfs_exports,
    secedit,
    windows_registry,
    bitlocker,
    smb_server,
    smb_shares,
    audit_policy,
    local_users,
    event_log,
    printer_spool,
    hotfix,
    filevault,
    reg,
    plist,
    key_colon,
    aws_credential_report,
    aws_password_policy,
    entra_auth_methods,
    entra_conditional_access,
    entra_security_defaults,
    google_workspace,
    m365,
    // after those that know one answer of it better
    aws,
    docker_compose,
    kube_apiserver,
    etcd,
    kube_encryption,
    kubernetes,
    dockerfile,
    hcl,
    postgresql,
    pg_hba,
    redis,
    mysql,
    mongodb,
    elasticsearch,
    mssql,
    dotenv,
    properties,
    ini,
    toml,
    xml,
    jsonc,
    yaml,
}
