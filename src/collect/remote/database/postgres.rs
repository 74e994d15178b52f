//! Tables of `PostgreSQL`: one moment of each database, seen by as many connections as fetch at once, each of which can only read.

use super::copy::{Limited, heading};
use super::login::{Host, Login, Tls, system_roots};
use super::{CONNECT, Column, Listing, MOST_BINARY, MOST_COLUMNS, MOST_TABLES, Manner, SILENCE, STATEMENT, Table};
use crate::collect::remote::{Fetched, Remote};
use crate::collect::walk::{Entry, TargetError};
use crate::detect::mask;
use crate::model::evidence::{Gap, GapKind};
use futures_util::{StreamExt, TryStreamExt};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use std::collections::HashMap;
use std::future::Future;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// Blocks that are read at once: 32 MiB, so that what they hold stays below what is held of an entry.
const STRETCH: i64 = 4096;
/// Blocks up to which each row of a table is drawn for itself; of larger ones blocks are drawn.
const DRAWN_BY_ROW: i64 = 10_240;
/// Databases of a server.
const MOST_DATABASES: usize = 1_000;

/// Settings of a connection that can only read, at one moment, and sees all rows or fails.
const SETTINGS: &str = "SET default_transaction_read_only = on; SET row_security = off; SET lock_timeout = '30s'; \
     SET idle_in_transaction_session_timeout = 0; SET client_min_messages = error; SET bytea_output = hex; SET DateStyle = ISO";

/// A database without an encoding holds any bytes, and the server gives none that are not UTF-8 to whoever asks for that.
const AS_THEY_ARE: &str = "SELECT pg_catalog.set_config('client_encoding', 'SQL_ASCII', false) \
     WHERE pg_catalog.current_setting('server_encoding') = 'SQL_ASCII'";

/// Templates may hold tables as well as others; the first of all takes nobody.
const DATABASES: &str = "SELECT datname::text, datallowconn AND has_database_privilege(oid, 'CONNECT') FROM pg_catalog.pg_database \
     WHERE datname <> 'template0' ORDER BY 1";

/// What holds rows, but for what the system keeps (its numbers are below 16384, wherever somebody puts a table of his own): tables, partitions, materialized views, and tables that lie elsewhere.
const TABLES: &str = "SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text, \
     pg_catalog.has_schema_privilege(n.oid, 'USAGE'), coalesce(pg_catalog.pg_table_size(c.oid), 0)::int8, \
     (coalesce(pg_catalog.pg_relation_size(c.oid), 0) / pg_catalog.current_setting('block_size')::int8)::int8, c.reltuples::float8 \
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind IN ('r', 'm', 'f') AND c.relpersistence <> 't' AND c.relispopulated \
     AND (c.oid >= 16384 OR n.nspname NOT IN ('pg_catalog', 'information_schema')) ORDER BY 2, 3";

const COLUMNS: &str = "SELECT a.attrelid::int8, a.attname::text, (t.oid = 17 OR t.typbasetype = 17), \
     pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT') \
     FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'm') AND c.relpersistence <> 't' \
     AND (c.oid >= 16384 OR n.nspname NOT IN ('pg_catalog', 'information_schema')) ORDER BY a.attrelid, a.attnum";

/// A server, and what was listed of it.
pub(super) struct Server {
    login: Login,
    manner: Manner,
    tables: OnceLock<HashMap<PathBuf, Piece>>,
    databases: OnceLock<Vec<Database>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("login", &self.login).finish_non_exhaustive()
    }
}

/// A database at one moment.
struct Database {
    name: String,
    /// The connection that keeps the moment, or does all the work where the server shares none.
    keeper: Mutex<Option<Session>>,
    moment: Option<String>,
    idle: Mutex<Vec<Session>>,
}

/// What an entry stands for.
#[derive(Debug, Clone)]
struct Piece {
    database: usize,
    table: Arc<Table>,
    /// Only its own rows, not those of tables that inherit from it.
    only: bool,
    blocks: i64,
    /// The blocks of this piece; `None` for all.
    stretch: Option<(i64, Option<i64>)>,
}

/// What became of the rows of a query.
struct Seen {
    /// Whether there are no more.
    all: bool,
    /// Rows that could not be understood.
    lost: u64,
}

