//! Signatures of files as minisign makes them (Ed25519 over a `BLAKE2b` hash, a comment that is signed with it, in `FILE.minisig`), so that
//! whoever has that program needs none of ours to check them. It reads keys and signatures; what they are good for is the commands' matter.

use super::Failure;
use crate::detect::mask;
use base64::Engine as _;
use minisign::{KeyPair, PublicKey, SecretKey, SecretKeyBox, SignatureBox};
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// The most bytes of a key or of a signature; they have a few hundred.
const MOST_BYTES: u64 = 16 << 10;
/// The ending of a signature's name.
const ENDING: &str = "minisig";

/// Keys whose signatures count.
#[derive(Default)]
pub(crate) struct Trusted(Vec<PublicKey>);

/// What a signature that holds says.
pub(crate) struct Signed {
    /// The key's id, as minisign shows it.
    pub(crate) key: String,
    /// The signed comment, safe to show; empty if there is none.
    pub(crate) comment: String,
}

/// A name that is safe to show.
pub(crate) fn shown(path: &Path) -> String {
    mask::clean(&path.display().to_string())
}

/// Where the signature of a file is.
pub(crate) fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ENDING);
    PathBuf::from(name)
}

impl Trusted {
    /// Public keys as they were given: a file each, or the key itself.
    pub(crate) fn read(given: &[String]) -> Result<Self, Failure> {
        let one = |text: &String| -> Result<PublicKey, Failure> {
            // a key is 42 bytes in base64; a file of that name would be a strange one
            if let Ok(key) = PublicKey::from_base64(text.trim()) {
                return Ok(key);
            }
            let path = Path::new(text);
            let file = super::render::text(path, MOST_BYTES)
                .map_err(|error| Failure::Usage(format!("cannot read the public key {}: {error}", shown(path)), None))?;
            let line = file.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
            PublicKey::from_base64(line.trim()).map_err(|_| {
                let help =
                    Some("it is a line of base64 that begins with RW, or a file with it (`provost keygen NAME`)".to_owned());
                Failure::Usage(format!("{} is no public key of minisign", shown(path)), help)
            })
        };
        Ok(Self(given.iter().map(one).collect::<Result<_, _>>()?))
    }

    /// Whether nobody's signature is asked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Looks for a signature that holds for these bytes, in `signature` or beside the file.
    ///
    /// # Errors
    /// Why none does, in words that name no content.
    pub(crate) fn check(&self, file: &Path, bytes: &[u8], signature: Option<&Path>) -> Result<Signed, String> {
        let place = signature.map_or_else(|| beside(file), Path::to_path_buf);
        let text = super::render::text(&place, MOST_BYTES)
            .map_err(|error| format!("there is no signature {}: {error}", shown(&place)))?;
        let found = SignatureBox::from_string(&text).map_err(|_| format!("{} is no signature of minisign", shown(&place)))?;
        let id = id(found.keynum());
        let Some(key) = self.0.iter().find(|key| key.keynum() == found.keynum()) else {
            return Err(format!("it is signed by another key ({id}) than those that are trusted"));
        };
        minisign::verify(key, &found, Cursor::new(bytes), true, false, false)
            .map_err(|_| format!("the signature of key {id} does not hold: the file or the signature was changed"))?;
        let comment = found.trusted_comment().map(|comment| mask::clean(&comment)).unwrap_or_default();
        Ok(Signed { key: id, comment })
    }
}

/// A key's id as minisign shows it.
fn id(number: &[u8]) -> String {
    let number = number.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    format!("{number:016X}")
}

/// A new pair: the public half and the secret one, as files hold them.
pub(crate) fn pair(password: Option<String>) -> Result<(String, String), Failure> {
    let failed =
        |_| Failure::Usage("no key could be made".to_owned(), Some("the system gave no randomness or no memory".to_owned()));
    let pair = match password {
        Some(password) => KeyPair::generate_encrypted_keypair(Some(password)),
        None => KeyPair::generate_unencrypted_keypair(),
    };
    let pair = pair.map_err(failed)?;
    let public = pair.pk.to_box().map_err(failed)?.into_string();
    let secret = pair.sk.to_box(None).map_err(failed)?.into_string();
    Ok((public, secret))
}

/// A secret key from its file.
pub(crate) fn secret(path: &Path, password: Option<String>) -> Result<SecretKey, Failure> {
    let refuse = |what: &str, help: Option<&str>| Failure::Usage(format!("{} {what}", shown(path)), help.map(str::to_owned));
    let text = super::render::text(path, MOST_BYTES)
        .map_err(|error| Failure::Usage(format!("cannot read the secret key {}: {error}", shown(path)), None))?;
    let none = || refuse("is no secret key of minisign", None);
    if let Some(password) = password {
        let sealed = SecretKeyBox::from_string(&text).map_err(|_| none())?;
        return sealed.into_secret_key(Some(password)).map_err(|_| refuse("does not open with that password", None));
    }
    // what minisign itself writes without a password has no checksum, which the library takes for a fault: so the bytes are read here, and
    // each signature is checked when it is made
    let line = text.lines().nth(1).unwrap_or_default().trim();
    let bytes = base64::engine::general_purpose::STANDARD.decode(line).map_err(|_| none())?;
    if !bytes.starts_with(b"Ed") {
        return Err(none());
    }
    if bytes.get(2..4) != Some(&[0, 0]) {
        return Err(refuse("is protected by a password", Some("give it with --password-file")));
    }
    SecretKey::from_bytes(&bytes).map_err(|_| none())
}

/// Signs some bytes.
pub(crate) fn sign(key: &SecretKey, bytes: &[u8], comment: &str) -> Result<String, Failure> {
    let public = PublicKey::from_secret_key(key).ok();
    minisign::sign(public.as_ref(), key, Cursor::new(bytes), Some(comment), Some("signature from a provost secret key"))
        .map(SignatureBox::into_string)
        .map_err(|_| Failure::Usage("it could not be signed".to_owned(), Some("is the secret key whole?".to_owned())))
}

/// The password in the first line of a file.
pub(crate) fn password(path: Option<&PathBuf>) -> Result<Option<String>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let text = super::render::text(path, MOST_BYTES)
        .map_err(|error| Failure::Usage(format!("cannot read the password {}: {error}", shown(path)), None))?;
    match text.lines().next().filter(|line| !line.is_empty()) {
        Some(line) => Ok(Some(line.to_owned())),
        None => Err(Failure::Usage(format!("{} holds no password", shown(path)), None)),
    }
}
