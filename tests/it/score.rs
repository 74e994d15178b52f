//! The score can be recomputed from the report: the rows of the derivation add up to 100 - score, bounds enclose it, caps hold.

use crate::support::{audit, delivery, root};

fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn derivations_add_up_and_bounds_enclose() {
    for example in ["card-printer", "good-supplier", "foi-release"] {
        for policy in ["uk-police-card-printing", "publication", "server-hardening", "uk-data-processor"] {
            let (_, report) = audit(&root().join("examples").join(example), &["--policy", policy]);
            let score = &report["score"];
            let Some(value) = score["value"].as_f64() else { continue };
            let lost: f64 = report["derivation"].as_array().expect("rows").iter().map(|row| number(&row["points"])).sum();
            assert!((100.0 - value - lost).abs() < 1e-6, "{example} {policy}: {value} and {lost}");
            assert!(number(&score["low"]) <= value && value <= number(&score["high"]), "{example} {policy}: {score}");
            // from weights and degrees alone
            let controls = report["controls"].as_array().expect("controls");
            let counted = || controls.iter().filter(|control| control["outcome"] != "not_applicable");
            let weight: f64 = counted().map(|control| number(&control["weight"])).sum();
            let sum: f64 = counted().map(|control| number(&control["weight"]) * number(&control["degree"])).sum();
            let uncapped = 100.0 * sum / weight;
            assert!((uncapped - number(&score["uncapped"])).abs() < 1e-6, "{example} {policy}");
            let open = |severity: &str| {
                controls.iter().any(|c| {
                    c["severity"] == severity
                        && ["fail", "error", "not_evidenced"].contains(&c["outcome"].as_str().expect("text"))
                })
            };
            let cap = if open("critical") {
                49.0
            } else if open("high") {
                79.0
            } else {
                100.0
            };
            assert!((value - uncapped.min(cap)).abs() < 1e-6, "{example} {policy}: {value}, {uncapped} capped at {cap}");
            assert!((number(&score["without_waivers"]) - value).abs() < 1e-9, "no waiver was given");
        }
    }
}

#[test]
fn withholding_never_raises_the_score() {
    let open = delivery(&[("a.csv", b"name,bank_account\nAda Example,12345678\n"), ("b.txt", b"nothing here\n")]);
    let hidden = delivery(&[("a.rar", b"Rar!\x1a\x07\x01\x00 not to be read"), ("b.txt", b"nothing here\n")]);
    let clean = delivery(&[("a.txt", b"nothing here\n"), ("b.txt", b"nothing here\n")]);
    let policy = "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n- {id: A-1, title: t, severity: low, checks: [{data: bank_account, must: {exist: false}}]}\n";
    let file = tempfile::NamedTempFile::with_suffix(".yaml").expect("a file");
    std::fs::write(file.path(), policy).expect("a policy");
    let score = |folder: &std::path::Path| {
        let (code, report) = audit(folder, &["--policy", file.path().to_str().expect("a plain path")]);
        (code, number(&report["score"]["value"]), number(&report["score"]["low"]), number(&report["score"]["high"]))
    };
    let (open, hidden, clean) = (score(open.path()), score(hidden.path()), score(clean.path()));
    assert_eq!(clean, (0, 100.0, 100.0, 100.0));
    assert!(open.1 < 1.0, "{open:?}");
    assert!(hidden.1 < clean.1 && hidden.2 < 1.0 && (hidden.3 - 100.0).abs() < 1e-9, "{hidden:?}");
    assert_ne!(hidden.0, 0, "an unread artifact never passes");
}

#[test]
fn a_scope_that_cannot_be_read_is_not_evidenced() {
    let folder = delivery(&[("backup/a.rar", b"Rar!\x1a\x07\x01\x00 not to be read"), ("b.txt", b"nothing here\n")]);
    let policy = "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n- {id: A-1, title: t, severity: low, checks: [{data: bank_account, in: ['backup/**'], must: {exist: false}}]}\n";
    let file = tempfile::NamedTempFile::with_suffix(".yaml").expect("a file");
    std::fs::write(file.path(), policy).expect("a policy");
    let (_, report) = audit(folder.path(), &["--policy", file.path().to_str().expect("a plain path")]);
    assert_eq!(report["controls"][0]["outcome"], "not_evidenced");
}

#[test]
fn xccdf_models_follow_their_definitions() {
    let folder = delivery(&[("etc/ssh/sshd_config", b"PermitRootLogin yes\nPermitEmptyPasswords no\nMaxAuthTries 3\n")]);
    let policy = "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n\
        - {id: A-1, title: t, severity: high, weight: 10, checks: [{config: sshd, at: PermitRootLogin, must: {be: 'no'}}]}\n\
        - {id: A-2, title: t, severity: high, weight: 5, checks: [{config: sshd, at: PermitEmptyPasswords, must: {be: 'no'}}]}\n\
        - {id: A-3, title: t, severity: high, weight: 1, checks: [{config: sshd, at: MaxAuthTries, must: {at_most: 4}}]}\n\
        - {id: A-4, title: t, severity: high, weight: 7, checks: [{config: nginx, at: autoindex, must: {be: 'off'}}]}\n";
    let file = tempfile::NamedTempFile::with_suffix(".yaml").expect("a file");
    std::fs::write(file.path(), policy).expect("a policy");
    let policy = file.path().to_str().expect("a plain path");
    for (model, wanted, maximum) in [
        ("xccdf-default", 37.5, 100.0),
        ("xccdf-flat", 6.0, 16.0),
        ("xccdf-flat-unweighted", 2.0, 3.0),
        ("xccdf-absolute", 0.0, 1.0),
    ] {
        let (_, report) = audit(folder.path(), &["--policy", policy, "--score-model", model]);
        assert!((number(&report["score"]["value"]) - wanted).abs() < 1e-9, "{model}: {}", report["score"]);
        assert!((number(&report["score"]["maximum"]) - maximum).abs() < 1e-9, "{model}");
    }
}
