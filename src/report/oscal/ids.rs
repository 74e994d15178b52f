//! Identifiers (UUID version 5, RFC 9562) of what an OSCAL document holds. The same assessment gives the same ones.

use crate::model::assessment::Assessment;
use sha1::{Digest, Sha1};

/// The name space of this program: made once, by chance.
const SPACE: [u8; 16] = [0x7d, 0x1e, 0x52, 0xc4, 0x9a, 0x0b, 0x4f, 0x63, 0x8c, 0x2d, 0x36, 0xe1, 0x5b, 0x90, 0xa7, 0x18];

/// Makes identifiers within one assessment.
pub(crate) struct Ids {
    scope: String,
}

impl Ids {
    /// For an assessment: its evidence, policy and date.
    pub(crate) fn new(assessment: &Assessment) -> Self {
        let scope =
            [assessment.evidence.digest.as_str(), &assessment.policy.digest, &assessment.date.to_string(), &assessment.target];
        Self { scope: scope.join("\n") }
    }

    /// Of one thing of a kind.
    pub(crate) fn of(&self, kind: &str, name: &str) -> String {
        uuid(&format!("{}\n{kind}\n{name}", self.scope))
    }
}

/// Version 5 of a name in this program's space.
fn uuid(name: &str) -> String {
    let mut hash = Sha1::new();
    hash.update(SPACE);
    hash.update(name.as_bytes());
    let hex: String = hash
        .finalize()
        .iter()
        .take(16)
        .enumerate()
        .map(|(at, byte)| {
            let byte = match at {
                6 => (byte & 0x0f) | 0x50,
                8 => (byte & 0x3f) | 0x80,
                _ => *byte,
            };
            format!("{byte:02x}")
        })
        .collect();
    let piece = |from: usize, to: usize| hex.get(from..to).unwrap_or("");
    format!("{}-{}-{}-{}-{}", piece(0, 8), piece(8, 12), piece(12, 16), piece(16, 20), piece(20, 32))
}

#[cfg(test)]
mod tests {
    #[test]
    fn identifiers_are_version_5_and_stable() {
        let one = super::uuid("a");
        assert_eq!(one, super::uuid("a"));
        assert_ne!(one, super::uuid("b"));
        assert_eq!(one.len(), 36);
        assert_eq!(one.get(14..15), Some("5"));
        assert!(one.get(19..20).is_some_and(|c| "89ab".contains(c)));
    }
}
