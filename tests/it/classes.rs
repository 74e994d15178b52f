//! Every data class's own examples, and every validator's vectors.

use provost::audit::Words;
use provost::detect::engine::Engine;
use provost::detect::fingerprint::Key;
use provost::detect::validators::{VALIDATORS, Validity};
use provost::model::class::Class;

fn classes() -> Vec<Class> {
    provost::policy::builtin_classes(&Words::default().vocabulary()).expect("the embedded classes are valid")
}

#[test]
fn every_example_of_every_class_holds() {
    let classes = classes();
    let engine = Engine::new(&classes, Key::from_text("a key for tests")).expect("the classes compile");
    let mut wrong = Vec::new();
    for class in &classes {
        wrong.extend(provost::detect::selftest::examples(&engine, class));
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
