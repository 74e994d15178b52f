//! The working life of a finding: the supplier's answer, the re-test, waivers that hold what they say, and assessments that may have passed
//! through any hands.

use crate::support::{DATE, run, spoken, write};
use serde_json::Value;
use std::path::{Path, PathBuf};

const POLICY: &str = "provost: 1
id: life
title: Life
version: '1'
parameters: {retention: {type: duration, default: 30d, title: How long}}
controls:
  - {id: L-SSH-1, title: Root cannot log in, severity: high, theme: access, why: w, fix: f, checks: [{config: sshd, at: permitrootlogin, must: {be: 'no'}}]}
  - {id: L-SSH-2, title: Few tries, severity: medium, theme: access, why: w, fix: f, checks: [{config: sshd, at: maxauthtries, must: {at_most: 3}}]}
  - {id: L-HR-1, title: No numbers, severity: critical, gate: true, theme: minimisation, why: w, fix: f, checks: [{data: [warrant_number], in: ['hr/**'], must: {exist: false}}]}
  - {id: L-DOC-1, title: A contract, severity: medium, theme: governance, why: w, fix: f, checks: [{document: insurance, must: {expired: {be: false}}}]}
";
const PEOPLE: &str = "name,warrant number\nAda Example,Q480125\nBen Sample,Q480126\n";

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("p.yaml"), POLICY).expect("a policy");
        Self { folder }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.at(name).to_str().expect("plain").to_owned()
    }

    /// Audits a folder into NAME.json and gives the exit code.
    fn audit(&self, name: &str, more: &[&str]) -> i32 {
        let (target, policy, format) =
            (self.text(name), self.text("p.yaml"), format!("json={}", self.text(&format!("{name}.json"))));
        let mut arguments = vec!["audit", target.as_str(), "--policy", &policy, "--date", DATE, "--format", &format];
        arguments.extend(more);
        spoken(&run(&arguments)).0
    }

    fn json(&self, name: &str) -> Value {
        read(&self.at(&format!("{name}.json")))
    }

    fn retest(&self, old: &str, target: &str, more: &[&str]) -> (i32, Value) {
        let (old, target, policy) = (self.text(&format!("{old}.json")), self.text(target), self.text("p.yaml"));
        let mut arguments =
            vec!["retest", old.as_str(), &target, "--policy", &policy, "--date", "2026-12-24", "--format", "json"];
        arguments.extend(more);
        let output = run(&arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        (
            output.status.code().expect("a code"),
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}")),
        )
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a report")).expect("JSON")
}

/// What became of the findings of a control.
fn became(retest: &Value, control: &str) -> Vec<String> {
    let rows = retest["findings"].as_array().expect("a list").iter().filter(|row| row["finding"]["control"] == control);
    rows.map(|row| row["became"].as_str().expect("a word").to_owned()).collect()
}

