//! `provost keygen`, `provost sign` and `provost verify`: who a policy or evidence comes from, and that nothing of it was changed since.

use super::output::{Output, write_file, write_secret};
use super::signature::{self, Trusted, beside, shown};
use super::{FAILED, Failure, PASSED};
use crate::model::evidence::{Evidence, Read, SCHEMA};
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
    #[arg(long, value_name = "KEY|FILE", required = true)]
    trusted_key: Vec<String>,
    /// The signature, if it lies elsewhere
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
}

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
    write_file(&public, public_text.as_bytes())?;
    output.print(&format!("{}\n{}\n", shown(&secret), shown(&public)))?;
    Ok(PASSED)
}

/// Runs `sign`.
pub(crate) fn sign(args: &SignArgs, output: &Output) -> Result<u8, Failure> {
    let key = signature::secret(&args.secret_key, signature::password(args.password_file.as_ref())?)?;
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    for file in &args.files {
        let bytes = read(file)?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // what can be checked is told by what it says, too
        let said = args.comment.clone().unwrap_or_else(|| format!("timestamp:{seconds}\tfile:{name}\thashed"));
        if said.chars().any(|c| c.is_control() && c != '\t') {
            return Err(Failure::Usage("a comment is one line".to_owned(), None));
        }
        let place = beside(file);
        write_file(&place, signature::sign(&key, &bytes, &said)?.as_bytes())?;
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
        let bytes = read(file)?;
        match trusted.check(file, &bytes, args.signature.as_deref()) {
            Ok(signed) => {
                let comment = if signed.comment.is_empty() { String::new() } else { format!(": {}", signed.comment) };
                output.print(&format!("{}: signed by key {}{comment}\n", shown(file), signed.key))?;
                if let Some(what) = what(&bytes) {
                    output.print(&format!("  {what}\n"))?;
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

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    if !std::fs::metadata(file).is_ok_and(|facts| facts.is_file()) {
        return Err(Failure::Usage(format!("there is no file {}", shown(file)), None));
    }
    std::fs::read(file).map_err(|error| Failure::Usage(format!("cannot read {}: {error}", shown(file)), None))
}

/// What was signed, in a line; nothing where it is none of ours.
fn what(bytes: &[u8]) -> Option<String> {
    if bytes.first() == Some(&b'{') {
        let evidence: Evidence = serde_json::from_slice(bytes).ok().filter(|evidence: &Evidence| evidence.schema == SCHEMA)?;
        let clean = crate::detect::mask::clean;
        let unread = evidence.artifacts.iter().filter(|artifact| artifact.read != Read::Full).count();
        return Some(format!(
            "evidence of {} artifacts ({unread} not read in full), collected by {}, data classes {}",
            evidence.artifacts.len(),
            clean(&evidence.tool),
            clean(evidence.detectors.get(..12).unwrap_or(&evidence.detectors)),
        ));
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let policy = crate::policy::load_text("policy", text, &[], &crate::audit::Words::default().vocabulary()).ok()?;
    Some(format!("policy {} {}: {} controls", policy.id, policy.version, policy.controls.len()))
}
