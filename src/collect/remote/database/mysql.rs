//! Tables of `MariaDB` and `MySQL`: one moment, seen by one connection that can only read, for these servers share none.

use super::copy::{Limited, cell, heading};
use super::login::{Host, Login, Tls, system_roots};
use super::{CONNECT, Column, Listing, MOST_COLUMNS, MOST_TABLES, Manner, SILENCE, STATEMENT, Table};
use crate::collect::remote::{Fetched, Remote};
use crate::collect::walk::{Entry, TargetError};
use crate::model::evidence::{Gap, GapKind};
use ::mysql::prelude::Queryable;
use ::mysql::{Conn, Error, OptsBuilder, Row, SslOpts, Value};
use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

const OWN: &str = "('information_schema', 'mysql', 'performance_schema', 'sys')";
/// What keeps its rows elsewhere.
const ELSEWHERE: [&str; 4] = ["FEDERATED", "CONNECT", "SPIDER", "NDBCLUSTER"];
/// Types that are no text.
const BINARY: [&str; 15] = [
    "binary",
    "varbinary",
    "tinyblob",
    "blob",
    "mediumblob",
    "longblob",
    "bit",
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
];

/// A server, and what was listed of it.
pub(super) struct Server {
    login: Login,
    manner: Manner,
    connection: Mutex<Option<Conn>>,
    tables: OnceLock<HashMap<PathBuf, Table>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("login", &self.login).finish_non_exhaustive()
    }
}