/// A connection with what drives it.
struct Session {
    runtime: tokio::runtime::Runtime,
    client: tokio_postgres::Client,
}

/// What went wrong, in words that hold nothing of the server's.
fn said(error: &tokio_postgres::Error) -> String {
    let Some(known) = error.as_db_error() else {
        return if error.is_closed() { "the connection was closed".to_owned() } else { "the connection failed".to_owned() };
    };
    let code: String = known.code().code().chars().filter(char::is_ascii_alphanumeric).take(5).collect();
    let words = match code.as_str() {
        "42501" if known.message().contains("row-level security") => "row-level security would hide rows of it",
        "42501" => "this account may not read it",
        "57014" => "it took longer than a statement may",
        "55P03" => "somebody else holds it locked",
        "28P01" | "28000" => "the server does not let this account in",
        "3D000" => "there is no such database",
        "53300" => "the server takes no further connection",
        _ => "the server refused",
    };
    format!("{words} (SQLSTATE {code})")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Session {
    fn open(login: &Login, database: &str, moment: Option<&str>) -> Result<Self, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("nothing can wait for the server: {}", error.kind()))?;
        let mut config = tokio_postgres::Config::new();
        config.dbname(database).port(login.port).connect_timeout(CONNECT).application_name("provost");
        match &login.host {
            Host::Name(name) => config.host(name),
            #[cfg(unix)]
            Host::Socket(path) => config.host_path(path),
            #[cfg(not(unix))]
            Host::Socket(_) => return Err("this system has no sockets in its file system".to_owned()),
        };
        if let Some(user) = &login.user {
            config.user(user);
        }
        if let Some(password) = &login.password {
            config.password(password);
        }
        let reached = async {
            match login.tls {
                Tls::Off => {
                    config.ssl_mode(tokio_postgres::config::SslMode::Disable);
                    let (client, connection) = config.connect(tokio_postgres::NoTls).await.map_err(|error| said(&error))?;
                    tokio::spawn(connection);
                    Ok(client)
                }
                Tls::Verified => {
                    config.ssl_mode(tokio_postgres::config::SslMode::Require);
                    let tls = tokio_postgres_rustls::MakeRustlsConnect::new(trusting(login)?);
                    let failed = |error| format!("{}; it is reached by TLS with a certificate that is verified", said(&error));
                    let (client, connection) = config.connect(tls).await.map_err(failed)?;
                    tokio::spawn(connection);
                    Ok(client)
                }
            }
        };
        let client = runtime.block_on(async {
            tokio::time::timeout(2 * CONNECT, reached).await.unwrap_or_else(|_| Err("the server does not answer".to_owned()))
        })?;
        let session = Self { runtime, client };
        session.wait(session.client.batch_execute(AS_THEY_ARE))?;
        let milliseconds = STATEMENT.as_millis();
        let mut begin =
            format!("{SETTINGS}; SET statement_timeout = {milliseconds}; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        if let Some(moment) = moment {
            begin.push_str(&format!("; SET TRANSACTION SNAPSHOT '{}'", moment.replace('\'', "")));
        }
        session.wait(session.client.batch_execute(&begin))?;
        Ok(session)
    }

    /// Waits for the server, but not for ever.
    fn wait<T>(&self, work: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, String> {
        self.runtime.block_on(async {
            match tokio::time::timeout(SILENCE, work).await {
                Ok(outcome) => outcome.map_err(|error| said(&error)),
                Err(_) => Err("the server does not answer".to_owned()),
            }
        })
    }

    /// Gives the rows of a query, up to so many.
    fn rows(&self, query: &str, most: usize, mut each: impl FnMut(&Row) -> Option<()>) -> Result<Seen, String> {
        self.wait(async {
            let none: [&(dyn ToSql + Sync); 0] = [];
            let rows = self.client.query_raw(query, none).await?;
            let mut rows = std::pin::pin!(rows);
            let (mut count, mut lost) = (0, 0);
            while let Some(row) = rows.try_next().await? {
                if count == most {
                    return Ok(Seen { all: false, lost });
                }
                count += 1;
                // a row of other types than were asked for says nothing, nor does a name that is no text
                lost += u64::from(each(&row).is_none());
            }
            Ok(Seen { all: true, lost })
        })
    }

    fn number(&self, query: &str) -> Result<u64, String> {
        let mut out = 0;
        self.rows(query, 1, |row| {
            out = u64::try_from(row.try_get::<_, i64>(0).ok()?).unwrap_or(0);
            Some(())
        })?;
        Ok(out)
    }

    /// Writes what `COPY` gives; `false` as soon as there is more than fits.
    fn copy(&self, query: &str, into: &mut Limited<'_>) -> Result<std::io::Result<bool>, String> {
        let stream = self.wait(self.client.copy_out(query))?;
        let mut stream = std::pin::pin!(stream);
        while let Some(bytes) = self.wait(async { stream.next().await.transpose() })? {
            if let Err(error) = into.write(&bytes) {
                return Ok(Err(error));
            }
            if into.over {
                return Ok(Ok(false));
            }
        }
        Ok(Ok(true))
    }
}

