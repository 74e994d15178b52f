//! How a server is reached: an address as its own programs write it, what files of passwords hold, and how it is encrypted. Nothing of it
//! shows a password.

use std::path::{Path, PathBuf};

/// Which protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `PostgreSQL`.
    Postgres,
    /// `MariaDB` and `MySQL`.
    Mysql,
}

/// Where the server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A name or an address.
    Name(String),
    /// A socket, or for `PostgreSQL` the folder that it lies in.
    Socket(PathBuf),
}

/// How the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    Off,
    /// With a certificate that is of this host and of a known authority; else there is no connection.
    Verified,
}

/// All that it takes to log in.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// Which protocol.
    pub kind: Kind,
    /// Where.
    pub host: Host,
    /// On which port.
    pub port: u16,
    /// Whose account.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// Which database; all if none is named.
    pub database: Option<String>,
    /// How it is encrypted.
    pub tls: Tls,
    /// The authorities that certificates are checked against, a file in PEM.
    pub roots: Option<PathBuf>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("kind", &self.kind).field("host", &self.host).finish_non_exhaustive()
    }
}

impl Login {
    /// Reads an address: `postgres://user@host:port/database?sslmode=...&sslrootcert=...&host=...`, and the same with `mysql` or `mariadb`.
    ///
    /// # Errors
    /// A sentence that holds nothing of the address but its words for encryption.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").ok_or("no address of a database")?;
        let kind = match scheme.to_ascii_lowercase().as_str() {
            "postgres" | "postgresql" => Kind::Postgres,
            "mysql" | "mariadb" => Kind::Mysql,
            _ => return Err("no address of a database".to_owned()),
        };
        let rest = rest.split('#').next().unwrap_or("");
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (server, database) = place.split_once('/').unwrap_or((place, ""));
        let (account, server) = server.rsplit_once('@').map_or((None, server), |(account, server)| (Some(account), server));
        let (user, password) = match account.map(|account| account.split_once(':').unwrap_or((account, ""))) {
            Some((user, password)) => (decoded(user)?, decoded(password)?),
            None => (String::new(), String::new()),
        };
        let standard = if kind == Kind::Postgres { 5432 } else { 3306 };
        let (name, port) = match server.rsplit_once(':') {
            // the colons of an address of IPv6 stand in brackets
            Some((name, port)) if !port.contains(']') => {
                (name, port.parse().map_err(|_| "the port of the address is no number".to_owned())?)
            }
            _ => (server, standard),
        };
        let name = decoded(name.trim_start_matches('[').trim_end_matches(']'))?;
        let mut host = if name.starts_with('/') { Host::Socket(PathBuf::from(name)) } else { Host::Name(name) };
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let (mut tls, mut roots) = (None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decoded(value)?;
            match key.to_ascii_lowercase().as_str() {
                "sslmode" | "ssl-mode" => tls = Some(mode(&value)?),
                "sslrootcert" | "ssl-ca" => roots = Some(PathBuf::from(value)),
                "host" | "socket" if value.starts_with('/') => host = Host::Socket(PathBuf::from(value)),
                _ => return Err("an address takes sslmode, sslrootcert and host, and nothing else behind `?`".to_owned()),
            }
        }
        if host == Host::Name(String::new()) {
            host = Host::Name("localhost".to_owned());
        }
        // what never leaves the machine needs no certificate
        let near = match &host {
            Host::Socket(_) => true,
            Host::Name(name) => {
                name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
            }
        };
        let tls = tls.unwrap_or(if near { Tls::Off } else { Tls::Verified });
        Ok(Self { kind, host, port, user: some(user), password: some(password), database: some(decoded(database)?), tls, roots })
    }

    /// Takes the password that a file of `PostgreSQL`'s own programs has for this server (`host:port:database:user:password`).
    pub fn use_pgpass(&mut self, text: &str) {
        let host = match &self.host {
            Host::Name(name) => name.clone(),
            Host::Socket(_) => "localhost".to_owned(),
        };
        let port = self.port.to_string();
        let wanted = [Some(host.as_str()), Some(&port), self.database.as_deref(), self.user.as_deref()];
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let fields = fields(line);
            let fits = |(field, wanted): (&String, Option<&str>)| field == "*" || wanted.is_some_and(|wanted| wanted == field);
            if let [.., password] = fields.as_slice()
                && fields.len() == 5
                && fields.iter().zip(wanted).all(fits)
            {
                self.password = Some(password.clone());
                return;
            }
        }
    }

    /// Takes account and password from a file of options of `MariaDB` (`[client]`), where the address names none.
    pub fn use_options(&mut self, text: &str) {
        let mut own = false;
        for line in text.lines().map(str::trim) {
            if let Some(section) = line.strip_prefix('[') {
                own = matches!(section.trim_end_matches(']'), "client" | "client-mariadb" | "mysql" | "mariadb-client");
                continue;
            }
            let Some((key, value)) = line.split_once('=').filter(|_| own) else { continue };
            let value = value.trim();
            let quoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
            let value = quoted.unwrap_or(value).to_owned();
            match key.trim() {
                "user" if self.user.is_none() => self.user = Some(value),
                "password" if self.password.is_none() => self.password = Some(value),
                _ => {}
            }
        }
    }
}

