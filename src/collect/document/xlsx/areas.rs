//! Rectangles of cells, many of them at once: whether a cell is in one is found by halving, as a hostile sheet asks it for millions of
//! cells. What they stand for is for others to say.

use super::sheet::Area;

/// Areas of a sheet.
#[derive(Default)]
pub(in super::super) struct Areas {
    /// In their order: the first row of a band, and the columns that are covered from it to the next band.
    bands: Vec<(u64, Vec<(u32, u32)>)>,
}

impl Areas {
    /// Of these; a few hundred, not more: it takes the square of their number to sort them.
    pub(in super::super) fn new(all: &[Area]) -> Self {
        let mut starts: Vec<u64> = all.iter().flat_map(|area| [area.rows.0, area.rows.1.saturating_add(1)]).collect();
        starts.sort_unstable();
        starts.dedup();
        let band = |start: u64| {
            let mut columns: Vec<(u32, u32)> =
                all.iter().filter(|area| (area.rows.0..=area.rows.1).contains(&start)).map(|area| area.columns).collect();
            columns.retain(|(first, last)| first <= last);
            columns.sort_unstable();
            // where they lie over each other they are one
            let mut joined: Vec<(u32, u32)> = Vec::new();
            for (first, last) in columns {
                match joined.last_mut().filter(|before| before.1 >= first) {
                    Some(before) => before.1 = before.1.max(last),
                    None => joined.push((first, last)),
                }
            }
            (start, joined)
        };
        Self { bands: starts.into_iter().map(band).collect() }
    }

    /// Whether a cell is in one of them; rows counted from 1, columns from 0.
    pub(in super::super) fn has(&self, row: u64, column: u32) -> bool {
        let band = self.bands.partition_point(|band| band.0 <= row).checked_sub(1).and_then(|at| self.bands.get(at));
        let Some((_, columns)) = band else { return false };
        let range = columns.partition_point(|range| range.0 <= column).checked_sub(1).and_then(|at| columns.get(at));
        range.is_some_and(|range| range.1 >= column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_areas_answer_as_each_of_them_would() {
        let all: Vec<Area> = (0..40_u32)
            .map(|n| {
                let (row, column) = (u64::from(n * 7 % 23 + 1), n * 5 % 17);
                Area::new((row, row + u64::from(n % 5)), (column, (column + n % 4).saturating_sub(u32::from(n % 11 == 0))))
            })
            .collect();
        let areas = Areas::new(&all);
        for row in 0..40 {
            for column in 0..24 {
                assert_eq!(areas.has(row, column), all.iter().any(|area| area.has(row, column)), "{row} {column}");
            }
        }
        assert!(!Areas::default().has(1, 0));
        assert!(Areas::new(&[Area::new((1, u64::MAX), (0, u32::MAX))]).has(9, 9));
    }
}
