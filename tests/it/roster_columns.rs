//! Rosters in many header spellings, orders, delimiters and encodings, with and without headers: people exactly, columns right.

use crate::rosters::make::rosters;
use crate::rosters::measure;

#[test]
fn people_are_counted_exactly_and_columns_are_right() {
    let outcome = measure(rosters(2026, 48)).expect("the program can be set up");
    let all = outcome.all;
    assert_eq!(all.exact, all.rosters, "{}", outcome.misses(20));
    assert!(all.right * 100 >= all.columns * 99, "{} of {}\n{}", all.right, all.columns, outcome.misses(20));
    // there is something of everything
    assert_eq!(outcome.by.keys().filter(|key| key.0 == "encoding").count(), 6);
    assert_eq!(outcome.by.keys().filter(|key| key.0 == "delimiter").count(), 4);
    assert_eq!(outcome.by.keys().filter(|key| key.0 == "header").count(), 2);
    assert!(outcome.classes.len() >= 15, "{:?}", outcome.classes.keys());
    assert!(outcome.table().contains("header: no"));
}

#[test]
fn one_seed_is_one_set() {
    let bytes = |seed| rosters(seed, 3).map(|roster| roster.bytes).collect::<Vec<_>>();
    assert_eq!(bytes(3), bytes(3));
    assert_ne!(bytes(3), bytes(4));
}
