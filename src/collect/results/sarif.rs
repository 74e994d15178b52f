//! SARIF 2.1.0: what scanners of code write. It must not believe suppressions: they are the supplier's own.

use super::{Results, Status, TestRun, day, result, scan, text, with_line};
use crate::collect::config::exported::{get, truth};
use crate::model::day::Day;
use crate::model::node::{Kind, Node};
use crate::model::results::Grade;
use std::collections::HashMap;

/// The reader.
pub(super) struct Sarif;
/// The reader.
pub(super) static RESULT: Sarif = Sarif;

impl Results for Sarif {
    fn id(&self) -> &'static str {
        "sarif"
    }

    fn title(&self) -> &'static str {
        "SARIF 2.1.0 (scanners of code and of images)"
    }

    fn notes(&self) -> &'static str {
        "Each run with its driver's name and version; its day is that of its invocation. A result of kind `fail` (the default) fails, `pass` and \
         `informational` pass, `notApplicable` and `review` were not run, `open` is an error. What is suppressed in the file counts as \
         if it were not; what is gone since the baseline does not count. Severity: `security-severity` of the result or its rule, \
         else the level (error high, warning medium, note low). The item `scan` is the run itself: it passes if nothing says that \
         it went wrong."
    }

    fn claims(&self, root: &Node) -> bool {
        get(root, &["runs"]).is_some_and(|runs| matches!(runs.kind, Kind::List(_)))
            && (text(root, &["version"]).starts_with("2.") || text(root, &["$schema"]).contains("sarif"))
    }

    fn begins(&self, head: &str) -> bool {
        head.contains("\"runs\"") && head.contains("sarif")
    }

    fn read(&self, root: &Node) -> Result<Vec<TestRun>, String> {
        if text(root, &["version"]) != "2.1.0" {
            return Err("another version of SARIF than 2.1.0".to_owned());
        }
        Ok(get(root, &["runs"]).map(Node::items).unwrap_or_default().iter().map(run).collect())
    }
}

/// A rule: what it is about, and how bad.
struct Rule<'n> {
    title: &'n str,
    severity: Option<Grade>,
    level: &'n str,
}

fn run(node: &Node) -> TestRun {
    let driver = get(node, &["tool", "driver"]).unwrap_or(node);
    let extensions = get(node, &["tool", "extensions"]).map(Node::items).unwrap_or_default();
    let mut rules: HashMap<&str, Rule<'_>> = HashMap::new();
    let mut by_index = Vec::new();
    for (which, component) in std::iter::once(driver).chain(extensions).enumerate() {
        for rule in get(component, &["rules"]).map(Node::items).unwrap_or_default() {
            let id = text(rule, &["id"]);
            if which == 0 {
                by_index.push(id);
            }
            let titles =
                [text(rule, &["shortDescription", "text"]), text(rule, &["name"]), text(rule, &["fullDescription", "text"])];
            let title = titles.into_iter().find(|title| !title.is_empty()).unwrap_or_default();
            let level = text(rule, &["defaultConfiguration", "level"]);
            rules.insert(id, Rule { title, severity: security(rule), level });
        }
    }
    let invocations = get(node, &["invocations"]).map(Node::items).unwrap_or_default();
    let moment = |one: &Node| [text(one, &["endTimeUtc"]), text(one, &["startTimeUtc"])].into_iter().find_map(day);
    let produced: Option<Day> = invocations.iter().filter_map(moment).min();
    let went_wrong = invocations.iter().any(|one| get(one, &["executionSuccessful"]).and_then(truth) == Some(false));
    let listed = get(node, &["results"]);
    // no list at all: it did not look
    let status = match (went_wrong, listed) {
        (true, _) => Status::Error,
        (false, None) => Status::NotRun,
        (false, Some(_)) => Status::Pass,
    };
    let mut results = vec![scan(status, node.line)];
    for one in listed.map(Node::items).unwrap_or_default() {
        if text(one, &["baselineState"]) == "absent" {
            continue;
        }
        let index =
            [text(one, &["ruleIndex"]), text(one, &["rule", "index"])].into_iter().find_map(|index| index.parse::<usize>().ok());
        let indexed = || index.and_then(|index| by_index.get(index).copied()).unwrap_or_default();
        let id =
            [text(one, &["ruleId"]), text(one, &["rule", "id"])].into_iter().find(|id| !id.is_empty()).unwrap_or_else(indexed);
        // `CA1000/1` is a case of the rule `CA1000`
        let rule = rules.get(id).or_else(|| rules.get(id.rsplit_once('/')?.0));
        let status = match text(one, &["kind"]) {
            "" | "fail" => Status::Fail,
            "pass" | "informational" => Status::Pass,
            "notApplicable" | "review" => Status::NotRun,
            "open" => Status::Error,
            _ => Status::Unknown,
        };
        let level =
            [text(one, &["level"]), rule.map_or("", |rule| rule.level), "warning"].into_iter().find(|level| !level.is_empty());
        let severity = security(one).or_else(|| rule.and_then(|rule| rule.severity)).or_else(|| Grade::of(level?));
        // a message may quote what was found: a secret, a name
        let title = rule.map_or("", |rule| rule.title);
        let place =
            get(one, &["locations"]).and_then(|list| list.items().first()).and_then(|one| get(one, &["physicalLocation"]));
        let place = place.map_or(String::new(), |place| {
            with_line(text(place, &["artifactLocation", "uri"]), text(place, &["region", "startLine"]))
        });
        results.push(result(if id.is_empty() { "unnamed" } else { id }, title, status, severity, place, one));
    }
    let versions = [text(driver, &["semanticVersion"]), text(driver, &["version"])];
    TestRun {
        tool: text(driver, &["name"]).to_owned(),
        version: versions.into_iter().find(|version| !version.is_empty()).map(str::to_owned),
        produced,
        results,
        ..TestRun::default()
    }
}

