//! `InSpec`'s reports as JSON (also of CINC Auditor): the reporters `json` and `json-min`. It must not take a skipped control for a passed one.

use super::{Results, Status, TestRun, day, result, text, with_line};
use crate::collect::config::exported::get;
use crate::model::day::Day;
use crate::model::node::Node;
use crate::model::results::Grade;

/// The reader.
pub(super) struct Inspec;
/// The reader.
pub(super) static RESULT: Inspec = Inspec;

impl Results for Inspec {
    fn id(&self) -> &'static str {
        "inspec"
    }

    fn title(&self) -> &'static str {
        "InSpec (JSON of the reporters json and json-min)"
    }

    fn notes(&self) -> &'static str {
        "Each control is a result: it fails if one of its tests did, passes if one passed and none failed, and was not run if all were \
         skipped, whatever is waived. Severity is its impact (from 0.9 critical, 0.7 high, 0.4 medium, above 0 low). The day is the oldest start of \
         a test; json-min says none, so nothing in it passes."
    }

    fn claims(&self, root: &Node) -> bool {
        let first = |key: &str| get(root, &[key]).and_then(|list| list.items().first());
        let whole =
            get(root, &["platform"]).is_some() && first("profiles").is_some_and(|profile| get(profile, &["controls"]).is_some());
        let least = get(root, &["statistics"]).is_some()
            && first("controls").is_some_and(|one| get(one, &["code_desc"]).is_some() && get(one, &["status"]).is_some());
        whole || least
    }

    fn begins(&self, head: &str) -> bool {
        (head.contains("\"platform\"") && head.contains("\"profiles\"") && head.contains("\"controls\""))
            || (head.contains("\"profile_sha256\"") && head.contains("\"code_desc\""))
    }

    fn read(&self, root: &Node) -> Result<Vec<TestRun>, String> {
        let mut run =
            TestRun { tool: "inspec".to_owned(), version: Some(text(root, &["version"]).to_owned()), ..TestRun::default() };
        [text(root, &["platform", "name"]), text(root, &["platform", "release"])].join(" ").trim().clone_into(&mut run.subject);
        let (mut days, mut undated): (Option<Day>, bool) = (None, false);
        for profile in get(root, &["profiles"]).map(Node::items).unwrap_or_default() {
            for control in get(profile, &["controls"]).map(Node::items).unwrap_or_default() {
                let tests = get(control, &["results"]).map(Node::items).unwrap_or_default();
                for test in tests {
                    let made = day(text(test, &["start_time"]));
                    undated |= made.is_none();
                    days = days.map_or(made, |oldest| made.map(|made| made.min(oldest)).or(Some(oldest)));
                }
                let place = with_line(text(control, &["source_location", "ref"]), text(control, &["source_location", "line"]));
                let grade = impact(text(control, &["impact"]));
                run.results.push(result(
                    text(control, &["id"]),
                    text(control, &["title"]),
                    together(tests),
                    grade,
                    place,
                    control,
                ));
            }
        }
        run.produced = days.filter(|_| !undated);
        if get(root, &["profiles"]).is_none() {
            for one in get(root, &["controls"]).map(Node::items).unwrap_or_default() {
                run.results.push(result(text(one, &["id"]), text(one, &["code_desc"]), status(one), None, String::new(), one));
            }
        }
        // a profile that could not be run says so in its own status
        let broken = |profile: &&Node| matches!(text(profile, &["status"]), "failed" | "skipped");
        if let Some(profile) = get(root, &["profiles"]).map(Node::items).unwrap_or_default().iter().find(broken) {
            let status = if text(profile, &["status"]) == "failed" { Status::Error } else { Status::NotRun };
            run.results.push(result("profile", "a profile that was not run", status, None, String::new(), profile));
        }
        Ok(vec![run])
    }
}

fn status(test: &Node) -> Status {
    match text(test, &["status"]) {
        "passed" => Status::Pass,
        "failed" => Status::Fail,
        "skipped" => Status::NotRun,
        "error" => Status::Error,
        _ => Status::Unknown,
    }
}

/// Of a control by its tests.
fn together(tests: &[Node]) -> Status {
    let has = |wanted: Status| tests.iter().any(|test| status(test) == wanted);
    [Status::Fail, Status::Error, Status::Unknown, Status::Pass].into_iter().find(|wanted| has(*wanted)).unwrap_or(Status::NotRun)
}

fn impact(text: &str) -> Option<Grade> {
    let impact: f64 = text.parse().ok()?;
    Some(match impact {
        impact if impact >= 0.9 => Grade::Critical,
        impact if impact >= 0.7 => Grade::High,
        impact if impact >= 0.4 => Grade::Medium,
        impact if impact > 0.0 => Grade::Low,
        _ => Grade::Info,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;
    use crate::collect::config::exported::json;

    #[test]
    fn controls_by_their_tests() {
        let root = json(r#"{"platform": {"name": "debian", "release": "13"}, "version": "5.22.3", "statistics": {"duration": 1.5}, "profiles": [
            {"name": "base", "status": "loaded", "controls": [
              {"id": "ssh-01", "title": "Root", "impact": 1.0, "source_location": {"line": 3, "ref": "base/controls/ssh.rb"},
               "results": [{"status": "passed", "start_time": "2026-11-22T10:00:00+00:00"}, {"status": "failed", "start_time": "2026-11-21T10:00:00+00:00"}]},
              {"id": "ssh-02", "impact": 0.5, "results": [{"status": "skipped", "start_time": "2026-11-22T10:00:00+00:00"}]},
              {"id": "ssh-03", "impact": 0.5, "results": [{"status": "passed", "start_time": "2026-11-22T10:00:00+00:00"}]},
              {"id": "ssh-04", "impact": 0.5, "results": []}]}]}"#).unwrap();
        assert!(RESULT.claims(&root));
        let runs = RESULT.read(&root).unwrap();
        let run = runs.first().unwrap();
        assert_eq!(run.produced, Day::parse("2026-11-21"));
        let seen: Vec<_> = run.results.iter().map(|one| (&*one.id, one.status, one.severity)).collect();
        assert_eq!(
            seen,
            [
                ("ssh-01", Status::Fail, Some(Grade::Critical)),
                ("ssh-02", Status::NotRun, Some(Grade::Medium)),
                ("ssh-03", Status::Pass, Some(Grade::Medium)),
                ("ssh-04", Status::NotRun, Some(Grade::Medium)),
            ]
        );
        let least = json(r#"{"controls": [{"id": "a", "profile_id": "p", "profile_sha256": "0", "status": "passed", "code_desc": "x"}], "statistics": {"duration": 1}, "version": "5"}"#).unwrap();
        assert!(RESULT.claims(&least));
        let runs = RESULT.read(&least).unwrap();
        let run = runs.first().unwrap();
        assert_eq!((run.produced, run.results.len()), (None, 1));
    }
}
