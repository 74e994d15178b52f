//! Whether a stored assessment can be what this program wrote: numbers within their bounds. An assessment is a file that may
//! have passed through any hands; its texts are made safe by each format.

use crate::model::assessment::Assessment;
use crate::model::day::Day;

/// Counts are exact in JSON up to here.
const MOST: u64 = 1 << 53;
/// More than any score model gives.
const MOST_POINTS: f64 = 1e9;

/// What cannot be, if anything.
pub fn wrong(assessment: &Assessment) -> Option<&'static str> {
    let score = &assessment.score;
    let points = [score.value, score.low, score.high, score.without_waivers, score.uncapped];
    let fits = |value: f64| (0.0..=score.maximum + 1e-6).contains(&value);
    if !(0.0..=MOST_POINTS).contains(&score.maximum) || points.into_iter().flatten().any(|value| !fits(value)) {
        return Some("a score beyond its bounds");
    }
    let share = |value: f64| (-1e-9..=1.0 + 1e-9).contains(&value);
    let controls = assessment.controls.iter();
    if controls.clone().any(|one| !share(one.degree) || !share(one.degree_bounds.0) || !share(one.degree_bounds.1))
        || assessment.coverage.ratio.is_some_and(|ratio| !share(ratio))
        || !share(assessment.people.error)
    {
        return Some("a share that is none");
    }
    let most = |value: f64| (-MOST_POINTS..=MOST_POINTS).contains(&value);
    let weight = &assessment.coverage.weight;
    if controls.clone().any(|one| !most(one.weight) || !most(one.points_lost))
        || assessment.derivation.iter().any(|loss| !most(loss.points) || !most(loss.weight) || !most(loss.degree))
        || assessment.improve.iter().any(|row| !most(row.score))
        || !most(weight.applicable)
        || !most(weight.assessed)
    {
        return Some("points beyond any model");
    }
    let artifacts = assessment.artifacts.iter().flat_map(|one| {
        let sums = [one.size, one.hidden_text, one.seen_text, one.test_data, one.records, one.people, one.photographs_by_page];
        sums.into_iter().chain(one.classes.values().copied())
    });
    let people = &assessment.people;
    let coverage = &assessment.coverage;
    let mut counts = artifacts
        .chain(people.by_class.values().copied())
        .chain(people.together.iter().flat_map(|row| [row.people, row.records]))
        .chain(people.datasets.iter().flat_map(|row| [row.people, row.in_one_file, row.in_one_folder, row.places]))
        .chain([people.total, people.unattributed_records, people.photographs_by_page])
        .chain([coverage.artifacts.seen, coverage.artifacts.read, coverage.bytes.seen, coverage.bytes.read])
        .chain(controls.flat_map(|one| [one.items, one.failed]))
        .chain(assessment.findings.iter().flat_map(|one| [one.people, one.count.unwrap_or(0)]))
        .chain(assessment.waivers.iter().map(|one| one.findings));
    if counts.any(|count| count > MOST) {
        return Some("a count beyond any delivery");
    }
    let days = std::iter::once(assessment.date)
        .chain(assessment.findings.iter().flat_map(|one| std::iter::once(one.due).chain(one.first_seen)))
        .chain(assessment.documents.iter().flat_map(|one| one.issued.into_iter().chain(one.expires)));
    if days.into_iter().any(|day| day > Day::LAST) {
        return Some("a day that cannot be written");
    }
    None
}
