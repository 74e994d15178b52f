//! Small tables that are known to hold nothing are not read as tables: evidence must be the same as if they were. Whoever listens hears
//! every cell, so an auditor with a listener reads them all.

use provost::audit::Auditor;
use provost::collect::walk::Target;
use provost::detect::fingerprint::Key;
use provost::policy;

/// Numbers by a fixed rule, so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all.get(self.below(all.len())).copied().unwrap_or("")
    }
}

/// Headers that mean a class surely, perhaps, and not at all.
const HEADERS: &[&str] = &[
    "name",
    "surname",
    "first_name",
    "rank",
    "prefix",
    "title",
    "email",
    "phone",
    "warrant_no",
    "collar",
    "unit",
    "team",
    "role",
    "vetting",
    "nino",
    "dob",
    "username",
    "key",
    "value",
    "Type",
    "Properties.BucketName",
    "Properties.Status",
    "port",
    "cidr",
    "x",
    "Description",
    "Engine",
    "id",
    "password",
    "postcode",
    "Delivered",
    "issued",
];

/// Cells: nothing, settings, words that are names too, and made-up people's.
const CELLS: &[&str] = &[
    "",
    "-",
    "true",
    "443",
    "0.0.0.0/0",
    "10.1.2.3",
    "aws:kms",
    "Enabled",
    "Suspended",
    "team0",
    "owner",
    "x",
    "PC",
    "DS",
    "sgt",
    "Sergeant",
    "SC",
    "Mark",
    "Rose",
    "Ada Example",
    "EXAMPLE, Bryn",
    "Grace Sample",
    "Example",
    "Sample",
    "Okonkwo",
    "a@b.example",
    "QQ123456A",
    "AB123456C",
    "4111 1111 1111 1111",
    "07700 900123",
    "2020-03-04",
    "1970-01-01",
    "SO15",
    "covert",
    "EX1 2MP",
    "485 777 3456",
    "9434765919",
    "db.t3.medium",
    "vpc-1",
    "alias/personnel",
    "supplier-0-1-personnel",
    "12345",
    "CTC",
    "DV",
    "hunter2hunter2",
    "GB82WEST12345698765432",
    "Collar 4821",
    "N",
    "yes",
    "Constable",
];

fn tree(dice: &mut Dice) -> String {
    let headers: Vec<&str> = (0..=dice.below(5)).map(|_| dice.of(HEADERS)).collect();
    // few different cells, or many
    let different = if dice.below(2) == 0 { 3 } else { 12 };
    let pool: Vec<&str> = (0..=dice.below(different)).map(|_| dice.of(CELLS)).collect();
    let most = if dice.below(6) == 0 { 70 } else { 6 };
    let rows = 1 + dice.below(most);
    let numbered = dice.below(4) == 0;
    let row = |dice: &mut Dice, at: usize| {
        let cell = |dice: &mut Dice, header: &&str| {
            let cell = dice.of(&pool);
            let cell = if numbered { format!("{cell} {}", at + dice.below(40)) } else { cell.to_owned() };
            format!("{header:?}: {cell:?}")
        };
        format!("{{{}}}", headers.iter().map(|header| cell(dice, header)).collect::<Vec<_>>().join(", "))
    };
    let rows: Vec<String> = (0..rows).map(|at| row(dice, at)).collect();
    format!("{{\"all\": [{}]}}", rows.join(",\n"))
}

#[test]
fn tables_that_are_known_to_hold_nothing_hold_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut dice = Dice(7);
    for index in 0..1_500 {
        std::fs::write(folder.path().join(format!("t{index}.json")), tree(&mut dice)).expect("a file");
    }
    let collect = |heard: bool| {
        let words = provost::audit::Words::default();
        let policy = policy::load("publication", &[], &words.vocabulary()).expect("a policy");
        let mut auditor = Auditor::with(policy, Key::from_hex(&"07".repeat(32)).expect("a key")).expect("an auditor");
        if heard {
            auditor.engine.listener = Some(Box::new(|_| {}));
        }
        let evidence = auditor.collect(&Target::Path(folder.path().to_owned()), &|_| {}).expect("evidence");
        evidence.artifacts
    };
    let (quick, slow) = (collect(false), collect(true));
    assert_eq!(quick.len(), slow.len());
    let found = slow.iter().filter(|artifact| artifact.parts.iter().any(|part| !part.tallies.is_empty())).count();
    assert!(found > 300 && found < 1_400, "{found}");
    for (quick, slow) in quick.iter().zip(slow.iter()) {
        assert_eq!(quick, slow, "{}", slow.path);
    }
}