#[test]
fn what_is_not_shown_again_is_not_put_right() {
    let place = Place::new();
    write(&place.at("old"), "web/etc/ssh/sshd_config", b"PermitRootLogin yes\nMaxAuthTries 30\n");
    write(&place.at("old"), "hr/staff.csv", PEOPLE.as_bytes());
    assert_eq!(place.audit("old", &[]), 1);
    // the same again: nothing is put right, and the day has passed for all of it
    let (code, found) = place.retest("old", "old", &[]);
    assert_eq!((code, became(&found, "L-SSH-1"), became(&found, "L-HR-1")), (1, vec!["open".into()], vec!["open".into()]));
    assert!(
        found["findings"].as_array().expect("a list").iter().filter(|row| row["became"] == "open").any(|row| row["late"] == true)
    );
    // a part of the delivery: one file put right, the others not shown
    write(&place.at("part"), "web/etc/ssh/sshd_config", b"PermitRootLogin no\nMaxAuthTries 3\n");
    let (code, found) = place.retest("old", "part", &[]);
    assert_eq!(became(&found, "L-SSH-1"), ["fixed"]);
    assert_eq!(became(&found, "L-HR-1"), ["not_shown"], "{found:#}");
    assert_eq!((code, became(&found, "L-DOC-1")), (3, vec!["not_shown".into()]));
    // the whole delivery: what is gone has been removed, a document has to be there all the same
    let (code, found) = place.retest("old", "part", &["--whole"]);
    assert_eq!((code, became(&found, "L-HR-1"), became(&found, "L-DOC-1")), (3, vec!["fixed".into()], vec!["not_shown".into()]));
    // a setting whose file is gone is not put right by that
    write(&place.at("bare"), "readme.txt", b"nothing\n");
    assert_eq!(became(&place.retest("old", "bare", &["--whole"]).1, "L-SSH-1"), ["not_shown"]);
    // an archive that nobody can open may hold it still
    write(&place.at("shut"), "web/etc/ssh/sshd_config", b"PermitRootLogin no\nMaxAuthTries 3\n");
    write(&place.at("shut"), "hr/all.rar", b"Rar!\x1a\x07\x01\x00 nothing that can be read");
    let (code, found) = place.retest("old", "shut", &["--whole"]);
    assert_eq!((code, became(&found, "L-HR-1")), (3, vec!["undecided".into()]), "{found:#}");
    // everything put right
    write(&place.at("all"), "web/etc/ssh/sshd_config", b"PermitRootLogin no\nMaxAuthTries 3\n");
    write(
        &place.at("all"),
        "provost-manifest.yaml",
        b"provost-manifest: 1\ndocuments:\n  - {type: insurance, issued: 2026-12-01, expires: 2027-12-01}\n",
    );
    let (code, found) = place.retest("old", "all", &["--whole"]);
    assert_eq!((code, found["count"]["fixed"].as_u64()), (0, Some(4)), "{found:#}");
    // a fault of another file of an open control is new
    write(&place.at("all"), "db/etc/ssh/sshd_config", b"PermitRootLogin yes\nMaxAuthTries 3\n");
    assert_eq!(place.retest("old", "all", &["--whole"]).0, 1);
    for format in ["terminal", "csv", "html"] {
        let (old, target, policy) = (place.text("old.json"), place.text("part"), place.text("p.yaml"));
        let (_, text, errors) =
            spoken(&run(&["retest", &old, &target, "--policy", &policy, "--date", "2026-12-24", "--format", format]));
        assert!(text.contains("L-HR-1") && errors.is_empty(), "{format}: {text} {errors}");
    }
}

#[test]
fn a_retest_asks_what_the_audit_asked() {
    let place = Place::new();
    write(&place.at("d"), "hr/staff.csv", PEOPLE.as_bytes());
    place.audit("d", &[]);
    let (old, target, policy) = (place.text("d.json"), place.text("d"), place.text("p.yaml"));
    for (more, wanted) in [
        (&["--policy", "publication"][..], "another policy"),
        (&["--policy", &policy, "--set", "retention=40d"], "other parameters"),
        (&["--policy", &policy, "--date", "2020-01-01"], "before the audit"),
    ] {
        let mut arguments = vec!["retest", old.as_str(), &target];
        arguments.extend(more);
        let (code, _, errors) = spoken(&run(&arguments));
        assert!(code == 2 && errors.contains(wanted), "{more:?}: {errors}");
    }
}

