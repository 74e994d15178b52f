//! Mistakes in policies: each with what, where and what to do, all at once, exit code 2, before the target is opened.

use crate::support::{run, spoken};

/// Audits a target that does not exist: whoever opened it before checking the policy would say so.
fn complaint(policy: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("p.yaml");
    std::fs::write(&file, policy).expect("a policy");
    let (code, out, errors) = spoken(&run(&["audit", "no/such/target", "--policy", file.to_str().expect("a plain path")]));
    assert_eq!(code, 2, "{out}{errors}");
    assert!(out.is_empty(), "{out}");
    assert!(errors.contains("no audit was performed"), "{errors}");
    assert!(!errors.contains("no/such/target"), "the target was opened first: {errors}");
    errors
}

const HEAD: &str = "provost: 1\nid: t\ntitle: t\nversion: '1'\n";

fn with_check(check: &str) -> String {
    format!("{HEAD}controls:\n  - id: A-1\n    title: t\n    severity: high\n    checks:\n      - {check}\n")
}

#[test]
fn each_mistake_is_named_with_its_place_and_a_way_out() {
    let cases: &[(&str, String, &[&str])] = &[
        (
            "operator",
            with_check("{data: rank, must: {at_mots: 3}}"),
            &["`at_mots`", "did you mean `at_most`?", "p.yaml:10:29", "^^^^^^^"],
        ),
        (
            "class",
            with_check("{data: vetting_levle, must: {exist: false}}"),
            &["unknown data class or group `vetting_levle`", "did you mean `vetting_level`?"],
        ),
        ("selector", with_check("{dta: rank, must: {exist: false}}"), &["unknown selector `dta`", "did you mean `data`?"]),
        ("parameter", with_check("{data: rank, must: {age: {at_most: \"${retension}\"}}}"), &["no parameter `retension`"]),
        ("path", with_check("{config: json, at: \"$.a[\", must: {be: 1}}"), &["no RFC 9535 path"]),
        ("regex", with_check("{config: sshd, at: Port, must: {matches: \"(\"}}"), &["regular expression is not valid"]),
        ("cel", with_check("{file: \"*\", cel: \"size >\"}"), &["CEL expression is not valid"]),
        (
            "cel depth",
            with_check(&format!("{{file: \"*\", cel: \"0 < {}\"}}", vec!["1"; 1_500].join("+"))),
            &["more than 1000 terms deep", "split it into several checks"],
        ),
        (
            "cel length",
            with_check(&format!("{{file: \"*\", cel: \"0 < {}\"}}", vec!["1"; 5_000].join("+"))),
            &["longer than 8000 bytes"],
        ),
        ("glob", with_check("{file: \"[\", must: {exist: false}}"), &["no glob"]),
        ("type", with_check("{data: rank, must: {age: {at_most: soon}}}"), &["a duration such as 30d"]),
        ("key", format!("{HEAD}contrls: []\n"), &["unknown key `contrls`", "did you mean `controls`?"]),
        ("no must", with_check("{data: rank}"), &["needs `must`"]),
        ("no control", HEAD.to_owned(), &["no control"]),
        (
            "severity",
            with_check("{data: rank, must: {exist: false}}").replace("severity: high", "severity: hihg"),
            &["`hihg` is no severity", "did you mean `high`?"],
        ),
        ("yaml", format!("{HEAD}controls: [\n"), &["not valid YAML"]),
        ("version", "provost: 2\nid: t\ntitle: t\nversion: '1'\n".to_owned(), &["write `provost: 1`"]),
        (
            "value needed",
            format!(
                "{HEAD}parameters:\n  keep: {{type: duration}}\n{}",
                with_check("{data: rank, must: {age: {at_most: \"${keep}\"}}}").trim_start_matches(HEAD)
            ),
            &["parameter `keep` has no value", "--set keep=VALUE"],
        ),
        (
            "duplicate id",
            format!(
                "{}  - id: A-1\n    title: t\n    severity: high\n    checks: [{{data: rank, must: {{exist: false}}}}]\n",
                with_check("{data: rank, must: {exist: false}}")
            ),
            &["control `A-1` is already there"],
        ),
        (
            "framework",
            with_check("{data: rank, must: {exist: false}}")
                .replace("    checks", "    references: {uk-gpdr: ['5']}\n    checks"),
            &["`uk-gpdr` is no framework", "did you mean `uk-gdpr`?"],
        ),
        (
            "extends nothing",
            format!("{HEAD}extends: [uk-data-procesor]\n"),
            &["no policy `uk-data-procesor` to extend", "uk-data-processor"],
        ),
        (
            "class regex",
            format!(
                "{HEAD}classes:\n  - {{id: badge, title: t, patterns: [{{regex: '[', confidence: 0.5}}]}}\n{}",
                with_check("{data: badge, must: {exist: false}}").trim_start_matches(HEAD)
            ),
            &["regular expression is not valid"],
        ),
        (
            "validator",
            format!(
                "{HEAD}classes:\n  - {{id: badge, title: t, patterns: [{{regex: 'B\\d+', confidence: 0.5, validator: luhn}}]}}\n{}",
                with_check("{data: badge, must: {exist: false}}").trim_start_matches(HEAD)
            ),
            &["unknown validator `luhn`", "luhn_card"],
        ),
        (
            "product",
            with_check("{config: shd, at: Port, must: {be: 22}}"),
            &["unknown product or format `shd`", "did you mean `sshd`?"],
        ),
        (
            "document",
            with_check("{document: dpai, must: {exist: true}}"),
            &["unknown type of document `dpai`", "did you mean `dpia`?"],
        ),
        (
            "cel name",
            with_check("{file: \"*\", cel: \"sise > 3\"}"),
            &["`sise` is no attribute of `file`", "did you mean `size`?", "p.yaml:10:26", "^^^^"],
        ),
        (
            "cel level",
            with_check("{config: json, cel: \"encryption_level > 3\"}"),
            &["`encryption_level` is no attribute of `config`"],
        ),
        ("no class", with_check("{data: [], must: {exist: false}}"), &["an empty list asks for nothing", "p.yaml:10:16"]),
        ("no class in all_of", with_check("{data: {all_of: []}, must: {exist: false}}"), &["an empty list asks for nothing"]),
        ("no glob", with_check("{file: [], must: {exist: false}}"), &["an empty list asks for nothing"]),
        ("no type", with_check("{file: {type: []}, must: {exist: false}}"), &["an empty list asks for nothing"]),
        ("no product", with_check("{config: [], must: {exist: true}}"), &["an empty list asks for nothing"]),
        ("no scope", with_check("{data: rank, in: [], must: {exist: false}}"), &["an empty list of globs", "p.yaml:10:26"]),
        ("no key", with_check("{config: json, at: \"\", must: {be: 1}}"), &["an empty `at` names no key"]),
        ("no values", with_check("{config: json, at: a, must: {in: []}}"), &["an empty list makes `in`"]),
        ("no allowed", with_check("{config: json, at: a, must: {subset_of: []}}"), &["an empty list makes `subset_of`"]),
        (
            "no group",
            format!("{HEAD}groups: {{x: []}}\n{}", with_check("{data: x, must: {exist: false}}").trim_start_matches(HEAD)),
            &["group `x` has no data class"],
        ),
    ];
    for (name, policy, wanted) in cases {
        let errors = complaint(policy);
        for text in *wanted {
            assert!(errors.contains(text), "{name}: no `{text}` in\n{errors}");
        }
    }
}

