//! Bytes of a text by what they are, one bit for each, eight bytes at a time. It must not know what is looked for.

/// A bit in each of eight bytes.
const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = ONES << 7;

/// The top bit of each of eight bytes, none above 127, that is from one byte to another.
#[inline]
const fn between(bytes: u64, first: u8, last: u8) -> u64 {
    (bytes + (0x80 - first as u64) * ONES) & !(bytes + (0x7f - last as u64) * ONES) & TOPS
}

/// The top bits of eight bytes beside each other.
#[inline]
const fn gathered(tops: u64) -> u64 {
    (tops >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Eight bytes, asked what they are.
#[derive(Clone, Copy)]
pub(super) struct Eight(u64);

impl Eight {
    /// A bit for each that is a digit.
    #[inline]
    pub(super) const fn digits(self) -> u64 {
        gathered(between(self.0 & !TOPS, b'0', b'9') & !self.0)
    }

    /// A bit for each ASCII letter or digit.
    #[inline]
    pub(super) const fn alphanumeric(self) -> u64 {
        let low = self.0 & !TOPS;
        gathered((between(low, b'0', b'9') | between(low | (0x20 * ONES), b'a', b'z')) & !self.0)
    }

    /// A bit for each ASCII capital.
    #[inline]
    pub(super) const fn capitals(self) -> u64 {
        gathered(between(self.0 & !TOPS, b'A', b'Z') & !self.0)
    }

    /// A bit for each small ASCII letter.
    #[inline]
    pub(super) const fn small(self) -> u64 {
        gathered(between(self.0 & !TOPS, b'a', b'z') & !self.0)
    }

    /// A bit for each byte of a word: a letter, a digit, a low line.
    #[inline]
    pub(super) const fn words(self) -> u64 {
        let low = self.0 & !TOPS;
        let all = between(low, b'0', b'9') | between(low | (0x20 * ONES), b'a', b'z') | between(low, b'_', b'_');
        gathered(all & !self.0)
    }

    /// A bit for each low line.
    #[inline]
    pub(super) const fn lines(self) -> u64 {
        gathered(between(self.0 & !TOPS, b'_', b'_') & !self.0)
    }

    /// A bit for each byte that is no ASCII.
    #[inline]
    pub(super) const fn high(self) -> u64 {
        gathered(self.0 & TOPS)
    }
}

/// For each 64 bytes of a text, the bits of some kinds of them. What is missing of the last bytes is zero.
#[inline]
pub(super) fn each<const KINDS: usize>(bytes: &[u8], kinds: impl Fn(Eight) -> [u64; KINDS], mut then: impl FnMut([u64; KINDS])) {
    for chunk in bytes.chunks(64) {
        let mut all = [0; KINDS];
        let mut add = |eight: Eight, at: usize| {
            all.iter_mut().zip(kinds(eight)).for_each(|(all, bits)| *all |= bits << at);
        };
        let (eights, rest) = chunk.as_chunks::<8>();
        for (at, eight) in eights.iter().enumerate() {
            add(Eight(u64::from_le_bytes(*eight)), 8 * at);
        }
        if !rest.is_empty() {
            add(Eight(rest.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte))), 8 * eights.len());
        }
        then(all);
    }
}

/// Calls with the place of each bit from one place to another, of bits that are asked for by their 64.
#[inline]
pub(super) fn places(from: usize, to: usize, mut of: impl FnMut(usize) -> u64, mut then: impl FnMut(usize)) {
    let mut at = from / 64;
    while at * 64 < to {
        let mut bits = of(at);
        if at == from / 64 {
            bits &= u64::MAX << (from % 64);
        }
        if to - at * 64 < 64 {
            bits &= (1 << (to - at * 64)) - 1;
        }
        while bits != 0 {
            then(at * 64 + bits.trailing_zeros() as usize);
            bits &= bits - 1;
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Eight, each, places};

    #[test]
    fn a_bit_for_each_byte() {
        let all: Vec<u8> = (0..=255).chain(b"_a0 ".iter().copied()).collect();
        for length in [0, 1, 7, 8, 63, 64, 65, 200, all.len()] {
            let bytes = &all[..length];
            let mut own = [const { Vec::<u64>::new() }; 7];
            let kinds = |eight: Eight| {
                let letters = [eight.capitals(), eight.small()];
                [eight.digits(), eight.alphanumeric(), eight.words(), eight.high(), letters[0], letters[1], eight.lines()]
            };
            each(bytes, kinds, |all| own.iter_mut().zip(all).for_each(|(own, bits)| own.push(bits)));
            let asked: [fn(&u8) -> bool; 7] = [
                u8::is_ascii_digit,
                u8::is_ascii_alphanumeric,
                |byte| byte.is_ascii_alphanumeric() || *byte == b'_',
                |byte| !byte.is_ascii(),
                u8::is_ascii_uppercase,
                u8::is_ascii_lowercase,
                |byte| *byte == b'_',
            ];
            for (own, asked) in own.iter().zip(asked) {
                for (from, to) in [(0, length), (length / 3, length), (length / 3, length - length / 4)] {
                    let mut found = Vec::new();
                    places(from, to, |at| own.get(at).copied().unwrap_or(0), |at| found.push(at));
                    let truth: Vec<usize> = (from..to).filter(|at| asked(&bytes[*at])).collect();
                    assert_eq!(found, truth);
                }
            }
        }
    }
}