#[test]
fn an_answer_of_the_supplier_stands_beside_its_finding_masked_and_changes_nothing() {
    let place = Place::new();
    write(&place.at("d"), "web/etc/ssh/sshd_config", b"PermitRootLogin yes\n");
    assert_eq!(place.audit("d", &[]), 1);
    let (json, form) = (place.text("d.json"), place.text("answers.yaml"));
    assert_eq!(spoken(&run(&["respond", &json, &form])).0, 0);
    let (code, _, errors) = spoken(&run(&["respond", &json, &form]));
    assert!(code == 2 && errors.contains("there already"), "{errors}");
    // an empty form answers nothing
    let render = |more: &[&str]| {
        let mut arguments = vec!["render", json.as_str(), "--responses", &form, "--format", "json"];
        arguments.extend(more);
        spoken(&run(&arguments))
    };
    let (code, text, errors) = render(&[]);
    assert!(code == 0 && !text.contains("\"response\""), "{errors}");
    let filled = std::fs::read_to_string(&form).expect("a form");
    let said = "    status: disputed\n    text: \"Ada Example (warrant Q480125) <script>x</script> told us\"\n    date: 2026-11-25\n    by: Ada Example";
    let filled = filled.replacen("    status:\n    text:\n    date:\n    planned:\n    by:", said, 1)
        + "  - {finding: 00000000deadbeef, status: fixed}\n";
    std::fs::write(&form, &filled).expect("a file");
    let (code, text, errors) = render(&["--classification", "OFFICIAL-SENSITIVE"]);
    assert_eq!(code, 0, "{errors}");
    assert!(!text.contains("Example (") && !text.contains("Q480125"), "an answer was not masked");
    let with: Value = serde_json::from_str(&text).expect("JSON");
    let answered: Vec<&Value> =
        with["findings"].as_array().expect("a list").iter().filter(|finding| !finding["response"].is_null()).collect();
    assert_eq!(
        (answered.len(), answered[0]["response"]["stance"].as_str(), answered[0]["response"]["signed"].as_bool()),
        (1, Some("disputed"), Some(true))
    );
    assert_eq!(with["unmatched_responses"][0], "00000000deadbeef");
    assert_eq!((&with["verdict"], &with["score"]), (&place.json("d")["verdict"], &place.json("d")["score"]));
    for format in ["terminal", "html", "markdown", "csv", "sarif", "oscal", "oscal-poam"] {
        let output = run(&["render", &json, "--responses", &form, "--classification", "OFFICIAL-SENSITIVE", "--format", format]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("disputed"), "{format} has no answer");
        assert!(text.contains("OFFICIAL-SENSITIVE"), "{format} has no classification");
        assert!(!text.contains("Q480125"), "{format}");
        assert!(format != "html" || !text.contains("<script>x"));
    }
    for (text, wanted) in [
        ("responses: []\n", "does not begin with"),
        ("provost-responses: 1\nresponses:\n  - {finding: 00000000deadbeef, status: perhaps}\n", ":3:41: `status` is one of"),
        ("provost-responses: 1\nresponses:\n  - {finding: Ada Example, status: fixed}\n", "is the fingerprint"),
        ("provost-responses: 1\nresponses:\n  - {finding: 00000000deadbeef, status: fixed, score: 100}\n", "an unknown key"),
        ("provost-responses: 1\nresponses: [\n", "not YAML"),
    ] {
        std::fs::write(&form, text).expect("a file");
        let (code, _, errors) = render(&[]);
        assert!(code == 2 && errors.contains(wanted) && !errors.contains("Ada"), "{text}: {errors}");
    }
}

#[test]
fn the_register_shows_what_ends_and_what_nobody_supplied() {
    let place = Place::new();
    let manifest = "provost-manifest: 1
documents:
  - {type: insurance, issued: 2025-12-01, expires: 2026-12-20, title: Cover}
  - {type: insurance, issued: 2024-12-01, expires: 2025-12-01}
  - {type: penetration_test, issued: 2024-01-01, expires: 2025-01-01, path: none.pdf}
  - {type: iso_27001, issued: 2025-01-01, expires: 2026-01-01}
statements:
  - {id: media, answer: 'no', date: 2026-10-01, by: Somebody}
";
    write(&place.at("d"), "provost-manifest.yaml", manifest.as_bytes());
    write(&place.at("d"), "web/etc/ssh/sshd_config", b"PermitRootLogin no\n");
    place.audit("d", &[]);
    let found = place.json("d");
    let rows: Vec<(String, String)> = found["documents"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| (row["type"].as_str().expect("a type").to_owned(), row["status"].as_str().expect("a state").to_owned()))
        .collect();
    let wanted =
        [("penetration_test", "not_shown"), ("iso_27001", "expired"), ("insurance", "expiring"), ("insurance", "superseded")];
    assert_eq!(rows, wanted.map(|(kind, status)| (kind.to_owned(), status.to_owned())), "{found:#}");
    assert_eq!(found["documents"][2]["controls"][0], "L-DOC-1");
    assert_eq!(found["statements"][0]["id"], "media");
    std::fs::remove_file(place.at("d").join("provost-manifest.yaml")).expect("it was there");
    place.audit("d", &[]);
    assert_eq!(place.json("d")["documents"][0]["status"], "missing");
    let html = String::from_utf8(run(&["render", &place.text("d.json"), "--format", "html"]).stdout).expect("text");
    assert!(html.contains("Expiry calendar") && html.contains("not supplied"));
}

