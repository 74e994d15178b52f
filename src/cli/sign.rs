//! `provost keygen`, `provost sign` and `provost verify`: who a policy or evidence comes from, and that nothing of it was changed since.

use super::options::PolicyOptions;
use super::output::{Output, write_file, write_new, write_secret};
use super::signature::{self, Trusted, beside, shown};
use super::{FAILED, Failure, PASSED};
use crate::audit::AuditError;
use crate::collect::CollectError;
use crate::collect::against::{self, AgainstError};
use crate::model::evidence::{Evidence, Read, SCHEMA};
use crate::model::packed;
use crate::report::many;
use std::path::{Path, PathBuf};

/// Arguments of `keygen`.
#[derive(clap::Args)]
pub(crate) struct KeygenArgs {
    /// The pair's name: NAME.key is the secret half and is kept, NAME.pub the public one and is given away
    name: PathBuf,
    /// Protect the secret key by the password in this file
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Arguments of `sign`.
#[derive(clap::Args)]
pub(crate) struct SignArgs {
    /// What to sign: a policy, evidence, a report; the signature is FILE.minisig
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The secret key
    #[arg(long, value_name = "FILE")]
    secret_key: PathBuf,
    /// The file with the password of the secret key
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// A comment that is signed with it
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
}

/// Arguments of `verify`.
#[derive(clap::Args)]
pub(crate) struct VerifyArgs {
    /// What was signed; the signature is looked for in FILE.minisig
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// A public key that is trusted, or its file (may be repeated)
    #[arg(long, value_name = "KEY|FILE", required_unless_present = "against")]
    trusted_key: Vec<String>,
    /// The signature, if it lies elsewhere
    #[arg(long, value_name = "FILE", requires = "trusted_key")]
    signature: Option<PathBuf>,
    /// The delivery that evidence was collected from: whether it is still the same, and nothing was left out
    #[arg(long, value_name = "TARGET")]
    against: Option<PathBuf>,
    /// The key that the evidence was collected with: without it small files with personal data are compared by their size only
    #[arg(long, value_name = "FILE", requires = "against")]
    key_file: Option<PathBuf>,
    /// The policy that the evidence was collected for
    #[arg(long, default_value = crate::audit::FLAGSHIP, value_name = "ID|FILE")]
    policy: String,
    /// Set a parameter of that policy
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::collect::pair)]
    set: Vec<(String, String)>,
}

/// Bytes of a file that is looked into, to say what it is.
const MOST_TOLD: u64 = 256 << 20;

