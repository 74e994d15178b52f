//! Stored assessments side by side: `diff`, `compare`, `history`, and the gates of CI.

use crate::support::{DATE, run, spoken, write};
use serde_json::Value;
use std::path::Path;

const GOOD: &str = "PermitRootLogin no\nPasswordAuthentication no\nMaxAuthTries 3\nX11Forwarding no\nLogLevel VERBOSE\n";

/// Audits a folder into a file and gives the exit code.
fn store(folder: &Path, file: &Path, date: &str, more: &[&str]) -> i32 {
    let format = format!("json={}", file.display());
    let mut arguments = vec!["audit", folder.to_str().expect("plain"), "--date", date, "--policy", "server-hardening"];
    arguments.extend(["--format", &format]);
    arguments.extend(more);
    spoken(&run(&arguments)).0
}

fn diff(old: &Path, new: &Path) -> Value {
    let output = run(&["diff", old.to_str().expect("plain"), new.to_str().expect("plain"), "--format", "json"]);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn of(diff: &Value, status: &str) -> Vec<String> {
    let rows = diff["findings"].as_array().expect("a list").iter().filter(|row| row["status"] == status);
    rows.map(|row| row["finding"]["control"].as_str().expect("a control").to_owned()).collect()
}

#[test]
fn moved_and_reordered_files_are_no_difference_and_one_fault_each_way_is_two() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let bad = GOOD.replace("PermitRootLogin no", "PermitRootLogin yes");
    write(&at("a"), "web/etc/ssh/sshd_config", bad.as_bytes());
    write(&at("a"), "share/people.csv", b"name,warrant number\nAda Example,Q480125\nBen Sample,Q480126\n");
    assert!(store(&at("a"), &at("a.json"), "2025-11-24", &[]) < 2);
    // moved, lines and rows in another order
    let turned: String = bad.lines().rev().map(|line| format!("{line}\n")).collect();
    write(&at("b"), "machines/w1/etc/ssh/sshd_config", turned.as_bytes());
    write(&at("b"), "files/people.csv", b"name,warrant number\nBen Sample,Q480126\nAda Example,Q480125\n");
    store(&at("b"), &at("b.json"), DATE, &[]);
    let found = diff(&at("a.json"), &at("b.json"));
    assert_eq!((of(&found, "new"), of(&found, "fixed"), of(&found, "worse")), (vec![], vec![], vec![]), "{found:#}");
    assert_eq!(found["controls"].as_array().expect("a list").len(), 0);
    assert!(found["mean_age_days"].as_f64().expect("a number") >= 365.0);
    // one put right, one new
    let other = GOOD.replace("MaxAuthTries 3", "MaxAuthTries 30");
    write(&at("c"), "machines/w1/etc/ssh/sshd_config", other.as_bytes());
    write(&at("c"), "files/people.csv", b"name,warrant number\nBen Sample,Q480126\nAda Example,Q480125\n");
    store(&at("c"), &at("c.json"), DATE, &[]);
    let found = diff(&at("b.json"), &at("c.json"));
    assert_eq!(of(&found, "fixed"), ["SRV-SSH-1"], "{found:#}");
    assert_eq!(of(&found, "new").len(), 1, "{found:#}");
    let change = &found["score"];
    let parts = ["policy", "evidence", "waivers"].map(|part| change[part].as_f64().expect("a number")).iter().sum::<f64>();
    assert!((parts - change["total"].as_f64().expect("a number")).abs() < 1e-9);
    let (code, text, _) =
        spoken(&run(&["diff", at("b.json").to_str().expect("plain"), at("c.json").to_str().expect("plain"), "--exit-code"]));
    assert_eq!(code, 1);
    assert!(text.contains("New (1)") && text.contains("Fixed (1)"), "{text}");
    // only what the baseline does not have stops a gate
    let baseline = at("b.json");
    let baseline = baseline.to_str().expect("plain");
    assert_eq!(store(&at("b"), &at("x.json"), DATE, &["--baseline", baseline]), 0);
    assert_eq!(store(&at("c"), &at("x.json"), DATE, &["--baseline", baseline]), 1);
    assert_eq!(store(&at("c"), &at("x.json"), DATE, &["--baseline", baseline, "--fail-on", "critical"]), 0);
    assert_eq!(store(&at("c"), &at("x.json"), DATE, &["--fail-on", "critical", "--fail-under", "99"]), 1);
    assert_eq!(store(&at("c"), &at("x.json"), DATE, &["--baseline", "no/such.json"]), 2);
    assert_eq!(store(&at("c"), &at("x.json"), DATE, &["--fail-on", "awful"]), 2);
    // over the years
    std::fs::create_dir(at("h")).expect("a folder");
    for name in ["a.json", "c.json"] {
        std::fs::copy(at(name), at("h").join(name)).expect("a copy");
    }
    let output = run(&["history", at("h").to_str().expect("plain"), "--format", "json"]);
    let history: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = history["audits"].as_array().expect("a list");
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0]["date"], &rows[1]["fixed"], &rows[1]["new"]), (&"2025-11-24".into(), &1.into(), &1.into()));
    assert_eq!(history["mean_days_to_fix"], 365.0);
    let (_, text, _) = spoken(&run(&["history", at("h").to_str().expect("plain")]));
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn suppliers_stand_in_the_order_of_their_faults_whatever_the_order_they_are_named_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let faults = [
        ("careful", vec![]),
        ("middling", vec![("MaxAuthTries 3", "MaxAuthTries 30")]),
        (
            "careless",
            vec![
                ("MaxAuthTries 3", "MaxAuthTries 30"),
                ("PasswordAuthentication no", "PasswordAuthentication yes"),
                ("PermitRootLogin no", "PermitRootLogin yes"),
            ],
        ),
    ];
    for (name, changes) in &faults {
        let text = changes.iter().fold(GOOD.to_owned(), |text, (from, to)| text.replace(from, to));
        write(&at(name), "web/etc/ssh/sshd_config", text.as_bytes());
        store(&at(name), &at(&format!("{name}.json")), DATE, &[]);
    }
    let file = |name: &str| at(&format!("{name}.json")).to_str().expect("plain").to_owned();
    let (one, two, three) = (file("middling"), file("careless"), file("careful"));
    let output = run(&["compare", &one, &two, &three, "--format", "json"]);
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let order: Vec<&str> =
        found["suppliers"].as_array().expect("a list").iter().map(|row| row["target"].as_str().expect("a name")).collect();
    let ends = ["careful", "middling", "careless"];
    assert!(order.len() == 3 && order.iter().zip(ends).all(|(target, end)| target.ends_with(end)), "{order:?}");
    let (_, sheet, _) = spoken(&run(&["compare", &one, &two, &three, "--format", "csv"]));
    assert_eq!(sheet.lines().count(), 4, "{sheet}");
    // other rules: no comparison
    let other = at("other.json");
    store(&at("careful"), &other, DATE, &["--set", "longest_retention=1d"]);
    let format = format!("json={}", other.display());
    run(&["audit", at("careful").to_str().expect("plain"), "--date", DATE, "--policy", "publication", "--format", &format]);
    let (code, _, errors) = spoken(&run(&["compare", &one, other.to_str().expect("plain")]));
    assert_eq!(code, 2);
    assert!(errors.contains("another policy"), "{errors}");
}

