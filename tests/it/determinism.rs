//! The same policy, evidence and date give the same bytes: whatever the number of workers, twice.

use crate::support::{DATE, root, run, spoken};
use crate::synth;

#[test]
fn one_and_two_workers_twice_give_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = synth::Options { people: 400, seed: 5, ..synth::Options::default() };
    synth::generate(&options, folder.path()).expect("a delivery");
    let examples = ["examples/card-printer", "examples/foi-release", folder.path().to_str().expect("a plain path")];
    for target in examples {
        let mut seen: Vec<String> = Vec::new();
        for jobs in ["1", "2", "1", "2"] {
            let (_, text, errors) = spoken(&run(&["audit", target, "--date", DATE, "--format", "json", "--jobs", jobs]));
            assert!(!text.is_empty(), "{errors}");
            seen.push(text);
        }
        assert!(seen.iter().all(|text| text == &seen[0]), "{target} differs");
    }
}

#[test]
fn every_report_is_the_same_twice_and_again_from_what_was_stored() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |run: &str, id: &str| folder.path().join(format!("{run}-{id}"));
    let formats = |run: &str| -> Vec<String> {
        provost::report::ids().iter().map(|id| format!("--format={id}={}", at(run, id).display())).collect()
    };
    let go = |command: &[&str], formats: &[String]| {
        let arguments: Vec<&str> = command.iter().copied().chain(formats.iter().map(String::as_str)).collect();
        spoken(&run(&arguments))
    };
    for (name, jobs) in [("a", "1"), ("b", "2")] {
        let (code, _, errors) = go(&["audit", "examples/card-printer", "--date", DATE, "--jobs", jobs], &formats(name));
        assert_eq!(code, 1, "{errors}");
    }
    let stored = at("a", "json");
    assert_eq!(go(&["render", stored.to_str().expect("plain")], &formats("c")).0, 0);
    for id in provost::report::ids() {
        let bytes = |run: &str| std::fs::read(at(run, id)).expect("a report");
        assert!(bytes("a") == bytes("b") && bytes("a") == bytes("c"), "{id}");
    }
}

#[test]
fn collect_and_assess_are_audit() {
    let folder = tempfile::tempdir().expect("a folder");
    let evidence = folder.path().join("evidence.json");
    let evidence = evidence.to_str().expect("a plain path");
    for example in ["card-printer", "good-supplier", "foi-release"] {
        let target = format!("{}/examples/{example}", root().display());
        let whole = run(&["audit", &target, "--date", DATE, "--format", "json"]);
        assert_eq!(run(&["collect", &target, "-o", evidence]).status.code(), Some(0));
        let halves = run(&["assess", evidence, "--date", DATE, "--format", "json"]);
        assert_eq!(whole.status.code(), halves.status.code());
        let plain = |output: &std::process::Output| {
            let mut json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
            json["target"] = serde_json::Value::Null;
            json
        };
        assert_eq!(plain(&whole), plain(&halves), "{example}");
    }
}

#[test]
fn evidence_of_what_lies_in_memory_says_its_day_too() {
    use provost::audit::Auditor;
    use provost::collect::walk::Target;
    use provost::model::{day::Day, policy::TestFile};
    let date = Day::parse(DATE).expect("a day");
    let mut auditor = Auditor::new("publication", &[]).expect("a policy");
    auditor.date = Some(date);
    let file = TestFile { path: "a.txt".into(), content: b"nothing".to_vec(), mode: 0o640, modified: date };
    let evidence = auditor.collect(&Target::Memory(vec![file]), &|_| {}).expect("evidence");
    assert_eq!(evidence.delivery.and_then(|delivery| delivery.collected), Some(date));
}