#[test]
fn whatever_is_open_has_a_finding_and_no_gate_passes_unseen() {
    let place = Place::new();
    for number in 0..40 {
        write(&place.at("d"), &format!("plain/{number}.txt"), b"nothing of anybody\n");
    }
    write(&place.at("d"), "web/etc/ssh/sshd_config", b"PermitRootLogin no\nMaxAuthTries 3\n");
    write(
        &place.at("d"),
        "provost-manifest.yaml",
        b"provost-manifest: 1\ndocuments:\n  - {type: insurance, issued: 2026-11-01, expires: 2027-12-01}\n",
    );
    assert_eq!(place.audit("d", &[]), 0);
    std::fs::rename(place.at("d.json"), place.at("base.json")).expect("it is there");
    write(&place.at("d"), "hr/all.rar", b"Rar!\x1a\x07\x01\x00 nothing that can be read");
    let base = place.text("base.json");
    for more in [&[][..], &["--fail-on", "critical"], &["--fail-on", "low"], &["--baseline", &base]] {
        assert_ne!(place.audit("d", more), 0, "{more:?}");
    }
    let found = place.json("d");
    for control in found["controls"].as_array().expect("a list") {
        let open = ["fail", "error", "not_evidenced"].contains(&control["outcome"].as_str().expect("a word"));
        let has = found["findings"].as_array().expect("a list").iter().any(|finding| finding["control"] == control["id"]);
        assert_eq!(open, has, "{control:#}");
    }
}

