//! Office files of 2007 and later that are encrypted as a whole: opened with a password, by the two schemes with AES that they know
//! (agile and standard). A password is believed only when the verifier in the file says so.

use aes::cipher::{BlockCipherDecrypt, KeyInit, array::Array};
use base64::Engine as _;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Rounds that a file may ask for; Office asks for 100,000.
const MOST_ROUNDS: u32 = 1_000_000;
/// Bytes that are encrypted together.
const SEGMENT: usize = 4096;

/// How a package is encrypted.
pub(super) enum Scheme {
    /// Office 2010 and later.
    Agile(Box<Agile>),
    /// Office 2007.
    Standard { key_bytes: usize, salt: Vec<u8>, verifier: Vec<u8>, verifier_hash: Vec<u8> },
}

/// What the description of an agile encryption says.
pub(super) struct Agile {
    salt: Vec<u8>,
    hash: Hash,
    own_salt: Vec<u8>,
    own_hash: Hash,
    rounds: u32,
    key_bytes: usize,
    input: Vec<u8>,
    value: Vec<u8>,
    key: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn of(name: &str) -> Option<Self> {
        match name {
            "SHA1" | "SHA-1" => Some(Self::Sha1),
            "SHA256" | "SHA-256" => Some(Self::Sha256),
            "SHA384" | "SHA-384" => Some(Self::Sha384),
            "SHA512" | "SHA-512" => Some(Self::Sha512),
            _ => None,
        }
    }

    fn sum(self, pieces: &[&[u8]]) -> Vec<u8> {
        fn sum<D: Digest>(pieces: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            for piece in pieces {
                digest.update(piece);
            }
            digest.finalize().to_vec()
        }
        match self {
            Self::Sha1 => sum::<Sha1>(pieces),
            Self::Sha256 => sum::<Sha256>(pieces),
            Self::Sha384 => sum::<Sha384>(pieces),
            Self::Sha512 => sum::<Sha512>(pieces),
        }
    }
}

impl Scheme {
    /// Reads the description; `None` if it is of another kind, or asks for too much work.
    pub(super) fn read(info: &[u8]) -> Option<Self> {
        let two = |at: usize| Some(u16::from_le_bytes(info.get(at..at + 2)?.try_into().ok()?));
        let four = |at: usize| Some(u32::from_le_bytes(info.get(at..at + 4)?.try_into().ok()?));
        match (two(0)?, two(2)?) {
            (4, 4) => agile(std::str::from_utf8(info.get(8..)?).ok()?).map(|agile| Self::Agile(Box::new(agile))),
            (2..=4, 2) => {
                let header = four(8)? as usize;
                let (algorithm, bits) = (four(12 + 8)?, four(12 + 16)?);
                let at = header.checked_add(12)?;
                if !matches!(algorithm, 0x660e..=0x6610) || !matches!(bits, 128 | 192 | 256) || four(at)? != 16 {
                    return None;
                }
                Some(Self::Standard {
                    key_bytes: bits as usize / 8,
                    salt: info.get(at + 4..at + 20)?.to_vec(),
                    verifier: info.get(at + 20..at + 36)?.to_vec(),
                    verifier_hash: info.get(at + 40..at + 72)?.to_vec(),
                })
            }
            _ => None,
        }
    }

    /// The key of the package, if a password is the right one.
    pub(super) fn key(&self, password: &str) -> Option<Vec<u8>> {
        let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
        match self {
            Self::Agile(agile) => {
                let mut hash = agile.own_hash.sum(&[&agile.own_salt, &password]);
                for round in 0..agile.rounds {
                    hash = agile.own_hash.sum(&[&round.to_le_bytes(), &hash]);
                }
                let part = |block: [u8; 8], bytes: &[u8]| {
                    let mut key = agile.own_hash.sum(&[&hash, &block]);
                    key.resize(agile.key_bytes, 0x36);
                    chained(&key, &agile.own_salt, bytes)
                };
                let input = part([0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79], &agile.input)?;
                let value = part([0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e], &agile.value)?;
                let own = agile.own_hash.sum(&[input.get(..agile.own_salt.len())?]);
                if value.get(..own.len())? != own {
                    return None;
                }
                let mut key = part([0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6], &agile.key)?;
                key.truncate(agile.key_bytes);
                Some(key)
            }
            Self::Standard { key_bytes, salt, verifier, verifier_hash } => {
                let mut hash = Hash::Sha1.sum(&[salt, &password]);
                for round in 0..50_000_u32 {
                    hash = Hash::Sha1.sum(&[&round.to_le_bytes(), &hash]);
                }
                let hash = Hash::Sha1.sum(&[&hash, &[0; 4]]);
                let half = |fill: u8| {
                    let mut block = [fill; 64];
                    block.iter_mut().zip(&hash).for_each(|(slot, byte)| *slot ^= byte);
                    Hash::Sha1.sum(&[&block])
                };
                let key: Vec<u8> = half(0x36).into_iter().chain(half(0x5c)).take(*key_bytes).collect();
                let own = Hash::Sha1.sum(&[&single(&key, verifier)?]);
                (single(&key, verifier_hash)?.get(..20)? == own).then_some(key)
            }
        }
    }

