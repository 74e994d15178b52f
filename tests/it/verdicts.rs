//! Exit codes and verdicts: nothing evaluated is never a pass; waivers show and never turn a finding green.

use crate::support::{DATE, audit, delivery, root, run, spoken, write};

#[test]
fn the_examples_say_what_their_readmes_say() {
    assert_eq!(audit(&root().join("examples/card-printer"), &[]).0, 1);
    let (code, report) = audit(&root().join("examples/good-supplier"), &[]);
    assert_eq!(code, 0, "{}", report["reasons"]);
    assert_eq!(report["verdict"], "pass");
    assert_eq!(audit(&root().join("examples/foi-release"), &["--policy", "publication"]).0, 1);
}

#[test]
fn the_card_printer_holds_twenty_four_people() {
    let (_, report) = audit(&root().join("examples/card-printer"), &[]);
    assert_eq!(report["people"]["total"], 24);
    assert_eq!(report["people"]["by_class"]["photograph"], 24);
}

#[test]
fn empty_missing_unreadable_and_unconcerned_targets_never_pass() {
    let empty = delivery(&[]);
    assert_eq!(audit(empty.path(), &[]).0, 3);
    assert_eq!(audit(empty.path(), &[]).1["verdict"], "not_assessed");
    assert!(audit(empty.path(), &[]).1["score"]["value"].is_null());
    let (code, out, errors) = spoken(&run(&["audit", "no/such/place", "--date", DATE]));
    assert_eq!((code, out.is_empty()), (2, true));
    assert!(errors.contains("no audit was performed") && errors.contains("no/such/place"), "{errors}");
    let unconcerned = delivery(&[("readme.txt", b"hello\n")]);
    let (code, report) = audit(unconcerned.path(), &["--policy", "server-hardening"]);
    assert_ne!(code, 0, "{}", report["verdict"]);
    let policy = unconcerned.path().join("p.yaml");
    std::fs::write(&policy, "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n- {id: A-1, title: t, severity: low, checks: [{config: nginx, at: autoindex, must: {be: 'off'}}]}\n").expect("a policy");
    let (code, report) = audit(unconcerned.path(), &["--policy", policy.to_str().expect("a plain path")]);
    assert_eq!((code, report["verdict"].as_str()), (3, Some("not_assessed")));
}

#[test]
fn a_manifest_without_what_it_lists_is_no_evidence() {
    let good = root().join("examples/good-supplier");
    let manifest = std::fs::read(good.join("provost-manifest.yaml")).expect("a manifest");
    let alone = delivery(&[("provost-manifest.yaml", &manifest)]);
    let (code, report) = audit(alone.path(), &[]);
    assert_eq!((code, report["verdict"].as_str()), (3, Some("not_assessed")));
    let little = delivery(&[("provost-manifest.yaml", &manifest), ("readme.txt", b"hello\n")]);
    let (code, report) = audit(little.path(), &[]);
    assert_eq!((code, report["verdict"].as_str()), (1, Some("fail")), "{}", report["reasons"]);
    let text = String::from_utf8(manifest).expect("UTF-8").replace("issued: 2026", "issued: 2027");
    let future = delivery(&[("provost-manifest.yaml", text.as_bytes()), ("readme.txt", b"hello\n")]);
    assert_eq!(audit(future.path(), &[]).0, 1);
}

#[test]
fn a_supplier_does_not_grade_itself() {
    let policy = "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n- {id: A-1, title: t, severity: low, checks: [{statement: mfa, must: {be: 'yes'}}]}\n";
    let folder = delivery(&[
        ("p.yaml", policy.as_bytes()),
        ("provost-manifest.yaml", b"provost-manifest: 1\nstatements:\n  - {id: mfa, answer: 'yes', grade: A}\n"),
    ]);
    let policy = folder.path().join("p.yaml");
    let (_, report) = audit(folder.path(), &["--policy", policy.to_str().expect("a plain path")]);
    assert_eq!(report["controls"][0]["outcome"], "manual");
    assert_eq!(report["controls"][0]["degree"], 0.5);
}