#[test]
fn all_mistakes_of_a_file_are_shown_at_once() {
    let errors = complaint(&with_check("{data: rnak, where: {pepole: 1}, must: {exsit: false}}"));
    assert!(errors.contains("`rnak`") && errors.contains("`pepole`") && errors.contains("`exsit`"), "{errors}");
    assert!(errors.contains("3 mistakes"), "{errors}");
}

#[test]
fn a_circle_of_extends_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    for (own, other) in [("a", "b"), ("b", "a")] {
        let text = format!("provost: 1\nid: {own}\ntitle: t\nversion: '1'\nextends: [./{other}.yaml]\n");
        std::fs::write(folder.path().join(format!("{own}.yaml")), text).expect("a policy");
    }
    let file = folder.path().join("a.yaml");
    let (code, _, errors) = spoken(&run(&["policy", "check", file.to_str().expect("a plain path")]));
    assert_eq!(code, 2);
    assert!(errors.contains("goes round in a circle"), "{errors}");
}

#[test]
fn megabytes_of_nesting_are_refused_quickly_and_shortly() {
    let deep = format!("{HEAD}controls: {}", "[".repeat(3 << 20));
    let errors = complaint(&deep);
    assert!(errors.len() < 4_000, "{} bytes of complaint", errors.len());
    let huge = format!("{HEAD}controls: {}", "[".repeat(10 << 20));
    assert!(complaint(&huge).contains("a policy may have"));
    let blocks: String = (0..5_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let errors = complaint(&blocks.chars().take(4_000_000).collect::<String>());
    assert!(errors.len() < 4_000);
}

#[test]
#[cfg(unix)]
fn what_never_ends_is_no_policy() {
    let extending = format!("{HEAD}extends: [/dev/zero]\ncontrols: []\n");
    assert!(complaint(&extending).contains("a policy may have"));
    let (code, _, errors) = spoken(&run(&["policy", "check", "/dev/zero"]));
    assert!(code == 2 && errors.contains("a policy may have"), "{errors}");
}

#[test]
fn parameters_inside_flow_mappings_need_no_quotes() {
    let policy = format!(
        "{HEAD}parameters:\n  keep: {{type: duration, default: 30d}}\n{}",
        with_check("{data: rank, must: {age: {at_most: ${keep}}}}").trim_start_matches(HEAD)
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("p.yaml");
    std::fs::write(&file, policy).expect("a policy");
    let (code, text, errors) = spoken(&run(&["policy", "check", file.to_str().expect("a plain path")]));
    assert_eq!(code, 0, "{text}{errors}");
}

#[test]
fn a_circle_is_told_in_plain_paths() {
    let folder = tempfile::tempdir().expect("a folder");
    let a = folder.path().join("a.yaml");
    std::fs::create_dir(folder.path().join("x")).expect("a folder");
    std::fs::write(&a, format!("{HEAD}extends: [./x/../b.yaml]\n")).expect("a policy");
    std::fs::write(folder.path().join("b.yaml"), format!("{HEAD}extends: [./././a.yaml]\n")).expect("a policy");
    let (code, _, errors) = spoken(&run(&["policy", "check", a.to_str().expect("a plain path")]));
    assert_eq!(code, 2, "{errors}");
    assert!(
        errors.contains("goes round in a circle") && errors.contains("/a.yaml -> ") && !errors.contains("x/../b.yaml ->"),
        "{errors}"
    );
}

/// A file given by mistake may be a log of somebody's log-ins.
#[test]
fn addresses_of_machines_are_not_quoted() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("policy.yaml");
    let control =
        |id: &str| format!("- {{id: {id}, title: t, severity: low, checks: [{{statement: mfa, must: {{be: 'yes'}}}}]}}\n");
    let text = ["LOGIN-81.2.69.160", "LOGIN-81.2.69.160", "81.2.69.161", "'2a00:1fff:1fff:1fff:1fff:1fff:1fff:1fff'"]
        .map(control)
        .concat();
    std::fs::write(&file, format!("provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n{text}")).expect("a file");
    let (code, text, errors) = crate::support::spoken(&crate::support::run(&["policy", "check", file.to_str().expect("a path")]));
    assert_eq!(code, 2);
    assert!(errors.contains("is already there"), "{errors}");
    for part in ["81.2", "69.16", "1fff"] {
        assert!(!errors.contains(part) && !text.contains(part), "{part}: {errors}");
    }
}
