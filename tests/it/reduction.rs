//! Taking values out of evidence must not change what an audit says: what a policy's path may rest on is kept, and what cannot be told is no
//! pass.

use crate::support::{DATE, run, write};
use serde_json::Value;

/// The outcome of one check, alone in its policy, over one file.
fn outcome(file: &str, content: &str, check: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder.path().join("d"), file, content.as_bytes());
    let policy = folder.path().join("p.yaml");
    let text = format!(
        "provost: 1\nid: q\ntitle: Q\nversion: '1'\ncontrols:\n  - id: Q-1\n    title: T\n    severity: high\n    theme: access\n    why: w\n    fix: f\n    checks:\n      - {check}\n"
    );
    std::fs::write(&policy, text).expect("a policy");
    let (target, policy) = (folder.path().join("d"), policy);
    let arguments = [
        "audit",
        target.to_str().expect("plain"),
        "--policy",
        policy.to_str().expect("plain"),
        "--date",
        DATE,
        "--format",
        "json",
    ];
    let output = run(&arguments);
    let found: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{check}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    found["controls"][0]["outcome"].as_str().expect("a word").to_owned()
}

#[test]
fn what_is_taken_out_changes_no_verdict() {
    let deep = format!("{}{}{}", "{\"n\":".repeat(26), "{\"level\":\"debug\"}", "}".repeat(26));
    let sarif = r#"{"version":"2.1.0","$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[{"tool":{"driver":{"name":"x"}},"results":[]}],"extra":{"mode":"debug"}}"#;
    let compose = "services:\n  web: {image: 'nginx:1.2', privileged: true}\n  api: {image: a}\n";
    let rows: &[(&str, &str, &str, &str)] = &[
        // no key takes the name of another
        (
            "a.json",
            r#"{"records":{"TLSA":true,"MX":"m"}}"#,
            "{config: json, at: $.records.AAAA, must: {be: true}, expect: {at_least: 1}}",
            "not_evidenced",
        ),
        ("a.env", "SSL=on\n", "{config: env, at: AAA, must: {be: 'on'}, default: 'off'}", "fail"),
        ("app.ini", "[x]\nssl=on\n[aaa]\nk=on\n", "{config: ini, at: a.ssl, must: {be: 'on'}, default: 'off'}", "fail"),
        ("app.ini", "[x]\nssl=on\n[aaa]\nk=on\n", "{config: ini, at: aaa.k, must: {be: 'on'}}", "pass"),
        ("a.yaml", "global:\n  b: 30\n", "{config: yaml, at: global.a, must: {at_least: 30}, default: 0}", "fail"),
        (
            "a.json",
            r#"{"a":{"level":"debug"},"b":{"level":"x"},"c":1}"#,
            "{config: json, at: $.a.level, must: {not: {be: debug}}}",
            "fail",
        ),
        // a filter over what was not kept
        (
            "a.json",
            r#"{"users":[{"login":"Ada Example","admin":true}]}"#,
            "{config: json, at: \"$.users[?@.login=='root'].admin\", must: {be: false}, default: false}",
            "error",
        ),
        (
            "a.json",
            r#"{"users":[{"login":"Ada Example","admin":true},{"login":"root","admin":false}]}"#,
            "{config: json, at: \"$.users[?@.admin==false].login\", must: {be: root}}",
            "pass",
        ),
        // keys are there to be asked for
        (
            "compose.yaml",
            compose,
            "{config: docker_compose, at: '$.services.*.privileged', where: {key: {matches: web}}, must: {be: false}}",
            "fail",
        ),
        (
            "etc/ssh/sshd_config",
            "Match User backup\n  PermitRootLogin yes\nMatch User git\n  PermitRootLogin yes\n",
            "{config: sshd, at: '$.*[*].PermitRootLogin', must: {be: 'no'}}",
            "fail",
        ),
        ("a.json", r#"{"a":{"level":1},"a":{"level":2}}"#, "{config: json, at: '$.*.level', must: {duplicates: 0}}", "fail"),
        // indexes, unions, filters
        (
            "a.json",
            r#"{"a":[["x"],["NOPASSWD"]]}"#,
            "{config: json, at: \"$.a[-1][?@=='NOPASSWD']\", must: {exist: false}}",
            "fail",
        ),
        (
            "a.json",
            r#"{"users":[{"shell":"x"},{"shell":"debug"}]}"#,
            "{config: json, at: '$.users[-1].shell', must: {not: {be: debug}}}",
            "fail",
        ),
        (
            "a.json",
            r#"{"web":{"level":"debug"},"api":{"level":"info"}}"#,
            "{config: json, at: \"$['web','api'][?@=='debug']\", must: {exist: false}}",
            "fail",
        ),
        (
            "a.json",
            r#"{"web":{"level":"debug"},"api":{"level":"info"}}"#,
            "{config: json, at: \"$['web','api'].level\", must: {not: {be: debug}}}",
            "fail",
        ),
        (
            "a.json",
            r#"{"allowed":["x"],"flags":{"one":"debug"}}"#,
            "{config: json, at: \"$.allowed[?$.flags[?@=='debug']]\", must: {exist: false}}",
            "fail",
        ),
        (
            "a.json",
            r#"{"k":[["db","prod"]]}"#,
            "{config: json, at: \"$.*[?match(@[0],'db')][1]\", must: {not: {be: prod}}}",
            "fail",
        ),
        // other tools' results are files all the same
        ("scan.json", sarif, "{config: json, at: extra.mode, must: {be: strict}, default: strict}", "fail"),
        // what is called key and has a value is a name
        (
            "a.json",
            r#"{"t":[{"key":"zone","value":"red"}]}"#,
            "{config: json, at: \"$.t[?@.key=='zone']\", must: {exist: false}}",
            "fail",
        ),
        // too deep is not absent
        ("a.json", &deep, "{config: json, at: '$..level', must: {exist: false}}", "error"),
        ("a.json", &deep, "{config: json, at: n.n.n.level, must: {be: x}, default: x}", "error"),
        // what hangs on a name that was taken out is not decided
        (
            "etc/postgresql/16/main/postgresql.conf",
            "data_directory = '/home/jsmith/pg'\n",
            "{config: postgresql, at: data_directory, must: {not: {matches: jsmith}}}",
            "error",
        ),
        (
            "etc/postgresql/16/main/postgresql.conf",
            "data_directory = '/home/jsmith/pg'\n",
            "{config: postgresql, at: data_directory, must: {matches: '^/var'}}",
            "fail",
        ),
    ];
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(file, content, check, wanted)| {
            let came = outcome(file, content, check);
            (came != *wanted).then(|| format!("{file} {check}: {came}, not {wanted}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn another_service_with_the_same_fault_is_not_excused() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let policy = at("p.yaml");
    std::fs::write(&policy, "provost: 1\nid: q\ntitle: Q\nversion: '1'\nthresholds: {pass: 0, coverage: 0}\ncontrols:\n  - {id: Q-1, title: T, severity: high, theme: access, why: w, fix: f, checks: [{config: docker_compose, at: '$.services.*.privileged', must: {be: false}}]}\n").expect("a policy");
    let audit = |name: &str, more: &[&str]| {
        let (target, format) = (at(name), format!("json={}", at(&format!("{name}.json")).display()));
        let mut arguments = vec![
            "audit",
            target.to_str().expect("plain"),
            "--policy",
            policy.to_str().expect("plain"),
            "--date",
            DATE,
            "--format",
            &format,
        ];
        arguments.extend(more);
        run(&arguments).status.code()
    };
    for (name, service) in [("one", "web"), ("two", "api")] {
        write(&at(name), "compose.yaml", format!("services:\n  {service}: {{image: a, privileged: true}}\n").as_bytes());
        audit(name, &[]);
    }
    let baseline = at("one.json");
    let baseline = ["--baseline", baseline.to_str().expect("plain")];
    assert_eq!((audit("one", &baseline), audit("two", &baseline)), (Some(0), Some(1)));
    // a key is the same however the product lets it be written
    let evidence = at("e.json");
    write(&at("three"), "etc/ssh/sshd_config", b"PermitRootLogin yes\n");
    let (target, evidence) = (at("three"), evidence.to_str().expect("plain"));
    assert_eq!(run(&["collect", target.to_str().expect("plain"), "-o", evidence]).status.code(), Some(0));
    std::fs::write(&policy, "provost: 1\nid: q\ntitle: Q\nversion: '1'\ncontrols:\n  - {id: Q-1, title: T, severity: high, theme: access, why: w, fix: f, checks: [{config: sshd, at: permitrootlogin, must: {be: 'no'}}]}\n").expect("a policy");
    assert_eq!(run(&["assess", evidence, "--policy", policy.to_str().expect("plain"), "--date", DATE]).status.code(), Some(1));
}
