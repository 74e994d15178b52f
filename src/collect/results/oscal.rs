//! OSCAL assessment results as JSON. It must not take a finding without a state for a satisfied one.

use super::{Results, Status, TestRun, day, result, text};
use crate::collect::config::exported::get;
use crate::model::node::{Kind, Node};

/// The reader.
pub(super) struct Oscal;
/// The reader.
pub(super) static RESULT: Oscal = Oscal;

impl Results for Oscal {
    fn id(&self) -> &'static str {
        "oscal"
    }

    fn title(&self) -> &'static str {
        "OSCAL assessment results (JSON)"
    }

    fn notes(&self) -> &'static str {
        "Each result is a run with its title as its subject, its day the end, else the start, else the document's last change. The findings \
         are its results: the id is the target's (`ac-2_obj`), `satisfied` passes, `not-satisfied` fails; with a reason `other` it \
         stays what its state says. A finding's title is its title."
    }

    fn claims(&self, root: &Node) -> bool {
        get(root, &["assessment-results", "results"]).is_some_and(|list| matches!(list.kind, Kind::List(_)))
    }

    fn begins(&self, head: &str) -> bool {
        head.contains("\"assessment-results\"") && head.contains("\"metadata\"")
    }

    fn read(&self, root: &Node) -> Result<Vec<TestRun>, String> {
        let whole = get(root, &["assessment-results"]).unwrap_or(root);
        let changed = text(whole, &["metadata", "last-modified"]);
        let runs = get(whole, &["results"]).map(Node::items).unwrap_or_default().iter().map(|one| {
            let findings = get(one, &["findings"]).map(Node::items).unwrap_or_default();
            let results = findings.iter().map(|finding| {
                // before version 1.0 the state was the status itself
                let states = [text(finding, &["target", "status", "state"]), text(finding, &["target", "status"])];
                let status = match states.into_iter().find(|state| !state.is_empty()).unwrap_or_default() {
                    "satisfied" => Status::Pass,
                    "not-satisfied" => Status::Fail,
                    _ => Status::Unknown,
                };
                let ids = [text(finding, &["target", "target-id"]), text(finding, &["uuid"])];
                let id = ids.into_iter().find(|id| !id.is_empty()).unwrap_or("unnamed");
                result(id, text(finding, &["title"]), status, None, String::new(), finding)
            });
            TestRun {
                version: Some(text(whole, &["metadata", "oscal-version"]).to_owned()),
                produced: [text(one, &["end"]), text(one, &["start"]), changed].into_iter().find_map(day),
                subject: text(one, &["title"]).to_owned(),
                results: results.collect(),
                ..TestRun::default()
            }
        });
        Ok(runs.collect())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;
    use crate::collect::config::exported::json;
    use crate::model::day::Day;

    #[test]
    fn findings_by_target() {
        let root = json(r#"{"assessment-results": {"uuid": "u", "metadata": {"title": "t", "last-modified": "2026-11-20T00:00:00Z", "oscal-version": "1.1.2"},
            "results": [{"uuid": "r", "title": "Review", "start": "2026-11-01T00:00:00Z", "findings": [
              {"title": "Accounts", "target": {"type": "objective-id", "target-id": "ac-2_obj", "status": {"state": "satisfied"}}},
              {"title": "Access", "target": {"type": "objective-id", "target-id": "ac-3_obj", "status": {"state": "not-satisfied"}}},
              {"title": "Odd", "target": {"type": "objective-id", "target-id": "ac-4_obj"}}]}]}}"#).unwrap();
        assert!(RESULT.claims(&root));
        let runs = RESULT.read(&root).unwrap();
        let run = runs.first().unwrap();
        assert_eq!((run.produced, run.version.as_deref()), (Day::parse("2026-11-01"), Some("1.1.2")));
        let seen: Vec<_> = run.results.iter().map(|one| (&*one.id, one.status)).collect();
        assert_eq!(seen, [("ac-2_obj", Status::Pass), ("ac-3_obj", Status::Fail), ("ac-4_obj", Status::Unknown)]);
    }
}