/// Whom certificates are believed from.
fn trusting(login: &Login) -> Result<rustls::ClientConfig, String> {
    let path = login.roots.clone().or_else(system_roots).ok_or("no file of authorities: name one with sslrootcert")?;
    let shown = mask::clean(&path.display().to_string());
    let unread = || format!("the authorities in {shown} cannot be read");
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&path).map_err(|_| unread())? {
        // a system's own file may hold some that nobody takes any more
        let _ = roots.add(certificate.map_err(|_| unread())?);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(config.map_err(|_| "no version of TLS to speak".to_owned())?.with_root_certificates(roots).with_no_client_auth())
}

impl Server {
    pub(super) fn new(login: Login, manner: Manner) -> Self {
        Self { login, manner, tables: OnceLock::new(), databases: OnceLock::new() }
    }

    /// The names of databases, of those that this account may not enter, and whether there are others.
    fn names(&self) -> Result<(Vec<String>, Vec<String>, bool), String> {
        if let Some(name) = &self.login.database {
            return Ok((vec![name.clone()], Vec::new(), false));
        }
        let session = Session::open(&self.login, "postgres", None)?;
        let (mut open, mut shut) = (Vec::new(), Vec::new());
        let seen = session.rows(DATABASES, MOST_DATABASES, |row| {
            let name = row.try_get(0).ok()?;
            if row.try_get(1).ok()? {
                open.push(name);
            } else {
                shut.push(name);
            }
            Some(())
        })?;
        Ok((open, shut, !seen.all || seen.lost > 0))
    }

    fn database(&self, name: &str) -> Result<Database, String> {
        let keeper = Session::open(&self.login, name, None)?;
        let mut moment = None;
        let shared = keeper.rows("SELECT pg_catalog.pg_export_snapshot()", 1, |row| {
            moment = row.try_get::<_, String>(0).ok();
            Some(())
        });
        // a standby shares none: then one connection does all, and begins again since the transaction failed
        let keeper = if shared.is_ok() { keeper } else { Session::open(&self.login, name, None)? };
        let moment = moment.filter(|_| shared.is_ok());
        Ok(Database { name: name.to_owned(), keeper: Mutex::new(Some(keeper)), moment, idle: Mutex::default() })
    }

