//! Tables of a database, read by a read-only connection: each is an entry, or several where it is large, whose bytes are its rows as
//! `pg_dump` writes them. The coordinator speaks to the server and looks at nothing; confined workers read the rows. Nothing is ever
//! written, and no text of the server is shown: its errors may quote rows.

mod copy;
pub mod login;
mod mysql;
mod postgres;

use super::Remote;
use crate::collect::walk::{Entry, EntryKind};
use crate::model::evidence::GapKind;
use login::{Kind, Login};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Tables of a server that are listed.
const MOST_TABLES: usize = 200_000;
/// Columns of all of them.
const MOST_COLUMNS: usize = 2_000_000;
/// How long a statement may take.
const STATEMENT: Duration = Duration::from_mins(5);
/// How long the server may be silent: longer than it has for a statement.
const SILENCE: Duration = Duration::from_mins(6);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(30);
/// Bytes of a binary value that are looked at.
const MOST_BINARY: usize = 16 << 10;

/// How tables are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// Of tables with more rows than this, a sample of so many is read.
    pub sample: Option<u64>,
    /// When the rows are from, in seconds since 1970: nobody says, so it is the day that they are looked at.
    pub modified: i64,
}

/// The tables that a login reaches.
pub fn open(login: Login, manner: Manner) -> Arc<dyn Remote> {
    match login.kind {
        Kind::Postgres => Arc::new(postgres::Server::new(login, manner)),
        Kind::Mysql => Arc::new(mysql::Server::new(login, manner)),
    }
}

/// A table, or a stretch of one.
#[derive(Debug, Clone)]
struct Table {
    schema: String,
    name: String,
    columns: Vec<Column>,
    /// Columns that may not be read.
    closed: usize,
    /// Rows, as the server guesses; `None` if it does not.
    rows: Option<u64>,
    /// It keeps rows that were changed or deleted: they are read, too.
    history: bool,
}

/// A column that may be read.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    binary: bool,
}

/// Entries under names of their own, and what each stands for.
#[derive(Debug)]
struct Listing<T> {
    entries: Vec<Entry>,
    by_path: HashMap<PathBuf, T>,
    taken: HashSet<PathBuf>,
    modified: i64,
}

impl<T> Listing<T> {
    fn new(modified: i64) -> Self {
        Self { entries: Vec::new(), by_path: HashMap::new(), taken: HashSet::new(), modified }
    }

    /// A path that nothing else has: names may hold anything, and two may come to the same.
    fn path(&mut self, pieces: &[&str], ending: &str) -> PathBuf {
        let plain = |piece: &&str| match piece.replace(['/', '\0'], "_") {
            name if name.is_empty() || name == "." || name == ".." => "_".to_owned(),
            name => name,
        };
        let stem = pieces.iter().map(plain).collect::<Vec<_>>().join("/");
        let mut path = PathBuf::from(format!("{stem}{ending}"));
        let mut number = 2;
        while !self.taken.insert(path.clone()) {
            path = PathBuf::from(format!("{stem} ({number}){ending}"));
            number += 1;
        }
        path
    }

    /// Something that can be fetched, and about how many bytes it has.
    fn add(&mut self, pieces: &[&str], ending: &str, size: u64, what: T) {
        let path = self.path(pieces, &format!("{ending}.sql"));
        self.entries.push(Entry { size, modified: self.modified, ..Entry::named(path.clone(), EntryKind::File) });
        self.by_path.insert(path, what);
    }

    /// Something that cannot.
    fn gap(&mut self, pieces: &[&str], kind: GapKind, reason: impl Into<Box<str>>) {
        let path = self.path(pieces, "");
        let kind = EntryKind::Unlisted(kind, reason.into());
        self.entries.push(Entry { modified: self.modified, ..Entry::named(path, kind) });
    }
}

/// What a sample leaves out, in words.
fn sampled(rows: u64, total: u64, exact: bool) -> String {
    let about = if exact { "" } else { "about " };
    format!("a sample: {rows} of {about}{total} rows were read, the others were not")
}

/// What a table without all of its columns lacks, in words.
fn closed(table: &Table) -> String {
    let all = table.columns.len() + table.closed;
    format!("{} of {all} columns may not be read by this account: they were not", table.closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_and_stay_apart() {
        let mut listing: Listing<u8> = Listing::new(0);
        for (schema, name) in [("a", "b/c"), ("a", "b_c"), ("..", ""), ("a", "b\0c")] {
            listing.add(&[schema, name], "", 0, 0);
        }
        let paths: Vec<String> = listing.entries.iter().map(|entry| entry.path.display().to_string()).collect();
        assert_eq!(paths, ["a/b_c.sql", "a/b_c (2).sql", "_/_.sql", "a/b_c (3).sql"]);
        assert_eq!(listing.by_path.len(), 4);
    }
}