fn mode(text: &str) -> Result<Tls, String> {
    match text.to_ascii_lowercase().replace('_', "-").as_str() {
        "disable" | "disabled" => Ok(Tls::Off),
        "require" | "required" | "verify-ca" | "verify-full" | "verify-identity" => Ok(Tls::Verified),
        // what may or may not be encrypted is decided by whoever stands between
        _ => Err("sslmode is `disable` or `verify-full`".to_owned()),
    }
}

/// Fields between colons; a backslash takes the next character as it is.
fn fields(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ':' if out.len() < 5 => out.push(String::new()),
            '\\' => out.last_mut().into_iter().for_each(|field| field.extend(chars.next())),
            c => out.last_mut().into_iter().for_each(|field| field.push(c)),
        }
    }
    out
}

/// Text with `%40` and the like.
fn decoded(text: &str) -> Result<String, String> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        if *first != b'%' {
            out.push(*first);
            continue;
        }
        let digits = more.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits
            .and_then(|two| u8::from_str_radix(two, 16).ok())
            .ok_or("a `%` of the address stands for no byte: write `%25`")?;
        out.push(byte);
        rest = more.get(2..).unwrap_or(&[]);
    }
    String::from_utf8(out).map_err(|_| "the address is no text".to_owned())
}

/// The authorities of this system, where it keeps them in one file.
pub(super) fn system_roots() -> Option<PathBuf> {
    let known =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"];
    known.iter().map(Path::new).find(|path| path.is_file()).map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() -> Result<(), String> {
        let login = Login::parse("postgres://ada:p%40ss@db.example:6432/cards?sslrootcert=/etc/ca.pem")?;
        assert_eq!((login.user.as_deref(), login.password.as_deref()), (Some("ada"), Some("p@ss")));
        assert_eq!((login.host.clone(), login.port, login.tls), (Host::Name("db.example".to_owned()), 6432, Tls::Verified));
        assert!(!format!("{login:?}").contains("p@ss"));
        let login = Login::parse("mariadb://127.0.0.1")?;
        assert_eq!((login.kind, login.port, login.tls, login.database), (Kind::Mysql, 3306, Tls::Off, None));
        let login = Login::parse("postgresql://[::1]:5433/x?host=/run/postgresql")?;
        assert_eq!((login.host, login.port), (Host::Socket("/run/postgresql".into()), 5433));
        for wrong in ["postgres://h:x/d", "postgres://h/d?sslmode=prefer", "postgres://h/d?options=-c", "mysql://%zz/", "s3://b"]
        {
            let error = Login::parse(wrong).err().unwrap_or_default();
            assert!(!error.is_empty() && !error.contains("h:x"), "{wrong}: {error}");
        }
        Ok(())
    }

    #[test]
    fn files_of_passwords() -> Result<(), String> {
        let mut login = Login::parse("postgres://ada@db.example/cards")?;
        login.use_pgpass("# a note\nother:*:*:*:no\ndb.example:5432:cards:ada:s\\:e\\\\cret\n*:*:*:*:later\n");
        assert_eq!(login.password.as_deref(), Some("s:e\\cret"));
        let mut login = Login::parse("mysql://db.example/")?;
        login.use_options("[mysqld]\npassword = no\n[client]\nuser=ada\npassword = \"s e\"\n");
        assert_eq!((login.user.as_deref(), login.password.as_deref()), (Some("ada"), Some("s e")));
        Ok(())
    }
}
