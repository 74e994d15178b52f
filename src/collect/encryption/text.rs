//! Encryption that is written as lines: age, armour, Ansible Vault, base64 of OpenSSL. All lines must be what the format allows, and what
//! they decode to must be cipher text: base64 of a plain table is no encryption.

use super::{openpgp, random};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// Lines of a head without their ends; the last one is left out where it may be cut.
fn lines(head: &[u8], whole: bool) -> impl Iterator<Item = &[u8]> {
    let end = if whole { head.len() } else { head.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1) };
    let text = head.get(..end).unwrap_or(&[]);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn base64_line(line: &[u8]) -> bool {
    let body = line.strip_suffix(b"==").or_else(|| line.strip_suffix(b"=")).unwrap_or(line);
    body.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// What base64 text stands for; a last group that is cut is left out.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    BASE64.decode(text).or_else(|_| BASE64.decode(text.get(..text.len() / 4 * 4).unwrap_or(&[]))).ok()
}

/// An age file, binary or in armour.
pub(super) fn age(head: &[u8], whole: bool) -> bool {
    match armoured(head, whole, "AGE ENCRYPTED FILE") {
        Some(inner) => age_file(&inner),
        None => age_file(head),
    }
}

/// Stanzas for the recipients, the header's MAC, cipher text.
fn age_file(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(b"age-encryption.org/v1\n") else { return false };
    let mut next = || {
        let at = rest.iter().position(|byte| *byte == b'\n')?;
        let line = rest.get(..at)?;
        rest = rest.get(at + 1..)?;
        Some(line)
    };
    let mut stanzas = 0;
    let mut line = next();
    while let Some(arguments) = line.and_then(|line| line.strip_prefix(b"-> ")) {
        let grease = arguments.split(|byte| *byte == b' ').next().is_some_and(|kind| kind.ends_with(b"-grease"));
        let printable = arguments.len() <= 1_024 && arguments.iter().all(|byte| (32..127).contains(byte));
        let mut body = Vec::new();
        loop {
            let Some(piece) = next().filter(|piece| piece.len() <= 64 && base64_line(piece)) else { return false };
            body.extend_from_slice(piece);
            if piece.len() < 64 {
                break;
            }
        }
        // a wrapped key: at least a block of cipher text
        let wrapped = decode(&body).is_some_and(|key| key.len() >= 16 && random(&key));
        if !printable || !(wrapped || grease) {
            return false;
        }
        stanzas += 1;
        line = next();
    }
    let mac = line.and_then(|line| line.strip_prefix(b"--- ")).and_then(decode);
    // a nonce of 16 bytes and the tag of the last chunk are always there
    stanzas > 0 && mac.is_some_and(|mac| mac.len() == 32 && random(&mac)) && rest.len() >= 32 && random(rest)
}

/// An `OpenPGP` message in armour. Armour alone hides nothing: a message may be signed or packed only.
pub(super) fn pgp(head: &[u8], whole: bool) -> bool {
    armoured(head, whole, "PGP MESSAGE").is_some_and(|inner| openpgp(&inner) && random(inner.get(16..).unwrap_or(&[])))
}

/// What stands in armour, as far as the head reaches; `None` where anything else stands in, before or behind it.
fn armoured(head: &[u8], whole: bool, label: &str) -> Option<Vec<u8>> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let mut lines = lines(head, whole).map(<[u8]>::trim_ascii_end);
    if lines.next()? != format!("-----BEGIN {label}-----").as_bytes() {
        return None;
    }
    let end = format!("-----END {label}-----");
    let header = |line: &[u8]| {
        ["Version: ", "Comment: ", "MessageID: ", "Hash: ", "Charset: "].iter().any(|key| line.starts_with(key.as_bytes()))
            && line.len() <= 120
    };
    let mut body: Vec<u8> = Vec::new();
    let (mut headers, mut ended) = (0, false);
    for line in lines {
        let begun = !body.is_empty();
        if ended {
            if !line.is_empty() {
                return None;
            }
        } else if line == end.as_bytes() {
            ended = true;
        } else if !begun && (line.is_empty() || (header(line) && headers < 5)) {
            headers += 1;
        } else if line.len() == 5 && line.starts_with(b"=") && base64_line(line.get(1..)?) {
            // the checksum
        } else if !line.is_empty() && line.len() <= 76 && base64_line(line) {
            body.extend_from_slice(line);
        } else {
            return None;
        }
    }
    (ended || !whole).then(|| decode(&body)).flatten()
}

/// Base64 as `openssl enc -a` writes it: its text begins with the letters of `Salted__`.
pub(super) fn openssl(head: &[u8], whole: bool) -> bool {
    if !head.starts_with(b"U2FsdGVkX1") || !lines(head, whole).all(|line| base64_line(line.trim_ascii_end())) {
        return false;
    }
    let body: Vec<u8> = head.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    decode(&body).is_some_and(|inner| random(inner.get(8..).unwrap_or(&[])))
}

