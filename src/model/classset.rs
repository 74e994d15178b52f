//! A set of data classes as bits: which classes stand together in one record.

use serde::{Deserialize, Serialize};

/// Bits over the class table of the evidence (`Evidence::classes`): bit n is the n-th class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClassSet(pub u128);

/// The most classes that one audit can have.
pub const MOST_CLASSES: usize = 128;

impl ClassSet {
    /// The set with one class.
    pub fn one(bit: u8) -> Self {
        Self(1_u128.checked_shl(bit.into()).unwrap_or(0))
    }

    /// Adds a class.
    pub fn insert(&mut self, bit: u8) {
        self.0 |= Self::one(bit).0;
    }

    /// Whether a class is in it.
    pub fn has(self, bit: u8) -> bool {
        self.0 & Self::one(bit).0 != 0
    }

    /// Both together.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// It without a class.
    #[must_use]
    pub fn without(self, bit: u8) -> Self {
        Self(self.0 & !Self::one(bit).0)
    }

    /// Whether all of `other` is in it.
    pub fn has_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any of `other` is in it.
    pub fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether it is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its bits, lowest first.
    pub fn bits(self) -> impl Iterator<Item = u8> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let bit = left.trailing_zeros();
            // the lowest bit goes
            left &= left.wrapping_sub(1);
            u8::try_from(bit).ok().filter(|bit| *bit < 128)
        })
    }
}

impl TryFrom<String> for ClassSet {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        u128::from_str_radix(&text, 16).map(Self).map_err(|_| "not a hexadecimal class set".to_owned())
    }
}

impl From<ClassSet> for String {
    fn from(set: ClassSet) -> Self {
        format!("{:x}", set.0)
    }
}
