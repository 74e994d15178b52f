//! Where a delivery lies: a folder or file, standard input (`-`), or what an address names. Credentials come from the environment that
//! each provider documents, and from nowhere else; no address with a password in it is taken, or shown.

use super::Failure;
use crate::audit::Auditor;
use crate::collect::remote::stdin::Piped;
use crate::collect::walk::Target;
use crate::detect::mask;
use clap::Args;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Options of deliveries that lie in no file system.
#[derive(Args, Clone)]
pub(crate) struct SourceOptions {
    /// The name that reports give to standard input, where the delivery is `-`
    #[arg(long, value_name = "NAME", default_value = "stdin", value_parser = name)]
    stdin_name: String,
    /// Hold what comes from standard input or an address in files without a name in this folder, not in memory
    #[arg(long, value_name = "DIR")]
    spool: Option<PathBuf>,
    #[cfg(feature = "databases")]
    #[command(flatten)]
    database: super::database::DatabaseOptions,
}

fn name(text: &str) -> Result<String, String> {
    let fine =
        !text.is_empty() && text.len() <= 255 && !text.contains('/') && mask::clean(text) == text && ![".", ".."].contains(&text);
    if fine { Ok(text.to_owned()) } else { Err("write the name of a file, without folders".to_owned()) }
}

/// What begins an address, if that is what is meant.
fn scheme(given: &Path) -> Option<&str> {
    let (scheme, _) = given.to_str()?.split_once("://")?;
    let plain = !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || ['+', '-', '.'].contains(&c));
    plain.then_some(scheme)
}

/// The target where it is a place in the file system: what results must not be written over, and what links can lead to.
pub(crate) fn local(given: &Path) -> Option<&Path> {
    (given.as_os_str() != "-" && scheme(given).is_none()).then_some(given)
}

/// What addresses of databases begin with.
pub(super) const DATABASES: [&str; 4] = ["postgres", "postgresql", "mysql", "mariadb"];

/// The address without what could be a password: what stands before `@`, and what follows `?` or `#`.
fn shown(given: &Path) -> String {
    let text = given.to_string_lossy();
    // a password may hold what ends a host: of a database nothing before the last `@` is shown
    let text = match text.split_once("://") {
        Some((scheme, rest)) if DATABASES.contains(&scheme.to_ascii_lowercase().as_str()) => {
            format!("{scheme}://{}", rest.rsplit('@').next().unwrap_or(""))
        }
        _ => text.into_owned(),
    };
    let text = text.split(['?', '#']).next().unwrap_or("");
    let text = match text.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
            let host = host.rsplit('@').next().unwrap_or("");
            if rest.contains('/') { format!("{scheme}://{host}/{path}") } else { format!("{scheme}://{host}") }
        }
        None => text.to_owned(),
    };
    mask::clean(text.trim_end_matches('/'))
}

impl SourceOptions {
    /// The target, and the name shown for it.
    pub(crate) fn open(&self, given: &Path, auditor: &mut Auditor) -> Result<(Target, String), Failure> {
        if let Some(folder) = &self.spool {
            if !folder.is_dir() {
                let folder = mask::clean(&folder.display().to_string());
                return Err(Failure::Usage(
                    format!("there is no folder {folder} to hold what is fetched"),
                    Some("make it first".to_owned()),
                ));
            }
            auditor.spool = Some(folder.clone());
        }
        #[cfg(feature = "databases")]
        if self.database.used() && !scheme(given).is_some_and(super::database::is_database) {
            return Err(Failure::Usage("--sample-rows and --mysql-options are for databases".to_owned(), None));
        }
        if given.as_os_str() == "-" {
            return self.piped(auditor);
        }
        match scheme(given) {
            None => Ok(super::options::target(given)),
            #[cfg(feature = "databases")]
            Some(scheme) if super::database::is_database(scheme) => {
                let text = given.to_string_lossy();
                Ok((self.database.open(&text)?, shown(given)))
            }
            Some(_) => address(given),
        }
    }

    fn piped(&self, auditor: &Auditor) -> Result<(Target, String), Failure> {
        let input = std::io::stdin();
        if input.is_terminal() {
            let help = "pipe a delivery into it: cat delivery.tar.gz | provost audit -".to_owned();
            return Err(Failure::Usage("standard input is a terminal".to_owned(), Some(help)));
        }
        if auditor.journal.is_some() || auditor.cache.is_some() {
            let help = "audit a file to go on with it after an interruption, or to know it again".to_owned();
            return Err(Failure::Usage("standard input is read once: no --journal and no --cache".to_owned(), Some(help)));
        }
        // nobody says how old it is: as old as the day that it is looked at
        let day = auditor.date.map_or_else(super::options::today, Ok)?;
        let piped = Piped::new(&self.stdin_name, day.seconds(), Box::new(input));
        Ok((Target::Remote(Arc::new(piped)), self.stdin_name.clone()))
    }
}

/// What an address names.
fn address(given: &Path) -> Result<(Target, String), Failure> {
    let scheme = scheme(given).unwrap_or_default();
    match scheme {
        "s3" | "az" | "gs" => objects(given),
        // with the feature they never come here
        scheme if DATABASES.contains(&scheme) => {
            let help = "build it with `cargo install --features databases`".to_owned();
            Err(Failure::Usage(format!("{}: this build of provost reads no databases", shown(given)), Some(help)))
        }
        _ => {
            let help = "a folder, a file, `-` for standard input, or an address (docs/sources.md)".to_owned();
            Err(Failure::Usage(format!("{}: nothing here reads `{}`", shown(given), mask::clean(scheme)), Some(help)))
        }
    }
}

/// A prefix of an object store, with the provider's variables of the environment.
#[cfg(feature = "object-store")]
fn objects(given: &Path) -> Result<(Target, String), Failure> {
    use crate::collect::remote::object::{Objects, settings};
    let text = given.to_str().unwrap_or_default();
    let begin = scheme(given).and_then(settings).unwrap_or_default();
    let all = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let own: Vec<(String, String)> = all.filter(|(name, _)| name.starts_with(begin)).collect();
    let name = shown(given);
    match Objects::open(text, &own) {
        Ok(objects) => Ok((Target::Remote(Arc::new(objects)), name)),
        Err(reason) => {
            let help = Some("docs/sources.md says how credentials are given".to_owned());
            Err(Failure::Usage(format!("cannot read {name}: {reason}"), help))
        }
    }
}

/// ... which this build does not read.
#[cfg(not(feature = "object-store"))]
fn objects(given: &Path) -> Result<(Target, String), Failure> {
    let help = "build it with `cargo install --features object-store`".to_owned();
    Err(Failure::Usage(format!("{}: this build of provost reads no object stores", shown(given)), Some(help)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_could_be_a_password() {
        for (given, wanted) in [
            ("s3://bucket/a/b/", "s3://bucket/a/b"),
            ("postgres://alice:hunter2@db.example/x?password=hunter2#y", "postgres://db.example/x"),
            ("s3://key:a@b@bucket", "s3://bucket"),
            ("mariadb://alice:hun/ter?2#@db.example:3306/x?sslmode=disable", "mariadb://db.example:3306/x"),
            ("-", "-"),
        ] {
            assert_eq!(shown(Path::new(given)), wanted);
        }
    }

    #[test]
    fn what_is_no_address_is_a_path() {
        for path in ["a/b", "./s3://x", "://", "C:\\x", "a b://c"] {
            assert!(local(Path::new(path)).is_some(), "{path}");
        }
        for other in ["-", "s3://b", "gs://b/x"] {
            assert!(local(Path::new(other)).is_none(), "{other}");
        }
    }
}