    fn tables(&self, index: usize, database: &Database, listing: &mut Listing<Piece>) -> Result<(), String> {
        let keeper = database.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        let session = keeper.as_ref().ok_or("the connection was closed")?;
        let own = database.name.as_str();
        let mut columns: HashMap<i64, (Vec<Column>, usize)> = HashMap::new();
        let known = session.rows(COLUMNS, MOST_COLUMNS, |row| {
            let (open, closed) = columns.entry(row.try_get(0).ok()?).or_default();
            let column = Column { name: row.try_get(1).ok()?, binary: row.try_get(2).ok()? };
            if row.try_get(3).ok()? {
                open.push(column);
            } else {
                *closed += 1;
            }
            Some(())
        })?;
        let found = session.rows(TABLES, MOST_TABLES, |row| {
            let (oid, schema, name): (i64, String, String) = (row.try_get(0).ok()?, row.try_get(1).ok()?, row.try_get(2).ok()?);
            let (kind, usage): (String, bool) = (row.try_get(3).ok()?, row.try_get(4).ok()?);
            let (size, blocks, rows): (i64, i64, f64) = (row.try_get(5).ok()?, row.try_get(6).ok()?, row.try_get(7).ok()?);
            let place = [own, schema.as_str(), name.as_str()];
            if kind == "f" {
                listing.gap(&place, GapKind::Unsupported, "a foreign table: its rows lie on another server and were not read");
                return Some(());
            }
            let (open, closed) = columns.remove(&oid).unwrap_or_default();
            if !usage || (open.is_empty() && closed > 0) {
                listing.gap(&place, GapKind::Unreadable, "this account may not read it");
                return Some(());
            }
            let rows = (rows >= 0.0).then_some(rows as u64);
            let table =
                Arc::new(Table { schema: schema.clone(), name: name.clone(), columns: open, closed, rows, history: false });
            let piece = |stretch| Piece { database: index, table: Arc::clone(&table), only: kind == "r", blocks, stretch };
            // large values lie elsewhere: what counts is all that the table takes
            let pieces = (size / (STRETCH * 8192) + 1).min(blocks.max(1)).min(100_000);
            if pieces < 2 || self.manner.sample.is_some() {
                listing.add(&place, "", size.max(0) as u64, piece(None));
                return Some(());
            }
            let each = blocks / pieces + 1;
            for number in 0..pieces {
                let to = (number + 1 < pieces).then_some((number + 1) * each);
                let ending = format!(" ({} of {pieces})", number + 1);
                listing.add(&place, &ending, (size / pieces) as u64, piece(Some((number * each, to))));
            }
            Some(())
        })?;
        let lost = known.lost + found.lost;
        if lost > 0 {
            let reason = format!("{lost} tables or columns have names that are no text here: they were not read");
            listing.gap(&[own, "tables without a name"], GapKind::Unreadable, reason);
        }
        if !(known.all && found.all) {
            listing.gap(
                &[own, "further tables"],
                GapKind::Limit,
                format!("more than {MOST_TABLES} tables, or their columns: the rest was not read"),
            );
        }
        // asked for without the right it would end the moment that all tables are read at
        let counted = session
            .number("SELECT pg_catalog.has_table_privilege('pg_catalog.pg_largeobject_metadata', 'SELECT')::int4::int8")?;
        if counted == 0 {
            listing.gap(&[own, "large objects"], GapKind::Unreadable, "this account may not see whether there are any");
            return Ok(());
        }
        let objects = session.number("SELECT count(*)::int8 FROM pg_catalog.pg_largeobject_metadata")?;
        if objects > 0 {
            listing.gap(&[own, "large objects"], GapKind::Unsupported, format!("{objects} large objects: they were not read"));
        }
        Ok(())
    }

    /// A connection to work with, and whether it can be given back.
    fn session(&self, database: &Database) -> Result<Session, String> {
        if database.moment.is_none() {
            let keeper = database.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
            return keeper.map_or_else(|| Session::open(&self.login, &database.name, None), Ok);
        }
        let idle = database.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| Session::open(&self.login, &database.name, database.moment.as_deref()), Ok)
    }
}

impl Database {
    fn give_back(&self, session: Session) {
        if self.moment.is_none() {
            *self.keeper.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
        } else {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
        }
    }
}

impl Piece {
    fn from(&self) -> String {
        let only = if self.only { "ONLY " } else { "" };
        format!("FROM {only}{}.{}", quoted(&self.table.schema), quoted(&self.table.name))
    }

    /// The rows that are read: how they are asked for, and how many there are if only some of them are.
    fn sample(&self, session: &Session, most: u64) -> Result<Option<(String, u64, bool)>, String> {
        let from = self.from();
        let few =
            session.number(&format!("SELECT count(*)::int8 FROM (SELECT 1 {from} LIMIT {}) few", most.saturating_add(1)))?;
        if few <= most {
            return Ok(None);
        }
        let by_row = self.blocks <= DRAWN_BY_ROW;
        let total = match self.table.rows.filter(|rows| *rows > most && !by_row) {
            Some(rows) => rows,
            None if by_row => session.number(&format!("SELECT count(*)::int8 {from}"))?,
            None => session.number(&format!("SELECT (count(*) * 100)::int8 {from} TABLESAMPLE SYSTEM (1) REPEATABLE (1)"))?,
        };
        // a fifth more than is wanted, so that as many come whatever the draw
        let share = (most as f64 * 120.0 / total.max(1) as f64).min(100.0);
        let method = if by_row { "BERNOULLI" } else { "SYSTEM" };
        let clause = format!(" TABLESAMPLE {method} ({share}) REPEATABLE (1) LIMIT {most}");
        Ok(Some((clause, total.max(few), by_row)))
    }

