//! Short texts of which there are few and which stand in very many places: one in memory, however often it stands. Text in every form that
//! is written.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// A text that many share.
#[derive(Debug, Clone, Eq, PartialOrd, Ord)]
pub struct Word(Arc<str>);

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        // mostly it is the same one
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Word {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::ops::Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::hash::Hash for Word {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl std::borrow::Borrow<str> for Word {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq<str> for Word {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for Word {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

impl std::fmt::Display for Word {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<str>::deserialize(input).map(|text| Self(text.into()))
    }
}

/// A SHA-256, which stands as `sha256:` with its digits in every form that people read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sum(pub [u8; 32]);

/// What stands before the digits.
const SUM: &str = "sha256:";

impl Sum {
    /// Reads `sha256:` and 64 digits, in either case.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(SUM)?.as_bytes();
        let (pairs, odd) = digits.as_chunks::<2>();
        let mut out = [0; 32];
        if pairs.len() != out.len() || !odd.is_empty() {
            return None;
        }
        for (byte, pair) in out.iter_mut().zip(pairs) {
            let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
            *byte = (high? << 4 | low?) as u8;
        }
        Some(Self(out))
    }
}

impl std::fmt::Display for Sum {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{SUM}{}", super::value::hex(&self.0))
    }
}

impl std::fmt::Debug for Sum {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{self}")
    }
}

impl Serialize for Sum {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        if out.is_human_readable() { out.collect_str(self) } else { out.serialize_bytes(&self.0) }
    }
}

impl<'de> Deserialize<'de> for Sum {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Known;

        impl serde::de::Visitor<'_> for Known {
            type Value = Sum;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("a SHA-256")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Sum, E> {
                Sum::parse(text).ok_or_else(|| E::custom("no SHA-256"))
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Sum, E> {
                bytes.try_into().map(Sum).map_err(|_| E::custom("no SHA-256"))
            }
        }
        if input.is_human_readable() { input.deserialize_str(Known) } else { input.deserialize_bytes(Known) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_its_text() {
        let text = format!("sha256:{}", "09af".repeat(16));
        let sum = Sum::parse(&text);
        assert_eq!(sum.map(|sum| sum.to_string()), Some(text.clone()));
        assert_eq!(Sum::parse(&text.replace("af", "AF")), sum);
        for wrong in
            ["", "sha256:", "09af", &text[..70], &format!("{text}0"), &text.replace('f', "g"), &text.replace("sha256", "sha512")]
        {
            assert_eq!(Sum::parse(wrong), None, "{wrong}");
        }
        assert_eq!(serde_json::to_string(&sum).ok(), Some(format!("\"{text}\"")));
        assert_eq!(serde_json::from_str(&format!("\"{text}\"")).ok(), sum);
        let packed = crate::model::binary::write(&sum, Vec::new()).unwrap_or_default();
        assert!(packed.len() == 34 && crate::model::binary::read::<Option<Sum>>(&packed).is_some_and(|own| own == sum));
    }
}
