//! A policy that extends another: which controls it keeps, how it changes them, and what is said when it names one that is not there.

use crate::support::{DATE, delivery, run, spoken};

const BASE: &str = "provost: 1\nid: base\ntitle: Base\nversion: '1'\ncontrols:\n\
    - {id: A-1, title: No ranks, severity: low, checks: [{data: rank, must: {exist: false}}]}\n\
    - {id: A-2, title: No secrets, severity: low, checks: [{data: credential, must: {exist: false}}]}\n\
    - {id: B-1, title: No keys, severity: high, checks: [{data: private_key, must: {exist: false}}]}\n";

/// The exit code and the report of an audit by a policy that extends the one above.
fn extended(more: &str, arguments: &[&str]) -> (i32, serde_json::Value, String) {
    let own = format!("provost: 1\nid: own\ntitle: Own\nversion: '1'\nextends: [./base.yaml]\n{more}");
    let folder = delivery(&[
        ("base.yaml", BASE.as_bytes()),
        ("own.yaml", own.as_bytes()),
        ("d/staff.csv", b"name,rank\nAda Example,Sergeant\n"),
    ]);
    let (policy, target) = (folder.path().join("own.yaml").display().to_string(), folder.path().join("d").display().to_string());
    let mut all = vec!["audit", &target, "--policy", &policy, "--date", DATE, "--format", "json"];
    all.extend(arguments);
    let (code, text, errors) = spoken(&run(&all));
    (code, serde_json::from_str(&text).unwrap_or_default(), errors)
}

fn controls(report: &serde_json::Value) -> Vec<(&str, &str, f64, bool)> {
    let list = report["controls"].as_array().expect("controls");
    let of = |control: &serde_json::Value| control["gate"].as_bool().unwrap_or(false);
    list.iter()
        .map(|one| {
            (
                one["id"].as_str().unwrap_or(""),
                one["severity"].as_str().unwrap_or(""),
                one["weight"].as_f64().unwrap_or(0.0),
                of(one),
            )
        })
        .collect()
}

#[test]
fn inherited_controls_stay_change_or_go() {
    let (code, report, errors) = extended("", &[]);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(controls(&report), [("A-1", "low", 2.5, false), ("A-2", "low", 2.5, false), ("B-1", "high", 7.5, false)]);
    // one made to count, and to fail the audit
    let tailored = "tailor:\n  A-1: {severity: critical, weight: 8, gate: true, reason: Ranks are of no use to a printer.}\n";
    let (code, report, errors) = extended(tailored, &[]);
    assert_eq!(code, 1, "{errors}");
    assert_eq!(controls(&report).first(), Some(&("A-1", "critical", 8.0, true)));
    // a severity alone brings its own weight
    let (_, report, errors) = extended("tailor:\n  A-1: {severity: high, reason: More than it was.}\n", &[]);
    assert_eq!(controls(&report).first(), Some(&("A-1", "high", 7.5, false)), "{errors}");
    for (select, left) in
        [("{exclude: [A-1]}", &["A-2", "B-1"][..]), ("{include: ['A-*']}", &["A-1", "A-2"]), ("{exclude: ['A-*']}", &["B-1"])]
    {
        let (_, report, errors) = extended(&format!("select: {select}\n"), &[]);
        assert_eq!(controls(&report).iter().map(|row| row.0).collect::<Vec<_>>(), left, "{select}: {errors}");
    }
}

#[test]
fn mistakes_in_a_policy_that_extends_are_named() {
    let cases: &[(&str, &[&str])] = &[
        (
            "tailor:\n  A-11: {severity: high, reason: r}\n",
            &["no inherited control `A-11`", "did you mean `A-1`?", "own.yaml:7:3"],
        ),
        ("tailor:\n  A-1: {severity: high}\n", &["`reason`"]),
        ("tailor:\n  A-1: {weight: 0, reason: r}\n", &["a weight must be above 0; leave a control out with `select`"]),
        ("tailor:\n  A-1: {sevrity: high, reason: r}\n", &["unknown key `sevrity`", "did you mean `severity`?"]),
        ("select: {exclude: [C-1]}\n", &["no inherited control `C-1`"]),
        ("jurisdictions: [uk, xx]\n", &["no data class is of the country `xx`"]),
        ("groups: {rank: [person_name]}\n", &["`rank` is a data class: a group needs another name"]),
        ("groups: {card: [person_nam]}\n", &["unknown data class `person_nam`", "did you mean `person_name`?"]),
        ("thresholds: {pass: 180}\n", &["`pass` lies between 0 and 100"]),
        ("controls:\n- {id: A-1, title: Again, severity: low, checks: [{data: rank, must: {exist: false}}]}\n", &["A-1"]),
        ("controls: no\n", &["`controls` must be a list of controls"]),
    ];
    for (more, wanted) in cases {
        let (code, _, errors) = extended(more, &[]);
        assert_eq!(code, 2, "{more}{errors}");
        for word in *wanted {
            assert!(errors.contains(word), "{more}: no {word:?} in {errors}");
        }
    }
    let (code, _, errors) =
        extended("parameters: {days: {type: duration, default: 30d, title: Days}}\n", &["--set", "days=soon"]);
    assert!(code == 2 && errors.contains("--set days=soon: that is no duration"), "{errors}");
}

#[test]
fn a_country_that_a_policy_names_is_looked_for() {
    let (code, report, errors) = extended("jurisdictions: [uk, fr]\n", &[]);
    assert_eq!((code, controls(&report).len()), (0, 3), "{errors}");
}