    fn write(&self, session: &Session, manner: Manner, into: &mut Limited<'_>) -> Result<std::io::Result<Fetched>, String> {
        let table = &self.table;
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| match quoted(&column.name) {
                name if column.binary => format!("substring({name} from 1 for {MOST_BINARY})"),
                name => name,
            })
            .collect();
        let (mut clause, mut sampled) = (String::new(), None);
        if let Some((from, to)) = self.stretch {
            clause = format!(" WHERE ctid >= '({from},0)'::tid");
            if let Some(to) = to {
                clause.push_str(&format!(" AND ctid < '({to},0)'::tid"));
            }
        } else if let Some(most) = manner.sample
            && let Some((drawn, total, exact)) = self.sample(session, most)?
        {
            clause = drawn;
            sampled = Some((total, exact));
        }
        if let Err(error) = into.write(heading(&table.schema, &table.name, &table.columns).as_bytes()) {
            return Ok(Err(error));
        }
        let before = into.lines;
        let query = format!("COPY (SELECT {} {}{clause}) TO STDOUT", columns.join(", "), self.from());
        let whole = match session.copy(&query, into)? {
            Ok(whole) => whole,
            Err(error) => return Ok(Err(error)),
        };
        let mut fetched = Fetched { more: !whole, gaps: Vec::new() };
        if let Some((total, exact)) = sampled {
            let reason = super::sampled(into.lines - before, total, exact);
            fetched.gaps.push(Gap { at: String::new(), kind: GapKind::Limit, reason });
        }
        if table.closed > 0 {
            fetched.gaps.push(Gap { at: String::new(), kind: GapKind::Unreadable, reason: super::closed(table) });
        }
        Ok(if whole { into.write(b"\\.\n").map(|()| fetched) } else { Ok(fetched) })
    }
}

impl Remote for Server {
    fn list(&self) -> Result<Vec<Entry>, TargetError> {
        let (open, shut, others) = self.names().map_err(TargetError::Refused)?;
        let mut listing = Listing::new(self.manner.modified);
        for name in shut {
            listing.gap(&[&name], GapKind::Unreadable, "this account may not enter the database");
        }
        if others {
            let reason = format!(
                "more than {MOST_DATABASES} databases, or such with names that are no text here: the others were not read"
            );
            listing.gap(&["further databases"], GapKind::Limit, reason);
        }
        let mut databases = Vec::new();
        for name in open {
            let before = listing.by_path.len();
            let listed = self.database(&name).and_then(|database| {
                let told = self.tables(databases.len(), &database, &mut listing);
                if listing.by_path.len() == before {
                    // nothing is fetched of it: nobody is kept from copying a template, and a connection is free
                    *database.keeper.lock().unwrap_or_else(PoisonError::into_inner) = None;
                }
                // what was listed of it before something failed belongs to it
                databases.push(database);
                told
            });
            match listed {
                Ok(()) => {}
                Err(reason) if self.login.database.is_some() => return Err(TargetError::Refused(reason)),
                Err(reason) => listing.gap(&[&name], GapKind::Unreadable, reason),
            }
        }
        let _ = (self.tables.set(listing.by_path), self.databases.set(databases));
        Ok(listing.entries)
    }

    fn fetch(&self, entry: &Entry, limit: u64, into: &mut dyn Write) -> std::io::Result<Fetched> {
        let other = std::io::Error::other::<String>;
        let piece =
            self.tables.get().and_then(|tables| tables.get(&*entry.path)).ok_or_else(|| other("it was not listed".to_owned()))?;
        let database =
            self.databases.get().and_then(|all| all.get(piece.database)).ok_or_else(|| other("it was not listed".to_owned()))?;
        let session = self.session(database).map_err(other)?;
        let mut limited = Limited::new(into, limit);
        // a connection on which something failed, or that has more to say, is closed
        let fetched = piece.write(&session, self.manner, &mut limited).map_err(other)??;
        if !fetched.more {
            database.give_back(session);
        }
        Ok(fetched)
    }
}