#[test]
fn a_waiver_is_written_as_an_audit_takes_it_and_refused_where_it_would_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("waivers.yaml");
    let path = file.to_str().expect("plain");
    let all =
        ["--owner", "SIRO", "--approver", "Head of procurement", "--justification", "replaced in May", "--expires", "2027-05-31"];
    let waive = |more: &[&str]| {
        let mut arguments = vec!["waive", path, "--reason", "remediation_planned", "--granted", "2026-11-01"];
        arguments.extend(all);
        arguments.extend(more);
        spoken(&run(&arguments))
    };
    assert_eq!(waive(&["--control", "SRV-SSH-1"]).0, 0);
    let text = std::fs::read_to_string(&file).expect("it was written") + "# a remark of ours\n";
    std::fs::write(&file, text).expect("a file");
    let (code, text, errors) = waive(&["--control", "SRV-SSH-2", "--in", "web/**"]);
    assert_eq!((code, text.starts_with("2 waivers")), (0, true), "{errors}");
    assert!(std::fs::read_to_string(&file).expect("it is there").contains("# a remark of ours"));
    for (more, wanted) in [
        (&["--control", "SRV-SSH-1"][..], "already"),
        (&["--control", "SRV-SHH-1"], "no control"),
        (&["--control", "GOV-DPA-1"], "names a finding or a place"),
        (&["--control", "SRV-SSH-3", "--in", "a{"], "no glob"),
        (&["--control", "SRV-SSH-3", "--granted", "2028-01-01"], "cannot be used multiple times"),
    ] {
        let (code, _, errors) = waive(more);
        assert!(code == 2 && errors.contains(wanted), "{more:?}: {errors}");
    }
    let delivery = folder.path().join("d");
    write(&delivery, "web/etc/ssh/sshd_config", b"PermitRootLogin yes\n");
    let stored = folder.path().join("a.json");
    store(&delivery, &stored, DATE, &["--waivers", path]);
    let report: Value = serde_json::from_slice(&std::fs::read(&stored).expect("a report")).expect("JSON");
    assert_eq!(report["waivers"][0]["status"], "used", "{:#}", report["waivers"]);
}

