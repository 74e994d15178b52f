//! Sets of artifacts by their positions: small ones as lists, others as bits. It must not know what the artifacts are.

/// A set of positions: a list where it is short, else a bit for each artifact.
#[derive(Debug, Clone)]
pub(super) enum Side {
    List(Vec<u32>),
    Bits(Vec<u64>),
}

/// Positions that are a list in any case.
const AT_LEAST: usize = 16;

/// Sets a bit, however few there are yet.
fn set(bits: &mut Vec<u64>, position: u32) {
    let at = position as usize / 64;
    if at >= bits.len() {
        bits.resize(at + 1, 0);
    }
    if let Some(word) = bits.get_mut(at) {
        *word |= 1 << (position % 64);
    }
}

impl Default for Side {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Side {
    /// Ascending positions, of so many artifacts.
    pub(super) fn of(list: Vec<u32>, all: usize) -> Self {
        let mut out = Self::List(list);
        out.settle(all);
        out
    }

    /// The smaller form, of so many artifacts.
    pub(super) fn settle(&mut self, all: usize) {
        let short = all / 32;
        match self {
            Self::List(list) if list.len() > short => self.spread(),
            Self::Bits(_) if self.len() <= short => {
                let mut list = Vec::with_capacity(self.len());
                self.each(|position| list.push(position));
                *self = Self::List(list);
            }
            _ => {}
        }
    }

    /// Makes it bits.
    fn spread(&mut self) {
        *self = Self::Bits(std::mem::take(self).into_bits());
    }

    fn into_bits(self) -> Vec<u64> {
        match self {
            Self::Bits(bits) => bits,
            Self::List(list) => {
                let mut bits = vec![0; list.last().map_or(0, |last| *last as usize / 64 + 1)];
                for position in list {
                    set(&mut bits, position);
                }
                bits
            }
        }
    }

    /// One more, which comes after all others.
    pub(super) fn push(&mut self, position: u32) {
        match self {
            Self::List(list) => {
                list.push(position);
                // of what there is so far
                if list.len() > AT_LEAST.max(position as usize / 32) {
                    self.spread();
                }
            }
            Self::Bits(bits) => set(bits, position),
        }
    }

    /// Adds a set of artifacts of which the first is at `first`; they come after all that are in it.
    pub(super) fn append(&mut self, first: u32, later: Self) {
        let later = match later {
            Self::List(list) => return list.into_iter().for_each(|position| self.push(first + position)),
            Self::Bits(later) => later,
        };
        let (begin, shift) = (first as usize / 64, first % 64);
        let mut bits = std::mem::take(self).into_bits();
        // a word of theirs may lie in two of these
        bits.resize(bits.len().max(begin + later.len() + 1), 0);
        let mut over = 0;
        for (word, later) in bits.iter_mut().skip(begin).zip(later.into_iter().chain([0])) {
            *word |= later << shift | over;
            over = if shift == 0 { 0 } else { later >> (64 - shift) };
        }
        *self = Self::Bits(bits);
    }

    /// All of several.
    pub(super) fn union(sides: &[&Self], all: usize) -> Self {
        if sides.iter().any(|side| matches!(side, Self::Bits(_))) {
            let mut out = vec![0; all.div_ceil(64)];
            for side in sides {
                match side {
                    Self::Bits(own) => out.iter_mut().zip(own).for_each(|(word, own)| *word |= own),
                    Self::List(own) => {
                        for position in own {
                            set(&mut out, *position);
                        }
                    }
                }
            }
            return Self::Bits(out);
        }
        let mut list = Vec::new();
        for side in sides {
            side.each(|position| list.push(position));
        }
        list.sort_unstable();
        list.dedup();
        Self::of(list, all)
    }

    pub(super) fn has(&self, position: u32) -> bool {
        match self {
            Self::List(list) => list.binary_search(&position).is_ok(),
            Self::Bits(bits) => bits.get(position as usize / 64).is_some_and(|word| word & (1 << (position % 64)) != 0),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::List(list) => list.len(),
            Self::Bits(bits) => bits.iter().map(|word| word.count_ones() as usize).sum(),
        }
    }

    pub(super) fn each(&self, mut with: impl FnMut(u32)) {
        match self {
            Self::List(list) => list.iter().for_each(|position| with(*position)),
            Self::Bits(bits) => {
                for (at, word) in (0_u32..).zip(bits) {
                    let mut rest = *word;
                    while rest != 0 {
                        with(at * 64 + rest.trailing_zeros());
                        rest &= rest - 1;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(side: &Side) -> Vec<u32> {
        let mut out = Vec::new();
        side.each(|position| out.push(position));
        out
    }

    #[test]
    fn sets_put_together_are_those_of_all_wherever_they_begin() {
        for step in [1, 3, 7, 50, 400] {
            for size in [1, 5, 63, 64, 65, 1000] {
                let whole: Vec<u32> = (0..3000).filter(|position| position % step == 0).collect();
                let mut side = Side::default();
                for first in (0..3000_u32).step_by(size) {
                    let mut own = Side::default();
                    let inside = whole.iter().filter(|position| (first..first + size as u32).contains(position));
                    inside.for_each(|position| own.push(position - first));
                    side.append(first, own);
                }
                assert_eq!(all(&side), whole, "{step} {size}");
                side.settle(3000);
                assert_eq!((all(&side), side.len()), (whole.clone(), whole.len()), "{step} {size}");
                assert_eq!(matches!(side, Side::List(_)), whole.len() <= 3000 / 32);
                assert!((0..3100).all(|position| side.has(position) == whole.contains(&position)));
            }
        }
    }
}
