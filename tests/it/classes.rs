//! Every data class's own examples, and every validator's vectors.

use provost::audit::Words;
use provost::detect::engine::Engine;
use provost::detect::fingerprint::Key;
use provost::detect::validators::{VALIDATORS, Validity};
use provost::model::class::Class;

fn classes() -> Vec<Class> {
    provost::policy::builtin_classes(&Words::default().vocabulary()).expect("the embedded classes are valid")
}

/// An audit does not look at them again.
#[test]
fn every_embedded_pattern_is_one_that_a_policy_could_have() {
    provost::policy::check_builtin_classes(&Words::default().vocabulary()).expect("the embedded classes are valid");
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
fn what_another_country_alone_has_is_not_looked_for_unasked() {
    let text = b"Her SSN is 536-90-4399. PESEL 44051401359.\n";
    let table = b"Name,PESEL\nAda Example,44051401359\nBen Sample,02070803628\n";
    let folder = crate::support::delivery(&[("note.txt", text), ("list.csv", table)]);
    let path = folder.path().to_str().expect("a plain path");
    let found = |more: &[&str]| -> serde_json::Value {
        let (code, text, errors) =
            crate::support::spoken(&crate::support::run(&[&["discover", path, "--format", "json"], more].concat()));
        assert_eq!(code, 0, "{errors}");
        serde_json::from_str(&text).expect("JSON")
    };
    let classes = |report: &serde_json::Value, at: usize| report["artifacts"][at]["classes"].clone();
    let here = found(&[]);
    assert_eq!(classes(&here, 1)["national_id"], serde_json::Value::Null, "{here}");
    assert!(classes(&here, 0)["national_id"].is_u64(), "a header asks: {here}");
    let there = found(&["--jurisdiction", "us,pl"]);
    assert_eq!(classes(&there, 1)["national_id"], 2, "{there}");
    assert_eq!(classes(&there, 1)["ssn_us"], 1, "{there}");
    let (code, _, errors) = crate::support::spoken(&crate::support::run(&["discover", path, "--jurisdiction", "xx"]));
    assert_eq!(code, 2);
    assert!(errors.contains("no data class is of the country `xx`"), "{errors}");
}

/// All three are ten digits with one check digit: headers and words decide, and without them what the digits say.
#[test]
fn patient_numbers_of_three_nations_are_told_apart() {
    let classes = classes();
    let engine = Engine::new(&classes, Key::from_text("a key for tests")).expect("the classes compile");
    let found = |text: &str| -> Vec<String> {
        let mut out = Vec::new();
        engine.scan(text, &mut engine.scratch(), &mut out);
        out.iter().map(|hit| engine.id(hit.bit).to_owned()).collect()
    };
    for (text, class) in [
        ("CHI number 0101801238", "chi_number"),
        ("NHS Scotland patient number, CHI 0101801238", "chi_number"),
        ("NHS number 0101801238", "nhs_number"),
        ("NHS number 943 476 5870", "nhs_number"),
        ("H&C number 350 123 4503", "health_and_care_number"),
        ("NHS or Health and Care Number 350 123 4503", "health_and_care_number"),
        ("NHS number 350 123 4503", "nhs_number"),
    ] {
        assert_eq!(found(text), [class], "{text}");
    }
    assert_eq!(found("CHI number 943 476 5870, H&C number 943 476 5870"), [""; 0]);
    for id in ["chi_number", "health_and_care_number", "nhs_number"] {
        let bit = engine.bit(id).expect("a class");
        assert!(engine.with_parents(bit).has(engine.bit("national_id").expect("a class")), "{id}");
    }
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

/// What is hidden or counted is the whole value and no more of its line.
#[test]
fn values_are_found_whole_and_each_of_them() {
    let classes = classes();
    let engine = Engine::new(&classes, Key::from_text("a key for tests")).expect("the classes compile");
    for (class, text, values) in [
        ("credential", r#"password = "Hunter2\secretXyz9""#, &[r"Hunter2\secretXyz9"][..]),
        ("credential", r#"export DB_PASSWORD="S3cr3t\Pa55Word!x""#, &[r"S3cr3t\Pa55Word!x"]),
        ("credential", r#""password": "p@ss\u0022word9X""#, &[r"p@ss\u0022word9X"]),
        ("credential", r#"{"password":"aB3\/xyz9Qw"}"#, &[r"aB3\/xyz9Qw"]),
        ("credential", r"password = 'C:\secret9Xq'", &[r"C:\secret9Xq"]),
        ("credential", r#""password": "Zx9\"kQ81""#, &[r#"Zx9\"kQ81"#]),
        ("credential", r#"{\"password\":\"aB3xyz9Qw\",\"next\":\"page\"}"#, &["aB3xyz9Qw"]),
        ("credential", r#"{\"password\":\"aB3xyz9Qw\"}"#, &["aB3xyz9Qw"]),
        ("credential", r#"x = "password=\"abcd9x\"\n""#, &["abcd9x"]),
        ("credential", r#""token": "Bearer q7Zp2LxV9sKd4RtW""#, &["q7Zp2LxV9sKd4RtW"]),
        ("credential", "docker login -u a -p Secret1! x && docker login -u b -p Secret2! y", &["Secret1!", "Secret2!"]),
        ("credential", "curl -u ada:Secret11! x; curl -u ben:Secret22! y", &["Secret11!", "Secret22!"]),
        ("credential", "mysql -u a -pSecret1!x && mysql -u b -pSecret2!y", &["Secret1!x", "Secret2!y"]),
        ("email_address", "next=%2Freset%3Femail%3Dada%40sample.co.uk", &["ada%40sample.co.uk"]),
        ("email_address", "u=%22ada%40sample.co.uk%22", &["ada%40sample.co.uk"]),
        ("email_address", "to=ada%2Bshop%40sample.co.uk&x=1", &["ada%2Bshop%40sample.co.uk"]),
        ("email_address", "ada%40sample.co.uk", &["ada%40sample.co.uk"]),
        ("bank_account", "bank account 1002003004005006", &["1002003004005006"]),
        ("driving_licence", "driving licence: 20013003", &["20013003"]),
        ("username", r"C:\Users\ada.exämplé\Desktop", &["ada.exämplé"]),
    ] {
        let mut out = Vec::new();
        engine.scan(text, &mut engine.scratch(), &mut out);
        let found: Vec<&str> =
            out.iter().filter(|hit| engine.id(hit.bit) == class).filter_map(|hit| text.get(hit.start..hit.end)).collect();
        assert_eq!(found, values, "{class}: {text}");
    }
}
