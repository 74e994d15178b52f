//! Configurations that try to hide: unread, empty, repeated keys, several documents. None of them passes by not being looked at.

use crate::support::{audit, delivery, write};

/// Outcomes of one check each, in order, with the findings.
fn outcomes(files: &[(&str, &[u8])], checks: &[&str]) -> (Vec<String>, serde_json::Value) {
    let folder = delivery(files);
    let aside = delivery(&[]);
    let mut policy = "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n".to_owned();
    for (index, check) in checks.iter().enumerate() {
        policy += &format!("- {{id: A-{index}, title: t, severity: high, checks: [{check}]}}\n");
    }
    write(aside.path(), "p.yaml", policy.as_bytes());
    let (_, report) = audit(folder.path(), &["--policy", aside.path().join("p.yaml").to_str().expect("a plain path")]);
    let of = |control: &serde_json::Value| control["outcome"].as_str().expect("an outcome").to_owned();
    let outcomes = report["controls"].as_array().expect("controls").iter().map(of).collect();
    (outcomes, report)
}

fn each(files: &[(&str, &[u8])], rows: &[(&str, &str)]) {
    let checks: Vec<&str> = rows.iter().map(|row| row.0).collect();
    let (found, report) = outcomes(files, &checks);
    for ((check, wanted), outcome) in rows.iter().zip(&found) {
        assert_eq!(outcome, wanted, "{check}: {}", report["findings"]);
    }
}

/// Whoever judges has less stack than whoever checks the policy: what was taken as valid has to be answered there, too.
#[test]
fn expressions_as_deep_as_a_policy_may_have_them_are_answered() {
    let nested = format!("{{file: '*', cel: '{}size > 0{}'}}", "(".repeat(90), ")".repeat(90));
    let long = format!("{{file: '*', cel: '0 < {}'}}", vec!["size"; 990].join("+"));
    let lists = format!("{{file: '*', cel: '{}1{} != [2]'}}", "[".repeat(60), "]".repeat(60));
    let row = [nested.as_str(), long.as_str(), lists.as_str()];
    let checks: Vec<&str> = row.iter().copied().cycle().take(12).collect();
    let (found, _) = outcomes(&[("a.txt", b"one words\n")], &checks);
    assert_eq!(found, vec!["pass"; 12]);
}

/// A name with a dot before it is the same name.
#[test]
fn a_formula_may_name_the_outermost_scope() {
    let formula = "{document: dpia, cel: '[1].all(issuer, issuer == 1 && .issuer != null)'}";
    let manifest =
        &b"provost-manifest: 1\ndocuments:\n  - {type: dpia, title: x, issuer: Example, issued: 2026-01-01, path: a.txt}\n"[..];
    let (found, report) = outcomes(&[("a.txt", b"one words\n"), ("provost-manifest.yaml", manifest)], &[formula]);
    assert_eq!(found, ["pass"], "{}", report["findings"]);
    let (found, _) = outcomes(&[("a.txt", b"one words\n")], &["{file: '*', cel: '[1].all(size, size < .size)'}"]);
    assert_eq!(found, ["pass"]);
}

#[test]
fn what_was_not_read_is_an_error_whatever_is_asked() {
    let large = format!("{{\"a\": [{}1]}}", "123456789, ".repeat(120_000));
    for file in [("a.json", &b"{\"tls\": "[..]), ("a.json", large.as_bytes())] {
        each(
            &[file],
            &[
                ("{config: json, at: tls, must: {be: 'on'}}", "error"),
                ("{config: json, at: $.tls, default: 'on', must: {be: 'on'}}", "error"),
                ("{config: json, at: debug, must: {exist: false}}", "error"),
                ("{config: json, must: {exist: false}}", "error"),
                ("{config: any, at: debug, must: {exist: false}}", "error"),
                ("{config: [yaml, json], at: debug, must: {not: {be: 1}}}", "error"),
                ("{config: json, at: debug, where: {value: {exist: false}}, must: {be: 1}}", "error"),
                ("{config: json, at: debug, cel: 'value != 1'}", "error"),
                ("{config: json, at: debug, in: ['b.json'], must: {exist: false}}", "not_applicable"),
                ("{config: json, at: debug, where: {path: b.json}, must: {be: 1}}", "not_applicable"),
                ("{config: yaml, at: debug, must: {exist: false}}", "not_applicable"),
            ],
        );
    }
}

