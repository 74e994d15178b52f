//! The embedded policies: valid, complete, tested, documented; and the schema agrees with what is accepted.

use crate::support::{run, spoken};
use provost::audit::{FLAGSHIP, Words};
use provost::policy::{self, builtin};

#[test]
fn their_own_tests_pass_and_no_control_lacks_one() {
    let (code, text, errors) = spoken(&run(&["policy", "test"]));
    assert_eq!(code, 0, "{text}{errors}");
}

#[test]
fn every_control_says_why_what_to_do_and_where_it_is_asked_for() {
    let words = Words::default();
    for id in builtin::policy_ids() {
        let policy = policy::load(id, &[], &words.vocabulary()).expect("a valid policy");
        assert!(policy.controls.len() > 10, "{id}");
        for control in &policy.controls {
            assert!(control.why.len() > 20 && control.fix.len() > 15, "{id} {}", control.id);
            assert!(!control.references.is_empty(), "{id} {} has no reference", control.id);
            assert!(control.references.values().all(|clauses| !clauses.is_empty()), "{id} {}", control.id);
        }
        for parameter in &policy.parameters {
            assert!(!parameter.title.is_empty(), "{id} {}", parameter.name);
        }
    }
    let flagship = policy::load(FLAGSHIP, &[], &words.vocabulary()).expect("a valid policy");
    assert!(flagship.controls.len() >= 40);
}

#[test]
fn the_schema_accepts_every_policy_and_refuses_a_typo() {
    let (code, text, _) = spoken(&run(&["policy", "schema"]));
    assert_eq!(code, 0);
    let schema: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let parameter = regex::Regex::new(r"\$<([a-z_]+)\}").expect("a regex");
    for id in builtin::policy_ids() {
        let text = builtin::policy(id).expect("it is there").replace("${", "$<");
        // parameters inside flow mappings are no YAML for others: editors see them quoted
        let text = parameter.replace_all(&text, "$1").into_owned();
        let value: serde_json::Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{id}: {error}"));
        let wrong: Vec<String> =
            validator.iter_errors(&value).map(|error| format!("{} at {}", error, error.instance_path())).take(5).collect();
        assert!(wrong.is_empty(), "{id}: {wrong:?}");
    }
    let typo = serde_json::json!({"provost": 1, "id": "x", "title": "x", "version": "1", "controls": [
        {"id": "A-1", "title": "t", "severity": "high", "checks": [{"data": "rank", "must": {"exist": "nope"}}]}
    ]});
    assert!(!validator.is_valid(&typo));
    let unknown = serde_json::json!({"provost": 1, "id": "x", "title": "x", "version": "1", "contrls": []});
    assert!(!validator.is_valid(&unknown));
}

#[test]
fn the_template_is_a_valid_policy_whose_tests_pass() {
    let (code, text, _) = spoken(&run(&["policy", "new"]));
    assert_eq!(code, 0);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("policy.yaml");
    std::fs::write(&file, text).expect("a file");
    let file = file.to_str().expect("a plain path");
    let (code, text, errors) = spoken(&run(&["policy", "test", file]));
    assert_eq!(code, 0, "{text}{errors}");
    assert!(text.contains("4 outcomes checked, 0 failed"), "{text}");
}

#[test]
fn one_control_is_one_control() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("policy.yaml");
    let text = "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n\
                - {id: A-1, title: t, severity: low, checks: [{statement: mfa, must: {be: 'yes'}}]}\n";
    std::fs::write(&file, text).expect("a file");
    let (_, text, errors) = spoken(&run(&["policy", "check", file.to_str().expect("a plain path")]));
    assert!(text.contains("valid, 1 control, 0 tests"), "{text}{errors}");
}

#[test]
fn a_policy_shown_is_resolved() {
    let (code, text, _) = spoken(&run(&["policy", "show", FLAGSHIP, "--set", "retention=7d"]));
    assert_eq!(code, 0);
    assert!(text.contains("7d") && !text.contains("${retention}"));
    // what looks like a policy and is none says so, and is refused
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("shown.yaml");
    std::fs::write(&file, &text).expect("a file");
    let (code, _, errors) = spoken(&run(&["policy", "check", file.to_str().expect("a plain path")]));
    assert!(code == 2 && errors.contains("unknown key"), "{errors}");
    let head = text.lines().take_while(|line| line.starts_with('#')).collect::<Vec<_>>().join(" ");
    assert!(head.contains("no policy file") && head.contains("`provost policy check` refuses"), "{head}");
}

#[test]
fn what_they_ask_of_configurations_is_written_down_as_it_is() {
    let wanted = policy::asks::of_builtin(&Words::default().vocabulary());
    assert!(policy::asks::builtin() == wanted, "write src/policy/asks.txt anew, as examples/asks.rs says");
}
