//! Databases and dumps: their rows are people like any table's, wherever else they lie.

use crate::support::{delivery, root, run, spoken};

fn inventory(folder: &std::path::Path) -> serde_json::Value {
    let (code, text, errors) = spoken(&run(&["discover", folder.to_str().expect("a plain path"), "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    serde_json::from_str(&text).expect("JSON")
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/fixtures/document").join(name)).expect("a fixture")
}

const DUMP: &str = "CREATE TABLE staff (\n  id int NOT NULL,\n  warrant_no int,\n  full_name varchar(50),\n  PRIMARY KEY (id)\n);\n\
    INSERT INTO staff VALUES (1,100001,'Ada Sampleton'),\n(2,100002,'Ben Carter');\n\
    INSERT INTO `cards` (`warrant_no`, `vetting_level`) VALUES ('100003', 'SC');\n\
    COPY public.mail (warrant_no, email) FROM stdin;\n100001\tada.sampleton@example.org\n100002\tben.carter@example.org\n\\.\n";

#[test]
fn the_same_people_in_a_database_a_dump_and_a_table_are_counted_once() {
    let csv = b"warrant_no,name\n100001,Ada Sampleton\n100002,Ben Carter\n100003,Cora Dawson\n";
    let folder = delivery(&[
        ("a.csv", csv),
        ("b.db", &fixture("staff.sqlite")),
        ("c/d.sqlite", &fixture("staff16.sqlite")),
        ("e.sql", DUMP.as_bytes()),
    ]);
    let found = inventory(folder.path());
    let artifacts = found["artifacts"].as_array().expect("artifacts");
    let of = |path: &str| artifacts.iter().find(|artifact| artifact["path"] == path).unwrap_or_else(|| panic!("{path}: {found}"));
    assert_eq!(of("a.csv")["people"], 3);
    assert_eq!(of("e.sql")["people"], 3);
    assert_eq!(of("e.sql")["type"], "sql");
    // three in tables, two hundred deleted ones in free pages
    assert_eq!(of("b.db")["people"], 203);
    assert_eq!(of("b.db")["hidden"], true);
    assert_eq!(found["people"]["by_class"]["vetting_level"], 3);
    assert_eq!(found["people"]["by_class"]["photograph"], 3);
    assert_eq!(found["people"]["total"], 203);
    assert!(found["gaps"].as_array().expect("gaps").is_empty(), "{}", found["gaps"]);
}

#[test]
fn broken_databases_are_gaps() {
    let whole = fixture("staff.sqlite");
    let mut looped = whole.clone();
    // a page that names itself as its child
    let at = 4096 * 2;
    if let Some(page) = looped.get_mut(at..at + 12) {
        page.copy_from_slice(&[5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
    }
    let noise: Vec<u8> =
        whole.iter().enumerate().map(|(index, byte)| if index > 100 && index % 97 == 0 { byte ^ 0x5a } else { *byte }).collect();
    let folder = delivery(&[
        ("cut.db", &whole[..whole.len() / 3]),
        ("looped.db", &looped),
        ("noise.db", &noise),
        ("head.db", &whole[..60]),
    ]);
    let found = inventory(folder.path());
    assert_eq!(found["coverage"]["artifacts"]["seen"], 4);
    assert!(found["gaps"].as_array().expect("gaps").len() >= 3, "{}", found["gaps"]);
    assert!(!found.to_string().contains("crashed"), "{}", found["gaps"]);
}
