//! Keyed fingerprints: the same identifier gives the same mark within one audit and nothing outside it. The key is made for the
//! audit and forgotten, so that nobody can try all numbers of a kind against an evidence file.

use crate::model::evidence::{ID_EMAIL, IdMark};

/// Words in the first part of an address that is a desk's, a list's or a machine's.
const DESKS: &[&[u8]] = &[
    b"info",
    b"support",
    b"admin",
    b"administrator",
    b"noreply",
    b"reply",
    b"donotreply",
    b"sales",
    b"office",
    b"desk",
    b"helpdesk",
    b"servicedesk",
    b"enquiries",
    b"enquiry",
    b"contact",
    b"contactus",
    b"help",
    b"orders",
    b"order",
    b"accounts",
    b"accountspayable",
    b"billing",
    b"invoices",
    b"hr",
    b"recruitment",
    b"press",
    b"media",
    b"postmaster",
    b"webmaster",
    b"hostmaster",
    b"root",
    b"abuse",
    b"security",
    b"privacy",
    b"dpo",
    b"foi",
    b"team",
    b"mailer",
    b"daemon",
    b"newsletter",
    b"list",
    b"lists",
    b"bounces",
    b"notifications",
    b"notification",
    b"alerts",
    b"service",
    b"services",
    b"reception",
    b"general",
    b"mail",
    b"cards",
    b"bureau",
    b"print",
    b"printing",
    b"dispatch",
    b"despatch",
    b"operations",
    b"ops",
];

/// Bytes of what most marks are made of.
const SHORT: usize = 128;

/// The audit's key. It is not shown, and is written only into the pipe to the audit's own workers.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    /// A key from the system's randomness.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn random() -> Result<Self, String> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| format!("the system gives no randomness: {error}"))?;
        Ok(Self(bytes))
    }

    /// A key from a text that the user keeps, to compare audits by person.
    pub fn from_text(text: &str) -> Self {
        Self(blake3::derive_key("provost 2026 audit key", text.as_bytes()))
    }

    /// For the pipe to a worker.
    pub fn to_hex(&self) -> String {
        crate::model::value::hex(&self.0)
    }

    /// From the pipe.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (index, slot) in bytes.iter_mut().enumerate() {
            *slot = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The mark of some bytes in a name space.
    pub fn mark(&self, space: &[u8], bytes: &[u8]) -> u64 {
        // most are a word or a number: put together here they cost one compression and nothing else
        let mut short = [0; SHORT];
        let all = 1 + space.len() + bytes.len();
        if let Some([first, slot @ ..]) = short.get_mut(..all) {
            let (own, rest) = slot.split_at_mut(space.len());
            *first = space.len() as u8;
            own.copy_from_slice(space);
            rest.copy_from_slice(bytes);
            let hash = blake3::keyed_hash(&self.0, short.get(..all).unwrap_or(&[]));
            return hash.as_bytes().first_chunk().map_or(0, |first| u64::from_le_bytes(*first));
        }
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&[space.len() as u8]);
        hasher.update(space);
        hasher.update(bytes);
        Self::short(&hasher)
    }

    /// A hasher for contents that come in pieces; [`Key::short`] ends it.
    pub fn hasher(&self) -> blake3::Hasher {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(b"\x07content");
        hasher
    }

    /// The mark of contents.
    pub fn short(hasher: &blake3::Hasher) -> u64 {
        let mut out = [0; 8];
        hasher.finalize_xof().fill(&mut out);
        u64::from_le_bytes(out)
    }

    /// The mark of a number that identifies a person: letters and digits only, upper case, no leading zeros. All kinds of number
    /// share a name space, so that a file named by a number can be asked which kind it is.
    pub fn number(&self, kind: u8, value: &[u8]) -> Option<IdMark> {
        let mut compact: [u8; 40] = [0; 40];
        let mut len = 0;
        for byte in value.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
            *compact.get_mut(len)? = byte.to_ascii_uppercase();
            len += 1;
        }
        let mut bytes = compact.get(..len)?;
        while let [b'0', rest @ ..] = bytes {
            bytes = rest;
        }
        (!bytes.is_empty()).then(|| IdMark { kind, mark: self.mark(b"number", bytes) })
    }

    /// The mark of a mail address; `None` for a desk's or machine's, which is nobody's.
    pub fn email(&self, value: &[u8]) -> Option<IdMark> {
        let mut lower = value.trim_ascii().to_ascii_lowercase();
        // as it stands in an address of the web
        if let Some(at) = lower.array_windows().position(|sign| sign == b"%40").filter(|_| !lower.contains(&b'@')) {
            lower.splice(at..at + 3, *b"@");
        }
        let local = lower.split(|byte| *byte == b'@').next().unwrap_or(&[]);
        let mut words =
            local.split(|byte| matches!(byte, b'.' | b'-' | b'_' | b'+' | b'0'..=b'9')).filter(|word| !word.is_empty());
        if words.any(|word| DESKS.contains(&word)) {
            return None;
        }
        Some(IdMark { kind: ID_EMAIL, mark: self.mark(b"email", &lower) })
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, SHORT};

    #[test]
    fn marks_depend_on_the_key_and_on_nothing_but_the_value() {
        let (one, two) = (Key::from_text("one"), Key::from_text("two"));
        assert_eq!(one.number(1, b"00048213"), one.number(1, b"48 213"));
        assert_ne!(one.number(1, b"48213"), two.number(1, b"48213"));
        assert_ne!(one.number(1, b"48213"), one.number(1, b"48214"));
        assert_eq!(one.email(b"ada%40sample.example"), one.email(b"Ada@sample.example"));
        assert_eq!(one.number(1, b"000"), None);
        // short and long, a mark is the same function of its bytes
        for length in [0, 1, SHORT - 6, SHORT - 5, SHORT - 4, 1_000] {
            let bytes = vec![b'x'; length];
            let mut hasher = blake3::Hasher::new_keyed(&one.0);
            hasher.update(b"\x04name").update(&bytes);
            assert_eq!(one.mark(b"name", &bytes), Key::short(&hasher));
        }
        assert_eq!(Key::from_hex(&one.to_hex()), Some(one.clone()));
        assert_eq!(format!("{one:?}"), "Key(..)");
    }
}
