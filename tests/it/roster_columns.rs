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

fn discovered(table: &str) -> serde_json::Value {
    let folder = crate::support::delivery(&[("list.csv", table.as_bytes())]);
    let (code, text, errors) =
        crate::support::spoken(&crate::support::run(&["discover", folder.path().to_str().expect("a path"), "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn an_identifier_among_the_words_of_a_header_hides_no_column() {
    let rows: String = (0..40).map(|n| format!("{},4,7{n:03},A. Person {n},PC,{}\n", 480_001 + n * 7, 3_000 + n)).collect();
    let plain = discovered(&format!("Warrant No,Shift,Desk,Full Name,Rank,Locker\n{rows}"));
    let total = plain["people"]["total"].as_u64().expect("a number");
    assert_eq!(total, 40, "{}", plain["people"]);
    for stranger in ["ada.example@example.org", "490154203237518", "2024", "Ask ada.example@example.org about it", "4.5"] {
        let header = ["Warrant No", "Shift", stranger, "Full Name", "Rank", "Locker"].join(",");
        let found = discovered(&format!("{header}\n{rows}"));
        let by_class = &found["people"]["by_class"];
        assert_eq!((&by_class["warrant_number"], &by_class["rank"]), (&40.into(), &40.into()), "{stranger}: {}", found["people"]);
        // who stands in the header is somebody, too
        let owner = u64::from(stranger.contains('@'));
        assert_eq!(found["people"]["total"], total + owner, "{stranger}: {}", found["people"]);
    }
    // somebody's name is in no header, whatever stands beside it
    let one = discovered("Officer,John Sample,Email,john.sample@example.org\nOfficer,Ada Example,Email,ada@example.org\n");
    assert_eq!(one["people"]["by_class"]["person_name"], 2, "{}", one["people"]);
    // a first row of values is no header, though a word in it could be one of a header
    let headless: String = (0..40).map(|n| format!("Person {n},a.person{n}@example.org,Officer,0161 496 0{n:03}\n")).collect();
    assert_eq!(discovered(&headless)["people"]["by_class"]["email_address"], 40);
}
