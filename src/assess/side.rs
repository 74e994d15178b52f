//! Sets of artifacts by their positions: small ones as lists, others as bits. It must not know what the artifacts are.

/// A set of positions: a list where it is short, else a bit for each artifact.
#[derive(Debug, Clone)]
pub(super) enum Side {
    List(Vec<u32>),
    Bits(Vec<u64>),
}

impl Default for Side {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Side {
    /// Ascending positions, of so many artifacts.
    pub(super) fn of(list: Vec<u32>, all: usize) -> Self {
        if list.len() <= all / 32 {
            return Self::List(list);
        }
        let mut out = Self::bits(all);
        for position in list {
            out.push(position, all);
        }
        out
    }

    /// Nothing yet, with a bit for each artifact.
    fn bits(all: usize) -> Self {
        Self::Bits(vec![0; all.div_ceil(64)])
    }

    /// One more, which comes after all others.
    pub(super) fn push(&mut self, position: u32, all: usize) {
        match self {
            Self::List(list) => {
                list.push(position);
                if list.len() > all / 32 {
                    *self = Self::of(std::mem::take(list), all);
                }
            }
            Self::Bits(bits) => {
                if let Some(word) = bits.get_mut(position as usize / 64) {
                    *word |= 1 << (position % 64);
                }
            }
        }
    }

    /// Adds a set of artifacts of which the first is at `first`, a multiple of 64; they come after all that are in it.
    pub(super) fn append(&mut self, first: u32, later: Self, all: usize) {
        match later {
            Self::List(list) => list.into_iter().for_each(|position| self.push(first + position, all)),
            Self::Bits(later) => {
                if let Self::List(list) = self {
                    let list = std::mem::take(list);
                    *self = Self::bits(all);
                    for position in list {
                        self.push(position, all);
                    }
                }
                if let Self::Bits(bits) = self {
                    let own = bits.iter_mut().skip(first as usize / 64);
                    own.zip(later).for_each(|(word, later)| *word |= later);
                }
            }
        }
    }

    /// All of several.
    pub(super) fn union(sides: &[&Self], all: usize) -> Self {
        if sides.iter().any(|side| matches!(side, Self::Bits(_))) {
            let mut out = Self::bits(all);
            for side in sides {
                match (&mut out, side) {
                    (Self::Bits(bits), Self::Bits(own)) => bits.iter_mut().zip(own).for_each(|(word, own)| *word |= own),
                    (out, side) => side.each(|position| out.push(position, all)),
                }
            }
            return out;
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
