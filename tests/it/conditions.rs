//! What a policy may ask, kind by kind: what meets a condition, what does not, what cannot be decided, and which questions make no sense.

use crate::support::{DATE, delivery, run, spoken};
use serde_json::Value;

const HEAD: &str = "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n";

/// Exit code, report and complaints of an audit of some files by one control.
fn asked(check: &str, files: &[(&str, &[u8])], more: &[&str]) -> (i32, Value, String) {
    let policy = format!("{HEAD}- {{id: A-1, title: t, severity: high, checks: [{check}]}}\n");
    let mut all = vec![("p.yaml".to_owned(), policy.as_bytes())];
    all.extend(files.iter().map(|(name, bytes)| (format!("d/{name}"), *bytes)));
    let all: Vec<(&str, &[u8])> = all.iter().map(|row| (row.0.as_str(), row.1)).collect();
    let folder = delivery(&all);
    let (policy, target) = (folder.path().join("p.yaml").display().to_string(), folder.path().join("d").display().to_string());
    let mut arguments = vec!["audit", &target, "--policy", &policy, "--date", DATE, "--format", "json"];
    arguments.extend(more);
    let (code, text, errors) = spoken(&run(&arguments));
    (code, serde_json::from_str(&text).unwrap_or_default(), errors)
}

fn outcome(check: &str, files: &[(&str, &[u8])]) -> String {
    let (_, report, errors) = asked(check, files, &[]);
    report["controls"][0]["outcome"].as_str().unwrap_or_else(|| panic!("{check}: {errors}")).to_owned()
}

#[test]
fn values_are_compared_as_what_they_are() {
    let settings = br#"{"n": 12, "t": "45s", "size": "20MB", "v": "8.10.1", "day": "2026-03-01", "on": "yes", "off": false, "word": "Alpha Beta",
        "list": ["a", "b"], "one": ["x"], "none": [], "map": {"k": 1}, "net": "10.1.2.3", "nil": null}"#;
    for (key, must, met) in [
        ("n", "{be: 12}", true),
        ("n", "{be: twelve}", false),
        ("n", "{at_least: 12, at_most: 12}", true),
        // a bare number beside a unit: seconds, or bytes
        ("n", "{at_most: 10s}", false),
        ("n", "{at_most: 1kB}", true),
        ("t", "{at_most: 1m}", true),
        ("t", "{at_least: 46s}", false),
        ("size", "{at_most: 20MB}", true),
        ("size", "{at_least: 21MB}", false),
        ("v", "{at_least: '8.9'}", true),
        ("v", "{at_most: '8.10'}", false),
        ("day", "{at_least: '2026-02-28'}", true),
        ("on", "{be: true}", true),
        ("off", "{be: 'no'}", true),
        ("off", "{be: true}", false),
        ("word", "{be: alpha beta}", true),
        ("word", "{contains: beta}", true),
        ("word", "{matches: '^Alpha'}", true),
        ("word", "{not: {matches: Gamma}}", true),
        ("word", "{in: [gamma, alpha beta]}", true),
        ("word", "{not_in: [alpha beta]}", false),
        ("list", "{contains: b}", true),
        ("list", "{contains: c}", false),
        ("list", "{subset_of: [a, b, c]}", true),
        ("list", "{subset_of: [a]}", false),
        ("list", "{all: {matches: '^[ab]$'}}", true),
        ("list", "{any: {be: b}}", true),
        ("list", "{none: {be: b}}", false),
        ("one", "{be: x}", true),
        ("net", "{within: 10.0.0.0/8}", true),
        ("net", "{within: [192.168.0.0/16, 10.2.0.0/16]}", false),
        ("n", "{any: [{be: 1}, {at_least: 10}]}", true),
        ("n", "{none: [{be: 1}, {at_least: 10}]}", false),
    ] {
        let check = format!("{{config: json, at: {key}, must: {must}}}");
        assert_eq!(outcome(&check, &[("s.json", settings)]), if met { "pass" } else { "fail" }, "{key} {must}");
    }
    // what cannot be compared decides nothing
    for (key, must) in [("word", "{at_least: 3}"), ("map", "{be: 1}")] {
        let check = format!("{{config: json, at: {key}, must: {must}}}");
        assert!(!["pass", "fail"].contains(&outcome(&check, &[("s.json", settings)]).as_str()), "{key} {must}");
    }
}

