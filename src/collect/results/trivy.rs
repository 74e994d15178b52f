//! Trivy's own JSON: vulnerabilities, misconfigurations, secrets and licences of an image, a repository or a file system.
//! It must not read the secrets that Trivy found: only that there are some, and where.

use super::{Results, Status, TestResult, TestRun, day, result, scan, text, with_line};
use crate::collect::config::exported::get;
use crate::model::node::Node;
use crate::model::results::Grade;

/// The reader.
pub(super) struct Trivy;
/// The reader.
pub(super) static RESULT: Trivy = Trivy;

impl Results for Trivy {
    fn id(&self) -> &'static str {
        "trivy"
    }

    fn title(&self) -> &'static str {
        "Trivy (JSON, schema 2)"
    }

    fn notes(&self) -> &'static str {
        "Each vulnerability, secret and licence that is listed fails under its own id; a misconfiguration has the status that Trivy gives it \
         (PASS, FAIL; EXCEPTION is an exception of the supplier's own and fails, and so does what was ignored, where the export lists it). `where` is the target and the package or line. The \
         item `scan` is the run itself and passes. The day is CreatedAt, which Trivy writes since version 0.49: an older export says no day."
    }

    fn claims(&self, root: &Node) -> bool {
        get(root, &["SchemaVersion"]).is_some()
            && get(root, &["ArtifactName"]).is_some()
            && get(root, &["ArtifactType"]).is_some()
    }

    fn begins(&self, head: &str) -> bool {
        head.contains("\"SchemaVersion\"") && head.contains("\"ArtifactName\"") && head.contains("\"ArtifactType\"")
    }

    fn read(&self, root: &Node) -> Result<Vec<TestRun>, String> {
        if text(root, &["SchemaVersion"]) != "2" {
            return Err("another schema of Trivy's than 2".to_owned());
        }
        let mut results = vec![scan(Status::Pass, root.line)];
        for target in get(root, &["Results"]).map(Node::items).unwrap_or_default() {
            // what the supplier let Trivy ignore was found all the same
            for one in get(target, &["ExperimentalModifiedFindings"]).map(Node::items).unwrap_or_default() {
                let finding = get(one, &["Finding"]).unwrap_or(one);
                let ids = [
                    text(finding, &["VulnerabilityID"]),
                    text(finding, &["AVDID"]),
                    text(finding, &["ID"]),
                    text(finding, &["RuleID"]),
                ];
                let id = ids.into_iter().find(|id| !id.is_empty()).unwrap_or("unnamed");
                let place = format!("{} {}", text(target, &["Target"]), text(finding, &["PkgName"]));
                results.push(result(
                    id,
                    text(finding, &["Title"]),
                    Status::Fail,
                    severity(finding),
                    place.trim().to_owned(),
                    one,
                ));
            }
            for (kind, read) in KINDS {
                let list = get(target, &[kind]).map(Node::items).unwrap_or_default();
                results.extend(list.iter().map(|one| read(text(target, &["Target"]), one)));
            }
        }
        Ok(vec![TestRun {
            tool: "trivy".to_owned(),
            version: Some(text(root, &["Trivy", "Version"]).to_owned()),
            produced: day(text(root, &["CreatedAt"])),
            subject: text(root, &["ArtifactName"]).to_owned(),
            results,
            ..TestRun::default()
        }])
    }
}

type Read = fn(&str, &Node) -> TestResult;

/// What a target lists, and how each is read.
const KINDS: [(&str, Read); 4] = [
    ("Vulnerabilities", |target, one| {
        let package = text(one, &["PkgName"]);
        let id = text(one, &["VulnerabilityID"]);
        result(id, text(one, &["Title"]), Status::Fail, severity(one), format!("{target} {package}"), one)
    }),
    ("Misconfigurations", |target, one| {
        let status = match text(one, &["Status"]) {
            "PASS" => Status::Pass,
            "FAIL" | "EXCEPTION" => Status::Fail,
            _ => Status::Unknown,
        };
        let place = with_line(target, text(one, &["CauseMetadata", "StartLine"]));
        let id = [text(one, &["AVDID"]), text(one, &["ID"])].into_iter().find(|id| !id.is_empty()).unwrap_or_default();
        result(id, text(one, &["Title"]), status, severity(one), place, one)
    }),
    ("Secrets", |target, one| {
        let place = with_line(target, text(one, &["StartLine"]));
        result(text(one, &["RuleID"]), text(one, &["Title"]), Status::Fail, severity(one), place, one)
    }),
    ("Licenses", |target, one| {
        let place = format!("{target} {}", text(one, &["PkgName"]));
        result("license", text(one, &["Name"]), Status::Fail, severity(one), place, one)
    }),
];

fn severity(node: &Node) -> Option<Grade> {
    Grade::of(text(node, &["Severity"]))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;
    use crate::collect::config::exported::json;
    use crate::model::day::Day;

    #[test]
    fn findings_of_each_kind() {
        let root = json(r#"{"SchemaVersion": 2, "CreatedAt": "2026-11-20T12:20:30.000000005Z", "ArtifactName": "cards:1", "ArtifactType": "container_image",
            "Results": [
              {"Target": "cards:1 (debian 13.1)", "Class": "os-pkgs", "Vulnerabilities": [
                {"VulnerabilityID": "CVE-2026-44487", "PkgName": "libexample", "Severity": "HIGH", "Title": "an example"},
                {"VulnerabilityID": "CVE-2026-10000", "PkgName": "libexample", "Severity": "UNKNOWN"}]},
              {"Target": "Dockerfile", "Class": "config", "Misconfigurations": [
                {"ID": "DS002", "AVDID": "AVD-DS-0002", "Title": "root", "Severity": "HIGH", "Status": "FAIL", "CauseMetadata": {"StartLine": 3}},
                {"ID": "DS001", "Status": "PASS"}, {"ID": "DS009", "Status": "EXCEPTION"}, {"ID": "DS010", "Status": "MAYBE"}]},
              {"Target": "app/x.env", "Secrets": [{"RuleID": "aws-access-key-id", "Severity": "CRITICAL", "StartLine": 4, "Match": "*"}]},
              {"Target": "empty", "ExperimentalModifiedFindings": [{"Type": "vulnerability", "Status": "ignored",
                "Finding": {"VulnerabilityID": "CVE-2026-10001", "PkgName": "libexample", "Severity": "LOW"}}]}]}"#).unwrap();
        assert!(RESULT.claims(&root));
        let runs = RESULT.read(&root).unwrap();
        let run = runs.first().unwrap();
        assert_eq!(run.produced, Day::parse("2026-11-20"));
        let seen: Vec<_> = run.results.iter().map(|one| (&*one.id, one.status, one.severity, &*one.place)).collect();
        assert_eq!(
            seen,
            [
                ("scan", Status::Pass, None, ""),
                ("CVE-2026-44487", Status::Fail, Some(Grade::High), "cards:1 (debian 13.1) libexample"),
                ("CVE-2026-10000", Status::Fail, None, "cards:1 (debian 13.1) libexample"),
                ("AVD-DS-0002", Status::Fail, Some(Grade::High), "Dockerfile:3"),
                ("DS001", Status::Pass, None, "Dockerfile"),
                ("DS009", Status::Fail, None, "Dockerfile"),
                ("DS010", Status::Unknown, None, "Dockerfile"),
                ("aws-access-key-id", Status::Fail, Some(Grade::Critical), "app/x.env:4"),
                ("CVE-2026-10001", Status::Fail, Some(Grade::Low), "empty libexample"),
            ]
        );
    }
}