#[test]
fn waivers_that_are_written_at_once_are_all_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("waivers.yaml");
    let path = file.to_str().expect("plain");
    std::thread::scope(|scope| {
        for number in 1..=6 {
            scope.spawn(move || {
                let glob = format!("place-{number}/**");
                let arguments = [
                    "waive",
                    path,
                    "--control",
                    "SRV-SSH-2",
                    "--in",
                    &glob,
                    "--reason",
                    "risk_accepted",
                    "--owner",
                    "SIRO",
                    "--approver",
                    "Head of procurement",
                    "--justification",
                    "replaced in May",
                    "--granted",
                    "2026-11-01",
                    "--expires",
                    "2027-05-31",
                ];
                let (code, _, errors) = spoken(&run(&arguments));
                assert_eq!(code, 0, "{errors}");
            });
        }
    });
    let text = std::fs::read_to_string(&file).expect("it was written");
    assert_eq!(text.matches("control: SRV-SSH-2").count(), 6, "{text}");
}

#[test]
fn shells_and_man_are_told_of_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, text, _) = spoken(&run(&["completions", shell]));
        assert!(code == 0 && text.contains("compare"), "{shell}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (code, text, _) = spoken(&run(&["man", folder.path().to_str().expect("plain")]));
    assert_eq!(code, 0);
    let pages = std::fs::read_dir(folder.path()).expect("pages").count();
    assert!(text.starts_with(&pages.to_string()) && pages > 15, "{text}");
    let page = std::fs::read_to_string(folder.path().join("provost-audit.1")).expect("a page");
    assert!(page.starts_with(".ie") && page.contains(".SH OPTIONS"), "{page}");
}

