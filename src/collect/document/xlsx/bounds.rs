//! How much text the cells of a workbook may show. A string is kept once and cells point to it, so that a small file can show more than
//! anybody can read. It counts; what the text is and where it goes is for others.

use super::super::Work;
use crate::model::evidence::GapKind;

/// Characters that a cell can have, as Excel counts them.
const MOST_CHARACTERS: usize = 32_767;

/// What may still be shown, and whether something was left out.
#[derive(Default)]
pub(in super::super) struct Bounds {
    left: u64,
    most: u64,
    cut: bool,
    spent: bool,
}

impl Bounds {
    /// So many bytes may be shown again.
    pub(in super::super) fn new(most: u64) -> Self {
        Self { left: most, most, cut: false, spent: false }
    }

    /// As much of a text as a cell can have.
    pub(in super::super) fn cut<'t>(&mut self, text: &'t str) -> &'t str {
        // a byte is at most one character
        if text.len() <= MOST_CHARACTERS {
            return text;
        }
        let mut count = 0;
        for (at, letter) in text.char_indices() {
            count += letter.len_utf16();
            if count > MOST_CHARACTERS {
                self.cut = true;
                return text.get(..at).unwrap_or("");
            }
        }
        text
    }

    /// Whether a text that was shown before may be shown once more. One that is shown for the first time always may.
    pub(in super::super) fn again(&mut self, bytes: usize) -> bool {
        match self.left.checked_sub(bytes as u64) {
            Some(left) => self.left = left,
            None => self.spent = true,
        }
        !self.spent
    }

    /// Tells what was left out.
    pub(in super::super) fn told(&self, work: &mut Work<'_>) {
        if self.cut {
            work.gap(GapKind::Limit, format!("cells of more than {MOST_CHARACTERS} characters: the rest of them was not read"));
        }
        if self.spent {
            let most = self.most;
            let what = "cells that repeat the text of others";
            work.gap(GapKind::Limit, format!("{what}: beyond {most} bytes they were not read"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_ends_where_excel_ends_it() {
        let mut bounds = Bounds::new(10);
        let fits = "\u{1f600}".repeat(16_383) + "a";
        assert_eq!(bounds.cut(&fits), fits);
        assert!(!bounds.cut);
        let longer = "\u{1f600}".repeat(16_384);
        assert_eq!(bounds.cut(&longer).len(), 16_383 * 4);
        assert!(bounds.cut);
    }

    #[test]
    fn once_spent_it_stays_spent() {
        let mut bounds = Bounds::new(10);
        assert!(bounds.again(6) && bounds.again(4) && bounds.again(0));
        assert!(!bounds.again(1) && !bounds.again(0));
    }
}
