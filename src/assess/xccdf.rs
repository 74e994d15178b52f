//! The scoring models of XCCDF 1.2 (NISTIR 7275 r4, 7.3) over a tree of groups and rules, as `OpenSCAP` computes them
//! (`benches/xccdf/compare.py` compares). Pure arithmetic; what counts as passed is decided by the caller.

use super::score::Model;

/// A group or a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A rule that counts: whether it passed, and its weight. What does not count (not applicable, not checked, not selected,
    /// informational) is left out of the tree by the caller.
    Rule {
        /// Whether it passed.
        passed: bool,
        /// Its weight.
        weight: f64,
    },
    /// A group with its weight.
    Group {
        /// Its weight among its neighbours.
        weight: f64,
        /// What is in it.
        items: Vec<Item>,
    },
}

/// The score of a benchmark and the most it can be; `None` where no rule counts: `OpenSCAP` then says 0, and 1 for the absolute model.
pub fn score(items: &[Item], model: Model) -> Option<(f64, f64)> {
    let mut rules = Vec::new();
    gather(items, &mut rules);
    if rules.is_empty() {
        return None;
    }
    let sum = |unweighted: bool, only_passed: bool| -> f64 {
        let counted = rules.iter().filter(|rule| rule.0 || !only_passed);
        counted.map(|rule| if unweighted { 1.0 } else { rule.1 }).sum()
    };
    Some(match model {
        Model::XccdfFlat => (sum(false, true), sum(false, false)),
        Model::XccdfFlatUnweighted => (sum(true, true), sum(true, false)),
        Model::XccdfAbsolute => (if rules.iter().all(|rule| rule.0 || rule.1 == 0.0) { 1.0 } else { 0.0 }, 1.0),
        _ => (mean(items).map_or(0.0, |mean| mean.0), 100.0),
    })
}

fn gather(items: &[Item], out: &mut Vec<(bool, f64)>) {
    for item in items {
        match item {
            Item::Rule { passed, weight } => out.push((*passed, *weight)),
            Item::Group { items, .. } => gather(items, out),
        }
    }
}

/// The weighted mean of what counts in a group, 0 to 100, and how many things that are.
fn mean(items: &[Item]) -> Option<(f64, usize)> {
    let (mut total, mut weights, mut count) = (0.0, 0.0, 0);
    for item in items {
        let (score, weight) = match item {
            Item::Rule { passed, weight } => (if *passed { 100.0 } else { 0.0 }, *weight),
            Item::Group { weight, items } => match mean(items) {
                Some((score, _)) => (score, *weight),
                None => continue,
            },
        };
        total += score * weight;
        weights += weight;
        count += 1;
    }
    (count > 0).then(|| (if weights > 0.0 { total / weights } else { 0.0 }, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(passed: bool, weight: f64) -> Item {
        Item::Rule { passed, weight }
    }

    #[test]
    fn groups_weigh_as_groups_and_empty_ones_do_not_count() {
        let tree = [
            rule(true, 1.0),
            Item::Group { weight: 3.0, items: vec![rule(false, 10.0), rule(true, 5.0), rule(true, 5.0)] },
            Item::Group { weight: 9.0, items: Vec::new() },
        ];
        assert_eq!(score(&tree, Model::XccdfDefault), Some(((100.0 + 3.0 * 50.0) / 4.0, 100.0)));
        assert_eq!(score(&tree, Model::XccdfFlat), Some((11.0, 21.0)));
        assert_eq!(score(&tree, Model::XccdfFlatUnweighted), Some((3.0, 4.0)));
        assert_eq!(score(&tree, Model::XccdfAbsolute), Some((0.0, 1.0)));
    }

    #[test]
    fn nothing_that_counts_is_no_score_and_weights_of_nothing_are_no_division() {
        assert_eq!(score(&[], Model::XccdfAbsolute), None);
        assert_eq!(score(&[Item::Group { weight: 1.0, items: Vec::new() }], Model::XccdfDefault), None);
        assert_eq!(score(&[rule(true, 0.0)], Model::XccdfDefault), Some((0.0, 100.0)));
        assert_eq!(score(&[rule(false, 0.0)], Model::XccdfAbsolute), Some((1.0, 1.0)));
    }
}
