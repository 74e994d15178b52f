//! The splitmix64 generator that the examples make up their people and things with: one seed, one sequence, on every machine.

/// The generator and where it is.
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 for an `end` of 0.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.draw()) * u128::from(end)) >> 64) as u64
    }

    /// One of a list that is not empty.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }

    /// Whether something happens that happens `of` times in a hundred.
    pub fn percent(&mut self, of: u64) -> bool {
        self.below(100) < of
    }

    /// A pattern filled in: `9` a digit, `1` a digit but zero, `A` a capital, `f` a hexadecimal digit; the rest as it is.
    pub fn fill(&mut self, pattern: &str) -> String {
        pattern
            .chars()
            .map(|c| match c {
                '9' => char::from(b'0' + self.below(10) as u8),
                '1' => char::from(b'1' + self.below(9) as u8),
                'A' => char::from(b'A' + self.below(26) as u8),
                'f' => char::from_digit(self.below(16) as u32, 16).unwrap_or('0'),
                other => other,
            })
            .collect()
    }
}
