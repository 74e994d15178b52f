//! What is known of persons in one place: of each, all that its rows say. It must not know what the classes mean.

use crate::model::classset::ClassSet;

/// Rows of persons, put together once they are asked for. It is cleared and filled again for the next place.
#[derive(Default)]
pub(super) struct Said {
    rows: Vec<(u32, ClassSet)>,
    settled: usize,
}

impl Said {
    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.settled = 0;
    }

    /// What a row says of a person.
    pub(super) fn add(&mut self, person: u32, set: ClassSet) {
        self.rows.push((person, set));
    }

    /// Each person once, by number, with all that is known.
    pub(super) fn all(&mut self) -> impl Iterator<Item = (u32, ClassSet)> {
        // what was put together is in order, and so are most rows
        if self.settled < self.rows.len() {
            unite(&mut self.rows);
            self.settled = self.rows.len();
        }
        self.rows.iter().copied()
    }

    /// Persons of whom that is true.
    pub(super) fn count(&mut self, is: &dyn Fn(ClassSet) -> bool) -> u64 {
        self.all().filter(|row| is(row.1)).count() as u64
    }
}

/// One row for each key, in their order, with all that its rows say.
pub(super) fn unite<K: Ord + Copy>(rows: &mut Vec<(K, ClassSet)>) {
    rows.sort_by_key(|row| row.0);
    rows.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 = kept.1.union(next.1);
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_person_are_put_together() {
        let mut said = Said::default();
        let one = ClassSet::one;
        for (person, bit) in [(7, 1), (3, 2), (7, 3), (3, 2), (9, 1)] {
            said.add(person, one(bit));
        }
        assert_eq!(said.all().collect::<Vec<_>>(), [(3, one(2)), (7, one(1).union(one(3))), (9, one(1))]);
        assert_eq!(said.count(&|set| set.has(1)), 2);
        // what comes later counts, too
        said.add(3, one(1));
        assert_eq!(said.count(&|set| set.has(1)), 3);
        assert_eq!(said.all().next(), Some((3, one(1).union(one(2)))));
        said.clear();
        assert_eq!(said.count(&|_| true), 0);
    }
}
