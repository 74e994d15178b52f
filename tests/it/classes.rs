//! Every data class's own examples, and every validator's vectors.

use provost::audit::Words;
use provost::detect::engine::Engine;
use provost::detect::fingerprint::Key;
use provost::detect::table::{Header, TableScan};
use provost::detect::text::TextScan;
use provost::detect::validators::{VALIDATORS, Validity};
use provost::model::class::{Class, ColumnExample};
use provost::model::evidence::Part;

fn classes() -> Vec<Class> {
    provost::policy::builtin_classes(&Words::default().vocabulary()).expect("the embedded classes are valid")
}

fn matches(engine: &Engine, class: &str, text: &str) -> u64 {
    let mut scan = TextScan::new(engine);
    text.lines().enumerate().for_each(|(index, line)| scan.line(index as u64 + 1, line));
    let mut part = Part::default();
    scan.finish(&mut part);
    part.tallies.get(class).map_or(0, |tally| tally.matches)
}

fn is_column(engine: &Engine, class: &str, example: &ColumnExample) -> bool {
    let mut scan = TableScan::new(engine, Header::Given(vec![example.header.clone(), "colour".to_owned()]));
    for (index, cell) in example.cells.iter().enumerate() {
        scan.row(index as u64 + 1, [cell.as_str(), "blue"].into_iter());
    }
    let mut part = Part::default();
    scan.finish(&mut part);
    part.columns.first().and_then(|column| column.class.as_deref()) == Some(class)
}

#[test]
fn every_example_of_every_class_holds() {
    let classes = classes();
    let engine = Engine::new(&classes, Key::from_text("a key for tests")).expect("the classes compile");
    let mut wrong = Vec::new();
    for class in &classes {
        for text in &class.examples.text {
            if matches(&engine, &class.id, text) == 0 {
                wrong.push(format!("{}: not found: {text}", class.id));
            }
        }
        for text in &class.examples.not_text {
            if matches(&engine, &class.id, text) > 0 {
                wrong.push(format!("{}: found: {text}", class.id));
            }
        }
        for example in &class.examples.columns {
            if !is_column(&engine, &class.id, example) {
                wrong.push(format!("{}: no column: {example:?}", class.id));
            }
        }
        for example in &class.examples.not_columns {
            if is_column(&engine, &class.id, example) {
                wrong.push(format!("{}: a column: {example:?}", class.id));
            }
        }
        let positive = class.examples.text.len() + class.examples.columns.len();
        let negative = class.examples.not_text.len() + class.examples.not_columns.len();
        if positive < 2 || negative < 2 {
            wrong.push(format!("{}: {positive} positive and {negative} negative examples", class.id));
        }
        if class.source.is_empty() || class.summary.is_empty() {
            wrong.push(format!("{}: no source or summary", class.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_vector_of_every_validator_holds() {
    for validator in VALIDATORS {
        assert!(!validator.valid.is_empty() && !validator.invalid.is_empty(), "{} has no vectors", validator.id);
        for text in validator.valid {
            assert_ne!((validator.check)(text.as_bytes()), Validity::Invalid, "{}: {text}", validator.id);
        }
        for text in validator.invalid {
            assert_eq!((validator.check)(text.as_bytes()), Validity::Invalid, "{}: {text}", validator.id);
        }
    }
}

#[test]
fn the_contract_of_class_ids_is_kept() {
    let wanted = "person_name photograph rank vetting_level warrant_number collar_number staff_number police_unit job_role signature \
        date_of_birth home_address postcode phone_number email_address ni_number nhs_number passport_number driving_licence national_id \
        bank_account iban payment_card vehicle_registration ip_address username credential private_key gps_location biometric_template \
        ethnic_origin religion health union_membership sexual_orientation criminal_record next_of_kin blood_group card_serial salary";
    let classes = classes();
    for id in wanted.split_whitespace() {
        assert!(classes.iter().any(|class| class.id == id), "{id}");
    }
}