/// What went wrong, in words that hold nothing of the server's.
fn said(error: &Error) -> String {
    match error {
        Error::MySqlError(known) => {
            let words = match known.code {
                1142 | 1143 | 1370 => "this account may not read it",
                1044 | 1045 | 1698 => "the server does not let this account in",
                1049 => "there is no such database",
                1040 | 1203 => "the server takes no further connection",
                1205 => "somebody else holds it locked",
                1969 | 3024 => "it took longer than a statement may",
                _ => "the server refused",
            };
            format!("{words} (error {})", known.code)
        }
        Error::TlsError(_) => "no encrypted connection: the certificate is not of this host, or of nobody known".to_owned(),
        Error::DriverError(::mysql::DriverError::TlsNotSupported) => "the server offers no encryption".to_owned(),
        Error::IoError(error) => format!("the connection failed: {}", error.kind()),
        _ => "the connection failed".to_owned(),
    }
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A literal: what could end it is doubled, and no backslash means anything else in the mode that the connection has.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn open(login: &Login) -> Result<Conn, String> {
    let mut options = OptsBuilder::new()
        .user(login.user.as_ref())
        .pass(login.password.as_ref())
        .tcp_port(login.port)
        .tcp_connect_timeout(Some(CONNECT))
        .read_timeout(Some(SILENCE))
        .write_timeout(Some(CONNECT))
        // a server may ask for files of whoever connects: there is nobody who would give one
        .local_infile_handler(None)
        .prefer_socket(false)
        .secure_auth(true);
    options = match &login.host {
        Host::Name(name) => options.ip_or_hostname(Some(name)),
        Host::Socket(path) => options.socket(Some(path.to_string_lossy())),
    };
    if login.tls == Tls::Verified {
        // the program may hold more than one set of ciphers: this one is used
        let _ = rustls::crypto::ring::default_provider().install_default();
        let roots = login.roots.clone().or_else(system_roots).ok_or("no file of authorities: name one with sslrootcert")?;
        options = options.ssl_opts(SslOpts::default().with_root_cert_path(Some(roots)));
    }
    let mut connection = Conn::new(options).map_err(|error| said(&error))?;
    // the time that a statement may take has another name and unit in each of the two
    let (seconds, milliseconds) = (STATEMENT.as_secs(), STATEMENT.as_millis());
    if connection.query_drop(format!("SET SESSION max_statement_time = {seconds}")).is_err() {
        let _ = connection.query_drop(format!("SET SESSION max_execution_time = {milliseconds}"));
    }
    for statement in [
        "SET NAMES utf8mb4",
        "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'",
        "SET SESSION lock_wait_timeout = 30",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "SET SESSION TRANSACTION READ ONLY",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ] {
        connection.query_drop(statement).map_err(|error| said(&error))?;
    }
    Ok(connection)
}

fn text(row: &Row, at: usize) -> Option<String> {
    match row.as_ref(at)? {
        Value::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        Value::Int(number) => Some(number.to_string()),
        Value::UInt(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number(row: &Row, at: usize) -> Option<u64> {
    text(row, at)?.parse().ok()
}

/// Gives the rows of a query, up to so many; `false` if there are more: then the connection has more to say, and is of no use.
fn rows(connection: &mut Conn, query: &str, most: usize, mut each: impl FnMut(&Row) -> Option<()>) -> Result<bool, String> {
    let mut result = connection.query_iter(query).map_err(|error| said(&error))?;
    for count in 0.. {
        let Some(row) = result.next() else { break };
        let row = row.map_err(|error| said(&error))?;
        if count == most {
            // taking it apart would read all of the rest
            std::mem::forget(result);
            return Ok(false);
        }
        // a row of other types than were asked for says nothing
        let _ = each(&row);
    }
    Ok(true)
}

impl Server {
    pub(super) fn new(login: Login, manner: Manner) -> Self {
        Self { login, manner, connection: Mutex::new(None), tables: OnceLock::new() }
    }

    fn listed(&self, connection: &mut Conn) -> Result<Listing<Table>, String> {
        let which = match &self.login.database {
            Some(name) => format!("= {}", literal(name)),
            None => format!("NOT IN {OWN}"),
        };
        let mut listing = Listing::new(self.manner.modified);
        let mut columns: HashMap<(String, String), (Vec<Column>, usize)> = HashMap::new();
        let query = format!(
            "SELECT table_schema, table_name, column_name, data_type, privileges FROM information_schema.columns \
             WHERE table_schema {which} ORDER BY table_schema, table_name, ordinal_position"
        );
        let mut all = rows(connection, &query, MOST_COLUMNS, |row| {
            let (open, closed) = columns.entry((text(row, 0)?, text(row, 1)?)).or_default();
            let binary = BINARY.contains(&text(row, 3)?.to_ascii_lowercase().as_str());
            let may = text(row, 4)?.to_ascii_lowercase().split(',').any(|word| word == "select");
            if may {
                open.push(Column { name: text(row, 2)?, binary });
            } else {
                *closed += 1;
            }
            Some(())
        })?;
        let query = format!(
            "SELECT table_schema, table_name, engine, table_rows, data_length, table_type FROM information_schema.tables \
             WHERE table_schema {which} AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY table_schema, table_name"
        );
        all = all
            && rows(connection, &query, MOST_TABLES, |row| {
                let (schema, name) = (text(row, 0)?, text(row, 1)?);
                let engine = text(row, 2).unwrap_or_default().to_ascii_uppercase();
                let place = [schema.as_str(), name.as_str()];
                let (open, closed) = columns.remove(&(schema.clone(), name.clone())).unwrap_or_default();
                if ELSEWHERE.contains(&engine.as_str()) {
                    listing.gap(&place, GapKind::Unsupported, "its rows lie on another server and were not read");
                } else if open.is_empty() {
                    listing.gap(&place, GapKind::Unreadable, "this account may not read it");
                } else {
                    let (rows, size) = (number(row, 3), number(row, 4).unwrap_or(0));
                    let history = text(row, 5).is_some_and(|kind| kind.eq_ignore_ascii_case("SYSTEM VERSIONED"));
                    let table = Table { schema: schema.clone(), name: name.clone(), columns: open, closed, rows, history };
                    listing.add(&place, "", size, table);
                }
                Some(())
            })?;
        if !all {
            let reason = format!("more than {MOST_TABLES} tables, or their columns: the rest was not read");
            listing.gap(&["further tables"], GapKind::Limit, reason);
            *connection = open(&self.login)?;
        }
        if !self.sees_all(connection)? {
            let reason =
                "this account is only told of tables that it was given rights on: whether there are others nobody can say";
            listing.gap(&["other tables"], GapKind::Unreadable, reason);
        }
        Ok(listing)
    }

    /// Whether the account may read everything it was sent to: these servers do not name what it may not.
    fn sees_all(&self, connection: &mut Conn) -> Result<bool, String> {
        let mut grants = Vec::new();
        rows(connection, "SHOW GRANTS", MOST_TABLES, |row| {
            grants.push(text(row, 0)?);
            Some(())
        })?;
        Ok(reads_all(&grants, self.login.database.as_deref()))
    }

    fn write(&self, connection: &mut Conn, table: &Table, into: &mut Limited<'_>) -> Result<std::io::Result<Fetched>, String> {
        let history = if table.history { " FOR SYSTEM_TIME ALL" } else { "" };
        let from = format!("FROM {}.{}{history}", quoted(&table.schema), quoted(&table.name));
        let (mut clause, mut total) = (String::new(), None);
        if let Some(most) = self.manner.sample {
            let mut count = 0;
            // what drawing takes is reading all of them, so they can be counted as well
            rows(connection, &format!("SELECT COUNT(*) {from}"), 1, |row| {
                count = number(row, 0)?;
                Some(())
            })?;
            if count > most {
                let share = most as f64 * 1.2 / count as f64;
                clause = format!(" WHERE RAND(1) < {share} LIMIT {most}");
                total = Some(count);
            }
        }
        let names: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
        if let Err(error) = into.write(heading(&table.schema, &table.name, &table.columns).as_bytes()) {
            return Ok(Err(error));
        }
        let (before, mut line, mut broken) = (into.lines, Vec::new(), None);
        let query = format!("SELECT {} {from}{clause}", names.join(", "));
        let mut result = connection.query_iter(query).map_err(|error| said(&error))?;
        while let Some(row) = result.next() {
            let row = row.map_err(|error| said(&error))?;
            line.clear();
            for (at, column) in table.columns.iter().enumerate() {
                if at > 0 {
                    line.push(b'\t');
                }
                let plain = text(&row, at);
                let value = match row.as_ref(at) {
                    Some(Value::Bytes(bytes)) => Some(bytes.as_slice()),
                    _ => plain.as_deref().map(str::as_bytes),
                };
                cell(&mut line, value, column.binary);
            }
            line.push(b'\n');
            if let Err(error) = into.write(&line) {
                broken = Some(error);
            }
            if into.over || broken.is_some() {
                // taking it apart would read all of the rest
                std::mem::forget(result);
                return Ok(broken.map_or_else(|| Ok(Fetched { more: true, gaps: gaps(table, total, into.lines - before) }), Err));
            }
        }
        drop(result);
        let gaps = gaps(table, total, into.lines - before);
        Ok(into.write(b"\\.\n").map(|()| Fetched { more: false, gaps }))
    }
}

/// Whether rights are to read all of a database, or of all. Rights that are taken back in part (`REVOKE ... ON`, `MySQL`) hide what they are of.
fn reads_all(grants: &[String], database: Option<&str>) -> bool {
    let own = database.map(|name| format!("{}.* ", quoted(name)).to_ascii_uppercase());
    let mut found = false;
    for grant in grants {
        let grant = grant.to_ascii_uppercase();
        if grant.starts_with("REVOKE ") || grant.starts_with("DENY ") {
            return false;
        }
        let Some((rights, place)) = grant.strip_prefix("GRANT ").and_then(|rest| rest.split_once(" ON ")) else { continue };
        let reads = rights.split(',').map(str::trim).any(|right| matches!(right, "ALL PRIVILEGES" | "SELECT"));
        found |= reads && (place.starts_with("*.* ") || own.as_ref().is_some_and(|own| place.starts_with(own)));
    }
    found
}

/// What of a table is not in its bytes.
fn gaps(table: &Table, total: Option<u64>, rows: u64) -> Vec<Gap> {
    let gap = |kind, reason| Gap { at: String::new(), kind, reason };
    let sampled = total.map(|total| gap(GapKind::Limit, super::sampled(rows, total, true)));
    let closed = (table.closed > 0).then(|| gap(GapKind::Unreadable, super::closed(table)));
    sampled.into_iter().chain(closed).collect()
}

impl Remote for Server {
    fn list(&self) -> Result<Vec<Entry>, TargetError> {
        let mut connection = open(&self.login).map_err(TargetError::Refused)?;
        let listing = self.listed(&mut connection).map_err(TargetError::Refused)?;
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
        let _ = self.tables.set(listing.by_path);
        Ok(listing.entries)
    }

    fn fetch(&self, entry: &Entry, limit: u64, into: &mut dyn Write) -> std::io::Result<Fetched> {
        let other = std::io::Error::other::<String>;
        let table =
            self.tables.get().and_then(|tables| tables.get(&*entry.path)).ok_or_else(|| other("it was not listed".to_owned()))?;
        let mut kept = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => open(&self.login).map_err(other)?,
        };
        let mut limited = Limited::new(into, limit);
        // a connection on which something failed, or that has more to say, is closed
        let fetched = self.write(&mut connection, table, &mut limited).map_err(other)??;
        if !fetched.more {
            *kept = Some(connection);
        }
        Ok(fetched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_that_were_taken_back_in_part_hide_something() {
        let grants = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        let all = grants(&["GRANT SELECT, SHOW VIEW ON *.* TO `a`@`%`"]);
        assert!(reads_all(&all, None) && reads_all(&all, Some("hr")));
        let own = grants(&["GRANT USAGE ON *.* TO `a`@`%`", "GRANT ALL PRIVILEGES ON `hr`.* TO `a`@`%`"]);
        assert!(reads_all(&own, Some("hr")) && !reads_all(&own, None) && !reads_all(&own, Some("cards")));
        let some = grants(&["GRANT SELECT ON *.* TO `a`@`%`", "REVOKE SELECT ON `secret`.* FROM `a`@`%`"]);
        assert!(!reads_all(&some, None));
        assert!(!reads_all(&grants(&["GRANT SELECT (`id`) ON `hr`.`staff` TO `a`@`%`"]), Some("hr")));
    }
}
