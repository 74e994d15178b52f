//! What a stretch of a part holds, before it is finished: told by one process to another, and put together in order to what one reading of the
//! whole would hold, to the bit. It has what evidence has (counts, shapes, keyed marks, weeks) and nothing else.

use super::dated::Dated;
use super::engine::Engine;
use super::tally::Holding;
use super::text::LETTER_LINES;
use crate::model::evidence::{Part, SetTally, Tally};
use crate::model::rows::Packed;
use serde::{Deserialize, Serialize};

/// What a stretch holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Told {
    /// By the class's bit.
    pub(super) tallies: Vec<(u8, Tally)>,
    /// In the order in which they appeared first.
    pub(super) sets: Vec<SetTally>,
    /// Each once, in the order in which they appeared first.
    pub(super) rows: Packed,
    /// Which of them came again, and how often.
    pub(super) again: Vec<(u32, u32)>,
    pub(super) records: u64,
    pub(super) volume: u64,
}

/// A stretch of a table or text that was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    told: Told,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dated: Option<Dated>,
    /// Lines that are not blank.
    #[serde(default)]
    filled: u64,
}

impl Partial {
    /// Of what was gathered; `None` where that is more than can be told.
    pub(super) fn of(holding: Holding, dated: Option<Dated>, filled: u64) -> Option<Self> {
        Some(Self { told: holding.told()?, dated, filled })
    }
}

/// Stretches put together.
#[derive(Default)]
pub struct Joined {
    holding: Holding,
    dated: Option<Dated>,
    filled: u64,
    begun: bool,
}

impl Joined {
    /// Adds the next stretch, which so many lines come before. `false` where both are not what reading them at once would give.
    pub fn add(&mut self, partial: Partial, lines: u64) -> bool {
        let dated = match (&mut self.dated, partial.dated) {
            (Some(own), Some(next)) => own.add(next),
            (slot @ None, Some(next)) if !self.begun => {
                *slot = Some(next);
                true
            }
            (None, None) => true,
            _ => false,
        };
        self.begun = true;
        self.filled += partial.filled;
        dated && self.holding.add(partial.told, lines)
    }

    /// Ends: moves what was found into a part that has its columns.
    pub fn finish(self, engine: &Engine, part: &mut Part) {
        let header = |column: usize| part.columns.get(column).map(|column| column.header.clone()).unwrap_or_default();
        part.dates = self.dated.and_then(|dated| dated.finish(header));
        self.holding.finish(engine, part);
    }

    /// Ends a text of one piece, as reading it at once does.
    pub fn finish_whole(mut self, engine: &Engine, part: &mut Part) {
        if self.filled <= LETTER_LINES {
            self.holding.join();
        }
        self.finish(engine, part);
    }

    /// Whether nothing of any class was found.
    pub fn is_empty(&self) -> bool {
        self.holding.is_empty()
    }
}