#[test]
fn another_persons_file_is_not_waived_because_its_name_has_the_same_shape() {
    let place = Place::new();
    write(&place.at("d"), "hr/Ada Example.csv", PEOPLE.as_bytes());
    assert_eq!(place.audit("d", &[]), 1);
    let first = place.json("d")["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|row| row["control"] == "L-HR-1")
        .expect("one")
        .clone();
    assert_eq!(first["ambiguous"], true, "{first:#}");
    let base = place.text("base.json");
    std::fs::rename(place.at("d.json"), &base).expect("it is there");
    std::fs::remove_file(place.at("d/hr/Ada Example.csv")).expect("it was there");
    write(&place.at("d"), "hr/Ben Example.csv", b"name,warrant number\nCleo Model,Q480127\nDora Pattern,Q480128\n");
    assert_eq!(place.audit("d", &["--fail-on", "critical", "--baseline", &base]), 1);
    let file = place.text("w.yaml");
    let policy = place.text("p.yaml");
    let waive = |more: &[&str]| {
        let mut arguments = vec!["waive", file.as_str(), "--policy", &policy, "--control", "L-HR-1", "--reason", "risk_accepted"];
        arguments.extend([
            "--owner",
            "SIRO",
            "--approver",
            "Head",
            "--justification",
            "j",
            "--expires",
            "2027-05-31",
            "--granted",
            "2026-11-01",
        ]);
        arguments.extend(more);
        spoken(&run(&arguments))
    };
    let print = first["fingerprint"].as_str().expect("a fingerprint");
    assert_eq!(waive(&["--finding", &print.to_uppercase()]).0, 0);
    place.audit("d", &["--waivers", &file]);
    let covered = |found: &Value| found["findings"].as_array().expect("a list").iter().any(|row| row["waived"] == true);
    assert!(!covered(&place.json("d")));
    for wide in ["**", "*", "**/*"] {
        let (code, _, errors) = waive(&["--in", wide]);
        assert!(code == 2 && errors.contains("names a finding or a place"), "{wide}: {errors}");
    }
    // a place covers knowingly whatever is there
    assert_eq!(waive(&["--in", "hr/*"]).0, 0);
    place.audit("d", &["--waivers", &file]);
    assert!(covered(&place.json("d")));
    let csv = spoken(&run(&["render", &place.text("d.json"), "--format", "csv"])).1;
    assert!(csv.contains("Owner SIRO"), "{csv}");
}

#[test]
fn a_waiver_file_keeps_what_people_wrote_in_it() {
    let place = Place::new();
    let file = place.text("w.yaml");
    let waive = |control: &str| {
        let arguments = [
            "waive",
            &file,
            "--control",
            control,
            "--reason",
            "risk_accepted",
            "--owner",
            "SIRO",
            "--approver",
            "Head",
            "--justification",
            "j",
            "--expires",
            "2027-05-31",
            "--granted",
            "2026-11-01",
        ];
        spoken(&run(&arguments))
    };
    for text in [
        "# our register, do not delete\nwaivers: []\n# the end\n",
        "# our register, do not delete\n# the end\n",
        "# our register, do not delete\nwaivers:\n  - control: SRV-SSH-2\n    reason: risk_accepted\n    justification: j\n    owner: o\n    approver: a\n    granted: 2026-01-01\n    expires: 2026-12-31\n# the end\n",
        "\u{feff}# our register, do not delete\r\nwaivers: []\r\n# the end\r\n...\r\n",
    ] {
        std::fs::write(&file, text).expect("a file");
        for control in ["SRV-SSH-1", "SRV-SSH-2"] {
            let (code, _, errors) = waive(control);
            assert_eq!(code, 0, "{text}: {errors}");
        }
        let after = std::fs::read_to_string(&file).expect("a file");
        assert!(after.contains("# our register, do not delete") && after.contains("# the end"), "{after}");
        assert!(after.contains("SRV-SSH-1") && after.contains("SRV-SSH-2"), "{after}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let rights = |mode: u32| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("rights");
        rights(0o600);
        assert_eq!(waive("SRV-SMB-1").0, 0);
        assert_eq!(std::fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o600);
        rights(0o440);
        let (code, _, errors) = waive("SRV-SMB-2");
        assert!(code == 2 && errors.contains("read-only"), "{errors}");
    }
}

#[test]
fn a_stored_assessment_that_this_program_did_not_write_is_refused() {
    let place = Place::new();
    write(&place.at("d"), "hr/staff.csv", PEOPLE.as_bytes());
    place.audit("d", &[]);
    let good = std::fs::read_to_string(place.at("d.json")).expect("a report");
    let found: Value = serde_json::from_str(&good).expect("JSON");
    let with = |pointer: &str, value: Value| {
        let mut changed = found.clone();
        *changed.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
        changed.to_string()
    };
    let many = [
        with("/score/value", (-1e308).into()),
        with("/derivation/0/points", 1e308.into()),
        with("/artifacts/0/records", u64::MAX.into()),
        with("/coverage/ratio", 7.into()),
    ];
    for text in many {
        std::fs::write(place.at("bad.json"), text).expect("a file");
        for format in ["terminal", "html"] {
            let (code, _, errors) = spoken(&run(&["render", &place.text("bad.json"), "--format", format]));
            assert!(code == 2 && errors.contains("not written by this program"), "{errors}");
        }
    }
    for pointer in [
        "/policy/title",
        "/policy/version",
        "/findings/0/fix",
        "/controls/0/title",
        "/derivation/0/clause",
        "/tool",
        "/reasons/0",
    ] {
        std::fs::write(place.at("bad.json"), with(pointer, "a\u{1b}[31mred\r\n::error::x".into())).expect("a file");
        let (code, text, _) = spoken(&run(&["render", &place.text("bad.json")]));
        assert!(
            code == 0 && !text.contains(['\u{1b}', '\r']) && !text.lines().any(|line| line.trim_start().starts_with("::")),
            "{pointer}"
        );
    }
    if cfg!(unix) {
        let (code, _, errors) = spoken(&run(&["render", "/dev/zero"]));
        assert!(code == 2 && errors.contains("device"), "{errors}");
    }
    // a report is not written over what it is made from, and one bad place does not cost the others
    let json = place.text("d.json");
    let (code, _, errors) = spoken(&run(&["render", &json, "--format", &format!("html={json}")]));
    assert!(code == 2 && errors.contains("made from it"), "{errors}");
    assert_eq!(std::fs::read_to_string(&json).expect("a report"), good);
    let other = place.text("ok.csv");
    let (code, _, _) = spoken(&run(&["render", &json, "--format", "html=/proc/none", "--format", &format!("csv={other}")]));
    assert_eq!((code, place.at("ok.csv").exists()), (2, true));
    // a gate asked of `render` is a mistake, not a pass
    assert_eq!(spoken(&run(&["render", &json, "--fail-under", "99"])).0, 2);
}

#[test]
fn what_a_difference_rests_on_is_said() {
    let place = Place::new();
    write(&place.at("a"), "hr/one.csv", PEOPLE.as_bytes());
    write(&place.at("a"), "web/etc/ssh/sshd_config", b"PermitRootLogin yes\n");
    place.audit("a", &[]);
    let diff = |old: &str, new: &str| spoken(&run(&["diff", &place.text(old), &place.text(new)]));
    // the file cannot be read any more: nobody put anything right
    write(&place.at("b"), "hr/one.csv.rar", b"Rar!\x1a\x07\x01\x00 nothing that can be read");
    place.audit("b", &[]);
    let (_, text, _) = diff("a.json", "b.json");
    assert!(text.contains("Unseen (") && !text.contains("Fixed (") && text.contains("incomplete"), "{text}");
    // other parameters over the same delivery
    std::fs::copy(place.at("a.json"), place.at("c.json")).expect("a copy");
    place.audit("a", &["--set", "retention=400d"]);
    assert!(diff("c.json", "a.json").1.contains("different parameters"));
    // another model
    place.audit("a", &["--score-model", "xccdf-flat"]);
    let (code, _, errors) = diff("c.json", "a.json");
    assert!(code == 2 && errors.contains("different models"), "{errors}");
    // a folder without anything is nobody's best
    std::fs::create_dir_all(place.at("empty")).expect("a folder");
    place.audit("empty", &[]);
    place.audit("a", &[]);
    let (_, text, _) = spoken(&run(&["compare", &place.text("a.json"), &place.text("empty.json"), "--format", "csv"]));
    assert!(text.lines().nth(1).is_some_and(|line| line.starts_with("1,") && line.contains("/a,")), "{text}");
    for (command, name) in [("compare", "Suppliers compared"), ("diff", "Audit against the last")] {
        let (code, text, errors) = spoken(&run(&[command, &place.text("c.json"), &place.text("a.json"), "--format", "html"]));
        assert!(code == 0 && text.contains(name) && text.contains("script-src 'none'"), "{errors}");
    }
    let (code, text, _) = spoken(&run(&["history", &place.folder.path().display().to_string(), "--format", "html"]));
    assert!(code == 0 && text.contains("<polyline") && text.contains("History of audits"));
}

#[test]
fn what_was_cut_off_is_counted_and_not_excused() {
    let place = Place::new();
    let servers = |count: usize| {
        for number in 0..count {
            write(&place.at("d"), &format!("s{number}/etc/ssh/sshd_config"), b"PermitRootLogin yes\nMaxAuthTries 3\n");
        }
    };
    servers(2003);
    place.audit("d", &[]);
    let base = place.text("base.json");
    std::fs::rename(place.at("d.json"), &base).expect("it is there");
    assert_eq!(place.audit("d", &["--baseline", &base]), 0);
    servers(2010);
    assert_eq!(place.audit("d", &["--baseline", &base]), 1);
    let found = place.json("d");
    let more =
        found["findings"].as_array().expect("a list").iter().find(|row| row["fingerprint"] == "more-L-SSH-1").expect("one");
    assert_eq!((more["count"].as_u64(), more["found"].as_str().expect("a text").starts_with("10 further")), (Some(10), true));
}