/// Ansible Vault: hexadecimal in lines of 80, and inside it salt, MAC and cipher text, hexadecimal again.
pub(super) fn vault(head: &[u8], whole: bool) -> bool {
    let mut lines = lines(head, whole);
    let mut first = lines.next().unwrap_or(&[]).trim_ascii_end().split(|byte| *byte == b';');
    let version = first.next().filter(|magic| *magic == b"$ANSIBLE_VAULT").and_then(|_| first.next());
    let cipher = first.next().is_some_and(|cipher| matches!(cipher, b"AES256" | b"AES"));
    if !cipher || !matches!(version, Some(b"1.0" | b"1.1" | b"1.2")) || first.any(|label| label.len() > 100) {
        return false;
    }
    let mut inner: Vec<u8> = Vec::new();
    let (mut short, mut blank) = (false, false);
    for line in lines.map(<[u8]>::trim_ascii_end) {
        if line.is_empty() {
            blank = true;
            continue;
        }
        if blank || short || line.len() > 80 {
            return false;
        }
        short = line.len() < 80;
        for two in line.chunks(2) {
            let Some(byte) =
                std::str::from_utf8(two).ok().filter(|two| two.len() == 2).and_then(|two| u8::from_str_radix(two, 16).ok())
            else {
                return false;
            };
            inner.push(byte);
        }
    }
    // a salt and a MAC of 32 bytes each, twice in hexadecimal
    inner.len() >= 130
        && (version == Some(b"1.0") && random(&inner)
            || inner.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'\n')))
}

#[cfg(test)]
mod tests {
    use super::super::tests::noise;
    use super::*;

    fn base64(bytes: &[u8]) -> String {
        let text = base64::engine::general_purpose::STANDARD.encode(bytes);
        text.as_bytes().chunks(64).map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect()
    }

    fn rows() -> String {
        "100001,Ada Example,PC\n".repeat(100)
    }

    fn age_with(body: &[u8]) -> Vec<u8> {
        let key = base64::engine::general_purpose::STANDARD_NO_PAD.encode(noise(32));
        [format!("age-encryption.org/v1\n-> X25519 {key}\n{key}\n-> x-grease 1 2\n\n--- {key}\n").as_bytes(), body].concat()
    }

    #[test]
    fn age_needs_its_header_and_cipher_text() {
        assert!(age(&age_with(&noise(5000)), true));
        assert!(age(&age_with(&noise(32)), true));
        assert!(!age(&age_with(b""), true));
        assert!(!age(&age_with(rows().as_bytes()), true));
        assert!(!age(&age_with(&[&noise(4096), rows().as_bytes()].concat()), true));
        assert!(!age(format!("age-encryption.org/v1\n{}", rows()).as_bytes(), true));
        let armour = |inner: &[u8]| {
            format!("-----BEGIN AGE ENCRYPTED FILE-----\n{}-----END AGE ENCRYPTED FILE-----\n", base64(inner)).into_bytes()
        };
        assert!(age(&armour(&age_with(&noise(5000))), true));
        assert!(!age(&armour(rows().as_bytes()), true), "base64 of a table is no encryption");
        let long = armour(&age_with(&noise(100_000)));
        assert!(age(long.get(..65_536).unwrap_or(&[]), false));
    }

    #[test]
    fn armour_needs_an_encrypted_message_and_nothing_else() {
        let message = |inner: &[u8], behind: &str| {
            format!("-----BEGIN PGP MESSAGE-----\nVersion: 1\n\n{}=abcd\n-----END PGP MESSAGE-----\n{behind}", base64(inner))
                .into_bytes()
        };
        let packet = [&[0x85, 1, 12, 3, 1, 2, 3, 4, 5, 6, 7, 8, 1, 9][..], &noise(3000)].concat();
        assert!(pgp(&message(&packet, ""), true));
        assert!(!pgp(&message(&packet, &rows()), true), "rows behind the end");
        assert!(!pgp(&message(rows().as_bytes(), ""), true));
        assert!(!pgp(format!("-----BEGIN PGP MESSAGE-----\n{}", rows()).as_bytes(), true));
        assert!(!pgp(format!("-----BEGIN PGP MESSAGE-----\n\nabcd\n{}", rows()).as_bytes(), true));
    }

    #[test]
    fn vaults_are_hexadecimal_throughout() {
        let twice = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
        let write = |inner: &str| -> String {
            let hex = twice(inner.as_bytes());
            let lines: Vec<String> = hex.as_bytes().chunks(80).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
            format!("$ANSIBLE_VAULT;1.1;AES256\n{}\n", lines.join("\n"))
        };
        let inner = format!("{}\n{}\n{}", twice(&noise(32)), twice(&noise(32)), twice(&noise(300)));
        assert!(vault(write(&inner).as_bytes(), true));
        assert!(!vault(write(&rows()).as_bytes(), true), "a table in hexadecimal is no encryption");
        assert!(!vault(format!("{}{}", write(&inner), rows()).as_bytes(), true));
        assert!(!vault(format!("$ANSIBLE_VAULT;1.1;AES256\n{}", rows()).as_bytes(), true));
    }

    #[test]
    fn openssl_in_base64() {
        assert!(openssl(base64(&[b"Salted__", &noise(500)[..]].concat()).as_bytes(), true));
        assert!(!openssl(format!("U2FsdGVkX1\n{}", rows()).as_bytes(), true));
    }
}