/// The severity as a number that scanners of security give, on the scale of CVSS.
fn security(node: &Node) -> Option<Grade> {
    let score: f64 = text(node, &["properties", "security-severity"]).parse().ok()?;
    Some(match score {
        score if score >= 9.0 => Grade::Critical,
        score if score >= 7.0 => Grade::High,
        score if score >= 4.0 => Grade::Medium,
        score if score > 0.0 => Grade::Low,
        _ => Grade::Info,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;
    use crate::collect::config::exported::json;

    fn of(source: &str) -> Vec<TestRun> {
        let root = json(source).unwrap();
        assert!(RESULT.claims(&root));
        RESULT.read(&root).unwrap()
    }

    #[test]
    fn kinds_levels_rules_and_places() {
        let runs = of(r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Scanner", "semanticVersion": "1.2.3",
            "rules": [{"id": "R1", "shortDescription": {"text": "One"}, "properties": {"security-severity": "9.1"}},
                      {"id": "R2", "defaultConfiguration": {"level": "note"}}]}},
            "invocations": [{"executionSuccessful": true, "startTimeUtc": "2026-11-20T10:00:00Z", "endTimeUtc": "2026-11-21T10:00:00Z"}],
            "results": [
              {"ruleIndex": 0, "message": {"text": "m"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a/b.py"}, "region": {"startLine": 7}}}],
               "suppressions": [{"kind": "inSource"}]},
              {"ruleId": "R2/4", "message": {"text": "m"}},
              {"ruleId": "R3", "kind": "pass"}, {"ruleId": "R3", "kind": "open"}, {"ruleId": "R3", "kind": "review"}, {"ruleId": "R3", "kind": "new"},
              {"ruleId": "R4", "baselineState": "absent"}]}]}"#);
        let run = runs.first().unwrap();
        assert_eq!(
            (run.tool.as_str(), run.version.as_deref(), run.produced),
            ("Scanner", Some("1.2.3"), Day::parse("2026-11-21"))
        );
        let seen: Vec<_> = run.results.iter().map(|one| (&*one.id, one.status, one.severity, &*one.place)).collect();
        assert_eq!(
            seen,
            [
                ("scan", Status::Pass, None, ""),
                ("R1", Status::Fail, Some(Grade::Critical), "a/b.py:7"),
                ("R2/4", Status::Fail, Some(Grade::Low), ""),
                ("R3", Status::Pass, Some(Grade::Medium), ""),
                ("R3", Status::Error, Some(Grade::Medium), ""),
                ("R3", Status::NotRun, Some(Grade::Medium), ""),
                ("R3", Status::Unknown, Some(Grade::Medium), ""),
            ]
        );
    }

    #[test]
    fn a_run_that_went_wrong_or_did_not_look() {
        let runs = of(
            r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "S"}}, "invocations": [{"executionSuccessful": false}], "results": []},
            {"tool": {"driver": {"name": "S"}}}]}"#,
        );
        let seen: Vec<_> = runs.iter().map(|run| (run.results.first().map(|one| one.status), run.produced)).collect();
        assert_eq!(seen, [(Some(Status::Error), None), (Some(Status::NotRun), None)]);
        let old = json(r#"{"version": "2.0.0", "runs": []}"#).unwrap();
        assert!(RESULT.claims(&old) && RESULT.read(&old).is_err());
    }
}