#[cfg(unix)]
#[test]
fn links_pipes_and_odd_names_are_gaps_and_the_rest_is_whole() {
    use std::os::unix::ffi::OsStrExt;
    let folder = delivery(&[("a.csv", b"warrant_no,name\n100001,Ada Example\n")]);
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("out")).expect("a link");
    std::os::unix::fs::symlink("a.csv", folder.path().join("inside")).expect("a link");
    std::os::unix::fs::symlink(".", folder.path().join("loop")).expect("a link");
    assert!(std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status().expect("mkfifo").success());
    std::fs::write(
        folder.path().join(std::ffi::OsStr::from_bytes(b"\xff\xfe\x1b[31m.csv")),
        "warrant_no,name\n100002,Ben Sample\n",
    )
    .expect("a file");
    let (_, report) = audit(folder.path(), &["--policy", "publication"]);
    assert_eq!(report["people"]["total"], 2);
    let gaps = report["gaps"].as_array().expect("gaps");
    assert_eq!(gaps.len(), 2, "{gaps:?}");
    let text = report.to_string();
    assert!(!text.contains('\u{1b}') && !text.contains("\\u001b"), "a terminal escape came through");
}

fn waiver(control: &str, more: &str, expires: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::with_suffix(".yaml").expect("a file");
    let text = format!(
        "waivers:\n- {{control: {control}, reason: risk_accepted, owner: SIRO, approver: Head of procurement, granted: 2026-01-01, expires: {expires}{more}}}\n"
    );
    std::fs::write(file.path(), text).expect("a file");
    file
}

#[test]
fn a_waiver_shows_changes_no_outcome_and_ends() {
    let folder = delivery(&[("staff.csv", b"name,religion\nAda Example,Christian\n")]);
    let policy = folder.path().join("p.yaml");
    write(folder.path(), "p.yaml", b"provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n- {id: A-1, title: t, severity: high, checks: [{data: religion, must: {exist: false}}]}\n- {id: A-2, title: t, severity: critical, gate: true, checks: [{data: person_name, must: {exist: false}}]}\n");
    let policy = policy.to_str().expect("a plain path");
    let with = |file: &tempfile::NamedTempFile| {
        audit(folder.path(), &["--policy", policy, "--waivers", file.path().to_str().expect("a plain path")]).1
    };
    let used = with(&waiver("A-1", ", in: [\"*.csv\"]", "2026-12-31"));
    assert_eq!(used["controls"][0]["outcome"], "fail");
    assert_eq!(used["controls"][0]["waived"], true);
    assert_eq!(used["waivers"][0]["status"], "used");
    assert!(used["score"]["value"].as_f64() > used["score"]["without_waivers"].as_f64());
    // all is decided: nothing of the rest is to be assessed
    let accepted = waiver("A-1", ", in: [\"*.csv\"]", "2026-12-31");
    let file = accepted.path().to_str().expect("a plain path");
    let target = folder.path().to_str().expect("a plain path");
    let (_, text, _) = spoken(&run(&["audit", target, "--policy", policy, "--waivers", file, "--date", DATE]));
    assert!(text.contains(" without its waivers") && !text.contains("once the rest"), "{text}");
    let lapsed = with(&waiver("A-1", "", "2026-11-23"));
    assert_eq!(lapsed["waivers"][0]["status"], "expired");
    assert_eq!(lapsed["controls"][0]["waived"], false);
    let wide = with(&waiver("A-2", "", "2026-12-31"));
    assert_eq!(wide["waivers"][0]["status"], "too_wide");
    assert_eq!(wide["verdict"], "fail");
    let unused = with(&waiver("A-1", ", in: [\"elsewhere/*\"]", "2026-12-31"));
    assert_eq!(unused["waivers"][0]["status"], "unused");
    // the supplier's own files cannot waive
    write(folder.path(), "waivers.yaml", std::fs::read(waiver("A-1", "", "2026-12-31").path()).expect("text").as_slice());
    assert_eq!(audit(folder.path(), &["--policy", policy]).1["controls"][0]["waived"], false);
}