    /// The package, decrypted.
    pub(super) fn package(&self, key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
        let (length, rest) = bytes.split_at_checked(8)?;
        let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?.min(rest.len());
        let mut out = Vec::with_capacity(rest.len());
        match self {
            Self::Agile(agile) => {
                for (index, segment) in rest.chunks(SEGMENT).enumerate() {
                    let start = agile.hash.sum(&[&agile.salt, &(index as u32).to_le_bytes()]);
                    out.extend(chained(key, &start, segment)?);
                }
            }
            Self::Standard { .. } => out = single(key, rest)?,
        }
        out.truncate(length);
        Some(out)
    }
}

fn agile(text: &str) -> Option<Agile> {
    let tree = roxmltree::Document::parse(text.trim_matches('\0')).ok()?;
    let named = |name: &str| tree.descendants().find(|node| node.tag_name().name() == name);
    let (data, own) = (named("keyData")?, named("encryptedKey")?);
    let bytes = |node: &roxmltree::Node<'_, '_>, name: &str| {
        base64::engine::general_purpose::STANDARD.decode(node.attribute(name)?).ok().filter(|bytes| bytes.len() <= 1024)
    };
    let cipher = |node: &roxmltree::Node<'_, '_>| {
        node.attribute("cipherAlgorithm") == Some("AES") && node.attribute("cipherChaining") == Some("ChainingModeCBC")
    };
    let bits: usize = own.attribute("keyBits")?.parse().ok()?;
    let rounds: u32 = own.attribute("spinCount")?.parse().ok()?;
    if !cipher(&data) || !cipher(&own) || !matches!(bits, 128 | 192 | 256) || rounds > MOST_ROUNDS {
        return None;
    }
    Some(Agile {
        salt: bytes(&data, "saltValue")?,
        hash: Hash::of(data.attribute("hashAlgorithm")?)?,
        own_salt: bytes(&own, "saltValue")?,
        own_hash: Hash::of(own.attribute("hashAlgorithm")?)?,
        rounds,
        key_bytes: bits / 8,
        input: bytes(&own, "encryptedVerifierHashInput")?,
        value: bytes(&own, "encryptedVerifierHashValue")?,
        key: bytes(&own, "encryptedKeyValue")?,
    })
}

/// AES, each block by itself; what is behind the last whole block is left out.
fn single(key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    fn run<C: KeyInit + BlockCipherDecrypt>(key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
        let cipher = C::new_from_slice(key).ok()?;
        let mut out = Vec::with_capacity(bytes.len());
        for block in bytes.chunks_exact(16) {
            let mut block = Array::try_from(block).ok()?;
            cipher.decrypt_block(&mut block);
            out.extend_from_slice(&block);
        }
        Some(out)
    }
    match key.len() {
        16 => run::<aes::Aes128>(key, bytes),
        24 => run::<aes::Aes192>(key, bytes),
        32 => run::<aes::Aes256>(key, bytes),
        _ => None,
    }
}

/// AES, each block chained to the one before it.
fn chained(key: &[u8], start: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = single(key, bytes)?;
    let mut before = start.to_vec();
    before.resize(16, 0x36);
    let previous = before.iter().chain(bytes);
    out.iter_mut().zip(previous).for_each(|(slot, byte)| *slot ^= byte);
    Some(out)
}
