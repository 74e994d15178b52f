//! Counting distinct people beyond the exact bound: `HyperLogLog` over keyed marks (mixed to uniform 64-bit hashes). 4,096
//! registers: standard error 1.04 / sqrt(4096) = 1.6 %. Mergeable, so shards add up to the whole.

/// log2 of the number of registers.
const BITS: u32 = 12;
/// Registers.
const REGISTERS: usize = 1 << BITS;
/// The relative standard error.
pub const ERROR: f64 = 0.016_25;

/// A sketch of a set of marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch(Vec<u8>);

impl Default for Sketch {
    fn default() -> Self {
        Self(vec![0; REGISTERS])
    }
}

impl Sketch {
    /// Adds a mark.
    pub fn insert(&mut self, mark: u64) {
        let mark = mixed(mark);
        let index = (mark >> (64 - BITS)) as usize;
        let rank = ((mark << BITS) | (1 << (BITS - 1))).leading_zeros() as u8 + 1;
        if let Some(register) = self.0.get_mut(index) {
            *register = (*register).max(rank);
        }
    }

    /// Adds everything that another has.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine = (*mine).max(*theirs);
        }
    }

    /// How many distinct marks, about.
    pub fn estimate(&self) -> u64 {
        let m = REGISTERS as f64;
        let sum: f64 = self.0.iter().map(|register| (-f64::from(*register)).exp2()).sum();
        let raw = 0.7213 / (1.0 + 1.079 / m) * m * m / sum;
        let zeros = self.0.iter().filter(|register| **register == 0).count();
        let estimate = if raw <= 2.5 * m && zeros > 0 { m * (m / zeros as f64).ln() } else { raw };
        estimate.round() as u64
    }

    /// As text, for the evidence.
    pub fn to_text(&self) -> String {
        crate::model::value::hex(&self.0)
    }

    /// From text; `None` if it is not a sketch.
    pub fn from_text(text: &str) -> Option<Self> {
        if text.len() != REGISTERS * 2 || !text.is_ascii() {
            return None;
        }
        (0..REGISTERS).map(|i| u8::from_str_radix(text.get(i * 2..i * 2 + 2)?, 16).ok()).collect::<Option<Vec<u8>>>().map(Self)
    }
}

/// The halves of a name's mark are uniform, both together are not: every bit on every other.
fn mixed(mark: u64) -> u64 {
    let mark = (mark ^ (mark >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mark = (mark ^ (mark >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mark ^ (mark >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_within_its_error_and_merges() {
        let mix = |n: u64| {
            let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) ^ (z >> 31)
        };
        for n in [10_u64, 1_000, 50_000, 300_000] {
            let (mut odd, mut even) = (Sketch::default(), Sketch::default());
            for i in 0..n {
                if i % 2 == 0 { even.insert(mix(i)) } else { odd.insert(mix(i)) }
            }
            odd.merge(&even);
            let error = (odd.estimate() as f64 - n as f64).abs() / n as f64;
            assert!(error < 4.0 * ERROR, "{n}: {error}");
            assert_eq!(Sketch::from_text(&odd.to_text()).as_ref(), Some(&odd));
        }
    }
}