/// The name with another ending behind it.
fn with_ending(name: &Path, ending: &str) -> PathBuf {
    let mut name = name.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Runs `keygen`.
pub(crate) fn keygen(args: &KeygenArgs, output: &Output) -> Result<u8, Failure> {
    let (secret, public) = (with_ending(&args.name, ".key"), with_ending(&args.name, ".pub"));
    for file in [&secret, &public] {
        if file.symlink_metadata().is_ok() {
            let help = Some("name another pair: what the old one signed could no longer be checked".to_owned());
            return Err(Failure::Usage(format!("{} is there already", shown(file)), help));
        }
    }
    let (public_text, secret_text) = signature::pair(signature::password(args.password_file.as_ref())?)?;
    write_secret(&secret, secret_text.as_bytes())?;
    // half a pair is of no use, and the other half that is there belongs to somebody
    write_new(&public, public_text.as_bytes()).inspect_err(|_| {
        let _ = std::fs::remove_file(&secret);
    })?;
    output.print(&format!("{}\n{}\n", shown(&secret), shown(&public)))?;
    Ok(PASSED)
}

/// Runs `sign`.
pub(crate) fn sign(args: &SignArgs, output: &Output) -> Result<u8, Failure> {
    let key = signature::secret(&args.secret_key, signature::password(args.password_file.as_ref())?)?;
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    for file in &args.files {
        let content = open(file)?;
        let name = file.file_name().map(|name| crate::detect::mask::clean(&name.to_string_lossy())).unwrap_or_default();
        // what can be checked is told by what it says, too
        let said = args.comment.clone().unwrap_or_else(|| format!("timestamp:{seconds}\tfile:{name}\thashed"));
        if said.len() > 1_000 || said.chars().any(|c| c.is_control() && c != '\t') {
            return Err(Failure::Usage("a comment is one line of at most 1000 bytes".to_owned(), None));
        }
        let place = beside(file);
        write_file(&place, signature::sign(&key, content, &said)?.as_bytes())?;
        output.print(&format!("{}\n", shown(&place)))?;
    }
    Ok(PASSED)
}

/// Runs `verify`.
pub(crate) fn verify(args: &VerifyArgs, output: &Output) -> Result<u8, Failure> {
    let trusted = Trusted::read(&args.trusted_key)?;
    if args.signature.is_some() && args.files.len() > 1 {
        return Err(Failure::Usage("one signature is of one file".to_owned(), Some("leave out --signature".to_owned())));
    }
    let mut code = PASSED;
    for file in &args.files {
        if let Some(target) = &args.against
            && args.trusted_key.is_empty()
        {
            code = code.max(held(file, target, args, output)?);
            continue;
        }
        let checked = match open(file) {
            Ok(content) => trusted.check(file, content, args.signature.as_deref()),
            // the others are looked at all the same
            Err(Failure::Usage(reason, _)) => Err(reason),
            Err(failure) => return Err(failure),
        };
        match checked {
            Ok(signed) => {
                let comment = if signed.comment.is_empty() { String::new() } else { format!(": {}", signed.comment) };
                output.print(&format!("{}: signed by key {}{comment}\n", shown(file), signed.key))?;
                if let Some(what) = what(file) {
                    output.print(&format!("  {what}\n"))?;
                }
                if let Some(target) = &args.against {
                    code = code.max(held(file, target, args, output)?);
                }
            }
            Err(reason) => {
                output.print(&format!("{}: NOT VERIFIED: {reason}\n", shown(file)))?;
                code = FAILED;
            }
        }
    }
    Ok(code)
}

/// How many of a kind are named.
const MOST_NAMED: usize = 20;

/// Whether a delivery is still what its evidence says.
fn held(file: &Path, target: &Path, args: &VerifyArgs, output: &Output) -> Result<u8, Failure> {
    let evidence = super::collect::evidence(file)?;
    let options = PolicyOptions::of(args.policy.clone(), args.set.clone());
    let auditor = options.keyed(args.key_file.as_ref())?;
    let keyed = args.key_file.is_some();
    let found = against::against(&evidence, target, &auditor.engine, keyed).map_err(|error| match error {
        AgainstError::Target(error) => Failure::Audit(AuditError::Collect(CollectError::Target(error))),
        AgainstError::Evidence(reason) => Failure::Usage(format!("{}: {reason}", shown(file)), None),
    })?;
    let mut text = if found.holds() {
        format!("{}: holds for {}: {} the same", shown(file), shown(target), files_are(found.same))
    } else {
        format!(
            "{}: DOES NOT HOLD for {}: {} changed, {} missing, {} new; {} the same",
            shown(file),
            shown(target),
            found.changed.len(),
            found.missing.len(),
            found.new.len(),
            files_are(found.same)
        )
    };
    if found.by_size > 0 {
        text.push_str(&format!(", {} more by their size alone (give --key-file to compare what is in them)", found.by_size));
    }
    if let Some((then, now)) = found.left_out {
        text.push_str(&format!("; only what changed since a commit was read, and {} not compared", files_were(then)));
        if then != now {
            text.push_str(&format!(": now {now} are as they were at the commit"));
        }
    }
    if args.trusted_key.is_empty() {
        text.push_str(" (no signature was checked)");
    }
    if found.unread > 0 {
        text.push_str(&format!(", {} that were not read are there", found.unread));
    }
    text.push('\n');
    if found.whole == Some(false) {
        text.push_str("  the contents are the same, the names are not; or the key is another one\n");
    }
    for (what, list) in [("changed", &found.changed), ("missing", &found.missing)] {
        for (number, path) in list.iter().take(MOST_NAMED) {
            text.push_str(&format!("  {what}  {number}  {path}\n"));
        }
    }
    found.new.iter().take(MOST_NAMED).for_each(|path| text.push_str(&format!("  new  {path}\n")));
    let more = [found.changed.len(), found.missing.len(), found.new.len()].map(|all| all.saturating_sub(MOST_NAMED));
    if more.iter().any(|more| *more > 0) {
        text.push_str(&format!("  and {} more\n", more.iter().sum::<usize>()));
    }
    output.print(&text)?;
    Ok(if found.holds() { PASSED } else { FAILED })
}

fn open(file: &Path) -> Result<std::fs::File, Failure> {
    if !std::fs::metadata(file).is_ok_and(|facts| facts.is_file()) {
        return Err(Failure::Usage(format!("there is no file {}", shown(file)), None));
    }
    std::fs::File::open(file).map_err(|error| Failure::Usage(format!("cannot read {}: {error}", shown(file)), None))
}

/// What was signed, in a line; nothing where it is none of ours.
fn what(file: &Path) -> Option<String> {
    let bytes = super::render::bytes(file, MOST_TOLD).ok()?;
    let packed = bytes.starts_with(packed::MAGIC);
    if packed || bytes.first() == Some(&b'{') {
        let evidence: Option<Evidence> =
            if packed { packed::read(bytes).ok().map(|read| read.0) } else { serde_json::from_slice(&bytes).ok() };
        let evidence = evidence.filter(|evidence| evidence.schema == SCHEMA)?;
        let clean = crate::detect::mask::clean;
        let unread = evidence.artifacts.telling().filter(|row| row.1.read != Read::Full).count();
        let mut text = format!(
            "evidence of {} ({unread} not read in full), collected by {}, data classes {}",
            many(evidence.artifacts.len(), "artifact"),
            clean(&evidence.tool),
            clean(evidence.detectors.get(..12).unwrap_or(&evidence.detectors)),
        );
        if let Some(delivery) = &evidence.delivery {
            if let Some(day) = delivery.collected {
                text.push_str(&format!(", on {day}"));
            }
            let digest = delivery.digest.get(..12).unwrap_or(&delivery.digest);
            text.push_str(&format!(
                ", from {} and {} bytes ({})",
                many(usize::try_from(delivery.artifacts).unwrap_or(usize::MAX), "file"),
                delivery.bytes,
                clean(digest)
            ));
            if let Some(since) = &delivery.since {
                let commit = clean(since.commit.get(..12).unwrap_or(&since.commit));
                text.push_str(&format!(", only what changed since {commit}: {} left out", files_were(since.left_out)));
            }
        }
        return Some(text);
    }
    let text = std::str::from_utf8(&bytes).ok()?;
    let policy = crate::policy::load_text("policy", text, &[], &crate::audit::Words::default().vocabulary()).ok()?;
    Some(format!("policy {} {}: {}", policy.id, policy.version, many(policy.controls.len(), "control")))
}

fn files_are(count: u64) -> String {
    if count == 1 { "1 file is".to_owned() } else { format!("{count} files are") }
}

fn files_were(count: u64) -> String {
    if count == 1 { "1 file was".to_owned() } else { format!("{count} files were") }
}