#[test]
fn sshd_is_read_as_the_product_reads_it() {
    let folder = delivery(&[
        ("srv/etc/ssh/sshd_config", b"Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication no\nPasswordAuthentication yes\nMatch User backup\n  PasswordAuthentication yes\n"),
        ("srv/etc/ssh/sshd_config.d/10-a.conf", b"PermitRootLogin yes\n"),
    ]);
    let policy = folder.path().join("p.yaml");
    write(folder.path(), "p.yaml", b"provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n- {id: A-1, title: t, severity: low, checks: [{config: sshd, at: passwordauthentication, must: {be: 'no'}}]}\n- {id: A-2, title: t, severity: low, checks: [{config: sshd, at: PermitRootLogin, default: prohibit-password, must: {be: 'no'}}]}\n- {id: A-3, title: t, severity: low, checks: [{config: sshd, at: X11Forwarding, default: 'no', must: {be: 'no'}}]}\n");
    let (_, report) = audit(folder.path(), &["--policy", policy.to_str().expect("a plain path")]);
    let findings = report["findings"].as_array().expect("findings");
    let of = |id: &str| findings.iter().filter(|finding| finding["control"] == id).collect::<Vec<_>>();
    assert_eq!(of("A-1").len(), 1, "the first value wins, and the Match block counts: {findings:?}");
    assert_eq!(of("A-1")[0]["location"]["line"], 5);
    assert_eq!(of("A-2")[0]["location"]["artifact"], "srv/etc/ssh/sshd_config.d/10-a.conf");
    assert_eq!(report["controls"][2]["outcome"], "pass");
}

/// The outcome of one check over a delivery.
fn outcome(files: &[(&str, &[u8])], check: &str) -> (String, serde_json::Value) {
    let folder = delivery(files);
    let aside = delivery(&[]);
    let policy = format!(
        "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n- {{id: A-1, title: t, severity: high, checks: [{check}]}}\n"
    );
    write(aside.path(), "p.yaml", policy.as_bytes());
    let (_, report) = audit(folder.path(), &["--policy", aside.path().join("p.yaml").to_str().expect("a plain path")]);
    (report["controls"][0]["outcome"].as_str().expect("an outcome").to_owned(), report)
}

#[test]
fn what_is_not_there_meets_neither_a_condition_nor_its_opposite() {
    let manifest = b"provost-manifest: 1\nsupplier: Example Cards\ndocuments:\n  - {type: dpia, issued: 2026-01-01}\n";
    let files: &[(&str, &[u8])] = &[("provost-manifest.yaml", manifest)];
    for (check, wanted) in [
        ("{document: dpia, must: {expired: {not: true}}}", "fail"),
        ("{document: dpia, must: {not: {expired: true}}}", "fail"),
        ("{document: dpia, must: {none: [{expired: true}]}}", "fail"),
        ("{document: dpia, must: {expires: {exist: false}}}", "pass"),
        ("{document: dpia, must: {age: {at_most: 1y}}}", "pass"),
        ("{document: dpia, cel: 'expired != true'}", "error"),
        ("{document: dpia, cel: 'days_left > 10'}", "error"),
        ("{document: dpia, cel: 'expired == null || expired == false'}", "pass"),
        ("{document: dpia, cel: 'nothing_such != 1'}", "error"),
    ] {
        assert_eq!(outcome(files, check).0, wanted, "{check}");
    }
}