#[test]
fn broken_files_of_every_format_are_errors() {
    for (file, text) in [
        ("a.json", "{\"a\": 1"),
        ("a.json", "{\"a\": 1} x"),
        ("a.yaml", "a: [1"),
        ("a.yml", "a: b: c\n"),
        ("a.toml", "a = \n[b"),
        ("a.xml", "<a><b></a>"),
        ("a.xml", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"),
    ] {
        let check = "{config: [json, yaml, toml, xml], at: b, must: {exist: false}}";
        each(&[(file, text.as_bytes())], &[(check, "error")]);
    }
}

#[test]
fn an_empty_or_unreadable_file_of_a_product_is_that_products() {
    let root = "{config: sshd, at: PermitRootLogin, default: prohibit-password, must: {be: 'no'}}";
    let forwarding = "{config: sshd, at: X11Forwarding, default: 'no', must: {be: 'no'}}";
    each(&[("etc/ssh/sshd_config", b"")], &[(root, "fail"), (forwarding, "pass")]);
    each(&[("etc/ssh/sshd_config", b"PermitRootLogin no\n\0\0\0")], &[(root, "error"), (forwarding, "error")]);
    each(&[("notes.txt", b"")], &[(root, "not_applicable")]);
}

#[test]
fn repeated_keys_are_each_the_one() {
    let path = "{config: [json, yaml], at: $.tls.enabled, default: 'yes', must: {be: 'yes'}}";
    let filter = "{config: json, at: '$.tls[?@.x == 1].enabled', default: 'yes', must: {be: 'yes'}}";
    let twice = b"{\"tls\":{\"enabled\":\"no\"},\"tls\":{\"enabled\":\"no\"}}";
    each(&[("a.json", twice)], &[(path, "fail")]);
    each(&[("a.json", b"{\"tls\":{\"enabled\":\"yes\"},\"tls\":{\"enabled\":\"no\"}}")], &[(path, "fail")]);
    each(&[("a.json", b"{\"tls\":{\"enabled\":\"yes\"},\"tls\":{}}")], &[(path, "pass")]);
    each(&[("a.yaml", b"tls: {enabled: no}\n---\ntls: {enabled: no}\n")], &[(path, "fail")]);
    each(&[("a.yaml", b"tls: {enabled: yes}\n---\nother: 1\n")], &[(path, "pass")]);
    let any = "{config: json, at: '$..enabled', default: 'yes', must: {be: 'yes'}}";
    each(&[("a.json", twice)], &[(any, "fail")]);
    each(&[("a.json", b"{\"tls\":{\"b\":{\"x\":1,\"x\":2,\"enabled\":\"no\"}}}")], &[(filter, "fail")]);
    let (_, report) = outcomes(&[("a.json", twice)], &[any]);
    assert_eq!(report["findings"].as_array().expect("findings").len(), 2, "{}", report["findings"]);
}

#[test]
fn too_many_ways_to_read_a_document_are_an_error_for_paths_with_choices() {
    let mut text = "{".to_owned();
    for key in 0..7 {
        text += &format!("\"k{key}\": 1, \"k{key}\": 2, ");
    }
    text += "\"tls\": \"no\"}";
    each(
        &[("a.json", text.as_bytes())],
        &[
            ("{config: json, at: '$[?@ == 3]', must: {exist: false}}", "error"),
            ("{config: json, at: $.tls, default: 'yes', must: {be: 'yes'}}", "fail"),
            ("{config: json, at: $.other, default: 'yes', must: {be: 'yes'}}", "pass"),
        ],
    );
}

#[test]
fn lists_are_lists_and_dotted_keys_enter_them() {
    each(
        &[("a.json", b"{\"users\":[{\"admin\":1},{\"admin\":2}]}")],
        &[
            ("{config: json, at: users.admin, must: {be: 1}}", "fail"),
            ("{config: json, at: users.admin, must: {at_least: 1}}", "pass"),
        ],
    );
    each(
        &[("a.json", b"[{\"a\":1},{\"a\":2}]")],
        &[("{config: json, at: '$[1].a', must: {be: 2}}", "pass"), ("{config: json, at: '$.a', must: {exist: false}}", "pass")],
    );
    let xml = b"<c><s tls=\"off\"/><s tls=\"on\"/></c>";
    for at in ["$.c.s[*][\"@tls\"]", "$.c.s[\"@tls\"]", "$.c.s[0][\"@tls\"]"] {
        let check = format!("{{config: xml, at: '{at}', default: 'on', must: {{be: 'on'}}}}");
        each(&[("a.xml", xml)], &[(&check, "fail")]);
    }
}

#[test]
fn what_is_masked_or_structured_is_no_good_answer_to_a_negative() {
    let json = b"{\"users\": [\"ada.example@police.uk\", \"cups\"], \"roles\": [{\"name\": \"root\"}], \"one\": {\"root\": 1}}";
    each(
        &[("a.json", json)],
        &[
            ("{config: json, at: users, must: {not: {contains: root}}}", "error"),
            ("{config: json, at: users, must: {not: {matches: root}}}", "error"),
            ("{config: json, at: users, must: {contains: cups}}", "pass"),
            ("{config: json, at: roles, must: {not: {contains: root}}}", "error"),
            ("{config: json, at: one, must: {not: {matches: root}}}", "error"),
            ("{config: json, at: one, must: {not: {be: root}}}", "error"),
            ("{config: json, at: users, cel: '!(\"root\" in value)'}", "error"),
        ],
    );
}

#[test]
fn a_template_that_was_not_read_may_describe_anything() {
    let broken =
        ("stack.json", &br#"{"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "Private"}"#[..]);
    let truncated = ("db.json", &br#"{"DBInstances": [{"DBInstanceIdentifier": "cards", "StorageEncrypted": true"#[..]);
    let refused = (
        "cards.get-bucket-acl.txt",
        &b"An error occurred (AccessDenied) when calling the GetBucketAcl operation: Access Denied"[..],
    );
    each(&[broken], &[("{config: aws_s3_bucket, at: acl, must: {be: private}}", "error")]);
    each(&[truncated], &[("{config: aws_db_instance, at: storage_encrypted, must: {be: 'true'}}", "error")]);
    each(&[refused], &[("{config: aws_s3_bucket, at: grants_public, must: {be: none}}", "error")]);
    // another product's export says nothing of it
    let other = ("stack.json", &br#"{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}"#[..]);
    each(
        &[other],
        &[
            ("{config: aws_s3_bucket, at: acl, must: {be: private}}", "not_applicable"),
            ("{config: aws_s3_bucket, at: acl, expect: {at_least: 1}, must: {be: private}}", "not_evidenced"),
            ("{config: aws_sns_topic, at: key, must: {not: {be: none}}}", "fail"),
        ],
    );
}

#[test]
fn what_an_absent_key_means_is_decided_only_where_every_case_agrees() {
    let sshd = ("sshd_config", &b"UsePAM yes\nX11Forwarding yes\n"[..]);
    each(
        &[sshd],
        &[
            ("{config: sshd, at: PermitRootLogin, must: {be: 'no'}}", "fail"),
            ("{config: sshd, at: PermitRootLogin, must: {not: {be: 'yes'}}}", "error"),
            ("{config: sshd, at: PermitRootLogin, must: {in: ['yes', prohibit-password]}}", "pass"),
            ("{config: sshd, at: PasswordAuthentication, must: {be: 'no'}}", "fail"),
            ("{config: sshd, at: PasswordAuthentication, default: 'no', must: {be: 'no'}}", "pass"),
        ],
    );
}

#[test]
fn a_finding_says_the_default_where_it_is_documented_and_the_line_that_would_be_right() {
    let (_, report) = outcomes(
        &[("sshd_config", b"UsePAM yes\nMaxAuthTries 10\n")],
        &["{config: sshd, at: maxauthtries, must: {at_most: 4}}", "{config: sshd, at: PasswordAuthentication, must: {be: 'no'}}"],
    );
    let advice = |control: &str| {
        let findings = report["findings"].as_array().expect("findings");
        findings.iter().find(|finding| finding["control"] == control).expect("a finding")["advice"].clone()
    };
    assert_eq!(advice("A-0"), serde_json::json!({"default": "6", "documented": "sshd_config(5)", "corrected": "MaxAuthTries 4"}));
    assert_eq!(advice("A-1")["corrected"], "PasswordAuthentication no");
    assert_eq!(advice("A-1")["default"], "yes");
}

#[test]
fn a_path_that_no_configuration_has_is_named() {
    let (outcomes, report) = outcomes(&[("a.json", b"{\"a\": 1}")], &["{config: json, at: $.nothing.here, must: {be: 1}}"]);
    assert_eq!(outcomes, ["not_applicable"]);
    let reason = report["controls"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("$.nothing.here") && reason.contains("none of the 1"), "{reason}");
}