#[test]
fn questions_that_make_no_sense_are_refused_with_what_would() {
    for (check, wanted) in [
        ("{data: rank, must: {}}", "an empty condition is always met"),
        ("{config: sshd, at: Port, must: {in: 22}}", "`in` takes a list"),
        ("{config: sshd, at: Port, must: {be: [22, 23]}}", "`be` takes one value, not a list"),
        ("{config: sshd, at: Port, must: {in: []}}", "an empty list makes `in` always true or always false"),
        ("{config: sshd, at: Port, must: {exist: perhaps}}", "`exist` takes true or false"),
        ("{config: sshd, at: Port, must: {within: here}}", "`here` is no network"),
        ("{config: sshd, at: Port, must: {at_least: many}}", "`many` has no order"),
        ("{config: sshd, at: Port, must: {any: 3}}", "`any` takes a list of conditions"),
        ("{file: '*', must: {size: {at_most: big}}}", "a size such as 10MB is needed"),
        ("{file: '*', must: {modified: {at_least: lately}}}", "a date such as 2026-11-24 is needed"),
        ("{file: '*', must: {encryption: {at_least: good}}}", "one of none, weak, unknown, strong is needed"),
        (
            "{result: trivy, where: {severity: {at_least: bad}}, must: {be: pass}}",
            "one of info, low, medium, high, critical is needed",
        ),
        ("{result: {tol: trivy}, must: {be: pass}}", "`tol` is no part of a result"),
        ("{result: {}, must: {be: pass}}", "a result is asked by its tool or id"),
        ("{result: {tool: trivy, id: ['[']}, must: {be: pass}}", "this is no glob over ids"),
    ] {
        let (code, _, errors) = asked(check, &[("a.txt", b"x")], &[]);
        assert!(code == 2 && errors.contains(wanted), "{check}: {errors}");
    }
}

const JUNIT: &[u8] = br#"<testsuites timestamp="2026-11-20T10:00:00"><testsuite name="hardening" timestamp="2026-11-20T10:00:00" tests="2" failures="1">
<testcase classname="ssh" name="root"/><testcase classname="tls" name="old"><failure message="on">TLS 1.0</failure></testcase></testsuite></testsuites>"#;

#[test]
fn results_are_asked_by_tool_id_and_what_is_known_of_them() {
    for (check, wanted) in [
        ("{result: junit, expect: {at_least: 1}, must: {be: pass}}", "fail"),
        ("{result: {tool: junit, id: ['*ssh*']}, expect: {at_least: 1}, must: {be: pass}}", "pass"),
        ("{result: {tool: junit, id: ['*TLS*']}, expect: {at_least: 1}, must: {be: pass}}", "fail"),
        ("{result: {tool: junit, id: [nothing]}, expect: {at_least: 1}, must: {be: pass}}", "not_evidenced"),
        ("{result: [junit, trivy], must: {age: {at_most: 30d}, format: {be: junit}, path: {matches: 'xml$'}}}", "pass"),
        ("{result: junit, must: {age: {at_most: 1d}}}", "fail"),
        ("{result: junit, must: {line: {at_least: 1}}}", "pass"),
        ("{result: junit, where: {status: {be: fail}}, must: {exist: false}}", "fail"),
    ] {
        assert_eq!(outcome(check, &[("tests.xml", JUNIT)]), wanted, "{check}");
    }
}