#[test]
fn cel_counts_days_with_their_fraction_and_encryption_by_number() {
    let files: &[(&str, &[u8])] = &[("a.csv", b"name\nAda Example\n")];
    let outcome = |check: &str| {
        let folder = delivery(files);
        let day = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_793_000_000);
        std::fs::File::options()
            .write(true)
            .open(folder.path().join("a.csv"))
            .expect("a file")
            .set_modified(day)
            .expect("a time");
        let aside = delivery(&[]);
        let policy = format!(
            "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n- {{id: A-1, title: t, severity: high, checks: [{check}]}}\n"
        );
        write(aside.path(), "p.yaml", policy.as_bytes());
        audit(folder.path(), &["--policy", aside.path().join("p.yaml").to_str().expect("a plain path")]).1["controls"][0]["outcome"].clone()
    };
    // 2026-10-26 07:33 to the end of 2026-11-24: 29.7 days
    assert_eq!(outcome("{file: '*.csv', cel: 'age <= 30 && age > 29'}"), "pass");
    assert_eq!(outcome("{file: '*.csv', cel: 'age <= 29'}"), "fail");
    assert_eq!(outcome("{file: '*.csv', cel: 'encryption_level >= 3'}"), "fail");
    assert_eq!(outcome("{file: '*.csv', cel: 'encryption_level == 0 && encryption == \"none\"'}"), "pass");
    assert_eq!(outcome("{data: person_name, cel: 'classes.all(x, x != \"rank\")'}"), "pass");
    assert_eq!(outcome("{file: '*.csv', cel: 'container != \"a.zip\"'}"), "error");
}

#[test]
fn a_place_tells_what_its_parts_hold() {
    let files: &[(&str, &[u8])] = &[("a/x.csv", b"name,religion\nAda Example,Christian\nBen Sample,Hindu\n")];
    let check = "{data: {all_of: [person_name, religion], within: folder}, must: {confidence: {at_least: 0.3}, columns: {contains: religion}}, cel: 'matches >= 4'}";
    let (found, report) = outcome(files, check);
    assert_eq!(found, "pass", "{}", report["findings"]);
}

#[test]
fn a_class_that_nobody_looked_for_is_no_absence() {
    let policy = "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n- {id: A-1, title: t, severity: low, checks: [{data: salary, must: {exist: false}}]}\n\
        - {id: A-2, title: t, severity: low, checks: [{data: {all_of: [person_name, salary], within: file}, must: {exist: false}}]}\n\
        - {id: A-3, title: t, severity: low, checks: [{data: [iban, salary], must: {exist: false}}]}\n";
    let folder = delivery(&[("t/a.csv", b"name,email\nAda Example,ada@example.org\n"), ("p.yaml", policy.as_bytes())]);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let evidence = path("e.json");
    assert_eq!(run(&["collect", &path("t"), "--output", &evidence]).status.code(), Some(0));
    let judge = || {
        let output = run(&["assess", &evidence, "--policy", &path("p.yaml"), "--date", DATE, "--format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
        report["controls"].as_array().expect("controls").iter().map(|control| control["outcome"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(judge(), ["pass"; 3]);
    // as an older version would have collected it, which did not know the class
    let text = std::fs::read_to_string(&evidence).expect("evidence").replacen("\"salary\"", "\"salary_of_old\"", 1);
    std::fs::write(&evidence, text).expect("evidence");
    assert_eq!(judge(), ["error"; 3]);
}

#[test]
fn a_document_that_can_be_read_in_too_many_ways_is_open_also_where_no_value_is_as_the_path_asks() {
    let twice: Vec<String> = (0..7).flat_map(|key| [format!("\"k{key}\":\"a\""), format!("\"k{key}\":\"b\"")]).collect();
    let check = "{config: json, at: \"$..[?match(@, 'ftp://.*')]\", must: {exist: false}}";
    let (whole, less) = (format!("{{{}}}", twice.join(",")), format!("{{{}}}", twice[..4].join(",")));
    assert_eq!(outcome(&[("a.json", whole.as_bytes())], check).0, "error");
    assert_eq!(outcome(&[("a.json", less.as_bytes())], check).0, "pass");
    assert_eq!(outcome(&[("a.json", b"{\"a\":\"ftp://x.example\",\"a\":\"b\"}")], check).0, "fail");
}
