//! OCSF findings as JSON, as Prowler writes them since version 4 and others do: compliance, detection and vulnerability findings.
//! It must not believe suppressions: they are the supplier's own.

use super::{Results, Status, TestRun, day, result, text};
use crate::collect::config::exported::get;
use crate::model::day::Day;
use crate::model::node::{Kind, Node};
use crate::model::results::Grade;
use std::collections::BTreeMap;

/// The reader.
pub(super) struct Ocsf;
/// The reader.
pub(super) static RESULT: Ocsf = Ocsf;

impl Results for Ocsf {
    fn id(&self) -> &'static str {
        "ocsf"
    }

    fn title(&self) -> &'static str {
        "OCSF findings (JSON; Prowler 4 and later)"
    }

    fn notes(&self) -> &'static str {
        "A list of findings, or one; each product with its version is a run of that name. The id is `metadata.event_code`, else the finding's \
         type or uid. Status by `status_code` or `compliance.status`: pass, fail, and manual or not available as not run; a finding \
         without either is something that was found, and fails. Suppressed findings count as if they were not. The day is the oldest of the findings."
    }

    fn claims(&self, root: &Node) -> bool {
        let first = if let Kind::List(items) = &root.kind { items.first() } else { Some(root) };
        first.is_some_and(|one| {
            get(one, &["metadata", "product"]).is_some()
                && (get(one, &["finding_info"]).is_some() || get(one, &["finding"]).is_some())
                && (get(one, &["class_uid"]).is_some() || get(one, &["class_name"]).is_some())
        })
    }

    fn begins(&self, head: &str) -> bool {
        head.contains("\"finding_info\"") && head.contains("\"metadata\"") && head.contains("\"class_uid\"")
    }

    fn read(&self, root: &Node) -> Result<Vec<TestRun>, String> {
        let all = if let Kind::List(items) = &root.kind { items.as_slice() } else { std::slice::from_ref(root) };
        let mut runs: BTreeMap<(&str, &str), (TestRun, bool)> = BTreeMap::new();
        for one in all {
            let key = (text(one, &["metadata", "product", "name"]), text(one, &["metadata", "product", "version"]));
            let (run, undated) = runs.entry(key).or_default();
            let codes =
                [text(one, &["status_code"]), text(one, &["compliance", "status"]), text(one, &["compliance", "status_id"])];
            let code = codes.into_iter().find(|code| !code.is_empty()).unwrap_or("fail");
            let status = match code.to_ascii_lowercase().as_str() {
                "pass" | "passed" | "success" | "1" => Status::Pass,
                "fail" | "failed" | "failure" | "warning" | "muted" | "3" | "2" => Status::Fail,
                "manual" | "info" | "not_available" | "not available" | "not_applicable" => Status::NotRun,
                "error" => Status::Error,
                _ => Status::Unknown,
            };
            let made = when(one);
            *undated |= made.is_none();
            run.produced = run.produced.map_or(made, |oldest| made.map(|made| made.min(oldest)).or(Some(oldest)));
            let ids = [
                text(one, &["metadata", "event_code"]),
                get(one, &["finding_info", "types"]).and_then(|types| types.items().first()?.scalar()).unwrap_or_default(),
                text(one, &["finding_info", "uid"]),
                text(one, &["finding", "uid"]),
            ];
            let id = ids.into_iter().find(|id| !id.is_empty()).unwrap_or("unnamed");
            let title = [text(one, &["finding_info", "title"]), text(one, &["finding", "title"])]
                .into_iter()
                .find(|title| !title.is_empty());
            let resource = get(one, &["resources"]).and_then(|list| list.items().first());
            let place = resource
                .map(|one| [text(one, &["uid"]), text(one, &["name"])])
                .into_iter()
                .flatten()
                .find(|place| !place.is_empty());
            let severity = Grade::of(text(one, &["severity"]));
            run.results.push(result(id, title.unwrap_or_default(), status, severity, place.unwrap_or_default().to_owned(), one));
            if run.subject.is_empty() {
                text(one, &["cloud", "account", "uid"]).clone_into(&mut run.subject);
            }
        }
        let finish = |((tool, version), (run, undated)): ((&str, &str), (TestRun, bool))| TestRun {
            tool: tool.to_owned(),
            version: Some(version.to_owned()),
            produced: run.produced.filter(|_| !undated),
            ..run
        };
        Ok(runs.into_iter().map(finish).collect())
    }
}

/// When a finding was made.
fn when(one: &Node) -> Option<Day> {
    let places: [&[&str]; 6] = [
        &["time_dt"],
        &["time"],
        &["event_time"],
        &["finding_info", "created_time_dt"],
        &["finding_info", "created_time"],
        &["finding", "created_time"],
    ];
    places.into_iter().find_map(|path| day(text(one, path)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;
    use crate::collect::config::exported::json;

    #[test]
    fn findings_by_product() {
        let one = |code: &str| {
            format!(
                r#"{{"class_uid": 2004, "metadata": {{"event_code": "iam_root_mfa", "product": {{"name": "Prowler", "version": "4.3.0"}}}},
                "status_code": "{code}", "status": "Suppressed", "severity": "High", "time_dt": "2026-11-22T10:00:00.1",
                "finding_info": {{"title": "t", "uid": "u"}}, "resources": [{{"uid": "arn:aws:iam::111122223333:root"}}],
                "cloud": {{"account": {{"uid": "111122223333"}}}}}}"#
            )
        };
        let source = format!("[{}]", ["PASS", "FAIL", "MANUAL", "ODD"].map(one).join(","));
        let root = json(&source).unwrap();
        assert!(RESULT.claims(&root));
        let runs = RESULT.read(&root).unwrap();
        let run = runs.first().unwrap();
        assert_eq!((run.tool.as_str(), run.produced), ("Prowler", Day::parse("2026-11-22")));
        let seen: Vec<_> = run.results.iter().map(|one| one.status).collect();
        assert_eq!(seen, [Status::Pass, Status::Fail, Status::NotRun, Status::Unknown]);
    }
}