#[test]
fn waivers_and_what_became_of_them_stand_in_the_page() {
    let controls = "- {id: A-1, title: No religion, severity: high, checks: [{data: religion, must: {exist: false}}]}\n\
        - {id: A-2, title: No names, severity: critical, gate: true, checks: [{data: person_name, must: {exist: false}}]}\n";
    let waiver = |control: &str, reason: &str, granted: &str, expires: &str, more: &str| {
        format!(
            "- {{control: {control}, reason: {reason}, owner: SIRO <b>, approver: Head of procurement, granted: {granted}, expires: {expires}{more}}}\n"
        )
    };
    let waivers = [
        "waivers:\n".to_owned(),
        waiver(
            "A-1",
            "risk_accepted",
            "2026-01-01",
            "2026-12-31",
            ", in: ['*.csv'], justification: Agreed with the force., reference: RISK-7",
        ),
        waiver("A-1", "false_positive", "2026-01-01", "2026-11-23", ""),
        waiver("A-1", "risk_accepted", "2026-12-01", "2026-12-31", ""),
        waiver("A-1", "risk_accepted", "2026-01-01", "2026-12-31", ", in: ['elsewhere/*']"),
        waiver("A-2", "risk_accepted", "2026-01-01", "2026-12-31", ""),
    ]
    .concat();
    let folder = delivery(&[
        ("p.yaml", format!("{HEAD}{controls}").as_bytes()),
        ("w.yaml", waivers.as_bytes()),
        ("d/staff.csv", b"name,religion\nAda Example,Christian\n"),
    ]);
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (target, policy, file) = (at("d"), at("p.yaml"), at("w.yaml"));
    let (_, page, errors) =
        spoken(&run(&["audit", &target, "--policy", &policy, "--waivers", &file, "--date", DATE, "--format", "html"]));
    let table = page.split("Waivers and what became of them</caption>").nth(1).and_then(|rest| rest.split("</table>").next());
    let table = table.unwrap_or_else(|| panic!("no table of waivers: {errors}"));
    for word in [
        "in force",
        "covers nothing",
        "expired",
        "not yet in force",
        "too wide",
        "*.csv",
        "RISK-7",
        "Agreed with the force.",
        "SIRO &lt;b&gt;",
    ] {
        assert!(table.contains(word), "no {word}: {table}");
    }
    assert!(!table.contains("SIRO <b>"), "{table}");
}

#[test]
fn options_that_cannot_be_followed_are_refused_before_anything_is_opened() {
    let bad = [
        (
            "w.yaml",
            "waivers:\n- {control: A-9, reason: risk_accepted, owner: a, approver: b, granted: 2026-01-01, expires: 2026-12-31}\n",
            "name a control `A-9`",
        ),
        (
            "w.yaml",
            "waivers:\n- {control: A-1, reason: risk_accepted, owner: '', approver: b, granted: 2026-01-01, expires: 2026-12-31}\n",
            "has no owner or no approver",
        ),
        ("w.yaml", "waivers: 3\n", "are not valid"),
    ];
    let policy = format!("{HEAD}- {{id: A-1, title: t, severity: high, checks: [{{data: rank, must: {{exist: false}}}}]}}\n");
    for (name, text, wanted) in bad {
        let folder = delivery(&[("p.yaml", policy.as_bytes()), (name, text.as_bytes()), ("d/a.txt", b"x")]);
        let at = |name: &str| folder.path().join(name).display().to_string();
        let (code, out, errors) =
            spoken(&run(&["audit", &at("d"), "--policy", &at("p.yaml"), "--waivers", &at(name), "--date", DATE]));
        assert!(code == 2 && out.is_empty() && errors.contains(wanted), "{text}: {errors}");
    }
    let folder = delivery(&[("key", b"short"), ("d/a.txt", b"x")]);
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (code, _, errors) = spoken(&run(&["audit", &at("d"), "--key-file", &at("key"), "--date", DATE]));
    assert!(code == 2 && errors.contains("16 characters or more"), "{errors}");
    let (code, _, errors) = spoken(&run(&["audit", &at("d"), "--policy", &at("d"), "--date", DATE]));
    assert!(code == 2 && !errors.is_empty(), "{errors}");
}

