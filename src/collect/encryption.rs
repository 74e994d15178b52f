//! How a file is encrypted, by its first bytes. What has no signature is "unknown" at most, and says so.

use crate::model::evidence::Encryption;

/// What the first bytes say: the type of file and how it is encrypted. `None` when they say nothing of encryption.
pub(super) fn recognise(head: &[u8]) -> Option<(&'static str, Encryption)> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    if starts(b"age-encryption.org/v1") || armoured(head, b"-----BEGIN AGE ENCRYPTED FILE-----") {
        return Some(("age", Encryption::Strong));
    }
    if armoured(head, b"-----BEGIN PGP MESSAGE-----") || openpgp(head) {
        return Some(("openpgp", Encryption::Strong));
    }
    if starts(b"LUKS\xba\xbe") {
        return Some(("luks", Encryption::Strong));
    }
    if head.get(3..11) == Some(b"-FVE-FS-") {
        return Some(("bitlocker", Encryption::Strong));
    }
    if starts(b"\x03\xd9\xa2\x9a") {
        return Some(("keepass", Encryption::Strong));
    }
    if starts(b"Salted__") || starts(b"U2FsdGVkX1") {
        // OpenSSL's format does not say which cipher was used
        return Some(("openssl", Encryption::Unknown));
    }
    if starts(b"$ANSIBLE_VAULT;") {
        return Some(("ansible_vault", Encryption::Strong));
    }
    None
}

fn armoured(head: &[u8], line: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    head.starts_with(line)
}

/// A binary `OpenPGP` message begins with a session key packet (tag 1 or 3) whose length and version fit.
fn openpgp(head: &[u8]) -> bool {
    let [first, rest @ ..] = head else { return false };
    let (tag, body) = match (first & 0x80, first & 0x40) {
        (0, _) => return false,
        (_, 0) => {
            let skip = match first & 3 {
                0 => 1,
                1 => 2,
                2 => 4,
                _ => return false,
            };
            ((first >> 2) & 15, rest.get(skip..))
        }
        _ => (first & 63, rest.get(if rest.first().is_some_and(|length| *length < 192) { 1 } else { 2 }..)),
    };
    let Some([version, more @ ..]) = body else { return false };
    match tag {
        // public-key: version 3, key id of 8 bytes, algorithm
        1 => *version == 3 && more.get(8).is_some_and(|algorithm| matches!(algorithm, 1 | 2 | 16 | 18 | 25)),
        // password: version 4 or later, AES or older cipher, string-to-key of a known kind
        3 => {
            matches!(version, 4..=6)
                && more.first().is_some_and(|cipher| (1..=13).contains(cipher))
                && more.get(1).is_some_and(|kind| *kind <= 4)
        }
        _ => false,
    }
}

/// Whether bytes look like cipher text: nearly all of the entropy that bytes can have.
pub(super) fn looks_random(head: &[u8]) -> bool {
    if head.len() < 4096 {
        return false;
    }
    let mut counts = [0_u32; 256];
    for byte in head {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let total = head.len() as f64;
    let entropy: f64 =
        counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / total).map(|p| -p * p.log2()).sum();
    entropy > 7.9 + if head.len() >= 32 << 10 { 0.08 } else { 0.0 }
}

/// How a zip's first member is protected: by the flag and method of its local header.
pub(super) fn zip(head: &[u8]) -> Encryption {
    let flags =
        head.get(6..8).map_or(0, |two| u16::from_le_bytes([two.first().copied().unwrap_or(0), two.get(1).copied().unwrap_or(0)]));
    let method = head
        .get(8..10)
        .map_or(0, |two| u16::from_le_bytes([two.first().copied().unwrap_or(0), two.get(1).copied().unwrap_or(0)]));
    match (flags & 1, method) {
        (0, _) => Encryption::None,
        (_, 99) => Encryption::Strong,
        _ => Encryption::Weak,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures() {
        assert_eq!(recognise(b"age-encryption.org/v1\n-> X25519"), Some(("age", Encryption::Strong)));
        assert_eq!(recognise(b"\n-----BEGIN PGP MESSAGE-----\n"), Some(("openpgp", Encryption::Strong)));
        assert_eq!(recognise(&[0x85, 1, 12, 3, 1, 2, 3, 4, 5, 6, 7, 8, 1, 9]), Some(("openpgp", Encryption::Strong)));
        assert_eq!(recognise(b"PK\x03\x04"), None);
        assert_eq!(recognise(b"\x85 not a packet at all"), None);
        assert_eq!(zip(b"PK\x03\x04\x14\0\x01\0\x63\0"), Encryption::Strong);
        assert_eq!(zip(b"PK\x03\x04\x14\0\x01\0\x08\0"), Encryption::Weak);
        assert_eq!(zip(b"PK\x03\x04\x14\0\0\0\x08\0"), Encryption::None);
    }
}
