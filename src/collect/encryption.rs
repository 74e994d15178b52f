//! How a file is encrypted, by the structure of its first 64 KiB. A first line alone proves nothing: what follows it must be cipher
//! text too, or the file is read as what it else is. What has no signature is "unknown" at most, and says so.

mod rar;
mod text;

use crate::model::evidence::Encryption;

/// What the first bytes say: the type of file and how it is encrypted. `None` when they say nothing of encryption.
/// `whole` tells that there are no further bytes.
pub(super) fn recognise(head: &[u8], whole: bool) -> Option<(&'static str, Encryption)> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    if text::age(head, whole) {
        return Some(("age", Encryption::Strong));
    }
    if text::pgp(head, whole) || (openpgp(head) && random(head.get(16..).unwrap_or(&[]))) {
        return Some(("openpgp", Encryption::Strong));
    }
    if starts(b"LUKS\xba\xbe\0\x01") || starts(b"LUKS\xba\xbe\0\x02") {
        return (!mostly_text(head)).then_some(("luks", Encryption::Strong));
    }
    if head.get(3..11) == Some(b"-FVE-FS-") && !mostly_text(head) {
        return Some(("bitlocker", Encryption::Strong));
    }
    if starts(b"\x03\xd9\xa2\x9a") && !mostly_text(head) {
        return Some(("keepass", Encryption::Strong));
    }
    if (starts(b"Salted__") && random(head.get(8..).unwrap_or(&[]))) || text::openssl(head, whole) {
        // OpenSSL's format does not say which cipher was used
        return Some(("openssl", Encryption::Unknown));
    }
    if let Some(encryption) = rar::rar(head) {
        return Some(("rar", encryption));
    }
    if starts(b"encrcdsa") && !mostly_text(head) {
        return Some(("dmg", Encryption::Strong));
    }
    if text::vault(head, whole) {
        return Some(("ansible_vault", Encryption::Strong));
    }
    None
}

/// The bytes of a stretch that are looked at together: a plain stretch behind a random one is found out.
const STRETCH: usize = 512;

/// Whether bytes could be cipher text: in every stretch about half of them have their highest bit, and most values occur.
fn random(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && bytes.chunks(STRETCH).all(|stretch| {
            let high = stretch.iter().filter(|byte| **byte >= 0x80).count();
            let mut seen = [false; 256];
            for byte in stretch {
                if let Some(slot) = seen.get_mut(usize::from(*byte)) {
                    *slot = true;
                }
            }
            let distinct = seen.iter().filter(|slot| **slot).count();
            match stretch.len() {
                STRETCH => high * 100 >= STRETCH * 35 && distinct >= 150,
                length @ 64.. => high * 5 >= length && distinct * 3 >= length.min(192),
                length @ 16.. => high * 16 >= length,
                _ => true,
            }
        })
}

/// Whether hardly anything but text stands behind a binary signature.
fn mostly_text(head: &[u8]) -> bool {
    let rest = head.get(16..).unwrap_or(&[]);
    let text = rest.iter().filter(|byte| matches!(**byte, b'\t' | b'\n' | b'\r' | 32..=126)).count();
    text * 10 >= rest.len() * 8
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

    /// Bytes without a pattern, the same every time.
    pub(super) fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 32) as u8
            })
            .collect()
    }

    #[test]
    fn signatures_need_cipher_text_behind_them() {
        let packet = |rest: &[u8]| [&[0x85, 1, 12, 3, 1, 2, 3, 4, 5, 6, 7, 8, 1, 9][..], rest].concat();
        assert_eq!(recognise(&packet(&noise(3000)), true), Some(("openpgp", Encryption::Strong)));
        let rows = "warrant_no,name\n100001,Ada Example\n".repeat(100);
        assert_eq!(recognise(&packet(rows.as_bytes()), true), None);
        assert_eq!(recognise(b"PK\x03\x04", true), None);
        assert_eq!(recognise(b"\x85 not a packet at all", true), None);
        assert_eq!(recognise(&[b"Salted__", &noise(400)[..]].concat(), true), Some(("openssl", Encryption::Unknown)));
        assert_eq!(recognise(&[b"Salted__", rows.as_bytes()].concat(), true), None);
        for magic in [&b"LUKS\xba\xbe\0\x01"[..], b"\x03\xd9\xa2\x9a", b"abc-FVE-FS-"] {
            assert!(recognise(&[magic, &noise(4000)].concat(), true).is_some());
            assert_eq!(recognise(&[magic, rows.as_bytes()].concat(), true), None);
        }
        assert_eq!(zip(b"PK\x03\x04\x14\0\x01\0\x63\0"), Encryption::Strong);
        assert_eq!(zip(b"PK\x03\x04\x14\0\x01\0\x08\0"), Encryption::Weak);
        assert_eq!(zip(b"PK\x03\x04\x14\0\0\0\x08\0"), Encryption::None);
    }

    #[test]
    fn a_plain_stretch_behind_noise_is_no_cipher_text() {
        assert!((16..2000).all(|length| random(&noise(length))));
        assert!(random(&noise(60_000)));
        assert!(!random(&[&noise(2048)[..], "plain text ".repeat(100).as_bytes()].concat()));
        assert!(!random("Ґанок і ще трохи тексту. ".repeat(100).as_bytes()));
    }
}