/// What is said of a control, and of what it found, but for what depends on how the check is written.
fn said(report: &Value) -> Value {
    let of = |row: &Value, keys: &[&str]| keys.iter().map(|key| row[*key].clone()).collect::<Vec<_>>();
    let control = of(&report["controls"][0], &["outcome", "degree", "items", "failed", "reason"]);
    let findings = report["findings"].as_array().into_iter().flatten();
    let findings: Vec<_> = findings.map(|row| of(row, &["location", "found", "outcome", "people"])).collect();
    serde_json::json!([control, findings])
}

#[test]
fn what_each_file_has_by_itself_is_the_same_asked_while_looking_and_afterwards() {
    let names = ["a.txt", "b.BAK", "c/d.txt", "c/e.bak", "c/f/g.old", "c/f/h", "i.md", "\u{e9}.txt", "j/a.txt"];
    let contents: Vec<Vec<u8>> = (0..200).map(|at: usize| vec![b'a' + (at % 20) as u8; at % 60 + 1]).collect();
    let paths: Vec<String> =
        (0..200).map(|at| format!("{}{}", "x/".repeat(at / names.len() % 3), names[at % names.len()])).collect();
    let paths: Vec<String> = paths.iter().enumerate().map(|(at, path)| format!("{}/{path}", at / 30)).collect();
    let files: Vec<(&str, &[u8])> = paths.iter().zip(&contents).map(|row| (row.0.as_str(), row.1.as_slice())).collect();
    let (mut failed, mut passed) = (0, 0);
    for (scope, filter, must) in [
        ("", "", "path: {matches: '^[ -~]+$'}"),
        ("", "extension: {in: [bak, old]}", "exist: false"),
        ("", "extension: bak", "path: {not: {contains: x/x}}"),
        ("in: [\"!**/c/**\"], ", "", "name: {not: {matches: '^[ae]'}}"),
        ("in: [\"c/**\", \"1/**\"], ", "depth: 0", "folder: {matches: c, not: {contains: f}}"),
        ("", "size: {at_least: 30B}", "digest: {exist: true}"),
        ("", "", "container: {exist: false}"),
    ] {
        let ask = |more: &str| {
            let filter = if filter.is_empty() { String::new() } else { format!("where: {{{filter}}}, ") };
            let check = format!("{{file: \"*\", {scope}{filter}must: {{{must}{more}}}}}");
            let (_, report, errors) = asked(&check, &files, &[]);
            assert!(report["controls"][0]["outcome"].is_string(), "{check}: {errors}");
            said(&report)
        };
        // whoever is asked how many people are in it is asked afterwards
        let (now, later) = if must == "exist: false" {
            (ask(""), ask(", any: [{people: {exist: false}}, {exist: false}]"))
        } else {
            (ask(""), ask(", people: {at_least: 0}"))
        };
        assert_eq!(now, later, "{filter} {must}");
        let count = now[0][3].as_u64().unwrap_or(0);
        assert_eq!(count == 0, now[1].as_array().is_some_and(Vec::is_empty), "{must}");
        if count == 0 { passed += 1 } else { failed += 1 }
    }
    assert!(failed > 3 && passed > 0, "{failed} {passed}");
    for formula in ["size < 30 && path != 'x'", "!path.contains('x/x')", "name.matches('^[a-i]')"] {
        let of = |formula: &str| said(&asked(&format!("{{file: \"*\", cel: \"{formula}\"}}"), &files, &[]).1);
        assert_eq!(of(formula), of(&format!("({formula}) && people >= 0")), "{formula}");
    }
    // many in one policy: more than are answered together, and than are remembered
    let many = |formula: &str, must: &str| {
        let of = |at: usize| match at % 3 {
            0 => format!("{{file: \"*\", cel: \"size != {at}{formula}\"}}"),
            _ => format!("{{file: \"*\", must: {{path: {{not: {{matches: '^{}/.*{}'}}}}{must}}}}}", at % 7, at % 10),
        };
        let checks: Vec<String> = (1..150).map(of).collect();
        said(&asked(&checks.join(", "), &files, &[]).1)
    };
    let now = many("", "");
    assert!(now[0][3].as_u64() > Some(50), "{}", now[0]);
    assert_eq!(now, many(" && people >= 0", ", people: {at_least: 0}"));
}
