//! The keyed digest of a file's bytes, whole: by it a file is known again, in the same audit or a later one with the same key. It is no
//! plain digest, so nobody without the key can try contents against it.

use crate::detect::fingerprint::Key;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::io::Read;

/// Bytes that are read at once.
const PIECE: usize = 256 << 10;

/// A keyed digest; its first eight bytes are the artifact's mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Content(pub [u8; 32]);

impl Content {
    /// What such a hasher has seen.
    pub(super) fn of(hasher: &blake3::Hasher) -> Self {
        Self(*hasher.finalize().as_bytes())
    }

    /// Of everything there is to read, with how many bytes that were.
    ///
    /// # Errors
    /// Of the stream.
    pub(super) fn read(key: &Key, input: &mut dyn Read) -> std::io::Result<(Self, u64)> {
        let mut hasher = key.hasher();
        let mut bytes = 0;
        let mut piece = vec![0; PIECE];
        loop {
            match input.read(&mut piece) {
                Ok(0) => return Ok((Self::of(&hasher), bytes)),
                Ok(got) => {
                    hasher.update(piece.get(..got).unwrap_or(&[]));
                    bytes += got as u64;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&crate::model::value::hex(&self.0))
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Content;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("32 bytes, or 64 hexadecimal digits")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Content, E> {
                bytes.try_into().map(Content).map_err(|_| E::invalid_length(bytes.len(), &self))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Content, E> {
                let mut out = [0; 32];
                let digits = text.as_bytes().as_chunks::<2>().0;
                if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    return Err(E::invalid_length(text.len(), &self));
                }
                for (slot, pair) in out.iter_mut().zip(digits) {
                    let pair = std::str::from_utf8(pair).unwrap_or_default();
                    *slot = u8::from_str_radix(pair, 16).map_err(E::custom)?;
                }
                Ok(Content(out))
            }
        }
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(Either)
        } else {
            deserializer.deserialize_bytes(Either)
        }
    }
}
