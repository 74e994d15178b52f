//! Reports for machines and sheets, made from a stored assessment as a user makes them. Foreign readers: `tests/foreign/reports.sh`.

use crate::support::{DATE, run};
use serde_json::Value;

const FORMATS: &[&str] = &["sarif", "junit", "gitlab", "csv", "csv-evidence", "markdown", "github", "oscal", "oscal-poam"];

/// A stored assessment of the bad example, changed, and what each format makes of it.
fn rendered(change: impl Fn(&mut Value)) -> (Value, std::collections::BTreeMap<&'static str, String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.json");
    let stored = path.to_str().expect("a plain path");
    let _ = run(&["audit", "examples/card-printer", "--date", DATE, "--format", &format!("json={stored}")]);
    let mut whole: Value = serde_json::from_str(&std::fs::read_to_string(&path).expect("a report")).expect("JSON");
    change(&mut whole);
    std::fs::write(&path, whole.to_string()).expect("a file");
    let render = |format: &&'static str| {
        let output = run(&["render", stored, "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{format}: {}", String::from_utf8_lossy(&output.stderr));
        (*format, String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let reports = FORMATS.iter().map(render).collect();
    (whole, reports)
}

#[test]
fn every_finding_is_in_every_report_that_lists_them() {
    let (whole, reports) = rendered(|whole| whole["findings"][0]["waived"] = true.into());
    let findings = whole["findings"].as_array().expect("findings");
    let sarif: Value = serde_json::from_str(&reports["sarif"]).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), findings.len());
    for (result, finding) in results.iter().zip(findings) {
        assert_eq!(result["partialFingerprints"]["provostFinding/v1"], finding["fingerprint"]);
        let region = result["locations"][0]["physicalLocation"].get("region");
        assert_eq!(region.is_some(), finding["location"]["line"].is_u64());
    }
    assert_eq!(results[0]["suppressions"][0]["status"], "accepted");
    let gitlab: Value = serde_json::from_str(&reports["gitlab"]).expect("JSON");
    assert_eq!(gitlab.as_array().expect("a list").len(), findings.len() - 1, "waived ones are left out");
    assert_eq!(reports["csv"].matches("\r\n").count(), findings.len() + 1);
    let artifacts = whole["artifacts"].as_array().expect("artifacts").len();
    let shown = ["documents", "statements"].map(|list| whole[list].as_array().expect("a list").len());
    assert_eq!(reports["csv-evidence"].matches("\r\n").count(), artifacts + shown[0] + shown[1] + 1);
    let controls = whole["controls"].as_array().expect("controls").len();
    assert_eq!(reports["junit"].matches("<testcase ").count(), controls + 1);
    assert_eq!(reports["github"].lines().count(), 52, "the verdict, fifty, and the number left");
    let oscal: Value = serde_json::from_str(&reports["oscal"]).expect("JSON");
    let observations = oscal["assessment-results"]["results"][0]["observations"].as_array().expect("observations");
    assert_eq!(observations.len(), findings.len());
    let plan: Value = serde_json::from_str(&reports["oscal-poam"]).expect("JSON");
    let risks = plan["plan-of-action-and-milestones"]["risks"].as_array().expect("risks");
    assert!(risks.iter().all(|risk| risk["deadline"].is_string()));
}

#[test]
fn a_name_is_no_markup_no_formula_and_no_second_line() {
    let name = "=HYPERLINK(\"http://x.example\")<script>|`\n::error::x\u{202e}\u{1b}[1m";
    let (_, reports) = rendered(|whole| {
        for finding in whole["findings"].as_array_mut().expect("findings") {
            finding["location"]["artifact"] = name.into();
            finding["found"] = name.into();
        }
        whole["target"] = "/srv/secret".into();
    });
    for (format, text) in &reports {
        assert!(!text.contains(['\u{202e}', '\u{1b}']), "{format}");
    }
    assert!(!reports["junit"].contains("<script"));
    assert!(reports["csv"].contains(",\"'=HYPERLINK("));
    assert!(!reports["csv"].contains(",=") && !reports["csv"].contains("\"="));
    assert!(reports["github"].lines().all(|line| line.starts_with("::")) && reports["github"].lines().count() == 52);
    let sarif: Value = serde_json::from_str(&reports["sarif"]).expect("JSON");
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert!(place["uri"].as_str().is_some_and(|uri| uri.starts_with("%3DHYPERLINK%28%22http%3A/")), "{place}");
    assert!(!sarif.to_string().contains("/srv/secret"), "no absolute path");
}

#[test]
fn a_page_of_markdown_is_cut_with_a_count() {
    let (_, reports) = rendered(|whole| {
        let findings = whole["findings"].as_array_mut().expect("findings");
        let first = findings[0].clone();
        findings.extend(std::iter::repeat_n(first, 8_000));
    });
    let page = &reports["markdown"];
    assert!(page.len() < 1_000_000 && page.len() > 900_000, "{}", page.len());
    assert!(page.contains("more rows are left out"));
    assert!(page.contains("not legal advice"), "the foot has room");
    assert_eq!(page.matches("<details>").count(), page.matches("</details>").count());
}

/// Names that are no text at all: no report breaks, and no format has anything but UTF-8 in it.
#[test]
#[cfg(target_os = "linux")]
fn a_name_that_is_no_text_breaks_no_report() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let out = tempfile::tempdir().expect("a folder");
    let name = std::ffi::OsStr::from_bytes(b"hr \xff\xfe\n\x1b[31m\xc3(.csv");
    std::fs::write(folder.path().join(name), "name,warrant number\nAda Example,Q480125\nBen Sample,Q480126\n").expect("a file");
    let formats: Vec<String> =
        provost::report::ids().iter().map(|id| format!("--format={id}={}", out.path().join(id).display())).collect();
    let mut arguments = vec!["audit", folder.path().to_str().expect("plain"), "--date", DATE, "--policy", "publication"];
    arguments.extend(formats.iter().map(String::as_str));
    assert_eq!(run(&arguments).status.code(), Some(1));
    for id in provost::report::ids().into_iter().filter(|id| *id != "pdf") {
        let text = String::from_utf8(std::fs::read(out.path().join(id)).expect("a report"))
            .unwrap_or_else(|_| panic!("{id} is no UTF-8"));
        assert!(!text.contains('\u{1b}'), "{id}");
        if ["json", "sarif", "gitlab", "oscal", "oscal-poam"].contains(&id) {
            assert!(serde_json::from_str::<Value>(&text).is_ok(), "{id}");
        }
    }
}
