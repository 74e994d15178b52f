//! Options of deliveries that are databases, and where their passwords come from: the environment and the files that the servers' own
//! programs read, or the address. None is ever shown.

use super::Failure;
use crate::collect::remote::database::login::{Kind, Login};
use crate::collect::remote::database::{Manner, open};
use crate::collect::walk::Target;
use clap::Args;
use std::path::{Path, PathBuf};

/// Bytes of a file of passwords.
const MOST_BYTES: u64 = 1 << 20;

/// Options of databases.
#[derive(Args, Clone)]
pub(crate) struct DatabaseOptions {
    /// Of a database: read a sample of N rows of each table that has more; what was not read is a gap
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    sample_rows: Option<u64>,
    #[arg(
        long,
        value_name = "FILE",
        help = "Of MariaDB or MySQL: take account and password from the section [client] of this file"
    )]
    mysql_options: Option<PathBuf>,
}

/// Whether an address is of a database.
pub(crate) fn is_database(scheme: &str) -> bool {
    super::source::DATABASES.contains(&scheme.to_ascii_lowercase().as_str())
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A file of passwords; one that others may read is not taken, as the servers' own programs do not.
fn secret(path: &Path) -> Result<String, String> {
    use std::io::Read as _;
    let shown = crate::detect::mask::clean(&path.display().to_string());
    let failed = |error: std::io::Error| format!("cannot read {shown}: {}", error.kind());
    let file = std::fs::File::open(path).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(format!("{shown} holds passwords and others may read it: chmod 600"));
        }
    }
    let mut text = String::new();
    file.take(MOST_BYTES).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

impl DatabaseOptions {
    /// Whether something was asked for that only databases have.
    pub(crate) fn used(&self) -> bool {
        self.sample_rows.is_some() || self.mysql_options.is_some()
    }

    /// The tables of a database.
    pub(crate) fn open(&self, address: &str) -> Result<Target, Failure> {
        let usage = |reason: String| Failure::Usage(reason, Some("docs/databases.md".to_owned()));
        let mut login = Login::parse(address).map_err(usage)?;
        match login.kind {
            Kind::Postgres => {
                login.user = login.user.or_else(|| variable("PGUSER")).or_else(|| variable("USER"));
                login.password = login.password.or_else(|| variable("PGPASSWORD"));
                let file = variable("PGPASSFILE").filter(|_| login.password.is_none());
                if let Some(file) = file {
                    login.use_pgpass(&secret(Path::new(&file)).map_err(usage)?);
                }
            }
            Kind::Mysql => {
                if let Some(file) = &self.mysql_options {
                    login.use_options(&secret(file).map_err(usage)?);
                }
                login.user = login.user.or_else(|| variable("USER"));
                login.password = login.password.or_else(|| variable("MYSQL_PWD"));
            }
        }
        let modified = super::options::today()?.seconds();
        Ok(Target::Remote(open(login, Manner { sample: self.sample_rows, modified })))
    }
}