#[test]
fn init_writes_what_works_and_nothing_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().to_str().expect("plain");
    let (code, text, _) = spoken(&run(&["init", at, "--ci", "github,gitlab,hook"]));
    assert_eq!((code, text.matches(" written").count()), (0, 6), "{text}");
    let policy = folder.path().join("provost/policy.yaml");
    let policy = policy.to_str().expect("plain");
    assert_eq!(run(&["policy", "check", policy]).status.code(), Some(0));
    assert_eq!(run(&["policy", "test", policy]).status.code(), Some(0));
    let (delivery, waivers) = (folder.path().join("delivery"), folder.path().join("provost/waivers.yaml"));
    let audit = ["audit", delivery.to_str().expect("plain"), "--policy", policy, "--waivers", waivers.to_str().expect("plain")];
    let (code, text, errors) = spoken(&run(&audit));
    // a delivery of nothing is not assessed, and never passes
    assert!(code == 3 && text.contains("GOV-DPA-1"), "{text}{errors}");
    for file in [".github/workflows/provost.yml", "provost/gitlab.yml"] {
        let text = std::fs::read_to_string(folder.path().join(file)).expect("it was written");
        serde_yaml::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    let (code, text, _) = spoken(&run(&["init", at]));
    assert!(code == 0 && text.matches("stays as it is").count() == 3, "{text}");
    let (code, _, errors) = spoken(&run(&["init", at, "--ci", "githb"]));
    assert!(code == 2 && errors.contains("github"), "{errors}");
}

#[test]
fn a_finding_that_got_worse_is_not_excused_by_a_baseline() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let people = "name,warrant number\nAda Example,Q480125\nBen Sample,Q480126\n";
    write(&at("a"), "people.csv", people.as_bytes());
    write(&at("b"), "people.csv", format!("{people}Cleo Model,Q480127\n").as_bytes());
    let audit = |name: &str, more: &[&str]| {
        let (target, format) = (at(name), format!("json={}", at(&format!("{name}.json")).display()));
        let mut arguments =
            vec!["audit", target.to_str().expect("plain"), "--date", DATE, "--policy", "publication", "--format", &format];
        arguments.extend(more);
        spoken(&run(&arguments)).0
    };
    assert_eq!(audit("a", &[]), 1);
    let baseline = at("a.json");
    let baseline = ["--baseline", baseline.to_str().expect("plain")];
    assert_eq!(audit("a", &baseline), 0);
    assert_eq!(audit("b", &baseline), 1);
    let found = diff(&at("a.json"), &at("b.json"));
    assert!(!of(&found, "worse").is_empty() && of(&found, "new").is_empty(), "{found:#}");
}

#[test]
fn another_host_with_the_same_fault_is_not_excused_by_a_baseline() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let policy = at("q.yaml");
    let text = "provost: 1\nid: q\ntitle: Q\nversion: '1'\ncontrols:\n  - id: SEC-1\n    title: TLS is on\n    severity: high\n    theme: transfer\n    why: w\n    fix: f\n    checks:\n      - {config: json, at: $.tls, must: {be: true}}\n      - {config: json, at: \"$..[?search(@, 'insecure')]\", must: {exist: false}}\n";
    std::fs::write(&policy, text).expect("a policy");
    let policy = policy.to_str().expect("plain");
    let audit = |name: &str, more: &[&str]| {
        let (target, format) = (at(name), format!("json={}", at(&format!("{name}.json")).display()));
        let mut arguments =
            vec!["audit", target.to_str().expect("plain"), "--date", DATE, "--policy", policy, "--format", &format];
        arguments.extend(more);
        spoken(&run(&arguments)).0
    };
    write(&at("o"), "hostA/app.json", b"{\"id\": \"A1\", \"tls\": false}");
    write(&at("o"), "hostB/app.json", b"{\"id\": \"B1\", \"tls\": true}");
    write(&at("n"), "hostA/app.json", b"{\"id\": \"A1\", \"tls\": true}");
    write(&at("n"), "hostB/app.json", b"{\"id\": \"B1\", \"tls\": false}");
    assert_eq!(audit("o", &[]), 1);
    let baseline = at("o.json");
    assert_eq!(audit("n", &["--baseline", baseline.to_str().expect("plain")]), 1);
    // a path that looks for values finds them though nobody asks for their keys
    write(&at("s"), "app.json", b"{\"tls\": true, \"note\": \"my insecure holder\"}");
    assert_eq!(audit("s", &[]), 1);
}
